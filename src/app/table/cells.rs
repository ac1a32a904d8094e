//! The cells of the table.

use egui::accesskit::Role;
use egui::{FontId, Key, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::app::command::Command;
use crate::app::fields::{self, TextField};
use crate::app::names::seen;
use crate::app::style::size;
use crate::edit::Document;
use crate::lists::{Column, RowId, edit_cell};
use crate::model::Model;

use super::{Place, TablePanel, cell_id, edit, field_id, selected_of};

/// A cell in view.
pub(super) struct Cell {
    pub(super) row: RowId,
    pub(super) column: Column,
    pub(super) rect: Rect,
    pub(super) place: Place,
    /// Whether Tab stops at it.
    pub(super) is_stop: bool,
}

impl TablePanel {
    pub(super) fn cell_ui(
        &mut self,
        ui: &mut Ui,
        model: &Model,
        rows: &[RowId],
        cell: &Cell,
        takes_focus: bool,
        commands: &mut Vec<Command>,
    ) {
        let &Cell {
            row, column, rect, ..
        } = cell;
        if self.editing == Some((row, column)) {
            return;
        }
        let sense = if cell.is_stop {
            Sense::click()
        } else {
            Sense::CLICK
        };
        let id = cell_id(row, column);
        let response = ui.interact(rect, id, sense);
        let text = column.text(model, row).unwrap_or_default();
        response.widget_info(|| {
            let label = format!("{}, {}: {text}", name_of(model, row), column.name());
            WidgetInfo::labeled(Role::Cell, true, label)
        });
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_row_index(cell.place.0);
            node.set_column_index(cell.place.1);
        });
        let visuals = ui.visuals();
        if response.has_focus() || takes_focus {
            let stroke = Stroke::new(2.0, visuals.selection.stroke.color);
            let inner = rect.shrink(1.0);
            ui.painter()
                .rect_stroke(inner, 4.0, stroke, StrokeKind::Inside);
        }
        let colour = if column.is_editable() {
            visuals.text_color()
        } else {
            visuals.weak_text_color()
        };
        let line = text.lines().next().unwrap_or_default();
        text_ui(ui, rect, line, FontId::proportional(size::BODY), colour);
        if takes_focus {
            response.request_focus();
        }
        if response.has_focus() {
            self.at = cell.place;
        }
        if response.double_clicked() {
            self.begin(ui.ctx(), model, row, column, None);
        } else if response.clicked() {
            self.go_to(rows, cell.place, commands);
        }
    }

    /// Draws the field of the cell that is edited, and takes its text once it is left.
    pub(super) fn field_ui(
        &mut self,
        ui: &mut Ui,
        model: &Model,
        rows: &[RowId],
        cell: &Cell,
        commands: &mut Vec<Command>,
    ) {
        let &Cell {
            row, column, rect, ..
        } = cell;
        let value = column.text(model, row).unwrap_or_default();
        let label = format!("{}, {}", name_of(model, row), column.name());
        // What notes have in several lines stays so, and is shown over the rows below.
        let lines = if column == Column::Notes { 3 } else { 1 };
        let rect = Rect::from_min_size(rect.min, vec2(rect.width(), rect.height() * lines as f32));
        let field = TextField { hint: "", lines };
        let parse = |text: &str| edit_cell(model, row, column, text);
        let id = field_id(row, column);
        let typed = fields::value_ui(ui, id, &label, &value, field, parse, |ui, edit| {
            let response = ui.put(rect, edit.lock_focus(true).desired_width(rect.width()));
            response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &label));
            response
        });
        let changes = typed.value.filter(|changes| !changes.is_empty());
        commands.extend(changes.map(|changes| edit(column, changes)));
        self.fault = typed.fault;
        if !typed.response.lost_focus() {
            return;
        }
        let is_enter = ui.input(|input| input.key_pressed(Key::Enter));
        let goes_on = self.goes_on.take();
        if self.fault.is_some() {
            // It stays there, with what is wrong, until it is mended or given up.
            if is_enter || goes_on.is_some() {
                typed.response.request_focus();
            }
            return;
        }
        self.editing = None;
        let (line, at) = cell.place;
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            self.go_to(rows, cell.place, commands);
        } else if let Some(place) = goes_on {
            self.go_to(rows, place, commands);
        } else if is_enter {
            self.go_to(rows, ((line + 1).min(rows.len() - 1), at), commands);
        }
    }
}

/// Draws what lies behind the cells of a row.
pub(super) fn row_ui(ui: &Ui, document: &Document, row: RowId, rect: Rect) {
    let visuals = ui.visuals();
    if document.selection().contains(selected_of(row)) {
        ui.painter()
            .rect_filled(rect, 0.0, visuals.selection.bg_fill.gamma_multiply(0.6));
    }
    let rule = Stroke::new(1.0, visuals.widgets.noninteractive.bg_stroke.color);
    ui.painter().hline(rect.x_range(), rect.bottom(), rule);
}

fn name_of(model: &Model, row: RowId) -> String {
    let text = |column: Column| column.text(model, row).unwrap_or_default();
    match row {
        RowId::Stage(_) => text(Column::Name),
        RowId::Handoff(_) => format!("{} → {}", text(Column::From), text(Column::To)),
    }
}

/// Draws a text in the middle of a cell, shortened to its width.
pub(super) fn text_ui(ui: &Ui, rect: Rect, text: &str, font: FontId, colour: egui::Color32) {
    let shown = seen(ui.ctx(), text).into_owned();
    let mut job = egui::text::LayoutJob::simple_singleline(shown, font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 12.0);
    let galley = ui.painter().layout_job(job);
    let at = pos2(rect.left() + 6.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, colour);
}
