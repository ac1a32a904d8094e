//! The smallest parts of a file: texts, numbers, points, and the macros that make file structs.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::model::{Money, Share, WorldPoint, WorldSize, WorldVector};

/// A text of a file, borrowed from it where it has no escapes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::store) struct Text<'a>(pub Cow<'a, str>);

impl<'a> Text<'a> {
    /// Makes the text of a value that prints as it is read.
    pub fn of(value: impl fmt::Display) -> Self {
        Self(Cow::Owned(value.to_string()))
    }

    /// Returns the text, or nothing when it is empty, which is left out of files.
    pub fn unless_empty(text: &'a str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text in double quotes")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// A number of a file, or a text that stands for one (`"85%"`).
#[derive(Clone, Debug, PartialEq)]
pub(in crate::store) enum Figure<'a> {
    /// Written without a decimal point.
    Whole(i128),
    /// Written with one.
    Real(f64),
    /// Written as a text.
    Text(Cow<'a, str>),
}

impl Figure<'_> {
    /// Returns the number; none for a text.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Whole(whole) => Some(*whole as f64),
            Self::Real(real) => Some(*real),
            Self::Text(_) => None,
        }
    }
}

impl<T: Into<i128>> From<T> for Figure<'_> {
    fn from(whole: T) -> Self {
        Self::Whole(whole.into())
    }
}

impl From<Share> for Figure<'_> {
    fn from(share: Share) -> Self {
        Self::Real(share.get())
    }
}

impl From<Money> for Figure<'_> {
    fn from(money: Money) -> Self {
        Self::Real(money.get())
    }
}

impl fmt::Display for Figure<'_> {
    /// Prints as the file would say it, for messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(whole) => write!(f, "{whole}"),
            Self::Real(real) => write!(f, "{real}"),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

impl Serialize for Figure<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(whole) => match (i64::try_from(*whole), u64::try_from(*whole)) {
                (Ok(signed), _) => serializer.serialize_i64(signed),
                (_, Ok(unsigned)) => serializer.serialize_u64(unsigned),
                _ => serializer.serialize_i128(*whole),
            },
            Self::Real(real) => serializer.serialize_f64(*real),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Figure<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FigureVisitor;
        impl<'de> Visitor<'de> for FigureVisitor {
            type Value = Figure<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Self::Value, E> {
                Ok(Figure::Whole(whole.into()))
            }
            fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Self::Value, E> {
                Ok(Figure::Whole(whole.into()))
            }
            fn visit_f64<E: de::Error>(self, real: f64) -> Result<Self::Value, E> {
                Ok(Figure::Real(real))
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Figure::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Figure::Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_any(FigureVisitor)
    }
}

/// Two numbers in brackets: a place `(x, y)`, a size `(width, height)`, a distance `(right, down)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::store) struct Pair(pub f64, pub f64);

impl From<WorldPoint> for Pair {
    fn from(point: WorldPoint) -> Self {
        Self(point.x, point.y)
    }
}

impl From<WorldSize> for Pair {
    fn from(size: WorldSize) -> Self {
        Self(size.width, size.height)
    }
}

impl From<WorldVector> for Pair {
    fn from(vector: WorldVector) -> Self {
        Self(vector.x, vector.y)
    }
}

/// What a file leaves out because it says nothing.
pub(in crate::store) trait LeftOut {
    fn is_left_out(&self) -> bool;
}

impl<T> LeftOut for Option<T> {
    fn is_left_out(&self) -> bool {
        self.is_none()
    }
}

impl<T> LeftOut for Vec<T> {
    fn is_left_out(&self) -> bool {
        self.is_empty()
    }
}

impl LeftOut for bool {
    fn is_left_out(&self) -> bool {
        !self
    }
}

/// Makes a struct of which every field may be left out, and the list of its fields.
///
/// The word in front names it to RON (`Stage(…)` may be written) and to the printer, which decides
/// by it how the struct is laid out.
macro_rules! file_struct {
    ($(#[$meta:meta])* $visibility:vis $name:ident $word:literal { $($field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename = $word, bound(deserialize = "'de: 'a"))]
        $visibility struct $name<'a> {
            $(
                #[serde(
                    default,
                    skip_serializing_if = "crate::store::v1::leaf::LeftOut::is_left_out"
                )]
                pub(in crate::store) $field: $type,
            )*
        }

        impl $name<'_> {
            /// What the fields are called, in order.
            pub(in crate::store) const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
        }
    };
}

/// Makes the file's twin of a model enum without data, written in snake case.
macro_rules! file_enum {
    ($name:ident = $model:path { $($variant:ident),* $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(in crate::store) enum $name { $($variant,)* }

        impl From<$model> for $name {
            fn from(value: $model) -> Self {
                use $model as Model;
                match value { $(Model::$variant => Self::$variant,)* }
            }
        }

        impl From<$name> for $model {
            fn from(value: $name) -> Self {
                use $model as Model;
                match value { $($name::$variant => Model::$variant,)* }
            }
        }
    };
}

pub(in crate::store) use {file_enum, file_struct};

/// Returns a value unless it is the default, which is left out of files.
pub(in crate::store) fn unless<T: PartialEq, F: From<T>>(value: T, default: &T) -> Option<F> {
    (value != *default).then(|| value.into())
}
