//! Opening, saving and leaving through the real window code.

use std::path::Path;

use anabranch::app::Question;
use anabranch::store::{self, DiskFiles};
use egui::{Key, Modifiers};
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
