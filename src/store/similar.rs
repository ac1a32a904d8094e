//! Which of the known words a mistyped one was meant to be.

/// Returns the word nearest to `typed`, when one is near enough to be worth asking about.
pub(super) fn nearest<'w>(typed: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let limit = typed.chars().count().div_ceil(3).min(4);
    words
        .map(|word| (distance(typed, word, limit), word))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, word)| word)
}

/// Edits (letters put in, left out, exchanged) between two words (Levenshtein 1966); anything
/// above `limit` when there are more.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, &letter) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &other) in b.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognized_and_another_word_is_not() {
        let words = ["script", "edit", "legal-review"];
        let check = |typed: &str, expected: Option<&str>| {
            assert_eq!(nearest(typed, words.into_iter()), expected, "{typed}");
        };
        check("scirpt", Some("script"));
        check("Edit", Some("edit"));
        check("legal-reveiw", Some("legal-review"));
        check("publish", None);
    }
}
