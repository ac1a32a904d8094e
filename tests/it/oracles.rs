//! Worked examples with known answers: those of `tests/vsm` (published maps), and of textbooks.
//! Each is computed by the calculator, by a study, or by both.

use std::collections::BTreeSet;

use anabranch::analysis::{Ladder, Load, Slice, StreamFigures};
use anabranch::graph::Flow;
use anabranch::model::{
    Arrivals, Calendar, CalendarId, Distribution, ElapsedTime, Entry, Exit, Model, Span, Trigger,
    WeeklyHours, parse_date_time,
};
use anabranch::study::{Effort, Study, StudyControl, StudyOptions, simulate};
use serde_json::Value;

use crate::build;

const HOUR: f64 = 3600.0;

fn ladder(model: &Model) -> Ladder {
    let flow = Flow::of(model);
    let load = Load::of(model, &flow);
    let stream = model.streams.at(0).expect("there is a stream").id;
    Ladder::of(model, &flow, &load, stream).expect("there is a way")
}

fn study(model: &Model, replications: u32, horizon: &str) -> Study {
    let options = StudyOptions {
        effort: Effort::Replications(replications),
        horizon: Some(horizon.parse().expect("a time")),
        ..StudyOptions::default()
    };
    simulate(model, &options, &StudyControl::new(), &mut |_| {}).expect("it can be run")
}

fn figures(study: &Study) -> &StreamFigures {
    study.stream_figures().expect("it settles")
}

#[track_caller]
fn close(found: f64, expected: f64, relative: f64) {
    assert!(
        (found - expected).abs() <= relative * expected.abs(),
        "{found} is not {expected} ± {relative}"
    );
}

/// Sets the work of stages, in hours, and delays of handoffs, by hand or by an event.
fn timed(mut model: Model, work: &[(&str, &str)], delays: &[(&str, &str)]) -> Model {
    for (stage, work) in work {
        model = build::with_stage(model, stage, |stage| {
            stage.work = Some(work.parse().expect("a time"));
        });
    }
    for (handoff, delay) in delays {
        model = build::with_handoff(model, handoff, |handoff| {
            handoff.trigger = Trigger::Manual(delay.parse().expect("a time"));
        });
    }
    model
}

fn once(model: Model, at: &str) -> Model {
    let date = parse_date_time(at).expect("a date");
    build::with_stream(model, |stream| {
        stream.demands[0].arrivals = Arrivals::Dates(vec![date]);
    })
}

fn every(model: Model, gap: &str) -> Model {
    build::with_stream(model, |stream| {
        stream.demands[0].arrivals = Arrivals::Every {
            gap: gap.parse().expect("a time"),
            batch: 1,
        };
    })
}

/// Definitions 4.12, O1.
fn chain() -> Model {
    timed(
        build::model("a > b > c"),
        &[("a", "10h"), ("b", "20h"), ("c", "30h")],
        &[("a--b", "5h"), ("b--c", "10h")],
    )
}

#[test]
fn a_chain_adds_up() {
    let found = ladder(&chain());
    close(found.lead_time(), 75.0 * HOUR, 1e-12);
    close(found.work(), 60.0 * HOUR, 1e-12);
    close(found.wait(), 15.0 * HOUR, 1e-12);
    close(found.activity_ratio().unwrap(), 0.8, 1e-12);
    assert!(!found.is_lower_bound && found.steps.len() == 5);
    let run = study(&once(chain(), "2026-01-05"), 1, "365d");
    let figures = figures(&run);
    close(figures.lead_time.mean.value().unwrap(), 75.0 * HOUR, 1e-12);
    close(figures.activity_ratio.value().unwrap(), 0.8, 1e-12);
    close(
        figures.breakdown[Slice::Handoff].total().unwrap(),
        15.0 * HOUR,
        1e-12,
    );
}

#[test]
fn the_branch_that_comes_last_counts_not_the_one_with_most_work() {
    // Definitions 4.12, O2.
    let parallel = || {
        let model = timed(
            build::model("a > b > e\na > c > e\na > d > e"),
            &[
                ("a", "4h"),
                ("b", "6h"),
                ("c", "3h"),
                ("d", "1h"),
                ("e", "2h"),
            ],
            &[("a--b", "2h"), ("a--c", "1h"), ("a--d", "9h")],
        );
        let model = timed(
            model,
            &[],
            &[("b--e", "1h"), ("c--e", "1h"), ("d--e", "1h")],
        );
        let model = build::with_stage(model, "a", |stage| stage.exit = Exit::TakeAll);
        build::with_stage(model, "e", |stage| stage.entry = Entry::All)
    };
    let found = ladder(&parallel());
    close(found.lead_time(), 17.0 * HOUR, 1e-12);
    close(found.activity_ratio().unwrap(), 7.0 / 17.0, 1e-12);
    assert!(!found.is_lower_bound, "nothing varies");
    let run = study(&once(parallel(), "2026-01-05"), 1, "365d");
    let of_run = figures(&run);
    close(of_run.lead_time.mean.value().unwrap(), 17.0 * HOUR, 1e-12);
    close(of_run.activity_ratio.value().unwrap(), 7.0 / 17.0, 1e-12);
    close(
        of_run.effort[Slice::Working].total().unwrap(),
        16.0 * HOUR,
        1e-12,
    );
    let on_path = of_run
        .stages
        .iter()
        .filter(|stage| stage.criticality.value() == Some(1.0));
    let on_path: Vec<&str> = on_path.map(|stage| stage.id.as_str()).collect();
    assert_eq!(on_path, ["a", "e", "d"]);
    // The same steps one after another: 29 h.
    let sequence = timed(
        build::model("a > b > c > d > e"),
        &[
            ("a", "4h"),
            ("b", "6h"),
            ("c", "3h"),
            ("d", "1h"),
            ("e", "2h"),
        ],
        &[
            ("a--b", "2h"),
            ("b--c", "1h"),
            ("c--d", "9h"),
            ("d--e", "1h"),
        ],
    );
    close(ladder(&sequence).lead_time(), 29.0 * HOUR, 1e-12);
}

#[test]
fn going_back_weighs_as_often_as_it_happens() {
    // Definitions 4.12, O3: 75 + (0.3 / 0.7) · 75.
    let mut model = build::model("a > b > c\nb <30%< c");
    model = timed(
        model,
        &[("a", "10h"), ("b", "20h"), ("c", "30h")],
        &[("a--b", "5h"), ("b--c", "10h"), ("c--b", "15h")],
    );
    let found = ladder(&model);
    close(found.lead_time(), 107.142_857_142_857 * HOUR, 1e-9);
    let steps: f64 = found.steps.iter().map(|step| step.wait + step.work).sum();
    close(steps, found.lead_time(), 1e-12);
    let run = study(&every(model, "1h"), 10, "2000d");
    close(
        figures(&run).lead_time.mean.value().unwrap(),
        found.lead_time(),
        0.01,
    );
}

#[test]
fn work_over_a_weekend() {
    // Definitions 4.12, O4.
    let mut model = build::with_team(build::model("a > b"), "team", 1, &["a"]);
    let mut office = Calendar::new(CalendarId::new("office").unwrap(), "Office");
    office.hours = WeeklyHours::parse("Mon-Fri 09:00-17:00").unwrap();
    model.teams.find_mut(build::team("team")).unwrap().calendar = Some(office.id);
    assert!(model.calendars.push(office));
    let model = timed(model, &[("a", "6h"), ("b", "0")], &[]);
    let run = study(&once(model, "2026-01-09T15:00"), 1, "365d");
    let figures = figures(&run);
    close(figures.lead_time.mean.value().unwrap(), 70.0 * HOUR, 1e-12);
    close(
        figures.breakdown[Slice::Working].total().unwrap(),
        6.0 * HOUR,
        1e-12,
    );
    close(
        figures.breakdown[Slice::Closed].total().unwrap(),
        64.0 * HOUR,
        1e-12,
    );
}

#[test]
fn queues_of_textbooks() {
    // Definitions 4.12, O5; mean work 1 h. People, gap, work; Wq, P(wait), L.
    let check = |people: u32, gap: &str, work: &str, wq: f64, waits: f64, inside: f64| {
        let model = build::with_team(build::model("a"), "team", people, &["a"]);
        let model = every(timed(model, &[("a", work)], &[]), gap);
        let run = study(&model, 24, "1500d");
        let stage = &figures(&run).stages[0];
        close(stage.wait.value().unwrap(), wq * HOUR, 0.04);
        close(stage.had_to_wait.value().unwrap(), waits, 0.02);
        close(
            run.figures.as_ref().unwrap().occupancy[0]
                .inside
                .value()
                .unwrap(),
            inside,
            0.04,
        );
    };
    check(1, "exponential(75m)", "exponential(1h)", 4.0, 0.8, 4.0);
    check(
        2,
        "exponential(37.5m)",
        "exponential(1h)",
        1.777_778,
        0.711_111,
        4.444_444,
    );
    check(
        3,
        "exponential(25m)",
        "exponential(1h)",
        1.078_652,
        0.647_191,
        4.988_764,
    );
    check(1, "exponential(75m)", "1h", 2.0, 0.8, 2.4);
    check(1, "exponential(75m)", "gamma(1h, 30m)", 2.5, 0.8, 2.8);
}

#[test]
fn the_mean_of_the_longest_is_more_than_the_longest_of_the_means() {
    // Definitions 4.10.
    let check = |branches: &[&str], work: &str, expected: f64| {
        let chains: Vec<String> = branches.iter().map(|b| format!("s > {b} > e")).collect();
        let mut model = build::model(&chains.join("\n"));
        model = timed(model, &[("s", "0"), ("e", "0")], &[]);
        for branch in branches {
            model = timed(model, &[(branch, work)], &[]);
        }
        model = build::with_stage(model, "s", |stage| stage.exit = Exit::TakeAll);
        model = build::with_stage(model, "e", |stage| stage.entry = Entry::All);
        let run = study(&every(model.clone(), "10m"), 10, "200d");
        close(
            figures(&run).lead_time.mean.value().unwrap(),
            expected * HOUR,
            0.01,
        );
        let found = ladder(&model);
        assert!(found.is_lower_bound && found.lead_time() < expected * HOUR);
    };
    check(&["a", "b"], "exponential(1h)", 1.5);
    check(&["a", "b", "c"], "exponential(1h)", 1.8333);
    check(&["a", "b"], "uniform(0, 10h)", 6.6667);
}

#[test]
fn means_of_distributions() {
    let mean = |text: &str| {
        let distribution: Distribution<ElapsedTime> = text.parse().expect("a distribution");
        distribution.mean(Span::DAY, Span::WEEK) / 3.6e6
    };
    close(mean("triangular(1h, 2h, 6h)"), 3.0, 1e-12);
    close(mean("pert(1h, 2h, 6h)"), 2.5, 1e-12);
}

fn vsm(name: &str) -> Value {
    let path = format!("{}/tests/vsm/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("the file is there"))
        .expect("it is JSON")
}

/// Every expected value of a file, once: metric and case to value.
fn expected(file: &Value) -> Vec<(String, f64)> {
    let expected = file["expected"].as_array().expect("a list").iter();
    expected
        .map(|entry| {
            let case = entry["case"]
                .as_u64()
                .map_or(String::new(), |case| format!("{case} "));
            let metric = entry["metric"].as_str().expect("a text");
            (
                format!("{case}{metric}"),
                entry["value"].as_f64().expect("a number"),
            )
        })
        .collect()
}

#[test]
fn every_published_map_is_here() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vsm");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let known = [
        "acme_stamping_current.json",
        "flow_efficiency_kitchen.json",
        "flow_efficiency_simple.json",
        "littles_law_examples.json",
    ];
    assert_eq!(found, BTreeSet::from(known.map(str::to_owned)));
}

#[test]
fn the_classic_map_gives_its_published_totals() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/acme-stamping.ron");
    let model = anabranch::store::read(&std::fs::read(path).unwrap())
        .unwrap()
        .model;
    let found = ladder(&model);
    let flow = Flow::of(&model);
    let load = Load::of(&model, &flow);
    assert!(found.is_of_inventories() && !found.is_lower_bound);
    assert_eq!(found.working_days, 5);
    let file = vsm("acme_stamping_current");
    for (metric, value) in expected(&file) {
        match metric.as_str() {
            "total_processing_time_s" => close(found.work(), value, 1e-12),
            // Demand comes in whole milliseconds.
            "total_lead_time_days" => close(found.in_working_days(found.wait()), value, 1e-5),
            "takt_time_s" => close(load.streams[0].takt.unwrap(), value, 1e-5),
            "process_to_lead_time_ratio_working_seconds" => {
                close(found.work() / (found.wait() * found.open), value, 1e-5);
            }
            other => panic!("{other} is not known"),
        }
    }
    let waits: Vec<f64> = found
        .steps
        .iter()
        .filter(|step| step.wait > 0.0)
        .map(|step| (found.in_working_days(step.wait) * 10.0).round() / 10.0)
        .collect();
    let published = file["published"]["days_between_steps"].as_array().unwrap();
    let published: Vec<f64> = published.iter().filter_map(Value::as_f64).collect();
    assert_eq!(waits, published);
}

#[test]
fn published_flow_efficiencies() {
    let file = vsm("flow_efficiency_kitchen");
    // The waits in front of four steps; the article gives only their sum.
    let model = timed(
        build::model("a > b > c > d"),
        &[("a", "1h"), ("b", "2h"), ("c", "1h"), ("d", "30m")],
        &[("a--b", "10h"), ("b--c", "5h"), ("c--d", "5h")],
    );
    let found = ladder(&model);
    for (metric, value) in expected(&file) {
        match metric.as_str() {
            "total_work" => close(found.work() / HOUR, value, 1e-12),
            "total_lead_time" => close(found.lead_time() / HOUR, value, 1e-12),
            "flow_efficiency" => close(found.activity_ratio().unwrap(), value, 1e-12),
            other => panic!("{other} is not known"),
        }
    }
    let file = vsm("flow_efficiency_simple");
    let model = timed(
        build::model("a > b"),
        &[("a", "48h"), ("b", "0")],
        &[("a--b", "8d")],
    );
    for (metric, value) in expected(&file) {
        assert_eq!(metric, "flow_efficiency");
        close(ladder(&model).activity_ratio().unwrap(), value, 1e-12);
    }
}

#[test]
fn published_examples_of_littles_law() {
    // What WIP, throughput and lead time are of two is simulated from the third: as many items
    // inside as a limit allows, or one at a time at even distances.
    let limited = |limit: u32, time: &str| {
        let model = timed(build::model("a"), &[("a", time)], &[]);
        let model = build::with_stream(model, |stream| {
            stream.wip_limit = Some(limit);
            stream.demands[0].arrivals = Arrivals::Backlog;
        });
        study(&model, 1, "6000d")
    };
    let four = limited(4, "7m");
    let three = limited(3, "8d");
    let even = study(
        &every(
            timed(build::model("a"), &[("a", "144h")], &[]),
            "157090909ms",
        ),
        1,
        "6000d",
    );
    let per_day = |run: &Study| figures(run).throughput_per_day.value().unwrap();
    for (metric, value) in expected(&vsm("littles_law_examples")) {
        match metric.as_str() {
            "1 throughput" => close(per_day(&four) / 1440.0, value, 1e-3),
            "2 throughput" => close(per_day(&three), value, 3e-3),
            "2 items_finished" => close(per_day(&three) * 60.0, value, 3e-3),
            "3 wip" => close(figures(&even).wip.value().unwrap(), value, 3e-3),
            other => panic!("{other} is not known"),
        }
    }
}
