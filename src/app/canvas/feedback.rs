//! What is drawn over the picture: what is selected, handles, and what a gesture under way would do.

use egui::{CornerRadius, FontId, Stroke, StrokeKind, vec2};

use crate::app::paint::{Frame, color};
use crate::app::style;
use crate::edit::Document;
use crate::interact::{Feedback, On};
use crate::model::WorldPoint;
use crate::scene::{Palette, Shape, Target};

use super::pointing::{HANDLE, ports, stage_rect};
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
    let mut targets: Vec<Target> = Vec::new();
    for handoff in selection.handoffs() {
        targets.extend([Target::Handoff(handoff), Target::Ghost(handoff)]);
    }
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
        .feedback(&sight(document, picture, canvas.viewport.zoom()))
    {
        None => {}
        Some(Feedback::Lasso(rect)) => {
            let rect = frame.rect(rect.into());
            painter.rect(
                rect,
                CornerRadius::same(2),
                accent.gamma_multiply(0.08),
                Stroke::new(1.0, accent),
                StrokeKind::Middle,
            );
        }
        Some(Feedback::Connecting { from, to, onto }) => {
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
            painter.arrow(start, end - start, Stroke::new(2.0, line));
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
                let galley = painter.layout(
                    why,
                    FontId::proportional(style::size::SMALL),
                    color(palette.error),
                    320.0,
                );
                let at = end + vec2(14.0, 14.0);
                let rect = egui::Rect::from_min_size(at, galley.size()).expand(6.0);
                painter.rect(
                    rect,
                    CornerRadius::same(6),
                    color(palette.panel),
                    Stroke::new(1.0, color(palette.error)),
                    StrokeKind::Middle,
                );
                painter.galley(at, galley, color(palette.error));
            }
        }
    }
}
