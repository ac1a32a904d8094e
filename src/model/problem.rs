//! Problems: something wrong or doubtful in the user's model.

use super::change::Change;
use super::slug::{
    CalendarId, DemandId, GroupId, HandoffId, InterventionId, NoteId, ScenarioId, StageId,
    StreamId, TeamId, ViewId,
};

/// How bad a Problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Doubtful; figures are shown.
    Warning,
    /// Wrong; nothing is simulated.
    Error,
}

impl Severity {
    /// Returns the word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Which element a Problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum At {
    Model,
    Stage(StageId),
    Handoff(HandoffId),
    Team(TeamId),
    Calendar(CalendarId),
    Stream(StreamId),
    Demand(StreamId, DemandId),
    Scenario(ScenarioId),
    Intervention(InterventionId),
    View(ViewId),
    Note(NoteId),
    Group(GroupId),
}

impl std::fmt::Display for At {
    /// Prints `stage legal-review`, as messages, the command line and JSON say it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Model => f.write_str("model"),
            Self::Stage(id) => write!(f, "stage {id}"),
            Self::Handoff(id) => write!(f, "handoff {id}"),
            Self::Team(id) => write!(f, "team {id}"),
            Self::Calendar(id) => write!(f, "calendar {id}"),
            Self::Stream(id) => write!(f, "stream {id}"),
            Self::Demand(stream, demand) => write!(f, "demand {demand} of stream {stream}"),
            Self::Scenario(id) => write!(f, "scenario {id}"),
            Self::Intervention(id) => write!(f, "intervention {id}"),
            Self::View(id) => write!(f, "view {id}"),
            Self::Note(id) => write!(f, "note {id}"),
            Self::Group(id) => write!(f, "group {id}"),
        }
    }
}

/// A fault in the user's model (not an error of the program), with a place, a message and a hint.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// A short stable name of the kind of problem, for tests and programs: `forward-cycle`.
    pub code: &'static str,
    /// The element it is about.
    pub at: At,
    /// The field of the element, as files call it.
    pub field: Option<&'static str>,
    /// What is wrong, without a full stop, in the user's words.
    pub message: String,
    /// What would put it right.
    pub hint: Option<String>,
    /// Changes that put it right, ready to be applied.
    pub fix: Vec<Change>,
}

impl Problem {
    /// Makes a problem of a severity.
    pub fn new(severity: Severity, code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            at,
            field: None,
            message: message.into(),
            hint: None,
            fix: Vec::new(),
        }
    }

    /// Makes a problem because of which nothing is simulated.
    pub fn error(code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, at, message)
    }

    /// Makes a doubtful point.
    pub fn warning(code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, at, message)
    }

    /// Makes something worth knowing.
    pub fn note(code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, at, message)
    }

    /// Names the field of the element.
    #[must_use]
    pub fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Adds what would put it right.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds Changes that put it right.
    #[must_use]
    pub fn fix(mut self, changes: Vec<Change>) -> Self {
        self.fix = changes;
        self
    }

    /// Returns whether nothing can be simulated because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
