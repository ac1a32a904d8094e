//! Journals written, cut off, spoilt and recovered, in memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::edit::{Document, Gesture, Selected, Selection};
use crate::model::{
    Change, Model, Stage, StageChange, StageField, StageId, WorldPoint, WorldVector,
};
use crate::store::{self, Files, Fingerprint, MemoryFiles};

use super::*;

mod saved;
mod trouble;

const FOLDER: &str = "/data/journals";
const FILE: &str = "/home/model.ron";

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_732_000_000 + seconds)
}

fn id(name: &str) -> StageId {
    StageId::new(name).unwrap()
}

fn add(name: &str) -> Change {
    let mut stage = Stage::new(id(name), name);
    stage.at.position = Some(WorldPoint::new(0.1, 0.2));
    Change::Stage(StageChange::Add {
        stage: Arc::new(stage),
        position: None,
    })
}

fn rename(name: &str, to: &str) -> Change {
    Change::Stage(StageChange::Set {
        stages: vec![id(name)],
        field: StageField::Name(to.to_owned()),
    })
}

fn shift(name: &str, by: f64) -> Change {
    Change::Stage(StageChange::Move {
        stages: vec![id(name)],
        by: WorldVector::new(by, -by / 3.0),
    })
}

/// A document with its journal and its file.
struct Desk {
    files: Arc<MemoryFiles>,
    document: Document,
    keeper: Keeper,
}

impl Desk {
    /// Opens a file of one stage.
    fn open() -> Self {
        let files = Arc::new(MemoryFiles::new());
        let mut model = Model::default();
        crate::edit::apply(&mut model, &add("script")).unwrap();
        files.put(FILE, store::write(&model), 0o644);
        Self::at(files)
    }

    /// One with an edit that is in the journal.
    fn with_an_edit() -> Self {
        let mut desk = Self::open();
        desk.edit(&add("edit"));
        desk.keep_and_write();
        desk
    }

    fn at(files: Arc<MemoryFiles>) -> Self {
        let (loaded, fingerprint) = store::load_known(&*files, Path::new(FILE)).unwrap();
        let mut document = Document::opened(loaded.model, FILE.into());
        document.note_deeds();
        let origin = Origin {
            title: "model.ron".to_owned(),
            path: Some(FILE.into()),
            fingerprint: Some(fingerprint),
            model: document.shared_model(),
            unknown: Vec::new(),
        };
        let keeper = Keeper::new(Arc::clone(&files) as _, FOLDER, origin);
        Self {
            files,
            document,
            keeper,
        }
    }

    fn keep(&mut self) {
        for done in self.document.take_done() {
            self.keeper.keep(&done, at(1));
        }
    }

    fn keep_and_write(&mut self) {
        self.keep();
        self.keeper.write().unwrap();
        self.keeper.sync().unwrap();
    }

    fn edit(&mut self, change: &Change) {
        let label = crate::edit::label(change);
        self.document
            .edit(label, std::slice::from_ref(change), None)
            .unwrap();
        self.keep();
    }

    fn undo(&mut self) {
        assert!(self.document.undo());
        self.keep();
    }

    fn save(&mut self) {
        let text = store::write(self.document.model());
        let path = PathBuf::from(FILE);
        self.keeper
            .keep_saving(&path, Fingerprint::of(text.as_bytes()), at(2));
        self.keeper.write().unwrap();
        store::save_bytes(&*self.files, &path, text.as_bytes()).unwrap();
        let model = self.document.shared_model();
        self.document.mark_saved(Arc::clone(&model), path);
        let (steps, selection) = (self.document.history().len(), self.document.selection());
        self.keeper
            .keep_saved(model, steps, selection.clone(), at(3));
        self.keeper.write().unwrap();
    }

    /// The journals there are.
    fn journals(files: &MemoryFiles) -> Vec<PathBuf> {
        files.list(Path::new(FOLDER)).unwrap()
    }
}

/// What a process finds that starts after another one has gone.
fn recovered(files: MemoryFiles) -> (Arc<MemoryFiles>, Recovered) {
    let files = Arc::new(files);
    let left = find(&*files, Path::new(FOLDER)).unwrap();
    assert!(left.unreadable.is_empty(), "{:?}", left.unreadable);
    assert_eq!(left.found.len(), 1, "{:?}", left.found);
    let shared: Arc<dyn Files + Send + Sync> = Arc::clone(&files) as _;
    let recovered = recover(&shared, &left.found[0].journal).unwrap();
    (files, recovered)
}

/// Checks that a document is another one: the Model, the selection, and everything that undo and
/// redo lead to.
fn assert_same(found: &Document, expected: &Document) {
    let states = |document: &Document| {
        let mut document = document.clone();
        let mut states = Vec::new();
        let mut state = |document: &Document| {
            states.push((
                store::write(document.model()),
                document.selection().clone(),
                document.undo_label().map(str::to_owned),
                document.redo_label().map(str::to_owned),
                document.is_modified(),
            ));
        };
        state(&document);
        while document.redo() {
            state(&document);
        }
        while document.undo() {
            state(&document);
        }
        states
    };
    assert_eq!(states(found), states(expected));
}

/// Checks that taking everything back leads to the bytes of the file.
fn assert_undo_leads_to_file(document: &Document, files: &MemoryFiles) {
    let mut document = document.clone();
    while document.undo() {}
    let file = files.read(Path::new(FILE)).unwrap();
    assert_eq!(store::write(document.model()).as_bytes(), file);
}

#[test]
fn what_was_done_is_done_again() {
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.document
        .select(Selection::of(Selected::Stage(id("edit"))));
    desk.edit(&rename("edit", "Rough \"cut\"\n\\ ü"));
    let gesture = Gesture::begin();
    for _ in 0..5 {
        desk.document
            .edit("Move", &[shift("edit", 0.1)], Some(gesture))
            .unwrap();
    }
    // One that ends where it began, and one that is abandoned.
    let there_and_back = Gesture::begin();
    for by in [1.0, -1.0] {
        desk.document
            .edit("Move", &[shift("script", by)], Some(there_and_back))
            .unwrap();
    }
    let abandoned = Gesture::begin();
    desk.document
        .edit("Move", &[shift("script", 7.0)], Some(abandoned))
        .unwrap();
    assert!(desk.document.abandon(abandoned));
    desk.edit(&add("publish"));
    desk.undo();
    desk.undo();
    assert!(desk.document.redo());
    desk.document.select(Selection::default());
    desk.keep_and_write();
    for files in [
        desk.files.after_kill(),
        desk.files.after_power_cut(false),
        desk.files.after_power_cut(true),
    ] {
        let (files, recovered) = recovered(files);
        assert_same(&recovered.document, &desk.document);
        assert_undo_leads_to_file(&recovered.document, &files);
        assert_eq!(recovered.document.path(), Some(Path::new(FILE)));
        assert_eq!((recovered.disk, recovered.loss), (Disk::AsKnown, None));
    }
}

#[test]
fn what_can_be_recovered_says_what_and_when() {
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.edit(&rename("edit", "Cut"));
    let draft = Draft {
        label: "Work".to_owned(),
        text: "2d 4".to_owned(),
    };
    desk.keeper.keep_draft(Some(draft.clone()), at(77));
    desk.keep_and_write();
    let files = desk.files.after_kill();
    let left = find(&files, Path::new(FOLDER)).unwrap();
    let found = &left.found[0];
    assert_eq!(found.title, "model.ron");
    assert_eq!(found.path.as_deref(), Some(Path::new(FILE)));
    assert_eq!(found.changed, at(77));
    assert_eq!(found.edits, ["Add stage", "Rename stage"]);
    assert_eq!(found.draft, Some(draft.clone()));
    let (_, recovered) = recovered(files);
    assert_eq!(recovered.draft, Some(draft));
    // What was typed and then given up is not offered.
    desk.keeper.keep_draft(None, at(78));
    desk.keep_and_write();
    let left = find(&desk.files.after_kill(), Path::new(FOLDER)).unwrap();
    assert_eq!(left.found[0].draft, None);
}

#[test]
fn nothing_is_written_before_there_is_something_to_lose() {
    let mut desk = Desk::open();
    desk.document
        .select(Selection::of(Selected::Stage(id("script"))));
    desk.keep_and_write();
    desk.keeper.keep_draft(None, at(1));
    desk.save();
    desk.keep_and_write();
    assert!(Desk::journals(&desk.files).is_empty());
    // The selection before the first edit is known all the same.
    desk.edit(&add("edit"));
    desk.keep_and_write();
    let (_, recovered) = recovered(desk.files.after_kill());
    assert_same(&recovered.document, &desk.document);
}

#[test]
fn several_crashes_lose_nothing() {
    let desk = Desk::with_an_edit();
    let mut expected = desk.document.clone();
    let mut files = desk.files.after_kill();
    for round in 0..6 {
        let (shared, mut found) = recovered(files);
        assert_same(&found.document, &expected);
        found.document.note_deeds();
        match round % 3 {
            0 => {
                let name = format!("new-{round}");
                found.document.edit("Add", &[add(&name)], None).unwrap();
            }
            1 => assert!(found.document.undo()),
            // Killed right after recovering, before anything is written.
            _ => {}
        }
        for done in found.document.take_done() {
            found.keeper.keep(&done, at(10 + round));
        }
        if round % 3 != 2 {
            found.keeper.write().unwrap();
        }
        expected = found.document.clone();
        files = shared.after_kill();
        assert_eq!(Desk::journals(&files).len(), 1);
    }
}

#[test]
fn a_journal_of_version_1_is_recovered_for_ever() {
    let files = MemoryFiles::new();
    let journal = Path::new(FOLDER).join("kept.journal");
    let kept = include_bytes!("../../../../tests/files/journal-1.journal");
    files.put(&journal, kept.to_vec(), 0o644);
    let files: Arc<dyn Files + Send + Sync> = Arc::new(files);
    let left = find(&*files, Path::new(FOLDER)).unwrap();
    assert_eq!(left.found.len(), 1);
    let found = &left.found[0];
    assert_eq!(found.title, "model.ron");
    assert_eq!(found.loss, None);
    let recovered = recover(&files, &journal).unwrap();
    let document = &recovered.document;
    let labels: Vec<_> = document.history().collect();
    assert_eq!(
        labels,
        ["Rename stage", "Go back to the file", "Rename stage"]
    );
    assert_eq!(document.redo_steps(), 1);
    let names: Vec<_> = document
        .model()
        .stages
        .iter()
        .map(|stage| &stage.name)
        .collect();
    assert_eq!(names, ["script", "Cut", "review"]);
    assert_eq!(document.selection().stages().len(), 1);
    assert_eq!(
        recovered.draft.map(|draft| draft.text),
        Some("2d 4".to_owned())
    );
    // Every kind of entry is in it.
    let text = String::from_utf8_lossy(kept);
    for kind in [
        "begin(",
        "edit(",
        "gesture:",
        "abandon(",
        "undo",
        "redo",
        "select(",
        "become(",
        "draft(",
        "no_draft",
        "saving(",
        "saved",
        "recovered",
    ] {
        assert!(text.contains(kind), "{kind}");
    }
}
