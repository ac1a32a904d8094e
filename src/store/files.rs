//! The few things that opening, saving and journaling ask of a file system, so that a test can let
//! any of them fail.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
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
    /// Whether it is marked as not to be written.
    pub is_protected: bool,
    /// How many names the file has (hard links); 1 where the system does not say.
    pub names: u64,
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

    /// Makes a new file with these bytes and has the disk confirm them. One that is private nobody
    /// but the user may read, where the system knows such a thing, from its first byte on.
    ///
    /// # Errors
    /// When the name is taken ([`io::ErrorKind::AlreadyExists`]; that file is untouched), or when
    /// not every byte could be written; part of the file may be there then.
    fn write_new(&self, path: &Path, bytes: &[u8], is_private: bool) -> io::Result<()>;

    /// Writes these bytes into a file that is there, in place of what it holds, and has the disk
    /// confirm them. Whatever other names the file has lead to the new bytes too.
    ///
    /// # Errors
    /// When there is no such file or not every byte could be written; then nothing is known of what
    /// it holds.
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Returns whether a file that is there can be written, by asking the system for it. Nothing is
    /// changed.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn is_writable(&self, path: &Path) -> io::Result<bool>;

    /// Gives one file the permissions, and where it is allowed the owner, of another.
    ///
    /// # Errors
    /// When the permissions cannot be given.
    fn copy_permissions(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Gives a file another name, in place of whatever has that name, in one step. Where the system
    /// can hand on what else belongs to the file there (on Windows its access list, streams and
    /// time of creation), it does.
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

    /// Makes a folder that only the user may look into, and those that it lies in, unless it is
    /// there.
    ///
    /// # Errors
    /// When it cannot be done.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;

    /// Returns what lies in a folder, in the order of the names; nothing when there is no folder.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Makes a new file, private, to be written at its end, and claims it.
    ///
    /// # Errors
    /// When the name is taken ([`io::ErrorKind::AlreadyExists`]), or it cannot be made.
    fn begin_log(&self, path: &Path) -> io::Result<Box<dyn Log>>;

    /// Claims a file that is there, to go on at its end; none when somebody else has claimed it.
    ///
    /// # Errors
    /// When it cannot be opened for writing.
    fn claim_log(&self, path: &Path) -> io::Result<Option<Box<dyn Log>>>;
}

/// A file that is written at its end, by nobody else.
///
/// The claim ends when this is dropped, and when the process ends, however it does.
pub trait Log: Send {
    /// Returns the bytes of the file. (Where a claim keeps others from reading, this works.)
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&mut self) -> io::Result<Vec<u8>>;

    /// Writes bytes at the end. They outlive this process, but not yet a power cut.
    ///
    /// # Errors
    /// When not every byte could be written; part of them may be there then.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Has the disk confirm what was written.
    ///
    /// # Errors
    /// When the disk does not; then nothing is known of what was written since the last time.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file off behind so many bytes.
    ///
    /// # Errors
    /// When it cannot be done.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

/// The file system of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskFiles;

/// The longest file that is read: beyond it a slip of the mouse is more likely than a model.
const LONGEST_FILE: u64 = 1 << 30;

fn read_all(file: &mut File) -> io::Result<Vec<u8>> {
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

/// Lets nobody else read a file that is made.
#[cfg(unix)]
fn make_private(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

/// Lets nobody else read a file that is made: where folders of the user's are private as a whole,
/// there is nothing to be done.
#[cfg(not(unix))]
fn make_private(_: &mut OpenOptions) {}

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        read_all(&mut File::open(path)?)
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
            #[cfg(unix)]
            names: std::os::unix::fs::MetadataExt::nlink(&metadata),
            #[cfg(not(unix))]
            names: 1,
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

    fn write_new(&self, path: &Path, bytes: &[u8], is_private: bool) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        if is_private {
            make_private(&mut options);
        }
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        // `fsync`; `FlushFileBuffers` on Windows; on macOS `F_FULLFSYNC`, without which the disk
        // itself may still hold it back.
        file.sync_all()
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        // Written first and cut off afterwards: a full disk is noticed while the file still has at
        // least the length it had.
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    }

    fn is_writable(&self, path: &Path) -> io::Result<bool> {
        match OpenOptions::new().append(true).open(path) {
            Ok(_) => Ok(true),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
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

    #[cfg(not(windows))]
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    #[cfg(windows)]
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        match super::windows::replace(from, to) {
            // There is nothing to be replaced.
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(from, to),
            result => result,
        }
    }

    #[cfg(unix)]
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    /// Windows has no such call; `ReplaceFileW` and its rename write through.
    #[cfg(not(unix))]
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let paths: io::Result<Vec<PathBuf>> = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect();
        paths.map(|mut paths| {
            paths.sort_unstable();
            paths
        })
    }

    fn begin_log(&self, path: &Path) -> io::Result<Box<dyn Log>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        make_private(&mut options);
        let file = options.open(path)?;
        match claimed(file)? {
            Some(log) => Ok(log),
            // Somebody looked at it in the moment between.
            None => Err(io::ErrorKind::ResourceBusy.into()),
        }
    }

    fn claim_log(&self, path: &Path) -> io::Result<Option<Box<dyn Log>>> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        file.seek(SeekFrom::End(0))?;
        claimed(file)
    }
}

/// A file of the machine that is claimed by the system's lock. Not opened for appending, because
/// Windows cuts no such file off.
struct DiskLog(File);

fn claimed(file: File) -> io::Result<Option<Box<dyn Log>>> {
    match file.try_lock() {
        Ok(()) => Ok(Some(Box::new(DiskLog(file)))),
        Err(TryLockError::WouldBlock) => Ok(None),
        // Some network file systems know no locks; then one has to do without.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            Ok(Some(Box::new(DiskLog(file))))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

impl Log for DiskLog {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        self.0.seek(SeekFrom::Start(0))?;
        // To its end, where it is written on.
        read_all(&mut self.0)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)?;
        self.0.seek(SeekFrom::Start(length)).map(|_| ())
    }
}
