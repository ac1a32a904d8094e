//! Moving what is selected: it snaps to what stands around, and a single stage can be dropped into
//! a handoff.

use std::sync::Arc;

use crate::edit::{self, Gesture, Selected, Shift};
use crate::layout::{Guide, Snapper};
use crate::model::{HandoffId, StageId, WorldPoint, WorldRect, WorldVector};

use crate::interact::event::{Feedback, Keys, Output, Sight};

/// How near something must be to snap to it, in screen points.
const WITHIN: f64 = 6.0;

/// A move under way.
#[derive(Clone, Debug)]
pub(super) struct Moving {
    from: WorldPoint,
    moved: WorldVector,
    /// Around all that is moved, where it began.
    start: WorldRect,
    elements: Vec<(Selected, WorldRect)>,
    gesture: Gesture,
    /// What stood around it in a part of the canvas.
    around: Option<(WorldRect, Arc<Snapper>)>,
    guides: [Option<Guide>; 2],
    target: Option<Target>,
}

/// A single stage, and the handoffs that it could be dropped into.
#[derive(Clone, Debug)]
struct Target {
    stage: StageId,
    /// Whether it has no handoffs of its own.
    is_free: bool,
    /// Their ways before the drag: they make way for the stage as it comes.
    ways: Vec<(HandoffId, Vec<WorldPoint>)>,
    onto: Option<HandoffId>,
}

impl Moving {
    /// Begins to move these; those that are locked stay. Nothing when all are.
    pub(super) fn begin(
        from: WorldPoint,
        elements: &[Selected],
        sight: &Sight<'_>,
    ) -> Option<Self> {
        let elements: Vec<(Selected, WorldRect)> = elements
            .iter()
            .filter_map(|&element| {
                let placement = edit::placement_of(sight.model, element)?;
                let rect = sight.rect_of(element)?;
                (!placement.is_locked).then_some((element, rect))
            })
            .collect();
        let rects = elements.iter().map(|(_, rect)| *rect);
        let start = rects.reduce(WorldRect::union)?;
        let target = match elements[..] {
            [(Selected::Stage(stage), _)] => Some(Target::of(stage, sight)),
            _ => None,
        };
        Some(Self {
            from,
            moved: WorldVector::default(),
            start,
            elements,
            gesture: Gesture::begin(),
            around: None,
            guides: [None; 2],
            target,
        })
    }

    pub(super) fn gesture(&self) -> Gesture {
        self.gesture
    }

    pub(super) fn drag(&mut self, at: WorldPoint, keys: Keys, sight: &Sight<'_>) -> Vec<Output> {
        let mut by = at - self.from;
        self.guides = [None; 2];
        if !keys.alt {
            let held = self.start.moved(by);
            let snapped = self.snapper(sight).snap(held, WITHIN / sight.zoom);
            by = WorldVector::new(by.x + snapped.by.x, by.y + snapped.by.y);
            self.guides = snapped.guides;
        }
        if let Some(target) = &mut self.target {
            target.look(self.start.moved(by), keys);
        }
        let step = WorldVector::new(by.x - self.moved.x, by.y - self.moved.y);
        if step == WorldVector::default() {
            return Vec::new();
        }
        let moved = self.moved;
        self.moved = by;
        let shifts: Vec<Shift> = self
            .elements
            .iter()
            .map(|&(element, rect)| Shift {
                element,
                from: rect.min + moved,
                by: step,
            })
            .collect();
        vec![Output::Edit {
            label: self.label(),
            changes: edit::shift(sight.model, &shifts),
            gesture: Some(self.gesture),
        }]
    }

    /// Drops what is moved, into a handoff when it is over one.
    pub(super) fn let_go(&self, sight: &Sight<'_>) -> Vec<Output> {
        let Some((stage, handoff)) = self.target.as_ref().and_then(Target::both) else {
            return Vec::new();
        };
        match edit::insert(sight.model, stage, handoff) {
            Ok(changes) => vec![Output::Edit {
                label: "Insert stage",
                changes,
                gesture: Some(self.gesture),
            }],
            Err(refusal) => vec![Output::Say(format!("{refusal}."))],
        }
    }

    pub(super) fn feedback(&self, sight: &Sight<'_>) -> Feedback {
        let both = self.target.as_ref().and_then(Target::both);
        let into = both.map(|(stage, handoff)| {
            let refusal = edit::insert(sight.model, stage, handoff).err();
            (stage, handoff, refusal.map(|why| why.to_string()))
        });
        Feedback::Moving {
            guides: self.guides,
            into,
        }
    }

    fn label(&self) -> &'static str {
        let stages = self.elements.iter();
        let stages = stages.filter(|(element, _)| matches!(element, Selected::Stage(_)));
        match (stages.count(), self.elements.len()) {
            (1, 1) => "Move stage",
            (0, 1) => "Move note",
            (0, _) => "Move notes",
            (stages, all) if stages == all => "Move stages",
            _ => "Move stages and notes",
        }
    }

    /// Returns what to snap to: the stages in view that stay. Sorted once, and again when something
    /// else is seen.
    fn snapper(&mut self, sight: &Sight<'_>) -> Arc<Snapper> {
        if let Some((view, snapper)) = &self.around
            && *view == sight.view
        {
            return Arc::clone(snapper);
        }
        let moved: rustc_hash::FxHashSet<Selected> =
            self.elements.iter().map(|(element, _)| *element).collect();
        let stages = sight.model.stages.iter().zip(&sight.layout.stages);
        let boxes: Vec<WorldRect> = stages
            .filter(|(stage, rect)| {
                rect.overlaps(sight.view) && !moved.contains(&Selected::Stage(stage.id))
            })
            .map(|(_, rect)| *rect)
            .collect();
        let snapper = Arc::new(Snapper::new(&boxes));
        self.around = Some((sight.view, Arc::clone(&snapper)));
        snapper
    }
}

impl Target {
    fn of(stage: StageId, sight: &Sight<'_>) -> Self {
        let is_its = |from: StageId, to: StageId| from == stage || to == stage;
        let mut handoffs = sight.model.handoffs.iter();
        let is_free = !handoffs.any(|handoff| is_its(handoff.from, handoff.to));
        let flowing = sight.flow.handoffs.iter().zip(&sight.layout.routes);
        let ways = flowing
            .filter(|(handoff, _)| handoff.is_forward() && !handoff.is_derived())
            .filter(|(handoff, _)| !is_its(handoff.from, handoff.to))
            .map(|(handoff, route)| (handoff.id, route.points.clone()))
            .collect();
        Self {
            stage,
            is_free,
            ways,
            onto: None,
        }
    }

    fn both(&self) -> Option<(StageId, HandoffId)> {
        Some((self.stage, self.onto?))
    }

    /// Finds the handoff that runs through the middle of the card.
    fn look(&mut self, card: WorldRect, keys: Keys) {
        self.onto = None;
        if !(self.is_free || keys.command) {
            return;
        }
        let middle = card.center();
        let mut least = f64::INFINITY;
        for (handoff, points) in &self.ways {
            for (&from, &to) in points.iter().zip(points.iter().skip(1)) {
                let way = nearest_on(from, to, middle) - middle;
                let runs_through =
                    way.x.abs() <= card.width() / 4.0 && way.y.abs() <= card.height() / 4.0;
                let distance = way.x * way.x + way.y * way.y;
                if runs_through && distance < least {
                    least = distance;
                    self.onto = Some(*handoff);
                }
            }
        }
    }
}

/// Returns the point of a straight line that is nearest to a point.
fn nearest_on(from: WorldPoint, to: WorldPoint, at: WorldPoint) -> WorldPoint {
    let (line, way) = (to - from, at - from);
    let length = line.x * line.x + line.y * line.y;
    let share = if length > 0.0 {
        ((way.x * line.x + way.y * line.y) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    from + WorldVector::new(line.x * share, line.y * share)
}
