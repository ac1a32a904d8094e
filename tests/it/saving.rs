//! Saving: all or nothing, with backups, permissions and links.

use std::path::Path;

use anabranch::store::{
    self, Files, Fingerprint, LoadError, MemoryFiles, SaveError, SaveOptions, Saved,
};

use crate::generate;

const TARGET: &str = "/models/a.ron";

fn old() -> Vec<u8> {
    store::write(&generate::model(1, 4)).into_bytes()
}

const BACKUPS: &str = "/data/backups";

/// What is there before saving, and what saving is asked for.
#[derive(Clone, Copy, Debug)]
struct Case {
    /// How many names the file has; 0 when it is not there.
    names: u64,
    is_known: bool,
    has_backups: bool,
}

impl Case {
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for names in 0..3 {
            for is_known in [false, true] {
                for has_backups in [false, true] {
                    if names > 0 || !is_known {
                        all.push(Self {
                            names,
                            is_known,
                            has_backups,
                        });
                    }
                }
            }
        }
        all
    }

    fn set_up(self) -> MemoryFiles {
        let files = MemoryFiles::new();
        if self.names > 0 {
            files.put(TARGET, old(), 0o640);
            files.set_names(Path::new(TARGET), self.names);
        }
        files
    }

    fn save(self, files: &MemoryFiles, bytes: &[u8]) -> Result<Saved, SaveError> {
        let options = SaveOptions {
            known: self.is_known.then(|| Fingerprint::of(&old())),
            backups: self.has_backups.then_some(Path::new(BACKUPS)),
        };
        store::save_with(files, Path::new(TARGET), bytes, options)
    }

    fn check(self, files: &MemoryFiles, result: &Result<Saved, SaveError>, new: &[u8]) {
        let was_there = self.names > 0;
        let found = files.read(Path::new(TARGET)).ok();
        let (is_old, is_new) = (found == was_there.then(old), found.as_deref() == Some(new));
        match result {
            Err(SaveError::Unchanged { .. }) => assert!(is_old),
            Err(SaveError::Unconfirmed { .. }) => assert!(is_new),
            // Only where it is written in place can it be damaged, and not without its twin.
            Err(SaveError::Damaged { safe, .. }) => {
                assert!(self.names > 1);
                assert_eq!(files.read(safe).unwrap(), old());
            }
            Err(error) => panic!("{error}"),
            Ok(saved) => {
                assert!(is_new);
                assert_eq!(saved.fingerprint, Fingerprint::of(new));
                let kept = store::backups(files, Path::new(BACKUPS), Path::new(TARGET));
                let kept = kept.unwrap();
                let wants_backup = self.has_backups && was_there;
                assert_eq!(wants_backup, saved.no_backup.is_some() || kept.len() == 1);
                for backup in kept.iter().filter(|_| saved.no_backup.is_none()) {
                    assert_eq!(files.read(&backup.path).unwrap(), old());
                }
            }
        }
        for names_are_written in [false, true] {
            let after = files.after_power_cut(names_are_written);
            let found = after.read(Path::new(TARGET)).ok();
            let is_old = found == was_there.then(old);
            let is_new = found.as_deref() == Some(new);
            let is_damaged = matches!(result, Err(SaveError::Damaged { .. }));
            assert!(is_old || is_new || is_damaged);
            assert!(is_new || result.is_err(), "said to be saved");
        }
    }
}

#[test]
fn whatever_fails_the_file_is_the_old_or_the_new_one() {
    let new = store::write(&generate::model(2, 4)).into_bytes();
    let mut rounds = 0;
    for case in Case::all() {
        let whole = case.set_up();
        let saved = case.save(&whole, &new).unwrap();
        assert!(saved.no_backup.is_none());
        let calls = whole.calls();
        assert!(calls >= 5, "{calls}");
        // One more, since what is done after a failure is more calls.
        for first in 0..calls + 4 {
            for second in first..calls + 4 {
                let files = case.set_up();
                files.fail_at(first);
                files.fail_at(second);
                let result = case.save(&files, &new);
                files.heal();
                let what = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    case.check(&files, &result, &new);
                }));
                assert!(
                    what.is_ok(),
                    "{case:?}, calls {first} and {second}: {result:?}"
                );
                rounds += 1;
                let is_beside =
                    |path: &std::path::PathBuf| path.to_string_lossy().ends_with(".saving");
                if first == second && case.names < 2 {
                    assert!(!files.paths().iter().any(is_beside), "{case:?}: {first}");
                }
            }
        }
    }
    println!("{rounds} rounds");
    assert!(rounds > 500, "{rounds}");
}

#[test]
fn the_file_of_another_program_is_not_written_over() {
    let theirs = b"(format: 1, name: \"Theirs\")";
    let case = Case {
        names: 1,
        is_known: true,
        has_backups: true,
    };
    let files = case.set_up();
    files.put(TARGET, theirs, 0o640);
    let error = case.save(&files, b"mine").unwrap_err();
    assert!(matches!(error, SaveError::Changed { .. }), "{error}");
    assert_eq!(files.read(Path::new(TARGET)).unwrap(), theirs);
    files.remove(Path::new(TARGET)).unwrap();
    let error = case.save(&files, b"mine").unwrap_err();
    assert!(matches!(error, SaveError::Gone { .. }), "{error}");
    assert!(files.paths().is_empty());
}

#[test]
fn the_last_ten_backups_are_kept_of_each_file() {
    let files = MemoryFiles::new();
    let folder = Path::new(BACKUPS);
    for file in ["/a/model.ron", "/b/model.ron"] {
        for n in 0..15 {
            let options = SaveOptions {
                known: None,
                backups: Some(folder),
            };
            let text = format!("{file} {n}");
            // Saved again without a change, nothing is replaced.
            for _ in 0..2 {
                store::save_with(&files, Path::new(file), text.as_bytes(), options).unwrap();
            }
        }
    }
    for file in ["/a/model.ron", "/b/model.ron"] {
        let kept = store::backups(&files, folder, Path::new(file)).unwrap();
        let texts: Vec<_> = kept
            .iter()
            .map(|backup| String::from_utf8(files.read(&backup.path).unwrap()).unwrap())
            .collect();
        let expected: Vec<_> = (4..14).rev().map(|n| format!("{file} {n}")).collect();
        assert_eq!(texts, expected);
    }
}

#[test]
fn permissions_stay_and_links_are_followed() {
    let files = MemoryFiles::new();
    files.put("/store/real.ron", old(), 0o600);
    files.put_link("/home/link.ron", "../store/real.ron");
    files.put_link("/home/again.ron", "link.ron");
    let model = generate::model(3, 2);
    store::save(&files, Path::new("/home/again.ron"), &model).unwrap();
    let real = Path::new("/home/../store/real.ron");
    let bytes = files.read(real).unwrap();
    assert_eq!(store::read(&bytes).unwrap().model, model);
    files.put_link("/home/a", "b");
    files.put_link("/home/b", "a");
    let error = store::save(&files, Path::new("/home/a"), &model).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/home/a could not be saved, and is unchanged: following the link: the links lead in a circle"
    );
}

#[test]
fn what_must_not_be_written_is_not() {
    let files = MemoryFiles::new();
    files.put(TARGET, old(), 0o444);
    let model = generate::model(3, 2);
    let error = store::save(&files, Path::new(TARGET), &model).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/models/a.ron is write-protected, and is unchanged"
    );
    files.put_folder("/models/folder");
    let error = store::save(&files, Path::new("/models/folder"), &model).unwrap_err();
    assert!(error.to_string().contains("it is no plain file"), "{error}");
    assert_eq!(files.read(Path::new(TARGET)).unwrap(), old());
}

#[test]
fn a_file_that_is_not_there_is_said_so() {
    let error = store::load(&MemoryFiles::new(), Path::new("/no.ron")).unwrap_err();
    assert!(matches!(error, LoadError::Unreadable { .. }));
    assert!(!error.is_faulty_model());
    assert!(
        error.to_string().starts_with("/no.ron cannot be read: "),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_real_disk_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use anabranch::store::DiskFiles;

    let folder = tempfile::tempdir().unwrap();
    let real = folder
        .path()
        .join("a model with a very long name that is cut for the file beside it, and ü.ron");
    let link = folder.path().join("link.ron");
    let model = generate::model(5, 5);
    let state = store::save(&DiskFiles, &real, &model).unwrap().unwrap();
    assert_eq!(state.length, store::write(&model).len() as u64);
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).unwrap();
    symlink(real.file_name().unwrap(), &link).unwrap();
    let next = generate::model(6, 5);
    let state = store::save(&DiskFiles, &link, &next).unwrap();
    assert_eq!(state, DiskFiles.state(&real).unwrap());
    assert_eq!(store::load(&DiskFiles, &real).unwrap().model, next);
    assert!(link.is_symlink());
    let mode = std::fs::metadata(&real).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);

    // Another name of the same file leads to the same file after saving too, and a shorter
    // text leaves nothing of a longer one.
    let other = folder.path().join("other.ron");
    std::fs::hard_link(&real, &other).unwrap();
    let shorter = generate::model(7, 1);
    store::save(&DiskFiles, &real, &shorter).unwrap();
    assert_eq!(store::load(&DiskFiles, &other).unwrap().model, shorter);
    assert_eq!(DiskFiles.state(&other).unwrap().unwrap().names, 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    store::save(&DiskFiles, &other, &next).unwrap();
    // What nobody else may read, nobody else may read in a backup or a journal.
    let data = folder.path().join("data");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).unwrap();
    let options = SaveOptions {
        known: None,
        backups: Some(&data),
    };
    store::save_with(&DiskFiles, &real, b"()", options).unwrap();
    drop(DiskFiles.begin_log(&data.join("a.journal")).unwrap());
    let private = DiskFiles.list(&data).unwrap();
    assert_eq!(private.len(), 2);
    for (path, expected) in [(&private[0], 0o600), (&private[1], 0o600), (&data, 0o700)] {
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, expected, "{path:?}");
    }
    let missing = folder.path().join("no/such/folder.ron");
    let error = store::save(&DiskFiles, &missing, &next).unwrap_err();
    assert!(matches!(error, SaveError::Unchanged { .. }), "{error}");
}
