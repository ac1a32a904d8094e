//! Drawing by keys: which keys begin a stage, and walking from one to the next.

use egui::{Context, Event};

use crate::app::canvas::sight;
use crate::app::capture_keys::CaptureKey;
use crate::app::command::Command;
use crate::edit::{Selected, Selection};
use crate::interact::{Link, Walk, walk};
use crate::model::{StageId, WorldRect};

use super::Window;

impl Window {
    /// Takes the keys that draw. Returns whether what was typed is the line of a stage, so that a
    /// letter in it is no shortcut.
    pub(super) fn take_capture_keys(&mut self, ctx: &Context, commands: &mut Vec<Command>) -> bool {
        if !self.is_started || self.canvas.is_busy() {
            return false;
        }
        let stage = self.selected_stage();
        let is_blank =
            self.document.model().stages.is_empty() && self.document.selection().is_empty();
        let is_plain = ctx.input(|input| input.modifiers.is_none());
        for key in CaptureKey::ALL {
            let asked = match (key, stage) {
                (CaptureKey::Beside, Some(stage)) => Some(Command::Capture(Link::Beside(stage))),
                (CaptureKey::Next, Some(stage)) => Some(Command::Capture(Link::Next(stage))),
                (CaptureKey::Walk(way), _) if is_plain => Some(Command::Walk(way)),
                _ => None,
            };
            let begins = key == CaptureKey::First && is_blank;
            if !begins && asked.is_none() {
                continue;
            }
            if ctx.input_mut(|input| input.consume_shortcut(&key.shortcut())) {
                commands.extend(asked);
                if begins {
                    self.canvas.begin_line(None);
                }
            }
        }
        let types = ctx.input(|input| {
            let held = input.modifiers;
            let is_letter = |event: &Event| match event {
                Event::Text(text) => text.starts_with(|c: char| c.is_alphanumeric() || c == '"'),
                _ => false,
            };
            let is_shortcut = held.command || (held.ctrl && !held.alt);
            !is_shortcut && input.events.iter().any(is_letter)
        });
        if types && (stage.is_some() || is_blank) {
            self.canvas.begin_line(stage);
            return true;
        }
        false
    }

    fn selected_stage(&self) -> Option<StageId> {
        match self.document.selection().single() {
            Some(Selected::Stage(stage)) => Some(stage),
            _ => None,
        }
    }

    /// Begins to name a stage in place that is linked to another.
    pub(super) fn begin_capture(&mut self, link: Link, ctx: &Context) {
        if let Some(stage) = link.stage() {
            self.select(Selection::of(Selected::Stage(stage)));
        }
        // Where things stand after what was done in the same frame.
        self.refresh(ctx);
        if let Some(picture) = &self.picture {
            self.canvas.begin_capture(&self.document, picture, link);
        }
    }

    /// Selects the stage that an arrow leads to; the first one seen when nothing is selected.
    pub(super) fn walk(&mut self, way: Walk, ctx: &Context) {
        self.refresh(ctx);
        let Some(picture) = self.picture.clone() else {
            return;
        };
        let sight = sight(&self.document, &picture, &self.canvas.viewport);
        let rect = |stage| sight.rect_of(Selected::Stage(stage));
        let found = match self.selected_stage() {
            Some(stage) => walk(&sight, stage, way),
            None if self.document.selection().is_empty() => {
                let stages = || self.document.model().stages.iter().map(|stage| stage.id);
                let is_seen = |&stage: &StageId| {
                    rect(stage).is_some_and(|rect: WorldRect| rect.overlaps(sight.view))
                };
                stages().find(is_seen).or_else(|| stages().next())
            }
            None => None,
        };
        if let Some(stage) = found {
            let rect = rect(stage);
            self.select(Selection::of(Selected::Stage(stage)));
            if let Some(rect) = rect {
                self.canvas.viewport.reveal(rect);
            }
        }
    }
}
