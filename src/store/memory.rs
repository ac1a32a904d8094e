//! A file system in memory, in which any call can fail and the power can be cut.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use super::files::{FileState, Files};

/// A file system in memory, for tests and for pages without a disk.
///
/// It keeps apart what programs see and what the disk has confirmed, so that a test can ask what a
/// power cut would leave.
#[derive(Debug, Default)]
pub struct MemoryFiles {
    inner: Mutex<Inner>,
}

#[derive(Clone, Debug, Default)]
struct Inner {
    seen: BTreeMap<PathBuf, Entry>,
    confirmed: BTreeMap<PathBuf, Entry>,
    calls: usize,
    fail_at: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
enum Entry {
    File {
        bytes: Vec<u8>,
        is_protected: bool,
        mode: u32,
        written: u64,
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
        self.put_entry(
            path.into(),
            Entry::File {
                bytes: bytes.into(),
                is_protected: mode & 0o200 == 0,
                mode,
                written: 0,
            },
        );
    }

    /// Puts a link there.
    pub fn put_link(&self, path: impl Into<PathBuf>, to: impl Into<PathBuf>) {
        self.put_entry(path.into(), Entry::Link(to.into()));
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

    /// Lets the n-th call from now fail, from 0; the ones after it work again.
    pub fn fail_at(&self, call: usize) {
        let mut inner = self.lock();
        inner.fail_at = Some(inner.calls + call);
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
    /// the new names, which it may have written early.
    pub fn after_power_cut(&self, names_are_written: bool) -> Self {
        let inner = self.lock();
        let left = if names_are_written {
            inner.seen.clone()
        } else {
            inner.confirmed.clone()
        };
        Self {
            inner: Mutex::new(Inner {
                seen: left.clone(),
                confirmed: left,
                calls: 0,
                fail_at: None,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .expect("nothing panics while it is locked")
    }

    /// Counts a call; fails when it is the one that is to fail.
    fn call(&self) -> io::Result<MutexGuard<'_, Inner>> {
        let mut inner = self.lock();
        let call = inner.calls;
        inner.calls += 1;
        if inner.fail_at == Some(call) {
            return Err(io::Error::other("this call fails, as asked for"));
        }
        Ok(inner)
    }
}

fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Inner {
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
                ..
            } => FileState {
                length: bytes.len() as u64,
                modified: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(*written)),
                is_file: true,
                is_protected: *is_protected,
            },
            Entry::Link(_) | Entry::Folder => FileState {
                length: 0,
                modified: None,
                is_file: false,
                is_protected: false,
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
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let (mut inner, result) = match self.call() {
            Ok(inner) => (inner, Ok(())),
            Err(error) => (self.lock(), Err(error)),
        };
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
            is_protected: false,
            mode: 0o644,
            written,
        };
        inner.seen.insert(path.to_owned(), entry);
        result
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
}
