//! The order within columns with care, for tidying up: exchanges until none helps any more.
//!
//! Each slot in turn goes where it crosses the fewest wires of both neighbouring columns (sifting:
//! Matuszewski, Schönfeld and Molitor 1999). Then small disturbances, each followed by sifting
//! around it, are kept when they cost nothing (iterated local search). Luck is a fixed sequence.

use super::Slot;

/// A slot is tried at so many places above and below, at most.
const REACH: usize = 48;

/// What the search works on.
pub(super) struct Sifter<'a> {
    slots: &'a [Slot],
    columns: Vec<Vec<u32>>,
    /// The place of each slot in its column.
    place: Vec<u32>,
    /// Crossings between each column and the next.
    gaps: Vec<u32>,
    near: Near,
    tree: Vec<u32>,
    ends: Vec<u32>,
}

/// The places of the neighbours of the slots of one column, sorted: before, then after.
#[derive(Default)]
struct Near {
    first: Vec<(u32, u32, u32)>,
    places: Vec<u32>,
}

impl Near {
    fn before(&self, at: usize) -> &[u32] {
        let (from, middle, _) = self.first[at];
        &self.places[from as usize..middle as usize]
    }

    fn after(&self, at: usize) -> &[u32] {
        let (_, middle, to) = self.first[at];
        &self.places[middle as usize..to as usize]
    }

    /// What it saves in crossings to put the lower of two slots above the upper one.
    fn saved(&self, upper: usize, lower: usize) -> i64 {
        balance(self.before(upper), self.before(lower))
            + balance(self.after(upper), self.after(lower))
    }
}

/// Returns how many pairs of two sorted lists are the wrong way round less those that are right.
fn balance(upper: &[u32], lower: &[u32]) -> i64 {
    let (mut less, mut more) = (0, 0);
    let (mut below, mut until) = (0, 0);
    for &at in upper {
        while below < lower.len() && lower[below] < at {
            below += 1;
        }
        until = until.max(below);
        while until < lower.len() && lower[until] == at {
            until += 1;
        }
        more += below;
        less += lower.len() - until;
    }
    more as i64 - less as i64
}

impl<'a> Sifter<'a> {
    pub(super) fn new(slots: &'a [Slot], columns: &[Vec<usize>]) -> Self {
        let columns: Vec<Vec<u32>> = columns
            .iter()
            .map(|column| column.iter().map(|&at| at as u32).collect())
            .collect();
        let mut sifter = Self {
            slots,
            place: vec![0; slots.len()],
            gaps: vec![0; columns.len()],
            near: Near::default(),
            tree: Vec::new(),
            ends: Vec::new(),
            columns,
        };
        for column in 0..sifter.columns.len() {
            sifter.number(column);
        }
        for gap in 0..sifter.columns.len() {
            sifter.gaps[gap] = sifter.count(gap);
        }
        sifter
    }

    /// Returns how many crossings there are.
    pub(super) fn total(&self) -> u32 {
        self.gaps.iter().sum()
    }

    pub(super) fn into_columns(self) -> Vec<Vec<usize>> {
        let columns = self.columns.into_iter();
        columns
            .map(|column| column.into_iter().map(|at| at as usize).collect())
            .collect()
    }

    fn number(&mut self, column: usize) {
        for (place, &at) in self.columns[column].iter().enumerate() {
            self.place[at as usize] = place as u32;
        }
    }

    /// Counts the crossings between a column and the next (Barth, Jünger and Mutzel 2002).
    fn count(&mut self, gap: usize) -> u32 {
        let Some(next) = self.columns.get(gap + 1) else {
            return 0;
        };
        self.tree.clear();
        self.tree.resize(next.len() + 1, 0);
        let (mut total, mut seen) = (0, 0);
        for &from in &self.columns[gap] {
            self.ends.clear();
            let after = &self.slots[from as usize].after;
            self.ends.extend(after.iter().map(|&to| self.place[to]));
            for &to in &self.ends {
                let mut at = to as usize + 1;
                let mut above = 0;
                while at > 0 {
                    above += self.tree[at];
                    at &= at - 1;
                }
                total += seen - above;
            }
            for &to in &self.ends {
                seen += 1;
                let mut at = to as usize + 1;
                while at < self.tree.len() {
                    self.tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
        }
        total
    }

    fn look(&mut self, column: usize) {
        let near = &mut self.near;
        near.first.clear();
        near.places.clear();
        for &at in &self.columns[column] {
            let slot = &self.slots[at as usize];
            let from = near.places.len();
            near.places
                .extend(slot.before.iter().map(|&n| self.place[n]));
            near.places[from..].sort_unstable();
            let middle = near.places.len();
            near.places
                .extend(slot.after.iter().map(|&n| self.place[n]));
            near.places[middle..].sort_unstable();
            near.first
                .push((from as u32, middle as u32, near.places.len() as u32));
        }
    }

    /// Puts each slot of a column where it crosses the fewest. Returns how much that saved.
    /// With `only_bends` nodes keep their order.
    fn sift(&mut self, column: usize, only_bends: bool) -> i64 {
        self.look(column);
        let count = self.columns[column].len();
        // By their place before, which is what `near` knows them by.
        let mut order: Vec<u32> = (0..count as u32).collect();
        let lane = |sifter: &Self, at: u32| {
            sifter.slots[sifter.columns[column][at as usize] as usize].lane
        };
        let mut saved = 0;
        for slot in 0..count as u32 {
            let is_node = |at: u32| {
                let at = self.columns[column][at as usize] as usize;
                self.slots[at].node.is_some()
            };
            if only_bends && is_node(slot) {
                continue;
            }
            let from = order.iter().position(|&at| at == slot).unwrap_or_default();
            let of = lane(self, slot);
            let (mut best, mut to) = (0, from);
            let mut sum = 0;
            for place in (from.saturating_sub(REACH)..from).rev() {
                let other = order[place];
                if lane(self, other) != of {
                    break;
                }
                sum += self.near.saved(other as usize, slot as usize);
                if sum > best {
                    (best, to) = (sum, place);
                }
            }
            sum = 0;
            let reach = order.iter().enumerate().take(count.min(from + REACH));
            for (place, &other) in reach.skip(from + 1) {
                if lane(self, other) != of {
                    break;
                }
                sum += self.near.saved(slot as usize, other as usize);
                if sum > best {
                    (best, to) = (sum, place);
                }
            }
            if to < from {
                order[to..=from].rotate_right(1);
            } else if to > from {
                order[from..=to].rotate_left(1);
            }
            saved += best;
        }
        if saved > 0 {
            let before = self.columns[column].clone();
            for (place, at) in order.into_iter().enumerate() {
                self.columns[column][place] = before[at as usize];
            }
            self.number(column);
        }
        saved
    }

    /// Sifts the bends of all columns; nodes keep their order.
    pub(super) fn settle_bends(&mut self) {
        self.settle(0, self.columns.len(), true);
    }

    /// Sifts all columns.
    pub(super) fn settle_all(&mut self) {
        self.settle(0, self.columns.len(), false);
    }

    /// Sifts columns there and back until nothing is saved any more, or often enough.
    fn settle(&mut self, from: usize, to: usize, only_bends: bool) {
        // The last few crossings take the longest to be found.
        const MOST_TIMES: usize = 6;
        for _ in 0..MOST_TIMES {
            let mut saved = 0;
            for column in from..to {
                saved += self.sift(column, only_bends);
            }
            for column in (from..to).rev() {
                saved += self.sift(column, only_bends);
            }
            if saved == 0 {
                break;
            }
        }
        for gap in from.saturating_sub(1)..to {
            self.gaps[gap] = self.count(gap);
        }
    }

    /// Disturbs the order here and there, and keeps what does not make it worse. `work` bounds
    /// how many pairs of slots are compared; `goes_on` hears how far it is.
    pub(super) fn search(&mut self, mut work: i64, mut goes_on: impl FnMut(f64) -> bool) {
        let all = work.max(1) as f64;
        let mut luck = Luck(0x9e37_79b9_7f4a_7c15);
        let mut turns = 0_u32;
        while work > 0 {
            turns += 1;
            if turns.is_multiple_of(64) && !goes_on(1.0 - work as f64 / all) {
                return;
            }
            work -= 1;
            let gap = self.worst(&mut luck);
            let Some(gap) = gap else { return };
            let column = gap + luck.below(2);
            let count = self.columns[column].len();
            if count < 2 {
                continue;
            }
            let from = luck.below(count);
            let span = (2 + luck.below(6)).min(count - 1);
            let to = (from + 1 + luck.below(span)).min(count - 1);
            let (from, to) = if luck.below(2) == 0 {
                (from, to)
            } else {
                (to, from)
            };
            let lane = |place: usize| self.slots[self.columns[column][place] as usize].lane;
            if lane(from) != lane(to) {
                continue;
            }
            let low = column.saturating_sub(2);
            let high = (column + 3).min(self.columns.len());
            let first = low.saturating_sub(1);
            let saved: Vec<Vec<u32>> = self.columns[low..high].to_vec();
            let counts: Vec<u32> = self.gaps[first..high].to_vec();
            let before: u32 = counts.iter().sum();
            if from < to {
                self.columns[column][from..=to].rotate_left(1);
            } else {
                self.columns[column][to..=from].rotate_right(1);
            }
            self.number(column);
            // Its neighbours first: else it would go straight back.
            for round in 0..3 {
                let mut gained = 0;
                for near in low..high {
                    if round == 0 && near == column {
                        continue;
                    }
                    let count = self.columns[near].len();
                    work -= (count * count.min(2 * REACH)) as i64;
                    gained += self.sift(near, false);
                }
                if round > 0 && gained == 0 {
                    break;
                }
            }
            for gap in first..high {
                self.gaps[gap] = self.count(gap);
            }
            let after: u32 = self.gaps[first..high].iter().sum();
            if after > before {
                for (column, order) in (low..high).zip(saved) {
                    self.columns[column] = order;
                    self.number(column);
                }
                self.gaps[first..high].copy_from_slice(&counts);
            }
        }
    }

    /// Picks a gap, the likelier the more crossings it has.
    fn worst(&self, luck: &mut Luck) -> Option<usize> {
        let total = self.total() as usize;
        if total == 0 {
            return None;
        }
        let mut at = luck.below(total);
        for (gap, &count) in self.gaps.iter().enumerate() {
            if at < count as usize {
                return Some(gap);
            }
            at -= count as usize;
        }
        None
    }
}

/// A fixed sequence of numbers that look like luck (xorshift: Marsaglia 2003).
struct Luck(u64);

impl Luck {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize) % count.max(1)
    }
}
