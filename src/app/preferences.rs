//! The dialog for settings. Each takes effect at once, and is kept.

use std::num::NonZeroUsize;

use egui::{Align, ComboBox, Context, Id, Layout, RichText, Slider, TextEdit, Ui};

use crate::words::NumberFormat;

use super::settings::{Settings, ThemeChoice};
use super::style::dialog;

/// Width of the labels, in points.
const LABEL_WIDTH: f32 = 190.0;

/// Draws the dialog. Returns whether it is to be closed.
pub fn preferences_ui(ctx: &Context, settings: &mut Settings) -> bool {
    let modal = dialog(ctx, Id::unique("preferences")).show(ctx, |ui| {
        ui.set_width(460.0);
        ui.heading("Settings");
        ui.add_space(12.0);
        contents_ui(ui, settings);
        ui.add_space(16.0);
        let layout = Layout::right_to_left(Align::Center);
        ui.with_layout(layout, |ui| ui.button("Close").clicked())
            .inner
    });
    modal.inner || modal.should_close()
}

fn contents_ui(ui: &mut Ui, settings: &mut Settings) {
    row_ui(ui, "Colours", |ui| {
        for (choice, name) in [
            (ThemeChoice::System, "As the system"),
            (ThemeChoice::Light, "Light"),
            (ThemeChoice::Dark, "Dark"),
            (ThemeChoice::Contrast, "High contrast"),
        ] {
            ui.selectable_value(&mut settings.theme, choice, name);
        }
    });
    row_ui(ui, "Size of the interface", |ui| {
        let mut percent = (settings.scale * 100.0).round();
        // Taken once it is let go: while it is dragged the slider would grow under the pointer.
        let slider = Slider::new(&mut percent, 50.0..=300.0)
            .suffix(" %")
            .step_by(5.0);
        let slider = ui.add(slider.update_while_editing(false));
        let id = Id::unique("scale under way");
        if slider.dragged() {
            ui.data_mut(|data| data.insert_temp(id, percent));
        } else {
            let was_dragged: Option<f32> = ui.data_mut(|data| data.remove_temp(id));
            if slider.changed() || was_dragged.is_some() {
                settings.scale = was_dragged.unwrap_or(percent) / 100.0;
            }
        }
    });
    row_ui(ui, "Numbers", |ui| {
        for format in NumberFormat::ALL {
            ui.selectable_value(&mut settings.number_format, format, format.example());
        }
    });
    row_ui(ui, "Currency of new models", |ui| {
        let edit = TextEdit::singleline(&mut settings.currency)
            .desired_width(80.0)
            .char_limit(12);
        ui.add(edit);
    });
    row_ui(ui, "Threads for simulating", |ui| {
        let all = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let name = |threads: Option<NonZeroUsize>| match threads {
            None => format!("all ({all})"),
            Some(threads) => threads.to_string(),
        };
        ComboBox::from_id_salt("threads")
            .selected_text(name(settings.threads))
            .show_ui(ui, |ui| {
                ui.selectable_value(&mut settings.threads, None, name(None));
                for threads in (1..=all).filter_map(NonZeroUsize::new) {
                    ui.selectable_value(&mut settings.threads, Some(threads), name(Some(threads)));
                }
            });
    });
    row_ui(ui, "Movement", |ui| {
        let still = "Show changes at once, without gliding";
        ui.checkbox(&mut settings.reduces_motion, still);
    });
    row_ui(ui, "When a file is opened", |ui| {
        ui.checkbox(&mut settings.restores_view, "Show what was seen last");
    });
}

fn row_ui(ui: &mut Ui, label: &str, controls: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let size = egui::vec2(LABEL_WIDTH, ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(size);
            ui.label(RichText::new(label).color(ui.visuals().weak_text_color()));
        });
        controls(ui);
    });
    ui.add_space(4.0);
}
