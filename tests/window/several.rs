//! The inspector of several elements: what they have in common, `several` where they differ, and one
//! edit for all.

use anabranch::edit::Selected;
use anabranch::quick;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::drive::User;

#[test]
fn an_edit_goes_to_all_as_one_step() {
    let mut user = User::start_empty();
    let model = quick::new_model("A 1h @Desk > B 2h @Post > C 1h @Desk", "Test").unwrap();
    user.harness.state_mut().show_model(model);
    user.settle();
    let before = user.model().clone();
    let pair = [user.stage("A"), user.stage("B")].map(Selected::Stage);
    user.select(pair.into_iter().collect());
    assert!(user.harness.query_all_by_value("several").next().is_some());
    user.fill("Work", "3h");
    let work = |user: &User, name: &str| {
        let stage = user
            .model()
            .stages
            .find(user.stage(name))
            .expect("just found")
            .clone();
        stage.work.map(|work| work.to_string())
    };
    assert_eq!(work(&user, "A").as_deref(), Some("3h"));
    assert_eq!(work(&user, "B").as_deref(), Some("3h"));
    assert_eq!(work(&user, "C").as_deref(), Some("1h"));
    user.fill("Systems", "Archive");
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(work(&user, "A").as_deref(), Some("3h"));
    user.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*user.model(), before);
}
