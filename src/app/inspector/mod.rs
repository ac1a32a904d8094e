//! The inspector: the form of what is selected.

mod board;
mod handoff;
mod people;
mod several;
mod stage;
mod stream;

use egui::accesskit::Role;
use egui::{Id, RichText, Ui};

pub use handoff::ends;

use crate::app::command::Command;
use crate::app::fields::{Subject, set_subject};
use crate::app::names::{heard, seen};
use crate::edit::{Selected, Selection};
use crate::graph::Flow;
use crate::model::{HandoffId, Model};

/// What the inspector is about.
pub struct Inspected<'a> {
    /// The document's model.
    pub model: &'a Model,
    /// What flows.
    pub flow: &'a Flow,
    /// What is selected.
    pub selection: &'a Selection,
    /// The derived handoff that is selected, if one is.
    pub derived: Option<HandoffId>,
}

/// Draws the form of what is selected; of the model and its streams and teams when nothing is.
pub fn inspector_ui(ui: &mut Ui, inspected: &Inspected<'_>, commands: &mut Vec<Command>) {
    let Inspected {
        model,
        flow,
        selection,
        derived,
    } = *inspected;
    let subject = Subject {
        name: name_of(model, selection),
        selection: selection.clone(),
    };
    set_subject(ui.ctx(), subject);
    if let Some(derived) =
        derived.and_then(|id| flow.handoffs.iter().find(|handoff| handoff.id == id))
    {
        handoff::derived_ui(ui, model, derived, commands);
        return;
    }
    let (stages, handoffs) = (selection.stages(), selection.handoffs());
    match selection.single() {
        Some(Selected::Stage(id)) => {
            if let Some(stage) = model.stages.find(id) {
                stage::stage_ui(ui, model, stage, commands);
            }
        }
        Some(Selected::Handoff(id)) => {
            if let Some(handoff) = model.handoffs.find(id) {
                handoff::handoff_ui(ui, model, handoff, commands);
            }
        }
        Some(Selected::Team(id)) => {
            if let Some(team) = model.teams.find(id) {
                people::team_ui(ui, model, team, commands);
            }
        }
        Some(Selected::Calendar(id)) => {
            if let Some(calendar) = model.calendars.find(id) {
                people::calendar_ui(ui, calendar, commands);
            }
        }
        Some(Selected::Stream(id)) => {
            if let Some(stream) = model.streams.find(id) {
                stream::stream_ui(ui, model, stream, commands);
            }
        }
        None if stages.is_empty() && !handoffs.is_empty() => {
            let handoffs: Vec<_> = handoffs
                .iter()
                .filter_map(|&id| model.handoffs.find(id))
                .collect();
            handoff::handoffs_ui(ui, model, &handoffs, commands);
        }
        None if !selection.is_empty() => {
            let counts = [
                (stages.len(), "stage", "stages"),
                (handoffs.len(), "handoff", "handoffs"),
                (selection.notes().len(), "note", "notes"),
            ];
            let counts: Vec<String> = counts
                .into_iter()
                .filter(|(count, ..)| *count > 0)
                .map(|(count, one, several)| {
                    let word = if count == 1 { one } else { several };
                    format!("{count} {word}")
                })
                .collect();
            heading_ui(ui, "Selection", &counts.join(", "));
            let its_stages: Vec<_> = stages
                .iter()
                .filter_map(|&id| model.stages.find(id))
                .collect();
            if !its_stages.is_empty() {
                several::stages_ui(ui, model, &its_stages, commands);
            }
        }
        Some(Selected::Note(id)) => {
            if let Some(note) = model.notes.find(id) {
                board::note_ui(ui, model, note, commands);
            }
        }
        Some(Selected::Group(id)) => {
            if let Some(group) = model.groups.find(id) {
                board::group_ui(ui, model, group, commands);
            }
        }
        None => stream::model_ui(ui, model, commands),
    }
}

/// Returns what is selected as it is called in a sentence; nothing where it is the model.
fn name_of(model: &Model, selection: &Selection) -> String {
    let quoted = |name: Option<&String>| name.map_or_else(String::new, |name| format!("“{name}”"));
    match selection.single() {
        Some(Selected::Stage(id)) => quoted(model.stages.find(id).map(|stage| &stage.name)),
        Some(Selected::Handoff(id)) => model
            .handoffs
            .find(id)
            .map_or_else(String::new, |handoff| ends(model, handoff.from, handoff.to)),
        Some(Selected::Team(id)) => quoted(model.teams.find(id).map(|team| &team.name)),
        Some(Selected::Calendar(id)) => quoted(model.calendars.find(id).map(|one| &one.name)),
        Some(Selected::Stream(id)) => quoted(model.streams.find(id).map(|stream| &stream.name)),
        None if selection.is_empty() => String::new(),
        None => "the selection".to_owned(),
        Some(Selected::Note(_)) => "the note".to_owned(),
        Some(Selected::Group(id)) => quoted(model.groups.find(id).map(|group| &group.name)),
    }
}

/// Draws the kind of an element in small capitals, and its name under it.
fn heading_ui(ui: &mut Ui, kind: &str, name: &str) {
    ui.label(
        RichText::new(kind.to_uppercase())
            .small()
            .strong()
            .extra_letter_spacing(0.8)
            .color(ui.visuals().weak_text_color()),
    );
    let shown = seen(ui.ctx(), name);
    let response = ui.add(egui::Label::new(RichText::new(shown).heading()).truncate());
    heard(&response, Role::Label, name);
    ui.add_space(8.0);
}

/// Draws a part of a form that can be folded.
fn section_ui(ui: &mut Ui, id: Id, title: &str, is_open: bool, contents: impl FnOnce(&mut Ui)) {
    ui.add_space(6.0);
    egui::CollapsingHeader::new(RichText::new(title).strong())
        .id_salt(id)
        .default_open(is_open)
        .show_unindented(ui, contents);
}
