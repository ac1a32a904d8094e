//! Rows of a form: a label, a control, and under it what is wrong with what was typed.
//!
//! Text is buffered while it is typed and becomes a value once, when the field is left or Enter is
//! pressed. What is not understood stays in the field with the reason under it, and the old value
//! stays in the model. Esc goes back to the old value. What is being typed is noted as a draft, for
//! the journal, and put back after a crash. What is not understood is remembered until it is mended or
//! given up, so that nobody leaves the document without being told.

use std::fmt;

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Align, Context, Id, Key, Layout, Response, RichText, TextEdit, Ui, vec2};

use crate::edit::Selection;
use crate::model::TextError;
use crate::store::journal::Draft;

use super::focus::is_opened_by_key;
use super::names::seen;

/// Width of the labels of a form, in points.
const LABEL_WIDTH: f32 = 104.0;

/// What is being typed into a field.
#[derive(Clone, Default)]
struct Buffer {
    text: String,
    fault: Option<TextError>,
    /// The value as it was when typing began.
    based_on: String,
    /// Whether somebody was led back to it, after a crash or from a question, and it has not got the
    /// focus yet: the dialog still holds the focus for a frame.
    wants_focus: bool,
    /// Whether it had the focus when it was drawn last: a command that is carried out after the frame
    /// takes it without egui's noting so before the field is drawn again.
    had_focus: bool,
}

/// Where drafts are noted while a frame is drawn.
fn draft_id() -> Id {
    Id::unique("draft")
}

/// Where the draft waits that is to be put back into its field.
fn restored_id() -> Id {
    Id::unique("restored draft")
}

/// A text that was typed into a field, is not understood, and so is no part of the document.
#[derive(Clone, Debug, PartialEq)]
pub struct NotUnderstood {
    field: Id,
    /// What the field is called.
    pub label: String,
    /// The text.
    pub text: String,
    /// What the form was about.
    pub subject: Subject,
}

impl fmt::Display for NotUnderstood {
    /// Says it in a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, text, .. } = self;
        let name = &self.subject.name;
        if name.is_empty() {
            write!(f, "The text “{text}” in {label} is not understood.")
        } else {
            write!(
                f,
                "The text “{text}” in {label} of {name} is not understood."
            )
        }
    }
}

/// What a form is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject {
    /// What it is called.
    pub name: String,
    /// What has to be selected for the form to be shown.
    pub selection: Selection,
}

/// Where it is kept what the form is about that is being drawn.
fn subject_id() -> Id {
    Id::unique("subject")
}

/// Where texts are kept that are not understood, whether their fields are shown or not.
fn not_understood_id() -> Id {
    Id::unique("not understood")
}

/// Says what the form is about that is drawn next.
pub fn set_subject(ctx: &Context, subject: Subject) {
    ctx.data_mut(|data| data.insert_temp(subject_id(), subject));
}

/// Returns the texts that are not understood, in the order in which they were typed.
pub fn not_understood(ctx: &Context) -> Vec<NotUnderstood> {
    ctx.data(|data| data.get_temp(not_understood_id()))
        .unwrap_or_default()
}

/// Forgets the texts that are not understood: their document was left.
pub fn forget_not_understood(ctx: &Context) {
    let texts = not_understood(ctx);
    ctx.data_mut(|data| {
        for text in texts {
            data.remove::<Buffer>(text.field);
        }
        data.remove::<Vec<NotUnderstood>>(not_understood_id());
    });
}

impl NotUnderstood {
    /// Returns the field.
    pub fn field(&self) -> Id {
        self.field
    }

    /// Puts the cursor back into the field, once it is drawn again.
    pub fn focus(&self, ctx: &Context) {
        ctx.data_mut(|data| {
            let buffer: &mut Buffer = data.get_temp_mut_or_default(self.field);
            buffer.wants_focus = true;
        });
    }
}

/// Notes whether the text of a field is understood.
fn note_understood(ctx: &Context, field: Id, label: &str, buffer: &Buffer) {
    let mut texts = not_understood(ctx);
    let at = texts.iter().position(|text| text.field == field);
    match (&buffer.fault, at) {
        (None, None) => return,
        (None, Some(at)) => {
            texts.remove(at);
        }
        (Some(_), Some(at)) if texts[at].text == buffer.text => return,
        (Some(_), Some(at)) => texts[at].text.clone_from(&buffer.text),
        (Some(_), None) => {
            let subject = ctx.data(|data| data.get_temp(subject_id()));
            texts.push(NotUnderstood {
                field,
                label: label.to_owned(),
                text: buffer.text.clone(),
                subject: subject.unwrap_or_default(),
            });
        }
    }
    ctx.data_mut(|data| data.insert_temp(not_understood_id(), texts));
}

/// Notes what is being typed into a field.
pub fn note_draft(ctx: &Context, label: &str, text: &str) {
    let draft = Draft {
        label: label.to_owned(),
        text: text.to_owned(),
    };
    ctx.data_mut(|data| data.insert_temp(draft_id(), draft));
}

/// Returns what was noted since the last time.
pub fn take_draft(ctx: &Context) -> Option<Draft> {
    ctx.data_mut(|data| data.remove_temp(draft_id()))
}

/// Puts a draft back into the next field of its name that is drawn.
pub fn restore_draft(ctx: &Context, draft: Draft) {
    ctx.data_mut(|data| data.insert_temp(restored_id(), draft));
}

/// Returns the text that is to be put back into a field.
pub fn restored_draft(ctx: &Context, label: &str) -> Option<String> {
    let waiting: Option<Draft> = ctx.data(|data| data.get_temp(restored_id()));
    let draft = waiting.filter(|draft| draft.label == label)?;
    ctx.data_mut(|data| data.remove_temp::<Draft>(restored_id()));
    Some(draft.text)
}

/// Draws a row with a label and whatever `control` adds; the label names the control.
pub fn row_ui(ui: &mut Ui, label: &str, control: impl FnOnce(&mut Ui) -> Response) -> Response {
    ui.horizontal(|ui| {
        let size = vec2(LABEL_WIDTH, ui.spacing().interact_size.y);
        let layout = Layout::left_to_right(Align::Center);
        let label = ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_size(size);
            let text = RichText::new(label).color(ui.visuals().weak_text_color());
            ui.add(egui::Label::new(text).truncate())
        });
        let response = control(ui);
        response.labelled_by(label.inner.id)
    })
    .inner
}

/// Draws a small sentence under a row.
pub fn remark_ui(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| {
        ui.add_space(LABEL_WIDTH + ui.spacing().item_spacing.x);
        ui.add(
            egui::Label::new(
                RichText::new(text)
                    .small()
                    .color(ui.visuals().weak_text_color()),
            )
            .wrap(),
        );
    });
}

/// Says what is wrong with what was typed, where, and what would be right.
pub fn sentence(typed: &str, fault: &TextError) -> String {
    let place = typed
        .get(fault.at.clone())
        .filter(|part| !part.is_empty() && part.len() < typed.len())
        .map_or_else(String::new, |part| format!(" at “{part}”"));
    let hint = fault
        .hint
        .as_ref()
        .map_or_else(String::new, |hint| format!("; {hint}"));
    format!("{}{place}{hint}.", capitalized(&fault.message))
}

/// Draws what is wrong with a field under it.
fn fault_ui(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| {
        ui.add_space(LABEL_WIDTH + ui.spacing().item_spacing.x);
        ui.add(
            egui::Label::new(
                RichText::new(text)
                    .small()
                    .color(ui.visuals().error_fg_color),
            )
            .wrap(),
        );
    });
}

/// Returns the text with its first letter in upper case.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// How a text field looks.
#[derive(Clone, Copy, Default)]
pub struct TextField<'a> {
    /// What is shown while it is empty.
    pub hint: &'a str,
    /// How many lines; 0 and 1 are one.
    pub lines: usize,
}

/// Draws a text field for a value. Returns the new value once one was typed and understood.
pub fn text_row_ui<T>(
    ui: &mut Ui,
    id: Id,
    label: &str,
    value: &str,
    field: TextField<'_>,
    parse: impl FnOnce(&str) -> Result<T, TextError>,
) -> Option<T> {
    let typed = value_ui(ui, id, label, value, field, parse, |ui, edit| {
        row_ui(ui, label, |ui| ui.add(edit.desired_width(f32::INFINITY)))
    });
    if let Some(fault) = &typed.fault {
        fault_ui(ui, fault);
    }
    typed.value
}

/// What came of a field.
pub struct Typed<T> {
    /// The field.
    pub response: Response,
    /// The new value, once one was typed and understood.
    pub value: Option<T>,
    /// What is wrong with what stands in it, as a sentence.
    pub fault: Option<String>,
}

/// Puts a text into a field that gets the focus when it is drawn next; `value` is what it stands for.
pub fn begin_typing(ctx: &Context, id: Id, text: String, value: String) {
    let mut state = TextEditState::load(ctx, id).unwrap_or_default();
    let end = CCursor::new(text.chars().count());
    state.cursor.set_char_range(Some(CCursorRange::one(end)));
    state.store(ctx, id);
    let buffer = Buffer {
        text,
        fault: None,
        based_on: value,
        wants_focus: true,
        had_focus: false,
    };
    ctx.data_mut(|data| data.insert_temp(id, buffer));
}

/// Draws a text field for a value where `place` puts it.
pub fn value_ui<T>(
    ui: &mut Ui,
    id: Id,
    label: &str,
    value: &str,
    field: TextField<'_>,
    parse: impl FnOnce(&str) -> Result<T, TextError>,
    place: impl FnOnce(&mut Ui, TextEdit<'_>) -> Response,
) -> Typed<T> {
    let mut buffer: Buffer = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let mut has_focus = ui.memory(|memory| memory.has_focus(id));
    if let Some(text) = restored_draft(ui.ctx(), label) {
        buffer = Buffer {
            text,
            fault: None,
            based_on: value.to_owned(),
            wants_focus: !has_focus,
            had_focus: false,
        };
    }
    if has_focus {
        buffer.wants_focus = false;
    } else if buffer.wants_focus {
        ui.memory_mut(|memory| memory.request_focus(id));
        ui.ctx().request_repaint();
        has_focus = true;
    }
    // Undo or another edit changed the value meanwhile: what was wrong is about the past.
    let is_stale = buffer.based_on != value && !has_focus;
    // Whoever leaves the document takes the focus from outside, and what was typed counts all the same.
    let is_kept =
        has_focus || buffer.had_focus || ui.memory(|memory| memory.had_focus_last_frame(id));
    if (buffer.fault.is_none() && !is_kept) || is_stale {
        buffer = Buffer {
            text: value.to_owned(),
            based_on: value.to_owned(),
            ..Buffer::default()
        };
    }
    let edit = if field.lines > 1 {
        TextEdit::multiline(&mut buffer.text).desired_rows(field.lines)
    } else {
        TextEdit::singleline(&mut buffer.text)
    };
    let response = place(ui, edit.id(id).hint_text(field.hint));
    let mut result = None;
    if response.gained_focus() {
        value.clone_into(&mut buffer.based_on);
    }
    if response.changed() {
        buffer.fault = None;
    }
    if response.lost_focus() {
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            buffer = Buffer {
                text: value.to_owned(),
                based_on: value.to_owned(),
                ..Buffer::default()
            };
        } else if buffer.text != value && buffer.fault.is_none() {
            match parse(&buffer.text) {
                Ok(parsed) => {
                    result = Some(parsed);
                    value.clone_into(&mut buffer.based_on);
                }
                Err(fault) => {
                    buffer.fault = Some(fault);
                    value.clone_into(&mut buffer.based_on);
                }
            }
        }
    }
    let fault = buffer.fault.as_ref();
    let fault = fault.map(|fault| sentence(&buffer.text, fault));
    if result.is_none() && buffer.text != value {
        note_draft(ui.ctx(), label, &buffer.text);
    }
    note_understood(ui.ctx(), id, label, &buffer);
    buffer.had_focus = ui.memory(|memory| memory.has_focus(id));
    ui.data_mut(|data| data.insert_temp(id, buffer));
    Typed {
        response,
        value: result,
        fault,
    }
}

/// Draws a row with a choice of several. Returns what was chosen, when it is something else.
pub fn choice_row_ui<T: PartialEq + Clone>(
    ui: &mut Ui,
    id: Id,
    label: &str,
    value: &T,
    choices: &[(T, &str)],
) -> Option<T> {
    let mut chosen = None;
    let shown = choices
        .iter()
        .find(|(choice, _)| choice == value)
        .map_or("", |(_, name)| *name);
    row_ui(ui, label, |ui| {
        let width = ui.available_width();
        egui::ComboBox::from_id_salt(id)
            .selected_text(seen(ui.ctx(), shown).as_ref())
            .width(width)
            .truncate()
            .show_ui(ui, |ui| {
                let enters = is_opened_by_key(ui);
                for (choice, name) in choices {
                    let is_chosen = choice == value;
                    let entry = ui.selectable_label(is_chosen, seen(ui.ctx(), name).as_ref());
                    if enters && is_chosen {
                        entry.request_focus();
                    }
                    if entry.clicked() {
                        // A key that chooses closes the list, too.
                        ui.close();
                    }
                    if entry.clicked() && !is_chosen {
                        chosen = Some(choice.clone());
                    }
                }
            })
            .response
    });
    chosen
}

/// Draws a row with a box to tick. Returns the new state when it changed.
pub fn check_row_ui(ui: &mut Ui, label: &str, text: &str, value: bool) -> Option<bool> {
    let mut now = value;
    row_ui(ui, label, |ui| ui.checkbox(&mut now, text));
    (now != value).then_some(now)
}

/// Reads a whole number of at least `least`.
pub fn whole_number(text: &str, least: u32) -> Result<u32, TextError> {
    let fault = |message: String| {
        TextError::new(0..text.len(), message).hint(format!("write a whole number from {least} up"))
    };
    match text.trim().parse::<u32>() {
        Ok(number) if number >= least => Ok(number),
        Ok(number) => Err(fault(format!("{number} is too small"))),
        Err(_not_a_number) => Err(fault("a whole number is expected here".to_owned())),
    }
}

/// Reads a value that may be left out.
pub fn optional<T>(
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, TextError>,
) -> Result<Option<T>, TextError> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        parse(text).map(Some)
    }
}

/// Prints a value that may be left out.
pub fn shown<T: std::fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(String::new, ToString::to_string)
}

/// Reads a list of names with commas between.
pub fn names(text: &str) -> Vec<String> {
    text.split([',', '\n'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
