//! An open Model: its history, its file, what is selected, and what has been done to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::{Change, Model};

use super::{EditError, Effect, Selection, apply_all, broken_invariant};

/// Something a person does in one go, a drag for instance: all edits of one gesture are one step
/// of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gesture(u64);

impl Gesture {
    /// Begins a gesture unlike any other.
    pub fn begin() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Returns a number that no other gesture of this process has.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// What was done to a Document, for whoever keeps a journal of it: done again to a Document that
/// was the same, it leads to the same Model, history and selection.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// [`Document::edit`] changed something.
    Edit {
        /// What the history calls it.
        label: String,
        /// What changed.
        changes: Vec<Change>,
        /// What it belongs to.
        gesture: Option<Gesture>,
    },
    /// [`Document::abandon`] took something back.
    Abandon(Gesture),
    /// [`Document::undo`] went back a step.
    Undo,
    /// [`Document::redo`] did a step again.
    Redo,
    /// [`Document::select`] selected something else.
    Select(Selection),
    /// [`Document::become_model`] made another Model of it.
    Become {
        /// What the history calls it.
        label: String,
    },
}

/// A [`Deed`] and what the Document was like after it.
#[derive(Clone, Debug)]
pub struct Done {
    /// What was done.
    pub deed: Deed,
    /// The Model after it.
    pub model: Arc<Model>,
    /// What was selected after it.
    pub selection: Selection,
    /// How many steps could be taken back after it.
    pub steps: usize,
}

/// What the step is called that leads from what the file has to something older.
const BACK_BEHIND_SAVED: &str = "Undo what was saved";

/// A Model with the selection in it.
#[derive(Clone, Debug)]
struct State {
    model: Arc<Model>,
    selection: Selection,
}

/// A step of the history: what to go to, and what it is called.
#[derive(Clone, Debug)]
struct Step {
    label: String,
    gesture: Option<Gesture>,
    state: State,
}

/// An open Model with its history, revision, path and selection.
///
/// The history has no limit. Each step is a whole Model; Models share every element that is the
/// same in both.
#[derive(Clone, Debug)]
pub struct Document {
    now: State,
    /// Grows whenever the Model is another one, so that what was derived from it can tell.
    revision: u64,
    path: Option<PathBuf>,
    /// The Model as the file has it.
    saved: Arc<Model>,
    is_modified: bool,
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// The fewest steps there were to take back since the file was opened or saved: so many of them
    /// are older than that.
    fewest: usize,
    /// What was done since somebody asked, when somebody does.
    done: Option<Vec<Done>>,
}

impl Default for Document {
    fn default() -> Self {
        Self::new(Model::default())
    }
}

impl Document {
    /// Opens a Model that has no file yet; it counts as unmodified.
    pub fn new(model: Model) -> Self {
        let model = Arc::new(model);
        Self {
            now: State {
                model: Arc::clone(&model),
                selection: Selection::default(),
            },
            revision: 0,
            path: None,
            saved: model,
            is_modified: false,
            undo: Vec::new(),
            redo: Vec::new(),
            fewest: 0,
            done: None,
        }
    }

    /// Opens a Model that was read from a file.
    pub fn opened(model: Model, path: PathBuf) -> Self {
        Self {
            path: Some(path),
            ..Self::new(model)
        }
    }

    /// Returns the Model.
    pub fn model(&self) -> &Model {
        &self.now.model
    }

    /// Returns the Model to be kept by somebody else, a worker thread for instance.
    pub fn shared_model(&self) -> Arc<Model> {
        Arc::clone(&self.now.model)
    }

    /// Returns a number that grows whenever the Model changes, by undo and redo too.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns the file, when there is one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Returns what is selected.
    pub fn selection(&self) -> &Selection {
        &self.now.selection
    }

    /// Selects something else; what is not in the Model is left out. This is no step.
    pub fn select(&mut self, mut selection: Selection) {
        selection.retain_in(&self.now.model);
        if selection != self.now.selection {
            self.now.selection = selection;
            self.note(|document| Deed::Select(document.now.selection.clone()));
        }
    }

    /// Returns whether the Model differs from what the file has.
    pub fn is_modified(&self) -> bool {
        self.is_modified
    }

    /// Notes that `model` (as [`Document::shared_model`] gave it, maybe some edits ago) has been
    /// saved to a file.
    pub fn mark_saved(&mut self, model: Arc<Model>, path: PathBuf) {
        let is_saved = |state: &State| Arc::ptr_eq(&state.model, &model);
        self.fewest = if is_saved(&self.now) {
            self.undo.len()
        } else {
            let steps = self.undo.iter().rposition(|step| is_saved(&step.state));
            steps.unwrap_or(self.undo.len())
        };
        self.saved = model;
        self.path = Some(path);
        self.compare_with_saved();
    }

    /// Makes it a document without a file, so that saving asks for one.
    pub fn forget_path(&mut self) {
        self.path = None;
    }

    /// Returns the Model as the file has it, or as it was when it was opened without one.
    pub fn saved_model(&self) -> Arc<Model> {
        Arc::clone(&self.saved)
    }

    /// Forgets the steps that are older than the file, so that taking back all that are left leads
    /// to what the file has.
    ///
    /// Where the Document has been taken back to before it was saved, that is the first step then.
    pub fn begin_history_at_saved(&mut self) {
        let is_saved = |state: &State| Arc::ptr_eq(&state.model, &self.saved);
        let mut steps = if is_saved(&self.now) {
            Vec::new()
        } else if let Some(at) = self.undo.iter().rposition(|step| is_saved(&step.state)) {
            self.undo.split_off(at)
        } else {
            self.undo.split_off(self.fewest.min(self.undo.len()))
        };
        let first = steps.first().map_or(&self.now, |step| &step.state);
        if first.model != self.saved {
            let step = Step {
                label: BACK_BEHIND_SAVED.to_owned(),
                gesture: None,
                state: State {
                    model: Arc::clone(&self.saved),
                    selection: Selection::default(),
                },
            };
            steps.insert(0, step);
        }
        self.undo = steps;
        self.fewest = 0;
    }

    /// Applies Changes, all or none, as one step named `label`.
    ///
    /// Edits with the same gesture, one right after the other, are one step together, named as the
    /// last of them: what a drag comes to is known when it ends. An edit that
    /// changes nothing leaves no step, and no more does a gesture that ends where it began.
    ///
    /// # Errors
    /// That of the first Change that cannot be applied; the Document is untouched then.
    pub fn edit(
        &mut self,
        label: impl Into<String>,
        changes: &[Change],
        gesture: Option<Gesture>,
    ) -> Result<Effect, EditError> {
        let mut next = self.now.model.as_ref().clone();
        if apply_all(&mut next, changes)? == Effect::Unchanged || next == *self.now.model {
            return Ok(Effect::Unchanged);
        }
        debug_assert_eq!(broken_invariant(&next), None, "after {changes:?}");
        let label = label.into();
        let label_of_deed = label.clone();
        let before = self.now.clone();
        self.replace(Arc::new(next));
        self.now.selection.retain_in(&self.now.model);
        let goes_on = self.redo.is_empty()
            && gesture.is_some()
            && self.undo.last().is_some_and(|step| step.gesture == gesture);
        self.redo.clear();
        if !goes_on {
            self.undo.push(Step {
                label,
                gesture,
                state: before,
            });
        } else if let Some(step) = self.undo.pop_if(|step| step.state.model == self.now.model) {
            // Back where it began, so the very Model of then can be shared again.
            self.now.model = step.state.model;
        } else if let Some(step) = self.undo.last_mut() {
            step.label = label;
        }
        self.fewest = self.fewest.min(self.undo.len());
        self.note(|_| Deed::Edit {
            label: label_of_deed,
            changes: changes.to_vec(),
            gesture,
        });
        Ok(Effect::Changed)
    }

    /// Makes another Model of it as one step named `label`, whatever the difference is, and selects
    /// something: for going back to what a file has, and for a journal that has to leave out how it
    /// came to that.
    pub fn become_model(
        &mut self,
        label: impl Into<String>,
        model: Arc<Model>,
        selection: Selection,
    ) {
        let label = label.into();
        let step = Step {
            label: label.clone(),
            gesture: None,
            state: self.now.clone(),
        };
        self.undo.push(step);
        self.redo.clear();
        self.replace(model);
        self.now.selection = selection;
        self.now.selection.retain_in(&self.now.model);
        self.note(|_| Deed::Become { label });
    }

    /// Takes back what a gesture under way has done, as if it had never begun. Returns whether it
    /// had done anything.
    pub fn abandon(&mut self, gesture: Gesture) -> bool {
        let is_its = |step: &mut Step| step.gesture == Some(gesture);
        let Some(step) = self.undo.pop_if(is_its) else {
            return false;
        };
        self.go_to(step);
        self.note(|_| Deed::Abandon(gesture));
        true
    }

    /// Takes the last step back and selects what was selected before it. Returns whether there was
    /// one.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.undo.pop() else {
            return false;
        };
        let redo = self.go_to(step);
        self.redo.push(redo);
        self.note(|_| Deed::Undo);
        true
    }

    /// Does the step that was last taken back again. Returns whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.redo.pop() else {
            return false;
        };
        let undo = self.go_to(step);
        self.undo.push(undo);
        self.note(|_| Deed::Redo);
        true
    }

    /// Returns what undo would take back, for the menu: `Rename stage`.
    pub fn undo_label(&self) -> Option<&str> {
        self.undo.last().map(|step| step.label.as_str())
    }

    /// Returns what redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.redo.last().map(|step| step.label.as_str())
    }

    /// Returns how many steps can be done again.
    pub fn redo_steps(&self) -> usize {
        self.redo.len()
    }

    /// Returns the names of all steps that can be taken back, the oldest first.
    pub fn history(&self) -> impl ExactSizeIterator<Item = &str> {
        self.undo.iter().map(|step| step.label.as_str())
    }

    /// Goes to the state of a step and returns the step that leads back. No gesture goes on over
    /// an undo.
    fn go_to(&mut self, step: Step) -> Step {
        let back = Step {
            label: step.label,
            gesture: None,
            state: self.now.clone(),
        };
        self.now.selection = step.state.selection;
        self.replace(step.state.model);
        self.fewest = self.fewest.min(self.undo.len());
        back
    }

    /// Begins to note what is done, for [`Document::take_done`].
    pub fn note_deeds(&mut self) {
        self.done.get_or_insert_default();
    }

    /// Returns what was done since this was last asked, in order.
    pub fn take_done(&mut self) -> Vec<Done> {
        self.done.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn note(&mut self, deed: impl FnOnce(&Self) -> Deed) {
        if self.done.is_some() {
            let done = Done {
                deed: deed(self),
                model: Arc::clone(&self.now.model),
                selection: self.now.selection.clone(),
                steps: self.undo.len(),
            };
            self.done.get_or_insert_default().push(done);
        }
    }

    fn replace(&mut self, model: Arc<Model>) {
        self.now.model = model;
        self.revision += 1;
        self.compare_with_saved();
    }

    fn compare_with_saved(&mut self) {
        self.is_modified =
            !Arc::ptr_eq(&self.saved, &self.now.model) && self.saved != self.now.model;
    }
}
