//! The real program under X: clicked, typed into, pasted into from another program, saved.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anabranch::model::{Model, WorldPoint};
use anabranch::store::{self, DiskFiles};

use crate::drive::screen;

/// Returns whether what the test needs is there; in CI it must be.
pub fn can_run() -> bool {
    let has = |tool: &str| {
        Command::new("sh")
            .args(["-c", &format!("command -v {tool}")])
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    let mut missing: Vec<&str> = ["xdotool", "xclip", "openbox"]
        .into_iter()
        .filter(|tool| !has(tool))
        .collect();
    if std::env::var_os("DISPLAY").is_none() {
        missing.push("a display");
    }
    if missing.is_empty() {
        return true;
    }
    assert!(
        std::env::var_os("ANABRANCH_CI").is_none(),
        "missing here: {}",
        missing.join(", ")
    );
    println!("skipped: missing here: {}", missing.join(", "));
    false
}

/// Ends a program with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// Does something at the display, and gives the program time to notice. Returns what was said.
pub fn xdotool(arguments: &[&str]) -> String {
    let output = Command::new("xdotool").args(arguments).output().unwrap();
    std::thread::sleep(Duration::from_millis(120));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Waits until something is there, and returns it.
pub fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "waited in vain for {what}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn the_program_is_clicked_typed_into_pasted_into_and_saves() {
    if !can_run() {
        return;
    }
    let _screen = screen();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("real.ron");
    let mut model = Model {
        name: "Real".to_owned(),
        ..Model::default()
    };
    let made = anabranch::interact::make_stage(&model, "Alpha", WorldPoint::new(0.0, 0.0), None);
    for change in &made.changes {
        anabranch::edit::apply(&mut model, change).unwrap();
    }
    store::save(&DiskFiles, &path, &model).unwrap();

    let _manager = Running(
        Command::new("openbox")
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    std::thread::sleep(Duration::from_millis(500));
    let mut program = Running(
        Command::new(env!("CARGO_BIN_EXE_anabranch"))
            .arg(&path)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("XDG_CONFIG_HOME", folder.path())
            .env("HOME", folder.path())
            .env_remove("WAYLAND_DISPLAY")
            .spawn()
            .unwrap(),
    );
    let window = wait_for("the window", || {
        assert!(program.0.try_wait().unwrap().is_none(), "the program ended");
        let found = xdotool(&["search", "--onlyvisible", "--name", "real.ron"]);
        found
            .lines()
            .last()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
    });
    std::thread::sleep(Duration::from_millis(1500));
    xdotool(&["windowsize", "--sync", &window, "1300", "800"]);
    xdotool(&["windowmove", "--sync", &window, "20", "20"]);
    xdotool(&["windowfocus", "--sync", &window]);
    std::thread::sleep(Duration::from_millis(500));

    // The only stage stands in the middle of the canvas: left of the inspector, above the results.
    let double_click = || {
        xdotool(&["mousemove", "--window", &window, "490", "265"]);
        xdotool(&["click", "--repeat", "2", "--delay", "60", "1"]);
        std::thread::sleep(Duration::from_millis(400));
        xdotool(&["key", "ctrl+a"]);
    };
    let saved_name = || {
        let loaded = store::load(&DiskFiles, &path).ok()?;
        loaded.model.stages.at(0).map(|stage| stage.name.clone())
    };
    double_click();
    xdotool(&["type", "--delay", "30", "Typed here"]);
    xdotool(&["key", "Return"]);
    xdotool(&["key", "ctrl+s"]);
    wait_for("the typed name in the file", || {
        saved_name().filter(|name| name == "Typed here")
    });

    let mut clip = Command::new("xclip")
        .args(["-selection", "clipboard"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    clip.stdin
        .take()
        .unwrap()
        .write_all("From elsewhere".as_bytes())
        .unwrap();
    clip.wait().unwrap();
    double_click();
    xdotool(&["key", "ctrl+v"]);
    xdotool(&["key", "Return"]);
    xdotool(&["key", "ctrl+s"]);
    wait_for("the pasted name in the file", || {
        saved_name().filter(|name| name == "From elsewhere")
    });
    assert!(
        program.0.try_wait().unwrap().is_none(),
        "the program still runs"
    );
}

#[test]
fn a_file_that_is_open_raises_its_window() {
    if !can_run() {
        return;
    }
    let _screen = screen();
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (
        folder.path().join("once.ron"),
        folder.path().join("other.ron"),
    );
    for path in [&path, &other] {
        store::save(&DiskFiles, path, &Model::default()).unwrap();
    }
    let start = |path: &Path| {
        Running(
            Command::new(env!("CARGO_BIN_EXE_anabranch"))
                .arg(path)
                .env("LIBGL_ALWAYS_SOFTWARE", "1")
                .env("XDG_CONFIG_HOME", folder.path())
                .env("XDG_DATA_HOME", folder.path())
                .env("XDG_RUNTIME_DIR", folder.path())
                .env("HOME", folder.path())
                .env_remove("WAYLAND_DISPLAY")
                .spawn()
                .unwrap(),
        )
    };
    let window = |name: &str| {
        wait_for("the window", || {
            let found = xdotool(&["search", "--onlyvisible", "--name", name]);
            found
                .lines()
                .last()
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
        })
    };
    let mut first = start(&path);
    window("once.ron");
    // The same file: it raises the window, and ends.
    let mut second = start(&path);
    let ended = wait_for("the second to end", || second.0.try_wait().unwrap());
    assert!(ended.success(), "{ended}");
    assert!(first.0.try_wait().unwrap().is_none(), "the first goes on");
    // Another file: another process with a window of its own.
    let mut third = start(&other);
    window("other.ron");
    assert!(third.0.try_wait().unwrap().is_none(), "the third goes on");
    // Killed, it leaves the file to whoever comes next.
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    let mut fourth = start(&path);
    window("once.ron");
    assert!(fourth.0.try_wait().unwrap().is_none(), "the fourth goes on");
}

#[test]
fn without_a_display_one_sentence_says_so() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    let output = Command::new(env!("CARGO_BIN_EXE_anabranch"))
        .arg(&example)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .output()
        .unwrap();
    if cfg!(all(unix, not(target_os = "macos"))) {
        assert_eq!(output.status.code(), Some(3));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said.trim().lines().count(), 1, "{said}");
        assert!(
            said.contains("no display") && said.contains("anabranch simulate"),
            "{said}"
        );
    }
}
