//! Drawings: what is legible, what can be hit, what odd models do.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use anabranch::graph::Flow;
use anabranch::layout::{Lane, Layout, Route};
use anabranch::model::{
    Automation, Colour, Handoff, HandoffId, HandoffKind, Model, Needs, Note, NoteId, NoteKind,
    Phase, Share, Stage, StageId, Team, TeamId, Trigger, WorldPoint, WorldRect, WorldSize,
};
use anabranch::scene::{
    self, DrawOptions, Fonts, Heat, Layer, Point, Rect, Scene, Shape, Target, Theme,
};

/// A stage of the series below: name, team, work, %C&A, column, row.
type Drawn = (
    &'static str,
    &'static str,
    &'static str,
    Option<f64>,
    u8,
    u8,
);

const STAGES: [Drawn; 9] = [
    ("Script", "Writers", "3d", Some(0.9), 0, 0),
    ("Script review", "Writers", "4h", Some(0.8), 1, 0),
    ("Edit", "Post", "5d", Some(0.85), 2, 1),
    ("Transcode", "", "2h", None, 3, 1),
    (
        "Legal review",
        "Rights & Legal",
        "uniform(4h, 2d)",
        Some(0.75),
        2,
        2,
    ),
    (
        "Compliance",
        "Rights & Legal",
        "triangular(1d, 2d, 5d)",
        Some(0.92),
        3,
        2,
    ),
    (
        "Localize for every market",
        "Localization",
        "2d",
        Some(0.95),
        3,
        3,
    ),
    ("Publish", "", "20m", None, 4, 3),
    ("Audience insight", "Audience", "1d", None, 1, 3),
];

fn at(column: u8, row: u8) -> WorldPoint {
    WorldPoint::new(
        48.0 + 280.0 * f64::from(column),
        40.0 + 152.0 * f64::from(row),
    )
}

fn handoff(from: &str, to: &str, trigger: Trigger) -> Handoff {
    let stage = |name: &str| StageId::new(name).unwrap();
    let id = HandoffId::new(&format!("{from}--{to}")).unwrap();
    let mut handoff = Handoff::new(id, stage(from), stage(to));
    handoff.trigger = trigger;
    handoff
}

fn manual(delay: &str) -> Trigger {
    Trigger::Manual(delay.parse().unwrap())
}

/// A series with all that a drawing can show, placed by hand.
pub fn series() -> (Model, Flow, Layout) {
    let mut model = Model {
        name: "True-crime series".to_owned(),
        ..Model::default()
    };
    for name in [
        "Writers",
        "Post",
        "Rights & Legal",
        "Localization",
        "Audience",
    ] {
        let id = TeamId::new(&name.to_lowercase().replace(" & ", "-")).unwrap();
        model.teams.push(Team::new(id, name));
    }
    for (name, team, work, ca, column, row) in STAGES {
        let id = StageId::new(&name.to_lowercase().replace(' ', "-")).unwrap();
        let mut stage = Stage::new(id, name);
        stage.team = model
            .teams
            .iter()
            .find(|other| other.name == team)
            .map(|team| team.id);
        stage.work = Some(work.parse().unwrap());
        stage.ca = ca.and_then(Share::new);
        stage.phase = Some(Phase::STANDARD[usize::from(row)].clone());
        stage.at.position = Some(at(column, row));
        if name == "Publish" {
            stage.copies = 50;
        }
        if name.starts_with("Localize") {
            stage.copies = 30;
            stage.automation = Some(Automation::Assisted);
        }
        model.stages.push(stage);
    }
    let mut board = handoff("script-review", "edit", manual("0"));
    board.trigger = Trigger::Scheduled {
        rhythm: anabranch::model::Rhythm::parse("every Tue 10:00").unwrap(),
        zone: None,
        slots: None,
    };
    let mut customary = handoff("legal-review", "compliance", manual("uniform(2d, 4d)"));
    customary.needs = Needs::Customary;
    let rework = |from: &str, to: &str, share: f64| {
        let mut way = handoff(from, to, manual("0"));
        way.kind = HandoffKind::Rework { at_most: None };
        way.share = Share::new(share);
        way
    };
    let feedback = |from: &str, to: &str, artifact: &str, delay: &str| {
        let mut way = handoff(from, to, manual(delay));
        way.kind = HandoffKind::Feedback;
        artifact.clone_into(&mut way.artifact);
        way
    };
    for way in [
        handoff("script", "script-review", manual("1d")),
        board,
        handoff("edit", "transcode", Trigger::Automatic(Default::default())),
        handoff("edit", "legal-review", manual("2d")),
        customary,
        handoff("compliance", "localize-for-every-market", manual("1d")),
        handoff("transcode", "publish", manual("0")),
        handoff("localize-for-every-market", "publish", manual("0")),
        rework("script-review", "script", 0.2),
        rework("legal-review", "edit", 0.25),
        feedback("publish", "audience-insight", "watch data", "6h"),
        feedback("audience-insight", "script", "", "0"),
    ] {
        model.handoffs.push(way);
    }
    for (name, kind, text, x, y) in [
        (
            "board",
            NoteKind::Sticky,
            "The board meets on Tuesdays; who misses it waits a week.",
            328.0,
            216.0,
        ),
        (
            "join",
            NoteKind::Kaizen,
            "Run both at the same time?",
            900.0,
            20.0,
        ),
    ] {
        model.notes.push(Note {
            id: NoteId::new(name).unwrap(),
            kind,
            text: text.to_owned(),
            at: anabranch::model::Placement {
                position: Some(WorldPoint::new(x, y)),
                ..Default::default()
            },
        });
    }
    let flow = Flow::of(&model);
    let layout = place(&model, &flow);
    (model, flow, layout)
}

/// Places by hand what `series` holds.
fn place(model: &Model, flow: &Flow) -> Layout {
    let stages: Vec<WorldRect> = model
        .stages
        .iter()
        .map(|stage| {
            let size = scene::stage_size(model, stage, &Fonts::bundled());
            WorldRect::from_min_size(stage.at.position.unwrap(), size)
        })
        .collect();
    let p = WorldPoint::new;
    let ways: [(&[WorldPoint], WorldPoint); 12] = [
        (&[p(224.0, 84.0), p(328.0, 84.0)], p(272.0, 84.0)),
        (
            &[
                p(504.0, 84.0),
                p(552.0, 84.0),
                p(552.0, 224.0),
                p(608.0, 224.0),
            ],
            p(552.0, 160.0),
        ),
        (&[p(784.0, 236.0), p(888.0, 236.0)], p(832.0, 236.0)),
        (&[p(696.0, 280.0), p(696.0, 344.0)], p(696.0, 304.0)),
        (&[p(784.0, 388.0), p(888.0, 388.0)], p(832.0, 388.0)),
        (&[p(976.0, 432.0), p(976.0, 496.0)], p(976.0, 456.0)),
        (
            &[
                p(1064.0, 236.0),
                p(1112.0, 236.0),
                p(1112.0, 528.0),
                p(1168.0, 528.0),
            ],
            p(1112.0, 400.0),
        ),
        (&[p(1064.0, 552.0), p(1168.0, 552.0)], p(1116.0, 552.0)),
        (
            &[
                p(328.0, 108.0),
                p(288.0, 108.0),
                p(288.0, 152.0),
                p(136.0, 152.0),
                p(136.0, 128.0),
            ],
            p(208.0, 152.0),
        ),
        (
            &[
                p(608.0, 404.0),
                p(536.0, 404.0),
                p(536.0, 252.0),
                p(608.0, 252.0),
            ],
            p(536.0, 328.0),
        ),
        (
            &[
                p(1256.0, 584.0),
                p(1256.0, 632.0),
                p(416.0, 632.0),
                p(416.0, 584.0),
            ],
            p(760.0, 632.0),
        ),
        (
            &[
                p(328.0, 540.0),
                p(24.0, 540.0),
                p(24.0, 84.0),
                p(48.0, 84.0),
            ],
            p(160.0, 540.0),
        ),
    ];
    let routes = ways
        .into_iter()
        .enumerate()
        .map(|(n, (points, middle))| Route {
            points: points.to_vec(),
            label: scene::label_size(model, flow, n, &Fonts::bundled()).map(|size| {
                let corner =
                    WorldPoint::new(middle.x - size.width / 2.0, middle.y - size.height / 2.0);
                WorldRect::from_min_size(corner, size)
            }),
        })
        .collect();
    let lanes = (0..4)
        .map(|row| Lane {
            name: Phase::STANDARD[row as usize].name().to_owned(),
            rect: WorldRect::from_min_size(
                p(0.0, 8.0 + 152.0 * f64::from(row)),
                WorldSize::new(1376.0, 152.0),
            ),
        })
        .collect();
    Layout {
        folded: Vec::new(),
        stages,
        routes,
        ghosts: Vec::new(),
        notes: model
            .notes
            .iter()
            .map(|note| {
                let size = scene::note_size(note, &Fonts::bundled()).size;
                WorldRect::from_min_size(note.at.position.unwrap(), size)
            })
            .collect(),
        lanes,
        bounds: WorldRect::from_min_size(p(0.0, 8.0), WorldSize::new(1376.0, 640.0)),
    }
}

/// The drawing of `series`, with heat.
pub fn drawing(theme: Theme) -> Scene {
    let (model, flow, layout) = series();
    let heat = model
        .stages
        .iter()
        .zip([0.015, 0.04, 0.08, 0.0, 0.3, 0.2, 0.07, 0.0, 0.01])
        .map(|(stage, share)| (stage.id, share));
    let ways = flow
        .handoffs
        .iter()
        .zip([0.02, 0.05, 0.0, 0.1, 0.0, 0.004, 0.0, 0.13, 0.07, 0.3, 0.01]);
    let ways = ways.map(|(handoff, share)| (handoff.id, share));
    let options = DrawOptions {
        theme,
        heat: Some(Arc::new(Heat::of_shares(heat, ways))),
        has_legend: true,
        heat_remark: "mean 21.0\u{a0}d".to_owned(),
        ..DrawOptions::default()
    };
    scene::draw(&model, &flow, &layout, &options)
}

/// The series with legal review and compliance beside the edit, positions left to the layout.
pub fn relaxed() -> Model {
    let (mut model, _, _) = series();
    model
        .stages
        .update(|_| true, |stage| stage.at.position = None);
    let is_meant = |handoff: &Handoff| {
        let way = (handoff.from.as_str(), handoff.to.as_str());
        way == ("edit", "legal-review") || way == ("legal-review", "compliance")
    };
    model.handoffs.update(is_meant, |handoff| {
        handoff.needs = Needs::Customary;
        handoff.is_relaxed = true;
    });
    model
}

/// What is drawn for a target: texts with their boxes, and the largest rectangle or path.
fn parts(scene: &Scene, target: Target) -> (Vec<(String, Rect)>, Rect) {
    let mut texts = Vec::new();
    let mut frame = Rect::NOTHING;
    for item in scene.items_of(target) {
        match &item.shape {
            Shape::Text(text) => texts.push((text.line.text.clone(), item.bounds)),
            Shape::Rect { .. } | Shape::Path { .. } if item.layer != Layer::Handoffs => {
                frame = frame.union(item.bounds);
            }
            _ => {}
        }
    }
    (texts, frame)
}

#[test]
fn no_text_leaves_its_box_and_none_lies_on_another() {
    let (mut model, _, _) = series();
    let long = "Extraordinarily comprehensive interdepartmental harmonization checkpoint";
    model
        .stages
        .update(|_| true, |stage| stage.at.position = None);
    model.stages.update(
        |stage| stage.name == "Edit",
        |stage| {
            long.clone_into(&mut stage.name);
            stage.copies = 1_000_000;
            stage.work = Some("uniform(1d 13h, 3w 2d)".parse().unwrap());
        },
    );
    model.teams.update(
        |team| team.name == "Post",
        |team| long.clone_into(&mut team.name),
    );
    model.handoffs.update(Handoff::is_feedback, |handoff| {
        long.clone_into(&mut handoff.artifact);
    });
    let flow = Flow::of(&model);
    let (scene, layout) = scene::picture(&model, &flow, &DrawOptions::default());
    for (stage, rect) in model.stages.iter().zip(&layout.stages) {
        let (texts, _) = parts(&scene, Target::Stage(stage.id));
        assert!(texts.len() >= 3, "{}", stage.name);
        for (n, (text, place)) in texts.iter().enumerate() {
            assert!(Rect::from(*rect).grown(-6.0).holds(*place, 0.0), "{text}");
            for (other, beside) in &texts[n + 1..] {
                // Boxes of lines that follow closely overlap; letters do not.
                let core = Rect::around(place.center(), place.width(), place.height() * 0.6);
                assert!(!core.meets(*beside), "{text} on {other}");
            }
        }
    }
    let mut labels = 0;
    for handoff in &flow.handoffs {
        let (texts, frame) = parts(&scene, Target::Handoff(handoff.id));
        for (text, place) in texts {
            labels += 1;
            assert!(
                frame.grown(-4.0).holds(place, 4.0),
                "{text} {place:?} {frame:?}"
            );
            assert!(frame.left() + 8.0 <= place.left() && place.right() <= frame.right() - 8.0);
        }
    }
    assert!(labels >= 8, "{labels}");
}

#[test]
fn there_are_three_sizes_of_text_and_cards_keep_to_the_grid() {
    for theme in Theme::ALL {
        for item in drawing(theme).items() {
            if let Shape::Text(text) = &item.shape {
                assert!([scene::NAME, scene::BODY, scene::SMALL].contains(&text.size));
            }
        }
    }
    let (model, _, _) = series();
    for stage in &model.stages {
        let size = scene::stage_size(&model, stage, &Fonts::bundled());
        for length in [size.width, size.height] {
            assert_eq!(length % f64::from(scene::GRID), 0.0, "{}", stage.name);
        }
    }
}

#[test]
fn every_text_reads_on_what_lies_below_it() {
    for theme in Theme::ALL {
        let scene = drawing(theme);
        let items: Vec<_> = scene.items().collect();
        for (at, item) in items.iter().enumerate() {
            let Shape::Text(text) = &item.shape else {
                continue;
            };
            let middle = item.bounds.center();
            let ground = items[..at]
                .iter()
                .rev()
                .find_map(|below| match &below.shape {
                    Shape::Rect { rect, fill, .. } if rect.contains(middle) => *fill,
                    Shape::Path { path, fill, .. } if path.encloses(middle) => *fill,
                    _ => None,
                })
                .unwrap_or(scene.background);
            let contrast = text.colour.contrast(ground);
            assert!(
                contrast >= 4.5,
                "{theme:?}: {} has {contrast}:1",
                text.line.text
            );
        }
    }
}

#[test]
fn heat_colours_cards_ways_and_labels_and_says_what_it_means() {
    for theme in Theme::ALL {
        let palette = theme.palette();
        let scene = drawing(theme);
        let card = |id: &str| {
            let target = Target::Stage(StageId::new(id).unwrap());
            scene.items_of(target).find_map(|item| match item.shape {
                Shape::Rect { fill, .. } => fill,
                _ => None,
            })
        };
        assert_eq!(card("transcode"), Some(palette.card));
        assert_eq!(card("script"), Some(palette.heat[1]));
        assert_eq!(card("legal-review"), Some(palette.heat[5]));
        let way = |id: &str| {
            let target = Target::Handoff(HandoffId::new(id).unwrap());
            scene.items_of(target).find_map(|item| match &item.shape {
                Shape::Path { stroke, .. } => *stroke,
                _ => None,
            })
        };
        let cold = way("compliance--localize-for-every-market").unwrap();
        let hot = way("edit--legal-review").unwrap();
        assert_eq!(cold.colour, palette.line);
        assert!(hot.width > cold.width + 1.0 && hot.colour != cold.colour);
        let legend: Vec<&str> = scene
            .items()
            .filter(|item| item.layer == Layer::Legend)
            .filter_map(|item| match &item.shape {
                Shape::Text(text) => Some(text.line.text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(legend.len(), 2 + palette.heat.len());
        assert_eq!(legend[..2], ["Share of the lead time", "mean 21.0\u{a0}d"]);
        // It stands below everything else.
        let top = scene.items().filter(|item| item.layer == Layer::Legend);
        let top = top
            .map(|item| item.bounds.top())
            .fold(f32::INFINITY, f32::min);
        let others = scene.items().filter(|item| item.layer != Layer::Legend);
        assert!(
            others
                .map(|item| item.bounds.bottom())
                .all(|foot| foot <= top)
        );
    }
}

#[test]
fn a_tinted_card_keeps_its_contrast() {
    for theme in Theme::ALL {
        let (mut model, _, layout) = series();
        for rgb in [
            0xff_0000, 0x00_ff00, 0x00_00ff, 0x00_0000, 0xff_ffff, 0xff_ff00,
        ] {
            model
                .stages
                .update(|_| true, |stage| stage.at.colour = Some(Colour::hex(rgb)));
            let options = DrawOptions {
                theme,
                ..DrawOptions::default()
            };
            let scene = scene::draw(&model, &Flow::of(&model), &layout, &options);
            let target = Target::Stage(model.stages.at(0).unwrap().id);
            let card = scene.items_of(target).find_map(|item| match item.shape {
                Shape::Rect { fill, .. } => fill,
                _ => None,
            });
            let palette = theme.palette();
            for ink in [palette.text, palette.muted] {
                let contrast = ink.contrast(card.unwrap());
                assert!(contrast >= 4.5, "{theme:?} {rgb:06x}: {contrast}");
            }
        }
    }
}

#[test]
fn filled_paths_consist_of_convex_parts() {
    let is_convex = |points: &[Point]| {
        let turn = |n: usize| {
            let [a, b, c] = [0, 1, 2].map(|m| points[(n + m) % points.len()]);
            (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
        };
        let turns: Vec<f32> = (0..points.len()).map(turn).collect();
        // Points almost in line may turn either way by a hair.
        turns.iter().all(|&t| t >= -1e-2) || turns.iter().all(|&t| t <= 1e-2)
    };
    let mut filled = 0;
    for theme in Theme::ALL {
        for item in drawing(theme).items() {
            if let Shape::Path {
                path,
                fill: Some(_),
                ..
            } = &item.shape
            {
                for (points, is_closed) in path.flatten(0.1) {
                    filled += 1;
                    assert!(
                        is_closed && is_convex(&points),
                        "{:?} {points:?}",
                        item.target
                    );
                }
            }
        }
    }
    assert!(filled > 60, "{filled}");
}

#[test]
fn what_stands_for_something_can_be_hit() {
    let (model, flow, layout) = series();
    let scene = scene::draw(&model, &flow, &layout, &DrawOptions::default());
    let hit = |x: f64, y: f64| scene.hit(WorldPoint::new(x, y).into(), 6.0);
    for (stage, rect) in model.stages.iter().zip(&layout.stages) {
        let middle = rect.center();
        assert_eq!(hit(middle.x, middle.y), Some(Target::Stage(stage.id)));
    }
    for (handoff, route) in flow.handoffs.iter().zip(&layout.routes) {
        if let Some(label) = route.label {
            let middle = label.center();
            let target = Some(Target::Handoff(handoff.id));
            assert_eq!(hit(middle.x, middle.y), target);
        }
    }
    assert_eq!(hit(700.0, 20.0), Some(Target::Lane(0)));
    assert_eq!(hit(-500.0, 0.0), None);
    // A relaxed and a derived handoff are targets of their own.
    let model = relaxed();
    let flow = Flow::of(&model);
    let (scene, _) = scene::picture(&model, &flow, &DrawOptions::default());
    let ghosts = |target: &Target| matches!(target, Target::Ghost(_));
    let derived = |target: &Target| matches!(target, Target::Derived(_));
    let count = |is: &dyn Fn(&Target) -> bool| {
        let targets = scene.items().filter_map(|item| item.target);
        targets
            .filter(is)
            .collect::<std::collections::HashSet<_>>()
            .len()
    };
    assert_eq!(count(&ghosts), flow.relaxed.len());
    assert_eq!(
        count(&derived),
        flow.handoffs.iter().filter(|way| way.is_derived()).count()
    );
    assert!(count(&derived) >= 2);
}

#[test]
fn a_model_with_nothing_or_odd_places_is_drawn() {
    let (scene, _) = scene::picture(
        &Model::default(),
        &Flow::of(&Model::default()),
        &DrawOptions::default(),
    );
    assert_eq!(scene.items().count(), 0);
    assert_eq!(scene.hit(Point::new(0.0, 0.0), 5.0), None);
    let (mut model, _, _) = series();
    model.stages.update(
        |_| true,
        |stage| {
            stage.name = "\u{0}\n".to_owned();
            stage.at.position = Some(WorldPoint::new(1e300, -1e300));
            stage.at.size = Some(WorldSize::new(1.0, 1.0));
        },
    );
    let flow = Flow::of(&model);
    let (scene, _) = scene::picture(&model, &flow, &DrawOptions::default());
    for item in scene.items() {
        let Rect { min, max } = item.bounds;
        assert!([min.x, min.y, max.x, max.y].iter().all(|x| x.is_finite()));
    }
}
