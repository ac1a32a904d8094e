//! What a screen reader says of a drawing: a sentence for every stage and handoff, in the order in
//! which items come to them.

use crate::graph::{Flow, FlowHandoff, StageGraph};
use crate::model::{HandoffKind, Model, StageId, Trigger};

use super::caption::{Choices, card, label};
use super::icon::Icon;

/// The sentences of a drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spoken {
    /// Of the stages, in the Model's order.
    pub stages: Vec<String>,
    /// Of the Flow's handoffs, in its order.
    pub handoffs: Vec<String>,
    /// The stages by place in the Model, senders before receivers; in the Model's order where the
    /// forward handoffs run in a circle.
    pub order: Vec<u32>,
}

impl Spoken {
    /// Puts the sentences of a drawing together, in time proportional to its size.
    pub fn of(model: &Model, flow: &Flow) -> Self {
        let mut ways: Vec<Ways> = vec![Ways::default(); model.stages.len()];
        let mut handoffs = Vec::with_capacity(flow.handoffs.len());
        let choices = Choices::of(model);
        for handoff in &flow.handoffs {
            handoffs.push(handoff_sentence(model, &choices, handoff));
            let place = |stage: StageId| model.stages.position(stage);
            let (Some(from), Some(to)) = (place(handoff.from), place(handoff.to)) else {
                continue;
            };
            let (sender, receiver) = (name(model, handoff.from), name(model, handoff.to));
            match handoff.kind {
                HandoffKind::Forward => {
                    ways[to].after.push(match way_in_words(&choices, handoff) {
                        Some(words) => format!("{sender} by {words}"),
                        None => sender,
                    });
                    ways[from].before.push(receiver);
                }
                HandoffKind::Rework { .. } => ways[from].back.push(receiver),
                HandoffKind::Feedback => ways[from].tells.push(receiver),
            }
        }
        let stages = model.stages.iter().zip(&ways);
        let stages = stages.map(|(stage, ways)| {
            let card = card(model, stage);
            let mut words = vec![called(&stage.name), "stage".to_owned()];
            words.extend(
                [card.work, card.owner, card.copies]
                    .into_iter()
                    .filter(|text| !text.is_empty()),
            );
            if !card.ca.is_empty() {
                words.push(format!("{} complete and accurate", card.ca));
            }
            let mut sentence = words.join(", ");
            for (lead, ends) in [
                ("after", &ways.after),
                ("before", &ways.before),
                ("sends back to", &ways.back),
                ("tells", &ways.tells),
            ] {
                if !ends.is_empty() {
                    sentence += &format!("; {lead} {}", ends.join(", "));
                }
            }
            plain(&sentence)
        });
        let forward = StageGraph::of_flow(flow, model, FlowHandoff::is_forward);
        Self {
            stages: stages.collect(),
            handoffs,
            order: (forward.topological_order()).unwrap_or_else(|| forward.stages().collect()),
        }
    }
}

/// Where the ways of a stage lead from and to.
#[derive(Clone, Default)]
struct Ways {
    after: Vec<String>,
    before: Vec<String>,
    back: Vec<String>,
    tells: Vec<String>,
}

fn handoff_sentence(model: &Model, choices: &Choices<'_>, handoff: &FlowHandoff) -> String {
    let kind = match handoff.kind {
        HandoffKind::Forward => "Handoff",
        HandoffKind::Rework { .. } => "Rework",
        HandoffKind::Feedback => "Feedback",
    };
    let (from, to) = (name(model, handoff.from), name(model, handoff.to));
    let drawn = model.handoffs.find(handoff.id);
    let mut words = vec![format!("{kind} from {from} to {to}")];
    for part in label(choices, handoff, drawn) {
        let text = match part.icon {
            Some(Icon::Automatic) => format!("automatic {}", part.text),
            _ => part.text,
        };
        if !text.trim().is_empty() {
            words.push(text.trim().to_owned());
        }
    }
    if drawn.is_none() {
        words.push("follows from what runs together".to_owned());
    }
    plain(&words.join(", "))
}

/// Returns `a handoff of 2 d`; nothing where it takes no time.
fn way_in_words(choices: &Choices<'_>, handoff: &FlowHandoff) -> Option<String> {
    let parts = label(choices, handoff, None);
    let text = parts
        .into_iter()
        .map(|part| part.text)
        .find(|text| !text.is_empty())?;
    Some(match handoff.trigger {
        Trigger::Manual(_) => format!("a handoff of {text}"),
        Trigger::Scheduled { .. } => format!("a handoff at {text}"),
        Trigger::Automatic(_) => format!("an automatic handoff of {text}"),
    })
}

fn name(model: &Model, stage: StageId) -> String {
    let found = model.stages.find(stage);
    found.map_or_else(|| stage.to_string(), |stage| called(&stage.name))
}

fn called(name: &str) -> String {
    match name.trim() {
        "" => "Unnamed".to_owned(),
        name => name.to_owned(),
    }
}

/// Says in words what is drawn as a sign, with blanks that every voice knows.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
        .replace("≈ ", "about ")
        .replace('×', "times")
}
