//! Fields with a new value, as Changes name them: `work("2d")`, `team(None)`.

use serde::{Deserialize, Serialize};

use crate::model::{
    CalendarField, DemandField, GroupField, HandoffField, HandoffKind, InterventionField, LaneMode,
    ModelChange, NoteField, Placement, ScenarioField, Share, StageField, Start, StreamField,
    TeamField, ViewField, WeeklyHours, parse_date_time, print_date_time,
};

use super::board::{
    FrameFile, LaneModeFile, NoteKindFile, OverlayFile, change_files, read_changes,
};
use super::change::ChangeFile;
use super::handoff::{KindFile, NeedsFile, OnlyFile, TriggerFile, read_bends, read_only};
use super::leaf::{Figure, Pair, Text};
use super::people::{DisciplineFile, SpecialDayFile, read_holidays, read_special_days, read_zone};
use super::reader::{Place, Reader};
use super::stage::{
    AutomationFile, BatchFile, ClassWorkFile, EntryFile, EvidenceFile, ExitFile, PhaseFile,
    ValueFile, read_rework_work, read_satisfaction, rework_work_file,
};
use super::stream::{ArrivalsFile, ClassFile, ScorecardFile, TargetFile, read_scorecard};

/// Makes an enum of fields.
macro_rules! fields_file {
    ($(#[$doc:meta])* $name:ident { $($variants:tt)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case", bound(deserialize = "'de: 'a"))]
        pub(in crate::store) enum $name<'a> { $($variants)* }
    };
}

fields_file! {
    /// Fields of the model itself and of its settings.
    ModelFieldFile {
        Name(Text<'a>),
        Description(Text<'a>),
        Currency(Text<'a>),
        Start {
            at: Text<'a>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            zone: Option<Text<'a>>,
        },
        Horizon(Option<Text<'a>>),
        WarmUp(Option<Text<'a>>),
        Seed(Figure<'a>),
        Precision(Figure<'a>),
        LaneMode(LaneModeFile),
    }
}

impl<'a> From<&'a ModelChange> for ModelFieldFile<'a> {
    fn from(field: &'a ModelChange) -> Self {
        match field {
            ModelChange::Name(name) => Self::Name(name.as_str().into()),
            ModelChange::Description(text) => Self::Description(text.as_str().into()),
            ModelChange::Currency(currency) => Self::Currency(currency.as_str().into()),
            ModelChange::Start(start) => Self::Start {
                at: Text::of(print_date_time(start.at)),
                zone: start.zone.as_ref().map(|zone| zone.name().into()),
            },
            ModelChange::Horizon(time) => Self::Horizon(time.map(Text::of)),
            ModelChange::WarmUp(time) => Self::WarmUp(time.map(Text::of)),
            ModelChange::Seed(seed) => Self::Seed((*seed).into()),
            ModelChange::Precision(share) => Self::Precision((*share).into()),
            ModelChange::LaneMode(mode) => Self::LaneMode((*mode).into()),
        }
    }
}

impl ModelFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> ModelChange {
        let value = at.item(0);
        match self {
            Self::Name(text) => ModelChange::Name(text.as_str().to_owned()),
            Self::Description(text) => ModelChange::Description(text.as_str().to_owned()),
            Self::Currency(text) => ModelChange::Currency(text.as_str().to_owned()),
            Self::Start { at: start, zone } => {
                let date = reader.parsed(start, at.field("at"), parse_date_time);
                ModelChange::Start(Start {
                    at: date.unwrap_or(Start::default().at),
                    zone: read_zone(zone.as_ref(), reader, at.field("zone")),
                })
            }
            Self::Horizon(text) => ModelChange::Horizon(reader.time(text.as_ref(), value)),
            Self::WarmUp(text) => ModelChange::WarmUp(reader.time(text.as_ref(), value)),
            Self::Seed(seed) => ModelChange::Seed(
                reader
                    .whole(Some(seed), value, 0..=u64::MAX)
                    .unwrap_or_default(),
            ),
            Self::Precision(share) => {
                ModelChange::Precision(reader.share(Some(share), value).unwrap_or(Share::ALL))
            }
            Self::LaneMode(mode) => ModelChange::LaneMode(LaneMode::from(*mode)),
        }
    }
}

fields_file! {
    /// Fields of a stage.
    StageFieldFile {
        Name(Text<'a>),
        Stream(Option<Text<'a>>),
        Phase(Option<PhaseFile<'a>>),
        Team(Option<Text<'a>>),
        Crew(Figure<'a>),
        Work(Option<Text<'a>>),
        ClassWork(ClassWorkFile<'a>),
        ReworkWork(Option<Figure<'a>>),
        Copies(Figure<'a>),
        Enough(Option<Figure<'a>>),
        Batch(Option<BatchFile<'a>>),
        Setup(Option<Text<'a>>),
        Limit(Option<Figure<'a>>),
        Availability(Option<Figure<'a>>),
        Automation(Option<AutomationFile>),
        Value(Option<ValueFile>),
        Entry(EntryFile),
        Exit(ExitFile),
        Priority(Figure<'a>),
        Ca(Option<Figure<'a>>),
        Cost(Option<Figure<'a>>),
        Systems(Vec<Text<'a>>),
        Stakeholders(Vec<Text<'a>>),
        Satisfaction(Option<Figure<'a>>),
        Evidence(Option<EvidenceFile<'a>>),
        Notes(Text<'a>),
        At {
            #[serde(default, skip_serializing_if = "Option::is_none")]
            at: Option<Pair>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            size: Option<Pair>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            colour: Option<Text<'a>>,
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            locked: bool,
        },
    }
}

impl<'a> From<&'a StageField> for StageFieldFile<'a> {
    fn from(field: &'a StageField) -> Self {
        match field {
            StageField::Name(name) => Self::Name(name.as_str().into()),
            StageField::Stream(id) => Self::Stream(id.map(|id| id.as_str().into())),
            StageField::Phase(phase) => Self::Phase(phase.as_ref().map(Into::into)),
            StageField::Team(id) => Self::Team(id.map(|id| id.as_str().into())),
            StageField::Crew(crew) => Self::Crew((*crew).into()),
            StageField::Work(work) => Self::Work(work.as_ref().map(Text::of)),
            StageField::ClassWork(work) => Self::ClassWork(work.into()),
            StageField::ReworkWork(work) => Self::ReworkWork(work.as_ref().map(rework_work_file)),
            StageField::Copies(copies) => Self::Copies((*copies).into()),
            StageField::Enough(enough) => Self::Enough(enough.map(Into::into)),
            StageField::Batch(batch) => Self::Batch(batch.map(Into::into)),
            StageField::Setup(setup) => Self::Setup(setup.as_ref().map(Text::of)),
            StageField::Limit(limit) => Self::Limit(limit.map(Into::into)),
            StageField::Availability(share) => Self::Availability(share.map(Into::into)),
            StageField::Automation(automation) => Self::Automation(automation.map(Into::into)),
            StageField::Value(value) => Self::Value(value.map(Into::into)),
            StageField::Entry(entry) => Self::Entry((*entry).into()),
            StageField::Exit(exit) => Self::Exit((*exit).into()),
            StageField::Priority(priority) => Self::Priority((*priority).into()),
            StageField::Ca(share) => Self::Ca(share.map(Into::into)),
            StageField::Cost(money) => Self::Cost(money.map(Into::into)),
            StageField::Systems(systems) => Self::Systems(super::texts(systems)),
            StageField::Stakeholders(people) => Self::Stakeholders(super::texts(people)),
            StageField::Satisfaction(score) => Self::Satisfaction(score.map(Into::into)),
            StageField::Evidence(evidence) => Self::Evidence(evidence.as_ref().map(Into::into)),
            StageField::Notes(notes) => Self::Notes(notes.as_str().into()),
            StageField::At(placement) => {
                let (at, size, colour, locked) = placement_fields(placement);
                Self::At {
                    at,
                    size,
                    colour,
                    locked,
                }
            }
        }
    }
}

/// The four fields that say where an element stands.
fn placement_fields(
    placement: &Placement,
) -> (Option<Pair>, Option<Pair>, Option<Text<'static>>, bool) {
    (
        placement.position.map(Into::into),
        placement.size.map(Into::into),
        placement.colour.map(Text::of),
        placement.is_locked,
    )
}

impl StageFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> StageField {
        let value = at.item(0);
        match self {
            Self::Name(text) => StageField::Name(text.as_str().to_owned()),
            Self::Stream(id) => StageField::Stream(super::maybe_id(id.as_ref(), reader, value)),
            Self::Phase(phase) => StageField::Phase(phase.as_ref().map(Into::into)),
            Self::Team(id) => StageField::Team(super::maybe_id(id.as_ref(), reader, value)),
            Self::Crew(crew) => StageField::Crew(reader.count(Some(crew), value).unwrap_or(1)),
            Self::Work(work) => StageField::Work(reader.distribution(work.as_ref(), value)),
            Self::ClassWork(work) => StageField::ClassWork(work.read(reader, value)),
            Self::ReworkWork(work) => {
                StageField::ReworkWork(read_rework_work(work.as_ref(), reader, value))
            }
            Self::Copies(copies) => {
                StageField::Copies(reader.count(Some(copies), value).unwrap_or(1))
            }
            Self::Enough(enough) => {
                StageField::Enough(reader.whole(enough.as_ref(), value, 0..=u32::MAX))
            }
            Self::Batch(batch) => {
                StageField::Batch(batch.as_ref().and_then(|batch| batch.read(reader, value)))
            }
            Self::Setup(setup) => StageField::Setup(reader.distribution(setup.as_ref(), value)),
            Self::Limit(limit) => {
                StageField::Limit(reader.whole(limit.as_ref(), value, 0..=u32::MAX))
            }
            Self::Availability(share) => {
                StageField::Availability(reader.share(share.as_ref(), value))
            }
            Self::Automation(automation) => StageField::Automation(automation.map(Into::into)),
            Self::Value(kind) => StageField::Value(kind.map(Into::into)),
            Self::Entry(entry) => StageField::Entry((*entry).into()),
            Self::Exit(exit) => StageField::Exit((*exit).into()),
            Self::Priority(priority) => StageField::Priority(
                reader
                    .whole(Some(priority), value, i32::MIN..=i32::MAX)
                    .unwrap_or(0),
            ),
            Self::Ca(share) => StageField::Ca(reader.share(share.as_ref(), value)),
            Self::Cost(money) => StageField::Cost(reader.money(money.as_ref(), value)),
            Self::Systems(systems) => StageField::Systems(super::strings(systems)),
            Self::Stakeholders(people) => StageField::Stakeholders(super::strings(people)),
            Self::Satisfaction(score) => {
                StageField::Satisfaction(read_satisfaction(score.as_ref(), reader, value))
            }
            Self::Evidence(evidence) => StageField::Evidence(
                evidence
                    .as_ref()
                    .and_then(|evidence| evidence.read(reader, value)),
            ),
            Self::Notes(text) => StageField::Notes(text.as_str().to_owned()),
            Self::At {
                at: position,
                size,
                colour,
                locked,
            } => StageField::At(reader.placement([*position, *size], colour.as_ref(), *locked, at)),
        }
    }
}

fields_file! {
    /// Fields of a handoff. `at_most` makes it rework; `kind` takes the bound away.
    HandoffFieldFile {
        Kind(KindFile),
        AtMost(Figure<'a>),
        Trigger(TriggerFile<'a>),
        Share(Option<Figure<'a>>),
        Only(Vec<OnlyFile<'a>>),
        Needs(NeedsFile),
        Artifact(Text<'a>),
        Inventory(Option<Figure<'a>>),
        AutomationCost(Option<Figure<'a>>),
        Evidence(Option<EvidenceFile<'a>>),
        Notes(Text<'a>),
        Bends(Vec<Pair>),
        Way(Vec<Pair>),
    }
}

impl<'a> From<&'a HandoffField> for HandoffFieldFile<'a> {
    fn from(field: &'a HandoffField) -> Self {
        match field {
            HandoffField::Kind(kind) => match KindFile::of(*kind) {
                (_, Some(at_most)) => Self::AtMost(at_most.into()),
                (kind, None) => Self::Kind(kind),
            },
            HandoffField::Trigger(trigger) => Self::Trigger(trigger.into()),
            HandoffField::Share(share) => Self::Share(share.map(Into::into)),
            HandoffField::Only(only) => Self::Only(only.iter().map(Into::into).collect()),
            HandoffField::Needs(needs) => Self::Needs((*needs).into()),
            HandoffField::Artifact(text) => Self::Artifact(text.as_str().into()),
            HandoffField::Inventory(pieces) => Self::Inventory(pieces.map(Into::into)),
            HandoffField::AutomationCost(money) => Self::AutomationCost(money.map(Into::into)),
            HandoffField::Evidence(evidence) => Self::Evidence(evidence.as_ref().map(Into::into)),
            HandoffField::Notes(notes) => Self::Notes(notes.as_str().into()),
            HandoffField::Bends(bends) => {
                Self::Bends(bends.iter().map(|&point| point.into()).collect())
            }
            HandoffField::Way(bends) => {
                Self::Way(bends.iter().map(|&point| point.into()).collect())
            }
        }
    }
}

impl HandoffFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> HandoffField {
        let value = at.item(0);
        match self {
            Self::Kind(kind) => HandoffField::Kind(kind.with(None)),
            Self::AtMost(at_most) => HandoffField::Kind(HandoffKind::Rework {
                at_most: reader.whole(Some(at_most), value, 0..=u32::MAX),
            }),
            Self::Trigger(trigger) => HandoffField::Trigger(trigger.read(reader, value)),
            Self::Share(share) => HandoffField::Share(reader.share(share.as_ref(), value)),
            Self::Only(only) => HandoffField::Only(read_only(only, reader, value)),
            Self::Needs(needs) => HandoffField::Needs((*needs).into()),
            Self::Artifact(text) => HandoffField::Artifact(text.as_str().to_owned()),
            Self::Inventory(pieces) => {
                HandoffField::Inventory(reader.whole(pieces.as_ref(), value, 0..=u64::MAX))
            }
            Self::AutomationCost(money) => {
                HandoffField::AutomationCost(reader.money(money.as_ref(), value))
            }
            Self::Evidence(evidence) => HandoffField::Evidence(
                evidence
                    .as_ref()
                    .and_then(|evidence| evidence.read(reader, value)),
            ),
            Self::Notes(text) => HandoffField::Notes(text.as_str().to_owned()),
            Self::Bends(bends) => HandoffField::Bends(read_bends(bends, reader, value)),
            Self::Way(bends) => HandoffField::Way(read_bends(bends, reader, value)),
        }
    }
}

fields_file! {
    /// Fields of a team.
    TeamFieldFile {
        Name(Text<'a>),
        People(Figure<'a>),
        Calendar(Option<Text<'a>>),
        CostPerHour(Option<Figure<'a>>),
        Discipline(DisciplineFile),
        Colour(Option<Text<'a>>),
    }
}

impl<'a> From<&'a TeamField> for TeamFieldFile<'a> {
    fn from(field: &'a TeamField) -> Self {
        match field {
            TeamField::Name(name) => Self::Name(name.as_str().into()),
            TeamField::People(people) => Self::People((*people).into()),
            TeamField::Calendar(id) => Self::Calendar(id.map(|id| id.as_str().into())),
            TeamField::CostPerHour(money) => Self::CostPerHour(money.map(Into::into)),
            TeamField::Discipline(discipline) => Self::Discipline((*discipline).into()),
            TeamField::Colour(colour) => Self::Colour(colour.map(Text::of)),
        }
    }
}

impl TeamFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> TeamField {
        let value = at.item(0);
        match self {
            Self::Name(text) => TeamField::Name(text.as_str().to_owned()),
            Self::People(people) => {
                TeamField::People(reader.whole(Some(people), value, 0..=u32::MAX).unwrap_or(1))
            }
            Self::Calendar(id) => TeamField::Calendar(super::maybe_id(id.as_ref(), reader, value)),
            Self::CostPerHour(money) => TeamField::CostPerHour(reader.money(money.as_ref(), value)),
            Self::Discipline(discipline) => TeamField::Discipline((*discipline).into()),
            Self::Colour(colour) => TeamField::Colour(reader.colour(colour.as_ref(), value)),
        }
    }
}

fields_file! {
    /// Fields of a calendar.
    CalendarFieldFile {
        Name(Text<'a>),
        Hours(Text<'a>),
        Zone(Text<'a>),
        Holidays(Vec<Text<'a>>),
        SpecialDays(Vec<SpecialDayFile<'a>>),
    }
}

impl<'a> From<&'a CalendarField> for CalendarFieldFile<'a> {
    fn from(field: &'a CalendarField) -> Self {
        match field {
            CalendarField::Name(name) => Self::Name(name.as_str().into()),
            CalendarField::Hours(hours) => Self::Hours(Text::of(hours)),
            CalendarField::Zone(zone) => Self::Zone(zone.name().into()),
            CalendarField::Holidays(dates) => Self::Holidays(dates.iter().map(Text::of).collect()),
            CalendarField::SpecialDays(days) => {
                Self::SpecialDays(days.iter().map(Into::into).collect())
            }
        }
    }
}

impl CalendarFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> CalendarField {
        let value = at.item(0);
        match self {
            Self::Name(text) => CalendarField::Name(text.as_str().to_owned()),
            Self::Hours(hours) => CalendarField::Hours(
                reader
                    .parsed(hours, value, WeeklyHours::parse)
                    .unwrap_or_default(),
            ),
            Self::Zone(zone) => {
                CalendarField::Zone(read_zone(Some(zone), reader, value).unwrap_or_default())
            }
            Self::Holidays(dates) => CalendarField::Holidays(read_holidays(dates, reader, value)),
            Self::SpecialDays(days) => {
                CalendarField::SpecialDays(read_special_days(days, reader, value))
            }
        }
    }
}

fields_file! {
    /// Fields of a stream.
    StreamFieldFile {
        Name(Text<'a>),
        Item(Text<'a>),
        Priority(Figure<'a>),
        WipLimit(Option<Figure<'a>>),
        Target(Option<TargetFile<'a>>),
        CostOfDelay(Option<Figure<'a>>),
        Scorecard(Vec<ScorecardFile<'a>>),
        Colour(Option<Text<'a>>),
    }
}

impl<'a> From<&'a StreamField> for StreamFieldFile<'a> {
    fn from(field: &'a StreamField) -> Self {
        match field {
            StreamField::Name(name) => Self::Name(name.as_str().into()),
            StreamField::Item(item) => Self::Item(item.as_str().into()),
            StreamField::Priority(priority) => Self::Priority((*priority).into()),
            StreamField::WipLimit(limit) => Self::WipLimit(limit.map(Into::into)),
            StreamField::Target(target) => Self::Target(target.as_ref().map(Into::into)),
            StreamField::CostOfDelay(money) => Self::CostOfDelay(money.map(Into::into)),
            StreamField::Scorecard(entries) => {
                Self::Scorecard(entries.iter().map(Into::into).collect())
            }
            StreamField::Colour(colour) => Self::Colour(colour.map(Text::of)),
        }
    }
}

impl StreamFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> StreamField {
        let value = at.item(0);
        match self {
            Self::Name(text) => StreamField::Name(text.as_str().to_owned()),
            Self::Item(text) => StreamField::Item(text.as_str().to_owned()),
            Self::Priority(priority) => StreamField::Priority(
                reader
                    .whole(Some(priority), value, i32::MIN..=i32::MAX)
                    .unwrap_or(0),
            ),
            Self::WipLimit(limit) => {
                StreamField::WipLimit(reader.whole(limit.as_ref(), value, 0..=u32::MAX))
            }
            Self::Target(target) => StreamField::Target(
                target
                    .as_ref()
                    .and_then(|target| target.read(reader, value)),
            ),
            Self::CostOfDelay(money) => {
                StreamField::CostOfDelay(reader.money(money.as_ref(), value))
            }
            Self::Scorecard(entries) => {
                StreamField::Scorecard(read_scorecard(entries, reader, value))
            }
            Self::Colour(colour) => StreamField::Colour(reader.colour(colour.as_ref(), value)),
        }
    }
}

fields_file! {
    /// Fields of a demand.
    DemandFieldFile {
        Class(Option<ClassFile<'a>>),
        Arrivals(ArrivalsFile<'a>),
        At(Vec<Text<'a>>),
    }
}

impl<'a> From<&'a DemandField> for DemandFieldFile<'a> {
    fn from(field: &'a DemandField) -> Self {
        match field {
            DemandField::Class(class) => Self::Class(class.as_ref().map(Into::into)),
            DemandField::Arrivals(arrivals) => Self::Arrivals(arrivals.into()),
            DemandField::At(stages) => {
                Self::At(stages.iter().map(|id| id.as_str().into()).collect())
            }
        }
    }
}

impl DemandFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> DemandField {
        let value = at.item(0);
        match self {
            Self::Class(class) => {
                DemandField::Class(class.as_ref().and_then(|class| class.read(reader, value)))
            }
            Self::Arrivals(arrivals) => DemandField::Arrivals(arrivals.read(reader, value)),
            Self::At(stages) => DemandField::At(reader.ids(stages, value)),
        }
    }
}

fields_file! {
    /// Fields of a scenario.
    ScenarioFieldFile {
        Name(Text<'a>),
        Description(Text<'a>),
        On(Option<Text<'a>>),
        Changes(Vec<ChangeFile<'a>>),
    }
}

impl<'a> From<&'a ScenarioField> for ScenarioFieldFile<'a> {
    fn from(field: &'a ScenarioField) -> Self {
        match field {
            ScenarioField::Name(name) => Self::Name(name.as_str().into()),
            ScenarioField::Description(text) => Self::Description(text.as_str().into()),
            ScenarioField::On(id) => Self::On(id.map(|id| id.as_str().into())),
            ScenarioField::Changes(changes) => Self::Changes(change_files(changes)),
        }
    }
}

impl ScenarioFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> ScenarioField {
        let value = at.item(0);
        match self {
            Self::Name(text) => ScenarioField::Name(text.as_str().to_owned()),
            Self::Description(text) => ScenarioField::Description(text.as_str().to_owned()),
            Self::On(id) => ScenarioField::On(super::maybe_id(id.as_ref(), reader, value)),
            Self::Changes(changes) => ScenarioField::Changes(read_changes(changes, reader, value)),
        }
    }
}

fields_file! {
    /// Fields of an intervention.
    InterventionFieldFile {
        Name(Text<'a>),
        Changes(Vec<ChangeFile<'a>>),
        Once(Option<Figure<'a>>),
        Yearly(Option<Figure<'a>>),
    }
}

impl<'a> From<&'a InterventionField> for InterventionFieldFile<'a> {
    fn from(field: &'a InterventionField) -> Self {
        match field {
            InterventionField::Name(name) => Self::Name(name.as_str().into()),
            InterventionField::Changes(changes) => Self::Changes(change_files(changes)),
            InterventionField::Once(money) => Self::Once(money.map(Into::into)),
            InterventionField::Yearly(money) => Self::Yearly(money.map(Into::into)),
        }
    }
}

impl InterventionFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> InterventionField {
        let value = at.item(0);
        match self {
            Self::Name(text) => InterventionField::Name(text.as_str().to_owned()),
            Self::Changes(changes) => {
                InterventionField::Changes(read_changes(changes, reader, value))
            }
            Self::Once(money) => InterventionField::Once(reader.money(money.as_ref(), value)),
            Self::Yearly(money) => InterventionField::Yearly(reader.money(money.as_ref(), value)),
        }
    }
}

fields_file! {
    /// Fields of a view.
    ViewFieldFile {
        Name(Text<'a>),
        Frame(Option<FrameFile>),
        Scenario(Option<Text<'a>>),
        Overlay(Option<OverlayFile>),
        Caption(Text<'a>),
        Plays(bool),
    }
}

impl<'a> From<&'a ViewField> for ViewFieldFile<'a> {
    fn from(field: &'a ViewField) -> Self {
        match field {
            ViewField::Name(name) => Self::Name(name.as_str().into()),
            ViewField::Frame(frame) => Self::Frame(frame.map(Into::into)),
            ViewField::Scenario(id) => Self::Scenario(id.map(|id| id.as_str().into())),
            ViewField::Overlay(overlay) => Self::Overlay(overlay.map(Into::into)),
            ViewField::Caption(caption) => Self::Caption(caption.as_str().into()),
            ViewField::Plays(plays) => Self::Plays(*plays),
        }
    }
}

impl ViewFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> ViewField {
        let value = at.item(0);
        match self {
            Self::Name(text) => ViewField::Name(text.as_str().to_owned()),
            Self::Frame(frame) => ViewField::Frame(frame.map(|frame| frame.read(reader, value))),
            Self::Scenario(id) => ViewField::Scenario(super::maybe_id(id.as_ref(), reader, value)),
            Self::Overlay(overlay) => ViewField::Overlay(overlay.map(Into::into)),
            Self::Caption(text) => ViewField::Caption(text.as_str().to_owned()),
            Self::Plays(plays) => ViewField::Plays(*plays),
        }
    }
}

fields_file! {
    /// Fields of a note.
    NoteFieldFile {
        Kind(NoteKindFile),
        Text(Text<'a>),
        At {
            #[serde(default, skip_serializing_if = "Option::is_none")]
            at: Option<Pair>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            size: Option<Pair>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            colour: Option<Text<'a>>,
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            locked: bool,
        },
    }
}

impl<'a> From<&'a NoteField> for NoteFieldFile<'a> {
    fn from(field: &'a NoteField) -> Self {
        match field {
            NoteField::Kind(kind) => Self::Kind((*kind).into()),
            NoteField::Text(text) => Self::Text(text.as_str().into()),
            NoteField::At(placement) => {
                let (at, size, colour, locked) = placement_fields(placement);
                Self::At {
                    at,
                    size,
                    colour,
                    locked,
                }
            }
        }
    }
}

impl NoteFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> NoteField {
        match self {
            Self::Kind(kind) => NoteField::Kind((*kind).into()),
            Self::Text(text) => NoteField::Text(text.as_str().to_owned()),
            Self::At {
                at: position,
                size,
                colour,
                locked,
            } => NoteField::At(reader.placement([*position, *size], colour.as_ref(), *locked, at)),
        }
    }
}

fields_file! {
    /// Fields of a group.
    GroupFieldFile {
        Name(Text<'a>),
        Stages(Vec<Text<'a>>),
        Collapsed(bool),
        Colour(Option<Text<'a>>),
    }
}

impl<'a> From<&'a GroupField> for GroupFieldFile<'a> {
    fn from(field: &'a GroupField) -> Self {
        match field {
            GroupField::Name(name) => Self::Name(name.as_str().into()),
            GroupField::Stages(stages) => {
                Self::Stages(stages.iter().map(|id| id.as_str().into()).collect())
            }
            GroupField::IsCollapsed(is_collapsed) => Self::Collapsed(*is_collapsed),
            GroupField::Colour(colour) => Self::Colour(colour.map(Text::of)),
        }
    }
}

impl GroupFieldFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> GroupField {
        let value = at.item(0);
        match self {
            Self::Name(text) => GroupField::Name(text.as_str().to_owned()),
            Self::Stages(stages) => GroupField::Stages(reader.ids(stages, value)),
            Self::Collapsed(is_collapsed) => GroupField::IsCollapsed(*is_collapsed),
            Self::Colour(colour) => GroupField::Colour(reader.colour(colour.as_ref(), value)),
        }
    }
}
