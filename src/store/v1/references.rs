//! Every id that an element names exists.
//!
//! Not asked of Changes, which may name what is gone or what they add themselves, nor of classes,
//! which are no elements: they exist by being named.

use crate::model::{Model, Only, StageId, StreamId};

use super::elements::FileElement;
use super::reader::{Place, Reader};
use super::{ModelFile, ids_of};

/// Notes a fault for every id that names nothing.
pub(super) fn check(file: &ModelFile<'_>, model: &Model, reader: &mut Reader) {
    let root = Place::ROOT;
    let check = Check { model };
    let teams = root.field("teams");
    for (n, team) in in_file(&model.teams, &file.teams) {
        if let Some(id) = team.calendar {
            let place = teams.item(n);
            reader.known(
                id,
                model.calendars.contains(id),
                || ids_of(&model.calendars),
                place.field("calendar"),
            );
        }
    }
    let streams = root.field("streams");
    for (n, stream) in in_file(&model.streams, &file.streams) {
        let stream_at = streams.item(n);
        let demands_at = stream_at.field("demands");
        for (d, demand) in stream.demands.iter().enumerate() {
            let demand_at = demands_at.item(d);
            check.stages(&demand.at, reader, demand_at.field("at"));
        }
    }
    let stages = root.field("stages");
    for (n, stage) in in_file(&model.stages, &file.stages) {
        let place = stages.item(n);
        if let Some(id) = stage.stream {
            check.stream(id, reader, place.field("stream"));
        }
        if let Some(id) = stage.team {
            reader.known(
                id,
                model.teams.contains(id),
                || ids_of(&model.teams),
                place.field("team"),
            );
        }
    }
    let handoffs = root.field("handoffs");
    for (n, handoff) in in_file(&model.handoffs, &file.handoffs) {
        let place = handoffs.item(n);
        check.stage(handoff.from, reader, place.field("from"));
        check.stage(handoff.to, reader, place.field("to"));
        let only_at = place.field("only");
        for (n, only) in handoff.only.iter().enumerate() {
            if let Only::Stream(id) = *only {
                let variant = only_at.item(n);
                check.stream(id, reader, variant.item(0));
            }
        }
    }
    let groups = root.field("groups");
    for (n, group) in in_file(&model.groups, &file.groups) {
        let place = groups.item(n);
        check.stages(&group.stages, reader, place.field("stages"));
    }
    let scenarios = root.field("scenarios");
    let named = in_file(&model.scenarios, &file.scenarios)
        .map(|(n, scenario)| (scenarios, n, "on", scenario.on));
    let views = root.field("views");
    let shown =
        in_file(&model.views, &file.views).map(|(n, view)| (views, n, "scenario", view.scenario));
    for (table, n, field, id) in named.chain(shown) {
        if let Some(id) = id {
            let place = table.item(n);
            reader.known(
                id,
                model.scenarios.contains(id),
                || ids_of(&model.scenarios),
                place.field(field),
            );
        }
    }
}

/// Elements of a table with their places in the file; none when an id is there twice, because the
/// second element is not in the model then and places would be wrong. What they name is told when
/// that is mended.
fn in_file<'m, F: FileElement>(
    table: &'m crate::model::Table<F::Model>,
    files: &'m [F],
) -> impl Iterator<Item = (usize, &'m F::Model)> {
    let is_whole = table.len() == files.len();
    table
        .iter()
        .enumerate()
        .take(if is_whole { files.len() } else { 0 })
}

struct Check<'m> {
    model: &'m Model,
}

impl Check<'_> {
    fn stage(&self, id: StageId, reader: &mut Reader, at: Place<'_>) {
        let stages = &self.model.stages;
        reader.known(id, stages.contains(id), || ids_of(stages), at);
    }

    fn stages(&self, ids: &[StageId], reader: &mut Reader, at: Place<'_>) {
        for (n, &id) in ids.iter().enumerate() {
            self.stage(id, reader, at.item(n));
        }
    }

    fn stream(&self, id: StreamId, reader: &mut Reader, at: Place<'_>) {
        let streams = &self.model.streams;
        reader.known(id, streams.contains(id), || ids_of(streams), at);
    }
}
