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

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000;

    fn slots(rhythm: &str, zone: &str, start: &str) -> Slots {
        let rhythm = Rhythm::parse(rhythm).unwrap();
        Slots::new(&rhythm, &Zone::new(zone).unwrap(), start.parse().unwrap())
    }

    #[test]
    fn what_comes_at_a_slot_is_taken_by_it() {
        let every = slots("every 3d", "UTC", "2026-01-05T00:00Z");
        assert_eq!(every.next_from(0), Some(0));
        assert_eq!(every.next_from(1), Some(72 * HOUR));
        assert_eq!(every.next_from(72 * HOUR), Some(72 * HOUR));
        let weekly = slots("every Mon,Tue 10:00", "UTC", "2026-01-05T00:00Z");
        assert_eq!(weekly.next_from(10 * HOUR), Some(10 * HOUR));
        assert_eq!(weekly.next_from(10 * HOUR + 1), Some(34 * HOUR));
        // Over the end of a chunk, a year and more ahead.
        assert_eq!(
            weekly.next_from(168 * 57 * HOUR - 1),
            Some((168 * 57 + 10) * HOUR)
        );
    }

    #[test]
    fn slots_keep_local_time_over_a_change_of_clocks() {
        let weekly = slots(
            "every Sun 02:30; Mon 09:00",
            "Europe/Berlin",
            "2026-03-28T00:00Z",
        );
        // 02:30 on 29 March does not exist: 03:30, 01:30 UTC. Monday 09:00 is 07:00 UTC.
        let skipped = 24 * HOUR + 3 * HOUR / 2;
        assert_eq!(weekly.next_from(0), Some(skipped));
        assert_eq!(weekly.next_from(skipped + 1), Some((48 + 7) * HOUR));
    }
}
