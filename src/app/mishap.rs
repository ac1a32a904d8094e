//! What happens when the program itself is at fault: a panic is caught at the window's edge, a report
//! is written to the user's disk (nothing is sent anywhere), and the window says where the work is.

use std::backtrace::Backtrace;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};
use std::time::SystemTime;

use egui::{CentralPanel, RichText, Ui};

use crate::store::{self, Files};

use super::logging;

/// What was the matter, as the hook saw it.
static LAST: Mutex<Option<String>> = Mutex::new(None);

thread_local! {
    /// Whether a panic of this thread is caught and told; others are none of ours.
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// Lets panics of [`watched`] calls be taken down with their place. The hook there was is called too.
pub fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            log::error!("{info}");
            if IS_WATCHED.get() {
                take_down(info);
            }
            before(info);
        }));
    });
}

fn take_down(info: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let text = format!(
        "{info}\nthread: {}\n\n{}",
        thread.name().unwrap_or("without a name"),
        Backtrace::force_capture()
    );
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
}

/// Calls something that must not take the program with it.
///
/// # Errors
/// When it panicked: what was the matter, with the place in the program.
pub fn watched<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    let was_watched = IS_WATCHED.replace(true);
    // What the call leaves half done is put right by who asks: it is drawn anew, and the document
    // changes in one step or not at all.
    let result = catch_unwind(AssertUnwindSafe(call));
    IS_WATCHED.set(was_watched);
    result.map_err(|_shown_by_the_hook| {
        let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
        last.unwrap_or_else(|| "nothing is known about it".to_owned())
    })
}

/// Returns the folder for reports in the folder for data.
pub fn reports_in(data_folder: &Path) -> PathBuf {
    data_folder.join("reports")
}

/// The program was at fault.
pub struct Mishap {
    /// The first line of what was the matter.
    what: String,
    /// Where the report is, or why there is none.
    report: Result<PathBuf, String>,
    /// Whether everything that was done is in the recovery journal.
    is_journaled: bool,
}

/// What the user wants after a mishap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Go on with the document.
    GoOn,
    /// Copy what is known.
    Copy,
    /// Take the last step back and go on.
    Undo,
    /// End the program; the work is recovered at the next start.
    Quit,
}

impl Mishap {
    /// Writes the report.
    pub fn new(files: &dyn Files, folder: Option<&Path>, what: &str, is_journaled: bool) -> Self {
        Self {
            what: what.lines().take(2).collect::<Vec<_>>().join(" "),
            report: report(files, folder, what),
            is_journaled,
        }
    }

    /// Draws what is left of the window.
    pub fn ui(&self, ui: &mut Ui, undo_label: Option<&str>) -> Option<Wish> {
        let mut wish = None;
        CentralPanel::default().show(ui, |ui| {
            ui.add_space((ui.available_height() * 0.2).max(24.0));
            ui.vertical_centered(|ui| {
                ui.set_max_width(620.0);
                ui.heading("Something went wrong in the program");
                ui.add_space(12.0);
                ui.label(if self.is_journaled {
                    "Your work is not lost. The document is as it was before the last step, and \
                     everything is in the recovery journal: if going on does not help, quit, and it \
                     is offered at the next start."
                } else {
                    "The document is as it was before the last step, but it is not in a recovery \
                     journal. Go on, and save it under another name."
                });
                ui.add_space(12.0);
                match &self.report {
                    Ok(path) => ui.label(format!(
                        "A report is in {}. It stays on this machine.",
                        path.display()
                    )),
                    Err(error) => ui.label(format!("No report could be written: {error}.")),
                };
                ui.add_space(4.0);
                ui.label(RichText::new(&self.what).small().weak());
                ui.add_space(20.0);
                let undo = undo_label.map(|label| (format!("Undo {label} and go on"), Wish::Undo));
                let choices = [
                    Some(("Go on".to_owned(), Wish::GoOn)),
                    undo,
                    Some(("Copy diagnostics".to_owned(), Wish::Copy)),
                    Some(("Quit".to_owned(), Wish::Quit)),
                ];
                for (name, asked) in choices.into_iter().flatten() {
                    if ui.button(name).clicked() {
                        wish = Some(asked);
                    }
                    ui.add_space(6.0);
                }
            });
        });
        wish
    }
}

/// Writes a report to a file of its own.
///
/// # Errors
/// With the reason why there is none.
pub fn report(files: &dyn Files, folder: Option<&Path>, what: &str) -> Result<PathBuf, String> {
    let folder = folder.ok_or("there is no folder for it")?;
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    let path = folder.join(format!("{now:013}-{}.txt", std::process::id()));
    let text = format!("{}\n\n{what}\n", diagnostics());
    let written = files
        .make_folder(folder)
        .map_err(|error| error.to_string())
        .and_then(|()| {
            store::save_bytes(files, &path, text.as_bytes()).map_err(|error| error.to_string())
        });
    written.map(|_state| path)
}

/// Returns what helps to find out what is the matter; nothing about a model.
pub fn diagnostics() -> String {
    let variable = |name: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        format!(
            "{name}: {}",
            if value.is_some() { "set" } else { "not set" }
        )
    };
    let mut lines = vec![
        format!("Anabranch {}", env!("CARGO_PKG_VERSION")),
        format!(
            "{} on {}{}",
            std::env::consts::OS,
            std::env::consts::ARCH,
            if cfg!(debug_assertions) {
                ", with debug assertions"
            } else {
                ""
            }
        ),
        format!(
            "threads: {}",
            std::thread::available_parallelism().map_or(0, std::num::NonZero::get)
        ),
        format!(
            "locale: {}",
            sys_locale::get_locale().unwrap_or_else(|| "not known".to_owned())
        ),
    ];
    if cfg!(all(unix, not(target_os = "macos"))) {
        lines.extend(["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"].map(variable));
    }
    lines.push(match logging::path() {
        Some(path) => format!("log: {}", path.display()),
        None => "log: none".to_owned(),
    });
    lines.push(String::new());
    lines.extend(logging::recent());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryFiles;

    #[test]
    fn a_panic_is_caught_told_and_reported() {
        install();
        assert_eq!(watched(|| 5), Ok(5));
        let what = watched(|| panic!("as asked for")).unwrap_err();
        assert!(what.contains("as asked for"), "{what}");
        assert!(what.contains("mishap.rs"), "{what}");
        let files = MemoryFiles::new();
        let path = report(&files, Some(Path::new("/data/reports")), &what).unwrap();
        let text = String::from_utf8(files.read(&path).unwrap()).unwrap();
        assert!(text.starts_with("Anabranch "), "{text}");
        assert!(text.contains("as asked for"), "{text}");
        assert!(report(&files, None, &what).is_err());
        files.fail_from(0);
        assert!(report(&files, Some(Path::new("/data/reports")), &what).is_err());
    }
}
