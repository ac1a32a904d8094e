//! Settings: chosen, in effect, and written.

use std::time::Instant;

use egui::Context;

use crate::app::preferences::preferences_ui;
use crate::app::settings::{Settings, ThemeChoice};
use crate::app::style;
use crate::store;
use crate::words;

use super::Window;

impl Window {
    /// Draws the settings, and lets them take effect.
    pub(super) fn preferences_ui(&mut self, ctx: &Context) {
        let before = self.settings.clone();
        self.shows_preferences = !preferences_ui(ctx, &mut self.settings);
        if self.settings == before {
            return;
        }
        self.apply_settings(ctx);
        if self.settings.number_format != before.number_format {
            // Numbers stand in the picture too.
            self.picture = None;
        }
    }

    pub(super) fn apply_settings(&self, ctx: &Context) {
        style::choose_theme(ctx, self.settings.theme);
        ctx.set_zoom_factor(self.settings.scale);
        words::choose_number_format(self.settings.number_format);
    }

    pub(super) fn choose_theme(&mut self, theme: ThemeChoice, ctx: &Context) {
        self.settings.theme = theme;
        style::choose_theme(ctx, theme);
    }

    pub(super) fn save_settings(&mut self) {
        let Some(path) = &self.surroundings.settings_path else {
            return;
        };
        if self.settings == self.saved_settings {
            return;
        }
        self.settings_written = Some(Instant::now());
        if let Ok(Some(_)) = self.surroundings.files.state(path) {
            let others = Settings::load(&*self.surroundings.files, path);
            self.settings.join(&self.saved_settings, others);
            self.apply_settings(&self.ctx);
        }
        // Settings are a comfort: where they cannot be kept, the program works all the same.
        if store::save_bytes(
            &*self.surroundings.files,
            path,
            self.settings.to_text().as_bytes(),
        )
        .is_ok()
        {
            self.saved_settings = self.settings.clone();
        } else {
            self.surroundings.settings_path = None;
        }
    }
}
