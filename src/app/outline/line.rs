//! One line of the outline.

use egui::accesskit::Role;
use egui::{Context, FontId, Id, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::app::names::seen;
use crate::app::paint::family;
use crate::app::style::size;
use crate::lists::OutlineRow;
use crate::model::{Model, StageId};
use crate::scene::Weight;
use crate::scene::caption::{CardText, card};

/// How far each depth is indented, in points.
const INDENT: f32 = 16.0;

/// What a line says of a stage.
pub(super) struct Shown {
    pub(super) stage: StageId,
    depth: u32,
    name: String,
    /// Its time and its owner.
    remark: String,
}

impl Shown {
    pub(super) fn of(model: &Model, row: &OutlineRow) -> Option<Self> {
        let stage = model.stages.find(row.stage)?;
        // As on its card.
        let CardText { work, owner, .. } = card(model, stage);
        let remark = if work.is_empty() {
            owner
        } else {
            format!("{work} · {owner}")
        };
        Some(Self {
            stage: row.stage,
            depth: row.depth,
            name: stage.name.clone(),
            remark,
        })
    }
}

/// What a line is like.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) is_selected: bool,
    /// Whether Tab stops at it, as it does at one line of the list; arrows lead on from there.
    pub(super) is_stop: bool,
}

pub(super) fn heading_ui(ui: &mut Ui, line: usize, name: &str, height: f32) -> Response {
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), height));
    let id = Id::unique(("outline heading", line));
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let colour = ui.visuals().text_color();
    let font = FontId::new(size::BODY, family(Weight::SemiBold));
    text_ui(ui, rect, &seen(ui.ctx(), name), font, colour);
    focus_ring(ui, &response);
    response
}

pub(super) fn line_ui(ui: &mut Ui, id: Id, shown: &Shown, state: State, height: f32) -> Response {
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), height));
    let sense = if state.is_stop {
        Sense::click_and_drag()
    } else {
        Sense::CLICK | Sense::DRAG
    };
    let is_selected = state.is_selected;
    let response = ui.interact(rect, id, sense);
    response.widget_info(|| {
        let mut label = shown.name.clone();
        if !shown.remark.is_empty() {
            label.push_str(", ");
            label.push_str(&shown.remark);
        }
        WidgetInfo::selected(Role::TreeItem, true, is_selected, label)
    });
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_level(shown.depth as usize + 1);
        node.set_selected(is_selected);
    });
    let visuals = ui.visuals();
    if is_selected {
        ui.painter()
            .rect_filled(rect, 6.0, visuals.selection.bg_fill);
    } else if response.hovered() {
        ui.painter()
            .rect_filled(rect, 6.0, visuals.widgets.hovered.bg_fill);
    }
    focus_ring(ui, &response);
    let (text, weak) = (visuals.text_color(), visuals.weak_text_color());
    let inner = rect.shrink2(vec2(8.0, 0.0));
    // However deep, half of the line is left for the name.
    let indent = (shown.depth as f32 * INDENT).min(inner.width() / 2.0);
    let from = inner.with_min_x(inner.left() + indent);
    let font = FontId::proportional(size::BODY);
    let name = text_ui(ui, from, &seen(ui.ctx(), &shown.name), font, text);
    let rest = from.with_min_x(from.left() + name + 10.0);
    if rest.width() > 24.0 {
        let font = FontId::proportional(size::SMALL);
        text_ui(ui, rest, &seen(ui.ctx(), &shown.remark), font, weak);
    }
    response
}

/// Draws a text in the middle of a height, shortened to the width; returns how wide it is.
fn text_ui(ui: &Ui, rect: egui::Rect, text: &str, font: FontId, colour: egui::Color32) -> f32 {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width());
    let galley = ui.painter().layout_job(job);
    let width = galley.size().x;
    let at = egui::pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, colour);
    width
}

fn focus_ring(ui: &Ui, response: &Response) {
    if response.has_focus() {
        let stroke = Stroke::new(1.5, ui.visuals().selection.stroke.color);
        let rect = response.rect.shrink(1.0);
        ui.painter()
            .rect_stroke(rect, 6.0, stroke, StrokeKind::Inside);
    }
}

/// Selects all of the text of a field.
pub(super) fn select_all(ctx: &Context, id: Id, text: &str) {
    let mut state = egui::text_edit::TextEditState::load(ctx, id).unwrap_or_default();
    let all = egui::text::CCursorRange::two(
        egui::text::CCursor::default(),
        egui::text::CCursor::new(text.chars().count()),
    );
    state.cursor.set_char_range(Some(all));
    state.store(ctx, id);
}
