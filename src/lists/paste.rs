//! Tables from a spreadsheet: text with tabs or commas, and a first line that names the columns.
//!
//! What is understood comes out as Changes that belong together; a row that is not stays in a list,
//! with its reasons. A row is about the element that its id names, else its name (or its two ends);
//! where there is none, it makes one. An empty cell leaves its field as it is. So pasting a table that
//! was copied here changes nothing.

use std::collections::HashMap;
use std::sync::Arc;

use crate::edit::{self, FreshIds};
use crate::model::{
    Change, Handoff, HandoffChange, HandoffId, Model, Stage, StageChange, StageId, TextError,
};

use super::separated;
use super::table::{Column, RowId, TableOf, edit_with};

/// What a pasted table comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pasted {
    /// What its rows are.
    pub of: TableOf,
    /// What to apply, as one step.
    pub changes: Vec<Change>,
    /// How many rows make something new.
    pub added: usize,
    /// How many rows change something that is there.
    pub changed: usize,
    /// The rows that were not understood.
    pub refused: Vec<Refused>,
    /// The first line, for giving the rows that were not understood back.
    pub header: Vec<String>,
    /// The columns that are not known here, and so are left out.
    pub unknown: Vec<String>,
}

/// A row that was not understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Its line in what was pasted, counted from 1.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
    /// What is wrong with it, a sentence each.
    pub reasons: Vec<String>,
}

/// Why a text is no table at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    /// There is nothing in it.
    #[error("there is nothing to paste")]
    Empty,
    /// Its first line names no columns by which rows are known.
    #[error(
        "the first line has to name the columns: Name for stages, From and To for handoffs; it is \
         “{0}”"
    )]
    NoHeader(String),
}

/// Returns whether a text looks like a table: tabs in its first line, which names columns.
pub fn looks_like_table(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let Some(first) = first.filter(|first| first.contains('\t')) else {
        return false;
    };
    let header: Vec<String> = first
        .split('\t')
        .map(|name| name.trim().to_owned())
        .collect();
    columns(&header).is_some()
}

/// Writes a table as text with tabs, the names of the columns first.
pub fn copy(model: &Model, of: TableOf) -> String {
    let columns = of.columns();
    let header = columns
        .iter()
        .map(|column| column.name().to_owned())
        .collect();
    let rows = of.rows(model).into_iter().map(|row| {
        let cells = columns.iter().map(|column| column.text(model, row));
        cells.map(Option::unwrap_or_default).collect()
    });
    written(std::iter::once(header).chain(rows))
}

impl Pasted {
    /// Writes the rows that were not understood as they came, to be mended in a spreadsheet.
    pub fn refused_text(&self) -> String {
        let rows = self.refused.iter().map(|row| row.cells.clone());
        written(std::iter::once(self.header.clone()).chain(rows))
    }
}

fn written(rows: impl Iterator<Item = Vec<String>>) -> String {
    let rows: Vec<_> = rows.collect();
    let cells = rows.iter().map(|row| row.iter().map(String::as_str));
    separated::write(cells, '\t')
}

/// Reads a table; of the Model it only needs to know what is there.
///
/// # Errors
/// When the text is no table with a line that names its columns.
pub fn paste(model: &Model, text: &str) -> Result<Pasted, PasteError> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.ok_or(PasteError::Empty)?;
    let mut records = separated::read(text, separator(first)).into_iter();
    let header = records.next().ok_or(PasteError::Empty)?.cells;
    let header: Vec<String> = header.iter().map(|cell| cell.trim().to_owned()).collect();
    let (of, columns) = columns(&header).ok_or_else(|| {
        let shown: String = first.chars().take(80).collect();
        PasteError::NoHeader(shown)
    })?;
    let unknown = header.iter().zip(&columns);
    let unknown = unknown.filter(|(name, column)| column.is_none() && !name.is_empty());
    let mut pasted = Pasted {
        of,
        unknown: unknown.map(|(name, _)| name.clone()).collect(),
        header,
        ..Pasted::default()
    };
    let mut rows = Rows::new(model);
    for record in records {
        let cells: Vec<(Column, &str)> = columns
            .iter()
            .zip(&record.cells)
            .filter_map(|(column, cell)| Some(((*column)?, cell.as_str())))
            .collect();
        match rows.take(of, &cells) {
            Ok(Taken::Nothing) => {}
            Ok(Taken::Added) => pasted.added += 1,
            Ok(Taken::Changed) => pasted.changed += 1,
            Err(reasons) => pasted.refused.push(Refused {
                line: record.line,
                cells: record.cells,
                reasons,
            }),
        }
    }
    pasted.changes = rows.changes;
    Ok(pasted)
}

/// Spreadsheets put tabs on the clipboard; files have commas, or semicolons where the comma is for
/// decimals.
fn separator(first: &str) -> char {
    let count = |letter| first.matches(letter).count();
    if first.contains('\t') {
        '\t'
    } else if count(';') > count(',') {
        ';'
    } else {
        ','
    }
}

/// Returns what the columns are, and so of what the table is; nothing when rows could not be known.
fn columns(header: &[String]) -> Option<(TableOf, Vec<Option<Column>>)> {
    let read = |of: TableOf| -> Vec<Option<Column>> {
        let mut columns: Vec<Option<Column>> = Vec::new();
        for name in header {
            let name = name.to_lowercase();
            let is_it = |column: &&Column| {
                column.name().to_lowercase() == name || column.synonyms().contains(&name.as_str())
            };
            let found = of.columns().iter().find(is_it).copied();
            // Of two columns of the same name the first counts.
            columns.push(found.filter(|_| !columns.contains(&found)));
        }
        columns
    };
    let (handoffs, stages) = (read(TableOf::Handoffs), read(TableOf::Stages));
    if handoffs.contains(&Some(Column::From)) && handoffs.contains(&Some(Column::To)) {
        Some((TableOf::Handoffs, handoffs))
    } else if stages.contains(&Some(Column::Name)) {
        Some((TableOf::Stages, stages))
    } else {
        None
    }
}

enum Taken {
    Nothing,
    Added,
    Changed,
}

/// The rows taken so far.
struct Rows<'a> {
    /// The Model with them.
    model: Model,
    ids: FreshIds<'a>,
    changes: Vec<Change>,
    /// Whether a row has made a stage.
    has_added_stage: bool,
    /// Stages by their names in small letters, and handoffs by their ends.
    stages: HashMap<String, Vec<StageId>>,
    handoffs: HashMap<(StageId, StageId), Vec<HandoffId>>,
}

impl<'a> Rows<'a> {
    fn new(model: &'a Model) -> Self {
        let mut rows = Self {
            model: model.clone(),
            ids: FreshIds::new(model),
            changes: Vec::new(),
            has_added_stage: false,
            stages: HashMap::new(),
            handoffs: HashMap::new(),
        };
        for stage in &model.stages {
            let ids = rows.stages.entry(key(&stage.name)).or_default();
            ids.push(stage.id);
        }
        for handoff in &model.handoffs {
            let ends = (handoff.from, handoff.to);
            rows.handoffs.entry(ends).or_default().push(handoff.id);
        }
        rows
    }

    /// Takes a row, or says everything that is wrong with it.
    fn take(&mut self, of: TableOf, cells: &[(Column, &str)]) -> Result<Taken, Vec<String>> {
        let (row, add) = match of {
            TableOf::Stages => self.stage(cells),
            TableOf::Handoffs => self.handoff(cells),
        }
        .map_err(|reason| vec![reason])?;
        let mut model = self.model.clone();
        let mut changes = Vec::new();
        let mut reasons = Vec::new();
        let mut apply = |model: &mut Model, change: Change| match edit::apply(model, &change) {
            Ok(_) => {
                changes.push(change);
                Ok(())
            }
            Err(error) => Err(error.to_string()),
        };
        let is_new = !add.is_empty();
        for change in add {
            apply(&mut model, change).map_err(|why| vec![why])?;
        }
        // The owner first: by his calendar is told how long a day of work is.
        let owner = cells.iter().filter(|(column, _)| *column == Column::Owner);
        let others = cells.iter().filter(|(column, _)| *column != Column::Owner);
        for &(column, text) in owner.chain(others) {
            if !column.is_editable() || text.trim().is_empty() {
                continue;
            }
            match edit_with(&model, &mut self.ids, row, column, text) {
                Ok(edits) => {
                    for change in edits {
                        if let Err(why) = apply(&mut model, change) {
                            reasons.push(format!("{}: {why}", column.name()));
                        }
                    }
                }
                Err(error) => reasons.push(reason(column, &error)),
            }
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        if let RowId::Stage(id) = row
            && let Some(stage) = model.stages.find(id)
        {
            let ids = self.stages.entry(key(&stage.name)).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
            self.has_added_stage |= is_new;
        }
        if let RowId::Handoff(id) = row
            && is_new
            && let Some(handoff) = model.handoffs.find(id)
        {
            let ends = (handoff.from, handoff.to);
            self.handoffs.entry(ends).or_default().push(id);
        }
        let taken = match (is_new, changes.is_empty()) {
            (true, _) => Taken::Added,
            (false, true) => Taken::Nothing,
            (false, false) => Taken::Changed,
        };
        self.model = model;
        self.changes.extend(changes);
        Ok(taken)
    }

    fn stage(&mut self, cells: &[(Column, &str)]) -> Result<(RowId, Vec<Change>), String> {
        let name = cell(cells, Column::Name);
        let id = cell(cells, Column::Id);
        if let Some(id) = StageId::new(id)
            .ok()
            .filter(|id| self.model.stages.contains(*id))
        {
            return Ok((RowId::Stage(id), Vec::new()));
        }
        if name.is_empty() {
            return Err("Name: a name is expected here".to_owned());
        }
        match self.stages.get(&key(name)).map(Vec::as_slice) {
            Some([id]) => Ok((RowId::Stage(*id), Vec::new())),
            Some([_, _, ..]) => Err(format!(
                "Name: several stages are called “{name}”; a column Id can say which is meant"
            )),
            Some([]) | None => {
                let name = name.to_owned();
                let id = self.ids.stage(&name);
                Ok((RowId::Stage(id), self.new_stage(id, &name)))
            }
        }
    }

    fn handoff(&mut self, cells: &[(Column, &str)]) -> Result<(RowId, Vec<Change>), String> {
        let id = HandoffId::new(cell(cells, Column::Id)).ok();
        if let Some(id) = id.filter(|id| self.model.handoffs.contains(*id)) {
            return Ok((RowId::Handoff(id), Vec::new()));
        }
        let from = self.end(cells, Column::From)?;
        let to = self.end(cells, Column::To)?;
        match self.handoffs.get(&(from, to)).map(Vec::as_slice) {
            Some([id]) => Ok((RowId::Handoff(*id), Vec::new())),
            Some([_, _, ..]) => Err(
                "several handoffs lead from there to there; a column Id can say which is meant"
                    .to_owned(),
            ),
            Some([]) | None => {
                let handoff = Arc::new(Handoff::new(self.ids.handoff(from, to), from, to));
                let row = RowId::Handoff(handoff.id);
                let position = None;
                let add = HandoffChange::Add { handoff, position };
                Ok((row, vec![Change::Handoff(add)]))
            }
        }
    }

    /// Makes a stage in the first stream; the first one with what drawing a stage brings along.
    fn new_stage(&self, id: StageId, name: &str) -> Vec<Change> {
        if !self.has_added_stage {
            let made = edit::new_stage(&self.model, name, None, None);
            if made.stage == id {
                return made.changes;
            }
        }
        let mut stage = Stage::new(id, name);
        stage.stream = self.model.streams.at(0).map(|stream| stream.id);
        vec![Change::Stage(StageChange::Add {
            stage: Arc::new(stage),
            position: None,
        })]
    }

    /// Returns the stage that a cell names, by its name or its id.
    fn end(&self, cells: &[(Column, &str)], column: Column) -> Result<StageId, String> {
        let name = cell(cells, column);
        let by_id = || {
            let id = StageId::new(name).ok()?;
            self.model.stages.contains(id).then_some(id)
        };
        match self.stages.get(&key(name)).map(Vec::as_slice) {
            Some([id]) => Ok(*id),
            Some([_, _, ..]) => by_id().ok_or_else(|| {
                let column = column.name();
                format!("{column}: several stages are called “{name}”; write the id of one")
            }),
            Some([]) | None => {
                by_id().ok_or_else(|| format!("{}: there is no stage “{name}”", column.name()))
            }
        }
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

fn cell<'a>(cells: &[(Column, &'a str)], column: Column) -> &'a str {
    let found = cells.iter().find(|(one, _)| *one == column);
    found.map_or("", |(_, text)| text.trim())
}

fn reason(column: Column, error: &TextError) -> String {
    match &error.hint {
        Some(hint) => format!("{}: {}; {hint}", column.name(), error.message),
        None => format!("{}: {}", column.name(), error.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Document;
    use crate::quick;
    use proptest::prelude::*;

    fn drawn(line: &str) -> Document {
        Document::new(quick::new_model(line, "Test").unwrap())
    }

    fn names(document: &Document) -> Vec<&str> {
        document
            .model()
            .stages
            .iter()
            .map(|s| s.name.as_str())
            .collect()
    }

    #[test]
    fn a_table_that_was_copied_changes_nothing() {
        let document = drawn("Script 3d @Writers > Edit 5d @Post 85% >2d> Publish 1h!");
        for of in [TableOf::Stages, TableOf::Handoffs] {
            let text = copy(document.model(), of);
            let pasted = paste(document.model(), &text).unwrap();
            assert_eq!(pasted.of, of);
            assert_eq!(
                (&pasted.changes[..], &pasted.refused[..]),
                (&[][..], &[][..]),
                "{text}"
            );
        }
    }

    #[test]
    fn a_thousand_rows_are_one_step() {
        let mut document = drawn("Script 3d @Writers > Edit 5d @Post");
        let before = document.shared_model();
        let mut text = "Stage\tOwner\tWork\t%C&A\tNotes\n".to_owned();
        for n in 0..1000 {
            text.push_str(&format!(
                "Part {n}\tTeam {}\t{}h\t90%\t\"a\nb\"\n",
                n % 7,
                n % 9 + 1
            ));
        }
        let pasted = paste(document.model(), &text).unwrap();
        assert_eq!(
            (pasted.added, pasted.changed, pasted.refused.len()),
            (1000, 0, 0)
        );
        document.edit("Paste", &pasted.changes, None).unwrap();
        assert_eq!(document.model().stages.len(), 1002);
        assert_eq!(document.model().teams.len(), 2 + 7);
        let last = document.model().stages.at(1001).unwrap();
        assert_eq!(
            (last.name.as_str(), last.notes.as_str()),
            ("Part 999", "a\nb")
        );
        // The same again changes nothing.
        let again = paste(document.model(), &text).unwrap();
        assert_eq!((again.changes.len(), again.refused.len()), (0, 0));
        document.undo();
        assert_eq!(document.shared_model(), before);
    }

    #[test]
    fn rows_that_are_not_understood_stay_with_their_reasons() {
        let mut document = drawn("Script 3d @Writers > Edit 5d @Post");
        let text =
            "Name;Work;Value;Colour\nScript;4d;waste;red\nEdit;soon;nice;\n;1d;;\nNew;1d;;\n";
        let pasted = paste(document.model(), text).unwrap();
        assert_eq!((pasted.added, pasted.changed), (1, 1));
        assert_eq!(pasted.unknown, ["Colour"]);
        let lines: Vec<_> = pasted.refused.iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 4]);
        assert_eq!(pasted.refused[0].reasons.len(), 2, "{:?}", pasted.refused);
        assert!(pasted.refused[0].reasons[0].starts_with("Work: "));
        assert!(pasted.refused[1].reasons[0].starts_with("Name: "));
        document.edit("Paste", &pasted.changes, None).unwrap();
        assert_eq!(names(&document), ["Script", "Edit", "New"]);
        // Mended, they are taken.
        let mended = pasted
            .refused_text()
            .replace("soon", "6d")
            .replace("nice", "waste");
        let pasted = paste(document.model(), &mended).unwrap();
        assert_eq!((pasted.changed, pasted.refused.len()), (1, 1));
    }

    #[test]
    fn into_an_empty_document_a_stream_comes_along() {
        let mut document = Document::new(Model::default());
        let pasted = paste(document.model(), "Name\tWork\nScript\t3d\nEdit\t5d\n").unwrap();
        document.edit("Paste", &pasted.changes, None).unwrap();
        let model = document.model();
        assert_eq!((model.streams.len(), model.stages.len()), (1, 2));
        let stream = model.streams.at(0).unwrap();
        assert!(
            model
                .stages
                .iter()
                .all(|stage| stage.stream == Some(stream.id))
        );
        // Items arrive at the first row's stage, not at both.
        assert_eq!(stream.demands[0].at, [StageId::new("script").unwrap()]);
    }

    #[test]
    fn a_table_is_told_from_other_texts() {
        assert!(looks_like_table("\nStage\tOwner\nA\tDesk"));
        assert!(looks_like_table("From\tTo\nA\tB"));
        assert!(!looks_like_table("Script 3d @Writers > Edit 5d @Post"));
        assert!(!looks_like_table("Script\n\tEdit"));
        assert!(!looks_like_table(""));
    }

    #[test]
    fn handoffs_are_known_by_their_ends() {
        let mut document = drawn("A 1h > B 1h > C 1h");
        let text = "From,To,Delay,Needs\nA,b,automatic 5m,customary\nB,C,every Tue 10:00,\nA,C,2d,\nA,X,1d,\n";
        let pasted = paste(document.model(), text).unwrap();
        assert_eq!((pasted.added, pasted.changed), (1, 2));
        assert_eq!(pasted.refused[0].reasons, ["To: there is no stage “X”"]);
        document.edit("Paste", &pasted.changes, None).unwrap();
        let shown = copy(document.model(), TableOf::Handoffs);
        let delays: Vec<_> = shown
            .lines()
            .skip(1)
            .map(|l| l.split('\t').nth(4).unwrap())
            .collect();
        assert_eq!(delays, ["automatic 5m", "every Tue 10:00", "2d"]);
    }

    #[test]
    fn what_is_no_table_is_said() {
        let model = Model::default();
        assert_eq!(paste(&model, " \n"), Err(PasteError::Empty));
        assert!(matches!(
            paste(&model, "a\tb\n1\t2"),
            Err(PasteError::NoHeader(_))
        ));
        // Two stages of one name: which is meant is not guessed.
        let document = drawn("A 1h > B 1h");
        let mut model = document.model().clone();
        let twin = Stage::new(StageId::new("twin").unwrap(), "A");
        assert!(model.stages.push(twin));
        let pasted = paste(&model, "Name\tWork\nA\t2h").unwrap();
        assert!(pasted.refused[0].reasons[0].contains("several stages"));
        let pasted = paste(&model, "Id\tName\tWork\ntwin\tA\t2h").unwrap();
        assert_eq!((pasted.changed, pasted.refused.len()), (1, 0));
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn whatever_is_pasted_can_be_applied(
            rows in proptest::collection::vec("[a-z0-9\t\",;% \n]{0,30}", 0..8),
            head in prop_oneof![Just("Name\tWork\tOwner\tCrew"), Just("From,To,Delay"), Just("x")],
        ) {
            let mut document = drawn("A 1h > B 1h > C 1h");
            let text = format!("{head}\n{}", rows.join("\n"));
            if let Ok(pasted) = paste(document.model(), &text) {
                let applied = document.edit("Paste", &pasted.changes, None);
                prop_assert!(applied.is_ok());
            }
        }
    }
}
