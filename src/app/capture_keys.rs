//! The keys that draw, as data: the window obeys this list, and the list of keys shows it.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::interact::Walk;

/// A key that draws while a stage is selected, or nothing is drawn yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureKey {
    /// A stage beside the selected one.
    Beside,
    /// The next stage.
    Next,
    /// To another stage.
    Walk(Walk),
    /// The first stage.
    First,
}

impl CaptureKey {
    /// All of them. A shortcut also matches when more keys are held than it names, so that with
    /// Shift comes first.
    pub const ALL: [Self; 7] = [
        Self::Beside,
        Self::Next,
        Self::Walk(Walk::Right),
        Self::Walk(Walk::Left),
        Self::Walk(Walk::Up),
        Self::Walk(Walk::Down),
        Self::First,
    ];

    /// Returns its key.
    pub fn shortcut(self) -> KeyboardShortcut {
        let plain = |key| KeyboardShortcut::new(Modifiers::NONE, key);
        match self {
            Self::Beside => KeyboardShortcut::new(Modifiers::SHIFT, Key::Tab),
            Self::Next => plain(Key::Tab),
            Self::Walk(Walk::Right) => plain(Key::ArrowRight),
            Self::Walk(Walk::Left) => plain(Key::ArrowLeft),
            Self::Walk(Walk::Up) => plain(Key::ArrowUp),
            Self::Walk(Walk::Down) => plain(Key::ArrowDown),
            Self::First => plain(Key::Enter),
        }
    }

    /// Returns what it does, in a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Beside => "A stage side by side; in a stage's line, finish it first",
            Self::Next => "The next stage; in a stage's line, finish it first",
            Self::Walk(Walk::Right) => "To the stage that comes next",
            Self::Walk(Walk::Left) => "To the stage before",
            Self::Walk(Walk::Up) => "To the stage above",
            Self::Walk(Walk::Down) => "To the stage below",
            Self::First => "The first stage of an empty drawing",
        }
    }
}

/// What letters do.
pub const TYPING: (&str, &str) = (
    "Letters",
    "Say the selected stage, or the first: Legal review 4h @Legal 85%",
);
