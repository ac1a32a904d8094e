//! Scenarios and interventions whose Changes no longer apply.

use std::collections::BTreeSet;

use crate::edit::{replay, resolve};
use crate::model::{At, Problem};

use super::facts::Facts;

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let model = facts.model;
    // A scenario reports those that it builds on, too.
    let mut said = BTreeSet::new();
    let mut say = |problem: Problem| {
        if said.insert((problem.code, problem.at, problem.message.clone())) {
            problems.push(problem);
        }
    };
    for scenario in &model.scenarios {
        resolve(model, scenario.id)
            .problems
            .into_iter()
            .for_each(&mut say);
    }
    for intervention in &model.interventions {
        let at = At::Intervention(intervention.id);
        let mut changed = model.clone();
        replay(&mut changed, &intervention.changes, at)
            .into_iter()
            .for_each(&mut say);
    }
}
