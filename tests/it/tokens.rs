//! What is said about joins and merges, against every way that an item can take.

use std::collections::BTreeSet;

use anabranch::graph::{Flow, StageGraph, TokenFaultKind, token_faults};
use anabranch::model::{Entry, Exit, Handoff, Model, StageId};
use proptest::prelude::*;

use crate::build;

const STAGES: usize = 7;

/// A small stream in which items begin at the first stage: ways from earlier to later stages,
/// entries and exits at random.
fn streams() -> impl Strategy<Value = Model> {
    let ways = prop::collection::vec((0..STAGES, 1..4_usize), 4..13);
    let kinds = prop::collection::vec((any::<bool>(), any::<bool>()), STAGES);
    (ways, kinds).prop_map(|(ways, kinds)| {
        let names: Vec<String> = (0..STAGES).map(|n| format!("s{n}")).collect();
        let mut model = build::model(&names.join("\n"));
        for (n, (from, step)) in ways.into_iter().enumerate() {
            if from + step < STAGES {
                let stage = |n: usize| build::stage(&names[n]);
                let id = build::handoff(&format!("h{n}"));
                model
                    .handoffs
                    .push(Handoff::new(id, stage(from), stage(from + step)));
            }
        }
        for (name, (joins, splits)) in names.iter().zip(kinds) {
            model = build::with_stage(model, name, |stage| {
                stage.entry = if joins { Entry::All } else { Entry::Any };
                stage.exit = if splits {
                    Exit::TakeAll
                } else {
                    Exit::ChooseOne
                };
            });
        }
        build::with_stream(model, |stream| {
            stream.demands[0].at = vec![build::stage("s0")];
        })
    })
}

/// What comes over each handoff when each visit to a choose-one exit takes what `choices` says;
/// nothing when there are more visits that choose than choices. Stages are in topological order.
struct Run {
    over: Vec<usize>,
    visits: Vec<usize>,
}

fn run(model: &Model, choices: &[usize], needed: &mut Vec<usize>) -> Run {
    let place = |id: StageId| model.stages.position(id).expect("it is there");
    let mut over = vec![0; model.handoffs.len()];
    let mut visits = vec![0; STAGES];
    needed.clear();
    for (n, stage) in model.stages.iter().enumerate() {
        let ends = |from: bool| -> Vec<usize> {
            let handoffs = model.handoffs.iter().enumerate();
            let mine = handoffs.filter(|(_, h)| place(if from { h.from } else { h.to }) == n);
            mine.map(|(at, _)| at).collect()
        };
        let ways_in = ends(false);
        visits[n] = match stage.entry {
            Entry::Any => ways_in.iter().map(|&way| over[way]).sum(),
            Entry::All => ways_in.iter().map(|&way| over[way]).min().unwrap_or(0),
        };
        visits[n] += usize::from(n == 0);
        let ways_out = ends(true);
        if ways_out.is_empty() {
            continue;
        }
        for _ in 0..visits[n] {
            match stage.exit {
                Exit::TakeAll => ways_out.iter().for_each(|&way| over[way] += 1),
                Exit::ChooseOne => {
                    let choice = choices.get(needed.len()).copied().unwrap_or(0);
                    needed.push(ways_out.len());
                    over[ways_out[choice]] += 1;
                }
            }
        }
    }
    Run { over, visits }
}

/// All runs, by counting through the choices.
fn all_runs(model: &Model) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut choices: Vec<usize> = Vec::new();
    let mut needed = Vec::new();
    loop {
        runs.push(run(model, &choices, &mut needed));
        choices.resize(needed.len(), 0);
        // The next combination, the last choice first; what it makes needless falls away.
        loop {
            let Some(last) = choices.pop() else {
                return runs;
            };
            if last + 1 < needed[choices.len()] {
                choices.push(last + 1);
                break;
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::cases::cases(3000))]

    #[test]
    fn joins_and_merges_are_judged_as_runs_show(model in streams()) {
        let runs = all_runs(&model);
        let place = |id: StageId| model.stages.position(id).expect("it is there");
        let mut wrong = BTreeSet::new();
        for (n, stage) in model.stages.iter().enumerate() {
            let handoffs = model.handoffs.iter().enumerate();
            let ways: Vec<usize> =
                handoffs.filter(|(_, h)| place(h.to) == n).map(|(at, _)| at).collect();
            let starves = runs.iter().any(|run| {
                ways.iter().any(|&way| run.over[way] != run.over[ways[0]])
            });
            let doubles = runs.iter().any(|run| run.visits[n] > 1)
                && ways.iter().all(|&way| runs.iter().all(|run| run.over[way] < 2));
            if stage.entry == Entry::All && starves {
                wrong.insert(n);
            }
            if stage.entry == Entry::Any && doubles {
                wrong.insert(n);
            }
        }
        let flow = Flow::of(&model);
        let faults = token_faults(&model, &flow);
        let graph = StageGraph::of_model(&model, Handoff::is_forward);
        // What is only wrong because something further up is wrong need not be said.
        let said: BTreeSet<usize> = faults.iter().map(|fault| place(fault.stage)).collect();
        for fault in &faults {
            let n = place(fault.stage);
            prop_assert!(wrong.contains(&n), "{:?} is not so: {:#?}", fault, model);
            let is_join = model.stages.at(n).expect("it").entry == Entry::All;
            prop_assert_eq!(is_join, fault.kind != TokenFaultKind::Twice);
        }
        for &n in &wrong {
            let above = graph.upstream_of([n as u32]);
            let is_explained = said.iter().any(|&said| said == n || above.contains(said as u32));
            prop_assert!(is_explained, "stage {} is not reported: {:#?}", n, model);
        }
    }
}
