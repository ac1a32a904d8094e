//! What the pointer does: pans and zooms, and what it does to what lies under it.

use egui::{CursorIcon, Key, PointerButton, Pos2, Response, Ui};

use crate::edit::{self, Document, Selected};
use crate::interact::{Corner, End, Event, Keys, On, ScreenPoint, Tool};
use crate::model::{HandoffId, NoteId, StageId, WorldPoint, WorldRect, WorldVector};
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
    let drags_middle = response.dragged_by(PointerButton::Middle);
    // Also before the pointer has moved: a press with space held is none on what lies under it.
    canvas.is_panning = drags_middle || (is_space_down && !canvas.pointer.is_dragging());
    if drags_middle || (canvas.is_panning && response.dragged_by(PointerButton::Primary)) {
        let by = response.drag_delta();
        canvas.viewport.pan(by.x, by.y);
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    } else if canvas.is_panning && response.hovered() {
        ui.ctx().set_cursor_icon(CursorIcon::Grab);
    }
}

/// Returns what the pointer did since the last frame, in world coordinates. It may have gone a long
/// way in one frame, so what lies under it is looked up where it was pressed, and where it is.
pub(super) fn events(
    ui: &Ui,
    canvas: &Canvas,
    response: &Response,
    on_at: &dyn Fn(Pos2) -> On,
) -> Vec<Event> {
    let mut events = Vec::new();
    if canvas.is_panning {
        return events;
    }
    let (pressed, down, released, at, origin, keys) = ui.input(|input| {
        (
            input.pointer.button_pressed(PointerButton::Primary),
            input.pointer.button_down(PointerButton::Primary),
            input.pointer.button_released(PointerButton::Primary),
            input.pointer.latest_pos(),
            input.pointer.press_origin(),
            Keys {
                shift: input.modifiers.shift,
                command: input.modifiers.command,
                alt: input.modifiers.alt,
            },
        )
    });
    let Some(at) = at else { return events };
    let is_ours =
        response.is_pointer_button_down_on() || response.clicked() || response.drag_stopped();
    let is_double = response.double_clicked();
    if !is_double && !(is_ours && (pressed || down || released)) {
        return events;
    }
    let world = |at: Pos2| {
        let at = ScreenPoint::new(at.x, at.y);
        canvas.viewport.world_from_screen(at)
    };
    let on = on_at(at);
    let began = origin.filter(|_| pressed).unwrap_or(at);
    if pressed && is_ours {
        events.push(Event::Press(world(began), on_at(began), keys));
    }
    let has_gone = !pressed || began != at;
    if (down || released) && is_ours && has_gone {
        events.push(Event::Drag(world(at), on, keys));
    }
    if released && is_ours {
        events.push(Event::Release(world(at), on, keys));
    }
    if is_double {
        events.push(Event::DoubleClick(world(at), on));
    }
    events
}

pub(super) fn what_is_at(canvas: &Canvas, document: &Document, picture: &Picture, at: Pos2) -> On {
    let world = canvas
        .viewport
        .world_from_screen(ScreenPoint::new(at.x, at.y));
    let zoom = canvas.viewport.zoom();
    let reach = (f64::from(HANDLE) + 3.0) / zoom;
    let is_near = |place: WorldPoint| {
        let way = place - world;
        (way.x * way.x + way.y * way.y).sqrt() <= reach
    };
    if let Some(grip) = grips(document, picture, zoom)
        .into_iter()
        .find(|(_, place)| is_near(*place))
    {
        return grip.0;
    }
    let point = Point::from(world);
    let hit = picture.scene.hit(point, REACH / zoom as f32);
    // A handle lies half outside its stage, so the stages around are asked first.
    let near = picture.scene.hit(point, reach as f32);
    for target in [hit, near].into_iter().flatten() {
        if let Target::Stage(stage) = target
            && let Some(rect) = stage_rect(document, picture, stage)
            && ports(rect).iter().any(|port| is_near(*port))
        {
            return On::Port(stage);
        }
    }
    match hit {
        Some(Target::Stage(stage)) => On::Stage(stage),
        Some(Target::Handoff(handoff) | Target::Ghost(handoff)) => On::Handoff(handoff),
        Some(Target::Note(note)) => On::Note(note),
        Some(Target::Group(group)) => On::Group(group),
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

/// What can be gripped of the one element that is selected, and where: the ends of a handoff and the
/// pieces of its way, the corners of a stage or a note that is not locked.
pub(super) fn grips(document: &Document, picture: &Picture, zoom: f64) -> Vec<(On, WorldPoint)> {
    let Some(selected) = document.selection().single() else {
        return Vec::new();
    };
    if let Selected::Handoff(id) = selected {
        let points = points_of(picture, id);
        let ends = [(End::From, points.first()), (End::To, points.last())];
        let ends = ends
            .into_iter()
            .filter_map(|(end, point)| Some((On::End(id, end), *point?)));
        return ends.chain(pieces(picture, id, points, zoom)).collect();
    }
    let placement = edit::placement_of(document.model(), selected);
    let rect = match selected {
        Selected::Note(note) => note_rect(document, picture, note),
        Selected::Stage(stage) => stage_rect(document, picture, stage),
        _ => None,
    };
    match (placement, rect) {
        (Some(placement), Some(rect)) if !placement.is_locked => Corner::ALL
            .into_iter()
            .map(|corner| (On::Corner(selected, corner), corner.of(rect)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Where the pieces of the way of a handoff that flows are gripped: their middles, where there is
/// room beside the ends.
fn pieces(
    picture: &Picture,
    id: HandoffId,
    points: &[WorldPoint],
    zoom: f64,
) -> impl Iterator<Item = (On, WorldPoint)> {
    let flows = !picture.flow.relaxed.contains(&id);
    let pairs = points.windows(2).enumerate().filter(move |_| flows);
    pairs.filter_map(move |(piece, pair)| {
        let way = pair[1] - pair[0];
        let has_room = (way.x.abs() + way.y.abs()) * zoom >= 6.0 * f64::from(HANDLE);
        let middle = pair[0] + WorldVector::new(way.x / 2.0, way.y / 2.0);
        has_room.then_some((On::Piece(id, piece), middle))
    })
}

/// The corners of the way of a handoff, relaxed or not; none when it is not drawn.
fn points_of(picture: &Picture, id: HandoffId) -> &[WorldPoint] {
    let flow = &picture.flow;
    let flowing = flow.handoffs.iter().position(|handoff| handoff.id == id);
    let relaxed = || flow.relaxed.iter().position(|&relaxed| relaxed == id);
    let route = match flowing {
        Some(at) => picture.layout.routes.get(at),
        None => relaxed().and_then(|at| picture.layout.ghosts.get(at)),
    };
    route.map_or(&[], |route| &route.points)
}

pub(super) fn note_rect(document: &Document, picture: &Picture, note: NoteId) -> Option<WorldRect> {
    picture
        .layout
        .notes
        .get(document.model().notes.position(note)?)
        .copied()
}

/// Returns the shape of the pointer over something.
pub(super) fn cursor(canvas: &Canvas, picture: &Picture, on: On, ui: &Ui) -> CursorIcon {
    let is_down = ui.input(|input| input.pointer.primary_down());
    match canvas.tool() {
        Tool::Note(_) => return CursorIcon::Crosshair,
        Tool::Room => return CursorIcon::AllScroll,
        Tool::Select => {}
    }
    match on {
        On::Port(_) => CursorIcon::Crosshair,
        On::Stage(_) | On::Note(_) | On::Group(_) | On::End(..) if is_down => CursorIcon::Grabbing,
        On::Stage(_) | On::Note(_) | On::Group(_) | On::End(..) => CursorIcon::Grab,
        On::Corner(_, corner) if corner.is_right == corner.is_lower => CursorIcon::ResizeNwSe,
        On::Corner(..) => CursorIcon::ResizeNeSw,
        On::Piece(id, piece) => match points_of(picture, id).get(piece..piece + 2) {
            Some([from, to]) if from.y == to.y => CursorIcon::ResizeVertical,
            _ => CursorIcon::ResizeHorizontal,
        },
        On::Handoff(_) | On::Derived(_) => CursorIcon::PointingHand,
        On::Nothing => CursorIcon::Default,
    }
}
