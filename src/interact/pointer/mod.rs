//! What the pointer does on the canvas: a state machine in world coordinates.
//!
//! Events go in, what is to be done comes out; nothing here draws or knows of a window. A drag is
//! one gesture, so it becomes one step of the history however many events it has.

mod bending;
mod connecting;
mod moving;
mod room;
mod sizing;
#[cfg(test)]
mod tests;

pub use connecting::make_stage;

use bending::Bending;
use connecting::{Connecting, Reconnecting};
use moving::Moving;
use room::Room;
use sizing::Sizing;

use crate::edit::{self, Selected, Selection};
use crate::layout::GRID;
use crate::model::{HandoffId, NoteKind, WorldPoint, WorldRect};

use super::event::{Event, Feedback, Keys, On, Output, Sight, Tool};

/// How far the pointer moves before a press becomes a drag, in world units at the actual size.
const DRAG_THRESHOLD: f64 = 4.0;

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
    Moving(Box<Moving>),
    Sizing(Sizing),
    Connecting(Connecting),
    Reconnecting(Reconnecting),
    Bending(Box<Bending>),
    Lasso {
        from: WorldPoint,
        to: WorldPoint,
        before: Selection,
    },
    Note {
        kind: NoteKind,
        from: WorldPoint,
        to: WorldPoint,
    },
    Room(Room),
}

/// The pointer on the canvas.
#[derive(Clone, Debug, Default)]
pub struct Pointer {
    state: State,
    tool: Tool,
}

impl Pointer {
    /// Returns what the pointer is used for.
    pub fn tool(&self) -> Tool {
        self.tool
    }

    /// Uses the pointer for something. What is under way goes on as it began.
    pub fn take_up(&mut self, tool: Tool) {
        self.tool = tool;
    }

    /// Returns whether something is being dragged.
    pub fn is_dragging(&self) -> bool {
        !matches!(self.state, State::Idle | State::Pressed { .. })
    }

    /// Returns whether something is under way that Esc would end.
    pub fn is_busy(&self) -> bool {
        self.is_dragging() || self.tool != Tool::Select
    }

    /// Returns what to show of what is under way.
    pub fn feedback(&self, sight: &Sight<'_>) -> Option<Feedback> {
        match &self.state {
            State::Idle | State::Pressed { .. } | State::Sizing(_) | State::Bending(_) => None,
            State::Moving(moving) => Some(moving.feedback(sight)),
            State::Connecting(connecting) => Some(connecting.feedback(sight)),
            State::Reconnecting(reconnecting) => reconnecting.feedback(sight),
            State::Room(room) => Some(room.feedback()),
            State::Lasso { from, to, .. } | State::Note { from, to, .. } => {
                Some(Feedback::Frame(rect_between(*from, *to)))
            }
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
        // A press that nobody released, as when the window loses the pointer.
        let mut outputs = self.end_drag();
        let mut selects = None;
        if self.tool != Tool::Select {
            self.state = State::Pressed { at, on, selects };
            return outputs;
        }
        match (on, on.element()) {
            (On::Stage(_) | On::Note(_) | On::Group(_), Some(this)) => {
                if keys.adds() {
                    selects = Some(toggled(sight.selection, this));
                } else if sight.selection.contains(this) {
                    // Several may be dragged together; only a click without a drag leaves this one.
                    selects = Some(Selection::of(this));
                } else {
                    outputs.push(Output::Select(Selection::of(this)));
                }
            }
            (On::Handoff(_) | On::Piece(..), Some(this)) => {
                let selection = if keys.adds() {
                    toggled(sight.selection, this)
                } else {
                    Selection::of(this)
                };
                outputs.push(Output::Select(selection));
            }
            (On::Derived(handoff), _) => outputs.push(Output::SelectDerived(handoff)),
            (On::Nothing, _) if !keys.adds() => selects = Some(Selection::default()),
            _ => {}
        }
        self.state = State::Pressed { at, on, selects };
        outputs
    }

    fn drag(&mut self, at: WorldPoint, on: On, keys: Keys, sight: &Sight<'_>) -> Vec<Output> {
        let mut outputs = Vec::new();
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
            self.state = match self.tool {
                Tool::Select => begin_drag(pressed, origin, at, on, keys, sight, &mut outputs),
                Tool::Note(kind) => State::Note {
                    kind,
                    from: pressed,
                    to: at,
                },
                Tool::Room => State::Room(Room::begin(pressed, at, sight)),
            };
        }
        outputs.extend(match &mut self.state {
            State::Moving(moving) => moving.drag(at, keys, sight),
            State::Sizing(sizing) => sizing.drag(at, keys, sight),
            State::Room(room) => room.drag(at, keys, sight),
            State::Bending(bending) => bending.drag(at, keys, sight),
            State::Connecting(Connecting { to, on: onto, .. })
            | State::Reconnecting(Reconnecting { to, on: onto, .. }) => {
                *to = at;
                *onto = on;
                Vec::new()
            }
            State::Note { to, .. } => {
                *to = at;
                Vec::new()
            }
            State::Lasso { from, to, before } => {
                *to = at;
                let selection = touched(rect_between(*from, *to), before, sight);
                if selection == *sight.selection {
                    Vec::new()
                } else {
                    vec![Output::Select(selection)]
                }
            }
            State::Idle | State::Pressed { .. } => Vec::new(),
        });
        outputs
    }

    fn release(&mut self, at: WorldPoint, on: On, sight: &Sight<'_>) -> Vec<Output> {
        let tool = self.tool;
        match std::mem::take(&mut self.state) {
            State::Pressed { at, .. } if tool != Tool::Select => match tool {
                Tool::Note(kind) => {
                    self.tool = Tool::Select;
                    let corner = WorldPoint::new(snapped(at.x), snapped(at.y));
                    vec![Output::WriteNew {
                        kind,
                        corner,
                        size: None,
                    }]
                }
                _ => Vec::new(),
            },
            State::Pressed {
                selects: Some(selection),
                ..
            } if selection != *sight.selection => {
                vec![Output::Select(selection)]
            }
            State::Note { kind, from, .. } => {
                self.tool = Tool::Select;
                let drawn = rect_between(from, at);
                let corner = WorldPoint::new(snapped(drawn.min.x), snapped(drawn.min.y));
                let mut size = drawn.size();
                size.width = snapped(size.width).max(sizing::LEAST_NOTE.width);
                size.height = snapped(size.height).max(sizing::LEAST_NOTE.height);
                vec![Output::WriteNew {
                    kind,
                    corner,
                    size: Some(size),
                }]
            }
            State::Room(_) => {
                self.tool = Tool::Select;
                Vec::new()
            }
            State::Moving(moving) => moving.let_go(sight),
            State::Connecting(connecting) => connecting.release(at, on, sight),
            State::Reconnecting(reconnecting) => reconnecting.release(on, sight),
            State::Idle
            | State::Pressed { .. }
            | State::Sizing(_)
            | State::Bending(_)
            | State::Lasso { .. } => Vec::new(),
        }
    }

    fn double_click(&mut self, at: WorldPoint, on: On, sight: &Sight<'_>) -> Vec<Output> {
        let mut outputs = self.end_drag();
        if self.tool != Tool::Select {
            return outputs;
        }
        match on {
            On::Stage(stage) => outputs.push(Output::Rename(stage)),
            On::Note(note) => outputs.push(Output::Write(note)),
            On::Group(group) => outputs.push(Output::Edit {
                label: "Collapse or open group",
                changes: edit::collapse_or_open(sight.model, &[group]),
                gesture: None,
            }),
            On::Nothing => {
                let size = sight.stage_size;
                let corner = WorldPoint::new(
                    snapped(at.x - size.width / 2.0),
                    snapped(at.y - size.height / 2.0),
                );
                outputs.push(Output::NameNew { corner, from: None });
            }
            _ => {}
        }
        outputs
    }

    fn cancel(&mut self) -> Vec<Output> {
        self.tool = Tool::Select;
        let outputs = match std::mem::take(&mut self.state) {
            State::Lasso { before, .. } => vec![Output::Select(before)],
            state => {
                self.state = state;
                self.end_drag()
            }
        };
        self.state = State::Idle;
        outputs
    }

    /// Takes back what a drag has done, if one is under way.
    fn end_drag(&mut self) -> Vec<Output> {
        match std::mem::take(&mut self.state) {
            State::Moving(moving) => vec![Output::Abandon(moving.gesture())],
            State::Sizing(sizing) => vec![Output::Abandon(sizing.gesture())],
            State::Room(room) => vec![Output::Abandon(room.gesture())],
            State::Bending(bending) => vec![Output::Abandon(bending.gesture())],
            _ => Vec::new(),
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
    outputs: &mut Vec<Output>,
) -> State {
    match origin {
        On::Port(stage) => State::Connecting(Connecting {
            from: stage,
            to: at,
            on,
        }),
        On::End(handoff, end) => State::Reconnecting(Reconnecting {
            handoff,
            end,
            to: at,
            on,
        }),
        On::Stage(_) | On::Note(_) | On::Group(_) => {
            let Some(this) = origin.element() else {
                return State::Idle;
            };
            let chosen = if sight.selection.contains(this) {
                sight.selection.clone()
            } else {
                Selection::of(this)
            };
            let elements: Vec<Selected> = edit::with_members(sight.model, &chosen).iter().collect();
            match Moving::begin(pressed, &elements, sight) {
                Some(moving) => State::Moving(Box::new(moving)),
                None => {
                    outputs.push(Output::Say(
                        "It is locked; unlock it to move it.".to_owned(),
                    ));
                    State::Idle
                }
            }
        }
        On::Corner(element, corner) => match Sizing::begin(pressed, element, corner, sight) {
            Some(sizing) => State::Sizing(sizing),
            None => State::Idle,
        },
        On::Nothing => State::Lasso {
            from: pressed,
            to: at,
            before: if keys.adds() {
                sight.selection.clone()
            } else {
                Selection::default()
            },
        },
        On::Handoff(handoff) => bend(pressed, handoff, None, sight, outputs),
        On::Piece(handoff, piece) => bend(pressed, handoff, Some(piece), sight, outputs),
        On::Derived(_) => State::Idle,
    }
}

fn bend(
    pressed: WorldPoint,
    handoff: HandoffId,
    piece: Option<usize>,
    sight: &Sight<'_>,
    outputs: &mut Vec<Output>,
) -> State {
    match Bending::begin(pressed, handoff, piece, sight) {
        Some(bending) => State::Bending(Box::new(bending)),
        None => {
            outputs.push(Output::Say(
                "The way of a relaxed handoff finds itself.".to_owned(),
            ));
            State::Idle
        }
    }
}

/// Returns a selection with the stages and notes that a frame touches.
fn touched(frame: WorldRect, before: &Selection, sight: &Sight<'_>) -> Selection {
    let stages = sight.model.stages.iter().zip(&sight.layout.stages);
    let stages = stages.map(|(stage, rect)| (Selected::Stage(stage.id), rect));
    let notes = sight.model.notes.iter().zip(&sight.layout.notes);
    let notes = notes.map(|(note, rect)| (Selected::Note(note.id), rect));
    let touched = stages
        .chain(notes)
        .filter(|(_, rect)| rect.overlaps(frame))
        .map(|(element, _)| element);
    before.iter().chain(touched).collect()
}

fn toggled(selection: &Selection, element: Selected) -> Selection {
    let mut selection = selection.clone();
    selection.toggle(element);
    selection
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
