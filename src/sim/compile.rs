//! Compiling a Model and its Flow into a [`Plan`].

use super::express::Lanes;
use super::hours::OpenHours;
use super::luck::{Purpose, combine, element_key};
use super::plan::{
    Delay, Later, Most, NONE, Places, Plan, PlanArrivals, PlanDemand, PlanError, PlanHandoff,
    PlanStage, PlanStream, PlanTeam, instant_of,
};
use super::sampler::Sampler;
use super::slots::Slots;
use super::ways::{self, Openings};
use crate::graph::{Flow, FlowFault, FlowHandoff};
use crate::model::{
    Arrivals, At, ClassId, Demand, Distribution, HandoffKind, Model, ReworkWork, Rhythm, Span,
    Stage, Stream, Time, Trigger, Zone,
};

impl Plan {
    /// Compiles what flows in a model.
    ///
    /// # Errors
    /// When the model cannot be run: what it says is impossible, contradicts itself, or is not
    /// simulated yet. `check` says the same with more words, as Problems.
    pub fn compile(model: &Model, flow: &Flow) -> Result<Self, PlanError> {
        match flow.fault {
            None => {}
            Some(FlowFault::Circle) => {
                return Err(fault(At::Model, "its forward handoffs run in a circle"));
            }
            Some(FlowFault::TooMany) => {
                return Err(fault(At::Model, "too much is relaxed around one handoff"));
            }
        }
        let zone = model.start_zone().time_zone();
        let start = zone
            .to_timestamp(model.settings.start.at)
            .map_err(|source| fault(At::Model, format!("time 0 has no instant: {source}")))?;
        let mut plan = Self {
            start,
            zone,
            stages: Vec::with_capacity(flow.stages.len()),
            handoffs: Vec::with_capacity(flow.handoffs.len()),
            teams: Vec::with_capacity(model.teams.len()),
            streams: Vec::with_capacity(model.streams.len()),
            demands: Vec::new(),
            classes: Vec::new(),
            hours: model
                .calendars
                .iter()
                .map(|calendar| OpenHours::new(calendar, start))
                .collect(),
            routings: Vec::new(),
            memory_stages: 0,
            memory_handoffs: 0,
            counted_handoffs: 0,
            lines: 0,
            has_limits: false,
            express: None,
        };
        for team in &model.teams {
            plan.teams.push(PlanTeam {
                id: team.id,
                people: team.people,
                hours: team
                    .calendar
                    .and_then(|calendar| model.calendars.position(calendar))
                    .map(|place| place as u32),
                discipline: team.discipline,
                most_crew: 1,
                knows_people: false,
            });
        }
        for stream in &model.streams {
            if stream.wip_limit == Some(0) {
                return Err(fault(
                    At::Stream(stream.id),
                    "its WIP limit lets nothing in",
                ));
            }
            plan.has_limits |= stream.wip_limit.is_some();
            plan.streams.push(PlanStream {
                id: stream.id,
                wip_limit: stream.wip_limit,
            });
            for class in stream.demands.iter().filter_map(|d| d.class.as_ref()) {
                if !plan.classes.contains(&class.id) {
                    plan.classes.push(class.id);
                }
            }
        }
        for stage in &model.stages {
            let stage = plan.stage(model, stage)?;
            if let Some(team) = stage.team {
                let team = &mut plan.teams[team as usize];
                team.knows_people |= stage.setup.is_some();
                team.most_crew = team.most_crew.max(stage.crew);
            }
            plan.has_limits |= stage.limit != NONE;
            plan.stages.push(stage);
        }
        for handoff in &flow.handoffs {
            let handoff = plan.handoff(model, handoff)?;
            plan.handoffs.push(handoff);
        }
        let mut openings = Openings::default();
        for arrival in &flow.arrivals {
            let found = model
                .streams
                .position(arrival.stream)
                .and_then(|place| Some((place, model.streams.at(place)?)))
                .and_then(|(place, stream)| {
                    let demand = stream.demands.iter().find(|d| d.id == arrival.demand)?;
                    Some((place, stream, demand))
                });
            let Some((place, stream, demand)) = found else {
                let at = At::Demand(arrival.stream, arrival.demand);
                return Err(fault(at, "the flow names a demand that the model has not"));
            };
            let mut at: Vec<u32> = arrival
                .at
                .iter()
                .filter_map(|&stage| model.stages.position(stage))
                .map(|place| place as u32)
                .collect();
            at.sort_unstable();
            at.dedup();
            if at.is_empty() {
                let place = At::Demand(stream.id, demand.id);
                return Err(fault(place, "nothing says at which stage its items arrive"));
            }
            let class = demand.class.as_ref().map(|class| class.id);
            let routing = openings.of(flow, stream.id, class);
            let demand = plan.demand(place as u32, stream, demand, at, routing)?;
            plan.demands.push(demand);
        }
        ways::compile(&mut plan, flow, &openings)?;
        plan.express = Lanes::of(&plan);
        Ok(plan)
    }

    fn stage(&self, model: &Model, stage: &Stage) -> Result<PlanStage, PlanError> {
        let at = At::Stage(stage.id);
        check_numbers(stage)?;
        let team = stage.team.and_then(|team| model.teams.position(team));
        if let Some(team) = team.and_then(|place| self.teams.get(place))
            && stage.crew > team.people
        {
            let (crew, people) = (stage.crew, team.people);
            let message = format!("it needs {crew} people at once and its team has {people}");
            return Err(fault(at, message));
        }
        let (day, week) = model.day_and_week_of(stage);
        let zero = Distribution::default();
        let work = sampler(stage.work.as_ref().unwrap_or(&zero), day, week, at)?;
        let mut class_work = Vec::new();
        for (class, work) in &stage.class_work {
            // A class that no demand brings never comes here.
            if let Some(class) = self.class(*class) {
                class_work.push((class, sampler(work, day, week, at)?));
            }
        }
        let later = match &stage.rework_work {
            None => None,
            Some(ReworkWork::Factor(factor)) if factor.is_finite() && *factor >= 0.0 => {
                Some(Box::new(Later::Factor(*factor)))
            }
            Some(ReworkWork::Factor(_)) => {
                return Err(fault(
                    at,
                    "the factor of its rework is not a number of 0 or above",
                ));
            }
            Some(ReworkWork::Work(work)) => {
                Some(Box::new(Later::Work(sampler(work, day, week, at)?)))
            }
        };
        // People who belong to no team are never those who come from another stage.
        let setup = match stage.setup.as_ref().filter(|_| team.is_some()) {
            Some(setup) => Some(Box::new(sampler(setup, day, week, at)?)),
            None => None,
        };
        let batch = stage.batch.map_or(1, |batch| batch.size);
        let stretch = stage.availability.map_or(1.0, |share| 1.0 / share.get());
        let slug = stage.id.as_str();
        Ok(PlanStage {
            id: stage.id,
            team: team.map(|place| place as u32),
            crew: stage.crew,
            work,
            has_one_work: class_work.is_empty() && later.is_none() && stretch == 1.0,
            class_work,
            later,
            stretch,
            copies: stage.copies,
            enough: stage.enough.unwrap_or(stage.copies),
            batch,
            longest_wait: stage
                .batch
                .and_then(|batch| batch.longest_wait)
                .map(|wait| wait.span().0),
            setup,
            limit: stage.limit.unwrap_or(NONE),
            priority: stage.priority,
            is_plain: stage.copies == 1 && batch == 1,
            work_key: element_key(slug, Purpose::Work),
            setup_key: element_key(slug, Purpose::Setup),
            rework_key: element_key(slug, Purpose::Rework),
            route_key: element_key(slug, Purpose::Route),
            memory: NONE,
        })
    }

    fn class(&self, class: ClassId) -> Option<u32> {
        self.classes
            .iter()
            .position(|&known| known == class)
            .map(|place| place as u32)
    }

    fn handoff(&mut self, model: &Model, handoff: &FlowHandoff) -> Result<PlanHandoff, PlanError> {
        let at = At::Handoff(handoff.id);
        let (Some(from), Some(to)) = (
            model.stages.position(handoff.from),
            model.stages.position(handoff.to),
        ) else {
            return Err(fault(at, "one of its stages does not exist"));
        };
        let delay = match &handoff.trigger {
            Trigger::Manual(delay) => Delay::Sampled(sampler(delay, Span::DAY, Span::WEEK, at)?),
            Trigger::Automatic(latency) => Delay::Sampled(Sampler::Fixed(latency.span().0)),
            Trigger::Scheduled {
                rhythm,
                zone,
                slots: most,
            } => {
                let is_empty = match rhythm {
                    Rhythm::Every(every) => every.span() == Span::ZERO,
                    Rhythm::Weekly(slots) => slots.is_empty(),
                };
                if is_empty {
                    return Err(fault(at, "its rhythm has no slot"));
                }
                let receivers = || {
                    let calendar = model.calendar_of(model.stages.at(to)?)?;
                    Some(calendar.zone.clone())
                };
                let zone: Zone = zone.clone().or_else(receivers).unwrap_or_default();
                let places = match *most {
                    Some(0) => return Err(fault(at, "its slots take nothing")),
                    Some(per_slot) => {
                        self.lines += 1;
                        Some(Places {
                            per_slot,
                            line: (self.lines - 1) as u32,
                        })
                    }
                    None => None,
                };
                Delay::Scheduled {
                    slots: Box::new(Slots::new(rhythm, &zone, self.start)),
                    places,
                }
            }
        };
        let most = match handoff.kind {
            HandoffKind::Rework {
                at_most: Some(times),
            } => {
                self.counted_handoffs += 1;
                Some(Most {
                    times,
                    memory: (self.counted_handoffs - 1) as u32,
                })
            }
            _ => None,
        };
        let slug = handoff.id.as_str();
        Ok(PlanHandoff {
            id: handoff.id,
            from: from as u32,
            to: to as u32,
            kind: handoff.kind,
            is_across_teams: self.stages[from].team != self.stages[to].team,
            delay,
            delay_key: element_key(slug, Purpose::Delay),
            feedback_key: element_key(slug, Purpose::Feedback),
            item_key: element_key(slug, Purpose::Item),
            memory: NONE,
            is_instant: false,
            most,
        })
    }

    fn demand(
        &self,
        stream_place: u32,
        stream: &Stream,
        demand: &Demand,
        at: Vec<u32>,
        routing: u32,
    ) -> Result<PlanDemand, PlanError> {
        let place = At::Demand(stream.id, demand.id);
        let arrivals = match &demand.arrivals {
            Arrivals::Every { gap, batch } => {
                let sampler = sampler(gap, Span::DAY, Span::WEEK, place)?;
                if gap.mean(Span::DAY, Span::WEEK) <= 0.0 {
                    return Err(fault(place, "the time between two arrivals is always 0"));
                }
                PlanArrivals::Every {
                    gap: sampler,
                    batch: (*batch).max(1),
                }
            }
            Arrivals::Dates(dates) => {
                let mut instants = Vec::with_capacity(dates.len());
                for &date in dates {
                    let Some(instant) = instant_of(self.start, &self.zone, date) else {
                        return Err(fault(place, format!("{date} lies before the start")));
                    };
                    instants.push(instant);
                }
                instants.sort_unstable();
                PlanArrivals::Dates(instants)
            }
            Arrivals::Backlog => {
                let is_full_some_day = stream.wip_limit.is_some()
                    || at
                        .iter()
                        .any(|&stage| self.stages[stage as usize].limit != NONE);
                if !is_full_some_day {
                    return Err(fault(place, "nothing says when its backlog is let in"));
                }
                PlanArrivals::Backlog
            }
        };
        let (stream_slug, slug) = (stream.id.as_str(), demand.id.as_str());
        let key = |purpose| {
            combine(
                element_key(stream_slug, purpose),
                element_key(slug, purpose),
            )
        };
        Ok(PlanDemand {
            stream: stream_place,
            id: demand.id,
            class: demand.class.as_ref().and_then(|class| self.class(class.id)),
            at,
            arrivals,
            priority: (demand.class.as_ref())
                .and_then(|class| class.priority)
                .unwrap_or(stream.priority),
            routing,
            gap_key: key(Purpose::Gap),
            item_key: key(Purpose::Item),
        })
    }
}

/// Refuses numbers of a stage that contradict one another.
fn check_numbers(stage: &Stage) -> Result<(), PlanError> {
    let batch = stage.batch.map_or(1, |batch| batch.size);
    let enough = stage.enough.unwrap_or(stage.copies);
    let faults = [
        (stage.copies == 0, "it has no copy"),
        (
            enough == 0 || enough > stage.copies,
            "more of its copies are to be enough than there are, or none",
        ),
        (batch == 0, "its batches are empty"),
        (
            batch > 1 && stage.copies > 1,
            "it has both several copies and a batch",
        ),
        (stage.limit == Some(0), "its limit lets nothing in"),
        (
            stage.limit.is_some_and(|limit| batch > limit),
            "its batch is larger than its limit",
        ),
        (
            stage.availability.is_some_and(|share| share.get() <= 0.0),
            "its means of work are never available",
        ),
    ];
    match faults.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, message)) => Err(fault(At::Stage(stage.id), message)),
        None => Ok(()),
    }
}

/// Makes the error about an element.
pub(super) fn fault(at: At, message: impl Into<String>) -> PlanError {
    PlanError {
        at,
        message: message.into(),
    }
}

fn sampler<T: Time>(
    distribution: &Distribution<T>,
    day: Span,
    week: Span,
    at: At,
) -> Result<Sampler, PlanError> {
    match distribution.fault(day, week) {
        Some(message) => Err(fault(at, message)),
        None => Ok(Sampler::new(distribution, day, week)),
    }
}
