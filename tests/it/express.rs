//! The express way against the engine that writes records: the same figures to the last bit, for
//! every model that both can run.

use anabranch::analysis::{Figures, Legend, Tally};
use anabranch::graph::Flow;
use anabranch::model::{
    Arrivals, Automation, Class, ClassId, Demand, DemandId, Discipline, HandoffKind, Span, StageId,
    TeamId,
};
use anabranch::sim::{Control, Plan, RunEnd, RunSummary, SimTime, Window, run, run_express};

use super::engine::{Build, DAY, elapsed, random_model, stream, window, work};

/// Runs a model both ways. Returns how the run ended, when the express way went to the end.
fn check_both(model: &anabranch::model::Model, seed: u64, window: Window) -> Option<RunEnd> {
    let flow = Flow::of(model);
    let plan = Plan::compile(model, &flow).unwrap();
    let legend = Legend::of(model, &flow);
    let control = Control::new();
    let figures = |tally: Tally<'_>, summary: &RunSummary| -> Figures { tally.finish(summary) };

    let mut quick = Tally::new(&legend, window);
    let summary = run_express(&plan, seed, 3, window, &control, &mut quick)?;
    let mut slow = Tally::new(&legend, window);
    let expected = run(&plan, seed, 3, window, &control, &mut slow);
    assert_eq!(summary, expected);
    let (found, expected_figures) = (figures(quick, &summary), figures(slow, &expected));
    assert_eq!(found, expected_figures);
    Some(summary.end)
}

/// Small numbers out of a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A random model without what the express way cannot do.
fn plain_model(shape: u64) -> anabranch::model::Model {
    let mut dice = Dice(shape ^ 0xa5a5);
    let mut model = random_model(shape).0;
    let teams: Vec<TeamId> = model.teams.iter().map(|team| team.id).collect();
    for id in teams {
        let team = model.teams.find_mut(id).unwrap();
        team.calendar = None;
        // Enough people, so that long runs settle; a few crews have to wait for one another.
        team.people = 2 + dice.roll(5) as u32;
    }
    let handoffs: Vec<_> = model.handoffs.iter().map(|h| (h.id, h.kind)).collect();
    for (id, kind) in handoffs {
        match kind {
            HandoffKind::Feedback => {
                model.handoffs.remove(id);
            }
            HandoffKind::Rework { .. } if dice.roll(3) == 0 => {
                let handoff = model.handoffs.find_mut(id).unwrap();
                handoff.kind = HandoffKind::Rework { at_most: Some(1) };
            }
            HandoffKind::Rework { .. } | HandoffKind::Forward => {}
        }
    }
    let stages: Vec<StageId> = model.stages.iter().map(|stage| stage.id).collect();
    let has_ties = dice.roll(2) == 0;
    for &id in &stages {
        let stage = model.stages.find_mut(id).unwrap();
        if has_ties {
            // Whole hours, nothing too: much happens at one instant.
            let times = ["fixed(0)", "fixed(1h)", "samples([0, 1h, 2h])", "fixed(2h)"];
            stage.work = Some(work(times[dice.roll(4) as usize]));
        }
        if dice.roll(3) == 0 {
            stage.systems = vec![format!("system {}", dice.roll(4)), "rights".into()];
        }
        if dice.roll(3) == 0 {
            stage.automation = Some(Automation::Automatic);
        }
        if dice.roll(5) == 0 {
            stage.availability = anabranch::model::Share::new(0.8);
        }
        if dice.roll(4) == 0 {
            let class = ClassId::new("special").unwrap();
            stage.class_work = vec![(class, work("exponential(30m)"))];
        }
    }
    let is_lasting = dice.roll(2) == 0;
    let own = model.streams.find_mut(stream("s")).unwrap();
    if is_lasting {
        own.demands[0].arrivals = Arrivals::Every {
            gap: elapsed(if has_ties {
                "fixed(3h)"
            } else {
                "exponential(4h)"
            }),
            batch: 1 + dice.roll(2) as u32,
        };
    }
    if dice.roll(2) == 0 {
        let special = DemandId::new("special").unwrap();
        let mut class = Class::new(ClassId::new("special").unwrap(), "Special");
        class.priority = Some(-1);
        let at = stages[dice.roll(stages.len() as u64) as usize];
        let arrivals = own.demands[0].arrivals.clone();
        own.demands.push(Demand {
            id: special,
            class: Some(class),
            arrivals,
            at: vec![at],
        });
    }
    model
}

#[test]
fn both_ways_give_the_same_figures() {
    let (mut complete, mut tried) = (0, 0);
    for shape in 0..400 {
        let model = plain_model(shape);
        tried += 1;
        let window = Window {
            warm_up: SimTime(10 * DAY),
            horizon: SimTime(60 * DAY),
        };
        complete += usize::from(check_both(&model, shape, window) == Some(RunEnd::Complete));
    }
    println!("{complete} of {tried} models went the express way");
    assert!(complete > 120, "{complete}");
}

/// Lines of stages with a team each, which need no agenda.
#[test]
fn relays_give_the_same_figures() {
    let works = [
        "exponential(1h)",
        "samples([0, 1h, 2h])",
        "lognormal(1h, 2h)",
        "fixed(1h)",
        "uniform(0, 2ms)",
    ];
    for shape in 0..120 {
        let mut dice = Dice(shape ^ 0x5a5a);
        let mut build = Build::default();
        let stages = 1 + dice.roll(4);
        for n in 0..stages {
            let (team, stage) = (format!("t{n}"), format!("s{n}"));
            build = build
                .team(&team, 1 + dice.roll(3) as u32, "")
                .stage(&stage, &team, works[dice.roll(5) as usize])
                .with(&stage, |stage| stage.systems = vec![format!("system {n}")]);
            if n > 0 {
                build = build.on(&format!("s{}", n - 1), &stage);
            }
        }
        let gap = ["exponential(75m)", "fixed(1h)", "samples([0, 3h])"][dice.roll(3) as usize];
        build = build.every(gap, &["s0"]);
        let warm_up = dice.roll(2) * 5 * DAY;
        let window = window(warm_up, (20 + dice.roll(30)) * DAY);
        let end = check_both(&build.0, shape, window);
        assert_eq!(end, Some(RunEnd::Complete), "{shape}");
    }
}

#[test]
fn what_the_express_way_cannot_do_goes_the_other() {
    let build = || {
        Build::default()
            .team("t", 1, "")
            .stage("a", "t", "exponential(1h)")
            .stage("b", "", "fixed(1h)")
            .on("a", "b")
            .every("exponential(2h)", &["a"])
    };
    let goes = |build: Build| check_both(&build.0, 1, window(0, 30 * DAY)).is_some();
    assert!(goes(build()));
    assert!(!goes(build().with("b", |stage| stage.limit = Some(3))));
    assert!(!goes(build().with("a", |stage| stage.copies = 2)));
    assert!(!goes(build().feedback("b", "a", 0.1, "fixed(1h)")));
    let mut by_priority = build();
    let team = TeamId::new("t").unwrap();
    by_priority.0.teams.find_mut(team).unwrap().discipline = Discipline::Priority;
    assert!(!goes(by_priority));
    // One branch of a fork goes back while the other is under way: that withdraws it.
    let withdrawing = build()
        .stage("c", "", "fixed(30m)")
        .fork("a")
        .on("a", "c")
        .rework("c", "a", 0.5, "fixed(1m)");
    assert!(!goes(withdrawing));
}

#[test]
fn a_cancelled_express_run_says_so() {
    let build = Build::default()
        .stage("a", "", "fixed(1h)")
        .every("fixed(1m)", &["a"]);
    let flow = Flow::of(&build.0);
    let plan = Plan::compile(&build.0, &flow).unwrap();
    let legend = Legend::of(&build.0, &flow);
    let (control, window) = (Control::new(), window(0, 10_000 * DAY));
    control.cancel();
    let mut tally = Tally::new(&legend, window);
    let summary = run_express(&plan, 1, 0, window, &control, &mut tally).unwrap();
    assert_eq!(summary.end, RunEnd::Cancelled);
    assert!(Span(summary.at.0) < Span(10_000 * DAY));
}
