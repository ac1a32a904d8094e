//! `simulate`: runs a model and prints its figures.

use crate::check::{check, has_errors};
use crate::model::Model;
use crate::scene::{Fonts, missing_letters};
use crate::study::{Effort, Study, StudyControl, StudyError, StudyOptions, simulate};
use crate::words::problem_line;

use super::arguments::SimulateArguments;
use super::progress::ProgressLine;
use super::report::{Subject, report};
use super::{Exit, Failure, Streams, input, text};

pub fn run(arguments: &SimulateArguments, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let input = input::model(&arguments.model, streams)?;
    let input = input::with_scenario(input, arguments.scenario)?;
    let model = &input.model;
    if let Some(id) = arguments.stream
        && !model.streams.contains(id)
    {
        let ids = model.streams.iter().map(|stream| stream.id);
        return Err(Failure::no_such("stream", &id, ids));
    }

    let mut problems = input.problems;
    problems.extend(check(model));
    problems.extend(missing_letters(model, &Fonts::system()));
    let study = if has_errors(&problems) {
        None
    } else {
        Some(studied(model, arguments, streams)?)
    };
    if let Some(study) = &study {
        problems.extend(study.problems.iter().cloned());
    }

    let subject = Subject {
        model,
        scenario: arguments.scenario,
        stream: arguments
            .stream
            .or_else(|| model.streams.at(0).map(|stream| stream.id)),
        seed: arguments.seed.unwrap_or(model.settings.seed),
        study: study.as_ref(),
        problems: &problems,
    };
    if arguments.json {
        streams.print(&report(&subject).printed())?;
    } else if let Some(study) = &study {
        streams.print(&text::of(&subject, study))?;
    } else {
        for problem in problems.iter().filter(|problem| problem.is_error()) {
            streams.complain(&problem_line(problem))?;
        }
        streams.complain("Nothing was simulated.")?;
    }
    Ok(if has_errors(&problems) {
        Exit::ModelErrors
    } else {
        Exit::Fine
    })
}

fn studied(
    model: &Model,
    arguments: &SimulateArguments,
    streams: &mut Streams<'_>,
) -> Result<Study, Failure> {
    let options = StudyOptions {
        stream: arguments.stream,
        seed: arguments.seed,
        effort: match (arguments.replications, arguments.precision) {
            (Some(replications), _) => Effort::Replications(replications),
            (None, Some(precision)) => Effort::Precision(precision),
            (None, None) => Effort::AsTheModelSays,
        },
        horizon: arguments.horizon,
        warm_up: arguments.warm_up,
        threads: arguments.threads,
        ..StudyOptions::default()
    };
    study(model, &options, streams)
}

/// Simulates a model, with progress where it is shown.
pub fn study(
    model: &Model,
    options: &StudyOptions,
    streams: &mut Streams<'_>,
) -> Result<Study, Failure> {
    let mut line = ProgressLine::new(streams.errors, streams.shows_progress);
    let result = simulate(model, options, &StudyControl::new(), &mut |progress| {
        line.show(progress);
    });
    line.clear();
    result.map_err(|error| {
        let exit = match error {
            StudyError::NoSuchStream(_) | StudyError::NothingMeasured => Exit::Usage,
            StudyError::NoStream | StudyError::Plan(_) | StudyError::Cancelled => Exit::ModelErrors,
        };
        Failure {
            exit,
            message: error.to_string(),
        }
    })
}
