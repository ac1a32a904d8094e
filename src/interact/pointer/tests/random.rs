//! Sequences of whatever somebody may do with pointer and keys.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;

/// Something a user does, by numbers that are made to fit what is drawn.
#[derive(Clone, Debug)]
enum Doing {
    /// Press, drag along, and let go, give up or neither.
    Gesture(Spot, Vec<Spot>, u8, u8),
    Press(Spot, u8),
    Drag(Spot, u8),
    Release(Spot),
    DoubleClick(Spot),
    Cancel,
    TakeUp(u8),
    Key(u8),
}

/// A place of the canvas, and what is said to be there: at times what is there no longer.
#[derive(Clone, Copy, Debug)]
struct Spot {
    x: i16,
    y: i16,
    kind: u8,
    which: u8,
    /// Whether it is the middle of a handoff or of a stage instead of the place given.
    aim: u8,
}

fn spot() -> impl Strategy<Value = Spot> {
    let place = (-400..1400i16, -400..900i16);
    (place, 0..18u8, any::<u8>(), 0..5u8).prop_map(|((x, y), kind, which, aim)| Spot {
        x,
        y,
        kind,
        which,
        aim,
    })
}

fn doing() -> impl Strategy<Value = Doing> {
    let path = proptest::collection::vec(spot(), 1..4);
    prop_oneof![
        8 => (spot(), path, 0..8u8, 0..6u8)
            .prop_map(|(from, path, keys, end)| Doing::Gesture(from, path, keys, end)),
        1 => (spot(), 0..8u8).prop_map(|(spot, keys)| Doing::Press(spot, keys)),
        1 => (spot(), 0..8u8).prop_map(|(spot, keys)| Doing::Drag(spot, keys)),
        1 => spot().prop_map(Doing::Release),
        1 => spot().prop_map(Doing::DoubleClick),
        1 => Just(Doing::Cancel),
        2 => (0..4u8).prop_map(Doing::TakeUp),
        4 => (0..14u8).prop_map(Doing::Key),
    ]
}

impl Bench {
    fn on(&self, spot: Spot) -> On {
        let model = self.document.model();
        let which = usize::from(spot.which);
        let stage = model
            .stages
            .at(which % model.stages.len().max(1))
            .map(|stage| stage.id);
        let handoffs = model.handoffs.len().max(1);
        let handoff = model
            .handoffs
            .at(which % handoffs)
            .map(|handoff| handoff.id);
        let note = model
            .notes
            .at(which % model.notes.len().max(1))
            .map(|note| note.id);
        let corner = Corner::ALL[which % 4];
        let gone = StageId::new("gone").unwrap();
        let on = match spot.kind {
            0..=3 => stage.map(On::Stage),
            4 | 5 => stage.map(On::Port),
            6 => handoff.map(On::Handoff),
            7 => handoff.map(|handoff| On::End(handoff, End::From)),
            8 => handoff.map(|handoff| On::End(handoff, End::To)),
            9 | 10 => note.map(On::Note),
            11 => stage.map(|stage| On::Corner(Selected::Stage(stage), corner)),
            12 => note.map(|note| On::Corner(Selected::Note(note), corner)),
            13 => handoff.map(On::Derived),
            14 => Some(On::Stage(gone)),
            15 => handoff.map(|handoff| On::Piece(handoff, which % 3)),
            16 => model
                .groups
                .at(which % model.groups.len().max(1))
                .map(|group| On::Group(group.id)),
            _ => None,
        };
        on.unwrap_or(On::Nothing)
    }

    fn edit(&mut self, label: &str, changes: &[crate::model::Change]) {
        self.document
            .edit(label, changes, None)
            .expect("keys ask for what can be done");
    }

    /// Where a spot is.
    fn at(&self, spot: &Spot) -> WorldPoint {
        let drawn = Drawn::of(self.document.model());
        let which = usize::from(spot.which);
        let (routes, stages) = (&drawn.layout.routes, &drawn.layout.stages);
        let aimed = match spot.aim {
            0 => routes.get(which % routes.len().max(1)).map(|route| {
                let (from, to) = (route.points[0], route.points[1]);
                WorldPoint::new((from.x + to.x) / 2.0, (from.y + to.y) / 2.0)
            }),
            1 => stages
                .get(which % stages.len().max(1))
                .map(|rect| rect.center()),
            _ => None,
        };
        aimed.unwrap_or(WorldPoint::new(
            f64::from(spot.x) / 1.5,
            f64::from(spot.y) / 1.5,
        ))
    }

    /// Does what the window would do.
    fn do_it(&mut self, doing: &Doing) {
        let keys = |keys: u8| Keys {
            shift: keys & 1 != 0,
            command: keys & 2 != 0,
            alt: keys & 4 != 0,
        };
        match doing {
            Doing::Gesture(from, path, held, end) => {
                // Somebody presses what is there.
                let on = self.on(*from);
                let drawn = Drawn::of(self.document.model());
                let rect = on
                    .element()
                    .and_then(|one| drawn.sight(&self.document).rect_of(one));
                let pressed = rect.map_or_else(|| self.at(from), |rect| rect.center());
                self.send(Event::Press(pressed, on, Keys::default()));
                for spot in path {
                    self.send(Event::Drag(self.at(spot), self.on(*spot), keys(*held)));
                }
                let last = path.last().unwrap_or(from);
                match end {
                    0 => self.send(Event::Cancel),
                    1 => {}
                    _ => self.send(Event::Release(self.at(last), self.on(*last), keys(*held))),
                }
            }
            Doing::Press(spot, held) => {
                self.send(Event::Press(self.at(spot), self.on(*spot), keys(*held)));
            }
            Doing::Drag(spot, held) => {
                self.send(Event::Drag(self.at(spot), self.on(*spot), keys(*held)));
            }
            Doing::Release(spot) => {
                self.send(Event::Release(
                    self.at(spot),
                    self.on(*spot),
                    Keys::default(),
                ));
            }
            Doing::DoubleClick(spot) => {
                self.send(Event::DoubleClick(self.at(spot), self.on(*spot)));
            }
            Doing::Cancel => self.send(Event::Cancel),
            Doing::TakeUp(tool) => self.pointer.take_up(match tool {
                0 => Tool::Room,
                1 => Tool::Note(NoteKind::Sticky),
                2 => Tool::Note(NoteKind::Kaizen),
                _ => Tool::Select,
            }),
            Doing::Key(key) => self.press_key(*key),
        }
        if let Some((corner, from)) = self.named.take() {
            let made = make_stage(self.document.model(), "New", corner, from);
            self.edit("Add stage", &made.changes);
        }
        if let Some((kind, corner, size)) = self.written.take() {
            let made = new_note(self.document.model(), kind, "Ask", corner, size);
            self.edit("Add note", &made.changes);
        }
    }

    fn press_key(&mut self, key: u8) {
        let drawn = Drawn::of(self.document.model());
        let sight = drawn.sight(&self.document);
        let (model, selection) = (self.document.model(), self.document.selection());
        let changes = match key {
            0 | 1 => {
                let removal = crate::edit::remove(model, selection, key == 0);
                self.edit("Delete", &removal.changes);
                return;
            }
            2 => {
                let copies = duplicate(&sight);
                self.edit("Duplicate", &copies.changes);
                self.document.select(copies.selection);
                return;
            }
            3 => nudge(&sight, WorldVector::new(8.0, -80.0)),
            4 => align(&sight, Alignment::Left),
            5 => align(&sight, Alignment::Middle),
            6 => distribute(&sight, Axis::Horizontal),
            7 => distribute(&sight, Axis::Vertical),
            8 => {
                let elements: Vec<Selected> = selection.iter().collect();
                crate::edit::set_placement(model, &elements, |at| at.is_locked = !at.is_locked)
            }
            9 => {
                let stages = model.stages.iter();
                let all = stages.map(|stage| Selected::Stage(stage.id)).collect();
                self.document.select(all);
                return;
            }
            12 => {
                let (group, changes) = crate::edit::group(model, &selection.stages());
                if !selection.stages().is_empty() {
                    self.edit("Group", &changes);
                    self.document.select(Selection::of(Selected::Group(group)));
                }
                return;
            }
            13 => {
                let groups = crate::edit::groups_of(model, selection);
                crate::edit::collapse_or_open(model, &groups)
            }
            10 => {
                self.document.undo();
                return;
            }
            11 => {
                self.document.redo();
                return;
            }
            _ => return,
        };
        self.edit("Key", &changes);
    }
}

/// Whatever somebody does with pointer and keys, in whatever order, and also where the window lags
/// behind and names what is gone: the model holds, and all of it can be undone.
#[test]
fn whatever_is_done_the_model_holds_and_all_of_it_can_be_undone() {
    let labels = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let config = ProptestConfig {
        failure_persistence: None,
        ..crate::cases::cases(1_500)
    };
    let sequences = proptest::collection::vec(doing(), 1..40);
    let result = TestRunner::new(config).run(&sequences, |doings| {
        let mut bench = Bench::new(&[
            ("A", 0.0, 0.0),
            ("B", 240.0, 0.0),
            ("C", 480.0, 120.0),
            ("D", 240.0, 240.0),
        ]);
        bench.connect("A", "B");
        bench.connect("B", "C");
        bench.note(0.0, 300.0);
        let model = bench.document.shared_model();
        bench.document = Document::new(model.as_ref().clone());
        for doing in &doings {
            let steps = bench.steps();
            bench.do_it(doing);
            let now = bench.document.model();
            prop_assert_eq!(broken_invariant(now), None, "after {:?}", doing);
            let selection = bench.document.selection();
            prop_assert!(
                selection.iter().all(|one| one.is_in(now)),
                "after {:?}",
                doing
            );
            prop_assert!(
                bench.steps() <= steps + 2,
                "{:?} is more than one step",
                doing
            );
            let drawn = Drawn::of(bench.document.model());
            // Drawing what is under way never fails either.
            let _shown = bench.pointer.feedback(&drawn.sight(&bench.document));
            let label = bench.document.undo_label().unwrap_or_default();
            labels.borrow_mut().insert(label.to_owned());
        }
        bench.send(Event::Cancel);
        prop_assert!(!bench.pointer.is_busy());
        let done = bench.document.shared_model();
        let steps = bench.steps();
        while bench.document.undo() {}
        prop_assert_eq!(bench.document.model(), model.as_ref());
        for _ in 0..steps {
            bench.document.redo();
        }
        prop_assert_eq!(bench.document.model(), done.as_ref());
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    // What never happens is not tested.
    for label in [
        "Add note",
        "Add stage",
        "Connect stages",
        "Connect stages by rework",
        "Delete",
        "Duplicate",
        "Insert stage",
        "Key",
        "Make room",
        "Move note",
        "Move stage",
        "Move stages",
        "Reconnect handoff",
        "Resize note",
        "Resize stage",
    ] {
        assert!(labels.borrow().contains(label), "never: {label}");
    }
}
