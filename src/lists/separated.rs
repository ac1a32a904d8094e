//! Text with a separator between cells, as spreadsheets and files have it (RFC 4180).
//!
//! A cell in quotes may hold the separator, line breaks, and quotes written twice. Whatever the text is,
//! it is read: a quote that is never closed is a letter like any other.

/// A row of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line that it begins in, counted from 1.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

/// Reads all rows; lines with nothing in them are left out.
pub fn read(text: &str, separator: char) -> Vec<Record> {
    let mut records = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while !rest.is_empty() {
        let mut record = Record {
            line,
            cells: Vec::new(),
        };
        loop {
            let (cell, after) = cell(rest, separator);
            line += breaks(&rest[..rest.len() - after.len()]);
            record.cells.push(cell);
            rest = after;
            match rest.strip_prefix(separator) {
                Some(next) => rest = next,
                None => break,
            }
        }
        let ended = rest.strip_prefix("\r\n");
        if let Some(next) = ended.or_else(|| rest.strip_prefix(['\n', '\r'])) {
            rest = next;
            line += 1;
        }
        if record.cells.iter().any(|cell| !cell.trim().is_empty()) {
            records.push(record);
        }
    }
    records
}

fn breaks(text: &str) -> u64 {
    let ends = text.matches('\n').count() + text.matches('\r').count();
    (ends - text.matches("\r\n").count()) as u64
}

/// Reads a cell; returns what comes after it.
fn cell(text: &str, separator: char) -> (String, &str) {
    let is_end = |letter: char| letter == separator || letter == '\n' || letter == '\r';
    let plain = |text: &'_ str| text.find(is_end).unwrap_or(text.len());
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = plain(text);
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut cell = String::new();
    loop {
        let Some(end) = rest.find('"') else {
            let end = plain(text);
            return (text[..end].to_owned(), &text[end..]);
        };
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(next) => {
                cell.push('"');
                rest = next;
            }
            None => break,
        }
    }
    // What stands between the closing quote and the separator belongs to it.
    let end = plain(rest);
    cell.push_str(&rest[..end]);
    (cell, &rest[end..])
}

/// Writes rows, each ended by a line break; what needs quotes has them.
pub fn write<'a>(
    rows: impl IntoIterator<Item = impl IntoIterator<Item = &'a str>>,
    separator: char,
) -> String {
    let mut text = String::new();
    for row in rows {
        for (at, cell) in row.into_iter().enumerate() {
            if at > 0 {
                text.push(separator);
            }
            if cell.contains([separator, '"', '\n', '\r']) {
                text.push('"');
                text.push_str(&cell.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(cell);
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str, separator: char) -> Vec<(u64, Vec<String>)> {
        let records = read(text, separator).into_iter();
        records.map(|record| (record.line, record.cells)).collect()
    }

    #[test]
    fn rows_are_read_as_spreadsheets_write_them() {
        let check = |text: &str, expected: &[(u64, &[&str])]| {
            let found = cells(text, '\t');
            let found: Vec<(u64, Vec<&str>)> = found
                .iter()
                .map(|(line, cells)| (*line, cells.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<_> = expected.iter().map(|(n, c)| (*n, c.to_vec())).collect();
            assert_eq!(found, expected, "{text:?}");
        };
        check("a\tb\nc\td", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check("a\tb\r\n\r\nc\t\r\n", &[(1, &["a", "b"]), (3, &["c", ""])]);
        check(
            "\"a\nb\"\t\"say \"\"x\"\"\"\nc",
            &[(1, &["a\nb", "say \"x\""]), (3, &["c"])],
        );
        // A quote inside a cell, and one that is never closed.
        check("5\" disc\tx", &[(1, &["5\" disc", "x"])]);
        check("\"open\tx\ny", &[(1, &["\"open", "x"]), (2, &["y"])]);
        check("\"a\"b\tc", &[(1, &["ab", "c"])]);
        check("", &[]);
    }

    #[test]
    fn quotes_that_are_never_closed_take_no_time() {
        let text = "\"a\t".repeat(20_000);
        assert_eq!(read(&format!("{text}\n"), '\t').len(), 1);
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn what_was_written_is_read(
            rows in proptest::collection::vec(proptest::collection::vec("[a\",\t\n\r é]{0,4}", 1..4), 0..5),
            separator in prop_oneof![Just('\t'), Just(','), Just(';')],
        ) {
            let text = write(rows.iter().map(|row| row.iter().map(String::as_str)), separator);
            let found: Vec<_> = read(&text, separator).into_iter().map(|one| one.cells).collect();
            let is_something = |row: &&Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
            let expected: Vec<_> = rows.iter().filter(is_something).cloned().collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_text_is_read(text in any::<String>(), separator in any::<char>()) {
            read(&text, separator);
        }
    }
}
