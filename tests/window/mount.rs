//! A disk that vanishes under an open file: a memory stick pulled out, a share that is gone.

use std::path::Path;
use std::sync::Arc;

use anabranch::app::Question;
use anabranch::store::{self, DiskFiles, Files, MemoryFiles};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

/// Saves to a disk that has vanished, tries it again, and saves elsewhere; `vanish` takes away first
/// what is on the disk and then, where there is a difference, its folder. At each step nothing is lost.
fn save_without_disk(
    user: &mut User,
    files: &dyn Files,
    data: &Path,
    elsewhere: &Path,
    mut vanish: [Box<dyn FnMut()>; 2],
) {
    let at = user.on_canvas(0.0, 150.0);
    user.double_click(at);
    user.press(Modifiers::NONE, Key::Enter);
    assert!(user.window().document().is_modified());
    let mine = user.model().clone();
    let is_kept = |user: &User| {
        assert_eq!(*user.model(), mine);
        assert!(user.window().document().is_modified());
        assert_eq!(files.list(&data.join("journals")).unwrap().len(), 1);
    };
    vanish[0]();
    user.press(Modifiers::COMMAND, Key::S);
    let question = user.window().question();
    assert!(
        matches!(question, Some(Question::Changed { is_gone: true, .. })),
        "{question:?}"
    );
    let why = "its disk or share is not connected";
    assert!(user.harness.query_by_label_contains(why).is_some());
    is_kept(user);
    // Not even the folder is there, as where the system takes it away with the disk.
    vanish[1]();
    user.press_button("Save it again");
    let Some(Question::NotSaved { details, .. }) = user.window().question() else {
        panic!("nothing was said");
    };
    assert!(details.contains("could not be saved"), "{details}");
    is_kept(user);
    // Another disk is there.
    user.will_answer([Some(elsewhere.to_owned())]);
    user.press_button("Save as…");
    assert_eq!(user.window().question(), None);
    assert_eq!(store::load(files, elsewhere).unwrap().model, mine);
    assert!(!user.window().document().is_modified());
}

#[test]
fn when_a_disk_in_memory_vanishes_nothing_is_lost() {
    let files = Arc::new(MemoryFiles::new());
    let (file, data) = (Path::new("/stick/model.ron"), Path::new("/home/data"));
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    files.put(file, DiskFiles.read(&example).unwrap(), 0o644);
    let mut user = User::start_journaled(Some(file), Arc::clone(&files) as _, data);
    let disk = Arc::clone(&files);
    let vanish: [Box<dyn FnMut()>; 2] = [
        Box::new(move || disk.take_away(Path::new("/stick"))),
        Box::new(|| {}),
    ];
    save_without_disk(
        &mut user,
        &*files,
        data,
        Path::new("/home/elsewhere.ron"),
        vanish,
    );
}

/// The same with a disk of the machine's.
#[cfg(target_os = "linux")]
mod linux {
    use std::path::PathBuf;
    use std::process::{Command as Process, Stdio};

    use super::*;

    /// The folder of the process that has mounts of its own.
    const CHILD: &str = "ANABRANCH_TEST_MOUNT_CHILD";

    /// A file system in memory, mounted on a folder; taken away with the test.
    struct Mounted(PathBuf);

    impl Mounted {
        fn new(folder: &Path) -> Option<Self> {
            let done = Process::new("mount")
                .args(["-t", "tmpfs", "anabranch-test"])
                .arg(folder)
                .stderr(Stdio::null())
                .status();
            done.is_ok_and(|done| done.success())
                .then(|| Self(folder.to_owned()))
        }

        /// Takes it away although its files are in use.
        fn vanish(&self) -> bool {
            let done = Process::new("umount").arg("-l").arg(&self.0).status();
            done.is_ok_and(|done| done.success())
        }
    }

    impl Drop for Mounted {
        fn drop(&mut self) {
            // It may have vanished, as it should.
            let _may_be_gone = Process::new("umount")
                .arg("-l")
                .arg(&self.0)
                .stderr(Stdio::null())
                .status();
        }
    }

    /// Runs in a process of its own, where the system gives it mounts of its own.
    #[test]
    fn child_whose_disk_vanishes() {
        let Some(home) = std::env::var_os(CHILD) else {
            return;
        };
        let home = PathBuf::from(home);
        let (stick, data) = (home.join("stick"), home.join("data"));
        std::fs::create_dir(&stick).unwrap();
        let Some(mounted) = Mounted::new(&stick) else {
            println!("mounting is not allowed");
            return;
        };
        let file = stick.join("model.ron");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
        let bytes = DiskFiles.read(&example).unwrap();
        store::save_bytes(&DiskFiles, &file, &bytes).unwrap();
        let mut user = User::start_journaled(Some(&file), Arc::new(DiskFiles), &data);
        let elsewhere = home.join("elsewhere.ron");
        let vanish: [Box<dyn FnMut()>; 2] = [
            Box::new(move || assert!(mounted.vanish())),
            Box::new(move || std::fs::remove_dir(&stick).unwrap()),
        ];
        save_without_disk(&mut user, &DiskFiles, &data, &elsewhere, vanish);
        println!("its disk vanished");
    }

    #[test]
    fn when_the_disk_vanishes_nothing_is_lost() {
        let home = tempfile::tempdir().unwrap();
        let test = std::env::current_exe().unwrap();
        let arguments = [
            "--exact",
            "mount::linux::child_whose_disk_vanishes",
            "--nocapture",
        ];
        // With a name space of its own, nobody else sees the mount, nor is an administrator needed.
        let output = Process::new("unshare")
            .args(["--user", "--map-root-user", "--mount"])
            .arg(test)
            .args(arguments)
            .env(CHILD, home.path())
            .output();
        let Ok(output) = output else {
            println!("skipped: there is no `unshare` here");
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complained = String::from_utf8_lossy(&output.stderr).into_owned();
        if said.contains("mounting is not allowed") || complained.contains("unshare: ") {
            println!("skipped: mounting is not allowed here: {complained}");
            return;
        }
        assert!(
            output.status.success() && said.contains("its disk vanished"),
            "{said}\n{complained}"
        );
    }
}
