//! Finding the warm-up: ten runs from the empty start, and MSER-5 on their lead times.

use crate::analysis::{Truncation, mser5};
use crate::model::Span;
use crate::sim::SimTime;

use super::options::FIRST_REPLICATIONS;

/// Lead times by order of arrival, summed over the first replications.
#[derive(Default)]
pub(super) struct Beginning {
    replications: u32,
    /// Sum of arrivals, and of lead times, in milliseconds; as long as the shortest replication.
    sums: Vec<(u64, u64)>,
}

impl Beginning {
    /// Adds a replication: arrival and lead time of its items in order of arrival.
    pub fn add(&mut self, series: &[(SimTime, u64)]) {
        if self.replications == 0 {
            self.sums = series.iter().map(|&(at, lead)| (at.0, lead)).collect();
        } else {
            self.sums.truncate(series.len());
            for (sum, (at, lead)) in self.sums.iter_mut().zip(series) {
                sum.0 += at.0;
                sum.1 += lead;
            }
        }
        self.replications += 1;
    }

    /// Returns the warm-up: when the first item that is not left out arrives, on average over the
    /// replications, rounded up to a millisecond. Nothing when that is more than half the horizon,
    /// or when a longer run is needed to say.
    pub fn warm_up(&self, horizon: Span) -> Option<Span> {
        let n = u64::from(self.replications);
        let means: Vec<f64> = self
            .sums
            .iter()
            .map(|&(_, lead)| lead as f64 / n as f64)
            .collect();
        let found = match mser5(&means) {
            Truncation::Longer => return None,
            Truncation::Items(0) => Span::ZERO,
            Truncation::Items(items) => Span(self.sums[items].0.div_ceil(n)),
        };
        (found.0 <= horizon.0 / 2).then_some(found)
    }

    /// Returns whether all replications that are looked at have been added.
    pub fn is_complete(&self) -> bool {
        self.replications >= FIRST_REPLICATIONS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items once a minute; the first `slow` of them take longer.
    fn series(slow: u64, items: u64) -> Vec<(SimTime, u64)> {
        (0..items)
            .map(|n| (SimTime(n * 60_000), if n < slow { 10 } else { 20 }))
            .collect()
    }

    #[test]
    fn the_warm_up_ends_when_the_first_item_counted_arrives() {
        let mut beginning = Beginning::default();
        for replication in 0..u64::from(FIRST_REPLICATIONS) {
            assert!(!beginning.is_complete());
            beginning.add(&series(50, 1000 - replication));
        }
        assert!(beginning.is_complete());
        let horizon = Span(1000 * 60_000);
        assert_eq!(beginning.warm_up(horizon), Some(Span(50 * 60_000)));
        // More than half of a shorter horizon.
        assert_eq!(beginning.warm_up(Span(99 * 60_000)), None);
    }

    #[test]
    fn without_items_there_is_no_warm_up() {
        let mut beginning = Beginning::default();
        beginning.add(&[]);
        assert_eq!(beginning.warm_up(Span::DAY), Some(Span::ZERO));
    }
}
