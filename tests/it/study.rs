//! Studies: known answers through the whole of statistics, stopping, threads, comparing.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anabranch::analysis::{Estimate, Load, Part, StreamFigures, rolled_ca};
use anabranch::graph::Flow;
use anabranch::model::{
    Arrivals, Calendar, CalendarId, Class, ClassId, Demand, DemandId, Entry, Exit, Model, Money,
    Severity, Share, Target, Team, TeamId, Trigger, WeeklyHours, Zone,
};
use anabranch::sim::Slice;
use anabranch::study::{
    Bound, Bounds, Effort, Progress, Study, StudyControl, StudyError, StudyOptions, compare,
    simulate,
};

use crate::build;

fn ignore(_: &Progress<'_>) {}

fn study(model: &Model, options: &StudyOptions) -> Study {
    simulate(model, options, &StudyControl::new(), &mut ignore).expect("the model can be run")
}

fn fixed(replications: u32) -> StudyOptions {
    StudyOptions {
        effort: Effort::Replications(replications),
        ..StudyOptions::default()
    }
}

fn stream(study: &Study) -> &StreamFigures {
    study.stream_figures().expect("the study has figures")
}

/// One person, Poisson arrivals every `gap`, exponential work of an hour.
fn queue(gap: &str, people: u32) -> Model {
    let mut model = build::model("work");
    add_team(&mut model, "team", people, &["work"]);
    set_work(&mut model, "work", "exponential(1h)");
    set_gap(&mut model, gap);
    model
}

fn add_team(model: &mut Model, id: &str, people: u32, stages: &[&str]) {
    let mut team = Team::new(
        TeamId::new(id).expect("tests write what can be read"),
        format!("The {id}"),
    );
    team.people = people;
    let team_id = team.id;
    model.teams.push(team);
    for stage in stages {
        let stage = model
            .stages
            .find_mut(build::stage(stage))
            .expect("the element is there");
        stage.team = Some(team_id);
        stage.automation = None;
    }
}

fn set_work(model: &mut Model, stage: &str, work: &str) {
    let stage = model
        .stages
        .find_mut(build::stage(stage))
        .expect("the element is there");
    stage.work = Some(work.parse().expect("tests write what can be read"));
}

fn set_delay(model: &mut Model, handoff: &str, delay: &str) {
    let handoff = model
        .handoffs
        .find_mut(build::handoff(handoff))
        .expect("the element is there");
    handoff.trigger = Trigger::Manual(delay.parse().expect("tests write what can be read"));
}

fn set_gap(model: &mut Model, gap: &str) {
    let stream = model
        .streams
        .find_mut(build::main_stream())
        .expect("the element is there");
    stream.demands[0].arrivals = Arrivals::Every {
        gap: gap.parse().expect("tests write what can be read"),
        batch: 1,
    };
}

fn set_dates(model: &mut Model, dates: &[&str]) {
    let stream = model
        .streams
        .find_mut(build::main_stream())
        .expect("the element is there");
    stream.demands[0].arrivals = Arrivals::Dates(
        dates
            .iter()
            .map(|date| {
                anabranch::model::parse_date_time(date).expect("tests write what can be read")
            })
            .collect(),
    );
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected} ± {tolerance}"
    );
}

#[track_caller]
fn holds(estimate: Option<Estimate>, expected: f64, relative: f64) {
    let found = estimate.expect("the figure is computed");
    assert!(found.low <= found.value && found.value <= found.high);
    close(found.value, expected, relative * expected.abs());
}

#[test]
fn one_queue_gives_what_queueing_theory_says() {
    // M/M/1 with ρ = 0.8, μ = 1 an hour: W = 5 h, L = 4, Lq = 3.2, Wq = 4 h.
    let study = study(&queue("exponential(75m)", 1), &StudyOptions::default());
    assert!(study.is_stable && !study.is_interim && study.stopped_by.is_none());
    let figures = stream(&study);
    let mean = study.mean_lead_time().unwrap();
    holds(Some(mean), 5.0 * 3600.0, 0.03);
    assert!(mean.half_width() <= 0.02 * mean.value);
    assert!(study.replications >= 10);
    // The sojourn is exponential: P50 = W ln 2, P95 = W ln 20.
    holds(
        figures.lead_time.p50().estimate(),
        5.0 * 3600.0 * std::f64::consts::LN_2,
        0.04,
    );
    holds(
        figures.lead_time.p95().estimate(),
        5.0 * 3600.0 * 2.995_732,
        0.04,
    );
    holds(figures.wip.estimate(), 4.0, 0.04);
    holds(figures.throughput_per_day.estimate(), 0.8 * 24.0, 0.02);
    holds(figures.activity_ratio.estimate(), 0.2, 0.04);
    let team = &study.figures.as_ref().unwrap().teams[0];
    holds(team.utilisation.estimate(), 0.8, 0.02);
    holds(team.queue_length.estimate(), 3.2, 0.05);
    holds(team.wait.estimate(), 4.0 * 3600.0, 0.05);
    assert_eq!(team.blocked.value(), Some(0.0));
    assert_eq!(
        figures.lead_time.within_target.value(),
        None,
        "there is no target"
    );
    assert_eq!(figures.cost_per_item.value(), None, "nothing has a price");
    let checks = &study.figures.as_ref().unwrap().checks;
    assert!(checks.hold(), "{checks:?}");
    close(checks.littles_law.value().unwrap(), 0.0, 1e-12);
}

#[test]
fn the_breakdown_adds_up_and_so_do_its_parts() {
    let mut model = build::model("script > edit > review > publish\nedit <30%< review");
    add_team(&mut model, "writers", 1, &["script"]);
    add_team(&mut model, "post", 2, &["edit", "publish"]);
    add_team(&mut model, "legal", 1, &["review"]);
    set_work(&mut model, "edit", "triangular(2h, 4h, 12h)");
    set_delay(&mut model, "edit--review", "lognormal(2d, 1d)");
    let calendar = office(&mut model);
    for team in ["post", "legal"] {
        model
            .teams
            .find_mut(TeamId::new(team).unwrap())
            .unwrap()
            .calendar = Some(calendar);
    }
    let study = study(&model, &fixed(5));
    let figures = stream(&study);
    let mean = figures.lead_time.mean.value().unwrap();
    close(figures.breakdown.total().unwrap(), mean, 1e-6 * mean);
    for parts in [&figures.by_phase, &figures.by_team] {
        let sum: f64 = parts.iter().map(|part| part.on_path.total().unwrap()).sum();
        close(sum, mean, 1e-6 * mean);
    }
    let stages: f64 = figures
        .stages
        .iter()
        .map(|s| s.on_path.total().unwrap())
        .sum();
    let handoffs: f64 = figures
        .handoffs
        .iter()
        .map(|h| h.on_path.total().unwrap())
        .sum();
    close(stages + handoffs, mean, 1e-6 * mean);
    close(
        figures.breakdown.rework().unwrap(),
        figures.rework.time.value().unwrap(),
        1e-6 * mean,
    );
    // p = 0.3 without a cap: 1 / 0.7 visits to edit and review each, 2 · 0.3 / 0.7 beyond the first.
    holds(
        figures.rework.visits_beyond_first.estimate(),
        2.0 * 0.3 / 0.7,
        0.15,
    );
    let between = figures.by_team.last().unwrap();
    assert_eq!(between.part, Part::Between);
    assert!(between.on_path[Slice::Handoff].first_pass.value().unwrap() > 0.0);
    assert!(
        figures.interface_delay_share.value().unwrap() > figures.handoff_share.value().unwrap()
    );
    // The delay of the one manual handoff is all of the handoff slice.
    assert_eq!(
        figures.coordination_share.value(),
        figures.handoff_share.value()
    );
    assert!(study.figures.as_ref().unwrap().checks.hold());
}

fn office(model: &mut Model) -> CalendarId {
    let mut calendar = Calendar::new(
        CalendarId::new("office").expect("tests write what can be read"),
        "Office",
    );
    calendar.hours =
        WeeklyHours::parse("Mon-Fri 09:00-17:00").expect("tests write what can be read");
    calendar.zone = Zone::new("Europe/Berlin").expect("tests write what can be read");
    let id = calendar.id;
    model.calendars.push(calendar);
    id
}

/// Oracle O2 of the definitions: A 4 h → {wait 2 + B 6 ‖ wait 1 + C 3 ‖ wait 9 + D 1} → wait 1 + E 2.
#[test]
fn a_fork_and_join_has_the_lead_time_of_its_longest_branch() {
    let mut model = build::model("a > b > e\na > c > e\na > d > e");
    for (stage, work) in [
        ("a", "4h"),
        ("b", "6h"),
        ("c", "3h"),
        ("d", "1h"),
        ("e", "2h"),
    ] {
        set_work(&mut model, stage, work);
    }
    for (handoff, delay) in [
        ("a--b", "2h"),
        ("a--c", "1h"),
        ("a--d", "9h"),
        ("b--e", "1h"),
        ("c--e", "1h"),
        ("d--e", "1h"),
    ] {
        set_delay(&mut model, handoff, delay);
    }
    let mut a = model.stages.find_mut(build::stage("a"));
    a.as_mut().unwrap().exit = Exit::TakeAll;
    let e = model.stages.find_mut(build::stage("e")).unwrap();
    e.entry = Entry::All;
    e.systems = vec!["CMS".into(), "Mail".into()];
    e.stakeholders = vec!["Editor".into(), "Lawyer".into()];
    let d = model.stages.find_mut(build::stage("d")).unwrap();
    d.systems = vec!["Mail".into(), "Rights".into()];
    d.stakeholders = vec!["Editor".into()];
    set_dates(&mut model, &["2026-01-05 00:00", "2026-02-05 00:00"]);
    let study = study(&model, &StudyOptions::default());
    assert!(study.is_terminating);
    let figures = stream(&study);
    assert_eq!(
        figures.lead_time.mean.estimate(),
        Some(Estimate::exact(17.0 * 3600.0))
    );
    holds(figures.activity_ratio.estimate(), 7.0 / 17.0, 1e-12);
    let criticality = |id: &str| {
        let id = build::stage(id);
        let stage = figures.stages.iter().find(|stage| stage.id == id).unwrap();
        stage.criticality.value().unwrap()
    };
    assert_eq!(
        [criticality("b"), criticality("c"), criticality("d")],
        [0.0, 0.0, 1.0]
    );
    assert_eq!(figures.touchpoints.value(), Some(3.0));
    assert_eq!(figures.systems.value(), Some(3.0), "mail counts once");
    assert_eq!(figures.automation.all.value(), Some(5.0 / 11.0));
    assert_eq!(figures.items, 20);
    assert_eq!(study.warm_up.0, 0);
}

#[test]
fn money_hours_targets_and_classes_are_counted() {
    let mut model = build::model("write > check");
    add_team(&mut model, "team", 2, &["write"]);
    let team = model.teams.find_mut(TeamId::new("team").unwrap()).unwrap();
    team.cost_per_hour = Money::new(60.0);
    let write = model.stages.find_mut(build::stage("write")).unwrap();
    write.crew = 2;
    write.work = Some("3h".parse().unwrap());
    write.class_work = vec![(ClassId::new("short").unwrap(), "1h".parse().unwrap())];
    model.stages.find_mut(build::stage("check")).unwrap().cost = Money::new(5.0);
    let main = model.streams.find_mut(build::main_stream()).unwrap();
    main.target = Some(Target::LeadTime("2h".parse().unwrap()));
    let demand = |id: &str, class: &str, date: &str| Demand {
        id: DemandId::new(id).unwrap(),
        class: Some(Class::new(ClassId::new(class).unwrap(), class)),
        arrivals: Arrivals::Dates(vec![anabranch::model::parse_date_time(date).unwrap()]),
        at: Vec::new(),
    };
    main.demands = vec![
        demand("one", "long", "2026-02-01 00:00"),
        demand("two", "short", "2026-03-01 00:00"),
    ];
    let study = study(&model, &fixed(2));
    let figures = stream(&study);
    assert_eq!(figures.lead_time.within_target.value(), Some(0.5));
    let classes: Vec<_> = figures
        .classes
        .iter()
        .map(|class| {
            (
                class.id.as_str(),
                class.lead_time.mean.value().unwrap() / 3600.0,
                class.items,
            )
        })
        .collect();
    assert_eq!(classes, [("long", 4.0, 2), ("short", 2.0, 2)]);
    // Crew of two for 3 h and 1 h, at 60 an hour, and 5 for each check.
    assert_eq!(figures.manual_hours_per_item.value(), Some(4.0));
    assert_eq!(figures.cost_per_item.value(), Some(4.0 * 60.0 + 5.0));
}

#[test]
fn one_replication_has_values_and_no_intervals() {
    let study = study(&queue("2h", 1), &fixed(1));
    let mean = study.mean_lead_time().unwrap();
    assert_eq!(study.replications, 1);
    assert!(!mean.has_interval());
}

#[test]
fn threads_change_nothing() {
    let model = {
        let mut model = queue("exponential(90m)", 1);
        let settings = &mut model.settings;
        settings.horizon = Some("60d".parse().unwrap());
        model
    };
    let with = |threads: usize| {
        let mut study = study(
            &model,
            &StudyOptions {
                threads: NonZeroUsize::new(threads),
                effort: Effort::Precision(Share::new(0.04).unwrap()),
                ..StudyOptions::default()
            },
        );
        study.wall = Duration::ZERO;
        format!("{study:?}")
    };
    let one = with(1);
    assert!(one.contains("mean"));
    assert_eq!(one, with(3));
    assert_eq!(one, with(7));
}

#[test]
fn another_seed_is_another_study() {
    let model = queue("exponential(2h)", 1);
    let with = |seed| {
        let options = StudyOptions {
            seed: Some(seed),
            ..fixed(2)
        };
        study(&model, &options).mean_lead_time().unwrap().value
    };
    assert_eq!(with(5), with(5));
    assert_ne!(with(5), with(6));
}

#[test]
fn a_team_that_cannot_keep_up_is_said_so_before_anything_runs() {
    let model = queue("exponential(15m)", 3);
    let study = study(&model, &StudyOptions::default());
    assert!(!study.is_stable);
    assert_eq!(study.figures, None);
    assert_eq!((study.replications, study.events), (0, 0));
    let messages: Vec<&str> = study.problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(messages, ["The team would need 4.0 people and has 3"]);
    close(study.load.teams[0].needed, 4.0, 1e-12);
}

#[test]
fn crews_count_whole() {
    let mut model = queue("100m", 3);
    model.stages.find_mut(build::stage("work")).unwrap().crew = 2;
    let load = Load::of(&model, &Flow::of(&model));
    close(load.teams[0].needed, 1.2, 1e-12);
    close(load.teams[0].utilisation, 0.6, 1e-12);
    set_gap(&mut model, "50m");
    let study = study(&model, &StudyOptions::default());
    assert_eq!(
        study.problems[0].message,
        "The team would need 2.4 people and has 3 in whole crews"
    );
}

#[test]
fn traffic_equations_follow_loops_joins_shares_and_calendars() {
    let mut model = build::model("a > b > d\na > c > d\nd > e\nb <30%< d\na <50%~ e");
    add_team(&mut model, "team", 9, &["a", "b", "c", "d", "e"]);
    model.stages.find_mut(build::stage("a")).unwrap().exit = Exit::TakeAll;
    model.stages.find_mut(build::stage("d")).unwrap().entry = Entry::All;
    let calendar = office(&mut model);
    model
        .teams
        .find_mut(TeamId::new("team").unwrap())
        .unwrap()
        .calendar = Some(calendar);
    let load = Load::of(&model, &Flow::of(&model));
    // With feedback each item brings half another: 2 items at a per demand's 1 a day. Going back to
    // b only redoes that branch: d and b are visited 2 / 0.7 times, c twice.
    let expected = [2.0, 2.0 / 0.7, 2.0, 2.0 / 0.7, 2.0];
    let order = ["a", "b", "c", "d", "e"];
    for (id, expected) in order.iter().zip(expected) {
        let place = model.stages.position(build::stage(id)).unwrap();
        close(load.visits_per_day[place], expected, 1e-9);
    }
    let hours_a_day: f64 = expected.iter().sum();
    close(load.teams[0].needed, hours_a_day * 7.0 / 40.0, 1e-9);
}

#[test]
fn the_offered_load_is_what_a_run_finds() {
    let mut model = build::model("a > b > c\nx 30%> y\na <20%< c\nb <40%< b");
    add_team(&mut model, "team", 2, &["a", "b", "c"]);
    let main = model.streams.find_mut(build::main_stream()).unwrap();
    main.demands[0].at = vec![build::stage("a")];
    set_gap(&mut model, "exponential(4h)");
    let study = study(&model, &StudyOptions::default());
    let found = study.figures.as_ref().unwrap().teams[0].utilisation;
    holds(found.estimate(), study.load.teams[0].utilisation, 0.02);
}

#[test]
fn rolled_accuracy_multiplies_each_stage_once() {
    // 0.80 · 0.99 · 0.95 · 0.95 · 0.99 · 0.99 = 70.06 % (definitions 4.3).
    let mut model = build::model("a > b > c > d > e > f");
    for (id, ca) in ["a", "b", "c", "d", "e", "f"]
        .iter()
        .zip([0.80, 0.99, 0.95, 0.95, 0.99, 0.99])
    {
        model.stages.find_mut(build::stage(id)).unwrap().ca = Share::new(ca);
    }
    let rolled = |model: &Model| rolled_ca(model, &Flow::of(model), build::main_stream()).unwrap();
    close(rolled(&model), 0.7006, 0.00005);

    // A fork whose branches meet again: the stage behind counts once.
    let mut model = build::model("a > b > d\na > c > d");
    model.stages.find_mut(build::stage("a")).unwrap().exit = Exit::TakeAll;
    for (id, ca) in [("b", 0.9), ("c", 0.8), ("d", 0.5)] {
        model.stages.find_mut(build::stage(id)).unwrap().ca = Share::new(ca);
    }
    close(rolled(&model), 0.9 * 0.8 * 0.5, 1e-12);

    // Choosing one weighs; without a figure the rework that leads back counts.
    let mut model = build::model("a 75%> b > d\na 25%> c > d\nb <10%< d");
    model.stages.find_mut(build::stage("c")).unwrap().ca = Share::new(0.6);
    close(rolled(&model), 0.75 * 0.9 + 0.25 * 0.6, 1e-12);
}

#[test]
fn the_warm_up_is_found_and_left_out() {
    // Ten people with 5 days of work each, 9 of them busy: it takes weeks to fill up.
    let mut model = build::model("work");
    add_team(&mut model, "team", 10, &["work"]);
    set_work(&mut model, "work", "exponential(120h)");
    set_gap(&mut model, "exponential(13h)");
    let study = study(&model, &fixed(10));
    assert!(study.warm_up.0 > 0, "{:?}", study.warm_up);
    assert!(study.warm_up.0 <= study.horizon.0 / 2);
}

#[test]
fn what_is_given_is_taken() {
    let options = StudyOptions {
        horizon: Some("90d".parse().unwrap()),
        warm_up: Some("30d".parse().unwrap()),
        ..fixed(3)
    };
    let study = study(&queue("2h", 1), &options);
    assert_eq!(
        (study.warm_up.0, study.horizon.0),
        (30 * 86_400_000, 90 * 86_400_000)
    );
    assert_eq!(study.items, 3 * 60 * 12);
    let nothing_left = StudyOptions {
        warm_up: Some("90d".parse().unwrap()),
        ..options
    };
    let error = simulate(
        &queue("2h", 1),
        &nothing_left,
        &StudyControl::new(),
        &mut ignore,
    );
    assert_eq!(error, Err(StudyError::NothingMeasured));
}

#[test]
fn bounds_stop_what_is_not_precise_and_say_so() {
    let options = StudyOptions {
        effort: Effort::Precision(Share::new(0.000_1).unwrap()),
        horizon: Some("30d".parse().unwrap()),
        bounds: Bounds {
            replications: 12,
            ..Bounds::default()
        },
        ..StudyOptions::default()
    };
    let study = study(&queue("exponential(90m)", 1), &options);
    assert_eq!(study.replications, 12);
    assert_eq!(study.stopped_by, Some(Bound::Replications));
    let note = study
        .problems
        .iter()
        .find(|p| p.code == "precision-not-reached");
    assert!(note.is_some(), "{:?}", study.problems);
}

#[test]
fn comparing_uses_the_same_luck() {
    let before = queue("exponential(75m)", 1);
    let mut after = before.clone();
    set_work(&mut after, "work", "exponential(58m)");
    let compared = compare(
        &before,
        &after,
        &StudyOptions::default(),
        &StudyControl::new(),
        &mut ignore,
    )
    .unwrap();
    let difference = compared.difference.unwrap();
    assert!(compared.is_clear(), "{difference:?}");
    assert!(difference.high < 0.0);
    let (b, a) = (
        compared.before.mean_lead_time().unwrap(),
        compared.after.mean_lead_time().unwrap(),
    );
    close(difference.value, a.value - b.value, 1e-6);
    // Better than of two that know nothing of each other.
    assert!(difference.half_width() < b.half_width() + a.half_width());
    assert_eq!(compared.before.replications, compared.after.replications);
    assert_eq!(compared.before.warm_up, compared.after.warm_up);

    let same = compare(
        &before,
        &before,
        &fixed(3),
        &StudyControl::new(),
        &mut ignore,
    )
    .unwrap();
    assert_eq!(same.difference, Some(Estimate::exact(0.0)));
    assert!(!same.is_clear());
}

#[test]
fn first_numbers_come_before_the_last() {
    let mut fractions = Vec::new();
    let mut interim = 0;
    let model = queue("exponential(75m)", 1);
    let mut observe = |progress: &Progress<'_>| {
        fractions.push(progress.fraction);
        if let Some(studies) = progress.studies {
            assert!(studies[0].is_interim);
            interim += usize::from(studies[0].mean_lead_time().is_some());
        }
    };
    simulate(
        &model,
        &StudyOptions::default(),
        &StudyControl::new(),
        &mut observe,
    )
    .unwrap();
    assert!(interim > 0);
    assert!(fractions.is_sorted());
    assert!(fractions.iter().all(|f| (0.0..=1.0).contains(f)));
}

#[test]
fn cancelling_takes_no_time() {
    let control = Arc::new(StudyControl::new());
    let model = queue("exponential(75m)", 1);
    let options = StudyOptions {
        effort: Effort::Precision(Share::new(0.000_01).unwrap()),
        ..StudyOptions::default()
    };
    let worker = {
        let control = Arc::clone(&control);
        std::thread::spawn(move || {
            let result = simulate(&model, &options, &control, &mut ignore);
            (result, Instant::now())
        })
    };
    std::thread::sleep(Duration::from_millis(150));
    let asked = Instant::now();
    control.cancel();
    let (result, ended) = worker.join().unwrap();
    assert_eq!(result, Err(StudyError::Cancelled));
    // Ten milliseconds are promised (`benches/cancel`); a busy machine may let a thread wait much
    // longer. Uncancelled it would take many minutes.
    let took = ended.duration_since(asked);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_join_that_never_opens_has_no_mean() {
    let mut model = build::model("a > b > d\na > c > d");
    model.stages.find_mut(build::stage("d")).unwrap().entry = Entry::All;
    let study = study(&model, &StudyOptions::default());
    assert!(!study.is_stable);
    assert_eq!(study.figures, None);
    assert!(
        study.problems.iter().any(|p| p.is_error()),
        "{:?}",
        study.problems
    );
}

#[test]
fn what_cannot_be_run_is_refused() {
    let error = simulate(
        &Model::default(),
        &StudyOptions::default(),
        &StudyControl::new(),
        &mut ignore,
    );
    assert_eq!(error, Err(StudyError::NoStream));
}

/// A model of RON, as short as can be: what stands between the outer brackets.
fn written(text: &str) -> Model {
    let text = format!("(format: 1, {text})");
    match anabranch::store::read(text.as_bytes()) {
        Ok(loaded) => loaded.model,
        Err(error) => panic!("{text}: {error}"),
    }
}

/// Whatever a model asks for, a study of it ends soon, in little memory, and says in words what is
/// wrong; where it never settles, it prints no mean.
#[test]
fn what_cannot_be_simulated_ends_in_words() {
    let stream = |gap: &str| {
        format!(
            "streams: [(id: \"s\", demands: [(arrivals: every(gap: \"{gap}\"), at: [\"a\"])])],"
        )
    };
    let one = |gap: &str, rest: &str| format!("{} {rest}", stream(gap));
    let a = "stages: [(id: \"a\", team: \"t\", work: \"exponential(1h)\")],";
    let cases: Vec<(&str, String, &str)> = vec![
        (
            "demand above capacity",
            one("exponential(50m)", &format!("teams: [(id: \"t\")], {a}")),
            "would need 1.2 people and has 1",
        ),
        (
            "demand far above capacity",
            one("1ms", &format!("teams: [(id: \"t\")], {a}")),
            "people and has 1",
        ),
        (
            "nobody works",
            one("1d", &format!("teams: [(id: \"t\", people: 0)], {a}")),
            "0",
        ),
        (
            "a calendar that never opens",
            one(
                "1d",
                &format!(
                    "calendars: [(id: \"c\", hours: \"\")], \
                     teams: [(id: \"t\", calendar: \"c\")], {a}"
                ),
            ),
            "never",
        ),
        (
            "a loop that never leaves",
            one(
                "1d",
                "stages: [(id: \"a\", work: \"1h\")], \
                 handoffs: [(from: \"a\", to: \"a\", kind: rework, share: 1)],",
            ),
            "",
        ),
        (
            "a loop without time",
            one(
                "1d",
                "stages: [(id: \"a\", work: \"0\")], \
                 handoffs: [(from: \"a\", to: \"a\", kind: rework, share: 1, trigger: automatic)],",
            ),
            "",
        ),
        (
            "information that feeds itself",
            one(
                "1d",
                "stages: [(id: \"a\", work: \"1h\")], \
                 handoffs: [(from: \"a\", to: \"a\", kind: feedback, share: 1, trigger: manual(\"1h\"))],",
            ),
            "",
        ),
        (
            "a deadlock",
            one(
                "exponential(6m)",
                "teams: [(id: \"t\")], stages: [(id: \"a\", team: \"t\", work: \"4m\"), \
                 (id: \"b\", team: \"t\", work: \"1m\", limit: 1)], \
                 handoffs: [(from: \"a\", to: \"b\", trigger: automatic)],",
            ),
            "Nothing can happen any more",
        ),
        (
            "a join that is never complete",
            one(
                "1d",
                "stages: [(id: \"a\", work: \"1h\"), (id: \"b\", work: \"1h\"), \
                 (id: \"c\", work: \"1h\", entry: all)], \
                 handoffs: [(from: \"a\", to: \"b\"), (from: \"a\", to: \"c\"), \
                 (from: \"b\", to: \"c\")],",
            ),
            "",
        ),
        (
            "nothing arrives",
            "stages: [(id: \"a\", work: \"1h\")], streams: [(id: \"s\")],".to_owned(),
            "",
        ),
    ];
    for (what, text, says) in cases {
        let model = written(&text);
        let problems = anabranch::check::check(&model);
        // The command line and the window run nothing then; it must end all the same.
        let is_refused = problems.iter().any(|p| p.severity == Severity::Error);
        let mut messages: Vec<String> = problems.into_iter().map(|p| p.message).collect();
        let options = StudyOptions {
            horizon: Some("30d".parse().unwrap()),
            warm_up: Some("1d".parse().unwrap()),
            ..fixed(1)
        };
        match simulate(&model, &options, &StudyControl::new(), &mut |_| {}) {
            Ok(study) => {
                let has_mean = study.mean_lead_time().is_some();
                assert!(is_refused || !has_mean, "{what} has a mean");
                assert!(study.events < 100_000_000, "{what}: {}", study.events);
                messages.extend(study.problems.iter().map(|p| p.message.clone()));
            }
            Err(error) => messages.push(error.to_string()),
        }
        assert!(
            messages.iter().any(|message| message.contains(says)),
            "{what}: {messages:?}"
        );
        assert!(!messages.is_empty(), "{what}");
    }
}

/// A horizon of a century is many items, not much memory, and ends.
#[test]
fn a_century_is_simulated() {
    let mut model = written(
        "teams: [(id: \"t\")], stages: [(id: \"a\", team: \"t\", work: \"exponential(1h)\")], \
         streams: [(id: \"s\", demands: [(arrivals: every(gap: \"exponential(2h)\"), at: [\"a\"])])],",
    );
    model.settings.horizon = Some("36500d".parse().unwrap());
    let study = study(&model, &fixed(2));
    let mean = study.mean_lead_time().unwrap().value;
    close(mean, 2.0 * 3_600.0, 100.0);
    assert!(study.items > 800_000);
}
