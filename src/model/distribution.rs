//! Distributions of times: what a person writes for "how long does this take".

use std::fmt;

use super::text::{Cursor, TextError};
use super::time::{Clock, Span, Time};

/// The quantile of the standard normal distribution at 0.9, by which [`Distribution::Estimate`]
/// turns two figures into a lognormal.
pub const NORMAL_P90: f64 = 1.281_551_565_5;

/// How a time varies.
///
/// Parameters are times as written. Formulas are those of `docs/format.md`; moments are of the
/// value itself, never of its logarithm.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution<T> {
    /// Always the same.
    Fixed(T),
    /// Equally likely between two times.
    Uniform {
        /// Shortest.
        min: T,
        /// Longest.
        max: T,
    },
    /// Straight lines up to the most likely time and down again.
    Triangular {
        /// Shortest.
        min: T,
        /// Most likely.
        mode: T,
        /// Longest.
        max: T,
    },
    /// The beta distribution of PERT with weight 4 on the most likely time.
    Pert {
        /// Shortest.
        min: T,
        /// Most likely.
        mode: T,
        /// Longest.
        max: T,
    },
    /// The normal distribution, drawn again while below zero.
    Normal {
        /// Mean before drawing again.
        mean: T,
        /// Standard deviation before drawing again.
        sd: T,
    },
    /// The lognormal distribution.
    Lognormal {
        /// Mean of the value.
        mean: T,
        /// Standard deviation of the value.
        sd: T,
    },
    /// The exponential distribution.
    Exponential {
        /// Mean.
        mean: T,
    },
    /// The gamma distribution.
    Gamma {
        /// Mean of the value.
        mean: T,
        /// Standard deviation of the value.
        sd: T,
    },
    /// The Weibull distribution.
    Weibull {
        /// Mean of the value.
        mean: T,
        /// Shape, above 0; below 1 is heavy-tailed.
        shape: f64,
    },
    /// The lognormal through two figures that a person can name.
    Estimate {
        /// Half of the values are below.
        median: T,
        /// Nine tenths of the values are below.
        p90: T,
    },
    /// Measured values, each as likely, without interpolation.
    Samples(Vec<T>),
}

impl<T: Time> Default for Distribution<T> {
    fn default() -> Self {
        Self::Fixed(T::default())
    }
}

impl<T: Time> Distribution<T> {
    /// The names by which files and fields call the kinds; see [`Distribution::name`].
    pub const NAMES: [&str; 11] = [
        "fixed",
        "uniform",
        "triangular",
        "pert",
        "normal",
        "lognormal",
        "exponential",
        "gamma",
        "weibull",
        "estimate",
        "samples",
    ];

    /// Reads a distribution: a time (`3d`), or a name with parameters (`triangular(4h, 1d, 3d)`).
    ///
    /// # Errors
    /// With the place in the text and what would be right. Whether the parameters are in order
    /// (the shortest not above the longest) depends on the calendar; see [`Distribution::fault`].
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut cursor = Cursor::new(text);
        let name_start = {
            cursor.skip_blanks();
            cursor.at()
        };
        let name = cursor.word();
        let name_end = cursor.at();
        if name.is_empty() || !cursor.take('(') {
            if !name.is_empty() {
                return Err(unknown_name(name, name_start..name_end));
            }
            return T::parse(text).map(Self::Fixed);
        }
        let open = cursor.at();
        let Some(close) = text.rfind(')').filter(|&close| close >= open) else {
            return Err(TextError::new(
                text.len()..text.len(),
                "a closing bracket is missing",
            ));
        };
        if !text[close + 1..].trim().is_empty() {
            return Err(TextError::new(
                close + 1..text.len(),
                "nothing may follow the closing bracket",
            ));
        }
        let arguments = Arguments::of(text, open, close);
        let lower = name.to_lowercase();
        let distribution = match lower.as_str() {
            "fixed" => {
                let [time] = arguments.times("fixed(3h)")?;
                Self::Fixed(time)
            }
            "uniform" => {
                let [min, max] = arguments.times("uniform(1h, 3h)")?;
                Self::Uniform { min, max }
            }
            "triangular" => {
                let [min, mode, max] = arguments.times("triangular(1h, 2h, 5h)")?;
                Self::Triangular { min, mode, max }
            }
            "pert" => {
                let [min, mode, max] = arguments.times("pert(1h, 2h, 5h)")?;
                Self::Pert { min, mode, max }
            }
            "normal" => {
                let [mean, sd] = arguments.times("normal(4h, 1h)")?;
                Self::Normal { mean, sd }
            }
            "lognormal" => {
                let [mean, sd] = arguments.times("lognormal(4h, 2h)")?;
                Self::Lognormal { mean, sd }
            }
            "exponential" => {
                let [mean] = arguments.times("exponential(4h)")?;
                Self::Exponential { mean }
            }
            "gamma" => {
                let [mean, sd] = arguments.times("gamma(4h, 2h)")?;
                Self::Gamma { mean, sd }
            }
            "weibull" => arguments.weibull()?,
            "estimate" => {
                let [median, p90] = arguments.times("estimate(4h, 2d)")?;
                Self::Estimate { median, p90 }
            }
            "samples" => Self::Samples(arguments.samples()?),
            _ => return Err(unknown_name(name, name_start..name_end)),
        };
        Ok(distribution)
    }

    /// Returns what is wrong with the parameters, given the working day and week, or nothing.
    ///
    /// The sentence has no full stop: `the shortest time is above the longest`.
    pub fn fault(&self, day: Span, week: Span) -> Option<&'static str> {
        let ms = |time: T| time.to_span(day, week);
        match *self {
            Self::Uniform { min, max } if ms(min) > ms(max) => {
                Some("the shortest time is above the longest")
            }
            Self::Triangular { min, mode, max } | Self::Pert { min, mode, max }
                if ms(min) > ms(mode) || ms(mode) > ms(max) =>
            {
                Some("the three times must rise: shortest, most likely, longest")
            }
            Self::Normal { mean, sd } if ms(mean) == Span::ZERO && ms(sd) == Span::ZERO => None,
            Self::Lognormal { mean, sd } | Self::Gamma { mean, sd }
                if ms(mean) == Span::ZERO && ms(sd) > Span::ZERO =>
            {
                Some("the mean must be above 0")
            }
            Self::Weibull { shape, .. } if !(shape.is_finite() && shape > 0.0) => {
                Some("the shape must be above 0")
            }
            Self::Estimate { median, p90 } if ms(median) == Span::ZERO && ms(p90) > Span::ZERO => {
                Some("the median must be above 0")
            }
            Self::Estimate { median, p90 } if ms(median) > ms(p90) => {
                Some("the median is above the time that nine of ten stay below")
            }
            Self::Samples(ref values) if values.is_empty() => Some("there is no measured value"),
            _ => None,
        }
    }

    /// Returns the mean in milliseconds, given the working day and week; exact where there is a
    /// closed form, which is everywhere.
    pub fn mean(&self, day: Span, week: Span) -> f64 {
        let ms = |time: T| time.to_span(day, week).0 as f64;
        match self {
            Self::Fixed(time) => ms(*time),
            Self::Uniform { min, max } => (ms(*min) + ms(*max)) / 2.0,
            Self::Triangular { min, mode, max } => (ms(*min) + ms(*mode) + ms(*max)) / 3.0,
            Self::Pert { min, mode, max } => (ms(*min) + 4.0 * ms(*mode) + ms(*max)) / 6.0,
            Self::Normal { mean, sd } => mean_above_zero(ms(*mean), ms(*sd)),
            Self::Lognormal { mean, .. }
            | Self::Exponential { mean }
            | Self::Gamma { mean, .. }
            | Self::Weibull { mean, .. } => ms(*mean),
            Self::Estimate { median, p90 } => {
                let (median, p90) = (ms(*median), ms(*p90));
                if median <= 0.0 {
                    return 0.0;
                }
                let sigma = libm::log(p90 / median) / NORMAL_P90;
                median * libm::exp(sigma * sigma / 2.0)
            }
            Self::Samples(values) => {
                let sum: f64 = values.iter().map(|&value| ms(value)).sum();
                sum / values.len().max(1) as f64
            }
        }
    }

    /// Returns the distribution of values times a factor of 0 or more, given the working day and
    /// week; times are then whole milliseconds.
    #[must_use]
    pub fn scaled(&self, factor: f64, day: Span, week: Span) -> Self {
        let scale = |time: &T| {
            let ms = time.to_span(day, week).0 as f64 * factor;
            T::from_millis((ms + 0.5) as u64)
        };
        match self {
            Self::Fixed(time) => Self::Fixed(scale(time)),
            Self::Uniform { min, max } => Self::Uniform {
                min: scale(min),
                max: scale(max),
            },
            Self::Triangular { min, mode, max } => Self::Triangular {
                min: scale(min),
                mode: scale(mode),
                max: scale(max),
            },
            Self::Pert { min, mode, max } => Self::Pert {
                min: scale(min),
                mode: scale(mode),
                max: scale(max),
            },
            Self::Normal { mean, sd } => Self::Normal {
                mean: scale(mean),
                sd: scale(sd),
            },
            Self::Lognormal { mean, sd } => Self::Lognormal {
                mean: scale(mean),
                sd: scale(sd),
            },
            Self::Exponential { mean } => Self::Exponential { mean: scale(mean) },
            Self::Gamma { mean, sd } => Self::Gamma {
                mean: scale(mean),
                sd: scale(sd),
            },
            Self::Weibull { mean, shape } => Self::Weibull {
                mean: scale(mean),
                shape: *shape,
            },
            Self::Estimate { median, p90 } => Self::Estimate {
                median: scale(median),
                p90: scale(p90),
            },
            Self::Samples(values) => Self::Samples(values.iter().map(scale).collect()),
        }
    }

    /// Returns the name by which files and fields call this kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fixed(_) => "fixed",
            Self::Uniform { .. } => "uniform",
            Self::Triangular { .. } => "triangular",
            Self::Pert { .. } => "pert",
            Self::Normal { .. } => "normal",
            Self::Lognormal { .. } => "lognormal",
            Self::Exponential { .. } => "exponential",
            Self::Gamma { .. } => "gamma",
            Self::Weibull { .. } => "weibull",
            Self::Estimate { .. } => "estimate",
            Self::Samples(_) => "samples",
        }
    }

    /// Returns the clock that the times are counted by.
    pub fn clock(&self) -> Clock {
        T::CLOCK
    }
}

/// Mean of a normal distribution drawn again while below zero: μ + σ φ(α) / (1 − Φ(α)), α = −μ/σ
/// (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1, 13.10).
fn mean_above_zero(mean: f64, sd: f64) -> f64 {
    if sd <= 0.0 {
        return mean;
    }
    let alpha = -mean / sd;
    let density = libm::exp(-alpha * alpha / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI);
    let above = 0.5 * libm::erfc(alpha / std::f64::consts::SQRT_2);
    mean + sd * density / above
}

/// Prints as it is read: `3d`, `triangular(4h, 1d, 3d)`, `samples([1h, 2h])`.
impl<T: Time> fmt::Display for Distribution<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Self::Fixed(time) => write!(f, "{time}"),
            Self::Uniform { min, max } => write!(f, "{name}({min}, {max})"),
            Self::Triangular { min, mode, max } | Self::Pert { min, mode, max } => {
                write!(f, "{name}({min}, {mode}, {max})")
            }
            Self::Normal { mean, sd } | Self::Lognormal { mean, sd } | Self::Gamma { mean, sd } => {
                write!(f, "{name}({mean}, {sd})")
            }
            Self::Exponential { mean } => write!(f, "{name}({mean})"),
            Self::Weibull { mean, shape } => write!(f, "{name}({mean}, {shape})"),
            Self::Estimate { median, p90 } => write!(f, "{name}({median}, {p90})"),
            Self::Samples(values) => {
                write!(f, "{name}([")?;
                for (n, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if n == 0 { "" } else { ", " })?;
                }
                f.write_str("])")
            }
        }
    }
}

impl<T: Time> std::str::FromStr for Distribution<T> {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

fn unknown_name(name: &str, at: std::ops::Range<usize>) -> TextError {
    TextError::new(at, format!("{name:?} is no distribution")).hint(
        "write a time such as 3h, or uniform, triangular, pert, normal, lognormal, exponential, \
         gamma, weibull, estimate or samples with its figures in brackets",
    )
}

/// The parts between the brackets, each with its place.
struct Arguments<'a> {
    parts: Vec<(usize, &'a str)>,
    open: usize,
    close: usize,
}

impl<'a> Arguments<'a> {
    fn of(text: &'a str, open: usize, close: usize) -> Self {
        let bytes = text.as_bytes();
        let mut parts = Vec::new();
        let mut start = open;
        for at in open..close {
            // A comma right between two digits is a decimal comma.
            let is_decimal = at > open
                && bytes[at - 1].is_ascii_digit()
                && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
            if bytes[at] == b',' && !is_decimal {
                parts.push((start, &text[start..at]));
                start = at + 1;
            }
        }
        if !text[start..close].trim().is_empty() || !parts.is_empty() {
            parts.push((start, &text[start..close]));
        }
        Self { parts, open, close }
    }

    fn count_error(&self, expected: usize, example: &str) -> TextError {
        let found = self.parts.len();
        let plural = if expected == 1 {
            "figure is"
        } else {
            "figures are"
        };
        TextError::new(
            self.open..self.close,
            format!("{expected} {plural} expected here, not {found}"),
        )
        .hint(format!(
            "write for instance {example}; a blank goes after the comma between figures"
        ))
    }

    fn times<T: Time, const N: usize>(&self, example: &str) -> Result<[T; N], TextError> {
        if self.parts.len() != N {
            return Err(self.count_error(N, example));
        }
        let mut times = [T::default(); N];
        for (time, &(offset, part)) in times.iter_mut().zip(&self.parts) {
            *time = T::parse(part).map_err(|error| error.shifted(offset))?;
        }
        Ok(times)
    }

    fn weibull<T: Time>(&self) -> Result<Distribution<T>, TextError> {
        let &[(mean_at, mean), (shape_at, shape)] = &self.parts[..] else {
            return Err(self.count_error(2, "weibull(4h, 1.5)"));
        };
        let mean = T::parse(mean).map_err(|error| error.shifted(mean_at))?;
        match shape.trim().replace(',', ".").parse::<f64>() {
            Ok(value) if value.is_finite() && value > 0.0 => {
                Ok(Distribution::Weibull { mean, shape: value })
            }
            _ => Err(TextError::new(
                shape_at..shape_at + shape.len(),
                "the shape must be a number above 0",
            )
            .hint("write for instance weibull(4h, 1.5)")),
        }
    }

    fn samples<T: Time>(&self) -> Result<Vec<T>, TextError> {
        let last = self.parts.len().saturating_sub(1);
        let mut values = Vec::with_capacity(self.parts.len());
        for (n, &(offset, part)) in self.parts.iter().enumerate() {
            let mut offset = offset;
            let mut part = part;
            if n == 0 {
                let trimmed = part.trim_start();
                if let Some(rest) = trimmed.strip_prefix('[') {
                    offset += part.len() - rest.len();
                    part = rest;
                }
            }
            if n == last {
                part = part.trim_end();
                part = part.strip_suffix(']').unwrap_or(part);
            }
            if self.parts.len() == 1 && part.trim().is_empty() {
                break;
            }
            values.push(T::parse(part).map_err(|error| error.shifted(offset))?);
        }
        if values.is_empty() {
            return Err(
                TextError::new(self.open..self.close, "there is no measured value")
                    .hint("write for instance samples([2h, 3h 30m, 1d])"),
            );
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{ElapsedTime, WorkTime};

    #[test]
    fn distributions_print_as_they_are_read() {
        let check = |text: &str| {
            let read: Distribution<WorkTime> = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
            assert_eq!(
                read.to_string().parse::<Distribution<WorkTime>>().unwrap(),
                read
            );
        };
        for text in [
            "3d",
            "0",
            "uniform(1h, 1d)",
            "triangular(4h, 1d, 2d)",
            "pert(4h, 1d, 2d)",
            "normal(1d, 2h)",
            "lognormal(8h, 4h)",
            "exponential(1w)",
            "gamma(1.5d, 4h)",
            "weibull(2d, 1.5)",
            "estimate(1d, 3d)",
            "samples([1h, 2h, 1h 30m])",
        ] {
            check(text);
        }
        let read: Distribution<WorkTime> = "Uniform( 1,5h , 2h)".parse().unwrap();
        assert_eq!(read.to_string(), "uniform(1h 30m, 2h)");
        let read: Distribution<WorkTime> = "samples(1h, 2h)".parse().unwrap();
        assert_eq!(read.to_string(), "samples([1h, 2h])");
    }

    #[test]
    fn what_is_no_distribution_says_where_and_why() {
        let check = |text: &str, at: std::ops::Range<usize>, message: &str| {
            let error = Distribution::<ElapsedTime>::parse(text).unwrap_err();
            assert_eq!(
                (error.at, error.message.as_str()),
                (at, message),
                "{text:?}"
            );
        };
        check("cauchy(1h, 2h)", 0..6, "\"cauchy\" is no distribution");
        check("soon", 0..4, "\"soon\" is no distribution");
        check("uniform(1h)", 8..10, "2 figures are expected here, not 1");
        check("uniform(1h, 2x)", 13..14, "\"x\" is no unit of time");
        check("uniform(1h, 2h", 14..14, "a closing bracket is missing");
        check(
            "uniform(1h, 2h) 3",
            15..17,
            "nothing may follow the closing bracket",
        );
        check(
            "weibull(1h, -1)",
            11..14,
            "the shape must be a number above 0",
        );
        check("samples([])", 8..10, "there is no measured value");
        check("3", 0..1, "the unit is missing");
    }

    #[test]
    fn means_are_those_of_the_formulas() {
        let mean = |text: &str| {
            let read: Distribution<ElapsedTime> = text.parse().unwrap();
            read.mean(Span::DAY, Span::WEEK) / Span::HOUR.0 as f64
        };
        let check = |text: &str, hours: f64| {
            let found = mean(text);
            assert!(
                (found - hours).abs() < 1e-6 * hours.max(1.0),
                "{text}: {found}, not {hours}"
            );
        };
        check("triangular(2h, 4h, 9h)", 5.0);
        check("pert(1h, 2h, 9h)", 3.0);
        // Half of a standard normal: √(2/π).
        check("normal(0, 1h)", (2.0 / std::f64::consts::PI).sqrt());
        check("samples([1h, 2h, 6h])", 3.0);
        // σ = 1 by construction: p90 = median · exp(1.28155…).
        check("estimate(1h, 12968008ms)", libm::exp(0.5));
    }

    #[test]
    fn parameters_out_of_order_are_a_fault_of_the_calendar_at_hand() {
        let read: Distribution<WorkTime> = "uniform(10h, 1d)".parse().unwrap();
        assert!(read.fault(Span(8 * Span::HOUR.0), Span::WEEK).is_some());
        assert!(read.fault(Span(12 * Span::HOUR.0), Span::WEEK).is_none());
    }
}
