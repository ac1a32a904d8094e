//! Layout: what a reader of a drawing counts on, on drawings of every kind.

use std::fmt::Write as _;

use anabranch::graph::Flow;
use anabranch::layout::{Layout, LayoutInput, NoteSize, lay_out};
use anabranch::model::{
    Handoff, HandoffId, HandoffKind, LaneMode, Model, Needs, Note, NoteId, NoteKind, Phase,
    Placement, Share, Stage, StageId, WorldPoint, WorldRect, WorldSize,
};
use anabranch::scene::{DrawOptions, draw};
use proptest::prelude::*;

const CARD: WorldSize = WorldSize::new(164.0, 84.0);
const NOTE: WorldSize = WorldSize::new(120.0, 60.0);
/// How far the points of a burst reach.
const REACH: f64 = 12.0;
const PILL: WorldSize = WorldSize::new(56.0, 20.0);

/// A model in a few words: stages `name[@x,y]`, handoffs `a>b`, `a?>b` customary, `a??>b` relaxed,
/// `a<b` rework from b back to a, `a~>b` feedback.
fn model(stages: &str, handoffs: &str) -> Model {
    let mut model = Model::default();
    for word in stages.split_whitespace() {
        let (name, at) = word.split_once('@').unwrap_or((word, ""));
        let mut stage = Stage::new(StageId::new(name).unwrap(), name);
        if let Some((x, y)) = at.split_once(',') {
            stage.at.position = Some(WorldPoint::new(x.parse().unwrap(), y.parse().unwrap()));
        }
        assert!(model.stages.push(stage));
    }
    for word in handoffs.split_whitespace() {
        let end = word.find(['>', '<']).unwrap();
        let (left, right) = (&word[..end], &word[end + 1..]);
        let name = left.trim_end_matches(['?', '~']);
        let (from, to) = if word[end..].starts_with('<') {
            (right, name)
        } else {
            (name, right)
        };
        let (from, to) = (StageId::new(from).unwrap(), StageId::new(to).unwrap());
        let mut id = HandoffId::new(&format!("{from}--{to}")).unwrap();
        let mut n = 1;
        while model.handoffs.contains(id) {
            n += 1;
            id = HandoffId::new(&format!("{from}--{to}-{n}")).unwrap();
        }
        let mut handoff = Handoff::new(id, from, to);
        if word[end..].starts_with('<') {
            handoff.kind = HandoffKind::Rework { at_most: None };
            handoff.share = Share::new(0.2);
        } else if left.ends_with('~') {
            handoff.kind = HandoffKind::Feedback;
            handoff.share = Share::new(0.1);
        } else if left.ends_with('?') {
            handoff.needs = Needs::Customary;
            handoff.is_relaxed = left.ends_with("??");
        }
        assert!(model.handoffs.push(handoff));
    }
    model
}

fn laid_out(model: &Model) -> Layout {
    let flow = Flow::of(model);
    lay_out(&LayoutInput {
        model,
        flow: &flow,
        stage_size: &|_| CARD,
        label_size: &|_| Some(PILL),
        note_size: &|note| NoteSize {
            size: note.at.size.unwrap_or(NOTE),
            reach: if note.kind == NoteKind::Kaizen {
                REACH
            } else {
                0.0
            },
        },
    })
}

/// Draws a layout as plain SVG, to be looked at: `target/pictures/layout-NAME.svg`.
fn picture(name: &str, model: &Model) -> Layout {
    let layout = laid_out(model);
    let flow = Flow::of(model);
    let b = layout.bounds.grown(24.0);
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='{} {} {} {}' font-family='sans-serif' font-size='13'>\
         <rect x='{0}' y='{1}' width='{2}' height='{3}' fill='#fff'/>",
        b.min.x,
        b.min.y,
        b.width(),
        b.height()
    );
    for (at, lane) in layout.lanes.iter().enumerate() {
        let r = lane.rect;
        let fill = if at % 2 == 0 { "#eef1f6" } else { "#f7f8fa" };
        write!(svg, "<rect x='{}' y='{}' width='{}' height='{}' fill='{fill}'/><text x='{}' y='{}' fill='#678' font-size='10'>{}</text>",
            r.min.x, r.min.y, r.width(), r.height(), r.min.x + 12.0, r.min.y + 18.0, lane.name.replace('&', "&amp;")).unwrap();
    }
    for (rect, stage) in layout.stages.iter().zip(&model.stages) {
        write!(svg, "<rect x='{}' y='{}' width='{}' height='{}' rx='8' fill='#fff' stroke='#abc'/><text x='{}' y='{}'>{}</text>",
            rect.min.x, rect.min.y, rect.width(), rect.height(), rect.min.x + 12.0, rect.min.y + 24.0, stage.name.replace('&', "&amp;")).unwrap();
    }
    let all = layout
        .routes
        .iter()
        .zip(&flow.handoffs)
        .map(|(route, handoff)| {
            let colour = match handoff.kind {
                HandoffKind::Forward => "#556",
                HandoffKind::Rework { .. } => "#d55e00",
                HandoffKind::Feedback => "#7744cc",
            };
            (route, colour)
        });
    for (route, colour) in all.chain(layout.ghosts.iter().map(|route| (route, "#ccc"))) {
        let points: Vec<String> = route
            .points
            .iter()
            .map(|p| format!("{},{}", p.x, p.y))
            .collect();
        write!(
            svg,
            "<polyline points='{}' fill='none' stroke='{colour}' stroke-width='1.5'/>",
            points.join(" ")
        )
        .unwrap();
        if let Some(end) = route.points.last() {
            write!(
                svg,
                "<circle cx='{}' cy='{}' r='4' fill='{colour}'/>",
                end.x, end.y
            )
            .unwrap();
        }
        if let Some(label) = route.label {
            write!(svg, "<rect x='{}' y='{}' width='{}' height='{}' rx='10' fill='#fff' stroke='{colour}'/>",
                label.min.x, label.min.y, label.width(), label.height()).unwrap();
        }
    }
    svg.push_str("</svg>");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    #[expect(clippy::disallowed_methods, reason = "a picture to look at")]
    std::fs::write(folder.join(format!("layout-{name}.svg")), svg).unwrap();
    layout
}

/// The way through the picture in straight pieces, as thin rectangles.
fn pieces(points: &[WorldPoint]) -> impl Iterator<Item = WorldRect> + '_ {
    points.windows(2).map(|pair| WorldRect {
        min: WorldPoint::new(pair[0].x.min(pair[1].x), pair[0].y.min(pair[1].y)),
        max: WorldPoint::new(pair[0].x.max(pair[1].x), pair[0].y.max(pair[1].y)),
    })
}

/// Checks what holds for every layout whose cards stand apart.
fn check(model: &Model, layout: &Layout) {
    let flow = Flow::of(model);
    assert_eq!(layout.stages.len(), model.stages.len());
    assert_eq!(layout.routes.len(), flow.handoffs.len());
    assert_eq!(layout.ghosts.len(), flow.relaxed.len());
    for (at, card) in layout.stages.iter().enumerate() {
        assert!(card.min.x.is_finite() && card.max.y.is_finite());
        for other in &layout.stages[at + 1..] {
            assert!(!card.overlaps(*other), "{card:?} and {other:?} overlap");
        }
    }
    let place = |id| model.stages.position(id).unwrap();
    let drawn = flow
        .handoffs
        .iter()
        .map(|handoff| (handoff.from, handoff.to));
    let ghosts = flow.relaxed.iter().map(|&id| {
        let handoff = model.handoffs.find(id).unwrap();
        (handoff.from, handoff.to)
    });
    let routes = layout.routes.iter().chain(&layout.ghosts);
    for ((from, to), route) in drawn.chain(ghosts).zip(routes) {
        let points = &route.points;
        assert!(points.len() >= 2, "{from} to {to} has no way");
        let touches = |card: WorldRect, point: &WorldPoint| {
            card.contains(*point) && !card.grown(-0.5).contains(*point)
        };
        let (first, last) = (&points[0], &points[points.len() - 1]);
        assert!(
            touches(layout.stages[place(from)], first),
            "{from} to {to}: {points:?}"
        );
        assert!(
            touches(layout.stages[place(to)], last),
            "{from} to {to}: {points:?}"
        );
        for piece in pieces(points) {
            assert!(
                piece.width() == 0.0 || piece.height() == 0.0,
                "{points:?} is askew"
            );
            for (card, stage) in layout.stages.iter().zip(&model.stages) {
                // As wide as the line is drawn.
                let is_through =
                    card.overlaps(piece.grown(if stage.id == from || stage.id == to {
                        -0.5
                    } else {
                        1.0
                    }));
                let is_inside = card.grown(-0.5).overlaps(piece.grown(0.25));
                assert!(
                    if stage.id == from || stage.id == to {
                        !is_inside
                    } else {
                        !is_through
                    },
                    "{from} to {to} passes through {}: {points:?}",
                    stage.id
                );
            }
        }
    }
    for lanes in layout.lanes.windows(2) {
        assert!(lanes[0].rect.max.y <= lanes[1].rect.min.y);
    }
    let inside = |rect: WorldRect| layout.bounds.union(rect) == layout.bounds;
    assert!(layout.stages.iter().all(|&card| inside(card)));
    assert!(layout.lanes.iter().all(|lane| inside(lane.rect)));
}

/// How much labels hide: of cards, and of one another.
fn hidden(layout: &Layout) -> usize {
    let labels: Vec<WorldRect> = layout
        .routes
        .iter()
        .filter_map(|route| route.label)
        .collect();
    let on_cards = labels
        .iter()
        .filter(|label| layout.stages.iter().any(|card| card.overlaps(**label)))
        .count();
    let on_labels = labels
        .iter()
        .enumerate()
        .filter(|(at, label)| labels[at + 1..].iter().any(|other| other.overlaps(**label)))
        .count();
    on_cards + on_labels
}

/// A random model: its stages, handoffs (from, to, kind) with from before to for forward ones,
/// and for each stage a phase.
pub fn random() -> impl Strategy<Value = Model> {
    (2..24_usize).prop_flat_map(|count| {
        let ways = proptest::collection::vec((0..count, 0..count, 0..8_u8), 0..count * 2);
        let phases = proptest::collection::vec(0..6_usize, count);
        (ways, phases, 0..2_u8).prop_map(move |(ways, phases, mode)| {
            let stages: Vec<String> = (0..count).map(|at| format!("s{at}")).collect();
            let handoffs: Vec<String> = ways
                .into_iter()
                .filter_map(|(a, b, kind)| {
                    let (low, high) = (a.min(b), a.max(b));
                    match kind {
                        0 => Some(format!("s{low}<s{high}")),
                        1 => Some(format!("s{high}~>s{low}")),
                        2 if low < high => Some(format!("s{low}??>s{high}")),
                        _ if low < high => Some(format!("s{low}>s{high}")),
                        _ => None,
                    }
                })
                .collect();
            let mut model = model(&stages.join(" "), &handoffs.join(" "));
            let mut at = 0;
            model.stages.update(
                |_| true,
                |stage| {
                    stage.phase = Some(Phase::STANDARD[phases[at]].clone());
                    at += 1;
                },
            );
            model.lane_mode = [LaneMode::None, LaneMode::Phase][usize::from(mode)];
            model
        })
    })
}

/// Puts the stages by hand: on squares of a board, in a random order, a little off.
pub fn placed(model: Model, seed: u64) -> Model {
    let mut model = model;
    let mut state = seed;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let columns = 6;
    let mut squares: Vec<usize> = (0..model.stages.len() * 2).collect();
    for at in (1..squares.len()).rev() {
        squares.swap(at, draw(at as u64 + 1) as usize);
    }
    let mut next = squares.into_iter();
    model.stages.update(
        |_| true,
        |stage| {
            let square = next.next().unwrap();
            let off = |step: u64| (step * 5) as f64;
            stage.at.position = Some(WorldPoint::new(
                (square % columns) as f64 * 240.0 + off(draw(8)),
                (square / columns) as f64 * 144.0 + off(draw(6)),
            ));
        },
    );
    model
}

proptest! {
    #![proptest_config(crate::cases::cases(200))]

    #[test]
    fn nothing_overlaps_when_everything_is_placed_automatically(model in random()) {
        let layout = laid_out(&model);
        check(&model, &layout);
        prop_assert_eq!(&layout, &laid_out(&model));
    }

    #[test]
    fn wires_go_around_cards_placed_by_hand(model in random(), seed in any::<u64>()) {
        let model = placed(model, seed);
        let layout = laid_out(&model);
        check(&model, &layout);
        if Flow::of(&model).relaxed.is_empty() {
            for (card, stage) in layout.stages.iter().zip(&model.stages) {
                prop_assert_eq!(Some(card.min), stage.at.position);
            }
        }
    }

    #[test]
    fn stages_without_a_place_find_one_among_the_others(model in random(), seed in any::<u64>()) {
        let mut model = placed(model, seed);
        model.stages.update(|stage| stage.name.ends_with(['1', '4', '7']), |stage| {
            stage.at.position = None;
        });
        check(&model, &laid_out(&model));
    }

    #[test]
    fn what_moves_far_away_changes_nothing_here(
        here in random(),
        there in random(),
        seed in any::<u64>(),
        x in -40..40_i32,
        y in -40..40_i32,
    ) {
        let here = placed(here, seed);
        let mut both = placed(there, seed ^ 1);
        both.lane_mode = LaneMode::None;
        let mut far = Model { lane_mode: LaneMode::None, ..Model::default() };
        let rename = |name: &str| StageId::new(&format!("far-{name}")).unwrap();
        for stage in &here.stages {
            far.stages.push(stage.clone());
        }
        for stage in &both.stages {
            let mut stage = Stage { id: rename(&stage.name), ..stage.clone() };
            let at = stage.at.position.unwrap();
            stage.at.position = Some(WorldPoint::new(at.x + 9_000.0, at.y));
            far.stages.push(stage);
        }
        for handoff in here.handoffs.iter().filter(|handoff| !handoff.is_relaxed) {
            far.handoffs.push(handoff.clone());
        }
        for handoff in both.handoffs.iter().filter(|handoff| !handoff.is_relaxed) {
            far.handoffs.push(Handoff {
                id: HandoffId::new(&format!("far-{}", handoff.id)).unwrap(),
                from: rename(handoff.from.as_str()),
                to: rename(handoff.to.as_str()),
                ..handoff.clone()
            });
        }
        let before = laid_out(&far);
        let last = far.stages.at(far.stages.len() - 1).unwrap().id;
        far.stages.find_mut(last).unwrap().at.position =
            Some(WorldPoint::new(9_000.0 + f64::from(x) * 100.0, 6_000.0 + f64::from(y) * 100.0));
        let after = laid_out(&far);
        let count = here.handoffs.iter().filter(|handoff| !handoff.is_relaxed).count();
        prop_assert_eq!(&before.routes[..count], &after.routes[..count]);
    }
}

/// Puts notes among what is placed by hand: on a board of its own, sometimes on cards.
pub fn with_notes(mut model: Model, notes: &[(u8, u8, bool)]) -> Model {
    for (n, &(column, row, is_burst)) in notes.iter().enumerate() {
        model.notes.push(Note {
            id: NoteId::new(&format!("n{n}")).unwrap(),
            kind: if is_burst {
                NoteKind::Kaizen
            } else {
                NoteKind::Sticky
            },
            text: String::new(),
            at: Placement {
                position: Some(WorldPoint::new(
                    f64::from(column) * 90.0 - 60.0,
                    f64::from(row) * 70.0 - 40.0,
                )),
                ..Placement::default()
            },
        });
    }
    model
}

/// Where notes are seen: bursts reach beyond what is written on.
fn seen_notes(model: &Model, layout: &Layout) -> Vec<WorldRect> {
    let notes = model.notes.iter().zip(&layout.notes);
    notes
        .map(|(note, rect)| match note.kind {
            NoteKind::Sticky => *rect,
            NoteKind::Kaizen => rect.grown(REACH),
        })
        .collect()
}

fn some_notes() -> impl Strategy<Value = Vec<(u8, u8, bool)>> {
    proptest::collection::vec((0..16_u8, 0..10_u8, any::<bool>()), 0..8)
}

proptest! {
    #![proptest_config(crate::cases::cases(200))]

    #[test]
    fn notes_stay_and_nothing_that_moves_comes_to_lie_under_them(
        model in random(),
        seed in any::<u64>(),
        notes in some_notes(),
        missing in any::<bool>(),
    ) {
        let mut model = with_notes(placed(model, seed), &notes);
        if missing {
            model.stages.update(|stage| stage.name.ends_with(['1', '4', '7']), |stage| {
                stage.at.position = None;
            });
        }
        let layout = laid_out(&model);
        check(&model, &layout);
        let has_relaxed = !Flow::of(&model).relaxed.is_empty();
        let by_hand = |stage: &Stage| {
            let corner = stage.at.position?;
            Some(WorldRect::from_min_size(corner, CARD))
        };
        for (n, (note, rect)) in model.notes.iter().zip(seen_notes(&model, &layout)).enumerate() {
            let put = WorldRect::from_min_size(note.at.position.unwrap(), NOTE);
            let put = if note.kind == NoteKind::Kaizen { put.grown(REACH) } else { put };
            if !has_relaxed {
                prop_assert_eq!(rect, put, "note {} has moved", n);
            }
            let on: Vec<usize> = model
                .stages
                .iter()
                .enumerate()
                .filter(|(_, stage)| by_hand(stage).is_some_and(|card| card.overlaps(put)))
                .map(|(at, _)| at)
                .collect();
            if on.is_empty() {
                for card in &layout.stages {
                    prop_assert!(!card.overlaps(rect), "{card:?} lies under {rect:?}");
                }
            } else {
                // It still lies where it did on one of them.
                let stays = |&at: &usize| {
                    let before = by_hand(model.stages.at(at).unwrap()).unwrap();
                    rect.min - layout.stages[at].min == put.min - before.min
                };
                prop_assert!(on.iter().any(stays));
            }
        }
        prop_assert_eq!(&layout, &laid_out(&model));
    }

    #[test]
    fn a_label_lies_on_a_note_only_where_no_part_of_its_way_is_free(
        model in random(),
        seed in any::<u64>(),
        notes in some_notes(),
    ) {
        let model = with_notes(placed(model, seed), &notes);
        let layout = laid_out(&model);
        let notes = seen_notes(&model, &layout);
        let labels: Vec<Option<WorldRect>> =
            layout.routes.iter().map(|route| route.label).collect();
        for (at, label) in labels.iter().enumerate() {
            let Some(label) = label else { continue };
            if !notes.iter().any(|note| note.overlaps(*label)) {
                continue;
            }
            for piece in pieces(&layout.routes[at].points) {
                let along = if piece.height() == 0.0 { PILL.width } else { PILL.height };
                if piece.width().max(piece.height()) < along + 24.0 {
                    continue;
                }
                let middle = piece.center();
                let spot = WorldRect::from_min_size(
                    WorldPoint::new(middle.x - PILL.width / 2.0, middle.y - PILL.height / 2.0),
                    PILL,
                )
                .grown(4.0);
                let others = labels.iter().enumerate().filter(|(other, _)| *other != at);
                let is_taken = notes.iter().any(|note| note.overlaps(spot))
                    || layout.stages.iter().any(|card| card.overlaps(spot))
                    || others.filter_map(|(_, other)| *other).any(|other| other.overlaps(spot));
                prop_assert!(is_taken, "label {at} lies on a note, but {spot:?} is free");
            }
        }
    }

    #[test]
    fn notes_far_away_change_nothing(model in random(), seed in any::<u64>()) {
        let model = placed(model, seed);
        let without = laid_out(&model);
        let mut far = with_notes(model, &[(0, 0, false), (1, 1, true)]);
        far.notes.update(|_| true, |note| {
            note.at.position = Some(WorldPoint::new(-9_000.0, -9_000.0));
        });
        let with = laid_out(&far);
        if Flow::of(&far).relaxed.is_empty() {
            prop_assert_eq!(&without.routes, &with.routes);
            prop_assert_eq!(&without.stages, &with.stages);
        }
    }
}

#[test]
fn a_way_goes_round_a_note_when_that_is_not_far() {
    let under = |layout: &Layout| {
        let note = layout.notes[0];
        pieces(&layout.routes[0].points).any(|piece| note.overlaps(piece.grown(0.5)))
    };
    let make = |width: f64, height: f64| {
        let mut model = model("a@0,0 b@700,0", "a>b");
        model = with_notes(model, &[(0, 0, false)]);
        model.notes.update(
            |_| true,
            |note| {
                note.at.position = Some(WorldPoint::new(360.0, 42.0 - height / 2.0));
                note.at.size = Some(WorldSize::new(width, height));
            },
        );
        laid_out(&model)
    };
    assert!(!under(&make(120.0, 60.0)));
    assert!(!under(&make(120.0, 160.0)));
    // A note as high as a house is passed under.
    assert!(under(&make(120.0, 4_000.0)));
}

#[test]
fn notes_without_a_place_stand_below_in_rows() {
    let mut model = model("a@0,0 b@400,0", "a>b");
    model = with_notes(model, &[(0, 0, false); 7]);
    model.notes.update(|_| true, |note| note.at.position = None);
    let layout = laid_out(&model);
    for (n, note) in layout.notes.iter().enumerate() {
        assert!(note.min.y > layout.bounds.max.y);
        assert!(note.max.x <= layout.bounds.max.x.max(NOTE.width));
        for other in &layout.notes[n + 1..] {
            assert!(!note.overlaps(*other));
        }
    }
    let tops: std::collections::BTreeSet<i64> =
        layout.notes.iter().map(|note| note.min.y as i64).collect();
    assert!(tops.len() > 1, "in rows");
}

/// What still has an order stands in columns, which may need more room than there was.
#[test]
fn columns_of_what_was_relaxed_stand_apart() {
    for places in [
        "a@0,0 b@240,0 c@120,144",
        "a@0,0 b@0,144 c@30,288",
        "a@0,0 b@240,0 c@480,0",
    ] {
        let model = model(places, "a>b a??>b a??>c b>c");
        check(&model, &laid_out(&model));
    }
}

#[test]
fn a_burst_on_a_card_goes_where_the_card_goes() {
    let mut model = model("a@0,0 b@240,0 c@480,0 d@720,0", "a>b b??>c c>d");
    model = with_notes(model, &[(0, 0, true)]);
    model.notes.update(
        |_| true,
        |note| note.at.position = Some(WorldPoint::new(600.0, -30.0)),
    );
    let layout = laid_out(&model);
    let moved = layout.stages[2].min - WorldPoint::new(480.0, 0.0);
    assert!(moved.y != 0.0, "c stands beside b");
    let note = layout.notes[0].min - WorldPoint::new(600.0, -30.0);
    assert_eq!(note, moved);
}

#[test]
fn cards_without_a_gap_between_them_are_joined() {
    for (x, y) in [(164, 0), (0, 84), (-164, 0), (0, -84), (0, 0)] {
        for way in ["a>b", "a<b", "b<a", "a~>b"] {
            let model = model(&format!("a@0,0 b@{x},{y}"), way);
            let layout = laid_out(&model);
            assert!(layout.routes[0].points.len() > 1, "{x} {y} {way}");
            let scene = draw(&model, &Flow::of(&model), &layout, &DrawOptions::default());
            let sides = [scene.bounds.width(), scene.bounds.height()];
            assert!(sides.iter().all(|side| side.is_finite()), "{x} {y} {way}");
        }
    }
}

#[test]
fn a_chain_stands_in_a_row() {
    let model = model("a b c d", "a>b b>c c>d");
    let layout = laid_out(&model);
    check(&model, &layout);
    assert!(layout.stages.iter().all(|card| card.min.y == 0.0));
    assert!(
        layout
            .stages
            .windows(2)
            .all(|pair| pair[1].min.x - pair[0].max.x >= 96.0)
    );
    assert!(
        layout.routes.iter().all(|route| route.points.len() == 2),
        "straight"
    );
    assert_eq!(hidden(&layout), 0);
}

const SEGMENT: &str =
    "ingest>transcode transcode?>metadata metadata?>compliance compliance>publish";

#[test]
fn what_is_relaxed_stands_side_by_side_and_comes_back() {
    let stages = "ingest@0,200 transcode@264,200 metadata@528,200 compliance@792,200 \
                  publish@1056,200 above@528,72 below@528,328";
    let before = model(stages, SEGMENT);
    let after = model(stages, &SEGMENT.replace("?>", "??>"));
    let layout = laid_out(&after);
    check(&after, &layout);
    assert_eq!(hidden(&layout), 0);
    let [
        ingest,
        transcode,
        metadata,
        compliance,
        publish,
        above,
        below,
    ] = layout.stages[..]
    else {
        panic!("seven stages");
    };
    assert_eq!(
        [transcode.min.x, metadata.min.x, compliance.min.x],
        [528.0; 3]
    );
    assert!(transcode.max.y < metadata.min.y && metadata.max.y < compliance.min.y);
    assert_eq!(
        metadata.center().y,
        ingest.center().y,
        "the fan is level with its ends"
    );
    assert_eq!(ingest.min.y, publish.min.y);
    assert!(
        above.max.y < transcode.min.y && compliance.max.y < below.min.y,
        "others make room"
    );
    let back = laid_out(&before);
    for (card, stage) in back.stages.iter().zip(&before.stages) {
        assert_eq!(Some(card.min), stage.at.position);
    }
    // A drawing nobody has put by hand is arranged afresh.
    let after = model(
        "ingest transcode metadata compliance publish",
        &SEGMENT.replace("?>", "??>"),
    );
    let layout = laid_out(&after);
    check(&after, &layout);
    assert_eq!(layout.stages[1].min.x, layout.stages[2].min.x);
    assert_eq!(layout.stages[2].min.x, layout.stages[3].min.x);
}

#[test]
fn a_chain_drawn_downwards_is_relaxed_across() {
    let stages = "ingest@0,0 transcode@0,144 metadata@0,288 compliance@0,432 publish@0,576";
    let after = model(stages, &SEGMENT.replace("?>", "??>"));
    let layout = laid_out(&after);
    check(&after, &layout);
    let [ingest, transcode, metadata, compliance, _] = layout.stages[..] else {
        panic!("five stages");
    };
    assert_eq!(
        [transcode.min.y, metadata.min.y, compliance.min.y],
        [288.0; 3]
    );
    assert!(transcode.max.x < metadata.min.x && metadata.max.x < compliance.min.x);
    assert_eq!(metadata.center().x, ingest.center().x);
}

#[test]
fn lanes_cover_their_stages_and_leave_room_for_names() {
    let mut model = model("a b c d e f", "a>b b>c c>d a>e e>d d>f");
    let phases = [0, 1, 1, 3, 2, 3];
    let mut at = 0;
    model.stages.update(
        |_| true,
        |stage| {
            stage.phase = Some(Phase::STANDARD[phases[at]].clone());
            at += 1;
        },
    );
    model.lane_mode = LaneMode::Phase;
    let layout = laid_out(&model);
    check(&model, &layout);
    let names: Vec<&str> = layout.lanes.iter().map(|lane| lane.name.as_str()).collect();
    let expected = [0, 1, 2, 3].map(|phase: usize| Phase::STANDARD[phase].name());
    assert_eq!(names, expected);
    for (card, stage) in layout.stages.iter().zip(&model.stages) {
        let phase = stage.phase.as_ref().unwrap();
        let lane = layout
            .lanes
            .iter()
            .find(|lane| lane.name == phase.name())
            .unwrap();
        assert!(
            card.min.y >= lane.rect.min.y + anabranch::layout::HEADER,
            "the name has room"
        );
        assert!(card.max.y <= lane.rect.max.y);
        assert!(lane.rect.min.x < card.min.x && card.max.x < lane.rect.max.x);
    }
}

#[test]
fn bends_set_by_hand_stay_while_they_are_free() {
    let mut model = model("a@0,0 b@528,0", "a>b");
    let id = model.handoffs.at(0).unwrap().id;
    let bends = vec![
        WorldPoint::new(200.0, 42.0),
        WorldPoint::new(200.0, -60.0),
        WorldPoint::new(610.0, -60.0),
    ];
    model.handoffs.find_mut(id).unwrap().bends = bends.clone();
    let route = &laid_out(&model).routes[0].points;
    assert_eq!(route[1..route.len() - 1], bends);
    assert_eq!(route.last(), Some(&WorldPoint::new(610.0, 0.0)));
    // A card moves onto the way: it is found anew.
    let mut blocking = Stage::new(StageId::new("c").unwrap(), "c");
    blocking.at.position = Some(WorldPoint::new(300.0, -100.0));
    model.stages.push(blocking);
    let layout = laid_out(&model);
    check(&model, &layout);
    assert_ne!(
        layout.routes[0].points[1..layout.routes[0].points.len() - 1],
        bends
    );
}

#[test]
fn positions_far_out_and_empty_models_are_laid_out() {
    assert_eq!(laid_out(&Model::default()), Layout::default());
    let far = model(
        "a@-900000000,0 b@900000000,5 c@1e300,0 d@3,900000000",
        "a>b b>c c<b b~>d a>d",
    );
    check(&far, &laid_out(&far));
}

/// Labels find room when there is some: in what the automatic arrangement makes of plain streams.
#[test]
fn labels_hide_nothing_in_plain_streams() {
    for (stages, handoffs) in [
        ("a b c d", "a>b b>c c>d b<d a<b d~>a"),
        ("a b c d e f", "a>b b>c b>d b>e c>f d>f e>f a<f"),
        ("a b c d e", "a>b a>c a>d a>e b>c c>d d>e"),
    ] {
        let model = model(stages, handoffs);
        let layout = laid_out(&model);
        check(&model, &layout);
        assert_eq!(hidden(&layout), 0, "{handoffs}");
    }
}

#[test]
fn pictures() {
    let chain = "ingest>transcode transcode?>metadata metadata?>compliance compliance>publish compliance<publish ingest<compliance publish~>ingest";
    let relaxed = chain.replace("?>", "??>").replace("ingest<compliance ", "");
    let auto = "ingest transcode metadata compliance publish";
    let placed = "ingest@0,200 transcode@264,200 metadata@528,200 compliance@792,200 publish@1056,200 other@528,328 third@528,72";
    picture("chain", &model(auto, chain));
    picture("chain-relaxed", &model(auto, &relaxed));
    picture("placed", &model(placed, chain));
    picture("placed-relaxed", &model(placed, &relaxed));
    let look = "script@0,0 review@264,0 edit@528,128 transcode@792,128 legal@528,256 compliance@792,256 insight@264,384 localize@792,384 publish@1056,384";
    let ways = "script>review script<review review>edit edit>transcode edit>legal edit<legal legal>compliance compliance>localize transcode>publish localize>publish publish~>insight insight~>script";
    let mut m = model(look, ways);
    m.lane_mode = LaneMode::Phase;
    let phases = [0, 0, 1, 1, 2, 2, 3, 3, 3];
    let mut at = 0;
    m.stages.update(
        |_| true,
        |stage| {
            stage.phase = Some(Phase::STANDARD[phases[at]].clone());
            at += 1;
        },
    );
    picture("look", &m);
    m.stages.update(|_| true, |stage| stage.at.position = None);
    picture("look-auto-lanes", &m);
    m.lane_mode = LaneMode::None;
    picture("look-auto", &m);
    let fan = "a>b a>c a>d a>e b>f c>f d>f e>g f>h g>h a>h b>g a<f c<g h~>a";
    picture("fan", &model("a b c d e f g h i j k", fan));
}
