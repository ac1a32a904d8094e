//! What is selected in an open Model.

use crate::model::{CalendarId, GroupId, HandoffId, Model, NoteId, StageId, StreamId, TeamId};

/// One selected element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Selected {
    Stage(StageId),
    Handoff(HandoffId),
    Team(TeamId),
    Calendar(CalendarId),
    Stream(StreamId),
    Note(NoteId),
    Group(GroupId),
}

impl Selected {
    /// Returns whether the element is in the Model.
    pub fn is_in(self, model: &Model) -> bool {
        match self {
            Self::Stage(id) => model.stages.contains(id),
            Self::Handoff(id) => model.handoffs.contains(id),
            Self::Team(id) => model.teams.contains(id),
            Self::Calendar(id) => model.calendars.contains(id),
            Self::Stream(id) => model.streams.contains(id),
            Self::Note(id) => model.notes.contains(id),
            Self::Group(id) => model.groups.contains(id),
        }
    }
}

/// The selected elements, each once, in the order in which they were selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    elements: Vec<Selected>,
}

impl Selection {
    /// Makes a selection of one element.
    pub fn of(element: Selected) -> Self {
        Self {
            elements: vec![element],
        }
    }

    /// Returns the elements in the order in which they were selected.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Selected> {
        self.elements.iter().copied()
    }

    /// Returns how many elements are selected.
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Returns whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// Returns whether an element is selected.
    pub fn contains(&self, element: Selected) -> bool {
        self.elements.contains(&element)
    }

    /// Returns the one element that is selected; nothing when there are none or several.
    pub fn single(&self) -> Option<Selected> {
        match self.elements[..] {
            [element] => Some(element),
            _ => None,
        }
    }

    /// Returns the selected stages.
    pub fn stages(&self) -> Vec<StageId> {
        self.iter()
            .filter_map(|element| match element {
                Selected::Stage(id) => Some(id),
                _ => None,
            })
            .collect()
    }

    /// Returns the selected handoffs.
    pub fn handoffs(&self) -> Vec<HandoffId> {
        self.iter()
            .filter_map(|element| match element {
                Selected::Handoff(id) => Some(id),
                _ => None,
            })
            .collect()
    }

    /// Returns the selected notes.
    pub fn notes(&self) -> Vec<NoteId> {
        self.iter()
            .filter_map(|element| match element {
                Selected::Note(id) => Some(id),
                _ => None,
            })
            .collect()
    }

    /// Returns how many stages, notes and groups are selected: what stands somewhere on the canvas.
    pub fn standing(&self) -> usize {
        let stands = |one: &Selected| {
            matches!(
                one,
                Selected::Stage(_) | Selected::Note(_) | Selected::Group(_)
            )
        };
        self.iter().filter(stands).count()
    }

    /// Adds an element, when it is not selected yet.
    pub fn insert(&mut self, element: Selected) {
        if !self.contains(element) {
            self.elements.push(element);
        }
    }

    /// Adds an element, or takes it out when it is selected, as a click with Shift does.
    pub fn toggle(&mut self, element: Selected) {
        let before = self.elements.len();
        self.elements.retain(|&one| one != element);
        if self.elements.len() == before {
            self.elements.push(element);
        }
    }

    /// Selects nothing.
    pub fn clear(&mut self) {
        self.elements.clear();
    }

    /// Keeps what is in the Model.
    pub fn retain_in(&mut self, model: &Model) {
        self.elements.retain(|element| element.is_in(model));
    }
}

/// Collects elements, each once.
impl FromIterator<Selected> for Selection {
    fn from_iter<I: IntoIterator<Item = Selected>>(elements: I) -> Self {
        let mut seen = rustc_hash::FxHashSet::default();
        Self {
            elements: elements
                .into_iter()
                .filter(|&element| seen.insert(element))
                .collect(),
        }
    }
}
