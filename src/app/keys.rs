//! The list of keys, made from the actions and the keys that draw.

use egui::{Context, Id, RichText, ScrollArea, Ui};

use super::actions::Action;
use super::capture_keys::{CaptureKey, TYPING};
use super::focus::scroll_by_keys;
use super::style::dialog;

/// Draws the list. Returns whether it is to be closed.
pub fn keys_ui(ctx: &Context) -> bool {
    let modal = dialog(ctx, Id::unique("keys")).show(ctx, |ui| {
        ui.set_width(560.0);
        ui.heading("Keys");
        ui.add_space(8.0);
        let height = (ctx.content_rect().height() - 180.0).max(120.0);
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            scroll_by_keys(ui);
            ui.label(RichText::new("Drawing by keys").strong());
            table_ui(ui, "capture", drawing(ctx));
            ui.add_space(12.0);
            ui.label(RichText::new("Everything else").strong());
            table_ui(ui, "actions", actions(ctx));
        });
        ui.add_space(12.0);
        ui.button("Close").clicked()
    });
    modal.should_close() || modal.inner
}

type Row = (String, &'static str);

fn drawing(ctx: &Context) -> Vec<Row> {
    let typing = (TYPING.0.to_owned(), TYPING.1);
    let keys = CaptureKey::ALL.into_iter().map(|key| {
        let shortcut = key.shortcut();
        (ctx.format_shortcut(&shortcut), key.label())
    });
    std::iter::once(typing).chain(keys).collect()
}

fn actions(ctx: &Context) -> Vec<Row> {
    let with_keys = Action::ALL.into_iter().filter_map(|action| {
        let shortcuts = action.shortcuts().iter();
        let keys: Vec<String> = shortcuts.map(|one| ctx.format_shortcut(one)).collect();
        (!keys.is_empty()).then(|| (keys.join(", "), action.label()))
    });
    with_keys.collect()
}

fn table_ui(ui: &mut Ui, name: &str, rows: Vec<Row>) {
    egui::Grid::new(name)
        .num_columns(2)
        .spacing([24.0, 4.0])
        .striped(true)
        .show(ui, |ui| {
            for (keys, what) in rows {
                ui.label(keys);
                ui.label(what);
                ui.end_row();
            }
        });
}
