//! Changes of notes.

use crate::model::{Model, Note, NoteChange, NoteField};

use super::element::{add, remove, set};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &NoteChange) -> Result<Effect, EditError> {
    match change {
        NoteChange::Add { note } => add(model, note, None),
        NoteChange::Remove { notes } => remove::<Note>(model, notes),
        NoteChange::Set { note, field } => set(model, &[*note], |note| put(note, field)),
    }
}

fn put(note: &mut Note, field: &NoteField) {
    match field {
        NoteField::Kind(kind) => note.kind = *kind,
        NoteField::Text(text) => note.text.clone_from(text),
        NoteField::At(placement) => note.at = *placement,
    }
}
