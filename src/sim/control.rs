//! How those outside follow a run, and stop it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Shared between a run, or several at once, and whoever waits for them.
#[derive(Debug, Default)]
pub struct Control {
    cancelled: AtomicBool,
    events: AtomicU64,
    items: AtomicU64,
}

impl Control {
    /// Makes one that nobody has cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the runs to end; they do within milliseconds.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Returns whether somebody asked the runs to end.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Returns how many events there were so far, in all runs; a little late.
    pub fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    /// Returns how many measured items are done so far, in all runs; a little late.
    pub fn items(&self) -> u64 {
        self.items.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, events: u64, items: u64) {
        self.events.fetch_add(events, Ordering::Relaxed);
        self.items.fetch_add(items, Ordering::Relaxed);
    }
}
