//! `text`: the drawing as quick entry says it.

use crate::quick::say_model;
use crate::words::problem_line;

use super::arguments::TextArguments;
use super::{Exit, Failure, Streams, input};

/// So many lines say what the text does not; a model that is no quick entry has thousands.
const MOST_LINES: usize = 20;

pub fn run(arguments: &TextArguments, streams: &mut Streams<'_>) -> Result<Exit, Failure> {
    let input = input::model(&arguments.model, streams)?;
    let input = input::with_scenario(input, arguments.scenario)?;
    for problem in &input.problems {
        streams.complain(&problem_line(problem))?;
    }
    let said = say_model(&input.model);
    if said.stages.is_empty() {
        return Err(Failure {
            exit: Exit::ModelErrors,
            message: "there is no stage to say".to_owned(),
        });
    }
    for unsaid in said.unsaid.iter().take(MOST_LINES) {
        streams.complain(&format!("not in the text: {unsaid}"))?;
    }
    if let Some(more @ 1..) = said.unsaid.len().checked_sub(MOST_LINES) {
        streams.complain(&format!("not in the text: {more} more"))?;
    }
    streams.print(&format!("{}\n", said.text))?;
    Ok(Exit::Fine)
}
