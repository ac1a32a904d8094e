//! Lines of text: shaped once with the bundled font, measured, shortened and broken.
//!
//! Nobody downstream measures or wraps again, so what is exported is what was seen. Widths are
//! linear in the size, so a [`Line`] is kept at size 1 and shared by all places that show it.

use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex};

use harfrust::{Direction, ShapeOptions, UnicodeBuffer};
use rustc_hash::FxHashMap;
use unicode_bidi::BidiInfo;

use super::font::Weight;

/// Lines kept in memory; when there are more, all are forgotten and those in use come back.
const KEPT_LINES: usize = 50_000;

/// A letter in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// Which glyph of the font; 0 is the box for a letter that it has not.
    pub id: u16,
    /// Where its origin lies, from the left end of the line.
    pub x: f32,
    /// How far its origin lies below the baseline.
    pub y: f32,
    /// How far the next letter is.
    pub advance: f32,
    /// The bytes of the line's text that it stands for; several glyphs may share them.
    pub text: Range<usize>,
}

/// A part of a line that is read in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its bytes of the line's text.
    pub text: Range<usize>,
    /// Its glyphs, from left to right.
    pub glyphs: Range<usize>,
    /// Where it begins, from the left end of the line.
    pub x: f32,
    /// How wide it is.
    pub width: f32,
    /// Whether it is read from right to left.
    pub is_right_to_left: bool,
}

/// A line of text, shaped at size 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The text, in the order in which it is read; no line breaks or control characters.
    pub text: String,
    /// How heavy it is.
    pub weight: Weight,
    /// How wide it is.
    pub width: f32,
    /// Its parts, from left to right as they are seen.
    pub runs: Vec<Run>,
    /// Its letters, from left to right as they are seen.
    pub glyphs: Vec<Glyph>,
    /// The letters that the font has not; each is drawn as a box.
    pub missing: Vec<char>,
}

/// Lines by weight and text.
type Lines = [FxHashMap<Box<str>, Arc<Line>>; 2];

static LINES: LazyLock<Mutex<Lines>> = LazyLock::new(Mutex::default);

impl Line {
    /// Returns the text as a line, from memory where it was shaped before.
    pub fn of(text: &str, weight: Weight) -> Arc<Self> {
        // A panic elsewhere while the lock was held leaves whole entries only.
        let lock = || {
            LINES
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
        };
        if let Some(line) = lock()[weight as usize].get(text) {
            return Arc::clone(line);
        }
        let line = Arc::new(Self::shape(text, weight));
        let mut lines = lock();
        let kept = &mut lines[weight as usize];
        if kept.len() >= KEPT_LINES {
            kept.clear();
        }
        kept.insert(text.into(), Arc::clone(&line));
        line
    }

    /// Returns the text shortened with an ellipsis until it is at most `width` wide at `size`.
    pub fn fitted(text: &str, weight: Weight, size: f32, width: f32) -> Arc<Self> {
        let whole = Self::of(text, weight);
        if whole.width * size <= width {
            return whole;
        }
        let mut ends: Vec<usize> = whole.glyphs.iter().map(|glyph| glyph.text.start).collect();
        ends.sort_unstable();
        ends.dedup();
        let shortened = |end: usize| {
            let kept = whole.text[..end].trim_end();
            Self::of(&format!("{kept}…"), weight)
        };
        let fits = ends.partition_point(|&end| shortened(end).width * size <= width);
        shortened(fits.checked_sub(1).map_or(0, |last| ends[last]))
    }

    /// Returns the text in at most `lines` lines of at most `width` at `size`, broken at blanks
    /// and after `-` and `/`. What does not fit is shortened with an ellipsis.
    ///
    /// Two lines that suffice are made about as wide as one another.
    pub fn wrapped(
        text: &str,
        weight: Weight,
        size: f32,
        width: f32,
        lines: usize,
    ) -> Vec<Arc<Self>> {
        let text = text.trim();
        let whole = Self::of(text, weight);
        if whole.width * size <= width || lines <= 1 {
            return vec![Self::fitted(text, weight, size, width)];
        }
        let breaks = breaks(text);
        let line = |range: Range<usize>| Self::of(text[range].trim(), weight);
        let fits = |range: Range<usize>| line(range).width * size <= width;
        let widest_half = |&at: &usize| {
            let (left, right) = (line(0..at).width, line(at..text.len()).width);
            left.max(right)
        };
        let balanced = breaks
            .iter()
            .copied()
            .filter(|&at| fits(0..at) && fits(at..text.len()))
            .min_by(|a, b| widest_half(a).total_cmp(&widest_half(b)));
        if let Some(at) = balanced {
            return vec![line(0..at), line(at..text.len())];
        }
        let mut found = Vec::new();
        let mut start = 0;
        while found.len() + 1 < lines {
            let fitting = breaks
                .iter()
                .copied()
                .rfind(|&at| at > start && fits(start..at));
            let next = breaks.iter().copied().find(|&at| at > start);
            let Some(end) = fitting.or(next) else { break };
            found.push(Self::fitted(text[start..end].trim(), weight, size, width));
            start = end;
            if fits(start..text.len()) {
                break;
            }
        }
        found.push(Self::fitted(text[start..].trim(), weight, size, width));
        found
    }

    fn shape(text: &str, weight: Weight) -> Self {
        let text: String = text.chars().map(printable).collect();
        let mut line = Self {
            weight,
            width: 0.0,
            runs: Vec::new(),
            glyphs: Vec::new(),
            missing: Vec::new(),
            text: String::new(),
        };
        // Nothing below U+0590 is read from right to left.
        if text.chars().all(|letter| letter < '\u{590}') {
            line.shape_run(&text, 0..text.len(), None);
        } else {
            let bidi = BidiInfo::new(&text, None);
            for paragraph in &bidi.paragraphs {
                let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
                for run in runs {
                    let is_right_to_left = levels[run.start].is_rtl();
                    line.shape_run(&text, run, Some(is_right_to_left));
                }
            }
        }
        line.text = text;
        line
    }

    fn shape_run(&mut self, text: &str, range: Range<usize>, is_right_to_left: Option<bool>) {
        let face = self.weight.face();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text[range.clone()]);
        buffer.guess_segment_properties();
        match is_right_to_left {
            Some(true) => buffer.set_direction(Direction::RightToLeft),
            Some(false) => buffer.set_direction(Direction::LeftToRight),
            None => {}
        }
        let shaped = face
            .shaper
            .shaper(&face.font)
            .build()
            .shape(buffer, ShapeOptions::new());
        let first = self.glyphs.len();
        let start = self.width;
        let scale = 1.0 / face.units_per_em;
        let infos = shaped.glyph_infos();
        let mut clusters: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
        clusters.sort_unstable();
        clusters.dedup();
        for (info, position) in infos.iter().zip(shaped.glyph_positions()) {
            let from = info.cluster as usize;
            let next = clusters.partition_point(|&cluster| cluster <= from);
            let to = clusters.get(next).copied().unwrap_or(range.len());
            let bytes = range.start + from..range.start + to;
            if info.glyph_id == 0 {
                let letters = text[bytes.clone()].chars();
                for letter in letters {
                    if !face.has(letter) && !self.missing.contains(&letter) {
                        self.missing.push(letter);
                    }
                }
            }
            let advance = position.x_advance as f32 * scale;
            self.glyphs.push(Glyph {
                // Fonts of TrueType kind have at most 2^16 glyphs.
                id: u16::try_from(info.glyph_id).unwrap_or(0),
                x: self.width + position.x_offset as f32 * scale,
                y: -(position.y_offset as f32 * scale),
                advance,
                text: bytes,
            });
            self.width += advance;
        }
        self.runs.push(Run {
            text: range,
            glyphs: first..self.glyphs.len(),
            x: start,
            width: self.width - start,
            is_right_to_left: is_right_to_left.unwrap_or(false),
        });
    }
}

/// Line breaks, tabs and other blanks of odd width become blanks; what XML cannot say, the sign
/// for a letter that cannot be shown.
fn printable(letter: char) -> char {
    match letter {
        // Their width is not that of the font on the screen.
        '\u{2009}' | '\u{202f}' => '\u{a0}',
        '\u{2028}' | '\u{2029}' => ' ',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        letter if letter.is_control() => ' ',
        letter => letter,
    }
}

/// Returns where a text may be broken: after blanks (not after those that hold together), `-`, `/`.
fn breaks(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let may_break = match before {
            Some(' ' | '\n' | '\t') => !letter.is_whitespace(),
            Some('-' | '/' | '–') => letter.is_alphabetic(),
            _ => false,
        };
        if may_break {
            found.push(at);
        }
        before = Some(letter);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Arc<Line>]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn kerning_counts_and_glyphs_lie_end_to_end() {
        let line = Line::of("AVAVA", Weight::Regular);
        let alone: f32 = "AVAVA"
            .chars()
            .map(|letter| Line::of(&letter.to_string(), Weight::Regular).width)
            .sum();
        assert!(line.width < alone - 0.05, "{} {alone}", line.width);
        let sum: f32 = line.glyphs.iter().map(|glyph| glyph.advance).sum();
        assert!((sum - line.width).abs() < 1e-5);
        assert_eq!(line.runs.len(), 1);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let check = |width: f32, expected: &str| {
            let line = Line::fitted("Legal review", Weight::SemiBold, 15.0, width);
            assert_eq!(line.text, expected, "{width}");
            assert!(expected == "…" || line.width * 15.0 <= width, "{width}");
        };
        check(200.0, "Legal review");
        check(80.0, "Legal rev…");
        check(54.0, "Legal…");
        check(0.0, "…");
    }

    #[test]
    fn names_break_into_balanced_lines() {
        let check = |text: &str, expected: &[&str]| {
            let lines = Line::wrapped(text, Weight::SemiBold, 15.0, 140.0, 2);
            assert_eq!(texts(&lines), expected);
            for line in &lines {
                assert!(line.width * 15.0 <= 140.0, "{}", line.text);
            }
        };
        check("Edit", &["Edit"]);
        check(
            "Localize for thirty markets",
            &["Localize for", "thirty markets"],
        );
        check("Donaudampfschifffahrtsgesellschaft", &["Donaudampfschi…"]);
        check(
            "Review by everybody who could possibly have an opinion",
            &["Review by", "everybody who c…"],
        );
        check("  ", &[""]);
    }

    #[test]
    fn right_to_left_runs_are_reordered() {
        let line = Line::of("ab שלום cd", Weight::Regular);
        let seen: Vec<&str> = line
            .runs
            .iter()
            .map(|run| &line.text[run.text.clone()])
            .collect();
        assert_eq!(seen, ["ab ", "שלום", " cd"]);
        assert!(line.runs[1].is_right_to_left);
        // From left to right come the last letters first.
        let starts: Vec<usize> = line.glyphs[line.runs[1].glyphs.clone()]
            .iter()
            .map(|glyph| glyph.text.start)
            .collect();
        assert!(starts.is_sorted_by(|a, b| a > b), "{starts:?}");
        assert_eq!(line.missing, ['ם', 'ו', 'ל', 'ש']);
    }

    #[test]
    fn letters_that_nobody_has_are_boxes_and_said() {
        let line = Line::of("a\n中\u{0}", Weight::Regular);
        assert_eq!(line.text, "a 中 ");
        assert_eq!(line.missing, ['中']);
        assert!(line.glyphs.iter().any(|glyph| glyph.id == 0));
        assert!(Line::of("", Weight::Regular).width == 0.0);
    }

    #[test]
    fn every_glyph_knows_its_letters() {
        let line = Line::of("e\u{301}é", Weight::Regular);
        assert_eq!(line.glyphs[0].text, 0..3);
        assert_eq!(line.glyphs.last().unwrap().text, 3..5);
    }
}
