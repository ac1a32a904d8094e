//! Layered arrangement: where stages stand when nobody has put them anywhere.
//!
//! Ranks go from left to right by longest path, the order within a rank follows the middle of the
//! neighbours (Sugiyama, Tagawa and Toda 1981), and heights come as near to the neighbours' as the
//! order allows (isotonic regression by pooling adjacent violators). Everything is deterministic:
//! ties go by the order in the file.

mod heights;
mod order;
mod parts;
mod ranks;
mod sift;

use rustc_hash::FxHashMap;

use crate::model::{WorldPoint, WorldRect, WorldSize};

use super::tidy::TidyControl;
use super::{COLUMN_GAP, ROW_GAP, Way, Wire, snap, snap_up};
pub(super) use heights::isotonic;
use heights::{heights, snap_heights};
use order::{order, order_by};
use parts::{connected_parts, grid_of};
use ranks::{forward_links, ranks, spread_singles};
use sift::Sifter;

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

/// Arranges nodes, the upper left corner of all at the origin.
pub(super) fn arrange(task: &Task<'_>) -> Vec<(usize, WorldRect)> {
    if task.lanes.is_some() {
        return arrange_connected(task);
    }
    let mut arranged: Vec<(usize, WorldRect)> = Vec::with_capacity(task.nodes.len());
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
        let mut bottom = top;
        for (node, rect) in block {
            let rect = rect.moved(WorldPoint::new(0.0, top) - WorldPoint::default());
            bottom = f64::max(bottom, rect.max.y);
            arranged.push((node, rect));
        }
        top = snap_up(bottom + 2.0 * ROW_GAP);
    }
    arranged.extend(grid_of(&singles, task.sizes, top));
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

fn arrange_connected(task: &Task<'_>) -> Vec<(usize, WorldRect)> {
    let local = Local::of(task.nodes, task.sizes.len());
    let links = forward_links(task, &local);
    let mut ranks = ranks(task.nodes.len(), &links);
    spread_singles(task, &links, &mut ranks);
    let mut slots = slots(task, &links, &ranks);
    let mut columns = columns(&slots);
    match task.present {
        None => order(&mut columns, &slots),
        Some(present) => order_with_care(&mut columns, &slots, present),
    }
    let lefts = lefts(task, &local, &slots, &columns, &ranks);
    let middles = heights(&columns, &slots);
    let mut arranged = Vec::with_capacity(task.nodes.len());
    for (at, slot) in slots.drain(..).enumerate() {
        if let Some(node) = slot.node {
            let size = task.sizes[node];
            let (left, width) = lefts[slot.rank];
            let corner = WorldPoint::new(
                snap(left + (width - size.width) / 2.0),
                middles[at] - size.height / 2.0,
            );
            arranged.push((node, WorldRect::from_min_size(corner, size)));
        }
    }
    snap_heights(&mut arranged, &columns, task);
    arranged
}

/// So many pairs of slots are compared for each slot that there is, in the search for fewer
/// crossings, and so many in all: about a tenth of a second.
const CARE: i64 = 2_000;
const MOST_CARE: i64 = 2_000_000;

/// Orders columns with few crossings: as things stand now where that costs little, else afresh.
///
/// The order of the nodes is all that counts: bends follow from it (`with_bends`), and another
/// order is taken only when it has fewer crossings then. So what comes out is taken as it is when
/// it is ordered again.
fn order_with_care(columns: &mut Vec<Vec<usize>>, slots: &[Slot], present: Present<'_>) {
    let Present { cards, control } = present;
    let mut fresh = columns.clone();
    order(&mut fresh, slots);
    let mut fresh = Sifter::new(slots, &fresh);
    fresh.settle_all();
    let work = (slots.len() as i64 * CARE).min(MOST_CARE);
    fresh.search(work, |share| {
        control.reach(share);
        !control.is_cancelled()
    });
    let fresh = bettered(fresh.into_columns(), slots);
    order_by(columns, slots, |node| cards[node].center().y);
    let now = bettered(std::mem::take(columns), slots);
    // Few crossings more are little for an order that the user knows.
    let is_little = now.0 <= fresh.0 + fresh.0 / 10 + 1;
    *columns = if is_little { now.1 } else { fresh.1 };
}

/// Exchanges nodes as long as that saves crossings. Returns how many there are, and the order.
fn bettered(columns: Vec<Vec<usize>>, slots: &[Slot]) -> (u32, Vec<Vec<usize>>) {
    let mut best = with_bends(columns, slots);
    loop {
        let mut next = Sifter::new(slots, &best.1);
        next.settle_all();
        let next = with_bends(next.into_columns(), slots);
        if next.0 >= best.0 {
            return best;
        }
        best = next;
    }
}

/// Puts bends where they cross little, by the order of the nodes alone.
fn with_bends(mut columns: Vec<Vec<usize>>, slots: &[Slot]) -> (u32, Vec<Vec<usize>>) {
    let mut places = FxHashMap::default();
    for column in &columns {
        let nodes = column.iter().filter_map(|&at| slots[at].node);
        places.extend(nodes.enumerate().map(|(place, node)| (node, place as f64)));
    }
    order_by(&mut columns, slots, |node| {
        places.get(&node).copied().unwrap_or_default()
    });
    let mut sifter = Sifter::new(slots, &columns);
    sifter.settle_bends();
    (sifter.total(), sifter.into_columns())
}

fn slots(task: &Task<'_>, links: &[(usize, usize)], ranks: &[usize]) -> Vec<Slot> {
    let lane_of = |at: usize| task.lanes.map_or(0, |lanes| lanes[task.nodes[at]]);
    let mut slots: Vec<Slot> = task
        .nodes
        .iter()
        .enumerate()
        .map(|(at, &node)| Slot {
            node: Some(node),
            rank: ranks[at],
            lane: lane_of(at),
            height: task.sizes[node].height,
            before: Vec::new(),
            after: Vec::new(),
            chained_to: None,
        })
        .collect();
    // Bends keep room for long wires; where there would be too many, long wires go round instead.
    let mut budget = 4 * links.len() + 64;
    for &(from, to) in links {
        let span = ranks[to] - ranks[from];
        let has_bends = lane_of(from) == lane_of(to) && span - 1 <= budget;
        if span > 1 && !has_bends {
            continue;
        }
        budget -= span - 1;
        let mut last = from;
        for rank in ranks[from] + 1..ranks[to] {
            let bend = slots.len();
            slots.push(Slot {
                node: None,
                rank,
                lane: lane_of(from),
                height: 8.0,
                before: vec![last],
                after: Vec::new(),
                chained_to: None,
            });
            slots[last].after.push(bend);
            last = bend;
        }
        slots[last].after.push(to);
        slots[to].before.push(last);
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

/// Returns the left border and the width of each column; gaps are as wide as labels in them ask.
fn lefts(
    task: &Task<'_>,
    local: &Local,
    slots: &[Slot],
    columns: &[Vec<usize>],
    ranks: &[usize],
) -> Vec<(f64, f64)> {
    const WIDEST_GAP: f64 = 200.0;
    let mut gaps = vec![COLUMN_GAP; columns.len()];
    for (wire, &label) in task.wires.iter().zip(task.label_widths) {
        if let (Way::Forward, Some(from), Some(to)) =
            (wire.way, local.get(wire.from), local.get(wire.to))
            && ranks[to] > ranks[from]
        {
            let gap = &mut gaps[ranks[from]];
            *gap = gap.max((label + 40.0).min(WIDEST_GAP));
        }
    }
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
