//! How those outside follow a study, and stop it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::StudyError;
use super::outcome::Study;
use crate::analysis::Estimate;
use crate::sim::Control;

/// Shared between a study and whoever waits for it. One serves one study.
#[derive(Debug, Default)]
pub struct StudyControl {
    is_cancelled: AtomicBool,
    /// The runs that are under way now.
    runs: Mutex<Arc<Control>>,
}

impl StudyControl {
    /// Makes one that nobody has cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the study to end; it does within milliseconds, with `StudyError::Cancelled`.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
        // Nothing can be half done while locked, so a poisoned lock is as good as any.
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.cancel();
    }

    /// Returns whether somebody asked the study to end.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Returns an error when somebody asked the study to end, for `?` between two steps.
    pub(super) fn go_on(&self) -> Result<(), StudyError> {
        if self.is_cancelled() {
            Err(StudyError::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Begins the next runs, with a control of their own, so that stopping those that are not
    /// needed any more does not look like cancelling.
    pub(super) fn begin_runs(&self) -> Arc<Control> {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        *runs = Arc::new(Control::new());
        if self.is_cancelled() {
            runs.cancel();
        }
        Arc::clone(&runs)
    }
}

/// How far a study is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// How much is done, 0 to 1, as far as can be told; it never falls.
    pub fraction: f64,
    /// Replications done, those that look for the warm-up included.
    pub replications: u32,
    /// New numbers, when there are: a study of what was found so far, for each model in the order
    /// given. At most some ten times a second.
    pub studies: Option<&'a [Study]>,
    /// Of two models: the difference of the mean lead times so far, second − first, in seconds.
    pub difference: Option<Estimate>,
}
