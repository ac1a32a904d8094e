//! Draws a model: lanes, groups, handoffs, cards, notes.

mod card;
mod handoff;
mod lane;
mod note;

pub use card::RADIUS as CARD_RADIUS;

use std::collections::BTreeMap;

use crate::graph::{Flow, FlowHandoff, Origin};
use crate::layout::{Layout, LayoutInput, Route, lay_out};
use crate::model::{Handoff, HandoffId, Model, Stage, StageId, WorldRect, WorldSize};

use super::caption;
use super::fonts::Fonts;
use super::list::{Painter, Scene, Target};
use super::theme::{Palette, Theme};

/// How a model is drawn.
#[derive(Clone, Debug, Default)]
pub struct DrawOptions {
    /// The colours.
    pub theme: Theme,
    /// The share of the delay that each stage causes, 0 to 1, as a bar in its card; none draws
    /// no bars. A stage that is not in the map has an empty bar.
    pub heat: Option<BTreeMap<StageId, f32>>,
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
        fonts: &options.fonts,
    };
    let mut painter = Painter::default();
    lane::lanes(&canvas, &mut painter);
    lane::groups(&canvas, &mut painter);
    handoff::ghosts(&canvas, &mut painter);
    handoff::handoffs(&canvas, &mut painter);
    for (at, stage) in model.stages.iter().enumerate() {
        if let Some(&rect) = layout.stages.get(at) {
            card::card(&canvas, &mut painter, stage, rect.into());
        }
    }
    note::notes(&canvas, &mut painter);
    painter.finish(canvas.palette.background, model.name.clone())
}

/// Finds a place for everything and draws it.
pub fn picture(model: &Model, flow: &Flow, options: &DrawOptions) -> (Scene, Layout) {
    let layout = lay_out(&LayoutInput {
        model,
        flow,
        stage_size: &|stage| stage_size(model, stage, &options.fonts),
        label_size: &|handoff| label_size(model, flow, handoff, &options.fonts),
    });
    (draw(model, flow, &layout, options), layout)
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
