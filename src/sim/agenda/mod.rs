//! What will happen, in the order in which it will.
//!
//! Entries of 16 bytes: instant and kind in one number, item number and what is meant in the other.
//! They lie in a heap; what always takes the same time lies in a queue, since it comes in the order
//! in which it was put in. Where an entry lies makes no difference to what comes next. The order is that of the fine print: by instant;
//! finishes, slots, arrivals, starts; by item number; then, by a closure that looks into the
//! tokens, file order of the stage or handoff, and pass. It is total, so that nothing depends on
//! how the heap happens to lie.

mod heap;
mod queue;

use heap::Heap;
use queue::Queue;

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

    #[inline(always)]
    pub fn is_finish(self) -> bool {
        self.when & 3 == Rank::Finish as u64
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

/// Four entries that lie together.
type Siblings = [Entry; CHILDREN];

const CHILDREN: usize = 4;

/// Returns the entry that stands at a place among siblings where there is none. No two are equal, or
/// they would have to be told apart.
const fn nobody(place: usize) -> Entry {
    Entry {
        when: u64::MAX - place as u64,
        what: u64::MAX,
    }
}

const NOBODIES: Siblings = [nobody(0), nobody(1), nobody(2), nobody(3)];

/// Returns the place and value of the one that comes first.
#[inline(always)]
fn least_of(siblings: &Siblings, tie: &impl Fn(u32, u32, u32) -> bool) -> (usize, Entry) {
    let [a, b, c, d] = siblings;
    // Without a branch that depends on what is in them: which of the four comes first cannot be
    // guessed.
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
    let place = if a.when == b.when || c.when == d.when || ab == cd {
        least_by_tie(siblings, tie)
    } else if cd < ab {
        second
    } else {
        first
    };
    (place, siblings[place & (CHILDREN - 1)])
}

#[cold]
#[inline(never)]
fn least_by_tie(siblings: &Siblings, tie: &impl Fn(u32, u32, u32) -> bool) -> usize {
    let mut least = 0;
    for other in 1..CHILDREN {
        if siblings[other].precedes(siblings[least], tie) {
            least = other;
        }
    }
    least
}

/// What will happen.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: Heap,
    queue: Queue,
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Next {
    pub entry: Entry,
    is_in_queue: bool,
}

impl Agenda {
    pub fn len(&self) -> usize {
        self.heap.len() + self.queue.len
    }

    /// Returns the instant of what comes next; one beyond [`NEVER`] when nothing does.
    #[inline(always)]
    pub fn instant(&self) -> u64 {
        self.when() >> 2
    }

    #[inline(always)]
    fn when(&self) -> u64 {
        self.heap.next.when.min(self.queue.first.when)
    }

    /// Returns what comes next; an entry at an instant beyond [`NEVER`] when nothing does.
    #[inline(always)]
    pub fn next(&self, tie: impl Fn(u32, u32, u32) -> bool) -> Next {
        let (heap, queue) = (self.heap.next, self.queue.first);
        if queue.when > heap.when || !queue.precedes(heap, &tie) {
            Next {
                entry: heap,
                is_in_queue: false,
            }
        } else {
            Next {
                entry: queue,
                is_in_queue: true,
            }
        }
    }

    /// Returns what comes next.
    #[inline]
    pub fn peek(&self, tie: impl Fn(u32, u32, u32) -> bool) -> Option<Next> {
        (self.instant() <= NEVER).then(|| self.next(tie))
    }

    /// Returns whether an entry would come before everything that is here, without a tie.
    #[inline(always)]
    pub fn is_after(&self, entry: Entry) -> bool {
        entry.when < self.when()
    }

    #[inline(always)]
    pub fn push(&mut self, entry: Entry, tie: impl Fn(u32, u32, u32) -> bool) {
        self.heap.push(entry, &tie);
    }

    /// The same for one of those that nearly always come after each other in the order in which they
    /// are put in: as all that happens a certain time after now.
    #[inline(always)]
    pub fn push_steady(&mut self, entry: Entry, tie: impl Fn(u32, u32, u32) -> bool) {
        if !self.queue.push(entry, &tie) {
            self.heap.push(entry, &tie);
        }
    }

    /// Takes what comes next.
    #[inline(always)]
    pub fn take(&mut self, next: Next, tie: impl Fn(u32, u32, u32) -> bool) {
        if next.is_in_queue {
            self.queue.pop();
        } else {
            self.heap.pop(&tie);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::luck::scramble;

    fn taken(agenda: &mut Agenda, tie: impl Fn(u32, u32, u32) -> bool + Copy) -> Option<Entry> {
        let next = agenda.peek(tie)?;
        agenda.take(next, tie);
        Some(next.entry)
    }

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
            if bits >> 24 & 1 == 0 {
                agenda.push(entry, tie);
            } else {
                agenda.push_steady(entry, tie);
            }
            if n % 3 == 0 {
                let first = taken(&mut agenda, tie).unwrap();
                assert!(
                    all.iter()
                        .all(|other| *other == first || first.precedes(*other, &tie))
                );
                all.retain(|other| *other != first);
            }
        }
        let mut before: Option<Entry> = None;
        while let Some(entry) = taken(&mut agenda, tie) {
            assert!(before.is_none_or(|before| before.precedes(entry, &tie)));
            before = Some(entry);
            all.retain(|other| *other != entry);
        }
        assert!(all.is_empty());
    }
}
