//! Changes of streams and their demands.

use crate::model::{
    Demand, DemandField, DemandId, Model, Only, Stream, StreamChange, StreamField, StreamId,
};

use super::element::{add, remove, set, there};
use super::{EditError, Effect};

pub(super) fn apply(model: &mut Model, change: &StreamChange) -> Result<Effect, EditError> {
    match change {
        StreamChange::Add { stream, position } => add(model, stream, *position),
        StreamChange::Remove { stream } => {
            let effect = remove::<Stream>(model, &[*stream])?;
            forget(model, *stream);
            Ok(effect)
        }
        StreamChange::Set { stream, field } => set(model, &[*stream], |stream| put(stream, field)),
        StreamChange::AddDemand { stream, demand } => {
            set(model, &[*stream], |stream: &mut Stream| {
                // An id that is taken is refused when the stream is checked.
                stream.demands.push(demand.as_ref().clone());
            })
        }
        StreamChange::RemoveDemand { stream, demand } => {
            demand_there(model, *stream, *demand)?;
            set(model, &[*stream], |stream: &mut Stream| {
                stream.demands.retain(|one| one.id != *demand);
            })
        }
        StreamChange::SetDemand {
            stream,
            demand,
            field,
        } => {
            demand_there(model, *stream, *demand)?;
            set(model, &[*stream], |stream: &mut Stream| {
                for one in stream.demands.iter_mut().filter(|one| one.id == *demand) {
                    put_in_demand(one, field);
                }
            })
        }
    }
}

/// Takes a removed stream out of stages and handoffs. A handoff that was open to that stream only
/// goes with it: with nobody named it would be open to everybody.
fn forget(model: &mut Model, gone: StreamId) {
    let gone_only = Only::Stream(gone);
    model.stages.update(
        |stage| stage.stream == Some(gone),
        |stage| stage.stream = None,
    );
    model.handoffs.retain(|handoff| {
        handoff.only.is_empty() || handoff.only.iter().any(|only| *only != gone_only)
    });
    model.handoffs.update(
        |handoff| handoff.only.contains(&gone_only),
        |handoff| handoff.only.retain(|only| *only != gone_only),
    );
}

fn demand_there(model: &Model, stream: StreamId, demand: DemandId) -> Result<(), EditError> {
    let stream = there::<Stream>(model, stream)?;
    if stream.demands.iter().any(|one| one.id == demand) {
        Ok(())
    } else {
        Err(EditError::no_such(demand))
    }
}

fn put(stream: &mut Stream, field: &StreamField) {
    match field {
        StreamField::Name(name) => stream.name.clone_from(name),
        StreamField::Item(item) => stream.item.clone_from(item),
        StreamField::Priority(priority) => stream.priority = *priority,
        StreamField::WipLimit(limit) => stream.wip_limit = *limit,
        StreamField::Target(target) => stream.target = *target,
        StreamField::CostOfDelay(cost) => stream.cost_of_delay = *cost,
        StreamField::Scorecard(entries) => stream.scorecard.clone_from(entries),
        StreamField::Colour(colour) => stream.colour = *colour,
    }
}

fn put_in_demand(demand: &mut Demand, field: &DemandField) {
    match field {
        DemandField::Class(class) => demand.class.clone_from(class),
        DemandField::Arrivals(arrivals) => demand.arrivals.clone_from(arrivals),
        DemandField::At(stages) => demand.at.clone_from(stages),
    }
}
