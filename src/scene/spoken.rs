//! What a screen reader says of a drawing: a sentence for every stage and handoff, in the order in
//! which items come to them.

use crate::graph::{Flow, FlowHandoff, StageGraph};
use crate::model::{HandoffKind, Model, StageId, Trigger};

use super::caption::{card, label};
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
        for handoff in &flow.handoffs {
            handoffs.push(handoff_sentence(model, handoff));
            let place = |stage: StageId| model.stages.position(stage);
            let (Some(from), Some(to)) = (place(handoff.from), place(handoff.to)) else {
                continue;
            };
            let (sender, receiver) = (name(model, handoff.from), name(model, handoff.to));
            match handoff.kind {
                HandoffKind::Forward => {
                    ways[to].after.push(match way_in_words(model, handoff) {
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

fn handoff_sentence(model: &Model, handoff: &FlowHandoff) -> String {
    let kind = match handoff.kind {
        HandoffKind::Forward => "Handoff",
        HandoffKind::Rework { .. } => "Rework",
        HandoffKind::Feedback => "Feedback",
    };
    let (from, to) = (name(model, handoff.from), name(model, handoff.to));
    let drawn = model.handoffs.find(handoff.id);
    let mut words = vec![format!("{kind} from {from} to {to}")];
    for part in label(model, handoff, drawn) {
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
fn way_in_words(model: &Model, handoff: &FlowHandoff) -> Option<String> {
    let parts = label(model, handoff, None);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick;

    fn spoken(text: &str) -> Spoken {
        let model = quick::new_model(text, "test").expect("it is understood");
        Spoken::of(&model, &Flow::of(&model))
    }

    #[test]
    fn a_stage_is_one_sentence() {
        let said =
            spoken("Script review 1d @Writers >2d> Legal review 4h @Legal 85% > Launch 0h @-");
        assert_eq!(
            said.stages[1],
            "Legal review, stage, 4 h, Legal, 85 % complete and accurate; after Script review by a \
             handoff of 2 d; before Launch"
        );
        assert_eq!(
            said.handoffs[0],
            "Handoff from Script review to Legal review, 2 d"
        );
        assert_eq!(said.order, [0, 1, 2]);
    }

    #[test]
    fn going_back_and_machines_are_said() {
        let said =
            spoken("Edit 3d @Post >!5m> Encode 20m! > Review 4h @Legal <20%< Edit ~10%> Edit");
        assert!(
            said.stages[1].contains("after Edit by an automatic handoff of 5 m"),
            "{said:?}"
        );
        assert!(
            said.stages[2].contains("sends back to Edit; tells Edit"),
            "{said:?}"
        );
        assert!(
            said.handoffs
                .iter()
                .any(|one| one.starts_with("Rework from Review to Edit, 20 %")),
            "{said:?}"
        );
    }

    #[test]
    fn senders_come_before_receivers() {
        let said = spoken("A 1d @x > B 1d > C 1d; #B > D 1d");
        let place = |stage: u32| said.order.iter().position(|&one| one == stage);
        assert!(place(0) < place(1) && place(1) < place(2) && place(1) < place(3));
        assert_eq!(said.stages.len(), 4);
    }
}
