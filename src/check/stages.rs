//! Stages one by one.

use std::collections::BTreeSet;

use crate::model::{
    At, Automation, Change, ClassId, Entry, Only, Problem, Stage, StageChange, StageField,
};

use super::code;
use super::facts::Facts;

pub(super) fn check(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    for (stage, place) in facts.model.stages.iter().zip(0_u32..) {
        let report = Report {
            facts,
            stage,
            place,
        };
        problems.extend(report.all());
    }
    unknown_classes(facts, problems);
}

struct Report<'a> {
    facts: &'a Facts<'a>,
    stage: &'a Stage,
    place: u32,
}

impl Report<'_> {
    fn all(&self) -> impl Iterator<Item = Problem> {
        [
            self.no_work_time(),
            self.no_team(),
            self.enough(),
            self.batch(),
            self.limit_at_join(),
            self.limit_zero(),
            self.count_zero(),
            self.never_available(),
            self.setup_without_team(),
            self.satisfaction(),
        ]
        .into_iter()
        .flatten()
    }

    fn name(&self) -> &str {
        self.facts.stage_name(self.stage.id)
    }

    fn at(&self) -> At {
        At::Stage(self.stage.id)
    }

    fn no_work_time(&self) -> Option<Problem> {
        let says_nothing = self.stage.work.is_none() && self.stage.class_work.is_empty();
        says_nothing.then(|| {
            let message = format!("{} has no work time; it counts as 0", self.name());
            Problem::warning(code::NO_WORK_TIME, self.at(), message)
                .field("work")
                .hint("Write how long the work takes, for instance 4h; 0 if it takes none")
        })
    }

    fn no_team(&self) -> Option<Problem> {
        if self.stage.team.is_some() {
            return None;
        }
        let hint = "Assign a team, or mark the stage as automatic";
        let fix = vec![Change::Stage(StageChange::Set {
            stages: vec![self.stage.id],
            field: StageField::Automation(Some(Automation::Automatic)),
        })];
        match self.stage.automation {
            Some(Automation::Automatic) => None,
            Some(Automation::Manual | Automation::Assisted) => {
                let message = format!("{} needs a person and no team owns it", self.name());
                Some(Problem::error(code::NO_TEAM, self.at(), message))
            }
            // Without a work time there is nothing to own yet.
            None => self.stage.work.is_some().then(|| {
                let message = format!("No team owns {}; it runs by itself", self.name());
                Problem::warning(code::NO_TEAM, self.at(), message)
            }),
        }
        .map(|problem| problem.field("team").hint(hint).fix(fix))
    }

    fn enough(&self) -> Option<Problem> {
        let enough = self.stage.enough?;
        (self.stage.copies > 0 && (enough > self.stage.copies || enough == 0)).then(|| {
            let message = format!(
                "{enough} of the {} copies of {} are to be enough",
                self.stage.copies,
                self.name()
            );
            Problem::error(code::ENOUGH, self.at(), message)
                .field("enough")
                .hint("Set a number from 1 to that of the copies, or leave it out for all")
        })
    }

    fn batch(&self) -> Option<Problem> {
        let size = self
            .stage
            .batch
            .map(|batch| batch.size)
            .filter(|&size| size > 1)?;
        let name = self.name();
        if self.stage.copies > 1 {
            let message = format!("{name} has both several copies and a batch");
            return Some(
                Problem::error(code::BATCH_AND_COPIES, self.at(), message)
                    .field("batch")
                    .hint("Put the batch on a stage of its own before it"),
            );
        }
        let limit = self.stage.limit.filter(|&limit| size > limit)?;
        let message = format!("{name} takes batches of {size} and has room for {limit} items only");
        Some(
            Problem::error(code::BATCH_ABOVE_LIMIT, self.at(), message)
                .field("batch")
                .hint("Raise the limit to the size of the batch or above"),
        )
    }

    fn limit_at_join(&self) -> Option<Problem> {
        self.stage.limit?;
        let waits_for_all = self.facts.flow.stages[self.place as usize].entry == Entry::All;
        let ways = self.facts.forward.ways_in(self.place).len();
        (waits_for_all && ways > 1).then(|| {
            let message = format!("{} has a limit and waits for {ways} ways in", self.name());
            Problem::error(code::LIMIT_AT_JOIN, self.at(), message)
                .field("limit")
                .hint("Put the limit on the stages before it")
        })
    }

    fn limit_zero(&self) -> Option<Problem> {
        (self.stage.limit == Some(0)).then(|| {
            let message = format!(
                "{} has room for no item, so none ever comes in",
                self.name()
            );
            Problem::error(code::LIMIT_ZERO, self.at(), message)
                .field("limit")
                .hint("Set 1 or more, or leave the limit out")
        })
    }

    fn count_zero(&self) -> Option<Problem> {
        let (field, of) = if self.stage.copies == 0 {
            ("copies", "no copy")
        } else if self.stage.batch.is_some_and(|batch| batch.size == 0) {
            ("batch", "batches of no item")
        } else {
            return None;
        };
        let message = format!("{} works in {of}", self.name());
        Some(
            Problem::error(code::COUNT_ZERO, self.at(), message)
                .field(field)
                .hint("Set 1 or more, or leave it out"),
        )
    }

    fn never_available(&self) -> Option<Problem> {
        let is_never = self
            .stage
            .availability
            .is_some_and(|share| share.get() <= 0.0);
        is_never.then(|| {
            let message = format!(
                "The means of work of {} are never available, so nothing gets done",
                self.name()
            );
            Problem::error(code::NEVER_AVAILABLE, self.at(), message)
                .field("availability")
                .hint("Set the share of the time in which they are up, for instance 90%")
        })
    }

    fn setup_without_team(&self) -> Option<Problem> {
        (self.stage.setup.is_some() && self.stage.team.is_none()).then(|| {
            let message = format!(
                "{} has a setup and no team: nobody comes from another stage, so it never counts",
                self.name()
            );
            Problem::warning(code::SETUP_WITHOUT_TEAM, self.at(), message)
                .field("setup")
                .hint("Assign a team, or leave the setup out")
        })
    }

    fn satisfaction(&self) -> Option<Problem> {
        let score = self.stage.satisfaction?;
        (!(1..=5).contains(&score)).then(|| {
            let message = format!("The satisfaction of {} is {score}", self.name());
            Problem::warning(code::SATISFACTION, self.at(), message)
                .field("satisfaction")
                .hint("It goes from 1 to 5")
        })
    }
}

/// Work times and handoffs for a class that no demand brings.
fn unknown_classes(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let model = facts.model;
    let demands = model.streams.iter().flat_map(|stream| &stream.demands);
    let known: BTreeSet<ClassId> = demands
        .filter_map(|demand| demand.class.as_ref().map(|class| class.id))
        .collect();
    let mut report = |class: ClassId, at: At, field: &'static str, of: String| {
        if known.contains(&class) {
            return;
        }
        let message = format!("{of} names the class {class}, and no demand brings such items");
        problems.push(
            Problem::warning(code::UNKNOWN_CLASS, at, message)
                .field(field)
                .hint("Give a demand this class, or take it out here"),
        );
    };
    for stage in &model.stages {
        for (class, _) in &stage.class_work {
            let of = format!("A work time of {}", facts.stage_name(stage.id));
            report(*class, At::Stage(stage.id), "class_work", of);
        }
    }
    for handoff in &model.handoffs {
        for only in &handoff.only {
            if let Only::Class(class) = *only {
                let of = facts.handoff_name(handoff);
                report(class, At::Handoff(handoff.id), "only", of);
            }
        }
    }
}
