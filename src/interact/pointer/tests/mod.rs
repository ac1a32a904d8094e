//! Gestures over a small drawing, as somebody at the window makes them.

mod random;

use super::*;
use crate::edit::{Document, broken_invariant, connect, new_note};
use crate::graph::Flow;
use crate::interact::{Corner, End, align, distribute, duplicate, nudge};
use crate::layout::{Alignment, Axis, Layout, Route};
use crate::model::{
    HandoffId, HandoffKind, Model, NoteId, Placement, StageId, WorldRect, WorldSize, WorldVector,
};

const SIZE: WorldSize = WorldSize::new(160.0, 80.0);

/// A document with stages at given places, and the pointer over it.
struct Bench {
    document: Document,
    pointer: Pointer,
    named: Option<(WorldPoint, Option<StageId>)>,
    written: Option<(NoteKind, WorldPoint, Option<WorldSize>)>,
    said: Option<String>,
}

/// What the window would show of a document.
struct Drawn {
    flow: Flow,
    layout: Layout,
}

impl Drawn {
    /// Draws cards of one size, notes, and handoffs as straight lines from middle to middle.
    fn of(model: &Model) -> Self {
        let flow = Flow::of(model);
        let rect = |at: Placement| {
            let corner = at.position.unwrap_or_default();
            WorldRect::from_min_size(corner, at.size.unwrap_or(SIZE))
        };
        let stages: Vec<WorldRect> = model.stages.iter().map(|stage| rect(stage.at)).collect();
        let middle = |stage: StageId| {
            let position = model.stages.position(stage).expect("an end of a handoff");
            stages[position].center()
        };
        let routes = flow.handoffs.iter().map(|handoff| Route {
            points: vec![middle(handoff.from), middle(handoff.to)],
            label: None,
        });
        let layout = Layout {
            routes: routes.collect(),
            notes: model.notes.iter().map(|note| rect(note.at)).collect(),
            stages,
            ..Layout::default()
        };
        Self { flow, layout }
    }

    fn sight<'a>(&'a self, document: &'a Document) -> Sight<'a> {
        Sight {
            model: document.model(),
            flow: &self.flow,
            selection: document.selection(),
            layout: &self.layout,
            stage_size: SIZE,
            zoom: 1.0,
            view: WorldRect::from_min_size(
                WorldPoint::new(-1000.0, -1000.0),
                WorldSize::new(4000.0, 4000.0),
            ),
        }
    }
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
            written: None,
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
        let drawn = Drawn::of(self.document.model());
        let sight = drawn.sight(&self.document);
        let outputs = self.pointer.handle(event, &sight);
        for output in outputs {
            self.take(output);
        }
    }

    fn take(&mut self, output: Output) {
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
            Output::WriteNew { kind, corner, size } => self.written = Some((kind, corner, size)),
            Output::Say(sentence) => self.said = Some(sentence),
            Output::SelectDerived(_) | Output::Rename(_) | Output::Write(_) => {}
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

impl Bench {
    fn connect(&mut self, from: &str, to: &str) -> HandoffId {
        let (from, to) = (self.stage(from), self.stage(to));
        let made = connect(self.document.model(), from, to, HandoffKind::Forward).unwrap();
        self.document.edit("Connect", &made.changes, None).unwrap();
        made.handoff
    }

    fn note(&mut self, x: f64, y: f64) -> NoteId {
        let corner = WorldPoint::new(x, y);
        let model = self.document.model();
        let made = new_note(model, NoteKind::Sticky, "Ask Legal", corner, None);
        self.document.edit("Add note", &made.changes, None).unwrap();
        made.note
    }

    fn feedback(&self) -> Option<Feedback> {
        let drawn = Drawn::of(self.document.model());
        self.pointer.feedback(&drawn.sight(&self.document))
    }

    fn press(&mut self, at: (f64, f64), on: On, keys: Keys) {
        self.send(Event::Press(WorldPoint::new(at.0, at.1), on, keys));
    }

    fn hold(&mut self, at: (f64, f64), on: On, keys: Keys) {
        self.send(Event::Drag(WorldPoint::new(at.0, at.1), on, keys));
    }

    fn let_go(&mut self, at: (f64, f64), on: On) {
        self.send(Event::Release(
            WorldPoint::new(at.0, at.1),
            on,
            Keys::default(),
        ));
    }

    fn ways(&self) -> String {
        let handoffs = self.document.model().handoffs.iter();
        let ways: Vec<String> = handoffs
            .map(|handoff| format!("{}>{}", handoff.from, handoff.to))
            .collect();
        ways.join(" ")
    }
}

#[test]
fn a_free_stage_dropped_on_a_handoff_goes_into_it_in_one_step() {
    let mut bench = Bench::new(&[("A", 0.0, 0.0), ("B", 600.0, 0.0), ("New", 300.0, 400.0)]);
    let handoff = bench.connect("A", "B");
    let before = bench.document.model().clone();
    let steps = bench.steps();
    let new = bench.stage("New");
    let on = On::Stage(new);
    bench.press((310.0, 410.0), on, Keys::default());
    bench.hold((310.0, 200.0), on, Keys::default());
    assert!(matches!(
        bench.feedback(),
        Some(Feedback::Moving { into: None, .. })
    ));
    bench.hold((310.0, 12.0), on, Keys::default());
    assert!(matches!(
        bench.feedback(),
        Some(Feedback::Moving { into: Some((stage, onto, None)), .. }) if (stage, onto) == (new, handoff)
    ));
    bench.let_go((310.0, 12.0), on);
    assert_eq!(bench.ways(), "a>new new>b");
    assert_eq!(bench.steps(), steps + 1);
    assert_eq!(bench.document.undo_label(), Some("Insert stage"));
    bench.document.undo();
    assert_eq!(*bench.document.model(), before);
}

#[test]
fn a_stage_with_handoffs_goes_into_another_only_when_asked_to() {
    let mut bench = Bench::new(&[
        ("A", 0.0, 0.0),
        ("B", 600.0, 0.0),
        ("C", 300.0, 400.0),
        ("D", 900.0, 400.0),
    ]);
    bench.connect("A", "B");
    bench.connect("C", "D");
    let on = On::Stage(bench.stage("C"));
    bench.drag((310.0, 410.0), on, &[(310.0, 12.0)], on);
    assert_eq!(bench.ways(), "a>b c>d");
    bench.document.undo();
    let command = Keys {
        command: true,
        ..Keys::default()
    };
    bench
        .document
        .select(Selection::of(Selected::Stage(bench.stage("C"))));
    bench.press((310.0, 410.0), on, Keys::default());
    bench.hold((310.0, 12.0), on, command);
    bench.let_go((310.0, 12.0), on);
    assert_eq!(bench.ways(), "a>c c>b c>d");
}

#[test]
fn the_end_of_a_handoff_is_led_to_another_stage() {
    let mut bench = Bench::new(&[("A", 0.0, 0.0), ("B", 400.0, 0.0), ("C", 400.0, 300.0)]);
    let handoff = bench.connect("A", "B");
    bench.connect("B", "C");
    let (a, b, c) = (bench.stage("A"), bench.stage("B"), bench.stage("C"));
    bench.drag(
        (400.0, 40.0),
        On::End(handoff, End::To),
        &[(420.0, 340.0)],
        On::Stage(c),
    );
    let now = bench.document.model().handoffs.find(handoff).unwrap();
    assert_eq!((now.from, now.to), (a, c));
    assert_eq!(bench.document.undo_label(), Some("Reconnect handoff"));
    // From C to C is a circle; it is said while dragging, and when it is let go.
    let steps = bench.steps();
    bench.press((80.0, 40.0), On::End(handoff, End::From), Keys::default());
    bench.hold((420.0, 340.0), On::Stage(c), Keys::default());
    let feedback = bench.feedback();
    assert!(
        matches!(
            &feedback,
            Some(Feedback::Connecting {
                onto: Some((_, Some(_))),
                ..
            })
        ),
        "{feedback:?}"
    );
    bench.let_go((420.0, 340.0), On::Stage(c));
    assert!(bench.said.take().is_some());
    // On the empty canvas and where it was nothing happens.
    bench.drag(
        (80.0, 40.0),
        On::End(handoff, End::From),
        &[(0.0, 600.0)],
        On::Nothing,
    );
    bench.drag(
        (80.0, 40.0),
        On::End(handoff, End::From),
        &[(90.0, 40.0)],
        On::Stage(a),
    );
    assert_eq!((bench.steps(), bench.said.take()), (steps, None));
    bench.drag(
        (80.0, 40.0),
        On::End(handoff, End::From),
        &[(420.0, 40.0)],
        On::Stage(b),
    );
    let now = bench.document.model().handoffs.find(handoff).unwrap();
    assert_eq!((now.from, now.to), (b, c));
}

#[test]
fn what_is_moved_snaps_to_what_stands_around_unless_alt_is_held() {
    let mut bench = Bench::new(&[("A", 3.0, 5.0), ("B", 400.0, 400.0)]);
    let on = On::Stage(bench.stage("B"));
    bench.press((410.0, 410.0), on, Keys::default());
    bench.hold((410.0, 18.0), on, Keys::default());
    assert_eq!(bench.position("B"), (400.0, 5.0));
    let feedback = bench.feedback();
    assert!(
        matches!(
            &feedback,
            Some(Feedback::Moving {
                guides: [None, Some(_)],
                ..
            })
        ),
        "{feedback:?}"
    );
    let alt = Keys {
        alt: true,
        ..Keys::default()
    };
    bench.hold((411.0, 18.0), on, alt);
    assert_eq!(bench.position("B"), (401.0, 8.0));
    bench.let_go((411.0, 18.0), on);
    assert!(bench.document.undo());
    assert_eq!(bench.position("B"), (400.0, 400.0));
}

#[test]
fn notes_are_drawn_moved_and_resized() {
    let mut bench = Bench::new(&[("A", 0.0, 0.0)]);
    bench.pointer.take_up(Tool::Note(NoteKind::Kaizen));
    bench.drag((201.0, 99.0), On::Nothing, &[(310.0, 180.0)], On::Nothing);
    assert_eq!(
        bench.written.take(),
        Some((
            NoteKind::Kaizen,
            WorldPoint::new(200.0, 96.0),
            Some(WorldSize::new(112.0, 80.0))
        ))
    );
    assert_eq!(bench.pointer.tool(), Tool::Select);
    bench.pointer.take_up(Tool::Note(NoteKind::Sticky));
    bench.press((50.0, 300.0), On::Nothing, Keys::default());
    bench.let_go((50.0, 300.0), On::Nothing);
    assert!(matches!(bench.written, Some((NoteKind::Sticky, _, None))));
    let note = bench.note(400.0, 0.0);
    let steps = bench.steps();
    bench.drag(
        (410.0, 10.0),
        On::Note(note),
        &[(410.0, 210.0)],
        On::Note(note),
    );
    let lower_right = Corner {
        is_right: true,
        is_lower: true,
    };
    let on = On::Corner(Selected::Note(note), lower_right);
    bench.drag((560.0, 280.0), on, &[(600.0, 320.0), (620.0, 100.0)], on);
    let at = bench.document.model().notes.find(note).unwrap().at;
    assert_eq!(at.position, Some(WorldPoint::new(400.0, 200.0)));
    assert_eq!(at.size, Some(WorldSize::new(224.0, 40.0)));
    assert_eq!(bench.steps(), steps + 2);
    assert_eq!(bench.document.undo_label(), Some("Resize note"));
}

#[test]
fn room_is_made_on_one_side_of_a_line() {
    let mut bench = Bench::new(&[("A", 0.0, 0.0), ("B", 400.0, 0.0), ("C", 400.0, 300.0)]);
    let note = bench.note(700.0, 0.0);
    let steps = bench.steps();
    bench.pointer.take_up(Tool::Room);
    bench.drag(
        (300.0, 10.0),
        On::Nothing,
        &[(340.0, 14.0), (401.0, 90.0)],
        On::Nothing,
    );
    let x = |bench: &Bench, name: &str| bench.position(name).0;
    assert_eq!(
        (x(&bench, "A"), x(&bench, "B"), x(&bench, "C")),
        (0.0, 504.0, 504.0)
    );
    let at = bench.document.model().notes.find(note).unwrap().at.position;
    assert_eq!(at, Some(WorldPoint::new(804.0, 0.0)));
    assert_eq!(bench.document.undo_label(), Some("Make room"));
    bench.pointer.take_up(Tool::Room);
    bench.drag((0.0, 200.0), On::Nothing, &[(2.0, 240.0)], On::Nothing);
    assert_eq!((bench.position("A").1, bench.position("C").1), (0.0, 340.0));
    assert_eq!(bench.steps(), steps + 2);
    // Given up, nothing has moved, and the pointer selects again.
    bench.pointer.take_up(Tool::Room);
    bench.press((0.0, 200.0), On::Nothing, Keys::default());
    bench.hold((0.0, 260.0), On::Nothing, Keys::default());
    bench.send(Event::Cancel);
    assert_eq!(
        (bench.steps(), bench.pointer.tool()),
        (steps + 2, Tool::Select)
    );
}

#[test]
fn what_is_locked_is_not_dragged() {
    let mut bench = Bench::new(&[("A", 0.0, 0.0), ("B", 400.0, 0.0)]);
    let (a, b) = (
        Selected::Stage(bench.stage("A")),
        Selected::Stage(bench.stage("B")),
    );
    let changes =
        crate::edit::set_placement(bench.document.model(), &[a], |at| at.is_locked = true);
    bench.document.edit("Lock", &changes, None).unwrap();
    let on = On::Stage(bench.stage("A"));
    bench.drag((10.0, 10.0), on, &[(90.0, 90.0)], on);
    assert_eq!(bench.position("A"), (0.0, 0.0));
    assert!(bench.said.is_some());
    bench.document.select([a, b].into_iter().collect());
    bench.drag((10.0, 10.0), on, &[(90.0, 90.0)], on);
    assert_eq!(
        (bench.position("A"), bench.position("B").1),
        ((0.0, 0.0), 80.0)
    );
}

#[test]
fn a_line_let_go_over_a_way_makes_a_stage_there() {
    let mut bench = Bench::new(&[("A", 0.0, 0.0), ("B", 600.0, 0.0), ("C", 0.0, 400.0)]);
    bench.connect("A", "B");
    let (c, handoff) = (
        bench.stage("C"),
        bench.document.model().handoffs.at(0).unwrap().id,
    );
    bench.press((160.0, 440.0), On::Port(c), Keys::default());
    let at = WorldPoint::new(400.0, 40.0);
    bench.send(Event::Drag(at, On::Handoff(handoff), Keys::default()));
    bench.send(Event::Release(at, On::Handoff(handoff), Keys::default()));
    assert_eq!(bench.named, Some((WorldPoint::new(400.0, 0.0), Some(c))));
}
