//! The pattern palette, and patterns of one's own.

use std::sync::Arc;

use anabranch::app::{Action, Command, ScriptedDialogs, Surroundings};
use anabranch::edit::{Selected, Selection};
use anabranch::scene::Fonts;
use anabranch::store::DiskFiles;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

/// Starts in a folder of its own for data, with a drawing of three stages.
fn start(folder: &std::path::Path) -> User {
    let surroundings = Surroundings {
        files: Arc::new(DiskFiles),
        dialogs: Box::new(ScriptedDialogs::default()),
        settings_path: None,
        data_folder: Some(folder.to_owned()),
        claim_folder: None,
        open_elsewhere: |_| Ok(()),
        fonts: Fonts::bundled(),
    };
    let mut user = User::start_as(None, surroundings);
    user.press_button("New stream");
    user.carry_out(Command::Paste(
        "Script 1d @Writers > Edit 2d @Post > Publish 1h".to_owned(),
    ));
    user
}

fn undo_label(user: &User) -> &str {
    user.window().document().undo_label().unwrap_or("nothing")
}

fn leads(user: &User, from: &str, to: &str) -> bool {
    let (from, to) = (user.stage(from), user.stage(to));
    let mut handoffs = user.model().handoffs.iter();
    handoffs.any(|one| (one.from, one.to) == (from, to))
}

#[test]
fn a_pattern_is_chosen_by_keys_and_put_in_behind_the_stage() {
    let folder = tempfile::tempdir().unwrap();
    let mut user = start(folder.path());
    let before = user.model().clone();
    let edit = Selection::of(Selected::Stage(user.stage("Edit")));
    user.select(edit);
    user.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::P);
    assert!(user.harness.query_by_label("Patterns").is_some());
    // Esc leaves all as it was.
    user.press(Modifiers::NONE, Key::Escape);
    assert!(user.harness.query_by_label("Patterns").is_none());
    assert_eq!(*user.model(), before);

    user.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::P);
    user.press(Modifiers::NONE, Key::ArrowDown);
    user.press(Modifiers::NONE, Key::Enter);
    assert_eq!(undo_label(&user), "Insert Event-triggered fan-out");
    assert!(leads(&user, "Edit", "Master approved"));
    assert!(leads(&user, "Ready to package", "Publish"));
    assert!(!leads(&user, "Edit", "Publish"));
    assert_eq!(user.window().document().selection().stages().len(), 5);
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*user.model(), before);
}

#[test]
fn what_is_selected_is_kept_as_a_pattern_used_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let mut user = start(folder.path());
    let both = ["Edit", "Publish"].map(|name| Selected::Stage(user.stage(name)));
    user.select(both.into_iter().collect());
    user.carry_out(Command::Act(Action::SavePattern));
    user.type_text("Our finish");
    user.press(Modifiers::NONE, Key::Enter);
    let file = folder.path().join("patterns/our-finish.ron");
    assert!(file.is_file(), "it is kept");

    let script = user.stage("Script");
    user.select(Selection::of(Selected::Stage(script)));
    let open = |user: &mut User| {
        user.carry_out(Command::Act(Action::Patterns));
        for _ in 0..200 {
            if user.harness.query_by_label("Our finish").is_some() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
            user.harness.step();
        }
        // Longer after the last press than a double-click may take.
        user.harness.run_steps(30);
        user.press_button("Our finish");
    };
    open(&mut user);
    user.press(Modifiers::NONE, Key::Enter);
    assert_eq!(undo_label(&user), "Insert Our finish");
    assert_eq!(user.model().stages.len(), 5);
    let made = user.window().document().selection().stages();
    let handoffs: Vec<_> = user.model().handoffs.iter().collect();
    assert!(
        handoffs
            .iter()
            .any(|one| (one.from, one.to) == (script, made[0]))
    );
    let edit = user.stage("Edit");
    assert!(
        handoffs
            .iter()
            .any(|one| (one.from, one.to) == (made[1], edit))
    );

    open(&mut user);
    user.press_button("Delete this pattern");
    assert!(file.is_file(), "one more press");
    user.press_button("Delete for good");
    assert!(!file.exists());
}
