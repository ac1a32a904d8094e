//! Groups: made, dissolved, and shown as one card.

use anabranch::edit::{
    Document, Selected, Selection, broken_invariant, collapse_or_open, group, groups_of, remove,
    ungroup, with_members,
};
use anabranch::graph::Flow;
use anabranch::layout::{GRID, Layout};
use anabranch::model::{Model, StageId, WorldPoint, WorldRect};
use anabranch::quick;
use anabranch::scene::{DrawOptions, Fonts, Scene, Target, draw, lay_out};
use proptest::prelude::*;

/// A chain with a fan in its middle, and rework: ten stages.
const TEXT: &str = "Script 3d @Writers > Edit 5d @Post > { Transcode 2h!, Metadata 4h @Data, \
                    Compliance 1d @Legal, Artwork 1d @Design } > Review 4h <20%< Edit > Publish > \
                    Promote > Measure";

fn document() -> Document {
    Document::new(quick::new_model(TEXT, "Groups").expect("it is understood"))
}

fn stages(model: &Model, chosen: u16) -> Vec<StageId> {
    let stages = model.stages.iter().enumerate();
    let chosen = stages.filter(|(at, _)| chosen & (1 << at) != 0);
    chosen.map(|(_, stage)| stage.id).collect()
}

fn laid_out(model: &Model) -> Layout {
    lay_out(model, &Flow::of(model), &Fonts::bundled())
}

fn drawn(model: &Model, layout: &Layout) -> Scene {
    draw(model, &Flow::of(model), layout, &DrawOptions::default())
}

/// Whether a level or upright line passes through a box.
fn passes(from: WorldPoint, to: WorldPoint, card: WorldRect) -> bool {
    let inner = card.grown(-1.0);
    from.x.min(to.x) < inner.max.x
        && inner.min.x < from.x.max(to.x)
        && from.y.min(to.y) <= inner.max.y
        && inner.min.y <= from.y.max(to.y)
        || from.y.min(to.y) < inner.max.y
            && inner.min.y < from.y.max(to.y)
            && from.x.min(to.x) <= inner.max.x
            && inner.min.x <= from.x.max(to.x)
}

proptest! {
    #![proptest_config(crate::cases::cases(256))]

    #[test]
    fn a_collapsed_group_is_one_card_and_nothing_else_moves(chosen in 1_u16..1024) {
        let mut document = document();
        let members = stages(document.model(), chosen);
        let open = laid_out(document.model());
        let (id, changes) = group(document.model(), &members);
        document.edit("Group", &changes, None).unwrap();
        // An outline moves nothing.
        prop_assert_eq!(&laid_out(document.model()), &open);
        let changes = collapse_or_open(document.model(), &[id]);
        document.edit("Collapse", &changes, None).unwrap();
        let model = document.model();
        prop_assert_eq!(broken_invariant(model), None);
        let folded = laid_out(model);
        let mut card = None;
        for (at, stage) in model.stages.iter().enumerate() {
            if members.contains(&stage.id) {
                prop_assert_eq!(folded.folded(at), Some(id));
                let first = card.get_or_insert(folded.stages[at]);
                prop_assert_eq!(*first, folded.stages[at]);
            } else {
                prop_assert_eq!(folded.folded(at), None);
                prop_assert_eq!(folded.stages[at], open.stages[at]);
            }
        }
        let card = card.expect("somebody is in it");
        let flow = Flow::of(model);
        for (handoff, route) in flow.handoffs.iter().zip(&folded.routes) {
            let ends = [handoff.from, handoff.to];
            let inside = ends.map(|stage| members.contains(&stage));
            prop_assert_eq!(route.points.is_empty(), inside == [true; 2], "{:?}", ends);
            if inside == [false; 2] {
                for pair in route.points.windows(2) {
                    prop_assert!(!passes(pair[0], pair[1], card), "{:?}", ends);
                }
            }
        }
        // It is drawn and hit as the group, and none of its stages is.
        let scene = drawn(model, &folded);
        prop_assert_eq!(scene.hit(card.center().into(), 2.0), Some(Target::Group(id)));
        for &stage in &members {
            prop_assert_eq!(scene.items_of(Target::Stage(stage)).count(), 0);
        }
        // Opened again, all is as it was.
        let changes = collapse_or_open(model, &[id]);
        document.edit("Open", &changes, None).unwrap();
        prop_assert_eq!(&laid_out(document.model()), &open);
    }

    #[test]
    fn groups_share_no_stage_and_none_is_empty(
        first in 1_u16..1024,
        second in 1_u16..1024,
        deleted in 0_u16..1024,
    ) {
        let mut document = document();
        let before = document.model().clone();
        let mut ids = Vec::new();
        for chosen in [first, second] {
            let members = stages(document.model(), chosen);
            let (id, changes) = group(document.model(), &members);
            document.edit("Group", &changes, None).unwrap();
            ids.push(id);
            let own = Selection::of(Selected::Group(id));
            let found = with_members(document.model(), &own);
            prop_assert_eq!(found.stages(), members);
        }
        let model = document.model();
        let all: Vec<StageId> = model.groups.iter().flat_map(|one| one.stages.clone()).collect();
        let mut once = all.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), all.len());
        prop_assert!(model.groups.iter().all(|one| !one.stages.is_empty()));

        let gone = stages(model, deleted).into_iter().map(Selected::Stage).collect();
        let removal = remove(model, &gone, true);
        document.edit("Delete", &removal.changes, None).unwrap();
        let model = document.model();
        prop_assert_eq!(broken_invariant(model), None);
        prop_assert!(model.groups.iter().all(|one| !one.stages.is_empty()));

        while document.undo() {}
        prop_assert_eq!(document.model(), &before);
    }
}

#[test]
fn a_group_is_deleted_with_its_stages_and_dissolved_without() {
    let mut document = document();
    let members = stages(document.model(), 0b11_1100);
    let (id, changes) = group(document.model(), &members);
    document.edit("Group", &changes, None).unwrap();
    let chosen = Selection::of(Selected::Group(id));
    let count = document.model().stages.len();
    let removal = remove(document.model(), &chosen, true);
    document.edit("Delete", &removal.changes, None).unwrap();
    assert_eq!(document.model().stages.len(), count - members.len());
    assert!(document.model().groups.is_empty());
    document.undo();
    let groups = groups_of(
        document.model(),
        &Selection::of(Selected::Stage(members[1])),
    );
    assert_eq!(groups, [id]);
    document.edit("Ungroup", &ungroup(&groups), None).unwrap();
    assert_eq!(document.model().stages.len(), count);
    assert!(document.model().groups.is_empty());
}

#[test]
fn the_card_of_a_group_says_what_is_in_it() {
    let mut document = document();
    let members = stages(document.model(), 0b11_1100);
    let (id, changes) = group(document.model(), &members);
    document.edit("Group", &changes, None).unwrap();
    let changes = collapse_or_open(document.model(), &[id]);
    document.edit("Collapse", &changes, None).unwrap();
    let layout = laid_out(document.model());
    let scene = drawn(document.model(), &layout);
    let words: Vec<String> = scene
        .items_of(Target::Group(id))
        .filter_map(|item| match &item.shape {
            anabranch::scene::Shape::Text(text) => Some(text.line.text.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(words, ["Group 1", "4 stages", "3 teams"]);
    let at = document.model().stages.position(members[0]).unwrap();
    assert_eq!(layout.stages[at].min.x % GRID, 0.0);
}
