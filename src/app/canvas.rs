//! The canvas: shows the scene, pans and zooms, and turns the pointer into events for `interact`.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{
    Align2, CornerRadius, CursorIcon, FontId, Id, Key, PointerButton, Pos2, Response, Sense,
    Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, pos2, vec2,
};

use crate::edit::{Document, Selected, Selection};
use crate::graph::Flow;
use crate::interact::{
    Event, Feedback, GRID, Keys, On, Output, Pointer, ScreenPoint, Sight, Viewport, make_stage,
};
use crate::layout::Layout;
use crate::model::{
    At, Change, HandoffId, Model, Stage, StageChange, StageField, StageId, WorldPoint, WorldRect,
    WorldSize, WorldVector,
};
use crate::scene::{self, Fonts, Heat, Palette, Point, Scene, Shape, Target, Theme};

use super::command::Command;
use super::fields::note_draft;
use super::paint::{Frame, color, paint_scene};

/// How close the pointer must be to a line to mean it, in screen points.
const REACH: f32 = 6.0;

/// Radius of the handles on a stage's edge, in screen points.
const HANDLE: f32 = 6.0;

/// Stages named to screen readers at most; the rest is reached by panning.
const NAMED_STAGES: usize = 400;

/// What a picture was made from.
#[derive(Clone, PartialEq)]
pub struct PictureKey {
    /// The revision of the document.
    pub revision: u64,
    /// The colours.
    pub theme: Theme,
    /// Where the time goes, when that is shown.
    pub heat: Option<Arc<Heat>>,
}

/// What the canvas shows: derived from one revision of the document.
pub struct Picture {
    /// What it was made from.
    pub key: PictureKey,
    /// What flows.
    pub flow: Arc<Flow>,
    /// Where things stand.
    pub layout: Arc<Layout>,
    /// The display list.
    pub scene: Scene,
}

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
    pointer: Pointer,
    naming: Option<Naming>,
    /// The name that was being typed for a new stage, after a crash, until the canvas is drawn.
    recovered_name: Option<String>,
    said: Option<(String, f64)>,
    is_panning: bool,
    focus_id: Option<Id>,
}

/// A name that is being typed.
struct Naming {
    what: Named,
    text: String,
    wants_focus: bool,
}

/// What is being named.
#[derive(Clone, Copy)]
enum Named {
    /// A stage that is there.
    Stage(StageId),
    /// A stage that is made once it has a name, so that its id says what it is.
    New {
        corner: WorldPoint,
        from: Option<StageId>,
    },
}

impl Canvas {
    /// Returns the widget that has the keyboard focus when the canvas has it.
    pub fn focus_id(&self) -> Option<Id> {
        self.focus_id
    }

    /// Begins to name a stage in place.
    pub fn begin_rename(&mut self, document: &Document, stage: StageId) {
        if let Some(found) = document.model().stages.find(stage) {
            let text = found.name.clone();
            self.naming = Some(Naming {
                what: Named::Stage(stage),
                text,
                wants_focus: true,
            });
        }
    }

    /// Shows a sentence at the foot of the canvas for a while.
    pub fn say(&mut self, sentence: String, now: f64) {
        self.said = Some((sentence, now));
    }

    /// Ends what is going on, if something is. Returns what that asks for.
    pub fn cancel(&mut self, document: &Document, picture: &Picture) -> Option<Vec<Command>> {
        if self.naming.take().is_some() {
            return Some(Vec::new());
        }
        if !self.pointer.is_busy() {
            return None;
        }
        let sight = sight(document, picture, self.viewport.zoom());
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
        let what = Named::New { corner, from };
        self.naming = Some(Naming {
            what,
            text: "Stage".to_owned(),
            wants_focus: true,
        });
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
                Output::Say(sentence) => commands.push(Command::Say(sentence)),
            }
        }
        commands
    }
}

fn sight<'a>(document: &'a Document, picture: &'a Picture, zoom: f64) -> Sight<'a> {
    Sight {
        model: document.model(),
        selection: document.selection(),
        layout: &picture.layout,
        stage_size: card_size(),
        zoom,
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
    navigate(ui, canvas, &response);

    let pointer = ui.input(|input| input.pointer.latest_pos());
    let on = pointer.map_or(On::Nothing, |at| what_is_at(canvas, document, picture, at));
    let outputs = events(ui, canvas, &response, on)
        .into_iter()
        .flat_map(|event| {
            canvas
                .pointer
                .handle(event, &sight(document, picture, canvas.viewport.zoom()))
        })
        .collect();
    commands.extend(canvas.commands_of(outputs, document));
    canvas.focus_id = Some(response.id);
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }

    let palette = super::style::theme_of(ui.ctx()).palette();
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
    if response.hovered() && !canvas.is_panning {
        paint_handles(&painter, document, picture, frame, on, palette);
        ui.ctx().set_cursor_icon(match on {
            On::Port(_) => CursorIcon::Crosshair,
            On::Stage(_) => CursorIcon::Grab,
            On::Handoff(_) | On::Derived(_) => CursorIcon::PointingHand,
            On::Nothing => CursorIcon::Default,
        });
    }
    paint_feedback(&painter, canvas, document, picture, frame, palette);
    name_stages(ui, document, picture, frame, rect);
    if document.model().stages.is_empty() {
        hint_ui(&painter, rect, color(palette.muted));
    }
    if let Some(remark) = &canvas.legend {
        legend_ui(ui, remark, rect);
    }
    say_ui(ui, canvas, rect);
    naming_ui(ui, canvas, document, picture, frame, commands);
}

/// Pans and zooms: the wheel and two fingers pan, with Ctrl or a pinch they zoom at the pointer;
/// the middle button, or space with the left one, drags the picture.
fn navigate(ui: &Ui, canvas: &mut Canvas, response: &Response) {
    if response.hovered() {
        let (zoom, scroll, pointer) = ui.input(|input| {
            (
                input.zoom_delta(),
                input.smooth_scroll_delta(),
                input.pointer.hover_pos(),
            )
        });
        if let Some(at) = pointer {
            if zoom != 1.0 {
                canvas
                    .viewport
                    .zoom_at(ScreenPoint::new(at.x, at.y), f64::from(zoom));
            } else if scroll != egui::Vec2::ZERO {
                canvas.viewport.pan(scroll.x, scroll.y);
            }
        }
    }
    let is_space_down =
        ui.input(|input| input.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
    canvas.is_panning = response.dragged_by(PointerButton::Middle)
        || (response.dragged_by(PointerButton::Primary)
            && is_space_down
            && !canvas.pointer.is_busy());
    if canvas.is_panning {
        let by = response.drag_delta();
        canvas.viewport.pan(by.x, by.y);
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    }
}

/// Returns what the pointer did since the last frame, in world coordinates.
fn events(ui: &Ui, canvas: &Canvas, response: &Response, on: On) -> Vec<Event> {
    let mut events = Vec::new();
    if canvas.is_panning {
        return events;
    }
    let (pressed, down, released, at, keys) = ui.input(|input| {
        (
            input.pointer.button_pressed(PointerButton::Primary),
            input.pointer.button_down(PointerButton::Primary),
            input.pointer.button_released(PointerButton::Primary),
            input.pointer.latest_pos(),
            Keys {
                shift: input.modifiers.shift || input.modifiers.command,
                alt: input.modifiers.alt,
            },
        )
    });
    let Some(at) = at else { return events };
    let world = canvas
        .viewport
        .world_from_screen(ScreenPoint::new(at.x, at.y));
    let is_ours =
        response.is_pointer_button_down_on() || response.clicked() || response.drag_stopped();
    if pressed && is_ours {
        let at = ui.input(|input| input.pointer.press_origin()).unwrap_or(at);
        let world = canvas
            .viewport
            .world_from_screen(ScreenPoint::new(at.x, at.y));
        events.push(Event::Press(world, on, keys));
    } else if down && is_ours {
        events.push(Event::Drag(world, on, keys));
    }
    if released && is_ours {
        events.push(Event::Release(world, on, keys));
    }
    if response.double_clicked() {
        events.push(Event::DoubleClick(world, on));
    }
    events
}

fn what_is_at(canvas: &Canvas, document: &Document, picture: &Picture, at: Pos2) -> On {
    let world = canvas
        .viewport
        .world_from_screen(ScreenPoint::new(at.x, at.y));
    let zoom = canvas.viewport.zoom();
    let reach = (f64::from(HANDLE) + 3.0) / zoom;
    let point = Point::from(world);
    let hit = picture.scene.hit(point, REACH / zoom as f32);
    // A handle lies half outside its stage, so the stages around are asked first.
    let near = picture.scene.hit(point, reach as f32);
    for target in [hit, near].into_iter().flatten() {
        if let Target::Stage(stage) = target
            && let Some(rect) = stage_rect(document, picture, stage)
            && ports(rect).iter().any(|port| {
                let way = *port - world;
                (way.x * way.x + way.y * way.y).sqrt() <= reach
            })
        {
            return On::Port(stage);
        }
    }
    match hit {
        Some(Target::Stage(stage)) => On::Stage(stage),
        Some(Target::Handoff(handoff) | Target::Ghost(handoff)) => On::Handoff(handoff),
        Some(Target::Derived(place)) => picture
            .flow
            .handoffs
            .get(place)
            .map_or(On::Nothing, |handoff| On::Derived(handoff.id)),
        _ => On::Nothing,
    }
}

fn stage_rect(document: &Document, picture: &Picture, stage: StageId) -> Option<WorldRect> {
    picture
        .layout
        .stages
        .get(document.model().stages.position(stage)?)
        .copied()
}

/// The middles of the four sides, from which a stage is connected.
fn ports(rect: WorldRect) -> [WorldPoint; 4] {
    let middle = rect.center();
    [
        WorldPoint::new(rect.max.x, middle.y),
        WorldPoint::new(middle.x, rect.max.y),
        WorldPoint::new(rect.min.x, middle.y),
        WorldPoint::new(middle.x, rect.min.y),
    ]
}

fn paint_selection(
    painter: &egui::Painter,
    canvas: &Canvas,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    accent: egui::Color32,
) {
    let selection = document.selection();
    for stage in selection.stages() {
        if let Some(rect) = stage_rect(document, picture, stage) {
            let rect = frame.rect(rect.into()).expand(4.0);
            painter.rect_stroke(
                rect,
                CornerRadius::same(10),
                Stroke::new(2.0, accent),
                StrokeKind::Middle,
            );
        }
    }
    let mut targets: Vec<Target> = Vec::new();
    for handoff in selection.handoffs() {
        targets.extend([Target::Handoff(handoff), Target::Ghost(handoff)]);
    }
    if let Some(derived) = canvas.derived
        && let Some(place) = picture
            .flow
            .handoffs
            .iter()
            .position(|handoff| handoff.id == derived)
    {
        targets.push(Target::Derived(place));
    }
    for target in targets {
        for item in picture.scene.items_of(target) {
            match &item.shape {
                Shape::Path {
                    path,
                    stroke: Some(stroke),
                    ..
                } => {
                    let width = stroke.width * frame.zoom + 1.5;
                    for (points, _) in path.flatten(0.2 / frame.zoom) {
                        let points = points.into_iter().map(|point| frame.pos(point)).collect();
                        painter.line(points, Stroke::new(width, accent));
                    }
                }
                Shape::Rect { rect, radii, .. } => {
                    let radius =
                        CornerRadius::same((radii[0] * frame.zoom).round().clamp(0.0, 255.0) as u8);
                    painter.rect_stroke(
                        frame.rect(*rect),
                        radius,
                        Stroke::new(2.0, accent),
                        StrokeKind::Outside,
                    );
                }
                _ => {}
            }
        }
    }
}

fn paint_handles(
    painter: &egui::Painter,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    on: On,
    palette: &Palette,
) {
    let (On::Stage(stage) | On::Port(stage)) = on else {
        return;
    };
    if frame.zoom < 0.35 {
        return;
    }
    if let Some(rect) = stage_rect(document, picture, stage) {
        for port in ports(rect) {
            let at = frame.pos(port.into());
            painter.circle(
                at,
                HANDLE,
                color(palette.card),
                Stroke::new(1.5, color(palette.accent)),
            );
        }
    }
}

fn paint_feedback(
    painter: &egui::Painter,
    canvas: &Canvas,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    palette: &Palette,
) {
    let accent = color(palette.accent);
    match canvas
        .pointer
        .feedback(&sight(document, picture, canvas.viewport.zoom()))
    {
        None => {}
        Some(Feedback::Lasso(rect)) => {
            let rect = frame.rect(rect.into());
            painter.rect(
                rect,
                CornerRadius::same(2),
                accent.gamma_multiply(0.08),
                Stroke::new(1.0, accent),
                StrokeKind::Middle,
            );
        }
        Some(Feedback::Connecting { from, to, onto }) => {
            let Some(rect) = stage_rect(document, picture, from) else {
                return;
            };
            let end = frame.pos(to.into());
            let distance = |port: &WorldPoint| {
                let at = frame.pos((*port).into());
                at.distance_sq(end)
            };
            let ports = ports(rect);
            let nearest = ports
                .iter()
                .min_by(|a, b| distance(a).total_cmp(&distance(b)));
            let start = frame.pos((*nearest.unwrap_or(&ports[0])).into());
            let refusal = onto.as_ref().and_then(|(_, why)| why.clone());
            let line = if refusal.is_some() {
                color(palette.error)
            } else {
                accent
            };
            painter.arrow(start, end - start, Stroke::new(2.0, line));
            if let Some((stage, _)) = onto
                && let Some(rect) = stage_rect(document, picture, stage)
            {
                painter.rect_stroke(
                    frame.rect(rect.into()).expand(4.0),
                    CornerRadius::same(10),
                    Stroke::new(2.0, line),
                    StrokeKind::Middle,
                );
            }
            if let Some(why) = refusal {
                let galley = painter.layout(
                    why,
                    FontId::proportional(super::style::size::SMALL),
                    color(palette.error),
                    320.0,
                );
                let at = end + vec2(14.0, 14.0);
                let rect = egui::Rect::from_min_size(at, galley.size()).expand(6.0);
                painter.rect(
                    rect,
                    CornerRadius::same(6),
                    color(palette.panel),
                    Stroke::new(1.0, color(palette.error)),
                    StrokeKind::Middle,
                );
                painter.galley(at, galley, color(palette.error));
            }
        }
    }
}

/// Names what is in view to screen readers, in the order of the model.
fn name_stages(ui: &Ui, document: &Document, picture: &Picture, frame: Frame, view: egui::Rect) {
    let stages = document.model().stages.iter().zip(&picture.layout.stages);
    let seen = stages
        .map(|(stage, rect)| (stage, frame.rect((*rect).into())))
        .filter(|(_, rect)| rect.intersects(view));
    for (stage, rect) in seen.take(NAMED_STAGES) {
        let response = ui.interact(
            rect.intersect(view),
            Id::unique(("stage-node", stage.id)),
            Sense::hover(),
        );
        response.widget_info(|| {
            WidgetInfo::labeled(
                Role::GenericContainer,
                true,
                format!("Stage {}", stage.name),
            )
        });
    }
}

fn hint_ui(painter: &egui::Painter, rect: egui::Rect, muted: egui::Color32) {
    let lines = [
        "Double-click, or press N, to draw a stage.",
        "Drag from a stage's edge to connect it, or to empty space for the next one.",
    ];
    for (n, line) in lines.into_iter().enumerate() {
        let at = rect.center() + vec2(0.0, 26.0 * n as f32 - 13.0);
        painter.text(
            at,
            Align2::CENTER_CENTER,
            line,
            FontId::proportional(super::style::size::BODY),
            muted,
        );
    }
}

/// Says what the colours mean, in the lower left corner.
fn legend_ui(ui: &Ui, remark: &str, rect: egui::Rect) {
    const MARGIN: f32 = 16.0;
    let theme = super::style::theme_of(ui.ctx());
    let fonts = super::style::fonts_of(ui.ctx());
    let legend = scene::heat::legend(remark, theme, &fonts);
    let size = vec2(legend.bounds.width(), legend.bounds.height());
    let corner = pos2(rect.left() + MARGIN, rect.bottom() - MARGIN - size.y);
    let frame = Frame {
        origin: corner,
        zoom: 1.0,
    };
    paint_scene(&ui.painter_at(rect), &legend, frame);
    let place = egui::Rect::from_min_size(corner, size).intersect(rect);
    let response = ui.interact(place, Id::unique("legend"), Sense::hover());
    let text = format!("Colours: share of the lead time, {remark}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text.clone()));
}

/// Shows the sentence at the foot of the canvas for six seconds.
fn say_ui(ui: &Ui, canvas: &mut Canvas, rect: egui::Rect) {
    const SECONDS: f64 = 6.0;
    let now = ui.input(|input| input.time);
    let Some((sentence, since)) = &canvas.said else {
        return;
    };
    if now - since > SECONDS {
        canvas.said = None;
        return;
    }
    ui.ctx()
        .request_repaint_after(std::time::Duration::from_secs_f64(
            SECONDS - (now - since) + 0.05,
        ));
    let painter = ui.painter_at(rect);
    let visuals = ui.visuals();
    let galley = painter.layout(
        sentence.clone(),
        FontId::proportional(super::style::size::BODY),
        visuals.text_color(),
        (rect.width() - 80.0).min(640.0),
    );
    let size = galley.size() + vec2(24.0, 16.0);
    let place = egui::Rect::from_center_size(
        pos2(rect.center().x, rect.bottom() - 24.0 - size.y / 2.0),
        size,
    );
    painter.rect(
        place,
        CornerRadius::same(8),
        visuals.panel_fill,
        visuals.window_stroke,
        StrokeKind::Middle,
    );
    painter.galley(place.min + vec2(12.0, 8.0), galley, visuals.text_color());
    let response = ui.interact(place, Id::unique("said"), Sense::hover());
    let text = sentence.clone();
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text.clone()));
}

/// What the field is called in which a stage is named on the canvas.
pub const NAMING: &str = "Name of the stage";

/// What the journal calls it while the stage is not made yet: what was being typed is no name of the
/// stage that is selected then.
pub const NAMING_NEW: &str = "the name of a new stage";

fn naming_ui(
    ui: &mut Ui,
    canvas: &mut Canvas,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    commands: &mut Vec<Command>,
) {
    let Some(naming) = &mut canvas.naming else {
        return;
    };
    let rect = match naming.what {
        Named::Stage(stage) => stage_rect(document, picture, stage),
        Named::New { corner, .. } => Some(WorldRect::from_min_size(corner, card_size())),
    };
    let Some(rect) = rect else {
        canvas.naming = None;
        return;
    };
    let card = frame.rect(rect.into());
    if matches!(naming.what, Named::New { .. }) {
        let palette = super::style::theme_of(ui.ctx()).palette();
        let border = Stroke::new(1.5, color(palette.accent));
        ui.painter().rect(
            card,
            CornerRadius::same(8),
            color(palette.card),
            border,
            StrokeKind::Middle,
        );
    }
    let place = egui::Rect::from_min_size(
        card.min + vec2(6.0, 6.0),
        vec2((card.width() - 12.0).max(140.0), 30.0),
    );
    let id = Id::unique("naming");
    let edit = TextEdit::singleline(&mut naming.text)
        .id(id)
        .desired_width(place.width())
        .hint_text(NAMING);
    let response = ui.put(place, edit);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, NAMING));
    if std::mem::take(&mut naming.wants_focus) {
        response.request_focus();
        select_all(ui, id, &naming.text);
        return;
    }
    if !response.lost_focus() {
        let label = match naming.what {
            Named::Stage(_) => NAMING,
            Named::New { .. } => NAMING_NEW,
        };
        note_draft(ui.ctx(), label, &naming.text);
        return;
    }
    let name = naming.text.trim().to_owned();
    let what = naming.what;
    let is_given_up = ui.input(|input| input.key_pressed(Key::Escape)) || name.is_empty();
    canvas.naming = None;
    if is_given_up {
        return;
    }
    match what {
        Named::Stage(stage) => {
            let change = StageChange::Set {
                stages: vec![stage],
                field: StageField::Name(name),
            };
            commands.push(Command::edit("Rename stage", Change::Stage(change)));
        }
        Named::New { corner, from } => {
            let made = make_stage(document.model(), &name, corner, from);
            let label = "Add stage".to_owned();
            commands.push(Command::Edit {
                label,
                changes: made.changes,
                gesture: None,
            });
            commands.push(Command::Reveal(At::Stage(made.stage)));
        }
    }
}

fn select_all(ui: &Ui, id: Id, text: &str) {
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let range = egui::text::CCursorRange::two(
        egui::text::CCursor::default(),
        egui::text::CCursor::new(text.chars().count()),
    );
    state.cursor.set_char_range(Some(range));
    state.store(ui.ctx(), id);
}
