//! Edits: applying Changes, history, run together.
