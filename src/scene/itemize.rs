//! Divides a text into pieces of one direction, one face and one script: what is shaped at once.

use std::ops::Range;

use unicode_bidi::BidiInfo;
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use super::font::{Face, Weight};
use super::fonts::Fonts;

/// A part of a text that is shaped at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Its bytes.
    pub text: Range<usize>,
    /// What draws it.
    pub face: &'static Face,
    /// Whether it is read from right to left.
    pub is_right_to_left: bool,
}

/// What a reader takes for one letter, marks included.
struct Cluster {
    text: Range<usize>,
    face: Option<&'static Face>,
    /// Its script, when it has one of its own.
    script: Option<Script>,
    /// Blanks and punctuation, which go along with their neighbours.
    is_neutral: bool,
}

/// Returns the pieces of a text, from left to right as they are seen.
pub fn pieces(text: &str, weight: Weight, fonts: &Fonts) -> Vec<Piece> {
    let bundled = weight.face();
    let clusters = clusters(text, weight, fonts);
    let mut pieces = Vec::new();
    let bidi = BidiInfo::new(text, None);
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let is_right_to_left = levels[run.start].is_rtl();
            let first = clusters.partition_point(|cluster| cluster.text.end <= run.start);
            let mut of_run: Vec<Piece> = Vec::new();
            let mut script = None;
            for cluster in &clusters[first..] {
                if cluster.text.start >= run.end {
                    break;
                }
                let range = cluster.text.start.max(run.start)..cluster.text.end.min(run.end);
                // A letter that no font has is the bundled font's box.
                let face = cluster.face.unwrap_or(bundled);
                // The bundled font's scripts are shaped alike, and the window shapes them at once.
                let own = cluster.script.filter(|_| !face.is_bundled());
                match of_run.last_mut() {
                    Some(last)
                        if last.face == face
                            && (own.is_none() || script.is_none() || own == script) =>
                    {
                        last.text.end = range.end;
                        script = script.or(own);
                    }
                    _ => {
                        script = own;
                        of_run.push(Piece {
                            text: range,
                            face,
                            is_right_to_left,
                        });
                    }
                }
            }
            if is_right_to_left {
                of_run.reverse();
            }
            pieces.append(&mut of_run);
        }
    }
    pieces
}

fn clusters(text: &str, weight: Weight, fonts: &Fonts) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = text
        .grapheme_indices(true)
        .map(|(start, letters)| {
            let script = letters.chars().map(|letter| letter.script()).find(is_real);
            Cluster {
                text: start..start + letters.len(),
                face: face_of(letters, weight, fonts),
                script,
                is_neutral: script.is_none() && !letters.chars().any(char::is_alphanumeric),
            }
        })
        .collect();
    // Letters of no script, such as `、`, are drawn like the letters beside them.
    for at in 0..clusters.len() {
        let Cluster {
            text: range,
            face,
            script,
            is_neutral,
        } = &clusters[at];
        let is_of_bundled = face.is_some_and(Face::is_bundled);
        if script.is_some() || (is_of_bundled && !is_neutral) {
            continue;
        }
        let is_anchor = |other: &&Cluster| other.script.is_some() || !other.is_neutral;
        let before = clusters[..at].iter().rev().find(is_anchor);
        let after = clusters[at + 1..].iter().find(is_anchor);
        let drawing = |found: Option<&Cluster>| {
            let face = found?.face.filter(|face| !face.is_bundled())?;
            has_all(face, &text[range.clone()]).then_some(face)
        };
        let (before, after) = (drawing(before), drawing(after));
        let chosen = if is_of_bundled {
            // A blank between two words of a script belongs to them.
            before.filter(|_| before == after)
        } else {
            before.or(after)
        };
        if chosen.is_some() {
            clusters[at].face = chosen;
        }
    }
    clusters
}

/// Returns what draws a cluster: the bundled font where it can, else what is found for the first
/// letter that it lacks; none when no font has that letter.
fn face_of(letters: &str, weight: Weight, fonts: &Fonts) -> Option<&'static Face> {
    let bundled = weight.face();
    let visible = || letters.chars().filter(|&letter| !is_invisible(letter));
    let Some(lacking) = visible().find(|&letter| !bundled.has(letter)) else {
        return Some(bundled);
    };
    let found = fonts.face_for(lacking, weight);
    let base_is_bundled = visible().next().is_some_and(|base| bundled.has(base));
    match found {
        Some(face) if has_all(face, letters) => Some(face),
        // A mark that goes with no letter of the bundled font.
        _ if base_is_bundled => Some(bundled),
        found => found,
    }
}

fn has_all(face: &Face, letters: &str) -> bool {
    letters
        .chars()
        .all(|letter| is_invisible(letter) || face.has(letter))
}

fn is_real(script: &Script) -> bool {
    !matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

/// Returns whether a letter is never drawn itself: joiners, marks of direction, selectors of
/// variants (the property `Default_Ignorable_Code_Point`, as far as it is in use).
pub fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
