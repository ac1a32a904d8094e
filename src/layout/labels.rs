//! Labels: where the pill of a handoff lies on its way.
//!
//! Short ways have the least choice, so their labels go first; a label keeps off those before it.
//! As ways do (`routing`), each remembers the area in which it has looked.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{WorldPoint, WorldRect, WorldSize};

use super::index::{BoxIndex, NOWHERE};
use super::routing::{Changed, Routing};

/// How far a label keeps from cards and other labels.
const CLEAR: f64 = 2.0;

/// When it is a label's turn: by the length of its way, by place.
type Turn = (u64, u32);

/// The labels of all wires.
pub(super) struct Labels {
    sizes: Vec<Option<WorldSize>>,
    turns: Vec<Turn>,
    /// Where labels lie, by wire.
    taken: BoxIndex,
    /// Where each label has looked.
    asked: BoxIndex,
    is_waiting: Vec<bool>,
    waiting: Vec<u32>,
}

impl Labels {
    /// Makes it without labels, for cards that will be where these are.
    pub(super) fn among(cards: &[WorldRect]) -> Self {
        Self {
            sizes: Vec::new(),
            turns: Vec::new(),
            taken: BoxIndex::among(cards),
            asked: BoxIndex::among(cards),
            is_waiting: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Returns where the label of a wire lies.
    pub(super) fn rect(&self, wire: usize) -> Option<WorldRect> {
        let rect = self.taken.rect(wire);
        (rect != NOWHERE).then_some(rect)
    }

    /// Finds a place for each label that a change of ways or sizes concerns: on the longest part of
    /// its way that has room, else where it hides least. Returns the wires whose labels have
    /// changed, in order.
    pub(super) fn update(
        &mut self,
        routing: &mut Routing,
        changed: &Changed,
        sizes: &[Option<WorldSize>],
    ) -> Vec<usize> {
        let mut with_other_turns = changed.wires.clone();
        for (at, &size) in sizes.iter().enumerate() {
            if at == self.sizes.len() {
                self.sizes.push(size);
                self.turns.push((0, at as u32));
                self.is_waiting.push(false);
                self.taken.put(at, NOWHERE);
                self.asked.put(at, NOWHERE);
            } else if self.sizes[at] != size {
                self.sizes[at] = size;
                self.wait(at);
            }
        }
        with_other_turns.retain(|&at| at < self.sizes.len());
        for at in with_other_turns {
            self.wait(at);
            let turn = (length(routing.points(at)).to_bits(), at as u32);
            if turn != self.turns[at] {
                // What lay behind it may lie before it now, or the other way round.
                self.turns[at] = turn;
                self.wait_around(self.taken.rect(at), |_| true);
            }
        }
        for &area in &changed.areas {
            self.wait_around(area, |_| true);
        }
        let mut moved = Vec::new();
        let mut queue: BinaryHeap<Reverse<Turn>> = BinaryHeap::new();
        loop {
            let turns = &self.turns;
            queue.extend(self.waiting.drain(..).map(|at| Reverse(turns[at as usize])));
            let Some(Reverse((_, at))) = queue.pop() else {
                break;
            };
            let at = at as usize;
            self.is_waiting[at] = false;
            let (rect, asked) = self.find(at, routing);
            self.asked.put(at, asked);
            let before = self.taken.rect(at);
            if rect == before {
                continue;
            }
            self.taken.put(at, rect);
            moved.push(at);
            let turn = self.turns[at];
            let turns = std::mem::take(&mut self.turns);
            for area in [before, rect] {
                self.wait_around(area, |other| turns[other] > turn);
            }
            self.turns = turns;
        }
        moved.sort_unstable();
        moved.dedup();
        moved
    }

    fn wait(&mut self, wire: usize) {
        if !std::mem::replace(&mut self.is_waiting[wire], true) {
            self.waiting.push(wire as u32);
        }
    }

    /// Has those labels look again that have looked into an area.
    fn wait_around(&mut self, area: WorldRect, concerns: impl Fn(usize) -> bool) {
        if area == NOWHERE {
            return;
        }
        for other in self.asked.meeting(area) {
            if concerns(other) {
                self.wait(other);
            }
        }
    }

    /// Finds the place of a label, [`NOWHERE`] for none, and the area in which it has looked.
    fn find(&self, at: usize, routing: &mut Routing) -> (WorldRect, WorldRect) {
        let mut best: Option<(f64, WorldRect)> = None;
        let mut asked = NOWHERE;
        let size = self.sizes[at].filter(|_| routing.points(at).len() > 1);
        let Some(size) = size else {
            return (NOWHERE, NOWHERE);
        };
        let is_before = |other: &usize| self.turns[*other] < self.turns[at];
        for (extra, middle) in spots(routing.points(at), size) {
            let rect = WorldRect::from_min_size(
                WorldPoint::new(
                    (middle.x - size.width / 2.0).round(),
                    (middle.y - size.height / 2.0).round(),
                ),
                size,
            );
            if best.is_some_and(|(least, _)| least <= extra) {
                continue;
            }
            // First what must not be, then what should not.
            let area = rect.grown(CLEAR);
            asked = asked.union(area);
            let field = &routing.field;
            let cards = field.cards_in(area);
            let on_card = !cards.is_empty();
            let cards = cards.into_iter().map(|card| field.cards[card]);
            let labels = self.taken.all(area).into_iter().filter(is_before);
            let labels = labels.map(|label| self.taken.rect(label));
            let others = cards.chain(field.notes_in(area)).chain(labels);
            let hidden: i64 = others.map(|other| common(other, area)).sum();
            let crossed = routing.pieces.others_in(area, at);
            let cost = extra
                + 60.0 * crossed as f64
                + if hidden > 0 {
                    10_000.0 + (hidden as f64 / PARTS).round()
                } else {
                    0.0
                }
                + if on_card { 10_000.0 } else { 0.0 };
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, rect));
            }
        }
        (best.map_or(NOWHERE, |(_, rect)| rect), asked)
    }
}

fn length(route: &[WorldPoint]) -> f64 {
    route
        .windows(2)
        .map(|pair| (pair[0].x - pair[1].x).abs() + (pair[0].y - pair[1].y).abs())
        .sum()
}

/// Into so many parts a unit of area is divided: sums of whole parts do not depend on their order.
const PARTS: f64 = 256.0;

/// Returns how much two rectangles have in common, in parts, rounded up.
fn common(a: WorldRect, b: WorldRect) -> i64 {
    let width = a.max.x.min(b.max.x) - a.min.x.max(b.min.x);
    let height = a.max.y.min(b.max.y) - a.min.y.max(b.min.y);
    (width.max(0.0) * height.max(0.0) * PARTS).ceil() as i64
}

/// Middles of possible places, each with what it costs to be there: the middle of the longest part
/// first, then along it, then the other parts.
fn spots(route: &[WorldPoint], size: WorldSize) -> Vec<(f64, WorldPoint)> {
    const STEP: f64 = 12.0;
    const MOST_STEPS: usize = 24;
    /// Room for the bend or the arrow head at either end of a part.
    const END: f64 = 10.0;
    let mut parts: Vec<(f64, f64, WorldPoint, WorldPoint)> = route
        .windows(2)
        .map(|pair| {
            let (a, b) = (pair[0], pair[1]);
            let length = (a.x - b.x).abs() + (a.y - b.y).abs();
            let along = if a.y == b.y { size.width } else { size.height };
            (length - along - 2.0 * END, length, a, b)
        })
        .collect();
    // Parts with room, the longest first; those without after them.
    parts.sort_by(|a, b| {
        let by_room = (b.0 >= 0.0).cmp(&(a.0 >= 0.0));
        by_room.then(b.1.total_cmp(&a.1))
    });
    let mut spots = Vec::new();
    for (rank, &(room, length, a, b)) in parts.iter().enumerate() {
        let extra = 40.0 * rank as f64 + if room < 0.0 { 200.0 - room } else { 0.0 };
        let half = length / 2.0;
        let steps = ((room.max(0.0) / 2.0 / STEP) as usize).min(MOST_STEPS);
        for step in 0..=steps {
            for sign in [1.0, -1.0] {
                if step == 0 && sign < 0.0 {
                    continue;
                }
                let share = (half + sign * STEP * step as f64) / length.max(f64::MIN_POSITIVE);
                let middle = WorldPoint::new(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
                spots.push((extra + 2.0 * step as f64, middle));
            }
        }
    }
    spots
}
