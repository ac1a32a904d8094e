//! Nothing is lost when the real window is killed, at whatever moment.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anabranch::app::{Action, Command, ScriptedDialogs, Surroundings, Window, native_options};
use anabranch::edit::{Document, Selected, Selection};
use anabranch::interact::make_stage;
use anabranch::model::{Change, StageChange, StageField, WorldPoint};
use anabranch::scene::Fonts;
use anabranch::store::{self, DiskFiles, Files, Fingerprint, journal};

use crate::drive::screen;
use crate::random::Random;

/// The folder in which a process is to be killed.
const CHILD: &str = "ANABRANCH_TEST_WINDOW_CHILD";
/// How many kills.
pub const ROUNDS: &str = "ANABRANCH_KILL_ROUNDS";

/// Everything that was done until so long before the kill must come back.
pub const LOST_AT_MOST: Duration = Duration::from_secs(1);

fn now() -> u128 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_micros()
}

fn hash(document: &Document) -> u64 {
    Fingerprint::of(store::write(document.model()).as_bytes()).hash
}

impl Random {
    /// Something that a user might do next.
    fn command(&mut self, document: &Document) -> Command {
        let model = document.model();
        let stage = model.stages.at(self.below(model.stages.len().max(1)));
        match (self.below(12), stage) {
            (0 | 1, _) => Command::Act(Action::Undo),
            (2, _) => Command::Act(Action::Redo),
            (3, _) => Command::Act(Action::Save),
            (4, Some(stage)) => Command::Select(Selection::of(Selected::Stage(stage.id))),
            (5, Some(stage)) if model.stages.len() > 12 => Command::edit(
                "Remove",
                Change::Stage(StageChange::Remove {
                    stages: vec![stage.id],
                }),
            ),
            (6..9, Some(stage)) => Command::edit(
                "Rename",
                Change::Stage(StageChange::Set {
                    stages: vec![stage.id],
                    field: StageField::Name(format!("Name {}", self.below(1_000))),
                }),
            ),
            _ => {
                let at = WorldPoint::new(self.below(40) as f64 * 50.0, 400.0);
                let made = make_stage(model, &format!("Stage {}", self.below(100)), at, None);
                Command::Edit {
                    label: "Add a stage".to_owned(),
                    changes: made.changes,
                    gesture: None,
                }
            }
        }
    }
}

/// What a command makes of a document.
fn after(document: &Document, command: &Command) -> u64 {
    let mut copy = document.clone();
    match command {
        Command::Edit { label, changes, .. } => {
            // What cannot be applied changes nothing.
            let _refused = copy.edit(label.clone(), changes, None);
        }
        Command::Act(Action::Undo) => {
            copy.undo();
        }
        Command::Act(Action::Redo) => {
            copy.redo();
        }
        _ => {}
    }
    hash(&copy)
}

/// The window, used by nobody at random, until the process is killed.
struct Used {
    window: Window,
    random: Random,
    begin: Instant,
    is_ready: bool,
}

impl eframe::App for Used {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        eframe::App::logic(&mut self.window, ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        ui.ctx().request_repaint();
        if let Some(found) = self.window.recovery().and_then(|found| found.first()) {
            println!("@ {} recovering", now());
            let found = found.to_owned();
            self.window.recover(&found);
            assert!(self.window.recovery().is_none(), "it was recovered");
            self.is_ready = true;
        } else if self.begin.elapsed() > Duration::from_millis(400) {
            // There is nothing to be recovered.
            self.is_ready = true;
        }
        if self.is_ready {
            let command = self.random.command(self.window.document());
            let phase = match command {
                Command::Act(Action::Save) => "saving",
                _ => "editing",
            };
            let then = after(self.window.document(), &command);
            println!("@ {} {phase} {then:x}", now());
            self.window.ask_for(command);
        }
        eframe::App::ui(&mut self.window, ui, frame);
        assert!(!self.window.has_fallen(), "a fault of the program");
        assert!(self.window.question().is_none(), "nothing is asked");
        if self.is_ready {
            println!("@ {} drawn {:x}", now(), hash(self.window.document()));
        }
    }
}

/// No test of its own: the process that is killed.
#[cfg(target_os = "linux")]
#[test]
fn child_whose_window_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let mut options = native_options((900.0, 600.0));
    options.event_loop_builder = Some(Box::new(|builder| {
        use winit::platform::x11::EventLoopBuilderExtX11 as _;
        // Tests run in threads.
        builder.with_any_thread(true);
    }));
    println!("@ {} starting", now());
    let run = eframe::run_native(
        "killed",
        options,
        Box::new(move |creation| {
            let surroundings = Surroundings {
                files: Arc::new(DiskFiles),
                dialogs: Box::new(ScriptedDialogs::default()),
                settings_path: None,
                data_folder: Some(folder.clone()),
                claim_folder: Some(folder.join("open")),
                open_elsewhere: |_| Ok(()),
                fonts: Fonts::bundled(),
            };
            let file = folder.join("model.ron");
            Ok(Box::new(Used {
                window: Window::new(&creation.egui_ctx, surroundings, Some(&file)),
                random: Random(now() as u64),
                begin: Instant::now(),
                is_ready: false,
            }))
        }),
    );
    panic!("the window was not killed: {run:?}");
}

/// What the process said about a moment.
struct Said {
    when: u128,
    phase: String,
    hash: Option<u64>,
}

fn read(line: &str) -> Option<Said> {
    // Tests print their name in front of the first line.
    let (_, line) = line.split_once("@ ")?;
    let mut words = line.split(' ');
    Some(Said {
        when: words.next()?.parse().ok()?,
        phase: words.next()?.to_owned(),
        hash: words
            .next()
            .and_then(|hash| u64::from_str_radix(hash, 16).ok()),
    })
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_lost_when_the_window_is_killed() {
    if std::env::var_os("DISPLAY").is_none() {
        assert!(std::env::var_os("ANABRANCH_CI").is_none(), "no display");
        println!("skipped: no display here");
        return;
    }
    let _screen = screen();
    let rounds: u32 = std::env::var(ROUNDS).map_or(2, |rounds| rounds.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("model.ron");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    let bytes = DiskFiles.read(&example).unwrap();
    store::save_bytes(&DiskFiles, &file, &bytes).unwrap();
    let start = store::load(&DiskFiles, &file).unwrap().model;
    let mut random = Random(now() as u64);
    let mut before = hash(&Document::new(start));
    let mut phases = std::collections::BTreeMap::<String, u32>::new();
    let (mut steps, mut recovered) = (0, 0);
    for round in 0..rounds {
        let mut child = Process::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "kill::child_whose_window_is_killed",
                "--nocapture",
            ])
            .env(CHILD, home.path())
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let (told, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // The test may have failed by now.
                let _nobody_listens = told.send(line);
            }
        });
        // Now and then it is killed before it shows anything; else at a random moment after that.
        let mut said: Vec<Said> = Vec::new();
        let is_early = random.below(8) == 0;
        if !is_early {
            let begin = Instant::now();
            while !said.iter().any(|said| said.hash.is_some()) {
                if let Ok(line) = lines.recv_timeout(Duration::from_millis(50)) {
                    said.extend(read(&line));
                }
                let is_alive = child.try_wait().unwrap().is_none();
                assert!(
                    is_alive && begin.elapsed() < Duration::from_secs(60),
                    "round {round}: no window, {}",
                    complaint(&mut child)
                );
            }
        }
        std::thread::sleep(Duration::from_millis(random.below(1_800) as u64));
        let killed = now();
        // SIGKILL.
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        assert!(
            ended.code().is_none(),
            "round {round}: it ended by itself, {}",
            complaint(&mut child)
        );
        said.extend(lines.iter().filter_map(|line| read(&line)));

        // What may come back: what was there a second ago, and all that came after it.
        let mut known = vec![before];
        for one in &said {
            let Some(hash) = one.hash else { continue };
            if one.phase == "drawn" && one.when + LOST_AT_MOST.as_micros() < killed {
                known.clear();
            }
            known.push(hash);
            steps += u32::from(one.phase == "drawn");
        }
        let phase = said.last().map_or("starting", |said| said.phase.as_str());
        *phases.entry(phase.to_owned()).or_default() += 1;

        let copy = tempfile::tempdir().unwrap();
        copy_journals(home.path(), copy.path());
        let left = journal::find(&DiskFiles, &copy.path().join("journals")).unwrap();
        assert!(
            left.unreadable.is_empty(),
            "round {round}: {:?}",
            left.unreadable
        );
        assert!(left.found.len() < 2, "round {round}: {:?}", left.found);
        let found = match left.found.first() {
            Some(found) => {
                recovered += 1;
                let files: Arc<dyn Files + Send + Sync> = Arc::new(DiskFiles);
                let mut document = journal::recover(&files, &found.journal).unwrap().document;
                assert_eq!(document.path(), Some(&*file), "round {round}");
                let found = hash(&document);
                while document.undo() {}
                assert!(
                    store::write(document.model()).as_bytes() == DiskFiles.read(&file).unwrap(),
                    "round {round}: taking everything back does not lead to the file"
                );
                found
            }
            None => hash(&Document::new(
                store::load(&DiskFiles, &file)
                    .expect("the file is whole")
                    .model,
            )),
        };
        assert!(
            known.contains(&found),
            "round {round}: {found:x} is not among {known:x?}"
        );
        before = found;
    }
    println!(
        "{rounds} kills of a window, {steps} steps, {recovered} recovered, nothing lost; killed \
         while {phases:?}"
    );
    assert!(steps > rounds, "{steps}");
}

fn complaint(child: &mut std::process::Child) -> String {
    use std::io::Read as _;
    let mut text = String::new();
    if let Some(mut errors) = child.stderr.take() {
        // What is there of it will do.
        let _part = errors.read_to_string(&mut text);
    }
    text
}

/// Copies the journals, so that the next process finds them as they are.
pub fn copy_journals(from: &Path, to: &Path) {
    let to = to.join("journals");
    std::fs::create_dir(&to).unwrap();
    for path in DiskFiles.list(&from.join("journals")).unwrap() {
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}
