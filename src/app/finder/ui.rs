//! The command palette as it is seen and used.

use egui::accesskit::Role;
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align, Align2, Context, FontId, Id, Key, Modal, Modifiers, Rect, ScrollArea, Sense, Stroke,
    StrokeKind, TextEdit, Ui, WidgetInfo, vec2,
};

use crate::app::names::seen;
use crate::app::paint::family;
use crate::app::style::size;
use crate::find::Pattern;
use crate::scene::Weight;

use super::{Chosen, Entry, Finder};

/// What the field is called.
pub const FIELD: &str = "Find an action or an element";

/// Height of a line, in points.
const LINE: f32 = 30.0;

/// So many lines are seen at once.
const LINES: usize = 12;

/// What the keys ask for.
#[derive(Clone, Copy)]
enum Wish {
    Step(isize),
    Choose,
}

impl Finder {
    /// Draws it. Returns what was chosen once something was.
    pub fn ui(&mut self, ctx: &Context) -> Option<Chosen> {
        let wish = wish(ctx);
        let id = Id::unique("finder");
        // Below the bar, where it stays while the list grows and shrinks.
        let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, 72.0));
        let modal = Modal::new(id)
            .area(area)
            .show(ctx, |ui| self.contents_ui(ui, wish));
        let closes = modal.should_close();
        modal.inner.or(closes.then_some(Chosen::Nothing))
    }

    fn contents_ui(&mut self, ui: &mut Ui, wish: Option<Wish>) -> Option<Chosen> {
        ui.set_width(560.0_f32.min(ui.ctx().content_rect().width() - 80.0));
        let id = Id::unique("finder field");
        let edit = TextEdit::singleline(&mut self.text)
            .id(id)
            .hint_text(FIELD)
            .desired_width(f32::INFINITY);
        let field = ui.add(edit);
        field.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::TextInput, true, FIELD);
            info.current_text_value = Some(self.text.clone());
            info
        });
        field.request_focus();
        self.rank();
        let mut chosen = None;
        match wish {
            Some(Wish::Step(by)) => self.step(by),
            Some(Wish::Choose) => chosen = self.choose(),
            None => {}
        }
        ui.add_space(6.0);
        let clicked = self.list_ui(ui, id);
        if self.ranked.is_empty() {
            ui.weak("Nothing is called like that.");
        }
        // Always said in the same place, so that nothing moves.
        let selected = self.ranked.get(self.at).map(|&at| &self.entries[at]);
        let why_not = selected.and_then(|entry| entry.why_not);
        ui.weak(why_not.unwrap_or("↑ ↓ choose, Enter takes it, Esc closes"));
        chosen.or(clicked)
    }

    fn list_ui(&mut self, ui: &mut Ui, field: Id) -> Option<Chosen> {
        ui.spacing_mut().item_spacing.y = 0.0;
        let shown = LINE * LINES as f32;
        let mut area = ScrollArea::vertical()
            .auto_shrink([false, true])
            .max_height(shown)
            .id_salt("finder list");
        if std::mem::take(&mut self.wants_view) {
            let top = self.at as f32 * LINE;
            self.offset = self.offset.clamp((top + LINE - shown).max(0.0), top);
            area = area.vertical_scroll_offset(self.offset);
        }
        let pattern = Pattern::new(&self.text);
        let mut clicked = None;
        let output = area.show_rows(ui, LINE, self.ranked.len(), |ui, lines| {
            for line in lines {
                let Some(&at) = self.ranked.get(line) else {
                    continue;
                };
                let entry = &self.entries[at];
                let ranges = pattern.matched(&entry.folded, &mut self.scratch);
                let is_selected = line == self.at;
                let response = line_ui(ui, entry, &ranges, is_selected, line);
                if is_selected {
                    ui.ctx().accesskit_node_builder(field, |node| {
                        node.set_active_descendant(response.id.accesskit_id());
                    });
                }
                if response.clicked() {
                    self.at = line;
                    clicked = entry.why_not.is_none().then(|| entry.what.clone());
                }
            }
        });
        self.offset = output.state.clamped_offset().y;
        clicked
    }
}

/// Takes the keys that are for the list before the field gets them.
fn wish(ctx: &Context) -> Option<Wish> {
    let page = LINES as isize - 1;
    let keys = [
        (Key::ArrowDown, Wish::Step(1)),
        (Key::ArrowUp, Wish::Step(-1)),
        (Key::PageDown, Wish::Step(page)),
        (Key::PageUp, Wish::Step(-page)),
        (Key::Enter, Wish::Choose),
    ];
    ctx.input_mut(|input| {
        keys.into_iter()
            .find(|(key, _)| input.consume_key(Modifiers::NONE, *key))
            .map(|(_, wish)| wish)
    })
}

fn line_ui(
    ui: &mut Ui,
    entry: &Entry,
    ranges: &[std::ops::Range<usize>],
    is_selected: bool,
    line: usize,
) -> egui::Response {
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), LINE));
    let id = Id::unique(("finder line", line));
    let response = ui.interact(rect, id, Sense::click());
    let is_enabled = entry.why_not.is_none();
    response.widget_info(|| {
        let label = if entry.remark.is_empty() {
            entry.name.clone()
        } else {
            format!("{}, {}", entry.name, entry.remark)
        };
        WidgetInfo::selected(Role::ListBoxOption, is_enabled, is_selected, label)
    });
    ui.ctx()
        .accesskit_node_builder(id, |node| node.set_selected(is_selected));
    let visuals = ui.visuals();
    if is_selected {
        ui.painter().rect(
            rect,
            6.0,
            visuals.selection.bg_fill,
            Stroke::new(1.0, visuals.selection.stroke.color),
            StrokeKind::Inside,
        );
    } else if response.hovered() {
        ui.painter()
            .rect_filled(rect, 6.0, visuals.widgets.hovered.bg_fill);
    }
    let weak = visuals.weak_text_color();
    let colour = if is_enabled {
        visuals.text_color()
    } else {
        weak
    };
    let remark = ui.painter().layout_no_wrap(
        seen(ui.ctx(), &entry.remark).into_owned(),
        FontId::proportional(size::SMALL),
        weak,
    );
    let inner = rect.shrink2(vec2(10.0, 0.0));
    let room = (inner.width() - remark.size().x - 16.0).max(40.0);
    let job = name_job(ui, &entry.name, ranges, colour, is_enabled, room);
    let name = ui.painter().layout_job(job);
    let centred = |galley: &egui::Galley, x: f32| {
        Rect::from_min_size(
            egui::pos2(x, rect.center().y - galley.size().y / 2.0),
            galley.size(),
        )
    };
    let place = centred(&name, inner.left());
    ui.painter().galley(place.min, name, colour);
    let place = centred(&remark, inner.right() - remark.size().x);
    ui.painter().galley(place.min, remark, weak);
    match entry.why_not {
        Some(why_not) => response.on_hover_text(why_not),
        None => response,
    }
}

/// Lays a name out with what matched emphasised.
fn name_job(
    ui: &Ui,
    name: &str,
    ranges: &[std::ops::Range<usize>],
    colour: egui::Color32,
    is_enabled: bool,
    room: f32,
) -> LayoutJob {
    let plain = TextFormat {
        valign: Align::Center,
        ..TextFormat::simple(FontId::proportional(size::BODY), colour)
    };
    let seen = seen(ui.ctx(), name);
    let mut job = LayoutJob {
        wrap: egui::text::TextWrapping::truncate_at_width(room),
        ..LayoutJob::default()
    };
    if seen != name {
        // Its words stand in another order than they are read in, and matched, here.
        job.append(&seen, 0.0, plain);
        return job;
    }
    let matched = TextFormat {
        valign: Align::Center,
        ..TextFormat::simple(
            FontId::new(size::BODY, family(Weight::SemiBold)),
            if is_enabled {
                ui.visuals().hyperlink_color
            } else {
                colour
            },
        )
    };
    let mut from = 0;
    for range in ranges {
        job.append(&name[from..range.start], 0.0, plain.clone());
        job.append(&name[range.clone()], 0.0, matched.clone());
        from = range.end;
    }
    job.append(&name[from..], 0.0, plain);
    job
}
