//! Run together, through the real window code.

use std::path::Path;

use anabranch::edit::{Selected, Selection};
use anabranch::model::Needs;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

#[test]
fn relaxing_the_customary_handoffs_draws_side_by_side_and_shortens_the_lead_time() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    let mut user = User::start(Some(&path));
    let whole = user.model().clone();
    let before = user.mean_lead_time();
    let stages = ["Transcode", "Metadata", "Compliance"].map(|begin| {
        let found = whole
            .stages
            .iter()
            .find(|stage| stage.name.to_lowercase().contains(&begin.to_lowercase()));
        found
            .unwrap_or_else(|| panic!("no stage {begin}"))
            .name
            .clone()
    });
    let columns = |user: &User| stages.each_ref().map(|name| user.card(name).center().x);
    let [a, b, c] = columns(&user);
    assert!(a < b && b < c, "one after the other: {a} {b} {c}");

    let customary: Selection = whole
        .handoffs
        .iter()
        .filter(|handoff| handoff.needs == Needs::Customary)
        .map(|handoff| Selected::Handoff(handoff.id))
        .collect();
    assert!(!customary.is_empty());
    user.select(customary);
    user.press(Modifiers::NONE, Key::R);
    assert!(
        user.model()
            .handoffs
            .iter()
            .any(|handoff| handoff.is_relaxed)
    );
    assert!(
        user.picture()
            .flow
            .handoffs
            .iter()
            .any(|handoff| handoff.is_derived())
    );
    let [a, b, c] = columns(&user);
    assert!(a == b && b == c, "side by side: {a} {b} {c}");

    let after = user.mean_lead_time();
    assert!(after < before, "{after} is not less than {before}");
    let numbers = user
        .window()
        .results()
        .final_numbers()
        .expect("just waited for");
    let found = numbers
        .before
        .as_ref()
        .expect("the lead time before stands beside it");
    let difference = found.difference.expect("both settle");
    assert!(difference.high < 0.0, "clearly less: {difference:?}");
    assert!(user.harness.query_by_label_contains("was ").is_some());
    assert!(user.harness.query_by_label_contains("shorter").is_some());

    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*user.model(), whole);
    let again = user.mean_lead_time();
    assert_eq!(again, before, "the same luck gives the same number");
}

#[test]
fn a_required_handoff_is_refused_with_the_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    let mut user = User::start(Some(&path));
    let required = user
        .model()
        .handoffs
        .iter()
        .find(|handoff| handoff.needs == Needs::Required);
    let required = Selected::Handoff(required.expect("the example has one").id);
    let before = user.model().clone();
    user.select(Selection::of(required));
    user.press(Modifiers::NONE, Key::R);
    assert_eq!(*user.model(), before);
    assert!(user.harness.query_by_label_contains("customary").is_some());
}
