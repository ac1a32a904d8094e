//! Copies of what is selected, beside it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::{
    Change, Handoff, HandoffChange, Model, Note, NoteChange, Stage, StageChange, StageId,
    WorldPoint, WorldVector,
};

use super::{FreshIds, Selected, Selection, keep_arrivals};

/// Copies to be, with the Changes that make them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Copies {
    /// What to apply, in order.
    pub changes: Vec<Change>,
    /// The stages and notes that are made, to be selected.
    pub selection: Selection,
}

/// Prepares copies of the stages and notes of a selection, each `by` away from where `standing`
/// says that it is, with the handoffs that lead from one of the stages to another.
///
/// Copies have ids of their own and the same fields, names included; they are not locked. No item
/// arrives at a copy, and no group has it.
pub fn duplicate(
    model: &Model,
    selection: &Selection,
    standing: &dyn Fn(Selected) -> Option<WorldPoint>,
    by: WorldVector,
) -> Copies {
    let mut ids = FreshIds::new(model);
    let mut copies = Copies::default();
    let mut copy_of: FxHashMap<StageId, StageId> = FxHashMap::default();
    let place = |element: Selected, own: Option<WorldPoint>| {
        let stands = own.or_else(|| standing(element));
        stands.map(|position| position + by)
    };
    let copied =
        (model.stages.iter()).filter(|stage| selection.contains(Selected::Stage(stage.id)));
    copies.changes = keep_arrivals(model, &copied.filter_map(|stage| stage.stream).collect());
    // In the order of the model, so that copies stand to each other as what they are copies of.
    for stage in model.stages.iter() {
        let element = Selected::Stage(stage.id);
        if !selection.contains(element) {
            continue;
        }
        let mut copy = Stage {
            id: ids.stage(&stage.name),
            ..stage.clone()
        };
        copy.at.position = place(element, stage.at.position);
        copy.at.is_locked = false;
        copy_of.insert(stage.id, copy.id);
        copies.selection.insert(Selected::Stage(copy.id));
        copies.changes.push(Change::Stage(StageChange::Add {
            stage: Arc::new(copy),
            position: None,
        }));
    }
    for handoff in model.handoffs.iter() {
        let ends = (copy_of.get(&handoff.from), copy_of.get(&handoff.to));
        let (Some(&from), Some(&to)) = ends else {
            continue;
        };
        let copy = Handoff {
            id: ids.handoff(from, to),
            from,
            to,
            bends: handoff.bends.iter().map(|&bend| bend + by).collect(),
            ..handoff.clone()
        };
        copies.changes.push(Change::Handoff(HandoffChange::Add {
            handoff: Arc::new(copy),
            position: None,
        }));
    }
    for note in model.notes.iter() {
        let element = Selected::Note(note.id);
        if !selection.contains(element) {
            continue;
        }
        let mut copy = Note {
            id: ids.note(&note.text),
            ..note.clone()
        };
        copy.at.position = place(element, note.at.position);
        copy.at.is_locked = false;
        copies.selection.insert(Selected::Note(copy.id));
        let note = Arc::new(copy);
        copies.changes.push(Change::Note(NoteChange::Add { note }));
    }
    copies
}
