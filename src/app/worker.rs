//! Simulates in a thread of its own, so that the window never waits.
//!
//! A new model cancels what is under way. Results carry the revision that they are about; what
//! comes late for an older revision is dropped by whoever shows it.

use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use egui::Context;

use crate::analysis::Estimate;
use crate::check;
use crate::edit;
use crate::model::{Change, HandoffChange, Model, Problem};
use crate::scene::{Fonts, missing_letters};
use crate::study::{self, Study, StudyControl, StudyError, StudyOptions};

use super::mishap::watched;

/// What the worker has found about a revision.
#[derive(Clone, Debug)]
pub struct News {
    /// The revision that it is about.
    pub revision: u64,
    /// What.
    pub what: What,
}

/// What the worker has found.
#[derive(Clone, Debug)]
pub enum What {
    /// What is wrong or doubtful about the model.
    Problems(Vec<Problem>),
    /// How far the study is, 0 to 1.
    Progress(f64),
    /// Numbers, first or final.
    Numbers(Box<Numbers>),
    /// There are no numbers, because of errors in the model or the sentence given.
    None(Option<String>),
}

/// The lead time and all that belongs to it.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// The model as it is.
    pub study: Study,
    /// The same without anything relaxed, when something is.
    pub before: Option<Before>,
    /// Whether they will not change any more.
    pub is_final: bool,
}

/// The model as it was before its handoffs were relaxed.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its study.
    pub study: Study,
    /// Mean lead time after − before, in seconds.
    pub difference: Option<Estimate>,
}

struct Job {
    revision: u64,
    model: Arc<Model>,
    threads: Option<NonZeroUsize>,
    control: Arc<StudyControl>,
}

/// The thread and the ways to it.
pub struct Worker {
    jobs: Sender<Job>,
    news: Receiver<News>,
    /// What is under way, to be cancelled.
    current: Arc<StudyControl>,
}

impl Worker {
    /// Starts the thread. `ctx` is woken when there are news.
    pub fn new(ctx: Context, fonts: Fonts) -> Self {
        let (jobs, jobs_in) = mpsc::channel::<Job>();
        let (news_out, news) = mpsc::channel();
        std::thread::Builder::new()
            .name("simulation".to_owned())
            .spawn(move || work(&jobs_in, &news_out, &ctx, &fonts))
            .expect("the system can start a thread");
        Self {
            jobs,
            news,
            current: Arc::default(),
        }
    }

    /// Simulates a model with so many threads, or as many as there are; what was under way ends.
    pub fn simulate(&mut self, revision: u64, model: Arc<Model>, threads: Option<NonZeroUsize>) {
        self.current.cancel();
        self.current = Arc::new(StudyControl::new());
        let job = Job {
            revision,
            model,
            threads,
            control: Arc::clone(&self.current),
        };
        // The thread lives as long as this does.
        let _thread_is_there = self.jobs.send(job);
    }

    /// Returns what has been found since the last time.
    pub fn news(&mut self) -> impl Iterator<Item = News> {
        self.news.try_iter()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.current.cancel();
    }
}

fn work(jobs: &Receiver<Job>, news: &Sender<News>, ctx: &Context, fonts: &Fonts) {
    while let Ok(mut job) = jobs.recv() {
        // Of several edits only the last is worth simulating.
        while let Ok(later) = jobs.try_recv() {
            job = later;
        }
        let revision = job.revision;
        let tell = |what: What| {
            // The window may be gone; then nobody listens.
            let _nobody_listens = news.send(News { revision, what });
            ctx.request_repaint();
        };
        if watched(|| take(&job, fonts, &tell)).is_err() {
            tell(What::None(Some(AT_FAULT.to_owned())));
        }
    }
}

/// What is said when checking or simulating panicked.
const AT_FAULT: &str = "The program itself is at fault here, not the model. The document is not \
                        touched; Help, Copy diagnostics says more.";

/// Finds out about a model what there is to find out.
fn take(job: &Job, fonts: &Fonts, tell: &dyn Fn(What)) {
    let mut problems = check::check(&job.model);
    problems.extend(missing_letters(&job.model, fonts));
    let has_errors = problems.iter().any(Problem::is_error);
    tell(What::Problems(problems));
    if has_errors || job.model.stages.is_empty() {
        tell(What::None(None));
    } else if let Err(error) = simulate(job, tell) {
        match error {
            StudyError::Cancelled => {}
            other => tell(What::None(Some(other.to_string()))),
        }
    }
}

fn simulate(job: &Job, tell: &dyn Fn(What)) -> Result<(), StudyError> {
    let options = StudyOptions {
        threads: job.threads,
        ..StudyOptions::default()
    };
    let reached = Mutex::new(0.0_f64);
    let progress = |fraction: f64| {
        let mut reached = reached.lock().unwrap_or_else(PoisonError::into_inner);
        if fraction - *reached >= 0.01 {
            *reached = fraction;
            tell(What::Progress(fraction));
        }
    };
    match unrelaxed(&job.model) {
        None => {
            let study = study::simulate(&job.model, &options, &job.control, &mut |now| {
                progress(now.fraction);
                if let Some([study]) = now.studies {
                    let numbers = Numbers {
                        study: study.clone(),
                        before: None,
                        is_final: false,
                    };
                    tell(What::Numbers(Box::new(numbers)));
                }
            })?;
            tell(What::Numbers(Box::new(Numbers {
                study,
                before: None,
                is_final: true,
            })));
        }
        Some(before) => {
            let found = study::compare(&before, &job.model, &options, &job.control, &mut |now| {
                progress(now.fraction);
                if let Some([before, after]) = now.studies {
                    let before = Before {
                        study: before.clone(),
                        difference: now.difference,
                    };
                    let numbers = Numbers {
                        study: after.clone(),
                        before: Some(before),
                        is_final: false,
                    };
                    tell(What::Numbers(Box::new(numbers)));
                }
            })?;
            let before = Before {
                study: found.before,
                difference: found.difference,
            };
            tell(What::Numbers(Box::new(Numbers {
                study: found.after,
                before: Some(before),
                is_final: true,
            })));
        }
    }
    Ok(())
}

/// Returns the model without anything relaxed, when something is.
fn unrelaxed(model: &Model) -> Option<Model> {
    let handoffs: Vec<_> = model
        .handoffs
        .iter()
        .filter(|handoff| handoff.is_relaxed)
        .map(|handoff| handoff.id)
        .collect();
    if handoffs.is_empty() {
        return None;
    }
    let mut before = model.clone();
    let change = Change::Handoff(HandoffChange::Relax {
        handoffs,
        is_relaxed: false,
    });
    edit::apply(&mut before, &change).ok().map(|_| before)
}
