//! Patterns put into drawings: connected, with room, as one step.

use anabranch::check::check;
use anabranch::edit::{Document, Seam, Selected, Selection, broken_invariant, weave};
use anabranch::graph::Flow;
use anabranch::interact::{Sight, weave_in};
use anabranch::layout::Layout;
use anabranch::model::{
    HandoffKind, LaneMode, Model, Severity, StageId, WorldPoint, WorldRect, WorldSize, WorldVector,
};
use anabranch::patterns::PATTERNS;
use anabranch::quick;
use anabranch::scene::{Fonts, lay_out};
use proptest::prelude::*;

const TEXT: &str = "Script 3d @Writers > Edit 5d @Post > { Transcode 2h!, Metadata 4h @Data } > \
                    Review 4h <20%< Edit > [ 70% Publish 1h | Archive 1h ]";

/// The drawing with all stages placed where the layout has them.
fn document(lanes: LaneMode) -> Document {
    let mut model = quick::new_model(TEXT, "Patterns").unwrap();
    let layout = laid_out(&model);
    let mut rects = layout.stages.iter();
    model.stages.update(
        |_| true,
        |stage| stage.at.position = rects.next().map(|rect| rect.min),
    );
    model.lane_mode = lanes;
    Document::new(model)
}

fn laid_out(model: &Model) -> Layout {
    lay_out(model, &Flow::of(model), &Fonts::bundled())
}

fn errors(model: &Model) -> usize {
    let problems = check(model).into_iter();
    problems
        .filter(|one| one.severity == Severity::Error)
        .count()
}

fn leads(model: &Model, from: StageId, to: StageId) -> bool {
    let mut handoffs = model.handoffs.iter();
    handoffs.any(|one| one.is_forward() && (one.from, one.to) == (from, to))
}

proptest! {
    #![proptest_config(crate::cases::cases(256))]

    #[test]
    fn a_pattern_is_woven_in_where_something_is_selected(
        which in 0_usize..6,
        at in 0_usize..20,
        by_lanes in any::<bool>(),
    ) {
        let lanes = if by_lanes { LaneMode::Team } else { LaneMode::None };
        let mut document = document(lanes);
        let before = document.model().clone();
        let chosen: Vec<Selected> = (before.stages.iter().map(|one| Selected::Stage(one.id)))
            .chain(before.handoffs.iter().map(|one| Selected::Handoff(one.id)))
            .collect();
        let selection = chosen.get(at).map(|&one| Selection::of(one)).unwrap_or_default();
        let pattern = &PATTERNS[which];
        let part = pattern.part(5);
        let (flow, layout) = (Flow::of(&before), laid_out(&before));
        let sight = Sight {
            model: &before,
            flow: &flow,
            selection: &selection,
            layout: &layout,
            stage_size: WorldSize::new(176.0, 88.0),
            zoom: 1.0,
            view: WorldRect::from_min_size(WorldPoint::default(), WorldSize::new(1200.0, 800.0)),
        };
        let alone = laid_out(&part);
        let copies = match weave_in(&sight, &part, &alone.stages, pattern.returns) {
            Ok(copies) => copies,
            Err(refusal) => {
                // Rework takes no stages in.
                let handoff = match selection.single() {
                    Some(Selected::Handoff(id)) => before.handoffs.find(id),
                    _ => None,
                };
                prop_assert!(handoff.is_some_and(|one| !one.is_forward()), "{refusal}");
                return Ok(());
            }
        };
        document.edit("Insert", &copies.changes, None).unwrap();
        let model = &document.model().clone();
        prop_assert_eq!(broken_invariant(model), None);
        // Feedback into the midst of what runs side by side is said to be wrong, as if drawn by hand.
        prop_assert!(errors(model) == 0 || pattern.returns, "{}", pattern.title);
        let made = copies.selection.stages();
        prop_assert_eq!(made.len(), part.stages.len());
        prop_assert_eq!(model.stages.len(), before.stages.len() + made.len());
        let (first, last) = (made[0], made[made.len() - 1]);
        let feedback = model.handoffs.iter().filter(|one| one.kind == HandoffKind::Feedback);
        match selection.single() {
            Some(Selected::Stage(stage)) => {
                prop_assert!(leads(model, stage, first));
                for way in before.handoffs.iter().filter(|way| way.is_forward()) {
                    if way.from == stage {
                        prop_assert!(leads(model, last, way.to), "{}", way.id);
                        prop_assert!(!leads(model, stage, way.to), "{}", way.id);
                    }
                }
                prop_assert_eq!(feedback.count(), usize::from(pattern.returns));
            }
            Some(Selected::Handoff(id)) => {
                let way = before.handoffs.find(id).unwrap();
                prop_assert!(leads(model, way.from, first));
                prop_assert!(leads(model, last, way.to));
                prop_assert!(!leads(model, way.from, way.to));
            }
            _ => prop_assert_eq!(
                model.handoffs.len(),
                before.handoffs.len() + part.handoffs.len()
            ),
        }
        // No card comes to lie on another.
        let after = laid_out(model);
        for (n, card) in after.stages.iter().enumerate() {
            for other in &after.stages[..n] {
                prop_assert!(!card.overlaps(*other), "{card:?} {other:?}");
            }
        }
        document.undo();
        prop_assert_eq!(document.model(), &before);
    }
}

#[test]
fn behind_a_choice_the_pattern_chooses() {
    let model = quick::new_model("Review > [ 70% Publish | 30% Archive ]", "Choice").unwrap();
    let review = model.stages.at(0).unwrap().id;
    let part = PATTERNS[0].part(1);
    let by = WorldVector::default();
    let copies = weave(&model, &part, by, Seam::After(review), false).unwrap();
    let mut document = Document::new(model);
    document.edit("Insert", &copies.changes, None).unwrap();
    let model = document.model();
    let last = *copies.selection.stages().last().unwrap();
    let shares: Vec<f64> = model
        .handoffs
        .iter()
        .filter(|way| way.from == last)
        .filter_map(|way| way.share)
        .map(|share| share.get())
        .collect();
    assert_eq!(shares, [0.7, 0.3]);
    assert_eq!(errors(model), 0);
}
