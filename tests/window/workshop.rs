//! The workshop task of `docs/capture.md`, done through the real window code in three ways, with
//! every key and every move of the hand counted (keystroke-level model, Card, Moran & Newell 1980).
//!
//! Ten stages in sequence, but the fifth to the seventh side by side; each with a name of twelve
//! letters, a time of two, and one of four owners of six letters; a PNG at the end. The operators
//! are those of an average skilled typist: 0.28 s a key (Shift, Ctrl and Alt are keys), 1.1 s to
//! point, 0.1 s to press or release a button, 0.4 s from keyboard to mouse or back, 1.2 s for a
//! thought: one for each name, time and owner that is given, and for each command that has to be
//! sought or decided.

use anabranch::model::{WorldPoint, WorldVector};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Pos2};
use egui_kittest::kittest::Queryable as _;

use crate::capture::said;
use crate::drive::User;

/// Name, time and, where it is another than that of the stage before, owner.
const STAGES: [(&str, &str, &str); 10] = [
    ("write script", "3d", "author"),
    ("plan filming", "1d", ""),
    ("shoot scenes", "4d", "studio"),
    ("edit footage", "5d", ""),
    ("grade colour", "2d", ""),
    ("subtitle all", "1d", ""),
    ("review legal", "6h", "lawyer"),
    ("approve cuts", "2h", "office"),
    ("publish item", "1h", ""),
    ("measure fans", "8h", ""),
];

const DRAWING: &str = "write script 3d @author > plan filming 1d > shoot scenes 4d @studio > edit footage 5d \
    > { grade colour 2d, subtitle all 1d, review legal 6h @lawyer } > approve cuts 2h @office \
    > publish item 1h > measure fans 8h";

const PICTURE: &str = "workshop.png";

/// Somebody whose every move is counted.
struct Hand {
    user: User,
    folder: tempfile::TempDir,
    keys: u32,
    points: u32,
    buttons: u32,
    homes: u32,
    thoughts: u32,
}

impl Hand {
    fn new() -> Self {
        Self {
            user: User::start_empty(),
            folder: tempfile::tempdir().unwrap(),
            keys: 0,
            points: 0,
            buttons: 0,
            homes: 0,
            thoughts: 0,
        }
    }

    fn seconds(&self) -> f64 {
        let all = [
            (self.keys, 0.28),
            (self.points, 1.1),
            (self.buttons, 0.1),
            (self.homes, 0.4),
            (self.thoughts, 1.2),
        ];
        all.iter()
            .map(|&(count, each)| f64::from(count) * each)
            .sum()
    }

    fn count(&mut self, text: &str) {
        let needs_shift = |c: char| c.is_ascii_uppercase() || "@<>{}!\"%~|?#".contains(c);
        for letter in text.chars() {
            self.keys += 1 + u32::from(needs_shift(letter));
        }
    }

    fn type_text(&mut self, text: &str) {
        self.count(text);
        self.user.type_text(text);
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        let held = [modifiers.shift, modifiers.command, modifiers.alt];
        self.keys += 1 + held.into_iter().map(u32::from).sum::<u32>();
        self.user.press(modifiers, key);
    }

    /// Says a stage, with a thought for each thing that is said.
    fn say(&mut self, (name, time, owner): (&str, &str, &str)) {
        assert_eq!((name.len(), time.len()), (12, 2));
        self.thoughts += 2;
        self.type_text(&format!("{name} {time}"));
        if !owner.is_empty() {
            assert_eq!(owner.len(), 6);
            self.thoughts += 1;
            self.type_text(&format!(" @{owner}"));
        }
    }

    /// Exports the picture under a name that is typed.
    fn export(&mut self) {
        self.thoughts += 1;
        let path = self.folder.path().join(PICTURE);
        self.user.will_answer([Some(path.clone())]);
        self.press(Modifiers::COMMAND, Key::E);
        self.count(PICTURE);
        // Enter, in the dialog.
        self.keys += 1;
        self.user.settle();
        assert!(std::fs::metadata(&path).unwrap().len() > 1000);
    }

    fn click(&mut self, at: Pos2) {
        self.points += 1;
        self.buttons += 2;
        self.user.click(at);
    }

    fn drag(&mut self, from: Pos2, to: Pos2) {
        self.points += 2;
        self.buttons += 2;
        self.user.drag(from, to);
    }

    /// The middle of the right edge of a stage, from which it is connected.
    fn edge(&self, stage: usize) -> Pos2 {
        let card = self.user.card(STAGES[stage].0);
        let edge = WorldPoint::new(card.max.x, card.center().y);
        self.user.on_screen(edge)
    }

    fn middle(&self, stage: usize) -> Pos2 {
        self.user
            .on_screen(self.user.card(STAGES[stage].0).center())
    }

    fn choose(&mut self, field: &str, choice: &str) {
        let at = |hand: &Self, role: Role, name: &str| {
            let node = hand.user.harness.get_by_role_and_label(role, name);
            node.rect().center()
        };
        let place = at(self, Role::ComboBox, field);
        self.click(place);
        let place = at(self, Role::Button, choice);
        self.click(place);
    }

    /// Checks that all was drawn, and within the time.
    fn check(&self, way: &str, most: f64) {
        assert_eq!(said(&self.user), DRAWING, "{way}");
        let Self {
            keys,
            points,
            buttons,
            homes,
            thoughts,
            ..
        } = self;
        let seconds = self.seconds();
        let counted = format!(
            "| {way} | {keys} | {points} | {buttons} | {homes} | {thoughts} | {seconds:.0} |"
        );
        println!("{counted}");
        assert!(seconds <= most, "{counted}");
        let guide = include_str!("../../docs/capture.md");
        assert!(
            guide.contains(&counted),
            "docs/capture.md says otherwise: {counted}"
        );
    }
}

#[test]
fn by_tab() {
    let mut hand = Hand::new();
    for (n, stage) in STAGES.into_iter().enumerate() {
        match n {
            0 => {}
            5 | 6 => hand.press(Modifiers::SHIFT, Key::Tab),
            _ => hand.press(Modifiers::NONE, Key::Tab),
        }
        hand.say(stage);
    }
    hand.press(Modifiers::NONE, Key::Enter);
    hand.export();
    hand.check("Tab on the canvas", 95.0);
}

#[test]
fn by_a_line_of_text() {
    let mut hand = Hand::new();
    let mut line = String::new();
    for (n, (name, time, owner)) in STAGES.into_iter().enumerate() {
        line.push_str(match n {
            0 => "",
            4 => ">{",
            5 | 6 => ",",
            7 => "}>",
            _ => ">",
        });
        line.push_str(&format!("{name} {time}"));
        hand.thoughts += 2;
        if !owner.is_empty() {
            line.push_str(&format!(" @{owner}"));
            hand.thoughts += 1;
        }
    }
    // The brackets, each; then all of it is marked and copied, and the window changed.
    hand.count(&line);
    hand.thoughts += 3;
    hand.keys += 2 + 2 + 2;
    hand.keys += 2;
    hand.user.harness.event(Event::Paste(line));
    hand.user.settle();
    hand.export();
    hand.check("a line of text, pasted", 100.0);
}

#[test]
fn by_mouse() {
    let mut hand = Hand::new();
    let middle = hand.user.window().canvas().viewport.visible().center();
    // Two rows, in which the second begins with what comes after the parallel stages.
    let place = |n: usize| match n {
        0..=3 => (-480.0 + 200.0 * n as f64, -120.0),
        4..=6 => (320.0, -220.0 + 100.0 * (n - 4) as f64),
        _ => (-400.0 + 240.0 * (n - 7) as f64, 160.0),
    };
    let on_screen = |hand: &Hand, n: usize| {
        let (x, y) = place(n);
        hand.user.on_screen(middle + WorldVector::new(x, y))
    };
    for (n, stage) in STAGES.into_iter().enumerate() {
        hand.homes += 1;
        let to = on_screen(&hand, n);
        if n == 0 {
            hand.points += 1;
            hand.buttons += 4;
            hand.user.double_click(to);
        } else {
            let from = match n {
                4..=6 => 3,
                7 => 4,
                _ => n - 1,
            };
            let from = hand.edge(from);
            hand.drag(from, to);
        }
        hand.homes += 1;
        hand.say(stage);
        hand.press(Modifiers::NONE, Key::Enter);
        let seen = hand.user.window().canvas().viewport.visible();
        let count = hand.user.model().stages.len();
        assert_eq!(
            count,
            n + 1,
            "{n} at {to:?}, seen is {seen:?} around {middle:?}"
        );
    }
    hand.homes += 1;
    for from in [5, 6] {
        let (from, to) = (hand.edge(from), hand.middle(7));
        hand.drag(from, to);
    }
    for (stage, field, choice) in [
        (3, "Goes on over", "all ways out (a fork)"),
        (7, "Starts after", "all ways in (a join)"),
    ] {
        hand.thoughts += 1;
        let at = hand.middle(stage);
        hand.click(at);
        hand.choose(field, choice);
    }
    hand.homes += 1;
    hand.export();
    hand.check("mouse", 165.0);
}
