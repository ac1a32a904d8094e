//! Which ids Changes name, whether or not the elements exist today.

use rustc_hash::FxHashSet;

use crate::model::{
    CalendarChange, CalendarId, Change, DemandField, GroupChange, GroupField, Handoff,
    HandoffChange, HandoffField, Id, InterventionChange, InterventionField, Model, NoteChange,
    Only, ScenarioChange, ScenarioField, Slug, Stage, StageChange, StageField, StageId, Stream,
    StreamChange, Team, TeamChange, TeamField, ViewChange, ViewField,
};

/// Ids by the word for their kind, for instance `("stage", legal-review)`.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentions(FxHashSet<(&'static str, Slug)>);

impl Mentions {
    /// Collects what the scenarios, interventions and views of a Model name.
    pub(super) fn of(model: &Model) -> Self {
        let mut mentions = Self::default();
        for scenario in &model.scenarios {
            mentions.maybe(scenario.on);
            mentions.changes(&scenario.changes);
        }
        for intervention in &model.interventions {
            mentions.changes(&intervention.changes);
        }
        for view in &model.views {
            mentions.maybe(view.scenario);
        }
        mentions
    }

    pub(super) fn contains<I: Id>(&self, id: I) -> bool {
        self.0.contains(&(I::KIND, id.slug()))
    }

    pub(super) fn insert<I: Id>(&mut self, id: I) {
        self.0.insert((I::KIND, id.slug()));
    }

    fn maybe<I: Id>(&mut self, id: Option<I>) {
        id.into_iter().for_each(|id| self.insert(id));
    }

    fn all<I: Id>(&mut self, ids: &[I]) {
        ids.iter().for_each(|&id| self.insert(id));
    }

    fn changes(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Model(_) => {}
                Change::Stage(change) => self.stage_change(change),
                Change::Handoff(change) => self.handoff_change(change),
                Change::Team(change) => self.team_change(change),
                Change::Calendar(change) => self.insert(calendar_of(change)),
                Change::Stream(change) => self.stream_change(change),
                Change::Scenario(change) => self.scenario_change(change),
                Change::Intervention(change) => self.intervention_change(change),
                Change::View(change) => self.view_change(change),
                Change::Note(change) => self.note_change(change),
                Change::Group(change) => self.group_change(change),
            }
        }
    }

    fn stage(&mut self, stage: &Stage) {
        self.insert(stage.id);
        self.maybe(stage.stream);
        self.maybe(stage.team);
        for (class, _) in &stage.class_work {
            self.insert(*class);
        }
    }

    fn stage_change(&mut self, change: &StageChange) {
        match change {
            StageChange::Add { stage, .. } => self.stage(stage),
            StageChange::Remove { stages } | StageChange::Move { stages, .. } => self.all(stages),
            StageChange::Set { stages, field } => {
                self.all(stages);
                match field {
                    StageField::Stream(stream) => self.maybe(*stream),
                    StageField::Team(team) => self.maybe(*team),
                    StageField::ClassWork(work) => {
                        for (class, _) in work {
                            self.insert(*class);
                        }
                    }
                    _ => {}
                }
            }
            StageChange::Reorder { stage, .. } => self.insert(*stage),
        }
    }

    fn only(&mut self, only: &[Only]) {
        for only in only {
            match only {
                Only::Stream(stream) => self.insert(*stream),
                Only::Class(class) => self.insert(*class),
            }
        }
    }

    fn handoff(&mut self, handoff: &Handoff) {
        self.insert(handoff.id);
        self.all::<StageId>(&[handoff.from, handoff.to]);
        self.only(&handoff.only);
    }

    fn handoff_change(&mut self, change: &HandoffChange) {
        match change {
            HandoffChange::Add { handoff, .. } => self.handoff(handoff),
            HandoffChange::Remove { handoffs } | HandoffChange::Relax { handoffs, .. } => {
                self.all(handoffs);
            }
            HandoffChange::Set { handoffs, field } => {
                self.all(handoffs);
                if let HandoffField::Only(only) = field {
                    self.only(only);
                }
            }
            HandoffChange::Reconnect { handoff, from, to } => {
                self.insert(*handoff);
                self.all(&[*from, *to]);
            }
            HandoffChange::Reorder { handoff, .. } => self.insert(*handoff),
        }
    }

    fn team_change(&mut self, change: &TeamChange) {
        match change {
            TeamChange::Add { team, .. } => {
                let Team { id, calendar, .. } = team.as_ref();
                self.insert(*id);
                self.maybe(*calendar);
            }
            TeamChange::Remove { team } => self.insert(*team),
            TeamChange::Set { team, field } => {
                self.insert(*team);
                if let TeamField::Calendar(calendar) = field {
                    self.maybe(*calendar);
                }
            }
        }
    }

    fn stream(&mut self, stream: &Stream) {
        self.insert(stream.id);
        for demand in &stream.demands {
            self.insert(demand.id);
            self.maybe(demand.class.as_ref().map(|class| class.id));
            self.all(&demand.at);
        }
    }

    fn stream_change(&mut self, change: &StreamChange) {
        match change {
            StreamChange::Add { stream, .. } => self.stream(stream),
            StreamChange::Remove { stream } | StreamChange::Set { stream, .. } => {
                self.insert(*stream);
            }
            StreamChange::AddDemand { stream, demand } => {
                self.insert(*stream);
                self.insert(demand.id);
                self.maybe(demand.class.as_ref().map(|class| class.id));
                self.all(&demand.at);
            }
            StreamChange::RemoveDemand { stream, demand } => {
                self.insert(*stream);
                self.insert(*demand);
            }
            StreamChange::SetDemand {
                stream,
                demand,
                field,
            } => {
                self.insert(*stream);
                self.insert(*demand);
                match field {
                    DemandField::Class(class) => self.maybe(class.as_ref().map(|class| class.id)),
                    DemandField::At(stages) => self.all(stages),
                    DemandField::Arrivals(_) => {}
                }
            }
        }
    }

    fn scenario_change(&mut self, change: &ScenarioChange) {
        match change {
            ScenarioChange::Add { scenario, .. } => {
                self.insert(scenario.id);
                self.maybe(scenario.on);
                self.changes(&scenario.changes);
            }
            ScenarioChange::Remove { scenario } => self.insert(*scenario),
            ScenarioChange::Set { scenario, field } => {
                self.insert(*scenario);
                match field {
                    ScenarioField::On(on) => self.maybe(*on),
                    ScenarioField::Changes(changes) => self.changes(changes),
                    _ => {}
                }
            }
        }
    }

    fn intervention_change(&mut self, change: &InterventionChange) {
        match change {
            InterventionChange::Add { intervention, .. } => {
                self.insert(intervention.id);
                self.changes(&intervention.changes);
            }
            InterventionChange::Remove { intervention } => self.insert(*intervention),
            InterventionChange::Set {
                intervention,
                field,
            } => {
                self.insert(*intervention);
                if let InterventionField::Changes(changes) = field {
                    self.changes(changes);
                }
            }
        }
    }

    fn view_change(&mut self, change: &ViewChange) {
        match change {
            ViewChange::Add { view, .. } => {
                self.insert(view.id);
                self.maybe(view.scenario);
            }
            ViewChange::Remove { view } | ViewChange::Reorder { view, .. } => self.insert(*view),
            ViewChange::Set { view, field } => {
                self.insert(*view);
                if let ViewField::Scenario(scenario) = field {
                    self.maybe(*scenario);
                }
            }
        }
    }

    fn note_change(&mut self, change: &NoteChange) {
        match change {
            NoteChange::Add { note } => self.insert(note.id),
            NoteChange::Remove { notes } => self.all(notes),
            NoteChange::Set { note, .. } => self.insert(*note),
        }
    }

    fn group_change(&mut self, change: &GroupChange) {
        match change {
            GroupChange::Add { group } => {
                self.insert(group.id);
                self.all(&group.stages);
            }
            GroupChange::Remove { group } => self.insert(*group),
            GroupChange::Set { group, field } => {
                self.insert(*group);
                if let GroupField::Stages(stages) = field {
                    self.all(stages);
                }
            }
        }
    }
}

fn calendar_of(change: &CalendarChange) -> CalendarId {
    match change {
        CalendarChange::Add { calendar, .. } => calendar.id,
        CalendarChange::Remove { calendar } | CalendarChange::Set { calendar, .. } => *calendar,
    }
}
