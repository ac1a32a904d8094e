//! Reading what a process that is gone has left behind.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashSet;

use crate::edit::{Deed, Document, Effect};
use crate::model::Model;
use crate::store::files::{Files, Log};
use crate::store::fingerprint::Fingerprint;
use crate::store::read::read;

use super::entry::{Begin, Draft, Entries, Entry};
use super::frame::{ANY_MAGIC, Frames, HEADER, MAGIC};
use super::keeper::{Continued, Keeper, Origin};
use super::{DAMAGED_ENDING, ENDING};

/// What became of a document's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// The document was never saved.
    NeverSaved,
    /// It is as the document last knew it.
    AsKnown,
    /// It is another now: some other program has written it.
    Other,
    /// It is not there any more.
    Gone,
    /// It cannot be read.
    Unreadable,
}

/// A document that can be recovered.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its journal.
    pub journal: PathBuf,
    /// What people call it.
    pub title: String,
    /// Its file, when it was ever saved.
    pub path: Option<PathBuf>,
    /// When something was last done to it.
    pub changed: SystemTime,
    /// The names of the edits since it was saved, the oldest first.
    pub edits: Vec<String>,
    /// Text that was being typed.
    pub draft: Option<Draft>,
    /// What became of its file. Where that is another one, the document is recovered as a copy
    /// without a file.
    pub disk: Disk,
    /// What cannot be recovered of it.
    pub loss: Option<Loss>,
}

/// What cannot be recovered of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// How many bytes at the end of the journal are damaged or cannot be understood.
    pub bytes: u64,
    /// Whether that is no more than one entry that was being written.
    pub is_last_entry: bool,
}

/// What processes that are gone have left.
#[derive(Debug, Default)]
pub struct Left {
    /// What can be recovered, the latest first.
    pub found: Vec<Found>,
    /// Journals that cannot be read, or whose beginning is damaged, with the reason.
    pub unreadable: Vec<(PathBuf, RecoverError)>,
}

/// Why a document cannot be recovered. Its journal is untouched.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// Another window has the document open, or is recovering it.
    #[error("another window has it open")]
    InUse,
    /// The journal cannot be read.
    #[error("the journal cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The journal is of a newer version of the program; recover it with that.
    #[error("a newer version of the program has written the journal")]
    Newer,
    /// The beginning of the journal is damaged, so that nothing can be made of the rest.
    #[error("the beginning of the journal is damaged")]
    Damaged,
}

/// A recovered document.
pub struct Recovered {
    /// The document, with its history and selection. Taking back all its steps leads to what its
    /// file has.
    pub document: Document,
    /// What the file held that this program does not know, a line each.
    pub unknown: Vec<String>,
    /// Text that was being typed.
    pub draft: Option<Draft>,
    /// What became of its file.
    pub disk: Disk,
    /// By what its file is known, as it was opened or last saved.
    pub fingerprint: Option<Fingerprint>,
    /// What cannot be recovered.
    pub loss: Option<Loss>,
    /// Goes on keeping the journal.
    pub keeper: Keeper,
}

/// Looks for what can be recovered in a folder. Journals of processes that are still there are
/// passed over, and those that hold nothing that is not saved are taken away.
///
/// # Errors
/// When the folder cannot be read.
pub fn find(files: &dyn Files, folder: &Path) -> io::Result<Left> {
    let is_journal = |path: &PathBuf| path.extension().is_some_and(|end| end == ENDING);
    let paths: Vec<PathBuf> = files.list(folder)?.into_iter().filter(is_journal).collect();
    let mut all = Vec::new();
    let mut replaced: FxHashSet<PathBuf> = FxHashSet::default();
    for path in paths {
        let result = match taken(files, &path) {
            Err(RecoverError::InUse) => {
                // It is passed over, but says what it is instead of.
                let bytes = files.read(&path).unwrap_or_default();
                replaced.extend(instead_of(&bytes, folder));
                continue;
            }
            result => result,
        };
        if let Ok((_, bytes)) = &result {
            replaced.extend(instead_of(bytes, folder));
        }
        all.push((path, result));
    }
    let mut left = Left::default();
    let mut has_removed = false;
    for (path, result) in all {
        if replaced.contains(&path) {
            remove_quietly(files, &path);
            has_removed = true;
            continue;
        }
        // Claimed until it is settled what becomes of it.
        let opened = result.and_then(|(claim, bytes)| match opened(files, &bytes) {
            Err(RecoverError::Damaged) if is_unfinished(&bytes) => Ok((claim, None)),
            opened => opened.map(|history| (claim, Some(history))),
        });
        match opened {
            Ok((_claim, Some(history))) if !history.holds_nothing() => {
                left.found.push(history.found(path));
            }
            Ok(_claim_and_nothing) => {
                remove_quietly(files, &path);
                has_removed = true;
            }
            Err(error) => left.unreadable.push((path, error)),
        }
    }
    if has_removed {
        forget_for_good(files, folder);
    }
    left.found
        .sort_by_key(|found| std::cmp::Reverse(found.changed));
    Ok(left)
}

/// Opens what a journal holds, and goes on with the journal.
///
/// # Errors
/// When it cannot be opened; the journal is untouched.
pub fn recover(
    files: &Arc<dyn Files + Send + Sync>,
    journal: &Path,
) -> Result<Recovered, RecoverError> {
    let (claim, bytes) = taken(&**files, journal)?;
    let history = opened(&**files, &bytes)?;
    let log = claim.and_then(|claim| cut_off(&**files, journal, &bytes, &history, claim));
    let History {
        begin,
        base,
        document,
        unknown,
        draft,
        disk,
        loss,
        entries,
        fingerprint,
        was_saved_after_all,
        ..
    } = history;
    let origin = Origin {
        title: begin.title,
        path: begin.path,
        fingerprint: begin.fingerprint,
        model: base,
        unknown: begin.unknown,
    };
    let folder = journal.parent().unwrap_or(Path::new("")).to_owned();
    let keeper = Keeper::going_on(
        Arc::clone(files),
        folder,
        origin,
        Continued {
            path: journal.to_owned(),
            log,
            entries,
            draft: draft.clone(),
            known_redo: document.redo_steps(),
            was_saved_after_all,
        },
    );
    Ok(Recovered {
        document,
        unknown,
        draft,
        disk,
        fingerprint,
        loss,
        keeper,
    })
}

/// Takes a journal away, with everything in it.
///
/// # Errors
/// When another window has it open, or it cannot be taken away.
pub fn discard(files: &dyn Files, journal: &Path) -> Result<(), RecoverError> {
    if let Ok(None) = files.claim_log(journal) {
        return Err(RecoverError::InUse);
    }
    files.remove(journal)?;
    remove_quietly(files, &journal.with_extension(DAMAGED_ENDING));
    forget_for_good(files, journal.parent().unwrap_or(Path::new("")));
    Ok(())
}

/// Has the disk confirm that journals are gone. Else a power cut could bring one back without its
/// last entries, and with it what had been taken back or saved long ago. Where the disk does not
/// confirm it, something may be offered that nobody needs.
pub(super) fn forget_for_good(files: &dyn Files, folder: &Path) {
    drop(files.sync_folder(folder));
}

/// The claim on a journal, where it may be written, and its bytes.
type Taken = (Option<Box<dyn Log>>, Vec<u8>);

/// Claims a journal and reads it.
fn taken(files: &dyn Files, path: &Path) -> Result<Taken, RecoverError> {
    match files.claim_log(path) {
        Ok(Some(mut claim)) => {
            let bytes = claim.read()?;
            Ok((Some(claim), bytes))
        }
        Ok(None) => Err(RecoverError::InUse),
        // It may be read all the same.
        Err(_not_to_be_written) => Ok((None, files.read(path)?)),
    }
}

/// Takes away a file that nobody needs; when it stays, it is found again and does no harm.
fn remove_quietly(files: &dyn Files, path: &Path) {
    drop(files.remove(path));
}

/// Makes the log of a recovered journal ready to be gone on with: behind its last entry that is
/// right. Returns nothing when that cannot be done; then a new one is needed.
fn cut_off(
    files: &dyn Files,
    path: &Path,
    bytes: &[u8],
    history: &History,
    mut log: Box<dyn Log>,
) -> Option<(Box<dyn Log>, u64, u64)> {
    if history.base_is_damaged {
        return None;
    }
    let length = history.length as u64;
    if bytes.len() as u64 != length {
        if history.loss.is_some_and(|loss| !loss.is_last_entry) {
            // Somebody may be able to make more of it than we are.
            let kept = path.with_extension(DAMAGED_ENDING);
            match files.write_new(&kept, bytes, true) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(_) => return None,
            }
        }
        log.truncate(length).ok()?;
    }
    Some((log, length, history.sum))
}

/// Returns the journals that one is instead of, when it has a whole beginning.
fn instead_of(bytes: &[u8], folder: &Path) -> Vec<PathBuf> {
    let mut frames = Frames::new(bytes);
    let begin = frames.next().filter(|frame| frame.is_whole);
    let begin = begin.and_then(|frame| Entries::default().read(frames.bytes_of(&frame)));
    let base = frames.next().filter(|frame| frame.is_whole);
    match (begin, base) {
        (Some(Entry::Begin(begin)), Some(_)) => {
            let names = begin.instead_of.iter();
            names.map(|name| folder.join(name)).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns whether a journal ends within its beginning, as one does whose process was killed while
/// it was made.
fn is_unfinished(bytes: &[u8]) -> bool {
    if bytes.len() < MAGIC.len() {
        return MAGIC.starts_with(bytes);
    }
    let mut frames = Frames::new(bytes);
    for _ in 0..2 {
        match frames.next() {
            Some(frame) if frame.is_whole => {}
            Some(_) => return false,
            None => return is_cut_off(&bytes[frames.at()..]),
        }
    }
    false
}

/// Returns whether bytes are the beginning of an entry, or what a power cut leaves instead.
fn is_cut_off(bytes: &[u8]) -> bool {
    let digits = bytes
        .get(..8)
        .and_then(|digits| std::str::from_utf8(digits).ok());
    match digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()) {
        Some(length) => (bytes.len() as u64) < length + HEADER as u64 + 1,
        None => bytes.len() < 8 || bytes.iter().all(|&byte| byte == 0),
    }
}

/// What a journal says, done again.
struct History {
    begin: Begin,
    base: Arc<Model>,
    base_is_damaged: bool,
    document: Document,
    unknown: Vec<String>,
    draft: Option<Draft>,
    disk: Disk,
    loss: Option<Loss>,
    changed: SystemTime,
    entries: Vec<(u64, Box<str>)>,
    /// How many bytes are right, and the hash of the entries in them.
    length: usize,
    sum: u64,
    is_closed: bool,
    /// By what its file is known.
    fingerprint: Option<Fingerprint>,
    /// Its file, even where the document is a copy without one.
    path: Option<PathBuf>,
    was_saved_after_all: bool,
}

impl History {
    fn holds_nothing(&self) -> bool {
        let is_saved = !self.document.is_modified() && self.draft.is_none();
        self.is_closed || (is_saved && self.loss.is_none_or(|loss| loss.is_last_entry))
    }

    fn found(self, journal: PathBuf) -> Found {
        Found {
            journal,
            title: self.begin.title,
            path: self.path,
            changed: self.changed,
            edits: self.document.history().map(str::to_owned).collect(),
            draft: self.draft,
            disk: self.disk,
            loss: self.loss,
        }
    }
}

fn opened(files: &dyn Files, bytes: &[u8]) -> Result<History, RecoverError> {
    if bytes.starts_with(MAGIC) {
        history(files, bytes).ok_or(RecoverError::Damaged)
    } else if bytes.starts_with(ANY_MAGIC) {
        Err(RecoverError::Newer)
    } else {
        Err(RecoverError::Damaged)
    }
}

fn history(files: &dyn Files, bytes: &[u8]) -> Option<History> {
    let mut frames = Frames::new(bytes);
    let mut parser = Entries::default();
    let frame = frames.next().filter(|frame| frame.is_whole)?;
    let Entry::Begin(begin) = parser.read(frames.bytes_of(&frame))? else {
        return None;
    };
    let frame = frames.next()?;
    let (base, base_is_damaged) = if frame.is_whole {
        (read(frames.bytes_of(&frame)).ok()?.model, false)
    } else {
        // What the file has may be the very same.
        let file = files.read(begin.path.as_deref()?).ok()?;
        let is_same = frames.is_entry(&frame, &file);
        frames.pass(&frame);
        (is_same.then(|| read(&file).ok()).flatten()?.model, true)
    };
    let mut replay = Replay {
        document: match &begin.path {
            Some(path) => Document::opened(base, path.clone()),
            None => Document::new(base),
        },
        fingerprint: begin.fingerprint,
        unknown: begin.unknown.clone(),
        draft: None,
        saving: None,
        is_closed: false,
    };
    let base = replay.document.shared_model();
    let mut when = frame.when;
    let mut entries = Vec::new();
    let (mut length, mut sum) = (frames.at(), frames.sum());
    while let Some(frame) = frames.next().filter(|frame| frame.is_whole) {
        let text = frames.bytes_of(&frame);
        let done = parser.read(text).and_then(|entry| replay.repeat(entry));
        let Some((text, ())) = std::str::from_utf8(text).ok().zip(done) else {
            break;
        };
        when = frame.when;
        entries.push((frame.when, text.into()));
        (length, sum) = (frames.at(), frames.sum());
    }
    // A damaged model may lack the line feed at its end.
    let lost = bytes.len().saturating_sub(length) as u64;
    let loss = (lost > 0).then(|| Loss {
        bytes: lost,
        is_last_entry: is_cut_off(&bytes[length.min(bytes.len())..]),
    });
    let was_saved_after_all = replay.settle_saving(files);
    let path = replay.document.path().map(Path::to_owned);
    let disk = replay.look_at_disk(files);
    replay.document.begin_history_at_saved();
    Some(History {
        begin,
        base,
        base_is_damaged,
        document: replay.document,
        unknown: replay.unknown,
        draft: replay.draft,
        disk,
        loss,
        changed: UNIX_EPOCH + Duration::from_millis(when),
        entries,
        length,
        sum,
        is_closed: replay.is_closed,
        fingerprint: replay.fingerprint,
        path,
        was_saved_after_all,
    })
}

/// A document to which everything is done again.
struct Replay {
    document: Document,
    /// That of the file as it was opened or last saved.
    fingerprint: Option<Fingerprint>,
    unknown: Vec<String>,
    draft: Option<Draft>,
    /// A save that was begun: where, as what, and the Model.
    saving: Option<(Option<PathBuf>, Fingerprint, Arc<Model>)>,
    is_closed: bool,
}

impl Replay {
    /// Does what an entry says. Returns nothing when that cannot be done.
    fn repeat(&mut self, entry: Entry) -> Option<()> {
        let document = &mut self.document;
        let is_done = match entry {
            Entry::Begin(_) => false,
            Entry::Deed(Deed::Edit {
                label,
                changes,
                gesture,
            }) => document.edit(label, &changes, gesture) == Ok(Effect::Changed),
            Entry::Deed(Deed::Abandon(gesture)) => document.abandon(gesture),
            Entry::Deed(Deed::Undo) => document.undo(),
            Entry::Deed(Deed::Redo) => document.redo(),
            // It stands in a journal as the next.
            Entry::Deed(Deed::Become { .. }) => false,
            Entry::Deed(Deed::Select(selection)) => {
                document.select(selection);
                true
            }
            Entry::Become {
                label,
                model,
                selection,
            } => {
                document.become_model(label, model, selection);
                true
            }
            Entry::Draft(draft) => {
                self.draft = draft;
                true
            }
            Entry::Saving { path, fingerprint } => {
                self.saving = Some((path, fingerprint, document.shared_model()));
                true
            }
            Entry::Saved => self.mark_saved(),
            Entry::Recovered => {
                // A save of then was settled then.
                self.saving = None;
                document.begin_history_at_saved();
                true
            }
            Entry::Closed => {
                self.is_closed = true;
                true
            }
        };
        is_done.then_some(())
    }

    fn mark_saved(&mut self) -> bool {
        let Some((path, fingerprint, model)) = self.saving.take() else {
            return false;
        };
        let has_path = path.is_some();
        self.document.mark_saved(model, path.unwrap_or_default());
        if !has_path {
            self.document.forget_path();
        }
        self.fingerprint = Some(fingerprint);
        self.unknown.clear();
        true
    }

    /// Finds out whether a save that was begun was completed. Returns whether it was.
    fn settle_saving(&mut self, files: &dyn Files) -> bool {
        let Some((Some(path), fingerprint, _)) = &self.saving else {
            return false;
        };
        let is_there = files
            .read(path)
            .is_ok_and(|bytes| Fingerprint::of(&bytes) == *fingerprint);
        is_there && self.mark_saved()
    }

    /// Finds out what became of the file. Where it is not what it was, the document is a copy
    /// without one, so that nothing is overwritten.
    fn look_at_disk(&mut self, files: &dyn Files) -> Disk {
        let Some(path) = self.document.path() else {
            return Disk::NeverSaved;
        };
        let disk = match files.read(path) {
            Ok(bytes) if Some(Fingerprint::of(&bytes)) == self.fingerprint => Disk::AsKnown,
            Ok(_) => Disk::Other,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Disk::Gone,
            Err(_) => Disk::Unreadable,
        };
        if disk != Disk::AsKnown {
            self.document.forget_path();
        }
        disk
    }
}
