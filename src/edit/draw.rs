//! The Changes behind drawing: a new stage, a new handoff.

use std::sync::Arc;

use crate::graph::StageGraph;
use crate::model::{
    Arrivals, At, Change, Demand, Distribution, ElapsedTime, Handoff, HandoffChange, HandoffId,
    HandoffKind, Model, Share, Span, Stage, StageChange, StageId, Stream, StreamChange, StreamId,
    WorldPoint,
};

use super::{FreshIds, Reason, Refusal};

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
/// new stage.
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
    // The stream first, since the stage names it; then the stage, since the demand names that.
    let add_stage = Change::Stage(StageChange::Add {
        stage: Arc::new(stage),
        position: None,
    });
    let changes = match first_stream {
        None => vec![add_stage],
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
    let forward = StageGraph::of_model(model, Handoff::is_forward);
    let leads_back = || from == to || forward.downstream_of([to_place]).contains(from_place);
    let mut handoff = Handoff::new(FreshIds::new(model).handoff(from, to), from, to);
    handoff.kind = kind;
    if !handoff.is_forward() {
        handoff.share = Share::new(DEFAULT_SHARE);
    }
    match kind {
        HandoffKind::Forward if leads_back() => {
            let message = if from == to {
                format!("{from_name} cannot hand on to itself")
            } else {
                format!("{to_name} comes before {from_name}, so items would go round in a circle")
            };
            let hint = "Make it rework: then a share of the items goes back";
            let mut refusal = Refusal::new(Reason::Circle, message, hint, ends);
            let rework = HandoffKind::Rework { at_most: None };
            refusal.instead = connect(model, from, to, rework)?.changes;
            Err(refusal)
        }
        HandoffKind::Rework { .. } if !leads_back() => Err(Refusal::new(
            Reason::NotBehind,
            format!("{from_name} does not come after {to_name}, so nothing can go back there"),
            format!("Connect {to_name} forward to {from_name} first, or make it feedback"),
            ends,
        )),
        _ => Ok(NewHandoff {
            handoff: handoff.id,
            changes: vec![Change::Handoff(HandoffChange::Add {
                handoff: Arc::new(handoff),
                position: None,
            })],
        }),
    }
}
