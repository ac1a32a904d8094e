//! Quantiles of many values in bounded memory.

use super::histogram::Histogram;

/// Values kept as they are; from here on they are counted in bins.
const EXACT: usize = 1 << 17;
/// Bins per power of two: a binned quantile is at most 1/4096 too high.
const BINS_LOG2: u32 = 12;

/// Values in milliseconds, for quantiles by nearest rank.
///
/// Exact up to 131,072 values. With more, values are counted in bins whose width is at most 1/4096
/// of the value, and a quantile is the upper end of its bin: memory no longer grows with the number
/// of items, and no quantile is wrong by more than 0.025 %.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    /// Values of less than 50 days, in half the room: where there are many streams, these are most
    /// of what a study keeps.
    short: Vec<u32>,
    /// The others; each is above all short ones.
    long: Vec<u64>,
    bins: Vec<u32>,
    binned: u64,
}

impl Sample {
    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: u64) {
        if self.binned > 0 {
            self.bin(value);
            return;
        }
        match u32::try_from(value) {
            Ok(short) => {
                if self.short.len() == self.short.capacity() {
                    self.make_room();
                }
                self.short.push(short);
            }
            Err(_) => self.long.push(value),
        }
        if self.short.len() + self.long.len() > EXACT {
            self.bin_all();
        }
    }

    /// Makes room for a quarter more, not for as many again.
    #[cold]
    fn make_room(&mut self) {
        let more = (self.short.len() / 4).max(64);
        self.short.reserve_exact(more);
    }

    fn values(&self) -> impl Iterator<Item = u64> {
        let short = self.short.iter().map(|&value| u64::from(value));
        short.chain(self.long.iter().copied())
    }

    /// Counts all values in bins.
    fn bin_all(&mut self) {
        for value in std::mem::take(&mut self.short) {
            self.bin(u64::from(value));
        }
        for value in std::mem::take(&mut self.long) {
            self.bin(value);
        }
    }

    fn bin(&mut self, value: u64) {
        let bin = bin_of(value);
        if self.bins.len() <= bin {
            self.bins.resize(bin + 1, 0);
        }
        self.bins[bin] += 1;
        self.binned += 1;
    }

    /// Returns how many values there are.
    pub fn len(&self) -> u64 {
        (self.short.len() + self.long.len()) as u64 + self.binned
    }

    /// Returns how the values are spread.
    pub fn histogram(&self) -> Histogram {
        let mut histogram = Histogram::default();
        for value in self.values() {
            histogram.add(value, 1);
        }
        for (bin, &count) in self.bins.iter().enumerate().filter(|(_, n)| **n > 0) {
            histogram.add(upper_end(bin), u64::from(count));
        }
        histogram
    }

    /// Adds all values of another.
    pub fn add_all(&mut self, other: &Self) {
        for value in other.values() {
            self.add(value);
        }
        if other.binned > 0 {
            self.bin_all();
            if self.bins.len() < other.bins.len() {
                self.bins.resize(other.bins.len(), 0);
            }
            for (mine, theirs) in self.bins.iter_mut().zip(&other.bins) {
                *mine += theirs;
            }
            self.binned += other.binned;
        }
    }

    /// Returns quantiles by nearest rank, `x(⌈q·n⌉)` of the sorted values, for rising shares
    /// above 0; nothing without values.
    pub fn quantiles<const N: usize>(&mut self, shares: [f64; N]) -> Option<[u64; N]> {
        let n = self.len();
        if n == 0 {
            return None;
        }
        let rank = |share: f64| ((share * n as f64).ceil() as u64).clamp(1, n) - 1;
        if self.binned == 0 {
            self.short.sort_unstable();
            self.long.sort_unstable();
            return Some(shares.map(|share| {
                let rank = rank(share) as usize;
                match self.short.get(rank) {
                    Some(&value) => u64::from(value),
                    None => self.long[rank - self.short.len()],
                }
            }));
        }
        let mut bins = self.bins.iter().enumerate();
        let (mut below, mut last) = (0, 0);
        Some(shares.map(|share| {
            while below <= rank(share) {
                let (bin, &count) = bins.next().expect("ranks are below the number of values");
                below += u64::from(count);
                last = bin;
            }
            upper_end(last)
        }))
    }
}

/// Returns the bin of a value: exact below 2^13, then 4,096 to each power of two.
fn bin_of(value: u64) -> usize {
    let bits = u64::BITS - value.leading_zeros();
    let shift = bits.saturating_sub(BINS_LOG2 + 1);
    ((shift as usize) << BINS_LOG2) + (value >> shift) as usize
}

/// Returns the largest value of a bin.
fn upper_end(bin: usize) -> u64 {
    let per_power = 1_usize << BINS_LOG2;
    if bin < 2 * per_power {
        return bin as u64;
    }
    let shift = (bin / per_power - 1) as u32;
    let top = (bin - ((shift as usize) << BINS_LOG2)) as u64;
    ((top + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_nearest_rank() {
        let mut sample = Sample::default();
        for value in (1..=10).rev() {
            sample.add(value);
        }
        assert_eq!(sample.quantiles([0.5, 0.85, 0.95]), Some([5, 9, 10]));
        // Some that need more than 32 bits.
        sample.add(1 << 40);
        sample.add(1 << 32);
        assert_eq!(
            sample.quantiles([0.5, 0.9, 1.0]),
            Some([6, 1 << 32, 1 << 40])
        );
        assert_eq!(Sample::default().quantiles([0.5]), None);
    }

    #[test]
    fn every_value_lies_in_its_bin() {
        for power in 0..50 {
            for value in [1_u64 << power, (1 << power) + 1, (1 << power) * 3 / 2] {
                let end = upper_end(bin_of(value));
                assert!(end >= value, "{value}");
                assert!(end - value <= value / 4096, "{value} {end}");
            }
        }
    }

    #[test]
    fn many_values_are_counted_close_enough() {
        let mut sample = Sample::default();
        let n = 3 * EXACT as u64;
        for value in 0..n {
            // A fixed shuffle, so that bins fill in no particular order.
            sample.add((value * 7919 % n) * 1000);
        }
        let mut both = Sample::default();
        both.add(5);
        both.add_all(&sample);
        assert_eq!(both.len(), n + 1);
        let [p50, p95] = both.quantiles([0.5, 0.95]).unwrap();
        let near = |found: u64, share: f64| {
            let expected = n as f64 * share * 1000.0;
            assert!((found as f64 / expected - 1.0).abs() < 3e-4, "{found}");
        };
        near(p50, 0.5);
        near(p95, 0.95);
        assert!(both.bins.len() < 200_000);
    }
}
