//! Handoffs: ways with rounded corners and an arrow, and their labels.

use super::{Canvas, drawn};
use crate::graph::{FlowHandoff, Origin};
use crate::layout::Route;
use crate::model::{HandoffKind, Needs, WorldSize};
use crate::scene::caption::{self, LabelPart};
use crate::scene::font::Weight;
use crate::scene::fonts::Fonts;
use crate::scene::geom::{Point, Rect};
use crate::scene::heat;
use crate::scene::list::{Layer, Painter, Shape, Stroke, Target};
use crate::scene::path::Path;
use crate::scene::theme::Rgba;
use crate::scene::{BODY, TEXT_FROM_ZOOM};

/// Most roundness of a corner.
const CORNER: f32 = 10.0;
const ARROW_LENGTH: f32 = 10.0;
const ARROW_WIDTH: f32 = 8.0;
/// Below this zoom the head of an arrow covers a quarter of a pixel.
const HEADS_FROM_ZOOM: f32 = 0.06;
/// Below this zoom a label is a dot.
const LABELS_FROM_ZOOM: f32 = 0.03;
/// Height of a label.
const LABEL_HEIGHT: f32 = 24.0;
/// From the ends of a label to what it says.
const LABEL_PADDING: f32 = 10.0;
const LABEL_ICON: f32 = 12.0;
/// Between icon and text.
const ICON_GAP: f32 = 5.0;
/// Between the parts of a label.
const PART_GAP: f32 = 10.0;
/// Longest text of a part.
const LONGEST_PART: f32 = 240.0;
/// How much wider a line is for each level of heat.
const WIDER: f32 = 0.75;
/// How much of the background is in a derived handoff.
const DERIVED_LIGHTER: f32 = 0.3;

/// Returns the size of a label; nothing when it says nothing.
pub fn label_size(parts: &[LabelPart], fonts: &Fonts) -> Option<WorldSize> {
    let width = content_width(parts, fonts)?;
    let width = (width + 2.0 * LABEL_PADDING).ceil();
    Some(WorldSize::new(f64::from(width), f64::from(LABEL_HEIGHT)))
}

/// Draws a relaxed handoff, by its place among them: still there, ordering nothing.
pub fn ghost(canvas: &Canvas<'_>, painter: &mut Painter, at: usize) {
    let handoff = canvas.flow.relaxed.get(at);
    let (Some(&handoff), Some(route)) = (handoff, canvas.layout.ghosts.get(at)) else {
        return;
    };
    let stroke = Stroke::new(canvas.palette.ghost, 1.5).dashed(3.0, 4.0);
    painter.on(Layer::Ghosts, Target::Ghost(handoff));
    way(painter, &points_of(&route.points), stroke);
}

/// A handoff that flows, with what it is drawn in.
pub struct Drawn<'a> {
    canvas: &'a Canvas<'a>,
    handoff: &'a FlowHandoff,
    route: &'a Route,
    target: Option<Target>,
    stroke: Stroke,
    pill: Pill,
}

impl<'a> Drawn<'a> {
    /// Finds out how a handoff of the Flow is drawn; nothing when it has no place.
    pub fn of(canvas: &'a Canvas<'a>, at: usize) -> Option<Self> {
        let palette = canvas.palette;
        let handoff = canvas.flow.handoffs.get(at)?;
        let route = canvas.layout.routes.get(at)?;
        let is_derived = matches!(handoff.origin, Origin::Derived { .. });
        let (mut stroke, ink) = match handoff.kind {
            HandoffKind::Rework { .. } => (Stroke::new(palette.rework, 1.75), palette.rework),
            HandoffKind::Feedback => (
                Stroke::new(palette.feedback, 2.0).dotted(5.0),
                palette.feedback,
            ),
            HandoffKind::Forward => {
                let colour = if is_derived {
                    palette.line.mixed(palette.background, DERIVED_LIGHTER)
                } else {
                    palette.line
                };
                let stroke = Stroke::new(colour, 1.75);
                let stroke = match handoff.needs {
                    Needs::Required => stroke,
                    Needs::Customary => stroke.dashed(6.0, 4.0),
                };
                (stroke, palette.text)
            }
        };
        let heat = canvas.options.heat.as_ref();
        let level = heat.map_or(0, |heat| heat::level(heat.of_handoff(handoff.id)));
        let mut pill = Pill {
            ink,
            fill: palette.card,
            bolt: palette.accent,
        };
        if level > 0 {
            stroke.colour = heat::line_colour(palette, level);
            stroke.width += WIDER * level as f32;
            let fill = palette.heat[level];
            pill = Pill {
                ink: fill.ink(),
                fill,
                bolt: fill.ink(),
            };
        }
        Some(Self {
            canvas,
            handoff,
            route,
            target: canvas.target_of(at),
            stroke,
            pill,
        })
    }

    /// Draws its way.
    pub fn way(&self, painter: &mut Painter) {
        painter.on(Layer::Handoffs, self.target);
        way(painter, &points_of(&self.route.points), self.stroke);
    }

    /// Draws its label.
    pub fn label(&self, painter: &mut Painter) {
        let Some(rect) = self.route.label else { return };
        let Canvas { model, choices, .. } = self.canvas;
        let parts = caption::label(choices, self.handoff, drawn(model, self.handoff));
        let weight = match self.handoff.kind {
            HandoffKind::Forward => Weight::Regular,
            _ => Weight::SemiBold,
        };
        let label = Label {
            parts: &parts,
            weight,
            pill: self.pill,
            border: self.stroke.colour,
            fonts: self.canvas.fonts,
        };
        painter
            .on(Layer::Labels, self.target)
            .from_zoom(LABELS_FROM_ZOOM);
        label.draw(painter, rect.into());
    }
}

fn points_of(points: &[crate::model::WorldPoint]) -> Vec<Point> {
    points.iter().map(|&point| Point::from(point)).collect()
}

/// Draws a line that ends in an arrow.
fn way(painter: &mut Painter, points: &[Point], stroke: Stroke) {
    let [.., before, tip] = points else { return };
    let length = before.distance(*tip);
    let mut shortened = points.to_vec();
    if length > ARROW_LENGTH {
        // The line ends inside the head, so that its blunt end does not show beside the tip.
        let back = tip.towards(*before, (ARROW_LENGTH - 1.0) / length);
        if let Some(last) = shortened.last_mut() {
            *last = back;
        }
    }
    painter.draw(Shape::stroked(Path::rounded(&shortened, CORNER), stroke));
    // The head of a wide line is wider than it.
    let width = ARROW_WIDTH.max(2.5 * stroke.width);
    painter.from_zoom(HEADS_FROM_ZOOM);
    painter.draw(Shape::filled_path(
        Path::arrow_head(*before, *tip, ARROW_LENGTH, width),
        stroke.colour,
    ));
}

fn part_width(part: &LabelPart, weight: Weight, fonts: &Fonts) -> f32 {
    let text = fonts.fitted(&part.text, weight, BODY, LONGEST_PART);
    let icon = match (part.icon, part.text.is_empty()) {
        (Some(_), true) => LABEL_ICON,
        (Some(_), false) => LABEL_ICON + ICON_GAP,
        (None, _) => 0.0,
    };
    icon + text.width * BODY
}

fn content_width(parts: &[LabelPart], fonts: &Fonts) -> Option<f32> {
    if parts.is_empty() {
        return None;
    }
    // The heavier of the two weights, so that a label of either kind fits.
    let widths: f32 = parts
        .iter()
        .map(|part| part_width(part, Weight::SemiBold, fonts))
        .sum();
    Some(widths + PART_GAP * (parts.len() - 1) as f32)
}

/// The colours of a label.
#[derive(Clone, Copy)]
struct Pill {
    ink: Rgba,
    fill: Rgba,
    bolt: Rgba,
}

/// The label of a handoff: a pill that lies on its way.
struct Label<'a> {
    parts: &'a [LabelPart],
    weight: Weight,
    pill: Pill,
    border: Rgba,
    fonts: &'a Fonts,
}

impl Label<'_> {
    fn draw(&self, painter: &mut Painter, rect: Rect) {
        if self.parts.is_empty() {
            return;
        }
        painter.draw(Shape::Rect {
            rect,
            radii: [rect.height() / 2.0; 4],
            fill: Some(self.pill.fill),
            stroke: Some(Stroke::new(self.border, 1.0)),
        });
        let widths: Vec<f32> = self
            .parts
            .iter()
            .map(|part| part_width(part, self.weight, self.fonts))
            .collect();
        let gaps = PART_GAP * (self.parts.len() - 1) as f32;
        let middle = rect.center();
        let mut x = middle.x - (widths.iter().sum::<f32>() + gaps) / 2.0;
        let base = middle.y + self.weight.face().cap_height * BODY / 2.0;
        painter.from_zoom(TEXT_FROM_ZOOM);
        for (part, width) in self.parts.iter().zip(widths) {
            let mut text_x = x;
            if let Some(icon) = part.icon {
                let colour = if icon == crate::scene::Icon::Automatic {
                    self.pill.bolt
                } else {
                    self.pill.ink
                };
                let corner = Point::new(x, middle.y - LABEL_ICON / 2.0);
                for shape in icon.shapes(corner, LABEL_ICON, colour) {
                    painter.draw(shape);
                }
                text_x += LABEL_ICON + ICON_GAP;
            }
            let line = self
                .fonts
                .fitted(&part.text, self.weight, BODY, LONGEST_PART);
            painter.text(line, BODY, Point::new(text_x, base), self.pill.ink);
            x += width + PART_GAP;
        }
    }
}
