//! Keys that are not about one control.

use egui::{Context, Key, Modifiers, Popup};

use crate::app::actions::Action;
use crate::app::command::Command;
use crate::edit::Selection;

use super::Window;

impl Window {
    pub(super) fn take_keys(&mut self, ctx: &Context, commands: &mut Vec<Command>) {
        let types = ctx.text_edit_focused();
        let on_control =
            ctx.memory(|memory| memory.focused().is_some()) && !self.canvas_has_focus(ctx);
        let is_escape = ctx.input(|input| input.key_pressed(Key::Escape));
        // A menu closes itself.
        let has_menu = self.canvas.has_menu() || Popup::is_any_open(ctx);
        if !types && is_escape && self.is_started && !has_menu {
            // egui has taken the focus from the control already that was being used.
            let before = self.focus.before();
            let leaves =
                before.is_some() && before != self.canvas.focus_id() && !self.canvas.is_busy();
            if leaves {
                self.canvas.take_focus();
            } else {
                self.escape(commands);
            }
        }
        // A tool that was taken up by a key is used by one, too.
        let is_enter = || ctx.input(|input| input.key_pressed(Key::Enter));
        if !types && !on_control && is_enter() && self.canvas.use_tool() {
            ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        }
        if !types && !self.table_takes_clipboard(ctx) {
            self.take_clipboard(ctx, commands);
        }
        let types_line = !types && !on_control && self.take_capture_keys(ctx, commands);
        // A shortcut also matches when more keys are held than it names, so those that name the
        // most come first: redo before undo.
        let mut shortcuts: Vec<_> = Action::ALL
            .into_iter()
            .flat_map(|action| {
                action
                    .shortcuts()
                    .iter()
                    .map(move |shortcut| (action, shortcut))
            })
            .collect();
        shortcuts.sort_by_key(|(_, shortcut)| {
            let held = shortcut.modifiers;
            std::cmp::Reverse(u8::from(held.shift) + u8::from(held.alt))
        });
        for (action, shortcut) in shortcuts {
            if self.takes_in_list(action, ctx) {
                continue;
            }
            let is_for_text = action.yields_to_text() && shortcut.logical_key != Key::F1;
            if types && is_for_text {
                continue;
            }
            // Enter and plain letters belong to the control that has the focus, or to the line of a
            // stage that they begin.
            if (on_control || types_line)
                && shortcut.modifiers.is_none()
                && !is_lasting(shortcut.logical_key)
            {
                continue;
            }
            if ctx.input_mut(|input| input.consume_shortcut(shortcut)) {
                commands.push(Command::Act(action));
            }
        }
    }

    /// Returns whether text is being typed that is not part of the document yet.
    pub(super) fn types(&self, ctx: &Context) -> bool {
        self.draft.is_some() && ctx.memory(|memory| memory.focused().is_some())
    }

    fn canvas_has_focus(&self, ctx: &Context) -> bool {
        ctx.memory(|memory| memory.focused()) == self.canvas.focus_id()
    }

    /// Esc on the canvas: ends what is going on, then clears the selection.
    fn escape(&mut self, commands: &mut Vec<Command>) {
        let Some(picture) = self.picture.clone() else {
            return;
        };
        if self.cancel_tidying() {
            return;
        }
        if let Some(asked) = self.canvas.cancel(&self.document, &picture) {
            commands.extend(asked);
        } else {
            self.canvas.derived = None;
            commands.push(Command::Select(Selection::default()));
        }
    }
}

/// Whether no control wants a key for itself.
fn is_lasting(key: Key) -> bool {
    matches!(key, Key::Delete | Key::F1 | Key::F6 | Key::Questionmark)
}
