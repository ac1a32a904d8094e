//! An open Model: its history, its file, what is selected.

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
}

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
        self.now.selection = selection;
    }

    /// Returns whether the Model differs from what the file has.
    pub fn is_modified(&self) -> bool {
        self.is_modified
    }

    /// Notes that `model` (as [`Document::shared_model`] gave it, maybe some edits ago) has been
    /// saved to a file.
    pub fn mark_saved(&mut self, model: Arc<Model>, path: PathBuf) {
        self.saved = model;
        self.path = Some(path);
        self.compare_with_saved();
    }

    /// Applies Changes, all or none, as one step named `label`.
    ///
    /// Edits with the same gesture, one right after the other, are one step together. An edit that
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
        let before = self.now.clone();
        self.replace(Arc::new(next));
        self.now.selection.retain_in(&self.now.model);
        let goes_on = self.redo.is_empty()
            && gesture.is_some()
            && self.undo.last().is_some_and(|step| step.gesture == gesture);
        self.redo.clear();
        if !goes_on {
            self.undo.push(Step {
                label: label.into(),
                gesture,
                state: before,
            });
        } else if let Some(step) = self.undo.pop_if(|step| step.state.model == self.now.model) {
            // Back where it began, so the very Model of then can be shared again.
            self.now.model = step.state.model;
        }
        Ok(Effect::Changed)
    }

    /// Takes back what a gesture under way has done, as if it had never begun.
    pub fn abandon(&mut self, gesture: Gesture) {
        let is_last = |step: &Step| step.gesture == Some(gesture);
        if self.undo.last().is_some_and(is_last) && self.undo() {
            self.redo.pop();
        }
    }

    /// Takes the last step back and selects what was selected before it. Returns whether there was
    /// one.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.undo.pop() else {
            return false;
        };
        let redo = self.go_to(step);
        self.redo.push(redo);
        true
    }

    /// Does the step that was last taken back again. Returns whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.redo.pop() else {
            return false;
        };
        let undo = self.go_to(step);
        self.undo.push(undo);
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
        back
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
