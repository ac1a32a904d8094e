//! Reads a file: bytes to text, text to the structs of its format, those to the model; and makes
//! of whatever goes wrong a message with its place.

use ron::Options;
use ron::error::{Error as RonError, SpannedError};
use ron::extensions::Extensions;
use serde::de::IgnoredAny;
use serde_ignored::Path as IgnoredPath;

use crate::model::Model;

use super::error::{Fault, LoadError};
use super::fast;
use super::similar;
use super::source::{Source, line_and_column};
use super::v1::{self, Flaw, MOST_FAULTS, ModelFile, Reader, Step};

/// A model out of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The model; the invariants of [`crate::model`] hold in it.
    pub model: Model,
    /// What this program does not know and has passed over: a newer format, fields without a
    /// meaning here. Saving would lose it.
    pub notes: Vec<Fault>,
}

impl Loaded {
    /// Returns whether saving to the same file would lose something, so that another name is to be
    /// asked for.
    pub fn is_partial(&self) -> bool {
        !self.notes.is_empty()
    }
}

/// Reads a model.
///
/// # Errors
/// When the bytes are no model, or one with faults; each with line, column, element, what is wrong
/// and what would be right.
pub fn read(bytes: &[u8]) -> Result<Loaded, LoadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let (line, column) = line_and_column(&bytes[..at]);
        not_a_model(Fault {
            line,
            column,
            element: None,
            field: None,
            message: format!("byte {} (0x{:02x}) is not UTF-8 text", at + 1, bytes[at]),
            hint: Some("save the file as UTF-8 text".to_owned()),
        })
    })?;
    let mut unknown = Unknown::default();
    let file = match fast::parse(text) {
        Some(file) => file,
        None => parse(text, &mut unknown).map_err(|error| unparsed(text, &error))?,
    };
    let mut reader = Reader::default();
    let model = file.read(&mut reader);
    if !reader.flaws.is_empty() {
        return Err(flawed(text, &file, &reader));
    }
    let format = file.format().unwrap_or_default();
    let notes = if unknown.paths.is_empty() && format == i128::from(v1::FORMAT) {
        Vec::new()
    } else {
        notes(text, format, &unknown)
    };
    Ok(Loaded { model, notes })
}

/// What every file of ours is read with: `team: "legal"` stands for `Some("legal")`.
pub(super) fn options() -> Options {
    Options::default().with_default_extension(Extensions::IMPLICIT_SOME)
}

fn parse<'t>(text: &'t str, unknown: &mut Unknown) -> Result<ModelFile<'t>, SpannedError> {
    let mut deserializer = ron::Deserializer::from_str_with_options(text, &options())?;
    serde_ignored::deserialize(&mut deserializer, |path| unknown.note(&path))
        .and_then(|file| deserializer.end().map(|()| file))
        .map_err(|error| deserializer.span_error(error))
}

fn not_a_model(fault: Fault) -> LoadError {
    LoadError::NotAModel(Box::new(fault))
}

/// Fields that the format does not have.
#[derive(Default)]
struct Unknown {
    paths: Vec<Vec<OwnedStep>>,
    more: usize,
}

enum OwnedStep {
    Field(String),
    Item(usize),
}

impl Unknown {
    fn note(&mut self, path: &IgnoredPath<'_>) {
        if self.paths.len() == MOST_FAULTS {
            self.more += 1;
        } else {
            let mut steps = Vec::new();
            collect(path, &mut steps);
            self.paths.push(steps);
        }
    }
}

fn collect(path: &IgnoredPath<'_>, steps: &mut Vec<OwnedStep>) {
    match path {
        IgnoredPath::Root => {}
        IgnoredPath::Seq { parent, index } => {
            collect(parent, steps);
            steps.push(OwnedStep::Item(*index));
        }
        IgnoredPath::Map { parent, key } => {
            collect(parent, steps);
            steps.push(OwnedStep::Field(key.clone()));
        }
        IgnoredPath::Some { parent } | IgnoredPath::NewtypeStruct { parent } => {
            collect(parent, steps);
        }
        IgnoredPath::NewtypeVariant { parent } => {
            collect(parent, steps);
            steps.push(OwnedStep::Item(0));
        }
    }
}

/// Tells what was passed over.
fn notes(text: &str, format: i128, unknown: &Unknown) -> Vec<Fault> {
    let source = Source::new(text);
    let mut notes = Vec::new();
    if format != i128::from(v1::FORMAT) {
        let node = source.find([Step::Field("format")]);
        notes.push(fault_at(
            &source,
            node,
            source.offset(node, None),
            format!(
                "the file has format {format}, this program knows format {}",
                v1::FORMAT
            ),
            Some("a newer version of the program may know more of it".to_owned()),
        ));
    }
    for path in &unknown.paths {
        let steps = path.iter().map(|step| match step {
            OwnedStep::Field(name) => Step::Field(name),
            OwnedStep::Item(n) => Step::Item(*n),
        });
        let node = source.find(steps);
        let Some(OwnedStep::Field(name)) = path.last() else {
            continue;
        };
        let mut parents = source.names_to(node);
        parents.pop();
        let known = v1::fields_at(&parents);
        let hint = match similar::nearest(name, known.iter().copied()) {
            Some(known) => format!("did you mean {known}?"),
            None => "docs/format.md lists the fields".to_owned(),
        };
        let mut note = fault_at(
            &source,
            node,
            source.name_offset(node),
            "this field is not known and is passed over".to_owned(),
            Some(hint),
        );
        // What is unknown may look like a table; its name is still the field.
        if note.field.is_none() {
            note.field = Some(name.clone());
        }
        notes.push(note);
    }
    if unknown.more > 0 {
        let (line, column) = source.line_and_column(text.len());
        notes.push(Fault {
            line,
            column,
            element: None,
            field: None,
            message: format!("{} more fields are not known", unknown.more),
            hint: None,
        });
    }
    notes
}

fn fault_at(
    source: &Source<'_>,
    node: usize,
    offset: usize,
    message: String,
    hint: Option<String>,
) -> Fault {
    let (line, column) = source.line_and_column(offset);
    let (element, field) = source.element_and_field(node);
    Fault {
        line,
        column,
        element,
        field,
        message,
        hint,
    }
}

/// The error for a file that is RON with the right types, but does not make sense.
fn flawed(text: &str, file: &ModelFile<'_>, reader: &Reader) -> LoadError {
    let source = Source::new(text);
    let mut faults: Vec<Fault> = reader
        .flaws
        .iter()
        .map(
            |Flaw {
                 path,
                 within,
                 message,
                 hint,
             }| {
                let node = source.find(path.iter().copied());
                let offset = source.offset(node, within.as_ref().map(|within| within.start));
                fault_at(&source, node, offset, message.clone(), hint.clone())
            },
        )
        .collect();
    faults.sort_by_key(|fault| (fault.line, fault.column));
    if !source.has_one_of(v1::fields_at(&[])) {
        return not_a_model(Fault {
            line: 1,
            column: 1,
            element: None,
            field: None,
            message: "this is no model of this program".to_owned(),
            hint: Some("a model begins with (format: 1, name: …".to_owned()),
        });
    }
    if let (Some(format), Some(first)) = (file.format(), faults.first_mut())
        && format > i128::from(v1::FORMAT)
    {
        add_newer_format(first, format);
    }
    LoadError::Invalid {
        faults,
        more: reader.more,
    }
}

fn add_newer_format(fault: &mut Fault, format: i128) {
    let newer = format!(
        "the file has format {format}, this program knows format {}",
        v1::FORMAT
    );
    fault.hint = Some(match fault.hint.take() {
        Some(hint) => format!("{hint}; {newer}"),
        None => newer,
    });
}

/// The error for a text that RON or the types of the fields refuse.
fn unparsed(text: &str, error: &SpannedError) -> LoadError {
    if let Some(line) = conflict_line(text) {
        return not_a_model(Fault {
            line,
            column: 1,
            element: None,
            field: None,
            message: "the file holds a merge conflict that is not resolved".to_owned(),
            hint: Some(
                "keep one of the two sides and delete the lines with <<<<<<<, ======= and >>>>>>>"
                    .to_owned(),
            ),
        });
    }
    let source = Source::new(text);
    let whole = options().from_str::<IgnoredAny>(text);
    let is_model = source.has_one_of(v1::fields_at(&[]));
    // Where the syntax is broken, that is the first thing to mend.
    let told = match &whole {
        Err(syntax) => syntax,
        Ok(_) => error,
    };
    let offset = source.offset_at(told.span.start.line, told.span.start.col);
    let (offset, node) = place_of(&source, text, told, offset);
    let (message, hint) = wording(&told.code);
    let mut fault = fault_at(&source, node, offset, message, hint);
    match whole {
        Ok(_) if is_model => {
            let format = source.raw(source.find([Step::Field("format")]));
            if let Ok(format) = format.parse::<i128>()
                && format > i128::from(v1::FORMAT)
            {
                add_newer_format(&mut fault, format);
            }
            LoadError::Invalid {
                faults: vec![fault],
                more: 0,
            }
        }
        Ok(_) => not_a_model(Fault {
            message: "this is no model of this program".to_owned(),
            hint: Some("a model begins with (format: 1, name: …".to_owned()),
            line: 1,
            column: 1,
            element: None,
            field: None,
        }),
        Err(_) => not_a_model(fault),
    }
}

/// Where an error of `ron` is best shown: at the value it is about.
fn place_of(
    source: &Source<'_>,
    text: &str,
    error: &SpannedError,
    offset: usize,
) -> (usize, usize) {
    // The parser stands in front of the blanks before the value.
    let blanks = text[offset..].len() - text[offset..].trim_start().len();
    let offset = match error.code {
        RonError::Eof => text.len(),
        _ => offset + blanks,
    };
    (offset, source.around(offset))
}

/// What an error of `ron` is called here, and what would be right.
fn wording(error: &RonError) -> (String, Option<String>) {
    let hint = |text: &str| Some(text.to_owned());
    match error {
        RonError::Eof => (
            "the file ends too early".to_owned(),
            hint("a closing bracket or quote is missing"),
        ),
        RonError::ExpectedString => (
            "a text is expected here".to_owned(),
            hint("write it in double quotes, for instance \"2d\""),
        ),
        RonError::ExpectedStringEnd => (
            "this text does not end".to_owned(),
            hint("a closing quote is missing"),
        ),
        RonError::ExpectedBoolean => (
            "true or false is expected here".to_owned(),
            hint("a field that is false is best left out"),
        ),
        RonError::ExpectedArray => (
            "a list is expected here".to_owned(),
            hint("write it in square brackets, for instance [\"a\", \"b\"]"),
        ),
        RonError::ExpectedMap => (
            "a map is expected here".to_owned(),
            hint("write it in braces, for instance {\"trailer\": \"2h\"}"),
        ),
        RonError::ExpectedArrayEnd
        | RonError::ExpectedMapEnd
        | RonError::ExpectedStructLikeEnd
        | RonError::ExpectedComma => (
            "a comma or the closing bracket is expected here".to_owned(),
            hint("between two values stands a comma"),
        ),
        RonError::ExpectedMapColon => (
            "a colon is expected here".to_owned(),
            hint("write name: value"),
        ),
        RonError::ExpectedStructLike | RonError::ExpectedNamedStructLike(_) => (
            "an opening bracket ( is expected here".to_owned(),
            hint("write the fields in round brackets, for instance (name: \"Script\")"),
        ),
        RonError::NoSuchEnumVariant {
            expected, found, ..
        } => (
            format!("{found:?} is not one of {}", expected.join(", ")),
            similar::nearest(found, expected.iter().copied())
                .map(|near| format!("did you mean {near}?")),
        ),
        RonError::DuplicateStructField { field, .. } => (
            format!("{field} is said twice"),
            hint("keep one of the two"),
        ),
        RonError::MissingStructField { field, .. } => (format!("{field} is missing"), None),
        RonError::InvalidValueForType { expected, found } => {
            (format!("{expected} is expected here, not {found}"), None)
        }
        RonError::ExceededRecursionLimit => (
            "brackets are nested too deeply here".to_owned(),
            hint("no model needs so many levels"),
        ),
        RonError::TrailingCharacters => (
            "the model has ended, but the file goes on".to_owned(),
            hint("is there a closing bracket too many?"),
        ),
        RonError::UnclosedBlockComment => (
            "this comment does not end".to_owned(),
            hint("close it with */"),
        ),
        other => {
            // RON's own words, begun in lower case as ours.
            let words = other.to_string();
            let mut letters = words.chars();
            let message = letters
                .next()
                .map(|first| first.to_lowercase().chain(letters).collect())
                .unwrap_or_default();
            (message, None)
        }
    }
}

/// The line of the first marker that git leaves in a file with a conflict.
fn conflict_line(text: &str) -> Option<usize> {
    text.lines()
        .position(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> "))
        .map(|at| at + 1)
}
