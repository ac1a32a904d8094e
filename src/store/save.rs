//! Saving: the whole new file or the whole old one, whatever happens in between.
//!
//! The bytes go to a new file beside the target and are confirmed by the disk before that file
//! takes the target's name in one step; then the disk confirms the name. Only after the rename is
//! anything different for whoever opens the target.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::Model;

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

/// Saves a model, all or nothing. Links are followed, permissions stay.
///
/// Returns what is known of the file now, to notice later whether another program has written it.
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
    }
    let beside =
        write_beside(files, &target, bytes).map_err(unchanged("writing a new file beside it"))?;
    let finish = || {
        if old.is_some() {
            files
                .copy_permissions(&target, &beside)
                .map_err(unchanged("keeping the permissions"))?;
        }
        files
            .rename(&beside, &target)
            .map_err(unchanged("putting the new file in its place"))
    };
    if let Err(error) = finish() {
        remove_quietly(files, &beside);
        return Err(error);
    }
    files
        .sync_folder(folder_of(&target))
        .map_err(|source| SaveError::Unconfirmed {
            path: path.to_owned(),
            source,
        })?;
    // The file is safe; not to know its time costs only the notice that another program wrote it.
    Ok(files.state(&target).unwrap_or(None))
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

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes a new file beside the target, on the same disk, under a name that is free.
fn write_beside(files: &dyn Files, target: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let name = target
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this is no file name"))?
        .to_string_lossy();
    // A long name is cut, so that the one beside it is not too long for the system.
    let name: String = name.chars().take(50).collect();
    let mut result = Err(io::ErrorKind::AlreadyExists.into());
    for number in 0..MOST_NAMES {
        let beside =
            folder_of(target).join(format!(".{name}.{}-{number}.saving", std::process::id()));
        match files.write_new(&beside, bytes) {
            Ok(()) => return Ok(beside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => result = Err(error),
            Err(error) => {
                remove_quietly(files, &beside);
                return Err(error);
            }
        }
    }
    result
}

/// Takes away a file that nobody needs; the error that led here is the one to be told.
fn remove_quietly(files: &dyn Files, path: &Path) {
    drop(files.remove(path));
}
