//! Numbers as people read them: with unit, in a size that suits, and no digit that is not known.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

use serde::{Deserialize, Serialize};

use crate::analysis::Estimate;

/// Between a number and its unit: narrow, and never broken at the end of a line.
pub const THIN: char = '\u{202f}';

/// Most digits after the point.
const MOST_DECIMALS: usize = 3;

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

/// A number with its unit, and how sure it is. Prints as `12.6 d ± 0.2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number: `12.6`.
    pub value: String,
    /// Its unit: `d`; empty for a bare number.
    pub unit: String,
    /// Half the width of its 95 % interval, in the same unit: `0.2`. None when it is not known, or
    /// when the number is surer than its digits.
    pub spread: Option<String>,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())?;
        match &self.spread {
            Some(spread) => write!(f, " ±{THIN}{spread}"),
            None => Ok(()),
        }
    }
}

impl Quantity {
    /// Returns number and unit without the interval: `12.6 d`.
    pub fn short(&self) -> String {
        if self.unit.is_empty() {
            self.value.clone()
        } else {
            format!("{}{THIN}{}", self.value, self.unit)
        }
    }

    fn new(estimate: Estimate, unit: &str, most_decimals: usize) -> Self {
        let half = estimate.half_width();
        let decimals = decimals(estimate.value, half).min(most_decimals);
        let shown = |number: f64| grouped(number, decimals);
        let is_exact = half == 0.0;
        Self {
            value: if is_exact {
                trimmed(&shown(estimate.value))
            } else {
                shown(estimate.value)
            },
            unit: unit.to_owned(),
            spread: Some(shown(half)).filter(|spread| {
                half.is_finite() && spread.bytes().any(|digit| (b'1'..=b'9').contains(&digit))
            }),
        }
    }
}

/// Returns how many decimals are worth showing: as many as make the half width one digit, and never
/// more than four digits in all. Of a number without an interval three digits are shown.
fn decimals(value: f64, half: f64) -> usize {
    let magnitude = |number: f64| {
        if number == 0.0 || !number.is_finite() {
            0
        } else {
            libm::floor(libm::log10(number.abs()) + 1e-9) as i32
        }
    };
    let decimals = if half.is_finite() && half > 0.0 {
        (-magnitude(half)).min(3 - magnitude(value).max(0))
    } else {
        2 - magnitude(value)
    };
    decimals.clamp(0, MOST_DECIMALS as i32) as usize
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// `12,345.6`
    #[default]
    Point,
    /// `12.345,6`
    Comma,
    /// `12 345,6`, with a narrow blank that never breaks a line.
    Blank,
}

impl NumberFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Point, Self::Comma, Self::Blank];

    /// Returns what stands between thousands, and before decimals.
    fn marks(self) -> (char, char) {
        match self {
            Self::Point => (',', '.'),
            Self::Comma => ('.', ','),
            Self::Blank => (THIN, ','),
        }
    }

    /// Returns a number as an example.
    pub fn example(self) -> String {
        grouped_as(12_345.6, 1, self)
    }
}

/// The one that sentences and figures are written with.
static FORMAT: AtomicU8 = AtomicU8::new(0);

/// Chooses how numbers are written from now on: in the window, and so in what is exported from it.
///
/// One choice for the whole program, since a number that is written in two ways in one picture is
/// misread. The command line leaves it as it is, so that what it prints is the same everywhere.
pub fn choose_number_format(format: NumberFormat) {
    FORMAT.store(format as u8, Ordering::Relaxed);
}

/// Prints with so many decimals and thousands kept apart; a proper minus; never `-0`.
fn grouped(number: f64, decimals: usize) -> String {
    grouped_as(number, decimals, chosen())
}

fn chosen() -> NumberFormat {
    let chosen = usize::from(FORMAT.load(Ordering::Relaxed));
    NumberFormat::ALL.get(chosen).copied().unwrap_or_default()
}

fn grouped_as(number: f64, decimals: usize, format: NumberFormat) -> String {
    let (between_thousands, before_decimals) = format.marks();
    let printed = format!("{:.decimals$}", number.abs());
    let (whole, part) = match printed.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (printed.as_str(), None),
    };
    let mut text = String::with_capacity(printed.len() + 4);
    if number < 0.0 && printed.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text.push('\u{2212}');
    }
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            text.push(between_thousands);
        }
        text.push(digit);
    }
    if let Some(part) = part {
        text.push(before_decimals);
        text.push_str(part);
    }
    text
}

fn trimmed(number: &str) -> String {
    trimmed_as(number, chosen())
}

/// Leaves out zeros at the end of the decimals.
fn trimmed_as(number: &str, format: NumberFormat) -> String {
    let (_, before_decimals) = format.marks();
    if number.contains(before_decimals) {
        let number = number.trim_end_matches('0');
        number.trim_end_matches(before_decimals).to_owned()
    } else {
        number.to_owned()
    }
}

/// A unit of time that suits a length: seconds in it, its sign, its word for one and for several.
struct TimeUnit {
    seconds: f64,
    sign: &'static str,
    words: [&'static str; 2],
}

fn time_unit(seconds: f64) -> TimeUnit {
    let unit = |seconds, sign, words| TimeUnit {
        seconds,
        sign,
        words,
    };
    let length = seconds.abs();
    if length < 1.5 * MINUTE {
        unit(1.0, "s", ["second", "seconds"])
    } else if length < 1.5 * HOUR {
        unit(MINUTE, "min", ["minute", "minutes"])
    } else if length < 2.0 * DAY {
        unit(HOUR, "h", ["hour", "hours"])
    } else {
        unit(DAY, "d", ["day", "days"])
    }
}

/// Returns a time in seconds in a unit that suits it: `12.6 d ± 0.2`. Days have 24 hours.
pub fn time(seconds: Estimate) -> Quantity {
    time_like(seconds, seconds.value)
}

/// Returns a time in seconds in the unit that suits another: a difference beside what it is of.
pub fn time_like(seconds: Estimate, like: f64) -> Quantity {
    let unit = time_unit(like);
    Quantity::new(seconds.scaled(1.0 / unit.seconds), unit.sign, MOST_DECIMALS)
}

/// Returns a time whose interval is shown elsewhere, or has none, in words: `3.1 days`.
///
/// The digits are those that its interval allows.
pub fn time_in_words(seconds: Estimate) -> String {
    let unit = time_unit(seconds.value);
    let quantity = Quantity::new(seconds.scaled(1.0 / unit.seconds), "", MOST_DECIMALS);
    let word = unit.words[usize::from(quantity.value != "1")];
    format!("{}{THIN}{word}", quantity.value)
}

/// Returns a share from 0 to 1 in percent: `64 % ± 2`; with one decimal at most.
pub fn share(share: Estimate) -> Quantity {
    Quantity::new(share.scaled(100.0), "%", 1)
}

/// Returns a share from 0 to 1 in whole percent: `64 %`. What is not quite nothing or everything
/// does not look like it.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.5 {
        format!("<{THIN}1{THIN}%")
    } else if percent > 99.5 && percent < 100.0 {
        format!(">{THIN}99{THIN}%")
    } else {
        format!("{percent:.0}{THIN}%")
    }
}

/// Returns a bare number: `3.2 ± 0.1`.
pub fn number(number: Estimate) -> Quantity {
    Quantity::new(number, "", MOST_DECIMALS)
}

/// Returns a number with a unit: `3.2 people`, `1,240 EUR ± 30`.
pub fn with_unit(number: Estimate, unit: &str) -> Quantity {
    Quantity::new(number, unit, MOST_DECIMALS)
}

/// Returns a count: `1,842`.
pub fn count(count: u64) -> String {
    grouped(count as f64, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, half: f64) -> Estimate {
        Estimate {
            value,
            low: value - half,
            high: value + half,
        }
    }

    fn plain(text: &impl ToString) -> String {
        text.to_string().replace(THIN, " ")
    }

    #[test]
    fn numbers_are_written_in_three_ways() {
        let check = |format: NumberFormat, expected: [&str; 3]| {
            let shown = |number, decimals| grouped_as(number, decimals, format);
            assert_eq!(format.example(), expected[0]);
            assert_eq!(shown(-1_234_567.0, 0), expected[1]);
            // Only zeros behind the decimal mark mean nothing.
            assert_eq!(trimmed_as(&shown(12_340.50, 2), format), expected[2]);
            assert_eq!(trimmed_as(&shown(100.0, 2), format), "100");
            assert_eq!(trimmed_as(&shown(100.0, 0), format), "100");
        };
        check(
            NumberFormat::Point,
            ["12,345.6", "\u{2212}1,234,567", "12,340.5"],
        );
        check(
            NumberFormat::Comma,
            ["12.345,6", "\u{2212}1.234.567", "12.340,5"],
        );
        let blank = [
            "12\u{202f}345,6",
            "\u{2212}1\u{202f}234\u{202f}567",
            "12\u{202f}340,5",
        ];
        check(NumberFormat::Blank, blank);
    }

    #[test]
    fn digits_follow_the_interval() {
        let check = |value: f64, half: f64, expected: &str| {
            let found = plain(&number(estimate(value, half)));
            assert_eq!(found, expected, "{value} ± {half}");
        };
        check(12.6187, 0.23, "12.6 ± 0.2");
        check(12.6187, 0.023, "12.62 ± 0.02");
        check(12.6187, 3.4, "13 ± 3");
        check(126.187, 12.0, "126 ± 12");
        check(0.5187, 0.004, "0.519 ± 0.004");
        check(1842.4, 0.01, "1,842");
        check(-0.04, 0.3, "0.0 ± 0.3");
        check(-4.21, 0.3, "\u{2212}4.2 ± 0.3");
        check(17.0, 0.0, "17");
        check(17.25, 0.0, "17.2");
        check(0.0, 0.0, "0");
        check(12.6187, f64::INFINITY, "12.6");
    }

    #[test]
    fn times_have_a_unit_that_suits() {
        let check = |seconds: f64, expected: &str| {
            assert_eq!(plain(&time(Estimate::exact(seconds))), expected);
        };
        check(0.0, "0 s");
        check(45.0, "45 s");
        check(1200.0, "20 min");
        check(4.0 * HOUR, "4 h");
        check(47.0 * HOUR, "47 h");
        check(21.0 * DAY, "21 d");
        let lead = estimate(21.0 * DAY, 0.3 * DAY);
        assert_eq!(plain(&time(lead)), "21.0 d ± 0.3");
        assert_eq!(plain(&time_in_words(lead)), "21.0 days");
        assert_eq!(
            plain(&time_in_words(Estimate::exact(HOUR * 2.0))),
            "2 hours"
        );
        let less = estimate(-2.0 * HOUR, HOUR);
        assert_eq!(plain(&time_like(less, 21.0 * DAY)), "\u{2212}0.08 d ± 0.04");
    }

    #[test]
    fn shares_are_percentages() {
        assert_eq!(plain(&share(estimate(0.6412, 0.021))), "64 % ± 2");
        assert_eq!(plain(&share(estimate(0.6412, 0.000_1))), "64.1 %");
        assert_eq!(plain(&percent(0.642)), "64 %");
        assert_eq!(plain(&percent(0.001)), "< 1 %");
        assert_eq!(plain(&percent(0.999)), "> 99 %");
        assert_eq!(plain(&percent(1.0)), "100 %");
        assert_eq!(plain(&percent(0.0)), "0 %");
    }

    #[test]
    fn thousands_have_a_comma() {
        assert_eq!(count(1_842), "1,842");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
    }
}
