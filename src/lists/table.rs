//! The table: stages or handoffs as rows, their fields as columns, each cell a text.
//!
//! A cell reads what it shows: what [`Column::text`] gives, [`edit_cell`] takes without changing
//! anything.

use crate::edit::FreshIds;
use crate::model::{
    Automation, Change, Distribution, ElapsedTime, Handoff, HandoffChange, HandoffField, HandoffId,
    HandoffKind, Model, Money, Needs, Phase, Rhythm, Share, Stage, StageChange, StageField,
    StageId, Team, TeamChange, TextError, Time as _, Trigger, Value,
};

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum TableOf {
    #[default]
    Stages,
    Handoffs,
}

/// A row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum RowId {
    Stage(StageId),
    Handoff(HandoffId),
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the field of its name")]
pub enum Column {
    Id,
    Name,
    Owner,
    Work,
    Ca,
    Crew,
    Phase,
    Stream,
    Automation,
    Value,
    Systems,
    Touchpoints,
    Cost,
    Satisfaction,
    Priority,
    From,
    To,
    Kind,
    Delay,
    Share,
    Needs,
    Artifact,
    Inventory,
    Notes,
}

impl TableOf {
    /// Returns the columns, in order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Stages => &[
                Column::Id,
                Column::Name,
                Column::Owner,
                Column::Work,
                Column::Ca,
                Column::Crew,
                Column::Phase,
                Column::Stream,
                Column::Automation,
                Column::Value,
                Column::Systems,
                Column::Touchpoints,
                Column::Cost,
                Column::Satisfaction,
                Column::Priority,
                Column::Notes,
            ],
            Self::Handoffs => &[
                Column::Id,
                Column::From,
                Column::To,
                Column::Kind,
                Column::Delay,
                Column::Share,
                Column::Needs,
                Column::Artifact,
                Column::Inventory,
                Column::Notes,
            ],
        }
    }

    /// Returns the rows, in the Model's order.
    pub fn rows(self, model: &Model) -> Vec<RowId> {
        match self {
            Self::Stages => model
                .stages
                .iter()
                .map(|one| RowId::Stage(one.id))
                .collect(),
            Self::Handoffs => model
                .handoffs
                .iter()
                .map(|one| RowId::Handoff(one.id))
                .collect(),
        }
    }
}

impl Column {
    /// Returns what stands at its head.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "Id",
            Self::Name => "Name",
            Self::Owner => "Owner",
            Self::Work => "Work",
            Self::Ca => "%C&A",
            Self::Crew => "Crew",
            Self::Phase => "Phase",
            Self::Stream => "Stream",
            Self::Automation => "Automation",
            Self::Value => "Value",
            Self::Systems => "Systems",
            Self::Touchpoints => "Touchpoints",
            Self::Cost => "Cost",
            Self::Satisfaction => "Satisfaction",
            Self::Priority => "Priority",
            Self::From => "From",
            Self::To => "To",
            Self::Kind => "Kind",
            Self::Delay => "Delay",
            Self::Share => "Share",
            Self::Needs => "Needs",
            Self::Artifact => "Artifact",
            Self::Inventory => "Inventory",
            Self::Notes => "Notes",
        }
    }

    /// Returns the other words by which spreadsheets call it, in small letters.
    pub(super) fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["stage", "step", "activity", "process step"],
            Self::Owner => &["team", "responsible"],
            Self::Work => &["work time", "time", "process time", "pt", "duration"],
            Self::Ca => &["c&a", "ca", "%ca", "percent complete and accurate"],
            Self::Crew => &["people"],
            Self::Touchpoints => &["stakeholders"],
            Self::Delay => &["trigger", "wait", "wait time"],
            Self::Notes => &["note", "comment", "comments", "remarks"],
            Self::Priority => &["prio"],
            _ => &[],
        }
    }

    /// Returns whether its cells can be edited.
    pub fn is_editable(self) -> bool {
        !matches!(self, Self::Id | Self::From | Self::To)
    }

    /// Returns what its cell of a row says; nothing where the row is not there any more.
    pub fn text(self, model: &Model, row: RowId) -> Option<String> {
        match row {
            RowId::Stage(id) => Some(self.of_stage(model, model.stages.find(id)?)),
            RowId::Handoff(id) => Some(self.of_handoff(model, model.handoffs.find(id)?)),
        }
    }

    fn of_stage(self, model: &Model, stage: &Stage) -> String {
        match self {
            Self::Id => stage.id.to_string(),
            Self::Name => stage.name.clone(),
            Self::Owner => {
                let team = stage.team.and_then(|team| model.teams.find(team));
                team.map_or_else(String::new, |team| team.name.clone())
            }
            Self::Work => shown(stage.work.as_ref()),
            Self::Ca => shown(stage.ca.as_ref()),
            Self::Crew => stage.crew.to_string(),
            Self::Phase => {
                let phase = stage.phase.as_ref();
                phase.map_or_else(String::new, |phase| phase.name().to_owned())
            }
            Self::Stream => {
                let stream = stage.stream.and_then(|stream| model.streams.find(stream));
                stream.map_or_else(String::new, |stream| stream.name.clone())
            }
            Self::Automation => word_of(stage.automation, &AUTOMATIONS),
            Self::Value => word_of(stage.value, &VALUES),
            Self::Systems => stage.systems.join(", "),
            Self::Touchpoints => stage.stakeholders.join(", "),
            Self::Cost => shown(stage.cost.as_ref()),
            Self::Satisfaction => shown(stage.satisfaction.as_ref()),
            Self::Priority => stage.priority.to_string(),
            Self::Notes => stage.notes.clone(),
            _ => String::new(),
        }
    }

    fn of_handoff(self, model: &Model, handoff: &Handoff) -> String {
        let name = |id: StageId| {
            let stage = model.stages.find(id);
            stage.map_or_else(String::new, |stage| stage.name.clone())
        };
        match self {
            Self::Id => handoff.id.to_string(),
            Self::From => name(handoff.from),
            Self::To => name(handoff.to),
            Self::Kind => match handoff.kind {
                HandoffKind::Forward => "forward",
                HandoffKind::Rework { .. } => "rework",
                HandoffKind::Feedback => "feedback",
            }
            .to_owned(),
            Self::Delay => match &handoff.trigger {
                Trigger::Manual(delay) => delay.to_string(),
                Trigger::Scheduled { rhythm, .. } => rhythm.to_string(),
                Trigger::Automatic(ElapsedTime::ZERO) => AUTOMATIC.to_owned(),
                Trigger::Automatic(latency) => format!("{AUTOMATIC} {latency}"),
            },
            Self::Share => shown(handoff.share.as_ref()),
            Self::Needs => word_of(Some(handoff.needs), &NEEDS),
            Self::Artifact => handoff.artifact.clone(),
            Self::Inventory => shown(handoff.inventory.as_ref()),
            Self::Notes => handoff.notes.clone(),
            _ => String::new(),
        }
    }
}

const AUTOMATIC: &str = "automatic";

const AUTOMATIONS: [(Automation, &str); 3] = [
    (Automation::Manual, "manual"),
    (Automation::Assisted, "assisted"),
    (Automation::Automatic, "automatic"),
];

const VALUES: [(Value, &str); 3] = [
    (Value::Adds, "adds value"),
    (Value::Necessary, "necessary"),
    (Value::Waste, "waste"),
];

const NEEDS: [(Needs, &str); 2] = [
    (Needs::Required, "required"),
    (Needs::Customary, "customary"),
];

fn word_of<T: Copy + PartialEq>(value: Option<T>, words: &[(T, &str)]) -> String {
    let word = words.iter().find(|(one, _)| Some(*one) == value);
    word.map_or_else(String::new, |(_, word)| (*word).to_owned())
}

fn shown<T: std::fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(String::new, ToString::to_string)
}

/// Returns what gives a cell another text: none when it says that already.
///
/// An owner that is not there yet is made.
///
/// # Errors
/// What is wrong with the text, and what would be right.
pub fn edit_cell(
    model: &Model,
    row: RowId,
    column: Column,
    text: &str,
) -> Result<Vec<Change>, TextError> {
    edit_with(model, &mut FreshIds::new(model), row, column, text)
}

/// The same, with ids that several edits share.
pub(super) fn edit_with(
    model: &Model,
    ids: &mut FreshIds<'_>,
    row: RowId,
    column: Column,
    text: &str,
) -> Result<Vec<Change>, TextError> {
    let is_gone = || fault(text, "this row is not there any more");
    if column.text(model, row).ok_or_else(is_gone)?.trim() == text.trim() {
        return Ok(Vec::new());
    }
    match row {
        RowId::Stage(id) => {
            let stage = model.stages.find(id).ok_or_else(is_gone)?;
            let (mut changes, field) = stage_field(model, ids, stage, column, text)?;
            let stages = vec![id];
            changes.push(Change::Stage(StageChange::Set { stages, field }));
            Ok(changes)
        }
        RowId::Handoff(id) => {
            let handoff = model.handoffs.find(id).ok_or_else(is_gone)?;
            let field = handoff_field(handoff, column, text)?;
            let handoffs = vec![id];
            Ok(vec![Change::Handoff(HandoffChange::Set {
                handoffs,
                field,
            })])
        }
    }
}

fn stage_field(
    model: &Model,
    ids: &mut FreshIds<'_>,
    stage: &Stage,
    column: Column,
    text: &str,
) -> Result<(Vec<Change>, StageField), TextError> {
    let trimmed = text.trim();
    let field = match column {
        Column::Name if trimmed.is_empty() => return Err(fault(text, "a name is expected here")),
        Column::Name => StageField::Name(trimmed.to_owned()),
        Column::Owner => return owner(model, ids, trimmed),
        Column::Work => {
            let work = optional(text, Distribution::parse)?;
            let (day, week) = model.day_and_week_of(stage);
            in_order(text, work.as_ref().and_then(|work| work.fault(day, week)))?;
            StageField::Work(work)
        }
        Column::Ca => StageField::Ca(optional(text, Share::parse)?),
        Column::Crew => StageField::Crew(optional(text, |text| whole(text, 1))?.unwrap_or(1)),
        Column::Phase => StageField::Phase(
            Some(trimmed)
                .filter(|name| !name.is_empty())
                .map(Phase::from_name),
        ),
        Column::Stream => {
            let mut streams = model.streams.iter();
            let stream = streams.find(|stream| is_name(&stream.name, trimmed));
            if stream.is_none() && !trimmed.is_empty() {
                let message = format!("there is no stream “{trimmed}”");
                return Err(fault(text, message));
            }
            StageField::Stream(stream.map(|stream| stream.id))
        }
        Column::Automation => {
            StageField::Automation(optional(text, |text| word(text, &AUTOMATIONS))?)
        }
        Column::Value => StageField::Value(optional(text, |text| word(text, &VALUES))?),
        Column::Systems => StageField::Systems(names(text)),
        Column::Touchpoints => StageField::Stakeholders(names(text)),
        Column::Cost => StageField::Cost(optional(text, Money::parse)?),
        Column::Satisfaction => {
            let score = optional(text, |text| whole(text, 1))?;
            if score.is_some_and(|score| score > 5) {
                return Err(fault(text, "a whole number from 1 to 5 is expected here"));
            }
            StageField::Satisfaction(score.map(|score| score as u8))
        }
        Column::Priority if trimmed.is_empty() => StageField::Priority(0),
        Column::Priority => {
            let priority = trimmed.parse();
            let not_whole = |_| fault(text, "a whole number is expected here");
            StageField::Priority(priority.map_err(not_whole)?)
        }
        Column::Notes => StageField::Notes(text.to_owned()),
        _ => return Err(fault(text, "this cannot be edited in the table")),
    };
    Ok((Vec::new(), field))
}

fn owner(
    model: &Model,
    ids: &mut FreshIds<'_>,
    name: &str,
) -> Result<(Vec<Change>, StageField), TextError> {
    if name.is_empty() {
        return Ok((Vec::new(), StageField::Team(None)));
    }
    if let Some(team) = model.teams.iter().find(|team| is_name(&team.name, name)) {
        return Ok((Vec::new(), StageField::Team(Some(team.id))));
    }
    let id = ids.team(name);
    let team = std::sync::Arc::new(Team::new(id, name));
    let position = None;
    let add = Change::Team(TeamChange::Add { team, position });
    Ok((vec![add], StageField::Team(Some(id))))
}

fn handoff_field(handoff: &Handoff, column: Column, text: &str) -> Result<HandoffField, TextError> {
    Ok(match column {
        Column::Kind => {
            let at_most = match handoff.kind {
                HandoffKind::Rework { at_most } => at_most,
                _ => None,
            };
            let kinds = [
                (HandoffKind::Forward, "forward"),
                (HandoffKind::Rework { at_most }, "rework"),
                (HandoffKind::Feedback, "feedback"),
            ];
            let kind = optional(text, |text| word(text, &kinds))?;
            HandoffField::Kind(kind.unwrap_or_default())
        }
        Column::Delay => HandoffField::Trigger(trigger(&handoff.trigger, text)?),
        Column::Share => HandoffField::Share(optional(text, Share::parse)?),
        Column::Needs => {
            let needs = optional(text, |text| word(text, &NEEDS))?;
            HandoffField::Needs(needs.unwrap_or(Needs::Required))
        }
        Column::Artifact => HandoffField::Artifact(text.trim().to_owned()),
        Column::Inventory => {
            let pieces = optional(text, |text| whole(text, 0))?;
            HandoffField::Inventory(pieces.map(u64::from))
        }
        Column::Notes => HandoffField::Notes(text.to_owned()),
        _ => return Err(fault(text, "this cannot be edited in the table")),
    })
}

fn trigger(before: &Trigger, text: &str) -> Result<Trigger, TextError> {
    let trimmed = text.trim();
    let (first, rest) = trimmed.split_once(' ').unwrap_or((trimmed, ""));
    if first.eq_ignore_ascii_case(AUTOMATIC) {
        let latency = optional(rest, ElapsedTime::parse)?;
        return Ok(Trigger::Automatic(latency.unwrap_or(ElapsedTime::ZERO)));
    }
    if first.eq_ignore_ascii_case("every") {
        let rhythm = Rhythm::parse(text)?;
        let (zone, slots) = match before {
            Trigger::Scheduled { zone, slots, .. } => (zone.clone(), *slots),
            _ => (None, None),
        };
        return Ok(Trigger::Scheduled {
            rhythm,
            zone,
            slots,
        });
    }
    let delay = optional(text, Distribution::<ElapsedTime>::parse)?.unwrap_or_default();
    in_order(
        text,
        delay.fault(crate::model::Span::DAY, crate::model::Span::WEEK),
    )?;
    Ok(Trigger::Manual(delay))
}

fn in_order(text: &str, wrong: Option<&'static str>) -> Result<(), TextError> {
    match wrong {
        None => Ok(()),
        Some(wrong) => Err(fault(text, wrong)),
    }
}

fn fault(text: &str, message: impl Into<String>) -> TextError {
    TextError::new(0..text.len(), message)
}

/// Returns whether an element of this name is meant, whatever the case.
pub(super) fn is_name(name: &str, typed: &str) -> bool {
    name == typed || name.trim().to_lowercase() == typed.trim().to_lowercase()
}

fn optional<T>(
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, TextError>,
) -> Result<Option<T>, TextError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    parse(text).map(Some)
}

fn whole(text: &str, least: u32) -> Result<u32, TextError> {
    let number = text.trim().parse().ok().filter(|&number| number >= least);
    number.ok_or_else(|| {
        fault(
            text,
            format!("a whole number from {least} up is expected here"),
        )
    })
}

fn word<T: Copy>(text: &str, words: &[(T, &str)]) -> Result<T, TextError> {
    let found = words.iter().find(|(_, word)| is_name(word, text));
    found.map(|(value, _)| *value).ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|(_, word)| *word).collect();
        fault(text, format!("“{}” is not known here", text.trim()))
            .hint(format!("write {}", words.join(", ")))
    })
}

fn names(text: &str) -> Vec<String> {
    let names = text.split([',', '\n']).map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
