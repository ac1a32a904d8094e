//! The command palette: everything that can be done and gone to, by keyboard alone.

use std::path::Path;

use anabranch::edit::{Selected, Selection};
use anabranch::model::WorldPoint;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::drive::User;

fn start() -> User {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/content-approval.ron");
    User::start(Some(&path))
}

/// The lines of the list that are seen.
fn lines(user: &User) -> Vec<String> {
    let all = user.harness.get_all_by_role(Role::ListBoxOption);
    all.map(|line| line.accesskit_node().label().unwrap_or_default())
        .collect()
}

fn is_open(user: &User) -> bool {
    user.harness
        .query_all_by_role(Role::ListBoxOption)
        .next()
        .is_some()
}

#[test]
fn a_stage_is_found_and_shown_by_keyboard_alone() {
    let mut user = start();
    let stage = user
        .model()
        .stages
        .iter()
        .last()
        .expect("it has stages")
        .clone();
    let far = WorldPoint::new(-9000.0, -9000.0);
    user.harness.state_mut().viewport_mut().look_at(far, 1.0);
    user.settle();
    user.press(Modifiers::COMMAND, Key::F);
    user.type_text(&stage.name.to_uppercase());
    assert!(
        lines(&user)[0].starts_with(&stage.name),
        "{:?}",
        lines(&user)
    );
    user.press(Modifiers::NONE, Key::Enter);
    assert!(!is_open(&user));
    let selection = user.window().document().selection();
    assert_eq!(*selection, Selection::of(Selected::Stage(stage.id)));
    let seen = user.window().canvas().viewport.visible();
    assert!(seen.overlaps(user.card(&stage.name)));
    // The canvas has the keys now: F2 names the stage there.
    user.press(Modifiers::NONE, Key::F2);
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text("Found");
    user.press(Modifiers::NONE, Key::Enter);
    assert_eq!(user.stage("Found"), stage.id);
}

#[test]
fn an_action_is_done_and_one_that_cannot_be_says_why() {
    let mut user = start();
    user.press(Modifiers::COMMAND, Key::K);
    user.type_text("undo");
    assert!(lines(&user)[0].starts_with("Undo"));
    user.press(Modifiers::NONE, Key::Enter);
    assert!(is_open(&user), "it cannot be done");
    assert!(
        user.harness
            .query_by_label("Nothing has been done yet.")
            .is_some()
    );
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text("select all");
    user.press(Modifiers::NONE, Key::Enter);
    assert!(!is_open(&user));
    let stages = user.model().stages.len();
    assert_eq!(user.window().document().selection().stages().len(), stages);
    // What it does is done by arrows, too, and Esc leaves everything as it was.
    user.press(Modifiers::COMMAND, Key::K);
    user.press(Modifiers::NONE, Key::ArrowDown);
    user.press(Modifiers::NONE, Key::Escape);
    assert!(!is_open(&user));
    assert_eq!(user.window().document().selection().stages().len(), stages);
}

#[test]
fn a_team_and_a_handoff_are_found_too() {
    let mut user = start();
    let team = user.model().teams.at(0).expect("it has teams").clone();
    user.press(Modifiers::COMMAND, Key::F);
    user.type_text(&format!("{} team", team.name));
    // The kind is no part of the name.
    assert!(!is_open(&user));
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text(&team.name);
    let at = lines(&user)
        .iter()
        .position(|line| line.ends_with(", team"));
    for _ in 0..at.expect("it is there") {
        user.press(Modifiers::NONE, Key::ArrowDown);
    }
    user.press(Modifiers::NONE, Key::Enter);
    let selection = user.window().document().selection().single();
    assert_eq!(selection, Some(Selected::Team(team.id)));

    let handoff = user
        .model()
        .handoffs
        .at(0)
        .expect("it has handoffs")
        .clone();
    let name = |id| {
        user.model()
            .stages
            .find(id)
            .expect("it is there")
            .name
            .clone()
    };
    let typed = format!("{} → {}", name(handoff.from), name(handoff.to));
    user.press(Modifiers::COMMAND, Key::K);
    user.type_text(&typed);
    user.press(Modifiers::NONE, Key::Enter);
    let selection = user.window().document().selection().single();
    assert_eq!(selection, Some(Selected::Handoff(handoff.id)));
}

#[test]
fn a_text_is_replaced_everywhere_as_one_step() {
    let mut user = start();
    let before = user.model().clone();
    let name = user
        .model()
        .stages
        .at(0)
        .expect("it has stages")
        .name
        .clone();
    user.press(Modifiers::COMMAND, Key::H);
    user.type_text(&name);
    user.press(Modifiers::NONE, Key::Enter);
    let selection = user.window().document().selection().single();
    assert!(
        matches!(selection, Some(Selected::Stage(_))),
        "{selection:?}"
    );
    let field = user
        .harness
        .get_by_role_and_label(Role::TextInput, "Replace with");
    field.focus();
    user.settle();
    user.type_text("Another");
    user.press_button("Replace all");
    assert_eq!(user.model().stages.at(0).expect("it stays").name, "Another");
    assert!(user.harness.query_by_label("not found").is_some());
    assert!(user.model().stages.iter().all(|stage| stage.name != name));
    user.press(Modifiers::COMMAND, Key::Z);
    // The field still has the cursor; its own undo is another.
    user.press(Modifiers::NONE, Key::Escape);
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*user.model(), before);
}
