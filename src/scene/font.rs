//! Font faces: the bundled one, the same bytes for measuring, for every export and for the window,
//! and those of other scripts that [`super::Fonts`] finds.
//!
//! Bundled is Inter, Regular and SemiBold, under the SIL Open Font License
//! (`assets/fonts/OFL.txt`), made by `scripts/make-fonts.py`: its digits all have the same width.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use harfrust::{ShaperData, ShaperInstance, Variation};
use skrifa::instance::{Location, LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider, Tag};

use super::geom::Point;
use super::path::{Path, Segment};

/// The name of the font family.
pub const FAMILY: &str = "Inter";

/// How far a face of another script may claim to rise or fall, of its size: some fonts say how
/// tall their tallest ornament is.
const TALLEST: f32 = 1.6;

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

    /// Returns the bundled font file, as TrueType.
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

    /// Returns the bundled face.
    pub fn face(self) -> &'static Face {
        static FACES: LazyLock<[Face; 2]> = LazyLock::new(|| {
            Weight::ALL.map(|weight| {
                let file = FontFile::new(weight.font_bytes());
                Face::new(weight as u32, &file).expect("the bundled font is a font")
            })
        });
        &FACES[self as usize]
    }
}

/// A font file and which of its faces is meant.
#[derive(Clone)]
pub struct FontFile {
    /// The file: TrueType or OpenType, or a collection of them.
    pub bytes: Arc<dyn AsRef<[u8]> + Send + Sync>,
    /// Which face of a collection; else 0.
    pub index: u32,
    /// Where on the axes of a variable font, for instance `wght` at 600; elsewhere its default.
    pub variations: Vec<([u8; 4], f32)>,
}

impl FontFile {
    /// Makes the only face of a file.
    pub fn new(bytes: &'static [u8]) -> Self {
        Self {
            bytes: Arc::new(bytes),
            index: 0,
            variations: Vec::new(),
        }
    }
}

impl fmt::Debug for FontFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FontFile")
            .field("bytes", &(*self.bytes).as_ref().len())
            .field("index", &self.index)
            .field("variations", &self.variations)
            .finish()
    }
}

/// A font face, ready for shaping. Lengths are shares of the font size.
///
/// Faces live as long as the program: there is one for each script in use.
pub struct Face {
    /// A number that no other face of this process has; those of the bundled font are its weights.
    pub id: u32,
    /// The file.
    pub bytes: &'static [u8],
    /// Which face of the file.
    pub index: u32,
    /// Where on the axes of a variable font.
    pub variations: Vec<([u8; 4], f32)>,
    /// The parsed file.
    pub font: FontRef<'static>,
    /// How far letters may rise above the baseline.
    pub ascent: f32,
    /// How far letters may fall below the baseline, above 0.
    pub descent: f32,
    /// The height of capitals and digits.
    pub cap_height: f32,
    pub(super) units_per_em: f32,
    pub(super) shaper: ShaperData,
    pub(super) instance: Option<ShaperInstance>,
    location: Location,
}

impl Face {
    /// Reads a face and keeps its bytes as long as the program lives; nothing when it is no font.
    pub(super) fn kept(file: &FontFile) -> Option<&'static Self> {
        static NEXT: AtomicU32 = AtomicU32::new(Weight::ALL.len() as u32);
        // Checked before a number and memory are spent on it.
        FontRef::from_index((*file.bytes).as_ref(), file.index).ok()?;
        let face = Self::new(NEXT.fetch_add(1, Ordering::Relaxed), file)?;
        Some(Box::leak(Box::new(face)))
    }

    fn new(id: u32, file: &FontFile) -> Option<Self> {
        let kept: &'static Arc<dyn AsRef<[u8]> + Send + Sync> =
            Box::leak(Box::new(Arc::clone(&file.bytes)));
        let bytes = (**kept).as_ref();
        let font = FontRef::from_index(bytes, file.index).ok()?;
        let settings = || {
            let settings = file.variations.iter();
            settings.map(|(tag, value)| (Tag::new(tag), *value))
        };
        let location = font.axes().location(settings());
        let metrics = font.metrics(Size::new(1.0), &location);
        let instance = (!file.variations.is_empty()).then(|| {
            let variations = settings().map(|(tag, value)| Variation { tag, value });
            ShaperInstance::from_variations(&font, variations)
        });
        Some(Self {
            id,
            bytes,
            index: file.index,
            variations: file.variations.clone(),
            shaper: ShaperData::new(&font),
            instance,
            units_per_em: f32::from(metrics.units_per_em.max(1)),
            ascent: metrics.ascent.clamp(0.0, TALLEST),
            descent: (-metrics.descent).clamp(0.0, TALLEST),
            cap_height: metrics.cap_height.unwrap_or(0.7),
            location,
            font,
        })
    }

    /// Returns whether it is the bundled one.
    pub fn is_bundled(&self) -> bool {
        self.id < Weight::ALL.len() as u32
    }

    /// Returns whether the font has this letter.
    pub fn has(&self, letter: char) -> bool {
        let glyph = self.font.charmap().map(letter);
        glyph.is_some_and(|glyph| glyph != GlyphId::NOTDEF)
    }

    /// Returns whether the font has this letter and an outline of it: some have pictures only.
    pub(super) fn draws(&self, letter: char) -> bool {
        draws(&self.font, letter)
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
            let settings = DrawSettings::unhinted(Size::unscaled(), &self.location);
            if outline.draw(settings, &mut pen).is_err() {
                // A damaged glyph is drawn as a blank; the bundled font has none.
                return Path::default();
            }
        }
        pen.path
    }
}

impl PartialEq for Face {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Face({})", self.id)
    }
}

/// Returns whether a font has a letter and an outline of it, or the letter is a blank.
pub(super) fn draws(font: &FontRef<'_>, letter: char) -> bool {
    let Some(glyph) = font.charmap().map(letter) else {
        return false;
    };
    let Some(outline) = font.outline_glyphs().get(glyph) else {
        return false;
    };
    let mut pen = Pen {
        path: Path::default(),
        scale: 1.0,
    };
    let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
    glyph != GlyphId::NOTDEF
        && outline.draw(settings, &mut pen).is_ok()
        && (letter.is_whitespace() || !pen.path.segments.is_empty())
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
