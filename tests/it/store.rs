//! The file: what is written reads back, what is wrong is told with its place, and saving is all or
//! nothing.

use anabranch::store;

#[test]
fn a_file_written_by_hand_gives_a_model() {
    let text = r#"(
    format: 1,
    name: "Approval",
    teams: [(name: "Writers", people: 3, cost_per_hour: 60)],
    streams: [(name: "Titles", demands: [(arrivals: every(gap: "exponential(2d)"))])],
    stages: [
        (name: "Script", team: "writers", work: "triangular(4h, 1d, 2d)", ca: 0.85, at: (120, 80)),
        (name: "Edit", work: "3h"),
    ],
    handoffs: [
        (from: "script", to: "edit", trigger: manual("2d")),
        (from: "script", to: "edit", trigger: scheduled(rhythm: "every Tue 10:00")),
        (from: "edit", to: "script", kind: rework, share: "20%", at_most: 2),
    ],
    scenarios: [(name: "Faster", changes: [
        set_team("writers", people(4)),
        set_stages(["edit"], work("1h")),
        set_stages(["edit"], team(None)),
        set_handoffs(["script--edit"], trigger(automatic)),
        relax_handoffs(["script--edit"]),
    ])],
)"#;
    let loaded = store::read(text.as_bytes()).unwrap();
    let written = store::write(&loaded.model);
    println!("{written}");
    assert_eq!(store::read(written.as_bytes()).unwrap(), loaded);
}
