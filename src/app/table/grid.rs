//! The grid of the table: which cells are in view, and where.

use egui::accesskit::Role;
use egui::{FontId, Rect, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::app::command::Command;
use crate::app::paint::family;
use crate::app::style::size;
use crate::edit::Document;
use crate::lists::{Column, RowId};
use crate::scene::Weight;

use super::cells::{self, Cell};
use super::{Place, TablePanel};

/// Height of a row, in points.
pub(super) const ROW: f32 = 28.0;

/// Width of a column, in points.
fn width(column: Column) -> f32 {
    match column {
        Column::Notes => 260.0,
        Column::Name | Column::From | Column::To => 190.0,
        Column::Id | Column::Owner | Column::Work | Column::Delay | Column::Systems => 150.0,
        Column::Ca | Column::Crew | Column::Share | Column::Priority => 80.0,
        _ => 120.0,
    }
}

impl TablePanel {
    pub(super) fn grid_ui(
        &mut self,
        ui: &mut Ui,
        document: &Document,
        rows: &[RowId],
        commands: &mut Vec<Command>,
    ) {
        let (model, columns) = (document.model(), self.of.columns());
        self.take_keys(ui, model, rows, commands);
        let total: f32 = columns.iter().copied().map(width).sum();
        let mut area = ScrollArea::both()
            .id_salt(("table", self.of))
            .auto_shrink([false, false]);
        let wanted = self.wanted.take();
        self.size = ui.available_size();
        if let Some((place, takes_focus)) = wanted {
            let left = self.offset.x;
            self.bring_into_view(place);
            if !takes_focus {
                // Only its row is meant.
                self.offset.x = left;
            }
            area = area.scroll_offset(self.offset);
        }
        let output = area.show_viewport(ui, |ui, viewport| {
            let height = (rows.len() + 1) as f32 * ROW;
            let (_, whole) = ui.allocate_space(vec2(total, height));
            let count = rows.len();
            ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                node.set_role(Role::Grid);
                node.set_row_count(count);
                node.set_column_count(columns.len());
            });
            let place = |line: usize, at: usize| {
                let left: f32 = columns[..at].iter().copied().map(width).sum();
                let corner = whole.min + vec2(left, (line + 1) as f32 * ROW);
                Rect::from_min_size(corner, vec2(width(columns[at]), ROW))
            };
            let first = (viewport.min.y / ROW).floor().max(0.0) as usize;
            let last = ((viewport.max.y / ROW).ceil().max(0.0) as usize).min(rows.len());
            // Tab stops at a cell in view, at the one that had the focus where that is one.
            let top = (viewport.min.y / ROW).ceil().max(0.0) as usize;
            let bottom = ((viewport.max.y / ROW) as usize).saturating_sub(2);
            let stop = (self.at.0.min(bottom).max(top).min(last), self.at.1);
            for (line, &row) in rows.iter().enumerate().take(last).skip(first) {
                let whole_row = place(line, 0).with_max_x(whole.right());
                cells::row_ui(ui, document, row, whole_row);
                for (at, &column) in columns.iter().enumerate() {
                    let cell = Cell {
                        row,
                        column,
                        rect: place(line, at),
                        place: (line, at),
                        is_stop: stop == (line, at),
                    };
                    let takes_focus = wanted == Some((cell.place, true)) && self.editing.is_none();
                    self.cell_ui(ui, model, rows, &cell, takes_focus, commands);
                }
            }
            // Last, over its neighbours, and in view or not: what is typed is not lost by scrolling.
            if let Some((row, column)) = self.editing {
                let line = rows.iter().position(|&one| one == row);
                let at = columns.iter().position(|&one| one == column);
                match line.zip(at) {
                    Some((line, at)) => {
                        let rect = place(line, at);
                        let cell = Cell {
                            row,
                            column,
                            rect,
                            place: (line, at),
                            is_stop: false,
                        };
                        self.field_ui(ui, model, rows, &cell, commands);
                    }
                    None => self.editing = None,
                }
            }
            let head = pos2(whole.left(), whole.top() + viewport.min.y);
            head_ui(ui, columns, head, total);
        });
        self.offset = output.state.clamped_offset();
        self.size = output.inner_rect.size();
    }

    /// Scrolls as little as shows a cell.
    fn bring_into_view(&mut self, (line, at): Place) {
        let columns = self.of.columns();
        let top = line as f32 * ROW;
        let left: f32 = columns[..at].iter().copied().map(width).sum();
        // The names of the columns take one row of what is seen.
        let low = vec2(
            (left + width(columns[at]) - self.size.x).max(0.0),
            (top + 2.0 * ROW - self.size.y).max(0.0),
        );
        let high = vec2(left.max(low.x), top.max(low.y));
        self.offset = self.offset.max(low).min(high);
    }
}

/// Draws the names of the columns over whatever is scrolled below them.
fn head_ui(ui: &mut Ui, columns: &[Column], at: egui::Pos2, total: f32) {
    let rect = Rect::from_min_size(at, vec2(total, ROW));
    ui.painter().rect_filled(rect, 0.0, ui.visuals().panel_fill);
    let rule = Stroke::new(1.0, ui.visuals().weak_text_color());
    ui.painter().hline(rect.x_range(), rect.bottom(), rule);
    let mut x = rect.left();
    for &column in columns {
        let cell = Rect::from_min_size(pos2(x, rect.top()), vec2(width(column), ROW));
        // It takes the clicks that would go to the cell below.
        let id = ui.scope_id().with(("head", column));
        let response = ui.interact(cell, id, Sense::CLICK);
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, column.name()));
        let font = FontId::new(size::SMALL, family(Weight::SemiBold));
        let colour = ui.visuals().weak_text_color();
        cells::text_ui(ui, cell, column.name(), font, colour);
        x += width(column);
    }
}
