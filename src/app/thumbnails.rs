//! Small pictures of drawings on the start screen, made in threads.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{CornerRadius, Sense, Stroke, StrokeKind, Ui, Vec2, vec2};

use crate::graph::Flow;
use crate::model::Model;
use crate::scene::{self, ColourBy, Fonts, Theme};
use crate::store::{self, Files};
use crate::templates::Template;

use super::blocks::{Blocks, Scale};
use super::examples::EXAMPLES;
use super::lookup::Lookup;
use super::paint::color;
use super::style;

/// How large a thumbnail is, in points.
const SIZE: Vec2 = vec2(96.0, 56.0);
/// Around the drawing inside.
const PADDING: f32 = 5.0;
/// Of a larger drawing nothing could be seen, and making its picture would take long.
const MOST_STAGES: usize = 2_000;

/// What a thumbnail shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A template, by its name.
    Template(&'static str),
    /// An example, by its name.
    Example(&'static str),
    /// A file.
    File(PathBuf),
}

/// What it shows, and in which colours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shown {
    of: Of,
    theme: &'static str,
}

/// The thumbnails, as far as they are made.
pub struct Thumbnails {
    drawings: Lookup<Option<Blocks>, Shown>,
}

impl Thumbnails {
    /// Makes it, with where files are and what letters are drawn with.
    pub fn new(files: &Arc<dyn Files + Send + Sync>, fonts: &Fonts) -> Self {
        let (files, fonts) = (Arc::clone(files), fonts.clone());
        let make = move |shown: &Shown| {
            let model = found(&*files, &shown.of)?;
            if model.stages.is_empty() || model.stages.len() > MOST_STAGES {
                return None;
            }
            let layout = scene::lay_out(&model, &Flow::of(&model), &fonts);
            let theme = Theme::from_name(shown.theme)?;
            Some(Blocks::of(&model, &layout, ColourBy::Team, theme))
        };
        Self {
            drawings: Lookup::new(make),
        }
    }

    /// Draws one; an empty frame while it is not known, or where there is nothing to be seen.
    pub fn ui(&mut self, ui: &mut Ui, of: Of) {
        let theme = style::theme_of(ui.ctx());
        let (rect, _) = ui.allocate_exact_size(SIZE, Sense::hover());
        let palette = theme.palette();
        let painter = ui.painter_at(rect.expand(1.0));
        painter.rect(
            rect,
            CornerRadius::same(5),
            color(palette.background),
            Stroke::new(1.0, color(palette.rule)),
            StrokeKind::Inside,
        );
        let shown = Shown {
            of,
            theme: theme.name(),
        };
        if let Some(Some(blocks)) = self.drawings.answer(ui.ctx(), &shown) {
            let scale = Scale::fit(blocks.bounds, rect.shrink(PADDING));
            painter.add(blocks.mesh(scale));
        }
    }
}

fn found(files: &dyn Files, of: &Of) -> Option<Model> {
    match of {
        Of::Template(name) => Some(Template::find(name)?.model()),
        Of::Example(name) => {
            let example = EXAMPLES.iter().find(|example| example.name == *name)?;
            Some(store::read(example.text.as_bytes()).ok()?.model)
        }
        Of::File(path) => Some(store::read(&files.read(path).ok()?).ok()?.model),
    }
}
