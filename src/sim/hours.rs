//! Compiled calendars: when a team works, as instants, and arithmetic with work time.
//!
//! Local times become instants day by day, with the bundled zone data: a time that is skipped in
//! spring moves on by the gap, one that comes twice in autumn is the first. What opens is a union
//! of half-open spans `[from, to)`; work time is real time inside them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::chunks::Chunks;
use super::record::SimTime;
use crate::model::{Calendar, Date, DateTime, TimeOfDay, Weekday};

/// When a team works. Built a year at a time, when asked for, and shared by all threads.
#[derive(Debug)]
pub struct OpenHours {
    rules: Rules,
    chunks: Chunks<Chunk>,
}

#[derive(Debug)]
struct Rules {
    calendar: Calendar,
    zone: TimeZone,
    start: Timestamp,
    /// Past this instant nothing opens, because only single dates ever do.
    last: Option<u64>,
}

/// An open span and what lies before it.
#[derive(Clone, Copy, Debug)]
struct Open {
    from: u64,
    to: u64,
    /// Open milliseconds in `[0, from)`.
    open_before: u64,
    /// Closed milliseconds in `[0, from)`, counted gap by gap.
    closed_before: u64,
}

/// Spans are looked up in 512 buckets of 2²⁶ ms, about 19 hours each.
const BUCKET_BITS: u32 = 26;
const BUCKETS: usize = 512;

#[derive(Debug)]
struct Chunk {
    start: u64,
    spans: Vec<Open>,
    /// By bucket: the first span that ends after the bucket begins.
    first: Vec<u32>,
    open_before: u64,
    closed_before: u64,
    open_after: u64,
    closed_after: u64,
}

impl OpenHours {
    /// Compiles a calendar for a simulation whose time 0 is `start`.
    pub fn new(calendar: &Calendar, start: Timestamp) -> Self {
        let zone = calendar.zone.time_zone();
        let last = calendar.hours.is_empty().then(|| {
            calendar
                .special_days
                .iter()
                .filter(|day| !day.hours.is_empty())
                .filter_map(|day| {
                    let end = day.date.checked_add(2.days()).ok()?;
                    let end = zone.to_timestamp(end.at(0, 0, 0, 0)).ok()?;
                    u64::try_from(end.as_millisecond() - start.as_millisecond()).ok()
                })
                .max()
                .unwrap_or(0)
        });
        Self {
            rules: Rules {
                calendar: calendar.clone(),
                zone,
                start,
                last,
            },
            chunks: Chunks::new(),
        }
    }

    fn chunk(&self, index: usize) -> Option<&Chunk> {
        self.chunks.at(index, |index, before| {
            Chunk::build(&self.rules, index, before)
        })
    }

    /// Returns open and closed milliseconds in `[0, at)`, each summed on its own.
    fn before(&self, at: u64) -> (u64, u64) {
        match self.chunk(Chunks::<Chunk>::index(at)) {
            Some(chunk) => chunk.before(at),
            // Past the last chunk everything counts as closed.
            None => (u64::MAX / 4, at),
        }
    }

    /// Returns the open milliseconds in `[from, to)`.
    pub fn open_between(&self, from: SimTime, to: SimTime) -> u64 {
        self.split(from.0, to.0).0
    }

    /// Returns the closed milliseconds in `[from, to)`.
    pub fn closed_between(&self, from: SimTime, to: SimTime) -> u64 {
        self.split(from.0, to.0).1
    }

    /// Returns open and closed milliseconds in `[from, to)`, each from sums of its own.
    pub(super) fn split(&self, from: u64, to: u64) -> (u64, u64) {
        if from >= to {
            return (0, 0);
        }
        let (open_from, closed_from) = self.before(from);
        let (open_to, closed_to) = self.before(to);
        (open_to - open_from, closed_to - closed_from)
    }

    /// Returns whether it is open at an instant.
    pub fn is_open(&self, at: SimTime) -> bool {
        self.span_from(at.0).is_some_and(|(from, _)| from <= at.0)
    }

    /// Returns the first instant, not before `at`, at which it is open; nothing when it never is.
    pub fn next_opening(&self, at: SimTime) -> Option<SimTime> {
        self.span_from(at.0)
            .map(|(from, _)| SimTime(from.max(at.0)))
    }

    /// Returns the first instant after `at` at which it closes; nothing when it never does
    /// (within some two thousand years).
    pub fn next_closing(&self, at: SimTime) -> Option<SimTime> {
        let (_, mut to) = self.span_from(at.0)?;
        // A span that reaches into the next chunk goes on there.
        while Chunks::<Chunk>::start(Chunks::<Chunk>::index(to)) == to {
            match self.span_from(to) {
                Some((from, end)) if from == to => to = end,
                Some(_) => break,
                None => return (self.rules.last.is_some()).then_some(SimTime(to)),
            }
        }
        Some(SimTime(to))
    }

    /// Returns the span that is open at `at`, else the next one; it may end at the end of its
    /// chunk though the team works on.
    pub(super) fn span_from(&self, at: u64) -> Option<(u64, u64)> {
        let mut index = Chunks::<Chunk>::index(at);
        loop {
            if self
                .rules
                .last
                .is_some_and(|last| Chunks::<Chunk>::start(index) > last)
            {
                return None;
            }
            let chunk = self.chunk(index)?;
            if let Some(span) = chunk.spans.get(chunk.find(at)) {
                return Some((span.from, span.to));
            }
            index += 1;
        }
    }

    /// Returns when work that begins at `start` (or at the next opening) is done, when nobody
    /// interrupts it; nothing when that never comes.
    ///
    /// Work used up exactly at closing ends at that instant. No work at all ends at once when it
    /// is open, else at the next opening.
    pub fn add_work(&self, start: SimTime, work: u64) -> Option<SimTime> {
        if work == 0 {
            return self.next_opening(start);
        }
        let target = self.before(start.0).0.checked_add(work)?;
        let mut index = Chunks::<Chunk>::index(start.0);
        loop {
            if self
                .rules
                .last
                .is_some_and(|last| Chunks::<Chunk>::start(index) > last)
            {
                return None;
            }
            let chunk = self.chunk(index)?;
            if chunk.open_after >= target {
                let span = chunk
                    .spans
                    .partition_point(|span| span.open_before + (span.to - span.from) < target);
                let span = chunk.spans.get(span)?;
                return Some(SimTime(span.from + (target - span.open_before)));
            }
            index += 1;
        }
    }
}

impl Chunk {
    fn build(rules: &Rules, index: usize, before: Option<&Self>) -> Self {
        let start = Chunks::<Self>::start(index);
        let end = Chunks::<Self>::start(index + 1);
        let (open_before, closed_before) =
            before.map_or((0, 0), |chunk| (chunk.open_after, chunk.closed_after));
        let mut chunk = Self {
            start,
            spans: Vec::new(),
            first: Vec::with_capacity(BUCKETS),
            open_before,
            closed_before,
            open_after: open_before,
            closed_after: closed_before,
        };
        let mut reached = start;
        for (from, to) in rules.spans(start, end) {
            chunk.closed_after += from - reached;
            chunk.spans.push(Open {
                from,
                to,
                open_before: chunk.open_after,
                closed_before: chunk.closed_after,
            });
            chunk.open_after += to - from;
            reached = to;
        }
        chunk.closed_after += end - reached;
        let mut span = 0;
        for bucket in 0..BUCKETS {
            let begin = start + ((bucket as u64) << BUCKET_BITS);
            while chunk.spans.get(span).is_some_and(|span| span.to <= begin) {
                span += 1;
            }
            chunk.first.push(span as u32);
        }
        chunk
    }

    /// Returns the place of the first span that ends after `at`. An instant before the chunk
    /// finds the first span.
    fn find(&self, at: u64) -> usize {
        let bucket = (at.saturating_sub(self.start) >> BUCKET_BITS) as usize;
        let mut span = self.first[bucket.min(BUCKETS - 1)] as usize;
        while self.spans.get(span).is_some_and(|span| span.to <= at) {
            span += 1;
        }
        span
    }

    fn before(&self, at: u64) -> (u64, u64) {
        let place = self.find(at);
        if let Some(span) = self.spans.get(place)
            && at >= span.from
        {
            return (span.open_before + (at - span.from), span.closed_before);
        }
        // In a gap: what the span before left off, and the gap up to here.
        match place.checked_sub(1).map(|before| self.spans[before]) {
            Some(span) => (
                span.open_before + (span.to - span.from),
                span.closed_before + (at - span.to),
            ),
            None => (self.open_before, self.closed_before + (at - self.start)),
        }
    }
}

impl Rules {
    /// Returns the open spans inside `[start, end)`, in order, with gaps between them.
    fn spans(&self, start: u64, end: u64) -> Vec<(u64, u64)> {
        let date_at = |ms: u64| -> Option<Date> {
            let instant = i64::try_from(ms)
                .ok()?
                .checked_add(self.start.as_millisecond())?;
            let instant = Timestamp::from_millisecond(instant).ok()?;
            Some(self.zone.to_datetime(instant).date())
        };
        let (Some(first), Some(last)) = (date_at(start), date_at(end)) else {
            return Vec::new();
        };
        // A night that began the day before may reach in.
        let mut date = first.yesterday().unwrap_or(first);
        let mut spans: Vec<(u64, u64)> = Vec::new();
        loop {
            self.parts_of(date, &mut |from, to| {
                let from = self.instant(from).max(start);
                let to = self.instant(to).min(end);
                if from < to {
                    spans.push((from, to));
                }
            });
            match date.tomorrow() {
                Ok(next) if next <= last => date = next,
                _ => break,
            }
        }
        spans.sort_unstable();
        spans.dedup_by(|next, before| {
            let joined = next.0 <= before.1;
            if joined {
                before.1 = before.1.max(next.1);
            }
            joined
        });
        spans
    }

    /// Calls `add` with the local times of what opens on a date, a night up to its end.
    ///
    /// A special day has its own spans in place of those of its weekday and of a holiday; a
    /// holiday closes what other days bring to it, the ends of nights included.
    fn parts_of(&self, date: Date, add: &mut impl FnMut(DateTime, DateTime)) {
        let calendar = &self.calendar;
        let special = calendar.special_days.iter().find(|day| day.date == date);
        let is_holiday = |date: Date| calendar.holidays.contains(&date);
        let (spans, is_closed) = match special {
            Some(day) => (&day.hours[..], false),
            None => (calendar.hours.on(Weekday::of(date)), is_holiday(date)),
        };
        if spans.is_empty() {
            return;
        }
        let tomorrow = date.tomorrow().unwrap_or(date);
        let is_closed_tomorrow = is_holiday(tomorrow);
        let at = |date: Date, time: TimeOfDay| {
            let minutes = time.minutes();
            if minutes >= 1440 {
                tomorrow.at(0, 0, 0, 0)
            } else {
                date.at((minutes / 60) as i8, (minutes % 60) as i8, 0, 0)
            }
        };
        let midnight = tomorrow.at(0, 0, 0, 0);
        for span in spans {
            let from = at(date, span.from);
            if !span.crosses_midnight() {
                if !is_closed {
                    add(from, at(date, span.to));
                }
                continue;
            }
            if !is_closed {
                add(from, midnight);
            }
            if !is_closed_tomorrow {
                add(midnight, at(tomorrow, span.to));
            }
        }
    }

    /// Returns the instant of a local time, 0 when it lies before time 0.
    fn instant(&self, local: DateTime) -> u64 {
        match self.zone.to_timestamp(local) {
            Ok(instant) => {
                u64::try_from(instant.as_millisecond() - self.start.as_millisecond()).unwrap_or(0)
            }
            // Only dates past the year 9999 have no instant.
            Err(_) => u64::MAX / 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CalendarId, SpecialDay, WeeklyHours, Zone, parse_date, parse_day_spans};

    const HOUR: u64 = 3_600_000;

    fn calendar(hours: &str, zone: &str) -> Calendar {
        let mut calendar = Calendar::new(CalendarId::new("c").unwrap(), "c");
        calendar.hours = WeeklyHours::parse(hours).unwrap();
        calendar.zone = Zone::new(zone).unwrap();
        calendar
    }

    /// Checks the open spans of some days, as hours since the beginning of the first day in UTC.
    fn check(calendar: &Calendar, start: &str, days: u64, expected: &[(u64, u64)]) {
        let start: Timestamp = format!("{start}T00:00Z").parse().unwrap();
        let hours = OpenHours::new(calendar, start);
        let mut found = Vec::new();
        let mut at = SimTime::ZERO;
        while let Some(opens) = hours.next_opening(at)
            && opens.0 < days * 24 * HOUR
        {
            let closes = hours.next_closing(opens).unwrap();
            found.push((opens.0 / HOUR, closes.0 / HOUR));
            assert!(hours.is_open(opens) && !hours.is_open(closes));
            let length = closes.0 - opens.0;
            assert_eq!(hours.open_between(opens, closes), length);
            assert_eq!(hours.closed_between(opens, closes), 0);
            assert_eq!(hours.closed_between(at, opens), opens.0 - at.0);
            assert_eq!(hours.add_work(at, length), Some(closes));
            assert_eq!(hours.add_work(opens, 1), Some(SimTime(opens.0 + 1)));
            at = closes;
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn local_hours_become_instants() {
        // Los Angeles is 8 hours behind in January: 17:00 to 01:00 UTC.
        let office = calendar("Mon-Fri 09:00-17:00", "America/Los_Angeles");
        check(&office, "2026-01-06", 2, &[(0, 1), (17, 25), (41, 49)]);
    }

    #[test]
    fn a_night_may_have_seven_or_nine_hours() {
        let night = calendar("Sat 22:00-06:00", "Europe/Berlin");
        // Clocks go forward on 29 March: 21:00 to 04:00 UTC; and back on 25 October.
        check(&night, "2026-03-28", 3, &[(21, 28)]);
        check(&night, "2026-10-24", 3, &[(20, 29)]);
    }

    #[test]
    fn a_time_that_is_skipped_moves_on_and_one_that_comes_twice_is_the_first() {
        let early = calendar("Sun 02:30-05:00", "Europe/Berlin");
        let start: Timestamp = "2026-03-29T00:00Z".parse().unwrap();
        let hours = OpenHours::new(&early, start);
        // 02:30 does not exist; it becomes 03:30, 01:30 UTC. 05:00 is 03:00 UTC.
        let (from, to) = (SimTime(3 * HOUR / 2), SimTime(3 * HOUR));
        assert_eq!(hours.next_opening(SimTime::ZERO), Some(from));
        assert_eq!(hours.next_closing(from), Some(to));
        let start: Timestamp = "2026-10-25T00:00Z".parse().unwrap();
        let hours = OpenHours::new(&early, start);
        // 02:30 comes at 00:30 and 01:30 UTC; 05:00 is 04:00 UTC.
        let from = SimTime(HOUR / 2);
        assert_eq!(hours.next_opening(SimTime::ZERO), Some(from));
        assert_eq!(hours.next_closing(from), Some(SimTime(4 * HOUR)));
    }

    #[test]
    fn a_holiday_closes_the_civil_day_and_what_nights_bring_to_it() {
        let mut night = calendar("Mon-Thu 22:00-06:00", "UTC");
        let all = [(22, 30), (46, 54), (70, 78), (94, 102)];
        check(&night, "2026-01-05", 7, &all);
        // Wednesday: of Tuesday's night the hours after midnight, of its own those before.
        night.holidays = vec![parse_date("2026-01-07").unwrap()];
        check(
            &night,
            "2026-01-05",
            7,
            &[(22, 30), (46, 48), (72, 78), (94, 102)],
        );
    }

    #[test]
    fn a_special_day_has_hours_of_its_own_even_on_a_holiday() {
        let mut office = calendar("Mon-Fri 09:00-17:00", "UTC");
        let date = parse_date("2026-01-06").unwrap();
        office.holidays = vec![date];
        check(&office, "2026-01-05", 3, &[(9, 17), (57, 65)]);
        office.special_days = vec![SpecialDay {
            date,
            hours: parse_day_spans("10:00-12:00").unwrap(),
        }];
        check(&office, "2026-01-05", 3, &[(9, 17), (34, 36), (57, 65)]);
    }

    #[test]
    fn overlapping_and_touching_spans_are_one() {
        let overlapping = calendar("Mon 08:00-12:00, 11:00-14:00, 14:00-15:00", "UTC");
        check(&overlapping, "2026-01-05", 7, &[(8, 15)]);
    }

    #[test]
    fn what_never_opens_says_so_at_once() {
        let start: Timestamp = "2026-01-05T00:00Z".parse().unwrap();
        let hours = OpenHours::new(&calendar("", "UTC"), start);
        assert_eq!(hours.next_opening(SimTime::ZERO), None);
        assert_eq!(hours.add_work(SimTime::ZERO, 1), None);
        let mut once = calendar("", "UTC");
        once.special_days = vec![SpecialDay {
            date: parse_date("2027-01-05").unwrap(),
            hours: parse_day_spans("10:00-12:00").unwrap(),
        }];
        let hours = OpenHours::new(&once, start);
        let opens = SimTime((365 * 24 + 10) * HOUR);
        assert_eq!(hours.next_opening(SimTime::ZERO), Some(opens));
        assert_eq!(hours.add_work(SimTime::ZERO, 3 * HOUR), None);
    }

    #[test]
    fn open_all_the_time_never_closes() {
        let start: Timestamp = "2026-01-05T00:00Z".parse().unwrap();
        let hours = OpenHours::new(&calendar("Mon-Sun 00:00-24:00", "Europe/Berlin"), start);
        let century = SimTime(100 * 365 * 24 * HOUR);
        assert_eq!(hours.open_between(SimTime::ZERO, century), century.0);
        assert_eq!(hours.closed_between(SimTime::ZERO, century), 0);
        assert_eq!(hours.add_work(SimTime::ZERO, century.0), Some(century));
        assert_eq!(hours.next_closing(SimTime::ZERO), None);
    }

    /// Work added and time measured agree wherever a span or a chunk ends.
    #[test]
    fn adding_work_undoes_measuring_it() {
        let start: Timestamp = "2026-01-05T00:00Z".parse().unwrap();
        let shifts = calendar("Mon-Thu 22:00-06:00; Sat 00:00-24:00", "America/New_York");
        let hours = OpenHours::new(&shifts, start);
        for n in 0..3_000u64 {
            let from = SimTime(n * 41 * HOUR + n);
            let work = (n * 7_919) % (200 * HOUR) + 1;
            let end = hours.add_work(from, work).unwrap();
            assert_eq!(hours.open_between(from, end), work);
            assert!(hours.is_open(SimTime(end.0 - 1)));
            let closed = hours.closed_between(from, end);
            assert_eq!(closed + work, end.since(from));
        }
    }
}
