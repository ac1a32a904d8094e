//! What is taken out of a model and put into another is whole in both.

use anabranch::edit::{Selected, Selection, apply_all, broken_invariant, cut_out, put_in};
use anabranch::model::{Model, WorldPoint, WorldVector};
use anabranch::store;
use proptest::prelude::*;

/// Some of the stages and notes of a model.
fn some_of(model: &Model, mask: u64) -> Selection {
    let stages = model.stages.iter().map(|stage| Selected::Stage(stage.id));
    let notes = model.notes.iter().map(|note| Selected::Note(note.id));
    let all = stages.chain(notes).enumerate();
    all.filter(|(n, _)| mask >> (n % 64) & 1 == 1)
        .map(|(_, element)| element)
        .collect()
}

proptest! {
    #![proptest_config(crate::cases::cases(400))]

    #[test]
    fn a_part_goes_over_the_clipboard_into_any_model(
        from in crate::generate::models(),
        into in crate::generate::models(),
        mask: [u64; 2],
    ) {
        // A few of many, so that most parts are sound: random models hold values that files may
        // have and edits refuse.
        let selection = some_of(&from, mask[0] & mask[1]);
        let standing = |_| Some(WorldPoint::new(8.0, 16.0));
        let part = cut_out(&from, &selection, &standing).unwrap();
        prop_assume!(broken_invariant(&part).is_none());
        let is_inside = |id| selection.contains(Selected::Stage(id));
        let between = from.handoffs.iter().filter(|way| is_inside(way.from) && is_inside(way.to));
        prop_assert_eq!(part.handoffs.len(), between.count());
        prop_assert_eq!(part.stages.len(), selection.stages().len());
        prop_assert_eq!(part.notes.len(), selection.notes().len());
        prop_assert!(part.stages.iter().all(|stage| stage.at.position.is_some()));
        let text = format!("// What it is.\n{}", store::write(&part));
        let read = store::read(text.as_bytes()).unwrap();
        prop_assert!(!read.is_partial());
        prop_assert_eq!(&read.model, &part);
        for target in [&into, &from, &Model::default()] {
            let was_sound = broken_invariant(target).is_none();
            let copies = put_in(target, &part, WorldVector::new(24.0, 24.0));
            let mut after = target.clone();
            apply_all(&mut after, &copies.changes).unwrap();
            prop_assert!(!was_sound || broken_invariant(&after).is_none());
            prop_assert_eq!(after.stages.len(), target.stages.len() + part.stages.len());
            prop_assert_eq!(after.handoffs.len(), target.handoffs.len() + part.handoffs.len());
            prop_assert_eq!(copies.selection.len(), selection.len());
            // Names, and the names of teams, are the same.
            let told = |model: &Model, stage: &anabranch::model::Stage| {
                let team = stage.team.and_then(|team| model.teams.find(team));
                let team = team.map(|team| team.name.to_lowercase());
                (stage.name.clone(), stage.work.clone(), team)
            };
            let pasted = after.stages.iter().skip(target.stages.len());
            for (pasted, stage) in pasted.zip(part.stages.iter()) {
                prop_assert_eq!(told(&after, pasted), told(&part, stage));
                prop_assert!(!target.stages.contains(pasted.id));
            }
        }
    }
}
