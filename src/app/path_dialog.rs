//! Our own dialog for files, where the system has none.
//!
//! What it shows of folders is asked in threads (`lookup`); only the press of its button asks the
//! disk and waits.

use std::path::{Path, PathBuf};

use egui::{Align, Context, Id, Key, Layout, RichText, TextEdit, Ui};

use super::dialogs::{Answer, FileDialogs, Purpose, Request};
use super::lookup::Lookup;
use super::style::dialog;

/// Our own dialog: a path is typed, with completion, recent folders and an overwrite question.
#[derive(Default)]
pub struct PathDialog {
    open: Option<OpenPathDialog>,
    answer: Option<Answer>,
}

struct OpenPathDialog {
    request: Request,
    text: String,
    fault: Option<String>,
    confirms_overwrite: bool,
    wants_focus: bool,
    is_folder: Lookup<bool>,
    entries: Lookup<Vec<Entry>>,
}

/// What lies in a folder.
struct Entry {
    is_folder: bool,
    name: String,
}

/// Returns what lies in a folder; nothing where it cannot be read.
fn entries_of(folder: &Path) -> Vec<Entry> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .filter_map(Result::ok)
        .map(|entry| Entry {
            is_folder: entry.path().is_dir(),
            name: entry.file_name().to_string_lossy().into_owned(),
        })
        .collect()
}

impl FileDialogs for PathDialog {
    fn ask(&mut self, request: Request, _ctx: &Context) {
        let mut text = request.suggested.to_string_lossy().into_owned();
        // Whoever opens is led to a folder. Asking the disk might take for ever.
        let is_folder = request.purpose == Purpose::Open && !text.is_empty();
        if is_folder && !text.ends_with(std::path::MAIN_SEPARATOR) {
            text.push(std::path::MAIN_SEPARATOR);
        }
        self.open = Some(OpenPathDialog {
            request,
            text,
            fault: None,
            confirms_overwrite: false,
            wants_focus: true,
            is_folder: Lookup::new(|path: &PathBuf| path.is_dir()),
            entries: Lookup::new(|path: &PathBuf| entries_of(path)),
        });
    }

    fn poll(&mut self) -> Option<Answer> {
        self.answer.take()
    }

    fn is_open(&self) -> bool {
        self.open.is_some() || self.answer.is_some()
    }

    fn ui(&mut self, ctx: &Context) {
        let Some(open) = &mut self.open else { return };
        let purpose = open.request.purpose;
        let modal = dialog(ctx, Id::unique("path-dialog")).show(ctx, |ui| {
            ui.set_width(560.0);
            open.ui(ui)
        });
        let cancelled = modal.should_close() && modal.inner.is_none();
        let choice = if cancelled { Some(None) } else { modal.inner };
        if let Some(path) = choice {
            self.open = None;
            self.answer = Some(Answer { purpose, path });
            ctx.request_repaint();
        }
    }
}

impl OpenPathDialog {
    /// Draws the dialog. Returns the choice once there is one: a path, or `None` for cancel.
    fn ui(&mut self, ui: &mut Ui) -> Option<Option<PathBuf>> {
        let purpose = self.request.purpose;
        ui.heading(purpose.title());
        ui.add_space(8.0);
        let label = ui.label("Path of the file");
        let edit = ui
            .add(
                TextEdit::singleline(&mut self.text)
                    .desired_width(f32::INFINITY)
                    .hint_text("/home/…/model.ron"),
            )
            .labelled_by(label.id);
        if std::mem::take(&mut self.wants_focus) {
            edit.request_focus();
        }
        if edit.changed() {
            self.fault = None;
            self.confirms_overwrite = false;
        }
        if let Some(fault) = &self.fault {
            ui.colored_label(ui.visuals().error_fg_color, fault);
        }
        ui.add_space(4.0);
        // Nothing moves when the disk answers: somebody may be about to click.
        egui::ScrollArea::vertical()
            .max_height(220.0)
            .auto_shrink([false, false])
            .show(ui, |ui| {
                for (name, path) in self.completions(ui.ctx()) {
                    if ui.selectable_label(false, name).clicked() {
                        self.text = path;
                        self.fault = None;
                        self.confirms_overwrite = false;
                        edit.request_focus();
                    }
                }
            });
        let mut folders = self.request.recent_folders.clone();
        folders.retain(|folder| {
            let is_there = self.is_folder.answer(ui.ctx(), folder);
            is_there.copied().unwrap_or(true)
        });
        if !folders.is_empty() {
            ui.add_space(4.0);
            ui.label(RichText::new("Recent folders").weak());
            for folder in folders.iter().take(4) {
                if ui.link(folder.to_string_lossy()).clicked() {
                    let name = Path::new(&self.text)
                        .file_name()
                        .map(|name| name.to_owned());
                    let path = name.map_or_else(|| folder.join(""), |name| folder.join(name));
                    self.text = path.to_string_lossy().into_owned();
                    edit.request_focus();
                }
            }
        }
        ui.add_space(12.0);
        let entered = edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let mut choice = None;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = if self.confirms_overwrite {
                "Overwrite"
            } else {
                purpose.button()
            };
            if ui.button(name).clicked() || entered {
                choice = self.accept().map(Some);
            }
            if ui.button("Cancel").clicked() {
                choice = Some(None);
            }
        });
        if choice.is_none() && entered {
            edit.request_focus();
        }
        choice
    }

    /// Takes the path as typed, or says what is wrong with it.
    fn accept(&mut self) -> Option<PathBuf> {
        let purpose = self.request.purpose;
        let text = self.text.trim();
        if text.is_empty() {
            self.fault = Some("Type the path of a file.".to_owned());
            return None;
        }
        let mut path = PathBuf::from(text);
        if path.is_dir() {
            self.fault = Some("This is a folder; add the name of a file.".to_owned());
            return None;
        }
        if purpose == Purpose::Open {
            if !path.exists() {
                self.fault = Some("There is no such file.".to_owned());
                return None;
            }
            return Some(path);
        }
        if path.extension().is_none() {
            path.set_extension(purpose.endings()[0]);
            self.text = path.to_string_lossy().into_owned();
        }
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            self.fault = Some("There is no such folder.".to_owned());
            return None;
        }
        if path.exists() && !self.confirms_overwrite {
            self.confirms_overwrite = true;
            self.fault = Some("This file exists already. Overwrite it?".to_owned());
            return None;
        }
        Some(path)
    }

    /// What the text could go on to: folders first, then fitting files; at most 40.
    fn completions(&mut self, ctx: &Context) -> Vec<(String, String)> {
        let (folder, begun) = match self.text.rfind(std::path::MAIN_SEPARATOR) {
            Some(at) => (PathBuf::from(&self.text[..=at]), &self.text[at + 1..]),
            None => (PathBuf::from("."), self.text.as_str()),
        };
        let begun = begun.to_lowercase();
        let endings = self.request.purpose.endings();
        let is_wanted = |entry: &&Entry| {
            let end = Path::new(&entry.name).extension();
            let fits = end.is_some_and(|end| {
                endings
                    .iter()
                    .any(|ending| end.eq_ignore_ascii_case(ending))
            });
            (entry.is_folder || fits)
                && entry.name.to_lowercase().starts_with(&begun)
                && (begun.starts_with('.') || !entry.name.starts_with('.'))
        };
        let entries = self
            .entries
            .answer(ctx, &folder)
            .map_or(&[][..], Vec::as_slice);
        let mut found: Vec<&Entry> = entries.iter().filter(is_wanted).collect();
        found.sort_by_key(|entry| (!entry.is_folder, &entry.name));
        found.truncate(40);
        let shown = |entry: &Entry| {
            let mut name = entry.name.clone();
            if entry.is_folder {
                name.push(std::path::MAIN_SEPARATOR);
            }
            let path = if folder == Path::new(".") {
                name.clone()
            } else {
                format!("{}{name}", folder.to_string_lossy())
            };
            (name, path)
        };
        found.into_iter().map(shown).collect()
    }
}
