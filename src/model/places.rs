//! Where in a table each id stands: quick to ask, cheap to copy, cheap to keep up with an edit.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// So many elements put in or taken out are kept apart before the map is worked out anew.
const MOST_APART: usize = 64;

/// The positions of ids.
///
/// A map as it was at one time, shared by all copies, and apart from it what has been taken out and
/// put in since. A position of that time is moved by how many went before it and how many came:
/// two searches in short lists. So an edit of a large table copies the short lists alone, and a
/// history of tables stays small.
#[derive(Clone)]
pub(super) struct Places<I> {
    then: Arc<FxHashMap<I, u32>>,
    since: Arc<Since<I>>,
}

#[derive(Clone)]
struct Since<I> {
    /// The positions of then of what was taken out, in order.
    gone: Vec<u32>,
    /// What was put in and is there now, in order.
    new: Vec<New<I>>,
}

#[derive(Clone, Copy)]
struct New<I> {
    id: I,
    /// Where it stands now.
    at: u32,
    /// It stands before what stood here then, and all after that.
    before: u32,
}

impl<I> Default for Places<I> {
    fn default() -> Self {
        Self {
            then: Arc::default(),
            since: Arc::default(),
        }
    }
}

impl<I> Default for Since<I> {
    fn default() -> Self {
        Self {
            gone: Vec::new(),
            new: Vec::new(),
        }
    }
}

impl<I> Since<I> {
    fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty()
    }

    /// Where something now stands that stood at a place then and is still there.
    fn moved(&self, then: u32) -> u32 {
        let gone = self.gone.partition_point(|&gone| gone < then);
        let new = self.new.partition_point(|new| new.before <= then);
        then - gone as u32 + new as u32
    }
}

impl<I: Copy + Eq + std::hash::Hash> Places<I> {
    /// Takes over a map.
    pub(super) fn new(then: FxHashMap<I, u32>) -> Self {
        Self {
            then: Arc::new(then),
            since: Arc::default(),
        }
    }

    /// Works the positions out from all ids, in order.
    pub(super) fn of(ids: impl ExactSizeIterator<Item = I>) -> Self {
        Self::new(ids.zip(0..).collect())
    }

    /// Returns whether so much has been put in and taken out that it should be worked out anew.
    pub(super) fn is_stale(&self) -> bool {
        self.since.gone.len() + self.since.new.len() > MOST_APART
    }

    /// Returns where an id stands.
    pub(super) fn position(&self, id: I) -> Option<u32> {
        let then = self.then.get(&id).copied();
        let since = &*self.since;
        if since.is_empty() {
            return then;
        }
        if let Some(then) = then
            && since.gone.binary_search(&then).is_err()
        {
            return Some(since.moved(then));
        }
        let new = since.new.iter().find(|new| new.id == id)?;
        Some(new.at)
    }

    /// Puts an id that is not there at a position; what stands there and after it moves on by one.
    pub(super) fn insert(&mut self, id: I, at: u32) {
        if self.since.is_empty()
            && at as usize == self.then.len()
            && let Some(then) = Arc::get_mut(&mut self.then)
        {
            // Nobody shares the map, for instance while a table is filled.
            then.insert(id, at);
            return;
        }
        let since = Arc::make_mut(&mut self.since);
        let place = since.new.partition_point(|new| new.at < at);
        // Of what stood there then and still does, so many come first.
        let mut before = at - place as u32;
        for &gone in &since.gone {
            if gone > before {
                break;
            }
            before += 1;
        }
        for later in &mut since.new[place..] {
            later.at += 1;
        }
        since.new.insert(place, New { id, at, before });
    }

    /// Takes an id out; what stands after it moves up by one. Returns where it stood.
    pub(super) fn remove(&mut self, id: I) -> Option<u32> {
        let at = self.position(id)?;
        let since = Arc::make_mut(&mut self.since);
        let place = since.new.partition_point(|new| new.at < at);
        if since.new.get(place).is_some_and(|new| new.id == id) {
            since.new.remove(place);
        } else {
            let then = self.then[&id];
            let order = since.gone.partition_point(|&gone| gone < then);
            since.gone.insert(order, then);
        }
        for later in &mut since.new[place..] {
            later.at -= 1;
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list kept beside the positions; all ids that there ever are, are asked for.
    fn check(places: &Places<u32>, list: &[u32], ids: u32) {
        for id in 0..ids {
            let expected = list.iter().position(|&one| one == id).map(|at| at as u32);
            assert_eq!(places.position(id), expected, "{id} in {list:?}");
        }
    }

    #[test]
    fn positions_are_those_of_a_list_that_is_edited_alike() {
        const IDS: u32 = 40;
        let mut state = 7_u64;
        // A linear congruential generator (Knuth, MMIX).
        let mut below = |n: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % n
        };
        for _ in 0..60 {
            let mut list: Vec<u32> = (0..below(30) as u32).collect();
            let mut places = Places::of(list.iter().copied());
            let mut history = Vec::new();
            for _ in 0..50 {
                let id = below(IDS as usize) as u32;
                if let Some(at) = list.iter().position(|&one| one == id) {
                    list.remove(at);
                    assert_eq!(places.remove(id), Some(at as u32));
                } else {
                    let at = below(list.len() + 1);
                    list.insert(at, id);
                    assert_eq!(places.remove(id), None);
                    places.insert(id, at as u32);
                }
                if places.is_stale() {
                    places = Places::of(list.iter().copied());
                }
                check(&places, &list, IDS);
                history.push((places.clone(), list.clone()));
            }
            // Copies taken along the way still say what was so then.
            for (places, list) in history {
                check(&places, &list, IDS);
            }
        }
    }

    #[test]
    fn an_edit_of_a_large_table_copies_little() {
        let mut places = Places::of(0..10_000_u32);
        let before = places.clone();
        for n in 0..MOST_APART as u32 / 2 {
            places.remove(n * 7);
            places.insert(20_000 + n, 5_000);
        }
        assert!(Arc::ptr_eq(&before.then, &places.then) && !places.is_stale());
        places.remove(9_999);
        assert!(places.is_stale());
        assert_eq!(before.position(9_999), Some(9_999));
    }
}
