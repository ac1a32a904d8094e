//! What the canvas says: hints, the legend, sentences at its foot, names for screen readers.

use egui::accesskit::Role;
use egui::{Align2, CornerRadius, FontId, Id, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::app::paint::{Frame, paint_scene};
use crate::app::style;
use crate::edit::Document;
use crate::model::{NoteKind, StageId, WorldRect, WorldSize};
use crate::scene::{self, Spoken, colouring};

use super::{Canvas, Picture};

/// Stages, handoffs and notes named to screen readers at most; the rest is reached by panning.
pub(super) const NAMED_ELEMENTS: usize = 400;

/// Names what is in view to screen readers: stages with a sentence each, senders before receivers,
/// behind each the handoffs that lead on from it; then notes.
pub(super) fn name_elements(
    ui: &Ui,
    canvas: Id,
    document: &Document,
    picture: &Picture,
    frame: Frame,
    view: egui::Rect,
) {
    let is_heard = ui.ctx().accesskit_node_builder(canvas, |_| ()).is_some();
    if !is_heard {
        return;
    }
    let model = document.model();
    let (flow, layout) = (&picture.flow, &picture.layout);
    let spoken = picture.spoken.get_or_init(|| Spoken::of(model, flow));
    let mut left = NAMED_ELEMENTS;
    let mut name = |id: Id, role: Role, sentence: &str, rect: WorldRect| {
        let rect = frame.rect(rect.into());
        if left == 0 || !rect.intersects(view) {
            return;
        }
        left -= 1;
        let response = ui.interact(rect.intersect(view), id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(role, true, sentence.to_owned()));
    };
    let place = |stage: StageId| model.stages.position(stage);
    let mut leads_on: Vec<Vec<usize>> = vec![Vec::new(); model.stages.len()];
    for (n, handoff) in flow.handoffs.iter().enumerate() {
        if let Some(from) = place(handoff.from) {
            leads_on[from].push(n);
        }
    }
    for &at in &spoken.order {
        let at = at as usize;
        let (Some(stage), Some(rect)) = (model.stages.at(at), layout.stages.get(at)) else {
            continue;
        };
        let id = Id::unique(("stage-node", stage.id));
        name(id, Role::GenericContainer, &spoken.stages[at], *rect);
        for &n in &leads_on[at] {
            // Where it is read: at its label, else where it sets out.
            let route = &layout.routes[n];
            let start = route
                .points
                .first()
                .map(|&start| WorldRect::from_min_size(start, WorldSize::new(8.0, 8.0)));
            if let Some(rect) = route.label.or(start) {
                let id = Id::unique(("handoff-node", flow.handoffs[n].id));
                name(id, Role::GenericContainer, &spoken.handoffs[n], rect);
            }
        }
    }
    for (note, rect) in model.notes.iter().zip(&layout.notes) {
        let kind = match note.kind {
            NoteKind::Sticky => "Sticky note",
            NoteKind::Kaizen => "Kaizen burst",
        };
        let id = Id::unique(("note-node", note.id));
        let sentence = format!("{kind}: {}", note.text);
        name(id, Role::Note, &sentence, *rect);
    }
}

pub(super) fn hint_ui(painter: &egui::Painter, rect: egui::Rect, muted: egui::Color32) {
    let lines = [
        "Type a stage, for instance Script 3d @Writers, and press Tab for the next one.",
        "Or double-click, and drag from a stage's edge to connect it.",
        "A text on the clipboard becomes a drawing. F1 shows the keys.",
    ];
    for (n, line) in lines.into_iter().enumerate() {
        let at = rect.center() + vec2(0.0, 26.0 * n as f32 - 26.0);
        painter.text(
            at,
            Align2::CENTER_CENTER,
            line,
            FontId::proportional(style::size::BODY),
            muted,
        );
    }
}

/// Says what the colours mean, in the lower left corner.
pub(super) fn legends_ui(
    ui: &Ui,
    canvas: &Canvas,
    document: &Document,
    picture: &Picture,
    rect: egui::Rect,
) {
    const MARGIN: f32 = 16.0;
    let theme = picture.key.theme;
    let fonts = style::fonts_of(ui.ctx());
    let by = picture.key.colour_by;
    let heat = canvas.legend.as_ref().map(|remark| {
        let text = format!("Colours: share of the lead time, {remark}");
        (scene::heat::legend(remark, theme, &fonts), "legend", text)
    });
    let meanings = colouring::meanings(document.model(), by, theme, &fonts)
        .map(|legend| (legend, "meanings", format!("Colours: {}", by.label())));
    let mut foot = rect.bottom() - MARGIN;
    for (legend, id, text) in heat.into_iter().chain(meanings) {
        let size = vec2(legend.bounds.width(), legend.bounds.height());
        let corner = pos2(rect.left() + MARGIN, foot - size.y);
        foot = corner.y - 0.5 * MARGIN;
        let frame = Frame {
            origin: corner,
            zoom: 1.0,
        };
        paint_scene(&ui.painter_at(rect), &legend, frame);
        let place = egui::Rect::from_min_size(corner, size).intersect(rect);
        let response = ui.interact(place, Id::unique(id), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text.clone()));
    }
}

/// Shows the sentence at the foot of the canvas for six seconds.
pub(super) fn say_ui(ui: &Ui, canvas: &mut Canvas, rect: egui::Rect) {
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
        FontId::proportional(style::size::BODY),
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
