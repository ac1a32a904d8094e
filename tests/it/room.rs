//! Room, by hand-computed examples: limits, blocking, turning away, doors, backlogs, deadlock.

use anabranch::model::{Arrivals, Batch};
use anabranch::sim::{Place, RunEnd, SimTime, Slice, VisitEnd};

use crate::engine::{
    Build, DAY, HOUR, MINUTE, check_visits, simulate, simulate_dates, stream, told, window,
};

impl Build {
    fn limit(self, stage: &str, limit: u32) -> Self {
        self.with(stage, |stage| stage.limit = Some(limit))
    }

    fn wip(mut self, limit: u32) -> Self {
        self.0.streams.find_mut(stream("s")).unwrap().wip_limit = Some(limit);
        self
    }
}

const THREE: [&str; 3] = ["2026-01-05 00:00", "2026-01-05 00:01", "2026-01-05 00:02"];

#[test]
fn into_a_full_stage_nothing_moves_and_people_stay() {
    let build = Build::default()
        .team("ta", 1, "")
        .team("tb", 1, "")
        .stage("a", "ta", "10m")
        .stage("b", "tb", "25m")
        .limit("b", 1)
        .on("a", "b")
        .dates(&THREE, &["a"]);
    let (records, summary) = check_visits(
        &build,
        &[
            "0.a 0-0-10",
            // Done at 20 and blocked until 35; its team cannot take the next.
            "0.b 10-10-35",
            "1.a 1-10-35",
            "1.b 35-35-60",
            "2.a 2-35-60",
            "2.b 60-60-85",
        ],
    );
    let blocked = records.visits[2];
    assert_eq!(blocked.finished, SimTime(20 * MINUTE));
    assert_eq!(blocked.slices[Slice::Blocked], 15 * MINUTE);
    assert_eq!(blocked.work, 10 * MINUTE);
    assert_eq!(summary.teams[0].blocked, (15 + 15) * MINUTE);
    assert_eq!(summary.teams[0].busy, 30 * MINUTE);
    let path = &records.done[1].path;
    assert_eq!(path[0].slices[Slice::Blocked], 15 * MINUTE);
}

#[test]
fn what_is_on_its_way_takes_room() {
    let build = Build::default()
        .stage("a", "", "10m")
        .stage("b", "", "5m")
        .limit("b", 1)
        .delay("a", "b", "20m")
        .dates(&["2026-01-05 00:00", "2026-01-05 00:01"], &["a"]);
    check_visits(
        &build,
        &["0.a 0-0-10", "0.b 30-30-35", "1.a 1-1-35", "1.b 55-55-60"],
    );
}

#[test]
fn take_all_leaves_when_every_target_has_room() {
    let build = Build::default()
        .stage("a", "", "10m")
        .fork("a")
        .stage("b", "", "10m")
        .limit("b", 1)
        .stage("c", "", "30m")
        .limit("c", 1)
        .on("a", "b")
        .on("a", "c")
        .dates(&["2026-01-05 00:00", "2026-01-05 00:05"], &["a"]);
    check_visits(
        &build,
        &[
            "0.a 0-0-10",
            "0.b 10-10-20",
            "0.c 10-10-40",
            "1.a 5-5-40",
            "1.b 40-40-50",
            "1.c 40-40-70",
        ],
    );
}

#[test]
fn the_blocked_move_in_the_order_in_which_they_were_blocked() {
    let build = Build::default()
        .stage("slow", "", "8m")
        .stage("quick", "", "2m")
        .stage("x", "", "20m")
        .limit("x", 1)
        .on("slow", "x")
        .on("quick", "x")
        .dates(&["2026-01-05 00:00"], &["x"])
        .dates(&["2026-01-05 00:01"], &["slow"])
        .dates(&["2026-01-05 00:10"], &["quick"]);
    // Slow is done at 9, quick at 12.
    check_visits(
        &build,
        &[
            "0.x 0-0-20",
            "1.slow 1-1-20",
            "1.x 20-20-40",
            "2.quick 10-10-40",
            "2.x 40-40-60",
        ],
    );
}

#[test]
fn rework_enters_a_full_stage() {
    let build = Build::default()
        .stage("a", "", "10m")
        .limit("a", 1)
        .stage("b", "", "10m")
        .on("a", "b")
        .rework("b", "a", 1.0, "0")
        .dates(&["2026-01-05 00:00", "2026-01-05 00:10"], &["a"]);
    let mut build = build;
    let id = anabranch::model::HandoffId::new("b--a").unwrap();
    build.0.handoffs.find_mut(id).unwrap().kind =
        anabranch::model::HandoffKind::Rework { at_most: Some(1) };
    check_visits(
        &build,
        &[
            "0.a 0-0-10",
            "0.b 10-10-20",
            // The second is at a until 20, when the first comes back.
            "1.a 10-10-20",
            "0.a 20-20-30 rework",
            "1.b 20-20-30",
            "0.b 30-30-40 rework",
            "1.a 30-30-40 rework",
            "1.b 40-40-50 rework",
        ],
    );
}

#[test]
fn who_finds_the_first_stage_full_is_turned_away() {
    let build = Build::default()
        .stage("a", "", "10m")
        .limit("a", 2)
        .dates(&THREE, &["a"])
        .dates(&["2026-01-05 00:10"], &["a"]);
    let (records, summary) = check_visits(&build, &["0.a 0-0-10", "1.a 1-1-11", "2.a 10-10-20"]);
    assert_eq!(summary.turned_away, [1]);
    assert_eq!((summary.arrived, summary.done), (3, 3));
    // Its number among the demand's arrivals is its own for ever; the others keep their luck.
    let numbers: Vec<u32> = (records.done.iter())
        .map(|done| done.item.number_of_demand)
        .collect();
    assert_eq!(numbers, [0, 1, 0]);
}

#[test]
fn at_a_door_items_wait_their_turn() {
    let build = Build::default()
        .stage("a", "", "10m")
        .stage("b", "", "10m")
        .on("a", "b")
        .wip(1)
        .dates(&THREE, &["a"]);
    let (records, summary) = check_visits(
        &build,
        &[
            "0.a 0-0-10",
            "0.b 10-10-20",
            "1.a 20-20-30",
            "1.b 30-30-40",
            "2.a 40-40-50",
            "2.b 50-50-60",
        ],
    );
    let second = &records.done[1];
    assert_eq!(second.arrived, SimTime(MINUTE));
    assert_eq!(second.path[0].place, Place::Door);
    assert_eq!(second.path[0].slices[Slice::Blocked], 19 * MINUTE);
    let total: u64 = second.path.iter().map(|piece| piece.slices.total()).sum();
    assert_eq!(total, 39 * MINUTE);
    // Who waits at the door counts as work in progress.
    assert_eq!(summary.wip, [(20 + 39 + 58) * MINUTE]);
}

#[test]
fn a_backlog_comes_in_when_there_is_room() {
    let build = Build::default()
        .stage("a", "", "10m")
        .stage("b", "", "15m")
        .on("a", "b")
        .wip(2)
        .demand(Arrivals::Backlog, &["a"]);
    let plan = build.plan();
    assert!(!plan.is_terminating());
    let (records, summary) = simulate(&plan, 1, window(0, HOUR));
    assert_eq!(summary.end, RunEnd::Complete);
    let arrived: Vec<u64> = (records.arrived.iter())
        .map(|(_, at)| at.0 / MINUTE)
        .collect();
    // Two at a time, each 25 min; measured are those that come before the hour is over.
    assert_eq!(arrived[..6], [0, 0, 25, 25, 50, 50]);
    assert_eq!(summary.measured, 6);
    assert!(
        records
            .done
            .iter()
            .all(|done| done.path[0].place != Place::Door)
    );
}

#[test]
fn two_backlogs_take_turns() {
    let build = Build::default()
        .stage("a", "", "10m")
        .stage("b", "", "10m")
        .wip(1)
        .demand(Arrivals::Backlog, &["a"])
        .demand(Arrivals::Backlog, &["b"]);
    let plan = build.plan();
    let (records, _) = simulate(&plan, 1, window(0, HOUR));
    let demands: Vec<u32> = records.arrived.iter().map(|(who, _)| who.demand).collect();
    assert_eq!(demands[..6], [0, 1, 0, 1, 0, 1]);
}

#[test]
fn a_limit_alone_lets_a_backlog_in() {
    let build = Build::default()
        .team("t", 1, "")
        .stage("a", "t", "10m")
        .limit("a", 1)
        .demand(Arrivals::Backlog, &["a"]);
    let (records, _) = simulate(&build.plan(), 1, window(0, HOUR));
    let arrived: Vec<u64> = (records.arrived.iter())
        .map(|(_, at)| at.0 / MINUTE)
        .collect();
    assert_eq!(arrived[..6], [0, 10, 20, 30, 40, 50]);
}

#[test]
fn stages_that_wait_for_one_another_are_a_deadlock() {
    // The only person holds what is blocked by the stage that needs the person.
    let build = Build::default()
        .team("t", 1, "")
        .stage("a", "t", "10m")
        .stage("b", "t", "10m")
        .limit("b", 1)
        .on("a", "b")
        .dates(&THREE, &["a"]);
    let (records, summary) = simulate(&build.plan(), 1, window(0, 365 * DAY));
    // Item 0 goes on to b and queues behind items 1 and 2, which are at a.
    assert_eq!(told(&build.plan(), &records), ["0.a 0-0-10"]);
    assert_eq!(summary.end, RunEnd::Deadlocked(vec![0, 1]));
    assert_eq!(summary.unfinished, 3);
}

#[test]
fn a_batch_that_the_wip_limit_keeps_incomplete_starts() {
    let build = Build::default()
        .stage("a", "", "10m")
        .with("a", |stage| {
            stage.batch = Some(Batch {
                size: 3,
                longest_wait: None,
            });
        })
        .wip(2)
        .dates(&THREE, &["a"])
        .dates(&["2026-01-06"], &["a"]);
    // Two are inside and the third waits at the door: nothing else can happen.
    let (records, _) = simulate_dates(&build);
    assert_eq!(
        told(&build.plan(), &records)[..2],
        ["0.a 0-1-11", "1.a 1-1-11"]
    );
}

#[test]
fn what_is_blocked_can_be_withdrawn() {
    // b sends the item back to a while c is blocked by the full x.
    let build = Build::default()
        .team("tc", 1, "")
        .stage("a", "", "10m")
        .stage("b", "", "20m")
        .stage("c", "tc", "5m")
        .stage("x", "", "60m")
        .limit("x", 1)
        .stage("d", "", "0")
        .fork("a")
        .join("d")
        .on("a", "b")
        .on("a", "c")
        .on("b", "d")
        .on("c", "x")
        .on("x", "d")
        .rework("b", "a", 0.5, "0")
        .dates(&["2026-01-05 00:00"], &["a"])
        .dates(&["2026-01-05 00:00"], &["x"]);
    let plan = build.plan();
    let (records, summary) = crate::engine::with_luck(&build, |records, plan| {
        let back = records.passages.iter().filter(|passage| {
            plan.handoffs()[passage.handoff as usize].kind != anabranch::model::HandoffKind::Forward
        });
        back.count()
    });
    assert_eq!(
        told(&plan, &records)[..3],
        [
            "0.a 0-0-10",
            "0.b 10-10-30",
            "0.c 10-10-30 withdrawn working"
        ]
    );
    let withdrawn = records.visits[2];
    assert_eq!(withdrawn.end, VisitEnd::WithdrawnWorking);
    assert_eq!(withdrawn.slices[Slice::Blocked], 15 * MINUTE);
    assert_eq!(withdrawn.work, 5 * MINUTE);
    // Once more on the second pass, from 45 to 60.
    assert_eq!(summary.teams[0].blocked, (15 + 15) * MINUTE);
}
