//! The results below the canvas: lead time, where the time goes, teams, problems.

mod figures;

use std::sync::Arc;

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui, vec2};

use crate::analysis::{Figures, Ladder, StreamFigures};
use crate::app::command::Command;
use crate::app::fields::capitalized;
use crate::app::focus::followed;
use crate::app::names::sentence_link_ui;
use crate::app::style;
use crate::app::table::TablePanel;
use crate::app::worker::{Numbers, What, Worker};
use crate::edit::{Document, Selected};
use crate::graph::Flow;
use crate::model::{Model, Problem, Severity};
use crate::scene::{Heat, chart};
use crate::study::Study;
use crate::words;

use figures::{lead_time_ui, number, scene_ui, share, stages_ui, teams_ui, time};

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
