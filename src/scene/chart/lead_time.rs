//! How lead times are spread.

use std::sync::Arc;

use super::{NARROWEST, Unit, paper, place};
use crate::scene::font::Weight;
use crate::scene::geom::{Point, Rect};
use crate::scene::list::{Layer, Painter, Scene, Shape, Stroke, Target};
use crate::scene::path::Path;
use crate::scene::text::Line;
use crate::scene::theme::{Rgba, Theme};
use crate::scene::{BODY, SMALL};

/// Height of a row of labels above the bars.
const ROW: f32 = 20.0;
/// Most rows of labels.
const ROWS: usize = 4;
/// Below the bars, for the axis.
const AXIS: f32 = 24.0;
/// Room at both ends, for half a label of the axis.
const SIDE: f32 = 20.0;
/// Between a marker's line and its label.
const LABEL_GAP: f32 = 5.0;
/// The lowest chart.
const LOWEST: f32 = 120.0;

/// A histogram of lead times, with its percentiles. All times are in milliseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeadTimeChart {
    /// Where the first bar begins.
    pub from: f64,
    /// How wide a bar is, above 0.
    pub bar: f64,
    /// How high each bar is; only their proportion counts.
    pub bars: Vec<f64>,
    /// The bars of the run before, from the same place and as wide; empty without one.
    pub before: Vec<f64>,
    /// Percentiles and the like: name and time.
    pub markers: Vec<(String, f64)>,
    /// What the lead time should be at most.
    pub target: Option<f64>,
}

/// A vertical line with a label.
struct Marker {
    x: f32,
    label: Arc<Line>,
    colour: Rgba,
    text: Rgba,
    is_dashed: bool,
}

/// Draws a histogram of lead times, `width` by `height`.
pub fn lead_time(chart: &LeadTimeChart, width: f32, height: f32, theme: Theme) -> Scene {
    let palette = theme.palette();
    let (width, height) = (width.max(NARROWEST), height.max(LOWEST));
    let mut painter = Painter::default();
    paper(&mut painter, width, height, palette.panel);

    let count = chart.bars.len().max(chart.before.len()).max(1);
    let bar = if chart.bar > 0.0 { chart.bar } else { 1.0 };
    let shown = |time: f64| time.is_finite().then_some(time);
    let marks = chart.markers.iter().map(|(_, time)| *time);
    // All bars are in the picture, and every marker that is not far beyond them.
    let last_bar = chart.from + bar * count as f64;
    let to = marks
        .chain(chart.target)
        .filter_map(shown)
        .filter(|&time| time - chart.from <= 2.0 * (last_bar - chart.from))
        .fold(last_bar, f64::max);
    let room = width - 2.0 * SIDE;
    let x_of = |time: f64| SIDE + ((time - chart.from) / (to - chart.from)) as f32 * room;

    let mut markers: Vec<Marker> = Vec::new();
    for (name, time) in &chart.markers {
        markers.push(Marker {
            x: x_of(*time),
            label: Line::of(name, Weight::SemiBold),
            colour: palette.muted,
            text: palette.text,
            is_dashed: true,
        });
    }
    let unit = Unit::for_time(to);
    if let Some(target) = chart.target {
        let text = format!("target {}", Unit::for_time(target).tick(target));
        markers.push(Marker {
            x: x_of(target),
            label: Line::of(&text, Weight::SemiBold),
            colour: palette.rework,
            text: palette.rework,
            is_dashed: false,
        });
    }
    markers.retain(|marker| (0.0..=width).contains(&marker.x));
    markers.sort_by(|a, b| a.x.total_cmp(&b.x));
    let (labels, rows) = label_places(&markers, width);

    let top = ROW * rows as f32 + 4.0;
    let bottom = height - AXIS;
    let highest = chart.bars.iter().chain(&chart.before).copied();
    let highest = highest.filter(|h| h.is_finite()).fold(0.0, f64::max);
    let mut bars = |values: &[f64], colour: Rgba, is_now: bool| {
        for (n, &value) in values.iter().enumerate() {
            if highest <= 0.0 || value.is_nan() || value <= 0.0 {
                continue;
            }
            let (left, right) = (
                x_of(chart.from + bar * n as f64),
                x_of(chart.from + bar * (n + 1) as f64),
            );
            let gap = ((right - left) * 0.12).min(1.0);
            let tall = ((value / highest) as f32 * (bottom - top)).max(1.0);
            let rect = Rect::new(left + gap, bottom - tall, right - left - 2.0 * gap, tall);
            painter.on(Layer::Handoffs, is_now.then_some(Target::Bin(n)));
            painter.draw(Shape::filled(rect, 0.0, colour));
        }
    };
    bars(&chart.before, palette.bar_before, false);
    bars(&chart.bars, palette.bar, true);
    axis(&mut painter, chart.from, to, unit, width, bottom, theme);

    for (marker, rect) in markers.iter().zip(labels) {
        painter.on(Layer::Labels, None);
        let line = Path::line(&[
            Point::new(marker.x, rect.top() + 4.0),
            Point::new(marker.x, bottom),
        ]);
        let stroke = Stroke::new(marker.colour, 1.5);
        let stroke = if marker.is_dashed {
            stroke.dashed(3.0, 3.0)
        } else {
            stroke
        };
        painter.draw(Shape::stroked(line, stroke));
        painter.on(Layer::Notes, None);
        // Other markers' lines do not run through the letters.
        painter.draw(Shape::filled(rect.grown(-1.0), 2.0, palette.panel));
        let at = place(rect.left() + 2.0, rect.bottom() - 5.0);
        painter.text(Arc::clone(&marker.label), BODY, at, marker.text);
    }
    painter.finish(palette.panel, "")
}

/// Returns where the labels of markers (from left to right) lie, beside their lines and clear of
/// one another, and how many rows they take.
fn label_places(markers: &[Marker], width: f32) -> (Vec<Rect>, usize) {
    let mut places: Vec<Rect> = Vec::new();
    for (n, marker) in markers.iter().enumerate() {
        let wide = marker.label.width * BODY + 4.0;
        let right = marker.x + LABEL_GAP - 2.0;
        let left = marker.x - LABEL_GAP + 2.0 - wide;
        let candidates = (0..ROWS).flat_map(|row| {
            let y = ROW * row as f32;
            [right, left].map(|x| Rect::new(x, y, wide, ROW - 2.0))
        });
        let is_free = |rect: &Rect| {
            rect.left() >= 0.0
                && rect.right() <= width
                && places.iter().all(|other| !other.meets(*rect))
        };
        // Best where no other marker's line runs through either.
        let is_clear = |rect: &Rect| {
            markers
                .iter()
                .enumerate()
                .all(|(m, other)| m == n || other.x < rect.left() || other.x > rect.right())
        };
        let free: Vec<Rect> = candidates.filter(is_free).collect();
        let clear = free.iter().copied().find(is_clear);
        let fallback = Rect::new(right.min(width - wide).max(0.0), 0.0, wide, ROW - 2.0);
        places.push(clear.or(free.first().copied()).unwrap_or(fallback));
    }
    let lowest = places
        .iter()
        .fold(0.0_f32, |low, rect| low.max(rect.bottom()));
    (places, (lowest / ROW).ceil() as usize)
}

/// Draws the line under the bars, with round times.
fn axis(painter: &mut Painter, from: f64, to: f64, unit: Unit, width: f32, y: f32, theme: Theme) {
    let palette = theme.palette();
    painter.on(Layer::Handoffs, None);
    let ends = [Point::new(SIDE, y), Point::new(width - SIDE, y)];
    painter.draw(Shape::stroked(
        Path::line(&ends),
        Stroke::new(palette.rule, 1.0),
    ));
    let room = width - 2.0 * SIDE;
    let most = (room / 64.0) as usize;
    let step = unit.step(to - from, most);
    let mut n = (from / step).ceil();
    while n * step <= to + step * 1e-6 {
        let label = Line::of(&unit.tick(n * step), Weight::Regular);
        let x = SIDE + ((n * step - from) / (to - from)) as f32 * room;
        let left = (x - label.width * SMALL / 2.0).clamp(0.0, width - label.width * SMALL);
        painter.text(label, SMALL, place(left, y + 16.0), palette.muted);
        n += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: f64 = 86_400_000.0;

    fn texts(scene: &Scene) -> Vec<(String, Rect)> {
        scene
            .items()
            .filter_map(|item| match &item.shape {
                Shape::Text(text) => Some((text.line.text.clone(), item.bounds)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn labels_of_close_markers_keep_clear_of_one_another() {
        for gap in [0.0, 0.01, 0.2, 1.0, 5.0] {
            let chart = LeadTimeChart {
                bar: DAY,
                bars: (0..30).map(|n| f64::from(n * (30 - n))).collect(),
                markers: ["P50", "P85", "P95"]
                    .iter()
                    .zip(0..)
                    .map(|(name, n)| ((*name).to_owned(), (29.0 - gap * f64::from(n)) * DAY))
                    .collect(),
                target: Some(29.0 * DAY),
                ..LeadTimeChart::default()
            };
            let scene = lead_time(&chart, 480.0, 200.0, Theme::Light);
            let found = texts(&scene);
            assert!(found.iter().any(|(text, _)| text == "target 29\u{a0}d"));
            for (n, (text, rect)) in found.iter().enumerate() {
                assert!(scene.bounds.holds(*rect, 0.5), "{text} {rect:?}");
                for (other, place) in &found[n + 1..] {
                    let apart = rect.grown(-3.0);
                    assert!(!apart.meets(*place), "{text} on {other}, gap {gap}");
                }
            }
        }
    }

    #[test]
    fn nothing_to_show_does_no_harm() {
        for chart in [
            LeadTimeChart::default(),
            LeadTimeChart {
                from: 3.0,
                bar: 0.0,
                bars: vec![f64::NAN, -1.0, 0.0],
                target: Some(f64::INFINITY),
                ..LeadTimeChart::default()
            },
        ] {
            let scene = lead_time(&chart, 0.0, f32::NAN, Theme::Dark);
            assert!(scene.items().all(|item| !item.bounds.is_empty()));
            assert_eq!(scene.bounds.width(), NARROWEST);
        }
    }
}
