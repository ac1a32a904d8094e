//! The canvas beyond single cards: ways bent by hand, the minimap, what colours stand for.

use std::path::Path;

use anabranch::app::{Action, Command};
use anabranch::edit::{Selected, Selection};
use anabranch::model::{HandoffId, WorldPoint, WorldVector};
use anabranch::scene::{ColourBy, Shape, Target};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

fn open(name: &str) -> User {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.ron"));
    User::start(Some(&path))
}

/// The corners of the way of a handoff.
fn way(user: &User, id: HandoffId) -> Vec<WorldPoint> {
    let picture = user.picture();
    let flowing = picture.flow.handoffs.iter();
    let at = flowing.clone().position(|handoff| handoff.id == id);
    picture.layout.routes[at.expect("it flows")].points.clone()
}

fn label(user: &User) -> String {
    let label = user.window().document().undo_label();
    label.unwrap_or("nothing").to_owned()
}

#[test]
fn a_piece_of_a_way_is_dragged_stays_and_is_let_go() {
    let mut user = User::start_empty();
    user.carry_out(Command::Paste("Script 1d > Edit 2d".to_owned()));
    let handoff = user.model().handoffs.at(0).unwrap().id;
    user.select(Selection::of(Selected::Handoff(handoff)));
    let straight = way(&user, handoff);
    assert_eq!(straight.len(), 2);
    let middle = straight[0] + WorldVector::new((straight[1].x - straight[0].x) / 2.0, 0.0);
    let from = user.on_screen(middle);
    user.drag(from, from + egui::vec2(0.0, 120.0));
    assert_eq!(label(&user), "Bend the way");
    let bent = way(&user, handoff);
    assert_eq!(bent.len(), 6, "{bent:?}");
    assert!((bent[2].y - straight[0].y - 120.0).abs() < 8.0, "{bent:?}");
    assert_eq!(user.model().handoffs.at(0).unwrap().bends, bent[1..5]);

    // One step; taken back as one; and once more.
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(way(&user, handoff), straight);
    user.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z);
    assert_eq!(way(&user, handoff), bent);
    // Where both its stages go, the corners go along.
    user.press(Modifiers::COMMAND, Key::A);
    user.press(Modifiers::ALT, Key::ArrowDown);
    let gone: Vec<_> = bent
        .iter()
        .map(|&point| point + WorldVector::new(0.0, 8.0))
        .collect();
    assert_eq!(way(&user, handoff), gone);
    user.select(Selection::of(Selected::Handoff(handoff)));
    user.carry_out(Command::Act(Action::FreeWay));
    assert_eq!(way(&user, handoff).len(), 2);
    assert_eq!(label(&user), "Let the way find itself");

    // Esc takes a drag back.
    let at = user.on_screen(middle + WorldVector::new(0.0, 8.0));
    user.press_down(at);
    user.harness.hover_at(at + egui::vec2(0.0, 90.0));
    user.harness.step();
    user.harness.step();
    assert_eq!(way(&user, handoff).len(), 6);
    user.press(Modifiers::NONE, Key::Escape);
    assert_eq!(way(&user, handoff).len(), 2);
}

/// The minimap where it is shown.
fn minimap(user: &User) -> Option<egui::Rect> {
    let found = user.harness.query_by_label("Minimap");
    found.map(|node| node.rect())
}

#[test]
fn the_minimap_shows_what_is_beyond_and_leads_there() {
    let mut user = open("content-approval");
    user.carry_out(Command::Act(Action::Fit));
    assert!(minimap(&user).is_none(), "all of the drawing is seen");
    user.carry_out(Command::Act(Action::ActualSize));
    user.carry_out(Command::Act(Action::ZoomIn));
    let place = minimap(&user).expect("not all of it is seen any more");
    let before = user.window().canvas().viewport.visible().center();
    let corner = place.left_top() + egui::vec2(10.0, 10.0);
    user.click(corner);
    let after = user.window().canvas().viewport.visible().center();
    assert!(after.x < before.x - 100.0, "{before:?} {after:?}");
    assert!(user.window().document().selection().is_empty());
    // Dragging goes on; the canvas below takes no part in it.
    user.drag(corner, place.right_bottom() - egui::vec2(10.0, 10.0));
    let last = user.window().canvas().viewport.visible().center();
    assert!(last.x > after.x + 200.0 && last.y > after.y, "{last:?}");

    // By keys, when it has the focus.
    user.harness.get_by_label("Minimap").focus();
    user.settle();
    user.press(Modifiers::NONE, Key::ArrowLeft);
    let walked = user.window().canvas().viewport.visible().center();
    assert!(walked.x < last.x, "{last:?} {walked:?}");

    user.carry_out(Command::Act(Action::ToggleMinimap));
    assert!(minimap(&user).is_none(), "it was put away");
}

#[test]
fn cards_are_coloured_by_what_is_chosen_and_it_is_explained() {
    let mut user = open("content-approval");
    let strips = |user: &User| {
        let picture = user.picture();
        let mut strips = Vec::new();
        for stage in &user.model().stages {
            let mut items = picture.scene.items_of(Target::Stage(stage.id));
            strips.push(items.find_map(|item| match &item.shape {
                Shape::Path { fill, .. } => *fill,
                _ => None,
            }));
        }
        strips
    };
    let by_team = strips(&user);
    assert!(user.harness.query_by_label_contains("Colours: ").is_none());
    for (by, says) in [
        (ColourBy::Phase, "Colours: Phase"),
        (ColourBy::Automation, "Colours: Automation"),
    ] {
        user.carry_out(Command::Act(Action::ColourBy(by)));
        assert_ne!(strips(&user), by_team);
        assert!(user.harness.query_by_label(says).is_some(), "{says}");
    }
    user.carry_out(Command::Act(Action::ColourBy(ColourBy::Team)));
    assert_eq!(strips(&user), by_team);
}

#[test]
fn stages_are_grouped_named_collapsed_moved_opened_and_ungrouped() {
    let mut user = User::start_empty();
    user.carry_out(Command::Paste(
        "Script 1d > Edit 2d @Post > Check 4h @Post > Publish".to_owned(),
    ));
    // From now on all of them have a place.
    user.press(Modifiers::COMMAND, Key::A);
    user.press(Modifiers::ALT, Key::ArrowDown);
    let two = ["Edit", "Check"].map(|name| Selected::Stage(user.stage(name)));
    user.select(two.into_iter().collect());
    let before = user.model().clone();
    user.press(Modifiers::COMMAND, Key::G);
    // Its name is typed at once.
    user.type_text("Finishing");
    user.press(Modifiers::NONE, Key::Enter);
    let group = user.model().groups.at(0).unwrap().clone();
    assert_eq!((group.name.as_str(), group.stages.len()), ("Finishing", 2));

    let (edit, publish) = (user.card("Edit"), user.card("Publish"));
    user.press(Modifiers::COMMAND, Key::Period);
    assert!(user.model().groups.at(0).unwrap().is_collapsed);
    assert_eq!(user.card("Edit"), user.card("Check"));
    assert_eq!(user.card("Publish"), publish);

    // Its card is dragged: all its stages go.
    let at = user.on_screen(edit.center());
    user.click(at);
    let selected = user.window().document().selection().single();
    assert_eq!(selected, Some(Selected::Group(group.id)));
    user.drag(at, at + egui::vec2(0.0, 160.0));
    assert!(user.card("Edit").min.y > edit.min.y + 100.0);
    assert_eq!(user.card("Publish"), publish);
    let at = user.on_screen(user.card("Edit").center());
    user.double_click(at);
    assert!(!user.model().groups.at(0).unwrap().is_collapsed);
    let (edit, check) = (user.card("Edit"), user.card("Check"));
    assert!(edit != check && edit.min.y == check.min.y);

    // The inspector shows it, and its stages are links.
    user.select(Selection::of(Selected::Group(group.id)));
    user.fill("Name", "Post-production");
    assert_eq!(user.model().groups.at(0).unwrap().name, "Post-production");
    user.press(Modifiers::NONE, Key::Escape);
    user.select(Selection::of(Selected::Group(group.id)));
    user.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::G);
    assert!(user.model().groups.is_empty());
    assert_eq!(user.window().document().selection().stages().len(), 2);
    while *user.model() != before {
        assert!(user.window().document().undo_label().is_some());
        user.press(Modifiers::COMMAND, Key::Z);
    }
}

#[test]
fn a_note_has_a_form() {
    let mut user = open("content-approval");
    let note = user.model().notes.at(0).unwrap().id;
    user.select(Selection::of(Selected::Note(note)));
    let text = user.model().notes.at(0).unwrap().text.clone();
    let first = text.lines().next().unwrap();
    let shown = user.harness.query_all_by_label_contains(&first[..12]);
    assert!(shown.count() > 0, "{first}");
    let check = egui::accesskit::Role::CheckBox;
    user.harness.get_by_role_and_label(check, "Place").click();
    user.settle();
    assert!(user.model().notes.at(0).unwrap().at.is_locked);
    assert_eq!(label(&user), "Lock");
}

#[test]
fn an_idle_window_draws_nothing() {
    let mut user = open("content-approval");
    user.wait_for_numbers();
    // Longer than anything that is said stays.
    user.harness.run_steps(500);
    let mut frames = 0;
    for _ in 0..60 {
        user.harness.step();
        frames += u32::from(user.harness.ctx.has_requested_repaint());
    }
    assert_eq!(frames, 0, "of 60 frames so many asked for another");
}
