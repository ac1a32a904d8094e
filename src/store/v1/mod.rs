//! Format 1: the structs of the file, and the way between them and the model.
//!
//! The structs say what stands in a file, field by field, all of them optional, texts as people
//! write them. The model may change; these do not, except that fields are added.

mod board;
mod change;
mod change_fields;
mod elements;
mod handoff;
mod ids;
mod leaf;
mod people;
mod reader;
mod references;
mod stage;
mod stream;

use crate::model::{Id, LaneMode, Model, Settings, Start, Table, parse_date_time, print_date_time};

use board::{GroupFile, InterventionFile, LaneModeFile, NoteFile, ScenarioFile, ViewFile};
use elements::{read_table, table_files};
use handoff::HandoffFile;
use leaf::{file_struct, unless};
use people::{CalendarFile, TeamFile, read_zone};
use stage::StageFile;
use stream::StreamFile;

pub(super) use board::{change_files, read_changes};
pub(super) use change::ChangeFile;
pub(super) use leaf::{Figure, Text};
pub(super) use reader::{Flaw, MOST_FAULTS, Place, Reader, Step};

/// The number of this format.
pub(super) const FORMAT: u32 = 1;

file_struct! {
    /// What stands in a file of format 1.
    ///
    /// Texts are borrowed from the file or from the model where that is possible. The fields are
    /// the file's own business; use [`store::read`](crate::store::read) for the model in it.
    pub ModelFile "Model" {
        format: Option<Figure<'a>>,
        name: Option<Text<'a>>,
        description: Option<Text<'a>>,
        currency: Option<Text<'a>>,
        settings: Option<SettingsFile<'a>>,
        lane_mode: Option<LaneModeFile>,
        calendars: Vec<CalendarFile<'a>>,
        teams: Vec<TeamFile<'a>>,
        streams: Vec<StreamFile<'a>>,
        stages: Vec<StageFile<'a>>,
        handoffs: Vec<HandoffFile<'a>>,
        groups: Vec<GroupFile<'a>>,
        interventions: Vec<InterventionFile<'a>>,
        scenarios: Vec<ScenarioFile<'a>>,
        views: Vec<ViewFile<'a>>,
        notes: Vec<NoteFile<'a>>,
    }
}

file_struct! {
    pub(in crate::store) SettingsFile "Settings" {
        start: Option<Text<'a>>,
        zone: Option<Text<'a>>,
        horizon: Option<Text<'a>>,
        warm_up: Option<Text<'a>>,
        seed: Option<Figure<'a>>,
        precision: Option<Figure<'a>>,
    }
}

impl<'a> From<&'a Settings> for SettingsFile<'a> {
    fn from(settings: &'a Settings) -> Self {
        let default = Settings::default();
        let start = &settings.start;
        Self {
            start: (start.at != default.start.at).then(|| Text::of(print_date_time(start.at))),
            zone: start.zone.as_ref().map(|zone| zone.name().into()),
            horizon: settings.horizon.map(Text::of),
            warm_up: settings.warm_up.map(Text::of),
            seed: unless(settings.seed, &default.seed),
            precision: unless(settings.precision, &default.precision),
        }
    }
}

impl SettingsFile<'_> {
    fn read(&self, reader: &mut Reader, at: Place<'_>) -> Settings {
        let default = Settings::default();
        let start = self
            .start
            .as_ref()
            .and_then(|text| reader.parsed(text, at.field("start"), parse_date_time));
        Settings {
            start: Start {
                at: start.unwrap_or(default.start.at),
                zone: read_zone(self.zone.as_ref(), reader, at.field("zone")),
            },
            horizon: reader.time(self.horizon.as_ref(), at.field("horizon")),
            warm_up: reader.time(self.warm_up.as_ref(), at.field("warm_up")),
            seed: reader
                .whole(self.seed.as_ref(), at.field("seed"), 0..=u64::MAX)
                .unwrap_or(default.seed),
            precision: reader
                .share(self.precision.as_ref(), at.field("precision"))
                .unwrap_or(default.precision),
        }
    }
}

impl<'a> From<&'a Model> for ModelFile<'a> {
    fn from(model: &'a Model) -> Self {
        let default = Model::default();
        Self {
            format: Some(FORMAT.into()),
            name: Text::unless_empty(&model.name),
            description: Text::unless_empty(&model.description),
            currency: (model.currency != default.currency).then(|| model.currency.as_str().into()),
            settings: (model.settings != default.settings).then(|| (&model.settings).into()),
            lane_mode: unless(model.lane_mode, &LaneMode::default()),
            calendars: table_files(&model.calendars),
            teams: table_files(&model.teams),
            streams: table_files(&model.streams),
            stages: table_files(&model.stages),
            handoffs: table_files(&model.handoffs),
            groups: table_files(&model.groups),
            interventions: table_files(&model.interventions),
            scenarios: table_files(&model.scenarios),
            views: table_files(&model.views),
            notes: table_files(&model.notes),
        }
    }
}

impl ModelFile<'_> {
    /// Returns the number of the format that the file says it has; none when it says no number.
    pub(super) fn format(&self) -> Option<i128> {
        match self.format {
            Some(Figure::Whole(format)) => Some(format),
            _ => None,
        }
    }

    /// Turns it into the model; what is wrong with it is left with the reader.
    pub(super) fn read(&self, reader: &mut Reader) -> Model {
        let root = Place::ROOT;
        if self.format().is_none_or(|format| format < 1) {
            reader.fault(
                root.field("format"),
                "the number of the format is missing",
                Some("write format: 1 first".to_owned()),
            );
        }
        let default = Model::default();
        let model = Model {
            name: text_or_empty(self.name.as_ref()),
            description: text_or_empty(self.description.as_ref()),
            currency: self
                .currency
                .as_ref()
                .map_or(default.currency, |text| text.as_str().to_owned()),
            settings: self.settings.as_ref().map_or(default.settings, |settings| {
                settings.read(reader, root.field("settings"))
            }),
            lane_mode: self.lane_mode.map(Into::into).unwrap_or_default(),
            calendars: read_table(&self.calendars, reader, root.field("calendars")),
            teams: read_table(&self.teams, reader, root.field("teams")),
            streams: read_table(&self.streams, reader, root.field("streams")),
            stages: read_table(&self.stages, reader, root.field("stages")),
            handoffs: read_table(&self.handoffs, reader, root.field("handoffs")),
            groups: read_table(&self.groups, reader, root.field("groups")),
            interventions: read_table(&self.interventions, reader, root.field("interventions")),
            scenarios: read_table(&self.scenarios, reader, root.field("scenarios")),
            views: read_table(&self.views, reader, root.field("views")),
            notes: read_table(&self.notes, reader, root.field("notes")),
        };
        references::check(self, &model, reader);
        model
    }
}

/// What the fields of the structs along a path are called, for a hint at a mistyped one; none
/// where the path leads elsewhere.
pub(super) fn fields_at(path: &[&str]) -> &'static [&'static str] {
    match path {
        [] => ModelFile::FIELDS,
        ["settings"] => SettingsFile::FIELDS,
        ["calendars"] => CalendarFile::FIELDS,
        ["calendars", "special_days"] => people::SpecialDayFile::FIELDS,
        ["teams"] => TeamFile::FIELDS,
        ["streams"] => StreamFile::FIELDS,
        ["streams", "demands"] => stream::DemandFile::FIELDS,
        ["streams", "demands", "class"] => stream::ClassFile::FIELDS,
        ["streams", "scorecard"] => stream::ScorecardFile::FIELDS,
        ["stages"] => StageFile::FIELDS,
        ["stages", "batch"] => stage::BatchFile::FIELDS,
        ["stages" | "handoffs", "evidence"] => stage::EvidenceFile::FIELDS,
        ["handoffs"] => HandoffFile::FIELDS,
        ["groups"] => GroupFile::FIELDS,
        ["interventions"] => InterventionFile::FIELDS,
        ["scenarios"] => ScenarioFile::FIELDS,
        ["views"] => ViewFile::FIELDS,
        ["notes"] => NoteFile::FIELDS,
        _ => &[],
    }
}

/// The name as said; left out, the id.
fn name_or_id(name: Option<&Text<'_>>, id: impl Id) -> String {
    name.map_or(id.slug().as_str(), Text::as_str).to_owned()
}

fn text_or_empty(text: Option<&Text<'_>>) -> String {
    text.map_or("", Text::as_str).to_owned()
}

fn maybe_id<I: Id>(text: Option<&Text<'_>>, reader: &mut Reader, at: Place<'_>) -> Option<I> {
    reader.id(text?, at)
}

fn texts(strings: &[String]) -> Vec<Text<'_>> {
    strings.iter().map(|text| text.as_str().into()).collect()
}

fn strings(texts: &[Text<'_>]) -> Vec<String> {
    texts.iter().map(|text| text.as_str().to_owned()).collect()
}

/// Returns the ids of a table, for a hint.
fn ids_of<T: crate::model::Element>(table: &Table<T>) -> Vec<&'static str> {
    table
        .iter()
        .map(|element| element.id().slug().as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_in_the_docs_has_every_field() {
        let docs = include_str!("../../../docs/format.md");
        let example = docs.rsplit("```ron\n").next().expect("there is an example");
        let lists: [&[&str]; 17] = [
            &[],
            &["settings"],
            &["calendars"],
            &["calendars", "special_days"],
            &["teams"],
            &["streams"],
            &["streams", "demands"],
            &["streams", "demands", "class"],
            &["streams", "scorecard"],
            &["stages"],
            &["stages", "batch"],
            &["stages", "evidence"],
            &["handoffs"],
            &["groups"],
            &["interventions"],
            &["scenarios"],
            &["views"],
        ];
        for list in lists {
            let table = list.first().map_or(example, |table| {
                let start = example
                    .find(&format!("    {table}: "))
                    .expect("it is there");
                let rest = &example[start..];
                let end = rest.find("\n    ]").or_else(|| rest.find("\n    )"));
                &rest[..end.expect("it ends")]
            });
            assert!(!fields_at(list).is_empty());
            for field in fields_at(list) {
                assert!(table.contains(&format!("{field}: ")), "{field} of {list:?}");
            }
        }
    }
}
