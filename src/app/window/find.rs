//! Finding in the window: the palette and what was chosen there, the bar of find and replace.

use egui::{Context, Panel, Ui};

use crate::app::actions::Action;
use crate::app::command::Command;
use crate::app::finder::{Chosen, Finder, Seeks};
use crate::app::focus::Region;
use crate::app::outline::OutlinePanel;
use crate::app::replace::ReplaceBar;
use crate::app::table::TablePanel;
use crate::graph::Flow;
use crate::model::{At, Stage, WorldRect, WorldSize};

use super::Window;

/// What finds and lists; all of it is about one document.
#[derive(Default)]
pub(super) struct Finding {
    /// The command palette, while it is open.
    finder: Option<Finder>,
    /// The bar of find and replace, while it is open.
    replace: Option<ReplaceBar>,
    outline: OutlinePanel,
}

impl Finding {
    /// Returns whether something is open that takes all keys.
    pub(super) fn asks(&self) -> bool {
        self.finder.is_some()
    }
}

impl Window {
    pub(super) fn open_finder(&mut self, seeks: Seeks, ctx: &Context) {
        let focused = ctx.memory(|memory| memory.focused());
        self.finding.finder = Some(Finder::new(seeks, focused));
    }

    pub(super) fn finder_ui(&mut self, ctx: &Context) {
        let Some(mut finder) = self.finding.finder.take() else {
            return;
        };
        let why_not = |action: Action| {
            if self.can_act(action) {
                None
            } else if self.is_started {
                action.why_not(&self.document)
            } else {
                Some("No document is open.")
            }
        };
        let shortcut = |action: Action| {
            let first = action.shortcuts().first();
            first.map_or_else(String::new, |shortcut| ctx.format_shortcut(shortcut))
        };
        let document = self.is_started.then_some(&self.document);
        finder.gather(document, why_not, shortcut);
        let Some(chosen) = finder.ui(ctx) else {
            self.finding.finder = Some(finder);
            return;
        };
        let before = finder.focus_before();
        let focus = match chosen {
            Chosen::Element(_) => self.canvas.focus_id(),
            Chosen::Action(_) | Chosen::Nothing => before,
        };
        ctx.memory_mut(|memory| {
            if let Some(focused) = memory.focused() {
                memory.surrender_focus(focused);
            }
            if let Some(focus) = focus {
                memory.request_focus(focus);
            }
        });
        match chosen {
            Chosen::Nothing => {}
            Chosen::Action(action) => self.carry_out(Command::Act(action), ctx),
            Chosen::Element(at) => self.carry_out(Command::Reveal(at), ctx),
        }
    }

    pub(super) fn open_replace(&mut self) {
        self.finding.replace.get_or_insert_default().focus();
    }

    pub(super) fn replace_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let Some(replace) = &mut self.finding.replace else {
            return;
        };
        let bar = Panel::top("replace").resizable(false);
        let closes = bar.show(ui, |ui| {
            self.focus.enter(ui, Region::Replace);
            replace.ui(ui, &self.document, commands)
        });
        if closes.inner {
            self.finding.replace = None;
            if let Some(canvas) = self.canvas.focus_id() {
                ui.memory_mut(|memory| memory.request_focus(canvas));
            }
        }
    }

    pub(super) fn outline_ui(&mut self, ui: &mut Ui, flow: &Flow, commands: &mut Vec<Command>) {
        if !self.settings.shows_outline {
            return;
        }
        let panel = Panel::left("outline")
            .resizable(true)
            .default_size(self.settings.outline_width)
            .size_range(180.0..=480.0);
        let outline = &mut self.finding.outline;
        let shown = panel.show(ui, |ui| {
            self.focus.enter(ui, Region::Outline);
            outline.ui(ui, &self.document, flow, commands);
        });
        self.settings.outline_width = shown.response.rect.width().round();
    }

    /// Returns whether a shortcut means what has the focus in a list, and not what is selected.
    pub(super) fn takes_in_list(&self, action: Action, ctx: &Context) -> bool {
        let model = self.document.model();
        let in_outline = self.settings.shows_outline && self.finding.outline.takes(action, ctx);
        in_outline
            || self
                .table()
                .is_some_and(|table| table.takes(action, model, ctx))
    }

    /// Returns whether what is copied, cut or pasted now means the table.
    pub(super) fn table_takes_clipboard(&self, ctx: &Context) -> bool {
        let model = self.document.model();
        self.table()
            .is_some_and(|table| table.takes_clipboard(model, ctx))
    }

    /// Returns the table while it is shown.
    fn table(&self) -> Option<&TablePanel> {
        let table = self.results.open_table();
        table.filter(|_| self.is_started && self.settings.shows_results)
    }

    /// Shows the table, and puts the rows of a spreadsheet into it.
    pub(super) fn paste_rows(&mut self, text: &str, ctx: &Context) {
        self.show_table();
        let mut commands = Vec::new();
        let table = self.results.table();
        table.take(self.document.model(), text, &mut commands);
        for command in commands {
            self.carry_out(command, ctx);
        }
    }

    pub(super) fn show_table(&mut self) {
        self.settings.shows_results = true;
        self.results.show_table();
    }

    /// Returns where an element stands in the picture, all its stages for what has several.
    pub(super) fn place_of(&self, at: At) -> Option<WorldRect> {
        let picture = self.picture.as_ref()?;
        let (model, layout) = (self.document.model(), &picture.layout);
        let around = |is_its: &dyn Fn(&Stage) -> bool| {
            let stages = model.stages.iter().zip(&layout.stages);
            let its = stages.filter(|(stage, _)| is_its(stage));
            its.map(|(_, rect)| *rect).reduce(WorldRect::union)
        };
        match at {
            At::Stage(id) => {
                let at = model.stages.position(id)?;
                layout.stages.get(at).copied()
            }
            At::Note(id) => {
                let at = model.notes.position(id)?;
                layout.notes.get(at).copied()
            }
            At::Handoff(id) => {
                let flowing = picture.flow.handoffs.iter().position(|one| one.id == id);
                let relaxed = || picture.flow.relaxed.iter().position(|&one| one == id);
                let route = match flowing {
                    Some(at) => layout.routes.get(at),
                    None => layout.ghosts.get(relaxed()?),
                }?;
                route.label.or_else(|| {
                    let points = route.points.iter();
                    let size = WorldSize::new(0.0, 0.0);
                    points
                        .map(|&point| WorldRect::from_min_size(point, size))
                        .reduce(WorldRect::union)
                })
            }
            At::Team(id) => around(&|stage| stage.team == Some(id)),
            At::Stream(id) | At::Demand(id, _) => around(&|stage| stage.stream == Some(id)),
            At::Group(id) => {
                let group = model.groups.find(id)?;
                around(&|stage| group.stages.contains(&stage.id))
            }
            _ => None,
        }
    }
}
