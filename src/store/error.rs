//! What can be wrong with a file, and where.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Something wrong, or passed over, at a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in letters.
    pub column: usize,
    /// The element it is in, as messages say it: `handoff script--edit`.
    pub element: Option<String>,
    /// The field of the element (of the model when there is none): `work`.
    pub field: Option<String>,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
}

impl fmt::Display for Fault {
    /// Prints `12:9: stage edit, work: "x" is no unit of time (the units are w, d, h, m, s and ms)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        match (&self.element, &self.field) {
            (Some(element), Some(field)) => write!(f, "{element}, {field}: ")?,
            (Some(only), None) | (None, Some(only)) => write!(f, "{only}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// Why a file gives no model. Nothing has changed anywhere.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read at all; choose another, or see to its permissions.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What was read is no RON, or RON that is no model.
    #[error("{0}")]
    NotAModel(Box<Fault>),
    /// It is a model, with faults; mend them in a text editor.
    #[error("{}", lines(faults, *more))]
    Invalid {
        /// The first ones, in the order of the file.
        faults: Vec<Fault>,
        /// How many there are beyond those.
        more: usize,
    },
}

impl LoadError {
    /// Returns whether the file is RON and a model, but with faults (exit code 1); otherwise it
    /// could not be read, is no RON, or is no model at all (exit code 3).
    pub fn is_faulty_model(&self) -> bool {
        matches!(self, Self::Invalid { .. })
    }

    /// Returns what is wrong, in the order of the file; nothing when it could not be read.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Unreadable { .. } => &[],
            Self::NotAModel(fault) => std::slice::from_ref(fault),
            Self::Invalid { faults, .. } => faults,
        }
    }
}

fn lines(faults: &[Fault], more: usize) -> String {
    let mut text = faults
        .iter()
        .map(Fault::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    if more > 0 {
        text.push_str(&format!("\nand {more} more"));
    }
    text
}

/// Why a model could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Nothing has changed: the file is what it was, or is not there as before.
    #[error("{} could not be saved, and is unchanged: {doing}: {source}", path.display())]
    Unchanged {
        /// The file that was to be saved.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The file is write-protected and unchanged; save under another name.
    #[error("{} is write-protected, and is unchanged", path.display())]
    Protected {
        /// The file that was to be saved.
        path: PathBuf,
    },
    /// Another program has written the file since it was opened or saved; nothing has changed.
    /// Decide whose it is to be, or save under another name.
    #[error("{} has been changed by another program, and is left as it is", path.display())]
    Changed {
        /// The file that was to be saved.
        path: PathBuf,
    },
    /// The file is not there any more, or its disk or share is not; nothing has changed. Save it
    /// again, or under another name.
    #[error("{} is not there any more", path.display())]
    Gone {
        /// The file that was to be saved.
        path: PathBuf,
    },
    /// The file has several names and was being written in place; that went wrong, and what it held
    /// could not be put back. It is whole in another file.
    #[error(
        "{} could not be saved, and is damaged: {source}; what it held is in {}",
        path.display(),
        safe.display()
    )]
    Damaged {
        /// The file that was to be saved.
        path: PathBuf,
        /// Where what it held is.
        safe: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds the new model whole, but it is not certain that a power cut this moment
    /// would not bring the old one back; saving once more may settle it.
    #[error(
        "{} is saved, but the disk did not confirm it: {source}; save again to be sure",
        path.display()
    )]
    Unconfirmed {
        /// The file that was saved.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}
