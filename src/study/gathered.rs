//! What replications have found so far.

use std::collections::BTreeSet;

use super::case::{Case, CaseRun};
use super::options::Bound;
use super::outcome::Study;
use crate::analysis::{Estimate, Figure, Figures};
use crate::model::{At, Model, Problem, Span};
use crate::sim::{RunEnd, SimTime, Window};

/// The sum of replications, of one or two cases, taken in order.
pub(super) struct Gathered {
    pub window: Window,
    pub replications: u32,
    pub stopped_by: Option<Bound>,
    cases: Vec<CaseSum>,
    /// Second − first mean lead time.
    difference: Figure,
}

/// How many times as wide the intervals of interim studies are.
///
/// They are looked at several times on the way to the last numbers, and each look is a chance to be
/// wrong: with the intervals of one look, numbers left those shown before in 2 or 3 of 20 studies.
/// A study ends with one look, and its intervals are what they say.
pub(super) const INTERIM_WIDTH: f64 = 1.5;

#[derive(Default)]
struct CaseSum {
    figures: Option<Figures>,
    items: u64,
    events: u64,
    unfinished: u64,
    was_capped: bool,
    /// Stages that waited for one another.
    deadlocked: BTreeSet<u32>,
    /// Latest end of what was measured.
    end: SimTime,
}

impl Gathered {
    pub fn new(cases: usize, window: Window) -> Self {
        Self {
            window,
            replications: 0,
            stopped_by: None,
            cases: (0..cases).map(|_| CaseSum::default()).collect(),
            difference: Figure::default(),
        }
    }

    /// Takes in the next replication; of a case that does not run there is nothing.
    pub fn add(&mut self, cases: &[Case], runs: Vec<Option<CaseRun>>) {
        self.replications += 1;
        let mut means = Vec::with_capacity(runs.len());
        for ((sum, case), run) in self.cases.iter_mut().zip(cases).zip(runs) {
            let Some(CaseRun {
                figures, summary, ..
            }) = run
            else {
                continue;
            };
            let mean = figures
                .stream(case.stream)
                .and_then(|stream| stream.lead_time.mean.value());
            means.extend(mean);
            sum.items += summary.done;
            sum.events += summary.events;
            sum.unfinished += summary.unfinished;
            sum.end = sum.end.max(summary.window.horizon);
            match summary.end {
                RunEnd::Complete | RunEnd::Cancelled => {}
                RunEnd::Capped => sum.was_capped = true,
                RunEnd::Deadlocked(stages) => sum.deadlocked.extend(stages),
            }
            match &mut sum.figures {
                Some(all) => all.absorb(&figures),
                none => *none = Some(figures),
            }
        }
        if let [before, after] = means[..] {
            self.difference.add(after - before);
        }
    }

    /// Returns the difference of the mean lead times, second − first, when there are two.
    pub fn difference(&self) -> Option<Estimate> {
        let is_sound = self.cases.iter().all(|case| case.unfinished == 0);
        self.difference.estimate().filter(|_| is_sound)
    }

    /// Returns the events of all cases.
    pub fn events(&self) -> u64 {
        self.cases.iter().map(|case| case.events).sum()
    }

    /// Returns whether items of a steady study did not get done: it will not settle.
    pub fn has_broken(&self, cases: &[Case]) -> bool {
        let mut all = self.cases.iter().zip(cases);
        all.any(|(sum, case)| !case.is_terminating && sum.unfinished > 0)
    }

    /// Returns the half width of the mean lead time's interval as a share of the mean, the worst of
    /// the cases; 0 when no item is measured, ∞ when the width is not known yet.
    pub fn relative_half_width(&self, cases: &[Case]) -> f64 {
        self.cases
            .iter()
            .zip(cases)
            .filter_map(|(sum, case)| {
                let stream = sum.figures.as_ref()?.stream(case.stream)?;
                let mean = stream.lead_time.mean.estimate()?;
                let half = mean.half_width();
                Some(if half == 0.0 {
                    0.0
                } else {
                    half / mean.value.abs()
                })
            })
            .fold(0.0, f64::max)
    }

    /// Makes the studies, one a case. `had_no_end` says that the beginning never ended. The figures
    /// of the last studies are given away: those of many streams take room.
    pub fn studies(
        &mut self,
        models: &[&Model],
        cases: &[Case],
        about: &About,
        had_no_end: bool,
    ) -> Vec<Study> {
        let mut studies = Vec::with_capacity(cases.len());
        let reached = self.relative_half_width(cases) * 100.0;
        for ((sum, case), model) in self.cases.iter_mut().zip(cases).zip(models) {
            let mut problems = case.problems.clone();
            let is_stable = problems.is_empty()
                && (case.is_terminating || (sum.unfinished == 0 && !had_no_end));
            problems.extend(sum.problems(model, case));
            if had_no_end && case.problems.is_empty() && sum.unfinished == 0 {
                problems.push(
                    Problem::error(
                        "does-not-settle",
                        At::Model,
                        "The lead times keep growing: the model does not settle",
                    )
                    .hint("Look for a team whose crews cannot all work at once, or set a warm-up"),
                );
            }
            let was_measured = sum.figures.is_some();
            let figures = if about.is_interim {
                let mut figures = sum.figures.clone();
                figures.iter_mut().for_each(|all| all.widen(INTERIM_WIDTH));
                figures
            } else {
                sum.figures.take()
            };
            let figures = figures.filter(|_| is_stable);
            problems.extend(self.stopped_by.filter(|_| is_stable).map(|bound| {
                Problem::note(
                    "precision-not-reached",
                    At::Model,
                    format!(
                        "The mean lead time is known within ± {reached:.1} %, not ± {:.1} %: {}",
                        about.precision * 100.0,
                        match bound {
                            Bound::Replications => "the most replications allowed were made",
                            Bound::Events => "the most events allowed were simulated",
                            Bound::Wall => "the longest time allowed has passed",
                        }
                    ),
                )
                .hint("Ask for less precision, or take items in for longer (horizon)")
            }));
            if figures.as_ref().is_some_and(|all| !all.checks.hold()) {
                problems.push(
                    Problem::warning(
                        "checks-fail",
                        At::Model,
                        "The run does not agree with itself: one of its self-checks fails",
                    )
                    .hint("Take items in for longer (horizon); if that does not help, tell us"),
                );
            }
            let is_empty = figures
                .as_ref()
                .and_then(|figures| figures.stream(case.stream))
                .is_some_and(|stream| stream.items == 0);
            if is_empty && sum.unfinished == 0 {
                problems.push(
                    Problem::warning(
                        "nothing-measured",
                        At::Stream(case.stream),
                        "No item arrived between warm-up and horizon",
                    )
                    .hint("Take items in for longer (horizon), or let them arrive more often"),
                );
            }
            let (warm_up, horizon) = if case.is_terminating {
                (SimTime::ZERO, sum.end)
            } else {
                (self.window.warm_up, self.window.horizon)
            };
            studies.push(Study {
                stream: case.stream,
                seed: about.seed,
                replications: if was_measured { self.replications } else { 0 },
                items: sum.items,
                events: sum.events,
                wall: about.began.elapsed(),
                is_terminating: case.is_terminating,
                is_stable,
                unfinished: sum.unfinished,
                warm_up: Span(warm_up.0),
                horizon: Span(horizon.0),
                window: self.window,
                is_interim: about.is_interim,
                stopped_by: self.stopped_by,
                load: case.load.clone(),
                figures,
                problems,
            });
        }
        studies
    }
}

/// What studies say about themselves.
pub(super) struct About {
    pub seed: u64,
    pub precision: f64,
    pub began: std::time::Instant,
    pub is_interim: bool,
}

impl CaseSum {
    /// What went wrong in the runs.
    fn problems(&self, model: &Model, case: &Case) -> Vec<Problem> {
        let mut problems = Vec::new();
        let ids: Vec<_> = self
            .deadlocked
            .iter()
            .filter_map(|&stage| case.legend.stage(stage))
            .collect();
        let severity = if case.is_terminating {
            Problem::warning
        } else {
            Problem::error
        };
        if let Some(&first) = ids.first() {
            let names: Vec<&str> = ids
                .iter()
                .filter_map(|&id| model.stages.find(id))
                .map(|stage| stage.name.as_str())
                .collect();
            problems.push(
                severity(
                    "deadlock",
                    At::Stage(first),
                    format!(
                        "Nothing can happen any more while items wait at {}",
                        names.join(", ")
                    ),
                )
                .hint("See that everything a join waits for can arrive"),
            );
        }
        if self.was_capped {
            problems.push(
                severity(
                    "unfinished",
                    At::Model,
                    format!(
                        "{} items were not done after ten times the horizon",
                        self.unfinished
                    ),
                )
                .hint(
                    "look for a loop that hardly ever ends, or for a team that hardly ever works",
                ),
            );
        }
        problems
    }
}
