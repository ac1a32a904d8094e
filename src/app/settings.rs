//! What the program remembers of its user: recent files, theme, panel sizes.
//!
//! Kept in one small RON file in the user's configuration folder; a missing or damaged file gives
//! the defaults, and nothing about a model is ever kept here.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::store::Files;

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
}

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light, dark, or as the system.
    pub theme: ThemeChoice,
    /// Files opened or saved lately, the latest first.
    pub recent_files: Vec<PathBuf>,
    /// Whether the inspector is shown.
    pub shows_inspector: bool,
    /// Whether the results are shown.
    pub shows_results: bool,
    /// Whether the drawing is coloured by where the time goes.
    pub shows_heat: bool,
    /// Width of the inspector, in points.
    pub inspector_width: f32,
    /// Height of the results, in points.
    pub results_height: f32,
    /// Size of the window, in points.
    pub window_size: (f32, f32),
    /// Interface scale; 1 is the system's own.
    pub scale: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            recent_files: Vec::new(),
            shows_inspector: true,
            shows_results: true,
            shows_heat: false,
            inspector_width: 320.0,
            results_height: 320.0,
            window_size: (1440.0, 900.0),
            scale: 1.0,
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
        let mut settings: Self = read
            .and_then(|text| ron::from_str(&text).ok())
            .unwrap_or_default();
        settings.inspector_width = settings.inspector_width.clamp(240.0, 800.0);
        settings.results_height = settings.results_height.clamp(120.0, 1200.0);
        settings.scale = settings.scale.clamp(0.5, 3.0);
        settings.recent_files.truncate(RECENT_FILES);
        settings
    }

    /// Returns the settings as the text of their file.
    pub fn to_text(&self) -> String {
        ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default()).unwrap_or_default()
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
}
