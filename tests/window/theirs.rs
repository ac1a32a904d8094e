//! A file that another program changes or takes away while it is open.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anabranch::app::{Question, ScriptedDialogs, Settings, Surroundings};
use anabranch::scene::Fonts;
use anabranch::store::{self, Files, MemoryFiles};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

const FILE: &str = "/home/model.ron";
const BESIDE: &str = "/home/saved.ron";
const THEIRS: &str = "(format: 1, name: \"Theirs\")\n";
const CHANGED: &str = "model.ron has been changed by another program.";
const GONE: &str = "model.ron is not there any more.";

/// The window with a file of an example, that has the focus.
fn start(is_modified: bool) -> (User, Arc<MemoryFiles>) {
    let files = Arc::new(MemoryFiles::new());
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    files.put(FILE, std::fs::read(example).unwrap(), 0o644);
    let mut user = User::start_with(Some(Path::new(FILE)), Arc::clone(&files) as _);
    focus(&mut user, true);
    if is_modified {
        let at = user.on_canvas(0.0, 150.0);
        user.double_click(at);
        user.press(Modifiers::NONE, Key::Enter);
    }
    assert_eq!(user.window().document().is_modified(), is_modified);
    (user, files)
}

/// Gives the window the focus, or takes it away.
fn focus(user: &mut User, has_focus: bool) {
    user.harness.input_mut().focused = has_focus;
    user.settle();
}

/// Somebody goes to another program, does something there and comes back.
fn meanwhile(user: &mut User, act: impl FnOnce()) {
    focus(user, false);
    act();
    focus(user, true);
}

fn says(user: &User, text: &str) -> bool {
    user.harness.query_by_label(text).is_some()
}

fn wait_for(user: &mut User, what: &str, mut holds: impl FnMut(&User) -> bool) {
    let begin = Instant::now();
    while !holds(user) {
        assert!(begin.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(10));
        user.settle();
    }
}

/// Long enough for the disk to be asked, and for its answer to be shown.
fn give_it_time(user: &mut User) {
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(10));
        user.settle();
    }
}

fn name_in(files: &MemoryFiles, path: &str) -> String {
    let bytes = files.read(Path::new(path)).unwrap();
    store::read(&bytes).unwrap().model.name
}

#[test]
fn a_change_is_said_at_once_and_every_answer_keeps_both() {
    for is_modified in [false, true] {
        for answer in ["Take theirs", "Write over it", "Save as…", "Not now"] {
            let what = format!("modified {is_modified}, {answer}");
            let (mut user, files) = start(is_modified);
            let mine = user.model().clone();
            meanwhile(&mut user, || files.put(FILE, THEIRS, 0o644));
            wait_for(&mut user, &what, |user| says(user, CHANGED));
            // Nothing happens unasked, and nothing is in the way of whoever is typing.
            assert_eq!(user.window().question(), None, "{what}");
            assert_eq!(*user.model(), mine, "{what}");
            assert_eq!(name_in(&files, FILE), "Theirs", "{what}");

            user.will_answer([Some(BESIDE.into())]);
            user.press_button(answer);
            assert!(!says(&user, CHANGED), "{what}");
            assert_eq!(user.window().question(), None, "{what}");
            match answer {
                "Take theirs" => {
                    assert_eq!(user.model().name, "Theirs", "{what}");
                    assert!(!user.window().document().is_modified(), "{what}");
                    user.press(Modifiers::COMMAND, Key::Z);
                    assert_eq!(*user.model(), mine, "{what}");
                }
                "Write over it" => assert_eq!(name_in(&files, FILE), mine.name, "{what}"),
                "Save as…" => {
                    assert_eq!(name_in(&files, FILE), "Theirs", "{what}");
                    assert_eq!(name_in(&files, BESIDE), mine.name, "{what}");
                }
                _ => assert_eq!(name_in(&files, FILE), "Theirs", "{what}"),
            }
            // It is not said again.
            meanwhile(&mut user, || {});
            give_it_time(&mut user);
            assert!(!says(&user, CHANGED), "{what}");
        }
    }
}

#[test]
fn one_change_is_asked_about_once_and_the_next_one_again() {
    let (mut user, files) = start(true);
    meanwhile(&mut user, || files.put(FILE, THEIRS, 0o644));
    wait_for(&mut user, "it is said", |user| says(user, CHANGED));
    user.press_button("Not now");
    // Saving has to ask; after that it is known.
    user.press(Modifiers::COMMAND, Key::S);
    assert!(matches!(
        user.window().question(),
        Some(Question::Changed { is_gone: false, .. })
    ));
    user.press_button("Cancel");
    meanwhile(&mut user, || {});
    give_it_time(&mut user);
    assert!(!says(&user, CHANGED));
    // Another one.
    let again = "(format: 1, name: \"Theirs again\")\n";
    meanwhile(&mut user, || files.put(FILE, again, 0o644));
    wait_for(&mut user, "the next is said", |user| says(user, CHANGED));
    // It disappears: said as that.
    meanwhile(&mut user, || files.remove(Path::new(FILE)).unwrap());
    wait_for(&mut user, "it is gone", |user| says(user, GONE));
    assert!(!says(&user, CHANGED));
    user.press_button("Save it again");
    assert_eq!(name_in(&files, FILE), user.model().name);
    assert!(!says(&user, GONE));
}

#[test]
fn saving_that_notices_first_is_not_followed_by_another_question() {
    let (mut user, files) = start(true);
    focus(&mut user, false);
    files.put(FILE, THEIRS, 0o644);
    user.press(Modifiers::COMMAND, Key::S);
    assert!(matches!(
        user.window().question(),
        Some(Question::Changed { .. })
    ));
    focus(&mut user, true);
    give_it_time(&mut user);
    assert!(!says(&user, CHANGED));
    user.press_button("Cancel");
    give_it_time(&mut user);
    assert!(!says(&user, CHANGED));
}

#[test]
fn it_is_noticed_while_the_window_has_the_focus_and_taken_back() {
    let (mut user, files) = start(false);
    let original = files.read(Path::new(FILE)).unwrap();
    give_it_time(&mut user);
    files.put(FILE, THEIRS, 0o644);
    wait_for(&mut user, "it is said", |user| says(user, CHANGED));
    // Put back by whoever changed it, there is nothing to be decided.
    files.put(FILE, original, 0o644);
    wait_for(&mut user, "it is over", |user| !says(user, CHANGED));
}

#[test]
fn what_is_compared_can_be_decided_then() {
    let (mut user, files) = start(false);
    meanwhile(&mut user, || files.put(FILE, THEIRS, 0o644));
    wait_for(&mut user, "it is said", |user| says(user, CHANGED));
    user.press_button("Compare");
    assert!(matches!(
        user.window().question(),
        Some(Question::Compared { .. })
    ));
    user.press_button("Close");
    user.press_button("Take theirs");
    assert_eq!(user.model().name, "Theirs");
    assert_eq!(user.window().question(), None);
}

#[test]
fn a_file_that_is_no_model_yet_can_be_taken_later() {
    let (mut user, files) = start(false);
    let mine = user.model().clone();
    meanwhile(&mut user, || files.put(FILE, "(format: 1, name:", 0o644));
    wait_for(&mut user, "it is said", |user| says(user, CHANGED));
    user.press_button("Take theirs");
    assert!(matches!(
        user.window().question(),
        Some(Question::Failed { .. })
    ));
    assert_eq!(*user.model(), mine);
    user.press_button("Close");
    files.put(FILE, THEIRS, 0o644);
    user.press_button("Take theirs");
    assert_eq!(user.model().name, "Theirs");
}

#[test]
fn no_frame_asks_the_disk() {
    let files = Arc::new(MemoryFiles::new());
    let settings_path = PathBuf::from("/config/settings.ron");
    let mut settings = Settings::default();
    for name in ["/home/gone.ron", FILE] {
        settings.remember_file(Path::new(name));
    }
    files.put(&settings_path, settings.to_text(), 0o644);
    files.put(FILE, THEIRS, 0o644);
    let mut user = User::start_as(
        None,
        Surroundings {
            files: Arc::clone(&files) as _,
            dialogs: Box::new(ScriptedDialogs::default()),
            settings_path: Some(settings_path),
            data_folder: None,
            claim_folder: None,
            open_elsewhere: |_| Ok(()),
            fonts: Fonts::bundled(),
        },
    );
    focus(&mut user, true);
    let gone = |user: &User| {
        let remark = "(not there any more)";
        user.harness.query_by_label_contains(remark).is_some()
    };
    wait_for(&mut user, "the gone file is marked", gone);
    give_it_time(&mut user);
    let calls = files.calls();
    user.harness.run_steps(60);
    assert_eq!(files.calls(), calls, "the start screen");
    // Once more when the window gains the focus: each of the two, whether it is there and for its
    // picture, and its own file is none.
    meanwhile(&mut user, || files.put("/home/gone.ron", THEIRS, 0o644));
    wait_for(&mut user, "it is back", |user| !gone(user));
    give_it_time(&mut user);
    assert_eq!(files.calls(), calls + 4);

    user.harness.state_mut().open(Path::new(FILE));
    user.settle();
    // So that the file itself is left alone.
    focus(&mut user, false);
    user.press_button("File");
    user.harness
        .get_by_role_and_label(Role::Button, "Open recent")
        .hover();
    user.settle();
    give_it_time(&mut user);
    assert!(says(&user, FILE), "the menu shows the recent files");
    let calls = files.calls();
    user.harness.run_steps(60);
    assert_eq!(files.calls(), calls, "the menu");
}
