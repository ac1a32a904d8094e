//! Figures as text for people.

use crate::analysis::{Estimate, Figure, Figures, StreamFigures, StreamLoad, findings};
use crate::model::At;
use crate::sim::Slice;
use crate::study::Study;
use crate::words::{
    LadderWords, THIN, checks_sentence, ladder, number, percent, place_name, problem_line,
    sentence, share, slice_name, status, time, with_unit,
};

use super::report::Subject;

/// Returns the figures of a study as text.
pub fn of(subject: &Subject<'_>, study: &Study) -> String {
    let model = subject.model;
    let mut text = String::new();
    let mut line = |line: &str| {
        text.push_str(line.trim_end());
        text.push('\n');
    };
    let stream = model.streams.find(study.stream);
    let stream_name = stream.map_or("", |stream| stream.name.as_str());
    line(
        &match subject.scenario.and_then(|id| model.scenarios.find(id)) {
            Some(scenario) => format!("{} · {stream_name} · {}", model.name, scenario.name),
            None => format!("{} · {stream_name}", model.name),
        },
    );
    line("");

    let figures = study.figures.as_ref().zip(study.stream_figures());
    if let Some((all, top)) = figures {
        for row in aligned(&lead_time_rows(top)) {
            line(&row);
        }
        line("");
        line("Where the time goes, a mean item");
        for row in aligned(&breakdown_rows(top)) {
            line(&row);
        }
        line("");
        let load = study.load.stream(top.id);
        for row in aligned(&other_rows(top, load, &model.currency)) {
            line(&row);
        }
        let levers = aligned(&leverage_rows(subject));
        if !levers.is_empty() {
            line("");
            line("Leverage: the mean lead time falls, per 10 % less of");
            for row in levers {
                line(&row);
            }
        }
        let teams = aligned(&team_rows(subject, all));
        if !teams.is_empty() {
            line("");
            line("Teams");
            for row in teams {
                line(&row);
            }
        }
        line("");
    }
    if let Some(found) = subject.ladder {
        let words = ladder(model, found);
        line("Ladder");
        for row in aligned(&ladder_rows(&words)) {
            line(&row);
        }
        line(&words.note);
        line("");
    }
    for finding in findings(model, figures, &study.load) {
        line(&sentence(model, study.stream, &finding));
    }
    let worth_saying: Vec<_> = subject.problems.iter().collect();
    if !worth_saying.is_empty() {
        line("");
        for problem in worth_saying {
            line(&problem_line(problem));
        }
    }
    line("");
    if let Some(figures) = &study.figures {
        line(&checks_sentence(&figures.checks));
    }
    line(&rests_on(study));
    // A terminal knows no narrow space, and people look for "64 %" with an ordinary one.
    text.replace(THIN, " ")
}

/// What the figures rest on.
fn rests_on(study: &Study) -> String {
    let exact = |span: crate::model::Span| time(Estimate::exact(span.as_secs_f64())).short();
    let mut parts = vec![status(
        study.items,
        study.replications,
        study.mean_lead_time(),
    )];
    if study.figures.is_none() {
        parts = vec!["not measured".to_owned()];
    } else if study.is_terminating {
        parts.push(format!("until all were done, {}", exact(study.horizon)));
    } else {
        parts.push(format!(
            "warm-up {}, horizon {}",
            exact(study.warm_up),
            exact(study.horizon)
        ));
    }
    if study.unfinished > 0 {
        parts.push(format!("{} unfinished", study.unfinished));
    }
    parts.push(format!("seed {}", study.seed));
    parts.push(format!("{:.1} s", study.wall.as_secs_f64()));
    parts.join(" · ")
}

fn lead_time_rows(top: &StreamFigures) -> Vec<Vec<String>> {
    let lead = &top.lead_time;
    let mut rows = vec![vec![
        "Lead time (calendar)".to_owned(),
        shown(lead.mean, |mean| time(mean).to_string()),
    ]];
    for (name, figure) in [
        ("P50", lead.p50()),
        ("P85", lead.p85()),
        ("P95", lead.p95()),
    ] {
        rows.push(vec![
            format!("  {name}"),
            shown(figure, |quantile| time(quantile).to_string()),
        ]);
    }
    if let Some(within) = lead.within_target.estimate() {
        rows.push(vec![
            "  Within target".to_owned(),
            share(within).to_string(),
        ]);
    }
    rows
}

fn breakdown_rows(top: &StreamFigures) -> Vec<Vec<String>> {
    let total = top.breakdown.total().unwrap_or_default();
    Slice::ALL
        .into_iter()
        .filter_map(|slice| {
            let passes = &top.breakdown[slice];
            let whole = passes.estimate().filter(|whole| whole.value > 0.0)?;
            let rework = passes.rework.estimate().filter(|rework| rework.value > 0.0);
            Some(vec![
                format!("  {}", slice_name(slice)),
                time(whole).short(),
                percent(whole.value / total),
                rework.map_or_else(String::new, |rework| {
                    format!("of it rework {}", time(rework).short())
                }),
            ])
        })
        .collect()
}

fn other_rows(top: &StreamFigures, load: Option<&StreamLoad>, currency: &str) -> Vec<Vec<String>> {
    let shares = |figure: Figure| shown(figure, |value| share(value).to_string());
    let numbers = |figure: Figure| shown(figure, |value| number(value).to_string());
    let mut rows = vec![
        ("Interface delay share", shares(top.interface_delay_share)),
        ("Coordination share", shares(top.coordination_share)),
        ("Activity ratio", shares(top.activity_ratio)),
        ("Throughput a day", numbers(top.throughput_per_day)),
        ("Items inside (WIP)", numbers(top.wip)),
        ("Automation coverage", shares(top.automation.all)),
        ("  of items, all the way", shares(top.automation.items)),
        ("  of visits", shares(top.automation.visits)),
        ("  of handoffs", shares(top.automation.handoffs)),
        ("  of work time", shares(top.automation.time)),
        (
            "Manual work an item",
            shown(top.manual_hours_per_item, |hours| {
                with_unit(hours, "h").to_string()
            }),
        ),
        ("Touchpoints an item", numbers(top.touchpoints)),
        ("Systems an item", numbers(top.systems)),
        (
            "Visits beyond the first",
            numbers(top.rework.visits_beyond_first),
        ),
    ];
    if let Some(back) = top.rework.items.estimate().filter(|back| back.value > 0.0) {
        rows.push(("Items that go back", share(back).to_string()));
    }
    if let Some(away) = top.turned_away_share.estimate().filter(|a| a.value > 0.0) {
        rows.push(("Turned away", share(away).to_string()));
    }
    if let Some(ratio) = top.value_ratio.estimate() {
        rows.push(("Value-adding time", share(ratio).to_string()));
    }
    if let Some(rolled) = top.rolled_ca {
        rows.push(("Rolled %C&A", percent(rolled)));
    }
    if let Some(takt) = load.and_then(|load| load.takt) {
        let takt = time(Estimate::exact(takt)).short();
        rows.push(("Takt (working time)", takt));
    }
    if let Some(cost) = top.cost_per_item.estimate() {
        rows.push(("Cost an item", with_unit(cost, currency).to_string()));
    }
    if let Some(cost) = top.cost_of_delay_per_item.estimate() {
        let cost = with_unit(cost, currency).to_string();
        rows.push(("Cost of delay an item", cost));
    }
    if let Some(wasted) = top.rework.wasted_work.estimate().filter(|w| w.value > 0.0) {
        rows.push(("Wasted parallel work an item", time(wasted).to_string()));
    }
    rows.into_iter()
        .map(|(name, value)| vec![name.to_owned(), value])
        .collect()
}

/// The ten stages and handoffs that could do most.
fn leverage_rows(subject: &Subject<'_>) -> Vec<Vec<String>> {
    let mut found: Vec<(At, Estimate)> = (subject.leverage.iter())
        .filter_map(|lever| Some((lever.at, lever.fall?)))
        .collect();
    found.sort_by(|a, b| b.1.value.total_cmp(&a.1.value));
    let rows = found.into_iter().take(10);
    rows.map(|(at, fall)| {
        vec![
            format!("  {}", place_name(subject.model, at)),
            time(fall).to_string(),
        ]
    })
    .collect()
}

/// Waits and work of each stage, then the totals.
fn ladder_rows(words: &LadderWords) -> Vec<Vec<String>> {
    let steps = words.lines.iter().map(|line| {
        vec![
            format!("  {}", line.name),
            if line.wait.is_empty() {
                String::new()
            } else {
                format!("wait {}", line.wait)
            },
            if line.work.is_empty() {
                String::new()
            } else {
                format!("work {}", line.work)
            },
        ]
    });
    let totals: Vec<String> = words
        .totals
        .iter()
        .map(|(name, figure)| format!("{} {figure}", name.to_lowercase()))
        .collect();
    steps
        .chain([vec![format!("  {}", totals.join(", "))]])
        .collect()
}

fn team_rows(subject: &Subject<'_>, all: &Figures) -> Vec<Vec<String>> {
    subject
        .model
        .teams
        .iter()
        .zip(&all.teams)
        .map(|(team, figures)| {
            vec![
                format!("  {}", team.name),
                shown(figures.utilisation, |busy| format!("{} busy", share(busy))),
                shown(figures.wait, |wait| format!("{} wait", time(wait))),
                shown(figures.queue_length, |queue| {
                    format!("{} in the queue", number(queue))
                }),
            ]
        })
        .collect()
}

/// Prints a figure; one that was not computed is a dash.
fn shown(figure: Figure, print: impl Fn(Estimate) -> String) -> String {
    figure.estimate().map_or_else(|| "–".to_owned(), print)
}

/// Joins cells to rows, each column as wide as its widest cell.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths);
            cells
                .map(|(cell, &width)| format!("{cell:<width$}"))
                .collect::<Vec<_>>()
                .join("  ")
        })
        .collect()
}
