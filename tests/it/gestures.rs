//! The Changes behind gestures: deleting with healing, inserting, reconnecting, copies, moving.

use anabranch::edit::{
    Document, Reason, Selected, Selection, Shift, apply_all, broken_invariant, duplicate, insert,
    reconnect, remove, resize, set_placement, shift,
};
use anabranch::graph::{Flow, StageGraph, token_faults};
use anabranch::model::{
    Entry, Exit, Handoff, HandoffId, Model, Note, NoteId, NoteKind, Placement, Share, Stage,
    StageId, Trigger, WorldPoint, WorldRect, WorldSize, WorldVector,
};
use proptest::prelude::*;

use crate::build::{handoff, main_stream, model, stage, with_handoff, with_stage, with_stream};

fn selected(names: &[&str]) -> Selection {
    names
        .iter()
        .map(|name| Selected::Stage(stage(name)))
        .collect()
}

/// Deletes stages, and says what leads where then.
fn healed(model: &Model, names: &[&str]) -> (Model, Vec<String>) {
    let removal = remove(model, &selected(names), true);
    let mut after = model.clone();
    apply_all(&mut after, &removal.changes).expect("what is prepared can be applied");
    assert_eq!(broken_invariant(&after), None);
    (after, removal.gaps)
}

fn ways(model: &Model) -> String {
    let ways: Vec<String> = model
        .handoffs
        .iter()
        .map(|handoff| format!("{}>{}", handoff.from, handoff.to))
        .collect();
    ways.join(" ")
}

#[test]
fn what_came_before_a_deleted_stage_leads_on_with_its_own_time() {
    let model = with_handoff(model("a > b > c\nc <20%< b"), "a--b", |handoff| {
        handoff.trigger = Trigger::Manual("2d".parse().expect("a time"));
        handoff.artifact = "cut".to_owned();
        handoff.bends = vec![WorldPoint::new(5.0, 5.0)];
    });
    let (after, gaps) = healed(&model, &["b"]);
    assert_eq!((ways(&after).as_str(), gaps.len()), ("a>c", 0));
    let made = after.handoffs.find(handoff("a--c")).expect("made");
    let before = model.handoffs.find(handoff("a--b")).expect("there");
    assert_eq!(made.trigger, before.trigger);
    assert_eq!(made.artifact, "cut");
    assert!(made.bends.is_empty());
    // Without healing there is a gap.
    let removal = remove(&model, &selected(&["b"]), false);
    let mut left = model.clone();
    apply_all(&mut left, &removal.changes).expect("it can be deleted");
    assert_eq!((ways(&left).as_str(), removal.joined.len()), ("", 0));
}

#[test]
fn several_in_a_row_are_healed_over_and_a_way_that_is_there_is_not_doubled() {
    let (after, _) = healed(&model("a > b > c > d"), &["b", "c"]);
    assert_eq!(ways(&after), "a>d");
    let (after, _) = healed(&model("a > b > c > d"), &["c", "b"]);
    assert_eq!(ways(&after), "a>d");
    let (after, _) = healed(&model("a > b > c\na > c"), &["b"]);
    assert_eq!(ways(&after), "a>c");
    // Nothing is left to lead to.
    let (after, _) = healed(&model("a > b > c"), &["b", "c"]);
    assert_eq!(ways(&after), "");
}

#[test]
fn neighbours_take_over_how_a_deleted_stage_split_and_joined() {
    let chains = "start > split\nsplit > a > join\nsplit > b > join\njoin > end";
    let drawn = with_stage(model(chains), "split", |stage| stage.exit = Exit::TakeAll);
    let drawn = with_stage(drawn, "join", |stage| stage.entry = Entry::All);
    let (after, gaps) = healed(&drawn, &["split"]);
    assert_eq!(gaps, Vec::<String>::new());
    assert_eq!(ways(&after), "a>join b>join join>end start>a start>b");
    let start = after.stages.find(stage("start")).expect("there");
    assert_eq!(start.exit, Exit::TakeAll);
    assert!(token_faults(&after, &Flow::of(&after)).is_empty());
    let (after, _) = healed(&drawn, &["join"]);
    let end = after.stages.find(stage("end")).expect("there");
    assert_eq!(end.entry, Entry::All);
    assert!(token_faults(&after, &Flow::of(&after)).is_empty());
}

#[test]
fn alternatives_keep_their_shares_over_a_deleted_stage() {
    let drawn = model("a 60%> b\na 40%> x\nb 75%> c\nb 25%> d");
    let (after, gaps) = healed(&drawn, &["b"]);
    assert_eq!(gaps, Vec::<String>::new());
    let share = |id: &str| after.handoffs.find(handoff(id)).expect("made").share;
    assert_eq!(share("a--c"), Share::new(0.6 * 0.75));
    assert_eq!(share("a--d"), Share::new(0.6 * 0.25));
    assert_eq!(share("a--x"), Share::new(0.4));
}

#[test]
fn a_gap_stays_where_a_way_over_it_would_mean_something_else_and_that_is_said() {
    // All of its own ways are taken, of those of b only one.
    let drawn = with_stage(model("a > b\na > x\nb > c\nb > d"), "a", |stage| {
        stage.exit = Exit::TakeAll;
    });
    let (after, gaps) = healed(&drawn, &["b"]);
    assert_eq!(ways(&after), "a>x");
    assert!(gaps[0].starts_with("A is not connected onward"), "{gaps:?}");
    // c waits for all, b for any.
    let drawn = with_stage(model("a > b > c\nz > b\ny > c"), "c", |stage| {
        stage.entry = Entry::All;
    });
    let (after, gaps) = healed(&drawn, &["b"]);
    assert_eq!(ways(&after), "y>c");
    assert!(gaps[0].starts_with("Nothing new leads to C"), "{gaps:?}");
}

#[test]
fn items_arrive_at_what_came_after_the_first_stage() {
    let drawn = with_stream(model("a > b > c"), |stream| {
        stream.demands[0].at = vec![stage("a")];
    });
    let (after, _) = healed(&drawn, &["a"]);
    let stream = after.streams.find(main_stream()).expect("there");
    assert_eq!(stream.demands[0].at, [stage("b")]);
    let (after, _) = healed(&drawn, &["a", "b"]);
    let stream = after.streams.find(main_stream()).expect("there");
    assert_eq!(stream.demands[0].at, [stage("c")]);
    // Items come to b from elsewhere too, so they would come twice.
    let drawn = with_stream(model("a > b\nz > b"), |stream| {
        stream.demands[0].at = vec![stage("a"), stage("z")];
    });
    let (after, _) = healed(&drawn, &["a"]);
    let stream = after.streams.find(main_stream()).expect("there");
    assert_eq!(stream.demands[0].at, [stage("z")]);
}

#[test]
fn a_stage_is_put_into_a_handoff() {
    let drawn = with_handoff(model("a ?> b\nx > y"), "a--b", |handoff| {
        handoff.trigger = Trigger::Manual("3h".parse().expect("a time"));
    });
    let insert_into = |model: &Model, name: &str, id: &str| {
        let changes = insert(model, stage(name), handoff(id))?;
        let mut after = model.clone();
        apply_all(&mut after, &changes).expect("what is prepared can be applied");
        Ok::<Model, anabranch::edit::Refusal>(after)
    };
    let mut free = drawn.clone();
    free.stages.push(Stage::new(stage("new"), "New"));
    let after = insert_into(&free, "new", "a--b").expect("it goes in");
    assert_eq!(ways(&after), "a>new new>b x>y");
    let first = after.handoffs.find(handoff("a--b")).expect("its id stays");
    let before = drawn.handoffs.find(handoff("a--b")).expect("there");
    assert_eq!(first.trigger, before.trigger);
    let second = after.handoffs.find(handoff("new--b")).expect("made");
    assert_eq!(second.trigger, Trigger::default());
    assert_eq!(second.needs, before.needs);
    // One that has handoffs goes in too, unless the ways would run in a circle.
    assert!(insert_into(&drawn, "x", "a--b").is_ok());
    let circle = insert_into(&model("a > b > c"), "c", "a--b").expect_err("a circle");
    assert_eq!(circle.reason, Reason::Circle);
    for end in ["a", "b"] {
        assert!(insert_into(&drawn, end, "a--b").is_err(), "{end}");
    }
    let back = model("a > b\na <20%< b\nx");
    let rework = back
        .handoffs
        .iter()
        .find(|handoff| handoff.is_rework())
        .expect("rework")
        .id;
    let refusal = insert(&back, stage("x"), rework).expect_err("rework takes nothing in");
    assert_eq!(refusal.reason, Reason::NotForward);
}

#[test]
fn an_end_of_a_handoff_is_led_elsewhere_or_it_says_why_not() {
    let drawn = with_handoff(model("a > b > c\nd"), "a--b", |handoff| {
        handoff.artifact = "script".to_owned();
    });
    let to = |id: &str, from: &str, to: &str| {
        let changes = reconnect(&drawn, handoff(id), stage(from), stage(to))?;
        let mut after = drawn.clone();
        apply_all(&mut after, &changes).expect("what is prepared can be applied");
        Ok::<Model, anabranch::edit::Refusal>(after)
    };
    let after = to("a--b", "a", "d").expect("it may lead there");
    let handoff_now = after.handoffs.find(handoff("a--b")).expect("its id stays");
    assert_eq!(
        (handoff_now.to, handoff_now.artifact.as_str()),
        (stage("d"), "script")
    );
    assert_eq!(
        to("b--c", "b", "a").expect_err("a circle").reason,
        Reason::Circle
    );
    assert_eq!(
        to("b--c", "b", "b").expect_err("a circle").reason,
        Reason::Circle
    );
    // Turned round it would be a circle with itself only, so it may be turned.
    assert!(to("b--c", "c", "b").is_ok());
    assert!(
        reconnect(&drawn, handoff("a--b"), stage("a"), stage("b"))
            .expect("nothing")
            .is_empty()
    );
}

fn at(x: f64, y: f64) -> Placement {
    Placement {
        position: Some(WorldPoint::new(x, y)),
        ..Placement::default()
    }
}

fn note(id: &str, placement: Placement) -> Note {
    Note {
        id: NoteId::new(id).expect("a slug"),
        kind: NoteKind::Sticky,
        text: "Ask Legal".to_owned(),
        at: placement,
    }
}

#[test]
fn copies_stand_to_each_other_as_what_they_are_copies_of() {
    let mut drawn = with_stage(model("a > b > c"), "a", |stage| stage.at = at(0.0, 0.0));
    drawn = with_handoff(drawn, "a--b", |handoff| {
        handoff.artifact = "script".to_owned();
        handoff.bends = vec![WorldPoint::new(10.0, 20.0)];
    });
    drawn.notes.push(note("ask-legal", at(0.0, 100.0)));
    let mut selection = selected(&["b", "a"]);
    selection.insert(Selected::Note(drawn.notes.at(0).expect("there").id));
    let standing = |_: Selected| Some(WorldPoint::new(300.0, 0.0));
    let by = WorldVector::new(24.0, 24.0);
    let copies = duplicate(&drawn, &selection, &standing, by);
    let mut after = drawn.clone();
    apply_all(&mut after, &copies.changes).expect("what is prepared can be applied");
    assert_eq!(ways(&after), "a>b b>c a-2>b-2");
    let copy = after.handoffs.find(handoff("a-2--b-2")).expect("made");
    assert_eq!(
        (copy.artifact.as_str(), copy.bends[0]),
        ("script", WorldPoint::new(34.0, 44.0))
    );
    let position = |name: &str| {
        after
            .stages
            .find(stage(name))
            .and_then(|stage| stage.at.position)
    };
    assert_eq!(position("a-2"), Some(WorldPoint::new(24.0, 24.0)));
    assert_eq!(position("b-2"), Some(WorldPoint::new(324.0, 24.0)));
    assert_eq!(after.notes.len(), 2);
    assert_eq!(copies.selection.len(), 3);
    assert!(
        copies
            .selection
            .iter()
            .all(|one| one.is_in(&after) && !one.is_in(&drawn))
    );
}

#[test]
fn what_is_locked_stays_and_what_the_layout_placed_is_fixed_first() {
    let mut drawn = with_stage(model("a > b > c"), "a", |stage| {
        stage.at = Placement {
            is_locked: true,
            ..at(0.0, 0.0)
        };
    });
    drawn.notes.push(note("ask-legal", at(0.0, 100.0)));
    let by = WorldVector::new(8.0, 0.0);
    let shifts: Vec<Shift> = ["a", "b", "c"]
        .iter()
        .map(|name| Selected::Stage(stage(name)))
        .chain([Selected::Note(drawn.notes.at(0).expect("there").id)])
        .map(|element| Shift {
            element,
            from: WorldPoint::new(40.0, 0.0),
            by,
        })
        .collect();
    let mut after = drawn.clone();
    apply_all(&mut after, &shift(&drawn, &shifts)).expect("they can be moved");
    let x = |name: &str| {
        let stage = after.stages.find(stage(name)).expect("there");
        stage.at.position.expect("placed").x
    };
    assert_eq!((x("a"), x("b"), x("c")), (0.0, 48.0, 48.0));
    let position = after.notes.at(0).and_then(|note| note.at.position);
    assert_eq!(position, Some(WorldPoint::new(8.0, 100.0)));
    let rect = WorldRect::from_min_size(WorldPoint::default(), WorldSize::new(200.0, 90.0));
    assert!(resize(&drawn, Selected::Stage(stage("a")), rect).is_empty());
    assert_eq!(resize(&drawn, Selected::Stage(stage("b")), rect).len(), 1);
    let unlock = set_placement(&drawn, &[Selected::Stage(stage("a"))], |at| {
        at.is_locked = false;
    });
    apply_all(&mut after, &unlock).expect("it can be unlocked");
    assert!(!after.stages.find(stage("a")).expect("there").at.is_locked);
}

/// What leads where, however far.
fn leads(model: &Model) -> Vec<(StageId, StageId)> {
    let graph = StageGraph::of_model(model, Handoff::is_forward);
    let pairs = graph.stages().flat_map(|from| {
        let graph = &graph;
        let reached = graph.downstream_of([from]);
        let reached: Vec<u32> = reached.iter().filter(|&to| to != from).collect();
        reached
            .into_iter()
            .map(move |to| (graph.id(from), graph.id(to)))
    });
    pairs.collect()
}

/// Small models with ways that split and join in all manners, some with a circle.
fn drawn() -> impl Strategy<Value = Model> {
    let way = (0..7usize, 0..7usize, 0..10u8);
    let ways = proptest::collection::vec(way, 0..14);
    let settings = proptest::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 7);
    (ways, settings).prop_map(|(ways, settings)| {
        let name = |at: usize| ["a", "b", "c", "d", "e", "f", "g"][at];
        let chains: Vec<String> = (0..7)
            .map(|at| name(at).to_owned())
            .chain(ways.into_iter().map(|(from, to, kind)| {
                let arrow = match kind {
                    0 => "<20%<",
                    1 => "<50%~",
                    2 => "?>",
                    3 => "30%>",
                    _ => ">",
                };
                // Now and then the other way round, which may close a circle.
                let (first, second) = if kind == 9 {
                    (from, to)
                } else {
                    (from.min(to), from.max(to))
                };
                format!("{} {arrow} {}", name(first), name(second))
            }))
            .collect();
        let mut model = model(&chains.join("\n"));
        let mut starts = Vec::new();
        for (at, (joins, splits, starts_here)) in settings.into_iter().enumerate() {
            let id = stage(name(at));
            model = with_stage(model, name(at), |stage| {
                stage.entry = if joins { Entry::All } else { Entry::Any };
                stage.exit = if splits {
                    Exit::TakeAll
                } else {
                    Exit::ChooseOne
                };
            });
            if starts_here {
                starts.push(id);
            }
        }
        with_stream(model, |stream| stream.demands[0].at = starts)
    })
}

proptest! {
    #![proptest_config(crate::cases::cases(256))]

    #[test]
    fn healing_makes_no_new_order_and_can_always_be_done_and_undone(
        model in drawn(),
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) {
        prop_assume!(!model.stages.is_empty());
        let selection: Selection = picks
            .iter()
            .filter_map(|pick| model.stages.at(pick.index(model.stages.len())))
            .map(|stage| Selected::Stage(stage.id))
            .collect();
        let removal = remove(&model, &selection, true);
        let mut document = Document::new(model.clone());
        document.edit("Delete", &removal.changes, None).expect("what is prepared can be applied");
        prop_assert_eq!(broken_invariant(document.model()), None);
        let before = leads(&model);
        for pair in leads(document.model()) {
            prop_assert!(before.contains(&pair), "{:?} is new", pair);
        }
        // No two handoffs are made between the same stages.
        let mut joined = removal.joined.clone();
        joined.sort_unstable();
        joined.dedup();
        prop_assert_eq!(joined.len(), removal.joined.len());
        document.undo();
        prop_assert_eq!(document.model(), &model);
    }

    #[test]
    fn inserting_and_reconnecting_never_make_a_circle(
        model in drawn(),
        which in any::<(prop::sample::Index, prop::sample::Index, prop::sample::Index)>(),
    ) {
        prop_assume!(!model.stages.is_empty() && !model.handoffs.is_empty());
        let handoff: HandoffId =
            model.handoffs.at(which.0.index(model.handoffs.len())).expect("there").id;
        let one = model.stages.at(which.1.index(model.stages.len())).expect("there").id;
        let other = model.stages.at(which.2.index(model.stages.len())).expect("there").id;
        let parts = |model: &Model| {
            let graph = StageGraph::of_model(model, Handoff::is_forward);
            graph.circular_parts().into_iter().map(|part| graph.ids(&part)).collect::<Vec<_>>()
        };
        let of = model.handoffs.find(handoff).expect("there").clone();
        for changes in [insert(&model, one, handoff), reconnect(&model, handoff, one, other)] {
            let Ok(changes) = changes else { continue };
            let mut after = model.clone();
            apply_all(&mut after, &changes).expect("what is prepared can be applied");
            prop_assert_eq!(broken_invariant(&after), None);
            if of.is_forward() && parts(&model).is_empty() {
                prop_assert!(parts(&after).is_empty());
            }
        }
    }
}
