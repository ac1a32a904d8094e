//! The table: stages or handoffs as rows whose cells are edited in place, and rows from a spreadsheet.
//!
//! Only the rows in view are laid out. One cell of them is a stop of Tab; arrows lead on from there.

mod cells;
mod grid;
mod keys;

use egui::accesskit::Role;
use egui::{Context, Event, Id, Label, RichText, ScrollArea, Ui, ViewportCommand, WidgetInfo};

use crate::edit::{Document, Selected, Selection};
use crate::lists::{Column, Pasted, RowId, TableOf, copy, edit_cell, paste};
use crate::model::Model;

use super::actions::Action;
use super::command::Command;
use super::fields;
use super::names::seen;

/// How long a paste that was asked for may take to arrive, in seconds.
const PATIENCE: f64 = 1.0;

/// A place in the table: row and column, from 0.
type Place = (usize, usize);

/// What the table remembers from frame to frame.
#[derive(Default)]
pub struct TablePanel {
    of: TableOf,
    /// The cell that text is typed into.
    editing: Option<(RowId, Column)>,
    /// What is wrong with that text.
    fault: Option<String>,
    /// Where to go on once that field is left.
    goes_on: Option<Place>,
    /// The cell that has the keyboard focus, or had it last.
    at: Place,
    /// The cell to be brought into view, and whether the focus is to go there.
    wanted: Option<(Place, bool)>,
    /// The rows that could not be taken of what was pasted.
    refused: Option<Pasted>,
    /// What came of it, in a sentence.
    said: String,
    /// Until when a paste that was asked for is waited for.
    waits_until: Option<f64>,
    /// How far it is scrolled, and how much of it is seen, in points.
    offset: egui::Vec2,
    size: egui::Vec2,
    /// What was selected when it was drawn last.
    selected: Option<Selected>,
}

fn cell_id(row: RowId, column: Column) -> Id {
    Id::unique(("table cell", row, column))
}

fn field_id(row: RowId, column: Column) -> Id {
    cell_id(row, column).with("field")
}

/// What is selected along with a row.
fn selected_of(row: RowId) -> Selected {
    match row {
        RowId::Stage(id) => Selected::Stage(id),
        RowId::Handoff(id) => Selected::Handoff(id),
    }
}

impl TablePanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) {
        let model = document.model();
        let rows = self.of.rows(model);
        self.clipboard(ui, model, &rows, commands);
        self.follow_selection(document, &rows);
        ui.horizontal(|ui| {
            for (of, name) in [(TableOf::Stages, "Stages"), (TableOf::Handoffs, "Handoffs")] {
                if ui.selectable_label(self.of == of, name).clicked() {
                    self.show(of);
                }
            }
            ui.separator();
            if ui.button("Copy the table").clicked() {
                self.copy(ui.ctx(), model);
            }
            let button = ui.button("Paste rows").on_hover_text(
                "Rows copied from a spreadsheet, with a first line that names the columns. An \
                 empty cell leaves its field as it is.",
            );
            if button.clicked() {
                self.waits_until = Some(ui.input(|input| input.time) + PATIENCE);
                ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
            }
            ui.weak(seen(ui.ctx(), &self.said).as_ref());
        });
        // What was pressed may be another table.
        let rows = self.of.rows(model);
        self.refused_ui(ui);
        if let Some(fault) = &self.fault {
            ui.colored_label(ui.visuals().error_fg_color, fault);
        }
        if rows.is_empty() {
            ui.weak(match self.of {
                TableOf::Stages => {
                    "No stage is drawn yet. Rows of a spreadsheet can be pasted here; the first line \
                     names the columns: Name, Owner, Work, …"
                }
                TableOf::Handoffs => {
                    "There is no handoff yet. Rows of a spreadsheet can be pasted here; the first \
                     line names the columns: From, To, Delay, …"
                }
            });
        }
        self.grid_ui(ui, document, &rows, commands);
    }

    /// Returns whether a cell has the keyboard focus.
    pub fn has_focus(&self, model: &Model, ctx: &Context) -> bool {
        let rows = self.of.rows(model);
        let Some(id) = self
            .cell_at(&rows, self.at)
            .map(|(row, at)| cell_id(row, at))
        else {
            return false;
        };
        ctx.memory(|memory| memory.has_focus(id))
    }

    /// Returns whether what is pasted, copied or cut now means the table.
    pub fn takes_clipboard(&self, model: &Model, ctx: &Context) -> bool {
        let now = ctx.input(|input| input.time);
        self.waits_until.is_some_and(|until| now <= until) || self.has_focus(model, ctx)
    }

    /// Returns whether a shortcut means the cell that has the focus.
    pub fn takes(&self, action: Action, model: &Model, ctx: &Context) -> bool {
        let means_cell = matches!(action, Action::Delete | Action::DeleteOnly | Action::Rename);
        means_cell && self.has_focus(model, ctx)
    }

    /// Opens the cell again whose text was not understood, when it is one of the table's fields.
    /// Returns whether it is.
    pub fn go_back_to(&mut self, model: &Model, field: Id) -> bool {
        for of in [TableOf::Stages, TableOf::Handoffs] {
            for (line, &row) in of.rows(model).iter().enumerate() {
                for (at, &column) in of.columns().iter().enumerate() {
                    if field_id(row, column) == field {
                        self.of = of;
                        self.editing = Some((row, column));
                        self.wanted = Some(((line, at), false));
                        return true;
                    }
                }
            }
        }
        false
    }

    fn show(&mut self, of: TableOf) {
        if self.of != of {
            self.of = of;
            self.editing = None;
            self.fault = None;
            self.at = (0, 0);
            self.wanted = None;
            self.offset = egui::Vec2::ZERO;
        }
    }

    fn cell_at(&self, rows: &[RowId], (line, at): Place) -> Option<(RowId, Column)> {
        Some((*rows.get(line)?, *self.of.columns().get(at)?))
    }

    /// Brings the row into view of what was selected elsewhere.
    fn follow_selection(&mut self, document: &Document, rows: &[RowId]) {
        let selected = document.selection().single();
        if selected == self.selected {
            return;
        }
        self.selected = selected;
        let line = rows
            .iter()
            .position(|&row| Some(selected_of(row)) == selected);
        if let Some(line) = line.filter(|&line| line != self.at.0 && self.editing.is_none()) {
            self.at.0 = line;
            self.wanted = Some((self.at, false));
        }
    }

    /// Puts the focus on a cell and selects what its row is about.
    fn go_to(&mut self, rows: &[RowId], place: Place, commands: &mut Vec<Command>) {
        self.at = place;
        self.wanted = Some((place, true));
        if let Some(&row) = rows.get(place.0) {
            let selected = selected_of(row);
            if self.selected != Some(selected) {
                self.selected = Some(selected);
                commands.push(Command::Select(Selection::of(selected)));
            }
        }
    }

    fn copy(&mut self, ctx: &Context, model: &Model) {
        ctx.copy_text(copy(model, self.of));
        "The table is on the clipboard.".clone_into(&mut self.said);
    }

    /// Takes in what is pasted, and gives the table to who copies.
    fn clipboard(&mut self, ui: &Ui, model: &Model, rows: &[RowId], commands: &mut Vec<Command>) {
        if !self.takes_clipboard(model, ui.ctx()) {
            return;
        }
        let (mut pasted, mut copies) = (None, false);
        ui.input(|input| {
            for event in &input.events {
                match event {
                    Event::Paste(text) => pasted = Some(text.clone()),
                    Event::Copy => copies = true,
                    _ => {}
                }
            }
        });
        if copies {
            self.copy(ui.ctx(), model);
        }
        let Some(text) = pasted else {
            return;
        };
        let is_awaited = self.waits_until.take().is_some();
        match self.cell_at(rows, self.at) {
            Some((row, column)) if !is_awaited && !text.trim_end().contains(['\t', '\n']) => {
                self.set(model, row, column, text.trim_end(), commands);
            }
            _ => self.take(model, &text, commands),
        }
    }

    /// Gives a cell another text, or says why it cannot have it.
    fn set(
        &mut self,
        model: &Model,
        row: RowId,
        column: Column,
        text: &str,
        commands: &mut Vec<Command>,
    ) {
        match edit_cell(model, row, column, text) {
            Ok(changes) if changes.is_empty() => {}
            Ok(changes) => {
                self.fault = None;
                commands.push(edit(column, changes));
            }
            Err(error) => self.fault = Some(fields::sentence(text, &error)),
        }
    }

    /// Takes a table that was pasted.
    pub fn take(&mut self, model: &Model, text: &str, commands: &mut Vec<Command>) {
        let pasted = match paste(model, text) {
            Ok(pasted) => pasted,
            Err(error) => {
                self.said = format!("Nothing was pasted: {error}.");
                return;
            }
        };
        self.show(pasted.of);
        self.said = format!("{} new, {} changed", pasted.added, pasted.changed);
        if !pasted.unknown.is_empty() {
            let columns = pasted.unknown.join(", ");
            self.said.push_str(&format!("; not known here: {columns}"));
        }
        if !pasted.changes.is_empty() {
            commands.push(Command::Edit {
                label: "Paste rows".to_owned(),
                changes: pasted.changes.clone(),
                gesture: None,
            });
        }
        self.refused = Some(pasted).filter(|pasted| !pasted.refused.is_empty());
    }

    /// Lists the rows that were not understood.
    fn refused_ui(&mut self, ui: &mut Ui) {
        let Some(pasted) = &self.refused else {
            return;
        };
        let mut is_dismissed = false;
        ui.horizontal(|ui| {
            let count = pasted.refused.len();
            let rows = if count == 1 { "row was" } else { "rows were" };
            let text = format!("{count} {rows} not understood");
            ui.colored_label(ui.visuals().warn_fg_color, text);
            if ui.button("Copy these rows").clicked() {
                ui.ctx().copy_text(pasted.refused_text());
            }
            is_dismissed = ui.button("Dismiss").clicked();
        });
        let line_height = ui.text_style_height(&egui::TextStyle::Body);
        let area = ScrollArea::vertical()
            .id_salt("refused rows")
            .max_height(72.0);
        area.show_rows(ui, line_height, pasted.refused.len(), |ui, lines| {
            for row in pasted.refused.get(lines).unwrap_or_default() {
                let reasons = row.reasons.join("; ");
                let text = format!("Line {}: {reasons} ({})", row.line, row.cells.join(" | "));
                let shown = RichText::new(seen(ui.ctx(), &text));
                let label = ui.add(Label::new(shown).truncate());
                label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
            }
        });
        if is_dismissed {
            self.refused = None;
        }
    }
}

fn edit(column: Column, changes: Vec<crate::model::Change>) -> Command {
    Command::Edit {
        label: format!("Set {}", column.name().to_lowercase()),
        changes,
        gesture: None,
    }
}
