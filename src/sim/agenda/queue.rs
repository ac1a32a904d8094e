//! What comes in the order in which it is put in.

use super::{CHILDREN, Entry, nobody};

/// Entries that come after each other in the order in which they were put in: a ring.
#[derive(Debug)]
pub(super) struct Queue {
    /// What comes next in it.
    pub first: Entry,
    last: Entry,
    /// The entries, `first` among them; as many places as a power of two.
    ring: Vec<Entry>,
    from: usize,
    pub len: usize,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            first: nobody(CHILDREN),
            last: nobody(CHILDREN),
            ring: vec![nobody(0); 16],
            from: 0,
            len: 0,
        }
    }
}

impl Queue {
    /// Puts in an entry, unless it comes before the last one.
    #[inline(always)]
    pub fn push(&mut self, entry: Entry, tie: &impl Fn(u32, u32, u32) -> bool) -> bool {
        if self.len == 0 {
            self.first = entry;
        } else if entry.precedes(self.last, tie) {
            return false;
        }
        self.last = entry;
        if self.len == self.ring.len() {
            self.grow();
        }
        let mask = self.ring.len() - 1;
        self.ring[(self.from + self.len) & mask] = entry;
        self.len += 1;
        true
    }

    #[cold]
    fn grow(&mut self) {
        self.ring.rotate_left(self.from);
        self.from = 0;
        self.ring.resize(2 * self.ring.len(), nobody(0));
    }

    #[inline(always)]
    pub fn pop(&mut self) {
        let mask = self.ring.len() - 1;
        self.from = (self.from + 1) & mask;
        self.len -= 1;
        self.first = if self.len == 0 {
            nobody(CHILDREN)
        } else {
            self.ring[self.from]
        };
    }
}
