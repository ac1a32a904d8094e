//! The bundled font: the same bytes for measuring, for every export and for the window.
//!
//! Inter, Regular and SemiBold, under the SIL Open Font License (`assets/fonts/OFL.txt`), made by
//! `scripts/make-fonts.py`: its digits all have the same width.

use std::sync::LazyLock;

use harfrust::ShaperData;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::geom::Point;
use super::path::{Path, Segment};

/// The name of the font family.
pub const FAMILY: &str = "Inter";

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// For reading.
    Regular,
    /// For names and figures that matter.
    SemiBold,
}

impl Weight {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Regular, Self::SemiBold];

    /// Returns the font file, as TrueType.
    pub fn font_bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
            Self::SemiBold => include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"),
        }
    }

    /// Returns the weight as CSS counts it.
    pub fn css(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::SemiBold => 600,
        }
    }

    /// Returns the face.
    pub fn face(self) -> &'static Face {
        static FACES: LazyLock<[Face; 2]> = LazyLock::new(|| Weight::ALL.map(Face::new));
        &FACES[self as usize]
    }
}

/// A font face, ready for shaping. Lengths are shares of the font size.
pub struct Face {
    /// The parsed file.
    pub font: FontRef<'static>,
    /// Its tables for shaping.
    pub shaper: ShaperData,
    /// Units of the font per font size.
    pub units_per_em: f32,
    /// How far letters may rise above the baseline.
    pub ascent: f32,
    /// How far letters may fall below the baseline, above 0.
    pub descent: f32,
    /// The height of capitals and digits.
    pub cap_height: f32,
}

impl Face {
    fn new(weight: Weight) -> Self {
        let font = FontRef::new(weight.font_bytes()).expect("the bundled font is a font");
        let metrics = font.metrics(Size::new(1.0), LocationRef::default());
        Self {
            shaper: ShaperData::new(&font),
            units_per_em: f32::from(metrics.units_per_em),
            ascent: metrics.ascent,
            descent: -metrics.descent,
            cap_height: metrics.cap_height.unwrap_or(0.7),
            font,
        }
    }

    /// Returns whether the font has this letter.
    pub fn has(&self, letter: char) -> bool {
        self.font.charmap().map(letter).is_some()
    }

    /// Returns the outline of a glyph at size 1 with its origin at (0, 0), y down; empty for a blank.
    pub fn outline(&self, glyph: u16) -> Path {
        let mut pen = Pen {
            path: Path::default(),
            scale: 1.0 / self.units_per_em,
        };
        if let Some(outline) = self
            .font
            .outline_glyphs()
            .get(GlyphId::from(u32::from(glyph)))
        {
            // In units of the font: at size 1 the outline would be rounded to 1/64.
            let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
            if outline.draw(settings, &mut pen).is_err() {
                // A damaged glyph is drawn as a blank; the bundled font has none.
                return Path::default();
            }
        }
        pen.path
    }
}

/// Collects an outline, turning y upside down.
struct Pen {
    path: Path,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> Point {
        Point::new(x * self.scale, -y * self.scale)
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let p = self.at(x, y);
        self.path.segments.push(Segment::Move(p));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        let p = self.at(x, y);
        self.path.segments.push(Segment::Line(p));
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (a, p) = (self.at(cx, cy), self.at(x, y));
        self.path.segments.push(Segment::Quad(a, p));
    }
    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (a, b, p) = (self.at(ax, ay), self.at(bx, by), self.at(x, y));
        self.path.segments.push(Segment::Cubic(a, b, p));
    }
    fn close(&mut self) {
        self.path.segments.push(Segment::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_tabular_in_both_weights() {
        for weight in Weight::ALL {
            let face = weight.face();
            let metrics = face
                .font
                .glyph_metrics(Size::new(1.0), LocationRef::default());
            let width = |letter: char| {
                let glyph = face.font.charmap().map(letter).unwrap();
                metrics.advance_width(glyph).unwrap()
            };
            for digit in '0'..='9' {
                assert_eq!(width(digit), width('0'), "{digit} {weight:?}");
            }
        }
    }

    #[test]
    fn the_letters_promised_are_there() {
        let text = "äÄßéñçőŁżĐğÅøþ ΑΩαω ЯжЇ “”„‚–—…•·×÷±−≤≥≈≠ €£¥₹ ←↑→↓↩ ½²³ ✓";
        for weight in Weight::ALL {
            for letter in text.chars() {
                assert!(weight.face().has(letter), "{letter} {weight:?}");
            }
            assert!(weight.font_bytes().len() < 400_000);
        }
    }

    #[test]
    fn outlines_stand_on_the_baseline() {
        let face = Weight::Regular.face();
        let glyph = face.font.charmap().map('H').unwrap();
        let bounds = face
            .outline(u16::try_from(glyph.to_u32()).unwrap())
            .bounds();
        assert!(bounds.bottom().abs() < 1e-6, "{bounds:?}");
        assert!((bounds.top() + face.cap_height).abs() < 1e-3, "{bounds:?}");
        assert!(
            face.outline(u16::MAX).segments.is_empty(),
            "no glyph of that number"
        );
    }
}
