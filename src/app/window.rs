//! The window: the document, the panels around it, and what happens in which order in a frame.
//!
//! A frame draws first and collects [`Command`]s; they are carried out afterwards, in the order in
//! which they were asked for. So panels see one state of the document, and there is one writer.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant, SystemTime};

use egui::{Context, Key, Panel, Ui, UserAttentionType, ViewportCommand, ViewportId};

use crate::edit::{self, Document, Effect, Selected, Selection};
use crate::graph::Flow;
use crate::interact::Viewport;
use crate::model::{
    At, Change, HandoffChange, HandoffField, Model, Needs, NoteChange, StageChange, WorldPoint,
};
use crate::scene::{self, DrawOptions, Fonts, Theme};
use crate::store::journal::{self, Disk, Draft, Keeper, Left, Origin, Recovered};
use crate::store::{self, Files, Fingerprint, SaveError, SaveOptions};
use crate::words;

use super::actions::Action;
use super::canvas::{self, Canvas, Picture, PictureKey, canvas_ui};
use super::command::Command;
use super::dialogs::{Answer, FileDialogs, Purpose, Request};
use super::examples::EXAMPLES;
use super::inspector::{Inspected, inspector_ui};
use super::instance::{self, Claim, Claimed};
use super::mishap::{self, Mishap, Wish, diagnostics, reports_in, watched};
use super::modal::{Choice, Next, Question, compare, question_ui};
use super::preferences::preferences_ui;
use super::recorder::Recorder;
use super::recovery::{Decision, Recovery};
use super::results::Results;
use super::settings::{Settings, ThemeChoice};
use super::worker::Worker;
use super::{bar, export, fields, start, style};

/// Text that is being typed goes to the journal this often.
const DRAFT_EVERY: Duration = Duration::from_millis(200);

/// Settings are written no more often than this: a panel that is dragged changes them in every frame.
const SETTINGS_EVERY: Duration = Duration::from_secs(1);

/// What the window needs of the world around it.
pub struct Surroundings {
    /// Where files are.
    pub files: Arc<dyn Files + Send + Sync>,
    /// Who asks for files.
    pub dialogs: Box<dyn FileDialogs>,
    /// Where settings are kept; nowhere when left out.
    pub settings_path: Option<PathBuf>,
    /// Where recovery journals and backups are kept; nowhere when left out.
    pub data_folder: Option<PathBuf>,
    /// Where windows claim their files; without it files may be open twice.
    pub claim_folder: Option<PathBuf>,
    /// Opens a file in another window, by starting the program once more.
    pub open_elsewhere: fn(&Path) -> io::Result<()>,
    /// What letters are drawn with.
    pub fonts: Fonts,
}

impl Surroundings {
    fn journals(&self) -> Option<PathBuf> {
        self.data_folder.as_ref().map(|data| data.join("journals"))
    }

    fn backups(&self) -> Option<PathBuf> {
        self.data_folder.as_ref().map(|data| data.join("backups"))
    }
}

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
    /// Whether the document's file may not be written.
    is_read_only: bool,
    /// The claim on the document's file.
    claim: Option<Claim>,
    is_started: bool,
    canvas: Canvas,
    picture: Option<Arc<Picture>>,
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
    shows_preferences: bool,
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
        let mut window = Self {
            ctx: ctx.clone(),
            surroundings,
            saved_settings: settings.clone(),
            settings,
            document: Document::new(Model::default()),
            unknown: Vec::new(),
            known: None,
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
            shows_preferences: false,
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
        if let Some(answer) = self.surroundings.dialogs.poll() {
            self.take_answer(answer, ctx);
        }
        if let Some(left) = self.looking.as_ref().and_then(|left| left.try_recv().ok()) {
            self.looking = None;
            self.recovery = Recovery::of(left);
        }
        if ctx.input(|input| input.viewport().close_requested()) && !self.may_close {
            if self.document.is_modified() || self.types(ctx) {
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
        let is_asked = self.question.is_some() || self.shows_preferences || recovers;
        if !is_asked && !self.surroundings.dialogs.is_open() {
            self.take_keys(&ctx, &mut commands);
        }
        self.refresh(&ctx);
        if self.is_started {
            self.panels_ui(ui, &mut commands);
        } else {
            let recoverable = self.recovery.as_ref().map_or(0, Recovery::count);
            let files = &*self.surroundings.files;
            start::start_ui(ui, &self.settings, files, recoverable, &mut commands);
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
        for command in commands {
            self.carry_out(command, &ctx);
        }
        self.let_waiting_go(&ctx);
        self.keep_journal(&ctx);
        self.update_title(&ctx);
    }

    fn panels_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let Some(picture) = self.picture.clone() else {
            return;
        };
        Panel::top("bar").resizable(false).show(ui, |ui| {
            let has_heat = self.results.heat().is_some();
            let settings = &self.settings;
            let (files, folder) = (&self.surroundings.files, self.surroundings.backups());
            let path = self.document.path();
            let backups = || {
                let kept = folder.as_deref().zip(path);
                // Where the folder cannot be read there are none to be opened.
                kept.and_then(|(folder, path)| store::backups(&**files, folder, path).ok())
                    .unwrap_or_default()
            };
            let is_there =
                |path: &Path| matches!(files.state(path), Ok(Some(state)) if state.is_file);
            let warnings = bar::Warnings {
                unknown: &self.unknown,
                journal: self.recorder.as_ref().and_then(Recorder::trouble),
                recoverable: self.recovery.as_ref().map_or(0, Recovery::count),
                is_read_only: self.is_read_only,
                is_there: &is_there,
                backups: &backups,
            };
            bar::bar_ui(ui, &self.document, settings, has_heat, &warnings, commands);
        });
        if self.settings.shows_results {
            let shown = Panel::bottom("results")
                .resizable(true)
                .default_size(self.settings.results_height)
                .size_range(140.0..=(ui.available_height() - 160.0).max(160.0))
                .show(ui, |ui| {
                    self.results.ui(ui, &self.document, commands);
                });
            self.settings.results_height = shown.response.rect.height().round();
        }
        if self.settings.shows_inspector {
            let shown = Panel::right("inspector")
                .resizable(true)
                .default_size(self.settings.inspector_width)
                .size_range(260.0..=640.0)
                .show(ui, |ui| {
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
                            inspector_ui(ui, &inspected, commands);
                            self.results.of_selection_ui(ui, &self.document);
                            ui.add_space(12.0);
                        });
                });
            self.settings.inspector_width = shown.response.rect.width().round();
        }
        egui::CentralPanel::no_frame().show(ui, |ui| {
            canvas_ui(ui, &mut self.canvas, &self.document, &picture, commands);
        });
    }

    /// Makes the picture anew when what it shows has changed, and has the worker simulate what has
    /// changed.
    fn refresh(&mut self, ctx: &Context) {
        let shown_heat = self.results.heat().filter(|_| self.settings.shows_heat);
        let key = PictureKey {
            revision: self.document.revision(),
            theme: style::theme_of(ctx),
            heat: shown_heat.cloned(),
        };
        self.canvas.legend = key.heat.as_ref().map(|_| self.results.heat_remark());
        let before = self.picture.as_deref();
        if before.is_some_and(|picture| picture.key == key) {
            return;
        }
        let before = before.filter(|picture| picture.key.revision == key.revision);
        let is_new = before.is_none();
        let revision = key.revision;
        let picture = picture_of(self.document.model(), key, before, &self.surroundings.fonts);
        self.picture = Some(Arc::new(picture));
        if is_new && self.is_started {
            let threads = self.settings.threads;
            self.worker
                .simulate(revision, self.document.shared_model(), threads);
            self.results.is_outdated(revision);
        }
    }

    fn take_keys(&mut self, ctx: &Context, commands: &mut Vec<Command>) {
        let types = ctx.text_edit_focused();
        let on_control =
            ctx.memory(|memory| memory.focused().is_some()) && !self.canvas_has_focus(ctx);
        if !types && ctx.input(|input| input.key_pressed(Key::Escape)) && self.is_started {
            self.escape(commands);
        }
        // A shortcut also matches when more keys are held than it names, so those that name the
        // most come first: redo before undo.
        let mut shortcuts: Vec<_> = Action::ALL
            .into_iter()
            .flat_map(|action| {
                action
                    .shortcuts()
                    .iter()
                    .map(move |shortcut| (action, shortcut))
            })
            .collect();
        shortcuts.sort_by_key(|(_, shortcut)| !shortcut.modifiers.shift);
        for (action, shortcut) in shortcuts {
            if types && action.yields_to_text() {
                continue;
            }
            // Enter and plain letters belong to the control that has the focus.
            if on_control && shortcut.modifiers.is_none() && shortcut.logical_key != Key::Delete {
                continue;
            }
            if ctx.input_mut(|input| input.consume_shortcut(shortcut)) {
                commands.push(Command::Act(action));
            }
        }
    }

    /// Returns whether text is being typed that is not part of the document yet.
    fn types(&self, ctx: &Context) -> bool {
        self.draft.is_some() && ctx.memory(|memory| memory.focused().is_some())
    }

    fn canvas_has_focus(&self, ctx: &Context) -> bool {
        ctx.memory(|memory| memory.focused()) == self.canvas.focus_id()
    }

    /// Esc: ends what is going on, then clears the selection.
    fn escape(&mut self, commands: &mut Vec<Command>) {
        let Some(picture) = self.picture.clone() else {
            return;
        };
        if let Some(asked) = self.canvas.cancel(&self.document, &picture) {
            commands.extend(asked);
        } else {
            self.canvas.derived = None;
            commands.push(Command::Select(Selection::default()));
        }
    }

    /// Opens files that are dropped on the window.
    fn drop_ui(&mut self, ctx: &Context, commands: &mut Vec<Command>) {
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

    fn carry_out(&mut self, command: Command, ctx: &Context) {
        if let Command::Act(action) = command
            && !self.can_act(action)
        {
            return;
        }
        if command.leaves_document()
            && let Some(focused) = ctx.memory(|memory| memory.focused())
        {
            // Text that is being typed becomes part of the document first.
            ctx.memory_mut(|memory| memory.surrender_focus(focused));
            self.waiting.push_back(command);
            ctx.request_repaint();
            return;
        }
        self.carry_out_now(command, ctx);
    }

    fn carry_out_now(&mut self, command: Command, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        match command {
            Command::Edit {
                label,
                changes,
                gesture,
            } => self.edit(label, &changes, gesture, now),
            Command::Abandon(gesture) => {
                self.document.abandon(gesture);
            }
            Command::Select(selection) => self.document.select(selection),
            Command::Act(action) => self.act(action, ctx),
            Command::Rename(stage) => self.canvas.begin_rename(&self.document, stage),
            Command::Reveal(at) => self.reveal(at),
            Command::Say(sentence) => self.canvas.say(sentence, now),
            Command::Open(path) => self.leave(Next::Open(path), ctx),
            Command::OpenLastSession => self.leave(Next::LastSession, ctx),
            Command::OpenBackup(path) => self.leave(Next::Backup(path), ctx),
            Command::OpenExample(name) => self.leave(Next::Example(name), ctx),
            Command::ShowRecovery => self.leave(Next::Recover, ctx),
        }
    }

    fn edit(
        &mut self,
        label: String,
        changes: &[Change],
        gesture: Option<edit::Gesture>,
        now: f64,
    ) {
        match self.document.edit(label, changes, gesture) {
            Ok(Effect::Changed | Effect::Unchanged) => {}
            Err(error) => self
                .canvas
                .say(super::fields::capitalized(&error.to_string()), now),
        }
    }

    /// Returns whether an action can be done now.
    fn can_act(&self, action: Action) -> bool {
        let needs_no_document = matches!(
            action,
            Action::New
                | Action::Open
                | Action::Quit
                | Action::About
                | Action::Settings
                | Action::CopyDiagnostics
                | Action::Light
                | Action::Dark
                | Action::SystemTheme
        );
        (self.is_started || needs_no_document) && action.is_enabled(&self.document)
    }

    /// Lets go what waited for text fields: these give their text up one frame after they
    /// lose the focus.
    fn let_waiting_go(&mut self, ctx: &Context) {
        if self.waiting.is_empty() || ctx.memory(|memory| memory.focused().is_some()) {
            return;
        }
        if !std::mem::replace(&mut self.has_waited, true) {
            ctx.request_repaint();
            return;
        }
        self.has_waited = false;
        while let Some(command) = self.waiting.pop_front() {
            self.carry_out_now(command, ctx);
        }
    }

    fn act(&mut self, action: Action, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        match action {
            Action::New => self.leave(Next::New, ctx),
            Action::Open => self.leave(Next::AskToOpen, ctx),
            Action::Save => {
                self.save(ctx);
            }
            Action::SaveAs => self.ask(Purpose::SaveAs, ctx),
            Action::SaveCopy => self.ask(Purpose::SaveCopy, ctx),
            Action::Duplicate => self.ask(Purpose::Duplicate, ctx),
            Action::Revert => {
                if let Some(path) = self.document.path().map(Path::to_owned) {
                    self.revert(&path, ctx);
                }
            }
            Action::Export => self.ask(Purpose::Export, ctx),
            Action::Quit => self.leave(Next::Quit, ctx),
            Action::Undo => {
                self.document.undo();
            }
            Action::Redo => {
                self.document.redo();
            }
            Action::Delete => self.delete(now),
            Action::SelectAll => {
                let stages = self.document.model().stages.iter();
                let all = stages.map(|stage| Selected::Stage(stage.id)).collect();
                self.document.select(all);
            }
            Action::Rename => {
                if let Some(Selected::Stage(stage)) = self.document.selection().single() {
                    self.canvas.begin_rename(&self.document, stage);
                }
            }
            Action::AddStage => {
                if let Some(picture) = &self.picture {
                    self.canvas.add_stage(&self.document, picture);
                }
            }
            Action::MarkCustomary => self.mark_customary(now),
            Action::RunTogether => self.run_together(now),
            Action::PutBackInOrder => self.put_back_in_order(now),
            Action::ZoomIn => self
                .canvas
                .viewport
                .zoom_to(self.canvas.viewport.zoom() * 1.25),
            Action::ZoomOut => self
                .canvas
                .viewport
                .zoom_to(self.canvas.viewport.zoom() / 1.25),
            Action::ActualSize => self.canvas.viewport.zoom_to(1.0),
            Action::Fit => self.canvas.wants_fit = true,
            Action::ToggleInspector => {
                self.settings.shows_inspector = !self.settings.shows_inspector;
            }
            Action::ToggleResults => self.settings.shows_results = !self.settings.shows_results,
            Action::ToggleHeat => {
                self.settings.shows_heat = !self.settings.shows_heat;
                if self.settings.shows_heat && self.results.heat().is_none() {
                    let sentence = "There is no lead time yet to show the shares of.";
                    self.canvas.say(sentence.to_owned(), now);
                }
            }
            Action::Light => self.choose_theme(ThemeChoice::Light, ctx),
            Action::Dark => self.choose_theme(ThemeChoice::Dark, ctx),
            Action::SystemTheme => self.choose_theme(ThemeChoice::System, ctx),
            Action::About => self.question = Some(Question::About),
            Action::Settings => self.shows_preferences = true,
            Action::CopyDiagnostics => {
                ctx.copy_text(diagnostics());
                self.canvas.say("Diagnostics copied.".to_owned(), now);
            }
        }
    }

    /// Draws the settings, and lets them take effect.
    fn preferences_ui(&mut self, ctx: &Context) {
        let before = self.settings.clone();
        self.shows_preferences = !preferences_ui(ctx, &mut self.settings);
        if self.settings == before {
            return;
        }
        self.apply_settings(ctx);
        if self.settings.number_format != before.number_format {
            // Numbers stand in the picture too.
            self.picture = None;
        }
    }

    fn apply_settings(&self, ctx: &Context) {
        style::choose_theme(ctx, self.settings.theme);
        ctx.set_zoom_factor(self.settings.scale);
        words::choose_number_format(self.settings.number_format);
    }

    fn choose_theme(&mut self, theme: ThemeChoice, ctx: &Context) {
        self.settings.theme = theme;
        style::choose_theme(ctx, theme);
    }

    fn delete(&mut self, now: f64) {
        let selection = self.document.selection();
        let mut changes = Vec::new();
        if !selection.handoffs().is_empty() {
            let handoffs = selection.handoffs();
            changes.push(Change::Handoff(HandoffChange::Remove { handoffs }));
        }
        if !selection.stages().is_empty() {
            let stages = selection.stages();
            changes.push(Change::Stage(StageChange::Remove { stages }));
        }
        if !selection.notes().is_empty() {
            changes.push(Change::Note(NoteChange::Remove {
                notes: selection.notes(),
            }));
        }
        if changes.is_empty() {
            return;
        }
        let label = match (selection.stages().len(), selection.handoffs().len()) {
            (0, 1) => "Delete handoff",
            (0, _) => "Delete handoffs",
            (1, 0) => "Delete stage",
            _ => "Delete stages",
        };
        self.edit(label.to_owned(), &changes, None, now);
    }

    fn mark_customary(&mut self, now: f64) {
        let model = self.document.model();
        let selected = self.document.selection().handoffs();
        let are_customary = selected
            .iter()
            .filter_map(|&id| model.handoffs.find(id))
            .all(|handoff| handoff.needs == Needs::Customary);
        let (needs, label) = if are_customary {
            (Needs::Required, "Mark as required")
        } else {
            (Needs::Customary, "Mark as customary")
        };
        let change = HandoffChange::Set {
            handoffs: selected,
            field: HandoffField::Needs(needs),
        };
        self.edit(label.to_owned(), &[Change::Handoff(change)], None, now);
    }

    fn run_together(&mut self, now: f64) {
        let selected = self.document.selection().handoffs();
        match edit::run_together(self.document.model(), &selected) {
            Ok(changes) => self.edit("Run together".to_owned(), &changes, None, now),
            Err(refusal) => self.canvas.say(refusal.to_string(), now),
        }
    }

    fn put_back_in_order(&mut self, now: f64) {
        let selected = self.document.selection().handoffs();
        match edit::run_in_order(self.document.model(), &selected) {
            Ok(changes) => self.edit("Put back in order".to_owned(), &changes, None, now),
            Err(refusal) => self.canvas.say(refusal.to_string(), now),
        }
    }

    fn reveal(&mut self, at: At) {
        let selected = match at {
            At::Stage(id) => Some(Selected::Stage(id)),
            At::Handoff(id) => Some(Selected::Handoff(id)),
            At::Team(id) => Some(Selected::Team(id)),
            At::Calendar(id) => Some(Selected::Calendar(id)),
            At::Stream(id) | At::Demand(id, _) => Some(Selected::Stream(id)),
            At::Note(id) => Some(Selected::Note(id)),
            At::Group(id) => Some(Selected::Group(id)),
            At::Model | At::Scenario(_) | At::Intervention(_) | At::View(_) => None,
        };
        self.canvas.derived = None;
        if let Some(picture) = &self.picture {
            let model = self.document.model();
            let rect = match at {
                At::Stage(id) => model
                    .stages
                    .position(id)
                    .and_then(|at| picture.layout.stages.get(at))
                    .copied(),
                At::Handoff(id) => picture
                    .flow
                    .handoffs
                    .iter()
                    .position(|handoff| handoff.id == id)
                    .and_then(|at| picture.layout.routes.get(at))
                    .and_then(|route| route.label),
                _ => None,
            };
            if let Some(rect) = rect {
                self.canvas.viewport.reveal(rect);
            }
        }
        self.settings.shows_inspector = true;
        self.document
            .select(selected.map_or_else(Selection::default, Selection::of));
    }

    // Files.

    /// Asks whether to save first when there is something to lose, then goes on.
    fn leave(&mut self, next: Next, ctx: &Context) {
        if self.document.is_modified() {
            self.question = Some(Question::Unsaved {
                name: self.name(),
                next,
            });
        } else {
            self.go_on(next, ctx);
        }
    }

    fn go_on(&mut self, next: Next, ctx: &Context) {
        match next {
            Next::New => self.show(Document::new(self.new_model()), Vec::new()),
            Next::AskToOpen => self.ask(Purpose::Open, ctx),
            Next::Open(path) => self.open(&path),
            Next::Example(name) => self.open_example(name),
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
    fn close(&mut self) {
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

    fn show(&mut self, document: Document, unknown: Vec<String>) {
        self.show_file(document, unknown, None);
    }

    /// Finds out whether the file may be written.
    fn look_whether_read_only(&mut self) {
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

    fn show_document(&mut self, document: Document, unknown: Vec<String>) {
        self.remember_view();
        self.claim = None;
        self.document = document;
        if self.recorder.is_some() {
            self.document.note_deeds();
        }
        self.draft = None;
        self.journaled_draft = (None, None);
        self.unknown = unknown;
        self.is_started = true;
        self.picture = None;
        self.results = Results::default();
        self.canvas = Canvas::default();
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
    fn claim_own(&mut self, path: &Path) {
        self.claim = match self.claim(path) {
            Some(Claimed::Ours(claim)) => Some(claim),
            // Saving notices what the other window has written.
            Some(Claimed::Theirs { .. }) | None => None,
        };
    }

    fn is_own(&self, path: &Path) -> bool {
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

    /// Goes back to what the file has, as a step that can be taken back.
    fn revert(&mut self, path: &Path, ctx: &Context) {
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

    fn ask(&mut self, purpose: Purpose, ctx: &Context) {
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

    fn take_answer(&mut self, answer: Answer, ctx: &Context) {
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

    /// Saves under the document's name; asks for one when it has none, when it may not be written,
    /// or when saving under it would lose what the file holds.
    fn save(&mut self, ctx: &Context) {
        match self.document.path().map(Path::to_owned) {
            Some(path) if self.unknown.is_empty() && !self.is_read_only => {
                self.save_to(&path, false, ctx);
            }
            _ => self.ask(Purpose::SaveAs, ctx),
        }
    }

    /// Saves to a file; over what another program has written there only where that is said.
    fn save_to(&mut self, path: &Path, over_others: bool, ctx: &Context) {
        let next = self.after_save.take();
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
                self.question = Some(Question::Failed {
                    title: format!("{} was not saved", file_name(path)),
                    details: error.to_string(),
                });
            }
        }
    }

    /// Saves a copy; the document stays what it is. Opens the copy in another window if asked to.
    fn save_copy(&mut self, path: &Path, opens: bool, ctx: &Context) {
        if self.is_own(path) {
            self.save_to(path, false, ctx);
            return;
        }
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
    fn compare(&mut self, path: PathBuf, next: Option<Next>) {
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

    // Faults of the program.

    /// Makes the work safe after a panic. What was being drawn is drawn anew when the user wants to
    /// go on; the document changes in one step or not at all, so it is whole.
    fn fall(&mut self, what: &str, ctx: &Context) {
        let is_journaled = self.recorder.as_ref().is_some_and(|recorder| {
            recorder.record(self.document.take_done());
            recorder.flush()
        });
        let files = &*self.surroundings.files;
        let reports = self.surroundings.data_folder.as_deref().map(reports_in);
        self.mishap = Some(Mishap::new(files, reports.as_deref(), what, is_journaled));
        ctx.request_repaint();
    }

    fn get_up(&mut self, wish: Wish, ctx: &Context) {
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
        self.canvas.wants_beginning = true;
        ctx.request_repaint();
    }

    // Recovery.

    /// Whether what can be recovered is shown: never over work that would be lost for it.
    fn shows_recovery(&self) -> bool {
        let is_shown = self.recovery.as_ref().is_some_and(Recovery::is_shown);
        is_shown && self.question.is_none() && !self.document.is_modified()
    }

    fn decide(&mut self, decision: &Decision, ctx: &Context) {
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
                _ => fields::restore_draft(ctx, draft),
            }
        }
        let now = ctx.input(|input| input.time);
        self.canvas.say(sentence, now);
    }

    /// Takes down in the journal what was done in this frame, and what is being typed.
    fn keep_journal(&mut self, ctx: &Context) {
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

    fn export(&mut self, path: &Path, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        let heat = self.results.heat().filter(|_| self.settings.shows_heat);
        let options = DrawOptions {
            theme: Theme::Print,
            heat: heat.cloned(),
            legend: Some(self.results.heat_remark()),
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

    fn answer_question(&mut self, choice: Choice, ctx: &Context) {
        let Some(question) = self.question.take() else {
            return;
        };
        match (question, choice) {
            (Question::Unsaved { next, .. }, Choice::Discard) => self.go_on(next, ctx),
            (Question::Unsaved { next, .. }, Choice::Save) => {
                self.after_save = Some(next);
                self.save(ctx);
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

    fn name(&self) -> String {
        match self.document.path() {
            Some(path) => file_name(path),
            None if self.document.model().name.is_empty() => "Untitled".to_owned(),
            None => self.document.model().name.clone(),
        }
    }

    fn file_stem(&self) -> String {
        crate::model::Slug::from_name(&self.document.model().name, "stream").to_string()
    }

    fn update_title(&mut self, ctx: &Context) {
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

    fn save_settings(&mut self) {
        let Some(path) = &self.surroundings.settings_path else {
            return;
        };
        if self.settings == self.saved_settings {
            return;
        }
        self.settings_written = Some(Instant::now());
        if let Ok(Some(_)) = self.surroundings.files.state(path) {
            let others = Settings::load(&*self.surroundings.files, path);
            self.settings.join(&self.saved_settings, others);
            self.apply_settings(&self.ctx);
        }
        // Settings are a comfort: where they cannot be kept, the program works all the same.
        if store::save_bytes(
            &*self.surroundings.files,
            path,
            self.settings.to_text().as_bytes(),
        )
        .is_ok()
        {
            self.saved_settings = self.settings.clone();
        } else {
            self.surroundings.settings_path = None;
        }
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

/// Looks for what can be recovered, in a thread of its own, since long journals take a while.
fn look(files: Arc<dyn Files + Send + Sync>, folder: &Path, ctx: &Context) -> Receiver<Left> {
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

/// Returns the whole path, so that it means the same to another process.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_error| path.to_owned())
}

/// What a file held that this program does not know, a line each.
fn notes_of(notes: &[store::Fault]) -> Vec<String> {
    notes.iter().map(ToString::to_string).collect()
}

/// Makes what the canvas shows; where things stand is taken from the picture before when that is
/// of the same revision.
fn picture_of(model: &Model, key: PictureKey, before: Option<&Picture>, fonts: &Fonts) -> Picture {
    let options = DrawOptions {
        theme: key.theme,
        heat: key.heat.clone(),
        // The canvas shows it where it stays in view.
        legend: None,
        fonts: fonts.clone(),
    };
    let (flow, layout) = match before {
        Some(before) => (Arc::clone(&before.flow), Arc::clone(&before.layout)),
        None => {
            let flow = Flow::of(model);
            let layout = scene::lay_out(model, &flow, fonts);
            (Arc::new(flow), Arc::new(layout))
        }
    };
    let scene = scene::draw(model, &flow, &layout, &options);
    Picture {
        key,
        flow,
        layout,
        scene,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}
