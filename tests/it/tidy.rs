//! Tidying up: what must hold for any drawing.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anabranch::edit;
use anabranch::graph::Flow;
use anabranch::layout::{
    Layout, LayoutInput, NoteSize, Tidied, TidyControl, TidyTask, lay_out, tidy,
};
use anabranch::model::{
    Group, GroupId, Handoff, HandoffId, HandoffKind, LaneMode, Model, Note, NoteId, NoteKind,
    Phase, Placement, Share, Stage, StageId, WorldPoint, WorldRect, WorldSize,
};
use anabranch::scene::{self, Fonts};
use anabranch::store::{self, DiskFiles};
use proptest::prelude::*;

const CARD: WorldSize = WorldSize::new(164.0, 84.0);
const NOTE: WorldSize = WorldSize::new(120.0, 60.0);

fn input<'a>(model: &'a Model, flow: &'a Flow) -> LayoutInput<'a> {
    LayoutInput {
        model,
        flow,
        stage_size: &|_| CARD,
        label_size: &|_| Some(WorldSize::new(56.0, 20.0)),
        note_size: &|_| NoteSize {
            size: NOTE,
            reach: 0.0,
        },
    }
}

fn laid_out(model: &Model) -> Layout {
    lay_out(&input(model, &Flow::of(model)))
}

fn tidied(model: &Model, chosen: &[StageId]) -> Tidied {
    let flow = Flow::of(model);
    let task = TidyTask {
        input: input(model, &flow),
        now: &laid_out(model),
        chosen,
    };
    tidy(&task, &TidyControl::default()).expect("nobody cancelled it")
}

/// The drawing after tidying up.
fn tidy_up(model: &Model, chosen: &[StageId]) -> Model {
    let found = tidied(model, chosen);
    let mut after = model.clone();
    edit::apply_all(
        &mut after,
        &edit::put(model, &found.stages, &found.notes, &found.ways),
    )
    .unwrap();
    after
}

fn id(at: usize) -> StageId {
    StageId::new(&format!("s{at}")).unwrap()
}

/// Where a stage stands, whether it is locked, and its team.
type Drawn = (Option<(i16, i16)>, bool, usize);

/// A drawing in numbers.
#[derive(Clone, Debug)]
struct Plan {
    /// Where each stage stands, whether it is locked, its phase.
    stages: Vec<Drawn>,
    /// From, to, kind: forward, rework, feedback.
    handoffs: Vec<(usize, usize, u8)>,
    has_lanes: bool,
    chosen: Vec<usize>,
}

fn plan(locks: f64) -> impl Strategy<Value = Plan> {
    (1..16_usize).prop_flat_map(move |count| {
        let place = proptest::option::weighted(0.9, (-900..900_i16, -600..600_i16));
        let stage = (place, proptest::bool::weighted(locks), 0..4_usize);
        (
            proptest::collection::vec(stage, count),
            proptest::collection::vec((0..count, 0..count, 0..8_u8), 0..2 * count),
            any::<bool>(),
            proptest::collection::vec(0..count, 0..count),
        )
            .prop_map(|(stages, handoffs, has_lanes, chosen)| Plan {
                stages,
                handoffs,
                has_lanes,
                chosen,
            })
    })
}

fn drawn(plan: &Plan) -> Model {
    let mut model = Model::default();
    if plan.has_lanes {
        model.lane_mode = LaneMode::Phase;
    }
    for (at, &(place, is_locked, phase)) in plan.stages.iter().enumerate() {
        let mut stage = Stage::new(id(at), format!("Stage {at}"));
        stage.at.position = place.map(|(x, y)| WorldPoint::new(f64::from(x), f64::from(y)));
        stage.at.is_locked = is_locked && place.is_some();
        stage.phase = Phase::STANDARD.get(phase).cloned();
        model.stages.push(stage);
    }
    for &(a, b, kind) in &plan.handoffs {
        // Forward from the lower number to the higher, so that they close no cycle.
        let (low, high) = (a.min(b), a.max(b));
        let (from, to) = match kind {
            _ if a == b => continue,
            0 | 1 => (high, low),
            _ => (low, high),
        };
        let name = HandoffId::new(&format!("s{from}--s{to}")).unwrap();
        let mut handoff = Handoff::new(name, id(from), id(to));
        match kind {
            0 => {
                handoff.kind = HandoffKind::Rework { at_most: None };
                handoff.share = Share::new(0.2);
            }
            1 => {
                handoff.kind = HandoffKind::Feedback;
                handoff.share = Share::new(0.1);
            }
            _ => {}
        }
        if a % 3 == 0 {
            handoff.bends = vec![WorldPoint::new(40.0, 40.0)];
        }
        model.handoffs.push(handoff);
    }
    model
}

fn chosen(plan: &Plan) -> Vec<StageId> {
    let mut chosen: Vec<StageId> = plan.chosen.iter().map(|&at| id(at)).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

fn is_through(a: WorldPoint, b: WorldPoint, card: WorldRect) -> bool {
    let line = WorldRect {
        min: WorldPoint::new(a.x.min(b.x), a.y.min(b.y)),
        max: WorldPoint::new(a.x.max(b.x), a.y.max(b.y)),
    };
    let card = card.grown(-1.0);
    line.min.x < card.max.x
        && card.min.x < line.max.x.max(line.min.x + 0.1)
        && line.min.y < card.max.y
        && card.min.y < line.max.y.max(line.min.y + 0.1)
}

proptest! {
    #![proptest_config(crate::cases::cases(200))]

    #[test]
    fn twice_changes_nothing(plan in plan(0.1)) {
        let model = drawn(&plan);
        for chosen in [Vec::new(), chosen(&plan)] {
            // What has no place and is not chosen goes elsewhere when others do.
            let stays = |stage: &Stage| stage.at.position.is_some() || chosen.contains(&stage.id);
            if !chosen.is_empty() && !model.stages.iter().all(stays) {
                continue;
            }
            let once = tidy_up(&model, &chosen);
            let twice = tidied(&once, &chosen);
            let changes = edit::put(&once, &twice.stages, &twice.notes, &twice.ways);
            prop_assert!(changes.is_empty(), "{changes:?}");
        }
    }

    #[test]
    fn cards_and_ways_keep_apart(plan in plan(0.0)) {
        let layout = laid_out(&tidy_up(&drawn(&plan), &[]));
        for (at, card) in layout.stages.iter().enumerate() {
            for other in &layout.stages[..at] {
                prop_assert!(!card.overlaps(other.grown(12.0)), "{card:?} {other:?}");
            }
        }
        for route in &layout.routes {
            for pair in route.points.windows(2) {
                for &card in &layout.stages {
                    prop_assert!(!is_through(pair[0], pair[1], card), "{route:?} {card:?}");
                }
            }
        }
    }

    #[test]
    fn forward_leads_to_the_right_and_lanes_stay_apart(plan in plan(0.0)) {
        let after = tidy_up(&drawn(&plan), &[]);
        let layout = laid_out(&after);
        let card = |id| layout.stages[after.stages.position(id).unwrap()];
        for handoff in &after.handoffs {
            if handoff.kind == HandoffKind::Forward {
                let (from, to) = (card(handoff.from), card(handoff.to));
                prop_assert!(from.max.x < to.min.x, "{} {from:?} {to:?}", handoff.id);
            }
        }
        if plan.has_lanes {
            for (a, one) in after.stages.iter().enumerate() {
                for (b, other) in after.stages.iter().enumerate() {
                    let lane = |stage: &Stage| {
                        let phase = stage.phase.as_ref();
                        phase.and_then(|phase| Phase::STANDARD.iter().position(|at| at == phase))
                    };
                    if lane(one).unwrap_or(9) < lane(other).unwrap_or(9) {
                        let (upper, lower) = (layout.stages[a], layout.stages[b]);
                        prop_assert!(upper.max.y < lower.min.y, "{upper:?} {lower:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn only_what_is_chosen_and_free_moves_and_nothing_else_changes(plan in plan(0.2)) {
        let model = drawn(&plan);
        let chosen = chosen(&plan);
        let after = tidy_up(&model, &chosen);
        let layout = laid_out(&model);
        let moves = |stage: &Stage| {
            (chosen.is_empty() || chosen.contains(&stage.id)) && !stage.at.is_locked
        };
        for (before, now) in model.stages.iter().zip(&after.stages) {
            let mut as_before = now.clone();
            as_before.at.position = before.at.position;
            prop_assert_eq!(&as_before, before);
            prop_assert!(moves(before) || now.at.position == before.at.position);
        }
        for (before, now) in model.handoffs.iter().zip(&after.handoffs) {
            let mut as_before = now.clone();
            as_before.bends.clone_from(&before.bends);
            as_before.is_tidied = before.is_tidied;
            prop_assert_eq!(&as_before, before);
        }
        let (before, now) = (&layout.stages, &laid_out(&after).stages);
        for (at, stage) in after.stages.iter().enumerate() {
            for other in (0..at).filter(|_| moves(stage) && stage.at.position.is_some()) {
                let stands = after.stages.at(other).is_some_and(|other| other.at.position.is_some());
                prop_assert!(!stands || !now[at].overlaps(now[other]));
            }
        }
        // Where nothing stands in the way what is chosen stays where it was as a whole.
        let is_alone = chosen.is_empty() && model.stages.iter().all(|stage| !stage.at.is_locked);
        if is_alone {
            let corner = |cards: &[WorldRect]| {
                cards.iter().copied().reduce(WorldRect::union).unwrap().min
            };
            let (was, is) = (corner(before), corner(now));
            prop_assert!((was.x - is.x).abs() <= 4.0 && (was.y - is.y).abs() <= 4.0);
        }
    }
}

proptest! {
    #![proptest_config(crate::cases::cases(200))]

    #[test]
    fn ways_stay_when_a_stage_moves_that_they_neither_join_nor_pass(
        plan in plan(0.0),
        moved in any::<prop::sample::Index>(),
        by in (-400..400_i16, -300..300_i16),
    ) {
        let mut model = drawn(&plan);
        model.lane_mode = LaneMode::None;
        let mut after = tidy_up(&model, &[]);
        let before = laid_out(&after);
        let moved = moved.index(after.stages.len());
        let stage = after.stages.find_mut(id(moved)).unwrap();
        stage.at.position = stage.at.position.map(|corner| {
            corner + (WorldPoint::new(f64::from(by.0), f64::from(by.1)) - WorldPoint::default())
        });
        let now = laid_out(&after);
        let flow = Flow::of(&after);
        for (at, handoff) in flow.handoffs.iter().enumerate() {
            let is_tidied = after.handoffs.find(handoff.id).is_some_and(|of| of.is_tidied);
            let joins = handoff.from == id(moved) || handoff.to == id(moved);
            let points = &before.routes[at].points;
            let passes = points.windows(2).any(|pair| {
                is_through(pair[0], pair[1], now.stages[moved].grown(2.0))
            });
            if is_tidied && !joins && !passes {
                prop_assert_eq!(points, &now.routes[at].points);
            }
        }
    }
}

/// How often the ways of a drawing cross, by comparing all pieces.
fn crossings(layout: &Layout) -> usize {
    let pieces = layout.routes.iter().enumerate().flat_map(|(owner, route)| {
        let pairs = route.points.windows(2);
        pairs.map(move |pair| (owner, pair[0], pair[1]))
    });
    let (level, upright): (Vec<_>, Vec<_>) = pieces.partition(|(_, a, b)| a.y == b.y);
    let within = |value: f64, a: f64, b: f64| a.min(b) < value && value < a.max(b);
    let crossed = |&(owner, a, b): &(usize, WorldPoint, WorldPoint)| {
        let others = upright.iter().filter(|(other, ..)| *other != owner);
        let across = others.filter(|(_, c, d)| within(c.x, a.x, b.x) && within(a.y, c.y, d.y));
        across.count()
    };
    level.iter().map(crossed).sum()
}

/// The figures of other programs for this graph are in docs/tidy.md.
#[test]
fn a_stream_of_a_hundred_stages_crosses_and_bends_no_more_than_with_the_best_of_others() {
    #[derive(serde::Deserialize)]
    struct Edge {
        s: usize,
        t: usize,
        feedback: bool,
    }
    #[derive(serde::Deserialize)]
    struct Graph {
        edges: Vec<Edge>,
    }
    let text = include_str!("../../benches/graphs/stream-100.json");
    let graph: Graph = serde_json::from_str(text).unwrap();
    let mut model = Model::default();
    for at in 0..100 {
        let mut stage = Stage::new(id(at), format!("Stage {at}"));
        stage.at.size = Some(WorldSize::new(120.0, 50.0));
        model.stages.push(stage);
    }
    for Edge { s, t, feedback } in graph.edges {
        let name = HandoffId::new(&format!("s{s}--s{t}")).unwrap();
        let mut handoff = Handoff::new(name, id(s), id(t));
        if feedback {
            handoff.kind = HandoffKind::Rework { at_most: None };
            handoff.share = Share::new(0.1);
        }
        model.handoffs.push(handoff);
    }
    let layout = laid_out(&tidy_up(&model, &[]));
    let bends: usize = layout
        .routes
        .iter()
        .map(|route| route.points.len() - 2)
        .sum();
    let crossings = crossings(&layout);
    assert!(crossings <= 58, "{crossings} crossings");
    assert!(bends <= 216, "{bends} bends");
}

#[test]
fn corners_set_by_hand_stay_and_those_of_tidying_up_are_made_anew() {
    // A long handoff past the stages between, and one back.
    let places = [(0.0, 0.0), (300.0, 10.0), (600.0, 0.0), (900.0, 0.0)];
    let mut model = drawing(&places, &[(0, 1), (1, 2), (2, 3), (0, 3)]);
    let name = HandoffId::new("s3--s1").unwrap();
    let mut back = Handoff::new(name, id(3), id(1));
    back.kind = HandoffKind::Rework { at_most: None };
    back.share = Share::new(0.2);
    model.handoffs.push(back);
    let tidy = tidy_up(&model, &[]);
    let long = HandoffId::new("s0--s3").unwrap();
    assert!(tidy.handoffs.find(long).unwrap().is_tidied);
    let mut by_hand = tidy.clone();
    let corners = vec![
        WorldPoint::new(240.0, -200.0),
        WorldPoint::new(700.0, -200.0),
    ];
    let handoff = by_hand.handoffs.find_mut(long).unwrap();
    (handoff.bends, handoff.is_tidied) = (corners, false);
    assert_eq!(tidy_up(&by_hand, &[]), by_hand);
    // Another stage between moves everything after it: both its ends no longer go the same way.
    let mut more = tidy.clone();
    more.stages.push(Stage::new(id(4), "Stage 4"));
    for (from, to) in [(1, 4), (4, 2)] {
        let name = HandoffId::new(&format!("s{from}--s{to}")).unwrap();
        more.handoffs.push(Handoff::new(name, id(from), id(to)));
    }
    let again = tidy_up(&more, &[]);
    let handoff = again.handoffs.find(long).unwrap();
    assert!(handoff.is_tidied);
    assert_ne!(handoff.bends, tidy.handoffs.find(long).unwrap().bends);
}

/// Stages at these places, chained as pairs say.
fn drawing(stages: &[(f64, f64)], forward: &[(usize, usize)]) -> Model {
    let mut model = Model::default();
    for (at, &(x, y)) in stages.iter().enumerate() {
        let mut stage = Stage::new(id(at), format!("Stage {at}"));
        stage.at.position = Some(WorldPoint::new(x, y));
        model.stages.push(stage);
    }
    for &(from, to) in forward {
        let name = HandoffId::new(&format!("s{from}--s{to}")).unwrap();
        model.handoffs.push(Handoff::new(name, id(from), id(to)));
    }
    model
}

fn levels(model: &Model) -> Vec<f64> {
    let stages = model.stages.iter();
    stages.map(|stage| stage.at.position.unwrap().y).collect()
}

#[test]
fn the_order_from_top_to_bottom_is_kept_where_nothing_speaks_against_it() {
    let forward = [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)];
    // As in the file, and the other way round.
    for (first, last) in [(0.0, 400.0), (400.0, 0.0)] {
        let places = [
            (0.0, 200.0),
            (310.0, first),
            (290.0, 200.0),
            (305.0, last),
            (600.0, 190.0),
        ];
        let y = levels(&tidy_up(&drawing(&places, &forward), &[]));
        assert_eq!(first < last, y[1] < y[3], "{y:?}");
        assert!((y[1] < y[2]) == (y[2] < y[3]), "{y:?}");
        assert!(
            y[0] == y[2] && y[2] == y[4],
            "the middle one is level: {y:?}"
        );
    }
}

#[test]
fn a_note_on_a_card_goes_along_and_others_are_not_covered() {
    let mut model = drawing(&[(0.0, 0.0), (40.0, 300.0)], &[(0, 1)]);
    for (name, x, y) in [("on", 100.0, 320.0), ("off", 280.0, 20.0)] {
        let position = Some(WorldPoint::new(x, y));
        model.notes.push(Note {
            id: NoteId::new(name).unwrap(),
            kind: NoteKind::Sticky,
            text: String::new(),
            at: Placement {
                position,
                ..Placement::default()
            },
        });
    }
    let after = tidy_up(&model, &[]);
    let place = |at: usize| after.stages.at(at).unwrap().at.position.unwrap();
    let note = |at: usize| after.notes.at(at).unwrap().at.position.unwrap();
    assert_eq!(
        note(0) - place(1),
        WorldPoint::new(60.0, 20.0) - WorldPoint::default()
    );
    assert_eq!(note(1), WorldPoint::new(280.0, 20.0));
    let off = WorldRect::from_min_size(note(1), NOTE);
    assert!(
        !laid_out(&after)
            .stages
            .iter()
            .any(|card| card.overlaps(off))
    );
}

#[test]
fn a_locked_stage_stays_and_the_others_come_to_it() {
    let mut model = drawing(
        &[(0.0, 0.0), (1000.0, 700.0), (50.0, 10.0)],
        &[(0, 1), (1, 2)],
    );
    let places = edit::set_placement(&model, &[edit::Selected::Stage(id(1))], |at| {
        at.is_locked = true;
    });
    edit::apply_all(&mut model, &places).unwrap();
    let after = tidy_up(&model, &[]);
    let card = |at: usize| after.stages.at(at).unwrap().at.position.unwrap();
    assert_eq!(card(1), WorldPoint::new(1000.0, 700.0));
    assert!(card(0).x < 1000.0 && card(0).y == 700.0, "{:?}", card(0));
    assert!(card(2).x > 1000.0 && card(2).y == 700.0, "{:?}", card(2));
}

/// Each time the others come to the first locked one another order is read from where they are.
#[test]
fn what_goes_on_and_on_between_locked_stages_ends_where_it_stays() {
    let mut stages = vec![(None, false, 0); 15];
    stages[10] = (Some((0, 0)), false, 0);
    stages[13] = (Some((0, -64)), true, 0);
    stages[14] = (Some((25, 0)), true, 0);
    let once = tidy_up(
        &drawn(&Plan {
            stages,
            handoffs: Vec::new(),
            has_lanes: false,
            chosen: Vec::new(),
        }),
        &[],
    );
    assert_eq!(tidy_up(&once, &[]), once);
}

/// Its card stood for each of its members: so large, and where it is.
#[test]
fn a_collapsed_group_is_tidied_up_as_if_it_were_open() {
    let places = [(0.0, 0.0), (250.0, 90.0), (260.0, -110.0), (700.0, 10.0)];
    let mut model = drawing(&places, &[(0, 1), (0, 2), (1, 3), (2, 3)]);
    model.stages.find_mut(id(1)).unwrap().at.size = Some(WorldSize::new(300.0, 140.0));
    let open = tidied(&model, &[]);
    model.groups.push(Group {
        id: GroupId::new("group").unwrap(),
        name: "Group".to_owned(),
        stages: vec![id(1), id(2)],
        is_collapsed: true,
        colour: None,
    });
    assert_eq!(tidied(&model, &[]).stages, open.stages);
    let once = tidy_up(&model, &[]);
    assert_eq!(tidy_up(&once, &[]), once);
}

/// The network simplex, the search for the ways of long handoffs and the router did not ask.
#[test]
fn it_hears_at_once_that_it_is_cancelled_even_where_everything_is_tangled() {
    const STAGES: usize = 1_500;
    // By the clock, on a machine that others use: it took seconds where it did not ask.
    const SOON: Duration = Duration::from_millis(500);
    // A sequence that looks like luck (Numerical Recipes' quick one), so that nothing divides it.
    let mut luck = 7_u32;
    let mut draw = || {
        luck = luck.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (luck >> 8) as usize % STAGES
    };
    let ends = std::iter::repeat_with(|| (draw(), draw()));
    let mut ends: Vec<(usize, usize)> = ends
        .filter(|(a, b)| a != b)
        .map(|(a, b)| (a.min(b), a.max(b)))
        .take(STAGES * 3 / 2)
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let model = drawing(&vec![(0.0, 0.0); STAGES], &ends);
    let flow = Flow::of(&model);
    let now = laid_out(&model);
    let takes = |after: Duration| {
        let control = Arc::new(TidyControl::default());
        let asks = Arc::clone(&control);
        let cancel = std::thread::spawn(move || {
            std::thread::sleep(after);
            asks.cancel();
            Instant::now()
        });
        let input = input(&model, &flow);
        let task = TidyTask {
            input,
            now: &now,
            chosen: &[],
        };
        let is_done = tidy(&task, &control).is_some();
        let ended = Instant::now();
        let cancelled = cancel.join().unwrap();
        (!is_done).then(|| ended - cancelled)
    };
    for millis in [1, 20, 60, 150, 400, 900, 1_500, 2_500] {
        let after = Duration::from_millis(millis);
        let mut times = (0..4).map_while(|_| takes(after));
        let Some(first) = times.next() else { break };
        let is_soon = first < SOON || times.any(|time| time < SOON);
        assert!(is_soon, "cancelled after {millis} ms it took {first:?}");
    }
}

#[test]
fn when_it_is_cancelled_there_is_no_answer() {
    let model = drawing(&[(0.0, 0.0), (9.0, 300.0)], &[(0, 1)]);
    let flow = Flow::of(&model);
    let control = TidyControl::default();
    control.cancel();
    let task = TidyTask {
        input: input(&model, &flow),
        now: &laid_out(&model),
        chosen: &[],
    };
    assert_eq!(tidy(&task, &control), None);
}

#[test]
fn in_a_tidied_example_no_label_lies_on_a_card() {
    let fonts = Fonts::bundled();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "ron") {
            continue;
        }
        count += 1;
        let mut model = store::load(&DiskFiles, &path).unwrap().model;
        let flow = Flow::of(&model);
        let now = scene::lay_out(&model, &flow, &fonts);
        let found = scene::tidy(&model, &flow, &now, &[], &fonts, &TidyControl::default());
        let found = found.expect("nobody cancelled it");
        let changes = edit::put(&model, &found.stages, &found.notes, &found.ways);
        edit::apply_all(&mut model, &changes).unwrap();
        let layout = scene::lay_out(&model, &flow, &fonts);
        for (at, route) in layout.routes.iter().enumerate() {
            let label = route.label.unwrap_or_default();
            let lies_on = |card: &&WorldRect| card.overlaps(label);
            let card = layout.stages.iter().find(lies_on);
            let handoff = flow.handoffs[at].id;
            assert_eq!(card, None, "{}: {handoff}", path.display());
        }
    }
    assert!(count > 5);
}
