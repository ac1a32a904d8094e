//! One file, one window: a window claims its file, and whoever opens the same file raises that window
//! instead of opening another.
//!
//! The claim is a lock in a folder of the user's, which the system takes back however the process
//! ends. Beside it the window listens on a local socket (a named pipe on Windows) for the wish to be
//! raised.

use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{Listener, ListenerOptions, Name, Stream};

use crate::store::Fingerprint;

/// So long is waited for the other window to say that it is in front.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What is said to another window, and its answer.
const RAISE: &str = "raise";
const RAISED: &str = "raised";
/// What a window says to its own thread when it gives up its file.
const END: &str = "end";

/// A file as other windows know it.
#[derive(Clone, Debug)]
struct Place {
    lock: PathBuf,
    socket: PathBuf,
}

impl Place {
    /// The same for every name that leads to the file.
    fn of(folder: &Path, file: &Path) -> Self {
        let whole = std::fs::canonicalize(file)
            .or_else(|_not_there| std::path::absolute(file))
            .unwrap_or_else(|_unknown| file.to_owned());
        let hash = Fingerprint::of(whole.as_os_str().as_encoded_bytes()).hash;
        Self {
            lock: folder.join(format!("{hash:016x}.lock")),
            socket: folder.join(format!("{hash:016x}.socket")),
        }
    }

    #[cfg(unix)]
    fn name(&self) -> io::Result<Name<'_>> {
        use interprocess::local_socket::GenericFilePath;
        self.socket.as_path().to_fs_name::<GenericFilePath>()
    }

    /// Named pipes lie in no folder, and are the same for all users.
    #[cfg(not(unix))]
    fn name(&self) -> io::Result<Name<'_>> {
        use interprocess::local_socket::GenericNamespaced;
        let whole = self.socket.as_os_str().as_encoded_bytes();
        format!("anabranch-{:016x}", Fingerprint::of(whole).hash).to_ns_name::<GenericNamespaced>()
    }
}

/// The claim on a file, given up when it is dropped.
pub struct Claim {
    place: Place,
    is_over: Arc<AtomicBool>,
    listens: bool,
    _lock: File,
}

/// What became of claiming a file.
pub enum Claimed {
    /// It is ours.
    Ours(Claim),
    /// Another window has it; whether that window said that it is in front now.
    Theirs {
        /// Whether it answered.
        is_raised: bool,
    },
}

/// Claims a file for this window, or raises the window that has it. `raise` is called, from a thread,
/// when somebody wants this window to be in front.
///
/// # Errors
/// When there can be no claims here. Then files may be open twice, and saving notices what the other
/// has written.
pub fn claim(folder: &Path, file: &Path, raise: impl Fn() + Send + 'static) -> io::Result<Claimed> {
    make_private(folder)?;
    let place = Place::of(folder, file);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&place.lock)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Ok(Claimed::Theirs {
                is_raised: asked_to_raise(&place),
            });
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // Whoever made this one is gone, or we would not have the lock.
    let _may_not_be_there = std::fs::remove_file(&place.socket);
    let is_over = Arc::new(AtomicBool::new(false));
    let listener = place
        .name()
        .and_then(|name| ListenerOptions::new().name(name).create_sync());
    let listens = match listener {
        Ok(listener) => {
            let is_over = Arc::clone(&is_over);
            std::thread::Builder::new()
                .name("raise".to_owned())
                .spawn(move || listen(&listener, &is_over, &raise))?;
            true
        }
        Err(error) => {
            log::warn!("this window cannot be raised by others: {error}");
            false
        }
    };
    Ok(Claimed::Ours(Claim {
        place,
        is_over,
        listens,
        _lock: lock,
    }))
}

/// Raises the window that has a file, if there is one. Returns whether it said that it is in front.
///
/// # Errors
/// As [`claim`].
pub fn raise(folder: &Path, file: &Path) -> io::Result<bool> {
    Ok(match claim(folder, file, || {})? {
        Claimed::Ours(_given_up_at_once) => false,
        Claimed::Theirs { is_raised } => is_raised,
    })
}

/// Makes a folder that only this user may look into.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn listen(listener: &Listener, is_over: &AtomicBool, raise: &dyn Fn()) {
    for stream in listener.incoming() {
        if is_over.load(Ordering::Acquire) {
            return;
        }
        // One that breaks off is none of ours.
        let _broken_off = stream.and_then(|stream| answer(stream, raise));
    }
}

fn answer(stream: Stream, raise: &dyn Fn()) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    if line(&mut stream)? == RAISE {
        // Answered first: raising waits for a frame that is being drawn, and whoever asks does not
        // wait for ever.
        writeln!(stream.get_mut(), "{RAISED}")?;
        raise();
    }
    Ok(())
}

/// Reads a short line; whatever is longer is not meant for us.
fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut text = String::new();
    io::Read::take(stream, 64).read_line(&mut text)?;
    Ok(text.trim_end().to_owned())
}

/// Says something to whoever listens, and returns the answer.
fn say(place: &Place, word: &str) -> io::Result<String> {
    let mut stream = BufReader::new(Stream::connect(place.name()?)?);
    writeln!(stream.get_mut(), "{word}")?;
    line(&mut stream)
}

/// In a thread, because a window that hangs never answers.
fn asked_to_raise(place: &Place) -> bool {
    let (answered, answer) = mpsc::channel();
    let place = place.clone();
    std::thread::spawn(move || {
        // It may have the lock, and not listen yet.
        for _ in 0..80 {
            if let Ok(word) = say(&place, RAISE) {
                // Too late, nobody waits any more.
                let _nobody_waits = answered.send(word == RAISED);
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    answer.recv_timeout(LONGEST_WAIT).unwrap_or(false)
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        if self.listens {
            // Wakes the thread, so that it sees that it is over; it ends with the process at the
            // latest.
            let _wakes = say(&self.place, END);
        }
        // While the lock is still ours. The file with the lock stays: taken away it could be locked
        // by two, one under this name and one without any.
        let _may_not_be_there = std::fs::remove_file(&self.place.socket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn a_file_has_one_window_which_is_raised() {
        let folder = tempfile::tempdir().unwrap();
        let (claims, file) = (folder.path().join("open"), folder.path().join("model.ron"));
        crate::store::save_bytes(&crate::store::DiskFiles, &file, b"").unwrap();
        let raised = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&raised);
        let ours = claim(&claims, &file, move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let Ok(Claimed::Ours(ours)) = ours else {
            panic!("it is free");
        };
        // Under every name of it.
        let roundabout = folder.path().join("open/../model.ron");
        for name in [&file, &roundabout] {
            assert!(raise(&claims, name).unwrap());
        }
        let begin = std::time::Instant::now();
        while raised.load(Ordering::Relaxed) < 2 {
            assert!(begin.elapsed() < Duration::from_secs(10), "it is raised");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(!raise(&claims, &folder.path().join("other.ron")).unwrap());
        drop(ours);
        for _ in 0..3 {
            let again = claim(&claims, &file, || {}).unwrap();
            assert!(matches!(again, Claimed::Ours(_)));
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_a_killed_process_leaves_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("model.ron");
        let place = Place::of(folder.path(), &file);
        // A socket that nobody listens to, and a lock that nobody has.
        drop(std::os::unix::net::UnixListener::bind(&place.socket).unwrap());
        drop(File::create(&place.lock).unwrap());
        let claimed = claim(folder.path(), &file, || {}).unwrap();
        let Claimed::Ours(_claim) = claimed else {
            panic!("nobody has it");
        };
        assert!(raise(folder.path(), &file).unwrap());
    }
}
