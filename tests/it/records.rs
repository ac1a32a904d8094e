//! Records as files: what is in them, and that they are what the figures were made of.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anabranch::analysis::Slice;
use anabranch::export::{CsvLog, Log, XesLog};
use anabranch::model::{Entry, Exit, Model};
use anabranch::store::{DiskFiles, save};
use anabranch::study::{Effort, Study, StudyControl, StudyOptions, record, simulate};

use crate::build;

/// Rework with withdrawal, a join, copies and a queue.
fn model() -> Model {
    let model = build::model("a > b > d\na > c > d\nd > e\na <20%< b");
    let model = build::with_stage(model, "a", |stage| stage.exit = Exit::TakeAll);
    let model = build::with_stage(model, "d", |stage| stage.entry = Entry::All);
    let model = build::with_stage(model, "c", |stage| {
        stage.work = Some("exponential(3h)".parse().unwrap());
        stage.name = "Check, \"final\" & <last>".to_owned();
    });
    let model = build::with_stage(model, "e", |stage| stage.copies = 3);
    build::with_team(model, "team", 1, &["b", "d"])
}

fn study(model: &Model) -> Study {
    let options = StudyOptions {
        effort: Effort::Replications(2),
        horizon: Some("60d".parse().unwrap()),
        warm_up: Some("5d".parse().unwrap()),
        ..StudyOptions::default()
    };
    simulate(model, &options, &StudyControl::new(), &mut |_| {}).expect("it can be run")
}

fn written(model: &Model, study: &Study) -> (String, String) {
    let (mut csv, mut xes) = (Vec::new(), Vec::new());
    {
        let mut log = Log::new(
            model,
            vec![
                Box::new(CsvLog::new(&mut csv)),
                Box::new(XesLog::new(&mut xes, &model.name)),
            ],
        );
        record(model, study, &StudyControl::new(), &mut log).expect("it ran before");
        log.finish().expect("memory takes everything");
    }
    (
        String::from_utf8(csv).unwrap(),
        String::from_utf8(xes).unwrap(),
    )
}

/// Lines as maps from column to value; no value here has a comma.
fn rows(csv: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = csv.split_terminator("\r\n");
    let columns: Vec<&str> = lines.next().expect("a head").split(',').collect();
    lines
        .map(|line| {
            let values: Vec<&str> = line.split(',').collect();
            assert_eq!(values.len(), columns.len(), "{line}");
            columns.iter().copied().zip(values).collect()
        })
        .collect()
}

fn seconds(row: &BTreeMap<&str, &str>, column: &str) -> f64 {
    row[column].parse().expect("a number")
}

#[test]
fn the_table_says_what_the_figures_were_made_of() {
    let model = model();
    let study = study(&model);
    let (csv, _) = written(&model, &study);
    let rows = rows(&csv);
    let measured = || rows.iter().filter(|row| row["measured"] == "1");
    let items: std::collections::BTreeSet<_> = measured()
        .map(|row| (row["replication"], row["item"]))
        .collect();
    assert_eq!(items.len() as u64, study.items);
    let figures = study.stream_figures().unwrap();
    // The mean over replications of the work per item of b.
    for (stage, id) in [(1, "b"), (3, "c"), (4, "e")] {
        let figure = figures.stages.iter().find(|found| found.id.as_str() == id);
        let figure = figure.unwrap_or_else(|| panic!("{stage}"));
        let mut found = 0.0;
        for replication in ["0", "1"] {
            let own = || measured().filter(|row| row["replication"] == replication);
            let work: f64 = own()
                .filter(|row| row["stage"] == id)
                .map(|row| seconds(row, "work_s"))
                .sum();
            let items = own()
                .map(|row| row["item"])
                .collect::<std::collections::BTreeSet<_>>();
            found += work / items.len() as f64 / 2.0;
        }
        let expected = figure.work_per_item.value().unwrap();
        assert!(
            (found - expected).abs() < 1e-6 * expected,
            "{id}: {found} is not {expected}"
        );
    }
    let wasted: f64 = measured()
        .filter(|row| row["end"] == "withdrawn-working")
        .map(|row| seconds(row, "work_s"))
        .sum();
    assert!(wasted > 0.0);
    assert!(figures.effort[Slice::Working].total() > figures.breakdown[Slice::Working].total());
}

#[test]
fn each_line_adds_up() {
    let model = model();
    let (csv, _) = written(&model, &study(&model));
    let rows = rows(&csv);
    assert!(rows.len() > 300);
    let at = |row: &BTreeMap<&str, &str>, column: &str| {
        let time: jiff::Timestamp = row[column].parse().expect("an instant");
        time.as_millisecond() as f64 / 1e3
    };
    for row in &rows {
        let parts = [
            "work_s",
            "team_wait_s",
            "closed_s",
            "batching_s",
            "blocked_s",
        ];
        let sum: f64 = parts.iter().map(|part| seconds(row, part)).sum();
        assert!(
            (sum - (at(row, "left") - at(row, "ready"))).abs() < 1e-6,
            "{row:?}"
        );
        let instants = ["ready", "queued", "started", "finished", "left"].map(|c| at(row, c));
        assert!(instants.is_sorted(), "{row:?}");
    }
    assert!(rows.iter().any(|row| row["rework"] == "1"));
    assert!(rows.iter().any(|row| row["copy"] == "2"));
}

#[test]
fn the_event_log_has_a_trace_an_item_and_an_event_a_visit() {
    let model = model();
    let (csv, xes) = written(&model, &study(&model));
    let rows = rows(&csv);
    let began = rows.iter().filter(|row| row["end"] != "withdrawn-waiting");
    assert_eq!(xes.matches("<event>").count(), began.count());
    let items: std::collections::BTreeSet<_> = rows
        .iter()
        .map(|row| (row["replication"], row["item"]))
        .collect();
    assert_eq!(xes.matches("<trace>").count(), items.len());
    assert!(xes.contains("Check, &quot;final&quot; &amp; &lt;last&gt;"));
    assert!(xes.ends_with("</log>\n"));
}

#[test]
fn the_same_study_writes_the_same_bytes() {
    let model = model();
    let study = study(&model);
    assert_eq!(written(&model, &study), written(&model, &study));
}

#[test]
fn the_command_line_writes_both() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    save(&DiskFiles, Path::new(&path("m.ron")), &model()).unwrap();
    let run = |records: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anabranch"));
        command.args([
            "simulate",
            &path("m.ron"),
            "--replications",
            "1",
            "--horizon",
            "30d",
        ]);
        for record in records {
            command.args(["--records", &path(record)]);
        }
        command.output().expect("the program starts")
    };
    let output = run(&["visits.csv", "log.xes"]);
    assert!(output.status.success(), "{output:?}");
    let csv = std::fs::read_to_string(path("visits.csv")).unwrap();
    assert!(csv.starts_with("replication,item,stream"));
    assert!(
        std::fs::read_to_string(path("log.xes"))
            .unwrap()
            .contains("<trace>")
    );
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 3, "nothing is left behind: {left:?}");
    let odd = run(&["visits.txt"]);
    assert_eq!(odd.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&odd.stderr).contains("end in .csv or .xes"));
    let nowhere = run(&["no/such/folder.csv"]);
    assert_eq!(nowhere.status.code(), Some(3));
}
