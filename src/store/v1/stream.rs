//! Streams and their demands in the file.

use serde::{Deserialize, Serialize};

use crate::model::{
    Arrivals, Class, ClassId, Demand, DemandId, Id, ScorecardEntry, Slug, Stream, StreamId, Target,
    parse_date_time, print_date_time,
};

use super::leaf::{Figure, Text, file_struct, unless};
use super::reader::{Place, Reader};

file_struct! {
    pub(in crate::store) StreamFile "Stream" {
        id: Option<Text<'a>>,
        name: Option<Text<'a>>,
        item: Option<Text<'a>>,
        demands: Vec<DemandFile<'a>>,
        priority: Option<Figure<'a>>,
        wip_limit: Option<Figure<'a>>,
        target: Option<TargetFile<'a>>,
        cost_of_delay: Option<Figure<'a>>,
        scorecard: Vec<ScorecardFile<'a>>,
        colour: Option<Text<'a>>,
    }
}

file_struct! {
    pub(in crate::store) DemandFile "Demand" {
        id: Option<Text<'a>>,
        class: Option<ClassFile<'a>>,
        arrivals: Option<ArrivalsFile<'a>>,
        at: Vec<Text<'a>>,
    }
}

file_struct! {
    pub(in crate::store) ClassFile "Class" {
        id: Option<Text<'a>>,
        name: Option<Text<'a>>,
        priority: Option<Figure<'a>>,
        cost_of_delay: Option<Figure<'a>>,
    }
}

file_struct! {
    pub(in crate::store) ScorecardFile "Scorecard" {
        name: Option<Text<'a>>,
        now: Option<Figure<'a>>,
        target: Option<Figure<'a>>,
        floor: Option<Figure<'a>>,
    }
}

/// When items arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(deserialize = "'de: 'a"))]
pub(in crate::store) enum ArrivalsFile<'a> {
    Every {
        gap: Text<'a>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        batch: Option<Figure<'a>>,
    },
    Dates(Vec<Text<'a>>),
    Backlog,
}

/// What a lead time should be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(deserialize = "'de: 'a"))]
pub(in crate::store) enum TargetFile<'a> {
    LeadTime(Text<'a>),
    Date(Text<'a>),
}

impl From<&Target> for TargetFile<'_> {
    fn from(target: &Target) -> Self {
        match target {
            Target::LeadTime(time) => Self::LeadTime(Text::of(time)),
            Target::Date(date) => Self::Date(Text::of(print_date_time(*date))),
        }
    }
}

impl TargetFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> Option<Target> {
        let first = at.item(0);
        match self {
            Self::LeadTime(time) => reader.time(Some(time), first).map(Target::LeadTime),
            Self::Date(date) => reader
                .parsed(date, first, parse_date_time)
                .map(Target::Date),
        }
    }
}

impl From<&Arrivals> for ArrivalsFile<'_> {
    fn from(arrivals: &Arrivals) -> Self {
        match arrivals {
            Arrivals::Every { gap, batch } => Self::Every {
                gap: Text::of(gap),
                batch: unless(*batch, &1),
            },
            Arrivals::Dates(dates) => Self::Dates(
                dates
                    .iter()
                    .map(|&date| Text::of(print_date_time(date)))
                    .collect(),
            ),
            Arrivals::Backlog => Self::Backlog,
        }
    }
}

impl ArrivalsFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> Arrivals {
        match self {
            Self::Every { gap, batch } => Arrivals::Every {
                gap: reader
                    .distribution(Some(gap), at.field("gap"))
                    .unwrap_or_default(),
                batch: reader.count(batch.as_ref(), at.field("batch")).unwrap_or(1),
            },
            Self::Dates(dates) => {
                let list = at.item(0);
                Arrivals::Dates(
                    dates
                        .iter()
                        .enumerate()
                        .filter_map(|(n, date)| reader.parsed(date, list.item(n), parse_date_time))
                        .collect(),
                )
            }
            Self::Backlog => Arrivals::Backlog,
        }
    }
}

impl<'a> From<&'a Class> for ClassFile<'a> {
    fn from(class: &'a Class) -> Self {
        Self {
            id: Some(class.id.as_str().into()),
            name: Some(class.name.as_str().into()),
            priority: class.priority.map(Into::into),
            cost_of_delay: class.cost_of_delay.map(Into::into),
        }
    }
}

impl ClassFile<'_> {
    /// Turns it into the model's; an id left out is made from the name.
    pub fn read(&self, reader: &mut Reader, at: Place<'_>) -> Option<Class> {
        let id: ClassId = match (&self.id, &self.name) {
            (Some(id), _) => reader.id(id, at.field("id"))?,
            (None, Some(name)) => ClassId::from_slug(Slug::from_name(name.as_str(), ClassId::KIND)),
            (None, None) => {
                reader.needed(self.name.as_ref(), at, "name", "\"Trailer\"");
                return None;
            }
        };
        Some(Class {
            id,
            name: super::name_or_id(self.name.as_ref(), id),
            priority: reader.whole(
                self.priority.as_ref(),
                at.field("priority"),
                i32::MIN..=i32::MAX,
            ),
            cost_of_delay: reader.money(self.cost_of_delay.as_ref(), at.field("cost_of_delay")),
        })
    }
}

impl<'a> From<&'a Demand> for DemandFile<'a> {
    fn from(demand: &'a Demand) -> Self {
        Self {
            id: Some(demand.id.as_str().into()),
            class: demand.class.as_ref().map(Into::into),
            arrivals: Some((&demand.arrivals).into()),
            at: demand.at.iter().map(|id| id.as_str().into()).collect(),
        }
    }
}

impl DemandFile<'_> {
    /// Returns what an id left out is made from: the class.
    pub fn name_for_id(&self) -> Slug {
        let class = self.class.as_ref();
        let name = class.and_then(|class| class.id.as_ref().or(class.name.as_ref()));
        Slug::from_name(name.map_or("", Text::as_str), DemandId::KIND)
    }

    /// Turns it into the model's.
    pub fn read(&self, id: DemandId, reader: &mut Reader, at: Place<'_>) -> Demand {
        let arrivals = reader.needed(
            self.arrivals.as_ref(),
            at,
            "arrivals",
            "every(gap: \"exponential(2d)\")",
        );
        Demand {
            id,
            class: self
                .class
                .as_ref()
                .and_then(|class| class.read(reader, at.field("class"))),
            arrivals: arrivals.map_or(Arrivals::Backlog, |arrivals| {
                arrivals.read(reader, at.field("arrivals"))
            }),
            at: reader.ids(&self.at, at.field("at")),
        }
    }
}

impl<'a> From<&'a ScorecardEntry> for ScorecardFile<'a> {
    fn from(entry: &'a ScorecardEntry) -> Self {
        Self {
            name: Some(entry.name.as_str().into()),
            now: entry.now.map(Figure::Real),
            target: entry.target.map(Figure::Real),
            floor: entry.floor.map(Figure::Real),
        }
    }
}

/// Reads the figures that the program cannot compute.
pub(super) fn read_scorecard(
    entries: &[ScorecardFile<'_>],
    reader: &mut Reader,
    at: Place<'_>,
) -> Vec<ScorecardEntry> {
    entries
        .iter()
        .enumerate()
        .map(|(n, entry)| {
            let at = at.item(n);
            reader.needed(entry.name.as_ref(), at, "name", "\"Subscriber growth, %\"");
            ScorecardEntry {
                name: super::text_or_empty(entry.name.as_ref()),
                now: reader.number(entry.now.as_ref(), at.field("now")),
                target: reader.number(entry.target.as_ref(), at.field("target")),
                floor: reader.number(entry.floor.as_ref(), at.field("floor")),
            }
        })
        .collect()
}

impl<'a> From<&'a Stream> for StreamFile<'a> {
    fn from(stream: &'a Stream) -> Self {
        Self {
            id: Some(stream.id.as_str().into()),
            name: Some(stream.name.as_str().into()),
            item: Text::unless_empty(&stream.item),
            demands: stream.demands.iter().map(Into::into).collect(),
            priority: unless(stream.priority, &0),
            wip_limit: stream.wip_limit.map(Into::into),
            target: stream.target.as_ref().map(Into::into),
            cost_of_delay: stream.cost_of_delay.map(Into::into),
            scorecard: stream.scorecard.iter().map(Into::into).collect(),
            colour: stream.colour.map(Text::of),
        }
    }
}

impl StreamFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: StreamId, reader: &mut Reader, at: Place<'_>) -> Stream {
        let demands_at = at.field("demands");
        let ids = super::ids::table_ids(
            self.demands
                .iter()
                .map(|demand| (demand.id.as_ref(), || demand.name_for_id())),
            reader,
            demands_at,
        );
        let demands: Vec<Demand> = self
            .demands
            .iter()
            .zip(&ids)
            .enumerate()
            .map(|(n, (demand, &id))| demand.read(id, reader, demands_at.item(n)))
            .collect();
        super::ids::unique(&ids, reader, demands_at);
        Stream {
            id,
            name: super::name_or_id(self.name.as_ref(), id),
            item: super::text_or_empty(self.item.as_ref()),
            demands,
            priority: reader
                .whole(
                    self.priority.as_ref(),
                    at.field("priority"),
                    i32::MIN..=i32::MAX,
                )
                .unwrap_or(0),
            wip_limit: reader.whole(self.wip_limit.as_ref(), at.field("wip_limit"), 0..=u32::MAX),
            target: self
                .target
                .as_ref()
                .and_then(|target| target.read(reader, at.field("target"))),
            cost_of_delay: reader.money(self.cost_of_delay.as_ref(), at.field("cost_of_delay")),
            scorecard: read_scorecard(&self.scorecard, reader, at.field("scorecard")),
            colour: reader.colour(self.colour.as_ref(), at.field("colour")),
        }
    }
}
