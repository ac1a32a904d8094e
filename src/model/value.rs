//! Small checked values: shares, money, colours, places on the canvas.

use std::fmt;

use super::text::TextError;

/// A share from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// Nothing.
    pub const NONE: Self = Self(0.0);
    /// Everything.
    pub const ALL: Self = Self(1.0);

    /// Returns the share, or nothing when it is not from 0 to 1.
    pub fn new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share + 0.0))
    }

    /// Returns the number, 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Reads `25%`, `25 %` or `0.25`.
    ///
    /// # Errors
    /// When it is no number, or not from 0 to 100 %.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        const HINT: &str = "write for instance 25% or 0.25";
        let trimmed = text.trim();
        let (number, scale) = match trimmed.strip_suffix('%') {
            Some(number) => (number.trim_end(), 100.0),
            None => (trimmed, 1.0),
        };
        let Ok(value) = number.replace(',', ".").parse::<f64>() else {
            return Err(TextError::new(0..text.len(), "a share is expected here").hint(HINT));
        };
        Self::new(value / scale).ok_or_else(|| {
            TextError::new(0..text.len(), "a share lies between 0% and 100%").hint(HINT)
        })
    }
}

/// Prints as a percentage, `25%` or `12.5%`.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Twelve digits, so that 0.07 · 100 is 7 and not 7.000000000000001.
        let percent = (self.0 * 100.0 * 1e10).round() / 1e10;
        write!(f, "{percent}%")
    }
}

/// An amount of money in the Model's currency; finite, maybe negative (a saving).
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Money(f64);

impl Money {
    /// Returns the amount, or nothing when it is not a finite number.
    pub fn new(amount: f64) -> Option<Self> {
        amount.is_finite().then_some(Self(amount + 0.0))
    }

    /// Returns the number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Reads `1200`, `1200.50` or `1,200.50`-free plain numbers.
    ///
    /// # Errors
    /// When it is no finite number.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        text.trim()
            .replace(['_', ' ', '\u{a0}'], "")
            .replace(',', ".")
            .parse::<f64>()
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| {
                TextError::new(0..text.len(), "an amount is expected here")
                    .hint("write for instance 1200 or 85.50")
            })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A colour, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red, 0 to 255.
    pub r: u8,
    /// Green, 0 to 255.
    pub g: u8,
    /// Blue, 0 to 255.
    pub b: u8,
}

impl Colour {
    /// Makes a colour from `0xrrggbb`.
    pub const fn hex(rgb: u32) -> Self {
        Self {
            r: (rgb >> 16) as u8,
            g: (rgb >> 8) as u8,
            b: rgb as u8,
        }
    }

    /// Reads `#rrggbb`.
    ///
    /// # Errors
    /// When it is not that.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        text.trim()
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(Self::hex)
            .ok_or_else(|| {
                TextError::new(0..text.len(), "a colour is expected here")
                    .hint("write for instance #0072b2")
            })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

/// A point of the canvas, in units of the drawing (one unit is one pixel at 100 %), y down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WorldPoint {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl WorldPoint {
    /// Makes a point.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
}

/// A distance on the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WorldVector {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl WorldVector {
    /// Makes a vector.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
}

impl std::ops::Add<WorldVector> for WorldPoint {
    type Output = Self;
    fn add(self, by: WorldVector) -> Self {
        Self::new(self.x + by.x, self.y + by.y)
    }
}

impl std::ops::Sub for WorldPoint {
    type Output = WorldVector;
    fn sub(self, other: Self) -> WorldVector {
        WorldVector::new(self.x - other.x, self.y - other.y)
    }
}

/// Width and height on the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WorldSize {
    /// Width, above 0.
    pub width: f64,
    /// Height, above 0.
    pub height: f64,
}

impl WorldSize {
    /// Makes a size.
    pub const fn new(width: f64, height: f64) -> Self {
        Self { width, height }
    }
}

/// A rectangle of the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WorldRect {
    /// Upper left corner.
    pub min: WorldPoint,
    /// Lower right corner.
    pub max: WorldPoint,
}

impl WorldRect {
    /// Makes a rectangle from its upper left corner and its size.
    pub fn from_min_size(min: WorldPoint, size: WorldSize) -> Self {
        Self {
            min,
            max: WorldPoint::new(min.x + size.width, min.y + size.height),
        }
    }

    /// Returns the width.
    pub fn width(self) -> f64 {
        self.max.x - self.min.x
    }

    /// Returns the height.
    pub fn height(self) -> f64 {
        self.max.y - self.min.y
    }

    /// Returns the size.
    pub fn size(self) -> WorldSize {
        WorldSize::new(self.width(), self.height())
    }

    /// Returns the middle.
    pub fn center(self) -> WorldPoint {
        WorldPoint::new(
            (self.min.x + self.max.x) / 2.0,
            (self.min.y + self.max.y) / 2.0,
        )
    }

    /// Returns whether the point lies inside or on the border.
    pub fn contains(self, point: WorldPoint) -> bool {
        (self.min.x..=self.max.x).contains(&point.x) && (self.min.y..=self.max.y).contains(&point.y)
    }

    /// Returns whether the two have more than a border in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.min.x < other.max.x
            && other.min.x < self.max.x
            && self.min.y < other.max.y
            && other.min.y < self.max.y
    }

    /// Returns the smallest rectangle around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min: WorldPoint::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: WorldPoint::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    /// Returns the rectangle grown by `margin` on all four sides.
    #[must_use]
    pub fn grown(self, margin: f64) -> Self {
        Self {
            min: WorldPoint::new(self.min.x - margin, self.min.y - margin),
            max: WorldPoint::new(self.max.x + margin, self.max.y + margin),
        }
    }

    /// Returns the rectangle moved.
    #[must_use]
    pub fn moved(self, by: WorldVector) -> Self {
        Self {
            min: self.min + by,
            max: self.max + by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_read_and_print_as_percentages() {
        assert_eq!(Share::parse("25%").unwrap().get(), 0.25);
        assert_eq!(Share::parse(" 0,25 ").unwrap().to_string(), "25%");
        assert_eq!(Share::new(0.07).unwrap().to_string(), "7%");
        assert_eq!(
            Share::parse("120%").unwrap_err().message,
            "a share lies between 0% and 100%"
        );
        assert!(Share::parse("nan").is_err());
        assert!(Share::new(f64::NAN).is_none());
    }

    #[test]
    fn colours_read_and_print() {
        assert_eq!(Colour::parse("#0072B2").unwrap().to_string(), "#0072b2");
        assert!(Colour::parse("blue").is_err());
        assert!(Colour::parse("#+0072b").is_err());
    }
}
