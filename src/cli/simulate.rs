//! `simulate`: runs a model and prints its figures.

use crate::analysis::{Ladder, Scorecard};
use crate::check::{check, has_errors};
use crate::graph::Flow;
use crate::model::Model;
use crate::scene::{Fonts, missing_letters};
use crate::study::{
    Effort, Leverage, Study, StudyControl, StudyError, StudyOptions, leverage, simulate,
};
use crate::words::problem_line;

use super::arguments::SimulateArguments;
use super::progress::ProgressLine;
use super::report::{Subject, report};
use super::{Exit, Failure, Streams, input, records, text};

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

    let stream = arguments
        .stream
        .or_else(|| model.streams.at(0).map(|stream| stream.id));
    let leverage = match &study {
        Some(study) if arguments.leverage => levers(model, study, arguments, streams)?,
        _ => Vec::new(),
    };
    if let Some(study) = &study {
        records::write(model, study, &arguments.records)?;
    }
    let figures = study.as_ref().and_then(Study::stream_figures);
    let load = study.as_ref().map(|study| &study.load);
    let ladder = load
        .zip(stream)
        .and_then(|(load, stream)| Ladder::of(model, &Flow::of(model), load, stream));
    let scorecard = stream.map(|stream| Scorecard::of(model, stream, figures));

    let subject = Subject {
        model,
        scenario: arguments.scenario,
        stream,
        seed: arguments.seed.unwrap_or(model.settings.seed),
        study: study.as_ref(),
        load,
        ladder: ladder.as_ref(),
        scorecard: scorecard.as_ref(),
        leverage: &leverage,
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
    result.map_err(|error| failed(&error))
}

fn levers(
    model: &Model,
    study: &Study,
    arguments: &SimulateArguments,
    streams: &mut Streams<'_>,
) -> Result<Vec<Leverage>, Failure> {
    let mut line = ProgressLine::new(streams.errors, streams.shows_progress);
    let control = StudyControl::new();
    let found = leverage(model, study, arguments.threads, &control, &mut |fraction| {
        line.show_fraction(fraction, "leverage");
    });
    line.clear();
    found.map_err(|error| failed(&error))
}

fn failed(error: &StudyError) -> Failure {
    Failure {
        exit: match error {
            StudyError::NoSuchStream(_) | StudyError::NothingMeasured => Exit::Usage,
            StudyError::NoStream | StudyError::Plan(_) | StudyError::Cancelled => Exit::ModelErrors,
        },
        message: error.to_string(),
    }
}
