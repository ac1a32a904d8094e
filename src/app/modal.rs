//! Questions and messages of our own. The system's are not to be relied on (see `dialogs`).

use egui::{Align, Context, Id, Key, Layout, Modal, RichText, Ui};

/// A question or a message over the window.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The document has changes that are not saved, and is about to be left.
    Unsaved {
        /// What the document is called.
        name: String,
        /// What happens next.
        next: Next,
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

/// What happens once a document has been left.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// A new document.
    New,
    /// Asking for a file to open.
    AskToOpen,
    /// Opening this file.
    Open(std::path::PathBuf),
    /// Opening this example.
    Example(&'static str),
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
}

/// Draws a question. Returns the answer once there is one.
pub fn question_ui(ctx: &Context, question: &Question) -> Option<Choice> {
    let modal = Modal::new(Id::unique("question")).show(ctx, |ui| {
        ui.set_width(440.0);
        match question {
            Question::Unsaved { name, .. } => unsaved_ui(ui, name),
            Question::Failed { title, details } => message_ui(ui, title, details),
            Question::About => about_ui(ui),
        }
    });
    let closes = modal.should_close();
    modal.inner.or(closes.then_some(Choice::Stay))
}

fn unsaved_ui(ui: &mut Ui, name: &str) -> Option<Choice> {
    ui.heading(format!("Save the changes to {name}?"));
    ui.add_space(8.0);
    ui.label("They are lost if they are not saved.");
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
