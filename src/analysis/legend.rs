//! What the figures need to know about a Model, by place in the Plan.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::graph::Flow;
use crate::model::{
    Arrivals, Automation, ClassId, HandoffId, HandoffKind, Model, Phase, StageId, StreamId, Target,
    TeamId, Trigger, Value,
};
use crate::sim::Marks;

use super::figures::Part;
use super::rolled::rolled_ca_of_streams;

/// The names and terms behind the numbers of a Plan: what a visit costs, which team owns a stage,
/// which class a demand brings.
///
/// Places are those of the Plan: stages, teams and streams in the Model's order, handoffs and
/// demands in the Flow's.
#[derive(Clone, Debug)]
pub struct Legend {
    pub(super) stages: Vec<StageTerms>,
    pub(super) handoffs: Vec<HandoffTerms>,
    pub(super) teams: Vec<TeamTerms>,
    pub(super) streams: Vec<StreamTerms>,
    /// By demand: the place of its class among its stream's; 0 is no class.
    pub(super) class_of_demand: Vec<usize>,
    pub(super) stage_slots: Slots,
    /// What is asked of a stage at every visit, and of a handoff at every passage, in little room.
    pub(super) stage_flags: Vec<StageFlags>,
    pub(super) handoff_flags: Vec<HandoffFlags>,
    pub(super) handoff_slots: Slots,
    pub(super) phases: Vec<Part>,
    pub(super) teams_as_parts: Vec<Part>,
    pub(super) values: Vec<Part>,
    pub(super) systems: usize,
    /// What is to be known of an item in an express run beside its times; none when there are too
    /// many systems to mark.
    pub(super) marks: Option<Marks>,
    /// Whether anything has a price.
    pub(super) has_prices: bool,
    /// Whether the figures begin with nothing inside and end with nothing inside.
    pub(super) is_terminating: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct StageFlags {
    pub has_team: bool,
    pub needs_person: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct HandoffFlags {
    pub is_feedback: bool,
    pub is_manual: bool,
    pub is_automatic: bool,
}

#[derive(Clone, Debug)]
pub(super) struct StageTerms {
    pub id: StageId,
    pub team: Option<usize>,
    pub needs_person: bool,
    pub adds_value: bool,
    pub cost_per_visit: f64,
    pub cost_per_person_hour: f64,
    pub touchpoints: u64,
    /// Numbers of its systems, each once.
    pub systems: Vec<u32>,
    /// Place in `Legend::phases`.
    pub phase: usize,
    /// Place in `Legend::teams_as_parts`.
    pub team_part: usize,
    /// Place in `Legend::values`.
    pub value_part: usize,
}

#[derive(Clone, Debug)]
pub(super) struct HandoffTerms {
    pub id: HandoffId,
    pub from: StageId,
    pub to: StageId,
    pub kind: HandoffKind,
    pub is_manual: bool,
    pub is_automatic: bool,
    pub phase: usize,
    pub team_part: usize,
}

#[derive(Clone, Debug)]
pub(super) struct TeamTerms {
    pub id: TeamId,
    pub people: u32,
    pub cost_per_hour: Option<f64>,
}

#[derive(Clone, Debug)]
pub(super) struct StreamTerms {
    pub id: StreamId,
    /// The classes that its demands name, in that order.
    pub classes: Vec<ClassId>,
    pub target: Option<Goal>,
    pub rolled_ca: Option<f64>,
    /// Money per item and day, by class; the first is for items without one. None when nothing is
    /// said of delay.
    pub costs_of_delay: Option<Vec<f64>>,
    /// Whether an item can be done without a person: if not, none needs to be watched.
    pub may_need_nobody: bool,
    /// Stages and handoffs, by place, where its items can come; the others have no figures of it.
    pub stages: Vec<u32>,
    pub handoffs: Vec<u32>,
}

/// Where the sums of a stream about a place are, without room for those it has nothing to do with.
///
/// Most places belong to one stream, which is looked at first.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    /// By place: the first stream that comes there, and its place in the stream's list.
    home: Vec<(u32, u32)>,
    others: FxHashMap<(u32, u32), u32>,
}

impl Slots {
    fn new<'a>(places: usize, of_streams: impl Iterator<Item = &'a [u32]>) -> Self {
        let mut slots = Self {
            home: vec![(u32::MAX, 0); places],
            others: FxHashMap::default(),
        };
        for (stream, own) in (0..).zip(of_streams) {
            for (slot, &place) in (0..).zip(own) {
                let home = &mut slots.home[place as usize];
                if home.0 == u32::MAX {
                    *home = (stream, slot);
                } else {
                    slots.others.insert((stream, place), slot);
                }
            }
        }
        slots
    }

    /// Returns where a stream's sums about a place are in its list.
    ///
    /// # Panics
    /// When no item of the stream can come there.
    #[inline]
    pub fn of(&self, stream: u32, place: u32) -> usize {
        let (first, slot) = self.home[place as usize];
        if first == stream {
            slot as usize
        } else {
            self.others[&(stream, place)] as usize
        }
    }
}

/// A target, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// Lead time of at most this.
    Within(u64),
    /// Done by this instant; none when it lies before time 0.
    By(Option<u64>),
}

impl Legend {
    /// Reads a Model and its Flow.
    pub fn of(model: &Model, flow: &Flow) -> Self {
        let mut systems: BTreeMap<&str, u32> = BTreeMap::new();
        for name in model.stages.iter().flat_map(|stage| &stage.systems) {
            let next = systems.len() as u32;
            systems.entry(name.trim()).or_insert(next);
        }
        let phases = phases(model);
        let phase_place = |phase: &Option<Phase>| {
            phases
                .iter()
                .position(|part| matches!(part, Part::Phase(found) if found == phase))
                .expect("every phase in use is listed")
        };
        let values: Vec<Part> = VALUES
            .into_iter()
            .map(Part::Value)
            .chain([Part::Between])
            .collect();
        let mut teams_as_parts: Vec<Part> = model
            .teams
            .iter()
            .map(|team| Part::Team(Some(team.id)))
            .collect();
        teams_as_parts.extend([Part::Team(None), Part::Between]);

        let stages: Vec<StageTerms> = flow
            .stages
            .iter()
            .filter_map(|stage| model.stages.find(stage.id))
            .map(|stage| {
                let team = stage.team.and_then(|team| model.teams.position(team));
                let price = team
                    .and_then(|team| model.teams.at(team))
                    .and_then(|team| team.cost_per_hour);
                let mut numbers: Vec<u32> = stage
                    .systems
                    .iter()
                    .map(|name| systems[name.trim()])
                    .collect();
                numbers.sort_unstable();
                numbers.dedup();
                let mut stakeholders: Vec<&str> =
                    stage.stakeholders.iter().map(|name| name.trim()).collect();
                stakeholders.sort_unstable();
                stakeholders.dedup();
                let value_part = VALUES.iter().position(|&value| value == stage.value);
                StageTerms {
                    id: stage.id,
                    team,
                    needs_person: stage.automation() != Automation::Automatic,
                    adds_value: stage.value == Some(Value::Adds),
                    cost_per_visit: stage.cost.map_or(0.0, |cost| cost.get()),
                    cost_per_person_hour: price.map_or(0.0, |price| price.get()),
                    touchpoints: stakeholders.len() as u64,
                    systems: numbers,
                    phase: phase_place(&stage.phase),
                    team_part: team.unwrap_or(model.teams.len()),
                    value_part: value_part.expect("every value is listed"),
                }
            })
            .collect();

        let between = |place: Option<(usize, usize)>, last: usize| match place {
            Some((from, to)) if from == to => from,
            _ => last,
        };
        let terms_of = |id: StageId| model.stages.position(id).and_then(|at| stages.get(at));
        let handoffs = flow
            .handoffs
            .iter()
            .map(|handoff| {
                let ends = terms_of(handoff.from).zip(terms_of(handoff.to));
                HandoffTerms {
                    id: handoff.id,
                    from: handoff.from,
                    to: handoff.to,
                    kind: handoff.kind,
                    is_manual: matches!(handoff.trigger, Trigger::Manual(_)),
                    is_automatic: matches!(handoff.trigger, Trigger::Automatic(_)),
                    phase: between(
                        ends.map(|(from, to)| (from.phase, to.phase)),
                        phases.len() - 1,
                    ),
                    team_part: between(
                        ends.map(|(from, to)| (from.team_part, to.team_part)),
                        teams_as_parts.len() - 1,
                    ),
                }
            })
            .collect();

        let mut reach = Reach::new(model, flow);
        let streams: Vec<StreamTerms> = model
            .streams
            .iter()
            .zip(rolled_ca_of_streams(model, flow))
            .map(|(stream, rolled_ca)| {
                let mut classes = Vec::new();
                for class in stream
                    .demands
                    .iter()
                    .filter_map(|demand| demand.class.as_ref())
                {
                    if !classes.contains(&class.id) {
                        classes.push(class.id);
                    }
                }
                let costs = stream.demands.iter().filter_map(|demand| {
                    let cost = demand.class.as_ref()?.cost_of_delay?;
                    Some((demand.class.as_ref()?.id, cost.get()))
                });
                let costs: BTreeMap<ClassId, f64> = costs.collect();
                let own = stream.cost_of_delay.map_or(0.0, |cost| cost.get());
                let cost_of = |class: &ClassId| costs.get(class).copied().unwrap_or(own);
                let has_cost = stream.cost_of_delay.is_some() || !costs.is_empty();
                let begins_without =
                    |stage: &StageId| terms_of(*stage).is_some_and(|stage| !stage.needs_person);
                let (reached, ways) = reach.of(flow, stream.id);
                StreamTerms {
                    id: stream.id,
                    stages: reached,
                    handoffs: ways,
                    costs_of_delay: has_cost.then(|| {
                        std::iter::once(own)
                            .chain(classes.iter().map(cost_of))
                            .collect()
                    }),
                    may_need_nobody: flow
                        .arrivals
                        .iter()
                        .filter(|arrival| arrival.stream == stream.id)
                        .any(|arrival| arrival.at.iter().all(begins_without)),
                    classes,
                    target: stream.target.map(|target| goal(model, target)),
                    rolled_ca,
                }
            })
            .collect();

        let demand_of = |arrival: &crate::graph::FlowArrival| {
            let stream = model.streams.find(arrival.stream)?;
            stream
                .demands
                .iter()
                .find(|demand| demand.id == arrival.demand)
        };
        let class_of_demand = flow
            .arrivals
            .iter()
            .map(|arrival| {
                let class = demand_of(arrival)?.class.as_ref()?.id;
                let stream = streams.iter().find(|stream| stream.id == arrival.stream)?;
                let place = stream.classes.iter().position(|&listed| listed == class)?;
                Some(place + 1)
            })
            .map(Option::unwrap_or_default)
            .collect();

        let handoffs: Vec<HandoffTerms> = handoffs;
        let marks = marks(&stages, &handoffs, &streams, systems.len());
        Self {
            class_of_demand,
            stage_flags: (stages.iter())
                .map(|stage| StageFlags {
                    has_team: stage.team.is_some(),
                    needs_person: stage.needs_person,
                })
                .collect(),
            handoff_flags: (handoffs.iter())
                .map(|handoff| HandoffFlags {
                    is_feedback: handoff.kind == HandoffKind::Feedback,
                    is_manual: handoff.is_manual,
                    is_automatic: handoff.is_automatic,
                })
                .collect(),
            stage_slots: Slots::new(stages.len(), streams.iter().map(|s| &s.stages[..])),
            handoff_slots: Slots::new(handoffs.len(), streams.iter().map(|s| &s.handoffs[..])),
            handoffs,
            teams: model
                .teams
                .iter()
                .map(|team| TeamTerms {
                    id: team.id,
                    people: team.people,
                    cost_per_hour: team.cost_per_hour.map(|cost| cost.get()),
                })
                .collect(),
            streams,
            phases,
            teams_as_parts,
            values,
            systems: systems.len(),
            marks,
            has_prices: model.teams.iter().any(|team| team.cost_per_hour.is_some())
                || model.stages.iter().any(|stage| stage.cost.is_some()),
            is_terminating: is_terminating(model),
            stages,
        }
    }

    /// Returns the stage at a place of the Plan.
    pub fn stage(&self, place: u32) -> Option<StageId> {
        self.stages.get(place as usize).map(|stage| stage.id)
    }
}

/// Finds where the items of a stream can come, over handoffs of any kind, whoever they are open to.
struct Reach<'a> {
    model: &'a Model,
    /// By stage: handoffs that leave it, with the stage that they lead to.
    ways: Vec<Vec<(u32, u32)>>,
    /// By stage: the stream that was last seen there.
    seen: Vec<Option<StreamId>>,
}

impl<'a> Reach<'a> {
    fn new(model: &'a Model, flow: &Flow) -> Self {
        let mut ways = vec![Vec::new(); flow.stages.len()];
        for (handoff, place) in flow.handoffs.iter().zip(0..) {
            let ends = (model.stages.position(handoff.from)).zip(model.stages.position(handoff.to));
            if let Some((from, to)) = ends {
                ways[from].push((place, to as u32));
            }
        }
        Self {
            model,
            seen: vec![None; ways.len()],
            ways,
        }
    }

    /// Returns stages and handoffs by place, in order.
    fn of(&mut self, flow: &Flow, stream: StreamId) -> (Vec<u32>, Vec<u32>) {
        let arrivals = flow
            .arrivals
            .iter()
            .filter(|arrival| arrival.stream == stream);
        let mut stages: Vec<u32> = Vec::new();
        for id in arrivals.flat_map(|arrival| &arrival.at) {
            if let Some(place) = self.model.stages.position(*id)
                && self.seen[place].replace(stream) != Some(stream)
            {
                stages.push(place as u32);
            }
        }
        let mut handoffs = Vec::new();
        let mut next = 0;
        while let Some(&stage) = stages.get(next) {
            next += 1;
            for &(handoff, to) in &self.ways[stage as usize] {
                handoffs.push(handoff);
                if self.seen[to as usize].replace(stream) != Some(stream) {
                    stages.push(to);
                }
            }
        }
        stages.sort_unstable();
        handoffs.sort_unstable();
        (stages, handoffs)
    }
}

/// What a stage can be worth, in the order shown.
const VALUES: [Option<Value>; 4] = [
    Some(Value::Adds),
    Some(Value::Necessary),
    Some(Value::Waste),
    None,
];

/// Returns whether a study of this Model ends by itself: every demand, and at least one, is a list
/// of dates (fine print "Studies").
pub fn is_terminating(model: &Model) -> bool {
    let mut demands = model
        .streams
        .iter()
        .flat_map(|stream| &stream.demands)
        .peekable();
    demands.peek().is_some() && demands.all(|demand| matches!(demand.arrivals, Arrivals::Dates(_)))
}

/// The phases in use: the standard ones in their order, then people's own, then none, then what
/// lies between.
fn phases(model: &Model) -> Vec<Part> {
    let in_use = || model.stages.iter().filter_map(|stage| stage.phase.as_ref());
    let mut phases: Vec<Phase> = Phase::STANDARD
        .into_iter()
        .filter(|phase| in_use().any(|used| used == phase))
        .collect();
    for phase in in_use() {
        if matches!(phase, Phase::Own(_)) && !phases.contains(phase) {
            phases.push(phase.clone());
        }
    }
    let mut parts: Vec<Part> = phases
        .into_iter()
        .map(|phase| Part::Phase(Some(phase)))
        .collect();
    parts.extend([Part::Phase(None), Part::Between]);
    parts
}

fn goal(model: &Model, target: Target) -> Goal {
    match target {
        Target::LeadTime(time) => Goal::Within(time.span().as_millis()),
        Target::Date(date) => {
            let zone = model.start_zone().time_zone();
            let instant = |local: crate::model::DateTime| {
                // As everywhere: a time that is skipped moves on, one that comes twice is the first.
                zone.to_ambiguous_timestamp(local)
                    .compatible()
                    .map(|instant| instant.as_millisecond())
            };
            let start = instant(model.settings.start.at);
            match (start, instant(date)) {
                (Ok(start), Ok(date)) => Goal::By(u64::try_from(date - start).ok()),
                // Dates at the ends of what the calendar knows; no item is done by then.
                _ => Goal::By(None),
            }
        }
    }
}

/// The mark of a place at which a person has to do with an item. The others are its systems'.
pub(super) const PERSON: u64 = 1 << 63;

/// Marks every place with what it means for an item that comes there; nothing when there are more
/// systems than marks. Empty when nobody asks.
fn marks(
    stages: &[StageTerms],
    handoffs: &[HandoffTerms],
    streams: &[StreamTerms],
    systems: usize,
) -> Option<Marks> {
    if systems >= PERSON.trailing_zeros() as usize {
        return None;
    }
    if systems == 0 && !streams.iter().any(|stream| stream.may_need_nobody) {
        return Some(Marks::default());
    }
    let person = |needs: bool| if needs { PERSON } else { 0 };
    Some(Marks {
        stages: stages
            .iter()
            .map(|stage| {
                let systems = stage.systems.iter().map(|system| 1 << system);
                person(stage.needs_person) | systems.sum::<u64>()
            })
            .collect(),
        handoffs: handoffs
            .iter()
            .map(|handoff| person(!handoff.is_automatic))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Demand, DemandId, Settings, Stream};

    #[test]
    fn a_study_terminates_when_every_demand_is_a_list() {
        let mut model = Model::default();
        assert!(!is_terminating(&model), "nothing arrives at all");
        let mut stream = Stream::new(StreamId::new("s").unwrap(), "S");
        let demand = |id: &str, arrivals| Demand {
            id: DemandId::new(id).unwrap(),
            class: None,
            arrivals,
            at: Vec::new(),
        };
        stream
            .demands
            .push(demand("a", Arrivals::Dates(Vec::new())));
        model.streams.push(stream.clone());
        assert!(is_terminating(&model));
        stream.demands.push(demand("b", Arrivals::Backlog));
        model.streams = [stream].into_iter().collect();
        assert!(!is_terminating(&model));
    }

    #[test]
    fn a_target_date_is_counted_from_the_start_in_its_zone() {
        let mut model = Model {
            settings: Settings::default(),
            ..Model::default()
        };
        model.settings.start.zone = Some(crate::model::Zone::new("Europe/Berlin").unwrap());
        // From 5 January to 1 April 2026: 86 days, one of which lost an hour on 29 March.
        let date = jiff::civil::date(2026, 4, 1).at(0, 0, 0, 0);
        assert_eq!(
            goal(&model, Target::Date(date)),
            Goal::By(Some((86 * 24 - 1) * 3_600_000))
        );
        let before = jiff::civil::date(2025, 4, 1).at(0, 0, 0, 0);
        assert_eq!(goal(&model, Target::Date(before)), Goal::By(None));
    }
}
