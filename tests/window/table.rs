//! The table: cells edited in place, rows from a spreadsheet, and only what is in view laid out.

use anabranch::app::{Action, Command};
use anabranch::edit::Selected;
use anabranch::model::{Model, Stage, StageId};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::clipboard::{copied, paste, with};
use crate::drive::User;

const LINE: &str = "A 1h @Desk > B 2h @Post > C 3h @Desk";

fn start() -> User {
    let mut user = with(LINE);
    user.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
    user
}

/// What the cells in view say: `A, Work: 1h`.
fn cells(user: &User) -> Vec<String> {
    let all = user.harness.query_all_by_role(Role::Cell);
    all.map(|cell| cell.accesskit_node().label().unwrap_or_default())
        .collect()
}

fn has(user: &User, cell: &str) -> bool {
    cells(user).iter().any(|one| one == cell)
}

fn click(user: &mut User, cell: &str) {
    let cell = user.harness.get_by_role_and_label(Role::Cell, cell);
    let at = cell.rect().center();
    user.click(at);
}

fn sees(user: &User, part: &str) -> bool {
    user.harness.query_by_label_contains(part).is_some()
}

#[test]
fn cells_are_edited_by_keyboard_and_rows_are_selected() {
    let mut user = start();
    click(&mut user, "A, Work: 1h");
    let selection = user.window().document().selection().single();
    assert_eq!(selection, Some(Selected::Stage(user.stage("A"))));
    // What is typed takes the place of what the cell said; Enter goes to the row below.
    user.type_text("4h");
    user.press(Modifiers::NONE, Key::Enter);
    assert!(has(&user, "A, Work: 4h"), "{:?}", cells(&user));
    let selection = user.window().document().selection().single();
    assert_eq!(selection, Some(Selected::Stage(user.stage("B"))));
    // Tab goes to the next cell of the row, from one field to the next.
    user.press(Modifiers::NONE, Key::F2);
    user.type_text("0m");
    user.press(Modifiers::NONE, Key::Tab);
    assert!(has(&user, "B, Work: 2h"), "not 2h0m: {:?}", cells(&user));
    user.type_text("90%");
    user.press(Modifiers::NONE, Key::Enter);
    assert!(
        has(&user, "B, %C&A: 90 %") || has(&user, "B, %C&A: 90%"),
        "{:?}",
        cells(&user)
    );
    // Delete means the cell, and not the stage that is selected.
    user.press(Modifiers::NONE, Key::ArrowUp);
    user.press(Modifiers::NONE, Key::Delete);
    assert!(has(&user, "B, %C&A: "), "{:?}", cells(&user));
    assert_eq!(user.model().stages.len(), 3);
}

#[test]
fn what_is_not_understood_stays_until_it_is_mended() {
    let mut user = start();
    click(&mut user, "A, Work: 1h");
    user.type_text("soon");
    user.press(Modifiers::NONE, Key::Enter);
    assert!(has(&user, "B, Work: 2h") && !has(&user, "A, Work: 1h"));
    let field = user
        .harness
        .get_by_role_and_label(Role::TextInput, "A, Work");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("soon"));
    // Nobody leaves the document without being told, and is led back to the cell.
    user.carry_out(Command::Act(Action::New));
    user.settle();
    assert!(sees(&user, "“soon” in A, Work"));
    user.press_button("Go back");
    user.settle();
    user.press(Modifiers::NONE, Key::Escape);
    assert!(has(&user, "A, Work: 1h"), "{:?}", cells(&user));
}

#[test]
fn rows_of_a_spreadsheet_are_one_step_and_the_bad_ones_stay() {
    let mut user = start();
    let before = user.model().clone();
    let mut text = "Stage\tOwner\tWork\nA\tDesk\t5h\nBad\tDesk\tsoon\n".to_owned();
    for n in 0..1000 {
        text.push_str(&format!("Part {n}\tTeam {}\t{}h\n", n % 5, n % 8 + 1));
    }
    click(&mut user, "A, Name: A");
    paste(&mut user, &text);
    assert_eq!(user.model().stages.len(), 3 + 1000);
    assert!(sees(&user, "1000 new, 1 changed"));
    assert!(sees(&user, "1 row was not understood") && sees(&user, "Line 3: Work"));
    assert!(has(&user, "A, Work: 5h"), "{:?}", cells(&user));
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*user.model(), before);
    // Pasted on the canvas they come to the same.
    user.press(Modifiers::NONE, Key::Escape);
    paste(&mut user, "Stage\tWork\nA\t6h\n");
    assert!(has(&user, "A, Work: 6h"), "{:?}", cells(&user));
}

#[test]
fn the_table_is_copied_with_tabs() {
    let mut user = start();
    click(&mut user, "A, Name: A");
    let text = copied(&mut user, |user| user.harness.event(Event::Copy)).expect("copied");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("Id\tName\tOwner\tWork"), "{text}");
    assert!(lines[2].starts_with("b\tB\tPost\t2h"), "{text}");
    let before = user.model().clone();
    paste(&mut user, &text);
    assert_eq!(*user.model(), before);
}

#[test]
fn of_ten_thousand_rows_only_those_in_view_are_laid_out() {
    let mut user = start();
    let mut model = Model::default();
    for n in 0..10_000 {
        let id = StageId::new(&format!("s{n}")).unwrap();
        assert!(model.stages.push(Stage::new(id, format!("Stage {n}"))));
    }
    user.harness.state_mut().show_model(model);
    user.settle();
    user.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
    click(&mut user, "Stage 0, Name: Stage 0");
    assert!(cells(&user).len() < 20 * 16, "{}", cells(&user).len());
    user.press(Modifiers::COMMAND, Key::End);
    assert!(has(&user, "Stage 9999, Id: s9999") || has(&user, "Stage 9999, Notes: "));
    assert!(cells(&user).len() < 20 * 16, "{}", cells(&user).len());
}
