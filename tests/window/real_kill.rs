//! The real program, used with the keyboard, killed at whatever moment, started again and recovered.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anabranch::model::Model;
use anabranch::store::{self, DiskFiles, Files as _, journal};

use crate::drive::screen;
use crate::kill::{LOST_AT_MOST, ROUNDS, copy_journals};
use crate::random::Random;
use crate::real::{Running, can_run, wait_for, xdotool};

/// What was typed, and when its last key had been pressed.
struct Typed {
    text: String,
    when: Instant,
}

/// A program with its window, and whoever types into it.
struct Typist {
    program: Running,
    window: String,
}

impl Typist {
    /// Starts the program with a file and waits for its window.
    fn start(home: &Path, file: &Path) -> Self {
        let mut program = Running(
            Command::new(env!("CARGO_BIN_EXE_anabranch"))
                .arg(file)
                .env("LIBGL_ALWAYS_SOFTWARE", "1")
                .env("XDG_CONFIG_HOME", home.join("config"))
                .env("XDG_DATA_HOME", home.join("data"))
                .env("XDG_RUNTIME_DIR", home)
                .env("HOME", home)
                .env_remove("WAYLAND_DISPLAY")
                .stdout(Stdio::null())
                .spawn()
                .unwrap(),
        );
        let window = wait_for("the window", || {
            assert!(program.0.try_wait().unwrap().is_none(), "the program ended");
            found("killed.ron")
        });
        // It looks for what can be recovered, and has been drawn.
        std::thread::sleep(Duration::from_millis(1500));
        xdotool(&["windowfocus", "--sync", &window]);
        std::thread::sleep(Duration::from_millis(300));
        Self { program, window }
    }

    fn key(&self, key: &str) {
        xdotool(&["key", "--window", &self.window, key]);
    }

    /// Begins a new stage, and types its name up to the last letter.
    fn type_stage(&self, name: &str, is_first: bool) -> Typed {
        // In an empty drawing the letters themselves begin a stage; with one selected "n" would be
        // the first letter of its name.
        if !is_first {
            xdotool(&["key", "Escape"]);
            xdotool(&["key", "n"]);
        }
        xdotool(&["type", "--delay", "30", name]);
        Typed {
            text: name.to_owned(),
            when: Instant::now(),
        }
    }
}

/// Returns the window of whose title this is a part, if there is one.
fn found(title: &str) -> Option<String> {
    let found = xdotool(&["search", "--onlyvisible", "--name", title]);
    let last = found.lines().last()?;
    (!last.is_empty()).then(|| last.to_owned())
}

fn names(model: &Model) -> Vec<String> {
    model
        .stages
        .iter()
        .map(|stage| stage.name.clone())
        .collect()
}

/// Nothing that was typed more than a second before the kill is lost, finished or not; and after it
/// the program goes on with what it has recovered.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_lost_when_the_program_is_killed() {
    if !can_run() {
        return;
    }
    let _screen = screen();
    let rounds: usize = std::env::var(ROUNDS).map_or(1, |rounds| rounds.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let (file, data) = (
        home.path().join("killed.ron"),
        home.path().join("data/anabranch"),
    );
    store::save(&DiskFiles, &file, &Model::default()).unwrap();
    let _manager = Running(
        Command::new("openbox")
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    std::thread::sleep(Duration::from_millis(500));
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let mut random = Random(seed.unwrap().as_nanos() as u64);
    let mut typist = Typist::start(home.path(), &file);
    // All that has come back so far, and is in the file.
    let mut kept = Vec::new();
    let (mut steps, mut recovered_count) = (0, 0);
    for round in 0..rounds {
        let mut typed = Vec::new();
        for step in 0..=random.below(4) {
            let mut one = typist.type_stage(
                &format!("Stage {round} {step}"),
                kept.is_empty() && typed.is_empty(),
            );
            typist.key("Return");
            one.when = Instant::now();
            typed.push(one);
        }
        // Now and then something is left half typed.
        if random.below(2) == 0 {
            typed.push(typist.type_stage(&format!("Half {round}"), false));
        }
        steps += typed.len();
        std::thread::sleep(Duration::from_millis(random.below(2_500) as u64));
        let killed = Instant::now();
        // SIGKILL.
        typist.program.0.kill().unwrap();
        typist.program.0.wait().unwrap();

        // As whoever starts the program next finds it; looked at in a copy.
        let copy = tempfile::tempdir().unwrap();
        copy_journals(&data, copy.path());
        let left = journal::find(&DiskFiles, &copy.path().join("journals")).unwrap();
        assert!(left.unreadable.is_empty(), "{:?}", left.unreadable);
        typist = Typist::start(home.path(), &file);
        if let Some(found_before) = left.found.first() {
            recovered_count += 1;
            // "Recover" is what the first press of Tab leads to.
            typist.key("Tab");
            typist.key("Return");
            if found_before.edits.is_empty() {
                std::thread::sleep(Duration::from_millis(500));
            } else {
                wait_for("the recovered document", || found("killed.ron .edited."));
            }
            if found_before.draft.is_some() {
                // It stands in the name that was being typed.
                typist.key("Return");
            }
        }
        typist.key("ctrl+s");
        let expected: Vec<&str> = typed
            .iter()
            .filter(|one| one.when + LOST_AT_MOST < killed)
            .map(|one| one.text.as_str())
            .collect();
        let saved = |has_all: &dyn Fn(&[String]) -> bool| {
            let begin = Instant::now();
            loop {
                let found = names(&store::load(&DiskFiles, &file).unwrap().model);
                if has_all(&found) || begin.elapsed() > Duration::from_secs(10) {
                    return found;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        };
        let all = |found: &[String]| {
            let mut wanted = kept.iter().map(String::as_str).chain(expected.clone());
            wanted.all(|name| found.iter().any(|found| found == name))
        };
        let found = saved(&all);
        assert!(
            all(&found),
            "round {round}: {expected:?} and {kept:?} are not all among {found:?}"
        );
        kept = found;
        if left.found.is_empty() {
            assert!(expected.is_empty(), "round {round}: there is no journal");
        }
    }
    let journals = DiskFiles.list(&data.join("journals")).unwrap();
    assert!(journals.len() < 3, "{journals:?}");
    println!(
        "{rounds} kills of the program, {steps} stages typed, {recovered_count} recovered, nothing \
         lost"
    );
}
