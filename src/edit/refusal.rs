//! Why something that was asked for is not done, and what would make it possible.

use crate::model::{At, Change};

/// What stands in the way, for programs; people read the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// An element that is named is not there.
    NoSuchElement,
    /// Nothing that is selected is a customary handoff.
    NothingCustomary,
    /// It is that way already.
    NothingToDo,
    /// A required handoff is selected.
    Required,
    /// Stages of several streams would be concerned.
    SeveralStreams,
    /// Where items take one of several ways, they would have to take all.
    ChooseOne,
    /// Where one of several ways in is enough, all would have to be waited for.
    AnyWayIn,
    /// A rework loop would redo a part only of what it redoes today.
    ReworkEntersOneBranch,
    /// A rework loop would no longer lead back.
    ReworkLeadsNowhere,
    /// A join would wait for what never comes.
    NeverComplete,
    /// The forward handoffs run in a circle, or would.
    Circle,
    /// So much would run together that hundreds of thousands of handoffs would have to be derived.
    TooMany,
    /// Nothing goes back there.
    NotBehind,
    /// The handoff is not a forward one that orders its stages.
    NotForward,
}

/// Why something that was asked for is not done. Nothing has changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What stands in the way.
    pub reason: Reason,
    /// The same in words, without a full stop.
    pub message: String,
    /// What would make it possible.
    pub hint: String,
    /// The elements that stand in the way.
    pub at: Vec<At>,
    /// Changes that could be made instead; maybe none.
    pub instead: Vec<Change>,
}

impl Refusal {
    pub(super) fn new(
        reason: Reason,
        message: impl Into<String>,
        hint: impl Into<String>,
        at: Vec<At>,
    ) -> Self {
        Self {
            reason,
            message: message.into(),
            hint: hint.into(),
            at,
            instead: Vec::new(),
        }
    }
}
