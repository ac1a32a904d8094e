//! Positions: those set by hand, and a place for every stage that has none.

use crate::model::{WorldPoint, WorldRect, WorldSize, WorldVector};

use super::index::BoxIndex;
use super::lanes::Membership;
use super::layered::{self, arrange};
use super::notes::Notes;
use super::{COLUMN_GAP, FOOT, HEADER, LayoutInput, ROW_GAP, Way, Wire, beside, snap, snap_up};

/// What is to be placed.
pub(super) struct Task<'a> {
    pub(super) input: &'a LayoutInput<'a>,
    pub(super) sizes: &'a [WorldSize],
    pub(super) wires: &'a [Wire],
    pub(super) lanes: Option<&'a Membership>,
    /// How wide the labels of wires are, by wire.
    pub(super) label_widths: &'a [f64],
}

/// Above so many stages without a place beside some that have one, they are arranged as a drawing
/// of their own: nobody draws that many one by one.
const MOST_ONE_BY_ONE: usize = 200;

/// Coordinates beyond this are as good as none: sums of them would lose the grid.
const FARTHEST: f64 = 1e9;

/// Returns a position set by hand, when it is one that can be drawn.
pub(super) fn position(position: Option<WorldPoint>) -> Option<WorldPoint> {
    let is_near = |c: f64| c.is_finite() && c.abs() <= FARTHEST;
    position.filter(|corner| is_near(corner.x) && is_near(corner.y))
}

/// Returns where each stage's card stands, and the notes.
pub(super) fn place(task: &Task<'_>) -> (Vec<WorldRect>, Notes) {
    let cards: Vec<Option<WorldRect>> = task
        .input
        .model
        .stages
        .iter()
        .zip(task.sizes)
        .map(|(stage, &size)| {
            let corner = position(stage.at.position)?;
            Some(WorldRect::from_min_size(corner, size))
        })
        .collect();
    let mut notes = Notes::of(task.input, &cards);
    // What makes room for cards makes room for notes in the same way: they are cards without wires.
    let mut all = cards.clone();
    all.extend(notes.free());
    let lane_of = task.lanes.map(|lanes| lanes_of(&lanes.lane_of, &all));
    beside::spread(&mut all, task.wires, lane_of.as_deref());
    notes.take_moved(&all.split_off(cards.len()));
    let mut cards = all;
    notes.follow(&cards);

    let missing: Vec<usize> = (0..cards.len()).filter(|&at| cards[at].is_none()).collect();
    if missing.len() == cards.len() || missing.len() > MOST_ONE_BY_ONE {
        block(task, &missing, &mut cards, &notes);
    } else if !missing.is_empty() {
        one_by_one(task, &missing, &mut cards, &notes);
    }
    let cards = cards
        .into_iter()
        .map(|card| card.expect("every stage has been given a place"))
        .collect();
    (cards, notes)
}

/// Returns the lanes of cards and of the notes after them: a note belongs to the lane of the card
/// next to it.
fn lanes_of(lane_of: &[usize], all: &[Option<WorldRect>]) -> Vec<usize> {
    let (cards, notes) = all.split_at(lane_of.len());
    let of_note = |note: &Option<WorldRect>| {
        let middle = note.map(WorldRect::center).unwrap_or_default();
        let far = |card: WorldRect| {
            let off = card.center() - middle;
            off.y.abs() + 0.1 * off.x.abs()
        };
        let nearest = cards
            .iter()
            .zip(lane_of)
            .filter_map(|(card, &lane)| Some((far((*card)?), lane)))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.map_or(0, |(_, lane)| lane)
    };
    let notes = notes.iter().map(of_note);
    lane_of.iter().copied().chain(notes).collect()
}

/// Arranges stages as a drawing of their own, below what is placed already.
fn block(task: &Task<'_>, missing: &[usize], cards: &mut [Option<WorldRect>], notes: &Notes) {
    let placed = cards.iter().flatten().copied().reduce(WorldRect::union);
    let around = placed.map(|placed| {
        let notes = notes.in_the_way().into_iter();
        notes.fold(placed, WorldRect::union)
    });
    let top_left = match around {
        Some(placed) => WorldPoint::new(
            snap(placed.min.x),
            snap_up(placed.max.y + ROW_GAP + HEADER + FOOT),
        ),
        None => WorldPoint::default(),
    };
    let arranged = arrange(&layered::Task {
        nodes: missing,
        sizes: task.sizes,
        wires: task.wires,
        lanes: task.lanes.map(|lanes| lanes.lane_of.as_slice()),
        label_widths: task.label_widths,
        present: None,
    });
    for (node, rect) in arranged.cards {
        cards[node] = Some(rect.moved(top_left - WorldPoint::default()));
    }
}

/// Finds each stage a free place near the stages it is joined to, along the way of the items.
fn one_by_one(task: &Task<'_>, missing: &[usize], cards: &mut [Option<WorldRect>], notes: &Notes) {
    // The layered arrangement gives the order in which to go: from left to right.
    let mut turns = arrange(&layered::Task {
        nodes: missing,
        sizes: task.sizes,
        wires: task.wires,
        lanes: None,
        label_widths: task.label_widths,
        present: None,
    })
    .cards;
    turns.sort_by(|(a, left), (b, right)| {
        let by_place = left.min.x.total_cmp(&right.min.x);
        by_place
            .then(left.min.y.total_cmp(&right.min.y))
            .then(a.cmp(b))
    });
    let mut placed: Vec<WorldRect> = cards.iter().flatten().copied().collect();
    placed.extend(notes.in_the_way());
    let mut taken = BoxIndex::new(&placed);
    for (node, _) in turns {
        let wish = wish(task, node, cards);
        let size = task.sizes[node];
        let rect = WorldRect::from_min_size(wish, size);
        let free = match task.lanes {
            Some(_) => slide(rect, &taken, 0),
            None => [slide(rect, &taken, 1), slide(rect, &taken, -1)]
                .into_iter()
                .min_by(|a, b| {
                    let far = |rect: &WorldRect| (rect.min.y - wish.y).abs();
                    far(a).total_cmp(&far(b))
                })
                .expect("there are two"),
        };
        taken.insert(free);
        cards[node] = Some(free);
    }
}

/// Where a stage would stand if nothing else stood there.
fn wish(task: &Task<'_>, node: usize, cards: &[Option<WorldRect>]) -> WorldPoint {
    let size = task.sizes[node];
    let ends = |is_before: bool| {
        task.wires
            .iter()
            .filter(move |wire| {
                let near = if is_before { wire.to } else { wire.from };
                near == node && wire.way == Way::Forward
            })
            .filter_map(move |wire| cards[if is_before { wire.from } else { wire.to }])
            .collect::<Vec<WorldRect>>()
    };
    let (before, after) = (ends(true), ends(false));
    let neighbours = if before.is_empty() { &after } else { &before };
    let all = cards.iter().flatten().copied().reduce(WorldRect::union);
    let all = all.unwrap_or_default();
    let x = if let Some(right) = before.iter().map(|rect| rect.max.x).reduce(f64::max) {
        right + COLUMN_GAP
    } else if let Some(left) = after.iter().map(|rect| rect.min.x).reduce(f64::min) {
        left - COLUMN_GAP - size.width
    } else {
        all.min.x
    };
    let middle = |rects: &[WorldRect]| {
        rects.iter().map(|rect| rect.center().y).sum::<f64>() / rects.len() as f64
    };
    let y = if let Some(lanes) = task.lanes {
        let lane = lanes.lane_of[node];
        let mates: Vec<WorldRect> = cards
            .iter()
            .zip(&lanes.lane_of)
            .filter(|(_, at)| **at == lane)
            .filter_map(|(card, _)| *card)
            .collect();
        let level = |rect: &&WorldRect| {
            let wanted = if neighbours.is_empty() {
                rect.center().y
            } else {
                middle(neighbours)
            };
            (rect.center().y - wanted).abs()
        };
        match mates.iter().min_by(|a, b| level(a).total_cmp(&level(b))) {
            Some(mate) => mate.min.y,
            None => snap_up(all.max.y + HEADER + FOOT),
        }
    } else if neighbours.is_empty() {
        all.max.y + ROW_GAP
    } else {
        middle(neighbours) - size.height / 2.0
    };
    // Level with a single neighbour even when that stands off the grid.
    let y = if neighbours.len() == 1 || task.lanes.is_some() {
        y
    } else {
        snap(y)
    };
    WorldPoint::new(snap(x), y)
}

/// Moves a card past everything in its way: down (1), up (-1) or to the right (0).
pub(super) fn slide(mut rect: WorldRect, taken: &BoxIndex, direction: i8) -> WorldRect {
    loop {
        let margin = ROW_GAP - GRACE;
        let blocking = taken.all(rect.grown(margin));
        let Some(blocking) = blocking
            .into_iter()
            .map(|at| taken.rect(at))
            .reduce(WorldRect::union)
        else {
            return rect;
        };
        let by = match direction {
            1 => (0.0, snap_up(blocking.max.y + ROW_GAP - rect.min.y)),
            -1 => (0.0, -snap_up(rect.max.y + ROW_GAP - blocking.min.y)),
            _ => (snap_up(blocking.max.x + COLUMN_GAP - rect.min.x), 0.0),
        };
        rect = rect.moved(WorldVector { x: by.0, y: by.1 });
    }
}

/// So much nearer than the usual gap cards may stand, where the user's own rows are tighter.
const GRACE: f64 = 24.0;
