//! A file system in memory, in which any call can fail, the program can be killed and the power
//! cut.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use super::files::{FileState, Files, Log};

/// A file system in memory, for tests and for pages without a disk.
///
/// It keeps apart what programs see and what the disk has confirmed, so that a test can ask what a
/// power cut would leave.
#[derive(Debug, Default)]
pub struct MemoryFiles {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Clone, Debug, Default)]
struct Inner {
    seen: BTreeMap<PathBuf, Entry>,
    confirmed: BTreeMap<PathBuf, Entry>,
    claimed: BTreeSet<PathBuf>,
    /// Folders that are gone with their disk.
    gone: BTreeSet<PathBuf>,
    calls: usize,
    fail_at: BTreeSet<usize>,
    /// All calls from this one on fail.
    fail_from: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
enum Entry {
    File {
        bytes: Vec<u8>,
        /// How many of the bytes the disk has confirmed.
        synced: usize,
        is_protected: bool,
        mode: u32,
        written: u64,
        /// How many names it is said to have.
        names: u64,
    },
    Link(PathBuf),
    Folder,
}

impl MemoryFiles {
    /// Makes an empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file there, confirmed by the disk, with permissions of this number.
    pub fn put(&self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>, mode: u32) {
        let bytes = bytes.into();
        self.put_entry(
            path.into(),
            Entry::File {
                synced: bytes.len(),
                bytes,
                is_protected: mode & 0o200 == 0,
                mode,
                written: 0,
                names: 1,
            },
        );
    }

    /// Says of a file that it has so many names.
    pub fn set_names(&self, path: &Path, count: u64) {
        let mut inner = self.lock();
        let Inner {
            seen, confirmed, ..
        } = &mut *inner;
        for entry in [seen, confirmed] {
            if let Some(Entry::File { names, .. }) = entry.get_mut(path) {
                *names = count;
            }
        }
    }

    /// Puts a link there.
    pub fn put_link(&self, path: impl Into<PathBuf>, to: impl Into<PathBuf>) {
        self.put_entry(path.into(), Entry::Link(to.into()));
    }

    /// Takes a folder away with all that is in it, as a disk that is pulled out. Nothing can be made
    /// in it any more.
    pub fn take_away(&self, folder: &Path) {
        let mut inner = self.lock();
        inner.seen.retain(|path, _| !path.starts_with(folder));
        inner.confirmed.retain(|path, _| !path.starts_with(folder));
        inner.gone.insert(folder.to_owned());
    }

    /// Puts a folder there. Folders of files need not be there.
    pub fn put_folder(&self, path: impl Into<PathBuf>) {
        self.put_entry(path.into(), Entry::Folder);
    }

    fn put_entry(&self, path: PathBuf, entry: Entry) {
        let mut inner = self.lock();
        inner.seen.insert(path.clone(), entry.clone());
        inner.confirmed.insert(path, entry);
    }

    /// Lets the n-th call from now fail, from 0; the ones after it work again, unless this is said
    /// of them too.
    pub fn fail_at(&self, call: usize) {
        let mut inner = self.lock();
        let call = inner.calls + call;
        inner.fail_at.insert(call);
    }

    /// Lets all calls fail from the n-th on, from 0, until [`MemoryFiles::heal`].
    pub fn fail_from(&self, call: usize) {
        let mut inner = self.lock();
        inner.fail_from = Some(inner.calls + call);
    }

    /// Lets all calls work again.
    pub fn heal(&self) {
        let mut inner = self.lock();
        inner.fail_from = None;
        inner.fail_at.clear();
    }

    /// Returns how many calls there have been.
    pub fn calls(&self) -> usize {
        self.lock().calls
    }

    /// Returns the number of a file's permissions.
    pub fn mode(&self, path: &Path) -> Option<u32> {
        match self.lock().seen.get(path) {
            Some(Entry::File { mode, .. }) => Some(*mode),
            _ => None,
        }
    }

    /// Returns all paths that are there.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.lock().seen.keys().cloned().collect()
    }

    /// Returns what a power cut may leave at worst: only what the disk has confirmed, or also all
    /// the new names and half of what else was written, which it may have written early.
    pub fn after_power_cut(&self, names_are_written: bool) -> Self {
        let inner = self.lock();
        let mut left = if names_are_written {
            inner.seen.clone()
        } else {
            inner.confirmed.clone()
        };
        for entry in left.values_mut() {
            if let Entry::File { bytes, synced, .. } = entry {
                let early = if names_are_written {
                    (bytes.len() - *synced) / 2
                } else {
                    0
                };
                bytes.truncate(*synced + early);
                *synced = bytes.len();
            }
        }
        Self::holding(left.clone(), left)
    }

    /// Returns what is there after the program has been killed: everything that was written, and
    /// nobody has claimed anything.
    pub fn after_kill(&self) -> Self {
        let inner = self.lock();
        Self::holding(inner.seen.clone(), inner.confirmed.clone())
    }

    fn holding(seen: BTreeMap<PathBuf, Entry>, confirmed: BTreeMap<PathBuf, Entry>) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                seen,
                confirmed,
                ..Inner::default()
            })),
        }
    }

    /// Changes the bytes of a file behind everybody's back, as a bad disk does.
    pub fn spoil(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(Entry::File { bytes, synced, .. }) = self.lock().seen.get_mut(path) {
            change(bytes);
            *synced = bytes.len();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }

    /// Counts a call; fails when it is one that is to fail.
    fn call(&self) -> io::Result<MutexGuard<'_, Inner>> {
        call(&self.inner)
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().expect("nothing panics while it is locked")
}

fn call(inner: &Mutex<Inner>) -> io::Result<MutexGuard<'_, Inner>> {
    let mut inner = lock(inner);
    let call = inner.calls;
    inner.calls += 1;
    let fails = inner.fail_from.is_some_and(|from| call >= from);
    if inner.fail_at.remove(&call) || fails {
        return Err(io::Error::other("this call fails, as asked for"));
    }
    Ok(inner)
}

fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Inner {
    /// Fails when a path lies in a folder that is gone.
    fn must_have_folder_of(&self, path: &Path) -> io::Result<()> {
        if self.gone.iter().any(|folder| path.starts_with(folder)) {
            return Err(not_found());
        }
        Ok(())
    }

    fn at(&self, path: &Path) -> Option<&Entry> {
        match self.seen.get(path)? {
            Entry::Link(to) => self.at(&path.parent().unwrap_or(Path::new("")).join(to)),
            entry => Some(entry),
        }
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.call()?.at(path) {
            Some(Entry::File { bytes, .. }) => Ok(bytes.clone()),
            Some(_) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(not_found()),
        }
    }

    fn state(&self, path: &Path) -> io::Result<Option<FileState>> {
        Ok(self.call()?.at(path).map(|entry| match entry {
            Entry::File {
                bytes,
                is_protected,
                written,
                names,
                ..
            } => FileState {
                length: bytes.len() as u64,
                modified: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(*written)),
                is_file: true,
                is_protected: *is_protected,
                names: *names,
            },
            Entry::Link(_) | Entry::Folder => FileState {
                length: 0,
                modified: None,
                is_file: false,
                is_protected: false,
                names: 1,
            },
        }))
    }

    fn link(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        Ok(match self.call()?.seen.get(path) {
            Some(Entry::Link(to)) => Some(to.clone()),
            _ => None,
        })
    }

    /// Failing, it leaves half of the bytes.
    fn write_new(&self, path: &Path, bytes: &[u8], is_private: bool) -> io::Result<()> {
        let (mut inner, result) = match self.call() {
            Ok(inner) => (inner, Ok(())),
            Err(error) => (self.lock(), Err(error)),
        };
        inner.must_have_folder_of(path)?;
        if inner.seen.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let kept = if result.is_ok() {
            bytes
        } else {
            &bytes[..bytes.len() / 2]
        };
        let written = inner.calls as u64;
        let entry = Entry::File {
            bytes: kept.to_vec(),
            synced: kept.len(),
            is_protected: false,
            mode: if is_private { 0o600 } else { 0o644 },
            written,
            names: 1,
        };
        inner.seen.insert(path.to_owned(), entry);
        result
    }

    /// Failing, it leaves half of the new bytes and nothing of the old ones.
    fn overwrite(&self, path: &Path, new: &[u8]) -> io::Result<()> {
        let (mut inner, result) = match self.call() {
            Ok(inner) => (inner, Ok(())),
            Err(error) => (self.lock(), Err(error)),
        };
        let now = inner.calls as u64;
        let kept = if result.is_ok() {
            new
        } else {
            &new[..new.len() / 2]
        };
        let Some(Entry::File {
            bytes,
            synced,
            written,
            ..
        }) = inner.seen.get_mut(path)
        else {
            return Err(not_found());
        };
        *bytes = kept.to_vec();
        *synced = kept.len();
        *written = now;
        let entry = inner.seen[path].clone();
        // It is the same file under the same name.
        if inner.confirmed.contains_key(path) {
            inner.confirmed.insert(path.to_owned(), entry);
        }
        result
    }

    fn is_writable(&self, path: &Path) -> io::Result<bool> {
        match self.call()?.at(path) {
            Some(Entry::File { is_protected, .. }) => Ok(!is_protected),
            Some(_) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(not_found()),
        }
    }

    fn copy_permissions(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut inner = self.call()?;
        let Some(Entry::File {
            mode, is_protected, ..
        }) = inner.at(from).cloned()
        else {
            return Err(not_found());
        };
        match inner.seen.get_mut(to) {
            Some(Entry::File {
                mode: own_mode,
                is_protected: own_protected,
                ..
            }) => {
                *own_mode = mode;
                *own_protected = is_protected;
                Ok(())
            }
            _ => Err(not_found()),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut inner = self.call()?;
        inner.must_have_folder_of(to)?;
        let entry = inner.seen.remove(from).ok_or_else(not_found)?;
        inner.seen.insert(to.to_owned(), entry);
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut inner = self.call()?;
        let Inner {
            seen, confirmed, ..
        } = &mut *inner;
        let is_here = |path: &Path| path.parent() == Some(folder);
        confirmed.retain(|path, _| !is_here(path));
        confirmed.extend(
            seen.iter()
                .filter(|(path, _)| is_here(path))
                .map(|(path, entry)| (path.clone(), entry.clone())),
        );
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match self.call()?.seen.remove(path) {
            Some(_) => Ok(()),
            None => Err(not_found()),
        }
    }

    /// Folders of files need not be there, so there is nothing to make.
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        match self.call()?.at(folder) {
            Some(Entry::File { .. }) => Err(io::ErrorKind::NotADirectory.into()),
            _ => Ok(()),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let inner = self.call()?;
        let here = inner
            .seen
            .keys()
            .filter(|path| path.parent() == Some(folder));
        Ok(here.cloned().collect())
    }

    fn begin_log(&self, path: &Path) -> io::Result<Box<dyn Log>> {
        let mut inner = self.call()?;
        inner.must_have_folder_of(path)?;
        if inner.seen.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let entry = Entry::File {
            bytes: Vec::new(),
            synced: 0,
            is_protected: false,
            mode: 0o644,
            written: inner.calls as u64,
            names: 1,
        };
        inner.seen.insert(path.to_owned(), entry);
        inner.claimed.insert(path.to_owned());
        Ok(self.log(path))
    }

    fn claim_log(&self, path: &Path) -> io::Result<Option<Box<dyn Log>>> {
        let mut inner = self.call()?;
        match inner.at(path) {
            None => return Err(not_found()),
            Some(Entry::Link(_) | Entry::Folder) => {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            Some(Entry::File { is_protected, .. }) if *is_protected => {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            Some(Entry::File { .. }) => {}
        }
        Ok(inner
            .claimed
            .insert(path.to_owned())
            .then(|| self.log(path)))
    }
}

impl MemoryFiles {
    fn log(&self, path: &Path) -> Box<dyn Log> {
        Box::new(MemoryLog {
            inner: Arc::clone(&self.inner),
            path: path.to_owned(),
        })
    }
}

/// A claimed file in memory.
struct MemoryLog {
    inner: Arc<Mutex<Inner>>,
    path: PathBuf,
}

impl Log for MemoryLog {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        match call(&self.inner)?.at(&self.path) {
            Some(Entry::File { bytes, .. }) => Ok(bytes.clone()),
            _ => Err(not_found()),
        }
    }

    /// Failing, it leaves half of the bytes.
    fn append(&mut self, added: &[u8]) -> io::Result<()> {
        let (mut inner, result) = match call(&self.inner) {
            Ok(inner) => (inner, Ok(())),
            Err(error) => (lock(&self.inner), Err(error)),
        };
        let now = inner.calls as u64;
        let kept = if result.is_ok() {
            added
        } else {
            &added[..added.len() / 2]
        };
        // A file that was taken away can still be written by whoever has it open.
        if let Some(Entry::File { bytes, written, .. }) = inner.seen.get_mut(&self.path) {
            bytes.extend_from_slice(kept);
            *written = now;
        }
        result
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut inner = call(&self.inner)?;
        let Inner {
            seen, confirmed, ..
        } = &mut *inner;
        if let Some(Entry::File { bytes, synced, .. }) = seen.get_mut(&self.path) {
            *synced = bytes.len();
            if let Some(known) = confirmed.get_mut(&self.path) {
                known.clone_from(&seen[&self.path]);
            }
        }
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        let mut inner = call(&self.inner)?;
        if let Some(Entry::File { bytes, synced, .. }) = inner.seen.get_mut(&self.path) {
            bytes.truncate(length as usize);
            *synced = bytes.len().min(*synced);
        }
        Ok(())
    }
}

impl Drop for MemoryLog {
    fn drop(&mut self) {
        lock(&self.inner).claimed.remove(&self.path);
    }
}
