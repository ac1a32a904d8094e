//! Everything egui: window, panels, dialogs, Scene to egui shapes, worker threads.
//!
//! Nothing here decides what a gesture, a Change or a figure means: `interact`, `edit`, `study` and
//! `words` do. The window draws one state of the document, collects what was asked for and carries
//! it out after the frame.

mod actions;
mod bar;
mod blocks;
mod canvas;
mod capture_keys;
mod command;
mod dialogs;
mod examples;
mod export;
mod fields;
mod finder;
mod focus;
mod guide;
mod inspector;
mod instance;
mod keys;
mod logging;
mod lookup;
mod mishap;
mod modal;
mod names;
mod outline;
mod paint;
mod path_dialog;
mod pattern_palette;
mod preferences;
mod reasons;
mod recorder;
mod recovery;
mod replace;
mod results;
mod settings;
mod start;
mod style;
mod table;
mod thumbnails;
mod watch;
mod window;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use actions::{Action, Direction};
pub use canvas::{Canvas, Picture};
pub use command::Command;
pub use dialogs::{Answer, FileDialogs, Purpose, Request, ScriptedDialogs};
pub use examples::{EXAMPLES, Example};
pub use fields::{NotUnderstood, Subject};
pub use modal::{Choice, ComparedLine, Next, Question, Whose, Writing};
pub use paint::lay_out;
pub use path_dialog::PathDialog;
pub use recorder::Recorder;
pub use recovery::Recovery;
pub use results::Results;
pub use settings::{Settings, ThemeChoice};
pub use style::install_fonts;
pub use window::{Surroundings, Window};

use crate::scene::Fonts;
use crate::store::DiskFiles;

/// Why the window did not open.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no screen to open it on.
    #[error(
        "there is no display to open a window on; without one, use the command line, for instance \
         `anabranch simulate {file}`"
    )]
    NoDisplay {
        /// The file that was to be opened, or a stand-in.
        file: String,
    },
    /// The window system refused.
    #[error("the window could not be opened: {0}")]
    Window(String),
    /// The program was at fault, and the window could not go on. What was done is in the recovery
    /// journal, and offered at the next start.
    #[error(
        "the program ended because of a fault of its own; what was not saved is offered at the \
         next start ({report})"
    )]
    Fault {
        /// Where the report is, or why there is none.
        report: String,
    },
}

/// Opens the window, with a file in it when one is given, and returns when it has been closed.
///
/// # Errors
/// When there is no display, or the window system refuses.
pub fn run(file: Option<&Path>) -> Result<(), RunError> {
    let no_display = || RunError::NoDisplay {
        file: file.map_or_else(|| "MODEL.ron".to_owned(), |file| file.display().to_string()),
    };
    if !has_display() {
        return Err(no_display());
    }
    let claim_folder = default_claim_folder();
    if let (Some(folder), Some(file)) = (&claim_folder, file) {
        match instance::raise(folder, file) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            // The window says so once more, where it can be read.
            Err(error) => log::warn!("{} cannot be claimed: {error}", file.display()),
        }
    }
    let data_folder = Some(default_data_folder());
    logging::install(data_folder.as_deref());
    mishap::install();
    ignore_file_size_signal();
    log::info!("started, version {}", env!("CARGO_PKG_VERSION"));
    let files = DiskFiles;
    let settings_path = Settings::default_path();
    if let Some(folder) = settings_path.as_deref().and_then(Path::parent) {
        // Without the folder settings are not kept; the window works all the same.
        let _is_comfort_only = std::fs::create_dir_all(folder);
    }
    let settings = settings_path
        .as_deref()
        .map_or_else(Settings::default, |path| Settings::load(&files, path));
    let options = native_options(settings.window_size);
    let owned = file.map(Path::to_owned);
    let reports = data_folder.as_deref().map(mishap::reports_in);
    let run = || {
        eframe::run_native(
            "anabranch",
            options,
            Box::new(move |creation| {
                let surroundings = Surroundings {
                    files: Arc::new(DiskFiles),
                    dialogs: dialogs::dialogs_for_this_system(),
                    settings_path,
                    data_folder,
                    claim_folder,
                    open_elsewhere,
                    fonts: Fonts::system(),
                };
                Ok(Box::new(Window::new(
                    &creation.egui_ctx,
                    surroundings,
                    owned.as_deref(),
                )))
            }),
        )
    };
    // What happens within a frame the window catches itself; this is for what the window's libraries
    // do between frames.
    let result = mishap::watched(run).map_err(|what| {
        let report = match mishap::report(&files, reports.as_deref(), &what) {
            Ok(path) => format!("a report is in {}", path.display()),
            Err(error) => format!("no report could be written: {error}"),
        };
        RunError::Fault { report }
    })?;
    log::info!("ended");
    result.map_err(|error| match error {
        // A display was named, but nobody answers there.
        eframe::Error::WinitEventLoop(_) => no_display(),
        other => RunError::Window(other.to_string()),
    })
}

/// Returns the folder that journals and backups are kept in. Never beside the user's files, and not
/// where it would be carried to other machines; for a user without a home in the system's folder for
/// what is passing, which still outlives a crash.
fn default_data_folder() -> PathBuf {
    match directories::ProjectDirs::from("", "", "anabranch") {
        Some(folders) => folders.data_local_dir().to_owned(),
        None => std::env::temp_dir().join("anabranch"),
    }
}

/// Returns the folder in which windows claim their files: one that goes with the user's session, where
/// the system has that.
fn default_claim_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "anabranch")?;
    let lasting = || folders.data_local_dir().join("open");
    Some(folders.runtime_dir().map_or_else(lasting, Path::to_owned))
}

/// Lets writing beyond the limit on the length of files be an error like any other, which is told,
/// and not the end of the program.
#[cfg(unix)]
fn ignore_file_size_signal() {
    let is_received = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let registered = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, is_received);
    if let Err(error) = registered {
        log::warn!("the limit on the length of files ends the program: {error}");
    }
}

/// Elsewhere there is no such signal.
#[cfg(not(unix))]
fn ignore_file_size_signal() {}

/// Opens a file in a process of its own: one process, one document window.
fn open_elsewhere(path: &Path) -> std::io::Result<()> {
    let program = std::env::current_exe()?;
    let mut child = std::process::Command::new(program).arg(path).spawn()?;
    // So that the system does not keep it after its end. It ends with this process at the latest.
    std::thread::spawn(move || child.wait());
    Ok(())
}

/// Returns how the window is opened: its size in points, and OpenGL by name, since the default
/// changes with the features of a build.
pub fn native_options(size: (f32, f32)) -> eframe::NativeOptions {
    eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Anabranch")
            .with_app_id("anabranch")
            .with_inner_size([size.0, size.1])
            .with_min_inner_size([720.0, 480.0])
            .with_drag_and_drop(true),
        renderer: eframe::Renderer::Glow,
        persist_window: false,
        // Ours are given to egui by `style::install_fonts`, the same as to the drawing.
        system_font_fallback: false,
        ..Default::default()
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn has_display() -> bool {
    true
}
