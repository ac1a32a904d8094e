//! Progress on a terminal: one line that is written over.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::study::Progress;

/// What goes quicker than this needs no progress.
const A_BLINK: Duration = Duration::from_millis(300);
const BETWEEN_LINES: Duration = Duration::from_millis(100);

/// Writes progress over one line of a terminal.
pub struct ProgressLine<'a> {
    to: &'a mut dyn Write,
    is_shown: bool,
    began: Instant,
    last: Option<Instant>,
}

impl<'a> ProgressLine<'a> {
    /// Makes one that writes nothing unless `is_shown`.
    pub fn new(to: &'a mut dyn Write, is_shown: bool) -> Self {
        Self {
            to,
            is_shown,
            began: Instant::now(),
            last: None,
        }
    }

    /// Shows how far things are.
    pub fn show(&mut self, progress: &Progress<'_>) {
        let what = format!("{} replications", progress.replications);
        self.show_fraction(progress.fraction, &what);
    }

    /// Shows how far something is, 0 to 1.
    pub fn show_fraction(&mut self, fraction: f64, what: &str) {
        let is_due = self.began.elapsed() >= A_BLINK
            && self.last.is_none_or(|last| last.elapsed() >= BETWEEN_LINES);
        if self.is_shown && is_due {
            self.last = Some(Instant::now());
            let percent = fraction * 100.0;
            self.write(&format!("\r{percent:3.0} %  {what}\x1b[K"));
        }
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if self.last.is_some() {
            self.write("\r\x1b[K");
        }
    }

    fn write(&mut self, text: &str) {
        // Progress that cannot be written is no reason to stop.
        let _unwritable = self
            .to
            .write_all(text.as_bytes())
            .and_then(|()| self.to.flush());
    }
}
