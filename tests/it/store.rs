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
