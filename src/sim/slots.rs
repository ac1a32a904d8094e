//! Compiled rhythms: the slots of scheduled handoffs as instants.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::chunks::Chunks;
use crate::model::{Rhythm, Weekday, WeeklySlot, Zone};

/// When the slots of a scheduled handoff are.
#[derive(Debug)]
pub(super) enum Slots {
    /// Every so many milliseconds, counted from time 0.
    Every(u64),
    /// At local times of a week.
    Weekly(Weekly),
}

#[derive(Debug)]
pub(super) struct Weekly {
    slots: Vec<WeeklySlot>,
    zone: TimeZone,
    start: Timestamp,
    chunks: Chunks<Vec<u64>>,
}

impl Slots {
    pub fn new(rhythm: &Rhythm, zone: &Zone, start: Timestamp) -> Self {
        match rhythm {
            Rhythm::Every(every) => Self::Every(every.span().0),
            Rhythm::Weekly(slots) => Self::Weekly(Weekly {
                slots: slots.clone(),
                zone: zone.time_zone(),
                start,
                chunks: Chunks::new(),
            }),
        }
    }

    /// Returns the first slot not before an instant; what comes at a slot is taken by it.
    pub fn next_from(&self, at: u64) -> Option<u64> {
        match self {
            Self::Every(every) => at.div_ceil(*every).checked_mul(*every),
            Self::Weekly(weekly) => weekly.next_from(at),
        }
    }
}

impl Weekly {
    fn next_from(&self, at: u64) -> Option<u64> {
        let mut index = Chunks::<Vec<u64>>::index(at);
        loop {
            let slots = self.chunks.at(index, |index, _| self.build(index))?;
            let place = slots.partition_point(|&slot| slot < at);
            if let Some(&slot) = slots.get(place) {
                return Some(slot);
            }
            index += 1;
        }
    }

    fn build(&self, index: usize) -> Vec<u64> {
        let zero = self.start.as_millisecond();
        let from = zero + Chunks::<Vec<u64>>::start(index) as i64;
        let to = zero + Chunks::<Vec<u64>>::start(index + 1) as i64;
        let date_at = |ms| {
            let instant = Timestamp::from_millisecond(ms).ok()?;
            Some(self.zone.to_datetime(instant).date())
        };
        let (Some(mut date), Some(last)) = (date_at(from), date_at(to)) else {
            return Vec::new();
        };
        let mut slots = Vec::new();
        loop {
            let day = Weekday::of(date);
            for slot in self.slots.iter().filter(|slot| slot.day == day) {
                let minutes = slot.time.minutes();
                let local = date.at((minutes / 60) as i8, (minutes % 60) as i8, 0, 0);
                if let Ok(instant) = self.zone.to_timestamp(local)
                    && (from..to).contains(&instant.as_millisecond())
                {
                    slots.push((instant.as_millisecond() - zero) as u64);
                }
            }
            match date.tomorrow() {
                Ok(next) if next <= last => date = next,
                _ => break,
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }
}
