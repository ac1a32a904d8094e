//! Quick entry: text into drawings, drawings into text.

use anabranch::check::{check, has_errors};
use anabranch::edit::Document;
use anabranch::model::{Distribution, Entry, Exit, HandoffKind, Needs, Trigger};
use anabranch::quick::{enter, new_model};
use proptest::prelude::*;

#[test]
fn the_line_of_the_guide_becomes_a_drawing() {
    let text = "Script 3d @Writers > Edit 5d @Post > { Transcode 2h!, Metadata 4h @Data, \
                Compliance 1d @Legal } > Publish";
    let model = new_model(text, "Premiere").unwrap();
    let problems = check(&model);
    assert!(!has_errors(&problems), "{problems:?}");
    assert_eq!(
        (model.stages.len(), model.handoffs.len(), model.teams.len()),
        (6, 7, 4)
    );
    let read = anabranch::store::read(anabranch::store::write(&model).as_bytes()).unwrap();
    assert_eq!(read.model, model);
}

/// Reads a text; each stage as `name team work % entry exit`, each handoff as one line.
fn said(text: &str) -> String {
    let model = new_model(text, "Test").unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(anabranch::edit::broken_invariant(&model), None, "{text}");
    let mut lines = Vec::new();
    for stage in &model.stages {
        let mut line = stage.id.to_string();
        if let Some(team) = stage.team {
            line.push_str(&format!(" @{team}"));
        }
        if let Some(work) = &stage.work {
            line.push_str(&format!(" {work}"));
        }
        if let Some(ca) = stage.ca {
            line.push_str(&format!(" {ca}"));
        }
        if stage.automation.is_some() {
            line.push('!');
        }
        if stage.entry == Entry::All {
            line.push_str(" joins");
        }
        if stage.exit == Exit::TakeAll {
            line.push_str(" forks");
        }
        lines.push(line);
    }
    for handoff in &model.handoffs {
        let mut line = handoff.id.to_string();
        match handoff.kind {
            HandoffKind::Forward => {}
            HandoffKind::Rework { at_most } => {
                line.push_str(" rework");
                if let Some(most) = at_most {
                    line.push_str(&format!(" x{most}"));
                }
            }
            HandoffKind::Feedback => line.push_str(" feedback"),
        }
        if let Some(share) = handoff.share {
            line.push_str(&format!(" {share}"));
        }
        match &handoff.trigger {
            Trigger::Manual(delay) if *delay == Distribution::default() => {}
            Trigger::Manual(delay) => line.push_str(&format!(" {delay}")),
            Trigger::Automatic(latency) => line.push_str(&format!(" !{latency}")),
            Trigger::Scheduled { .. } => line.push_str(" scheduled"),
        }
        if handoff.needs == Needs::Customary {
            line.push_str(" customary");
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn check_said(text: &str, expected: &[&str]) {
    assert_eq!(said(text), expected.join("\n"), "{text}");
}

#[test]
fn stages_have_time_owner_percentage_and_automation_in_any_order() {
    check_said(
        "Legal review 4h @Legal 85% > Fix 1d2h > Encode! 20 m > Pack 1,5h > Store 0h @- > 3D model 2 days",
        &[
            "legal-review @legal 4h 85%",
            "fix @legal 1d 2h",
            "encode 20m!",
            "pack @legal 1h 30m",
            "store 0",
            "3d-model 2d",
            "legal-review--fix",
            "fix--encode",
            "encode--pack",
            "pack--store",
            "store--3d-model",
        ],
    );
    check_said(
        "A 85% @Ünit two triangular(1h, 2h, 1,5d) > B! @Farm",
        &[
            "a @ünit-two triangular(1h, 2h, 1.5d) 85%",
            "b @farm!",
            "a--b",
        ],
    );
    check_said(
        r#""Cut, grade > mix" 1h @"R&D @home">“Wait 2 days”@-"#,
        &[
            "cut-grade-mix @r-d-home 1h",
            "wait-2-days",
            "cut-grade-mix--wait-2-days",
        ],
    );
}

#[test]
fn arrows_say_how_items_move() {
    check_said(
        "A>2d>B>?>C?>!>D>!5m?>E <20%1d x3< B ~> A ~5%> B > F",
        &[
            "a",
            "b",
            "c",
            "d",
            "e",
            "f",
            "a--b 2d",
            "b--c customary",
            "c--d !0",
            "d--e !5m customary",
            "e--b rework x3 20% 1d",
            "e--a feedback 10%",
            "e--b-2 feedback 5%",
            "e--f",
        ],
    );
}

#[test]
fn branches_fork_and_join_or_are_chosen() {
    check_said(
        "A >1d> {B, >?> C > D >3d>, E} > F",
        &[
            "a forks",
            "b",
            "c",
            "d",
            "e",
            "f joins",
            "a--b 1d",
            "a--c customary",
            "c--d",
            "a--e 1d",
            "b--f",
            "d--f 3d",
            "e--f",
        ],
    );
    check_said(
        "A > [70% B > {C, D} > E | 20% F | G] > H",
        &[
            "a", "b forks", "c", "d", "e joins", "f", "g", "h", "a--b 70%", "b--c", "b--d", "c--e",
            "d--e", "a--f 20%", "a--g 10%", "e--h", "f--h", "g--h",
        ],
    );
}

#[test]
fn names_again_lines_and_outlines() {
    let two = ["a", "b", "c", "a--b", "a--c", "c--b"];
    check_said("A > B\n#A > C > #b", &two);
    check_said("A > B; #A\n > C > #B", &two);
    let outline = [
        "a forks", "b forks", "c", "d", "e", "f joins", "a--b", "b--c", "b--d", "a--e", "c--f",
        "d--f", "e--f",
    ];
    check_said("A > { B > { C, D }, E } > F", &outline);
    check_said("1. A\n\n  - B\n    * C\n    * D\n  - E\r\n2. F\n", &outline);
    check_said("  A\n\tB\n\t\tC\n\t\tD\n\tE\n  F", &outline);
    check_said(
        "Review > Fix > Review <10%< #review-2",
        &[
            "review",
            "fix",
            "review-2",
            "review--fix",
            "fix--review-2",
            "review-2--review-2 rework 10%",
        ],
    );
}

#[test]
fn what_is_not_understood_is_shown_where_it_stands() {
    let check = |text: &str, at: (usize, usize), part: &str| {
        let error = new_model(text, "").expect_err(text);
        assert_eq!((error.line, error.column), at, "{text}: {error}");
        assert!(error.message.contains(part), "{text}: {error}");
    };
    check("", (1, 1), "there is no stage");
    check("A > B >", (1, 8), "a stage is expected at the end");
    check("A >> B", (1, 4), "a stage is expected here, not >");
    check("A > {B, C", (1, 5), "never closed");
    check("A > {B | C}", (1, 8), ", or } is expected");
    check("A, B", (1, 2), "a comma parts branches");
    check("Ä }", (1, 3), "no bracket is open");
    check("A 4h Review", (1, 6), "cannot go on here");
    check("A 4h 5% 2h", (1, 9), "the time is said twice");
    check("A > 2d B", (1, 5), "a time stands before no stage");
    check("A uniform(1h) > B", (1, 11), "2 figures are expected");
    check("A 120%", (1, 3), "between 0% and 100%");
    check("A > \"B > C", (1, 5), "this quote is never closed");
    check("A\nB\n#C > D", (3, 2), "no stage before this is called C");
    check("A <20% B", (1, 8), "< to end the rework is expected");
    check("A > [70% B | 40% C]", (1, 5), "add up to 110%");
    check("[50% A | B]", (1, 1), "a choice needs a stage");
    check("{A > [B | C], D} > E", (1, 16), "no stage can wait");
    check("A > B > #A", (1, 7), "in a circle");
    check("A\n    B\n  C", (3, 3), "indented");
    check("A >!exponential(1h)> B", (1, 5), "always as long");
    check(&"A > {".repeat(5000), (1, 325), "deeper than 64");
}

#[test]
fn every_example_of_the_guide_is_understood() {
    let guide = include_str!("../../docs/quick-entry.md");
    let mut examples = 0;
    for block in guide.split("```quick\n").skip(1) {
        let text = block.split("```").next().unwrap();
        let model = new_model(text, "Example").unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(!has_errors(&check(&model)), "{text}");
        assert!(model.stages.len() >= 3, "{text}");
        examples += 1;
    }
    assert!(examples >= 6, "only {examples} examples were found");
}

#[test]
fn an_entry_is_one_step_and_uses_the_teams_that_are_there() {
    let mut document = Document::new(new_model("A 1h @Legal", "Test").unwrap());
    let before = document.model().clone();
    let entered = enter(document.model(), "A 2h @legal > B @New").unwrap();
    document.edit("Enter text", &entered.changes, None).unwrap();
    assert_eq!(document.model().teams.len(), 2);
    let ids: Vec<String> = entered.stages.iter().map(ToString::to_string).collect();
    assert_eq!(ids, ["a-2", "b"]);
    assert!(document.undo());
    assert_eq!(*document.model(), before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Pieces of the language in any order give a model without errors or an error inside the text.
    #[test]
    fn any_text_is_a_drawing_or_an_error_with_a_place(
        pieces in proptest::collection::vec(
            prop_oneof![
                4 => proptest::sample::select(vec![
                    "A", "B", "Ö x", "4h", "85%", "!", "@", "@T", "@-", ">", " > ", ">2d>", ">?>", "{", "}", "[",
                    "]", ",", "|", ";", "#A", "#", "<20%<", "~>", "<", "~", "\"", "\\", "“", "\n", "\n  ", "- ",
                    "uniform(1h, ", ")", "1,5", "70% ", "x3", "\t", "\u{301}", "🎬",
                ]).prop_map(str::to_owned),
                1 => ".{0,6}",
            ],
            0..24,
        )
    ) {
        let text = pieces.concat();
        match new_model(&text, "Any") {
            Ok(model) => prop_assert!(!has_errors(&check(&model))),
            Err(error) => {
                prop_assert!(text.get(error.at.clone()).is_some(), "{:?}", error);
                let lines = text.split('\n').count();
                prop_assert!((1..=lines).contains(&error.line) && error.column >= 1);
                let shown = error.shown_in(&text);
                prop_assert!(shown.ends_with('^'));
            }
        }
    }
}

#[test]
fn the_command_makes_a_file_and_never_writes_over_one_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("global-premiere.ron");
    let run = |arguments: &[&str]| {
        let mut all = vec!["new"];
        all.extend(arguments);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_anabranch"))
            .args(all)
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), output.stdout, errors)
    };
    let file = path.to_str().unwrap();
    assert_eq!(run(&["A 1h @T > B 2h", "-o", file]).0, 0);
    let made = std::fs::read(&path).unwrap();
    let model = anabranch::store::read(&made).unwrap().model;
    assert_eq!(
        (model.name.as_str(), model.stages.len()),
        ("Global premiere", 2)
    );
    let (code, _, errors) = run(&["C 1h", "-o", file]);
    assert_eq!(code, 3, "{errors}");
    assert!(errors.contains("--force"), "{errors}");
    assert_eq!(std::fs::read(&path).unwrap(), made);
    let (code, _, errors) = run(&["A > {B", "-o", file, "--force"]);
    assert_eq!(code, 1);
    assert!(
        errors.starts_with("1:5: this bracket is never closed\nA > {B\n    ^\n"),
        "{errors}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), made);
    assert_eq!(run(&["C 1h", "-o", file, "--force"]).0, 0);
    assert_ne!(std::fs::read(&path).unwrap(), made);
    let (code, printed, _) = run(&["A 1h", "-o", "-", "--name", "Mine"]);
    assert_eq!(code, 0);
    assert_eq!(anabranch::store::read(&printed).unwrap().model.name, "Mine");
}
