//! From the syntax tree to Changes.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::check;
use crate::edit::{FreshIds, apply, keep_arrivals};
use crate::model::{
    Arrivals, At, Automation, Change, Demand, Distribution, ElapsedTime, Entry, Exit, Handoff,
    HandoffChange, HandoffKind, Id, Model, Needs, Share, Slug, Span, Stage, StageChange, StageId,
    Stream, StreamChange, Team, TeamChange, TeamId, TextError, Trigger,
};

use super::error::QuickError;
use super::parse::parse;
use super::syntax::{Arrow, Branch, Chain, Element, GroupKind, Name, Owner, StageText};

/// So many stages, and so many handoffs, may come out of one text.
const MOST: usize = 100_000;

/// Rework and feedback that nobody has given a share, as when they are drawn.
const DEFAULT_SHARE: f64 = 0.1;

/// The mean time between two arrivals in a stream that is made, as when one is drawn.
const DEFAULT_GAP: ElapsedTime = ElapsedTime(Span::DAY);

/// What a text becomes.
#[derive(Clone, Debug, PartialEq)]
pub struct Entered {
    /// What to apply, in order, as one step.
    pub changes: Vec<Change>,
    /// The stages that there will be, in the order of the text.
    pub stages: Vec<StageId>,
}

/// Makes a model of its own out of a text: one stream, a team of one for each owner, and an item a
/// day on average, in exponential gaps, until somebody says otherwise.
///
/// # Errors
/// When the text is not understood, or what it says cannot flow.
pub fn new_model(text: &str, name: &str) -> Result<Model, QuickError> {
    let mut model = Model {
        name: name.to_owned(),
        ..Model::default()
    };
    let entered = enter(&model, text)?;
    for change in &entered.changes {
        // `enter` has tried them.
        apply(&mut model, change)
            .map_err(|error| QuickError::of(text, TextError::new(0..0, error.to_string())))?;
    }
    Ok(model)
}

/// Prepares what a text adds to a model: to its first stream, and with the teams that it has where
/// an owner has the name of one. A `#name` means a stage of the text, never one of the model.
///
/// # Errors
/// When the text is not understood, or what it says cannot flow: nothing that [`check`] calls an
/// error comes out of a text.
pub fn enter(model: &Model, text: &str) -> Result<Entered, QuickError> {
    let entered = parse(text).and_then(|chains| changes(model, &drawn(&chains)?, text));
    entered.map_err(|error| QuickError::of(text, error))
}

/// How items arrive in a stream that is made.
pub(super) fn default_arrivals() -> Arrivals {
    Arrivals::Every {
        gap: Distribution::Exponential { mean: DEFAULT_GAP },
        batch: 1,
    }
}

type Built<T> = Result<T, TextError>;

/// A stage of the text.
struct NewStage<'t> {
    said: &'t StageText,
    /// The place in `owners`.
    owner: Option<usize>,
    entry: Entry,
    /// What the text says of its ways out, if it does.
    exit: Option<Exit>,
}

struct NewHandoff {
    from: usize,
    to: usize,
    kind: HandoffKind,
    share: Option<Share>,
    trigger: Trigger,
    needs: Needs,
    at: Range<usize>,
}

/// What the text says, with numbers in place of names.
#[derive(Default)]
struct Drawing<'t> {
    stages: Vec<NewStage<'t>>,
    handoffs: Vec<NewHandoff>,
    owners: Vec<&'t Name>,
    owner: Option<usize>,
    by_name: FxHashMap<&'t str, Vec<usize>>,
    /// By the ids they would have alone, by which `#review-2` means the second of a name.
    by_slug: FxHashMap<Slug, usize>,
}

fn drawn(chains: &[Chain]) -> Built<Drawing<'_>> {
    let mut drawing = Drawing::default();
    for chain in chains {
        drawing.chain(chain, None)?;
    }
    Ok(drawing)
}

/// How the ends of what stands before an arrow come together behind it.
#[derive(Clone)]
enum Join {
    /// One stage, or one of several by choice.
    Any,
    /// All of several.
    All,
    /// Some of both, which no stage can wait for.
    Mixed(Range<usize>),
}

/// The last stages of what stands before an arrow, each with an arrow of its own, if it has one.
struct Ends<'t> {
    stages: Vec<(usize, Option<&'t Arrow>)>,
    join: Join,
}

/// How a branch begins.
#[derive(Clone, Copy)]
struct Start<'a, 't> {
    before: Option<&'a Ends<'t>>,
    kind: GroupKind,
    arrow: &'t Arrow,
    branch: &'t Branch,
    at: &'a Range<usize>,
}

impl<'t> Drawing<'t> {
    fn chain(&mut self, chain: &'t Chain, start: Option<Start<'_, 't>>) -> Built<Ends<'t>> {
        let mut ends: Option<Ends<'t>> = None;
        for (n, step) in chain.steps.iter().enumerate() {
            let next = match &step.element {
                Element::Stage(..) | Element::Reference(..) => {
                    let stage = self.named(&step.element)?;
                    match (start, &ends) {
                        (Some(start), _) if n == 0 => self.lead_in(start, stage)?,
                        (_, Some(ends)) => self.lead_on(ends, &step.arrow, stage)?,
                        _ => {}
                    }
                    self.sides(&step.element, stage)?;
                    Ends {
                        stages: vec![(stage, None)],
                        join: Join::Any,
                    }
                }
                Element::Group { kind, branches, at } => {
                    let outer = ends.as_ref();
                    self.group(*kind, branches, at, outer, &step.arrow)?
                }
            };
            ends = Some(next);
        }
        Ok(ends.unwrap_or(Ends {
            stages: Vec::new(),
            join: Join::Any,
        }))
    }

    fn group(
        &mut self,
        kind: GroupKind,
        branches: &'t [Branch],
        at: &Range<usize>,
        before: Option<&Ends<'t>>,
        arrow: &'t Arrow,
    ) -> Built<Ends<'t>> {
        if kind == GroupKind::One {
            let fault = match before {
                None => Some("a choice needs a stage before it, where it is made"),
                Some(Ends {
                    join: Join::All, ..
                }) => Some("several stages at once cannot make one choice"),
                _ => None,
            };
            if let Some(message) = fault {
                return Err(TextError::new(at.start..at.start + 1, message)
                    .hint("put a stage before the [, for instance > Decide 0h >"));
            }
        }
        let mut ends = Ends {
            stages: Vec::new(),
            join: match kind {
                GroupKind::All => Join::All,
                GroupKind::One => Join::Any,
            },
        };
        for branch in branches {
            let start = Start {
                before,
                kind,
                arrow,
                branch,
                at,
            };
            let found = self.chain(&branch.chain, Some(start))?;
            let fits = found.stages.len() == 1
                || matches!(
                    (kind, &found.join),
                    (GroupKind::All, Join::All) | (GroupKind::One, Join::Any)
                );
            if !fits && !matches!(ends.join, Join::Mixed(_)) {
                ends.join = Join::Mixed(at.end - 1..at.end);
            }
            let trail = branch.trail.as_ref();
            ends.stages.extend(
                found
                    .stages
                    .into_iter()
                    .map(|(stage, own)| (stage, trail.or(own))),
            );
        }
        Ok(ends)
    }

    /// Leads from all ends to a stage.
    fn lead_on(&mut self, ends: &Ends<'t>, arrow: &'t Arrow, to: usize) -> Built<()> {
        self.joined(ends, to)?;
        for &(from, own) in &ends.stages {
            self.forward(from, to, own.unwrap_or(arrow), None)?;
        }
        Ok(())
    }

    /// Leads from what stands before a group to the first stage of a branch.
    fn lead_in(&mut self, start: Start<'_, 't>, to: usize) -> Built<()> {
        let Some(before) = start.before else {
            return Ok(());
        };
        self.joined(before, to)?;
        let exit = match start.kind {
            GroupKind::All => Exit::TakeAll,
            GroupKind::One => Exit::ChooseOne,
        };
        for &(from, own) in &before.stages {
            if self.stages[from].exit.is_some_and(|said| said != exit) {
                let name = &self.stages[from].said.name.text;
                return Err(TextError::new(
                    start.at.start..start.at.start + 1,
                    format!("{name} cannot both take all ways and choose one"),
                )
                .hint("put a stage between"));
            }
            self.stages[from].exit = Some(exit);
            let lead = start.branch.lead.as_ref();
            let arrow = lead.or(own).unwrap_or(start.arrow);
            self.forward(from, to, arrow, start.branch.share)?;
        }
        Ok(())
    }

    /// Notes how a stage waits for what comes together at it.
    fn joined(&mut self, ends: &Ends<'t>, to: usize) -> Built<()> {
        match &ends.join {
            Join::Any => {}
            Join::All => self.stages[to].entry = Entry::All,
            Join::Mixed(at) => {
                return Err(TextError::new(
                    at.clone(),
                    "what ends here is partly a choice and partly side by side, so no stage can wait for it",
                )
                .hint("let each branch end in one stage, for instance { A > [B | C] > D, E } > F"));
            }
        }
        Ok(())
    }

    fn forward(
        &mut self,
        from: usize,
        to: usize,
        arrow: &Arrow,
        share: Option<Share>,
    ) -> Built<()> {
        let share = share.or(arrow.share);
        self.handoff(from, to, HandoffKind::Forward, share, arrow)
    }

    fn handoff(
        &mut self,
        from: usize,
        to: usize,
        kind: HandoffKind,
        share: Option<Share>,
        arrow: &Arrow,
    ) -> Built<()> {
        if self.handoffs.len() == MOST {
            return Err(TextError::new(
                arrow.at.clone(),
                format!("this makes more than {MOST} handoffs"),
            ));
        }
        let delay = arrow.delay.clone().unwrap_or_default();
        let trigger = match delay {
            Distribution::Fixed(latency) if arrow.is_automatic => Trigger::Automatic(latency),
            _ if arrow.is_automatic => {
                return Err(TextError::new(
                    arrow.at.clone(),
                    "an automatic handoff takes always as long",
                )
                .hint("write a time, for instance >!5m>"));
            }
            delay => Trigger::Manual(delay),
        };
        self.handoffs.push(NewHandoff {
            from,
            to,
            kind,
            share,
            trigger,
            needs: if arrow.is_customary {
                Needs::Customary
            } else {
                Needs::Required
            },
            at: arrow.at.clone(),
        });
        Ok(())
    }

    /// The stage that an element makes or means.
    fn named(&mut self, element: &'t Element) -> Built<usize> {
        match element {
            Element::Stage(said, _) => self.made(said),
            Element::Reference(name, _) => self.meant(name),
            Element::Group { at, .. } => {
                Err(TextError::new(at.clone(), "a stage is expected here"))
            }
        }
    }

    /// Rework and feedback behind a stage.
    fn sides(&mut self, element: &'t Element, stage: usize) -> Built<()> {
        let (Element::Stage(_, sides) | Element::Reference(_, sides)) = element else {
            return Ok(());
        };
        for side in sides {
            let to = self.meant(&side.to)?;
            let kind = if side.is_feedback {
                HandoffKind::Feedback
            } else {
                HandoffKind::Rework {
                    at_most: side.arrow.at_most,
                }
            };
            let share = side.arrow.share.or(Share::new(DEFAULT_SHARE));
            self.handoff(stage, to, kind, share, &side.arrow)?;
        }
        Ok(())
    }

    fn made(&mut self, said: &'t StageText) -> Built<usize> {
        if self.stages.len() == MOST {
            return Err(TextError::new(
                said.name.at.clone(),
                format!("these are more than {MOST} stages"),
            ));
        }
        let owner = match &said.owner {
            Owner::Before if said.is_automatic => None,
            Owner::Before => self.owner,
            Owner::Nobody => {
                self.owner = None;
                None
            }
            Owner::Named(name) => {
                let lower = name.text.to_lowercase();
                let known = self
                    .owners
                    .iter()
                    .position(|owner| owner.text.to_lowercase() == lower);
                self.owner = Some(known.unwrap_or_else(|| {
                    self.owners.push(name);
                    self.owners.len() - 1
                }));
                self.owner
            }
        };
        let at = self.stages.len();
        let name = said.name.text.as_str();
        let same = self.by_name.entry(name).or_default();
        same.push(at);
        let base = Slug::from_name(name, StageId::KIND);
        let mut slug = base;
        let mut n = same.len().max(2);
        while self.by_slug.contains_key(&slug) {
            slug = base.numbered(n);
            n += 1;
        }
        self.by_slug.insert(slug, at);
        self.stages.push(NewStage {
            said,
            owner,
            entry: Entry::Any,
            exit: None,
        });
        Ok(at)
    }

    /// The stage that a name means: the last before it that has this name, else the one whose id
    /// it is.
    fn meant(&self, name: &Name) -> Built<usize> {
        let last = self
            .by_name
            .get(name.text.as_str())
            .and_then(|all| all.last());
        let by_id = || {
            let slug = Slug::new(&name.text).ok()?;
            self.by_slug.get(&slug)
        };
        let by_sound = || {
            self.by_slug
                .get(&Slug::from_name(&name.text, StageId::KIND))
        };
        let found = last.or_else(by_id).or_else(by_sound);
        found.copied().ok_or_else(|| {
            TextError::new(
                name.at.clone(),
                format!("no stage before this is called {}", name.text),
            )
            .hint("name the stage first; what stands behind #, < and ~> is a stage named before")
        })
    }
}

fn changes(model: &Model, drawing: &Drawing<'_>, text: &str) -> Built<Entered> {
    let mut ids = FreshIds::new(model);
    let mut changes = Vec::new();
    let known_stream = model.streams.at(0).map(|stream| stream.id);
    let stream = known_stream.unwrap_or_else(|| {
        let name = match model.name.trim() {
            "" => "Stream",
            name => name,
        };
        let mut made = Stream::new(ids.stream(name), name);
        "item".clone_into(&mut made.item);
        let id = made.id;
        changes.push(Change::Stream(StreamChange::Add {
            stream: Arc::new(made),
            position: None,
        }));
        id
    });
    let mut teams: Vec<TeamId> = Vec::with_capacity(drawing.owners.len());
    for owner in &drawing.owners {
        let lower = owner.text.to_lowercase();
        let known = model
            .teams
            .iter()
            .find(|team| team.name.to_lowercase() == lower);
        teams.push(known.map_or_else(
            || {
                let team = Team::new(ids.team(&owner.text), owner.text.clone());
                let id = team.id;
                changes.push(Change::Team(TeamChange::Add {
                    team: Arc::new(team),
                    position: None,
                }));
                id
            },
            |team| team.id,
        ));
    }
    changes.extend(keep_arrivals(model, &known_stream.into_iter().collect()));
    let mut places: FxHashMap<At, Range<usize>> = FxHashMap::default();
    let mut stages = Vec::with_capacity(drawing.stages.len());
    for new in &drawing.stages {
        let name = &new.said.name;
        let mut stage = Stage::new(ids.stage(&name.text), name.text.clone());
        stage.stream = Some(stream);
        stage.team = new.owner.map(|owner| teams[owner]);
        stage.work = new.said.work.clone();
        stage.automation = new.said.is_automatic.then_some(Automation::Automatic);
        stage.ca = new.said.ca;
        stage.entry = new.entry;
        stage.exit = new.exit.unwrap_or_default();
        places.insert(At::Stage(stage.id), name.at.clone());
        stages.push(stage.id);
        changes.push(Change::Stage(StageChange::Add {
            stage: Arc::new(stage),
            position: None,
        }));
    }
    let mut is_led_to = FxHashSet::default();
    for new in &drawing.handoffs {
        let (from, to) = (stages[new.from], stages[new.to]);
        let mut handoff = Handoff::new(ids.handoff(from, to), from, to);
        handoff.kind = new.kind;
        handoff.share = new.share;
        handoff.trigger = new.trigger.clone();
        handoff.needs = new.needs;
        if handoff.is_forward() {
            is_led_to.insert(to);
        }
        places.insert(At::Handoff(handoff.id), new.at.clone());
        changes.push(Change::Handoff(HandoffChange::Add {
            handoff: Arc::new(handoff),
            position: None,
        }));
    }
    if known_stream.is_none() {
        let first = |stage: &StageId| !is_led_to.contains(stage);
        changes.push(Change::Stream(StreamChange::AddDemand {
            stream,
            demand: Arc::new(Demand {
                id: ids.demand("demand"),
                class: None,
                arrivals: default_arrivals(),
                at: stages.iter().copied().filter(first).collect(),
            }),
        }));
    }
    let mut after = model.clone();
    let everything = 0..text.trim_end().len();
    for change in &changes {
        apply(&mut after, change)
            .map_err(|error| TextError::new(everything.clone(), error.to_string()))?;
    }
    // An error that the model had before is no fault of the text.
    let is_new = model.stages.is_empty();
    let errors = check(&after)
        .into_iter()
        .filter(|problem| problem.is_error());
    for problem in errors {
        let place = places.get(&problem.at).cloned();
        if let Some(at) = place.or_else(|| is_new.then(|| everything.clone())) {
            let error = TextError::new(at, problem.message);
            return Err(match problem.hint {
                Some(hint) => error.hint(hint),
                None => error,
            });
        }
    }
    Ok(Entered { changes, stages })
}
