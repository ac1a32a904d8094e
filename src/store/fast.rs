//! Reads a file as the program writes it, or as a person does who writes it plainly, several times
//! as fast as RON in general.
//!
//! Whatever is unusual (escapes that the printer does not make, `Some(…)`, names before brackets,
//! numbers in other notations, comments in `/* */`, fields that are not known, and anything wrong)
//! makes it give up; then `ron` reads the text from the beginning, and says what is wrong where
//! something is. So this reader has no messages, and what it accepts it must read as `ron` does:
//! the tests here and in `tests/it/store.rs` compare the two.

use std::fmt;

use serde::Deserialize;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// Deeper nesting is left to `ron`, which stops at 128 steps. A pair of brackets takes at most four
/// of them (a field, its option, an enum, its value), so what is read here `ron` would read too.
const DEEPEST: usize = 30;

/// Returns what stands in a text; none when `ron` has to read it.
pub(super) fn parse<'t, T: Deserialize<'t>>(text: &'t str) -> Option<T> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
    };
    let value = T::deserialize(&mut reader).ok()?;
    reader.skip_blanks();
    (reader.at == text.len()).then_some(value)
}

/// The text is not as the program writes it.
#[derive(Debug)]
struct Unusual;

impl fmt::Display for Unusual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not as the program writes it")
    }
}

impl std::error::Error for Unusual {}

impl serde::de::Error for Unusual {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips blanks and comments that end with their line.
    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') if self.rest().starts_with(b"//") => {
                    let line = self.rest().iter().position(|byte| *byte == b'\n');
                    self.at = line.map_or(self.text.len(), |line| self.at + line);
                }
                _ => return,
            }
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), Unusual> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(Unusual)
        }
    }

    /// Takes a name: letters, digits and `_`, no digit first.
    fn word(&mut self) -> Result<&'t str, Unusual> {
        self.skip_blanks();
        let rest = self.rest();
        let end = rest
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
            .unwrap_or(rest.len());
        if end == 0 || rest[0].is_ascii_digit() {
            return Err(Unusual);
        }
        let word = &self.text[self.at..self.at + end];
        self.at += end;
        Ok(word)
    }

    /// Takes a number in digits, maybe with a minus and a decimal point between digits.
    fn number(&mut self) -> Result<&'t str, Unusual> {
        self.skip_blanks();
        let rest = self.rest();
        let end = rest
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'.'))
            .unwrap_or(rest.len());
        // What goes on is another notation: an exponent, a type, a hexadecimal.
        if rest
            .get(end)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        {
            return Err(Unusual);
        }
        let number = &self.text[self.at..self.at + end];
        let digits = number.strip_prefix('-').unwrap_or(number);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_plain =
            |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(whole) || !is_plain(part) || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(Unusual);
        }
        self.at += end;
        Ok(number)
    }

    /// Takes a text in quotes; borrowed where it has no escapes.
    fn quoted<V: Visitor<'t>>(&mut self, visitor: V) -> Result<V::Value, Unusual> {
        self.expect(b'"')?;
        let start = self.at;
        let special = |rest: &[u8]| {
            rest.iter()
                .position(|byte| matches!(byte, b'"' | b'\\'))
                .ok_or(Unusual)
        };
        self.at += special(self.rest())?;
        if self.peek() == Some(b'"') {
            let text = &self.text[start..self.at];
            self.at += 1;
            return visitor.visit_borrowed_str(text);
        }
        let mut decoded = self.text[start..self.at].to_owned();
        loop {
            if self.peek() == Some(b'"') {
                self.at += 1;
                return visitor.visit_string(decoded);
            }
            let escape = self.rest().get(1).copied();
            self.at += 2;
            decoded.push(match escape {
                Some(b'"') => '"',
                Some(b'\\') => '\\',
                Some(b'n') => '\n',
                Some(b'r') => '\r',
                Some(b't') => '\t',
                Some(b'u') => self.code_point()?,
                _ => return Err(Unusual),
            });
            let plain = special(self.rest())?;
            decoded.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
        }
    }

    /// Takes the rest of `\u{7f}`.
    fn code_point(&mut self) -> Result<char, Unusual> {
        let rest = &self.text[self.at..];
        let (digits, _) = rest
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'))
            .ok_or(Unusual)?;
        if digits.len() > 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Unusual);
        }
        self.at += digits.len() + 2;
        u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32)
            .ok_or(Unusual)
    }

    /// Takes what stands in brackets.
    fn inside<R>(
        &mut self,
        open: u8,
        close: u8,
        read: impl FnOnce(&mut Inside<'_, 't>) -> Result<R, Unusual>,
    ) -> Result<R, Unusual> {
        self.expect(open)?;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unusual);
        }
        let mut inside = Inside {
            reader: self,
            close,
            is_first: true,
        };
        let value = read(&mut inside)?;
        // One comma may follow the last value, for those who stop without asking for another.
        if !inside.is_first {
            inside.reader.take(b',');
        }
        self.depth -= 1;
        self.expect(close)?;
        Ok(value)
    }
}

/// Values with commas between them.
struct Inside<'r, 't> {
    reader: &'r mut Reader<'t>,
    close: u8,
    is_first: bool,
}

impl Inside<'_, '_> {
    /// Moves to the next value; returns whether there is one.
    fn has_next(&mut self) -> Result<bool, Unusual> {
        let had_comma = !self.is_first && self.reader.take(b',');
        self.reader.skip_blanks();
        if self.reader.peek() == Some(self.close) {
            // A comma just taken was the one that may follow the last value.
            return Ok(false);
        }
        if !self.is_first && !had_comma {
            return Err(Unusual);
        }
        self.is_first = false;
        Ok(true)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unusual;

    /// Numbers and texts only; nothing else is read without knowing what it should be.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unusual> {
        self.skip_blanks();
        if self.peek() == Some(b'"') {
            return self.quoted(visitor);
        }
        let number = self.number()?;
        if number.contains('.') {
            visitor.visit_f64(number.parse().map_err(|_not_one| Unusual)?)
        } else if number.starts_with('-') {
            visitor.visit_i64(number.parse().map_err(|_too_big| Unusual)?)
        } else {
            visitor.visit_u64(number.parse().map_err(|_too_big| Unusual)?)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unusual> {
        match self.word()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Unusual),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unusual> {
        visitor.visit_f64(self.number()?.parse().map_err(|_not_one| Unusual)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unusual> {
        self.quoted(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unusual> {
        self.skip_blanks();
        match self.peek() {
            // Of the words that values begin with only these two have a capital.
            Some(b'N') if self.word()? == "None" => visitor.visit_none(),
            Some(b'N' | b'S') => Err(Unusual),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unusual> {
        self.inside(b'[', b']', |inside| visitor.visit_seq(inside))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unusual> {
        self.inside(b'(', b')', |inside| visitor.visit_seq(inside))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unusual> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unusual> {
        self.inside(b'{', b'}', |inside| visitor.visit_map(Entries(inside)))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unusual> {
        self.inside(b'(', b')', |inside| visitor.visit_map(Fields(inside)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unusual> {
        visitor.visit_enum(self)
    }

    /// A field that is not known.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unusual> {
        Err(Unusual)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 char string bytes byte_buf unit unit_struct
        newtype_struct identifier
    }
}

impl<'t> SeqAccess<'t> for &mut Inside<'_, 't> {
    type Error = Unusual;

    fn next_element_seed<T: DeserializeSeed<'t>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unusual> {
        if !self.has_next()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

/// `name: value, name: value`.
struct Fields<'i, 'r, 't>(&'i mut Inside<'r, 't>);

impl<'t> MapAccess<'t> for Fields<'_, '_, 't> {
    type Error = Unusual;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unusual> {
        if !self.0.has_next()? {
            return Ok(None);
        }
        let name = self.0.reader.word()?;
        seed.deserialize(BorrowedStrDeserializer::new(name))
            .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<T::Value, Unusual> {
        self.0.reader.expect(b':')?;
        seed.deserialize(&mut *self.0.reader)
    }
}

/// `"key": value, "key": value`.
struct Entries<'i, 'r, 't>(&'i mut Inside<'r, 't>);

impl<'t> MapAccess<'t> for Entries<'_, '_, 't> {
    type Error = Unusual;

    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unusual> {
        if !self.0.has_next()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.0.reader).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<T::Value, Unusual> {
        self.0.reader.expect(b':')?;
        seed.deserialize(&mut *self.0.reader)
    }
}

impl<'t> EnumAccess<'t> for &mut Reader<'t> {
    type Error = Unusual;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'t>>(self, seed: V) -> Result<(V::Value, Self), Unusual> {
        let word = self.word()?;
        let variant = seed.deserialize(BorrowedStrDeserializer::<Unusual>::new(word))?;
        Ok((variant, self))
    }
}

impl<'t> VariantAccess<'t> for &mut Reader<'t> {
    type Error = Unusual;

    fn unit_variant(self) -> Result<(), Unusual> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'t>>(self, seed: T) -> Result<T::Value, Unusual> {
        self.inside(b'(', b')', |inside| {
            if !inside.has_next()? {
                return Err(Unusual);
            }
            seed.deserialize(&mut *inside.reader)
        })
    }

    fn tuple_variant<V: Visitor<'t>>(self, length: usize, visitor: V) -> Result<V::Value, Unusual> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'t>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unusual> {
        self.deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::read::options;
    use crate::store::v1::ModelFile;

    /// What is accepted is what `ron` reads; returns whether it is accepted.
    fn agrees(text: &str) -> bool {
        let Some(fast) = parse::<ModelFile<'_>>(text) else {
            return false;
        };
        let slow = options().from_str::<ModelFile<'_>>(text);
        // As text, because 0 equals -0 and NaN nothing.
        let slow = slow.map(|file| format!("{file:?}"));
        assert_eq!(slow, Ok(format!("{fast:?}")), "{text}");
        true
    }

    /// A linear congruential generator (Knuth, MMIX), plenty to choose where to spoil a text.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, n: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % n
        }
    }

    #[test]
    fn what_is_written_plainly_is_read_fast() {
        for text in [
            include_str!("../../tests/files/format-1.ron"),
            "(format:1,name:\"\\\"\\\\\\n\\r\\t\\u{7f}ü\",stages:[(id:\"a\",ca:-0.5)])",
            "// a comment\n(format: 1, // one more\r\n name: \"// no comment\", // the last\n)\n// end",
            "( format : 1 , stages : [ ( id : \"a\" , at : ( -0.0 , -0 , ) , phase : own ( \"b\" , ) , ) , ] , )",
            "(format: 18446744073709551615, settings: (seed: -9223372036854775808, precision: -0))",
            "(format: 1, stages: [(class_work: {\"a\": \"1h\", \"a\": \"2h\"}, batch: None)])",
            "()",
        ] {
            assert!(agrees(text), "{text}");
        }
    }

    #[test]
    fn what_is_nested_too_deeply_for_ron_is_left_to_it() {
        let mut deepest = [0; 2];
        for levels in 0..40 {
            let text = format!(
                "(format: 1, scenarios: [({}{})])",
                "changes: [add_scenario(scenario: (".repeat(levels),
                "))]".repeat(levels)
            );
            if agrees(&text) {
                deepest[0] = levels;
            }
            if options().from_str::<ModelFile<'_>>(&text).is_ok() {
                deepest[1] = levels;
            }
        }
        assert_eq!(deepest[0], 9, "docs/format.md says ten or so");
        assert!(deepest[1] > deepest[0] && deepest[1] < 39, "{deepest:?}");
    }

    #[test]
    fn what_is_unusual_is_left_to_ron() {
        for text in [
            "(format: 1) /* a comment */",
            "(format: 1 / 2)",
            "(format: 1)/",
            "(format: 1, name: Some(\"a\"))",
            "(format: 0x1)",
            "(format: 1e0)",
            "(format: 1_0)",
            "(format: 01)",
            "(format: 1.)",
            "(format: .1)",
            "(format: 1u8)",
            "(format: NaN)",
            "(format: -NaN)",
            "(format: inf)",
            "(format: 1..2)",
            "(format: +1)",
            "(format: 1-2)",
            "(format: 1é)",
            "(format: -)",
            "(format: 'a')",
            "(format: -9223372036854775809)",
            "(format: 18446744073709551616)",
            "(format: 1, hue: 3)",
            "(format: 1, stages: [(hue: 3)])",
            "(format: 1, stages: [(phase: own(\"a\", 3))])",
            "(format: 1, format: 1)",
            "(format: 1, scenarios: [(changes: [paint(\"a\")])])",
            "(format: 1, scenarios: [(changes: [set_stages([\"a\"])])])",
            "(format: 1, stages: [(at: (1))])",
            "(format: 1, stages: [(at: (1, 2, 3))])",
            "(format: 1, stages: [(at: (1, 2,,))])",
            "(format: 1, stages: [(),,])",
            "(format: 1, stages: [,])",
            "(format: 1, stages: (id: \"a\"))",
            "(format: 1, stages: [(locked: falsé)])",
            "(format: 1, stages: [(exit: take_all())])",
            "(format: 1, stages: [(exit: take-all)])",
            "(format: 1, stages: [(batch: Nonesuch)])",
            "(format: 1, r#name: \"a\")",
            "#![enable(implicit_some)] (format: 1)",
            "\u{85}(format: 1)",
            "(format: 1,, name: \"a\")",
            "(, format: 1)",
            "(format: 1",
            "(format: 1) x",
            "(format: 1, name: \"\\x41\")",
            "(format: 1, name: \"\\",
            "(format: 1, name: \"\\é\")",
            "(format: 1, name: \"\\\n  a\")",
            "(format: 1, name: \"\\u{}\")",
            "(format: 1, name: \"\\u{d800}\")",
            "(format: 1, name: \"\\u{0000041}\")",
            "(format: 1, name: \"\\u41\")",
            "(format: 1, name: \"\\0\")",
            "(format: 1, name: r\"a\")",
            "(format: 1, name: 1)",
            "(format: 1 name: \"a\")",
            "(format: 99999999999999999999)",
            "Model(format: 1)",
            "",
        ] {
            assert!(!agrees(text), "{text}");
        }
    }

    #[test]
    fn what_is_accepted_of_spoilt_lines_is_what_ron_reads() {
        let mut accepted = 0;
        let example = include_str!("../../tests/files/format-1.ron");
        let mut dice = Dice(1);
        // Lines one by one, so that a slip in one is not hidden by one elsewhere.
        let lines: Vec<&str> = example
            .lines()
            .filter(|line| line.starts_with("        (id") || line.starts_with("                "))
            .map(str::trim)
            .collect();
        for _ in 0..6000 {
            let line = lines[dice.below(lines.len())];
            let text = if line.starts_with("(id: \"") && line.contains("from: ") {
                format!("(format: 1, handoffs: [{line}])")
            } else if line.starts_with('(') {
                format!("(format: 1, streams: [(demands: [{line}])], views: [{line}])")
            } else {
                format!("(format: 1, scenarios: [(changes: [{line}])])")
            };
            let mut bytes = text.into_bytes();
            for _ in 0..dice.below(3) {
                let at = dice.below(bytes.len());
                match dice.below(3) {
                    0 => drop(bytes.remove(at)),
                    1 => bytes.insert(at, b"()[]{},:\"\\ \n-.0NaS_/"[dice.below(20)]),
                    _ => bytes[at] = b"()[]{},:\"\\ \n-.1eaS_/"[dice.below(20)],
                }
            }
            if let Ok(text) = String::from_utf8(bytes) {
                accepted += usize::from(agrees(&text));
            }
        }
        assert!(accepted > 1500, "{accepted}");
    }

    #[test]
    fn what_is_accepted_of_a_whole_file_with_one_byte_changed_is_what_ron_reads() {
        let example = include_str!("../../tests/files/format-1.ron");
        let mut dice = Dice(2);
        let mut accepted = 0;
        for _ in 0..1500 {
            let mut bytes = example.as_bytes().to_vec();
            let at = dice.below(bytes.len());
            bytes[at] = dice.below(256) as u8;
            if let Ok(text) = String::from_utf8(bytes) {
                accepted += usize::from(agrees(&text));
            }
        }
        assert!(accepted > 100, "{accepted}");
    }
}
