//! Changes of views.

use crate::model::{Model, View, ViewChange, ViewField};

use super::element::{add, remove, reorder, set};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &ViewChange) -> Result<Effect, EditError> {
    match change {
        ViewChange::Add { view, position } => add(model, view, *position),
        ViewChange::Remove { view } => remove::<View>(model, &[*view]),
        ViewChange::Set { view, field } => set(model, &[*view], |view| put(view, field)),
        ViewChange::Reorder { view, position } => reorder::<View>(model, *view, *position),
    }
}

fn put(view: &mut View, field: &ViewField) {
    match field {
        ViewField::Name(name) => view.name.clone_from(name),
        ViewField::Frame(frame) => view.frame = *frame,
        ViewField::Scenario(scenario) => view.scenario = *scenario,
        ViewField::Overlay(overlay) => view.overlay = *overlay,
        ViewField::Caption(caption) => view.caption.clone_from(caption),
        ViewField::Plays(plays) => view.plays = *plays,
    }
}
