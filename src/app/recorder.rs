//! Keeps the journal of the open document in a thread of its own, so that the window never waits
//! for a disk.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use egui::Context;

use crate::edit::{Done, Selection};
use crate::model::Model;
use crate::store::Fingerprint;
use crate::store::journal::{Draft, Keeper};

/// The disk is asked to confirm what was written at the latest after this time.
const CONFIRMED_WITHIN: Duration = Duration::from_millis(300);

/// After a failure, writing is tried again after this time.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// A save waits no longer than this for the journal to be written.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

enum Message {
    Begin(Box<Keeper>),
    Done(Vec<Done>),
    Draft(Option<Draft>),
    Saving {
        path: PathBuf,
        fingerprint: Fingerprint,
        is_written: Sender<()>,
    },
    Saved {
        model: Arc<Model>,
        steps: usize,
        selection: Selection,
    },
    Flush(Sender<()>),
    Close,
}

/// The thread and the way to it.
///
/// Dropped, it writes what it was told and leaves the journal where it is, for whoever comes after
/// a crash; [`Recorder::close`] takes it away.
pub struct Recorder {
    messages: Option<Sender<Message>>,
    trouble: Arc<Mutex<Option<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Recorder {
    /// Starts the thread. `ctx` is woken when there is trouble, and when it is over.
    pub fn new(ctx: Context) -> Self {
        let (messages, inbox) = mpsc::channel();
        let trouble = Arc::new(Mutex::new(None));
        let told = Arc::clone(&trouble);
        let tell = move |now: Option<String>| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if *told != now {
                *told = now;
                ctx.request_repaint();
            }
        };
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || work(&inbox, &tell))
            .expect("the system can start a thread");
        Self {
            messages: Some(messages),
            trouble,
            thread: Some(thread),
        }
    }

    fn send(&self, message: Message) {
        if let Some(messages) = &self.messages
            && messages.send(message).is_err()
        {
            let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
            *trouble = Some("the thread that writes it has ended".to_owned());
        }
    }

    /// Keeps another journal from now on; the one before is taken away, its document was left.
    pub fn begin(&self, keeper: Keeper) {
        self.send(Message::Begin(Box::new(keeper)));
    }

    /// Takes down what was done.
    pub fn record(&self, done: Vec<Done>) {
        if !done.is_empty() {
            self.send(Message::Done(done));
        }
    }

    /// Takes down the text that is being typed, or that none is any more.
    pub fn draft(&self, draft: Option<Draft>) {
        self.send(Message::Draft(draft));
    }

    /// Takes down that the document is about to be saved, and waits until the disk knows it, though
    /// not for ever: a journal in trouble keeps nobody from saving.
    pub fn saving(&self, path: PathBuf, fingerprint: Fingerprint) {
        let (is_written, written) = mpsc::channel();
        self.send(Message::Saving {
            path,
            fingerprint,
            is_written,
        });
        // Written, in trouble, or too slow: the save goes on.
        let _any_of_these = written.recv_timeout(LONGEST_WAIT);
    }

    /// Waits until the disk has confirmed everything, though not for ever. Returns whether it has.
    pub fn flush(&self) -> bool {
        let (is_written, written) = mpsc::channel();
        self.send(Message::Flush(is_written));
        let waited = written.recv_timeout(LONGEST_WAIT);
        matches!(waited, Err(RecvTimeoutError::Disconnected)) && self.trouble().is_none()
    }

    /// Takes down that it was saved.
    pub fn saved(&self, model: Arc<Model>, steps: usize, selection: Selection) {
        self.send(Message::Saved {
            model,
            steps,
            selection,
        });
    }

    /// Takes the journal away: the document is left for good, saved or not.
    pub fn close(&self) {
        self.send(Message::Close);
    }

    /// Returns why edits are not in the journal, while that is so.
    pub fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock();
        trouble.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.messages = None;
        if let Some(thread) = self.thread.take() {
            // A journal that panicked has nothing more to write.
            let _has_ended = thread.join();
        }
    }
}

fn work(inbox: &Receiver<Message>, tell: &dyn Fn(Option<String>)) {
    let mut keeper: Option<Box<Keeper>> = None;
    // When to write or to confirm next, if there is anything.
    let mut due: Option<Instant> = None;
    loop {
        let received = match due {
            Some(due) => inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => inbox.recv().map_err(|_gone| RecvTimeoutError::Disconnected),
        };
        let is_over = matches!(received, Err(RecvTimeoutError::Disconnected));
        let mut waiting = None;
        let mut next = received.ok();
        while let Some(message) = next {
            take(message, &mut keeper, &mut waiting);
            next = inbox.try_recv().ok();
        }
        let Some(keeper) = &mut keeper else {
            due = None;
            tell(None);
            if is_over {
                return;
            }
            continue;
        };
        let now = Instant::now();
        let must_confirm = is_over || waiting.is_some() || due.is_some_and(|due| due <= now);
        let mut result = keeper.write();
        if result.is_ok() && must_confirm {
            result = keeper.sync();
        }
        due = match &result {
            Err(_) => Some(now + AGAIN_AFTER),
            Ok(()) if keeper.is_synced() => None,
            // The first of several that are not confirmed yet sets the time.
            Ok(()) => Some(
                due.filter(|due| *due > now)
                    .unwrap_or(now + CONFIRMED_WITHIN),
            ),
        };
        tell(result.err().map(|error| error.to_string()));
        if is_over {
            return;
        }
    }
}

fn take(message: Message, keeper: &mut Option<Box<Keeper>>, waiting: &mut Option<Sender<()>>) {
    let now = SystemTime::now();
    match message {
        Message::Begin(next) => {
            if let Some(before) = keeper.replace(next) {
                before.close();
            }
            return;
        }
        Message::Close => {
            if let Some(keeper) = keeper.take() {
                keeper.close();
            }
            return;
        }
        _ => {}
    }
    let Some(keeper) = keeper else {
        return;
    };
    match message {
        Message::Begin(_) | Message::Close => {}
        // Dropped once it is confirmed, which ends the waiting.
        Message::Flush(is_written) => *waiting = Some(is_written),
        Message::Done(done) => {
            for done in &done {
                keeper.keep(done, now);
            }
        }
        Message::Draft(draft) => keeper.keep_draft(draft, now),
        Message::Saving {
            path,
            fingerprint,
            is_written,
        } => {
            keeper.keep_saving(&path, fingerprint, now);
            // Dropped once it is confirmed, which ends the waiting.
            *waiting = Some(is_written);
        }
        Message::Saved {
            model,
            steps,
            selection,
        } => keeper.keep_saved(model, steps, selection, now),
    }
}
