//! Documents shown and left: new ones, files opened, the claims on them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use egui::{Context, UserAttentionType, ViewportCommand, ViewportId};

use crate::app::canvas::Canvas;
use crate::app::dialogs::Purpose;
use crate::app::examples::EXAMPLES;
use crate::app::fields;
use crate::app::instance::{self, Claimed};
use crate::app::modal::{Next, Question};
use crate::app::results::Results;
use crate::edit::Document;
use crate::model::{Model, WorldPoint};
use crate::store::journal::{Keeper, Origin};
use crate::store::{self, Fingerprint};

use super::Window;
use super::find::Finding;

impl Window {
    /// Asks whether to save first when there is something to lose, then goes on.
    pub(super) fn leave(&mut self, next: Next, ctx: &Context) {
        let is_modified = self.document.is_modified();
        let not_understood = fields::not_understood(ctx);
        if is_modified || !not_understood.is_empty() {
            self.question = Some(Question::Unsaved {
                name: self.name(),
                is_modified,
                not_understood,
                next,
            });
        } else {
            self.go_on(next, ctx);
        }
    }

    pub(super) fn go_on(&mut self, next: Next, ctx: &Context) {
        match next {
            Next::New => self.show(Document::new(self.new_model()), Vec::new()),
            Next::AskToOpen => self.ask(Purpose::Open, ctx),
            Next::Open(path) => self.open(&path),
            Next::Example(name) => self.open_example(name),
            Next::Template(template) => self.show(Document::new(template.model()), Vec::new()),
            Next::Backup(path) => self.open_backup(&path),
            Next::LastSession => self.open_last_session(),
            Next::Recover => {
                if self.document.is_modified() {
                    // Discarded, as was asked.
                    self.show(Document::new(self.new_model()), Vec::new());
                }
                if let Some(recovery) = &mut self.recovery {
                    recovery.show();
                }
            }
            Next::Quit => {
                self.close();
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
        }
    }

    fn new_model(&self) -> Model {
        Model {
            currency: self.settings.currency.clone(),
            ..Model::default()
        }
    }

    /// Remembers what is seen of the document's file.
    fn remember_view(&mut self) {
        if let Some(path) = self.document.path().map(Path::to_owned)
            && self.is_started
        {
            let viewport = &self.canvas.viewport;
            let middle = viewport.visible().center();
            let zoom = viewport.zoom();
            self.settings
                .remember_view(&path, (middle.x, middle.y), zoom);
        }
    }

    /// Lets the window close: nothing of the document is to be recovered.
    pub(super) fn close(&mut self) {
        self.may_close = true;
        self.remember_view();
        if let Some(path) = self.document.path().map(Path::to_owned) {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            let now = now.unwrap_or_default().as_millis();
            let now = u64::try_from(now).unwrap_or(u64::MAX);
            self.settings.remember_closed(&path, now);
        }
        self.save_settings();
        if let Some(recorder) = &self.recorder {
            recorder.close();
        }
    }

    pub(super) fn show(&mut self, document: Document, unknown: Vec<String>) {
        self.show_file(document, unknown, None);
    }

    /// Finds out whether the file may be written.
    pub(super) fn look_whether_read_only(&mut self) {
        let is_writable = |path: &Path| self.surroundings.files.is_writable(path);
        // Where it cannot be found out, saving tells.
        self.is_read_only = self
            .document
            .path()
            .is_some_and(|path| !is_writable(path).unwrap_or(true));
    }

    /// Shows a document, and begins its journal; of its file this is known.
    fn show_file(
        &mut self,
        document: Document,
        unknown: Vec<String>,
        fingerprint: Option<Fingerprint>,
    ) {
        self.show_document(document, unknown);
        self.known = fingerprint;
        self.look_whether_read_only();
        if let (Some(recorder), Some(folder)) = (&self.recorder, self.surroundings.journals()) {
            let origin = Origin {
                title: self.name(),
                path: self.document.path().map(absolute),
                fingerprint,
                model: self.document.shared_model(),
                unknown: self.unknown.clone(),
            };
            let files = Arc::clone(&self.surroundings.files);
            recorder.begin(Keeper::new(files, folder, origin));
        }
    }

    pub(super) fn show_document(&mut self, document: Document, unknown: Vec<String>) {
        self.remember_view();
        self.claim = None;
        self.document = document;
        if self.recorder.is_some() {
            self.document.note_deeds();
        }
        self.draft = None;
        self.journaled_draft = (None, None);
        fields::forget_not_understood(&self.ctx);
        self.unknown = unknown;
        self.is_started = true;
        self.picture = None;
        self.results = Results::default();
        self.canvas = Canvas::default();
        self.finding = Finding::default();
        self.canvas.wants_beginning = true;
        let seen = self.document.path();
        let seen = seen.and_then(|path| self.settings.view_of(path));
        self.canvas.was_seen =
            seen.map(|seen| (WorldPoint::new(seen.middle.0, seen.middle.1), seen.zoom));
    }

    /// Claims a file for this window; where another window has it, that one is raised.
    fn claim(&self, path: &Path) -> Option<Claimed> {
        let folder = self.surroundings.claim_folder.as_deref()?;
        let ctx = self.ctx.clone();
        let raise = move || {
            for command in [
                ViewportCommand::Minimized(false),
                ViewportCommand::Focus,
                // Where the system lets no window come to the front by itself.
                ViewportCommand::RequestUserAttention(UserAttentionType::Informational),
            ] {
                ctx.send_viewport_cmd_to(ViewportId::ROOT, command);
            }
            ctx.request_repaint();
        };
        match instance::claim(folder, path, raise) {
            Ok(claimed) => Some(claimed),
            Err(error) => {
                log::warn!("{} cannot be claimed: {error}", path.display());
                None
            }
        }
    }

    /// Claims the file that the document has by now, where it is another.
    pub(super) fn claim_own(&mut self, path: &Path) {
        self.claim = match self.claim(path) {
            Some(Claimed::Ours(claim)) => Some(claim),
            // Saving notices what the other window has written.
            Some(Claimed::Theirs { .. }) | None => None,
        };
    }

    pub(super) fn is_own(&self, path: &Path) -> bool {
        let own = self.document.path();
        own.is_some_and(|own| absolute(own) == absolute(path))
    }

    /// Opens a file; when it cannot be opened, says why, and the window stays as it was. Where another
    /// window has it, that one is raised instead.
    pub fn open(&mut self, path: &Path) {
        let claim = if self.is_own(path) {
            self.claim.take()
        } else {
            match self.claim(path) {
                Some(Claimed::Ours(claim)) => Some(claim),
                Some(Claimed::Theirs { is_raised: true }) => {
                    self.question = Some(Question::Failed {
                        title: format!("{} is open in another window", file_name(path)),
                        details: "That window is in front now.".to_owned(),
                    });
                    return;
                }
                // A window that hangs. Saving notices what it has written.
                Some(Claimed::Theirs { is_raised: false }) | None => None,
            }
        };
        match store::load_known(&*self.surroundings.files, path) {
            Ok((loaded, fingerprint)) => {
                let document = Document::opened(loaded.model, path.to_owned());
                self.show_file(document, notes_of(&loaded.notes), Some(fingerprint));
                self.claim = claim;
                self.settings.remember_file(path);
            }
            Err(error) => {
                if self.is_own(path) {
                    self.claim = claim;
                }
                self.question = Some(Question::Failed {
                    title: format!("{} was not opened", file_name(path)),
                    details: error.to_string(),
                });
            }
        }
    }

    /// Opens the files whose windows were closed last: one here, the others in windows of their own.
    fn open_last_session(&mut self) {
        let is_there = |file: &PathBuf| matches!(self.surroundings.files.state(file), Ok(Some(state)) if state.is_file);
        let mut files = self.settings.last_session();
        files.retain(is_there);
        let Some((first, others)) = files.split_first() else {
            return;
        };
        for file in others {
            if let Err(error) = (self.surroundings.open_elsewhere)(file) {
                log::warn!("no window for {}: {error}", file.display());
            }
        }
        self.open(first);
    }

    /// Opens what a file held once, as a copy without a file.
    fn open_backup(&mut self, path: &Path) {
        match store::load(&*self.surroundings.files, path) {
            Ok(loaded) => self.show(Document::new(loaded.model), notes_of(&loaded.notes)),
            Err(error) => {
                self.question = Some(Question::Failed {
                    title: "This version was not opened".to_owned(),
                    details: error.to_string(),
                });
            }
        }
    }

    fn open_example(&mut self, name: &str) {
        let Some(example) = EXAMPLES.iter().find(|example| example.name == name) else {
            return;
        };
        match store::read(example.text.as_bytes()) {
            Ok(loaded) => self.show(Document::new(loaded.model), notes_of(&loaded.notes)),
            Err(error) => {
                self.question = Some(Question::Failed {
                    title: format!("The example {name} was not opened"),
                    details: error.to_string(),
                });
            }
        }
    }
}

/// Returns the whole path, so that it means the same to another process.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_error| path.to_owned())
}

/// What a file held that this program does not know, a line each.
pub(super) fn notes_of(notes: &[store::Fault]) -> Vec<String> {
    notes.iter().map(ToString::to_string).collect()
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}
