//! What a frame of a large canvas costs, as processor time: interface, scene, tessellation.
//!
//! `cargo bench --bench canvas`; needs no display. Prints median and 99th percentile of each, beside
//! a floor from the same process: an egui frame with 10,000 plain rectangles, and one with nothing.
//! `-- edits`, `-- views` and `-- opening` tell only that part.

#![allow(clippy::print_stdout, reason = "a bench prints what it measures")]

#[path = "common/mod.rs"]
mod common;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use anabranch::app::{Command, ScriptedDialogs, Surroundings, Window};
use anabranch::edit::{Selected, Selection};
use anabranch::model::{
    Change, Model, Stage, StageChange, StageField, StageId, WorldPoint, WorldVector,
};
use anabranch::scene::Fonts;
use anabranch::store::{self, DiskFiles};
use egui::{Event, Modifiers, PointerButton, Pos2, RawInput, Rect, pos2, vec2};

use common::{cpu, drawing, millis};

const SCREEN: egui::Vec2 = vec2(1600.0, 900.0);

fn main() {
    let part = std::env::args().nth(1);
    let is_wanted = |name: &str| {
        part.as_deref()
            .is_none_or(|part| part == name || part == "--bench")
    };
    floors();
    if is_wanted("views") {
        for n in [100, 1_000, 10_000] {
            views(n);
        }
    }
    if is_wanted("edits") {
        for n in [100, 1_000, 10_000] {
            edits(n);
        }
    }
    if is_wanted("opening") {
        for n in [50, 1_000, 10_000] {
            opening(n);
        }
    }
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!(
        "{what}: {:.3} ms, 99th percentile {:.3} ms",
        millis(at(0.5)),
        millis(at(0.99)),
    );
}

/// Draws a frame of something; returns what it cost, tessellation included.
fn frame(ctx: &egui::Context, input: RawInput, mut draw: impl FnMut(&mut egui::Ui)) -> Duration {
    let begin = cpu();
    let mut output = ctx.run_ui(input, |ui| draw(ui));
    let shapes = ctx.tessellate(output.shapes, output.pixels_per_point);
    let cost = cpu() - begin;
    black_box(shapes);
    // Textures go to a graphics card, which there is none.
    output.textures_delta.clear();
    cost
}

fn input(n: usize) -> RawInput {
    RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SCREEN)),
        time: Some(n as f64 / 60.0),
        ..RawInput::default()
    }
}

fn floors() {
    for (what, count) in [("nothing", 0), ("10,000 plain rectangles", 10_000)] {
        let ctx = egui::Context::default();
        let times = (0..120).map(|n| {
            frame(&ctx, input(n), |ui| {
                for at in 0..count {
                    let corner = pos2((at % 100) as f32 * 16.0, (at / 100) as f32 * 9.0);
                    let rect = Rect::from_min_size(corner, vec2(14.0, 7.0));
                    ui.painter().rect_filled(rect, 0.0, egui::Color32::GRAY);
                }
            })
        });
        tell(&format!("floor, {what}"), times.skip(20).collect());
    }
}

/// A window over a drawing, without a display.
struct Bench {
    ctx: egui::Context,
    window: Window,
    frames: usize,
}

fn surroundings() -> Surroundings {
    Surroundings {
        files: Arc::new(DiskFiles),
        dialogs: Box::new(ScriptedDialogs::default()),
        settings_path: None,
        data_folder: None,
        claim_folder: None,
        open_elsewhere: |_| Ok(()),
        fonts: Fonts::system(),
    }
}

impl Bench {
    fn new(model: Model) -> Self {
        let ctx = egui::Context::default();
        let mut window = Window::new(&ctx, surroundings(), None);
        window.show_model(model);
        let mut bench = Self {
            ctx,
            window,
            frames: 0,
        };
        for _ in 0..10 {
            bench.frame(Vec::new());
        }
        bench
    }

    fn frame(&mut self, events: Vec<Event>) -> Duration {
        self.frames += 1;
        let input = RawInput {
            events,
            ..input(self.frames)
        };
        let window = &mut self.window;
        frame(&self.ctx, input, |ui| {
            window.logic(ui.ctx());
            window.ui(ui);
        })
    }

    /// Does something and returns what it cost until the new picture is there.
    fn until_shown(&mut self, command: Command) -> Duration {
        self.window.ask_for(command);
        self.frame(Vec::new()) + self.frame(Vec::new())
    }
}

fn views(n: usize) {
    let mut bench = Bench::new(drawing(n));
    let bounds = bench.window.picture().expect("it is drawn").scene.bounds;
    for (what, fits) in [("at 100 %", false), ("all in view", true)] {
        let mut pan = Vec::new();
        let mut zoom = Vec::new();
        bench.window.viewport_mut().zoom_to(1.0);
        bench
            .window
            .viewport_mut()
            .look_at(WorldPoint::new(800.0, 400.0), 1.0);
        if fits {
            bench.window.viewport_mut().fit(bounds.into());
        }
        for at in 0..240 {
            let is_back = at / 20 % 2 == 1;
            let sign = if is_back { -1.0 } else { 1.0 };
            bench.window.viewport_mut().pan(3.0 * sign, 2.0 * sign);
            let cost = bench.frame(Vec::new());
            if at >= 40 {
                pan.push(cost);
            }
        }
        for at in 0..240 {
            let is_back = at / 20 % 2 == 1;
            let now = bench.window.viewport_mut().zoom();
            let factor = if is_back { 1.0 / 1.01 } else { 1.01 };
            bench.window.viewport_mut().zoom_to(now * factor);
            let cost = bench.frame(Vec::new());
            if at >= 40 {
                zoom.push(cost);
            }
        }
        tell(&format!("pan, {n} stages, {what}"), pan);
        tell(&format!("zoom, {n} stages, {what}"), zoom);
    }
    let idle = (0..120).map(|_| bench.frame(Vec::new())).collect();
    tell(&format!("a frame of nothing new, {n} stages"), idle);
}

fn edits(n: usize) {
    let mut bench = Bench::new(drawing(n));
    bench
        .window
        .viewport_mut()
        .look_at(WorldPoint::new(800.0, 400.0), 1.0);
    let stage = |at: usize| StageId::new(&format!("stage-{at}")).expect("a slug");
    let rounds = 60;
    let renamed = |round: usize| {
        let change = StageChange::Set {
            stages: vec![stage(22)],
            field: StageField::Name(format!("Renamed {round}")),
        };
        Command::edit("Rename", Change::Stage(change))
    };
    let times = (0..rounds).map(|round| bench.until_shown(renamed(round)));
    tell(&format!("rename one of {n}"), times.collect());

    let moved = |round: usize| {
        let by = if round.is_multiple_of(2) { 8.0 } else { -8.0 };
        let change = StageChange::Move {
            stages: vec![stage(22)],
            by: WorldVector::new(by, 0.0),
        };
        Command::edit("Move", Change::Stage(change))
    };
    let times = (0..rounds).map(|round| bench.until_shown(moved(round)));
    tell(&format!("move one of {n}"), times.collect());

    let appended = |round: usize| {
        let mut new = Stage::new(stage(1_000_000 + round), format!("Appended {round}"));
        new.at.position = Some(WorldPoint::new(800.0 + 200.0 * round as f64, -400.0));
        let change = StageChange::Add {
            stage: Arc::new(new),
            position: None,
        };
        Command::edit("Add", Change::Stage(change))
    };
    let times = (0..rounds).map(|round| bench.until_shown(appended(round)));
    tell(&format!("append to {n}"), times.collect());

    // Fifty of them by the pointer.
    let fifty = (0..50).map(|at| Selected::Stage(stage(at)));
    bench.window.select(fifty.collect::<Selection>());
    bench.frame(Vec::new());
    let card = bench.window.picture().expect("it is drawn").layout.stages[22];
    let at = bench.window.viewport_mut().screen_from_world(card.center());
    let at = pos2(at.x, at.y);
    let button = |pressed| Event::PointerButton {
        pos: at,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    bench.frame(vec![Event::PointerMoved(at)]);
    bench.frame(vec![button(true)]);
    let mut times = Vec::new();
    for round in 0..rounds {
        let to = at + vec2(10.0 + 9.0 * (round % 12) as f32, 6.0 * (round % 7) as f32);
        // Each position is in the picture one frame later; both are counted once.
        times.push(bench.frame(vec![Event::PointerMoved(to)]));
    }
    bench.frame(vec![button(false)]);
    tell(&format!("drag fifty of {n}, a frame"), times);
}

fn opening(n: usize) {
    let folder = tempfile::tempdir().expect("a folder for the bench");
    let file = folder.path().join("large.ron");
    store::save(&DiskFiles, &file, &drawing(n)).expect("the model is saved");
    let size = std::fs::metadata(&file).expect("it is there").len();
    let mut times = Vec::new();
    for _ in 0..7 {
        let ctx = egui::Context::default();
        // Fonts of the window are there before, as they are in an empty one.
        frame(&ctx, input(0), |ui| {
            ui.label("nothing");
        });
        let begin = cpu();
        let mut window = Window::new(&ctx, surroundings(), Some(&file));
        let mut at = 1;
        while window.picture().is_none() || at < 3 {
            frame(&ctx, input(at), |ui| {
                window.logic(ui.ctx());
                window.ui(ui);
            });
            at += 1;
        }
        times.push(cpu() - begin);
    }
    let mega = size as f64 / 1e6;
    tell(
        &format!("open {n} stages ({mega:.1} MB) to the first frame"),
        times,
    );
}
