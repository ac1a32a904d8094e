//! How busy each team is.

use super::{NARROWEST, middle, paper, place};
use crate::model::TeamId;
use crate::scene::font::Weight;
use crate::scene::fonts::Fonts;
use crate::scene::geom::{Point, Rect};
use crate::scene::list::{Layer, Painter, Scene, Shape, Stroke, Target};
use crate::scene::path::Path;
use crate::scene::text::Line;
use crate::scene::theme::Theme;
use crate::scene::{BODY, GRID};

/// From one team to the next.
const PITCH: f32 = 32.0;
/// Height of a bar.
const BAR: f32 = 12.0;
/// Room for the figure at the right.
const FIGURE: f32 = 56.0;

/// How busy a team is.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamBar {
    /// Which team.
    pub team: TeamId,
    /// What it is called.
    pub name: String,
    /// Working person-time by people and open time; above 1 when there is more work than time.
    pub utilisation: f64,
    /// The 95 % interval, where it was simulated.
    pub interval: Option<(f64, f64)>,
    /// People's time held by blocked items, as a share like the utilisation.
    pub blocked: f64,
}

/// Draws how busy each team is, as wide as asked and as high as they need.
pub fn teams(bars: &[TeamBar], width: f32, theme: Theme, fonts: &Fonts) -> Scene {
    let palette = theme.palette();
    let width = width.max(NARROWEST);
    let mut painter = Painter::default();
    let names: Vec<_> = bars
        .iter()
        .map(|bar| fonts.fitted(&bar.name, Weight::Regular, BODY, width * 0.4))
        .collect();
    let widest = names.iter().map(|name| name.width * BODY);
    let left = widest.fold(0.0, f32::max) + 2.0 * GRID;
    let room = (width - left - FIGURE).max(GRID);
    let x_of = |share: f64| left + (share.clamp(0.0, 1.0) as f32) * room;
    for (at, (bar, name)) in bars.iter().zip(names).enumerate() {
        let centre = PITCH * at as f32 + PITCH / 2.0;
        let busy = if bar.utilisation.is_nan() {
            0.0
        } else {
            bar.utilisation.max(0.0)
        };
        let target = Target::Team(bar.team);
        painter.on(Layer::Handoffs, target);
        let track = Rect::new(left, centre - BAR / 2.0, room, BAR);
        painter.draw(Shape::filled(track, BAR / 2.0, palette.track));
        painter.on(Layer::Stages, target);
        // More work than time is not a matter of degree.
        let fill = if busy > 1.0 {
            palette.rework
        } else {
            palette.bar
        };
        let end = x_of(busy);
        if end > left {
            let rect = Rect::new(left, track.top(), (end - left).max(BAR), BAR);
            painter.draw(Shape::filled(rect, BAR / 2.0, fill));
        }
        if bar.blocked > 0.0 && busy <= 1.0 {
            let rect = Rect::from_corners(
                Point::new(end, track.top() + 3.0),
                Point::new(x_of(busy + bar.blocked), track.bottom() - 3.0),
            );
            painter.draw(Shape::filled(rect, 1.0, palette.slices[5]));
        }
        if let Some((low, high)) = bar.interval {
            let whisker = Path::line(&[
                Point::new(x_of(low), centre),
                Point::new(x_of(high), centre),
            ]);
            painter.on(Layer::Labels, target);
            painter.draw(Shape::stroked(
                whisker,
                Stroke::new(palette.text, 1.5).round(),
            ));
        }
        painter.on(Layer::Labels, target);
        let base = middle(centre, BODY);
        painter.text(name, BODY, place(0.0, base), palette.text);
        let figure = Line::of(&format!("{:.0}\u{a0}%", busy * 100.0), Weight::SemiBold);
        let x = width - figure.width * BODY;
        let colour = if busy > 1.0 {
            palette.rework
        } else {
            palette.text
        };
        painter.text(figure, BODY, place(x, base), colour);
    }
    let height = (PITCH * bars.len() as f32).max(GRID);
    paper(&mut painter, width, height, palette.panel);
    painter.finish(palette.panel, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, utilisation: f64) -> TeamBar {
        TeamBar {
            team: TeamId::new(name).unwrap(),
            name: name.to_owned(),
            utilisation,
            interval: Some((utilisation - 0.02, utilisation + 0.02)),
            blocked: 0.05,
        }
    }

    #[test]
    fn what_is_drawn_stays_inside_and_says_the_figure() {
        let bars = [
            bar("legal", 0.94),
            bar("post", 1.4),
            bar("idle", 0.0),
            bar("odd", f64::NAN),
        ];
        let scene = teams(&bars, 400.0, Theme::Light, &Fonts::bundled());
        assert_eq!(scene.bounds, Rect::new(0.0, 0.0, 400.0, 128.0));
        let mut said = Vec::new();
        for item in scene.items() {
            if let Shape::Text(text) = &item.shape {
                said.push(text.line.text.replace('\u{a0}', " "));
            }
        }
        for text in ["94 %", "140 %", "0 %", "legal"] {
            assert!(said.iter().any(|other| other == text), "{text} in {said:?}");
        }
        let hit = scene.hit(Point::new(300.0, 48.0), 2.0);
        assert_eq!(hit, Some(Target::Team(bars[1].team)));
    }
}
