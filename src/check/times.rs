//! Distributions whose figures do not go together, and rhythms without slots.

use crate::model::{Arrivals, At, Distribution, Problem, ReworkWork, Rhythm, Span, Time, Trigger};

use super::code;
use super::facts::Facts;

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let model = facts.model;
    for stage in &model.stages {
        let rework_work = match &stage.rework_work {
            Some(ReworkWork::Work(work)) => Some(work),
            _ => None,
        };
        let times = stage.work.iter().map(|work| ("work", work));
        let times = times.chain(
            stage
                .class_work
                .iter()
                .map(|(_, work)| ("class_work", work)),
        );
        let times = times.chain(rework_work.map(|work| ("rework_work", work)));
        let times = times.chain(stage.setup.iter().map(|work| ("setup", work)));
        for (field, work) in times {
            if let Distribution::Fixed(_) = work {
                continue;
            }
            let (day, week) = model.day_and_week_of(stage);
            let owner = || facts.stage_name(stage.id).to_owned();
            problems.extend(fault(At::Stage(stage.id), field, owner, work, day, week));
        }
    }
    for handoff in &model.handoffs {
        let at = At::Handoff(handoff.id);
        match &handoff.trigger {
            Trigger::Manual(delay) => {
                let owner = || facts.handoff_name(handoff);
                problems.extend(fault(at, "trigger", owner, delay, Span::DAY, Span::WEEK));
            }
            Trigger::Scheduled { rhythm, slots, .. } => {
                if *slots == Some(0) {
                    let name = facts.handoff_name(handoff);
                    let message = format!("The slots of {name} take no item, so nothing moves on");
                    problems.push(
                        Problem::error(code::COUNT_ZERO, at, message)
                            .field("slots")
                            .hint("Set 1 or more, or leave it out"),
                    );
                }
                let has_slots = match rhythm {
                    Rhythm::Every(gap) => gap.span() > Span::ZERO,
                    Rhythm::Weekly(slots) => !slots.is_empty(),
                };
                if !has_slots {
                    let name = facts.handoff_name(handoff);
                    let message = format!("The rhythm of {name} has no slots, so nothing moves on");
                    problems.push(
                        Problem::error(code::RHYTHM, at, message)
                            .field("trigger")
                            .hint("Write for instance every Tue 10:00 or every 3d"),
                    );
                }
            }
            Trigger::Automatic(_) => {}
        }
    }
    for stream in &model.streams {
        for demand in &stream.demands {
            if let Arrivals::Every { gap, .. } = &demand.arrivals {
                let owner = || format!("the arrivals of {}", facts.stream_name(stream.id));
                let at = At::Demand(stream.id, demand.id);
                problems.extend(fault(at, "gap", owner, gap, Span::DAY, Span::WEEK));
            }
        }
    }
}

fn fault<T: Time>(
    at: At,
    field: &'static str,
    owner: impl Fn() -> String,
    distribution: &Distribution<T>,
    day: Span,
    week: Span,
) -> Option<Problem> {
    let fault = distribution.fault(day, week)?;
    let message = format!("In {distribution} of {}, {fault}", owner());
    Some(
        Problem::error(code::DISTRIBUTION, at, message)
            .field(field)
            .hint("Correct the figures; a working day is as long as the team's calendar says"),
    )
}
