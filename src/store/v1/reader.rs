//! Reading the parts of a file into the model, noting every fault and where it is.

use std::fmt;
use std::ops::Range;

use crate::model::{
    Colour, Distribution, Id, Money, Placement, Share, Slug, TextError, Time, WorldPoint,
    WorldSize, WorldVector,
};
use crate::store::similar;

use super::leaf::{Figure, Pair, Text};

/// Most faults that are told at once.
pub(in crate::store) const MOST_FAULTS: usize = 20;

/// One step from a value of a file to one inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Step<'s> {
    /// The field of this name.
    Field(&'s str),
    /// The n-th element of a list, or the n-th value in the brackets of a variant.
    Item(usize),
    /// The n-th key of a map.
    Key(usize),
}

/// Where in the file a value stands: a chain of steps on the stack, which costs nothing until a
/// fault asks for it.
#[derive(Clone, Copy)]
pub(in crate::store) struct Place<'p> {
    parent: Option<&'p Place<'p>>,
    step: Option<Step<'static>>,
}

impl<'p> Place<'p> {
    /// The whole file.
    pub const ROOT: Place<'static> = Place {
        parent: None,
        step: None,
    };

    /// Returns the place of a field.
    pub fn field(&'p self, name: &'static str) -> Place<'p> {
        self.then(Step::Field(name))
    }

    /// Returns the place of the n-th element.
    pub fn item(&'p self, n: usize) -> Place<'p> {
        self.then(Step::Item(n))
    }

    /// Returns the place of a map's n-th key.
    pub fn key(&'p self, n: usize) -> Place<'p> {
        self.then(Step::Key(n))
    }

    fn then(&'p self, step: Step<'static>) -> Place<'p> {
        Place {
            parent: Some(self),
            step: Some(step),
        }
    }

    fn steps(&self) -> Vec<Step<'static>> {
        let mut steps = self.parent.map_or_else(Vec::new, Place::steps);
        steps.extend(self.step);
        steps
    }
}

/// A fault of meaning, its place not yet turned into line and column.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::store) struct Flaw {
    pub path: Vec<Step<'static>>,
    /// The bytes inside the text at that place that are wrong; the whole value when left out.
    pub within: Option<Range<usize>>,
    pub message: String,
    pub hint: Option<String>,
}

/// Returns an id to go on with where the real one could not be read; the fault is noted already,
/// and [`Reader::known`] says nothing more about it.
pub(in crate::store) fn unreadable<I: Id>() -> I {
    I::from_slug(Slug::from_name("", "-unreadable-"))
}

/// Turns values of the file into those of the model, and gathers what is wrong with them.
///
/// After a fault it answers with some value, so that reading goes on and tells all faults at once;
/// what was read is thrown away then.
#[derive(Default)]
pub(in crate::store) struct Reader {
    pub flaws: Vec<Flaw>,
    /// Faults beyond [`MOST_FAULTS`].
    pub more: usize,
}

impl Reader {
    /// Notes a fault.
    pub fn fault(&mut self, at: Place<'_>, message: impl Into<String>, hint: Option<String>) {
        self.flaw(at, None, message.into(), hint);
    }

    fn flaw(
        &mut self,
        at: Place<'_>,
        within: Option<Range<usize>>,
        message: String,
        hint: Option<String>,
    ) {
        if self.flaws.len() == MOST_FAULTS {
            self.more += 1;
        } else {
            self.flaws.push(Flaw {
                path: at.steps(),
                within,
                message,
                hint,
            });
        }
    }

    /// Reads a text with a parser of the model.
    pub fn parsed<T>(
        &mut self,
        text: &Text<'_>,
        at: Place<'_>,
        parse: impl FnOnce(&str) -> Result<T, TextError>,
    ) -> Option<T> {
        parse(text.as_str())
            .map_err(|error| self.flaw(at, Some(error.at), error.message, error.hint))
            .ok()
    }

    /// Reads a time that may be left out.
    pub fn time<T: Time>(&mut self, text: Option<&Text<'_>>, at: Place<'_>) -> Option<T> {
        self.parsed(text?, at, T::parse)
    }

    /// Reads a distribution that may be left out.
    pub fn distribution<T: Time>(
        &mut self,
        text: Option<&Text<'_>>,
        at: Place<'_>,
    ) -> Option<Distribution<T>> {
        self.parsed(text?, at, Distribution::parse)
    }

    /// Reads an id; whether it names something is found later.
    pub fn id<I: Id>(&mut self, text: &Text<'_>, at: Place<'_>) -> Option<I> {
        match Slug::new(text.as_str()) {
            Ok(slug) => Some(I::from_slug(slug)),
            Err(error) => {
                let slug = Slug::from_name(text.as_str(), I::KIND);
                let hint = format!("write for instance {:?}", slug.as_str());
                self.fault(at, error.to_string(), Some(hint));
                None
            }
        }
    }

    /// Reads a list of ids.
    pub fn ids<I: Id>(&mut self, texts: &[Text<'_>], at: Place<'_>) -> Vec<I> {
        texts
            .iter()
            .enumerate()
            .filter_map(|(n, text)| self.id(text, at.item(n)))
            .collect()
    }

    /// Reads a whole number from `range`.
    pub fn whole<T>(
        &mut self,
        figure: Option<&Figure<'_>>,
        at: Place<'_>,
        range: std::ops::RangeInclusive<T>,
    ) -> Option<T>
    where
        T: TryFrom<i128> + PartialOrd + fmt::Display,
    {
        let figure = figure?;
        if let Figure::Whole(whole) = figure
            && let Ok(value) = T::try_from(*whole)
            && range.contains(&value)
        {
            return Some(value);
        }
        self.fault(
            at,
            format!("{figure} is no whole number here"),
            Some(format!(
                "write one from {} to {}",
                range.start(),
                range.end()
            )),
        );
        None
    }

    /// Reads a count of which there is at least one.
    pub fn count(&mut self, figure: Option<&Figure<'_>>, at: Place<'_>) -> Option<u32> {
        let figure = figure?;
        match figure {
            Figure::Whole(whole) if *whole >= 1 => {
                if let Ok(count) = u32::try_from(*whole) {
                    return Some(count);
                }
                self.fault(
                    at,
                    format!("{whole} is too many"),
                    Some(format!("at most {} are possible", u32::MAX)),
                );
            }
            _ => self.fault(
                at,
                format!("{figure} is no count"),
                Some("write a whole number of 1 or more".to_owned()),
            ),
        }
        None
    }

    /// Reads a finite number.
    pub fn number(&mut self, figure: Option<&Figure<'_>>, at: Place<'_>) -> Option<f64> {
        let figure = figure?;
        let number = figure.number().filter(|number| number.is_finite());
        if number.is_none() {
            self.fault(
                at,
                format!("{figure} is not a finite number"),
                Some("write for instance 12 or 0.5".to_owned()),
            );
        }
        number
    }

    /// Reads a share: `0.85` or `"85%"`.
    pub fn share(&mut self, figure: Option<&Figure<'_>>, at: Place<'_>) -> Option<Share> {
        match figure? {
            Figure::Text(text) => self.parsed(&Text(text.clone()), at, Share::parse),
            figure => {
                let share = figure.number().and_then(Share::new);
                if share.is_none() {
                    self.fault(
                        at,
                        format!("{figure} is no share"),
                        Some("write a number from 0 to 1, or for instance \"85%\"".to_owned()),
                    );
                }
                share
            }
        }
    }

    /// Reads an amount of money.
    pub fn money(&mut self, figure: Option<&Figure<'_>>, at: Place<'_>) -> Option<Money> {
        match figure? {
            Figure::Text(text) => self.parsed(&Text(text.clone()), at, Money::parse),
            figure => self.number(Some(figure), at).and_then(Money::new),
        }
    }

    /// Reads a colour.
    pub fn colour(&mut self, text: Option<&Text<'_>>, at: Place<'_>) -> Option<Colour> {
        self.parsed(text?, at, Colour::parse)
    }

    /// Reads two finite numbers.
    fn pair(&mut self, pair: Pair, at: Place<'_>) -> (f64, f64) {
        for (n, number) in [pair.0, pair.1].into_iter().enumerate() {
            if !number.is_finite() {
                self.fault(
                    at.item(n),
                    format!("{number} is not a finite number"),
                    Some("write for instance (120, 80)".to_owned()),
                );
            }
        }
        (pair.0, pair.1)
    }

    /// Reads a place on the canvas.
    pub fn point(&mut self, pair: Pair, at: Place<'_>) -> WorldPoint {
        let (x, y) = self.pair(pair, at);
        WorldPoint::new(x, y)
    }

    /// Reads a distance on the canvas.
    pub fn vector(&mut self, pair: Pair, at: Place<'_>) -> WorldVector {
        let (x, y) = self.pair(pair, at);
        WorldVector::new(x, y)
    }

    /// Reads a size on the canvas.
    pub fn size(&mut self, pair: Pair, at: Place<'_>) -> WorldSize {
        let (width, height) = self.pair(pair, at);
        if width <= 0.0 || height <= 0.0 {
            self.fault(
                at,
                "width and height must be above 0",
                Some("write for instance (160, 72)".to_owned()),
            );
        }
        WorldSize::new(width, height)
    }

    /// Reads where an element stands, from the four fields that say it.
    pub fn placement(
        &mut self,
        [position, size]: [Option<Pair>; 2],
        colour: Option<&Text<'_>>,
        is_locked: bool,
        at: Place<'_>,
    ) -> Placement {
        Placement {
            position: position.map(|pair| self.point(pair, at.field("at"))),
            size: size.map(|pair| self.size(pair, at.field("size"))),
            colour: self.colour(colour, at.field("colour")),
            is_locked,
        }
    }

    /// Returns what a field must have; notes a fault when it is left out.
    pub fn needed<'v, T>(
        &mut self,
        value: Option<&'v T>,
        element: Place<'_>,
        field: &'static str,
        example: &str,
    ) -> Option<&'v T> {
        if value.is_none() {
            self.fault(
                element,
                format!("{field} is missing"),
                Some(format!("write for instance {field}: {example}")),
            );
        }
        value
    }

    /// Notes a fault when an id names nothing.
    pub fn known<I: Id>(
        &mut self,
        id: I,
        exists: bool,
        others: impl FnOnce() -> Vec<&'static str>,
        at: Place<'_>,
    ) {
        if exists || id == unreadable() {
            return;
        }
        let others = others();
        let hint = match similar::nearest(id.slug().as_str(), others.iter().copied()) {
            Some(other) => format!("did you mean {other:?}?"),
            None if others.is_empty() => format!("the file has no {}", I::KIND),
            None => format!("write the id of one of the {}s of this file", I::KIND),
        };
        self.fault(
            at,
            format!("there is no {} {:?}", I::KIND, id.slug().as_str()),
            Some(hint),
        );
    }
}
