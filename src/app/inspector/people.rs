//! The inspectors of teams and calendars.

use egui::{Id, Ui};

use crate::app::command::Command;
use crate::app::fields::{
    TextField, choice_row_ui, optional, remark_ui, shown, text_row_ui, whole_number,
};
use crate::app::names::link_ui;
use crate::model::{
    At, Calendar, CalendarChange, CalendarField, Change, Colour, Discipline, ElapsedTime, Model,
    Money, SpecialDay, Team, TeamChange, TeamField, TextError, WeeklyHours, Zone, parse_date,
    parse_day_spans, print_day_spans,
};

use super::heading_ui;
use super::stage::not_empty;

/// Draws the form of a team.
pub fn team_ui(ui: &mut Ui, model: &Model, team: &Team, commands: &mut Vec<Command>) {
    let id = Id::unique(("team", team.id));
    let mut set = |label: &str, field: TeamField| {
        commands.push(Command::edit(
            label,
            Change::Team(TeamChange::Set {
                team: team.id,
                field,
            }),
        ));
    };
    heading_ui(ui, "Team", &team.name);
    if let Some(name) = text_row_ui(
        ui,
        id.with("name"),
        "Name",
        &team.name,
        TextField::default(),
        not_empty,
    ) {
        set("Rename team", TeamField::Name(name));
    }
    let people = team.people.to_string();
    if let Some(people) = text_row_ui(
        ui,
        id.with("people"),
        "People",
        &people,
        TextField::default(),
        |text| whole_number(text, 0),
    ) {
        set("Resize team", TeamField::People(people));
    }
    let calendars: Vec<_> = std::iter::once((None, "always open"))
        .chain(
            model
                .calendars
                .iter()
                .map(|calendar| (Some(calendar.id), calendar.name.as_str())),
        )
        .collect();
    if let Some(calendar) = choice_row_ui(
        ui,
        id.with("calendar"),
        "Calendar",
        &team.calendar,
        &calendars,
    ) {
        set("Set calendar", TeamField::Calendar(calendar));
    }
    let cost = shown(team.cost_per_hour.as_ref());
    let field = TextField {
        hint: "per person and hour",
        lines: 1,
    };
    if let Some(cost) = text_row_ui(ui, id.with("cost"), "Cost", &cost, field, |text| {
        optional(text, Money::parse)
    }) {
        set("Set cost per hour", TeamField::CostPerHour(cost));
    }
    let disciplines = [
        (Discipline::FirstCome, "first come, first served"),
        (Discipline::Priority, "by priority"),
        (Discipline::ShortestWork, "shortest work first"),
    ];
    if let Some(discipline) = choice_row_ui(
        ui,
        id.with("discipline"),
        "Discipline",
        &team.discipline,
        &disciplines,
    ) {
        set("Set discipline", TeamField::Discipline(discipline));
    }
    let colour = shown(team.colour.as_ref());
    let field = TextField {
        hint: "#0072b2",
        lines: 1,
    };
    if let Some(colour) = text_row_ui(ui, id.with("colour"), "Colour", &colour, field, |text| {
        optional(text, Colour::parse)
    }) {
        set("Set colour", TeamField::Colour(colour));
    }
    ui.add_space(8.0);
    ui.label("Its stages");
    let mut owns_any = false;
    for stage in model
        .stages
        .iter()
        .filter(|stage| stage.team == Some(team.id))
    {
        owns_any = true;
        if link_ui(ui, &stage.name).clicked() {
            commands.push(Command::Reveal(At::Stage(stage.id)));
        }
    }
    if !owns_any {
        ui.weak("none yet");
    }
    ui.add_space(8.0);
    if let Some(calendar) = team.calendar
        && ui.button("Edit its calendar").clicked()
    {
        commands.push(Command::Reveal(At::Calendar(calendar)));
    }
    if ui.button("Delete team").clicked() {
        commands.push(Command::edit(
            "Delete team",
            Change::Team(TeamChange::Remove { team: team.id }),
        ));
    }
}

/// Draws the form of a calendar.
pub fn calendar_ui(ui: &mut Ui, calendar: &Calendar, commands: &mut Vec<Command>) {
    let id = Id::unique(("calendar", calendar.id));
    let mut set = |label: &str, field: CalendarField| {
        commands.push(Command::edit(
            label,
            Change::Calendar(CalendarChange::Set {
                calendar: calendar.id,
                field,
            }),
        ));
    };
    heading_ui(ui, "Calendar", &calendar.name);
    if let Some(name) = text_row_ui(
        ui,
        id.with("name"),
        "Name",
        &calendar.name,
        TextField::default(),
        not_empty,
    ) {
        set("Rename calendar", CalendarField::Name(name));
    }
    let hours = calendar.hours.to_string();
    let field = TextField {
        hint: "Mon-Fri 09:00-17:00",
        lines: 1,
    };
    if let Some(hours) = text_row_ui(
        ui,
        id.with("hours"),
        "Open",
        &hours,
        field,
        WeeklyHours::parse,
    ) {
        set("Set open hours", CalendarField::Hours(hours));
    }
    let day = ElapsedTime(calendar.day());
    remark_ui(
        ui,
        &format!("a working day is {day}, a week {}", calendar.week()),
    );
    if let Some(zone) = text_row_ui(
        ui,
        id.with("zone"),
        "Zone",
        calendar.zone.name(),
        TextField::default(),
        Zone::new,
    ) {
        set("Set zone", CalendarField::Zone(zone));
    }
    let holidays: Vec<String> = calendar.holidays.iter().map(ToString::to_string).collect();
    let field = TextField {
        hint: "2026-12-25, 2027-01-01",
        lines: 2,
    };
    if let Some(holidays) = text_row_ui(
        ui,
        id.with("holidays"),
        "Holidays",
        &holidays.join(", "),
        field,
        |text| each_part(text, &[',', '\n'], parse_date),
    ) {
        set("Set holidays", CalendarField::Holidays(holidays));
    }
    let special: Vec<String> = calendar
        .special_days
        .iter()
        .map(|special| format!("{} {}", special.date, print_day_spans(&special.hours)))
        .collect();
    let field = TextField {
        hint: "2026-12-24 09:00-12:00; 2026-12-31 09:00-12:00",
        lines: 2,
    };
    if let Some(special) = text_row_ui(
        ui,
        id.with("special"),
        "Special days",
        &special.join("; "),
        field,
        |text| each_part(text, &[';', '\n'], special_day),
    ) {
        set("Set special days", CalendarField::SpecialDays(special));
    }
    ui.add_space(8.0);
    if ui.button("Delete calendar").clicked() {
        let change = CalendarChange::Remove {
            calendar: calendar.id,
        };
        commands.push(Command::edit("Delete calendar", Change::Calendar(change)));
    }
}

/// Reads the parts of a text between separators; empty ones are left out.
fn each_part<T>(
    text: &str,
    separators: &[char],
    parse: impl Fn(&str) -> Result<T, TextError>,
) -> Result<Vec<T>, TextError> {
    let mut parts = Vec::new();
    let mut offset = 0;
    for part in text.split_inclusive(separators) {
        let inner = part.trim_end_matches(separators);
        if !inner.trim().is_empty() {
            parts.push(parse(inner).map_err(|error| error.shifted(offset))?);
        }
        offset += part.len();
    }
    Ok(parts)
}

fn special_day(text: &str) -> Result<SpecialDay, TextError> {
    let trimmed = text.trim_start();
    let offset = text.len() - trimmed.len();
    let end = trimmed.find(' ').unwrap_or(trimmed.len());
    let date = parse_date(&trimmed[..end]).map_err(|error| error.shifted(offset))?;
    let hours = parse_day_spans(&trimmed[end..]).map_err(|error| error.shifted(offset + end))?;
    Ok(SpecialDay { date, hours })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_days_read_one_by_one_and_say_where_they_are_wrong() {
        let days = each_part("2026-12-24 09:00-12:00; 2026-12-31", &[';'], special_day).unwrap();
        assert_eq!(days.len(), 2);
        assert_eq!(print_day_spans(&days[0].hours), "09:00-12:00");
        assert!(days[1].hours.is_empty());
        let error = each_part("2026-12-24; 2026-13-31 9-10", &[';'], special_day).unwrap_err();
        assert_eq!(error.at, 12..22);
    }
}
