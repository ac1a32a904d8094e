//! Compiling the ways that are open to items, and what an item has to remember of its own.

use super::compile::fault;
use super::plan::{Delay, NONE, Plan, PlanError};
use super::routing::{Range, Routing, Way, Ways, Withdrawal};
use super::sampler::Sampler;
use crate::graph::{Flow, FlowHandoff, is_open_to};
use crate::model::{At, ClassId, Entry, Exit, HandoffKind, StreamId};

/// The different sets of handoffs that items of some demand find open.
#[derive(Debug, Default)]
pub(super) struct Openings(Vec<Vec<bool>>);

impl Openings {
    /// Returns which set the items of a stream and class find, by place.
    pub fn of(&mut self, flow: &Flow, stream: StreamId, class: Option<ClassId>) -> u32 {
        let open: Vec<bool> = flow
            .handoffs
            .iter()
            .map(|handoff| is_open_to(&handoff.only, stream, class))
            .collect();
        let known = self.0.iter().position(|known| *known == open);
        let place = known.unwrap_or_else(|| {
            self.0.push(open);
            self.0.len() - 1
        });
        place as u32
    }
}

/// Handoffs grouped by a stage at one of their ends.
struct ByStage {
    /// By stage, where its handoffs begin in the list; one more at the end.
    first: Vec<u32>,
    handoffs: Vec<u32>,
}

impl ByStage {
    fn new(stages: usize, ends: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut first = vec![0u32; stages + 1];
        for (stage, _) in ends.clone() {
            first[stage as usize + 1] += 1;
        }
        for stage in 0..stages {
            first[stage + 1] += first[stage];
        }
        let mut next = first.clone();
        let mut handoffs = vec![0; first[stages] as usize];
        for (stage, handoff) in ends {
            handoffs[next[stage as usize] as usize] = handoff;
            next[stage as usize] += 1;
        }
        Self { first, handoffs }
    }

    fn of(&self, stage: u32) -> &[u32] {
        let stage = stage as usize;
        &self.handoffs[self.first[stage] as usize..self.first[stage + 1] as usize]
    }
}

/// Fills in routings and memories of a Plan that has everything else.
pub(super) fn compile(plan: &mut Plan, flow: &Flow, openings: &Openings) -> Result<(), PlanError> {
    let stages = plan.stages.len();
    let ends = |end: fn(&super::plan::PlanHandoff) -> u32| {
        plan.handoffs
            .iter()
            .enumerate()
            .map(move |(place, handoff)| (end(handoff), place as u32))
    };
    let outs = ByStage::new(stages, ends(|handoff| handoff.from));
    let ins = ByStage::new(stages, ends(|handoff| handoff.to));
    check_order(plan, &outs, &ins)?;
    let forks = has_forks(plan, flow, &outs);
    for open in &openings.0 {
        let routing = routing(plan, flow, open, &outs, &ins, forks)?;
        plan.routings.push(routing);
    }
    remember(plan, flow, &outs, &ins, forks);
    for handoff in &mut plan.handoffs {
        handoff.is_instant = handoff.kind == HandoffKind::Forward
            && matches!(handoff.delay, Delay::Sampled(Sampler::Fixed(0)))
            && handoff.memory == NONE;
    }
    Ok(())
}

fn is_forward(plan: &Plan, handoff: u32) -> bool {
    plan.handoffs[handoff as usize].kind == HandoffKind::Forward
}

/// Refuses a cycle of forward handoffs, on which an item could go for ever.
fn check_order(plan: &Plan, outs: &ByStage, ins: &ByStage) -> Result<(), PlanError> {
    let forward =
        |handoffs: &[u32]| -> usize { handoffs.iter().filter(|&&h| is_forward(plan, h)).count() };
    let stages = plan.stages.len() as u32;
    let mut missing: Vec<usize> = (0..stages).map(|stage| forward(ins.of(stage))).collect();
    let mut free: Vec<u32> = (0..stages).filter(|&s| missing[s as usize] == 0).collect();
    let mut placed = 0;
    while let Some(stage) = free.pop() {
        placed += 1;
        for &handoff in outs.of(stage) {
            if is_forward(plan, handoff) {
                let to = plan.handoffs[handoff as usize].to;
                missing[to as usize] -= 1;
                if missing[to as usize] == 0 {
                    free.push(to);
                }
            }
        }
    }
    if placed == stages {
        return Ok(());
    }
    let stage = missing.iter().position(|&missing| missing > 0).unwrap_or(0);
    let at = At::Stage(plan.stages[stage].id);
    Err(fault(
        at,
        "it lies on or behind a circle of forward handoffs",
    ))
}

/// Returns whether an item can ever have two tokens.
fn has_forks(plan: &Plan, flow: &Flow, outs: &ByStage) -> bool {
    let forks = |stage: usize| {
        let forward = outs
            .of(stage as u32)
            .iter()
            .filter(|&&h| is_forward(plan, h));
        flow.stages[stage].exit == Exit::TakeAll && forward.count() > 1
    };
    plan.demands.iter().any(|demand| demand.at.len() > 1) || (0..flow.stages.len()).any(forks)
}

fn routing(
    plan: &Plan,
    flow: &Flow,
    open: &[bool],
    outs: &ByStage,
    ins: &ByStage,
    forks: bool,
) -> Result<Routing, PlanError> {
    let handoffs = plan.handoffs.len();
    let mut routing = Routing {
        stages: Vec::with_capacity(plan.stages.len()),
        ways: Vec::with_capacity(handoffs),
        join_way: vec![NONE; handoffs],
        join_ways: 0,
        withdrawal: vec![NONE; handoffs],
        withdrawals: Vec::new(),
    };
    for (place, stage) in flow.stages.iter().enumerate() {
        let at = At::Stage(stage.id);
        let outs: Vec<u32> = outs
            .of(place as u32)
            .iter()
            .copied()
            .filter(|&handoff| open[handoff as usize])
            .collect();
        let handoff = |place: u32| &flow.handoffs[place as usize];
        let share = |place: u32| handoff(place).share.map_or(1.0, |share| share.get());
        let mut line = |belongs: &dyn Fn(&FlowHandoff) -> bool, adds_up: bool| {
            let from = routing.ways.len() as u32;
            let mut until = 0.0;
            for &place in outs.iter().filter(|&&place| belongs(handoff(place))) {
                until = if adds_up { until } else { 0.0 } + share(place);
                routing.ways.push(Way {
                    handoff: place,
                    until,
                });
            }
            let to = routing.ways.len() as u32;
            (Range { from, to }, until)
        };
        let (forward, sum) = line(&|handoff| handoff.kind == HandoffKind::Forward, true);
        let takes_all = stage.exit == Exit::TakeAll;
        if sum <= 0.0 && !forward.is_empty() && !takes_all {
            return Err(fault(at, "the shares of its ways on sum to 0"));
        }
        let (rework, sum) = line(
            &|handoff| matches!(handoff.kind, HandoffKind::Rework { .. }),
            true,
        );
        // Shares as written may miss 1 by a rounding.
        if sum > 1.0 + 1e-9 {
            return Err(fault(at, "the shares of its ways back sum to more than 1"));
        }
        let (feedback, _) = line(&|handoff| handoff.kind == HandoffKind::Feedback, false);
        let mut join = Range::default();
        if stage.entry == Entry::All {
            let ways: Vec<u32> = ins
                .of(place as u32)
                .iter()
                .copied()
                .filter(|&handoff| open[handoff as usize] && is_forward(plan, handoff))
                .collect();
            if ways.len() > 1 {
                if plan.stages[place].limit != NONE {
                    return Err(fault(at, "it has a limit and waits for several ways in"));
                }
                join.from = routing.join_ways;
                for way in ways {
                    routing.join_way[way as usize] = routing.join_ways;
                    routing.join_ways += 1;
                }
                join.to = routing.join_ways;
            }
        }
        let is_limited = |way: &Way| {
            let to = plan.handoffs[way.handoff as usize].to;
            plan.stages[to as usize].limit != NONE
        };
        let may_be_blocked = forward.of(&routing.ways).iter().any(is_limited);
        let always = match forward.of(&routing.ways) {
            [way] if rework.is_empty() && feedback.is_empty() && !may_be_blocked => way.handoff,
            _ => NONE,
        };
        routing.stages.push(Ways {
            always,
            may_be_blocked,
            forward,
            rework,
            feedback,
            takes_all,
            join,
        });
    }
    if forks {
        withdrawals(plan, &mut routing);
    }
    Ok(routing)
}

/// Works out what each rework handoff withdraws; those with one target share it.
fn withdrawals(plan: &Plan, routing: &mut Routing) {
    let stages = plan.stages.len();
    let mut of_target = vec![NONE; stages];
    let reworks: Vec<u32> = (0..stages)
        .flat_map(|stage| routing.stages[stage].rework.of(&routing.ways))
        .map(|way| way.handoff)
        .collect();
    for handoff in reworks {
        let target = plan.handoffs[handoff as usize].to;
        if of_target[target as usize] == NONE {
            let mut downstream = vec![target];
            let mut is_seen = vec![false; stages];
            is_seen[target as usize] = true;
            let mut join_ways = Vec::new();
            let mut next = 0;
            while let Some(&stage) = downstream.get(next) {
                next += 1;
                for way in routing.stages[stage as usize].forward.of(&routing.ways) {
                    let join_way = routing.join_way[way.handoff as usize];
                    if join_way != NONE {
                        join_ways.push(join_way);
                    }
                    let to = plan.handoffs[way.handoff as usize].to;
                    if !std::mem::replace(&mut is_seen[to as usize], true) {
                        downstream.push(to);
                    }
                }
            }
            join_ways.sort_unstable();
            of_target[target as usize] = routing.withdrawals.len() as u32;
            routing
                .withdrawals
                .push(Withdrawal::new(stages, &downstream, join_ways));
        }
        routing.withdrawal[handoff as usize] = of_target[target as usize];
    }
}

/// Finds the stages that an item may visit more than once, and gives them a place in its memory.
///
/// They are what rework leads to and, where items may have several tokens, stages at which two
/// ways meet without a join, each with everything downstream. At all others every visit is the
/// first, and nothing need be remembered.
fn remember(plan: &mut Plan, flow: &Flow, outs: &ByStage, ins: &ByStage, forks: bool) {
    let stages = plan.stages.len();
    let mut repeats = vec![false; stages];
    let mut found: Vec<u32> = Vec::new();
    for handoff in &plan.handoffs {
        if matches!(handoff.kind, HandoffKind::Rework { .. }) {
            found.push(handoff.to);
        }
    }
    if forks {
        for stage in 0..stages as u32 {
            let forward = ins
                .of(stage)
                .iter()
                .filter(|&&h| is_forward(plan, h))
                .count();
            let arrives = plan.demands.iter().any(|d| d.at.contains(&stage));
            let is_join = flow.stages[stage as usize].entry == Entry::All;
            let ways = if is_join { forward.min(1) } else { forward } + usize::from(arrives);
            if ways > 1 {
                found.push(stage);
            }
        }
    }
    while let Some(stage) = found.pop() {
        if !std::mem::replace(&mut repeats[stage as usize], true) {
            let onward = outs.of(stage).iter().filter(|&&h| is_forward(plan, h));
            found.extend(onward.map(|&h| plan.handoffs[h as usize].to));
        }
    }
    for (stage, _) in repeats.iter().enumerate().filter(|(_, repeats)| **repeats) {
        plan.stages[stage].memory = plan.memory_stages as u32;
        plan.memory_stages += 1;
    }
    for handoff in &mut plan.handoffs {
        if repeats[handoff.from as usize] && handoff.kind == HandoffKind::Forward {
            handoff.memory = plan.memory_handoffs as u32;
            plan.memory_handoffs += 1;
        }
    }
}
