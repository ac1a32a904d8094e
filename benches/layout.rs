//! How good tidying up is, and how long it takes.
//!
//! `cargo bench --no-default-features --bench layout -- [GRAPH.json]... [--to FOLDER]`; without files
//! those in `benches/graphs`. A graph is `{"nodes": [{"w", "h"}], "edges": [{"s", "t", "feedback"}]}`;
//! what is feedback there is rework here. The stages come without places.
//!
//! - `tidy` is processor time of the thread for working out the new places and ways, which a user
//!   waits for: the median of so many runs;
//! - `ways` is that for finding the ways of the handoffs afterwards, as after every edit: the median;
//! - `whole` is processor time for all of it once: reading the graph, laying it out as it comes,
//!   tidying up, the ways;
//! - `cancel` is how long after it was cancelled it ended, at most, by the clock: cancelled at eight
//!   moments that divide its time evenly.
//!
//! Crossings are those of pieces of different ways that cross inside both; a way is through a card
//! that is not one of its ends when it passes more than two units inside its border. With a folder
//! what was drawn is written there, for others to count: `{"tool", "nodes": [[x, y]] (middles),
//! "edges": [[[x, y], …]], "smooth"}`.

#![allow(clippy::print_stdout, reason = "a bench prints what it measures")]

#[path = "common/mod.rs"]
mod common;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anabranch::edit;
use anabranch::graph::Flow;
use anabranch::layout::{Layout, LayoutInput, NoteSize, TidyControl, TidyTask, lay_out, tidy};
use anabranch::model::{
    Handoff, HandoffId, HandoffKind, Model, Share, Stage, StageId, WorldPoint, WorldRect, WorldSize,
};
use common::{cpu, median, millis};
use serde::Deserialize;

#[derive(Deserialize)]
struct Node {
    w: f64,
    h: f64,
}

#[derive(Deserialize)]
struct Edge {
    s: usize,
    t: usize,
    feedback: bool,
}

#[derive(Deserialize)]
struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

fn main() {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut to: Option<PathBuf> = None;
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        match word.as_str() {
            "--to" => to = words.next().map(PathBuf::from),
            _ => files.push(PathBuf::from(word)),
        }
    }
    if files.is_empty() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/graphs");
        let own = std::fs::read_dir(own).expect("the graphs are there");
        files.extend(own.filter_map(|entry| Some(entry.ok()?.path())));
        files.sort();
    }
    println!(
        "nodes  runs  tidy ms  ways ms  whole ms  cancel ms  crossings  bends  length k  through  extent"
    );
    for file in files {
        let begun = cpu();
        let text = std::fs::read_to_string(&file).expect("the graph can be read");
        let model = model(&serde_json::from_str(&text).expect("it is a graph"));
        let layout = measure(&model, begun);
        if let Some((folder, name)) = to.as_ref().zip(file.file_name()) {
            write(&layout, &folder.join(name));
        }
    }
}

/// Writes where cards and ways are.
fn write(layout: &Layout, file: &Path) {
    let nodes = layout.stages.iter().map(|card| card.center());
    let nodes: Vec<[f64; 2]> = nodes.map(|middle| [middle.x, middle.y]).collect();
    let ways = layout.routes.iter();
    let ways = ways.map(|route| route.points.iter().map(|at| [at.x, at.y]).collect());
    let edges: Vec<Vec<[f64; 2]>> = ways.collect();
    let drawn = serde_json::json!({
        "tool": "Anabranch", "nodes": nodes, "edges": edges, "smooth": false,
    });
    let mut file = std::fs::File::create(file).expect("the folder is there");
    file.write_all(drawn.to_string().as_bytes())
        .expect("there is room");
}

fn model(graph: &Graph) -> Model {
    let mut model = Model::default();
    let id = |at: usize| StageId::new(&format!("stage-{at}")).expect("a slug");
    for (at, node) in graph.nodes.iter().enumerate() {
        let mut stage = Stage::new(id(at), format!("Stage {at}"));
        stage.at.size = Some(WorldSize::new(node.w, node.h));
        model.stages.push(stage);
    }
    for edge in &graph.edges {
        let name = format!("stage-{}--stage-{}", edge.s, edge.t);
        let name = HandoffId::new(&name).expect("a slug");
        let mut handoff = Handoff::new(name, id(edge.s), id(edge.t));
        if edge.feedback {
            handoff.kind = HandoffKind::Rework { at_most: None };
            handoff.share = Share::new(0.1);
        }
        model.handoffs.push(handoff);
    }
    model
}

fn input<'a>(model: &'a Model, flow: &'a Flow) -> LayoutInput<'a> {
    LayoutInput {
        model,
        flow,
        stage_size: &|_| WorldSize::new(120.0, 50.0),
        label_size: &|_| None,
        note_size: &|_| NoteSize::default(),
    }
}

/// How long after it was cancelled it goes on, at most.
fn slowest_to_hear(task: &TidyTask<'_>, time: Duration) -> Duration {
    const MOMENTS: u32 = 8;
    let after = (1..=MOMENTS).filter_map(|moment| {
        let control = Arc::new(TidyControl::default());
        let asks = Arc::clone(&control);
        let cancel = std::thread::spawn(move || {
            std::thread::sleep(time * (2 * moment - 1) / (2 * MOMENTS));
            asks.cancel();
            Instant::now()
        });
        let is_done = tidy(task, &control).is_some();
        let ended = Instant::now();
        let cancelled = cancel.join().expect("it does not panic");
        (!is_done).then(|| ended - cancelled)
    });
    after.max().unwrap_or_default()
}

fn measure(model: &Model, begun: Duration) -> Layout {
    let count = model.stages.len();
    let runs = (20_000 / count.max(1)).clamp(3, 9);
    let flow = Flow::of(model);
    let now = lay_out(&input(model, &flow));
    let task = TidyTask {
        input: input(model, &flow),
        now: &now,
        chosen: &[],
    };
    let (mut tidying, mut ways) = (Vec::new(), Vec::new());
    let mut layout = Layout::default();
    let mut whole = Duration::ZERO;
    for run in 0..runs {
        let started = cpu();
        let tidied = tidy(&task, &TidyControl::default()).expect("nobody cancels it");
        tidying.push(cpu() - started);
        let mut after = model.clone();
        let changes = edit::put(model, &tidied.stages, &tidied.notes, &tidied.ways);
        edit::apply_all(&mut after, &changes).expect("the places are good");
        let started = cpu();
        layout = lay_out(&input(&after, &flow));
        ways.push(cpu() - started);
        if run == 0 {
            whole = cpu() - begun;
        }
    }
    let time = median(tidying);
    let cancel = slowest_to_hear(&task, time);
    let routes = layout.routes.iter();
    let pieces: Vec<Piece> = routes
        .enumerate()
        .flat_map(|(owner, route)| {
            let pairs = route.points.windows(2);
            pairs.map(move |pair| Piece::new(owner, pair[0], pair[1]))
        })
        .collect();
    let bends: usize = layout
        .routes
        .iter()
        .map(|route| route.points.len().saturating_sub(2))
        .sum();
    let length: f64 = pieces.iter().map(Piece::length).sum();
    println!(
        "{count:<6} {runs:>4} {:>8.1} {:>8.1} {:>9.1} {:>10.1} {:>10} {bends:>6} {:>9.1} {:>8}  {:.0} x {:.0}",
        millis(time),
        millis(median(ways)),
        millis(whole),
        millis(cancel),
        crossings(&pieces),
        length / 1e3,
        through(&pieces, &layout.stages, model),
        layout.bounds.width(),
        layout.bounds.height(),
    );
    layout
}

/// A level or upright piece of a way.
struct Piece {
    owner: usize,
    rect: WorldRect,
}

impl Piece {
    fn new(owner: usize, a: WorldPoint, b: WorldPoint) -> Self {
        let rect = WorldRect {
            min: WorldPoint::new(a.x.min(b.x), a.y.min(b.y)),
            max: WorldPoint::new(a.x.max(b.x), a.y.max(b.y)),
        };
        Self { owner, rect }
    }

    fn length(&self) -> f64 {
        self.rect.width() + self.rect.height()
    }
}

fn crossings(pieces: &[Piece]) -> usize {
    let is_level = |piece: &&Piece| piece.rect.height() == 0.0;
    let mut upright: Vec<&Piece> = pieces.iter().filter(|piece| !is_level(piece)).collect();
    upright.sort_by(|a, b| a.rect.min.x.total_cmp(&b.rect.min.x));
    let crossed = |level: &Piece| {
        let (y, from, to) = (level.rect.min.y, level.rect.min.x, level.rect.max.x);
        let first = upright.partition_point(|piece| piece.rect.min.x <= from);
        let among = upright[first..].iter();
        among
            .take_while(|piece| piece.rect.min.x < to)
            .filter(|piece| piece.rect.min.y < y && y < piece.rect.max.y)
            .filter(|piece| piece.owner != level.owner)
            .count()
    };
    pieces.iter().filter(is_level).map(crossed).sum()
}

fn through(pieces: &[Piece], cards: &[WorldRect], model: &Model) -> usize {
    let is_end = |owner: usize, card: usize| {
        let handoff = model.handoffs.at(owner);
        let stage = model.stages.at(card).map(|stage| stage.id);
        handoff.is_some_and(|handoff| Some(handoff.from) == stage || Some(handoff.to) == stage)
    };
    let hit = |piece: &Piece, card: usize| {
        let (a, b) = (piece.rect, cards[card].grown(-2.0));
        a.min.x <= b.max.x && b.min.x <= a.max.x && a.min.y <= b.max.y && b.min.y <= a.max.y
    };
    let all = |piece: &Piece| {
        let hits = (0..cards.len()).filter(|&card| hit(piece, card));
        hits.filter(|&card| !is_end(piece.owner, card)).count()
    };
    pieces.iter().map(all).sum()
}
