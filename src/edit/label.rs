//! What Changes are called in menus and in the history: `Rename stage`.

use crate::model::{
    CalendarChange, CalendarField, Change, DemandField, GroupChange, GroupField, HandoffChange,
    HandoffField, InterventionChange, ModelChange, NoteChange, NoteField, ScenarioChange,
    ScenarioField, StageChange, StageField, StreamChange, StreamField, TeamChange, TeamField,
    ViewChange, ViewField,
};

/// Returns what a Change is called, in the imperative and without a full stop.
pub fn label(change: &Change) -> String {
    match change {
        Change::Model(change) => settings(change).to_owned(),
        Change::Stage(change) => stage(change),
        Change::Handoff(change) => handoff(change),
        Change::Team(change) => team(change).to_owned(),
        Change::Calendar(change) => calendar(change).to_owned(),
        Change::Stream(change) => stream(change).to_owned(),
        Change::Scenario(change) => scenario(change).to_owned(),
        Change::Intervention(change) => intervention(change).to_owned(),
        Change::View(change) => view(change).to_owned(),
        Change::Note(change) => note(change),
        Change::Group(change) => group(change).to_owned(),
    }
}

/// Returns what several Changes made at once are called: as the first, since what follows it is
/// there for its sake.
pub fn label_of(changes: &[Change]) -> String {
    changes.first().map_or_else(|| "Edit".to_owned(), label)
}

/// `Remove stage`, `Remove 3 stages`.
fn counted(verb: &str, count: usize, noun: &str) -> String {
    match count {
        1 => format!("{verb} {noun}"),
        _ => format!("{verb} {count} {noun}s"),
    }
}

/// `Set crew of stage`, `Set crew of 3 stages`.
fn set(field: &str, count: usize, noun: &str) -> String {
    counted(&format!("Set {field} of"), count, noun)
}

fn settings(change: &ModelChange) -> &'static str {
    match change {
        ModelChange::Name(_) => "Rename model",
        ModelChange::Description(_) => "Describe model",
        ModelChange::Currency(_) => "Set currency",
        ModelChange::Start(_) => "Set start",
        ModelChange::Horizon(_) => "Set horizon",
        ModelChange::WarmUp(_) => "Set warm-up",
        ModelChange::Seed(_) => "Set seed",
        ModelChange::Precision(_) => "Set precision",
        ModelChange::LaneMode(_) => "Set lanes",
    }
}

fn stage(change: &StageChange) -> String {
    match change {
        StageChange::Add { .. } => "Add stage".to_owned(),
        StageChange::Remove { stages } => counted("Remove", stages.len(), "stage"),
        StageChange::Move { stages, .. } => counted("Move", stages.len(), "stage"),
        StageChange::Reorder { .. } => "Reorder stage".to_owned(),
        StageChange::Set { stages, field } => {
            let count = stages.len();
            match field {
                StageField::Name(_) => counted("Rename", count, "stage"),
                StageField::Team(None) => counted("Remove owner of", count, "stage"),
                StageField::Team(Some(_)) => counted("Assign", count, "stage"),
                StageField::At(_) => counted("Place", count, "stage"),
                field => set(name_of_stage_field(field), count, "stage"),
            }
        }
    }
}

fn name_of_stage_field(field: &StageField) -> &'static str {
    match field {
        StageField::Name(_) => "name",
        StageField::Stream(_) => "stream",
        StageField::Phase(_) => "phase",
        StageField::Team(_) => "owner",
        StageField::Crew(_) => "crew",
        StageField::Work(_) => "work time",
        StageField::ClassWork(_) => "work time by class",
        StageField::ReworkWork(_) => "work time of rework",
        StageField::Copies(_) => "copies",
        StageField::Enough(_) => "copies that are enough",
        StageField::Batch(_) => "batch",
        StageField::Setup(_) => "setup",
        StageField::Limit(_) => "limit",
        StageField::Availability(_) => "availability",
        StageField::Automation(_) => "automation",
        StageField::Value(_) => "value",
        StageField::Entry(_) => "entry",
        StageField::Exit(_) => "exit",
        StageField::Priority(_) => "priority",
        StageField::Ca(_) => "%C&A",
        StageField::Cost(_) => "cost",
        StageField::Systems(_) => "systems",
        StageField::Stakeholders(_) => "stakeholders",
        StageField::Satisfaction(_) => "satisfaction",
        StageField::Evidence(_) => "evidence",
        StageField::Notes(_) => "notes",
        StageField::At(_) => "place",
    }
}

fn handoff(change: &HandoffChange) -> String {
    match change {
        HandoffChange::Add { .. } => "Connect stages".to_owned(),
        HandoffChange::Remove { handoffs } => counted("Remove", handoffs.len(), "handoff"),
        HandoffChange::Reconnect { .. } => "Reconnect handoff".to_owned(),
        HandoffChange::Reorder { .. } => "Reorder handoff".to_owned(),
        HandoffChange::Relax { is_relaxed, .. } => if *is_relaxed {
            "Run together"
        } else {
            "Run one after the other"
        }
        .to_owned(),
        HandoffChange::Set { handoffs, field } => {
            let name = match field {
                HandoffField::Kind(_) => "kind",
                HandoffField::Trigger(_) => "trigger",
                HandoffField::Share(_) => "share",
                HandoffField::Only(_) => "who may use",
                HandoffField::Needs(_) => "need",
                HandoffField::Artifact(_) => "artifact",
                HandoffField::Inventory(_) => "inventory",
                HandoffField::AutomationCost(_) => "automation cost",
                HandoffField::Evidence(_) => "evidence",
                HandoffField::Notes(_) => "notes",
                HandoffField::Bends(_) | HandoffField::Way(_) => {
                    return counted("Bend", handoffs.len(), "handoff");
                }
            };
            set(name, handoffs.len(), "handoff")
        }
    }
}

fn team(change: &TeamChange) -> &'static str {
    match change {
        TeamChange::Add { .. } => "Add team",
        TeamChange::Remove { .. } => "Remove team",
        TeamChange::Set { field, .. } => match field {
            TeamField::Name(_) => "Rename team",
            TeamField::People(_) => "Resize team",
            TeamField::Calendar(_) => "Set calendar of team",
            TeamField::CostPerHour(_) => "Set cost of team",
            TeamField::Discipline(_) => "Set order of work of team",
            TeamField::Colour(_) => "Colour team",
        },
    }
}

fn calendar(change: &CalendarChange) -> &'static str {
    match change {
        CalendarChange::Add { .. } => "Add calendar",
        CalendarChange::Remove { .. } => "Remove calendar",
        CalendarChange::Set { field, .. } => match field {
            CalendarField::Name(_) => "Rename calendar",
            CalendarField::Hours(_) => "Set working hours",
            CalendarField::Zone(_) => "Set time zone",
            CalendarField::Holidays(_) => "Set holidays",
            CalendarField::SpecialDays(_) => "Set special days",
        },
    }
}

fn stream(change: &StreamChange) -> &'static str {
    match change {
        StreamChange::Add { .. } => "Add stream",
        StreamChange::Remove { .. } => "Remove stream",
        StreamChange::Set { field, .. } => match field {
            StreamField::Name(_) => "Rename stream",
            StreamField::Item(_) => "Set item of stream",
            StreamField::Priority(_) => "Set priority of stream",
            StreamField::WipLimit(_) => "Set WIP limit",
            StreamField::Target(_) => "Set target",
            StreamField::CostOfDelay(_) => "Set cost of delay",
            StreamField::Scorecard(_) => "Edit scorecard",
            StreamField::Colour(_) => "Colour stream",
        },
        StreamChange::AddDemand { .. } => "Add demand",
        StreamChange::RemoveDemand { .. } => "Remove demand",
        StreamChange::SetDemand { field, .. } => match field {
            DemandField::Class(_) => "Set class of demand",
            DemandField::Arrivals(_) => "Set arrivals",
            DemandField::At(_) => "Set where items arrive",
        },
    }
}

fn scenario(change: &ScenarioChange) -> &'static str {
    match change {
        ScenarioChange::Add { .. } => "Add scenario",
        ScenarioChange::Remove { .. } => "Remove scenario",
        ScenarioChange::Set { field, .. } => match field {
            ScenarioField::Name(_) => "Rename scenario",
            ScenarioField::Description(_) => "Describe scenario",
            ScenarioField::On(_) => "Set what scenario builds on",
            ScenarioField::Changes(_) => "Edit scenario",
        },
    }
}

fn intervention(change: &InterventionChange) -> &'static str {
    match change {
        InterventionChange::Add { .. } => "Add intervention",
        InterventionChange::Remove { .. } => "Remove intervention",
        InterventionChange::Set { .. } => "Edit intervention",
    }
}

fn view(change: &ViewChange) -> &'static str {
    match change {
        ViewChange::Add { .. } => "Add view",
        ViewChange::Remove { .. } => "Remove view",
        ViewChange::Reorder { .. } => "Reorder view",
        ViewChange::Set { field, .. } => match field {
            ViewField::Name(_) => "Rename view",
            _ => "Edit view",
        },
    }
}

fn note(change: &NoteChange) -> String {
    match change {
        NoteChange::Add { .. } => "Add note".to_owned(),
        NoteChange::Remove { notes } => counted("Remove", notes.len(), "note"),
        NoteChange::Set { field, .. } => match field {
            NoteField::At(_) => "Place note",
            NoteField::Text(_) => "Edit note",
            NoteField::Kind(_) => "Set kind of note",
        }
        .to_owned(),
    }
}

fn group(change: &GroupChange) -> &'static str {
    match change {
        GroupChange::Add { .. } => "Group stages",
        GroupChange::Remove { .. } => "Ungroup stages",
        GroupChange::Set { field, .. } => match field {
            GroupField::Name(_) => "Rename group",
            GroupField::Stages(_) => "Change group",
            GroupField::IsCollapsed(true) => "Collapse group",
            GroupField::IsCollapsed(false) => "Open group",
            GroupField::Colour(_) => "Colour group",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Change, StageId};

    #[test]
    fn changes_are_named_as_menus_say_them() {
        let stage = |n: usize| StageId::new(&format!("s{n}")).unwrap();
        let check = |change: StageChange, expected: &str| {
            assert_eq!(label(&Change::Stage(change)), expected);
        };
        let some = |n: usize| (0..n).map(stage).collect::<Vec<_>>();
        check(StageChange::Remove { stages: some(1) }, "Remove stage");
        check(StageChange::Remove { stages: some(3) }, "Remove 3 stages");
        let set = |n: usize, field: StageField| StageChange::Set {
            stages: some(n),
            field,
        };
        check(set(1, StageField::Name("A".to_owned())), "Rename stage");
        check(set(2, StageField::Crew(2)), "Set crew of 2 stages");
        check(set(1, StageField::Crew(2)), "Set crew of stage");
        assert_eq!(label_of(&[]), "Edit");
    }
}
