//! Aligning and distributing: how far boxes have to go to stand in a line or evenly.

use crate::model::{WorldRect, WorldVector};

/// A line that boxes can be brought to: that of the box farthest out, or the middle of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Alignment {
    Left,
    Centre,
    Right,
    Top,
    Middle,
    Bottom,
}

/// A direction of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Axis {
    Horizontal,
    Vertical,
}

impl Axis {
    /// Returns where a box begins and ends in this direction.
    pub(super) fn span(self, rect: WorldRect) -> (f64, f64) {
        match self {
            Self::Horizontal => (rect.min.x, rect.max.x),
            Self::Vertical => (rect.min.y, rect.max.y),
        }
    }

    /// Makes a way in this direction.
    pub(super) fn way(self, by: f64) -> WorldVector {
        match self {
            Self::Horizontal => WorldVector::new(by, 0.0),
            Self::Vertical => WorldVector::new(0.0, by),
        }
    }
}

/// Returns how far each box has to go so that all stand in one line.
pub fn aligned(rects: &[WorldRect], alignment: Alignment) -> Vec<WorldVector> {
    let Some(all) = rects.iter().copied().reduce(WorldRect::union) else {
        return Vec::new();
    };
    let way = |rect: &WorldRect| match alignment {
        Alignment::Left => WorldVector::new(all.min.x - rect.min.x, 0.0),
        Alignment::Centre => WorldVector::new(all.center().x - rect.center().x, 0.0),
        Alignment::Right => WorldVector::new(all.max.x - rect.max.x, 0.0),
        Alignment::Top => WorldVector::new(0.0, all.min.y - rect.min.y),
        Alignment::Middle => WorldVector::new(0.0, all.center().y - rect.center().y),
        Alignment::Bottom => WorldVector::new(0.0, all.max.y - rect.max.y),
    };
    rects.iter().map(way).collect()
}

/// Returns how far each box has to go so that all gaps along an axis are alike; the outermost two
/// stay. Boxes keep the order that their middles have; where there is not room enough for all, they
/// overlap evenly.
pub fn distributed(rects: &[WorldRect], axis: Axis) -> Vec<WorldVector> {
    let mut ways = vec![WorldVector::default(); rects.len()];
    let spans: Vec<(f64, f64)> = rects.iter().map(|&rect| axis.span(rect)).collect();
    let mut order: Vec<usize> = (0..rects.len()).collect();
    order.sort_by(|&a, &b| {
        let middle = |at: usize| spans[at].0 + spans[at].1;
        middle(a).total_cmp(&middle(b)).then(a.cmp(&b))
    });
    let (Some(&first), Some(&last)) = (order.first(), order.last()) else {
        return ways;
    };
    if order.len() < 3 {
        return ways;
    }
    let length: f64 = spans.iter().map(|(low, high)| high - low).sum();
    let gap = (spans[last].1 - spans[first].0 - length) / (order.len() - 1) as f64;
    let mut at = spans[first].0;
    for &number in &order {
        let (low, high) = spans[number];
        if number != first && number != last {
            ways[number] = axis.way(at - low);
        }
        at += high - low + gap;
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{WorldPoint, WorldSize};
    use proptest::prelude::*;

    fn rects() -> impl Strategy<Value = Vec<WorldRect>> {
        let rect = (-500..500i32, -500..500i32, 8..200i32, 8..200i32).prop_map(|(x, y, w, h)| {
            WorldRect::from_min_size(
                WorldPoint::new(f64::from(x), f64::from(y)),
                WorldSize::new(f64::from(w), f64::from(h)),
            )
        });
        proptest::collection::vec(rect, 0..9)
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn aligned_boxes_share_their_line_and_stay_within_what_all_took(rects in rects()) {
            let all = rects.iter().copied().reduce(WorldRect::union);
            for alignment in [
                Alignment::Left,
                Alignment::Centre,
                Alignment::Right,
                Alignment::Top,
                Alignment::Middle,
                Alignment::Bottom,
            ] {
                let ways = aligned(&rects, alignment);
                let after: Vec<WorldRect> =
                    rects.iter().zip(&ways).map(|(rect, &way)| rect.moved(way)).collect();
                let line = |rect: &WorldRect| match alignment {
                    Alignment::Left => rect.min.x,
                    Alignment::Centre => rect.center().x,
                    Alignment::Right => rect.max.x,
                    Alignment::Top => rect.min.y,
                    Alignment::Middle => rect.center().y,
                    Alignment::Bottom => rect.max.y,
                };
                for rect in &after {
                    prop_assert!((line(rect) - line(&after[0])).abs() < 1e-9);
                    prop_assert!(all.is_some_and(|all| all.grown(1e-9).contains(rect.center())));
                }
                prop_assert!(aligned(&after, alignment)
                    .iter()
                    .all(|way| way.x.abs() < 1e-9 && way.y.abs() < 1e-9));
            }
        }

        #[test]
        fn distributed_boxes_have_even_gaps_and_the_outermost_stay(rects in rects()) {
            for axis in [Axis::Horizontal, Axis::Vertical] {
                let ways = distributed(&rects, axis);
                // In the order of their middles before: boxes pressed into too little room may
                // change that.
                let mut order: Vec<usize> = (0..rects.len()).collect();
                order.sort_by(|&a, &b| {
                    let middle = |at: usize| {
                        let (low, high) = axis.span(rects[at]);
                        low + high
                    };
                    middle(a).total_cmp(&middle(b)).then(a.cmp(&b))
                });
                let after: Vec<(f64, f64)> = order
                    .iter()
                    .map(|&at| axis.span(rects[at].moved(ways[at])))
                    .collect();
                if after.len() > 2 {
                    let gaps: Vec<f64> = after.windows(2).map(|two| two[1].0 - two[0].1).collect();
                    prop_assert!(gaps.iter().all(|gap| (gap - gaps[0]).abs() < 1e-6), "{gaps:?}");
                }
                for outermost in order.first().into_iter().chain(order.last()) {
                    prop_assert_eq!(ways[*outermost], WorldVector::default());
                }
                let still = ways.iter().filter(|way| **way == WorldVector::default()).count();
                prop_assert!(still >= rects.len().min(2));
            }
        }
    }
}
