//! Connecting stages by a drag, and leading the ends of handoffs elsewhere.

use std::sync::Arc;

use crate::edit::{self, FreshIds, NewStage, Refusal, Selected, Selection};
use crate::model::{
    Change, Handoff, HandoffChange, HandoffId, HandoffKind, Model, StageId, WorldPoint,
};

use super::snapped;
use crate::interact::event::{End, Feedback, On, Output, Sight};

/// Returns the Changes that make a stage of this name at a place, connected to `from`.
pub fn make_stage(
    model: &Model,
    name: &str,
    corner: WorldPoint,
    from: Option<StageId>,
) -> NewStage {
    let stream = from
        .and_then(|from| model.stages.find(from))
        .and_then(|from| from.stream);
    let mut made = edit::new_stage(model, name, Some(corner), stream);
    if let Some(from) = from.filter(|&from| model.stages.contains(from)) {
        // The new stage leads nowhere yet, so nothing can speak against this handoff.
        let id = FreshIds::new(model).handoff(from, made.stage);
        made.changes.push(Change::Handoff(HandoffChange::Add {
            handoff: Arc::new(Handoff::new(id, from, made.stage)),
            position: None,
        }));
    }
    made
}

/// A line that is drawn from a stage.
#[derive(Clone, Debug)]
pub(super) struct Connecting {
    pub(super) from: StageId,
    pub(super) to: WorldPoint,
    pub(super) on: On,
}

impl Connecting {
    pub(super) fn feedback(&self, sight: &Sight<'_>) -> Feedback {
        let from = self.from;
        let onto = self.on.stage().filter(|&stage| stage != from).map(|stage| {
            let refusal = edit::connect(sight.model, from, stage, HandoffKind::Forward).err();
            (stage, refusal.map(|why| why.to_string()))
        });
        Feedback::Connecting {
            from,
            end: End::To,
            to: self.to,
            onto,
        }
    }

    pub(super) fn release(&self, at: WorldPoint, on: On, sight: &Sight<'_>) -> Vec<Output> {
        let from = self.from;
        match on.stage() {
            Some(to) if to == from => Vec::new(),
            Some(to) => match edit::connect(sight.model, from, to, HandoffKind::Forward) {
                Ok(made) => vec![
                    Output::Edit {
                        label: "Connect stages",
                        changes: made.changes,
                        gesture: None,
                    },
                    Output::Select(Selection::of(Selected::Handoff(made.handoff))),
                ],
                // A circle is what rework looks like while it is drawn.
                Err(refusal) if !refusal.instead.is_empty() => {
                    let sentence = format!("{refusal}; it was made rework.");
                    vec![
                        Output::Edit {
                            label: "Connect stages by rework",
                            changes: refusal.instead,
                            gesture: None,
                        },
                        Output::Say(sentence),
                    ]
                }
                Err(refusal) => vec![Output::Say(refusal.to_string())],
            },
            None if matches!(on, On::Group(_)) => {
                let sentence = "Open the group to connect one of its stages.";
                vec![Output::Say(sentence.to_owned())]
            }
            // A way or a note that happens to be there is no reason not to have a stage there.
            None => {
                let corner =
                    WorldPoint::new(snapped(at.x), snapped(at.y - sight.stage_size.height / 2.0));
                vec![Output::NameNew {
                    corner,
                    from: Some(from),
                }]
            }
        }
    }
}

/// An end of a handoff that is led elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Reconnecting {
    pub(super) handoff: HandoffId,
    pub(super) end: End,
    pub(super) to: WorldPoint,
    pub(super) on: On,
}

impl Reconnecting {
    fn onto(&self, stage: StageId, sight: &Sight<'_>) -> Result<Vec<Change>, Refusal> {
        let handoff = sight.model.handoffs.find(self.handoff);
        let ends = handoff.map_or((stage, stage), |handoff| (handoff.from, handoff.to));
        let (from, to) = match self.end {
            End::From => (stage, ends.1),
            End::To => (ends.0, stage),
        };
        edit::reconnect(sight.model, self.handoff, from, to)
    }

    pub(super) fn feedback(&self, sight: &Sight<'_>) -> Option<Feedback> {
        let handoff = sight.model.handoffs.find(self.handoff)?;
        let from = match self.end {
            End::From => handoff.to,
            End::To => handoff.from,
        };
        let onto = self.on.stage().map(|stage| {
            let refusal = self.onto(stage, sight).err();
            (stage, refusal.map(|why| why.to_string()))
        });
        Some(Feedback::Connecting {
            from,
            end: self.end,
            to: self.to,
            onto,
        })
    }

    pub(super) fn release(&self, on: On, sight: &Sight<'_>) -> Vec<Output> {
        let Some(stage) = on.stage() else {
            // Not on a stage, so it stays where it was.
            return Vec::new();
        };
        match self.onto(stage, sight) {
            Ok(changes) if changes.is_empty() => Vec::new(),
            Ok(changes) => vec![Output::Edit {
                label: "Reconnect handoff",
                changes,
                gesture: None,
            }],
            Err(refusal) => vec![Output::Say(format!("{refusal}. {}.", refusal.hint))],
        }
    }
}
