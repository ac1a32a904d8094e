//! What files held before they were saved: a rotating set for each file, in a folder of the user's.
//!
//! Backups are named `PLACE-NUMBER-NAME`, with a hash of where the file is and a number that grows,
//! so the order of the names is the order in which they were made.
//!
//! The folder is bounded as a whole too: beyond [`KEPT_IN_ALL`] and [`BYTES_IN_ALL`] the oldest of all
//! go, whosever they are, but never the latest of a file.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::files::{FileState, Files};
use super::fingerprint::hash;
use super::save::{compare, remove_quietly};

/// How many are kept of one file.
pub const KEPT: usize = 10;

/// How many are kept of all files together.
pub const KEPT_IN_ALL: usize = 500;

/// How many bytes all that are kept may have together.
pub const BYTES_IN_ALL: u64 = 256 << 20;

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
    // No more does a folder that is too full, where it cannot be looked through.
    if let Ok(too_many) = beyond_all(files, folder, KEPT_IN_ALL, BYTES_IN_ALL) {
        for old in &too_many {
            remove_quietly(files, old);
        }
    }
    Ok(path)
}

/// Returns what has to go so that a folder has no more than `count` backups of no more than `bytes`
/// together, the oldest first. The latest of each file stays, even if that is too much.
fn beyond_all(
    files: &dyn Files,
    folder: &Path,
    count: usize,
    bytes: u64,
) -> io::Result<Vec<PathBuf>> {
    let mut kept: Vec<(FileState, u64, PathBuf)> = Vec::new();
    let mut latest = BTreeMap::new();
    for path in files.list(folder)? {
        let named = path.file_name().and_then(|name| parsed(name.to_str()?));
        let Some((place, number)) = named else {
            // None of ours.
            continue;
        };
        if let Some(state) = files.state(&path)?.filter(|state| state.is_file) {
            let last = latest.entry(place).or_insert(number);
            *last = number.max(*last);
            kept.push((state, number, path));
        }
    }
    let (mut left, mut length) = (kept.len(), 0_u64);
    for (state, ..) in &kept {
        length = length.saturating_add(state.length);
    }
    // What has no time is as old as can be; of one time the one with the lowest number goes first.
    kept.sort_by(|(a, n, _), (b, m, _)| (a.modified, n).cmp(&(b.modified, m)));
    let mut too_many = Vec::new();
    for (state, number, path) in kept {
        if left <= count && length <= bytes {
            break;
        }
        let named = path.file_name().and_then(|name| parsed(name.to_str()?));
        if named.is_some_and(|(place, _)| latest.get(&place) == Some(&number)) {
            continue;
        }
        left -= 1;
        length -= state.length;
        too_many.push(path);
    }
    Ok(too_many)
}

/// Returns the hash of the place and the number that the name of a backup says.
fn parsed(name: &str) -> Option<(u64, u64)> {
    let (place, rest) = name.split_once('-')?;
    let (number, _) = rest.split_once('-')?;
    let place = (place.len() == 16).then_some(place)?;
    Some((u64::from_str_radix(place, 16).ok()?, number.parse().ok()?))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryFiles;

    const FOLDER: &str = "/data/backups";

    fn name(file: usize, number: usize) -> PathBuf {
        Path::new(FOLDER).join(format!("{file:016x}-{number:06}-model.ron"))
    }

    /// A folder with backups of several files, `rounds` of each, made in turn, 10 bytes each.
    fn folder(file_count: usize, rounds: usize) -> MemoryFiles {
        let files = MemoryFiles::new();
        for number in 1..=rounds {
            for file in 0..file_count {
                files
                    .write_new(&name(file, number), &[0; 10], true)
                    .unwrap();
            }
        }
        files
    }

    fn gone(files: &MemoryFiles, count: usize, bytes: u64) -> Vec<PathBuf> {
        beyond_all(files, Path::new(FOLDER), count, bytes).unwrap()
    }

    #[test]
    fn the_oldest_go_first_and_the_latest_of_a_file_never() {
        let files = folder(3, 4);
        assert_eq!(gone(&files, 12, 120), Vec::<PathBuf>::new());
        // By count, and by bytes.
        let first = vec![name(0, 1), name(1, 1)];
        assert_eq!(gone(&files, 10, 120), first);
        assert_eq!(gone(&files, 12, 109), first);
        // What is somebody else's neither counts nor goes.
        let stranger = Path::new(FOLDER).join("notes.txt");
        files.put(&stranger, [0; 1000], 0o644);
        assert_eq!(gone(&files, 12, 120), Vec::<PathBuf>::new());
        // However little is allowed.
        let all_but_latest: Vec<_> = (1..4)
            .flat_map(|number| (0..3).map(move |file| name(file, number)))
            .collect();
        assert_eq!(gone(&files, 0, 0), all_but_latest);
    }

    #[test]
    fn a_file_that_was_saved_long_ago_keeps_its_latest() {
        let files = MemoryFiles::new();
        files.write_new(&name(9, 1), &[0; 10], true).unwrap();
        for number in 1..=5 {
            files.write_new(&name(0, number), &[0; 10], true).unwrap();
        }
        assert_eq!(
            gone(&files, 2, 1000),
            [1, 2, 3, 4].map(|number| name(0, number))
        );
    }

    #[test]
    fn keeping_one_more_keeps_the_folder_within_its_bounds() {
        let files = folder(60, 9);
        let target = Path::new("/home/model.ron");
        files.put(target, "now", 0o644);
        let folder = Path::new(FOLDER);
        let path = keep(&files, folder, target, b"before").unwrap();
        let left = files.list(folder).unwrap();
        assert_eq!(left.len(), KEPT_IN_ALL);
        assert!(left.contains(&path));
        assert!(!left.contains(&name(0, 1)));
        for file in 0..60 {
            assert!(left.contains(&name(file, 9)), "the latest of {file}");
        }
        // A folder that cannot be looked through harms no save: let each call fail in turn.
        let calls = |files: &MemoryFiles| files.calls();
        let before = calls(&files);
        keep(&files, folder, target, b"again").unwrap();
        let needed = calls(&files) - before;
        let mut kept = 0;
        for call in 0..needed {
            files.fail_at(call);
            kept += usize::from(keep(&files, folder, target, b"once more").is_ok());
            files.heal();
        }
        assert!(kept > 400, "{kept} of {needed}");
    }
}
