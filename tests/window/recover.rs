//! What comes back after a crash, through the real window code.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anabranch::app::{Command, ScriptedDialogs, Surroundings};
use anabranch::edit::{Selected, Selection};
use anabranch::scene::Fonts;
use anabranch::store::{self, DiskFiles, Files, MemoryFiles};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::drive::User;

/// A folder with a file and journals, gone with the test.
struct Home(tempfile::TempDir);

impl Home {
    /// With a copy of an example.
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
        let bytes = std::fs::read(example).unwrap();
        store::save_bytes(&DiskFiles, &home.file(), &bytes).unwrap();
        home
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("model.ron")
    }

    fn journals(&self) -> PathBuf {
        self.0.path().join("journals")
    }

    fn count(&self) -> usize {
        DiskFiles.list(&self.journals()).unwrap().len()
    }

    fn start(&self, file: Option<&Path>) -> User {
        User::start_journaled(file, Arc::new(DiskFiles), self.0.path())
    }
}

fn has(user: &User, role: Role, label: &str) -> bool {
    user.harness.query_by_role_and_label(role, label).is_some()
}

fn says(user: &User, text: &str) -> bool {
    user.harness.query_by_label_contains(text).is_some()
}

/// Waits for what the journal's thread does.
fn wait_for(user: &mut User, what: &str, mut holds: impl FnMut(&User) -> bool) {
    let begin = Instant::now();
    while !holds(user) {
        assert!(begin.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(20));
        user.settle();
    }
}

/// Renames a stage in the inspector.
fn rename(user: &mut User, name: &str, to: &str) {
    let stage = user.stage(name);
    user.select(Selection::of(Selected::Stage(stage)));
    user.fill("Name", to);
    assert_eq!(user.stage(to), stage);
}

#[test]
fn after_a_crash_everything_comes_back_and_can_be_undone() {
    let home = Home::new();
    let mut user = home.start(Some(&home.file()));
    assert!(user.window().recovery().is_none());
    rename(&mut user, "Transcode", "Transcode all");
    rename(&mut user, "Transcode all", "Encode");
    // Taken back and done again, so that there is something to be done again.
    user.press(Modifiers::COMMAND, Key::Z);
    // Something is being typed.
    user.harness
        .get_by_role_and_label(Role::TextInput, "Work")
        .focus();
    user.settle();
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text("2d 4");
    // A long text is not written with every letter.
    std::thread::sleep(Duration::from_millis(250));
    user.settle();
    let (model, selection) = (
        user.model().clone(),
        user.window().document().selection().clone(),
    );
    drop(user);
    assert_eq!(home.count(), 1);

    let mut user = home.start(None);
    assert!(says(&user, "Unsaved work was found"));
    assert!(says(&user, "One edit, just now: Rename stage."));
    assert!(says(&user, "“2d 4” was being typed into Work."));
    user.press_button("Recover");
    assert!(user.window().recovery().is_none());
    assert_eq!(*user.model(), model);
    let document = user.window().document();
    assert_eq!(*document.selection(), selection);
    assert_eq!(document.path(), Some(&*home.file()));
    assert_eq!(document.undo_label(), Some("Rename stage"));
    assert_eq!(document.redo_label(), Some("Rename stage"));
    assert!(document.is_modified());
    let field = user.harness.get_by_role_and_label(Role::TextInput, "Work");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("2d 4"));
    assert!(field.is_focused());
    // Undoing everything gives the file.
    user.press(Modifiers::NONE, Key::Escape);
    user.press(Modifiers::COMMAND, Key::Z);
    assert!(user.window().document().undo_label().is_none());
    let file = std::fs::read_to_string(home.file()).unwrap();
    assert_eq!(store::write(user.model()), file);
    assert!(!user.window().document().is_modified());

    // It goes on, crashes again, and comes back again.
    rename(&mut user, "Transcode", "Third");
    let model = user.model().clone();
    drop(user);
    assert_eq!(home.count(), 1);
    let mut user = home.start(Some(&home.file()));
    user.press_button("Recover");
    assert_eq!(*user.model(), model);
    assert_eq!(home.count(), 1);
}

#[test]
fn what_is_closed_saved_or_discarded_leaves_no_journal() {
    let home = Home::new();
    let mut user = home.start(Some(&home.file()));
    rename(&mut user, "Transcode", "Encode");
    wait_for(&mut user, "the journal", |_| home.count() == 1);
    user.press(Modifiers::COMMAND, Key::S);
    assert!(!user.window().document().is_modified());
    // A crash right after a save loses nothing.
    drop(user);
    let user = home.start(None);
    assert!(user.window().recovery().is_none());
    assert_eq!(home.count(), 0);
    drop(user);

    let mut user = home.start(Some(&home.file()));
    rename(&mut user, "Encode", "Transcode");
    wait_for(&mut user, "the journal", |_| home.count() == 1);
    user.press(Modifiers::COMMAND, Key::N);
    user.press_button("Discard");
    wait_for(&mut user, "no journal", |_| home.count() == 0);
}

#[test]
fn discarding_asks_once_and_later_asks_again() {
    let home = Home::new();
    let mut user = home.start(Some(&home.file()));
    rename(&mut user, "Transcode", "Encode");
    drop(user);

    let mut user = home.start(None);
    user.press_button("Later");
    assert!(!says(&user, "Unsaved work was found"));
    user.press_button("Recover unsaved work…");
    user.press_button("Discard");
    user.press_button("Keep");
    assert!(has(&user, Role::Button, "Recover"));
    user.press_button("Discard");
    assert_eq!(home.count(), 1);
    user.press_button("Discard for good");
    assert!(user.window().recovery().is_none());
    assert_eq!(home.count(), 0);
}

#[test]
fn a_file_that_was_changed_meanwhile_is_left_alone() {
    let home = Home::new();
    let mut user = home.start(Some(&home.file()));
    rename(&mut user, "Transcode", "Encode");
    let model = user.model().clone();
    drop(user);
    store::save_bytes(&DiskFiles, &home.file(), b"(format: 1, name: \"Theirs\")").unwrap();

    let mut user = home.start(None);
    assert!(says(&user, "changed by another program since"));
    user.press_button("Recover");
    assert_eq!(*user.model(), model);
    assert_eq!(user.window().document().path(), None);
    // Saving asks for a name, and that of the file can be given.
    user.will_answer([None]);
    user.press(Modifiers::COMMAND, Key::S);
    let theirs = std::fs::read_to_string(home.file()).unwrap();
    assert_eq!(theirs, "(format: 1, name: \"Theirs\")");
}

#[test]
fn a_disk_that_takes_no_journal_is_said_and_made_up_for() {
    let files = Arc::new(MemoryFiles::new());
    let home = Home::new();
    let file = PathBuf::from("/home/model.ron");
    files.put(&file, std::fs::read(home.file()).unwrap(), 0o644);
    let data = Path::new("/data");
    let mut user = User::start_journaled(Some(&file), Arc::clone(&files) as _, data);
    files.fail_from(0);
    rename(&mut user, "Transcode", "Encode");
    let warning = "not protected against a crash";
    wait_for(&mut user, "it is said", |user| says(user, warning));
    // The window goes on, and once the disk is well again, so does the journal.
    rename(&mut user, "Encode", "Transcode all");
    files.heal();
    wait_for(&mut user, "it is over", |user| !says(user, warning));
    let model = user.model().clone();
    let after = Arc::new(files.after_kill());
    drop(user);
    let mut user = User::start_journaled(None, after, data);
    user.press_button("Recover");
    assert_eq!(*user.model(), model);
    assert_eq!(user.window().document().history().len(), 2);
}

#[test]
fn a_fault_of_the_program_is_caught_and_nothing_is_lost() {
    let home = Home::new();
    let start = |file: Option<&Path>| {
        let surroundings = Surroundings {
            files: Arc::new(DiskFiles),
            dialogs: Box::new(ScriptedDialogs::new([Some(home.0.path().join("copy.ron"))])),
            settings_path: None,
            data_folder: Some(home.0.path().to_owned()),
            claim_folder: None,
            // Any place in the window would do.
            open_elsewhere: |_| panic!("a fault made on purpose"),
            fonts: Fonts::bundled(),
        };
        let mut user = User::start_as(file, surroundings);
        std::thread::sleep(Duration::from_millis(300));
        user.settle();
        user
    };
    let mut user = start(Some(&home.file()));
    rename(&mut user, "Transcode", "Encode");
    let model = user.model().clone();
    user.carry_out(Command::Act(anabranch::app::Action::DuplicateFile));
    assert!(user.window().has_fallen());
    assert!(says(&user, "Your work is not lost"));
    let reports = DiskFiles.list(&home.0.path().join("reports")).unwrap();
    assert_eq!(reports.len(), 1);
    let report = std::fs::read_to_string(&reports[0]).unwrap();
    assert!(report.contains("a fault made on purpose") && report.contains("recover.rs"));
    assert!(says(&user, &reports[0].display().to_string()));

    // Going on works, and so do edits.
    user.press_button("Go on");
    assert!(!user.window().has_fallen());
    assert_eq!(*user.model(), model);
    rename(&mut user, "Encode", "Encode all");
    let model = user.model().clone();
    user.will_answer([Some(home.0.path().join("other.ron"))]);
    user.carry_out(Command::Act(anabranch::app::Action::DuplicateFile));
    assert!(user.window().has_fallen());
    user.press_button("Quit");
    assert!(user.window().may_close());
    drop(user);

    // And what was not saved is offered at the next start.
    let mut user = start(None);
    user.press_button("Recover");
    assert_eq!(*user.model(), model);
    assert_eq!(user.window().document().history().len(), 2);
}

#[test]
fn several_crashes_and_a_damaged_journal_have_an_answer() {
    let home = Home::new();
    let other = home.0.path().join("other.ron");
    let bytes = DiskFiles.read(&home.file()).unwrap();
    store::save_bytes(&DiskFiles, &other, &bytes).unwrap();
    let mut models = Vec::new();
    for file in [&home.file(), &other] {
        let mut user = home.start(Some(file));
        if user.window().recovery().is_some() {
            user.press_button("Later");
        }
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        rename(&mut user, "Transcode", &name);
        models.push(user.model().clone());
        drop(user);
    }
    // A third one, of which the beginning is damaged.
    let journal = DiskFiles.list(&home.journals()).unwrap().remove(0);
    let mut damaged = DiskFiles.read(&journal).unwrap();
    damaged[70] ^= 1;
    let path = home.journals().join("9-damaged.journal");
    store::save_bytes(&DiskFiles, &path, &damaged).unwrap();

    let mut user = home.start(None);
    assert!(says(&user, "A journal that cannot be recovered"));
    assert_eq!(user.window().recovery().unwrap().count(), 2);
    let click_last = |user: &mut User, name: &str| {
        let buttons = user.harness.get_all_by_role_and_label(Role::Button, name);
        buttons.last().unwrap().click();
        user.settle();
    };
    click_last(&mut user, "Discard");
    user.press_button("Discard for good");
    assert!(!says(&user, "A journal that cannot be recovered"));
    assert_eq!(home.count(), 2);
    // The latest stands first; the other is kept, and can be recovered next.
    click_last(&mut user, "Recover");
    assert_eq!(*user.model(), models[0]);
    assert_eq!(user.window().recovery().unwrap().count(), 1);
    user.carry_out(Command::ShowRecovery);
    user.press_button("Discard");
    user.press_button("Recover");
    assert_eq!(*user.model(), models[1]);
    assert!(user.window().recovery().is_none());
}

/// It was taken for a new name of the stage that was selected, and overwrote that on Enter.
#[test]
fn the_name_of_a_new_stage_goes_on_as_that() {
    let home = Home::new();
    let mut user = home.start(Some(&home.file()));
    let stage = user.stage("Transcode");
    user.select(Selection::of(Selected::Stage(stage)));
    user.carry_out(Command::Act(anabranch::app::Action::AddStage));
    user.press(Modifiers::COMMAND, Key::A);
    user.type_text("Half ty");
    std::thread::sleep(Duration::from_millis(250));
    user.settle();
    let before = user.model().clone();
    drop(user);

    let mut user = home.start(None);
    assert!(says(
        &user,
        "“Half ty” was being typed into the name of a new stage."
    ));
    user.press_button("Recover");
    assert_eq!(*user.model(), before);
    user.press(Modifiers::NONE, Key::Enter);
    assert_eq!(user.stage("Transcode"), stage);
    let made = user.stage("Half ty");
    let handoffs = user.model().handoffs.iter();
    let follows = |from, to| from == stage && to == made;
    assert!(
        handoffs
            .map(|handoff| (handoff.from, handoff.to))
            .any(|(from, to)| follows(from, to))
    );
    assert_eq!(user.window().document().history().len(), 1);
}

#[test]
fn the_text_of_a_new_note_goes_on_as_that() {
    let home = Home::new();
    let mut user = home.start(Some(&home.file()));
    user.press(Modifiers::NONE, Key::S);
    user.press(Modifiers::NONE, Key::Enter);
    user.type_text("Ask Leg");
    std::thread::sleep(Duration::from_millis(250));
    user.settle();
    let before = user.model().notes.len();
    drop(user);

    let mut user = home.start(None);
    user.press_button("Recover");
    assert_eq!(user.model().notes.len(), before);
    user.press(Modifiers::COMMAND, Key::Enter);
    let notes = user.model().notes.iter();
    assert!(
        notes
            .map(|note| note.text.as_str())
            .any(|text| text == "Ask Leg")
    );
    assert_eq!(user.model().notes.len(), before + 1);
}
