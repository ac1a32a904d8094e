//! Folding: the stages of a collapsed group are shown as one card.
//!
//! The card stands where the group's stage furthest to the left stood: there is room. Nothing else
//! moves, so opening the group shows what was there before.

use crate::model::{Group, GroupId, Id as _, Stage, StageId, WorldRect, WorldSize};

use super::{LayoutInput, Wire, usable};

/// Which stages are shown by the cards of their groups.
pub(super) struct Fold {
    /// For each stage the collapsed group that it is in.
    pub(super) groups: Vec<Option<GroupId>>,
    /// For each stage the one that stands for it: itself, or one of its group.
    stand_ins: Vec<usize>,
    /// The cards as wires see them. Stages that are not shown are points inside their group's card.
    pub(super) cards: Vec<WorldRect>,
}

impl Fold {
    /// Folds what is collapsed; nothing when nothing is. A stage in several groups is shown by the
    /// first of them.
    pub(super) fn of(input: &LayoutInput<'_>, cards: &[WorldRect]) -> Option<Self> {
        let model = input.model;
        let mut fold = Self {
            groups: vec![None; cards.len()],
            stand_ins: (0..cards.len()).collect(),
            cards: cards.to_vec(),
        };
        let collapsed = model.groups.iter().filter(|group| group.is_collapsed);
        for group in collapsed {
            let mut members: Vec<usize> = group
                .stages
                .iter()
                .filter_map(|&stage| model.stages.position(stage))
                .filter(|&at| fold.groups[at].is_none())
                .collect();
            members.sort_unstable();
            members.dedup();
            let by_place = |&a: &usize, &b: &usize| {
                let (a, b) = (cards[a].min, cards[b].min);
                a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
            };
            let Some(first) = members.iter().copied().min_by(by_place) else {
                continue;
            };
            let size = usable((input.stage_size)(&as_stage(group)));
            let card = WorldRect::from_min_size(cards[first].min, size);
            for at in members {
                fold.groups[at] = Some(group.id);
                fold.stand_ins[at] = first;
                fold.cards[at] = WorldRect::from_min_size(card.center(), WorldSize::default());
            }
            fold.cards[first] = card;
        }
        let is_folded = fold.groups.iter().any(Option::is_some);
        is_folded.then_some(fold)
    }

    /// Returns whether a stage is shown by its group's card.
    pub(super) fn hides(&self, node: usize) -> bool {
        self.groups[node].is_some()
    }

    /// Returns the wire between the cards that are shown; nothing for one inside a card.
    pub(super) fn outside(&self, wire: Wire) -> Option<Wire> {
        let (from, to) = (self.stand_ins[wire.from], self.stand_ins[wire.to]);
        let is_inside = from == to && self.hides(wire.from);
        (!is_inside).then_some(Wire { from, to, ..wire })
    }

    /// Returns where each stage is shown.
    pub(super) fn shown(&self) -> Vec<WorldRect> {
        self.stand_ins.iter().map(|&at| self.cards[at]).collect()
    }
}

/// A group's card is as large as that of a stage of its name.
fn as_stage(group: &Group) -> Stage {
    Stage::new(StageId::from_slug(group.id.slug()), group.name.clone())
}
