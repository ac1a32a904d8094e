//! The inspector of several elements at once.
//!
//! Where they differ a row says `several`; what is put there goes to all of them, as one step.

use egui::{Id, Label, RichText, Ui};

use crate::app::command::Command;
use crate::app::fields::{
    TextField, choice_row_ui, names, optional, shown, text_row_ui, whole_number,
};
use crate::model::{
    Automation, Change, Distribution, Entry, Exit, Handoff, HandoffChange, HandoffField, Model,
    Money, Needs, Share, Span, Stage, StageChange, StageField, StageId, TextError, Trigger, Value,
};

use super::section_ui;
use super::stage::{one_to_five, own_phases, priority};

/// What a row says where the elements differ.
const SEVERAL: &str = "several";

/// Returns what all have, when they have the same.
fn common<T: PartialEq>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut values = values.into_iter();
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// A row of text for all of `of`: what they have in common, or `several`.
///
/// Values are compared, and only the common one becomes a text: thousands may be selected.
fn text_ui<'a, E, V: PartialEq, T>(
    ui: &mut Ui,
    id: Id,
    label: &str,
    of: &[&'a E],
    (value, text): (impl Fn(&'a E) -> V, impl Fn(V) -> String),
    parse: impl FnOnce(&str) -> Result<T, TextError>,
) -> Option<T> {
    let value = common(of.iter().map(|&one| value(one)));
    let hint = if value.is_none() { SEVERAL } else { "" };
    let field = TextField { hint, lines: 1 };
    let text = value.map(text).unwrap_or_default();
    text_row_ui(ui, id.with(label), label, &text, field, parse)
}

fn shown_one<T: std::fmt::Display + Copy>(value: Option<T>) -> String {
    shown(value.as_ref())
}

/// A row with a choice for all of `of`. Returns what was chosen.
fn choice_ui<E, T: PartialEq + Clone>(
    ui: &mut Ui,
    id: Id,
    label: &str,
    of: &[&E],
    value: impl Fn(&E) -> T,
    choices: &[(T, &str)],
) -> Option<T> {
    let value = common(of.iter().map(|one| value(one)));
    let mut all: Vec<_> = choices
        .iter()
        .map(|(choice, name)| (Some(choice.clone()), *name))
        .collect();
    if value.is_none() {
        all.push((None, SEVERAL));
    }
    choice_row_ui(ui, id.with(label), label, &value, &all).flatten()
}

fn small_ui(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).small().weak()).wrap());
    ui.add_space(4.0);
}

/// Draws the form for several stages.
pub fn stages_ui(ui: &mut Ui, model: &Model, stages: &[&Stage], commands: &mut Vec<Command>) {
    let ids: Vec<StageId> = stages.iter().map(|stage| stage.id).collect();
    let id = Id::unique(("several stages", &ids));
    let count = stages.len();
    if count > 1 {
        small_ui(
            ui,
            &format!("What is changed here goes to all {count} stages."),
        );
    }
    let mut set = |label: &str, field: StageField| {
        let stages = ids.clone();
        let change = Change::Stage(StageChange::Set { stages, field });
        commands.push(Command::edit(label, change));
    };
    let teams = model.teams.iter();
    let teams = teams.map(|team| (Some(team.id), team.name.as_str()));
    let teams: Vec<_> = std::iter::once((None, "nobody")).chain(teams).collect();
    if let Some(team) = choice_ui(ui, id, "Owner", stages, |stage| stage.team, &teams) {
        set("Set owner", StageField::Team(team));
    }
    let work = text_ui(
        ui,
        id,
        "Work",
        stages,
        (|stage: &Stage| stage.work.as_ref(), shown),
        |text| {
            let work = optional(text, Distribution::parse)?;
            // How long a day of work is depends on each one's owner.
            let fault = work.as_ref().and_then(|work| {
                let days = stages.iter().map(|stage| model.day_and_week_of(stage));
                days.into_iter()
                    .find_map(|(day, week)| work.fault(day, week))
            });
            fault.map_or(Ok(work), |fault| Err(TextError::new(0..text.len(), fault)))
        },
    );
    if let Some(work) = work {
        set("Set work time", StageField::Work(work));
    }
    let ca = (|stage: &Stage| stage.ca, shown_one);
    let parse = |text: &str| optional(text, Share::parse);
    if let Some(ca) = text_ui(ui, id, "%C&A", stages, ca, parse) {
        set("Set %C&A", StageField::Ca(ca));
    }
    let crew = (|stage: &Stage| stage.crew, |crew: u32| crew.to_string());
    let parse = |text: &str| whole_number(text, 1);
    if let Some(crew) = text_ui(ui, id, "Crew", stages, crew, parse) {
        set("Set crew", StageField::Crew(crew));
    }
    let phases = own_phases(model);
    let phases = phases
        .iter()
        .map(|phase| (Some(phase.clone()), phase.name()));
    let phases: Vec<_> = std::iter::once((None, "none")).chain(phases).collect();
    let phase = |stage: &Stage| stage.phase.clone();
    if let Some(phase) = choice_ui(ui, id, "Phase", stages, phase, &phases) {
        set("Set phase", StageField::Phase(phase));
    }
    if model.streams.len() > 1 {
        let streams = model.streams.iter();
        let streams = streams.map(|stream| (Some(stream.id), stream.name.as_str()));
        let streams: Vec<_> = std::iter::once((None, "none")).chain(streams).collect();
        if let Some(stream) = choice_ui(ui, id, "Stream", stages, |stage| stage.stream, &streams) {
            set("Set stream", StageField::Stream(stream));
        }
    }
    section_ui(ui, id.with("flow"), "Ways in and out", true, |ui| {
        let entries = [
            (Entry::Any, "any way in"),
            (Entry::All, "all ways in (a join)"),
        ];
        if let Some(entry) = choice_ui(ui, id, "Starts after", stages, |one| one.entry, &entries) {
            set("Set entry", StageField::Entry(entry));
        }
        let exits = [
            (Exit::ChooseOne, "one way out, by share"),
            (Exit::TakeAll, "all ways out (a fork)"),
        ];
        if let Some(exit) = choice_ui(ui, id, "Goes on over", stages, |one| one.exit, &exits) {
            set("Set exit", StageField::Exit(exit));
        }
    });
    section_ui(ui, id.with("facts"), "Facts", true, |ui| {
        facts_ui(ui, id, stages, &mut set);
    });
}

fn facts_ui<'a>(ui: &mut Ui, id: Id, stages: &[&'a Stage], set: &mut impl FnMut(&str, StageField)) {
    let automations = [
        (None, "as the owner says"),
        (Some(Automation::Manual), "manual"),
        (Some(Automation::Assisted), "assisted"),
        (Some(Automation::Automatic), "automatic"),
    ];
    let automation = |stage: &Stage| stage.automation;
    if let Some(automation) = choice_ui(ui, id, "Automation", stages, automation, &automations) {
        set("Set automation", StageField::Automation(automation));
    }
    let values = [
        (None, "not said"),
        (Some(Value::Adds), "adds value"),
        (Some(Value::Necessary), "necessary"),
        (Some(Value::Waste), "waste"),
    ];
    if let Some(value) = choice_ui(ui, id, "Value", stages, |stage| stage.value, &values) {
        set("Set value", StageField::Value(value));
    }
    let systems = (
        |stage: &'a Stage| &stage.systems,
        |all: &Vec<String>| all.join(", "),
    );
    let read_names = |text: &str| Ok(names(text));
    if let Some(systems) = text_ui(ui, id, "Systems", stages, systems, read_names) {
        set("Set systems", StageField::Systems(systems));
    }
    let touchpoints = (
        |stage: &'a Stage| &stage.stakeholders,
        |all: &Vec<String>| all.join(", "),
    );
    if let Some(people) = text_ui(ui, id, "Touchpoints", stages, touchpoints, read_names) {
        set("Set touchpoints", StageField::Stakeholders(people));
    }
    let cost = (|stage: &Stage| stage.cost, shown_one);
    let parse = |text: &str| optional(text, Money::parse);
    if let Some(cost) = text_ui(ui, id, "Cost", stages, cost, parse) {
        set("Set cost", StageField::Cost(cost));
    }
    let score = (|stage: &Stage| stage.satisfaction, shown_one);
    let parse = |text: &str| optional(text, one_to_five);
    if let Some(score) = text_ui(ui, id, "Satisfaction", stages, score, parse) {
        set("Set satisfaction", StageField::Satisfaction(score));
    }
    let shown_priority = (
        |stage: &Stage| stage.priority,
        |first: i32| first.to_string(),
    );
    if let Some(first) = text_ui(ui, id, "Priority", stages, shown_priority, priority) {
        set("Set priority", StageField::Priority(first));
    }
    let notes = common(stages.iter().map(|stage| stage.notes.as_str()));
    let field = TextField {
        hint: if notes.is_none() { SEVERAL } else { "" },
        lines: 3,
    };
    let notes = notes.unwrap_or_default();
    let read = |text: &str| Ok(text.to_owned());
    if let Some(notes) = text_row_ui(ui, id.with("Notes"), "Notes", notes, field, read) {
        set("Edit notes", StageField::Notes(notes));
    }
}

/// Draws the fields of several handoffs.
pub fn handoff_fields_ui<'a>(ui: &mut Ui, handoffs: &[&'a Handoff], commands: &mut Vec<Command>) {
    let ids: Vec<_> = handoffs.iter().map(|handoff| handoff.id).collect();
    let id = Id::unique(("several handoffs", &ids));
    let mut set = |label: &str, field: HandoffField| {
        let handoffs = ids.clone();
        let change = Change::Handoff(HandoffChange::Set { handoffs, field });
        commands.push(Command::edit(label, change));
    };
    let needs = [
        (Needs::Required, "required: the receiver needs it"),
        (Needs::Customary, "customary: just the usual order"),
    ];
    if let Some(needs) = choice_ui(ui, id, "Needs", handoffs, |one| one.needs, &needs) {
        set("Set needs", HandoffField::Needs(needs));
    }
    let is_manual = |handoff: &&Handoff| matches!(handoff.trigger, Trigger::Manual(_));
    if handoffs.iter().all(is_manual) {
        let delay = (
            |handoff: &'a Handoff| match &handoff.trigger {
                Trigger::Manual(delay) => Some(delay),
                _ => None,
            },
            shown,
        );
        let parse = |text: &str| {
            let delay = optional(text, Distribution::parse)?.unwrap_or_default();
            match delay.fault(Span::DAY, Span::WEEK) {
                None => Ok(delay),
                Some(fault) => Err(TextError::new(0..text.len(), fault)),
            }
        };
        if let Some(delay) = text_ui(ui, id, "Delay", handoffs, delay, parse) {
            set("Set delay", HandoffField::Trigger(Trigger::Manual(delay)));
        }
    }
    let share = (|handoff: &Handoff| handoff.share, shown_one);
    let parse = |text: &str| optional(text, Share::parse);
    if let Some(share) = text_ui(ui, id, "Share", handoffs, share, parse) {
        set("Set share", HandoffField::Share(share));
    }
    let artifact = (
        |handoff: &'a Handoff| handoff.artifact.as_str(),
        str::to_owned,
    );
    let parse = |text: &str| Ok(text.trim().to_owned());
    if let Some(artifact) = text_ui(ui, id, "Artifact", handoffs, artifact, parse) {
        set("Set artifact", HandoffField::Artifact(artifact));
    }
}

#[cfg(test)]
mod tests {
    use super::common;

    #[test]
    fn only_what_all_have_is_common() {
        assert_eq!(common([1, 1, 1]), Some(1));
        assert_eq!(common([1, 1, 2]), None);
        assert_eq!(common([None::<u8>, None]), Some(None));
        assert_eq!(common(Vec::<u8>::new()), None);
    }
}
