//! Opening, saving and leaving through the real window code.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anabranch::app::{Action, Command, Question, Whose};
use anabranch::model::Model;
use anabranch::store::{self, DiskFiles, Files, MemoryFiles};
use egui::{Key, Modifiers, ViewportEvent, ViewportId};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

fn example(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

/// Puts a file there, whole.
fn write(path: &Path, bytes: &[u8]) {
    store::save_bytes(&DiskFiles, path, bytes).unwrap();
}

/// A window with something that is not saved.
fn with_something_unsaved() -> User {
    let mut user = User::start_empty();
    let at = user.on_canvas(0.0, 0.0);
    user.double_click(at);
    user.press(Modifiers::NONE, Key::Enter);
    assert!(user.window().document().is_modified());
    user
}

#[test]
fn what_is_no_model_says_why_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.ron");
    write(&path, b"(format: 1, stages: [(id: \"a\" name: \"A\")])");
    let mut user = User::start(Some(&example("segment-complete.ron")));
    let before = user.model().clone();
    user.will_answer([Some(path)]);
    user.press(Modifiers::COMMAND, Key::O);
    let Some(Question::Failed { title, details }) = user.window().question() else {
        panic!("nothing was said");
    };
    assert!(title.contains("broken.ron"), "{title}");
    assert!(details.contains("1:"), "no place in {details}");
    assert_eq!(*user.model(), before);
}

#[test]
fn leaving_with_unsaved_work_asks() {
    for (answer, stays) in [("Cancel", true), ("Discard", false)] {
        let mut user = with_something_unsaved();
        user.press(Modifiers::COMMAND, Key::N);
        assert!(matches!(
            user.window().question(),
            Some(Question::Unsaved { .. })
        ));
        user.press_button(answer);
        assert!(user.window().question().is_none());
        assert_eq!(!user.model().stages.is_empty(), stays, "{answer}");
    }
}

#[test]
fn saving_before_leaving_saves_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.ron");
    let mut user = with_something_unsaved();
    let model = user.model().clone();
    user.will_answer([Some(path.clone())]);
    user.press(Modifiers::COMMAND, Key::N);
    user.harness
        .get_all_by_role_and_label(egui::accesskit::Role::Button, "Save")
        .last()
        .expect("the question has one")
        .click();
    user.settle();
    assert_eq!(store::load(&DiskFiles, &path).unwrap().model, model);
    assert!(
        user.model().stages.is_empty(),
        "it went on to a new document"
    );
}

#[test]
fn a_cancelled_dialog_leaves_everything_as_it_was() {
    let mut user = with_something_unsaved();
    user.will_answer([None]);
    user.press(Modifiers::COMMAND, Key::N);
    user.harness
        .get_all_by_role_and_label(egui::accesskit::Role::Button, "Save")
        .last()
        .expect("the question has one")
        .click();
    user.settle();
    assert!(user.window().document().is_modified());
    assert_eq!(user.model().stages.len(), 1);
}

#[test]
fn the_picture_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let mut user = User::start(Some(&example("segment-complete.ron")));
    for ending in ["svg", "png", "pdf"] {
        let path = folder.path().join(format!("picture.{ending}"));
        user.will_answer([Some(path.clone())]);
        user.press(Modifiers::COMMAND, Key::E);
        user.settle();
        assert!(std::fs::metadata(&path).unwrap().len() > 1000, "{ending}");
    }
}

const FILE: &str = "/home/model.ron";
const OTHER: &str = "/home/other.ron";
const BESIDE: &str = "/home/saved.ron";
const THEIRS: &str = "(format: 1, name: \"Theirs\")\n";

/// How a document is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Close,
    Open,
    New,
    Quit,
}

/// Answers the question with the button of this name.
fn answer(user: &mut User, button: &str) {
    user.harness
        .get_all_by_role_and_label(egui::accesskit::Role::Button, button)
        .last()
        .expect("the question has one")
        .click();
    user.settle();
}

fn leave(user: &mut User, way: Way) {
    match way {
        Way::Close => {
            let input = user.harness.input_mut();
            let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
            viewport.events.push(ViewportEvent::Close);
            user.settle();
        }
        Way::Open => user.press(Modifiers::COMMAND, Key::O),
        Way::New => user.press(Modifiers::COMMAND, Key::N),
        Way::Quit => user.press(Modifiers::COMMAND, Key::Q),
    }
}

/// Adds a stage to the document.
fn edit(user: &mut User) {
    let at = user.on_canvas(0.0, 150.0);
    user.double_click(at);
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text(&format!("One more {}", user.window().document().revision()));
    user.press(Modifiers::NONE, Key::Enter);
    assert!(user.window().document().is_modified());
}

fn example_files() -> Arc<MemoryFiles> {
    let files = MemoryFiles::new();
    let bytes = std::fs::read(example("segment-complete.ron")).unwrap();
    files.put(FILE, bytes, 0o644);
    files.put(OTHER, THEIRS, 0o644);
    Arc::new(files)
}

fn at(files: &MemoryFiles, path: &str) -> Option<Model> {
    let bytes = files.read(Path::new(path)).ok()?;
    Some(store::read(&bytes).unwrap().model)
}

/// Every way of leaving, with every answer, whatever becomes of it: nothing is lost that was not
/// given up, and nothing is left that was not to be.
#[test]
fn unsaved_work_is_never_lost_by_leaving() {
    let mut rounds = 0;
    for way in [Way::Close, Way::Open, Way::New, Way::Quit] {
        for has_file in [true, false] {
            for choice in ["Save", "Discard", "Cancel"] {
                // What becomes of saving: it works, the dialog is cancelled, it fails.
                let outcomes: &[&str] = match (choice, has_file) {
                    ("Save", true) => &["works", "fails"],
                    ("Save", false) => &["works", "is cancelled", "fails"],
                    _ => &[""],
                };
                for outcome in outcomes {
                    let what = format!("{way:?}, has file {has_file}, {choice} {outcome}");
                    let files = example_files();
                    let file = has_file.then_some(Path::new(FILE));
                    let mut user = User::start_with(file, Arc::clone(&files) as _);
                    if !has_file {
                        user.press_button("New stream");
                    }
                    edit(&mut user);
                    let mine = user.model().clone();
                    let before = at(&files, FILE);

                    // What dialogs answer, in turn: where to save, what to open.
                    let mut answers: Vec<Option<PathBuf>> = Vec::new();
                    if choice == "Save" && !has_file {
                        let cancelled = *outcome == "is cancelled";
                        answers.push((!cancelled).then(|| BESIDE.into()));
                    }
                    answers.push(Some(OTHER.into()));
                    user.will_answer(answers);
                    leave(&mut user, way);
                    assert!(
                        matches!(user.window().question(), Some(Question::Unsaved { .. })),
                        "{what}"
                    );
                    assert!(!user.window().may_close(), "{what}");
                    if *outcome == "fails" {
                        files.fail_from(0);
                    }
                    answer(&mut user, choice);
                    files.heal();

                    let is_left = choice == "Discard" || *outcome == "works";
                    let saved_to = if has_file { FILE } else { BESIDE };
                    if *outcome == "works" {
                        assert_eq!(at(&files, saved_to).as_ref(), Some(&mine), "{what}");
                    } else {
                        assert_eq!(at(&files, FILE), before, "{what}");
                        assert_eq!(at(&files, BESIDE), None, "{what}");
                    }
                    if *outcome == "fails" {
                        assert!(
                            matches!(user.window().question(), Some(Question::NotSaved { .. })),
                            "{what}: nothing was said"
                        );
                    } else {
                        assert_eq!(user.window().question(), None, "{what}");
                    }
                    let ends = matches!(way, Way::Close | Way::Quit);
                    assert_eq!(user.window().may_close(), is_left && ends, "{what}");
                    match (is_left, way) {
                        (false, _) => {
                            assert_eq!(*user.model(), mine, "{what}");
                            assert!(user.window().document().is_modified(), "{what}");
                        }
                        (true, Way::New) => assert_eq!(*user.model(), Model::default(), "{what}"),
                        (true, Way::Open) => assert_eq!(user.model().name, "Theirs", "{what}"),
                        (true, _) => {}
                    }
                    rounds += 1;
                }
            }
        }
    }
    println!("{rounds} ways to leave");
    assert_eq!(rounds, 36);
}

#[test]
fn text_that_is_being_typed_is_not_lost_by_closing() {
    let files = example_files();
    let mut user = User::start_with(Some(Path::new(FILE)), Arc::clone(&files) as _);
    let stage = user.stage("Transcode");
    user.select(anabranch::edit::Selection::of(
        anabranch::edit::Selected::Stage(stage),
    ));
    user.harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Name")
        .focus();
    user.settle();
    user.type_text("Typed");
    leave(&mut user, Way::Close);
    assert!(matches!(
        user.window().question(),
        Some(Question::Unsaved { .. })
    ));
    answer(&mut user, "Save");
    assert!(user.window().may_close());
    let saved = at(&files, FILE).unwrap();
    assert!(
        saved
            .stages
            .iter()
            .any(|stage| stage.name.contains("Typed"))
    );
}

#[test]
fn a_file_of_another_program_is_not_written_over_unasked() {
    for (choices, expected, history) in [
        (&["Cancel"][..], "Theirs", 1),
        (&["Write over it"], "mine", 1),
        (&["Take theirs"], "Theirs", 2),
        (&["Compare", "Close", "Write over it"], "mine", 1),
        (&["Save as…"], "Theirs", 1),
    ] {
        let files = example_files();
        let data = Path::new("/data");
        let mut user = User::start_journaled(Some(Path::new(FILE)), Arc::clone(&files) as _, data);
        edit(&mut user);
        let mine = user.model().clone();
        files.put(FILE, THEIRS, 0o644);
        user.will_answer([Some(BESIDE.into())]);
        user.press(Modifiers::COMMAND, Key::S);
        assert!(
            matches!(
                user.window().question(),
                Some(Question::Changed { is_gone: false, .. })
            ),
            "{choices:?}"
        );
        assert_eq!(at(&files, FILE).unwrap().name, "Theirs");
        for choice in choices {
            if *choice == "Close" {
                let Some(Question::Compared { lines, .. }) = user.window().question() else {
                    panic!("nothing is compared");
                };
                let says = |whose, text: &str| {
                    let mut lines = lines.iter();
                    lines.any(|line| line.whose == whose && line.text.contains(text))
                };
                assert!(says(Whose::Mine, "One more"), "{lines:?}");
                assert!(says(Whose::Theirs, "Theirs"), "{lines:?}");
            }
            answer(&mut user, choice);
        }
        assert_eq!(user.window().question(), None, "{choices:?}");
        let found = at(&files, FILE).unwrap();
        if expected == "mine" {
            assert_eq!(found, mine, "{choices:?}");
            // What was written over is kept.
            let kept = store::backups(&*files, &data.join("backups"), Path::new(FILE)).unwrap();
            assert_eq!(files.read(&kept[0].path).unwrap(), THEIRS.as_bytes());
        } else {
            assert_eq!(found.name, "Theirs", "{choices:?}");
        }
        let document = user.window().document();
        assert_eq!(document.history().len(), history, "{choices:?}");
        assert_eq!(
            document.is_modified(),
            *choices == ["Cancel"],
            "{choices:?}"
        );
        if *choices == ["Save as…"] {
            assert_eq!(at(&files, BESIDE).unwrap(), mine);
            assert_eq!(document.path(), Some(Path::new(BESIDE)));
        }
        if *choices == ["Take theirs"] {
            assert_eq!(user.model().name, "Theirs");
            // One's own are only a step away, also after a crash.
            user.press(Modifiers::COMMAND, Key::Z);
            assert_eq!(*user.model(), mine);
            drop(user);
            let after = Arc::new(files.after_kill());
            let mut user = User::start_journaled(None, after, data);
            user.press_button("Recover");
            assert_eq!(*user.model(), mine);
            let file = Some(Path::new(FILE));
            assert_eq!(user.window().document().path(), file);
        }
    }
}

#[test]
fn a_file_that_is_gone_is_not_made_again_unasked() {
    let files = example_files();
    let mut user = User::start_with(Some(Path::new(FILE)), Arc::clone(&files) as _);
    edit(&mut user);
    files.remove(Path::new(FILE)).unwrap();
    user.press(Modifiers::COMMAND, Key::S);
    assert!(matches!(
        user.window().question(),
        Some(Question::Changed { is_gone: true, .. })
    ));
    answer(&mut user, "Save it again");
    assert_eq!(at(&files, FILE).as_ref(), Some(user.model()));
    // It is known again, and saved over without a question.
    edit(&mut user);
    user.press(Modifiers::COMMAND, Key::S);
    assert_eq!(user.window().question(), None);
    assert_eq!(at(&files, FILE).as_ref(), Some(user.model()));
}

#[test]
fn a_read_only_file_says_so_and_is_saved_under_another_name() {
    let files = example_files();
    files.put(FILE, files.read(Path::new(FILE)).unwrap(), 0o444);
    let mut user = User::start_with(Some(Path::new(FILE)), Arc::clone(&files) as _);
    assert!(user.window().title().contains("(read-only)"));
    edit(&mut user);
    user.will_answer([Some(BESIDE.into())]);
    user.press(Modifiers::COMMAND, Key::S);
    assert_eq!(at(&files, BESIDE).as_ref(), Some(user.model()));
    assert_ne!(at(&files, FILE).as_ref(), Some(user.model()));
    assert!(!user.window().title().contains("(read-only)"));
}

#[test]
fn a_copy_is_saved_and_the_document_stays_what_it_is() {
    let files = example_files();
    let mut user = User::start_with(Some(Path::new(FILE)), Arc::clone(&files) as _);
    edit(&mut user);
    user.will_answer([Some(BESIDE.into())]);
    user.press_button("File");
    user.press_button("Save a copy…");
    assert_eq!(at(&files, BESIDE).as_ref(), Some(user.model()));
    assert_eq!(user.window().document().path(), Some(Path::new(FILE)));
    assert!(user.window().document().is_modified());
}

#[test]
fn going_back_to_the_file_can_be_taken_back() {
    let files = example_files();
    let mut user = User::start_with(Some(Path::new(FILE)), Arc::clone(&files) as _);
    let before = user.model().clone();
    edit(&mut user);
    let mine = user.model().clone();
    user.press_button("File");
    user.press_button("Go back to the file");
    assert_eq!(*user.model(), before);
    assert!(!user.window().document().is_modified());
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*user.model(), mine);
    assert!(user.window().document().is_modified());
}

#[test]
fn an_earlier_version_is_opened_as_a_copy() {
    let files = example_files();
    let data = Path::new("/data");
    let mut user = User::start_journaled(Some(Path::new(FILE)), Arc::clone(&files) as _, data);
    let before = user.model().clone();
    edit(&mut user);
    user.press(Modifiers::COMMAND, Key::S);
    let kept = store::backups(&*files, &data.join("backups"), Path::new(FILE)).unwrap();
    assert_eq!(kept.len(), 1);
    user.carry_out(Command::OpenBackup(kept[0].path.clone()));
    assert_eq!(*user.model(), before);
    assert_eq!(user.window().document().path(), None);
}

const NEWER: [&str; 2] = [
    "(format: 9, name: \"Later\")",
    "(format: 1, name: \"Later\", weather: \"fine\")",
];

#[test]
fn a_file_of_a_newer_version_says_so_and_is_saved_under_another_name() {
    for newer in NEWER {
        let files = example_files();
        files.put(FILE, newer, 0o644);
        let mut user = User::start_with(Some(Path::new(FILE)), Arc::clone(&files) as _);
        assert!(user.window().title().contains("(from a newer version)"));
        edit(&mut user);
        user.will_answer([Some(BESIDE.into())]);
        user.press(Modifiers::COMMAND, Key::S);
        answer(&mut user, "Save without them");
        assert_eq!(files.read(Path::new(FILE)).unwrap(), newer.as_bytes());
        assert_eq!(at(&files, BESIDE).as_ref(), Some(user.model()));
        assert_eq!(user.window().document().path(), Some(Path::new(BESIDE)));
        assert!(!user.window().title().contains("newer"));
    }
}

/// Whatever is to be written, under whatever name: first it is said what it will not have.
#[test]
fn what_is_not_known_is_never_left_out_without_a_word() {
    for newer in NEWER {
        for action in [Action::SaveAs, Action::SaveCopy, Action::DuplicateFile] {
            // Under its own name too, where that is what the user chose.
            for to in [BESIDE, FILE] {
                let what = format!("{newer}, {action:?} {to}");
                let files = example_files();
                files.put(FILE, newer, 0o644);
                let mut user = User::start_with(Some(Path::new(FILE)), Arc::clone(&files) as _);
                let mine = user.model().clone();
                let before = files.paths();
                for (choice, is_written) in [("Cancel", false), ("Save without them", true)] {
                    user.will_answer([Some(to.into())]);
                    user.carry_out(Command::Act(action));
                    let Some(Question::Partial { unknown, .. }) = user.window().question() else {
                        panic!("{what}: nothing was asked");
                    };
                    assert!(!unknown.is_empty(), "{what}");
                    assert_eq!(files.paths(), before, "{what}");
                    assert_eq!(files.read(Path::new(FILE)).unwrap(), newer.as_bytes());
                    answer(&mut user, choice);
                    assert_eq!(user.window().question(), None, "{what}");
                    let found = files.read(Path::new(to)).ok();
                    let has = found.is_some_and(|found| found == store::write(&mine).as_bytes());
                    assert_eq!(has, is_written, "{what}");
                }
            }
        }
    }
}

/// A disk that fails: a clear word, another place to choose, and nothing is lost.
#[test]
fn what_cannot_be_saved_can_be_saved_elsewhere_or_tried_again() {
    for choice in ["Save as…", "Try again"] {
        let files = example_files();
        let data = Path::new("/data");
        let mut user = User::start_journaled(Some(Path::new(FILE)), Arc::clone(&files) as _, data);
        edit(&mut user);
        let before = at(&files, FILE);
        files.fail_from(0);
        user.press(Modifiers::COMMAND, Key::S);
        let Some(Question::NotSaved { details, .. }) = user.window().question() else {
            panic!("nothing was said");
        };
        assert!(details.contains("is unchanged"), "{details}");
        assert!(user.window().document().is_modified());
        files.heal();
        assert_eq!(at(&files, FILE), before);
        user.will_answer([Some(BESIDE.into())]);
        answer(&mut user, choice);
        let saved = if choice == "Save as…" { BESIDE } else { FILE };
        assert_eq!(at(&files, saved).as_ref(), Some(user.model()), "{choice}");
        assert!(!user.window().document().is_modified(), "{choice}");
    }
}

#[test]
fn a_merge_conflict_is_named_as_such() {
    let files = example_files();
    let text = "(\n    format: 1,\n<<<<<<< HEAD\n    name: \"A\",\n=======\n    name: \"B\",\n>>>>>>> x\n)";
    files.put(FILE, text, 0o644);
    let user = User::start_with(Some(Path::new(FILE)), files as _);
    let Some(Question::Failed { details, .. }) = user.window().question() else {
        panic!("nothing was said");
    };
    assert!(
        details.contains("3:1: the file holds a merge conflict"),
        "{details}"
    );
}
