//! The bar at the top: menus, what is open and its state.

use egui::{Button, Color32, RichText, Ui};

use crate::edit::Document;
use crate::layout::Axis;
use crate::scene::ColourBy;
use crate::templates::TEMPLATES;

use super::actions::{Action, Direction};
use super::command::Command;
use super::examples::EXAMPLES;
use super::focus::enter_menu;
use super::lookup::Lookups;
use super::names::seen;
use super::recovery::ago;
use super::settings::Settings;

/// What is said while the journal cannot be written.
const UNPROTECTED: &str = "not protected against a crash; save often";

/// What the user is warned of.
pub struct Warnings<'a> {
    /// What the file held that this program does not know.
    pub unknown: &'a [String],
    /// Why edits are not in the recovery journal.
    pub journal: Option<String>,
    /// How many documents can be recovered.
    pub recoverable: usize,
    /// Whether the file may not be written.
    pub is_read_only: bool,
}

/// Draws the bar; `disk` answers for the menus.
pub fn bar_ui(
    ui: &mut Ui,
    document: &Document,
    settings: &Settings,
    has_heat: bool,
    warnings: &Warnings<'_>,
    disk: &mut Lookups,
    commands: &mut Vec<Command>,
) {
    ui.add_space(4.0);
    egui::MenuBar::new().ui(ui, |ui| {
        ui.menu_button("File", |ui| {
            enter_menu(ui, false);
            file_menu_ui(ui, document, settings, warnings, disk, commands);
        });
        ui.menu_button("Edit", |ui| {
            enter_menu(ui, false);
            undo_ui(ui, document, Action::Undo, document.undo_label(), commands);
            undo_ui(ui, document, Action::Redo, document.redo_label(), commands);
            ui.separator();
            actions_ui(
                ui,
                document,
                &[
                    Action::Rename,
                    Action::Cut,
                    Action::Copy,
                    Action::CopyAsText,
                    Action::Paste,
                    Action::Duplicate,
                    Action::Delete,
                    Action::DeleteOnly,
                    Action::SelectAll,
                    Action::Find,
                    Action::Replace,
                    Action::Commands,
                ],
                commands,
            );
            ui.separator();
            align_ui(ui, document, commands);
            nudge_ui(ui, document, commands);
            actions_ui(
                ui,
                document,
                &[
                    Action::TidyUp,
                    Action::MakeRoom,
                    Action::Lock,
                    Action::Group,
                    Action::Ungroup,
                    Action::CollapseOrOpen,
                    Action::OpenMenu,
                ],
                commands,
            );
            ui.separator();
            actions_ui(
                ui,
                document,
                &[
                    Action::MarkCustomary,
                    Action::RunTogether,
                    Action::PutBackInOrder,
                    Action::FreeWay,
                ],
                commands,
            );
        });
        ui.menu_button("Insert", |ui| {
            enter_menu(ui, false);
            actions_ui(
                ui,
                document,
                &[
                    Action::AddStage,
                    Action::AddSticky,
                    Action::AddKaizen,
                    Action::Patterns,
                    Action::SavePattern,
                ],
                commands,
            );
        });
        ui.menu_button("View", |ui| {
            enter_menu(ui, false);
            actions_ui(
                ui,
                document,
                &[
                    Action::Fit,
                    Action::ZoomToSelection,
                    Action::PreviousView,
                    Action::ActualSize,
                    Action::ZoomIn,
                    Action::ZoomOut,
                ],
                commands,
            );
            ui.separator();
            actions_ui(
                ui,
                document,
                &[
                    Action::ToggleOutline,
                    Action::ToggleInspector,
                    Action::ToggleResults,
                    Action::ShowTable,
                    Action::ToggleHeat,
                    Action::ToggleMinimap,
                ],
                commands,
            );
            colour_by_ui(ui, settings.colour_by, commands);
            ui.separator();
            actions_ui(
                ui,
                document,
                &[
                    Action::Light,
                    Action::Dark,
                    Action::HighContrast,
                    Action::SystemTheme,
                ],
                commands,
            );
        });
        ui.menu_button("Help", |ui| {
            enter_menu(ui, false);
            let help = [
                Action::Guide,
                Action::Keys,
                Action::CopyDiagnostics,
                Action::About,
            ];
            actions_ui(ui, document, &help, commands);
        });
        ui.add_space(16.0);
        let model = document.model();
        let name = if model.name.is_empty() {
            "Untitled"
        } else {
            &model.name
        };
        ui.label(
            RichText::new(seen(ui.ctx(), name))
                .strong()
                .size(super::style::size::BODY + 1.0),
        );
        let state = if document.is_modified() {
            "edited"
        } else {
            "saved"
        };
        if document.is_modified() || document.path().is_some() {
            ui.label(RichText::new(format!("• {state}")).weak());
        }
        if !warnings.unknown.is_empty() {
            let warning = ui.colored_label(
                ui.visuals().warn_fg_color,
                "from a newer version; Save asks for another name",
            );
            warning.on_hover_text(warnings.unknown.join("\n"));
        }
        if warnings.is_read_only {
            let warning = ui.colored_label(
                ui.visuals().warn_fg_color,
                "read-only; Save asks for another name",
            );
            warning.on_hover_text("The file may not be written.");
        }
        if let Some(trouble) = &warnings.journal {
            let warning = ui.colored_label(ui.visuals().warn_fg_color, UNPROTECTED);
            warning.on_hover_text(format!(
                "The recovery journal cannot be written: {trouble}."
            ));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("Export").clicked() {
                commands.push(Command::Act(Action::Export));
            }
            if ui.button("Save").clicked() {
                commands.push(Command::Act(Action::Save));
            }
            ui.separator();
            for (action, label) in [
                (Action::Redo, document.redo_label()),
                (Action::Undo, document.undo_label()),
            ] {
                let button = ui.add_enabled(
                    label.is_some(),
                    Button::new(action.label()).fill(Color32::TRANSPARENT),
                );
                let button = match label {
                    Some(label) => button.on_hover_text(format!("{} {label}", action.label())),
                    None => button,
                };
                if button.clicked() {
                    commands.push(Command::Act(action));
                }
            }
            let heat = Button::selectable(settings.shows_heat, Action::ToggleHeat.label());
            let heat = ui
                .add_enabled(has_heat, heat)
                .on_hover_text("H; colours stages and handoffs by their share of the lead time")
                .on_disabled_hover_text("Colours come with the first lead time");
            if heat.clicked() {
                commands.push(Command::Act(Action::ToggleHeat));
            }
            let add = ui.button("Add a stage");
            if add
                .on_hover_text("N; with a stage selected, the next one after it")
                .clicked()
            {
                commands.push(Command::Act(Action::AddStage));
            }
        });
    });
    ui.add_space(4.0);
}

fn file_menu_ui(
    ui: &mut Ui,
    document: &Document,
    settings: &Settings,
    warnings: &Warnings<'_>,
    disk: &mut Lookups,
    commands: &mut Vec<Command>,
) {
    action_ui(ui, document, Action::New, commands);
    action_ui(ui, document, Action::Open, commands);
    ui.menu_button("Open recent", |ui| {
        if settings.recent_files.is_empty() {
            ui.weak("nothing yet");
        }
        for file in &settings.recent_files {
            let is_there = disk.is_there(ui.ctx(), file);
            let remark = if is_there {
                ""
            } else {
                " (not there any more)"
            };
            let button = Button::new(format!("{}{remark}", file.display()));
            if ui.add_enabled(is_there, button).clicked() {
                commands.push(Command::Open(file.clone()));
                ui.close();
            }
        }
    });
    ui.menu_button("Templates", |ui| {
        for template in TEMPLATES {
            let button = ui.button(template.title);
            if button.on_hover_text(template.about).clicked() {
                commands.push(Command::OpenTemplate(template));
                ui.close();
            }
        }
    });
    ui.menu_button("Examples", |ui| {
        for example in EXAMPLES {
            if ui.button(example.title).clicked() {
                commands.push(Command::OpenExample(example.name));
                ui.close();
            }
        }
    });
    if warnings.recoverable > 0 && ui.button("Recover unsaved work…").clicked() {
        commands.push(Command::ShowRecovery);
        ui.close();
    }
    ui.separator();
    actions_ui(
        ui,
        document,
        &[
            Action::Save,
            Action::SaveAs,
            Action::SaveCopy,
            Action::DuplicateFile,
        ],
        commands,
    );
    ui.separator();
    action_ui(ui, document, Action::Revert, commands);
    ui.menu_button("Earlier versions", |ui| {
        let none = "none yet; each save keeps the one before";
        let Some(path) = document.path() else {
            ui.weak(none);
            return;
        };
        let Some(backups) = disk.backups(ui.ctx(), path) else {
            ui.weak("looking…");
            return;
        };
        if backups.is_empty() {
            ui.weak(none);
        }
        for backup in backups {
            let when = backup
                .when
                .and_then(|when| when.elapsed().ok())
                .map_or_else(|| "at an unknown time".to_owned(), ago);
            if ui.button(format!("Replaced {when}")).clicked() {
                commands.push(Command::OpenBackup(backup.path.clone()));
                ui.close();
            }
        }
    });
    ui.separator();
    action_ui(ui, document, Action::Export, commands);
    ui.separator();
    action_ui(ui, document, Action::Settings, commands);
    ui.separator();
    action_ui(ui, document, Action::Quit, commands);
}

fn undo_ui(
    ui: &mut Ui,
    document: &Document,
    action: Action,
    label: Option<&str>,
    commands: &mut Vec<Command>,
) {
    let text = label.map_or_else(
        || action.label().to_owned(),
        |label| format!("{} {label}", action.label()),
    );
    menu_item_ui(ui, document, action, text, commands);
}

/// Draws the menu that brings what is selected in line.
pub fn align_ui(ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) {
    ui.menu_button("Align", |ui| {
        for alignment in Action::ALIGNMENTS {
            action_ui(ui, document, Action::Align(alignment), commands);
        }
        ui.separator();
        for axis in [Axis::Horizontal, Axis::Vertical] {
            action_ui(ui, document, Action::Distribute(axis), commands);
        }
    });
}

fn colour_by_ui(ui: &mut Ui, now: ColourBy, commands: &mut Vec<Command>) {
    ui.menu_button("Colour by", |ui| {
        for by in ColourBy::ALL {
            if ui.radio(by == now, by.label()).clicked() {
                commands.push(Command::Act(Action::ColourBy(by)));
                ui.close();
            }
        }
    });
}

fn nudge_ui(ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) {
    ui.menu_button("Move", |ui| {
        for direction in Direction::ALL {
            action_ui(ui, document, Action::Nudge(direction), commands);
        }
        ui.separator();
        for direction in Direction::ALL {
            action_ui(ui, document, Action::NudgeFar(direction), commands);
        }
    });
}

/// Draws the entry of an action in a menu.
pub fn action_ui(ui: &mut Ui, document: &Document, action: Action, commands: &mut Vec<Command>) {
    menu_item_ui(ui, document, action, action.label().to_owned(), commands);
}

/// Shows menu entries below one another.
fn actions_ui(ui: &mut Ui, document: &Document, actions: &[Action], commands: &mut Vec<Command>) {
    for &action in actions {
        action_ui(ui, document, action, commands);
    }
}

fn menu_item_ui(
    ui: &mut Ui,
    document: &Document,
    action: Action,
    text: String,
    commands: &mut Vec<Command>,
) {
    let mut button = Button::new(text);
    if let Some(shortcut) = action.shortcuts().first() {
        button = button.shortcut_text(ui.ctx().format_shortcut(shortcut));
    }
    if ui
        .add_enabled(action.is_enabled(document), button)
        .clicked()
    {
        commands.push(Command::Act(action));
        ui.close();
    }
}
