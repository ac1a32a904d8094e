//! Notices that the document's file has become another while the document is open.
//!
//! A thread looks: when the window gains the focus, and every few seconds while it has it. The
//! window asks no disk in a frame, and is woken only by news. What the system tells of a file
//! without reading it is enough to see that nothing has changed; only where that differs are the
//! bytes read, and known by their fingerprint. A share that does not answer holds up that thread and
//! nobody else.
//!
//! Of one change on the disk the user is told once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use egui::{Context, Panel, RichText, Ui};

use crate::store::{FileState, Files, Fingerprint};

use super::modal::Choice;

/// While the window has the focus the file is looked at so often.
const EVERY: Duration = Duration::from_secs(3);

/// Times of files are as coarse as this on some disks: what was written later than so long before a
/// look may have been written once more since, with the same time.
const GRAIN: Duration = Duration::from_secs(2);

/// What has become of the document's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theirs {
    /// It holds something else.
    Other(Fingerprint),
    /// It is not there any more.
    Gone,
}

/// A file, and by what its bytes are known.
type Known = (PathBuf, Fingerprint);

enum Message {
    /// Look at this file from now on. What is found at first is told unless that is not wanted.
    Follow {
        file: Option<Known>,
        turn: u64,
        is_silent: bool,
    },
    /// Whether the window has the focus.
    Focus(bool),
}

/// What a look has found that the one before had not; none when the file is as it is known again.
struct News {
    turn: u64,
    theirs: Option<Theirs>,
}

/// The thread that looks, and what it has told.
pub struct Watch {
    messages: Sender<Message>,
    news: Receiver<News>,
    file: Option<Known>,
    /// Grows with everything that makes news of before meaningless.
    turn: u64,
    has_focus: bool,
    theirs: Option<Theirs>,
}

impl Watch {
    /// Starts the thread. `ctx` is woken when there is news.
    pub fn new(files: Arc<dyn Files + Send + Sync>, ctx: &Context) -> Self {
        let (messages, inbox) = mpsc::channel();
        let (told, news) = mpsc::channel();
        let ctx = ctx.clone();
        let tell = move |news| {
            // The window may be gone by now; then the thread ends with the next message.
            let _nobody_listens = told.send(news);
            ctx.request_repaint();
        };
        // Not waited for at the end: it may hang with a share. Without it saving still notices.
        let started = std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || work(&*files, &inbox, &tell));
        if let Err(error) = started {
            log::warn!("the file is not watched: {error}");
        }
        Self {
            messages,
            news,
            file: None,
            turn: 0,
            has_focus: false,
            theirs: None,
        }
    }

    /// Takes in what has been found, and whether the window has the focus. `file` is the document's,
    /// with by what it is known.
    pub fn take_in(&mut self, ctx: &Context, file: Option<(&Path, Fingerprint)>) {
        let is_same = match (&self.file, file) {
            (Some((path, known)), Some(now)) => (path.as_path(), *known) == now,
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            self.file = file.map(|(path, known)| (path.to_owned(), known));
            self.follow(false);
        }
        let has_focus = ctx.input(|input| input.focused);
        if has_focus != self.has_focus {
            self.has_focus = has_focus;
            self.send(Message::Focus(has_focus));
        }
        while let Ok(news) = self.news.try_recv() {
            if news.turn == self.turn {
                self.theirs = news.theirs;
            }
        }
    }

    /// Returns what has become of the file, until the user has decided about it.
    pub fn theirs(&self) -> Option<Theirs> {
        self.theirs
    }

    /// The user knows, and leaves it as it is.
    pub fn dismiss(&mut self) {
        self.theirs = None;
    }

    /// The file has been saved: whatever was found before is over.
    pub fn begin_again(&mut self) {
        self.follow(false);
    }

    /// The user is being asked already about what the file is now.
    pub fn hush(&mut self) {
        self.follow(true);
    }

    fn follow(&mut self, is_silent: bool) {
        self.turn += 1;
        self.theirs = None;
        self.send(Message::Follow {
            file: self.file.clone(),
            turn: self.turn,
            is_silent,
        });
    }

    fn send(&self, message: Message) {
        // Without the thread there is nobody to be told.
        let _has_ended = self.messages.send(message);
    }
}

/// Draws what has become of the file under the bar. It takes no key away from whoever is typing.
/// Returns the answer once there is one.
pub fn theirs_ui(ui: &mut Ui, name: &str, theirs: Theirs, is_modified: bool) -> Option<Choice> {
    let mut choice = None;
    Panel::top("theirs").resizable(false).show(ui, |ui| {
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            let (what, choices): (_, &[_]) = match theirs {
                Theirs::Other(_) if is_modified => (
                    "has been changed by another program.",
                    &[
                        ("Compare", Choice::Compare),
                        ("Take theirs", Choice::Theirs),
                        ("Write over it", Choice::Mine),
                        ("Save as…", Choice::SaveAs),
                    ],
                ),
                Theirs::Other(_) => (
                    "has been changed by another program.",
                    &[
                        ("Take theirs", Choice::Theirs),
                        ("Compare", Choice::Compare),
                        ("Write over it", Choice::Mine),
                        ("Save as…", Choice::SaveAs),
                    ],
                ),
                Theirs::Gone => (
                    "is not there any more.",
                    &[
                        ("Save it again", Choice::Mine),
                        ("Save as…", Choice::SaveAs),
                    ],
                ),
            };
            let sentence = RichText::new(format!("{name} {what}"));
            ui.label(sentence.color(ui.visuals().warn_fg_color));
            for (at, &(text, what)) in choices.iter().enumerate() {
                let text = RichText::new(text);
                let text = if at == 0 { text.strong() } else { text };
                if ui.button(text).clicked() {
                    choice = Some(what);
                }
            }
            let later = ui.button("Not now");
            if later.on_hover_text("Saving asks again").clicked() {
                choice = Some(Choice::Stay);
            }
        });
        ui.add_space(4.0);
    });
    choice
}

/// The file that is looked at, and what was found last.
struct Looked {
    path: PathBuf,
    known: Fingerprint,
    /// What the system told of the file when its bytes were read last, where no write can have
    /// followed with the same time.
    settled: Option<FileState>,
    theirs: Option<Theirs>,
}

impl Looked {
    /// Looks. Returns what was found, where that is something else than the last time.
    fn look(&mut self, files: &dyn Files, now: SystemTime) -> Option<Option<Theirs>> {
        let state = match files.state(&self.path) {
            Ok(Some(state)) if state.is_file => state,
            Ok(_) => {
                self.settled = None;
                return self.found(Some(Theirs::Gone));
            }
            // Nothing is known; saving will tell.
            Err(_not_told) => return None,
        };
        if self.settled == Some(state) {
            return None;
        }
        let fingerprint = Fingerprint::of(&files.read(&self.path).ok()?);
        let age = state
            .modified
            .and_then(|time| now.duration_since(time).ok());
        self.settled = age.filter(|age| *age > GRAIN).map(|_| state);
        self.found((fingerprint != self.known).then_some(Theirs::Other(fingerprint)))
    }

    fn found(&mut self, theirs: Option<Theirs>) -> Option<Option<Theirs>> {
        let is_new = theirs != self.theirs;
        self.theirs = theirs;
        is_new.then_some(theirs)
    }
}

fn work(files: &dyn Files, inbox: &Receiver<Message>, tell: &dyn Fn(News)) {
    let mut looked: Option<(Looked, u64)> = None;
    let mut has_focus = false;
    let mut due: Option<Instant> = None;
    loop {
        let received = match due {
            Some(due) => inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => inbox.recv().map_err(|_gone| RecvTimeoutError::Disconnected),
        };
        let mut is_silent = false;
        match received {
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Message::Focus(now)) => has_focus = now,
            Ok(Message::Follow {
                file,
                turn,
                is_silent: silent,
            }) => {
                is_silent = silent;
                let anew = |(path, known)| Looked {
                    path,
                    known,
                    settled: None,
                    theirs: None,
                };
                looked = file.map(|file| (anew(file), turn));
            }
        }
        due = None;
        let Some((looked, turn)) = &mut looked else {
            continue;
        };
        // What is to be known as found already is looked at in any case.
        if !has_focus && !is_silent {
            continue;
        }
        if let Some(theirs) = looked.look(files, SystemTime::now())
            && !is_silent
        {
            tell(News {
                turn: *turn,
                theirs,
            });
        }
        due = has_focus.then(|| Instant::now() + EVERY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryFiles;

    const FILE: &str = "/home/model.ron";

    fn looked(files: &MemoryFiles) -> Looked {
        Looked {
            path: FILE.into(),
            known: Fingerprint::of(&files.read(Path::new(FILE)).unwrap()),
            settled: None,
            theirs: None,
        }
    }

    /// Files in memory are written some seconds after 1970.
    fn long_after() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000)
    }

    #[test]
    fn each_change_is_told_once() {
        let files = MemoryFiles::new();
        files.put(FILE, "mine", 0o644);
        let mut looked = looked(&files);
        let mut look = |files: &MemoryFiles| looked.look(files, long_after());
        assert_eq!(look(&files), None);
        for text in ["theirs", "theirs again"] {
            files.put(FILE, text, 0o644);
            let theirs = Theirs::Other(Fingerprint::of(text.as_bytes()));
            assert_eq!(look(&files), Some(Some(theirs)));
            assert_eq!(look(&files), None);
        }
        files.remove(Path::new(FILE)).unwrap();
        assert_eq!(look(&files), Some(Some(Theirs::Gone)));
        assert_eq!(look(&files), None);
        // Put back, it is what it was.
        files.put(FILE, "mine", 0o644);
        assert_eq!(look(&files), Some(None));
        // A disk that does not answer is no news.
        files.fail_from(0);
        assert_eq!(look(&files), None);
    }

    #[test]
    fn a_file_is_read_only_while_it_may_have_changed() {
        let files = MemoryFiles::new();
        files.put(FILE, "mine", 0o644);
        let mut looked = looked(&files);
        let mut calls = |now| {
            let before = files.calls();
            assert_eq!(looked.look(&files, now), None);
            files.calls() - before
        };
        let written = SystemTime::UNIX_EPOCH;
        // Just written: what is written in the same moment has the same time.
        assert_eq!(calls(written), 2);
        assert_eq!(calls(written + GRAIN), 2);
        assert_eq!(calls(written + GRAIN * 2), 2);
        // After that what the system tells is enough.
        assert_eq!(calls(written + GRAIN * 2), 1);
    }

    #[test]
    fn a_change_with_the_same_length_and_time_is_noticed() {
        let files = MemoryFiles::new();
        files.put(FILE, "mine", 0o644);
        let mut looked = looked(&files);
        let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(3);
        assert_eq!(looked.look(&files, moment), None);
        files.put(FILE, "yours"[..4].to_owned(), 0o644);
        let theirs = Theirs::Other(Fingerprint::of(b"your"));
        assert_eq!(looked.look(&files, long_after()), Some(Some(theirs)));
    }
}
