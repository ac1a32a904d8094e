//! Templates to begin with: one for each phase of a media value stream, and one from end to end.
//!
//! They are lines of quick entry, so that what a template says can be typed as well. Their times are
//! nobody's: every stage is marked as guessed, until somebody who knows puts in theirs.

use crate::edit::apply;
use crate::model::{
    Arrivals, Change, DemandField, Distribution, ElapsedTime, Evidence, EvidenceKind, LaneMode,
    Model, Phase, Span, StageChange, StageField, StageId, StreamChange,
};
use crate::quick::new_model;

/// Something to begin with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Template {
    /// By what the command line knows it.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// The drawing, in quick entry.
    pub text: &'static str,
    /// The phase of the stages, in the order of the text: how many are in each.
    phases: &'static [(Phase, usize)],
    /// How many days there are between two items on average.
    every_days: u64,
}

/// All of them: the phases in order, then from end to end.
pub static TEMPLATES: &[Template] = &[
    Template {
        name: "development",
        title: "Ideation and development",
        about: "From a pitch to the green light, with a board that meets and says no to most",
        text: "Pitch 2h @Producers >1d> Coverage 4h @Readers >3d> Development meeting 1h @\"Development \
               board\" > [ 30% Treatment 5d @Writers >2d> Script 15d >5d> Notes 4h @\"Development board\" \
               <40% x3< Script > Budget 3d @Producers >5d> Green light 1h @\"Development board\" | \
               Decline 15m @Readers ]",
        phases: &[(Phase::Ideation, 9)],
        every_days: 30,
    },
    Template {
        name: "post-production",
        title: "Production and post",
        about: "From the shoot to a master: picture, sound and effects side by side",
        text: "Shoot 5d @Production >1d> Ingest 2h! > Assembly 3d @Editors > { Picture edit 5d, Sound \
               design 4d @Sound, Visual effects 8d @Effects } > Conform 1d @Editors > Grade 2d @Colour > \
               Mix 2d @Sound > Review 2h @Producers <30% 1d x3< Picture edit > Master 4h!",
        phases: &[(Phase::Production, 11)],
        every_days: 20,
    },
    Template {
        name: "clearance",
        title: "Rights and compliance",
        about: "Legal, music and standards one after the other, though only by custom",
        text: "Submit for clearance 30m @Production >4h> Legal review 4h @Legal >16h?> Music clearance 6h \
               @Music >8h?> Standards review 3h @Standards <15% 4h< Submit for clearance >1d> Rights \
               sign-off 1h @Legal",
        phases: &[(Phase::Rights, 5)],
        every_days: 1,
    },
    Template {
        name: "distribution",
        title: "Distribution",
        about: "One master to many platforms: transcodes, metadata and languages, then delivery",
        text: "Master received 15m! > { Transcode 3h!, Metadata 2h @Metadata, Subtitles 2d @Localization > \
               Dubbing 4d, Artwork 6h @Design } > Package 30m! > Quality control 2h @QC <12% 1d< Package \
               >!> Deliver to platforms 1h! >1d> Platform check 4h @Partners",
        phases: &[(Phase::Distribution, 10)],
        every_days: 10,
    },
    Template {
        name: "audience",
        title: "Audience and analytics",
        about: "What viewers do, and how long it takes until somebody acts on it",
        text: "Launch 1h @Marketing >1d> Collect viewing data 2h! > Clean and join 4h! > Analyse 2d @Analysts \
               >2d> Insight review 1h @\"Programming board\" >1d> Decide 2h > Act 3d @Marketing ~20%> Launch",
        phases: &[(Phase::Audience, 7)],
        every_days: 7,
    },
    Template {
        name: "revenue",
        title: "Revenue",
        about: "From a booked campaign to money in the bank",
        text: "Book campaign 2h @Sales >1d> Check inventory 1h @\"Ad operations\" > Traffic creatives 3h \
               <25% 1d< Book campaign > Run campaign 0h! >3d> Report delivery 4h @Analysts > Reconcile 1d \
               @Finance <10% 2d< Report delivery >2d> Invoice 1h >30d> Collect 30m",
        phases: &[(Phase::Revenue, 8)],
        every_days: 3,
    },
    Template {
        name: "end-to-end",
        title: "From idea to subscriber",
        about: "All six phases in one line, to see which of them the time goes to",
        text: "Pitch 2h @Producers >5d> Green light 1h @\"Development board\" > Script 15d @Writers >3d> \
               Shoot 10d @Production > Edit 12d @Post > { Legal review 4h @Legal, Music clearance 1d @Music, \
               Standards review 4h @Standards } >2d> { Transcode 4h!, Metadata 3h @Metadata, Localization 6d \
               @Localization } >!> Deliver 2h! >5d> Launch 2h @Marketing > Measure audience 5d @Analysts >1d> \
               Retention offer 1d @Marketing ~10%> Pitch",
        phases: &[
            (Phase::Ideation, 2),
            (Phase::Production, 3),
            (Phase::Rights, 3),
            (Phase::Distribution, 4),
            (Phase::Audience, 2),
            (Phase::Revenue, 1),
        ],
        every_days: 30,
    },
];

impl Template {
    /// Returns the template of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// Makes a model of it.
    pub fn model(&self) -> Model {
        let mut model =
            new_model(self.text, self.title).expect("a test makes a model of every template");
        let stages: Vec<StageId> = model.stages.iter().map(|stage| stage.id).collect();
        let guessed = Evidence {
            kind: EvidenceKind::Guessed,
            by: "template".to_owned(),
        };
        let mut fields = vec![(stages.clone(), StageField::Evidence(Some(guessed)))];
        let mut from = 0;
        for (phase, count) in self.phases {
            let to = (from + count).min(stages.len());
            fields.push((
                stages[from..to].to_vec(),
                StageField::Phase(Some(phase.clone())),
            ));
            from = to;
        }
        let mut changes: Vec<Change> = (fields.into_iter())
            .map(|(stages, field)| Change::Stage(StageChange::Set { stages, field }))
            .collect();
        let mean = ElapsedTime(Span(self.every_days * Span::DAY.0));
        let arrivals = Arrivals::Every {
            gap: Distribution::Exponential { mean },
            batch: 1,
        };
        for stream in &model.streams {
            for demand in &stream.demands {
                changes.push(Change::Stream(StreamChange::SetDemand {
                    stream: stream.id,
                    demand: demand.id,
                    field: DemandField::Arrivals(arrivals.clone()),
                }));
            }
        }
        for change in &changes {
            apply(&mut model, change).expect("its own stages and demands take their fields");
        }
        if self.phases.len() > 1 {
            model.lane_mode = LaneMode::Phase;
        }
        model
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::model::Severity;

    #[test]
    fn every_template_is_a_model_without_errors() {
        for template in TEMPLATES {
            let model = template.model();
            let counted: usize = template.phases.iter().map(|(_, count)| count).sum();
            assert_eq!(counted, model.stages.len(), "{}", template.name);
            assert!(model.stages.iter().all(|stage| stage.phase.is_some()));
            let errors: Vec<_> = check(&model)
                .into_iter()
                .filter(|problem| problem.severity == Severity::Error)
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}", template.name);
            assert_eq!(Template::find(template.name), Some(template));
        }
    }

    #[test]
    fn every_phase_has_one() {
        for phase in Phase::STANDARD {
            assert!(
                TEMPLATES
                    .iter()
                    .any(|template| template.phases.len() == 1 && template.phases[0].0 == phase)
            );
        }
    }
}
