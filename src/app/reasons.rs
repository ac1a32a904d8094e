//! Why an action cannot be done now, in a sentence.

use crate::edit::Document;

use super::actions::Action;

/// What is said of an action without a reason of its own.
const UNKNOWN: &str = "It cannot be done now.";

impl Action {
    /// Returns why it cannot be done now; nothing when it can.
    pub fn why_not(self, document: &Document) -> Option<&'static str> {
        if self.is_enabled(document) {
            return None;
        }
        Some(match self {
            Self::Undo => "Nothing has been done yet.",
            Self::Redo => "Nothing has been taken back.",
            Self::Delete | Self::ZoomToSelection => "Select something first.",
            Self::DeleteOnly | Self::Group => "Select a stage first.",
            Self::Ungroup | Self::CollapseOrOpen => "Select a group or a stage of one first.",
            Self::FreeWay => "Select a handoff whose way was bent by hand first.",
            Self::Cut
            | Self::Copy
            | Self::Duplicate
            | Self::Nudge(_)
            | Self::NudgeFar(_)
            | Self::Lock => "Select a stage or a note first.",
            Self::Align(_) => "Select two stages or notes first, or more.",
            Self::Distribute(_) => "Select three stages or notes first, or more.",
            Self::SelectAll | Self::MakeRoom => "Nothing is drawn yet.",
            Self::Fit | Self::TidyUp | Self::CopyAsText => "There are no stages yet.",
            Self::Rename => "Select one stage or note first.",
            Self::MarkCustomary | Self::RunTogether => "Select a handoff first.",
            Self::SavePattern => "Select a stage or a note first.",
            Self::PutBackInOrder => "Select a relaxed handoff first.",
            Self::Revert => "The document has no file yet.",
            _ => UNKNOWN,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;

    #[test]
    fn each_action_that_cannot_be_done_has_a_reason_of_its_own() {
        let document = Document::new(Model::default());
        let mut disabled = 0;
        for action in Action::ALL {
            let why_not = action.why_not(&document);
            assert_eq!(why_not.is_some(), !action.is_enabled(&document));
            assert_ne!(why_not, Some(UNKNOWN), "{}", action.label());
            disabled += usize::from(why_not.is_some());
        }
        assert!(disabled > 20);
    }
}
