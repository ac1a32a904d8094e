//! Drawing by keys alone, through the real window code.

use anabranch::edit::{Selected, Selection};
use anabranch::quick::say_model;
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

/// The drawing as a text, on one line.
pub fn said(user: &User) -> String {
    let said = say_model(user.model());
    assert!(said.is_complete(), "{:?}", said.unsaid);
    said.text.replace("\n ", "")
}

fn selected(user: &User) -> String {
    let stages = user.window().document().selection().stages();
    let [stage] = stages[..] else {
        panic!("{stages:?}");
    };
    user.model().stages.find(stage).unwrap().name.clone()
}

fn is_naming(user: &User) -> bool {
    let field = (Role::TextInput, "Name of the stage");
    let found = user.harness.query_by_role_and_label(field.0, field.1);
    found.is_some()
}

fn sees(user: &User, part: &str) -> bool {
    user.harness.query_by_label_contains(part).is_some()
}

const PLAIN: Modifiers = Modifiers::NONE;

#[test]
fn a_stream_is_captured_without_a_pointer() {
    let mut user = User::start_empty();
    user.type_text("Script 3d @Writers");
    assert!(sees(&user, "Script · 3d · Writers (new team)"));
    user.press(PLAIN, Key::Tab);
    user.type_text("Edit 5d @Post");
    user.press(PLAIN, Key::Tab);
    user.type_text("Transcode 2h!");
    user.press(Modifiers::SHIFT, Key::Tab);
    user.type_text("Metadata 4h");
    assert!(sees(&user, "Metadata · 4h · Post (carried over)"));
    user.press(Modifiers::SHIFT, Key::Tab);
    // An owner is completed by its first letter.
    user.type_text("Check 1d @w");
    assert!(sees(&user, "@Writers"));
    user.press(PLAIN, Key::Tab);
    assert!(sees(&user, "Check · 1d · Writers"));
    user.type_text(" 85%");
    user.press(PLAIN, Key::Tab);
    user.type_text("Publish");
    user.press(PLAIN, Key::Enter);
    assert!(!is_naming(&user));
    assert_eq!(
        said(&user),
        "Script 3d @Writers > Edit 5d @Post > { Transcode 2h!, Metadata 4h, Check 1d @Writers 85% } > Publish"
    );
    assert_eq!(user.window().document().history().len(), 6);
    assert_eq!(selected(&user), "Publish");
    let stages = &user.picture().layout.stages;
    for (n, one) in stages.iter().enumerate() {
        assert!(stages[n + 1..].iter().all(|other| !one.overlaps(*other)));
    }
    // Arrows walk along handoffs.
    for (key, name) in [
        (Key::ArrowLeft, "Metadata"),
        (Key::ArrowUp, "Transcode"),
        (Key::ArrowLeft, "Edit"),
        (Key::ArrowLeft, "Script"),
        (Key::ArrowLeft, "Script"),
        (Key::ArrowRight, "Edit"),
    ] {
        user.press(PLAIN, key);
        assert_eq!(selected(&user), name, "{key:?}");
    }
    // Each stage is a step.
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(user.model().stages.len(), 5);
}

#[test]
fn what_is_pressed_at_once_goes_where_it_was_meant() {
    let mut user = User::start_empty();
    user.press(PLAIN, Key::Enter);
    assert!(is_naming(&user));
    let tab = |modifiers: Modifiers| Event::Key {
        key: Key::Tab,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers,
    };
    let text = |text: &str| Event::Text(text.to_owned());
    // Within one frame, as when the machine is slow.
    user.harness.input_mut().events.extend([
        text("A"),
        text(" 1h"),
        tab(PLAIN),
        text("B"),
        tab(Modifiers::SHIFT),
        text("C 2h"),
        tab(PLAIN),
        text("D"),
    ]);
    user.harness.run_steps(12);
    user.press(PLAIN, Key::Enter);
    assert_eq!(said(&user), "A 1h > { B, C 2h } > D");
}

#[test]
fn a_line_that_is_not_understood_stays_and_is_said() {
    let mut user = User::start_empty();
    user.type_text("Review 4h 85% 90%");
    assert!(sees(&user, "The percentage is said twice"));
    user.press(PLAIN, Key::Enter);
    assert!(is_naming(&user) && user.model().stages.is_empty());
    user.press(PLAIN, Key::Tab);
    assert!(is_naming(&user) && user.model().stages.is_empty());
    for _ in 0..4 {
        user.press(PLAIN, Key::Backspace);
    }
    user.press(PLAIN, Key::Tab);
    assert_eq!(said(&user), "Review 4h 85%");
    // Esc gives up what was typed; the stage before is still selected, and typing names it.
    user.type_text("No");
    user.press(PLAIN, Key::Escape);
    assert!(!is_naming(&user));
    assert_eq!(
        (user.model().stages.len(), selected(&user).as_str()),
        (1, "Review")
    );
    user.type_text("Check");
    user.press(PLAIN, Key::Enter);
    assert_eq!(said(&user), "Check 4h 85%");
    // F2 has the name in the field; what is added to it is set.
    user.press(PLAIN, Key::F2);
    user.press(PLAIN, Key::End);
    user.type_text(" 2h @Legal");
    user.press(PLAIN, Key::Enter);
    assert_eq!(said(&user), "Check 2h @Legal 85%");
    let label = user.window().document().undo_label().unwrap().to_owned();
    assert_eq!(label, "Change stage");
    // Who goes elsewhere loses nothing: the text is the name.
    user.press(PLAIN, Key::Tab);
    user.type_text("A > B");
    let at = user.on_canvas(0.0, 220.0);
    user.click(at);
    assert!(
        user.model()
            .stages
            .iter()
            .any(|stage| stage.name == "A > B")
    );
}

#[test]
fn tab_moves_the_focus_where_no_stage_is_selected() {
    let mut user = User::start_empty();
    user.type_text("A");
    user.press(PLAIN, Key::Enter);
    user.select(Selection::default());
    user.press(PLAIN, Key::Tab);
    assert!(!is_naming(&user));
    assert_eq!(user.model().stages.len(), 1);
    // A letter with nothing selected is a shortcut or nothing, once something is drawn.
    user.type_text("x");
    assert!(!is_naming(&user));
    let stage = Selected::Stage(user.stage("A"));
    user.select(Selection::of(stage));
    // The focus is on a control; Tab goes on there.
    user.press(PLAIN, Key::Tab);
    assert!(!is_naming(&user));
}
