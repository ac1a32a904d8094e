//! Where the time goes: one bar for each run, cut into slices that add up to its lead time.

use super::{NARROWEST, Unit, middle, paper, place};
use crate::scene::font::Weight;
use crate::scene::fonts::Fonts;
use crate::scene::geom::Rect;
use crate::scene::list::{Layer, Painter, Scene, Shape, Target};
use crate::scene::text::Line;
use crate::scene::theme::{Rgba, Theme};
use crate::scene::{BODY, GRID};

/// What the six slices are called, in their order.
pub const SLICE_NAMES: [&str; 6] = [
    "Working",
    "Waiting for the team",
    "Closed",
    "Handoff",
    "Batching",
    "Blocked",
];

/// Height of a bar.
const BAR: f32 = 28.0;
/// From one bar to the next.
const PITCH: f32 = 40.0;
/// Height of the dark foot that is rework.
const FOOT: f32 = 5.0;
/// How much black is in it.
const FOOT_DARKER: f32 = 0.42;
/// From one row of the legend to the next.
const LEGEND_ROW: f32 = 24.0;
/// Side of a square of the legend.
const SWATCH: f32 = 12.0;
/// Between the sides of a slice and its figure, at least.
const FIGURE_GAP: f32 = 6.0;

/// The lead time of a run, divided. All times are in milliseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BreakdownBar {
    /// What the run is called: `Now`, `Baseline`.
    pub name: String,
    /// First pass and rework together, in the order of [`SLICE_NAMES`].
    pub slices: [f64; 6],
    /// The part of each slice that is rework.
    pub rework: [f64; 6],
}

impl BreakdownBar {
    fn total(&self) -> f64 {
        self.slices.iter().map(|&slice| sane(slice)).sum()
    }
}

/// A time that can be drawn.
fn sane(time: f64) -> f64 {
    if time.is_finite() { time.max(0.0) } else { 0.0 }
}

/// Draws bars of where the time goes, as wide as asked and as high as they need.
pub fn breakdown(bars: &[BreakdownBar], width: f32, theme: Theme, fonts: &Fonts) -> Scene {
    let palette = theme.palette();
    let width = width.max(NARROWEST);
    let mut painter = Painter::default();
    let longest = bars.iter().map(BreakdownBar::total).fold(0.0, f64::max);
    let unit = Unit::for_time(longest);
    let names: Vec<_> = bars
        .iter()
        .map(|bar| fonts.fitted(&bar.name, Weight::Regular, BODY, width / 4.0))
        .collect();
    let left = names
        .iter()
        .map(|name| name.width * BODY)
        .fold(0.0, f32::max);
    let left = if left > 0.0 { left + 2.0 * GRID } else { 0.0 };
    let totals: Vec<_> = bars
        .iter()
        .map(|bar| Line::of(&unit.figure(bar.total()), Weight::SemiBold))
        .collect();
    let right = totals
        .iter()
        .map(|text| text.width * BODY)
        .fold(0.0, f32::max)
        + GRID;
    let scale = |time: f64| {
        if longest > 0.0 {
            (sane(time) / longest) as f32 * (width - left - right)
        } else {
            0.0
        }
    };

    // Slices whose figure does not fit in some bar; the legend says it.
    let mut left_out = [false; 6];
    for (at, bar) in bars.iter().enumerate() {
        let top = PITCH * at as f32;
        let centre = middle(top + BAR / 2.0, BODY);
        painter.on(Layer::Labels, None);
        painter.text(names[at].clone(), BODY, place(0.0, centre), palette.text);
        let mut x = left;
        for (slice, &time) in bar.slices.iter().enumerate() {
            let wide = scale(time);
            if wide <= 0.0 {
                continue;
            }
            let colour = palette.slices[slice];
            painter.on(Layer::Stages, Target::Slice { bar: at, slice });
            // A hair of the background between slices, where there is room for it.
            let gap = if wide > 4.0 { 1.0 } else { 0.0 };
            let rect = Rect::new(x, top, wide - gap, BAR);
            painter.draw(Shape::filled(rect, 0.0, colour));
            let rework = scale(bar.rework[slice]).min(rect.width());
            if rework > 0.0 {
                let foot = Rect::new(x, top + BAR - FOOT, rework, FOOT);
                let dark = colour.mixed(Rgba::BLACK, FOOT_DARKER);
                painter.draw(Shape::filled(foot, 0.0, dark));
            }
            let figure = Line::of(&unit.figure(time), Weight::SemiBold);
            let figure_width = figure.width * BODY;
            if figure_width + 2.0 * FIGURE_GAP <= wide {
                let at = place(
                    x + (rect.width() - figure_width) / 2.0,
                    middle(top + (BAR - FOOT / 2.0) / 2.0, BODY),
                );
                painter.text(figure, BODY, at, colour.ink());
            } else {
                left_out[slice] = true;
            }
            x += wide;
        }
        painter.on(Layer::Labels, None);
        painter.text(
            totals[at].clone(),
            BODY,
            place(x + GRID, centre),
            palette.text,
        );
    }
    let top = PITCH * bars.len() as f32 + 4.0;
    let bottom = legend(&mut painter, bars, &left_out, unit, left, top, width, theme);
    paper(&mut painter, width, bottom, palette.panel);
    painter.finish(palette.panel, "")
}

/// Draws what the colours mean, with the figures that the bars had no room for. Returns where it
/// ends.
#[expect(
    clippy::too_many_arguments,
    reason = "one caller, which has all of it at hand"
)]
fn legend(
    painter: &mut Painter,
    bars: &[BreakdownBar],
    left_out: &[bool; 6],
    unit: Unit,
    left: f32,
    top: f32,
    width: f32,
    theme: Theme,
) -> f32 {
    let palette = theme.palette();
    let (mut x, mut y) = (left, top);
    // Colour, whether it has a dark foot, name, figures.
    let mut entries: Vec<(Rgba, bool, String, String)> = Vec::new();
    for (slice, name) in SLICE_NAMES.iter().enumerate() {
        if bars.iter().all(|bar| sane(bar.slices[slice]) <= 0.0) {
            continue;
        }
        let figures = if left_out[slice] {
            let figures: Vec<String> = bars
                .iter()
                .map(|bar| unit.amount(sane(bar.slices[slice])))
                .collect();
            format!("{}\u{a0}{}", figures.join("\u{a0}/\u{a0}"), unit.sign())
        } else {
            String::new()
        };
        entries.push((palette.slices[slice], false, (*name).to_owned(), figures));
    }
    let has_rework = |bar: &BreakdownBar| bar.rework.iter().any(|&time| sane(time) > 0.0);
    if bars.iter().any(has_rework) {
        let name = "Dark foot: rework".to_owned();
        entries.push((palette.no_team, true, name, String::new()));
    }
    painter.on(Layer::Labels, None);
    for (colour, has_foot, name, figures) in entries {
        let name = Line::of(&name, Weight::Regular);
        let figures = Line::of(&figures, Weight::SemiBold);
        let swatch = SWATCH + 6.0;
        let gap = if figures.text.is_empty() { 0.0 } else { 6.0 };
        let wide = swatch + (name.width + figures.width) * BODY + gap;
        if x > left && x + wide > width {
            x = left;
            y += LEGEND_ROW;
        }
        let base = middle(y + LEGEND_ROW / 2.0, BODY);
        let top = y + (LEGEND_ROW - SWATCH) / 2.0;
        let square = Rect::new(x, top, SWATCH, SWATCH);
        painter.draw(Shape::filled(square, 3.0, colour));
        if has_foot {
            painter.draw(Shape::Rect {
                rect: Rect::new(x, top + SWATCH - FOOT, SWATCH, FOOT),
                radii: [0.0, 0.0, 2.5, 2.5],
                fill: Some(colour.mixed(Rgba::BLACK, 1.5 * FOOT_DARKER)),
                stroke: None,
            });
        }
        let end = painter.text(name, BODY, place(x + swatch, base), palette.muted);
        painter.text(figures, BODY, place(end + gap, base), palette.text);
        x += wide + 2.0 * GRID;
    }
    y + LEGEND_ROW
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: f64 = 86_400_000.0;

    fn bars() -> Vec<BreakdownBar> {
        let days = |days: [f64; 6]| days.map(|n| n * DAY);
        vec![
            BreakdownBar {
                name: "Now".to_owned(),
                slices: days([2.9, 2.4, 2.2, 4.6, 0.5, 0.0]),
                rework: days([0.6, 0.5, 0.4, 2.0, 0.0, 0.0]),
            },
            BreakdownBar {
                name: "Baseline".to_owned(),
                slices: days([2.9, 3.6, 3.2, 10.2, 0.7, 0.4]),
                rework: days([0.6, 0.5, 0.5, 2.2, 0.1, 0.0]),
            },
        ]
    }

    #[test]
    fn every_figure_is_said_once_and_no_text_lies_on_another() {
        for width in [300.0, 480.0, 640.0, 1200.0] {
            let scene = breakdown(&bars(), width, Theme::Light, &Fonts::bundled());
            let texts: Vec<(String, Rect)> = scene
                .items()
                .filter_map(|item| match &item.shape {
                    Shape::Text(text) => Some((text.line.text.clone(), item.bounds)),
                    _ => None,
                })
                .collect();
            let all: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
            for figure in ["0.5", "0.7", "0.4", "10.2", "4.6", "12.6", "21.0"] {
                let said = all.iter().any(|text| text.contains(figure));
                assert!(said, "{figure} at {width}: {all:?}");
            }
            for (n, (text, rect)) in texts.iter().enumerate() {
                assert!(
                    scene.bounds.holds(*rect, 0.5),
                    "{text} at {width}: {rect:?}"
                );
                for (other, place) in &texts[n + 1..] {
                    assert!(!rect.grown(-2.0).meets(*place), "{text} on {other}");
                }
            }
        }
    }

    #[test]
    fn slices_are_as_long_as_their_time_and_add_up() {
        let bars = bars();
        let scene = breakdown(&bars, 900.0, Theme::Light, &Fonts::bundled());
        let length = |bar: usize, slice: usize| {
            scene
                .items_of(Target::Slice { bar, slice })
                .next()
                .map_or(0.0, |item| item.bounds.width() + 1.0)
        };
        let unit = length(1, 3) / 10.2;
        for (n, bar) in bars.iter().enumerate() {
            for (slice, &time) in bar.slices.iter().enumerate() {
                let expected = (time / DAY) as f32 * unit;
                assert!((length(n, slice) - expected).abs() < 0.5, "{n} {slice}");
            }
        }
    }

    #[test]
    fn no_bars_and_no_time_do_no_harm() {
        assert!(
            breakdown(&[], 400.0, Theme::Dark, &Fonts::bundled())
                .bounds
                .height()
                > 0.0
        );
        let odd = BreakdownBar {
            slices: [f64::NAN, -1.0, f64::INFINITY, 0.0, 0.0, 0.0],
            ..BreakdownBar::default()
        };
        let scene = breakdown(&[odd], 400.0, Theme::Dark, &Fonts::bundled());
        assert_eq!(scene.bounds.width(), 400.0);
    }
}
