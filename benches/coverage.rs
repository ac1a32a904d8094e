//! How often the interval that users see holds the truth.
//!
//! `cargo bench --no-default-features --bench coverage` studies models whose mean lead time is
//! known, each 400 times with another seed and otherwise as a user gets it: the horizon, the
//! warm-up found by MSER-5, ten replications and then more until the mean is known within ± 2 %.
//! It prints in how many of 100 studies the 95 % interval holds the true mean, and between what
//! that share itself lies (Wilson, Journal of the American Statistical Association 22, 1927). The
//! bar is 93 to 97.
//!
//! `-- 1000` makes 1,000 studies of each, `-- 400 slow` also those of models in which hardly
//! anything happens in the year that a replication takes: there the beginning is a part of it that
//! counts, and the bar is not for them.
//!
//! - **M/M/1**, utilisation 0.8: 1 / (μ − λ).
//! - **M/M/3**, utilisation 0.8: 1 / μ + C / (3μ − λ), C by Erlang's formula of waiting.
//! - **Fork/join** of two M/M/1, utilisation 0.5: (12 − ρ) / 8 · 1 / (μ − λ) (Flatto and Hahn,
//!   SIAM Journal on Applied Mathematics 44, 1984).

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anabranch::model::*;
use anabranch::study::{Study, StudyControl, StudyOptions, simulate};

/// What a queue is made of.
#[derive(Clone, Copy)]
struct Queue {
    name: &'static str,
    people: u32,
    /// How many branches each item takes at once.
    branches: usize,
    utilisation: f64,
    /// Mean work, in minutes.
    work: f64,
}

const QUEUES: [Queue; 3] = [
    Queue {
        name: "M/M/1",
        people: 1,
        branches: 1,
        utilisation: 0.8,
        work: 40.0,
    },
    Queue {
        name: "M/M/3",
        people: 3,
        branches: 1,
        utilisation: 0.8,
        work: 120.0,
    },
    Queue {
        name: "Fork/join",
        people: 1,
        branches: 2,
        utilisation: 0.5,
        work: 30.0,
    },
];

impl Queue {
    /// Items in a minute.
    fn rate(self) -> f64 {
        self.utilisation * f64::from(self.people) / self.work
    }

    /// The true mean lead time in seconds.
    fn truth(self) -> f64 {
        let people = f64::from(self.people);
        let load = self.rate() * self.work;
        // Erlang B by its recursion, then C.
        let blocked = (1..=self.people).fold(1.0, |blocked, n| {
            load * blocked / (f64::from(n) + load * blocked)
        });
        let waits = blocked / (1.0 - self.utilisation * (1.0 - blocked));
        let queue = self.work + waits * self.work / (people * (1.0 - self.utilisation));
        let longest = if self.branches == 2 {
            (12.0 - self.utilisation) / 8.0
        } else {
            1.0
        };
        60.0 * queue * longest
    }

    fn model(self) -> Model {
        let mut model = Model {
            name: self.name.to_owned(),
            ..Model::default()
        };
        let mut stream = Stream::new(id("items"), "Items");
        stream.demands.push(Demand {
            id: id("demand"),
            class: None,
            arrivals: Arrivals::Every {
                gap: minutes(1.0 / self.rate()),
                batch: 1,
            },
            at: vec![id("begin")],
        });
        model.streams.push(stream);
        let stage = |name: &str, team: Option<TeamId>| {
            let mut stage = Stage::new(id(name), name);
            stage.stream = Some(id("items"));
            stage.team = team;
            if team.is_some() {
                stage.work = Some(minutes(self.work));
            }
            stage
        };
        let mut begin = stage("begin", None);
        begin.exit = Exit::TakeAll;
        model.stages.push(begin);
        let mut end = stage("end", None);
        end.entry = Entry::All;
        for branch in 0..self.branches {
            let name = format!("branch-{branch}");
            let mut team = Team::new(id(&name), name.as_str());
            team.people = self.people;
            model.stages.push(stage(&name, Some(team.id)));
            model.teams.push(team);
            for (from, to) in [("begin", name.as_str()), (name.as_str(), "end")] {
                let between = HandoffId::between(id(from), id(to));
                let mut handoff = Handoff::new(between, id(from), id(to));
                handoff.trigger = Trigger::Automatic(ElapsedTime::ZERO);
                model.handoffs.push(handoff);
            }
        }
        model.stages.push(end);
        model
    }
}

fn minutes<T: Time>(mean: f64) -> Distribution<T> {
    Distribution::Exponential {
        mean: T::from_millis((mean * 6e4).round() as u64),
    }
}

fn id<I: Id>(slug: &str) -> I {
    I::from_slug(Slug::new(slug).expect("a slug"))
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let count = arguments.iter().find_map(|one| one.parse().ok());
    let count: u64 = count.unwrap_or(400);
    let mut queues = QUEUES.to_vec();
    if arguments.iter().any(|one| one == "slow") {
        queues.extend(QUEUES.map(|queue| Queue {
            work: queue.work * 8.0,
            ..queue
        }));
    }
    say(
        "model      items/day  studies  covered of 100    truth   mean of means  half width  replications  seconds",
    );
    for queue in queues {
        tell(queue, count);
    }
}

fn tell(queue: Queue, count: u64) {
    let began = Instant::now();
    let studies = studies(&queue.model(), count);
    let truth = queue.truth();
    let (mut covered, mut means, mut widths, mut replications) = (0_u32, 0.0, 0.0, 0_u32);
    for study in &studies {
        let mean = study.mean_lead_time().expect("it settles");
        covered += u32::from(mean.low <= truth && truth <= mean.high);
        means += mean.value;
        widths += mean.half_width() / mean.value;
        replications += study.replications;
    }
    let n = studies.len() as f64;
    let (low, high) = wilson(f64::from(covered) / n, n);
    say(&format!(
        "{:<10} {:>9.0} {:>8}  {:>5.1} ({:.1}–{:.1}) {:>9.1} s {:>11.1} s {:>9.2} %  {:>12.1} {:>8.1}",
        queue.name,
        queue.rate() * 24.0 * 60.0,
        studies.len(),
        100.0 * f64::from(covered) / n,
        100.0 * low,
        100.0 * high,
        truth,
        means / n,
        100.0 * widths / n,
        f64::from(replications) / n,
        began.elapsed().as_secs_f64(),
    ));
}

/// Studies a model with the seeds 1 to `count`, on all cores, each on one.
fn studies(model: &Model, count: u64) -> Vec<Study> {
    let next = AtomicU64::new(1);
    let all = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > count {
                        return;
                    }
                    let options = StudyOptions {
                        seed: Some(seed),
                        threads: Some(NonZeroUsize::MIN),
                        ..StudyOptions::default()
                    };
                    let study = simulate(model, &options, &StudyControl::new(), &mut |_| {});
                    let study = study.expect("it can be run");
                    all.lock().expect("nobody panics").push(study);
                }
            });
        }
    });
    all.into_inner().expect("nobody panics")
}

/// Between what a share lies, with 95 %, that was found in n trials.
fn wilson(share: f64, n: f64) -> (f64, f64) {
    let z = 1.959_964;
    let middle = share + z * z / (2.0 * n);
    let half = z * ((share * (1.0 - share) + z * z / (4.0 * n)) / n).sqrt();
    let by = 1.0 + z * z / n;
    ((middle - half) / by, (middle + half) / by)
}

#[expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]
fn say(line: &str) {
    println!("{line}");
}
