//! The start screen: new, open, recent files, examples.

use egui::{RichText, Ui, vec2};

use crate::templates::TEMPLATES;

use super::actions::Action;
use super::command::Command;
use super::examples::EXAMPLES;
use super::focus::followed;
use super::lookup::Lookups;
use super::settings::Settings;
use super::thumbnails::Of;

/// Draws the start screen; `recoverable` says how many documents can be recovered.
pub fn start_ui(
    ui: &mut Ui,
    settings: &Settings,
    disk: &mut Lookups,
    recoverable: usize,
    commands: &mut Vec<Command>,
) {
    egui::CentralPanel::default().show(ui, |ui| {
        let width = 1080.0_f32.min(ui.available_width() - 48.0);
        let margin = ((ui.available_width() - width) / 2.0).max(0.0);
        egui::ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| {
                ui.add_space((ui.available_height() * 0.12).max(24.0));
                ui.horizontal_top(|ui| {
                    ui.add_space(margin);
                    ui.vertical(|ui| {
                        ui.set_width(width);
                        followed(ui, |ui| {
                            contents_ui(ui, settings, disk, recoverable, commands);
                        });
                    });
                });
            });
    });
}

fn contents_ui(
    ui: &mut Ui,
    settings: &Settings,
    disk: &mut Lookups,
    recoverable: usize,
    commands: &mut Vec<Command>,
) {
    ui.label(RichText::new("Anabranch").heading().size(36.0));
    ui.label(RichText::new("Why does it take three weeks to get this in front of an audience, and what would change it?").weak());
    ui.add_space(24.0);
    ui.horizontal(|ui| {
        let new =
            egui::Button::new(RichText::new("New stream").strong()).min_size(vec2(140.0, 40.0));
        if ui.add(new).clicked() {
            commands.push(Command::Act(Action::New));
        }
        let open = egui::Button::new("Open a file…").min_size(vec2(140.0, 40.0));
        if ui.add(open).clicked() {
            commands.push(Command::Act(Action::Open));
        }
        let guide = egui::Button::new("A stream in ten minutes").min_size(vec2(140.0, 40.0));
        if ui.add(guide).on_hover_text("The guide").clicked() {
            commands.push(Command::Act(Action::Guide));
        }
    });
    if recoverable > 0 {
        ui.add_space(12.0);
        if ui.button("Recover unsaved work…").clicked() {
            commands.push(Command::ShowRecovery);
        }
    }
    let session = settings.last_session();
    if session.len() > 1 {
        ui.add_space(12.0);
        let names: Vec<_> = session
            .iter()
            .filter_map(|file| Some(file.file_name()?.to_string_lossy()))
            .collect();
        let restore = ui.button(format!("Open the last {} files again", session.len()));
        if restore.on_hover_text(names.join("\n")).clicked() {
            commands.push(Command::OpenLastSession);
        }
    }
    ui.add_space(32.0);
    let width = (ui.available_width() - 2.0 * 32.0) / 3.0;
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(width);
            templates_ui(ui, disk, commands);
        });
        ui.add_space(32.0);
        ui.vertical(|ui| {
            ui.set_width(width);
            examples_ui(ui, disk, commands);
        });
        ui.add_space(32.0);
        ui.vertical(|ui| {
            ui.set_width(width);
            recent_ui(ui, settings, disk, commands);
        });
    });
}

/// A drawing to be opened: its picture, its name as a link, and what is said of it. Returns whether it
/// was chosen.
fn entry_ui(
    ui: &mut Ui,
    disk: &mut Lookups,
    of: Of,
    name: &str,
    remark: RichText,
    is_there: bool,
) -> bool {
    let is_chosen = ui
        .horizontal_top(|ui| {
            disk.thumbnails.ui(ui, of);
            ui.add_space(4.0);
            ui.vertical(|ui| {
                let link = ui.add_enabled(is_there, egui::Link::new(name));
                ui.add(egui::Label::new(remark.small().weak()).wrap());
                link.clicked()
            })
            .inner
        })
        .inner;
    ui.add_space(6.0);
    is_chosen
}

fn templates_ui(ui: &mut Ui, disk: &mut Lookups, commands: &mut Vec<Command>) {
    ui.label(RichText::new("Begin with a template").strong());
    ui.add_space(4.0);
    for template in TEMPLATES {
        let of = Of::Template(template.name);
        let about = RichText::new(template.about);
        if entry_ui(ui, disk, of, template.title, about, true) {
            commands.push(Command::OpenTemplate(template));
        }
    }
}

fn examples_ui(ui: &mut Ui, disk: &mut Lookups, commands: &mut Vec<Command>) {
    ui.label(RichText::new("Examples").strong());
    ui.add_space(4.0);
    for example in EXAMPLES {
        let of = Of::Example(example.name);
        let about = RichText::new(example.about);
        if entry_ui(ui, disk, of, example.title, about, true) {
            commands.push(Command::OpenExample(example.name));
        }
    }
}

fn recent_ui(ui: &mut Ui, settings: &Settings, disk: &mut Lookups, commands: &mut Vec<Command>) {
    ui.label(RichText::new("Recent files").strong());
    ui.add_space(4.0);
    if settings.recent_files.is_empty() {
        ui.weak("Files that you open or save appear here.");
    }
    for file in &settings.recent_files {
        let name = file.file_name().map_or_else(
            || file.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let is_there = disk.is_there(ui.ctx(), file);
        let folder = file
            .parent()
            .map_or_else(String::new, |folder| folder.display().to_string());
        let remark = if is_there {
            folder
        } else {
            format!("{folder} (not there any more)")
        };
        let of = Of::File(file.clone());
        if entry_ui(ui, disk, of, &name, RichText::new(remark), is_there) {
            commands.push(Command::Open(file.clone()));
        }
    }
}
