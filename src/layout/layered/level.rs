//! Heights for tidying up: as many wires as can be run straight from column to column, and what is
//! left of them is short.
//!
//! Between two columns the wires that are to be level are the heaviest set of which none crosses
//! another and no two meet (a longest rising sequence). Slots that level wires join are a block; as
//! no block crosses another, blocks can be put above one another in every column. How high they
//! are is worked out by the network simplex, so that the rest of the wires is short in all.

use rustc_hash::FxHashMap;

use super::simplex::{self, Edge};
use super::{Chain, Slot, TidyControl};
use crate::layout::{GRID, ROW_GAP, Way, snap, snap_up};

/// Between a card and a wire that passes above or below it.
const PASS: f64 = 20.0;
/// Between two wires that pass a column one above the other.
const BESIDE: f64 = 16.0;

/// How far apart the middles of two slots of a column are at least.
pub(super) fn apart(upper: &Slot, lower: &Slot) -> f64 {
    let between = match (upper.node.is_some(), lower.node.is_some()) {
        (true, true) => ROW_GAP,
        (false, false) => BESIDE,
        _ => PASS,
    };
    upper.height / 2.0 + between + lower.height / 2.0
}

/// What is level.
pub(super) struct Levels {
    /// The middle of each slot. The cards of nodes begin on the grid.
    pub(super) middles: Vec<f64>,
    /// The slot of the next column that a slot is level with.
    pub(super) after: Vec<Option<usize>>,
}

/// Returns how high each slot is, lane below lane, `between` from one to the next.
pub(super) fn levels(
    columns: &[Vec<usize>],
    slots: &[Slot],
    chains: &[Chain],
    between: f64,
    ways: &dyn Fn(usize) -> Way,
    control: &TidyControl,
) -> Levels {
    /// With more slots than this each lane is worked out on its own.
    const MOST_AT_ONCE: usize = 1_500;
    let (before, after) = aligned(columns, slots, chains, ways);
    let blocks = Blocks::of(columns, slots, &before, &after);
    let lanes = slots.iter().map(|slot| slot.lane).max().unwrap_or(0) + 1;
    let mut middles = vec![0.0; slots.len()];
    let step = if slots.len() > MOST_AT_ONCE { 1 } else { lanes };
    // What each lane has: its pieces of columns, and of wires.
    let mut pieces: Vec<Vec<&[usize]>> = vec![Vec::new(); lanes];
    for column in columns {
        for piece in column.chunk_by(|&a, &b| slots[a].lane == slots[b].lane) {
            pieces[slots[piece[0]].lane].push(piece);
        }
    }
    let mut pairs: Vec<Vec<(usize, usize)>> = vec![Vec::new(); lanes];
    for pair in chains.iter().flat_map(|chain| chain.slots.windows(2)) {
        let (a, b) = (pair[0], pair[1]);
        if blocks.block[a] != blocks.block[b] && slots[a].lane / step == slots[b].lane / step {
            pairs[slots[a].lane].push((a, b));
        }
    }
    let mut top = 0.0;
    for first in (0..lanes).step_by(step) {
        let lanes = first..(first + step).min(lanes);
        let pieces = &pieces[lanes.clone()];
        let wires = &pairs[lanes];
        blocks.settle(
            slots,
            pieces,
            wires,
            (first, between),
            &mut middles,
            control,
        );
        let mut bottom: f64 = 0.0;
        for &at in pieces.iter().flatten().copied().flatten() {
            middles[at] += top;
            bottom = bottom.max(middles[at] + slots[at].height / 2.0);
        }
        top = snap_up(bottom + between);
    }
    Levels { middles, after }
}

/// Slots that are level with each other.
struct Blocks {
    /// The block of each slot.
    block: Vec<usize>,
    /// How far the middle of each slot is below the beginning of its block.
    offset: Vec<f64>,
    count: usize,
}

impl Blocks {
    fn of(columns: &[Vec<usize>], slots: &[Slot], before: &Aligned, after: &Aligned) -> Self {
        let mut blocks = Self {
            block: vec![usize::MAX; slots.len()],
            offset: vec![0.0; slots.len()],
            count: 0,
        };
        for first in columns.iter().flatten().copied() {
            if before[first].is_some() {
                continue;
            }
            let mut at = first;
            blocks.offset[at] = slots[at].height / 2.0;
            loop {
                blocks.block[at] = blocks.count;
                let Some(next) = after[at] else { break };
                // Cards stand on the grid, whatever they are level with.
                blocks.offset[next] = match slots[next].node {
                    Some(_) => {
                        let half = slots[next].height / 2.0;
                        snap(blocks.offset[at] - half) + half
                    }
                    None => blocks.offset[at],
                };
                at = next;
            }
            blocks.count += 1;
        }
        blocks
    }

    /// Settles the heights of some lanes, the first of them at 0. `pieces` are those of columns,
    /// `pairs` what would better be level, lane by lane.
    fn settle(
        &self,
        slots: &[Slot],
        pieces: &[Vec<&[usize]>],
        pairs: &[Vec<(usize, usize)>],
        (first, between): (usize, f64),
        middles: &mut [f64],
        control: &TidyControl,
    ) {
        let steps = |length: f64| (length / GRID).ceil() as i32;
        let keep = |tail: usize, head: usize, least: i32| Edge {
            tail,
            head,
            least,
            weight: 0,
        };
        // Numbers: the tops of the lanes, then the blocks, then what pulls a pair together.
        let lanes = pieces.len();
        let mut number = FxHashMap::default();
        for &at in pieces.iter().flatten().copied().flatten() {
            let next = lanes + number.len();
            number.entry(self.block[at]).or_insert(next);
        }
        let mut count = lanes + number.len();
        let number = |at: usize| number[&self.block[at]];
        let mut edges: Vec<Edge> = (1..lanes)
            .map(|lane| Edge {
                weight: 1,
                ..keep(lane - 1, lane, 0)
            })
            .collect();
        for piece in pieces.iter().flatten() {
            for pair in piece.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                let least = steps(apart(&slots[a], &slots[b]) + self.offset[a] - self.offset[b]);
                edges.push(keep(number(a), number(b), least));
            }
            let (upper, lower) = (piece[0], piece[piece.len() - 1]);
            let half = |at: usize| slots[at].height / 2.0;
            let lane = slots[upper].lane - first;
            let head = steps(half(upper) - self.offset[upper]);
            edges.push(keep(lane, number(upper), head));
            if lane + 1 < lanes {
                let foot = steps(self.offset[lower] + half(lower) + between);
                edges.push(keep(number(lower), lane + 1, foot));
            }
        }
        for &(a, b) in pairs.iter().flatten() {
            let off = ((self.offset[a] - self.offset[b]) / GRID).round() as i32;
            for (at, least) in [(a, 0), (b, off)] {
                edges.push(Edge {
                    weight: 1,
                    ..keep(count, number(at), least)
                });
            }
            count += 1;
        }
        let numbers = simplex::solve(count, &edges, 40 * count, control)
            .expect("no block is both above and below another");
        for &at in pieces.iter().flatten().copied().flatten() {
            middles[at] = f64::from(numbers[number(at)] - numbers[0]) * GRID + self.offset[at];
        }
    }
}

type Aligned = Vec<Option<usize>>;

/// Chooses what is level: for each slot the one before it and the one after it, if any.
fn aligned(
    columns: &[Vec<usize>],
    slots: &[Slot],
    chains: &[Chain],
    ways: &dyn Fn(usize) -> Way,
) -> (Aligned, Aligned) {
    let mut place = vec![0; slots.len()];
    for column in columns {
        for (nth, &at) in column.iter().enumerate() {
            place[at] = nth;
        }
    }
    let mut gaps: Vec<Vec<(usize, usize, i32)>> = vec![Vec::new(); columns.len()];
    let (mut out, mut into) = (vec![Vec::new(); slots.len()], vec![Vec::new(); slots.len()]);
    for chain in chains {
        for pair in chain.slots.windows(2) {
            out[pair[0]].push(place[pair[1]]);
            into[pair[1]].push(place[pair[0]]);
        }
    }
    for near in out.iter_mut().chain(&mut into) {
        near.sort_unstable();
    }
    // How near a wire is to the middle of those that leave a slot, or lead to it.
    let middling = |near: &[usize], at: usize| {
        let nth = near.partition_point(|&other| other < at);
        let off = (2 * nth as i32 - (near.len() as i32 - 1)).abs();
        (4 - off).max(0)
    };
    for chain in chains {
        for pair in chain.slots.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if slots[a].lane != slots[b].lane {
                continue;
            }
            let is_main = ways(chain.wire) == Way::Forward;
            let is_bend = |at: usize| slots[at].node.is_none();
            let weight = 40
                + if is_main { 4 } else { 0 }
                + if is_bend(a) && is_bend(b) { 6 } else { 0 }
                + if !is_bend(a) && !is_bend(b) { 4 } else { 0 }
                + middling(&out[a], place[b])
                + middling(&into[b], place[a]);
            gaps[slots[a].rank].push((a, b, weight));
        }
    }
    let mut before = vec![None; slots.len()];
    let mut after = vec![None; slots.len()];
    for (gap, mut wires) in gaps.into_iter().enumerate() {
        wires.sort_by_key(|&(a, b, _)| (place[a], place[b]));
        let count = columns.get(gap + 1).map_or(0, Vec::len);
        for (a, b) in heaviest(&wires, &place, count) {
            after[a] = Some(b);
            before[b] = Some(a);
        }
    }
    (before, after)
}

/// Returns the heaviest of the wires between two columns of which each begins and ends below the
/// one before. They are sorted by where they begin; `count` is the length of the second column.
fn heaviest(wires: &[(usize, usize, i32)], place: &[usize], count: usize) -> Vec<(usize, usize)> {
    // The heaviest sequence that ends above a place, and its last wire (Fenwick 1994).
    let mut tree: Vec<(i32, usize)> = vec![(0, usize::MAX); count + 1];
    let mut last = vec![usize::MAX; wires.len()];
    let mut sums = vec![0; wires.len()];
    let mut done = 0;
    for group in wires.chunk_by(|x, y| x.0 == y.0) {
        for (nth, &(_, b, weight)) in group.iter().enumerate() {
            let (mut at, mut best) = (place[b], (0, usize::MAX));
            while at > 0 {
                if tree[at].0 > best.0 {
                    best = tree[at];
                }
                at &= at - 1;
            }
            sums[done + nth] = best.0 + weight;
            last[done + nth] = best.1;
        }
        for (nth, &(_, b, _)) in group.iter().enumerate() {
            let mut at = place[b] + 1;
            while at <= count {
                if tree[at].0 < sums[done + nth] {
                    tree[at] = (sums[done + nth], done + nth);
                }
                at += at & at.wrapping_neg();
            }
        }
        done += group.len();
    }
    let mut chosen = Vec::new();
    let mut at = (0..wires.len()).rev().max_by_key(|&at| sums[at]);
    while let Some(wire) = at {
        chosen.push((wires[wire].0, wires[wire].1));
        at = (last[wire] != usize::MAX).then(|| last[wire]);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The weight of the heaviest set without crossings, by trying all.
    fn heaviest_of_all(wires: &[(usize, usize, i32)]) -> i32 {
        let sets = 0..1_u32 << wires.len();
        let weight = |set: u32| -> Option<i32> {
            let chosen: Vec<_> = (0..wires.len())
                .filter(|at| set >> at & 1 == 1)
                .map(|at| wires[at])
                .collect();
            let rises =
                |pair: &[(usize, usize, i32)]| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1;
            let weights = chosen.iter().map(|wire| wire.2);
            chosen.windows(2).all(rises).then(|| weights.sum())
        };
        sets.filter_map(weight).max().unwrap_or(0)
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn what_is_level_is_the_heaviest_set_without_crossings(
            ends in proptest::collection::vec((0..5_usize, 0..5_usize, 1..9_i32), 0..9),
        ) {
            let mut wires = ends;
            wires.sort_unstable();
            let place: Vec<usize> = (0..5).collect();
            let chosen = heaviest(&wires, &place, 5);
            let weight = |&(a, b): &(usize, usize)| {
                let same = wires.iter().filter(|wire| (wire.0, wire.1) == (a, b));
                same.map(|wire| wire.2).max().unwrap_or(0)
            };
            prop_assert!(chosen.windows(2).all(|pair| pair[0].0 > pair[1].0 && pair[0].1 > pair[1].1));
            prop_assert_eq!(chosen.iter().map(weight).sum::<i32>(), heaviest_of_all(&wires));
        }
    }
}
