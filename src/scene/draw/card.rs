//! Cards of stages.
//!
//! ```text
//!   ┌┬──────────────────────┐
//!   ││ Name × 30          ⚡ │
//!   ││ Owner                │
//!   ││ 4 h – 2 d       85 % │
//!   ││ ▬▬▬▬▬▬──────────     │
//!   └┴──────────────────────┘
//!    strip: team, or what else colours stand for
//! ```

use std::sync::Arc;

use super::Canvas;
use crate::model::{Stage, WorldSize};
use crate::scene::caption::{self, CardText};
use crate::scene::font::Weight;
use crate::scene::fonts::Fonts;
use crate::scene::geom::{Point, Rect};
use crate::scene::heat;
use crate::scene::list::{Layer, Painter, Shape, Stroke, Target};
use crate::scene::text::Line;
use crate::scene::theme::{Palette, Rgba};
use crate::scene::{BODY, NAME, NAMES_FROM_ZOOM, TEXT_FROM_ZOOM};

/// Widths of cards: the first in which the name need not be shortened.
const WIDTHS: [f32; 4] = [176.0, 192.0, 208.0, 224.0];
/// Height of a card with a name of one line.
const HEIGHT: f32 = 88.0;
/// How much a second line of the name adds.
const SECOND_LINE: f32 = 16.0;
/// Roundness of the corners of a card.
pub const RADIUS: f32 = 8.0;

const STRIP: f32 = 6.0;
const LEFT: f32 = 18.0;
const RIGHT: f32 = 14.0;
const ICON: f32 = 14.0;
/// From the top to the baseline of the first line.
const NAME_BASE: f32 = 26.0;
/// Between the lines of the name.
const NAME_LEADING: f32 = 18.0;
/// From the last line of the name to that of the owner.
const OWNER_LEADING: f32 = 19.0;
/// From the lower border up to the baseline of the work time.
const WORK_BASE: f32 = 20.0;
/// From the lower border up to the middle of the bar.
const BAR_BASE: f32 = 8.0;

/// Returns the size of a card with this text.
pub fn size(text: &CardText, fonts: &Fonts) -> WorldSize {
    let is_whole = |width: &f32| {
        text.name.contains('…')
            || name_lines(text, *width, 2, fonts)
                .iter()
                .all(|line| !line.text.contains('…'))
    };
    let widest = WIDTHS[WIDTHS.len() - 1];
    let width = WIDTHS.into_iter().find(is_whole).unwrap_or(widest);
    let extra = if name_lines(text, width, 2, fonts).len() > 1 {
        SECOND_LINE
    } else {
        0.0
    };
    WorldSize::new(f64::from(width), f64::from(HEIGHT + extra))
}

fn name_lines(text: &CardText, width: f32, most: usize, fonts: &Fonts) -> Vec<Arc<Line>> {
    let icon = if text.icon.is_some() { ICON + 6.0 } else { 0.0 };
    let room = width - LEFT - RIGHT - icon;
    if text.copies.is_empty() {
        return fonts.wrapped(&text.name, Weight::SemiBold, NAME, room, most);
    }
    let whole = format!("{} {}", text.name, text.copies);
    let lines = fonts.wrapped(&whole, Weight::SemiBold, NAME, room, most);
    if lines
        .last()
        .is_some_and(|last| last.text.ends_with(&text.copies))
    {
        return lines;
    }
    // A name that must be shortened keeps its count.
    let copies = fonts
        .line(&format!(" {}", text.copies), Weight::SemiBold)
        .width
        * NAME;
    let mut lines = fonts.wrapped(&text.name, Weight::SemiBold, NAME, room - copies, most);
    if let Some(last) = lines.last_mut() {
        *last = fonts.line(&format!("{} {}", last.text, text.copies), Weight::SemiBold);
    }
    lines
}

/// Draws the card of a stage.
pub fn card(canvas: &Canvas<'_>, painter: &mut Painter, stage: &Stage, rect: Rect) {
    let palette = canvas.palette;
    let text = caption::card(canvas.model, stage);
    let share = canvas.heat_of_stage(stage.id);
    let fill = match share.map(heat::level) {
        Some(level @ 1..) => palette.heat[level],
        _ => canvas.colouring.fill(canvas.model, stage),
    };
    let inks = Inks::on(fill, share, palette);
    painter.on(Layer::Stages, Target::Stage(stage.id));
    let strip = canvas.colouring.strip(canvas.model, stage);
    plate(painter, rect, fill, strip, palette);
    words(canvas, painter, &text, rect, inks);
    if let Some(share) = share {
        bar(canvas, painter, rect, share, fill, inks);
    }
}

/// What a card's words are drawn in.
#[derive(Clone, Copy)]
pub struct Inks {
    /// The name and the work time.
    pub text: Rgba,
    /// What is less important.
    pub muted: Rgba,
    /// Bolts.
    pub icon: Rgba,
}

impl Inks {
    /// Returns what reads on a card of this colour: as usual, or one ink where it is coloured by heat.
    pub fn on(fill: Rgba, share: Option<f32>, palette: &Palette) -> Self {
        if share.is_some_and(|share| heat::level(share) > 0) {
            let ink = fill.ink();
            return Self {
                text: ink,
                muted: ink,
                icon: ink,
            };
        }
        Self {
            text: palette.text,
            muted: palette.muted,
            icon: palette.accent,
        }
    }
}

/// Draws a card without words: its ground, its border and its strip.
pub fn plate(painter: &mut Painter, rect: Rect, fill: Rgba, strip: Rgba, palette: &Palette) {
    painter.draw(Shape::Rect {
        rect,
        radii: [RADIUS; 4],
        fill: Some(fill),
        stroke: Some(Stroke::new(palette.card_border, 1.0)),
    });
    let place = Rect::new(
        rect.left() - 0.5,
        rect.top() - 0.5,
        STRIP + 0.5,
        rect.height() + 1.0,
    );
    // The strip's own corners follow the border's outside, as far as its width allows.
    painter.draw(Shape::Path {
        path: strip_path(place, RADIUS + 0.5),
        fill: Some(strip),
        stroke: None,
    });
}

/// Draws a share of the lead time as a bar at the foot of a card; the hottest of the drawing has the
/// whole bar.
pub fn bar(
    canvas: &Canvas<'_>,
    painter: &mut Painter,
    rect: Rect,
    share: f32,
    fill: Rgba,
    inks: Inks,
) {
    let Some(heat) = &canvas.options.heat else {
        return;
    };
    painter.from_zoom(0.0);
    let share = (share / heat.largest().max(0.001)).min(1.0);
    let bar = Rect::new(
        rect.left() + LEFT,
        rect.bottom() - BAR_BASE - 1.5,
        (rect.width() - LEFT - RIGHT).max(0.0),
        3.0,
    );
    painter.draw(Shape::filled(bar, 1.5, fill.mixed(inks.text, 0.2)));
    if share > 0.0 {
        let filled = Rect::new(
            bar.left(),
            bar.top(),
            (bar.width() * share).max(3.0),
            bar.height(),
        );
        painter.draw(Shape::filled(filled, 1.5, inks.text));
    }
}

/// The left part of a rounded rectangle; convex.
fn strip_path(strip: Rect, radius: f32) -> crate::scene::Path {
    let (l, t, r, b) = (strip.left(), strip.top(), strip.right(), strip.bottom());
    let radius = radius.min(strip.height() / 2.0);
    let arc = |center_y: f32, from: f32, to: f32| {
        (0..=8).map(move |n| {
            let angle = f64::from(from + (to - from) * n as f32 / 8.0).to_radians();
            Point::new(
                l + radius - radius * libm::cos(angle) as f32,
                center_y - radius * libm::sin(angle) as f32,
            )
        })
    };
    // Where the arc meets the right side of the strip.
    let reach = (strip.width() / radius.max(1e-3)).min(1.0);
    let end = libm::acos(f64::from(1.0 - reach)).to_degrees() as f32;
    let mut points: Vec<Point> = arc(b - radius, 0.0, -end).collect();
    points.reverse();
    points.extend(arc(t + radius, 0.0, end));
    let top = points.last().map_or(t, |point| point.y);
    points.push(Point::new(r, top));
    points.push(Point::new(r, b - (top - t)));
    crate::scene::Path::polygon(&points)
}

/// Writes what a card says.
pub fn words(canvas: &Canvas<'_>, painter: &mut Painter, text: &CardText, rect: Rect, inks: Inks) {
    let fonts = canvas.fonts;
    let left = rect.left() + LEFT;
    let room = rect.width() - LEFT - RIGHT;
    if room < 16.0 || rect.height() < 28.0 {
        return;
    }
    let has_two = rect.height() >= HEIGHT + SECOND_LINE;
    let lines = name_lines(text, rect.width(), if has_two { 2 } else { 1 }, fonts);
    let name_base = if rect.height() < 56.0 {
        // A low card shows its name only, in the middle.
        rect.center().y + Weight::SemiBold.face().cap_height * NAME / 2.0
    } else {
        rect.top() + NAME_BASE - if lines.len() > 1 { 1.0 } else { 0.0 }
    };
    painter.from_zoom(NAMES_FROM_ZOOM);
    let mut base = name_base;
    for (n, line) in lines.into_iter().enumerate() {
        base = name_base + n as f32 * NAME_LEADING;
        painter.text(line, NAME, Point::new(left, base), inks.text);
    }
    if let Some(icon) = text.icon {
        let corner = Point::new(rect.right() - RIGHT - ICON + 2.0, rect.top() + 12.0);
        for shape in icon.shapes(corner, ICON, inks.icon) {
            painter.draw(shape);
        }
    }
    painter.from_zoom(TEXT_FROM_ZOOM);
    let work_base = rect.bottom() - WORK_BASE;
    let owner_base = base + OWNER_LEADING;
    if owner_base <= work_base - 16.0 {
        let line = fonts.fitted(&text.owner, Weight::Regular, BODY, room);
        painter.text(line, BODY, Point::new(left, owner_base), inks.muted);
    }
    if work_base < base + 16.0 {
        return;
    }
    let ca = Line::of(&text.ca, Weight::Regular);
    let ca_width = ca.width * BODY;
    let gap = if text.ca.is_empty() { 0.0 } else { 8.0 };
    let (work, weight, colour) = if text.work.is_empty() {
        ("–", Weight::Regular, inks.muted)
    } else {
        (text.work.as_str(), Weight::SemiBold, inks.text)
    };
    let work = fonts.fitted(work, weight, BODY, room - ca_width - gap);
    painter.text(work, BODY, Point::new(left, work_base), colour);
    let right = rect.right() - RIGHT;
    painter.text(
        ca,
        BODY,
        Point::new(right - ca_width, work_base),
        inks.muted,
    );
}
