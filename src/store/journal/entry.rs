//! What a journal says, as text: Changes as files hold them, and what else was done to a document.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::edit::{Deed, Gesture, Selected, Selection};
use crate::model::Model;
use crate::store::fingerprint::Fingerprint;
use crate::store::v1::{
    ChangeFile, Figure, ModelFile, Place, Reader, Text, change_files, read_changes,
};
use crate::store::{fast, print, read};

/// Text that is being typed into a field and is not part of the document yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What the field is called.
    pub label: String,
    /// What has been typed.
    pub text: String,
}

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    /// First of all: what document this is.
    Begin(Begin),
    /// Something was done to the document.
    Deed(Deed),
    /// It became another Model as one step, however that came.
    Become {
        label: String,
        model: Arc<Model>,
        selection: Selection,
    },
    /// Text is being typed, or no longer.
    Draft(Option<Draft>),
    /// It is about to be saved; whether it was, the file tells.
    Saving {
        path: Option<PathBuf>,
        fingerprint: Fingerprint,
    },
    /// It was saved as was said last.
    Saved,
    /// It was recovered from what stands before.
    Recovered,
    /// It was closed; there is nothing to recover.
    Closed,
}

/// What document a journal is of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Begin {
    pub title: String,
    pub path: Option<PathBuf>,
    /// That of the file as it was opened or saved.
    pub fingerprint: Option<Fingerprint>,
    /// What the file held that this program does not know.
    pub unknown: Vec<String>,
    /// The names of journals in the same folder that this one is instead of.
    pub instead_of: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(deserialize = "'de: 'a"))]
enum EntryFile<'a> {
    Begin {
        title: Text<'a>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<Text<'a>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<FingerprintFile<'a>>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unknown: Vec<Text<'a>>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instead_of: Vec<Text<'a>>,
    },
    Edit {
        label: Text<'a>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gesture: Option<Figure<'a>>,
        changes: Vec<ChangeFile<'a>>,
    },
    Abandon(Figure<'a>),
    Undo,
    Redo,
    Select(Vec<SelectedFile<'a>>),
    Become {
        label: Text<'a>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        selected: Vec<SelectedFile<'a>>,
        model: Box<ModelFile<'a>>,
    },
    Draft {
        label: Text<'a>,
        text: Text<'a>,
    },
    NoDraft,
    Saving {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<Text<'a>>,
        file: FingerprintFile<'a>,
    },
    Saved,
    Recovered,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "File", bound(deserialize = "'de: 'a"))]
struct FingerprintFile<'a> {
    length: Figure<'a>,
    hash: Figure<'a>,
}

impl From<Fingerprint> for FingerprintFile<'_> {
    fn from(fingerprint: Fingerprint) -> Self {
        Self {
            length: fingerprint.length.into(),
            hash: fingerprint.hash.into(),
        }
    }
}

impl FingerprintFile<'_> {
    fn read(&self, reader: &mut Reader) -> Option<Fingerprint> {
        Some(Fingerprint {
            length: number(&self.length, reader)?,
            hash: number(&self.hash, reader)?,
        })
    }
}

fn number(figure: &Figure<'_>, reader: &mut Reader) -> Option<u64> {
    reader.whole(Some(figure), Place::ROOT, 0..=u64::MAX)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound(deserialize = "'de: 'a"))]
enum SelectedFile<'a> {
    Stage(Text<'a>),
    Handoff(Text<'a>),
    Team(Text<'a>),
    Calendar(Text<'a>),
    Stream(Text<'a>),
    Note(Text<'a>),
    Group(Text<'a>),
}

impl From<Selected> for SelectedFile<'_> {
    fn from(selected: Selected) -> Self {
        match selected {
            Selected::Stage(id) => Self::Stage(id.as_str().into()),
            Selected::Handoff(id) => Self::Handoff(id.as_str().into()),
            Selected::Team(id) => Self::Team(id.as_str().into()),
            Selected::Calendar(id) => Self::Calendar(id.as_str().into()),
            Selected::Stream(id) => Self::Stream(id.as_str().into()),
            Selected::Note(id) => Self::Note(id.as_str().into()),
            Selected::Group(id) => Self::Group(id.as_str().into()),
        }
    }
}

impl SelectedFile<'_> {
    fn read(&self, reader: &mut Reader) -> Option<Selected> {
        let at = Place::ROOT;
        Some(match self {
            Self::Stage(text) => Selected::Stage(reader.id(text, at)?),
            Self::Handoff(text) => Selected::Handoff(reader.id(text, at)?),
            Self::Team(text) => Selected::Team(reader.id(text, at)?),
            Self::Calendar(text) => Selected::Calendar(reader.id(text, at)?),
            Self::Stream(text) => Selected::Stream(reader.id(text, at)?),
            Self::Note(text) => Selected::Note(reader.id(text, at)?),
            Self::Group(text) => Selected::Group(reader.id(text, at)?),
        })
    }
}

fn selection(selected: &[SelectedFile<'_>], reader: &mut Reader) -> Option<Selection> {
    selected.iter().map(|one| one.read(reader)).collect()
}

/// The text of a path; nothing for one that is no text, which then counts as no path.
fn path_file(path: &Option<PathBuf>) -> Option<Text<'_>> {
    path.as_deref()
        .and_then(|path| path.to_str())
        .map(Into::into)
}

fn texts(strings: &[String]) -> Vec<Text<'_>> {
    strings.iter().map(|text| text.as_str().into()).collect()
}

fn strings(texts: &[Text<'_>]) -> Vec<String> {
    texts.iter().map(|text| text.as_str().to_owned()).collect()
}

impl Entry {
    /// Returns its text, on one line.
    pub fn to_text(&self) -> String {
        let file = match self {
            Self::Begin(begin) => EntryFile::Begin {
                title: begin.title.as_str().into(),
                path: path_file(&begin.path),
                file: begin.fingerprint.map(Into::into),
                unknown: texts(&begin.unknown),
                instead_of: texts(&begin.instead_of),
            },
            Self::Deed(deed) => match deed {
                Deed::Edit {
                    label,
                    changes,
                    gesture,
                } => EntryFile::Edit {
                    label: label.as_str().into(),
                    gesture: gesture.map(|gesture| gesture.number().into()),
                    changes: change_files(changes),
                },
                Deed::Abandon(gesture) => EntryFile::Abandon(gesture.number().into()),
                Deed::Undo => EntryFile::Undo,
                Deed::Redo => EntryFile::Redo,
                Deed::Select(selection) => {
                    EntryFile::Select(selection.iter().map(Into::into).collect())
                }
                Deed::Become { .. } => {
                    unreachable!("the keeper takes it down with its Model, as Entry::Become")
                }
            },
            Self::Become {
                label,
                model,
                selection,
            } => EntryFile::Become {
                label: label.as_str().into(),
                selected: selection.iter().map(Into::into).collect(),
                model: Box::new(model.as_ref().into()),
            },
            Self::Draft(None) => EntryFile::NoDraft,
            Self::Draft(Some(draft)) => EntryFile::Draft {
                label: draft.label.as_str().into(),
                text: draft.text.as_str().into(),
            },
            Self::Saving { path, fingerprint } => EntryFile::Saving {
                path: path_file(path),
                file: (*fingerprint).into(),
            },
            Self::Saved => EntryFile::Saved,
            Self::Recovered => EntryFile::Recovered,
            Self::Closed => EntryFile::Closed,
        };
        print::to_line(&file).expect("entries hold nothing that RON cannot say")
    }
}

/// Turns texts into entries.
#[derive(Default)]
pub(super) struct Entries {
    /// Gestures of another process, by their numbers there.
    gestures: FxHashMap<u64, Gesture>,
}

impl Entries {
    /// Returns the entry that a text says; nothing when it is none of this version.
    pub fn read(&mut self, text: &[u8]) -> Option<Entry> {
        let text = std::str::from_utf8(text).ok()?;
        let file: EntryFile<'_> = match fast::parse(text) {
            Some(file) => file,
            None => read::options().from_str(text).ok()?,
        };
        let mut reader = Reader::default();
        let entry = self.entry(&file, &mut reader)?;
        reader.flaws.is_empty().then_some(entry)
    }

    fn gesture(&mut self, figure: &Figure<'_>, reader: &mut Reader) -> Option<Gesture> {
        let number = number(figure, reader)?;
        Some(*self.gestures.entry(number).or_insert_with(Gesture::begin))
    }

    fn entry(&mut self, file: &EntryFile<'_>, reader: &mut Reader) -> Option<Entry> {
        let path = |path: &Option<Text<'_>>| path.as_ref().map(|path| path.as_str().into());
        Some(match file {
            EntryFile::Begin {
                title,
                path: of,
                file,
                unknown,
                instead_of,
            } => Entry::Begin(Begin {
                title: title.as_str().to_owned(),
                path: path(of),
                fingerprint: file.as_ref().and_then(|file| file.read(reader)),
                unknown: strings(unknown),
                instead_of: strings(instead_of),
            }),
            EntryFile::Edit {
                label,
                gesture,
                changes,
            } => Entry::Deed(Deed::Edit {
                label: label.as_str().to_owned(),
                gesture: match gesture {
                    Some(figure) => Some(self.gesture(figure, reader)?),
                    None => None,
                },
                changes: read_changes(changes, reader, Place::ROOT),
            }),
            EntryFile::Abandon(figure) => Entry::Deed(Deed::Abandon(self.gesture(figure, reader)?)),
            EntryFile::Undo => Entry::Deed(Deed::Undo),
            EntryFile::Redo => Entry::Deed(Deed::Redo),
            EntryFile::Select(selected) => Entry::Deed(Deed::Select(selection(selected, reader)?)),
            EntryFile::Become {
                label,
                selected,
                model,
            } => Entry::Become {
                label: label.as_str().to_owned(),
                selection: selection(selected, reader)?,
                model: Arc::new(model.read(reader)),
            },
            EntryFile::NoDraft => Entry::Draft(None),
            EntryFile::Draft { label, text } => Entry::Draft(Some(Draft {
                label: label.as_str().to_owned(),
                text: text.as_str().to_owned(),
            })),
            EntryFile::Saving { path: to, file } => Entry::Saving {
                path: path(to),
                fingerprint: file.read(reader)?,
            },
            EntryFile::Saved => Entry::Saved,
            EntryFile::Recovered => {
                // Another process goes on, whose gestures begin with the same numbers.
                self.gestures.clear();
                Entry::Recovered
            }
            EntryFile::Closed => Entry::Closed,
        })
    }
}
