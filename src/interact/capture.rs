//! Drawing by keys: the next stage, one beside it, walking along handoffs.
//!
//! All of it as Changes and places; nothing here knows of a field or a key.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::edit::{self, FreshIds, NewStage, Selected};
use crate::model::{
    Automation, Change, DemandField, Entry, Exit, Handoff, HandoffChange, Model, Stage,
    StageChange, StageField, StageId, StreamChange, Team, TeamChange, TeamId, WorldPoint,
    WorldRect, WorldVector,
};
use crate::quick::{LineOwner, StageLine};

use super::{GRID, Sight};

/// How a stage that is being made hangs together with the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Not at all.
    Alone,
    /// It comes after this stage alone.
    After(StageId),
    /// It comes after this stage, and after what runs side by side with it and leads nowhere yet.
    Next(StageId),
    /// It runs side by side with this stage: behind the same stages, and before the same.
    Beside(StageId),
}

impl Link {
    /// Returns the stage that it is linked to.
    pub fn stage(self) -> Option<StageId> {
        match self {
            Self::Alone => None,
            Self::After(stage) | Self::Next(stage) | Self::Beside(stage) => Some(stage),
        }
    }
}

/// Who will own the stage of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// Nobody.
    Nobody,
    /// A team that there is.
    Team(TeamId),
    /// A team that there is, that of the stage before, since the line leaves it out.
    CarriedOver(TeamId),
    /// A team that is made.
    New(&'a str),
}

/// Returns who will own the stage of a line that is linked to another.
pub fn owner_of<'a>(model: &Model, line: &'a StageLine, link: Link) -> Owner<'a> {
    match &line.owner {
        LineOwner::Nobody => Owner::Nobody,
        LineOwner::Before if line.is_automatic => Owner::Nobody,
        LineOwner::Before => {
            let before = link.stage().and_then(|stage| owner_before(model, stage));
            before.map_or(Owner::Nobody, Owner::CarriedOver)
        }
        LineOwner::Named(name) => team_called(model, name).map_or(Owner::New(name), Owner::Team),
    }
}

fn team_called(model: &Model, name: &str) -> Option<TeamId> {
    let lower = name.to_lowercase();
    let mut teams = model.teams.iter();
    let found = teams.find(|team| team.name.to_lowercase() == lower);
    found.map(|team| team.id)
}

/// The owner of a stage, or, where that is automatic, of the one before it: as in a line of quick
/// entry.
fn owner_before(model: &Model, stage: StageId) -> Option<TeamId> {
    let mut seen = FxHashSet::default();
    let mut at = stage;
    while seen.insert(at) {
        let found = model.stages.find(at)?;
        if found.team.is_some() || found.automation != Some(Automation::Automatic) {
            return found.team;
        }
        at = ways_in(model, at).next()?.from;
    }
    None
}

fn ways_in(model: &Model, stage: StageId) -> impl Iterator<Item = &Handoff> {
    let ways = model.handoffs.iter();
    ways.filter(move |handoff| handoff.is_forward() && handoff.to == stage)
}

fn ways_out(model: &Model, stage: StageId) -> impl Iterator<Item = &Handoff> {
    let ways = model.handoffs.iter();
    ways.filter(move |handoff| handoff.is_forward() && handoff.from == stage)
}

/// Prepares the stage of a line at a place, with the team and the handoffs that it needs.
pub fn capture(model: &Model, line: &StageLine, corner: WorldPoint, link: Link) -> NewStage {
    let before = link.stage().and_then(|stage| model.stages.find(stage));
    let stream = before.and_then(|stage| stage.stream);
    let mut made = edit::new_stage(model, &line.name, Some(corner), stream);
    let team = match owner_of(model, line, link) {
        Owner::Nobody => None,
        Owner::Team(team) | Owner::CarriedOver(team) => Some(team),
        Owner::New(name) => {
            let (team, change) = new_team(model, name);
            made.changes.insert(0, change);
            Some(team)
        }
    };
    for change in &mut made.changes {
        if let Change::Stage(StageChange::Add { stage, .. }) = change {
            let stage = Arc::make_mut(stage);
            stage.work.clone_from(&line.work);
            stage.ca = line.ca;
            stage.automation = line.is_automatic.then_some(Automation::Automatic);
            stage.team = team;
        }
    }
    if before.is_some() {
        match link {
            Link::Alone => {}
            Link::After(from) => connect(model, &mut made, &[from], &[]),
            Link::Next(from) => {
                let from = open_beside(model, from);
                connect(model, &mut made, &from, &[]);
                if from.len() > 1 {
                    set(&mut made, StageField::Entry(Entry::All));
                }
            }
            Link::Beside(stage) => beside(model, &mut made, stage),
        }
    }
    made
}

fn new_team(model: &Model, name: &str) -> (TeamId, Change) {
    let team = Team::new(FreshIds::new(model).team(name), name);
    let id = team.id;
    let team = Arc::new(team);
    let position = None;
    (id, Change::Team(TeamChange::Add { team, position }))
}

fn set(made: &mut NewStage, field: StageField) {
    let stages = vec![made.stage];
    made.changes
        .push(Change::Stage(StageChange::Set { stages, field }));
}

/// Leads from stages to the new one, and from that to others. It closes no circle: what it leads
/// to comes after what leads to it already.
fn connect(model: &Model, made: &mut NewStage, from: &[StageId], to: &[StageId]) {
    let mut ids = FreshIds::new(model);
    let stage = made.stage;
    let ways = from.iter().map(|&from| (from, stage));
    for (from, to) in ways.chain(to.iter().map(|&to| (stage, to))) {
        let handoff = Arc::new(Handoff::new(ids.handoff(from, to), from, to));
        let position = None;
        let add = HandoffChange::Add { handoff, position };
        made.changes.push(Change::Handoff(add));
    }
}

/// The stage and those that run side by side with it, when none of them leads anywhere yet.
fn open_beside(model: &Model, stage: StageId) -> Vec<StageId> {
    let before: FxHashSet<StageId> = ways_in(model, stage).map(|way| way.from).collect();
    let is_open = |stage: StageId| ways_out(model, stage).next().is_none();
    let forks = |stage: &StageId| {
        let found = model.stages.find(*stage);
        found.is_some_and(|stage| stage.exit == Exit::TakeAll)
    };
    if !is_open(stage) {
        return vec![stage];
    }
    let is_beside = |other: StageId| {
        let same: FxHashSet<StageId> = ways_in(model, other).map(|way| way.from).collect();
        same == before && is_open(other)
    };
    let candidates: Vec<StageId> = if before.is_empty() {
        let demands = model.streams.iter().flat_map(|stream| &stream.demands);
        let begins = demands.filter(|demand| demand.at.contains(&stage));
        begins
            .flat_map(|demand| demand.at.iter().copied())
            .collect()
    } else if before.iter().all(forks) {
        let after = before.iter().flat_map(|&from| ways_out(model, from));
        after.map(|way| way.to).collect()
    } else {
        Vec::new()
    };
    let mut open = Vec::new();
    for other in candidates {
        if !open.contains(&other) && is_beside(other) {
            open.push(other);
        }
    }
    if open.contains(&stage) {
        open
    } else {
        vec![stage]
    }
}

/// Runs the new stage side by side with another. Where one way becomes two they are all taken,
/// and where two come together both are waited for; a choice stays one.
fn beside(model: &Model, made: &mut NewStage, stage: StageId) {
    let distinct = |stages: Vec<StageId>| {
        let mut seen = FxHashSet::default();
        let first = stages.into_iter().filter(|&stage| seen.insert(stage));
        first.collect::<Vec<_>>()
    };
    let before = distinct(ways_in(model, stage).map(|way| way.from).collect());
    let after = distinct(ways_out(model, stage).map(|way| way.to).collect());
    connect(model, made, &before, &after);
    let found = |id: StageId| model.stages.find(id);
    let mut put = |stage: StageId, field: StageField| {
        let stages = vec![stage];
        made.changes
            .push(Change::Stage(StageChange::Set { stages, field }));
    };
    let mut is_choice = false;
    for &from in &before {
        let is_first_fork = ways_out(model, from).count() == 1;
        if is_first_fork {
            put(from, StageField::Exit(Exit::TakeAll));
        } else {
            is_choice |= found(from).is_some_and(|from| from.exit == Exit::ChooseOne);
        }
    }
    if !is_choice {
        for &to in after.iter().filter(|&&to| ways_in(model, to).count() == 1) {
            put(to, StageField::Entry(Entry::All));
        }
    }
    if before.is_empty() {
        begin_beside(model, made, stage);
    }
}

/// Items that arrive at a first stage arrive at the one beside it, too.
fn begin_beside(model: &Model, made: &mut NewStage, stage: StageId) {
    let own = model.stages.find(stage).and_then(|stage| stage.stream);
    for stream in model.streams.iter() {
        for demand in &stream.demands {
            let is_left_out = demand.at.is_empty() && Some(stream.id) == own;
            if !is_left_out && !demand.at.contains(&stage) {
                continue;
            }
            let mut at = demand.at.clone();
            if is_left_out {
                at.push(stage);
            }
            at.push(made.stage);
            made.changes.push(Change::Stream(StreamChange::SetDemand {
                stream: stream.id,
                demand: demand.id,
                field: DemandField::At(at),
            }));
        }
    }
}

/// Prepares what a line says of a stage that is there; what it leaves out stays.
pub fn restate(model: &Model, stage: &Stage, line: &StageLine) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut put = |field: StageField| {
        let stages = vec![stage.id];
        changes.push(Change::Stage(StageChange::Set { stages, field }));
    };
    if line.name != stage.name {
        put(StageField::Name(line.name.clone()));
    }
    if line.work.is_some() {
        put(StageField::Work(line.work.clone()));
    }
    if line.ca.is_some() {
        put(StageField::Ca(line.ca));
    }
    if line.is_automatic {
        put(StageField::Automation(Some(Automation::Automatic)));
    }
    let says_owner = line.owner != LineOwner::Before || line.is_automatic;
    let mut team_change = None;
    if says_owner {
        put(StageField::Team(match owner_of(model, line, Link::Alone) {
            Owner::Nobody => None,
            Owner::Team(team) | Owner::CarriedOver(team) => Some(team),
            Owner::New(name) => {
                let (team, change) = new_team(model, name);
                team_change = Some(change);
                Some(team)
            }
        }));
    }
    team_change.into_iter().chain(changes).collect()
}

fn rect_of(sight: &Sight<'_>, stage: StageId) -> Option<WorldRect> {
    sight.rect_of(Selected::Stage(stage))
}

/// Between a stage and the next, and between one and another below it.
const GAP: WorldVector = WorldVector::new(96.0, 44.0);

/// Returns where a stage goes that is linked to another: to the right of it, or below, and further
/// down while something stands there.
pub fn place_for(sight: &Sight<'_>, link: Link) -> Option<WorldPoint> {
    let linked = rect_of(sight, link.stage()?)?;
    let size = sight.stage_size;
    let right = |rect: WorldRect| WorldPoint::new(rect.max.x + GAP.x, rect.min.y);
    let corner = match link {
        Link::Alone => return None,
        Link::After(_) => right(linked),
        Link::Next(stage) => {
            // Beside the middle of those that come together in it.
            let open = open_beside(sight.model, stage);
            let rects = open.iter().filter_map(|&one| rect_of(sight, one));
            let all = rects.reduce(WorldRect::union).unwrap_or(linked);
            let middle = all.center().y - size.height / 2.0;
            WorldPoint::new(all.max.x + GAP.x, middle)
        }
        Link::Beside(_) => WorldPoint::new(linked.min.x, linked.max.y + GAP.y),
    };
    let on_grid = |point: WorldPoint| {
        WorldPoint::new(
            (point.x / GRID).round() * GRID,
            (point.y / GRID).round() * GRID,
        )
    };
    let mut place = WorldRect::from_min_size(on_grid(corner), size);
    let is_taken = |place: WorldRect| {
        let mut stages = sight.layout.stages.iter();
        stages.any(|other| other.overlaps(place.grown(GRID)))
    };
    let step = on_grid(WorldPoint::new(0.0, size.height + GAP.y)).y;
    while is_taken(place) {
        place = place.moved(WorldVector::new(0.0, step));
    }
    Some(place.min)
}

/// A way to go from a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Walk {
    /// To a stage that comes after.
    Right,
    /// To a stage that comes before.
    Left,
    Up,
    Down,
}

/// Returns the stage that an arrow leads to: along what flows to the right and to the left, to the
/// nearest of several; up and down to what stands beside it, of those with the same stage before or
/// behind first, else of what stands above or below.
pub fn walk(sight: &Sight<'_>, stage: StageId, way: Walk) -> Option<StageId> {
    let here = rect_of(sight, stage)?.center();
    let forward = || {
        let handoffs = sight.flow.handoffs.iter();
        handoffs.filter(|handoff| handoff.is_forward())
    };
    let after = |stage: StageId| {
        let ways = forward().filter(move |handoff| handoff.from == stage);
        ways.map(|handoff| handoff.to)
    };
    let before = |stage: StageId| {
        let ways = forward().filter(move |handoff| handoff.to == stage);
        ways.map(|handoff| handoff.from)
    };
    let distance = |stage: &StageId| {
        let there = rect_of(sight, *stage).map(|rect| rect.center());
        there.map_or(f64::INFINITY, |there| {
            // What stands in another row is as far away as what stands much further on in this.
            (there.x - here.x).abs() + 2.0 * (there.y - here.y).abs()
        })
    };
    let nearest = |stages: Vec<StageId>| {
        let mut stages = stages;
        stages.retain(|&other| other != stage);
        stages
            .into_iter()
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
    };
    let is_that_way = |other: &StageId| {
        let there = rect_of(sight, *other).map(|rect| rect.center());
        there.is_some_and(|there| match way {
            Walk::Up => there.y < here.y - 1.0,
            _ => there.y > here.y + 1.0,
        })
    };
    match way {
        Walk::Right => nearest(after(stage).collect()),
        Walk::Left => nearest(before(stage).collect()),
        Walk::Up | Walk::Down => {
            let siblings = before(stage).flat_map(after);
            let siblings = siblings.chain(after(stage).flat_map(before));
            let found = nearest(siblings.filter(is_that_way).collect());
            found.or_else(|| {
                let all = sight.model.stages.iter().map(|stage| stage.id);
                nearest(all.filter(is_that_way).collect())
            })
        }
    }
}

#[cfg(test)]
mod tests;
