//! Files of calendar arithmetic: every case is a run of one item, and a sum of open time.

use anabranch::model::{Arrivals, CalendarId, Distribution, Zone, parse_date_time};
use anabranch::sim::Plan;
use anabranch::study::StudyError;
use serde_json::Value;

use super::build::{self, Built, millis, team_id};
use super::found::{Found, Size, study};
use super::{Ledger, list, number, text};

pub fn check(file: &Value, ledger: &mut Ledger) -> Result<(), StudyError> {
    for key in super::keys(file) {
        match key {
            "schema" | "name" | "family" | "description" | "source" | "tolerance" | "calendars"
            | "conventions" => {}
            "cases" => {
                for case in list(file, key) {
                    if case.get("first").is_some() {
                        check_two(file, case, ledger)?;
                    } else {
                        check_one(file, case, ledger)?;
                    }
                }
            }
            "working_time_between" => {
                for case in list(file, key) {
                    check_between(file, case, ledger)?;
                }
            }
            _ => panic!("{}: the key {key} is not known", ledger.file),
        }
    }
    Ok(())
}

/// One run of one item.
fn run(built: &Built) -> Result<Found, StudyError> {
    let size = Size {
        warm_up_items: 0.0,
        items: 1.0,
        replications: 1,
    };
    study(built, size, 1)
}

/// Makes a model of stages in a row, each with a calendar, a zone and fixed work in minutes.
fn row(file: &Value, start: &str, rows: &[(&str, Zone, f64)]) -> Built {
    // The evening before, so that time 0 is not the arrival itself.
    let arrival = parse_date_time(start).unwrap();
    let day = arrival.date().yesterday().unwrap();
    let mut model = build::empty(&day.to_string());
    let mut before = String::new();
    for (n, (calendar, zone, minutes)) in rows.iter().enumerate() {
        let id = format!("s{n}");
        build::add_calendar(&mut model, &id, &file["calendars"][*calendar], zone.clone());
        let mut team = anabranch::model::Team::new(team_id(&id), id.as_str());
        team.calendar = Some(CalendarId::new(&id).unwrap());
        assert!(model.teams.push(team));
        build::add_stage(
            &mut model,
            &id,
            Some(&id),
            Distribution::Fixed(millis(minutes * 6e4)),
        );
        if n > 0 {
            build::add_handoff(&mut model, &before, &id, |_| {});
        }
        before = id;
    }
    build::add_demand(&mut model, Arrivals::Dates(vec![arrival]), &["s0"]);
    Built {
        model,
        unit: 6e4,
        gap: 0.0,
    }
}

/// Returns the local time as milliseconds of the plan; a file's `Z` is UTC, as the plan's zone is.
fn instant(plan: &Plan, date: &str) -> f64 {
    let local = parse_date_time(date.trim_end_matches('Z')).unwrap();
    plan.instant_of(local).expect("after the start").0 as f64
}

fn check_one(file: &Value, case: &Value, ledger: &mut Ledger) -> Result<(), StudyError> {
    let rows = [(
        text(case, "calendar"),
        Zone::default(),
        number(case, "work_minutes"),
    )];
    let found = run(&row(file, text(case, "start"), &rows))?;
    let visit = *found.visit(0, "s0");
    for key in super::keys(case) {
        let what = format!("{} {key}", text(case, "why"));
        match key {
            "calendar" | "start" | "start_weekday" | "work_minutes" | "end_weekday" | "why" => {}
            "work_hours" => ledger.exactly(&what, visit.work as f64 / 3.6e6, number(case, key)),
            "work_really_begins" => {
                let begins = instant(found.plan(), text(case, key));
                ledger.exactly(&what, visit.started.0 as f64, begins);
            }
            "ends_at" => {
                let ends = instant(found.plan(), text(case, key));
                ledger.exactly(&what, visit.left.0 as f64, ends);
            }
            "elapsed_hours" => {
                let elapsed = visit.left.since(visit.ready) as f64 / 3.6e6;
                ledger.exactly(&what, elapsed, number(case, key));
            }
            _ => panic!("{}: the key {key} is not known", ledger.file),
        }
    }
    Ok(())
}

fn check_between(file: &Value, case: &Value, ledger: &mut Ledger) -> Result<(), StudyError> {
    let rows = [(text(case, "calendar"), Zone::default(), 0.0)];
    let built = row(file, text(case, "from"), &rows);
    let found = run(&built)?;
    let plan = found.plan();
    let at = |key: &str| {
        plan.instant_of(parse_date_time(text(case, key)).unwrap())
            .expect("after the start")
    };
    let (from, to) = (at("from"), at("to"));
    let hours = plan.hours_of(0).expect("the team has a calendar");
    let open = hours.open_between(from, to);
    let closed = hours.closed_between(from, to);
    let what = text(case, "why");
    ledger.exactly(what, open as f64 / 6e4, number(case, "working_minutes"));
    ledger.exactly(
        what,
        (open + closed) as f64 / 3.6e6,
        number(case, "elapsed_hours"),
    );
    for key in super::keys(case) {
        assert!(
            [
                "calendar",
                "from",
                "to",
                "working_minutes",
                "elapsed_hours",
                "why"
            ]
            .contains(&key)
        );
    }
    Ok(())
}

/// Returns a zone that lies so many minutes from UTC all year.
fn zone_at(minutes: f64) -> Zone {
    let name = match minutes as i32 {
        0 => "UTC".to_owned(),
        330 => "Asia/Kolkata".to_owned(),
        // The signs of these names are the other way round.
        whole if whole % 60 == 0 => format!("Etc/GMT{:+}", -whole / 60),
        other => panic!("no zone is known at {other} minutes"),
    };
    Zone::new(&name).unwrap()
}

fn check_two(file: &Value, case: &Value, ledger: &mut Ledger) -> Result<(), StudyError> {
    let both = ["first", "second"].map(|which| {
        let leg = &case[which];
        (
            text(leg, "calendar"),
            zone_at(number(leg, "utc_offset_minutes")),
            number(leg, "work_minutes"),
        )
    });
    let start = text(case, "start_utc").trim_end_matches('Z');
    let found = run(&row(file, start, &both))?;
    for (n, which) in ["first", "second"].into_iter().enumerate() {
        let leg = &case[which];
        let visit = *found.visit(0, &format!("s{n}"));
        let offset = number(leg, "utc_offset_minutes") * 6e4;
        for key in super::keys(leg) {
            let what = format!("{start} {which} {key}");
            let at = || instant(found.plan(), text(leg, key));
            match key {
                "calendar" | "utc_offset_minutes" | "work_minutes" => {}
                "begins_local" => {
                    ledger.exactly(&what, visit.started.0 as f64, at() - offset);
                }
                "ends_local" => ledger.exactly(&what, visit.left.0 as f64, at() - offset),
                "ends_utc" => ledger.exactly(&what, visit.left.0 as f64, at()),
                _ => panic!("{}: the key {key} is not known", ledger.file),
            }
        }
    }
    let (arrived, done) = found.only().done[0];
    let elapsed = (done - arrived) as f64 / 3.6e6;
    ledger.exactly(
        "total_elapsed_hours",
        elapsed,
        number(case, "total_elapsed_hours"),
    );
    for key in super::keys(case) {
        assert!(["start_utc", "first", "second", "total_elapsed_hours"].contains(&key));
    }
    Ok(())
}
