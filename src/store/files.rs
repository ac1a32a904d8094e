//! The few things that saving and opening ask of a file system, so that a test can let any of them
//! fail.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What is known of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileState {
    /// Its length in bytes.
    pub length: u64,
    /// When it was last written, where the system knows. Together with the length it tells whether
    /// another program has written the file since it was opened.
    pub modified: Option<SystemTime>,
    /// Whether it is a file, and neither a folder nor a device.
    pub is_file: bool,
    /// Whether it may not be written.
    pub is_protected: bool,
}

/// A file system.
pub trait Files {
    /// Returns the bytes of a file.
    ///
    /// # Errors
    /// When there is none, or it may not be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Returns what is known of what a path leads to, through links; none when there is nothing.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn state(&self, path: &Path) -> io::Result<Option<FileState>>;

    /// Returns where a link leads, as it says; none when the path is no link, or nothing is there.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn link(&self, path: &Path) -> io::Result<Option<PathBuf>>;

    /// Makes a new file with these bytes and has the disk confirm them.
    ///
    /// # Errors
    /// When the name is taken ([`io::ErrorKind::AlreadyExists`]; that file is untouched), or when
    /// not every byte could be written; part of the file may be there then.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Gives one file the permissions, and where it is allowed the owner, of another.
    ///
    /// # Errors
    /// When the permissions cannot be given.
    fn copy_permissions(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Gives a file another name, in place of whatever has that name, in one step.
    ///
    /// # Errors
    /// When it cannot be done; both are as they were then.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Has the disk confirm the names in a folder, where the system can.
    ///
    /// # Errors
    /// When the disk does not confirm them.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Takes a file away.
    ///
    /// # Errors
    /// When it cannot be done.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The file system of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskFiles;

/// The longest file that is read: beyond it a slip of the mouse is more likely than a model.
const LONGEST_FILE: u64 = 1 << 30;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = File::open(path)?;
        let mut bytes = Vec::new();
        // Not `fs::read`: a device gives bytes without end.
        file.take(LONGEST_FILE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LONGEST_FILE {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "it is longer than 1 GiB",
            ));
        }
        Ok(bytes)
    }

    fn state(&self, path: &Path) -> io::Result<Option<FileState>> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(FileState {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            is_file: metadata.is_file(),
            is_protected: metadata.permissions().readonly(),
        }))
    }

    fn link(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_symlink() => fs::read_link(path).map(Some),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn copy_permissions(&self, from: &Path, to: &Path) -> io::Result<()> {
        let metadata = fs::metadata(from)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, chown};
            let own = fs::metadata(to)?;
            if (own.uid(), own.gid()) != (metadata.uid(), metadata.gid()) {
                // Only an administrator may give files away; for others the new file is theirs,
                // as it is with every editor that saves this way.
                drop(chown(to, Some(metadata.uid()), Some(metadata.gid())));
            }
        }
        fs::set_permissions(to, metadata.permissions())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    #[cfg(unix)]
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    /// Windows has no such call; its rename writes through.
    #[cfg(not(unix))]
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}
