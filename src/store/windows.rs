//! The one call of Windows that the standard library has not.

use std::ffi::OsStr;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;

use windows_sys::Win32::Storage::FileSystem::{REPLACEFILE_IGNORE_MERGE_ERRORS, ReplaceFileW};

/// Puts a file in the place of another that is there, which hands on its access list, its streams,
/// its attributes and its time of creation.
///
/// # Errors
/// When it cannot be done, [`io::ErrorKind::NotFound`] where there is nothing to be replaced.
pub fn replace(from: &Path, to: &Path) -> io::Result<()> {
    let wide = |text: &OsStr| -> Vec<u16> { text.encode_wide().chain([0]).collect() };
    let (from, to) = (wide(from.as_os_str()), wide(to.as_os_str()));
    #[expect(unsafe_code, reason = "the standard library has no such call")]
    // SAFETY: both texts end with a zero and outlive the call; the other pointers may be null.
    let is_done = unsafe {
        ReplaceFileW(
            to.as_ptr(),
            from.as_ptr(),
            std::ptr::null(),
            REPLACEFILE_IGNORE_MERGE_ERRORS,
            std::ptr::null(),
            std::ptr::null(),
        )
    };
    if is_done == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
