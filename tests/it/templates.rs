//! Templates give numbers as soon as they are opened.

use anabranch::analysis::Load;
use anabranch::graph::Flow;
use anabranch::model::Severity;
use anabranch::study::{Effort, StudyControl, StudyOptions, simulate};
use anabranch::templates::TEMPLATES;

#[test]
fn every_template_can_be_simulated_and_nobody_is_overloaded() {
    for template in TEMPLATES {
        let model = template.model();
        let flow = Flow::of(&model);
        let load = Load::of(&model, &flow);
        for team in &load.teams {
            assert!(team.keeps_up(), "{}: {}", template.name, team.id);
        }
        let options = StudyOptions {
            effort: Effort::Replications(2),
            ..StudyOptions::default()
        };
        let study = simulate(&model, &options, &StudyControl::default(), &mut |_| {});
        let study = study.unwrap_or_else(|error| panic!("{}: {error}", template.name));
        assert!(
            study
                .problems
                .iter()
                .all(|problem| problem.severity != Severity::Error),
            "{}: {:?}",
            template.name,
            study.problems
        );
    }
}
