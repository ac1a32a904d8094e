//! Lanes: what the stages and handoffs of a plan are to the items of one demand, small and flat.
//!
//! The places of one demand lie side by side, in the plan's order. What is needed at every event is
//! in one line of memory.

use std::sync::atomic::{AtomicBool, Ordering};

use super::draw::{Draw, Tables};
use crate::model::{Discipline, HandoffKind};
use crate::sim::plan::{Delay, NONE, Plan, PlanArrivals, PlanDemand};
use crate::sim::routing::Routing;

/// At most so many lanes for each place of the plan: demands that share everything would need more
/// memory than they save time.
const MOST_LANES_PER_PLACE: usize = 4;

/// So many ways to draw work are looked through for one that is the same.
const MOST_COMPARED: usize = 32;

/// The lanes of a plan that can be run on the express way.
#[derive(Debug)]
pub struct Lanes {
    pub stages: Vec<StageLane>,
    /// By lane of a stage.
    pub facts: Vec<StageFacts>,
    /// The ways in which work is drawn, each once.
    pub works: Vec<Draw>,
    pub handoffs: Vec<HandoffLane>,
    /// By lane of a stage: which of the ways lead out of it.
    exits: Vec<StageExits>,
    ways: Vec<LaneWay>,
    /// By demand.
    pub demands: Vec<DemandLane>,
    /// By demand: the time between arrivals.
    pub gaps: Vec<Draw>,
    pub tables: Tables,
    /// The delay in milliseconds that most handoffs have that always have the same, 0 without any:
    /// who sets out later over one of them arrives later, so that no order has to be found.
    pub steady: u64,
    /// The stages of a plan that is a relay.
    pub relay: Option<Vec<u32>>,
    /// Whether a run had to give up: then the next will as well.
    gave_up: AtomicBool,
}

/// The places of a demand.
#[derive(Clone, Copy, Debug)]
pub struct DemandLane {
    /// The lane of the stage where its items arrive.
    pub at: u32,
    pub stream: u32,
    pub routing: u32,
    /// Where its lanes of handoffs begin.
    pub handoffs: u32,
    /// Whether an item is only ever at one place and comes to none twice: then everything it does
    /// lies on its critical path, and it has nothing to remember.
    pub is_direct: bool,
}

/// Where the ways out of a stage begin, and how many there are.
#[derive(Clone, Copy, Debug)]
pub struct StageExits {
    first: u32,
    back: u32,
    on: u32,
}

/// A way out of a stage.
#[derive(Clone, Copy, Debug)]
pub struct LaneWay {
    /// The end of its piece of the line on which the draw falls.
    pub until: f64,
    /// The lane of the handoff.
    pub lane: u32,
    /// By place in the plan.
    pub handoff: u32,
}

/// A stage, to the items of a demand: what every visit needs.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct StageLane {
    pub work_key: u64,
    /// How work is drawn, by place in [`Lanes::works`].
    pub work: u32,
    /// `NONE` without a team.
    pub team: u32,
    /// The lane of the stage to which every item gets at once from here, `NONE` if there is none.
    pub hop: u32,
    pub demand: u32,
    pub crew: u16,
    pub flags: StageFlags,
    pub sums: Sums,
}

/// The rest of what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct StageFacts {
    /// The lane of the handoff over which every item leaves, `NONE` where anything is drawn.
    pub always: u32,
    pub memory: u32,
    /// By place in the plan.
    pub place: u32,
}

#[derive(Clone, Copy, Debug)]
pub struct StageFlags {
    /// The hop leads to another team.
    pub hops_across: bool,
    /// Every item is done here.
    pub ends: bool,
    /// Items take all ways on.
    pub takes_all: bool,
}

/// What is added up at a stage of first visits of measured items; times in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    pub count: u32,
    pub had_to_wait: u32,
    pub working: u64,
    pub wait: u64,
    /// Of `wait`, that of items that came over a handoff from another team; only of items without
    /// pieces.
    pub wait_across: u64,
}

/// A handoff, to the items of a demand.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(128))]
pub struct HandoffLane {
    pub delay: Draw,
    pub delay_key: u64,
    /// The lane of the stage it leads to.
    pub to: u32,
    /// The way into a join, `NONE` without one; and all ways into that.
    pub join_way: u32,
    pub join_from: u32,
    pub join_to: u32,
    pub memory: u32,
    /// By place in the plan.
    pub place: u32,
    pub is_forward: bool,
    pub is_instant: bool,
    pub is_across_teams: bool,
    /// Its delay is that of [`Lanes::steady`].
    pub is_steady: bool,
    pub sums: WaySums,
}

/// What is added up at a handoff of measured items; times in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct WaySums {
    pub count: u64,
    /// First pass and rework.
    pub delay: [u64; 2],
    pub path: [u64; 2],
    pub items_on_path: u64,
    pub stamp: u64,
}

impl Lanes {
    /// Makes the lanes of a plan; nothing when something in it needs the other engine.
    pub fn of(plan: &Plan) -> Option<Self> {
        let is_plain = |stage: &crate::sim::plan::PlanStage| {
            let knows = |team: u32| plan.teams[team as usize].knows_people;
            stage.is_plain
                && stage.limit == NONE
                && stage.crew <= u32::from(u16::MAX)
                && !stage.team.is_some_and(knows)
        };
        let teams_are_plain = plan.teams.iter().all(|team| {
            team.hours.is_none() && team.discipline == Discipline::FirstCome && team.people > 0
        });
        let handoffs_are_plain = plan.handoffs.iter().all(|handoff| {
            let has_places = matches!(
                handoff.delay,
                Delay::Scheduled {
                    places: Some(_),
                    ..
                }
            );
            handoff.kind != HandoffKind::Feedback && !has_places
        });
        let demands_are_plain = plan.demands.iter().all(|demand| {
            let come = match demand.arrivals {
                PlanArrivals::Every { batch, .. } => batch <= u32::from(u16::MAX),
                PlanArrivals::Dates(_) => true,
                PlanArrivals::Backlog => false,
            };
            come && demand.at.len() == 1
        });
        let goes = teams_are_plain
            && handoffs_are_plain
            && demands_are_plain
            && !plan.has_limits
            && plan.stages.iter().all(is_plain);
        if !goes {
            return None;
        }
        let mut lanes = Self {
            stages: Vec::new(),
            facts: Vec::new(),
            works: Vec::new(),
            handoffs: Vec::new(),
            exits: Vec::new(),
            ways: Vec::new(),
            demands: Vec::with_capacity(plan.demands.len()),
            gaps: (plan.demands.iter())
                .map(|demand| match &demand.arrivals {
                    PlanArrivals::Every { gap, .. } => Draw::of(gap),
                    PlanArrivals::Dates(_) | PlanArrivals::Backlog => Draw::Other,
                })
                .collect(),
            tables: Tables::new(),
            steady: 0,
            relay: None,
            gave_up: AtomicBool::new(false),
        };
        let most = MOST_LANES_PER_PLACE * (plan.stages.len() + plan.handoffs.len());
        let mut search = Search {
            stage_lane: vec![NONE; plan.stages.len()],
            handoff_lane: vec![NONE; plan.handoffs.len()],
        };
        for (place, demand) in (0..).zip(&plan.demands) {
            lanes.add(plan, place, demand, &mut search);
            if lanes.stages.len() + lanes.handoffs.len() > most {
                return None;
            }
        }
        lanes.find_steady();
        lanes.relay = relay(plan, &lanes);
        Some(lanes)
    }

    /// Adds the lanes of a demand.
    fn add(&mut self, plan: &Plan, place: u32, demand: &PlanDemand, search: &mut Search) {
        let routing = &plan.routings[demand.routing as usize];
        let (stages, handoffs) = search.reach(plan, routing, demand.at[0]);
        let (first_stage, first_handoff) = (self.stages.len() as u32, self.handoffs.len() as u32);
        for (lane, &stage) in (first_stage..).zip(&stages) {
            search.stage_lane[stage as usize] = lane;
        }
        for (lane, &handoff) in (first_handoff..).zip(&handoffs) {
            search.handoff_lane[handoff as usize] = lane;
        }
        let forks = stages.iter().any(|&stage| {
            let ways = &routing.stages[stage as usize];
            ways.takes_all && ways.forward.to - ways.forward.from > 1
        });
        let remembers = stages
            .iter()
            .any(|&stage| plan.stages[stage as usize].memory != NONE)
            || handoffs.iter().any(|&handoff| {
                let way = &plan.handoffs[handoff as usize];
                way.memory != NONE || way.kind != HandoffKind::Forward
            });
        let joins = handoffs
            .iter()
            .any(|&handoff| routing.join_way[handoff as usize] != NONE);
        let is_direct = !forks && !remembers && !joins;
        for &stage in &stages {
            let own = &plan.stages[stage as usize];
            let ways = &routing.stages[stage as usize];
            let is_hop = |handoff: u32| {
                handoff != NONE && is_direct && plan.handoffs[handoff as usize].is_instant
            };
            let hop = if is_hop(ways.always) {
                Some(&plan.handoffs[ways.always as usize])
            } else {
                None
            };
            let first_way = self.ways.len() as u32;
            for range in [ways.rework, ways.forward] {
                let all = range.of(&routing.ways).iter();
                self.ways.extend(all.map(|way| LaneWay {
                    until: way.until,
                    lane: search.handoff_lane[way.handoff as usize],
                    handoff: way.handoff,
                }));
            }
            self.exits.push(StageExits {
                first: first_way,
                back: ways.rework.to - ways.rework.from,
                on: ways.forward.to - ways.forward.from,
            });
            let draws = !ways.rework.is_empty() || !ways.feedback.is_empty();
            let work = self.work(if own.later.is_some() || own.stretch != 1.0 {
                Draw::Other
            } else {
                Draw::of(own.work_of(demand.class.unwrap_or(NONE)))
            });
            self.stages.push(StageLane {
                work_key: own.work_key,
                work,
                team: own.team.unwrap_or(NONE),
                hop: hop.map_or(NONE, |way| search.stage_lane[way.to as usize]),
                demand: place,
                crew: own.crew as u16,
                flags: StageFlags {
                    hops_across: hop.is_some_and(|way| way.is_across_teams),
                    ends: ways.forward.is_empty() && !draws,
                    takes_all: ways.takes_all,
                },
                sums: Sums::default(),
            });
            self.facts.push(StageFacts {
                always: match ways.always {
                    NONE => NONE,
                    handoff => search.handoff_lane[handoff as usize],
                },
                memory: own.memory,
                place: stage,
            });
        }
        for &handoff in &handoffs {
            let own = &plan.handoffs[handoff as usize];
            let join = routing.stages[own.to as usize].join;
            let delay = match &own.delay {
                Delay::Sampled(delay) => Draw::of(delay),
                Delay::Scheduled { .. } => Draw::Other,
            };
            self.handoffs.push(HandoffLane {
                delay,
                delay_key: own.delay_key,
                to: search.stage_lane[own.to as usize],
                join_way: routing.join_way[handoff as usize],
                join_from: join.from,
                join_to: join.to,
                memory: own.memory,
                place: handoff,
                is_forward: own.kind == HandoffKind::Forward,
                is_instant: own.is_instant,
                is_across_teams: own.is_across_teams,
                is_steady: false,
                sums: WaySums::default(),
            });
        }
        self.demands.push(DemandLane {
            at: search.stage_lane[demand.at[0] as usize],
            stream: demand.stream,
            routing: demand.routing,
            handoffs: first_handoff,
            is_direct,
        });
        for &stage in &stages {
            search.stage_lane[stage as usize] = NONE;
        }
        for &handoff in &handoffs {
            search.handoff_lane[handoff as usize] = NONE;
        }
    }

    /// Returns the place of a way to draw work.
    fn work(&mut self, work: Draw) -> u32 {
        // The last ones are enough to look at: what is the same is mostly next to each other, and
        // that it is there twice does no harm.
        let near = self.works.len().saturating_sub(MOST_COMPARED);
        let found = self.works[near..].iter().position(|&other| other == work);
        let place = found.map_or(self.works.len(), |place| near + place);
        if place == self.works.len() {
            self.works.push(work);
        }
        place as u32
    }

    fn find_steady(&mut self) {
        let fixed = |lane: &HandoffLane| match lane.delay {
            Draw::Fixed(delay) if !lane.is_instant && delay > 0 => Some(delay),
            _ => None,
        };
        let mut delays: Vec<u64> = self.handoffs.iter().filter_map(fixed).collect();
        delays.sort_unstable();
        let most = (delays.chunk_by(|a, b| a == b)).max_by_key(|alike| alike.len());
        if let Some(&[delay, ..]) = most {
            self.steady = delay;
            for lane in &mut self.handoffs {
                lane.is_steady = fixed(lane) == Some(delay);
            }
        }
    }

    /// Returns the ways back and the ways on from a stage.
    pub fn ways_out(&self, stage: u32) -> (&[LaneWay], &[LaneWay]) {
        let exits = self.exits[stage as usize];
        let ways = &self.ways[exits.first as usize..];
        ways[..(exits.back + exits.on) as usize].split_at(exits.back as usize)
    }

    pub fn give_up(&self) {
        self.gave_up.store(true, Ordering::Relaxed);
    }

    pub fn has_given_up(&self) -> bool {
        self.gave_up.load(Ordering::Relaxed)
    }
}

/// What is known while the lanes of a demand are made.
struct Search {
    /// By place in the plan: the lane, `NONE` when the demand's items do not come there.
    stage_lane: Vec<u32>,
    handoff_lane: Vec<u32>,
}

impl Search {
    /// Returns the stages and handoffs that can be reached from a stage, in the plan's order.
    fn reach(&mut self, plan: &Plan, routing: &Routing, from: u32) -> (Vec<u32>, Vec<u32>) {
        let (mut stages, mut handoffs) = (vec![from], Vec::new());
        self.stage_lane[from as usize] = 0;
        let mut next = 0;
        while let Some(&stage) = stages.get(next) {
            next += 1;
            let ways = &routing.stages[stage as usize];
            for range in [ways.forward, ways.rework] {
                for way in range.of(&routing.ways) {
                    handoffs.push(way.handoff);
                    let to = plan.handoffs[way.handoff as usize].to;
                    if std::mem::replace(&mut self.stage_lane[to as usize], 0) == NONE {
                        stages.push(to);
                    }
                }
            }
        }
        stages.sort_unstable();
        handoffs.sort_unstable();
        (stages, handoffs)
    }
}

/// Returns the lanes of the stages of a relay, in order, when a plan is one: one demand whose items all go through a line of stages
/// with a team each.
fn relay(plan: &Plan, lanes: &Lanes) -> Option<Vec<u32>> {
    let ([demand], [arrivals]) = (&lanes.demands[..], &plan.demands[..]) else {
        return None;
    };
    if !demand.is_direct || !matches!(arrivals.arrivals, PlanArrivals::Every { .. }) {
        return None;
    }
    let mut line = Vec::new();
    let mut is_taken = vec![false; plan.teams.len()];
    let mut next = demand.at;
    loop {
        let stage = lanes.stages.get(next as usize)?;
        let is_taken = is_taken.get_mut(stage.team as usize)?;
        if std::mem::replace(is_taken, true) || stage.crew != 1 {
            return None;
        }
        line.push(next);
        if stage.flags.ends {
            return Some(line);
        }
        if stage.hop == NONE {
            return None;
        }
        next = stage.hop;
    }
}

const _: () = assert!(size_of::<StageLane>() == 64, "one line");
