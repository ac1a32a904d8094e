//! Streams and demands: what arrives, when and where.

use std::collections::BTreeMap;

use crate::graph::{StageGraph, StageSet};
use crate::model::{
    Arrivals, At, Change, Class, ClassId, Demand, DemandField, Distribution, Problem, Span, Stream,
    StreamChange, print_date_time,
};

use super::code;
use super::facts::{Facts, at_stage};

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let model = facts.model;
    let has_demand = model
        .streams
        .iter()
        .any(|stream| !stream.demands.is_empty());
    if !has_demand && !model.stages.is_empty() {
        problems.push(
            Problem::error(code::NOTHING_ARRIVES, At::Model, "Nothing arrives anywhere")
                .hint("Give a stream a demand: what arrives, and how often"),
        );
    }
    for stream in &model.streams {
        if stream.wip_limit == Some(0) {
            let name = facts.stream_name(stream.id);
            let message = format!("The WIP limit of {name} lets no item in");
            problems.push(
                Problem::error(code::LIMIT_ZERO, At::Stream(stream.id), message)
                    .field("wip_limit")
                    .hint("Set 1 or more, or leave the limit out"),
            );
        }
        if stream.demands.is_empty() && has_demand {
            let name = facts.stream_name(stream.id);
            problems.push(
                Problem::warning(
                    code::NO_DEMAND,
                    At::Stream(stream.id),
                    format!("Nothing arrives in {name}"),
                )
                .field("demands")
                .hint("Give the stream a demand: what arrives, and how often"),
            );
        }
        for demand in &stream.demands {
            times(facts, stream, demand, problems);
        }
    }
    places(facts, problems);
    classes(facts, problems);
    unreachable(facts, problems);
}

fn times(facts: &Facts<'_>, stream: &Stream, demand: &Demand, problems: &mut Vec<Problem>) {
    let at = At::Demand(stream.id, demand.id);
    let name = facts.stream_name(stream.id);
    match &demand.arrivals {
        Arrivals::Every { gap, .. } => {
            let has_figures = !matches!(gap, Distribution::Samples(values) if values.is_empty());
            if has_figures && gap.mean(Span::DAY, Span::WEEK) <= 0.0 {
                let message = format!("In {name} no time passes between two arrivals");
                problems.push(
                    Problem::error(code::NO_GAP, at, message)
                        .field("gap")
                        .hint("Write how often items arrive, for instance every 1d"),
                );
            }
        }
        Arrivals::Dates(dates) if dates.is_empty() => problems.push(
            Problem::warning(
                code::NO_DATES,
                at,
                format!("The list of dates of {name} is empty"),
            )
            .field("dates")
            .hint("Write at least one date"),
        ),
        Arrivals::Dates(dates) => {
            let start = facts.model.settings.start.at;
            if let Some(early) = dates.iter().find(|&&date| date < start) {
                let (early, start) = (print_date_time(*early), print_date_time(start));
                let message = format!("An item of {name} arrives on {early}, before the start");
                problems.push(
                    Problem::error(code::BEFORE_START, at, message)
                        .field("dates")
                        .hint(format!(
                            "The simulation starts on {start}; move one of the two"
                        )),
                );
            }
        }
        Arrivals::Backlog => backlog(facts, stream, demand, problems),
    }
}

/// A backlog needs something that says when its next item comes in.
fn backlog(facts: &Facts<'_>, stream: &Stream, demand: &Demand, problems: &mut Vec<Problem>) {
    let arrives_at = |arrival: &&crate::graph::FlowArrival| {
        (arrival.stream, arrival.demand) == (stream.id, demand.id)
    };
    let at = facts.flow.arrivals.iter().find(arrives_at);
    let has_limit = at.is_none_or(|arrival| {
        let mut stages = arrival
            .at
            .iter()
            .filter_map(|&id| facts.model.stages.find(id));
        arrival.at.is_empty() || stages.any(|stage| stage.limit.is_some())
    });
    if stream.wip_limit.is_some() || has_limit {
        return;
    }
    let name = facts.stream_name(stream.id);
    let message = format!("The backlog of {name} comes in all at once: nothing limits it");
    problems.push(
        Problem::error(code::BACKLOG, At::Demand(stream.id, demand.id), message)
            .field("arrivals")
            .hint("Give the stream a WIP limit, or the stage where they arrive a limit"),
    );
}

fn places(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    for arrival in facts
        .flow
        .arrivals
        .iter()
        .filter(|arrival| arrival.at.is_empty())
    {
        let name = facts.stream_name(arrival.stream);
        let of_stream = |stage: &&crate::model::Stage| stage.stream == Some(arrival.stream);
        let message = if facts.model.stages.iter().any(|stage| of_stream(&stage)) {
            format!("It is not clear where the items of {name} arrive")
        } else {
            format!("{name} has no stage where its items could arrive")
        };
        problems.push(
            Problem::error(
                code::NO_PLACE,
                At::Demand(arrival.stream, arrival.demand),
                message,
            )
            .field("at")
            .hint("Say at which stages they arrive"),
        );
    }
}

/// A class that two demands describe differently.
fn classes(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let mut first: BTreeMap<ClassId, &Class> = BTreeMap::new();
    for stream in &facts.model.streams {
        for demand in &stream.demands {
            let Some(class) = &demand.class else { continue };
            let known = *first.entry(class.id).or_insert(class);
            if known == class {
                continue;
            }
            let name = facts.class_name(class.id);
            let message = format!("Two demands bring the class {name} and describe it differently");
            problems.push(
                Problem::error(code::CLASS_TWICE, At::Demand(stream.id, demand.id), message)
                    .field("class")
                    .hint("Describe it the same in both, or give one of them a class of its own")
                    .fix(vec![Change::Stream(StreamChange::SetDemand {
                        stream: stream.id,
                        demand: demand.id,
                        field: DemandField::Class(Some(known.clone())),
                    })]),
            );
        }
    }
}

/// Stages where no item ever comes. Of those behind one another only the first is reported.
fn unreachable(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    if facts.kinds.iter().all(|kind| kind.begins.is_empty()) {
        // Nothing arrives anywhere, which is a Problem of its own.
        return;
    }
    let all = StageGraph::of_flow(&facts.flow, facts.model, |_| true);
    let begins = facts.kinds.iter().flat_map(|kind| &kind.begins);
    let reached = all.downstream_of(begins.flat_map(|begin| begin.stages.iter().copied()));
    let mut said = StageSet::new(all.len());
    for stage in all.stages().filter(|&stage| !reached.contains(stage)) {
        let is_first = all.ways_in(stage).iter().all(|way| way.stage == stage);
        if is_first {
            let behind = all.downstream_of([stage]);
            let behind = behind.iter().filter(|&stage| !reached.contains(stage));
            let fresh = behind.filter(|&stage| said.insert(stage)).count();
            problems.push(never_reached(facts, stage, fresh - 1));
        }
    }
    // What is left are loops that nothing leads into.
    for stage in all.stages().filter(|&stage| !reached.contains(stage)) {
        if said.insert(stage) {
            let behind = all.downstream_of([stage]);
            let behind = behind.iter().filter(|&stage| !reached.contains(stage));
            let fresh = behind.filter(|&stage| said.insert(stage)).count();
            problems.push(never_reached(facts, stage, fresh));
        }
    }
}

fn never_reached(facts: &Facts<'_>, stage: u32, behind: usize) -> Problem {
    let name = facts.name_at(stage);
    let message = match behind {
        0 => format!("No item ever comes to {name}"),
        1 => format!("No item ever comes to {name} or the stage behind it"),
        _ => format!("No item ever comes to {name} or the {behind} stages behind it"),
    };
    Problem::warning(code::UNREACHABLE, at_stage(facts, stage), message)
        .hint("Connect it, let a demand arrive there, or remove it")
}
