//! Draws a model: lanes, groups, handoffs, cards, notes.

mod card;
mod group;
mod handoff;
mod lane;
mod live;
mod note;

pub use card::RADIUS as CARD_RADIUS;
pub use live::LivePicture;
pub use note::size as note_size;

use std::sync::Arc;

use crate::graph::{Flow, FlowHandoff, Origin};
use crate::layout::{self, Layout, LayoutInput, Tidied, TidyControl, TidyTask};
use crate::model::{Handoff, Model, Stage, StageId, WorldRect, WorldSize};

use super::GRID;
use super::caption::{self, Choices};
use super::colouring::{ColourBy, Colouring, draw_meanings};
use super::fonts::Fonts;
use super::geom::{Point, Rect};
use super::heat::{Heat, draw_legend};
use super::list::{Layer, Painter, Scene, Target};
use super::theme::{Palette, Theme};

/// How a model is drawn.
#[derive(Clone, Debug, Default)]
pub struct DrawOptions {
    /// The colours.
    pub theme: Theme,
    /// What the colours of cards stand for.
    pub colour_by: ColourBy,
    /// Where the lead time goes, as colours and as bars in cards.
    pub heat: Option<Arc<Heat>>,
    /// Whether what colours mean is drawn below the drawing.
    pub has_legend: bool,
    /// What the legend of the heat says beside its title.
    pub heat_remark: String,
    /// What letters are drawn with; by default the bundled font alone.
    pub fonts: Fonts,
}

/// What drawing refers to all the time.
struct Canvas<'a> {
    model: &'a Model,
    flow: &'a Flow,
    layout: &'a Layout,
    options: &'a DrawOptions,
    palette: &'static Palette,
    colouring: Colouring,
    choices: Choices<'a>,
    fonts: &'a Fonts,
}

/// Draws a model where its layout says.
pub fn draw(model: &Model, flow: &Flow, layout: &Layout, options: &DrawOptions) -> Scene {
    Canvas::new(model, flow, layout, options).scene()
}

/// Says below the drawing what its colours mean.
fn legends(canvas: &Canvas<'_>, painter: &mut Painter, drawn: Rect) {
    let below = |painter: &Painter| {
        let all = painter.bounds().union(drawn);
        let all = all.union(canvas.layout.bounds.into());
        Point::new(all.left(), all.bottom() + 3.0 * GRID)
    };
    let Canvas { palette, fonts, .. } = *canvas;
    if canvas.options.heat.is_some() {
        let corner = below(painter);
        draw_legend(painter, corner, &canvas.options.heat_remark, palette, fonts);
    }
    let meanings = canvas.colouring.meanings(canvas.model);
    if !meanings.is_empty() {
        let (corner, by) = (below(painter), canvas.options.colour_by);
        draw_meanings(painter, corner, by, &meanings, palette, fonts);
    }
}

/// Finds a place for everything and draws it.
pub fn picture(model: &Model, flow: &Flow, options: &DrawOptions) -> (Scene, Layout) {
    let layout = lay_out(model, flow, &options.fonts);
    (draw(model, flow, &layout, options), layout)
}

/// Finds a place for everything, with the sizes that cards and labels are drawn in.
pub fn lay_out(model: &Model, flow: &Flow, fonts: &Fonts) -> Layout {
    with_sizes(model, flow, fonts, layout::lay_out)
}

/// Calls `see` with what a layout is found from: the sizes that cards and labels are drawn in.
fn with_sizes<T>(
    model: &Model,
    flow: &Flow,
    fonts: &Fonts,
    see: impl FnOnce(&LayoutInput<'_>) -> T,
) -> T {
    let choices = Choices::of(model);
    see(&LayoutInput {
        model,
        flow,
        stage_size: &|stage| stage_size(model, stage, fonts),
        label_size: &|handoff| size_of_label(&choices, model, flow, handoff, fonts),
        note_size: &|note| note_size(note, fonts),
    })
}

/// Finds new places for stages, with the sizes that cards and labels are drawn in; for all of them
/// when none are chosen. Returns nothing when it was cancelled.
pub fn tidy(
    model: &Model,
    flow: &Flow,
    now: &Layout,
    chosen: &[StageId],
    fonts: &Fonts,
    control: &TidyControl,
) -> Option<Tidied> {
    with_sizes(model, flow, fonts, |&input| {
        layout::tidy(&TidyTask { input, now, chosen }, control)
    })
}

/// Returns the size that a stage's card takes, for the layout.
pub fn stage_size(model: &Model, stage: &Stage, fonts: &Fonts) -> WorldSize {
    card::size(&caption::card(model, stage), fonts)
}

/// Returns the size that the label of a handoff of the Flow takes, for the layout; none without a
/// label.
pub fn label_size(model: &Model, flow: &Flow, handoff: usize, fonts: &Fonts) -> Option<WorldSize> {
    size_of_label(&Choices::of(model), model, flow, handoff, fonts)
}

fn size_of_label(
    choices: &Choices<'_>,
    model: &Model,
    flow: &Flow,
    handoff: usize,
    fonts: &Fonts,
) -> Option<WorldSize> {
    let handoff = flow.handoffs.get(handoff)?;
    let parts = caption::label(choices, handoff, drawn(model, handoff));
    handoff::label_size(&parts, fonts)
}

/// Returns the Model's handoff that a handoff of the Flow is, unless it is derived.
fn drawn<'a>(model: &'a Model, handoff: &FlowHandoff) -> Option<&'a Handoff> {
    match handoff.origin {
        Origin::Drawn => model.handoffs.find(handoff.id),
        Origin::Derived { .. } => None,
    }
}

impl<'a> Canvas<'a> {
    fn new(model: &'a Model, flow: &'a Flow, layout: &'a Layout, options: &'a DrawOptions) -> Self {
        let palette = options.theme.palette();
        Self {
            model,
            flow,
            layout,
            options,
            palette,
            colouring: Colouring::new(model, options.colour_by, palette),
            choices: Choices::of(model),
            fonts: &options.fonts,
        }
    }

    /// Draws everything. Of handoffs and stages each one is a part, so that it can be drawn anew by
    /// itself: the parts are in the order of the Flow and of the Model, those of stages after the
    /// cards of collapsed groups.
    fn scene(&self) -> Scene {
        let mut scene = Scene::new(self.palette.background, self.model.name.clone());
        let mut painter = Painter::default();
        lane::lanes(self, &mut painter);
        group::groups(self, &mut painter);
        note::notes(self, &mut painter);
        painter.add_to(&mut scene);
        for at in 0..self.flow.relaxed.len() {
            self.ghost(&mut painter, at);
            scene.add(Layer::Ghosts, painter.drain());
        }
        for at in 0..self.flow.handoffs.len() {
            self.way(&mut painter, at);
            scene.add(Layer::Handoffs, painter.drain());
        }
        for at in 0..self.model.stages.len() {
            self.card(&mut painter, at);
            scene.add(Layer::Stages, painter.drain());
        }
        for at in 0..self.flow.handoffs.len() {
            self.label(&mut painter, at);
            scene.add(Layer::Labels, painter.drain());
        }
        scene.settle();
        if self.options.has_legend {
            legends(self, &mut painter, scene.bounds);
            scene.add(Layer::Legend, painter.drain());
            scene.settle();
        }
        scene
    }

    /// Draws the relaxed handoff at a place among them.
    fn ghost(&self, painter: &mut Painter, at: usize) {
        handoff::ghost(self, painter, at);
    }

    /// Draws the way of the handoff at a place of the Flow.
    fn way(&self, painter: &mut Painter, at: usize) {
        if let Some(handoff) = handoff::Drawn::of(self, at) {
            handoff.way(painter);
        }
    }

    /// Draws the label of the handoff at a place of the Flow.
    fn label(&self, painter: &mut Painter, at: usize) {
        if let Some(handoff) = handoff::Drawn::of(self, at) {
            handoff.label(painter);
        }
    }

    /// Draws the card of the stage at a place of the Model, unless that of a group shows it.
    fn card(&self, painter: &mut Painter, at: usize) {
        let (stage, rect) = (self.model.stages.at(at), self.layout.stages.get(at));
        if let (Some(stage), Some(&rect)) = (stage, rect)
            && self.layout.folded(at).is_none()
        {
            card::card(self, painter, stage, rect.into());
        }
    }

    /// The share of the lead time that a stage has, when it is to be shown.
    fn heat_of_stage(&self, id: StageId) -> Option<f32> {
        self.options.heat.as_ref().map(|heat| heat.of_stage(id))
    }

    fn rect_of(&self, stage: StageId) -> Option<WorldRect> {
        let at = self.model.stages.position(stage)?;
        self.layout.stages.get(at).copied()
    }

    /// What a handoff of the Flow is hit as.
    fn target_of(&self, at: usize) -> Option<Target> {
        let handoff = self.flow.handoffs.get(at)?;
        Some(match handoff.origin {
            Origin::Drawn => Target::Handoff(handoff.id),
            Origin::Derived { .. } => Target::Derived(at),
        })
    }
}
