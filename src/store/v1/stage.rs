//! Stages in the file.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::model::{
    Automation, Batch, ClassId, Distribution, Entry, Evidence, EvidenceKind, Exit, Phase,
    Placement, ReworkWork, Stage, StageId, Value, WorkTime,
};

use super::leaf::{Figure, LeftOut, Pair, Text, file_enum, file_struct, unless};
use super::reader::{Place, Reader};

file_enum!(
    AutomationFile = Automation {
        Manual,
        Assisted,
        Automatic,
    }
);
file_enum!(
    ValueFile = Value {
        Adds,
        Necessary,
        Waste,
    }
);
file_enum!(EntryFile = Entry { Any, All });
file_enum!(ExitFile = Exit { ChooseOne, TakeAll });
file_enum!(
    EvidenceKindFile = EvidenceKind {
        Measured,
        Estimated,
        Guessed,
    }
);

file_struct! {
    pub(in crate::store) StageFile "Stage" {
        id: Option<Text<'a>>,
        name: Option<Text<'a>>,
        stream: Option<Text<'a>>,
        phase: Option<PhaseFile<'a>>,
        team: Option<Text<'a>>,
        crew: Option<Figure<'a>>,
        work: Option<Text<'a>>,
        class_work: ClassWorkFile<'a>,
        rework_work: Option<Figure<'a>>,
        copies: Option<Figure<'a>>,
        enough: Option<Figure<'a>>,
        batch: Option<BatchFile<'a>>,
        setup: Option<Text<'a>>,
        limit: Option<Figure<'a>>,
        availability: Option<Figure<'a>>,
        automation: Option<AutomationFile>,
        value: Option<ValueFile>,
        entry: Option<EntryFile>,
        exit: Option<ExitFile>,
        priority: Option<Figure<'a>>,
        ca: Option<Figure<'a>>,
        cost: Option<Figure<'a>>,
        systems: Vec<Text<'a>>,
        stakeholders: Vec<Text<'a>>,
        satisfaction: Option<Figure<'a>>,
        evidence: Option<EvidenceFile<'a>>,
        notes: Option<Text<'a>>,
        at: Option<Pair>,
        size: Option<Pair>,
        colour: Option<Text<'a>>,
        locked: bool,
    }
}

/// The phases, and the user's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(deserialize = "'de: 'a"))]
pub(in crate::store) enum PhaseFile<'a> {
    Ideation,
    Production,
    Rights,
    Distribution,
    Audience,
    Revenue,
    Own(Text<'a>),
}

impl<'a> From<&'a Phase> for PhaseFile<'a> {
    fn from(phase: &'a Phase) -> Self {
        match phase {
            Phase::Ideation => Self::Ideation,
            Phase::Production => Self::Production,
            Phase::Rights => Self::Rights,
            Phase::Distribution => Self::Distribution,
            Phase::Audience => Self::Audience,
            Phase::Revenue => Self::Revenue,
            Phase::Own(name) => Self::Own(name.as_str().into()),
        }
    }
}

impl From<&PhaseFile<'_>> for Phase {
    fn from(phase: &PhaseFile<'_>) -> Self {
        match phase {
            PhaseFile::Ideation => Self::Ideation,
            PhaseFile::Production => Self::Production,
            PhaseFile::Rights => Self::Rights,
            PhaseFile::Distribution => Self::Distribution,
            PhaseFile::Audience => Self::Audience,
            PhaseFile::Revenue => Self::Revenue,
            PhaseFile::Own(name) => Self::Own(name.as_str().to_owned()),
        }
    }
}

/// Work by class, written as a map; the order is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::store) struct ClassWorkFile<'a>(Vec<(Text<'a>, Text<'a>)>);

impl LeftOut for ClassWorkFile<'_> {
    fn is_left_out(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for ClassWorkFile<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (class, work) in &self.0 {
            map.serialize_entry(class, work)?;
        }
        map.end()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for ClassWorkFile<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = ClassWorkFile<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map such as {\"trailer\": \"2h\"}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(ClassWorkFile(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl<'a> From<&'a Vec<(ClassId, Distribution<WorkTime>)>> for ClassWorkFile<'a> {
    fn from(entries: &'a Vec<(ClassId, Distribution<WorkTime>)>) -> Self {
        Self(
            entries
                .iter()
                .map(|(class, work)| (class.as_str().into(), Text::of(work)))
                .collect(),
        )
    }
}

impl ClassWorkFile<'_> {
    /// Turns it into the model's.
    pub fn read(
        &self,
        reader: &mut Reader,
        at: Place<'_>,
    ) -> Vec<(ClassId, Distribution<WorkTime>)> {
        self.0
            .iter()
            .enumerate()
            .filter_map(|(n, (class, work))| {
                let class = reader.id(class, at.key(n));
                let work = reader.distribution(Some(work), at.item(n));
                Some((class?, work?))
            })
            .collect()
    }
}

file_struct! {
    pub(in crate::store) BatchFile "Batch" {
        size: Option<Figure<'a>>,
        longest_wait: Option<Text<'a>>,
    }
}

impl From<Batch> for BatchFile<'_> {
    fn from(batch: Batch) -> Self {
        Self {
            size: Some(batch.size.into()),
            longest_wait: batch.longest_wait.map(Text::of),
        }
    }
}

impl BatchFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> Option<Batch> {
        let size = reader.needed(self.size.as_ref(), at, "size", "5")?;
        Some(Batch {
            size: reader.count(Some(size), at.field("size"))?,
            longest_wait: reader.time(self.longest_wait.as_ref(), at.field("longest_wait")),
        })
    }
}

file_struct! {
    pub(in crate::store) EvidenceFile "Evidence" {
        kind: Option<EvidenceKindFile>,
        by: Option<Text<'a>>,
    }
}

impl<'a> From<&'a Evidence> for EvidenceFile<'a> {
    fn from(evidence: &'a Evidence) -> Self {
        Self {
            kind: Some(evidence.kind.into()),
            by: Text::unless_empty(&evidence.by),
        }
    }
}

impl EvidenceFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> Option<Evidence> {
        let kind = reader.needed(self.kind.as_ref(), at, "kind", "measured")?;
        Some(Evidence {
            kind: (*kind).into(),
            by: super::text_or_empty(self.by.as_ref()),
        })
    }
}

/// Writes work of later passes: a factor as a number, work as a text.
pub(super) fn rework_work_file(work: &ReworkWork) -> Figure<'_> {
    match work {
        ReworkWork::Factor(factor) => Figure::Real(*factor),
        ReworkWork::Work(work) => Figure::Text(work.to_string().into()),
    }
}

/// Reads work of later passes.
pub(super) fn read_rework_work(
    figure: Option<&Figure<'_>>,
    reader: &mut Reader,
    at: Place<'_>,
) -> Option<ReworkWork> {
    match figure? {
        Figure::Text(text) => reader
            .distribution(Some(&Text(text.clone())), at)
            .map(ReworkWork::Work),
        figure => match figure.number() {
            Some(factor) if factor.is_finite() && factor >= 0.0 => {
                Some(ReworkWork::Factor(factor + 0.0))
            }
            _ => {
                reader.fault(
                    at,
                    format!("{figure} is no factor"),
                    Some("write a number of 0 or more, or a time such as \"2h\"".to_owned()),
                );
                None
            }
        },
    }
}

/// Reads how satisfied people are, 1 to 5.
pub(super) fn read_satisfaction(
    figure: Option<&Figure<'_>>,
    reader: &mut Reader,
    at: Place<'_>,
) -> Option<u8> {
    reader.whole(figure, at, 1..=5)
}

impl<'a> From<&'a Stage> for StageFile<'a> {
    fn from(stage: &'a Stage) -> Self {
        let Placement {
            position,
            size,
            colour,
            is_locked,
        } = stage.at;
        Self {
            id: Some(stage.id.as_str().into()),
            name: Some(stage.name.as_str().into()),
            stream: stage.stream.map(|id| id.as_str().into()),
            phase: stage.phase.as_ref().map(Into::into),
            team: stage.team.map(|id| id.as_str().into()),
            crew: unless(stage.crew, &1),
            work: stage.work.as_ref().map(Text::of),
            class_work: (&stage.class_work).into(),
            rework_work: stage.rework_work.as_ref().map(rework_work_file),
            copies: unless(stage.copies, &1),
            enough: stage.enough.map(Into::into),
            batch: stage.batch.map(Into::into),
            setup: stage.setup.as_ref().map(Text::of),
            limit: stage.limit.map(Into::into),
            availability: stage.availability.map(Into::into),
            automation: stage.automation.map(Into::into),
            value: stage.value.map(Into::into),
            entry: unless(stage.entry, &Entry::default()),
            exit: unless(stage.exit, &Exit::default()),
            priority: unless(stage.priority, &0),
            ca: stage.ca.map(Into::into),
            cost: stage.cost.map(Into::into),
            systems: super::texts(&stage.systems),
            stakeholders: super::texts(&stage.stakeholders),
            satisfaction: stage.satisfaction.map(Into::into),
            evidence: stage.evidence.as_ref().map(Into::into),
            notes: Text::unless_empty(&stage.notes),
            at: position.map(Into::into),
            size: size.map(Into::into),
            colour: colour.map(Text::of),
            locked: is_locked,
        }
    }
}

impl StageFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: StageId, reader: &mut Reader, at: Place<'_>) -> Stage {
        Stage {
            id,
            name: super::name_or_id(self.name.as_ref(), id),
            stream: super::maybe_id(self.stream.as_ref(), reader, at.field("stream")),
            phase: self.phase.as_ref().map(Into::into),
            team: super::maybe_id(self.team.as_ref(), reader, at.field("team")),
            crew: reader
                .count(self.crew.as_ref(), at.field("crew"))
                .unwrap_or(1),
            work: reader.distribution(self.work.as_ref(), at.field("work")),
            class_work: self.class_work.read(reader, at.field("class_work")),
            rework_work: read_rework_work(
                self.rework_work.as_ref(),
                reader,
                at.field("rework_work"),
            ),
            copies: reader
                .count(self.copies.as_ref(), at.field("copies"))
                .unwrap_or(1),
            enough: reader.whole(self.enough.as_ref(), at.field("enough"), 0..=u32::MAX),
            batch: self
                .batch
                .as_ref()
                .and_then(|batch| batch.read(reader, at.field("batch"))),
            setup: reader.distribution(self.setup.as_ref(), at.field("setup")),
            limit: reader.whole(self.limit.as_ref(), at.field("limit"), 0..=u32::MAX),
            availability: reader.share(self.availability.as_ref(), at.field("availability")),
            automation: self.automation.map(Into::into),
            value: self.value.map(Into::into),
            entry: self.entry.map(Into::into).unwrap_or_default(),
            exit: self.exit.map(Into::into).unwrap_or_default(),
            priority: reader
                .whole(
                    self.priority.as_ref(),
                    at.field("priority"),
                    i32::MIN..=i32::MAX,
                )
                .unwrap_or(0),
            ca: reader.share(self.ca.as_ref(), at.field("ca")),
            cost: reader.money(self.cost.as_ref(), at.field("cost")),
            systems: super::strings(&self.systems),
            stakeholders: super::strings(&self.stakeholders),
            satisfaction: read_satisfaction(
                self.satisfaction.as_ref(),
                reader,
                at.field("satisfaction"),
            ),
            evidence: self
                .evidence
                .as_ref()
                .and_then(|evidence| evidence.read(reader, at.field("evidence"))),
            notes: super::text_or_empty(self.notes.as_ref()),
            at: reader.placement([self.at, self.size], self.colour.as_ref(), self.locked, at),
        }
    }
}
