//! One figure: its mean over replications, and how sure that is.

use super::student::t_975;

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean over replications.
    pub value: f64,
    /// Lower end of the interval; −∞ when one replication says nothing about it.
    pub low: f64,
    /// Upper end of the interval; ∞ when one replication says nothing about it.
    pub high: f64,
}

impl Estimate {
    /// Makes a figure that is known exactly.
    pub fn exact(value: f64) -> Self {
        Self {
            value,
            low: value,
            high: value,
        }
    }

    /// Returns half the width of the interval; ∞ when it is not known.
    pub fn half_width(self) -> f64 {
        if self.has_interval() {
            (self.high - self.low) / 2.0
        } else {
            f64::INFINITY
        }
    }

    /// Returns whether there is an interval: with two replications or more.
    pub fn has_interval(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    /// Returns whether the interval lies on one side of 0: of a difference, whether it is clear.
    pub fn excludes_zero(self) -> bool {
        self.has_interval() && (self.low > 0.0 || self.high < 0.0)
    }

    /// Returns it with an interval so many times as wide.
    #[must_use]
    pub fn widened(self, by: f64) -> Self {
        Self {
            value: self.value,
            low: self.value - (self.value - self.low) * by,
            high: self.value + (self.high - self.value) * by,
        }
    }

    /// Returns the figure times a number, for another unit.
    #[must_use]
    pub fn scaled(self, by: f64) -> Self {
        let (low, high) = (self.low * by, self.high * by);
        Self {
            value: self.value * by,
            low: low.min(high),
            high: low.max(high),
        }
    }
}

/// Gathers a figure over replications, in their order.
///
/// A replication in which the figure has no value (a division by nothing) is left out; a figure
/// with no value in any is *not computed*, which is never shown as 0. Mean and squares are kept as
/// Welford does (Technometrics 4, 1962), so that nothing is lost to cancellation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figure {
    count: u32,
    mean: f64,
    /// Sum of the squared distances from the mean.
    squares: f64,
}

impl Figure {
    /// Makes the figure of one replication. What is not finite is no value.
    pub fn of(value: f64) -> Self {
        let mut figure = Self::default();
        figure.add(value);
        figure
    }

    /// Makes the figure of one replication as a ratio; no value when `by` is 0.
    pub fn ratio(what: f64, by: f64) -> Self {
        if by == 0.0 {
            Self::default()
        } else {
            Self::of(what / by)
        }
    }

    /// Adds the value of the next replication. What is not finite is left out.
    pub fn add(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.count += 1;
        let distance = value - self.mean;
        self.mean += distance / f64::from(self.count);
        self.squares += distance * (value - self.mean);
    }

    /// Returns how many replications have a value.
    pub fn replications(self) -> u32 {
        self.count
    }

    /// Returns the mean over replications, or nothing when it was not computed.
    pub fn value(self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Returns the mean with its interval x̄ ± t(n−1; 0.975) · s / √n, or nothing when it was not
    /// computed.
    pub fn estimate(self) -> Option<Estimate> {
        let value = self.value()?;
        if self.count == 1 {
            return Some(Estimate {
                value,
                low: f64::NEG_INFINITY,
                high: f64::INFINITY,
            });
        }
        let n = f64::from(self.count);
        let half = t_975(self.count - 1) * libm::sqrt(self.squares / (n - 1.0) / n);
        Some(Estimate {
            value,
            low: value - half,
            high: value + half,
        })
    }
}

/// Takes in the figures of the next replication.
pub(crate) trait Absorb {
    /// Adds what another replication found.
    fn absorb(&mut self, next: &Self);

    /// Makes every interval so many times as wide.
    fn widen(&mut self, by: f64);
}

impl Absorb for Figure {
    fn absorb(&mut self, next: &Self) {
        debug_assert!(next.count <= 1, "replications come one at a time");
        if let Some(value) = next.value() {
            self.add(value);
        }
    }

    fn widen(&mut self, by: f64) {
        self.squares *= by * by;
    }
}

impl Absorb for u64 {
    fn absorb(&mut self, next: &Self) {
        *self += next;
    }

    fn widen(&mut self, _by: f64) {}
}

impl<T: Absorb> Absorb for Vec<T> {
    fn absorb(&mut self, next: &Self) {
        debug_assert_eq!(self.len(), next.len(), "replications are of one plan");
        for (mine, theirs) in self.iter_mut().zip(next) {
            mine.absorb(theirs);
        }
    }

    fn widen(&mut self, by: f64) {
        self.iter_mut().for_each(|mine| mine.widen(by));
    }
}

impl<T: Absorb, const N: usize> Absorb for [T; N] {
    fn absorb(&mut self, next: &Self) {
        for (mine, theirs) in self.iter_mut().zip(next) {
            mine.absorb(theirs);
        }
    }

    fn widen(&mut self, by: f64) {
        self.iter_mut().for_each(|mine| mine.widen(by));
    }
}

/// Implements [`Absorb`] field by field. Fields after `same` are equal in all replications. A field
/// that is forgotten does not compile.
macro_rules! absorb {
    ($type:ty { $($field:ident),* $(,)? } same { $($kept:ident),* $(,)? }) => {
        impl $crate::analysis::figure::Absorb for $type {
            fn absorb(&mut self, next: &Self) {
                let Self { $($field,)* $($kept: _,)* } = self;
                $($crate::analysis::figure::Absorb::absorb($field, &next.$field);)*
            }

            fn widen(&mut self, by: f64) {
                let Self { $($field,)* $($kept: _,)* } = self;
                $($crate::analysis::figure::Absorb::widen($field, by);)*
            }
        }
    };
}
pub(crate) use absorb;

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(values: &[f64]) -> Figure {
        let mut figure = Figure::default();
        for &value in values {
            figure.absorb(&Figure::of(value));
        }
        figure
    }

    #[test]
    fn a_wider_interval_is_around_the_same_value() {
        let mut figure = gathered(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        let before = figure.estimate().unwrap();
        figure.widen(1.5);
        let after = figure.estimate().unwrap();
        assert_eq!(after.value, before.value);
        assert!((after.half_width() - 1.5 * before.half_width()).abs() < 1e-12);
    }

    #[test]
    fn the_interval_is_students() {
        // 5 values, mean 3, s = √2.5, t = 2.776445: half width 2.776445 · √0.5 = 1.963243.
        let estimate = gathered(&[1.0, 2.0, 3.0, 4.0, 5.0]).estimate().unwrap();
        assert!((estimate.value - 3.0).abs() < 1e-12);
        assert!((estimate.half_width() - 1.963_243).abs() < 1e-6);
        assert!(estimate.excludes_zero());
    }

    #[test]
    fn what_has_no_value_is_not_computed() {
        assert_eq!(Figure::ratio(1.0, 0.0).estimate(), None);
        assert_eq!(Figure::of(f64::NAN).estimate(), None);
        assert_eq!(
            gathered(&[2.0, f64::NAN, 2.0]).estimate(),
            Some(Estimate::exact(2.0))
        );
    }

    #[test]
    fn one_replication_has_no_interval() {
        let estimate = Figure::of(7.0).estimate().unwrap();
        assert!(!estimate.has_interval());
        assert!(!estimate.excludes_zero());
        assert_eq!(estimate.half_width(), f64::INFINITY);
    }

    #[test]
    fn a_figure_in_another_unit_keeps_its_interval_in_order() {
        let turned = Estimate {
            value: 2.0,
            low: 1.0,
            high: 3.0,
        }
        .scaled(-1.0);
        assert_eq!((turned.low, turned.high), (-3.0, -1.0));
    }
}
