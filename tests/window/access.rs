//! What a screen reader finds on the canvas.

use std::path::Path;

use anabranch::app::{Command, ThemeChoice};
use anabranch::scene::Theme;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::drive::User;

#[test]
fn stages_and_handoffs_are_sentences_in_flow_order() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/content-approval.ron");
    let user = User::start(Some(&example));
    let stage = (user.harness)
        .get_by_label_contains("Legal review, stage, ")
        .accesskit_node();
    let sentence = stage.label().unwrap_or_default();
    assert!(sentence.contains("Business & legal affairs"), "{sentence}");
    assert!(
        sentence.contains("; after Revise cut by a handoff of about 16 h; before Rights clearance"),
        "{sentence}"
    );
    user.harness
        .get_by_label_contains("Handoff from Revise cut to Legal review, about 16 h");
    user.harness
        .get_by_label_contains("Rework from Technical check to Prepare cut, 25 %");
    // Senders come before receivers, as they are read.
    let all: Vec<String> = (user.harness)
        .get_all_by_label_contains(", stage, ")
        .filter_map(|node| node.accesskit_node().label())
        .collect();
    let place = |name: &str| all.iter().position(|one| one.starts_with(name));
    assert!(place("Prepare cut").is_some());
    assert!(place("Prepare cut") < place("Technical check"));
    assert!(place("Technical check") < place("Creative review"));
    assert!(place("Consolidate notes") < place("Legal review"));
}

#[test]
fn high_contrast_is_a_choice_like_light_and_dark() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    let mut user = User::start(Some(&example));
    user.carry_out(Command::Act(anabranch::app::Action::HighContrast));
    user.settle();
    assert_eq!(user.picture().key.theme, Theme::Contrast);
    let panel = user.harness.ctx.global_style().visuals.panel_fill;
    assert_eq!(panel, egui::Color32::BLACK);
    user.carry_out(Command::Act(anabranch::app::Action::Dark));
    user.settle();
    assert_eq!(user.picture().key.theme, Theme::Dark);
    assert_eq!(ThemeChoice::default(), ThemeChoice::System);
}
