//! The examples: they load, hold what they promise, and are drawn well.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;

use anabranch::check::check;
use anabranch::edit;
use anabranch::graph::Flow;
use anabranch::layout::{HEADER, Layout};
use anabranch::model::{HandoffId, Model, Needs, Severity};
use anabranch::scene::{DrawOptions, Shape, picture};
use anabranch::store;
use anabranch::study::{Effort, Study, StudyControl, StudyOptions, compare, simulate};

const DAY: f64 = 86_400.0;

const EXAMPLES: [&str; 6] = [
    "content-approval",
    "true-crime-series",
    "segment-complete",
    "global-premiere",
    "model-deployment",
    "acme-stamping",
];

fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(format!("{name}.ron"));
    std::fs::read(path).unwrap()
}

fn example(name: &str) -> Model {
    store::read(&bytes(name)).unwrap().model
}

fn study(model: &Model, effort: Effort) -> Study {
    let options = StudyOptions {
        effort,
        threads: NonZeroUsize::new(2),
        ..StudyOptions::default()
    };
    simulate(model, &options, &StudyControl::new(), &mut |_| {}).unwrap()
}

/// The customary handoffs relaxed.
fn run_together(model: &Model) -> Model {
    let customary: Vec<HandoffId> = model
        .handoffs
        .iter()
        .filter(|handoff| handoff.needs == Needs::Customary)
        .map(|handoff| handoff.id)
        .collect();
    let mut together = model.clone();
    for change in edit::run_together(model, &customary).expect("nothing speaks against it") {
        edit::apply(&mut together, &change).unwrap();
    }
    together
}

#[test]
fn every_example_is_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected = EXAMPLES.map(|name| format!("{name}.ron"));
    assert_eq!(found, BTreeSet::from(expected));
}

#[test]
fn examples_are_stored_as_the_program_writes_them() {
    for name in EXAMPLES {
        let bytes = bytes(name);
        let loaded = store::read(&bytes).unwrap();
        assert!(loaded.notes.is_empty(), "{name}: {:?}", loaded.notes);
        assert!(
            store::write(&loaded.model).as_bytes() == bytes,
            "{name} would change when it is saved"
        );
    }
}

#[test]
fn examples_have_no_problem() {
    for name in EXAMPLES {
        let doubtful: Vec<String> = check(&example(name))
            .iter()
            .filter(|problem| problem.severity >= Severity::Warning)
            .map(|problem| format!("{}: {}", problem.at, problem.message))
            .collect();
        assert!(doubtful.is_empty(), "{name}: {doubtful:#?}");
    }
}

/// Every example simulates: items get done, and figures come out. (The classic map cannot: its
/// Assembly 1 takes 62 s a piece and one comes every 60 s.)
#[test]
fn examples_are_simulated() {
    let acme = study(&example("acme-stamping"), Effort::Replications(2));
    let said: Vec<&str> = (acme.problems.iter())
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(said, ["Assembly 1 would need 1.1 people and has 1"]);
    for name in EXAMPLES.into_iter().filter(|name| *name != "acme-stamping") {
        let study = study(&example(name), Effort::Replications(2));
        let problems: Vec<&str> = (study.problems.iter())
            .filter(|problem| problem.severity >= Severity::Error)
            .map(|problem| problem.message.as_str())
            .collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
        assert!(study.is_stable && study.items > 0, "{name}");
    }
}

#[test]
fn every_figure_says_where_it_comes_from() {
    for name in EXAMPLES {
        let model = example(name);
        let stages = model
            .stages
            .iter()
            .map(|stage| (stage.id.as_str(), &stage.evidence));
        let handoffs = model
            .handoffs
            .iter()
            .map(|handoff| (handoff.id.as_str(), &handoff.evidence));
        for (id, evidence) in stages.chain(handoffs) {
            let by = evidence.as_ref().map_or("", |evidence| &evidence.by);
            assert!(
                by.starts_with("published: ") || by == "assumed",
                "{name}, {id}: {by:?}"
            );
        }
    }
}

/// What stands in the fields of the approval process.
#[test]
fn content_approval_has_its_14_systems_and_23_touchpoints() {
    let model = example("content-approval");
    assert!(model.stages.len() >= 15);
    let systems: BTreeSet<&String> = model
        .stages
        .iter()
        .flat_map(|stage| &stage.systems)
        .collect();
    assert_eq!(systems.len(), 14);
    let touchpoints: usize = model
        .stages
        .iter()
        .map(|stage| stage.stakeholders.iter().collect::<BTreeSet<_>>().len())
        .sum();
    assert_eq!(touchpoints, 23);
    let teams: BTreeSet<_> = model.stages.iter().filter_map(|stage| stage.team).collect();
    assert_eq!(teams.len(), 6);
    let calendars: BTreeSet<_> = model
        .teams
        .iter()
        .filter_map(|team| team.calendar)
        .collect();
    assert!(calendars.len() >= 2);
    assert_eq!(
        model
            .handoffs
            .iter()
            .filter(|handoff| handoff.is_rework())
            .count(),
        2
    );
}

/// Three weeks, most of it at the interfaces, and no single culprit.
#[test]
fn content_approval_takes_three_weeks() {
    let study = study(&example("content-approval"), Effort::AsTheModelSays);
    assert!(study.is_stable && study.unfinished == 0);
    let figures = study.stream_figures().unwrap();
    let mean = study.mean_lead_time().unwrap();
    assert!(
        (20.0..=22.0).contains(&(mean.value / DAY)),
        "{:.2} days",
        mean.value / DAY
    );
    assert!(mean.half_width() <= 0.02 * mean.value);
    let interface = figures.interface_delay_share.value().unwrap();
    assert!(
        (0.55..=0.75).contains(&interface),
        "{interface:.3} at the interfaces"
    );
    // Every item meets every system and touchpoint: all stages stand in a row.
    assert_eq!(figures.touchpoints.value(), Some(23.0));
    assert_eq!(figures.systems.value(), Some(14.0));
    for stage in &figures.stages {
        let share: f64 = stage
            .on_path
            .0
            .iter()
            .map(|slice| {
                slice.first_pass.value().unwrap_or(0.0) + slice.rework.value().unwrap_or(0.0)
            })
            .sum::<f64>()
            / mean.value;
        assert!(share <= 0.15, "{}: {share:.3} of the lead time", stage.id);
    }
    for handoff in &figures.handoffs {
        let passes = &handoff.on_path;
        let share = (passes.first_pass.value().unwrap_or(0.0)
            + passes.rework.value().unwrap_or(0.0))
            / mean.value;
        assert!(share <= 0.15, "{}: {share:.3} of the lead time", handoff.id);
    }
}

#[test]
fn running_together_shortens_the_lead_time() {
    for name in ["segment-complete", "content-approval"] {
        let before = example(name);
        let after = run_together(&before);
        let options = StudyOptions {
            effort: Effort::Replications(10),
            threads: NonZeroUsize::new(2),
            ..StudyOptions::default()
        };
        let comparison =
            compare(&before, &after, &options, &StudyControl::new(), &mut |_| {}).unwrap();
        let difference = comparison.difference.expect("both settle");
        assert!(
            comparison.is_clear() && difference.value < 0.0,
            "{name}: {difference:?}"
        );
    }
}

#[test]
fn segments_are_drawn_side_by_side_once_they_run_together() {
    let before = example("segment-complete");
    let after = run_together(&before);
    let drawn = |model: &Model| picture(model, &Flow::of(model), &DrawOptions::default()).1;
    let place = |id: &str| {
        let mut stages = before.stages.iter();
        stages.position(|stage| stage.id.as_str() == id).unwrap()
    };
    let three = ["transcode", "metadata", "compliance"].map(place);
    let [a, b, c] = three.map(|at| drawn(&before).stages[at]);
    assert!(a.max.x < b.min.x && b.max.x < c.min.x, "in a row");
    let [a, b, c] = three.map(|at| drawn(&after).stages[at]);
    assert_eq!(
        [a.center().x, b.center().x],
        [c.center().x; 2],
        "in a column"
    );
    assert!(a.max.y < b.min.y && b.max.y < c.min.y);
}

#[test]
fn the_other_streams_settle() {
    for name in ["true-crime-series", "segment-complete", "model-deployment"] {
        let study = study(&example(name), Effort::Replications(10));
        assert!(study.is_stable && study.unfinished == 0, "{name}");
        assert!(
            study.mean_lead_time().is_some_and(|mean| mean.value > 0.0),
            "{name}"
        );
    }
}

/// Cards apart, labels in full and on nothing else, names of lanes with room of their own.
fn is_drawn_well(name: &str, model: &Model, layout: &Layout) {
    for (at, card) in layout.stages.iter().enumerate() {
        let id = model.stages.at(at).unwrap().id;
        assert!(
            !layout.stages[at + 1..]
                .iter()
                .any(|other| card.overlaps(*other)),
            "{name}: {id}"
        );
        for lane in &layout.lanes {
            let is_inside = lane.rect.contains(card.min) && lane.rect.contains(card.max);
            assert!(
                is_inside || !lane.rect.overlaps(*card),
                "{name}: {id} leaves its lane"
            );
            assert!(
                !is_inside || card.min.y >= lane.rect.min.y + HEADER - 1.0,
                "{name}: {id}"
            );
        }
    }
    let labels: Vec<_> = layout
        .routes
        .iter()
        .filter_map(|route| route.label)
        .collect();
    for (at, label) in labels.iter().enumerate() {
        assert!(
            !layout.stages.iter().any(|card| card.overlaps(*label)),
            "{name}: {label:?}"
        );
        assert!(
            !labels[at + 1..].iter().any(|other| other.overlaps(*label)),
            "{name}: {label:?}"
        );
    }
    for route in layout.routes.iter().chain(&layout.ghosts) {
        assert!(route.points.len() > 1);
    }
}

#[test]
fn examples_are_drawn_without_anything_on_top_of_anything() {
    for name in EXAMPLES {
        let model = example(name);
        let (scene, layout) = picture(&model, &Flow::of(&model), &DrawOptions::default());
        is_drawn_well(name, &model, &layout);
        for item in scene.items() {
            if let Shape::Text(text) = &item.shape {
                assert!(
                    !text.line.text.contains('…'),
                    "{name}: {:?} is cut",
                    text.line.text
                );
                assert!(text.line.missing.is_empty(), "{name}: {:?}", text.line.text);
            }
        }
        for (card, stage) in layout.stages.iter().zip(&model.stages) {
            assert_eq!(Some(card.min), stage.at.position, "{name}: {}", stage.id);
        }
        for note in &model.notes {
            let at = note.at.position.expect("notes are put by hand");
            let card = layout.stages.iter().find(|card| card.contains(at));
            assert!(card.is_none(), "{name}: note {} lies on a stage", note.id);
        }
    }
    for name in ["segment-complete", "content-approval", "model-deployment"] {
        let model = run_together(&example(name));
        let (_, layout) = picture(&model, &Flow::of(&model), &DrawOptions::default());
        is_drawn_well(name, &model, &layout);
    }
}
