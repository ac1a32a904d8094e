//! Traffic equations: what each team would need, before anything runs.

use crate::graph::Flow;
use crate::model::{Entry, Model, Span, TeamId};

use super::network::{Arriving, Network};

/// Most steps over handoffs when solving for loops; beyond, a loop is taken as one that never ends.
const MOST_STEPS: usize = 200_000_000;
/// A relative change below this is none.
const SETTLED: f64 = 1e-13;

/// What a team is asked for in the long run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TeamLoad {
    /// Which team.
    pub id: TeamId,
    /// People who would have to work all their open hours; ∞ when a loop never ends or the
    /// calendar never opens.
    pub needed: f64,
    /// People there are.
    pub people: u32,
    /// Offered utilisation, ρ: needed / people, but only whole crews count where all stages of the
    /// team need the same crew (three people do one two-person job at a time). At 1 or more the
    /// queue grows for ever.
    pub utilisation: f64,
}

impl TeamLoad {
    /// Returns whether the team keeps up with what it is asked for.
    pub fn keeps_up(&self) -> bool {
        self.utilisation < 1.0 - 1e-9
    }
}

/// What all teams are asked for in the long run, from the traffic equations of the Flow.
///
/// Lists of dates and backlogs ask for nothing in the long run. Where work may be withdrawn (going
/// back while other branches are under way), the load is an upper bound.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// By team, in the Model's order.
    pub teams: Vec<TeamLoad>,
    /// Visits per item to each stage, summed over the demands weighted by their rates, in items
    /// per day; by stage, in the Model's order.
    pub visits_per_day: Vec<f64>,
}

impl Load {
    /// Solves the traffic equations of a Flow.
    ///
    /// For items of a demand, the visits to each stage per item are v = a + v·P: arrivals, and what
    /// comes over each handoff by its share (Jackson, Operations Research 5, 1957). What merges at
    /// a join counts once: with K ways in that part at a stage D before it, the visits are the sum
    /// over the ways less (K − 1) times what leaves D forward. New items that feedback starts are
    /// part of the load. The system is solved by Gauss–Seidel sweeps in forward order, which is
    /// exact in one sweep without loops.
    ///
    /// A Flow whose forward handoffs have a cycle gives an empty load (`check` says so).
    pub fn of(model: &Model, flow: &Flow) -> Self {
        let Some(network) = Network::of(model, flow) else {
            return Self::default();
        };
        let stages = model.stages.len();
        let mut work_per_ms = vec![0.0; stages];
        let mut visits_per_day = vec![0.0; stages];
        for demand in network.arriving() {
            let Some(rate) = demand.rate else { continue };
            let visits = visits_per_item(&network, &demand);
            for (place, stage) in model.stages.iter().enumerate() {
                if visits[place] == 0.0 {
                    continue;
                }
                let work = stage
                    .class_work
                    .iter()
                    .find(|(class, _)| Some(*class) == demand.who.class)
                    .map(|(_, work)| work)
                    .or(stage.work.as_ref());
                let (day, week) = model.day_and_week_of(stage);
                let mean = work.map_or(0.0, |work| work.mean(day, week));
                visits_per_day[place] += rate * visits[place] * Span::DAY.0 as f64;
                if mean > 0.0 {
                    work_per_ms[place] += rate * visits[place] * mean * f64::from(stage.crew);
                }
            }
        }
        Self {
            teams: model
                .teams
                .iter()
                .map(|team| team_load(model, &work_per_ms, team))
                .collect(),
            visits_per_day,
        }
    }

    /// Returns whether every team keeps up, so that a steady study can settle.
    pub fn settles(&self) -> bool {
        self.teams.iter().all(TeamLoad::keeps_up)
    }

    /// Returns the team with the highest offered utilisation, the bottleneck; of several the first.
    pub fn bottleneck(&self) -> Option<&TeamLoad> {
        self.teams
            .iter()
            .filter(|team| team.utilisation > 0.0)
            .reduce(|most, team| {
                if team.utilisation > most.utilisation {
                    team
                } else {
                    most
                }
            })
    }
}

fn team_load(model: &Model, work_per_ms: &[f64], team: &crate::model::Team) -> TeamLoad {
    let mut busy = 0.0;
    let mut crews = Vec::new();
    for (stage, &work) in model.stages.iter().zip(work_per_ms) {
        if stage.team == Some(team.id) && work > 0.0 {
            busy += work;
            crews.push(stage.crew);
        }
    }
    let open = team
        .calendar
        .and_then(|calendar| model.calendars.find(calendar))
        .map_or(1.0, |calendar| {
            calendar.week().0 as f64 / Span::WEEK.0 as f64
        });
    let needed = if busy == 0.0 { 0.0 } else { busy / open };
    let same_crew = crews
        .first()
        .copied()
        .filter(|first| crews.iter().all(|crew| crew == first));
    let usable = match same_crew {
        Some(crew) => team.people / crew * crew,
        None => team.people,
    };
    TeamLoad {
        id: team.id,
        needed,
        people: team.people,
        utilisation: if needed == 0.0 {
            0.0
        } else {
            needed / f64::from(usable)
        },
    }
}

/// Solves for the visits per item to each stage; ∞ where a loop never ends.
fn visits_per_item(network: &Network<'_>, demand: &Arriving) -> Vec<f64> {
    let who = demand.who;
    let stages = network.order.len();
    let ways: Vec<Vec<(usize, f64)>> = (0..stages).map(|stage| network.ways(stage, who)).collect();
    let forward: Vec<f64> = (0..stages)
        .map(|stage| 1.0 - network.rework_share(stage, who))
        .collect();
    let joins = joins(network, demand, &ways);
    // What comes back: (from, to, share of the visits to `from`).
    let back: Vec<(usize, usize, f64)> = network
        .rework_out
        .iter()
        .flatten()
        .chain(&network.feedback)
        .filter(|&&handoff| network.is_open(handoff, who))
        .map(|&handoff| {
            let (from, to) = network.ends[handoff];
            (from, to, network.share(handoff, 0.0))
        })
        .collect();

    let mut visits = vec![0.0; stages];
    let steps = 1 + stages + network.ends.len();
    for _ in 0..(MOST_STEPS / steps).max(1) {
        let mut inflow = vec![0.0; stages];
        for &at in &demand.at {
            inflow[at] += 1.0;
        }
        for &(from, to, share) in &back {
            inflow[to] += share * visits[from];
        }
        let mut merged = vec![0.0_f64; stages];
        let mut change = 0.0_f64;
        for &stage in &network.order {
            let mut over_ways = merged[stage];
            if let Some((ways_in, fork)) = joins[stage] {
                let leaves_fork = fork.map_or(1.0, |fork| visits[fork] * forward[fork]);
                over_ways = (over_ways - (ways_in - 1.0) * leaves_fork).max(0.0);
            }
            let now = inflow[stage] + over_ways;
            if now > 0.0 {
                change = change.max((now - visits[stage]).abs() / now);
            }
            visits[stage] = now;
            for &(way, share) in &ways[stage] {
                merged[network.ends[way].1] += now * forward[stage] * share;
            }
        }
        if change <= SETTLED || back.is_empty() {
            return visits;
        }
        if visits.iter().any(|&visits| visits > 1e12) {
            break;
        }
    }
    for visits in &mut visits {
        if *visits > 0.0 {
            *visits = f64::INFINITY;
        }
    }
    visits
}

/// By stage: of a join, how many ways are open into it, and the last stage that every way to it
/// passes (none when that is the arrival itself).
///
/// That stage is its immediate dominator, found in forward order as the nearest common ancestor of
/// the senders (Cooper, Harvey and Kennedy 2001; one pass suffices without cycles).
fn joins(
    network: &Network<'_>,
    demand: &Arriving,
    ways: &[Vec<(usize, f64)>],
) -> Vec<Option<(f64, Option<usize>)>> {
    let stages = network.order.len();
    let is_join = |stage: usize| {
        network.flow.stages[stage].entry == Entry::All && network.forward_in[stage].len() > 1
    };
    let mut joins = vec![None; stages];
    if !(0..stages).any(is_join) {
        return joins;
    }
    // Ranks are counted from 1; 0 is the arrival.
    let mut dominator: Vec<Option<usize>> = vec![None; stages + 1];
    let mut ways_in = vec![0.0; stages];
    dominator[0] = Some(0);
    for &at in &demand.at {
        dominator[network.rank[at] + 1] = Some(0);
    }
    for &stage in &network.order {
        let here = network.rank[stage] + 1;
        let Some(found) = dominator[here] else {
            continue;
        };
        if is_join(stage) && ways_in[stage] > 1.0 {
            let fork = found.checked_sub(1).map(|rank| network.order[rank]);
            joins[stage] = Some((ways_in[stage], fork));
        }
        for &(way, _) in &ways[stage] {
            let to = network.ends[way].1;
            ways_in[to] += 1.0;
            let there = network.rank[to] + 1;
            dominator[there] = Some(match dominator[there] {
                None => here,
                Some(other) => common(&dominator, here, other),
            });
        }
    }
    joins
}

fn common(dominator: &[Option<usize>], mut a: usize, mut b: usize) -> usize {
    while a != b {
        let later = if a > b { &mut a } else { &mut b };
        *later = dominator[*later].expect("what was reached has a dominator");
    }
    a
}
