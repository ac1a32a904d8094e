//! Ids for new elements.

use crate::model::{
    CalendarId, ClassId, DemandId, GroupId, HandoffId, Id, InterventionId, Model, NoteId,
    ScenarioId, Slug, StageId, StreamId, TeamId, ViewId,
};

use super::mentions::Mentions;

/// Gives free ids, made from names: `legal-review`, and `legal-review-2` when that is taken.
///
/// Taken is what an element has, what a Change of a scenario or intervention or a view still names
/// (so a new element can never be mistaken for one that is gone), and what was given before: ask
/// one `FreshIds` for all the ids of one edit.
#[derive(Clone, Debug)]
pub struct FreshIds<'a> {
    model: &'a Model,
    taken: Mentions,
}

impl<'a> FreshIds<'a> {
    /// Prepares to give ids for elements to be added to `model`.
    pub fn new(model: &'a Model) -> Self {
        Self {
            model,
            taken: Mentions::of(model),
        }
    }

    fn free<I: Id>(&mut self, base: Slug, is_there: impl Fn(&Model, I) -> bool) -> I {
        let mut id = I::from_slug(base);
        let mut n = 2;
        while self.taken.contains(id) || is_there(self.model, id) {
            id = I::from_slug(base.numbered(n));
            n += 1;
        }
        self.taken.insert(id);
        id
    }

    fn named<I: Id>(&mut self, name: &str, is_there: impl Fn(&Model, I) -> bool) -> I {
        self.free(Slug::from_name(name, I::KIND), is_there)
    }

    /// Returns a free id for a stage of this name.
    pub fn stage(&mut self, name: &str) -> StageId {
        self.named(name, |model, id| model.stages.contains(id))
    }

    /// Returns a free id for a handoff between two stages: `from--to`.
    pub fn handoff(&mut self, from: StageId, to: StageId) -> HandoffId {
        self.free(HandoffId::between(from, to).slug(), |model, id| {
            model.handoffs.contains(id)
        })
    }

    /// Returns a free id for a team of this name.
    pub fn team(&mut self, name: &str) -> TeamId {
        self.named(name, |model, id| model.teams.contains(id))
    }

    /// Returns a free id for a calendar of this name.
    pub fn calendar(&mut self, name: &str) -> CalendarId {
        self.named(name, |model, id| model.calendars.contains(id))
    }

    /// Returns a free id for a stream of this name.
    pub fn stream(&mut self, name: &str) -> StreamId {
        self.named(name, |model, id| model.streams.contains(id))
    }

    /// Returns an id of this name for a demand that no demand of any stream has.
    pub fn demand(&mut self, name: &str) -> DemandId {
        self.named(name, |model, id| {
            let mut demands = model.streams.iter().flat_map(|stream| &stream.demands);
            demands.any(|demand| demand.id == id)
        })
    }

    /// Returns a free id for a class of items of this name.
    pub fn class(&mut self, name: &str) -> ClassId {
        self.named(name, |model, id| {
            let mut demands = model.streams.iter().flat_map(|stream| &stream.demands);
            demands.any(|demand| demand.class.as_ref().is_some_and(|class| class.id == id))
        })
    }

    /// Returns a free id for a scenario of this name.
    pub fn scenario(&mut self, name: &str) -> ScenarioId {
        self.named(name, |model, id| model.scenarios.contains(id))
    }

    /// Returns a free id for an intervention of this name.
    pub fn intervention(&mut self, name: &str) -> InterventionId {
        self.named(name, |model, id| model.interventions.contains(id))
    }

    /// Returns a free id for a view of this name.
    pub fn view(&mut self, name: &str) -> ViewId {
        self.named(name, |model, id| model.views.contains(id))
    }

    /// Returns a free id for a note, made from the beginning of its text.
    pub fn note(&mut self, text: &str) -> NoteId {
        let beginning: String = text.chars().take(24).collect();
        self.named(&beginning, |model, id| model.notes.contains(id))
    }

    /// Returns a free id for a group of this name.
    pub fn group(&mut self, name: &str) -> GroupId {
        self.named(name, |model, id| model.groups.contains(id))
    }
}
