//! What panels and the canvas ask for. It is done after the frame has been drawn, in the order in
//! which it was asked for.

use crate::edit::{Gesture, Selection};
use crate::model::Change;
use crate::templates::Template;

use super::actions::Action;
use super::modal::Choice;

/// One thing to be done after the frame.
#[derive(Clone, Debug)]
pub enum Command {
    /// An edit of the document.
    Edit {
        /// What the history calls it.
        label: String,
        /// What changes.
        changes: Vec<Change>,
        /// What it belongs to, while a gesture is under way.
        gesture: Option<Gesture>,
    },
    /// Take back what a gesture has done so far.
    Abandon(Gesture),
    /// Select these.
    Select(Selection),
    /// Something that has a shortcut.
    Act(Action),
    /// Rename the stage in place.
    Rename(crate::model::StageId),
    /// Name a new stage in place that is linked like this; what it is linked to is selected.
    Capture(crate::interact::Link),
    /// Put this text of the clipboard into the drawing.
    Paste(String),
    /// Select the stage that an arrow leads to.
    Walk(crate::interact::Walk),
    /// Bring an element into view and select it.
    Look(crate::model::At),
    /// The same, with its form open.
    Reveal(crate::model::At),
    /// Say something at the foot of the canvas.
    Say(String),
    /// Open this file.
    Open(std::path::PathBuf),
    /// Open what a file held once, as a copy without a file.
    OpenBackup(std::path::PathBuf),
    /// Open this example by name.
    OpenExample(&'static str),
    /// Begin with this template.
    OpenTemplate(&'static Template),
    /// Open the files again whose windows were closed last, each in a window.
    OpenLastSession,
    /// Show what can be recovered after a crash.
    ShowRecovery,
    /// Decide about what another program has made of the document's file.
    AnswerTheirs(Choice),
}

impl Command {
    /// Returns whether what is typed into fields must be part of the document first.
    pub fn leaves_document(&self) -> bool {
        match self {
            Self::OpenLastSession
            | Self::Open(_)
            | Self::OpenBackup(_)
            | Self::OpenExample(_)
            | Self::OpenTemplate(_)
            | Self::ShowRecovery
            | Self::AnswerTheirs(_) => true,
            Self::Act(action) => action.leaves_document(),
            _ => false,
        }
    }

    /// Makes an edit of one Change.
    pub fn edit(label: impl Into<String>, change: Change) -> Self {
        Self::Edit {
            label: label.into(),
            changes: vec![change],
            gesture: None,
        }
    }
}
