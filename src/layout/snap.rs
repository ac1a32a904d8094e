//! Snapping: where a box that is moved comes to lie, by what stands around it.
//!
//! Along each axis on its own, the nearest of these within reach: an edge in line with an edge of
//! another box, a middle in line with a middle, or a gap as wide as the gap next to it. Where
//! nothing is within reach, the grid. A [`Snapper`] sorts the boxes once; asking it takes time in
//! proportion to what stands in the same row and column, not to all.

use crate::model::{WorldPoint, WorldRect, WorldVector};

use super::align::Axis;
use super::index::BoxIndex;
use super::snap;

/// Lines closer together than this are one.
const SAME: f64 = 1e-6;

/// A line that edges or middles of boxes lie on.
#[derive(Clone, Copy, Debug)]
struct Line {
    at: f64,
    /// From where to where boxes lie on it, in the other direction.
    low: f64,
    high: f64,
}

/// What is drawn to show why a box came to lie where it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Guide {
    /// It is in line with something.
    Line(WorldPoint, WorldPoint),
    /// Two gaps are alike.
    Gaps([(WorldPoint, WorldPoint); 2]),
}

/// Where a box comes to lie.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Snapped {
    /// How far from where it was held.
    pub by: WorldVector,
    /// What it was brought in line with, at most one for each axis; none for the grid.
    pub guides: [Option<Guide>; 2],
}

/// The boxes around one that is moved.
#[derive(Debug)]
pub struct Snapper {
    /// Edges by axis, rising.
    edges: [Vec<Line>; 2],
    /// Middles by axis, rising.
    middles: [Vec<Line>; 2],
    index: BoxIndex,
}

const AXES: [Axis; 2] = [Axis::Horizontal, Axis::Vertical];

fn across(axis: Axis) -> Axis {
    match axis {
        Axis::Horizontal => Axis::Vertical,
        Axis::Vertical => Axis::Horizontal,
    }
}

fn point(axis: Axis, along: f64, across: f64) -> WorldPoint {
    match axis {
        Axis::Horizontal => WorldPoint::new(along, across),
        Axis::Vertical => WorldPoint::new(across, along),
    }
}

/// A wish to move along an axis, and what for.
#[derive(Clone, Copy)]
enum Wish {
    Line(Line),
    Gaps([(f64, f64); 2]),
}

impl Snapper {
    /// Sorts the boxes that a moved one can be brought in line with.
    pub fn new(boxes: &[WorldRect]) -> Self {
        let lines = |axis: Axis, of: &dyn Fn((f64, f64)) -> Vec<f64>| {
            let mut lines: Vec<Line> = boxes
                .iter()
                .flat_map(|&rect| {
                    let (low, high) = across(axis).span(rect);
                    let at = of(axis.span(rect)).into_iter();
                    at.map(move |at| Line { at, low, high })
                })
                .collect();
            lines.sort_by(|a, b| a.at.total_cmp(&b.at));
            lines.dedup_by(|next, line| {
                let is_same = next.at - line.at < SAME;
                if is_same {
                    line.low = line.low.min(next.low);
                    line.high = line.high.max(next.high);
                }
                is_same
            });
            lines
        };
        let edges = |(low, high)| vec![low, high];
        let middles = |(low, high)| vec![(low + high) / 2.0];
        Self {
            edges: AXES.map(|axis| lines(axis, &edges)),
            middles: AXES.map(|axis| lines(axis, &middles)),
            index: BoxIndex::new(boxes),
        }
    }

    /// Returns how far to move a box so that it is in line with others, looking no farther than
    /// `within`; or else on the grid.
    pub fn snap(&self, rect: WorldRect, within: f64) -> Snapped {
        let wishes = AXES.map(|axis| self.wish(axis, rect, within));
        let mut by = WorldVector::default();
        for (axis, wish) in AXES.into_iter().zip(&wishes) {
            let (low, _) = axis.span(rect);
            let along = wish.map_or_else(|| snap(low) - low, |(along, _)| along);
            let way = axis.way(along);
            by = WorldVector::new(by.x + way.x, by.y + way.y);
        }
        let rect = rect.moved(by);
        let mut guides = [None; 2];
        for ((axis, wish), guide) in AXES.into_iter().zip(wishes).zip(&mut guides) {
            let (low, high) = across(axis).span(rect);
            *guide = wish.map(|(_, wish)| match wish {
                Wish::Line(line) => Guide::Line(
                    point(axis, line.at, line.low.min(low)),
                    point(axis, line.at, line.high.max(high)),
                ),
                Wish::Gaps(gaps) => Guide::Gaps(gaps.map(|(from, to)| {
                    let middle = (low + high) / 2.0;
                    (point(axis, from, middle), point(axis, to, middle))
                })),
            });
        }
        Snapped { by, guides }
    }

    /// Finds the nearest thing to be in line with along an axis.
    fn wish(&self, axis: Axis, rect: WorldRect, within: f64) -> Option<(f64, Wish)> {
        let number = axis as usize;
        let (low, high) = axis.span(rect);
        let middle = (low + high) / 2.0;
        let near = |lines: &[Line], at: f64| {
            nearest(lines, at).map(|line| (line.at - at, Wish::Line(line)))
        };
        let lines = [
            near(&self.middles[number], middle),
            near(&self.edges[number], low),
            near(&self.edges[number], high),
        ];
        let gaps = self.gaps(axis, rect, within);
        let all = lines.into_iter().flatten().chain(gaps);
        // The first of several that are as near: lines go before gaps.
        all.filter(|(by, _)| by.abs() <= within)
            .min_by(|(a, _), (b, _)| a.abs().total_cmp(&b.abs()))
    }

    /// Finds where a box would have a gap as wide as the one next to it, among what stands in its
    /// row or column.
    fn gaps(&self, axis: Axis, rect: WorldRect, within: f64) -> Vec<(f64, Wish)> {
        const FAR: f64 = 1e12;
        let (low, high) = axis.span(rect);
        let (from, to) = across(axis).span(rect);
        let area = WorldRect {
            min: point(axis, -FAR, from),
            max: point(axis, FAR, to),
        };
        let row = self.index.all(area).into_iter();
        let row: Vec<(f64, f64)> = row.map(|at| axis.span(self.index.rect(at))).collect();
        let before = |limit: f64| {
            let spans = row.iter().filter(|span| span.1 <= limit);
            spans.max_by(|a, b| a.1.total_cmp(&b.1)).copied()
        };
        let behind = |limit: f64| {
            let spans = row.iter().filter(|span| span.0 >= limit);
            spans.min_by(|a, b| a.0.total_cmp(&b.0)).copied()
        };
        let length = high - low;
        let mut wishes = Vec::new();
        let mut wish = |at: f64, gaps: [(f64, f64); 2]| {
            if gaps.iter().all(|(from, to)| to - from > SAME) {
                wishes.push((at - low, Wish::Gaps(gaps)));
            }
        };
        let (left, right) = (before(low + within), behind(high - within));
        if let (Some(left), Some(right)) = (left, right) {
            let at = (left.1 + right.0 - length) / 2.0;
            wish(at, [(left.1, at), (at + length, right.0)]);
        }
        if let Some(left) = left
            && let Some(beyond) = before(left.0)
        {
            let at = left.1 + (left.0 - beyond.1);
            wish(at, [(beyond.1, left.0), (left.1, at)]);
        }
        if let Some(right) = right
            && let Some(beyond) = behind(right.1)
        {
            let at = right.0 - (beyond.0 - right.1) - length;
            wish(at, [(at + length, right.0), (right.1, beyond.0)]);
        }
        wishes
    }
}

/// Returns the line nearest to a coordinate.
fn nearest(lines: &[Line], at: f64) -> Option<Line> {
    let behind = lines.partition_point(|line| line.at < at);
    let two = [behind.checked_sub(1), Some(behind)];
    let lines = two.into_iter().flatten().filter_map(|at| lines.get(at));
    lines
        .min_by(|a, b| (a.at - at).abs().total_cmp(&(b.at - at).abs()))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::GRID;
    use crate::model::WorldSize;
    use proptest::prelude::*;

    fn rect(x: f64, y: f64, width: f64, height: f64) -> WorldRect {
        WorldRect::from_min_size(WorldPoint::new(x, y), WorldSize::new(width, height))
    }

    fn any_rect() -> impl Strategy<Value = WorldRect> {
        (-600..600i32, -600..600i32, 8..200i32, 8..200i32)
            .prop_map(|(x, y, w, h)| rect(x.into(), y.into(), w.into(), h.into()))
    }

    fn is_on_grid(value: f64) -> bool {
        (value - snap(value)).abs() < 1e-9
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn what_snaps_is_near_and_in_line(
            boxes in proptest::collection::vec(any_rect(), 0..24),
            moved in any_rect(),
            within in 0.5..40.0f64,
        ) {
            let snapped = Snapper::new(&boxes).snap(moved, within);
            let after = moved.moved(snapped.by);
            for (axis, by, guide) in [
                (Axis::Horizontal, snapped.by.x, snapped.guides[0]),
                (Axis::Vertical, snapped.by.y, snapped.guides[1]),
            ] {
                let (low, high) = axis.span(after);
                match guide {
                    None => {
                        prop_assert!(by.abs() <= GRID / 2.0 + 1e-9);
                        prop_assert!(is_on_grid(low));
                    }
                    Some(Guide::Line(from, to)) => {
                        prop_assert!(by.abs() <= within);
                        let at = match axis {
                            Axis::Horizontal => (from.x, to.x),
                            Axis::Vertical => (from.y, to.y),
                        };
                        prop_assert_eq!(at.0, at.1);
                        let is_on = |span: (f64, f64), at: f64| {
                            [span.0, (span.0 + span.1) / 2.0, span.1]
                                .iter()
                                .any(|line| (line - at).abs() < 1e-6)
                        };
                        prop_assert!(is_on((low, high), at.0));
                        prop_assert!(boxes.iter().any(|&one| is_on(axis.span(one), at.0)));
                    }
                    Some(Guide::Gaps(gaps)) => {
                        prop_assert!(by.abs() <= within);
                        let width = |(from, to): (WorldPoint, WorldPoint)| match axis {
                            Axis::Horizontal => to.x - from.x,
                            Axis::Vertical => to.y - from.y,
                        };
                        prop_assert!((width(gaps[0]) - width(gaps[1])).abs() < 1e-6);
                    }
                }
            }
        }

        #[test]
        fn nothing_is_nearer_than_what_it_snaps_to(
            boxes in proptest::collection::vec(any_rect(), 1..24),
            moved in any_rect(),
        ) {
            let snapped = Snapper::new(&boxes).snap(moved, 10.0);
            for (axis, by, guide) in [
                (Axis::Horizontal, snapped.by.x, snapped.guides[0]),
                (Axis::Vertical, snapped.by.y, snapped.guides[1]),
            ] {
                let (low, high) = axis.span(moved);
                let mut ways = Vec::new();
                for &one in &boxes {
                    let (from, to) = axis.span(one);
                    ways.extend([from - low, from - high, to - low, to - high]);
                    ways.push((from + to - low - high) / 2.0);
                }
                let least = ways.into_iter().map(f64::abs).fold(f64::INFINITY, f64::min);
                match guide {
                    Some(_) => prop_assert!(by.abs() <= least + 1e-9),
                    None => prop_assert!(least > 10.0),
                }
            }
        }
    }

    #[test]
    fn gaps_of_a_row_are_kept_up() {
        let row = [rect(0.0, 0.0, 100.0, 50.0), rect(130.0, 3.0, 100.0, 50.0)];
        let snapper = Snapper::new(&row);
        let snapped = snapper.snap(rect(263.0, 20.0, 90.0, 41.0), 6.0);
        assert_eq!(snapped.by.x, -3.0);
        assert!(matches!(snapped.guides[0], Some(Guide::Gaps(_))));
        let between = Snapper::new(&[row[0], rect(300.0, 3.0, 100.0, 50.0)]);
        let snapped = between.snap(rect(154.0, 20.0, 90.0, 41.0), 6.0);
        assert_eq!(snapped.by.x, 1.0);
    }

    #[test]
    fn ten_thousand_boxes_are_asked_in_no_time() {
        let boxes: Vec<WorldRect> = (0..10_000)
            .map(|n| {
                let (x, y) = (f64::from(n % 100), f64::from(n / 100));
                rect(x * 260.0, y * 130.0, 160.0, 80.0)
            })
            .collect();
        let snapper = Snapper::new(&boxes);
        let asked = std::time::Instant::now();
        for n in 0..100 {
            let held = rect(f64::from(n) * 97.3, f64::from(n) * 31.7, 160.0, 80.0);
            let _way = snapper.snap(held, 6.0);
        }
        // A frame has 16 ms, and a test shares its machine: looking at all boxes takes longer.
        let each = asked.elapsed() / 100;
        assert!(each.as_millis() < 5, "{each:?} for one");
    }
}
