//! Units and round steps of time axes.

use crate::model::Span;

/// The unit in which the times of a chart are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days of 24 hours.
    Days,
}

impl Unit {
    /// Returns the largest unit of which a time has at least two.
    pub fn for_time(millis: f64) -> Self {
        [Self::Days, Self::Hours, Self::Minutes]
            .into_iter()
            .find(|unit| millis >= 2.0 * unit.millis())
            .unwrap_or(Self::Seconds)
    }

    /// Returns its length in milliseconds.
    pub fn millis(self) -> f64 {
        let span = match self {
            Self::Seconds => Span::SECOND,
            Self::Minutes => Span::MINUTE,
            Self::Hours => Span::HOUR,
            Self::Days => Span::DAY,
        };
        span.0 as f64
    }

    /// Returns its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Minutes => "m",
            Self::Hours => "h",
            Self::Days => "d",
        }
    }

    /// Returns a time with one decimal: `2.9 d`; none from 100 on.
    pub fn figure(self, millis: f64) -> String {
        format!("{}\u{a0}{}", self.amount(millis), self.sign())
    }

    /// Returns a time as [`Unit::figure`] does, without the unit; nothing at all is `0`.
    pub fn amount(self, millis: f64) -> String {
        let amount = millis / self.millis();
        match amount.abs() {
            0.0 => "0".to_owned(),
            ..99.95 => format!("{amount:.1}"),
            _ => format!("{amount:.0}"),
        }
    }

    /// Returns a round time without decimals it does not need: `5 d`.
    pub fn tick(self, millis: f64) -> String {
        let amount = (millis / self.millis() * 1000.0).round() / 1000.0;
        format!("{amount}\u{a0}{}", self.sign())
    }

    /// Returns a round step of which at most `most` fit into a length, in milliseconds.
    pub fn step(self, length: f64, most: usize) -> f64 {
        let least = (length / self.millis() / most.max(1) as f64).max(1e-6);
        let round: &[f64] = match self {
            Self::Hours => &[0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0],
            Self::Minutes | Self::Seconds => &[0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0],
            Self::Days => &[0.5, 1.0, 2.0, 5.0, 7.0, 14.0, 28.0],
        };
        let step = round.iter().copied().find(|&step| step >= least);
        let step = step.unwrap_or_else(|| {
            let mut power = 10.0;
            while 5.0 * power < least {
                power *= 10.0;
            }
            [1.0, 2.0, 5.0]
                .map(|n| n * power)
                .into_iter()
                .find(|&step| step >= least)
                .unwrap_or(10.0 * power)
        });
        step * self.millis()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        let day = Unit::Days.millis();
        for (length, most, expected) in [
            (30.0, 7, 5.0),
            (3.0, 7, 0.5),
            (60.0, 8, 14.0),
            (365.0, 8, 50.0),
            (10_000.0, 8, 2000.0),
        ] {
            let step = Unit::Days.step(length * day, most) / day;
            assert_eq!(step, expected, "{length}");
            assert!(length / step <= most as f64);
        }
    }

    #[test]
    fn figures_have_one_decimal() {
        let hours = |n: f64| n * Unit::Hours.millis();
        assert_eq!(Unit::for_time(hours(47.0)), Unit::Hours);
        assert_eq!(Unit::for_time(hours(48.0)), Unit::Days);
        assert_eq!(Unit::Days.figure(hours(69.6)), "2.9\u{a0}d");
        assert_eq!(Unit::Hours.figure(hours(120.4)), "120\u{a0}h");
        assert_eq!(Unit::Hours.tick(hours(1.5)), "1.5\u{a0}h");
    }
}
