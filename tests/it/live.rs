//! A picture that follows edits is the one that would be made anew.

use std::sync::Arc;

use anabranch::edit::{Selected, Selection, apply_all, duplicate, remove};
use anabranch::graph::Flow;
use anabranch::layout::{Layout, LayoutInput, LiveLayout, Route};
use anabranch::model::{
    Change, Distribution, ElapsedTime, Exit, Handoff, HandoffChange, HandoffField, HandoffId,
    HandoffKind, LaneMode, Model, ModelChange, Needs, Placement, Share, Stage, StageChange,
    StageField, StageId, Time as _, Trigger, WorldPoint, WorldRect, WorldSize, WorldVector,
};
use anabranch::scene::{self, ColourBy, DrawOptions, Fonts, Item, LivePicture, Scene, Theme};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

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
    Share(u8, u8),
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
        2 => any::<(u8, u8)>().prop_map(|(a, b)| Doing::Share(a, b)),
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
        Doing::Share(a, b) => {
            // Where items choose, what is said of each way depends on the others.
            let Some(way) = handoff(a) else {
                return Vec::new();
            };
            let share = Share::new(f64::from(b) / 255.0).unwrap();
            let (handoffs, field) = (vec![way.id], HandoffField::Share(Some(share)));
            let mut changes = set(Some(way.from), StageField::Exit(Exit::ChooseOne));
            changes.push(Change::Handoff(HandoffChange::Set { handoffs, field }));
            changes
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

/// Drawings, and what is done to each.
fn edited() -> impl Strategy<Value = (Model, Vec<Doing>)> {
    let notes = proptest::collection::vec((0..16_u8, 0..10_u8, any::<bool>()), 0..3);
    let drawing = (random(), any::<u64>(), notes, any::<bool>());
    let doings = proptest::collection::vec(doing(), 1..24);
    (drawing, doings).prop_map(|((model, seed, notes, has_notes), doings)| {
        let model = placed(model, seed);
        let model = if has_notes {
            with_notes(model, &notes)
        } else {
            model
        };
        (model, doings)
    })
}

/// Calls `follow` with the Models before and after each doing; it says whether one was followed, and
/// most must have been.
fn follow_all<S>(
    begin: impl Fn(&Model) -> S,
    follow: impl Fn(&mut S, &Model, &Model, &Doing) -> Result<bool, TestCaseError>,
) {
    let counts = std::cell::Cell::new([0_u32; 2]);
    let config = ProptestConfig {
        failure_persistence: None,
        ..crate::cases::cases(400)
    };
    let result = TestRunner::new(config).run(&edited(), |(model, doings)| {
        let mut state = begin(&model);
        let mut model = model;
        for (n, doing) in doings.iter().enumerate() {
            let mut after = model.clone();
            if apply_all(&mut after, &changes(&model, doing, n)).is_err() {
                continue;
            }
            let [mut does, mut does_not] = counts.get();
            if follow(&mut state, &model, &after, doing)? {
                does += 1;
            } else {
                does_not += 1;
            }
            counts.set([does, does_not]);
            model = after;
        }
        Ok(())
    });
    result.unwrap();
    let [does, does_not] = counts.get();
    assert!(does > does_not, "{does} were followed, {does_not} were not");
}

#[test]
fn a_layout_that_follows_edits_is_the_one_that_would_be_found() {
    let begin = |model: &Model| {
        let flow = Flow::of(model);
        let (live, layout) = with_input(model, &flow, LiveLayout::new);
        (flow, live, layout)
    };
    follow_all(begin, |(flow, live, layout), before, after, doing| {
        let anew = Flow::of(after);
        let difference = after.since(before).filter(|difference| {
            let follows = flow.follow(before, after, difference);
            assert!(!follows || *flow == anew, "after {doing:?}");
            follows
        });
        let earlier = layout.clone();
        let change = difference.and_then(|difference| {
            with_input(after, &anew, |input| {
                live.follow(input, &difference, layout)
            })
        });
        let expected = with_input(after, &anew, LiveLayout::new);
        let Some(change) = change else {
            *flow = anew;
            (*live, *layout) = expected;
            return Ok(false);
        };
        prop_assert_eq!(&*layout, &expected.1, "after {:?}", doing);
        let stages: Vec<usize> = (0..layout.stages.len())
            .filter(|&at| earlier.stages.get(at) != layout.stages.get(at))
            .collect();
        prop_assert_eq!(&change.stages, &stages);
        let route = |layout: &Layout, at: usize| {
            let mut all = layout.routes.iter().chain(&layout.ghosts);
            all.nth(at).cloned()
        };
        for at in 0..layout.routes.len() + layout.ghosts.len() {
            let is_told = change.handoffs.contains(&at);
            prop_assert!(is_told || route(&earlier, at) == route(layout, at));
        }
        prop_assert_eq!(change.has_other_lanes, earlier.lanes != layout.lanes);
        prop_assert_eq!(change.has_other_notes, earlier.notes != layout.notes);
        Ok(true)
    });
}

#[test]
fn a_picture_that_follows_edits_is_the_one_that_would_be_drawn() {
    let options = DrawOptions {
        theme: Theme::Dark,
        colour_by: ColourBy::Phase,
        ..DrawOptions::default()
    };
    let begin = |model: &Model| LivePicture::new(model, &options);
    follow_all(begin, |state, _, after, doing| {
        let (live, flow, layout, scene) = &mut *state;
        // It is looked at before, as the window does.
        let middle = scene.bounds.center();
        let _seen = scene.hit(middle, 4.0);
        if !live.follow(after, &options, flow, layout, scene) {
            *state = LivePicture::new(after, &options);
            return Ok(false);
        }
        let (_, _, _, expected) = LivePicture::new(after, &options);
        prop_assert_eq!(scene.bounds, expected.bounds);
        let (now, then) = (scene.items(), expected.items());
        prop_assert!(now.eq(then), "after {:?}", doing);
        for item in expected.items() {
            let seen =
                |scene: &Scene| -> Vec<Item> { scene.visible(item.bounds).cloned().collect() };
            prop_assert_eq!(seen(scene), seen(&expected));
        }
        Ok(true)
    });
}

/// How far from a card's border ways go round it, a side's width of other ways aside.
const AROUND: f64 = 120.0;
/// How far ways are moved aside for one another.
const ASIDE: f64 = 60.0;

/// Returns the sides of cards at which a way ends: the card, and the line that the side lies on.
fn ends(layout: &Layout, way: &Route, from: usize, to: usize) -> Vec<(usize, bool, i64)> {
    let of = |card: usize, point: Option<&WorldPoint>| {
        let (rect, point) = (layout.stages[card], point?);
        let is_upright = point.x == rect.min.x || point.x == rect.max.x;
        let line = if is_upright { point.x } else { point.y };
        Some((card, is_upright, line as i64))
    };
    let ends = [of(from, way.points.first()), of(to, way.points.last())];
    ends.into_iter().flatten().collect()
}

fn lines(way: &Route) -> Vec<WorldRect> {
    let around = |pair: &[WorldPoint]| WorldRect {
        min: WorldPoint::new(pair[0].x.min(pair[1].x), pair[0].y.min(pair[1].y)),
        max: WorldPoint::new(pair[0].x.max(pair[1].x), pair[0].y.max(pair[1].y)),
    };
    way.points.windows(2).map(around).collect()
}

proptest! {
    #![proptest_config(crate::cases::cases(400))]

    /// A stage that is moved changes the ways that touch it, those that have to do with its old or
    /// its new box, those that share a side with one that changes, and those from whose lines one
    /// that changes keeps away, or did.
    #[test]
    fn moving_a_stage_changes_only_ways_that_have_to_do_with_it(
        model in random(),
        seed in any::<u64>(),
        which in any::<prop::sample::Index>(),
        by in (-60..60_i32, -40..40_i32),
    ) {
        let model = placed(model, seed);
        let flow = Flow::of(&model);
        prop_assume!(flow.relaxed.is_empty());
        let moved = which.index(model.stages.len());
        let mut after = model.clone();
        let change = StageChange::Move {
            stages: vec![model.stages.at(moved).unwrap().id],
            by: WorldVector::new(f64::from(by.0 * 8), f64::from(by.1 * 8)),
        };
        apply_all(&mut after, &[Change::Stage(change)]).unwrap();
        let layouts = [&model, &after].map(|model| with_input(model, &flow, LiveLayout::new).1);
        let boxes = [layouts[0].stages[moved], layouts[1].stages[moved]];
        let place = |id| model.stages.position(id).unwrap();
        let way = |at: usize| -> [&Route; 2] { [&layouts[0].routes[at], &layouts[1].routes[at]] };
        let all_lines = |at: usize| way(at).map(lines).concat();
        let all_ends = |at: usize| {
            let handoff = &flow.handoffs[at];
            let ends = |n: usize| {
                ends(&layouts[n], way(at)[n], place(handoff.from), place(handoff.to))
            };
            [ends(0), ends(1)].concat()
        };
        let meet = |a: &[WorldRect], b: &[WorldRect], by: f64| {
            a.iter().any(|a| b.iter().any(|b| a.grown(by).overlaps(b.grown(0.5))))
        };
        let mut open: Vec<usize> = (0..flow.handoffs.len())
            .filter(|&at| way(at)[0].points != way(at)[1].points)
            .collect();
        let mut explained: Vec<usize> = Vec::new();
        loop {
            let is_explained = |&at: &usize| {
                let handoff = &flow.handoffs[at];
                place(handoff.from) == moved
                    || place(handoff.to) == moved
                    || meet(&all_lines(at), &boxes, AROUND)
                    || explained.iter().any(|&by| {
                        all_ends(at).iter().any(|end| all_ends(by).contains(end))
                            || meet(&all_lines(at), &all_lines(by), ASIDE)
                    })
            };
            let (more, rest): (Vec<usize>, Vec<usize>) = open.iter().partition(|at| is_explained(at));
            open = rest;
            if more.is_empty() {
                break;
            }
            explained.extend(more);
        }
        prop_assert!(open.is_empty(), "{open:?} changed, {explained:?} had to");
    }
}
