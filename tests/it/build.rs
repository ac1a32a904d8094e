//! Small models for tests, written as a person would draw them.
//!
//! ```text
//! let model = build::model("script > edit > publish");
//! ```
//!
//! Each line is a chain. `>` is a forward handoff, `?>` a customary one, `~>` a customary one that
//! is relaxed, `<20%<` in `a <20%< b` rework from b back to a, `<50%~` in `a <50%~ b` feedback from
//! b to a, and `70%>` a forward one with a share. A stage is made, with one hour of work, where it
//! is first named. The stream `main` holds all, and its demand `demand` brings an item a day.

#![expect(
    dead_code,
    reason = "a vocabulary for all tests; some words wait for their first use"
)]

use anabranch::model::{
    Arrivals, Demand, DemandId, ElapsedTime, Handoff, HandoffId, HandoffKind, Id, Model, Needs,
    Share, Stage, StageId, Stream, StreamId, Team, TeamId, Trigger,
};

/// Returns the id of a stage.
pub fn stage(text: &str) -> StageId {
    StageId::new(text).expect("tests name slugs")
}

/// Returns the id of a handoff.
pub fn handoff(text: &str) -> HandoffId {
    HandoffId::new(text).expect("tests name slugs")
}

/// Returns the id of a team.
pub fn team(text: &str) -> TeamId {
    TeamId::new(text).expect("tests name slugs")
}

/// Returns the id of the stream that [`model`] makes.
pub fn main_stream() -> StreamId {
    StreamId::new("main").expect("a slug")
}

/// Returns the id of the demand that [`model`] makes.
pub fn main_demand() -> DemandId {
    DemandId::new("demand").expect("a slug")
}

/// Returns a demand that brings an item a day.
pub fn demand(id: &str) -> Demand {
    Demand {
        id: DemandId::new(id).expect("tests name slugs"),
        class: None,
        arrivals: Arrivals::Every {
            gap: "1d".parse().expect("a time"),
            batch: 1,
        },
        at: Vec::new(),
    }
}

/// Returns the model that the chains say; see the head of this file.
pub fn model(chains: &str) -> Model {
    let mut model = Model {
        name: "Test".to_owned(),
        ..Model::default()
    };
    let mut stream = Stream::new(main_stream(), "Main");
    stream.demands.push(demand("demand"));
    model.streams.push(stream);
    for chain in chains.lines() {
        let mut words = chain.split_whitespace();
        let Some(first) = words.next() else { continue };
        let mut before = named(&mut model, first);
        while let (Some(arrow), Some(name)) = (words.next(), words.next()) {
            let after = named(&mut model, name);
            connect(&mut model, before, arrow, after);
            before = after;
        }
    }
    model
}

fn named(model: &mut Model, name: &str) -> StageId {
    let id = stage(name);
    if !model.stages.contains(id) {
        let mut stage = Stage::new(id, capitalized(name));
        stage.stream = Some(main_stream());
        stage.work = Some("1h".parse().expect("a time"));
        stage.automation = Some(anabranch::model::Automation::Automatic);
        model.stages.push(stage);
    }
    id
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn connect(model: &mut Model, left: StageId, arrow: &str, right: StageId) {
    let goes_back = arrow.starts_with('<');
    let (from, to) = if goes_back {
        (right, left)
    } else {
        (left, right)
    };
    let mut id = HandoffId::between(from, to);
    let mut n = 2;
    while model.handoffs.contains(id) {
        id = HandoffId::from_slug(HandoffId::between(from, to).slug().numbered(n));
        n += 1;
    }
    let mut handoff = Handoff::new(id, from, to);
    match arrow {
        ">" => {}
        "?>" => handoff.needs = Needs::Customary,
        "~>" => {
            handoff.needs = Needs::Customary;
            handoff.is_relaxed = true;
        }
        _ if goes_back => {
            let feedback = arrow.ends_with('~');
            handoff.kind = if feedback {
                HandoffKind::Feedback
            } else {
                HandoffKind::Rework { at_most: None }
            };
            let share = arrow.trim_matches(['<', '~']);
            handoff.share = Some(Share::parse(share).expect("a share"));
        }
        _ => {
            let share = arrow.strip_suffix('>').expect("an arrow");
            handoff.share = Some(Share::parse(share).expect("a share"));
        }
    }
    handoff.trigger = Trigger::Automatic(ElapsedTime::ZERO);
    model.handoffs.push(handoff);
}

/// Changes a stage of a model under construction.
pub fn with_stage(mut model: Model, name: &str, change: impl FnOnce(&mut Stage)) -> Model {
    change(
        model
            .stages
            .find_mut(stage(name))
            .expect("the stage is there"),
    );
    model
}

/// Changes a handoff of a model under construction.
pub fn with_handoff(mut model: Model, id: &str, change: impl FnOnce(&mut Handoff)) -> Model {
    let found = model.handoffs.find_mut(handoff(id));
    change(found.expect("the handoff is there"));
    model
}

/// Changes the stream of a model under construction.
pub fn with_stream(mut model: Model, change: impl FnOnce(&mut Stream)) -> Model {
    let found = model.streams.find_mut(main_stream());
    change(found.expect("the stream is there"));
    model
}

/// Adds a team of so many people that owns some stages.
pub fn with_team(mut model: Model, name: &str, people: u32, stages: &[&str]) -> Model {
    let mut made = Team::new(team(name), capitalized(name));
    made.people = people;
    model.teams.push(made);
    for name_of_stage in stages {
        model = with_stage(model, name_of_stage, |stage| {
            stage.team = Some(team(name));
            stage.automation = None;
        });
    }
    model
}
