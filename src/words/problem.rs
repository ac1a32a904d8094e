//! Problems as text.

use crate::model::{At, Model, Problem};

/// Returns a Problem in one line, as lists and the command line show it:
/// `error: stage legal-review: No team works on this stage. Assign a team`.
pub fn problem_line(problem: &Problem) -> String {
    let severity = problem.severity.name();
    let mut line = match problem.at {
        At::Model => format!("{severity}: {}", problem.message),
        at => format!("{severity}: {at}: {}", problem.message),
    };
    if let Some(hint) = &problem.hint {
        line.push_str(". ");
        line.push_str(&capitalized(hint));
    }
    line
}

/// Returns what people call the element that a Problem is about: `Legal review`, `Legal review →
/// Compliance`.
pub fn place_name(model: &Model, at: At) -> String {
    let stage = |id| {
        model
            .stages
            .find(id)
            .map_or_else(|| format!("{id}"), |stage| stage.name.clone())
    };
    let name = match at {
        At::Model => Some("Model".to_owned()),
        At::Stage(id) => Some(stage(id)),
        At::Handoff(id) => model
            .handoffs
            .find(id)
            .map(|handoff| format!("{} → {}", stage(handoff.from), stage(handoff.to))),
        At::Team(id) => model.teams.find(id).map(|team| team.name.clone()),
        At::Calendar(id) => model.calendars.find(id).map(|found| found.name.clone()),
        At::Stream(id) | At::Demand(id, _) => {
            model.streams.find(id).map(|stream| stream.name.clone())
        }
        At::Scenario(id) => model.scenarios.find(id).map(|found| found.name.clone()),
        At::Intervention(id) => model.interventions.find(id).map(|found| found.name.clone()),
        At::View(id) => model.views.find(id).map(|view| view.name.clone()),
        At::Group(id) => model.groups.find(id).map(|group| group.name.clone()),
        At::Note(_) => None,
    };
    name.filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| at.to_string())
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Handoff, HandoffId, Stage, StageId};

    #[test]
    fn a_problem_says_where_what_and_what_to_do() {
        let at = At::Stage(StageId::new("legal-review").unwrap());
        let problem = Problem::warning("no-team", at, "No team works on this stage")
            .hint("assign a team, or mark the stage as automatic");
        assert_eq!(
            problem_line(&problem),
            "warning: stage legal-review: No team works on this stage. Assign a team, or mark the \
             stage as automatic"
        );
        let problem = Problem::error("empty", At::Model, "There is no stream");
        assert_eq!(problem_line(&problem), "error: There is no stream");
    }

    #[test]
    fn places_have_the_names_that_people_gave() {
        let mut model = Model::default();
        let ids = ["a", "b"].map(|id| StageId::new(id).unwrap());
        model.stages.push(Stage::new(ids[0], "Script"));
        model.stages.push(Stage::new(ids[1], "Edit"));
        let handoff = HandoffId::new("a--b").unwrap();
        model.handoffs.push(Handoff::new(handoff, ids[0], ids[1]));
        assert_eq!(place_name(&model, At::Handoff(handoff)), "Script → Edit");
        let gone = HandoffId::new("c--d").unwrap();
        assert_eq!(place_name(&model, At::Handoff(gone)), "handoff c--d");
    }
}
