//! What is asked of teams, by arithmetic: each feature against figures worked out by hand, and
//! against what a run finds.

use anabranch::analysis::{Ladder, Load};
use anabranch::graph::Flow;
use anabranch::model::{
    Arrivals, Batch, CalendarId, Class, ClassId, Entry, Exit, Handoff, HandoffId, HandoffKind,
    Model, ReworkWork, Share, Stage, Trigger,
};
use anabranch::study::{Effort, Study, StudyControl, StudyOptions, simulate};

use crate::build;

fn load(model: &Model) -> Load {
    Load::of(model, &Flow::of(model))
}

fn study(model: &Model, replications: u32) -> Study {
    let options = StudyOptions {
        effort: Effort::Replications(replications),
        horizon: Some("3000d".parse().unwrap()),
        warm_up: Some("100d".parse().unwrap()),
        ..StudyOptions::default()
    };
    simulate(model, &options, &StudyControl::new(), &mut |_| {}).expect("it can be run")
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected} ± {tolerance}"
    );
}

fn every(mut model: Model, gap: &str, batch: u32) -> Model {
    let stream = model.streams.find_mut(build::main_stream()).unwrap();
    stream.demands[0].arrivals = Arrivals::Every {
        gap: gap.parse().unwrap(),
        batch,
    };
    model
}

fn capped(model: Model, handoff: &str, at_most: u32) -> Model {
    build::with_handoff(model, handoff, |handoff| {
        handoff.kind = HandoffKind::Rework {
            at_most: Some(at_most),
        };
    })
}

/// A model whose team `team` owns `stages`; an item comes every 10 h.
fn model(chains: &str, people: u32, stages: &[&str]) -> Model {
    let model = build::with_team(build::model(chains), "team", people, stages);
    every(model, "exponential(10h)", 1)
}

/// Visits per item to a stage.
fn visits(model: &Model, stage: &str) -> f64 {
    let load = load(model);
    let mut visits = load.streams[0].visits_per_item.iter();
    visits
        .find(|(id, _)| *id == build::stage(stage))
        .expect("items can come there")
        .1
}

/// Checks what a team needs, and that a run finds its utilisation within 1 %.
#[track_caller]
fn needs(model: &Model, people: f64) {
    let load = load(model);
    close(load.teams[0].needed, people, 1e-9 * people);
    close(load.teams[0].needed_at_least, people, 1e-9 * people);
    is_found(model, 0.01);
}

#[track_caller]
fn is_found(model: &Model, relative: f64) {
    let study = study(model, 10);
    assert!(study.is_stable, "{:?}", study.problems);
    let found = study.figures.unwrap().teams[0].utilisation.value().unwrap();
    let expected = study.load.teams[0].utilisation;
    close(found, expected, relative * expected);
}

#[test]
fn capped_rework_is_a_geometric_number_cut_off() {
    // Definitions 4.5: (1 − p^(N+1)) / (1 − p) visits; p = 0.3, N = 2: 1.39.
    let capped_twice = capped(model("a > b\na <30%< b", 1, &["a", "b"]), "b--a", 2);
    close(visits(&capped_twice, "a"), 1.39, 1e-9);
    close(visits(&capped_twice, "b"), 1.39, 1e-9);
    let passages = load(&capped_twice).streams[0].passages_per_item.clone();
    assert_eq!(passages[1].0, build::handoff("b--a"));
    close(passages[1].1, 0.39, 1e-9);
    needs(&capped_twice, 0.278);
    // Always back, but only three times.
    let always = capped(model("a > b\na <100%< b", 1, &["a", "b"]), "b--a", 3);
    close(visits(&always, "a"), 4.0, 1e-9);
    needs(&always, 0.8);
}

#[test]
fn a_capped_loop_whose_items_may_not_come_by_again() {
    // Half of the items go over c. From there 60 % go back to a, at most once: of those half come to
    // c again. f0 = 0.5·0.6 = 0.3 passages. Visits to a: 1.3; to c: 0.65.
    let mut found = model("a 50%> c > d\na 50%> d\na <60%< c", 2, &["a", "c", "d"]);
    found = capped(found, "c--a", 1);
    close(visits(&found, "a"), 1.3, 1e-9);
    close(visits(&found, "c"), 0.65, 1e-9);
    close(visits(&found, "d"), 1.0, 1e-9);
    // Twice: f = 0.3 again.
    let twice = capped(found, "c--a", 2);
    close(visits(&twice, "a"), 1.0 + 0.3 + 0.09, 1e-9);
    needs(&twice, (1.39 + 0.695 + 1.0) / 10.0);
}

#[test]
fn loops_within_loops_are_fitted_to_one_another() {
    // The inner loop counts over all rounds of the outer one, so the two depend on each other and
    // the equations are fitted: within a few per cent of what a run finds.
    let mut found = model("a > b > c\na <50%< b\na <50%< c", 2, &["a", "b", "c"]);
    found = capped(capped(found, "b--a", 2), "c--a", 2);
    is_found(&found, 0.03);
}

#[test]
fn later_passes_take_work_of_their_own() {
    let loops = || model("a > b\na <30%< b", 1, &["a"]);
    // 1 h, and 0.3 / 0.7 later passes of 15 min.
    let cheaper = build::with_stage(loops(), "a", |stage| {
        stage.rework_work = Some(ReworkWork::Factor(0.25));
    });
    needs(&cheaper, (1.0 + 0.25 * 0.3 / 0.7) / 10.0);
    let other = build::with_stage(loops(), "a", |stage| {
        stage.rework_work = Some(ReworkWork::Work("3h".parse().unwrap()));
    });
    needs(&other, (1.0 + 3.0 * 0.3 / 0.7) / 10.0);
    // At a stage that only some items reach, and those only by a second way: b is visited for the
    // first time by 0.5 / (1 − 0.5·0.4) of the items.
    let some = model("a 50%> b > c\na 50%> c\na <40%< c", 1, &["b"]);
    let some = build::with_stage(some, "b", |stage| {
        stage.rework_work = Some(ReworkWork::Factor(0.0));
    });
    // From a: at b with 0.5; else at c, back with 0.4: x = 0.5 + 0.5·0.4·x.
    needs(&some, 0.5 / 0.8 / 10.0);
}

#[test]
fn copies_batches_and_availability_count() {
    let one = |change: fn(&mut Stage)| build::with_stage(model("a > b", 3, &["a"]), "a", change);
    needs(&one(|stage| stage.copies = 20), 2.0);
    needs(
        &one(|stage| stage.availability = Share::new(0.8)),
        1.0 / 10.0 / 0.8,
    );
    needs(
        &one(|stage| {
            stage.batch = Some(Batch {
                size: 5,
                longest_wait: None,
            });
            stage.crew = 3;
        }),
        3.0 / 10.0 / 5.0,
    );
    needs(&every(one(|_| {}), "exponential(10h)", 20), 2.0);
}

#[test]
fn classes_have_work_of_their_own() {
    let mut model = model("a > b", 1, &["a"]);
    let urgent = ClassId::new("urgent").unwrap();
    let stream = model.streams.find_mut(build::main_stream()).unwrap();
    let mut demand = stream.demands[0].clone();
    demand.id = anabranch::model::DemandId::new("urgent").unwrap();
    demand.class = Some(Class::new(urgent, "Urgent"));
    stream.demands.push(demand);
    let model = build::with_stage(model, "a", |stage| {
        stage.class_work = vec![(urgent, "exponential(4h)".parse().unwrap())];
    });
    needs(&model, (1.0 + 4.0) / 10.0);
}

#[test]
fn what_is_uncertain_refuses_nothing() {
    let one = |change: fn(&mut Stage)| build::with_stage(model("a > b", 1, &["a"]), "a", change);
    // Only one of four copies is needed, and the shortest may be of any length.
    let first_of_four = one(|stage| {
        stage.copies = 4;
        stage.enough = Some(1);
        stage.work = Some("exponential(5h)".parse().unwrap());
    });
    let found = load(&first_of_four);
    close(found.teams[0].needed, 2.0, 1e-9);
    close(found.teams[0].needed_at_least, 0.0, 0.0);
    assert!(found.settles());
    // Arrivals that find the stage full are turned away: however many come, it settles.
    let full = every(one(|stage| stage.limit = Some(2)), "exponential(10m)", 1);
    let found = load(&full);
    assert!(found.teams[0].utilisation > 5.0 && found.settles());
    let study = study(&full, 2);
    assert!(study.is_stable);
    let share = study.stream_figures().unwrap().turned_away_share;
    assert!(share.value().unwrap() > 0.8);
}

#[test]
fn people_who_change_stages_need_setups() {
    let setup = |stage: &mut Stage| stage.setup = Some("30m".parse().unwrap());
    let alone = build::with_stage(model("a > b", 1, &["a"]), "a", setup);
    needs(&alone, 0.1);
    // One person at two stages with equally many jobs: a setup at every other job, at random.
    let both = model("a > b", 1, &["a", "b"]);
    let both = build::with_stage(build::with_stage(both, "a", setup), "b", setup);
    let load = load(&both);
    close(load.teams[0].needed, 0.2 + 2.0 * 0.5 * 0.05, 1e-9);
    close(load.teams[0].needed_at_least, 0.2, 1e-9);
}

#[test]
fn slots_have_to_take_what_comes() {
    let with_places = |places: u32| {
        let model = every(build::model("a > b"), "exponential(2h)", 1);
        build::with_handoff(model, "a--b", |handoff| {
            handoff.trigger = Trigger::Scheduled {
                rhythm: anabranch::model::Rhythm::parse("every 1d").unwrap(),
                zone: None,
                slots: Some(places),
            };
        })
    };
    let found = load(&with_places(20));
    close(found.slots[0].wanted, 12.0, 1e-9);
    assert!(found.settles());
    let study = study(&with_places(12), 2);
    assert!(!study.is_stable && study.replications == 0);
    assert_eq!(
        study.problems[0].message,
        "The slots of A → B would have to take 12.0 items each and take 12"
    );
}

#[test]
fn takt_is_open_time_over_demand() {
    // Three shifts of 8 h with 50 min of breaks each, 75 a day: 0.2867 h (definitions 4.3).
    let mut model = every(build::model("a > b"), "19m 12s", 1);
    model = build::with_team(model, "team", 1, &["a"]);
    let mut calendar =
        anabranch::model::Calendar::new(CalendarId::new("shifts").unwrap(), "Shifts");
    calendar.hours =
        anabranch::model::WeeklyHours::parse("Mon-Sun 00:00-07:10, 08:00-15:10, 16:00-23:10")
            .unwrap();
    model.teams.find_mut(build::team("team")).unwrap().calendar = Some(calendar.id);
    assert!(model.calendars.push(calendar));
    let stream = &load(&model).streams[0];
    close(stream.items_per_day.unwrap(), 75.0, 1e-9);
    close(stream.takt.unwrap() / 3600.0, 21.5 / 75.0, 1e-9);
    assert_eq!(stream.pacemaker, Some(build::team("team")));
}

/// A chain of stages, each of which sends a part back by five.
fn long_chain(stages: usize) -> Model {
    let mut model = build::model("s0");
    let stream = model.streams.find_mut(build::main_stream()).unwrap();
    stream.demands[0].at = vec![build::stage("s0")];
    let mut add = |from: usize, to: usize, kind: HandoffKind, share: Option<f64>| {
        let (from, to) = (
            build::stage(&format!("s{from}")),
            build::stage(&format!("s{to}")),
        );
        let mut handoff = Handoff::new(HandoffId::between(from, to), from, to);
        handoff.kind = kind;
        handoff.share = share.and_then(Share::new);
        assert!(model.handoffs.push(handoff));
    };
    for n in 1..stages {
        add(n - 1, n, HandoffKind::Forward, None);
        if n >= 5 {
            let at_most = (n % 7 == 0).then_some(2);
            add(n, n - 5, HandoffKind::Rework { at_most }, Some(0.1));
        }
    }
    for n in 1..stages {
        let mut stage = Stage::new(build::stage(&format!("s{n}")), format!("S{n}"));
        stage.stream = Some(build::main_stream());
        stage.work = Some("1m".parse().unwrap());
        stage.rework_work = Some(ReworkWork::Factor(0.5));
        model.stages.push(stage);
    }
    model
}

#[test]
fn ten_thousand_stages_that_hang_together_are_worked_out_at_once() {
    let model = long_chain(10_000);
    let flow = Flow::of(&model);
    let began = std::time::Instant::now();
    let load = Load::of(&model, &flow);
    let visits = &load.streams[0].visits_per_item;
    assert_eq!(visits.len(), 10_000);
    // What enters leaves at the end: 0.9 of the last visits go on.
    close(visits[9_999].1, 1.0 / 0.9, 1e-6);
    let ladder = Ladder::of(&model, &flow, &load, build::main_stream()).expect("there is a way");
    assert!(ladder.steps.len() > 10_000);
    let took = began.elapsed().as_secs_f64();
    assert!(took < 1.0, "it took {took} s");
}

#[test]
fn what_never_ends_is_said_before_it_begins() {
    // All go back for ever; nearly all; and all in a loop of a thousand stages.
    let round = || model("a > b > c\na <100%< c", 1, &["a"]);
    let nearly = build::with_handoff(round(), "c--a", |handoff| {
        handoff.share = Share::new(0.999_999);
    });
    let mut long = build::with_team(long_chain(1_000), "team", 1, &["s500"]);
    let (last, first) = (build::stage("s999"), build::stage("s0"));
    let mut back = Handoff::new(HandoffId::between(last, first), last, first);
    back.kind = HandoffKind::Rework { at_most: None };
    back.share = Share::new(0.9);
    assert!(long.handoffs.push(back));
    let began = std::time::Instant::now();
    for (model, needed) in [
        (round(), f64::INFINITY),
        (nearly, 1e5),
        (long, f64::INFINITY),
    ] {
        let found = load(&model);
        assert!(!found.settles());
        let people = found.teams[0].needed;
        assert!(
            people == needed || (people - needed).abs() < 1e-3 * needed,
            "{people}"
        );
        let study = study(&model, 2);
        assert!(!study.is_stable && study.figures.is_none() && study.events == 0);
        let flow = Flow::of(&model);
        let ladder = Ladder::of(&model, &flow, &found, build::main_stream());
        assert_eq!(ladder.is_none(), needed.is_infinite());
    }
    let took = began.elapsed().as_secs_f64();
    assert!(took < 1.0, "it took {took} s");
}

#[test]
fn a_join_that_feedback_starts_is_one_too() {
    // Every item starts a new one at x, whose two branches meet again at d.
    let mut model = model("a > b\nx > y > d\nx > z > d\nx <50%~ b", 1, &["d"]);
    model = build::with_stage(model, "x", |stage| stage.exit = Exit::TakeAll);
    model = build::with_stage(model, "d", |stage| stage.entry = Entry::All);
    let stream = model.streams.find_mut(build::main_stream()).unwrap();
    stream.demands[0].at = vec![build::stage("a")];
    close(visits(&model, "d"), 0.5, 1e-9);
    needs(&model, 0.05);
}
