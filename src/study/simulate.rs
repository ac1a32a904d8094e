//! Simulating: the warm-up, then replications until the precision is reached.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::StudyError;
use super::case::{Case, CaseRun};
use super::control::{Progress, StudyControl};
use super::gathered::{About, Gathered, INTERIM_WIDTH};
use super::options::{Bound, Effort, FIRST_REPLICATIONS, StudyOptions};
use super::outcome::{Comparison, Study};
use super::parallel::{Step, in_order};
use super::warm_up::Beginning;
use crate::analysis::Estimate;
use crate::model::{Model, Span};
use crate::sim::{Control, SimTime, Window};

/// How long items are taken in when nobody says.
const HORIZON: Span = Span(365 * Span::DAY.0);
/// How often the horizon is doubled in search of an end of the beginning: up to 32 times as long.
const MOST_DOUBLINGS: u32 = 5;
/// What first numbers leave out at the beginning before the warm-up is known: a tenth.
const PROVISIONAL: u64 = 10;
/// Least time between two interim studies.
const BETWEEN_NUMBERS: Duration = Duration::from_millis(80);
/// Least replications of the first numbers, unless these take too long.
const FIRST_NUMBERS: u32 = 4;
/// Nobody sees that numbers come at once and not a moment later; until then the more replications
/// the better: where they are cheap, there are hundreds.
const BEFORE_FIRST_NUMBERS: Duration = Duration::from_millis(30);
/// How many times the replications of the numbers before new numbers need: at first that is sooner
/// than people can read, and later little changes.
const MORE_EACH_TIME: u32 = 2;
/// Events of a replication that gives first numbers where a whole one would take longer: two of them
/// take less than a tenth of a second, where the plan can take the express way and where not.
const GLIMPSE: [f64; 2] = [450_000.0, 150_000.0];

/// Simulates a Model until its mean lead time is known well enough.
///
/// `observe` is called on the calling thread with progress and first numbers. The result is the
/// same for any number of threads, apart from `wall`.
///
/// # Errors
/// When the Model cannot be run, or somebody cancelled. Nothing is left running.
pub fn simulate(
    model: &Model,
    options: &StudyOptions,
    control: &StudyControl,
    observe: &mut dyn FnMut(&Progress<'_>),
) -> Result<Study, StudyError> {
    let (mut studies, _) = run_all(&[model], options, control, observe)?;
    Ok(studies.pop().expect("one study for one model"))
}

/// Simulates two Models under the same luck, over the same window and as many replications, until
/// both mean lead times are known well enough.
///
/// Replication n of both draws from the same seed, so the difference of the two is known better
/// than either (common random numbers). Settings (seed, horizon, warm-up, precision) that `options`
/// leaves out are those of `before`.
///
/// # Errors
/// As [`simulate`].
pub fn compare(
    before: &Model,
    after: &Model,
    options: &StudyOptions,
    control: &StudyControl,
    observe: &mut dyn FnMut(&Progress<'_>),
) -> Result<Comparison, StudyError> {
    let (mut studies, difference) = run_all(&[before, after], options, control, observe)?;
    let after = studies.pop().expect("two studies for two models");
    let before = studies.pop().expect("two studies for two models");
    Ok(Comparison {
        before,
        after,
        difference,
    })
}

fn run_all(
    models: &[&Model],
    options: &StudyOptions,
    control: &StudyControl,
    observe: &mut dyn FnMut(&Progress<'_>),
) -> Result<(Vec<Study>, Option<Estimate>), StudyError> {
    let began = Instant::now();
    let cases: Vec<Case> = models
        .iter()
        .map(|model| Case::new(model, options.stream, control))
        .collect::<Result<_, _>>()?;
    let settings = &models[0].settings;
    let job = Job {
        models,
        cases: &cases,
        seed: options.seed.unwrap_or(settings.seed),
        threads: options
            .threads
            .unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
        precision: match options.effort {
            Effort::Precision(share) => share.get(),
            Effort::AsTheModelSays | Effort::Replications(_) => settings.precision.get(),
        },
        options,
        control,
        began,
    };
    let mut watch = Watch {
        job: &job,
        observe,
        last_numbers: None,
        shown: 0,
        fraction: 0.0,
    };

    let given_horizon = (options.horizon.or(settings.horizon)).map(|time| time.span());
    let mut horizon = given_horizon.unwrap_or(HORIZON);
    let given_warm_up = (options.warm_up.or(settings.warm_up)).map(|time| time.span());
    let runs = cases.iter().any(|case| case.settles_on_paper());
    let is_steady = (cases.iter()).any(|case| case.settles_on_paper() && !case.is_terminating);
    let mut warm_up = Span::ZERO;
    let mut before = 0;
    if is_steady {
        job.glimpse(horizon, given_warm_up, &mut watch)?;
    }
    if let Some(given) = given_warm_up {
        warm_up = given;
        while given_horizon.is_none() && given.0 > horizon.0 / 2 {
            horizon = Span(horizon.0 * 2);
        }
        if is_steady && given >= horizon {
            return Err(StudyError::NothingMeasured);
        }
    } else if is_steady {
        match job.find_warm_up(&mut horizon, &mut watch)? {
            Ok(found) => (warm_up, before) = (found, FIRST_REPLICATIONS),
            Err(mut pilot) => return Ok((job.studies(&mut pilot, false, true), None)),
        }
    }
    let window = Window {
        warm_up: SimTime(warm_up.0),
        horizon: SimTime(horizon.0),
    };
    let mut gathered = Gathered::new(cases.len(), window);
    if runs {
        job.replicate(&mut gathered, before, &mut watch)?;
    }
    let studies = job.studies(&mut gathered, false, false);
    Ok((studies, gathered.difference()))
}

/// Everything that stays the same while a study runs.
struct Job<'a> {
    models: &'a [&'a Model],
    cases: &'a [Case],
    seed: u64,
    threads: NonZeroUsize,
    precision: f64,
    options: &'a StudyOptions,
    control: &'a StudyControl,
    began: Instant,
}

impl Job<'_> {
    /// Runs replication `n` of every case; nothing when it was cancelled.
    fn run(
        &self,
        n: u32,
        window: Window,
        wants_series: bool,
        control: &Control,
    ) -> Option<Vec<Option<CaseRun>>> {
        self.cases
            .iter()
            .map(|case| {
                if case.settles_on_paper() {
                    case.run(self.seed, n, window, wants_series, control)
                        .map(Some)
                } else {
                    Some(None)
                }
            })
            .collect()
    }

    /// Where a replication takes long because a great many items come, shows first numbers from two
    /// short ones: enough come in a part of the horizon too. The first half is left out.
    fn glimpse(
        &self,
        horizon: Span,
        given_warm_up: Option<Span>,
        watch: &mut Watch<'_, '_>,
    ) -> Result<(), StudyError> {
        let each = self.cases.iter().filter(|case| case.settles_on_paper());
        let events: f64 = each.map(|case| case.load.events_per_day()).sum();
        let is_quick = self.cases.iter().all(|case| case.plan.can_go_express());
        let part =
            GLIMPSE[usize::from(!is_quick)] / (events * horizon.0 as f64 / Span::DAY.0 as f64);
        let short = Span((horizon.0 as f64 * part) as u64);
        let is_needed = part < 0.5 && given_warm_up.is_none_or(|given| given < Span(short.0 / 2));
        if !is_needed || short == Span::ZERO {
            return Ok(());
        }
        let window = Window {
            warm_up: SimTime(short.0 / 2),
            horizon: SimTime(short.0),
        };
        let mut gathered = Gathered::new(self.cases.len(), window);
        let control = self.control.begin_runs();
        in_order(
            self.threads,
            2,
            &control,
            |n| self.run(n, window, false, &control),
            |step| {
                if let Step::Result(runs) = step {
                    gathered.add(self.cases, runs);
                }
                if self.control.is_cancelled() || gathered.has_broken(self.cases) {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            },
        );
        self.control.go_on()?;
        if gathered.replications == 2 && !gathered.has_broken(self.cases) {
            watch.show_now(&mut gathered, 0);
        }
        Ok(())
    }

    /// Looks for the warm-up from the empty start, doubling the horizon while the beginning takes
    /// more than half of it. Of two cases the longer warm-up serves both. When the beginning does
    /// not end, what was found on the way is given back as the error.
    fn find_warm_up(
        &self,
        horizon: &mut Span,
        watch: &mut Watch<'_, '_>,
    ) -> Result<Result<Span, Gathered>, StudyError> {
        let mut doublings = 0;
        loop {
            let window = Window {
                warm_up: SimTime(horizon.0 / PROVISIONAL),
                horizon: SimTime(horizon.0),
            };
            let mut pilot = Gathered::new(self.cases.len(), window);
            let mut beginnings: Vec<Beginning> =
                self.cases.iter().map(|_| Beginning::default()).collect();
            let control = self.control.begin_runs();
            in_order(
                self.threads,
                FIRST_REPLICATIONS,
                &control,
                |n| self.run(n, window, true, &control),
                |step| {
                    if self.control.is_cancelled() {
                        return ControlFlow::Break(());
                    }
                    let Step::Result(runs) = step else {
                        watch.tell(&pilot, &control, 2 * FIRST_REPLICATIONS, 0);
                        return ControlFlow::Continue(());
                    };
                    for (beginning, run) in beginnings.iter_mut().zip(&runs) {
                        if let Some(run) = run {
                            beginning.add(&run.series);
                        }
                    }
                    pilot.add(self.cases, runs);
                    if pilot.has_broken(self.cases) {
                        return ControlFlow::Break(());
                    }
                    watch.show(&mut pilot, &control, 2 * FIRST_REPLICATIONS, 0);
                    ControlFlow::Continue(())
                },
            );
            self.control.go_on()?;
            if pilot.has_broken(self.cases) {
                return Ok(Err(pilot));
            }
            let steady = self
                .cases
                .iter()
                .zip(&beginnings)
                .filter(|(case, beginning)| {
                    case.settles_on_paper() && !case.is_terminating && beginning.is_complete()
                });
            let found: Option<Vec<Span>> = steady
                .map(|(_, beginning)| beginning.warm_up(*horizon))
                .collect();
            if let Some(found) = found {
                return Ok(Ok(found.into_iter().max().unwrap_or_default()));
            }
            if doublings == MOST_DOUBLINGS {
                return Ok(Err(pilot));
            }
            doublings += 1;
            *horizon = Span(horizon.0 * 2);
        }
    }

    /// Adds replications, in order, until it is enough; `before` have been made for the warm-up.
    fn replicate(
        &self,
        gathered: &mut Gathered,
        before: u32,
        watch: &mut Watch<'_, '_>,
    ) -> Result<(), StudyError> {
        let window = gathered.window;
        let bounds = &self.options.bounds;
        let most = match self.options.effort {
            Effort::Replications(n) => n.max(1),
            _ => bounds.replications.max(FIRST_REPLICATIONS),
        };
        let is_precise =
            |gathered: &Gathered| gathered.relative_half_width(self.cases) <= self.precision;
        let control = self.control.begin_runs();
        in_order(
            self.threads,
            most,
            &control,
            |n| self.run(n, window, false, &control),
            |step| {
                if self.control.is_cancelled() {
                    return ControlFlow::Break(());
                }
                let expected = self.expected(gathered, most);
                let Step::Result(runs) = step else {
                    watch.tell(gathered, &control, expected, before);
                    return ControlFlow::Continue(());
                };
                gathered.add(self.cases, runs);
                if gathered.has_broken(self.cases) {
                    return ControlFlow::Break(());
                }
                let n = gathered.replications;
                if !matches!(self.options.effort, Effort::Replications(_)) {
                    if n >= FIRST_REPLICATIONS && is_precise(gathered) {
                        return ControlFlow::Break(());
                    }
                    gathered.stopped_by = if n >= most {
                        Some(Bound::Replications)
                    } else if n >= FIRST_REPLICATIONS && gathered.events() >= bounds.events {
                        Some(Bound::Events)
                    } else if n >= 2
                        && (bounds.wall).is_some_and(|wall| self.began.elapsed() >= wall)
                    {
                        Some(Bound::Wall)
                    } else {
                        None
                    };
                    if gathered.stopped_by.is_some() {
                        return ControlFlow::Break(());
                    }
                }
                if n < most {
                    watch.show(gathered, &control, expected, before);
                }
                ControlFlow::Continue(())
            },
        );
        self.control.go_on()
    }

    /// Guesses how many replications it will take: the width of an interval falls with their root.
    fn expected(&self, gathered: &Gathered, most: u32) -> u32 {
        if matches!(self.options.effort, Effort::Replications(_)) {
            return most;
        }
        let wider = gathered.relative_half_width(self.cases) / self.precision;
        let needed = f64::from(gathered.replications) * wider * wider;
        // `as` saturates; NaN, before there are two, is 0.
        (needed.ceil() as u32).clamp(FIRST_REPLICATIONS, most)
    }

    fn studies(&self, gathered: &mut Gathered, is_interim: bool, had_no_end: bool) -> Vec<Study> {
        let about = About {
            seed: self.seed,
            precision: self.precision,
            began: self.began,
            is_interim,
        };
        gathered.studies(self.models, self.cases, &about, had_no_end)
    }
}

/// Tells whoever waits how far things are.
struct Watch<'a, 'o> {
    job: &'a Job<'a>,
    observe: &'o mut dyn FnMut(&Progress<'_>),
    last_numbers: Option<Instant>,
    /// Replications of the last numbers.
    shown: u32,
    fraction: f64,
}

impl Watch<'_, '_> {
    /// Says how much is done of `expected` replications, `before` earlier ones included in neither.
    fn tell(&mut self, gathered: &Gathered, control: &Control, expected: u32, before: u32) {
        self.advance(gathered, control, expected, before);
        (self.observe)(&Progress {
            fraction: self.fraction,
            replications: before + gathered.replications,
            studies: None,
            difference: None,
        });
    }

    /// Shows numbers, unless there were some just now.
    fn show(&mut self, gathered: &mut Gathered, control: &Control, expected: u32, before: u32) {
        let made = gathered.replications;
        let is_due = match self.last_numbers {
            Some(last) => made >= MORE_EACH_TIME * self.shown && last.elapsed() >= BETWEEN_NUMBERS,
            // One replication has no interval, and a few have a wide one.
            None => {
                let waited = self.job.began.elapsed();
                waited >= BETWEEN_NUMBERS
                    || (made >= FIRST_NUMBERS && waited >= BEFORE_FIRST_NUMBERS)
            }
        };
        if !is_due {
            return self.tell(gathered, control, expected, before);
        }
        self.advance(gathered, control, expected, before);
        self.show_now(gathered, before + gathered.replications);
    }

    /// Shows numbers, and how many replications have been made.
    fn show_now(&mut self, gathered: &mut Gathered, replications: u32) {
        self.last_numbers = Some(Instant::now());
        self.shown = gathered.replications;
        let studies = self.job.studies(gathered, true, false);
        (self.observe)(&Progress {
            fraction: self.fraction,
            replications,
            studies: Some(&studies),
            difference: gathered
                .difference()
                .map(|difference| difference.widened(INTERIM_WIDTH)),
        });
    }

    /// Work is measured in events; those under way count too.
    fn advance(&mut self, gathered: &Gathered, control: &Control, expected: u32, before: u32) {
        let done = f64::from(gathered.replications);
        if done > 0.0 && gathered.events() > 0 {
            let each = gathered.events() as f64 / done;
            let replications = (control.events() as f64 / each).max(done);
            let before = f64::from(before);
            let fraction = (before + replications) / (before + f64::from(expected));
            self.fraction = self.fraction.max(fraction.min(0.99));
        }
    }
}
