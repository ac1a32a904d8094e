//! The display list: what a picture is made of, in the order in which it is drawn.

use std::sync::{Arc, OnceLock};

use crate::model::{GroupId, HandoffId, NoteId, StageId, TeamId};

use super::geom::{Point, Rect};
use super::index::Index;
use super::path::Path;
use super::text::Line;
use super::theme::Rgba;

/// What lies over what: later layers are drawn over earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The lanes and their names.
    Lanes,
    /// Outlines of groups.
    Groups,
    /// Relaxed handoffs.
    Ghosts,
    /// Ways of handoffs.
    Handoffs,
    /// Names of lanes, which handoffs do not strike through.
    LaneNames,
    /// Cards of stages.
    Stages,
    /// Labels of handoffs.
    Labels,
    /// Notes.
    Notes,
    /// What colours mean.
    Legend,
}

impl Layer {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Legend as usize + 1;
}

/// What an item of a picture stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A stage.
    Stage(StageId),
    /// A handoff of the Model that flows.
    Handoff(HandoffId),
    /// A derived handoff, by its place in the Flow.
    Derived(usize),
    /// A relaxed handoff of the Model.
    Ghost(HandoffId),
    /// A lane, by its place in the Layout.
    Lane(usize),
    /// A note.
    Note(NoteId),
    /// A group.
    Group(GroupId),
    /// A slice of a bar of a chart, both by their places.
    Slice {
        /// Which bar.
        bar: usize,
        /// Which slice, in the order of the design: working first.
        slice: usize,
    },
    /// The bar of a team.
    Team(TeamId),
    /// A bar of a histogram, by its place.
    Bin(usize),
}

/// How a line is drawn. Its ends are butt, its joins round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// The colour.
    pub colour: Rgba,
    /// The width.
    pub width: f32,
    /// Lengths of dashes and gaps in turn; none for a whole line.
    pub dash: Option<[f32; 2]>,
    /// Whether ends (of dashes too) are round; a very short dash is then a dot.
    pub is_round: bool,
}

impl Stroke {
    /// Makes a whole line.
    pub const fn new(colour: Rgba, width: f32) -> Self {
        Self {
            colour,
            width,
            dash: None,
            is_round: false,
        }
    }

    /// Makes it dashed.
    #[must_use]
    pub const fn dashed(mut self, dash: f32, gap: f32) -> Self {
        self.dash = Some([dash, gap]);
        self
    }

    /// Makes it a row of dots.
    #[must_use]
    pub const fn dotted(mut self, gap: f32) -> Self {
        // Not 0: some back ends draw nothing for a dash without length.
        self.dash = Some([0.01, gap]);
        self.is_round = true;
        self
    }

    /// Makes its ends round.
    #[must_use]
    pub const fn round(mut self) -> Self {
        self.is_round = true;
        self
    }
}

/// One line of text in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The text, shaped at size 1.
    pub line: Arc<Line>,
    /// The font size.
    pub size: f32,
    /// The left end of the baseline.
    pub at: Point,
    /// The colour.
    pub colour: Rgba,
}

impl Text {
    /// Returns the box from the top of the tallest letters to the foot of the lowest.
    pub fn bounds(&self) -> Rect {
        let (ascent, descent) = self.line.ascent_and_descent();
        Rect::new(
            self.at.x,
            self.at.y - ascent * self.size,
            self.line.width * self.size,
            (ascent + descent) * self.size,
        )
    }
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A rectangle with rounded corners: upper left, upper right, lower right, lower left.
    Rect {
        /// Where.
        rect: Rect,
        /// How round each corner is.
        radii: [f32; 4],
        /// The colour of its inside.
        fill: Option<Rgba>,
        /// Its border, half in and half out.
        stroke: Option<Stroke>,
    },
    /// A path. What is filled consists of convex parts.
    Path {
        /// Where.
        path: Path,
        /// The colour of its inside.
        fill: Option<Rgba>,
        /// Its line.
        stroke: Option<Stroke>,
    },
    /// A line of text.
    Text(Text),
}

impl Shape {
    /// Makes a filled rectangle with all corners alike.
    pub fn filled(rect: Rect, radius: f32, fill: Rgba) -> Self {
        Self::Rect {
            rect,
            radii: [radius; 4],
            fill: Some(fill),
            stroke: None,
        }
    }

    /// Makes a line along a path.
    pub fn stroked(path: Path, stroke: Stroke) -> Self {
        Self::Path {
            path,
            fill: None,
            stroke: Some(stroke),
        }
    }

    /// Makes a filled path.
    pub fn filled_path(path: Path, fill: Rgba) -> Self {
        Self::Path {
            path,
            fill: Some(fill),
            stroke: None,
        }
    }

    /// Returns the shape in another place.
    #[must_use]
    fn moved(&self, dx: f32, dy: f32) -> Self {
        let mut moved = self.clone();
        match &mut moved {
            Self::Rect { rect, .. } => *rect = rect.moved(dx, dy),
            Self::Path { path, .. } => {
                *path = std::mem::take(path).map(|point| point.moved(dx, dy));
            }
            Self::Text(text) => text.at = text.at.moved(dx, dy),
        }
        moved
    }

    /// Returns a rectangle around all that is drawn, line widths included.
    pub fn bounds(&self) -> Rect {
        let half = |stroke: &Option<Stroke>| stroke.map_or(0.0, |stroke| stroke.width / 2.0);
        match self {
            Self::Rect { rect, stroke, .. } => rect.grown(half(stroke)),
            Self::Path { path, stroke, .. } => path.bounds().grown(half(stroke)),
            Self::Text(text) => text.bounds(),
        }
    }
}

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What lies over what.
    pub layer: Layer,
    /// What it stands for; none lets the pointer through.
    pub target: Option<Target>,
    /// Below this zoom it is left out on the screen (1 is 100 %); 0 is always drawn.
    pub from_zoom: f32,
    /// What is drawn.
    pub shape: Shape,
    /// A rectangle around it.
    pub bounds: Rect,
}

/// Some items that are drawn one after the other on one layer, like those of a card: where they are
/// among all.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    from: u32,
    count: u32,
    /// So many would fit in their place.
    room: u32,
    /// A rectangle around them; nothing around none.
    bounds: Option<Rect>,
}

/// A picture: items in the order in which they are drawn.
///
/// It is made whole by a [`Painter`]; only who keeps it up with its Model puts parts anew.
#[derive(Debug)]
pub struct Scene {
    /// The parts of each layer, in the order in which they are drawn.
    layers: [Vec<Part>; Layer::COUNT],
    /// Side by side, since all of them are looked at in every frame when all are in view. What
    /// belongs to no part is no longer drawn.
    items: Vec<Item>,
    /// The colour behind everything.
    pub background: Rgba,
    /// A rectangle around everything that is drawn.
    pub bounds: Rect,
    /// What is written as title into files; empty when there is none.
    pub title: String,
    index: OnceLock<Index>,
}

impl Scene {
    /// Makes an empty picture, into which parts can be put.
    pub(super) fn new(background: Rgba, title: impl Into<String>) -> Self {
        Self {
            layers: Default::default(),
            items: Vec::new(),
            background,
            bounds: Rect::default(),
            title: title.into(),
            index: OnceLock::new(),
        }
    }

    /// Returns how many parts a layer has.
    pub(super) fn count(&self, layer: Layer) -> usize {
        self.layers[layer as usize].len()
    }

    /// Adds a part to a layer. The bounds are found afterwards.
    pub(super) fn add(&mut self, layer: Layer, items: impl ExactSizeIterator<Item = Item>) {
        self.put(layer, self.count(layer), items);
    }

    /// Puts a part of a layer anew, or adds it at the end. The bounds are found afterwards.
    pub(super) fn put(
        &mut self,
        layer: Layer,
        at: usize,
        items: impl ExactSizeIterator<Item = Item>,
    ) {
        let parts = &mut self.layers[layer as usize];
        if at >= parts.len() {
            parts.resize(at + 1, Part::default());
        }
        let before = parts[at];
        let count = items.len() as u32;
        let mut part = Part {
            count,
            bounds: None,
            ..before
        };
        if count > before.room {
            part.from = self.items.len() as u32;
            part.room = count;
        }
        for (nth, item) in items.enumerate() {
            debug_assert!(item.layer == layer, "a part is on one layer");
            part.bounds = Some(
                part.bounds
                    .map_or(item.bounds, |all| all.union(item.bounds)),
            );
            match self.items.get_mut(part.from as usize + nth) {
                Some(known) => *known = item,
                None => self.items.push(item),
            }
        }
        parts[at] = part;
        if let Some(index) = self.index.get_mut() {
            index.put(key(layer, at), before.bounds, part.bounds);
        }
    }

    /// Takes the parts of a layer out from a place on.
    pub(super) fn truncate(&mut self, layer: Layer, count: usize) {
        for at in count..self.count(layer) {
            self.put(layer, at, std::iter::empty());
        }
        self.layers[layer as usize].truncate(count);
    }

    /// Ends a series of changes: finds the rectangle around everything, and clears up.
    pub(super) fn settle(&mut self) {
        self.find_bounds();
        let parts = self.layers.iter().flatten();
        let used: usize = parts.map(|part| part.room as usize).sum();
        if self.items.len() > 2 * used + 1_024 {
            self.clear_up();
        }
    }

    /// Takes out the items that belong to no part.
    fn clear_up(&mut self) {
        let mut before: Vec<Option<Item>> = std::mem::take(&mut self.items)
            .into_iter()
            .map(Some)
            .collect();
        for part in self.layers.iter_mut().flatten() {
            let range = part.from as usize..(part.from + part.count) as usize;
            part.from = self.items.len() as u32;
            part.room = part.count;
            self.items
                .extend(before[range].iter_mut().filter_map(Option::take));
        }
    }

    /// Finds the rectangle around everything.
    fn find_bounds(&mut self) {
        let parts = self.layers.iter().flatten();
        let bounds = parts.filter_map(|part| part.bounds).reduce(Rect::union);
        self.bounds = bounds.unwrap_or_default();
        // A picture that has outgrown its index gets another one.
        if self
            .index
            .get()
            .is_some_and(|index| !index.suits(self.bounds))
        {
            self.index = OnceLock::new();
        }
    }

    /// Returns the items in the order in which they are drawn.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &Item> + Clone {
        let parts = self.layers.iter().flatten();
        parts.flat_map(|part| self.items_in(part))
    }

    fn items_in(&self, part: &Part) -> &[Item] {
        &self.items[part.from as usize..(part.from + part.count) as usize]
    }

    /// Returns letters that no font has, each drawn as a box; in the order in which they are drawn.
    pub fn missing(&self) -> Vec<char> {
        let mut missing = Vec::new();
        for item in self.items() {
            if let Shape::Text(text) = &item.shape {
                for letter in &text.line.missing {
                    if !missing.contains(letter) {
                        missing.push(*letter);
                    }
                }
            }
        }
        missing
    }

    /// Returns the items that may be seen in a part of the picture, in the order in which they are
    /// drawn. Takes time in proportion to them, not to the whole picture.
    pub fn visible(&self, part: Rect) -> impl Iterator<Item = &Item> {
        self.meeting(part)
            .filter(move |item| item.bounds.meets(part))
    }

    /// Returns the items of the parts that may meet a rectangle, in the order in which they are
    /// drawn.
    fn meeting(&self, rect: Rect) -> impl Iterator<Item = &Item> {
        let keys = if rect.holds(self.bounds, 0.0) {
            // All of them, in order as they are.
            let layers = self.layers.iter().enumerate();
            let keys = layers.flat_map(|(layer, parts)| {
                (0..parts.len()).map(move |at| numbers_as_key(layer, at))
            });
            keys.collect()
        } else {
            self.index().meeting(rect)
        };
        let keys = keys.into_iter();
        let parts = keys.map(|key| {
            let layer = &self.layers[(key >> PART_BITS) as usize];
            &layer[(key & PART_MASK) as usize]
        });
        let parts = parts.filter(move |part| part.bounds.is_some_and(|bounds| bounds.meets(rect)));
        parts.flat_map(|part| self.items_in(part))
    }

    /// Returns what lies at a point: of several the one drawn last.
    ///
    /// What is at most `tolerance` away from the point counts where nothing lies right at it, the
    /// nearest first; lanes and outlines of groups come last of all.
    pub fn hit(&self, point: Point, tolerance: f32) -> Option<Target> {
        let reach = Rect::from_corners(point, point).grown(tolerance);
        let mut best: Option<(u8, f32, Target)> = None;
        for item in self.meeting(reach) {
            let (Some(target), true) = (item.target, item.bounds.meets(reach)) else {
                continue;
            };
            let off = distance(&item.shape, point);
            if off > tolerance {
                continue;
            }
            // Lanes lie behind all else, and outlines of groups behind all but lanes.
            let depth = match item.layer {
                Layer::Lanes => 2,
                Layer::Groups => 1,
                _ => 0,
            };
            let is_better = best.is_none_or(|(best_depth, best_off, _)| {
                // Items come from the bottom up: at equal distance the later one wins.
                (depth, off) <= (best_depth, best_off)
            });
            if is_better {
                best = Some((depth, off, target));
            }
        }
        best.map(|(_, _, target)| target)
    }

    /// Returns the items that stand for something, in the order in which they are drawn.
    pub fn items_of(&self, target: Target) -> impl Iterator<Item = &Item> {
        self.items().filter(move |item| item.target == Some(target))
    }

    /// Returns this picture with another one below it, `gap` apart and beginning at the same left.
    #[must_use]
    pub fn above(&self, below: &Self, gap: f32) -> Self {
        let dx = self.bounds.left() - below.bounds.left();
        let dy = self.bounds.bottom() + gap - below.bounds.top();
        let mut painter = Painter::default();
        let moved = below.items().map(|item| (item, item.shape.moved(dx, dy)));
        let own = self.items().map(|item| (item, item.shape.clone()));
        for (item, shape) in own.chain(moved) {
            painter
                .on(item.layer, item.target)
                .from_zoom(item.from_zoom);
            painter.draw(shape);
        }
        painter.finish(self.background, self.title.clone())
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let layers = self.layers.iter().enumerate();
            let parts = layers.flat_map(|(layer, parts)| {
                let numbered = parts.iter().enumerate();
                numbered
                    .filter_map(move |(at, part)| Some((numbers_as_key(layer, at), part.bounds?)))
            });
            Index::new(parts)
        })
    }
}

/// A part is known to the index by its layer and its place in it: keys rise in the order of drawing.
const PART_BITS: u32 = 28;
const PART_MASK: u32 = (1 << PART_BITS) - 1;

fn key(layer: Layer, at: usize) -> u32 {
    numbers_as_key(layer as usize, at)
}

fn numbers_as_key(layer: usize, at: usize) -> u32 {
    (layer as u32) << PART_BITS | (at as u32 & PART_MASK)
}

/// How far a point is from what is drawn; 0 inside.
fn distance(shape: &Shape, point: Point) -> f32 {
    match shape {
        Shape::Rect {
            rect, fill, stroke, ..
        } => {
            let reach = stroke.map_or(0.0, |stroke| stroke.width / 2.0);
            if fill.is_none() {
                let border = Path::round_rect(*rect, [0.0; 4]);
                return (border.distance(point) - reach).max(0.0);
            }
            let dx = (rect.left() - point.x).max(point.x - rect.right()).max(0.0);
            let dy = (rect.top() - point.y).max(point.y - rect.bottom()).max(0.0);
            (dx.hypot(dy) - reach).max(0.0)
        }
        Shape::Path { path, fill, stroke } => {
            if fill.is_some() && path.encloses(point) {
                return 0.0;
            }
            let reach = stroke.map_or(0.0, |stroke| stroke.width / 2.0);
            (path.distance(point) - reach).max(0.0)
        }
        Shape::Text(text) => {
            let rect = Shape::filled(text.bounds(), 0.0, Rgba::BLACK);
            distance(&rect, point)
        }
    }
}

/// Puts a picture together.
#[derive(Debug)]
pub struct Painter {
    items: Vec<Item>,
    layer: Layer,
    target: Option<Target>,
    from_zoom: f32,
}

impl Default for Painter {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            layer: Layer::Lanes,
            target: None,
            from_zoom: 0.0,
        }
    }
}

impl Painter {
    /// Sets the layer and the target of what is drawn next, and draws it at every zoom.
    pub fn on(&mut self, layer: Layer, target: impl Into<Option<Target>>) -> &mut Self {
        self.layer = layer;
        self.target = target.into();
        self.from_zoom = 0.0;
        self
    }

    /// Sets the zoom from which on what comes next is drawn.
    pub fn from_zoom(&mut self, zoom: f32) -> &mut Self {
        self.from_zoom = zoom;
        self
    }

    /// Draws a shape.
    pub fn draw(&mut self, shape: Shape) {
        let bounds = shape.bounds();
        if bounds.is_empty() {
            return;
        }
        self.items.push(Item {
            layer: self.layer,
            target: self.target,
            from_zoom: self.from_zoom,
            shape,
            bounds,
        });
    }

    /// Draws a line of text from the left end of its baseline. Returns where it ends.
    pub fn text(&mut self, line: Arc<Line>, size: f32, at: Point, colour: Rgba) -> f32 {
        let end = at.x + line.width * size;
        if !line.glyphs.is_empty() {
            self.draw(Shape::Text(Text {
                line,
                size,
                at,
                colour,
            }));
        }
        end
    }

    /// Returns a rectangle around everything drawn so far.
    pub fn bounds(&self) -> Rect {
        let all = self.items.iter().map(|item| item.bounds);
        all.fold(Rect::NOTHING, Rect::union)
    }

    /// Returns what has been drawn since the last time.
    pub(super) fn drain(&mut self) -> std::vec::Drain<'_, Item> {
        self.items.drain(..)
    }

    /// Adds what has been drawn since the last time to a picture: what stands for one thing on one
    /// layer is a part.
    pub(super) fn add_to(&mut self, scene: &mut Scene) {
        self.items.sort_by_key(|item| item.layer);
        let mut part: Vec<Item> = Vec::new();
        for item in self.items.drain(..) {
            let is_other = |last: &Item| (last.layer, last.target) != (item.layer, item.target);
            if part.last().is_some_and(is_other) {
                scene.add(part[0].layer, std::mem::take(&mut part).into_iter());
            }
            part.push(item);
        }
        if let Some(layer) = part.first().map(|first| first.layer) {
            scene.add(layer, part.into_iter());
        }
    }

    /// Returns the finished picture.
    pub fn finish(mut self, background: Rgba, title: impl Into<String>) -> Scene {
        let mut scene = Scene::new(background, title);
        self.add_to(&mut scene);
        scene.settle();
        scene
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> StageId {
        StageId::new(text).unwrap()
    }

    #[test]
    fn a_picture_above_another_keeps_everything_in_its_place() {
        let picture = |rect: Rect| {
            let mut painter = Painter::default();
            painter.on(Layer::Stages, Target::Stage(id("card")));
            painter.draw(Shape::filled(rect, 0.0, Rgba::BLACK));
            painter.finish(Rgba::WHITE, "Title")
        };
        let upper = picture(Rect::new(10.0, 20.0, 100.0, 50.0));
        let lower = picture(Rect::new(0.0, 0.0, 300.0, 30.0));
        let both = upper.above(&lower, 16.0);
        assert_eq!(both.bounds, Rect::new(10.0, 20.0, 300.0, 96.0));
        let lower = both.items().nth(1).map(|item| item.bounds);
        assert_eq!(lower, Some(Rect::new(10.0, 86.0, 300.0, 30.0)));
        assert_eq!(both.title, "Title");
    }

    #[test]
    fn what_is_hit_is_what_is_seen() {
        let mut painter = Painter::default();
        let colour = Rgba::BLACK;
        painter.on(Layer::Stages, Target::Stage(id("card")));
        painter.draw(Shape::filled(Rect::new(0.0, 0.0, 100.0, 50.0), 8.0, colour));
        painter.on(
            Layer::Handoffs,
            Target::Handoff(HandoffId::new("a--b").unwrap()),
        );
        let line = Path::line(&[Point::new(50.0, 25.0), Point::new(300.0, 25.0)]);
        painter.draw(Shape::stroked(line, Stroke::new(colour, 2.0)));
        painter.on(Layer::Lanes, Target::Lane(0));
        painter.draw(Shape::filled(
            Rect::new(-50.0, -50.0, 500.0, 200.0),
            0.0,
            colour,
        ));
        let scene = painter.finish(colour, "");
        let check = |x: f32, y: f32, expected: Option<Target>| {
            assert_eq!(scene.hit(Point::new(x, y), 6.0), expected, "{x} {y}");
        };
        let handoff = Some(Target::Handoff(HandoffId::new("a--b").unwrap()));
        let card = Some(Target::Stage(id("card")));
        // The card lies over the line that ends below it.
        check(60.0, 25.0, card);
        check(200.0, 25.0, handoff);
        check(200.0, 31.0, handoff);
        check(200.0, 40.0, Some(Target::Lane(0)));
        // Just beside the card is the card; nearer to the line, the line.
        check(50.0, 53.0, card);
        check(105.0, 27.0, handoff);
        check(-200.0, 0.0, None);
        assert_eq!(scene.visible(Rect::new(250.0, 20.0, 10.0, 10.0)).count(), 2);
        assert_eq!(scene.bounds, Rect::new(-50.0, -50.0, 500.0, 200.0));
    }
}
