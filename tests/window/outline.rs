//! The outline: what is selected there is selected on the canvas and the other way round; order and
//! names are changed in place.

use anabranch::app::Command;
use anabranch::edit::{Selected, Selection};
use anabranch::quick;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::drive::User;

fn start() -> User {
    let mut user = User::start_empty();
    let model = quick::new_model("A 1h @Desk > {B 1h > C 1h, D 1h} > E 1h", "Test");
    user.harness.state_mut().show_model(model.unwrap());
    user.settle();
    user.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::O);
    user
}

/// The lines from top to bottom, with those that are selected marked.
fn lines(user: &User) -> String {
    let mut lines: Vec<_> = user
        .harness
        .query_all_by_role(Role::TreeItem)
        .map(|line| {
            let node = line.accesskit_node();
            let name = node.label().unwrap_or_default();
            let name = name.split(',').next().unwrap_or_default().to_owned();
            let mark = if node.is_selected() == Some(true) {
                "*"
            } else {
                ""
            };
            (line.rect().top() as i32, format!("{name}{mark}"))
        })
        .collect();
    lines.sort();
    let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
    lines.join(" ")
}

fn click(user: &mut User, name: &str) {
    let all = user.harness.query_all_by_role(Role::TreeItem);
    let is_it = |line: &egui_kittest::Node<'_>| {
        let label = line.accesskit_node().label().unwrap_or_default();
        label.split(',').next() == Some(name)
    };
    let at = all
        .into_iter()
        .find(is_it)
        .expect("it is there")
        .rect()
        .center();
    user.click(at);
}

#[test]
fn lines_and_canvas_select_the_same() {
    let mut user = start();
    assert_eq!(lines(&user), "A B C D E");
    user.select(Selection::of(Selected::Stage(user.stage("C"))));
    assert_eq!(lines(&user), "A B C* D E");
    click(&mut user, "B");
    assert_eq!(lines(&user), "A B* C D E");
    let selection = user.window().document().selection().single();
    assert_eq!(selection, Some(Selected::Stage(user.stage("B"))));
    user.press(Modifiers::NONE, Key::ArrowDown);
    user.press(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(lines(&user), "A B C D* E");
}

#[test]
fn order_and_names_are_changed_in_place() {
    let mut user = start();
    click(&mut user, "D");
    user.press(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(lines(&user), "A D* B C E");
    // Where the flow decides, it says so, and nothing changes.
    let before = user.model().clone();
    user.press(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(*user.model(), before);
    let why = "“D” comes after “A”, since a handoff leads from there to it.";
    assert!(user.harness.query_by_label(why).is_some());
    user.press(Modifiers::NONE, Key::F2);
    user.type_text("Draft");
    user.press(Modifiers::NONE, Key::Enter);
    assert_eq!(lines(&user), "A Draft* B C E");
    // The line has the focus again.
    user.press(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(lines(&user), "A B C Draft* E");
    user.carry_out(Command::Act(anabranch::app::Action::Undo));
    user.carry_out(Command::Act(anabranch::app::Action::Undo));
    assert_eq!(lines(&user), "A D* B C E");
}

#[test]
fn a_line_is_dragged_past_a_branch() {
    let mut user = start();
    let place = |user: &User, name: &str| {
        let mut all = user.harness.query_all_by_role(Role::TreeItem);
        let it = all.find(|line| {
            let label = line.accesskit_node().label().unwrap_or_default();
            label.split(',').next() == Some(name)
        });
        it.expect("it is there").rect().center()
    };
    let (from, to) = (place(&user, "D"), place(&user, "C"));
    user.drag(from, to);
    assert_eq!(lines(&user), "A D B C E");
}
