//! Finding in the window: the palette and what was chosen there, the bar of find and replace.

use egui::{Context, Panel, Ui};

use crate::app::actions::Action;
use crate::app::command::Command;
use crate::app::finder::{Chosen, Finder, Seeks};
use crate::app::replace::ReplaceBar;
use crate::model::{At, Stage, WorldRect, WorldSize};

use super::Window;

/// What finds and lists; all of it is about one document.
#[derive(Default)]
pub(super) struct Finding {
    /// The command palette, while it is open.
    finder: Option<Finder>,
    /// The bar of find and replace, while it is open.
    replace: Option<ReplaceBar>,
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
        let closes = bar.show(ui, |ui| replace.ui(ui, &self.document, commands));
        if closes.inner {
            self.finding.replace = None;
            if let Some(canvas) = self.canvas.focus_id() {
                ui.memory_mut(|memory| memory.request_focus(canvas));
            }
        }
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
