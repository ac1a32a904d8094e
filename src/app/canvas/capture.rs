//! The field in which a stage is said in one line: `Legal review 4h @Legal 85%`.
//!
//! Tab makes the stage and goes on with the next, Shift+Tab with one beside it, Enter makes it, Esc
//! gives it up. A line that is not understood stays, with its place marked.

use std::ops::Range;
use std::sync::Arc;

use egui::accesskit::Role;
use egui::text::LayoutJob;
use egui::{
    CornerRadius, Event, Galley, Id, Key, Modifiers, Stroke, StrokeKind, TextBuffer, TextEdit,
    TextFormat, Ui, WidgetInfo, vec2,
};

use crate::app::command::Command;
use crate::app::paint::{Frame, color};
use crate::app::style;
use crate::edit::Document;
use crate::interact::{Link, capture, place_for, restate};
use crate::model::{At, Change, StageChange, StageField, StageId, WorldRect, WorldSize};
use crate::quick::{LineOwner, QuickError, StageLine, owner_at_end, owner_text, read_line};

use super::naming::{NAMING, Named, Naming, select_all};
use super::pointing::stage_rect;
use super::preview::{offered, preview_ui};
use super::{Canvas, Picture, card_size, on_grid, sight};

/// How far what was understood reaches down from the top of the card, in points.
const BELOW_FIELD: f64 = 96.0;

/// The field is at least so wide, in screen points: a whole line of a stage.
const NARROWEST: f32 = 250.0;

impl Canvas {
    /// Begins to name a stage that is linked to another, where there is room for it.
    pub fn begin_capture(&mut self, document: &Document, picture: &Picture, link: Link) {
        let corner = place_for(&sight(document, picture, &self.viewport), link);
        let Some(corner) = corner else {
            return;
        };
        self.viewport
            .reveal(WorldRect::from_min_size(corner, card_size()));
        let what = Named::New { corner, link };
        self.naming = Some(Naming::of(what, String::new()));
    }

    /// Begins to type the line of a stage anew: of the one selected, else of the first there is.
    /// What was typed in this frame goes into it.
    pub fn begin_line(&mut self, stage: Option<StageId>) {
        let what = stage.map_or_else(
            || {
                let (middle, size) = (self.viewport.visible().center(), card_size());
                let mut corner = middle;
                corner.x -= size.width / 2.0;
                corner.y -= size.height / 2.0;
                let corner = on_grid(corner);
                let link = Link::Alone;
                Named::New { corner, link }
            },
            Named::Stage,
        );
        self.naming = Some(Naming::of(what, String::new()));
    }

    /// Returns whether a stage or a note is being named, or a gesture is under way.
    pub fn is_busy(&self) -> bool {
        self.naming.is_some() || self.pointer.is_busy() || self.has_menu()
    }
}

/// How a field is left.
#[derive(Clone, Copy, PartialEq)]
enum Ending {
    /// For the next stage.
    Next,
    /// For a stage beside it.
    Beside,
    /// By Enter.
    Done,
    /// For something else.
    Left,
}

pub(super) fn stage_line_ui(
    ui: &mut Ui,
    canvas: &mut Canvas,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    commands: &mut Vec<Command>,
) {
    let Some(mut naming) = canvas.naming.take() else {
        return;
    };
    let rect = match naming.what {
        Named::Stage(stage) => stage_rect(document, picture, stage),
        Named::New { corner, .. } => Some(WorldRect::from_min_size(corner, card_size())),
        Named::Note(_) | Named::NewNote { .. } | Named::Group(_) => None,
    };
    let Some(rect) = rect else {
        return;
    };
    let card = frame.rect(rect.into());
    let link = match naming.what {
        Named::New { link, .. } => link,
        _ => Link::Alone,
    };
    if matches!(naming.what, Named::New { .. }) {
        let palette = style::theme_of(ui.ctx()).palette();
        let border = Stroke::new(1.5, color(palette.accent));
        let fill = color(palette.card);
        let corners = CornerRadius::same(8);
        ui.painter()
            .rect(card, corners, fill, border, StrokeKind::Middle);
    }
    let id = Id::unique("naming");
    let begins = std::mem::take(&mut naming.wants_focus);
    let selects_all = naming.selects_all;
    naming.selects_all |= begins;
    let place_cursor = |ui: &Ui, text: &str| match selects_all {
        true => select_all(ui, id, text),
        false => cursor_to_end(ui, id, text),
    };
    if begins {
        // Before the field is drawn, so that what was typed in this very frame goes into it.
        ui.memory_mut(|memory| memory.request_focus(id));
        place_cursor(ui, &naming.text);
    }
    let typed_ahead = std::mem::take(&mut canvas.typed_ahead);
    ui.input_mut(|input| {
        input.events.splice(0..0, typed_ahead);
    });
    let owners = offered(document.model(), &naming.text);
    let mut ending = None;
    if ui.memory(|memory| memory.has_focus(id)) {
        take_arrows(ui, id, &mut naming, &owners);
        ending = take_tab(ui, id, &mut naming, &owners, &mut canvas.typed_ahead);
    }
    let fault = read_line(&naming.text).err().map(|fault| fault.at);
    let width = (card.width() - 12.0).max(NARROWEST);
    let place = egui::Rect::from_min_size(card.min + vec2(6.0, 6.0), vec2(width, 30.0));
    let mut layouter =
        |ui: &Ui, text: &dyn TextBuffer, _: f32| marked(ui, text.as_str(), fault.clone());
    let edit = TextEdit::singleline(&mut naming.text)
        .id(id)
        .lock_focus(true)
        .desired_width(width)
        .layouter(&mut layouter)
        .hint_text(NAMING);
    let response = ui.put(place, edit);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, NAMING));
    if response.changed() {
        naming.chosen = None;
    }
    if begins {
        // The view follows: the field and what stands below it are to be seen.
        let zoom = canvas.viewport.zoom();
        let size = WorldSize::new(
            rect.width().max((f64::from(width) + 12.0) / zoom),
            rect.height().max(BELOW_FIELD / zoom),
        );
        canvas
            .viewport
            .reveal(WorldRect::from_min_size(rect.min, size));
        // The click that it began with, or a dialog that was open, took the focus away again.
        response.request_focus();
        if !response.changed() {
            place_cursor(ui, &naming.text);
        }
    } else if response.lost_focus() {
        let is_enter = ui.input(|input| input.key_pressed(Key::Enter));
        ending = ending.or(Some(if is_enter { Ending::Done } else { Ending::Left }));
    }
    let line = read_line(&naming.text);
    let below = place.expand(4.0);
    let owners = offered(document.model(), &naming.text);
    preview_ui(ui, below, document.model(), &naming, &line, link, &owners);
    let Some(ending) = ending else {
        naming.note_draft(ui);
        canvas.naming = Some(naming);
        return;
    };
    if ui.input(|input| input.key_pressed(Key::Escape)) || naming.text.trim().is_empty() {
        canvas.wants_focus = ending != Ending::Left;
        return;
    }
    let line = match (line, ending) {
        (Ok(line), _) => line,
        (Err(fault), Ending::Left) => as_name(&naming, &fault, commands),
        (Err(_), _) => {
            // What was typed stays, and the preview says why.
            canvas.typed_ahead.clear();
            naming.wants_focus = true;
            naming.selects_all = false;
            naming.note_draft(ui);
            canvas.naming = Some(naming);
            ui.ctx().request_repaint();
            return;
        }
    };
    let Some(stage) = make(document, &naming, &line, commands) else {
        return;
    };
    canvas.wants_focus = ending == Ending::Done;
    commands.push(match ending {
        Ending::Next => Command::Capture(Link::Next(stage)),
        Ending::Beside => Command::Capture(Link::Beside(stage)),
        Ending::Done | Ending::Left => Command::Reveal(At::Stage(stage)),
    });
    ui.ctx().request_repaint();
}

/// Asks for what a line says. Returns the stage that it is about.
fn make(
    document: &Document,
    naming: &Naming,
    line: &StageLine,
    commands: &mut Vec<Command>,
) -> Option<StageId> {
    let model = document.model();
    let (stage, changes, label) = match naming.what {
        Named::Stage(stage) => {
            let changes = restate(model, model.stages.find(stage)?, line);
            let is_name = |change: &Change| {
                let Change::Stage(StageChange::Set { field, .. }) = change else {
                    return false;
                };
                matches!(field, StageField::Name(_))
            };
            let label = if changes.iter().all(is_name) {
                "Rename stage"
            } else {
                "Change stage"
            };
            (stage, changes, label)
        }
        Named::New { corner, link } => {
            let made = capture(model, line, corner, link);
            let label = match link {
                Link::Beside(_) => "Add parallel stage",
                _ => "Add stage",
            };
            (made.stage, made.changes, label)
        }
        Named::Note(_) | Named::NewNote { .. } | Named::Group(_) => return None,
    };
    if !changes.is_empty() {
        commands.push(Command::Edit {
            label: label.to_owned(),
            changes,
            gesture: None,
        });
    }
    Some(stage)
}

/// Whoever leaves a field for something else loses nothing: what is no line is a name.
fn as_name(naming: &Naming, fault: &QuickError, commands: &mut Vec<Command>) -> StageLine {
    let name = naming.text.trim().to_owned();
    commands.push(Command::Say(format!(
        "“{name}” is the name as it stands, since {}.",
        fault.message
    )));
    StageLine {
        name,
        work: None,
        ca: None,
        is_automatic: false,
        owner: LineOwner::Before,
    }
}

/// Chooses among the owners offered.
fn take_arrows(ui: &Ui, id: Id, naming: &mut Naming, owners: &[String]) {
    if owners.is_empty() {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let last = owners.len() - 1;
    if pressed(Key::ArrowDown) {
        naming.chosen = Some(naming.chosen.map_or(0, |at| (at + 1).min(last)));
    }
    if pressed(Key::ArrowUp) {
        naming.chosen = Some(naming.chosen.map_or(last, |at| at.saturating_sub(1)));
    }
    if let Some(at) = naming.chosen
        && pressed(Key::Enter)
    {
        accept(ui, id, naming, &owners[at.min(last)]);
    }
}

/// Tab completes an owner, else it leaves the field. What is pressed behind it in the same frame
/// is meant for the next field.
fn take_tab(
    ui: &Ui,
    id: Id,
    naming: &mut Naming,
    owners: &[String],
    later: &mut Vec<Event>,
) -> Option<Ending> {
    let is_tab = |event: &Event| {
        let Event::Key {
            key: Key::Tab,
            pressed: true,
            modifiers,
            ..
        } = event
        else {
            return false;
        };
        !modifiers.ctrl && !modifiers.alt && !modifiers.command
    };
    let tab = ui.input_mut(|input| {
        let at = input.events.iter().position(is_tab)?;
        *later = input.events.split_off(at + 1);
        input.events.pop()
    })?;
    let Event::Key { modifiers, .. } = tab else {
        return None;
    };
    // Before the Tab something may have been typed in this frame that the text has not got yet.
    let typed = ui.input_mut(|input| {
        let mut typed = String::new();
        input.events.retain(|event| match event {
            Event::Text(text) => {
                typed.push_str(text);
                false
            }
            _ => true,
        });
        typed
    });
    if !typed.is_empty() {
        insert(ui, id, naming, &typed);
    }
    if let Some(owner) = owners.get(naming.chosen.unwrap_or(0))
        && typed.is_empty()
        && !modifiers.shift
    {
        accept(ui, id, naming, owner);
        ui.input_mut(|input| input.events.append(later));
        return None;
    }
    Some(if modifiers.shift {
        Ending::Beside
    } else {
        Ending::Next
    })
}

/// Puts text where the cursor is.
fn insert(ui: &Ui, id: Id, naming: &mut Naming, typed: &str) {
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let length = naming.text.chars().count();
    let [from, to] = state.cursor.char_range().map_or([length; 2], |range| {
        let range = range.as_sorted_char_range();
        [range.start.0, range.end.0].map(|at| at.min(length))
    });
    let byte = |at: usize| {
        let mut letters = naming.text.char_indices();
        letters.nth(at).map_or(naming.text.len(), |(byte, _)| byte)
    };
    let range = byte(from)..byte(to);
    naming.text.replace_range(range, typed);
    let cursor = egui::text::CCursor::new(from + typed.chars().count());
    let range = egui::text::CCursorRange::one(cursor);
    state.cursor.set_char_range(Some(range));
    state.store(ui.ctx(), id);
}

fn accept(ui: &Ui, id: Id, naming: &mut Naming, owner: &str) {
    if let Some(typed) = owner_at_end(&naming.text) {
        naming.text.replace_range(typed, &owner_text(owner));
        cursor_to_end(ui, id, &naming.text);
    }
    naming.chosen = None;
}

fn cursor_to_end(ui: &Ui, id: Id, text: &str) {
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let end = egui::text::CCursor::new(text.chars().count());
    let range = egui::text::CCursorRange::one(end);
    state.cursor.set_char_range(Some(range));
    state.store(ui.ctx(), id);
}

/// The text with a line under what is not understood.
fn marked(ui: &Ui, text: &str, fault: Option<Range<usize>>) -> Arc<Galley> {
    let visuals = ui.visuals();
    let plain = TextFormat {
        font_id: egui::TextStyle::Body.resolve(ui.style()),
        color: visuals.text_color(),
        ..TextFormat::default()
    };
    let wrong = TextFormat {
        underline: Stroke::new(1.5, visuals.error_fg_color),
        ..plain.clone()
    };
    let fault = fault.unwrap_or(text.len()..text.len());
    let start = text.floor_char_boundary(fault.start.min(text.len()));
    let end = text
        .floor_char_boundary(fault.end.min(text.len()))
        .max(start);
    let mut job = LayoutJob::default();
    for (part, format) in [
        (&text[..start], &plain),
        (&text[start..end], &wrong),
        (&text[end..], &plain),
    ] {
        job.append(part, 0.0, format.clone());
    }
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}
