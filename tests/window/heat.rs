//! The heat on the canvas: colours from the last run, said to be old when the document is newer.

use std::path::Path;

use anabranch::scene::{Shape, Target};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::drive::User;

fn legend(user: &User) -> Option<String> {
    let found = user
        .harness
        .query_by_label_contains("Colours: share of the lead time")?;
    let node = found.accesskit_node();
    node.label().or_else(|| node.value())
}

#[test]
fn heat_is_switched_on_grows_old_and_is_switched_off() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/segment-complete.ron");
    let mut user = User::start(Some(&path));
    assert!(user.picture().key.heat.is_none());
    user.wait_for_numbers();
    assert!(legend(&user).is_none());
    user.press(Modifiers::NONE, Key::H);
    assert!(user.picture().key.heat.is_some());
    let said = legend(&user).expect("the colours are explained");
    assert!(said.contains("mean") && said.contains("calendar"), "{said}");
    // Some card has the colour of its share.
    let picture = user.picture();
    let palette = picture.key.theme.palette();
    let heat = picture.key.heat.clone().expect("just switched on");
    let hot: Vec<_> = user
        .model()
        .stages
        .iter()
        .filter(|stage| heat.of_stage(stage.id) >= 0.01)
        .collect();
    assert!(!hot.is_empty());
    for stage in hot {
        let level = anabranch::scene::heat::level(heat.of_stage(stage.id));
        let mut items = picture.scene.items_of(Target::Stage(stage.id));
        assert!(items.any(|item| {
            matches!(item.shape, Shape::Rect { fill, .. } if fill == Some(palette.heat[level]))
        }));
    }
    let layout = std::sync::Arc::clone(&picture.layout);

    // Old colours stay until there are new ones, and are said to be old.
    let stage = user.model().stages.at(0).expect("there are stages").id;
    user.select(anabranch::edit::Selection::of(
        anabranch::edit::Selected::Stage(stage),
    ));
    user.fill("Name", "Another name");
    let mut was_old = false;
    for _ in 0..2000 {
        user.harness.step();
        let said = legend(&user).expect("it stays");
        was_old |= said.contains("out of date");
        if user.window().results().final_numbers().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(was_old);
    user.wait_for_numbers();
    assert!(!legend(&user).expect("it stays").contains("out of date"));

    user.press_button("Heat");
    assert!(user.picture().key.heat.is_none());
    assert!(legend(&user).is_none());
    // Colours alone move nothing.
    let now = std::sync::Arc::clone(&user.picture().layout);
    user.press_button("Heat");
    assert!(std::sync::Arc::ptr_eq(&now, &user.picture().layout));
    assert!(!std::sync::Arc::ptr_eq(&layout, &now));
}
