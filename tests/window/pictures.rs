//! A few pictures of the window, compared with those kept. They need Vulkan.

use std::path::Path;

use egui_kittest::SnapshotOptions;

use crate::drive::User;

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
