//! The inspector of stages.

use egui::{Id, Ui};

use crate::app::command::Command;
use crate::app::fields::{
    TextField, capitalized, choice_row_ui, names, optional, remark_ui, shown, text_row_ui,
    whole_number,
};
use crate::model::{
    Automation, Batch, Change, Clock, Distribution, ElapsedTime, Entry, Evidence, EvidenceKind,
    Exit, Model, Money, Phase, ReworkWork, Share, Span, Stage, StageChange, StageField, TextError,
    Time as _, Value, WorkTime,
};

use super::{heading_ui, section_ui};

/// Draws the form of a stage.
pub fn stage_ui(ui: &mut Ui, model: &Model, stage: &Stage, commands: &mut Vec<Command>) {
    let id = Id::unique(("stage", stage.id));
    let mut set = |label: &str, field: StageField| {
        commands.push(Command::edit(
            label,
            Change::Stage(StageChange::Set {
                stages: vec![stage.id],
                field,
            }),
        ));
    };
    heading_ui(ui, "Stage", &stage.name);

    if let Some(name) = text_row_ui(
        ui,
        id.with("name"),
        "Name",
        &stage.name,
        TextField::default(),
        not_empty,
    ) {
        set("Rename stage", StageField::Name(name));
    }
    let teams: Vec<_> = std::iter::once((None, "nobody"))
        .chain(
            model
                .teams
                .iter()
                .map(|team| (Some(team.id), team.name.as_str())),
        )
        .collect();
    if let Some(team) = choice_row_ui(ui, id.with("team"), "Owner", &stage.team, &teams) {
        set("Set owner", StageField::Team(team));
    }
    owner_remark_ui(ui, model, stage);

    let (day, week) = model.day_and_week_of(stage);
    let work = shown(stage.work.as_ref());
    let field = TextField {
        hint: "3d, or triangular(4h, 1d, 2d)",
        lines: 1,
    };
    if let Some(work) = text_row_ui(ui, id.with("work"), "Work", &work, field, |text| {
        optional(text, |text| work_in_order(text, day, week))
    }) {
        set("Set work time", StageField::Work(work));
    }
    work_remark_ui(ui, stage, day, week);

    let ca = stage.ca.map_or_else(String::new, |ca| ca.to_string());
    let field = TextField {
        hint: "85%",
        lines: 1,
    };
    if let Some(ca) = text_row_ui(ui, id.with("ca"), "%C&A", &ca, field, |text| {
        optional(text, Share::parse)
    }) {
        set("Set %C&A", StageField::Ca(ca));
    }
    if let Some(ca) = stage.ca.filter(|ca| ca.get() < 1.0) {
        let rest = Share::new(1.0 - ca.get()).expect("a share's complement is a share");
        remark_ui(
            ui,
            &format!("{rest} of what it hands on cannot be used as it is"),
        );
    }

    let crew = stage.crew.to_string();
    if let Some(crew) = text_row_ui(
        ui,
        id.with("crew"),
        "Crew",
        &crew,
        TextField::default(),
        |text| whole_number(text, 1),
    ) {
        set("Set crew", StageField::Crew(crew));
    }

    let phases: Vec<_> = std::iter::once((None, "none".to_owned()))
        .chain(own_phases(model).into_iter().map(|phase| {
            let name = phase.name().to_owned();
            (Some(phase), name)
        }))
        .collect();
    let phases: Vec<_> = phases
        .iter()
        .map(|(phase, name)| (phase.clone(), name.as_str()))
        .collect();
    if let Some(phase) = choice_row_ui(ui, id.with("phase"), "Phase", &stage.phase, &phases) {
        set("Set phase", StageField::Phase(phase));
    }
    if model.streams.len() > 1 {
        let streams: Vec<_> = std::iter::once((None, "none"))
            .chain(
                model
                    .streams
                    .iter()
                    .map(|stream| (Some(stream.id), stream.name.as_str())),
            )
            .collect();
        if let Some(stream) =
            choice_row_ui(ui, id.with("stream"), "Stream", &stage.stream, &streams)
        {
            set("Set stream", StageField::Stream(stream));
        }
    }

    section_ui(ui, id.with("flow"), "Ways in and out", true, |ui| {
        let entries = [
            (Entry::Any, "any way in"),
            (Entry::All, "all ways in (a join)"),
        ];
        if let Some(entry) =
            choice_row_ui(ui, id.with("entry"), "Starts after", &stage.entry, &entries)
        {
            set("Set entry", StageField::Entry(entry));
        }
        let exits = [
            (Exit::ChooseOne, "one way out, by share"),
            (Exit::TakeAll, "all ways out (a fork)"),
        ];
        if let Some(exit) = choice_row_ui(ui, id.with("exit"), "Goes on over", &stage.exit, &exits)
        {
            set("Set exit", StageField::Exit(exit));
        }
    });

    section_ui(ui, id.with("facts"), "Facts", true, |ui| {
        let automations = [
            (None, "as the owner says"),
            (Some(Automation::Manual), "manual"),
            (Some(Automation::Assisted), "assisted"),
            (Some(Automation::Automatic), "automatic"),
        ];
        if let Some(automation) = choice_row_ui(
            ui,
            id.with("automation"),
            "Automation",
            &stage.automation,
            &automations,
        ) {
            set("Set automation", StageField::Automation(automation));
        }
        let values = [
            (None, "not said"),
            (Some(Value::Adds), "adds value"),
            (Some(Value::Necessary), "necessary"),
            (Some(Value::Waste), "waste"),
        ];
        if let Some(value) = choice_row_ui(ui, id.with("value"), "Value", &stage.value, &values) {
            set("Set value", StageField::Value(value));
        }
        let systems = stage.systems.join(", ");
        let field = TextField {
            hint: "Rights system, mail",
            lines: 1,
        };
        if let Some(systems) =
            text_row_ui(ui, id.with("systems"), "Systems", &systems, field, |text| {
                Ok(names(text))
            })
        {
            set("Set systems", StageField::Systems(systems));
        }
        let stakeholders = stage.stakeholders.join(", ");
        let field = TextField {
            hint: "Producer, Counsel",
            lines: 1,
        };
        if let Some(stakeholders) = text_row_ui(
            ui,
            id.with("stakeholders"),
            "Touchpoints",
            &stakeholders,
            field,
            |text| Ok(names(text)),
        ) {
            set("Set touchpoints", StageField::Stakeholders(stakeholders));
        }
        let cost = shown(stage.cost.as_ref());
        let field = TextField {
            hint: "per visit",
            lines: 1,
        };
        if let Some(cost) = text_row_ui(ui, id.with("cost"), "Cost", &cost, field, |text| {
            optional(text, Money::parse)
        }) {
            set("Set cost", StageField::Cost(cost));
        }
        let satisfaction = shown(stage.satisfaction.as_ref());
        let field = TextField {
            hint: "1 to 5",
            lines: 1,
        };
        if let Some(satisfaction) = text_row_ui(
            ui,
            id.with("satisfaction"),
            "Satisfaction",
            &satisfaction,
            field,
            |text| optional(text, one_to_five),
        ) {
            set("Set satisfaction", StageField::Satisfaction(satisfaction));
        }
        let shown_priority = stage.priority.to_string();
        if let Some(priority) = text_row_ui(
            ui,
            id.with("priority"),
            "Priority",
            &shown_priority,
            TextField::default(),
            priority,
        ) {
            set("Set priority", StageField::Priority(priority));
        }
        if let Some(evidence) = evidence_rows_ui(ui, id, stage.evidence.as_ref()) {
            set("Set evidence", StageField::Evidence(evidence));
        }
        let field = TextField { hint: "", lines: 3 };
        if let Some(notes) =
            text_row_ui(ui, id.with("notes"), "Notes", &stage.notes, field, |text| {
                Ok(text.to_owned())
            })
        {
            set("Edit notes", StageField::Notes(notes));
        }
    });

    section_ui(ui, id.with("later"), "Not simulated yet", false, |ui| {
        later_ui(ui, id, stage, &mut set);
    });
}

/// Draws the fields that the engine does not obey yet.
fn later_ui(ui: &mut Ui, id: Id, stage: &Stage, set: &mut impl FnMut(&str, StageField)) {
    let copies = stage.copies.to_string();
    if let Some(copies) = text_row_ui(
        ui,
        id.with("copies"),
        "Copies",
        &copies,
        TextField::default(),
        |text| whole_number(text, 1),
    ) {
        set("Set copies", StageField::Copies(copies));
    }
    let enough = shown(stage.enough.as_ref());
    let field = TextField {
        hint: "all",
        lines: 1,
    };
    if let Some(enough) = text_row_ui(ui, id.with("enough"), "Enough", &enough, field, |text| {
        optional(text, |text| whole_number(text, 1))
    }) {
        set("Set enough", StageField::Enough(enough));
    }
    let batch = stage
        .batch
        .map_or_else(String::new, |batch| batch.size.to_string());
    let longest_wait = stage.batch.and_then(|batch| batch.longest_wait);
    if let Some(size) = text_row_ui(
        ui,
        id.with("batch"),
        "Batch",
        &batch,
        TextField::default(),
        |text| optional(text, |text| whole_number(text, 1)),
    ) {
        set(
            "Set batch",
            StageField::Batch(size.map(|size| Batch { size, longest_wait })),
        );
    }
    if let Some(batch) = stage.batch {
        let wait = shown(batch.longest_wait.as_ref());
        if let Some(longest_wait) = text_row_ui(
            ui,
            id.with("wait"),
            "Longest wait",
            &wait,
            TextField::default(),
            |text| optional(text, ElapsedTime::parse),
        ) {
            set(
                "Set batch",
                StageField::Batch(Some(Batch {
                    longest_wait,
                    ..batch
                })),
            );
        }
    }
    let setup = shown(stage.setup.as_ref());
    if let Some(setup) = text_row_ui(
        ui,
        id.with("setup"),
        "Setup",
        &setup,
        TextField::default(),
        |text| optional(text, Distribution::<WorkTime>::parse),
    ) {
        set("Set setup", StageField::Setup(setup));
    }
    let limit = shown(stage.limit.as_ref());
    if let Some(limit) = text_row_ui(
        ui,
        id.with("limit"),
        "Limit",
        &limit,
        TextField::default(),
        |text| optional(text, |text| whole_number(text, 1)),
    ) {
        set("Set limit", StageField::Limit(limit));
    }
    let availability = shown(stage.availability.as_ref());
    if let Some(availability) = text_row_ui(
        ui,
        id.with("availability"),
        "Availability",
        &availability,
        TextField::default(),
        |text| optional(text, Share::parse),
    ) {
        set("Set availability", StageField::Availability(availability));
    }
    let rework = match &stage.rework_work {
        None => String::new(),
        Some(ReworkWork::Factor(factor)) => factor.to_string(),
        Some(ReworkWork::Work(work)) => work.to_string(),
    };
    let field = TextField {
        hint: "0.4, or 2h",
        lines: 1,
    };
    if let Some(rework) = text_row_ui(
        ui,
        id.with("rework"),
        "Work again",
        &rework,
        field,
        |text| optional(text, rework_work),
    ) {
        set("Set work of later passes", StageField::ReworkWork(rework));
    }
}

/// Draws how figures are known. Returns the new evidence when it changed.
pub fn evidence_rows_ui(
    ui: &mut Ui,
    id: Id,
    evidence: Option<&Evidence>,
) -> Option<Option<Evidence>> {
    let kind = evidence.map(|evidence| evidence.kind);
    let kinds = [
        (None, "not said"),
        (Some(EvidenceKind::Measured), "measured"),
        (Some(EvidenceKind::Estimated), "estimated"),
        (Some(EvidenceKind::Guessed), "guessed"),
    ];
    let by = evidence.map_or("", |evidence| evidence.by.as_str());
    let mut changed = None;
    if let Some(kind) = choice_row_ui(ui, id.with("evidence"), "Figures are", &kind, &kinds) {
        changed = Some(kind.map(|kind| Evidence {
            kind,
            by: by.to_owned(),
        }));
    }
    if let Some(kind) = kind {
        let field = TextField {
            hint: "who says so, or where it was read",
            lines: 1,
        };
        if let Some(by) = text_row_ui(ui, id.with("evidence-by"), "by", by, field, |text| {
            Ok(text.to_owned())
        }) {
            changed = Some(Some(Evidence { kind, by }));
        }
    }
    changed
}

/// Reads a name, which must not be empty.
pub fn not_empty(text: &str) -> Result<String, TextError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        Err(TextError::new(0..text.len(), "a name is expected here"))
    } else {
        Ok(trimmed.to_owned())
    }
}

/// Reads a priority.
pub fn priority(text: &str) -> Result<i32, TextError> {
    text.trim().parse::<i32>().map_err(|_not_a_number| {
        TextError::new(0..text.len(), "a whole number is expected here").hint("lower goes first")
    })
}

/// Reads a score from 1 to 5.
pub fn one_to_five(text: &str) -> Result<u8, TextError> {
    match whole_number(text, 1) {
        Ok(number @ 1..=5) => Ok(number as u8),
        _ => Err(TextError::new(
            0..text.len(),
            "a whole number from 1 to 5 is expected here",
        )),
    }
}

fn rework_work(text: &str) -> Result<ReworkWork, TextError> {
    match text.trim().replace(',', ".").parse::<f64>() {
        Ok(factor) if factor.is_finite() && factor >= 0.0 => Ok(ReworkWork::Factor(factor)),
        _ => Distribution::parse(text).map(ReworkWork::Work),
    }
}

fn work_in_order(text: &str, day: Span, week: Span) -> Result<Distribution<WorkTime>, TextError> {
    let work = Distribution::parse(text)?;
    match work.fault(day, week) {
        None => Ok(work),
        Some(fault) => Err(TextError::new(0..text.len(), fault)),
    }
}

/// The standard phases and those that the model has of its own.
pub fn own_phases(model: &Model) -> Vec<Phase> {
    let mut phases = Phase::STANDARD.to_vec();
    for phase in model.stages.iter().filter_map(|stage| stage.phase.as_ref()) {
        if !phases.contains(phase) {
            phases.push(phase.clone());
        }
    }
    phases
}

fn owner_remark_ui(ui: &mut Ui, model: &Model, stage: &Stage) {
    let Some(team) = stage.team.and_then(|team| model.teams.find(team)) else {
        remark_ui(ui, "runs around the clock; nobody has to be free for it");
        return;
    };
    let people = if team.people == 1 {
        "1 person".to_owned()
    } else {
        format!("{} people", team.people)
    };
    let hours = match team
        .calendar
        .and_then(|calendar| model.calendars.find(calendar))
    {
        Some(calendar) => calendar.name.clone(),
        None => "always open".to_owned(),
    };
    remark_ui(ui, &format!("{people}, {hours}"));
}

fn work_remark_ui(ui: &mut Ui, stage: &Stage, day: Span, week: Span) {
    let kind = match &stage.work {
        None => {
            remark_ui(ui, "no work time yet");
            return;
        }
        Some(Distribution::Fixed(_)) => "always the same",
        Some(Distribution::Triangular { .. } | Distribution::Pert { .. }) => "three-point",
        Some(Distribution::Samples(_)) => "measured values",
        Some(work) => work.name(),
    };
    let clock = match Distribution::<WorkTime>::default().clock() {
        Clock::Work if stage.team.is_some() => "working hours",
        _ => "around the clock",
    };
    let day = ElapsedTime(day);
    let week = Span(week.0);
    remark_ui(
        ui,
        &format!(
            "{}, {clock}: a day is {day}, a week {week}",
            capitalized(kind)
        ),
    );
}
