//! Findings and Problems as sentences; numbers with unit and clock.
//!
//! All wording about results is here, so that window, command line and reports say the same thing
//! in the same way. Numbers carry their unit, show no digit that their interval does not support,
//! and stand before their unit with a narrow space that never breaks.

mod finding;
mod heat;
mod ladder;
mod number;
mod problem;

pub use finding::{checks_sentence, difference_sentence, sentence, slice_name, status};
pub use heat::heat_remark;
pub use ladder::{LadderLine, LadderWords, ladder};
pub use number::{
    NumberFormat, Quantity, THIN, choose_number_format, count, number, percent, share, time,
    time_in_words, time_like, with_unit,
};
pub use problem::{place_name, problem_line};
