//! The outline beside the canvas: every stage as a line, in the order of the flow.
//!
//! A line of it selects its stage on the canvas and shows it there; a stage selected on the canvas
//! has its line brought into view.

mod line;

use std::ops::Range;

use egui::accesskit::Role;
use egui::{
    Context, EventFilter, Id, Key, Modifiers, RichText, ScrollArea, TextEdit, Ui, WidgetInfo, vec2,
};

use crate::edit::{Document, Selected};
use crate::graph::Flow;
use crate::lists::Outline;
use crate::model::{At, Change, Model, StageChange, StageField, StageId, StreamId};

use super::actions::{Action, Direction};
use super::canvas::NAMING;
use super::command::Command;
use super::fields::note_draft;

use line::{Shown, State, line_ui};

/// Height of a line, in points.
const LINE: f32 = 28.0;

/// A line of the outline.
enum Line {
    Heading(Option<StreamId>, String),
    Stage(Shown),
}

impl Line {
    fn stage(&self) -> Option<StageId> {
        match self {
            Self::Heading(..) => None,
            Self::Stage(shown) => Some(shown.stage),
        }
    }
}

/// What the outline remembers from frame to frame.
#[derive(Default)]
pub struct OutlinePanel {
    /// The revision that it was made of.
    revision: Option<u64>,
    outline: Outline,
    lines: Vec<Line>,
    /// The name that is being typed, and whether its field has had the focus.
    renaming: Option<(StageId, String, bool)>,
    dragged: Option<StageId>,
    /// The line that has the keyboard focus.
    focused: Option<StageId>,
    /// The stage at whose line Tab stops.
    tab_stop: Option<StageId>,
    /// Whether the field of the name that is being typed was drawn.
    shows_field: bool,
    /// The stage that was selected when it was drawn last.
    selected: Option<StageId>,
    /// How far it is scrolled, and how much of it is seen, in points.
    offset: f32,
    height: f32,
    /// The line to be brought into view.
    wanted: Option<usize>,
}

fn line_id(stage: StageId) -> Id {
    Id::unique(("outline line", stage))
}

impl OutlinePanel {
    /// Returns whether a shortcut means the line of the outline that has the focus.
    pub fn takes(&self, action: Action, ctx: &Context) -> bool {
        let means_line = matches!(
            action,
            Action::Rename | Action::Nudge(Direction::Up | Direction::Down)
        );
        let focused = self.focused.map(line_id);
        means_line && focused.is_some() && ctx.memory(|memory| memory.focused()) == focused
    }

    /// Draws it.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        document: &Document,
        flow: &Flow,
        commands: &mut Vec<Command>,
    ) {
        self.refresh(document, flow);
        self.follow_selection(document);
        self.take_keys(ui, document.model(), commands);
        ui.add_space(8.0);
        ui.label(
            RichText::new("OUTLINE")
                .small()
                .strong()
                .extra_letter_spacing(0.8)
                .weak(),
        );
        if self.lines.is_empty() {
            ui.weak("No stage is drawn yet.");
            return;
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::vertical().auto_shrink([false, false]);
        self.height = ui.available_height();
        if let Some(line) = self.wanted.take() {
            let top = line as f32 * LINE;
            self.offset = self.offset.clamp((top + LINE - self.height).max(0.0), top);
            area = area.vertical_scroll_offset(self.offset);
        }
        self.focused = None;
        let count = self.lines.len();
        let is_renaming = self.renaming.is_some();
        self.shows_field = false;
        let output = area.show_rows(ui, LINE, count, |ui, lines| {
            ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                node.set_role(Role::Tree);
                node.set_label("Outline");
            });
            let stop = self.stop(document, lines.clone());
            for line in lines {
                self.one_ui(ui, document, line, stop, commands);
            }
        });
        // A field that was scrolled away is left like any other.
        if is_renaming && !self.shows_field {
            self.finish_rename(document.model(), commands);
        }
        self.offset = output.state.clamped_offset().y;
        self.height = output.inner_rect.height();
    }

    /// Returns the line of those in view at which Tab stops.
    fn stop(&self, document: &Document, lines: Range<usize>) -> Option<StageId> {
        let stages = || self.lines.get(lines.clone()).into_iter().flatten();
        let stages = || stages().filter_map(Line::stage);
        let selection = document.selection();
        stages()
            .find(|&stage| self.tab_stop == Some(stage))
            .or_else(|| stages().find(|&stage| selection.contains(Selected::Stage(stage))))
            .or_else(|| stages().next())
    }

    fn refresh(&mut self, document: &Document, flow: &Flow) {
        if self.revision.replace(document.revision()) == Some(document.revision()) {
            return;
        }
        let model = document.model();
        self.outline = Outline::of(model, flow);
        self.lines.clear();
        let has_headings = self.outline.parts.len() > 1 || model.streams.len() > 1;
        for part in &self.outline.parts {
            if has_headings {
                let stream = part.stream.and_then(|id| model.streams.find(id));
                let name = stream.map_or("No stream", |stream| stream.name.as_str());
                self.lines.push(Line::Heading(part.stream, name.to_owned()));
            }
            let shown = part.rows.iter().filter_map(|row| Shown::of(model, row));
            self.lines.extend(shown.map(Line::Stage));
        }
        self.renaming
            .take_if(|(stage, ..)| !model.stages.contains(*stage));
        self.dragged.take_if(|stage| !model.stages.contains(*stage));
    }

    /// Brings the line of a stage into view that was selected elsewhere.
    fn follow_selection(&mut self, document: &Document) {
        let selected = match document.selection().single() {
            Some(Selected::Stage(stage)) => Some(stage),
            _ => None,
        };
        if selected != self.selected {
            self.selected = selected;
            if let Some(stage) = selected {
                self.wanted = self.position(stage);
            }
        }
    }

    fn position(&self, stage: StageId) -> Option<usize> {
        self.lines
            .iter()
            .position(|line| line.stage() == Some(stage))
    }

    /// Takes the keys that mean the line that has the focus.
    fn take_keys(&mut self, ui: &Ui, model: &Model, commands: &mut Vec<Command>) {
        let Some(stage) = self.focused else {
            return;
        };
        if !ui.memory(|memory| memory.has_focus(line_id(stage))) {
            return;
        }
        // Up and down go from line to line here, not to whatever lies above or below.
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(line_id(stage), filter));
        let takes = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        for (key, goes_up) in [(Key::ArrowUp, true), (Key::ArrowDown, false)] {
            if takes(Modifiers::ALT, key) {
                let moved = self.outline.moved(model, stage, goes_up);
                commands.push(reorder_command(moved));
                self.wanted = self.position(stage);
            } else if takes(Modifiers::NONE, key)
                && let Some(next) = self.next(stage, goes_up)
            {
                self.go_to(ui.ctx(), next, commands);
            }
        }
        let mut stages = self.lines.iter().filter_map(Line::stage);
        let end = if takes(Modifiers::NONE, Key::Home) {
            stages.next()
        } else if takes(Modifiers::NONE, Key::End) {
            stages.next_back()
        } else {
            None
        };
        if let Some(end) = end {
            self.go_to(ui.ctx(), end, commands);
        }
        if takes(Modifiers::NONE, Key::F2) {
            self.begin_rename(model, stage);
        }
    }

    fn next(&self, stage: StageId, goes_up: bool) -> Option<StageId> {
        let at = self.position(stage)?;
        if goes_up {
            self.lines[..at].iter().rev().find_map(Line::stage)
        } else {
            self.lines[at + 1..].iter().find_map(Line::stage)
        }
    }

    fn go_to(&mut self, ctx: &Context, stage: StageId, commands: &mut Vec<Command>) {
        self.wanted = self.position(stage);
        self.selected = Some(stage);
        self.focus(ctx, stage);
        commands.push(Command::Look(At::Stage(stage)));
    }

    fn focus(&mut self, ctx: &Context, stage: StageId) {
        self.focused = Some(stage);
        self.tab_stop = Some(stage);
        ctx.memory_mut(|memory| memory.request_focus(line_id(stage)));
    }

    fn begin_rename(&mut self, model: &Model, stage: StageId) {
        let found = model.stages.find(stage);
        self.renaming = found.map(|found| (stage, found.name.clone(), false));
    }

    fn one_ui(
        &mut self,
        ui: &mut Ui,
        document: &Document,
        line: usize,
        stop: Option<StageId>,
        commands: &mut Vec<Command>,
    ) {
        let shown = match self.lines.get(line) {
            None => return,
            Some(Line::Heading(stream, name)) => {
                if line::heading_ui(ui, line, name, LINE).clicked()
                    && let Some(stream) = *stream
                {
                    commands.push(Command::Reveal(At::Stream(stream)));
                }
                return;
            }
            Some(Line::Stage(shown)) => shown,
        };
        let stage = shown.stage;
        if self
            .renaming
            .as_ref()
            .is_some_and(|(one, ..)| *one == stage)
        {
            self.rename_ui(ui, document.model(), commands);
            return;
        }
        let state = State {
            is_selected: document.selection().contains(Selected::Stage(stage)),
            is_stop: stop == Some(stage),
        };
        let response = line_ui(ui, line_id(stage), shown, state, LINE);
        if response.has_focus() {
            self.focused = Some(stage);
            self.tab_stop = Some(stage);
        }
        if response.double_clicked() {
            self.begin_rename(document.model(), stage);
        } else if response.clicked() {
            let adds = ui.input(|input| input.modifiers.command || input.modifiers.shift);
            if adds {
                let mut selection = document.selection().clone();
                selection.toggle(Selected::Stage(stage));
                commands.push(Command::Select(selection));
                self.tab_stop = Some(stage);
                response.request_focus();
            } else {
                self.go_to(ui.ctx(), stage, commands);
            }
        }
        if response.drag_started() {
            self.dragged = Some(stage);
        }
        self.drag_ui(ui, document.model(), &response, stage, commands);
    }

    /// Shows where a line that is dragged would go, and takes it there.
    fn drag_ui(
        &mut self,
        ui: &Ui,
        model: &Model,
        response: &egui::Response,
        stage: StageId,
        commands: &mut Vec<Command>,
    ) {
        let Some(dragged) = self.dragged else {
            return;
        };
        let is_over = ui
            .input(|input| input.pointer.interact_pos())
            .is_some_and(|at| response.rect.contains(at));
        if is_over && dragged != stage {
            let branch = self.outline.branch(model, dragged, stage);
            let goes_up = self.position(dragged) > self.position(stage);
            let visuals = ui.visuals();
            // Where it would come to stand: before or after the whole branch.
            let (beside, colour) = match &branch {
                Ok((first, _)) if goes_up => (*first, visuals.selection.stroke.color),
                Ok((_, last)) => (*last, visuals.selection.stroke.color),
                Err(_) => (stage, visuals.error_fg_color),
            };
            let lines = |stage| self.position(stage).unwrap_or_default() as f32;
            let edge = if goes_up {
                response.rect.top()
            } else {
                response.rect.bottom()
            };
            let y = edge + (lines(beside) - lines(stage)) * LINE;
            let stroke = egui::Stroke::new(2.0, colour);
            ui.painter().hline(response.rect.x_range(), y, stroke);
            if ui.input(|input| input.pointer.any_released()) {
                let moved = self.outline.moved_to(model, dragged, stage);
                commands.push(reorder_command(moved));
            }
        }
        if ui.input(|input| !input.pointer.any_down() && !input.pointer.any_released()) {
            self.dragged = None;
        }
    }

    fn rename_ui(&mut self, ui: &mut Ui, model: &Model, commands: &mut Vec<Command>) {
        let Some((stage, text, had_focus)) = &mut self.renaming else {
            return;
        };
        let stage = *stage;
        self.shows_field = true;
        let id = Id::unique(("outline name", stage));
        let size = vec2(ui.available_width(), LINE);
        let edit = TextEdit::singleline(text)
            .id(id)
            .align(egui::Align2::LEFT_CENTER);
        let response = ui.add_sized(size, edit);
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, NAMING));
        if !*had_focus {
            *had_focus = true;
            response.request_focus();
            line::select_all(ui.ctx(), id, text);
            return;
        }
        if !response.lost_focus() {
            note_draft(ui.ctx(), NAMING, text);
            return;
        }
        let is_given_up = ui.input(|input| input.key_pressed(Key::Escape));
        if is_given_up || ui.input(|input| input.key_pressed(Key::Enter)) {
            self.focus(ui.ctx(), stage);
        }
        if is_given_up {
            self.renaming = None;
        } else {
            self.finish_rename(model, commands);
        }
    }

    /// Gives the stage the name that was typed, where one was.
    fn finish_rename(&mut self, model: &Model, commands: &mut Vec<Command>) {
        let Some((stage, text, _)) = self.renaming.take() else {
            return;
        };
        let name = text.trim().to_owned();
        let before = model.stages.find(stage).map(|stage| stage.name.as_str());
        if !name.is_empty() && before.is_some_and(|before| before != name) {
            let stages = vec![stage];
            let field = StageField::Name(name);
            let change = Change::Stage(StageChange::Set { stages, field });
            commands.push(Command::edit("Rename stage", change));
        }
    }
}

fn reorder_command(moved: Result<Change, String>) -> Command {
    match moved {
        Ok(change) => Command::edit("Reorder stages", change),
        Err(why_not) => Command::Say(why_not),
    }
}
