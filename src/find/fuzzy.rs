//! Ranks names by how well they match letters typed in a hurry.
//!
//! Each word that was typed must be found, in any order: its letters one after the other, with
//! others in between. Beginnings of words and letters that stand together count most; of names that
//! match alike the shorter one is better.

use std::ops::Range;

use super::fold::{Folded, folded};

/// What a matching letter is worth.
const LETTER: i32 = 16;
/// More for one at the beginning of a word.
const WORD_START: i32 = 24;
/// More for one at the very beginning.
const START: i32 = 8;
/// More for one right after the letter before.
const TOGETHER: i32 = 20;
/// Less for a gap between two letters.
const GAP: i32 = 12;
/// And for each letter of it.
const GAP_LETTER: i32 = 1;
/// Longer texts than this, in letters typed times letters of the name, are nobody's names.
const MOST_CELLS: usize = 1 << 20;
/// Worse than anything that matches.
const NONE: i32 = i32::MIN / 2;

/// What was typed, ready to be compared with many names.
#[derive(Clone, Debug)]
pub struct Pattern {
    words: Vec<Folded>,
}

/// Room for comparing, used again from name to name.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// The best score with a letter of the word matched at a letter of the name, row by row.
    scores: Vec<i32>,
}

impl Pattern {
    /// Reads what was typed.
    pub fn new(text: &str) -> Self {
        Self {
            words: text
                .split_whitespace()
                .map(folded)
                .filter(|word| !word.letters().is_empty())
                .collect(),
        }
    }

    /// Returns whether nothing was typed, so that everything matches alike.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns how well a name matches, higher is better; nothing when it does not.
    pub fn score(&self, name: &Folded, scratch: &mut Scratch) -> Option<i32> {
        if !self.words.iter().all(|word| name.may_have(word)) {
            return None;
        }
        let mut total = 0;
        for word in &self.words {
            total += match whole_at(word, name) {
                Some(at) => {
                    let more = word.letters().len() as i32 - 1;
                    LETTER + bonus(name.letters(), at) + more * (LETTER + TOGETHER)
                }
                None => {
                    fill(word, name, scratch)?;
                    best(name.letters().len(), scratch).1
                }
            };
        }
        Some(total - name.letters().len().min(64) as i32 / 4)
    }

    /// Returns which bytes of a name matched, in order and without overlaps; none when it does not
    /// match.
    pub fn matched(&self, name: &Folded, scratch: &mut Scratch) -> Vec<Range<usize>> {
        let mut letters = Vec::new();
        for word in &self.words {
            if let Some(at) = whole_at(word, name) {
                letters.extend(at..at + word.letters().len());
                continue;
            }
            if fill(word, name, scratch).is_none() {
                return Vec::new();
            }
            trace(
                word.letters().len(),
                name.letters().len(),
                scratch,
                &mut letters,
            );
        }
        letters.sort_unstable();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for letter in letters {
            let bytes = name.bytes(letter..letter + 1);
            match ranges.last_mut() {
                Some(last) if bytes.start <= last.end => last.end = last.end.max(bytes.end),
                _ => ranges.push(bytes),
            }
        }
        ranges
    }
}

/// Returns where a word of the name begins with all that was typed, if one does: nothing matches better,
/// and it is told without reckoning.
fn whole_at(word: &Folded, name: &Folded) -> Option<usize> {
    let (word, name) = (word.letters(), name.letters());
    let is_start = |at: usize| at == 0 || !name[at - 1].is_alphanumeric();
    name.windows(word.len())
        .enumerate()
        .find(|(at, part)| *part == word && is_start(*at))
        .map(|(at, _)| at)
}

/// Fills the scores of a word in a name; nothing when its letters do not follow each other there.
fn fill(word: &Folded, name: &Folded, scratch: &mut Scratch) -> Option<()> {
    let (word, name) = (word.letters(), name.letters());
    // What does not match at all is told before anything is reckoned.
    let mut rest = name.iter();
    if !word.iter().all(|letter| rest.any(|other| other == letter)) {
        return None;
    }
    let width = name.len();
    if word.len() * width > MOST_CELLS {
        return None;
    }
    scratch.scores.clear();
    scratch.scores.resize(word.len() * width, NONE);
    for (row, &letter) in word.iter().enumerate() {
        // The best of the row before that ends left of here, less what the gap up to here costs.
        let mut carried = NONE;
        for (at, &other) in name.iter().enumerate() {
            let before = if row == 0 {
                0
            } else if at == 0 {
                NONE
            } else {
                let adjacent = scratch.scores[(row - 1) * width + at - 1];
                carried = (carried - GAP_LETTER).max(adjacent - GAP).max(NONE);
                carried.max(adjacent.saturating_add(TOGETHER))
            };
            if letter == other && before > NONE / 2 {
                scratch.scores[row * width + at] = before + LETTER + bonus(name, at);
            }
        }
    }
    Some(())
}

fn bonus(name: &[char], at: usize) -> i32 {
    match at.checked_sub(1).map(|before| name[before]) {
        None => WORD_START + START,
        Some(before) if !before.is_alphanumeric() => WORD_START,
        Some(_) => 0,
    }
}

/// Returns where the last letter matches best, the first of equals, and the score.
fn best(width: usize, scratch: &Scratch) -> (usize, i32) {
    let last = &scratch.scores[scratch.scores.len() - width..];
    let mut best = (0, NONE);
    for (at, &score) in last.iter().enumerate() {
        if score > best.1 {
            best = (at, score);
        }
    }
    best
}

/// Adds the letters of the name that the best match goes over.
fn trace(rows: usize, width: usize, scratch: &Scratch, letters: &mut Vec<usize>) {
    let (mut at, _) = best(width, scratch);
    letters.push(at);
    for row in (0..rows.saturating_sub(1)).rev() {
        let scores = &scratch.scores[row * width..][..at];
        let mut found = (0, NONE);
        for (place, &score) in scores.iter().enumerate() {
            let gap = at - 1 - place;
            let worth = if gap == 0 {
                score.saturating_add(TOGETHER)
            } else {
                score - GAP - GAP_LETTER * gap as i32
            };
            if worth > found.1 {
                found = (place, worth);
            }
        }
        at = found.0;
        letters.push(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ranked<'a>(typed: &str, names: &[&'a str]) -> Vec<&'a str> {
        let (pattern, mut scratch) = (Pattern::new(typed), Scratch::default());
        let mut found: Vec<_> = names
            .iter()
            .filter_map(|name| Some((pattern.score(&folded(name), &mut scratch)?, *name)))
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, name)| name).collect()
    }

    fn emphasized(typed: &str, name: &str) -> String {
        let ranges = Pattern::new(typed).matched(&folded(name), &mut Scratch::default());
        let mut text = name.to_owned();
        for range in ranges.into_iter().rev() {
            text.insert(range.end, ']');
            text.insert(range.start, '[');
        }
        text
    }

    #[test]
    fn what_was_meant_comes_first() {
        let check = |typed, names: &[&str]| {
            let mut shuffled = names.to_vec();
            shuffled.reverse();
            assert_eq!(ranked(typed, &shuffled), names, "{typed}");
        };
        // Beginnings of words before letters inside them.
        check("lr", &["Legal review", "Clear all"]);
        // Letters together before letters apart.
        check("edit", &["Edit", "Credits", "Expect a digit"]);
        // The shorter of two that match alike.
        check("legal", &["Legal", "Legal review of all languages"]);
        // Case and accents do not count, nor the order of words.
        check("uber", &["ÜBERGABE"]);
        check("review legal", &["Legal review"]);
    }

    #[test]
    fn what_does_not_match_is_left_out() {
        assert!(ranked("xyz", &["Legal review"]).is_empty());
        assert!(ranked("legal xyz", &["Legal review"]).is_empty());
        assert!(ranked("ba", &["ab"]).is_empty());
        assert_eq!(ranked("", &["anything"]), ["anything"]);
    }

    #[test]
    fn what_matched_is_shown() {
        assert_eq!(emphasized("lr", "Legal review"), "[L]egal [r]eview");
        assert_eq!(emphasized("rev", "Prepare review"), "Prepare [rev]iew");
        assert_eq!(emphasized("uber", "Die Übergabe"), "Die [Über]gabe");
        assert_eq!(
            emphasized("review legal", "Legal review"),
            "[Legal] [review]"
        );
        assert_eq!(emphasized("none", "Legal review"), "Legal review");
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn a_name_is_found_by_its_letters(name in "[A-Za-zäé ]{1,20}", keep in any::<u32>()) {
            let name = name.trim();
            let typed: String = name
                .chars()
                .enumerate()
                .filter(|(at, letter)| keep >> at & 1 == 1 && !letter.is_whitespace())
                .map(|(_, letter)| letter)
                .collect();
            let pattern = Pattern::new(&typed);
            let (letters, mut scratch) = (folded(name), Scratch::default());
            prop_assert!(pattern.score(&letters, &mut scratch).is_some());
            let ranges = pattern.matched(&letters, &mut scratch);
            let shown: String = ranges.into_iter().map(|range| &name[range]).collect();
            let (shown, typed) = (folded(&shown), folded(&typed));
            prop_assert_eq!(shown.letters(), typed.letters());
        }

        #[test]
        fn nothing_typed_is_a_fault(typed in any::<String>(), name in any::<String>()) {
            let (pattern, mut scratch) = (Pattern::new(&typed), Scratch::default());
            let name_folded = folded(&name);
            let is_found = pattern.score(&name_folded, &mut scratch).is_some();
            let ranges = pattern.matched(&name_folded, &mut scratch);
            prop_assert_eq!(is_found && !pattern.is_empty(), !ranges.is_empty());
            for range in ranges {
                prop_assert!(name.get(range).is_some());
            }
        }
    }
}
