//! Writes RON the way a person would, so that a change of one field is a change of one line.
//!
//! A serializer of its own, because `ron`'s pretty printer knows one depth for all, while a stage
//! is best read a field a line and a handoff on one line. What it writes `ron` reads, with
//! `implicit_some`. Words of structs (their serde names) say how each is laid out; defaults are
//! left out by the file structs themselves.

use std::fmt::{self, Write};

use serde::ser::{self, Serialize};

/// Structs with a field a line; all others stand on one line, with everything in them.
const A_FIELD_A_LINE: [&str; 8] = [
    "Model",
    "Settings",
    "Calendar",
    "Team",
    "Stream",
    "Stage",
    "Intervention",
    "Scenario",
];

/// Fields of those that hold a list with an element a line.
const AN_ELEMENT_A_LINE: [&str; 14] = [
    "calendars",
    "special_days",
    "teams",
    "streams",
    "demands",
    "scorecard",
    "stages",
    "handoffs",
    "groups",
    "interventions",
    "scenarios",
    "changes",
    "views",
    "notes",
];

const INDENT: &str = "    ";

/// Returns the text of a file, with a line feed at its end.
pub(super) fn to_text(file: &impl Serialize) -> Result<String, PrintError> {
    let mut text = printed(file, false)?;
    text.push('\n');
    Ok(text)
}

/// Returns the text of a value on one line, without an end.
pub(super) fn to_line(value: &impl Serialize) -> Result<String, PrintError> {
    printed(value, true)
}

fn printed(value: &impl Serialize, is_on_one_line: bool) -> Result<String, PrintError> {
    let mut printer = Printer {
        out: String::with_capacity(if is_on_one_line { 64 } else { 4096 }),
        depth: 0,
        is_on_one_line,
        breaks_list: false,
    };
    value.serialize(&mut printer)?;
    Ok(printer.out)
}

/// Why a value cannot be written: it holds something that the file's structs never hold.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct PrintError(String);

impl ser::Error for PrintError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl From<fmt::Error> for PrintError {
    fn from(error: fmt::Error) -> Self {
        Self(error.to_string())
    }
}

struct Printer {
    out: String,
    depth: usize,
    /// Whether what comes stands on the line that has begun.
    is_on_one_line: bool,
    /// Whether the value of the field at hand, if it is a list, has an element a line.
    breaks_list: bool,
}

impl Printer {
    fn new_line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.depth {
            self.out.push_str(INDENT);
        }
    }

    /// Begins something in brackets.
    fn open(&mut self, bracket: char, close: char, is_broken: bool) -> Inside<'_> {
        self.out.push(bracket);
        self.breaks_list = false;
        let was_on_one_line = self.is_on_one_line;
        self.is_on_one_line |= !is_broken;
        if is_broken {
            self.depth += 1;
        }
        Inside {
            printer: self,
            close,
            is_broken,
            was_on_one_line,
            is_empty: true,
        }
    }

    fn quoted(&mut self, text: &str) -> Result<(), PrintError> {
        self.out.push('"');
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c.is_control()) {
            self.out.push_str(&rest[..at]);
            let letter = rest[at..].chars().next().unwrap_or_default();
            match letter {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                control => write!(self.out, "\\u{{{:x}}}", u32::from(control))?,
            }
            rest = &rest[at + letter.len_utf8()..];
        }
        self.out.push_str(rest);
        self.out.push('"');
        Ok(())
    }
}

/// The inside of something in brackets.
struct Inside<'p> {
    printer: &'p mut Printer,
    close: char,
    is_broken: bool,
    was_on_one_line: bool,
    is_empty: bool,
}

impl Inside<'_> {
    fn next(&mut self) {
        if self.is_broken {
            self.printer.new_line();
        } else if !self.is_empty {
            self.printer.out.push_str(", ");
        }
        self.is_empty = false;
    }

    fn value(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), PrintError> {
        value.serialize(&mut *self.printer)?;
        if self.is_broken {
            self.printer.out.push(',');
        }
        Ok(())
    }

    fn element(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), PrintError> {
        self.next();
        self.value(value)
    }

    fn field(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), PrintError> {
        self.next();
        self.printer.out.push_str(name);
        self.printer.out.push_str(": ");
        self.printer.breaks_list = self.is_broken && AN_ELEMENT_A_LINE.contains(&name);
        let result = self.value(value);
        self.printer.breaks_list = false;
        result
    }

    fn close(self) -> Result<(), PrintError> {
        self.printer.is_on_one_line = self.was_on_one_line;
        if self.is_broken {
            self.printer.depth -= 1;
            self.printer.new_line();
        }
        self.printer.out.push(self.close);
        Ok(())
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method(self, number: $type) -> Result<(), PrintError> {
            Ok(write!(self.out, "{number}")?)
        }
    )*};
}

impl<'p> ser::Serializer for &'p mut Printer {
    type Ok = ();
    type Error = PrintError;
    type SerializeSeq = Inside<'p>;
    type SerializeTuple = Inside<'p>;
    type SerializeTupleStruct = Inside<'p>;
    type SerializeTupleVariant = Inside<'p>;
    type SerializeMap = Inside<'p>;
    type SerializeStruct = Inside<'p>;
    type SerializeStructVariant = Inside<'p>;

    numbers! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_f32: f32,
        // Rust prints the shortest digits that read back as the same number, and no exponent.
        serialize_f64: f64,
    }

    fn serialize_char(self, letter: char) -> Result<(), PrintError> {
        self.quoted(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), PrintError> {
        self.quoted(text)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), PrintError> {
        Err(ser::Error::custom("files hold no raw bytes"))
    }

    fn serialize_none(self) -> Result<(), PrintError> {
        self.out.push_str("None");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), PrintError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), PrintError> {
        self.out.push_str("()");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), PrintError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), PrintError> {
        self.out.push_str(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), PrintError> {
        let mut inside = self.open('(', ')', false);
        inside.element(value)?;
        inside.close()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), PrintError> {
        self.out.push_str(variant);
        let mut inside = self.open('(', ')', false);
        inside.element(value)?;
        inside.close()
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Inside<'p>, PrintError> {
        let is_broken = self.breaks_list && !self.is_on_one_line && length != Some(0);
        Ok(self.open('[', ']', is_broken))
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'p>, PrintError> {
        Ok(self.open('(', ')', false))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Inside<'p>, PrintError> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Inside<'p>, PrintError> {
        self.out.push_str(variant);
        self.serialize_tuple(length)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'p>, PrintError> {
        Ok(self.open('{', '}', false))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Inside<'p>, PrintError> {
        let is_broken = !self.is_on_one_line && A_FIELD_A_LINE.contains(&name);
        Ok(self.open('(', ')', is_broken))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'p>, PrintError> {
        self.out.push_str(variant);
        Ok(self.open('(', ')', false))
    }
}

macro_rules! elements {
    ($($trait:ident $method:ident,)*) => {$(
        impl ser::$trait for Inside<'_> {
            type Ok = ();
            type Error = PrintError;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PrintError> {
                self.element(value)
            }
            fn end(self) -> Result<(), PrintError> {
                self.close()
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}

macro_rules! fields {
    ($($trait:ident,)*) => {$(
        impl ser::$trait for Inside<'_> {
            type Ok = ();
            type Error = PrintError;
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), PrintError> {
                self.field(name, value)
            }
            fn end(self) -> Result<(), PrintError> {
                self.close()
            }
        }
    )*};
}

fields! {
    SerializeStruct,
    SerializeStructVariant,
}

impl ser::SerializeMap for Inside<'_> {
    type Ok = ();
    type Error = PrintError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), PrintError> {
        self.next();
        key.serialize(&mut *self.printer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PrintError> {
        self.printer.out.push_str(": ");
        self.value(value)
    }

    fn end(self) -> Result<(), PrintError> {
        self.close()
    }
}
