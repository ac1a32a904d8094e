//! What a Model can say and the engine does not obey yet: an error, never a silent number.

use crate::model::{Arrivals, At, Discipline, HandoffKind, Problem, Trigger};

use super::code;
use super::facts::{Facts, named};

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let mut report = |is_used: bool, at: At, field: &'static str, message: &dyn Fn() -> String| {
        if is_used {
            problems.push(
                Problem::error(
                    code::NOT_SIMULATED,
                    at,
                    format!("{}: this is not simulated yet", message()),
                )
                .field(field)
                .hint("Leave it out to get figures without it"),
            );
        }
    };
    for stage in &facts.model.stages {
        let at = At::Stage(stage.id);
        let of = |what: &str| format!("{} has {what}", facts.stage_name(stage.id));
        let has_batch = stage.batch.is_some_and(|batch| batch.size > 1);
        let is_down = stage.availability.is_some_and(|share| share.get() < 1.0);
        report(stage.copies > 1, at, "copies", &|| {
            of(&format!("{} copies", stage.copies))
        });
        report(has_batch, at, "batch", &|| of("a batch"));
        report(stage.setup.is_some(), at, "setup", &|| of("a setup"));
        report(stage.limit.is_some(), at, "limit", &|| of("a limit"));
        report(stage.rework_work.is_some(), at, "rework_work", &|| {
            of("a work time of its own for rework")
        });
        report(is_down, at, "availability", &|| {
            of("an availability below 100%")
        });
    }
    for handoff in &facts.model.handoffs {
        let at = At::Handoff(handoff.id);
        let of = |what: &str| format!("{} has {what}", facts.handoff_name(handoff));
        let has_slots = matches!(handoff.trigger, Trigger::Scheduled { slots: Some(_), .. });
        let has_cap = matches!(handoff.kind, HandoffKind::Rework { at_most: Some(_) });
        report(has_slots, at, "slots", &|| {
            of("room for so many items per slot")
        });
        report(has_cap, at, "at_most", &|| of("a most number of times"));
    }
    for team in &facts.model.teams {
        let is_other = team.discipline != Discipline::FirstCome;
        report(is_other, At::Team(team.id), "discipline", &|| {
            let name = named(&team.name, team.id.as_str());
            format!("{name} does not work first come, first served")
        });
    }
    for stream in &facts.model.streams {
        report(
            stream.wip_limit.is_some(),
            At::Stream(stream.id),
            "wip_limit",
            &|| format!("{} has a WIP limit", facts.stream_name(stream.id)),
        );
        for demand in &stream.demands {
            let is_backlog = demand.arrivals == Arrivals::Backlog;
            report(
                is_backlog,
                At::Demand(stream.id, demand.id),
                "arrivals",
                &|| {
                    format!(
                        "{} takes items from a backlog",
                        facts.stream_name(stream.id)
                    )
                },
            );
        }
    }
}
