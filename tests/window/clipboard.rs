//! Copy, cut and paste, within a window and from one to another.

use anabranch::edit::{Selected, Selection};
use anabranch::quick::new_model;
use egui::{Event, Key, Modifiers, OutputCommand, pos2};
use egui_kittest::kittest::Queryable as _;

use crate::capture::said;
use crate::drive::User;

/// Does something, and returns what is on the clipboard then.
pub fn copied(user: &mut User, act: impl FnOnce(&mut User)) -> Option<String> {
    act(user);
    let mut text = None;
    for _ in 0..6 {
        user.harness.step();
        for command in &user.harness.output().platform_output.commands {
            if let OutputCommand::CopyText(copied) = command {
                text = Some(copied.clone());
            }
        }
    }
    text
}

fn copy(user: &mut User) -> Option<String> {
    copied(user, |user| user.harness.event(Event::Copy))
}

pub fn paste(user: &mut User, text: &str) {
    user.harness.event(Event::Paste(text.to_owned()));
    user.settle();
}

fn sees(user: &User, part: &str) -> bool {
    user.harness.query_by_label_contains(part).is_some()
}

pub fn with(text: &str) -> User {
    let mut user = User::start_empty();
    let model = new_model(text, "Test").unwrap();
    user.harness.state_mut().show_model(model);
    user.settle();
    user
}

fn select(user: &mut User, names: &[&str]) {
    let stages = names.iter().map(|name| Selected::Stage(user.stage(name)));
    let selection: Selection = stages.collect();
    user.select(selection);
}

#[test]
fn stages_are_copied_to_another_window_with_what_is_between_them() {
    let mut user = with("A 1h @T > { B 2h!, C @- 85% } >2d> D");
    select(&mut user, &["A", "B", "C"]);
    let text = copy(&mut user).expect("copied");
    assert!(text.starts_with("// Copied from Anabranch"), "{text}");
    assert!(sees(&user, "Copied 3 stages and 2 handoffs."));

    let mut other = User::start_empty();
    paste(&mut other, &text);
    assert_eq!(said(&other), "A 1h @T > { B 2h!, C @- 85% }");
    assert_eq!(other.window().document().history().len(), 1);
    assert_eq!(other.window().document().selection().len(), 3);
    assert!(sees(&other, "Pasted 3 stages and 2 handoffs."));

    // Again in the same window: other ids, the same team, nothing on top of another.
    paste(&mut user, &text);
    assert_eq!(user.model().stages.len(), 7);
    assert_eq!(
        (user.model().handoffs.len(), user.model().teams.len()),
        (6, 1)
    );
    let stages = &user.picture().layout.stages;
    for (n, one) in stages.iter().enumerate() {
        assert!(stages[n + 1..].iter().all(|other| one.min != other.min));
    }
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(user.model().stages.len(), 4);
}

#[test]
fn what_is_cut_is_on_the_clipboard_and_one_step() {
    let mut user = with("A > B > C");
    select(&mut user, &["B"]);
    let text = copied(&mut user, |user| user.harness.event(Event::Cut)).unwrap();
    assert_eq!(said(&user), "A > C");
    assert_eq!(user.window().document().undo_label(), Some("Cut"));
    user.hover(pos2(500.0, 420.0));
    paste(&mut user, &text);
    let card = user.card("B");
    let corner = user.on_screen(card.min);
    assert!(corner.distance(pos2(500.0, 420.0)) < 12.0, "{corner:?}");
}

#[test]
fn a_text_becomes_a_drawing_and_an_outline_too() {
    let mut user = User::start_empty();
    paste(
        &mut user,
        "Script 3d @Writers > { Edit 5d @Post, Legal 1d } > Publish",
    );
    assert_eq!(
        said(&user),
        "Script 3d @Writers > { Edit 5d @Post, Legal 1d } > Publish"
    );
    assert_eq!(user.window().document().selection().len(), 4);
    user.hover(pos2(400.0, 430.0));
    paste(
        &mut user,
        "1. Plan 1h @post\r\n   • Shoot 2d\r\n   • Cast 1d\r\n2. Wrap",
    );
    assert_eq!(user.model().stages.len(), 8);
    assert_eq!(user.model().teams.len(), 2);
    let corner = user.on_screen(user.card("Plan").min);
    assert!((corner.x - 400.0).abs() < 12.0, "{corner:?}");
    assert_eq!(user.window().document().history().len(), 2);
}

#[test]
fn what_is_not_understood_changes_nothing_and_is_said() {
    let mut user = with("A > B");
    let before = user.model().clone();
    paste(&mut user, "Edit > { Legal, Cut");
    assert!(sees(
        &user,
        "line 1, letter 8: this bracket is never closed"
    ));
    paste(&mut user, "(format: 1, stages: [(id: \"x\"");
    assert!(sees(&user, "Nothing was pasted"));
    paste(&mut user, "");
    assert_eq!(*user.model(), before);
    assert_eq!(user.window().document().history().len(), 0);
    // Of a newer version what is known is taken, and the rest is said.
    paste(
        &mut user,
        "(format: 1, stages: [(id: \"x\", name: \"X\", mood: \"good\")])",
    );
    assert!(user.model().stages.iter().any(|stage| stage.name == "X"));
    assert!(sees(&user, "Not taken, since it is not known here"));
}

#[test]
fn text_is_copied_where_it_says_all_and_ron_where_not() {
    let mut user = with("A 1h @T > B > C");
    select(&mut user, &["A", "B"]);
    let as_text = |user: &mut User| {
        // As the window system says Ctrl+Shift+C.
        let keys = Modifiers::COMMAND.plus(Modifiers::SHIFT);
        let text = copied(user, |user| {
            let held = Event::ModifiersChanged(keys);
            let input = user.harness.input_mut();
            input.events.extend([held, Event::Copy]);
        });
        user.harness.event(Event::ModifiersChanged(Modifiers::NONE));
        user.settle();
        text.unwrap()
    };
    assert_eq!(as_text(&mut user), "A 1h @T > B");
    assert!(sees(&user, "Copied as text."));
    let stages = vec![user.stage("B")];
    let field = anabranch::model::StageField::Crew(3);
    let change = anabranch::model::StageChange::Set { stages, field };
    let change = anabranch::model::Change::Stage(change);
    user.carry_out(anabranch::app::Command::edit("Set crew", change));
    let text = as_text(&mut user);
    assert!(text.starts_with("// Copied from Anabranch"), "{text}");
    assert!(sees(&user, "since a text cannot say: B: crew"));
}

#[test]
fn while_something_is_typed_the_clipboard_is_that_of_the_field() {
    let mut user = User::start_empty();
    user.type_text("Legal");
    paste(&mut user, " review 4h");
    user.press(Modifiers::NONE, Key::Enter);
    assert_eq!(said(&user), "Legal review 4h");
}

#[test]
fn the_keys_are_listed() {
    let mut user = with("A > B");
    user.press(Modifiers::NONE, Key::F1);
    assert!(sees(
        &user,
        "The next stage; in a stage's line, finish it first"
    ));
    assert!(sees(&user, "Copy as text") && sees(&user, "Ctrl+Shift+C"));
    // Keys do nothing else meanwhile.
    user.press(Modifiers::COMMAND, Key::A);
    assert!(user.window().document().selection().is_empty());
    user.press(Modifiers::NONE, Key::Escape);
    assert!(!sees(&user, "Copy as text"));
    user.press(Modifiers::SHIFT, Key::Questionmark);
    assert!(sees(&user, "Copy as text"));
}
