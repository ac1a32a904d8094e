//! The recovery journal: everything that is done to a document, as it is done, so that a crash, a
//! kill or a power cut loses at most what the last moment brought.
//!
//! ```text
//!   Document --Done--> Keeper --entries--> journal     in the user's data folder, never beside
//!                                             │        the user's file
//!   after a crash:                            ▼
//!   Document <--recover-- begin, the model as the file had it, edit, undo, select, saving, …
//! ```
//!
//! A journal is the list of what was called on the [`Document`](crate::edit::Document), and
//! recovering calls it again: so Model, history and selection come out as they were, without a
//! second notion of what an edit is. It begins with the model as the file had it, so that it can be
//! opened when that file is gone or another by now.
//!
//! One [`Keeper`] writes one journal, in one process; the file is claimed as long as that process
//! lives. [`find`] tells what processes that are gone have left behind, [`recover`] opens it, and
//! [`discard`] takes it away. A document that is closed cleanly takes its journal along.
//!
//! When writing fails nothing is forgotten: entries wait in memory, whoever asks is told why, and
//! the next [`Keeper::write`] tries again, with a new file where the old one cannot be trusted.

mod entry;
mod frame;
mod keeper;
mod recovery;
#[cfg(test)]
mod tests;

pub use entry::Draft;
pub use keeper::{Keeper, Origin};
pub use recovery::{Disk, Found, Left, Loss, RecoverError, Recovered, discard, find, recover};

/// What the names of journals end in.
const ENDING: &str = "journal";

/// What a damaged journal is renamed to end in before it is cut off, so that nothing is destroyed.
const DAMAGED_ENDING: &str = "journal-damaged";
