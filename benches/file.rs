//! Opening and saving a large model against bare `ron`, in the same run.
//!
//! `cargo bench --no-default-features --bench file` prints medians of several rounds and their
//! ratios. Bare `ron` reads into, and writes from, the same structs of the file; ours adds the
//! model, its checks and, saving, the layout for people. The bar is 1.3 times. Below that stand
//! what single edits of a model of 10,000 stages take, the history included, and what it takes to
//! write one to the recovery journal.

use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime};

use std::sync::Arc;

use anabranch::edit::Document;
use anabranch::model::*;
use anabranch::store::journal::{Keeper, Origin};
use anabranch::{check, store};

/// About 10 MB.
const STAGES: usize = 6_700;
const EDITED_STAGES: usize = 10_000;
const ROUNDS: usize = 9;
const BAR: f64 = 1.3;

fn main() {
    let model = model(STAGES);
    let text = store::write(&model);
    say(&format!(
        "{} stages, {} handoffs, {:.1} MB",
        model.stages.len(),
        model.handoffs.len(),
        text.len() as f64 / 1e6
    ));
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    // Only `ron` reads this comment, and what is written plainly is read without it.
    let unusual = format!("/* by hand */ {text}");
    let [bare, read, open, unusual] = medians([
        &|| {
            let file: store::v1::ModelFile<'_> = options.from_str(&text).expect("it is RON");
            black_box(&file);
        },
        &|| {
            black_box(&store::read(text.as_bytes()).expect("it is a model"));
        },
        &|| {
            let loaded = store::read(text.as_bytes()).expect("it is a model");
            black_box((check::check(&loaded.model), &loaded));
        },
        &|| {
            let loaded = store::read(unusual.as_bytes()).expect("it is a model");
            black_box((check::check(&loaded.model), &loaded));
        },
    ]);
    tell("read, bare ron", bare, bare);
    tell("read", read, bare);
    tell("open: read and check", open, bare);
    inform("open, unusual RON", unusual, bare);
    let file = store::v1::ModelFile::from(&model);
    let [bare, write] = medians([
        &|| {
            black_box(options.to_string(&file).expect("it can be written"));
        },
        &|| {
            black_box(store::write(&model));
        },
    ]);
    tell("save, bare ron", bare, bare);
    tell("save", write, bare);
    edits();
}

/// Tells what one edit of a large model takes.
fn edits() {
    let mut document = Document::new(model(EDITED_STAGES));
    say(&format!("edits of {EDITED_STAGES} stages:"));
    let mut one = |what: &str, change: &dyn Fn(usize) -> Change| {
        let mut times: Vec<Duration> = (0..500)
            .map(|n| {
                let changes = [change(n)];
                let start = Instant::now();
                black_box(document.edit("Edit", &changes, None)).expect("it can be applied");
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        let [median, worst] = [times[times.len() / 2], times[times.len() - 1]];
        say(&format!(
            "{what:<22} {:>8.3} ms  at worst {:.3} ms",
            median.as_secs_f64() * 1e3,
            worst.as_secs_f64() * 1e3
        ));
    };
    one("rename a stage", &|n| {
        Change::Stage(StageChange::Set {
            stages: vec![stage_id(n * 19)],
            field: StageField::Name(format!("Renamed {n}")),
        })
    });
    one("put a stage between", &|n| {
        Change::Stage(StageChange::Add {
            stage: Arc::new(Stage::new(id(&format!("new-{n}")), "New")),
            position: Some((n * 7919) % EDITED_STAGES),
        })
    });
    one("remove a stage", &|n| {
        Change::Stage(StageChange::Remove {
            stages: vec![stage_id(n * 19)],
        })
    });
    journal();
}

/// Tells what it takes to have an edit of a large model in its journal, on disk but not yet
/// confirmed: far below the millisecond that the window has for it.
fn journal() {
    let folder = tempfile::tempdir().expect("a folder for the journal");
    let mut document = Document::new(model(EDITED_STAGES));
    document.note_deeds();
    let origin = Origin {
        title: "A large studio".to_owned(),
        path: None,
        fingerprint: None,
        model: document.shared_model(),
        unknown: Vec::new(),
    };
    let mut keeper = Keeper::new(Arc::new(store::DiskFiles), folder.path(), origin);
    let mut times: Vec<Duration> = (0..500)
        .map(|n| {
            let change = Change::Stage(StageChange::Set {
                stages: vec![stage_id(n * 19)],
                field: StageField::Name(format!("Renamed {n}")),
            });
            document
                .edit("Rename", &[change], None)
                .expect("it can be applied");
            let start = Instant::now();
            for done in document.take_done() {
                keeper.keep(&done, SystemTime::now());
            }
            keeper.write().expect("it can be written");
            start.elapsed()
        })
        .collect();
    let first = times.remove(0);
    times.sort_unstable();
    say(&format!(
        "{:<22} {:>8.3} ms  at worst {:.3} ms; the first, with the model, {:.1} ms",
        "journal an edit",
        times[times.len() / 2].as_secs_f64() * 1e3,
        times[times.len() - 1].as_secs_f64() * 1e3,
        first.as_secs_f64() * 1e3
    ));
}

/// Medians of the rounds, taken in turn so that a busy machine troubles all alike.
fn medians<const N: usize>(work: [&dyn Fn(); N]) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (work, times) in work.iter().zip(&mut times) {
            let start = Instant::now();
            work();
            times.push(start.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    })
}

/// Prints a time and its ratio, to which the bar applies.
fn tell(what: &str, time: Duration, bare: Duration) {
    let is_above = time.as_secs_f64() > BAR * bare.as_secs_f64();
    print(
        what,
        time,
        bare,
        if is_above { "  ABOVE THE BAR" } else { "" },
    );
}

/// Prints a time and its ratio, to which no bar applies.
fn inform(what: &str, time: Duration, bare: Duration) {
    print(what, time, bare, "");
}

fn print(what: &str, time: Duration, bare: Duration, verdict: &str) {
    let ratio = time.as_secs_f64() / bare.as_secs_f64();
    say(&format!(
        "{what:<22} {:>8.1} ms  {ratio:>5.2} times{verdict}",
        time.as_secs_f64() * 1e3
    ));
}

#[expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]
fn say(line: &str) {
    println!("{line}");
}

/// A model with the fields that a walk fills in.
fn model(stages: usize) -> Model {
    let handoffs = stages * 3 / 2;
    let mut model = Model {
        name: "A large studio".to_owned(),
        ..Model::default()
    };
    let office = CalendarId::new("office").expect("a slug");
    let mut calendar = Calendar::new(office, "Office");
    calendar.hours = WeeklyHours::parse("Mon-Fri 09:00-17:00").expect("hours");
    model.calendars.push(calendar);
    for n in 0..200 {
        let mut team = Team::new(id(&format!("team-{n}")), format!("Team {n}"));
        team.calendar = Some(office);
        team.people = 1 + n % 7;
        model.teams.push(team);
    }
    let stream: StreamId = id("titles");
    model.streams.push(Stream::new(stream, "Titles"));
    for n in 0..stages {
        let mut stage = Stage::new(stage_id(n), format!("Review of delivery number {n}"));
        stage.stream = Some(stream);
        stage.phase = Some(Phase::STANDARD[n % 6].clone());
        stage.team = Some(id(&format!("team-{}", n % 200)));
        let work = [
            "3h",
            "triangular(2h, 4h, 2d)",
            "estimate(1d, 3d)",
            "lognormal(8h, 4h)",
        ][n % 4];
        stage.work = Some(Distribution::parse(work).expect("a distribution"));
        stage.ca = Share::new(0.5 + (n % 50) as f64 / 100.0);
        stage.cost = Money::new(12.5 * (n % 9) as f64);
        stage.systems = vec!["Asset store".to_owned(), format!("Tool {}", n % 31)];
        stage.stakeholders = vec!["Producer".to_owned(), format!("Desk {}", n % 17)];
        stage.satisfaction = Some(1 + (n % 5) as u8);
        stage.evidence = Some(Evidence {
            kind: EvidenceKind::Measured,
            by: format!("tickets of 2025, queue {}", n % 13),
        });
        stage.notes = "What was said on the walk: the desk waits for the mail of the producer, \
                       looks into the asset store, finds the wrong version every third time and \
                       asks back. \"Nobody owns this\", says the desk; somebody should."
            .repeat(2);
        stage.at.position = Some(WorldPoint::new(240.0 * (n % 80) as f64, 12.5 * n as f64));
        model.stages.push(stage);
    }
    for n in 0..handoffs {
        let from = n % (stages - 1);
        let to = from + 1 + (n / (stages - 1)) * (n % 3);
        let to = to.min(stages - 1);
        let handoff_id = id(&format!("handoff-{n}"));
        let mut handoff = Handoff::new(handoff_id, stage_id(from), stage_id(to));
        handoff.trigger = match n % 3 {
            0 => {
                Trigger::Manual(Distribution::parse("lognormal(1d, 12h)").expect("a distribution"))
            }
            1 => Trigger::Scheduled {
                rhythm: Rhythm::parse("every Tue 10:00").expect("a rhythm"),
                zone: None,
                slots: None,
            },
            _ => Trigger::Automatic(ElapsedTime::ZERO),
        };
        handoff.needs = if n % 4 == 0 {
            Needs::Customary
        } else {
            Needs::Required
        };
        handoff.artifact = format!("Delivery sheet {n}, signed");
        handoff.notes = "By mail; a copy lies in the folder of the week, which is emptied on \
                         Fridays, and nobody is told when that has happened."
            .to_owned();
        handoff.evidence = Some(Evidence {
            kind: EvidenceKind::Estimated,
            by: "the desk".to_owned(),
        });
        model.handoffs.push(handoff);
    }
    model
}

fn stage_id(n: usize) -> StageId {
    id(&format!("review-of-delivery-{n}"))
}

fn id<I: Id>(slug: &str) -> I {
    I::from_slug(Slug::new(slug).expect("a slug"))
}
