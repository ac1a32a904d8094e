//! Weaving a part into the flow: behind a stage, or into a handoff.

use crate::model::{
    Change, Exit, Handoff, HandoffId, HandoffKind, Model, StageChange, StageField, StageId,
    WorldVector,
};

use super::{Copies, Reason, Refusal, apply_all, connect, insert, put_in, reconnect};

/// Where a part goes into the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seam {
    /// It stands for itself.
    Nowhere,
    /// Behind a stage: what led on from there leads on from the end of the part.
    After(StageId),
    /// Into a forward handoff, which leads to the beginning of the part from then on.
    Into(HandoffId),
}

/// Prepares putting a part into the flow, moved by a way. When it `returns`, feedback leads from its
/// end to the stage that it is put behind.
///
/// A part with several beginnings is taken whole by the stage before. Behind a part with several
/// ends the flow goes on as it did, since none of them is the one.
///
/// # Errors
/// When a way would run in a circle, or the handoff is none that takes stages in.
pub fn weave(
    model: &Model,
    part: &Model,
    by: WorldVector,
    seam: Seam,
    returns: bool,
) -> Result<Copies, Refusal> {
    let mut copies = put_in(model, part, by);
    let mut after = Woven::new(model, &copies.changes)?;
    let made: Vec<StageId> = copies.selection.stages();
    let leads = |at: usize, from: bool| {
        let stage = part.stages.at(at).map(|stage| stage.id);
        let mut forward = part.handoffs.iter().filter(|handoff| handoff.is_forward());
        forward.any(|handoff| stage == Some(if from { handoff.from } else { handoff.to }))
    };
    let places = || (0..made.len()).filter(|&at| at < part.stages.len());
    let begins: Vec<StageId> = places()
        .filter(|&at| !leads(at, false))
        .map(|at| made[at])
        .collect();
    let ends: Vec<StageId> = places()
        .filter(|&at| !leads(at, true))
        .map(|at| made[at])
        .collect();
    let (Some(&begin), Some(&end)) = (begins.first(), ends.last()) else {
        return Ok(copies);
    };
    let before = match seam {
        Seam::Nowhere => None,
        Seam::After(stage) => {
            let sender = model.stages.find(stage);
            let onward: Vec<&Handoff> = model
                .handoffs
                .iter()
                .filter(|way| way.is_forward() && way.from == stage && way.to != stage)
                .collect();
            if ends.len() == 1 {
                if let Some(sender) = sender.filter(|_| onward.len() > 1) {
                    after.set(end, StageField::Exit(sender.exit))?;
                }
                for way in onward {
                    let changes = reconnect(&after.model, way.id, end, way.to)?;
                    after.take(changes)?;
                }
            }
            if begins.len() > 1 {
                after.set(stage, StageField::Exit(Exit::TakeAll))?;
            }
            for &begin in &begins {
                let made = connect(&after.model, stage, begin, HandoffKind::Forward)?;
                after.take(made.changes)?;
            }
            Some(stage)
        }
        Seam::Into(handoff) => {
            let sender = model.handoffs.find(handoff).map(|handoff| handoff.from);
            let receiver = model.handoffs.find(handoff).map(|handoff| handoff.to);
            // As if the beginning were dropped on it; what that leads on to is the end's.
            let changes = insert(&after.model, begin, handoff)?;
            let had: Vec<HandoffId> = after.model.handoffs.iter().map(|one| one.id).collect();
            after.take(changes)?;
            let onward = after
                .model
                .handoffs
                .iter()
                .find(|way| way.from == begin && Some(way.to) == receiver && !had.contains(&way.id))
                .map(|way| (way.id, way.to));
            if let Some((way, to)) = onward.filter(|_| begin != end) {
                let changes = reconnect(&after.model, way, end, to)?;
                after.take(changes)?;
            }
            sender
        }
    };
    if let Some(before) = before.filter(|_| returns) {
        let made = connect(&after.model, end, before, HandoffKind::Feedback)?;
        after.take(made.changes)?;
    }
    copies.changes = after.changes;
    Ok(copies)
}

/// What has been prepared so far, tried out.
struct Woven {
    model: Model,
    changes: Vec<Change>,
}

impl Woven {
    fn new(model: &Model, changes: &[Change]) -> Result<Self, Refusal> {
        let mut woven = Self {
            model: model.clone(),
            changes: Vec::new(),
        };
        woven.take(changes.to_vec())?;
        Ok(woven)
    }

    fn take(&mut self, changes: Vec<Change>) -> Result<(), Refusal> {
        apply_all(&mut self.model, &changes).map_err(|error| {
            let hint = "Put it in somewhere else";
            Refusal::new(Reason::NoSuchElement, error.to_string(), hint, Vec::new())
        })?;
        self.changes.extend(changes);
        Ok(())
    }

    fn set(&mut self, stage: StageId, field: StageField) -> Result<(), Refusal> {
        let stages = vec![stage];
        self.take(vec![Change::Stage(StageChange::Set { stages, field })])
    }
}
