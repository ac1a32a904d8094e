//! The calculator without queues: the classic map's ladder of waits and work.
//!
//! What a walk finds, added up: for each step of the way how long an item lies there and how long
//! somebody works on it, from means alone. Nobody waits for a team here; how long that takes, only
//! a simulation can say.

use crate::graph::Flow;
use crate::model::{
    Exit, Handoff, HandoffId, Model, Rhythm, Span, Stage, StageId, StreamId, TeamId, Trigger,
};

use super::linear::Linear;
use super::load::{Load, StreamLoad, mean_work};
use super::network::{Arriving, Network};
use super::traffic::{Back, Traffic, Way};

/// Rounds in which the time that is left is worked out where items go back.
const MOST_ROUNDS: usize = 20;

/// Where a step of a ladder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// On a handoff of the Flow.
    Handoff {
        /// Which.
        id: HandoffId,
        /// The pieces counted there, where the wait is made of them.
        inventory: Option<u64>,
    },
    /// At a stage.
    Stage(StageId),
}

/// A step of a ladder. Times are seconds per item, `times` taken into account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Where.
    pub rung: Rung,
    /// How often an item comes here on average: 1 on a way without branches and rework.
    pub times: f64,
    /// Waiting, in elapsed time: on a handoff its delay, at a stage for a batch to be complete.
    pub wait: f64,
    /// Work, in working time: the process time (PT).
    pub work: f64,
    /// What closed hours add to the work on average, in elapsed time.
    pub closed: f64,
}

/// The ladder of a stream: the steps of its critical path, in order, without queues.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// Which stream.
    pub stream: StreamId,
    /// The steps.
    pub steps: Vec<Step>,
    /// Weekdays on which the pacemaker works, 1 to 7: by them elapsed days become working days.
    pub working_days: u32,
    /// Share of the time that the pacemaker's calendar is open.
    pub open: f64,
    /// The team whose calendar that is; none when the stream needs no team, and days have 24 h.
    pub pacemaker: Option<TeamId>,
    /// Whether branches that vary are joined on the way: then the true mean is longer, since the
    /// mean of the longest is more than the longest of the means (definitions 4.10).
    pub is_lower_bound: bool,
}

impl Ladder {
    /// Works out the ladder of a stream.
    ///
    /// For each demand, the time left from a stage on is T = own time + Σ shareᵢ·(delayᵢ + Tᵢ) at a
    /// choose-one exit, + max(delayᵢ + Tᵢ) where all ways are taken, and rework adds its share of
    /// the way back. The ways that attain it are the critical path; each step weighs as often as an
    /// item that follows it comes there, so the steps add up to T exactly. Demands are weighted by
    /// the items that they bring. (Branches that join have the same time left behind the join, so
    /// the longest of them is found where they part.)
    ///
    /// - The wait on a handoff with an `inventory` is pieces / demand (Little's law; "days of
    ///   inventory" of Rother and Shook 1998); else its mean delay, or half a slot's distance for
    ///   what comes at any time.
    /// - Work is the mean work time as written (not divided by availability), of one copy.
    /// - A batch waits (n − 1) / 2 arrivals on average, at most its longest wait.
    ///
    /// Nothing when there is no such stream, no demand with a place to arrive, a cycle of forward
    /// handoffs, or a loop that is never left.
    pub fn of(model: &Model, flow: &Flow, load: &Load, stream: StreamId) -> Option<Self> {
        let network = Network::of(model, flow)?;
        let about = load.stream(stream)?;
        let demands: Vec<Arriving> = network
            .arriving()
            .into_iter()
            .filter(|demand| demand.who.stream == stream && !demand.at.is_empty())
            .collect();
        let weights = weights(&demands);
        let mut sums = Sums {
            stages: vec![Sum::default(); model.stages.len()],
            handoffs: vec![Sum::default(); flow.handoffs.len()],
            is_lower_bound: false,
        };
        for (demand, weight) in demands.iter().zip(weights) {
            if weight > 0.0 {
                Case::new(&network, about, load, demand).add_to(&mut sums, weight)?;
            }
        }
        let pacemaker = about.pacemaker.and_then(|team| model.teams.find(team));
        let calendar = pacemaker
            .and_then(|team| team.calendar)
            .and_then(|calendar| model.calendars.find(calendar));
        let ladder = Self {
            stream,
            steps: sums.steps(&network),
            working_days: calendar.map_or(7, |calendar| calendar.hours.open_days()),
            open: calendar.map_or(1.0, |calendar| {
                calendar.week().0 as f64 / Span::WEEK.0 as f64
            }),
            pacemaker: about.pacemaker,
            is_lower_bound: sums.is_lower_bound,
        };
        (!ladder.steps.is_empty()).then_some(ladder)
    }

    /// Returns all waiting together, in seconds of elapsed time: the production lead time of the
    /// classic map.
    pub fn wait(&self) -> f64 {
        self.steps.iter().map(|step| step.wait).sum()
    }

    /// Returns all work together, in seconds of working time: the processing time.
    pub fn work(&self) -> f64 {
        self.steps.iter().map(|step| step.work).sum()
    }

    /// Returns waiting, work and the closed hours in it together, in seconds of elapsed time.
    pub fn lead_time(&self) -> f64 {
        let closed: f64 = self.steps.iter().map(|step| step.closed).sum();
        self.wait() + self.work() + closed
    }

    /// Returns an elapsed time in working days of the pacemaker.
    pub fn in_working_days(&self, seconds: f64) -> f64 {
        seconds / Span::DAY.as_secs_f64() * f64::from(self.working_days) / 7.0
    }

    /// Returns work / (waiting + work), both in working time of the pacemaker's calendar.
    pub fn activity_ratio(&self) -> Option<f64> {
        let (work, wait) = (self.work(), self.wait() * self.open);
        (work + wait > 0.0).then(|| work / (work + wait))
    }

    /// Returns whether every wait is made of pieces counted, as on the classic map.
    pub fn is_of_inventories(&self) -> bool {
        let mut waits = self.steps.iter().filter(|step| step.wait > 0.0).peekable();
        waits.peek().is_some()
            && waits.all(|step| {
                let Rung::Handoff { inventory, .. } = step.rung else {
                    return false;
                };
                inventory.is_some()
            })
    }
}

fn weights(demands: &[Arriving]) -> Vec<f64> {
    let rate: f64 = demands.iter().filter_map(|demand| demand.rate).sum();
    let listed: usize = demands.iter().map(|demand| demand.listed).sum();
    demands
        .iter()
        .map(|demand| {
            if rate > 0.0 {
                demand.rate.unwrap_or(0.0) / rate
            } else if listed > 0 {
                demand.listed as f64 / listed as f64
            } else {
                1.0 / demands.len() as f64
            }
        })
        .collect()
}

#[derive(Clone, Copy, Default)]
struct Sum {
    times: f64,
    wait: f64,
    work: f64,
    closed: f64,
}

impl Sum {
    fn add(&mut self, times: f64, own: Own) {
        self.times += times;
        self.wait += times * own.wait;
        self.work += times * own.work;
        self.closed += times * own.closed;
    }

    fn step(self, rung: Rung) -> Step {
        Step {
            rung,
            times: self.times,
            wait: self.wait,
            work: self.work,
            closed: self.closed,
        }
    }
}

struct Sums {
    stages: Vec<Sum>,
    handoffs: Vec<Sum>,
    is_lower_bound: bool,
}

impl Sums {
    /// Stage by stage in forward order: what leads to it, then the stage itself.
    fn steps(&self, network: &Network<'_>) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut into = vec![Vec::new(); self.stages.len()];
        for (way, ends) in network.ends.iter().enumerate() {
            into[ends.1].push(way);
        }
        for &stage in &network.order {
            if self.stages[stage].times <= 0.0 {
                continue;
            }
            for &way in &into[stage] {
                let sum = self.handoffs[way];
                if sum.times > 0.0 {
                    let handoff = &network.flow.handoffs[way];
                    let drawn = network.model.handoffs.find(handoff.id);
                    steps.push(sum.step(Rung::Handoff {
                        id: handoff.id,
                        inventory: drawn.and_then(|drawn| drawn.inventory),
                    }));
                }
            }
            let id = network.flow.stages[stage].id;
            steps.push(self.stages[stage].step(Rung::Stage(id)));
        }
        steps
    }
}

/// What one visit or passage takes on average, in seconds.
#[derive(Clone, Copy, Default)]
struct Own {
    wait: f64,
    work: f64,
    closed: f64,
}

impl Own {
    fn total(self) -> f64 {
        self.wait + self.work + self.closed
    }
}

/// The items of one demand. Stages are those of its traffic.
struct Case<'a> {
    network: &'a Network<'a>,
    traffic: Traffic,
    /// By stage: the ways back from it.
    backs: Vec<Vec<Back>>,
    stages: Vec<Own>,
    /// By handoff of the Flow.
    handoffs: Vec<Own>,
}

impl<'a> Case<'a> {
    fn new(
        network: &'a Network<'a>,
        about: &StreamLoad,
        load: &Load,
        demand: &'a Arriving,
    ) -> Self {
        let traffic = Traffic::of(network, demand);
        let model = network.model;
        let places = traffic.places().iter();
        let stages: Vec<Own> = places
            .filter_map(|&place| Some((place, model.stages.at(place)?)))
            .map(|(place, stage)| at_stage(model, stage, place, demand, &traffic, load))
            .collect();
        let handoffs = network
            .flow
            .handoffs
            .iter()
            .map(|handoff| Own {
                wait: on_handoff(
                    &handoff.trigger,
                    model.handoffs.find(handoff.id),
                    about.items_per_day,
                ),
                ..Own::default()
            })
            .collect();
        let mut backs = vec![Vec::new(); stages.len()];
        for back in traffic.rework() {
            backs[back.from].push(*back);
        }
        Self {
            network,
            traffic,
            backs,
            stages,
            handoffs,
        }
    }

    /// Adds the steps of the critical path. Nothing when it has no end.
    fn add_to(&self, sums: &mut Sums, weight: f64) -> Option<()> {
        let left = self.time_left();
        let arrives = self.traffic.arrives_at();
        let first = *arrives.iter().reduce(|longest, next| {
            if left[*next] > left[*longest] {
                next
            } else {
                longest
            }
        })?;
        if left[first].is_infinite() {
            return None;
        }
        let varies = self.varies();
        sums.is_lower_bound |= arrives.len() > 1 && varies;
        let places = self.traffic.places();
        for (stage, often) in self.times(first, &left).into_iter().enumerate() {
            if often <= 0.0 || often.is_infinite() {
                continue;
            }
            sums.stages[places[stage]].add(weight * often, self.stages[stage]);
            sums.is_lower_bound |= varies && self.takes_all(stage);
            for way in self.critical_ways(stage, &left) {
                let over = often * self.traffic.goes_on(stage) * way.share;
                sums.handoffs[way.handoff].add(weight * over, self.handoffs[way.handoff]);
            }
            for back in self.backs[stage].iter().filter(|back| back.share > 0.0) {
                let over = weight * often * back.share;
                sums.handoffs[back.handoff].add(over, self.handoffs[back.handoff]);
            }
        }
        Some(())
    }

    /// Returns how often an item that follows the critical path comes to each stage.
    fn times(&self, first: usize, left: &[f64]) -> Vec<f64> {
        let mut equations = Linear::new(self.stages.len());
        equations.add_constant(first, 1.0);
        for (stage, backs) in self.backs.iter().enumerate() {
            for way in self.critical_ways(stage, left) {
                equations.add(way.to, stage, self.traffic.goes_on(stage) * way.share);
            }
            for back in backs {
                equations.add(back.to, stage, back.share);
            }
        }
        equations.solve()
    }

    /// Whether several ways leave a stage at once.
    fn takes_all(&self, stage: usize) -> bool {
        let place = self.traffic.places()[stage];
        self.network.flow.stages[place].exit == Exit::TakeAll && self.traffic.ways(stage).len() > 1
    }

    /// Whether anything in the model is not the same every time.
    fn varies(&self) -> bool {
        use crate::model::Distribution::Fixed;
        let model = self.network.model;
        let is_fixed = |stage: &Stage| stage.work.as_ref().is_none_or(|w| matches!(w, Fixed(_)));
        let delays = self.network.flow.handoffs.iter();
        !model.stages.iter().all(is_fixed)
            || delays.into_iter().any(|handoff| match &handoff.trigger {
                Trigger::Manual(delay) => !matches!(delay, Fixed(_)),
                Trigger::Scheduled { .. } => true,
                Trigger::Automatic(_) => false,
            })
            || self.traffic.rework().any(|back| back.share > 0.0)
    }

    /// The ways on from a stage that its longest time left is made of.
    fn critical_ways(&self, stage: usize, left: &[f64]) -> &[Way] {
        let ways = self.traffic.ways(stage);
        if !self.takes_all(stage) {
            return ways;
        }
        let mut longest = 0;
        for (n, way) in ways.iter().enumerate() {
            if self.left_over(way, left) > self.left_over(&ways[longest], left) {
                longest = n;
            }
        }
        &ways[longest..=longest]
    }

    /// The time left when an item sets out on a way.
    fn left_over(&self, way: &Way, left: &[f64]) -> f64 {
        self.handoffs[way.handoff].total() + left[way.to]
    }

    /// The time from ready at each stage until the item is done; ∞ when it never is.
    ///
    /// Which way is the longest and how long it is depend on each other where items go back, so the
    /// two are found in turns, from the times without going back on (policy iteration: Howard 1960).
    fn time_left(&self) -> Vec<f64> {
        let count = self.stages.len();
        let mut left = vec![0.0; count];
        for stage in (0..count).rev() {
            let ways = self.critical_ways(stage, &left).iter();
            let on: f64 = ways.map(|way| way.share * self.left_over(way, &left)).sum();
            left[stage] = self.stages[stage].total() + on;
        }
        if self.backs.iter().all(Vec::is_empty) {
            return left;
        }
        let chosen = |left: &[f64]| -> Vec<usize> {
            let stages = (0..count).filter(|&stage| self.takes_all(stage));
            stages
                .map(|stage| self.critical_ways(stage, left)[0].handoff)
                .collect()
        };
        for _ in 0..MOST_ROUNDS {
            let choice = chosen(&left);
            left = self.time_left_by(&left);
            if chosen(&left) == choice {
                break;
            }
        }
        left
    }

    /// The same for ways that were found to be the longest before.
    fn time_left_by(&self, before: &[f64]) -> Vec<f64> {
        let count = self.stages.len();
        // Counted from the end, so that forward ways lead to unknowns that come before.
        let from_end = |stage: usize| count - 1 - stage;
        let mut equations = Linear::new(count);
        for (stage, own) in self.stages.iter().enumerate() {
            let mut add = |to: usize, handoff: usize, share: f64| {
                equations.add(from_end(stage), from_end(to), share);
                let delay = self.handoffs[handoff].total();
                equations.add_constant(from_end(stage), share * delay);
            };
            for way in self.critical_ways(stage, before) {
                add(way.to, way.handoff, self.traffic.goes_on(stage) * way.share);
            }
            for back in &self.backs[stage] {
                add(back.to, back.handoff, back.share);
            }
            equations.add_constant(from_end(stage), own.total());
        }
        let mut left = equations.solve();
        left.reverse();
        left
    }
}

/// What a visit to a stage takes.
fn at_stage(
    model: &Model,
    stage: &Stage,
    place: usize,
    demand: &Arriving,
    traffic: &Traffic,
    load: &Load,
) -> Own {
    let work = mean_work(model, stage, place, demand.who.class, traffic) / 1e3;
    let open = stage
        .team
        .and_then(|team| load.teams.get(model.teams.position(team)?))
        .map_or(1.0, |team| team.open);
    let wait = stage
        .batch
        .filter(|batch| batch.size > 1)
        .map_or(0.0, |batch| {
            let per_day = load.visits_per_day.get(place).copied().unwrap_or(0.0);
            let others = f64::from(batch.size - 1) / 2.0;
            let most = batch
                .longest_wait
                .map_or(f64::INFINITY, |wait| wait.span().as_secs_f64());
            if per_day > 0.0 {
                (others / per_day * Span::DAY.as_secs_f64()).min(most)
            } else {
                0.0
            }
        });
    Own {
        wait,
        work,
        closed: if work > 0.0 && open > 0.0 {
            work * (1.0 / open - 1.0)
        } else {
            0.0
        },
    }
}

/// What a passage takes on average, in seconds.
fn on_handoff(trigger: &Trigger, drawn: Option<&Handoff>, items_per_day: Option<f64>) -> f64 {
    let counted = drawn.and_then(|drawn| drawn.inventory);
    if let (Some(pieces), Some(per_day)) = (counted, items_per_day) {
        return pieces as f64 / per_day * Span::DAY.as_secs_f64();
    }
    let ms = match trigger {
        Trigger::Manual(delay) => delay.mean(Span::DAY, Span::WEEK),
        Trigger::Automatic(latency) => latency.span().0 as f64,
        Trigger::Scheduled { rhythm, .. } => match rhythm {
            Rhythm::Every(every) => every.span().0 as f64 / 2.0,
            Rhythm::Weekly(slots) => {
                let week = Span::WEEK.0 as f64;
                let mut at: Vec<f64> = slots
                    .iter()
                    .map(|slot| {
                        let day = f64::from(slot.day as u8);
                        day * Span::DAY.0 as f64
                            + f64::from(slot.time.minutes()) * Span::MINUTE.0 as f64
                    })
                    .collect();
                at.sort_unstable_by(f64::total_cmp);
                // What comes at any time waits half of the gap that it comes in.
                let next = at
                    .iter()
                    .skip(1)
                    .copied()
                    .chain(at.first().map(|at| at + week));
                at.iter()
                    .zip(next)
                    .map(|(from, to)| (to - from) * (to - from) / 2.0 / week)
                    .sum()
            }
        },
    };
    ms / 1e3
}
