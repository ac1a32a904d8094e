//! Scenarios, interventions, views, notes and groups in the file.

use serde::{Deserialize, Serialize};

use crate::model::{
    Change, Group, GroupId, Intervention, InterventionId, LaneMode, Note, NoteId, NoteKind,
    Overlay, Scenario, ScenarioId, View, ViewId, WorldPoint, WorldRect,
};

use super::change::ChangeFile;
use super::leaf::{Figure, Pair, Text, file_enum, file_struct, unless};
use super::reader::{Place, Reader};

file_enum!(
    LaneModeFile = LaneMode {
        None,
        Team,
        Phase,
        Stream,
    }
);
file_enum!(
    OverlayFile = Overlay {
        Heat,
        Utilisation,
        Automation,
    }
);
file_enum!(NoteKindFile = NoteKind { Sticky, Kaizen });

/// Writes Changes.
pub(in crate::store) fn change_files(changes: &[Change]) -> Vec<ChangeFile<'_>> {
    changes.iter().map(Into::into).collect()
}

/// Reads Changes.
pub(in crate::store) fn read_changes(
    changes: &[ChangeFile<'_>],
    reader: &mut Reader,
    at: Place<'_>,
) -> Vec<Change> {
    changes
        .iter()
        .enumerate()
        .filter_map(|(n, change)| change.read(reader, at.item(n)))
        .collect()
}

file_struct! {
    pub(in crate::store) ScenarioFile "Scenario" {
        id: Option<Text<'a>>,
        name: Option<Text<'a>>,
        description: Option<Text<'a>>,
        on: Option<Text<'a>>,
        changes: Vec<ChangeFile<'a>>,
    }
}

impl<'a> From<&'a Scenario> for ScenarioFile<'a> {
    fn from(scenario: &'a Scenario) -> Self {
        Self {
            id: Some(scenario.id.as_str().into()),
            name: Some(scenario.name.as_str().into()),
            description: Text::unless_empty(&scenario.description),
            on: scenario.on.map(|id| id.as_str().into()),
            changes: change_files(&scenario.changes),
        }
    }
}

impl ScenarioFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: ScenarioId, reader: &mut Reader, at: Place<'_>) -> Scenario {
        Scenario {
            id,
            name: super::name_or_id(self.name.as_ref(), id),
            description: super::text_or_empty(self.description.as_ref()),
            on: super::maybe_id(self.on.as_ref(), reader, at.field("on")),
            changes: read_changes(&self.changes, reader, at.field("changes")),
        }
    }
}

file_struct! {
    pub(in crate::store) InterventionFile "Intervention" {
        id: Option<Text<'a>>,
        name: Option<Text<'a>>,
        once: Option<Figure<'a>>,
        yearly: Option<Figure<'a>>,
        changes: Vec<ChangeFile<'a>>,
    }
}

impl<'a> From<&'a Intervention> for InterventionFile<'a> {
    fn from(intervention: &'a Intervention) -> Self {
        Self {
            id: Some(intervention.id.as_str().into()),
            name: Some(intervention.name.as_str().into()),
            once: intervention.once.map(Into::into),
            yearly: intervention.yearly.map(Into::into),
            changes: change_files(&intervention.changes),
        }
    }
}

impl InterventionFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: InterventionId, reader: &mut Reader, at: Place<'_>) -> Intervention {
        Intervention {
            id,
            name: super::name_or_id(self.name.as_ref(), id),
            changes: read_changes(&self.changes, reader, at.field("changes")),
            once: reader.money(self.once.as_ref(), at.field("once")),
            yearly: reader.money(self.yearly.as_ref(), at.field("yearly")),
        }
    }
}

/// A part of the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Frame")]
pub(in crate::store) struct FrameFile {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl From<WorldRect> for FrameFile {
    fn from(rect: WorldRect) -> Self {
        Self {
            left: rect.min.x,
            top: rect.min.y,
            right: rect.max.x,
            bottom: rect.max.y,
        }
    }
}

impl FrameFile {
    /// Turns it into the model's.
    pub fn read(self, reader: &mut Reader, at: Place<'_>) -> WorldRect {
        for (field, number) in [
            ("left", self.left),
            ("top", self.top),
            ("right", self.right),
            ("bottom", self.bottom),
        ] {
            reader.number(Some(&Figure::Real(number)), at.field(field));
        }
        WorldRect {
            min: WorldPoint::new(self.left, self.top),
            max: WorldPoint::new(self.right, self.bottom),
        }
    }
}

file_struct! {
    pub(in crate::store) ViewFile "View" {
        id: Option<Text<'a>>,
        name: Option<Text<'a>>,
        frame: Option<FrameFile>,
        scenario: Option<Text<'a>>,
        overlay: Option<OverlayFile>,
        caption: Option<Text<'a>>,
        plays: bool,
    }
}

impl<'a> From<&'a View> for ViewFile<'a> {
    fn from(view: &'a View) -> Self {
        Self {
            id: Some(view.id.as_str().into()),
            name: Some(view.name.as_str().into()),
            frame: view.frame.map(Into::into),
            scenario: view.scenario.map(|id| id.as_str().into()),
            overlay: view.overlay.map(Into::into),
            caption: Text::unless_empty(&view.caption),
            plays: view.plays,
        }
    }
}

impl ViewFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: ViewId, reader: &mut Reader, at: Place<'_>) -> View {
        View {
            id,
            name: super::name_or_id(self.name.as_ref(), id),
            frame: self
                .frame
                .map(|frame| frame.read(reader, at.field("frame"))),
            scenario: super::maybe_id(self.scenario.as_ref(), reader, at.field("scenario")),
            overlay: self.overlay.map(Into::into),
            caption: super::text_or_empty(self.caption.as_ref()),
            plays: self.plays,
        }
    }
}

file_struct! {
    pub(in crate::store) NoteFile "Note" {
        id: Option<Text<'a>>,
        kind: Option<NoteKindFile>,
        text: Option<Text<'a>>,
        at: Option<Pair>,
        size: Option<Pair>,
        colour: Option<Text<'a>>,
        locked: bool,
    }
}

impl<'a> From<&'a Note> for NoteFile<'a> {
    fn from(note: &'a Note) -> Self {
        Self {
            id: Some(note.id.as_str().into()),
            kind: unless(note.kind, &NoteKind::default()),
            text: Text::unless_empty(&note.text),
            at: note.at.position.map(Into::into),
            size: note.at.size.map(Into::into),
            colour: note.at.colour.map(Text::of),
            locked: note.at.is_locked,
        }
    }
}

impl NoteFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: NoteId, reader: &mut Reader, at: Place<'_>) -> Note {
        Note {
            id,
            kind: self.kind.map(Into::into).unwrap_or_default(),
            text: super::text_or_empty(self.text.as_ref()),
            at: reader.placement([self.at, self.size], self.colour.as_ref(), self.locked, at),
        }
    }
}

file_struct! {
    pub(in crate::store) GroupFile "Group" {
        id: Option<Text<'a>>,
        name: Option<Text<'a>>,
        stages: Vec<Text<'a>>,
        collapsed: bool,
        colour: Option<Text<'a>>,
    }
}

impl<'a> From<&'a Group> for GroupFile<'a> {
    fn from(group: &'a Group) -> Self {
        Self {
            id: Some(group.id.as_str().into()),
            name: Some(group.name.as_str().into()),
            stages: group.stages.iter().map(|id| id.as_str().into()).collect(),
            collapsed: group.is_collapsed,
            colour: group.colour.map(Text::of),
        }
    }
}

impl GroupFile<'_> {
    /// Turns it into the model's.
    pub fn read(&self, id: GroupId, reader: &mut Reader, at: Place<'_>) -> Group {
        Group {
            id,
            name: super::name_or_id(self.name.as_ref(), id),
            stages: reader.ids(&self.stages, at.field("stages")),
            is_collapsed: self.collapsed,
            colour: reader.colour(self.colour.as_ref(), at.field("colour")),
        }
    }
}
