//! The command palette: everything that can be done and everything that can be gone to, by a few
//! typed letters.
//!
//! What there is to find is gathered when it is opened, and again should the document become another
//! meanwhile, by text that a field gives up. Typing only ranks names.

mod ui;

use egui::Id;

use crate::edit::Document;
use crate::find::{Folded, Pattern, Scratch, elements, folded};
use crate::model::At;

use super::actions::Action;

/// What comes first while nothing is typed, and of equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seeks {
    /// Something to do.
    Actions,
    /// Something in the drawing.
    Elements,
}

/// What somebody chose.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// Nothing; it was closed.
    Nothing,
    /// Something to do.
    Action(Action),
    /// Something to go to.
    Element(At),
}

/// One line of the list.
struct Entry {
    what: Chosen,
    name: String,
    folded: Folded,
    /// What stands at the end of the line: a shortcut, or the kind of an element.
    remark: String,
    /// Why it cannot be chosen now.
    why_not: Option<&'static str>,
}

/// The palette while it is open.
pub struct Finder {
    seeks: Seeks,
    entries: Vec<Entry>,
    /// The revision of the document that they are of.
    revision: Option<u64>,
    text: String,
    /// The entries that match, the best first, and the text that they match.
    ranked: Vec<usize>,
    ranked_for: Option<String>,
    scratch: Scratch,
    /// Which of those is chosen by Enter.
    at: usize,
    /// How far the list is scrolled, in points.
    offset: f32,
    /// Whether the chosen one has to be brought into view.
    wants_view: bool,
    /// What had the focus before.
    focus_before: Option<Id>,
}

impl Finder {
    /// Opens it.
    pub fn new(seeks: Seeks, focus_before: Option<Id>) -> Self {
        Self {
            seeks,
            entries: Vec::new(),
            revision: None,
            text: String::new(),
            ranked: Vec::new(),
            ranked_for: None,
            scratch: Scratch::default(),
            at: 0,
            offset: 0.0,
            wants_view: false,
            focus_before,
        }
    }

    /// Gathers what there is to find, unless that has been done for this revision; `why_not` says why an
    /// action cannot be done now. Without a document there are only actions.
    pub fn gather(
        &mut self,
        document: Option<&Document>,
        why_not: impl Fn(Action) -> Option<&'static str>,
        shortcut: impl Fn(Action) -> String,
    ) {
        let revision = document.map_or(0, Document::revision);
        if self.revision.replace(revision) == Some(revision) {
            return;
        }
        let actions = Action::ALL
            .into_iter()
            .filter(|action| !matches!(action, Action::Commands | Action::Find))
            .map(|action| Entry {
                what: Chosen::Action(action),
                name: action.label().to_owned(),
                folded: folded(action.label()),
                remark: shortcut(action),
                why_not: why_not(action),
            });
        let elements = document
            .map(|document| elements(document.model()))
            .unwrap_or_default()
            .into_iter()
            .map(|element| Entry {
                folded: folded(&element.name),
                name: element.name,
                remark: element.remark,
                why_not: matches!(element.at, At::Scenario(_))
                    .then_some("Scenarios are not shown in the window yet."),
                what: Chosen::Element(element.at),
            });
        self.entries = match self.seeks {
            Seeks::Actions => actions.chain(elements).collect(),
            Seeks::Elements => elements.chain(actions).collect(),
        };
        self.ranked_for = None;
    }

    /// Returns what had the focus before it was opened.
    pub fn focus_before(&self) -> Option<Id> {
        self.focus_before
    }

    /// Ranks what there is by what has been typed. What can be done now goes before what cannot, of
    /// those that match alike.
    fn rank(&mut self) {
        if self.ranked_for.as_ref() == Some(&self.text) {
            return;
        }
        let pattern = Pattern::new(&self.text);
        let scratch = &mut self.scratch;
        let entries = &self.entries;
        let score = |at: usize| {
            let entry = &entries[at];
            let score = pattern.score(&entry.folded, scratch)?;
            let handicap = match entry.what {
                // A stage is meant more often than the ways to and from it, or what is noted about it.
                Chosen::Element(At::Handoff(_) | At::Note(_)) => 12,
                _ => 0,
            };
            Some((
                std::cmp::Reverse(score - handicap),
                entry.why_not.is_some(),
                at,
            ))
        };
        // What more letters match is among what fewer have matched.
        let goes_on = self
            .ranked_for
            .as_ref()
            .is_some_and(|before| !before.is_empty() && self.text.starts_with(before.as_str()));
        let mut scored: Vec<_> = if pattern.is_empty() {
            (0..entries.len())
                .map(|at| (std::cmp::Reverse(0), false, at))
                .collect()
        } else if goes_on {
            self.ranked.iter().copied().filter_map(score).collect()
        } else {
            (0..entries.len()).filter_map(score).collect()
        };
        scored.sort_unstable();
        self.ranked.clear();
        self.ranked.extend(scored.into_iter().map(|(.., at)| at));
        self.ranked_for = Some(self.text.clone());
        self.at = 0;
        self.wants_view = true;
    }

    /// Moves the choice, as far as the list goes.
    fn step(&mut self, by: isize) {
        let last = self.ranked.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
        self.wants_view = true;
    }

    /// Returns what Enter chooses now.
    fn choose(&self) -> Option<Chosen> {
        let entry = &self.entries[*self.ranked.get(self.at)?];
        entry.why_not.is_none().then(|| entry.what.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::model::{Handoff, HandoffId, Model, Stage, StageId, Team, TeamId};

    fn finder(model: Model, seeks: Seeks) -> Finder {
        let document = Document::new(model);
        let why_not = |action: Action| action.why_not(&document);
        let mut finder = Finder::new(seeks, None);
        finder.gather(Some(&document), why_not, |_| String::new());
        finder
    }

    fn typed(finder: &mut Finder, text: &str) -> Vec<String> {
        text.clone_into(&mut finder.text);
        finder.rank();
        let names = finder
            .ranked
            .iter()
            .map(|&at| finder.entries[at].name.clone());
        names.collect()
    }

    fn chain(count: usize) -> Model {
        let mut model = Model::default();
        let id = |n: usize| StageId::new(&format!("stage-{n}")).unwrap();
        for n in 0..count {
            assert!(
                model
                    .stages
                    .push(Stage::new(id(n), format!("Localize part {n}")))
            );
        }
        for n in 1..count {
            let (from, to) = (id(n - 1), id(n));
            let handoff = Handoff::new(HandoffId::between(from, to), from, to);
            assert!(model.handoffs.push(handoff));
        }
        model
    }

    #[test]
    fn actions_and_elements_are_found_together() {
        let mut model = chain(3);
        let team = Team::new(TeamId::new("rights").unwrap(), "Zoom desk");
        assert!(model.teams.push(team));
        let mut finder = finder(model, Seeks::Actions);
        let found = typed(&mut finder, "zoom");
        assert!(found.contains(&"Zoom in".to_owned()) && found.contains(&"Zoom desk".to_owned()));
        assert_eq!(typed(&mut finder, "part 1")[0], "Localize part 1");
        let stage = At::Stage(StageId::new("stage-1").unwrap());
        assert_eq!(finder.choose(), Some(Chosen::Element(stage)));
        // Fewer letters again find more again.
        assert!(typed(&mut finder, "part").len() > typed(&mut finder, "part 1").len());
        assert!(typed(&mut finder, "part 1 qqq").is_empty());
        assert_eq!(finder.choose(), None);
    }

    #[test]
    fn what_cannot_be_done_is_there_with_its_reason() {
        let mut finder = finder(Model::default(), Seeks::Actions);
        assert_eq!(typed(&mut finder, "undo")[0], "Undo");
        assert_eq!(finder.choose(), None);
        let entry = &finder.entries[finder.ranked[0]];
        assert_eq!(entry.why_not, Some("Nothing has been done yet."));
    }

    #[test]
    fn what_is_sought_comes_first_while_nothing_is_typed() {
        let first = |seeks| typed(&mut finder(chain(2), seeks), "")[0].clone();
        assert_eq!(first(Seeks::Actions), Action::ALL[0].label());
        assert_eq!(first(Seeks::Elements), "Localize part 0");
    }

    #[test]
    fn ten_thousand_stages_are_ranked_while_typing() {
        let mut finder = finder(chain(10_000), Seeks::Elements);
        let mut longest = Duration::ZERO;
        for text in ["l", "loc", "lp99", "localize part", "part 77", "review"] {
            text.clone_into(&mut finder.text);
            // The best of several: others use the machine too.
            let quickest = (0..5).map(|_| {
                finder.ranked_for = None;
                let begin = Instant::now();
                finder.rank();
                begin.elapsed()
            });
            longest = longest.max(quickest.min().unwrap_or_default());
        }
        // Measured were 1.7 ms with little optimized; only a change of kind fails.
        assert!(longest < Duration::from_millis(20), "{longest:?}");
        assert!(!typed(&mut finder, "part 9999").is_empty());
    }
}
