//! Writing the journal of one document.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::edit::{Deed, Done, Gesture, Selection};
use crate::model::Model;
use crate::store::files::{Files, Log};
use crate::store::fingerprint::Fingerprint;

use super::ENDING;
use super::entry::{Begin, Draft, Entry};
use super::frame::{MAGIC, append};
use super::recovery::forget_for_good;

/// With more entries than this, a journal begins anew when the document is saved.
const MOST_ENTRIES: usize = 2_000;

/// With more bytes of entries than this, too.
const MOST_BYTES: usize = 1 << 20;

/// Names tried for a new journal.
const MOST_NAMES: u32 = 100;

/// What a document was when its journal begins: as its file has it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// What people call it.
    pub title: String,
    /// Its file; none when it was never saved.
    pub path: Option<PathBuf>,
    /// That of the file's bytes.
    pub fingerprint: Option<Fingerprint>,
    /// The Model.
    pub model: Arc<Model>,
    /// What the file held that this program does not know, a line each.
    pub unknown: Vec<String>,
}

/// An entry with its time.
struct Timed {
    when: u64,
    text: Box<str>,
}

/// The file that is being written.
struct Open {
    log: Box<dyn Log>,
    path: PathBuf,
    /// How long it is, and the hash of all entries, up to the last that is whole.
    length: u64,
    sum: u64,
    is_synced: bool,
}

/// Keeps the journal of one document, whatever happens to the disk.
///
/// No call but [`Keeper::write`], [`Keeper::sync`] and [`Keeper::close`] touches the disk. Nothing
/// is written before there is something to lose.
pub struct Keeper {
    files: Arc<dyn Files + Send + Sync>,
    folder: PathBuf,
    origin: Origin,
    /// Everything since the origin.
    entries: Vec<Timed>,
    /// Bytes of their texts.
    bytes: usize,
    /// How many of them are in the file.
    written: usize,
    open: Option<Open>,
    /// Files that are of no use any more once the next one is there.
    old: Vec<PathBuf>,
    /// Whether there is something to lose.
    has_content: bool,
    draft: Option<Draft>,
    /// So many steps that can be taken back in the document are older than the origin, or cannot
    /// be taken back by who recovers for another reason.
    older_steps: usize,
    /// So many steps that can be done again are known to who recovers.
    known_redo: usize,
    /// What was said last about a save to come.
    saving: Option<(Option<PathBuf>, Fingerprint)>,
    /// Whether to begin anew once everything is written, and with what.
    next: Option<Next>,
    last_gesture: Option<Gesture>,
    /// The gesture that was under way when the journal began anew: who recovers does not know its
    /// step.
    cut_gesture: Option<Gesture>,
    most_entries: usize,
}

/// What the next file begins with: the document as it was saved, and how many steps it had then.
struct Next {
    origin: Origin,
    steps: usize,
    selection: Selection,
    when: SystemTime,
}

impl Keeper {
    /// Begins to keep the journal of a document, in a folder.
    pub fn new(
        files: Arc<dyn Files + Send + Sync>,
        folder: impl Into<PathBuf>,
        origin: Origin,
    ) -> Self {
        Self {
            files,
            folder: folder.into(),
            origin,
            entries: Vec::new(),
            bytes: 0,
            written: 0,
            open: None,
            old: Vec::new(),
            has_content: false,
            draft: None,
            older_steps: 0,
            known_redo: 0,
            saving: None,
            next: None,
            last_gesture: None,
            cut_gesture: None,
            most_entries: MOST_ENTRIES,
        }
    }

    /// Lets the journal begin anew, when the document is saved, already with so many entries.
    #[must_use]
    pub fn with_most_entries(mut self, most: usize) -> Self {
        self.most_entries = most;
        self
    }

    /// Goes on with a journal that was recovered.
    pub(super) fn going_on(
        files: Arc<dyn Files + Send + Sync>,
        folder: PathBuf,
        origin: Origin,
        state: Continued,
    ) -> Self {
        let mut keeper = Self::new(files, folder, origin);
        keeper.bytes = state.entries.iter().map(|(_, text)| text.len()).sum();
        keeper.entries = state
            .entries
            .into_iter()
            .map(|(when, text)| Timed { when, text })
            .collect();
        keeper.has_content = true;
        keeper.draft = state.draft;
        keeper.known_redo = state.known_redo;
        match state.log {
            Some((log, length, sum)) => {
                keeper.written = keeper.entries.len();
                keeper.open = Some(Open {
                    log,
                    path: state.path,
                    length,
                    sum,
                    is_synced: false,
                });
            }
            None => keeper.old.push(state.path),
        }
        let now = SystemTime::now();
        if state.was_saved_after_all {
            keeper.push(now, &Entry::Saved);
        }
        keeper.push(now, &Entry::Recovered);
        keeper
    }

    /// Takes down what was done to the document.
    pub fn keep(&mut self, done: &Done, now: SystemTime) {
        let is_cut = |gesture| self.cut_gesture.is_some() && self.cut_gesture == Some(gesture);
        let can_repeat = match &done.deed {
            Deed::Edit {
                gesture: Some(gesture),
                ..
            }
            | Deed::Abandon(gesture)
                if is_cut(*gesture) =>
            {
                // Should the journal begin anew once more, it is still under way.
                self.last_gesture = Some(*gesture);
                false
            }
            Deed::Edit { gesture, .. } => {
                self.last_gesture = *gesture;
                self.known_redo = 0;
                // A gesture that ends where it began takes its step away.
                self.older_steps = self.older_steps.min(done.steps);
                true
            }
            Deed::Undo | Deed::Abandon(_) if done.steps < self.older_steps => false,
            Deed::Undo => {
                self.known_redo += 1;
                true
            }
            Deed::Redo if self.known_redo == 0 => false,
            Deed::Redo => {
                self.known_redo -= 1;
                true
            }
            Deed::Abandon(_) | Deed::Select(_) => true,
            Deed::Become { .. } => false,
        };
        if can_repeat {
            if !self.has_content && matches!(done.deed, Deed::Select(_)) {
                // Of what is selected before anything is edited only the last matters.
                self.entries.clear();
                self.bytes = 0;
            }
            self.has_content |= !matches!(done.deed, Deed::Select(_));
            self.push(now, &Entry::Deed(done.deed.clone()));
            return;
        }
        // Whoever recovers does not know the step that was taken back, done again or gone on with.
        let label = match &done.deed {
            Deed::Edit { label, .. } | Deed::Become { label } => label,
            Deed::Redo => "Redo",
            _ => "Undo",
        };
        if !matches!(done.deed, Deed::Become { .. }) {
            self.older_steps = done.steps;
        }
        self.known_redo = 0;
        self.has_content = true;
        self.push(
            now,
            &Entry::Become {
                label: label.to_string(),
                model: Arc::clone(&done.model),
                selection: done.selection.clone(),
            },
        );
    }

    /// Takes down the text that is being typed; nothing when none is any more.
    pub fn keep_draft(&mut self, draft: Option<Draft>, now: SystemTime) {
        if draft == self.draft {
            return;
        }
        self.draft.clone_from(&draft);
        self.has_content |= draft.is_some();
        self.push(now, &Entry::Draft(draft));
    }

    /// Takes down that the document is about to be saved as bytes of this fingerprint. To be
    /// written and synced before the file is touched, so that who recovers knows the file again
    /// whatever happens in between.
    pub fn keep_saving(&mut self, path: &Path, fingerprint: Fingerprint, now: SystemTime) {
        let path = Some(path.to_owned());
        self.saving = Some((path.clone(), fingerprint));
        self.push(now, &Entry::Saving { path, fingerprint });
    }

    /// Takes down that the document was saved, as was said before: this Model, with so many steps
    /// that can be taken back, and this selected.
    pub fn keep_saved(
        &mut self,
        model: Arc<Model>,
        steps: usize,
        selection: Selection,
        now: SystemTime,
    ) {
        let Some((path, fingerprint)) = self.saving.take() else {
            return;
        };
        self.push(now, &Entry::Saved);
        let origin = Origin {
            title: self.origin.title.clone(),
            path,
            fingerprint: Some(fingerprint),
            model,
            unknown: Vec::new(),
        };
        let is_long = self.entries.len() > self.most_entries || self.bytes > MOST_BYTES;
        if is_long || !self.has_content {
            self.next = Some(Next {
                origin,
                steps,
                selection,
                when: now,
            });
        }
        if !self.has_content {
            // Nothing is written yet, and it can begin with what is in the file now.
            self.begin_anew();
        }
    }

    /// Forgets what stands before the document was saved; the next entry begins a new file.
    fn begin_anew(&mut self) {
        let Some(Next {
            origin,
            steps,
            selection,
            when,
        }) = self.next.take()
        else {
            return;
        };
        self.old.extend(self.open.take().map(|open| open.path));
        self.origin = origin;
        self.entries.clear();
        self.bytes = 0;
        self.written = 0;
        self.has_content = false;
        self.older_steps = steps;
        self.known_redo = 0;
        self.cut_gesture = self.last_gesture.take();
        if !selection.is_empty() {
            self.push(when, &Entry::Deed(Deed::Select(selection)));
        }
        if let Some(draft) = self.draft.take() {
            self.keep_draft(Some(draft), when);
        }
    }

    fn push(&mut self, now: SystemTime, entry: &Entry) {
        // What is begun anew begins with the document as it was saved, and not later.
        self.next = None;
        let text = entry.to_text();
        self.bytes += text.len();
        self.entries.push(Timed {
            when: millis(now),
            text: text.into(),
        });
    }

    /// Returns the file, once there is one.
    pub fn path(&self) -> Option<&Path> {
        self.open.as_ref().map(|open| open.path.as_path())
    }

    /// Returns whether everything that is to be kept is written.
    pub fn is_written(&self) -> bool {
        self.written == self.entries.len() || !self.has_content
    }

    /// Returns whether the disk has confirmed everything that is written.
    pub fn is_synced(&self) -> bool {
        self.open.as_ref().is_none_or(|open| open.is_synced)
    }

    /// Writes what is not written yet. It outlives this process then, however it ends.
    ///
    /// # Errors
    /// When it cannot be written. It is kept in memory, and the next call tries again.
    pub fn write(&mut self) -> io::Result<()> {
        if !self.is_written() {
            self.write_rest()?;
        }
        // The old file says that the document is saved before there is a new one.
        self.begin_anew();
        Ok(())
    }

    fn write_rest(&mut self) -> io::Result<()> {
        let Some(open) = &mut self.open else {
            return self.begin();
        };
        let mut bytes = Vec::new();
        let mut sum = open.sum;
        for entry in &self.entries[self.written..] {
            sum = append(&mut bytes, sum, entry.when, entry.text.as_bytes());
        }
        match open.log.append(&bytes) {
            Ok(()) => {
                open.length += bytes.len() as u64;
                open.sum = sum;
                open.is_synced = false;
                self.written = self.entries.len();
                Ok(())
            }
            Err(error) => {
                if open.log.truncate(open.length).is_err() {
                    self.give_up_file();
                }
                Err(error)
            }
        }
    }

    /// Has the disk confirm what is written, so that it outlives a power cut.
    ///
    /// # Errors
    /// When the disk does not. What was written cannot be relied on any more, and the next call of
    /// [`Keeper::write`] writes all of it to a new file.
    pub fn sync(&mut self) -> io::Result<()> {
        let Some(open) = self.open.as_mut().filter(|open| !open.is_synced) else {
            return Ok(());
        };
        match open.log.sync() {
            Ok(()) => {
                open.is_synced = true;
                Ok(())
            }
            Err(error) => {
                self.give_up_file();
                Err(error)
            }
        }
    }

    /// Goes on in a new file, next time. What the old one holds is still the best there is.
    fn give_up_file(&mut self) {
        self.old.extend(self.open.take().map(|open| open.path));
        self.written = 0;
    }

    /// Begins a file with everything there is, confirmed by the disk.
    fn begin(&mut self) -> io::Result<()> {
        self.files.make_folder(&self.folder)?;
        let (mut log, path) = self.new_log()?;
        let mut bytes = MAGIC.to_vec();
        let begin = Entry::Begin(Begin {
            title: self.origin.title.clone(),
            path: self.origin.path.clone(),
            fingerprint: self.origin.fingerprint,
            unknown: self.origin.unknown.clone(),
            instead_of: self.old.iter().filter_map(|path| name_of(path)).collect(),
        });
        let when = self.entries.first().map_or(0, |entry| entry.when);
        let mut sum = append(&mut bytes, 0, when, begin.to_text().as_bytes());
        let model = crate::store::write(&self.origin.model);
        sum = append(&mut bytes, sum, when, model.as_bytes());
        for entry in &self.entries {
            sum = append(&mut bytes, sum, entry.when, entry.text.as_bytes());
        }
        let written = log
            .append(&bytes)
            .and_then(|()| log.sync())
            .and_then(|()| self.files.sync_folder(&self.folder));
        if let Err(error) = written {
            drop(log);
            // It may be whole all the same, and would be found.
            if self.files.remove(&path).is_err() {
                self.old.push(path);
            }
            return Err(error);
        }
        self.written = self.entries.len();
        self.open = Some(Open {
            log,
            path,
            length: bytes.len() as u64,
            sum,
            is_synced: true,
        });
        // The new one says instead of what it is, so it does no harm when one of these stays.
        self.old.retain(|path| self.files.remove(path).is_err());
        Ok(())
    }

    /// Makes a file under a name that no other journal ever had, so that what one is instead of is
    /// never another.
    fn new_log(&self) -> io::Result<(Box<dyn Log>, PathBuf)> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let now = millis(SystemTime::now());
        let process = std::process::id();
        let mut result = Err(io::ErrorKind::AlreadyExists.into());
        for _ in 0..MOST_NAMES {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("{now:013}-{process}-{number}.{ENDING}");
            let path = self.folder.join(name);
            match self.files.begin_log(&path) {
                Ok(log) => return Ok((log, path)),
                // Somebody looked at it in the moment before it was claimed.
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => result = Err(error),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => result = Err(error),
                Err(error) => return Err(error),
            }
        }
        result
    }

    /// Ends the journal and takes it away: the document was closed, and nothing of it is to be
    /// recovered.
    pub fn close(mut self) {
        if let Some(open) = &mut self.open {
            // Should the file stay, this says that nothing is to be recovered from it. When
            // neither can be done, something is offered that nobody needs.
            let mut bytes = Vec::new();
            append(
                &mut bytes,
                open.sum,
                millis(SystemTime::now()),
                Entry::Closed.to_text().as_bytes(),
            );
            drop(open.log.append(&bytes));
        }
        self.old.extend(self.open.take().map(|open| open.path));
        if self.old.is_empty() {
            return;
        }
        for path in &self.old {
            drop(self.files.remove(path));
        }
        forget_for_good(&*self.files, &self.folder);
    }
}

/// What goes on after a recovery.
pub(super) struct Continued {
    pub path: PathBuf,
    /// The claimed file, its length and the hash of all entries; none when a new one is needed.
    pub log: Option<(Box<dyn Log>, u64, u64)>,
    /// Everything since the origin.
    pub entries: Vec<(u64, Box<str>)>,
    pub draft: Option<Draft>,
    pub known_redo: usize,
    /// Whether a save that was begun turned out to have been completed.
    pub was_saved_after_all: bool,
}

fn name_of(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_owned())
}

/// Milliseconds since 1970.
pub(super) fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
