//! Letters without their case and accents, so that `Übergabe` is found by `ubergabe`.

use std::ops::Range;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A text whose letters are folded, and which of its own bytes each of them came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    letters: Box<[char]>,
    /// The bytes of the text that each letter stands for; left out where each is one byte.
    places: Option<Box<[Range<u32>]>>,
    /// Which letters there are, by their lowest bits: to tell quickly what cannot match.
    mask: u64,
}

/// Folds a text: lower case, no accents; `ß` is `ss` and `æ` is `ae`.
pub fn folded(text: &str) -> Folded {
    if text.is_ascii() {
        let letters: Box<[char]> = text.chars().map(|c| c.to_ascii_lowercase()).collect();
        let mask = mask_of(&letters);
        return Folded {
            letters,
            places: None,
            mask,
        };
    }
    let mut letters = Vec::new();
    let mut places: Vec<Range<u32>> = Vec::new();
    for (at, letter) in text.char_indices() {
        let place = at as u32..(at + letter.len_utf8()) as u32;
        let before = letters.len();
        fold_into(letter, &mut letters);
        if letters.len() == before
            && let Some(last) = places.last_mut()
        {
            // An accent belongs to the letter that it stands on.
            last.end = place.end;
        }
        places.resize(letters.len(), place);
    }
    let letters = letters.into_boxed_slice();
    let mask = mask_of(&letters);
    Folded {
        letters,
        places: Some(places.into_boxed_slice()),
        mask,
    }
}

fn fold_into(letter: char, letters: &mut Vec<char>) {
    decompose_canonical(letter, |part| {
        if is_combining_mark(part) {
            return;
        }
        for lower in part.to_lowercase() {
            match lower {
                'ß' => letters.extend(['s', 's']),
                'æ' => letters.extend(['a', 'e']),
                'œ' => letters.extend(['o', 'e']),
                'ø' => letters.push('o'),
                'ł' => letters.push('l'),
                'đ' | 'ð' => letters.push('d'),
                'ı' => letters.push('i'),
                // What `İ` leaves when it becomes small.
                mark if is_combining_mark(mark) => {}
                other => letters.push(other),
            }
        }
    });
}

fn mask_of(letters: &[char]) -> u64 {
    letters
        .iter()
        .fold(0, |mask, &letter| mask | 1 << (letter as u32 % 64))
}

impl Folded {
    /// Returns the folded letters.
    pub fn letters(&self) -> &[char] {
        &self.letters
    }

    /// Returns the bytes of the text that letters stand for; empty at its beginning for none.
    pub fn bytes(&self, letters: Range<usize>) -> Range<usize> {
        if letters.is_empty() {
            return 0..0;
        }
        match &self.places {
            None => letters,
            Some(places) => {
                let (first, last) = (&places[letters.start], &places[letters.end - 1]);
                first.start as usize..last.end as usize
            }
        }
    }

    /// Returns whether all letters of `other` may be in this one; `false` is certain.
    pub fn may_have(&self, other: &Self) -> bool {
        other.mask & !self.mask == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn letters(text: &str) -> String {
        folded(text).letters().iter().collect()
    }

    #[test]
    fn case_and_accents_go() {
        let check = |text, expected| assert_eq!(letters(text), expected);
        check("Übergabe", "ubergabe");
        check("Straße", "strasse");
        check("Łódź", "lodz");
        check("CAFE\u{301} Ø", "cafe o");
        check("İstanbul", "istanbul");
        check("שלום", "שלום");
    }

    #[test]
    fn letters_know_their_bytes() {
        let text = "e\u{301}aß!";
        let folded = folded(text);
        assert_eq!(letters(text), "eass!");
        assert_eq!(&text[folded.bytes(0..1)], "e\u{301}");
        assert_eq!(&text[folded.bytes(1..3)], "aß");
        assert_eq!(&text[folded.bytes(3..4)], "ß");
        assert_eq!(&text[folded.bytes(4..5)], "!");
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn places_are_places_of_the_text(text in any::<String>()) {
            let folded = folded(&text);
            let count = folded.letters().len();
            for at in 0..count {
                let place = folded.bytes(at..at + 1);
                prop_assert!(text.get(place).is_some());
            }
        }
    }
}
