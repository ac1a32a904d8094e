//! How fast the window is: start to first frame, and a frame of a large canvas.
//!
//! `cargo bench --bench window`. Needs a display for the start (skipped without one); the canvas is
//! drawn without one. Prints medians of several rounds and ratios against a floor in the same run:
//! an eframe window with nothing in it. `-- --journal` tells only what the journal costs.

#![allow(clippy::print_stdout, reason = "a bench prints what it measures")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anabranch::app::{Recorder, ScriptedDialogs, Surroundings, Window, native_options};
use anabranch::edit::Document;
use anabranch::model::{
    Change, Distribution, ElapsedTime, Exit, Handoff, HandoffId, Model, Phase, Stage, StageChange,
    StageField, StageId, Stream, StreamId, Team, TeamId, Time as _, Trigger, WorkTime, WorldPoint,
};
use anabranch::scene::Fonts;
use anabranch::store::journal::{Keeper, Origin};
use anabranch::store::{self, DiskFiles};

const ROUNDS: usize = 9;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("--journal") => journal(),
        Some("--first-frame") => first_frame(arguments.get(2).map(Path::new)),
        _ => {
            start();
            frames();
            journal();
        }
    }
}

/// A drawing of `n` stages in chains of ten, with one and a half handoffs a stage.
fn drawing(n: usize) -> Model {
    let mut model = Model {
        name: format!("{n} stages"),
        ..Model::default()
    };
    let stream = StreamId::new("stream").expect("a slug");
    model.streams.push(Stream::new(stream, "Stream"));
    for team in 0..6 {
        let id = TeamId::new(&format!("team-{team}")).expect("a slug");
        model.teams.push(Team::new(id, format!("Team {team}")));
    }
    let id = |at: usize| StageId::new(&format!("stage-{at}")).expect("a slug");
    for at in 0..n {
        let mut stage = Stage::new(id(at), format!("Stage number {at}"));
        stage.stream = Some(stream);
        stage.team = model.teams.at(at % 6).map(|team| team.id);
        stage.phase = Some(Phase::STANDARD[at / 10 % 6].clone());
        stage.work = Some(Distribution::Fixed(WorkTime::parse("4h").expect("a time")));
        stage.exit = Exit::TakeAll;
        stage.at.position = Some(WorldPoint::new(
            (at % 10) as f64 * 264.0,
            (at / 10) as f64 * 128.0,
        ));
        model.stages.push(stage);
    }
    let mut connect = |from: usize, to: usize| {
        let handoff = HandoffId::new(&format!("stage-{from}--stage-{to}")).expect("a slug");
        let mut handoff = Handoff::new(handoff, id(from), id(to));
        let delay = ElapsedTime::parse("1d").expect("a time");
        handoff.trigger = Trigger::Manual(Distribution::Fixed(delay));
        model.handoffs.push(handoff);
    };
    for at in 0..n {
        if at % 10 < 9 && at + 1 < n {
            connect(at, at + 1);
        }
        if at % 2 == 0 && at + 11 < n {
            connect(at, at + 11);
        }
    }
    model
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Opens a window (empty without a file), and closes it once its first frame has been shown.
fn first_frame(file: Option<&Path>) {
    struct Closing {
        window: Option<Window>,
        frames: u32,
    }
    impl eframe::App for Closing {
        fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
            if let Some(window) = &mut self.window {
                window.logic(ui.ctx());
                window.ui(ui);
            }
            self.frames += 1;
            if self.frames > 1 {
                // The first frame is on the screen by now.
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
            Ok(Box::new(Closing { window, frames: 0 }))
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

fn frames() {
    let floor = median(time_frames(None, 0.0));
    println!("a frame of an empty window: {:.2} ms", millis(floor));
    for n in [1_000, 10_000] {
        for (zoom, what) in [(1.0, "at 100 %"), (0.0, "all in view")] {
            let time = median(time_frames(Some(drawing(n)), zoom));
            println!(
                "a frame while panning, {n} stages, {what}: {:.2} ms; ratio {:.1}",
                millis(time),
                time.as_secs_f64() / floor.as_secs_f64(),
            );
        }
    }
}

/// Times frames, tessellation included, while the picture is panned; zoom 0 shows everything.
fn time_frames(model: Option<Model>, zoom: f64) -> Vec<Duration> {
    let ctx = egui::Context::default();
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1600.0, 900.0));
    let mut window = model.map(|model| {
        let surroundings = Surroundings {
            files: Arc::new(DiskFiles),
            dialogs: Box::new(ScriptedDialogs::default()),
            settings_path: None,
            data_folder: None,
            claim_folder: None,
            open_elsewhere: |_| Ok(()),
            fonts: Fonts::system(),
        };
        let mut window = Window::new(&ctx, surroundings, None);
        window.show_model(model);
        window
    });
    let mut times = Vec::new();
    for frame in 0..120 {
        let input = egui::RawInput {
            screen_rect: Some(screen),
            time: Some(f64::from(frame) / 60.0),
            ..Default::default()
        };
        let begin = Instant::now();
        let output = ctx.run_ui(input, |ui| match &mut window {
            Some(window) => {
                if frame == 5 {
                    let bounds = window.picture().expect("it is drawn").scene.bounds;
                    if zoom > 0.0 {
                        window.viewport_mut().zoom_to(zoom);
                    } else {
                        window.viewport_mut().fit(bounds.into());
                    }
                }
                window
                    .viewport_mut()
                    .pan(if frame % 40 < 20 { 3.0 } else { -3.0 }, 0.0);
                window.ui(ui);
            }
            None => {
                ui.label("nothing");
            }
        });
        let shapes = ctx.tessellate(output.shapes, output.pixels_per_point);
        let time = begin.elapsed();
        std::hint::black_box(shapes);
        if frame >= 20 {
            times.push(time);
        }
    }
    times
}
