//! The window: the document, the panels around it, and what happens in which order in a frame.
//!
//! A frame draws first and collects [`Command`]s; they are carried out afterwards, in the order in
//! which they were asked for. So panels see one state of the document, and there is one writer.

mod ask;
mod capture;
mod carry;
mod clipboard;
mod deeds;
mod files;
mod find;
mod keys;
mod panels;
mod patterns;
mod recover;
mod save;
mod settings;
mod surroundings;
mod tidy;

use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use egui::{Context, Ui, ViewportCommand};

use crate::app::actions::Action;
use crate::app::canvas::{Canvas, Picture};
use crate::app::command::Command;
use crate::app::dialogs::FileDialogs;
use crate::app::focus::Focus;
use crate::app::guide::Guide;
use crate::app::instance::Claim;
use crate::app::keys::keys_ui;
use crate::app::lookup::Lookups;
use crate::app::mishap::{self, Mishap, watched};
use crate::app::modal::{Next, Question, question_ui};
use crate::app::recorder::Recorder;
use crate::app::recovery::{Decision, Recovery};
use crate::app::results::Results;
use crate::app::settings::Settings;
use crate::app::watch::Watch;
use crate::app::worker::Worker;
use crate::app::{fields, start, style};
use crate::edit::{Document, Gesture, Selection};
use crate::interact::Viewport;
use crate::model::Model;
use crate::store::Fingerprint;
use crate::store::journal::{Draft, Left};

use find::Finding;
use patterns::Patterns;
use recover::look;
pub use surroundings::Surroundings;
use tidy::{Glide, Tidying};

/// Text that is being typed goes to the journal this often.
const DRAFT_EVERY: Duration = Duration::from_millis(200);

/// Settings are written no more often than this: a panel that is dragged changes them in every frame.
const SETTINGS_EVERY: Duration = Duration::from_secs(1);

/// The program's window.
pub struct Window {
    /// To be woken and raised from elsewhere.
    ctx: Context,
    surroundings: Surroundings,
    settings: Settings,
    saved_settings: Settings,
    /// When they were last written.
    settings_written: Option<Instant>,
    document: Document,
    /// What a newer or stranger file held that would be lost by saving it under its name.
    unknown: Vec<String>,
    /// By what the document's file is known, as it was opened or last saved.
    known: Option<Fingerprint>,
    /// Looks whether it is another by now.
    watch: Watch,
    /// What menus and the start screen want to know of files.
    lookups: Lookups,
    /// Whether the document's file may not be written.
    is_read_only: bool,
    /// The claim on the document's file.
    claim: Option<Claim>,
    is_started: bool,
    canvas: Canvas,
    picture: Option<Rc<Picture>>,
    results: Results,
    worker: Worker,
    /// Keeps the journal of the document, where there is a place for it.
    recorder: Option<Recorder>,
    /// The text that is being typed.
    draft: Option<Draft>,
    /// The same as the journal knows it, and since when.
    journaled_draft: (Option<Draft>, Option<Instant>),
    /// Somebody looks for what can be recovered.
    looking: Option<Receiver<Left>>,
    recovery: Option<Recovery>,
    question: Option<Question>,
    /// The program was at fault, and nothing else is drawn until the user has decided.
    mishap: Option<Mishap>,
    /// What is to happen after the document has been saved.
    after_save: Option<Next>,
    /// What others than panels have asked for.
    asked: Vec<Command>,
    /// What waits for text fields to give up their text.
    waiting: VecDeque<Command>,
    /// Whether they have waited for the frame in which fields notice that they lost the focus.
    has_waited: bool,
    may_close: bool,
    /// The last nudge: its gesture, of what, and when.
    nudging: Option<(Gesture, Selection, f64)>,
    shows_preferences: bool,
    /// Tidying up that takes its time.
    tidying: Option<Tidying>,
    /// Cards on their way after tidying up.
    glide: Option<Glide>,
    shows_keys: bool,
    patterns: Patterns,
    guide: Guide,
    finding: Finding,
    focus: Focus,
    title: String,
}

impl Window {
    /// Makes the window, with a file opened in it when one is given.
    pub fn new(ctx: &Context, surroundings: Surroundings, file: Option<&Path>) -> Self {
        mishap::install();
        style::install_fonts(ctx, &surroundings.fonts);
        style::install_style(ctx);
        let settings = match &surroundings.settings_path {
            Some(path) => Settings::load(&*surroundings.files, path),
            None => Settings::default(),
        };
        let worker = Worker::new(ctx.clone(), surroundings.fonts.clone());
        let journals = surroundings.journals();
        let recorder = journals.as_ref().map(|_| Recorder::new(ctx.clone()));
        let looking = journals
            .as_deref()
            .map(|folder| look(Arc::clone(&surroundings.files), folder, ctx));
        let watch = Watch::new(Arc::clone(&surroundings.files), ctx);
        let lookups = Lookups::new(
            &surroundings.files,
            surroundings.backups(),
            &surroundings.fonts,
        );
        let mut window = Self {
            ctx: ctx.clone(),
            surroundings,
            saved_settings: settings.clone(),
            settings,
            document: Document::new(Model::default()),
            unknown: Vec::new(),
            known: None,
            watch,
            lookups,
            is_read_only: false,
            claim: None,
            is_started: false,
            canvas: Canvas::default(),
            picture: None,
            results: Results::default(),
            worker,
            recorder,
            draft: None,
            journaled_draft: (None, None),
            settings_written: None,
            looking,
            recovery: None,
            question: None,
            mishap: None,
            after_save: None,
            asked: Vec::new(),
            waiting: VecDeque::new(),
            has_waited: false,
            may_close: false,
            nudging: None,
            shows_preferences: false,
            tidying: None,
            glide: None,
            shows_keys: false,
            patterns: Patterns::default(),
            guide: Guide::default(),
            finding: Finding::default(),
            focus: Focus::default(),
            title: String::new(),
        };
        window.apply_settings(ctx);
        if let Some(file) = file {
            window.open(file);
        }
        window
    }

    /// Returns the document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Returns the results panel's state.
    pub fn results(&self) -> &Results {
        &self.results
    }

    /// Returns the question that is open, if one is.
    pub fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// Recovers the document of a journal, as if that had been chosen.
    pub fn recover(&mut self, journal: &Path) {
        let ctx = self.ctx.clone();
        self.decide(&Decision::Recover(journal.to_owned()), &ctx);
    }

    /// Returns whether the program was at fault, and the user has not decided yet how to go on.
    pub fn has_fallen(&self) -> bool {
        self.mishap.is_some()
    }

    /// Returns whether nothing keeps the window from closing: it was asked to, and nothing unsaved is
    /// left.
    pub fn may_close(&self) -> bool {
        self.may_close
    }

    /// Asks for something as panels do; it is done with the next frame.
    pub fn ask_for(&mut self, command: Command) {
        self.asked.push(command);
    }

    /// Returns what can be recovered after a crash, if anything.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }

    /// Returns the canvas's state.
    pub fn canvas(&self) -> &Canvas {
        &self.canvas
    }

    /// Returns what the canvas shows, once it has been drawn.
    pub fn picture(&self) -> Option<&Picture> {
        self.picture.as_deref()
    }

    /// Returns what is seen, for moving it.
    pub fn viewport_mut(&mut self) -> &mut Viewport {
        &mut self.canvas.viewport
    }

    /// Shows a model that has no file.
    pub fn show_model(&mut self, model: Model) {
        self.show(Document::new(model), Vec::new());
    }

    /// Selects these.
    pub fn select(&mut self, selection: Selection) {
        self.canvas.derived = None;
        self.document.select(selection);
    }

    /// Replaces whoever asks for files; for tests.
    pub fn set_dialogs(&mut self, dialogs: Box<dyn FileDialogs>) {
        self.surroundings.dialogs = dialogs;
    }

    /// Takes in what came from elsewhere: results of the worker, answers of dialogs, the wish to
    /// close the window.
    pub fn logic(&mut self, ctx: &Context) {
        self.results.take_in(&mut self.worker);
        self.take_in_tidying(Duration::ZERO, ctx);
        let file = self.document.path().zip(self.known);
        self.watch.take_in(ctx, file);
        if let Some(answer) = self.surroundings.dialogs.poll() {
            self.take_answer(answer, ctx);
        }
        if let Some(left) = self.looking.as_ref().and_then(|left| left.try_recv().ok()) {
            self.looking = None;
            self.recovery = Recovery::of(left);
        }
        if ctx.input(|input| input.viewport().close_requested()) && !self.may_close {
            let has_work = self.document.is_modified() || self.types(ctx);
            if has_work || !fields::not_understood(ctx).is_empty() {
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
                if self.question.is_none() {
                    self.carry_out(Command::Act(Action::Quit), ctx);
                }
            } else {
                self.close();
            }
        }
        match self.settings_written.map(|when| when.elapsed()) {
            Some(ago) if ago < SETTINGS_EVERY => {
                if self.settings != self.saved_settings {
                    ctx.request_repaint_after(SETTINGS_EVERY - ago);
                }
            }
            _ => self.save_settings(),
        }
    }

    /// Draws the window, then does what was asked for.
    pub fn ui(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let mut commands = std::mem::take(&mut self.asked);
        let recovers = self.shows_recovery();
        let is_shown = self.shows_preferences || self.shows_keys || self.patterns.is_open();
        let is_asked = self.question.is_some() || is_shown || recovers || self.finding.asks();
        if !is_asked && !self.surroundings.dialogs.is_open() {
            self.take_keys(&ctx, &mut commands);
        }
        self.refresh(&ctx);
        if self.is_started {
            self.focus.begin();
            self.panels_ui(ui, &mut commands);
            self.tidying_ui(&ctx);
        } else {
            let recoverable = self.recovery.as_ref().map_or(0, Recovery::count);
            let (settings, disk) = (&self.settings, &mut self.lookups);
            start::start_ui(ui, settings, disk, recoverable, &mut commands);
        }
        self.drop_ui(&ctx, &mut commands);
        self.surroundings.dialogs.ui(&ctx);
        if let Some(question) = &self.question
            && let Some(choice) = question_ui(&ctx, question)
        {
            self.answer_question(choice, &ctx);
        }
        if recovers && let Some(decision) = self.recovery.as_mut().and_then(|one| one.ui(&ctx)) {
            self.decide(&decision, &ctx);
        }
        if self.shows_preferences {
            self.preferences_ui(&ctx);
        }
        self.patterns_ui(&ctx);
        self.guide.ui(&ctx);
        if self.shows_keys && keys_ui(&ctx) {
            self.shows_keys = false;
        }
        self.finder_ui(&ctx);
        for command in commands {
            self.carry_out(command, &ctx);
        }
        self.let_waiting_go(&ctx);
        self.focus.end(&ctx, self.canvas.focus_id());
        self.keep_journal(&ctx);
        self.update_title(&ctx);
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.save_settings();
        }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        if self.mishap.is_some() {
            return;
        }
        if let Err(what) = watched(|| Self::logic(self, ctx)) {
            self.fall(&what, ctx);
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        if let Some(mishap) = &self.mishap {
            if let Some(wish) = mishap.ui(ui, self.document.undo_label()) {
                self.get_up(wish, &ctx);
            }
        } else if let Err(what) = watched(|| Self::ui(self, ui)) {
            self.fall(&what, &ctx);
        }
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}
