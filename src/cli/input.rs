//! Reading the model that a command is about.

use std::path::Path;

use crate::edit::resolve;
use crate::model::{Model, Problem, ScenarioId};
use crate::store::{LoadError, read};

use super::{Exit, Failure, Streams};

/// A model out of a file, or a Scenario of it.
pub struct Input {
    /// The model to be looked at.
    pub model: Model,
    /// Changes of the Scenario that do not apply.
    pub problems: Vec<Problem>,
}

/// Reads a model; `-` is standard input.
///
/// # Errors
/// When there is no model, with one line for each fault.
pub fn model(path: &Path, streams: &mut Streams<'_>) -> Result<Input, Failure> {
    let name = shown(path);
    let loaded = read(&bytes(path, streams)?).map_err(|error| faulty(&name, &error))?;
    for note in &loaded.notes {
        streams.complain(&format!("{name}:{note}"))?;
    }
    Ok(Input {
        model: loaded.model,
        problems: Vec::new(),
    })
}

/// Replays a Scenario on the model.
///
/// # Errors
/// When there is no such Scenario.
pub fn with_scenario(input: Input, scenario: Option<ScenarioId>) -> Result<Input, Failure> {
    let Some(id) = scenario else {
        return Ok(input);
    };
    if !input.model.scenarios.contains(id) {
        let ids = input.model.scenarios.iter().map(|scenario| scenario.id);
        return Err(Failure::no_such("scenario", &id, ids));
    }
    let resolved = resolve(&input.model, id);
    Ok(Input {
        model: resolved.model,
        problems: resolved.problems,
    })
}

/// Reads the bytes of a file; `-` is standard input.
///
/// # Errors
/// When the file cannot be read.
pub fn bytes(path: &Path, streams: &mut Streams<'_>) -> Result<Vec<u8>, Failure> {
    let result = if path == Path::new("-") {
        let mut bytes = Vec::new();
        streams.input.read_to_end(&mut bytes).map(|_count| bytes)
    } else {
        std::fs::read(path)
    };
    result.map_err(|error| Failure {
        exit: Exit::InputOutput,
        message: format!("{} cannot be read: {error}", shown(path)),
    })
}

/// What a path is called in messages.
pub fn shown(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// One line for each fault, as compilers print them.
fn faulty(name: &str, error: &LoadError) -> Failure {
    let message = if error.faults().is_empty() {
        error.to_string()
    } else {
        // The text of the error has a line for each fault, and how many more there are.
        error
            .to_string()
            .lines()
            .map(|line| format!("{name}:{line}"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    Failure {
        exit: if error.is_faulty_model() {
            Exit::ModelErrors
        } else {
            Exit::InputOutput
        },
        message,
    }
}
