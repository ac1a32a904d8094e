//! The Changes behind drawing: a new stage, a new handoff.

use std::sync::Arc;

use crate::graph::StageGraph;
use crate::model::{
    Arrivals, At, Change, Demand, Distribution, ElapsedTime, Handoff, HandoffChange, HandoffId,
    HandoffKind, Model, Note, NoteChange, NoteId, NoteKind, Placement, Share, Span, Stage,
    StageChange, StageId, Stream, StreamChange, StreamId, WorldPoint, WorldSize,
};

use super::{FreshIds, Reason, Refusal, keep_arrivals};

/// The mean time between two arrivals in a stream that nobody has said anything about.
const DEFAULT_GAP: ElapsedTime = ElapsedTime(Span::DAY);

/// How often items go back over a rework handoff, or cause feedback, before anybody has said.
const DEFAULT_SHARE: f64 = 0.1;

/// A stage to be, with the Changes that make it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewStage {
    /// What to apply, in order.
    pub changes: Vec<Change>,
    /// The id that the stage will have.
    pub stage: StageId,
}

/// Prepares a new stage with its upper left corner at a point (left out, the layout finds a place).
///
/// It is drawn in `stream`; left out, in the first stream of the Model. In a Model without streams
/// one is made, with a demand that brings an item a day on average, in exponential gaps, to the
/// new stage. Where items arrive in a stream that there is stays where it is ([`keep_arrivals`]).
pub fn new_stage(
    model: &Model,
    name: &str,
    at: Option<WorldPoint>,
    stream: Option<StreamId>,
) -> NewStage {
    let mut ids = FreshIds::new(model);
    let id = ids.stage(name);
    let mut stage = Stage::new(id, name);
    stage.at.position = at;
    stage.stream = stream
        .filter(|&stream| model.streams.contains(stream))
        .or_else(|| model.streams.at(0).map(|stream| stream.id));
    let mut first_stream = None;
    if stage.stream.is_none() {
        let name = if model.name.trim().is_empty() {
            "Stream"
        } else {
            model.name.trim()
        };
        let mut made = Stream::new(ids.stream(name), name);
        "item".clone_into(&mut made.item);
        stage.stream = Some(made.id);
        first_stream = Some(made);
    }
    let stage_stream = stage.stream;
    // The stream first, since the stage names it; then the stage, since the demand names that.
    let add_stage = Change::Stage(StageChange::Add {
        stage: Arc::new(stage),
        position: None,
    });
    let changes = match first_stream {
        None => {
            let mut changes = keep_arrivals(model, &stage_stream.into_iter().collect());
            changes.push(add_stage);
            changes
        }
        Some(made) => {
            let demand = StreamChange::AddDemand {
                stream: made.id,
                demand: Arc::new(Demand {
                    id: ids.demand("demand"),
                    class: None,
                    arrivals: Arrivals::Every {
                        gap: Distribution::Exponential { mean: DEFAULT_GAP },
                        batch: 1,
                    },
                    at: vec![id],
                }),
            };
            let add_stream = Change::Stream(StreamChange::Add {
                stream: Arc::new(made),
                position: None,
            });
            vec![add_stream, add_stage, Change::Stream(demand)]
        }
    };
    NewStage { changes, stage: id }
}

/// A handoff to be, with the Changes that make it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewHandoff {
    /// What to apply, in order.
    pub changes: Vec<Change>,
    /// The id that the handoff will have.
    pub handoff: HandoffId,
}

/// Prepares a new handoff between two stages.
///
/// Rework and feedback begin with a share of 10 %, so that they say something until somebody sets
/// it; a forward handoff takes no time until somebody says how long.
///
/// # Errors
/// When a stage is not there; when a forward handoff would close a circle (the refusal offers
/// rework instead); when rework would lead to a stage that its sender does not follow.
pub fn connect(
    model: &Model,
    from: StageId,
    to: StageId,
    kind: HandoffKind,
) -> Result<NewHandoff, Refusal> {
    if let Err(mut refusal) = may_lead(model, from, to, kind, None) {
        if refusal.reason == Reason::Circle {
            let rework = HandoffKind::Rework { at_most: None };
            refusal.instead = connect(model, from, to, rework)?.changes;
        }
        return Err(refusal);
    }
    let mut handoff = Handoff::new(FreshIds::new(model).handoff(from, to), from, to);
    handoff.kind = kind;
    if !handoff.is_forward() {
        handoff.share = Share::new(DEFAULT_SHARE);
    }
    Ok(NewHandoff {
        handoff: handoff.id,
        changes: vec![Change::Handoff(HandoffChange::Add {
            handoff: Arc::new(handoff),
            position: None,
        })],
    })
}

/// A note to be, with the Change that makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewNote {
    /// What to apply.
    pub changes: Vec<Change>,
    /// The id that the note will have.
    pub note: NoteId,
}

/// Prepares a new note at a place. Without a size of its own it is as large as its text needs.
pub fn new_note(
    model: &Model,
    kind: NoteKind,
    text: &str,
    corner: WorldPoint,
    size: Option<WorldSize>,
) -> NewNote {
    let note = Note {
        id: FreshIds::new(model).note(text),
        kind,
        text: text.to_owned(),
        at: Placement {
            position: Some(corner),
            size,
            ..Placement::default()
        },
    };
    NewNote {
        note: note.id,
        changes: vec![Change::Note(NoteChange::Add {
            note: Arc::new(note),
        })],
    }
}

/// Prepares leading an end of a handoff to another stage; its id and fields stay, its bends go.
/// Nothing is to be done when it leads there already.
///
/// # Errors
/// When the handoff is not there, and as [`connect`] does, were the handoff not there yet.
pub fn reconnect(
    model: &Model,
    handoff: HandoffId,
    from: StageId,
    to: StageId,
) -> Result<Vec<Change>, Refusal> {
    let before = handoff_there(model, handoff)?;
    if (before.from, before.to) == (from, to) {
        return Ok(Vec::new());
    }
    may_lead(model, from, to, before.kind, Some(handoff))?;
    Ok(vec![Change::Handoff(HandoffChange::Reconnect {
        handoff,
        from,
        to,
    })])
}

/// Prepares putting a stage into a forward handoff: this leads to the stage from now on, with all
/// its fields, and a new one that takes no time leads on from there.
///
/// # Errors
/// When one of them is not there; when the handoff is rework, feedback or relaxed; when the stage
/// is at one of its ends; when a way would run in a circle.
pub fn insert(model: &Model, stage: StageId, handoff: HandoffId) -> Result<Vec<Change>, Refusal> {
    let before = handoff_there(model, handoff)?;
    let (from, to) = (before.from, before.to);
    if !before.is_forward() || before.is_relaxed {
        let message = "Only a forward handoff that orders its stages takes one in";
        let hint = "Connect the stage by hand";
        let at = vec![At::Handoff(handoff)];
        return Err(Refusal::new(Reason::NotForward, message, hint, at));
    }
    let mut changes = reconnect(model, handoff, from, stage)?;
    may_lead(model, stage, to, HandoffKind::Forward, Some(handoff))?;
    if changes.is_empty() || stage == from {
        let message = "The stage is at an end of this handoff already";
        let hint = "Drop it on another handoff";
        let at = vec![At::Stage(stage), At::Handoff(handoff)];
        return Err(Refusal::new(Reason::NothingToDo, message, hint, at));
    }
    let mut onward = Handoff::new(FreshIds::new(model).handoff(stage, to), stage, to);
    onward.needs = before.needs;
    changes.push(Change::Handoff(HandoffChange::Add {
        handoff: Arc::new(onward),
        position: model.handoffs.position(handoff).map(|at| at + 1),
    }));
    Ok(changes)
}

fn handoff_there(model: &Model, handoff: HandoffId) -> Result<&Handoff, Refusal> {
    model.handoffs.find(handoff).ok_or_else(|| {
        Refusal::new(
            Reason::NoSuchElement,
            format!("There is no handoff {handoff}"),
            "Connect the stages first",
            Vec::new(),
        )
    })
}

/// Says why a handoff of this kind may not lead from one stage to another, were `without` not there.
pub(super) fn may_lead(
    model: &Model,
    from: StageId,
    to: StageId,
    kind: HandoffKind,
    without: Option<HandoffId>,
) -> Result<(), Refusal> {
    let name = |id: StageId| model.stages.find(id).map(|stage| stage.name.as_str());
    let place = |id: StageId| model.stages.position(id).map(|at| at as u32);
    let (Some(from_name), Some(to_name), Some(from_place), Some(to_place)) =
        (name(from), name(to), place(from), place(to))
    else {
        let gone = if name(from).is_none() { from } else { to };
        return Err(Refusal::new(
            Reason::NoSuchElement,
            format!("There is no stage {gone}"),
            "Draw the stage first",
            Vec::new(),
        ));
    };
    let ends = vec![At::Stage(from), At::Stage(to)];
    let leads_back = || {
        let which = |handoff: &Handoff| handoff.is_forward() && Some(handoff.id) != without;
        let forward = StageGraph::of_model(model, which);
        from == to || forward.downstream_of([to_place]).contains(from_place)
    };
    match kind {
        HandoffKind::Forward if leads_back() => {
            let message = if from == to {
                format!("{from_name} cannot hand on to itself")
            } else {
                format!("{to_name} comes before {from_name}, so items would go round in a circle")
            };
            let hint = "Make it rework: then a share of the items goes back";
            Err(Refusal::new(Reason::Circle, message, hint, ends))
        }
        HandoffKind::Rework { .. } if !leads_back() => Err(Refusal::new(
            Reason::NotBehind,
            format!("{from_name} does not come after {to_name}, so nothing can go back there"),
            format!("Connect {to_name} forward to {from_name} first, or make it feedback"),
            ends,
        )),
        _ => Ok(()),
    }
}
