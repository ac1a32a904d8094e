//! A heap with four children per node.

use super::{CHILDREN, Entry, NOBODIES, Siblings, least_of, nobody};

/// Siblings lie together, four in a line of memory; above the first four stands what comes next.
/// When that is taken it leaves a hole, which the next entry fills: to take one and put in the next,
/// as a simulation mostly does, costs one walk through the heap instead of two. Which of the first
/// four is least is found when the hole is made, and is what comes next as long as nobody fills it.
///
/// Places without an entry hold one that never happens, so that four siblings are always there.
#[derive(Debug)]
pub(super) struct Heap {
    /// What comes next: the top, or with a hole there a copy of the least of the first four.
    pub next: Entry,
    /// Where that is a copy of.
    least: usize,
    /// Whether the top is the hole.
    has_hole: bool,
    /// The children of the top, then those of every entry here in turn.
    siblings: Vec<Siblings>,
    /// How many entries there are in `siblings`, from the first on.
    count: usize,
}

impl Default for Heap {
    fn default() -> Self {
        Self {
            next: nobody(0),
            least: 0,
            has_hole: true,
            siblings: vec![NOBODIES],
            count: 0,
        }
    }
}

impl Heap {
    pub fn len(&self) -> usize {
        self.count + usize::from(!self.has_hole)
    }

    #[inline(always)]
    pub fn push(&mut self, entry: Entry, tie: &impl Fn(u32, u32, u32) -> bool) {
        if !self.has_hole {
            self.insert(entry, tie);
            return;
        }
        self.has_hole = false;
        if self.next.precedes(entry, tie) {
            self.sink(self.least, entry, tie);
        } else {
            self.next = entry;
        }
    }

    /// Puts in an entry where there is no hole.
    #[inline]
    fn insert(&mut self, entry: Entry, tie: &impl Fn(u32, u32, u32) -> bool) {
        let entry = if entry.precedes(self.next, tie) {
            std::mem::replace(&mut self.next, entry)
        } else {
            entry
        };
        let mut place = self.count;
        self.count += 1;
        if place / CHILDREN == self.siblings.len() {
            self.siblings.push(NOBODIES);
        }
        let entries = self.siblings.as_flattened_mut();
        while let Some(parent) = (place / CHILDREN).checked_sub(1) {
            let above = entries[parent];
            if !entry.precedes(above, tie) {
                break;
            }
            entries[place] = above;
            place = parent;
        }
        entries[place] = entry;
    }

    /// Puts an entry in place of another, and lets it sink to where it belongs.
    #[inline(always)]
    fn sink(&mut self, mut place: usize, entry: Entry, tie: &impl Fn(u32, u32, u32) -> bool) {
        let siblings = &mut self.siblings[..];
        while let Some(children) = siblings.get(place + 1) {
            let (least, child) = least_of(children, tie);
            if !child.precedes(entry, tie) {
                break;
            }
            siblings.as_flattened_mut()[place] = child;
            place = (place + 1) * CHILDREN + least;
        }
        siblings.as_flattened_mut()[place] = entry;
    }

    /// Takes what comes next, where something does.
    #[inline(always)]
    pub fn pop(&mut self, tie: &impl Fn(u32, u32, u32) -> bool) {
        if self.has_hole {
            self.fill_hole_left_by_least(tie);
        }
        self.has_hole = true;
        (self.least, self.next) = least_of(&self.siblings[0], tie);
    }

    /// Puts the last entry in place of the least of the first four.
    #[inline(always)]
    fn fill_hole_left_by_least(&mut self, tie: &impl Fn(u32, u32, u32) -> bool) {
        self.count -= 1;
        let last = &mut self.siblings.as_flattened_mut()[self.count];
        let last = std::mem::replace(last, nobody(self.count % CHILDREN));
        if self.least < self.count {
            self.sink(self.least, last, tie);
        }
    }
}
