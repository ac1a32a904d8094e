//! What adding, removing and setting have in common, whatever the kind of element.

use std::sync::Arc;

use crate::model::{Element, Id, Model, Table};

use super::{EditError, Effect};

/// A kind of element with its table, and the rule that elements of it keep.
pub(super) trait Kept: Element {
    fn table(model: &Model) -> &Table<Self>;
    fn table_mut(model: &mut Model) -> &mut Table<Self>;
    /// Says all that is wrong with an element, were it part of the Model.
    fn faults(&self, model: &Model) -> Vec<EditError>;

    /// Says what is wrong with an element first of all, were it part of the Model.
    fn check(&self, model: &Model) -> Result<(), EditError> {
        self.faults(model).into_iter().next().map_or(Ok(()), Err)
    }
}

/// Checks that an element is there.
pub(super) fn there<T: Kept>(model: &Model, id: T::Id) -> Result<&T, EditError> {
    T::table(model)
        .find(id)
        .ok_or_else(|| EditError::no_such(id))
}

/// Checks that all of them are there.
pub(super) fn all_there<T: Kept>(model: &Model, ids: &[T::Id]) -> Result<(), EditError> {
    ids.iter()
        .try_for_each(|&id| there::<T>(model, id).map(|_| ()))
}

pub(super) fn add<T: Kept>(
    model: &mut Model,
    element: &Arc<T>,
    position: Option<usize>,
) -> Result<Effect, EditError> {
    if T::table(model).contains(element.id()) {
        return Err(EditError::taken(element.id()));
    }
    element.check(model)?;
    let table = T::table_mut(model);
    let position = position.unwrap_or(table.len());
    table.insert(position, element.as_ref().clone());
    Ok(Effect::Changed)
}

/// Changes some elements, each in the same way; first all are checked.
///
/// A fault that an element had before, from its file, stands in the way of no change: it is a
/// Problem that says so itself, and of two faults each can be mended first.
pub(super) fn set<T: Kept>(
    model: &mut Model,
    ids: &[T::Id],
    put: impl Fn(&mut T),
) -> Result<Effect, EditError> {
    let mut changed = Vec::new();
    for &id in ids {
        let before = there::<T>(model, id)?;
        let mut after = before.clone();
        put(&mut after);
        if after != *before {
            let faults = after.faults(model);
            if !faults.is_empty() {
                let known = before.faults(model);
                let is_new = |fault: &EditError| !known.contains(fault);
                if let Some(fault) = faults.into_iter().find(is_new) {
                    return Err(fault);
                }
            }
            changed.push(after);
        }
    }
    let effect = Effect::of(!changed.is_empty());
    for after in changed {
        if let Some(element) = T::table_mut(model).find_mut(after.id()) {
            *element = after;
        }
    }
    Ok(effect)
}

/// Takes elements out of their table, and nothing else.
pub(super) fn remove<T: Kept>(model: &mut Model, ids: &[T::Id]) -> Result<Effect, EditError> {
    all_there::<T>(model, ids)?;
    let table = T::table_mut(model);
    let gone = match ids {
        &[id] => usize::from(table.remove(id).is_some()),
        _ => {
            let ids: rustc_hash::FxHashSet<T::Id> = ids.iter().copied().collect();
            table.retain(|element| !ids.contains(&element.id()))
        }
    };
    Ok(Effect::of(gone > 0))
}

pub(super) fn reorder<T: Kept>(
    model: &mut Model,
    id: T::Id,
    position: usize,
) -> Result<Effect, EditError> {
    there::<T>(model, id)?;
    Ok(Effect::of(T::table_mut(model).move_to(id, position)))
}

/// Checks that what an element names is there.
pub(super) fn named<T: Element>(table: &Table<T>, id: Option<T::Id>) -> Result<(), EditError>
where
    T::Id: Id,
{
    match id {
        Some(id) if !table.contains(id) => Err(EditError::no_such(id)),
        _ => Ok(()),
    }
}

macro_rules! kept {
    ($($element:ident in $table:ident by $check:path;)*) => {$(
        impl Kept for crate::model::$element {
            fn table(model: &Model) -> &Table<Self> {
                &model.$table
            }
            fn table_mut(model: &mut Model) -> &mut Table<Self> {
                &mut model.$table
            }
            fn faults(&self, model: &Model) -> Vec<EditError> {
                let mut faults = valid::Faults::default();
                $check(model, self, &mut faults);
                faults.0
            }
        }
    )*};
}

use super::valid;

kept! {
    Calendar in calendars by valid::calendar;
    Team in teams by valid::team;
    Stream in streams by valid::stream;
    Stage in stages by valid::stage;
    Handoff in handoffs by valid::handoff;
    Intervention in interventions by valid::intervention;
    Scenario in scenarios by valid::scenario;
    View in views by valid::view;
    Note in notes by valid::note;
    Group in groups by valid::group;
}
