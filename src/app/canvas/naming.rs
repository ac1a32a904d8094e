//! Naming in place: a field on the canvas, where the name will stand.

use egui::accesskit::Role;
use egui::{CornerRadius, Id, Key, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, vec2};

use crate::app::command::Command;
use crate::app::fields::note_draft;
use crate::app::paint::{Frame, color};
use crate::app::style;
use crate::edit::Document;
use crate::interact::make_stage;
use crate::model::{At, Change, StageChange, StageField, StageId, WorldPoint, WorldRect};

use super::pointing::stage_rect;
use super::{Canvas, Picture, card_size};

/// A name that is being typed.
pub(super) struct Naming {
    pub(super) what: Named,
    pub(super) text: String,
    pub(super) wants_focus: bool,
}

/// What is being named.
#[derive(Clone, Copy)]
pub(super) enum Named {
    /// A stage that is there.
    Stage(StageId),
    /// A stage that is made once it has a name, so that its id says what it is.
    New {
        corner: WorldPoint,
        from: Option<StageId>,
    },
}

/// What the field is called in which a stage is named on the canvas.
pub const NAMING: &str = "Name of the stage";

/// What the journal calls it while the stage is not made yet: what was being typed is no name of the
/// stage that is selected then.
pub const NAMING_NEW: &str = "the name of a new stage";

pub(super) fn naming_ui(
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
        let palette = style::theme_of(ui.ctx()).palette();
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
