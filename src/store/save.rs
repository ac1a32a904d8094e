//! Saving: the whole new file or the whole old one, whatever happens in between.
//!
//! The bytes go to a new file beside the target, are confirmed by the disk and read back before that
//! file takes the target's name in one step; then the disk confirms the name. Only after the rename
//! is anything different for whoever opens the target.
//!
//! A file with several names (hard links) would come apart that way: one name would lead to the new
//! file, the others to the old one. It is written in place, after what it held has been written
//! somewhere else, confirmed and read back.
//!
//! Whoever knows what the file held when it was opened says so, and nothing is written over
//! anything else ([`SaveError::Changed`], [`SaveError::Gone`]). What is written over is kept as a
//! backup where there is a folder for that; see `backup`.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::Model;

use super::backup;
use super::error::{LoadError, SaveError};
use super::files::{FileState, Files};
use super::fingerprint::Fingerprint;
use super::read::{Loaded, read};

/// Links that lead to links: so many are followed.
const MOST_LINKS: usize = 40;
/// Names tried for the file beside the target.
const MOST_NAMES: usize = 100;

/// Opens a model.
///
/// # Errors
/// When the file cannot be read, is no model, or one with faults; see [`read`].
pub fn load(files: &dyn Files, path: &Path) -> Result<Loaded, LoadError> {
    load_known(files, path).map(|(loaded, _)| loaded)
}

/// Opens a model, and says by what its file can be known again.
///
/// # Errors
/// As [`load`].
pub fn load_known(files: &dyn Files, path: &Path) -> Result<(Loaded, Fingerprint), LoadError> {
    let bytes = files.read(path).map_err(|source| LoadError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    Ok((read(&bytes)?, Fingerprint::of(&bytes)))
}

/// What is to be done besides saving.
#[derive(Clone, Copy, Debug, Default)]
pub struct SaveOptions<'a> {
    /// By what the file is known that is to be replaced. Where there is another file by now, or
    /// none, nothing is saved.
    pub known: Option<Fingerprint>,
    /// The folder in which what is replaced is kept.
    pub backups: Option<&'a Path>,
}

/// What is known once a file is saved.
#[derive(Debug)]
pub struct Saved {
    /// What is known of the file now; none when it could not be found out, which harms nothing.
    pub state: Option<FileState>,
    /// By what its bytes can be known again.
    pub fingerprint: Fingerprint,
    /// Why what was replaced could not be kept as a backup, where it was to be.
    pub no_backup: Option<io::Error>,
}

/// Saves a model, all or nothing. Links are followed, permissions stay.
///
/// Returns what is known of the file now.
///
/// # Errors
/// When it cannot be done; each error says whether anything has changed.
pub fn save(files: &dyn Files, path: &Path, model: &Model) -> Result<Option<FileState>, SaveError> {
    save_bytes(files, path, super::write(model).as_bytes())
}

/// Saves bytes, all or nothing: what [`save`] does, for other files than models.
///
/// # Errors
/// When it cannot be done; each error says whether anything has changed.
pub fn save_bytes(
    files: &dyn Files,
    path: &Path,
    bytes: &[u8],
) -> Result<Option<FileState>, SaveError> {
    save_with(files, path, bytes, SaveOptions::default()).map(|saved| saved.state)
}

/// Saves bytes, all or nothing, over what is known and keeping a backup.
///
/// # Errors
/// When it cannot be done; each error says whether anything has changed.
pub fn save_with(
    files: &dyn Files,
    path: &Path,
    bytes: &[u8],
    options: SaveOptions<'_>,
) -> Result<Saved, SaveError> {
    let unchanged = |doing: &'static str| {
        move |source: io::Error| SaveError::Unchanged {
            path: path.to_owned(),
            doing,
            source,
        }
    };
    let target = followed(files, path).map_err(unchanged("following the link"))?;
    let old = files
        .state(&target)
        .map_err(unchanged("looking at the file there"))?;
    if let Some(old) = old {
        if !old.is_file {
            let error = io::Error::new(io::ErrorKind::IsADirectory, "it is no plain file");
            return Err(unchanged("looking at what is there")(error));
        }
        if old.is_protected {
            return Err(SaveError::Protected {
                path: path.to_owned(),
            });
        }
    } else if options.known.is_some() {
        return Err(SaveError::Gone {
            path: path.to_owned(),
        });
    }
    let has_many_names = old.is_some_and(|old| old.names > 1);
    let needs_old = options.known.is_some() || options.backups.is_some() || has_many_names;
    let old_bytes = match old {
        Some(_) if needs_old => Some(
            files
                .read(&target)
                .map_err(unchanged("reading what is there"))?,
        ),
        _ => None,
    };
    if let (Some(known), Some(old)) = (options.known, &old_bytes)
        && Fingerprint::of(old) != known
    {
        return Err(SaveError::Changed {
            path: path.to_owned(),
        });
    }
    let fingerprint = Fingerprint::of(bytes);
    let name = name_of(&target).map_err(unchanged("looking at its name"))?;
    if old_bytes.as_deref() == Some(bytes) && has_many_names {
        // It holds that already, and writing in place has its dangers.
        return Ok(Saved {
            state: old,
            fingerprint,
            no_backup: None,
        });
    }
    let mut backup = None;
    let mut no_backup = None;
    if let (Some(folder), Some(old)) = (options.backups, &old_bytes)
        && old != bytes
    {
        match backup::keep(files, folder, &target, old) {
            Ok(path) => backup = Some(path),
            Err(error) => no_backup = Some(error),
        }
    }
    let state = match old_bytes {
        Some(old) if has_many_names => {
            let saving = InPlace {
                files,
                path,
                target: &target,
                old: &old,
                new: bytes,
            };
            saving.save(&name, backup)?;
            files.state(&target)
        }
        _ => {
            let saving = Replacing {
                files,
                path,
                target: &target,
                old,
                is_known: options.known.is_some(),
            };
            saving.save(&name, bytes)?;
            files.state(&target)
        }
    };
    Ok(Saved {
        // The file is safe; not to know its time costs only a notice.
        state: state.unwrap_or(None),
        fingerprint,
        no_backup,
    })
}

/// Saving to a new file that takes the place of the old one.
struct Replacing<'a> {
    files: &'a dyn Files,
    path: &'a Path,
    target: &'a Path,
    /// What is there.
    old: Option<FileState>,
    /// Whether nothing else may be replaced.
    is_known: bool,
}

impl Replacing<'_> {
    fn save(&self, name: &str, bytes: &[u8]) -> Result<(), SaveError> {
        let (files, target) = (self.files, self.target);
        let beside = write_free(files, folder_of(target), name, bytes, self.old.is_some())
            .map_err(|source| self.unchanged("writing a new file beside it", source))?;
        if let Err(error) = self.put_in_place(&beside) {
            remove_quietly(files, &beside);
            return Err(error);
        }
        files
            .sync_folder(folder_of(target))
            .map_err(|source| SaveError::Unconfirmed {
                path: self.path.to_owned(),
                source,
            })
    }

    fn put_in_place(&self, beside: &Path) -> Result<(), SaveError> {
        let (files, target) = (self.files, self.target);
        if self.is_known {
            // Writing took a while. What is left is the moment between this and the next call.
            let now = files
                .state(target)
                .map_err(|source| self.unchanged("looking at the file there", source))?;
            if now != self.old {
                return Err(SaveError::Changed {
                    path: self.path.to_owned(),
                });
            }
        }
        if self.old.is_some() {
            files
                .copy_permissions(target, beside)
                .map_err(|source| self.unchanged("keeping the permissions", source))?;
        }
        files
            .rename(beside, target)
            .map_err(|source| self.unchanged("putting the new file in its place", source))
    }

    fn unchanged(&self, doing: &'static str, source: io::Error) -> SaveError {
        SaveError::Unchanged {
            path: self.path.to_owned(),
            doing,
            source,
        }
    }
}

/// Saving into a file that is there.
struct InPlace<'a> {
    files: &'a dyn Files,
    path: &'a Path,
    target: &'a Path,
    old: &'a [u8],
    new: &'a [u8],
}

impl InPlace<'_> {
    /// Saves, with what the file held in a safe place: the backup given, else a file beside it that
    /// is taken away afterwards.
    fn save(&self, name: &str, backup: Option<PathBuf>) -> Result<(), SaveError> {
        let files = self.files;
        let (safe, is_beside) = match backup {
            Some(backup) => (backup, false),
            None => {
                let folder = folder_of(self.target);
                let beside = write_free(files, folder, name, self.old, true).and_then(|beside| {
                    let result = files.sync_folder(folder);
                    if result.is_err() {
                        remove_quietly(files, &beside);
                    }
                    result.map(|()| beside)
                });
                let beside = beside.map_err(|source| SaveError::Unchanged {
                    path: self.path.to_owned(),
                    doing: "keeping what it holds in a file beside it",
                    source,
                })?;
                (beside, true)
            }
        };
        let written = self.write(self.new);
        let Err(source) = written else {
            if is_beside {
                remove_quietly(files, &safe);
            }
            return Ok(());
        };
        if self.write(self.old).is_ok() {
            if is_beside {
                remove_quietly(files, &safe);
            }
            return Err(SaveError::Unchanged {
                path: self.path.to_owned(),
                doing: "writing into it",
                source,
            });
        }
        Err(SaveError::Damaged {
            path: self.path.to_owned(),
            safe,
            source,
        })
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.files.overwrite(self.target, bytes)?;
        compare(self.files, self.target, bytes)
    }
}

/// Reads a file back and compares.
///
/// # Errors
/// When it cannot be read, or holds something else.
pub(super) fn compare(files: &dyn Files, path: &Path, bytes: &[u8]) -> io::Result<()> {
    if files.read(path)? == bytes {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "what was written is not what is read back",
        ))
    }
}

/// Follows links to where the file is, or will be.
fn followed(files: &dyn Files, path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match files.link(&path)? {
            Some(link) => path = folder_of(&path).join(link),
            None => return Ok(path),
        }
    }
    Err(io::Error::other("the links lead in a circle"))
}

pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Returns the name of a file, cut so that one made from it is not too long for the system.
fn name_of(target: &Path) -> io::Result<String> {
    let name = target
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this is no file name"))?
        .to_string_lossy();
    Ok(name.chars().take(50).collect())
}

/// Writes a new file in a folder under a hidden name that is free, and reads it back. It is private
/// where it is to have the permissions of another file, until it has them.
fn write_free(
    files: &dyn Files,
    folder: &Path,
    name: &str,
    bytes: &[u8],
    is_private: bool,
) -> io::Result<PathBuf> {
    let mut result = Err(io::ErrorKind::AlreadyExists.into());
    for number in 0..MOST_NAMES {
        let beside = folder.join(format!(".{name}.{}-{number}.saving", std::process::id()));
        match files.write_new(&beside, bytes, is_private) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => result = Err(error),
            written => {
                return match written.and_then(|()| compare(files, &beside, bytes)) {
                    Ok(()) => Ok(beside),
                    Err(error) => {
                        remove_quietly(files, &beside);
                        Err(error)
                    }
                };
            }
        }
    }
    result
}

/// Takes away a file that nobody needs; the error that led here is the one to be told.
pub(super) fn remove_quietly(files: &dyn Files, path: &Path) {
    drop(files.remove(path));
}
