//! The log: what the program and its libraries say, in a file of the user's and, the last of it, in
//! memory for diagnostics. Nothing about a model but the paths of files.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::store::{DiskFiles, Files as _};
use log::{Level, LevelFilter, Log, Metadata, Record};

/// So many lines are kept in memory.
const RECENT: usize = 200;

/// With more bytes than this the file begins anew at the next start; the one before is kept.
const LONGEST: u64 = 256 * 1024;

static LOGGER: OnceLock<FileLog> = OnceLock::new();

struct FileLog {
    path: Option<PathBuf>,
    file: Mutex<Option<File>>,
    recent: Mutex<VecDeque<String>>,
}

/// Begins to log, to a file in a folder where there is one. Called again, it does nothing.
pub fn install(folder: Option<&Path>) {
    let path = folder.map(|folder| folder.join("anabranch.log"));
    let logger = LOGGER.get_or_init(|| FileLog {
        // A log is a comfort: where it cannot be written the program works all the same.
        file: Mutex::new(path.as_deref().and_then(|path| opened(path).ok())),
        path,
        recent: Mutex::default(),
    });
    if log::set_logger(logger).is_ok() {
        log::set_max_level(LevelFilter::Info);
    }
}

fn opened(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        DiskFiles.make_folder(folder)?;
    }
    if std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > LONGEST) {
        std::fs::rename(path, path.with_extension("log.old"))?;
    }
    // Several windows write to it, each line in one call.
    OpenOptions::new().create(true).append(true).open(path)
}

/// Returns the file, when there is one.
pub fn path() -> Option<&'static Path> {
    LOGGER.get()?.path.as_deref()
}

/// Returns the last lines of this process.
pub fn recent() -> Vec<String> {
    let Some(logger) = LOGGER.get() else {
        return Vec::new();
    };
    let recent = logger.recent.lock();
    let recent = recent.unwrap_or_else(PoisonError::into_inner);
    recent.iter().cloned().collect()
}

impl Log for FileLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let is_ours = metadata.target().starts_with("anabranch");
        metadata.level() <= if is_ours { Level::Info } else { Level::Warn }
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = format!(
            "{:.0} [{}] {} {}: {}",
            jiff::Timestamp::now(),
            std::process::id(),
            record.level(),
            record.target(),
            record.args()
        );
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = file.as_mut()
            && open.write_all(format!("{line}\n").as_bytes()).is_err()
        {
            // A full disk: what is in memory still is.
            *file = None;
        }
        drop(file);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == RECENT {
            recent.pop_front();
        }
        recent.push_back(line);
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_logged_is_in_the_file_and_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("log");
        let logger = FileLog {
            file: Mutex::new(opened(&inside.join("a.log")).ok()),
            path: None,
            recent: Mutex::default(),
        };
        for n in 0..RECENT + 5 {
            logger.log(
                &Record::builder()
                    .target("anabranch::app")
                    .level(Level::Info)
                    .args(format_args!("line {n}"))
                    .build(),
            );
        }
        // Libraries are heard when something is the matter.
        for level in [Level::Info, Level::Warn] {
            logger.log(
                &Record::builder()
                    .target("winit")
                    .level(level)
                    .args(format_args!("of a library"))
                    .build(),
            );
        }
        let text = std::fs::read_to_string(inside.join("a.log")).unwrap();
        assert_eq!(text.lines().count(), RECENT + 6);
        assert!(
            text.lines()
                .last()
                .unwrap()
                .ends_with("WARN winit: of a library")
        );
        assert_eq!(logger.recent.lock().unwrap().len(), RECENT);

        // A long one begins anew.
        let long = vec![b'x'; LONGEST as usize + 1];
        crate::store::save_bytes(&crate::store::DiskFiles, &inside.join("b.log"), &long).unwrap();
        opened(&inside.join("b.log")).unwrap();
        assert_eq!(std::fs::metadata(inside.join("b.log")).unwrap().len(), 0);
        assert!(inside.join("b.log.old").exists());
    }
}
