//! Asking for a file: the system's dialogs, our own path dialog, or a script.
//!
//! On Linux the system's dialogs need a portal or zenity; without them they answer "cancelled" at
//! once and silently. So both are looked for first, and our own dialog takes over without them.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use egui::{Align, Context, Id, Key, Layout, Modal, RichText, TextEdit, Ui};

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
    fn title(self) -> &'static str {
        match self {
            Self::Open => "Open a model",
            Self::SaveAs => "Save the model as",
            Self::SaveCopy => "Save a copy of the model as",
            Self::Duplicate => "Duplicate the model as",
            Self::Export => "Export a picture",
        }
    }

    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Open | Self::SaveAs | Self::SaveCopy | Self::Duplicate => &["ron"],
            Self::Export => &["svg", "png", "pdf"],
        }
    }

    fn button(self) -> &'static str {
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

/// Our own dialog: a path is typed, with completion, recent folders and an overwrite question.
#[derive(Default)]
pub struct PathDialog {
    open: Option<OpenPathDialog>,
    answer: Option<Answer>,
}

struct OpenPathDialog {
    request: Request,
    text: String,
    fault: Option<String>,
    confirms_overwrite: bool,
    wants_focus: bool,
}

impl FileDialogs for PathDialog {
    fn ask(&mut self, request: Request, _ctx: &Context) {
        let mut text = request.suggested.to_string_lossy().into_owned();
        if request.suggested.is_dir() && !text.ends_with(std::path::MAIN_SEPARATOR) {
            text.push(std::path::MAIN_SEPARATOR);
        }
        self.open = Some(OpenPathDialog {
            request,
            text,
            fault: None,
            confirms_overwrite: false,
            wants_focus: true,
        });
    }

    fn poll(&mut self) -> Option<Answer> {
        self.answer.take()
    }

    fn is_open(&self) -> bool {
        self.open.is_some() || self.answer.is_some()
    }

    fn ui(&mut self, ctx: &Context) {
        let Some(open) = &mut self.open else { return };
        let purpose = open.request.purpose;
        let modal = Modal::new(Id::unique("path-dialog")).show(ctx, |ui| {
            ui.set_width(560.0);
            open.ui(ui)
        });
        let cancelled = modal.should_close() && modal.inner.is_none();
        let choice = if cancelled { Some(None) } else { modal.inner };
        if let Some(path) = choice {
            self.open = None;
            self.answer = Some(Answer { purpose, path });
            ctx.request_repaint();
        }
    }
}

impl OpenPathDialog {
    /// Draws the dialog. Returns the choice once there is one: a path, or `None` for cancel.
    fn ui(&mut self, ui: &mut Ui) -> Option<Option<PathBuf>> {
        let purpose = self.request.purpose;
        ui.heading(purpose.title());
        ui.add_space(8.0);
        let label = ui.label("Path of the file");
        let edit = ui
            .add(
                TextEdit::singleline(&mut self.text)
                    .desired_width(f32::INFINITY)
                    .hint_text("/home/…/model.ron"),
            )
            .labelled_by(label.id);
        if std::mem::take(&mut self.wants_focus) {
            edit.request_focus();
        }
        if edit.changed() {
            self.fault = None;
            self.confirms_overwrite = false;
        }
        if let Some(fault) = &self.fault {
            ui.colored_label(ui.visuals().error_fg_color, fault);
        }
        ui.add_space(4.0);
        egui::ScrollArea::vertical()
            .max_height(220.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                for (name, path) in self.completions() {
                    if ui.selectable_label(false, name).clicked() {
                        self.text = path;
                        self.fault = None;
                        self.confirms_overwrite = false;
                        edit.request_focus();
                    }
                }
            });
        let folders: Vec<PathBuf> = self
            .request
            .recent_folders
            .iter()
            .filter(|folder| folder.is_dir())
            .cloned()
            .collect();
        if !folders.is_empty() {
            ui.add_space(4.0);
            ui.label(RichText::new("Recent folders").weak());
            for folder in folders.iter().take(4) {
                if ui.link(folder.to_string_lossy()).clicked() {
                    let name = Path::new(&self.text)
                        .file_name()
                        .map(|name| name.to_owned());
                    let path = name.map_or_else(|| folder.join(""), |name| folder.join(name));
                    self.text = path.to_string_lossy().into_owned();
                    edit.request_focus();
                }
            }
        }
        ui.add_space(12.0);
        let entered = edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let mut choice = None;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = if self.confirms_overwrite {
                "Overwrite"
            } else {
                purpose.button()
            };
            if ui.button(name).clicked() || entered {
                choice = self.accept().map(Some);
            }
            if ui.button("Cancel").clicked() {
                choice = Some(None);
            }
        });
        if choice.is_none() && entered {
            edit.request_focus();
        }
        choice
    }

    /// Takes the path as typed, or says what is wrong with it.
    fn accept(&mut self) -> Option<PathBuf> {
        let purpose = self.request.purpose;
        let text = self.text.trim();
        if text.is_empty() {
            self.fault = Some("Type the path of a file.".to_owned());
            return None;
        }
        let mut path = PathBuf::from(text);
        if path.is_dir() {
            self.fault = Some("This is a folder; add the name of a file.".to_owned());
            return None;
        }
        if purpose == Purpose::Open {
            if !path.exists() {
                self.fault = Some("There is no such file.".to_owned());
                return None;
            }
            return Some(path);
        }
        if path.extension().is_none() {
            path.set_extension(purpose.endings()[0]);
            self.text = path.to_string_lossy().into_owned();
        }
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            self.fault = Some("There is no such folder.".to_owned());
            return None;
        }
        if path.exists() && !self.confirms_overwrite {
            self.confirms_overwrite = true;
            self.fault = Some("This file exists already. Overwrite it?".to_owned());
            return None;
        }
        Some(path)
    }

    /// What the text could go on to: folders first, then fitting files; at most 40.
    fn completions(&self) -> Vec<(String, String)> {
        let (folder, begun) = match self.text.rfind(std::path::MAIN_SEPARATOR) {
            Some(at) => (PathBuf::from(&self.text[..=at]), &self.text[at + 1..]),
            None => (PathBuf::from("."), self.text.as_str()),
        };
        let begun = begun.to_lowercase();
        let Ok(entries) = std::fs::read_dir(&folder) else {
            return Vec::new();
        };
        let endings = self.request.purpose.endings();
        let mut found: Vec<(bool, String, String)> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = entry.path();
                let is_folder = path.is_dir();
                let fits = path.extension().is_some_and(|end| {
                    endings
                        .iter()
                        .any(|ending| end.eq_ignore_ascii_case(ending))
                });
                let is_wanted = (is_folder || fits)
                    && name.to_lowercase().starts_with(&begun)
                    && (begun.starts_with('.') || !name.starts_with('.'));
                is_wanted.then(|| {
                    let mut text = if folder == Path::new(".") {
                        name.clone()
                    } else {
                        folder.join(&name).to_string_lossy().into_owned()
                    };
                    let mut shown = name;
                    if is_folder {
                        text.push(std::path::MAIN_SEPARATOR);
                        shown.push(std::path::MAIN_SEPARATOR);
                    }
                    (!is_folder, shown, text)
                })
            })
            .collect();
        found.sort();
        found.truncate(40);
        found
            .into_iter()
            .map(|(_, name, path)| (name, path))
            .collect()
    }
}
