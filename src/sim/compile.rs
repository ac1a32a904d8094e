//! Compiling a Model and its Flow into a [`Plan`].

use super::hours::OpenHours;
use super::luck::{Purpose, combine, element_key};
use super::plan::{
    Delay, NONE, Plan, PlanArrivals, PlanDemand, PlanError, PlanHandoff, PlanStage, PlanStream,
    PlanTeam, instant_of,
};
use super::sampler::Sampler;
use super::slots::Slots;
use super::unsupported;
use super::ways::{self, Openings};
use crate::graph::{Flow, FlowFault, FlowHandoff};
use crate::model::{
    Arrivals, At, ClassId, Demand, Discipline, Distribution, Model, Rhythm, Span, Stage, Stream,
    Time, Trigger, Zone,
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
        };
        for team in &model.teams {
            if team.discipline != Discipline::FirstCome {
                return Err(unsupported::error(At::Team(team.id), "this discipline"));
            }
            plan.teams.push(PlanTeam {
                id: team.id,
                people: team.people,
                hours: team
                    .calendar
                    .and_then(|calendar| model.calendars.position(calendar))
                    .map(|place| place as u32),
            });
        }
        for stream in &model.streams {
            unsupported::check_stream(stream)?;
            plan.streams.push(PlanStream { id: stream.id });
            for class in stream.demands.iter().filter_map(|d| d.class.as_ref()) {
                if !plan.classes.contains(&class.id) {
                    plan.classes.push(class.id);
                }
            }
        }
        for stage in &model.stages {
            let stage = plan.stage(model, stage)?;
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
        Ok(plan)
    }

    fn stage(&self, model: &Model, stage: &Stage) -> Result<PlanStage, PlanError> {
        let at = At::Stage(stage.id);
        unsupported::check_stage(stage)?;
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
        let slug = stage.id.as_str();
        Ok(PlanStage {
            id: stage.id,
            team: team.map(|place| place as u32),
            crew: stage.crew,
            work,
            class_work,
            work_key: element_key(slug, Purpose::Work),
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

    fn handoff(&self, model: &Model, handoff: &FlowHandoff) -> Result<PlanHandoff, PlanError> {
        let at = At::Handoff(handoff.id);
        unsupported::check_handoff(handoff)?;
        let (Some(from), Some(to)) = (
            model.stages.position(handoff.from),
            model.stages.position(handoff.to),
        ) else {
            return Err(fault(at, "one of its stages does not exist"));
        };
        let delay = match &handoff.trigger {
            Trigger::Manual(delay) => Delay::Sampled(sampler(delay, Span::DAY, Span::WEEK, at)?),
            Trigger::Automatic(latency) => Delay::Sampled(Sampler::Fixed(latency.span().0)),
            Trigger::Scheduled { rhythm, zone, .. } => {
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
                Delay::Scheduled(Slots::new(rhythm, &zone, self.start))
            }
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
            Arrivals::Backlog => return Err(unsupported::error(place, "a backlog")),
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
            routing,
            gap_key: key(Purpose::Gap),
            item_key: key(Purpose::Item),
        })
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
