//! Changes of scenarios.

use crate::model::{Model, Scenario, ScenarioChange, ScenarioField, ScenarioId};

use super::element::{add, remove, set, there};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &ScenarioChange) -> Result<Effect, EditError> {
    match change {
        ScenarioChange::Add { scenario, position } => add(model, scenario, *position),
        ScenarioChange::Remove { scenario } => remove_one(model, *scenario),
        ScenarioChange::Set { scenario, field } => {
            set(model, &[*scenario], |scenario| put(scenario, field))
        }
    }
}

/// Takes a scenario out. Those that build on it get its Changes in front of their own, so they
/// mean what they meant; views that show it show the baseline.
fn remove_one(model: &mut Model, id: ScenarioId) -> Result<Effect, EditError> {
    let gone = there::<Scenario>(model, id)?.clone();
    let effect = remove::<Scenario>(model, &[id])?;
    model.scenarios.update(
        |scenario| scenario.on == Some(id),
        |scenario| {
            scenario.on = gone.on;
            scenario.changes.splice(0..0, gone.changes.iter().cloned());
        },
    );
    model.views.update(
        |view| view.scenario == Some(id),
        |view| view.scenario = None,
    );
    Ok(effect)
}

fn put(scenario: &mut Scenario, field: &ScenarioField) {
    match field {
        ScenarioField::Name(name) => scenario.name.clone_from(name),
        ScenarioField::Description(text) => scenario.description.clone_from(text),
        ScenarioField::On(on) => scenario.on = *on,
        ScenarioField::Changes(changes) => scenario.changes.clone_from(changes),
    }
}
