//! What is wrong with a file, and what is not known in it: told with its place.

use anabranch::store;

/// The text of every fault, one a line, with the word for what the whole is.
pub fn told(text: &[u8]) -> String {
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
