//! The ways of wires through the columns: ports, level parts, and tracks in the gaps.
//!
//! A wire runs where the order has kept places for it. Its ports are in the order of what it leads
//! to next, so that wires of one side do not cross near the card; where a port can be level with
//! what it leads to, it is.

use super::drawn::Drawn;
use super::level::{Levels, apart};
use super::tracks::Upright;
use super::{Chain, Slot, Task};

/// Between two ports of a card, where there is room.
const PORTS: f64 = 12.0;
/// So far apart they would better be: labels find room, too.
const WIDE_PORTS: f64 = 28.0;
/// Between a port and the corner of its card.
const CORNER: f64 = 12.0;
/// A wire between two slots of one column: it turns back to the left of them.
pub(super) struct Beside {
    pub(super) wire: usize,
    pub(super) slots: [usize; 2],
}

/// What the ways are found for.
pub(super) struct Net<'a> {
    pub(super) task: &'a Task<'a>,
    pub(super) columns: &'a [Vec<usize>],
    pub(super) slots: &'a [Slot],
    pub(super) chains: &'a [Chain],
    pub(super) besides: &'a [Beside],
    /// The least width of the gap after each column.
    pub(super) gaps: &'a [f64],
}

impl Net<'_> {
    pub(super) fn is_cancelled(&self) -> bool {
        let present = self.task.present.as_ref();
        present.is_some_and(|present| present.control.is_cancelled())
    }
}

/// One side of a card.
struct Side {
    top: f64,
    bottom: f64,
    /// Which part ends there, and at which of its ends, from top to bottom.
    ends: Vec<(usize, usize)>,
    /// Where, once that is settled.
    places: Vec<Option<f64>>,
}

impl Side {
    /// Returns between which heights an end may be so that the others still have room, at least
    /// `apart` from each other where there is so much.
    fn range(&self, nth: usize, apart: f64) -> (f64, f64) {
        let corner = CORNER.min((self.bottom - self.top) / 4.0);
        let settled = |at: usize| self.places[at].map(|place| (at, place));
        let above = (0..nth).rev().find_map(settled);
        let below = (nth + 1..self.ends.len()).find_map(settled);
        let (first, from) = above.unwrap_or((0, self.top + corner));
        let (last, to) = below.unwrap_or((self.ends.len() - 1, self.bottom - corner));
        let step = ((to - from) / (last - first).max(1) as f64).min(apart);
        (
            from + step * (nth - first) as f64,
            to - step * (last - nth) as f64,
        )
    }

    /// Shares what is left evenly.
    fn spread(&mut self) {
        let mut next = 0;
        let mut low = self.top;
        while next < self.ends.len() {
            let settled = (next..self.ends.len()).find(|&at| self.places[at].is_some());
            let until = settled.unwrap_or(self.ends.len());
            let high = settled
                .and_then(|at| self.places[at])
                .unwrap_or(self.bottom);
            let count = (until - next) as f64;
            for nth in next..until {
                let share = (nth - next + 1) as f64 / (count + 1.0);
                self.places[nth] = Some((low + (high - low) * share).round());
            }
            (next, low) = (until + 1, high);
        }
    }
}

/// A part of a wire from one column to the next, or of one that turns back.
pub(super) struct Part {
    /// How high it begins and ends: of a wire that turns back, its first and its second end.
    pub(super) ends: [f64; 2],
    /// The sides and the places there, where it ends at cards.
    ports: [Option<(usize, usize)>; 2],
    /// The gap, counted from the one before the first column.
    pub(super) gap: usize,
    turns_back: bool,
}

impl Part {
    /// Returns its upright part; a level one has none, and is all of it at one height.
    pub(super) fn upright(&self) -> Upright {
        Upright {
            ends: [(self.ends[0], self.turns_back), (self.ends[1], true)],
        }
    }
}

/// Finds the ways of all wires. Places of wires that pass columns are made level where they can be.
pub(super) fn draw(net: &Net<'_>, levels: &mut Levels) -> Drawn {
    let mut plan = Plan::of(net, levels);
    plan.settle_level(net, levels);
    for _ in 0..2 {
        for chain in (0..net.chains.len()).filter(|_| !net.is_cancelled()) {
            plan.straighten(net, levels, chain);
        }
    }
    plan.settle_rest(net, levels);
    plan.turn_back(net, levels);
    plan.draw(net, levels)
}

pub(super) struct Plan {
    sides: Vec<Side>,
    pub(super) parts: Vec<Part>,
    /// The first part of each chain; those of wires that turn back come after all of them.
    pub(super) first: Vec<usize>,
    /// The place of each slot in its column.
    pub(super) place: Vec<usize>,
    /// Which chains begin and end above or below their cards.
    pub(super) turns: Vec<[bool; 2]>,
}

impl Plan {
    fn of(net: &Net<'_>, levels: &Levels) -> Self {
        let Net {
            slots,
            columns,
            chains,
            ..
        } = *net;
        let mut place = vec![0; slots.len()];
        for column in columns {
            for (nth, &at) in column.iter().enumerate() {
                place[at] = nth;
            }
        }
        let mut parts = Vec::new();
        let mut first = Vec::with_capacity(chains.len());
        // Node, whether it is the right side, group and place there, part and its end.
        let mut ends: Vec<(usize, bool, i32, usize, usize, usize)> = Vec::new();
        for chain in chains {
            first.push(parts.len());
            for pair in chain.slots.windows(2) {
                let part = parts.len();
                for (end, at, other) in [(0, pair[0], pair[1]), (1, pair[1], pair[0])] {
                    if slots[at].node.is_some() {
                        ends.push((at, end == 0, 0, place[other], part, end));
                    }
                }
                parts.push(Part {
                    ends: [levels.middles[pair[0]], levels.middles[pair[1]]],
                    ports: [None; 2],
                    gap: slots[pair[1]].rank,
                    turns_back: false,
                });
            }
        }
        for beside in net.besides {
            let [a, b] = beside.slots;
            for (end, at, other) in [(0, a, b), (1, b, a)] {
                let group = if place[other] < place[at] { -1 } else { 1 };
                // Of those that lead up the nearest one is the topmost; the other way round below.
                let far = place[other].abs_diff(place[at]);
                let nth = if group < 0 {
                    far
                } else {
                    columns[slots[at].rank].len() - far
                };
                ends.push((at, false, group, nth, parts.len(), end));
            }
            parts.push(Part {
                ends: [levels.middles[a], levels.middles[b]],
                ports: [None; 2],
                gap: slots[a].rank,
                turns_back: true,
            });
        }
        ends.sort_unstable();
        let mut sides: Vec<Side> = Vec::new();
        for side in ends.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let at = side[0].0;
            let half = slots[at].height / 2.0;
            for (nth, &(.., part, end)) in side.iter().enumerate() {
                parts[part].ports[end] = Some((sides.len(), nth));
            }
            sides.push(Side {
                top: levels.middles[at] - half,
                bottom: levels.middles[at] + half,
                ends: side.iter().map(|&(.., part, end)| (part, end)).collect(),
                places: vec![None; side.len()],
            });
        }
        Self {
            sides,
            parts,
            turns: vec![[false; 2]; first.len()],
            first,
            place,
        }
    }

    /// Puts both ends of a part at one height.
    fn fix(&mut self, part: usize, y: f64) {
        for end in 0..2 {
            self.parts[part].ends[end] = y;
            if let Some((side, nth)) = self.parts[part].ports[end] {
                self.sides[side].places[nth] = Some(y);
            }
        }
    }

    /// Returns between which heights an end of a part may be, so far apart from others.
    fn range(&self, part: usize, end: usize, apart: f64) -> (f64, f64) {
        match self.parts[part].ports[end] {
            Some((side, nth)) => match self.sides[side].places[nth] {
                Some(y) => (y, y),
                None => self.sides[side].range(nth, apart),
            },
            None => (self.parts[part].ends[end], self.parts[part].ends[end]),
        }
    }

    /// Settles the ports of what is level.
    fn settle_level(&mut self, net: &Net<'_>, levels: &Levels) {
        for (chain, &first) in net.chains.iter().zip(&self.first.clone()) {
            for (nth, pair) in chain.slots.windows(2).enumerate() {
                if levels.after[pair[0]] != Some(pair[1]) {
                    continue;
                }
                // Of several wires between the same two one is level.
                let [a, b] = [0, 1].map(|end| self.parts[first + nth].ports[end]);
                if let (Some(a), Some(b)) = (a, b) {
                    let is_taken =
                        self.sides[a.0]
                            .ends
                            .iter()
                            .enumerate()
                            .any(|(other, &(part, _))| {
                                let ports = self.parts[part].ports;
                                self.sides[a.0].places[other].is_some()
                                    && ports[1].is_some_and(|port| port.0 == b.0)
                            });
                    if is_taken {
                        continue;
                    }
                }
                let middle = |at: usize| levels.middles[at];
                let y = match (net.slots[pair[0]].node, net.slots[pair[1]].node) {
                    (Some(_), Some(_)) => ((middle(pair[0]) + middle(pair[1])) / 2.0).round(),
                    (None, _) => middle(pair[0]),
                    (_, None) => middle(pair[1]),
                };
                self.fix(first + nth, y);
            }
        }
    }

    /// Moves the places of a wire up or down within the room that they have, so that it changes its
    /// height as seldom as can be.
    fn straighten(&mut self, net: &Net<'_>, levels: &mut Levels, chain: usize) {
        let (slots, first) = (&net.chains[chain].slots, self.first[chain]);
        let last = slots.len() - 1;
        if last < 2 {
            return;
        }
        // At the border of a lane it stays where it is; without lanes there is room outside.
        let has_lanes = net.task.lanes.is_some();
        let room = |at: usize, middles: &[f64]| {
            let column = &net.columns[net.slots[at].rank];
            let place = self.place[at];
            let mate = |other: Option<&usize>| {
                other
                    .copied()
                    .filter(|&other| net.slots[other].lane == net.slots[at].lane)
            };
            let free = if has_lanes {
                middles[at]
            } else {
                f64::INFINITY
            };
            let above = mate(place.checked_sub(1).map(|above| &column[above]));
            let below = mate(column.get(place + 1));
            (
                above.map_or(if has_lanes { free } else { -free }, |above| {
                    middles[above] + apart(&net.slots[above], &net.slots[at])
                }),
                below.map_or(free, |below| {
                    middles[below] - apart(&net.slots[at], &net.slots[below])
                }),
            )
        };
        let ranges: Vec<(f64, f64)> = (0..=last)
            .map(|nth| match nth {
                0 => self.range(first, 0, PORTS),
                nth if nth == last => self.range(first + last - 1, 1, PORTS),
                nth => room(slots[nth], &levels.middles),
            })
            .collect();
        let now = |nth: usize| match nth {
            0 => self.parts[first].ends[0],
            nth if nth == last => self.parts[first + last - 1].ends[1],
            nth => levels.middles[slots[nth]],
        };
        let is_level = |nth: usize| {
            let (a, b) = (now(nth), now(nth + 1));
            a == b
                && [nth, nth + 1]
                    .iter()
                    .all(|&at| ranges[at].0 <= a && a <= ranges[at].1)
        };
        let bends_now = (0..last).filter(|&nth| !is_level(nth)).count();
        // As far as one height goes, then the next one.
        let mut runs: Vec<(usize, f64, f64)> = Vec::new();
        for (nth, &(low, high)) in ranges.iter().enumerate() {
            if low > high {
                return;
            }
            match runs.last_mut() {
                Some((_, from, to)) if from.max(low) <= to.min(high) => {
                    (*from, *to) = (from.max(low), to.min(high));
                }
                _ => runs.push((nth, low, high)),
            }
        }
        if runs.len() > bends_now {
            return;
        }
        let mut heights = vec![0.0; last + 1];
        let mut before: Option<f64> = None;
        for at in 0..runs.len() {
            let (from, low, high) = runs[at];
            let until = runs.get(at + 1).map_or(last + 1, |next| next.0);
            // As near as can be to what comes before, else to what comes next, else as it is.
            let wish = match (before, runs.get(at + 1)) {
                (Some(y), _) => y,
                (None, Some(&(_, low, high))) => now(from).clamp(low, high),
                _ => now(from),
            };
            let y = wish.clamp(low, high).round().clamp(low, high);
            heights[from..until].fill(y);
            before = Some(y);
        }
        for nth in 1..last {
            levels.middles[slots[nth]] = heights[nth];
        }
        for nth in 0..last {
            let part = first + nth;
            for end in 0..2 {
                let y = heights[nth + end];
                let is_level = heights[nth] == heights[nth + 1];
                if let Some((side, place)) = self.parts[part].ports[end] {
                    if is_level {
                        self.sides[side].places[place] = Some(y);
                    } else if self.sides[side].places[place].is_some() {
                        // It was level with a place that has gone elsewhere.
                        self.sides[side].places[place] = None;
                    }
                }
                self.parts[part].ends[end] = y;
            }
        }
    }

    /// Makes what is nearly level level, and gives the other ports their places.
    fn settle_rest(&mut self, net: &Net<'_>, levels: &Levels) {
        for (chain, &first) in net.chains.iter().zip(&self.first.clone()) {
            for (nth, pair) in chain.slots.windows(2).enumerate() {
                let part = first + nth;
                for (end, &at) in pair.iter().enumerate() {
                    if self.parts[part].ports[end].is_none() {
                        self.parts[part].ends[end] = levels.middles[at];
                    }
                }
                let [a, b] = [0, 1].map(|end| self.range(part, end, PORTS));
                let (low, high) = (a.0.max(b.0), a.1.min(b.1));
                if low <= high {
                    let wide = [0, 1].map(|end| self.range(part, end, WIDE_PORTS));
                    let wish = wide
                        .map(|(low, high)| (low + high) / 4.0)
                        .iter()
                        .sum::<f64>();
                    self.fix(part, wish.round().clamp(low, high));
                }
            }
        }
        for side in &mut self.sides {
            side.spread();
            for (&(part, end), place) in side.ends.iter().zip(&side.places) {
                if let Some(y) = *place {
                    self.parts[part].ends[end] = y;
                }
            }
        }
    }
}
