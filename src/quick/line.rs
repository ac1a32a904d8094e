//! One stage as it is typed: `Legal review 4h @Legal 85%`.

use std::ops::Range;

use crate::model::{Distribution, Share, TextError, WorkTime};

use super::error::QuickError;
use super::parse::parse;
use super::print::name;
use super::syntax::{Element, Owner};

/// What a line says of a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageLine {
    /// What people call it.
    pub name: String,
    /// Its work time, if that is said.
    pub work: Option<Distribution<WorkTime>>,
    /// Percent complete and accurate, if that is said.
    pub ca: Option<Share>,
    /// Whether nobody has to be free for it.
    pub is_automatic: bool,
    /// Who owns it.
    pub owner: LineOwner,
}

/// Who owns the stage of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineOwner {
    /// Left out.
    Before,
    /// `@-`.
    Nobody,
    /// The team of this name.
    Named(String),
}

/// Reads a line about one stage.
///
/// # Errors
/// When it is not understood, or says more than one stage.
pub fn read_line(text: &str) -> Result<StageLine, QuickError> {
    let chains = parse(text).map_err(|error| QuickError::of(text, error))?;
    let steps: Vec<_> = chains.iter().flat_map(|chain| &chain.steps).collect();
    if let [step] = &steps[..]
        && let Element::Stage(stage, sides) = &step.element
        && sides.is_empty()
    {
        return Ok(StageLine {
            name: stage.name.text.clone(),
            work: stage.work.clone(),
            ca: stage.ca,
            is_automatic: stage.is_automatic,
            owner: match &stage.owner {
                Owner::Before => LineOwner::Before,
                Owner::Nobody => LineOwner::Nobody,
                Owner::Named(name) => LineOwner::Named(name.text.clone()),
            },
        });
    }
    let at = text.find(['>', '<', '~', '{', '[', '#', ';']).unwrap_or(0);
    let error = TextError::new(
        at..text.len(),
        "here stands one stage, and its ways elsewhere",
    )
    .hint("put a name with special letters in quotes");
    Err(QuickError::of(text, error))
}

/// Returns the line that says no more than this name, in quotes where it needs them.
pub fn line_of_name(text: &str) -> String {
    name(text, false)
}

/// Returns the bytes of the owner that is being typed at the end of a line, behind its `@`.
pub fn owner_at_end(text: &str) -> Option<Range<usize>> {
    let start = text.rfind('@')? + 1;
    let is_in_quotes = text[..start].matches('"').count() % 2 == 1;
    let owner = &text[start..];
    let is_over = owner.contains(['"', '!', '%', '>', ',']) || owner.starts_with('-');
    (!is_in_quotes && !is_over).then_some(start..text.len())
}

/// Returns an owner as it is written behind an `@`.
pub fn owner_text(team: &str) -> String {
    super::print::owner(team, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_name_time_owner_and_percentage() {
        let line = read_line("Legal review 4h @Legal 85%").unwrap();
        assert_eq!(line.name, "Legal review");
        assert_eq!(line.work.unwrap().to_string(), "4h");
        assert_eq!(line.ca.unwrap().to_string(), "85%");
        assert_eq!(line.owner, LineOwner::Named("Legal".to_owned()));
        assert!(read_line("Encode 2h!").unwrap().is_automatic);
        assert_eq!(read_line("A @-").unwrap().owner, LineOwner::Nobody);
        assert_eq!(read_line("A").unwrap().owner, LineOwner::Before);
    }

    #[test]
    fn more_than_a_stage_or_less_is_shown_where_it_stands() {
        let at = |text: &str| read_line(text).unwrap_err().at;
        assert_eq!(at("A > B"), 2..5);
        assert_eq!(at("A <20%< A"), 2..9);
        assert_eq!(at("A 4% 5%"), 5..7);
        assert_eq!(at("A\nB"), 0..3);
        assert_eq!(at(""), 0..0);
        assert!(read_line("4h @Legal").is_err());
    }

    #[test]
    fn a_name_is_a_line_that_says_it() {
        for name in [
            "Edit",
            "Wait 2 days",
            "R&D, \"cut\"",
            "- x",
            "85%",
            "#3",
            "a\\b",
        ] {
            assert_eq!(read_line(&line_of_name(name)).unwrap().name, name);
        }
        assert_eq!(line_of_name("Rough cut"), "Rough cut");
    }

    #[test]
    fn an_owner_is_completed_only_where_one_is_typed() {
        let typed = |text: &'static str| owner_at_end(text).map(|at| &text[at]);
        assert_eq!(typed("Review 4h @Le"), Some("Le"));
        assert_eq!(typed("Review @"), Some(""));
        assert_eq!(typed("Review @Legal affairs"), Some("Legal affairs"));
        assert_eq!(typed("Review"), None);
        assert_eq!(typed("Review @-"), None);
        assert_eq!(typed("Review @Legal 85%"), None);
        assert_eq!(typed("\"Ask @Le"), None);
        assert_eq!(owner_text("R&D, Berlin"), "\"R&D, Berlin\"");
    }
}
