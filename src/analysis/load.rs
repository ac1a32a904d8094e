//! Traffic equations: what each team would need, before anything runs.

use std::collections::BTreeMap;

use crate::graph::Flow;
use crate::model::{
    ClassId, Distribution, HandoffId, Model, ReworkWork, Rhythm, Span, Stage, StageId, StreamId,
    TeamId, Time, Trigger, WorkTime,
};

use super::network::{Arriving, Network};
use super::traffic::Traffic;

/// What a team is asked for in the long run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TeamLoad {
    /// Which team.
    pub id: TeamId,
    /// People who would have to work all their open hours; ∞ when a loop never ends or the
    /// calendar never opens.
    pub needed: f64,
    /// What is needed in any case, where `needed` is an estimate: without setups and copies that
    /// others make superfluous, with full batches, and without items that may be turned away.
    pub needed_at_least: f64,
    /// People there are.
    pub people: u32,
    /// Offered utilisation, ρ: needed / people, but only whole crews count where all stages of the
    /// team need the same crew (three people do one two-person job at a time).
    pub utilisation: f64,
    /// The same of what is needed in any case. At 1 or more the queue grows for ever.
    pub utilisation_at_least: f64,
    /// The share of the time that its calendar is open, holidays aside.
    pub open: f64,
}

impl TeamLoad {
    /// Returns whether the team can keep up with what it is asked for. (Whether it does, where
    /// `needed` is an estimate or work is blocked, is seen when it is simulated.)
    pub fn keeps_up(&self) -> bool {
        self.utilisation_at_least < 1.0 - 1e-9
    }
}

/// What a scheduled handoff with a number of places is asked for in the long run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlotLoad {
    /// Which handoff of the Flow.
    pub id: HandoffId,
    /// Items that come for each slot.
    pub wanted: f64,
    /// Places in a slot.
    pub places: u32,
}

impl SlotLoad {
    /// Returns whether the slots can take what comes.
    pub fn keeps_up(&self) -> bool {
        self.wanted < f64::from(self.places) * (1.0 - 1e-9)
    }
}

/// What the items of a stream do on average, and how fast they are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamLoad {
    /// Which stream.
    pub id: StreamId,
    /// Items a day of 24 h that its demands bring in the long run; none when they are all lists of
    /// dates or backlogs.
    pub items_per_day: Option<f64>,
    /// Visits per item to each stage that its items can come to, in the Model's order: a mean over
    /// its demands, weighted by what they bring.
    pub visits_per_item: Vec<(StageId, f64)>,
    /// Passages per item over each handoff that its items can go over, in the Flow's order; of
    /// feedback those of the new items.
    pub passages_per_item: Vec<(HandoffId, f64)>,
    /// Takt time in seconds of open time per item: the open time of the pacemaker's calendar over
    /// the demand (definitions 4.3). None without a demand in the long run.
    pub takt: Option<f64>,
    /// The team whose calendar that is: the busiest of those that the stream's items need; none
    /// when they need none, and time is counted around the clock.
    pub pacemaker: Option<TeamId>,
}

/// What teams and slots are asked for in the long run, from the traffic equations of the Flow.
///
/// Lists of dates and backlogs ask for nothing in the long run. Where work may be withdrawn (going
/// back while other branches are under way), the load is an upper bound.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// By team, in the Model's order.
    pub teams: Vec<TeamLoad>,
    /// Scheduled handoffs with a number of places, in the Flow's order.
    pub slots: Vec<SlotLoad>,
    /// By stream, in the Model's order.
    pub streams: Vec<StreamLoad>,
    /// Visits to each stage in items per day, summed over the demands; by stage, in the Model's
    /// order.
    pub visits_per_day: Vec<f64>,
}

/// What the items of one demand ask for.
struct Asking {
    arriving: Arriving,
    traffic: Traffic,
    /// Items per millisecond.
    rate: f64,
    /// Whether its items may be turned away at the stages where they arrive.
    may_be_turned_away: bool,
}

/// Work that comes in a millisecond, in people: as far as can be told, and in any case.
#[derive(Clone, Copy, Default)]
struct Work {
    estimate: f64,
    at_least: f64,
    /// Jobs in a millisecond.
    jobs: f64,
    setup: f64,
}

impl Load {
    /// Solves the traffic equations of a Flow (see `Traffic`), and adds up what the visits take:
    /// work of the class, of later passes, crews, copies, availability, batches, setups.
    ///
    /// Two parts are estimates. Of *setups*: each job needs one with the probability that a job
    /// before it, taken at random from those of its team, was at another stage. Of *batches with a
    /// longest wait*: as many come together as arrive in that wait on average.
    ///
    /// A Flow whose forward handoffs have a cycle gives an empty load (`check` says so).
    pub fn of(model: &Model, flow: &Flow) -> Self {
        let Some(network) = Network::of(model, flow) else {
            return Self::default();
        };
        let asking: Vec<Asking> = network
            .arriving()
            .into_iter()
            .map(|arriving| Asking {
                traffic: Traffic::of(&network, &arriving),
                rate: arriving.rate.unwrap_or(0.0),
                may_be_turned_away: may_be_turned_away(model, &arriving),
                arriving,
            })
            .collect();
        let coming = coming(model, &asking);
        let visits_per_ms: Vec<f64> = coming
            .iter()
            .map(|coming| coming.iter().map(|(one, visits)| one.rate * visits).sum())
            .collect();
        // By team: its stages and what they take.
        let mut work: Vec<Vec<(u32, Work)>> = vec![Vec::new(); model.teams.len()];
        for (place, stage) in model.stages.iter().enumerate() {
            let team = stage.team.and_then(|team| model.teams.position(team));
            if let (Some(team), true) = (team, visits_per_ms[place] > 0.0) {
                let found = work_at(model, stage, place, visits_per_ms[place], &coming[place]);
                work[team].push((stage.crew, found));
            }
        }
        let teams: Vec<TeamLoad> = (model.teams.iter().zip(&work))
            .map(|(team, work)| team_load(model, work, team))
            .collect();
        Self {
            slots: slots(&network, &asking),
            streams: model
                .streams
                .iter()
                .map(|stream| stream_load(&network, stream.id, &asking, &teams))
                .collect(),
            teams,
            visits_per_day: visits_per_ms
                .iter()
                .map(|visits| visits * Span::DAY.0 as f64)
                .collect(),
        }
    }

    /// Returns whether every team and every slot keeps up, so that a steady study can settle.
    pub fn settles(&self) -> bool {
        self.teams.iter().all(TeamLoad::keeps_up) && self.slots.iter().all(SlotLoad::keeps_up)
    }

    /// Returns about how many events a day of a run has: visits, and as many passages.
    pub fn events_per_day(&self) -> f64 {
        2.0 * self.visits_per_day.iter().sum::<f64>()
    }

    /// Returns the team with the highest offered utilisation, the bottleneck; of several the first.
    pub fn bottleneck(&self) -> Option<&TeamLoad> {
        busiest(self.teams.iter())
    }

    /// Returns what is known of a stream.
    pub fn stream(&self, id: StreamId) -> Option<&StreamLoad> {
        self.streams.iter().find(|stream| stream.id == id)
    }
}

/// By stage, in the Model's order: who comes there in the long run, and how often an item does.
fn coming<'a>(model: &Model, asking: &'a [Asking]) -> Vec<Vec<(&'a Asking, f64)>> {
    let mut coming = vec![Vec::new(); model.stages.len()];
    for one in asking.iter().filter(|one| one.rate > 0.0) {
        for &place in one.traffic.places() {
            let visits = one.traffic.visits_at(place);
            if visits > 0.0 {
                coming[place].push((one, visits));
            }
        }
    }
    coming
}

fn busiest<'a>(teams: impl Iterator<Item = &'a TeamLoad>) -> Option<&'a TeamLoad> {
    teams
        .filter(|team| team.utilisation > 0.0)
        .reduce(|most, team| {
            if team.utilisation > most.utilisation {
                team
            } else {
                most
            }
        })
}

/// A new item whose stage is full is turned away, unless it waits at a door.
fn may_be_turned_away(model: &Model, arriving: &Arriving) -> bool {
    let stream = model.streams.find(arriving.who.stream);
    let has_door = stream.is_some_and(|stream| stream.wip_limit.is_some());
    let stages = arriving.at.iter();
    !has_door
        && stages
            .filter_map(|&place| model.stages.at(place))
            .any(|stage| stage.limit.is_some())
}

/// What the visits to a stage take.
fn work_at(
    model: &Model,
    stage: &Stage,
    place: usize,
    per_ms: f64,
    coming: &[(&Asking, f64)],
) -> Work {
    let (day, week) = model.day_and_week_of(stage);
    let stretch = stage.availability.map_or(1.0, |share| 1.0 / share.get());
    let mean = |work: &Distribution<WorkTime>| work.mean(day, week) * stretch;
    let copies = f64::from(stage.copies);
    let enough = f64::from(stage.enough.unwrap_or(stage.copies).min(stage.copies));
    let (size, full) = match stage.batch.filter(|batch| batch.size > 1) {
        None => (1.0, 1.0),
        Some(batch) => {
            let full = f64::from(batch.size);
            let size = batch
                .longest_wait
                .map_or(full, |wait| (1.0 + per_ms * wait.span().0 as f64).min(full));
            (size, full)
        }
    };
    let mut all = Work {
        jobs: per_ms * copies / size,
        setup: stage.setup.as_ref().map_or(0.0, mean) * f64::from(stage.crew),
        ..Work::default()
    };
    for &(one, visits) in coming {
        let work = work_of(stage, one.arriving.who.class);
        let first = work.map_or(0.0, mean);
        let later = match &stage.rework_work {
            None => first,
            Some(ReworkWork::Factor(factor)) => first * factor,
            Some(ReworkWork::Work(work)) => mean(work),
        };
        let per_item = if later == first {
            visits * first
        } else {
            let firsts = one.traffic.first_visits_at(place);
            firsts * first + (visits - firsts) * later
        };
        // Of what never ends, no work is none.
        if per_item.is_nan() || per_item == 0.0 {
            continue;
        }
        let crews = one.rate * per_item * f64::from(stage.crew);
        all.estimate += crews * copies / size;
        if !one.may_be_turned_away {
            // Copies beyond `enough` may be withdrawn, and of the others the quickest are done.
            let least = if enough < copies {
                work.map_or(0.0, |work| least(work, day, week) * stretch) / first.max(later)
            } else {
                1.0
            };
            all.at_least += crews * enough * least.min(1.0) / full;
        }
    }
    all
}

/// Returns the mean work of a visit to a stage in milliseconds, first and later passes together,
/// as written: not divided by availability, of one copy.
pub(super) fn mean_work(
    model: &Model,
    stage: &Stage,
    place: usize,
    class: Option<ClassId>,
    traffic: &Traffic,
) -> f64 {
    let (day, week) = model.day_and_week_of(stage);
    let first = work_of(stage, class).map_or(0.0, |work| work.mean(day, week));
    let later = match &stage.rework_work {
        None => return first,
        Some(ReworkWork::Factor(factor)) => first * factor,
        Some(ReworkWork::Work(work)) => work.mean(day, week),
    };
    let visits = traffic.visits_at(place);
    let firsts = traffic.first_visits_at(place);
    if visits > 0.0 && visits.is_finite() {
        (firsts * first + (visits - firsts) * later) / visits
    } else {
        first
    }
}

/// Returns the work of a class at a stage.
pub(super) fn work_of(stage: &Stage, class: Option<ClassId>) -> Option<&Distribution<WorkTime>> {
    let own = stage.class_work.iter();
    own.into_iter()
        .find(|(named, _)| Some(*named) == class)
        .map(|(_, work)| work)
        .or(stage.work.as_ref())
}

/// Returns the least that can be drawn, in milliseconds.
fn least(work: &Distribution<WorkTime>, day: Span, week: Span) -> f64 {
    let ms = |time: WorkTime| time.to_span(day, week).0 as f64;
    match work {
        Distribution::Fixed(time) => ms(*time),
        Distribution::Uniform { min, .. }
        | Distribution::Triangular { min, .. }
        | Distribution::Pert { min, .. } => ms(*min),
        Distribution::Samples(values) => values
            .iter()
            .map(|&value| ms(value))
            .fold(f64::INFINITY, f64::min),
        _ => 0.0,
    }
}

/// Adds up what a team's stages take, each with its crew.
fn team_load(model: &Model, own: &[(u32, Work)], team: &crate::model::Team) -> TeamLoad {
    let jobs: f64 = own.iter().map(|(_, work)| work.jobs).sum();
    let (mut busy, mut at_least) = (0.0, 0.0);
    for (_, work) in own {
        busy += work.estimate;
        if work.setup > 0.0 && jobs.is_finite() {
            // A job before it was at this stage as often as its jobs are among all.
            busy += work.jobs * (1.0 - work.jobs / jobs) * work.setup;
        }
        at_least += work.at_least;
    }
    let open = team
        .calendar
        .and_then(|calendar| model.calendars.find(calendar))
        .map_or(1.0, |calendar| {
            calendar.week().0 as f64 / Span::WEEK.0 as f64
        });
    let crews: Vec<u32> = (own.iter())
        .filter(|(_, work)| work.estimate > 0.0)
        .map(|&(crew, _)| crew)
        .collect();
    let same_crew = crews
        .first()
        .copied()
        .filter(|first| crews.iter().all(|crew| crew == first));
    let usable = match same_crew {
        Some(crew) => team.people / crew * crew,
        None => team.people,
    };
    let over = |work: f64, by: f64| if work == 0.0 { 0.0 } else { work / by };
    let (needed, needed_at_least) = (over(busy, open), over(at_least, open));
    TeamLoad {
        id: team.id,
        needed,
        needed_at_least,
        people: team.people,
        utilisation: over(needed, f64::from(usable)),
        utilisation_at_least: over(needed_at_least, f64::from(usable)),
        open,
    }
}

fn slots(network: &Network<'_>, asking: &[Asking]) -> Vec<SlotLoad> {
    // What is certain to come over each handoff in a millisecond.
    let mut certain = vec![0.0; network.ends.len()];
    for one in asking {
        if one.rate > 0.0 && !one.may_be_turned_away {
            for (handoff, passages) in one.traffic.passages() {
                certain[handoff] += one.rate * passages;
            }
        }
    }
    let handoffs = network.flow.handoffs.iter().enumerate();
    handoffs
        .filter_map(|(place, handoff)| {
            let Trigger::Scheduled {
                rhythm,
                slots: Some(places),
                ..
            } = &handoff.trigger
            else {
                return None;
            };
            let between = match rhythm {
                Rhythm::Weekly(slots) => Span::WEEK.0 as f64 / slots.len() as f64,
                Rhythm::Every(every) => every.span().0 as f64,
            };
            Some(SlotLoad {
                id: handoff.id,
                wanted: certain[place] * between,
                places: *places,
            })
        })
        .collect()
}

fn stream_load(
    network: &Network<'_>,
    id: StreamId,
    asking: &[Asking],
    teams: &[TeamLoad],
) -> StreamLoad {
    let model = network.model;
    let own = || asking.iter().filter(|one| one.arriving.who.stream == id);
    let rate: f64 = own().map(|one| one.rate).sum();
    let listed: usize = own().map(|one| one.arriving.listed).sum();
    // Rates and lists cannot be weighed together; backlogs only with one another.
    let weight = |one: &Asking| {
        if rate > 0.0 {
            one.rate / rate
        } else if listed > 0 {
            one.arriving.listed as f64 / listed as f64
        } else {
            1.0 / own().count() as f64
        }
    };
    let (mut visits, mut passages) = (BTreeMap::new(), BTreeMap::new());
    for one in own() {
        let weight = weight(one);
        // Also a weight of 0 says that its items can come there.
        let part = |often: f64| if weight > 0.0 { weight * often } else { 0.0 };
        for &place in one.traffic.places() {
            *visits.entry(place).or_insert(0.0) += part(one.traffic.visits_at(place));
        }
        for (handoff, often) in one.traffic.passages() {
            *passages.entry(handoff).or_insert(0.0) += part(often);
        }
    }
    let mut needed: Vec<usize> = (visits.iter())
        .filter(|(_, often)| **often > 0.0)
        .filter_map(|(&place, _)| model.teams.position(model.stages.at(place)?.team?))
        .collect();
    needed.sort_unstable();
    let pacemaker = busiest(needed.iter().filter_map(|&team| teams.get(team)));
    let open = pacemaker.map_or(1.0, |team| team.open);
    StreamLoad {
        id,
        items_per_day: (rate > 0.0).then_some(rate * Span::DAY.0 as f64),
        takt: (rate > 0.0).then_some(open / rate / 1e3),
        pacemaker: pacemaker.map(|team| team.id),
        visits_per_item: (visits.into_iter())
            .filter_map(|(place, often)| Some((model.stages.at(place)?.id, often)))
            .collect(),
        passages_per_item: (passages.into_iter())
            .map(|(handoff, often)| (network.flow.handoffs[handoff].id, often))
            .collect(),
    }
}
