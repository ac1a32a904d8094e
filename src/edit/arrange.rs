//! The Changes behind moving, resizing and locking what stands on the canvas.

use rustc_hash::FxHashMap;

use crate::model::{
    Change, HandoffChange, HandoffField, HandoffId, Model, NoteChange, NoteField, NoteId,
    Placement, StageChange, StageField, StageId, WorldPoint, WorldRect, WorldVector,
};

use super::Selected;

/// Something on the canvas that is to stand somewhere else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// A stage or a note; anything else stays.
    pub element: Selected,
    /// Its upper left corner now, which the layout may have found.
    pub from: WorldPoint,
    /// How far it goes.
    pub by: WorldVector,
}

/// Returns how a stage or a note is placed; nothing for what stands nowhere or is not there.
pub fn placement_of(model: &Model, element: Selected) -> Option<Placement> {
    match element {
        Selected::Stage(id) => model.stages.find(id).map(|stage| stage.at),
        Selected::Note(id) => model.notes.find(id).map(|note| note.at),
        _ => None,
    }
}

fn placed(element: Selected, placement: Placement) -> Option<Change> {
    match element {
        Selected::Stage(id) => Some(Change::Stage(StageChange::Set {
            stages: vec![id],
            field: StageField::At(placement),
        })),
        Selected::Note(id) => Some(Change::Note(NoteChange::Set {
            note: id,
            field: NoteField::At(placement),
        })),
        _ => None,
    }
}

/// Prepares moving stages and notes; what is locked stays.
///
/// Stages that go the same way go in one Change, so that the corners of handoffs between them go
/// along. A stage that the layout had placed keeps its place from now on, moved or not.
pub fn shift(model: &Model, shifts: &[Shift]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut ways: Vec<(WorldVector, Vec<StageId>)> = Vec::new();
    let mut notes: Vec<(NoteId, Placement)> = Vec::new();
    for &Shift { element, from, by } in shifts {
        let Some(placement) = placement_of(model, element).filter(|at| !at.is_locked) else {
            continue;
        };
        match element {
            Selected::Stage(id) => {
                if placement.position.is_none() {
                    let position = Some(from);
                    let pinned = Placement {
                        position,
                        ..placement
                    };
                    changes.extend(placed(element, pinned));
                }
                if by != WorldVector::default() {
                    match ways.iter_mut().find(|(way, _)| *way == by) {
                        Some((_, stages)) => stages.push(id),
                        None => ways.push((by, vec![id])),
                    }
                }
            }
            Selected::Note(id) if by != WorldVector::default() => {
                let position = Some(placement.position.unwrap_or(from) + by);
                notes.push((
                    id,
                    Placement {
                        position,
                        ..placement
                    },
                ));
            }
            _ => {}
        }
    }
    let moves = ways
        .into_iter()
        .map(|(by, stages)| Change::Stage(StageChange::Move { stages, by }));
    changes.extend(moves);
    let notes = notes.into_iter();
    changes.extend(notes.filter_map(|(id, at)| placed(Selected::Note(id), at)));
    changes
}

/// Prepares putting stages at new places, moving notes, and giving handoffs ways; what is locked
/// stays.
///
/// Corners of a handoff go along where both its stages go the same way; those set by hand stand
/// then whatever `ways` says. Else they are taken out: they would lead nowhere.
pub fn put(
    model: &Model,
    stages: &[(StageId, WorldPoint)],
    notes: &[(NoteId, WorldVector)],
    ways: &[(HandoffId, Vec<WorldPoint>)],
) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut moved: FxHashMap<StageId, WorldVector> = FxHashMap::default();
    for &(id, to) in stages {
        let element = Selected::Stage(id);
        let Some(placement) = placement_of(model, element).filter(|at| !at.is_locked) else {
            continue;
        };
        if placement.position == Some(to) {
            continue;
        }
        if let Some(from) = placement.position {
            moved.insert(id, to - from);
        }
        let position = Some(to);
        let put = Placement {
            position,
            ..placement
        };
        changes.extend(placed(element, put));
    }
    let given: FxHashMap<HandoffId, &[WorldPoint]> = ways
        .iter()
        .map(|(id, corners)| (*id, corners.as_slice()))
        .collect();
    for handoff in &model.handoffs {
        let by = |stage| moved.get(&stage).copied().unwrap_or_default();
        let (from, to) = (by(handoff.from), by(handoff.to));
        let goes_along = from == to && !handoff.bends.is_empty();
        let field = match given.get(&handoff.id) {
            Some(&corners) if handoff.is_tidied || !goes_along => {
                HandoffField::Way(corners.to_vec())
            }
            _ if goes_along => {
                let corners = handoff.bends.iter().map(|&bend| bend + from).collect();
                match handoff.is_tidied {
                    true => HandoffField::Way(corners),
                    false => HandoffField::Bends(corners),
                }
            }
            _ => HandoffField::Bends(Vec::new()),
        };
        let is_as_before = match &field {
            HandoffField::Way(corners) => {
                *corners == handoff.bends && handoff.is_tidied != corners.is_empty()
            }
            HandoffField::Bends(corners) => *corners == handoff.bends,
            _ => true,
        };
        if !is_as_before {
            changes.push(Change::Handoff(HandoffChange::Set {
                handoffs: vec![handoff.id],
                field,
            }));
        }
    }
    let notes = notes.iter().filter_map(|&(id, by)| {
        let element = Selected::Note(id);
        let placement = placement_of(model, element).filter(|at| !at.is_locked)?;
        let position = Some(placement.position? + by);
        let put = Placement {
            position,
            ..placement
        };
        placed(element, put)
    });
    changes.extend(notes);
    changes
}

/// Prepares giving a stage or a note this place and size. Locked ones keep theirs.
pub fn resize(model: &Model, element: Selected, rect: WorldRect) -> Vec<Change> {
    let Some(placement) = placement_of(model, element).filter(|at| !at.is_locked) else {
        return Vec::new();
    };
    let placement = Placement {
        position: Some(rect.min),
        size: Some(rect.size()),
        ..placement
    };
    placed(element, placement).into_iter().collect()
}

/// Prepares changing how stages and notes are placed: their colour, or whether they are locked.
pub fn set_placement(
    model: &Model,
    elements: &[Selected],
    set: impl Fn(&mut Placement),
) -> Vec<Change> {
    let changed = |&element: &Selected| {
        let before = placement_of(model, element)?;
        let mut after = before;
        set(&mut after);
        (after != before).then(|| placed(element, after)).flatten()
    };
    elements.iter().filter_map(changed).collect()
}
