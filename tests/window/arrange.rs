//! Arranging what is drawn: by keys, by the menus, by the pointer, through the real window code.

use anabranch::app::{Action, Command, Direction};
use anabranch::edit::{Selected, Selection};
use anabranch::interact::Tool;
use anabranch::layout::{Alignment, Axis};
use anabranch::model::{Model, Note, NoteKind, WorldPoint, WorldRect, WorldSize};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, vec2};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

/// A drawing of stages at these places, and a chain of handoffs between the first of them.
fn start(stages: &[(&str, f64, f64)], chained: usize) -> User {
    let mut user = User::start_empty();
    let mut model = Model::default();
    for &(name, x, y) in stages {
        let corner = WorldPoint::new(x, y);
        let made = anabranch::edit::new_stage(&model, name, Some(corner), None);
        anabranch::edit::apply_all(&mut model, &made.changes).unwrap();
    }
    let ids: Vec<_> = model.stages.iter().map(|stage| stage.id).collect();
    for two in ids[..chained].windows(2) {
        let kind = anabranch::model::HandoffKind::Forward;
        let made = anabranch::edit::connect(&model, two[0], two[1], kind).unwrap();
        anabranch::edit::apply_all(&mut model, &made.changes).unwrap();
    }
    user.harness.state_mut().show_model(model);
    user.settle();
    user
}

fn select(user: &mut User, names: &[&str]) {
    let stages = names.iter().map(|name| Selected::Stage(user.stage(name)));
    let selection: Selection = stages.collect();
    user.select(selection);
}

fn act(user: &mut User, action: Action) {
    user.carry_out(Command::Act(action));
}

fn ways(user: &User) -> String {
    let handoffs = user.model().handoffs.iter();
    let ways: Vec<String> = handoffs
        .map(|handoff| format!("{}>{}", handoff.from, handoff.to))
        .collect();
    ways.join(" ")
}

fn undo_label(user: &User) -> String {
    let label = user.window().document().undo_label();
    label.unwrap_or("nothing").to_owned()
}

fn middle(user: &User, name: &str) -> Pos2 {
    user.on_screen(user.card(name).center())
}

fn says(user: &User, part: &str) -> bool {
    user.harness.query_by_label_contains(part).is_some()
}

/// Chooses an entry of the menu that is open; its label goes on with its shortcut.
fn choose(user: &mut User, entry: &str) {
    let found = user.harness.query_all_by_label_contains(entry).last();
    found.expect("an entry of the menu").click();
    user.settle();
}

const ROW: [(&str, f64, f64); 3] = [("A", 0.0, 0.0), ("B", 320.0, 24.0), ("C", 720.0, 0.0)];

#[test]
fn what_is_selected_is_duplicated_nudged_aligned_and_distributed() {
    let mut user = start(&ROW, 3);
    let before = user.model().clone();
    select(&mut user, &["A", "B"]);
    user.press(Modifiers::COMMAND, Key::D);
    assert_eq!(ways(&user), "a>b b>c a-2>b-2");
    assert_eq!(user.window().document().selection().stages().len(), 2);
    assert_eq!(undo_label(&user), "Duplicate");
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*user.model(), before);

    // Several nudges in a row are one step.
    select(&mut user, &["B"]);
    let (at, steps) = (user.card("B").min, user.window().document().history().len());
    user.press(Modifiers::ALT, Key::ArrowRight);
    user.press(Modifiers::ALT, Key::ArrowRight);
    user.press(Modifiers::ALT.plus(Modifiers::SHIFT), Key::ArrowDown);
    let now = user.card("B").min;
    assert_eq!((now.x - at.x, now.y - at.y), (16.0, 80.0));
    assert_eq!(user.window().document().history().len(), steps + 1);
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(user.card("B").min, at);

    select(&mut user, &["A", "B", "C"]);
    user.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::ArrowUp);
    assert_eq!((user.card("A").min.y, user.card("B").min.y), (0.0, 0.0));
    assert_eq!(undo_label(&user), "Align top edges");
    user.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::X);
    let gap = |user: &User, left: &str, right: &str| user.card(right).min.x - user.card(left).max.x;
    assert!((gap(&user, "A", "B") - gap(&user, "B", "C")).abs() < 1e-6);
    assert_eq!(undo_label(&user), "Distribute horizontally");
    for action in [
        Action::Align(Alignment::Middle),
        Action::Distribute(Axis::Vertical),
        Action::Nudge(Direction::Up),
    ] {
        // By menu and palette, too; nothing of it may fail.
        act(&mut user, action);
    }
    // Locked, they stay.
    user.press(Modifiers::COMMAND, Key::L);
    let at = user.card("A").min;
    user.press(Modifiers::ALT, Key::ArrowRight);
    assert_eq!(user.card("A").min, at);
    assert!(says(&user, "locked"));
}

#[test]
fn deleting_a_stage_heals_the_flow_and_says_so() {
    let mut user = start(&ROW, 3);
    select(&mut user, &["B"]);
    user.press(Modifiers::NONE, Key::Delete);
    assert_eq!(ways(&user), "a>c");
    assert!(says(&user, "A leads to C now."));
    assert_eq!(undo_label(&user), "Delete stage");
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(ways(&user), "a>b b>c");
    select(&mut user, &["B"]);
    user.press(Modifiers::SHIFT, Key::Delete);
    assert_eq!((ways(&user).as_str(), user.model().stages.len()), ("", 2));
}

#[test]
fn a_stage_is_dropped_into_a_handoff_and_an_end_is_led_elsewhere() {
    let mut user = start(
        &[("A", 0.0, 0.0), ("C", 720.0, 0.0), ("New", 360.0, 320.0)],
        2,
    );
    let from = middle(&user, "New");
    let onto = user.on_screen(WorldPoint::new(
        user.card("New").center().x,
        user.picture().layout.routes[0].points[0].y,
    ));
    user.drag(from, onto);
    assert_eq!(ways(&user), "a>new new>c");
    assert_eq!(undo_label(&user), "Insert stage");
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(ways(&user), "a>c");
    assert_eq!(user.card("New").min.y, 320.0);

    let handoff = user.model().handoffs.at(0).unwrap().id;
    user.select(Selection::of(Selected::Handoff(handoff)));
    let points = &user.picture().layout.routes[0].points;
    let end = user.on_screen(points[points.len() - 1]);
    let new = middle(&user, "New");
    user.drag(end, new);
    assert_eq!(ways(&user), "a>new");
    assert_eq!(undo_label(&user), "Reconnect handoff");
    assert_eq!(user.model().handoffs.at(0).unwrap().id, handoff);
}

#[test]
fn the_context_menu_acts_on_what_lies_under_the_pointer() {
    let mut user = start(&ROW, 3);
    let at = middle(&user, "B");
    user.secondary_click(at);
    assert_eq!(
        user.window().document().selection().stages(),
        [user.stage("B")]
    );
    // Esc closes the menu and keeps the selection.
    user.press(Modifiers::NONE, Key::Escape);
    assert!(!user.window().canvas().has_menu());
    assert_eq!(user.window().document().selection().len(), 1);
    user.secondary_click(at);
    choose(&mut user, "Delete and leave the gap");
    assert_eq!((ways(&user).as_str(), user.model().stages.len()), ("", 2));
    assert!(!user.window().canvas().has_menu());
    user.press(Modifiers::COMMAND, Key::Z);

    // By keys, on what is selected.
    select(&mut user, &["B"]);
    user.press(Modifiers::SHIFT, Key::F10);
    assert!(user.window().canvas().has_menu());
    choose(&mut user, "Lock or unlock");
    assert!(
        user.model()
            .stages
            .find(user.stage("B"))
            .unwrap()
            .at
            .is_locked
    );

    // On the empty canvas.
    let at = user.on_canvas(0.0, 180.0);
    user.secondary_click(at);
    assert!(user.window().document().selection().is_empty());
    choose(&mut user, "Stage here");
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text("Here");
    user.press(Modifiers::NONE, Key::Enter);
    let world = user.card("Here");
    assert!(user.on_screen(world.center()).distance(at) < 60.0);
    // On a handoff.
    let points = user.picture().layout.routes[0].points.clone();
    let way = WorldPoint::new((points[0].x + points[1].x) / 2.0, points[0].y);
    let at = user.on_screen(way);
    user.secondary_click(at);
    assert_eq!(user.window().document().selection().handoffs().len(), 1);
    choose(&mut user, "Mark as customary");
    assert_eq!(undo_label(&user), "Mark as customary");
}

fn note(user: &User) -> &Note {
    user.model().notes.at(0).expect("a note")
}

fn note_rect(user: &User) -> WorldRect {
    user.picture().layout.notes[0]
}

#[test]
fn notes_are_written_moved_sized_coloured_and_deleted() {
    let mut user = start(&ROW, 3);
    let at = user.on_canvas(0.0, 150.0);
    user.press(Modifiers::NONE, Key::S);
    assert_eq!(user.window().canvas().tool(), Tool::Note(NoteKind::Sticky));
    user.click(at);
    user.type_text("Ask Legal");
    // However it is left, what was typed stays.
    user.press(Modifiers::NONE, Key::Escape);
    assert_eq!(
        (note(&user).text.as_str(), note(&user).id.as_str()),
        ("Ask Legal", "ask-legal")
    );
    assert_eq!(undo_label(&user), "Add sticky note");
    let element = Selected::Note(note(&user).id);
    assert_eq!(user.window().document().selection().single(), Some(element));

    let before = note_rect(&user);
    let from = user.on_screen(before.center());
    user.drag(from, from + vec2(160.0, 0.0));
    assert_eq!(note_rect(&user).min.x, before.min.x + 160.0);
    assert_eq!(undo_label(&user), "Move note");
    let corner = user.on_screen(note_rect(&user).max);
    user.drag(corner, corner + vec2(80.0, 40.0));
    let size = note(&user).at.size.expect("it has one now");
    assert!(size.width > before.width() + 60.0 && size.height > before.height() + 20.0);
    assert_eq!(undo_label(&user), "Resize note");

    user.press(Modifiers::NONE, Key::F2);
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text("Ask Rights");
    user.press(Modifiers::COMMAND, Key::Enter);
    assert_eq!(note(&user).text, "Ask Rights");
    assert_eq!(undo_label(&user), "Write on note");

    let at = user.on_screen(note_rect(&user).center());
    user.secondary_click(at);
    choose(&mut user, "Make it a kaizen burst");
    assert_eq!(note(&user).kind, NoteKind::Kaizen);
    user.secondary_click(at);
    choose(&mut user, "Colour");
    choose(&mut user, "Orange");
    assert!(note(&user).at.colour.is_some());
    assert_eq!(undo_label(&user), "Colour");
    assert!(!user.window().canvas().has_menu());

    user.press(Modifiers::NONE, Key::Delete);
    assert!(user.model().notes.is_empty());
    assert_eq!(undo_label(&user), "Delete note");

    // Without a pointer: in the middle of what is seen.
    user.press(Modifiers::NONE, Key::K);
    user.press(Modifiers::NONE, Key::Enter);
    user.type_text("Fewer boards");
    user.press(Modifiers::COMMAND, Key::Enter);
    assert_eq!(
        (note(&user).kind, note(&user).text.as_str()),
        (NoteKind::Kaizen, "Fewer boards")
    );
    // Together with others it is counted as what it is.
    user.press(Modifiers::COMMAND, Key::A);
    assert!(says(&user, "3 stages, 1 note"));
    // Nothing written is no note.
    user.press(Modifiers::NONE, Key::K);
    user.press(Modifiers::NONE, Key::Enter);
    user.press(Modifiers::NONE, Key::Escape);
    assert_eq!(user.model().notes.len(), 1);
}

#[test]
fn a_stage_is_sized_and_room_is_made() {
    let mut user = start(&ROW, 3);
    select(&mut user, &["C"]);
    let corner = user.on_screen(user.card("C").max);
    user.drag(corner, corner + vec2(64.0, 32.0));
    let size = user.model().stages.find(user.stage("C")).unwrap().at.size;
    assert!(
        size.is_some_and(|size| size.width > WorldSize::new(160.0, 0.0).width),
        "{size:?}"
    );
    assert_eq!(undo_label(&user), "Resize stage");
    let (b, c) = (user.card("B").min.x, user.card("C").min.x);
    user.press(Modifiers::NONE, Key::M);
    let from = user.on_screen(WorldPoint::new(280.0, 200.0));
    user.drag(from, from + vec2(80.0, 3.0));
    assert_eq!(
        (user.card("B").min.x, user.card("C").min.x),
        (b + 80.0, c + 80.0)
    );
    assert_eq!(
        (user.card("A").min.x, undo_label(&user).as_str()),
        (0.0, "Make room")
    );
    assert_eq!(user.window().canvas().tool(), Tool::Select);
    // Esc puts a tool down before it clears the selection.
    user.press(Modifiers::NONE, Key::M);
    user.press(Modifiers::NONE, Key::Escape);
    assert_eq!(user.window().canvas().tool(), Tool::Select);
    assert_eq!(user.window().document().selection().len(), 1);
}

#[test]
fn space_and_the_middle_button_pan_and_touch_nothing() {
    let mut user = start(&ROW, 3);
    let model = user.model().clone();
    let at = middle(&user, "B");
    let seen = user.window().canvas().viewport.visible().center();
    // The canvas has the keys after a click on it.
    let empty = user.on_canvas(0.0, 180.0);
    user.click(empty);
    user.harness.key_down(Key::Space);
    user.settle();
    user.drag(at, at + vec2(100.0, 50.0));
    user.harness.key_up(Key::Space);
    user.settle();
    let now = user.window().canvas().viewport.visible().center();
    assert!((seen.x - now.x - 100.0).abs() < 12.0, "{seen:?} {now:?}");
    assert!(user.window().document().selection().is_empty());
    let button = |user: &mut User, at: Pos2, pressed: bool| {
        user.harness.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Middle,
            pressed,
            modifiers: Modifiers::NONE,
        });
        user.harness.step();
    };
    let at = middle(&user, "B");
    user.hover(at);
    button(&mut user, at, true);
    for n in 1..=4 {
        user.harness.hover_at(at + vec2(0.0, 30.0 * n as f32));
        user.harness.step();
    }
    button(&mut user, at + vec2(0.0, 120.0), false);
    user.settle();
    let later = user.window().canvas().viewport.visible().center();
    assert!(now.y - later.y > 90.0, "{now:?} {later:?}");
    assert_eq!(*user.model(), model);
}

#[test]
fn what_is_selected_fills_the_view_and_the_view_before_comes_back() {
    let mut user = start(&ROW, 3);
    let seen = |user: &User| {
        let viewport = &user.window().canvas().viewport;
        (viewport.visible().center(), viewport.zoom())
    };
    let before = seen(&user);
    select(&mut user, &["C"]);
    user.press(Modifiers::COMMAND, Key::Num2);
    let (middle, zoom) = seen(&user);
    assert_eq!(zoom, 2.0);
    let card = user.card("C").center();
    assert!((middle.x - card.x).abs() < 1.0 && (middle.y - card.y).abs() < 1.0);
    user.press(Modifiers::COMMAND, Key::Num3);
    let (middle, zoom) = seen(&user);
    assert!((middle.x - before.0.x).abs() < 1.0 && (zoom - before.1).abs() < 1e-9);
    user.press(Modifiers::COMMAND, Key::Num3);
    assert!(says(&user, "no view to go back to"));
}

/// It became a lasso, or a drag of whatever the pointer had come to by then.
#[test]
fn a_drag_that_goes_far_in_one_frame_moves_what_was_pressed() {
    let mut user = start(&ROW, 3);
    let (before, from) = (user.card("B").min, middle(&user, "B"));
    let to = from + vec2(0.0, 240.0);
    user.hover(from);
    user.harness.run_steps(24);
    let button = |pressed| Event::PointerButton {
        pos: if pressed { from } else { to },
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    user.harness.event(button(true));
    user.harness.event(Event::PointerMoved(to));
    user.harness.step();
    user.harness.event(button(false));
    user.settle();
    assert_eq!(user.card("B").min.y, before.y + 240.0);
    assert_eq!(undo_label(&user), "Move stage");
}
