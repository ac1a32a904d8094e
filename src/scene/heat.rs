//! Where the lead time goes, as colours on a drawing.
//!
//! Every stage and handoff has the share of its stream's mean lead time that items spend there on
//! their critical paths; over a stream the shares add up to 1. They are shown in six levels whose
//! bounds double, so that pictures of two models or scenarios can be laid side by side.

use std::collections::BTreeMap;

use super::font::Weight;
use super::fonts::Fonts;
use super::geom::{Point, Rect};
use super::list::{Layer, Painter, Scene, Shape, Stroke};
use super::theme::{Palette, Rgba, Theme};
use super::{BODY, GRID, SMALL};
use crate::analysis::Figures;
use crate::model::{HandoffId, StageId};

/// How many levels there are; the first is not coloured.
pub const LEVELS: usize = 6;

/// From which share on each level but the first is, in thousandths.
const FROM: [u16; LEVELS - 1] = [10, 30, 60, 120, 250];

/// What the levels are called in the legend.
const NAMES: [&str; LEVELS] = [
    "under 1\u{a0}%",
    "1\u{a0}–\u{a0}3\u{a0}%",
    "3\u{a0}–\u{a0}6\u{a0}%",
    "6\u{a0}–\u{a0}12\u{a0}%",
    "12\u{a0}–\u{a0}25\u{a0}%",
    "over 25\u{a0}%",
];

/// The share of the lead time that each stage and handoff has.
///
/// Shares are kept in thousandths: while a study goes on, a drawing changes only when it would be
/// seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heat {
    stages: BTreeMap<StageId, u16>,
    handoffs: BTreeMap<HandoffId, u16>,
}

impl Heat {
    /// Returns what a study has found; nothing when no stream has a mean lead time.
    ///
    /// What several streams go through has the largest of its shares.
    pub fn of(figures: &Figures) -> Option<Self> {
        let mut heat = Self::default();
        let mut has_stream = false;
        for stream in &figures.streams {
            let Some(mean) = stream.lead_time.mean.value().filter(|&mean| mean > 0.0) else {
                continue;
            };
            has_stream = true;
            let share = |time: Option<f64>| thousandths(time.unwrap_or(0.0) / mean);
            for stage in &stream.stages {
                let entry = heat.stages.entry(stage.id).or_default();
                *entry = share(stage.on_path.total()).max(*entry);
            }
            for handoff in &stream.handoffs {
                let entry = heat.handoffs.entry(handoff.id).or_default();
                *entry = share(handoff.on_path.total()).max(*entry);
            }
        }
        has_stream.then_some(heat)
    }

    /// Makes it from shares, 0 to 1.
    pub fn of_shares(
        stages: impl IntoIterator<Item = (StageId, f64)>,
        handoffs: impl IntoIterator<Item = (HandoffId, f64)>,
    ) -> Self {
        let kept = thousandths;
        Self {
            stages: stages.into_iter().map(|(id, s)| (id, kept(s))).collect(),
            handoffs: handoffs.into_iter().map(|(id, s)| (id, kept(s))).collect(),
        }
    }

    /// Returns the share of a stage, 0 to 1; 0 when it is not known.
    pub fn of_stage(&self, id: StageId) -> f32 {
        f32::from(self.stages.get(&id).copied().unwrap_or(0)) / 1000.0
    }

    /// Returns the share of a handoff of the Flow, 0 to 1; 0 when it is not known.
    pub fn of_handoff(&self, id: HandoffId) -> f32 {
        f32::from(self.handoffs.get(&id).copied().unwrap_or(0)) / 1000.0
    }

    /// Returns the largest share of all.
    pub fn largest(&self) -> f32 {
        let all = self.stages.values().chain(self.handoffs.values());
        f32::from(all.copied().max().unwrap_or(0)) / 1000.0
    }
}

fn thousandths(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 1000.0).round() as u16
}

/// Returns the level of a share, 0 to 5.
pub fn level(share: f32) -> usize {
    let share = thousandths(f64::from(share));
    FROM.partition_point(|&from| from <= share)
}

/// Returns the colour of a handoff's line at a level: that of the level, darker or lighter until
/// it is seen on every ground of the drawing.
pub fn line_colour(palette: &Palette, level: usize) -> Rgba {
    if level == 0 {
        return palette.line;
    }
    let grounds = [palette.background, palette.lane];
    let mut colour = palette.heat[level];
    for step in 1..=20_u8 {
        if grounds.iter().all(|&ground| colour.contrast(ground) >= 3.0) {
            break;
        }
        colour = palette.heat[level].mixed(palette.text, f32::from(step) * 0.05);
    }
    colour
}

/// Width and height of a coloured field of the legend.
const SWATCH: (f32, f32) = (72.0, 12.0);
/// From the border of the legend to what stands in it.
const PADDING: f32 = 12.0;

/// Draws the legend with its upper left corner at a place. Returns where it is.
pub fn draw_legend(
    painter: &mut Painter,
    corner: Point,
    remark: &str,
    palette: &Palette,
    fonts: &Fonts,
) -> Rect {
    let title = fonts.line("Share of the lead time", Weight::SemiBold);
    let remark = fonts.line(remark, Weight::Regular);
    let swatches = SWATCH.0 * LEVELS as f32;
    let words = title.width * BODY + 3.0 * GRID + remark.width * BODY;
    let rect = Rect::new(
        corner.x,
        corner.y,
        swatches.max(words) + 2.0 * PADDING,
        2.0 * PADDING + 48.0,
    );
    painter.on(Layer::Legend, None);
    painter.draw(Shape::Rect {
        rect,
        radii: [GRID; 4],
        fill: Some(palette.card),
        stroke: Some(Stroke::new(palette.card_border, 1.0)),
    });
    let left = rect.left() + PADDING;
    let base = rect.top() + PADDING + 10.0;
    painter.text(title, BODY, Point::new(left, base), palette.text);
    let right = rect.right() - PADDING - remark.width * BODY;
    painter.text(remark, BODY, Point::new(right, base), palette.muted);
    let top = rect.top() + PADDING + 20.0;
    for (at, name) in NAMES.into_iter().enumerate() {
        let x = left + SWATCH.0 * at as f32;
        let swatch = Rect::new(x, top, SWATCH.0, SWATCH.1);
        painter.draw(Shape::Rect {
            rect: swatch,
            radii: [0.0; 4],
            fill: Some(palette.heat[at]),
            stroke: Some(Stroke::new(palette.card_border, 1.0)),
        });
        let name = fonts.line(name, Weight::Regular);
        let middle = x + (SWATCH.0 - name.width * SMALL) / 2.0;
        let place = Point::new(middle, top + SWATCH.1 + 14.0);
        painter.text(name, SMALL, place, palette.text);
    }
    rect
}

/// Returns the legend alone, beginning at (0, 0); `remark` is what the colours are about.
pub fn legend(remark: &str, theme: Theme, fonts: &Fonts) -> Scene {
    let palette = theme.palette();
    let mut painter = Painter::default();
    draw_legend(&mut painter, Point::new(0.0, 0.0), remark, palette, fonts);
    painter.finish(palette.background, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_begin_where_the_legend_says() {
        let check = |share: f32, expected: usize| assert_eq!(level(share), expected, "{share}");
        check(0.0, 0);
        check(0.009, 0);
        check(0.01, 1);
        check(0.0299, 2);
        check(0.0294, 1);
        check(0.06, 3);
        check(0.119, 3);
        check(0.25, 5);
        check(1.0, 5);
        check(f32::NAN, 0);
    }

    #[test]
    fn shares_are_those_of_the_largest_stream() {
        let id = |text: &str| StageId::new(text).unwrap();
        let heat = Heat::of_shares([(id("a"), 0.25), (id("b"), 7.0)], []);
        assert_eq!(heat.of_stage(id("a")), 0.25);
        assert_eq!(heat.of_stage(id("b")), 1.0);
        assert_eq!(heat.of_stage(id("c")), 0.0);
        assert_eq!(heat.largest(), 1.0);
    }

    #[test]
    fn the_legend_holds_its_words() {
        for theme in Theme::ALL {
            let scene = legend("out of date", theme, &Fonts::bundled());
            let frame = scene.items().next().expect("it is drawn").bounds;
            for item in scene.items() {
                assert!(frame.holds(item.bounds, 0.0));
            }
        }
    }
}
