//! How the window looks: the fonts and the colours of the drawing, for everything around it too.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::epaint::text::{
    FallbackRequest, FontInsert, FontPriority, FontProvider, FontTweak, InsertFontFamily,
    VariationCoords,
};
use egui::{
    Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Id, Margin, Modal,
    Shadow, Stroke, Style, TextStyle, Theme as EguiTheme, Visuals, vec2,
};

use crate::model::Colour;
use crate::scene::{Face, Fonts, Palette, Theme, Weight};

use super::paint::{color, face_of, family, family_of};
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

/// Gives egui the bundled font, and what it has not as the drawing has it.
///
/// Letters of the window's own words that neither has are looked for in egui's fonts.
pub fn install_fonts(ctx: &Context, fonts: &Fonts) {
    let mut definitions = FontDefinitions::default();
    let others = definitions
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    for weight in Weight::ALL {
        let face = weight.face();
        let name = name_of(face);
        definitions
            .font_data
            .insert(name.clone(), Arc::new(data_of(face)));
        definitions
            .families
            .insert(family_of(face), vec![name.clone()]);
        let mut names = vec![name];
        names.extend(others.iter().cloned());
        definitions.families.insert(family(weight), names);
    }
    ctx.set_fonts(definitions);
    ctx.set_font_providers(vec![Arc::new(Scripts(fonts.clone()))]);
    ctx.data_mut(|data| data.insert_temp(fonts_id(), fonts.clone()));
}

/// Returns the fonts that were installed.
pub fn fonts_of(ctx: &Context) -> Fonts {
    ctx.data(|data| data.get_temp(fonts_id()))
        .unwrap_or_default()
}

fn fonts_id() -> Id {
    Id::unique("fonts")
}

/// Gives egui the faces that the drawing has found.
struct Scripts(Fonts);

impl FontProvider for Scripts {
    fn fonts_for_family(&self, wanted: &FontFamily) -> Vec<FontInsert> {
        let face = face_of(wanted).and_then(|id| self.0.face(id));
        face.filter(|face| !face.is_bundled())
            .map(|face| insert(face, wanted))
            .into_iter()
            .collect()
    }

    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        if face_of(request.family).is_some() {
            return None;
        }
        let weight = Weight::ALL
            .into_iter()
            .find(|&weight| family(weight) == *request.family);
        let letter = request.cluster.chars().next()?;
        let face = self.0.face_for(letter, weight.unwrap_or(Weight::Regular))?;
        Some(insert(face, request.family))
    }
}

fn insert(face: &'static Face, into: &FontFamily) -> FontInsert {
    let place = InsertFontFamily {
        family: into.clone(),
        priority: FontPriority::Lowest,
    };
    FontInsert::new(&name_of(face), data_of(face), vec![place])
}

/// What a face is called among egui's fonts.
fn name_of(face: &Face) -> String {
    format!("anabranch-{}", face.id)
}

fn data_of(face: &'static Face) -> FontData {
    let variations = face.variations.iter();
    FontData::from_blob(Arc::new(face.bytes), face.index).tweak(FontTweak {
        coords: VariationCoords::new(variations.map(|(tag, value)| (tag, *value))),
        ..FontTweak::default()
    })
}

/// Gives egui the colours and spacings of both themes.
pub fn install_style(ctx: &Context) {
    // What a system that says nothing gets.
    ctx.options_mut(|options| options.fallback_theme = EguiTheme::Light);
    ctx.set_style_of(EguiTheme::Light, style(Theme::Light.palette(), false));
    ctx.set_style_of(EguiTheme::Dark, style(Theme::Dark.palette(), true));
}

/// Colours that stages, notes and groups can have, told apart by most people (Okabe and Ito 2008).
pub const COLOURS: [(&str, Colour); 7] = [
    ("Yellow", Colour::hex(0x00f0_e442)),
    ("Orange", Colour::hex(0x00e6_9f00)),
    ("Red", Colour::hex(0x00d5_5e00)),
    ("Pink", Colour::hex(0x00cc_79a7)),
    ("Sky blue", Colour::hex(0x0056_b4e9)),
    ("Blue", Colour::hex(0x0000_72b2)),
    ("Green", Colour::hex(0x0000_9e73)),
];

/// Makes a dialog with room around what it says.
pub fn dialog(ctx: &Context, id: Id) -> Modal {
    let style = ctx.global_style();
    let frame = egui::Frame::popup(&style).inner_margin(style.spacing.window_margin);
    Modal::new(id).frame(frame)
}

/// Follows the user's choice of light, dark or the system's.
pub fn choose_theme(ctx: &Context, choice: ThemeChoice) {
    ctx.set_theme(match choice {
        ThemeChoice::System => egui::ThemePreference::System,
        ThemeChoice::Light => egui::ThemePreference::Light,
        ThemeChoice::Dark | ThemeChoice::Contrast => egui::ThemePreference::Dark,
    });
    // To egui high contrast is a dark theme with other colours.
    let is_contrast = choice == ThemeChoice::Contrast;
    let dark = if is_contrast {
        Theme::Contrast
    } else {
        Theme::Dark
    };
    let is_shown = ctx.data(|data| data.get_temp::<bool>(contrast_id()));
    if is_shown.unwrap_or(false) != is_contrast {
        ctx.set_style_of(EguiTheme::Dark, style(dark.palette(), true));
        ctx.data_mut(|data| data.insert_temp(contrast_id(), is_contrast));
    }
}

fn contrast_id() -> Id {
    Id::unique("high contrast")
}

/// Returns the theme that the window has now.
pub fn theme_of(ctx: &Context) -> Theme {
    match ctx.theme() {
        EguiTheme::Light => Theme::Light,
        EguiTheme::Dark
            if ctx
                .data(|data| data.get_temp(contrast_id()))
                .unwrap_or(false) =>
        {
            Theme::Contrast
        }
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
        (&mut widgets.inactive, palette.field, palette.field_border),
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
