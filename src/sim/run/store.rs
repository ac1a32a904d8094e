//! Where tokens, items and their paths live: arenas with free lists.
//!
//! Nothing here is freed to the system while a run goes on; once the busiest moment has been seen,
//! no event allocates.

use crate::sim::agenda::{BY_FEEDBACK, NEVER};
use crate::sim::memory::Memory;
use crate::sim::plan::NONE;
use crate::sim::record::{ItemRef, Node, Path, Place, Segment, SimTime, Slices};

/// What a token is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Waiting in its team's queue; `place` is the stage.
    Queued,
    /// Ready at a stage without a team, with no work to do; `place` is the stage.
    Ready,
    /// In work; `place` is the stage.
    InWork,
    /// Waiting for a batch to be complete; `place` is the stage.
    Gathering,
    /// Its batch waits or is in work; `place` is the stage.
    InBatch,
    /// Its copies wait or are in work; `place` is the stage.
    InCopies,
    /// Its work is done and there is no room where it goes; `place` is the stage.
    Blocked,
    /// A copy that is done before its visit is, or a batch whose work is done.
    Finished,
    /// On its way; `place` is the handoff.
    OnWay,
    /// Waiting in line for a slot; `place` is the handoff.
    InLine,
    /// Waiting at a join; `place` is the handoff that it came over.
    AtJoin,
    /// Waiting at the door of its stream.
    AtDoor,
    /// Withdrawn or gone, but its entry in the agenda is still there.
    Gone,
}

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of the places where an item is. Where a visit is one job, it is also that job.
    Whole,
    /// A copy of a visit: a job of its own. Its item does not know it; its visit does.
    Copy,
    /// The job of a batch. It belongs to no item; it knows its members.
    Batch,
}

/// One of the places where an item is, or a job of a visit with copies or of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Its item; of a batch that of the first member when it was formed, who may be gone since.
    pub item: u32,
    pub state: State,
    pub kind: Kind,
    /// Whether the visit or passage is rework.
    pub is_rework: bool,
    /// Whether its start stands in the agenda, as the head of its team's queue.
    pub is_called: bool,
    /// The stage or handoff, by `state`.
    pub place: u32,
    /// The handoff it came over, `NONE` for an arrival.
    pub came_over: u32,
    /// Which visit to the stage; on a handoff that of the sender.
    pub pass: u32,
    /// The last piece of its path.
    pub node: u32,
    /// When it became ready; on a handoff when it set out.
    pub ready: u64,
    pub started: u64,
    pub work: u64,
    /// When the agenda has it, `NEVER` when it has not.
    pub due: u64,
    /// Neighbours in the list in which it waits: a queue, a line, a gathering batch, or those
    /// blocked by one stage. In a queue that is a heap, `before` is its place there.
    pub before: u32,
    pub after: u32,
    /// Neighbours among the tokens of the item.
    pub older: u32,
    pub newer: u32,
}

/// What only some tokens need, apart so that the others stay small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extra {
    /// Feedback on its way: the number of the item that caused it. A batch: that of its first
    /// member when it was formed.
    pub number: u32,
    /// A copy, and a visit that a copy has ended: which one.
    pub copy: u32,
    /// A copy: its visit. A member of a batch: the batch.
    pub parent: u32,
    /// A visit: its first copy. A batch: its first member that has not left.
    pub first: u32,
    /// The next copy of the visit, or member of the batch.
    pub next: u32,
    /// A visit: how many copies are done. A batch: for how many items its work is.
    pub count: u32,
    /// A batch: how many members have not left.
    pub left: u32,
    /// A blocked token: the handoff chosen, `NONE` for all.
    pub choice: u32,
    /// A blocked token: the stage whose room it waits for.
    pub lacks: u32,
    /// A blocked token: its turn.
    pub turn: u64,
    /// When its job entered the queue.
    pub queued: u64,
    /// The part of its work that is setup.
    pub setup: u64,
    /// When its work was done, `NEVER` before.
    pub finished: u64,
}

const NOTHING: Extra = Extra {
    number: NONE,
    copy: 0,
    parent: NONE,
    first: NONE,
    next: NONE,
    count: 0,
    left: 0,
    choice: NONE,
    lacks: NONE,
    turn: 0,
    queued: 0,
    setup: 0,
    finished: NEVER,
};

/// All tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    all: Vec<Token>,
    extras: Vec<Extra>,
    free: Vec<u32>,
}

impl Tokens {
    // Inlined, so that it is written where it belongs instead of being copied there.
    #[inline(always)]
    pub fn add(&mut self, token: Token) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.all[place as usize] = token;
                place
            }
            None => {
                self.all.push(token);
                self.extras.push(NOTHING);
                (self.all.len() - 1) as u32
            }
        }
    }

    /// Returns what only some tokens need.
    pub fn extra(&self, token: u32) -> &Extra {
        &self.extras[token as usize]
    }

    pub fn extra_mut(&mut self, token: u32) -> &mut Extra {
        &mut self.extras[token as usize]
    }

    /// Forgets what only some tokens need, when a visit or a way begins that needs some of it.
    pub fn clear_extra(&mut self, token: u32) -> &mut Extra {
        let extra = self.extra_mut(token);
        *extra = NOTHING;
        extra
    }

    pub fn free(&mut self, token: u32) {
        self.all[token as usize].state = State::Gone;
        self.free.push(token);
    }

    /// Returns all tokens, those that are gone too.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Token)> {
        (0u32..).zip(self.all.iter().copied())
    }

    /// Decides between two tokens of one item with an event of one kind at one instant: file
    /// order of the stage or handoff, then pass, then copy. New items by feedback first go by their
    /// parent.
    pub fn tie(&self, order: u32, a: u32, b: u32) -> bool {
        let key = |token: u32| {
            let own = &self[token];
            let extra = self.extra(token);
            let parent = if order == BY_FEEDBACK {
                extra.number
            } else {
                0
            };
            let copy = if own.kind == Kind::Copy {
                extra.copy
            } else {
                0
            };
            (parent, own.place, own.pass, copy, token)
        };
        key(a) < key(b)
    }
}

impl std::ops::Index<u32> for Tokens {
    type Output = Token;
    #[inline]
    fn index(&self, token: u32) -> &Token {
        &self.all[token as usize]
    }
}

impl std::ops::IndexMut<u32> for Tokens {
    #[inline]
    fn index_mut(&mut self, token: u32) -> &mut Token {
        &mut self.all[token as usize]
    }
}

/// An item in the run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub who: ItemRef,
    pub class: u32,
    /// Lower first.
    pub priority: i32,
    pub routing: u32,
    pub key: u64,
    pub arrived: u64,
    /// How many tokens it has.
    pub tokens: u32,
    /// How many of them wait at joins.
    pub at_joins: u32,
    /// The token made last.
    pub newest: u32,
    /// The pieces of its paths: the latest and the first.
    pub last_node: u32,
    pub first_node: u32,
}

/// All items inside, with what each remembers.
#[derive(Debug)]
pub(super) struct Items {
    all: Vec<Item>,
    free: Vec<u32>,
    pub memory: Memory,
}

impl Items {
    pub fn new(memory: Memory) -> Self {
        Self {
            all: Vec::new(),
            free: Vec::new(),
            memory,
        }
    }

    #[inline(always)]
    pub fn add(&mut self, item: Item) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.all[place as usize] = item;
                self.memory.forget(place);
                place
            }
            None => {
                self.all.push(item);
                self.memory.grow();
                (self.all.len() - 1) as u32
            }
        }
    }

    pub fn free(&mut self, item: u32) {
        self.all[item as usize].newest = NONE;
        self.free.push(item);
    }

    /// Returns the items that have a token somewhere.
    pub fn places(&self) -> impl Iterator<Item = &Item> {
        self.all.iter().filter(|item| item.newest != NONE)
    }
}

impl std::ops::Index<u32> for Items {
    type Output = Item;
    #[inline]
    fn index(&self, item: u32) -> &Item {
        &self.all[item as usize]
    }
}

impl std::ops::IndexMut<u32> for Items {
    #[inline]
    fn index_mut(&mut self, item: u32) -> &mut Item {
        &mut self.all[item as usize]
    }
}

/// A piece that belongs to no path yet.
const UNUSED: Node = Node {
    segment: Segment {
        place: Place::Door,
        is_rework: false,
        from: SimTime(0),
        slices: Slices([0; 6]),
        closed_before: 0,
        is_across_teams: false,
    },
    before: NONE,
    older: NONE,
};

/// The pieces of all paths. Those of one item are one chain, freed together.
#[derive(Debug)]
pub(super) struct Paths {
    all: Vec<Node>,
    free: u32,
}

impl Paths {
    pub fn new() -> Self {
        Self {
            all: Vec::new(),
            free: NONE,
        }
    }

    /// Adds a piece to an item's path behind another (`NONE` for the first), to be filled in by the
    /// caller: it still says what it said before.
    #[inline]
    pub fn add(&mut self, item: &mut Item, before: u32) -> (u32, &mut Segment) {
        let place = if self.free == NONE {
            self.all.push(UNUSED);
            (self.all.len() - 1) as u32
        } else {
            let place = self.free;
            self.free = self.all[place as usize].older;
            place
        };
        let node = &mut self.all[place as usize];
        node.before = before;
        node.older = item.last_node;
        if item.first_node == NONE {
            item.first_node = place;
        }
        item.last_node = place;
        (place, &mut node.segment)
    }

    /// Returns how many pieces there have been at once.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns the path that ends with a piece.
    pub fn ending_with(&self, last: u32) -> Path<'_> {
        Path::new(&self.all, last)
    }

    /// Frees all pieces of an item, in one step.
    pub fn free(&mut self, item: &mut Item) {
        if item.first_node != NONE {
            self.all[item.first_node as usize].older = self.free;
            self.free = item.last_node;
            item.first_node = NONE;
            item.last_node = NONE;
        }
    }
}
