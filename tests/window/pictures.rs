//! A few pictures of the window, compared with those kept. They need Vulkan.

use std::path::Path;
use std::sync::Arc;

use anabranch::app::{Action, Command};
use anabranch::edit::{Selected, Selection};
use anabranch::interact::Link;
use anabranch::model::{Model, Stage, StageId, WorldPoint, WorldVector};
use anabranch::quick;
use anabranch::store::DiskFiles;
use egui::{Key, Modifiers, vec2};
use egui_kittest::SnapshotOptions;

use crate::drive::User;
use crate::fonts::{NAMES, fonts};

/// Returns whether pictures can be rendered; in CI they must be.
fn can_render() -> bool {
    let has_driver =
        std::fs::read_dir("/usr/share/vulkan/icd.d").is_ok_and(|mut found| found.next().is_some());
    if has_driver || !cfg!(target_os = "linux") {
        return true;
    }
    assert!(
        std::env::var_os("ANABRANCH_CI").is_none(),
        "no Vulkan driver here"
    );
    println!("skipped: no Vulkan driver here");
    false
}

fn compare(user: &mut User, name: &str) {
    // Another driver may round a pixel of an edge otherwise.
    let options = SnapshotOptions::new().threshold(1.2).max_failed_pixels(400);
    user.harness.snapshot_options(name, &options);
}

/// A picture of the guide, which shows it under its own name.
fn compare_for_guide(user: &mut User, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    let options = SnapshotOptions::new()
        .threshold(1.2)
        .max_failed_pixels(400)
        .output_path(folder);
    user.harness.snapshot_options(name, &options);
}

fn opened(name: &str, width: f32, height: f32) -> User {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.ron"));
    let mut user = User::start(Some(&path));
    user.harness.set_size(vec2(width, height));
    user.choose_theme(egui::ThemePreference::Light);
    user.settle();
    user.carry_out(Command::Act(Action::Fit));
    user.wait_for_numbers();
    user
}

/// The stream of the guide, with its numbers.
fn stream_of_the_guide() -> User {
    let text = "Script 3d @Writers >1d> Edit 5d @Post >1d> Legal review 4h @Legal >1d> Brand review 2h \
                @Brand > Publish 1h @Channel";
    let mut model = quick::new_model(text, "A stream").unwrap();
    model.teams.update(|_| true, |team| team.people = 6);
    let mut user = User::start(None);
    user.harness.set_size(vec2(1200.0, 760.0));
    user.harness.state_mut().show_model(model);
    user.choose_theme(egui::ThemePreference::Light);
    user.carry_out(Command::Act(Action::Fit));
    user.wait_for_numbers();
    user
}

#[test]
fn the_guide_shows_how_a_stage_is_typed() {
    if !can_render() {
        return;
    }
    let mut user = User::start_empty();
    user.harness.set_size(vec2(1160.0, 400.0));
    user.choose_theme(egui::ThemePreference::Light);
    for action in [
        Action::ToggleInspector,
        Action::ToggleResults,
        Action::ToggleMinimap,
    ] {
        user.carry_out(Command::Act(action));
    }
    user.carry_out(Command::Paste(
        "Script 3d @Writers > Edit 5d @Post".to_owned(),
    ));
    let edit = user.stage("Edit");
    // Until what was said of it is gone.
    user.harness.run_steps(400);
    user.select(Selection::of(Selected::Stage(edit)));
    user.carry_out(Command::Capture(Link::Next(edit)));
    user.type_text("Legal review 4h @Legal 85%");
    compare_for_guide(&mut user, "guide-draw");
}

#[test]
fn the_guide_shows_what_is_found() {
    if !can_render() {
        return;
    }
    let mut user = stream_of_the_guide();
    compare_for_guide(&mut user, "guide-answer");
    let (legal, brand) = (user.stage("Legal review"), user.stage("Brand review"));
    let model = user.model().clone();
    let mut handoffs = model.handoffs.iter();
    let between = handoffs.find(|one| (one.from, one.to) == (legal, brand));
    let between = between.unwrap().id;
    user.select(Selection::of(Selected::Handoff(between)));
    user.press(Modifiers::NONE, Key::C);
    user.press(Modifiers::NONE, Key::R);
    user.carry_out(Command::Act(Action::Fit));
    user.wait_for_numbers();
    compare_for_guide(&mut user, "guide-together");
}

#[test]
fn an_empty_drawing_says_what_to_press() {
    if can_render() {
        let mut user = User::start_empty();
        user.harness.set_size(vec2(1280.0, 800.0));
        user.choose_theme(egui::ThemePreference::Light);
        // Until the results have said that there are none.
        for _ in 0..20 {
            std::thread::sleep(std::time::Duration::from_millis(20));
            user.harness.step();
        }
        compare(&mut user, "empty");
    }
}

#[test]
fn a_hundred_stages_look_as_they_did() {
    if !can_render() {
        return;
    }
    let line: Vec<String> = (0..100)
        .map(|n| format!("Stage {n} {}h @Team {}", n % 7 + 1, n % 5))
        .collect();
    let rows: Vec<String> = line.chunks(10).map(|row| row.join(" > ")).collect();
    let model = quick::new_model(&rows.join(" ; "), "A hundred stages").unwrap();
    let mut user = User::start(None);
    user.harness.set_size(vec2(1920.0, 1080.0));
    user.harness.state_mut().show_model(model);
    user.choose_theme(egui::ThemePreference::Light);
    user.carry_out(Command::Act(Action::ToggleResults));
    user.carry_out(Command::Act(Action::Fit));
    compare(&mut user, "hundred");
}

#[test]
fn lasso_and_guides_look_as_they_did() {
    if !can_render() {
        return;
    }
    let mut user = opened("segment-complete", 1280.0, 800.0);
    let first = user.picture().layout.stages[0];
    let corner = user.on_screen(first.min + WorldVector::new(-24.0, -24.0));
    user.press_down(corner);
    user.harness.hover_at(corner + vec2(460.0, 190.0));
    user.settle();
    compare(&mut user, "lasso");
    user.let_go(corner + vec2(460.0, 190.0));
    user.press(Modifiers::NONE, Key::Escape);
    let at = user.on_screen(first.center());
    user.press_down(at);
    user.harness.hover_at(at + vec2(30.0, 70.0));
    user.settle();
    user.harness.hover_at(at + vec2(3.0, 2.0));
    user.settle();
    compare(&mut user, "guides");
    user.let_go(at);
}

#[test]
fn finding_and_doing_look_as_they_did() {
    if !can_render() {
        return;
    }
    let mut user = opened("content-approval", 1280.0, 800.0);
    user.press(Modifiers::COMMAND, Key::K);
    user.type_text("rev");
    compare(&mut user, "palette");
    user.press(Modifiers::NONE, Key::Escape);
    user.carry_out(Command::Act(Action::Patterns));
    compare(&mut user, "patterns");
    user.press(Modifiers::NONE, Key::Escape);
    user.carry_out(Command::Act(Action::ToggleOutline));
    compare(&mut user, "outline");
    user.carry_out(Command::Act(Action::ToggleOutline));
    user.carry_out(Command::Act(Action::ShowTable));
    compare(&mut user, "table");
}

#[test]
fn high_contrast_looks_as_it_did() {
    if !can_render() {
        return;
    }
    let mut user = opened("content-approval", 1280.0, 800.0);
    user.carry_out(Command::Act(Action::HighContrast));
    compare(&mut user, "contrast");
}

#[test]
fn large_windows_look_as_they_did() {
    if !can_render() {
        return;
    }
    let mut user = opened("content-approval", 1920.0, 1080.0);
    compare(&mut user, "large");
    // 3840 × 2160 pixels with one and a half of them to a point.
    user.harness.set_size(vec2(2560.0, 1440.0));
    user.harness.set_pixels_per_point(1.5);
    user.settle();
    compare(&mut user, "4k");
}

#[test]
fn the_start_screen_looks_as_it_did() {
    if can_render() {
        let mut user = User::start(None);
        // Until the thumbnails are there.
        for _ in 0..40 {
            std::thread::sleep(std::time::Duration::from_millis(20));
            user.harness.step();
        }
        compare(&mut user, "start");
    }
}

#[test]
fn an_example_looks_as_it_did_light_and_dark() {
    if !can_render() {
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    let mut user = User::start(Some(&path));
    user.wait_for_numbers();
    user.choose_theme(egui::ThemePreference::Light);
    compare(&mut user, "segment-complete-light");
    user.choose_theme(egui::ThemePreference::Dark);
    compare(&mut user, "segment-complete-dark");
}

#[test]
fn other_scripts_look_as_they_did() {
    if !can_render() {
        return;
    }
    let mut model = Model {
        name: "All scripts".to_owned(),
        ..Model::default()
    };
    for (n, name) in NAMES.into_iter().enumerate() {
        let mut stage = Stage::new(StageId::new(&format!("s{n}")).unwrap(), name);
        let (column, row) = ((n % 3) as f64, (n / 3) as f64);
        stage.at.position = Some(WorldPoint::new(240.0 * column, 120.0 * row));
        model.stages.push(stage);
    }
    let mut user = User::start_in(None, Arc::new(DiskFiles), fonts());
    user.harness.set_size(egui::vec2(1000.0, 720.0));
    user.harness.state_mut().show_model(model);
    user.settle();
    user.choose_theme(egui::ThemePreference::Light);
    user.wait_for_problems();
    user.press_button("Problems 10");
    compare(&mut user, "scripts");
}
