//! How the window looks: the fonts and the colours of the drawing, for everything around it too.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{
    Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke,
    Style, TextStyle, Theme as EguiTheme, Visuals, vec2,
};

use crate::scene::{Palette, Theme, Weight};

use super::paint::{color, family};
use super::settings::ThemeChoice;

/// The three text sizes of the window, in points.
pub mod size {
    /// Remarks and captions.
    pub const SMALL: f32 = 12.0;
    /// Everything else.
    pub const BODY: f32 = 14.0;
    /// Names of what is shown.
    pub const LARGE: f32 = 20.0;
}

/// Gives egui the bundled font; what it has not is looked for in egui's own and the system's.
pub fn install_fonts(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    for (weight, name) in [
        (Weight::Regular, "inter"),
        (Weight::SemiBold, "inter-semibold"),
    ] {
        let data = FontData::from_static(weight.font_bytes());
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let fallbacks = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    for (weight, name) in [
        (Weight::Regular, "inter"),
        (Weight::SemiBold, "inter-semibold"),
    ] {
        let mut names = vec![name.to_owned()];
        names.extend(fallbacks.iter().cloned());
        fonts.families.insert(family(weight), names);
    }
    ctx.set_fonts(fonts);
}

/// Gives egui the colours and spacings of both themes.
pub fn install_style(ctx: &Context) {
    // What a system that says nothing gets.
    ctx.options_mut(|options| options.fallback_theme = EguiTheme::Light);
    ctx.set_style_of(EguiTheme::Light, style(Theme::Light.palette(), false));
    ctx.set_style_of(EguiTheme::Dark, style(Theme::Dark.palette(), true));
}

/// Follows the user's choice of light, dark or the system's.
pub fn choose_theme(ctx: &Context, choice: ThemeChoice) {
    ctx.set_theme(match choice {
        ThemeChoice::System => egui::ThemePreference::System,
        ThemeChoice::Light => egui::ThemePreference::Light,
        ThemeChoice::Dark => egui::ThemePreference::Dark,
    });
}

/// Returns the theme that the window has now.
pub fn theme_of(ctx: &Context) -> Theme {
    match ctx.theme() {
        EguiTheme::Light => Theme::Light,
        EguiTheme::Dark => Theme::Dark,
    }
}

fn style(palette: &Palette, is_dark: bool) -> Style {
    let mut style = Style::default();
    let semibold = || family(Weight::SemiBold);
    style.text_styles = BTreeMap::from([
        (TextStyle::Small, FontId::proportional(size::SMALL)),
        (TextStyle::Body, FontId::proportional(size::BODY)),
        (TextStyle::Button, FontId::proportional(size::BODY)),
        (TextStyle::Monospace, FontId::monospace(size::BODY)),
        (TextStyle::Heading, FontId::new(size::LARGE, semibold())),
    ]);
    style.spacing.item_spacing = vec2(8.0, 6.0);
    style.spacing.button_padding = vec2(10.0, 5.0);
    style.spacing.interact_size = vec2(40.0, 28.0);
    style.spacing.window_margin = Margin::same(24);
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.combo_height = 320.0;
    style.interaction.selectable_labels = false;
    style.visuals = visuals(palette, is_dark);
    style
}

fn visuals(palette: &Palette, is_dark: bool) -> Visuals {
    let mut visuals = if is_dark {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let text = Stroke::new(1.0, color(palette.text));
    let radius = CornerRadius::same(6);
    visuals.panel_fill = color(palette.panel);
    visuals.window_fill = color(palette.panel);
    visuals.window_stroke = Stroke::new(1.0, color(palette.rule));
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.extreme_bg_color = color(palette.field);
    visuals.text_edit_bg_color = Some(color(palette.field));
    visuals.faint_bg_color = color(palette.background);
    visuals.weak_text_color = Some(color(palette.muted));
    visuals.error_fg_color = color(palette.error);
    visuals.warn_fg_color = color(palette.warning);
    visuals.hyperlink_color = color(palette.accent);
    visuals.selection.bg_fill = color(palette.accent.mixed(palette.panel, 0.7));
    visuals.selection.stroke = Stroke::new(1.5, color(palette.accent));
    let shadow = Shadow {
        offset: [0, 4],
        blur: 16,
        spread: 0,
        color: egui::Color32::from_black_alpha(if is_dark { 96 } else { 32 }),
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    let widgets = &mut visuals.widgets;
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, color(palette.rule));
    widgets.noninteractive.fg_stroke = text;
    widgets.noninteractive.bg_fill = color(palette.panel);
    for (widget, fill, border) in [
        (&mut widgets.inactive, palette.field, palette.field),
        (
            &mut widgets.hovered,
            palette.field.mixed(palette.text, 0.06),
            palette.card_border,
        ),
        (
            &mut widgets.active,
            palette.field.mixed(palette.text, 0.12),
            palette.accent,
        ),
        (
            &mut widgets.open,
            palette.field.mixed(palette.text, 0.06),
            palette.card_border,
        ),
    ] {
        widget.bg_fill = color(fill);
        widget.weak_bg_fill = color(fill);
        widget.bg_stroke = Stroke::new(1.0, color(border));
        widget.fg_stroke = text;
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
    visuals
}
