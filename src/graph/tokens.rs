//! What the tokens of an item do at joins and merges, found without simulating.
//!
//! Three questions are asked of the forward ways, for every kind of item and every place where
//! items begin: does each join get a token over *all* its ways whenever it gets one over any? Does
//! a merge get more than one token of an item? Is there a way on wherever items come? An item has
//! exponentially many ways through a stream, yet one walk along the ways answers the first and
//! nearly always the second:
//!
//! - **Joins.** How many tokens come over a way is a function of the choices made at choose-one
//!   exits. Its mean, with a probability of its own for each choice, is a polynomial in these
//!   probabilities, and two such functions are equal for *all* choices exactly when the polynomials
//!   are, since each combination of choices has a monomial of its own. Means add up along the ways.
//!   So the polynomials are compared by their values at one random point of a field of 2⁶¹ − 1
//!   elements: different ones agree there with a chance of less than 10⁻¹³ (Schwartz 1980). A join
//!   is sound when the values of all its ways are equal.
//! - **Merges.** Let each item have mass 1, which a take-all exit divides in random parts, a
//!   choose-one exit hands on whole, and a join adds up. The tokens that an item has at one time
//!   hold different parts of it, so the masses of two of them differ. A merge whose ways all bring
//!   the same mass therefore never gets two. One whose ways bring different masses may be sound
//!   all the same (alternatives that were divided differently); there the most tokens that any
//!   choices can bring are counted by one walk up from it.
//!
//! The random numbers are fixed, so the same model gives the same answer each time.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{ClassId, Entry, Exit, HandoffId, Model, StageId, StreamId};

use super::flow::{Flow, FlowHandoff};
use super::kinds::{Begin, ItemKind, item_kinds};
use super::links::{StageGraph, Way};

/// What goes wrong with tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenFaultKind {
    /// A join waits for a way over which no such item ever comes.
    NeverComes,
    /// A join gets tokens over some of its ways but not over others, by what was chosen before.
    SomeOnly,
    /// A merge lets an item through twice.
    Twice,
    /// All ways on are closed to such items.
    Closed,
    /// The shares of the ways on that are open to such items sum to 0.
    NoShare,
}

/// Something that goes wrong with the tokens of some items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFault {
    /// What.
    pub kind: TokenFaultKind,
    /// Where.
    pub stage: StageId,
    /// The way that nothing comes over, for [`TokenFaultKind::NeverComes`].
    pub way: Option<HandoffId>,
    /// The stream of the items.
    pub stream: StreamId,
    /// The class of the items.
    pub class: Option<ClassId>,
    /// The feedback handoff that starts the items; none for those of a Demand.
    pub feedback: Option<HandoffId>,
}

/// Returns what goes wrong with tokens, each kind of fault once per stage, in file order; what never
/// comes where several feedback handoffs alone start such items, once for each of them.
///
/// A fault that only follows from one further up is not reported. When the forward ways run in a
/// circle there is no answer, and the list is empty.
pub fn token_faults(model: &Model, flow: &Flow) -> Vec<TokenFault> {
    let forward = StageGraph::of_flow(flow, model, FlowHandoff::is_forward);
    let Some(order) = forward.topological_order() else {
        return Vec::new();
    };
    let mut walk = Walk::new(flow, &forward, &order);
    let mut faults = Vec::new();
    let mut seen = FxHashSet::default();
    for items in item_kinds(model, flow, &forward) {
        for begin in &items.begins {
            for (kind, stage, way) in walk.faults(&items, begin) {
                let is_known = seen.contains(&(kind, stage, None));
                let to_blame = begin
                    .feedback
                    .filter(|_| kind == TokenFaultKind::NeverComes);
                if !is_known && seen.insert((kind, stage, to_blame)) {
                    faults.push(TokenFault {
                        kind,
                        stage: forward.id(stage),
                        way: way.map(|way| flow.handoffs[way.handoff as usize].id),
                        stream: items.stream,
                        class: items.class,
                        feedback: begin.feedback,
                    });
                }
            }
        }
    }
    faults.sort_by_key(|fault| (model.stages.position(fault.stage), fault.kind));
    faults
}

/// Arithmetic modulo the prime 2⁶¹ − 1.
mod field {
    const PRIME: u64 = (1 << 61) - 1;

    pub(super) fn add(a: u64, b: u64) -> u64 {
        (a + b) % PRIME
    }

    pub(super) fn sub(a: u64, b: u64) -> u64 {
        (a + PRIME - b) % PRIME
    }

    pub(super) fn mul(a: u64, b: u64) -> u64 {
        (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
    }

    /// A number that has nothing to do with any other: splitmix64 (Steele, Lea and Flood 2014).
    pub(super) fn random(what: u64, n: u32) -> u64 {
        let mut z = (what << 32 | u64::from(n)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % PRIME
    }
}

/// Divides `whole` in random parts, one for each of `keys`.
fn parts(whole: u64, purpose: u64, keys: impl ExactSizeIterator<Item = u32>) -> Vec<u64> {
    let last = keys.len().saturating_sub(1);
    let mut rest = whole;
    keys.enumerate()
        .map(|(n, key)| {
            if n == last {
                return rest;
            }
            let part = field::mul(whole, field::random(purpose, key));
            rest = field::sub(rest, part);
            part
        })
        .collect()
}

const CHOICE: u64 = 1;
const DIVISION: u64 = 2;
const START: u64 = 3;
const MERGE: u64 = 4;

/// The most ways that are walked to count tokens at merges, all together. A second's work; only a
/// model made to be difficult gets there, and its further merges are not judged.
const MOST_STEPS: usize = 20_000_000;

/// What comes over a way, or leaves a stage.
#[derive(Clone, Copy, Default)]
struct Tokens {
    /// Mean number of tokens.
    mean: u64,
    /// The part of the item that each holds.
    mass: u64,
    /// Whether any comes at all.
    comes: bool,
    /// Whether something is wrong further up, so that the numbers mean nothing.
    is_tainted: bool,
}

/// Walks along the forward ways, once for each kind of item and place where it begins.
struct Walk<'a> {
    flow: &'a Flow,
    forward: &'a StageGraph,
    order: &'a [u32],
    rank: Vec<u32>,
    /// By handoff of the Flow, what comes over it; meaningful for open ways out of reached stages.
    over: Vec<Tokens>,
    /// By stage, in which walk it was reached last.
    reached_in: Vec<u32>,
    walk: u32,
    /// The ranks of the stages reached in this walk, in order after [`Walk::flood`].
    reached: Vec<u32>,
    steps: usize,
}

impl<'a> Walk<'a> {
    fn new(flow: &'a Flow, forward: &'a StageGraph, order: &'a [u32]) -> Self {
        let mut rank = vec![0; order.len()];
        for (&stage, at) in order.iter().zip(0..) {
            rank[stage as usize] = at;
        }
        Self {
            flow,
            forward,
            order,
            rank,
            over: vec![Tokens::default(); flow.handoffs.len()],
            reached_in: vec![0; order.len()],
            walk: 0,
            reached: Vec::new(),
            steps: 0,
        }
    }

    fn is_reached(&self, stage: u32) -> bool {
        self.reached_in[stage as usize] == self.walk
    }

    fn is_open(&self, way: &Way, items: &ItemKind) -> bool {
        items.may_use(&self.flow.handoffs[way.handoff as usize])
    }

    fn usable<'b>(&'b self, stage: u32, items: &'b ItemKind) -> impl Iterator<Item = Way> + 'b {
        items.usable(self.flow, self.forward, stage)
    }

    /// Finds the stages where items come that begin somewhere.
    fn flood(&mut self, items: &ItemKind, begin: &Begin) {
        self.walk += 1;
        self.reached.clear();
        let mut open = begin.stages.clone();
        while let Some(stage) = open.pop() {
            if self.is_reached(stage) {
                continue;
            }
            self.reached_in[stage as usize] = self.walk;
            self.reached.push(self.rank[stage as usize]);
            open.extend(self.usable(stage, items).map(|way| way.stage));
        }
        self.reached.sort_unstable();
    }

    fn faults(
        &mut self,
        items: &ItemKind,
        begin: &Begin,
    ) -> Vec<(TokenFaultKind, u32, Option<Way>)> {
        self.flood(items, begin);
        let reached = std::mem::take(&mut self.reached);
        let starts = begin.stages.iter().copied();
        let masses: FxHashMap<u32, u64> = starts.clone().zip(parts(1, START, starts)).collect();
        let mut faults = Vec::new();
        for &rank in &reached {
            let stage = self.order[rank as usize];
            let start = masses.get(&stage).map(|&mass| Tokens {
                mean: 1,
                mass,
                comes: true,
                is_tainted: false,
            });
            let (here, fault) = self.arrive(stage, start, items, begin);
            faults.extend(fault.map(|(kind, way)| (kind, stage, way)));
            faults.extend(
                self.leave(stage, here, items)
                    .map(|kind| (kind, stage, None)),
            );
        }
        self.reached = reached;
        faults
    }

    /// What an item's tokens do at a stage, and what is wrong there.
    fn arrive(
        &mut self,
        stage: u32,
        start: Option<Tokens>,
        items: &ItemKind,
        begin: &Begin,
    ) -> (Tokens, Option<(TokenFaultKind, Option<Way>)>) {
        let ways: Vec<(Way, Tokens)> = self
            .forward
            .ways_in(stage)
            .iter()
            .filter(|way| self.is_open(way, items))
            .map(|&way| (way, self.came_over(way)))
            .collect();
        let is_join = self.flow.stages[stage as usize].entry == Entry::All;
        let mut coming = ways
            .iter()
            .map(|(_, tokens)| *tokens)
            .filter(|tokens| tokens.comes);
        let Some(first) = coming.next() else {
            return (start.unwrap_or_default(), None);
        };
        let mut here = first;
        let mut fault = None;
        if is_join {
            for tokens in coming {
                here.mass = field::add(here.mass, tokens.mass);
                here.is_tainted |= tokens.is_tainted;
            }
            let missing = ways.iter().find(|(_, tokens)| !tokens.comes);
            let is_whole = ways.iter().all(|(_, tokens)| tokens.mean == first.mean);
            if let Some((way, _)) = missing {
                fault = Some((TokenFaultKind::NeverComes, Some(*way)));
            } else if !is_whole {
                fault = Some((TokenFaultKind::SomeOnly, None));
            }
        } else {
            let mut is_same = true;
            for tokens in coming {
                here.mean = field::add(here.mean, tokens.mean);
                here.is_tainted |= tokens.is_tainted;
                is_same &= tokens.mass == first.mass;
            }
            if (!is_same || start.is_some()) && self.most_tokens(stage, items, begin) > 1 {
                fault = Some((TokenFaultKind::Twice, None));
            }
            if !is_same {
                here.mass = field::random(MERGE, stage);
            }
        }
        if let Some(start) = start {
            here.mean = field::add(here.mean, start.mean);
        }
        fault = fault.filter(|_| !here.is_tainted);
        here.is_tainted |= fault.is_some();
        (here, fault)
    }

    fn came_over(&self, way: Way) -> Tokens {
        // What earlier walks left behind is not of this walk.
        if self.is_reached(way.stage) {
            self.over[way.handoff as usize]
        } else {
            Tokens::default()
        }
    }

    /// Sends what leaves a stage over its ways out. Returns what is wrong there.
    fn leave(&mut self, stage: u32, here: Tokens, items: &ItemKind) -> Option<TokenFaultKind> {
        let all = self.forward.ways_out(stage);
        for way in all {
            self.over[way.handoff as usize] = Tokens::default();
        }
        let usable: Vec<Way> = self.usable(stage, items).collect();
        if usable.is_empty() {
            return match all.iter().any(|way| self.is_open(way, items)) {
                _ if all.is_empty() => None,
                true => Some(TokenFaultKind::NoShare),
                false => Some(TokenFaultKind::Closed),
            };
        }
        let keys = usable.iter().map(|way| way.handoff);
        let chooses = self.flow.stages[stage as usize].exit == Exit::ChooseOne;
        let divided = if chooses {
            parts(here.mean, CHOICE, keys)
        } else {
            parts(here.mass, DIVISION, keys)
        };
        for (way, part) in usable.into_iter().zip(divided) {
            let mut tokens = here;
            if chooses {
                tokens.mean = part;
            } else {
                tokens.mass = part;
            }
            self.over[way.handoff as usize] = tokens;
        }
        None
    }

    /// The most tokens of one item that any choices can bring to a stage without a join, up to 2.
    fn most_tokens(&mut self, merge: u32, items: &ItemKind, begin: &Begin) -> u8 {
        if self.steps > MOST_STEPS {
            return 0;
        }
        // By stage: the most tokens at the merge for one at the stage. Up the ways, in order.
        let mut most: FxHashMap<u32, u8> = FxHashMap::from_iter([(merge, 1)]);
        let mut open = std::collections::BinaryHeap::from([self.rank[merge as usize]]);
        while let Some(rank) = open.pop() {
            let stage = self.order[rank as usize];
            if stage != merge {
                let takes_all = self.flow.stages[stage as usize].exit == Exit::TakeAll;
                let mut tokens = 0_u8;
                for way in self.usable(stage, items) {
                    let over = match most.get(&way.stage) {
                        Some(&most) if self.counts(way, stage, merge, items) => most,
                        _ => 0,
                    };
                    tokens = if takes_all {
                        (tokens + over).min(2)
                    } else {
                        tokens.max(over)
                    };
                }
                most.insert(stage, tokens);
            }
            for back in self.forward.ways_in(stage) {
                self.steps += 1;
                if self.is_reached(back.stage) && !most.contains_key(&back.stage) {
                    most.insert(back.stage, 0);
                    open.push(self.rank[back.stage as usize]);
                }
            }
        }
        let starts = begin.stages.iter().filter_map(|start| most.get(start));
        starts.fold(0_u8, |sum, &tokens| (sum + tokens).min(2))
    }

    /// Whether a token over a way is the one that counts where it leads: at a join the tokens
    /// over all ways become one, and the one over its first way stands for it.
    fn counts(&self, way: Way, from: u32, merge: u32, items: &ItemKind) -> bool {
        if way.stage == merge || self.flow.stages[way.stage as usize].entry == Entry::Any {
            return true;
        }
        let mut ways = self.forward.ways_in(way.stage).iter();
        let first = ways.find(|back| self.is_open(back, items) && self.is_reached(back.stage));
        first.is_some_and(|first| first.stage == from && first.handoff == way.handoff)
    }
}
