//! How long a study goes on after it was cancelled: an edit must not wait for the figures of the
//! model before it.
//!
//! `cargo bench --no-default-features --bench cancel` begins studies, cancels each at a random
//! moment, and prints the median and the longest time until it had returned with all its threads
//! ended. The bar is 10 ms. In turn with them go as many threads that do nothing but look whether
//! they are cancelled: what these take is the machine's own, and where it is above the bar nothing
//! can be said about the studies.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anabranch::analysis::{Legend, Load};
use anabranch::graph::Flow;
use anabranch::model::*;
use anabranch::sim::Plan;
use anabranch::store;
use anabranch::study::{Effort, StudyControl, StudyError, StudyOptions, simulate};

const ROUNDS: u32 = 300;
const BAR: Duration = Duration::from_millis(10);
/// Half of the moments are within this, while the model is made ready to run.
const BEGINNING: Duration = Duration::from_millis(20);
/// The others are within this, while replications run, end and are added up.
const LATER: Duration = Duration::from_millis(700);

fn main() {
    let example = include_str!("../examples/content-approval.ron");
    let approval = store::read(example.as_bytes()).expect("it is a model");
    tell("content-approval", &approval.model);
    tell("1,000 stages", &large());
}

fn tell(what: &str, model: &Model) {
    let mut state = 1_u64;
    // A linear congruential generator (Knuth, MMIX).
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    steps(model);
    let (mut times, mut floor) = (Vec::new(), Vec::new());
    let mut replications = 0;
    for round in 0..ROUNDS {
        let within = if round % 2 == 0 { BEGINNING } else { LATER };
        let moment = within.mul_f64(random());
        let (time, done) = study(model, moment);
        times.push(time);
        replications += done;
        floor.push(threads_that_look(moment.min(BEGINNING)));
    }
    let floor = quantiles(floor);
    let found = quantiles(times);
    let verdict = match (found[2] > BAR, floor[2] > BAR) {
        (true, false) => "  ABOVE THE BAR",
        (true, true) => "  (too busy a machine to tell)",
        _ => "",
    };
    row("threads that only look", floor, "");
    row(
        what,
        found,
        &format!("  {replications} replications{verdict}"),
    );
}

/// Tells what the steps take that make a model ready to run; none of them is cut short.
fn steps(model: &Model) {
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        format!("{what} {:.2} ms", millis(start.elapsed()))
    };
    let flow = Flow::of(model);
    let steps = [
        timed("flow", &mut || drop(Flow::of(model))),
        timed("plan", &mut || drop(Plan::compile(model, &flow))),
        timed("load", &mut || drop(Load::of(model, &flow))),
        timed("legend", &mut || drop(Legend::of(model, &flow))),
    ];
    say(&format!(
        "{} stages; making it ready: {}",
        model.stages.len(),
        steps.join(", ")
    ));
}

/// Begins a study and cancels it at a moment. Returns how long it took to return, and how many
/// replications it had made.
fn study(model: &Model, moment: Duration) -> (Duration, u32) {
    // As many replications as it takes to be still at it then.
    let options = StudyOptions {
        effort: Effort::Precision(Share::new(1e-9).expect("a share")),
        ..StudyOptions::default()
    };
    let control = StudyControl::new();
    std::thread::scope(|scope| {
        let study = scope.spawn(|| {
            let mut done = 0;
            let result = simulate(model, &options, &control, &mut |progress| {
                done = progress.replications;
            });
            (Instant::now(), result.map(|_| ()), done)
        });
        std::thread::sleep(moment);
        let cancelled = Instant::now();
        control.cancel();
        let (returned, result, done) = study.join().expect("a study does not panic");
        assert_eq!(result, Err(StudyError::Cancelled), "it ended by itself");
        (returned.duration_since(cancelled), done)
    })
}

/// The same with threads that do nothing.
fn threads_that_look(moment: Duration) -> Duration {
    let is_cancelled = AtomicBool::new(false);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let all = scope.spawn(|| {
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        while !is_cancelled.load(Ordering::Relaxed) {
                            std::hint::spin_loop();
                        }
                    });
                }
            });
            Instant::now()
        });
        std::thread::sleep(moment);
        let cancelled = Instant::now();
        is_cancelled.store(true, Ordering::Relaxed);
        let returned = all.join().expect("they do nothing");
        returned.duration_since(cancelled)
    })
}

/// The median, that below which 99 of 100 are, and the longest.
fn quantiles(mut times: Vec<Duration>) -> [Duration; 3] {
    times.sort_unstable();
    [times.len() / 2, times.len() * 99 / 100, times.len() - 1].map(|at| times[at])
}

fn row(what: &str, [median, late, longest]: [Duration; 3], remark: &str) {
    say(&format!(
        "{what:<22} median {:>6.2} ms  99 of 100 {:>6.2} ms  longest {:>6.2} ms{remark}",
        millis(median),
        millis(late),
        millis(longest),
    ));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]
fn say(line: &str) {
    println!("{line}");
}

/// Twenty lines of fifty stages between one fork and one join, with calendars and rework.
fn large() -> Model {
    let mut model = Model {
        name: "Large".to_owned(),
        ..Model::default()
    };
    let mut office = Calendar::new(id("office"), "Office");
    office.hours = WeeklyHours::parse("Mon-Fri 09:00-17:00").expect("hours");
    model.calendars.push(office);
    for n in 0..100 {
        let mut team = Team::new(id(&format!("team-{n}")), format!("Team {n}"));
        team.calendar = Some(id("office"));
        team.people = 8;
        model.teams.push(team);
    }
    let mut stream = Stream::new(id("titles"), "Titles");
    stream.demands.push(Demand {
        id: id("demand"),
        class: None,
        arrivals: Arrivals::Every {
            gap: "exponential(1d)".parse().expect("a time"),
            batch: 1,
        },
        at: vec![id("begin")],
    });
    model.streams.push(stream);
    let mut stage = |name: &str, team: Option<usize>| {
        let mut stage = Stage::new(id(name), name);
        stage.stream = Some(id("titles"));
        stage.team = team.map(|n| id(&format!("team-{n}")));
        stage.work = Some("exponential(1h)".parse().expect("a distribution"));
        stage.exit = if name == "begin" {
            Exit::TakeAll
        } else {
            Exit::ChooseOne
        };
        stage.entry = if name == "end" {
            Entry::All
        } else {
            Entry::Any
        };
        model.stages.push(stage);
    };
    stage("begin", None);
    for n in 0..1_000 {
        stage(&format!("stage-{n}"), Some(n % 100));
    }
    stage("end", None);
    let mut handoff = |from: &str, to: &str, is_rework: bool| {
        let mut handoff = Handoff::new(id(&format!("{from}--{to}")), id(from), id(to));
        handoff.trigger = Trigger::Manual("lognormal(4h, 2h)".parse().expect("a distribution"));
        if is_rework {
            handoff.kind = HandoffKind::Rework { at_most: None };
            handoff.share = Share::new(0.05);
        }
        model.handoffs.push(handoff);
    };
    for line in 0..20 {
        let stage = |n: usize| format!("stage-{}", line * 50 + n);
        handoff("begin", &stage(0), false);
        for n in 1..50 {
            handoff(&stage(n - 1), &stage(n), false);
            if n % 10 == 0 {
                handoff(&stage(n), &stage(n - 1), true);
            }
        }
        handoff(&stage(49), "end", false);
    }
    model
}

fn id<I: Id>(slug: &str) -> I {
    I::from_slug(Slug::new(slug).expect("a slug"))
}
