//! Questions and messages of our own. The system's are not to be relied on (see `dialogs`).

use std::path::{Path, PathBuf};

use egui::{Align, Context, Id, Key, Layout, RichText, Ui};

use crate::templates::Template;

use super::fields::NotUnderstood;
use super::names::seen;
use super::style::dialog;

/// A question or a message over the window.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The document has changes that are not saved, or text in fields that is not understood, and is
    /// about to be left.
    Unsaved {
        /// What the document is called.
        name: String,
        /// Whether there is anything that can be saved.
        is_modified: bool,
        /// What was typed into fields and is not part of the document.
        not_understood: Vec<NotUnderstood>,
        /// What happens next.
        next: Next,
    },
    /// The file held what this program does not know, and what is about to be written has not.
    Partial {
        /// What it held, a line each.
        unknown: Vec<String>,
        /// What is about to be written.
        writing: Writing,
    },
    /// The file that is to be saved is another by now, or gone.
    Changed {
        /// The file.
        path: PathBuf,
        /// Whether it is not there any more.
        is_gone: bool,
        /// What is to happen after the document has been saved.
        next: Option<Next>,
    },
    /// What differs between the file and the document, before deciding about [`Question::Changed`].
    Compared {
        /// The lines that differ, with what is around them.
        lines: Vec<ComparedLine>,
        /// What is still to be decided.
        path: PathBuf,
        /// What is to happen after the document has been saved.
        next: Option<Next>,
    },
    /// The document could not be saved.
    NotSaved {
        /// The file it was to be saved to.
        path: PathBuf,
        /// Why.
        details: String,
        /// What is to happen after the document has been saved.
        next: Option<Next>,
    },
    /// Something went wrong; the sentence says what, and what was not changed.
    Failed {
        /// The sentence at the top.
        title: String,
        /// The rest.
        details: String,
    },
    /// What this program is, with its licences.
    About,
}

/// What is about to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Writing {
    /// The document, to a file that is its own from then on.
    Document {
        /// The file.
        path: PathBuf,
        /// Whether over what another program has written there.
        over_others: bool,
        /// What is to happen after that.
        next: Option<Next>,
    },
    /// A copy of it.
    Copy {
        /// The file.
        path: PathBuf,
        /// Whether the copy is opened in another window.
        opens: bool,
    },
}

impl Writing {
    fn path(&self) -> &Path {
        match self {
            Self::Document { path, .. } | Self::Copy { path, .. } => path,
        }
    }
}

/// What happens once a document has been left.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// A new document.
    New,
    /// Asking for a file to open.
    AskToOpen,
    /// Opening this file.
    Open(std::path::PathBuf),
    /// Opening what a file held once, as a copy without a file.
    Backup(std::path::PathBuf),
    /// Opening this example.
    Example(&'static str),
    /// Begin with this template.
    Template(&'static Template),
    /// Opening the files whose windows were closed last.
    LastSession,
    /// Choosing what to recover.
    Recover,
    /// The end of the program.
    Quit,
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Save, then go on.
    Save,
    /// Go on without saving.
    Discard,
    /// Stay.
    Stay,
    /// Write over what another program has written.
    Mine,
    /// Take what another program has written.
    Theirs,
    /// Save under another name.
    SaveAs,
    /// Show what differs.
    Compare,
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedLine {
    /// Whose it is.
    pub whose: Whose,
    /// What it says.
    pub text: String,
}

/// Whose a line of a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Only that of the file.
    Theirs,
    /// Only that of the document.
    Mine,
    /// That of both.
    Both,
    /// A place where lines of both are left out.
    Gap,
}

/// So many lines of a comparison are shown.
const MOST_LINES: usize = 500;

/// Compares two files line by line, with a few lines around what differs.
pub fn compare(theirs: &str, mine: &str) -> Vec<ComparedLine> {
    let diff = similar::TextDiff::from_lines(theirs, mine);
    let mut lines = Vec::new();
    for (at, group) in diff.grouped_ops(2).iter().enumerate() {
        if at > 0 {
            lines.push(ComparedLine {
                whose: Whose::Gap,
                text: "…".to_owned(),
            });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            lines.push(ComparedLine {
                whose: match change.tag() {
                    similar::ChangeTag::Delete => Whose::Theirs,
                    similar::ChangeTag::Insert => Whose::Mine,
                    similar::ChangeTag::Equal => Whose::Both,
                },
                text: change.value().trim_end().to_owned(),
            });
        }
    }
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    if more > 0 {
        lines.push(ComparedLine {
            whose: Whose::Gap,
            text: format!("… and {more} lines more"),
        });
    }
    lines
}

/// Draws a question. Returns the answer once there is one.
pub fn question_ui(ctx: &Context, question: &Question) -> Option<Choice> {
    let modal = dialog(ctx, Id::unique("question")).show(ctx, |ui| {
        let is_wide = matches!(question, Question::Compared { .. });
        ui.set_width(if is_wide { 720.0 } else { 440.0 });
        match question {
            Question::Unsaved {
                name,
                is_modified: true,
                not_understood,
                ..
            } => unsaved_ui(ui, name, not_understood),
            Question::Unsaved { not_understood, .. } => not_understood_ui(ui, not_understood),
            Question::Partial { unknown, writing } => partial_ui(ui, unknown, writing.path()),
            Question::NotSaved { path, details, .. } => not_saved_ui(ui, path, details),
            Question::Changed { path, is_gone, .. } => changed_ui(ui, path, *is_gone),
            Question::Compared { lines, .. } => compared_ui(ui, lines),
            Question::Failed { title, details } => message_ui(ui, title, details),
            Question::About => about_ui(ui),
        }
    });
    let closes = modal.should_close();
    modal.inner.or(closes.then_some(Choice::Stay))
}

fn unsaved_ui(ui: &mut Ui, name: &str, not_understood: &[NotUnderstood]) -> Option<Choice> {
    ui.heading(format!("Save the changes to {name}?"));
    ui.add_space(8.0);
    ui.label("They are lost if they are not saved.");
    if !not_understood.is_empty() {
        ui.add_space(8.0);
        texts_ui(ui, not_understood);
        ui.label("It is lost in any case, unless you go back with Cancel and mend it.");
    }
    ui.add_space(16.0);
    let mut choice = None;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let save = ui.button(RichText::new("Save").strong());
        if ui.memory(|memory| memory.focused().is_none()) {
            save.request_focus();
        }
        if save.clicked() {
            choice = Some(Choice::Save);
        }
        if ui.button("Cancel").clicked() {
            choice = Some(Choice::Stay);
        }
        ui.add_space(24.0);
        if ui.button("Discard").clicked() {
            choice = Some(Choice::Discard);
        }
    });
    choice
}

/// Says which texts are not understood.
fn texts_ui(ui: &mut Ui, not_understood: &[NotUnderstood]) {
    let area = egui::ScrollArea::vertical().max_height(160.0);
    area.show(ui, |ui| {
        for one in not_understood {
            let text = seen(ui.ctx(), &one.to_string()).into_owned();
            ui.add(egui::Label::new(text).wrap());
        }
    });
}

fn not_understood_ui(ui: &mut Ui, not_understood: &[NotUnderstood]) -> Option<Choice> {
    ui.heading("Some text is not understood");
    ui.add_space(8.0);
    texts_ui(ui, not_understood);
    ui.label("It is no part of the document, and is lost if you go on.");
    ui.add_space(16.0);
    let mut choice = None;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let back = ui.button(RichText::new("Go back").strong());
        if ui.memory(|memory| memory.focused().is_none()) {
            back.request_focus();
        }
        if back.clicked() {
            choice = Some(Choice::Stay);
        }
        ui.add_space(24.0);
        if ui.button("Discard").clicked() {
            choice = Some(Choice::Discard);
        }
    });
    choice
}

fn partial_ui(ui: &mut Ui, unknown: &[String], path: &Path) -> Option<Choice> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ui.heading(format!("Save {name} without what is not known here?"));
    ui.add_space(8.0);
    ui.label(
        "The file that was opened is from a newer version, or has fields that this program does \
         not know. What it writes is without them:",
    );
    ui.add_space(8.0);
    let area = egui::ScrollArea::vertical().max_height(200.0);
    area.show(ui, |ui| {
        for line in unknown {
            let text = seen(ui.ctx(), line).into_owned();
            ui.add(egui::Label::new(text).wrap());
        }
    });
    ui.add_space(16.0);
    let mut choice = None;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if ui.button("Save without them").clicked() {
            choice = Some(Choice::Save);
        }
        if ui.button(RichText::new("Cancel").strong()).clicked() {
            choice = Some(Choice::Stay);
        }
    });
    choice
}

fn not_saved_ui(ui: &mut Ui, path: &Path, details: &str) -> Option<Choice> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ui.heading(format!("{name} was not saved"));
    ui.add_space(8.0);
    ui.add(egui::Label::new(details).wrap());
    ui.label("Your edits are still here.");
    ui.add_space(16.0);
    let mut choice = None;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if ui.button(RichText::new("Save as…").strong()).clicked() {
            choice = Some(Choice::SaveAs);
        }
        if ui.button("Try again").clicked() {
            choice = Some(Choice::Save);
        }
        if ui.button("Close").clicked() {
            choice = Some(Choice::Stay);
        }
    });
    choice
}

fn changed_ui(ui: &mut Ui, path: &Path, is_gone: bool) -> Option<Choice> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (heading, text) = if is_gone {
        (
            format!("{name} is not there any more"),
            "It was deleted or renamed, or its disk or share is not connected. Nothing has been \
             saved yet.",
        )
    } else {
        (
            format!("{name} has been changed by another program"),
            "Nothing has been saved yet. Your edits stay in the history, whatever you take.",
        )
    };
    ui.heading(heading);
    ui.label(RichText::new(path.display().to_string()).small().weak());
    ui.add_space(8.0);
    ui.label(text);
    ui.add_space(16.0);
    let mut choice = None;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let mut button = |ui: &mut Ui, text: RichText, what| {
            if ui.button(text).clicked() {
                choice = Some(what);
            }
        };
        button(ui, RichText::new("Save as…").strong(), Choice::SaveAs);
        button(ui, RichText::new("Cancel"), Choice::Stay);
        ui.add_space(16.0);
        if is_gone {
            button(ui, RichText::new("Save it again"), Choice::Mine);
        } else {
            button(ui, RichText::new("Write over it"), Choice::Mine);
            button(ui, RichText::new("Take theirs"), Choice::Theirs);
            button(ui, RichText::new("Compare"), Choice::Compare);
        }
    });
    choice
}

fn compared_ui(ui: &mut Ui, lines: &[ComparedLine]) -> Option<Choice> {
    ui.heading("What differs");
    ui.add_space(8.0);
    ui.label("− is in the file now, + is yours.");
    ui.add_space(8.0);
    // As high at once as it will be: otherwise it grows from frame to frame.
    let area = egui::ScrollArea::both()
        .auto_shrink(false)
        .min_scrolled_height(400.0)
        .max_height(400.0);
    area.show(ui, |ui| {
        if lines.is_empty() {
            ui.label("Nothing but how it is written.");
        }
        for line in lines {
            let (sign, color) = match line.whose {
                Whose::Theirs => ("−", ui.visuals().error_fg_color),
                Whose::Mine => ("+", ui.visuals().hyperlink_color),
                Whose::Both => (" ", ui.visuals().text_color()),
                Whose::Gap => (" ", ui.visuals().weak_text_color()),
            };
            let text = RichText::new(format!("{sign} {}", line.text));
            ui.add(egui::Label::new(text.monospace().color(color)).extend());
        }
    });
    ui.add_space(16.0);
    close_button_ui(ui)
}

fn message_ui(ui: &mut Ui, title: &str, details: &str) -> Option<Choice> {
    ui.heading(title);
    ui.add_space(8.0);
    egui::ScrollArea::vertical()
        .max_height(360.0)
        .show(ui, |ui| {
            ui.add(egui::Label::new(details).wrap());
        });
    ui.add_space(16.0);
    close_button_ui(ui)
}

fn about_ui(ui: &mut Ui) -> Option<Choice> {
    ui.heading(concat!("Anabranch ", env!("CARGO_PKG_VERSION")));
    ui.add_space(8.0);
    ui.label(
        "Draw a content-to-consumer value stream, simulate it, and see where its lead time goes.",
    );
    ui.add_space(8.0);
    ui.label("Licensed under MIT or Apache-2.0. The Inter typeface is under the SIL Open Font License 1.1.");
    ui.add_space(8.0);
    ui.collapsing("MIT licence", |ui| {
        egui::ScrollArea::vertical()
            .max_height(200.0)
            .show(ui, |ui| {
                ui.small(include_str!("../../LICENSE-MIT"));
            });
    });
    ui.collapsing("Apache licence 2.0", |ui| {
        egui::ScrollArea::vertical()
            .id_salt("apache")
            .max_height(200.0)
            .show(ui, |ui| {
                ui.small(include_str!("../../LICENSE-APACHE"));
            });
    });
    ui.add_space(16.0);
    close_button_ui(ui)
}

fn close_button_ui(ui: &mut Ui) -> Option<Choice> {
    let mut choice = None;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let close = ui.button("Close");
        if close.clicked() || ui.input(|input| input.key_pressed(Key::Enter)) {
            choice = Some(Choice::Stay);
        }
    });
    choice
}
