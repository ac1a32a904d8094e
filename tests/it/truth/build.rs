//! Models out of the neutral descriptions of truth files.

use std::collections::{BTreeMap, BTreeSet};

use anabranch::model::{
    Arrivals, Batch, Calendar, CalendarId, Class, ClassId, DateTime, Demand, DemandId, Discipline,
    Distribution, ElapsedTime, Entry, Exit, Handoff, HandoffId, HandoffKind, Model, Money, Rhythm,
    Share, Stage, StageId, Start, Stream, StreamId, Team, TeamId, Time, Trigger, WeeklyHours,
    WorkTime, Zone, parse_date_time,
};
use serde_json::Value;

use super::{list, number, text};

/// A model, and how its file counts.
#[derive(Clone)]
pub struct Built {
    pub model: Model,
    /// Milliseconds of the file's unit of time.
    pub unit: f64,
    /// Mean time between arrivals in milliseconds, of a steady study.
    pub gap: f64,
}

pub fn team_id(id: &str) -> TeamId {
    TeamId::new(id).unwrap()
}

fn stage_id(id: &str) -> StageId {
    StageId::new(id).unwrap()
}

/// Makes an empty model that begins at a date.
pub fn empty(start: &str) -> Model {
    let mut model = Model::default();
    model.settings.start = Start {
        at: parse_date_time(start).unwrap(),
        zone: Some(Zone::default()),
    };
    model
}

/// Adds a calendar of a file under an id.
pub fn add_calendar(model: &mut Model, id: &str, calendar: &Value, zone: Zone) {
    let spans = |open: &Value| {
        let spans: Vec<String> = list(open, "open")
            .iter()
            .map(|span| format!("{}-{}", text(span, "from"), text(span, "to")))
            .collect();
        spans.join(", ")
    };
    let hours: Vec<String> = list(calendar, "weekly")
        .iter()
        .map(|day| format!("{} {}", text(day, "days"), spans(day)))
        .collect();
    let mut added = Calendar::new(CalendarId::new(id).unwrap(), id);
    added.hours = WeeklyHours::parse(&hours.join("; ")).unwrap();
    added.zone = zone;
    added.holidays = list(calendar, "closed_dates")
        .iter()
        .map(|date| date.as_str().unwrap().parse().unwrap())
        .collect();
    assert!(list(calendar, "special_days").is_empty());
    assert!(model.calendars.push(added));
}

/// Adds a stage; without a team when there is no name for one.
pub fn add_stage(model: &mut Model, id: &str, team: Option<&str>, work: Distribution<WorkTime>) {
    let mut stage = Stage::new(stage_id(id), id);
    stage.stream = Some(StreamId::new("s").unwrap());
    stage.team = team.map(team_id);
    stage.work = Some(work);
    assert!(model.stages.push(stage), "{id}");
}

/// Adds a handoff without delay.
pub fn add_handoff(model: &mut Model, from: &str, to: &str, change: impl FnOnce(&mut Handoff)) {
    let id = HandoffId::new(&format!("{from}--{to}")).unwrap();
    let mut handoff = Handoff::new(id, stage_id(from), stage_id(to));
    handoff.trigger = Trigger::Automatic(ElapsedTime::ZERO);
    change(&mut handoff);
    assert!(model.handoffs.push(handoff), "{id}");
}

/// Adds the stream with its one demand.
pub fn add_demand(model: &mut Model, arrivals: Arrivals, at: &[&str]) {
    let demand = Demand {
        id: DemandId::new("d").unwrap(),
        class: None,
        arrivals,
        at: Vec::new(),
    };
    add_demands(model, vec![demand], at);
}

fn add_demands(model: &mut Model, demands: Vec<Demand>, at: &[&str]) {
    let mut stream = Stream::new(StreamId::new("s").unwrap(), "s");
    for mut demand in demands {
        demand.at = at.iter().map(|&id| stage_id(id)).collect();
        stream.demands.push(demand);
    }
    assert!(model.streams.push(stream));
}

pub fn millis<T: Time>(ms: f64) -> T {
    T::from_millis((ms + 0.5) as u64)
}

fn distribution(work: &Value, unit: f64) -> Distribution<WorkTime> {
    let time = |key: &str| millis::<WorkTime>(number(work, key) * unit);
    match text(work, "dist") {
        "fixed" => Distribution::Fixed(time("value")),
        "exponential" => Distribution::Exponential { mean: time("mean") },
        "uniform" => Distribution::Uniform {
            min: time("low"),
            max: time("high"),
        },
        "triangular" => Distribution::Triangular {
            min: time("low"),
            mode: time("mode"),
            max: time("high"),
        },
        "beta_pert" => Distribution::Pert {
            min: time("low"),
            mode: time("mode"),
            max: time("high"),
        },
        "lognormal" => Distribution::Lognormal {
            mean: time("mean"),
            sd: time("sd"),
        },
        "gamma" => {
            let (shape, scale) = (number(work, "shape"), number(work, "scale") * unit);
            Distribution::Gamma {
                mean: millis(shape * scale),
                sd: millis(shape.sqrt() * scale),
            }
        }
        other => panic!("the distribution {other} is not known"),
    }
}

fn unit_of(model: &Value) -> f64 {
    match text(model, "time_unit") {
        "minute" => 6e4,
        "hour" => 3.6e6,
        "day" => 8.64e7,
        "week" => 6.048e8,
        other => panic!("the unit {other} is not known"),
    }
}

/// Builds the model of a file.
pub fn model(file: &Value) -> Built {
    let unit = unit_of(file);
    if file.get("activities").is_some() {
        return activities(file, unit);
    }
    if file.get("steps").is_some() {
        return steps(file, unit);
    }
    let (start, demands, gap) = demands(file, unit);
    let mut model = empty(&start);
    if let Some(calendars) = file.get("calendars") {
        for (id, calendar) in calendars.as_object().unwrap() {
            add_calendar(&mut model, id, calendar, Zone::default());
        }
    }
    for team in list(file, "teams") {
        add_team(&mut model, team);
    }
    for stage in list(file, "stages") {
        add_stage_of(&mut model, stage, unit);
    }
    let at = if file.get("handoff").is_some() {
        before_and_behind_of(&mut model, &file["handoff"], unit)
    } else if file.get("routes").is_some() {
        routes(&mut model, list(file, "routes"))
    } else {
        post_production(&mut model, list(file, "stages"))
    };
    let at: Vec<&str> = at.iter().map(String::as_str).collect();
    let limit = file["work_in_progress_limit"].as_u64();
    let has_backlog = demands.iter().any(|d| d.arrivals == Arrivals::Backlog);
    if let (true, None, [first]) = (has_backlog, limit, &at[..]) {
        // The next item is at hand when the first stage has room, and not before.
        let first = model.stages.find_mut(stage_id(first)).unwrap();
        first.limit = Some(1);
    }
    add_demands(&mut model, demands, &at);
    if let Some(limit) = limit {
        limit_work_in_progress(&mut model, limit);
    }
    Built { model, unit, gap }
}

/// Lets so many items inside at once.
pub fn limit_work_in_progress(model: &mut Model, limit: u64) {
    let stream = model.streams.find_mut(StreamId::new("s").unwrap()).unwrap();
    stream.wip_limit = Some(limit as u32);
}

/// Adds a stage as a file describes it.
fn add_stage_of(model: &mut Model, stage: &Value, unit: f64) {
    let id = text(stage, "id");
    let priced = stage.get("cost_per_work_hour").and_then(Value::as_f64);
    let mut team = stage["team"].as_str().map(str::to_owned);
    if let Some(cost) = priced {
        // Hours cost something when somebody works them: where nobody ever waits, more people than
        // ever work at once.
        let owner = team.get_or_insert_with(|| {
            let mut many = Team::new(team_id(id), id);
            many.people = 1_000_000;
            assert!(model.teams.push(many));
            id.to_owned()
        });
        let owner = model.teams.find_mut(team_id(owner)).unwrap();
        assert!(owner.cost_per_hour.is_none(), "one price for one team");
        owner.cost_per_hour = Money::new(cost);
    }
    add_stage(
        model,
        id,
        team.as_deref(),
        distribution(&stage["work"], unit),
    );
    let added = model.stages.find_mut(stage_id(id)).unwrap();
    added.limit = stage["limit"].as_u64().map(|limit| limit as u32);
    if let Some(buffer) = stage["buffer_before"].as_u64() {
        // The item in work is at the stage too.
        added.limit = Some(buffer as u32 + 1);
    }
    if stage["queue_order"]
        .as_str()
        .is_some_and(|order| order.starts_with("lowest priority number first"))
    {
        let team = model.teams.find_mut(team_id(&team.unwrap())).unwrap();
        team.discipline = Discipline::Priority;
    }
}

fn add_team(model: &mut Model, team: &Value) {
    let id = text(team, "id");
    let mut added = Team::new(team_id(id), id);
    added.people = number(team, "members") as u32;
    if let Some(calendar) = team["calendar"].as_str() {
        added.calendar = Some(CalendarId::new(calendar).unwrap());
    }
    if let Some(hours) = team["hours_per_week_each"].as_f64() {
        // Five days of equal length, from midnight on.
        let minutes = (hours * 12.0).round() as u32;
        let until = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let mut calendar = Calendar::new(CalendarId::new(id).unwrap(), id);
        calendar.hours = WeeklyHours::parse(&format!("Mon-Fri 00:00-{until}")).unwrap();
        added.calendar = Some(calendar.id);
        assert!(model.calendars.push(calendar));
    }
    assert!(model.teams.push(added));
}

/// Returns the start of the simulation, the demands and the mean gap in milliseconds.
fn demands(file: &Value, unit: f64) -> (String, Vec<Demand>, f64) {
    let demand = |id: &str, class: Option<Class>, arrivals: Arrivals| Demand {
        id: DemandId::new(id).unwrap(),
        class,
        arrivals,
        at: Vec::new(),
    };
    if let Some(classes) = file["arrivals"].as_array() {
        let mut start = String::new();
        let (mut rate, mut demands) = (0.0, Vec::new());
        for of_class in classes {
            let name = text(of_class, "class");
            let mut class = Class::new(ClassId::new(name).unwrap(), name);
            class.priority = of_class["priority"]
                .as_i64()
                .map(|priority| priority as i32);
            let (at, arrivals, gap) = arrivals(of_class, unit);
            // The work is that of the stage.
            let stages = list(file, "stages");
            assert!(stages.iter().all(|stage| stage["work"] == of_class["work"]));
            demands.push(demand(name, Some(class), arrivals));
            rate += 1.0 / gap;
            start = at;
        }
        return (start, demands, 1.0 / rate);
    }
    let (start, arrivals, gap) = arrivals(&file["arrivals"], unit);
    (start, vec![demand("d", None, arrivals)], gap)
}

/// Returns the start of the simulation, the arrivals and the mean gap in milliseconds.
fn arrivals(arrivals: &Value, unit: f64) -> (String, Arrivals, f64) {
    let start = "2026-01-05".to_owned();
    let every = |gap: Distribution<ElapsedTime>, mean: f64| {
        (start.clone(), Arrivals::Every { gap, batch: 1 }, mean)
    };
    // "One at a time", "any rate": nobody waits for another, so one every unit will do.
    let Some(process) = arrivals["process"].as_str() else {
        let words = arrivals.as_str().unwrap_or_default();
        if words.starts_with("unlimited supply") || words.starts_with("constant work in progress") {
            // An item each unit is about what comes out.
            return (start, Arrivals::Backlog, unit);
        }
        return every(Distribution::Fixed(millis(unit)), unit);
    };
    let poisson = |gap: f64| every(Distribution::Exponential { mean: millis(gap) }, gap);
    match process {
        "poisson" => poisson(unit / number(arrivals, "rate")),
        "any" => poisson(6.048e8 / number(arrivals, "rate_per_week")),
        "fixed_interval" => {
            let gap = number(arrivals, "interval") * unit;
            every(Distribution::Fixed(millis(gap)), gap)
        }
        "given" => {
            let times = list(arrivals, "times");
            let first = times[0].as_str().map(|first| first[..10].to_owned());
            let start = first.unwrap_or(start);
            let zero = parse_date_time(&start).unwrap();
            let date = |time: &Value| -> DateTime {
                match time.as_str() {
                    Some(date) => parse_date_time(date).unwrap(),
                    None => {
                        let ms = (time.as_f64().unwrap() * unit) as i64;
                        zero.checked_add(jiff::SignedDuration::from_millis(ms))
                            .unwrap()
                    }
                }
            };
            let dates = times.iter().map(date).collect();
            (start, Arrivals::Dates(dates), 0.0)
        }
        other => panic!("arrivals of the kind {other} are not known"),
    }
}

/// A stage before and one behind the handoff that the file is about.
fn before_and_behind_of(model: &mut Model, handoff: &Value, unit: f64) -> Vec<String> {
    match text(handoff, "kind") {
        "periodic" => {
            let period = number(handoff, "period") * unit;
            assert_eq!(number(handoff, "first_at") * unit, period);
            before_and_behind(model, Rhythm::Every(millis(period)));
            vec!["before".to_owned()]
        }
        "batch_of" => {
            // An automatic stage of no work.
            add_stage(model, GATHER, None, Distribution::Fixed(WorkTime::ZERO));
            let stage = model.stages.find_mut(stage_id(GATHER)).unwrap();
            stage.batch = Some(Batch {
                size: number(handoff, "size") as u32,
                longest_wait: None,
            });
            vec![GATHER.to_owned()]
        }
        other => panic!("handoffs of the kind {other} are not known"),
    }
}

/// The stage that stands for a handoff in batches.
pub const GATHER: &str = "gather";

fn before_and_behind(model: &mut Model, rhythm: Rhythm) {
    for id in ["before", "behind"] {
        add_stage(model, id, None, Distribution::Fixed(WorkTime::ZERO));
    }
    add_handoff(model, "before", "behind", |handoff| {
        handoff.trigger = Trigger::Scheduled {
            rhythm,
            zone: None,
            slots: None,
        };
    });
}

/// Items at given dates that wait for weekly meetings.
pub fn meetings(file: &Value) -> Built {
    let cases = list(file, "cases");
    let dates: Vec<DateTime> = cases
        .iter()
        .map(|case| parse_date_time(text(case, "arrives")).unwrap())
        .collect();
    let mut model = empty(&text(&cases[0], "arrives")[..10]);
    let slots: Vec<String> = list(&file["model"]["handoff"], "meetings")
        .iter()
        .map(|meeting| format!("{} {}", text(meeting, "day"), text(meeting, "at")))
        .collect();
    before_and_behind(&mut model, Rhythm::parse(&slots.join("; ")).unwrap());
    add_demand(&mut model, Arrivals::Dates(dates), &["before"]);
    Built {
        model,
        unit: 3.6e6,
        gap: 0.0,
    }
}

/// Ways between stages. Returns where items arrive.
///
/// A way is rework when it leaves a stage that is also left for the end and leads to one from which
/// that stage can be reached: then what is not sent back goes on.
fn routes(model: &mut Model, routes: &[Value]) -> Vec<String> {
    const OUTSIDE: [&str; 2] = ["start", "end"];
    let pairs: Vec<(&str, &str)> = routes
        .iter()
        .filter_map(|route| Some((route["from"].as_str()?, route["to"].as_str()?)))
        .collect();
    let reaches = |from: &str, to: &str| {
        let mut seen = BTreeSet::from([from]);
        let mut next = vec![from];
        while let Some(stage) = next.pop() {
            for &(_, on) in pairs.iter().filter(|pair| pair.0 == stage) {
                if seen.insert(on) {
                    next.push(on);
                }
            }
        }
        seen.contains(to)
    };
    let mut arrives = Vec::new();
    for route in routes {
        let probability = route["probability"].as_f64().unwrap_or(1.0);
        let names = |key: &str| -> Vec<String> {
            let names = list(route, key).iter();
            names
                .map(|name| name.as_str().unwrap().to_owned())
                .collect()
        };
        let from = match route["from"].as_str() {
            Some(from) => vec![from.to_owned()],
            None => names("join_from"),
        };
        let to = match route["to"].as_str() {
            Some(to) => vec![to.to_owned()],
            None => names("fork_to"),
        };
        if to == ["end"] {
            continue;
        }
        if from == ["start"] {
            arrives = to;
            continue;
        }
        if from.len() > 1 {
            model.stages.find_mut(stage_id(&to[0])).unwrap().entry = Entry::All;
        }
        if to.len() > 1 {
            model.stages.find_mut(stage_id(&from[0])).unwrap().exit = Exit::TakeAll;
        }
        let most_visits = route["max_total_visits_to_edit"].as_u64();
        for from in &from {
            for to in &to {
                assert!(!OUTSIDE.contains(&to.as_str()));
                let is_rework = pairs.contains(&(from, "end")) && reaches(to, from);
                add_handoff(model, from, to, |handoff| {
                    handoff.share = Share::new(probability);
                    if is_rework {
                        // So many visits are one less times back.
                        let at_most = most_visits.map(|most| most as u32 - 1);
                        handoff.kind = HandoffKind::Rework { at_most };
                    }
                });
            }
        }
    }
    arrives
}

/// The stages of the file about capacity: edit, review, a fix where review finds something, QC.
fn post_production(model: &mut Model, stages: &[Value]) -> Vec<String> {
    let visits: BTreeMap<&str, f64> = stages
        .iter()
        .map(|stage| (text(stage, "id"), number(stage, "mean_visits_per_item")))
        .collect();
    let back = visits["fix"] / visits["review"];
    add_handoff(model, "edit", "review", |_| {});
    add_handoff(model, "review", "fix", |handoff| {
        handoff.kind = HandoffKind::Rework { at_most: None };
        handoff.share = Share::new(back);
    });
    add_handoff(model, "fix", "review", |_| {});
    add_handoff(model, "review", "qc", |_| {});
    assert!((visits["edit"] - 1.0).abs() + (visits["qc"] - 1.0).abs() < 1e-12);
    assert!((visits["review"] - 1.0 / (1.0 - back)).abs() < 1e-12);
    vec!["edit".to_owned()]
}

/// Activities, each of which begins when all it comes after are finished.
fn activities(file: &Value, unit: f64) -> Built {
    let mut model = empty("2026-01-05");
    let all = list(file, "activities");
    let mut begin = Vec::new();
    for activity in all {
        let work = match activity.get("work") {
            Some(work) => distribution(work, unit),
            None => Distribution::Fixed(millis(number(activity, "duration") * unit)),
        };
        let id = text(activity, "id");
        add_stage(&mut model, id, None, work);
        let stage = model.stages.find_mut(stage_id(id)).unwrap();
        stage.exit = Exit::TakeAll;
        let after = list(activity, "after");
        if after.len() > 1 {
            stage.entry = Entry::All;
        }
        if after.is_empty() {
            begin.push(id);
        }
    }
    for activity in all {
        for after in list(activity, "after") {
            add_handoff(
                &mut model,
                after.as_str().unwrap(),
                text(activity, "id"),
                |_| {},
            );
        }
    }
    let is_random = all.iter().any(|activity| activity.get("work").is_some());
    let arrivals = if is_random {
        Arrivals::Every {
            gap: Distribution::Fixed(millis(unit)),
            batch: 1,
        }
    } else {
        Arrivals::Dates(vec![parse_date_time("2026-01-05").unwrap()])
    };
    add_demand(&mut model, arrivals, &begin);
    Built {
        model,
        unit,
        gap: if is_random { unit } else { 0.0 },
    }
}

/// Steps one after another, each with a wait in front.
fn steps(file: &Value, unit: f64) -> Built {
    let mut model = empty("2026-01-05");
    add_stage(
        &mut model,
        "door",
        None,
        Distribution::Fixed(WorkTime::ZERO),
    );
    let mut before = "door";
    for step in list(file, "steps") {
        let id = text(step, "step");
        let work = number(step, "process_time") * unit;
        let wait = number(step, "lead_time") * unit - work;
        add_stage(&mut model, id, None, Distribution::Fixed(millis(work)));
        let stage = model.stages.find_mut(stage_id(id)).unwrap();
        stage.ca = Share::new(number(step, "complete_and_accurate"));
        add_handoff(&mut model, before, id, |handoff| {
            handoff.trigger = Trigger::Manual(Distribution::Fixed(millis(wait)));
        });
        before = id;
    }
    let arrivals = Arrivals::Dates(vec![parse_date_time("2026-01-05").unwrap()]);
    add_demand(&mut model, arrivals, &["door"]);
    Built {
        model,
        unit,
        gap: 0.0,
    }
}
