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
/// next, as a simulation mostly does, costs one walk through the heap instead of two.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: Vec<Entry>,
    /// Whether the first place is the hole.
    has_hole: bool,
}

const CHILDREN: usize = 4;

impl Agenda {
    pub fn len(&self) -> usize {
        self.heap.len() - usize::from(self.has_hole)
    }

    /// Returns what comes next.
    #[inline]
    pub fn peek(&self, tie: impl Fn(u32, u32, u32) -> bool) -> Option<Entry> {
        if !self.has_hole {
            return self.heap.first().copied();
        }
        let end = self.heap.len().min(1 + CHILDREN);
        (end > 1).then(|| self.heap[self.least(1, end, &tie)])
    }

    /// Returns whether an entry would come before everything that is here, without a tie.
    #[inline]
    pub fn is_after(&self, entry: Entry) -> bool {
        let first = usize::from(self.has_hole);
        let end = if self.has_hole {
            self.heap.len().min(1 + CHILDREN)
        } else {
            self.heap.len().min(1)
        };
        self.heap[first..end]
            .iter()
            .all(|first| (entry.when, entry.order()) < (first.when, first.order()))
    }

    /// Returns the place of the least of some neighbours.
    #[inline]
    fn least(&self, from: usize, to: usize, tie: &impl Fn(u32, u32, u32) -> bool) -> usize {
        // Whole groups without a branch that depends on what is in them: which of the four comes
        // first cannot be guessed.
        let group: Option<&[Entry; CHILDREN]> = self
            .heap
            .get(from..to)
            .and_then(|group| group.try_into().ok());
        if let Some([a, b, c, d]) = group {
            let least = a.when.min(b.when).min(c.when.min(d.when));
            let is_least = u32::from(a.when == least)
                | u32::from(b.when == least) << 1
                | u32::from(c.when == least) << 2
                | u32::from(d.when == least) << 3;
            if is_least.is_power_of_two() {
                return from + is_least.trailing_zeros() as usize;
            }
        }
        let mut least = from;
        for other in from + 1..to {
            if self.heap[other].precedes(self.heap[least], tie) {
                least = other;
            }
        }
        least
    }

    #[inline]
    pub fn push(&mut self, entry: Entry, tie: impl Fn(u32, u32, u32) -> bool) {
        if self.has_hole {
            self.has_hole = false;
            self.sink(entry, &tie);
            return;
        }
        let mut place = self.heap.len();
        self.heap.push(entry);
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

    /// Puts an entry into the hole at the top and lets it sink to its place.
    #[inline]
    fn sink(&mut self, entry: Entry, tie: &impl Fn(u32, u32, u32) -> bool) {
        let len = self.heap.len();
        let mut place = 0;
        loop {
            let child = place * CHILDREN + 1;
            if child >= len {
                break;
            }
            let least = self.least(child, (child + CHILDREN).min(len), tie);
            if !self.heap[least].precedes(entry, tie) {
                break;
            }
            self.heap[place] = self.heap[least];
            place = least;
        }
        self.heap[place] = entry;
    }

    /// Takes what comes next.
    #[inline]
    pub fn pop(&mut self, tie: impl Fn(u32, u32, u32) -> bool) -> Option<Entry> {
        if self.has_hole {
            self.has_hole = false;
            let last = self.heap.pop()?;
            if !self.heap.is_empty() {
                self.sink(last, &tie);
            }
        }
        let first = self.heap.first().copied();
        self.has_hole = first.is_some();
        first
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
