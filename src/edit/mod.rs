//! Edits: Changes applied to Models, the Document with its history, and Changes made for a purpose.
//!
//! Everything that alters a Model goes through [`apply`]: it checks first, then changes, and on an
//! error the Model is what it was. What follows from a Change (a removed stage takes its handoffs
//! along) happens in the same Change, in the file of its subject. Nobody writes an inverse:
//! [`Document`] keeps whole Models, which share all that did not change.
//!
//! The functions that *make* Changes ([`new_stage`], [`connect`], [`remove`], [`run_together`]) look at the
//! Model, refuse with a reason what cannot be, and alter nothing.

mod arrange;
mod arrivals;
mod calendar;
mod clipboard;
mod document;
mod draw;
mod duplicate;
mod element;
mod fresh;
mod group;
mod handoff;
mod intervention;
mod label;
mod mentions;
mod note;
mod refusal;
mod remove;
mod resolve;
mod scenario;
mod selection;
mod settings;
mod stage;
mod stream;
mod team;
mod together;
mod valid;
mod view;
mod weave;

pub use arrange::{Shift, placement_of, put, resize, set_placement, shift};
pub use arrivals::keep_arrivals;
pub use clipboard::{cut_out, put_in};
pub use document::{Deed, Document, Done, Gesture};
pub use draw::{NewHandoff, NewNote, NewStage, connect, insert, new_note, new_stage, reconnect};
pub use duplicate::{Copies, duplicate};
pub use fresh::FreshIds;
pub use group::{collapse_or_open, group, groups_of, ungroup, with_members};
pub use label::{label, label_of};
pub use refusal::{Reason, Refusal};
pub use remove::{Removal, remove};
pub use resolve::{Resolved, replay, resolve};
pub use selection::{Selected, Selection};
pub use together::{run_in_order, run_together};
pub use valid::broken_invariant;
pub use weave::{Seam, weave};

use crate::model::{At, Change, Id, Model, Slug};

/// Whether an edit changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It did.
    Changed,
    /// Everything was that way already.
    Unchanged,
}

impl Effect {
    fn of(has_changed: bool) -> Self {
        if has_changed {
            Self::Changed
        } else {
            Self::Unchanged
        }
    }

    /// Returns whether this or the other changed anything.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::of(self == Self::Changed || other == Self::Changed)
    }
}

/// Why a Change cannot be applied. The Model is what it was before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The Change names an element that is not there.
    #[error("there is no {kind} {id}")]
    NoSuch {
        /// The word for the kind of element.
        kind: &'static str,
        /// The id that nothing has.
        id: Slug,
    },
    /// The Change adds an element under an id that another has.
    #[error("there is already a {kind} {id}")]
    Taken {
        /// The word for the kind of element.
        kind: &'static str,
        /// The id.
        id: Slug,
    },
    /// A field would get a value that it cannot have.
    #[error("{message}")]
    Invalid {
        /// The element.
        at: At,
        /// The field, as files call it.
        field: &'static str,
        /// Why, without a full stop.
        message: String,
    },
}

impl EditError {
    fn no_such<I: Id>(id: I) -> Self {
        Self::NoSuch {
            kind: I::KIND,
            id: id.slug(),
        }
    }

    fn taken<I: Id>(id: I) -> Self {
        Self::Taken {
            kind: I::KIND,
            id: id.slug(),
        }
    }

    fn invalid(at: At, field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid {
            at,
            field,
            message: message.into(),
        }
    }
}

/// Applies a Change.
///
/// # Errors
/// When the Change names what is not there, adds what is there already, or sets a field to a value
/// it cannot have. The Model is untouched then.
pub fn apply(model: &mut Model, change: &Change) -> Result<Effect, EditError> {
    match change {
        Change::Model(change) => settings::apply(model, change),
        Change::Stage(change) => stage::apply(model, change),
        Change::Handoff(change) => handoff::apply(model, change),
        Change::Team(change) => team::apply(model, change),
        Change::Calendar(change) => calendar::apply(model, change),
        Change::Stream(change) => stream::apply(model, change),
        Change::Scenario(change) => scenario::apply(model, change),
        Change::Intervention(change) => intervention::apply(model, change),
        Change::View(change) => view::apply(model, change),
        Change::Note(change) => note::apply(model, change),
        Change::Group(change) => group::apply(model, change),
    }
}

/// Applies Changes one after another, all or none.
///
/// # Errors
/// That of the first Change that cannot be applied. The Model is untouched then.
pub fn apply_all(model: &mut Model, changes: &[Change]) -> Result<Effect, EditError> {
    let mut next = model.clone();
    let mut effect = Effect::Unchanged;
    for change in changes {
        effect = effect.or(apply(&mut next, change)?);
    }
    *model = next;
    Ok(effect)
}
