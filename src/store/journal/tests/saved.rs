//! Journals and the files of their documents: saved, closed, changed by others.

use super::*;

#[test]
fn a_journal_that_is_in_use_is_left_alone() {
    let desk = Desk::with_an_edit();
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
    let desk = Desk::with_an_edit();
    assert_eq!(Desk::journals(&desk.files).len(), 1);
    desk.keeper.close();
    assert!(Desk::journals(&desk.files).is_empty());

    // Where it cannot be taken away, it says that nothing is to be recovered.
    let desk = Desk::with_an_edit();
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
    let mut desk = Desk::with_an_edit();
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
