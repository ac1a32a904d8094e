//! What will happen, in the order in which it will.
//!
//! A heap with four children per node, of entries of 16 bytes: instant and kind in one number,
//! item number and what is meant in the other. The order is that of the fine print: by instant;
//! finishes, slots, arrivals, starts; by item number; then, by a closure that looks into the
//! tokens, file order of the stage or handoff, and pass. It is total, so that nothing depends on
//! how the heap happens to lie.

/// Which kind of event goes first at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Finish = 0,
    Slot = 1,
    Arrival = 2,
    Start = 3,
}

/// In place of an item number: an item that is new, by feedback. After all known items.
pub(super) const BY_FEEDBACK: u32 = u32::MAX - 1;
/// In place of an item number: a slot, an arrival by a demand, a team's opening, the end of a
/// batch's longest wait. After everything of its kind.
pub(super) const NEW: u32 = u32::MAX;

/// An instant that is never reached, in milliseconds.
pub(super) const NEVER: u64 = 1 << 60;

/// Something that will happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    when: u64,
    what: u64,
}

impl Entry {
    pub fn new(at: u64, rank: Rank, order: u32, index: u32) -> Self {
        Self {
            when: at << 2 | rank as u64,
            what: u64::from(order) << 32 | u64::from(index),
        }
    }

    pub fn at(self) -> u64 {
        self.when >> 2
    }

    pub fn rank(self) -> Rank {
        match self.when & 3 {
            0 => Rank::Finish,
            1 => Rank::Slot,
            2 => Rank::Arrival,
            _ => Rank::Start,
        }
    }

    /// Returns the item number, [`BY_FEEDBACK`] or [`NEW`].
    pub fn order(self) -> u32 {
        (self.what >> 32) as u32
    }

    /// Returns which token, source or team is meant.
    pub fn index(self) -> u32 {
        self.what as u32
    }

    /// Returns whether it comes before another; `tie(order, a, b)` decides between two of one
    /// order, tokens of one item.
    #[inline]
    fn precedes(self, other: Self, tie: &impl Fn(u32, u32, u32) -> bool) -> bool {
        if self.when != other.when {
            return self.when < other.when;
        }
        if self.order() != other.order() || self.order() == NEW {
            return self.what < other.what;
        }
        tie(self.order(), self.index(), other.index())
    }
}

/// The heap.
///
/// What is taken leaves a hole at the top, which the next entry fills: to take one and put in the
/// next, as a simulation mostly does, costs one walk through the heap instead of two. Which of the
/// hole's children is least is found when the hole is made, and used by whoever asks next.
///
/// Behind the last entry lie some that never happen, so that four neighbours are always there.
#[derive(Debug)]
pub(super) struct Agenda {
    heap: Vec<Entry>,
    /// How many entries there are, the hole included.
    count: usize,
    /// Whether the first place is the hole.
    has_hole: bool,
    /// The place of what comes next.
    least: usize,
}

const CHILDREN: usize = 4;

/// An entry that never happens.
const LAST: Entry = Entry {
    when: u64::MAX,
    what: u64::MAX,
};

impl Default for Agenda {
    fn default() -> Self {
        Self {
            heap: vec![LAST; 1 + CHILDREN],
            count: 0,
            has_hole: false,
            least: 0,
        }
    }
}

impl Agenda {
    pub fn len(&self) -> usize {
        self.count - usize::from(self.has_hole)
    }

    /// Returns what comes next.
    #[inline]
    pub fn peek(&self) -> Option<Entry> {
        let first = self.heap[self.least];
        (first.when != LAST.when).then_some(first)
    }

    /// Returns whether an entry would come before everything that is here, without a tie.
    #[inline]
    pub fn is_after(&self, entry: Entry) -> bool {
        entry.when < self.heap[self.least].when
    }

    /// Returns the place of the least of four neighbours.
    #[inline(always)]
    fn least(&self, from: usize, tie: &impl Fn(u32, u32, u32) -> bool) -> usize {
        let Some([a, b, c, d]) = self.heap[from..].first_chunk::<CHILDREN>() else {
            return from;
        };
        // Without a branch that depends on what is in them: which of the four comes first cannot
        // be guessed.
        let (ab, first) = if b.when < a.when {
            (b.when, 1)
        } else {
            (a.when, 0)
        };
        let (cd, second) = if d.when < c.when {
            (d.when, 3)
        } else {
            (c.when, 2)
        };
        if a.when == b.when || c.when == d.when || ab == cd {
            return self.least_by_tie(from, tie);
        }
        from + if cd < ab { second } else { first }
    }

    #[cold]
    #[inline(never)]
    fn least_by_tie(&self, from: usize, tie: &impl Fn(u32, u32, u32) -> bool) -> usize {
        let mut least = from;
        for other in from + 1..from + CHILDREN {
            if other < self.count && self.heap[other].precedes(self.heap[least], tie) {
                least = other;
            }
        }
        least
    }

    #[inline]
    pub fn push(&mut self, entry: Entry, tie: impl Fn(u32, u32, u32) -> bool) {
        if self.has_hole {
            self.has_hole = false;
            let least = std::mem::replace(&mut self.least, 0);
            let child = self.heap[least];
            if least < self.count && child.precedes(entry, &tie) {
                self.heap[0] = child;
                self.sink(least, entry, &tie);
            } else {
                self.heap[0] = entry;
            }
            return;
        }
        let mut place = self.count;
        self.count += 1;
        if self.heap.len() < self.count + CHILDREN {
            self.heap.push(LAST);
        }
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            if !entry.precedes(self.heap[parent], &tie) {
                break;
            }
            self.heap[place] = self.heap[parent];
            place = parent;
        }
        self.heap[place] = entry;
    }

    /// Puts an entry into a hole and lets it sink to its place.
    #[inline(always)]
    fn sink(&mut self, mut place: usize, entry: Entry, tie: &impl Fn(u32, u32, u32) -> bool) {
        loop {
            let child = place * CHILDREN + 1;
            if child >= self.count {
                break;
            }
            let least = self.least(child, tie);
            let next = self.heap[least];
            if !next.precedes(entry, tie) {
                break;
            }
            self.heap[place] = next;
            place = least;
        }
        self.heap[place] = entry;
    }

    /// Takes what comes next.
    #[inline]
    pub fn pop(&mut self, tie: impl Fn(u32, u32, u32) -> bool) -> Option<Entry> {
        if self.has_hole {
            self.has_hole = false;
            self.count -= 1;
            let least = std::mem::replace(&mut self.least, 0);
            let last = std::mem::replace(&mut self.heap[self.count], LAST);
            if self.count == 0 {
                return None;
            }
            if least < self.count {
                // What comes next goes up, and the last entry down in its stead.
                self.heap[0] = self.heap[least];
                self.sink(least, last, &tie);
            } else {
                self.heap[0] = last;
            }
        }
        if self.count == 0 {
            return None;
        }
        self.has_hole = true;
        self.least = self.least(1, &tie);
        Some(self.heap[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::luck::scramble;

    #[test]
    fn entries_come_out_in_order() {
        // Tokens of one item come by index, in reverse, to see that the tie is asked.
        let tie = |_, a: u32, b: u32| a > b;
        let mut agenda = Agenda::default();
        let mut all = Vec::new();
        for n in 0..500u64 {
            let bits = scramble(n);
            let rank =
                [Rank::Finish, Rank::Slot, Rank::Arrival, Rank::Start][(bits >> 8) as usize % 4];
            let order = [1, 2, BY_FEEDBACK, NEW][(bits >> 16) as usize % 4];
            let entry = Entry::new(bits % 7, rank, order, n as u32);
            all.push(entry);
            agenda.push(entry, tie);
            if n % 3 == 0 {
                let first = agenda.pop(tie).unwrap();
                assert!(
                    all.iter()
                        .all(|other| *other == first || first.precedes(*other, &tie))
                );
                all.retain(|other| *other != first);
            }
        }
        let mut before: Option<Entry> = None;
        while let Some(entry) = agenda.pop(tie) {
            assert!(before.is_none_or(|before| before.precedes(entry, &tie)));
            before = Some(entry);
            all.retain(|other| *other != entry);
        }
        assert!(all.is_empty());
    }
}
