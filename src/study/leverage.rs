//! Leverage: how much the mean lead time falls when a stage or handoff takes a tenth less.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use super::StudyError;
use super::case::Case;
use super::control::StudyControl;
use super::outcome::Study;
use super::parallel::{Step, in_order};
use crate::analysis::{Estimate, Figure};
use crate::model::{At, Distribution, Model, ReworkWork, Span, Time, Trigger};
use crate::sim::Control;

/// How much less each stage or handoff takes.
pub const SHORTER: f64 = 0.1;

/// Most replications for each stage and handoff.
const MOST_REPLICATIONS: u32 = 20;

/// How much one stage or handoff could do for the lead time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leverage {
    /// The stage or handoff.
    pub at: At,
    /// How much the mean lead time falls, in seconds, when its work or delay is a tenth shorter;
    /// from the differences of paired replications. None when one of the two has no mean.
    pub fall: Option<Estimate>,
}

/// Finds the leverage of every stage with work and every handoff with a delay of its own, by
/// running each once more with a tenth less of it, under the same luck (common random numbers): over
/// the study's window, and as many of its replications as there are, at most 20.
///
/// So queues that shrink, branches that change places and slots that are just caught all count;
/// the share of the critical path alone (a tenth of `on_path`) knows none of these. A scheduled
/// handoff has no delay of its own. `observe` is told how far it is, 0 to 1, on the calling thread.
///
/// # Errors
/// When the Model cannot be run, or somebody cancelled.
pub fn leverage(
    model: &Model,
    study: &Study,
    threads: Option<NonZeroUsize>,
    control: &StudyControl,
    observe: &mut dyn FnMut(f64),
) -> Result<Vec<Leverage>, StudyError> {
    let elements = elements(model);
    let replications = study.replications.min(MOST_REPLICATIONS);
    if replications == 0 || elements.is_empty() || study.mean_lead_time().is_none() {
        return Ok(Vec::new());
    }
    let threads = threads
        .unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let base = Case::new(model, Some(study.stream), control)?;
    let mut means = Vec::new();
    let runs = control.begin_runs();
    in_order(
        threads,
        replications,
        &runs,
        |n| mean(&base, study, n, &runs),
        |step| {
            if let Step::Result(mean) = step {
                means.push(mean);
            }
            ControlFlow::Continue(())
        },
    );
    let mut found: Vec<Leverage> = Vec::with_capacity(elements.len());
    let runs = control.begin_runs();
    in_order(
        threads,
        elements.len() as u32,
        &runs,
        |place| {
            let at = elements[place as usize];
            let case = match Case::new(&shorter(model, at), Some(study.stream), control) {
                Ok(case) => case,
                Err(StudyError::Cancelled) => return None,
                // What runs at its full length runs when shorter too.
                Err(_) => return Some(Leverage { at, fall: None }),
            };
            let mut falls = Figure::default();
            for (n, before) in (0..).zip(&means) {
                let after = mean(&case, study, n, &runs)?;
                if let (Some(before), Some(after)) = (before, after) {
                    falls.add(before - after);
                }
            }
            Some(Leverage {
                at,
                fall: falls.estimate(),
            })
        },
        |step| {
            if let Step::Result(leverage) = step {
                found.push(leverage);
                observe(found.len() as f64 / elements.len() as f64);
            }
            ControlFlow::Continue(())
        },
    );
    if control.is_cancelled() {
        return Err(StudyError::Cancelled);
    }
    Ok(found)
}

/// The mean lead time of a replication, if it has one; nothing at all when it was cancelled.
fn mean(case: &Case, study: &Study, replication: u32, control: &Control) -> Option<Option<f64>> {
    let run = case.run(study.seed, replication, study.window, false, control)?;
    let stream = run.figures.stream(study.stream);
    Some(stream.and_then(|stream| stream.lead_time.mean.value()))
}

/// Stages with work and handoffs with a delay, in the Model's order.
fn elements(model: &Model) -> Vec<At> {
    let has_work = |stage: &&crate::model::Stage| {
        let (day, week) = model.day_and_week_of(stage);
        let all = stage
            .work
            .iter()
            .chain(stage.class_work.iter().map(|(_, work)| work));
        let mut all = all.chain(&stage.setup);
        all.any(|work| work.mean(day, week) > 0.0)
    };
    let has_delay = |handoff: &&crate::model::Handoff| match &handoff.trigger {
        Trigger::Manual(delay) => delay.mean(Span::DAY, Span::WEEK) > 0.0,
        Trigger::Automatic(latency) => latency.span() > Span::ZERO,
        Trigger::Scheduled { .. } => false,
    };
    let stages = model.stages.iter().filter(has_work);
    let handoffs = model.handoffs.iter().filter(has_delay);
    stages
        .map(|stage| At::Stage(stage.id))
        .chain(handoffs.map(|handoff| At::Handoff(handoff.id)))
        .collect()
}

/// The model with a tenth less work at a stage, or delay on a handoff.
fn shorter(model: &Model, at: At) -> Model {
    let mut model = model.clone();
    match at {
        At::Stage(id) => {
            let clock = model
                .stages
                .find(id)
                .map(|stage| model.day_and_week_of(stage));
            if let (Some(stage), Some((day, week))) = (model.stages.find_mut(id), clock) {
                let own = stage.work.iter_mut().chain(&mut stage.setup);
                let classes = stage.class_work.iter_mut().map(|(_, work)| work);
                for work in own.chain(classes) {
                    *work = less(work, day, week);
                }
                if let Some(ReworkWork::Work(work)) = &mut stage.rework_work {
                    *work = less(work, day, week);
                }
            }
        }
        At::Handoff(id) => {
            if let Some(handoff) = model.handoffs.find_mut(id) {
                handoff.trigger = match &handoff.trigger {
                    Trigger::Manual(delay) => Trigger::Manual(less(delay, Span::DAY, Span::WEEK)),
                    Trigger::Automatic(latency) => {
                        let ms = latency.span().0 as f64 * (1.0 - SHORTER);
                        Trigger::Automatic(Time::from_millis((ms + 0.5) as u64))
                    }
                    scheduled @ Trigger::Scheduled { .. } => scheduled.clone(),
                };
            }
        }
        _ => {}
    }
    model
}

fn less<T: Time>(times: &Distribution<T>, day: Span, week: Span) -> Distribution<T> {
    times.scaled(1.0 - SHORTER, day, week)
}
