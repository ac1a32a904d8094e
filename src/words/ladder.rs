//! The ladder of the classic map, as it is read.

use crate::analysis::{Estimate, Ladder, Rung, Step};
use crate::model::{Model, StageId};

use super::number::{THIN, number, percent, time, with_unit};

/// A stage on the ladder with the wait in front of it, its figures with their units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderLine {
    /// Which stage.
    pub stage: StageId,
    /// What it is called, and how often it is visited when that is not once: `Edit × 1.43`.
    pub name: String,
    /// Waiting in front of it, or for a batch there; empty when there is none.
    pub wait: String,
    /// Work; empty when there is none.
    pub work: String,
}

/// A ladder in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderWords {
    /// The stages of the critical path, in order.
    pub lines: Vec<LadderLine>,
    /// The totals: name and figure.
    pub totals: Vec<(&'static str, String)>,
    /// What the figures are, in a sentence or two.
    pub note: String,
}

/// Returns a ladder as it is read. Where every wait is made of pieces counted, waits are said in
/// working days, as on the classic map; else in elapsed time.
pub fn ladder(model: &Model, ladder: &Ladder) -> LadderWords {
    let exact = |seconds: f64| time(Estimate::exact(seconds)).short();
    let in_days = ladder.is_of_inventories();
    let wait = |seconds: f64| {
        if in_days {
            let days = ladder.in_working_days(seconds);
            with_unit(Estimate::exact(rounded(days)), "d").short()
        } else {
            exact(seconds)
        }
    };
    let said = |seconds: f64, say: &dyn Fn(f64) -> String| {
        if seconds > 0.0 {
            say(seconds)
        } else {
            String::new()
        }
    };
    let mut lines = Vec::new();
    let mut waiting = 0.0;
    for Step {
        rung,
        times,
        wait: own,
        work,
        ..
    } in &ladder.steps
    {
        waiting += own;
        let Rung::Stage(stage) = *rung else { continue };
        let name = model.stages.find(stage).map_or("", |stage| &stage.name);
        let often = if (times - 1.0).abs() < 1e-9 {
            String::new()
        } else {
            format!(" ×{THIN}{}", number(Estimate::exact(*times)).short())
        };
        lines.push(LadderLine {
            stage,
            name: format!("{name}{often}"),
            wait: said(waiting, &wait),
            work: said(*work, &exact),
        });
        waiting = 0.0;
    }
    let mut totals = vec![
        ("Waiting", wait(ladder.wait())),
        ("Work", exact_work(ladder.work())),
    ];
    if !in_days {
        totals.push(("Lead time", exact(ladder.lead_time())));
    }
    totals.extend(
        ladder
            .activity_ratio()
            .map(|ratio| ("Activity ratio", percent(ratio))),
    );
    LadderWords {
        lines,
        totals,
        note: note(ladder, in_days),
    }
}

/// Days to one decimal, as people count them.
fn rounded(days: f64) -> f64 {
    (days * 10.0).round() / 10.0
}

/// Work in whole seconds up to ten minutes, as on the classic map; then as other times.
fn exact_work(seconds: f64) -> String {
    if seconds < 600.0 {
        with_unit(Estimate::exact(seconds), "s").short()
    } else {
        time(Estimate::exact(seconds)).short()
    }
}

fn note(ladder: &Ladder, in_days: bool) -> String {
    let mut note = "Means along the critical path, without queues.".to_owned();
    note.push_str(if in_days {
        " Waits are pieces counted over the demand, in working days; work is working time."
    } else {
        " Waits are elapsed time, work is working time; the lead time has the closed hours too."
    });
    if ladder.is_lower_bound {
        note.push_str(" Branches that vary come together: the true mean is longer.");
    }
    note
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{HandoffId, Stage, StreamId};

    fn found() -> (Model, Ladder) {
        let mut model = Model::default();
        let ids = ["press", "weld"].map(|id| StageId::new(id).unwrap());
        for (id, name) in ids.into_iter().zip(["Press", "Weld"]) {
            model.stages.push(Stage::new(id, name));
        }
        let step = |rung, wait, work, times| Step {
            rung,
            times,
            wait,
            work,
            closed: 0.0,
        };
        let handoff = Rung::Handoff {
            id: HandoffId::new("press--weld").unwrap(),
            inventory: Some(7000),
        };
        let day = 86_400.0;
        let ladder = Ladder {
            stream: StreamId::new("s").unwrap(),
            steps: vec![
                step(Rung::Stage(ids[0]), 0.0, 1.0, 1.0),
                step(handoff, 10.652 * day, 0.0, 1.0),
                step(Rung::Stage(ids[1]), 0.0, 57.2, 1.43),
            ],
            working_days: 5,
            open: 0.5,
            pacemaker: None,
            is_lower_bound: false,
        };
        (model, ladder)
    }

    #[test]
    fn waits_of_counted_pieces_are_working_days() {
        let (model, found) = found();
        let words = ladder(&model, &found);
        let plain = |text: &str| text.replace(THIN, " ");
        let lines: Vec<String> = words
            .lines
            .iter()
            .map(|line| plain(&format!("{}|{}|{}", line.wait, line.name, line.work)))
            .collect();
        assert_eq!(lines, ["|Press|1 s", "7.6 d|Weld × 1.43|57.2 s"]);
        let totals: Vec<String> = words
            .totals
            .iter()
            .map(|(name, figure)| plain(&format!("{name} {figure}")))
            .collect();
        assert_eq!(totals[..2], ["Waiting 7.6 d", "Work 58.2 s"]);
        assert!(words.note.contains("working days"));
    }

    #[test]
    fn other_waits_are_elapsed_time() {
        let (model, mut found) = found();
        found.steps[0].wait = 3600.0;
        found.is_lower_bound = true;
        let words = ladder(&model, &found);
        assert!(words.totals.iter().any(|(name, _)| *name == "Lead time"));
        assert!(words.note.contains("elapsed") && words.note.contains("longer"));
        assert_eq!(words.lines[0].wait.replace(THIN, " "), "60 min");
    }
}
