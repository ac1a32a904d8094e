//! Draws a Scene with egui: the fourth back end of the display list.

use std::sync::{Arc, LazyLock};

use egui::epaint::{CornerRadius, PathShape, PathStroke, RectShape, StrokeKind, TextShape};
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, FontId, Mesh, Pos2, Shape as EguiShape, pos2, vec2};

use crate::scene::{
    Face, Item, Layer, Path, Point, Rect, Rgba, Scene, Shape, Stroke, Text, Weight,
};

/// Letters smaller than this, in points, are not drawn: they could not be read.
const SMALLEST_LETTERS: f32 = 3.5;

/// Font sizes are rounded to this, so that laid-out text is found again while zooming.
const SIZE_STEP: f32 = 0.125;

/// How far the flattened line of a curve may lie beside it, in points.
const FLATNESS: f32 = 0.15;

/// Where and how large a scene is shown.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The point of the window where the scene's origin lies.
    pub origin: Pos2,
    /// Screen points per unit of the scene.
    pub zoom: f32,
}

impl Frame {
    /// Returns where a point of the scene is shown.
    pub fn pos(self, point: Point) -> Pos2 {
        pos2(
            self.origin.x + point.x * self.zoom,
            self.origin.y + point.y * self.zoom,
        )
    }

    /// Returns where a rectangle of the scene is shown.
    pub fn rect(self, rect: Rect) -> egui::Rect {
        egui::Rect::from_min_max(self.pos(rect.min), self.pos(rect.max))
    }

    /// Returns the part of the scene that a rectangle of the window shows.
    pub fn part(self, rect: egui::Rect) -> Rect {
        let back = |at: Pos2| {
            Point::new(
                (at.x - self.origin.x) / self.zoom,
                (at.y - self.origin.y) / self.zoom,
            )
        };
        Rect::from_corners(back(rect.min), back(rect.max))
    }
}

/// The border of a rectangle that is thinner than this, in pixels, is not seen.
const THINNEST_BORDER: f32 = 0.1;
/// A rectangle that is lower or narrower than this, in pixels, looks the same without round corners.
const LOWEST_ROUNDED: f32 = 3.0;
/// Below this zoom a card is lower than eleven pixels, and nothing is written.
const FAR_BELOW: f32 = 0.12;
/// How much of its colour the border of a card and a line have at least from far away.
const FAINTEST_BORDER: f32 = 0.7;
const PALEST: f32 = 0.3;
/// Dashes with their gaps that are shorter than this, in pixels, cannot be told apart.
const SHORTEST_DASH: f32 = 2.0;

/// Draws what the painter's clip rectangle shows of a scene.
pub fn paint_scene(painter: &egui::Painter, scene: &Scene, frame: Frame) {
    let part = frame.part(painter.clip_rect());
    let mut pen = Pen {
        ctx: painter.ctx(),
        shapes: Vec::new(),
        far: Mesh::default(),
    };
    for item in scene
        .visible(part)
        .filter(|item| frame.zoom >= item.from_zoom)
    {
        pen.paint_item(item, frame);
    }
    pen.end_far();
    // All at once: handing over one by one costs as much as making them.
    painter.extend(pen.shapes);
}

/// Returns a colour as egui has it.
pub fn color(rgba: Rgba) -> Color32 {
    Color32::from_rgba_unmultiplied(rgba.r, rgba.g, rgba.b, rgba.a)
}

/// Returns the font family of a weight for the window's own words; both are installed by
/// `style::install_fonts`.
pub fn family(weight: Weight) -> FontFamily {
    match weight {
        Weight::Regular => FontFamily::Proportional,
        Weight::SemiBold => FontFamily::Name("semibold".into()),
    }
}

/// What the families of faces are called, before the number of the face.
const FACE_FAMILY: &str = "face-";

/// Returns the font family that is this face and nothing else: a letter that the face has not is a
/// box, as in every export.
pub fn family_of(face: &Face) -> FontFamily {
    static BUNDLED: LazyLock<[FontFamily; 2]> =
        LazyLock::new(|| Weight::ALL.map(|weight| named(weight.face().id)));
    let bundled = BUNDLED.get(face.id as usize);
    bundled.cloned().unwrap_or_else(|| named(face.id))
}

/// Returns the number of the face that a font family is, if it is one.
pub fn face_of(family: &FontFamily) -> Option<u32> {
    match family {
        FontFamily::Name(name) => name.strip_prefix(FACE_FAMILY)?.parse().ok(),
        _ => None,
    }
}

fn named(id: u32) -> FontFamily {
    FontFamily::Name(format!("{FACE_FAMILY}{id}").into())
}

/// What turns items into the shapes of a frame.
struct Pen<'a> {
    ctx: &'a egui::Context,
    shapes: Vec<EguiShape>,
    /// What is seen from far away, so far.
    far: Mesh,
}

impl Pen<'_> {
    /// Draws an item from far away, as rectangles without smooth edges: a tenth of the work, and many
    /// thousands are in view then. Returns whether that is enough for it.
    fn paint_far(&mut self, item: &Item, frame: Frame) -> bool {
        match &item.shape {
            Shape::Rect {
                rect,
                fill: Some(fill),
                stroke,
                ..
            } if stroke.is_none_or(|stroke| stroke.dash.is_none()) => {
                let rect = frame.rect(*rect);
                if let Some(border) = stroke {
                    // Cards are to be told from what lies behind them.
                    let ink = color(border.colour).gamma_multiply(FAINTEST_BORDER);
                    self.block(rect.expand(0.5), ink);
                }
                self.block(rect, color(*fill));
                true
            }
            Shape::Path {
                fill: Some(fill),
                stroke: None,
                ..
            } if item.bounds.width().min(item.bounds.height()) * frame.zoom < 1.0 => {
                self.block(frame.rect(item.bounds), color(*fill));
                true
            }
            Shape::Path {
                path,
                fill: None,
                stroke: Some(stroke),
            } if item.layer <= Layer::Handoffs
                && stroke
                    .dash
                    .is_none_or(|[dash, gap]| (dash + gap) * frame.zoom < SHORTEST_DASH) =>
            {
                let (reach, ink) = (stroke.width * frame.zoom / 2.0, color(stroke.colour));
                for (points, _) in path.flatten(FLATNESS / frame.zoom) {
                    for ends in points.windows(2) {
                        let [a, b] = [frame.pos(ends[0]), frame.pos(ends[1])];
                        // A round corner is smaller than a pixel.
                        if is_straight(a, b) {
                            self.block(egui::Rect::from_two_pos(a, b).expand(reach), ink);
                        }
                    }
                }
                true
            }
            _ => false,
        }
    }

    /// Adds a rectangle. One that is thinner than a pixel is a pixel wide and so much paler, but never
    /// so that it could not be seen.
    fn block(&mut self, mut rect: egui::Rect, ink: Color32) {
        let mut share = 1.0;
        if rect.width() < 1.0 {
            share *= rect.width();
            rect = rect.expand2(vec2((1.0 - rect.width()) / 2.0, 0.0));
        }
        if rect.height() < 1.0 {
            share *= rect.height();
            rect = rect.expand2(vec2(0.0, (1.0 - rect.height()) / 2.0));
        }
        self.far
            .add_colored_rect(rect, ink.gamma_multiply(share.max(PALEST)));
    }

    /// Hands over what has been drawn as from far away: what comes next lies over it.
    fn end_far(&mut self) {
        if !self.far.is_empty() {
            let far = std::mem::take(&mut self.far);
            self.shapes.push(EguiShape::mesh(far));
        }
    }

    fn paint_item(&mut self, item: &Item, frame: Frame) {
        if frame.zoom < FAR_BELOW && self.paint_far(item, frame) {
            return;
        }
        self.end_far();
        match &item.shape {
            Shape::Rect {
                rect,
                radii,
                fill,
                stroke,
            } => {
                let is_low = rect.width().min(rect.height()) * frame.zoom < LOWEST_ROUNDED;
                let roundness = if is_low { 0.0 } else { frame.zoom };
                let corner = |radius: f32| (radius * roundness).round().clamp(0.0, 255.0) as u8;
                let corner_radius = CornerRadius {
                    nw: corner(radii[0]),
                    ne: corner(radii[1]),
                    se: corner(radii[2]),
                    sw: corner(radii[3]),
                };
                let fill_color = fill.map_or(Color32::TRANSPARENT, color);
                let dashed = stroke.filter(|stroke| stroke.dash.is_some());
                let solid = stroke.filter(|stroke| {
                    dashed.is_none() && stroke.width * frame.zoom >= THINNEST_BORDER
                });
                let line = solid.map_or(egui::Stroke::NONE, |stroke| {
                    egui::Stroke::new(stroke.width * frame.zoom, color(stroke.colour))
                });
                self.shapes.push(EguiShape::from(RectShape::new(
                    frame.rect(*rect),
                    corner_radius,
                    fill_color,
                    line,
                    StrokeKind::Middle,
                )));
                if let Some(stroke) = dashed {
                    self.stroke_path(&Path::round_rect(*rect, *radii), &stroke, frame);
                }
            }
            Shape::Path { path, fill, stroke } => {
                if let Some(fill) = fill {
                    for (points, _) in path.flatten(FLATNESS / frame.zoom) {
                        let points: Vec<Pos2> =
                            points.into_iter().map(|point| frame.pos(point)).collect();
                        if points.len() > 2 {
                            self.shapes.push(EguiShape::from(PathShape::convex_polygon(
                                points,
                                color(*fill),
                                PathStroke::NONE,
                            )));
                        }
                    }
                }
                if let Some(stroke) = stroke {
                    self.stroke_path(path, stroke, frame);
                }
            }
            Shape::Text(text) => self.paint_text(text, frame),
        }
    }

    fn stroke_path(&mut self, path: &Path, stroke: &Stroke, frame: Frame) {
        let width = stroke.width * frame.zoom;
        let line_color = color(stroke.colour);
        let line = egui::Stroke::new(width, line_color);
        for (points, is_closed) in path.flatten(FLATNESS / frame.zoom) {
            let mut points: Vec<Pos2> = points.into_iter().map(|point| frame.pos(point)).collect();
            match stroke.dash {
                // Dashes too small to be told apart are drawn as a thinner whole line.
                Some([dash, gap]) if (dash + gap) * frame.zoom >= SHORTEST_DASH => {
                    if is_closed && let Some(&first) = points.first() {
                        points.push(first);
                    }
                    if stroke.is_round && dash < stroke.width {
                        let spacing = (dash + gap) * frame.zoom;
                        let dots =
                            EguiShape::dotted_line(&points, line_color, spacing, width / 2.0);
                        self.shapes.extend(dots);
                    } else {
                        self.shapes.extend(EguiShape::dashed_line(
                            &points,
                            line,
                            dash * frame.zoom,
                            gap * frame.zoom,
                        ));
                    }
                }
                _ => {
                    let shape = if is_closed {
                        PathShape::closed_line(points, line)
                    } else {
                        PathShape::line(points, line)
                    };
                    self.shapes.push(EguiShape::from(shape));
                }
            }
        }
    }

    fn paint_text(&mut self, text: &Text, frame: Frame) {
        let size = text.size * frame.zoom;
        if size < SMALLEST_LETTERS {
            return;
        }
        let text_color = color(text.colour);
        for run in &text.line.runs {
            let galley = lay_out(self.ctx, &run.letters(&text.line), run.face, size);
            let Some(baseline) = baseline_of(&galley) else {
                continue;
            };
            let at = frame.pos(Point::new(text.at.x + run.x * text.size, text.at.y));
            self.shapes.push(EguiShape::from(
                TextShape::new(pos2(at.x, at.y - baseline), galley, text_color)
                    .with_override_text_color(text_color),
            ));
        }
    }
}

/// Whether a line runs level or upright.
fn is_straight(a: Pos2, b: Pos2) -> bool {
    (a.x - b.x).abs() < 1e-3 || (a.y - b.y).abs() < 1e-3
}

/// Lays letters out as egui draws them with one face, at a size in points (rounded as when they are
/// drawn).
pub fn lay_out(ctx: &egui::Context, letters: &str, face: &Face, size: f32) -> Arc<egui::Galley> {
    let size = ((size / SIZE_STEP).round() * SIZE_STEP).max(SIZE_STEP);
    let format = TextFormat::simple(FontId::new(size, family_of(face)), Color32::PLACEHOLDER);
    let mut job = LayoutJob::single_section(letters.to_owned(), format);
    job.wrap.max_width = f32::INFINITY;
    job.break_on_newline = false;
    ctx.fonts_mut(|fonts| fonts.layout_job(job))
}

/// Returns how far below the top of a galley its baseline lies.
fn baseline_of(galley: &egui::Galley) -> Option<f32> {
    let row = galley.rows.first()?;
    row.row.glyphs.first().map(|glyph| row.pos.y + glyph.pos.y)
}
