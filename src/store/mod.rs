//! Files: a model as text that people read, write and keep in git, and saving it so that nothing
//! is ever lost.
//!
//! ```text
//!   bytes --read--> v1::ModelFile --> Model        faults: line, column, element, hint
//!   Model --------> v1::ModelFile --write--> text  stable: a one-field change is a one-line diff
//! ```
//!
//! [`read`] and [`write`] touch no disk. `docs/format.md` says how the text is written by hand.
//! Of what may be wrong with a model only what breaks the invariants of [`crate::model`] is found
//! here; the rest is `check`'s.

mod backup;
mod error;
mod fast;
mod files;
mod fingerprint;
pub mod journal;
mod memory;
mod print;
mod read;
mod save;
mod similar;
mod source;
pub mod v1;
#[cfg(windows)]
mod windows;

pub use backup::{BYTES_IN_ALL, Backup, KEPT, KEPT_IN_ALL, backups};
pub use error::{Fault, LoadError, SaveError};
pub use files::{DiskFiles, FileState, Files, Log};
pub use fingerprint::Fingerprint;
pub use memory::MemoryFiles;
pub use read::{Loaded, read};
pub use save::{SaveOptions, Saved, load, load_known, save, save_bytes, save_with};

use crate::model::Model;

/// Returns the text of a model, as files hold it. The same model gives the same text.
pub fn write(model: &Model) -> String {
    print::to_text(&v1::ModelFile::from(model))
        .expect("the file's structs hold nothing that RON cannot say")
}
