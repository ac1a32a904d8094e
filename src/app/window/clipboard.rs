//! Copy, cut and paste: text on the system's clipboard, so that it goes from one program to
//! another too.

use std::sync::Arc;

use egui::{Context, Event, ViewportCommand};

use crate::app::actions::Action;
use crate::app::canvas::sight;
use crate::app::command::Command;
use crate::app::fields::capitalized;
use crate::edit::{self, Copies, Selected, Selection};
use crate::graph::Flow;
use crate::interact::{GRID, ScreenPoint};
use crate::lists::looks_like_table;
use crate::model::{Change, Model, StageChange, StageId, WorldPoint, WorldRect, WorldVector};
use crate::quick::{self, QuickError};
use crate::scene;
use crate::store;

use super::Window;

/// The line with which copied elements begin, so that whoever finds them in a text knows what they are.
const FIRST_LINE: &str = "// Copied from Anabranch; paste it there into a drawing.";

/// So many names are listed of what a text cannot say, or of what was not taken.
const MOST_LISTED: usize = 3;

impl Window {
    /// Takes what the system says of its clipboard: its keys never arrive as such.
    pub(super) fn take_clipboard(&mut self, ctx: &Context, commands: &mut Vec<Command>) {
        if !self.is_started || self.canvas.is_busy() {
            return;
        }
        let is_text = ctx.input(|input| input.modifiers.shift);
        let events = ctx.input(|input| input.events.clone());
        for event in events {
            match event {
                Event::Copy if is_text => commands.push(Command::Act(Action::CopyAsText)),
                Event::Copy => commands.push(Command::Act(Action::Copy)),
                Event::Cut => commands.push(Command::Act(Action::Cut)),
                Event::Paste(text) => commands.push(Command::Paste(text)),
                _ => {}
            }
        }
    }

    pub(super) fn clipboard(&mut self, action: Action, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        match action {
            Action::Paste => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
            Action::CopyAsText => self.copy_as_text(ctx, now),
            Action::Copy => {
                self.copy(ctx, now);
            }
            Action::Cut if self.copy(ctx, now) => {
                let (model, selection) = (self.document.model(), self.document.selection());
                let removal = edit::remove(model, selection, true);
                self.edit("Cut".to_owned(), &removal.changes, None, now);
            }
            _ => {}
        }
    }

    /// Copies the selected stages and notes. Returns whether that was done.
    fn copy(&mut self, ctx: &Context, now: f64) -> bool {
        self.refresh(ctx);
        let Some(picture) = self.picture.clone() else {
            return false;
        };
        let sight = sight(&self.document, &picture, &self.canvas.viewport);
        let place = |element| sight.rect_of(element).map(|rect: WorldRect| rect.min);
        let model = self.document.model();
        let chosen = edit::with_members(model, self.document.selection());
        match edit::cut_out(model, &chosen, &place) {
            Ok(part) => {
                let text = store::write(&part);
                ctx.copy_text(format!("{FIRST_LINE}\n{text}"));
                let sentence = format!("Copied {}.", counted(&part));
                self.canvas.say(sentence, now);
                true
            }
            Err(error) => {
                let sentence = format!("Nothing was copied: {error}.");
                self.canvas.say(sentence, now);
                false
            }
        }
    }

    /// Copies the selected stages, or all of them, as quick entry says them.
    fn copy_as_text(&mut self, ctx: &Context, now: f64) {
        let model = self.document.model();
        let mut stages = edit::with_members(model, self.document.selection()).stages();
        if stages.is_empty() {
            stages = model.stages.iter().map(|stage| stage.id).collect();
        }
        let said = quick::say(model, &stages);
        if said.is_complete() {
            ctx.copy_text(said.text);
            self.canvas.say("Copied as text.".to_owned(), now);
            return;
        }
        let before = self.document.selection().clone();
        self.select(stages.into_iter().map(Selected::Stage).collect());
        if self.copy(ctx, now) {
            let list = listed(&said.unsaid);
            let sentence = format!("Copied as RON, since a text cannot say: {list}.");
            self.canvas.say(sentence, now);
        }
        self.select(before);
    }

    /// Puts a text into the drawing: copied elements, or what quick entry understands.
    pub(super) fn paste(&mut self, text: &str, ctx: &Context) {
        if looks_like_table(text) {
            self.paste_rows(text, ctx);
            return;
        }
        let now = ctx.input(|input| input.time);
        self.refresh(ctx);
        let pasted = if looks_like_ron(text) {
            self.copies_in(text, ctx)
        } else {
            self.drawing_in(text, ctx).map_err(|fault| {
                let QuickError {
                    line,
                    column,
                    message,
                    hint,
                    ..
                } = fault;
                let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
                format!("Nothing was pasted: line {line}, letter {column}: {message}{hint}.")
            })
        };
        let (copies, sentence) = match pasted {
            Ok(pasted) => pasted,
            Err(sentence) => {
                self.canvas.say(sentence, now);
                return;
            }
        };
        let count = self.document.history().len();
        self.edit("Paste".to_owned(), &copies.changes, None, now);
        if self.document.history().len() > count {
            self.select(copies.selection);
            self.canvas.say(sentence, now);
        }
    }

    /// The elements of a text that was copied in this or another window.
    fn copies_in(&self, text: &str, ctx: &Context) -> Result<(Copies, String), String> {
        let loaded = store::read(text.as_bytes()).map_err(|error| {
            let first = error.to_string();
            let first = first.lines().next().unwrap_or_default().to_owned();
            format!("Nothing was pasted: {first}.")
        })?;
        let part = loaded.model;
        if part.stages.is_empty() && part.notes.is_empty() {
            return Err("Nothing was pasted: there is no stage and no note in it.".to_owned());
        }
        let stages = part.stages.iter().filter_map(|stage| stage.at.position);
        let notes = part.notes.iter().filter_map(|note| note.at.position);
        let corners: Vec<WorldPoint> = stages.chain(notes).collect();
        let by = self.way_to_place(&corners, ctx);
        let copies = edit::put_in(self.document.model(), &part, by);
        let mut sentence = format!("Pasted {}.", counted(&part));
        if !loaded.notes.is_empty() {
            let notes: Vec<String> = loaded.notes.iter().map(ToString::to_string).collect();
            let list = listed(&notes);
            sentence.push_str(&format!(" Not taken, since it is not known here: {list}."));
        }
        Ok((copies, sentence))
    }

    /// How far what is pasted moves from where it stood: to the pointer, else a bit to the right and
    /// below; and on while something stands exactly there.
    fn way_to_place(&self, corners: &[WorldPoint], ctx: &Context) -> WorldVector {
        let low = |of: fn(&WorldPoint) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
        let corner = WorldPoint::new(low(|at| at.x), low(|at| at.y));
        if !(corner.x.is_finite() && corner.y.is_finite()) {
            return WorldVector::default();
        }
        let on_grid = |length: f64| (length / GRID).round() * GRID;
        let mut by = match self.pointer_on_canvas(ctx) {
            Some(at) => WorldVector::new(on_grid(at.x - corner.x), on_grid(at.y - corner.y)),
            None => WorldVector::new(0.0, 0.0),
        };
        let stages = self
            .picture
            .iter()
            .flat_map(|picture| &picture.layout.stages);
        let taken: Vec<WorldPoint> = stages.map(|rect| rect.min).collect();
        let is_taken = |by: WorldVector| {
            let mut there = corners.iter().map(|&corner| corner + by);
            there.any(|one| taken.contains(&one))
        };
        while is_taken(by) {
            by = WorldVector::new(by.x + 3.0 * GRID, by.y + 3.0 * GRID);
        }
        by
    }

    fn pointer_on_canvas(&self, ctx: &Context) -> Option<WorldPoint> {
        let at = ctx.input(|input| input.pointer.latest_pos())?;
        let viewport = &self.canvas.viewport;
        let at = viewport.world_from_screen(ScreenPoint::new(at.x, at.y));
        viewport.visible().contains(at).then_some(at)
    }

    /// What quick entry makes of a text, at the pointer; in an empty drawing where the layout puts it.
    fn drawing_in(&self, text: &str, ctx: &Context) -> Result<(Copies, String), QuickError> {
        let model = self.document.model();
        let mut entered = quick::enter(model, text)?;
        if !model.stages.is_empty() {
            let alone = quick::new_model(text, "")?;
            let fonts = &self.surroundings.fonts;
            let layout = scene::lay_out(&alone, &Flow::of(&alone), fonts);
            let corners: Vec<WorldPoint> = layout.stages.iter().map(|rect| rect.min).collect();
            let by = match self.pointer_on_canvas(ctx) {
                Some(_) => self.way_to_place(&corners, ctx),
                None => self.below_all(&corners),
            };
            place_at(&mut entered.changes, &entered.stages, &corners, by);
        }
        let count = entered.stages.len();
        let stages = entered.stages.into_iter().map(Selected::Stage);
        let copies = Copies {
            changes: entered.changes,
            selection: stages.collect::<Selection>(),
        };
        let sentence = match count {
            1 => "Drew a stage from the text.".to_owned(),
            _ => format!("Drew {count} stages from the text."),
        };
        Ok((copies, sentence))
    }

    /// The way to a place below all that is drawn, for who has no pointer.
    fn below_all(&self, corners: &[WorldPoint]) -> WorldVector {
        let stages = self
            .picture
            .iter()
            .flat_map(|picture| &picture.layout.stages);
        let all = stages.copied().reduce(WorldRect::union).unwrap_or_default();
        let top = corners.iter().map(|at| at.y).fold(f64::INFINITY, f64::min);
        let left = corners.iter().map(|at| at.x).fold(f64::INFINITY, f64::min);
        let y = ((all.max.y + 8.0 * GRID - top) / GRID).round() * GRID;
        WorldVector::new(((all.min.x - left) / GRID).round() * GRID, y)
    }
}

/// Gives stages that are added a place each.
fn place_at(changes: &mut [Change], stages: &[StageId], corners: &[WorldPoint], by: WorldVector) {
    for change in changes {
        if let Change::Stage(StageChange::Add { stage, .. }) = change {
            let place = stages.iter().position(|&id| id == stage.id);
            let corner = place.and_then(|at| corners.get(at));
            Arc::make_mut(stage).at.position = corner.map(|&corner| corner + by);
        }
    }
}

/// A drawing in words begins with a name; RON with a bracket or a remark.
fn looks_like_ron(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("//")
        || text.starts_with("/*")
        || text.starts_with('(')
        || text.starts_with("#![")
}

fn counted(part: &Model) -> String {
    let count = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("a {one}")),
        _ => Some(format!("{count} {one}s")),
    };
    let counts = [
        count(part.stages.len(), "stage"),
        count(part.handoffs.len(), "handoff"),
        count(part.notes.len(), "note"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    match counts.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

fn listed(lines: &[String]) -> String {
    let mut list = lines
        .iter()
        .take(MOST_LISTED)
        .cloned()
        .collect::<Vec<_>>()
        .join("; ");
    if let Some(more @ 1..) = lines.len().checked_sub(MOST_LISTED) {
        list.push_str(&format!("; and {more} more"));
    }
    capitalized(&list)
}
