//! Routes: level and upright lines from card to card, around the others.
//!
//! Most handoffs lead to a neighbour, so a few shapes are tried first: straight, with one bend, a
//! Z, an S, a U, each moved along until it is free. Where none fits, a shortest way is searched
//! (`detour`). Wires are routed one after the other (`routing`); a later one pays for crossing an
//! earlier one and more for lying on it, so parallel wires get tracks of their own.

use std::cell::Cell;

use crate::model::{WorldPoint, WorldRect};

use super::index::{BoxIndex, Conflict, EVERYWHERE, NOWHERE, Piece, PieceIndex};
use super::ports::{self, Choice, Fan, Ports, Side};
use super::{Way, Wire, detour};

/// How far a wire keeps from cards that it passes.
const CLEAR: f64 = 6.0;
/// How far a wire keeps from notes.
const NOTE_CLEAR: f64 = 4.0;
/// Between two parallel tracks.
const TRACK: f64 = 12.0;
/// What it costs to pass under a note, in units of length.
const UNDER_NOTE: f64 = 400.0;
/// What a bend costs, in units of length.
pub(super) const BEND: f64 = 30.0;
/// How far tracks are moved out of the way of other wires.
const SHIFTS: [f64; 9] = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 4.0, -4.0];

/// How near to another wire's line a new one pays for it.
const NEAR_A_LINE: f64 = TRACK - 2.0;

/// The cards among which wires run.
pub(super) struct Field {
    pub(super) cards: Vec<WorldRect>,
    boxes: BoxIndex,
    /// The notes, which wires go round where it is not far.
    notes: BoxIndex,
    /// What was looked at since somebody wanted to know.
    asked: Cell<WorldRect>,
}

/// How good a way is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quality {
    /// Length, bends, and what it does to other wires.
    pub(super) cost: f64,
    pub(super) length: f64,
    pub(super) bends: usize,
}

/// The lines of the wires that have their ways, as one sees them that has not.
pub(super) struct Others<'a> {
    pub(super) pieces: &'a mut PieceIndex,
    /// Which wires come before it; it does not see the others.
    pub(super) is_before: &'a dyn Fn(usize) -> bool,
}

impl Field {
    /// Makes the field of some cards and notes.
    pub(super) fn new(cards: &[WorldRect], notes: &[WorldRect]) -> Self {
        Self {
            cards: cards.to_vec(),
            boxes: BoxIndex::new(cards),
            notes: BoxIndex::new(notes),
            asked: Cell::new(NOWHERE),
        }
    }

    /// Puts a card elsewhere, or adds one.
    pub(super) fn put(&mut self, node: usize, card: WorldRect) {
        if node == self.cards.len() {
            self.cards.push(card);
        } else {
            self.cards[node] = card;
        }
        self.boxes.put(node, card);
    }

    /// Puts notes where they are now. Returns where some came or went.
    pub(super) fn take_notes(&mut self, notes: &[WorldRect]) -> Vec<WorldRect> {
        let mut areas = Vec::new();
        for at in 0..notes.len().max(self.notes.len()) {
            let note = notes.get(at).copied().unwrap_or(NOWHERE);
            let before = if at < self.notes.len() {
                self.notes.rect(at)
            } else {
                NOWHERE
            };
            if note != before {
                self.notes.put(at, note);
                areas.extend([before, note].into_iter().filter(|&area| area != NOWHERE));
            }
        }
        areas
    }

    /// Returns what `find` finds, and a rectangle around all that it has looked at: as long as
    /// nothing changes in there, nor the cards at the ends of its wire, it finds the same.
    pub(super) fn asking<T>(&self, find: impl FnOnce(&Self) -> T) -> (T, WorldRect) {
        self.asked.set(NOWHERE);
        let found = find(self);
        (found, self.asked.get())
    }

    /// Notes that somebody looks at an area.
    pub(super) fn look(&self, area: WorldRect) {
        self.asked.set(self.asked.get().union(area));
    }

    /// Returns whether a card that `concerns` picks overlaps the area.
    pub(super) fn any_card(&self, area: WorldRect, concerns: impl FnMut(usize) -> bool) -> bool {
        self.look(area);
        self.boxes.any(area, concerns)
    }

    /// Returns the cards that overlap the area, in order.
    pub(super) fn cards_in(&self, area: WorldRect) -> Vec<usize> {
        self.look(area);
        self.boxes.all(area)
    }

    /// Returns all cards.
    pub(super) fn all_cards(&self) -> &[WorldRect] {
        self.look(EVERYWHERE);
        &self.cards
    }

    /// Returns the notes that overlap the area.
    pub(super) fn notes_in(&self, area: WorldRect) -> Vec<WorldRect> {
        self.look(area);
        let notes = self.notes.all(area).into_iter();
        notes.map(|note| self.notes.rect(note)).collect()
    }

    fn any_note(&self, area: WorldRect) -> bool {
        self.look(area);
        self.notes.any(area, |_| true)
    }

    /// Returns whether a straight wire between two cards keeps clear of all others.
    pub(super) fn is_free(&self, a: WorldPoint, b: WorldPoint, wire: &Wire) -> bool {
        self.is_free_by(a, b, [wire.from, wire.to], CLEAR)
    }

    /// Returns whether a line keeps clear of all cards; those named it may touch from outside.
    fn is_free_by(&self, a: WorldPoint, b: WorldPoint, touched: [usize; 2], clear: f64) -> bool {
        let line = Piece::new(a, b).rect();
        !self.any_card(line.grown(clear), |node| {
            !touched.contains(&node) || is_inside(line, self.cards[node])
        })
    }

    /// Returns whether all lines of a way keep clear of all cards; the first and the last may touch
    /// the card from which they come or to which they lead.
    pub(super) fn is_clear(&self, points: &[WorldPoint], wire: &Wire, clear: f64) -> bool {
        const NONE: usize = usize::MAX;
        let last = points.len() - 2;
        points.windows(2).enumerate().all(|(at, pair)| {
            let from = if at == 0 { wire.from } else { NONE };
            let to = if at == last { wire.to } else { NONE };
            self.is_free_by(pair[0], pair[1], [from, to], clear)
        })
    }

    /// Finds the best way between two sides, other wires aside.
    pub(super) fn probe(
        &self,
        wire: &Wire,
        start: (WorldPoint, Side),
        end: (WorldPoint, Side),
    ) -> Option<(Quality, Vec<WorldPoint>)> {
        let mut search = Search::new(self, wire, None);
        search.shapes(start, end);
        if search
            .best
            .as_ref()
            .is_some_and(|(_, points)| self.is_under_note(points))
        {
            search.keeps_off_notes = true;
            search.shapes(start, end);
        }
        search.best
    }

    /// Returns whether a way passes under a note.
    pub(super) fn is_under_note(&self, points: &[WorldPoint]) -> bool {
        points.windows(2).any(|pair| {
            let line = Piece::new(pair[0], pair[1]).rect();
            self.any_note(line.grown(NOTE_CLEAR))
        })
    }

    /// Finds the best way there is, from these ports if possible.
    pub(super) fn route(
        &self,
        wire: &Wire,
        choice: &Choice,
        ports: &Ports,
        others: Others<'_>,
    ) -> Vec<WorldPoint> {
        let (start, end) = ((ports.start, choice.out), (ports.end, choice.into));
        let mut search = Search::new(self, wire, Some(others));
        search.fan = ports.fan;
        search.shapes(start, end);
        let is_under_note = |points: &[WorldPoint]| self.is_under_note(points);
        if search
            .best
            .as_ref()
            .is_some_and(|(_, points)| is_under_note(points))
        {
            // The same shapes again, as if notes were cards; the way under the note stays the best
            // when the way round costs more.
            search.keeps_off_notes = true;
            search.shapes(start, end);
        }
        if let Some((_, points)) = search.best.take() {
            return points;
        }
        if let Some(points) = detour::find(self, wire, start, end) {
            return points;
        }
        let (from, to) = (self.cards[wire.from], self.cards[wire.to]);
        for (out, into, _) in ports::pairs(wire.way, from, to) {
            let middle = |side: Side, card: WorldRect| match side {
                Side::Right | Side::Left => side.point(card, card.center().y.round()),
                Side::Bottom | Side::Top => side.point(card, card.center().x.round()),
            };
            let (start, end) = ((middle(out, from), out), (middle(into, to), into));
            if let Some(points) = detour::find(self, wire, start, end) {
                return points;
            }
        }
        // Cards that lie on one another leave no way between them.
        elbow(start.0, end.0)
    }
}

/// Whether a line passes through the inside of a card.
fn is_inside(line: WorldRect, card: WorldRect) -> bool {
    line.min.x < card.max.x
        && card.min.x < line.max.x
        && line.min.y < card.max.y
        && card.min.y < line.max.y
        || (line.min.x == line.max.x
            && card.min.x < line.min.x
            && line.min.x < card.max.x
            && line.min.y < card.max.y
            && card.min.y < line.max.y)
        || (line.min.y == line.max.y
            && card.min.y < line.min.y
            && line.min.y < card.max.y
            && line.min.x < card.max.x
            && card.min.x < line.max.x)
}

fn elbow(start: WorldPoint, end: WorldPoint) -> Vec<WorldPoint> {
    let points = tidy(vec![start, WorldPoint::new(end.x, start.y), end]);
    if points.len() > 1 {
        points
    } else {
        vec![start, end]
    }
}

/// Takes out corners at which a way does not turn.
pub fn tidy(points: Vec<WorldPoint>) -> Vec<WorldPoint> {
    let mut tidied: Vec<WorldPoint> = Vec::with_capacity(points.len());
    for point in points {
        while let [.., a, b] = tidied[..]
            && (a.x == b.x && b.x == point.x || a.y == b.y && b.y == point.y)
        {
            tidied.pop();
        }
        if tidied.last() != Some(&point) {
            tidied.push(point);
        }
    }
    tidied
}

/// The shapes of one wire as they are tried out, in a frame in which it starts to the right.
struct Search<'a> {
    field: &'a Field,
    wire: &'a Wire,
    others: Option<Others<'a>>,
    fan: Fan,
    /// Whether notes are in the way like cards; else they only cost.
    keeps_off_notes: bool,
    best: Option<(Quality, Vec<WorldPoint>)>,
}

/// Quarter turns, and maybe a reflection, that make a direction point to the right.
#[derive(Clone, Copy)]
struct Frame {
    direction: Side,
    is_mirrored: bool,
}

impl Frame {
    fn turn(self, p: WorldPoint) -> WorldPoint {
        let turned = match self.direction {
            Side::Right => p,
            Side::Bottom => WorldPoint::new(p.y, -p.x),
            Side::Left => WorldPoint::new(-p.x, -p.y),
            Side::Top => WorldPoint::new(-p.y, p.x),
        };
        if self.is_mirrored {
            WorldPoint::new(turned.x, -turned.y)
        } else {
            turned
        }
    }

    fn back(self, p: WorldPoint) -> WorldPoint {
        let p = if self.is_mirrored {
            WorldPoint::new(p.x, -p.y)
        } else {
            p
        };
        let turned = match self.direction {
            Side::Right => p,
            Side::Bottom => WorldPoint::new(-p.y, p.x),
            Side::Left => WorldPoint::new(-p.x, -p.y),
            Side::Top => WorldPoint::new(p.y, -p.x),
        };
        // No negative zeros: they would make equal routes look different.
        WorldPoint::new(turned.x + 0.0, turned.y + 0.0)
    }

    fn turn_rect(self, rect: WorldRect) -> WorldRect {
        Piece::new(self.turn(rect.min), self.turn(rect.max)).rect()
    }
}

impl<'a> Search<'a> {
    fn new(field: &'a Field, wire: &'a Wire, others: Option<Others<'a>>) -> Self {
        Self {
            field,
            wire,
            others,
            fan: Fan::default(),
            keeps_off_notes: false,
            best: None,
        }
    }

    /// How far a wire runs straight out of a card at least. Rework keeps a channel of its own
    /// inside that of feedback.
    fn stub(&self) -> f64 {
        match self.wire.way {
            Way::Feedback => 32.0,
            _ => 20.0,
        }
    }

    fn shapes(&mut self, (start, out): (WorldPoint, Side), (end, into): (WorldPoint, Side)) {
        let arrives = into.opposite();
        let turns = (arrives as u8 + 4 - out as u8) % 4;
        let frame = |is_mirrored| Frame {
            direction: out,
            is_mirrored,
        };
        match turns {
            0 => {
                let (s, e) = (frame(false).turn(start), frame(false).turn(end));
                if s.y == e.y && s.x < e.x && self.attempt(frame(false), vec![s, e]) {
                    return;
                }
                self.zs(frame(false), s, e);
                let is_found = self.best.is_some();
                for is_mirrored in [false, true] {
                    let frame = frame(is_mirrored);
                    let (s, e) = (frame.turn(start), frame.turn(end));
                    if !is_found || s.y == e.y {
                        self.ss(frame, s, e);
                    }
                }
            }
            2 => self.us(
                frame(false),
                frame(false).turn(start),
                frame(false).turn(end),
            ),
            turn => {
                let frame = frame(turn == 3);
                self.ls(frame, frame.turn(start), frame.turn(end));
            }
        }
    }

    /// Tries one shape; returns whether it is free and does nothing to other wires.
    fn attempt(&mut self, frame: Frame, shape: Vec<WorldPoint>) -> bool {
        let points = tidy(shape.into_iter().map(|p| frame.back(p)).collect());
        let mut length = 0.0;
        for pair in points.windows(2) {
            length += (pair[0].x - pair[1].x).abs() + (pair[0].y - pair[1].y).abs();
        }
        // Ports that lie on one another leave nothing to draw.
        let Some(bends) = points.len().checked_sub(2) else {
            return false;
        };
        let least = length + BEND * bends as f64;
        if self
            .best
            .as_ref()
            .is_some_and(|(best, _)| best.cost <= least)
        {
            return false;
        }
        if !self.field.is_clear(&points, self.wire, CLEAR) {
            return false;
        }
        let is_under_note = self.field.is_under_note(&points);
        if is_under_note && self.keeps_off_notes {
            return false;
        }
        let mut conflict = Conflict::default();
        if let Some(Others { pieces, is_before }) = &mut self.others {
            for pair in points.windows(2) {
                let piece = Piece::new(pair[0], pair[1]);
                self.field.look(piece.rect().grown(NEAR_A_LINE));
                let more = pieces.conflict(piece, NEAR_A_LINE, *is_before);
                conflict.crossings += more.crossings;
                conflict.shared += more.shared;
            }
        }
        let cost = least
            + 30.0 * conflict.crossings as f64
            + if conflict.shared > 0 {
                60.0 + 2.0 * conflict.shared as f64
            } else {
                0.0
            }
            + if is_under_note { UNDER_NOTE } else { 0.0 };
        if self.best.as_ref().is_none_or(|(best, _)| cost < best.cost) {
            let quality = Quality {
                cost,
                length,
                bends,
            };
            self.best = Some((quality, points));
        }
        conflict == Conflict::default() && !is_under_note
    }

    /// Along, across, along: the track of the upright part is somewhere between the ends.
    fn zs(&mut self, frame: Frame, s: WorldPoint, e: WorldPoint) {
        const NEAR: f64 = 48.0;
        /// Between cards farther apart than this the upright part is near one of them.
        const WIDE: f64 = 240.0;
        let ahead = e.x - s.x;
        if ahead < 16.0 || s.y == e.y {
            return;
        }
        let stub = self.stub().min(ahead / 2.0);
        let (low, high) = (s.x + stub, e.x - stub);
        let middle = ((s.x + e.x) / 2.0).round();
        let near = (s.x + NEAR).clamp(low, high);
        let far = (e.x - NEAR).clamp(low, high);
        // Of the two fans that it may belong to the wider one says where it runs.
        let Fan { start, end } = self.fan;
        let is_start = start.1 >= end.1;
        let (track, count) = if is_start { start } else { end };
        let aside = if ahead <= WIDE {
            // The bundle lies in the middle between the cards.
            (track as f64 - (count.max(1) - 1) as f64 / 2.0) * TRACK
        } else {
            (ahead / 2.0).min(track as f64 * TRACK - (count.clamp(1, 3) - 1) as f64 * TRACK)
        };
        let mut tracks = match (ahead <= WIDE, is_start) {
            (true, true) => vec![middle + aside, near, far],
            (true, false) => vec![middle - aside, far, near],
            (false, true) => vec![near + aside, far, middle],
            (false, false) => vec![far - aside, near, middle],
        };
        for start in [near, far] {
            for step in [1.0, -1.0] {
                let slid = self.slide(frame, start, step, (low, high), |x| {
                    (WorldPoint::new(x, s.y), WorldPoint::new(x, e.y))
                });
                tracks.extend(slid);
            }
        }
        for track in tracks {
            for shift in SHIFTS {
                let x = track + shift * TRACK;
                if !(low..=high).contains(&x) {
                    continue;
                }
                let bend = [WorldPoint::new(x, s.y), WorldPoint::new(x, e.y)];
                if self.attempt(frame, vec![s, bend[0], bend[1], e]) {
                    return;
                }
                if self.others.is_none() {
                    break;
                }
            }
        }
    }

    /// Along, across to a channel, along it, across, along: the channel is above both ends, between
    /// them, or (in the mirrored frame) below them.
    fn ss(&mut self, frame: Frame, s: WorldPoint, e: WorldPoint) {
        let stub = self.stub();
        let (mut out, mut into) = (s.x + stub, e.x - stub);
        if e.x > s.x && out > into {
            return;
        }
        let everywhere = (f64::NEG_INFINITY, f64::INFINITY);
        let from = if e.x > s.x {
            s.y.min(e.y)
        } else {
            (s.y + e.y) / 2.0
        };
        let Some(channel) = self.slide(frame, from.round(), -1.0, everywhere, |y| {
            (WorldPoint::new(out, y), WorldPoint::new(into, y))
        }) else {
            return;
        };
        let limits = if e.x > s.x { (out, into) } else { everywhere };
        if let Some(x) = self.slide(frame, out, 1.0, limits, |x| {
            (WorldPoint::new(x, s.y), WorldPoint::new(x, channel))
        }) {
            out = x;
        }
        if let Some(x) = self.slide(frame, into, -1.0, limits, |x| {
            (WorldPoint::new(x, channel), WorldPoint::new(x, e.y))
        }) {
            into = x;
        }
        let shifts: &[f64] = if self.others.is_some() {
            &[0.0, 1.0, 2.0, 3.0]
        } else {
            &[0.0]
        };
        for &deeper in shifts {
            for &wider in shifts {
                let (y, out, into) = (
                    channel - deeper * TRACK,
                    out + wider * TRACK,
                    into - wider * TRACK,
                );
                if e.x > s.x && out > into {
                    continue;
                }
                let shape = vec![
                    s,
                    WorldPoint::new(out, s.y),
                    WorldPoint::new(out, y),
                    WorldPoint::new(into, y),
                    WorldPoint::new(into, e.y),
                    e,
                ];
                if self.attempt(frame, shape) {
                    return;
                }
            }
        }
    }

    /// Out, across and back: both ends are on the same side of their cards.
    fn us(&mut self, frame: Frame, s: WorldPoint, e: WorldPoint) {
        let everywhere = (f64::NEG_INFINITY, f64::INFINITY);
        let mut track = s.x.max(e.x) + self.stub();
        for _ in 0..8 {
            let free = self.slide(frame, track, 1.0, everywhere, |x| {
                (WorldPoint::new(x, s.y), WorldPoint::new(x, e.y))
            });
            let Some(x) = free else { return };
            let bend = [WorldPoint::new(x, s.y), WorldPoint::new(x, e.y)];
            if self.attempt(frame, vec![s, bend[0], bend[1], e]) || self.others.is_none() {
                return;
            }
            track = x + TRACK;
        }
    }

    /// Along, then down into the end; with a step before it when the end is not below.
    fn ls(&mut self, frame: Frame, s: WorldPoint, e: WorldPoint) {
        let stub = self.stub();
        if e.x >= s.x + stub && e.y >= s.y + stub {
            let shape = vec![s, WorldPoint::new(e.x, s.y), e];
            if self.attempt(frame, shape) {
                return;
            }
        }
        let everywhere = (f64::NEG_INFINITY, f64::INFINITY);
        let Some(track) = self.slide(frame, s.x + stub, 1.0, everywhere, |x| {
            (WorldPoint::new(x, s.y), WorldPoint::new(x, e.y - stub))
        }) else {
            return;
        };
        let Some(channel) = self.slide(frame, e.y - stub, -1.0, everywhere, |y| {
            (WorldPoint::new(track, y), WorldPoint::new(e.x, y))
        }) else {
            return;
        };
        let shifts: &[f64] = if self.others.is_some() {
            &[0.0, 1.0, 2.0, 3.0]
        } else {
            &[0.0]
        };
        for &deeper in shifts {
            for &wider in shifts {
                let (x, y) = (track + wider * TRACK, channel - deeper * TRACK);
                let shape = vec![
                    s,
                    WorldPoint::new(x, s.y),
                    WorldPoint::new(x, y),
                    WorldPoint::new(e.x, y),
                    e,
                ];
                if self.attempt(frame, shape) {
                    return;
                }
            }
        }
    }

    /// Moves a line past the cards in its way, step by step; nothing beyond the limits.
    fn slide(
        &self,
        frame: Frame,
        from: f64,
        step: f64,
        limits: (f64, f64),
        line: impl Fn(f64) -> (WorldPoint, WorldPoint),
    ) -> Option<f64> {
        const MOST_STEPS: usize = 24;
        let mut at = from;
        for _ in 0..MOST_STEPS {
            if !(limits.0..=limits.1).contains(&at) {
                return None;
            }
            let (a, b) = line(at);
            let is_across = a.x == b.x;
            let rect = Piece::new(frame.back(a), frame.back(b)).rect();
            let cards = self.field.cards_in(rect.grown(CLEAR)).into_iter();
            let cards = cards.map(|node| self.field.cards[node]);
            let notes = if self.keeps_off_notes {
                self.field.notes_in(rect.grown(NOTE_CLEAR))
            } else {
                Vec::new()
            };
            let in_way = cards
                .chain(notes)
                .map(|rect| frame.turn_rect(rect))
                .reduce(WorldRect::union);
            let Some(in_way) = in_way else {
                return Some(at);
            };
            at = match (is_across, step > 0.0) {
                (true, true) => in_way.max.x + self.stub(),
                (true, false) => in_way.min.x - self.stub(),
                (false, true) => in_way.max.y + self.stub(),
                (false, false) => in_way.min.y - self.stub(),
            };
        }
        None
    }
}
