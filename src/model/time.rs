//! Time as people write it: work time and elapsed time, one parser and one printer.
//!
//! [`ElapsedTime`] passes always: its `d` is 24 hours and its `w` 7 days. [`WorkTime`] passes only
//! while a team's calendar is open: its `d` and `w` are the working day and week of that calendar,
//! so they are kept as written and become milliseconds only when a model is compiled.

use std::fmt;

use super::text::{Cursor, TextError};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;

/// A billionth: the resolution of days and weeks of work as written (`1.5d`).
const NANO: u64 = 1_000_000_000;

/// The longest time that can be written: 200 years of 365 days.
pub const LONGEST: Span = Span(200 * 365 * DAY);

/// A length of time in whole milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

impl Span {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// One second.
    pub const SECOND: Self = Self(SECOND);
    /// One minute.
    pub const MINUTE: Self = Self(MINUTE);
    /// One hour.
    pub const HOUR: Self = Self(HOUR);
    /// 24 hours.
    pub const DAY: Self = Self(DAY);
    /// 7 times 24 hours.
    pub const WEEK: Self = Self(WEEK);

    /// Returns the length in milliseconds.
    pub fn as_millis(self) -> u64 {
        self.0
    }

    /// Returns the length in seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }

    /// Returns the length in hours.
    pub fn as_hours_f64(self) -> f64 {
        self.0 as f64 / HOUR as f64
    }

    /// Rounds milliseconds to a whole number, halves up; below zero and NaN become zero, and what
    /// is longer than [`LONGEST`] becomes that.
    pub fn from_millis_f64(millis: f64) -> Self {
        // `as` cuts off what is behind the point, saturates, and turns NaN into 0; to a signed
        // number it takes half as long.
        Self(((millis + 0.5) as i64).max(0) as u64).min(LONGEST)
    }
}

/// Prints as `26h 30m`, in hours, minutes, seconds and milliseconds; nothing is `0`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0");
        }
        let mut parts = Parts::new(f);
        parts.units(
            self.0,
            &[(HOUR, "h"), (MINUTE, "m"), (SECOND, "s"), (1, "ms")],
        )
    }
}

/// Writes `2d 4h`: parts with one blank between.
struct Parts<'a, 'b> {
    f: &'a mut fmt::Formatter<'b>,
    is_first: bool,
}

impl<'a, 'b> Parts<'a, 'b> {
    fn new(f: &'a mut fmt::Formatter<'b>) -> Self {
        Self { f, is_first: true }
    }

    fn part(&mut self, amount: impl fmt::Display, unit: &str) -> fmt::Result {
        if !std::mem::take(&mut self.is_first) {
            self.f.write_str(" ")?;
        }
        write!(self.f, "{amount}{unit}")
    }

    fn units(&mut self, mut millis: u64, units: &[(u64, &str)]) -> fmt::Result {
        for &(size, unit) in units {
            if millis >= size {
                self.part(millis / size, unit)?;
                millis %= size;
            }
        }
        Ok(())
    }
}

/// Time on the wall, passing always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElapsedTime(pub Span);

impl ElapsedTime {
    /// No time.
    pub const ZERO: Self = Self(Span::ZERO);

    /// Returns the length.
    pub fn span(self) -> Span {
        self.0
    }
}

/// Prints as `2d 4h`; a whole number of weeks as `3w`; nothing as `0`.
impl fmt::Display for ElapsedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.0;
        if millis == 0 {
            f.write_str("0")
        } else if millis.is_multiple_of(WEEK) {
            write!(f, "{}w", millis / WEEK)
        } else {
            Parts::new(f).units(
                millis,
                &[
                    (DAY, "d"),
                    (HOUR, "h"),
                    (MINUTE, "m"),
                    (SECOND, "s"),
                    (1, "ms"),
                ],
            )
        }
    }
}

/// Time during which the owning team works, counted while its calendar is open.
///
/// Days and weeks are kept as written; [`WorkTime::span`] turns them into hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WorkTime {
    /// Working weeks, in billionths.
    weeks: u64,
    /// Working days, in billionths.
    days: u64,
    /// The part written in hours and below.
    clock: Span,
}

impl WorkTime {
    /// No work.
    pub const ZERO: Self = Self {
        weeks: 0,
        days: 0,
        clock: Span::ZERO,
    };

    /// Makes a work time of hours and below.
    pub const fn from_span(clock: Span) -> Self {
        Self {
            weeks: 0,
            days: 0,
            clock,
        }
    }

    /// Makes a work time of whole working days.
    pub const fn from_days(days: u64) -> Self {
        Self {
            weeks: 0,
            days: days * NANO,
            clock: Span::ZERO,
        }
    }

    /// Returns whether this is no work at all, whatever the calendar.
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// Returns the length when a working day and week have these lengths, in whole milliseconds,
    /// halves up.
    pub fn span(self, day: Span, week: Span) -> Span {
        let nanos =
            u128::from(self.weeks) * u128::from(week.0) + u128::from(self.days) * u128::from(day.0);
        let rounded = (nanos + u128::from(NANO / 2)) / u128::from(NANO);
        Span(
            self.clock
                .0
                .saturating_add(u64::try_from(rounded).unwrap_or(u64::MAX)),
        )
        .min(LONGEST)
    }

    /// Returns the length with a day of 8 hours and a week of 40, as without a calendar.
    pub fn nominal(self) -> Span {
        self.span(Span(8 * HOUR), Span(40 * HOUR))
    }
}

/// Prints as `1w 2d 4h 30m`, as written; nothing as `0`.
impl fmt::Display for WorkTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0");
        }
        let mut parts = Parts::new(f);
        if self.weeks > 0 {
            parts.part(Decimal(self.weeks), "w")?;
        }
        if self.days > 0 {
            parts.part(Decimal(self.days), "d")?;
        }
        parts.units(
            self.clock.0,
            &[(HOUR, "h"), (MINUTE, "m"), (SECOND, "s"), (1, "ms")],
        )
    }
}

/// A number of billionths, printed without trailing zeros.
struct Decimal(u64);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / NANO, self.0 % NANO);
        if part == 0 {
            write!(f, "{whole}")
        } else {
            write!(f, "{whole}.{}", format!("{part:09}").trim_end_matches('0'))
        }
    }
}

/// Which clock a time is counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Only while the owning team's calendar is open.
    Work,
    /// Always.
    Elapsed,
}

/// A time that can be typed: [`WorkTime`] or [`ElapsedTime`].
pub trait Time: Copy + PartialEq + fmt::Debug + fmt::Display + Default + 'static {
    /// The clock it is counted by.
    const CLOCK: Clock;
    /// Reads a time as people write it.
    ///
    /// # Errors
    /// With the place in the text, and what would be right.
    fn parse(text: &str) -> Result<Self, TextError>;
    /// Returns the length, given a working day and week (elapsed time takes no notice).
    fn to_span(self, day: Span, week: Span) -> Span;
    /// Makes a time of whole milliseconds.
    fn from_millis(millis: u64) -> Self;
}

impl Time for ElapsedTime {
    const CLOCK: Clock = Clock::Elapsed;

    fn parse(text: &str) -> Result<Self, TextError> {
        let Written { weeks, days, clock } = written(text)?;
        let nanos = u128::from(weeks) * u128::from(WEEK) + u128::from(days) * u128::from(DAY);
        let millis = (nanos + u128::from(NANO / 2)) / u128::from(NANO) + u128::from(clock);
        match u64::try_from(millis) {
            Ok(millis) if millis <= LONGEST.0 => Ok(Self(Span(millis))),
            _ => Err(too_long(text)),
        }
    }

    fn to_span(self, _: Span, _: Span) -> Span {
        self.0
    }

    fn from_millis(millis: u64) -> Self {
        Self(Span(millis))
    }
}

impl Time for WorkTime {
    const CLOCK: Clock = Clock::Work;

    fn parse(text: &str) -> Result<Self, TextError> {
        let Written { weeks, days, clock } = written(text)?;
        let longest_days = u128::from(LONGEST.0 / DAY) * u128::from(NANO);
        if u128::from(weeks) * 7 + u128::from(days) > longest_days || clock > LONGEST.0 {
            return Err(too_long(text));
        }
        Ok(Self {
            weeks,
            days,
            clock: Span(clock),
        })
    }

    fn to_span(self, day: Span, week: Span) -> Span {
        self.span(day, week)
    }

    fn from_millis(millis: u64) -> Self {
        Self::from_span(Span(millis))
    }
}

impl std::str::FromStr for ElapsedTime {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl std::str::FromStr for WorkTime {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

/// What stands in the text: weeks and days in billionths, the rest in milliseconds.
struct Written {
    weeks: u64,
    days: u64,
    clock: u64,
}

const EXAMPLE: &str = "write for instance 90m, 3h, 2d 4h, 1w or 1.5h";

fn too_long(text: &str) -> TextError {
    TextError::new(0..text.len(), "this is longer than 200 years")
}

fn written(text: &str) -> Result<Written, TextError> {
    let mut cursor = Cursor::new(text);
    let mut written = Written {
        weeks: 0,
        days: 0,
        clock: 0,
    };
    if cursor.is_at_end() {
        return Err(TextError::new(0..text.len(), "a time is missing").hint(EXAMPLE));
    }
    loop {
        let start = cursor.at();
        if cursor.peek() == Some('-') {
            return Err(TextError::new(cursor.here(), "a time cannot be negative").hint(EXAMPLE));
        }
        let amount = amount(&mut cursor)?;
        let number_end = cursor.at();
        let mut unit_cursor = cursor.clone();
        unit_cursor.skip_blanks();
        let unit_start = unit_cursor.at();
        let unit = unit_cursor.word();
        if unit.is_empty() {
            if amount == 0 && cursor.is_at_end() {
                return Ok(written);
            }
            return Err(TextError::new(start..number_end, "the unit is missing")
                .hint("write m, h, d or w after the number, for instance 90m or 2d"));
        }
        cursor = unit_cursor;
        let add = |sum: &mut u64, nanos_per_unit: u64| {
            let millis = (u128::from(amount) * u128::from(nanos_per_unit) + u128::from(NANO / 2))
                / u128::from(NANO);
            u64::try_from(millis)
                .ok()
                .and_then(|millis| sum.checked_add(millis))
                .map(|total| *sum = total)
        };
        let added = match unit.to_lowercase().as_str() {
            "w" | "wk" | "week" | "weeks" => written
                .weeks
                .checked_add(amount)
                .map(|sum| written.weeks = sum),
            "d" | "day" | "days" => written
                .days
                .checked_add(amount)
                .map(|sum| written.days = sum),
            "h" | "hr" | "hrs" | "hour" | "hours" => add(&mut written.clock, HOUR),
            "m" | "min" | "mins" | "minute" | "minutes" => add(&mut written.clock, MINUTE),
            "s" | "sec" | "secs" | "second" | "seconds" => add(&mut written.clock, SECOND),
            "ms" => add(&mut written.clock, 1),
            _ => {
                return Err(TextError::new(
                    unit_start..cursor.at(),
                    format!("{unit:?} is no unit of time"),
                )
                .hint("the units are w, d, h, m, s and ms"));
            }
        };
        if added.is_none() {
            return Err(too_long(text));
        }
        if cursor.is_at_end() {
            return Ok(written);
        }
    }
}

/// Reads a number with a decimal point or comma, in billionths.
fn amount(cursor: &mut Cursor<'_>) -> Result<u64, TextError> {
    cursor.skip_blanks();
    let start = cursor.at();
    let whole = cursor.digits();
    let mut part = "";
    if matches!(cursor.peek(), Some('.' | ',')) {
        let mut ahead = cursor.clone();
        ahead.take(ahead.peek().expect("just seen"));
        part = ahead.digits();
        if !part.is_empty() {
            *cursor = ahead;
        }
    }
    if whole.is_empty() && part.is_empty() {
        return Err(TextError::new(cursor.here(), "a number is expected here").hint(EXAMPLE));
    }
    let place = start..cursor.at();
    let too_big = || TextError::new(place.clone(), "this number is too big");
    let whole: u64 = if whole.is_empty() {
        0
    } else {
        whole.parse().map_err(|_rejected| too_big())?
    };
    let digits = &part[..part.len().min(9)];
    let part = if digits.is_empty() {
        0
    } else {
        digits.parse::<u64>().expect("at most nine digits") * 10u64.pow(9 - digits.len() as u32)
    };
    whole
        .checked_mul(NANO)
        .and_then(|nanos| nanos.checked_add(part))
        .ok_or_else(too_big)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elapsed(text: &str) -> Result<u64, String> {
        ElapsedTime::parse(text)
            .map(|time| time.0.0)
            .map_err(|error| error.message)
    }

    #[test]
    fn times_read_as_people_write_them() {
        let check = |text: &str, millis: u64| assert_eq!(elapsed(text), Ok(millis), "{text:?}");
        check("90m", 90 * MINUTE);
        check("3h", 3 * HOUR);
        check("2d 4h", 2 * DAY + 4 * HOUR);
        check("2d4h", 2 * DAY + 4 * HOUR);
        check("1w", WEEK);
        check("1.5h", 90 * MINUTE);
        check("1,5h", 90 * MINUTE);
        check(" 2 days 1 hour ", 2 * DAY + HOUR);
        check("0", 0);
        check("0.5ms", 1);
        check(".5h", 30 * MINUTE);
    }

    #[test]
    fn what_is_no_time_says_where_and_why() {
        let check = |text: &str, at: std::ops::Range<usize>, message: &str| {
            let error = ElapsedTime::parse(text).unwrap_err();
            assert_eq!(
                (error.at, error.message.as_str()),
                (at, message),
                "{text:?}"
            );
        };
        check("", 0..0, "a time is missing");
        check("3", 0..1, "the unit is missing");
        check("3x", 1..2, "\"x\" is no unit of time");
        check("2d -4h", 3..4, "a time cannot be negative");
        check("h", 0..1, "a number is expected here");
        check("2d h", 3..4, "a number is expected here");
        check("99999999999999999999h", 0..20, "this number is too big");
        check("999999999w", 0..10, "this is longer than 200 years");
        check("NaN", 0..1, "a number is expected here");
    }

    #[test]
    fn times_print_as_people_write_them() {
        let check = |text: &str, expected: &str| {
            assert_eq!(ElapsedTime::parse(text).unwrap().to_string(), expected);
        };
        check("90m", "1h 30m");
        check("3w", "3w");
        check("10d", "10d");
        check("1500ms", "1s 500ms");
        let check = |text: &str, expected: &str| {
            assert_eq!(WorkTime::parse(text).unwrap().to_string(), expected);
        };
        check("1.5d", "1.5d");
        check("10d", "10d");
        check("1w 26h", "1w 26h");
        check("0", "0");
    }

    #[test]
    fn a_working_day_is_what_the_calendar_says() {
        let time = WorkTime::parse("1w 2d 30m").unwrap();
        assert_eq!(
            time.span(Span(7 * HOUR), Span(35 * HOUR)),
            Span(49 * HOUR + 30 * MINUTE)
        );
        assert_eq!(time.nominal(), Span(56 * HOUR + 30 * MINUTE));
    }
}
