//! The context menu: what can be done with what is selected, or at a place of the empty canvas.

use egui::{Button, Id, Popup, PopupCloseBehavior, PopupKind, Pos2, Ui, pos2};

use crate::app::actions::Action;
use crate::app::bar::{action_ui, align_ui};
use crate::app::command::Command;
use crate::app::focus::enter_menu;
use crate::app::style::COLOURS;
use crate::edit::{self, Document, Selected, Selection};
use crate::interact::{On, ScreenPoint, standing};
use crate::model::{Change, Colour, NoteChange, NoteField, NoteKind, WorldPoint};

use super::{Canvas, Picture, card_size, on_grid, sight};

/// A menu that is open.
pub(super) struct ContextMenu {
    at: Pos2,
    /// The same on the canvas.
    place: WorldPoint,
    /// What it is about; the canvas when nothing.
    of: Option<Selected>,
    /// Whether it was opened by a key.
    is_by_key: bool,
}

impl Canvas {
    /// Opens the menu of what lies under the pointer. What is not selected is selected first.
    pub(super) fn open_menu_at(
        &mut self,
        at: Pos2,
        on: On,
        document: &Document,
        commands: &mut Vec<Command>,
    ) {
        let of = on.element();
        match of {
            Some(element) if !document.selection().contains(element) => {
                self.derived = None;
                commands.push(Command::Select(Selection::of(element)));
            }
            None if !document.selection().is_empty() => {
                commands.push(Command::Select(Selection::default()));
            }
            _ => {}
        }
        self.menu = Some(ContextMenu {
            at,
            place: self
                .viewport
                .world_from_screen(ScreenPoint::new(at.x, at.y)),
            of,
            is_by_key: false,
        });
    }

    /// Returns whether a context menu is open, which Esc closes.
    pub fn has_menu(&self) -> bool {
        self.menu.is_some()
    }

    /// Opens the menu of what is selected, or of the canvas, for whoever has no pointer.
    pub fn open_menu(&mut self, document: &Document, picture: &Picture) {
        let sight = sight(document, picture, &self.viewport);
        let stands = standing(&sight).first().map(|(_, rect)| rect.center());
        let ways = crate::interact::bounds(&sight).map(|rect| rect.center());
        let seen = self.viewport.visible();
        let place = stands.or(ways).filter(|&place| seen.contains(place));
        let place = place.unwrap_or_else(|| seen.center());
        let at = self.viewport.screen_from_world(place);
        self.menu = Some(ContextMenu {
            at: pos2(at.x, at.y),
            place,
            of: document.selection().iter().next(),
            is_by_key: true,
        });
    }
}

/// Draws the menu that is open.
pub(super) fn menu_ui(
    ui: &Ui,
    canvas: &mut Canvas,
    document: &Document,
    owner: Id,
    commands: &mut Vec<Command>,
) {
    let Some(menu) = canvas.menu.take() else {
        return;
    };
    let mut is_open = true;
    let mut chosen = None;
    Popup::new(
        Id::unique("canvas-menu"),
        ui.ctx().clone(),
        menu.at,
        ui.layer_id(),
    )
    .kind(PopupKind::Menu)
    .open_bool(&mut is_open)
    .close_behavior(PopupCloseBehavior::CloseOnClick)
    .accessible_name("Context menu")
    .layout(egui::Layout::top_down_justified(egui::Align::Min))
    .width(300.0)
    .style(egui::containers::menu::menu_style)
    .gap(0.0)
    .show(|ui| {
        enter_menu(ui, menu.is_by_key);
        match menu.of {
            Some(of) => element_ui(ui, document, of, commands),
            None => chosen = canvas_menu_ui(ui, document, commands),
        }
    });
    match chosen {
        Some(Here::Stage) => {
            let size = card_size();
            let corner = WorldPoint::new(
                menu.place.x - size.width / 2.0,
                menu.place.y - size.height / 2.0,
            );
            canvas.name_new(on_grid(corner), None);
        }
        Some(Here::Note(kind)) => canvas.write_new(kind, on_grid(menu.place), None),
        None => {}
    }
    if is_open {
        canvas.menu = Some(menu);
    } else if chosen.is_none() {
        ui.memory_mut(|memory| memory.request_focus(owner));
    }
}

/// What is made at the place of the menu.
#[derive(Clone, Copy)]
enum Here {
    Stage,
    Note(NoteKind),
}

fn canvas_menu_ui(ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) -> Option<Here> {
    let mut chosen = None;
    for (label, here) in [
        ("Stage here", Here::Stage),
        ("Sticky note here", Here::Note(NoteKind::Sticky)),
        ("Kaizen burst here", Here::Note(NoteKind::Kaizen)),
    ] {
        if ui.button(label).clicked() {
            chosen = Some(here);
        }
    }
    ui.separator();
    let groups: [&[Action]; 4] = [
        &[Action::Paste, Action::SelectAll],
        &[Action::Patterns, Action::TidyUp, Action::MakeRoom],
        &[Action::Undo, Action::Redo],
        &[Action::Fit, Action::ActualSize, Action::PreviousView],
    ];
    actions_ui(ui, document, &groups, commands);
    chosen
}

fn element_ui(ui: &mut Ui, document: &Document, of: Selected, commands: &mut Vec<Command>) {
    match of {
        Selected::Handoff(_) => {
            let groups: [&[Action]; 4] = [
                &[
                    Action::MarkCustomary,
                    Action::RunTogether,
                    Action::PutBackInOrder,
                    Action::FreeWay,
                ],
                &[Action::Patterns],
                &[Action::ZoomToSelection],
                &[Action::Delete],
            ];
            actions_ui(ui, document, &groups, commands);
        }
        Selected::Group(_) => {
            let groups: [&[Action]; 4] = [
                &[Action::Rename, Action::CollapseOrOpen, Action::Ungroup],
                &[Action::Cut, Action::Copy, Action::Duplicate],
                &[Action::ZoomToSelection, Action::Lock],
                &[Action::Delete],
            ];
            actions_ui(ui, document, &groups, commands);
        }
        Selected::Note(_) => {
            actions_ui(
                ui,
                document,
                &[&[Action::Rename, Action::Cut, Action::Copy, Action::Duplicate]],
                commands,
            );
            ui.separator();
            kind_ui(ui, document, commands);
            placement_ui(ui, document, commands);
            ui.separator();
            actions_ui(
                ui,
                document,
                &[&[Action::ZoomToSelection], &[Action::Delete]],
                commands,
            );
        }
        _ => {
            let first: &[Action] = &[
                Action::Rename,
                Action::AddStage,
                Action::Cut,
                Action::Copy,
                Action::CopyAsText,
                Action::Duplicate,
            ];
            actions_ui(ui, document, &[first], commands);
            ui.separator();
            placement_ui(ui, document, commands);
            ui.separator();
            let groups: [&[Action]; 4] = [
                &[Action::Patterns, Action::SavePattern],
                &[Action::Group, Action::Ungroup, Action::CollapseOrOpen],
                &[Action::ZoomToSelection],
                &[Action::Delete, Action::DeleteOnly],
            ];
            actions_ui(ui, document, &groups, commands);
        }
    }
}

fn actions_ui(ui: &mut Ui, document: &Document, groups: &[&[Action]], commands: &mut Vec<Command>) {
    for (n, group) in groups.iter().enumerate() {
        if n > 0 {
            ui.separator();
        }
        for &action in *group {
            action_ui(ui, document, action, commands);
        }
    }
}

/// Colour, lock and alignment of the selected stages and notes.
fn placement_ui(ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) {
    align_ui(ui, document, commands);
    ui.menu_button("Colour", |ui| {
        let own = [("As its kind", None)].into_iter();
        for (name, colour) in own.chain(COLOURS.map(|(name, colour)| (name, Some(colour)))) {
            let mut button = Button::new(name);
            if let Some(Colour { r, g, b }) = colour {
                let swatch = egui::RichText::new("⏺ ").color(egui::Color32::from_rgb(r, g, b));
                button = Button::new((swatch, name));
            }
            if ui.add(button).clicked() {
                let elements: Vec<Selected> = document.selection().iter().collect();
                let changes = edit::set_placement(document.model(), &elements, |at| {
                    at.colour = colour;
                });
                commands.push(Command::Edit {
                    label: "Colour".to_owned(),
                    changes,
                    gesture: None,
                });
            }
        }
    });
    for action in [Action::TidyUp, Action::Lock] {
        action_ui(ui, document, action, commands);
    }
}

/// Makes notes of another kind of the selected ones.
fn kind_ui(ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) {
    let notes = document.selection().notes();
    let model = document.model();
    let are_bursts = notes.iter().all(|&note| {
        let note = model.notes.find(note);
        note.is_some_and(|note| note.kind == NoteKind::Kaizen)
    });
    let (label, kind) = if are_bursts {
        ("Make it a sticky note", NoteKind::Sticky)
    } else {
        ("Make it a kaizen burst", NoteKind::Kaizen)
    };
    if ui.button(label).clicked() {
        let changes = notes.into_iter().map(|note| {
            let field = NoteField::Kind(kind);
            Change::Note(NoteChange::Set { note, field })
        });
        commands.push(Command::Edit {
            label: label.to_owned(),
            changes: changes.collect(),
            gesture: None,
        });
    }
}
