//! The order within columns with care, for tidying up.
//!
//! Neighbours are exchanged by luck, less and less often where that costs crossings (annealing:
//! Kirkpatrick, Gelatt and Vecchi 1983). Then each slot in turn goes where it crosses the fewest
//! wires of both neighbouring columns, until none is better off elsewhere (sifting: Matuszewski,
//! Schönfeld and Molitor 1999). Luck is a fixed sequence, and all is counted in whole numbers.

use super::{Slot, TidyControl};

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
    fn sift(&mut self, column: usize) -> i64 {
        self.look(column);
        let count = self.columns[column].len();
        // By their place before, which is what `near` knows them by.
        let mut order: Vec<u32> = (0..count as u32).collect();
        let lane = |sifter: &Self, at: u32| {
            sifter.slots[sifter.columns[column][at as usize] as usize].lane
        };
        let mut saved = 0;
        for slot in 0..count as u32 {
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

    /// Sifts all columns there and back until nothing is saved any more, or often enough, or until
    /// it is cancelled.
    pub(super) fn settle_all(&mut self, control: &TidyControl) {
        // The last few crossings take the longest to be found.
        const MOST_TIMES: usize = 6;
        /// With more slots than this it is done once.
        const MOST_SLOTS: usize = 30_000;
        let count = self.columns.len();
        let times = if self.slots.len() > MOST_SLOTS {
            1
        } else {
            MOST_TIMES
        };
        for _ in 0..times {
            let mut saved = 0;
            for column in (0..count).chain((0..count).rev()) {
                if control.is_cancelled() {
                    return;
                }
                saved += self.sift(column);
            }
            if saved == 0 {
                break;
            }
        }
        for gap in 0..count {
            self.gaps[gap] = self.count(gap);
        }
    }

    /// Exchanges neighbours by luck, at first often, in the end hardly ever where that costs a
    /// crossing. `goes_on` hears how far it is.
    pub(super) fn anneal(&mut self, steps: usize, mut goes_on: impl FnMut(f64) -> bool) {
        /// The chance to take what costs one crossing, in thousandths: in the beginning and in the
        /// end. What costs n has the n-th power of it.
        const HOT: u64 = 700;
        const COLD: u64 = 20;
        const ALWAYS: u64 = 1 << 20;
        /// So many steps have the same chance.
        const AT_ONCE: usize = 4_096;
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (column, order) in self.columns.iter().enumerate() {
            let lane = |at: u32| self.slots[at as usize].lane;
            let mates = (1..order.len()).filter(|&at| lane(order[at]) == lane(order[at - 1]));
            pairs.extend(mates.map(|at| (column as u32, at as u32)));
        }
        if pairs.is_empty() {
            return;
        }
        let wires = Wires::of(self.slots);
        let mut luck = Luck(0x9e37_79b9_7f4a_7c15);
        let mut chances = [0; 12];
        for step in 0..steps {
            if step % AT_ONCE == 0 {
                if !goes_on(step as f64 / steps as f64) {
                    break;
                }
                let (done, all) = (step as u64, steps as u64);
                let chance = ALWAYS * (HOT * (all - done) + COLD * done) / all / 1_000;
                let mut power = ALWAYS;
                for slot in &mut chances {
                    *slot = power;
                    power = power * chance / ALWAYS;
                }
            }
            let draw = luck.next();
            let (column, at) = pairs[(((draw >> 32) * pairs.len() as u64) >> 32) as usize];
            let (column, at) = (column as usize, at as usize);
            let upper = self.columns[column][at - 1] as usize;
            let lower = self.columns[column][at] as usize;
            let mut more = 0_i32;
            for side in 0..2 {
                for &a in wires.near(upper, side) {
                    let a = self.place[a as usize];
                    for &b in wires.near(lower, side) {
                        let b = self.place[b as usize];
                        more += i32::from(a < b) - i32::from(b < a);
                    }
                }
            }
            let is_taken = match usize::try_from(more) {
                Ok(more) => chances
                    .get(more)
                    .is_some_and(|&chance| (draw >> 8) % ALWAYS < chance),
                Err(_) => true,
            };
            if is_taken {
                self.columns[column].swap(at - 1, at);
                self.place.swap(upper, lower);
            }
        }
        for gap in 0..self.columns.len() {
            self.gaps[gap] = self.count(gap);
        }
    }
}

/// The neighbours of all slots, one after the other.
struct Wires {
    first: Vec<u32>,
    near: Vec<u32>,
}

impl Wires {
    fn of(slots: &[Slot]) -> Self {
        let mut wires = Self {
            first: vec![0],
            near: Vec::new(),
        };
        for slot in slots {
            for near in [&slot.before, &slot.after] {
                wires.near.extend(near.iter().map(|&at| at as u32));
                wires.first.push(wires.near.len() as u32);
            }
        }
        wires
    }

    /// Returns what is before a slot (side 0), or after it (side 1).
    fn near(&self, at: usize, side: usize) -> &[u32] {
        let of = 2 * at + side;
        &self.near[self.first[of] as usize..self.first[of + 1] as usize]
    }
}

/// A fixed sequence of numbers that look like luck (xorshift: Marsaglia 2003).
struct Luck(u64);

impl Luck {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}
