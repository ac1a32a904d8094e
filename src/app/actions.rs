//! Actions as data: label, shortcut, when they can be done. Menus, buttons and keys share them.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::edit::{Document, Selected};

/// Something the user can do that is not about one control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the labels say it")]
pub enum Action {
    New,
    Open,
    Save,
    SaveAs,
    SaveCopy,
    Duplicate,
    Revert,
    Export,
    Quit,
    Undo,
    Redo,
    Delete,
    SelectAll,
    Rename,
    AddStage,
    MarkCustomary,
    RunTogether,
    PutBackInOrder,
    ZoomIn,
    ZoomOut,
    ActualSize,
    Fit,
    ToggleInspector,
    ToggleResults,
    ToggleHeat,
    Light,
    Dark,
    SystemTheme,
    Settings,
    CopyDiagnostics,
    About,
}

impl Action {
    /// All of them, in the order of the menus.
    pub const ALL: [Self; 31] = [
        Self::New,
        Self::Open,
        Self::Save,
        Self::SaveAs,
        Self::SaveCopy,
        Self::Duplicate,
        Self::Revert,
        Self::Export,
        Self::Quit,
        Self::Undo,
        Self::Redo,
        Self::Delete,
        Self::SelectAll,
        Self::Rename,
        Self::AddStage,
        Self::MarkCustomary,
        Self::RunTogether,
        Self::PutBackInOrder,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ActualSize,
        Self::Fit,
        Self::ToggleInspector,
        Self::ToggleResults,
        Self::ToggleHeat,
        Self::Light,
        Self::Dark,
        Self::SystemTheme,
        Self::Settings,
        Self::CopyDiagnostics,
        Self::About,
    ];

    /// Returns what menus and buttons call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Open => "Open…",
            Self::Save => "Save",
            Self::SaveAs => "Save as…",
            Self::SaveCopy => "Save a copy…",
            Self::Duplicate => "Duplicate…",
            Self::Revert => "Go back to the file",
            Self::Export => "Export…",
            Self::Quit => "Quit",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Delete => "Delete",
            Self::SelectAll => "Select all",
            Self::Rename => "Rename",
            Self::AddStage => "Add a stage",
            Self::MarkCustomary => "Mark as customary",
            Self::RunTogether => "Run together",
            Self::PutBackInOrder => "Put back in order",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::ActualSize => "Actual size",
            Self::Fit => "Fit the drawing",
            Self::ToggleInspector => "Inspector",
            Self::ToggleResults => "Results",
            Self::ToggleHeat => "Heat",
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::SystemTheme => "As the system",
            Self::Settings => "Settings…",
            Self::CopyDiagnostics => "Copy diagnostics",
            Self::About => "About Anabranch",
        }
    }

    /// Returns its shortcut. The first one is shown in menus.
    pub fn shortcuts(self) -> &'static [KeyboardShortcut] {
        const fn command(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::COMMAND, key)
        }
        const fn command_shift(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
        }
        const fn plain(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::NONE, key)
        }
        match self {
            Self::New => const { &[command(Key::N)] },
            Self::Open => const { &[command(Key::O)] },
            Self::Save => const { &[command(Key::S)] },
            Self::SaveAs => const { &[command_shift(Key::S)] },
            Self::Export => const { &[command(Key::E)] },
            Self::Quit => const { &[command(Key::Q)] },
            Self::Undo => const { &[command(Key::Z)] },
            Self::Redo => const { &[command_shift(Key::Z), command(Key::Y)] },
            Self::Delete => const { &[plain(Key::Delete), plain(Key::Backspace)] },
            Self::SelectAll => const { &[command(Key::A)] },
            Self::Rename => const { &[plain(Key::F2), plain(Key::Enter)] },
            Self::AddStage => const { &[plain(Key::N)] },
            Self::MarkCustomary => const { &[plain(Key::C)] },
            Self::RunTogether => const { &[plain(Key::R)] },
            Self::ZoomIn => const { &[command(Key::Plus), command(Key::Equals)] },
            Self::ZoomOut => const { &[command(Key::Minus)] },
            Self::ActualSize => const { &[command(Key::Num0)] },
            Self::Fit => const { &[command(Key::Num1)] },
            Self::Settings => const { &[command(Key::Comma)] },
            Self::ToggleInspector => const { &[command(Key::I)] },
            Self::ToggleResults => const { &[command(Key::J)] },
            Self::ToggleHeat => const { &[plain(Key::H)] },
            Self::PutBackInOrder
            | Self::SaveCopy
            | Self::Duplicate
            | Self::Revert
            | Self::Light
            | Self::Dark
            | Self::SystemTheme
            | Self::CopyDiagnostics
            | Self::About => &[],
        }
    }

    /// Returns whether the shortcut must leave keys alone that a text field wants.
    pub fn yields_to_text(self) -> bool {
        matches!(
            self,
            Self::Undo
                | Self::Redo
                | Self::Delete
                | Self::SelectAll
                | Self::Rename
                | Self::AddStage
                | Self::MarkCustomary
                | Self::RunTogether
                | Self::ToggleHeat
        )
    }

    /// Returns whether what is typed into fields must be part of the document first.
    pub fn leaves_document(self) -> bool {
        matches!(
            self,
            Self::New
                | Self::Open
                | Self::Save
                | Self::SaveAs
                | Self::SaveCopy
                | Self::Duplicate
                | Self::Revert
                | Self::Export
                | Self::Quit
        )
    }

    /// Returns whether it can be done now.
    pub fn is_enabled(self, document: &Document) -> bool {
        let selection = document.selection();
        let model = document.model();
        match self {
            Self::Undo => document.undo_label().is_some(),
            Self::Redo => document.redo_label().is_some(),
            Self::Delete => !selection.is_empty(),
            Self::SelectAll => !model.stages.is_empty(),
            Self::Rename => matches!(selection.single(), Some(Selected::Stage(_))),
            Self::MarkCustomary | Self::RunTogether => !selection.handoffs().is_empty(),
            Self::PutBackInOrder => selection.handoffs().iter().any(|&id| {
                model
                    .handoffs
                    .find(id)
                    .is_some_and(|handoff| handoff.is_relaxed)
            }),
            Self::Fit => !model.stages.is_empty(),
            Self::Revert => document.path().is_some(),
            _ => true,
        }
    }
}
