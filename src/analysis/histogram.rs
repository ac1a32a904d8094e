//! How lead times are spread, in bins whose edges people would choose.

use super::figure::Absorb;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Widths in which values are counted; each divides the next.
const FINE: [u64; 15] = [
    1,
    10,
    100,
    SECOND,
    10 * SECOND,
    MINUTE,
    10 * MINUTE,
    HOUR,
    6 * HOUR,
    DAY,
    7 * DAY,
    28 * DAY,
    280 * DAY,
    2_800 * DAY,
    28_000 * DAY,
];

/// Most bins; values farther out make the bins wider. Enough for bars of a fortieth of what is
/// shown when that is a tenth of the whole; every stream and class has as many.
const MOST_BINS: u64 = 4_096;

/// Widths in which values are shown.
const SHOWN: [u64; 31] = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    20 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    20 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
];

/// Counts of lead times, pooled over replications.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Place in [`FINE`].
    level: usize,
    counts: Vec<u64>,
}

/// A bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Where it begins, in seconds; that value included.
    pub from: f64,
    /// Where it ends, in seconds; that value not included.
    pub to: f64,
    /// The share of the items in it, 0 to 1.
    pub share: f64,
}

impl Histogram {
    /// Adds so many items with a value in milliseconds.
    pub fn add(&mut self, value: u64, items: u64) {
        while value / FINE[self.level] >= MOST_BINS && self.level + 1 < FINE.len() {
            self.coarsen(self.level + 1);
        }
        let bin = (value / FINE[self.level]).min(MOST_BINS - 1) as usize;
        if self.counts.len() <= bin {
            self.counts.resize(bin + 1, 0);
        }
        self.counts[bin] += items;
    }

    fn coarsen(&mut self, level: usize) {
        let factor = (FINE[level] / FINE[self.level]) as usize;
        self.counts = self
            .counts
            .chunks(factor)
            .map(|bins| bins.iter().sum())
            .collect();
        self.level = level;
    }

    /// Returns how many values there are.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Returns the longest value, rounded up to the end of its bin, in seconds; 0 without values.
    pub fn end(&self) -> f64 {
        let bins = self
            .counts
            .iter()
            .rposition(|&n| n > 0)
            .map_or(0, |n| n + 1);
        bins as f64 * FINE[self.level] as f64 / SECOND as f64
    }

    /// Returns at most `most` bars from 0 up to at least `up_to` seconds, as wide as a person would
    /// choose (1 h, 6 h, 1 d …). Values beyond are left out; shares are of all values.
    pub fn bars(&self, most: usize, up_to: f64) -> Vec<Bar> {
        let total = self.count();
        let up_to = (up_to.max(0.0) * SECOND as f64).ceil() as u64;
        if total == 0 || most == 0 {
            return Vec::new();
        }
        let fine = FINE[self.level];
        let fits = |width: u64| width.is_multiple_of(fine) && up_to.div_ceil(width) <= most as u64;
        let width = SHOWN
            .into_iter()
            .find(|&width| fits(width))
            .unwrap_or_else(|| {
                let step = (28 * DAY).max(fine);
                step * up_to.div_ceil(step * most as u64).max(1)
            });
        let per_bar = (width / fine) as usize;
        let bars = up_to.div_ceil(width).max(1) as usize;
        (0..bars)
            .map(|bar| {
                let from = (bar * per_bar).min(self.counts.len());
                let to = (from + per_bar).min(self.counts.len());
                let count: u64 = self.counts[from..to].iter().sum();
                Bar {
                    from: bar as f64 * width as f64 / SECOND as f64,
                    to: (bar + 1) as f64 * width as f64 / SECOND as f64,
                    share: count as f64 / total as f64,
                }
            })
            .collect()
    }
}

impl Absorb for Histogram {
    fn absorb(&mut self, next: &Self) {
        let level = self.level.max(next.level);
        if self.level < level {
            self.coarsen(level);
        }
        let mut next = next.clone();
        if next.level < level {
            next.coarsen(level);
        }
        if self.counts.len() < next.counts.len() {
            self.counts.resize(next.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&next.counts) {
            *mine += theirs;
        }
    }

    fn widen(&mut self, _by: f64) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_width_divides_the_next() {
        for pair in FINE.windows(2) {
            assert_eq!(pair[1] % pair[0], 0, "{pair:?}");
        }
    }

    #[test]
    fn a_value_on_an_edge_lies_in_one_bar() {
        let mut histogram = Histogram::default();
        for _ in 0..7 {
            histogram.add(DAY, 1);
        }
        for _ in 0..3 {
            histogram.add(29 * DAY, 1);
        }
        let bars = histogram.bars(40, histogram.end());
        let full: Vec<(f64, f64)> = bars
            .iter()
            .filter(|bar| bar.share > 0.0)
            .map(|bar| (bar.from / 86_400.0, bar.share))
            .collect();
        assert_eq!(full, [(1.0, 0.7), (29.0, 0.3)]);
    }

    #[test]
    fn the_order_of_values_and_replications_does_not_matter() {
        let values: Vec<u64> = (0..5_000).map(|n| n * n * 977 % (90 * DAY)).collect();
        let mut all = Histogram::default();
        values.iter().for_each(|&value| all.add(value, 1));
        let (mut first, mut second) = (Histogram::default(), Histogram::default());
        values[..10]
            .iter()
            .rev()
            .for_each(|&value| first.add(value, 1));
        values[10..]
            .iter()
            .rev()
            .for_each(|&value| second.add(value, 1));
        first.absorb(&second);
        assert_eq!(first, all);
        assert_eq!(all.count(), 5_000);
    }

    #[test]
    fn there_are_never_more_bars_than_asked_for() {
        let mut histogram = Histogram::default();
        for power in 0..45 {
            histogram.add(1 << power, 1);
            let bars = histogram.bars(30, histogram.end());
            assert!((1..=30).contains(&bars.len()), "{power}: {}", bars.len());
            let sum: f64 = bars.iter().map(|bar| bar.share).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{power}: {sum}");
        }
    }
}
