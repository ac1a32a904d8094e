//! What `simulate --json` prints: the keys of `docs/json.md`, in that order.

use crate::analysis::{
    Breakdown, ClassFigures, Figure, Figures, HandoffFigures, LeadTime, Passes, StageFigures,
    StreamFigures, TeamFigures,
};
use crate::graph::Flow;
use crate::model::{ClassId, Id, Model, Problem, ScenarioId, Stream, StreamId};
use crate::sim::Slice;
use crate::study::{Bound, Study};

use super::json::Json;

/// The version of the JSON. Keys may be added; none is renamed or changes its meaning.
const FORMAT: u64 = 1;

/// What a report is about.
pub struct Subject<'a> {
    /// The model that was simulated.
    pub model: &'a Model,
    /// The scenario it comes from; none is the baseline.
    pub scenario: Option<ScenarioId>,
    /// The stream that the figures at the top are about; none when the model has no stream.
    pub stream: Option<StreamId>,
    /// The seed that was, or would have been, used.
    pub seed: u64,
    /// What was found; none when the model cannot be simulated.
    pub study: Option<&'a Study>,
    /// Everything that is wrong or doubtful.
    pub problems: &'a [Problem],
}

/// Makes the report.
pub fn report(subject: &Subject<'_>) -> Json {
    let model = subject.model;
    let study = subject.study;
    let figures = study.and_then(|study| study.figures.as_ref());
    let top = subject
        .stream
        .and_then(|id| figures.and_then(|all| all.stream(id)));
    let of = |pick: fn(&StreamFigures) -> Figure| Json::from(top.map(pick));
    let mut fields = vec![
        ("format", FORMAT.into()),
        ("model", model.name.as_str().into()),
        ("seed", subject.seed.into()),
        ("scenario", subject.scenario.map(slug).into()),
        (
            "replications",
            study.map(|study| u64::from(study.replications)).into(),
        ),
        ("items", study.map(|study| study.items).into()),
        ("events", study.map(|study| study.events).into()),
        (
            "wall_seconds",
            study
                .map(|study| Json::Number(study.wall.as_secs_f64()))
                .into(),
        ),
        ("stable", study.map(|study| study.is_stable).into()),
        ("unfinished", study.map(|study| study.unfinished).into()),
        (
            "warmup",
            study
                .map(|study| Json::Number(study.warm_up.as_secs_f64()))
                .into(),
        ),
        (
            "horizon",
            study
                .map(|study| Json::Number(study.horizon.as_secs_f64()))
                .into(),
        ),
        (
            "terminating",
            study.map(|study| study.is_terminating).into(),
        ),
        (
            "stopped_by",
            study
                .and_then(|study| study.stopped_by)
                .map(bound_name)
                .into(),
        ),
        ("checks", checks(figures)),
        ("stream", subject.stream.map(slug).into()),
        ("lead_time", lead_time(top.map(|top| &top.lead_time))),
        ("breakdown", breakdown(top.map(|top| &top.breakdown))),
        ("handoff_share", of(|top| top.handoff_share)),
        ("interface_delay_share", of(|top| top.interface_delay_share)),
        ("coordination_share", of(|top| top.coordination_share)),
    ];
    fields.push((
        "rework",
        Json::Object(vec![
            (
                "visits_beyond_first",
                of(|top| top.rework.visits_beyond_first),
            ),
            ("time", of(|top| top.rework.time)),
            ("wasted_work", of(|top| top.rework.wasted_work)),
        ]),
    ));
    let rolled_ca = top.and_then(|top| top.rolled_ca);
    fields.extend([
        ("turned_away", of(|top| top.turned_away)),
        ("feedback_items", of(|top| top.feedback_items)),
        ("throughput_per_day", of(|top| top.throughput_per_day)),
        ("wip", of(|top| top.wip)),
        ("activity_ratio", of(|top| top.activity_ratio)),
        (
            "rolled_ca",
            rolled_ca.map(crate::analysis::Estimate::exact).into(),
        ),
        ("automation_coverage", of(|top| top.automation.all)),
        ("manual_hours_per_item", of(|top| top.manual_hours_per_item)),
        ("cost_per_item", of(|top| top.cost_per_item)),
        ("touchpoints", of(|top| top.touchpoints)),
        ("systems", of(|top| top.systems)),
        ("streams", streams(model, figures)),
        ("teams", teams(model, study)),
        ("stages", stages(model, top)),
        ("handoffs", handoffs(model, top)),
        ("problems", problems(subject.problems)),
    ]);
    Json::Object(fields)
}

/// Problems as a list.
pub fn problems(problems: &[Problem]) -> Json {
    problems
        .iter()
        .map(|problem| {
            Json::Object(vec![
                ("severity", problem.severity.name().into()),
                ("at", problem.at.to_string().into()),
                ("message", problem.message.as_str().into()),
                ("hint", problem.hint.as_deref().into()),
                ("code", problem.code.into()),
                ("field", problem.field.into()),
            ])
        })
        .collect()
}

fn slug(id: impl Id) -> Json {
    id.to_string().into()
}

fn bound_name(bound: Bound) -> &'static str {
    match bound {
        Bound::Replications => "replications",
        Bound::Events => "events",
        Bound::Wall => "wall",
    }
}

fn checks(figures: Option<&Figures>) -> Json {
    let checks = figures.map(|figures| &figures.checks);
    Json::Object(vec![
        ("hold", checks.map(|checks| checks.hold()).into()),
        (
            "littles_law",
            checks.map(|checks| checks.littles_law).into(),
        ),
        (
            "utilisation",
            checks.map(|checks| checks.utilisation).into(),
        ),
        ("items_lost", checks.map(|checks| checks.items_lost).into()),
        (
            "items_not_adding_up",
            checks.map(|checks| checks.items_not_adding_up).into(),
        ),
    ])
}

fn lead_time(lead_time: Option<&LeadTime>) -> Json {
    Json::Object(vec![
        ("mean", lead_time.map(|lead| lead.mean).into()),
        ("p50", lead_time.map(|lead| lead.p50()).into()),
        ("p85", lead_time.map(|lead| lead.p85()).into()),
        ("p95", lead_time.map(|lead| lead.p95()).into()),
        (
            "within_target",
            lead_time.map(|lead| lead.within_target).into(),
        ),
    ])
}

fn breakdown(breakdown: Option<&Breakdown>) -> Json {
    let name = |slice| match slice {
        Slice::Working => "working",
        Slice::TeamWait => "team_wait",
        Slice::Closed => "closed",
        Slice::Handoff => "handoff",
        Slice::Batching => "batching",
        Slice::Blocked => "blocked",
    };
    Json::Object(
        Slice::ALL
            .into_iter()
            .map(|slice| (name(slice), passes(breakdown.map(|all| all[slice]))))
            .collect(),
    )
}

fn passes(passes: Option<Passes>) -> Json {
    Json::Object(vec![
        ("first_pass", passes.map(|passes| passes.first_pass).into()),
        ("rework", passes.map(|passes| passes.rework).into()),
    ])
}

fn streams(model: &Model, figures: Option<&Figures>) -> Json {
    model
        .streams
        .iter()
        .map(|stream| {
            let found = figures.and_then(|all| all.stream(stream.id));
            let classes: Json = classes_of(stream)
                .into_iter()
                .map(|id| {
                    let class = found.and_then(|found| class_figures(found, id));
                    Json::Object(vec![
                        ("id", slug(id)),
                        ("lead_time", lead_time(class.map(|class| &class.lead_time))),
                    ])
                })
                .collect();
            Json::Object(vec![
                ("id", slug(stream.id)),
                ("item", stream.item.as_str().into()),
                ("lead_time", lead_time(found.map(|found| &found.lead_time))),
                ("breakdown", breakdown(found.map(|found| &found.breakdown))),
                ("classes", classes),
            ])
        })
        .collect()
}

fn classes_of(stream: &Stream) -> Vec<ClassId> {
    let mut classes = Vec::new();
    for class in stream
        .demands
        .iter()
        .filter_map(|demand| demand.class.as_ref())
    {
        if !classes.contains(&class.id) {
            classes.push(class.id);
        }
    }
    classes
}

fn class_figures(stream: &StreamFigures, id: ClassId) -> Option<&ClassFigures> {
    stream.classes.iter().find(|class| class.id == id)
}

fn teams(model: &Model, study: Option<&Study>) -> Json {
    let figures = study.and_then(|study| study.figures.as_ref());
    model
        .teams
        .iter()
        .enumerate()
        .map(|(place, team)| {
            let found: Option<&TeamFigures> = figures.and_then(|all| all.team(team.id));
            let load = study.and_then(|study| study.load.teams.get(place));
            Json::Object(vec![
                ("id", slug(team.id)),
                ("utilisation", found.map(|team| team.utilisation).into()),
                ("blocked", found.map(|team| team.blocked).into()),
                ("queue_length", found.map(|team| team.queue_length).into()),
                ("wait", found.map(|team| team.wait).into()),
                ("people", u64::from(team.people).into()),
                (
                    "people_needed",
                    load.map(|load| Json::Number(load.needed)).into(),
                ),
            ])
        })
        .collect()
}

fn stages(model: &Model, stream: Option<&StreamFigures>) -> Json {
    model
        .stages
        .iter()
        .enumerate()
        .map(|(place, stage)| {
            let found: Option<&StageFigures> = stream.and_then(|all| all.stages.get(place));
            Json::Object(vec![
                ("id", slug(stage.id)),
                (
                    "visits_per_item",
                    found.map(|stage| stage.visits_per_item).into(),
                ),
                ("work", found.map(|stage| stage.work).into()),
                ("team_wait", found.map(|stage| stage.team_wait).into()),
                ("criticality", found.map(|stage| stage.criticality).into()),
                (
                    "lead_time",
                    found
                        .and_then(|stage| stage.on_path.total())
                        .map(Json::Number)
                        .into(),
                ),
            ])
        })
        .collect()
}

fn handoffs(model: &Model, stream: Option<&StreamFigures>) -> Json {
    let flow = Flow::of(model);
    flow.handoffs
        .iter()
        .enumerate()
        .map(|(place, handoff)| {
            let found: Option<&HandoffFigures> = stream.and_then(|all| all.handoffs.get(place));
            Json::Object(vec![
                ("id", slug(handoff.id)),
                (
                    "passages_per_item",
                    found.map(|way| way.passages_per_item).into(),
                ),
                ("delay", found.map(|way| way.delay).into()),
                ("criticality", found.map(|way| way.criticality).into()),
                ("from", slug(handoff.from)),
                ("to", slug(handoff.to)),
                (
                    "lead_time",
                    found
                        .and_then(|way| way.on_path.total())
                        .map(Json::Number)
                        .into(),
                ),
            ])
        })
        .collect()
}
