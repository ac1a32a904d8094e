//! What all tables of a file have in common: elements with ids, said or made from names.

use crate::model::{
    Calendar, Element, Group, Handoff, Id, Intervention, Note, Scenario, Slug, Stage, Stream,
    Table, Team, View,
};

use super::board::{GroupFile, InterventionFile, NoteFile, ScenarioFile, ViewFile};
use super::handoff::HandoffFile;
use super::ids::{table_ids, unique};
use super::leaf::Text;
use super::people::{CalendarFile, TeamFile};
use super::reader::{Place, Reader};
use super::stage::StageFile;
use super::stream::StreamFile;

/// An element of a table as the file says it.
pub(super) trait FileElement {
    /// What it is in the model.
    type Model: Element;

    /// The id as said.
    fn said_id(&self) -> Option<&Text<'_>>;

    /// The slug that an id left out is made from.
    fn name_for_id(&self) -> Slug;

    /// Whether there is a name or an id to know it by.
    fn has_name(&self) -> bool;

    /// Turns it into the model's.
    fn read_as(
        &self,
        id: <Self::Model as Element>::Id,
        reader: &mut Reader,
        at: Place<'_>,
    ) -> Self::Model;
}

macro_rules! named_elements {
    ($($file:ident => $model:ident,)*) => {$(
        impl FileElement for $file<'_> {
            type Model = $model;
            fn said_id(&self) -> Option<&Text<'_>> {
                self.id.as_ref()
            }
            fn name_for_id(&self) -> Slug {
                let name = self.name.as_ref().map_or("", Text::as_str);
                Slug::from_name(name, <$model as Element>::Id::KIND)
            }
            fn has_name(&self) -> bool {
                self.id.is_some() || self.name.is_some()
            }
            fn read_as(
                &self,
                id: <$model as Element>::Id,
                reader: &mut Reader,
                at: Place<'_>,
            ) -> $model {
                self.read(id, reader, at)
            }
        }
    )*};
}

named_elements! {
    CalendarFile => Calendar,
    TeamFile => Team,
    StreamFile => Stream,
    StageFile => Stage,
    InterventionFile => Intervention,
    ScenarioFile => Scenario,
    ViewFile => View,
    GroupFile => Group,
}

impl FileElement for HandoffFile<'_> {
    type Model = Handoff;
    fn said_id(&self) -> Option<&Text<'_>> {
        self.id.as_ref()
    }
    fn name_for_id(&self) -> Slug {
        let end = |text: Option<&Text<'_>>| {
            let text = text.map_or("", Text::as_str);
            Slug::new(text).unwrap_or_else(|_no_slug| Slug::from_name(text, "stage"))
        };
        Slug::between(end(self.from.as_ref()), end(self.to.as_ref()))
    }
    fn has_name(&self) -> bool {
        true
    }
    fn read_as(&self, id: crate::model::HandoffId, reader: &mut Reader, at: Place<'_>) -> Handoff {
        self.read(id, reader, at)
    }
}

impl FileElement for NoteFile<'_> {
    type Model = Note;
    fn said_id(&self) -> Option<&Text<'_>> {
        self.id.as_ref()
    }
    fn name_for_id(&self) -> Slug {
        Slug::from_name("", "note")
    }
    fn has_name(&self) -> bool {
        true
    }
    fn read_as(&self, id: crate::model::NoteId, reader: &mut Reader, at: Place<'_>) -> Note {
        self.read(id, reader, at)
    }
}

/// Reads a table; faults are noted, of elements with one id the first stays.
pub(super) fn read_table<F: FileElement>(
    files: &[F],
    reader: &mut Reader,
    at: Place<'_>,
) -> Table<F::Model> {
    let ids: Vec<<F::Model as Element>::Id> = table_ids(
        files
            .iter()
            .map(|file| (file.said_id(), || file.name_for_id())),
        reader,
        at,
    );
    let table: Table<F::Model> = files
        .iter()
        .zip(&ids)
        .enumerate()
        .map(|(n, (file, &id))| {
            let at = at.item(n);
            if !file.has_name() {
                let kind = <F::Model as Element>::Id::KIND;
                reader.fault(
                    at,
                    format!("this {kind} has no name"),
                    Some("write name: \"…\"".to_owned()),
                );
            }
            file.read_as(id, reader, at)
        })
        .collect();
    if table.len() < files.len() {
        unique(&ids, reader, at);
    }
    table
}

/// Turns a table into what the file says.
pub(super) fn table_files<'a, T, F>(table: &'a Table<T>) -> Vec<F>
where
    T: Element + 'a,
    F: From<&'a T>,
{
    table.iter().map(F::from).collect()
}
