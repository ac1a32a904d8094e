//! The document as lists: its stages in the order of the flow, tables of stages and handoffs, and rows
//! from a spreadsheet.
//!
//! A list alters nothing; what is done to its rows comes out as Changes, or as the reason why not.

mod outline;
mod paste;
mod separated;
mod table;

pub use outline::{Outline, OutlinePart, OutlineRow};
pub use paste::{PasteError, Pasted, Refused, copy, looks_like_table, paste};
pub use table::{Column, RowId, TableOf, edit_cell};
