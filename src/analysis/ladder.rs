//! The calculator without queues: the classic map's ladder of waits and work.
//!
//! What a walk finds, added up: for each step of the way how long an item lies there and how long
//! somebody works on it, from means alone. Nobody waits for a team here; how long that takes, only
//! a simulation can say.

use crate::graph::Flow;
use crate::model::{
    Exit, Handoff, HandoffId, Model, Rhythm, Span, Stage, StageId, StreamId, TeamId, Trigger,
};

use super::load::{Load, StreamLoad, mean_work};
use super::network::{Arriving, Network};
use super::traffic::Traffic;

/// Rounds in which the time that is left is worked out where items go back.
const MOST_ROUNDS: usize = 100_000;
/// A relative change below this is none.
const SETTLED: f64 = 1e-12;

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

/// The items of one demand.
struct Case<'a> {
    network: &'a Network<'a>,
    demand: &'a Arriving,
    traffic: Traffic,
    /// By stage: its ways back, each with receiver, handoff and share.
    backs: Vec<Vec<(usize, usize, f64)>>,
    stages: Vec<Own>,
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
        let stages = model
            .stages
            .iter()
            .enumerate()
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
        let mut backs = vec![Vec::new(); model.stages.len()];
        for (from, to, way, share) in traffic.backs() {
            backs[from].push((to, way, share));
        }
        Self {
            network,
            demand,
            traffic,
            backs,
            stages,
            handoffs,
        }
    }

    /// Adds the steps of the critical path. Nothing when it has no end.
    fn add_to(&self, sums: &mut Sums, weight: f64) -> Option<()> {
        let left = self.time_left()?;
        let first = *self.demand.at.iter().reduce(|longest, next| {
            if left[*next] > left[*longest] {
                next
            } else {
                longest
            }
        })?;
        sums.is_lower_bound |= self.demand.at.len() > 1 && self.varies();
        // How often an item that follows the critical path comes to each stage.
        let mut times = vec![0.0; self.stages.len()];
        for _ in 0..MOST_ROUNDS {
            let mut inflow = vec![0.0; self.stages.len()];
            inflow[first] = 1.0;
            for (from, to, _, share) in self.traffic.backs() {
                inflow[to] += times[from] * share;
            }
            let mut change = 0.0_f64;
            for &stage in &self.network.order {
                let now = inflow[stage];
                change = change.max((now - times[stage]).abs());
                times[stage] = now;
                for (_, to, share) in self.critical_ways(stage, &left) {
                    inflow[to] += now * self.traffic.goes_on(stage) * share;
                }
            }
            if change <= SETTLED {
                break;
            }
        }
        for (stage, &often) in times.iter().enumerate() {
            if often <= 0.0 {
                continue;
            }
            sums.stages[stage].add(weight * often, self.stages[stage]);
            let ways = self.critical_ways(stage, &left);
            sums.is_lower_bound |= self.takes_all(stage) && self.varies();
            for (way, _, share) in ways {
                let over = often * self.traffic.goes_on(stage) * share;
                sums.handoffs[way].add(weight * over, self.handoffs[way]);
            }
        }
        for (from, _, way, share) in self.traffic.backs() {
            if times[from] > 0.0 && share > 0.0 {
                sums.handoffs[way].add(weight * times[from] * share, self.handoffs[way]);
            }
        }
        Some(())
    }

    /// Whether several ways leave a stage at once.
    fn takes_all(&self, stage: usize) -> bool {
        self.network.flow.stages[stage].exit == Exit::TakeAll && self.traffic.ways(stage).len() > 1
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
            || self.traffic.backs().any(|back| back.3 > 0.0)
    }

    /// The ways on from a stage that its longest time left is made of.
    fn critical_ways(&self, stage: usize, left: &[f64]) -> Vec<(usize, usize, f64)> {
        let ways = self.traffic.ways(stage);
        if !self.takes_all(stage) {
            return ways.to_vec();
        }
        let length = |way: &&(usize, usize, f64)| self.handoffs[way.0].total() + left[way.1];
        let longest = ways.iter().reduce(|longest, next| {
            if length(&next) > length(&longest) {
                next
            } else {
                longest
            }
        });
        longest.into_iter().copied().collect()
    }

    /// The time from ready at each stage until the item is done; nothing when there is no end.
    fn time_left(&self) -> Option<Vec<f64>> {
        let mut left = vec![0.0; self.stages.len()];
        let has_backs = self.traffic.backs().any(|back| back.3 > 0.0);
        for _ in 0..MOST_ROUNDS {
            let mut change = 0.0_f64;
            for &stage in self.network.order.iter().rev() {
                let ways = self.traffic.ways(stage);
                let length =
                    |&(way, to, _): &(usize, usize, f64)| self.handoffs[way].total() + left[to];
                let on: f64 = if self.takes_all(stage) {
                    ways.iter().map(length).fold(0.0, f64::max)
                } else {
                    ways.iter().map(|way| way.2 * length(way)).sum()
                };
                let back: f64 = self.backs[stage]
                    .iter()
                    .map(|&(to, way, share)| share * (self.handoffs[way].total() + left[to]))
                    .sum();
                let now = self.stages[stage].total() + self.traffic.goes_on(stage) * on + back;
                if now > 0.0 {
                    change = change.max((now - left[stage]).abs() / now);
                }
                left[stage] = now;
            }
            if left.iter().any(|time| !time.is_finite() || *time > 1e15) {
                return None;
            }
            if change <= SETTLED || !has_backs {
                return Some(left);
            }
        }
        None
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
        .and_then(|team| load.teams.iter().find(|load| load.id == team))
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
