//! Calendars and teams in the file.

use crate::model::{
    Calendar, CalendarId, Date, Discipline, SpecialDay, Team, TeamId, WeeklyHours, Zone,
    parse_date, parse_day_spans, print_day_spans,
};

use super::leaf::{Figure, Text, file_enum, file_struct, unless};
use super::reader::{Place, Reader};

file_struct! {
    pub(in crate::store) CalendarFile "Calendar" {
        id: Option<Text<'a>>,
        name: Option<Text<'a>>,
        hours: Option<Text<'a>>,
        zone: Option<Text<'a>>,
        holidays: Vec<Text<'a>>,
        special_days: Vec<SpecialDayFile<'a>>,
    }
}

file_struct! {
    pub(in crate::store) SpecialDayFile "SpecialDay" {
        date: Option<Text<'a>>,
        hours: Option<Text<'a>>,
    }
}

impl<'a> From<&'a SpecialDay> for SpecialDayFile<'a> {
    fn from(day: &'a SpecialDay) -> Self {
        Self {
            date: Some(Text::of(day.date)),
            hours: (!day.hours.is_empty())
                .then(|| print_day_spans(&day.hours))
                .map(Text::of),
        }
    }
}

impl<'a> From<&'a Calendar> for CalendarFile<'a> {
    fn from(calendar: &'a Calendar) -> Self {
        Self {
            id: Some(calendar.id.as_str().into()),
            name: Some(calendar.name.as_str().into()),
            hours: (!calendar.hours.is_empty()).then(|| Text::of(&calendar.hours)),
            zone: (calendar.zone != Zone::default()).then(|| calendar.zone.name().into()),
            holidays: calendar.holidays.iter().map(Text::of).collect(),
            special_days: calendar.special_days.iter().map(Into::into).collect(),
        }
    }
}

impl CalendarFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: CalendarId, reader: &mut Reader, at: Place<'_>) -> Calendar {
        Calendar {
            id,
            name: super::name_or_id(self.name.as_ref(), id),
            hours: self
                .hours
                .as_ref()
                .and_then(|text| reader.parsed(text, at.field("hours"), WeeklyHours::parse))
                .unwrap_or_default(),
            zone: read_zone(self.zone.as_ref(), reader, at.field("zone")).unwrap_or_default(),
            holidays: read_holidays(&self.holidays, reader, at.field("holidays")),
            special_days: read_special_days(&self.special_days, reader, at.field("special_days")),
        }
    }
}

/// Reads a zone that may be left out.
pub(super) fn read_zone(
    text: Option<&Text<'_>>,
    reader: &mut Reader,
    at: Place<'_>,
) -> Option<Zone> {
    reader.parsed(text?, at, Zone::new)
}

/// Reads dates.
pub(super) fn read_holidays(texts: &[Text<'_>], reader: &mut Reader, at: Place<'_>) -> Vec<Date> {
    texts
        .iter()
        .enumerate()
        .filter_map(|(n, text)| reader.parsed(text, at.item(n), parse_date))
        .collect()
}

/// Reads dates with hours of their own.
pub(super) fn read_special_days(
    days: &[SpecialDayFile<'_>],
    reader: &mut Reader,
    at: Place<'_>,
) -> Vec<SpecialDay> {
    days.iter()
        .enumerate()
        .filter_map(|(n, day)| {
            let at = at.item(n);
            let date = reader.needed(day.date.as_ref(), at, "date", "\"2026-12-24\"")?;
            let date = reader.parsed(date, at.field("date"), parse_date);
            let hours = match &day.hours {
                Some(text) => reader.parsed(text, at.field("hours"), parse_day_spans)?,
                None => Vec::new(),
            };
            Some(SpecialDay { date: date?, hours })
        })
        .collect()
}

file_enum!(
    DisciplineFile = Discipline {
        FirstCome,
        Priority,
        ShortestWork,
    }
);

file_struct! {
    pub(in crate::store) TeamFile "Team" {
        id: Option<Text<'a>>,
        name: Option<Text<'a>>,
        people: Option<Figure<'a>>,
        calendar: Option<Text<'a>>,
        cost_per_hour: Option<Figure<'a>>,
        discipline: Option<DisciplineFile>,
        colour: Option<Text<'a>>,
    }
}

impl<'a> From<&'a Team> for TeamFile<'a> {
    fn from(team: &'a Team) -> Self {
        Self {
            id: Some(team.id.as_str().into()),
            name: Some(team.name.as_str().into()),
            people: unless(team.people, &1),
            calendar: team.calendar.map(|id| id.as_str().into()),
            cost_per_hour: team.cost_per_hour.map(Into::into),
            discipline: unless(team.discipline, &Discipline::default()),
            colour: team.colour.map(Text::of),
        }
    }
}

impl TeamFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: TeamId, reader: &mut Reader, at: Place<'_>) -> Team {
        Team {
            id,
            name: super::name_or_id(self.name.as_ref(), id),
            people: reader
                .whole(self.people.as_ref(), at.field("people"), 0..=u32::MAX)
                .unwrap_or(1),
            calendar: self
                .calendar
                .as_ref()
                .and_then(|text| reader.id(text, at.field("calendar"))),
            cost_per_hour: reader.money(self.cost_per_hour.as_ref(), at.field("cost_per_hour")),
            discipline: self.discipline.map(Into::into).unwrap_or_default(),
            colour: reader.colour(self.colour.as_ref(), at.field("colour")),
        }
    }
}
