//! A drawing as text, and what the text cannot say.

use rustc_hash::FxHashMap;

use crate::model::{
    Automation, Demand, Entry, Exit, Handoff, Model, Stage, StageId, Stream, Team, Trigger,
};

use super::build::{default_arrivals, new_model};
use super::print::{Between, Sheet, Told, print};
use super::shape::{Chain, Plot, Way, chains, flat};

/// A drawing as quick entry says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// The stages, in the order of the text.
    pub stages: Vec<StageId>,
    /// What the drawing has and the text cannot say, a line for each element, without full stops.
    pub unsaid: Vec<String>,
}

impl Said {
    /// Returns whether the text says all of the drawing but where things stand: [`super::enter`]
    /// makes the same stages, teams and handoffs out of it.
    pub fn is_complete(&self) -> bool {
        self.unsaid.is_empty()
    }
}

/// Says the drawing of a whole model. What a model has besides its drawing (how many people a team
/// has, calendars, demands, scenarios) is listed as unsaid.
pub fn say_model(model: &Model) -> Said {
    let stages: Vec<StageId> = model.stages.iter().map(|stage| stage.id).collect();
    let mut said = say(model, &stages);
    said.unsaid
        .extend(model.teams.iter().filter_map(unsaid_of_team));
    said.unsaid
        .extend(model.streams.iter().filter_map(unsaid_of_stream));
    let besides = [
        ("calendar", "calendars", model.calendars.len()),
        ("group", "groups", model.groups.len()),
        ("intervention", "interventions", model.interventions.len()),
        ("scenario", "scenarios", model.scenarios.len()),
        ("view", "views", model.views.len()),
        ("note", "notes", model.notes.len()),
    ];
    for (one, many, count) in besides {
        match count {
            0 => {}
            1 => said.unsaid.push(format!("the {one}")),
            _ => said.unsaid.push(format!("the {count} {many}")),
        }
    }
    said
}

/// Says stages and the handoffs between them, with their teams by name.
///
/// The text is nested as far as series and parallels go. It is tried out before it is returned:
/// where quick entry would make something else of it, that is among what is unsaid.
pub fn say(model: &Model, stages: &[StageId]) -> Said {
    let drawing = Drawing::of(model, stages);
    let mut unsaid = drawing.unsaid(model);
    if drawing.stages.is_empty() {
        return Said {
            text: String::new(),
            stages: Vec::new(),
            unsaid,
        };
    }
    let (nested, all) = (chains(&drawing.plot), flat(&drawing.plot));
    let mut first_fault = None;
    for (chains, quotes_all) in [
        (&nested, false),
        (&nested, true),
        (&all, false),
        (&all, true),
    ] {
        let (text, order) = drawing.printed(chains, quotes_all);
        match drawing.fault_of(&text, &order) {
            None => return drawing.said(text, &order, unsaid),
            Some(fault) => {
                first_fault.get_or_insert((text, order, fault));
            }
        }
    }
    let (text, order, fault) = first_fault.expect("it was tried");
    if unsaid.is_empty() {
        unsaid.push(fault);
    }
    drawing.said(text, &order, unsaid)
}

/// Stages and handoffs by number.
struct Drawing<'m> {
    stages: Vec<Told<'m>>,
    handoffs: Vec<Between<'m>>,
    ways: Vec<usize>,
    plot: Plot,
}

impl<'m> Drawing<'m> {
    fn of(model: &'m Model, stages: &[StageId]) -> Self {
        let mut numbers = FxHashMap::default();
        let mut told = Vec::new();
        for &id in stages {
            if let Some(stage) = model.stages.find(id)
                && numbers.insert(id, told.len()).is_none()
            {
                let team = stage.team.and_then(|team| model.teams.find(team));
                told.push(Told {
                    stage,
                    owner: team.map(|team| team.name.as_str()),
                });
            }
        }
        let between = |handoff: &'m Handoff| {
            Some(Between {
                from: *numbers.get(&handoff.from)?,
                to: *numbers.get(&handoff.to)?,
                handoff,
            })
        };
        let handoffs: Vec<_> = model.handoffs.iter().filter_map(between).collect();
        let ways: Vec<usize> = (0..handoffs.len())
            .filter(|&n| handoffs[n].handoff.is_forward())
            .collect();
        let mut plot = Plot {
            ways: Vec::with_capacity(ways.len()),
            joins: vec![false; told.len()],
            forks: vec![false; told.len()],
        };
        let (mut ins, mut outs) = (vec![0; told.len()], vec![0; told.len()]);
        for &n in &ways {
            let Between { from, to, handoff } = handoffs[n];
            ins[to] += 1;
            outs[from] += 1;
            let share = handoff.share.map(|share| share.get());
            plot.ways.push(Way { from, to, share });
        }
        for (n, told) in told.iter().enumerate() {
            plot.joins[n] = ins[n] > 1 && told.stage.entry == Entry::All;
            plot.forks[n] = outs[n] > 1 && told.stage.exit == Exit::TakeAll;
        }
        Self {
            stages: told,
            handoffs,
            ways,
            plot,
        }
    }

    fn printed(
        &self,
        (chains, left_over): &(Vec<Chain>, Vec<usize>),
        quotes_all: bool,
    ) -> (String, Vec<usize>) {
        let sheet = Sheet {
            stages: &self.stages,
            handoffs: &self.handoffs,
            ways: &self.ways,
            plot: &self.plot,
            quotes_all,
        };
        print(&sheet, chains, left_over)
    }

    fn said(&self, text: String, order: &[usize], unsaid: Vec<String>) -> Said {
        Said {
            text,
            stages: order.iter().map(|&n| self.stages[n].stage.id).collect(),
            unsaid,
        }
    }

    /// Why a text does not make the same drawing, if it does not.
    fn fault_of(&self, text: &str, order: &[usize]) -> Option<String> {
        let made = match new_model(text, "Trial") {
            Ok(made) => made,
            Err(error) => {
                let message = &error.message;
                return Some(format!(
                    "the drawing itself, which no text makes: {message}"
                ));
            }
        };
        let ids: Vec<StageId> = made.stages.iter().map(|stage| stage.id).collect();
        let again = Drawing::of(&made, &ids);
        let place = |n: &usize| order[*n];
        let is_same = again.stages.len() == order.len()
            && order.len() == self.stages.len()
            && (0..order.len()).all(|n| again.features(n) == self.features(order[n]))
            && again.ways_told(place) == self.ways_told(|n| *n);
        (!is_same).then(|| "which names, times and ways belong together".to_owned())
    }

    /// What text can say of a stage.
    fn features(&self, n: usize) -> String {
        let Told { stage, owner } = &self.stages[n];
        let is_automatic = stage.automation == Some(Automation::Automatic);
        let meets = (self.plot.joins[n], self.plot.forks[n]);
        let (name, work, ca) = (&stage.name, &stage.work, stage.ca.map(|ca| ca.to_string()));
        format!("{name:?} {work:?} {ca:?} {is_automatic} {owner:?} {meets:?}")
    }

    /// What text can say of all handoffs, in an order that does not depend on theirs.
    fn ways_told(&self, place: impl Fn(&usize) -> usize) -> Vec<(usize, usize, String)> {
        let told = |between: &Between<'_>| {
            let Handoff {
                kind,
                share,
                trigger,
                needs,
                ..
            } = between.handoff;
            let share = share.map(|share| share.to_string());
            let text = format!("{kind:?} {share:?} {trigger:?} {needs:?}");
            (place(&between.from), place(&between.to), text)
        };
        let mut all: Vec<_> = self.handoffs.iter().map(told).collect();
        all.sort_unstable();
        all
    }

    fn unsaid(&self, model: &Model) -> Vec<String> {
        let mut unsaid = Vec::new();
        for told in &self.stages {
            unsaid.extend(line(&told.stage.name, &unsaid_of_stage(told.stage)));
        }
        for between in &self.handoffs {
            let [from, to] = [between.from, between.to].map(|n| &self.stages[n].stage.name);
            let what = unsaid_of_handoff(between.handoff);
            unsaid.extend(line(&format!("{from} → {to}"), &what));
        }
        let mut streams: Vec<_> = self
            .stages
            .iter()
            .filter_map(|told| told.stage.stream)
            .collect();
        streams.sort_unstable();
        streams.dedup();
        if streams.len() > 1 {
            unsaid.push("which stage belongs to which stream".to_owned());
        }
        let mut teams: FxHashMap<String, &Team> = FxHashMap::default();
        for team in self.stages.iter().filter_map(|told| told.stage.team) {
            let Some(team) = model.teams.find(team) else {
                continue;
            };
            if team.name.trim().is_empty() {
                unsaid.push(format!("the team {}, which has no name", team.id));
            }
            let other = teams.entry(team.name.to_lowercase()).or_insert(team);
            if other.id != team.id {
                unsaid.push(format!("which of the teams called {} is meant", team.name));
            }
        }
        unsaid.sort_unstable_by_key(|line| line.starts_with("which of the teams"));
        unsaid.dedup();
        unsaid
    }
}

fn line(name: &str, what: &[&str]) -> Option<String> {
    let (last, others) = what.split_last()?;
    let list = match others {
        [] => (*last).to_owned(),
        _ => format!("{} and {last}", others.join(", ")),
    };
    let name = if name.trim().is_empty() {
        "a stage without a name"
    } else {
        name
    };
    Some(format!("{name}: {list}"))
}

fn unsaid_of_stage(stage: &Stage) -> Vec<&'static str> {
    let plain = Stage::new(stage.id, "");
    let words = [
        (stage.name.trim().is_empty(), "a name"),
        (stage.phase.is_some(), "phase"),
        (stage.crew != plain.crew, "crew"),
        (!stage.class_work.is_empty(), "work by class"),
        (stage.rework_work.is_some(), "work of later passes"),
        (stage.copies != plain.copies, "copies"),
        (stage.enough.is_some(), "how many copies are enough"),
        (stage.batch.is_some(), "batch"),
        (stage.setup.is_some(), "setup"),
        (stage.limit.is_some(), "limit"),
        (stage.availability.is_some(), "availability"),
        (
            stage
                .automation
                .is_some_and(|automation| automation != Automation::Automatic),
            "automation",
        ),
        (stage.value.is_some(), "value"),
        (stage.priority != plain.priority, "priority"),
        (stage.cost.is_some(), "cost"),
        (!stage.systems.is_empty(), "systems"),
        (!stage.stakeholders.is_empty(), "stakeholders"),
        (stage.satisfaction.is_some(), "satisfaction"),
        (stage.evidence.is_some(), "evidence"),
        (!stage.notes.is_empty(), "notes"),
    ];
    listed(&words)
}

fn unsaid_of_handoff(handoff: &Handoff) -> Vec<&'static str> {
    let words = [
        (
            matches!(handoff.trigger, Trigger::Scheduled { .. }),
            "schedule",
        ),
        (
            !handoff.is_forward() && handoff.share.is_none(),
            "that it has no share",
        ),
        (
            !handoff.is_forward() && handoff.needs != Default::default(),
            "that it is customary",
        ),
        (!handoff.only.is_empty(), "whom it is open to"),
        (handoff.is_relaxed, "that it is relaxed"),
        (!handoff.artifact.is_empty(), "artifact"),
        (handoff.inventory.is_some(), "inventory"),
        (handoff.automation_cost.is_some(), "automation cost"),
        (handoff.evidence.is_some(), "evidence"),
        (!handoff.notes.is_empty(), "notes"),
    ];
    listed(&words)
}

fn unsaid_of_team(team: &Team) -> Option<String> {
    let plain = Team::new(team.id, "");
    let words = [
        (team.people != plain.people, "people"),
        (team.calendar.is_some(), "calendar"),
        (team.cost_per_hour.is_some(), "cost per hour"),
        (team.discipline != plain.discipline, "discipline"),
    ];
    line(&format!("the team {}", team.name), &listed(&words))
}

fn unsaid_of_stream(stream: &Stream) -> Option<String> {
    let plain = Stream::new(stream.id, "");
    let is_default = |demand: &Demand| {
        let Demand {
            class, arrivals, ..
        } = demand;
        class.is_none() && *arrivals == default_arrivals()
    };
    let are_default = stream.demands.len() == 1 && stream.demands.iter().all(is_default);
    let words = [
        (!are_default, "demands"),
        (stream.priority != plain.priority, "priority"),
        (stream.wip_limit.is_some(), "WIP limit"),
        (stream.target.is_some(), "target"),
        (stream.cost_of_delay.is_some(), "cost of delay"),
        (!stream.scorecard.is_empty(), "scorecard"),
    ];
    line(&format!("the stream {}", stream.name), &listed(&words))
}

fn listed(words: &[(bool, &'static str)]) -> Vec<&'static str> {
    let said = words.iter().filter(|(is_there, _)| *is_there);
    said.map(|&(_, word)| word).collect()
}
