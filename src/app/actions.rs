//! Actions as data: label, shortcut, when they can be done. Menus, buttons and keys share them.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::edit::{self, Document, Selected};
use crate::layout::{Alignment, Axis};
use crate::model::WorldVector;
use crate::scene::ColourBy;

/// A direction to move something in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Direction {
    Left,
    Right,
    Up,
    Down,
}

impl Direction {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Up, Self::Down];

    /// Returns a way in this direction.
    pub fn way(self, length: f64) -> WorldVector {
        match self {
            Self::Left => WorldVector::new(-length, 0.0),
            Self::Right => WorldVector::new(length, 0.0),
            Self::Up => WorldVector::new(0.0, -length),
            Self::Down => WorldVector::new(0.0, length),
        }
    }
}

/// Something the user can do that is not about one control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the labels say it")]
pub enum Action {
    New,
    Open,
    Save,
    SaveAs,
    SaveCopy,
    DuplicateFile,
    Revert,
    Export,
    Quit,
    Undo,
    Redo,
    Cut,
    Copy,
    CopyAsText,
    Paste,
    Duplicate,
    Delete,
    DeleteOnly,
    SelectAll,
    Commands,
    Find,
    Replace,
    Rename,
    AddStage,
    AddSticky,
    AddKaizen,
    MakeRoom,
    Nudge(Direction),
    NudgeFar(Direction),
    Align(Alignment),
    Distribute(Axis),
    TidyUp,
    Lock,
    OpenMenu,
    MarkCustomary,
    RunTogether,
    PutBackInOrder,
    FreeWay,
    Group,
    Ungroup,
    CollapseOrOpen,
    Patterns,
    SavePattern,
    ZoomIn,
    ZoomOut,
    ActualSize,
    Fit,
    ZoomToSelection,
    PreviousView,
    ToggleOutline,
    ToggleInspector,
    ToggleResults,
    ShowTable,
    NextRegion,
    PreviousRegion,
    ToggleHeat,
    ToggleMinimap,
    ColourBy(ColourBy),
    Light,
    Dark,
    HighContrast,
    SystemTheme,
    Settings,
    Keys,
    Guide,
    CopyDiagnostics,
    About,
}

impl Action {
    /// All of them, in the order of the menus.
    pub const ALL: [Self; 81] = [
        Self::New,
        Self::Open,
        Self::Save,
        Self::SaveAs,
        Self::SaveCopy,
        Self::DuplicateFile,
        Self::Revert,
        Self::Export,
        Self::Quit,
        Self::Undo,
        Self::Redo,
        Self::Cut,
        Self::Copy,
        Self::CopyAsText,
        Self::Paste,
        Self::Duplicate,
        Self::Delete,
        Self::DeleteOnly,
        Self::SelectAll,
        Self::Commands,
        Self::Find,
        Self::Replace,
        Self::Rename,
        Self::AddStage,
        Self::AddSticky,
        Self::AddKaizen,
        Self::MakeRoom,
        Self::Nudge(Direction::Left),
        Self::Nudge(Direction::Right),
        Self::Nudge(Direction::Up),
        Self::Nudge(Direction::Down),
        Self::NudgeFar(Direction::Left),
        Self::NudgeFar(Direction::Right),
        Self::NudgeFar(Direction::Up),
        Self::NudgeFar(Direction::Down),
        Self::Align(Alignment::Left),
        Self::Align(Alignment::Centre),
        Self::Align(Alignment::Right),
        Self::Align(Alignment::Top),
        Self::Align(Alignment::Middle),
        Self::Align(Alignment::Bottom),
        Self::Distribute(Axis::Horizontal),
        Self::Distribute(Axis::Vertical),
        Self::TidyUp,
        Self::Lock,
        Self::OpenMenu,
        Self::MarkCustomary,
        Self::RunTogether,
        Self::PutBackInOrder,
        Self::FreeWay,
        Self::Group,
        Self::Ungroup,
        Self::CollapseOrOpen,
        Self::Patterns,
        Self::SavePattern,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ActualSize,
        Self::Fit,
        Self::ZoomToSelection,
        Self::PreviousView,
        Self::ToggleOutline,
        Self::ToggleInspector,
        Self::ToggleResults,
        Self::ShowTable,
        Self::NextRegion,
        Self::PreviousRegion,
        Self::ToggleHeat,
        Self::ToggleMinimap,
        Self::ColourBy(ColourBy::Team),
        Self::ColourBy(ColourBy::Phase),
        Self::ColourBy(ColourBy::Automation),
        Self::Light,
        Self::Dark,
        Self::HighContrast,
        Self::SystemTheme,
        Self::Settings,
        Self::Keys,
        Self::Guide,
        Self::CopyDiagnostics,
        Self::About,
    ];

    /// The ways to align, in the order of the menus.
    pub const ALIGNMENTS: [Alignment; 6] = [
        Alignment::Left,
        Alignment::Centre,
        Alignment::Right,
        Alignment::Top,
        Alignment::Middle,
        Alignment::Bottom,
    ];

    /// Returns what menus and buttons call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Open => "Open…",
            Self::Save => "Save",
            Self::SaveAs => "Save as…",
            Self::SaveCopy => "Save a copy…",
            Self::DuplicateFile => "Duplicate the file…",
            Self::Revert => "Go back to the file",
            Self::Export => "Export…",
            Self::Quit => "Quit",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Cut => "Cut",
            Self::Copy => "Copy",
            Self::CopyAsText => "Copy as text",
            Self::Paste => "Paste",
            Self::Duplicate => "Duplicate",
            Self::Delete => "Delete",
            Self::DeleteOnly => "Delete and leave the gap",
            Self::SelectAll => "Select all",
            Self::Commands => "All commands…",
            Self::Find => "Find…",
            Self::Replace => "Find and replace…",
            Self::Rename => "Rename",
            Self::AddStage => "Add a stage",
            Self::AddSticky => "Add a sticky note",
            Self::AddKaizen => "Add a kaizen burst",
            Self::MakeRoom => "Make room",
            Self::Nudge(direction) => match direction {
                Direction::Left => "Move left",
                Direction::Right => "Move right",
                Direction::Up => "Move up",
                Direction::Down => "Move down",
            },
            Self::NudgeFar(direction) => match direction {
                Direction::Left => "Move far left",
                Direction::Right => "Move far right",
                Direction::Up => "Move far up",
                Direction::Down => "Move far down",
            },
            Self::Align(alignment) => match alignment {
                Alignment::Left => "Align left edges",
                Alignment::Centre => "Align centres",
                Alignment::Right => "Align right edges",
                Alignment::Top => "Align top edges",
                Alignment::Middle => "Align middles",
                Alignment::Bottom => "Align bottom edges",
            },
            Self::Distribute(Axis::Horizontal) => "Distribute horizontally",
            Self::Distribute(Axis::Vertical) => "Distribute vertically",
            Self::TidyUp => "Tidy up",
            Self::Lock => "Lock or unlock",
            Self::OpenMenu => "Context menu",
            Self::MarkCustomary => "Mark as customary",
            Self::RunTogether => "Run together",
            Self::PutBackInOrder => "Put back in order",
            Self::FreeWay => "Let the way find itself",
            Self::Group => "Group",
            Self::Ungroup => "Ungroup",
            Self::CollapseOrOpen => "Collapse or open group",
            Self::Patterns => "Insert a pattern…",
            Self::SavePattern => "Save selection as pattern…",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::ActualSize => "Actual size",
            Self::Fit => "Fit the drawing",
            Self::ZoomToSelection => "Zoom to the selection",
            Self::PreviousView => "Previous view",
            Self::ToggleOutline => "Outline",
            Self::ToggleInspector => "Inspector",
            Self::ToggleResults => "Results",
            Self::ShowTable => "Table",
            Self::NextRegion => "Next part of the window",
            Self::PreviousRegion => "Previous part of the window",
            Self::ToggleHeat => "Heat",
            Self::ToggleMinimap => "Minimap",
            Self::ColourBy(by) => match by {
                ColourBy::Team => "Colour by team",
                ColourBy::Phase => "Colour by phase",
                ColourBy::Automation => "Colour by automation",
            },
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::HighContrast => "High contrast",
            Self::SystemTheme => "As the system",
            Self::Settings => "Settings…",
            Self::Keys => "Keys",
            Self::Guide => "Guide",
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
        const fn alt(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::ALT, key)
        }
        const fn alt_shift(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::ALT.plus(Modifiers::SHIFT), key)
        }
        const fn shift(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::SHIFT, key)
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
            Self::DeleteOnly => const { &[shift(Key::Delete), shift(Key::Backspace)] },
            Self::Cut => const { &[command(Key::X)] },
            Self::Copy => const { &[command(Key::C)] },
            Self::CopyAsText => const { &[command_shift(Key::C)] },
            Self::Paste => const { &[command(Key::V)] },
            Self::Guide => const { &[shift(Key::F1)] },
            Self::Keys => const { &[plain(Key::F1), plain(Key::Questionmark)] },
            Self::Duplicate => const { &[command(Key::D)] },
            Self::AddSticky => const { &[plain(Key::S)] },
            Self::AddKaizen => const { &[plain(Key::K)] },
            Self::MakeRoom => const { &[plain(Key::M)] },
            Self::Nudge(direction) => match direction {
                Direction::Left => const { &[alt(Key::ArrowLeft)] },
                Direction::Right => const { &[alt(Key::ArrowRight)] },
                Direction::Up => const { &[alt(Key::ArrowUp)] },
                Direction::Down => const { &[alt(Key::ArrowDown)] },
            },
            Self::NudgeFar(direction) => match direction {
                Direction::Left => const { &[alt_shift(Key::ArrowLeft)] },
                Direction::Right => const { &[alt_shift(Key::ArrowRight)] },
                Direction::Up => const { &[alt_shift(Key::ArrowUp)] },
                Direction::Down => const { &[alt_shift(Key::ArrowDown)] },
            },
            Self::Align(alignment) => match alignment {
                Alignment::Left => const { &[command_shift(Key::ArrowLeft)] },
                Alignment::Centre => const { &[command_shift(Key::H)] },
                Alignment::Right => const { &[command_shift(Key::ArrowRight)] },
                Alignment::Top => const { &[command_shift(Key::ArrowUp)] },
                Alignment::Middle => const { &[command_shift(Key::M)] },
                Alignment::Bottom => const { &[command_shift(Key::ArrowDown)] },
            },
            Self::Distribute(Axis::Horizontal) => const { &[command_shift(Key::X)] },
            Self::Distribute(Axis::Vertical) => const { &[command_shift(Key::Y)] },
            Self::TidyUp => const { &[command_shift(Key::L)] },
            Self::Lock => const { &[command(Key::L)] },
            Self::OpenMenu => const { &[plain(Key::Menu), shift(Key::F10)] },
            Self::Group => const { &[command(Key::G)] },
            Self::Ungroup => const { &[command_shift(Key::G)] },
            Self::CollapseOrOpen => const { &[command(Key::Period)] },
            Self::Patterns => const { &[command_shift(Key::P)] },
            Self::ZoomToSelection => const { &[command(Key::Num2)] },
            Self::PreviousView => const { &[command(Key::Num3)] },
            Self::SelectAll => const { &[command(Key::A)] },
            Self::Commands => const { &[command(Key::K)] },
            Self::Find => const { &[command(Key::F)] },
            Self::Replace => const { &[command(Key::H)] },
            Self::Rename => const { &[plain(Key::F2), plain(Key::Enter)] },
            Self::AddStage => const { &[plain(Key::N), command(Key::Enter)] },
            Self::MarkCustomary => const { &[plain(Key::C)] },
            Self::RunTogether => const { &[plain(Key::R)] },
            Self::ZoomIn => const { &[command(Key::Plus), command(Key::Equals)] },
            Self::ZoomOut => const { &[command(Key::Minus)] },
            Self::ActualSize => const { &[command(Key::Num0)] },
            Self::Fit => const { &[command(Key::Num1)] },
            Self::Settings => const { &[command(Key::Comma)] },
            Self::ToggleOutline => const { &[command_shift(Key::O)] },
            Self::ToggleInspector => const { &[command(Key::I)] },
            Self::ToggleResults => const { &[command(Key::J)] },
            Self::NextRegion => const { &[plain(Key::F6)] },
            Self::PreviousRegion => const { &[shift(Key::F6)] },
            Self::ShowTable => const { &[command_shift(Key::T)] },
            Self::ToggleHeat => const { &[plain(Key::H)] },
            Self::PutBackInOrder
            | Self::FreeWay
            | Self::ToggleMinimap
            | Self::ColourBy(_)
            | Self::SavePattern
            | Self::SaveCopy
            | Self::DuplicateFile
            | Self::Revert
            | Self::Light
            | Self::Dark
            | Self::HighContrast
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
                | Self::Cut
                | Self::Copy
                | Self::CopyAsText
                | Self::Paste
                | Self::Keys
                | Self::Duplicate
                | Self::Delete
                | Self::DeleteOnly
                | Self::AddSticky
                | Self::AddKaizen
                | Self::MakeRoom
                | Self::Nudge(_)
                | Self::NudgeFar(_)
                | Self::Align(_)
                | Self::Distribute(_)
                | Self::TidyUp
                | Self::Lock
                | Self::OpenMenu
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
                | Self::DuplicateFile
                | Self::Revert
                | Self::Export
                | Self::Quit
        )
    }

    /// Returns whether it may take a field away that somebody types into.
    pub fn hides_fields(self) -> bool {
        matches!(
            self,
            Self::ToggleOutline | Self::ToggleInspector | Self::ToggleResults
        )
    }

    /// Returns whether it can be done now.
    pub fn is_enabled(self, document: &Document) -> bool {
        let selection = document.selection();
        let model = document.model();
        match self {
            Self::Undo => document.undo_label().is_some(),
            Self::Redo => document.redo_label().is_some(),
            Self::Delete | Self::ZoomToSelection => !selection.is_empty(),
            Self::Cut | Self::Copy => selection.standing() > 0,
            Self::CopyAsText => !model.stages.is_empty(),
            Self::DeleteOnly => !selection.stages().is_empty(),
            Self::Duplicate | Self::Nudge(_) | Self::NudgeFar(_) | Self::Lock => {
                selection.standing() > 0
            }
            Self::Align(_) => selection.standing() > 1,
            Self::Distribute(_) => selection.standing() > 2,
            Self::SelectAll | Self::MakeRoom => {
                !(model.stages.is_empty() && model.notes.is_empty())
            }
            Self::Rename => matches!(
                selection.single(),
                Some(Selected::Stage(_) | Selected::Note(_))
            ),
            Self::MarkCustomary | Self::RunTogether => !selection.handoffs().is_empty(),
            Self::PutBackInOrder => selection.handoffs().iter().any(|&id| {
                model
                    .handoffs
                    .find(id)
                    .is_some_and(|handoff| handoff.is_relaxed)
            }),
            Self::Group => !selection.stages().is_empty(),
            Self::SavePattern => selection.standing() > 0,
            Self::Ungroup | Self::CollapseOrOpen => !edit::groups_of(model, selection).is_empty(),
            Self::FreeWay => selection.handoffs().iter().any(|&id| {
                let handoff = model.handoffs.find(id);
                handoff.is_some_and(|handoff| !handoff.bends.is_empty())
            }),
            Self::Fit | Self::TidyUp => !model.stages.is_empty(),
            Self::Revert => document.path().is_some(),
            _ => true,
        }
    }
}
