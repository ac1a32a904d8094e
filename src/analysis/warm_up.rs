//! Where the beginning ends: MSER-5 on lead times in order of arrival.

/// Items to a batch.
const BATCH: usize = 5;

/// What MSER-5 says about a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truncation {
    /// Leave out this many items at the beginning.
    Items(usize),
    /// The series does not look settled in its first half; a longer one is needed.
    Longer,
}

/// Returns how many items to leave out at the beginning of a series of lead times in order of
/// arrival (averaged over replications), so that what is left is least biased by the empty start.
///
/// MSER-5 (White, Cobb and Spratt, Winter Simulation Conference 2000): of the means Z of batches of
/// five, leave out the first d that minimise Σ(Z − mean of what is left)² / (number left)². Of
/// several the fewest. Fewer than ten batches say nothing: nothing is left out. The last batches are
/// no candidates: the statistic of a handful of values is small by chance.
pub fn mser5(series: &[f64]) -> Truncation {
    let batches: Vec<f64> = series
        .chunks_exact(BATCH)
        .map(|batch| batch.iter().sum::<f64>() / BATCH as f64)
        .collect();
    let n = batches.len();
    if n < 10 {
        return Truncation::Items(0);
    }
    // From the end, so that each batch is added once. Welford's sums keep constant series at 0.
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut best = (f64::INFINITY, 0);
    for d in (0..n).rev() {
        let left = (n - d) as f64;
        let distance = batches[d] - mean;
        mean += distance / left;
        squares += distance * (batches[d] - mean);
        let statistic = squares / (left * left);
        if n - d >= BATCH && statistic <= best.0 {
            best = (statistic, d);
        }
    }
    if best.1 * 2 > n {
        Truncation::Longer
    } else {
        Truncation::Items(best.1 * BATCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise that is the same everywhere.
    fn noise(n: usize) -> f64 {
        (n * 7919 % 1009) as f64 / 1009.0 - 0.5
    }

    #[test]
    fn a_rise_at_the_beginning_is_left_out() {
        let series: Vec<f64> = (0..1000)
            .map(|n| 10.0 - 8.0 * (1.0 - n as f64 / 100.0).max(0.0) + noise(n))
            .collect();
        let Truncation::Items(items) = mser5(&series) else {
            panic!("the series settles");
        };
        assert!((80..=130).contains(&items), "{items}");
        assert_eq!(items % 5, 0);
    }

    #[test]
    fn a_constructed_step_is_found_exactly() {
        let series: Vec<f64> = (0..200).map(|n| if n < 40 { 0.0 } else { 1.0 }).collect();
        assert_eq!(mser5(&series), Truncation::Items(40));
        // A step inside a batch takes the whole batch.
        let series: Vec<f64> = (0..200).map(|n| if n < 42 { 0.0 } else { 1.0 }).collect();
        assert_eq!(mser5(&series), Truncation::Items(45));
    }

    #[test]
    fn what_is_settled_from_the_start_stays_whole() {
        assert_eq!(mser5(&[3.0; 500]), Truncation::Items(0));
        assert_eq!(mser5(&[]), Truncation::Items(0));
        assert_eq!(mser5(&[9.0, 1.0, 1.0]), Truncation::Items(0));
    }

    #[test]
    fn what_keeps_growing_asks_for_more() {
        let series: Vec<f64> = (0..1000).map(|n| n as f64).collect();
        assert_eq!(mser5(&series), Truncation::Longer);
    }
}
