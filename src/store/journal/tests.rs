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
fn a_journal_that_is_in_use_is_left_alone() {
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.keep_and_write();
    let left = find(&*desk.files, Path::new(FOLDER)).unwrap();
    assert!(left.found.is_empty() && left.unreadable.is_empty());
    let shared: Arc<dyn Files + Send + Sync> = Arc::clone(&desk.files) as _;
    let journal = desk.keeper.path().unwrap().to_owned();
    assert!(matches!(
        recover(&shared, &journal),
        Err(RecoverError::InUse)
    ));
    assert!(matches!(
        discard(&*desk.files, &journal),
        Err(RecoverError::InUse)
    ));
    // Two that start after a crash: one of them gets it.
    let (files, first) = recovered(desk.files.after_kill());
    let shared: Arc<dyn Files + Send + Sync> = Arc::clone(&files) as _;
    assert!(matches!(
        recover(&shared, &journal),
        Err(RecoverError::InUse)
    ));
    drop(first);
    discard(&*files, &journal).unwrap();
    assert!(Desk::journals(&files).is_empty());
}

#[test]
fn journals_of_closed_and_of_saved_documents_go_away() {
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.keep_and_write();
    assert_eq!(Desk::journals(&desk.files).len(), 1);
    desk.keeper.close();
    assert!(Desk::journals(&desk.files).is_empty());

    // Where it cannot be taken away, it says that nothing is to be recovered.
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.keep_and_write();
    desk.files.fail_at(1);
    desk.keeper.close();
    let files = desk.files.after_kill();
    assert_eq!(Desk::journals(&files).len(), 1);
    assert!(find(&files, Path::new(FOLDER)).unwrap().found.is_empty());
    assert!(Desk::journals(&files).is_empty());

    // A crash after a save and before the next edit loses nothing.
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.save();
    let files = desk.files.after_kill();
    assert!(find(&files, Path::new(FOLDER)).unwrap().found.is_empty());
    assert!(Desk::journals(&files).is_empty());
}

#[test]
fn after_a_save_history_begins_with_what_was_saved() {
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.save();
    desk.edit(&add("publish"));
    desk.edit(&rename("publish", "Release"));
    desk.keep_and_write();
    let (files, recovered) = recovered(desk.files.after_kill());
    assert_eq!(
        recovered.document.history().collect::<Vec<_>>(),
        ["Add stage", "Rename stage"]
    );
    assert_eq!(recovered.document.model(), desk.document.model());
    assert_undo_leads_to_file(&recovered.document, &files);

    // Back to before the save, and on from there.
    for _ in 0..3 {
        desk.undo();
    }
    desk.keep_and_write();
    let (files, back) = self::recovered(desk.files.after_kill());
    assert_eq!(back.document.model(), desk.document.model());
    assert_undo_leads_to_file(&back.document, &files);
    desk.edit(&add("other"));
    desk.keep_and_write();
    let (files, on) = self::recovered(desk.files.after_kill());
    assert_eq!(on.document.model(), desk.document.model());
    assert_undo_leads_to_file(&on.document, &files);
    assert_eq!(on.document.history().len(), 2);
}

#[test]
fn a_save_that_was_cut_short_is_told_by_the_file() {
    for was_saved in [false, true] {
        let mut desk = Desk::open();
        desk.edit(&add("edit"));
        let text = store::write(desk.document.model());
        let fingerprint = Fingerprint::of(text.as_bytes());
        desk.keeper.keep_saving(Path::new(FILE), fingerprint, at(2));
        desk.keep_and_write();
        if was_saved {
            store::save_bytes(&*desk.files, Path::new(FILE), text.as_bytes()).unwrap();
        }
        let files = desk.files.after_kill();
        let left = find(&files, Path::new(FOLDER)).unwrap();
        assert_eq!(left.found.is_empty(), was_saved);
        if was_saved {
            continue;
        }
        let (files, mut recovered) = recovered(files);
        assert_undo_leads_to_file(&recovered.document, &files);
        assert_eq!(recovered.disk, Disk::AsKnown);
        // It crashes again, with another program having written what was to be saved: that is not
        // the save of then.
        recovered.document.note_deeds();
        recovered
            .document
            .edit("Add", &[add("more")], None)
            .unwrap();
        for done in recovered.document.take_done() {
            recovered.keeper.keep(&done, at(9));
        }
        recovered.keeper.write().unwrap();
        store::save_bytes(&*files, Path::new(FILE), text.as_bytes()).unwrap();
        let left = find(&files.after_kill(), Path::new(FOLDER)).unwrap();
        assert_eq!(left.found[0].disk, Disk::Other);
    }
}

#[test]
fn a_file_that_is_another_by_now_is_not_touched() {
    let check = |change: &dyn Fn(&MemoryFiles), disk: Disk| {
        let mut desk = Desk::open();
        desk.edit(&add("edit"));
        desk.keep_and_write();
        let files = desk.files.after_kill();
        change(&files);
        let left = find(&files, Path::new(FOLDER)).unwrap();
        assert_eq!(left.found[0].disk, disk);
        assert_eq!(left.found[0].path.as_deref(), Some(Path::new(FILE)));
        let (_, recovered) = recovered(files);
        assert_eq!(recovered.disk, disk);
        let is_copy = disk != Disk::AsKnown;
        assert_eq!(recovered.document.path().is_none(), is_copy);
        assert_eq!(recovered.document.model(), desk.document.model());
    };
    check(&|_| {}, Disk::AsKnown);
    check(
        &|files| files.put(FILE, *b"(format: 1)", 0o644),
        Disk::Other,
    );
    check(&|files| files.remove(Path::new(FILE)).unwrap(), Disk::Gone);
    check(
        &|files| {
            files.remove(Path::new(FILE)).unwrap();
            files.put_folder(FILE);
        },
        Disk::Unreadable,
    );
}

#[test]
fn a_document_without_a_file_is_recovered_without_one() {
    let files = Arc::new(MemoryFiles::new());
    let mut document = Document::new(Model::default());
    document.note_deeds();
    let origin = Origin {
        title: "Untitled".to_owned(),
        path: None,
        fingerprint: None,
        model: document.shared_model(),
        unknown: vec!["1:1: hue".to_owned()],
    };
    let mut keeper = Keeper::new(Arc::clone(&files) as _, FOLDER, origin);
    document.edit("Add stage", &[add("a")], None).unwrap();
    for done in document.take_done() {
        keeper.keep(&done, at(1));
    }
    keeper.write().unwrap();
    let (_, recovered) = recovered(files.after_kill());
    assert_same(&recovered.document, &document);
    assert_eq!(recovered.disk, Disk::NeverSaved);
    assert_eq!(recovered.unknown, ["1:1: hue"]);
}

#[test]
fn several_crashes_lose_nothing() {
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.keep_and_write();
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
fn a_journal_that_is_damaged_gives_what_stands_before() {
    let mut desk = Desk::open();
    let mut states = vec![store::write(desk.document.model())];
    for n in 0..4 {
        desk.edit(&add(&format!("stage-{n}")));
        states.push(store::write(desk.document.model()));
    }
    desk.keep_and_write();
    let journal = desk.keeper.path().unwrap().to_owned();
    let length = desk.files.read(&journal).unwrap().len();
    let (mut whole, mut partial, mut unreadable) = (0, 0, 0);
    for at in 0..length {
        // A byte changed, and the file cut off.
        for is_cut in [false, true] {
            let files = desk.files.after_kill();
            files.spoil(&journal, |bytes| {
                if is_cut {
                    bytes.truncate(at);
                } else {
                    bytes[at] ^= 0x15;
                }
            });
            let left = find(&files, Path::new(FOLDER)).unwrap();
            let Some(found) = left.found.first() else {
                // Nothing is known, or nothing was done yet.
                unreadable += left.unreadable.len();
                assert!(is_cut || !left.unreadable.is_empty(), "{at}");
                continue;
            };
            let (files, recovered) = recovered(files);
            let found_at = states
                .iter()
                .position(|state| *state == store::write(recovered.document.model()));
            let steps = recovered.document.history().len();
            assert_eq!(found_at, Some(steps), "{at}");
            assert_undo_leads_to_file(&recovered.document, &files);
            if steps == 4 {
                whole += 1;
            } else {
                partial += 1;
                let loss = found.loss;
                assert!(loss.is_some() || is_cut, "{at}");
                let is_torn = loss.is_none_or(|loss| loss.is_last_entry);
                let twin = journal.with_extension(DAMAGED_ENDING);
                assert_eq!(files.paths().contains(&twin), !is_torn, "{at}");
            }
        }
    }
    // A damaged copy of the model is made good by the file, which is the same.
    assert!(whole > states[0].len() / 2, "{whole}");
    assert!(partial > 400, "{partial}");
    assert!(unreadable > 20, "{unreadable}");
}

#[test]
fn what_is_no_journal_of_ours_is_told() {
    let files = MemoryFiles::new();
    files.put(
        format!("{FOLDER}/1.journal"),
        *b"anabranch journal 2\n...",
        0o644,
    );
    files.put(format!("{FOLDER}/2.journal"), *b"something else", 0o644);
    files.put(format!("{FOLDER}/3.journal"), *b"", 0o644);
    files.put(format!("{FOLDER}/notes.txt"), *b"mine", 0o644);
    let left = find(&files, Path::new(FOLDER)).unwrap();
    let told: Vec<String> = left
        .unreadable
        .iter()
        .map(|(path, error)| format!("{}: {error}", path.display()))
        .collect();
    assert_eq!(
        told,
        [
            "/data/journals/1.journal: a newer version of the program has written the journal",
            "/data/journals/2.journal: the beginning of the journal is damaged",
        ]
    );
    // What was never begun is taken away; all else stays.
    let names = Desk::journals(&files);
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(
        find(&files, Path::new("/nowhere"))
            .unwrap()
            .found
            .is_empty()
    );
}

#[test]
fn a_long_journal_begins_anew_when_the_document_is_saved() {
    let mut desk = Desk::open();
    desk.keeper = desk.keeper.with_most_entries(3);
    for n in 0..3 {
        desk.edit(&add(&format!("stage-{n}")));
    }
    desk.keep_and_write();
    let first = desk.keeper.path().unwrap().to_owned();
    desk.save();
    assert_eq!(desk.keeper.path(), None);
    // Nothing is to be recovered now, from the old one neither.
    assert!(
        find(&desk.files.after_kill(), Path::new(FOLDER))
            .unwrap()
            .found
            .is_empty()
    );
    desk.edit(&add("later"));
    desk.keep_and_write();
    assert_ne!(desk.keeper.path(), Some(&*first));
    assert_eq!(Desk::journals(&desk.files).len(), 1);
    let (files, recovered) = recovered(desk.files.after_kill());
    assert_eq!(recovered.document.model(), desk.document.model());
    assert_undo_leads_to_file(&recovered.document, &files);
    // Steps from before are not in the new one, but taking them back is.
    desk.undo();
    assert!(!desk.document.is_modified());
    for _ in 0..3 {
        desk.undo();
        desk.keep_and_write();
        let (files, back) = self::recovered(desk.files.after_kill());
        assert_eq!(back.document.model(), desk.document.model());
        assert_undo_leads_to_file(&back.document, &files);
    }
    while desk.document.redo() {
        desk.keep_and_write();
        if !desk.document.is_modified() {
            continue;
        }
        let left = find(&desk.files.after_kill(), Path::new(FOLDER)).unwrap();
        let shared: Arc<dyn Files + Send + Sync> = Arc::new(desk.files.after_kill());
        let found = recover(&shared, &left.found[0].journal).unwrap();
        assert_eq!(found.document.model(), desk.document.model());
    }
}

#[test]
fn when_the_old_journal_stays_the_new_one_counts() {
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.keep_and_write();
    let first = desk.keeper.path().unwrap().to_owned();
    // The disk does not confirm, so the file is not trusted any more; and it cannot be removed:
    // make, begin, append, sync, sync the folder, remove.
    desk.edit(&add("publish"));
    desk.keeper.write().unwrap();
    desk.files.fail_at(0);
    desk.keeper.sync().unwrap_err();
    desk.files.fail_at(5);
    desk.edit(&add("release"));
    desk.keep_and_write();
    let files = desk.files.after_kill();
    assert_eq!(Desk::journals(&files).len(), 2);
    let (files, recovered) = recovered(files);
    assert_same(&recovered.document, &desk.document);
    assert!(!files.paths().contains(&first));
}

#[test]
fn a_full_disk_is_told_and_made_up_for() {
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.keep_and_write();
    desk.files.fail_from(0);
    for n in 0..3 {
        desk.edit(&add(&format!("stage-{n}")));
        desk.keeper.write().unwrap_err();
        assert!(!desk.keeper.is_written());
        // What was written before is still there.
        desk.files.heal();
        let (_, recovered) = recovered(desk.files.after_kill());
        assert_eq!(recovered.document.history().len(), 1);
        desk.files.fail_from(0);
    }
    desk.files.heal();
    desk.keeper.write().unwrap();
    desk.keeper.sync().unwrap();
    let (_, recovered) = recovered(desk.files.after_power_cut(false));
    assert_same(&recovered.document, &desk.document);
}

#[test]
fn a_journal_that_may_not_be_written_is_recovered_into_a_new_one() {
    let mut desk = Desk::open();
    desk.edit(&add("edit"));
    desk.keep_and_write();
    let journal = desk.keeper.path().unwrap().to_owned();
    let bytes = desk.files.read(&journal).unwrap();
    let files = MemoryFiles::new();
    files.put(FILE, desk.files.read(Path::new(FILE)).unwrap(), 0o644);
    files.put(&journal, bytes, 0o444);
    let (files, mut recovered) = recovered(files);
    assert_same(&recovered.document, &desk.document);
    recovered.keeper.write().unwrap();
    assert_ne!(recovered.keeper.path(), Some(&*journal));
    let (_, again) = self::recovered(files.after_kill());
    assert_same(&again.document, &desk.document);
}

#[test]
fn whatever_fails_and_whenever_the_power_goes_what_was_confirmed_is_recovered() {
    /// Edits, saves and edits again; stops at the first error that it is told. Returns the
    /// document as far as the journal has been confirmed.
    fn work(desk: &mut Desk) -> (Document, bool) {
        let mut confirmed = desk.document.clone();
        let mut was_told = false;
        for n in 0..6 {
            if n == 3 {
                let text = store::write(desk.document.model());
                let fingerprint = Fingerprint::of(text.as_bytes());
                desk.keeper.keep_saving(Path::new(FILE), fingerprint, at(2));
                was_told |= desk
                    .keeper
                    .write()
                    .and_then(|()| desk.keeper.sync())
                    .is_err();
                if store::save_bytes(&*desk.files, Path::new(FILE), text.as_bytes()).is_ok() {
                    let model = desk.document.shared_model();
                    desk.document.mark_saved(Arc::clone(&model), FILE.into());
                    let steps = desk.document.history().len();
                    desk.keeper
                        .keep_saved(model, steps, Selection::default(), at(3));
                } else {
                    was_told = true;
                }
            }
            desk.edit(&add(&format!("stage-{n}")));
            let result = desk.keeper.write().and_then(|()| desk.keeper.sync());
            was_told |= result.is_err();
            if desk.keeper.is_written() && desk.keeper.is_synced() {
                confirmed = desk.document.clone();
            }
        }
        (confirmed, was_told)
    }

    let short = || {
        let mut desk = Desk::open();
        desk.keeper = desk.keeper.with_most_entries(2);
        desk
    };
    let mut desk = short();
    let before = desk.files.calls();
    work(&mut desk);
    let calls = desk.files.calls() - before;
    assert!(calls > 20, "{calls}");
    let mut told = 0;
    for first in 0..calls {
        for second in (first..calls + 3).step_by(1 + first % 3) {
            let mut desk = short();
            desk.files.fail_at(first);
            desk.files.fail_at(second);
            let (confirmed, was_told) = work(&mut desk);
            told += usize::from(was_told);
            for files in [
                desk.files.after_kill(),
                desk.files.after_power_cut(false),
                desk.files.after_power_cut(true),
            ] {
                let left = find(&files, Path::new(FOLDER)).unwrap();
                assert_eq!(left.found.len(), 1, "{first} {second} {left:?}");
                let (files, found) = recovered(files);
                // At least what was confirmed, and never anything that was not done.
                let names = |document: &Document| -> Vec<String> {
                    let stages = document.model().stages.iter();
                    stages.map(|stage| stage.name.clone()).collect()
                };
                let (found_names, all) = (names(&found.document), names(&desk.document));
                assert!(all.starts_with(&found_names), "{first} {second}");
                assert!(
                    found_names.len() >= names(&confirmed).len(),
                    "{first} {second}: {found_names:?}, not {:?}; {left:?}",
                    names(&confirmed)
                );
                if found.disk == Disk::AsKnown {
                    assert_undo_leads_to_file(&found.document, &files);
                }
            }
        }
    }
    assert!(told > calls, "{told}");
}

#[test]
fn a_journal_of_version_1_is_recovered_for_ever() {
    let files = MemoryFiles::new();
    let journal = Path::new(FOLDER).join("kept.journal");
    let kept = include_bytes!("../../../tests/files/journal-1.journal");
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
