//! Tests of scene.

use anabranch::graph::Flow;
use anabranch::layout::{Lane, Layout, Route};
use anabranch::model::{
    Automation, Handoff, HandoffId, HandoffKind, Model, Needs, Note, NoteId, NoteKind, Phase,
    Share, Stage, StageId, Team, TeamId, Trigger, WorldPoint, WorldRect, WorldSize,
};
use anabranch::scene::{self, DrawOptions, Scene, Theme};

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
            let size = scene::stage_size(model, stage);
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
            label: scene::label_size(model, flow, n).map(|size| {
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
        stages,
        routes,
        ghosts: Vec::new(),
        lanes,
        bounds: WorldRect::from_min_size(p(0.0, 8.0), WorldSize::new(1376.0, 640.0)),
    }
}

/// The drawing of `series`, with bars.
pub fn drawing(theme: Theme) -> Scene {
    let (model, flow, layout) = series();
    let heat = model
        .stages
        .iter()
        .zip([0.15, 0.3, 0.45, 0.0, 0.9, 0.6, 0.4, 0.0, 0.1])
        .map(|(stage, share)| (stage.id, share))
        .collect();
    let options = DrawOptions {
        theme,
        heat: Some(heat),
    };
    scene::draw(&model, &flow, &layout, &options)
}
