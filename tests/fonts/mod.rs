//! A few letters of other scripts, the same on every machine, for tests to inject.
//!
//! Made by `scripts/make-test-fonts.py`.

use anabranch::scene::{FontFile, FontSource, Fonts, Weight};

/// The files, in the order in which they are asked; the second is only for the heavier weight.
const FILES: [(&[u8], Option<Weight>); 7] = [
    (include_bytes!("arabic.ttf"), None),
    (include_bytes!("hebrew-bold.ttf"), Some(Weight::SemiBold)),
    (include_bytes!("hebrew.ttf"), None),
    (include_bytes!("devanagari.ttf"), None),
    (include_bytes!("thai.ttf"), None),
    (include_bytes!("cjk.otf"), None),
    (include_bytes!("variable.ttf"), None),
];

/// The files above as the fonts of a system.
pub struct TestFonts;

impl FontSource for TestFonts {
    fn font_for(&self, letter: char, weight: Weight) -> Option<FontFile> {
        let has = |bytes: &'static [u8]| {
            use skrifa::MetadataProvider as _;
            let font = skrifa::FontRef::new(bytes).expect("a font");
            font.charmap().map(letter).is_some()
        };
        FILES
            .iter()
            .filter(|(_, only)| only.is_none_or(|only| only == weight))
            .find(|(bytes, _)| has(bytes))
            .map(|&(bytes, _)| {
                let mut file = FontFile::new(bytes);
                if matches!(letter, '\u{13a0}' | '\u{13a1}') {
                    file.variations = vec![(*b"wght", f32::from(weight.css()))];
                }
                file
            })
    }
}

/// The bundled font and those above.
pub fn fonts() -> Fonts {
    Fonts::with(TestFonts)
}

/// A name in each script that the fonts have, letter by letter.
#[rustfmt::skip]
pub const NAMES: [&str; 9] = [
    "مراجعة قانونية",
    "الحلقة ۱۲۳ (نشر)",
    "עריכה ופרסום (שלב 2)",
    "संपादन क्षेत्र",
    "ตรวจสอบ เผยแพร่",
    "法务审核、发布",
    "法務レビュー",
    "한국어 편집",
    "Legal מ-法务 abc",
];
