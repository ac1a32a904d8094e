//! What matters about a study, as values. `words` makes sentences of them.

use crate::graph::Flow;
use crate::model::{Model, StageId, Target, TeamId};
use crate::sim::Slice;

use super::figure::Estimate;
use super::figures::{Figures, StreamFigures};
use super::load::Load;

/// A part of the lead time below this share is not worth a sentence.
const WORTH_SAYING: f64 = 0.01;

/// Something worth saying about a stream. All times are seconds on the calendar, shares 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// A team cannot keep up, so nothing settles.
    Overloaded {
        /// Which.
        team: TeamId,
        /// People it would need; ∞ when no number would do.
        needed: f64,
        /// People it has.
        people: u32,
    },
    /// The slots of a handoff cannot take what comes, so nothing settles.
    FullSlots {
        /// The sender.
        from: StageId,
        /// The receiver.
        to: StageId,
        /// Items that come for each slot.
        wanted: f64,
        /// Places in a slot.
        places: u32,
    },
    /// How long items take.
    LeadTime {
        /// Mean lead time.
        mean: Estimate,
        /// How many are done by when.
        reached: Reached,
    },
    /// What most of the lead time is.
    LargestSlice {
        /// Which slice.
        slice: Slice,
        /// Its share of the mean lead time.
        share: f64,
        /// Mean lead time.
        mean: Estimate,
        /// Where most of the slice is.
        place: Option<Worst>,
    },
    /// How much of the delay lies between functions.
    Interfaces {
        /// Interface delay share.
        share: Estimate,
    },
    /// What going back costs.
    Rework {
        /// Rework time per item.
        time: Estimate,
        /// Its share of the mean lead time.
        share: f64,
    },
    /// The team that is busiest.
    BusiestTeam {
        /// Which.
        team: TeamId,
        /// Its utilisation.
        utilisation: Estimate,
        /// How long a job waits for it; none when nothing does.
        wait: Option<Estimate>,
    },
}

/// How many items are done by when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reached {
    /// A share of the items is within the stream's target.
    Target {
        /// That share.
        share: Estimate,
        /// The target.
        target: Target,
    },
    /// Without a target: 85 % of the items are done within this time.
    P85(Estimate),
}

/// Where most of a slice is, with its mean per item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Worst {
    /// On the way from one stage to another.
    Handoff {
        /// The sender.
        from: StageId,
        /// The receiver.
        to: StageId,
        /// Mean delay of a passage.
        delay: Estimate,
    },
    /// At a stage.
    Stage {
        /// Which.
        stage: StageId,
        /// Mean per item.
        time: Estimate,
    },
}

/// Returns what matters about a stream, most important first: three to five findings when it was
/// measured, the teams and slots that cannot keep up when the model does not settle, else nothing.
pub fn findings(
    model: &Model,
    figures: Option<(&Figures, &StreamFigures)>,
    load: &Load,
) -> Vec<Finding> {
    let Some((all, stream)) = figures else {
        return overloads(model, load);
    };
    let Some(mean) = stream.lead_time.mean.estimate() else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    let target = model
        .streams
        .find(stream.id)
        .and_then(|stream| stream.target);
    let reached = match (target, stream.lead_time.within_target.estimate()) {
        (Some(target), Some(share)) => Some(Reached::Target { share, target }),
        _ => stream.lead_time.p85().estimate().map(Reached::P85),
    };
    findings.extend(reached.map(|reached| Finding::LeadTime { mean, reached }));
    findings.extend(largest_slice(stream, mean));
    findings.extend(
        stream
            .interface_delay_share
            .estimate()
            .filter(|share| share.value >= WORTH_SAYING)
            .map(|share| Finding::Interfaces { share }),
    );
    findings.extend(busiest_team(all));
    findings.extend(rework(stream, mean));
    findings
}

fn overloads(model: &Model, load: &Load) -> Vec<Finding> {
    let teams = load.teams.iter().filter(|team| !team.keeps_up());
    let mut findings: Vec<Finding> = teams
        .map(|team| Finding::Overloaded {
            team: team.id,
            needed: team.needed,
            people: team.people,
        })
        .collect();
    let flow = Flow::of(model);
    for slots in load.slots.iter().filter(|slots| !slots.keeps_up()) {
        let mut handoffs = flow.handoffs.iter();
        findings.extend(handoffs.find(|handoff| handoff.id == slots.id).map(|way| {
            Finding::FullSlots {
                from: way.from,
                to: way.to,
                wanted: slots.wanted,
                places: slots.places,
            }
        }));
    }
    findings
}

fn largest_slice(stream: &StreamFigures, mean: Estimate) -> Option<Finding> {
    let (slice, time) = Slice::ALL
        .into_iter()
        .filter_map(|slice| Some((slice, stream.breakdown[slice].total()?)))
        .reduce(|most, next| if next.1 > most.1 { next } else { most })?;
    if time <= 0.0 || mean.value <= 0.0 {
        return None;
    }
    Some(Finding::LargestSlice {
        slice,
        share: time / mean.value,
        mean,
        place: match slice {
            Slice::Handoff => longest_handoff(stream),
            _ => worst_stage(stream, slice),
        },
    })
}

/// The handoff that takes most of the lead time; its delay is that of a passage.
fn longest_handoff(stream: &StreamFigures) -> Option<Worst> {
    let (handoff, _) = stream
        .handoffs
        .iter()
        .filter_map(|handoff| Some((handoff, handoff.on_path.total()?)))
        .filter(|&(_, time)| time > 0.0)
        .reduce(|most, next| if next.1 > most.1 { next } else { most })?;
    Some(Worst::Handoff {
        from: handoff.from,
        to: handoff.to,
        delay: handoff.delay.estimate()?,
    })
}

fn worst_stage(stream: &StreamFigures, slice: Slice) -> Option<Worst> {
    let (stage, time) = stream
        .stages
        .iter()
        .filter_map(|stage| Some((stage.id, stage.on_path[slice].estimate()?)))
        .filter(|(_, time)| time.value > 0.0)
        .reduce(|most, next| {
            if next.1.value > most.1.value {
                next
            } else {
                most
            }
        })?;
    Some(Worst::Stage { stage, time })
}

fn busiest_team(all: &Figures) -> Option<Finding> {
    let (team, utilisation) = all
        .teams
        .iter()
        .filter_map(|team| Some((team, team.utilisation.estimate()?)))
        .filter(|(_, utilisation)| utilisation.value >= WORTH_SAYING)
        .reduce(|most, next| {
            if next.1.value > most.1.value {
                next
            } else {
                most
            }
        })?;
    Some(Finding::BusiestTeam {
        team: team.id,
        utilisation,
        wait: team.wait.estimate().filter(|wait| wait.value > 0.0),
    })
}

fn rework(stream: &StreamFigures, mean: Estimate) -> Option<Finding> {
    let time = stream.rework.time.estimate()?;
    let share = time.value / mean.value;
    (share >= WORTH_SAYING).then_some(Finding::Rework { time, share })
}
