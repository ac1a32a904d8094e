//! `check`: what is wrong or doubtful in a model.

use crate::check::{check, has_errors};
use crate::model::{Model, Problem, Severity};
use crate::scene::{Fonts, missing_letters};
use crate::words::problem_line;

use super::arguments::CheckArguments;
use super::json::Json;
use super::{Exit, Failure, Streams, input, report};

pub fn run(arguments: &CheckArguments, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let input = input::model(&arguments.model, streams)?;
    let mut problems = check(&input.model);
    problems.extend(missing_letters(&input.model, &Fonts::system()));
    let text = if arguments.json {
        Json::Object(vec![
            ("format", 1_u64.into()),
            ("model", input.model.name.as_str().into()),
            ("problems", report::problems(&problems)),
        ])
        .printed()
    } else {
        listed(&input.model, &problems)
    };
    streams.print(&text)?;
    Ok(if has_errors(&problems) {
        Exit::ModelErrors
    } else {
        Exit::Fine
    })
}

/// A line for each problem, worst first, and a last one that counts them.
fn listed(model: &Model, problems: &[Problem]) -> String {
    let mut text = String::new();
    let mut counts = Vec::new();
    for (severity, plural) in [
        (Severity::Error, "errors"),
        (Severity::Warning, "warnings"),
        (Severity::Note, "notes"),
    ] {
        let mut count = 0;
        for problem in problems
            .iter()
            .filter(|problem| problem.severity == severity)
        {
            count += 1;
            text.push_str(&problem_line(problem));
            text.push('\n');
        }
        match count {
            0 => {}
            1 => counts.push(format!("1 {}", severity.name())),
            _ => counts.push(format!("{count} {plural}")),
        }
    }
    let counted = |count: usize, one: &str, many: &str| {
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let found = if counts.is_empty() {
        "no problems".to_owned()
    } else {
        counts.join(", ")
    };
    text.push_str(&format!(
        "{}: {}, {}, {found}\n",
        if model.name.is_empty() {
            "Model"
        } else {
            &model.name
        },
        counted(model.stages.len(), "stage", "stages"),
        counted(model.handoffs.len(), "handoff", "handoffs"),
    ));
    text
}
