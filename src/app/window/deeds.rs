//! What actions do with what is selected.

use egui::Context;

use crate::app::actions::Action;
use crate::app::canvas::sight;
use crate::edit::{self, Gesture, Selected, Selection};
use crate::interact::{self, GRID, Tool};
use crate::model::{At, Change, HandoffChange, HandoffField, Needs};

use super::Window;

impl Window {
    /// Deletes what is selected; says what heals the flow over it, and where a gap stays.
    pub(super) fn delete(&mut self, heals: bool, now: f64) {
        let (model, selection) = (self.document.model(), self.document.selection());
        let removal = edit::remove(model, selection, heals);
        if removal.changes.is_empty() {
            return;
        }
        let counts = (
            selection.stages().len(),
            selection.handoffs().len(),
            selection.notes().len(),
        );
        let has_group = selection.len() > counts.0 + counts.1 + counts.2;
        let label = match counts {
            _ if has_group => "Delete group",
            (0, 0, 1) => "Delete note",
            (0, 0, _) => "Delete notes",
            (0, 1, 0) => "Delete handoff",
            (0, _, 0) => "Delete handoffs",
            (1, 0, 0) => "Delete stage",
            (_, 0, 0) => "Delete stages",
            _ => "Delete selection",
        };
        let name = |id| {
            let stage = model.stages.find(id);
            stage.map_or("", |stage| stage.name.as_str())
        };
        let mut sentences = removal.gaps;
        match removal.joined[..] {
            [] => {}
            [(from, to)] => {
                let healed = format!("{} leads to {} now.", name(from), name(to));
                sentences.insert(0, healed);
            }
            _ => {
                let healed = format!("{} new handoffs heal the flow.", removal.joined.len());
                sentences.insert(0, healed);
            }
        }
        self.edit(label.to_owned(), &removal.changes, None, now);
        if !sentences.is_empty() {
            self.canvas.say(sentences.join(" "), now);
        }
    }

    /// Takes a tool up, and says how it is used.
    pub(super) fn take_up(&mut self, tool: Tool, now: f64) {
        self.canvas.take_up(tool);
        let sentence = match tool {
            Tool::Select => return,
            Tool::Note(_) => {
                "Click where the note goes, or drag its size; Enter puts it in the middle."
            }
            Tool::Room => "Drag: everything to the right, or below, moves along.",
        };
        self.canvas.say(sentence.to_owned(), now);
    }

    /// Does something with the stages and notes that are selected, as one step.
    pub(super) fn arrange(&mut self, action: Action, ctx: &Context) {
        // Where things stand now, also after what was done in the same frame.
        self.refresh(ctx);
        let Some(picture) = self.picture.clone() else {
            return;
        };
        let now = ctx.input(|input| input.time);
        let sight = sight(&self.document, &picture, &self.canvas.viewport);
        let model = self.document.model();
        let changes = match action {
            Action::Duplicate => {
                let copies = interact::duplicate(&sight);
                self.edit("Duplicate".to_owned(), &copies.changes, None, now);
                self.select(copies.selection);
                return;
            }
            Action::Nudge(direction) => interact::nudge(&sight, direction.way(GRID)),
            Action::NudgeFar(direction) => interact::nudge(&sight, direction.way(10.0 * GRID)),
            Action::Align(alignment) => interact::align(&sight, alignment),
            Action::Distribute(axis) => interact::distribute(&sight, axis),
            Action::Lock => {
                let chosen = edit::with_members(model, self.document.selection());
                let elements: Vec<Selected> = chosen.iter().collect();
                let is_locked = |&element: &Selected| {
                    edit::placement_of(model, element).is_some_and(|at| at.is_locked)
                };
                let locks = !elements.iter().any(is_locked);
                edit::set_placement(model, &elements, |at| at.is_locked = locks)
            }
            _ => return,
        };
        if changes.is_empty() {
            let sentence = "What is selected is locked; unlock it to move it.";
            self.canvas.say(sentence.to_owned(), now);
            return;
        }
        let (label, gesture) = match action {
            Action::Nudge(_) | Action::NudgeFar(_) => ("Move", Some(self.nudge(now))),
            Action::Lock => {
                let chosen = edit::with_members(model, self.document.selection());
                let at = chosen.iter().next();
                let at = at.and_then(|element| edit::placement_of(model, element));
                if at.is_some_and(|at| at.is_locked) {
                    ("Unlock", None)
                } else {
                    ("Lock", None)
                }
            }
            other => (other.label(), None),
        };
        self.edit(label.to_owned(), &changes, gesture, now);
    }

    /// Returns the gesture of a nudge: nudges that follow each other quickly are one step.
    fn nudge(&mut self, now: f64) -> Gesture {
        const SECONDS: f64 = 1.0;
        let selection = self.document.selection();
        let gesture = match &self.nudging {
            Some((gesture, of, when)) if now - when < SECONDS && of == selection => *gesture,
            _ => Gesture::begin(),
        };
        self.nudging = Some((gesture, selection.clone(), now));
        gesture
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

    /// Makes a group of the selected stages, dissolves groups, or shows them the other way.
    pub(super) fn group(&mut self, action: Action, now: f64) {
        let (model, selection) = (self.document.model(), self.document.selection());
        let groups = edit::groups_of(model, selection);
        let label = action.label().to_owned();
        match action {
            Action::Group => {
                let (group, changes) = edit::group(model, &selection.stages());
                self.edit(label, &changes, None, now);
                self.select(Selection::of(Selected::Group(group)));
                self.canvas.name_group(&self.document, group);
            }
            Action::Ungroup => {
                let members = edit::with_members(model, selection);
                self.edit(label, &edit::ungroup(&groups), None, now);
                self.select(members);
            }
            _ => {
                let changes = edit::collapse_or_open(model, &groups);
                let collapses = groups.iter().filter_map(|&id| model.groups.find(id));
                let collapses = collapses.into_iter().any(|group| !group.is_collapsed);
                let label = if collapses { "Collapse" } else { "Open" };
                self.edit(format!("{label} group"), &changes, None, now);
                self.select(groups.into_iter().map(Selected::Group).collect());
            }
        }
    }

    /// Takes the corners out that were set by hand in the ways of the selected handoffs.
    pub(super) fn free_way(&mut self, now: f64) {
        let change = HandoffChange::Set {
            handoffs: self.document.selection().handoffs(),
            field: HandoffField::Bends(Vec::new()),
        };
        let label = Action::FreeWay.label().to_owned();
        self.edit(label, &[Change::Handoff(change)], None, now);
    }

    /// Brings an element into view, with its form open, and selects it.
    pub(super) fn reveal(&mut self, at: At) {
        self.look_at(at);
        self.settings.shows_inspector = true;
    }

    /// Brings an element into view and selects it; what stands nowhere is seen in its form.
    pub(super) fn look_at(&mut self, at: At) {
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
        if let Some(rect) = self.place_of(at) {
            self.canvas.past.leave(&self.canvas.viewport);
            self.canvas.viewport.reveal(rect);
        } else {
            self.settings.shows_inspector = true;
        }
        self.document
            .select(selected.map_or_else(Selection::default, Selection::of));
    }
}
