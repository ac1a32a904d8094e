//! The keyboard focus: a ring around what has it, the parts of the window that F6 goes around, and lists
//! that open under it.
//!
//! One place draws the ring, so that no control can be without. It is drawn over the control, in a
//! colour of the theme with a rim that parts it from whatever lies below.

use egui::style::ScrollAnimation;
use egui::text_edit::TextEditState;
use egui::{
    Context, CornerRadius, Event, FocusDirection, Id, Key, Popup, Rect, Stroke, StrokeKind, Ui,
    WidgetRect,
};

/// Width of the ring, in points.
const RING: f32 = 2.0;

/// A part of the window, in the order in which F6 goes around.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Region {
    Bar,
    Replace,
    Outline,
    Canvas,
    Inspector,
    Results,
}

/// What is known of the focus from frame to frame.
#[derive(Default)]
pub struct Focus {
    /// Where the parts of the window are, as they were drawn last.
    places: Vec<(Region, Rect)>,
    /// What had the focus last in each.
    last: Vec<(Region, Id)>,
    /// Where it is to go in the next frame.
    wanted: Option<Region>,
    /// What had it at the end of the frame before, and whether it came there by a key.
    before: Option<Id>,
    is_by_key: bool,
}

impl Focus {
    /// Returns what had the focus at the end of the frame before.
    pub fn before(&self) -> Option<Id> {
        self.before
    }

    /// Goes to the next part of the window, or the one before.
    pub fn go_around(&mut self, ctx: &Context, goes_back: bool) {
        let mut regions: Vec<Region> = self.places.iter().map(|(region, _)| *region).collect();
        regions.sort_unstable();
        let focused = ctx.memory(|memory| memory.focused());
        let now = focused.and_then(|id| self.region_of(ctx, id));
        let now = now.unwrap_or(Region::Canvas);
        let Some(at) = regions.iter().position(|&region| region == now) else {
            return;
        };
        let by = if goes_back { regions.len() - 1 } else { 1 };
        self.wanted = Some(regions[(at + by) % regions.len()]);
        ctx.request_repaint();
    }

    /// Forgets where the parts of the window are, since they are about to be drawn.
    pub fn begin(&mut self) {
        self.places.clear();
    }

    /// Says that a part of the window is drawn next, and takes the focus there when it is wanted:
    /// to what had it last, else to the first control.
    pub fn enter(&mut self, ui: &Ui, region: Region) {
        self.places.push((region, ui.max_rect()));
        if self.wanted != Some(region) {
            return;
        }
        self.wanted = None;
        let last = self.last.iter().find(|(one, _)| *one == region);
        match last.filter(|(_, id)| is_there(ui.ctx(), *id)) {
            Some((_, id)) => ui.memory_mut(|memory| memory.request_focus(*id)),
            None => focus_next(ui),
        }
    }

    /// Draws the ring; to be called when everything else has been drawn. `canvas` is drawn inside of
    /// its border, and only when keys led there.
    pub fn end(&mut self, ctx: &Context, canvas: Option<Id>) {
        give_back(ctx);
        let focused = ctx.memory(|memory| memory.focused());
        if focused != self.before {
            self.is_by_key = !ctx.input(|input| {
                let pointer = &input.pointer;
                pointer.any_down() || pointer.any_pressed() || pointer.any_released()
            });
            self.before = focused;
        }
        let Some(id) = focused else {
            return;
        };
        if let Some(region) = self.region_of(ctx, id) {
            self.last.retain(|(one, _)| *one != region);
            self.last.push((region, id));
        }
        let is_canvas = Some(id) == canvas;
        if is_canvas && !self.is_by_key {
            return;
        }
        if let Some(control) = control(ctx, id) {
            ring_ui(ctx, &control, is_canvas);
        }
    }

    fn region_of(&self, ctx: &Context, id: Id) -> Option<Region> {
        let at = control(ctx, id)?.rect.center();
        let inside = |(_, place): &&(Region, Rect)| place.contains(at);
        self.places.iter().find(inside).map(|(region, _)| *region)
    }
}

/// Gives the focus to the control that is drawn next.
fn focus_next(ui: &Ui) {
    ui.memory_mut(|memory| {
        if let Some(focused) = memory.focused() {
            memory.surrender_focus(focused);
        }
        memory.move_focus(FocusDirection::Next);
    });
}

/// Draws what can be scrolled; where the focus comes to a control of it, that is brought into view.
pub fn followed<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let ctx = ui.ctx().clone();
    let drawn = |id: Id| {
        ctx.viewport(|viewport| {
            let widgets = &viewport.this_pass.widgets;
            widgets.get(id).map(|widget| widget.rect)
        })
    };
    let focused = || ctx.memory(|memory| memory.focused());
    // The focus may come here while it is drawn.
    let (before, was_drawn) = (focused(), focused().and_then(drawn).is_some());
    let inner = contents(ui);
    let Some(id) = focused().filter(|&id| before != Some(id) || !was_drawn) else {
        return inner;
    };
    if let Some(rect) = drawn(id) {
        let followed = Id::unique("followed focus");
        let last = ctx.data_mut(|data| {
            let last = data.get_temp::<Id>(followed);
            data.insert_temp(followed, id);
            last
        });
        if last != Some(id) {
            ui.scroll_to_rect_animation(rect.expand(8.0), None, ScrollAnimation::none());
        }
    }
    inner
}

/// Lets keys scroll what nothing in can have the focus: to be called within what is scrolled.
pub fn scroll_by_keys(ui: &Ui) {
    let page = ui.clip_rect().height() * 0.9;
    let by = ui.input(|input| {
        let steps = [
            (Key::PageDown, page),
            (Key::PageUp, -page),
            (Key::ArrowDown, 40.0),
            (Key::ArrowUp, -40.0),
        ];
        let pressed = steps.iter().filter(|(key, _)| input.key_pressed(*key));
        pressed.map(|(_, by)| by).sum::<f32>()
    });
    if by != 0.0 {
        ui.scroll_with_delta_animation(egui::vec2(0.0, -by), ScrollAnimation::none());
    }
}

fn is_there(ctx: &Context, id: Id) -> bool {
    control(ctx, id).is_some()
}

/// Returns where a control is, as it was drawn in this frame or the one before. (Reading its response
/// would take the focus from a field that a click has just opened.)
fn control(ctx: &Context, id: Id) -> Option<WidgetRect> {
    ctx.viewport(|viewport| {
        let now = viewport.this_pass.widgets.get(id);
        now.or_else(|| viewport.prev_pass.widgets.get(id)).copied()
    })
}

fn ring_ui(ctx: &Context, control: &WidgetRect, is_inside: bool) {
    let seen = control.interact_rect;
    if !seen.is_positive() {
        return;
    }
    let is_text = TextEditState::load(ctx, control.id).is_some();
    // A text field has a border of its own, which it is drawn over.
    let rect = if is_inside {
        seen.shrink(RING)
    } else if is_text {
        seen
    } else {
        seen.expand(RING)
    };
    let style = ctx.global_style();
    let visuals = &style.visuals;
    let radius = CornerRadius::same(if is_inside { 0 } else { 6 });
    let painter = ctx.layer_painter(control.layer_id);
    let rim = Stroke::new(RING + 2.0, visuals.panel_fill);
    let ring = Stroke::new(RING, visuals.selection.stroke.color);
    for stroke in [rim, ring] {
        painter.rect_stroke(rect, radius, stroke, StrokeKind::Middle);
    }
}

/// What is known of a list that is open: a menu, or the choices of a field.
#[derive(Clone, Copy, Default)]
struct Shown {
    pass: u64,
    is_by_key: bool,
    is_entered: bool,
}

/// What had the focus before a list was opened by a key, and for how many frames none is open.
#[derive(Clone, Copy)]
struct Opener {
    id: Id,
    frames: u8,
}

fn opener_id() -> Id {
    Id::unique("opener of a list")
}

/// Returns whether the list that is being drawn was just opened by a key, once for each time.
pub fn is_opened_by_key(ui: &Ui) -> bool {
    is_opened(ui, false)
}

fn is_opened(ui: &Ui, is_by_key: bool) -> bool {
    let ctx = ui.ctx();
    let id = ui.layer_id().id.with("list shown");
    let pass = ctx.cumulative_pass_nr();
    let mut shown: Shown = ctx.data(|data| data.get_temp(id)).unwrap_or_default();
    if shown.pass + 1 < pass {
        shown = Shown {
            is_by_key: is_by_key || ctx.input(|input| input.events.iter().any(opens)),
            ..Shown::default()
        };
    }
    shown.pass = pass;
    // In the first pass it is only measured.
    let enters = shown.is_by_key && !shown.is_entered && !ui.is_sizing_pass();
    shown.is_entered |= enters;
    ctx.data_mut(|data| data.insert_temp(id, shown));
    if enters && let Some(id) = ctx.memory(|memory| memory.focused()) {
        let opener = Opener { id, frames: 0 };
        ctx.data_mut(|data| {
            data.get_temp_mut_or_insert_with(opener_id(), || opener);
        });
    }
    enters
}

/// Gives the focus to the first entry of a menu that was just opened by a key (`is_by_key` where that
/// key is not known any more); to be called before it is drawn.
pub fn enter_menu(ui: &Ui, is_by_key: bool) {
    if is_opened(ui, is_by_key) {
        focus_next(ui);
    }
}

fn opens(event: &Event) -> bool {
    let keys = [Key::Enter, Key::Space, Key::ArrowDown, Key::ArrowRight];
    matches!(event, Event::Key { key, pressed: true, .. } if keys.contains(key))
}

/// Gives the focus back to what opened a list, once that is closed and nothing else has taken it.
fn give_back(ctx: &Context) {
    let Some(mut opener) = ctx.data(|data| data.get_temp::<Opener>(opener_id())) else {
        return;
    };
    if Popup::is_any_open(ctx) {
        return;
    }
    opener.frames += 1;
    let focused = ctx.memory(|memory| memory.focused());
    let is_free = focused.is_none_or(|id| !is_there(ctx, id));
    if is_free {
        ctx.memory_mut(|memory| memory.request_focus(opener.id));
    }
    // What stood in the list is known for a frame longer than it is seen.
    if is_free || opener.frames > 2 {
        ctx.data_mut(|data| data.remove::<Opener>(opener_id()));
    } else {
        ctx.data_mut(|data| data.insert_temp(opener_id(), opener));
        ctx.request_repaint();
    }
}
