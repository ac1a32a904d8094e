//! How soon after an edit there are numbers, and whether what is shown can be relied on.
//!
//! `cargo bench --no-default-features --bench first` edits the examples that settle, a drawing of 50
//! stages, and one of a thousand through which 140,000 items go in a year, each 100 times (the last
//! 20 times): another work time or delay somewhere, under another luck. For each edit it does
//! what the window does: finds the problems, then studies with the default rules and shows the
//! numbers that come on the way. It prints
//!
//! - the time from the edit to the first numbers with an interval, and to the last (the bar is
//!   100 ms for the first),
//! - in how many of 20 edits a number that was shown lay outside of the interval that was shown
//!   before it (the bar is 1),
//! - how much narrower the last interval was than the first.

use std::time::{Duration, Instant};

use anabranch::analysis::Estimate;
use anabranch::check::check;
use anabranch::model::*;
use anabranch::scene::{Fonts, missing_letters};
use anabranch::store;
use anabranch::study::{StudyControl, StudyOptions, simulate};

const EDITS: u64 = 100;
const BAR: Duration = Duration::from_millis(100);

const EXAMPLES: [(&str, &str); 5] = [
    (
        "content-approval",
        include_str!("../examples/content-approval.ron"),
    ),
    (
        "global-premiere",
        include_str!("../examples/global-premiere.ron"),
    ),
    (
        "model-deployment",
        include_str!("../examples/model-deployment.ron"),
    ),
    (
        "segment-complete",
        include_str!("../examples/segment-complete.ron"),
    ),
    (
        "true-crime-series",
        include_str!("../examples/true-crime-series.ron"),
    ),
];

fn main() {
    let edits = std::env::args().find_map(|argument| argument.parse().ok());
    let edits = edits.unwrap_or(EDITS);
    say(
        "model               edits  first: median, longest    last: median  shown  left of 20  narrower",
    );
    let fonts = Fonts::system();
    let mut all = Vec::new();
    for (name, text) in EXAMPLES {
        let model = store::read(text.as_bytes()).expect("it is a model").model;
        all.extend(tell(name, &model, edits, &fonts));
    }
    all.extend(tell("50 stages", &fifty(), edits, &fonts));
    let thousand = store::read(include_bytes!("models/m4.ron")).expect("it is a model");
    all.extend(tell("1,000 stages", &thousand.model, edits / 5, &fonts));
    row("all", &all);
}

/// What was shown after an edit.
struct Shown {
    first: Duration,
    last: Duration,
    /// The mean lead times, in order.
    means: Vec<Estimate>,
}

impl Shown {
    /// Whether a number lay outside of the interval that was shown before it.
    fn left(&self) -> bool {
        let mut pairs = self.means.windows(2);
        pairs.any(|pair| !(pair[0].low..=pair[0].high).contains(&pair[1].value))
    }
}

fn tell(name: &str, model: &Model, edits: u64, fonts: &Fonts) -> Vec<Shown> {
    let shown: Vec<Shown> = (0..edits)
        .filter_map(|edit| shown_after(&edited(model, edit), edit, fonts))
        .collect();
    row(name, &shown);
    shown
}

fn row(name: &str, shown: &[Shown]) {
    if shown.is_empty() {
        say(&format!("{name:<20} nothing was shown"));
        return;
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort_unstable();
        (times[times.len() / 2], times[times.len() - 1])
    };
    let (first, longest) = middle(shown.iter().map(|one| one.first).collect());
    let (last, _) = middle(shown.iter().map(|one| one.last).collect());
    let left = shown.iter().filter(|one| one.left()).count();
    let count = shown.len() as f64;
    let numbers: usize = shown.iter().map(|one| one.means.len()).sum();
    let narrower = |one: &Shown| {
        let (first, last) = (
            one.means[0].half_width(),
            one.means[one.means.len() - 1].half_width(),
        );
        if last > 0.0 { first / last } else { 1.0 }
    };
    let mut ratios: Vec<f64> = shown.iter().map(narrower).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    let left_of_20 = 20.0 * left as f64 / count;
    let mut verdict = String::new();
    if longest > BAR {
        let late = shown.iter().filter(|one| one.first > BAR).count();
        verdict += &format!("  {late} LATE");
    }
    if left_of_20 > 1.0 {
        verdict += "  LEFT TOO OFTEN";
    }
    say(&format!(
        "{name:<20} {:>4}  {:>9.1} ms, {:>6.1} ms  {:>8.1} ms  {:>5.1}  {left_of_20:>10.2}  {:>6.1} ×{verdict}",
        shown.len(),
        millis(first),
        millis(longest),
        millis(last),
        numbers as f64 / count,
        ratios[ratios.len() / 2],
    ));
}

/// Does what the window does after an edit; nothing when the model has errors or does not settle.
fn shown_after(model: &Model, seed: u64, fonts: &Fonts) -> Option<Shown> {
    let began = Instant::now();
    let mut problems = check(model);
    problems.extend(missing_letters(model, fonts));
    if problems.iter().any(Problem::is_error) {
        return None;
    }
    let options = StudyOptions {
        seed: Some(seed),
        ..StudyOptions::default()
    };
    let (mut first, mut means) = (None, Vec::new());
    let last = simulate(model, &options, &StudyControl::new(), &mut |progress| {
        let mean = (progress.studies).and_then(|studies| studies[0].mean_lead_time());
        // One replication has a number, but no interval yet.
        if let Some(mean) = mean.filter(|mean| mean.half_width().is_finite()) {
            first.get_or_insert_with(|| began.elapsed());
            means.push(mean);
        }
    });
    means.push(last.ok()?.mean_lead_time()?);
    let last = began.elapsed();
    Some(Shown {
        first: first.unwrap_or(last),
        last,
        means,
    })
}

/// The model with another work time or delay somewhere.
fn edited(model: &Model, edit: u64) -> Model {
    let mut model = model.clone();
    // A linear congruential generator (Knuth, MMIX).
    let mut state = edit;
    let mut below = |count: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % count
    };
    below(2);
    let factor = 0.8 + 0.3 * below(1_000) as f64 / 1_000.0;
    let stages: Vec<StageId> = model.stages.iter().map(|stage| stage.id).collect();
    let id = stages[below(stages.len())];
    let found = model
        .stages
        .find(id)
        .map(|stage| model.day_and_week_of(stage));
    if let (Some((day, week)), Some(stage)) = (found, model.stages.find_mut(id)) {
        stage.work = stage
            .work
            .as_ref()
            .map(|work| work.scaled(factor, day, week));
    }
    let handoffs: Vec<HandoffId> = model.handoffs.iter().map(|handoff| handoff.id).collect();
    if let Some(handoff) = model.handoffs.find_mut(handoffs[below(handoffs.len())])
        && let Trigger::Manual(delay) = &handoff.trigger
    {
        handoff.trigger = Trigger::Manual(delay.scaled(factor, Span::DAY, Span::WEEK));
    }
    model
}

/// A drawing of 50 stages: five branches of nine stages between fork and join, with offices and
/// rework; five titles a week.
fn fifty() -> Model {
    let mut model = Model {
        name: "Fifty".to_owned(),
        ..Model::default()
    };
    let mut office = Calendar::new(id("office"), "Office");
    office.hours = WeeklyHours::parse("Mon-Fri 09:00-17:00").expect("hours");
    model.calendars.push(office);
    for n in 0..10 {
        let mut team = Team::new(id(&format!("team-{n}")), format!("Team {n}"));
        team.calendar = Some(id("office"));
        team.people = 2;
        model.teams.push(team);
    }
    let mut stream = Stream::new(id("titles"), "Titles");
    stream.demands.push(Demand {
        id: id("demand"),
        class: None,
        arrivals: Arrivals::Every {
            gap: "exponential(1.4d)".parse().expect("a time"),
            batch: 1,
        },
        at: vec![id("stage-0")],
    });
    model.streams.push(stream);
    for n in 0..50 {
        let mut stage = Stage::new(id(&format!("stage-{n}")), format!("Stage {n}"));
        stage.stream = Some(id("titles"));
        stage.team = Some(id(&format!("team-{}", n % 10)));
        stage.work = Some("lognormal(2h, 1h)".parse().expect("a distribution"));
        stage.exit = if n == 1 {
            Exit::TakeAll
        } else {
            Exit::ChooseOne
        };
        stage.entry = if n == 47 { Entry::All } else { Entry::Any };
        model.stages.push(stage);
    }
    let mut handoff = |from: usize, to: usize, is_rework: bool| {
        let (from, to) = (id(&format!("stage-{from}")), id(&format!("stage-{to}")));
        let mut handoff = Handoff::new(HandoffId::between(from, to), from, to);
        handoff.trigger = Trigger::Manual("lognormal(4h, 2h)".parse().expect("a distribution"));
        if is_rework {
            handoff.kind = HandoffKind::Rework { at_most: None };
            handoff.share = Share::new(0.1);
        }
        model.handoffs.push(handoff);
    };
    handoff(0, 1, false);
    for branch in 0..5 {
        let stage = |n: usize| 2 + branch * 9 + n;
        handoff(1, stage(0), false);
        for n in 1..9 {
            handoff(stage(n - 1), stage(n), false);
        }
        handoff(stage(4), stage(3), true);
        handoff(stage(8), 47, false);
    }
    handoff(47, 48, false);
    handoff(48, 49, false);
    handoff(49, 47, true);
    model
}

fn id<I: Id>(slug: &str) -> I {
    I::from_slug(Slug::new(slug).expect("a slug"))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]
fn say(line: &str) {
    println!("{line}");
}
