//! Saving, going back to what the file has, copies and exports.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use crate::app::actions::Action;
use crate::app::dialogs::Purpose;
use crate::app::export;
use crate::app::modal::{Next, Question, Writing, compare};
use crate::scene::{DrawOptions, Theme};
use crate::store::{self, Fingerprint, SaveError, SaveOptions};

use super::Window;
use super::files::{absolute, file_name, notes_of};

impl Window {
    /// Goes back to what the file has, as a step that can be taken back.
    pub(super) fn revert(&mut self, path: &Path, ctx: &Context) {
        let (loaded, fingerprint) = match store::load_known(&*self.surroundings.files, path) {
            Ok(found) => found,
            Err(error) => {
                self.question = Some(Question::Failed {
                    title: format!("{} was not opened", file_name(path)),
                    details: error.to_string(),
                });
                return;
            }
        };
        let model = Arc::new(loaded.model);
        let label = Action::Revert.label();
        let selection = self.document.selection().clone();
        if *model != *self.document.model() {
            self.document
                .become_model(label, Arc::clone(&model), selection);
        }
        if let Some(recorder) = &self.recorder {
            recorder.record(self.document.take_done());
            recorder.saving(absolute(path), fingerprint);
        }
        self.is_saved(path, fingerprint);
        self.unknown = notes_of(&loaded.notes);
        let now = ctx.input(|input| input.time);
        let sentence = "Back to what the file has; undo brings your edits back.";
        self.canvas.say(sentence.to_owned(), now);
    }

    /// Notes that the document is what its file has.
    fn is_saved(&mut self, path: &Path, fingerprint: Fingerprint) {
        let model = self.document.shared_model();
        if !self.is_own(path) {
            self.claim_own(path);
        }
        self.document
            .mark_saved(Arc::clone(&model), path.to_owned());
        self.known = Some(fingerprint);
        if let Some(recorder) = &self.recorder {
            let selection = self.document.selection().clone();
            recorder.saved(model, self.document.history().len(), selection);
        }
        self.look_whether_read_only();
    }

    /// Saves under the document's name; asks for one when it has none, when it may not be written,
    /// or when saving under it would lose what the file holds.
    pub(super) fn save(&mut self, ctx: &Context) {
        match self.document.path().map(Path::to_owned) {
            Some(path) if self.unknown.is_empty() && !self.is_read_only => {
                self.save_to(&path, false, ctx);
            }
            _ => self.ask(Purpose::SaveAs, ctx),
        }
    }

    /// Saves to a file; over what another program has written there only where that is said. Asks
    /// first when what the file held that is not known here would be left out.
    pub(super) fn save_to(&mut self, path: &Path, over_others: bool, ctx: &Context) {
        let next = self.after_save.take();
        if self.unknown.is_empty() {
            self.write_to(path, over_others, next, ctx);
            return;
        }
        self.question = Some(Question::Partial {
            unknown: self.unknown.clone(),
            writing: Writing::Document {
                path: path.to_owned(),
                over_others,
                next,
            },
        });
    }

    /// Saves to a file, as [`Window::save_to`], without asking about what is left out.
    pub(super) fn write_to(
        &mut self,
        path: &Path,
        over_others: bool,
        next: Option<Next>,
        ctx: &Context,
    ) {
        let text = store::write(self.document.model());
        let fingerprint = Fingerprint::of(text.as_bytes());
        if let Some(recorder) = &self.recorder {
            // Should the program end in the middle, the file tells whether it was saved.
            recorder.record(self.document.take_done());
            recorder.saving(absolute(path), fingerprint);
        }
        let is_own = self.is_own(path);
        let backups = self.surroundings.backups();
        let options = SaveOptions {
            known: self.known.filter(|_| is_own && !over_others),
            backups: backups.as_deref(),
        };
        let files = &*self.surroundings.files;
        match store::save_with(files, path, text.as_bytes(), options) {
            Ok(saved) => {
                self.is_saved(path, saved.fingerprint);
                self.watch.begin_again();
                self.unknown.clear();
                self.settings.remember_file(path);
                let mut sentence = format!("Saved as {}.", path.display());
                if let Some(error) = saved.no_backup {
                    sentence.push_str(&format!(
                        " What it held before could not be kept as an earlier version: {error}."
                    ));
                }
                let now = ctx.input(|input| input.time);
                self.canvas.say(sentence, now);
                if let Some(next) = next {
                    self.go_on(next, ctx);
                }
            }
            Err(error @ (SaveError::Changed { .. } | SaveError::Gone { .. })) => {
                self.watch.hush();
                self.question = Some(Question::Changed {
                    path: path.to_owned(),
                    is_gone: matches!(error, SaveError::Gone { .. }),
                    next,
                });
            }
            Err(error) => {
                if matches!(error, SaveError::Unconfirmed { .. }) && is_own {
                    self.known = Some(fingerprint);
                }
                self.question = Some(Question::NotSaved {
                    path: path.to_owned(),
                    details: error.to_string(),
                    next,
                });
            }
        }
    }

    /// Saves a copy; the document stays what it is. Opens the copy in another window if asked to.
    pub(super) fn save_copy(&mut self, path: &Path, opens: bool, ctx: &Context) {
        if self.is_own(path) {
            self.save_to(path, false, ctx);
            return;
        }
        if self.unknown.is_empty() {
            self.write_copy(path, opens, ctx);
            return;
        }
        self.question = Some(Question::Partial {
            unknown: self.unknown.clone(),
            writing: Writing::Copy {
                path: path.to_owned(),
                opens,
            },
        });
    }

    /// Saves a copy, as [`Window::save_copy`], without asking about what is left out.
    pub(super) fn write_copy(&mut self, path: &Path, opens: bool, ctx: &Context) {
        let text = store::write(self.document.model());
        let backups = self.surroundings.backups();
        let options = SaveOptions {
            known: None,
            backups: backups.as_deref(),
        };
        let files = &*self.surroundings.files;
        let result = store::save_with(files, path, text.as_bytes(), options);
        if let Err(error) = result {
            self.question = Some(Question::Failed {
                title: format!("{} was not saved", file_name(path)),
                details: error.to_string(),
            });
            return;
        }
        self.settings.remember_file(path);
        let mut sentence = format!("A copy is saved as {}.", path.display());
        if opens && let Err(error) = (self.surroundings.open_elsewhere)(path) {
            sentence.push_str(&format!(" No other window could be opened: {error}."));
        }
        let now = ctx.input(|input| input.time);
        self.canvas.say(sentence, now);
    }

    /// Shows what differs between a file and the document.
    pub(super) fn compare(&mut self, path: PathBuf, next: Option<Next>) {
        let theirs = match self.surroundings.files.read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.question = Some(Question::Failed {
                    title: format!("{} cannot be compared", file_name(&path)),
                    details: error.to_string(),
                });
                return;
            }
        };
        // As this program writes it, where it is a model, so that only what is meant differs.
        let theirs = match store::read(&theirs) {
            Ok(loaded) if !loaded.is_partial() => store::write(&loaded.model),
            _ => String::from_utf8_lossy(&theirs).into_owned(),
        };
        let lines = compare(&theirs, &store::write(self.document.model()));
        self.question = Some(Question::Compared { lines, path, next });
    }

    pub(super) fn export(&mut self, path: &Path, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        let heat = self.results.heat().filter(|_| self.settings.shows_heat);
        let options = DrawOptions {
            theme: Theme::Print,
            colour_by: self.settings.colour_by,
            has_legend: true,
            heat: heat.cloned(),
            heat_remark: self.results.heat_remark(),
            fonts: self.surroundings.fonts.clone(),
        };
        let model = self.document.model();
        match export::export_picture(&*self.surroundings.files, path, model, &options) {
            Ok(()) => self
                .canvas
                .say(format!("Exported to {}.", path.display()), now),
            Err(details) => {
                let title = format!("{} was not exported", file_name(path));
                self.question = Some(Question::Failed { title, details });
            }
        }
    }
}
