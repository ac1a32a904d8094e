//! What actions do with what is selected.

use crate::edit::{self, Selected, Selection};
use crate::model::{At, Change, HandoffChange, HandoffField, Needs, NoteChange, StageChange};

use super::Window;

impl Window {
    pub(super) fn delete(&mut self, now: f64) {
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

    pub(super) fn mark_customary(&mut self, now: f64) {
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

    pub(super) fn run_together(&mut self, now: f64) {
        let selected = self.document.selection().handoffs();
        match edit::run_together(self.document.model(), &selected) {
            Ok(changes) => self.edit("Run together".to_owned(), &changes, None, now),
            Err(refusal) => self.canvas.say(refusal.to_string(), now),
        }
    }

    pub(super) fn put_back_in_order(&mut self, now: f64) {
        let selected = self.document.selection().handoffs();
        match edit::run_in_order(self.document.model(), &selected) {
            Ok(changes) => self.edit("Put back in order".to_owned(), &changes, None, now),
            Err(refusal) => self.canvas.say(refusal.to_string(), now),
        }
    }

    pub(super) fn reveal(&mut self, at: At) {
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
}
