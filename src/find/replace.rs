//! Finds a text in names and notes, and puts another in its place.
//!
//! Unlike a [`Pattern`](super::Pattern) this finds exactly what was asked for, letter by letter. What
//! Changes of scenarios and interventions say is left alone: a scenario that renames something means
//! the name that it gives.

use std::ops::Range;

use crate::model::{
    At, CalendarChange, CalendarField, Change, GroupChange, GroupField, HandoffChange,
    HandoffField, InterventionChange, InterventionField, Model, ModelChange, NoteChange, NoteField,
    ScenarioChange, ScenarioField, StageChange, StageField, StreamChange, StreamField, TeamChange,
    TeamField, ViewChange, ViewField,
};

/// What is looked for, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The text; nothing is found by an empty one.
    pub text: String,
    /// Whether capitals are told from small letters.
    pub matches_case: bool,
    /// Whether letters and digits before or after it rule a place out.
    pub whole_words: bool,
}

/// The text of an element that something is found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Its name; it cannot be empty.
    Name,
    /// Its notes, what a note says, or a description.
    Notes,
    /// What flows in a stream.
    Item,
    /// What a handoff hands over.
    Artifact,
    /// What stands under a view.
    Caption,
}

impl Part {
    /// Returns what people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Notes => "notes",
            Self::Item => "item",
            Self::Artifact => "artifact",
            Self::Caption => "caption",
        }
    }
}

/// A place where the text was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// In which element.
    pub at: At,
    /// In which of its texts.
    pub part: Part,
    /// In which bytes of it.
    pub bytes: Range<usize>,
}

/// What replacing comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replacement {
    /// What to apply, as one step.
    pub changes: Vec<Change>,
    /// How many places that replaces.
    pub count: usize,
    /// The elements whose name would be empty, and so stays.
    pub nameless: Vec<At>,
}

/// Calls `take` with every text that is looked through, in the order of the elements.
fn each_text(model: &Model, mut take: impl FnMut(At, Part, &str)) {
    take(At::Model, Part::Name, &model.name);
    take(At::Model, Part::Notes, &model.description);
    for stage in &model.stages {
        take(At::Stage(stage.id), Part::Name, &stage.name);
        take(At::Stage(stage.id), Part::Notes, &stage.notes);
    }
    for handoff in &model.handoffs {
        take(At::Handoff(handoff.id), Part::Artifact, &handoff.artifact);
        take(At::Handoff(handoff.id), Part::Notes, &handoff.notes);
    }
    for note in &model.notes {
        take(At::Note(note.id), Part::Notes, &note.text);
    }
    for team in &model.teams {
        take(At::Team(team.id), Part::Name, &team.name);
    }
    for calendar in &model.calendars {
        take(At::Calendar(calendar.id), Part::Name, &calendar.name);
    }
    for stream in &model.streams {
        take(At::Stream(stream.id), Part::Name, &stream.name);
        take(At::Stream(stream.id), Part::Item, &stream.item);
    }
    for group in &model.groups {
        take(At::Group(group.id), Part::Name, &group.name);
    }
    for scenario in &model.scenarios {
        take(At::Scenario(scenario.id), Part::Name, &scenario.name);
        take(
            At::Scenario(scenario.id),
            Part::Notes,
            &scenario.description,
        );
    }
    for intervention in &model.interventions {
        take(
            At::Intervention(intervention.id),
            Part::Name,
            &intervention.name,
        );
    }
    for view in &model.views {
        take(At::View(view.id), Part::Name, &view.name);
        take(At::View(view.id), Part::Caption, &view.caption);
    }
}

/// Makes the Change that gives a text to an element.
fn set(at: At, part: Part, text: String) -> Option<Change> {
    Some(match (at, part) {
        (At::Model, Part::Name) => Change::Model(ModelChange::Name(text)),
        (At::Model, Part::Notes) => Change::Model(ModelChange::Description(text)),
        (At::Stage(id), Part::Name | Part::Notes) => Change::Stage(StageChange::Set {
            stages: vec![id],
            field: match part {
                Part::Name => StageField::Name(text),
                _ => StageField::Notes(text),
            },
        }),
        (At::Handoff(id), Part::Artifact | Part::Notes) => Change::Handoff(HandoffChange::Set {
            handoffs: vec![id],
            field: match part {
                Part::Artifact => HandoffField::Artifact(text),
                _ => HandoffField::Notes(text),
            },
        }),
        (At::Note(note), Part::Notes) => Change::Note(NoteChange::Set {
            note,
            field: NoteField::Text(text),
        }),
        (At::Team(team), Part::Name) => Change::Team(TeamChange::Set {
            team,
            field: TeamField::Name(text),
        }),
        (At::Calendar(calendar), Part::Name) => Change::Calendar(CalendarChange::Set {
            calendar,
            field: CalendarField::Name(text),
        }),
        (At::Stream(stream), Part::Name | Part::Item) => Change::Stream(StreamChange::Set {
            stream,
            field: match part {
                Part::Name => StreamField::Name(text),
                _ => StreamField::Item(text),
            },
        }),
        (At::Group(group), Part::Name) => Change::Group(GroupChange::Set {
            group,
            field: GroupField::Name(text),
        }),
        (At::Scenario(scenario), Part::Name | Part::Notes) => {
            Change::Scenario(ScenarioChange::Set {
                scenario,
                field: match part {
                    Part::Name => ScenarioField::Name(text),
                    _ => ScenarioField::Description(text),
                },
            })
        }
        (At::Intervention(intervention), Part::Name) => {
            Change::Intervention(InterventionChange::Set {
                intervention,
                field: InterventionField::Name(text),
            })
        }
        (At::View(view), Part::Name | Part::Caption) => Change::View(ViewChange::Set {
            view,
            field: match part {
                Part::Name => ViewField::Name(text),
                _ => ViewField::Caption(text),
            },
        }),
        _ => return None,
    })
}

/// Returns every place of a Model where the text is found, in the order of the elements.
pub fn find(model: &Model, query: &Query) -> Vec<Hit> {
    let mut hits = Vec::new();
    let needle = Needle::of(query);
    each_text(model, |at, part, text| {
        let found = needle.find_in(text);
        hits.extend(found.into_iter().map(|bytes| Hit { at, part, bytes }));
    });
    hits
}

/// Returns what puts `by` in the place of one hit; nothing when what was found there is not there any
/// more.
pub fn replace_one(model: &Model, query: &Query, hit: &Hit, by: &str) -> Replacement {
    replace_where(model, query, by, |found| found == hit)
}

/// Returns what puts `by` in the place of every hit.
pub fn replace_all(model: &Model, query: &Query, by: &str) -> Replacement {
    replace_where(model, query, by, |_| true)
}

fn replace_where(
    model: &Model,
    query: &Query,
    by: &str,
    is_meant: impl Fn(&Hit) -> bool,
) -> Replacement {
    let mut replacement = Replacement::default();
    let needle = Needle::of(query);
    each_text(model, |at, part, text| {
        let places: Vec<_> = needle
            .find_in(text)
            .into_iter()
            .map(|bytes| Hit { at, part, bytes })
            .filter(&is_meant)
            .collect();
        if places.is_empty() {
            return;
        }
        let mut replaced = text.to_owned();
        for place in places.iter().rev() {
            replaced.replace_range(place.bytes.clone(), by);
        }
        if part == Part::Name {
            replaced = replaced.trim().to_owned();
            if replaced.is_empty() && at != At::Model {
                replacement.nameless.push(at);
                return;
            }
        }
        replacement.count += places.len();
        replacement.changes.extend(set(at, part, replaced));
    });
    replacement
}

/// A query, ready to be looked for in many texts.
struct Needle<'a> {
    query: &'a Query,
    letters: Vec<char>,
}

impl<'a> Needle<'a> {
    fn of(query: &'a Query) -> Self {
        let letters = query.text.chars();
        let letters = if query.matches_case {
            letters.collect()
        } else {
            letters.flat_map(char::to_lowercase).collect()
        };
        Self { query, letters }
    }

    /// Returns the places in a text from left to right; none overlaps another.
    fn find_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        let mut free_from = 0;
        let mut before = None;
        for (start, letter) in text.char_indices() {
            if start >= free_from
                && let Some(end) = self.end_at(text, start)
                && (!self.query.whole_words || is_whole(before, &text[start..end], &text[end..]))
            {
                places.push(start..end);
                free_from = end;
            }
            before = Some(letter);
        }
        places
    }

    /// Returns where the needle ends when it begins at `start`.
    fn end_at(&self, text: &str, start: usize) -> Option<usize> {
        let mut wanted = self.letters.iter();
        for (at, letter) in text[start..].char_indices() {
            if self.query.matches_case {
                if *wanted.next()? != letter {
                    return None;
                }
            } else {
                for lower in letter.to_lowercase() {
                    if *wanted.next()? != lower {
                        return None;
                    }
                }
            }
            if wanted.as_slice().is_empty() {
                return Some(start + at + letter.len_utf8());
            }
        }
        None
    }
}

/// Returns whether what was found is no part of a longer word. Where it begins or ends with
/// something else than a letter or a digit, there is no word to be part of.
fn is_whole(before: Option<char>, found: &str, after: &str) -> bool {
    let goes_on = |a: Option<char>, b: Option<char>| {
        a.is_some_and(char::is_alphanumeric) && b.is_some_and(char::is_alphanumeric)
    };
    !goes_on(before, found.chars().next()) && !goes_on(found.chars().last(), after.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Document;
    use crate::model::{Note, NoteId, NoteKind, Placement, Stage, StageId};
    use proptest::prelude::*;

    fn query(text: &str, options: &str) -> Query {
        Query {
            text: text.to_owned(),
            matches_case: options.contains('c'),
            whole_words: options.contains('w'),
        }
    }

    fn model() -> Model {
        let mut model = Model::default();
        for name in ["Edit", "Re-edit", "Credits"] {
            let id = StageId::new(&name.to_lowercase()).unwrap();
            let mut stage = Stage::new(id, name);
            stage.notes = "The EDIT team says: edit.".to_owned();
            assert!(model.stages.push(stage));
        }
        let note = Note {
            id: NoteId::new("n").unwrap(),
            kind: NoteKind::Sticky,
            text: "edit twice: edit".to_owned(),
            at: Placement::default(),
        };
        assert!(model.notes.push(note));
        model
    }

    #[test]
    fn finds_as_asked() {
        let check = |options, text: &str, expected: &[&str]| {
            let query = query("edit", options);
            let found = Needle::of(&query).find_in(text);
            let found: Vec<_> = found.into_iter().map(|place| &text[place]).collect();
            assert_eq!(found, expected, "{options:?} in {text:?}");
        };
        check("", "Edit, credits, RE-EDIT", &["Edit", "edit", "EDIT"]);
        check("c", "Edit, credits, RE-EDIT", &["edit"]);
        check("w", "Edit, credits, RE-EDIT", &["Edit", "EDIT"]);
        check("cw", "edits edit2 Xedit", &[]);
        let overlapping = query("aa", "");
        assert_eq!(Needle::of(&overlapping).find_in("aaaaa"), [0..2, 2..4]);
        assert!(find(&model(), &query("", "")).is_empty());
        // A capital that becomes two letters is found whole or not at all.
        let dotted = query("i\u{307}s", "");
        assert_eq!(Needle::of(&dotted).find_in("İs").first(), Some(&(0..3)));
        assert!(Needle::of(&query("i", "")).find_in("İ").is_empty());
    }

    #[test]
    fn replaces_everywhere_in_one_step() {
        let mut document = Document::new(model());
        let query = query("edit", "w");
        let all = replace_all(document.model(), &query, "cut");
        assert_eq!(all.count, find(document.model(), &query).len());
        assert_eq!(all.count, 2 + 3 * 2 + 2);
        document.edit("Replace", &all.changes, None).unwrap();
        let names: Vec<_> = document.model().stages.iter().map(|s| &s.name).collect();
        assert_eq!(names, ["cut", "Re-cut", "Credits"]);
        assert_eq!(document.model().notes.at(0).unwrap().text, "cut twice: cut");
        assert!(document.undo());
        assert_eq!(*document.model(), model());
        assert!(!document.undo());
    }

    #[test]
    fn replaces_one_and_no_other() {
        let mut document = Document::new(model());
        let query = query("edit", "");
        let hits = find(document.model(), &query);
        let last = hits.last().unwrap();
        let one = replace_one(document.model(), &query, last, "cut");
        assert_eq!((one.count, one.changes.len()), (1, 1));
        document.edit("Replace", &one.changes, None).unwrap();
        assert_eq!(
            document.model().notes.at(0).unwrap().text,
            "edit twice: cut"
        );
        // What has gone meanwhile is not replaced.
        assert_eq!(replace_one(document.model(), &query, last, "x").count, 0);
    }

    #[test]
    fn a_name_never_becomes_empty() {
        let replacement = replace_all(&model(), &query("edit", "w"), "");
        assert_eq!(
            replacement.nameless,
            [At::Stage(StageId::new("edit").unwrap())]
        );
        assert_eq!(replacement.count, 1 + 3 * 2 + 2);
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn what_replaced_is_found_again(
            text in "[aAbBß İ.]{0,12}",
            wanted in "[abß]{1,2}",
            options in "c?w?",
        ) {
            let query = query(&wanted, &options);
            let needle = Needle::of(&query);
            let places = needle.find_in(&text);
            // Nothing is left when each is taken for something else entirely.
            let mut replaced = text.clone();
            for place in places.iter().rev() {
                prop_assert!(text.get(place.clone()).is_some());
                replaced.replace_range(place.clone(), "-");
            }
            if !query.whole_words {
                prop_assert!(needle.find_in(&replaced).is_empty());
            }
            prop_assert_eq!(replaced.matches('-').count(), places.len());
        }
    }
}
