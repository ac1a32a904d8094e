//! The minimap: the whole drawing small in a corner, with a frame around what is seen.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{CornerRadius, Id, Key, Mesh, Rect, Sense, Stroke, StrokeKind, Ui};
use egui::{WidgetInfo, pos2, vec2};

use crate::app::blocks::{Blocks, Scale};
use crate::app::paint::color;
use crate::app::style;
use crate::edit::Document;
use crate::model::WorldRect;

use super::{Canvas, Picture, PictureKey};

/// Most width and height, in points.
const MOST: egui::Vec2 = vec2(200.0, 132.0);
/// From the borders of the canvas.
const MARGIN: f32 = 16.0;
/// Around the drawing inside.
const PADDING: f32 = 6.0;
/// On a smaller canvas it would hide too much.
const LEAST_CANVAS: egui::Vec2 = vec2(480.0, 320.0);
/// An arrow key moves the view by this share of what is seen.
const STEP: f32 = 0.25;

/// The minimap as it was drawn last.
#[derive(Default)]
pub(super) struct Minimap {
    drawn: Option<(PictureKey, Rect, Arc<Mesh>)>,
}

/// Draws the minimap where not all of the drawing is seen, and goes where it is pressed.
pub(super) fn minimap_ui(
    ui: &mut Ui,
    canvas: &mut Canvas,
    document: &Document,
    picture: &Picture,
    rect: Rect,
) {
    let bounds: WorldRect = picture.scene.bounds.into();
    let sees_all = canvas.viewport.sees(bounds);
    let is_small = rect.width() < LEAST_CANVAS.x || rect.height() < LEAST_CANVAS.y;
    if !canvas.shows_minimap || sees_all || is_small || document.model().stages.is_empty() {
        return;
    }
    let padding = vec2(2.0 * PADDING, 2.0 * PADDING);
    let most = Rect::from_min_size(rect.min, MOST - padding);
    // A thin drawing keeps something to press on.
    let size = (Scale::fit(bounds, most).inner.size() + padding).max(vec2(48.0, 32.0));
    let corner = pos2(
        rect.right() - MARGIN - size.x,
        rect.bottom() - MARGIN - size.y,
    );
    let frame = Rect::from_min_size(corner, size);
    let scale = Scale::fit(bounds, frame.shrink(PADDING));

    let response = ui.interact(frame, Id::unique("minimap"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Minimap"));
    let pressed = response.interact_pointer_pos().filter(|_| {
        response.is_pointer_button_down_on() || response.clicked() || response.dragged()
    });
    if let Some(at) = pressed {
        let at = at.clamp(scale.inner.min, scale.inner.max);
        canvas
            .viewport
            .look_at(scale.world(at), canvas.viewport.zoom());
    }
    if response.has_focus() {
        walk(ui, canvas, rect);
    }

    let palette = style::theme_of(ui.ctx()).palette();
    let painter = ui.painter_at(rect);
    let border = if response.has_focus() {
        Stroke::new(2.0, color(palette.accent))
    } else {
        Stroke::new(1.0, color(palette.card_border))
    };
    let ground = color(palette.panel).gamma_multiply(0.94);
    painter.rect(
        frame,
        CornerRadius::same(6),
        ground,
        border,
        StrokeKind::Inside,
    );
    let is_drawn =
        |(key, place, _): &(PictureKey, Rect, Arc<Mesh>)| *key == picture.key && *place == frame;
    if !canvas.minimap.drawn.as_ref().is_some_and(is_drawn) {
        let (by, theme) = (picture.key.colour_by, picture.key.theme);
        let blocks = Blocks::of(document.model(), &picture.layout, by, theme);
        let mesh = Arc::new(blocks.mesh(scale));
        canvas.minimap.drawn = Some((picture.key.clone(), frame, mesh));
    }
    if let Some((_, _, mesh)) = &canvas.minimap.drawn {
        painter.add(egui::Shape::mesh(Arc::clone(mesh)));
    }
    // Never so small that it is not seen, however far one has zoomed in.
    let view = scale.rect(canvas.viewport.visible());
    let view = Rect::from_center_size(view.center(), view.size().max(vec2(6.0, 6.0)));
    painter.with_clip_rect(frame.shrink(1.0)).rect(
        view,
        CornerRadius::same(2),
        color(palette.accent).gamma_multiply(0.12),
        Stroke::new(1.5, color(palette.accent)),
        StrokeKind::Inside,
    );
}

/// Moves the view by arrow keys.
fn walk(ui: &Ui, canvas: &mut Canvas, rect: Rect) {
    ui.memory_mut(|memory| {
        let filter = egui::EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..egui::EventFilter::default()
        };
        memory.set_focus_lock_filter(Id::unique("minimap"), filter);
    });
    let pressed = |key| ui.input(|input| input.key_pressed(key));
    let step = rect.size() * STEP;
    for (key, x, y) in [
        (Key::ArrowLeft, step.x, 0.0),
        (Key::ArrowRight, -step.x, 0.0),
        (Key::ArrowUp, 0.0, step.y),
        (Key::ArrowDown, 0.0, -step.y),
    ] {
        if pressed(key) {
            canvas.viewport.pan(x, y);
        }
    }
}
