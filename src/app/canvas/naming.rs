//! Naming in place: a field on the canvas, where the name will stand.

use egui::accesskit::Role;
use egui::{Id, Key, TextEdit, Ui, WidgetInfo, pos2, vec2};

use crate::app::command::Command;
use crate::app::fields::note_draft;
use crate::app::paint::Frame;
use crate::edit::{self, Document, Selected, Selection};
use crate::interact::Link;
use crate::model::{
    Change, GroupChange, GroupField, GroupId, NoteChange, NoteField, NoteId, NoteKind, StageId,
    WorldPoint, WorldRect, WorldSize,
};
use crate::scene::Target;

use super::capture::stage_line_ui;
use super::pointing::note_rect;
use super::{Canvas, Picture};

/// A name that is being typed.
pub(super) struct Naming {
    pub(super) what: Named,
    pub(super) text: String,
    /// The text as it was: until it is another there is nothing to be lost.
    before: String,
    pub(super) wants_focus: bool,
    /// Whether all of the text is selected then, so that typing replaces it.
    pub(super) selects_all: bool,
    /// The place among the owners offered that was chosen by an arrow.
    pub(super) chosen: Option<usize>,
}

impl Naming {
    /// Begins with a text that typing replaces.
    pub(super) fn of(what: Named, text: String) -> Self {
        Self {
            what,
            before: text.clone(),
            text,
            wants_focus: true,
            selects_all: true,
            chosen: None,
        }
    }

    /// Tells the journal what has been typed, if anything.
    pub(super) fn note_draft(&self, ui: &Ui) {
        let label = match self.what {
            Named::Stage(_) => NAMING,
            Named::New { .. } => NAMING_NEW,
            Named::Note(_) => WRITING,
            Named::NewNote { .. } => WRITING_NEW,
            Named::Group(_) => NAMING_GROUP,
        };
        if self.text != self.before {
            note_draft(ui.ctx(), label, &self.text);
        }
    }

    /// Returns whether it is a note that is being written on.
    pub(super) fn is_writing(&self) -> bool {
        matches!(self.what, Named::Note(_) | Named::NewNote { .. })
    }
}

/// What is being named.
#[derive(Clone, Copy)]
pub(super) enum Named {
    /// A stage that is there.
    Stage(StageId),
    /// A note that is there.
    Note(NoteId),
    /// A group.
    Group(GroupId),
    /// A note that is made once something stands on it.
    NewNote {
        kind: NoteKind,
        corner: WorldPoint,
        size: Option<WorldSize>,
    },
    /// A stage that is made once it has a name, so that its id says what it is.
    New { corner: WorldPoint, link: Link },
}

/// What the field is called in which a stage is named on the canvas.
pub const NAMING: &str = "Name of the stage";

/// What the journal calls it while the stage is not made yet: what was being typed is no name of the
/// stage that is selected then.
pub const NAMING_NEW: &str = "the name of a new stage";

/// Draws the field in which something is named, if something is.
pub(super) fn naming_ui(
    ui: &mut Ui,
    canvas: &mut Canvas,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    commands: &mut Vec<Command>,
) {
    match &canvas.naming {
        None => {}
        Some(naming) if naming.is_writing() => {
            writing_ui(ui, canvas, document, picture, frame, commands);
        }
        Some(naming) if matches!(naming.what, Named::Group(_)) => {
            group_name_ui(ui, canvas, document, picture, frame, commands);
        }
        Some(_) => stage_line_ui(ui, canvas, document, picture, frame, commands),
    }
}

/// What the field is called in which is written on a note.
pub const WRITING: &str = "Text of the note";

/// What the journal calls it while the note is not made yet.
pub const WRITING_NEW: &str = "the text of a new note";

/// The size of the field for a note that has none yet.
const NOTE_FIELD: WorldSize = WorldSize::new(176.0, 64.0);

/// A field of several lines over a note. What was typed is kept however it is left.
fn writing_ui(
    ui: &mut Ui,
    canvas: &mut Canvas,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    commands: &mut Vec<Command>,
) {
    let Some(naming) = &mut canvas.naming else {
        return;
    };
    let rect = match naming.what {
        Named::Note(note) => note_rect(document, picture, note),
        Named::NewNote { corner, size, .. } => {
            Some(WorldRect::from_min_size(corner, size.unwrap_or(NOTE_FIELD)))
        }
        Named::Stage(_) | Named::Group(_) | Named::New { .. } => None,
    };
    let Some(rect) = rect else {
        canvas.naming = None;
        return;
    };
    let place = frame.rect(rect.into());
    let place = egui::Rect::from_min_size(
        place.min,
        vec2(place.width().max(160.0), place.height().max(48.0)),
    );
    let id = Id::unique("writing");
    let edit = TextEdit::multiline(&mut naming.text)
        .id(id)
        .desired_width(place.width())
        .desired_rows(2)
        .hint_text(WRITING);
    let response = ui.put(place, edit);
    response.widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, WRITING));
    if std::mem::take(&mut naming.wants_focus) {
        response.request_focus();
        select_all(ui, id, &naming.text);
        return;
    }
    if ui.input(|input| input.modifiers.command && input.key_pressed(Key::Enter)) {
        response.surrender_focus();
    }
    if !response.lost_focus() {
        naming.note_draft(ui);
        return;
    }
    let text = naming.text.trim_end().to_owned();
    let what = naming.what;
    canvas.naming = None;
    match what {
        Named::Note(note) => {
            let field = NoteField::Text(text);
            let change = Change::Note(NoteChange::Set { note, field });
            commands.push(Command::edit("Write on note", change));
        }
        Named::NewNote { kind, corner, size } if !text.is_empty() => {
            let made = edit::new_note(document.model(), kind, &text, corner, size);
            let label = match kind {
                NoteKind::Sticky => "Add sticky note",
                NoteKind::Kaizen => "Add kaizen burst",
            };
            commands.push(Command::Edit {
                label: label.to_owned(),
                changes: made.changes,
                gesture: None,
            });
            let note = Selected::Note(made.note);
            commands.push(Command::Select(Selection::of(note)));
        }
        _ => {}
    }
}

/// What the field is called in which a group is named on the canvas.
pub const NAMING_GROUP: &str = "Name of the group";

/// A field of one line above a group. Esc leaves the name as it was.
fn group_name_ui(
    ui: &mut Ui,
    canvas: &mut Canvas,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    commands: &mut Vec<Command>,
) {
    const SIZE: egui::Vec2 = vec2(220.0, 28.0);
    let Some(naming) = &mut canvas.naming else {
        return;
    };
    let Named::Group(group) = naming.what else {
        return;
    };
    let mut items = picture.scene.items_of(Target::Group(group));
    let Some(rect) = items.next().map(|item| frame.rect(item.bounds)) else {
        // It has no stage any more, or another revision is drawn first.
        if document.model().groups.find(group).is_none() {
            canvas.naming = None;
        }
        return;
    };
    let corner = pos2(rect.left(), rect.top() - SIZE.y - 2.0);
    // Where the view begins below it, the field is seen all the same.
    let view = ui.clip_rect().shrink(4.0);
    let corner = corner.clamp(view.min, (view.max - SIZE).max(view.min));
    let id = Id::unique("naming-group");
    let edit = TextEdit::singleline(&mut naming.text)
        .id(id)
        .hint_text(NAMING_GROUP);
    let response = ui.put(egui::Rect::from_min_size(corner, SIZE), edit);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, NAMING_GROUP));
    if std::mem::take(&mut naming.wants_focus) {
        response.request_focus();
        select_all(ui, id, &naming.text);
        return;
    }
    if !response.lost_focus() {
        naming.note_draft(ui);
        return;
    }
    let name = naming.text.trim().to_owned();
    canvas.naming = None;
    canvas.wants_focus = true;
    let is_left = ui.input(|input| input.key_pressed(Key::Escape));
    if !is_left && !name.is_empty() {
        let field = GroupField::Name(name);
        let change = Change::Group(GroupChange::Set { group, field });
        commands.push(Command::edit("Rename group", change));
    }
}

pub(super) fn select_all(ui: &Ui, id: Id, text: &str) {
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let range = egui::text::CCursorRange::two(
        egui::text::CCursor::default(),
        egui::text::CCursor::new(text.chars().count()),
    );
    state.cursor.set_char_range(Some(range));
    state.store(ui.ctx(), id);
}
