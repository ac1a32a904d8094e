//! Our own dialog for files.

use std::path::Path;
use std::time::{Duration, Instant};

use anabranch::app::PathDialog;
use anabranch::model::Model;
use anabranch::store::{self, DiskFiles};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

fn save(path: &Path, name: &str) {
    let model = Model {
        name: name.to_owned(),
        ..Model::default()
    };
    store::save(&DiskFiles, path, &model).unwrap();
}

/// The window with a file of the folder, and our own dialog.
fn start(folder: &Path) -> User {
    let file = folder.join("first.ron");
    save(&file, "First");
    let mut user = User::start(Some(&file));
    let dialog = Box::new(PathDialog::default());
    user.harness.state_mut().set_dialogs(dialog);
    user
}

/// Waits for what the disk is asked for in a thread, and clicks it.
fn click_once_there(user: &mut User, label: &str) {
    let begin = Instant::now();
    while user.harness.query_by_label(label).is_none() {
        assert!(begin.elapsed() < Duration::from_secs(20), "no {label}");
        std::thread::sleep(Duration::from_millis(5));
        user.settle();
    }
    user.harness.get_by_label(label).click();
    user.settle();
}

#[test]
fn a_file_is_found_by_what_its_folder_holds() {
    let folder = tempfile::tempdir().unwrap();
    let within = folder.path().join("within");
    std::fs::create_dir(&within).unwrap();
    save(&within.join("second.ron"), "Second");
    save(&folder.path().join("notes.txt"), "Notes");
    let mut user = start(folder.path());
    user.press(Modifiers::COMMAND, Key::O);
    let separator = std::path::MAIN_SEPARATOR;
    click_once_there(&mut user, &format!("within{separator}"));
    assert!(user.harness.query_by_label("notes.txt").is_none());
    click_once_there(&mut user, "second.ron");
    user.press_button("Open");
    assert_eq!(user.model().name, "Second");
}

#[test]
fn a_file_that_is_there_is_written_over_only_when_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.ron");
    save(&other, "Other");
    let mut user = start(folder.path());
    let name = || store::load(&DiskFiles, &other).unwrap().model.name;
    user.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text(&other.display().to_string());
    user.press(Modifiers::NONE, Key::Enter);
    assert_eq!(name(), "Other");
    let asks = "This file exists already. Overwrite it?";
    assert!(user.harness.query_by_label(asks).is_some());
    user.press_button("Overwrite");
    assert_eq!(name(), "First");
}
