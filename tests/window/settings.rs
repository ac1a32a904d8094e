//! What is remembered from one start to the next.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anabranch::app::{Action, Command, ScriptedDialogs, Settings, Surroundings, ThemeChoice};
use anabranch::model::Model;
use anabranch::scene::Fonts;
use anabranch::store::{self, Files, MemoryFiles};
use egui::{Key, Modifiers};

use crate::drive::User;

const SETTINGS: &str = "/config/settings.ron";

/// What was opened in other windows.
static ELSEWHERE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn start(files: &Arc<MemoryFiles>, file: Option<&str>) -> User {
    let surroundings = Surroundings {
        files: Arc::clone(files) as _,
        dialogs: Box::new(ScriptedDialogs::default()),
        settings_path: Some(SETTINGS.into()),
        data_folder: None,
        claim_folder: None,
        open_elsewhere: |path| {
            ELSEWHERE.lock().unwrap().push(path.to_owned());
            Ok(())
        },
        fonts: Fonts::bundled(),
    };
    User::start_as(file.map(Path::new), surroundings)
}

fn kept(files: &MemoryFiles) -> Settings {
    Settings::load(files, Path::new(SETTINGS))
}

fn with_files() -> Arc<MemoryFiles> {
    let files = Arc::new(MemoryFiles::new());
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    let model = store::load(&store::DiskFiles, &example).unwrap().model;
    for path in ["/home/a.ron", "/home/b.ron"] {
        store::save(&*files, Path::new(path), &model).unwrap();
    }
    files
}

#[test]
fn settings_are_chosen_kept_and_used() {
    let files = with_files();
    let mut user = start(&files, Some("/home/a.ron"));
    user.carry_out(Command::Act(Action::Settings));
    user.press_button("Dark");
    assert_eq!(user.harness.ctx.theme(), egui::Theme::Dark);
    user.press_button("Close");
    drop(user);
    assert_eq!(kept(&files).theme, ThemeChoice::Dark);

    // As another window, or a person, has written it.
    let text = kept(&files).to_text();
    let text = text.replace("currency: \"EUR\"", "currency: \"CHF\"");
    let text = text.replace("threads: None", "threads: Some(1)");
    let text = text.replace("scale: 1.0", "scale: 1.25");
    files.put(SETTINGS, text, 0o644);
    let mut user = start(&files, None);
    assert_eq!(user.harness.ctx.theme(), egui::Theme::Dark);
    user.settle();
    assert_eq!(user.harness.ctx.zoom_factor(), 1.25);
    user.press(Modifiers::COMMAND, Key::N);
    let expected = Model {
        currency: "CHF".to_owned(),
        ..Model::default()
    };
    assert_eq!(*user.model(), expected);
    assert!(!user.window().document().is_modified());
}

#[test]
fn what_was_open_and_seen_comes_back_when_asked_for() {
    let files = with_files();
    for (path, zoom) in [("/home/b.ron", 0.75), ("/home/a.ron", 2.0)] {
        let mut user = start(&files, Some(path));
        user.harness.state_mut().viewport_mut().zoom_to(zoom);
        user.settle();
        user.carry_out(Command::Act(Action::Quit));
        assert!(user.window().may_close());
        user.settle();
    }
    assert_eq!(kept(&files).last_session().len(), 2);

    let mut user = start(&files, None);
    user.press_button("Open the last 2 files again");
    assert_eq!(
        user.window().document().path(),
        Some(Path::new("/home/a.ron"))
    );
    assert_eq!(*ELSEWHERE.lock().unwrap(), [Path::new("/home/b.ron")]);
    user.settle();
    assert_eq!(user.window().canvas().viewport.zoom(), 2.0);
    user.carry_out(Command::Open("/home/b.ron".into()));
    assert_eq!(user.window().canvas().viewport.zoom(), 0.75);
    drop(user);

    // A file that is gone is not asked for.
    files.remove(Path::new("/home/a.ron")).unwrap();
    let mut user = start(&files, None);
    user.press_button("Open the last 2 files again");
    assert_eq!(
        user.window().document().path(),
        Some(Path::new("/home/b.ron"))
    );
}
