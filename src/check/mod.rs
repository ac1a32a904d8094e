//! Validation of a Model into Problems.
//!
//! A Problem is a fault in the user's model, with a place, a message in the user's words and what
//! would put it right. With an error nothing is simulated; a warning says what is doubtful. What a
//! run alone can show (a team that cannot keep up) is found by `analysis`.
//!
//! Every check walks the stages and ways once or a few times, so that a model of thousands of
//! stages is checked while a key is pressed.

mod arrivals;
mod ca;
mod code;
mod facts;
mod joins;
mod loops;
mod offspring;
mod scenarios;
mod settings;
mod stages;
mod teams;
mod times;

mod ways;

use crate::model::{Model, Problem};

use facts::Facts;

pub use code::CODES;

/// Returns everything that is wrong or doubtful in a Model: errors first, then warnings, each in
/// the order of the checks and of the file.
pub fn check(model: &Model) -> Vec<Problem> {
    let facts = Facts::of(model);
    let mut problems = Vec::new();
    settings::check(&facts, &mut problems);
    teams::check(&facts, &mut problems);
    times::check(&facts, &mut problems);
    stages::check(&facts, &mut problems);
    ways::check(&facts, &mut problems);
    joins::check(&facts, &mut problems);
    loops::check(&facts, &mut problems);
    offspring::check(&facts, &mut problems);
    arrivals::check(&facts, &mut problems);
    ca::check(&facts, &mut problems);
    scenarios::check(&facts, &mut problems);
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    problems
}

/// Returns whether any of the Problems is an error, so that nothing can be simulated.
pub fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(Problem::is_error)
}
