//! Text in fields that is not understood: nobody leaves it without being told.

use std::path::Path;
use std::sync::Arc;

use anabranch::app::Question;
use anabranch::edit::{Selected, Selection};
use anabranch::store::{self, Files as _, MemoryFiles};
use egui::accesskit::Role;
use egui::{Key, Modifiers, ViewportEvent, ViewportId};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::drive::User;

const FILE: &str = "/home/model.ron";
const SENTENCE: &str = "The text “4x” in Work of “Transcode” is not understood.";

/// The window with an example in which a work time was typed that is none.
fn start() -> (User, Arc<MemoryFiles>) {
    let files = Arc::new(MemoryFiles::new());
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    files.put(FILE, std::fs::read(example).unwrap(), 0o644);
    let mut user = User::start_with(Some(Path::new(FILE)), Arc::clone(&files) as _);
    select(&mut user, "Transcode");
    user.fill("Work", "4x");
    assert!(!user.window().document().is_modified());
    (user, files)
}

fn select(user: &mut User, stage: &str) {
    let stage = user.stage(stage);
    user.select(Selection::of(Selected::Stage(stage)));
}

fn close(user: &mut User) {
    let input = user.harness.input_mut();
    let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
    viewport.events.push(ViewportEvent::Close);
    user.settle();
}

fn work_field(user: &User) -> (Option<String>, bool) {
    let field = user.harness.get_by_role_and_label(Role::TextInput, "Work");
    (field.accesskit_node().value(), field.is_focused())
}

#[test]
fn leaving_names_the_text_and_leads_back_to_it() {
    for is_elsewhere in [false, true] {
        for leave in [
            close as fn(&mut User),
            |user| user.press(Modifiers::COMMAND, Key::Q),
            |user| user.press(Modifiers::COMMAND, Key::N),
            |user| user.press(Modifiers::COMMAND, Key::O),
        ] {
            let (mut user, _files) = start();
            if is_elsewhere {
                // The field is not even shown.
                user.select(Selection::default());
            }
            leave(&mut user);
            assert!(!user.window().may_close());
            let Some(Question::Unsaved { not_understood, .. }) = user.window().question() else {
                panic!("nothing was asked");
            };
            assert_eq!(not_understood.len(), 1);
            assert!(user.harness.query_by_label(SENTENCE).is_some());
            user.press_button("Go back");
            assert_eq!(work_field(&user), (Some("4x".to_owned()), true));
            // Mended, it is an edit as any other, and nothing is asked about it any more.
            user.fill("Work", "4h");
            assert!(user.window().document().is_modified());
            leave(&mut user);
            let Some(Question::Unsaved { not_understood, .. }) = user.window().question() else {
                panic!("nothing was asked");
            };
            assert!(not_understood.is_empty());
        }
    }
}

#[test]
fn text_that_is_still_being_typed_is_named_too() {
    let (mut user, _files) = start();
    user.fill("Work", "3h");
    user.press(Modifiers::COMMAND, Key::S);
    assert!(!user.window().document().is_modified());
    user.harness
        .get_by_role_and_label(Role::TextInput, "Work")
        .focus();
    user.settle();
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text("4x");
    close(&mut user);
    assert!(user.harness.query_by_label(SENTENCE).is_some());
    assert!(!user.window().may_close());
}

#[test]
fn what_is_given_up_is_gone_and_asked_about_no_more() {
    // Esc takes it back.
    let (mut user, _files) = start();
    user.harness
        .get_by_role_and_label(Role::TextInput, "Work")
        .focus();
    user.settle();
    user.press(Modifiers::NONE, Key::Escape);
    close(&mut user);
    assert_eq!(user.window().question(), None);
    assert!(user.window().may_close());

    // Discarded, the next document begins without it, though it has the same stage.
    let (mut user, files) = start();
    user.will_answer([Some(FILE.into())]);
    user.press(Modifiers::COMMAND, Key::O);
    user.press_button("Discard");
    assert_eq!(user.window().question(), None);
    select(&mut user, "Transcode");
    assert_ne!(work_field(&user).0.as_deref(), Some("4x"));
    close(&mut user);
    assert!(user.window().may_close());
    let saved = files.read(Path::new(FILE)).unwrap();
    assert!(!store::read(&saved).unwrap().is_partial());
}

#[test]
fn with_edits_it_is_named_in_the_question_to_save() {
    let (mut user, files) = start();
    user.fill("Name", "Encode");
    close(&mut user);
    let sentence = "The text “4x” in Work of “Transcode” is not understood.";
    assert!(user.harness.query_by_label(sentence).is_some());
    user.press_button("Cancel");
    assert_eq!(work_field(&user), (Some("4x".to_owned()), true));
    close(&mut user);
    user.harness
        .get_all_by_role_and_label(Role::Button, "Save")
        .last()
        .expect("the question has one")
        .click();
    user.settle();
    assert!(user.window().may_close());
    let saved = files.read(Path::new(FILE)).unwrap();
    let saved = store::read(&saved).unwrap().model;
    assert!(saved.stages.iter().any(|stage| stage.name == "Encode"));
}
