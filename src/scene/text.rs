//! Lines of text: shaped once with the fonts at hand, measured, shortened and broken.
//!
//! Nobody downstream measures or wraps again, so what is exported is what was seen. Widths are
//! linear in the size, so a [`Line`] is kept at size 1 and shared by all places that show it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use harfrust::{Direction, ShapeOptions, UnicodeBuffer};
use unicode_script::{Script, UnicodeScript};

use super::font::{Face, Weight};
use super::fonts::Fonts;
use super::itemize::{Piece, is_invisible, pieces};

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

/// A part of a line that is read in one direction and drawn with one face.
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
    /// What draws it.
    pub face: &'static Face,
    /// Whether it is read from right to left.
    pub is_right_to_left: bool,
    /// Whether its letters alone suggest the other direction, as with the digits of Persian.
    is_misleading: bool,
}

impl Run {
    /// Returns whether it is what every program draws alike: letters of the bundled font, all of
    /// them there, from left to right.
    pub fn is_plain(&self, line: &Line) -> bool {
        self.face.is_bundled()
            && !self.is_right_to_left
            && line.glyphs[self.glyphs.clone()]
                .iter()
                .all(|glyph| glyph.id != 0)
    }

    /// Returns its letters as they must be given to somebody who shapes them with its face but
    /// takes the direction from the letters themselves: nearly always as they are.
    pub fn letters<'a>(&self, line: &'a Line) -> Cow<'a, str> {
        let letters = &line.text[self.text.clone()];
        if !self.is_misleading {
            return Cow::Borrowed(letters);
        }
        let turned = letters.chars().rev();
        if self.is_right_to_left {
            // Shaped from left to right, nothing mirrors them.
            Cow::Owned(turned.map(mirrored).collect())
        } else {
            Cow::Owned(turned.collect())
        }
    }
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
    /// The letters that no font has; each is drawn as a box.
    pub missing: Vec<char>,
}

impl Line {
    /// Returns what the program itself writes (figures, units) as a line in the bundled font; what
    /// people write goes through [`Fonts::line`].
    pub fn of(text: &str, weight: Weight) -> Arc<Self> {
        Fonts::bundled().line(text, weight)
    }

    /// Returns how far its letters may rise above the baseline and fall below it.
    pub fn ascent_and_descent(&self) -> (f32, f32) {
        let face = self.weight.face();
        let faces = self.runs.iter().map(|run| run.face);
        faces.fold((face.ascent, face.descent), |(up, down), face| {
            (up.max(face.ascent), down.max(face.descent))
        })
    }

    fn shape_piece(&mut self, text: &str, piece: Piece) {
        let Piece {
            text: range,
            face,
            is_right_to_left,
        } = piece;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text[range.clone()]);
        buffer.guess_segment_properties();
        let guess = buffer.direction();
        buffer.set_direction(if is_right_to_left {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        });
        let shaped = face
            .shaper
            .shaper(&face.font)
            .instance(face.instance.as_ref())
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
                for letter in text[bytes.clone()].chars() {
                    let is_box = !face.has(letter) && !is_invisible(letter);
                    if is_box && !self.missing.contains(&letter) {
                        self.missing.push(letter);
                    }
                }
            }
            let advance = position.x_advance as f32 * scale;
            self.glyphs.push(Glyph {
                // Fonts of these kinds have at most 2^16 glyphs.
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
            face,
            is_right_to_left,
            is_misleading: (guess == Direction::RightToLeft) != is_right_to_left,
        });
    }
}

/// Shapes a text.
pub fn shape(text: &str, weight: Weight, fonts: &Fonts) -> Line {
    let text: String = text.chars().map(printable).collect();
    let mut line = Line {
        weight,
        width: 0.0,
        runs: Vec::new(),
        glyphs: Vec::new(),
        missing: Vec::new(),
        text: String::new(),
    };
    let face = weight.face();
    // Nothing below U+0590 is read from right to left.
    if text
        .chars()
        .all(|letter| letter < '\u{590}' && face.has(letter))
    {
        let whole = Piece {
            text: 0..text.len(),
            face,
            is_right_to_left: false,
        };
        line.shape_piece(&text, whole);
    } else {
        for piece in pieces(&text, weight, fonts) {
            line.shape_piece(&text, piece);
        }
    }
    line.text = text;
    line
}

/// See [`Fonts::fitted`].
pub fn fitted(text: &str, weight: Weight, size: f32, width: f32, fonts: &Fonts) -> Arc<Line> {
    let whole = fonts.line(text, weight);
    if whole.width * size <= width {
        return whole;
    }
    let mut ends: Vec<usize> = whole.glyphs.iter().map(|glyph| glyph.text.start).collect();
    ends.sort_unstable();
    ends.dedup();
    let shortened = |end: usize| {
        let kept = whole.text[..end].trim_end();
        fonts.line(&format!("{kept}…"), weight)
    };
    let fits = ends.partition_point(|&end| shortened(end).width * size <= width);
    shortened(fits.checked_sub(1).map_or(0, |last| ends[last]))
}

/// See [`Fonts::wrapped`].
pub fn wrapped(
    text: &str,
    weight: Weight,
    size: f32,
    width: f32,
    lines: usize,
    fonts: &Fonts,
) -> Vec<Arc<Line>> {
    let text = text.trim();
    let whole = fonts.line(text, weight);
    let fitted = |range: Range<usize>| fonts.fitted(text[range].trim(), weight, size, width);
    if whole.width * size <= width || lines <= 1 {
        return vec![fitted(0..text.len())];
    }
    let breaks = breaks(text);
    let line = |range: Range<usize>| fonts.line(text[range].trim(), weight);
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
        found.push(fitted(start..end));
        start = end;
        if fits(start..text.len()) {
            break;
        }
    }
    found.push(fitted(start..text.len()));
    found
}

/// The other one of a pair of brackets; any other letter as it is.
fn mirrored(letter: char) -> char {
    const PAIRS: [(char, char); 12] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('<', '>'),
        ('«', '»'),
        ('‹', '›'),
        ('≤', '≥'),
        ('「', '」'),
        ('『', '』'),
        ('（', '）'),
        ('《', '》'),
        ('〈', '〉'),
    ];
    PAIRS
        .iter()
        .find_map(|&(open, close)| {
            (letter == open)
                .then_some(close)
                .or((letter == close).then_some(open))
        })
        .unwrap_or(letter)
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

/// Returns where a text may be broken: after blanks (not after those that hold together), `-`, `/`,
/// and between letters of scripts that write no blanks.
fn breaks(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let may_break = match before {
            Some(' ' | '\n' | '\t') => !letter.is_whitespace(),
            Some('-' | '/' | '–') => letter.is_alphabetic(),
            Some(before) => {
                (stands_alone(before) || stands_alone(letter))
                    && !NEVER_LAST.contains(before)
                    && !NEVER_FIRST.contains(letter)
                    && !letter.is_whitespace()
                    && letter.script() != Script::Inherited
            }
            None => false,
        };
        if may_break {
            found.push(at);
        }
        before = Some(letter);
    }
    found
}

/// Whether a letter is of a script whose lines may be broken between any two letters.
fn stands_alone(letter: char) -> bool {
    use Script::{Bopomofo, Han, Hiragana, Katakana, Yi};
    matches!(letter.script(), Han | Hiragana | Katakana | Bopomofo | Yi)
        // Their punctuation.
        || matches!(letter, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

/// What begins no line (JIS X 4051, as far as it is in use).
const NEVER_FIRST: &str = ")]}、。，．・：；？！）］｝」』】〉》〕ー々ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;?!…";

/// What ends no line.
const NEVER_LAST: &str = "([{（［｛「『【〈《〔";

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
            let line = Fonts::bundled().fitted("Legal review", Weight::SemiBold, 15.0, width);
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
            let lines = Fonts::bundled().wrapped(text, Weight::SemiBold, 15.0, 140.0, 2);
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
