//! Known answers: every file of `tests/truth` (schema `value-stream-truth/1`) becomes a model, is
//! simulated, and every value that it expects is compared.
//!
//! - `ANABRANCH_TRUTH` names another folder. Seed 1 is used; `ANABRANCH_TRUTH_SEEDS` names others
//!   (`3`, `1,2`), or `all`, which is 1 to 10.
//! - A model is saved, the file is opened and studied by `study::simulate`, as the command line
//!   does; what figures do not say is read from the records of that study (`study::record`).
//! - A key that is not known here fails, and so does a file of which nothing was compared.
//! - What is no figure of a simulation is left out by name: `naive_…`, `pert_…`, latest times and
//!   slack of an activity.
//! - Tolerances are the file's; where it has none, 1 % or four standard errors of the run.
//! - Replications are added until the standard error of every figure whose tolerance is the file's
//!   is at most an eighth of it. With `ANABRANCH_TRUTH_LONG=1` (for release builds) also that of
//!   the others: an eighth of 1 %. `-- --nocapture` prints each figure with its standard error
//!   beside the tolerance.

#![allow(clippy::unwrap_used, reason = "helpers of tests may")]

mod build;
mod calendars;
mod found;

use std::fmt::Write as _;
use std::path::PathBuf;

use anabranch::analysis::{Load, rolled_ca};
use anabranch::graph::Flow;
use anabranch::model::{Model, StreamId, parse_date_time};
use anabranch::sim::{Plan, SimTime};
use anabranch::study::StudyError;
use serde_json::Value;

use build::Built;
use found::{Found, Size, study, with_target};

const HOUR: f64 = 3_600_000.0;

/// The standard error is to be at most this part of the tolerance.
const PART_OF_TOLERANCE: f64 = 1.0 / 8.0;

/// What was compared in a file, and what was wrong.
#[derive(Default)]
struct Ledger {
    file: String,
    seed: u64,
    events: u64,
    compared: usize,
    report: String,
    wrong: Vec<String>,
}

impl Ledger {
    fn compare(&mut self, what: &str, found: f64, expected: f64, tolerance: f64, error: f64) {
        self.compared += 1;
        let off = (found - expected).abs();
        let line = format!(
            "{} {what}: {found:.6} ({expected:.6} ± {tolerance:.6}; standard error {error:.6}, \
             {:.3} of it; seed {})",
            self.file,
            if error > 0.0 { error / tolerance } else { 0.0 },
            self.seed
        );
        if off > tolerance || found.is_nan() {
            self.wrong.push(line.clone());
        }
        writeln!(self.report, "{line}").expect("strings take everything");
    }

    /// Compares with the tolerance of the file, else with 1 % or four standard errors.
    fn roughly(
        &mut self,
        what: &str,
        found: f64,
        expected: f64,
        tolerance: Option<f64>,
        error: f64,
    ) {
        let tolerance = tolerance.unwrap_or_else(|| (0.01 * expected.abs()).max(4.0 * error));
        self.compare(what, found, expected, tolerance, error);
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

fn seeds() -> Vec<u64> {
    match std::env::var("ANABRANCH_TRUTH_SEEDS").as_deref() {
        Err(_) => vec![1],
        Ok("all") => (1..=10).collect(),
        Ok(seeds) => seeds
            .split(',')
            .map(|seed| seed.trim().parse().expect("seeds are whole numbers"))
            .collect(),
    }
}

fn is_long() -> bool {
    std::env::var_os("ANABRANCH_TRUTH_LONG").is_some()
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
    for seed in seeds() {
        for path in &files {
            let read: Value =
                serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let mut ledger = Ledger {
                file: path.file_stem().unwrap().to_string_lossy().into_owned(),
                seed,
                ..Ledger::default()
            };
            let began = std::time::Instant::now();
            let result = check_file(&read, &mut ledger);
            match result {
                Ok(()) if ledger.compared == 0 => {
                    wrong.push(format!("{}: nothing was compared", ledger.file));
                }
                Ok(()) => {}
                Err(error) => wrong.push(format!("{}: {error}", ledger.file)),
            }
            print!("{}", ledger.report);
            println!(
                "{} took {:.1} s for {} events",
                ledger.file,
                began.elapsed().as_secs_f64(),
                ledger.events
            );
            wrong.append(&mut ledger.wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Studies a model, with as many replications as it takes for the standard errors.
fn studied(file: &Value, built: &Built, ledger: &mut Ledger) -> Result<Found, StudyError> {
    let suggested =
        |key: &str, default: f64| file["suggested_run"][key].as_f64().unwrap_or(default);
    let mut size = Size {
        warm_up_items: suggested("warmup_items_discarded", 500.0),
        items: suggested("items_per_replication", 5_000.0),
        // A standard error from fewer is itself hardly known.
        replications: if built.gap > 0.0 { 20 } else { 1 },
    };
    loop {
        let found = study(built, size, ledger.seed)?;
        ledger.events += found.study.events;
        let short = list(file, "expected")
            .iter()
            .filter_map(|expected| {
                let (at, metric) = (text(expected, "at"), text(expected, "metric"));
                let error = found.metric(at, metric)?.1;
                let given = given_tolerance(expected);
                let long = is_long().then(|| 0.01 * number(expected, "value").abs());
                Some(error / (given.or(long)? * PART_OF_TOLERANCE))
            })
            .fold(0.0, f64::max);
        if short <= 1.0 {
            return Ok(found);
        }
        // Errors fall with the root of the number; what is known of them is rough.
        let more = (f64::from(size.replications) * short * short * 1.2).ceil();
        assert!(more < 5e5, "{}: {more} replications", ledger.file);
        size.replications = more as u32;
    }
}

fn given_tolerance(expected: &Value) -> Option<f64> {
    let value = number(expected, "value").abs();
    let relative = expected["relative_tolerance"].as_f64();
    relative
        .map(|relative| relative * value)
        .or(expected["absolute_tolerance"].as_f64())
}

fn check_file(file: &Value, ledger: &mut Ledger) -> Result<(), StudyError> {
    assert_eq!(text(file, "schema"), "value-stream-truth/1");
    if file.get("calendars").is_some() {
        return calendars::check(file, ledger);
    }
    if file["model"]["handoff"].get("meetings").is_some() {
        return check_meetings(file, ledger);
    }
    let built = build::model(&file["model"]);
    let found = studied(file, &built, ledger)?;
    for key in keys(file) {
        match key {
            "schema" | "name" | "family" | "description" | "source" | "tolerance" | "model"
            | "suggested_run" | "monte_carlo_check" => {}
            "expected" => {
                for expected in list(file, key) {
                    check_expected(expected, &built, &found, ledger)?;
                }
            }
            "schedule" => check_schedule(list(file, key), &found, ledger),
            "activities" => check_activities(list(file, key), &found, ledger),
            "critical_activities" => {
                let expected: Vec<&str> =
                    list(file, key).iter().filter_map(Value::as_str).collect();
                ledger.same(key, &found.path_of_last(), &expected);
            }
            "published" => {
                let (duration, _) = found.metric("system", "duration").unwrap();
                ledger.exactly(key, duration, number(&file[key], "duration"));
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
            "distribution_of_rounds" => {
                for rounds in list(file, key) {
                    let visits = number(rounds, "visits") as usize;
                    for key in keys(rounds) {
                        assert!(["visits", "probability"].contains(&key));
                    }
                    let (share, error) = found.share_with_visits("edit", visits).unwrap();
                    let expected = number(rounds, "probability");
                    let what = format!("{visits} rounds");
                    ledger.roughly(&what, share, expected, None, error);
                }
            }
            "throughput_by_wip" => {
                for limit in list(file, key) {
                    check_limit(file, limit, &built, ledger)?;
                }
            }
            _ => panic!("{}: the key {key} is not known", ledger.file),
        }
    }
    Ok(())
}

/// The same model with another WIP limit.
fn check_limit(
    file: &Value,
    limit: &Value,
    built: &Built,
    ledger: &mut Ledger,
) -> Result<(), StudyError> {
    let mut limited = built.clone();
    build::limit_work_in_progress(&mut limited.model, limit["wip"].as_u64().unwrap());
    let found = studied(file, &limited, ledger)?;
    for key in keys(limit) {
        let what = format!("{key} with {} inside", limit["wip"]);
        match key {
            "wip" => {
                let (inside, _) = found.metric("system", "mean_number_in_system").unwrap();
                ledger.exactly(&what, inside, number(limit, key));
            }
            "throughput" | "mean_time_in_system" => {
                let (value, error) = found.metric("system", key).unwrap();
                ledger.roughly(&what, value, number(limit, key), None, error);
            }
            _ => panic!("{}: the key {key} is not known", ledger.file),
        }
    }
    Ok(())
}

fn check_expected(
    expected: &Value,
    built: &Built,
    found: &Found,
    ledger: &mut Ledger,
) -> Result<(), StudyError> {
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
        return Ok(());
    }
    let what = format!("{at} {metric}");
    if let Some(reckoned) = reckoned(&built.model, at, metric) {
        ledger.exactly(&what, reckoned, value);
        return Ok(());
    }
    let with_target = match metric.strip_prefix("probability_by_") {
        Some(limit) => {
            // A target is part of the model; the luck is the same.
            let limit: f64 = limit.parse().expect("a number of units");
            Some(studied(&Value::Null, &with_target(built, limit), ledger)?)
        }
        None => None,
    };
    let found = with_target.as_ref().unwrap_or(found);
    let Some((value_found, error)) = found.metric(at, metric) else {
        panic!("{}: the metric {metric} at {at} is not known", ledger.file);
    };
    if found.is_exact() {
        ledger.exactly(&what, value_found, value);
    } else {
        ledger.roughly(&what, value_found, value, given_tolerance(expected), error);
    }
    Ok(())
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

fn check_schedule(schedule: &[Value], found: &Found, ledger: &mut Ledger) {
    for (n, item) in schedule.iter().enumerate() {
        let instant = |value: &Value| instant(found.plan(), found.unit, value);
        let done = found.only().done[n];
        for key in keys(item) {
            let what = format!("item {} {key}", n + 1);
            let value = &item[key];
            match key {
                "item" => ledger.same(&what, &value.as_u64(), &Some(n as u64 + 1)),
                "arrives" => ledger.exactly(&what, done.0 as f64, instant(value)),
                "finishes" => ledger.exactly(&what, done.1 as f64, instant(value)),
                "time_in_system" => {
                    let took = (done.1 - done.0) as f64 / found.unit;
                    ledger.exactly(&what, took, number(item, key));
                }
                "time_in_system_hours" => {
                    ledger.exactly(&what, (done.1 - done.0) as f64 / HOUR, number(item, key));
                }
                "joins_at" => {
                    let after = text(&item["after_join"], "stage");
                    let visit = found.visit(n as u32, after);
                    ledger.exactly(&what, visit.ready.0 as f64, instant(value));
                }
                "stages" | "branches" => {
                    for stage in list(item, key) {
                        check_visit(stage, n, found, ledger);
                    }
                }
                "after_join" => check_visit(value, n, found, ledger),
                _ => panic!("{}: the key {key} is not known", ledger.file),
            }
        }
    }
}

fn check_visit(stage: &Value, item: usize, found: &Found, ledger: &mut Ledger) {
    let instant = |value: &Value| instant(found.plan(), found.unit, value);
    let visit = *found.visit(item as u32, text(stage, "stage"));
    for key in keys(stage) {
        let what = format!("item {} at {} {key}", item + 1, text(stage, "stage"));
        let value = &stage[key];
        let waited = visit.started.since(visit.ready) as f64;
        match key {
            "stage" => {}
            "ready" => ledger.exactly(&what, visit.ready.0 as f64, instant(value)),
            "start" => ledger.exactly(&what, visit.started.0 as f64, instant(value)),
            "finish" => ledger.exactly(&what, visit.left.0 as f64, instant(value)),
            "waited" => ledger.exactly(&what, waited / found.unit, number(stage, key)),
            "elapsed_wait_minutes" => ledger.exactly(&what, waited / 6e4, number(stage, key)),
            _ => panic!("{}: the key {key} is not known", ledger.file),
        }
    }
}

fn check_activities(activities: &[Value], found: &Found, ledger: &mut Ledger) {
    let path = found.path_of_last();
    for activity in activities {
        let name = text(activity, "activity");
        let visit = *found.visit(0, name);
        for key in keys(activity) {
            let what = format!("{name} {key}");
            let unit = found.unit;
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
fn check_meetings(file: &Value, ledger: &mut Ledger) -> Result<(), StudyError> {
    let built = build::meetings(file);
    let found = studied(file, &built, ledger)?;
    for (n, case) in list(file, "cases").iter().enumerate() {
        let passage = found.only().passages[n];
        for key in keys(case) {
            let what = format!("case {n} {key}");
            let instant = || instant(found.plan(), found.unit, &case[key]);
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
        check_expected(expected, &built, &found, ledger)?;
    }
    Ok(())
}
