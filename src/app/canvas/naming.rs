//! Naming in place: a field on the canvas, where the name will stand.

use egui::accesskit::Role;
use egui::{CornerRadius, Id, Key, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, vec2};

use crate::app::command::Command;
use crate::app::fields::note_draft;
use crate::app::paint::{Frame, color};
use crate::app::style;
use crate::edit::{self, Document, Selected, Selection};
use crate::interact::make_stage;
use crate::model::{
    At, Change, NoteChange, NoteField, NoteId, NoteKind, StageChange, StageField, StageId,
    WorldPoint, WorldRect, WorldSize,
};

use super::pointing::{note_rect, stage_rect};
use super::{Canvas, Picture, card_size};

/// A name that is being typed.
pub(super) struct Naming {
    pub(super) what: Named,
    pub(super) text: String,
    pub(super) wants_focus: bool,
}

impl Naming {
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
    /// A note that is made once something stands on it.
    NewNote {
        kind: NoteKind,
        corner: WorldPoint,
        size: Option<WorldSize>,
    },
    /// A stage that is made once it has a name, so that its id says what it is.
    New {
        corner: WorldPoint,
        from: Option<StageId>,
    },
}

/// What the field is called in which a stage is named on the canvas.
pub const NAMING: &str = "Name of the stage";

/// What the journal calls it while the stage is not made yet: what was being typed is no name of the
/// stage that is selected then.
pub const NAMING_NEW: &str = "the name of a new stage";

pub(super) fn naming_ui(
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
    if naming.is_writing() {
        writing_ui(ui, canvas, document, picture, frame, commands);
        return;
    }
    let rect = match naming.what {
        Named::Stage(stage) => stage_rect(document, picture, stage),
        Named::Note(_) | Named::NewNote { .. } => None,
        Named::New { corner, .. } => Some(WorldRect::from_min_size(corner, card_size())),
    };
    let Some(rect) = rect else {
        canvas.naming = None;
        return;
    };
    let card = frame.rect(rect.into());
    if matches!(naming.what, Named::New { .. }) {
        let palette = style::theme_of(ui.ctx()).palette();
        let border = Stroke::new(1.5, color(palette.accent));
        ui.painter().rect(
            card,
            CornerRadius::same(8),
            color(palette.card),
            border,
            StrokeKind::Middle,
        );
    }
    let place = egui::Rect::from_min_size(
        card.min + vec2(6.0, 6.0),
        vec2((card.width() - 12.0).max(140.0), 30.0),
    );
    let id = Id::unique("naming");
    let edit = TextEdit::singleline(&mut naming.text)
        .id(id)
        .desired_width(place.width())
        .hint_text(NAMING);
    let response = ui.put(place, edit);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, NAMING));
    if std::mem::take(&mut naming.wants_focus) {
        response.request_focus();
        select_all(ui, id, &naming.text);
        return;
    }
    if !response.lost_focus() {
        let label = if let Named::Stage(_) = naming.what {
            NAMING
        } else {
            NAMING_NEW
        };
        note_draft(ui.ctx(), label, &naming.text);
        return;
    }
    let name = naming.text.trim().to_owned();
    let what = naming.what;
    let is_given_up = ui.input(|input| input.key_pressed(Key::Escape)) || name.is_empty();
    canvas.naming = None;
    if is_given_up {
        return;
    }
    match what {
        Named::Note(_) | Named::NewNote { .. } => {}
        Named::Stage(stage) => {
            let change = StageChange::Set {
                stages: vec![stage],
                field: StageField::Name(name),
            };
            commands.push(Command::edit("Rename stage", Change::Stage(change)));
        }
        Named::New { corner, from } => {
            let made = make_stage(document.model(), &name, corner, from);
            let label = "Add stage".to_owned();
            commands.push(Command::Edit {
                label,
                changes: made.changes,
                gesture: None,
            });
            commands.push(Command::Reveal(At::Stage(made.stage)));
        }
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
        Named::Stage(_) | Named::New { .. } => None,
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
        let label = if let Named::Note(_) = naming.what {
            WRITING
        } else {
            WRITING_NEW
        };
        note_draft(ui.ctx(), label, &naming.text);
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

fn select_all(ui: &Ui, id: Id, text: &str) {
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let range = egui::text::CCursorRange::two(
        egui::text::CCursor::default(),
        egui::text::CCursor::new(text.chars().count()),
    );
    state.cursor.set_char_range(Some(range));
    state.store(ui.ctx(), id);
}
