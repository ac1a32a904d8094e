//! Changes, the history, new ids, scenarios, running together.

use std::sync::Arc;

use anabranch::edit::{
    Document, EditError, Effect, FreshIds, Gesture, Reason, Selected, Selection, apply, apply_all,
    broken_invariant, connect, duplicate, label_of, new_stage, resolve, run_in_order, run_together,
};
use anabranch::graph::Flow;
use anabranch::model::{
    Arrivals, Calendar, CalendarChange, CalendarId, Change, DemandField, Distribution, Entry, Exit,
    Group, GroupChange, GroupId, Handoff, HandoffChange, HandoffField, HandoffId, HandoffKind, Id,
    Model, Needs, Only, Scenario, ScenarioChange, ScenarioField, ScenarioId, Share, Stage,
    StageChange, StageField, StageId, Stream, StreamChange, StreamField, StreamId, Team,
    TeamChange, TeamField, TeamId, View, ViewChange, ViewId, WorldPoint, WorldVector,
};
use proptest::prelude::*;

use crate::build::{
    self, handoff, model, stage, team, with_handoff, with_stage, with_stream, with_team,
};

fn rename(name: &str, to: &str) -> Change {
    Change::Stage(StageChange::Set {
        stages: vec![stage(name)],
        field: StageField::Name(to.to_owned()),
    })
}

fn move_by(name: &str, x: f64) -> Change {
    Change::Stage(StageChange::Move {
        stages: vec![stage(name)],
        by: WorldVector::new(x, 0.0),
    })
}

fn at(model: Model, name: &str, x: f64) -> Model {
    with_stage(model, name, |stage| {
        stage.at.position = Some(WorldPoint::new(x, 0.0));
    })
}

fn x_of(document: &Document, name: &str) -> f64 {
    let found = document
        .model()
        .stages
        .find(stage(name))
        .expect("the stage");
    found.at.position.expect("a place").x
}

#[test]
fn removing_a_stage_takes_along_what_names_it() {
    let mut model = with_stream(model("a > b > c"), |stream| {
        stream.demands[0].at = vec![stage("b"), stage("a")];
    });
    model.groups.push(Group {
        id: GroupId::new("g").expect("a slug"),
        name: "G".to_owned(),
        stages: vec![stage("b"), stage("c")],
        is_collapsed: false,
        colour: None,
    });
    let remove = Change::Stage(StageChange::Remove {
        stages: vec![stage("b")],
    });
    assert_eq!(apply(&mut model, &remove), Ok(Effect::Changed));
    assert_eq!(model.handoffs.len(), 0);
    assert_eq!(
        model.streams.at(0).expect("one").demands[0].at,
        [stage("a")]
    );
    assert_eq!(model.groups.at(0).expect("one").stages, [stage("c")]);
    assert_eq!(broken_invariant(&model), None);
}

#[test]
fn removing_a_team_calendar_stream_or_scenario_clears_what_names_it() {
    let mut model = with_team(model("a > b"), "legal", 2, &["b"]);
    let office = CalendarId::new("office").expect("a slug");
    model.calendars.push(Calendar::new(office, "Office"));
    model.teams.find_mut(team("legal")).expect("it").calendar = Some(office);
    let id = |text: &str| ScenarioId::new(text).expect("a slug");
    for (name, on) in [("base", None), ("more", Some(id("base")))] {
        model.scenarios.push(Scenario {
            id: id(name),
            name: name.to_owned(),
            description: String::new(),
            on,
            changes: vec![rename("a", name)],
        });
    }
    model.views.push(View {
        id: ViewId::new("v").expect("a slug"),
        name: String::new(),
        frame: None,
        scenario: Some(id("base")),
        overlay: None,
        caption: String::new(),
        plays: false,
    });
    let side = StreamId::new("side").expect("a slug");
    model.streams.push(Stream::new(side, "Side"));
    let mut own = Handoff::new(handoff("own"), stage("a"), stage("b"));
    own.only = vec![Only::Stream(side)];
    model.handoffs.push(own);
    let mut shared = Handoff::new(handoff("shared"), stage("a"), stage("b"));
    shared.only = vec![Only::Stream(side), Only::Stream(build::main_stream())];
    model.handoffs.push(shared);

    let changes = [
        Change::Calendar(CalendarChange::Remove { calendar: office }),
        Change::Team(TeamChange::Remove {
            team: team("legal"),
        }),
        Change::Scenario(ScenarioChange::Remove {
            scenario: id("base"),
        }),
        Change::Stream(StreamChange::Remove { stream: side }),
    ];
    for change in &changes {
        assert_eq!(apply(&mut model, change), Ok(Effect::Changed));
        assert_eq!(broken_invariant(&model), None);
    }
    assert_eq!(model.stages.find(stage("b")).expect("it").team, None);
    let more = model.scenarios.find(id("more")).expect("it");
    assert_eq!(more.on, None);
    assert_eq!(more.changes, [rename("a", "base"), rename("a", "more")]);
    assert_eq!(model.views.at(0).expect("one").scenario, None);
    // With nobody named it would be open to everybody.
    assert!(!model.handoffs.contains(handoff("own")));
    let shared = model.handoffs.find(handoff("shared")).expect("it");
    assert_eq!(shared.only, [Only::Stream(build::main_stream())]);
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    let check = |change: Change, expected: &str| {
        let mut model = at(model("a > b"), "a", 0.0);
        let before = model.clone();
        let error = apply(&mut model, &change).expect_err(expected);
        assert_eq!(error.to_string(), expected);
        assert_eq!(model, before);
    };
    let set = |field| {
        Change::Stage(StageChange::Set {
            stages: vec![stage("a"), stage("b")],
            field,
        })
    };
    check(rename("gone", "x"), "there is no stage gone");
    check(set(StageField::Crew(0)), "it must be 1 or more");
    check(
        set(StageField::Satisfaction(Some(6))),
        "satisfaction goes from 1 to 5",
    );
    check(
        set(StageField::Team(Some(team("gone")))),
        "there is no team gone",
    );
    check(
        Change::Stage(StageChange::Add {
            stage: Arc::new(Stage::new(stage("a"), "Another")),
            position: None,
        }),
        "there is already a stage a",
    );
    check(
        Change::Handoff(HandoffChange::Relax {
            handoffs: vec![handoff("a--b")],
            is_relaxed: true,
        }),
        "only a customary forward handoff can be relaxed",
    );
    check(
        Change::Handoff(HandoffChange::Reconnect {
            handoff: handoff("a--b"),
            from: stage("a"),
            to: stage("gone"),
        }),
        "there is no stage gone",
    );
    check(move_by("a", f64::NAN), "a place must be finite");
}

#[test]
fn a_fault_that_came_with_the_file_stands_in_the_way_of_no_other_change() {
    let faulty = with_stage(at(model("a > b"), "a", 0.0), "a", |stage| {
        stage.crew = 0;
        stage.limit = Some(0);
    });
    let mut model = with_stream(faulty, |stream| stream.wip_limit = Some(0));
    let set = |field| {
        Change::Stage(StageChange::Set {
            stages: vec![stage("a")],
            field,
        })
    };
    let does = |model: &mut Model, change: Change| {
        assert_eq!(apply(model, &change), Ok(Effect::Changed), "{change:?}");
    };
    does(&mut model, rename("a", "Another"));
    does(&mut model, move_by("a", 8.0));
    // Each of two is mended by itself, and neither comes back.
    does(&mut model, set(StageField::Crew(1)));
    does(&mut model, set(StageField::Limit(None)));
    assert!(apply(&mut model, &set(StageField::Crew(0))).is_err());
    // One that is there hides no other.
    let mut faulty = with_stage(model.clone(), "a", |stage| stage.crew = 0);
    assert!(apply(&mut faulty, &move_by("a", f64::NAN)).is_err());
    let stream = build::main_stream();
    let demand = model.streams.find(stream).expect("it").demands[0].clone();
    let twice = Change::Stream(StreamChange::AddDemand {
        stream,
        demand: Arc::new(demand.clone()),
    });
    assert!(apply(&mut model, &twice).is_err());
    let at = |name| {
        Change::Stream(StreamChange::SetDemand {
            stream,
            demand: demand.id,
            field: DemandField::At(vec![stage(name)]),
        })
    };
    assert!(apply(&mut model, &at("gone")).is_err());
    does(&mut model, at("b"));
    let limit = Change::Stream(StreamChange::Set {
        stream,
        field: StreamField::WipLimit(None),
    });
    does(&mut model, limit);
    assert_eq!(broken_invariant(&model), None);
}

#[test]
fn moving_takes_the_corners_between_along_and_leaves_locked_stages() {
    let model = at(at(at(model("a > b > c"), "a", 0.0), "b", 100.0), "c", 200.0);
    let model = with_stage(model, "c", |stage| stage.at.is_locked = true);
    let bend = |model: Model, id: &str| {
        with_handoff(model, id, |handoff| {
            handoff.bends = vec![WorldPoint::new(50.0, 5.0)];
        })
    };
    let mut model = bend(bend(model, "a--b"), "b--c");
    let all = Change::Stage(StageChange::Move {
        stages: vec![stage("a"), stage("b"), stage("c")],
        by: WorldVector::new(10.0, 0.0),
    });
    assert_eq!(apply(&mut model, &all), Ok(Effect::Changed));
    let x = |name: &str| {
        model
            .stages
            .find(stage(name))
            .expect("it")
            .at
            .position
            .expect("set")
            .x
    };
    assert_eq!([x("a"), x("b"), x("c")], [10.0, 110.0, 200.0]);
    let corner = |id: &str| model.handoffs.find(handoff(id)).expect("it").bends[0].x;
    assert_eq!([corner("a--b"), corner("b--c")], [60.0, 50.0]);
}

#[test]
fn what_is_required_is_no_longer_relaxed() {
    let mut model = model("a ~> b");
    let set = |field| {
        Change::Handoff(HandoffChange::Set {
            handoffs: vec![handoff("a--b")],
            field,
        })
    };
    assert_eq!(
        apply(&mut model, &set(HandoffField::Needs(Needs::Required))),
        Ok(Effect::Changed)
    );
    assert!(!model.handoffs.at(0).expect("one").is_relaxed);
}

#[test]
fn a_gesture_is_one_step_and_nothing_when_it_ends_where_it_began() {
    let mut document = Document::new(at(model("a > b"), "a", 0.0));
    let gesture = Gesture::begin();
    for x in [1.0, 2.0, 3.0] {
        let effect = document.edit("Move stage", &[move_by("a", x)], Some(gesture));
        assert_eq!(effect, Ok(Effect::Changed));
    }
    assert_eq!(x_of(&document, "a"), 6.0);
    assert_eq!(document.history().collect::<Vec<_>>(), ["Move stage"]);
    assert!(document.undo());
    assert_eq!(x_of(&document, "a"), 0.0);
    assert!(!document.is_modified());
    assert!(document.redo());
    assert_eq!(x_of(&document, "a"), 6.0);

    let there_and_back = Gesture::begin();
    for x in [5.0, -5.0] {
        let changes = [move_by("a", x)];
        document
            .edit("Move stage", &changes, Some(there_and_back))
            .expect("it applies");
    }
    assert_eq!(document.history().len(), 1);
    assert_eq!(document.redo_label(), None);
    // Undo in between: what comes later is a step of its own.
    let gesture = Gesture::begin();
    document
        .edit("Move stage", &[move_by("a", 1.0)], Some(gesture))
        .expect("it applies");
    assert!(document.undo());
    document
        .edit("Move stage", &[move_by("a", 2.0)], Some(gesture))
        .expect("it applies");
    assert_eq!(document.history().len(), 2);
}

#[test]
fn what_changes_nothing_leaves_no_step_and_several_changes_are_all_or_nothing() {
    let mut document = Document::new(model("a > b"));
    let revision = document.revision();
    let same = document.edit("Rename stage", &[rename("a", "A")], None);
    assert_eq!(same, Ok(Effect::Unchanged));
    let there_and_back = [rename("a", "X"), rename("a", "A")];
    assert_eq!(
        document.edit("Rename", &there_and_back, None),
        Ok(Effect::Unchanged)
    );
    let half = [rename("a", "X"), rename("gone", "Y")];
    let error = document.edit("Rename", &half, None);
    assert!(matches!(
        error,
        Err(EditError::NoSuch { kind: "stage", .. })
    ));
    assert_eq!(document.undo_label(), None);
    assert_eq!(document.revision(), revision);
    assert_eq!(document.model(), &model("a > b"));
}

#[test]
fn undo_restores_the_selection_and_edits_forget_what_is_gone() {
    let mut document = Document::new(model("a > b"));
    let both = Selection::from_iter([
        Selected::Stage(stage("a")),
        Selected::Stage(stage("b")),
        Selected::Stage(stage("a")),
    ]);
    assert_eq!(both.len(), 2);
    document.select(both.clone());
    let remove = Change::Stage(StageChange::Remove {
        stages: vec![stage("a")],
    });
    document
        .edit("Remove stage", std::slice::from_ref(&remove), None)
        .expect("it applies");
    assert_eq!(
        document.selection().single(),
        Some(Selected::Stage(stage("b")))
    );
    document.select(Selection::default());
    assert!(document.undo());
    assert_eq!(document.selection(), &both);
    assert_eq!(document.redo_label(), Some("Remove stage"));
    assert!(document.redo());
    assert!(document.selection().is_empty());
}

#[test]
fn a_document_knows_whether_it_differs_from_its_file() {
    let mut document = Document::new(model("a > b"));
    assert!(!document.is_modified());
    document
        .edit("Rename stage", &[rename("a", "X")], None)
        .expect("it applies");
    assert!(document.is_modified());
    let saving = document.shared_model();
    document
        .edit("Rename stage", &[rename("a", "Y")], None)
        .expect("it applies");
    // The save that ends now is of the Model before the last edit.
    document.mark_saved(saving, "x.ron".into());
    assert!(document.is_modified());
    assert!(document.undo());
    assert!(!document.is_modified());
    assert!(document.undo());
    assert!(document.is_modified());
    // Typed again it is the same.
    document
        .edit("Rename stage", &[rename("a", "X")], None)
        .expect("it applies");
    assert!(!document.is_modified());
}

#[test]
fn new_ids_avoid_what_scenarios_still_name() {
    let mut model = model("review > b");
    let id = |text: &str| ScenarioId::new(text).expect("a slug");
    model.scenarios.push(Scenario {
        id: id("less"),
        name: "Less".to_owned(),
        description: String::new(),
        on: None,
        changes: vec![
            rename("review-2", "Gone"),
            Change::Handoff(HandoffChange::Remove {
                handoffs: vec![handoff("b--review")],
            }),
        ],
    });
    let mut ids = FreshIds::new(&model);
    assert_eq!(ids.stage("Review"), stage("review-3"));
    assert_eq!(ids.stage("Review"), stage("review-4"));
    assert_eq!(
        ids.handoff(stage("review"), stage("b")),
        handoff("review--b-2")
    );
    assert_eq!(
        ids.handoff(stage("b"), stage("review")),
        handoff("b--review-2")
    );
    assert_eq!(ids.team("Review"), team("review"));
    assert_eq!(ids.scenario("less"), id("less-2"));
}

#[test]
fn a_stage_that_is_added_draws_no_items_to_itself() {
    // Nothing says where items arrive but that rework alone leads to `a`.
    let mut document = Document::new(build::model("a > b\na <10%< b"));
    let arrives = |model: &Model| Flow::of(model).arrivals[0].at.clone();
    assert_eq!(arrives(document.model()), [stage("a")]);
    let made = new_stage(document.model(), "New", None, None);
    document
        .edit("Add stage", &made.changes, None)
        .expect("it applies");
    assert_eq!(arrives(document.model()), [stage("a")]);
    // Once it is said it is not said again.
    assert_eq!(
        new_stage(document.model(), "Next", None, None)
            .changes
            .len(),
        1
    );
    assert!(document.undo());
    let selection = Selection::of(Selected::Stage(stage("b")));
    let copies = duplicate(
        document.model(),
        &selection,
        &|_| None,
        WorldVector::new(8.0, 8.0),
    );
    document
        .edit("Duplicate", &copies.changes, None)
        .expect("it applies");
    assert_eq!(document.model().stages.len(), 3);
    assert_eq!(arrives(document.model()), [stage("a")]);
}

#[test]
fn drawing_in_an_empty_model_makes_something_that_runs() {
    let mut document = Document::default();
    let first = new_stage(
        document.model(),
        "Script",
        Some(WorldPoint::new(1.0, 2.0)),
        None,
    );
    let label = label_of(&first.changes);
    document
        .edit(label, &first.changes, None)
        .expect("it applies");
    let second = new_stage(document.model(), "Edit", None, None);
    document
        .edit("Add stage", &second.changes, None)
        .expect("it applies");
    let way = connect(
        document.model(),
        first.stage,
        second.stage,
        HandoffKind::Forward,
    );
    let way = way.expect("two stages can be connected");
    document
        .edit("Connect stages", &way.changes, None)
        .expect("it applies");
    let model = document.model();
    assert_eq!(model.streams.len(), 1);
    let demand = &model.streams.at(0).expect("one").demands[0];
    assert_eq!(demand.at, [stage("script")]);
    assert!(matches!(
        demand.arrivals,
        Arrivals::Every {
            gap: Distribution::Exponential { .. },
            batch: 1
        }
    ));
    assert!(
        model
            .stages
            .iter()
            .all(|stage| stage.stream == model.streams.at(0).map(|s| s.id))
    );
    assert_eq!(way.handoff, handoff("script--edit"));
    assert!(!anabranch::check::has_errors(&anabranch::check::check(
        model
    )));
}

#[test]
fn what_cannot_be_connected_says_why_and_what_instead() {
    let model = model("a > b > c");
    let refusal =
        connect(&model, stage("c"), stage("a"), HandoffKind::Forward).expect_err("circle");
    assert_eq!(refusal.reason, Reason::Circle);
    assert_eq!(
        refusal.message,
        "A comes before C, so items would go round in a circle"
    );
    let mut changed = model.clone();
    apply_all(&mut changed, &refusal.instead).expect("rework instead");
    assert!(
        changed
            .handoffs
            .find(handoff("c--a"))
            .expect("it")
            .is_rework()
    );

    let to_itself = connect(&model, stage("a"), stage("a"), HandoffKind::Forward);
    assert_eq!(
        to_itself.expect_err("a circle").message,
        "A cannot hand on to itself"
    );
    let rework = HandoffKind::Rework { at_most: None };
    let ahead = connect(&model, stage("a"), stage("c"), rework).expect_err("not behind");
    assert_eq!(ahead.reason, Reason::NotBehind);
    assert!(connect(&model, stage("b"), stage("b"), rework).is_ok());
    assert!(connect(&model, stage("a"), stage("c"), HandoffKind::Feedback).is_ok());
    let gone = connect(&model, stage("a"), stage("gone"), HandoffKind::Forward);
    assert_eq!(gone.expect_err("gone").reason, Reason::NoSuchElement);
}

#[test]
fn scenarios_are_replayed_on_those_they_build_on() {
    let mut model = model("a > b");
    let id = |text: &str| ScenarioId::new(text).expect("a slug");
    let scenarios = [
        (
            "base",
            None,
            vec![rename("a", "First"), rename("b", "Other")],
        ),
        (
            "more",
            Some("base"),
            vec![rename("a", "Second"), rename("gone", "X")],
        ),
    ];
    for (name, on, changes) in scenarios {
        model.scenarios.push(Scenario {
            id: id(name),
            name: name.to_owned(),
            description: String::new(),
            on: on.map(id),
            changes,
        });
    }
    let resolved = resolve(&model, id("more"));
    let name = |text: &str| {
        resolved
            .model
            .stages
            .find(stage(text))
            .expect("it")
            .name
            .clone()
    };
    assert_eq!([name("a"), name("b")], ["Second", "Other"]);
    let messages: Vec<&str> = resolved
        .problems
        .iter()
        .map(|p| p.message.as_str())
        .collect();
    assert_eq!(
        messages,
        ["\"Rename stage\" no longer applies: there is no stage gone"]
    );
    // The baseline is edited, and the scenario lives on.
    assert_eq!(apply(&mut model, &rename("b", "New")), Ok(Effect::Changed));
    assert_eq!(resolve(&model, id("more")).problems.len(), 1);
}

/// What running some handoffs together comes to: the Flow's forward ways, or the reason why not.
fn together(model: &Model, selected: &[&str]) -> String {
    let ids: Vec<HandoffId> = selected.iter().map(|id| handoff(id)).collect();
    match run_together(model, &ids) {
        Err(refusal) => {
            assert!(!refusal.hint.is_empty());
            format!("{:?}: {}", refusal.reason, refusal.message)
        }
        Ok(changes) => {
            let mut relaxed = model.clone();
            apply_all(&mut relaxed, &changes).expect("it applies");
            let back = run_in_order(&relaxed, &ids).expect("they are relaxed now");
            let flow = Flow::of(&relaxed);
            apply_all(&mut relaxed, &back).expect("it applies");
            assert_eq!(&relaxed, model);
            let forward = flow.handoffs.iter().filter(|handoff| handoff.is_forward());
            let words: Vec<String> = forward
                .map(|handoff| format!("{}-{}", handoff.from, handoff.to))
                .collect();
            words.join(" ")
        }
    }
}

#[test]
fn stages_run_together_or_it_says_why_not() {
    let check = |chains: &str, selected: &[&str], expected: &str| {
        assert_eq!(together(&model(chains), selected), expected, "{chains}");
    };
    check("p > u ?> v > w", &["u--v"], "p-u v-w p-v u-w");
    check("p > u ?> v > w\np <10%< v", &["u--v"], "p-u v-w p-v u-w");
    check("p > u ?> v > w\np <10%< w", &["u--v"], "p-u v-w p-v u-w");
    check(
        "p > u ?> v > w\np <10%< u",
        &["u--v", "u--p"],
        "p-u v-w p-v u-w",
    );
    check(
        "p > u > v",
        &[],
        "NothingCustomary: No customary handoff is selected",
    );
    check(
        "p > u > v",
        &["p--u"],
        "NothingCustomary: No customary handoff is selected",
    );
    check(
        "p > u ?> v",
        &["p--u", "u--v"],
        "Required: U needs what P makes",
    );
    check(
        "p > u ~> v",
        &["u--v"],
        "NothingToDo: These stages run together already",
    );
    check(
        "p > u ?> v",
        &["gone"],
        "NoSuchElement: There is no handoff gone",
    );
    let choice = "ChooseOne: After U an item takes one of several ways";
    check("p > u 50%> x\nu ?> v", &["u--v"], choice);
    check(
        "p 50%> x\np > u ?> v",
        &["u--v"],
        "ChooseOne: After P an item takes one of several ways",
    );
    check(
        "p > u ?> v > w\np > x > w",
        &["u--v"],
        "ChooseOne: After P an item takes one of several ways",
    );
    check(
        "p > u ?> v > w\nu <10%< w",
        &["u--v"],
        "ReworkEntersOneBranch: Rework from W to U would no longer redo V",
    );
    check(
        "p > u ?> v > w\nu <10%< v",
        &["u--v"],
        "ReworkLeadsNowhere: V would run beside U, so rework could no longer lead back from one to \
         the other",
    );
}

#[test]
fn running_together_keeps_to_one_stream_and_starves_no_join() {
    let side = StreamId::new("side").expect("a slug");
    let mut two = model("p > u ?> v > w\nx > y ?> z");
    two.streams.push(Stream::new(side, "Side"));
    for name in ["x", "y", "z"] {
        two = with_stage(two, name, |stage| stage.stream = Some(side));
    }
    assert_eq!(
        together(&two, &["u--v", "y--z"]),
        "SeveralStreams: The selected handoffs belong to more than one stream"
    );
    // Items that begin at u would never come to v.
    let inside = with_stream(model("p > u ?> v > w"), |stream| {
        let mut other = build::demand("other");
        other.at = vec![stage("u")];
        stream.demands.push(other);
    });
    assert_eq!(
        together(&inside, &["u--v"]),
        "NeverComplete: W would wait for all its ways in, and some items come over a part of them \
         only"
    );
    // Where one of several ways is enough.
    let merge = with_stage(model("p > u ?> v > w\np > x > w"), "p", |stage| {
        stage.exit = Exit::TakeAll;
    });
    assert_eq!(
        together(&merge, &["u--v"]),
        "AnyWayIn: Any one of several ways is enough to start W"
    );
    let join = with_stage(merge, "w", |stage| stage.entry = Entry::All);
    assert_eq!(together(&join, &["u--v"]), "p-u v-w p-x x-w p-v u-w");
}

/// What a random Change is made of; ids are picked among those of the Model at hand, and now and
/// then one that nothing has.
#[derive(Clone, Debug)]
pub struct Dice {
    pub kind: u8,
    pub a: usize,
    pub b: usize,
    pub value: u8,
}

/// Any dice.
pub fn dice() -> impl Strategy<Value = Dice> {
    (0..24_u8, 0..40_usize, 0..40_usize, 0..8_u8).prop_map(|(kind, a, b, value)| Dice {
        kind,
        a,
        b,
        value,
    })
}

fn pick<I: Id>(ids: &[I], n: usize) -> I {
    match ids.get(n % (ids.len() + 1)) {
        Some(&id) if n % 13 != 12 => id,
        _ => I::from_slug(anabranch::model::Slug::new("gone").expect("a slug")),
    }
}

/// The Change that dice make of a Model. It may be one that cannot be applied.
pub fn change(model: &Model, dice: &Dice) -> Change {
    let Dice { kind, a, b, value } = *dice;
    let stages: Vec<StageId> = model.stages.iter().map(|one| one.id).collect();
    let handoffs: Vec<HandoffId> = model.handoffs.iter().map(|one| one.id).collect();
    let teams: Vec<TeamId> = model.teams.iter().map(|one| one.id).collect();
    let streams: Vec<StreamId> = model.streams.iter().map(|one| one.id).collect();
    let scenarios: Vec<ScenarioId> = model.scenarios.iter().map(|one| one.id).collect();
    let calendars: Vec<CalendarId> = model.calendars.iter().map(|one| one.id).collect();
    let groups: Vec<GroupId> = model.groups.iter().map(|one| one.id).collect();
    let views: Vec<ViewId> = model.views.iter().map(|one| one.id).collect();
    let mut ids = FreshIds::new(model);
    let some_stages = vec![pick(&stages, a), pick(&stages, b)];
    let set_stage = |field| {
        Change::Stage(StageChange::Set {
            stages: some_stages.clone(),
            field,
        })
    };
    let set_handoff = |field| {
        Change::Handoff(HandoffChange::Set {
            handoffs: vec![pick(&handoffs, a)],
            field,
        })
    };
    match kind {
        0..=2 => Change::Stage(StageChange::Add {
            stage: Arc::new(Stage::new(ids.stage("Stage"), "Stage")),
            position: (value > 3).then_some(b),
        }),
        3..=5 => Change::Handoff(HandoffChange::Add {
            handoff: Arc::new(Handoff::new(
                ids.handoff(some_stages[0], some_stages[1]),
                some_stages[0],
                some_stages[1],
            )),
            position: None,
        }),
        6 => Change::Stage(StageChange::Remove {
            stages: some_stages,
        }),
        7 => Change::Handoff(HandoffChange::Remove {
            handoffs: vec![pick(&handoffs, a)],
        }),
        8 => set_stage(StageField::Crew(u32::from(value))),
        9 => set_stage(StageField::Team(Some(pick(&teams, value.into())))),
        10 => set_stage(StageField::Stream(Some(pick(&streams, value.into())))),
        11 => set_handoff(HandoffField::Needs(if value > 3 {
            Needs::Customary
        } else {
            Needs::Required
        })),
        12 => Change::Handoff(HandoffChange::Relax {
            handoffs: vec![pick(&handoffs, a)],
            is_relaxed: value > 2,
        }),
        13 => Change::Handoff(HandoffChange::Reconnect {
            handoff: pick(&handoffs, value.into()),
            from: some_stages[0],
            to: some_stages[1],
        }),
        14 => Change::Team(TeamChange::Add {
            team: Arc::new(Team::new(ids.team("Team"), "Team")),
            position: None,
        }),
        15 => match value {
            0 => Change::Team(TeamChange::Remove {
                team: pick(&teams, a),
            }),
            1 => Change::Calendar(CalendarChange::Remove {
                calendar: pick(&calendars, a),
            }),
            2 => Change::Scenario(ScenarioChange::Remove {
                scenario: pick(&scenarios, a),
            }),
            3 => Change::Stream(StreamChange::Remove {
                stream: pick(&streams, a),
            }),
            4 => Change::Group(GroupChange::Remove {
                group: pick(&groups, a),
            }),
            _ => Change::View(ViewChange::Remove {
                view: pick(&views, a),
            }),
        },
        16 => Change::Calendar(CalendarChange::Add {
            calendar: Arc::new(Calendar::new(ids.calendar("Calendar"), "Calendar")),
            position: Some(0),
        }),
        17 => Change::Team(TeamChange::Set {
            team: pick(&teams, a),
            field: TeamField::Calendar(Some(pick(&calendars, b))),
        }),
        18 => Change::Scenario(ScenarioChange::Add {
            scenario: Arc::new(Scenario {
                id: ids.scenario("Scenario"),
                name: "Scenario".to_owned(),
                description: String::new(),
                on: (value > 4).then(|| pick(&scenarios, b)),
                changes: vec![rename(some_stages[0].as_str(), "Renamed")],
            }),
            position: None,
        }),
        19 => Change::Scenario(ScenarioChange::Set {
            scenario: pick(&scenarios, a),
            field: ScenarioField::On(Some(pick(&scenarios, b))),
        }),
        20 => Change::Group(GroupChange::Add {
            group: Arc::new(Group {
                id: ids.group("Group"),
                name: "Group".to_owned(),
                stages: some_stages,
                is_collapsed: false,
                colour: None,
            }),
        }),
        21 => match value {
            0..=2 => {
                let mut stream = Stream::new(ids.stream("Stream"), "Stream");
                let mut demand = build::demand("demand");
                demand.at = some_stages;
                stream.demands.push(demand);
                Change::Stream(StreamChange::Add {
                    stream: Arc::new(stream),
                    position: None,
                })
            }
            3..=5 => Change::Stream(StreamChange::AddDemand {
                stream: pick(&streams, a),
                demand: Arc::new(build::demand(if value == 3 { "demand" } else { "other" })),
            }),
            _ => set_handoff(HandoffField::Only(vec![Only::Stream(pick(&streams, b))])),
        },
        22 => Change::View(ViewChange::Add {
            view: Arc::new(View {
                id: ids.view("View"),
                name: "View".to_owned(),
                frame: None,
                scenario: Some(pick(&scenarios, a)),
                overlay: None,
                caption: String::new(),
                plays: false,
            }),
            position: None,
        }),
        _ => match value {
            0..=2 => set_handoff(HandoffField::Kind(HandoffKind::Rework { at_most: None })),
            3 => set_handoff(HandoffField::Share(Share::new(0.25))),
            4 => Change::Stage(StageChange::Reorder {
                stage: some_stages[0],
                position: b,
            }),
            _ => set_stage(StageField::Name(format!("Name {value}"))),
        },
    }
}

proptest! {
    #![proptest_config(crate::cases::cases(400))]

    #[test]
    fn undo_restores_and_redo_repeats(dice in prop::collection::vec(dice(), 1..60)) {
        let mut document = Document::new(model("a > b ?> c > d\nb <10%< c"));
        let mut states = vec![document.shared_model()];
        let mut gesture = None;
        for one in &dice {
            let change = change(document.model(), one);
            let before = document.shared_model();
            // Now and then several edits are one gesture.
            gesture = match (gesture, one.value) {
                (_, 0 | 1) => Some(Gesture::begin()),
                (Some(gesture), 2..=4) => Some(gesture),
                _ => None,
            };
            let steps = document.history().len();
            match document.edit("Edit", &[change], gesture) {
                Err(_) | Ok(Effect::Unchanged) => {
                    prop_assert_eq!(document.model(), before.as_ref());
                    prop_assert_eq!(document.history().len(), steps);
                }
                Ok(Effect::Changed) => {
                    prop_assert_ne!(document.model(), before.as_ref());
                    match document.history().len() {
                        now if now > steps => states.push(document.shared_model()),
                        // The gesture went on, or ended where it began.
                        now => {
                            states.truncate(now);
                            states.push(document.shared_model());
                        }
                    }
                }
            }
            prop_assert_eq!(broken_invariant(document.model()), None);
            prop_assert_eq!(states.len(), document.history().len() + 1);
        }
        for state in states.iter().rev().skip(1) {
            prop_assert!(document.undo());
            prop_assert_eq!(document.model(), state.as_ref());
        }
        prop_assert!(!document.undo());
        prop_assert!(!document.is_modified());
        for state in states.iter().skip(1) {
            prop_assert!(document.redo());
            prop_assert_eq!(document.model(), state.as_ref());
        }
        prop_assert!(!document.redo());
    }

    #[test]
    fn what_cannot_be_applied_changes_nothing(dice in prop::collection::vec(dice(), 1..60)) {
        let mut model = model("a > b ?> c > d\nb <10%< c");
        for one in &dice {
            let change = change(&model, one);
            let before = model.clone();
            match apply(&mut model, &change) {
                Ok(Effect::Changed) => prop_assert_ne!(&model, &before),
                Ok(Effect::Unchanged) | Err(_) => prop_assert_eq!(&model, &before),
            }
            prop_assert_eq!(broken_invariant(&model), None);
            // Whatever comes of it can be judged, and every ready Change applies.
            for problem in anabranch::check::check(&model) {
                let mut fixed = model.clone();
                prop_assert!(apply_all(&mut fixed, &problem.fix).is_ok(), "{:?}", problem);
            }
        }
    }
}
