//! Layered arrangement: where stages stand when nobody has put them anywhere.
//!
//! Ranks go from left to right by longest path, the order within a rank follows the middle of the
//! neighbours (Sugiyama, Tagawa and Toda 1981), and heights come as near to the neighbours' as the
//! order allows (isotonic regression by pooling adjacent violators). Everything is deterministic:
//! ties go by the order in the file.

mod drawn;
mod heights;
mod level;
mod loose;
mod order;
mod parts;
mod ranks;
mod sift;
mod simplex;
mod thread;
mod tracks;
mod ways;

use rustc_hash::FxHashMap;

use crate::model::{WorldPoint, WorldRect, WorldSize, WorldVector};

use super::tidy::TidyControl;
use super::{COLUMN_GAP, FOOT, HEADER, ROW_GAP, Way, Wire, snap, snap_up};
pub(super) use heights::isotonic;
use heights::{heights, snap_heights};
use level::levels;
use order::{order, order_by};
use parts::{connected_parts, grid_of};
use ranks::{forward_links, ranks, spread_singles};
use sift::Sifter;
use thread::thread;
use ways::{Beside, Net, draw};

/// What is to be arranged.
pub(super) struct Task<'a> {
    /// The nodes, in file order.
    pub(super) nodes: &'a [usize],
    /// Their sizes, by node.
    pub(super) sizes: &'a [WorldSize],
    /// All wires; those that lead elsewhere are left aside.
    pub(super) wires: &'a [Wire],
    /// The lane of each node, from top to bottom; everything in one when left out.
    pub(super) lanes: Option<&'a [usize]>,
    /// How wide the labels of wires are, by wire.
    pub(super) label_widths: &'a [f64],
    /// Where they stand now, when they are to be tidied up with care; else it has to be quick.
    pub(super) present: Option<Present<'a>>,
}

/// Where things stand while they are tidied up.
#[derive(Clone, Copy)]
pub(super) struct Present<'a> {
    /// The cards, by node.
    pub(super) cards: &'a [WorldRect],
    /// To be asked whether to go on.
    pub(super) control: &'a TidyControl,
}

/// A place in a rank: a node, or a bend of a wire that passes the rank.
struct Slot {
    node: Option<usize>,
    rank: usize,
    lane: usize,
    height: f64,
    before: Vec<usize>,
    after: Vec<usize>,
    /// What comes before, when nothing else does and it leads nowhere else.
    chained_to: Option<usize>,
}

/// A wire from one rank to a later one, by its slots: its two nodes, and its bends between them.
struct Chain {
    wire: usize,
    slots: Vec<usize>,
    /// Whether the wire leads from right to left.
    is_back: bool,
}

/// What was arranged.
#[derive(Default)]
pub(super) struct Arranged {
    /// The cards, by node.
    pub(super) cards: Vec<(usize, WorldRect)>,
    /// The corners of the ways of wires, from border to border, where they were laid out with care.
    pub(super) ways: Vec<(usize, Vec<WorldPoint>)>,
}

impl Arranged {
    fn take(&mut self, other: Self, by: WorldVector) {
        let cards = other.cards.into_iter();
        self.cards
            .extend(cards.map(|(node, rect)| (node, rect.moved(by))));
        self.ways
            .extend(other.ways.into_iter().map(|(wire, mut points)| {
                for point in &mut points {
                    *point = *point + by;
                }
                (wire, points)
            }));
    }
}

/// Arranges nodes, the upper left corner of all at the origin.
pub(super) fn arrange(task: &Task<'_>) -> Arranged {
    if task.lanes.is_some() {
        return arrange_connected(task);
    }
    let mut arranged = Arranged::default();
    let (mut parts, mut singles) = connected_parts(task);
    if let Some(Present { cards, .. }) = task.present {
        let level = |&node: &usize| cards[node].min.y;
        parts.sort_by(|a, b| {
            let top = |part: &[usize]| part.iter().map(level).fold(f64::INFINITY, f64::min);
            top(a).total_cmp(&top(b))
        });
        singles.sort_by(|a, b| {
            let by_row = level(a).total_cmp(&level(b));
            by_row.then(cards[*a].min.x.total_cmp(&cards[*b].min.x))
        });
    }
    let mut top = 0.0;
    for part in &parts {
        let block = arrange_connected(&Task {
            nodes: part,
            ..*task
        });
        let bottom = block.cards.iter().map(|(_, rect)| rect.max.y);
        let bottom = bottom.fold(0.0, f64::max);
        arranged.take(block, WorldVector::new(0.0, top));
        top = snap_up(top + bottom + 2.0 * ROW_GAP);
    }
    arranged.cards.extend(grid_of(&singles, task.sizes, top));
    arranged
}

/// Positions of nodes in a list of some of them.
struct Local(Vec<u32>);

impl Local {
    fn of(nodes: &[usize], count: usize) -> Self {
        let mut at = vec![u32::MAX; count];
        for (position, &node) in nodes.iter().enumerate() {
            at[node] = position as u32;
        }
        Self(at)
    }

    fn get(&self, node: usize) -> Option<usize> {
        let at = self.0[node];
        (at != u32::MAX).then_some(at as usize)
    }
}

/// Where a card of this width begins in a column.
fn left_of(left: f64, column: f64, width: f64) -> f64 {
    snap(left + (column - width) / 2.0)
}

fn arrange_connected(task: &Task<'_>) -> Arranged {
    let local = Local::of(task.nodes, task.sizes.len());
    let links = forward_links(task, &local);
    let Some(present) = task.present else {
        let mut ranks = ranks(task.nodes.len(), &links);
        spread_singles(task, &links, &mut ranks);
        let slots = slots(task, &links, &ranks);
        let mut columns = columns(&slots);
        order(&mut columns, &slots);
        let gaps = gaps(task, &local, columns.len(), &ranks);
        return by_heights(task, &slots, &columns, &gaps);
    };
    let control = present.control;
    let mut ranks = ranks::short_ranks(task, &local, &links, control);
    spread_singles(task, &links, &mut ranks);
    let bands = bands(task, &local, &ranks, present);
    let (slots, chains, besides) = slots_with_ways(task, &local, &ranks, &bands);
    let mut columns = columns(&slots);
    order_with_care(&mut columns, &slots, &chains, present);
    let gaps = gaps(task, &local, columns.len(), &ranks);
    let way = |wire: usize| task.wires[wire].way;
    let between = match task.lanes {
        Some(_) => FOOT + HEADER,
        None => ROW_GAP,
    };
    let mut levels = levels(&columns, &slots, &chains, between, &way, control);
    if control.is_cancelled() {
        return Arranged::default();
    }
    let drawn = draw(
        &Net {
            task,
            columns: &columns,
            slots: &slots,
            chains: &chains,
            besides: &besides,
            gaps: &gaps,
        },
        &mut levels,
    );
    let middles = levels.middles;
    let mut arranged = Arranged {
        cards: cards(task, &slots, &drawn.columns, &middles),
        ways: Vec::new(),
    };
    let upper = arranged.cards.iter().map(|(_, rect)| rect.min.y);
    let upper = upper.fold(f64::INFINITY, f64::min);
    let mut moved = Arranged::default();
    arranged.ways = drawn.ways;
    moved.take(arranged, WorldVector::new(0.0, -upper));
    moved
}

/// Returns the band of each node: its lane, or the loosely tied part that it is in.
fn bands(task: &Task<'_>, local: &Local, ranks: &[usize], present: Present<'_>) -> Vec<usize> {
    if let Some(lanes) = task.lanes {
        return task.nodes.iter().map(|&node| lanes[node]).collect();
    }
    let links: Vec<(usize, usize)> = task
        .wires
        .iter()
        .filter(|wire| wire.way != Way::Ghost && wire.from != wire.to)
        .filter_map(|wire| Some((local.get(wire.from)?, local.get(wire.to)?)))
        .collect();
    let parts = loose::loose_parts(&links, ranks, present.control);
    let level = |at: usize| present.cards[task.nodes[at]].center().y;
    let order = loose::in_order(&parts, &links, level, present.control);
    let mut band = vec![0; order.len()];
    for (nth, part) in order.into_iter().enumerate() {
        band[part] = nth;
    }
    parts.into_iter().map(|part| band[part]).collect()
}

/// Arranges by heights that come near to those of the neighbours.
fn by_heights(task: &Task<'_>, slots: &[Slot], columns: &[Vec<usize>], gaps: &[f64]) -> Arranged {
    let lefts = lefts(task, slots, columns, gaps);
    let middles = heights(columns, slots);
    let mut cards = cards(task, slots, &lefts, &middles);
    snap_heights(&mut cards, columns, task);
    Arranged {
        cards,
        ways: Vec::new(),
    }
}

/// Returns the cards of the slots of nodes, which come before all others.
fn cards(
    task: &Task<'_>,
    slots: &[Slot],
    columns: &[(f64, f64)],
    middles: &[f64],
) -> Vec<(usize, WorldRect)> {
    let nodes = slots.iter().zip(middles).filter_map(|(slot, middle)| {
        let node = slot.node?;
        let size = task.sizes[node];
        let (left, width) = columns[slot.rank];
        let corner = WorldPoint::new(left_of(left, width, size.width), middle - size.height / 2.0);
        Some((node, WorldRect::from_min_size(corner, size)))
    });
    nodes.collect()
}

/// So many exchanges are tried for each slot that there is, in the search for few crossings, and so
/// many in all: about a second.
const CARE: usize = 3_000;
const MOST_CARE: usize = 60_000_000;
/// What has more places for its bends to be tried than this is not bettered any more.
const MOST_BETTERED: usize = 4_000_000;

/// Orders columns with few crossings: as things stand now where that costs little, else afresh.
///
/// The order of the nodes is all that counts: bends follow from it (`with_bends`), and another
/// order is taken only when it has fewer crossings then. So what comes out is taken as it is when
/// it is ordered again.
fn order_with_care(
    columns: &mut Vec<Vec<usize>>,
    slots: &[Slot],
    chains: &[Chain],
    present: Present<'_>,
) {
    let Present { cards, control } = present;
    let mut fresh = columns.clone();
    order(&mut fresh, slots);
    let mut fresh = Sifter::new(slots, &fresh);
    fresh.anneal((slots.len() * CARE).min(MOST_CARE), |share| {
        control.reach(share);
        !control.is_cancelled()
    });
    fresh.settle_all(control);
    let fresh = bettered(fresh.into_columns(), slots, chains, control);
    order_by(columns, slots, |node| cards[node].center().y);
    let now = bettered(std::mem::take(columns), slots, chains, control);
    // Few crossings more are little for an order that the user knows.
    let is_little = now.0 <= fresh.0 + fresh.0 / 10 + 1;
    *columns = if is_little { now.1 } else { fresh.1 };
}

/// Exchanges nodes as long as that saves crossings. Returns how many there are, and the order.
fn bettered(
    columns: Vec<Vec<usize>>,
    slots: &[Slot],
    chains: &[Chain],
    control: &TidyControl,
) -> (u32, Vec<Vec<usize>>) {
    let mut best = with_bends(columns, slots, chains, control);
    if thread::tried(&best.1, slots) > MOST_BETTERED {
        return best;
    }
    loop {
        let mut next = Sifter::new(slots, &best.1);
        next.settle_all(control);
        let next = with_bends(next.into_columns(), slots, chains, control);
        if next.0 >= best.0 || control.is_cancelled() {
            return best;
        }
        best = next;
    }
}

/// Puts bends where they cross little, by the order of the nodes alone.
fn with_bends(
    mut columns: Vec<Vec<usize>>,
    slots: &[Slot],
    chains: &[Chain],
    control: &TidyControl,
) -> (u32, Vec<Vec<usize>>) {
    let mut places = FxHashMap::default();
    for column in &columns {
        let nodes = column.iter().filter_map(|&at| slots[at].node);
        places.extend(nodes.enumerate().map(|(place, node)| (node, place as f64)));
    }
    order_by(&mut columns, slots, |node| {
        places.get(&node).copied().unwrap_or_default()
    });
    thread(&mut columns, slots, chains, control);
    (Sifter::new(slots, &columns).total(), columns)
}

/// Returns a slot for each node.
fn slots_of_nodes(task: &Task<'_>, ranks: &[usize]) -> Vec<Slot> {
    let nodes = task.nodes.iter().enumerate();
    nodes
        .map(|(at, &node)| Slot {
            node: Some(node),
            rank: ranks[at],
            lane: task.lanes.map_or(0, |lanes| lanes[node]),
            height: task.sizes[node].height,
            before: Vec::new(),
            after: Vec::new(),
            chained_to: None,
        })
        .collect()
}

/// Joins two slots, by way of a bend in each rank between them. Returns all of them.
fn join(slots: &mut Vec<Slot>, from: usize, to: usize, height: f64) -> Vec<usize> {
    let mut chain = vec![from];
    let mut last = from;
    for rank in slots[from].rank + 1..slots[to].rank {
        let bend = slots.len();
        slots.push(Slot {
            node: None,
            rank,
            lane: slots[from].lane,
            height,
            before: vec![last],
            after: Vec::new(),
            chained_to: None,
        });
        slots[last].after.push(bend);
        chain.push(bend);
        last = bend;
    }
    slots[last].after.push(to);
    slots[to].before.push(last);
    chain.push(to);
    chain
}

/// Returns the slots of nodes and of forward wires within a lane.
fn slots(task: &Task<'_>, links: &[(usize, usize)], ranks: &[usize]) -> Vec<Slot> {
    let mut slots = slots_of_nodes(task, ranks);
    // Bends keep room for long wires; where there would be too many, long wires go round instead.
    let mut budget = 4 * links.len() + 64;
    for &(from, to) in links {
        let span = ranks[to] - ranks[from];
        let has_bends = slots[from].lane == slots[to].lane && span - 1 <= budget;
        if span > 1 && !has_bends {
            continue;
        }
        budget -= span - 1;
        join(&mut slots, from, to, 8.0);
    }
    for at in 0..slots.len() {
        if let [before] = slots[at].before[..]
            && slots[before].after.len() == 1
            && slots[before].lane == slots[at].lane
        {
            slots[at].chained_to = Some(before);
        }
    }
    slots
}

/// Returns the slots of nodes and of all wires between ranks, whichever way they lead; the wires by
/// their slots; and the wires within a rank.
fn slots_with_ways(
    task: &Task<'_>,
    local: &Local,
    ranks: &[usize],
    bands: &[usize],
) -> (Vec<Slot>, Vec<Chain>, Vec<Beside>) {
    let mut slots = slots_of_nodes(task, ranks);
    for (slot, &band) in slots.iter_mut().zip(bands) {
        slot.lane = band;
    }
    let (mut chains, mut besides) = (Vec::new(), Vec::new());
    let mut budget = 8 * task.wires.len() + 64;
    for (at, wire) in task.wires.iter().enumerate() {
        let (Some(from), Some(to)) = (local.get(wire.from), local.get(wire.to)) else {
            continue;
        };
        if wire.way == Way::Ghost || from == to {
            continue;
        }
        let span = ranks[from].abs_diff(ranks[to]);
        if span == 0 {
            besides.push(Beside {
                wire: at,
                slots: [from, to],
            });
        } else if span - 1 <= budget {
            budget -= span - 1;
            let is_back = ranks[to] < ranks[from];
            let (low, high) = if is_back { (to, from) } else { (from, to) };
            chains.push(Chain {
                wire: at,
                slots: join(&mut slots, low, high, 0.0),
                is_back,
            });
        }
    }
    (slots, chains, besides)
}

fn columns(slots: &[Slot]) -> Vec<Vec<usize>> {
    let deepest = slots.iter().map(|slot| slot.rank).max().unwrap_or(0);
    let mut columns = vec![Vec::new(); deepest + 1];
    for (at, slot) in slots.iter().enumerate() {
        columns[slot.rank].push(at);
    }
    for column in &mut columns {
        column.sort_by_key(|&at| slots[at].lane);
    }
    columns
}

/// Returns how wide the gap after each column is at least, for the labels in it.
fn gaps(task: &Task<'_>, local: &Local, count: usize, ranks: &[usize]) -> Vec<f64> {
    const WIDEST_GAP: f64 = 200.0;
    let mut gaps = vec![COLUMN_GAP; count];
    for (wire, &label) in task.wires.iter().zip(task.label_widths) {
        let (Some(from), Some(to)) = (local.get(wire.from), local.get(wire.to)) else {
            continue;
        };
        let (from, to) = (ranks[from], ranks[to]);
        let has_its_label_there = match wire.way {
            Way::Forward => to > from,
            // What leads further back has room elsewhere.
            Way::Rework | Way::Feedback => from.abs_diff(to) == 1,
            Way::Ghost => false,
        };
        if has_its_label_there {
            let gap = &mut gaps[from.min(to)];
            *gap = gap.max((label + 40.0).min(WIDEST_GAP));
        }
    }
    gaps
}

/// Returns the left border and the width of each column.
fn lefts(task: &Task<'_>, slots: &[Slot], columns: &[Vec<usize>], gaps: &[f64]) -> Vec<(f64, f64)> {
    let mut left = 0.0;
    columns
        .iter()
        .zip(gaps)
        .map(|(column, gap)| {
            let width = column
                .iter()
                .filter_map(|&at| slots[at].node)
                .map(|node| task.sizes[node].width)
                .fold(0.0, f64::max);
            let this = left;
            left = snap_up(left + width + gap);
            (this, width)
        })
        .collect()
}
