//! Changes of groups.

use crate::model::{Group, GroupChange, GroupField, Model};

use super::element::{add, remove, set};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &GroupChange) -> Result<Effect, EditError> {
    match change {
        GroupChange::Add { group } => add(model, group, None),
        GroupChange::Remove { group } => remove::<Group>(model, &[*group]),
        GroupChange::Set { group, field } => set(model, &[*group], |group| put(group, field)),
    }
}

fn put(group: &mut Group, field: &GroupField) {
    match field {
        GroupField::Name(name) => group.name.clone_from(name),
        GroupField::Stages(stages) => group.stages.clone_from(stages),
        GroupField::IsCollapsed(is_collapsed) => group.is_collapsed = *is_collapsed,
        GroupField::Colour(colour) => group.colour = *colour,
    }
}
