//! The keyboard focus: every control of the main screens is reached and is seen to have it, in every
//! theme; F6 goes around the parts of the window; what opens by a key has the focus.

use std::collections::BTreeMap;
use std::path::Path;

use anabranch::app::{Action, Command};
use egui::accesskit::{Action as AccessAction, Role};
use egui::{Key, Modifiers, Rect, Shape};
use egui_kittest::kittest::{AccessKitNode, By, NodeT as _, Queryable as _};

use crate::drive::User;

fn start() -> User {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/content-approval.ron");
    let mut user = User::start(Some(&path));
    // What results show is all there before anybody walks through it.
    user.wait_for_numbers();
    user
}

fn name(node: &AccessKitNode<'_>) -> String {
    let label = node.label().or_else(|| node.value()).unwrap_or_default();
    format!("{:?} {label}", node.role())
}

/// What the keyboard can reach: which, and what it is called.
fn focusable(user: &User) -> BTreeMap<String, String> {
    let takes_focus = |node: &AccessKitNode<'_>| {
        node.data().supports_action(AccessAction::Focus) && !node.is_disabled()
    };
    let all = user.harness.query_all(By::new().predicate(takes_focus));
    all.map(|node| {
        let node = node.accesskit_node();
        (format!("{:?}", node.id()), name(&node))
    })
    .collect()
}

/// What has the focus: which, what it is called, and where it is.
fn focused(user: &User) -> Option<(String, String, Rect)> {
    let has_focus = |node: &AccessKitNode<'_>| node.is_focused_in_tree() && !node.is_root();
    let mut all = user.harness.query_all(By::new().predicate(has_focus));
    let found = all.next()?;
    let node = found.accesskit_node();
    Some((format!("{:?}", node.id()), name(&node), found.rect()))
}

fn focused_name(user: &User) -> String {
    focused(user).map_or_else(|| "nothing".to_owned(), |(_, name, _)| name)
}

/// Whether a ring is seen around (or, of the canvas, along the inside of) a place.
fn has_ring(user: &User, at: Rect) -> bool {
    let style = user.harness.ctx.global_style();
    let colour = style.visuals.selection.stroke.color;
    let shapes = &user.harness.output().shapes;
    shapes.iter().any(|shape| match &shape.shape {
        Shape::Rect(ring) => {
            let seen = ring.rect.intersect(shape.clip_rect);
            ring.stroke.color == colour
                && ring.stroke.width == 2.0
                && seen.width() > 4.0
                && at.expand(3.0).contains_rect(ring.rect)
                && at.expand(3.0).intersects(seen)
        }
        _ => false,
    })
}

/// Whether a ring is seen along the inside of the canvas.
fn has_ring_along(user: &User, canvas: Rect) -> bool {
    let shapes = &user.harness.output().shapes;
    shapes.iter().any(|shape| match &shape.shape {
        Shape::Rect(ring) => {
            let is_close = |a: egui::Pos2, b: egui::Pos2| (a - b).length() < 6.0;
            ring.stroke.width == 2.0
                && is_close(ring.rect.min, canvas.min)
                && is_close(ring.rect.max, canvas.max)
        }
        _ => false,
    })
}

/// Goes on with Tab until everything has had the focus, and looks at each.
fn walk(user: &mut User, screen: &str) {
    let wanted = focusable(user);
    assert!(wanted.len() > 1, "{screen}: {wanted:?}");
    let mut reached = BTreeMap::new();
    for _ in 0..wanted.len() + 8 {
        user.press(Modifiers::NONE, Key::Tab);
        let Some((id, name, place)) = focused(user) else {
            continue;
        };
        assert!(
            has_ring(user, place),
            "{screen}: no ring around {name} at {place}"
        );
        reached.insert(id, name);
    }
    let missed: Vec<_> = wanted
        .iter()
        .filter(|(id, _)| !reached.contains_key(*id))
        .map(|(_, name)| name)
        .collect();
    assert!(
        missed.is_empty(),
        "{screen}: not reached: {missed:?} of {}",
        wanted.len()
    );
}

fn themes() -> [(Action, &'static str); 3] {
    [
        (Action::Light, "light"),
        (Action::Dark, "dark"),
        (Action::HighContrast, "high contrast"),
    ]
}

#[test]
fn every_control_of_the_window_is_reached_and_seen_in_every_theme() {
    for (theme, name) in themes() {
        let mut user = start();
        user.carry_out(Command::Act(theme));
        walk(&mut user, name);
    }
}

#[test]
fn every_control_of_the_start_screen_is_reached() {
    let mut user = User::start(None);
    user.settle();
    walk(&mut user, "start screen");
}

#[test]
fn every_control_of_the_other_parts_is_reached() {
    for action in [Action::Replace, Action::ToggleOutline, Action::ShowTable] {
        let mut user = start();
        user.carry_out(Command::Act(action));
        user.press(Modifiers::NONE, Key::Escape);
        if action == Action::Replace {
            user.carry_out(Command::Act(action));
        }
        walk(&mut user, action.label());
    }
}

#[test]
fn every_control_of_the_dialogs_is_reached() {
    for action in [Action::Settings, Action::About, Action::Keys] {
        let mut user = start();
        user.carry_out(Command::Act(action));
        // Only what the dialog holds can be reached while it is open.
        let mut reached = BTreeMap::new();
        for _ in 0..24 {
            user.press(Modifiers::NONE, Key::Tab);
            let Some((id, name, place)) = focused(&user) else {
                continue;
            };
            assert!(
                has_ring(&user, place),
                "{}: no ring around {name}",
                action.label()
            );
            reached.insert(id, name);
        }
        let closes = reached.values().any(|name| name == "Button Close");
        assert!(closes, "{}: {reached:?}", action.label());
        let leaves = reached.values().any(|name| name.contains("Canvas"));
        assert!(!leaves, "{}: {reached:?}", action.label());
    }
}

#[test]
fn the_form_of_a_stage_is_reached_and_brought_into_view() {
    let mut user = start();
    let stage = user.model().stages.at(0).expect("it has stages").id;
    user.select(anabranch::edit::Selection::of(
        anabranch::edit::Selected::Stage(stage),
    ));
    user.press(Modifiers::NONE, Key::F6);
    let mut names = Vec::new();
    for _ in 0..40 {
        let Some((_, name, place)) = focused(&user) else {
            break;
        };
        assert!(has_ring(&user, place), "no ring around {name} at {place}");
        names.push(name);
        user.press(Modifiers::NONE, Key::Tab);
    }
    let has = |wanted: &str| names.iter().any(|name| name.contains(wanted));
    assert!(has("TextInput Work") && has("Notes"), "{names:?}");
}

#[test]
fn f6_goes_around_and_back_to_where_the_focus_was() {
    let mut user = start();
    user.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::O);
    let mut seen = Vec::new();
    for _ in 0..5 {
        user.press(Modifiers::NONE, Key::F6);
        let (_, name, place) = focused(&user).expect("something has the focus");
        assert!(has_ring(&user, place), "no ring around {name}");
        seen.push(name);
    }
    assert!(seen[0].contains("Name"), "the inspector: {seen:?}");
    assert!(seen[1].contains("Lead time"), "the results: {seen:?}");
    assert!(seen[2].contains("File"), "the bar: {seen:?}");
    assert!(seen[3].starts_with("TreeItem"), "the outline: {seen:?}");
    assert!(seen[4].contains("Canvas"), "{seen:?}");
    user.press(Modifiers::SHIFT, Key::F6);
    assert!(focused_name(&user).starts_with("TreeItem"));
    user.press(Modifiers::SHIFT, Key::F6);
    user.press(Modifiers::NONE, Key::Tab);
    assert!(focused_name(&user).contains("Edit"));
    // Where it was in the bar it is again.
    user.press(Modifiers::NONE, Key::F6);
    user.press(Modifiers::SHIFT, Key::F6);
    assert!(
        focused_name(&user).contains("Edit"),
        "{}",
        focused_name(&user)
    );
}

#[test]
fn what_opens_by_a_key_has_the_focus_and_gives_it_back() {
    let mut user = start();
    for _ in 0..3 {
        user.press(Modifiers::NONE, Key::F6);
    }
    assert!(
        focused_name(&user).contains("File"),
        "{}",
        focused_name(&user)
    );
    user.press(Modifiers::NONE, Key::Enter);
    assert!(
        focused_name(&user).contains("New"),
        "{}",
        focused_name(&user)
    );
    user.press(Modifiers::NONE, Key::ArrowDown);
    assert!(
        focused_name(&user).contains("Open"),
        "{}",
        focused_name(&user)
    );
    user.press(Modifiers::NONE, Key::Escape);
    user.settle();
    assert!(
        focused_name(&user).contains("File"),
        "{}",
        focused_name(&user)
    );
    // The choices of a field begin at the one that is chosen.
    let lanes = user.harness.get_by_role_and_label(Role::ComboBox, "Lanes");
    lanes.focus();
    user.settle();
    user.press(Modifiers::NONE, Key::Enter);
    assert!(
        focused_name(&user).contains("by team"),
        "{}",
        focused_name(&user)
    );
    user.press(Modifiers::NONE, Key::ArrowDown);
    user.press(Modifiers::NONE, Key::Enter);
    user.settle();
    assert!(
        focused_name(&user).starts_with("ComboBox"),
        "{}",
        focused_name(&user)
    );
}

#[test]
fn a_click_on_the_canvas_draws_no_ring_and_esc_leads_back_to_it() {
    let mut user = start();
    let at = user.harness.get_by_label("Canvas").rect();
    user.click(at.left_top() + egui::vec2(6.0, 6.0));
    assert!(focused_name(&user).contains("Canvas"));
    assert!(!has_ring_along(&user, at));
    user.press(Modifiers::NONE, Key::F6);
    user.press(Modifiers::NONE, Key::Escape);
    assert!(focused_name(&user).contains("Canvas"));
    assert!(has_ring_along(&user, at));
}

#[test]
fn what_is_typed_stays_when_a_key_hides_the_panel() {
    let mut user = start();
    let stage = user.model().stages.at(0).expect("it has stages").id;
    user.select(anabranch::edit::Selection::of(
        anabranch::edit::Selected::Stage(stage),
    ));
    let crew = user.harness.get_by_role_and_label(Role::TextInput, "Crew");
    crew.focus();
    user.settle();
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text("7");
    // The text was lost here once, with the field that would have given it up.
    user.press(Modifiers::COMMAND, Key::I);
    user.settle();
    let crew = user.model().stages.find(stage).map(|stage| stage.crew);
    assert_eq!(crew, Some(7));
    assert!(
        user.harness.query_by_label("Crew").is_none(),
        "it is hidden"
    );
}
