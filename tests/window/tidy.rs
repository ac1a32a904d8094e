//! Tidying up through the real window code: by key, by menu, as one step, seen on its way.

use anabranch::app::{Action, Command};
use anabranch::edit::{Selected, Selection};
use anabranch::model::{HandoffKind, Model, WorldPoint};
use egui::{Key, Modifiers, Rect};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

const ROW: [(&str, f64, f64); 4] = [
    ("A", 0.0, 0.0),
    ("B", 120.0, 300.0),
    ("C", 500.0, 40.0),
    ("D", 240.0, 120.0),
];

/// Four stages in disorder, each leading to the next.
fn start() -> User {
    let mut user = User::start_empty();
    let mut model = Model::default();
    for (name, x, y) in ROW {
        let corner = WorldPoint::new(x, y);
        let made = anabranch::edit::new_stage(&model, name, Some(corner), None);
        anabranch::edit::apply_all(&mut model, &made.changes).unwrap();
    }
    let ids: Vec<_> = model.stages.iter().map(|stage| stage.id).collect();
    for two in ids.windows(2) {
        let made = anabranch::edit::connect(&model, two[0], two[1], HandoffKind::Forward).unwrap();
        anabranch::edit::apply_all(&mut model, &made.changes).unwrap();
    }
    user.harness.state_mut().show_model(model);
    user.settle();
    user
}

fn press_tidy_up(user: &mut User) {
    let keys = Modifiers::COMMAND.plus(Modifiers::SHIFT);
    user.harness.key_press_modifiers(keys, Key::L);
}

fn undo_label(user: &User) -> Option<&str> {
    user.window().document().undo_label()
}

/// Where the canvas shows a stage.
fn shown(user: &User, label: &str) -> Rect {
    let node = user.harness.get_by_label_contains(label);
    node.rect()
}

#[test]
fn tidying_up_is_one_step_and_done_again_nothing() {
    let mut user = start();
    let before = user.model().clone();
    let steps = user.window().document().history().len();
    press_tidy_up(&mut user);
    user.settle();
    user.settle();
    assert_eq!(undo_label(&user), Some("Tidy up"));
    assert_eq!(user.window().document().history().len(), steps + 1);
    let cards = ["A", "B", "C", "D"].map(|name| user.card(name));
    for two in cards.windows(2) {
        assert!(
            two[0].max.x < two[1].min.x && two[0].min.y == two[1].min.y,
            "{cards:?}"
        );
    }
    press_tidy_up(&mut user);
    user.settle();
    assert_eq!(user.window().document().history().len(), steps + 1);
    assert!(
        user.harness
            .query_by_label("Everything is tidy already.")
            .is_some()
    );
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*user.model(), before);
}

#[test]
fn of_a_selection_only_the_selection_moves() {
    let mut user = start();
    let before = ["A", "D"].map(|name| user.card(name));
    let selected = ["B", "C"].map(|name| Selected::Stage(user.stage(name)));
    user.select(selected.into_iter().collect::<Selection>());
    user.carry_out(Command::Act(Action::TidyUp));
    assert_eq!(undo_label(&user), Some("Tidy up"));
    assert_eq!(["A", "D"].map(|name| user.card(name)), before);
    let (b, c) = (user.card("B"), user.card("C"));
    assert!(b.max.x < c.min.x && !b.overlaps(before[1]) && !c.overlaps(before[1]));
    assert_eq!(user.window().document().selection().stages().len(), 2);
}

#[test]
fn cards_glide_to_their_places_unless_that_is_switched_off() {
    let mut user = start();
    let old = shown(&user, "B, stage, ");
    press_tidy_up(&mut user);
    // One frame takes the key, the next ones show the way.
    user.harness.step();
    user.harness.step();
    let between = shown(&user, "B, stage, ");
    user.harness.run_steps(40);
    let new = shown(&user, "B, stage, ");
    assert!(
        old.left() < between.left() && between.left() < new.left(),
        "{old} {between} {new}"
    );

    user.press(Modifiers::COMMAND, Key::Z);
    user.press(Modifiers::COMMAND, Key::Comma);
    user.harness
        .get_by_label("Show changes at once, without gliding")
        .click();
    user.settle();
    user.press_button("Close");
    assert_eq!(shown(&user, "B, stage, "), old);
    press_tidy_up(&mut user);
    user.harness.step();
    user.harness.step();
    assert_eq!(shown(&user, "B, stage, "), new);
}
