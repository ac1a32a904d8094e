//! The outline: the stages of each stream in the order of the flow, parallel ones indented.
//!
//! A stage stands after all that lead to it, and right below one of them where it can, so that a
//! branch stays together. Where the flow leaves the order free, between branches and between
//! beginnings, it is the order of the file, and that can be changed here.

use crate::graph::Flow;
use crate::model::{Change, HandoffKind, Model, StageChange, StageId, StreamId};

/// A stage in the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineRow {
    /// Which stage.
    pub stage: StageId,
    /// In how many parallel or alternative branches it lies, one inside the other.
    pub depth: u32,
    /// The stage that it follows: the last of those that lead to it; none at a beginning.
    pub after: Option<StageId>,
}

/// The stages of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlinePart {
    /// The stream; none for the stages that belong to none.
    pub stream: Option<StreamId>,
    /// Its stages.
    pub rows: Vec<OutlineRow>,
}

/// All stages of a Model, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The streams that have stages, in the Model's order, then the stages of no stream.
    pub parts: Vec<OutlinePart>,
}

/// What is known of a stage while the outline is made.
#[derive(Clone, Default)]
struct Known {
    /// Its part.
    part: usize,
    /// The stages of the same part that it leads to, in file order, each once.
    to: Vec<u32>,
    /// The stages of the same part that lead to it.
    from: Vec<u32>,
    /// How many of those stand nowhere yet.
    missing: usize,
    is_placed: bool,
    depth: u32,
    /// Which share of what begins where it began comes here, if each fork divides evenly.
    share: f64,
    /// The nearest stage that every way here leads over, and how many there are one over the other.
    gate: Option<u32>,
    gates: u32,
}

impl Outline {
    /// Makes the outline of a Model; stages in a circle stand where the file has them.
    pub fn of(model: &Model, flow: &Flow) -> Self {
        let place = |id: StageId| model.stages.position(id);
        let mut known = vec![Known::default(); model.stages.len()];
        let mut parts: Vec<OutlinePart> = model
            .streams
            .iter()
            .map(|stream| Some(stream.id))
            .chain([None])
            .map(|stream| OutlinePart {
                stream,
                rows: Vec::new(),
            })
            .collect();
        for (stage, known) in model.stages.iter().zip(&mut known) {
            let stream = stage.stream.and_then(|id| model.streams.position(id));
            known.part = stream.unwrap_or(parts.len() - 1);
        }
        for handoff in &flow.handoffs {
            if handoff.kind != HandoffKind::Forward {
                continue;
            }
            let (Some(from), Some(to)) = (place(handoff.from), place(handoff.to)) else {
                continue;
            };
            if from != to && known[from].part == known[to].part {
                known[from].to.push(to as u32);
            }
        }
        for from in 0..known.len() {
            let mut to = std::mem::take(&mut known[from].to);
            to.sort_unstable();
            to.dedup();
            for &one in &to {
                known[one as usize].from.push(from as u32);
                known[one as usize].missing += 1;
            }
            known[from].to = to;
        }
        let mut placing = Placing {
            model,
            known,
            parts: &mut parts,
        };
        placing.place_all();
        parts.retain(|part| !part.rows.is_empty());
        Self { parts }
    }

    /// Returns the stages in the order in which they stand.
    pub fn rows(&self) -> impl Iterator<Item = &OutlineRow> {
        self.parts.iter().flat_map(|part| &part.rows)
    }

    fn find(&self, stage: StageId) -> Option<(&[OutlineRow], usize)> {
        self.parts.iter().find_map(|part| {
            let at = part.rows.iter().position(|row| row.stage == stage)?;
            Some((part.rows.as_slice(), at))
        })
    }

    /// Returns what moves a stage, with all that follows it, before or after the branch next to it.
    ///
    /// # Errors
    /// A sentence that says why the flow leaves no choice.
    pub fn moved(&self, model: &Model, stage: StageId, goes_up: bool) -> Result<Change, String> {
        let (rows, at) = self.find(stage).ok_or("There is no such stage.")?;
        let is_beside = |row: &&OutlineRow| row.after == rows[at].after;
        let beside = if goes_up {
            rows[..at].iter().rev().find(is_beside)
        } else {
            rows[at + 1..].iter().find(is_beside)
        };
        match beside {
            Some(row) => reorder(model, stage, row.stage),
            None => Err(why_not(model, rows, at, goes_up)),
        }
    }

    /// Returns what moves a stage, with all that follows it, to where another one stands: past the
    /// whole branch that this belongs to.
    ///
    /// # Errors
    /// A sentence that says why the flow leaves no choice.
    pub fn moved_to(&self, model: &Model, stage: StageId, onto: StageId) -> Result<Change, String> {
        let (first, _) = self.branch(model, stage, onto)?;
        reorder(model, stage, first)
    }

    /// Returns the first and the last stage of the branch beside that of `stage` which `onto` belongs
    /// to: what `stage` moves past when it is dropped there.
    ///
    /// # Errors
    /// A sentence that says why it cannot.
    pub fn branch(
        &self,
        model: &Model,
        stage: StageId,
        onto: StageId,
    ) -> Result<(StageId, StageId), String> {
        let (rows, at) = self.find(stage).ok_or("There is no such stage.")?;
        let target = rows
            .iter()
            .position(|row| row.stage == onto)
            .ok_or("A stage stays with its stream here; the inspector gives it another one.")?;
        let is_head = |row: &OutlineRow| row.after == rows[at].after;
        let refused = || why_not(model, rows, at, target < at);
        let head = (0..=target)
            .rev()
            .find(|&head| is_head(&rows[head]))
            .ok_or_else(refused)?;
        let rest = &rows[head + 1..];
        let is_past = |row: &OutlineRow| is_head(row) || row.depth < rows[head].depth;
        let last = head + rest.iter().position(is_past).unwrap_or(rest.len());
        if head == at || target > last {
            return Err(refused());
        }
        Ok((rows[head].stage, rows[last].stage))
    }
}

fn reorder(model: &Model, stage: StageId, beside: StageId) -> Result<Change, String> {
    let position = model
        .stages
        .position(beside)
        .ok_or("There is no such stage.")?;
    Ok(Change::Stage(StageChange::Reorder { stage, position }))
}

/// Says why a stage cannot stand further up or down.
fn why_not(model: &Model, rows: &[OutlineRow], at: usize, goes_up: bool) -> String {
    let name = |id: StageId| {
        let stage = model.stages.find(id);
        stage.map_or(id.as_str(), |stage| stage.name.as_str())
    };
    let row = &rows[at];
    match (goes_up, row.after) {
        (true, None) => format!("“{}” is the first already.", name(row.stage)),
        (true, Some(after)) => format!(
            "“{}” comes after “{}”, since a handoff leads from there to it.",
            name(row.stage),
            name(after)
        ),
        (false, _) if at + 1 == rows.len() => {
            format!("“{}” is the last already.", name(row.stage))
        }
        (false, _) => format!(
            "What follows “{}” comes after it, since handoffs lead from it or join there.",
            name(row.stage)
        ),
    }
}

struct Placing<'a> {
    model: &'a Model,
    known: Vec<Known>,
    parts: &'a mut [OutlinePart],
}

impl Placing<'_> {
    fn place_all(&mut self) {
        let count = self.known.len();
        // The next to be placed is the last.
        let mut waiting: Vec<(u32, Option<u32>)> = (0..count)
            .rev()
            .filter(|&stage| self.known[stage].missing == 0)
            .map(|stage| (stage as u32, None))
            .collect();
        let mut first = 0;
        loop {
            while let Some((stage, after)) = waiting.pop() {
                if !self.known[stage as usize].is_placed {
                    self.place(stage, after, &mut waiting);
                }
            }
            // What is left runs in a circle or follows one.
            while first < count && self.known[first].is_placed {
                first += 1;
            }
            if first == count {
                return;
            }
            waiting.push((first as u32, None));
        }
    }

    fn place(&mut self, stage: u32, after: Option<u32>, waiting: &mut Vec<(u32, Option<u32>)>) {
        let at = stage as usize;
        self.find_depth(at);
        self.known[at].is_placed = true;
        let id = |place: u32| self.model.stages.at(place as usize).map(|stage| stage.id);
        if let Some(stage) = id(stage) {
            self.parts[self.known[at].part].rows.push(OutlineRow {
                stage,
                depth: self.known[at].depth,
                after: after.and_then(id),
            });
        }
        let to = std::mem::take(&mut self.known[at].to);
        for &next in to.iter().rev() {
            let known = &mut self.known[next as usize];
            known.missing = known.missing.saturating_sub(1);
            if known.missing == 0 && !known.is_placed {
                waiting.push((next, Some(stage)));
            }
        }
        self.known[at].to = to;
    }

    /// Reckons how deep a stage lies from those before it.
    fn find_depth(&mut self, at: usize) {
        let before: Vec<u32> = self.known[at]
            .from
            .iter()
            .copied()
            .filter(|&one| self.known[one as usize].is_placed)
            .collect();
        let is_fork = |stage: &Known| u32::from(stage.to.len() > 1);
        let share: f64 = before
            .iter()
            .map(|&one| &self.known[one as usize])
            .map(|one| one.share / one.to.len().max(1) as f64)
            .sum();
        let gate = before
            .iter()
            .copied()
            .map(Some)
            .reduce(|one, other| self.common_gate(one?, other?))
            .flatten();
        let (depth, gates) = match gate.map(|gate| &self.known[gate as usize]) {
            None => (0, 0),
            // All that the fork divided has come together again.
            Some(gate) if before.len() > 1 && share > gate.share * (1.0 - 1e-9) => {
                (gate.depth, gate.gates + 1)
            }
            Some(gate) => (gate.depth + is_fork(gate), gate.gates + 1),
        };
        let known = &mut self.known[at];
        known.depth = depth;
        known.gates = gates;
        known.gate = gate;
        known.share = if before.is_empty() { 1.0 } else { share };
    }

    /// Returns the nearest stage that every way to each of two leads over, themselves included.
    fn common_gate(&self, mut one: u32, mut other: u32) -> Option<u32> {
        while one != other {
            let (a, b) = (&self.known[one as usize], &self.known[other as usize]);
            if a.gates >= b.gates {
                one = a.gate?;
            } else {
                other = b.gate?;
            }
        }
        Some(one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Document;
    use crate::model::{Handoff, HandoffId, Stage};
    use crate::quick;
    use proptest::prelude::*;

    /// The outline as text, two blanks for each depth.
    fn text(model: &Model) -> String {
        let outline = Outline::of(model, &Flow::of(model));
        let lines = outline.rows().map(|row| {
            let name = &model.stages.find(row.stage).unwrap().name;
            format!("{}{name}\n", "  ".repeat(row.depth as usize))
        });
        lines.collect()
    }

    /// Stages `s0`, `s1`, … and handoffs between them; each leads from an earlier to a later one.
    fn network(count: usize, ways: &[(usize, usize)]) -> Model {
        let mut model = Model::default();
        let id = |n: usize| StageId::new(&format!("s{n}")).unwrap();
        for n in 0..count {
            assert!(model.stages.push(Stage::new(id(n), format!("S{n}"))));
        }
        for &(a, b) in ways {
            let (from, to) = (a.min(b) % count, a.max(b) % count);
            if from < to {
                let (from, to) = (id(from), id(to));
                let handoff = Handoff::new(HandoffId::between(from, to), from, to);
                // The same way twice is once enough.
                model.handoffs.push(handoff);
            }
        }
        model
    }

    fn order(model: &Model) -> Vec<StageId> {
        let outline = Outline::of(model, &Flow::of(model));
        outline.rows().map(|row| row.stage).collect()
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn the_order_is_that_of_the_flow_and_moving_keeps_it(
            count in 1..12_usize,
            ways in proptest::collection::vec((0..12_usize, 0..12_usize), 0..20),
            moved in 0..12_usize,
            onto in 0..12_usize,
            goes_up in any::<bool>(),
        ) {
            let ways: Vec<_> = ways.into_iter().map(|(a, b)| (a % count, b % count)).collect();
            let mut document = Document::new(network(count, &ways));
            let follows = |model: &Model| {
                let order = order(model);
                let place = |id| order.iter().position(|&one| one == id);
                order.len() == count
                    && model.handoffs.iter().all(|one| place(one.from) < place(one.to))
            };
            prop_assert!(follows(document.model()));
            let before = order(document.model());
            let stage = before[moved % count];
            let place = |order: &[StageId]| order.iter().position(|&one| one == stage);
            let outline = Outline::of(document.model(), &Flow::of(document.model()));
            if let Ok(change) = outline.moved(document.model(), stage, goes_up) {
                document.edit("Move", &[change], None).unwrap();
                let after = order(document.model());
                prop_assert!(follows(document.model()));
                prop_assert_eq!(place(&after) < place(&before), goes_up);
                // The other way it is where it was.
                let outline = Outline::of(document.model(), &Flow::of(document.model()));
                let back = outline.moved(document.model(), stage, !goes_up);
                document.edit("Move", &[back.unwrap()], None).unwrap();
                prop_assert_eq!(&order(document.model()), &before);
            }
            let outline = Outline::of(document.model(), &Flow::of(document.model()));
            let onto = before[onto % count];
            if let Ok(change) = outline.moved_to(document.model(), stage, onto) {
                document.edit("Move", &[change], None).unwrap();
                prop_assert!(follows(document.model()));
                prop_assert_ne!(order(document.model()), before);
            }
        }
    }

    fn drawn(line: &str) -> Document {
        Document::new(quick::new_model(line, "Test").unwrap())
    }

    #[test]
    fn branches_stand_together_and_are_indented() {
        let check = |line: &str, expected: &str| assert_eq!(text(drawn(line).model()), expected);
        check("A > B > C", "A\nB\nC\n");
        check("A > {B > C, D} > E", "A\n  B\n  C\n  D\nE\n");
        check(
            "A > {B > {C, D} > E, F} > G",
            "A\n  B\n    C\n    D\n  E\n  F\nG\n",
        );
        check("A > {B, C}", "A\n  B\n  C\n");
        // The way back does not count.
        check("A > B > C <20%< A", "A\nB\nC\n");
    }

    #[test]
    fn a_branch_moves_past_the_other_and_back() {
        let mut document = drawn("A > {B > C, D} > E");
        let outline =
            |document: &Document| Outline::of(document.model(), &Flow::of(document.model()));
        let id = |name: &str| StageId::new(name).unwrap();
        let before = text(document.model());
        let up = outline(&document)
            .moved(document.model(), id("d"), true)
            .unwrap();
        document.edit("Move", &[up], None).unwrap();
        assert_eq!(text(document.model()), "A\n  D\n  B\n  C\nE\n");
        // Dropped on the middle of a branch it moves past the whole of it.
        let down = outline(&document)
            .moved_to(document.model(), id("d"), id("c"))
            .unwrap();
        document.edit("Move", &[down], None).unwrap();
        assert_eq!(text(document.model()), before);
    }

    #[test]
    fn where_the_flow_decides_it_says_why() {
        let document = drawn("A > {B > C, D} > E");
        let (model, outline) = (
            document.model(),
            Outline::of(document.model(), &Flow::of(document.model())),
        );
        let id = |name: &str| StageId::new(name).unwrap();
        let refused = |result: Result<Change, String>| result.unwrap_err();
        assert_eq!(
            refused(outline.moved(model, id("c"), true)),
            "“C” comes after “B”, since a handoff leads from there to it."
        );
        assert_eq!(
            refused(outline.moved(model, id("a"), true)),
            "“A” is the first already."
        );
        assert_eq!(
            refused(outline.moved(model, id("e"), false)),
            "“E” is the last already."
        );
        assert!(refused(outline.moved(model, id("a"), false)).starts_with("What follows “A”"));
        assert!(outline.moved_to(model, id("b"), id("e")).is_err());
    }

    #[test]
    fn a_circle_is_no_trap() {
        let mut document = drawn("A > B > C");
        let id = |name: &str| StageId::new(name).unwrap();
        let back = crate::model::Handoff::new(
            crate::model::HandoffId::between(id("c"), id("a")),
            id("c"),
            id("a"),
        );
        let add = crate::model::HandoffChange::Add {
            handoff: std::sync::Arc::new(back),
            position: None,
        };
        document.edit("Add", &[Change::Handoff(add)], None).unwrap();
        assert_eq!(text(document.model()), "A\nB\nC\n");
    }
}
