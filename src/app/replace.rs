//! The bar that finds a text in names and notes, and puts another in its place.

use egui::accesskit::Role;
use egui::{Align, Button, Context, Id, Key, Layout, TextEdit, Ui, WidgetInfo};

use crate::edit::Document;
use crate::find::replace::{Hit, Part, Query, Replacement, find, replace_all, replace_one};
use crate::model::{At, Model};

use super::command::Command;
use super::inspector::ends;
use super::names::seen;

/// Width of the two fields, in points.
const FIELD: f32 = 260.0;

/// Width of their labels, in points.
const LABEL: f32 = 92.0;

/// What the bar remembers while it is open.
pub struct ReplaceBar {
    query: Query,
    by: String,
    hits: Vec<Hit>,
    /// What those are the hits of.
    known: Option<(u64, Query)>,
    /// The hit that is looked at.
    at: Option<usize>,
    /// After which place to go on, once what was replaced is gone.
    goes_on_after: Option<(At, Part, usize)>,
    wants_focus: bool,
}

impl Default for ReplaceBar {
    fn default() -> Self {
        Self {
            query: Query::default(),
            by: String::new(),
            hits: Vec::new(),
            known: None,
            at: None,
            goes_on_after: None,
            wants_focus: true,
        }
    }
}

fn field_id() -> Id {
    Id::unique("replace: find")
}

impl ReplaceBar {
    /// Puts the cursor into the field of what is to be found.
    pub fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// Draws it. Returns whether it is to be closed.
    pub fn ui(&mut self, ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) -> bool {
        self.refresh(document, commands);
        ui.add_space(4.0);
        let find = ui.horizontal(|ui| self.find_row_ui(ui, commands)).inner;
        let by = ui.horizontal(|ui| self.by_row_ui(ui, document, commands));
        ui.add_space(2.0);
        let is_escape = ui.input(|input| input.key_pressed(Key::Escape));
        find.closes || (is_escape && (find.is_left || by.inner.is_left))
    }

    fn find_row_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) -> Row {
        let mut row = Row::default();
        label_ui(ui, "Find");
        let response = field_ui(ui, field_id(), "Find", &mut self.query.text);
        if std::mem::take(&mut self.wants_focus) {
            response.request_focus();
            select_all(ui.ctx(), &self.query.text);
        }
        row.note(&response);
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            let goes_back = ui.input(|input| input.modifiers.shift);
            self.step(goes_back, commands);
            response.request_focus();
        }
        for (is_on, name, hint) in [
            (&mut self.query.matches_case, "Aa", "Match case"),
            (&mut self.query.whole_words, "Words", "Whole words"),
        ] {
            let button = ui.toggle_value(is_on, name).on_hover_text(hint);
            let is_on = *is_on;
            button.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, hint));
            row.note(&button);
        }
        let has_hits = !self.hits.is_empty();
        for (name, goes_back) in [("Previous", true), ("Next", false)] {
            let button = ui.add_enabled(has_hits, Button::new(name));
            row.note(&button);
            if button.clicked() {
                self.step(goes_back, commands);
            }
        }
        ui.label(self.count());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = ui.button("Close");
            row.note(&close);
            row.closes = close.clicked();
        });
        row
    }

    fn by_row_ui(&mut self, ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) -> Row {
        let mut row = Row::default();
        label_ui(ui, "Replace with");
        let id = Id::unique("replace: by");
        let response = field_ui(ui, id, "Replace with", &mut self.by);
        row.note(&response);
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            self.replace_one(document, commands);
            response.request_focus();
        }
        let has_hits = !self.hits.is_empty();
        let one = ui.add_enabled(has_hits, Button::new("Replace"));
        row.note(&one);
        if one.clicked() {
            self.replace_one(document, commands);
        }
        let all = ui.add_enabled(has_hits, Button::new("Replace all"));
        row.note(&all);
        if all.clicked() {
            let all = replace_all(document.model(), &self.query, &self.by);
            self.apply(all, document.model(), commands);
        }
        if let Some(hit) = self.at.and_then(|at| self.hits.get(at)) {
            let place = place_of(document.model(), hit);
            ui.weak(seen(ui.ctx(), &place).as_ref());
        }
        row
    }

    /// Finds anew when the document or what is looked for has changed.
    fn refresh(&mut self, document: &Document, commands: &mut Vec<Command>) {
        let now = (document.revision(), self.query.clone());
        if self.known.as_ref() == Some(&now) {
            return;
        }
        let is_same_query = self
            .known
            .as_ref()
            .is_some_and(|known| known.1 == self.query);
        self.hits = find(document.model(), &self.query);
        self.known = Some(now);
        if !is_same_query {
            self.at = None;
        }
        if let (Some(at), Some((place, part, end))) = (self.at, self.goes_on_after.take()) {
            let is_done = |hit: &Hit| hit.at == place && hit.part == part && hit.bytes.start < end;
            // Around again from the first one after the last.
            let next = (at..self.hits.len()).find(|&next| !is_done(&self.hits[next]));
            self.at = next.or(if self.hits.is_empty() { None } else { Some(0) });
            self.reveal(commands);
        }
        self.at = self.at.filter(|&at| at < self.hits.len());
    }

    fn count(&self) -> String {
        match (self.hits.len(), self.at) {
            _ if self.query.text.is_empty() => String::new(),
            (0, _) => "not found".to_owned(),
            (1, None) => "1 place".to_owned(),
            (count, None) => format!("{count} places"),
            (count, Some(at)) => format!("{} of {count}", at + 1),
        }
    }

    /// Goes to the next hit, or the one before; around at the end.
    fn step(&mut self, goes_back: bool, commands: &mut Vec<Command>) {
        let count = self.hits.len();
        if count == 0 {
            return;
        }
        self.at = Some(match (self.at, goes_back) {
            (None, false) => 0,
            (None, true) => count - 1,
            (Some(at), false) => (at + 1) % count,
            (Some(at), true) => (at + count - 1) % count,
        });
        self.reveal(commands);
    }

    fn reveal(&self, commands: &mut Vec<Command>) {
        if let Some(hit) = self.at.and_then(|at| self.hits.get(at)) {
            commands.push(Command::Look(hit.at));
        }
    }

    /// Replaces the hit that is looked at; looks at the first when none is.
    fn replace_one(&mut self, document: &Document, commands: &mut Vec<Command>) {
        let Some(hit) = self.at.and_then(|at| self.hits.get(at)) else {
            self.step(false, commands);
            return;
        };
        let one = replace_one(document.model(), &self.query, hit, &self.by);
        let after = (hit.at, hit.part, hit.bytes.start + self.by.len());
        if one.count > 0 {
            self.goes_on_after = Some(after);
        }
        self.apply(one, document.model(), commands);
    }

    fn apply(&self, replacement: Replacement, model: &Model, commands: &mut Vec<Command>) {
        let Replacement {
            changes,
            count,
            nameless,
        } = replacement;
        let mut sentences = Vec::new();
        if count > 0 {
            let places = if count == 1 { "place" } else { "places" };
            sentences.push(format!("Replaced in {count} {places}."));
            let label = format!("Replace “{}” with “{}”", self.query.text, self.by);
            commands.push(Command::Edit {
                label,
                changes,
                gesture: None,
            });
        }
        if let Some(&first) = nameless.first() {
            let first = name_of(model, first);
            let others = match nameless.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more,"),
            };
            let verb = if nameless.len() == 1 { "stays" } else { "stay" };
            sentences.push(format!(
                "{first}{others} would have no name left, and {verb}."
            ));
        }
        if !sentences.is_empty() {
            commands.push(Command::Say(sentences.join(" ")));
        }
    }
}

/// What happened in a row of the bar.
#[derive(Default)]
struct Row {
    /// Whether one of its controls has just lost the focus.
    is_left: bool,
    closes: bool,
}

impl Row {
    fn note(&mut self, control: &egui::Response) {
        self.is_left |= control.lost_focus();
    }
}

fn label_ui(ui: &mut Ui, text: &str) {
    let size = egui::vec2(LABEL, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.weak(text);
    });
}

fn field_ui(ui: &mut Ui, id: Id, name: &str, text: &mut String) -> egui::Response {
    let response = ui.add(TextEdit::singleline(text).id(id).desired_width(FIELD));
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::TextInput, true, name);
        info.current_text_value = Some(text.clone());
        info
    });
    response
}

fn select_all(ctx: &Context, text: &str) {
    let mut state = egui::text_edit::TextEditState::load(ctx, field_id()).unwrap_or_default();
    let all = egui::text::CCursorRange::two(
        egui::text::CCursor::default(),
        egui::text::CCursor::new(text.chars().count()),
    );
    state.cursor.set_char_range(Some(all));
    state.store(ctx, field_id());
}

/// Says where a hit is: `name of “Legal review”`.
fn place_of(model: &Model, hit: &Hit) -> String {
    format!("{} of {}", hit.part.name(), name_of(model, hit.at))
}

fn name_of(model: &Model, at: At) -> String {
    let name = match at {
        At::Model => return "the document".to_owned(),
        At::Handoff(id) => {
            return match model.handoffs.find(id) {
                Some(handoff) => ends(model, handoff.from, handoff.to),
                None => at.to_string(),
            };
        }
        At::Note(_) => return "a note".to_owned(),
        At::Stage(id) => model.stages.find(id).map(|one| &one.name),
        At::Team(id) => model.teams.find(id).map(|one| &one.name),
        At::Calendar(id) => model.calendars.find(id).map(|one| &one.name),
        At::Stream(id) | At::Demand(id, _) => model.streams.find(id).map(|one| &one.name),
        At::Group(id) => model.groups.find(id).map(|one| &one.name),
        At::Scenario(id) => model.scenarios.find(id).map(|one| &one.name),
        At::Intervention(id) => model.interventions.find(id).map(|one| &one.name),
        At::View(id) => model.views.find(id).map(|one| &one.name),
    };
    name.map_or_else(|| at.to_string(), |name| format!("“{name}”"))
}
