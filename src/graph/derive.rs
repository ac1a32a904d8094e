//! Which handoffs must be derived to keep the order that relaxed ones leave.
//!
//! Stage a comes before b when some forward path from a to b uses a handoff that is not relaxed.
//! The transitive reduction of that order joins a and b when no such path uses *two*: the head of
//! the first would lie between them. So what has to be derived are the pairs (a, b) between which
//! every path that counts has the shape *relaxed … one that is not … relaxed*, unless that one
//! leads from a to b itself. Only stages around relaxed handoffs are looked at, so a large stream
//! with a few of them costs little more than one with none.

use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{Model, Rhythm, Span, Time, Trigger};

use super::flow::{FlowFault, is_relaxed};
use super::links::{StageGraph, Way};

/// A handoff that has to be derived; stages and handoffs by their places in the Model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Derived {
    pub(super) from: u32,
    pub(super) to: u32,
    /// The handoffs of the path that it stands for, from sender to receiver.
    pub(super) path: Vec<u32>,
    /// The one of them that is not relaxed.
    pub(super) like: u32,
}

/// The longest that all paths together may be, in handoffs. Relaxing a chain of n stages on both
/// sides of one handoff that is not relaxed gives n² derived ones; this is far beyond what
/// anybody draws and keeps the memory of one Flow below some hundred megabytes.
const MOST_PATH: usize = 500_000;

/// Returns the handoffs that have to be derived, in the order of their ends.
pub(super) fn derive(model: &Model, forward: &StageGraph) -> Result<Vec<Derived>, FlowFault> {
    let order = forward.topological_order().ok_or(FlowFault::Circle)?;
    let mut rank = vec![0_u32; order.len()];
    for (&stage, at) in order.iter().zip(0..) {
        rank[stage as usize] = at;
    }
    let ways = Ways {
        graph: forward,
        is_relaxed: model.handoffs.iter().map(is_relaxed).collect(),
        delay: model
            .handoffs
            .iter()
            .map(|h| mean_delay(&h.trigger))
            .collect(),
        order: &order,
        rank: &rank,
    };
    let mut targets: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let mut pairs = 0;
    let mut scan = Scan::new(forward.len());
    for from in ways.senders() {
        for to in scan.receivers(&ways, from) {
            targets.entry(to).or_default().push(from);
            pairs += 1;
        }
        if pairs > MOST_PATH {
            return Err(FlowFault::TooMany);
        }
    }
    let mut receivers: Vec<(u32, Vec<u32>)> = targets.into_iter().collect();
    receivers.sort_unstable();
    let mut derived = Vec::with_capacity(pairs);
    let mut length = 0;
    for (to, senders) in receivers {
        let longest = longest_paths(&ways, to);
        for from in senders {
            let path = longest.path_from(&ways, from, to);
            length += path.len();
            if length > MOST_PATH {
                return Err(FlowFault::TooMany);
            }
            let like = path
                .iter()
                .copied()
                .find(|&at| !ways.is_relaxed[at as usize]);
            let like = like.expect("the path of a derived handoff has one that is not relaxed");
            derived.push(Derived {
                from,
                to,
                path,
                like,
            });
        }
    }
    derived.sort_unstable_by_key(|derived| (derived.from, derived.to));
    Ok(derived)
}

/// Returns the mean of a trigger's delay in whole milliseconds; of a rhythm half its mean gap.
fn mean_delay(trigger: &Trigger) -> u64 {
    match trigger {
        Trigger::Manual(delay) => Span::from_millis_f64(delay.mean(Span::DAY, Span::WEEK)).0,
        Trigger::Scheduled {
            rhythm: Rhythm::Every(gap),
            ..
        } => gap.to_span(Span::DAY, Span::WEEK).0 / 2,
        Trigger::Scheduled {
            rhythm: Rhythm::Weekly(slots),
            ..
        } => Span::WEEK.0 / (2 * slots.len().max(1) as u64),
        Trigger::Automatic(latency) => latency.to_span(Span::DAY, Span::WEEK).0,
    }
}

/// The forward handoffs with what deriving has to know about each.
struct Ways<'a> {
    graph: &'a StageGraph,
    is_relaxed: Vec<bool>,
    delay: Vec<u64>,
    order: &'a [u32],
    /// The place of each stage in `order`.
    rank: &'a [u32],
}

impl Ways<'_> {
    fn is_relaxed(&self, way: &Way) -> bool {
        self.is_relaxed[way.handoff as usize]
    }

    /// The stages that something derived can leave: a relaxed handoff leaves them, or one leaves
    /// the stage that a handoff of theirs leads to.
    fn senders(&self) -> Vec<u32> {
        let relaxes_out: Vec<bool> = self
            .graph
            .stages()
            .map(|stage| {
                self.graph
                    .ways_out(stage)
                    .iter()
                    .any(|way| self.is_relaxed(way))
            })
            .collect();
        self.graph
            .stages()
            .filter(|&stage| {
                relaxes_out[stage as usize]
                    || self
                        .graph
                        .ways_out(stage)
                        .iter()
                        .any(|way| relaxes_out[way.stage as usize])
            })
            .collect()
    }
}

/// Finds the receivers of what has to be derived from one sender after another.
struct Scan {
    /// By stage: one more than the most handoffs that are not relaxed on a path from the sender,
    /// 3 for two or more, 0 when it was not reached.
    most: Vec<u8>,
    /// The ranks of stages reached and not left yet.
    open: BinaryHeap<Reverse<u32>>,
    reached: Vec<u32>,
}

const TWO_OR_MORE: u8 = 3;
const ONE: u8 = 2;

impl Scan {
    fn new(stages: usize) -> Self {
        Self {
            most: vec![0; stages],
            open: BinaryHeap::new(),
            reached: Vec::new(),
        }
    }

    fn receivers(&mut self, ways: &Ways<'_>, sender: u32) -> Vec<u32> {
        self.most[sender as usize] = 1;
        self.open.push(Reverse(ways.rank[sender as usize]));
        self.reached.push(sender);
        // Behind stages with two or more there are only such. When only they are open, it is done.
        let mut open_below_two = 1;
        let mut direct = FxHashSet::default();
        let mut found = Vec::new();
        while open_below_two > 0 {
            let Some(Reverse(rank)) = self.open.pop() else {
                break;
            };
            let stage = ways.order[rank as usize];
            let most = self.most[stage as usize];
            if most < TWO_OR_MORE {
                open_below_two -= 1;
            }
            if most == ONE {
                found.push(stage);
            }
            for way in ways.graph.ways_out(stage) {
                let is_relaxed = ways.is_relaxed(way);
                if stage == sender && !is_relaxed {
                    direct.insert(way.stage);
                }
                let next = if is_relaxed {
                    most
                } else {
                    (most + 1).min(TWO_OR_MORE)
                };
                let known = &mut self.most[way.stage as usize];
                if *known == 0 {
                    self.open.push(Reverse(ways.rank[way.stage as usize]));
                    self.reached.push(way.stage);
                    open_below_two += usize::from(next < TWO_OR_MORE);
                } else if *known < TWO_OR_MORE && next == TWO_OR_MORE {
                    open_below_two -= 1;
                }
                *known = next.max(*known);
            }
        }
        self.open.clear();
        for stage in self.reached.drain(..) {
            self.most[stage as usize] = 0;
        }
        found.retain(|stage| !direct.contains(stage));
        found
    }
}

/// The longest paths of the shape *relaxed … one that is not … relaxed* to one receiver.
#[derive(Default)]
struct Longest {
    /// By stage: the path over relaxed handoffs only.
    relaxed: FxHashMap<u32, Step>,
    /// By stage: the path with one that is not relaxed.
    ordering: FxHashMap<u32, Step>,
}

#[derive(Clone, Copy)]
struct Step {
    /// Mean delay of the whole path, in milliseconds.
    delay: u64,
    /// The first handoff; none at the receiver.
    first: Option<Way>,
    /// Whether the rest of the path has relaxed handoffs only.
    then_relaxed: bool,
}

impl Step {
    /// Returns whether this path is to be taken rather than another: it is longer, or as long and
    /// comes first in the file.
    fn beats(&self, other: &Self) -> bool {
        let place = |step: &Self| step.first.map(|way| way.handoff);
        (self.delay, Reverse(place(self))) > (other.delay, Reverse(place(other)))
    }
}

fn keep(steps: &mut FxHashMap<u32, Step>, stage: u32, step: Step) -> bool {
    match steps.entry(stage) {
        std::collections::hash_map::Entry::Vacant(free) => {
            free.insert(step);
            true
        }
        std::collections::hash_map::Entry::Occupied(mut known) => {
            if step.beats(known.get()) {
                known.insert(step);
            }
            false
        }
    }
}

fn longest_paths(ways: &Ways<'_>, receiver: u32) -> Longest {
    let mut longest = Longest::default();
    let at_receiver = Step {
        delay: 0,
        first: None,
        then_relaxed: true,
    };
    longest.relaxed.insert(receiver, at_receiver);
    // Latest first: when a stage is taken, all paths from it to the receiver are known.
    let mut open = BinaryHeap::from([(ways.rank[receiver as usize], receiver)]);
    let mut was_pushed = FxHashSet::from_iter([receiver]);
    while let Some((_, stage)) = open.pop() {
        let relaxed = longest.relaxed.get(&stage).copied();
        let ordering = longest.ordering.get(&stage).copied();
        for back in ways.graph.ways_in(stage) {
            let way = Way {
                stage,
                handoff: back.handoff,
            };
            let is_relaxed = ways.is_relaxed(back);
            let lengthened = |rest: Step, then_relaxed: bool| Step {
                delay: rest.delay.saturating_add(ways.delay[back.handoff as usize]),
                first: Some(way),
                then_relaxed,
            };
            let mut is_new = false;
            match (is_relaxed, relaxed, ordering) {
                (true, relaxed, ordering) => {
                    if let Some(rest) = relaxed {
                        is_new |= keep(&mut longest.relaxed, back.stage, lengthened(rest, true));
                    }
                    if let Some(rest) = ordering {
                        is_new |= keep(&mut longest.ordering, back.stage, lengthened(rest, false));
                    }
                }
                (false, Some(rest), _) => {
                    is_new |= keep(&mut longest.ordering, back.stage, lengthened(rest, true));
                }
                (false, None, _) => {}
            }
            if is_new && was_pushed.insert(back.stage) {
                open.push((ways.rank[back.stage as usize], back.stage));
            }
        }
    }
    longest
}

impl Longest {
    fn path_from(&self, ways: &Ways<'_>, from: u32, to: u32) -> Vec<u32> {
        let mut path = Vec::new();
        let mut stage = from;
        let mut is_before = true;
        while stage != to || is_before {
            let steps = if is_before {
                &self.ordering
            } else {
                &self.relaxed
            };
            let Some((step, way)) = steps.get(&stage).and_then(|step| Some((step, step.first?)))
            else {
                break;
            };
            debug_assert!(ways.rank[way.stage as usize] > ways.rank[stage as usize]);
            path.push(way.handoff);
            is_before = is_before && !step.then_relaxed;
            stage = way.stage;
        }
        path
    }
}
