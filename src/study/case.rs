//! A model made ready to run, and one replication of it.

use crate::analysis::{Figures, Legend, Load, Tally};
use crate::graph::Flow;
use crate::model::{At, Model, Problem, StreamId};
use crate::sim::{
    Control, ItemRecord, ItemRef, PassageRecord, Plan, RunEnd, RunSummary, SimTime, Sink,
    VisitRecord, Window, run,
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
                overloads(model, &load)
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
        let mut sink = Both {
            tally: Tally::new(&self.legend, window),
            series: wants_series.then(|| Series {
                stream: self.stream_place,
                horizon: window.horizon,
                items: Vec::new(),
            }),
        };
        let summary = run(&self.plan, seed, replication, window, control, &mut sink);
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

/// One problem for each team that cannot keep up.
fn overloads(model: &Model, load: &Load) -> Vec<Problem> {
    load.teams
        .iter()
        .filter(|team| !team.keeps_up())
        .map(|team| {
            let name = model
                .teams
                .find(team.id)
                .map_or("", |team| team.name.as_str());
            let has = team.people;
            let message = if team.needed.is_finite() {
                // Rounded up, so that it never seems to be enough.
                let needed = (team.needed * 10.0 - 1e-6).ceil() / 10.0;
                let crews = if team.needed < f64::from(has) {
                    " in whole crews"
                } else {
                    ""
                };
                format!("{name} would need {needed:.1} people and has {has}{crews}")
            } else {
                format!("{name} can never do what it is asked for")
            };
            Problem::error("does-not-settle", At::Team(team.id), message)
                .hint("Add people, take work away, or lower the demand: its queue grows for ever")
        })
        .collect()
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
        self.tally.done(item);
        if let Some(series) = &mut self.series {
            series.done(item);
        }
    }
}

/// Lead times of all items of a stream that arrive before the horizon.
struct Series {
    stream: u32,
    horizon: SimTime,
    items: Vec<(u32, SimTime, u64)>,
}

impl Series {
    fn done(&mut self, item: &ItemRecord<'_>) {
        let counts = item.item.stream == self.stream
            && !item.item.is_feedback
            && item.arrived < self.horizon;
        if counts {
            let lead_time = item.done.since(item.arrived);
            self.items.push((item.item.number, item.arrived, lead_time));
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
