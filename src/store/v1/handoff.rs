//! Handoffs in the file.

use serde::{Deserialize, Serialize};

use crate::model::{Handoff, HandoffId, HandoffKind, Needs, Only, Rhythm, Trigger, WorldPoint};

use super::leaf::{Figure, Pair, Text, file_enum, file_struct, unless};
use super::people::read_zone;
use super::reader::{Place, Reader, unreadable};
use super::stage::EvidenceFile;

file_enum!(
    NeedsFile = Needs {
        Required,
        Customary,
    }
);

/// The kinds; what belongs to rework alone stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::store) enum KindFile {
    Forward,
    Rework,
    Feedback,
}

impl KindFile {
    /// Splits a kind into what stands in `kind` and in `at_most`.
    pub fn of(kind: HandoffKind) -> (Self, Option<u32>) {
        match kind {
            HandoffKind::Forward => (Self::Forward, None),
            HandoffKind::Rework { at_most } => (Self::Rework, at_most),
            HandoffKind::Feedback => (Self::Feedback, None),
        }
    }

    /// Turns it into the model's.
    pub fn with(self, at_most: Option<u32>) -> HandoffKind {
        match self {
            Self::Forward => HandoffKind::Forward,
            Self::Rework => HandoffKind::Rework { at_most },
            Self::Feedback => HandoffKind::Feedback,
        }
    }
}

/// What makes an item move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(deserialize = "'de: 'a"))]
pub(in crate::store) enum TriggerFile<'a> {
    Manual(Text<'a>),
    Scheduled {
        rhythm: Text<'a>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<Text<'a>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slots: Option<Figure<'a>>,
    },
    /// At once.
    Automatic,
    /// After a latency.
    AutomaticAfter(Text<'a>),
}

impl<'a> From<&'a Trigger> for TriggerFile<'a> {
    fn from(trigger: &'a Trigger) -> Self {
        match trigger {
            Trigger::Manual(delay) => Self::Manual(Text::of(delay)),
            Trigger::Scheduled {
                rhythm,
                zone,
                slots,
            } => Self::Scheduled {
                rhythm: Text::of(rhythm),
                zone: zone.as_ref().map(|zone| zone.name().into()),
                slots: slots.map(Into::into),
            },
            Trigger::Automatic(latency) if *latency == Default::default() => Self::Automatic,
            Trigger::Automatic(latency) => Self::AutomaticAfter(Text::of(latency)),
        }
    }
}

impl TriggerFile<'_> {
    /// Turns it into the model's; what stands in the brackets of a variant is its first item.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> Trigger {
        let first = at.item(0);
        match self {
            Self::Manual(delay) => {
                Trigger::Manual(reader.distribution(Some(delay), first).unwrap_or_default())
            }
            Self::Scheduled {
                rhythm,
                zone,
                slots,
            } => Trigger::Scheduled {
                rhythm: reader
                    .parsed(rhythm, at.field("rhythm"), Rhythm::parse)
                    .unwrap_or(Rhythm::Weekly(Vec::new())),
                zone: read_zone(zone.as_ref(), reader, at.field("zone")),
                slots: reader.whole(slots.as_ref(), at.field("slots"), 0..=u32::MAX),
            },
            Self::Automatic => Trigger::Automatic(Default::default()),
            Self::AutomaticAfter(latency) => {
                Trigger::Automatic(reader.time(Some(latency), first).unwrap_or_default())
            }
        }
    }
}

/// Whom a handoff is open to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(deserialize = "'de: 'a"))]
pub(in crate::store) enum OnlyFile<'a> {
    Stream(Text<'a>),
    Class(Text<'a>),
}

impl From<&Only> for OnlyFile<'_> {
    fn from(only: &Only) -> Self {
        match only {
            Only::Stream(id) => Self::Stream(id.as_str().into()),
            Only::Class(id) => Self::Class(id.as_str().into()),
        }
    }
}

/// Reads whom a handoff is open to.
pub(super) fn read_only(only: &[OnlyFile<'_>], reader: &mut Reader, at: Place<'_>) -> Vec<Only> {
    only.iter()
        .enumerate()
        .filter_map(|(n, only)| {
            let at = at.item(n);
            let first = at.item(0);
            match only {
                OnlyFile::Stream(id) => reader.id(id, first).map(Only::Stream),
                OnlyFile::Class(id) => reader.id(id, first).map(Only::Class),
            }
        })
        .collect()
}

/// Reads corners.
pub(super) fn read_bends(bends: &[Pair], reader: &mut Reader, at: Place<'_>) -> Vec<WorldPoint> {
    bends
        .iter()
        .enumerate()
        .map(|(n, &pair)| reader.point(pair, at.item(n)))
        .collect()
}

file_struct! {
    pub(in crate::store) HandoffFile "Handoff" {
        id: Option<Text<'a>>,
        from: Option<Text<'a>>,
        to: Option<Text<'a>>,
        kind: Option<KindFile>,
        share: Option<Figure<'a>>,
        at_most: Option<Figure<'a>>,
        trigger: Option<TriggerFile<'a>>,
        only: Vec<OnlyFile<'a>>,
        needs: Option<NeedsFile>,
        relaxed: bool,
        artifact: Option<Text<'a>>,
        inventory: Option<Figure<'a>>,
        automation_cost: Option<Figure<'a>>,
        evidence: Option<EvidenceFile<'a>>,
        notes: Option<Text<'a>>,
        bends: Vec<Pair>,
        tidied: bool,
    }
}

impl<'a> From<&'a Handoff> for HandoffFile<'a> {
    fn from(handoff: &'a Handoff) -> Self {
        let (kind, at_most) = KindFile::of(handoff.kind);
        Self {
            id: Some(handoff.id.as_str().into()),
            from: Some(handoff.from.as_str().into()),
            to: Some(handoff.to.as_str().into()),
            kind: unless(kind, &KindFile::Forward),
            share: handoff.share.map(Into::into),
            at_most: at_most.map(Into::into),
            trigger: (handoff.trigger != Trigger::default()).then(|| (&handoff.trigger).into()),
            only: handoff.only.iter().map(Into::into).collect(),
            needs: unless(handoff.needs, &Needs::default()),
            relaxed: handoff.is_relaxed,
            artifact: Text::unless_empty(&handoff.artifact),
            inventory: handoff.inventory.map(Into::into),
            automation_cost: handoff.automation_cost.map(Into::into),
            evidence: handoff.evidence.as_ref().map(Into::into),
            notes: Text::unless_empty(&handoff.notes),
            bends: handoff.bends.iter().map(|&point| point.into()).collect(),
            tidied: handoff.is_tidied,
        }
    }
}

impl HandoffFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: HandoffId, reader: &mut Reader, at: Place<'_>) -> Handoff {
        let mut end = |text: Option<&Text<'_>>, field| {
            reader
                .needed(text, at, field, "\"script\"")
                .and_then(|text| reader.id(text, at.field(field)))
                .unwrap_or_else(unreadable)
        };
        let from = end(self.from.as_ref(), "from");
        let to = end(self.to.as_ref(), "to");
        let kind = self.kind.unwrap_or(KindFile::Forward);
        if self.at_most.is_some() && kind != KindFile::Rework {
            reader.fault(
                at.field("at_most"),
                "at_most is said of rework only",
                Some("add kind: rework, or leave at_most out".to_owned()),
            );
        }
        let at_most = reader.whole(self.at_most.as_ref(), at.field("at_most"), 0..=u32::MAX);
        Handoff {
            id,
            from,
            to,
            kind: kind.with(at_most),
            trigger: self
                .trigger
                .as_ref()
                .map(|trigger| trigger.read(reader, at.field("trigger")))
                .unwrap_or_default(),
            share: reader.share(self.share.as_ref(), at.field("share")),
            only: read_only(&self.only, reader, at.field("only")),
            needs: self.needs.map(Into::into).unwrap_or_default(),
            is_relaxed: self.relaxed,
            artifact: super::text_or_empty(self.artifact.as_ref()),
            inventory: reader.whole(self.inventory.as_ref(), at.field("inventory"), 0..=u64::MAX),
            automation_cost: reader
                .money(self.automation_cost.as_ref(), at.field("automation_cost")),
            evidence: self
                .evidence
                .as_ref()
                .and_then(|evidence| evidence.read(reader, at.field("evidence"))),
            notes: super::text_or_empty(self.notes.as_ref()),
            bends: read_bends(&self.bends, reader, at.field("bends")),
            is_tidied: self.tidied && !self.bends.is_empty(),
        }
    }
}
