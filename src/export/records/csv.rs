//! Visits as CSV: one line each, those of an item together (RFC 4180, UTF-8, commas).

use std::io::{self, Write};

use super::{Case, CaseWriter, end_name};
use crate::analysis::Slice;
use crate::study::VisitRecord;

/// The columns; `docs/records.md` explains them.
const COLUMNS: [&str; 27] = [
    "replication",
    "item",
    "stream",
    "demand",
    "class",
    "feedback",
    "measured",
    "item_arrived",
    "item_done",
    "stage",
    "team",
    "came_over",
    "pass",
    "copy",
    "rework",
    "end",
    "ready",
    "queued",
    "started",
    "finished",
    "left",
    "work_s",
    "setup_s",
    "team_wait_s",
    "closed_s",
    "batching_s",
    "blocked_s",
];
/// The last two: what the work was shared by.
const SHARED: [&str; 2] = ["crew", "batch"];

/// Writes cases as lines of CSV.
pub struct CsvLog<W> {
    to: W,
}

impl<W: Write> CsvLog<W> {
    /// Makes a log. Lines are short: `to` should be buffered.
    pub fn new(to: W) -> Self {
        Self { to }
    }

    fn visit(&mut self, case: &Case<'_>, visit: &VisitRecord) -> io::Result<()> {
        let names = case.plan;
        let (demand, class) = &names.demands[case.item.demand as usize];
        let stage = &names.stages[visit.stage as usize];
        let came_over = visit.came_over.map(|way| &names.handoffs[way as usize][..]);
        write!(
            self.to,
            "{},{},{},{},{},{},{},{},{},",
            case.replication,
            case.item.number,
            names.streams[case.item.stream as usize],
            demand,
            class,
            u8::from(case.item.is_feedback),
            u8::from(case.item.is_measured),
            names.time(case.arrived),
            case.done.map(|done| names.time(done)).unwrap_or_default(),
        )?;
        write!(
            self.to,
            "{},{},{},{},{},{},{},",
            stage.id,
            quoted(&stage.team),
            came_over.unwrap_or_default(),
            visit.pass,
            visit.copy,
            u8::from(visit.is_rework),
            end_name(visit.end),
        )?;
        for at in [
            visit.ready,
            visit.queued,
            visit.started,
            visit.finished,
            visit.left,
        ] {
            write!(self.to, "{},", names.time(at))?;
        }
        for ms in [
            visit.work,
            visit.setup,
            visit.slices[Slice::TeamWait],
            visit.slices[Slice::Closed],
            visit.slices[Slice::Batching],
            visit.slices[Slice::Blocked],
        ] {
            write!(self.to, "{},", Seconds(ms))?;
        }
        write!(self.to, "{},{}\r\n", visit.crew, visit.batch)
    }
}

impl<W: Write> CaseWriter for CsvLog<W> {
    fn begin(&mut self) -> io::Result<()> {
        let columns: Vec<&str> = COLUMNS.into_iter().chain(SHARED).collect();
        write!(self.to, "{}\r\n", columns.join(","))
    }

    fn case(&mut self, case: &Case<'_>) -> io::Result<()> {
        case.visits
            .iter()
            .try_for_each(|visit| self.visit(case, visit))
    }

    fn end(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Milliseconds printed as seconds, exactly: `1.5`, `3600`.
struct Seconds(u64);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (seconds, ms) = (self.0 / 1000, self.0 % 1000);
        if ms == 0 {
            write!(f, "{seconds}")
        } else {
            let part = format!("{ms:03}");
            write!(f, "{seconds}.{}", part.trim_end_matches('0'))
        }
    }
}

/// Puts a text in quotes where CSV needs them. One that a spreadsheet would take for a formula gets
/// an apostrophe in front.
fn quoted(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact_and_short() {
        let check = |ms: u64, expected: &str| assert_eq!(Seconds(ms).to_string(), expected);
        check(0, "0");
        check(1500, "1.5");
        check(1, "0.001");
        check(3_600_000, "3600");
        check(61_020, "61.02");
    }

    #[test]
    fn names_cannot_break_a_line_or_become_formulas() {
        assert_eq!(quoted("Legal"), "Legal");
        assert_eq!(quoted("Rights, Legal"), "\"Rights, Legal\"");
        assert_eq!(quoted("The \"A\" team"), "\"The \"\"A\"\" team\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("two\nlines"), "\"two\nlines\"");
    }
}
