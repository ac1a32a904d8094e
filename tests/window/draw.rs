//! From an empty document to a saved model, through the real window code.

use anabranch::app::Question;
use anabranch::model::{At, Change, Team, TeamChange};
use anabranch::store::{self, DiskFiles};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

/// Draws three stages side by side by double-clicks and names them.
fn draw_three(user: &mut User) {
    for (name, x) in [("Script", -320.0), ("Edit", 0.0), ("Publish", 320.0)] {
        let at = user.on_canvas(x, 0.0);
        user.double_click(at);
        user.press(Modifiers::COMMAND, Key::A);
        user.type_text(name);
        user.press(Modifiers::NONE, Key::Enter);
    }
}

fn connect(user: &mut User, from: &str, to: &str) {
    let rect = user.card(from);
    let edge = anabranch::model::WorldPoint::new(rect.max.x, rect.center().y);
    let target = user.card(to).center();
    let (from, to) = (user.on_screen(edge), user.on_screen(target));
    user.drag(from, to);
}

fn click_stage(user: &mut User, name: &str) {
    let at = user.on_screen(user.card(name).center());
    user.click(at);
}

#[test]
fn a_stream_is_drawn_timed_simulated_undone_redone_saved_and_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("first.ron");
    let mut user = User::start_empty();
    draw_three(&mut user);
    assert_eq!(user.model().stages.len(), 3);
    assert_eq!(user.stage("Publish").as_str(), "publish");

    connect(&mut user, "Script", "Edit");
    connect(&mut user, "Edit", "Publish");
    assert_eq!(user.model().handoffs.len(), 2);

    for (name, work) in [
        ("Script", "4h"),
        ("Edit", "uniform(2h, 6h)"),
        ("Publish", "30m"),
    ] {
        click_stage(&mut user, name);
        user.fill("Work", work);
        let stage = user.model().stages.find(user.stage(name)).unwrap();
        assert_eq!(stage.work.as_ref().unwrap().to_string(), work);
    }

    // A team, and an owner by the inspector.
    user.press(Modifiers::NONE, Key::Escape);
    user.press_button("Add a team");
    user.fill("Name", "Post");
    let team = user.model().teams.at(0).expect("added").id;
    click_stage(&mut user, "Edit");
    user.harness
        .get_by_role_and_label(egui::accesskit::Role::ComboBox, "Owner")
        .click();
    user.settle();
    user.harness
        .get_by_role_and_label(egui::accesskit::Role::Button, "Post")
        .click();
    user.settle();
    assert_eq!(
        user.model().stages.find(user.stage("Edit")).unwrap().team,
        Some(team)
    );

    let mean = user.mean_lead_time();
    // 4 h, 4 h on average and half an hour, and some waiting for the one person of Post.
    assert!((8.0 * 3600.0..11.0 * 3600.0).contains(&mean), "{mean} s");

    let whole = user.model().clone();
    let steps = user.window().document().history().len();
    assert!(steps >= 9, "{steps} steps");
    for _ in 0..steps {
        user.press(Modifiers::COMMAND, Key::Z);
    }
    assert!(user.model().stages.is_empty() && user.model().teams.is_empty());
    assert!(!user.window().document().is_modified());
    for _ in 0..steps {
        user.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z);
    }
    assert_eq!(*user.model(), whole);

    user.will_answer([Some(path.clone())]);
    user.press(Modifiers::COMMAND, Key::S);
    user.settle();
    assert!(!user.window().document().is_modified());
    assert!(
        user.window().title().starts_with("first.ron – "),
        "{}",
        user.window().title()
    );
    let loaded = store::load(&DiskFiles, &path).unwrap();
    assert_eq!(loaded.model, whole);
    let again = User::start(Some(&path));
    assert_eq!(*again.model(), whole);
}

#[test]
fn a_wrong_time_says_why_and_keeps_the_old_one() {
    let mut user = User::start_empty();
    draw_three(&mut user);
    click_stage(&mut user, "Edit");
    user.fill("Work", "3h");
    user.fill("Work", "3 parsecs");
    let stage = user.model().stages.find(user.stage("Edit")).unwrap();
    assert_eq!(stage.work.as_ref().unwrap().to_string(), "3h");
    assert!(
        user.harness
            .query_by_label_contains("is no unit of time")
            .is_some()
    );
    // Esc goes back to the old value and takes the reason away.
    user.harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Work")
        .focus();
    user.settle();
    user.press(Modifiers::NONE, Key::Escape);
    assert!(
        user.harness
            .query_by_label_contains("is no unit of time")
            .is_none()
    );
}

#[test]
fn stages_are_moved_renamed_and_deleted() {
    let mut user = User::start_empty();
    draw_three(&mut user);
    connect(&mut user, "Script", "Edit");
    let before = user.card("Edit");
    let at = user.on_screen(before.center());
    user.drag(at, at + egui::vec2(0.0, 160.0));
    let moved = user.card("Edit");
    assert_eq!(
        (moved.min.x, moved.min.y),
        (before.min.x, before.min.y + 160.0)
    );
    let at = user.on_screen(moved.center());
    user.double_click(at);
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text("Rough cut");
    user.press(Modifiers::NONE, Key::Enter);
    let id = user.stage("Rough cut");
    assert_eq!(
        id.as_str(),
        "edit",
        "an id stays when its element is renamed"
    );
    click_stage(&mut user, "Rough cut");
    user.press(Modifiers::NONE, Key::Delete);
    assert_eq!(
        (user.model().stages.len(), user.model().handoffs.len()),
        (2, 0)
    );
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(
        (user.model().stages.len(), user.model().handoffs.len()),
        (3, 1)
    );
}

#[test]
fn a_click_within_one_frame_selects() {
    let mut user = User::start_empty();
    draw_three(&mut user);
    connect(&mut user, "Script", "Edit");
    for name in ["Script", "Publish"] {
        let at = user.on_screen(user.card(name).center());
        user.quick_click(at);
        assert_eq!(
            user.window().document().selection().stages(),
            [user.stage(name)]
        );
    }
    let points = &user.picture().layout.routes[0].points;
    let (first, last) = (points[0], points[points.len() - 1]);
    let middle = anabranch::model::WorldPoint::new((first.x + last.x) / 2.0, first.y);
    let at = user.on_screen(middle);
    user.quick_click(at);
    assert_eq!(user.window().document().selection().handoffs().len(), 1);
}

#[test]
fn zooming_keeps_what_is_under_the_pointer() {
    let mut user = User::start_empty();
    draw_three(&mut user);
    let at = user.on_canvas(120.0, -60.0);
    user.hover(at);
    let world = |user: &User| {
        let at = anabranch::interact::ScreenPoint::new(at.x, at.y);
        user.window().canvas().viewport.world_from_screen(at)
    };
    let before = world(&user);
    user.harness.event(egui::Event::Zoom(1.5));
    user.settle();
    let after = world(&user);
    assert!((before.x - after.x).abs() < 0.01 && (before.y - after.y).abs() < 0.01);
    assert!((user.window().canvas().viewport.zoom() - 1.5).abs() < 0.01);
}

#[test]
fn a_problem_leads_to_its_place() {
    let mut user = User::start_empty();
    draw_three(&mut user);
    let team = Team {
        people: 0,
        ..Team::new(anabranch::model::TeamId::new("post").unwrap(), "Post")
    };
    let change = Change::Team(TeamChange::Add {
        team: std::sync::Arc::new(team),
        position: None,
    });
    let mut model = user.model().clone();
    anabranch::edit::apply(&mut model, &change).unwrap();
    assert!(user.window().question().is_none());
    user.settle();
    let begin = std::time::Instant::now();
    while user.window().results().problems().is_empty() && begin.elapsed().as_secs() < 30 {
        user.harness.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let at = user
        .window()
        .results()
        .problems()
        .first()
        .expect("stages without work time")
        .at;
    assert!(matches!(at, At::Stage(_)), "{at}");
    assert!(!matches!(
        user.window().question(),
        Some(Question::Failed { .. })
    ));
}
