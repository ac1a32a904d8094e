//! Tidying up: new places for stages that have been put somewhere, in layers from left to right.
//!
//! ```text
//!   where cards stand now ──> layered: ranks, order (from the present one), heights
//!        ──> anchored where the drawing was ──> off what stays ──> again, until nothing changes
//! ```
//!
//! Invariants of a [`Tidied`]:
//! - of the stages that stay (locked, or not chosen) nothing is said; no card comes to lie on
//!   another, nor on a note that lies on no card;
//! - every forward handoff between two stages that are moved leads to the right, but those that
//!   close a cycle;
//! - done again on what came out, nothing changes;
//! - notes that lie on a card go where the card goes.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::graph::Origin;
use crate::model::{HandoffId, NoteId, StageId, WorldPoint, WorldRect, WorldSize, WorldVector};

use super::index::BoxIndex;
use super::lanes::Membership;
use super::layered::{self, Arranged, arrange};
use super::notes::carrier;
use super::place::slide;
use super::routing::route_all;
use super::{Corners, FOOT, HEADER, Layout, LayoutInput, Wire, snap, snap_up, usable, wires};

/// What is to be tidied up.
#[derive(Clone, Copy)]
pub struct TidyTask<'a> {
    /// The drawing, and the sizes of what is in it.
    pub input: LayoutInput<'a>,
    /// Where things stand now.
    pub now: &'a Layout,
    /// The stages to be moved; all of them when there are none. Those that are locked stay.
    pub chosen: &'a [StageId],
}

/// The new places.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tidied {
    /// The upper left corner of each stage that was to be moved, whether it changed or not.
    pub stages: Vec<(StageId, WorldPoint)>,
    /// The ways of the notes that lie on cards that go somewhere else.
    pub notes: Vec<(NoteId, WorldVector)>,
    /// The corners that handoffs between stages that were to be moved are given, those of a
    /// straight way one point of it; none where the way is what is found without.
    pub ways: Vec<(HandoffId, Vec<WorldPoint>)>,
}

/// How far tidying up is, and whether it is to end; shared with the thread that does it.
#[derive(Debug, Default)]
pub struct TidyControl {
    is_cancelled: AtomicBool,
    per_mille: AtomicU32,
}

impl TidyControl {
    /// Asks it to end; it does within milliseconds.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Returns how far it is, from 0 to 1.
    pub fn progress(&self) -> f64 {
        f64::from(self.per_mille.load(Ordering::Relaxed)) / 1_000.0
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Notes how far it is; it never goes back.
    pub(super) fn reach(&self, share: f64) {
        let per_mille = (share.clamp(0.0, 1.0) * 1_000.0) as u32;
        self.per_mille.fetch_max(per_mille, Ordering::Relaxed);
    }
}

/// So many times is what came out tidied again, at most.
const MOST_ROUNDS: usize = 12;
/// More often than that as long as so many stages are arranged in all.
const BUSY: usize = 2_000;
/// With more wires than this the router is not asked whether it would find the way of a long one:
/// it hardly ever does, and takes long over it.
const MOST_ASKED: usize = 2_000;

/// Finds new places for stages. Returns nothing when it was cancelled.
pub fn tidy(task: &TidyTask<'_>, control: &TidyControl) -> Option<Tidied> {
    let model = task.input.model;
    let mut is_chosen = vec![task.chosen.is_empty(); model.stages.len()];
    for &id in task.chosen {
        if let Some(at) = model.stages.position(id) {
            is_chosen[at] = true;
        }
    }
    let now = &as_open(task);
    let is_locked = |at: usize| model.stages.at(at).is_some_and(|stage| stage.at.is_locked);
    let nodes: Vec<usize> = (0..now.len()).filter(|&at| is_chosen[at]).collect();
    let moves: Vec<bool> = (0..now.len())
        .map(|at| is_chosen[at] && !is_locked(at))
        .collect();
    let fixed: Vec<Option<WorldRect>> = now.iter().copied().map(Some).collect();
    let lying: Vec<Option<(usize, WorldPoint)>> = task
        .now
        .notes
        .iter()
        .map(|&note| carrier(note, &fixed))
        .collect();
    let in_the_way = (0..now.len()).filter(|&at| !moves[at]).map(|at| now[at]);
    let free_notes = task.now.notes.iter().zip(&lying);
    let free_notes = free_notes.filter(|(_, lying)| lying.is_none());
    let field = Field {
        task,
        sizes: now.iter().map(|rect| rect.size()).collect(),
        in_the_way: in_the_way
            .chain(free_notes.map(|(&note, _)| note))
            .collect(),
        lanes: Membership::of(model),
        nodes,
        is_arranged: is_chosen.clone(),
        moves,
        control,
    };
    let put = field.settled(now)?;
    let cards = &put.cards;
    let stages = model.stages.iter().enumerate();
    let notes = model.notes.iter().zip(&lying).filter_map(|(note, lying)| {
        let (card, stood) = (*lying)?;
        let by = cards[card].min - stood;
        let goes = by != WorldVector::default() && !note.at.is_locked;
        goes.then_some((note.id, by))
    });
    let notes: Vec<(NoteId, WorldVector)> = notes.collect();
    let free = task.now.notes.iter().zip(&model.notes);
    let notes_then = free.map(|(&rect, note)| {
        let by = notes.iter().find(|(id, _)| *id == note.id);
        by.map_or(rect, |&(_, by)| rect.moved(by))
    });
    let given = field.given(&put, &notes_then.collect::<Vec<_>>());
    if control.is_cancelled() {
        return None;
    }
    Some(Tidied {
        stages: stages
            .filter(|&(at, _)| field.moves[at])
            .map(|(at, stage)| (stage.id, cards[at].min))
            .collect(),
        notes,
        ways: given,
    })
}

/// Returns the cards of all stages, those of collapsed groups where they would stand if these were
/// open: opening one shows it tidied up.
fn as_open(task: &TidyTask<'_>) -> Vec<WorldRect> {
    let cards = task.now.stages.iter().enumerate();
    let stages = cards.zip(&task.input.model.stages);
    stages
        .map(|((at, &shown), stage)| {
            if task.now.folded(at).is_none() {
                return shown;
            }
            let own = stage.at.size;
            let size = usable(own.unwrap_or_else(|| (task.input.stage_size)(stage)));
            WorldRect::from_min_size(stage.at.position.unwrap_or(shown.min), size)
        })
        .collect()
}

/// Where cards were put, and the ways of wires between them.
#[derive(Clone)]
struct Put {
    cards: Vec<WorldRect>,
    ways: Vec<(usize, Vec<WorldPoint>)>,
}

/// What stays the same from round to round.
struct Field<'a> {
    task: &'a TidyTask<'a>,
    sizes: Vec<WorldSize>,
    /// Cards that stay and notes that lie on none.
    in_the_way: Vec<WorldRect>,
    lanes: Option<Membership>,
    /// The stages that are arranged, those that are locked included.
    nodes: Vec<usize>,
    /// Whether a stage is one of them.
    is_arranged: Vec<bool>,
    /// Whether a stage may be moved.
    moves: Vec<bool>,
    control: &'a TidyControl,
}

/// Why there is no answer.
enum Stop {
    Cancelled,
    /// Tidying what came out goes on and on.
    Wanders,
}

impl Field<'_> {
    /// Tidies once; where something stands in the way, until that changes nothing.
    fn settled(&self, now: &[WorldRect]) -> Option<Put> {
        if !self.nodes.iter().any(|&node| self.moves[node]) {
            return Some(Put {
                cards: now.to_vec(),
                ways: Vec::new(),
            });
        }
        if self.in_the_way.is_empty() {
            return self.round(now, now);
        }
        match self.circle(now) {
            Ok(put) => Some(put),
            Err(Stop::Cancelled) => None,
            Err(Stop::Wanders) => {
                let plain = self.plain(now)?;
                match self.circle(&plain.cards) {
                    Ok(put) => Some(put),
                    Err(Stop::Cancelled) => None,
                    Err(Stop::Wanders) => Some(plain),
                }
            }
        }
    }

    /// Tidies, and what came out again, until nothing changes. Where that goes round in a circle
    /// the least of the circle is taken, so that tidying it again ends there too.
    fn circle(&self, from: &[WorldRect]) -> Result<Put, Stop> {
        // Of a small drawing a round takes no time.
        let most = (BUSY / self.nodes.len().max(1)).clamp(MOST_ROUNDS, BUSY);
        let mut seen = vec![Put {
            cards: from.to_vec(),
            ways: Vec::new(),
        }];
        for _ in 0..most {
            let last = &seen[seen.len() - 1].cards;
            let next = self.round(last, last).ok_or(Stop::Cancelled)?;
            let before = seen.iter().position(|before| before.cards == next.cards);
            seen.push(next);
            if let Some(at) = before {
                // What was there at first has no ways yet.
                let circle = seen.drain(at + 1..);
                let least = circle.min_by(|a, b| by_corners(&a.cards, &b.cards));
                return least.ok_or(Stop::Wanders);
            }
        }
        Err(Stop::Wanders)
    }

    /// Arranges as if nothing had been put anywhere, so that only the corner of all of it depends
    /// on where it is now, and puts that until it stays. Done again it stays there, too.
    fn plain(&self, now: &[WorldRect]) -> Option<Put> {
        let mut order = now.to_vec();
        for (node, rect) in self.arranged(None).cards {
            order[node] = rect;
        }
        let mut put = self.round(now, &order)?;
        // It goes down only, past one more of what is in the way each time.
        for _ in 0..self.in_the_way.len() {
            let next = self.round(&put.cards, &order)?;
            if next.cards == put.cards {
                break;
            }
            put = next;
        }
        Some(put)
    }

    /// Arranges once, in the order in which cards stand in `order`, and puts that where it is now.
    /// Returns nothing when it was cancelled.
    fn round(&self, now: &[WorldRect], order: &[WorldRect]) -> Option<Put> {
        let arranged = self.arranged(Some(layered::Present {
            cards: order,
            control: self.control,
        }));
        if self.control.is_cancelled() {
            return None;
        }
        Some(self.put(now, arranged))
    }

    fn arranged(&self, present: Option<layered::Present<'_>>) -> Arranged {
        let input = &self.task.input;
        let (wires, places) = wires(input.model, input.flow);
        let labels = places.iter().map(|&place| {
            let is_drawn = place < input.flow.handoffs.len();
            let size = is_drawn.then(|| (input.label_size)(place)).flatten();
            size.map_or(0.0, |size| size.width)
        });
        arrange(&layered::Task {
            nodes: &self.nodes,
            sizes: &self.sizes,
            wires: &wires,
            lanes: self.lanes.as_ref().map(|lanes| lanes.lane_of.as_slice()),
            label_widths: &labels.collect::<Vec<f64>>(),
            present,
        })
    }

    /// Puts what was arranged where it was, and off what stays.
    fn put(&self, now: &[WorldRect], arranged: Arranged) -> Put {
        let Arranged {
            cards: arranged,
            ways,
        } = arranged;
        let locked = arranged.iter().find(|(node, _)| !self.moves[*node]);
        let all = |rects: &mut dyn Iterator<Item = WorldRect>| {
            rects.reduce(WorldRect::union).unwrap_or_default().min
        };
        let by = match locked {
            // A locked stage stays where it is, and the others come to it.
            Some(&(node, rect)) => now[node].min - rect.min,
            None => {
                let before = all(&mut self.nodes.iter().map(|&node| now[node]));
                let after = all(&mut arranged.iter().map(|&(_, rect)| rect));
                WorldPoint::new(snap(before.x), snap(before.y)) - after
            }
        };
        let mut free: Vec<(usize, usize, WorldRect)> = arranged
            .iter()
            .filter(|(node, _)| self.moves[*node])
            .map(|&(node, rect)| {
                let lane = self.lanes.as_ref().map_or(0, |lanes| lanes.lane_of[node]);
                (lane, node, rect.moved(by))
            })
            .collect();
        free.sort_by(|a, b| {
            let by_height = a.2.min.y.total_cmp(&b.2.min.y);
            a.0.cmp(&b.0).then(by_height).then(a.1.cmp(&b.1))
        });
        let mut cards = now.to_vec();
        let mut taken = BoxIndex::new(&self.in_the_way);
        // What is lower than this belongs to the lanes above.
        let mut floor = f64::NEG_INFINITY;
        for lane in free.chunk_by(|a, b| a.0 == b.0) {
            let top = lane[0].2.min.y;
            let lower = snap_up((floor - top).max(0.0));
            floor = f64::NEG_INFINITY;
            let mut put = Vec::new();
            for &(_, node, rect) in lane {
                let rect = rect.moved(WorldVector::new(0.0, lower));
                let rect = if self.in_the_way.is_empty() {
                    rect
                } else {
                    let rect = slide(below(rect, &put), &taken, 1);
                    taken.insert(rect);
                    put.push(rect);
                    rect
                };
                cards[node] = rect;
                floor = floor.max(rect.max.y + FOOT + HEADER);
            }
        }
        // A way is good as long as both its ends stand where it was made for.
        let mut is_there = vec![false; cards.len()];
        for &(node, rect) in &arranged {
            is_there[node] = cards[node].min == rect.moved(by).min;
        }
        let (wires, _) = wires(self.task.input.model, self.task.input.flow);
        let ways = ways
            .into_iter()
            .filter(|&(wire, _)| is_there[wires[wire].from] && is_there[wires[wire].to])
            .map(|(wire, points)| (wire, points.into_iter().map(|point| point + by).collect()));
        Put {
            ways: ways.collect(),
            cards,
        }
    }

    /// Returns the corners that handoffs are to be given so that they run on the ways that were
    /// made for them; none where that is what is found from where the cards stand.
    fn given(&self, put: &Put, notes: &[WorldRect]) -> Vec<(HandoffId, Vec<WorldPoint>)> {
        let LayoutInput { model, flow, .. } = self.task.input;
        let (wires, places) = wires(model, flow);
        let handoff = |wire: usize| {
            let of = flow.handoffs.get(places[wire])?;
            let is_drawn = matches!(of.origin, Origin::Drawn);
            model.handoffs.find(of.id).filter(|_| is_drawn)
        };
        let gone = |node: usize| match model.stages.at(node)?.at.position {
            Some(stood) => Some(put.cards[node].min - stood),
            None => Some(WorldVector::default()),
        };
        let is_between = |wire: &Wire| self.is_arranged[wire.from] && self.is_arranged[wire.to];
        // Corners set by hand go along where both ends go the same way.
        let mut corners: Vec<(Vec<WorldPoint>, bool)> = wires
            .iter()
            .enumerate()
            .map(|(at, wire)| {
                let by = gone(wire.from).filter(|&by| Some(by) == gone(wire.to));
                match (by, handoff(at)) {
                    (Some(by), Some(handoff)) if !(handoff.is_tidied && is_between(wire)) => {
                        let bends = handoff.bends.iter();
                        let along = bends.map(|&bend| bend + by).collect();
                        (along, handoff.is_tidied || handoff.bends.is_empty())
                    }
                    _ => (Vec::new(), true),
                }
            })
            .collect();
        let ways: Vec<(usize, &[WorldPoint])> = put
            .ways
            .iter()
            .filter(|(wire, points)| {
                handoff(*wire).is_some() && corners[*wire].0.is_empty() && points.len() > 1
            })
            .map(|(wire, points)| (*wire, points.as_slice()))
            .collect();
        let corners_of = |points: &[WorldPoint]| match points {
            [a, b] => vec![WorldPoint::new(((a.x + b.x) / 2.0).round(), a.y)],
            [_, corners @ .., _] => corners.to_vec(),
            [] | [_] => Vec::new(),
        };
        if wires.len() > MOST_ASKED {
            for &(wire, points) in ways.iter().filter(|(_, points)| points.len() > 4) {
                corners[wire].0 = corners_of(points);
            }
        }
        // One way after the other is given until all run as they should.
        loop {
            let given: Vec<Corners<'_>> = corners
                .iter()
                .map(|(points, is_tidied)| Corners {
                    points,
                    is_tidied: *is_tidied,
                })
                .collect();
            let goes_on = || !self.control.is_cancelled();
            let routes = route_all(&put.cards, notes, &wires, &given, &goes_on);
            if !goes_on() {
                return Vec::new();
            }
            let astray = ways
                .iter()
                .filter(|&&(wire, points)| corners[wire].0.is_empty() && routes[wire] != points);
            let astray: Vec<(usize, &[WorldPoint])> = astray.copied().collect();
            if astray.is_empty() {
                // What something lies in the way of is found as ever.
                for &(wire, points) in &ways {
                    if routes[wire] != points {
                        corners[wire].0.clear();
                    }
                }
                break;
            }
            for (wire, points) in astray {
                corners[wire].0 = corners_of(points);
            }
        }
        let tidied = wires.iter().zip(corners).enumerate();
        let tidied = tidied.filter(|(_, (wire, (_, is_tidied)))| *is_tidied && is_between(wire));
        tidied
            .filter_map(|(at, (_, (points, _)))| Some((handoff(at)?.id, points)))
            .collect()
    }
}

/// Moves a card below those of its column that were put before it: their order stays.
fn below(rect: WorldRect, put: &[WorldRect]) -> WorldRect {
    let column = put
        .iter()
        .filter(|other| other.min.x < rect.max.x && rect.min.x < other.max.x);
    let lowest = column.map(|other| other.max.y).reduce(f64::max);
    let lower = lowest.map_or(0.0, |lowest| (lowest - rect.min.y).max(0.0));
    rect.moved(WorldVector::new(0.0, snap_up(lower)))
}

fn by_corners(a: &[WorldRect], b: &[WorldRect]) -> std::cmp::Ordering {
    let corners = a.iter().zip(b).map(|(a, b)| (a.min, b.min));
    corners.fold(std::cmp::Ordering::Equal, |so_far, (a, b)| {
        so_far.then(a.x.total_cmp(&b.x)).then(a.y.total_cmp(&b.y))
    })
}
