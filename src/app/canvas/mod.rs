//! The canvas: shows the scene, pans and zooms, and turns the pointer into events for `interact`.

mod capture;
mod feedback;
mod menu;
mod minimap;
mod naming;
mod picture;
mod pointing;
mod preview;
mod remarks;

use egui::accesskit::Role;
use egui::{CornerRadius, EventFilter, Id, Sense, Ui, WidgetInfo, pos2};

use crate::app::command::Command;
use crate::app::paint::{Frame, color, paint_scene};
use crate::app::style;
use crate::edit::{Document, Selected, Selection};
use crate::interact::{
    Event, GRID, Link, On, Output, PastViews, Pointer, ScreenPoint, Sight, Tool, Viewport,
    bounds as bounds_of_selection,
};
use crate::layout::Layout;
use crate::model::{
    GroupId, HandoffId, Model, NoteId, NoteKind, Stage, StageId, WorldPoint, WorldRect, WorldSize,
    WorldVector,
};
use crate::quick::line_of_name;
use crate::scene::{self, Fonts};

use feedback::{paint_feedback, paint_grips, paint_handles, paint_selection};
use menu::ContextMenu;
use minimap::{Minimap, minimap_ui};
pub use naming::{NAMING, NAMING_NEW, WRITING, WRITING_NEW};
use naming::{Named, Naming, naming_ui};
pub use picture::{Picture, PictureKey};
use pointing::{cursor, events, navigate, stage_rect, what_is_at};
use remarks::{hint_ui, legends_ui, name_elements, say_ui};

/// What the canvas remembers from frame to frame; nothing of it is in the document.
#[derive(Default)]
pub struct Canvas {
    /// What is seen.
    pub viewport: Viewport,
    /// The derived handoff that is looked at.
    pub derived: Option<HandoffId>,
    /// Whether the whole drawing is to be shown in the next frame.
    pub wants_fit: bool,
    /// Whether a drawing that has just been opened is to be shown.
    pub wants_beginning: bool,
    /// What was seen of it when it was closed, its middle and the zoom, if that is to be shown.
    pub was_seen: Option<(WorldPoint, f64)>,
    /// What the legend of the heat says, when it is shown.
    pub legend: Option<String>,
    /// Whether a small picture of the whole drawing is shown while not all of it is seen.
    pub shows_minimap: bool,
    /// Whether what is selected is to be shown in the next frame.
    pub wants_selection: bool,
    /// Whether the view moves as little as needed to show it.
    pub wants_reveal: bool,
    /// What was seen before each leap.
    pub past: PastViews,
    minimap: Minimap,
    pointer: Pointer,
    naming: Option<Naming>,
    /// The name that was being typed for a new stage, after a crash, until the canvas is drawn.
    recovered_name: Option<String>,
    /// The same of a new note.
    recovered_text: Option<String>,
    menu: Option<ContextMenu>,
    said: Option<(String, f64)>,
    is_panning: bool,
    focus_id: Option<Id>,
    /// Whether it takes the focus in the next frame, since a field that had it is gone.
    wants_focus: bool,
    /// What was pressed in the frame in which a field was left for the next one.
    typed_ahead: Vec<egui::Event>,
}

impl Canvas {
    /// Returns the widget that has the keyboard focus when the canvas has it.
    pub fn focus_id(&self) -> Option<Id> {
        self.focus_id
    }

    /// Takes the keyboard focus in the next frame.
    pub fn take_focus(&mut self) {
        self.wants_focus = true;
    }

    /// Begins to name a stage in place.
    pub fn begin_rename(&mut self, document: &Document, stage: StageId) {
        if let Some(found) = document.model().stages.find(stage) {
            let line = line_of_name(&found.name);
            self.naming = Some(Naming::of(Named::Stage(stage), line));
        }
    }

    /// Begins to name a group in place.
    pub fn name_group(&mut self, document: &Document, group: GroupId) {
        if let Some(found) = document.model().groups.find(group) {
            self.naming = Some(Naming::of(Named::Group(group), found.name.clone()));
        }
    }

    /// Begins to write on a note in place.
    pub fn begin_writing(&mut self, document: &Document, note: NoteId) {
        if let Some(found) = document.model().notes.find(note) {
            self.naming = Some(Naming::of(Named::Note(note), found.text.clone()));
        }
    }

    /// Goes on writing on a note in place, with what had been typed.
    pub fn go_on_writing(&mut self, document: &Document, note: NoteId, typed: String) {
        self.begin_writing(document, note);
        if let Some(naming) = &mut self.naming {
            naming.text = typed;
        }
    }

    /// Goes on writing on a new note, with what had been typed, in the middle of what is seen as
    /// soon as the canvas is drawn.
    pub fn go_on_writing_new(&mut self, typed: String) {
        self.recovered_text = Some(typed);
    }

    /// Returns what the pointer is used for.
    pub fn tool(&self) -> Tool {
        self.pointer.tool()
    }

    /// Uses the pointer for something, once.
    pub fn take_up(&mut self, tool: Tool) {
        self.pointer.take_up(tool);
    }

    /// Uses the tool that was taken up in the middle of what is seen, for whoever has no pointer.
    /// Returns whether one was that can be.
    pub fn use_tool(&mut self) -> bool {
        let Tool::Note(kind) = self.pointer.tool() else {
            return false;
        };
        self.pointer.take_up(Tool::Select);
        let middle = self.viewport.visible().center();
        let corner = on_grid(WorldPoint::new(middle.x - 88.0, middle.y - 40.0));
        self.write_new(kind, corner, None);
        true
    }

    /// Shows a sentence at the foot of the canvas for a while.
    pub fn say(&mut self, sentence: String, now: f64) {
        self.said = Some((sentence, now));
    }

    /// Ends what is going on, if something is. Returns what that asks for.
    pub fn cancel(&mut self, document: &Document, picture: &Picture) -> Option<Vec<Command>> {
        if let Some(naming) = &self.naming {
            // What was written on a note stays; the field, which has lost the focus, sees to it.
            if !naming.is_writing() {
                self.naming = None;
                self.wants_focus = true;
            }
            return Some(Vec::new());
        }
        if !self.pointer.is_busy() {
            return None;
        }
        let sight = sight(document, picture, &self.viewport);
        let outputs = self.pointer.handle(Event::Cancel, &sight);
        Some(self.commands_of(outputs, document))
    }

    /// Goes on naming a stage in place, with what had been typed.
    pub fn go_on_renaming(&mut self, document: &Document, stage: StageId, typed: String) {
        self.begin_rename(document, stage);
        if let Some(naming) = &mut self.naming {
            naming.text = typed;
        }
    }

    /// Goes on naming a new stage, with what had been typed, as soon as the canvas is drawn.
    pub fn go_on_naming_new(&mut self, typed: String) {
        self.recovered_name = Some(typed);
    }

    /// Begins to name a new stage: after the one selected, else in the middle of what is seen.
    pub fn add_stage(&mut self, document: &Document, picture: &Picture) {
        let size = card_size();
        let from = match document.selection().single() {
            Some(Selected::Stage(stage)) => Some(stage),
            _ => None,
        };
        let beside = from
            .and_then(|stage| stage_rect(document, picture, stage))
            .map(|rect| free_place_beside(rect, &picture.layout));
        let corner = beside.unwrap_or_else(|| {
            let middle = self.viewport.visible().center();
            on_grid(WorldPoint::new(
                middle.x - size.width / 2.0,
                middle.y - size.height / 2.0,
            ))
        });
        self.name_new(corner, from);
        self.viewport.reveal(WorldRect::from_min_size(corner, size));
    }

    fn name_new(&mut self, corner: WorldPoint, from: Option<StageId>) {
        let link = from.map_or(Link::Alone, Link::After);
        let what = Named::New { corner, link };
        self.naming = Some(Naming::of(what, "Stage".to_owned()));
    }

    fn write_new(&mut self, kind: NoteKind, corner: WorldPoint, size: Option<WorldSize>) {
        let what = Named::NewNote { kind, corner, size };
        self.naming = Some(Naming::of(what, String::new()));
    }

    fn commands_of(&mut self, outputs: Vec<Output>, document: &Document) -> Vec<Command> {
        let mut commands = Vec::new();
        for output in outputs {
            match output {
                Output::Select(selection) => {
                    self.derived = None;
                    if selection != *document.selection() {
                        commands.push(Command::Select(selection));
                    }
                }
                Output::SelectDerived(handoff) => {
                    commands.push(Command::Select(Selection::default()));
                    self.derived = Some(handoff);
                }
                Output::Edit {
                    label,
                    changes,
                    gesture,
                } => {
                    commands.push(Command::Edit {
                        label: label.to_owned(),
                        changes,
                        gesture,
                    });
                }
                Output::Abandon(gesture) => commands.push(Command::Abandon(gesture)),
                Output::Rename(stage) => commands.push(Command::Rename(stage)),
                Output::NameNew { corner, from } => self.name_new(corner, from),
                Output::Write(note) => self.begin_writing(document, note),
                Output::WriteNew { kind, corner, size } => self.write_new(kind, corner, size),
                Output::Say(sentence) => commands.push(Command::Say(sentence)),
            }
        }
        commands
    }
}

/// Returns what tools see of a document.
pub fn sight<'a>(document: &'a Document, picture: &'a Picture, viewport: &Viewport) -> Sight<'a> {
    Sight {
        model: document.model(),
        flow: &picture.flow,
        selection: document.selection(),
        layout: &picture.layout,
        stage_size: card_size(),
        zoom: viewport.zoom(),
        view: viewport.visible(),
    }
}

/// A place for the next stage: to the right, and further down while something stands there.
fn free_place_beside(rect: WorldRect, layout: &Layout) -> WorldPoint {
    const GAP: WorldPoint = WorldPoint::new(96.0, 44.0);
    let mut place =
        WorldRect::from_min_size(WorldPoint::new(rect.max.x + GAP.x, rect.min.y), rect.size());
    while layout
        .stages
        .iter()
        .any(|other| other.overlaps(place.grown(8.0)))
    {
        place = place.moved(WorldVector::new(0.0, rect.height() + GAP.y));
    }
    on_grid(place.min)
}

/// The size that the card of a new stage has.
fn card_size() -> WorldSize {
    let id = StageId::new("stage").expect("a slug");
    scene::stage_size(
        &Model::default(),
        &Stage::new(id, "Stage"),
        &Fonts::bundled(),
    )
}

fn on_grid(point: WorldPoint) -> WorldPoint {
    WorldPoint::new(
        (point.x / GRID).round() * GRID,
        (point.y / GRID).round() * GRID,
    )
}

/// What is selected is enlarged at most so many times to fill the canvas.
const SELECTION_UP_TO: f64 = 2.0;

/// Draws the canvas and takes the pointer's doings in.
pub fn canvas_ui(
    ui: &mut Ui,
    canvas: &mut Canvas,
    document: &Document,
    picture: &Picture,
    commands: &mut Vec<Command>,
) {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::GenericContainer, true, "Canvas"));
    canvas.viewport.place(
        ScreenPoint::new(rect.min.x, rect.min.y),
        rect.width(),
        rect.height(),
    );
    let bounds: WorldRect = picture.scene.bounds.into();
    let has_drawing = !document.model().stages.is_empty();
    if std::mem::take(&mut canvas.wants_beginning) && has_drawing {
        match canvas.was_seen.take() {
            Some((middle, zoom)) => canvas.viewport.look_at(middle, zoom),
            None => canvas.viewport.begin_at(bounds),
        }
    }
    if std::mem::take(&mut canvas.wants_fit) && has_drawing {
        canvas.viewport.fit(bounds);
    }
    if let Some(typed) = canvas.recovered_name.take() {
        canvas.add_stage(document, picture);
        if let Some(naming) = &mut canvas.naming {
            naming.text = typed;
        }
    }
    if let Some(typed) = canvas.recovered_text.take() {
        canvas.take_up(Tool::Note(NoteKind::Sticky));
        canvas.use_tool();
        if let Some(naming) = &mut canvas.naming {
            naming.text = typed;
        }
    }
    if std::mem::take(&mut canvas.wants_selection)
        && let Some(rect) = bounds_of_selection(&sight(document, picture, &canvas.viewport))
    {
        canvas.viewport.fit_up_to(rect, SELECTION_UP_TO);
    }
    if std::mem::take(&mut canvas.wants_reveal)
        && let Some(rect) = bounds_of_selection(&sight(document, picture, &canvas.viewport))
    {
        canvas.viewport.reveal(rect);
    }
    navigate(ui, canvas, &response);

    let pointer = ui.input(|input| input.pointer.latest_pos());
    let on = pointer.map_or(On::Nothing, |at| what_is_at(canvas, document, picture, at));
    let on_at = |at: egui::Pos2| what_is_at(canvas, document, picture, at);
    let outputs = events(ui, canvas, &response, &on_at)
        .into_iter()
        .flat_map(|event| {
            canvas
                .pointer
                .handle(event, &sight(document, picture, &canvas.viewport))
        })
        .collect();
    commands.extend(canvas.commands_of(outputs, document));
    canvas.focus_id = Some(response.id);
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if std::mem::take(&mut canvas.wants_focus) {
        response.request_focus();
    }
    // Arrows are ours while the canvas has the focus; Tab leads on, but from a stage to the next.
    let is_on_stage = matches!(document.selection().single(), Some(Selected::Stage(_)));
    ui.memory_mut(|memory| {
        let filter = EventFilter {
            tab: is_on_stage,
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        memory.set_focus_lock_filter(response.id, filter);
    });
    if response.secondary_clicked()
        && let Some(at) = pointer
    {
        canvas.open_menu_at(at, on, document, commands);
    }

    let palette = style::theme_of(ui.ctx()).palette();
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, CornerRadius::ZERO, color(picture.scene.background));
    let origin = canvas.viewport.screen_from_world(WorldPoint::new(0.0, 0.0));
    let frame = Frame {
        origin: pos2(origin.x, origin.y),
        zoom: canvas.viewport.zoom() as f32,
    };
    paint_scene(&painter, &picture.scene, frame);
    paint_selection(
        &painter,
        canvas,
        document,
        picture,
        frame,
        color(palette.accent),
    );
    paint_grips(&painter, document, picture, frame, palette);
    if response.hovered() && !canvas.is_panning {
        if canvas.tool() == Tool::Select {
            paint_handles(&painter, document, picture, frame, on, palette);
        }
        ui.ctx().set_cursor_icon(cursor(canvas, picture, on, ui));
    }
    paint_feedback(&painter, canvas, document, picture, frame, palette);
    name_elements(ui, response.id, document, picture, frame, rect);
    if document.model().stages.is_empty() {
        hint_ui(&painter, rect, color(palette.muted));
    }
    legends_ui(ui, canvas, document, picture, rect);
    minimap_ui(ui, canvas, document, picture, rect);
    say_ui(ui, canvas, rect);
    naming_ui(ui, canvas, document, picture, frame, commands);
    menu::menu_ui(ui, canvas, document, response.id, commands);
}
