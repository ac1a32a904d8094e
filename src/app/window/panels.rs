//! The panels around the canvas, what they show, and the title of the window.

use std::rc::Rc;

use egui::{Context, Panel, Ui, ViewportCommand};

use crate::app::canvas::{Picture, PictureKey, canvas_ui};
use crate::app::command::Command;
use crate::app::focus::{Region, followed};
use crate::app::inspector::{Inspected, inspector_ui};
use crate::app::recorder::Recorder;
use crate::app::recovery::Recovery;
use crate::app::watch::theirs_ui;
use crate::app::{bar, style};

use super::Window;

impl Window {
    pub(super) fn panels_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let Some(picture) = self.picture.clone() else {
            return;
        };
        Panel::top("bar").resizable(false).show(ui, |ui| {
            self.focus.enter(ui, Region::Bar);
            let has_heat = self.results.heat().is_some();
            let settings = &self.settings;
            let warnings = bar::Warnings {
                unknown: &self.unknown,
                journal: self.recorder.as_ref().and_then(Recorder::trouble),
                recoverable: self.recovery.as_ref().map_or(0, Recovery::count),
                is_read_only: self.is_read_only,
            };
            let (document, disk) = (&self.document, &mut self.lookups);
            bar::bar_ui(ui, document, settings, has_heat, &warnings, disk, commands);
        });
        if let Some(theirs) = self.watch.theirs() {
            let is_modified = self.document.is_modified();
            let choice = theirs_ui(ui, &self.name(), theirs, is_modified);
            commands.extend(choice.map(Command::AnswerTheirs));
        }
        self.replace_ui(ui, commands);
        if self.settings.shows_results {
            let shown = Panel::bottom("results")
                .resizable(true)
                .default_size(self.settings.results_height)
                .size_range(140.0..=(ui.available_height() - 160.0).max(160.0))
                .show(ui, |ui| {
                    self.focus.enter(ui, Region::Results);
                    self.results.ui(ui, &self.document, commands);
                });
            self.settings.results_height = shown.response.rect.height().round();
        }
        self.outline_ui(ui, &picture.flow, commands);
        if self.settings.shows_inspector {
            let shown = Panel::right("inspector")
                .resizable(true)
                .default_size(self.settings.inspector_width)
                .size_range(260.0..=640.0)
                .show(ui, |ui| {
                    self.focus.enter(ui, Region::Inspector);
                    egui::ScrollArea::vertical()
                        .auto_shrink([false, false])
                        .show(ui, |ui| {
                            ui.add_space(12.0);
                            let inspected = Inspected {
                                model: self.document.model(),
                                flow: &picture.flow,
                                selection: self.document.selection(),
                                derived: self.canvas.derived,
                            };
                            followed(ui, |ui| inspector_ui(ui, &inspected, commands));
                            self.results.of_selection_ui(ui, &self.document);
                            ui.add_space(12.0);
                        });
                });
            self.settings.inspector_width = shown.response.rect.width().round();
        }
        let shown = self.gliding(&picture, ui.ctx()).unwrap_or(picture);
        egui::CentralPanel::no_frame().show(ui, |ui| {
            self.focus.enter(ui, Region::Canvas);
            canvas_ui(ui, &mut self.canvas, &self.document, &shown, commands);
        });
    }

    /// Makes the picture anew when what it shows has changed, and has the worker simulate what has
    /// changed.
    pub(super) fn refresh(&mut self, ctx: &Context) {
        let shown_heat = self.results.heat().filter(|_| self.settings.shows_heat);
        let key = PictureKey {
            revision: self.document.revision(),
            theme: style::theme_of(ctx),
            colour_by: self.settings.colour_by,
            heat: shown_heat.cloned(),
        };
        self.canvas.shows_minimap = self.settings.shows_minimap;
        self.canvas.legend = key.heat.as_ref().map(|_| self.results.heat_remark());
        let before = self.picture.as_deref().map(|picture| &picture.key);
        if before == Some(&key) {
            return;
        }
        let is_new = before.is_none_or(|before| before.revision != key.revision);
        let revision = key.revision;
        let before = self.picture.take();
        let picture = Picture::after(before, self.document.model(), key, &self.surroundings.fonts);
        self.picture = Some(Rc::new(picture));
        if is_new && self.is_started {
            let threads = self.settings.threads;
            self.worker
                .simulate(revision, self.document.shared_model(), threads);
            self.results.is_outdated(revision);
        }
    }

    /// Opens files that are dropped on the window.
    pub(super) fn drop_ui(&mut self, ctx: &Context, commands: &mut Vec<Command>) {
        let dropped = ctx.input(|input| {
            input
                .raw
                .dropped_files
                .first()
                .map(|file| file.path().to_owned())
        });
        if let Some(path) = dropped {
            commands.push(Command::Open(path));
        }
    }

    pub(super) fn update_title(&mut self, ctx: &Context) {
        let title = if self.is_started {
            let state = if self.document.is_modified() {
                " (edited)"
            } else {
                ""
            };
            let strange = if !self.unknown.is_empty() {
                " (from a newer version)"
            } else if self.is_read_only {
                " (read-only)"
            } else {
                ""
            };
            format!("{}{state}{strange} – Anabranch", self.name())
        } else {
            "Anabranch".to_owned()
        };
        if title != self.title {
            self.title = title;
            ctx.send_viewport_cmd(ViewportCommand::Title(self.title.clone()));
        }
    }

    /// Returns the title of the window.
    pub fn title(&self) -> &str {
        &self.title
    }
}
