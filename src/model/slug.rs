//! Slugs: the readable names by which elements are known outside the program.
//!
//! A slug is interned once for the life of the process, so an id is a small integer that can be
//! copied, hashed and compared in one instruction, and that still *is* its slug: it means the same
//! element in a file, in a Change of a Scenario, in a journal and in a random number's key, whether
//! or not the element exists in the Model at hand.
//!
//! Ordering is that of the text, never of the integer, so nothing depends on the order in which
//! slugs were first seen.

use std::fmt;
use std::sync::{LazyLock, RwLock};

use rustc_hash::FxHashMap;

/// The longest slug, in bytes, that is accepted.
pub const LONGEST_SLUG: usize = 200;

/// A readable, unique, stable name of an element, for instance `legal-review`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slug(u32);

#[derive(Default)]
struct Interner {
    by_text: FxHashMap<&'static str, u32>,
    texts: Vec<&'static str>,
}

static INTERNER: LazyLock<RwLock<Interner>> = LazyLock::new(RwLock::default);

/// Why a text is no slug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// The text is empty.
    #[error("an id must not be empty")]
    Empty,
    /// The text is longer than [`LONGEST_SLUG`] bytes.
    #[error("an id may have at most {LONGEST_SLUG} bytes")]
    TooLong,
    /// The text holds a letter that ids do not have.
    #[error("an id is made of letters, digits and - _ . and has no {0:?}")]
    Letter(char),
}

impl Slug {
    /// Returns the slug with this text.
    ///
    /// # Errors
    /// When the text is empty, too long, or has a letter other than letters, digits, `-`, `_`, `.`.
    pub fn new(text: &str) -> Result<Self, SlugError> {
        if text.is_empty() {
            return Err(SlugError::Empty);
        }
        if text.len() > LONGEST_SLUG {
            return Err(SlugError::TooLong);
        }
        if let Some(letter) = text.chars().find(|&c| !is_slug_letter(c)) {
            return Err(SlugError::Letter(letter));
        }
        Ok(Self::intern(text))
    }

    /// Makes a slug out of a name as people write it: lower case, words joined by `-`.
    ///
    /// Returns `fallback` when the name has no letter or digit. The result is not unique yet;
    /// [`Slug::numbered`] makes the next candidates.
    pub fn from_name(name: &str, fallback: &str) -> Self {
        let mut text = String::with_capacity(name.len());
        for letter in name.chars().flat_map(char::to_lowercase) {
            if letter.is_alphanumeric() {
                if text.len() + letter.len_utf8() > 60 {
                    break;
                }
                text.push(letter);
            } else if !text.is_empty() && !text.ends_with('-') {
                text.push('-');
            }
        }
        let text = text.trim_end_matches('-');
        Self::intern(if text.is_empty() { fallback } else { text })
    }

    /// Returns this slug with `-n` appended: `legal-review-2`; the end of a very long one gives
    /// way, so that the result is a slug too.
    #[must_use]
    pub fn numbered(self, n: usize) -> Self {
        let number = format!("-{n}");
        let kept = shortened(self.as_str(), LONGEST_SLUG - number.len());
        Self::intern(&format!("{kept}{number}"))
    }

    /// Returns the slug of what leads from one element to another: `script--edit`.
    #[must_use]
    pub fn between(from: Self, to: Self) -> Self {
        const LONGEST_END: usize = (LONGEST_SLUG - 2) / 2;
        let from = shortened(from.as_str(), LONGEST_END);
        let to = shortened(to.as_str(), LONGEST_END);
        Self::intern(&format!("{from}--{to}"))
    }

    /// Returns the text.
    pub fn as_str(self) -> &'static str {
        let interner = INTERNER
            .read()
            .expect("the interner never panics while locked");
        interner.texts[self.0 as usize]
    }

    fn intern(text: &str) -> Self {
        if let Some(&n) = INTERNER
            .read()
            .expect("the interner never panics while locked")
            .by_text
            .get(text)
        {
            return Self(n);
        }
        let mut interner = INTERNER
            .write()
            .expect("the interner never panics while locked");
        if let Some(&n) = interner.by_text.get(text) {
            return Self(n);
        }
        let n = u32::try_from(interner.texts.len()).expect("fewer than 2^32 slugs");
        // Kept for the life of the process: slugs are few and short, and ids stay `Copy`.
        let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
        interner.texts.push(text);
        interner.by_text.insert(text, n);
        Self(n)
    }
}

/// Returns as much of the beginning as fits into so many bytes.
fn shortened(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

fn is_slug_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialOrd for Slug {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Slug {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self.0 == other.0 {
            std::cmp::Ordering::Equal
        } else {
            self.as_str().cmp(other.as_str())
        }
    }
}

/// An id: a newtype over [`Slug`] that says which kind of element is meant.
pub trait Id: Copy + Eq + Ord + std::hash::Hash + fmt::Display + fmt::Debug {
    /// The word for the kind of element, for instance `stage`.
    const KIND: &'static str;
    /// Wraps a slug.
    fn from_slug(slug: Slug) -> Self;
    /// Returns the slug.
    fn slug(self) -> Slug;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Slug);

        impl $name {
            /// Returns the id with this slug text.
            ///
            /// # Errors
            /// See [`Slug::new`].
            pub fn new(text: &str) -> Result<Self, SlugError> {
                Slug::new(text).map(Self)
            }

            /// Returns the slug's text.
            pub fn as_str(self) -> &'static str {
                self.0.as_str()
            }
        }

        impl Id for $name {
            const KIND: &'static str = $kind;
            fn from_slug(slug: Slug) -> Self {
                Self(slug)
            }
            fn slug(self) -> Slug {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    )*};
}

ids! {
    /// Which [`Stage`](super::Stage) is meant.
    StageId, "stage";
    /// Which [`Handoff`](super::Handoff) is meant.
    HandoffId, "handoff";
    /// Which [`Team`](super::Team) is meant.
    TeamId, "team";
    /// Which [`Calendar`](super::Calendar) is meant.
    CalendarId, "calendar";
    /// Which [`Stream`](super::Stream) is meant.
    StreamId, "stream";
    /// Which [`Demand`](super::Demand) of a Stream is meant.
    DemandId, "demand";
    /// Which [`Class`](super::Class) of Items is meant.
    ClassId, "class";
    /// Which [`Scenario`](super::Scenario) is meant.
    ScenarioId, "scenario";
    /// Which [`Intervention`](super::Intervention) is meant.
    InterventionId, "intervention";
    /// Which [`View`](super::View) is meant.
    ViewId, "view";
    /// Which [`Note`](super::Note) is meant.
    NoteId, "note";
    /// Which [`Group`](super::Group) is meant.
    GroupId, "group";
}

impl HandoffId {
    /// Returns the id that a handoff between two stages is given when it is made: `from--to`,
    /// with very long ids cut off. It is not unique yet; [`Slug::numbered`] makes the next ones.
    pub fn between(from: StageId, to: StageId) -> Self {
        /// Leaves room in [`LONGEST_SLUG`] for the dashes and a number.
        const LONGEST_END: usize = 90;
        let end = |stage: StageId| {
            let text = stage.as_str();
            &text[..text.floor_char_boundary(LONGEST_END)]
        };
        Self(Slug::intern(&format!("{}--{}", end(from), end(to))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_made_from_a_name() {
        let check = |name: &str, expected: &str| {
            assert_eq!(
                Slug::from_name(name, "stage").as_str(),
                expected,
                "{name:?}"
            );
        };
        check("Legal review", "legal-review");
        check("  QC / check (2nd)  ", "qc-check-2nd");
        check("Überblick", "überblick");
        check("???", "stage");
        check("", "stage");
    }

    #[test]
    fn what_is_made_from_the_longest_slugs_is_a_slug() {
        let long = Slug::new(&"ü".repeat(100)).unwrap();
        for made in [long.numbered(12), Slug::between(long, long)] {
            assert_eq!(Slug::new(made.as_str()), Ok(made));
        }
        let [a, b] = ["a", "b"].map(|text| Slug::new(text).unwrap());
        assert_eq!(Slug::between(a, b).numbered(2).as_str(), "a--b-2");
    }

    #[test]
    fn order_is_that_of_the_text() {
        let later = Slug::new("zz-order").unwrap();
        let earlier = Slug::new("aa-order").unwrap();
        assert!(earlier < later);
    }

    #[test]
    fn what_is_no_slug_is_refused() {
        assert_eq!(Slug::new(""), Err(SlugError::Empty));
        assert_eq!(Slug::new("a b"), Err(SlugError::Letter(' ')));
        assert_eq!(Slug::new(&"x".repeat(201)), Err(SlugError::TooLong));
    }
}
