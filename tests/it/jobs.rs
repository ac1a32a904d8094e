//! The engine's jobs, by hand-computed examples: disciplines, copies, batches, setup, and what later
//! passes take.

use anabranch::model::{
    Batch, Class, ClassId, Discipline, ElapsedTime, HandoffId, HandoffKind, ReworkWork, Rhythm,
    Share, Span, TeamId, Trigger,
};
use anabranch::sim::{RunEnd, Slice, VisitEnd};

use crate::engine::{
    Build, HOUR, MINUTE, check_going_back, check_visits, simulate_dates, stream, told, with_luck,
    work,
};

impl Build {
    fn discipline(mut self, team: &str, discipline: Discipline) -> Self {
        let team = self.0.teams.find_mut(TeamId::new(team).unwrap()).unwrap();
        team.discipline = discipline;
        self
    }

    /// Gives the last demand a class of this priority.
    fn class(mut self, id: &str, priority: i32) -> Self {
        let stream = self.0.streams.find_mut(stream("s")).unwrap();
        let mut class = Class::new(ClassId::new(id).unwrap(), id);
        class.priority = Some(priority);
        stream.demands.last_mut().unwrap().class = Some(class);
        self
    }

    fn copies(self, stage: &str, copies: u32, enough: Option<u32>) -> Self {
        self.with(stage, |stage| {
            stage.copies = copies;
            stage.enough = enough;
        })
    }

    fn batch(self, stage: &str, size: u32, longest_wait: Option<u64>) -> Self {
        self.with(stage, |stage| {
            stage.batch = Some(Batch {
                size,
                longest_wait: longest_wait.map(|minutes| ElapsedTime(Span(minutes * MINUTE))),
            });
        })
    }

    fn setup(self, stage: &str, time: &str) -> Self {
        self.with(stage, |stage| stage.setup = Some(work(time)))
    }
}

#[test]
fn the_least_priority_goes_first_of_the_item_then_of_the_stage() {
    let build = Build::default()
        .team("t", 1, "")
        .discipline("t", Discipline::Priority)
        .stage("a", "t", "10m")
        .stage("b", "t", "10m")
        .with("b", |stage| stage.priority = -1)
        .dates(
            &["2026-01-05 00:00", "2026-01-05 00:01", "2026-01-05 00:02"],
            &["a"],
        )
        .dates(&["2026-01-05 00:03"], &["b"])
        .dates(&["2026-01-05 00:04"], &["a"])
        .class("urgent", -5);
    // The urgent one, then b (the stage's priority), then first come.
    check_visits(
        &build,
        &[
            "0.a 0-0-10",
            "4.a 4-10-20",
            "3.b 3-20-30",
            "1.a 1-30-40",
            "2.a 2-40-50",
        ],
    );
}

#[test]
fn the_shortest_work_goes_first_then_who_came_first() {
    let build = Build::default()
        .team("t", 1, "")
        .discipline("t", Discipline::ShortestWork)
        .stage("a", "t", "10m")
        .stage("long", "t", "20m")
        .stage("short", "t", "5m")
        .dates(&["2026-01-05 00:00", "2026-01-05 00:02"], &["a"])
        .dates(&["2026-01-05 00:01", "2026-01-05 00:04"], &["long"])
        .dates(&["2026-01-05 00:03"], &["short"]);
    check_visits(
        &build,
        &[
            "0.a 0-0-10",
            "3.short 3-10-15",
            "2.a 2-15-25",
            "1.long 1-25-45",
            "4.long 4-45-65",
        ],
    );
}

#[test]
fn what_is_withdrawn_leaves_a_queue_by_priority() {
    // As in a queue that is first come, first served; the heap must keep its order without it.
    let build = Build::default()
        .team("ta", 1, "")
        .team("t", 1, "")
        .discipline("t", Discipline::Priority)
        .stage("a", "ta", "10m")
        .stage("b", "ta", "5m")
        .stage("c", "t", "10m")
        .stage("blocker", "t", "60m")
        .stage("d", "ta", "5m")
        .fork("a")
        .join("d")
        .on("a", "b")
        .on("a", "c")
        .on("b", "d")
        .on("c", "d")
        .rework("b", "a", 0.5, "0")
        .dates(&["2026-01-05 00:00"], &["a"])
        .dates(&["2026-01-05 00:00"], &["blocker"]);
    let records = check_going_back(
        &build,
        &[
            "0.a 0-0-10",
            "0.b 10-10-15",
            "0.c 10-15-15 withdrawn waiting",
            "0.a 15-15-25 rework",
            "0.b 25-25-30 rework",
            "1.blocker 0-0-60",
            // Its only visit there so far was withdrawn, so this is not rework.
            "0.c 25-60-70",
            "0.d 70-70-75",
        ],
    );
    assert_eq!(records.done.len(), 2);
}

#[test]
fn each_copy_queues_and_works_on_its_own_and_the_last_ends_the_visit() {
    let build = Build::default()
        .team("t", 2, "")
        .stage("a", "t", "10m")
        .copies("a", 3, None)
        .stage("b", "", "5m")
        .on("a", "b")
        .dates(&["2026-01-05 00:00"], &["a"]);
    let (records, summary) = simulate_dates(&build);
    // Records come when the visit ends.
    assert_eq!(
        told(&build.plan(), &records),
        ["0.a 0-0-10", "0.a 0-0-10", "0.a 0-10-20", "0.b 20-20-25"]
    );
    let copies: Vec<u32> = records.visits.iter().map(|visit| visit.copy).collect();
    assert_eq!(copies, [0, 1, 2, 0]);
    let path = &records.done[0].path;
    assert_eq!(path[0].slices[Slice::TeamWait], 10 * MINUTE);
    assert_eq!(path[0].slices[Slice::Working], 10 * MINUTE);
    assert_eq!(summary.teams[0].busy, 30 * MINUTE);
    assert_eq!(summary.teams[0].queue, 10 * MINUTE);
    assert_eq!(summary.stages[0].inside, 20 * MINUTE);
    // Three copies and one more stage; what goes on at once is no event.
    assert_eq!(summary.events, 4);
}

#[test]
fn when_enough_copies_are_done_the_others_are_withdrawn() {
    let build = Build::default()
        .team("t", 2, "")
        .stage("a", "t", "10m")
        .copies("a", 4, Some(2))
        .dates(&["2026-01-05 00:00", "2026-01-05 00:01"], &["a"]);
    let (records, _) = simulate_dates(&build);
    // The first visit's copies 0 and 1 end together; 2 and 3 still wait.
    assert_eq!(
        told(&build.plan(), &records),
        [
            "0.a 0-0-10",
            "0.a 0-10-10 withdrawn waiting",
            "0.a 0-10-10 withdrawn waiting",
            "0.a 0-0-10",
            "1.a 1-10-20",
            "1.a 1-20-20 withdrawn waiting",
            "1.a 1-20-20 withdrawn waiting",
            "1.a 1-10-20",
        ]
    );
    let enough = Build::default()
        .stage("a", "", "uniform(10m, 30m)")
        .copies("a", 5, Some(1))
        .dates(&["2026-01-05 00:00"], &["a"]);
    let (records, _) = simulate_dates(&enough);
    let of = |end| records.visits.iter().filter(|v| v.end == end).count();
    assert_eq!((of(VisitEnd::Left), of(VisitEnd::WithdrawnWorking)), (1, 4));
    // Each copy draws its own work: the quickest of five is quicker than the mean.
    let done = records.done[0].done.0;
    assert!(done < 20 * MINUTE, "{done}");
    assert!(records.visits.iter().all(|visit| visit.work == done));
}

#[test]
fn a_batch_starts_when_it_is_complete_and_its_members_go_on_alone() {
    let build = Build::default()
        .team("t", 1, "")
        .stage("a", "t", "10m")
        .batch("a", 2, None)
        .stage("b", "t", "1m")
        .on("a", "b")
        .dates(
            &["2026-01-05 00:00", "2026-01-05 00:05", "2026-01-05 00:07"],
            &["a"],
        );
    // The third waits for ever, so it starts alone when nothing else can happen.
    let (records, summary) = check_visits(
        &build,
        &[
            "0.a 0-5-15",
            "1.a 5-5-15",
            "0.b 15-15-16",
            "1.b 15-16-17",
            "2.a 7-17-27",
            "2.b 27-27-28",
        ],
    );
    let first = records.visits[0];
    assert_eq!(first.slices[Slice::Batching], 5 * MINUTE);
    assert_eq!(first.slices[Slice::TeamWait], 0);
    assert_eq!(first.queued.0, 5 * MINUTE);
    assert_eq!((first.batch, records.visits[4].batch), (2, 1));
    assert_eq!(records.visits[4].slices[Slice::Batching], 10 * MINUTE);
    // One crew works for all.
    assert_eq!(summary.teams[0].busy, 23 * MINUTE);
}

#[test]
fn after_the_longest_wait_an_incomplete_batch_starts() {
    let build = Build::default()
        .stage("a", "", "10m")
        .batch("a", 3, Some(30))
        .dates(
            &[
                "2026-01-05 00:00",
                "2026-01-05 00:20",
                // At the very instant at which the wait of the first is over: it comes along.
                "2026-01-05 00:30",
                "2026-01-05 00:31",
                "2026-01-05 00:50",
            ],
            &["a"],
        );
    check_visits(
        &build,
        &[
            "0.a 0-30-40",
            "1.a 20-30-40",
            "2.a 30-30-40",
            "3.a 31-61-71",
            "4.a 50-61-71",
        ],
    );
    // Two incomplete ones: each waits as long as its first.
    let build = Build::default()
        .stage("a", "", "10m")
        .batch("a", 3, Some(30))
        .dates(&["2026-01-05 00:00", "2026-01-05 01:00"], &["a"]);
    check_visits(&build, &["0.a 0-30-40", "1.a 60-90-100"]);
}

#[test]
fn a_batch_at_work_goes_on_without_a_member_that_is_withdrawn() {
    // Item 0 forks to b and to the batch c, where it waits for item 1; b sends it back to a.
    let build = Build::default()
        .stage("a", "", "10m")
        .stage("b", "", "20m")
        .stage("c", "", "30m")
        .batch("c", 2, None)
        .stage("d", "", "0")
        .fork("a")
        .join("d")
        .on("a", "b")
        .on("a", "c")
        .on("b", "d")
        .on("c", "d")
        .rework("b", "a", 0.5, "0")
        .dates(&["2026-01-05 00:00"], &["a"])
        .dates(&["2026-01-05 00:12"], &["c"]);
    let plan = build.plan();
    let (records, summary) = with_luck(&build, |records, plan| {
        let back = records.passages.iter();
        back.filter(|passage| {
            matches!(
                plan.handoffs()[passage.handoff as usize].kind,
                HandoffKind::Rework { .. }
            )
        })
        .count()
    });
    assert_eq!(
        told(&plan, &records),
        [
            "0.a 0-0-10",
            "0.b 10-10-30",
            "0.c 10-12-30 withdrawn working",
            "0.a 30-30-40 rework",
            "1.c 12-12-42",
            "0.b 40-40-60 rework",
            // Nothing else can happen: its second visit starts alone.
            "0.c 40-60-90",
            "0.d 90-90-90",
        ]
    );
    assert_eq!(
        summary.end,
        RunEnd::Deadlocked(vec![3]),
        "item 1 never joins"
    );
    let withdrawn = records.visits[2];
    assert_eq!((withdrawn.work, withdrawn.batch), (18 * MINUTE, 2));
}

#[test]
fn setup_is_due_when_somebody_comes_from_another_stage() {
    let build = Build::default()
        .team("t", 1, "")
        .stage("a", "t", "10m")
        .setup("a", "4m")
        .stage("b", "t", "10m")
        .setup("b", "3m")
        .dates(
            &["2026-01-05 00:00", "2026-01-05 00:01", "2026-01-05 00:03"],
            &["a"],
        )
        .dates(&["2026-01-05 00:02"], &["b"]);
    // Who has not worked yet needs none, nor who worked here before.
    let (records, summary) = check_visits(
        &build,
        &["0.a 0-0-10", "1.a 1-10-20", "2.b 2-20-33", "3.a 3-33-47"],
    );
    let setups: Vec<u64> = (records.visits.iter())
        .map(|visit| visit.setup / MINUTE)
        .collect();
    assert_eq!(setups, [0, 0, 3, 4]);
    assert_eq!(records.visits[2].slices[Slice::Working], 13 * MINUTE);
    assert_eq!(records.visits[2].work, 13 * MINUTE);
    assert_eq!(summary.teams[0].busy, 47 * MINUTE);
}

#[test]
fn those_start_who_last_worked_there_then_those_free_longest() {
    let build = Build::default()
        .team("t", 2, "")
        .stage("a", "t", "10m")
        .setup("a", "1m")
        .stage("b", "t", "5m")
        .setup("b", "1m")
        .dates(&["2026-01-05 00:00", "2026-01-05 00:20"], &["a"])
        .dates(&["2026-01-05 00:01", "2026-01-05 00:21"], &["b"]);
    // Both are free at 20: the one who did a does it again, and so the other b. No setup at all.
    check_visits(
        &build,
        &["1.b 1-1-6", "0.a 0-0-10", "3.b 21-21-26", "2.a 20-20-30"],
    );
    let crew = Build::default()
        .team("t", 2, "")
        .stage("a", "t", "10m")
        .stage("both", "t", "5m")
        .setup("both", "2m")
        .with("both", |stage| stage.crew = 2)
        .dates(&["2026-01-05 00:00"], &["a"])
        .dates(&["2026-01-05 00:01"], &["both"]);
    // One of the two comes from another stage: setup is due once.
    check_visits(&crew, &["0.a 0-0-10", "1.both 1-10-17"]);
}

#[test]
fn later_passes_have_work_of_their_own() {
    let build = |later: Option<ReworkWork>| {
        Build::default()
            .stage("a", "", "40m")
            .with("a", |stage| {
                stage.rework_work = later;
                stage.availability = Share::new(0.8);
            })
            .stage("b", "", "1m")
            .on("a", "b")
            .rework("b", "a", 0.5, "0")
            .dates(&["2026-01-05 00:00"], &["a"])
    };
    // Availability divides the work: 40 min take 50.
    let expected = |again: u32| {
        [
            "0.a 0-0-50".to_owned(),
            "0.b 50-50-51".to_owned(),
            format!("0.a 51-51-{} rework", 51 + again),
            format!("0.b {0}-{0}-{1} rework", 51 + again, 52 + again),
        ]
    };
    let check = |later, again| {
        let expected = expected(again);
        check_going_back(&build(later), &expected.each_ref().map(String::as_str));
    };
    check(None, 50);
    check(Some(ReworkWork::Factor(0.5)), 25);
    check(Some(ReworkWork::Factor(0.0)), 0);
    check(Some(ReworkWork::Work(work("8m"))), 10);
}

#[test]
fn a_way_back_used_up_leads_on() {
    let mut build = Build::default()
        .stage("a", "", "10m")
        .stage("b", "", "1m")
        .on("a", "b")
        .rework("b", "a", 1.0, "0")
        .dates(&["2026-01-05 00:00"], &["a"]);
    let id = HandoffId::new("b--a").unwrap();
    build.0.handoffs.find_mut(id).unwrap().kind = HandoffKind::Rework { at_most: Some(2) };
    check_visits(
        &build,
        &[
            "0.a 0-0-10",
            "0.b 10-10-11",
            "0.a 11-11-21 rework",
            "0.b 21-21-22 rework",
            "0.a 22-22-32 rework",
            "0.b 32-32-33 rework",
        ],
    );
}

#[test]
fn a_slot_takes_so_many_and_the_others_wait_for_the_next() {
    let build = Build::default()
        .stage("a", "", "0")
        .stage("b", "", "0")
        .on("a", "b")
        .dates(
            &[
                "2026-01-05 00:10",
                "2026-01-05 00:20",
                "2026-01-05 00:30",
                // At the very instant of a slot that has a place left.
                "2026-01-05 02:00",
                "2026-01-05 02:00",
            ],
            &["a"],
        );
    let mut build = build;
    let id = HandoffId::new("a--b").unwrap();
    build.0.handoffs.find_mut(id).unwrap().trigger = Trigger::Scheduled {
        rhythm: Rhythm::parse("every 1h").unwrap(),
        zone: None,
        slots: Some(2),
    };
    let (records, _) = simulate_dates(&build);
    let arrived: Vec<(u32, u64)> = (records.passages.iter())
        .map(|passage| (passage.item.number, passage.arrived.0 / HOUR))
        .collect();
    assert_eq!(arrived, [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3)]);
}

#[test]
fn those_behind_one_that_is_withdrawn_from_a_line_move_up() {
    let mut build = Build::default()
        .stage("a", "", "10m")
        .stage("b", "", "20m")
        .stage("c", "", "0")
        .stage("d", "", "0")
        .fork("a")
        .join("d")
        .on("a", "b")
        .on("a", "c")
        .on("b", "d")
        .on("c", "d")
        .rework("b", "a", 0.5, "0")
        .stage("e", "", "0")
        .on("e", "c")
        .dates(&["2026-01-05 00:00"], &["a"]);
    let id = HandoffId::new("a--c").unwrap();
    build.0.handoffs.find_mut(id).unwrap().trigger = Trigger::Scheduled {
        rhythm: Rhythm::parse("every 1h").unwrap(),
        zone: None,
        slots: Some(1),
    };
    let stream = build.0.streams.find_mut(stream("s")).unwrap();
    let mut second = stream.demands[0].clone();
    second.id = anabranch::model::DemandId::new("second").unwrap();
    second.arrivals = anabranch::model::Arrivals::Dates(vec![
        anabranch::model::parse_date_time("2026-01-05 00:15").unwrap(),
    ]);
    stream.demands.push(second);
    let plan = build.plan();
    // Item 0 goes back at minute 30, item 1 never: then item 1 has the slot at 60.
    let (records, _) = (1..400)
        .map(|seed| crate::engine::simulate(&plan, seed, crate::engine::window(0, 365 * 24 * HOUR)))
        .find(|(records, _)| {
            let went_back = |passage: &&anabranch::sim::PassageRecord| {
                plan.handoffs()[passage.handoff as usize].kind != HandoffKind::Forward
            };
            let back: Vec<u32> = (records.passages.iter().filter(went_back))
                .map(|passage| passage.item.number)
                .collect();
            back == [0]
        })
        .expect("some seed gives the example");
    let slots: Vec<String> = (records.passages.iter())
        .filter(|passage| plan.handoffs()[passage.handoff as usize].id == id)
        .map(|passage| {
            let how = if passage.is_withdrawn {
                " withdrawn"
            } else {
                ""
            };
            let (out, over) = (passage.set_out.0 / MINUTE, passage.arrived.0 / MINUTE);
            format!("{} {out}-{over}{how}", passage.item.number)
        })
        .collect();
    assert_eq!(slots, ["0 10-30 withdrawn", "1 25-60", "0 40-120"]);
}
