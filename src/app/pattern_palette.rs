//! The pattern palette: what can be put into the flow, with a picture of each, and one's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Align, Context, Id, Key, Layout, RichText, ScrollArea, Sense, TextEdit, Ui, vec2};

use crate::graph::Flow;
use crate::model::Model;
use crate::patterns::{PATTERNS, USUAL_COUNT};
use crate::scene::{self, DrawOptions, Scene, Theme};
use crate::store::{self, Files};

use super::names::seen;
use super::paint::{Frame, paint_scene};
use super::style::{self, dialog};

/// Most of what is counted in a pattern.
const MOST: u32 = 1_000;

/// A pattern of the user's own.
#[derive(Clone, Debug)]
pub struct OwnPattern {
    /// What it is called.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// What is in it, or why that cannot be read.
    pub part: Result<Arc<Model>, String>,
}

/// Reads the patterns in a folder, in the order of their names.
pub fn read_patterns(files: &dyn Files, folder: &Path) -> Vec<OwnPattern> {
    // Where there is no folder yet there are none.
    let mut paths = files.list(folder).unwrap_or_default();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "ron"));
    let mut patterns: Vec<OwnPattern> = paths.into_iter().map(|path| read(files, path)).collect();
    patterns.sort_by(|a, b| a.name.cmp(&b.name));
    patterns
}

fn read(files: &dyn Files, path: PathBuf) -> OwnPattern {
    let stem = path.file_stem().unwrap_or_default();
    let stem = stem.to_string_lossy().into_owned();
    let first_line = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let part = match files.read(&path) {
        Ok(bytes) => store::read(&bytes).map_err(|error| first_line(error.to_string())),
        Err(error) => Err(error.to_string()),
    };
    let part = part.map(|loaded| loaded.model);
    let name = part.as_ref().map(|part| part.name.clone());
    let name = name.ok().filter(|name| !name.is_empty()).unwrap_or(stem);
    let part = part.map(Arc::new);
    OwnPattern { name, path, part }
}

/// The palette while it is open.
#[derive(Debug, Default)]
pub struct PatternPalette {
    /// The place of what is chosen: ours first, then the user's.
    chosen: usize,
    /// How many there are of what is counted; as usual when nothing was said.
    count: Option<u32>,
    /// The path of the user's pattern that is about to be deleted, after one more press.
    deletes: Option<PathBuf>,
    /// The picture of what is chosen.
    preview: Option<(Shown, Arc<Scene>)>,
}

/// What a picture shows.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    place: usize,
    name: String,
    count: u32,
    theme: Theme,
}

/// What was decided in the palette.
#[derive(Debug)]
pub enum PatternChoice {
    /// Nothing is put in.
    Close,
    /// This is put in at what is selected; whether feedback leads back from it.
    Insert {
        /// What it is called.
        name: String,
        /// What is put in, without places or with them.
        part: Arc<Model>,
        /// Whether feedback leads back from its end.
        returns: bool,
    },
    /// The file of a pattern of the user's own goes.
    Delete(PathBuf),
}

/// A row of the palette.
struct Entry<'a> {
    title: &'a str,
    about: String,
    counted: Option<&'static str>,
    own: Option<&'a OwnPattern>,
}

fn entries(own: &[OwnPattern]) -> Vec<Entry<'_>> {
    let ours = PATTERNS.iter().map(|pattern| Entry {
        title: pattern.title,
        about: pattern.about.to_owned(),
        counted: pattern.counted,
        own: None,
    });
    let own = own.iter().map(|pattern| Entry {
        title: &pattern.name,
        about: match &pattern.part {
            Ok(part) => match part.stages.len() {
                1 => "Yours: 1 stage".to_owned(),
                count => format!("Yours: {count} stages"),
            },
            Err(why) => format!("It cannot be read: {why}."),
        },
        counted: None,
        own: Some(pattern),
    });
    ours.chain(own).collect()
}

impl PatternPalette {
    /// Draws the palette; `own` are the patterns of the user's own. Returns what was decided.
    pub fn ui(&mut self, ctx: &Context, own: &[OwnPattern]) -> Option<PatternChoice> {
        let entries = entries(own);
        self.chosen = self.chosen.min(entries.len() - 1);
        self.take_arrows(ctx, entries.len());
        let modal = dialog(ctx, Id::unique("patterns")).show(ctx, |ui| {
            ui.set_width(760.0_f32.min(ctx.content_rect().width() - 96.0));
            ui.heading("Patterns");
            ui.label(RichText::new("Put in at what is selected, and connected there.").weak());
            ui.add_space(12.0);
            let is_taken = ui.horizontal_top(|ui| {
                let height = (ctx.content_rect().height() - 260.0).clamp(160.0, 380.0);
                let is_taken = ui
                    .vertical(|ui| {
                        ui.set_width(220.0);
                        ScrollArea::vertical()
                            .max_height(height)
                            .auto_shrink([false, false])
                            .show(ui, |ui| self.list_ui(ui, &entries))
                            .inner
                    })
                    .inner;
                ui.add_space(16.0);
                ui.vertical(|ui| self.chosen_ui(ui, &entries[self.chosen], height));
                is_taken
            });
            ui.add_space(12.0);
            let layout = Layout::right_to_left(Align::Center);
            let is_taken = is_taken.inner;
            let entry = &entries[self.chosen];
            ui.with_layout(layout, |ui| self.buttons_ui(ui, entry, is_taken))
                .inner
        });
        let is_left = modal.should_close().then_some(PatternChoice::Close);
        modal.inner.or(is_left)
    }

    /// Arrows go through the list, unless a field has the focus that wants them.
    fn take_arrows(&mut self, ctx: &Context, count: usize) {
        if ctx.text_edit_focused() {
            return;
        }
        let before = self.chosen;
        ctx.input_mut(|input| {
            if input.consume_key(egui::Modifiers::NONE, Key::ArrowDown) {
                self.chosen = (self.chosen + 1).min(count - 1);
            }
            if input.consume_key(egui::Modifiers::NONE, Key::ArrowUp) {
                self.chosen = self.chosen.saturating_sub(1);
            }
        });
        if before != self.chosen {
            self.deletes = None;
        }
    }

    /// Returns whether a row was taken, by a double-click or Enter.
    fn list_ui(&mut self, ui: &mut Ui, entries: &[Entry<'_>]) -> bool {
        let is_entered = ui.input(|input| input.key_pressed(Key::Enter));
        let mut is_taken = false;
        for (at, entry) in entries.iter().enumerate() {
            if at == PATTERNS.len() {
                ui.add_space(8.0);
                ui.label(RichText::new("Your own").small().weak());
            }
            let title = seen(ui.ctx(), entry.title).into_owned();
            let row = ui.selectable_label(at == self.chosen, title);
            if row.clicked() {
                self.chosen = at;
                self.deletes = None;
            }
            is_taken |= row.double_clicked() || row.clicked() && is_entered;
        }
        if entries.len() == PATTERNS.len() {
            ui.add_space(8.0);
            let hint =
                "Select stages and choose “Save selection as pattern…” to have your own here.";
            ui.label(RichText::new(hint).small().weak());
        }
        is_taken
    }

    fn chosen_ui(&mut self, ui: &mut Ui, entry: &Entry<'_>, height: f32) {
        ui.label(RichText::new(&entry.about));
        if let Some(counted) = entry.counted {
            ui.horizontal(|ui| {
                let mut count = self.count.unwrap_or(USUAL_COUNT);
                let drag = egui::DragValue::new(&mut count).range(1..=MOST).speed(0.1);
                let label = ui.label(format!("How many {counted}"));
                ui.add(drag).labelled_by(label.id);
                self.count = Some(count);
            });
        }
        ui.add_space(8.0);
        let size = vec2(ui.available_width(), (height - 72.0).max(96.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let Some(scene) = self.scene(ui.ctx(), entry) else {
            return;
        };
        let (width, height) = (
            scene.bounds.width().max(1.0),
            scene.bounds.height().max(1.0),
        );
        let zoom = (rect.width() / width).min(rect.height() / height).min(1.0);
        let corner = rect.center()
            - vec2(width, height) * zoom / 2.0
            - vec2(scene.bounds.left(), scene.bounds.top()) * zoom;
        let frame = Frame {
            origin: corner,
            zoom,
        };
        paint_scene(&ui.painter_at(rect), &scene, frame);
    }

    fn scene(&mut self, ctx: &Context, entry: &Entry<'_>) -> Option<Arc<Scene>> {
        let shown = Shown {
            place: self.chosen,
            name: entry.title.to_owned(),
            count: self.count.unwrap_or(USUAL_COUNT),
            theme: style::theme_of(ctx),
        };
        if let Some((before, scene)) = &self.preview
            && *before == shown
        {
            return Some(Arc::clone(scene));
        }
        let (part, _) = self.part(entry)?;
        let options = DrawOptions {
            theme: shown.theme,
            fonts: style::fonts_of(ctx),
            ..DrawOptions::default()
        };
        let (scene, _) = scene::picture(&part, &Flow::of(&part), &options);
        let scene = Arc::new(scene);
        self.preview = Some((shown, Arc::clone(&scene)));
        Some(scene)
    }

    /// What is put in, and whether feedback leads back from it.
    fn part(&self, entry: &Entry<'_>) -> Option<(Arc<Model>, bool)> {
        if let Some(own) = entry.own {
            return own.part.as_ref().ok().map(|part| (Arc::clone(part), false));
        }
        let pattern = PATTERNS.get(self.chosen)?;
        let count = self.count.unwrap_or(USUAL_COUNT);
        Some((Arc::new(pattern.part(count)), pattern.returns))
    }

    fn buttons_ui(
        &mut self,
        ui: &mut Ui,
        entry: &Entry<'_>,
        is_taken: bool,
    ) -> Option<PatternChoice> {
        let part = self.part(entry);
        let insert = ui.add_enabled(part.is_some(), egui::Button::new("Insert"));
        let is_entered = ui.input(|input| input.key_pressed(Key::Enter));
        let has_focus = ui.ctx().memory(|memory| memory.focused()).is_some();
        if insert.clicked() || is_taken || is_entered && !has_focus {
            let (part, returns) = part?;
            let name = entry.title.to_owned();
            return Some(PatternChoice::Insert {
                name,
                part,
                returns,
            });
        }
        if ui.button("Cancel").clicked() {
            return Some(PatternChoice::Close);
        }
        let own = entry.own?;
        let is_asked = self.deletes.as_ref() == Some(&own.path);
        let label = if is_asked {
            "Delete for good"
        } else {
            "Delete this pattern"
        };
        if ui.button(label).clicked() {
            if is_asked {
                self.deletes = None;
                return Some(PatternChoice::Delete(own.path.clone()));
            }
            self.deletes = Some(own.path.clone());
        }
        None
    }
}

/// What is being typed as the name of a pattern to be saved.
#[derive(Debug, Default)]
pub struct PatternName {
    name: String,
    has_begun: bool,
}

impl PatternName {
    /// Draws the question. Returns the name, or nothing inside when it was left.
    pub fn ui(&mut self, ctx: &Context) -> Option<Option<String>> {
        let modal = dialog(ctx, Id::unique("pattern name")).show(ctx, |ui| {
            ui.set_width(400.0);
            ui.heading("Save selection as pattern");
            ui.add_space(12.0);
            let label = ui.label("Name");
            let edit = TextEdit::singleline(&mut self.name)
                .char_limit(80)
                .desired_width(f32::INFINITY);
            let field = ui.add(edit).labelled_by(label.id);
            if !std::mem::replace(&mut self.has_begun, true) {
                field.request_focus();
            }
            let name = self.name.trim().to_owned();
            let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            ui.add_space(16.0);
            let layout = Layout::right_to_left(Align::Center);
            ui.with_layout(layout, |ui| {
                let save = ui.add_enabled(!name.is_empty(), egui::Button::new("Save pattern"));
                if save.clicked() || is_entered && !name.is_empty() {
                    return Some(Some(name));
                }
                ui.button("Cancel").clicked().then_some(None)
            })
            .inner
        });
        let is_left = modal.should_close().then_some(None);
        modal.inner.or(is_left)
    }
}
