//! What the window needs of the world around it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::dialogs::FileDialogs;
use crate::scene::Fonts;
use crate::store::Files;

/// What the window needs of the world around it.
pub struct Surroundings {
    /// Where files are.
    pub files: Arc<dyn Files + Send + Sync>,
    /// Who asks for files.
    pub dialogs: Box<dyn FileDialogs>,
    /// Where settings are kept; nowhere when left out.
    pub settings_path: Option<PathBuf>,
    /// Where recovery journals and backups are kept; nowhere when left out.
    pub data_folder: Option<PathBuf>,
    /// Where windows claim their files; without it files may be open twice.
    pub claim_folder: Option<PathBuf>,
    /// Opens a file in another window, by starting the program once more.
    pub open_elsewhere: fn(&Path) -> io::Result<()>,
    /// What letters are drawn with.
    pub fonts: Fonts,
}

impl Surroundings {
    pub(super) fn journals(&self) -> Option<PathBuf> {
        self.data_folder.as_ref().map(|data| data.join("journals"))
    }

    /// Where the user's own patterns are kept.
    pub(super) fn patterns(&self) -> Option<PathBuf> {
        self.data_folder.as_ref().map(|data| data.join("patterns"))
    }

    pub(super) fn backups(&self) -> Option<PathBuf> {
        self.data_folder.as_ref().map(|data| data.join("backups"))
    }
}
