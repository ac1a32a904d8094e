//! Journals in trouble: damaged, strange, on a disk that fails or loses its power.

use super::*;

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
fn a_full_disk_is_told_and_made_up_for() {
    let mut desk = Desk::with_an_edit();
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
    let desk = Desk::with_an_edit();
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
