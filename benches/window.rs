//! How fast the window comes up: start to first frame, its memory, and what the journal costs.
//!
//! `cargo bench --bench window`. Needs a display for the start (skipped without one). Prints medians
//! of several rounds and ratios against a floor in the same run: an eframe window with nothing in
//! it. `-- --journal` tells only what the journal costs. Frames are in `benches/canvas.rs`.

#![allow(clippy::print_stdout, reason = "a bench prints what it measures")]

#[path = "common/mod.rs"]
mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anabranch::app::{Recorder, ScriptedDialogs, Surroundings, Window, native_options};
use anabranch::edit::Document;
use anabranch::model::{Change, StageChange, StageField, StageId};
use anabranch::scene::Fonts;
use anabranch::store::journal::{Keeper, Origin};
use anabranch::store::{self, DiskFiles};

use common::{drawing, median, millis};

const ROUNDS: usize = 9;

/// Memory is told after so many frames: caches are full and the first numbers are there.
const FRAMES: u32 = 120;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("--journal") => journal(),
        Some("--first-frame") => show(arguments.get(2).map(Path::new), 1),
        Some("--memory") => show(arguments.get(2).map(Path::new), FRAMES),
        _ => {
            start();
            memory();
            journal();
        }
    }
}

/// Opens a window (empty without a file), and closes it after so many frames; after more than one it
/// prints how much memory it has.
fn show(file: Option<&Path>, last: u32) {
    struct Closing {
        window: Option<Window>,
        frames: u32,
        /// After this one it closes.
        last: u32,
    }
    impl eframe::App for Closing {
        fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
            if let Some(window) = &mut self.window {
                window.logic(ui.ctx());
                window.ui(ui);
            }
            self.frames += 1;
            if self.frames > self.last {
                // That frame is on the screen by now.
                if self.last > 1 {
                    println!("{}", resident().unwrap_or_default());
                }
                std::process::exit(0);
            }
            ui.ctx().request_repaint();
        }
    }
    let file = file.map(Path::to_owned);
    let opened = eframe::run_native(
        "bench",
        native_options((1440.0, 900.0)),
        Box::new(move |creation| {
            let window = file.map(|file| {
                let surroundings = Surroundings {
                    files: Arc::new(DiskFiles),
                    dialogs: Box::new(ScriptedDialogs::default()),
                    settings_path: None,
                    data_folder: None,
                    claim_folder: None,
                    open_elsewhere: |_| Ok(()),
                    fonts: Fonts::system(),
                };
                Window::new(&creation.egui_ctx, surroundings, Some(&file))
            });
            Ok(Box::new(Closing {
                window,
                frames: 0,
                last,
            }))
        }),
    );
    if let Err(error) = opened {
        panic!("no window: {error}");
    }
}

fn start() {
    if std::env::var_os("DISPLAY").is_none() {
        println!("start: skipped, there is no display");
        return;
    }
    let folder = std::env::temp_dir().join(format!("anabranch-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the bench");
    let file: PathBuf = folder.join("fifty.ron");
    store::save(&DiskFiles, &file, &drawing(50)).expect("the model is saved");
    let program = std::env::current_exe().expect("this program");
    let run = |file: Option<&Path>| {
        let begin = Instant::now();
        let mut command = Command::new(&program);
        command.arg("--first-frame").args(file);
        assert!(command.status().expect("this program runs").success());
        begin.elapsed()
    };
    let (mut ours, mut floors, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (floor, our) = (run(None), run(Some(&file)));
        if round > 0 {
            ratios.push(our.as_secs_f64() / floor.as_secs_f64());
            ours.push(our);
            floors.push(floor);
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "start to first frame, 50 stages: {:.0} ms; an empty window: {:.0} ms; ratio {:.2}",
        millis(median(ours)),
        millis(median(floors)),
        ratios[ratios.len() / 2],
    );
    std::fs::remove_dir_all(&folder).expect("the bench's folder");
}

/// Returns the memory of this process in MiB, what is shared counted by its share.
fn resident() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = text.lines().find(|line| line.starts_with("Pss:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

fn memory() {
    if std::env::var_os("DISPLAY").is_none() || resident().is_none() {
        println!("memory: skipped, there is no display or no account of it");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder for the bench");
    let program = std::env::current_exe().expect("this program");
    let run = |file: Option<&Path>| -> f64 {
        let mut command = Command::new(&program);
        let output = command.arg("--memory").args(file).output();
        let output = output.expect("this program runs");
        let text = String::from_utf8_lossy(&output.stdout);
        text.trim().parse().expect("it prints a number")
    };
    let middle = |file: Option<&Path>| {
        let mut sizes = [run(file), run(file), run(file)];
        sizes.sort_by(f64::total_cmp);
        sizes[1]
    };
    let floor = middle(None);
    println!("memory of an empty window: {floor:.0} MiB");
    for n in [50, 1_000, 10_000] {
        let file = folder.path().join(format!("{n}.ron"));
        store::save(&DiskFiles, &file, &drawing(n)).expect("the model is saved");
        println!(
            "memory with {n} stages: {:.0} MiB more",
            middle(Some(&file)) - floor
        );
    }
}

/// Times what the window does for the journal when something was edited: noting what was done, and
/// telling the thread that writes it.
fn journal() {
    const EDITS: usize = 2_000;
    let folder = tempfile::tempdir().expect("a folder for the journal");
    let files: Arc<dyn store::Files + Send + Sync> = Arc::new(DiskFiles);
    let edit = |document: &mut Document, n: usize| {
        let change = Change::Stage(StageChange::Set {
            stages: vec![StageId::new(&format!("stage-{}", n * 7 % 10_000)).expect("a slug")],
            field: StageField::Name(format!("Renamed {n}")),
        });
        let begin = Instant::now();
        document
            .edit("Rename", &[change], None)
            .expect("it can be applied");
        begin.elapsed()
    };
    let mut plain = Document::new(drawing(10_000));
    let edits = median((0..EDITS).map(|n| edit(&mut plain, n)).collect());

    let mut document = Document::new(drawing(10_000));
    document.note_deeds();
    let recorder = Recorder::new(egui::Context::default());
    recorder.begin(Keeper::new(
        files,
        folder.path(),
        Origin {
            title: "A large studio".to_owned(),
            path: None,
            fingerprint: None,
            model: document.shared_model(),
            unknown: Vec::new(),
        },
    ));
    let (mut noted, mut told) = (Vec::new(), Vec::new());
    for n in 0..EDITS {
        noted.push(edit(&mut document, n));
        let begin = Instant::now();
        recorder.record(document.take_done());
        told.push(begin.elapsed());
        // As quick as nobody is.
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(recorder.flush(), "the journal is written");
    let most = told.iter().max().copied().unwrap_or_default();
    println!(
        "an edit of 10,000 stages: {:.3} ms, noted for the journal {:.3} ms; handed to the journal \
         {:.4} ms, at worst {:.3} ms",
        millis(edits),
        millis(median(noted)),
        millis(median(told)),
        millis(most),
    );
}
