//! The inspectors of notes and groups.

use egui::{Id, Ui};

use crate::app::command::Command;
use crate::app::fields::{TextField, check_row_ui, choice_row_ui, text_row_ui};
use crate::app::names::link_ui;
use crate::app::style::COLOURS;
use crate::edit::{self, Selected};
use crate::model::{
    At, Change, Colour, Group, GroupChange, GroupField, Model, Note, NoteChange, NoteField,
    NoteKind, TextError,
};

use super::heading_ui;
use super::stage::not_empty;

/// Draws the form of a note.
pub fn note_ui(ui: &mut Ui, model: &Model, note: &Note, commands: &mut Vec<Command>) {
    let id = Id::unique(("note", note.id));
    let mut set = |label: &str, field: NoteField| {
        let note = note.id;
        commands.push(Command::edit(
            label,
            Change::Note(NoteChange::Set { note, field }),
        ));
    };
    let kind = match note.kind {
        NoteKind::Sticky => "Sticky note",
        NoteKind::Kaizen => "Kaizen burst",
    };
    let first = note.text.lines().next().unwrap_or_default();
    heading_ui(
        ui,
        kind,
        if first.is_empty() {
            "nothing yet"
        } else {
            first
        },
    );
    let field = TextField {
        hint: "what somebody said",
        lines: 5,
    };
    let text = text_row_ui(ui, id.with("text"), "Text", &note.text, field, |text| {
        Ok::<_, TextError>(text.to_owned())
    });
    if let Some(text) = text {
        set("Write on note", NoteField::Text(text));
    }
    let kinds = [
        (NoteKind::Sticky, "sticky note"),
        (NoteKind::Kaizen, "kaizen burst"),
    ];
    if let Some(kind) = choice_row_ui(ui, id.with("kind"), "Kind", &note.kind, &kinds) {
        set("Change the kind of note", NoteField::Kind(kind));
    }
    if let Some(colour) = colour_row_ui(ui, id, note.at.colour, "as its kind") {
        set(
            "Colour",
            NoteField::At(crate::model::Placement { colour, ..note.at }),
        );
    }
    let locked = check_row_ui(ui, "Place", "locked", note.at.is_locked);
    if let Some(is_locked) = locked {
        let element = [Selected::Note(note.id)];
        let changes = edit::set_placement(model, &element, |at| at.is_locked = is_locked);
        commands.push(Command::Edit {
            label: if is_locked { "Lock" } else { "Unlock" }.to_owned(),
            changes,
            gesture: None,
        });
    }
}

/// Draws the form of a group.
pub fn group_ui(ui: &mut Ui, model: &Model, group: &Group, commands: &mut Vec<Command>) {
    let id = Id::unique(("group", group.id));
    let mut set = |label: &str, field: GroupField| {
        let group = group.id;
        commands.push(Command::edit(
            label,
            Change::Group(GroupChange::Set { group, field }),
        ));
    };
    heading_ui(ui, "Group", &group.name);
    let field = TextField::default();
    if let Some(name) = text_row_ui(ui, id.with("name"), "Name", &group.name, field, not_empty) {
        set("Rename group", GroupField::Name(name));
    }
    if let Some(is_collapsed) = check_row_ui(ui, "Shown", "as one card", group.is_collapsed) {
        let label = if is_collapsed {
            "Collapse group"
        } else {
            "Open group"
        };
        set(label, GroupField::IsCollapsed(is_collapsed));
    }
    if let Some(colour) = colour_row_ui(ui, id, group.colour, "none of its own") {
        set("Colour group", GroupField::Colour(colour));
    }
    ui.add_space(8.0);
    for &stage in &group.stages {
        if let Some(stage) = model.stages.find(stage)
            && link_ui(ui, &stage.name).clicked()
        {
            commands.push(Command::Reveal(At::Stage(stage.id)));
        }
    }
}

fn colour_row_ui(
    ui: &mut Ui,
    id: Id,
    colour: Option<Colour>,
    none: &'static str,
) -> Option<Option<Colour>> {
    let own = colour.filter(|own| COLOURS.iter().all(|(_, one)| one != own));
    let own_name = own.map(|own| own.to_string());
    let mut choices: Vec<(Option<Colour>, &str)> = vec![(None, none)];
    choices.extend(COLOURS.map(|(name, colour)| (Some(colour), name)));
    if let Some(name) = &own_name {
        choices.push((own, name));
    }
    choice_row_ui(ui, id.with("colour"), "Colour", &colour, &choices)
}
