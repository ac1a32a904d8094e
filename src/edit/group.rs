//! Changes of groups: making them of what is selected, dissolving them, and who is in them.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::model::{Change, Group, GroupChange, GroupField, GroupId, Model, StageId};

use super::element::{add, remove, set};
use super::{EditError, Effect, FreshIds, Selected, Selection};

/// Returns a selection with the stages of groups in place of the groups.
pub fn with_members(model: &Model, selection: &Selection) -> Selection {
    let members = selection.iter().flat_map(|element| match element {
        Selected::Group(id) => {
            let group = model.groups.find(id);
            let stages = group.map_or(&[][..], |group| &group.stages[..]);
            stages.iter().copied().map(Selected::Stage).collect()
        }
        other => vec![other],
    });
    members.collect()
}

/// Returns the groups that are selected, and those of the selected stages.
pub fn groups_of(model: &Model, selection: &Selection) -> Vec<GroupId> {
    let stages: FxHashSet<StageId> = selection.stages().into_iter().collect();
    let is_meant = |group: &&Group| {
        selection.contains(Selected::Group(group.id))
            || group.stages.iter().any(|stage| stages.contains(stage))
    };
    let groups = model.groups.iter().filter(is_meant);
    groups.map(|group| group.id).collect()
}

/// Prepares a group of these stages, which leave the groups they were in; groups that are left empty
/// go.
pub fn group(model: &Model, stages: &[StageId]) -> (GroupId, Vec<Change>) {
    let taken: FxHashSet<StageId> = stages.iter().copied().collect();
    let mut changes = Vec::new();
    for group in &model.groups {
        let left: Vec<StageId> = group
            .stages
            .iter()
            .copied()
            .filter(|stage| !taken.contains(stage))
            .collect();
        if left.is_empty() {
            changes.push(Change::Group(GroupChange::Remove { group: group.id }));
        } else if left.len() < group.stages.len() {
            changes.push(Change::Group(GroupChange::Set {
                group: group.id,
                field: GroupField::Stages(left),
            }));
        }
    }
    let name = format!("Group {}", model.groups.len() + 1);
    let id = FreshIds::new(model).group(&name);
    let made = Group {
        id,
        name,
        stages: stages.to_vec(),
        is_collapsed: false,
        colour: None,
    };
    let group = Arc::new(made);
    changes.push(Change::Group(GroupChange::Add { group }));
    (id, changes)
}

/// Prepares dissolving groups; their stages stay.
pub fn ungroup(groups: &[GroupId]) -> Vec<Change> {
    let removed = groups.iter().copied();
    let removed = removed.map(|group| Change::Group(GroupChange::Remove { group }));
    removed.collect()
}

/// Prepares collapsing groups, or opening them when all are collapsed.
pub fn collapse_or_open(model: &Model, groups: &[GroupId]) -> Vec<Change> {
    let found = || groups.iter().filter_map(|&id| model.groups.find(id));
    let collapses = found().any(|group| !group.is_collapsed);
    let changed = found().filter(|group| group.is_collapsed != collapses);
    let changed = changed.map(|group| {
        Change::Group(GroupChange::Set {
            group: group.id,
            field: GroupField::IsCollapsed(collapses),
        })
    });
    changed.collect()
}

pub(super) fn apply(model: &mut Model, change: &GroupChange) -> Result<Effect, EditError> {
    match change {
        GroupChange::Add { group } => add(model, group, None),
        GroupChange::Remove { group } => remove::<Group>(model, &[*group]),
        GroupChange::Set { group, field } => set(model, &[*group], |group| put(group, field)),
    }
}

fn put(group: &mut Group, field: &GroupField) {
    match field {
        GroupField::Name(name) => group.name.clone_from(name),
        GroupField::Stages(stages) => group.stages.clone_from(stages),
        GroupField::IsCollapsed(is_collapsed) => group.is_collapsed = *is_collapsed,
        GroupField::Colour(colour) => group.colour = *colour,
    }
}
