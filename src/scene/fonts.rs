//! Which font draws which letter: the bundled one, and for what it has not one more for each
//! script, looked for when it is first needed.
//!
//! Exports and the window ask the same [`Fonts`], so a letter looks the same everywhere. What it
//! answers depends on the letter and the weight alone, never on what was asked before.

use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::font::{Face, FontFile, Weight};
use super::system::SystemFonts;
use super::text::{self, Line};

/// Lines kept in memory; when there are more, all are forgotten and those in use come back.
const KEPT_LINES: usize = 50_000;

/// Ways of breaking texts kept in memory at most.
const KEPT_WRAPPINGS: usize = 64;

/// Where fonts for letters come from that the bundled font has not.
pub trait FontSource: Send + Sync {
    /// Returns a font that has an outline of a letter, of this weight or near it; nothing when
    /// there is none.
    ///
    /// It is asked once for each letter and weight. Letters of one script should get one font.
    fn font_for(&self, letter: char, weight: Weight) -> Option<FontFile>;
}

/// The bundled font and what is found beside it. Copies share what they have found.
#[derive(Clone)]
pub struct Fonts(Arc<Inner>);

struct Inner {
    source: Option<Box<dyn FontSource>>,
    found: Mutex<Found>,
    lines: Mutex<[FxHashMap<Box<str>, Arc<Line>>; 2]>,
    /// What was broken into lines, for each way in which that was asked for.
    wrapped: Mutex<FxHashMap<Wrapping, Broken>>,
}

type Broken = FxHashMap<Box<str>, Vec<Arc<Line>>>;

/// How a text is broken: its weight, the bits of its size and of the width, most lines.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Wrapping {
    weight: Weight,
    size: u32,
    width: u32,
    lines: usize,
}

#[derive(Default)]
struct Found {
    /// Which face a letter has; none when no font has it.
    by_letter: FxHashMap<(char, Weight), Option<&'static Face>>,
    faces: Vec<&'static Face>,
}

impl Fonts {
    /// Returns the bundled font alone: the same on every machine.
    pub fn bundled() -> Self {
        static BUNDLED: LazyLock<Fonts> = LazyLock::new(|| Fonts::of(None));
        BUNDLED.clone()
    }

    /// Returns the bundled font and the system's; these are looked for when a letter first needs
    /// one, which takes up to a few tenths of a second.
    pub fn system() -> Self {
        static SYSTEM: LazyLock<Fonts> =
            LazyLock::new(|| Fonts::of(Some(Box::new(SystemFonts::default()))));
        SYSTEM.clone()
    }

    /// Returns the bundled font and those of a source.
    pub fn with(source: impl FontSource + 'static) -> Self {
        Self::of(Some(Box::new(source)))
    }

    fn of(source: Option<Box<dyn FontSource>>) -> Self {
        Self(Arc::new(Inner {
            source,
            found: Mutex::default(),
            lines: Mutex::default(),
            wrapped: Mutex::default(),
        }))
    }

    /// Returns the face that draws a letter: the bundled one where it can; none when no font has
    /// the letter.
    pub fn face_for(&self, letter: char, weight: Weight) -> Option<&'static Face> {
        let bundled = weight.face();
        if bundled.has(letter) {
            return Some(bundled);
        }
        let source = self.0.source.as_ref()?;
        // Held while looking: who asks for the same letter meanwhile would look as well.
        let mut found = lock(&self.0.found);
        if let Some(face) = found.by_letter.get(&(letter, weight)) {
            return *face;
        }
        let face = source
            .font_for(letter, weight)
            .and_then(|file| found.keep(&file))
            .filter(|face| face.draws(letter));
        found.by_letter.insert((letter, weight), face);
        face
    }

    /// Returns the face of this number: a bundled one, or one found here.
    pub fn face(&self, id: u32) -> Option<&'static Face> {
        let bundled = Weight::ALL.map(Weight::face).into_iter();
        let found = lock(&self.0.found);
        bundled
            .chain(found.faces.iter().copied())
            .find(|face| face.id == id)
    }

    /// Returns the text as a line, from memory where it was shaped before.
    pub fn line(&self, text: &str, weight: Weight) -> Arc<Line> {
        if let Some(line) = lock(&self.0.lines)[weight as usize].get(text) {
            return Arc::clone(line);
        }
        let line = Arc::new(text::shape(text, weight, self));
        let mut lines = lock(&self.0.lines);
        let kept = &mut lines[weight as usize];
        if kept.len() >= KEPT_LINES {
            kept.clear();
        }
        kept.insert(text.into(), Arc::clone(&line));
        line
    }

    /// Returns the text shortened with an ellipsis until it is at most `width` wide at `size`.
    pub fn fitted(&self, text: &str, weight: Weight, size: f32, width: f32) -> Arc<Line> {
        text::fitted(text, weight, size, width, self)
    }

    /// Returns the text in at most `lines` lines of at most `width` at `size`, broken at blanks,
    /// after `-` and `/`, and between letters of scripts that write no blanks. What does not fit
    /// is shortened with an ellipsis.
    ///
    /// Two lines that suffice are made about as wide as one another.
    pub fn wrapped(
        &self,
        text: &str,
        weight: Weight,
        size: f32,
        width: f32,
        lines: usize,
    ) -> Vec<Arc<Line>> {
        // A drawing asks for the names of all its cards with every edit, each in a few widths.
        let wrapping = Wrapping {
            weight,
            size: size.to_bits(),
            width: width.to_bits(),
            lines,
        };
        let known = |wrapped: &FxHashMap<Wrapping, Broken>| {
            wrapped
                .get(&wrapping)
                .and_then(|known| known.get(text).cloned())
        };
        if let Some(lines) = known(&lock(&self.0.wrapped)) {
            return lines;
        }
        let broken = text::wrapped(text, weight, size, width, lines, self);
        let mut wrapped = lock(&self.0.wrapped);
        // Cards with sizes of their own have widths of their own.
        if wrapped.len() > KEPT_WRAPPINGS
            || wrapped.values().map(Broken::len).sum::<usize>() > KEPT_LINES
        {
            wrapped.clear();
        }
        let kept = wrapped.entry(wrapping).or_default();
        kept.insert(text.into(), broken.clone());
        broken
    }
}

impl Found {
    /// Returns the face of a file, the same each time.
    fn keep(&mut self, file: &FontFile) -> Option<&'static Face> {
        let bytes = (*file.bytes).as_ref();
        let is_same = |face: &&Face| {
            std::ptr::eq(face.bytes, bytes)
                && face.index == file.index
                && face.variations == file.variations
        };
        if let Some(face) = self.faces.iter().copied().find(is_same) {
            return Some(face);
        }
        let face = Face::kept(file)?;
        self.faces.push(face);
        Some(face)
    }
}

impl Default for Fonts {
    fn default() -> Self {
        Self::bundled()
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fonts")
            .field(&lock(&self.0.found).faces)
            .finish()
    }
}

/// A panic elsewhere while a lock was held leaves whole entries only.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
