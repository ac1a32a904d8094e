//! A few pictures of the window, compared with those kept. They need Vulkan.

use std::path::Path;
use std::sync::Arc;

use anabranch::model::{Model, Stage, StageId, WorldPoint};
use anabranch::store::DiskFiles;
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

#[test]
fn the_start_screen_looks_as_it_did() {
    if can_render() {
        let mut user = User::start(None);
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
