//! Patterns: parts of a flow that come again and again, to be put in where they are needed.
//!
//! Like templates they are lines of quick entry, with what such a line cannot say added. Each begins
//! with one stage and ends with one, so that it can be woven into any line.

use crate::edit::apply;
use crate::model::{
    Change, Evidence, EvidenceKind, HandoffChange, HandoffField, Model, Rhythm, StageChange,
    StageField, StageId, TeamChange, TeamField, Trigger,
};
use crate::quick::new_model;

/// A part of a flow.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// What it is called.
    pub title: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// The drawing, in quick entry.
    pub text: &'static str,
    /// What is counted, when it comes in a number of copies.
    pub counted: Option<&'static str>,
    /// Whether what it finds out flows back to the stage that it is put behind.
    pub returns: bool,
    /// What a line of quick entry cannot say.
    finish: fn(&mut Model, u32),
}

/// Of what is counted there are so many until somebody says otherwise.
pub const USUAL_COUNT: u32 = 8;

/// All of them.
pub static PATTERNS: &[Pattern] = &[
    Pattern {
        title: "Parallel review",
        about: "Everybody looks at the same time, and one collects what they found",
        text: "Send for review 30m @Producers > { Legal review 4h @Legal, Standards review 3h @Standards, \
               Brand review 2h @Marketing } > Consolidate notes 2h @Producers",
        counted: None,
        returns: false,
        finish: |_, _| {},
    },
    Pattern {
        title: "Event-triggered fan-out",
        about: "An event sets off transcodes, metadata and a compliance scan at once, with nobody in between",
        text: "Master approved 5m! >!> { Transcode 3h!, Extract metadata 1h!, Compliance scan 2h! } >!> \
               Ready to package 5m!",
        counted: None,
        returns: false,
        finish: |_, _| {},
    },
    Pattern {
        title: "Localization",
        about: "The same work in many languages side by side; the last of them ends it",
        text: "Prepare languages 4h @Localization > Translate and dub 3d @Localization > Check language 4h \
               @QC <15% 4h< Translate and dub > Collect languages 1h @Localization",
        counted: Some("languages"),
        returns: false,
        finish: |model, count| {
            set_stages(model, &[1, 2], &StageField::Copies(count));
        },
    },
    Pattern {
        title: "Weekly gate",
        about: "A board that meets on Tuesdays, and sends a quarter back",
        text: "Prepare for the board 4h @Producers > Board decision 1h @Board <25% 1d< Prepare for the board",
        counted: None,
        returns: false,
        finish: |model, _| {
            let rhythm = Rhythm::parse("every Tue 10:00").expect("a test reads it");
            let field = HandoffField::Trigger(Trigger::Scheduled {
                rhythm,
                zone: None,
                slots: None,
            });
            let first = model.handoffs.at(0).map(|handoff| handoff.id);
            let handoffs = first.into_iter().collect();
            take(
                model,
                &Change::Handoff(HandoffChange::Set { handoffs, field }),
            );
        },
    },
    Pattern {
        title: "Feedback loop",
        about: "Figures are collected and read, and what they say goes back to where it can be acted on",
        text: "Collect figures 2h! >1d> Read the figures 4h @Analysts >1d> Decide what to change 1h @Producers",
        counted: None,
        returns: true,
        finish: |_, _| {},
    },
    Pattern {
        title: "Shared service",
        about: "One small team that everybody orders from, with a check of what comes back",
        text: "Order artwork 30m @Producers >4h> Make artwork 1d @\"Design studio\" >2h> Check artwork 1h \
               @Producers <20% 4h< Make artwork",
        counted: None,
        returns: false,
        finish: |model, _| {
            let studio = model.teams.iter().find(|team| team.name == "Design studio");
            if let Some(team) = studio.map(|team| team.id) {
                let field = TeamField::People(2);
                take(model, &Change::Team(TeamChange::Set { team, field }));
            }
        },
    },
];

impl Pattern {
    /// Makes the part of it, without places; `count` is how many there are of what is counted.
    ///
    /// Its times are nobody's: every stage is marked as guessed.
    pub fn part(&self, count: u32) -> Model {
        let mut model = new_model(self.text, "").expect("a test makes a part of every pattern");
        let guessed = Evidence {
            kind: EvidenceKind::Guessed,
            by: "pattern".to_owned(),
        };
        let all: Vec<usize> = (0..model.stages.len()).collect();
        set_stages(&mut model, &all, &StageField::Evidence(Some(guessed)));
        (self.finish)(&mut model, count.max(1));
        model
    }
}

/// Sets a field of stages, by their places.
fn set_stages(model: &mut Model, places: &[usize], field: &StageField) {
    let stage = |&at: &usize| model.stages.at(at).map(|stage| stage.id);
    let stages: Vec<StageId> = places.iter().filter_map(stage).collect();
    let field = field.clone();
    take(model, &Change::Stage(StageChange::Set { stages, field }));
}

fn take(model: &mut Model, change: &Change) {
    apply(model, change).expect("its own elements take their fields");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::model::Severity;

    #[test]
    fn every_pattern_is_a_part_with_one_beginning_and_one_end() {
        for pattern in PATTERNS {
            let part = pattern.part(12);
            let errors: Vec<_> = check(&part)
                .into_iter()
                .filter(|problem| problem.severity == Severity::Error)
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}", pattern.title);
            let leads = |stage: StageId, from: bool| {
                let mut forward = part.handoffs.iter().filter(|handoff| handoff.is_forward());
                forward.any(|handoff| stage == if from { handoff.from } else { handoff.to })
            };
            let ids = || part.stages.iter().map(|stage| stage.id);
            assert_eq!(ids().filter(|&id| !leads(id, false)).count(), 1);
            assert_eq!(ids().filter(|&id| !leads(id, true)).count(), 1);
            let copies = part
                .stages
                .iter()
                .filter(|stage| stage.copies == 12)
                .count();
            assert_eq!(copies > 0, pattern.counted.is_some(), "{}", pattern.title);
        }
    }

    #[test]
    fn the_gate_meets_weekly_and_the_service_is_small() {
        let find = |title: &str| PATTERNS.iter().find(|one| one.title == title).unwrap();
        let gate = find("Weekly gate").part(1);
        let trigger = &gate.handoffs.at(0).unwrap().trigger;
        assert!(matches!(trigger, Trigger::Scheduled { .. }), "{trigger:?}");
        let service = find("Shared service").part(1);
        assert!(service.teams.iter().any(|team| team.people == 2));
        assert!(find("Feedback loop").returns);
    }
}
