//! How long is simulated, and how precisely.

use crate::model::{At, ElapsedTime, Problem, Span};

use super::code;
use super::facts::Facts;

/// The horizon when nothing is said (fine print, "Stopping").
const HORIZON: ElapsedTime = ElapsedTime(Span(365 * Span::DAY.0));

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let settings = &facts.model.settings;
    let horizon = settings.horizon.unwrap_or(HORIZON);
    if horizon == ElapsedTime::ZERO {
        problems.push(
            Problem::error(
                code::HORIZON,
                At::Model,
                "The horizon is 0, so nothing happens",
            )
            .field("horizon")
            .hint("Set a horizon such as 365d, or leave it out"),
        );
    } else if settings.warm_up.is_some_and(|warm_up| warm_up >= horizon) {
        let message = format!("The warm-up is as long as the horizon of {horizon} or longer");
        problems.push(
            Problem::error(code::WARM_UP, At::Model, message)
                .field("warm_up")
                .hint("Shorten the warm-up, or leave it out: then it is found automatically"),
        );
    }
    if settings.precision.get() <= 0.0 {
        let message = "No number of replications makes the mean exact";
        problems.push(
            Problem::warning(code::PRECISION, At::Model, message)
                .field("precision")
                .hint("Set a precision such as 2%"),
        );
    }
}
