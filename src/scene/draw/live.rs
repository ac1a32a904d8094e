//! A picture that is kept up with its Model: after an edit only what it concerns is drawn anew.

use std::sync::Arc;

use crate::graph::Flow;
use crate::layout::{Layout, LayoutChange, LiveLayout};
use crate::model::{Difference, Model};
use crate::scene::colouring::Colouring;
use crate::scene::list::{Layer, Painter, Scene};

use super::{Canvas, DrawOptions, group, lane, note, with_sizes};

/// What a picture was made from, as far as the next one can go on from it.
pub struct LivePicture {
    /// Shares its elements with the Document's.
    model: Model,
    layout: LiveLayout,
    /// How the scene was drawn last.
    drawn: DrawOptions,
    colouring: Colouring,
}

impl LivePicture {
    /// Derives what flows in a Model, finds a place for everything and draws it.
    pub fn new(model: &Model, options: &DrawOptions) -> (Self, Flow, Layout, Scene) {
        let flow = Flow::of(model);
        let (live, layout) = with_sizes(model, &flow, &options.fonts, LiveLayout::new);
        let canvas = Canvas::new(model, &flow, &layout, options);
        let scene = canvas.scene();
        let picture = Self {
            model: model.clone(),
            layout: live,
            drawn: options.clone(),
            colouring: canvas.colouring,
        };
        (picture, flow, layout, scene)
    }

    /// Has a picture follow an edit. Returns false when all has to be made anew, and then neither
    /// this nor what it was given are of any use; else they are what [`Self::new`] makes.
    ///
    /// What it is given must be what was made last, whichever of the two made it.
    pub fn follow(
        &mut self,
        model: &Model,
        options: &DrawOptions,
        flow: &mut Flow,
        layout: &mut Layout,
        scene: &mut Scene,
    ) -> bool {
        let followed = self.draw(model, options, flow, layout, scene);
        self.model = model.clone();
        followed.is_some()
    }

    /// Takes in that the scene has been drawn with other colours.
    pub fn has_been_drawn(&mut self, options: &DrawOptions) {
        self.drawn = options.clone();
        self.colouring = Colouring::new(&self.model, options.colour_by, options.theme.palette());
    }

    fn draw(
        &mut self,
        model: &Model,
        options: &DrawOptions,
        flow: &mut Flow,
        layout: &mut Layout,
        scene: &mut Scene,
    ) -> Option<()> {
        let difference = model.since(&self.model)?;
        let is_alike = flow.follow(&self.model, model, &difference)
            && self.is_drawn_with(options)
            && !options.has_legend
            && !layout.stages.is_empty();
        if !is_alike {
            return None;
        }
        let change = with_sizes(model, flow, &options.fonts, |input| {
            self.layout.follow(input, &difference, layout)
        })?;
        let canvas = Canvas::new(model, flow, layout, options);
        if canvas.colouring != self.colouring {
            return None;
        }
        put_anew(&canvas, &difference, &change, scene);
        Some(())
    }

    /// Returns whether the scene was drawn in the same way.
    fn is_drawn_with(&self, options: &DrawOptions) -> bool {
        let DrawOptions {
            theme,
            colour_by,
            heat,
            ..
        } = &self.drawn;
        let is_same_heat = match (heat, &options.heat) {
            (None, None) => true,
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            _ => false,
        };
        (*theme, *colour_by) == (options.theme, options.colour_by) && is_same_heat
    }
}

/// Draws what has changed.
fn put_anew(
    canvas: &Canvas<'_>,
    difference: &Difference,
    change: &LayoutChange,
    scene: &mut Scene,
) {
    let mut painter = Painter::default();
    let all = |some: &[usize], more: &[usize]| {
        let mut all = [some, more].concat();
        all.sort_unstable();
        all.dedup();
        all
    };
    for at in all(&difference.stages, &change.stages) {
        canvas.card(&mut painter, at);
        scene.put(Layer::Stages, at, painter.drain());
    }
    for &place in &change.handoffs {
        if let Some(ghost) = place.checked_sub(canvas.flow.handoffs.len()) {
            canvas.ghost(&mut painter, ghost);
            scene.put(Layer::Ghosts, ghost, painter.drain());
            continue;
        }
        canvas.way(&mut painter, place);
        scene.put(Layer::Handoffs, place, painter.drain());
        canvas.label(&mut painter, place);
        scene.put(Layer::Labels, place, painter.drain());
    }
    if change.has_other_lanes {
        scene.truncate(Layer::Lanes, 0);
        scene.truncate(Layer::LaneNames, 0);
        lane::lanes(canvas, &mut painter);
        painter.add_to(scene);
    }
    if !canvas.model.groups.is_empty() && !change.stages.is_empty() {
        scene.truncate(Layer::Groups, 0);
        group::groups(canvas, &mut painter);
        painter.add_to(scene);
    }
    if change.has_other_notes {
        scene.truncate(Layer::Notes, 0);
        note::notes(canvas, &mut painter);
        painter.add_to(scene);
    }
    scene.settle();
}
