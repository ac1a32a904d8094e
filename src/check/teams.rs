//! Teams that cannot do what they own, calendars that never open.

use rustc_hash::FxHashMap;

use crate::model::{At, Model, Problem, TeamId};

use super::code;
use super::facts::{Facts, named};

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let model = facts.model;
    let owned = stages_owned(model);
    let owns = |team: TeamId| owned.get(&team).copied().unwrap_or(0);
    for team in model
        .teams
        .iter()
        .filter(|team| team.people == 0 && owns(team.id) > 0)
    {
        let name = named(&team.name, team.id.as_str());
        let stages = owns(team.id);
        let plural = if stages == 1 { "" } else { "s" };
        problems.push(
            Problem::error(
                code::TEAM_EMPTY,
                At::Team(team.id),
                format!("{name} has no people and owns {stages} stage{plural}"),
            )
            .field("people")
            .hint("Give the team people, or its stages to another team"),
        );
    }
    for calendar in &model.calendars {
        let is_used = model
            .teams
            .iter()
            .any(|team| team.calendar == Some(calendar.id) && owns(team.id) > 0);
        if !is_used || !calendar.hours.is_empty() {
            continue;
        }
        let name = named(&calendar.name, calendar.id.as_str());
        let opens_once = calendar
            .special_days
            .iter()
            .any(|day| !day.hours.is_empty());
        let at = At::Calendar(calendar.id);
        let hint = "Write the weekly hours, for instance Mon-Fri 09:00-17:00";
        problems.push(
            if opens_once {
                let message = format!("{name} opens on single dates only, so work ends with them");
                Problem::warning(code::ONLY_SPECIAL_DAYS, at, message)
            } else {
                let message = format!("{name} is never open, so its teams never work");
                Problem::error(code::NEVER_OPEN, at, message)
            }
            .field("hours")
            .hint(hint),
        );
    }
    crews(facts, problems);
}

fn stages_owned(model: &Model) -> FxHashMap<TeamId, usize> {
    let mut owned = FxHashMap::default();
    for team in model.stages.iter().filter_map(|stage| stage.team) {
        *owned.entry(team).or_default() += 1;
    }
    owned
}

fn crews(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    for stage in &facts.model.stages {
        let Some(team) = stage.team.and_then(|team| facts.model.teams.find(team)) else {
            continue;
        };
        // A team without people has a Problem of its own.
        if team.people > 0 && stage.crew > team.people {
            let name = facts.stage_name(stage.id);
            let owner = named(&team.name, team.id.as_str());
            problems.push(
                Problem::error(
                    code::CREW,
                    At::Stage(stage.id),
                    format!(
                        "{name} needs {} people at once and {owner} has {}",
                        stage.crew, team.people
                    ),
                )
                .field("crew")
                .hint("Make the crew smaller or the team larger"),
            );
        }
    }
}
