//! Asking for a file: the system's dialogs, our own path dialog, or a script.
//!
//! On Linux the system's dialogs need a portal or zenity; without them they answer "cancelled" at
//! once and silently. So both are looked for first, and our own dialog takes over without them.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use egui::Context;

use super::path_dialog::PathDialog;

/// What a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Opening a model.
    Open,
    /// Saving the model under a name.
    SaveAs,
    /// Saving a copy of the model under another name, and going on with the model itself.
    SaveCopy,
    /// Saving a copy of the model under another name, and opening it in another window.
    Duplicate,
    /// Exporting a picture.
    Export,
}

impl Purpose {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Open => "Open a model",
            Self::SaveAs => "Save the model as",
            Self::SaveCopy => "Save a copy of the model as",
            Self::Duplicate => "Duplicate the model as",
            Self::Export => "Export a picture",
        }
    }

    pub(super) fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Open | Self::SaveAs | Self::SaveCopy | Self::Duplicate => &["ron"],
            Self::Export => &["svg", "png", "pdf"],
        }
    }

    pub(super) fn button(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::SaveAs | Self::SaveCopy => "Save",
            Self::Duplicate => "Duplicate",
            Self::Export => "Export",
        }
    }
}

/// A question for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What for.
    pub purpose: Purpose,
    /// Where the dialog begins: a folder, with the name suggested for saving.
    pub suggested: PathBuf,
    /// Folders used lately.
    pub recent_folders: Vec<PathBuf>,
}

/// The answer to a [`Request`]: a path, or nothing when it was cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was asked for.
    pub purpose: Purpose,
    /// The file.
    pub path: Option<PathBuf>,
}

/// Whoever asks the user for a file. One question at a time.
pub trait FileDialogs {
    /// Begins a question. The answer comes from [`FileDialogs::poll`], soon or late.
    fn ask(&mut self, request: Request, ctx: &Context);
    /// Returns the answer once it is there.
    fn poll(&mut self) -> Option<Answer>;
    /// Draws what belongs to a question under way.
    fn ui(&mut self, _ctx: &Context) {}
    /// Returns whether a question is under way.
    fn is_open(&self) -> bool;
}

/// Returns the dialogs that work here.
pub fn dialogs_for_this_system() -> Box<dyn FileDialogs> {
    if system_dialogs_work() {
        Box::new(SystemDialogs::default())
    } else {
        Box::new(PathDialog::default())
    }
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "freebsd",
    target_os = "openbsd",
    target_os = "netbsd"
)))]
fn system_dialogs_work() -> bool {
    true
}

#[cfg(any(
    target_os = "linux",
    target_os = "freebsd",
    target_os = "openbsd",
    target_os = "netbsd"
))]
fn system_dialogs_work() -> bool {
    let has_bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
        || std::env::var_os("XDG_RUNTIME_DIR")
            .is_some_and(|folder| Path::new(&folder).join("bus").exists());
    let has_portal = has_bus
        && [
            "/usr/share",
            "/usr/local/share",
            "/run/current-system/sw/share",
        ]
        .iter()
        .any(|share| {
            Path::new(share)
                .join("dbus-1/services/org.freedesktop.portal.Desktop.service")
                .exists()
        });
    let has_zenity = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join("zenity").is_file())
    });
    has_portal || has_zenity
}

/// The dialogs of the system.
#[derive(Default)]
pub struct SystemDialogs {
    waiting: Option<(Purpose, mpsc::Receiver<Option<PathBuf>>)>,
}

impl FileDialogs for SystemDialogs {
    fn ask(&mut self, request: Request, ctx: &Context) {
        if self.waiting.is_some() {
            return;
        }
        let purpose = request.purpose;
        let mut dialog = rfd::AsyncFileDialog::new().set_title(purpose.title());
        let (folder, name) = split_suggestion(&request.suggested);
        if let Some(folder) = folder {
            dialog = dialog.set_directory(folder);
        }
        if let Some(name) = name.filter(|_| purpose != Purpose::Open) {
            dialog = dialog.set_file_name(name);
        }
        for ending in purpose.endings() {
            dialog = dialog.add_filter(ending.to_uppercase(), &[ending]);
        }
        if purpose == Purpose::Open {
            dialog = dialog.add_filter("All files", &["*"]);
        }
        let (send, receive) = mpsc::channel();
        let ctx = ctx.clone();
        // The future is made here, on the main thread, as macOS wants it, and waited for elsewhere.
        let answer: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> =
            if purpose == Purpose::Open {
                Box::pin(dialog.pick_file())
            } else {
                Box::pin(dialog.save_file())
            };
        std::thread::spawn(move || {
            let path = pollster::block_on(answer).map(|file| file.path().to_owned());
            // The window may be gone by now; then nobody waits for the answer.
            let _nobody_waits = send.send(path);
            ctx.request_repaint();
        });
        self.waiting = Some((purpose, receive));
    }

    fn poll(&mut self) -> Option<Answer> {
        let (purpose, receive) = self.waiting.as_ref()?;
        let purpose = *purpose;
        let path = match receive.try_recv() {
            Ok(path) => path,
            Err(mpsc::TryRecvError::Empty) => return None,
            Err(mpsc::TryRecvError::Disconnected) => None,
        };
        self.waiting = None;
        Some(Answer { purpose, path })
    }

    fn is_open(&self) -> bool {
        self.waiting.is_some()
    }
}

fn split_suggestion(suggested: &Path) -> (Option<PathBuf>, Option<String>) {
    if suggested.as_os_str().is_empty() {
        (None, None)
    } else if suggested.is_dir() {
        (Some(suggested.to_owned()), None)
    } else {
        let folder = suggested
            .parent()
            .filter(|folder| folder.is_dir())
            .map(Path::to_owned);
        (
            folder,
            suggested
                .file_name()
                .map(|name| name.to_string_lossy().into_owned()),
        )
    }
}

/// Answers in turn, for tests.
#[derive(Default)]
pub struct ScriptedDialogs {
    answers: VecDeque<Option<PathBuf>>,
    ready: Option<Answer>,
}

impl ScriptedDialogs {
    /// Makes dialogs that give these answers, then cancel.
    pub fn new(answers: impl IntoIterator<Item = Option<PathBuf>>) -> Self {
        Self {
            answers: answers.into_iter().collect(),
            ready: None,
        }
    }
}

impl FileDialogs for ScriptedDialogs {
    fn ask(&mut self, request: Request, ctx: &Context) {
        let path = self.answers.pop_front().flatten();
        self.ready = Some(Answer {
            purpose: request.purpose,
            path,
        });
        ctx.request_repaint();
    }

    fn poll(&mut self) -> Option<Answer> {
        self.ready.take()
    }

    fn is_open(&self) -> bool {
        self.ready.is_some()
    }
}
