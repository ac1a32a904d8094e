//! Changes of interventions.

use crate::model::{Intervention, InterventionChange, InterventionField, Model};

use super::element::{add, remove, set};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &InterventionChange) -> Result<Effect, EditError> {
    match change {
        InterventionChange::Add {
            intervention,
            position,
        } => add(model, intervention, *position),
        InterventionChange::Remove { intervention } => {
            remove::<Intervention>(model, &[*intervention])
        }
        InterventionChange::Set {
            intervention,
            field,
        } => set(model, &[*intervention], |intervention| {
            put(intervention, field);
        }),
    }
}

fn put(intervention: &mut Intervention, field: &InterventionField) {
    match field {
        InterventionField::Name(name) => intervention.name.clone_from(name),
        InterventionField::Changes(changes) => intervention.changes.clone_from(changes),
        InterventionField::Once(money) => intervention.once = *money,
        InterventionField::Yearly(money) => intervention.yearly = *money,
    }
}
