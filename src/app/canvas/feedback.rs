//! What is drawn over the picture: what is selected, handles, and what a gesture under way would do.

use egui::{CornerRadius, FontId, Stroke, StrokeKind, pos2, vec2};

use crate::app::paint::{Frame, color};
use crate::app::style;
use crate::edit::{Document, Selected};
use crate::interact::{End, Feedback, On};
use crate::layout::{Axis, Guide};
use crate::model::{HandoffId, StageId, WorldPoint, WorldRect};
use crate::scene::{Palette, Shape, Target};

use super::pointing::{HANDLE, grips, note_rect, ports, stage_rect};
use super::{Canvas, Picture, sight};

pub(super) fn paint_selection(
    painter: &egui::Painter,
    canvas: &Canvas,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    accent: egui::Color32,
) {
    let selection = document.selection();
    for stage in selection.stages() {
        if let Some(rect) = stage_rect(document, picture, stage) {
            let rect = frame.rect(rect.into()).expand(4.0);
            painter.rect_stroke(
                rect,
                CornerRadius::same(10),
                Stroke::new(2.0, accent),
                StrokeKind::Middle,
            );
        }
    }
    for note in selection.notes() {
        if let Some(rect) = note_rect(document, picture, note) {
            painter.rect_stroke(
                frame.rect(rect.into()).expand(4.0),
                CornerRadius::same(4),
                Stroke::new(2.0, accent),
                StrokeKind::Middle,
            );
        }
    }
    let mut targets: Vec<Target> = Vec::new();
    for handoff in selection.handoffs() {
        targets.extend([Target::Handoff(handoff), Target::Ghost(handoff)]);
    }
    let groups = selection.iter().filter_map(|element| match element {
        Selected::Group(group) => Some(Target::Group(group)),
        _ => None,
    });
    targets.extend(groups);
    if let Some(derived) = canvas.derived
        && let Some(place) = picture
            .flow
            .handoffs
            .iter()
            .position(|handoff| handoff.id == derived)
    {
        targets.push(Target::Derived(place));
    }
    for target in targets {
        for item in picture.scene.items_of(target) {
            match &item.shape {
                Shape::Path {
                    path,
                    stroke: Some(stroke),
                    ..
                } => {
                    let width = stroke.width * frame.zoom + 1.5;
                    for (points, _) in path.flatten(0.2 / frame.zoom) {
                        let points = points.into_iter().map(|point| frame.pos(point)).collect();
                        painter.line(points, Stroke::new(width, accent));
                    }
                }
                Shape::Rect { rect, radii, .. } => {
                    let radius =
                        CornerRadius::same((radii[0] * frame.zoom).round().clamp(0.0, 255.0) as u8);
                    painter.rect_stroke(
                        frame.rect(*rect),
                        radius,
                        Stroke::new(2.0, accent),
                        StrokeKind::Outside,
                    );
                }
                _ => {}
            }
        }
    }
}

pub(super) fn paint_handles(
    painter: &egui::Painter,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    on: On,
    palette: &Palette,
) {
    let (On::Stage(stage) | On::Port(stage)) = on else {
        return;
    };
    if frame.zoom < 0.35 {
        return;
    }
    if let Some(rect) = stage_rect(document, picture, stage) {
        for port in ports(rect) {
            let at = frame.pos(port.into());
            painter.circle(
                at,
                HANDLE,
                color(palette.card),
                Stroke::new(1.5, color(palette.accent)),
            );
        }
    }
}

pub(super) fn paint_feedback(
    painter: &egui::Painter,
    canvas: &Canvas,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    palette: &Palette,
) {
    let accent = color(palette.accent);
    match canvas
        .pointer
        .feedback(&sight(document, picture, &canvas.viewport))
    {
        None => {}
        Some(Feedback::Frame(rect)) => {
            let rect = frame.rect(rect.into());
            painter.rect(
                rect,
                CornerRadius::same(2),
                accent.gamma_multiply(0.08),
                Stroke::new(1.0, accent),
                StrokeKind::Middle,
            );
        }
        Some(Feedback::Connecting {
            from,
            end: grip,
            to,
            onto,
        }) => {
            let Some(rect) = stage_rect(document, picture, from) else {
                return;
            };
            let end = frame.pos(to.into());
            let distance = |port: &WorldPoint| {
                let at = frame.pos((*port).into());
                at.distance_sq(end)
            };
            let ports = ports(rect);
            let nearest = ports
                .iter()
                .min_by(|a, b| distance(a).total_cmp(&distance(b)));
            let start = frame.pos((*nearest.unwrap_or(&ports[0])).into());
            let refusal = onto.as_ref().and_then(|(_, why)| why.clone());
            let line = if refusal.is_some() {
                color(palette.error)
            } else {
                accent
            };
            let (tail, head) = match grip {
                End::To => (start, end),
                End::From => (end, start),
            };
            painter.arrow(tail, head - tail, Stroke::new(2.0, line));
            if let Some((stage, _)) = onto
                && let Some(rect) = stage_rect(document, picture, stage)
            {
                painter.rect_stroke(
                    frame.rect(rect.into()).expand(4.0),
                    CornerRadius::same(10),
                    Stroke::new(2.0, line),
                    StrokeKind::Middle,
                );
            }
            if let Some(why) = refusal {
                remark_ui(painter, end, why, line, palette);
            }
        }
        Some(Feedback::Moving { guides, into }) => {
            for guide in guides.into_iter().flatten() {
                paint_guide(painter, guide, frame, accent);
            }
            if let Some((stage, handoff, refusal)) = into {
                let line = if refusal.is_some() {
                    color(palette.error)
                } else {
                    accent
                };
                paint_insertion(painter, document, picture, frame, (stage, handoff), line);
                let remark = refusal.unwrap_or_else(|| between(document, handoff));
                if let Some(at) = painter.ctx().pointer_latest_pos() {
                    remark_ui(painter, at, remark, line, palette);
                }
            }
        }
        Some(Feedback::Room { axis, line, by }) => {
            let view = painter.clip_rect();
            let at = |value: f64| match axis {
                Axis::Horizontal => frame.pos(WorldPoint::new(value, 0.0).into()).x,
                Axis::Vertical => frame.pos(WorldPoint::new(0.0, value).into()).y,
            };
            let (from, to) = (at(line), at(line + by));
            let (low, high) = (from.min(to), from.max(to));
            let (band, lines) = match axis {
                Axis::Horizontal => (
                    egui::Rect::from_x_y_ranges(low..=high, view.y_range()),
                    [from, to].map(|x| [pos2(x, view.top()), pos2(x, view.bottom())]),
                ),
                Axis::Vertical => (
                    egui::Rect::from_x_y_ranges(view.x_range(), low..=high),
                    [from, to].map(|y| [pos2(view.left(), y), pos2(view.right(), y)]),
                ),
            };
            painter.rect_filled(band, CornerRadius::ZERO, accent.gamma_multiply(0.08));
            for line in lines {
                painter.line_segment(line, Stroke::new(1.0, accent));
            }
        }
    }
}

/// Says at the pointer what would be done, or why it would not.
fn remark_ui(
    painter: &egui::Painter,
    at: egui::Pos2,
    remark: String,
    ink: egui::Color32,
    palette: &Palette,
) {
    let font = FontId::proportional(style::size::SMALL);
    let galley = painter.layout(remark, font, ink, 320.0);
    let at = at + vec2(14.0, 14.0);
    let rect = egui::Rect::from_min_size(at, galley.size()).expand(6.0);
    painter.rect(
        rect,
        CornerRadius::same(6),
        color(palette.panel),
        Stroke::new(1.0, ink),
        StrokeKind::Middle,
    );
    painter.galley(at, galley, ink);
}

/// Says where a stage would go.
fn between(document: &Document, handoff: HandoffId) -> String {
    let model = document.model();
    let name = |stage: StageId| {
        let stage = model.stages.find(stage);
        stage.map_or("", |stage| stage.name.as_str())
    };
    let handoff = model.handoffs.find(handoff);
    handoff.map_or_else(String::new, |handoff| {
        format!("Between {} and {}", name(handoff.from), name(handoff.to))
    })
}

/// Shows what something is in line with.
fn paint_guide(painter: &egui::Painter, guide: Guide, frame: Frame, line: egui::Color32) {
    let stroke = Stroke::new(1.0, line);
    match guide {
        Guide::Line(from, to) => {
            painter.line_segment([frame.pos(from.into()), frame.pos(to.into())], stroke);
        }
        Guide::Gaps(gaps) => {
            for (from, to) in gaps {
                let (from, to) = (frame.pos(from.into()), frame.pos(to.into()));
                painter.line_segment([from, to], stroke);
                // A short bar at both ends, as under a dimension.
                let across = (to - from).normalized().rot90() * 4.0;
                for end in [from, to] {
                    painter.line_segment([end - across, end + across], stroke);
                }
            }
        }
    }
}

/// Shows how a handoff would lead over a stage that is dropped on it.
fn paint_insertion(
    painter: &egui::Painter,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    (stage, handoff): (StageId, HandoffId),
    line: egui::Color32,
) {
    let Some(handoff) = document.model().handoffs.find(handoff) else {
        return;
    };
    let rect = |stage: StageId| stage_rect(document, picture, stage);
    let (Some(from), Some(card), Some(to)) = (rect(handoff.from), rect(stage), rect(handoff.to))
    else {
        return;
    };
    // Where there is no room for an arrow, the remark at the pointer says it.
    let apart = |(a, b): &(WorldRect, WorldRect)| !a.overlaps(*b);
    for (a, b) in [(from, card), (card, to)].into_iter().filter(apart) {
        let distance = |(a, b): &(WorldPoint, WorldPoint)| {
            let way = *b - *a;
            way.x * way.x + way.y * way.y
        };
        let pairs = ports(a)
            .into_iter()
            .flat_map(|a| ports(b).into_iter().map(move |b| (a, b)));
        if let Some((a, b)) = pairs.min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            let (a, b) = (frame.pos(a.into()), frame.pos(b.into()));
            painter.arrow(a, b - a, Stroke::new(2.0, line));
        }
    }
    painter.rect_stroke(
        frame.rect(card.into()).expand(4.0),
        CornerRadius::same(10),
        Stroke::new(2.0, line),
        StrokeKind::Middle,
    );
}

/// Draws what the one element that is selected is gripped at.
pub(super) fn paint_grips(
    painter: &egui::Painter,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    palette: &Palette,
) {
    if frame.zoom < 0.35 {
        return;
    }
    let border = Stroke::new(1.5, color(palette.accent));
    for (on, place) in grips(document, picture, f64::from(frame.zoom)) {
        let at = frame.pos(place.into());
        match on {
            On::Corner(..) => {
                let rect = egui::Rect::from_center_size(at, vec2(8.0, 8.0));
                let round = CornerRadius::same(2);
                painter.rect(rect, round, color(palette.card), border, StrokeKind::Middle);
            }
            // Smaller than the ends, which lead somewhere else.
            On::Piece(..) => {
                painter.circle(at, HANDLE - 2.0, color(palette.card), border);
            }
            _ => {
                painter.circle(at, HANDLE, color(palette.card), border);
            }
        }
    }
}
