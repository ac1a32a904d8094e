//! What is offered after a crash: what was found, what can be made of it, and how to be rid of it.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use egui::{Align, Context, Id, Layout, RichText, Ui};

use crate::store::journal::{Disk, Found, Left};

use super::names::seen;
use super::style::dialog;

/// So many names of edits are listed, the last ones.
const LISTED: usize = 4;

/// Work that was not saved when a process ended.
pub struct Recovery {
    left: Left,
    is_shown: bool,
    /// What is about to be discarded, after one more question.
    discards: Option<PathBuf>,
    fault: Option<String>,
}

/// What is to be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Recover the document of this journal.
    Recover(PathBuf),
    /// Take this journal away.
    Discard(PathBuf),
}

impl Recovery {
    /// Makes it of what was found; nothing when that is nothing.
    pub fn of(left: Left) -> Option<Self> {
        (!left.found.is_empty() || !left.unreadable.is_empty()).then_some(Self {
            left,
            is_shown: true,
            discards: None,
            fault: None,
        })
    }

    /// Returns how many documents can be recovered.
    pub fn count(&self) -> usize {
        self.left.found.len()
    }

    /// Returns the journal of the one that was used last.
    pub fn first(&self) -> Option<&Path> {
        self.left.found.first().map(|found| found.journal.as_path())
    }

    /// Returns whether it is shown.
    pub fn is_shown(&self) -> bool {
        self.is_shown
    }

    /// Shows it again.
    pub fn show(&mut self) {
        self.is_shown = true;
    }

    /// Hides it until it is asked for.
    pub fn hide(&mut self) {
        self.is_shown = false;
    }

    /// Says what could not be done.
    pub fn say(&mut self, fault: String) {
        self.fault = Some(fault);
    }

    /// Forgets a journal that is dealt with. Returns whether others are left.
    pub fn forget(&mut self, journal: &Path) -> bool {
        self.discards = None;
        self.fault = None;
        self.left.found.retain(|found| found.journal != journal);
        self.left.unreadable.retain(|(path, _)| path != journal);
        !self.left.found.is_empty() || !self.left.unreadable.is_empty()
    }

    /// Draws it over the window. Returns what was decided.
    pub fn ui(&mut self, ctx: &Context) -> Option<Decision> {
        let modal = dialog(ctx, Id::unique("recovery")).show(ctx, |ui| {
            ui.set_width(560.0);
            self.contents_ui(ui)
        });
        if modal.should_close() && modal.inner.is_none() {
            self.hide();
        }
        modal.inner
    }

    fn contents_ui(&mut self, ui: &mut Ui) -> Option<Decision> {
        ui.heading("Unsaved work was found");
        ui.add_space(8.0);
        ui.label(
            "The program ended before it was saved. It comes back with all that can be undone.",
        );
        ui.add_space(12.0);
        let mut decision = None;
        let now = SystemTime::now();
        egui::ScrollArea::vertical()
            .max_height(420.0)
            .show(ui, |ui| {
                for found in &self.left.found {
                    ui.separator();
                    found_ui(ui, found, now);
                    let is_asked = self.discards.as_ref() == Some(&found.journal);
                    let decided = if is_asked {
                        discard_ui(ui, &found.journal, &mut self.discards)
                    } else {
                        choices_ui(ui, found, &mut self.discards)
                    };
                    decision = decided.or(decision.take());
                }
                for (path, error) in &self.left.unreadable {
                    ui.separator();
                    let name = path.file_name().map(|name| name.to_string_lossy());
                    ui.label(RichText::new("A journal that cannot be recovered").strong());
                    ui.label(format!("{}: {error}.", name.unwrap_or_default()));
                    if self.discards.as_ref() == Some(path) {
                        decision = discard_ui(ui, path, &mut self.discards).or(decision.take());
                    } else if ui.button("Discard").clicked() {
                        self.discards = Some(path.clone());
                    }
                }
            });
        if let Some(fault) = &self.fault {
            ui.colored_label(ui.visuals().error_fg_color, fault);
        }
        ui.add_space(12.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("Later").clicked() {
                self.hide();
            }
        });
        decision
    }
}

/// Says what was found.
fn found_ui(ui: &mut Ui, found: &Found, now: SystemTime) {
    ui.label(RichText::new(seen(ui.ctx(), &found.title)).strong());
    let place = match &found.path {
        Some(path) => path.display().to_string(),
        None => "never saved".to_owned(),
    };
    ui.add(egui::Label::new(RichText::new(seen(ui.ctx(), &place)).small().weak()).truncate());
    for sentence in sentences(found, now) {
        ui.label(seen(ui.ctx(), &sentence).as_ref());
    }
}

/// What can be said about it: what and when, and what is not as it was.
fn sentences(found: &Found, now: SystemTime) -> Vec<String> {
    let edits = &found.edits;
    let when = ago(now.duration_since(found.changed).unwrap_or_default());
    let last = &edits[edits.len().saturating_sub(LISTED)..];
    let more = if last.len() < edits.len() {
        "…, "
    } else {
        ""
    };
    let mut sentences = vec![match edits.len() {
        0 => format!("No edits; last used {when}."),
        1 => format!("One edit, {when}: {}.", edits[0]),
        count => format!("{count} edits, the last {when}: {more}{}.", last.join(", ")),
    }];
    if let Some(draft) = &found.draft {
        sentences.push(format!(
            "“{}” was being typed into {}.",
            draft.text, draft.label
        ));
    }
    let disk = match found.disk {
        Disk::NeverSaved | Disk::AsKnown => None,
        Disk::Other => Some("Its file has been changed by another program since"),
        Disk::Gone => Some("Its file is not there any more"),
        Disk::Unreadable => Some("Its file cannot be read now"),
    };
    sentences
        .extend(disk.map(|disk| format!("{disk}, so it comes back as a copy without a file.")));
    sentences.extend(found.loss.map(|loss| {
        if loss.is_last_entry {
            "What was being written in the last moment is lost.".to_owned()
        } else {
            "The journal is damaged: what was done after that is lost. The damaged journal is kept."
                .to_owned()
        }
    }));
    sentences
}

/// How long ago something was, roughly.
pub fn ago(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    let (count, unit) = match minutes {
        0 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

fn choices_ui(ui: &mut Ui, found: &Found, discards: &mut Option<PathBuf>) -> Option<Decision> {
    let mut decision = None;
    ui.horizontal(|ui| {
        if ui.button(RichText::new("Recover").strong()).clicked() {
            decision = Some(Decision::Recover(found.journal.clone()));
        }
        if ui.button("Discard").clicked() {
            *discards = Some(found.journal.clone());
        }
    });
    decision
}

/// Asks once more, because nothing brings it back.
fn discard_ui(ui: &mut Ui, journal: &Path, discards: &mut Option<PathBuf>) -> Option<Decision> {
    let mut decision = None;
    ui.horizontal(|ui| {
        ui.label("Discard it for good?");
        if ui.button("Discard for good").clicked() {
            decision = Some(Decision::Discard(journal.to_owned()));
        }
        if ui.button("Keep").clicked() {
            *discards = None;
        }
    });
    decision
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::journal::{Draft, Loss};

    #[test]
    fn what_was_found_is_said_with_what_and_when() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let mut found = Found {
            journal: "/data/1.journal".into(),
            title: "model.ron".to_owned(),
            path: Some("/home/model.ron".into()),
            changed: now - Duration::from_secs(3 * 60 + 20),
            edits: ["A", "B", "C", "D", "E"].map(str::to_owned).to_vec(),
            draft: None,
            disk: Disk::AsKnown,
            loss: None,
        };
        assert_eq!(
            sentences(&found, now),
            ["5 edits, the last 3 minutes ago: …, B, C, D, E."]
        );
        found.edits.truncate(1);
        found.draft = Some(Draft {
            label: "Work".to_owned(),
            text: "2d 4".to_owned(),
        });
        found.disk = Disk::Other;
        found.loss = Some(Loss {
            bytes: 7,
            is_last_entry: true,
        });
        assert_eq!(
            sentences(&found, now),
            [
                "One edit, 3 minutes ago: A.",
                "“2d 4” was being typed into Work.",
                "Its file has been changed by another program since, so it comes back as a copy \
                 without a file.",
                "What was being written in the last moment is lost.",
            ]
        );
        assert_eq!(ago(Duration::from_secs(59)), "just now");
        assert_eq!(ago(Duration::from_secs(3_700)), "1 hour ago");
        assert_eq!(ago(Duration::from_secs(200_000)), "2 days ago");
    }
}
