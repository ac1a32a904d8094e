//! The engine: rules by hand-computed examples, and properties that hold in every run.

#![allow(clippy::unwrap_used, reason = "helpers of tests may")]

use std::collections::BTreeMap;

use anabranch::graph::Flow;
use anabranch::model::{
    Arrivals, Batch, Calendar, CalendarId, Class, ClassId, Demand, DemandId, Discipline,
    Distribution, ElapsedTime, Entry, Exit, Handoff, HandoffId, HandoffKind, Model, ReworkWork,
    Rhythm, Share, Span, Stage, StageId, Start, Stream, StreamId, Team, TeamId, Trigger,
    WeeklyHours, WorkTime, Zone, parse_date_time,
};
use anabranch::sim::{
    Control, ItemRecord, ItemRef, PassageRecord, Place, Plan, RunEnd, RunSummary, Segment, SimTime,
    Sink, Slice, VisitEnd, VisitRecord, Window, run,
};

/// Builds models in few words. Ids are the names given.
pub struct Build(pub Model);

impl Default for Build {
    fn default() -> Self {
        let mut model = Model::default();
        model.settings.start = Start {
            at: parse_date_time("2026-01-05").unwrap(),
            zone: Some(Zone::default()),
        };
        assert!(model.streams.push(Stream::new(stream("s"), "s")));
        Self(model)
    }
}

pub fn stream(id: &str) -> StreamId {
    StreamId::new(id).unwrap()
}

pub fn stage(id: &str) -> StageId {
    StageId::new(id).unwrap()
}

pub fn work(text: &str) -> Distribution<WorkTime> {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

pub fn elapsed(text: &str) -> Distribution<ElapsedTime> {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

impl Build {
    pub fn start(mut self, at: &str) -> Self {
        self.0.settings.start.at = parse_date_time(at).unwrap();
        self
    }

    pub fn calendar(mut self, id: &str, hours: &str, zone: &str) -> Self {
        let mut calendar = Calendar::new(CalendarId::new(id).unwrap(), id);
        calendar.hours = WeeklyHours::parse(hours).unwrap();
        calendar.zone = Zone::new(zone).unwrap();
        assert!(self.0.calendars.push(calendar));
        self
    }

    pub fn team(mut self, id: &str, people: u32, calendar: &str) -> Self {
        let mut team = Team::new(TeamId::new(id).unwrap(), id);
        team.people = people;
        team.calendar = (!calendar.is_empty()).then(|| CalendarId::new(calendar).unwrap());
        assert!(self.0.teams.push(team));
        self
    }

    /// Adds a stage; no team when its name is empty.
    pub fn stage(mut self, id: &str, team: &str, time: &str) -> Self {
        let mut added = Stage::new(stage(id), id);
        added.stream = Some(stream("s"));
        added.team = (!team.is_empty()).then(|| TeamId::new(team).unwrap());
        added.work = Some(work(time));
        assert!(self.0.stages.push(added));
        self
    }

    pub fn with(mut self, id: &str, change: impl FnOnce(&mut Stage)) -> Self {
        change(self.0.stages.find_mut(stage(id)).unwrap());
        self
    }

    pub fn join(self, id: &str) -> Self {
        self.with(id, |stage| stage.entry = Entry::All)
    }

    pub fn fork(self, id: &str) -> Self {
        self.with(id, |stage| stage.exit = Exit::TakeAll)
    }

    pub fn handoff(mut self, from: &str, to: &str, change: impl FnOnce(&mut Handoff)) -> Self {
        let mut id = format!("{from}--{to}");
        while self.0.handoffs.contains(HandoffId::new(&id).unwrap()) {
            id.push_str("-2");
        }
        let mut handoff = Handoff::new(HandoffId::new(&id).unwrap(), stage(from), stage(to));
        handoff.trigger = Trigger::Automatic(ElapsedTime::ZERO);
        change(&mut handoff);
        assert!(self.0.handoffs.push(handoff));
        self
    }

    /// Adds an automatic handoff without latency.
    pub fn on(self, from: &str, to: &str) -> Self {
        self.handoff(from, to, |_| {})
    }

    pub fn delay(self, from: &str, to: &str, delay: &str) -> Self {
        self.handoff(from, to, |handoff| {
            handoff.trigger = Trigger::Manual(elapsed(delay));
        })
    }

    pub fn share(self, from: &str, to: &str, share: f64) -> Self {
        self.handoff(from, to, |handoff| handoff.share = Share::new(share))
    }

    pub fn rework(self, from: &str, to: &str, share: f64, delay: &str) -> Self {
        self.handoff(from, to, |handoff| {
            handoff.kind = HandoffKind::Rework { at_most: None };
            handoff.share = Share::new(share);
            handoff.trigger = Trigger::Manual(elapsed(delay));
        })
    }

    pub fn feedback(self, from: &str, to: &str, share: f64, delay: &str) -> Self {
        self.handoff(from, to, |handoff| {
            handoff.kind = HandoffKind::Feedback;
            handoff.share = Share::new(share);
            handoff.trigger = Trigger::Manual(elapsed(delay));
        })
    }

    pub fn meeting(self, from: &str, to: &str, rhythm: &str) -> Self {
        self.handoff(from, to, |handoff| {
            handoff.trigger = Trigger::Scheduled {
                rhythm: Rhythm::parse(rhythm).unwrap(),
                zone: None,
                slots: None,
            };
        })
    }

    pub fn demand(mut self, arrivals: Arrivals, at: &[&str]) -> Self {
        let stream = self.0.streams.find_mut(stream("s")).unwrap();
        let id = format!("d{}", stream.demands.len());
        stream.demands.push(Demand {
            id: DemandId::new(&id).unwrap(),
            class: None,
            arrivals,
            at: at.iter().map(|&id| stage(id)).collect(),
        });
        self
    }

    pub fn every(self, gap: &str, at: &[&str]) -> Self {
        let gap = elapsed(gap);
        self.demand(Arrivals::Every { gap, batch: 1 }, at)
    }

    pub fn dates(self, dates: &[&str], at: &[&str]) -> Self {
        let dates = dates.iter().map(|date| parse_date_time(date).unwrap());
        self.demand(Arrivals::Dates(dates.collect()), at)
    }

    pub fn plan(&self) -> Plan {
        Plan::compile(&self.0, &Flow::of(&self.0)).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// Keeps every record.
#[derive(Default)]
pub struct Records {
    pub visits: Vec<VisitRecord>,
    pub passages: Vec<PassageRecord>,
    pub arrived: Vec<(ItemRef, SimTime)>,
    pub done: Vec<Done>,
}

/// An item that is done, with its path.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    pub item: ItemRef,
    pub arrived: SimTime,
    pub done: SimTime,
    pub path: Vec<Segment>,
}

impl Sink for Records {
    fn visit(&mut self, visit: &VisitRecord) {
        self.visits.push(*visit);
    }
    fn passage(&mut self, passage: &PassageRecord) {
        self.passages.push(*passage);
    }
    fn arrived(&mut self, item: ItemRef, at: SimTime) {
        self.arrived.push((item, at));
    }
    fn done(&mut self, item: &ItemRecord<'_>) {
        self.done.push(Done {
            item: item.item,
            arrived: item.arrived,
            done: item.done,
            path: item.path.to_vec(),
        });
    }
}

pub const MINUTE: u64 = 60_000;
pub const HOUR: u64 = 60 * MINUTE;
pub const DAY: u64 = 24 * HOUR;

pub fn window(warm_up: u64, horizon: u64) -> Window {
    Window {
        warm_up: SimTime(warm_up),
        horizon: SimTime(horizon),
    }
}

pub fn simulate(plan: &Plan, seed: u64, window: Window) -> (Records, RunSummary) {
    let mut records = Records::default();
    let summary = run(plan, seed, 0, window, &Control::new(), &mut records);
    (records, summary)
}

/// Runs a model whose demands are dates.
pub fn simulate_dates(build: &Build) -> (Records, RunSummary) {
    let plan = build.plan();
    assert!(plan.is_terminating());
    let (records, summary) = simulate(&plan, 1, window(0, 365 * DAY));
    assert_eq!(summary.end, RunEnd::Complete);
    (records, summary)
}

/// The visits as `stage ready-started-left`, in minutes, in the order of their records.
pub fn told(plan: &Plan, records: &Records) -> Vec<String> {
    let minutes = |at: SimTime| {
        assert_eq!(at.0 % MINUTE, 0);
        at.0 / MINUTE
    };
    let visits = records.visits.iter().map(|visit| {
        let end = match visit.end {
            VisitEnd::Left => "",
            VisitEnd::WithdrawnWaiting => " withdrawn waiting",
            VisitEnd::WithdrawnWorking => " withdrawn working",
        };
        let rework = if visit.is_rework { " rework" } else { "" };
        format!(
            "{}.{} {}-{}-{}{rework}{end}",
            visit.item.number,
            plan.stages()[visit.stage as usize].id,
            minutes(visit.ready),
            minutes(visit.started),
            minutes(visit.left),
        )
    });
    visits.collect()
}

/// Checks the visits of a model whose demands are dates.
pub fn check_visits(build: &Build, expected: &[&str]) -> (Records, RunSummary) {
    let (records, summary) = simulate_dates(build);
    assert_eq!(told(&build.plan(), &records), expected);
    (records, summary)
}

#[test]
fn one_queue_per_team_is_first_come_first_served() {
    let build = Build::default()
        .team("t", 1, "")
        .stage("a", "t", "30m")
        .stage("b", "t", "10m")
        .on("a", "b")
        .dates(&["2026-01-05 00:00", "2026-01-05 00:10"], &["a"]);
    check_visits(
        &build,
        &["0.a 0-0-30", "1.a 10-30-60", "0.b 30-60-70", "1.b 60-70-80"],
    );
}

#[test]
fn a_head_that_needs_more_people_is_not_overtaken() {
    let build = Build::default()
        .team("t", 2, "")
        .stage("a", "t", "30m")
        .stage("both", "t", "10m")
        .with("both", |stage| stage.crew = 2)
        .dates(&["2026-01-05 00:00", "2026-01-05 00:10"], &["a"])
        .dates(&["2026-01-05 00:05"], &["both"]);
    check_visits(&build, &["0.a 0-0-30", "1.both 5-30-40", "2.a 10-40-70"]);
}

#[test]
fn what_finishes_at_once_goes_on_behind_what_arrived() {
    let build = Build::default()
        .team("t", 1, "")
        .stage("a", "", "0")
        .stage("b", "t", "10m")
        .on("a", "b")
        .dates(&["2026-01-05 00:00"], &["a"])
        .dates(&["2026-01-05 00:00"], &["b"]);
    // Item 0 starts first, but what it goes on to comes after item 1, which arrived at b.
    check_visits(&build, &["0.a 0-0-0", "1.b 0-0-10", "0.b 0-10-20"]);
}

#[test]
fn a_finish_frees_people_before_an_arrival_looks_for_them() {
    let build = Build::default()
        .team("t", 1, "")
        .stage("a", "t", "10m")
        .dates(&["2026-01-05 00:00", "2026-01-05 00:10"], &["a"]);
    check_visits(&build, &["0.a 0-0-10", "1.a 10-10-20"]);
}

#[test]
fn work_pauses_when_the_team_closes_and_nothing_starts_at_closing() {
    let build = Build::default()
        .calendar("office", "Mon-Fri 09:00-17:00", "UTC")
        .team("t", 1, "office")
        .stage("a", "t", "2h")
        .dates(
            &["2026-01-05 15:00", "2026-01-05 16:00", "2026-01-05 17:00"],
            &["a"],
        );
    let at = |day: u64, hour: u64| (day * 24 + hour) * 60;
    let (records, summary) = check_visits(
        &build,
        &[
            &format!("0.a {}-{}-{}", at(0, 15), at(0, 15), at(0, 17)),
            &format!("1.a {}-{}-{}", at(0, 16), at(1, 9), at(1, 11)),
            &format!("2.a {}-{}-{}", at(0, 17), at(1, 11), at(1, 13)),
        ],
    );
    let second = records.visits[1];
    assert_eq!(second.slices[Slice::TeamWait], HOUR);
    assert_eq!(second.slices[Slice::Closed], 16 * HOUR);
    assert_eq!(second.closed_before, 16 * HOUR);
    assert_eq!(second.slices[Slice::Working], 2 * HOUR);
    // From Monday 15:00 to Tuesday 13:00: 2 + 4 hours open, all of them busy.
    assert_eq!(summary.teams[0].open, 6 * HOUR);
    assert_eq!(summary.teams[0].busy, 6 * HOUR);
    assert_eq!(summary.teams[0].queue, 17 * HOUR + 18 * HOUR);
    assert_eq!(summary.window, window(15 * HOUR, 37 * HOUR));
}

#[test]
fn people_stay_with_paused_work() {
    let build = Build::default()
        .calendar("office", "Mon-Fri 09:00-17:00", "UTC")
        .team("t", 1, "office")
        .stage("a", "t", "3h")
        .stage("b", "t", "1h")
        .dates(&["2026-01-09 15:00"], &["a"])
        .dates(&["2026-01-09 16:00"], &["b"]);
    let friday = 4 * 24;
    let monday = 7 * 24;
    let (records, _) = check_visits(
        &build,
        &[
            &format!("0.a {0}-{0}-{1}", (friday + 15) * 60, (monday + 10) * 60),
            &format!(
                "1.b {}-{}-{}",
                (friday + 16) * 60,
                (monday + 10) * 60,
                (monday + 11) * 60
            ),
        ],
    );
    assert_eq!(records.visits[0].slices[Slice::Closed], 64 * HOUR);
    assert_eq!(records.visits[0].closed_before, 0);
}

#[test]
fn classes_have_work_of_their_own() {
    let mut build = Build::default()
        .team("t", 1, "")
        .stage("a", "t", "30m")
        .with("a", |stage| {
            stage.class_work = vec![(ClassId::new("trailer").unwrap(), work("5m"))];
        })
        .dates(&["2026-01-05 00:00"], &["a"])
        .dates(&["2026-01-05 01:00"], &["a"]);
    let class = Class::new(ClassId::new("trailer").unwrap(), "Trailer");
    build.0.streams.find_mut(stream("s")).unwrap().demands[1].class = Some(class);
    check_visits(&build, &["0.a 0-0-30", "1.a 60-60-65"]);
}

#[test]
fn a_handoff_is_open_only_to_whom_it_says() {
    use anabranch::model::Only;
    let mut build = Build::default()
        .stage("a", "", "10m")
        .stage("b", "", "10m")
        .stage("c", "", "10m")
        .stage("d", "", "10m")
        .fork("a")
        .join("d")
        .on("a", "b")
        .on("a", "c")
        .on("b", "d")
        .on("c", "d")
        .dates(&["2026-01-05 00:00"], &["a"])
        .dates(&["2026-01-05 01:00"], &["a"]);
    let id = ClassId::new("dubbed").unwrap();
    build.0.streams.find_mut(stream("s")).unwrap().demands[1].class =
        Some(Class::new(id, "Dubbed"));
    for handoff in ["a--c", "c--d"] {
        let handoff = build.0.handoffs.find_mut(HandoffId::new(handoff).unwrap());
        handoff.unwrap().only = vec![Only::Class(id)];
    }
    // The join waits only for ways that are open to the item.
    check_visits(
        &build,
        &[
            "0.a 0-0-10",
            "0.b 10-10-20",
            "0.d 20-20-30",
            "1.a 60-60-70",
            "1.b 70-70-80",
            "1.c 70-70-80",
            "1.d 80-80-90",
        ],
    );
}

/// Runs with the first seed under which `count` is 1, so that chance plays an example.
pub fn with_luck(build: &Build, count: impl Fn(&Records, &Plan) -> usize) -> (Records, RunSummary) {
    let plan = build.plan();
    (1..200)
        .map(|seed| simulate(&plan, seed, window(0, 365 * DAY)))
        .find(|(records, _)| count(records, &plan) == 1)
        .expect("one of two hundred seeds gives the example")
}

fn count_kind(records: &Records, plan: &Plan, is_wanted: impl Fn(HandoffKind) -> bool) -> usize {
    let kinds = records.passages.iter();
    kinds
        .filter(|passage| is_wanted(plan.handoffs()[passage.handoff as usize].kind))
        .count()
}

/// Checks the visits of an item that goes back exactly once.
pub fn check_going_back(build: &Build, expected: &[&str]) -> Records {
    let plan = build.plan();
    let (records, summary) = with_luck(build, |records, plan| {
        count_kind(records, plan, |kind| {
            matches!(kind, HandoffKind::Rework { .. })
        })
    });
    assert_eq!(told(&plan, &records), expected);
    assert_eq!(summary.end, RunEnd::Complete);
    check_run(build, &plan, &records, &summary);
    records
}

/// a forks to b and c, which join in d.
fn fork_and_join(b_and_c: [&str; 2]) -> Build {
    Build::default()
        .team("ta", 1, "")
        .team("tb", 1, "")
        .team("tc", 1, "")
        .stage("a", "ta", "10m")
        .stage("b", "tb", b_and_c[0])
        .stage("c", "tc", b_and_c[1])
        .stage("d", "ta", "5m")
        .fork("a")
        .join("d")
        .on("a", "b")
        .on("b", "d")
        .on("c", "d")
}

#[test]
fn going_back_stops_work_built_on_it() {
    let build = fork_and_join(["20m", "60m"])
        .on("a", "c")
        .rework("b", "a", 0.5, "5m")
        .dates(&["2026-01-05"], &["a"]);
    let records = check_going_back(
        &build,
        &[
            "0.a 0-0-10",
            "0.b 10-10-30",
            "0.c 10-10-30 withdrawn working",
            "0.a 35-35-45 rework",
            "0.b 45-45-65 rework",
            // It never finished here before: its first pass.
            "0.c 45-45-105",
            "0.d 105-105-110",
        ],
    );
    assert_eq!(records.visits[2].work, 20 * MINUTE);
    let path: Vec<(u64, bool)> = records.done[0]
        .path
        .iter()
        .map(|piece| (piece.slices.total() / MINUTE, piece.is_rework))
        .collect();
    assert_eq!(
        path,
        [
            (10, false),
            (0, false),
            (20, false),
            (5, true),
            (10, true),
            // The way to c had been gone over before, though the visit was withdrawn.
            (0, true),
            (60, false),
            (0, false),
            (5, false),
        ]
    );
}

#[test]
fn going_back_takes_what_waits_out_of_the_queue() {
    let build = fork_and_join(["20m", "60m"])
        .on("a", "c")
        .stage("x", "tc", "90m")
        .rework("b", "a", 0.5, "5m")
        .dates(&["2026-01-05"], &["a"])
        .dates(&["2026-01-05"], &["x"]);
    check_going_back(
        &build,
        &[
            "0.a 0-0-10",
            "0.b 10-10-30",
            "0.c 10-30-30 withdrawn waiting",
            "0.a 35-35-45 rework",
            "0.b 45-45-65 rework",
            "1.x 0-0-90",
            "0.c 45-90-150",
            "0.d 150-150-155",
        ],
    );
}

#[test]
fn going_back_takes_back_what_is_on_its_way() {
    let build = fork_and_join(["20m", "60m"])
        .delay("a", "c", "1h")
        .rework("b", "a", 0.5, "5m")
        .dates(&["2026-01-05"], &["a"]);
    let records = check_going_back(
        &build,
        &[
            "0.a 0-0-10",
            "0.b 10-10-30",
            "0.a 35-35-45 rework",
            "0.b 45-45-65 rework",
            "0.c 105-105-165",
            "0.d 165-165-170",
        ],
    );
    let withdrawn: Vec<_> = records.passages.iter().filter(|p| p.is_withdrawn).collect();
    assert_eq!(withdrawn.len(), 1);
    assert_eq!(withdrawn[0].arrived, SimTime(30 * MINUTE));
}

#[test]
fn what_waits_at_a_join_from_elsewhere_stays() {
    let build = fork_and_join(["20m", "10m"])
        .on("a", "c")
        .rework("b", "b", 0.5, "5m")
        .dates(&["2026-01-05"], &["a"]);
    check_going_back(
        &build,
        &[
            "0.a 0-0-10",
            "0.c 10-10-20",
            "0.b 10-10-30",
            "0.b 35-35-55 rework",
            "0.d 55-55-60",
        ],
    );
}

#[test]
fn going_back_from_behind_a_join_redoes_one_branch() {
    let build = fork_and_join(["20m", "10m"])
        .on("a", "c")
        .rework("d", "b", 0.5, "0")
        .dates(&["2026-01-05"], &["a"]);
    check_going_back(
        &build,
        &[
            "0.a 0-0-10",
            "0.c 10-10-20",
            "0.b 10-10-30",
            "0.d 30-30-35",
            "0.b 35-35-55 rework",
            "0.d 55-55-60 rework",
        ],
    );
}

#[test]
fn feedback_starts_an_item_that_is_counted_apart() {
    let build = Build::default()
        .team("t", 1, "")
        .stage("a", "t", "10m")
        .stage("b", "", "60m")
        .stage("x", "t", "10m")
        .on("a", "b")
        .feedback("a", "x", 0.5, "5m")
        .dates(&["2026-01-05 00:00", "2026-01-05 00:01"], &["a"]);
    let plan = build.plan();
    let (records, summary) = with_luck(&build, |records, plan| {
        let who = records.visits.iter().find(|visit| visit.item.is_feedback);
        usize::from(who.is_some_and(|who| who.item.number_of_demand == 0))
            * count_kind(records, plan, |kind| kind == HandoffKind::Feedback)
    });
    assert_eq!(
        told(&plan, &records),
        [
            "0.a 0-0-10",
            "1.a 1-10-20",
            "2.x 15-20-30",
            "0.b 10-10-70",
            "1.b 20-20-80"
        ]
    );
    assert!(records.visits[2].item.is_feedback && !records.visits[2].item.is_measured);
    assert_eq!(
        (summary.feedback_items, summary.arrived, summary.done),
        (1, 2, 2)
    );
    assert_eq!(summary.wip[0], (70 + 79) * MINUTE);
    assert_eq!(summary.teams[0].busy, 30 * MINUTE);
    let feedback = records
        .done
        .iter()
        .find(|done| done.item.is_feedback)
        .unwrap();
    assert_eq!(
        (feedback.arrived.0, feedback.done.0),
        (15 * MINUTE, 30 * MINUTE)
    );
}

#[test]
fn a_join_that_is_never_complete_is_a_deadlock() {
    let build = Build::default()
        .stage("a", "", "10m")
        .stage("b", "", "10m")
        .stage("c", "", "10m")
        .stage("d", "", "10m")
        .join("d")
        .share("a", "b", 0.5)
        .share("a", "c", 0.5)
        .on("b", "d")
        .on("c", "d")
        .every("1h", &["a"]);
    let plan = build.plan();
    let (_, summary) = simulate(&plan, 1, window(0, DAY));
    assert_eq!(summary.end, RunEnd::Deadlocked(vec![3]));
    assert_eq!(summary.unfinished, summary.measured);
}

#[test]
fn a_team_that_never_opens_is_a_deadlock() {
    let build = Build::default()
        .calendar("never", "", "UTC")
        .team("t", 1, "never")
        .stage("a", "t", "10m")
        .every("1h", &["a"]);
    let (_, summary) = simulate(&build.plan(), 1, window(0, DAY));
    assert_eq!(summary.end, RunEnd::Deadlocked(vec![0]));
}

#[test]
fn a_run_that_cannot_keep_up_is_capped() {
    let build = Build::default()
        .team("t", 1, "")
        .stage("a", "t", "12h")
        .every("1h", &["a"]);
    let (_, summary) = simulate(&build.plan(), 1, window(0, 10 * DAY));
    assert_eq!(summary.end, RunEnd::Capped);
    assert_eq!(summary.at, SimTime(100 * DAY));
    assert!(summary.unfinished > 0);
    assert_eq!(summary.measured, summary.done + summary.unfinished);
}

#[test]
fn going_round_without_time_ends() {
    let build = Build::default()
        .stage("a", "", "0")
        .rework("a", "a", 1.0, "0")
        .every("1h", &["a"]);
    let (_, summary) = simulate(&build.plan(), 1, window(0, DAY));
    assert_eq!(summary.end, RunEnd::Capped);
}

#[test]
fn a_cancelled_run_ends_at_once() {
    let build = Build::default()
        .stage("a", "", "10m")
        .every("exponential(1m)", &["a"]);
    let control = Control::new();
    control.cancel();
    let window = window(0, 1_000 * DAY);
    let summary = run(&build.plan(), 1, 0, window, &control, &mut ());
    assert_eq!(summary.end, RunEnd::Cancelled);
    assert!(summary.events < 2_000 && control.events() == summary.events);
}

#[test]
fn measured_are_the_items_of_the_window_and_none_is_censored() {
    let build = Build::default()
        .team("t", 2, "")
        .stage("a", "t", "exponential(1h)")
        .every("exponential(40m)", &["a"]);
    let (warm_up, horizon) = (2 * DAY, 20 * DAY);
    let (records, summary) = simulate(&build.plan(), 3, window(warm_up, horizon));
    assert_eq!(summary.end, RunEnd::Complete);
    let inside = |at: SimTime| (warm_up..horizon).contains(&at.0);
    let measured = records.arrived.iter().filter(|(_, at)| inside(*at)).count();
    assert_eq!(summary.measured as usize, measured);
    assert_eq!((summary.done, summary.unfinished), (summary.measured, 0));
    for done in &records.done {
        assert_eq!(done.item.is_measured, inside(done.arrived));
    }
    // The time averages are those of the window, whoever was there.
    let (mut wip, mut done_in_window) = (0, 0);
    for (item, at) in &records.arrived {
        let done = records
            .done
            .iter()
            .find(|done| done.item.number == item.number);
        let end = done.map_or(u64::MAX, |done| done.done.0).min(horizon);
        wip += end.saturating_sub(at.0.max(warm_up));
        done_in_window += u64::from(done.is_some_and(|done| inside(done.done)));
    }
    assert_eq!(
        (summary.wip[0], summary.done_in_window),
        (wip, done_in_window)
    );
    assert_eq!(summary.teams[0].open, horizon - warm_up);
}

/// What happened, without places in the plan.
fn without_places(records: &Records) -> Vec<String> {
    let visits = records.visits.iter().map(|visit| {
        let times = (visit.ready, visit.started, visit.finished, visit.left);
        format!(
            "{:?} {times:?} {:?} {:?}",
            visit.item, visit.slices, visit.end
        )
    });
    let done = records
        .done
        .iter()
        .map(|done| format!("{:?} {:?}", done.item, done.done));
    visits.chain(done).collect()
}

#[test]
fn the_same_seed_gives_the_same_and_a_stranger_changes_nothing() {
    let build_of = |shape: u64| match shape {
        0..4 => random_model(shape),
        _ => rich_model(shape),
    };
    for shape in 0..12 {
        let build = build_of(shape);
        let (records, summary) = simulate(&build.plan(), 1, window(0, 365 * DAY));
        let (again, _) = simulate(&build.plan(), 1, window(0, 365 * DAY));
        assert_eq!(records.visits, again.visits);
        assert_eq!(records.passages, again.passages);
        assert_eq!(records.done, again.done);
        let (other, _) = simulate(&build.plan(), 2, window(0, 365 * DAY));
        assert_ne!(records.visits, other.visits);

        let mut wider = build_of(shape);
        let stranger = Stage::new(stage("stranger"), "Stranger");
        assert!(wider.0.stages.insert(0, stranger));
        assert!(
            wider
                .0
                .teams
                .insert(0, Team::new(TeamId::new("others").unwrap(), "Others"))
        );
        let (wider, summary_of_wider) = simulate(&wider.plan(), 1, window(0, 365 * DAY));
        assert_eq!(without_places(&records), without_places(&wider));
        assert_eq!(summary.teams[..], summary_of_wider.teams[1..]);
    }
}

#[test]
fn every_record_of_random_models_adds_up() {
    let (mut withdrawn, mut rework, mut joined) = (0, 0, 0);
    for shape in 0..60 {
        let build = random_model(shape);
        let (records, summary) = simulate_dates(&build);
        let plan = build.plan();
        check_run(&build, &plan, &records, &summary);
        withdrawn += records
            .visits
            .iter()
            .filter(|v| v.end != VisitEnd::Left)
            .count();
        rework += records.visits.iter().filter(|v| v.is_rework).count();
        joined += build
            .0
            .stages
            .iter()
            .filter(|s| s.entry == Entry::All)
            .count();
    }
    // The models are worth checking.
    assert!(withdrawn > 100, "{withdrawn}");
    assert!(rework > 1_000, "{rework}");
    assert!(joined > 20, "{joined}");
}

/// What makes a rich model worth checking, over all of them.
#[derive(Default, Debug)]
struct Seen {
    blocked: usize,
    batched: usize,
    copies: usize,
    setups: usize,
    doors: usize,
    deadlocks: usize,
    done: usize,
    wasted: usize,
}

#[test]
fn every_record_of_rich_models_adds_up() {
    let mut seen = Seen::default();
    for shape in 0..120 {
        let build = rich_model(shape);
        let plan = build.plan();
        let (records, summary) = simulate(&plan, 1, window(0, 365 * DAY));
        check_run(&build, &plan, &records, &summary);
        let count = |is_wanted: &dyn Fn(&VisitRecord) -> bool| {
            records
                .visits
                .iter()
                .filter(|visit| is_wanted(visit))
                .count()
        };
        seen.blocked += count(&|visit| visit.left > visit.finished);
        seen.batched += count(&|visit| visit.batch > 1);
        seen.copies += count(&|visit| visit.copy > 0);
        seen.setups += count(&|visit| visit.setup > 0);
        seen.wasted += count(&|visit| visit.end == VisitEnd::WithdrawnWorking);
        seen.doors += (records.done.iter())
            .filter(|done| done.path[0].place == Place::Door)
            .count();
        seen.deadlocks += usize::from(summary.end != RunEnd::Complete);
        seen.done += records.done.len();
    }
    println!("{seen:?}");
    let least = [
        seen.blocked,
        seen.batched,
        seen.copies,
        seen.setups,
        seen.doors,
        seen.wasted,
    ];
    assert!(least.into_iter().all(|count| count > 100), "{seen:?}");
    assert!(seen.deadlocks < 30, "{seen:?}");
}

/// Items of generated models that are checked, record by record; `ANABRANCH_ITEMS` asks for more.
const ITEMS: usize = 100_000;

#[test]
fn a_hundred_thousand_items_of_generated_models_add_up() {
    let wanted = std::env::var("ANABRANCH_ITEMS").ok();
    let wanted = wanted.map_or(ITEMS, |items| items.parse().expect("a number of items"));
    let mut checked = 0;
    // Other shapes than those above, under other luck.
    for shape in 1_000.. {
        let build = rich_model(shape);
        let plan = build.plan();
        let (records, summary) = simulate(&plan, shape, window(0, 365 * DAY));
        println!("shape {shape}, {checked} items before it");
        check_run(&build, &plan, &records, &summary);
        checked += records.done.len();
        if checked >= wanted {
            break;
        }
    }
}

/// Makes models out of nested pieces: one after another, side by side, or by choice.
struct Shaper {
    state: u64,
    build: Build,
    stages: u32,
    /// Whether it uses everything that the engine can do, or only what is plain.
    is_rich: bool,
}

impl Shaper {
    fn roll(&mut self, sides: u64) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % sides
    }

    fn change(&mut self, change: impl FnOnce(Build) -> Build) {
        self.build = change(std::mem::take(&mut self.build));
    }

    fn stage(&mut self) -> String {
        let id = format!("s{}", self.stages);
        self.stages += 1;
        let team = ["", "one", "office", "night"][self.roll(4) as usize];
        let time = [
            "exponential(1h)",
            "uniform(0, 2h)",
            "lognormal(1h, 2h)",
            "triangular(10m, 1h, 3h)",
        ][self.roll(4) as usize];
        let crew = 1 + self.roll(2) as u32 * u32::from(team == "office");
        self.change(|build| {
            build
                .stage(&id, team, time)
                .with(&id, |stage| stage.crew = crew)
        });
        if self.is_rich {
            self.enrich(&id);
        }
        id
    }

    /// Gives a stage some of copies, batch, setup, limit, availability, cheaper rework, priority.
    fn enrich(&mut self, id: &str) {
        let rolls: Vec<u64> = (0..8).map(|_| self.roll(12)).collect();
        self.change(|build| {
            build.with(id, |stage| {
                match rolls[0] {
                    0 | 1 => {
                        stage.copies = 2 + rolls[1] as u32 % 3;
                        stage.enough = (rolls[1] > 5).then_some(stage.copies - 1);
                    }
                    2 | 3 => {
                        stage.batch = Some(Batch {
                            size: 2 + rolls[1] as u32 % 2,
                            longest_wait: (rolls[1] > 5)
                                .then(|| ElapsedTime(Span(rolls[1] * HOUR))),
                        });
                    }
                    _ => {}
                }
                stage.setup = (rolls[2] < 4).then(|| work("uniform(1m, 20m)"));
                stage.limit = (rolls[3] < 3).then_some(3 + rolls[3] as u32);
                stage.availability = Share::new(0.8).filter(|_| rolls[4] < 4);
                stage.rework_work = match rolls[5] {
                    0..3 => Some(ReworkWork::Factor(0.3)),
                    3..6 => Some(ReworkWork::Work(work("exponential(20m)"))),
                    _ => None,
                };
                stage.priority = rolls[6] as i32 % 3;
                if rolls[7] < 4 {
                    let class = ClassId::new("special").unwrap();
                    stage.class_work = vec![(class, work("exponential(30m)"))];
                }
            })
        });
    }

    fn link(&mut self, from: &str, to: &str) {
        let kind = self.roll(if self.is_rich { 5 } else { 4 });
        self.change(|build| match kind {
            4 => build.handoff(from, to, |handoff| {
                handoff.trigger = Trigger::Scheduled {
                    rhythm: Rhythm::parse("every 2h").unwrap(),
                    zone: None,
                    slots: Some(2),
                };
            }),
            0 => build.on(from, to),
            1 => build.delay(from, to, "exponential(3h)"),
            2 => build.delay(from, to, "pert(5m, 20m, 2h)"),
            _ => build.meeting(from, to, "every Mon-Fri 10:00, 15:00"),
        });
    }

    fn piece(&mut self, depth: u32) -> (String, String) {
        let kind = if depth == 0 { 0 } else { self.roll(5) };
        let (first, last) = match kind {
            0 => {
                let stage = self.stage();
                (stage.clone(), stage)
            }
            1 | 2 => {
                let (first, middle) = self.piece(depth - 1);
                let (on, last) = self.piece(depth - 1);
                self.link(&middle, &on);
                (first, last)
            }
            _ => {
                let (first, last) = (self.stage(), self.stage());
                if kind == 3 {
                    self.change(|build| {
                        (build.fork(&first).join(&last)).with(&last, |stage| stage.limit = None)
                    });
                }
                for _ in 0..2 + self.roll(2) {
                    let (on, end) = self.piece(depth - 1);
                    self.link(&first, &on);
                    self.link(&end, &last);
                    if self.roll(3) == 0 {
                        self.change(|build| build.rework(&end, &first, 0.15, "exponential(1h)"));
                    }
                }
                (first, last)
            }
        };
        if self.roll(4) == 0 {
            self.change(|build| build.rework(&last, &first, 0.15, "uniform(1m, 3h)"));
            if self.is_rich {
                let handoff = self.build.0.handoffs.iter().last().unwrap().id;
                let handoff = self.build.0.handoffs.find_mut(handoff).unwrap();
                handoff.kind = HandoffKind::Rework { at_most: Some(1) };
            }
        }
        (first, last)
    }
}

/// Makes a model of what is plain.
pub fn random_model(shape: u64) -> Build {
    shaped(shape, false)
}

/// Makes a model of everything that the engine can do.
fn rich_model(shape: u64) -> Build {
    let mut build = shaped(shape, true);
    for (team, discipline) in [
        ("one", Discipline::Priority),
        ("night", Discipline::ShortestWork),
    ] {
        let team = build.0.teams.find_mut(TeamId::new(team).unwrap()).unwrap();
        team.discipline = discipline;
    }
    let stream = build.0.streams.find_mut(stream("s")).unwrap();
    stream.wip_limit = shape.is_multiple_of(3).then_some(6);
    let mut special = stream.demands[0].clone();
    special.id = DemandId::new("special").unwrap();
    let mut class = Class::new(ClassId::new("special").unwrap(), "Special");
    class.priority = Some(-1);
    special.class = Some(class);
    stream.demands.push(special);
    build
}

fn shaped(shape: u64, is_rich: bool) -> Build {
    let mut shaper = Shaper {
        state: shape.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 77,
        build: Build::default()
            .calendar(
                "office",
                "Mon-Thu 09:00-12:30, 13:30-17:00; Fri 09:00-14:00",
                "Europe/Berlin",
            )
            .calendar(
                "night",
                "Mon-Thu 22:00-06:00; Sat 10:00-24:00",
                "America/Los_Angeles",
            )
            .team("one", 1, "")
            .team("office", 3, "office")
            .team("night", 2, "night")
            // Daylight saving begins on 8 March in America and on 29 March in Europe.
            .start("2026-03-02"),
        stages: 0,
        is_rich,
    };
    let (first, last) = shaper.piece(3);
    let dates: Vec<String> = (0..40)
        .map(|n| {
            format!(
                "2026-03-{:02} {:02}:{:02}",
                2 + n / 2,
                shaper.roll(24),
                shaper.roll(60)
            )
        })
        .collect();
    let dates: Vec<&str> = dates.iter().map(String::as_str).collect();
    shaper.build = shaper.build.dates(&dates, &[&first]);
    if shaper.roll(2) == 0 {
        shaper.build = shaper.build.feedback(&last, &first, 0.2, "exponential(5h)");
    }
    shaper.build
}

/// Open milliseconds of a stage's team between two instants, reckoned from its calendar day by day.
fn open_between(model: &Model, place: u32, from: SimTime, to: SimTime) -> u64 {
    let Some(calendar) = model.calendar_of(model.stages.at(place as usize).unwrap()) else {
        return to.0 - from.0;
    };
    let zone = calendar.zone.time_zone();
    let start = model
        .settings
        .start
        .at
        .to_zoned(model.start_zone().time_zone())
        .unwrap();
    let zero = start.timestamp().as_millisecond();
    let instant = |local: jiff::civil::DateTime| {
        local
            .to_zoned(zone.clone())
            .unwrap()
            .timestamp()
            .as_millisecond()
            - zero
    };
    let first = start.with_time_zone(zone.clone()).date();
    let mut open = 0;
    // Days before, for the night that reaches in and for other zones; well past the end.
    let days = (from.0 / DAY).saturating_sub(2)..to.0 / DAY + 3;
    for day in days {
        let date = first
            .checked_add(jiff::ToSpan::days(day as i64 - 1))
            .unwrap();
        for span in calendar.hours.on(anabranch::model::Weekday::of(date)) {
            let at = |minutes: u16| {
                let date = date
                    .checked_add(jiff::ToSpan::days(i64::from(minutes / 1440)))
                    .unwrap();
                instant(date.at((minutes % 1440 / 60) as i8, (minutes % 60) as i8, 0, 0))
            };
            let end = span.to.minutes() + if span.crosses_midnight() { 1440 } else { 0 };
            let begin = at(span.from.minutes()).max(from.0 as i64);
            let end = at(end).min(to.0 as i64);
            open += (end - begin).max(0) as u64;
        }
    }
    open
}

/// Checks everything that holds in every run: each item's path and slices reckoned again from the
/// records, teams within their hours and size, and the integrals of the summary.
fn check_run(build: &Build, plan: &Plan, records: &Records, summary: &RunSummary) {
    let model = &build.0;
    let mut by_item: BTreeMap<u32, (Vec<&VisitRecord>, Vec<&PassageRecord>)> = BTreeMap::new();
    for visit in &records.visits {
        check_visit(model, visit);
        by_item.entry(visit.item.number).or_default().0.push(visit);
    }
    for passage in &records.passages {
        by_item
            .entry(passage.item.number)
            .or_default()
            .1
            .push(passage);
    }
    for done in &records.done {
        let (visits, passages) = &by_item[&done.item.number];
        check_path(plan, done, visits, passages);
        check_presence(plan, done, visits, passages);
    }
    check_count(records, summary);
    let demanded = records.done.iter().filter(|done| !done.item.is_feedback);
    let lead_times: u64 = demanded
        .clone()
        .map(|done| done.done.since(done.arrived))
        .sum();
    let is_complete = summary.end == RunEnd::Complete;
    if is_complete {
        assert_eq!(summary.wip.iter().sum::<u64>(), lead_times);
        assert_eq!(summary.arrived as usize, demanded.count());
    }
    assert_eq!(summary.arrived - summary.done, summary.unfinished);
    let has_feedback = records.arrived.iter().any(|(item, _)| item.is_feedback);
    for (place, team) in plan.teams().iter().enumerate() {
        let own: Vec<&VisitRecord> = records
            .visits
            .iter()
            .filter(|visit| plan.stages()[visit.stage as usize].team == Some(place as u32))
            .collect();
        // People at work or held by what is blocked, by instant: those who leave before those who
        // come. What a batch needs is shared by its members: 12 is a multiple of their number.
        let mut changes: Vec<(u64, i64)> = Vec::new();
        let crew = |visit: &VisitRecord| i64::from(visit.crew * 12 / visit.batch);
        for visit in own
            .iter()
            .filter(|visit| visit.end != VisitEnd::WithdrawnWaiting)
        {
            changes.push((visit.started.0, crew(visit)));
            changes.push((visit.left.0, -crew(visit)));
        }
        changes.sort_unstable();
        let mut at_work = 0;
        for (_, change) in changes {
            at_work += change;
            assert!(at_work <= 12 * i64::from(team.people), "{at_work}");
        }
        let totals = summary.teams[place];
        assert!(totals.busy + totals.blocked <= totals.open * u64::from(team.people));
        if !has_feedback && is_complete {
            let busy: u64 = own
                .iter()
                .map(|visit| visit.work * crew(visit) as u64)
                .sum();
            // Who is withdrawn from a batch at work leaves the rest of the work to nobody.
            let is_shared_for_ever = own
                .iter()
                .any(|visit| visit.batch > 1 && visit.end == VisitEnd::WithdrawnWorking);
            if is_shared_for_ever {
                assert!(busy <= 12 * totals.busy);
            } else {
                assert_eq!(busy, 12 * totals.busy);
            }
            let has_batch = |visit: &&&VisitRecord| {
                let stage = model.stages.at(visit.stage as usize).unwrap();
                stage.batch.is_some()
            };
            if own.iter().find(has_batch).is_none() {
                let queue: u64 = own
                    .iter()
                    .map(|visit| visit.started.since(visit.queued))
                    .sum();
                assert_eq!(totals.queue, queue);
            }
        }
    }
}

/// Checks that at any moment as many items are inside as came in and have not gone out: nobody goes
/// out who did not come in before, or twice, and who came in and did not go out is left at the end.
fn check_count(records: &Records, summary: &RunSummary) {
    let mut inside: BTreeMap<u32, SimTime> = BTreeMap::new();
    for &(item, at) in &records.arrived {
        assert_eq!(inside.insert(item.number, at), None, "{item:?} came twice");
    }
    for done in &records.done {
        let came = inside.remove(&done.item.number);
        assert_eq!(came, Some(done.arrived), "{:?} went out", done.item);
        assert!(done.done >= done.arrived);
    }
    let feedback = |item: &ItemRef| item.is_feedback;
    let came = (records.arrived.iter()).filter(|(item, _)| !feedback(item));
    let went = records.done.iter().filter(|done| !feedback(&done.item));
    let left = came.count() - went.count();
    assert_eq!(summary.arrived - summary.done, left as u64);
}

/// Checks that from its arrival until it is done an item is always somewhere: at a stage, on a
/// handoff or at the door; and nowhere before or after.
fn check_presence(plan: &Plan, done: &Done, visits: &[&VisitRecord], passages: &[&PassageRecord]) {
    let is_feedback = |handoff: u32| {
        let kind = plan.handoffs()[handoff as usize].kind;
        kind == HandoffKind::Feedback
    };
    let mut present: Vec<(SimTime, SimTime)> = Vec::new();
    for visit in visits {
        let is_first = visit.came_over.is_none_or(is_feedback);
        let since = if is_first { done.arrived } else { visit.ready };
        present.push((since, visit.left));
    }
    // A feedback handoff is gone over before the item that it starts is there.
    let own = passages
        .iter()
        .filter(|passage| !is_feedback(passage.handoff));
    present.extend(own.map(|passage| (passage.set_out, passage.arrived)));
    present.sort_unstable();
    let mut until = done.arrived;
    for (from, to) in present {
        assert!(from >= done.arrived && to <= done.done, "{:?}", done.item);
        assert!(from <= until, "{:?} is nowhere at {until:?}", done.item);
        until = until.max(to);
    }
    assert_eq!(until, done.done, "{:?}", done.item);
}

fn check_visit(model: &Model, visit: &VisitRecord) {
    let open = |from, to| open_between(model, visit.stage, from, to);
    let has_team = model
        .stages
        .at(visit.stage as usize)
        .unwrap()
        .team
        .is_some();
    let waited = visit.started.since(visit.queued);
    let worked = visit.finished.since(visit.started);
    let (open_waiting, open_working) = if has_team {
        (
            open(visit.queued, visit.started),
            open(visit.started, visit.finished),
        )
    } else {
        (0, worked)
    };
    assert_eq!(visit.slices[Slice::TeamWait], open_waiting, "{visit:?}");
    assert_eq!(visit.slices[Slice::Working], open_working, "{visit:?}");
    assert_eq!(
        visit.slices[Slice::Batching],
        visit.queued.since(visit.ready)
    );
    assert_eq!(
        visit.slices[Slice::Blocked],
        visit.left.since(visit.finished)
    );
    assert_eq!(visit.closed_before, waited - open_waiting);
    assert_eq!(
        visit.slices[Slice::Closed],
        waited - open_waiting + worked - open_working
    );
    assert_eq!(visit.slices.total(), visit.left.since(visit.ready));
    assert_eq!(visit.work, open_working);
    if has_team && visit.end == VisitEnd::Left {
        // It starts in opening hours, and ends in them or as they end.
        assert_eq!(open(visit.started, SimTime(visit.started.0 + 1)), 1);
        if visit.work > 0 {
            assert_eq!(open(SimTime(visit.finished.0 - 1), visit.finished), 1);
        }
    }
}

/// Follows an item back from its end, by its records alone, and compares with its path.
fn check_path(plan: &Plan, done: &Done, visits: &[&VisitRecord], passages: &[&PassageRecord]) {
    let left: Vec<_> = visits
        .iter()
        .filter(|visit| visit.end == VisitEnd::Left)
        .collect();
    let kept: Vec<_> = passages
        .iter()
        .filter(|passage| !passage.is_withdrawn)
        .collect();
    let mut path = Vec::new();
    let mut visit = **left.last().unwrap();
    assert_eq!(visit.left, done.done);
    loop {
        // A visit is over when its last copy leaves; one that was withdrawn before is none.
        let ended = |other: &VisitRecord| {
            let copies = visits.iter();
            copies
                .filter(|copy| copy.stage == other.stage && copy.pass == other.pass)
                .all(|copy| copy.left <= other.left)
        };
        let was_here = left
            .iter()
            .any(|other| other.stage == visit.stage && other.pass < visit.pass && ended(other));
        assert_eq!(visit.is_rework, was_here, "{visit:?}");
        path.push(Segment {
            place: Place::Stage(visit.stage),
            is_rework: visit.is_rework,
            from: visit.ready,
            slices: visit.slices,
            closed_before: visit.closed_before,
            is_across_teams: visit.came_over.is_some_and(|handoff| {
                let handoff = &plan.handoffs()[handoff as usize];
                let team = |stage: u32| plan.stages()[stage as usize].team;
                team(handoff.from) != team(handoff.to)
            }),
        });
        let door = visit.ready.since(done.arrived);
        let came_in = match visit.came_over {
            None => true,
            Some(handoff) => plan.handoffs()[handoff as usize].kind == HandoffKind::Feedback,
        };
        if came_in && door > 0 {
            let mut slices = anabranch::sim::Slices::default();
            slices[Slice::Blocked] = door;
            path.push(Segment {
                place: Place::Door,
                is_rework: false,
                from: done.arrived,
                slices,
                closed_before: 0,
                is_across_teams: false,
            });
        }
        let Some(handoff) = visit.came_over.filter(|_| !came_in) else {
            break;
        };
        let way = &plan.handoffs()[handoff as usize];
        let passage = kept
            .iter()
            .rfind(|passage| passage.handoff == handoff && passage.arrived == visit.ready)
            .unwrap();
        let went_before = kept.iter().any(|other| {
            other.handoff == handoff && other.arrived <= passage.set_out && other != passage
        });
        let goes_back = matches!(way.kind, HandoffKind::Rework { .. });
        assert_eq!(passage.is_rework, goes_back || went_before, "{passage:?}");
        let mut slices = anabranch::sim::Slices::default();
        slices[Slice::Handoff] = passage.arrived.since(passage.set_out);
        path.push(Segment {
            place: Place::Handoff(handoff),
            is_rework: passage.is_rework,
            from: passage.set_out,
            slices,
            closed_before: 0,
            is_across_teams: false,
        });
        let sender = left
            .iter()
            .rfind(|visit| visit.stage == way.from && visit.left == passage.set_out);
        visit = **sender.unwrap();
    }
    path.reverse();
    assert_eq!(done.path, path);
    assert_eq!(path[0].from, done.arrived);
    let total: u64 = path.iter().map(|piece| piece.slices.total()).sum();
    assert_eq!(total, done.done.since(done.arrived));
}
