//! Why a text is no drawing.

use std::ops::Range;

use crate::model::TextError;

/// A text that is not understood: where, why, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct QuickError {
    /// The bytes of the text that are wrong; empty where something is missing.
    pub at: Range<usize>,
    /// The line they begin in, from 1.
    pub line: usize,
    /// The letter of the line they begin with, from 1.
    pub column: usize,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
}

impl QuickError {
    /// Finds the line and the column of a fault of this text.
    pub(super) fn of(text: &str, error: TextError) -> Self {
        let start = text.floor_char_boundary(error.at.start);
        let end = text.floor_char_boundary(error.at.end).max(start);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            at: start..end,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: error.message,
            hint: error.hint,
        }
    }

    /// Returns the line of the text with marks below what is wrong, for a terminal.
    pub fn shown_in(&self, text: &str) -> String {
        let line = text.split('\n').nth(self.line - 1).unwrap_or_default();
        let line = line.trim_end_matches('\r');
        let before = line.chars().take(self.column - 1);
        // A tab stays one, so that the marks stand below it whatever its width.
        let blanks: String = before.map(|c| if c == '\t' { c } else { ' ' }).collect();
        let rest = line.chars().count().saturating_sub(self.column - 1);
        let wrong = text.get(self.at.clone()).map_or(0, |at| at.chars().count());
        format!("{line}\n{blanks}{}", "^".repeat(wrong.min(rest).max(1)))
    }
}
