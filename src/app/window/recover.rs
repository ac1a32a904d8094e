//! The journal, what is recovered from one, and how the window goes on after a fault of its own.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Instant;

use egui::{Context, ViewportCommand};

use crate::app::canvas::{self, Canvas};
use crate::app::fields;
use crate::app::mishap::{Mishap, Wish, diagnostics, reports_in};
use crate::app::recovery::{Decision, Recovery};
use crate::app::results::Results;
use crate::edit::Selected;
use crate::store::Files;
use crate::store::journal::{self, Disk, Left, Recovered};

use super::find::Finding;
use super::{DRAFT_EVERY, Window};

impl Window {
    /// Makes the work safe after a panic. What was being drawn is drawn anew when the user wants to
    /// go on; the document changes in one step or not at all, so it is whole.
    pub(super) fn fall(&mut self, what: &str, ctx: &Context) {
        let is_journaled = self.recorder.as_ref().is_some_and(|recorder| {
            recorder.record(self.document.take_done());
            recorder.flush()
        });
        let files = &*self.surroundings.files;
        let reports = self.surroundings.data_folder.as_deref().map(reports_in);
        self.mishap = Some(Mishap::new(files, reports.as_deref(), what, is_journaled));
        ctx.request_repaint();
    }

    pub(super) fn get_up(&mut self, wish: Wish, ctx: &Context) {
        match wish {
            Wish::Copy => {
                ctx.copy_text(diagnostics());
                return;
            }
            Wish::Quit => {
                // The journal stays, for the next start.
                self.may_close = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
                return;
            }
            Wish::GoOn => {}
            Wish::Undo => {
                self.document.undo();
            }
        }
        self.mishap = None;
        self.picture = None;
        self.question = None;
        self.after_save = None;
        self.waiting.clear();
        self.results = Results::default();
        self.canvas = Canvas::default();
        self.finding = Finding::default();
        self.canvas.wants_beginning = true;
        ctx.request_repaint();
    }

    /// Whether what can be recovered is shown: never over work that would be lost for it.
    pub(super) fn shows_recovery(&self) -> bool {
        let is_shown = self.recovery.as_ref().is_some_and(Recovery::is_shown);
        is_shown && self.question.is_none() && !self.document.is_modified()
    }

    pub(super) fn decide(&mut self, decision: &Decision, ctx: &Context) {
        let files = Arc::clone(&self.surroundings.files);
        let result = match decision {
            Decision::Recover(journal) => journal::recover(&files, journal).map(Some),
            Decision::Discard(journal) => journal::discard(&*files, journal).map(|()| None),
        };
        let (Decision::Recover(journal) | Decision::Discard(journal)) = decision;
        let Some(recovery) = &mut self.recovery else {
            return;
        };
        match result {
            Err(error) => recovery.say(format!("This cannot be done: {error}.")),
            Ok(recovered) => {
                if !recovery.forget(journal) {
                    self.recovery = None;
                } else if recovered.is_some() {
                    recovery.hide();
                }
                if let Some(recovered) = recovered {
                    self.show_recovered(recovered, ctx);
                }
            }
        }
    }

    fn show_recovered(&mut self, recovered: Recovered, ctx: &Context) {
        let Recovered {
            document,
            unknown,
            draft,
            disk,
            keeper,
            fingerprint,
            loss: _,
        } = recovered;
        self.show_document(document, unknown);
        if let Some(path) = self.document.path().map(Path::to_owned) {
            self.claim_own(&path);
        }
        self.known = fingerprint.filter(|_| self.document.path().is_some());
        self.look_whether_read_only();
        if let Some(recorder) = &self.recorder {
            recorder.begin(keeper);
        }
        let mut sentence = match self.document.history().len() {
            0 => "Recovered.".to_owned(),
            1 => "Recovered with one edit that can be undone.".to_owned(),
            count => format!("Recovered with {count} edits that can be undone."),
        };
        if !matches!(disk, Disk::AsKnown | Disk::NeverSaved) {
            sentence.push_str(" It is a copy without a file; save it under a name.");
        }
        if let Some(draft) = draft {
            sentence.push_str(&format!(" You were typing “{}”.", draft.text));
            self.draft = Some(draft.clone());
            self.journaled_draft = (Some(draft.clone()), None);
            self.settings.shows_inspector = true;
            match self.document.selection().single() {
                Some(Selected::Stage(stage)) if draft.label == canvas::NAMING => {
                    self.canvas
                        .go_on_renaming(&self.document, stage, draft.text);
                }
                _ if draft.label == canvas::NAMING_NEW => {
                    self.canvas.go_on_naming_new(draft.text);
                }
                Some(Selected::Note(note)) if draft.label == canvas::WRITING => {
                    self.canvas.go_on_writing(&self.document, note, draft.text);
                }
                _ if draft.label == canvas::WRITING_NEW => {
                    self.canvas.go_on_writing_new(draft.text);
                }
                _ => fields::restore_draft(ctx, draft),
            }
        }
        let now = ctx.input(|input| input.time);
        self.canvas.say(sentence, now);
    }

    /// Takes down in the journal what was done in this frame, and what is being typed.
    pub(super) fn keep_journal(&mut self, ctx: &Context) {
        self.draft = fields::take_draft(ctx);
        let Some(recorder) = &self.recorder else {
            return;
        };
        recorder.record(self.document.take_done());
        let (known, when) = &self.journaled_draft;
        if self.draft == *known {
            return;
        }
        // A long text is not written anew with every letter, nor later than it must be.
        let waited = when.map_or(DRAFT_EVERY, |when| when.elapsed());
        if self.draft.is_none() || waited >= DRAFT_EVERY {
            recorder.draft(self.draft.clone());
            self.journaled_draft = (self.draft.clone(), Some(Instant::now()));
        } else {
            ctx.request_repaint_after(DRAFT_EVERY - waited);
        }
    }
}

/// Looks for what can be recovered, in a thread of its own, since long journals take a while.
pub(super) fn look(
    files: Arc<dyn Files + Send + Sync>,
    folder: &Path,
    ctx: &Context,
) -> Receiver<Left> {
    let (found, left) = mpsc::channel();
    let (folder, ctx) = (folder.to_owned(), ctx.clone());
    std::thread::spawn(move || {
        // Where the folder cannot be read nothing can be recovered, and the journal says so as soon
        // as something is to be written there.
        if let Ok(left) = journal::find(&*files, &folder) {
            // The window may be gone by now; then nobody asks.
            let _nobody_asks = found.send(left);
            ctx.request_repaint();
        }
    });
    left
}
