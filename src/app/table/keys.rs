//! The keys of the table.

use egui::{Context, Event, EventFilter, Key, Modifiers, Ui};

use crate::app::command::Command;
use crate::app::fields;
use crate::lists::{Column, RowId};
use crate::model::Model;

use super::grid::ROW;
use super::{Place, TablePanel, cell_id, field_id};

impl TablePanel {
    /// Takes the keys that mean the cell that has the focus, or lead away from its field.
    pub(super) fn take_keys(
        &mut self,
        ui: &Ui,
        model: &Model,
        rows: &[RowId],
        commands: &mut Vec<Command>,
    ) {
        self.leave_field_by_tab(ui, rows);
        let Some((row, column)) = self.cell_at(rows, self.at) else {
            return;
        };
        let id = cell_id(row, column);
        if !ui.memory(|memory| memory.has_focus(id)) {
            return;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        if let Some(to) = self.step(ui, rows.len()) {
            self.go_to(rows, to, commands);
        }
        let takes = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if takes(Key::F2) || takes(Key::Enter) {
            self.begin(ui.ctx(), model, row, column, None);
        }
        if takes(Key::Delete) || takes(Key::Backspace) {
            self.set(model, row, column, "", commands);
        }
        if let Some(typed) = typed(ui) {
            self.begin(ui.ctx(), model, row, column, Some(typed));
        }
    }

    /// Returns the cell that a key leads to.
    fn step(&self, ui: &Ui, lines: usize) -> Option<Place> {
        let (line, at) = self.at;
        let (last_line, last) = (lines.checked_sub(1)?, self.of.columns().len() - 1);
        let page = ((self.size.y / ROW) as usize).saturating_sub(2).max(1);
        let takes = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        let plain = |key| takes(Modifiers::NONE, key);
        // With more keys held first: what is asked for less also matches.
        Some(if takes(Modifiers::COMMAND, Key::Home) {
            (0, 0)
        } else if takes(Modifiers::COMMAND, Key::End) {
            (last_line, last)
        } else if plain(Key::ArrowUp) {
            (line.saturating_sub(1), at)
        } else if plain(Key::ArrowDown) {
            ((line + 1).min(last_line), at)
        } else if plain(Key::ArrowLeft) {
            (line, at.saturating_sub(1))
        } else if plain(Key::ArrowRight) {
            (line, (at + 1).min(last))
        } else if plain(Key::PageUp) {
            (line.saturating_sub(page), at)
        } else if plain(Key::PageDown) {
            ((line + page).min(last_line), at)
        } else if plain(Key::Home) {
            (line, 0)
        } else if plain(Key::End) {
            (line, last)
        } else {
            return None;
        })
    }

    /// Tab in a field leads to the next cell of its row, and Shift+Tab to the one before.
    fn leave_field_by_tab(&mut self, ui: &Ui, rows: &[RowId]) {
        let Some((row, column)) = self.editing else {
            return;
        };
        let field = field_id(row, column);
        if !ui.memory(|memory| memory.has_focus(field)) {
            return;
        }
        let takes = |modifiers| ui.input_mut(|input| input.consume_key(modifiers, Key::Tab));
        let by = if takes(Modifiers::SHIFT) {
            -1
        } else if takes(Modifiers::NONE) {
            1
        } else {
            return;
        };
        let columns = self.of.columns();
        let line = rows.iter().position(|&one| one == row);
        let at = columns.iter().position(|&one| one == column);
        if let (Some(line), Some(at)) = (line, at) {
            let at = at.saturating_add_signed(by).min(columns.len() - 1);
            self.goes_on = Some((line, at));
        }
        ui.memory_mut(|memory| memory.surrender_focus(field));
    }

    /// Begins to edit a cell: what it says, or what has just been typed instead.
    pub(super) fn begin(
        &mut self,
        ctx: &Context,
        model: &Model,
        row: RowId,
        column: Column,
        typed: Option<String>,
    ) {
        if !column.is_editable() {
            self.fault = Some(format!("{} cannot be edited here.", column.name()));
            return;
        }
        let Some(value) = column.text(model, row) else {
            return;
        };
        self.fault = None;
        self.goes_on = None;
        self.editing = Some((row, column));
        let text = typed.unwrap_or_else(|| value.clone());
        fields::begin_typing(ctx, field_id(row, column), text, value);
    }
}

/// Takes the letters that are typed over a cell.
fn typed(ui: &Ui) -> Option<String> {
    ui.input_mut(|input| {
        let held = input.modifiers;
        if held.command || (held.ctrl && !held.alt) {
            return None;
        }
        let mut typed = String::new();
        input.events.retain(|event| match event {
            Event::Text(text) => {
                typed.push_str(text);
                false
            }
            _ => true,
        });
        (!typed.trim().is_empty()).then_some(typed)
    })
}
