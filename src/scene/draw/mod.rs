//! Draws a model: lanes, groups, handoffs, cards, notes.

mod card;
mod group;
mod handoff;
mod lane;
mod note;

pub use card::RADIUS as CARD_RADIUS;
pub use note::size as note_size;

use std::sync::Arc;

use crate::graph::{Flow, FlowHandoff, Origin};
use crate::layout::{self, Layout, LayoutInput, Route, Tidied, TidyControl, TidyTask};
use crate::model::{Handoff, HandoffId, Model, Stage, StageId, WorldRect, WorldSize};

use super::GRID;
use super::caption;
use super::colouring::{ColourBy, Colouring, draw_meanings};
use super::fonts::Fonts;
use super::geom::Point;
use super::heat::{Heat, draw_legend};
use super::list::{Painter, Scene, Target};
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
    fonts: &'a Fonts,
}

/// Draws a model where its layout says.
pub fn draw(model: &Model, flow: &Flow, layout: &Layout, options: &DrawOptions) -> Scene {
    let canvas = Canvas {
        model,
        flow,
        layout,
        options,
        palette: options.theme.palette(),
        colouring: Colouring::new(model, options.colour_by, options.theme.palette()),
        fonts: &options.fonts,
    };
    let mut painter = Painter::default();
    lane::lanes(&canvas, &mut painter);
    group::groups(&canvas, &mut painter);
    handoff::ghosts(&canvas, &mut painter);
    handoff::handoffs(&canvas, &mut painter);
    for (at, stage) in model.stages.iter().enumerate() {
        if layout.folded(at).is_some() {
            continue;
        }
        if let Some(&rect) = layout.stages.get(at) {
            card::card(&canvas, &mut painter, stage, rect.into());
        }
    }
    note::notes(&canvas, &mut painter);
    if options.has_legend {
        legends(&canvas, &mut painter);
    }
    painter.finish(canvas.palette.background, model.name.clone())
}

/// Says below the drawing what its colours mean.
fn legends(canvas: &Canvas<'_>, painter: &mut Painter) {
    let below = |painter: &Painter| {
        let all = painter.bounds().union(canvas.layout.bounds.into());
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
    layout::lay_out(&LayoutInput {
        model,
        flow,
        stage_size: &|stage| stage_size(model, stage, fonts),
        label_size: &|handoff| label_size(model, flow, handoff, fonts),
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
    let input = LayoutInput {
        model,
        flow,
        stage_size: &|stage| stage_size(model, stage, fonts),
        label_size: &|handoff| label_size(model, flow, handoff, fonts),
        note_size: &|note| note_size(note, fonts),
    };
    layout::tidy(&TidyTask { input, now, chosen }, control)
}

/// Returns the size that a stage's card takes, for the layout.
pub fn stage_size(model: &Model, stage: &Stage, fonts: &Fonts) -> WorldSize {
    card::size(&caption::card(model, stage), fonts)
}

/// Returns the size that the label of a handoff of the Flow takes, for the layout; none without a
/// label.
pub fn label_size(model: &Model, flow: &Flow, handoff: usize, fonts: &Fonts) -> Option<WorldSize> {
    let handoff = flow.handoffs.get(handoff)?;
    handoff::label_size(
        &caption::label(model, handoff, drawn(model, handoff)),
        fonts,
    )
}

/// Returns the Model's handoff that a handoff of the Flow is, unless it is derived.
fn drawn<'a>(model: &'a Model, handoff: &FlowHandoff) -> Option<&'a Handoff> {
    match handoff.origin {
        Origin::Drawn => model.handoffs.find(handoff.id),
        Origin::Derived { .. } => None,
    }
}

impl Canvas<'_> {
    fn route(&self, at: usize) -> Option<&Route> {
        self.layout.routes.get(at)
    }

    /// The share of the lead time that a stage has, when it is to be shown.
    fn heat_of_stage(&self, id: StageId) -> Option<f32> {
        self.options.heat.as_ref().map(|heat| heat.of_stage(id))
    }

    fn ghosts(&self) -> impl Iterator<Item = (HandoffId, &Route)> {
        self.flow.relaxed.iter().copied().zip(&self.layout.ghosts)
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
