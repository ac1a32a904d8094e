//! The command line, through the real program: text, JSON, exit codes, files.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anabranch::store::DiskFiles;
use serde_json::Value;

/// A model with something in every part of the report.
const TRAILER: &str = r#"(
    format: 1,
    name: "Trailer",
    teams: [(name: "Editors", cost_per_hour: 60)],
    streams: [(
        name: "Trailers",
        item: "trailer",
        target: lead_time("32h"),
        demands: [(class: (name: "Teaser"), arrivals: every(gap: "exponential(144m)"))],
    )],
    stages: [
        (name: "Cut", stream: "trailers", team: "editors", work: "exponential(1h)", ca: 0.9,
         systems: ["Avid", "Mail"], stakeholders: ["Producer"]),
        (name: "Publish", stream: "trailers", work: "1h", systems: ["Mail"]),
    ],
    handoffs: [(from: "cut", to: "publish", trigger: manual("1d"))],
)
"#;

const OVERLOADED: &str = r#"(
    format: 1,
    name: "Too much",
    teams: [(name: "Legal", people: 3)],
    streams: [(name: "Titles", demands: [(arrivals: every(gap: "exponential(1h)"))])],
    stages: [(name: "Review", stream: "titles", team: "legal", work: "exponential(252m)")],
)
"#;

/// A folder of this test's own, gone at its end.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        let mut file = std::fs::File::create(&path).expect("a new file");
        file.write_all(text.as_bytes()).expect("it can be written");
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn anabranch(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_anabranch"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it was asked for");
    // The program may end without reading everything.
    let _closed = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("what is printed is UTF-8")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("the program ends by itself")
}

fn name(path: &Path) -> &str {
    path.to_str().expect("the folder has a plain name")
}

/// All keys of a value with their places: `lead_time.mean.value`, `teams[].id`.
fn keys(value: &Value, place: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let place = format!("{place}.{key}");
                keys(value, &place, into);
                into.insert(place);
            }
        }
        Value::Array(values) => {
            for value in values {
                keys(value, &format!("{place}[]"), into);
            }
        }
        _ => {}
    }
}

#[test]
fn the_json_has_the_documented_keys_and_no_others() {
    let folder = Folder::new();
    let path = folder.file("trailer.ron", TRAILER);
    let output = anabranch(
        &["simulate", name(&path), "--json", "--replications", "2"],
        "",
    );
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let printed: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let doc = include_str!("../../docs/json.md");
    let example = doc
        .split_once("```json\n")
        .and_then(|(_, rest)| rest.split_once("```"))
        .expect("the page has an example")
        .0;
    let example: Value = serde_json::from_str(example).expect("the example is JSON");
    let (mut found, mut documented) = (BTreeSet::new(), BTreeSet::new());
    keys(&printed, "", &mut found);
    keys(&example, "", &mut documented);
    let missing: Vec<_> = documented.difference(&found).collect();
    let more: Vec<_> = found.difference(&documented).collect();
    assert!(
        missing.is_empty() && more.is_empty(),
        "missing {missing:?}, undocumented {more:?}"
    );
    // The order too: that of the example.
    let order = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("  \""));
        lines
            .filter_map(|line| line.split('"').nth(1).map(str::to_owned))
            .collect()
    };
    let example = doc
        .split_once("```json\n")
        .unwrap()
        .1
        .split_once("```")
        .unwrap()
        .0;
    assert_eq!(order(&text(&output.stdout)), order(example));
    // And every key is explained.
    for key in order(example) {
        assert!(
            doc.contains(&format!("`{key}")),
            "{key} is not in the table"
        );
    }
}

/// What programs were promised, by place: keys may be added, none renamed or left out.
const PROMISED: &[(&str, &str)] = &[
    (
        "",
        "format model seed scenario replications items events wall_seconds stable unfinished warmup \
         horizon checks lead_time breakdown handoff_share interface_delay_share coordination_share \
         rework turned_away feedback_items throughput_per_day wip activity_ratio rolled_ca \
         automation_coverage manual_hours_per_item cost_per_item touchpoints systems streams teams \
         stages handoffs problems",
    ),
    (".lead_time", "mean p50 p85 p95 within_target"),
    (
        ".breakdown",
        "working team_wait closed handoff batching blocked",
    ),
    (".breakdown.working", "first_pass rework"),
    (".rework", "visits_beyond_first time wasted_work"),
    (".streams[]", "id item lead_time breakdown classes"),
    (".streams[].classes[]", "id lead_time"),
    (".teams[]", "id utilisation blocked queue_length wait"),
    (".stages[]", "id visits_per_item work team_wait criticality"),
    (".handoffs[]", "id passages_per_item delay criticality"),
    (".problems[]", "severity at message hint"),
];

/// The numbers that no run finds: what was asked for, counted, or known from the model alone.
const WITHOUT_INTERVAL: &str = ".format .seed .replications .items .events .wall_seconds \
    .unfinished .warmup .horizon .checks.items_lost .checks.items_not_adding_up .demand_per_day .takt \
    .ladder.wait .ladder.wait_working_days .ladder.work .ladder.lead_time .ladder.activity_ratio \
    .ladder.steps[].times .ladder.steps[].wait .ladder.steps[].work .ladder.steps[].inventory \
    .scorecard.score .scorecard.measures[].target .scorecard.measures[].floor \
    .scorecard.measures[].score .teams[].takt .teams[].people .teams[].people_needed .stages[].ca";

#[test]
fn the_json_keeps_what_was_promised() {
    let folder = Folder::new();
    let path = folder.file("trailer.ron", TRAILER);
    let output = anabranch(
        &["simulate", name(&path), "--json", "--replications", "2"],
        "",
    );
    let printed: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let mut found = BTreeSet::new();
    keys(&printed, "", &mut found);
    for (place, promised) in PROMISED {
        for key in promised.split_whitespace() {
            let place = format!("{place}.{key}");
            assert!(found.contains(&place), "{place} is missing");
        }
    }
    // Every figure that was simulated has its interval.
    let mut numbers = BTreeSet::new();
    bare_numbers(&printed, "", &mut numbers);
    for number in numbers {
        let is_known = WITHOUT_INTERVAL
            .split_whitespace()
            .any(|known| known == number);
        assert!(is_known, "{number} has no interval");
    }
}

/// The places of all numbers that are no part of `{value, low, high}`.
fn bare_numbers(value: &Value, place: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) if fields.contains_key("low") && fields.contains_key("high") => {}
        Value::Object(fields) => {
            for (key, value) in fields {
                bare_numbers(value, &format!("{place}.{key}"), into);
            }
        }
        Value::Array(values) => {
            for value in values {
                bare_numbers(value, &format!("{place}[]"), into);
            }
        }
        Value::Number(_) => {
            into.insert(place.to_owned());
        }
        _ => {}
    }
}

#[test]
fn the_breakdown_sums_to_the_mean() {
    let folder = Folder::new();
    let path = folder.file("trailer.ron", TRAILER);
    let output = anabranch(&["simulate", name(&path), "--json", "--horizon", "90d"], "");
    let printed: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let parts = printed["breakdown"].as_object().expect("an object");
    assert_eq!(parts.len(), 6);
    let sum: f64 = parts
        .values()
        .flat_map(|slice| [&slice["first_pass"]["value"], &slice["rework"]["value"]])
        .map(|value| value.as_f64().expect("a number"))
        .sum();
    let mean = printed["lead_time"]["mean"]["value"]
        .as_f64()
        .expect("a number");
    assert!((sum - mean).abs() < 1e-6 * mean, "{sum} is not {mean}");
    assert_eq!(printed["checks"]["hold"], Value::Bool(true));
}

#[test]
fn two_runs_print_the_same_bytes_for_any_number_of_threads() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/content-approval.ron");
    let run = |options: &[&str]| {
        let mut arguments = vec!["simulate", example, "--json", "--replications", "10"];
        // A shorter time than the model says, with a warm-up; every team works in it.
        arguments.extend(["--horizon", "60d", "--warmup", "10d"]);
        arguments.extend(options);
        let output = anabranch(&arguments, "");
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let printed = text(&output.stdout);
        let lines: Vec<&str> = printed.split_inclusive('\n').collect();
        let rest: Vec<&str> = lines
            .iter()
            .copied()
            .filter(|line| !line.contains("\"wall_seconds\""))
            .collect();
        assert_eq!(lines.len(), rest.len() + 1, "one line says the seconds");
        rest.concat()
    };
    let first = run(&[]);
    assert!(first.contains("\"replications\": 10"), "{first}");
    for options in [
        &[][..],
        &["--threads", "1"],
        &["--threads", "2"],
        &["--threads", "3"],
    ] {
        assert!(run(options) == first, "{options:?} prints something else");
    }
    assert!(run(&["--seed", "2"]) != first);
}

/// Runs a tool that may not be there; in CI it must.
fn tool(program: &str, arguments: &[&str], input: &str) -> Option<Output> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        assert!(
            std::env::var_os("ANABRANCH_CI").is_none(),
            "{program} is not there"
        );
        println!("skipped: {program} is not there");
        return None;
    };
    let mut stdin = child.stdin.take().expect("it was asked for");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    Some(child.wait_with_output().expect("it ends"))
}

#[test]
fn bash_completes_commands_options_and_values() {
    let script = anabranch(&["completions", "bash"], "");
    assert_eq!(code(&script), 0, "{}", text(&script.stderr));
    let complete = |line: &str| -> Option<Vec<String>> {
        let words: Vec<&str> = line.split(' ').collect();
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let last = words.len() - 1;
        let test = format!(
            "{}\nCOMP_WORDS=({})\nCOMP_CWORD={last}\n_anabranch anabranch '{}' '{}'\n\
             printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            text(&script.stdout),
            quoted.join(" "),
            words[last],
            words[last - 1],
        );
        let output = tool("bash", &["--norc", "-s"], &test)?;
        assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
        Some(text(&output.stdout).lines().map(str::to_owned).collect())
    };
    let Some(commands) = complete("anabranch s") else {
        return;
    };
    assert_eq!(commands, ["simulate"]);
    assert_eq!(complete("anabranch simulate --thr").unwrap(), ["--threads"]);
    assert_eq!(
        complete("anabranch export --theme ").unwrap(),
        ["light", "dark", "print", "contrast"]
    );
    assert_eq!(
        complete("anabranch export --format p").unwrap(),
        ["png", "pdf"]
    );
}

#[test]
fn every_shell_has_its_script() {
    for (shell, says) in [
        ("bash", "complete -F _anabranch"),
        ("zsh", "#compdef anabranch"),
        ("fish", "complete -c anabranch"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "set edit:completion:arg-completer[anabranch]"),
    ] {
        let output = anabranch(&["completions", shell], "");
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let script = text(&output.stdout);
        assert!(script.contains(says), "{shell}: {script}");
        assert!(
            script.contains("simulate") && script.contains("replications"),
            "{shell}"
        );
    }
    let output = anabranch(&["completions", "basic"], "");
    assert_eq!(code(&output), 2);
    assert!(
        text(&output.stderr).contains("[possible values: bash, elvish, fish, powershell, zsh]")
    );
}

#[test]
fn the_man_page_has_every_command_and_option() {
    let output = anabranch(&["man"], "");
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let page = text(&output.stdout);
    assert!(page.contains("\n.TH anabranch 1 "), "{page}");
    // As a reader sees it.
    let Some(read) = tool("groff", &["-man", "-ww", "-Tascii", "-P-cbou"], &page) else {
        return;
    };
    assert!(read.stderr.is_empty(), "{}", text(&read.stderr));
    let read = text(&read.stdout);
    for command in [
        "",
        "check",
        "simulate",
        "export",
        "new",
        "text",
        "completions",
        "man",
    ] {
        let heading = format!("ANABRANCH {}", command.to_uppercase());
        assert!(read.contains(heading.trim()), "{command}: {read}");
        let help = anabranch(&[command, "--help"][usize::from(command.is_empty())..], "");
        let help = text(&help.stdout);
        let options: Vec<&str> = help
            .split_whitespace()
            .filter(|word| word.starts_with("--"))
            .collect();
        assert!(options.contains(&"--help"), "{help}");
        for option in options {
            assert!(read.contains(option), "{option} of {command}: {read}");
        }
    }
    assert!(read.contains("Exit codes: 0 fine"), "{read}");
}

/// Everything that the engine can do, in one study, against the bytes it printed when they were
/// looked at. `UPDATE_PINNED=1` writes them anew; say in the commit why they are others.
#[test]
fn a_study_prints_the_bytes_that_are_pinned() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let (model, pinned) = (files.join("study.ron"), files.join("study.json"));
    let run = |threads: &str| {
        let arguments = [
            "simulate",
            name(&model),
            "--json",
            "--replications",
            "8",
            "--threads",
            threads,
        ];
        let output = anabranch(&arguments, "");
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let lines: Vec<String> = text(&output.stdout)
            .lines()
            .filter(|line| !line.contains("wall_seconds"))
            .map(str::to_owned)
            .collect();
        lines.join("\n") + "\n"
    };
    let one = run("1");
    if std::env::var_os("UPDATE_PINNED").is_some() {
        anabranch::store::save_bytes(&DiskFiles, &pinned, one.as_bytes()).unwrap();
    }
    let expected = std::fs::read_to_string(&pinned).unwrap();
    let differs = one.lines().zip(expected.lines()).find(|(a, b)| a != b);
    assert!(one == expected, "first difference: {differs:?}");
    for threads in ["2", "3", "7"] {
        assert!(run(threads) == one, "with {threads} threads");
    }
}

#[test]
fn exit_codes_are_those_of_the_manual() {
    let folder = Folder::new();
    let fine = folder.file("fine.ron", TRAILER);
    let check = |arguments: &[&str], expected: i32, says: &str| {
        let output = anabranch(arguments, "");
        let all = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(code(&output), expected, "{arguments:?}: {all}");
        assert!(all.contains(says), "{arguments:?}: {all}");
    };
    check(&["check", name(&fine)], 0, "Trailer: 2 stages, 1 handoff");
    check(
        &["simulate", name(&fine), "--replications", "2"],
        0,
        "Lead time (calendar)",
    );
    check(&["--version"], 0, "anabranch 0.");
    check(&["--help"], 0, "Exit codes");
    // RON, but not a valid model.
    let invalid = folder.file(
        "invalid.ron",
        "(format: 1, handoffs: [\n  (from: \"script\", to: \"edit\"),\n])",
    );
    check(&["check", name(&invalid)], 1, "invalid.ron:2:");
    check(&["simulate", name(&invalid)], 1, "script");
    // A model with errors.
    let empty = folder.file("empty.ron", "(format: 1, name: \"Empty\")");
    check(&["simulate", name(&empty)], 1, "");
    let overloaded = folder.file("overloaded.ron", OVERLOADED);
    check(
        &["simulate", name(&overloaded)],
        1,
        "Legal would need 4.2 people and has 3",
    );
    // Usage.
    check(&["simulate"], 2, "Usage");
    check(&["fly", name(&fine)], 2, "");
    check(
        &["simulate", name(&fine), "--stream", "nope"],
        2,
        "it has trailers",
    );
    check(
        &["simulate", name(&fine), "--scenario", "nope"],
        2,
        "no scenario nope",
    );
    check(
        &["simulate", name(&fine), "--horizon", "3 parsecs"],
        2,
        "no unit of time",
    );
    check(
        &[
            "simulate",
            name(&fine),
            "--horizon",
            "10d",
            "--warmup",
            "10d",
        ],
        2,
        "nothing is left to be measured",
    );
    check(&["export", name(&fine), "-o", "picture"], 2, ".svg");
    // Input and output.
    check(&["check", name(&folder.path("gone.ron"))], 3, "gone.ron");
    let bytes = folder.file("noise.ron", "\u{0}\u{1}{{{");
    check(&["check", name(&bytes)], 3, "noise.ron:1:");
    check(
        &[
            "export",
            name(&fine),
            "-o",
            name(&folder.path("no/such/folder.svg")),
        ],
        3,
        "",
    );
}

#[test]
fn an_unstable_model_gives_its_json_without_figures() {
    let folder = Folder::new();
    let path = folder.file("overloaded.ron", OVERLOADED);
    let output = anabranch(&["simulate", name(&path), "--json"], "");
    assert_eq!(code(&output), 1);
    let printed: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(printed["stable"], Value::Bool(false));
    assert_eq!(printed["lead_time"]["mean"], Value::Null);
    assert_eq!(printed["teams"][0]["utilisation"], Value::Null);
    let needed = printed["teams"][0]["people_needed"]
        .as_f64()
        .expect("a number");
    assert!((needed - 4.2).abs() < 1e-9);
    let problems = printed["problems"].as_array().expect("a list");
    let said = "Legal would need 4.2 people and has 3";
    assert!(
        problems.iter().any(|problem| problem["message"] == said),
        "{problems:?}"
    );
}

#[test]
fn a_scenario_is_simulated_instead_of_the_baseline() {
    let folder = Folder::new();
    let with_scenario = TRAILER
        .trim_end()
        .strip_suffix(')')
        .expect("it ends so")
        .to_owned()
        + r#"    scenarios: [(name: "Faster", changes: [
            set_handoffs(["cut--publish"], trigger(automatic)),
        ])],
)"#;
    let path = folder.file("trailer.ron", &with_scenario);
    let mean = |arguments: &[&str]| {
        let mut all = vec!["simulate", name(&path), "--json", "--replications", "2"];
        all.extend(arguments);
        let output = anabranch(&all, "");
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let printed: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        (
            printed["scenario"].clone(),
            printed["lead_time"]["mean"]["value"]
                .as_f64()
                .expect("a number"),
        )
    };
    let (baseline, before) = mean(&[]);
    let (scenario, after) = mean(&["--scenario", "faster"]);
    assert_eq!(baseline, Value::Null);
    assert_eq!(scenario, Value::from("faster"));
    assert!((before - after - 86_400.0).abs() < 1.0, "{before} {after}");
}

#[test]
fn standard_streams_stand_for_files() {
    let output = anabranch(&["check", "-", "--json"], TRAILER);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let printed: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(printed["model"], Value::from("Trailer"));
    let output = anabranch(&["export", "-", "-o", "-", "--format", "svg"], TRAILER);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("<svg"));
}

#[test]
fn drawings_are_written_in_the_format_of_their_name() {
    let folder = Folder::new();
    let model = folder.file("trailer.ron", TRAILER);
    for (file, begins) in [
        ("picture.svg", &b"<"[..]),
        ("picture.PNG", b"\x89PNG\r\n"),
        ("picture.pdf", b"%PDF-"),
    ] {
        let path = folder.path(file);
        let arguments = ["export", name(&model), "-o", name(&path), "--theme", "dark"];
        let output = anabranch(&arguments, "");
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let bytes = std::fs::read(&path).expect("the file was written");
        assert!(bytes.starts_with(begins), "{file}");
    }
}

#[test]
fn people_get_text() {
    let output = anabranch(
        &["simulate", "-", "--replications", "3", "--seed", "7"],
        TRAILER,
    );
    let printed = text(&output.stdout);
    for said in [
        "Trailer · Trailers",
        "Lead time (calendar)",
        "Within target",
        "Where the time goes",
        "Handoff",
        "Editors",
        "A trailer takes",
        "the longest is Cut → Publish, 24 hours.",
        "3 replications",
        "seed 7",
    ] {
        assert!(printed.contains(said), "{said:?} is not in\n{printed}");
    }
    assert!(
        !printed.contains('\u{202f}'),
        "terminals know no narrow space"
    );
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn letters_that_no_font_has_are_said_by_every_command() {
    let folder = Folder::new();
    // No font has this: Unicode says that it never becomes a letter.
    let model = TRAILER.replace("\"Cut\"", "\"Cut \u{2fffe}\"");
    let file = folder.file("odd.ron", &model);
    let file = file.to_str().expect("a plain name");
    let problem = "warning: stage cut: The name of Cut \u{2fffe} has a letter that no font here has, \
                   drawn as a box: \u{2fffe} (U+2FFFE). Install a font";
    let output = anabranch(&["check", file], "");
    assert_eq!(code(&output), 0);
    assert!(text(&output.stdout).contains(problem));
    let picture = folder.path("odd.svg");
    let picture = picture.to_str().expect("a plain name");
    let output = anabranch(&["export", file, "-o", picture], "");
    assert_eq!(code(&output), 0);
    assert!(text(&output.stderr).contains(problem));
    let output = anabranch(&["simulate", file, "--replications", "2", "--json"], "");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let problems = report["problems"].as_array().expect("a list");
    let is_meant = |found: &Value| {
        found["code"] == "missing-letters" && found["at"] == "stage cut" && found["field"] == "name"
    };
    assert_eq!(problems.iter().filter(|found| is_meant(found)).count(), 1);
}

#[test]
fn a_picture_with_heat_is_simulated_first() {
    let folder = Folder::new();
    let file = folder.file("trailer.ron", TRAILER);
    let file = file.to_str().expect("a plain name");
    let picture = folder.path("heat.svg");
    let picture = picture.to_str().expect("a plain name");
    let output = anabranch(&["export", file, "-o", picture, "--heat"], "");
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let svg = std::fs::read_to_string(picture).expect("it was written");
    assert!(svg.contains(">Share of the lead time</text>"));
    assert!(svg.contains(", calendar</text>"));
    // The handoff of a day has most of the lead time of some hours more.
    let hottest = "#8f1208";
    let handoff = svg
        .split("data-handoff=\"cut--publish\"")
        .nth(1)
        .expect("it is drawn");
    assert!(
        handoff
            .split("</g>")
            .next()
            .expect("a group")
            .contains(hottest)
    );
    let plain = anabranch(&["export", file, "-o", "-", "--format", "svg"], "");
    assert!(!text(&plain.stdout).contains("Share of the lead time"));

    let file = folder.file(
        "broken.ron",
        &TRAILER.replace("people: 3", "").replace("144m", "0"),
    );
    let file = file.to_str().expect("a plain name");
    let nowhere = folder.path("broken.svg");
    let output = anabranch(
        &[
            "export",
            file,
            "-o",
            nowhere.to_str().expect("a plain name"),
            "--heat",
        ],
        "",
    );
    assert_eq!(code(&output), 1);
    assert!(text(&output.stderr).contains("Nothing was simulated, so no picture was made."));
    assert!(!nowhere.exists());
}
