//! The queue of a team: first come first, or a heap by its discipline.

use super::NONE;
use super::store::Tokens;

/// By what a job waits: the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// The item's priority, or the work time.
    pub first: i64,
    /// The stage's priority.
    pub second: i64,
    /// First come.
    pub turn: u64,
}

/// Jobs that wait for one team. Links and places are in the tokens.
#[derive(Debug)]
pub(super) enum Queue {
    /// In the order in which they came: both ends of the list.
    List { first: u32, last: u32 },
    /// A binary heap; `before` of a token is its place.
    Heap { jobs: Vec<(Key, u32)>, turns: u64 },
}

impl Queue {
    pub fn first_come() -> Self {
        Self::List {
            first: NONE,
            last: NONE,
        }
    }

    pub fn by_key() -> Self {
        Self::Heap {
            jobs: Vec::new(),
            turns: 0,
        }
    }

    /// Returns the job whose turn it is, `NONE` when nobody waits.
    #[inline]
    pub fn first(&self) -> u32 {
        match self {
            Self::List { first, .. } => *first,
            Self::Heap { jobs, .. } => jobs.first().map_or(NONE, |(_, job)| *job),
        }
    }

    /// Adds a job that came last. Its key counts in a heap only.
    #[inline]
    pub fn add(&mut self, tokens: &mut Tokens, token: u32, (first, second): (i64, i64)) {
        match self {
            Self::List { first: head, last } => {
                let before = std::mem::replace(last, token);
                let own = &mut tokens[token];
                own.before = before;
                own.after = NONE;
                if before == NONE {
                    *head = token;
                } else {
                    tokens[before].after = token;
                }
            }
            Self::Heap { jobs, turns } => {
                let key = Key {
                    first,
                    second,
                    turn: *turns,
                };
                *turns += 1;
                jobs.push((key, token));
                let place = jobs.len() - 1;
                rise(jobs, tokens, place);
            }
        }
    }

    /// Takes a job out, wherever it stands.
    #[inline]
    pub fn remove(&mut self, tokens: &mut Tokens, token: u32) {
        let (before, after) = {
            let own = &tokens[token];
            (own.before, own.after)
        };
        match self {
            Self::List { first, last } => {
                if before == NONE {
                    *first = after;
                } else {
                    tokens[before].after = after;
                }
                if after == NONE {
                    *last = before;
                } else {
                    tokens[after].before = before;
                }
            }
            Self::Heap { jobs, .. } => {
                let place = before as usize;
                debug_assert_eq!(jobs[place].1, token, "the job knows its place");
                let end = jobs.len() - 1;
                jobs.swap_remove(place);
                if place < end {
                    rise(jobs, tokens, place);
                    sink(jobs, tokens, place);
                }
            }
        }
    }
}

/// Moves a job towards the front of the heap as far as its key lets it.
fn rise(jobs: &mut [(Key, u32)], tokens: &mut Tokens, mut place: usize) {
    while place > 0 {
        let parent = (place - 1) / 2;
        if jobs[parent].0 < jobs[place].0 {
            break;
        }
        jobs.swap(parent, place);
        tokens[jobs[place].1].before = place as u32;
        place = parent;
    }
    tokens[jobs[place].1].before = place as u32;
}

/// Moves a job towards the back of the heap as far as its key makes it.
fn sink(jobs: &mut [(Key, u32)], tokens: &mut Tokens, mut place: usize) {
    loop {
        let child = 2 * place + 1;
        if child >= jobs.len() {
            break;
        }
        let other = child + 1;
        let least = if other < jobs.len() && jobs[other].0 < jobs[child].0 {
            other
        } else {
            child
        };
        if jobs[place].0 < jobs[least].0 {
            break;
        }
        jobs.swap(place, least);
        tokens[jobs[place].1].before = place as u32;
        place = least;
    }
    tokens[jobs[place].1].before = place as u32;
}
