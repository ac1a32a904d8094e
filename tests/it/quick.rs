//! Quick entry: text into drawings, drawings into text.

use std::io::Write as _;
use std::sync::Arc;

use anabranch::check::{check, has_errors};
use anabranch::edit::{Document, FreshIds};
use anabranch::model::{
    Automation, Change, Distribution, Entry, Exit, Handoff, HandoffChange, HandoffKind, Model,
    Needs, Share, Stage, StageChange, StageField, StageId, Team, TeamChange, Trigger,
};
use anabranch::quick::{Said, enter, new_model, say, say_model};
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
    #![proptest_config(crate::cases::cases(2000))]

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

/// What a text can say of a drawing, stages in this order: each stage, then each handoff.
fn drawing(model: &Model, stages: &[StageId]) -> (Vec<String>, Vec<String>) {
    let place = |id: StageId| stages.iter().position(|&stage| stage == id).unwrap();
    let ways = |id: StageId, is_out: bool| {
        let forward = model.handoffs.iter().filter(|handoff| handoff.is_forward());
        let ends = forward.filter(|handoff| id == if is_out { handoff.from } else { handoff.to });
        ends.count()
    };
    let told = stages.iter().map(|&id| {
        let stage = model.stages.find(id).unwrap();
        let team = stage.team.map(|team| &model.teams.find(team).unwrap().name);
        let entry = (ways(id, false) > 1).then_some(stage.entry);
        let exit = (ways(id, true) > 1).then_some(stage.exit);
        let Stage {
            name,
            work,
            ca,
            automation,
            ..
        } = stage;
        format!("{name:?} {work:?} {ca:?} {automation:?} {team:?} {entry:?} {exit:?}")
    });
    let mut handoffs: Vec<String> = model
        .handoffs
        .iter()
        .map(|handoff| {
            let (from, to) = (place(handoff.from), place(handoff.to));
            let share = handoff.share.map(|share| share.to_string());
            let Handoff {
                kind,
                trigger,
                needs,
                ..
            } = handoff;
            format!("{from} {to} {kind:?} {share:?} {trigger:?} {needs:?}")
        })
        .collect();
    handoffs.sort();
    (told.collect(), handoffs)
}

/// Says a model, reads that, and compares.
fn check_said_again(model: &Model, said: &Said) {
    let again = new_model(&said.text, "Again").unwrap_or_else(|error| {
        panic!("{error}\n{}", error.shown_in(&said.text));
    });
    let ids: Vec<StageId> = again.stages.iter().map(|stage| stage.id).collect();
    assert_eq!(
        drawing(&again, &ids),
        drawing(model, &said.stages),
        "{}",
        said.text
    );
}

fn check_text(text: &str, expected: &str) {
    let model = new_model(text, "Test").unwrap_or_else(|error| panic!("{text}: {error}"));
    let said = say_model(&model);
    assert_eq!(said.unsaid, Vec::<String>::new(), "{text}");
    assert_eq!(said.text, expected, "{text}");
    check_said_again(&model, &said);
}

#[test]
fn drawings_are_said_as_people_write_them() {
    let same = |text: &str| check_text(text, text);
    same(
        "Script 3d @Writers > Edit 5d @Post > { Transcode 2h!, Metadata 4h @Data, Compliance 1d @Legal } > Publish",
    );
    same("A >1d> { B, >?> C > D >3d>, E } > F");
    same("A > { B, C } >2d> D >!> E >5m!?> F 85%");
    same("A > [ 70% B > { C, D } > E | 20% F | 10% G ] > H");
    same("A > [ B | C ] > D");
    same("A 1h @T > B @- > C 20m! > D 0h! @Farm <20% 1d x3< B ~5%> A > E");
    same("\"Wait 2 days\" @\"R&D, Berlin\" > \"a \\\"b\\\" \\\\ c\" > \"- dash\" > 3D model");
    same("{ A > B, C } > D");
    check_text(
        "Review > Fix > Review <10%< #review-2",
        "Review > Fix > Review <10%< Review",
    );
    check_text("A > B\n#A > C > #b", "A > B\n#A > C > #B");
    check_text(
        "A\n  B\n    C\n    D\n  E\nF",
        "A > { B > { C, D }, E } > F",
    );
    check_text(
        "A > {B, C}; #B > D; #C > #D",
        "A > { B, C }\n#B > D\n#C > #D",
    );
}

#[test]
fn what_a_text_cannot_say_is_said_in_words() {
    let mut model = new_model("A 1h @T > B 2h > C 1h", "Test").unwrap();
    let [a, b] = [0, 1].map(|n| model.stages.at(n).unwrap().id);
    let change = |stage, field| {
        let stages = vec![stage];
        Change::Stage(StageChange::Set { stages, field })
    };
    let changes = [
        change(a, StageField::Crew(2)),
        change(a, StageField::Notes("!".to_owned())),
        change(a, StageField::Priority(3)),
        change(b, StageField::Copies(30)),
    ];
    for change in &changes {
        anabranch::edit::apply(&mut model, change).unwrap();
    }
    let said = say(&model, &[a, b]);
    assert!(!said.is_complete());
    assert_eq!(said.unsaid, ["A: crew, priority and notes", "B: copies"]);
    assert_eq!(said.text, "A 1h @T > B 2h");
    assert!(say(&model, &[model.stages.at(2).unwrap().id]).is_complete());
}

#[test]
fn every_example_of_the_guide_is_said_again() {
    let guide = include_str!("../../docs/quick-entry.md");
    for block in guide.split("```quick\n").skip(1) {
        let text = block.split("```").next().unwrap();
        let model = new_model(text, "Example").unwrap();
        let said = say_model(&model);
        assert!(said.is_complete(), "{text}: {:?}", said.unsaid);
        check_said_again(&model, &said);
        // Once said, it is said in the same way.
        let again = new_model(&said.text, "Example").unwrap();
        assert_eq!(say_model(&again).text, said.text);
    }
}

/// A random drawing without faults but those of its ways: stages in order, handoffs forward from each to
/// later ones, names that are alike or need quotes.
fn random_drawing(seed: u64, size: usize) -> Model {
    let mut state = seed;
    let mut below = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % n
    };
    let names = [
        "A",
        "a",
        "Edit",
        "a-2",
        "2h",
        "Ö, x",
        "- b",
        "Review \"2\"",
        "A\nB",
        "3 h",
        "edit",
    ];
    let mut model = new_model("First", "Random").unwrap();
    let mut ids = vec![model.stages.at(0).unwrap().id];
    let apply = |model: &mut Model, change: Change| {
        anabranch::edit::apply(model, &change).unwrap();
    };
    for n in 0..size {
        let name = names[below(names.len())];
        let mut stage = Stage::new(StageId::new(&format!("s{n}")).unwrap(), name);
        stage.stream = model.streams.at(0).map(|stream| stream.id);
        stage.work = [
            None,
            Some("4h"),
            Some("0"),
            Some("triangular(1h, 2h, 1.5d)"),
        ][below(4)]
        .map(|time| time.parse().unwrap());
        stage.ca = [None, Share::new(0.85), Share::new(1.0 / 3.0)][below(3)]
            .map(|share| Share::parse(&share.to_string()).unwrap());
        stage.automation = (below(4) == 0).then_some(Automation::Automatic);
        let team = ["", "-", "T, x", "Post 2"][below(4)];
        if !team.is_empty() {
            let known = model.teams.iter().find(|known| known.name == team);
            stage.team = Some(match known {
                Some(known) => known.id,
                None => {
                    let id = FreshIds::new(&model).team(team);
                    let team = Arc::new(Team::new(id, team));
                    let add = TeamChange::Add {
                        team,
                        position: None,
                    };
                    apply(&mut model, Change::Team(add));
                    id
                }
            });
        }
        stage.entry = [Entry::Any, Entry::All][below(2)];
        stage.exit = [Exit::ChooseOne, Exit::TakeAll][below(2)];
        let id = stage.id;
        let stage = Arc::new(stage);
        apply(
            &mut model,
            Change::Stage(StageChange::Add {
                stage,
                position: None,
            }),
        );
        // Each has a way in; series mostly, so that much of it nests.
        let ways = 1 + usize::from(below(4) == 0);
        for way in 0..ways {
            let near = ids.len().min(if way == 0 { 3 } else { 12 });
            let from = ids[ids.len() - 1 - below(near)];
            let mut handoff = Handoff::new(FreshIds::new(&model).handoff(from, id), from, id);
            handoff.trigger = match below(4) {
                0 => Trigger::Manual("2d".parse().unwrap()),
                1 => Trigger::Automatic(if below(2) == 0 { "0" } else { "5m" }.parse().unwrap()),
                _ => Trigger::default(),
            };
            handoff.needs = [Needs::Required, Needs::Customary][below(2)];
            handoff.share = (below(6) == 0).then(|| Share::new(0.25).unwrap());
            let handoff = Arc::new(handoff);
            apply(
                &mut model,
                Change::Handoff(HandoffChange::Add {
                    handoff,
                    position: None,
                }),
            );
        }
        if below(5) == 0 {
            let to = ids[below(ids.len())];
            let mut handoff = Handoff::new(FreshIds::new(&model).handoff(id, to), id, to);
            handoff.kind = match below(3) {
                0 => HandoffKind::Feedback,
                1 => HandoffKind::Rework { at_most: Some(3) },
                _ => HandoffKind::Rework { at_most: None },
            };
            handoff.share = Share::new(0.2);
            let handoff = Arc::new(handoff);
            apply(
                &mut model,
                Change::Handoff(HandoffChange::Add {
                    handoff,
                    position: None,
                }),
            );
        }
        ids.push(id);
    }
    model
}

proptest! {
    #![proptest_config(crate::cases::cases(3000))]

    /// Whatever quick entry reads is said again completely, and makes the same drawing.
    #[test]
    fn a_text_that_is_understood_is_said_again(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "A", "B", "Ö x", " 4h", " 85%", "!", " @T", " @-", ">", " > ", ">2d>", ">?>", ">!>", " > {C, ", "D}",
                ", ", " > [ ", "70% E", " | F", "]", "; ", "\n", "\n  ", "#A", " <20%< A", " ~> B", " > G > ",
                " > {H, I} >1h> ", " > [J | 40% K > L] > ", " > {M, >2d> N > {O, P} > } > ",
            ]),
            0..14,
        )
    ) {
        if let Ok(model) = new_model(&pieces.concat(), "Any") {
            let said = say_model(&model);
            prop_assert!(said.is_complete(), "{} {:?}", said.text, said.unsaid);
            check_said_again(&model, &said);
        }
    }

    /// A drawing that can be said is said so that it is read the same; and it can be said when
    /// nothing is wrong with it.
    #[test]
    fn a_drawing_is_said_or_it_is_said_that_it_is_not(seed: u64, size in 0_usize..24) {
        let model = random_drawing(seed, size);
        let said = say_model(&model);
        if said.is_complete() {
            check_said_again(&model, &said);
        } else {
            prop_assert!(has_errors(&check(&model)), "{} {:?}", said.text, said.unsaid);
        }
    }

    /// Any model at all is said without a panic, and completely only what is read the same.
    #[test]
    fn any_model_is_said(model in crate::generate::models()) {
        let said = say_model(&model);
        if said.is_complete() && !said.stages.is_empty() {
            check_said_again(&model, &said);
        }
    }
}

#[test]
fn the_command_prints_what_new_reads() {
    let run = |arguments: &[&str], input: &str| {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_anabranch"))
            .args(arguments)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let line = "Script 3d @Writers > { Edit 5d @Post, Legal 1d } > Publish";
    let (_, file, _) = run(&["new", line, "-o", "-"], "");
    assert_eq!(
        run(&["text", "-"], &file),
        (0, format!("{line}\n"), String::new())
    );
    let example = std::fs::read_to_string("examples/content-approval.ron").unwrap();
    let (code, text, errors) = run(&["text", "-"], &example);
    assert_eq!(code, 0);
    assert!(errors.starts_with("not in the text: "), "{errors}");
    assert!(new_model(&text, "Example").is_ok(), "{text}");
    assert_eq!(run(&["text", "-"], "(format: 1)").0, 1);
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
