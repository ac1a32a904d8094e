//! What the pointer does: pans and zooms, and what it does to what lies under it.

use egui::{CursorIcon, Key, PointerButton, Pos2, Response, Ui};

use crate::edit::Document;
use crate::interact::{Event, Keys, On, ScreenPoint};
use crate::model::{StageId, WorldPoint, WorldRect};
use crate::scene::{Point, Target};

use super::{Canvas, Picture};

/// How close the pointer must be to a line to mean it, in screen points.
pub(super) const REACH: f32 = 6.0;

/// Radius of the handles on a stage's edge, in screen points.
pub(super) const HANDLE: f32 = 6.0;

/// Pans and zooms: the wheel and two fingers pan, with Ctrl or a pinch they zoom at the pointer;
/// the middle button, or space with the left one, drags the picture.
pub(super) fn navigate(ui: &Ui, canvas: &mut Canvas, response: &Response) {
    if response.hovered() {
        let (zoom, scroll, pointer) = ui.input(|input| {
            (
                input.zoom_delta(),
                input.smooth_scroll_delta(),
                input.pointer.hover_pos(),
            )
        });
        if let Some(at) = pointer {
            if zoom != 1.0 {
                canvas
                    .viewport
                    .zoom_at(ScreenPoint::new(at.x, at.y), f64::from(zoom));
            } else if scroll != egui::Vec2::ZERO {
                canvas.viewport.pan(scroll.x, scroll.y);
            }
        }
    }
    let is_space_down =
        ui.input(|input| input.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
    canvas.is_panning = response.dragged_by(PointerButton::Middle)
        || (response.dragged_by(PointerButton::Primary)
            && is_space_down
            && !canvas.pointer.is_busy());
    if canvas.is_panning {
        let by = response.drag_delta();
        canvas.viewport.pan(by.x, by.y);
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    }
}

/// Returns what the pointer did since the last frame, in world coordinates.
pub(super) fn events(ui: &Ui, canvas: &Canvas, response: &Response, on: On) -> Vec<Event> {
    let mut events = Vec::new();
    if canvas.is_panning {
        return events;
    }
    let (pressed, down, released, at, keys) = ui.input(|input| {
        (
            input.pointer.button_pressed(PointerButton::Primary),
            input.pointer.button_down(PointerButton::Primary),
            input.pointer.button_released(PointerButton::Primary),
            input.pointer.latest_pos(),
            Keys {
                shift: input.modifiers.shift || input.modifiers.command,
                alt: input.modifiers.alt,
            },
        )
    });
    let Some(at) = at else { return events };
    let world = canvas
        .viewport
        .world_from_screen(ScreenPoint::new(at.x, at.y));
    let is_ours =
        response.is_pointer_button_down_on() || response.clicked() || response.drag_stopped();
    if pressed && is_ours {
        let at = ui.input(|input| input.pointer.press_origin()).unwrap_or(at);
        let world = canvas
            .viewport
            .world_from_screen(ScreenPoint::new(at.x, at.y));
        events.push(Event::Press(world, on, keys));
    } else if down && is_ours {
        events.push(Event::Drag(world, on, keys));
    }
    if released && is_ours {
        events.push(Event::Release(world, on, keys));
    }
    if response.double_clicked() {
        events.push(Event::DoubleClick(world, on));
    }
    events
}

pub(super) fn what_is_at(canvas: &Canvas, document: &Document, picture: &Picture, at: Pos2) -> On {
    let world = canvas
        .viewport
        .world_from_screen(ScreenPoint::new(at.x, at.y));
    let zoom = canvas.viewport.zoom();
    let reach = (f64::from(HANDLE) + 3.0) / zoom;
    let point = Point::from(world);
    let hit = picture.scene.hit(point, REACH / zoom as f32);
    // A handle lies half outside its stage, so the stages around are asked first.
    let near = picture.scene.hit(point, reach as f32);
    for target in [hit, near].into_iter().flatten() {
        if let Target::Stage(stage) = target
            && let Some(rect) = stage_rect(document, picture, stage)
            && ports(rect).iter().any(|port| {
                let way = *port - world;
                (way.x * way.x + way.y * way.y).sqrt() <= reach
            })
        {
            return On::Port(stage);
        }
    }
    match hit {
        Some(Target::Stage(stage)) => On::Stage(stage),
        Some(Target::Handoff(handoff) | Target::Ghost(handoff)) => On::Handoff(handoff),
        Some(Target::Derived(place)) => picture
            .flow
            .handoffs
            .get(place)
            .map_or(On::Nothing, |handoff| On::Derived(handoff.id)),
        _ => On::Nothing,
    }
}

pub(super) fn stage_rect(
    document: &Document,
    picture: &Picture,
    stage: StageId,
) -> Option<WorldRect> {
    picture
        .layout
        .stages
        .get(document.model().stages.position(stage)?)
        .copied()
}

/// The middles of the four sides, from which a stage is connected.
pub(super) fn ports(rect: WorldRect) -> [WorldPoint; 4] {
    let middle = rect.center();
    [
        WorldPoint::new(rect.max.x, middle.y),
        WorldPoint::new(middle.x, rect.max.y),
        WorldPoint::new(rect.min.x, middle.y),
        WorldPoint::new(middle.x, rect.min.y),
    ]
}
