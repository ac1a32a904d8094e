//! Commands carried out, in the order in which they were asked for.

use std::path::Path;

use egui::Context;

use crate::app::actions::Action;
use crate::app::command::Command;
use crate::app::dialogs::Purpose;
use crate::app::fields;
use crate::app::finder::Seeks;
use crate::app::mishap::diagnostics;
use crate::app::modal::{Next, Question};
use crate::app::settings::ThemeChoice;
use crate::edit::{self, Effect, Selected};
use crate::interact::Tool;
use crate::model::{Change, NoteKind};

use super::Window;

impl Window {
    pub(super) fn carry_out(&mut self, command: Command, ctx: &Context) {
        if let Command::Act(action) = command
            && !self.can_act(action)
        {
            return;
        }
        let hides = matches!(command, Command::Act(action) if action.hides_fields());
        if (command.leaves_document() || (hides && ctx.text_edit_focused()))
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
            Command::Capture(link) => self.begin_capture(link, ctx),
            Command::Paste(text) => self.paste(&text, ctx),
            Command::Walk(way) => self.walk(way, ctx),
            Command::Look(at) => self.look_at(at),
            Command::Reveal(at) => self.reveal(at),
            Command::Say(sentence) => self.canvas.say(sentence, now),
            Command::Open(path) => self.leave(Next::Open(path), ctx),
            Command::OpenLastSession => self.leave(Next::LastSession, ctx),
            Command::OpenBackup(path) => self.leave(Next::Backup(path), ctx),
            Command::OpenTemplate(template) => self.leave(Next::Template(template), ctx),
            Command::OpenExample(name) => self.leave(Next::Example(name), ctx),
            Command::ShowRecovery => self.leave(Next::Recover, ctx),
            Command::AnswerTheirs(choice) => self.answer_theirs(choice, ctx),
        }
    }

    pub(super) fn edit(
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
                .say(fields::capitalized(&error.to_string()), now),
        }
    }

    /// Returns whether an action can be done now.
    pub(super) fn can_act(&self, action: Action) -> bool {
        let needs_no_document = matches!(
            action,
            Action::New
                | Action::Open
                | Action::Quit
                | Action::About
                | Action::Settings
                | Action::CopyDiagnostics
                | Action::Keys
                | Action::Guide
                | Action::Light
                | Action::Dark
                | Action::HighContrast
                | Action::SystemTheme
                | Action::Commands
                | Action::Find
        );
        (self.is_started || needs_no_document) && action.is_enabled(&self.document)
    }

    /// Lets go what waited for text fields: these give their text up one frame after they
    /// lose the focus.
    pub(super) fn let_waiting_go(&mut self, ctx: &Context) {
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
            Action::DuplicateFile => self.ask(Purpose::Duplicate, ctx),
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
            Action::Delete => self.delete(true, now),
            Action::DeleteOnly => self.delete(false, now),
            Action::SelectAll => {
                let model = self.document.model();
                let stages = model.stages.iter().map(|stage| Selected::Stage(stage.id));
                let notes = model.notes.iter().map(|note| Selected::Note(note.id));
                let all = stages.chain(notes).collect();
                self.document.select(all);
            }
            Action::Commands => self.open_finder(Seeks::Actions, ctx),
            Action::Find => self.open_finder(Seeks::Elements, ctx),
            Action::Replace => self.open_replace(),
            Action::Rename => match self.document.selection().single() {
                Some(Selected::Stage(stage)) => self.canvas.begin_rename(&self.document, stage),
                Some(Selected::Note(note)) => self.canvas.begin_writing(&self.document, note),
                Some(Selected::Group(group)) => self.canvas.name_group(&self.document, group),
                _ => {}
            },
            Action::Copy | Action::Cut | Action::Paste | Action::CopyAsText => {
                self.clipboard(action, ctx);
            }
            Action::Keys => self.shows_keys = !self.shows_keys,
            Action::Guide => self.guide.toggle(),
            Action::AddSticky => self.take_up(Tool::Note(NoteKind::Sticky), now),
            Action::AddKaizen => self.take_up(Tool::Note(NoteKind::Kaizen), now),
            Action::MakeRoom => self.take_up(Tool::Room, now),
            Action::Duplicate
            | Action::Nudge(_)
            | Action::NudgeFar(_)
            | Action::Align(_)
            | Action::Distribute(_)
            | Action::Lock => self.arrange(action, ctx),
            Action::TidyUp => self.tidy_up(ctx),
            Action::OpenMenu => {
                if let Some(picture) = &self.picture {
                    self.canvas.open_menu(&self.document, picture);
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
            Action::FreeWay => self.free_way(now),
            Action::Patterns => self.open_patterns(),
            Action::SavePattern => self.name_pattern(),
            Action::Group | Action::Ungroup | Action::CollapseOrOpen => self.group(action, now),
            Action::ZoomIn => self
                .canvas
                .viewport
                .zoom_to(self.canvas.viewport.zoom() * 1.25),
            Action::ZoomOut => self
                .canvas
                .viewport
                .zoom_to(self.canvas.viewport.zoom() / 1.25),
            Action::ActualSize => {
                self.canvas.past.leave(&self.canvas.viewport);
                self.canvas.viewport.zoom_to(1.0);
            }
            Action::Fit => {
                self.canvas.past.leave(&self.canvas.viewport);
                self.canvas.wants_fit = true;
            }
            Action::ZoomToSelection => {
                self.canvas.past.leave(&self.canvas.viewport);
                self.canvas.wants_selection = true;
            }
            Action::PreviousView => {
                let canvas = &mut self.canvas;
                if !canvas.past.go_back(&mut canvas.viewport) {
                    canvas.say("There is no view to go back to.".to_owned(), now);
                }
            }
            Action::ToggleOutline => {
                self.settings.shows_outline = !self.settings.shows_outline;
            }
            Action::ToggleInspector => {
                self.settings.shows_inspector = !self.settings.shows_inspector;
            }
            Action::ToggleResults => self.settings.shows_results = !self.settings.shows_results,
            Action::ShowTable => self.show_table(),
            Action::NextRegion => self.focus.go_around(ctx, false),
            Action::PreviousRegion => self.focus.go_around(ctx, true),
            Action::ToggleHeat => {
                self.settings.shows_heat = !self.settings.shows_heat;
                if self.settings.shows_heat && self.results.heat().is_none() {
                    let sentence = "There is no lead time yet to show the shares of.";
                    self.canvas.say(sentence.to_owned(), now);
                }
            }
            Action::ToggleMinimap => {
                self.settings.shows_minimap = !self.settings.shows_minimap;
                let sees_all = self.picture.as_ref().is_some_and(|picture| {
                    let bounds = picture.scene.bounds.into();
                    self.canvas.viewport.sees(bounds)
                });
                if self.settings.shows_minimap && sees_all {
                    let sentence = "The minimap comes when not all of the drawing is seen.";
                    self.canvas.say(sentence.to_owned(), now);
                }
            }
            Action::ColourBy(by) => self.settings.colour_by = by,
            Action::Light => self.choose_theme(ThemeChoice::Light, ctx),
            Action::Dark => self.choose_theme(ThemeChoice::Dark, ctx),
            Action::HighContrast => self.choose_theme(ThemeChoice::Contrast, ctx),
            Action::SystemTheme => self.choose_theme(ThemeChoice::System, ctx),
            Action::About => self.question = Some(Question::About),
            Action::Settings => self.shows_preferences = true,
            Action::CopyDiagnostics => {
                ctx.copy_text(diagnostics());
                self.canvas.say("Diagnostics copied.".to_owned(), now);
            }
        }
    }
}
