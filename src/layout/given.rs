//! Ways that have been given: through corners set by hand, or those that tidying up found.

use crate::model::{WorldPoint, WorldRect};

use super::route::{Field, tidy};
use super::{Corners, Wire};

impl Field {
    /// Returns the way through the corners that a wire has been given, when it is free. One that
    /// tidying up gave must also leave and arrive as it was made to.
    pub(super) fn given(&self, wire: &Wire, corners: Corners<'_>) -> Option<Vec<WorldPoint>> {
        let points = self.through(wire, corners.points)?;
        let is_good = !corners.is_tidied
            || self.is_as_made(wire, corners.points) && !self.is_under_note(&points);
        is_good.then_some(points)
    }

    /// Returns whether a way from tidying up leaves its sender level and on the side where the
    /// receiver is, or straight up or down, and arrives so, without turns but at its corners: an
    /// end that has gone elsewhere has another way.
    fn is_as_made(&self, wire: &Wire, corners: &[WorldPoint]) -> bool {
        let (from, to) = (self.cards[wire.from], self.cards[wire.to]);
        let (Some(&first), Some(&last)) = (corners.first(), corners.last()) else {
            return false;
        };
        let is_met = |card: WorldRect, corner: WorldPoint, is_right: bool| {
            let is_level = card.min.y < corner.y && corner.y < card.max.y;
            let is_upright = card.min.x < corner.x && corner.x < card.max.x;
            let is_beside = if is_right {
                card.max.x < corner.x
            } else {
                corner.x < card.min.x
            };
            if is_level { is_beside } else { is_upright }
        };
        let is_straight = |pair: &[WorldPoint]| pair[0].x == pair[1].x || pair[0].y == pair[1].y;
        is_met(from, first, from.max.x <= to.min.x)
            && is_met(to, last, to.max.x <= from.min.x)
            && corners.windows(2).all(is_straight)
    }

    /// Returns the way through corners, when it is free.
    fn through(&self, wire: &Wire, bends: &[WorldPoint]) -> Option<Vec<WorldPoint>> {
        let (&first, &last) = (bends.first()?, bends.last()?);
        let mut points = vec![border_towards(self.cards[wire.from], first)?];
        let end = border_towards(self.cards[wire.to], last)?;
        for &corner in bends.iter().chain([&end]) {
            let before = *points.last().expect("it begins with the border");
            if !(corner.x.is_finite() && corner.y.is_finite()) {
                return None;
            }
            if before.x != corner.x && before.y != corner.y {
                points.push(WorldPoint::new(corner.x, before.y));
            }
            if before != corner {
                points.push(corner);
            }
        }
        let points = tidy(points);
        (points.len() > 1 && self.is_clear(&points, wire, 0.5)).then_some(points)
    }
}

/// Where a wire leaves a card straight towards a corner: level or upright when it can.
fn border_towards(card: WorldRect, corner: WorldPoint) -> Option<WorldPoint> {
    if card.contains(corner) {
        return None;
    }
    let middle = card.center();
    let is_beside = (card.min.y..=card.max.y).contains(&corner.y);
    Some(if is_beside && corner.x > middle.x {
        WorldPoint::new(card.max.x, corner.y)
    } else if is_beside {
        WorldPoint::new(card.min.x, corner.y)
    } else if (card.min.x..=card.max.x).contains(&corner.x) {
        let y = if corner.y > middle.y {
            card.max.y
        } else {
            card.min.y
        };
        WorldPoint::new(corner.x, y)
    } else {
        let x = if corner.x > middle.x {
            card.max.x
        } else {
            card.min.x
        };
        WorldPoint::new(x, middle.y)
    })
}
