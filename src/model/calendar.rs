//! Calendars, time zones and rhythms, as a person writes them.
//!
//! Nothing here computes with instants: local times become instants when a model is compiled
//! (`sim`), with the bundled zone data, so that every platform gets the same ones.

use std::fmt;
use std::sync::LazyLock;

use jiff::civil;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::slug::CalendarId;
use super::table::Element;
use super::text::{Cursor, TextError};
use super::time::{ElapsedTime, Span, Time};

/// A day of the civil calendar.
pub type Date = civil::Date;
/// A day and a time of day, in a zone that is known from elsewhere.
pub type DateTime = civil::DateTime;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// An IANA time zone by name, for instance `America/Los_Angeles`; it exists in the bundled data.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Zone(String);

impl Default for Zone {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl Zone {
    /// Returns the zone of this name.
    ///
    /// # Errors
    /// When the bundled data has no such zone.
    pub fn new(name: &str) -> Result<Self, TextError> {
        let name = name.trim();
        match ZONES.get(name) {
            Ok(zone) => Ok(Self(zone.iana_name().unwrap_or(name).to_owned())),
            Err(_) => Err(
                TextError::new(0..name.len(), format!("{name:?} is no time zone"))
                    .hint("write a zone such as Europe/Berlin, America/Los_Angeles or UTC"),
            ),
        }
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Returns the rules, from the bundled data.
    pub fn time_zone(&self) -> TimeZone {
        ZONES.get(&self.0).unwrap_or(TimeZone::UTC)
    }

    /// Returns the names of all zones, in order.
    pub fn all_names() -> Vec<String> {
        ZONES.available().map(|name| name.to_string()).collect()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A day of the week, Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// All seven, Monday first.
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];

    /// Returns the three letters by which files call it.
    pub fn name(self) -> &'static str {
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][self as usize]
    }

    /// Returns the weekday of a date.
    pub fn of(date: Date) -> Self {
        Self::ALL[date.weekday().to_monday_zero_offset() as usize]
    }

    fn parse(word: &str) -> Option<Self> {
        let lower = word.to_lowercase();
        let short = lower.get(..3)?;
        let day = Self::ALL
            .into_iter()
            .find(|day| day.name().to_lowercase() == short)?;
        let long = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ][day as usize];
        (lower.len() == 3 || long.starts_with(&lower)).then_some(day)
    }
}

/// A time of day in minutes after midnight, 0 to 1440 (`24:00`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Midnight at the end of a day, `24:00`.
    pub const END: Self = Self(1440);

    /// Returns the time so many minutes after midnight, or nothing past 24:00.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= 1440).then_some(Self(minutes))
    }

    /// Returns the minutes after midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Open hours `[from, to)`. When `to` is not after `from` they end on the next day: a night shift,
/// which belongs to the day on which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DaySpan {
    /// When it opens, before 24:00.
    pub from: TimeOfDay,
    /// When it closes.
    pub to: TimeOfDay,
}

impl DaySpan {
    /// Returns how long it is by the clock on the wall, in minutes.
    pub fn minutes(self) -> u32 {
        let (from, to) = (u32::from(self.from.0), u32::from(self.to.0));
        if to > from {
            to - from
        } else {
            1440 - from + to
        }
    }

    /// Returns whether it ends on the next day.
    pub fn crosses_midnight(self) -> bool {
        self.to <= self.from
    }
}

impl fmt::Display for DaySpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

/// The open hours of a week, by weekday: `Mon-Thu 09:00-17:00; Fri 09:00-13:00`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct WeeklyHours {
    days: [Vec<DaySpan>; 7],
}

const HOURS_EXAMPLE: &str =
    "write for instance Mon-Fri 09:00-17:00, or Mon-Thu 09:00-12:30, 13:30-18:00; Fri 09:00-14:00";

impl WeeklyHours {
    /// Makes the hours from the spans of each weekday, Monday first.
    pub fn new(days: [Vec<DaySpan>; 7]) -> Self {
        Self { days }
    }

    /// Returns the spans that begin on a weekday, in the order written.
    pub fn on(&self, day: Weekday) -> &[DaySpan] {
        &self.days[day as usize]
    }

    /// Returns whether nothing is ever open.
    pub fn is_empty(&self) -> bool {
        self.days.iter().all(Vec::is_empty)
    }

    /// Returns the open time of a week without holidays; hours that overlap count once.
    pub fn week(&self) -> Span {
        const WEEK: u32 = 7 * 1440;
        let mut open: Vec<(u32, u32)> = Vec::new();
        for (spans, day) in self.days.iter().zip(0_u32..) {
            for span in spans {
                let from = day * 1440 + u32::from(span.from.0);
                let to = from + span.minutes();
                open.push((from, to.min(WEEK)));
                if to > WEEK {
                    open.push((0, to - WEEK));
                }
            }
        }
        open.sort_unstable();
        let (mut minutes, mut until) = (0, 0);
        for (from, to) in open {
            minutes += to.saturating_sub(from.max(until));
            until = until.max(to);
        }
        Span(u64::from(minutes) * Span::MINUTE.0)
    }

    /// Returns on how many weekdays an opening begins or goes on, 0 to 7.
    pub fn open_days(&self) -> u32 {
        let mut is_open = [false; 7];
        for (day, spans) in self.days.iter().enumerate() {
            for span in spans {
                is_open[day] = true;
                if span.crosses_midnight() && span.to.0 > 0 {
                    is_open[(day + 1) % 7] = true;
                }
            }
        }
        is_open.iter().filter(|&&is_open| is_open).count() as u32
    }

    /// Reads hours as people write them.
    ///
    /// # Errors
    /// With the place in the text and what would be right.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut hours = Self::default();
        let mut cursor = Cursor::new(text);
        if cursor.is_at_end() {
            return Ok(hours);
        }
        loop {
            let days = weekdays(&mut cursor)?;
            loop {
                let span = day_span(&mut cursor)?;
                for &day in &days {
                    hours.days[day as usize].push(span);
                }
                if !cursor.take(',') {
                    break;
                }
            }
            let ends_here = cursor.is_at_end();
            if ends_here || (cursor.take(';') && cursor.is_at_end()) {
                return Ok(hours);
            }
            if !text[..cursor.at()].trim_end().ends_with(';') {
                return Err(TextError::new(
                    cursor.here(),
                    "a semicolon or the end is expected here",
                )
                .hint(HOURS_EXAMPLE));
            }
        }
    }
}

impl fmt::Display for WeeklyHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_first = true;
        let mut day = 0;
        while day < 7 {
            let spans = &self.days[day];
            let mut last = day;
            while last + 1 < 7 && self.days[last + 1] == *spans {
                last += 1;
            }
            if !spans.is_empty() {
                if !std::mem::take(&mut is_first) {
                    f.write_str("; ")?;
                }
                f.write_str(Weekday::ALL[day].name())?;
                if last > day {
                    write!(f, "-{}", Weekday::ALL[last].name())?;
                }
                write_spans(f, spans, " ")?;
            }
            day = last + 1;
        }
        Ok(())
    }
}

fn write_spans(f: &mut fmt::Formatter<'_>, spans: &[DaySpan], before: &str) -> fmt::Result {
    for (n, span) in spans.iter().enumerate() {
        write!(f, "{}{span}", if n == 0 { before } else { ", " })?;
    }
    Ok(())
}

/// Reads `09:00-12:30, 13:30-18:00`, or nothing for a closed day.
///
/// # Errors
/// With the place in the text and what would be right.
pub fn parse_day_spans(text: &str) -> Result<Vec<DaySpan>, TextError> {
    let mut cursor = Cursor::new(text);
    let mut spans = Vec::new();
    if cursor.is_at_end() {
        return Ok(spans);
    }
    loop {
        spans.push(day_span(&mut cursor)?);
        if cursor.is_at_end() {
            return Ok(spans);
        }
        if !cursor.take(',') {
            return Err(
                TextError::new(cursor.here(), "a comma or the end is expected here")
                    .hint("write for instance 09:00-12:30, 13:30-18:00"),
            );
        }
    }
}

/// Prints spans as [`parse_day_spans`] reads them.
pub fn print_day_spans(spans: &[DaySpan]) -> String {
    struct Shown<'a>(&'a [DaySpan]);
    impl fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_spans(f, self.0, "")
        }
    }
    Shown(spans).to_string()
}

/// Reads `Mon-Fri`, `Mon,Wed` or `Tue`.
fn weekdays(cursor: &mut Cursor<'_>) -> Result<Vec<Weekday>, TextError> {
    let mut days = Vec::new();
    loop {
        let first = weekday(cursor)?;
        if cursor.take('-') {
            let last = weekday(cursor)?;
            let mut day = first as usize;
            loop {
                days.push(Weekday::ALL[day]);
                if day == last as usize {
                    break;
                }
                day = (day + 1) % 7;
            }
        } else {
            days.push(first);
        }
        if !cursor.take(',') {
            days.sort_unstable();
            days.dedup();
            return Ok(days);
        }
    }
}

fn weekday(cursor: &mut Cursor<'_>) -> Result<Weekday, TextError> {
    cursor.skip_blanks();
    let here = cursor.here();
    let start = cursor.at();
    let word = cursor.word();
    if word.is_empty() {
        return Err(TextError::new(here, "a weekday is expected here").hint(HOURS_EXAMPLE));
    }
    Weekday::parse(word).ok_or_else(|| {
        TextError::new(start..cursor.at(), format!("{word:?} is no weekday"))
            .hint("the weekdays are Mon, Tue, Wed, Thu, Fri, Sat and Sun")
    })
}

fn day_span(cursor: &mut Cursor<'_>) -> Result<DaySpan, TextError> {
    cursor.skip_blanks();
    let start = cursor.at();
    let from = time_of_day(cursor)?;
    if from == TimeOfDay::END {
        return Err(
            TextError::new(start..cursor.at(), "hours cannot open at 24:00").hint("write 00:00"),
        );
    }
    if !cursor.take('-') && !cursor.take('–') {
        return Err(TextError::new(cursor.here(), "the closing time is missing")
            .hint("write for instance 09:00-17:00"));
    }
    Ok(DaySpan {
        from,
        to: time_of_day(cursor)?,
    })
}

fn time_of_day(cursor: &mut Cursor<'_>) -> Result<TimeOfDay, TextError> {
    cursor.skip_blanks();
    let start = cursor.at();
    let hour = cursor.digits();
    if hour.is_empty() {
        return Err(
            TextError::new(cursor.here(), "a time of day is expected here")
                .hint("write for instance 09:00"),
        );
    }
    let minute = if cursor.peek() == Some(':') {
        cursor.take(':');
        cursor.digits()
    } else {
        "0"
    };
    let place = start..cursor.at();
    let wrong = || {
        TextError::new(place.clone(), "this is no time of day")
            .hint("write for instance 09:00, up to 24:00")
    };
    let hour: u16 = hour.parse().map_err(|_rejected| wrong())?;
    let minute: u16 = minute.parse().map_err(|_rejected| wrong())?;
    if minute > 59 || hour > 24 {
        return Err(wrong());
    }
    TimeOfDay::from_minutes(hour * 60 + minute).ok_or_else(wrong)
}

/// A date with hours of its own, in place of those of its weekday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialDay {
    /// The date.
    pub date: Date,
    /// The hours; none is closed.
    pub hours: Vec<DaySpan>,
}

/// When a Team works. A team without a calendar is always open.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// Which calendar this is.
    pub id: CalendarId,
    /// What people call it.
    pub name: String,
    /// Open hours of a week, local time.
    pub hours: WeeklyHours,
    /// The zone that the hours and dates are of.
    pub zone: Zone,
    /// Dates on which nothing is open from 00:00 to 24:00.
    pub holidays: Vec<Date>,
    /// Dates with hours of their own; they win over holidays.
    pub special_days: Vec<SpecialDay>,
}

impl Calendar {
    /// Makes a calendar that is never open, in UTC.
    pub fn new(id: CalendarId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            hours: WeeklyHours::default(),
            zone: Zone::default(),
            holidays: Vec::new(),
            special_days: Vec::new(),
        }
    }

    /// Returns the average working week: the open time of a week without holidays.
    pub fn week(&self) -> Span {
        self.hours.week()
    }

    /// Returns the average working day: the week divided by the weekdays with any opening; 0 when
    /// there are none.
    pub fn day(&self) -> Span {
        Span(
            self.week()
                .0
                .checked_div(u64::from(self.hours.open_days()))
                .unwrap_or(0),
        )
    }
}

impl Element for Calendar {
    type Id = CalendarId;
    fn id(&self) -> CalendarId {
        self.id
    }
}

/// When a scheduled handoff moves items on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// At times of day on weekdays: `every Tue 10:00`, `every Mon-Fri 09:00, 15:00`.
    Weekly(Vec<WeeklySlot>),
    /// Every so often, counted from time 0 of the simulation: `every 3d`.
    Every(ElapsedTime),
}

/// One slot a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WeeklySlot {
    /// The day.
    pub day: Weekday,
    /// The time of day, before 24:00.
    pub time: TimeOfDay,
}

const RHYTHM_EXAMPLE: &str = "write for instance every Tue 10:00, every Mon-Fri 09:00 or every 3d";

impl Rhythm {
    /// Reads a rhythm; the word `every` in front may be left out.
    ///
    /// # Errors
    /// With the place in the text and what would be right.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut cursor = Cursor::new(text);
        let mut ahead = cursor.clone();
        if ahead.word().eq_ignore_ascii_case("every") {
            cursor = ahead;
        }
        cursor.skip_blanks();
        let Some(first) = cursor.peek() else {
            return Err(TextError::new(0..text.len(), "a rhythm is missing").hint(RHYTHM_EXAMPLE));
        };
        if first.is_ascii_digit() {
            let offset = cursor.at();
            let every = ElapsedTime::parse(cursor.rest()).map_err(|error| error.shifted(offset))?;
            if every == ElapsedTime::ZERO {
                return Err(
                    TextError::new(offset..text.len(), "a rhythm must be longer than 0")
                        .hint(RHYTHM_EXAMPLE),
                );
            }
            return Ok(Self::Every(every));
        }
        let mut slots = Vec::new();
        loop {
            let mut ahead = cursor.clone();
            let days = if ahead.word().eq_ignore_ascii_case("day") {
                cursor = ahead;
                Weekday::ALL.to_vec()
            } else {
                weekdays(&mut cursor)?
            };
            loop {
                cursor.skip_blanks();
                let start = cursor.at();
                let time = time_of_day(&mut cursor)?;
                if time == TimeOfDay::END {
                    return Err(
                        TextError::new(start..cursor.at(), "a slot cannot be at 24:00")
                            .hint("write 00:00 of the next day"),
                    );
                }
                slots.extend(days.iter().map(|&day| WeeklySlot { day, time }));
                if !cursor.take(',') {
                    break;
                }
            }
            if cursor.is_at_end() {
                break;
            }
            if !cursor.take(';') {
                return Err(TextError::new(
                    cursor.here(),
                    "a semicolon or the end is expected here",
                )
                .hint(RHYTHM_EXAMPLE));
            }
        }
        slots.sort_unstable();
        slots.dedup();
        Ok(Self::Weekly(slots))
    }
}

/// Prints as it is read, with `every` in front; `every Tue 10:00; Thu 14:00`.
impl fmt::Display for Rhythm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(time) => write!(f, "every {time}"),
            Self::Weekly(slots) => {
                // As hours do: days with the same times together, runs of days as a range.
                let times = |day: Weekday| -> Vec<TimeOfDay> {
                    slots
                        .iter()
                        .filter(|slot| slot.day == day)
                        .map(|slot| slot.time)
                        .collect()
                };
                f.write_str("every ")?;
                let mut is_first = true;
                let mut day = 0;
                while day < 7 {
                    let own = times(Weekday::ALL[day]);
                    let mut last = day;
                    while last + 1 < 7 && times(Weekday::ALL[last + 1]) == own {
                        last += 1;
                    }
                    if !own.is_empty() {
                        if !std::mem::take(&mut is_first) {
                            f.write_str("; ")?;
                        }
                        f.write_str(Weekday::ALL[day].name())?;
                        if last > day {
                            write!(f, "-{}", Weekday::ALL[last].name())?;
                        }
                        for (n, time) in own.iter().enumerate() {
                            write!(f, "{} {time}", if n == 0 { "" } else { "," })?;
                        }
                    }
                    day = last + 1;
                }
                Ok(())
            }
        }
    }
}

/// Reads `2026-03-05`.
///
/// # Errors
/// With the place in the text and what would be right.
pub fn parse_date(text: &str) -> Result<Date, TextError> {
    text.trim().parse().map_err(|_rejected| {
        TextError::new(0..text.len(), format!("{:?} is no date", text.trim()))
            .hint("write for instance 2026-03-05")
    })
}

/// Reads `2026-03-05 09:00`, or a date alone for its first instant.
///
/// # Errors
/// With the place in the text and what would be right.
pub fn parse_date_time(text: &str) -> Result<DateTime, TextError> {
    text.trim().parse().map_err(|_rejected| {
        TextError::new(
            0..text.len(),
            format!("{:?} is no date and time", text.trim()),
        )
        .hint("write for instance 2026-03-05 09:00")
    })
}

/// Prints a date and time as `2026-03-05 09:00`, with seconds only where there are some.
pub fn print_date_time(time: DateTime) -> String {
    if time.second() == 0 && time.subsec_nanosecond() == 0 {
        // Not `strftime`: the date prints years before 0 as it reads them.
        format!("{} {:02}:{:02}", time.date(), time.hour(), time.minute())
    } else {
        format!("{} {}", time.date(), time.time())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_print_as_they_are_read() {
        let check = |text: &str, expected: &str| {
            let hours = WeeklyHours::parse(text).unwrap();
            assert_eq!(hours.to_string(), expected, "{text:?}");
            assert_eq!(WeeklyHours::parse(expected).unwrap(), hours);
        };
        check("Mon-Fri 09:00-17:00", "Mon-Fri 09:00-17:00");
        check(
            "mon-thu 9-12:30, 13:30-18; Friday 9:00–14:00",
            "Mon-Thu 09:00-12:30, 13:30-18:00; Fri 09:00-14:00",
        );
        check("Sat,Sun 10:00-24:00;", "Sat-Sun 10:00-24:00");
        check("Mon-Thu 22:00-06:00", "Mon-Thu 22:00-06:00");
        check(
            "Fri-Mon 08:00-09:00",
            "Mon 08:00-09:00; Fri-Sun 08:00-09:00",
        );
        check("", "");
    }

    #[test]
    fn what_is_no_hours_says_where_and_why() {
        let check = |text: &str, at: std::ops::Range<usize>, message: &str| {
            let error = WeeklyHours::parse(text).unwrap_err();
            assert_eq!(
                (error.at, error.message.as_str()),
                (at, message),
                "{text:?}"
            );
        };
        check("09:00-17:00", 0..1, "a weekday is expected here");
        check("Mon", 3..3, "a time of day is expected here");
        check("Mon-Foo 9-17", 4..7, "\"Foo\" is no weekday");
        check("Mon 09:00", 9..9, "the closing time is missing");
        check("Mon 09:00-25:00", 10..15, "this is no time of day");
        check(
            "Mon 9-17 Tue 9-17",
            9..10,
            "a semicolon or the end is expected here",
        );
    }

    #[test]
    fn the_working_week_counts_overlaps_once() {
        let hours = WeeklyHours::parse("Mon-Thu 22:00-06:00; Tue 05:00-09:00").unwrap();
        // Four nights of 8 hours and 06:00-09:00 on Tuesday.
        assert_eq!(hours.week(), Span(35 * Span::HOUR.0));
        assert_eq!(hours.open_days(), 5);
        let all = WeeklyHours::parse("Mon-Sun 00:00-24:00").unwrap();
        assert_eq!((all.week(), all.open_days()), (Span::WEEK, 7));
        // The night from Sunday to Monday, and a span inside another.
        let nights = WeeklyHours::parse("Sun 22:00-06:00; Mon 04:00-12:00, 05:00-07:00").unwrap();
        assert_eq!(nights.week(), Span(14 * Span::HOUR.0));
    }

    #[test]
    fn rhythms_print_as_they_are_read() {
        let check = |text: &str, expected: &str| {
            let rhythm = Rhythm::parse(text).unwrap();
            assert_eq!(rhythm.to_string(), expected, "{text:?}");
            assert_eq!(Rhythm::parse(expected).unwrap(), rhythm);
        };
        check("every Tue 10:00", "every Tue 10:00");
        check("tue 10", "every Tue 10:00");
        check("every 3d", "every 3d");
        check(
            "every Mon,Wed 09:00, 15:00; Fri 12:00",
            "every Mon 09:00, 15:00; Wed 09:00, 15:00; Fri 12:00",
        );
        check("every day 08:00", "every Mon-Sun 08:00");
        assert_eq!(
            Rhythm::parse("every 0h").unwrap_err().message,
            "a rhythm must be longer than 0"
        );
        assert_eq!(
            Rhythm::parse("").unwrap_err().message,
            "a rhythm is missing"
        );
        assert_eq!(
            Rhythm::parse("every Tue").unwrap_err().message,
            "a time of day is expected here"
        );
    }

    #[test]
    fn zones_are_those_of_the_bundled_data() {
        assert_eq!(Zone::new("Europe/Berlin").unwrap().name(), "Europe/Berlin");
        assert_eq!(
            Zone::new("Mars/Base").unwrap_err().message,
            "\"Mars/Base\" is no time zone"
        );
    }

    #[test]
    fn dates_print_as_they_are_read() {
        let time = parse_date_time("2026-03-05 09:00").unwrap();
        assert_eq!(print_date_time(time), "2026-03-05 09:00");
        assert_eq!(
            parse_date_time("2026-03-05T09:00:01")
                .map(print_date_time)
                .unwrap(),
            "2026-03-05 09:00:01"
        );
        assert!(parse_date("2026-02-30").is_err());
    }
}
