//! The inspectors of streams and of the model as a whole.

use std::sync::Arc;

use egui::{Id, Ui};

use crate::app::command::Command;
use crate::app::fields::{
    TextField, choice_row_ui, optional, remark_ui, shown, text_row_ui, whole_number,
};
use crate::app::names::link_ui;
use crate::edit::FreshIds;
use crate::model::{
    Arrivals, At, Calendar, CalendarChange, Change, Class, ClassId, Demand, DemandField,
    Distribution, ElapsedTime, Id as _, LaneMode, Model, ModelChange, Money, Share, Slug, Stream,
    StreamChange, StreamField, Target, Team, TeamChange, TextError, Time as _, WeeklyHours,
    parse_date_time, print_date_time,
};

use super::stage::not_empty;
use super::{heading_ui, section_ui};

/// Draws the form of a stream.
pub fn stream_ui(ui: &mut Ui, model: &Model, stream: &Stream, commands: &mut Vec<Command>) {
    let id = Id::unique(("stream", stream.id));
    let set = |commands: &mut Vec<Command>, label: &str, field: StreamField| {
        commands.push(Command::edit(
            label,
            Change::Stream(StreamChange::Set {
                stream: stream.id,
                field,
            }),
        ));
    };
    heading_ui(ui, "Stream", &stream.name);
    if let Some(name) = text_row_ui(
        ui,
        id.with("name"),
        "Name",
        &stream.name,
        TextField::default(),
        not_empty,
    ) {
        set(commands, "Rename stream", StreamField::Name(name));
    }
    let field = TextField {
        hint: "title, episode",
        lines: 1,
    };
    if let Some(item) = text_row_ui(
        ui,
        id.with("item"),
        "One item is a",
        &stream.item,
        field,
        |text| Ok(text.trim().to_owned()),
    ) {
        set(commands, "Set item", StreamField::Item(item));
    }
    let target = match stream.target {
        None => String::new(),
        Some(Target::LeadTime(time)) => time.to_string(),
        Some(Target::Date(date)) => print_date_time(date),
    };
    let field = TextField {
        hint: "14d, or 2026-09-01 09:00",
        lines: 1,
    };
    if let Some(target) = text_row_ui(ui, id.with("target"), "Target", &target, field, |text| {
        optional(text, parse_target)
    }) {
        set(commands, "Set target", StreamField::Target(target));
    }
    let cost = shown(stream.cost_of_delay.as_ref());
    let field = TextField {
        hint: "per item and day",
        lines: 1,
    };
    if let Some(cost) = text_row_ui(ui, id.with("cost"), "Cost of delay", &cost, field, |text| {
        optional(text, Money::parse)
    }) {
        set(
            commands,
            "Set cost of delay",
            StreamField::CostOfDelay(cost),
        );
    }
    let priority = stream.priority.to_string();
    if let Some(priority) = text_row_ui(
        ui,
        id.with("priority"),
        "Priority",
        &priority,
        TextField::default(),
        whole,
    ) {
        set(commands, "Set priority", StreamField::Priority(priority));
    }
    let limit = shown(stream.wip_limit.as_ref());
    let field = TextField {
        hint: "no limit",
        lines: 1,
    };
    if let Some(limit) = text_row_ui(ui, id.with("wip"), "WIP limit", &limit, field, |text| {
        optional(text, |text| whole_number(text, 1))
    }) {
        set(commands, "Set WIP limit", StreamField::WipLimit(limit));
    }
    for demand in &stream.demands {
        demand_ui(ui, id.with(demand.id), model, stream, demand, commands);
    }
    ui.add_space(8.0);
    if ui.button("Add a demand").clicked() {
        let demand = Demand {
            id: FreshIds::new(model).demand("demand"),
            class: None,
            arrivals: Arrivals::Every {
                gap: Distribution::parse("exponential(1d)").expect("a distribution"),
                batch: 1,
            },
            at: Vec::new(),
        };
        let change = StreamChange::AddDemand {
            stream: stream.id,
            demand: Arc::new(demand),
        };
        commands.push(Command::edit("Add demand", Change::Stream(change)));
    }
}

fn demand_ui(
    ui: &mut Ui,
    id: Id,
    model: &Model,
    stream: &Stream,
    demand: &Demand,
    commands: &mut Vec<Command>,
) {
    let set = |commands: &mut Vec<Command>, label: &str, field: DemandField| {
        let change = StreamChange::SetDemand {
            stream: stream.id,
            demand: demand.id,
            field,
        };
        commands.push(Command::edit(label, Change::Stream(change)));
    };
    let title = demand.class.as_ref().map_or_else(
        || "Demand".to_owned(),
        |class| format!("Demand: {}", class.name),
    );
    section_ui(ui, id.with("section"), &title, true, |ui| {
        let kinds = [
            (0, "one after another"),
            (1, "at given dates"),
            (2, "always one waiting"),
        ];
        let kind = match demand.arrivals {
            Arrivals::Every { .. } => 0,
            Arrivals::Dates(_) => 1,
            Arrivals::Backlog => 2,
        };
        if let Some(kind) = choice_row_ui(ui, id.with("kind"), "Items arrive", &kind, &kinds) {
            let arrivals = match kind {
                0 => Arrivals::Every {
                    gap: Distribution::parse("exponential(1d)").expect("a distribution"),
                    batch: 1,
                },
                1 => Arrivals::Dates(vec![model.settings.start.at]),
                _ => Arrivals::Backlog,
            };
            set(commands, "Set arrivals", DemandField::Arrivals(arrivals));
        }
        match &demand.arrivals {
            Arrivals::Every { gap, batch } => {
                let field = TextField {
                    hint: "exponential(1d)",
                    lines: 1,
                };
                if let Some(gap) = text_row_ui(
                    ui,
                    id.with("gap"),
                    "One every",
                    &gap.to_string(),
                    field,
                    Distribution::<ElapsedTime>::parse,
                ) {
                    set(
                        commands,
                        "Set time between arrivals",
                        DemandField::Arrivals(Arrivals::Every { gap, batch: *batch }),
                    );
                }
                let size = batch.to_string();
                if let Some(batch) = text_row_ui(
                    ui,
                    id.with("batch"),
                    "at a time",
                    &size,
                    TextField::default(),
                    |text| whole_number(text, 1),
                ) {
                    set(
                        commands,
                        "Set items at a time",
                        DemandField::Arrivals(Arrivals::Every {
                            gap: gap.clone(),
                            batch,
                        }),
                    );
                }
            }
            Arrivals::Dates(dates) => {
                let text: Vec<String> = dates.iter().map(|&date| print_date_time(date)).collect();
                let field = TextField {
                    hint: "2026-03-05 09:00",
                    lines: 3,
                };
                if let Some(dates) = text_row_ui(
                    ui,
                    id.with("dates"),
                    "Dates",
                    &text.join("\n"),
                    field,
                    |text| {
                        text.split([',', '\n'])
                            .filter(|part| !part.trim().is_empty())
                            .map(parse_date_time)
                            .collect()
                    },
                ) {
                    set(
                        commands,
                        "Set dates",
                        DemandField::Arrivals(Arrivals::Dates(dates)),
                    );
                }
            }
            Arrivals::Backlog => remark_ui(ui, "Not simulated yet."),
        }
        let class = demand
            .class
            .as_ref()
            .map_or("", |class| class.name.as_str());
        let field = TextField {
            hint: "kind of item, when there are several",
            lines: 1,
        };
        if let Some(class) = text_row_ui(ui, id.with("class"), "Class", class, field, |text| {
            let name = text.trim();
            let class = || Class::new(ClassId::from_slug(Slug::from_name(name, "class")), name);
            Ok((!name.is_empty()).then(class))
        }) {
            set(commands, "Set class", DemandField::Class(class));
        }
        let names: Vec<&str> = demand
            .at
            .iter()
            .filter_map(|&at| model.stages.find(at))
            .map(|stage| stage.name.as_str())
            .collect();
        let at = if names.is_empty() {
            "where nothing leads to".to_owned()
        } else {
            names.join(", ")
        };
        remark_ui(ui, &format!("arrives at: {at}"));
        if stream.demands.len() > 1 && ui.button("Delete demand").clicked() {
            let change = StreamChange::RemoveDemand {
                stream: stream.id,
                demand: demand.id,
            };
            commands.push(Command::edit("Delete demand", Change::Stream(change)));
        }
    });
}

/// Draws the form of the model: its name, settings, streams, teams and calendars.
pub fn model_ui(ui: &mut Ui, model: &Model, commands: &mut Vec<Command>) {
    let id = Id::unique("model");
    let set = |commands: &mut Vec<Command>, label: &str, change: ModelChange| {
        commands.push(Command::edit(label, Change::Model(change)));
    };
    heading_ui(
        ui,
        "Model",
        if model.name.is_empty() {
            "Untitled"
        } else {
            &model.name
        },
    );
    if let Some(name) = text_row_ui(
        ui,
        id.with("name"),
        "Name",
        &model.name,
        TextField::default(),
        |text| Ok(text.trim().to_owned()),
    ) {
        set(commands, "Rename model", ModelChange::Name(name));
    }
    let field = TextField {
        hint: "what it is about",
        lines: 2,
    };
    if let Some(text) = text_row_ui(
        ui,
        id.with("description"),
        "Description",
        &model.description,
        field,
        |text| Ok(text.to_owned()),
    ) {
        set(commands, "Edit description", ModelChange::Description(text));
    }
    let lanes = [
        (LaneMode::None, "none"),
        (LaneMode::Team, "by team"),
        (LaneMode::Phase, "by phase"),
        (LaneMode::Stream, "by stream"),
    ];
    if let Some(lanes) = choice_row_ui(ui, id.with("lanes"), "Lanes", &model.lane_mode, &lanes) {
        set(commands, "Set lanes", ModelChange::LaneMode(lanes));
    }

    section_ui(ui, id.with("streams"), "Streams", true, |ui| {
        for stream in &model.streams {
            if link_ui(ui, &stream.name).clicked() {
                commands.push(Command::Reveal(At::Stream(stream.id)));
            }
        }
        if model.streams.is_empty() {
            ui.weak("The first stage makes one.");
        }
    });
    section_ui(ui, id.with("teams"), "Teams", true, |ui| {
        for team in &model.teams {
            if link_ui(ui, &team.name).clicked() {
                commands.push(Command::Reveal(At::Team(team.id)));
            }
        }
        if ui.button("Add a team").clicked() {
            let team = FreshIds::new(model).team("Team");
            let change = TeamChange::Add {
                team: Arc::new(Team::new(team, "Team")),
                position: None,
            };
            commands.push(Command::edit("Add team", Change::Team(change)));
            commands.push(Command::Reveal(At::Team(team)));
        }
    });
    section_ui(ui, id.with("calendars"), "Calendars", true, |ui| {
        for calendar in &model.calendars {
            if link_ui(ui, &calendar.name).clicked() {
                commands.push(Command::Reveal(At::Calendar(calendar.id)));
            }
        }
        if ui.button("Add a calendar").clicked() {
            let id = FreshIds::new(model).calendar("Office hours");
            let mut calendar = Calendar::new(id, "Office hours");
            calendar.hours =
                WeeklyHours::parse("Mon-Fri 09:00-17:00").expect("hours as the hint shows them");
            let change = CalendarChange::Add {
                calendar: Arc::new(calendar),
                position: None,
            };
            commands.push(Command::edit("Add calendar", Change::Calendar(change)));
            commands.push(Command::Reveal(At::Calendar(id)));
        }
    });
    section_ui(ui, id.with("study"), "Simulation", true, |ui| {
        let settings = &model.settings;
        let horizon = shown(settings.horizon.as_ref());
        let field = TextField {
            hint: "365d",
            lines: 1,
        };
        if let Some(horizon) =
            text_row_ui(ui, id.with("horizon"), "Horizon", &horizon, field, |text| {
                optional(text, ElapsedTime::parse)
            })
        {
            set(commands, "Set horizon", ModelChange::Horizon(horizon));
        }
        let warm_up = shown(settings.warm_up.as_ref());
        let field = TextField {
            hint: "found automatically",
            lines: 1,
        };
        if let Some(warm_up) =
            text_row_ui(ui, id.with("warm-up"), "Warm-up", &warm_up, field, |text| {
                optional(text, ElapsedTime::parse)
            })
        {
            set(commands, "Set warm-up", ModelChange::WarmUp(warm_up));
        }
        let precision = settings.precision.to_string();
        if let Some(precision) = text_row_ui(
            ui,
            id.with("precision"),
            "Precision",
            &precision,
            TextField::default(),
            precision_of,
        ) {
            set(commands, "Set precision", ModelChange::Precision(precision));
        }
        remark_ui(ui, "half width of the mean lead time's 95 % interval");
        let seed = settings.seed.to_string();
        if let Some(seed) = text_row_ui(
            ui,
            id.with("seed"),
            "Seed",
            &seed,
            TextField::default(),
            |text| {
                text.trim().parse::<u64>().map_err(|_not_a_number| {
                    TextError::new(0..text.len(), "a whole number is expected here")
                })
            },
        ) {
            set(commands, "Set seed", ModelChange::Seed(seed));
        }
        if let Some(currency) = text_row_ui(
            ui,
            id.with("currency"),
            "Currency",
            &model.currency,
            TextField::default(),
            not_empty,
        ) {
            set(commands, "Set currency", ModelChange::Currency(currency));
        }
    });
}

fn precision_of(text: &str) -> Result<Share, TextError> {
    let share = Share::parse(text)?;
    if share.get() < 0.001 {
        return Err(TextError::new(
            0..text.len(),
            "a precision below 0.1% would take too long",
        ));
    }
    Ok(share)
}

fn parse_target(text: &str) -> Result<Target, TextError> {
    if text.contains('-') {
        parse_date_time(text).map(Target::Date)
    } else {
        ElapsedTime::parse(text).map(Target::LeadTime)
    }
}

fn whole(text: &str) -> Result<i32, TextError> {
    text.trim().parse::<i32>().map_err(|_not_a_number| {
        TextError::new(0..text.len(), "a whole number is expected here").hint("lower goes first")
    })
}
