//! A picture that follows edits is the one that would be made anew.

use std::sync::Arc;

use anabranch::edit::{Selected, Selection, apply_all, duplicate, remove};
use anabranch::graph::Flow;
use anabranch::layout::{LayoutInput, LiveLayout};
use anabranch::model::{
    Change, Distribution, ElapsedTime, Handoff, HandoffChange, HandoffField, HandoffId,
    HandoffKind, LaneMode, Model, ModelChange, Needs, Placement, Stage, StageChange, StageField,
    StageId, Time as _, Trigger, WorldPoint, WorldSize, WorldVector,
};
use anabranch::scene::{self, Fonts};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::layout::{placed, random, with_notes};

/// What somebody does to a drawing; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Doing {
    Move(u8, u8, i8, i8),
    Rename(u8, u8),
    Resize(u8, u8),
    Delay(u8, u8),
    Bend(u8, i8, i8),
    Append(u8, i8, i8),
    Connect(u8, u8, u8),
    Relax(u8, bool),
    Duplicate(u8),
    Remove(u8),
    Unplace(u8),
    Lanes(bool),
}

fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        6 => any::<(u8, u8, i8, i8)>().prop_map(|(a, b, x, y)| Doing::Move(a, b, x, y)),
        2 => any::<(u8, u8)>().prop_map(|(a, b)| Doing::Rename(a, b)),
        2 => any::<(u8, u8)>().prop_map(|(a, b)| Doing::Resize(a, b)),
        2 => any::<(u8, u8)>().prop_map(|(a, b)| Doing::Delay(a, b)),
        2 => any::<(u8, i8, i8)>().prop_map(|(a, x, y)| Doing::Bend(a, x, y)),
        3 => any::<(u8, i8, i8)>().prop_map(|(a, x, y)| Doing::Append(a, x, y)),
        3 => any::<(u8, u8, u8)>().prop_map(|(a, b, c)| Doing::Connect(a, b, c)),
        1 => any::<(u8, bool)>().prop_map(|(a, b)| Doing::Relax(a, b)),
        1 => any::<u8>().prop_map(Doing::Duplicate),
        1 => any::<u8>().prop_map(Doing::Remove),
        1 => any::<u8>().prop_map(Doing::Unplace),
        1 => any::<bool>().prop_map(Doing::Lanes),
    ]
}

fn changes(model: &Model, doing: &Doing, n: usize) -> Vec<Change> {
    let stage = |a: u8| {
        model
            .stages
            .at(usize::from(a) % model.stages.len().max(1))
            .map(|s| s.id)
    };
    let handoff = |a: u8| {
        let at = usize::from(a) % model.handoffs.len().max(1);
        model.handoffs.at(at)
    };
    let set = |stage: Option<StageId>, field: StageField| {
        let stages = stage.into_iter().collect();
        vec![Change::Stage(StageChange::Set { stages, field })]
    };
    let place = |stage: Option<StageId>, change: &dyn Fn(&mut Placement)| {
        let at = stage
            .and_then(|id| model.stages.find(id))
            .map(|stage| stage.at);
        at.map_or(Vec::new(), |mut at| {
            change(&mut at);
            set(stage, StageField::At(at))
        })
    };
    let point = |x: i8, y: i8| WorldPoint::new(f64::from(x) * 8.0, f64::from(y) * 4.0);
    match *doing {
        Doing::Move(a, b, x, y) => {
            let mut stages: Vec<StageId> = stage(a).into_iter().chain(stage(b)).collect();
            stages.dedup();
            let by = WorldVector::new(f64::from(x) * 4.0, f64::from(y) * 4.0);
            vec![Change::Stage(StageChange::Move { stages, by })]
        }
        Doing::Rename(a, b) => {
            let name = "A name of words ".repeat(usize::from(b) % 4 + 1);
            set(stage(a), StageField::Name(format!("{name}{b}")))
        }
        Doing::Resize(a, b) => {
            let size = WorldSize::new(120.0 + f64::from(b), 60.0 + f64::from(b) / 2.0);
            place(stage(a), &|at| at.size = (b % 3 > 0).then_some(size))
        }
        Doing::Delay(a, b) => {
            let delay = ElapsedTime::parse(&format!("{}h", u32::from(b) * 7 + 1)).unwrap();
            let trigger = Trigger::Manual(Distribution::Fixed(delay));
            let handoffs = handoff(a).map(|one| one.id).into_iter().collect();
            let field = HandoffField::Trigger(trigger);
            vec![Change::Handoff(HandoffChange::Set { handoffs, field })]
        }
        Doing::Bend(a, x, y) => {
            let bends = if x % 4 == 0 {
                Vec::new()
            } else {
                vec![point(x, y)]
            };
            let handoffs = handoff(a).map(|one| one.id).into_iter().collect();
            let field = HandoffField::Bends(bends);
            vec![Change::Handoff(HandoffChange::Set { handoffs, field })]
        }
        Doing::Append(a, x, y) => {
            let id = StageId::new(&format!("appended-{n}")).unwrap();
            let mut new = Stage::new(id, format!("Appended {n}"));
            new.at.position = Some(point(x, y));
            let add = StageChange::Add {
                stage: Arc::new(new),
                position: None,
            };
            let mut changes = vec![Change::Stage(add)];
            if let Some(from) = stage(a).filter(|_| a % 3 > 0) {
                changes.extend(connected(from, id, HandoffKind::Forward, n));
            }
            changes
        }
        Doing::Connect(a, b, c) => {
            let (Some(a), Some(b)) = (stage(a), stage(b)) else {
                return Vec::new();
            };
            let kind = match c % 3 {
                0 => HandoffKind::Forward,
                1 => HandoffKind::Feedback,
                _ => HandoffKind::Rework { at_most: None },
            };
            connected(a, b, kind, n)
        }
        Doing::Relax(a, is_relaxed) => {
            let customary =
                handoff(a).filter(|one| one.needs == Needs::Customary && one.is_forward());
            let handoffs = customary.map(|one| one.id).into_iter().collect();
            vec![Change::Handoff(HandoffChange::Relax {
                handoffs,
                is_relaxed,
            })]
        }
        Doing::Duplicate(a) => {
            let selection: Selection = stage(a).map(Selected::Stage).into_iter().collect();
            let standing = |_| Some(WorldPoint::new(8.0, 8.0));
            duplicate(model, &selection, &standing, WorldVector::new(24.0, 24.0)).changes
        }
        Doing::Remove(a) => {
            let selection: Selection = stage(a).map(Selected::Stage).into_iter().collect();
            remove(model, &selection, a % 2 == 0).changes
        }
        Doing::Unplace(a) => place(stage(a), &|at| at.position = None),
        Doing::Lanes(is_phase) => {
            let mode = if is_phase {
                LaneMode::Phase
            } else {
                LaneMode::None
            };
            vec![Change::Model(ModelChange::LaneMode(mode))]
        }
    }
}

fn connected(from: StageId, to: StageId, kind: HandoffKind, n: usize) -> Vec<Change> {
    let id = HandoffId::new(&format!("new-{n}")).unwrap();
    let mut new = Handoff::new(id, from, to);
    new.kind = kind;
    let (handoff, position) = (Arc::new(new), None);
    vec![Change::Handoff(HandoffChange::Add { handoff, position })]
}

/// Calls `see` with what a layout is found from, with the sizes that cards and labels are drawn in.
fn with_input<T>(model: &Model, flow: &Flow, see: impl FnOnce(&LayoutInput<'_>) -> T) -> T {
    let fonts = Fonts::bundled();
    see(&LayoutInput {
        model,
        flow,
        stage_size: &|stage| scene::stage_size(model, stage, &fonts),
        label_size: &|handoff| scene::label_size(model, flow, handoff, &fonts),
        note_size: &|note| scene::note_size(note, &fonts),
    })
}

#[test]
fn what_follows_edits_is_what_would_be_found_anew() {
    let followed = std::cell::Cell::new([0_u32; 2]);
    let drawings = (
        random(),
        any::<u64>(),
        proptest::collection::vec((0..16_u8, 0..10_u8, any::<bool>()), 0..3),
        any::<bool>(),
        proptest::collection::vec(doing(), 1..24),
    );
    let result = TestRunner::new(crate::cases::cases(400)).run(
        &drawings,
        |(model, seed, notes, has_notes, doings)| {
            let model = placed(model, seed);
            let mut model = if has_notes {
                with_notes(model, &notes)
            } else {
                model
            };
            let mut flow = Flow::of(&model);
            let (mut live, mut layout) = with_input(&model, &flow, LiveLayout::new);
            for (n, doing) in doings.iter().enumerate() {
                let mut after = model.clone();
                if apply_all(&mut after, &changes(&model, doing, n)).is_err() {
                    continue;
                }
                let anew = Flow::of(&after);
                let difference = after.since(&model).filter(|difference| {
                    let follows = flow.follow(&model, &after, difference);
                    assert!(!follows || flow == anew, "after {doing:?}");
                    follows
                });
                let before = layout.clone();
                let change = difference.and_then(|difference| {
                    with_input(&after, &anew, |input| {
                        live.follow(input, &difference, &mut layout)
                    })
                });
                let expected = with_input(&after, &anew, LiveLayout::new);
                let [mut does, mut does_not] = followed.get();
                match change {
                    Some(change) => {
                        does += 1;
                        prop_assert_eq!(&layout, &expected.1, "after {:?}", doing);
                        let other = |now: usize, is_other: &dyn Fn(usize) -> bool| {
                            (0..now).filter(|&at| is_other(at)).collect::<Vec<usize>>()
                        };
                        let stages = other(layout.stages.len(), &|at| {
                            before.stages.get(at) != layout.stages.get(at)
                        });
                        prop_assert_eq!(&change.stages, &stages);
                        let routes = |layout: &anabranch::layout::Layout, at: usize| {
                            let all = layout.routes.iter().chain(&layout.ghosts);
                            all.cloned().nth(at)
                        };
                        let count = layout.routes.len() + layout.ghosts.len();
                        let handoffs =
                            other(count, &|at| routes(&before, at) != routes(&layout, at));
                        prop_assert!(handoffs.iter().all(|at| change.handoffs.contains(at)));
                        prop_assert_eq!(change.has_other_lanes, before.lanes != layout.lanes);
                        prop_assert_eq!(change.has_other_notes, before.notes != layout.notes);
                    }
                    None => {
                        does_not += 1;
                        flow = anew;
                        (live, layout) = expected;
                    }
                }
                followed.set([does, does_not]);
                model = after;
            }
            Ok(())
        },
    );
    result.unwrap();
    let [does, does_not] = followed.get();
    assert!(
        does > 4 * does_not / 2,
        "{does} were followed, {does_not} were not"
    );
}
