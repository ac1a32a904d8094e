//! Dragging a piece of the way of a handoff: corners set by hand.

use crate::edit::{self, Gesture, Selected, Shift};
use crate::layout::{GRID, without_idle_corners};
use crate::model::{
    Change, HandoffChange, HandoffField, HandoffId, WorldPoint, WorldRect, WorldVector,
};

use super::rect_between;
use crate::interact::event::{Keys, Output, Sight};

/// How far a way runs straight out of a card before it turns to a piece that lies beyond its side.
const STUB: f64 = 20.0;

/// So near, in screen points, a piece is drawn into line with what is before and after it.
const REACH: f64 = 6.0;

/// What the history calls it.
const LABEL: &str = "Bend the way";

/// A drag of a piece of a way.
#[derive(Clone, Debug)]
pub(super) struct Bending {
    handoff: HandoffId,
    /// Where the pointer began.
    from: WorldPoint,
    /// The way as it was then.
    way: Vec<WorldPoint>,
    /// The cards at its ends.
    cards: [WorldRect; 2],
    /// Which piece of it.
    piece: usize,
    /// The corners set by hand that it had.
    before: Vec<WorldPoint>,
    /// Both stages as they stand.
    pins: [Shift; 2],
    gesture: Gesture,
}

impl Bending {
    /// Begins to drag a piece of the way of a handoff, or the one nearest to the pointer. Nothing for
    /// a handoff that has no way of its own: one that is relaxed, or follows from others.
    pub(super) fn begin(
        from: WorldPoint,
        handoff: HandoffId,
        piece: Option<usize>,
        sight: &Sight<'_>,
    ) -> Option<Self> {
        let drawn = sight.model.handoffs.find(handoff)?;
        let way = sight.way_of(handoff)?.to_vec();
        let card = |stage| {
            let at = sight.model.stages.position(stage)?;
            sight.layout.stages.get(at).copied()
        };
        let cards = [card(drawn.from)?, card(drawn.to)?];
        let pieces = way.len().checked_sub(1)?;
        let distance = |&piece: &usize| {
            let rect = rect_between(way[piece], way[piece + 1]);
            let off = |at: f64, low: f64, high: f64| (low - at).max(at - high).max(0.0);
            off(from.x, rect.min.x, rect.max.x) + off(from.y, rect.min.y, rect.max.y)
        };
        let nearest = || (0..pieces).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let piece = piece.filter(|&piece| piece < pieces).or_else(nearest)?;
        Some(Self {
            handoff,
            from,
            way,
            cards,
            piece,
            before: drawn.bends.clone(),
            pins: [(drawn.from, cards[0]), (drawn.to, cards[1])].map(|(stage, card)| Shift {
                element: Selected::Stage(stage),
                from: card.min,
                by: WorldVector::default(),
            }),
            gesture: Gesture::begin(),
        })
    }

    pub(super) fn gesture(&self) -> Gesture {
        self.gesture
    }

    /// Brings the piece to where the pointer is.
    pub(super) fn drag(&self, at: WorldPoint, keys: Keys, sight: &Sight<'_>) -> Vec<Output> {
        if !sight.model.handoffs.contains(self.handoff) {
            // A key has deleted it meanwhile.
            return Vec::new();
        }
        let across = Across::of(&self.way, self.piece);
        let was = across.get(self.way[self.piece]);
        let mut to = was + across.along(at - self.from);
        if !keys.alt {
            to = self.snapped(to, across, REACH / sight.zoom);
        }
        let bends = if to == was {
            self.before.clone()
        } else {
            bent(&self.way, self.cards, self.piece, to)
        };
        if bends == self.before {
            return vec![Output::Abandon(self.gesture)];
        }
        // Corners hold while both stages stand where they stand, so from now on they have a place.
        let mut changes = edit::shift(sight.model, &self.pins);
        changes.push(Change::Handoff(HandoffChange::Set {
            handoffs: vec![self.handoff],
            field: HandoffField::Bends(bends),
        }));
        vec![Output::Edit {
            label: LABEL,
            changes,
            gesture: Some(self.gesture),
        }]
    }

    /// In line with the pieces around and the middles of the cards, else on half the grid: that is
    /// where the middles of cards are.
    fn snapped(&self, to: f64, across: Across, reach: f64) -> f64 {
        let around = [self.piece.checked_sub(1), Some(self.piece + 2)];
        let around = around
            .into_iter()
            .flatten()
            .filter_map(|at| self.way.get(at));
        let middles = self.cards.map(WorldRect::center);
        around
            .chain(&middles)
            .map(|&point| across.get(point))
            .filter(|line| (line - to).abs() <= reach)
            .min_by(|a, b| (a - to).abs().total_cmp(&(b - to).abs()))
            .unwrap_or_else(|| (to / (GRID / 2.0)).round() * (GRID / 2.0))
    }
}

/// The direction in which a piece is dragged: across itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Across {
    /// A level piece goes up and down.
    Upright,
    /// An upright piece goes left and right.
    Level,
}

impl Across {
    fn of(way: &[WorldPoint], piece: usize) -> Self {
        if way[piece].y == way[piece + 1].y {
            Self::Upright
        } else {
            Self::Level
        }
    }

    fn get(self, point: WorldPoint) -> f64 {
        match self {
            Self::Upright => point.y,
            Self::Level => point.x,
        }
    }

    fn along(self, way: WorldVector) -> f64 {
        match self {
            Self::Upright => way.y,
            Self::Level => way.x,
        }
    }

    fn put(self, point: WorldPoint, to: f64) -> WorldPoint {
        match self {
            Self::Upright => WorldPoint::new(point.x, to),
            Self::Level => WorldPoint::new(to, point.y),
        }
    }

    /// Whether a piece at this coordinate meets the card, its very corners left out.
    fn meets(self, card: WorldRect, at: f64) -> bool {
        const CORNER: f64 = 4.0;
        let (low, high) = match self {
            Self::Upright => (card.min.y, card.max.y),
            Self::Level => (card.min.x, card.max.x),
        };
        (low + CORNER..=high - CORNER).contains(&at)
    }
}

/// Returns the corners between the ends of a way of which one piece is brought to another
/// coordinate across itself. At least one: a way without any would find itself.
fn bent(way: &[WorldPoint], cards: [WorldRect; 2], piece: usize, to: f64) -> Vec<WorldPoint> {
    let across = Across::of(way, piece);
    let last = way.len() - 1;
    let mut points = way.to_vec();
    points[piece] = across.put(points[piece], to);
    points[piece + 1] = across.put(points[piece + 1], to);
    // Where the piece would miss its card, the way runs straight out of that first.
    let stub = |end: WorldPoint, next: WorldPoint| {
        let way = next - end;
        let length = way.x.abs() + way.y.abs();
        let share = (STUB / length.max(1.0)).min(0.5);
        end + WorldVector::new(way.x * share, way.y * share)
    };
    if piece + 1 == last && !across.meets(cards[1], to) {
        let turn = stub(way[last], way[last - 1]);
        points.splice(last.., [across.put(turn, to), turn, way[last]]);
    }
    if piece == 0 && !across.meets(cards[0], to) {
        let turn = stub(way[0], way[1]);
        points.splice(..1, [way[0], turn, across.put(turn, to)]);
    }
    let (first, last) = (points[0], points[points.len() - 1]);
    let corners = without_idle_corners(points);
    match corners.get(1..corners.len().saturating_sub(1)) {
        Some(inner) if !inner.is_empty() => inner.to_vec(),
        _ => vec![first + WorldVector::new((last.x - first.x) / 2.0, (last.y - first.y) / 2.0)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const A: WorldRect = WorldRect {
        min: WorldPoint::new(0.0, 0.0),
        max: WorldPoint::new(176.0, 88.0),
    };
    const B: WorldRect = WorldRect {
        min: WorldPoint::new(400.0, 120.0),
        max: WorldPoint::new(576.0, 208.0),
    };

    fn way(points: &[(f64, f64)]) -> Vec<WorldPoint> {
        points.iter().map(|&(x, y)| WorldPoint::new(x, y)).collect()
    }

    #[test]
    fn a_piece_goes_where_it_is_dragged() {
        let z = way(&[(176.0, 44.0), (288.0, 44.0), (288.0, 164.0), (400.0, 164.0)]);
        let check = |piece, to, expected: &[(f64, f64)]| {
            assert_eq!(bent(&z, [A, B], piece, to), way(expected), "{piece} {to}");
        };
        check(1, 320.0, &[(320.0, 44.0), (320.0, 164.0)]);
        // The end slides along its card as far as that goes.
        check(0, 60.0, &[(288.0, 60.0), (288.0, 164.0)]);
        check(
            0,
            -40.0,
            &[
                (196.0, 44.0),
                (196.0, -40.0),
                (288.0, -40.0),
                (288.0, 164.0),
            ],
        );
        check(2, 130.0, &[(288.0, 44.0), (288.0, 130.0)]);
        check(
            2,
            240.0,
            &[
                (288.0, 44.0),
                (288.0, 240.0),
                (380.0, 240.0),
                (380.0, 164.0),
            ],
        );
    }

    #[test]
    fn a_straight_way_gets_a_detour_or_another_level() {
        let beside = B.moved(WorldVector::new(0.0, -120.0));
        let straight = way(&[(176.0, 44.0), (400.0, 44.0)]);
        let bends = bent(&straight, [A, beside], 0, 20.0);
        assert_eq!(bends, way(&[(288.0, 20.0)]));
        let bends = bent(&straight, [A, beside], 0, 140.0);
        let around = [(196.0, 44.0), (196.0, 140.0), (380.0, 140.0), (380.0, 44.0)];
        assert_eq!(bends, way(&around));
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn all_pieces_stay_level_or_upright(
            xs in (180.0_f64..280.0, 290.0_f64..398.0),
            piece in 0_usize..5,
            to in -300.0_f64..600.0,
        ) {
            let s = way(&[
                (176.0, 44.0), (xs.0, 44.0), (xs.0, 300.0), (xs.1, 300.0), (xs.1, 164.0),
                (400.0, 164.0),
            ]);
            let bends = bent(&s, [A, B], piece, to);
            prop_assert!(!bends.is_empty());
            for pair in bends.windows(2) {
                prop_assert!(pair[0].x == pair[1].x || pair[0].y == pair[1].y, "{bends:?}");
            }
        }
    }
}
