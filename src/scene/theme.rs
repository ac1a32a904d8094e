//! All colours, in one place: light, dark and print.
//!
//! One accent; other colours only where they mean something (team strip, slices, rework, feedback).
//! Tests hold every text to a contrast of 4.5:1, and colours that carry meaning apart for eyes
//! that see two instead of three primaries.

use crate::model::Colour;

/// A colour with opacity; 255 hides what is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgba {
    /// Red, 0 to 255.
    pub r: u8,
    /// Green, 0 to 255.
    pub g: u8,
    /// Blue, 0 to 255.
    pub b: u8,
    /// Opacity, 0 to 255; the other three are not multiplied by it.
    pub a: u8,
}

impl Rgba {
    /// Black.
    pub const BLACK: Self = Self::hex(0x00_0000);
    /// White.
    pub const WHITE: Self = Self::hex(0xff_ffff);

    /// Makes a colour that hides what is below from `0xrrggbb`.
    pub const fn hex(rgb: u32) -> Self {
        Self {
            r: (rgb >> 16) as u8,
            g: (rgb >> 8) as u8,
            b: rgb as u8,
            a: 255,
        }
    }

    /// Returns the colour mixed with another that hides what is below: 0 is this, 1 the other.
    #[must_use]
    pub fn mixed(self, other: Self, share: f32) -> Self {
        let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round();
        Self {
            r: mix(self.r, other.r) as u8,
            g: mix(self.g, other.g) as u8,
            b: mix(self.b, other.b) as u8,
            a: mix(self.a, other.a) as u8,
        }
    }

    /// Returns the relative luminance, 0 to 1 (WCAG 2.1).
    pub fn luminance(self) -> f32 {
        let [r, g, b] = [self.r, self.g, self.b].map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Returns the contrast with another colour, 1 to 21 (WCAG 2.1); opacity takes no part.
    pub fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Returns black or white, whichever reads better on this colour; always 4.5:1 or better.
    #[must_use]
    pub fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }
}

impl From<Colour> for Rgba {
    fn from(colour: Colour) -> Self {
        Self {
            r: colour.r,
            g: colour.g,
            b: colour.b,
            a: 255,
        }
    }
}

/// Returns the light of a component of sRGB, 0 to 1 (IEC 61966-2-1).
fn linear(component: u8) -> f32 {
    let c = f32::from(component) / 255.0;
    if c <= 0.040_45 {
        c / 12.92
    } else {
        libm::powf((c + 0.055) / 1.055, 2.4)
    }
}

/// Which set of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// For bright rooms.
    #[default]
    Light,
    /// For dark rooms and projectors.
    Dark,
    /// For paper: white behind everything.
    Print,
    /// For eyes that need it: white on black, nothing grey.
    Contrast,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Light, Self::Dark, Self::Print, Self::Contrast];

    /// Returns the name that the command line knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Print => "print",
            Self::Contrast => "contrast",
        }
    }

    /// Returns the theme of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// Returns its colours.
    pub fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
            Self::Print => &PRINT,
            Self::Contrast => &CONTRAST,
        }
    }
}

/// The colours of a theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// Behind the drawing.
    pub background: Rgba,
    /// Panels and bars of the window, and behind charts.
    pub panel: Rgba,
    /// Fields that can be edited.
    pub field: Rgba,
    /// Borders of fields that nobody points at.
    pub field_border: Rgba,
    /// Thin lines between parts.
    pub rule: Rgba,
    /// Every other lane; those between have the background.
    pub lane: Rgba,
    /// Cards and labels.
    pub card: Rgba,
    /// Borders of cards.
    pub card_border: Rgba,
    /// Names and figures.
    pub text: Rgba,
    /// What is less important.
    pub muted: Rgba,
    /// Lines and arrows of handoffs, borders of their labels.
    pub line: Rgba,
    /// Lines of relaxed handoffs.
    pub ghost: Rgba,
    /// What is selected or can be pressed; bolts.
    pub accent: Rgba,
    /// Text on the accent.
    pub on_accent: Rgba,
    /// Going back.
    pub rework: Rgba,
    /// Information that flows back.
    pub feedback: Rgba,
    /// Shares of the lead time in six levels, the first that of cards; the further, the larger.
    pub heat: [Rgba; 6],
    /// What is left of a bar.
    pub track: Rgba,
    /// Errors, in panels.
    pub error: Rgba,
    /// Warnings, in panels.
    pub warning: Rgba,
    /// Sticky notes.
    pub sticky: Rgba,
    /// Text on them.
    pub on_sticky: Rgba,
    /// Kaizen bursts.
    pub kaizen: Rgba,
    /// Text on them.
    pub on_kaizen: Rgba,
    /// Teams' strips, in the order of the Model's teams, again from the front when used up.
    pub teams: [Rgba; 8],
    /// The strip of a stage without a team.
    pub no_team: Rgba,
    /// Working, waiting for the team, closed, handoff, batching, blocked.
    pub slices: [Rgba; 6],
    /// Bars of a histogram.
    pub bar: Rgba,
    /// Bars of the run before.
    pub bar_before: Rgba,
}

/// Okabe and Ito (2002) without vermilion, which is rework's, and a violet and a brown.
const TEAMS: [Rgba; 8] = [
    Rgba::hex(0x00_72b2),
    Rgba::hex(0xe6_9f00),
    Rgba::hex(0xcc_79a7),
    Rgba::hex(0x56_b4e9),
    Rgba::hex(0x00_9e73),
    Rgba::hex(0xf0_e442),
    Rgba::hex(0x4b_2e83),
    Rgba::hex(0x6b_3a1e),
];

/// As before, with a violet and a brown that show on dark cards.
const TEAMS_ON_DARK: [Rgba; 8] = {
    let mut teams = TEAMS;
    teams[6] = Rgba::hex(0xa9_8bff);
    teams[7] = Rgba::hex(0x8c_5a2b);
    teams
};

/// Okabe and Ito (2002), a grey and a purple.
const SLICES: [Rgba; 6] = [
    Rgba::hex(0x00_72b2),
    Rgba::hex(0xe6_9f00),
    Rgba::hex(0xb8_c0cc),
    Rgba::hex(0xd5_5e00),
    Rgba::hex(0x00_9e73),
    Rgba::hex(0x88_2255),
];

/// From white to a dark red: each is darker than the one before, so no eye needs the hue (after
/// `OrRd` of ColorBrewer, Harrower and Brewer 2003).
const HEAT: [Rgba; 6] = [
    Rgba::WHITE,
    Rgba::hex(0xfe_e8c8),
    Rgba::hex(0xfd_c07f),
    Rgba::hex(0xf5_8a4b),
    Rgba::hex(0xd7_4a24),
    Rgba::hex(0x8f_1208),
];

/// The same the other way round: each is lighter than the one before.
const HEAT_ON_DARK: [Rgba; 6] = [
    Rgba::hex(0x22_272f),
    Rgba::hex(0x4d_2b20),
    Rgba::hex(0x88_3c1a),
    Rgba::hex(0xc6_5d17),
    Rgba::hex(0xf2_953b),
    Rgba::hex(0xff_d9a0),
];

/// The same on black.
const HEAT_ON_BLACK: [Rgba; 6] = {
    let mut heat = HEAT_ON_DARK;
    heat[0] = Rgba::BLACK;
    heat
};

static LIGHT: Palette = Palette {
    background: Rgba::hex(0xf6_f7f9),
    panel: Rgba::hex(0xff_ffff),
    field: Rgba::hex(0xf1_f3f6),
    field_border: Rgba::hex(0xf1_f3f6),
    rule: Rgba::hex(0xdf_e3e9),
    lane: Rgba::hex(0xed_f0f5),
    card: Rgba::hex(0xff_ffff),
    card_border: Rgba::hex(0xcb_d2dc),
    text: Rgba::hex(0x14_181f),
    muted: Rgba::hex(0x58_6170),
    line: Rgba::hex(0x66_7080),
    ghost: Rgba::hex(0xb9_c1cc),
    accent: Rgba::hex(0x25_63eb),
    on_accent: Rgba::WHITE,
    rework: Rgba::hex(0xbf_4800),
    feedback: Rgba::hex(0x6d_3fc0),
    heat: HEAT,
    track: Rgba::hex(0xe4_e8ee),
    error: Rgba::hex(0xb4_2318),
    warning: Rgba::hex(0x8a_5a00),
    sticky: Rgba::hex(0xff_f0b3),
    on_sticky: Rgba::hex(0x3d_3100),
    kaizen: Rgba::hex(0xff_d7c2),
    on_kaizen: Rgba::hex(0x5c_2300),
    teams: TEAMS,
    no_team: Rgba::hex(0x9a_a4b2),
    slices: SLICES,
    bar: Rgba::hex(0x00_72b2),
    bar_before: Rgba::hex(0xd3_d8e0),
};

static DARK: Palette = Palette {
    background: Rgba::hex(0x14_171c),
    panel: Rgba::hex(0x1b_1f26),
    field: Rgba::hex(0x27_2d37),
    field_border: Rgba::hex(0x27_2d37),
    rule: Rgba::hex(0x31_3843),
    lane: Rgba::hex(0x1a_1e26),
    card: Rgba::hex(0x22_272f),
    card_border: Rgba::hex(0x3c_4450),
    text: Rgba::hex(0xec_eff4),
    muted: Rgba::hex(0xa0_a9b8),
    line: Rgba::hex(0x8d_97a6),
    ghost: Rgba::hex(0x4a_5361),
    accent: Rgba::hex(0x6a_9bff),
    on_accent: Rgba::hex(0x0b_1220),
    rework: Rgba::hex(0xff_8a4c),
    feedback: Rgba::hex(0xd9_b4ff),
    heat: HEAT_ON_DARK,
    track: Rgba::hex(0x34_3b46),
    error: Rgba::hex(0xff_8f86),
    warning: Rgba::hex(0xf2_c14e),
    sticky: Rgba::hex(0x4a_4220),
    on_sticky: Rgba::hex(0xf7_ebc0),
    kaizen: Rgba::hex(0x5a_2f1a),
    on_kaizen: Rgba::hex(0xff_dfcf),
    teams: TEAMS_ON_DARK,
    no_team: Rgba::hex(0x6b_7482),
    slices: SLICES,
    bar: Rgba::hex(0x2b_8fd1),
    bar_before: Rgba::hex(0x3a_424e),
};

static PRINT: Palette = Palette {
    background: Rgba::WHITE,
    panel: Rgba::WHITE,
    field: Rgba::WHITE,
    field_border: Rgba::WHITE,
    rule: Rgba::hex(0xc8_c8c8),
    lane: Rgba::hex(0xf4_f4f4),
    card: Rgba::WHITE,
    card_border: Rgba::hex(0x8a_8a8a),
    text: Rgba::BLACK,
    muted: Rgba::hex(0x44_4444),
    line: Rgba::hex(0x40_4040),
    ghost: Rgba::hex(0xb0_b0b0),
    accent: Rgba::hex(0x1d_4ed8),
    on_accent: Rgba::WHITE,
    rework: Rgba::hex(0xb0_4000),
    feedback: Rgba::hex(0x5b_2fa8),
    heat: HEAT,
    track: Rgba::hex(0xec_ecec),
    error: Rgba::hex(0xa0_1b12),
    warning: Rgba::hex(0x7a_4f00),
    sticky: Rgba::hex(0xff_f6d0),
    on_sticky: Rgba::BLACK,
    kaizen: Rgba::hex(0xff_e6d8),
    on_kaizen: Rgba::BLACK,
    teams: TEAMS,
    no_team: Rgba::hex(0x9a_9a9a),
    slices: SLICES,
    bar: Rgba::hex(0x00_72b2),
    bar_before: Rgba::hex(0xd0_d0d0),
};

static CONTRAST: Palette = Palette {
    background: Rgba::BLACK,
    panel: Rgba::BLACK,
    field: Rgba::hex(0x1c_1c1c),
    field_border: Rgba::hex(0xb0_b0b0),
    rule: Rgba::hex(0xb0_b0b0),
    lane: Rgba::hex(0x12_1212),
    card: Rgba::BLACK,
    card_border: Rgba::WHITE,
    text: Rgba::WHITE,
    muted: Rgba::hex(0xe0_e0e0),
    line: Rgba::WHITE,
    ghost: Rgba::hex(0x9a_9a9a),
    accent: Rgba::hex(0xff_e14d),
    on_accent: Rgba::BLACK,
    rework: Rgba::hex(0xff_9a55),
    feedback: Rgba::hex(0xe0_c0ff),
    heat: HEAT_ON_BLACK,
    track: Rgba::hex(0x40_4040),
    error: Rgba::hex(0xff_9c94),
    warning: Rgba::hex(0xff_d75e),
    sticky: Rgba::hex(0x33_2d00),
    on_sticky: Rgba::hex(0xff_f7c2),
    kaizen: Rgba::hex(0x40_1c00),
    on_kaizen: Rgba::hex(0xff_e6d6),
    teams: TEAMS_ON_DARK,
    no_team: Rgba::hex(0xb0_b0b0),
    slices: SLICES,
    bar: Rgba::hex(0x4d_b4f5),
    bar_before: Rgba::hex(0x5a_5a5a),
};

#[cfg(test)]
mod tests {
    use super::*;

    /// What eyes without one of the three kinds of cones see, and those with all three
    /// (Machado, Oliveira and Fernandes 2009, severity 1).
    const EYES: [(&str, [[f32; 3]; 3]); 4] = [
        ("all", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protan",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deutan",
            [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
        ),
        (
            "tritan",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];

    /// CIE 1976 L*a*b* of linear sRGB.
    fn lab([r, g, b]: [f32; 3]) -> [f32; 3] {
        let f = |t: f32| {
            if t > 0.008_856 {
                t.cbrt()
            } else {
                7.787 * t + 16.0 / 116.0
            }
        };
        let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47);
        let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
        let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn seen(colour: Rgba, eye: &[[f32; 3]; 3]) -> [f32; 3] {
        let light = [colour.r, colour.g, colour.b].map(linear);
        lab(eye.map(|row| {
            let sum: f32 = row.iter().zip(light).map(|(a, b)| a * b).sum();
            sum.clamp(0.0, 1.0)
        }))
    }

    fn apart(what: &str, colours: &[Rgba], least: f32) {
        for (n, a) in colours.iter().enumerate() {
            for b in &colours[n + 1..] {
                for (name, eye) in &EYES {
                    let (p, q) = (seen(*a, eye), seen(*b, eye));
                    let square: f32 = p.iter().zip(q).map(|(x, y)| (x - y) * (x - y)).sum();
                    let off = square.sqrt();
                    assert!(
                        off >= least,
                        "{what}: {a:?} and {b:?} look alike to {name} eyes: {off}"
                    );
                }
            }
        }
    }

    #[test]
    fn colours_that_carry_meaning_stay_apart_for_all_eyes() {
        for theme in Theme::ALL {
            let palette = theme.palette();
            // About 2 is just noticeable side by side; 15 is told apart at a glance.
            apart("teams", &palette.teams, 15.0);
            apart("slices", &palette.slices, 15.0);
            apart(
                "lines",
                &[palette.line, palette.rework, palette.feedback],
                15.0,
            );
            apart("bars", &[palette.bar, palette.bar_before], 20.0);
            apart("selection", &[palette.accent, palette.line], 12.0);
            // Only neighbours are compared in a picture.
            for pair in palette.heat.windows(2) {
                apart("heat", pair, 10.0);
            }
        }
    }

    #[test]
    fn text_has_contrast_in_all_themes() {
        for theme in Theme::ALL {
            let p = theme.palette();
            let grounds = [p.background, p.panel, p.field, p.lane, p.card];
            let mut pairs = vec![
                (p.on_accent, p.accent),
                (p.on_sticky, p.sticky),
                (p.on_kaizen, p.kaizen),
                (p.error, p.panel),
                (p.warning, p.panel),
                (p.rework, p.panel),
                (p.rework, p.card),
                (p.feedback, p.card),
                (p.accent, p.panel),
            ];
            for ground in grounds {
                pairs.push((p.text, ground));
                pairs.push((p.muted, ground));
            }
            pairs.extend(p.slices.iter().map(|&slice| (slice.ink(), slice)));
            pairs.extend(p.heat.iter().map(|&heat| (heat.ink(), heat)));
            pairs.push((p.text, p.heat[0]));
            for (text, ground) in pairs {
                let contrast = text.contrast(ground);
                assert!(
                    contrast >= 4.5,
                    "{theme:?}: {text:?} on {ground:?} has {contrast}:1"
                );
            }
        }
    }

    #[test]
    fn heat_goes_one_way_from_the_colour_of_cards() {
        for theme in Theme::ALL {
            let p = theme.palette();
            assert_eq!(p.heat[0], p.card);
            let light: Vec<f32> = p.heat.iter().map(|heat| heat.luminance()).collect();
            // To all eyes, not to those with three kinds of cones only.
            assert!(
                light.is_sorted() || light.iter().rev().is_sorted(),
                "{theme:?} {light:?}"
            );
            for (_, eye) in &EYES {
                let seen: Vec<f32> = p.heat.iter().map(|&heat| seen(heat, eye)[0]).collect();
                assert!(
                    seen.is_sorted() || seen.iter().rev().is_sorted(),
                    "{theme:?} {seen:?}"
                );
            }
            for level in 0..p.heat.len() {
                let line = crate::scene::heat::line_colour(p, level);
                for ground in [p.background, p.lane] {
                    assert!(line.contrast(ground) >= 3.0, "{theme:?} {level} {line:?}");
                }
            }
        }
    }

    #[test]
    fn lines_and_strips_are_seen() {
        for theme in Theme::ALL {
            let p = theme.palette();
            for (line, ground) in [
                (p.line, p.background),
                (p.line, p.lane),
                (p.rework, p.lane),
                (p.feedback, p.lane),
                (p.accent, p.lane),
                (p.bar, p.panel),
            ] {
                assert!(line.contrast(ground) >= 3.0, "{theme:?} {line:?}");
            }
        }
    }

    #[test]
    fn ink_reads_on_any_colour() {
        for n in 0..=0xfff_u32 {
            let wide = |shift: u32| ((n >> shift) & 0xf) * 0x11;
            let colour = Rgba::hex(wide(8) << 16 | wide(4) << 8 | wide(0));
            assert!(colour.contrast(colour.ink()) >= 4.5, "{colour:?}");
        }
        assert!((Rgba::WHITE.contrast(Rgba::BLACK) - 21.0).abs() < 1e-3);
    }
}
