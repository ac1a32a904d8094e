//! What files held before they were saved: a rotating set for each file, in a folder of the user's.
//!
//! Backups are named `PLACE-NUMBER-NAME`, with a hash of where the file is and a number that grows,
//! so the order of the names is the order in which they were made.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::files::Files;
use super::fingerprint::hash;
use super::save::{compare, remove_quietly};

/// How many are kept of one file.
pub const KEPT: usize = 10;

/// What a file held once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where it is kept.
    pub path: PathBuf,
    /// When it was put there, where the system knows.
    pub when: Option<SystemTime>,
}

/// Returns what every backup of a file begins with.
fn place_of(target: &Path) -> String {
    let whole = std::path::absolute(target).unwrap_or_else(|_unknown| target.to_owned());
    format!("{:016x}-", hash(0, whole.as_os_str().as_encoded_bytes()))
}

fn backups_of(files: &dyn Files, folder: &Path, target: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let place = place_of(target);
    let number = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?.strip_prefix(&place)?;
        name.split_once('-')?.0.parse::<u64>().ok()
    };
    let paths = files.list(folder)?;
    let mut found: Vec<_> = paths
        .into_iter()
        .filter_map(|path| number(&path).map(|number| (number, path)))
        .collect();
    found.sort();
    Ok(found)
}

/// Keeps what a file holds, confirmed by the disk and read back; the oldest beyond [`KEPT`] go.
///
/// # Errors
/// When it cannot be kept; nothing else has changed.
pub(super) fn keep(
    files: &dyn Files,
    folder: &Path,
    target: &Path,
    bytes: &[u8],
) -> io::Result<PathBuf> {
    files.make_folder(folder)?;
    let found = backups_of(files, folder, target)?;
    let next = found.last().map_or(1, |(number, _)| number + 1);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    // From the end, so that what says the kind of file stays.
    let cut = name.chars().count().saturating_sub(60);
    let name: String = name.chars().skip(cut).collect();
    let path = folder.join(format!("{}{next:06}-{name}", place_of(target)));
    let kept = files
        .write_new(&path, bytes, true)
        .and_then(|()| files.copy_permissions(target, &path))
        .and_then(|()| compare(files, &path, bytes))
        .and_then(|()| files.sync_folder(folder));
    if let Err(error) = kept {
        if error.kind() != io::ErrorKind::AlreadyExists {
            remove_quietly(files, &path);
        }
        return Err(error);
    }
    for (_, old) in found.iter().rev().skip(KEPT - 1) {
        // One too many does no harm.
        remove_quietly(files, old);
    }
    Ok(path)
}

/// Returns what is kept of a file, the latest first.
///
/// # Errors
/// When the folder cannot be read.
pub fn backups(files: &dyn Files, folder: &Path, target: &Path) -> io::Result<Vec<Backup>> {
    let found = backups_of(files, folder, target)?;
    let with_time = |(_, path): (u64, PathBuf)| Backup {
        when: files
            .state(&path)
            .ok()
            .flatten()
            .and_then(|state| state.modified),
        path,
    };
    Ok(found.into_iter().rev().map(with_time).collect())
}
