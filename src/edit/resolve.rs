//! Scenarios replayed on the Model of today.

use crate::model::{At, Change, Model, Problem, ScenarioId};

use super::{apply, label};

/// A Model with a Scenario's Changes applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The Model as it would be.
    pub model: Model,
    /// The Changes that no longer apply, and what is wrong with the chain of scenarios.
    pub problems: Vec<Problem>,
}

/// Replays a Scenario, after those it builds on, on the Model of today.
///
/// A Change that no longer applies is left out and reported as a Problem of the Scenario that
/// lists it; the others are applied all the same.
pub fn resolve(model: &Model, scenario: ScenarioId) -> Resolved {
    let mut chain = Vec::new();
    let mut problems = Vec::new();
    let mut next = Some(scenario);
    while let Some(id) = next {
        let Some(found) = model.scenarios.find(id) else {
            let at = chain.last().map_or(At::Model, |&last| At::Scenario(last));
            problems.push(
                Problem::error("unknown-scenario", at, format!("There is no scenario {id}"))
                    .field("on")
                    .hint("Let it build on the baseline, or on a scenario that is there"),
            );
            break;
        };
        if chain.contains(&id) {
            problems.push(
                Problem::error(
                    "scenario-circle",
                    At::Scenario(id),
                    format!("The scenario {} builds on itself", found.name),
                )
                .field("on")
                .hint("Let one of the scenarios in the circle build on the baseline"),
            );
            break;
        }
        chain.push(id);
        next = found.on;
    }
    let mut resolved = model.clone();
    for &id in chain.iter().rev() {
        if let Some(scenario) = model.scenarios.find(id) {
            problems.extend(replay(&mut resolved, &scenario.changes, At::Scenario(id)));
        }
    }
    Resolved {
        model: resolved,
        problems,
    }
}

/// Applies Changes one after another and reports those that no longer apply as Problems of `at`.
pub fn replay(model: &mut Model, changes: &[Change], at: At) -> Vec<Problem> {
    changes
        .iter()
        .filter_map(|change| {
            let error = apply(model, change).err()?;
            let message = format!("{:?} no longer applies: {error}", label(change));
            Some(
                Problem::warning("change-does-not-apply", at, message)
                    .field("changes")
                    .hint("Take it out of the list, or bring back what it names"),
            )
        })
        .collect()
}
