//! What a screen reader says of a drawing.

use anabranch::graph::Flow;
use anabranch::quick;
use anabranch::scene::Spoken;

fn spoken(text: &str) -> Spoken {
    let model = quick::new_model(text, "test").expect("it is understood");
    Spoken::of(&model, &Flow::of(&model))
}

#[test]
fn a_stage_is_one_sentence() {
    let said = spoken("Script review 1d @Writers >2d> Legal review 4h @Legal 85% > Launch 0h @-");
    assert_eq!(
        said.stages[1],
        "Legal review, stage, 4 h, Legal, 85 % complete and accurate; after Script review by a \
         handoff of 2 d; before Launch"
    );
    assert_eq!(
        said.handoffs[0],
        "Handoff from Script review to Legal review, 2 d"
    );
    assert_eq!(said.order, [0, 1, 2]);
}

#[test]
fn going_back_and_machines_are_said() {
    let said = spoken("Edit 3d @Post >!5m> Encode 20m! > Review 4h @Legal <20%< Edit ~10%> Edit");
    assert!(
        said.stages[1].contains("after Edit by an automatic handoff of 5 m"),
        "{said:?}"
    );
    assert!(
        said.stages[2].contains("sends back to Edit; tells Edit"),
        "{said:?}"
    );
    assert!(
        said.handoffs
            .iter()
            .any(|one| one.starts_with("Rework from Review to Edit, 20 %")),
        "{said:?}"
    );
}

#[test]
fn senders_come_before_receivers() {
    let said = spoken("A 1d @x > B 1d > C 1d; #B > D 1d");
    let place = |stage: u32| said.order.iter().position(|&one| one == stage);
    assert!(place(0) < place(1) && place(1) < place(2) && place(1) < place(3));
    assert_eq!(said.stages.len(), 4);
}
