//! The file: what is written reads back, what is wrong is told with its place, and saving is all or
//! nothing.

use anabranch::model::{Change, Model, Scenario, ScenarioId};
use anabranch::store;
use proptest::prelude::*;

use crate::generate;

fn read(text: &str) -> Model {
    let loaded = store::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(!loaded.is_partial(), "{:?}", loaded.notes);
    loaded.model
}

const BY_HAND: &str = r#"// Written by hand: ids left out, some of everything that may be.
#![enable(implicit_some)]
(
    format: 1,
    name: "Approval",
    teams: [(name: "Writers", people: 3, cost_per_hour: 60)],
    streams: [(name: "Titles", demands: [(arrivals: every(gap: "exponential(2d)"))])],
    stages: [
        (name: "Script", team: Some("writers"), work: "triangular(4h, 1d, 2d)", ca: "85%", at: (120, 80)),
        (name: "Edit", work: "3h", rework_work: 0.5),
        (id: "qc", work: r"3h"),
        (name: "Edit"),
    ],
    handoffs: [
        (from: "script", to: "edit", trigger: manual("2d")),
        (from: "script", to: "edit", trigger: scheduled(rhythm: "every Tue 10:00")),
        (from: "edit", to: "script", kind: rework, share: 0.2, at_most: 2),
    ],
    scenarios: [(name: "Faster", changes: [
        set_team("writers", people(4)),
        set_stages(["edit"], work("1h")),
        set_stages(["edit"], team(None)),
        set_handoffs(["script--edit"], trigger(automatic)),
        relax_handoffs(["script--edit"]),
    ])],
)"#;

const AS_SAVED: &str = r#"(
    format: 1,
    name: "Approval",
    teams: [
        (
            id: "writers",
            name: "Writers",
            people: 3,
            cost_per_hour: 60,
        ),
    ],
    streams: [
        (
            id: "titles",
            name: "Titles",
            demands: [
                (id: "demand", arrivals: every(gap: "exponential(2d)")),
            ],
        ),
    ],
    stages: [
        (
            id: "script",
            name: "Script",
            team: "writers",
            work: "triangular(4h, 1d, 2d)",
            ca: 0.85,
            at: (120, 80),
        ),
        (
            id: "edit",
            name: "Edit",
            work: "3h",
            rework_work: 0.5,
        ),
        (
            id: "qc",
            name: "qc",
            work: "3h",
        ),
        (
            id: "edit-2",
            name: "Edit",
        ),
    ],
    handoffs: [
        (id: "script--edit", from: "script", to: "edit", trigger: manual("2d")),
        (id: "script--edit-2", from: "script", to: "edit", trigger: scheduled(rhythm: "every Tue 10:00")),
        (id: "edit--script", from: "edit", to: "script", kind: rework, share: 0.2, at_most: 2),
    ],
    scenarios: [
        (
            id: "faster",
            name: "Faster",
            changes: [
                set_team("writers", people(4)),
                set_stages(["edit"], work("1h")),
                set_stages(["edit"], team(None)),
                set_handoffs(["script--edit"], trigger(automatic)),
                relax_handoffs(["script--edit"]),
            ],
        ),
    ],
)
"#;

#[test]
fn a_file_written_by_hand_is_saved_a_field_a_line() {
    let model = read(BY_HAND);
    assert_eq!(store::write(&model), AS_SAVED);
    assert_eq!(read(AS_SAVED), model);
    let with_mark = [b"\xef\xbb\xbf", BY_HAND.replace('\n', "\r\n").as_bytes()].concat();
    assert_eq!(store::read(&with_mark).unwrap().model, model);
}

#[test]
fn every_kind_of_change_reads_back() {
    for seed in 0..20 {
        let changes = generate::every_change(seed);
        let mut model = Model::default();
        model.scenarios.push(Scenario {
            id: ScenarioId::new("all").unwrap(),
            name: String::new(),
            description: String::new(),
            on: None,
            changes,
        });
        let text = store::write(&model);
        let changes_of = |model: &Model| -> Vec<Change> {
            model
                .scenarios
                .iter()
                .flat_map(|one| one.changes.clone())
                .collect()
        };
        let loaded = read(&text);
        for (found, expected) in changes_of(&loaded).iter().zip(changes_of(&model)) {
            assert_eq!(*found, expected);
        }
        assert_eq!(loaded, model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_saved_loads_as_it_was(model in generate::models()) {
        let text = store::write(&model);
        let loaded = read(&text);
        prop_assert_eq!(&loaded, &model);
        prop_assert_eq!(store::write(&loaded), text);
    }

    #[test]
    fn bytes_gone_wrong_never_panic(
        seed in any::<u64>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let mut bytes = store::write(&generate::model(seed, 3)).into_bytes();
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes[at] = b"()[]{},:\"\\/*#r-0N.\n"[usize::from(byte) % 19],
                2 => bytes.truncate(at.max(1)),
                _ => { bytes.remove(at); if bytes.is_empty() { bytes.push(byte); } }
            }
        }
        match store::read(&bytes) {
            Ok(loaded) => { read(&store::write(&loaded.model)); }
            Err(error) => {
                for fault in error.faults() {
                    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
                    prop_assert!((1..=lines).contains(&fault.line), "{}", fault);
                }
                prop_assert!(!error.faults().is_empty());
            }
        }
    }
}

/// Reads a text as it is and with a comment at its end that only `ron` reads, so that the quick
/// reader of plain texts and `ron` are compared. Returns the model when there is one.
fn read_both_ways(text: &str) -> Option<Model> {
    let quick = store::read(text.as_bytes());
    let by_ron = store::read(format!("{text}\n/**/").as_bytes());
    match (quick, by_ron) {
        (Ok(quick), Ok(by_ron)) => {
            assert_eq!(format!("{quick:?}"), format!("{by_ron:?}"), "{text}");
            Some(quick.model)
        }
        (Err(_), Err(_)) => None,
        (quick, by_ron) => panic!("{quick:?}\n{by_ron:?}\n{text}"),
    }
}

#[test]
fn files_of_ours_read_alike_both_ways() {
    let mut read = 0;
    for folder in ["examples", "tests/files"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "ron") {
                let text = std::fs::read_to_string(&path).unwrap();
                let model = read_both_ways(&text).expect("it is a model");
                assert_eq!(read_both_ways(&store::write(&model)), Some(model));
                read += 1;
            }
        }
    }
    assert!(read >= 7, "{read}");
    read_both_ways(BY_HAND).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn models_read_alike_both_ways_whole_and_with_one_byte_changed(
        model in generate::models(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 8),
    ) {
        let text = store::write(&model);
        prop_assert_eq!(read_both_ways(&text), Some(model));
        for (at, byte) in changes {
            let mut bytes = text.clone().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(text) = String::from_utf8(bytes) {
                read_both_ways(&text);
            }
        }
    }
}

#[test]
fn a_change_of_one_field_is_a_change_of_one_line() {
    let before = store::write(&read(BY_HAND));
    let mut model = read(BY_HAND);
    let stage = model.stages.at(0).unwrap().id;
    let handoff = model.handoffs.at(1).unwrap().id;
    let check = |model: &Model| {
        let after = store::write(model);
        let differ = before
            .lines()
            .zip(after.lines())
            .filter(|(a, b)| a != b)
            .count();
        assert_eq!(
            (differ, before.lines().count()),
            (1, after.lines().count()),
            "{after}"
        );
    };
    model.stages.find_mut(stage).unwrap().name = "Writing".to_owned();
    check(&model);
    let mut model = read(BY_HAND);
    model.handoffs.find_mut(handoff).unwrap().notes = "a\nb".to_owned();
    check(&model);
    let mut model = read(BY_HAND);
    model
        .stages
        .find_mut(stage)
        .unwrap()
        .at
        .position
        .as_mut()
        .unwrap()
        .x = 130.0;
    check(&model);
}

/// The text of every fault, one a line, with the word for what the whole is.
fn told(text: &[u8]) -> String {
    let error = store::read(text).expect_err("it is wrong on purpose");
    let kind = if error.is_faulty_model() {
        "faulty"
    } else {
        "no model"
    };
    format!("{kind}\n{error}")
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let mut differ = String::new();
    let mut check = |text: &str, expected: &str| {
        let found = told(text.as_bytes());
        if found != expected {
            differ.push_str(&format!(
                "{text}\n--- found\n{found}\n--- expected\n{expected}\n\n"
            ));
        }
    };
    // Meaning: several at once, in the order of the file.
    check(
        r#"(
    format: 1,
    teams: [(id: "writers", people: -1), (id: "writers")],
    stages: [
        (id: "script", work: "3x", team: "writer"),
        (id: "legal review"),
        (name: "Edit", crew: 0, ca: 1.2, cost: NaN),
    ],
    handoffs: [
        (from: "script", to: "edti"),
        (id: "back", from: "edit"),
    ],
)"#,
        r#"faulty
3:37: team writers, people: -1 is no whole number here (write one from 0 to 4294967295)
3:47: team writers, id: another team has the id "writers" (write another id, for instance "writers-2")
5:32: stage script, work: "x" is no unit of time (the units are w, d, h, m, s and ms)
5:42: stage script, team: there is no team "writer" (did you mean "writers"?)
6:14: stage legal review, id: an id is made of letters, digits and - _ . and has no ' ' (write for instance "legal-review")
7:30: stage edit, crew: 0 is no count (write a whole number of 1 or more)
7:37: stage edit, ca: 1.2 is no share (write a number from 0 to 1, or for instance "85%")
7:48: stage edit, cost: NaN is not a finite number (write for instance 12 or 0.5)
10:30: handoff script--edti, to: there is no stage "edti" (did you mean "edit"?)
11:9: handoff back: to is missing (write for instance to: "script")"#,
    );
    // Inside a Change, behind an escape, inside Some.
    check(
        r#"(format: 1, scenarios: [(name: "Fast", changes: [
    set_team("a", people(3)),
    set_stages(["a", "b c"], work("\u{31}d \"4h")),
    set_stages(["a"], batch(Some((size: 0)))),
])])"#,
        r#"faulty
3:22: change 2 of scenario fast, set_stages: an id is made of letters, digits and - _ . and has no ' ' (write for instance "b-c")
3:44: change 2 of scenario fast, set_stages.work: a number is expected here (write for instance 90m, 3h, 2d 4h, 1w or 1.5h)
4:41: change 3 of scenario fast, set_stages.batch.size: 0 is no count (write a whole number of 1 or more)"#,
    );
    check(
        r#"(format: 1, streams: [(name: "T", demands: [(class: (name: "Film"), arrivals: dates(["2026-02-30"]), at: ["x"]), (at: [])])])"#,
        r#"faulty
1:87: demand film of stream t, arrivals: "2026-02-30" is no date and time (write for instance 2026-03-05 09:00)
1:107: demand film of stream t, at: there is no stage "x" (the file has no stage)
1:114: demand 2 of stream t: arrivals is missing (write for instance arrivals: every(gap: "exponential(2d)"))"#,
    );
    check(
        r#"(format: 1, settings: (zone: "Mars/Base", seed: 1.5), calendars: [(name: "C", hours: "Mon 9")])"#,
        r#"faulty
1:31: settings.zone: "Mars/Base" is no time zone (write a zone such as Europe/Berlin, America/Los_Angeles or UTC)
1:49: settings.seed: 1.5 is no whole number here (write one from 0 to 18446744073709551615)
1:92: calendar c, hours: the closing time is missing (write for instance 09:00-17:00)"#,
    );
    check(
        "(name: \"A\")",
        "faulty\n1:1: the number of the format is missing (write format: 1 first)",
    );
    // Types.
    check(
        "(\n    format: 1,\n    stages: [\n        (id: \"a\", work: 3),\n    ],\n)",
        "faulty\n4:25: stage a, work: a text is expected here (write it in double quotes, for instance \"2d\")",
    );
    check(
        "(format: 1, stages: [(id: \"a\", entry: al)])",
        "faulty\n1:39: stage a, entry: \"al\" is not one of any, all (did you mean all?)",
    );
    check(
        "(format: 1, stages: [(id: \"a\", id: \"b\")])",
        "faulty\n1:32: stage a: id is said twice (keep one of the two)",
    );
    check(
        "(format: 2, stages: [(id: \"a\", work: 3)])",
        "faulty\n1:38: stage a, work: a text is expected here (write it in double quotes, for instance \"2d\"; the file has format 2, this program knows format 1)",
    );
    // Syntax.
    check(
        "(format: 1, stages: [(id: \"a\" name: \"A\")])",
        "no model\n1:31: stage a: a comma or the closing bracket is expected here (between two values stands a comma)",
    );
    check(
        "(format: 1, name: \"A",
        "no model\n1:19: name: this text does not end (a closing quote is missing)",
    );
    check(
        "(format: 1,",
        "no model\n1:12: the file ends too early (a closing bracket or quote is missing)",
    );
    check(
        "(format: 1))",
        "no model\n1:12: the model has ended, but the file goes on (is there a closing bracket too many?)",
    );
    check(
        "",
        "no model\n1:1: the file ends too early (a closing bracket or quote is missing)",
    );
    check(
        &"[".repeat(100_000),
        "no model\n1:65: brackets are nested too deeply here (no model needs so many levels)",
    );
    // No model at all.
    for text in [
        "(wheels: 4)",
        "[1, 2]",
        "{\"format\": 1}",
        "42",
        "()",
        "Car(format: 1)",
    ] {
        check(
            text,
            "no model\n1:1: this is no model of this program (a model begins with (format: 1, name: …)",
        );
    }
    check(
        "(\n    format: 1,\n<<<<<<< HEAD\n    name: \"A\",\n=======\n    name: \"B\",\n>>>>>>> other\n)",
        "no model\n3:1: the file holds a merge conflict that is not resolved (keep one of the two sides and delete the lines with <<<<<<<, ======= and >>>>>>>)",
    );
    assert!(differ.is_empty(), "{differ}");
    assert_eq!(
        told(b"(\n  name: \"\xff\")"),
        "no model\n2:10: byte 12 (0xff) is not UTF-8 text (save the file as UTF-8 text)"
    );
}

#[test]
fn no_more_than_twenty_faults_are_told() {
    let stages = "(id: \"a b\"),".repeat(50);
    let error = store::read(format!("(format: 1, stages: [{stages}])").as_bytes()).unwrap_err();
    assert_eq!(error.faults().len(), 20);
    assert!(error.to_string().ends_with("\nand 30 more"), "{error}");
}

#[test]
fn what_is_not_known_is_passed_over_and_said() {
    let notes = |text: &str| -> Vec<String> {
        let loaded = store::read(text.as_bytes()).unwrap();
        assert!(loaded.is_partial());
        loaded.notes.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        notes(
            "(\n  format: 3,\n  stages: [(id: \"a\", wrok: \"2d\", moods: [(x: y(1))])],\n  weather: {},\n)"
        ),
        [
            "2:11: format: the file has format 3, this program knows format 1 (a newer version of the program may know more of it)",
            "3:22: stage a, wrok: this field is not known and is passed over (did you mean work?)",
            "3:34: stage a, moods: this field is not known and is passed over (docs/format.md lists the fields)",
            "4:3: weather: this field is not known and is passed over (docs/format.md lists the fields)",
        ]
    );
    assert_eq!(
        notes(
            "(format: 1, scenarios: [(id: \"s\", changes: [add_team(team: (id: \"t\", hue: 1))])])"
        ),
        [
            "1:70: change 1 of scenario s, add_team.team.hue: this field is not known and is passed over (docs/format.md lists the fields)"
        ]
    );
}

/// The parts of docs/format.md between ```ron and ```.
fn examples_in_the_docs() -> Vec<&'static str> {
    include_str!("../../docs/format.md")
        .split("```ron\n")
        .skip(1)
        .map(|rest| rest.split_once("```").expect("it is closed").0)
        .collect()
}

/// What may stand at a place of a file, from the message about a word that may not.
fn words_for(text_with_nonsense: &str) -> Vec<String> {
    let told = told(text_with_nonsense.as_bytes());
    let words = told.split("is not one of ").nth(1).expect("it lists them");
    words
        .split(" (did you mean")
        .next()
        .unwrap_or_default()
        .split(", ")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_example_of_the_docs_is_complete_and_reads_back() {
    for example in examples_in_the_docs() {
        let model = read(example);
        assert_eq!(read(&store::write(&model)), model);
    }
    let complete = examples_in_the_docs().pop().unwrap();
    let change =
        |change: &str| format!("(format: 1, scenarios: [(id: \"s\", changes: [{change}])])");
    let verbs = words_for(&change("nonsense"));
    assert!(verbs.len() > 35, "{verbs:?}");
    for verb in verbs {
        assert!(complete.contains(&format!("   {verb}(")), "no {verb}");
        // Of `set_…`, every field.
        if let Some(element) = verb.strip_prefix("set_") {
            let (given, before) = match element {
                "model" => ("", "set_model(".to_owned()),
                "stages" | "handoffs" => ("[\"a\"], ", format!("{verb}([")),
                "demand" => (
                    "stream: \"a\", demand: \"a\", field: ",
                    "field: ".to_owned(),
                ),
                _ => ("\"a\", ", format!("{verb}(\"")),
            };
            for field in words_for(&change(&format!("{verb}({given}nonsense)"))) {
                assert!(
                    complete.lines().any(|line| {
                        line.contains(&before) && line.contains(&format!("{field}("))
                    }),
                    "no {verb} with {field}"
                );
            }
        }
    }
}

#[test]
fn the_docs_name_every_field() {
    let docs = include_str!("../../docs/format.md");
    let text = store::write(&read(examples_in_the_docs().pop().unwrap()));
    // That every field is in the example is tested where the fields are known, in `store::v1`.
    for line in text.lines() {
        if let Some((field, _)) = line.trim().split_once(": ")
            && field.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        {
            assert!(
                docs.contains(&format!("`{field}`")),
                "{field} is not explained"
            );
        }
    }
}

#[test]
fn a_file_of_format_1_opens_for_ever() {
    let kept = include_str!("../files/format-1.ron");
    let model = read(kept);
    // As long as format 1 is what is written, it is written like this.
    let written = store::write(&model);
    assert!(written == kept, "{written}");
    assert_eq!((model.stages.len(), model.handoffs.len()), (5, 7));
    let changes = model.scenarios.at(1).map(|one| one.changes.len());
    assert_eq!(changes, Some(120));
}

mod saving {
    use std::path::Path;

    use anabranch::store::{
        self, DiskFiles, Files, Fingerprint, LoadError, MemoryFiles, SaveError, SaveOptions, Saved,
    };

    use crate::generate;

    const TARGET: &str = "/models/a.ron";

    fn old() -> Vec<u8> {
        store::write(&generate::model(1, 4)).into_bytes()
    }

    const BACKUPS: &str = "/data/backups";

    /// What is there before saving, and what saving is asked for.
    #[derive(Clone, Copy, Debug)]
    struct Case {
        /// How many names the file has; 0 when it is not there.
        names: u64,
        is_known: bool,
        has_backups: bool,
    }

    impl Case {
        fn all() -> Vec<Self> {
            let mut all = Vec::new();
            for names in 0..3 {
                for is_known in [false, true] {
                    for has_backups in [false, true] {
                        if names > 0 || !is_known {
                            all.push(Self {
                                names,
                                is_known,
                                has_backups,
                            });
                        }
                    }
                }
            }
            all
        }

        fn set_up(self) -> MemoryFiles {
            let files = MemoryFiles::new();
            if self.names > 0 {
                files.put(TARGET, old(), 0o640);
                files.set_names(Path::new(TARGET), self.names);
            }
            files
        }

        fn save(self, files: &MemoryFiles, bytes: &[u8]) -> Result<Saved, SaveError> {
            let options = SaveOptions {
                known: self.is_known.then(|| Fingerprint::of(&old())),
                backups: self.has_backups.then_some(Path::new(BACKUPS)),
            };
            store::save_with(files, Path::new(TARGET), bytes, options)
        }

        fn check(self, files: &MemoryFiles, result: &Result<Saved, SaveError>, new: &[u8]) {
            let was_there = self.names > 0;
            let found = files.read(Path::new(TARGET)).ok();
            let (is_old, is_new) = (found == was_there.then(old), found.as_deref() == Some(new));
            match result {
                Err(SaveError::Unchanged { .. }) => assert!(is_old),
                Err(SaveError::Unconfirmed { .. }) => assert!(is_new),
                // Only where it is written in place can it be damaged, and not without its twin.
                Err(SaveError::Damaged { safe, .. }) => {
                    assert!(self.names > 1);
                    assert_eq!(files.read(safe).unwrap(), old());
                }
                Err(error) => panic!("{error}"),
                Ok(saved) => {
                    assert!(is_new);
                    assert_eq!(saved.fingerprint, Fingerprint::of(new));
                    let kept = store::backups(files, Path::new(BACKUPS), Path::new(TARGET));
                    let kept = kept.unwrap();
                    let wants_backup = self.has_backups && was_there;
                    assert_eq!(wants_backup, saved.no_backup.is_some() || kept.len() == 1);
                    for backup in kept.iter().filter(|_| saved.no_backup.is_none()) {
                        assert_eq!(files.read(&backup.path).unwrap(), old());
                    }
                }
            }
            for names_are_written in [false, true] {
                let after = files.after_power_cut(names_are_written);
                let found = after.read(Path::new(TARGET)).ok();
                let is_old = found == was_there.then(old);
                let is_new = found.as_deref() == Some(new);
                let is_damaged = matches!(result, Err(SaveError::Damaged { .. }));
                assert!(is_old || is_new || is_damaged);
                assert!(is_new || result.is_err(), "said to be saved");
            }
        }
    }

    #[test]
    fn whatever_fails_the_file_is_the_old_or_the_new_one() {
        let new = store::write(&generate::model(2, 4)).into_bytes();
        let mut rounds = 0;
        for case in Case::all() {
            let whole = case.set_up();
            let saved = case.save(&whole, &new).unwrap();
            assert!(saved.no_backup.is_none());
            let calls = whole.calls();
            assert!(calls >= 5, "{calls}");
            // One more, since what is done after a failure is more calls.
            for first in 0..calls + 4 {
                for second in first..calls + 4 {
                    let files = case.set_up();
                    files.fail_at(first);
                    files.fail_at(second);
                    let result = case.save(&files, &new);
                    files.heal();
                    let what = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        case.check(&files, &result, &new);
                    }));
                    assert!(
                        what.is_ok(),
                        "{case:?}, calls {first} and {second}: {result:?}"
                    );
                    rounds += 1;
                    let is_beside =
                        |path: &std::path::PathBuf| path.to_string_lossy().ends_with(".saving");
                    if first == second && case.names < 2 {
                        assert!(!files.paths().iter().any(is_beside), "{case:?}: {first}");
                    }
                }
            }
        }
        println!("{rounds} rounds");
        assert!(rounds > 500, "{rounds}");
    }

    #[test]
    fn the_file_of_another_program_is_not_written_over() {
        let theirs = b"(format: 1, name: \"Theirs\")";
        let case = Case {
            names: 1,
            is_known: true,
            has_backups: true,
        };
        let files = case.set_up();
        files.put(TARGET, theirs, 0o640);
        let error = case.save(&files, b"mine").unwrap_err();
        assert!(matches!(error, SaveError::Changed { .. }), "{error}");
        assert_eq!(files.read(Path::new(TARGET)).unwrap(), theirs);
        files.remove(Path::new(TARGET)).unwrap();
        let error = case.save(&files, b"mine").unwrap_err();
        assert!(matches!(error, SaveError::Gone { .. }), "{error}");
        assert!(files.paths().is_empty());
    }

    #[test]
    fn the_last_ten_backups_are_kept_of_each_file() {
        let files = MemoryFiles::new();
        let folder = Path::new(BACKUPS);
        for file in ["/a/model.ron", "/b/model.ron"] {
            for n in 0..15 {
                let options = SaveOptions {
                    known: None,
                    backups: Some(folder),
                };
                let text = format!("{file} {n}");
                // Saved again without a change, nothing is replaced.
                for _ in 0..2 {
                    store::save_with(&files, Path::new(file), text.as_bytes(), options).unwrap();
                }
            }
        }
        for file in ["/a/model.ron", "/b/model.ron"] {
            let kept = store::backups(&files, folder, Path::new(file)).unwrap();
            let texts: Vec<_> = kept
                .iter()
                .map(|backup| String::from_utf8(files.read(&backup.path).unwrap()).unwrap())
                .collect();
            let expected: Vec<_> = (4..14).rev().map(|n| format!("{file} {n}")).collect();
            assert_eq!(texts, expected);
        }
    }

    #[test]
    fn permissions_stay_and_links_are_followed() {
        let files = MemoryFiles::new();
        files.put("/store/real.ron", old(), 0o600);
        files.put_link("/home/link.ron", "../store/real.ron");
        files.put_link("/home/again.ron", "link.ron");
        let model = generate::model(3, 2);
        store::save(&files, Path::new("/home/again.ron"), &model).unwrap();
        let real = Path::new("/home/../store/real.ron");
        let bytes = files.read(real).unwrap();
        assert_eq!(store::read(&bytes).unwrap().model, model);
        files.put_link("/home/a", "b");
        files.put_link("/home/b", "a");
        let error = store::save(&files, Path::new("/home/a"), &model).unwrap_err();
        assert_eq!(
            error.to_string(),
            "/home/a could not be saved, and is unchanged: following the link: the links lead in a circle"
        );
    }

    #[test]
    fn what_must_not_be_written_is_not() {
        let files = MemoryFiles::new();
        files.put(TARGET, old(), 0o444);
        let model = generate::model(3, 2);
        let error = store::save(&files, Path::new(TARGET), &model).unwrap_err();
        assert_eq!(
            error.to_string(),
            "/models/a.ron is write-protected, and is unchanged"
        );
        files.put_folder("/models/folder");
        let error = store::save(&files, Path::new("/models/folder"), &model).unwrap_err();
        assert!(error.to_string().contains("it is no plain file"), "{error}");
        assert_eq!(files.read(Path::new(TARGET)).unwrap(), old());
    }

    #[test]
    fn a_file_that_is_not_there_is_said_so() {
        let error = store::load(&MemoryFiles::new(), Path::new("/no.ron")).unwrap_err();
        assert!(matches!(error, LoadError::Unreadable { .. }));
        assert!(!error.is_faulty_model());
        assert!(
            error.to_string().starts_with("/no.ron cannot be read: "),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_real_disk_keeps_permissions_and_links() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().unwrap();
        let real = folder
            .path()
            .join("a model with a very long name that is cut for the file beside it, and ü.ron");
        let link = folder.path().join("link.ron");
        let model = generate::model(5, 5);
        let state = store::save(&DiskFiles, &real, &model).unwrap().unwrap();
        assert_eq!(state.length, store::write(&model).len() as u64);
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).unwrap();
        symlink(real.file_name().unwrap(), &link).unwrap();
        let next = generate::model(6, 5);
        let state = store::save(&DiskFiles, &link, &next).unwrap();
        assert_eq!(state, DiskFiles.state(&real).unwrap());
        assert_eq!(store::load(&DiskFiles, &real).unwrap().model, next);
        assert!(link.is_symlink());
        let mode = std::fs::metadata(&real).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);

        // Another name of the same file leads to the same file after saving too, and a shorter
        // text leaves nothing of a longer one.
        let other = folder.path().join("other.ron");
        std::fs::hard_link(&real, &other).unwrap();
        let shorter = generate::model(7, 1);
        store::save(&DiskFiles, &real, &shorter).unwrap();
        assert_eq!(store::load(&DiskFiles, &other).unwrap().model, shorter);
        assert_eq!(DiskFiles.state(&other).unwrap().unwrap().names, 2);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
        store::save(&DiskFiles, &other, &next).unwrap();
        // What nobody else may read, nobody else may read in a backup or a journal.
        let data = folder.path().join("data");
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).unwrap();
        let options = SaveOptions {
            known: None,
            backups: Some(&data),
        };
        store::save_with(&DiskFiles, &real, b"()", options).unwrap();
        drop(DiskFiles.begin_log(&data.join("a.journal")).unwrap());
        let private = DiskFiles.list(&data).unwrap();
        assert_eq!(private.len(), 2);
        for (path, expected) in [(&private[0], 0o600), (&private[1], 0o600), (&data, 0o700)] {
            let mode = std::fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, expected, "{path:?}");
        }
        let missing = folder.path().join("no/such/folder.ron");
        let error = store::save(&DiskFiles, &missing, &next).unwrap_err();
        assert!(matches!(error, SaveError::Unchanged { .. }), "{error}");
    }
}
