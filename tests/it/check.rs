//! Every kind of Problem with a small model that has it, and models that have none.

use std::collections::BTreeSet;

use anabranch::check::{CODES, check, has_errors};
use anabranch::edit::apply_all;
use anabranch::model::{
    Arrivals, Automation, Batch, Calendar, CalendarId, Change, Class, ClassId, Discipline,
    ElapsedTime, Entry, Exit, HandoffChange, Intervention, InterventionId, Model, Needs, Only,
    Problem, ReworkWork, Rhythm, Scenario, ScenarioId, Severity, Share, Span, StageChange, Stream,
    StreamId, Trigger, WeeklyHours,
};

use crate::build::{
    demand, handoff, model, stage, team, with_handoff, with_stage, with_stream, with_team,
};

fn share(text: &str) -> Share {
    Share::parse(text).expect("a share")
}

fn class(id: &str) -> Class {
    Class::new(ClassId::new(id).expect("a slug"), id)
}

fn only_class(id: &str) -> Vec<Only> {
    vec![Only::Class(ClassId::new(id).expect("a slug"))]
}

/// Two demands, of the classes `long` and `short`, that arrive at `a`.
fn with_two_classes(model: Model) -> Model {
    with_stream(model, |stream| {
        stream.demands[0].class = Some(class("long"));
        let mut other = demand("other");
        other.class = Some(class("short"));
        stream.demands.push(other);
    })
}

fn scenario(id: &str, on: Option<&str>, changes: Vec<Change>) -> Scenario {
    let id_of = |text: &str| ScenarioId::new(text).expect("a slug");
    Scenario {
        id: id_of(id),
        name: id.to_owned(),
        description: String::new(),
        on: on.map(id_of),
        changes,
    }
}

fn remove_stage(name: &str) -> Change {
    Change::Stage(StageChange::Remove {
        stages: vec![stage(name)],
    })
}

fn with_calendar(mut model: Model, change: impl FnOnce(&mut Calendar)) -> Model {
    let id = CalendarId::new("office").expect("a slug");
    let mut calendar = Calendar::new(id, "Office");
    change(&mut calendar);
    model.calendars.push(calendar);
    let owner = model.teams.find_mut(team("legal")).expect("the team");
    owner.calendar = Some(id);
    model
}

fn owned() -> Model {
    with_team(model("a > b"), "legal", 2, &["b"])
}

/// Problems as text: severity, code, place and message.
fn lines(model: &Model) -> Vec<String> {
    check(model).iter().map(line).collect()
}

fn line(problem: &Problem) -> String {
    let (severity, code) = (problem.severity.name(), problem.code);
    format!("{severity} {code} @ {}: {}", problem.at, problem.message)
}

/// Each kind of Problem: a model that has it and nothing else, and how it is said.
fn table() -> Vec<(Model, &'static str)> {
    let elapsed = |days: u64| ElapsedTime(Span(days * Span::DAY.0));
    vec![
        (
            {
                let mut model = model("a > b");
                model.settings.horizon = Some(elapsed(0));
                model
            },
            "error horizon-zero @ model: The horizon is 0, so nothing happens",
        ),
        (
            {
                let mut model = model("a > b");
                model.settings.warm_up = Some(elapsed(365));
                model
            },
            "error warm-up-too-long @ model: The warm-up is as long as the horizon of 365d or longer",
        ),
        (
            {
                let mut model = model("a > b");
                model.settings.precision = Share::NONE;
                model
            },
            "warning precision-zero @ model: No number of replications makes the mean exact",
        ),
        (
            with_team(model("a > b"), "legal", 0, &["b"]),
            "error team-without-people @ team legal: Legal has no people and owns 1 stage",
        ),
        (
            with_stage(owned(), "b", |stage| stage.crew = 3),
            "error crew-too-large @ stage b: B needs 3 people at once and Legal has 2",
        ),
        (
            with_calendar(owned(), |calendar| calendar.hours = WeeklyHours::default()),
            "error calendar-never-open @ calendar office: Office is never open, so its teams never work",
        ),
        (
            with_calendar(owned(), |calendar| {
                calendar.hours = WeeklyHours::default();
                calendar.special_days.push(anabranch::model::SpecialDay {
                    date: anabranch::model::parse_date("2026-02-03").expect("a date"),
                    hours: anabranch::model::parse_day_spans("09:00-17:00").expect("hours"),
                });
            }),
            "warning calendar-without-weekly-hours @ calendar office: Office opens on single dates \
             only, so work ends with them",
        ),
        (
            with_stage(model("a > b"), "b", |stage| {
                stage.work = Some("uniform(3h, 1h)".parse().expect("a distribution"));
            }),
            "error distribution-fault @ stage b: In uniform(3h, 1h) of B, the shortest time is above \
             the longest",
        ),
        (
            with_handoff(model("a > b"), "a--b", |handoff| {
                handoff.trigger = Trigger::Scheduled {
                    rhythm: Rhythm::Weekly(Vec::new()),
                    zone: None,
                    slots: None,
                };
            }),
            "error rhythm-without-slots @ handoff a--b: The rhythm of A → B has no slots, so nothing \
             moves on",
        ),
        (
            with_stage(model("a > b"), "b", |stage| stage.work = None),
            "warning no-work-time @ stage b: B has no work time; it counts as 0",
        ),
        (
            with_stage(model("a > b"), "b", |stage| stage.automation = None),
            "warning no-team @ stage b: No team owns B; it runs by itself",
        ),
        (
            with_stage(model("a > b"), "b", |stage| {
                stage.automation = Some(Automation::Assisted);
            }),
            "error no-team @ stage b: B needs a person and no team owns it",
        ),
        (
            with_stage(model("a > b"), "b", |stage| stage.enough = Some(2)),
            "error enough-above-copies @ stage b: 2 of the 1 copies of B are to be enough",
        ),
        (
            with_stage(model("a > b"), "b", |stage| stage.satisfaction = Some(6)),
            "warning satisfaction-out-of-range @ stage b: The satisfaction of B is 6",
        ),
        (
            with_handoff(model("a > b\na > c"), "a--c", |handoff| {
                handoff.only = only_class("gone");
            }),
            "warning unknown-class @ handoff a--c: A → C names the class gone, and no demand brings \
             such items",
        ),
        (
            with_stage(model("a > b"), "b", |stage| {
                let work = "2h".parse().expect("a time");
                stage
                    .class_work
                    .push((ClassId::new("gone").expect("a slug"), work));
            }),
            "warning unknown-class @ stage b: A work time of B names the class gone, and no demand \
             brings such items",
        ),
        (
            model("start > a > b > c > b"),
            "error forward-circle @ handoff c--b: The forward handoffs run in a circle: B → C → B",
        ),
        (
            with_handoff(model("a > b"), "a--b", |handoff| handoff.is_relaxed = true),
            "warning relaxed-but-required @ handoff a--b: A → B is marked as relaxed, but it is not \
             a customary way forward",
        ),
        (
            model("a 0%> b\na 0%> c\na <10%< a"),
            "error shares-sum-to-zero @ stage a: The shares of the ways on from A sum to 0 for items",
        ),
        (
            {
                let model = with_two_classes(model("a 0%> b\na 50%> c"));
                with_handoff(model, "a--c", |handoff| handoff.only = only_class("short"))
            },
            "error shares-sum-to-zero @ stage a: The shares of the ways on from A sum to 0 for items \
             of the class long",
        ),
        (
            model("a > b > c\na <60%< b\nb <60%< b"),
            "error rework-shares-above-one @ stage b: 120% of the items at B would go back",
        ),
        (
            with_handoff(model("a > b\na <10%< b"), "b--a", |handoff| {
                handoff.share = None;
            }),
            "error share-missing @ handoff b--a: Nothing says how often items go back: B → A",
        ),
        (
            with_handoff(model("a > b\na <10%~ b"), "b--a", |handoff| {
                handoff.share = None;
            }),
            "error share-missing @ handoff b--a: Nothing says how often B → A gives feedback",
        ),
        (
            model("a 50%> b > d\na 50%> c > d\nc <10%< b"),
            "error rework-leads-nowhere @ handoff b--c: Rework leads from B to C, but B does not come \
             after it",
        ),
        (
            with_stage(model("a > b > d\na > c > d"), "d", |stage| {
                stage.entry = Entry::All;
            }),
            "error join-never-complete @ stage d: D waits for all its ways in, but items may take only \
             some of them",
        ),
        (
            {
                // X has items of its own stream only.
                let mut model = with_stage(model("a > b > d\nx > d"), "d", |stage| {
                    stage.entry = Entry::All;
                });
                model = with_stream(model, |stream| stream.demands[0].at = vec![stage("a")]);
                let mut side = Stream::new(StreamId::new("side").expect("a slug"), "Side");
                side.demands.push(demand("side"));
                side.demands[0].at = vec![stage("x")];
                model.streams.push(side);
                model
            },
            "error join-never-complete @ stage d: D waits for X for ever: items never come from there",
        ),
        (
            with_stage(model("a > b > d\na > c > d"), "a", |stage| {
                stage.exit = Exit::TakeAll;
            }),
            "warning merges-twice @ stage d: Items come through D twice, once over each way in",
        ),
        (
            {
                let model = with_two_classes(model("a > b"));
                with_handoff(model, "a--b", |handoff| handoff.only = only_class("short"))
            },
            "error no-way-on @ stage a: Items of the class long come to A, and no way on is open to \
             them",
        ),
        (
            model("a > b > c\na <100%< b"),
            "error loop-never-leaves @ stage b: Items never get past B: all of them go back",
        ),
        (
            forked("a > b > d\na > c > d\nb <10%~ d"),
            "error feedback-into-branch @ handoff d--b: Feedback starts items at B that wait at D for \
             ever: they never come to C",
        ),
        (
            model("a > b\na <50%< b\na <50%~ b"),
            "error feedback-without-end @ handoff b--a-2: Feedback B → A has no end: each item that \
             feedback starts causes 1.00 more on average",
        ),
        (
            with_stream(model("a > b"), |stream| stream.demands.clear()),
            "error nothing-arrives @ model: Nothing arrives anywhere",
        ),
        (
            {
                let mut model = model("a > b");
                model
                    .streams
                    .push(Stream::new(StreamId::new("side").expect("a slug"), "Side"));
                model
            },
            "warning stream-without-demand @ stream side: Nothing arrives in Side",
        ),
        (
            model("a > c\nb > c"),
            "error demand-without-place @ demand demand of stream main: It is not clear where the \
             items of Main arrive",
        ),
        (
            with_stream(model("a"), |stream| {
                let gap = "0".parse().expect("a time");
                stream.demands[0].arrivals = Arrivals::Every { gap, batch: 1 };
            }),
            "error gap-zero @ demand demand of stream main: In Main no time passes between two arrivals",
        ),
        (
            with_stream(model("a"), |stream| {
                stream.demands[0].arrivals = Arrivals::Dates(Vec::new());
            }),
            "warning demand-without-dates @ demand demand of stream main: The list of dates of Main \
             is empty",
        ),
        (
            with_stream(model("a"), |stream| {
                let date = anabranch::model::parse_date_time("2025-12-31 10:00");
                stream.demands[0].arrivals = Arrivals::Dates(vec![date.expect("a date")]);
            }),
            "error date-before-start @ demand demand of stream main: An item of Main arrives on \
             2025-12-31 10:00, before the start",
        ),
        (
            with_stream(with_two_classes(model("a")), |stream| {
                let mut other = class("long");
                other.priority = Some(3);
                stream.demands[1].class = Some(other);
            }),
            "error class-differs @ demand other of stream main: Two demands bring the class long and \
             describe it differently",
        ),
        (
            with_stream(model("a > b\nx > y > z"), |stream| {
                stream.demands[0].at = vec![stage("a")];
            }),
            "warning stage-unreachable @ stage x: No item ever comes to X or the 2 stages behind it",
        ),
        (
            with_stage(model("a > b"), "a", |stage| stage.ca = Some(share("80%"))),
            "warning ca-without-rework @ stage a: 80% of what A hands on is usable, but nothing goes \
             back to it",
        ),
        (
            {
                let mut model = model("a > b");
                let changes = vec![remove_stage("gone")];
                model.scenarios.push(scenario("less", None, changes));
                model
            },
            "warning change-does-not-apply @ scenario less: \"Remove stage\" no longer applies: there \
             is no stage gone",
        ),
        (
            {
                let mut model = model("a > b");
                model.interventions.push(Intervention {
                    id: InterventionId::new("buy").expect("a slug"),
                    name: "Buy".to_owned(),
                    changes: vec![remove_stage("gone")],
                    once: None,
                    yearly: None,
                });
                model
            },
            "warning change-does-not-apply @ intervention buy: \"Remove stage\" no longer applies: \
             there is no stage gone",
        ),
        (
            {
                let mut model = model("a > b");
                let own = Some("less");
                model.scenarios.push(scenario("less", own, Vec::new()));
                model
            },
            "error scenario-circle @ scenario less: The scenario less builds on itself",
        ),
        (
            {
                let mut model = model("a > b");
                let gone = Some("gone");
                model.scenarios.push(scenario("less", gone, Vec::new()));
                model
            },
            "error unknown-scenario @ scenario less: There is no scenario gone",
        ),
    ]
}

/// Numbers of stages, handoffs and streams that contradict one another or let nothing through.
fn numbers() -> Vec<(Model, &'static str)> {
    let batch = |size| {
        Some(Batch {
            size,
            longest_wait: None,
        })
    };
    let on_b = |change: &dyn Fn(&mut anabranch::model::Stage)| {
        with_stage(model("a > b"), "b", |stage| change(stage))
    };
    vec![
        (
            on_b(&|stage| {
                stage.batch = batch(3);
                stage.copies = 2;
            }),
            "error batch-and-copies @ stage b: B has both several copies and a batch",
        ),
        (
            on_b(&|stage| {
                stage.batch = batch(3);
                stage.limit = Some(2);
            }),
            "error batch-above-limit @ stage b: B takes batches of 3 and has room for 2 items only",
        ),
        (
            with_stage(fork(), "d", |stage| stage.limit = Some(2)),
            "error limit-at-join @ stage d: D has a limit and waits for 2 ways in",
        ),
        (
            on_b(&|stage| stage.limit = Some(0)),
            "error limit-zero @ stage b: B has room for no item, so none ever comes in",
        ),
        (
            with_stream(model("a"), |stream| stream.wip_limit = Some(0)),
            "error limit-zero @ stream main: The WIP limit of Main lets no item in",
        ),
        (
            on_b(&|stage| stage.copies = 0),
            "error count-zero @ stage b: B works in no copy",
        ),
        (
            on_b(&|stage| stage.batch = batch(0)),
            "error count-zero @ stage b: B works in batches of no item",
        ),
        (
            with_handoff(model("a > b"), "a--b", |handoff| {
                handoff.trigger = Trigger::Scheduled {
                    rhythm: Rhythm::parse("every 3d").expect("a rhythm"),
                    zone: None,
                    slots: Some(0),
                };
            }),
            "error count-zero @ handoff a--b: The slots of A → B take no item, so nothing moves on",
        ),
        (
            on_b(&|stage| stage.availability = Some(share("0%"))),
            "error never-available @ stage b: The means of work of B are never available, so \
             nothing gets done",
        ),
        (
            on_b(&|stage| stage.setup = stage.work.clone()),
            "warning setup-without-team @ stage b: B has a setup and no team: nobody comes from \
             another stage, so it never counts",
        ),
        (
            with_stream(model("a"), |stream| {
                stream.demands[0].arrivals = Arrivals::Backlog;
            }),
            "error backlog-without-limit @ demand demand of stream main: The backlog of Main comes \
             in all at once: nothing limits it",
        ),
    ]
}

#[test]
fn every_kind_of_problem_is_found_and_said() {
    for (model, expected) in table().into_iter().chain(numbers()) {
        assert_eq!(lines(&model), [expected]);
    }
}

/// Problems that come with others, since they take a large model.
fn with_others() -> Vec<(Model, &'static str)> {
    let mut chain = String::from("s0");
    for n in 1..2000 {
        let arrow = if n == 1000 { ">" } else { "~>" };
        chain.push_str(&format!(" {arrow} s{n}"));
    }
    vec![(
        model(&chain),
        "error too-many-derived @ model: So many stages run together that their order cannot be \
             worked out",
    )]
}

#[test]
fn problems_that_come_with_others_are_found_and_said() {
    for (model, expected) in with_others() {
        let found = lines(&model);
        assert!(found.iter().any(|line| line == expected), "{found:#?}");
    }
}

#[test]
fn the_table_covers_every_code() {
    let all = table().into_iter().chain(numbers()).chain(with_others());
    let found: BTreeSet<&str> = all
        .flat_map(|(model, _)| check(&model))
        .map(|problem| problem.code)
        .collect();
    let known: BTreeSet<&str> = CODES.iter().copied().collect();
    assert_eq!(found, known);
}

#[test]
fn every_problem_has_a_hint_and_its_fix_puts_it_right() {
    for (model, _) in table().into_iter().chain(numbers()) {
        for problem in check(&model) {
            assert!(problem.hint.is_some(), "{}", line(&problem));
            assert!(!problem.message.ends_with('.'), "{}", line(&problem));
            if problem.fix.is_empty() {
                continue;
            }
            let mut fixed = model.clone();
            apply_all(&mut fixed, &problem.fix).expect("a ready Change applies");
            let is_same = |other: &Problem| (other.code, other.at) == (problem.code, problem.at);
            assert!(!check(&fixed).iter().any(is_same), "{}", line(&problem));
        }
    }
}

/// Every field that changes how a run goes, all in order.
fn everything_simulated() -> Model {
    let model = with_stage(owned(), "b", |stage| {
        stage.copies = 3;
        stage.enough = Some(2);
        stage.setup = stage.work.clone();
        stage.limit = Some(3);
        stage.rework_work = Some(ReworkWork::Factor(0.5));
        stage.availability = Some(share("90%"));
    });
    let model = with_stage(model, "a", |stage| {
        stage.batch = Some(Batch {
            size: 3,
            longest_wait: None,
        });
    });
    let mut model = with_stream(model, |stream| {
        stream.wip_limit = Some(3);
        stream.demands[0].arrivals = Arrivals::Backlog;
    });
    let owner = model.teams.find_mut(team("legal")).expect("the team");
    owner.discipline = Discipline::Priority;
    model
}

/// Work that runs side by side and meets again.
fn fork() -> Model {
    forked("a > b > d\na > c > d")
}

/// Chains in which a hands on to all and d waits for all.
fn forked(chains: &str) -> Model {
    let model = with_stage(model(chains), "a", |stage| stage.exit = Exit::TakeAll);
    with_stage(model, "d", |stage| stage.entry = Entry::All)
}

#[test]
fn sound_models_have_no_problem() {
    let sound = [
        Model::default(),
        everything_simulated(),
        model("a"),
        model("a > b > c\na <10%< c\nb <20%< b\na <5%~ c"),
        model("a 30%> b > d\na 70%> c > d"),
        fork(),
        owned(),
        // Relaxed ways join where they meet again.
        model("p > u ~> v > w"),
        model("a > b ~> c > d ~> e > f"),
        // Alternatives that are divided differently and meet branch by branch.
        {
            let mut model =
                model("a > l > l1 > m1 > j\nl > l2 > m2 > j\na > r > r1 > m1\nr > r2 > m2");
            for split in ["l", "r"] {
                model = with_stage(model, split, |stage| stage.exit = Exit::TakeAll);
            }
            with_stage(model, "j", |stage| stage.entry = Entry::All)
        },
        // Each class has its own way.
        {
            let model = with_two_classes(model("a > b > d\na > c > d"));
            let model = with_handoff(model, "a--b", |handoff| handoff.only = only_class("long"));
            let model = with_handoff(model, "b--d", |handoff| handoff.only = only_class("long"));
            let model = with_handoff(model, "c--d", |handoff| handoff.only = only_class("short"));
            let model = with_handoff(model, "a--c", |handoff| handoff.only = only_class("short"));
            with_stage(model, "d", |stage| stage.entry = Entry::All)
        },
        // Rework up to all of the items, shared by ways that are not open to the same.
        {
            let model = with_two_classes(model("a > b > c\na <60%< b\na <60%< b"));
            let model = with_handoff(model, "b--a", |handoff| handoff.only = only_class("long"));
            with_handoff(model, "b--a-2", |handoff| {
                handoff.only = only_class("short");
            })
        },
    ];
    for model in sound {
        assert_eq!(lines(&model), [""; 0]);
    }
}

#[test]
fn feedback_into_one_branch_is_led_to_where_the_branches_part() {
    // Into each branch; to the stage before, where it is right; and behind the join.
    let chains = "p > a > b > d > e\na > c > d\nb <10%~ e\nc <5%~ d\np <5%~ e\ne <5%~ d";
    let model = forked(chains);
    assert_eq!(
        lines(&model),
        [
            "error feedback-into-branch @ handoff e--b: Feedback starts items at B that wait at D for \
             ever: they never come to C",
            "error feedback-into-branch @ handoff d--c: Feedback starts items at C that wait at D for \
             ever: they never come to B",
        ]
    );
    let mut mended = model.clone();
    for problem in check(&model) {
        let hint = problem.hint.as_deref();
        assert_eq!(hint, Some("Lead it to A, from where items come to both"));
        apply_all(&mut mended, &problem.fix).expect("a ready Change applies");
    }
    assert_eq!(lines(&mended), [""; 0]);
}

#[test]
fn errors_come_first() {
    let model = with_stage(model("a > b > a"), "b", |stage| stage.work = None);
    let problems = check(&model);
    assert!(has_errors(&problems));
    let severities: Vec<Severity> = problems.iter().map(|problem| problem.severity).collect();
    assert!(severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
}

#[test]
fn a_scenario_with_a_broken_chain_still_applies_what_it_can() {
    let mut model = model("a > b");
    let relax = Change::Handoff(HandoffChange::Set {
        handoffs: vec![handoff("a--b")],
        field: anabranch::model::HandoffField::Needs(Needs::Customary),
    });
    model
        .scenarios
        .push(scenario("more", None, vec![remove_stage("gone"), relax]));
    let id = ScenarioId::new("more").expect("a slug");
    let resolved = anabranch::edit::resolve(&model, id);
    assert_eq!(resolved.problems.len(), 1);
    let changed = resolved
        .model
        .handoffs
        .find(handoff("a--b"))
        .expect("it is there");
    assert_eq!(changed.needs, Needs::Customary);
}
