//! Everything in a Model that has a name to be found by.

use rustc_hash::FxHashMap;

use crate::model::{At, Model};

/// Something that can be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// What it is.
    pub at: At,
    /// What it is found by: its name, or `from → to` of a handoff.
    pub name: String,
    /// Of what kind it is, and what else tells it from others of the same name.
    pub remark: String,
}

/// Returns the stages, teams, streams, scenarios, notes, groups and handoffs of a Model, kind by kind in their order.
pub fn elements(model: &Model) -> Vec<Element> {
    let mut found = Vec::with_capacity(model.stages.len() + model.handoffs.len() + 16);
    let mut add = |at: At, name: &str, remark: String| {
        let name = name.to_owned();
        found.push(Element { at, name, remark });
    };
    for stage in &model.stages {
        let team = stage.team.and_then(|team| model.teams.find(team));
        let remark = match team {
            Some(team) => format!("stage · {}", team.name),
            None => "stage".to_owned(),
        };
        add(At::Stage(stage.id), &stage.name, remark);
    }
    for team in &model.teams {
        add(At::Team(team.id), &team.name, "team".to_owned());
    }
    for stream in &model.streams {
        add(At::Stream(stream.id), &stream.name, "stream".to_owned());
    }
    for scenario in &model.scenarios {
        let remark = match scenario.changes.len() {
            1 => "scenario · 1 change".to_owned(),
            count => format!("scenario · {count} changes"),
        };
        add(At::Scenario(scenario.id), &scenario.name, remark);
    }
    for note in &model.notes {
        let line = note.text.lines().next().unwrap_or_default();
        add(At::Note(note.id), line, "note".to_owned());
    }
    for group in &model.groups {
        add(At::Group(group.id), &group.name, "group".to_owned());
    }
    let stages: FxHashMap<_, _> = model
        .stages
        .iter()
        .map(|stage| (stage.id, stage.name.as_str()))
        .collect();
    for handoff in &model.handoffs {
        let name = |id| stages.get(&id).copied().unwrap_or_default();
        let way = format!("{} → {}", name(handoff.from), name(handoff.to));
        add(At::Handoff(handoff.id), &way, "handoff".to_owned());
    }
    found
}
