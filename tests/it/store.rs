//! The file: what is written reads back, what is wrong is told with its place, and saving is all or
//! nothing.

use anabranch::model::{Change, Model, Scenario, ScenarioId};
use anabranch::store;
use proptest::prelude::*;

use crate::faults::told;
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
    #![proptest_config(crate::cases::cases(96))]

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
    #![proptest_config(crate::cases::cases(96))]

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
