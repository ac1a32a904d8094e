//! JSON values whose keys stay in the order in which they are written down.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::analysis::{Estimate, Figure};

/// A JSON value.
#[derive(Clone, Debug)]
pub enum Json {
    Null,
    Bool(bool),
    Count(u64),
    /// What is not finite is printed as `null`.
    Number(f64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(&'static str, Self)>),
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Count(value) => serializer.serialize_u64(*value),
            // serde_json prints what is not finite as null.
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(values) => serializer.collect_seq(values),
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl Json {
    /// Prints the value over several lines, with a line end.
    pub fn printed(&self) -> String {
        let mut text =
            serde_json::to_string_pretty(self).expect("keys are texts, and memory fails no write");
        text.push('\n');
        text
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Json {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// A simulated leaf: `{value, low, high}`.
impl From<Estimate> for Json {
    fn from(estimate: Estimate) -> Self {
        Self::Object(vec![
            ("value", Self::Number(estimate.value)),
            ("low", Self::Number(estimate.low)),
            ("high", Self::Number(estimate.high)),
        ])
    }
}

impl From<Figure> for Json {
    fn from(figure: Figure) -> Self {
        figure.estimate().into()
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> FromIterator<T> for Json {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}
