//! Changes of calendars.

use crate::model::{Calendar, CalendarChange, CalendarField, Model};

use super::element::{add, remove, set};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &CalendarChange) -> Result<Effect, EditError> {
    match change {
        CalendarChange::Add { calendar, position } => add(model, calendar, *position),
        CalendarChange::Remove { calendar } => {
            let effect = remove::<Calendar>(model, &[*calendar])?;
            model.teams.update(
                |team| team.calendar == Some(*calendar),
                |team| team.calendar = None,
            );
            Ok(effect)
        }
        CalendarChange::Set { calendar, field } => {
            set(model, &[*calendar], |calendar| put(calendar, field))
        }
    }
}

fn put(calendar: &mut Calendar, field: &CalendarField) {
    match field {
        CalendarField::Name(name) => calendar.name.clone_from(name),
        CalendarField::Hours(hours) => calendar.hours.clone_from(hours),
        CalendarField::Zone(zone) => calendar.zone.clone_from(zone),
        CalendarField::Holidays(days) => calendar.holidays.clone_from(days),
        CalendarField::SpecialDays(days) => calendar.special_days.clone_from(days),
    }
}
