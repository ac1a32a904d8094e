//! Letters that no font has: boxes in the picture, and Problems in the list.

use super::font::Weight;
use super::fonts::Fonts;
use super::itemize::is_invisible;
use crate::model::{At, HandoffKind, Model, Phase, Problem};
use crate::words::place_name;

/// Returns a warning for each text of the drawing that has letters no font has.
pub fn missing_letters(model: &Model, fonts: &Fonts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut look = |at: At, field: &'static str, text: &str, weight: Weight| {
        let missing = missing(text, weight, fonts);
        if !missing.is_empty() {
            problems.push(problem(model, at, field, &missing));
        }
    };
    let (regular, semi_bold) = (Weight::Regular, Weight::SemiBold);
    for stage in &model.stages {
        let at = At::Stage(stage.id);
        look(at, "name", &stage.name, semi_bold);
        if let Some(Phase::Own(name)) = &stage.phase {
            look(at, "phase", name, semi_bold);
        }
    }
    for team in &model.teams {
        look(At::Team(team.id), "name", &team.name, regular);
    }
    for stream in &model.streams {
        look(At::Stream(stream.id), "name", &stream.name, semi_bold);
    }
    for handoff in &model.handoffs {
        if handoff.kind == HandoffKind::Feedback {
            let at = At::Handoff(handoff.id);
            look(at, "artifact", &handoff.artifact, semi_bold);
        }
    }
    for group in &model.groups {
        look(At::Group(group.id), "name", &group.name, semi_bold);
    }
    for note in &model.notes {
        look(At::Note(note.id), "text", &note.text, regular);
    }
    problems
}

/// Returns the letters of a text that no font has, each once, in order of appearance.
fn missing(text: &str, weight: Weight, fonts: &Fonts) -> Vec<char> {
    let mut missing = Vec::new();
    for letter in text.chars().filter(|letter| !letter.is_ascii()) {
        let is_drawn = letter.is_control()
            || letter.is_whitespace()
            || is_invisible(letter)
            || fonts.face_for(letter, weight).is_some();
        if !is_drawn && !missing.contains(&letter) {
            missing.push(letter);
        }
    }
    missing
}

fn problem(model: &Model, at: At, field: &'static str, missing: &[char]) -> Problem {
    /// More are only counted.
    const NAMED: usize = 5;
    let named: Vec<String> = missing
        .iter()
        .take(NAMED)
        .map(|letter| format!("{letter} (U+{:04X})", u32::from(*letter)))
        .collect();
    let more = match missing.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (letters, boxes) = match missing.len() {
        1 => ("a letter", "a box"),
        _ => ("letters", "boxes"),
    };
    let whose = place_name(model, at);
    let message = format!(
        "The {field} of {whose} has {letters} that no font here has, drawn as {boxes}: {}{more}",
        named.join(", ")
    );
    Problem::warning("missing-letters", at, message)
        .field(field)
        .hint(
            "Install a font that has them (those called Noto have nearly all), or write it in \
             other letters",
        )
}
