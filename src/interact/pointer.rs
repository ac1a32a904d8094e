//! What the pointer does on the canvas: a state machine in world coordinates.
//!
//! Events go in, what is to be done comes out; nothing here draws or knows of a window. A drag is
//! one gesture, so it becomes one step of the history however many events it has.

use std::sync::Arc;

use crate::edit::{self, FreshIds, Gesture, NewStage, Selected, Selection};
use crate::layout::Layout;
use crate::model::{
    Change, Handoff, HandoffChange, HandoffId, HandoffKind, Model, Placement, StageChange,
    StageField, StageId, WorldPoint, WorldRect, WorldSize, WorldVector,
};

/// The grid that stages snap to while they are dragged, in world units.
pub const GRID: f64 = 8.0;

/// How far the pointer moves before a press becomes a drag, in world units at the actual size.
const DRAG_THRESHOLD: f64 = 4.0;

/// What lies under the pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum On {
    /// The empty canvas.
    #[default]
    Nothing,
    /// A stage's card.
    Stage(StageId),
    /// The edge of a stage, from which it can be connected.
    Port(StageId),
    /// A drawn handoff, relaxed or not.
    Handoff(HandoffId),
    /// A derived handoff.
    Derived(HandoffId),
}

/// Keys held while the pointer acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Add to the selection, or take from it.
    pub shift: bool,
    /// Suspend snapping.
    pub alt: bool,
}

/// What the pointer did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The button went down.
    Press(WorldPoint, On, Keys),
    /// It moved with the button down.
    Drag(WorldPoint, On, Keys),
    /// The button came up.
    Release(WorldPoint, On, Keys),
    /// It was pressed twice.
    DoubleClick(WorldPoint, On),
    /// Esc, or the window lost the pointer.
    Cancel,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Select these.
    Select(Selection),
    /// A derived handoff is to be looked at; nothing else is selected then.
    SelectDerived(HandoffId),
    /// An edit.
    Edit {
        /// What the history calls it.
        label: &'static str,
        /// What changes.
        changes: Vec<Change>,
        /// The drag that it belongs to.
        gesture: Option<Gesture>,
    },
    /// Take back what the gesture under way has done.
    Abandon(Gesture),
    /// Name this stage in place.
    Rename(StageId),
    /// Name a new stage in place, then make it with [`make_stage`].
    NameNew {
        /// Its upper left corner.
        corner: WorldPoint,
        /// The stage that is connected to it.
        from: Option<StageId>,
    },
    /// Say why something is not done.
    Say(String),
}

/// What the canvas shows of a gesture under way.
#[derive(Clone, Debug, PartialEq)]
pub enum Feedback {
    /// A line from a stage to the pointer.
    Connecting {
        /// Where it begins.
        from: StageId,
        /// Where the pointer is.
        to: WorldPoint,
        /// The stage that it would lead to, and why it may not.
        onto: Option<(StageId, Option<String>)>,
    },
    /// A frame that selects what it touches.
    Lasso(WorldRect),
}

/// What a tool can see.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The document's model.
    pub model: &'a Model,
    /// What is selected.
    pub selection: &'a Selection,
    /// Where things stand.
    pub layout: &'a Layout,
    /// World units of a stage's card, for making one.
    pub stage_size: WorldSize,
    /// Screen points per world unit.
    pub zoom: f64,
}

impl Sight<'_> {
    fn rect_of(&self, stage: StageId) -> Option<WorldRect> {
        self.layout
            .stages
            .get(self.model.stages.position(stage)?)
            .copied()
    }
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Idle,
    Pressed {
        at: WorldPoint,
        on: On,
        /// What to select when the button comes up without a drag.
        selects: Option<Selection>,
    },
    Moving {
        from: WorldPoint,
        moved: WorldVector,
        /// Where the stage under the pointer began.
        anchor: WorldPoint,
        stages: Vec<StageId>,
        gesture: Gesture,
    },
    Connecting {
        from: StageId,
        to: WorldPoint,
        on: On,
    },
    Lasso {
        from: WorldPoint,
        to: WorldPoint,
        before: Selection,
    },
}

/// The pointer on the canvas.
#[derive(Clone, Debug, Default)]
pub struct Pointer {
    state: State,
}

impl Pointer {
    /// Returns whether something is under way that Esc would end.
    pub fn is_busy(&self) -> bool {
        !matches!(self.state, State::Idle | State::Pressed { .. })
    }

    /// Returns what to show of what is under way.
    pub fn feedback(&self, sight: &Sight<'_>) -> Option<Feedback> {
        match &self.state {
            State::Connecting { from, to, on } => {
                let onto = stage_of(*on).filter(|&stage| stage != *from).map(|stage| {
                    let refusal =
                        edit::connect(sight.model, *from, stage, HandoffKind::Forward).err();
                    (stage, refusal.map(|why| why.to_string()))
                });
                Some(Feedback::Connecting {
                    from: *from,
                    to: *to,
                    onto,
                })
            }
            State::Lasso { from, to, .. } => Some(Feedback::Lasso(rect_between(*from, *to))),
            _ => None,
        }
    }

    /// Takes an event in.
    pub fn handle(&mut self, event: Event, sight: &Sight<'_>) -> Vec<Output> {
        match event {
            Event::Press(at, on, keys) => self.press(at, on, keys, sight),
            Event::Drag(at, on, keys) => self.drag(at, on, keys, sight),
            Event::Release(at, on, _) => self.release(at, on, sight),
            Event::DoubleClick(at, on) => self.double_click(at, on, sight),
            Event::Cancel => self.cancel(),
        }
    }

    fn press(&mut self, at: WorldPoint, on: On, keys: Keys, sight: &Sight<'_>) -> Vec<Output> {
        let mut outputs = Vec::new();
        let mut selects = None;
        match on {
            On::Stage(stage) => {
                let this = Selected::Stage(stage);
                if keys.shift {
                    selects = Some(toggled(sight.selection, this));
                } else if sight.selection.contains(this) {
                    // Several may be dragged together; only a click without a drag leaves this one.
                    selects = Some(Selection::of(this));
                } else {
                    outputs.push(Output::Select(Selection::of(this)));
                }
            }
            On::Handoff(handoff) => {
                let this = Selected::Handoff(handoff);
                let selection = if keys.shift {
                    toggled(sight.selection, this)
                } else {
                    Selection::of(this)
                };
                outputs.push(Output::Select(selection));
            }
            On::Derived(handoff) => outputs.push(Output::SelectDerived(handoff)),
            On::Nothing if !keys.shift => selects = Some(Selection::default()),
            On::Nothing | On::Port(_) => {}
        }
        self.state = State::Pressed { at, on, selects };
        outputs
    }

    fn drag(&mut self, at: WorldPoint, on: On, keys: Keys, sight: &Sight<'_>) -> Vec<Output> {
        if let State::Pressed {
            at: pressed,
            on: origin,
            ..
        } = &self.state
        {
            let way = at - *pressed;
            if (way.x * way.x + way.y * way.y).sqrt() * sight.zoom < DRAG_THRESHOLD {
                return Vec::new();
            }
            let (pressed, origin) = (*pressed, *origin);
            self.state = begin_drag(pressed, origin, at, on, keys, sight);
        }
        match &mut self.state {
            State::Moving {
                from,
                moved,
                anchor,
                stages,
                gesture,
            } => {
                let mut by = at - *from;
                if !keys.alt {
                    by.x = snapped(anchor.x + by.x) - anchor.x;
                    by.y = snapped(anchor.y + by.y) - anchor.y;
                }
                let step = WorldVector::new(by.x - moved.x, by.y - moved.y);
                if step == WorldVector::default() {
                    return Vec::new();
                }
                *moved = by;
                let mut changes = places(stages, sight);
                changes.push(Change::Stage(StageChange::Move {
                    stages: stages.clone(),
                    by: step,
                }));
                let label = if stages.len() == 1 {
                    "Move stage"
                } else {
                    "Move stages"
                };
                vec![Output::Edit {
                    label,
                    changes,
                    gesture: Some(*gesture),
                }]
            }
            State::Connecting { to, on: onto, .. } => {
                *to = at;
                *onto = on;
                Vec::new()
            }
            State::Lasso { from, to, before } => {
                *to = at;
                let frame = rect_between(*from, *to);
                let touched = sight
                    .model
                    .stages
                    .iter()
                    .zip(&sight.layout.stages)
                    .filter(|(_, rect)| rect.overlaps(frame))
                    .map(|(stage, _)| stage.id);
                let mut selection = before.clone();
                touched.for_each(|stage| selection.insert(Selected::Stage(stage)));
                if selection == *sight.selection {
                    Vec::new()
                } else {
                    vec![Output::Select(selection)]
                }
            }
            State::Idle | State::Pressed { .. } => Vec::new(),
        }
    }

    fn release(&mut self, at: WorldPoint, on: On, sight: &Sight<'_>) -> Vec<Output> {
        match std::mem::take(&mut self.state) {
            State::Pressed {
                selects: Some(selection),
                ..
            } if selection != *sight.selection => {
                vec![Output::Select(selection)]
            }
            State::Connecting { from, .. } => connect(from, at, on, sight),
            State::Idle | State::Pressed { .. } | State::Moving { .. } | State::Lasso { .. } => {
                Vec::new()
            }
        }
    }

    fn double_click(&mut self, at: WorldPoint, on: On, sight: &Sight<'_>) -> Vec<Output> {
        self.state = State::Idle;
        match on {
            On::Stage(stage) => vec![Output::Rename(stage)],
            On::Nothing => {
                let size = sight.stage_size;
                let corner = WorldPoint::new(
                    snapped(at.x - size.width / 2.0),
                    snapped(at.y - size.height / 2.0),
                );
                vec![Output::NameNew { corner, from: None }]
            }
            On::Port(_) | On::Handoff(_) | On::Derived(_) => Vec::new(),
        }
    }

    fn cancel(&mut self) -> Vec<Output> {
        match std::mem::take(&mut self.state) {
            State::Moving { gesture, .. } => vec![Output::Abandon(gesture)],
            State::Lasso { before, .. } => vec![Output::Select(before)],
            State::Idle | State::Pressed { .. } | State::Connecting { .. } => Vec::new(),
        }
    }
}

fn begin_drag(
    pressed: WorldPoint,
    origin: On,
    at: WorldPoint,
    on: On,
    keys: Keys,
    sight: &Sight<'_>,
) -> State {
    match origin {
        On::Port(stage) => State::Connecting {
            from: stage,
            to: at,
            on,
        },
        On::Stage(stage) => {
            let stages = if sight.selection.contains(Selected::Stage(stage)) {
                sight.selection.stages()
            } else {
                vec![stage]
            };
            State::Moving {
                from: pressed,
                moved: WorldVector::default(),
                anchor: sight.rect_of(stage).map_or(pressed, |rect| rect.min),
                stages,
                gesture: Gesture::begin(),
            }
        }
        On::Nothing => State::Lasso {
            from: pressed,
            to: at,
            before: if keys.shift {
                sight.selection.clone()
            } else {
                Selection::default()
            },
        },
        On::Handoff(_) | On::Derived(_) => State::Idle,
    }
}

/// Returns the Changes that make a stage of this name at a place, connected to `from`.
pub fn make_stage(
    model: &Model,
    name: &str,
    corner: WorldPoint,
    from: Option<StageId>,
) -> NewStage {
    let stream = from
        .and_then(|from| model.stages.find(from))
        .and_then(|from| from.stream);
    let mut made = edit::new_stage(model, name, Some(corner), stream);
    if let Some(from) = from.filter(|&from| model.stages.contains(from)) {
        // The new stage leads nowhere yet, so nothing can speak against this handoff.
        let id = FreshIds::new(model).handoff(from, made.stage);
        made.changes.push(Change::Handoff(HandoffChange::Add {
            handoff: Arc::new(Handoff::new(id, from, made.stage)),
            position: None,
        }));
    }
    made
}

fn connect(from: StageId, at: WorldPoint, on: On, sight: &Sight<'_>) -> Vec<Output> {
    match stage_of(on) {
        Some(to) if to == from => Vec::new(),
        Some(to) => match edit::connect(sight.model, from, to, HandoffKind::Forward) {
            Ok(made) => vec![
                Output::Edit {
                    label: "Connect stages",
                    changes: made.changes,
                    gesture: None,
                },
                Output::Select(Selection::of(Selected::Handoff(made.handoff))),
            ],
            // A circle is what rework looks like while it is drawn.
            Err(refusal) if !refusal.instead.is_empty() => {
                let sentence = format!("{refusal}; it was made rework.");
                vec![
                    Output::Edit {
                        label: "Connect stages by rework",
                        changes: refusal.instead,
                        gesture: None,
                    },
                    Output::Say(sentence),
                ]
            }
            Err(refusal) => vec![Output::Say(refusal.to_string())],
        },
        None if on == On::Nothing => {
            let corner =
                WorldPoint::new(snapped(at.x), snapped(at.y - sight.stage_size.height / 2.0));
            vec![Output::NameNew {
                corner,
                from: Some(from),
            }]
        }
        None => Vec::new(),
    }
}

fn toggled(selection: &Selection, element: Selected) -> Selection {
    let mut selection = selection.clone();
    selection.toggle(element);
    selection
}

/// Fixes the places of stages that the layout has placed, so that they can be moved.
fn places(stages: &[StageId], sight: &Sight<'_>) -> Vec<Change> {
    stages
        .iter()
        .filter_map(|&id| {
            let stage = sight.model.stages.find(id)?;
            if stage.at.position.is_some() {
                return None;
            }
            let position = Some(sight.rect_of(id)?.min);
            let field = StageField::At(Placement {
                position,
                ..stage.at
            });
            Some(Change::Stage(StageChange::Set {
                stages: vec![id],
                field,
            }))
        })
        .collect()
}

fn stage_of(on: On) -> Option<StageId> {
    match on {
        On::Stage(stage) | On::Port(stage) => Some(stage),
        _ => None,
    }
}

fn snapped(coordinate: f64) -> f64 {
    (coordinate / GRID).round() * GRID
}

fn rect_between(a: WorldPoint, b: WorldPoint) -> WorldRect {
    WorldRect {
        min: WorldPoint::new(a.x.min(b.x), a.y.min(b.y)),
        max: WorldPoint::new(a.x.max(b.x), a.y.max(b.y)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Document;

    const SIZE: WorldSize = WorldSize::new(160.0, 80.0);

    /// A document with stages at given places, and the pointer over it.
    struct Bench {
        document: Document,
        pointer: Pointer,
        named: Option<(WorldPoint, Option<StageId>)>,
        said: Option<String>,
    }

    impl Bench {
        fn new(stages: &[(&str, f64, f64)]) -> Self {
            let mut document = Document::default();
            for &(name, x, y) in stages {
                let made = make_stage(document.model(), name, WorldPoint::new(x, y), None);
                document.edit("Add stage", &made.changes, None).unwrap();
            }
            Self {
                document,
                pointer: Pointer::default(),
                named: None,
                said: None,
            }
        }

        fn stage(&self, name: &str) -> StageId {
            let model = self.document.model();
            model
                .stages
                .iter()
                .find(|stage| stage.name == name)
                .expect("a stage of this name")
                .id
        }

        fn position(&self, name: &str) -> (f64, f64) {
            let stage = self.document.model().stages.find(self.stage(name)).unwrap();
            let at = stage.at.position.expect("made at a place");
            (at.x, at.y)
        }

        fn send(&mut self, event: Event) {
            let layout = Layout {
                stages: self
                    .document
                    .model()
                    .stages
                    .iter()
                    .map(|stage| {
                        WorldRect::from_min_size(stage.at.position.unwrap_or_default(), SIZE)
                    })
                    .collect(),
                ..Layout::default()
            };
            let sight = Sight {
                model: self.document.model(),
                selection: self.document.selection(),
                layout: &layout,
                stage_size: SIZE,
                zoom: 1.0,
            };
            for output in self.pointer.handle(event, &sight) {
                match output {
                    Output::Select(selection) => self.document.select(selection),
                    Output::Edit {
                        label,
                        changes,
                        gesture,
                    } => {
                        self.document
                            .edit(label, &changes, gesture)
                            .expect("tools ask for what can be done");
                    }
                    Output::Abandon(gesture) => {
                        self.document.abandon(gesture);
                    }
                    Output::NameNew { corner, from } => self.named = Some((corner, from)),
                    Output::Say(sentence) => self.said = Some(sentence),
                    Output::SelectDerived(_) | Output::Rename(_) => {}
                }
            }
        }

        fn drag(&mut self, from: (f64, f64), on: On, to: &[(f64, f64)], onto: On) {
            let point = |(x, y): (f64, f64)| WorldPoint::new(x, y);
            self.send(Event::Press(point(from), on, Keys::default()));
            for &at in to {
                self.send(Event::Drag(point(at), onto, Keys::default()));
            }
            self.send(Event::Release(
                point(to[to.len() - 1]),
                onto,
                Keys::default(),
            ));
        }

        fn steps(&self) -> usize {
            self.document.history().len()
        }
    }

    #[test]
    fn a_drag_is_one_step_and_keeps_to_the_grid() {
        let mut bench = Bench::new(&[("Script", 0.0, 0.0), ("Edit", 400.0, 0.0)]);
        let before = bench.steps();
        let script = On::Stage(bench.stage("Script"));
        bench.drag(
            (10.0, 10.0),
            script,
            &[(20.0, 14.0), (60.0, 31.0), (73.0, 50.0)],
            script,
        );
        assert_eq!(bench.position("Script"), (64.0, 40.0));
        assert_eq!(bench.position("Edit"), (400.0, 0.0));
        assert_eq!(bench.steps(), before + 1);
        assert!(bench.document.undo());
        assert_eq!(bench.position("Script"), (0.0, 0.0));
    }

    #[test]
    fn a_drag_that_ends_where_it_began_or_is_given_up_leaves_no_step() {
        let mut bench = Bench::new(&[("Script", 0.0, 0.0)]);
        let before = bench.steps();
        let script = On::Stage(bench.stage("Script"));
        bench.drag((10.0, 10.0), script, &[(60.0, 10.0), (10.0, 10.0)], script);
        assert_eq!(
            (bench.steps(), bench.position("Script")),
            (before, (0.0, 0.0))
        );
        bench.send(Event::Press(
            WorldPoint::new(10.0, 10.0),
            script,
            Keys::default(),
        ));
        bench.send(Event::Drag(
            WorldPoint::new(90.0, 10.0),
            script,
            Keys::default(),
        ));
        assert_ne!(bench.position("Script"), (0.0, 0.0));
        bench.send(Event::Cancel);
        assert_eq!(
            (bench.steps(), bench.position("Script")),
            (before, (0.0, 0.0))
        );
        assert_eq!(bench.document.redo_label(), None);
    }

    #[test]
    fn several_selected_stages_move_together() {
        let mut bench = Bench::new(&[("Script", 0.0, 0.0), ("Edit", 400.0, 0.0)]);
        bench.drag((-20.0, -20.0), On::Nothing, &[(600.0, 200.0)], On::Nothing);
        assert_eq!(bench.document.selection().len(), 2);
        let script = On::Stage(bench.stage("Script"));
        bench.drag((10.0, 10.0), script, &[(10.0, 50.0)], script);
        assert_eq!(
            (bench.position("Script").1, bench.position("Edit").1),
            (40.0, 40.0)
        );
    }

    #[test]
    fn dragging_from_an_edge_connects() {
        let mut bench = Bench::new(&[("Script", 0.0, 0.0), ("Edit", 400.0, 0.0)]);
        let (script, edit) = (bench.stage("Script"), bench.stage("Edit"));
        bench.drag(
            (160.0, 40.0),
            On::Port(script),
            &[(300.0, 40.0), (420.0, 40.0)],
            On::Stage(edit),
        );
        let handoff = bench.document.model().handoffs.at(0).expect("connected");
        assert_eq!(
            (handoff.from, handoff.to, handoff.id.as_str()),
            (script, edit, "script--edit")
        );
        assert_eq!(bench.document.selection().handoffs(), [handoff.id]);
        // The other way round would be a circle, so it is made rework, and said.
        bench.drag(
            (400.0, 40.0),
            On::Port(edit),
            &[(300.0, 40.0), (120.0, 40.0)],
            On::Stage(script),
        );
        assert!(
            bench
                .document
                .model()
                .handoffs
                .at(1)
                .expect("rework")
                .is_rework()
        );
        assert!(bench.said.is_some());
        // Onto itself is nothing, onto the empty canvas the next stage.
        bench.drag(
            (400.0, 40.0),
            On::Port(edit),
            &[(430.0, 60.0)],
            On::Stage(edit),
        );
        assert_eq!(bench.document.model().handoffs.len(), 2);
        bench.drag((560.0, 40.0), On::Port(edit), &[(700.0, 40.0)], On::Nothing);
        assert_eq!(bench.named, Some((WorldPoint::new(704.0, 0.0), Some(edit))));
    }

    #[test]
    fn a_click_selects_and_a_double_click_draws() {
        let mut bench = Bench::new(&[("Script", 0.0, 0.0)]);
        let script = bench.stage("Script");
        let at = WorldPoint::new(10.0, 10.0);
        bench.send(Event::Press(at, On::Stage(script), Keys::default()));
        bench.send(Event::Release(at, On::Stage(script), Keys::default()));
        assert_eq!(bench.document.selection().stages(), [script]);
        let at = WorldPoint::new(500.0, 300.0);
        bench.send(Event::Press(at, On::Nothing, Keys::default()));
        bench.send(Event::Release(at, On::Nothing, Keys::default()));
        assert!(bench.document.selection().is_empty());
        bench.send(Event::DoubleClick(at, On::Nothing));
        assert_eq!(bench.named, Some((WorldPoint::new(424.0, 264.0), None)));
    }
}
