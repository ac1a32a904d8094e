//! What `simulate --json` prints: the keys of `docs/json.md`, in that order.

use std::collections::BTreeMap;

use crate::analysis::{
    Breakdown, ClassFigures, Estimate, Figure, Figures, HandoffFigures, Ladder, LeadTime, Load,
    Occupancy, Part, PartFigures, Passes, Rung, Scorecard, StageFigures, StreamFigures, StreamLoad,
    TeamFigures, TeamShare, complete_and_accurate,
};
use crate::graph::Flow;
use crate::model::{At, ClassId, Id, Model, Problem, ScenarioId, Stream, StreamId, Value};
use crate::sim::Slice;
use crate::study::{Bound, Leverage, SHORTER, Study};

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
    /// What can be said without simulating; none when the model has errors.
    pub load: Option<&'a Load>,
    /// The ladder of the stream; none when it has no way through.
    pub ladder: Option<&'a Ladder>,
    /// The balanced scorecard of the stream; none when there is no stream.
    pub scorecard: Option<&'a Scorecard>,
    /// How much each stage and handoff could do, where that was asked for.
    pub leverage: &'a [Leverage],
    /// Everything that is wrong or doubtful.
    pub problems: &'a [Problem],
}

impl Subject<'_> {
    fn leverage_of(&self, at: At) -> Option<Estimate> {
        self.leverage.iter().find(|found| found.at == at)?.fall
    }
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
        ("effort", breakdown(top.map(|top| &top.effort))),
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
            ("items", of(|top| top.rework.items)),
            ("load", of(|top| top.rework.load)),
            ("time", of(|top| top.rework.time)),
            ("wasted_work", of(|top| top.rework.wasted_work)),
        ]),
    ));
    let rolled_ca = top.and_then(|top| top.rolled_ca);
    let about = subject
        .stream
        .and_then(|id| subject.load.and_then(|load| load.stream(id)));
    fields.extend([
        ("turned_away", of(|top| top.turned_away)),
        ("turned_away_share", of(|top| top.turned_away_share)),
        ("feedback_items", of(|top| top.feedback_items)),
        ("throughput_per_day", of(|top| top.throughput_per_day)),
        (
            "demand_per_day",
            about
                .and_then(|about| about.items_per_day)
                .map(Json::Number)
                .into(),
        ),
        (
            "takt",
            about.and_then(|about| about.takt).map(Json::Number).into(),
        ),
        ("wip", of(|top| top.wip)),
        ("activity_ratio", of(|top| top.activity_ratio)),
        ("value_ratio", of(|top| top.value_ratio)),
        ("rolled_ca", rolled_ca.map(Estimate::exact).into()),
        ("automation_coverage", of(|top| top.automation.all)),
        (
            "automation",
            Json::Object(vec![
                ("items", of(|top| top.automation.items)),
                ("visits", of(|top| top.automation.visits)),
                ("handoffs", of(|top| top.automation.handoffs)),
                ("time", of(|top| top.automation.time)),
            ]),
        ),
        ("manual_hours_per_item", of(|top| top.manual_hours_per_item)),
        ("cost_per_item", of(|top| top.cost_per_item)),
        (
            "cost_of_delay_per_item",
            of(|top| top.cost_of_delay_per_item),
        ),
        ("touchpoints", of(|top| top.touchpoints)),
        ("systems", of(|top| top.systems)),
        ("by_phase", parts(top.map(|top| &top.by_phase[..]))),
        ("by_team", parts(top.map(|top| &top.by_team[..]))),
        ("by_value", parts(top.map(|top| &top.by_value[..]))),
        ("ladder", ladder(subject)),
        ("scorecard", scorecard(subject.scorecard)),
        ("streams", streams(model, figures)),
        ("teams", teams(subject, top)),
        ("stages", stages(subject, top)),
        ("handoffs", handoffs(subject, top)),
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
    let percentile = |percent| Json::from(lead_time.map(|lead| lead.percentiles.at(percent)));
    Json::Object(vec![
        ("mean", lead_time.map(|lead| lead.mean).into()),
        ("sd", lead_time.map(|lead| lead.sd).into()),
        ("longest", lead_time.map(|lead| lead.longest).into()),
        ("p5", percentile(5)),
        ("p10", percentile(10)),
        ("p25", percentile(25)),
        ("p50", percentile(50)),
        ("p75", percentile(75)),
        ("p80", percentile(80)),
        ("p85", percentile(85)),
        ("p90", percentile(90)),
        ("p95", percentile(95)),
        ("p99", percentile(99)),
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

/// The lead time divided by phase, team or value; a part where nothing is spent is there too.
fn parts(parts: Option<&[PartFigures]>) -> Json {
    let name = |part: &Part| match part {
        Part::Phase(Some(phase)) => Json::from(phase.name()),
        Part::Team(Some(team)) => slug(*team),
        Part::Value(Some(Value::Adds)) => "adds".into(),
        Part::Value(Some(Value::Necessary)) => "necessary".into(),
        Part::Value(Some(Value::Waste)) => "waste".into(),
        Part::Between => "between".into(),
        Part::Phase(None) | Part::Team(None) | Part::Value(None) => Json::Null,
    };
    let Some(parts) = parts else {
        return Json::Null;
    };
    let parts = parts.iter();
    parts
        .map(|part| {
            Json::Object(vec![
                ("part", name(&part.part)),
                ("lead_time", part.lead_time.into()),
                ("working", part.on_path[Slice::Working].both.into()),
            ])
        })
        .collect()
}

/// The calculator without queues.
fn ladder(subject: &Subject<'_>) -> Json {
    let Some(ladder) = subject.ladder else {
        return Json::Null;
    };
    let number = Json::Number;
    let steps: Json = ladder
        .steps
        .iter()
        .map(|step| {
            let (at, inventory) = match step.rung {
                Rung::Handoff { id, inventory } => (format!("handoff {id}"), inventory),
                Rung::Stage(id) => (format!("stage {id}"), None),
            };
            Json::Object(vec![
                ("at", at.into()),
                ("times", number(step.times)),
                ("wait", number(step.wait)),
                ("work", number(step.work)),
                ("inventory", inventory.into()),
            ])
        })
        .collect();
    Json::Object(vec![
        ("wait", number(ladder.wait())),
        (
            "wait_working_days",
            number(ladder.in_working_days(ladder.wait())),
        ),
        ("work", number(ladder.work())),
        ("lead_time", number(ladder.lead_time())),
        (
            "activity_ratio",
            ladder.activity_ratio().map(Json::Number).into(),
        ),
        ("lower_bound", ladder.is_lower_bound.into()),
        ("steps", steps),
    ])
}

/// Measures with their targets and floors.
fn scorecard(scorecard: Option<&Scorecard>) -> Json {
    let Some(scorecard) = scorecard else {
        return Json::Null;
    };
    let number = |value: Option<f64>| Json::from(value.map(Json::Number));
    let measures: Json = scorecard
        .measures
        .iter()
        .map(|measure| {
            Json::Object(vec![
                ("group", measure.perspective.name().into()),
                ("name", measure.name().into()),
                ("value", measure.value.into()),
                ("target", number(measure.target)),
                ("floor", number(measure.floor)),
                ("score", number(measure.score())),
                ("floor_broken", measure.is_floor_broken().into()),
            ])
        })
        .collect();
    Json::Object(vec![
        ("acceptable", scorecard.is_acceptable().into()),
        ("score", number(scorecard.score())),
        ("measures", measures),
    ])
}

fn teams(subject: &Subject<'_>, stream: Option<&StreamFigures>) -> Json {
    let figures = subject.study.and_then(|study| study.figures.as_ref());
    let stream_load: Option<&StreamLoad> = subject
        .stream
        .and_then(|id| subject.load.and_then(|load| load.stream(id)));
    subject
        .model
        .teams
        .iter()
        .enumerate()
        .map(|(place, team)| {
            let found: Option<&TeamFigures> = figures.and_then(|all| all.team(team.id));
            let share: Option<&TeamShare> = stream.and_then(|all| all.teams.get(place));
            let load = subject.load.and_then(|load| load.teams.get(place));
            let takt = load
                .zip(stream_load)
                .and_then(|(load, stream)| Some(load.open * 86_400.0 / stream.items_per_day?));
            Json::Object(vec![
                ("id", slug(team.id)),
                ("utilisation", found.map(|team| team.utilisation).into()),
                ("blocked", found.map(|team| team.blocked).into()),
                ("idle", found.map(|team| team.idle).into()),
                ("queue_length", found.map(|team| team.queue_length).into()),
                ("wait", found.map(|team| team.wait).into()),
                ("hours", found.map(|team| team.hours).into()),
                (
                    "hours_per_item",
                    share.map(|team| team.hours_per_item).into(),
                ),
                ("cost_per_item", share.map(|team| team.cost_per_item).into()),
                ("takt", takt.map(Json::Number).into()),
                ("people", u64::from(team.people).into()),
                (
                    "people_needed",
                    load.map(|load| Json::Number(load.needed)).into(),
                ),
            ])
        })
        .collect()
}

fn stages(subject: &Subject<'_>, stream: Option<&StreamFigures>) -> Json {
    let figures = subject.study.and_then(|study| study.figures.as_ref());
    // Those where no item of the stream can come have no figures.
    let of_stream: BTreeMap<_, &StageFigures> = stream
        .iter()
        .flat_map(|all| &all.stages)
        .map(|stage| (stage.id, stage))
        .collect();
    let ca = subject
        .load
        .and_then(|_| complete_and_accurate(subject.model, &Flow::of(subject.model)));
    let ca = ca.as_deref();
    let stages = subject.model.stages.iter().enumerate();
    stages
        .map(|(place, stage)| {
            let found = of_stream.get(&stage.id).copied();
            let occupancy: Option<&Occupancy> = figures.and_then(|all| all.occupancy.get(place));
            let of = |pick: fn(&StageFigures) -> Figure| Json::from(found.map(pick));
            let visits = found.map(|stage| stage.visits.into_iter().collect::<Json>());
            Json::Object(vec![
                ("id", slug(stage.id)),
                ("visits_per_item", of(|stage| stage.visits_per_item)),
                ("visits", visits.into()),
                ("work", of(|stage| stage.work)),
                ("work_per_item", of(|stage| stage.work_per_item)),
                ("team_wait", of(|stage| stage.team_wait)),
                ("wait", of(|stage| stage.wait)),
                ("had_to_wait", of(|stage| stage.had_to_wait)),
                ("elapsed", of(|stage| stage.elapsed)),
                (
                    "queue_length",
                    occupancy.map(|stage| stage.queue_length).into(),
                ),
                ("inside", occupancy.map(|stage| stage.inside).into()),
                ("criticality", of(|stage| stage.criticality)),
                ("lead_time", of(|stage| stage.lead_time)),
                (
                    "path_leverage",
                    found
                        .and_then(|stage| stage.on_path[Slice::Working].estimate())
                        .map(|time| time.scaled(SHORTER))
                        .into(),
                ),
                ("leverage", subject.leverage_of(At::Stage(stage.id)).into()),
                (
                    "ca",
                    ca.and_then(|ca| ca.get(place))
                        .copied()
                        .map(Json::Number)
                        .into(),
                ),
            ])
        })
        .collect()
}

fn handoffs(subject: &Subject<'_>, stream: Option<&StreamFigures>) -> Json {
    let flow = Flow::of(subject.model);
    let of_stream: BTreeMap<_, &HandoffFigures> = stream
        .iter()
        .flat_map(|all| &all.handoffs)
        .map(|handoff| (handoff.id, handoff))
        .collect();
    flow.handoffs
        .iter()
        .map(|handoff| {
            let found = of_stream.get(&handoff.id).copied();
            let of = |pick: fn(&HandoffFigures) -> Figure| Json::from(found.map(pick));
            Json::Object(vec![
                ("id", slug(handoff.id)),
                ("passages_per_item", of(|way| way.passages_per_item)),
                ("delay", of(|way| way.delay)),
                ("criticality", of(|way| way.criticality)),
                ("from", slug(handoff.from)),
                ("to", slug(handoff.to)),
                ("lead_time", of(|way| way.on_path.both)),
                (
                    "path_leverage",
                    found
                        .and_then(|way| way.on_path.estimate())
                        .map(|time| time.scaled(SHORTER))
                        .into(),
                ),
                (
                    "leverage",
                    subject.leverage_of(At::Handoff(handoff.id)).into(),
                ),
            ])
        })
        .collect()
}
