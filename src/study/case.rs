//! A model made ready to run, and one replication of it.

use crate::analysis::{Figures, Legend, Load, SlotLoad, Tally, TeamLoad};
use crate::graph::Flow;
use crate::model::{At, Change, Model, Problem, StreamId, TeamChange, TeamField};
use crate::sim::{
    Control, ItemRecord, ItemRef, Marks, PassageRecord, Plan, QuickItem, QuickSink, RunEnd,
    RunSummary, SimTime, Sink, Totals, VisitRecord, Window, run, run_express,
};

use super::StudyError;
use super::control::StudyControl;

/// A model made ready to run.
pub(super) struct Case {
    pub plan: Plan,
    pub legend: Legend,
    pub load: Load,
    pub stream: StreamId,
    /// Place of the stream in the plan.
    pub stream_place: u32,
    pub is_terminating: bool,
    /// What can be said before anything runs.
    pub problems: Vec<Problem>,
}

impl Case {
    /// Makes a model ready; looks between the steps whether that is still wanted, because each
    /// takes milliseconds where there are thousands of stages.
    pub fn new(
        model: &Model,
        stream: Option<StreamId>,
        control: &StudyControl,
    ) -> Result<Self, StudyError> {
        let stream = match stream {
            Some(id) => model.streams.find(id).ok_or(StudyError::NoSuchStream(id))?,
            None => model.streams.at(0).ok_or(StudyError::NoStream)?,
        };
        control.go_on()?;
        let flow = Flow::of(model);
        control.go_on()?;
        let plan = Plan::compile(model, &flow)?;
        control.go_on()?;
        let load = Load::of(model, &flow);
        control.go_on()?;
        let is_terminating = plan.is_terminating();
        Ok(Self {
            stream: stream.id,
            stream_place: model.streams.position(stream.id).unwrap_or_default() as u32,
            problems: if is_terminating {
                Vec::new()
            } else {
                overloads(model, &flow, &load)
            },
            legend: Legend::of(model, &flow),
            is_terminating,
            load,
            plan,
        })
    }

    /// Returns whether every team keeps up in the long run; a study that ends by itself has none.
    pub fn settles_on_paper(&self) -> bool {
        self.problems.is_empty()
    }

    /// Runs one replication; nothing when it was cancelled.
    pub fn run(
        &self,
        seed: u64,
        replication: u32,
        window: Window,
        wants_series: bool,
        control: &Control,
    ) -> Option<CaseRun> {
        if control.is_cancelled() {
            return None;
        }
        let new_sink = || Both {
            tally: Tally::new(&self.legend, window),
            series: wants_series.then(|| Series {
                stream: self.stream_place,
                horizon: window.horizon,
                items: Vec::new(),
            }),
        };
        let mut sink = new_sink();
        let express = if sink.tally.can_go_express() {
            run_express(&self.plan, seed, replication, window, control, &mut sink)
        } else {
            None
        };
        let summary = match express {
            Some(summary) => summary,
            None => {
                sink = new_sink();
                run(&self.plan, seed, replication, window, control, &mut sink)
            }
        };
        if summary.end == RunEnd::Cancelled {
            return None;
        }
        let Both { tally, series } = sink;
        Some(CaseRun {
            figures: tally.finish(&summary),
            series: series.map(Series::sorted).unwrap_or_default(),
            summary,
        })
    }
}

/// One replication of a case.
pub(super) struct CaseRun {
    pub figures: Figures,
    pub summary: RunSummary,
    /// Arrival and lead time of the stream's items in order of arrival, when asked for.
    pub series: Vec<(SimTime, u64)>,
}

/// One problem for each team, and for the slots of each handoff, that cannot keep up.
fn overloads(model: &Model, flow: &Flow, load: &Load) -> Vec<Problem> {
    let teams = load.teams.iter().filter(|team| !team.keeps_up());
    let slots = load.slots.iter().filter(|slots| !slots.keeps_up());
    teams
        .map(|team| overloaded_team(model, team))
        .chain(slots.map(|slots| full_slots(model, flow, slots)))
        .collect()
}

fn overloaded_team(model: &Model, load: &TeamLoad) -> Problem {
    let found = model.teams.find(load.id);
    let name = found.map_or("", |team| team.name.as_str());
    let has = load.people;
    let message = if load.needed.is_finite() {
        let crews = if load.needed < f64::from(has) {
            " in whole crews"
        } else {
            ""
        };
        let needed = never_enough(load.needed);
        if needed <= f64::from(has) && crews.is_empty() {
            format!("{name} would be busy all of its hours")
        } else {
            format!("{name} would need {needed:.1} people and has {has}{crews}")
        }
    } else {
        format!("{name} can never do what it is asked for")
    };
    let mut problem = Problem::error("does-not-settle", At::Team(load.id), message)
        .hint("Add people, take work away, or lower the demand: its queue grows for ever");
    if let Some(people) = enough_people(load) {
        problem.fix = vec![Change::Team(TeamChange::Set {
            team: load.id,
            field: TeamField::People(people),
        })];
    }
    problem
}

fn full_slots(model: &Model, flow: &Flow, load: &SlotLoad) -> Problem {
    let name = |id| {
        let stage = model.stages.find(id);
        stage.map_or("", |stage| stage.name.as_str())
    };
    let handoff = flow.handoffs.iter().find(|handoff| handoff.id == load.id);
    let (from, to) = handoff.map_or(("", ""), |handoff| (name(handoff.from), name(handoff.to)));
    let (wanted, places) = (never_enough(load.wanted), load.places);
    Problem::error(
        "does-not-settle",
        At::Handoff(load.id),
        format!("The slots of {from} → {to} would have to take {wanted:.1} items each and take {places}"),
    )
    .hint("Give the slots more places, have more of them, or lower the demand: its line grows for ever")
}

/// How many people a team needs to be busy for at most nine tenths of its hours; nothing when no
/// number would do.
fn enough_people(load: &TeamLoad) -> Option<u32> {
    const MOST: f64 = 100_000.0;
    let people = (load.needed / 0.9).ceil();
    let people = people.max(f64::from(load.people) + 1.0);
    (people <= MOST).then_some(people as u32)
}

/// Rounds up to one decimal, so that what is too little never seems to be enough.
fn never_enough(needed: f64) -> f64 {
    (needed * 10.0 - 1e-6).ceil() / 10.0
}

/// Passes records to a tally, and to a series when there is one.
struct Both<'a> {
    tally: Tally<'a>,
    series: Option<Series>,
}

impl Sink for Both<'_> {
    #[inline]
    fn visit(&mut self, visit: &VisitRecord) {
        self.tally.visit(visit);
    }
    #[inline]
    fn passage(&mut self, passage: &PassageRecord) {
        self.tally.passage(passage);
    }
    fn arrived(&mut self, item: ItemRef, at: SimTime) {
        self.tally.arrived(item, at);
    }
    fn done(&mut self, item: &ItemRecord<'_>) {
        Sink::done(&mut self.tally, item);
        if let Some(series) = &mut self.series {
            let who = &item.item;
            if !who.is_feedback {
                series.add(who.stream, who.number, item.arrived, item.done);
            }
        }
    }
}

impl QuickSink for Both<'_> {
    #[inline]
    fn done(&mut self, item: &QuickItem) {
        QuickSink::done(&mut self.tally, item);
        if let Some(series) = &mut self.series {
            series.add(item.stream, item.number, item.arrived, item.done);
        }
    }
    fn totals(&mut self, totals: &Totals) {
        self.tally.totals(totals);
    }
    fn marks(&self) -> Option<&Marks> {
        self.tally.marks()
    }
}

/// Lead times of all items of a stream that arrive before the horizon.
struct Series {
    stream: u32,
    horizon: SimTime,
    items: Vec<(u32, SimTime, u64)>,
}

impl Series {
    fn add(&mut self, stream: u32, number: u32, arrived: SimTime, done: SimTime) {
        if stream == self.stream && arrived < self.horizon {
            self.items.push((number, arrived, done.since(arrived)));
        }
    }

    fn sorted(mut self) -> Vec<(SimTime, u64)> {
        self.items.sort_unstable();
        self.items
            .into_iter()
            .map(|(_, arrived, lead_time)| (arrived, lead_time))
            .collect()
    }
}
