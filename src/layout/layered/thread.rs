//! Threading: where the bends of long wires go among nodes whose order stands.
//!
//! A wire at a time is taken out and put back on the way through its columns that crosses the
//! fewest others (a shortest path, column by column), until none is better off elsewhere.

use super::{Chain, Slot, TidyControl};

/// So far from where it is a bend may go at once.
const REACH: usize = 32;
/// Often enough: what is left to gain after this is little.
const MOST_TIMES: usize = 8;
/// So many pairs of places are tried in all, about half a second; once at least.
const MOST_TRIED: usize = 200_000_000;

/// Returns about how many pairs of places of bends there are to be tried.
pub(super) fn tried(columns: &[Vec<usize>], slots: &[Slot]) -> usize {
    let pieces = columns
        .iter()
        .flat_map(|column| column.chunk_by(|&a, &b| slots[a].lane == slots[b].lane));
    pieces
        .map(|piece| {
            let bends = piece.iter().filter(|&&at| slots[at].node.is_none()).count();
            let window = piece.len().min(2 * REACH);
            bends * window * window
        })
        .sum()
}

/// Moves the bends of chains so that they cross little; nodes keep their order.
pub(super) fn thread(
    columns: &mut [Vec<usize>],
    slots: &[Slot],
    chains: &[Chain],
    control: &TidyControl,
) {
    let times = MOST_TRIED / tried(columns, slots).max(1);
    let mut threader = Threader {
        place: vec![0; slots.len()],
        slots,
        costs: Vec::new(),
        came: Vec::new(),
        row: Vec::new(),
    };
    for column in &*columns {
        threader.number(column, 0);
    }
    for _ in 0..times.clamp(1, MOST_TIMES) {
        let mut has_moved = false;
        for chain in chains.iter().filter(|chain| chain.slots.len() > 2) {
            if control.is_cancelled() {
                return;
            }
            has_moved |= threader.pass(columns, &chain.slots);
        }
        if !has_moved {
            break;
        }
    }
}

struct Threader<'a> {
    slots: &'a [Slot],
    place: Vec<usize>,
    /// What it costs at least to come to each place of the column at hand.
    costs: Vec<i32>,
    /// By column and place: from which place that is.
    came: Vec<Vec<usize>>,
    row: Vec<i32>,
}

/// The places of a column at which a bend may go in.
#[derive(Clone, Copy)]
struct Window {
    from: usize,
    to: usize,
    /// Whether it is a node: it is not put in, but stands at its place.
    is_node: bool,
}

impl Threader<'_> {
    fn number(&mut self, column: &[usize], from: usize) {
        for (nth, &at) in column.iter().enumerate().skip(from) {
            self.place[at] = nth;
        }
    }

    /// Takes a wire out and puts it back. Returns whether that saved a crossing.
    fn pass(&mut self, columns: &mut [Vec<usize>], chain: &[usize]) -> bool {
        let old: Vec<usize> = chain.iter().map(|&at| self.place[at]).collect();
        let bends = &chain[1..chain.len() - 1];
        for &bend in bends {
            let column = &mut columns[self.slots[bend].rank];
            column.remove(self.place[bend]);
            let from = self.place[bend];
            self.number(column, from);
        }
        let windows: Vec<Window> = chain
            .iter()
            .zip(&old)
            .map(|(&at, &place)| {
                let slot = &self.slots[at];
                if slot.node.is_some() {
                    return Window {
                        from: place,
                        to: place,
                        is_node: true,
                    };
                }
                let lane = |&other: &usize| self.slots[other].lane;
                let column = &columns[slot.rank];
                let first = column.partition_point(|other| lane(other) < slot.lane);
                let last = column.partition_point(|other| lane(other) <= slot.lane);
                Window {
                    from: first.max(place.saturating_sub(REACH)),
                    to: last.min(place + REACH),
                    is_node: false,
                }
            })
            .collect();
        let mut now = 0;
        self.costs.clear();
        self.costs.push(0);
        self.came.clear();
        for nth in 1..chain.len() {
            let (a, b) = (windows[nth - 1], windows[nth]);
            let (left, right) = (
                &columns[self.slots[chain[nth - 1]].rank],
                &columns[self.slots[chain[nth]].rank],
            );
            now += self.step(left, right, (a, b), chain, (old[nth - 1], old[nth]));
        }
        let best = self.costs[0];
        let is_better = best < now;
        let mut place = windows[chain.len() - 1].from;
        let mut places = old;
        if is_better {
            for nth in (1..chain.len()).rev() {
                place = self.came[nth - 1][place - windows[nth].from];
                places[nth - 1] = place;
            }
        }
        for (&bend, &place) in bends.iter().zip(&places[1..]) {
            let column = &mut columns[self.slots[bend].rank];
            column.insert(place, bend);
            self.number(column, place);
        }
        is_better
    }

    /// Goes on to the next column. Returns what it costs on the way that the wire had, less what
    /// `costs` leaves out.
    fn step(
        &mut self,
        left: &[usize],
        right: &[usize],
        (a, b): (Window, Window),
        chain: &[usize],
        old: (usize, usize),
    ) -> i32 {
        // Relative to the first pair of places, which is the same for all ways: what it crosses
        // more. A wire at the node itself is not crossed.
        let sign = |other: usize, at: Window, place: usize| {
            if at.is_node && other == place {
                0
            } else if other >= place {
                1
            } else {
                -1
            }
        };
        let is_own = |at: usize| chain.contains(&at);
        self.row.clear();
        self.row.push(0);
        for (q, &at) in right[b.from..b.to].iter().enumerate() {
            let more: i32 = self.slots[at]
                .before
                .iter()
                .filter(|&&near| !is_own(near) || self.slots[near].node.is_some())
                .map(|&near| sign(self.place[near], a, a.from))
                .sum();
            let last = self.row[q];
            self.row.push(last + more);
        }
        let mut costs = vec![i32::MAX; b.to - b.from + 1];
        let mut came = vec![a.from; costs.len()];
        let mut now = 0;
        let below = left[a.from..a.to].iter().map(Some).chain([None]);
        for (p, next) in (a.from..).zip(below) {
            let so_far = self.costs[p - a.from];
            for (q, cost) in costs.iter_mut().enumerate() {
                let sum = so_far + self.row[q];
                let is_nearer = |other: usize| {
                    let far = |p: usize| (p as i64 - a.from as i64 - q as i64).abs();
                    far(p) < far(other)
                };
                if sum < *cost || sum == *cost && is_nearer(came[q]) {
                    *cost = sum;
                    came[q] = p;
                }
            }
            if p == old.0 {
                now = self.row[old.1 - b.from];
            }
            let Some(&next) = next else { break };
            // From here one place further down.
            let mut change = 0;
            let after = &self.slots[next].after;
            let after = after
                .iter()
                .filter(|&&near| !is_own(near) || self.slots[near].node.is_some());
            let mut ends: Vec<usize> = Vec::new();
            for &near in after {
                let near = self.place[near];
                ends.push(near);
                change += sign(near, b, b.from);
            }
            for (q, cell) in self.row.iter_mut().enumerate() {
                *cell += change;
                let at = b.from + q;
                change -= 2 * ends.iter().filter(|&&near| near == at).count() as i32;
            }
        }
        self.costs = costs;
        self.came.push(came);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::layered::join;
    use crate::layout::layered::order::crossings;
    use proptest::prelude::*;

    fn node(rank: usize) -> Slot {
        Slot {
            node: Some(0),
            rank,
            lane: 0,
            height: 50.0,
            before: Vec::new(),
            after: Vec::new(),
            chained_to: None,
        }
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        /// One wire at a time is put where it crosses the fewest: no place of a single bend is
        /// better.
        #[test]
        fn no_wire_with_one_bend_is_better_off_elsewhere(
            wires in proptest::collection::vec((0..12_usize, 0..12_usize), 1..14),
        ) {
            // Three columns of four nodes.
            let mut slots: Vec<Slot> = (0..12).map(|at| node(at / 4)).collect();
            let mut chains = Vec::new();
            for (wire, (a, b)) in wires.into_iter().enumerate() {
                let (low, high) = (a.min(b), a.max(b));
                if low / 4 < high / 4 {
                    let slots = join(&mut slots, low, high, 0.0);
                    chains.push(Chain { wire, slots, is_back: false });
                }
            }
            let mut columns = vec![Vec::new(); 3];
            for (at, slot) in slots.iter().enumerate() {
                columns[slot.rank].push(at);
            }
            let before = crossings(&columns, &slots);
            thread(&mut columns, &slots, &chains, &TidyControl::default());
            let after = crossings(&columns, &slots);
            prop_assert!(after <= before);
            let nodes = |column: &[usize]| -> Vec<usize> {
                column.iter().copied().filter(|&at| at < 12).collect()
            };
            prop_assert_eq!(nodes(&columns[1]), [4, 5, 6, 7]);
            for from in 0..columns[1].len() {
                if slots[columns[1][from]].node.is_some() {
                    continue;
                }
                for to in 0..columns[1].len() {
                    let mut other = columns.clone();
                    let bend = other[1].remove(from);
                    other[1].insert(to, bend);
                    prop_assert!(crossings(&other, &slots) >= after);
                }
            }
        }
    }
}
