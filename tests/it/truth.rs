//! Known answers: every file of `tests/truth` (schema `value-stream-truth/1`) becomes a model, is
//! simulated, and every value that it expects is compared.
//!
//! - `ANABRANCH_TRUTH` names another folder, `ANABRANCH_TRUTH_SEED` another seed than 1.
//! - A key that is not known here fails, and so does a file of which nothing was compared.
//! - What is no figure of a simulation is left out by name: `naive_…`, `pert_…`, latest times and
//!   slack of an activity.
//! - Tolerances are the file's; where it has none, 1 % or four standard errors of the run.
//!
//! `cargo test --test it truth -- --nocapture` prints each figure with its standard error beside
//! the tolerance.

#![allow(clippy::unwrap_used, reason = "helpers of tests may")]

mod build;
mod calendars;
mod measure;

use std::fmt::Write as _;
use std::path::PathBuf;

use anabranch::analysis::{Load, rolled_ca};
use anabranch::graph::Flow;
use anabranch::model::{Model, StreamId, parse_date_time};
use anabranch::sim::{Plan, SimTime};
use serde_json::Value;

use measure::{Replication, Run};

const HOUR: f64 = 3_600_000.0;

/// What was compared in a file, and what was wrong.
#[derive(Default)]
struct Ledger {
    file: String,
    compared: usize,
    report: String,
    wrong: Vec<String>,
}

impl Ledger {
    fn compare(&mut self, what: &str, found: f64, expected: f64, tolerance: f64, error: f64) {
        self.compared += 1;
        let off = (found - expected).abs();
        let line = format!(
            "{} {what}: {found:.6} ({expected:.6} ± {tolerance:.6}; standard error {error:.6})",
            self.file
        );
        if off > tolerance || found.is_nan() {
            self.wrong.push(line.clone());
        }
        writeln!(self.report, "{line}").expect("strings take everything");
    }

    /// Compares whole milliseconds, or what is exact up to the rounding of floats.
    fn exactly(&mut self, what: &str, found: f64, expected: f64) {
        self.compare(what, found, expected, 1e-9 * expected.abs().max(1.0), 0.0);
    }

    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        self.compared += 1;
        if found != expected {
            self.wrong
                .push(format!("{} {what}: {found:?}, not {expected:?}", self.file));
        }
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key} is a text in {value}"))
}

fn number(value: &Value, key: &str) -> f64 {
    value[key]
        .as_f64()
        .unwrap_or_else(|| panic!("{key} is a number in {value}"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn keys(value: &Value) -> impl Iterator<Item = &str> {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("{value} has keys"));
    object.keys().map(String::as_str)
}

fn seed() -> u64 {
    std::env::var("ANABRANCH_TRUTH_SEED").map_or(1, |seed| seed.parse().expect("a whole number"))
}

#[test]
fn every_known_answer_is_found() {
    let folder = std::env::var_os("ANABRANCH_TRUTH").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/truth")),
        PathBuf::from,
    );
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no truth", folder.display());
    let mut wrong = Vec::new();
    for path in files {
        let mut ledger = Ledger {
            file: path.file_stem().unwrap().to_string_lossy().into_owned(),
            ..Ledger::default()
        };
        let read: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        check_file(&read, &mut ledger);
        if ledger.compared == 0 {
            wrong.push(format!("{}: nothing was compared", ledger.file));
        }
        #[expect(
            clippy::print_stdout,
            reason = "shown with --nocapture, and when it fails"
        )]
        {
            print!("{}", ledger.report);
        }
        wrong.append(&mut ledger.wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check_file(file: &Value, ledger: &mut Ledger) {
    assert_eq!(text(file, "schema"), "value-stream-truth/1");
    if file.get("calendars").is_some() {
        calendars::check(file, ledger);
        return;
    }
    if file["model"]["handoff"].get("meetings").is_some() {
        check_meetings(file, ledger);
        return;
    }
    let built = build::model(&file["model"]);
    let run = measure::run(&built, &file["suggested_run"], seed());
    for key in keys(file) {
        match key {
            "schema" | "name" | "family" | "description" | "source" | "tolerance" | "model"
            | "suggested_run" | "monte_carlo_check" => {}
            "expected" => {
                for expected in list(file, key) {
                    check_expected(expected, &built.model, &run, ledger);
                }
            }
            "schedule" => check_schedule(list(file, key), &run, ledger),
            "activities" => check_activities(list(file, key), &run, ledger),
            "critical_activities" => {
                let expected: Vec<&str> =
                    list(file, key).iter().filter_map(Value::as_str).collect();
                ledger.same(key, &run.last().path_of_last(), &expected);
            }
            "published" => {
                let duration = run.last().metric("system", "duration");
                ledger.exactly(key, duration.unwrap(), number(&file[key], "duration"));
            }
            "bottleneck" => {
                let load = Load::of(&built.model, &Flow::of(&built.model));
                let found = load.bottleneck().map(|team| team.id.as_str());
                ledger.same(key, &found, &file[key].as_str());
            }
            "overloaded" => {
                let load = Load::of(&built.model, &Flow::of(&built.model));
                let found: Vec<&str> = load
                    .teams
                    .iter()
                    .filter(|team| !team.keeps_up())
                    .map(|team| team.id.as_str())
                    .collect();
                let expected: Vec<&str> =
                    list(file, key).iter().filter_map(Value::as_str).collect();
                ledger.same(key, &found, &expected);
            }
            _ => panic!("{}: the key {key} is not known", ledger.file),
        }
    }
}

fn check_expected(expected: &Value, model: &Model, run: &Run, ledger: &mut Ledger) {
    for key in keys(expected) {
        assert!(
            [
                "at",
                "metric",
                "value",
                "exact",
                "crosscheck",
                "relative_tolerance",
                "absolute_tolerance",
                "note",
            ]
            .contains(&key),
            "{}: the key {key} is not known",
            ledger.file
        );
    }
    let (at, metric, value) = (
        text(expected, "at"),
        text(expected, "metric"),
        number(expected, "value"),
    );
    if metric.starts_with("naive_") || metric.starts_with("pert_") {
        return;
    }
    let what = format!("{at} {metric}");
    if let Some(found) = reckoned(model, at, metric) {
        ledger.exactly(&what, found, value);
        return;
    }
    let Some((found, error)) = run.metric(at, metric) else {
        panic!("{}: the metric {metric} at {at} is not known", ledger.file);
    };
    if run.replications.len() == 1 {
        ledger.exactly(&what, found, value);
        return;
    }
    let tolerance = if let Some(relative) = expected["relative_tolerance"].as_f64() {
        relative * value.abs()
    } else if let Some(absolute) = expected["absolute_tolerance"].as_f64() {
        absolute
    } else {
        (0.01 * value.abs()).max(4.0 * error)
    };
    ledger.compare(&what, found, value, tolerance, error);
}

/// Returns figures that are reckoned from the model, without a run.
fn reckoned(model: &Model, at: &str, metric: &str) -> Option<f64> {
    let flow = Flow::of(model);
    match metric {
        "rolled_complete_and_accurate" => rolled_ca(model, &flow, StreamId::new("s").ok()?),
        "offered_work_hours_per_week" | "available_hours_per_week" => {
            let load = Load::of(model, &flow);
            let team = load.teams.iter().find(|team| team.id.as_str() == at)?;
            let calendar = model.teams.find(team.id)?.calendar?;
            let week = model.calendars.find(calendar)?.week().as_hours_f64();
            Some(if metric.starts_with("offered") {
                team.needed * week
            } else {
                f64::from(team.people) * week
            })
        }
        "maximum_throughput_items_per_week" => {
            // The demand of the file, as much more as the bottleneck can bear.
            let load = Load::of(model, &flow);
            let per_day = load.visits_per_day[0];
            Some(per_day * 7.0 / load.bottleneck()?.utilisation)
        }
        "utilisation" if model.teams.iter().any(|team| team.id.as_str() == at) => {
            let is_file_of_capacity = model.calendars.len() == model.teams.len();
            let load = Load::of(model, &flow);
            let team = load.teams.iter().find(|team| team.id.as_str() == at)?;
            is_file_of_capacity.then_some(team.utilisation)
        }
        _ => None,
    }
}

/// Returns an instant of a file in milliseconds: a number of units, or a local date and time.
fn instant(plan: &Plan, unit: f64, value: &Value) -> f64 {
    match value {
        Value::String(date) => {
            let at: Option<SimTime> = plan.instant_of(parse_date_time(date).unwrap());
            at.expect("after the start").0 as f64
        }
        _ => value.as_f64().expect("an instant") * unit,
    }
}

fn check_schedule(schedule: &[Value], run: &Run, ledger: &mut Ledger) {
    let replication = run.last();
    for (n, item) in schedule.iter().enumerate() {
        let instant = |value: &Value| instant(&replication.plan, replication.unit, value);
        let done = &replication.done[n];
        for key in keys(item) {
            let what = format!("item {} {key}", n + 1);
            let value = &item[key];
            match key {
                "item" => ledger.same(&what, &value.as_u64(), &Some(n as u64 + 1)),
                "arrives" => ledger.exactly(&what, done.0 as f64, instant(value)),
                "finishes" => ledger.exactly(&what, done.1 as f64, instant(value)),
                "time_in_system" => {
                    let found = (done.1 - done.0) as f64 / replication.unit;
                    ledger.exactly(&what, found, number(item, key));
                }
                "time_in_system_hours" => {
                    ledger.exactly(&what, (done.1 - done.0) as f64 / HOUR, number(item, key));
                }
                "joins_at" => {
                    let after = text(&item["after_join"], "stage");
                    let visit = replication.visit(n as u32, after);
                    ledger.exactly(&what, visit.ready.0 as f64, instant(value));
                }
                "stages" | "branches" => {
                    for stage in list(item, key) {
                        check_visit(stage, n, replication, ledger);
                    }
                }
                "after_join" => check_visit(value, n, replication, ledger),
                _ => panic!("{}: the key {key} is not known", ledger.file),
            }
        }
    }
}

fn check_visit(stage: &Value, item: usize, replication: &Replication, ledger: &mut Ledger) {
    let instant = |value: &Value| instant(&replication.plan, replication.unit, value);
    let visit = *replication.visit(item as u32, text(stage, "stage"));
    for key in keys(stage) {
        let what = format!("item {} at {} {key}", item + 1, text(stage, "stage"));
        let value = &stage[key];
        let waited = visit.started.since(visit.ready) as f64;
        match key {
            "stage" => {}
            "ready" => ledger.exactly(&what, visit.ready.0 as f64, instant(value)),
            "start" => ledger.exactly(&what, visit.started.0 as f64, instant(value)),
            "finish" => ledger.exactly(&what, visit.left.0 as f64, instant(value)),
            "waited" => ledger.exactly(&what, waited / replication.unit, number(stage, key)),
            "elapsed_wait_minutes" => ledger.exactly(&what, waited / 6e4, number(stage, key)),
            _ => panic!("{}: the key {key} is not known", ledger.file),
        }
    }
}

fn check_activities(activities: &[Value], run: &Run, ledger: &mut Ledger) {
    let replication = run.last();
    let path = replication.path_of_last();
    for activity in activities {
        let name = text(activity, "activity");
        let visit = *replication.visit(0, name);
        for key in keys(activity) {
            let what = format!("{name} {key}");
            let unit = replication.unit;
            match key {
                // What the model was built from, and what belongs to the method, not to a run.
                "activity" | "after" | "latest_start" | "latest_finish" | "slack"
                | "optimistic" | "most_likely" | "pessimistic" => {}
                "duration" => {
                    ledger.exactly(&what, visit.work as f64 / unit, number(activity, key));
                }
                "earliest_start" => {
                    let start = visit.started.0 as f64 / unit;
                    ledger.exactly(&what, start, number(activity, key));
                }
                "earliest_finish" => {
                    let finish = visit.finished.0 as f64 / unit;
                    ledger.exactly(&what, finish, number(activity, key));
                }
                "critical" => {
                    ledger.same(&what, &Some(path.contains(&name)), &activity[key].as_bool());
                }
                _ if key.starts_with("pert_") => {}
                _ => panic!("{}: the key {key} is not known", ledger.file),
            }
        }
    }
}

/// Items that arrive at given dates and wait for a weekly meeting.
fn check_meetings(file: &Value, ledger: &mut Ledger) {
    let built = build::meetings(file);
    let run = measure::run(&built, &Value::Null, seed());
    let replication = run.last();
    for (n, case) in list(file, "cases").iter().enumerate() {
        let passage = replication.passages[n];
        for key in keys(case) {
            let what = format!("case {n} {key}");
            let instant = || instant(&replication.plan, replication.unit, &case[key]);
            match key {
                "arrives" => ledger.exactly(&what, passage.0 as f64, instant()),
                "released" => ledger.exactly(&what, passage.1 as f64, instant()),
                "wait_hours" => {
                    let waited = (passage.1 - passage.0) as f64 / HOUR;
                    ledger.exactly(&what, waited, number(case, key));
                }
                _ => panic!("{}: the key {key} is not known", ledger.file),
            }
        }
    }
    for expected in list(file, "expected") {
        check_expected(expected, &built.model, &run, ledger);
    }
}
