//! How a Model is simulated when nothing else is said.

use super::calendar::{DateTime, Zone};
use super::time::ElapsedTime;
use super::value::Share;

/// When simulated time 0 is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The local date and time.
    pub at: DateTime,
    /// Its zone; left out, that of the first calendar, UTC without one.
    pub zone: Option<Zone>,
}

impl Default for Start {
    /// Monday 5 January 2026, 00:00.
    fn default() -> Self {
        Self {
            at: jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0),
            zone: None,
        }
    }
}

/// How a Model is simulated when nothing else is said.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// When simulated time 0 is.
    pub start: Start,
    /// How long items are taken in; 365 days when left out.
    pub horizon: Option<ElapsedTime>,
    /// How long at the beginning nothing is measured; found automatically when left out.
    pub warm_up: Option<ElapsedTime>,
    /// Where all luck comes from.
    pub seed: u64,
    /// The half width of the mean lead time's 95 % interval to reach, as a share of the mean.
    pub precision: Share,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            start: Start::default(),
            horizon: None,
            warm_up: None,
            seed: 1,
            precision: Share::new(0.02).expect("2 % is a share"),
        }
    }
}
