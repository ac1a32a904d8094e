//! The inspector of handoffs.

use egui::{Id, RichText, Ui};

use crate::app::actions::Action;
use crate::app::command::Command;
use crate::app::fields::{
    TextField, choice_row_ui, optional, remark_ui, shown, text_row_ui, whole_number,
};
use crate::app::names::way;
use crate::graph::{FlowHandoff, Origin};
use crate::model::{
    Change, Distribution, ElapsedTime, Handoff, HandoffChange, HandoffField, HandoffKind, Model,
    Money, Needs, Rhythm, Share, Span, StageId, TextError, Time as _, Trigger, Zone,
};

use super::several;
use super::stage::evidence_rows_ui;
use super::{heading_ui, section_ui};

#[derive(Clone, Copy, PartialEq)]
enum TriggerKind {
    Manual,
    Scheduled,
    Automatic,
}

/// Draws the form of a handoff.
pub fn handoff_ui(ui: &mut Ui, model: &Model, handoff: &Handoff, commands: &mut Vec<Command>) {
    let id = Id::unique(("handoff", handoff.id));
    let set_in = |commands: &mut Vec<Command>, label: &str, field: HandoffField| {
        commands.push(Command::edit(
            label,
            Change::Handoff(HandoffChange::Set {
                handoffs: vec![handoff.id],
                field,
            }),
        ));
    };
    heading_ui(ui, "Handoff", &ends(model, handoff.from, handoff.to));

    let kinds = [
        (0, "forward: the item moves on"),
        (1, "rework: it goes back"),
        (2, "feedback: it starts a new one"),
    ];
    let kind = match handoff.kind {
        HandoffKind::Forward => 0,
        HandoffKind::Rework { .. } => 1,
        HandoffKind::Feedback => 2,
    };
    if let Some(kind) = choice_row_ui(ui, id.with("kind"), "Kind", &kind, &kinds) {
        let kind = match kind {
            0 => HandoffKind::Forward,
            1 => HandoffKind::Rework { at_most: None },
            _ => HandoffKind::Feedback,
        };
        set_in(commands, "Set kind of handoff", HandoffField::Kind(kind));
    }
    trigger_ui(ui, id, handoff, commands, &set_in);

    let share = shown(handoff.share.as_ref());
    let hint = if handoff.is_forward() {
        "weight; 100% when left out"
    } else {
        "20%"
    };
    if let Some(share) = text_row_ui(
        ui,
        id.with("share"),
        "Share",
        &share,
        TextField { hint, lines: 1 },
        |text| optional(text, Share::parse),
    ) {
        set_in(commands, "Set share", HandoffField::Share(share));
    }
    if handoff.is_forward() {
        let needs = [
            (Needs::Required, "required: the receiver needs it"),
            (Needs::Customary, "customary: just the usual order"),
        ];
        if let Some(needs) = choice_row_ui(ui, id.with("needs"), "Needs", &handoff.needs, &needs) {
            set_in(commands, "Set needs", HandoffField::Needs(needs));
        }
        if handoff.is_relaxed {
            remark_ui(ui, "Relaxed: it no longer orders its two stages.");
            if ui.button("Put back in order").clicked() {
                commands.push(Command::Act(Action::PutBackInOrder));
            }
        } else if handoff.needs == Needs::Customary && ui.button("Run together").clicked() {
            commands.push(Command::Act(Action::RunTogether));
        }
    }

    section_ui(ui, id.with("facts"), "Facts", true, |ui| {
        let field = TextField {
            hint: "what is handed over",
            lines: 1,
        };
        if let Some(artifact) = text_row_ui(
            ui,
            id.with("artifact"),
            "Artifact",
            &handoff.artifact,
            field,
            |text| Ok(text.trim().to_owned()),
        ) {
            set_in(commands, "Set artifact", HandoffField::Artifact(artifact));
        }
        let inventory = shown(handoff.inventory.as_ref());
        let field = TextField {
            hint: "pieces counted",
            lines: 1,
        };
        if let Some(inventory) = text_row_ui(
            ui,
            id.with("inventory"),
            "Inventory",
            &inventory,
            field,
            |text| optional(text, |text| whole_number(text, 0)).map(|pieces| pieces.map(u64::from)),
        ) {
            set_in(
                commands,
                "Set inventory",
                HandoffField::Inventory(inventory),
            );
        }
        let cost = shown(handoff.automation_cost.as_ref());
        let field = TextField {
            hint: "to automate it, once",
            lines: 1,
        };
        if let Some(cost) = text_row_ui(ui, id.with("cost"), "Cost", &cost, field, |text| {
            optional(text, Money::parse)
        }) {
            set_in(
                commands,
                "Set cost of automating",
                HandoffField::AutomationCost(cost),
            );
        }
        if let Some(evidence) = evidence_rows_ui(ui, id, handoff.evidence.as_ref()) {
            set_in(commands, "Set evidence", HandoffField::Evidence(evidence));
        }
        let field = TextField { hint: "", lines: 3 };
        if let Some(notes) = text_row_ui(
            ui,
            id.with("notes"),
            "Notes",
            &handoff.notes,
            field,
            |text| Ok(text.to_owned()),
        ) {
            set_in(commands, "Edit notes", HandoffField::Notes(notes));
        }
    });
}

fn trigger_ui(
    ui: &mut Ui,
    id: Id,
    handoff: &Handoff,
    commands: &mut Vec<Command>,
    set_in: &impl Fn(&mut Vec<Command>, &str, HandoffField),
) {
    let triggers = [
        (TriggerKind::Manual, "manual: somebody sends it"),
        (TriggerKind::Scheduled, "scheduled: the next slot"),
        (TriggerKind::Automatic, "automatic: an event"),
    ];
    let trigger = match handoff.trigger {
        Trigger::Manual(_) => TriggerKind::Manual,
        Trigger::Scheduled { .. } => TriggerKind::Scheduled,
        Trigger::Automatic(_) => TriggerKind::Automatic,
    };
    if let Some(trigger) = choice_row_ui(ui, id.with("trigger"), "Trigger", &trigger, &triggers) {
        let trigger = match trigger {
            TriggerKind::Manual => Trigger::default(),
            TriggerKind::Scheduled => Trigger::Scheduled {
                rhythm: Rhythm::parse("every Tue 10:00").expect("a rhythm as the hint shows it"),
                zone: None,
                slots: None,
            },
            TriggerKind::Automatic => Trigger::Automatic(ElapsedTime::ZERO),
        };
        set_in(commands, "Set trigger", HandoffField::Trigger(trigger));
    }
    match &handoff.trigger {
        Trigger::Manual(delay) => {
            let field = TextField {
                hint: "2d, or estimate(1d, 4d)",
                lines: 1,
            };
            let parse = |text: &str| {
                let delay = if text.trim().is_empty() {
                    Distribution::default()
                } else {
                    Distribution::<ElapsedTime>::parse(text)?
                };
                match delay.fault(Span::DAY, Span::WEEK) {
                    None => Ok(delay),
                    Some(fault) => Err(TextError::new(0..text.len(), fault)),
                }
            };
            if let Some(delay) = text_row_ui(
                ui,
                id.with("delay"),
                "Delay",
                &delay.to_string(),
                field,
                parse,
            ) {
                set_in(
                    commands,
                    "Set delay",
                    HandoffField::Trigger(Trigger::Manual(delay)),
                );
            }
            remark_ui(ui, "On the calendar: a day is 24 h, weekends pass too.");
        }
        Trigger::Scheduled {
            rhythm,
            zone,
            slots,
        } => {
            let field = TextField {
                hint: "every Tue 10:00, or every 3d",
                lines: 1,
            };
            if let Some(rhythm) = text_row_ui(
                ui,
                id.with("rhythm"),
                "Rhythm",
                &rhythm.to_string(),
                field,
                Rhythm::parse,
            ) {
                let trigger = Trigger::Scheduled {
                    rhythm,
                    zone: zone.clone(),
                    slots: *slots,
                };
                set_in(commands, "Set rhythm", HandoffField::Trigger(trigger));
            }
            let field = TextField {
                hint: "that of the receiving team",
                lines: 1,
            };
            if let Some(zone) = text_row_ui(
                ui,
                id.with("zone"),
                "Zone",
                &shown(zone.as_ref()),
                field,
                |text| optional(text, Zone::new),
            ) {
                let trigger = Trigger::Scheduled {
                    rhythm: rhythm.clone(),
                    zone,
                    slots: *slots,
                };
                set_in(commands, "Set zone", HandoffField::Trigger(trigger));
            }
        }
        Trigger::Automatic(latency) => {
            if let Some(latency) = text_row_ui(
                ui,
                id.with("latency"),
                "Latency",
                &latency.to_string(),
                TextField::default(),
                ElapsedTime::parse,
            ) {
                set_in(
                    commands,
                    "Set latency",
                    HandoffField::Trigger(Trigger::Automatic(latency)),
                );
            }
        }
    }
}

/// Draws what is known of a handoff that is derived from relaxed ones.
pub fn derived_ui(ui: &mut Ui, model: &Model, derived: &FlowHandoff, commands: &mut Vec<Command>) {
    let Origin::Derived { like, stands_for } = &derived.origin else {
        return;
    };
    heading_ui(
        ui,
        "Derived handoff",
        &ends(model, derived.from, derived.to),
    );
    ui.label("It keeps the order that the relaxed handoffs leave. It stands for:");
    for &id in stands_for {
        if let Some(handoff) = model.handoffs.find(id) {
            let relaxed = if handoff.is_relaxed { " (relaxed)" } else { "" };
            ui.label(RichText::new(format!(
                "• {}{relaxed}",
                ends(model, handoff.from, handoff.to)
            )));
        }
    }
    if let Some(like) = model.handoffs.find(*like) {
        ui.add_space(4.0);
        ui.label(format!(
            "Its trigger and delay are those of {}.",
            ends(model, like.from, like.to)
        ));
    }
    ui.add_space(8.0);
    if ui.button("Make it a handoff of its own").clicked() {
        let mut own = Handoff::new(derived.id, derived.from, derived.to);
        own.trigger = derived.trigger.clone();
        own.only.clone_from(&derived.only);
        own.needs = derived.needs;
        let change = HandoffChange::Add {
            handoff: std::sync::Arc::new(own),
            position: None,
        };
        commands.push(Command::edit(
            "Make derived handoff a drawn one",
            Change::Handoff(change),
        ));
    }
}

/// Draws the form for several handoffs at once: what can be done to all of them.
pub fn handoffs_ui(ui: &mut Ui, model: &Model, handoffs: &[&Handoff], commands: &mut Vec<Command>) {
    heading_ui(ui, "Handoffs", &format!("{} handoffs", handoffs.len()));
    for handoff in handoffs {
        let needs = match (handoff.needs, handoff.is_relaxed) {
            (_, true) => "relaxed",
            (Needs::Customary, false) => "customary",
            (Needs::Required, false) => "required",
        };
        ui.label(format!(
            "• {} ({needs})",
            ends(model, handoff.from, handoff.to)
        ));
    }
    ui.add_space(8.0);
    several::handoff_fields_ui(ui, handoffs, commands);
    ui.horizontal(|ui| {
        if ui.button("Run together").clicked() {
            commands.push(Command::Act(Action::RunTogether));
        }
        if handoffs.iter().any(|handoff| handoff.is_relaxed)
            && ui.button("Put back in order").clicked()
        {
            commands.push(Command::Act(Action::PutBackInOrder));
        }
    });
}

/// Returns `Legal review → Compliance`.
pub fn ends(model: &Model, from: StageId, to: StageId) -> String {
    let name = |id: StageId| {
        model
            .stages
            .find(id)
            .map_or(id.as_str(), |stage| stage.name.as_str())
    };
    way(name(from), name(to))
}
