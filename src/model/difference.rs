//! What differs between a Model and the one before it, as far as a drawing shows it.

use super::Model;

/// Where stages and handoffs differ from those of the Model before, and where new ones are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Places in the Model's stages, in order.
    pub stages: Vec<usize>,
    /// Places in the Model's handoffs, in order.
    pub handoffs: Vec<usize>,
}

impl Model {
    /// Returns what differs from the Model before, when that is some of the stages and handoffs, and
    /// new ones at the end; nothing when something went or anything else differs that a drawing
    /// shows. Takes time in proportion to the number of elements, and little for each.
    pub fn since(&self, before: &Self) -> Option<Difference> {
        let is_alike = self.name == before.name
            && self.currency == before.currency
            && self.settings == before.settings
            && self.calendars == before.calendars
            && self.teams == before.teams
            && self.streams == before.streams
            && self.notes == before.notes
            && self.groups == before.groups
            && self.lane_mode == before.lane_mode;
        if !is_alike {
            return None;
        }
        Some(Difference {
            stages: self.stages.since(&before.stages)?,
            handoffs: self.handoffs.since(&before.handoffs)?,
        })
    }
}
