//! Putting patterns in, and keeping one's own: a file for each in the folder of the user's data.

use std::path::{Path, PathBuf};

use egui::Context;

use crate::app::canvas::sight;
use crate::app::pattern_palette::{PatternChoice, PatternName, PatternPalette};
use crate::edit::{self, Selected};
use crate::graph::Flow;
use crate::interact;
use crate::model::{Model, Slug, WorldRect};
use crate::scene;
use crate::store::{self, Files};

use super::Window;
use super::files::file_name;

/// What is asked about patterns.
#[derive(Default)]
pub(super) struct Patterns {
    palette: Option<PatternPalette>,
    name: Option<PatternName>,
}

impl Patterns {
    pub(super) fn is_open(&self) -> bool {
        self.palette.is_some() || self.name.is_some()
    }
}

impl Window {
    pub(super) fn open_patterns(&mut self) {
        self.patterns.palette = Some(PatternPalette::default());
    }

    pub(super) fn name_pattern(&mut self) {
        self.patterns.name = Some(PatternName::default());
    }

    /// Draws what is asked about patterns, and does what is decided.
    pub(super) fn patterns_ui(&mut self, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        if let Some(palette) = &mut self.patterns.palette {
            let folder = self.surroundings.patterns();
            let own = folder.and_then(|folder| self.lookups.patterns(ctx, &folder));
            match palette.ui(ctx, own.unwrap_or_default()) {
                Some(PatternChoice::Insert {
                    name,
                    part,
                    returns,
                }) => {
                    self.patterns.palette = None;
                    self.insert_pattern(&name, &part, returns, ctx);
                }
                Some(PatternChoice::Close) => self.patterns.palette = None,
                Some(PatternChoice::Delete(path)) => {
                    let sentence = match self.surroundings.files.remove(&path) {
                        Ok(()) => format!("{} was deleted.", file_name(&path)),
                        Err(error) => format!("{} stays: {error}.", file_name(&path)),
                    };
                    self.canvas.say(sentence, now);
                    self.patterns.palette = None;
                }
                None => {}
            }
        }
        if let Some(answer) = self.patterns.name.as_mut().and_then(|name| name.ui(ctx)) {
            self.patterns.name = None;
            if let Some(name) = answer {
                let sentence = self.save_pattern(&name);
                self.canvas.say(sentence, now);
            }
        }
    }

    /// Puts a pattern in at what is selected, as one step.
    pub fn insert_pattern(&mut self, name: &str, part: &Model, returns: bool, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        self.refresh(ctx);
        let Some(picture) = self.picture.clone() else {
            return;
        };
        let alone = scene::lay_out(part, &Flow::of(part), &self.surroundings.fonts);
        let sight = sight(&self.document, &picture, &self.canvas.viewport);
        match interact::weave_in(&sight, part, &alone.stages, returns) {
            Ok(copies) => {
                self.edit(format!("Insert {name}"), &copies.changes, None, now);
                self.select(copies.selection);
                self.canvas.wants_reveal = true;
            }
            Err(refusal) => {
                let sentence = format!("{name} was not put in: {refusal}. {}.", refusal.hint);
                self.canvas.say(sentence, now);
            }
        }
    }

    /// Keeps the selected stages and notes as a pattern. Returns what is said of it.
    fn save_pattern(&self, name: &str) -> String {
        let Some(folder) = self.surroundings.patterns() else {
            return "There is no folder to keep patterns in.".to_owned();
        };
        let Some(picture) = &self.picture else {
            return String::new();
        };
        let model = self.document.model();
        let chosen = edit::with_members(model, self.document.selection());
        let sight = sight(&self.document, picture, &self.canvas.viewport);
        let place = |element: Selected| sight.rect_of(element).map(|rect: WorldRect| rect.min);
        let mut part = match edit::cut_out(model, &chosen, &place) {
            Ok(part) => part,
            Err(error) => return format!("Nothing was kept: {error}."),
        };
        part.name = name.to_owned();
        let files = &*self.surroundings.files;
        let kept = free_path(files, &folder, name).and_then(|path| {
            let fault = |error: &dyn std::fmt::Display| error.to_string();
            files.make_folder(&folder).map_err(|error| fault(&error))?;
            store::save(files, &path, &part).map_err(|error| fault(&error))
        });
        match kept {
            Ok(_) => format!("Kept as the pattern {name}."),
            Err(error) => format!("{name} was not kept: {error}."),
        }
    }
}

/// A file of this name that is not there yet.
fn free_path(files: &dyn Files, folder: &Path, name: &str) -> Result<PathBuf, String> {
    const MOST: usize = 1_000;
    let slug = Slug::from_name(name, "pattern");
    for n in 1..=MOST {
        let slug = if n == 1 { slug } else { slug.numbered(n) };
        let path = folder.join(format!("{slug}.ron"));
        match files.state(&path) {
            Ok(None) => return Ok(path),
            Ok(Some(_)) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Err("there are too many patterns of this name".to_owned())
}
