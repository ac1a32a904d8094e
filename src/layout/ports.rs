//! Ports: from which side of a card a wire leaves, at which it arrives, and where on that side.

use crate::model::{WorldPoint, WorldRect};

use super::route::Field;
use super::{Way, Wire};

/// A side of a card, and the direction in which a wire leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Right = 0,
    Bottom = 1,
    Left = 2,
    Top = 3,
}

impl Side {
    pub(super) fn opposite(self) -> Self {
        match self {
            Self::Right => Self::Left,
            Self::Bottom => Self::Top,
            Self::Left => Self::Right,
            Self::Top => Self::Bottom,
        }
    }

    /// Returns the side of a card on which a point of its border is.
    fn of(card: WorldRect, point: WorldPoint) -> Option<Self> {
        let sides = [Self::Right, Self::Left, Self::Bottom, Self::Top];
        sides.into_iter().find(|side| {
            let on_side = side.point(card, side.along(point));
            on_side == point
        })
    }

    /// Returns whether the side runs up and down.
    fn is_upright(self) -> bool {
        matches!(self, Self::Right | Self::Left)
    }

    /// Returns the coordinate of a point along the side.
    fn along(self, point: WorldPoint) -> f64 {
        if self.is_upright() { point.y } else { point.x }
    }

    /// Returns where the side begins and ends.
    fn range(self, card: WorldRect) -> (f64, f64) {
        if self.is_upright() {
            (card.min.y, card.max.y)
        } else {
            (card.min.x, card.max.x)
        }
    }

    /// Returns the point of the side at a coordinate along it.
    pub(super) fn point(self, card: WorldRect, along: f64) -> WorldPoint {
        match self {
            Self::Right => WorldPoint::new(card.max.x, along),
            Self::Bottom => WorldPoint::new(along, card.max.y),
            Self::Left => WorldPoint::new(card.min.x, along),
            Self::Top => WorldPoint::new(along, card.min.y),
        }
    }

    fn middle(self, card: WorldRect) -> WorldPoint {
        let (from, to) = self.range(card);
        self.point(card, ((from + to) / 2.0).round())
    }
}

/// Which sides a wire joins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) out: Side,
    pub(super) into: Side,
    /// The coordinate along both sides at which the wire is straight, when it can be.
    straight: Option<f64>,
    /// Where the wire first turns to, and where it comes from last, along either side.
    towards: (f64, f64),
}

/// Returns the pairs of sides that a wire may join, with what each costs above its length; the
/// usual one first.
pub(super) fn pairs(way: Way, from: WorldRect, to: WorldRect) -> Vec<(Side, Side, f64)> {
    use Side::{Bottom, Left, Right, Top};
    let is_right = to.min.x - from.max.x >= 24.0;
    let is_left = from.min.x - to.max.x >= 24.0;
    let is_below = to.min.y - from.max.y >= 20.0;
    let is_above = from.min.y - to.max.y >= 20.0;
    let mut pairs = match way {
        Way::Forward | Way::Ghost => {
            if is_right {
                let mut pairs = vec![(Right, Left, 0.0)];
                if is_below {
                    pairs.extend([
                        (Right, Top, 40.0),
                        (Bottom, Left, 40.0),
                        (Bottom, Top, 60.0),
                    ]);
                } else if is_above {
                    pairs.extend([
                        (Right, Bottom, 40.0),
                        (Top, Left, 40.0),
                        (Top, Bottom, 60.0),
                    ]);
                }
                pairs
            } else if is_below {
                vec![
                    (Bottom, Top, 0.0),
                    (Right, Right, 60.0),
                    (Left, Left, 60.0),
                    (Right, Left, 80.0),
                ]
            } else if is_above {
                vec![
                    (Top, Bottom, 0.0),
                    (Right, Right, 60.0),
                    (Left, Left, 60.0),
                    (Right, Left, 80.0),
                ]
            } else if is_left {
                vec![(Left, Right, 0.0)]
            } else {
                vec![(Right, Left, 0.0), (Bottom, Top, 20.0)]
            }
        }
        Way::Rework | Way::Feedback if is_left && (is_above || is_below) => {
            let turn = if is_above { Bottom } else { Top };
            let away = if is_above { Top } else { Bottom };
            if way == Way::Rework {
                vec![
                    (Left, turn, 0.0),
                    (Left, Left, 20.0),
                    (Bottom, Bottom, 30.0),
                    (away, Right, 60.0),
                ]
            } else {
                vec![
                    (Left, Left, 0.0),
                    (Left, turn, 10.0),
                    (Bottom, Bottom, 20.0),
                ]
            }
        }
        Way::Rework | Way::Feedback if is_above || is_below => {
            let mut pairs = vec![(Left, Left, 0.0), (Right, Right, 30.0)];
            if is_right {
                let turn = if is_above { Bottom } else { Top };
                pairs.insert(0, (Right, turn, 0.0));
            }
            pairs
        }
        Way::Rework | Way::Feedback => vec![(Bottom, Bottom, 0.0), (Top, Top, 30.0)],
    };
    for pair in [
        (Bottom, Bottom, 90.0),
        (Top, Top, 100.0),
        (Left, Left, 120.0),
        (Right, Right, 120.0),
    ] {
        if !pairs
            .iter()
            .any(|&(out, into, _)| (out, into) == (pair.0, pair.1))
        {
            pairs.push(pair);
        }
    }
    pairs
}

/// Chooses the sides of a wire: those between which the way is short and free, other wires aside.
pub(super) fn choose(field: &Field, wire: &Wire) -> Choice {
    let (from, to) = (field.cards[wire.from], field.cards[wire.to]);
    let mut best: Option<(f64, Choice)> = None;
    let pairs = pairs(wire.way, from, to);
    let (out, into, _) = pairs[0];
    for (out, into, extra) in pairs {
        if best.is_some_and(|(cost, _)| cost <= extra) {
            continue;
        }
        if wire.from == wire.to && out != into {
            continue;
        }
        if let Some(along) = straight(field, wire, out, into) {
            return Choice {
                out,
                into,
                straight: Some(along),
                towards: (along, along),
            };
        }
        let (start, end) = if wire.from == wire.to {
            let (low, high) = out.range(from);
            let third = (high - low) / 3.0;
            (out.point(from, high - third), into.point(to, low + third))
        } else {
            (out.middle(from), into.middle(to))
        };
        let Some((way, points)) = field.probe(wire, (start, out), (end, into)) else {
            continue;
        };
        let last = points.len() - 1;
        let choice = Choice {
            out,
            into,
            straight: None,
            towards: (
                out.along(points[last.min(2)]),
                into.along(points[last.saturating_sub(2)]),
            ),
        };
        let cost = way.cost + extra;
        let is_direct = way.bends <= 2 && way.length <= distance(start, end) + 1.0;
        if is_direct && extra == 0.0 {
            return choice;
        }
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, choice));
        }
    }
    best.map_or(
        Choice {
            out,
            into,
            straight: None,
            towards: (out.along(to.center()), into.along(from.center())),
        },
        |(_, choice)| choice,
    )
}

fn distance(a: WorldPoint, b: WorldPoint) -> f64 {
    (a.x - b.x).abs() + (a.y - b.y).abs()
}

/// Returns the coordinate at which two sides that face each other can be joined without a bend.
fn straight(field: &Field, wire: &Wire, out: Side, into: Side) -> Option<f64> {
    if into != out.opposite() || wire.from == wire.to {
        return None;
    }
    let (from, to) = (field.cards[wire.from], field.cards[wire.to]);
    let is_ahead = match out {
        Side::Right => from.max.x < to.min.x,
        Side::Left => to.max.x < from.min.x,
        Side::Bottom => from.max.y < to.min.y,
        Side::Top => to.max.y < from.min.y,
    };
    let (a, b) = (out.range(from), into.range(to));
    let (low, high) = (a.0.max(b.0), a.1.min(b.1));
    // At its very corner a card is not met straight.
    let shorter = (a.1 - a.0).min(b.1 - b.0);
    if !is_ahead || high - low < shorter / 2.0 {
        return None;
    }
    let along = ((low + high) / 2.0).round();
    field
        .is_free(out.point(from, along), into.point(to, along), wire)
        .then_some(along)
}

/// Where the upright part of a wire should run, counted in tracks from either card, so that the
/// wires of a fan do not cross: (its track, tracks in the fan).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Fan {
    pub(super) start: (usize, usize),
    pub(super) end: (usize, usize),
}

/// Where a wire starts and ends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Ports {
    pub(super) start: WorldPoint,
    pub(super) end: WorldPoint,
    pub(super) fan: Fan,
}

/// The end of a wire at a side of a card.
struct End {
    side: Side,
    /// Groups and places along the side, so that wires do not cross near the card.
    group: u8,
    place: f64,
    fixed: Option<f64>,
    wire: usize,
    is_start: bool,
}

/// What `assign` knows of a wire: which sides it joins, or the way that it has been given.
#[derive(Clone, Copy)]
pub(super) enum Joined<'a> {
    Sides(&'a Choice),
    Given(&'a [WorldPoint]),
}

/// Finds where the wires at a card start and end: shared evenly along each side, straight ones where
/// they are straight. Tells each end: of which wire, whether it is its start, where it is, and which
/// of the tracks of a fan it has.
pub(super) fn assign<'a>(
    cards: &[WorldRect],
    node: usize,
    wires: impl Iterator<Item = (usize, &'a Wire, Joined<'a>)>,
    mut tell: impl FnMut(usize, bool, WorldPoint, (usize, usize)),
) {
    let mut ends: Vec<End> = Vec::new();
    for (at, wire, joined) in wires {
        for is_start in [true, false] {
            let (here, other) = if is_start {
                (wire.from, wire.to)
            } else {
                (wire.to, wire.from)
            };
            if here == node {
                ends.extend(End::of(cards, (at, is_start), (here, other), joined));
            }
        }
    }
    ends.sort_by(|a, b| {
        (a.side, a.group)
            .cmp(&(b.side, b.group))
            .then(a.place.total_cmp(&b.place))
            .then(a.fixed.is_none().cmp(&b.fixed.is_none()))
            .then((a.wire, a.is_start).cmp(&(b.wire, b.is_start)))
    });
    for side_ends in ends.chunk_by(|a, b| a.side == b.side) {
        let side = side_ends[0].side;
        let places = spread(side.range(cards[node]), side_ends);
        let tracks = tracks(side_ends, &places);
        for ((end, along), track) in side_ends.iter().zip(places).zip(tracks) {
            tell(
                end.wire,
                end.is_start,
                side.point(cards[node], along),
                track,
            );
        }
    }
}

impl End {
    /// Returns the end of a wire at a card; nothing for a way that was given and ends at no side.
    fn of(
        cards: &[WorldRect],
        (wire, is_start): (usize, bool),
        (node, other): (usize, usize),
        joined: Joined<'_>,
    ) -> Option<Self> {
        let choice = match joined {
            Joined::Sides(choice) => choice,
            Joined::Given(route) => {
                // It has its way, and others keep off its ends.
                let point = if is_start {
                    route.first()
                } else {
                    route.last()
                };
                let point = *point?;
                let side = Side::of(cards[node], point)?;
                let along = side.along(point);
                return Some(Self {
                    side,
                    group: 1,
                    place: along,
                    fixed: Some(along),
                    wire,
                    is_start,
                });
            }
        };
        let side = if is_start { choice.out } else { choice.into };
        let here = side.along(cards[node].center());
        let there = side.along(cards[other].center());
        let turns_back = choice.out == choice.into;
        let (group, place) = if !turns_back {
            let (start, end) = choice.towards;
            (1, if is_start { start } else { end })
        } else if node == other {
            // A loop at one card: back to the left of where it leaves.
            (2, if is_start { 1.0 } else { 0.0 })
        } else if there < here {
            (0, -there)
        } else {
            (2, -there)
        };
        Some(Self {
            side,
            group,
            place,
            fixed: choice.straight,
            wire,
            is_start,
        })
    }
}

/// Returns the track of each end of a side, counted from the card: of wires that turn the same
/// way, the outermost port has the track nearest to the card.
fn tracks(ends: &[End], places: &[f64]) -> Vec<(usize, usize)> {
    let turns = |at: usize| {
        let is_plain = ends[at].group == 1 && ends[at].fixed.is_none();
        is_plain.then(|| ends[at].place > places[at])
    };
    let count = |turn: bool| {
        (0..ends.len())
            .filter(|&at| turns(at) == Some(turn))
            .count()
    };
    let (back, forth) = (count(false), count(true));
    let mut seen = [0, 0];
    (0..ends.len())
        .map(|at| match turns(at) {
            None => (0, 0),
            Some(turn) => {
                let nth = seen[usize::from(turn)];
                seen[usize::from(turn)] += 1;
                if turn {
                    (forth - 1 - nth, forth)
                } else {
                    (nth, back)
                }
            }
        })
        .collect()
}

/// Returns a coordinate for each end of a side, in order.
fn spread((from, to): (f64, f64), ends: &[End]) -> Vec<f64> {
    /// Nearer than this two straight wires would look like one.
    const APART: f64 = 12.0;
    let mut anchors: Vec<(usize, f64)> = Vec::new();
    for (at, end) in ends.iter().enumerate() {
        if let Some(along) = end.fixed
            && anchors
                .last()
                .is_none_or(|&(_, last)| along - last >= APART)
        {
            anchors.push((at, along));
        }
    }
    let mut places = vec![0.0; ends.len()];
    let mut next = 0;
    let mut low = from;
    for (anchor, high) in anchors.into_iter().chain([(ends.len(), to)]) {
        let count = (anchor - next) as f64;
        for (nth, place) in places[next..anchor].iter_mut().enumerate() {
            let share = (nth + 1) as f64 / (count + 1.0);
            *place = (low + (high - low) * share).round();
        }
        if anchor < ends.len() {
            places[anchor] = high;
        }
        next = anchor + 1;
        low = high;
    }
    places
}
