//! What the program remembers of its user: recent files, theme, panel sizes, what was open and seen.
//!
//! Kept in one small RON file in the user's configuration folder. Of a file that is damaged, or of
//! another version, everything is taken that is understood; the rest is as by default. Of a model
//! nothing is kept here but where its file is, and which part of it was seen.
//!
//! Several windows share the file. What one of them chooses the others take over when they write it
//! next, and lists of files are joined; sizes of panels are each window's own.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::Model;
use crate::scene::ColourBy;
use crate::store::Files;
use crate::words::NumberFormat;

/// The version of the file. Fields are only ever added, so that each version reads the others.
const VERSION: u32 = 2;

/// Windows that were closed so shortly before the last one belong to the same session, in
/// milliseconds.
const ONE_SESSION: u64 = 60_000;

/// Of so many files is it remembered what was seen of them.
const VIEWS: usize = 40;

/// How many recent files are remembered.
const RECENT_FILES: usize = 12;

/// Which colours the window has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// Those of the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// White on black, nothing grey.
    Contrast,
}

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light, dark, or as the system.
    pub theme: ThemeChoice,
    /// Files opened or saved lately, the latest first.
    pub recent_files: Vec<PathBuf>,
    /// Whether the outline is shown.
    pub shows_outline: bool,
    /// Width of the outline, in points.
    pub outline_width: f32,
    /// Whether the inspector is shown.
    pub shows_inspector: bool,
    /// Whether the results are shown.
    pub shows_results: bool,
    /// Whether the drawing is coloured by where the time goes.
    pub shows_heat: bool,
    /// Whether a small picture of the whole drawing is shown while not all of it is seen.
    pub shows_minimap: bool,
    /// What the colours of cards stand for.
    pub colour_by: ColourBy,
    /// Width of the inspector, in points.
    pub inspector_width: f32,
    /// Height of the results, in points.
    pub results_height: f32,
    /// Size of the window, in points.
    pub window_size: (f32, f32),
    /// Interface scale; 1 is the system's own.
    pub scale: f32,
    /// How numbers are written.
    pub number_format: NumberFormat,
    /// The currency of new models.
    pub currency: String,
    /// How many threads simulate; all there are when left out.
    pub threads: Option<NonZeroUsize>,
    /// Whether a file that is opened shows what was seen of it last.
    pub restores_view: bool,
    /// Whether changes are shown at once, without anything gliding to its place.
    pub reduces_motion: bool,
    /// What was seen of files, the latest first.
    pub views: Vec<SeenView>,
    /// Files whose windows were closed lately.
    pub closed: Vec<ClosedFile>,
    /// The version of the file these are from.
    pub version: u32,
}

/// What was seen of a file when it was closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeenView {
    /// The file.
    pub file: PathBuf,
    /// What was in the middle, in world units.
    pub middle: (f64, f64),
    /// Screen points per world unit.
    pub zoom: f64,
}

/// A file whose window was closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosedFile {
    /// The file.
    pub file: PathBuf,
    /// When, in milliseconds since 1970.
    pub when: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            recent_files: Vec::new(),
            shows_outline: false,
            outline_width: 240.0,
            shows_inspector: true,
            shows_results: true,
            shows_heat: false,
            shows_minimap: true,
            colour_by: ColourBy::default(),
            inspector_width: 320.0,
            results_height: 320.0,
            window_size: (1440.0, 900.0),
            scale: 1.0,
            number_format: NumberFormat::default(),
            currency: Model::default().currency,
            threads: None,
            restores_view: true,
            reduces_motion: false,
            views: Vec::new(),
            closed: Vec::new(),
            version: VERSION,
        }
    }
}

impl Settings {
    /// Returns the file that settings are kept in, if the system has a place for it.
    pub fn default_path() -> Option<PathBuf> {
        directories::ProjectDirs::from("", "", "anabranch")
            .map(|folders| folders.config_dir().join("settings.ron"))
    }

    /// Reads settings; what is missing or not understood is as by default.
    pub fn load(files: &dyn Files, path: &Path) -> Self {
        let read = files
            .read(path)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let mut settings = read.map_or_else(Self::default, |text| understood(&text));
        settings.version = VERSION;
        settings.views.truncate(VIEWS);
        settings.closed.truncate(RECENT_FILES);
        settings.inspector_width = settings.inspector_width.clamp(240.0, 800.0);
        settings.outline_width = settings.outline_width.clamp(160.0, 800.0);
        settings.results_height = settings.results_height.clamp(120.0, 1200.0);
        settings.scale = settings.scale.clamp(0.5, 3.0);
        settings.recent_files.truncate(RECENT_FILES);
        settings
    }

    /// Returns the settings as the text of their file.
    pub fn to_text(&self) -> String {
        ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default()).unwrap_or_default()
    }

    /// Takes over what other windows have chosen and added to the lists since. `before` is what this
    /// window has written or read last: what differs from it this window has chosen itself.
    pub fn join(&mut self, before: &Self, others: Self) {
        fn take<T: PartialEq>(own: &mut T, before: &T, other: T) {
            if own == before {
                *own = other;
            }
        }
        take(&mut self.theme, &before.theme, others.theme);
        take(&mut self.scale, &before.scale, others.scale);
        take(
            &mut self.number_format,
            &before.number_format,
            others.number_format,
        );
        take(&mut self.currency, &before.currency, others.currency);
        take(&mut self.threads, &before.threads, others.threads);
        take(
            &mut self.restores_view,
            &before.restores_view,
            others.restores_view,
        );
        take(
            &mut self.reduces_motion,
            &before.reduces_motion,
            others.reduces_motion,
        );
        for file in others.recent_files {
            if !self.recent_files.contains(&file) {
                self.recent_files.push(file);
            }
        }
        self.recent_files.truncate(RECENT_FILES);
        for view in others.views {
            if !self.views.iter().any(|own| own.file == view.file) {
                self.views.push(view);
            }
        }
        self.views.truncate(VIEWS);
        for closed in others.closed {
            match self.closed.iter_mut().find(|own| own.file == closed.file) {
                Some(own) => own.when = own.when.max(closed.when),
                None => self.closed.push(closed),
            }
        }
        self.closed
            .sort_by_key(|closed| std::cmp::Reverse(closed.when));
        self.closed.truncate(RECENT_FILES);
    }

    /// Remembers what was seen of a file.
    pub fn remember_view(&mut self, file: &Path, middle: (f64, f64), zoom: f64) {
        let file = std::path::absolute(file).unwrap_or_else(|_error| file.to_owned());
        self.views.retain(|view| view.file != file);
        self.views.insert(0, SeenView { file, middle, zoom });
        self.views.truncate(VIEWS);
    }

    /// Returns what was seen of a file, where that is to be shown again.
    pub fn view_of(&self, file: &Path) -> Option<&SeenView> {
        let file = std::path::absolute(file).unwrap_or_else(|_error| file.to_owned());
        let mut views = self.views.iter().filter(|_| self.restores_view);
        views.find(|view| view.file == file)
    }

    /// Remembers that the window of a file was closed, at a time in milliseconds since 1970.
    pub fn remember_closed(&mut self, file: &Path, when: u64) {
        let file = std::path::absolute(file).unwrap_or_else(|_error| file.to_owned());
        self.closed.retain(|closed| closed.file != file);
        self.closed.insert(0, ClosedFile { file, when });
        self.closed.truncate(RECENT_FILES);
    }

    /// Returns the files of the session that was closed last, the last one first: those whose windows
    /// were closed together.
    pub fn last_session(&self) -> Vec<PathBuf> {
        let last = self.closed.iter().map(|closed| closed.when).max();
        let together = |closed: &&ClosedFile| {
            last.is_some_and(|last| last.saturating_sub(closed.when) <= ONE_SESSION)
        };
        let files = self.closed.iter().filter(together);
        files.map(|closed| closed.file.clone()).collect()
    }

    /// Puts a file at the top of the recent ones.
    pub fn remember_file(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_error| path.to_owned());
        self.recent_files.retain(|recent| *recent != path);
        self.recent_files.insert(0, path);
        self.recent_files.truncate(RECENT_FILES);
    }

    /// Returns the folders of the recent files, the latest first, each once.
    pub fn recent_folders(&self) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        for folder in self.recent_files.iter().filter_map(|file| file.parent()) {
            if !folders.iter().any(|known| known == folder) {
                folders.push(folder.to_owned());
            }
        }
        folders
    }
}

/// Reads settings, leaving out the lines that are not understood.
fn understood(text: &str) -> Settings {
    let mut lines: Vec<&str> = text.lines().collect();
    while !lines.is_empty() {
        match ron::from_str(&lines.join("\n")) {
            Ok(settings) => return settings,
            Err(error) => {
                let at = error.span.start.line.clamp(1, lines.len());
                lines.remove(at - 1);
            }
        }
    }
    Settings::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_files_are_few_and_each_once() {
        let mut settings = Settings::default();
        for n in 0..20 {
            settings.remember_file(Path::new(&format!("/models/{}.ron", n % 15)));
        }
        assert_eq!(settings.recent_files.len(), RECENT_FILES);
        assert_eq!(settings.recent_files[0], Path::new("/models/4.ron"));
        assert_eq!(settings.recent_folders(), [Path::new("/models")]);
    }

    #[test]
    fn settings_survive_their_file() {
        let settings = Settings {
            scale: 1.25,
            theme: ThemeChoice::Dark,
            ..Settings::default()
        };
        assert_eq!(
            ron::from_str::<Settings>(&settings.to_text()).unwrap(),
            settings
        );
        let partial: Settings = ron::from_str("(theme: light)").unwrap();
        assert_eq!(partial.theme, ThemeChoice::Light);
        assert_eq!(partial.results_height, Settings::default().results_height);
    }

    #[test]
    fn what_is_understood_of_another_version_is_kept() {
        // As written before there were versions, by a newer version, and by a slip of the hand.
        for text in [
            "(\n    theme: dark,\n    recent_files: [\n        \"/a.ron\",\n    ],\n    scale: 1.5,\n)",
            "(\n    theme: dark,\n    recent_files: [\n        \"/a.ron\",\n    ],\n    scale: 1.5,\n    \
             number_format: roman,\n    mood: good,\n    version: 9,\n)",
            "(\n    theme: dark,\n    recent_files: [\n        \"/a.ron\",\n    ],\n    scale: 1.5,\n    \
             results_height: high,\n)",
        ] {
            let settings = understood(text);
            assert_eq!(settings.theme, ThemeChoice::Dark, "{text}");
            assert_eq!(settings.recent_files, [Path::new("/a.ron")], "{text}");
            assert_eq!(settings.scale, 1.5, "{text}");
            assert_eq!(settings.number_format, NumberFormat::Point, "{text}");
        }
        for nonsense in ["", "(", "[1, 2]", "theme: dark", "(theme: purple)"] {
            let settings = understood(nonsense);
            assert_eq!(settings, Settings::default(), "{nonsense}");
        }
    }

    #[test]
    fn windows_that_were_closed_together_are_a_session() {
        let mut one = Settings::default();
        one.remember_closed(Path::new("/old.ron"), 1_000);
        one.remember_closed(Path::new("/a.ron"), 500_000);
        let mut other = Settings::default();
        other.remember_closed(Path::new("/b.ron"), 530_000);
        other.remember_file(Path::new("/b.ron"));
        other.remember_view(Path::new("/b.ron"), (1.0, 2.0), 0.5);
        other.theme = ThemeChoice::Dark;
        other.currency = "CHF".to_owned();
        let before = one.clone();
        one.currency = "SEK".to_owned();
        one.join(&before, other);
        assert_eq!(one.theme, ThemeChoice::Dark);
        assert_eq!(one.currency, "SEK");
        let expected = [Path::new("/b.ron"), Path::new("/a.ron")];
        assert_eq!(one.last_session(), expected);
        assert_eq!(one.recent_files, [Path::new("/b.ron")]);
        assert_eq!(
            one.view_of(Path::new("/b.ron")).map(|view| view.zoom),
            Some(0.5)
        );
        one.restores_view = false;
        assert_eq!(one.view_of(Path::new("/b.ron")), None);
    }
}
