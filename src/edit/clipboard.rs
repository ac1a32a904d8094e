//! A part of a Model to be taken along, and put into this or another Model.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{
    Calendar, CalendarChange, CalendarId, Change, Demand, GroupChange, Handoff, HandoffChange,
    InterventionChange, Model, Note, NoteChange, Only, Placement, ScenarioChange, Stage,
    StageChange, StageId, Stream, StreamChange, StreamId, Team, TeamChange, TeamId, ViewChange,
    WorldPoint, WorldVector,
};

use super::{Copies, EditError, FreshIds, Selected, Selection, apply, keep_arrivals};

/// Returns a Model that has no more than the selected stages and notes, the handoffs between these
/// stages, and the teams, calendars and streams that belong to them. Everything has the place
/// where `standing` says that it is.
///
/// # Errors
/// None is expected, since only what is there is taken out; the selection may be stale, though.
pub fn cut_out(
    model: &Model,
    selection: &Selection,
    standing: &dyn Fn(Selected) -> Option<WorldPoint>,
) -> Result<Model, EditError> {
    let mut part = model.clone();
    let mut changes: Vec<Change> = Vec::new();
    let scenarios = model.scenarios.iter().map(|one| one.id);
    changes.extend(scenarios.map(|scenario| Change::Scenario(ScenarioChange::Remove { scenario })));
    let interventions = model.interventions.iter().map(|one| one.id);
    changes.extend(
        interventions
            .map(|intervention| Change::Intervention(InterventionChange::Remove { intervention })),
    );
    let views = model.views.iter().map(|one| one.id);
    changes.extend(views.map(|view| Change::View(ViewChange::Remove { view })));
    let groups = model.groups.iter().map(|one| one.id);
    changes.extend(groups.map(|group| Change::Group(GroupChange::Remove { group })));
    let stages: Vec<StageId> = model
        .stages
        .iter()
        .map(|stage| stage.id)
        .filter(|&stage| !selection.contains(Selected::Stage(stage)))
        .collect();
    changes.push(Change::Stage(StageChange::Remove { stages }));
    let notes = model
        .notes
        .iter()
        .map(|note| note.id)
        .filter(|&note| !selection.contains(Selected::Note(note)))
        .collect();
    changes.push(Change::Note(NoteChange::Remove { notes }));
    for change in &changes {
        apply(&mut part, change)?;
    }
    let teams: FxHashSet<TeamId> = part.stages.iter().filter_map(|stage| stage.team).collect();
    let of_stages = part.stages.iter().filter_map(|stage| stage.stream);
    // A stream that only a handoff names, by itself or by a class of it, stays as well: it would take
    // the handoff along.
    let named: Vec<Only> = (part.handoffs.iter())
        .flat_map(|handoff| handoff.only.iter().copied())
        .collect();
    let is_named = |stream: &&Stream| {
        let mut classes = stream
            .demands
            .iter()
            .filter_map(|demand| demand.class.as_ref());
        named.contains(&Only::Stream(stream.id))
            || classes.any(|class| named.contains(&Only::Class(class.id)))
    };
    let of_handoffs = part.streams.iter().filter(is_named).map(|stream| stream.id);
    let streams: FxHashSet<StreamId> = of_stages.chain(of_handoffs).collect();
    for team in model.teams.iter().filter(|team| !teams.contains(&team.id)) {
        let team = team.id;
        apply(&mut part, &Change::Team(TeamChange::Remove { team }))?;
    }
    let calendars: FxHashSet<CalendarId> =
        part.teams.iter().filter_map(|team| team.calendar).collect();
    let unused = |calendar: &&Calendar| !calendars.contains(&calendar.id);
    for calendar in model.calendars.iter().filter(unused) {
        let calendar = calendar.id;
        apply(
            &mut part,
            &Change::Calendar(CalendarChange::Remove { calendar }),
        )?;
    }
    let unused = |stream: &&Stream| !streams.contains(&stream.id);
    for stream in model.streams.iter().filter(unused) {
        let stream = stream.id;
        apply(&mut part, &Change::Stream(StreamChange::Remove { stream }))?;
    }
    // Not as Changes, which would refuse what has come out of a file with a fault elsewhere.
    let stand = |element: Selected, at: &mut Placement| {
        at.position = at.position.or_else(|| standing(element));
        at.is_locked = false;
    };
    part.stages.update(
        |_| true,
        |stage| stand(Selected::Stage(stage.id), &mut stage.at),
    );
    part.notes.update(
        |_| true,
        |note| stand(Selected::Note(note.id), &mut note.at),
    );
    part.name.clear();
    part.description.clear();
    part.settings = Default::default();
    Ok(part)
}

/// Prepares putting all stages, handoffs and notes of another Model into this one, moved by a way.
///
/// They have ids of their own. Teams are found by their names, and made where there is none, with
/// their calendars. Stages go into the stream of their name, else the first one; into a Model without
/// streams theirs come along, with what arrives. Elsewhere no item arrives at what is put in. What
/// is open to some classes or streams only, or has work times for them, keeps that where they are
/// known here.
pub fn put_in(model: &Model, part: &Model, by: WorldVector) -> Copies {
    let mut ids = FreshIds::new(model);
    let mut copies = Copies::default();
    let teams = teams_for(model, part, &mut ids, &mut copies.changes);
    let mut copy_of: FxHashMap<StageId, StageId> = FxHashMap::default();
    for stage in part.stages.iter() {
        copy_of.insert(stage.id, ids.stage(&stage.name));
    }
    let (streams, demands) = streams_for(model, part, &mut ids, &copy_of, &mut copies.changes);
    let moved = |at: Placement| Placement {
        position: at.position.map(|position| position + by),
        is_locked: false,
        ..at
    };
    let knows_class = |class| {
        let streams = model
            .streams
            .iter()
            .chain(part.streams.iter().filter(|_| !demands.is_empty()));
        let mut demands = streams.flat_map(|stream| &stream.demands);
        demands.any(|demand| demand.class.as_ref().is_some_and(|one| one.id == class))
    };
    let joined = part.stages.iter().filter_map(|stage| stage.stream);
    let joined = joined.filter_map(|stream| streams.get(&stream).copied());
    copies
        .changes
        .extend(keep_arrivals(model, &joined.collect()));
    for stage in part.stages.iter() {
        let mut copy = Stage {
            id: copy_of[&stage.id],
            team: stage.team.and_then(|team| teams.get(&team).copied()),
            stream: stage
                .stream
                .and_then(|stream| streams.get(&stream).copied()),
            at: moved(stage.at),
            ..stage.clone()
        };
        copy.class_work.retain(|(class, _)| knows_class(*class));
        copies.selection.insert(Selected::Stage(copy.id));
        let (stage, position) = (Arc::new(copy), None);
        let add = StageChange::Add { stage, position };
        copies.changes.push(Change::Stage(add));
    }
    for handoff in part.handoffs.iter() {
        let (from, to) = (copy_of[&handoff.from], copy_of[&handoff.to]);
        let mut copy = Handoff {
            id: ids.handoff(from, to),
            from,
            to,
            bends: handoff.bends.iter().map(|&bend| bend + by).collect(),
            ..handoff.clone()
        };
        let known = |only: Only| match only {
            Only::Stream(stream) => streams.get(&stream).map(|&stream| Only::Stream(stream)),
            Only::Class(class) => knows_class(class).then_some(only),
        };
        copy.only = copy.only.into_iter().filter_map(known).collect();
        let (handoff, position) = (Arc::new(copy), None);
        let add = HandoffChange::Add { handoff, position };
        copies.changes.push(Change::Handoff(add));
    }
    for note in part.notes.iter() {
        let copy = Note {
            id: ids.note(&note.text),
            at: moved(note.at),
            ..note.clone()
        };
        copies.selection.insert(Selected::Note(copy.id));
        let note = Arc::new(copy);
        copies.changes.push(Change::Note(NoteChange::Add { note }));
    }
    for (stream, demand) in demands {
        let demand = Arc::new(demand);
        let add = StreamChange::AddDemand { stream, demand };
        copies.changes.push(Change::Stream(add));
    }
    copies
}

fn teams_for(
    model: &Model,
    part: &Model,
    ids: &mut FreshIds<'_>,
    changes: &mut Vec<Change>,
) -> FxHashMap<TeamId, TeamId> {
    let mut calendars: FxHashMap<CalendarId, CalendarId> = FxHashMap::default();
    let mut teams = FxHashMap::default();
    for team in part.teams.iter() {
        let lower = team.name.to_lowercase();
        let known = model
            .teams
            .iter()
            .find(|known| known.name.to_lowercase() == lower);
        if let Some(known) = known {
            teams.insert(team.id, known.id);
            continue;
        }
        let calendar = team.calendar.and_then(|id| part.calendars.find(id));
        let calendar = calendar.map(|calendar| {
            *calendars.entry(calendar.id).or_insert_with(|| {
                let alike = |known: &&Calendar| {
                    let renamed = Calendar {
                        id: known.id,
                        ..calendar.clone()
                    };
                    **known == renamed
                };
                if let Some(known) = model.calendars.iter().find(alike) {
                    return known.id;
                }
                let id = ids.calendar(&calendar.name);
                let calendar = Arc::new(Calendar {
                    id,
                    ..calendar.clone()
                });
                let position = None;
                let add = CalendarChange::Add { calendar, position };
                changes.push(Change::Calendar(add));
                id
            })
        });
        let copy = Team {
            id: ids.team(&team.name),
            calendar,
            ..team.clone()
        };
        teams.insert(team.id, copy.id);
        let (team, position) = (Arc::new(copy), None);
        changes.push(Change::Team(TeamChange::Add { team, position }));
    }
    teams
}

/// What becomes of the streams of a part, and the demands to be added with their stages there.
type Streams = (FxHashMap<StreamId, StreamId>, Vec<(StreamId, Demand)>);

fn streams_for(
    model: &Model,
    part: &Model,
    ids: &mut FreshIds<'_>,
    copy_of: &FxHashMap<StageId, StageId>,
    changes: &mut Vec<Change>,
) -> Streams {
    let mut streams = FxHashMap::default();
    let mut demands = Vec::new();
    for stream in part.streams.iter() {
        let by_name = |known: &&Stream| known.name == stream.name;
        let known = model
            .streams
            .iter()
            .find(by_name)
            .or_else(|| model.streams.at(0));
        if let Some(known) = known {
            streams.insert(stream.id, known.id);
            continue;
        }
        let copy = Stream {
            id: ids.stream(&stream.name),
            demands: Vec::new(),
            ..stream.clone()
        };
        let id = copy.id;
        streams.insert(stream.id, id);
        let first: Vec<StageId> = part
            .stages
            .iter()
            .filter(|stage| stage.stream == Some(stream.id))
            .map(|stage| stage.id)
            .filter(|&stage| {
                let mut ways = part.handoffs.iter();
                !ways.any(|way| way.is_forward() && way.to == stage)
            })
            .collect();
        for demand in &stream.demands {
            let at = if demand.at.is_empty() {
                &first
            } else {
                &demand.at
            };
            let at = at.iter().filter_map(|stage| copy_of.get(stage).copied());
            let at = at.collect();
            demands.push((
                id,
                Demand {
                    at,
                    ..demand.clone()
                },
            ));
        }
        let (stream, position) = (Arc::new(copy), None);
        changes.push(Change::Stream(StreamChange::Add { stream, position }));
    }
    (streams, demands)
}
