//! Dialogs for files, questions, and what their answers lead to.

use std::path::Path;

use egui::Context;

use crate::app::dialogs::{Answer, Purpose, Request};
use crate::app::fields::NotUnderstood;
use crate::app::modal::{Choice, Question, Writing};
use crate::app::watch::Theirs;
use crate::model::Slug;

use super::Window;
use super::files::file_name;

impl Window {
    pub(super) fn ask(&mut self, purpose: Purpose, ctx: &Context) {
        let folder = self
            .document
            .path()
            .and_then(Path::parent)
            .map(Path::to_owned)
            .or_else(|| self.settings.recent_folders().into_iter().next())
            .or_else(|| {
                directories::UserDirs::new()
                    .map(|dirs| dirs.document_dir().unwrap_or(dirs.home_dir()).to_owned())
            })
            .unwrap_or_default();
        let suggested = match (purpose, self.document.path()) {
            (Purpose::Open, _) => folder,
            (Purpose::SaveAs, Some(path)) => path.to_owned(),
            (Purpose::SaveCopy | Purpose::Duplicate, Some(path)) => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                path.with_file_name(format!("{stem} copy.ron"))
            }
            (Purpose::SaveAs | Purpose::SaveCopy | Purpose::Duplicate, None) => {
                folder.join(format!("{}.ron", self.file_stem()))
            }
            (Purpose::Export, Some(path)) => path.with_extension("svg"),
            (Purpose::Export, None) => folder.join(format!("{}.svg", self.file_stem())),
        };
        let recent_folders = self.settings.recent_folders();
        self.surroundings.dialogs.ask(
            Request {
                purpose,
                suggested,
                recent_folders,
            },
            ctx,
        );
    }

    pub(super) fn take_answer(&mut self, answer: Answer, ctx: &Context) {
        let Some(path) = answer.path else {
            self.after_save = None;
            return;
        };
        let (path, is_longer) = match answer.purpose {
            Purpose::SaveAs | Purpose::SaveCopy | Purpose::Duplicate
                if path.extension().is_none() =>
            {
                (path.with_extension("ron"), true)
            }
            _ => (path, false),
        };
        if is_longer && !matches!(self.surroundings.files.state(&path), Ok(None)) {
            // Whoever asked for the name asked about another file.
            self.after_save = None;
            self.question = Some(Question::Failed {
                title: format!("{} was not saved", file_name(&path)),
                details: "There is such a file already. To write over it, choose it by its whole \
                          name."
                    .to_owned(),
            });
            return;
        }
        match answer.purpose {
            Purpose::Open => self.open(&path),
            Purpose::SaveAs => self.save_to(&path, false, ctx),
            Purpose::SaveCopy | Purpose::Duplicate => {
                self.save_copy(&path, answer.purpose == Purpose::Duplicate, ctx);
            }
            Purpose::Export => self.export(&path, ctx),
        }
    }

    pub(super) fn answer_question(&mut self, choice: Choice, ctx: &Context) {
        let Some(question) = self.question.take() else {
            return;
        };
        match (question, choice) {
            (Question::Unsaved { next, .. }, Choice::Discard) => self.go_on(next, ctx),
            (Question::Unsaved { next, .. }, Choice::Save) => {
                self.after_save = Some(next);
                self.save(ctx);
            }
            (Question::Unsaved { not_understood, .. }, _) => self.go_back_to(&not_understood, ctx),
            (Question::Partial { writing, .. }, Choice::Save) => match writing {
                Writing::Document {
                    path,
                    over_others,
                    next,
                } => self.write_to(&path, over_others, next, ctx),
                Writing::Copy { path, opens } => self.write_copy(&path, opens, ctx),
            },
            (Question::NotSaved { path, next, .. }, Choice::Save) => {
                self.after_save = next;
                self.save_to(&path, false, ctx);
            }
            (Question::NotSaved { next, .. }, Choice::SaveAs) => {
                self.after_save = next;
                self.ask(Purpose::SaveAs, ctx);
            }
            (Question::Changed { path, next, .. }, Choice::Mine) => {
                self.after_save = next;
                self.save_to(&path, true, ctx);
            }
            (Question::Changed { path, next, .. }, Choice::Theirs) => {
                self.revert(&path, ctx);
                if let Some(next) = next
                    && self.question.is_none()
                {
                    self.go_on(next, ctx);
                }
            }
            (Question::Changed { next, .. }, Choice::SaveAs) => {
                self.after_save = next;
                self.ask(Purpose::SaveAs, ctx);
            }
            (Question::Changed { path, next, .. }, Choice::Compare) => self.compare(path, next),
            (Question::Compared { path, next, .. }, _) => {
                self.question = Some(Question::Changed {
                    path,
                    is_gone: false,
                    next,
                });
            }
            _ => {}
        }
    }

    /// Shows the first of the texts that are not understood, with the cursor in it.
    fn go_back_to(&mut self, texts: &[NotUnderstood], ctx: &Context) {
        if let Some(text) = texts.first() {
            let model = self.document.model();
            if self.results.table().go_back_to(model, text.field()) {
                self.settings.shows_results = true;
                self.results.show_table();
            } else {
                self.canvas.derived = None;
                self.document.select(text.subject.selection.clone());
                self.settings.shows_inspector = true;
            }
            text.focus(ctx);
        }
    }

    /// Does what was decided about what another program has made of the document's file.
    pub(super) fn answer_theirs(&mut self, choice: Choice, ctx: &Context) {
        let (Some(theirs), Some(path)) = (self.watch.theirs(), self.document.path()) else {
            // It is over meanwhile.
            return;
        };
        let path = path.to_owned();
        match choice {
            Choice::Stay => self.watch.dismiss(),
            // The comparison leads to the same question once more.
            Choice::Compare => {
                self.watch.dismiss();
                self.compare(path, None);
            }
            _ => {
                self.question = Some(Question::Changed {
                    path,
                    is_gone: theirs == Theirs::Gone,
                    next: None,
                });
                self.answer_question(choice, ctx);
            }
        }
    }

    pub(super) fn name(&self) -> String {
        match self.document.path() {
            Some(path) => file_name(path),
            None if self.document.model().name.is_empty() => "Untitled".to_owned(),
            None => self.document.model().name.clone(),
        }
    }

    fn file_stem(&self) -> String {
        Slug::from_name(&self.document.model().name, "stream").to_string()
    }
}
