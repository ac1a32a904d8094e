//! Saving and journaling on disks that are really full, and under a real limit on the length of
//! files. What happens when single calls fail is tested in `store` and beside the journal.

#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::SystemTime;

use anabranch::edit::Document;
use anabranch::model::{Change, Model, ModelChange};
use anabranch::store::journal::{self, Keeper, Origin};
use anabranch::store::{self, DiskFiles, Files, SaveError, SaveOptions};

/// The folder for the process under the limit.
const CHILD: &str = "ANABRANCH_TEST_LIMITED_CHILD";

/// Far beyond what there is place for.
const TOO_LONG: usize = 4 << 20;

fn text(length: usize) -> Vec<u8> {
    let mut text = b"(format: 1, name: \"".to_vec();
    text.resize(length, b'x');
    text.extend_from_slice(b"\")\n");
    text
}

/// Saves what is too long over what is there, in every way; each time it is told, and the file is
/// the old one.
fn saving_fails_whole(folder: &Path) {
    let backups = folder.join("backups");
    for (names, has_backups) in [(1, false), (1, true), (2, false), (2, true)] {
        let file = folder.join(format!("{names}-{has_backups}.ron"));
        let old = text(100);
        store::save_bytes(&DiskFiles, &file, &old).unwrap();
        let other = folder.join(format!("{names}-{has_backups}-other.ron"));
        if names == 2 {
            std::fs::hard_link(&file, &other).unwrap();
        }
        let options = SaveOptions {
            known: None,
            backups: has_backups.then_some(&*backups),
        };
        let error = store::save_with(&DiskFiles, &file, &text(TOO_LONG), options).unwrap_err();
        assert!(matches!(error, SaveError::Unchanged { .. }), "{error}");
        println!("told: {error}");
        assert!(
            DiskFiles.read(&file).unwrap() == old,
            "{names} {has_backups}"
        );
        let lying_about = DiskFiles.list(folder).unwrap();
        let is_left = |path: &PathBuf| path.extension().is_some_and(|end| end == "saving");
        assert!(!lying_about.iter().any(is_left), "{lying_about:?}");
        // What there is place for can still be saved.
        let new = text(200);
        store::save_with(&DiskFiles, &file, &new, options).unwrap();
        assert!(DiskFiles.read(&file).unwrap() == new);
        if names == 2 {
            assert!(DiskFiles.read(&other).unwrap() == new);
        }
    }
}

/// Journals until there is no place; that is told, and what was written before can be recovered.
fn journaling_fails_whole(folder: &Path) {
    let journals = folder.join("journals");
    let mut document = Document::new(Model::default());
    document.note_deeds();
    let files: Arc<dyn Files + Send + Sync> = Arc::new(DiskFiles);
    let origin = Origin {
        title: "A full disk".to_owned(),
        path: None,
        fingerprint: None,
        model: document.shared_model(),
        unknown: Vec::new(),
    };
    let mut keeper = Keeper::new(Arc::clone(&files), &journals, origin);
    let mut written = Vec::new();
    let mut told = None;
    for n in 0..2_000 {
        let field = ModelChange::Description(format!("{n} {}", "x".repeat(8_000)));
        let change = Change::Model(field);
        document.edit("Describe", &[change], None).unwrap();
        for done in document.take_done() {
            keeper.keep(&done, SystemTime::now());
        }
        match keeper.write().and_then(|()| keeper.sync()) {
            Ok(()) => written.push(document.shared_model()),
            Err(error) => {
                told = Some(error);
                break;
            }
        }
    }
    println!(
        "told: {} after {} edits",
        told.expect("it is told"),
        written.len()
    );
    assert!(!keeper.is_written());
    assert!(written.len() > 1);
    drop(keeper);
    let left = journal::find(&*files, &journals).unwrap();
    assert_eq!((left.found.len(), left.unreadable.len()), (1, 0));
    let recovered = journal::recover(&files, &left.found[0].journal).unwrap();
    assert_eq!(recovered.document.model(), &**written.last().unwrap());
    assert_eq!(recovered.document.history().len(), written.len());
}

/// No test of its own: the process with the limit.
#[test]
fn child_under_a_limit() {
    if let Some(folder) = std::env::var_os(CHILD) {
        saving_fails_whole(Path::new(&folder));
        journaling_fails_whole(Path::new(&folder));
        println!("all told");
    }
}

#[test]
fn beyond_the_limit_on_the_length_of_files_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    // The window ignores the signal too, and gets an error instead.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 256; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "disk::child_under_a_limit", "--nocapture"])
        .env(CHILD, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("all told"),
        "{said}\n{errors}"
    );
}

/// Unmounts with the test.
struct Mounted(tempfile::TempDir);

impl Drop for Mounted {
    fn drop(&mut self) {
        // Else it goes with the machine.
        let _done = Command::new("umount").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_is_lost() {
    let folder = Mounted(tempfile::tempdir().unwrap());
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"])
        .arg(folder.0.path())
        .output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        println!("skipped: nothing may be mounted here");
        return;
    }
    saving_fails_whole(folder.0.path());
    journaling_fails_whole(folder.0.path());
}
