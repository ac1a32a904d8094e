//! A layout that is kept up with its Model: after an edit only what it concerns is found anew.
//!
//! What is kept are the inputs of each step (sizes, wires, cards) and, for ways and labels, what each
//! of them has looked at (`routing`). An edit of stages or handoffs, or new ones at the end, is
//! followed; after anything else everything is found anew.

use rustc_hash::FxHashSet;

use crate::graph::Flow;
use crate::model::{Difference, HandoffId, Model, Stage, WorldRect, WorldSize};

use super::fold::Fold;
use super::index::NOWHERE;
use super::labels::Labels;
use super::lanes::Membership;
use super::notes::Notes;
use super::routing::Routing;
use super::{Corners, Layout, LayoutInput, Route, Wire, corners, place, usable, wire_at, wires};

/// What a layout was found from, as far as the next one can go on from it.
pub struct LiveLayout {
    /// The sizes of cards, by stage.
    sizes: Vec<WorldSize>,
    /// The handoffs between stages that are there.
    wires: Vec<Wire>,
    /// The place of each wire: in the Flow's handoffs, or, that many further on, in its relaxed ones.
    places: Vec<usize>,
    /// The sizes of labels, by wire.
    labels: Vec<Option<WorldSize>>,
    drawn: Drawn,
    /// Whether every stage has been put somewhere by hand.
    are_all_placed: bool,
    /// Whether a group is collapsed.
    is_folded: bool,
}

/// What differs between a layout and the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayoutChange {
    /// The stages whose cards are elsewhere or of another size, and new ones; by their places in
    /// the Model, in order.
    pub stages: Vec<usize>,
    /// The handoffs that differ themselves, have other ways or labels, or are new; by their places
    /// in the Flow, the relaxed ones after them; in order.
    pub handoffs: Vec<usize>,
    /// Whether lanes are other ones or elsewhere.
    pub has_other_lanes: bool,
    /// Whether notes are elsewhere.
    pub has_other_notes: bool,
}

impl LiveLayout {
    /// Finds a place for everything.
    pub fn new(input: &LayoutInput<'_>) -> (Self, Layout) {
        let LayoutInput { model, flow, .. } = *input;
        let (wires, places) = wires(model, flow);
        let mut live = Self {
            sizes: (model.stages.iter())
                .map(|stage| size_of(input, stage))
                .collect(),
            labels: (places.iter())
                .map(|&place| label_of(input, place))
                .collect(),
            wires,
            places,
            drawn: Drawn::among(&[], &[]),
            are_all_placed: are_all_placed(model),
            is_folded: false,
        };
        let lanes = Membership::of(model);
        let (cards, notes) = live.placed(input, lanes.as_ref());
        let mut layout = Layout {
            routes: vec![Route::default(); flow.handoffs.len()],
            ghosts: vec![Route::default(); flow.relaxed.len()],
            stages: cards,
            ..Layout::default()
        };
        let fold = Fold::of(input, &layout.stages);
        let around = notes.in_the_way();
        if let Some(fold) = &fold {
            // The ways of what is seen, as if nothing else were there.
            live.is_folded = true;
            let seen = live.folded(input, fold, &layout.stages);
            live.drawn = Drawn::among(&fold.cards, &around);
            let corners = |at: usize| seen.corners[at];
            let drawn = &mut live.drawn;
            drawn.update(
                &fold.cards,
                &around,
                &seen.wires,
                &corners,
                &[],
                &seen.labels,
            );
            for (at, &place) in seen.places.iter().enumerate() {
                *route_of(&mut layout, place) = drawn.route(at);
            }
        } else {
            live.drawn = Drawn::among(&layout.stages, &around);
            live.draw(input, &around, &[], &mut layout);
        }
        live.finish(model, lanes.as_ref(), notes, &mut layout);
        if let Some(fold) = fold {
            layout.stages = fold.shown();
            layout.folded = fold.groups;
        }
        (live, layout)
    }

    /// Has a layout follow an edit: it differs from the Model before by `difference`, and the Flow by
    /// new handoffs at most. Returns what has changed; nothing when all has to be found anew, and
    /// then neither this nor the layout are of any use.
    ///
    /// The layout must be the one that was found last. What it becomes is what [`Self::new`] finds.
    pub fn follow(
        &mut self,
        input: &LayoutInput<'_>,
        difference: &Difference,
        layout: &mut Layout,
    ) -> Option<LayoutChange> {
        let LayoutInput { model, flow, .. } = *input;
        let known = layout.routes.len();
        let has_more = flow.handoffs.len() > known;
        let is_known = flow.handoffs.len() >= known
            && flow.relaxed.len() == layout.ghosts.len()
            // With more of them, places of relaxed ones would be others.
            && (!has_more || layout.ghosts.is_empty());
        if self.is_folded || !is_known {
            return None;
        }
        layout.routes.resize(flow.handoffs.len(), Route::default());
        for &at in &difference.stages {
            let size = size_of(input, model.stages.at(at)?);
            match self.sizes.get_mut(at) {
                Some(known) => *known = size,
                None => self.sizes.push(size),
            }
        }
        let mut with_new_corners = self.changed_wires(model, flow, difference);
        let mut differing = with_new_corners.clone();
        for place in known..flow.handoffs.len() {
            // What is said of a way depends on whether there is another one from the same stage.
            let from = model.stages.position(flow.handoffs[place].from)?;
            differing.extend(self.drawn.routing.wires_at(from));
        }
        for &wire in &differing {
            self.labels[wire] = label_of(input, self.places[wire]);
        }
        for place in known..flow.handoffs.len() {
            self.wires.push(wire_at(model, flow, place)?);
            self.places.push(place);
            self.labels.push(label_of(input, place));
        }
        let lanes = Membership::of(model);
        let (stages, notes) = self.place_anew(input, difference, lanes.as_ref(), layout);
        let around = notes.in_the_way();
        for &stage in &difference.stages {
            // What was put where it stands already stands there by hand now.
            with_new_corners.extend(self.drawn.routing.wires_at(stage));
        }
        if !self.drawn.routing.goes_on_to(&layout.stages, &self.wires) {
            self.drawn = Drawn::among(&layout.stages, &around);
        }
        let changed = self.draw(input, &around, &with_new_corners, layout);
        let mut handoffs: Vec<usize> = changed.iter().map(|&wire| self.places[wire]).collect();
        handoffs.extend(differing.iter().map(|&wire| self.places[wire]));
        handoffs.extend(known..flow.handoffs.len());
        handoffs.sort_unstable();
        handoffs.dedup();
        let before = (
            std::mem::take(&mut layout.lanes),
            std::mem::take(&mut layout.notes),
        );
        self.finish(model, lanes.as_ref(), notes, layout);
        Some(LayoutChange {
            stages,
            handoffs,
            has_other_lanes: before.0 != layout.lanes,
            has_other_notes: before.1 != layout.notes,
        })
    }

    /// Returns the wires whose handoffs differ.
    fn changed_wires(&self, model: &Model, flow: &Flow, difference: &Difference) -> Vec<usize> {
        let changed = difference.handoffs.iter();
        let ids: FxHashSet<HandoffId> = changed
            .filter_map(|&at| model.handoffs.at(at))
            .map(|handoff| handoff.id)
            .collect();
        if ids.is_empty() {
            return Vec::new();
        }
        (0..self.wires.len())
            .filter(|&wire| {
                let handoff = flow.handoffs.get(self.places[wire]);
                handoff.is_some_and(|handoff| ids.contains(&handoff.id))
            })
            .collect()
    }

    /// Puts cards and notes where they belong. Returns the stages whose cards are elsewhere, and
    /// the notes.
    fn place_anew(
        &mut self,
        input: &LayoutInput<'_>,
        difference: &Difference,
        lanes: Option<&Membership>,
        layout: &mut Layout,
    ) -> (Vec<usize>, Notes) {
        let model = input.model;
        let are_placed = |&at: &usize| model.stages.at(at).is_some_and(is_placed);
        let is_by_hand = self.are_all_placed && difference.stages.iter().all(are_placed);
        // Then nothing moves but what is moved.
        let is_plain = is_by_hand && model.notes.is_empty() && input.flow.relaxed.is_empty();
        let mut elsewhere = Vec::new();
        if is_plain {
            for &at in &difference.stages {
                let corner =
                    (model.stages.at(at)).and_then(|stage| place::position(stage.at.position));
                let card = WorldRect::from_min_size(corner.unwrap_or_default(), self.sizes[at]);
                match layout.stages.get_mut(at) {
                    Some(known) if *known == card => continue,
                    Some(known) => *known = card,
                    None => layout.stages.push(card),
                }
                elsewhere.push(at);
            }
            return (elsewhere, Notes::of(input, &[]));
        }
        self.are_all_placed = is_by_hand || are_all_placed(model);
        let (cards, notes) = self.placed(input, lanes);
        let before = std::mem::replace(&mut layout.stages, cards);
        let is_elsewhere = |&at: &usize| before.get(at) != layout.stages.get(at);
        elsewhere.extend((0..layout.stages.len()).filter(is_elsewhere));
        (elsewhere, notes)
    }

    /// Finds a place for each card and note.
    fn placed(
        &self,
        input: &LayoutInput<'_>,
        lanes: Option<&Membership>,
    ) -> (Vec<WorldRect>, Notes) {
        let label_widths: Vec<f64> = (self.labels.iter())
            .map(|size| size.map_or(0.0, |size| size.width))
            .collect();
        place::place(&place::Task {
            input,
            sizes: &self.sizes,
            wires: &self.wires,
            lanes,
            label_widths: &label_widths,
        })
    }

    /// Finds ways and labels. Returns the wires with others than before.
    fn draw(
        &mut self,
        input: &LayoutInput<'_>,
        notes: &[WorldRect],
        with_new_corners: &[usize],
        layout: &mut Layout,
    ) -> Vec<usize> {
        let Self {
            wires,
            places,
            labels,
            drawn,
            ..
        } = self;
        let cards = &layout.stages;
        let corners = |at: usize| corners(input.model, input.flow, places[at], &wires[at], cards);
        let changed = drawn.update(cards, notes, wires, &corners, with_new_corners, labels);
        for &at in &changed {
            *route_of(layout, places[at]) = drawn.route(at);
        }
        changed
    }

    /// Finds what lies around everything.
    fn finish(&self, model: &Model, lanes: Option<&Membership>, notes: Notes, layout: &mut Layout) {
        let all = layout.stages.iter().chain(&self.drawn.extents);
        let all = all.copied().fold(NOWHERE, WorldRect::union);
        layout.bounds = if all == NOWHERE {
            WorldRect::default()
        } else {
            all
        };
        if let Some(lanes) = lanes {
            layout.lanes = lanes.bands(layout);
            let rects = layout.lanes.iter().map(|lane| lane.rect);
            // Without stages there is no lane, and nothing around it.
            layout.bounds = rects.fold(all, WorldRect::union);
            if layout.bounds == NOWHERE {
                layout.bounds = WorldRect::default();
            }
        }
        layout.notes = notes.finished(model, layout.bounds);
    }

    /// Returns what is seen of wires between the cards that are shown: nothing of one inside a card.
    /// Corners lead to stages that are shown.
    fn folded<'a>(&self, input: &LayoutInput<'a>, fold: &Fold, cards: &[WorldRect]) -> Folded<'a> {
        let mut seen = Folded::default();
        for (at, &wire) in self.wires.iter().enumerate() {
            let Some(outside) = fold.outside(wire) else {
                continue;
            };
            let place = self.places[at];
            let is_hidden = fold.hides(wire.from) || fold.hides(wire.to);
            seen.corners.push(if is_hidden {
                Corners::default()
            } else {
                corners(input.model, input.flow, place, &wire, cards)
            });
            seen.wires.push(outside);
            seen.places.push(place);
            seen.labels.push(self.labels[at]);
        }
        seen
    }
}

/// What is seen of wires while groups are collapsed.
#[derive(Default)]
struct Folded<'a> {
    wires: Vec<Wire>,
    places: Vec<usize>,
    corners: Vec<Corners<'a>>,
    labels: Vec<Option<WorldSize>>,
}

/// What has been found for the wires that are drawn.
struct Drawn {
    routing: Routing,
    labels: Labels,
    /// A rectangle around each wire and its label.
    extents: Vec<WorldRect>,
}

impl Drawn {
    fn among(cards: &[WorldRect], notes: &[WorldRect]) -> Self {
        Self {
            routing: Routing::among(cards, notes),
            labels: Labels::among(cards),
            extents: Vec::new(),
        }
    }

    /// Finds the ways and labels that a change concerns. Returns the wires with others than before,
    /// in order.
    fn update<'a>(
        &mut self,
        cards: &[WorldRect],
        notes: &[WorldRect],
        wires: &[Wire],
        corners: &dyn Fn(usize) -> Corners<'a>,
        with_new_corners: &[usize],
        labels: &[Option<WorldSize>],
    ) -> Vec<usize> {
        let changed = (self.routing).update(cards, notes, wires, corners, with_new_corners);
        let with_new_labels = self.labels.update(&mut self.routing, &changed, labels);
        let mut all = changed.wires;
        all.extend(with_new_labels);
        all.sort_unstable();
        all.dedup();
        self.extents.resize(wires.len(), NOWHERE);
        for &at in &all {
            let corners = self.routing.points(at).iter();
            let corners = corners.map(|&corner| WorldRect {
                min: corner,
                max: corner,
            });
            let label = self.labels.rect(at);
            self.extents[at] = corners.chain(label).fold(NOWHERE, WorldRect::union);
        }
        all
    }

    fn route(&self, at: usize) -> Route {
        Route {
            points: self.routing.points(at).to_vec(),
            label: self.labels.rect(at),
        }
    }
}

fn size_of(input: &LayoutInput<'_>, stage: &Stage) -> WorldSize {
    let size = stage.at.size;
    usable(size.unwrap_or_else(|| (input.stage_size)(stage)))
}

/// Returns the size of a wire's label by the wire's place; a relaxed handoff has none.
fn label_of(input: &LayoutInput<'_>, place: usize) -> Option<WorldSize> {
    let is_drawn = place < input.flow.handoffs.len();
    let size = is_drawn.then(|| (input.label_size)(place)).flatten();
    size.map(usable)
}

fn is_placed(stage: &Stage) -> bool {
    place::position(stage.at.position).is_some()
}

fn are_all_placed(model: &Model) -> bool {
    model.stages.iter().all(is_placed)
}

fn route_of(layout: &mut Layout, place: usize) -> &mut Route {
    match place.checked_sub(layout.routes.len()) {
        None => &mut layout.routes[place],
        Some(ghost) => &mut layout.ghosts[ghost],
    }
}
