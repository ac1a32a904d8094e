//! Changes of teams.

use crate::model::{Model, Team, TeamChange, TeamField};

use super::element::{add, remove, set};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &TeamChange) -> Result<Effect, EditError> {
    match change {
        TeamChange::Add { team, position } => add(model, team, *position),
        TeamChange::Remove { team } => {
            let effect = remove::<Team>(model, &[*team])?;
            model
                .stages
                .update(|stage| stage.team == Some(*team), |stage| stage.team = None);
            Ok(effect)
        }
        TeamChange::Set { team, field } => set(model, &[*team], |team| put(team, field)),
    }
}

fn put(team: &mut Team, field: &TeamField) {
    match field {
        TeamField::Name(name) => team.name.clone_from(name),
        TeamField::People(people) => team.people = *people,
        TeamField::Calendar(calendar) => team.calendar = *calendar,
        TeamField::CostPerHour(cost) => team.cost_per_hour = *cost,
        TeamField::Discipline(discipline) => team.discipline = *discipline,
        TeamField::Colour(colour) => team.colour = *colour,
    }
}
