//! The ways of all wires: in which order they are found, and which of them a change concerns.
//!
//! Wires with corners of their own come first, then forward ones, rework, feedback, relaxed ones,
//! of each kind the short ones first. A way depends on the cards and notes near it, on its ports
//! (and they on the other wires at both cards), and on the lines near it of the wires before it. So
//! each wire remembers the area in which it has looked; what changes in there has it look again, in
//! its turn. What is found after a change is what would be found with everything anew.
//!
//! ```text
//!   cards put elsewhere ──> sides of wires ──> ports of cards ──> turns ──> ways, one by one
//!                            (given, choose)      (assign)                    │      ▲
//!                                                                             └──────┘
//!                                                         wires behind that looked where a line
//!                                                                     came or went
//! ```

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{WorldPoint, WorldRect};

use super::index::{BoxIndex, NOWHERE, Piece, PieceIndex};
use super::ports::{self, Choice, Joined, Ports};
use super::route::{Field, Others};
use super::{Corners, Wire};

/// Returns the corners of each wire, from border to border; as far as it came where it is not to go
/// on.
pub(super) fn route_all(
    cards: &[WorldRect],
    notes: &[WorldRect],
    wires: &[Wire],
    corners: &[Corners<'_>],
    goes_on: &dyn Fn() -> bool,
) -> Vec<Vec<WorldPoint>> {
    let mut routing = Routing::among(cards, notes);
    routing.update_while(goes_on, cards, notes, wires, &|at| corners[at], &[]);
    routing.ways.into_iter().map(|way| way.points).collect()
}

/// When a wire's way is found: those with corners of their own first, then by kind, by distance,
/// by place. Distances are never negative, so their bits have their order.
type Turn = (u8, u64, u32);

/// The way of a wire, and what it was found from.
#[derive(Clone, Debug)]
struct Found {
    /// Which sides it joins; nothing when its way has been given.
    choice: Option<Choice>,
    ports: Ports,
    turn: Turn,
    points: Vec<WorldPoint>,
    is_waiting: bool,
}

impl Found {
    /// Whether its way is to be found, and has not been given.
    fn is_to_be_found(&self) -> bool {
        self.choice.is_some()
    }
}

/// The ways of all wires.
pub(super) struct Routing {
    pub(super) field: Field,
    pub(super) pieces: PieceIndex,
    wires: Vec<Wire>,
    ways: Vec<Found>,
    /// The wires at each card; one that leads back to where it comes from is there once.
    at_card: Vec<Vec<u32>>,
    /// Where each wire has looked for its sides, and for its way.
    sides_asked: BoxIndex,
    way_asked: BoxIndex,
    /// The wires that have to look for their ways again.
    waiting: Vec<u32>,
    /// For how many cards the indexes were made.
    made_for: usize,
}

/// What an update has changed.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// The wires with other ways than before, in order.
    pub(super) wires: Vec<usize>,
    /// Rectangles around each card and each line that came or went.
    pub(super) areas: Vec<WorldRect>,
}

impl Routing {
    /// Makes one without wires, for cards that will be where these are.
    pub(super) fn among(cards: &[WorldRect], notes: &[WorldRect]) -> Self {
        Self {
            field: Field::new(cards, notes),
            pieces: PieceIndex::among(cards),
            wires: Vec::new(),
            ways: Vec::new(),
            at_card: vec![Vec::new(); cards.len()],
            sides_asked: BoxIndex::among(cards),
            way_asked: BoxIndex::among(cards),
            waiting: Vec::new(),
            made_for: cards.len(),
        }
    }

    /// Returns the way of a wire.
    pub(super) fn points(&self, wire: usize) -> &[WorldPoint] {
        &self.ways[wire].points
    }

    /// Returns the wires at a card; none when it is new.
    pub(super) fn wires_at(&self, node: usize) -> impl Iterator<Item = usize> {
        let wires = self.at_card.get(node).into_iter().flatten();
        wires.map(|&wire| wire as usize)
    }

    /// Returns whether an update leads from what there is to these cards and wires: more may come at
    /// the end of either, and cards may be elsewhere.
    pub(super) fn goes_on_to(&self, cards: &[WorldRect], wires: &[Wire]) -> bool {
        // Indexes that were made for far fewer are slow.
        let most = 2 * self.made_for + 32;
        (self.field.cards.len()..=most).contains(&cards.len())
            && wires.get(..self.wires.len()) == Some(self.wires.as_slice())
    }

    /// Takes in where cards and notes are now, new wires, and the wires with other corners than before (a
    /// wire whose end was moved need not be among them). Returns what that changes.
    pub(super) fn update<'a>(
        &mut self,
        cards: &[WorldRect],
        notes: &[WorldRect],
        wires: &[Wire],
        corners: &dyn Fn(usize) -> Corners<'a>,
        with_new_corners: &[usize],
    ) -> Changed {
        self.update_while(&|| true, cards, notes, wires, corners, with_new_corners)
    }

    /// Updates as long as it is to go on; what comes after that is not worth anything.
    fn update_while<'a>(
        &mut self,
        goes_on: &dyn Fn() -> bool,
        cards: &[WorldRect],
        notes: &[WorldRect],
        wires: &[Wire],
        corners: &dyn Fn(usize) -> Corners<'a>,
        with_new_corners: &[usize],
    ) -> Changed {
        let mut changed = Changed::default();
        let moved = self.take_cards(cards, &mut changed.areas);
        changed.areas.extend(self.field.take_notes(notes));
        let first_new = self.wires.len();
        self.take_wires(wires);
        let at_moved: Vec<usize> = moved.iter().flat_map(|&node| self.wires_at(node)).collect();

        let mut concerned: Vec<usize> = (first_new..wires.len()).collect();
        concerned.extend_from_slice(with_new_corners);
        concerned.extend_from_slice(&at_moved);
        for &area in &changed.areas {
            concerned.extend(self.sides_asked.meeting(area));
            for wire in self.way_asked.meeting(area) {
                self.wait(wire);
            }
        }
        concerned.sort_unstable();
        concerned.dedup();

        let mut nodes: Vec<usize> = moved;
        let ends = |wire: usize| [wires[wire].from, wires[wire].to];
        nodes.extend(at_moved.iter().flat_map(|&wire| ends(wire)));
        let mut given_anew = Vec::new();
        let mut with_other_turns = Vec::new();
        for at in concerned {
            if !goes_on() {
                return changed;
            }
            if self.choose_sides(at, corners(at), &mut given_anew) {
                nodes.extend(ends(at));
                with_other_turns.push(at);
            }
        }
        for &wire in &at_moved {
            self.wait(wire);
        }
        nodes.sort_unstable();
        nodes.dedup();
        with_other_turns.extend(self.assign_ports(&nodes));
        for wire in with_other_turns {
            self.find_turn(wire);
        }
        let mut has_changed: Vec<usize> = Vec::new();
        for (at, before) in given_anew {
            self.line_changed(at, &before, true, &mut changed.areas);
            has_changed.push(at);
        }
        self.find_ways(goes_on, &mut has_changed, &mut changed.areas);
        has_changed.sort_unstable();
        has_changed.dedup();
        changed.wires = has_changed;
        changed
    }

    /// Puts cards where they are now. Returns which were moved or are new.
    fn take_cards(&mut self, cards: &[WorldRect], areas: &mut Vec<WorldRect>) -> Vec<usize> {
        let mut moved = Vec::new();
        for (node, &card) in cards.iter().enumerate() {
            let before = self.field.cards.get(node).copied();
            if before == Some(card) {
                continue;
            }
            areas.extend(before);
            areas.push(card);
            self.field.put(node, card);
            moved.push(node);
        }
        self.at_card.resize(cards.len(), Vec::new());
        moved
    }

    fn take_wires(&mut self, wires: &[Wire]) {
        for (at, &wire) in wires.iter().enumerate().skip(self.wires.len()) {
            self.wires.push(wire);
            self.ways.push(Found {
                choice: None,
                ports: Ports::default(),
                turn: (0, 0, at as u32),
                points: Vec::new(),
                is_waiting: false,
            });
            self.at_card[wire.from].push(at as u32);
            if wire.to != wire.from {
                self.at_card[wire.to].push(at as u32);
            }
            self.sides_asked.put(at, NOWHERE);
            self.way_asked.put(at, NOWHERE);
        }
    }

    /// Has a wire look for its way again, unless that has been given.
    fn wait(&mut self, wire: usize) {
        let way = &mut self.ways[wire];
        if way.is_to_be_found() && !way.is_waiting {
            way.is_waiting = true;
            self.waiting.push(wire as u32);
        }
    }

    /// Finds the sides of a wire, or the way that it has been given. Returns whether that changes
    /// anything at its ends; notes what lines it had when it is, or was, a way that was given.
    fn choose_sides(
        &mut self,
        at: usize,
        corners: Corners<'_>,
        given_anew: &mut Vec<(usize, Vec<WorldPoint>)>,
    ) -> bool {
        let wire = self.wires[at];
        let ((given, choice), asked) = self.field.asking(|field| {
            let given = field.given(&wire, corners);
            let choice = given.is_none().then(|| ports::choose(field, &wire));
            (given, choice)
        });
        self.sides_asked.put(at, asked);
        let way = &mut self.ways[at];
        let is_same =
            way.choice == choice && given.as_ref().is_none_or(|points| *points == way.points);
        if is_same {
            return false;
        }
        way.choice = choice;
        match given {
            Some(points) => {
                let before = std::mem::replace(&mut way.points, points);
                self.pieces.remove_route(&before, at);
                self.pieces.insert_route(&self.ways[at].points, at);
                self.way_asked.put(at, NOWHERE);
                given_anew.push((at, before));
            }
            None => self.wait(at),
        }
        true
    }

    /// Shares the sides of cards among the ends of wires. Returns the wires with other ports than
    /// before.
    fn assign_ports(&mut self, nodes: &[usize]) -> Vec<usize> {
        let Self {
            field,
            wires,
            ways,
            at_card,
            ..
        } = self;
        let mut ends: Vec<(usize, bool, Ports)> = Vec::new();
        for &node in nodes {
            let here = at_card[node].iter().map(|&at| {
                let at = at as usize;
                let joined = match &ways[at].choice {
                    Some(choice) => Joined::Sides(choice),
                    None => Joined::Given(&ways[at].points),
                };
                (at, &wires[at], joined)
            });
            ports::assign(&field.cards, node, here, |at, is_start, point, track| {
                let mut ports = Ports::default();
                if is_start {
                    (ports.start, ports.fan.start) = (point, track);
                } else {
                    (ports.end, ports.fan.end) = (point, track);
                }
                ends.push((at, is_start, ports));
            });
        }
        let mut changed = Vec::new();
        for (at, is_start, found) in ends {
            let way = &mut ways[at];
            let before = way.ports;
            if is_start {
                (way.ports.start, way.ports.fan.start) = (found.start, found.fan.start);
            } else {
                (way.ports.end, way.ports.fan.end) = (found.end, found.fan.end);
            }
            if way.ports != before {
                changed.push(at);
            }
        }
        for &at in &changed {
            self.wait(at);
        }
        changed
    }

    /// Finds when it is a wire's turn. One that had its turn earlier is seen by wires between: they
    /// look again.
    fn find_turn(&mut self, at: usize) {
        let way = &self.ways[at];
        let turn = if way.is_to_be_found() {
            let Ports { start, end, .. } = way.ports;
            let distance = (start.x - end.x).abs() + (start.y - end.y).abs();
            (1 + self.wires[at].way as u8, distance.to_bits(), at as u32)
        } else {
            (0, 0, at as u32)
        };
        if turn == way.turn {
            return;
        }
        self.ways[at].turn = turn;
        for area in lines_of(&self.ways[at].points) {
            for other in self.way_asked.meeting(area) {
                self.wait(other);
            }
        }
    }

    /// Has the wires look again that looked where a line came or went: those behind it, or all.
    fn line_changed(
        &mut self,
        at: usize,
        before: &[WorldPoint],
        concerns_all: bool,
        areas: &mut Vec<WorldRect>,
    ) {
        let turn = self.ways[at].turn;
        let mut came_or_went = lines_of(before);
        came_or_went.extend(lines_of(&self.ways[at].points));
        for &area in &came_or_went {
            for other in self.way_asked.meeting(area) {
                if concerns_all || self.ways[other].turn > turn {
                    self.wait(other);
                }
            }
        }
        areas.extend(came_or_went);
    }

    /// Finds the ways that are waited for, each in its turn.
    fn find_ways(
        &mut self,
        goes_on: &dyn Fn() -> bool,
        changed: &mut Vec<usize>,
        areas: &mut Vec<WorldRect>,
    ) {
        let mut queue: BinaryHeap<Reverse<Turn>> = BinaryHeap::new();
        while goes_on() {
            let ways = &self.ways;
            queue.extend(
                self.waiting
                    .drain(..)
                    .map(|at| Reverse(ways[at as usize].turn)),
            );
            let Some(Reverse((.., at))) = queue.pop() else {
                return;
            };
            let at = at as usize;
            let Self {
                field,
                pieces,
                wires,
                ways,
                ..
            } = self;
            ways[at].is_waiting = false;
            let Some(choice) = ways[at].choice else {
                continue;
            };
            let (ports, turn) = (ways[at].ports, ways[at].turn);
            let is_before = |other: usize| ways[other].turn < turn;
            let (points, asked) = field.asking(|field| {
                let others = Others {
                    pieces,
                    is_before: &is_before,
                };
                field.route(&wires[at], &choice, &ports, others)
            });
            self.way_asked.put(at, asked);
            if points == self.ways[at].points {
                continue;
            }
            let before = std::mem::replace(&mut self.ways[at].points, points);
            self.pieces.remove_route(&before, at);
            self.pieces.insert_route(&self.ways[at].points, at);
            changed.push(at);
            self.line_changed(at, &before, false, areas);
        }
    }
}

/// Returns a rectangle around each line of a way.
fn lines_of(points: &[WorldPoint]) -> Vec<WorldRect> {
    points
        .windows(2)
        .map(|pair| Piece::new(pair[0], pair[1]).rect())
        .collect()
}
