//! What each tab of the results shows of the figures.

use egui::accesskit::Role;
use egui::{Align, CornerRadius, Grid, Label, Layout, RichText, Sense, Ui, WidgetInfo, vec2};

use crate::analysis::{Bar, Estimate, Figure, Figures, StreamFigures, findings};
use crate::app::command::Command;
use crate::app::inspector::ends;
use crate::app::names::{link_ui, name_ui};
use crate::app::paint::{Frame, color, paint_scene};
use crate::app::style;
use crate::app::worker::{Before, Numbers};
use crate::model::{Model, Target};
use crate::scene::{Scene, Theme, chart};
use crate::words;

/// Shows how long an item takes: figures, their distribution, and where the time goes.
pub(super) fn lead_time_ui(ui: &mut Ui, model: &Model, numbers: &Numbers, stream: &StreamFigures) {
    let theme = style::theme_of(ui.ctx());
    let available = ui.available_size();
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(200.0);
            figures_ui(ui, model, numbers, stream);
        });
        ui.add_space(8.0);
        let chart_width = ((available.x - 200.0 - 32.0) * 0.45).clamp(260.0, 620.0);
        let height = (available.y - 20.0).max(180.0);
        let before = numbers
            .before
            .as_ref()
            .and_then(|before| before.study.stream_figures());
        let data = lead_time_chart(stream, before, target_of(model, stream));
        let histogram = chart::lead_time(&data, chart_width, height, theme);
        scene_ui(ui, &histogram, "Distribution of the lead time");
        ui.add_space(16.0);
        ui.vertical(|ui| {
            let width = ui.available_width().max(320.0);
            ui.set_width(width);
            let mut bars = vec![breakdown_bar("Now", stream)];
            bars.extend(before.map(|before| breakdown_bar("Before", before)));
            scene_ui(
                ui,
                &chart::breakdown(&bars, width, theme, &style::fonts_of(ui.ctx())),
                "Where the time goes",
            );
            ui.add_space(8.0);
            let study = &numbers.study;
            let figures = study.figures.as_ref().map(|figures| (figures, stream));
            for finding in findings(model, figures, &study.load) {
                ui.add(Label::new(words::sentence(model, stream.id, &finding)).wrap());
            }
            if let Some(figures) = &study.figures {
                let checks = words::checks_sentence(&figures.checks);
                ui.add(Label::new(RichText::new(checks).small().weak()).wrap());
            }
        });
    });
}

/// The histogram of a stream, with that of the run before behind it.
fn lead_time_chart(
    stream: &StreamFigures,
    before: Option<&StreamFigures>,
    target: Option<f64>,
) -> chart::LeadTimeChart {
    const MOST_BARS: usize = 44;
    let p95 = |stream: &StreamFigures| stream.lead_time.p95().value().unwrap_or(0.0);
    let up_to = before.map_or(0.0, p95).max(p95(stream)) * 1.35;
    let up_to = up_to.max(target.unwrap_or(0.0) * 1.05);
    let bars = stream.histogram.bars(MOST_BARS, up_to);
    let width = bars.first().map_or(0.0, |bar| bar.to - bar.from);
    let shares = |bars: &[Bar]| bars.iter().map(|bar| bar.share).collect();
    // Bars of another width cannot stand behind these; they come together for one range.
    let before = before
        .map(|before| before.histogram.bars(MOST_BARS, up_to))
        .filter(|bars| bars.first().is_some_and(|bar| bar.to - bar.from == width));
    let markers = [
        ("P50", stream.lead_time.p50()),
        ("P85", stream.lead_time.p85()),
        ("P95", stream.lead_time.p95()),
    ];
    chart::LeadTimeChart {
        from: bars.first().map_or(0.0, |bar| bar.from) * 1e3,
        bar: width * 1e3,
        bars: shares(&bars),
        before: before.map(|bars| shares(&bars)).unwrap_or_default(),
        markers: markers
            .into_iter()
            .filter_map(|(name, figure)| Some((name.to_owned(), figure.value()? * 1e3)))
            .collect(),
        target: target.map(|seconds| seconds * 1e3),
    }
}

/// The bar of where a stream's time goes.
fn breakdown_bar(name: &str, stream: &StreamFigures) -> chart::BreakdownBar {
    let passes = stream.breakdown.0;
    let millis = |figure: Figure| figure.value().unwrap_or(0.0) * 1e3;
    chart::BreakdownBar {
        name: name.to_owned(),
        slices: passes.map(|slice| millis(slice.first_pass) + millis(slice.rework)),
        rework: passes.map(|slice| millis(slice.rework)),
    }
}

fn figures_ui(ui: &mut Ui, model: &Model, numbers: &Numbers, stream: &StreamFigures) {
    ui.label(RichText::new("Lead time (calendar)").weak());
    let mean = stream.lead_time.mean.estimate();
    let value = mean.map_or_else(|| "–".to_owned(), |mean| words::time(mean).short());
    ui.label(RichText::new(value).heading().size(32.0));
    if let Some(mean) = mean {
        ui.label(
            RichText::new(format!(
                "±{}{}",
                words::THIN,
                words::time(mean).spread.unwrap_or_default()
            ))
            .weak(),
        );
    }
    if let Some(before) = &numbers.before {
        before_ui(ui, before);
    }
    ui.add_space(6.0);
    let mut rows = vec![
        ("P50", time(stream.lead_time.p50().estimate())),
        ("P85", time(stream.lead_time.p85().estimate())),
        ("P95", time(stream.lead_time.p95().estimate())),
    ];
    let within;
    if let Some(target) = target_of(model, stream) {
        within = format!("Within {}", words::time(Estimate::exact(target)));
        rows.push((&within, share(stream.lead_time.within_target.estimate())));
    }
    rows.push(("Interfaces", share(stream.interface_delay_share.estimate())));
    Grid::new("lead-time")
        .num_columns(2)
        .spacing([12.0, 4.0])
        .show(ui, |ui| {
            for (name, value) in rows {
                ui.label(RichText::new(name).weak());
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.label(RichText::new(value).strong());
                });
                ui.end_row();
            }
        });
}

fn before_ui(ui: &mut Ui, before: &Before) {
    let Some(mean) = before.study.mean_lead_time() else {
        return;
    };
    ui.label(format!(
        "was {} before running together",
        words::time(mean).short()
    ));
    let sentence = words::difference_sentence(mean, before.difference);
    ui.add(Label::new(RichText::new(sentence).strong()).wrap());
}

/// Shows how busy each team is, and what waits for it.
pub(super) fn teams_ui(ui: &mut Ui, model: &Model, figures: &Figures) {
    let theme = style::theme_of(ui.ctx());
    ui.add_space(4.0);
    Grid::new("teams")
        .num_columns(6)
        .striped(true)
        .spacing([24.0, 6.0])
        .show(ui, |ui| {
            for title in ["Team", "People", "Busy", "", "Waits for it", "Queue"] {
                ui.label(RichText::new(title).weak());
            }
            ui.end_row();
            for team in &figures.teams {
                let Some(found) = model.teams.find(team.id) else {
                    continue;
                };
                name_ui(ui, &found.name);
                ui.label(found.people.to_string());
                ui.label(RichText::new(share(team.utilisation.estimate())).strong());
                let busy = team.utilisation.value().unwrap_or(0.0);
                utilisation_bar_ui(ui, &found.name, busy, theme);
                ui.label(time(team.wait.estimate()));
                ui.label(number(team.queue_length.estimate()));
                ui.end_row();
            }
        });
    if figures.teams.is_empty() {
        ui.label("There are no teams; every stage runs around the clock.");
    }
}

fn utilisation_bar_ui(ui: &mut Ui, team: &str, busy: f64, theme: Theme) {
    let palette = theme.palette();
    let (rect, response) = ui.allocate_exact_size(vec2(220.0, 10.0), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::ProgressIndicator,
            true,
            format!("{team} is busy {:.0} %", busy * 100.0),
        )
    });
    let radius = CornerRadius::same(3);
    ui.painter().rect_filled(rect, radius, color(palette.track));
    let filled = egui::Rect::from_min_size(
        rect.min,
        vec2(rect.width() * busy.clamp(0.0, 1.0) as f32, rect.height()),
    );
    let ink = if busy > 0.9 {
        palette.rework
    } else {
        palette.bar
    };
    ui.painter().rect_filled(filled, radius, color(ink));
}

/// Shows the figures of each stage and handoff.
pub(super) fn stages_ui(
    ui: &mut Ui,
    model: &Model,
    stream: &StreamFigures,
    commands: &mut Vec<Command>,
) {
    ui.add_space(4.0);
    ui.horizontal_top(|ui| {
        Grid::new("stages")
            .num_columns(5)
            .striped(true)
            .spacing([20.0, 6.0])
            .show(ui, |ui| {
                for title in ["Stage", "Visits", "Work", "Waits", "Critical"] {
                    ui.label(RichText::new(title).weak());
                }
                ui.end_row();
                for stage in &stream.stages {
                    let Some(found) = model.stages.find(stage.id) else {
                        continue;
                    };
                    if link_ui(ui, &found.name).clicked() {
                        commands.push(Command::Reveal(crate::model::At::Stage(stage.id)));
                    }
                    ui.label(number(stage.visits_per_item.estimate()));
                    ui.label(time(stage.work.estimate()));
                    ui.label(time(stage.team_wait.estimate()));
                    ui.label(share(stage.criticality.estimate()));
                    ui.end_row();
                }
            });
        ui.add_space(32.0);
        Grid::new("handoffs")
            .num_columns(4)
            .striped(true)
            .spacing([20.0, 6.0])
            .show(ui, |ui| {
                for title in ["Handoff", "Passages", "Delay", "Critical"] {
                    ui.label(RichText::new(title).weak());
                }
                ui.end_row();
                for handoff in &stream.handoffs {
                    if link_ui(ui, &ends(model, handoff.from, handoff.to)).clicked() {
                        commands.push(Command::Reveal(crate::model::At::Handoff(handoff.id)));
                    }
                    ui.label(number(handoff.passages_per_item.estimate()));
                    ui.label(time(handoff.delay.estimate()));
                    ui.label(share(handoff.criticality.estimate()));
                    ui.end_row();
                }
            });
    });
}

/// Shows a scene in the flow of a panel.
pub(super) fn scene_ui(ui: &mut Ui, scene: &Scene, name: &str) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(scene.bounds.max.x, scene.bounds.max.y), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    paint_scene(
        &ui.painter_at(rect),
        scene,
        Frame {
            origin: rect.min,
            zoom: 1.0,
        },
    );
}

/// The target lead time of a stream, in seconds.
fn target_of(model: &Model, stream: &StreamFigures) -> Option<f64> {
    match model.streams.find(stream.id)?.target? {
        Target::LeadTime(time) => Some(time.span().as_secs_f64()),
        Target::Date(_) => None,
    }
}

/// Returns a time with its interval.
pub(super) fn time(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "–".to_owned(), |time| words::time(time).to_string())
}

/// Returns a share with its interval.
pub(super) fn share(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "–".to_owned(), |share| words::share(share).to_string())
}

/// Returns a number with its interval.
pub(super) fn number(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(
        || "–".to_owned(),
        |number| words::number(number).to_string(),
    )
}
