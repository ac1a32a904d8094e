//! The derived Flow against a brute-force reading of design §6, and known small cases.

use std::collections::{BTreeMap, BTreeSet};

use anabranch::graph::{Flow, FlowFault, FlowHandoff, Origin};
use anabranch::model::{ElapsedTime, Entry, Exit, Handoff, Model, Needs, Span, StageId, Trigger};
use proptest::prelude::*;

use crate::build;

/// The forward ways of a Flow, with `=` for derived ones, and entries and exits that are not the
/// default, as text.
fn forward(flow: &Flow) -> String {
    let mut words: Vec<String> = flow
        .handoffs
        .iter()
        .filter(|handoff| handoff.is_forward())
        .map(|handoff| {
            let arrow = if handoff.is_derived() { "=" } else { "-" };
            format!("{}{arrow}{}", handoff.from, handoff.to)
        })
        .collect();
    for stage in &flow.stages {
        if stage.entry == Entry::All {
            words.push(format!("all({})", stage.id));
        }
        if stage.exit == Exit::TakeAll {
            words.push(format!("split({})", stage.id));
        }
    }
    words.push(format!("at({})", at(flow)));
    words.join(" ")
}

fn at(flow: &Flow) -> String {
    let at: Vec<&str> = flow.arrivals[0].at.iter().map(|id| id.as_str()).collect();
    at.join(",")
}

#[test]
fn relaxing_runs_stages_side_by_side() {
    let check = |chains: &str, expected: &str| {
        assert_eq!(
            forward(&Flow::of(&build::model(chains))),
            expected,
            "{chains}"
        );
    };
    check("p > u > v > w", "p-u u-v v-w at(p)");
    check("p > u ?> v > w", "p-u u-v v-w at(p)");
    // The example of the design.
    check("p > u ~> v > w", "p-u v-w p=v u=w split(p) all(w) at(p)");
    // Three in a row.
    check(
        "p > a ~> b ~> c > w",
        "p-a c-w p=b p=c a=w b=w split(p) all(w) at(p)",
    );
    // The first and the last stage.
    check("u ~> v > w", "v-w u=w all(w) at(u,v)");
    check("p > u ~> v", "p-u p=v split(p) at(p)");
    check("u ~> v", "at(u,v)");
    // A chain of required handoffs stays whole.
    check(
        "a > b ~> c > d ~> e > f",
        "a-b c-d e-f a=c b=d b=e c=e d=f split(a) split(b) split(c) all(d) all(e) all(f) at(a)",
    );
    // The order is kept by another way already: nothing is derived.
    check("a > b > c\na ~> c", "a-b b-c at(a)");
    check("a ~> b ~> c\na > c", "a-c at(a,b)");
    // Rework stays as it is.
    check(
        "p > u ~> v > w\nu <10%< v",
        "p-u v-w p=v u=w split(p) all(w) at(p)",
    );
}

#[test]
fn a_mark_on_a_handoff_that_may_not_be_relaxed_does_nothing() {
    let model = build::with_handoff(build::model("a > b"), "a--b", |handoff| {
        handoff.is_relaxed = true;
    });
    let flow = Flow::of(&model);
    assert_eq!(forward(&flow), "a-b at(a)");
    assert_eq!(flow.relaxed, []);
}

fn days(days: u64) -> Trigger {
    Trigger::Automatic(ElapsedTime(Span(days * Span::DAY.0)))
}

#[test]
fn a_derived_handoff_is_like_the_last_on_the_longest_path() {
    let derived = |model: &Model| {
        let flow = Flow::of(model);
        let found = flow.handoffs.iter().find(|handoff| handoff.is_derived());
        let found = found.expect("one is derived").clone();
        let Origin::Derived { like, stands_for } = &found.origin else {
            unreachable!("just picked");
        };
        let path: Vec<&str> = stands_for.iter().map(|id| id.as_str()).collect();
        (
            found.id.as_str(),
            found.trigger.clone(),
            like.as_str(),
            path.join(" "),
        )
    };
    let model = build::model("a > b ~> d\na > c ~> d");
    // As long: the first in the file.
    let first = derived(&model);
    assert_eq!(first, ("a--d", days(0), "a--b", "a--b b--d".to_owned()));
    let longer = build::with_handoff(model, "a--c", |handoff| handoff.trigger = days(2));
    assert_eq!(
        derived(&longer),
        ("a--d", days(2), "a--c", "a--c c--d".to_owned())
    );
    let longer = build::with_handoff(longer, "b--d", |handoff| handoff.trigger = days(3));
    assert_eq!(
        derived(&longer),
        ("a--d", days(0), "a--b", "a--b b--d".to_owned())
    );
}

#[test]
fn the_id_of_a_derived_handoff_is_free() {
    let mut model = build::model("a > b ~> c");
    let taken = build::handoff("a--c");
    model
        .handoffs
        .push(Handoff::new(taken, build::stage("c"), build::stage("b")));
    let model = build::with_handoff(model, "a--c", |handoff| {
        handoff.kind = anabranch::model::HandoffKind::Rework { at_most: None };
    });
    let flow = Flow::of(&model);
    let ids: Vec<&str> = flow
        .handoffs
        .iter()
        .map(|handoff| handoff.id.as_str())
        .collect();
    assert_eq!(ids, ["a--b", "a--c", "a--c-2"]);
}

#[test]
fn items_arrive_where_the_fine_print_says() {
    let check = |chains: &str, expected: &str| {
        assert_eq!(at(&Flow::of(&build::model(chains))), expected, "{chains}");
    };
    check("a > b", "a");
    // Two that nothing leads to: a Problem asks.
    check("a > c\nb > c", "");
    // Only rework leads to the first stage.
    check("a > b\na <10%< b", "a");
    // The stage that nothing at all leads to goes before one that rework leads to.
    check("a > b\na <10%< b\nc", "c");
    check("a <10%~ b\na > b", "a");
    let said = build::with_stream(build::model("a > b > c"), |stream| {
        stream.demands[0].at = vec![build::stage("c"), build::stage("a"), build::stage("c")];
    });
    assert_eq!(at(&Flow::of(&said)), "a,c");
}

#[test]
fn a_stage_left_alone_gets_only_the_items_that_were_led_there() {
    let class = |name: &str| anabranch::model::ClassId::new(name).expect("a slug");
    let model = build::with_stream(build::model("a ~> b > c"), |stream| {
        stream.demands[0].class = Some(anabranch::model::Class::new(class("long"), "Long"));
        let mut other = build::demand("other");
        other.class = Some(anabranch::model::Class::new(class("short"), "Short"));
        stream.demands.push(other);
    });
    let model = build::with_handoff(model, "a--b", |handoff| {
        handoff.only = vec![anabranch::model::Only::Class(class("short"))];
    });
    let flow = Flow::of(&model);
    let at = |n: usize| flow.arrivals[n].at.clone();
    assert_eq!(at(0), [build::stage("a")]);
    assert_eq!(at(1), [build::stage("a"), build::stage("b")]);
}

#[test]
fn a_circle_or_far_too_much_derives_nothing() {
    let flow = Flow::of(&build::model("a > b ~> c > a"));
    assert_eq!(flow.fault, Some(FlowFault::Circle));
    assert_eq!(flow.relaxed.len(), 1);

    let mut chain = String::from("s0");
    for n in 1..2000 {
        let arrow = if n == 1000 { ">" } else { "~>" };
        chain.push_str(&format!(" {arrow} s{n}"));
    }
    let flow = Flow::of(&build::model(&chain));
    assert_eq!(flow.fault, Some(FlowFault::TooMany));
}

#[test]
fn with_nothing_relaxed_the_flow_is_the_models_handoffs() {
    let model = build::model("a 70%> b > d\na 30%> c > d\nb <10%< d\na <5%~ d");
    let flow = Flow::of(&model);
    assert_eq!(flow.handoffs.len(), model.handoffs.len());
    for (flows, drawn) in flow.handoffs.iter().zip(&model.handoffs) {
        assert_eq!(
            (
                flows.id,
                flows.from,
                flows.to,
                flows.kind,
                flows.share,
                &flows.trigger
            ),
            (
                drawn.id,
                drawn.from,
                drawn.to,
                drawn.kind,
                drawn.share,
                &drawn.trigger
            )
        );
        assert_eq!(flows.origin, Origin::Drawn);
    }
}

/// A small acyclic model: handoffs lead from earlier to later stages (of a shuffled file order),
/// each required, customary or relaxed, with a delay; and an own `at`.
fn acyclic() -> impl Strategy<Value = Model> {
    let handoffs = prop::collection::vec((0..7_usize, 1..7_usize, 0..4_u8, 0..3_u64), 0..14);
    let order = Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle();
    let at = prop::collection::vec(0..7_usize, 0..3);
    (handoffs, order, at).prop_map(|(handoffs, order, at)| {
        let names: Vec<String> = order.iter().map(|n| format!("s{n}")).collect();
        let mut model = build::model(&names.join("\n"));
        for (n, (from, step, kind, delay)) in handoffs.into_iter().enumerate() {
            let to = from + step;
            if to > 6 {
                continue;
            }
            let stage = |n: usize| build::stage(&format!("s{n}"));
            let id = build::handoff(&format!("h{n}"));
            let mut handoff = Handoff::new(id, stage(from), stage(to));
            handoff.trigger = days(delay);
            if kind > 0 {
                handoff.needs = Needs::Customary;
                handoff.is_relaxed = kind > 1;
            }
            model.handoffs.push(handoff);
        }
        build::with_stream(model, |stream| {
            stream.demands[0].at = at.iter().map(|n| build::stage(&format!("s{n}"))).collect();
        })
    })
}

/// Every forward path of a model, as the handoffs on it.
fn all_paths(model: &Model) -> Vec<Vec<&Handoff>> {
    let mut paths: Vec<Vec<&Handoff>> = model.handoffs.iter().map(|h| vec![h]).collect();
    let mut next = 0;
    while next < paths.len() {
        let last = paths[next].last().expect("a path has a handoff").to;
        for handoff in model.handoffs.iter().filter(|handoff| handoff.from == last) {
            let mut longer = paths[next].clone();
            longer.push(handoff);
            paths.push(longer);
        }
        next += 1;
    }
    paths
}

/// What §6 says, read word for word: from each pair to the origin of its handoff.
struct Reading {
    /// Which handoffs join which pairs; a derived one by the path that it stands for.
    handoffs: BTreeMap<(StageId, StageId), BTreeSet<Vec<String>>>,
    entry_all: BTreeSet<StageId>,
    take_all: BTreeSet<StageId>,
    at: BTreeSet<StageId>,
}

fn read(model: &Model) -> Reading {
    let paths = all_paths(model);
    let ends = |path: &[&Handoff]| (path[0].from, path[path.len() - 1].to);
    let order: BTreeSet<(StageId, StageId)> = paths
        .iter()
        .filter(|path| path.iter().any(|handoff| !handoff.is_relaxed))
        .map(|path| ends(path))
        .collect();
    let stages: Vec<StageId> = model.stages.iter().map(|stage| stage.id).collect();
    let mut handoffs: BTreeMap<_, BTreeSet<Vec<String>>> = BTreeMap::new();
    for handoff in model.handoffs.iter().filter(|handoff| !handoff.is_relaxed) {
        let pair = (handoff.from, handoff.to);
        let id = vec!["drawn".to_owned(), handoff.id.to_string()];
        handoffs.entry(pair).or_default().insert(id);
    }
    let mut changed_in = BTreeSet::new();
    let mut changed_out = BTreeSet::new();
    for handoff in model.handoffs.iter().filter(|handoff| handoff.is_relaxed) {
        changed_out.insert(handoff.from);
        changed_in.insert(handoff.to);
    }
    for &(a, b) in &order {
        let is_cover = !stages
            .iter()
            .any(|&c| order.contains(&(a, c)) && order.contains(&(c, b)));
        if !is_cover || handoffs.contains_key(&(a, b)) {
            continue;
        }
        changed_out.insert(a);
        changed_in.insert(b);
        let delay = |path: &[&Handoff]| -> u64 {
            path.iter()
                .map(|handoff| match &handoff.trigger {
                    Trigger::Automatic(delay) => delay.0.0,
                    _ => unreachable!("the generator makes automatic ones"),
                })
                .sum()
        };
        let place = |handoff: &Handoff| model.handoffs.position(handoff.id);
        let best = paths
            .iter()
            .filter(|path| ends(path) == (a, b) && path.iter().any(|handoff| !handoff.is_relaxed))
            .min_by_key(|path| {
                let places: Vec<_> = path.iter().map(|handoff| place(handoff)).collect();
                (std::cmp::Reverse(delay(path)), places)
            })
            .expect("an ordered pair has a path");
        let last = best.iter().rev().find(|handoff| !handoff.is_relaxed);
        let mut origin = vec![format!("like {}", last.expect("it orders").id)];
        origin.extend(best.iter().map(|handoff| handoff.id.to_string()));
        handoffs.insert((a, b), BTreeSet::from([origin]));
    }
    let ways = |end: &dyn Fn(&(StageId, StageId)) -> StageId, stage: StageId| -> usize {
        handoffs
            .iter()
            .filter(|(pair, _)| end(pair) == stage)
            .map(|(_, origins)| origins.len())
            .sum()
    };
    let entry_all = changed_in
        .iter()
        .copied()
        .filter(|&s| ways(&|p| p.1, s) > 1)
        .collect();
    let take_all = changed_out
        .iter()
        .copied()
        .filter(|&s| ways(&|p| p.0, s) > 1)
        .collect();
    let said: BTreeSet<StageId> = model.streams.at(0).expect("one").demands[0]
        .at
        .iter()
        .copied()
        .collect();
    let mut at = if said.is_empty() {
        let firsts: BTreeSet<StageId> = stages
            .iter()
            .copied()
            .filter(|&stage| !model.handoffs.iter().any(|handoff| handoff.to == stage))
            .collect();
        if firsts.len() == 1 {
            firsts
        } else {
            BTreeSet::new()
        }
    } else {
        said
    };
    let orphans: Vec<StageId> = changed_in
        .iter()
        .copied()
        .filter(|&stage| ways(&|pair| pair.1, stage) == 0)
        .collect();
    let led: Vec<StageId> = orphans
        .into_iter()
        .filter(|&orphan| {
            paths.iter().any(|path| {
                let (from, to) = ends(path);
                to == orphan && at.contains(&from)
            })
        })
        .collect();
    at.extend(led);
    Reading {
        handoffs,
        entry_all,
        take_all,
        at,
    }
}

fn origin_of(handoff: &FlowHandoff) -> Vec<String> {
    match &handoff.origin {
        Origin::Drawn => vec!["drawn".to_owned(), handoff.id.to_string()],
        Origin::Derived { like, stands_for } => {
            let mut origin = vec![format!("like {like}")];
            origin.extend(stands_for.iter().map(ToString::to_string));
            origin
        }
    }
}

proptest! {
    #![proptest_config(crate::cases::cases(3000))]

    #[test]
    fn the_flow_is_what_the_design_says(model in acyclic()) {
        let flow = Flow::of(&model);
        let expected = read(&model);
        let mut found: BTreeMap<_, BTreeSet<Vec<String>>> = BTreeMap::new();
        for handoff in &flow.handoffs {
            let is_new = found
                .entry((handoff.from, handoff.to))
                .or_default()
                .insert(origin_of(handoff));
            prop_assert!(is_new);
            if let Origin::Derived { like, .. } = &handoff.origin {
                let like = model.handoffs.find(*like).expect("it is the Model's");
                prop_assert_eq!(&handoff.trigger, &like.trigger);
                prop_assert_eq!(&handoff.only, &like.only);
                prop_assert_eq!(handoff.needs, like.needs);
            }
        }
        prop_assert_eq!(found, expected.handoffs);
        let all: BTreeSet<StageId> =
            flow.stages.iter().filter(|s| s.entry == Entry::All).map(|s| s.id).collect();
        prop_assert_eq!(all, expected.entry_all);
        let split: BTreeSet<StageId> =
            flow.stages.iter().filter(|s| s.exit == Exit::TakeAll).map(|s| s.id).collect();
        prop_assert_eq!(split, expected.take_all);
        let arrives: BTreeSet<StageId> = flow.arrivals[0].at.iter().copied().collect();
        prop_assert_eq!(arrives, expected.at);
        let ids: BTreeSet<_> = flow.handoffs.iter().map(|handoff| handoff.id).collect();
        prop_assert_eq!(ids.len(), flow.handoffs.len());
    }
}
