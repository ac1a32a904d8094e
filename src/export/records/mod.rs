//! The records of a study as files: visits as CSV, cases as an XES event log.
//!
//! [`Log`] gathers the visits of each item until it is done and then hands the item over as one
//! [`Case`], so memory grows with what is inside, never with what has passed.

mod csv;
mod xes;

pub use csv::CsvLog;
pub use xes::XesLog;

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use crate::model::{Model, Stage};
use crate::study::{
    ItemRecord, ItemRef, Plan, Recorder, RunSummary, SimTime, Sink, VisitEnd, VisitRecord,
};

/// An item with all its visits.
pub struct Case<'a> {
    /// Of which replication, from 0.
    pub replication: u32,
    /// Which item.
    pub item: ItemRef,
    /// When it arrived (at the door).
    pub arrived: SimTime,
    /// When it was done; none when it was still inside at the end of the run.
    pub done: Option<SimTime>,
    /// Its visits, in the order in which they ended.
    pub visits: &'a [VisitRecord],
    /// The Plan whose places the records name.
    pub plan: &'a PlanNames,
}

/// Writes cases, one after another.
pub trait CaseWriter {
    /// Writes what stands before the first.
    ///
    /// # Errors
    /// When it cannot be written.
    fn begin(&mut self) -> io::Result<()>;
    /// Writes a case.
    ///
    /// # Errors
    /// When it cannot be written.
    fn case(&mut self, case: &Case<'_>) -> io::Result<()>;
    /// Writes what stands after the last.
    ///
    /// # Errors
    /// When it cannot be written.
    fn end(&mut self) -> io::Result<()>;
}

/// What the places of a Plan are called.
#[derive(Default)]
pub struct PlanNames {
    stages: Vec<StageNames>,
    handoffs: Vec<String>,
    streams: Vec<String>,
    /// Demand and class of it.
    demands: Vec<(String, String)>,
    zone: Option<TimeZone>,
    /// Milliseconds since 1970 of time 0.
    start: i64,
}

struct StageNames {
    id: String,
    /// The name; with the id where several stages have the same.
    name: String,
    team: String,
}

impl PlanNames {
    fn new(model: &Model, plan: &Plan) -> Self {
        let mut uses: BTreeMap<&str, u32> = BTreeMap::new();
        for stage in &model.stages {
            *uses.entry(stage.name.trim()).or_default() += 1;
        }
        let team_name = |stage: &Stage| {
            let team = stage.team.and_then(|team| model.teams.find(team));
            team.map_or_else(String::new, |team| team.name.clone())
        };
        Self {
            stages: plan
                .stages()
                .iter()
                .filter_map(|stage| model.stages.find(stage.id))
                .map(|stage| {
                    let name = stage.name.trim();
                    StageNames {
                        id: stage.id.to_string(),
                        name: if uses[name] > 1 || name.is_empty() {
                            format!("{name} ({})", stage.id).trim().to_owned()
                        } else {
                            name.to_owned()
                        },
                        team: team_name(stage),
                    }
                })
                .collect(),
            handoffs: plan
                .handoffs()
                .iter()
                .map(|way| way.id.to_string())
                .collect(),
            streams: plan
                .streams()
                .iter()
                .map(|stream| stream.id.to_string())
                .collect(),
            demands: plan
                .demands()
                .iter()
                .map(|demand| {
                    let class = demand.class.map(|class| plan.classes()[class as usize]);
                    (
                        demand.id.to_string(),
                        class.map(|class| class.to_string()).unwrap_or_default(),
                    )
                })
                .collect(),
            zone: Some(model.start_zone().time_zone()),
            start: plan.start().as_millisecond(),
        }
    }

    /// Returns an instant as local time of the simulation's start zone with its distance from UTC
    /// (ISO 8601, milliseconds); empty past the year 9999.
    pub fn time(&self, at: SimTime) -> String {
        let instant = i64::try_from(at.0)
            .ok()
            .and_then(|ms| self.start.checked_add(ms))
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
        match (instant, &self.zone) {
            (Some(instant), Some(zone)) => {
                let local = instant.to_zoned(zone.clone());
                local.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
            }
            _ => String::new(),
        }
    }
}

/// An item inside.
struct Inside {
    item: ItemRef,
    arrived: SimTime,
    visits: Vec<VisitRecord>,
}

/// Gathers the records of replications into cases, and writes these as they are done. Give it to
/// [`record`](crate::study::record), then call [`Log::finish`].
pub struct Log<'a> {
    model: &'a Model,
    writers: Vec<Box<dyn CaseWriter + 'a>>,
    names: PlanNames,
    replication: u32,
    has_begun: bool,
    inside: FxHashMap<u32, Inside>,
    /// Lists of visits to be used again.
    spare: Vec<Vec<VisitRecord>>,
    error: Option<io::Error>,
}

impl<'a> Log<'a> {
    /// Makes a log of what happens to a Model, for writers that each get every case.
    pub fn new(model: &'a Model, writers: Vec<Box<dyn CaseWriter + 'a>>) -> Self {
        Self {
            model,
            writers,
            names: PlanNames::default(),
            replication: 0,
            has_begun: false,
            inside: FxHashMap::default(),
            spare: Vec::new(),
            error: None,
        }
    }

    /// Writes what stands after the last case.
    ///
    /// # Errors
    /// The first thing that could not be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.begin_once();
        if self.error.is_none() {
            let ended = self.writers.iter_mut().try_for_each(|writer| writer.end());
            self.error = ended.err();
        }
        self.error.map_or(Ok(()), Err)
    }

    fn begin_once(&mut self) {
        if !std::mem::replace(&mut self.has_begun, true) {
            let begun = self
                .writers
                .iter_mut()
                .try_for_each(|writer| writer.begin());
            self.error = begun.err();
        }
    }

    fn write(&mut self, inside: Inside, done: Option<SimTime>) {
        if self.error.is_none() {
            let case = Case {
                replication: self.replication,
                item: inside.item,
                arrived: inside.arrived,
                done,
                visits: &inside.visits,
                plan: &self.names,
            };
            let written = self
                .writers
                .iter_mut()
                .try_for_each(|writer| writer.case(&case));
            self.error = written.err();
        }
        let mut visits = inside.visits;
        visits.clear();
        self.spare.push(visits);
    }
}

impl Recorder for Log<'_> {
    fn begin(&mut self, replication: u32, plan: &Plan) -> ControlFlow<()> {
        self.begin_once();
        self.replication = replication;
        self.names = PlanNames::new(self.model, plan);
        if self.error.is_some() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Items that are still inside are cases without an end, by number.
    fn end(&mut self, _summary: &RunSummary) {
        let mut left: Vec<Inside> = self.inside.drain().map(|(_, inside)| inside).collect();
        left.sort_unstable_by_key(|inside| inside.item.number);
        for inside in left {
            self.write(inside, None);
        }
    }
}

impl Sink for Log<'_> {
    fn arrived(&mut self, item: ItemRef, at: SimTime) {
        let visits = self.spare.pop().unwrap_or_default();
        let inside = Inside {
            item,
            arrived: at,
            visits,
        };
        self.inside.insert(item.number, inside);
    }

    fn visit(&mut self, visit: &VisitRecord) {
        if let Some(inside) = self.inside.get_mut(&visit.item.number) {
            inside.visits.push(*visit);
        }
    }

    fn done(&mut self, item: &ItemRecord<'_>) {
        if let Some(inside) = self.inside.remove(&item.item.number) {
            self.write(inside, Some(item.done));
        }
    }
}

/// Returns how a visit ended, as files say it.
fn end_name(end: VisitEnd) -> &'static str {
    match end {
        VisitEnd::Left => "left",
        VisitEnd::WithdrawnWaiting => "withdrawn-waiting",
        VisitEnd::WithdrawnWorking => "withdrawn-working",
    }
}
