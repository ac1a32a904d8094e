//! The results below the canvas: lead time, where the time goes, teams, problems.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{
    Align, CornerRadius, Grid, Label, Layout, RichText, ScrollArea, Sense, Ui, WidgetInfo, vec2,
};

use crate::analysis::{Bar, Estimate, Figure, Figures, Ladder, StreamFigures, findings};
use crate::edit::{Document, Selected};
use crate::graph::Flow;
use crate::model::{Model, Problem, Severity, Target};
use crate::scene::{Heat, Scene, Theme, chart};
use crate::study::Study;
use crate::words;

use super::command::Command;
use super::fields::capitalized;
use super::focus::followed;
use super::inspector::ends;
use super::names::{link_ui, name_ui, sentence_link_ui};
use super::paint::{Frame, color, paint_scene};
use super::style;
use super::table::TablePanel;
use super::worker::{Before, Numbers, What, Worker};

/// What is shown of the results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    LeadTime,
    Teams,
    Stages,
    Ladder,
    Problems,
    Table,
}

/// What the results panel knows and shows.
#[derive(Default)]
pub struct Results {
    tab: Tab,
    /// The revision of the document, as far as is known here.
    revision: u64,
    /// The newest numbers, and the revision that they are about.
    numbers: Option<(u64, Box<Numbers>)>,
    /// Why there are no numbers for the newest revision, when there are none.
    fault: Option<Option<String>>,
    problems: Vec<Problem>,
    /// How far the study under way is; nothing when none is.
    progress: Option<f64>,
    /// Where the time of the newest numbers goes.
    heat: Option<Arc<Heat>>,
    /// The ladder, its note, and the revision that they are about.
    ladder: Option<(u64, Option<(chart::LadderChart, String)>)>,
    table: TablePanel,
}

impl Results {
    /// Takes in what the worker has found.
    pub fn take_in(&mut self, worker: &mut Worker) {
        for news in worker.news() {
            if news.revision != self.revision {
                continue;
            }
            match news.what {
                What::Problems(problems) => self.problems = problems,
                What::Progress(fraction) => self.progress = Some(fraction),
                What::Numbers(numbers) => {
                    if numbers.is_final {
                        self.progress = None;
                    }
                    self.fault = None;
                    self.note_heat(&numbers.study);
                    self.numbers = Some((news.revision, numbers));
                }
                What::None(why) => {
                    self.progress = None;
                    self.fault = Some(why);
                }
            }
        }
    }

    /// Notes that the document is another one: what is shown is about the past until there is news.
    pub fn is_outdated(&mut self, revision: u64) {
        self.revision = revision;
        self.fault = None;
        self.progress = Some(0.0);
    }

    /// Returns the newest numbers when they are final and about the newest revision.
    pub fn final_numbers(&self) -> Option<&Numbers> {
        let (revision, numbers) = self.numbers.as_ref()?;
        (*revision == self.revision && numbers.is_final).then_some(numbers)
    }

    /// Returns where the time of the newest numbers goes.
    pub fn heat(&self) -> Option<&Arc<Heat>> {
        self.heat.as_ref()
    }

    /// Returns what a legend says of that; how old it is included.
    pub fn heat_remark(&self) -> String {
        let Some((_, numbers)) = &self.numbers else {
            return String::new();
        };
        if !self.up_to_date() {
            return "out of date".to_owned();
        }
        let figures = numbers.study.figures.as_ref();
        let remark = figures.map(words::heat_remark).unwrap_or_default();
        if numbers.is_final {
            remark
        } else {
            format!("{remark} so far")
        }
    }

    fn note_heat(&mut self, study: &Study) {
        let heat = study.figures.as_ref().and_then(Heat::of);
        // The same one again where nothing has changed that is seen.
        if heat.as_ref() != self.heat.as_deref() {
            self.heat = heat.map(Arc::new);
        }
    }

    /// Returns what is wrong or doubtful about the model.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns whether a study is under way.
    pub fn is_running(&self) -> bool {
        self.progress.is_some()
    }

    fn up_to_date(&self) -> bool {
        self.numbers
            .as_ref()
            .is_some_and(|(revision, _)| *revision == self.revision)
    }

    /// Returns the table of stages or handoffs.
    pub fn table(&mut self) -> &mut TablePanel {
        &mut self.table
    }

    /// Opens the tab of the table.
    pub fn show_table(&mut self) {
        self.tab = Tab::Table;
    }

    /// Returns the table while its tab is open.
    pub fn open_table(&self) -> Option<&TablePanel> {
        (self.tab == Tab::Table).then_some(&self.table)
    }

    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) {
        ui.add_space(2.0);
        ui.horizontal(|ui| {
            let problems = self.all_problems().count();
            let problems = if problems == 0 {
                "Problems".to_owned()
            } else {
                format!("Problems {problems}")
            };
            for (tab, name) in [
                (Tab::LeadTime, "Lead time"),
                (Tab::Teams, "Teams"),
                (Tab::Stages, "Stages and handoffs"),
                (Tab::Ladder, "Ladder"),
                (Tab::Problems, &problems),
                (Tab::Table, "Table"),
            ] {
                tab_ui(ui, &mut self.tab, tab, name);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.state_ui(ui));
        });
        ui.separator();
        let tab = self.tab;
        if tab == Tab::Table {
            self.table.ui(ui, document, commands);
            return;
        }
        ScrollArea::both()
            .id_salt(("results", tab as u8))
            .auto_shrink([false, false])
            .show(ui, |ui| {
                followed(ui, |ui| match tab {
                    Tab::Table => {}
                    Tab::Problems => self.problems_ui(ui, document.model(), commands),
                    Tab::Ladder => self.ladder_ui(ui, document.model()),
                    Tab::LeadTime => self.with_figures(ui, |ui, numbers, stream, _| {
                        lead_time_ui(ui, document.model(), numbers, stream);
                    }),
                    Tab::Teams => self.with_figures(ui, |ui, _, _, figures| {
                        teams_ui(ui, document.model(), figures);
                    }),
                    Tab::Stages => self.with_figures(ui, |ui, _, stream, _| {
                        stages_ui(ui, document.model(), stream, commands);
                    }),
                });
            });
    }

    /// Draws what the last run found about the stage or handoff that is selected.
    pub fn of_selection_ui(&self, ui: &mut Ui, document: &Document) {
        let Some((_, numbers)) = &self.numbers else {
            return;
        };
        let Some(stream) = numbers.study.stream_figures() else {
            return;
        };
        let rows: Vec<(&str, String)> = match document.selection().single() {
            Some(Selected::Stage(id)) => {
                let Some(stage) = stream.stages.iter().find(|stage| stage.id == id) else {
                    return;
                };
                vec![
                    ("Wait for the team", time(stage.team_wait.estimate())),
                    ("Work per visit", time(stage.work.estimate())),
                    ("Visits per item", number(stage.visits_per_item.estimate())),
                    ("On the critical path", share(stage.criticality.estimate())),
                ]
            }
            Some(Selected::Handoff(id)) => {
                let Some(handoff) = stream.handoffs.iter().find(|handoff| handoff.id == id) else {
                    return;
                };
                vec![
                    ("Delay", time(handoff.delay.estimate())),
                    (
                        "Passages per item",
                        number(handoff.passages_per_item.estimate()),
                    ),
                    (
                        "On the critical path",
                        share(handoff.criticality.estimate()),
                    ),
                ]
            }
            Some(Selected::Team(id)) => {
                let Some(team) = numbers
                    .study
                    .figures
                    .as_ref()
                    .and_then(|figures| figures.team(id))
                else {
                    return;
                };
                vec![
                    ("Busy", share(team.utilisation.estimate())),
                    ("Wait", time(team.wait.estimate())),
                    ("Queue", number(team.queue_length.estimate())),
                ]
            }
            _ => return,
        };
        ui.add_space(12.0);
        ui.separator();
        ui.label(
            RichText::new("FROM THE LAST RUN")
                .small()
                .strong()
                .extra_letter_spacing(0.8)
                .weak(),
        );
        for (name, value) in rows {
            ui.horizontal(|ui| {
                ui.label(RichText::new(name).weak());
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.label(RichText::new(value).strong());
                });
            });
        }
    }

    /// Problems of the model, then those of the run.
    fn all_problems(&self) -> impl Iterator<Item = &Problem> {
        let run = self.numbers.as_ref().filter(|_| self.up_to_date());
        self.problems.iter().chain(
            run.into_iter()
                .flat_map(|(_, numbers)| &numbers.study.problems),
        )
    }

    fn state_ui(&self, ui: &mut Ui) {
        let text = match (&self.numbers, self.progress) {
            (None, Some(_)) => "simulating…".to_owned(),
            (None, None) => String::new(),
            (Some((_, numbers)), progress) => {
                let state = match progress {
                    None if self.up_to_date() => "up to date".to_owned(),
                    None => "out of date".to_owned(),
                    Some(fraction) => format!("simulating, {:.0} %", fraction * 100.0),
                };
                {
                    let study = &numbers.study;
                    let status =
                        words::status(study.items, study.replications, study.mean_lead_time());
                    format!("{status} · {state}")
                }
            }
        };
        ui.label(RichText::new(text).small().weak());
    }

    fn with_figures(
        &self,
        ui: &mut Ui,
        show: impl FnOnce(&mut Ui, &Numbers, &StreamFigures, &Figures),
    ) {
        let Some((_, numbers)) = &self.numbers else {
            self.nothing_ui(ui);
            return;
        };
        if self.fault.is_some() {
            self.nothing_ui(ui);
            return;
        }
        let study = &numbers.study;
        match (study.stream_figures(), &study.figures) {
            (Some(stream), Some(figures)) => {
                if !self.up_to_date() {
                    ui.multiply_opacity(0.55);
                }
                show(ui, numbers, stream, figures);
            }
            _ => unsettled_ui(ui, study),
        }
    }

    fn nothing_ui(&self, ui: &mut Ui) {
        ui.add_space(16.0);
        let errors = self
            .problems
            .iter()
            .filter(|problem| problem.is_error())
            .count();
        let text = match &self.fault {
            Some(Some(why)) => capitalized(why),
            Some(None) if errors > 0 => {
                let problems = if errors == 1 {
                    "1 problem".to_owned()
                } else {
                    format!("{errors} problems")
                };
                format!("Nothing can be simulated before {problems} are mended; see Problems.")
                    .replace("1 problem are", "1 problem is")
            }
            Some(None) => "Draw stages and connect them; the lead time appears here.".to_owned(),
            None => "Simulating…".to_owned(),
        };
        ui.label(text);
    }

    /// Draws the ladder. It needs no run, so it is there for a stream that does not settle too.
    fn ladder_ui(&mut self, ui: &mut Ui, model: &Model) {
        let Some((revision, numbers)) = &self.numbers else {
            self.nothing_ui(ui);
            return;
        };
        let is_known = self.ladder.as_ref().is_some_and(|(of, _)| of == revision);
        if !is_known && self.up_to_date() {
            let study = &numbers.study;
            let found = Ladder::of(model, &Flow::of(model), &study.load, study.stream);
            let chart = found.map(|found| {
                let words = words::ladder(model, &found);
                let note = words.note.clone();
                (chart::LadderChart::from(words), note)
            });
            self.ladder = Some((*revision, chart));
        }
        match &self.ladder {
            Some((_, Some((chart, note)))) => {
                ui.add_space(8.0);
                let theme = style::theme_of(ui.ctx());
                let width = ui.available_width() - 16.0;
                let scene = chart::ladder(chart, width, theme, &style::fonts_of(ui.ctx()));
                scene_ui(ui, &scene, "Ladder: waits above, work below");
                ui.add(Label::new(RichText::new(note).small().weak()).wrap());
            }
            _ => {
                ui.add_space(16.0);
                ui.label("There is no ladder: no item finds a way through.");
            }
        }
    }

    fn problems_ui(&self, ui: &mut Ui, model: &Model, commands: &mut Vec<Command>) {
        ui.add_space(4.0);
        let mut is_empty = true;
        for problem in self.all_problems() {
            is_empty = false;
            ui.horizontal_top(|ui| {
                let (name, ink) = match problem.severity {
                    Severity::Error => ("Error", ui.visuals().error_fg_color),
                    Severity::Warning => ("Warning", ui.visuals().warn_fg_color),
                    Severity::Note => ("Note", ui.visuals().weak_text_color()),
                };
                ui.add_sized(
                    [64.0, 20.0],
                    Label::new(RichText::new(name).color(ink).strong()),
                );
                ui.vertical(|ui| {
                    let message = format!("{}.", capitalized(&problem.message));
                    if sentence_link_ui(ui, &message).clicked() {
                        commands.push(Command::Reveal(problem.at));
                    }
                    if let Some(hint) = &problem.hint {
                        ui.add(Label::new(RichText::new(format!("{hint}.")).small().weak()).wrap());
                    }
                    if !problem.fix.is_empty() && ui.button("Put it right").clicked() {
                        commands.push(Command::Edit {
                            label: "Put a problem right".to_owned(),
                            changes: problem.fix.clone(),
                            gesture: None,
                        });
                    }
                });
            });
            ui.add_space(4.0);
        }
        if is_empty {
            ui.label(if model.stages.is_empty() {
                "Nothing is drawn yet."
            } else {
                "No problems."
            });
        }
    }
}

fn tab_ui(ui: &mut Ui, current: &mut Tab, tab: Tab, name: &str) {
    let is_current = *current == tab;
    let text = RichText::new(name).strong();
    let text = if is_current {
        text
    } else {
        RichText::new(name).color(ui.visuals().weak_text_color())
    };
    let response = ui.add(egui::Button::new(text).frame(false).selected(false));
    if is_current {
        let line = response.rect.expand2(vec2(2.0, 3.0));
        let accent = ui.visuals().hyperlink_color;
        ui.painter().hline(
            line.x_range(),
            line.bottom(),
            egui::Stroke::new(2.5, accent),
        );
    }
    if response.clicked() {
        *current = tab;
    }
    ui.add_space(8.0);
}

fn unsettled_ui(ui: &mut Ui, study: &Study) {
    ui.add_space(16.0);
    let text = if study.is_stable {
        "No item was measured: nothing arrived between warm-up and horizon."
    } else {
        "This stream does not settle, so it has no mean lead time."
    };
    ui.label(RichText::new(text).strong());
    for problem in &study.problems {
        ui.label(format!("{}.", capitalized(&problem.message)));
        if let Some(hint) = &problem.hint {
            ui.label(RichText::new(format!("{hint}.")).small().weak());
        }
    }
}

fn lead_time_ui(ui: &mut Ui, model: &Model, numbers: &Numbers, stream: &StreamFigures) {
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

fn teams_ui(ui: &mut Ui, model: &Model, figures: &Figures) {
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

fn stages_ui(ui: &mut Ui, model: &Model, stream: &StreamFigures, commands: &mut Vec<Command>) {
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
fn scene_ui(ui: &mut Ui, scene: &Scene, name: &str) {
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

fn time(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "–".to_owned(), |time| words::time(time).to_string())
}

fn share(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "–".to_owned(), |share| words::share(share).to_string())
}

fn number(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(
        || "–".to_owned(),
        |number| words::number(number).to_string(),
    )
}
