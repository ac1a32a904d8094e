//! Finds places in the text of a file, once something is wrong with it.
//!
//! Reading keeps no positions: it would pay for them every time, and they are needed only after a
//! fault. Then the text is read once more, into the outline of its values: brackets, lists, texts,
//! words, with their bytes. That outline forgives what RON does not, so that the element around a
//! fault of syntax can be named too.

use std::ops::Range;

use crate::model::Slug;

use super::v1::Step;

/// The outline of a file's values.
pub(super) struct Source<'t> {
    text: &'t str,
    /// In the order in which they begin; the first is the whole file.
    nodes: Vec<Node>,
}

/// A value.
struct Node {
    parent: usize,
    span: Range<usize>,
    /// The name in front, when it is a field.
    name: Option<Range<usize>>,
    is_key: bool,
    kind: Kind,
    /// The first node that is not inside this one.
    after: usize,
}

enum Kind {
    /// A number, a variant, anything without brackets or quotes.
    Word,
    /// What stands between the quotes.
    Text { inside: Range<usize>, is_raw: bool },
    /// `(…)`, maybe with a word in front.
    Brackets { word: Option<Range<usize>> },
    /// `[…]`.
    List,
    /// `{…}`.
    Map,
}

impl<'t> Source<'t> {
    /// Reads the outline.
    pub fn new(text: &'t str) -> Self {
        let mut outliner = Outliner {
            source: Source {
                text,
                nodes: vec![Node {
                    parent: 0,
                    span: 0..text.len(),
                    name: None,
                    is_key: false,
                    kind: Kind::List,
                    after: 0,
                }],
            },
            at: 0,
            open: vec![0],
            name: None,
            last_word: None,
        };
        while outliner.step() {}
        outliner.finish()
    }

    /// Returns the value at the end of a path, or as far along it as there is one.
    pub fn find<'s>(&self, path: impl IntoIterator<Item = Step<'s>>) -> usize {
        let Some(root) = self.children(0).next() else {
            return 0;
        };
        let mut node = self.unwrapped(root);
        for step in path {
            let next = match step {
                Step::Field(name) => self
                    .children(node)
                    .find(|&child| self.name(child) == Some(name)),
                Step::Item(n) => self
                    .children(node)
                    .filter(|&child| !self.nodes[child].is_key)
                    .nth(n),
                Step::Key(n) => self
                    .children(node)
                    .filter(|&child| self.nodes[child].is_key)
                    .nth(n),
            };
            match next {
                Some(next) => node = self.unwrapped(next),
                None => break,
            }
        }
        node
    }

    /// Returns the innermost value around a byte.
    pub fn around(&self, offset: usize) -> usize {
        let mut node = 0;
        while let Some(inner) = self.children(node).find(|&child| {
            (self.nodes[child].span.start..=self.nodes[child].span.end).contains(&offset)
        }) {
            node = inner;
        }
        node
    }

    /// Returns the byte at which a value begins; at a `decoded` byte inside a text, that one.
    pub fn offset(&self, node: usize, decoded: Option<usize>) -> usize {
        let Node { span, kind, .. } = &self.nodes[node];
        match (kind, decoded) {
            (Kind::Text { inside, is_raw }, Some(decoded)) => {
                let text = &self.text[inside.clone()];
                inside.start
                    + if *is_raw {
                        decoded
                    } else {
                        encoded(text, decoded)
                    }
            }
            _ => span.start,
        }
    }

    /// Returns the byte at which a value's name begins, or the value when it has none.
    pub fn name_offset(&self, node: usize) -> usize {
        let node = &self.nodes[node];
        node.name
            .as_ref()
            .map_or(node.span.start, |name| name.start)
    }

    /// Returns line and column, from 1, of a byte; columns count letters.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        line_and_column(&self.text.as_bytes()[..offset.min(self.text.len())])
    }

    /// Returns the byte at a line and column.
    pub fn offset_at(&self, line: usize, column: usize) -> usize {
        let start: usize = self
            .text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let rest = &self.text[start..];
        start
            + rest
                .char_indices()
                .nth(column.saturating_sub(1))
                .map_or(rest.len(), |(at, _)| at)
    }

    /// Returns the element that a value is in, `stage legal-review`, and the field of it,
    /// `work` or `evidence.kind`.
    pub fn element_and_field(&self, node: usize) -> (Option<String>, Option<String>) {
        let mut chain = Vec::new();
        let mut at = node;
        while at != 0 {
            chain.push(at);
            at = self.nodes[at].parent;
        }
        chain.reverse();
        let mut element: Option<String> = None;
        let mut field: Vec<&str> = Vec::new();
        let mut nodes = chain.into_iter().skip(1).peekable();
        while let Some(node) = nodes.next() {
            if let (Some(kind), Some(&inner)) =
                (self.name(node).and_then(kind_of_table), nodes.peek())
                && matches!(self.nodes[node].kind, Kind::List)
                && field.is_empty()
            {
                let of = element
                    .map(|outer| format!(" of {outer}"))
                    .unwrap_or_default();
                element = Some(format!("{kind} {}{of}", self.id_of(kind, inner)));
                nodes.next();
                if kind == "change" {
                    field.extend(self.word(inner));
                }
                continue;
            }
            let word = self.word(node).filter(|&word| word != "Some");
            field.extend(self.name(node).or(word));
        }
        (element, (!field.is_empty()).then(|| field.join(".")))
    }

    /// Returns the names of the fields on the way to a value, without numbers.
    pub fn names_to(&self, node: usize) -> Vec<&str> {
        let mut names = Vec::new();
        let mut at = node;
        while at != 0 {
            names.extend(self.name(at));
            at = self.nodes[at].parent;
        }
        names.reverse();
        names
    }

    /// Returns whether the file is `(…)` or `Model(…)` with one of these fields.
    pub fn has_one_of(&self, fields: &[&str]) -> bool {
        self.children(0).next().is_some_and(|root| {
            matches!(self.nodes[root].kind, Kind::Brackets { .. })
                && self.word(root).is_none_or(|word| word == "Model")
                && self
                    .children(root)
                    .any(|child| self.name(child).is_some_and(|name| fields.contains(&name)))
        })
    }

    /// Returns the text of a value as it stands in the file.
    pub fn raw(&self, node: usize) -> &'t str {
        &self.text[self.nodes[node].span.clone()]
    }

    /// The slug of an element, said or made; its number, from 1, when there is none.
    fn id_of(&self, kind: &str, element: usize) -> String {
        let field = |of: usize, name: &str| {
            self.children(of)
                .find(|&child| self.name(child) == Some(name))
                .map(|child| self.unwrapped(child))
        };
        let text = |of, name| self.text_of(field(of, name)?);
        let said_or_made = |of| {
            let made = |name| Slug::from_name(name, kind).to_string();
            let said = text(of, "id").map(str::to_owned);
            said.or_else(|| text(of, "name").map(made))
        };
        // An id left out of a demand is made from its class.
        let class = || said_or_made(field(element, "class").filter(|_| kind == "demand")?);
        if let Some(id) = said_or_made(element).or_else(class) {
            return id;
        }
        if let (Some(from), Some(to)) = (text(element, "from"), text(element, "to")) {
            return format!("{from}--{to}");
        }
        let parent = self.nodes[element].parent;
        let number = self.children(parent).take_while(|&child| child <= element);
        number.count().to_string()
    }

    /// The letters of a text, escapes as they stand.
    fn text_of(&self, node: usize) -> Option<&'t str> {
        match &self.nodes[node].kind {
            Kind::Text { inside, .. } => Some(&self.text[inside.clone()]),
            _ => None,
        }
    }

    fn name(&self, node: usize) -> Option<&'t str> {
        let name = self.nodes[node].name.clone()?;
        Some(&self.text[name])
    }

    fn word(&self, node: usize) -> Option<&'t str> {
        match &self.nodes[node].kind {
            Kind::Brackets { word: Some(word) } => Some(&self.text[word.clone()]),
            _ => None,
        }
    }

    /// Steps into `Some(…)`, which may be written but need not.
    fn unwrapped(&self, node: usize) -> usize {
        if self.word(node) == Some("Some")
            && let Some(inner) = self.children(node).next()
        {
            return self.unwrapped(inner);
        }
        node
    }

    fn children(&self, node: usize) -> impl Iterator<Item = usize> {
        let after = self.nodes[node].after;
        let mut next = node + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < after).then(|| {
                next = self.nodes[child].after;
                child
            })
        })
    }
}

/// Returns line and column, from 1, of the end of some text; columns count letters.
pub(super) fn line_and_column(before: &[u8]) -> (usize, usize) {
    let line_start = before
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let column = 1 + String::from_utf8_lossy(&before[line_start..])
        .chars()
        .count();
    (line, column)
}

/// The word for the elements of a list with this name.
fn kind_of_table(name: &str) -> Option<&'static str> {
    Some(match name {
        "calendars" => "calendar",
        "teams" => "team",
        "streams" => "stream",
        "demands" => "demand",
        "stages" => "stage",
        "handoffs" => "handoff",
        "groups" => "group",
        "interventions" => "intervention",
        "scenarios" => "scenario",
        "changes" => "change",
        "views" => "view",
        "notes" => "note",
        _ => return None,
    })
}

/// How many bytes with escapes stand for so many without.
fn encoded(text: &str, decoded: usize) -> usize {
    let mut letters = text.char_indices();
    let mut length = 0;
    while let Some((at, letter)) = letters.next() {
        if length >= decoded {
            return at;
        }
        length += if letter != '\\' {
            letter.len_utf8()
        } else {
            match letters.next().map(|(_, escape)| escape) {
                Some('x') => {
                    letters.nth(1);
                    1
                }
                Some('u') => {
                    let digits: String = letters
                        .by_ref()
                        .take_while(|&(_, c)| c != '}')
                        .map(|(_, c)| c)
                        .filter(|&c| c != '{')
                        .collect();
                    u32::from_str_radix(&digits, 16)
                        .ok()
                        .and_then(char::from_u32)
                        .map_or(1, char::len_utf8)
                }
                _ => 1,
            }
        };
    }
    text.len()
}

struct Outliner<'t> {
    source: Source<'t>,
    at: usize,
    /// What has been opened and not closed, the outermost first.
    open: Vec<usize>,
    /// The name of the value that comes next.
    name: Option<Range<usize>>,
    /// The word just read: it may turn out to be a name or to stand in front of brackets.
    last_word: Option<usize>,
}

impl<'t> Outliner<'t> {
    /// Takes the next token; returns false at the end.
    fn step(&mut self) -> bool {
        self.skip_blanks_and_comments();
        let rest = &self.source.text[self.at..];
        let Some(letter) = rest.chars().next() else {
            return false;
        };
        let start = self.at;
        match letter {
            '(' | '[' | '{' => {
                let word = self.last_word.take().filter(|_| letter == '(');
                // The word in front is part of this value.
                let word = word.and_then(|_| self.source.nodes.pop());
                if let Some(word) = &word {
                    self.name.clone_from(&word.name);
                }
                self.at += 1;
                let kind = match letter {
                    '(' => Kind::Brackets {
                        word: word.as_ref().map(|word| word.span.clone()),
                    },
                    '[' => Kind::List,
                    _ => Kind::Map,
                };
                let start = word.map_or(start, |word| word.span.start);
                let node = self.push(start..self.source.text.len(), kind);
                self.open.push(node);
            }
            ')' | ']' | '}' => {
                self.at += 1;
                self.last_word = None;
                self.name = None;
                if self.open.len() > 1
                    && let Some(node) = self.open.pop()
                {
                    self.source.nodes[node].span.end = self.at;
                    self.source.nodes[node].after = self.source.nodes.len();
                }
            }
            ',' => {
                self.at += 1;
                self.last_word = None;
                self.name = None;
            }
            ':' => {
                self.at += 1;
                self.colon();
            }
            '"' => self.quoted(start),
            '\'' => {
                let end = rest[1..].find('\'').map_or(rest.len(), |at| at + 2);
                self.at += end;
                self.push(start..start + end, Kind::Word);
            }
            '#' => {
                // An attribute: `#![enable(implicit_some)]`.
                self.at += rest.find(']').map_or(rest.len(), |at| at + 1);
            }
            _ => self.word(start),
        }
        true
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            let rest = &self.source.text[self.at..];
            let blanks = rest.len() - rest.trim_start().len();
            self.at += blanks;
            let rest = &rest[blanks..];
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += block_comment(rest);
            } else if blanks == 0 {
                return;
            }
        }
    }

    fn colon(&mut self) {
        let parent = self.open[self.open.len() - 1];
        if matches!(self.source.nodes[parent].kind, Kind::Map) {
            if let Some(key) = self.source.children_of_open(parent).last() {
                self.source.nodes[key].is_key = true;
            }
        } else if self.last_word.is_some() {
            self.name = self.source.nodes.pop().map(|node| node.span);
        }
        self.last_word = None;
    }

    fn quoted(&mut self, start: usize) {
        let rest = &self.source.text[start + 1..];
        let mut is_escaped = false;
        let end = rest.find(|c: char| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        let inside = start + 1..start + 1 + end.unwrap_or(rest.len());
        self.at = (inside.end + 1).min(self.source.text.len());
        self.push(
            start..self.at,
            Kind::Text {
                inside,
                is_raw: false,
            },
        );
    }

    fn word(&mut self, start: usize) {
        let rest = &self.source.text[start..];
        // A raw text: r"…", r#"…"#.
        if let Some(raw) = rest.strip_prefix('r') {
            let hashes = raw.len() - raw.trim_start_matches('#').len();
            if raw[hashes..].starts_with('"') {
                let inside = start + 2 + hashes;
                let close = format!("\"{}", "#".repeat(hashes));
                let rest = &self.source.text[inside..];
                let length = rest.find(&close);
                let end = inside + length.unwrap_or(rest.len());
                self.at = (end + close.len()).min(self.source.text.len());
                self.push(
                    start..self.at,
                    Kind::Text {
                        inside: inside..end,
                        is_raw: true,
                    },
                );
                return;
            }
        }
        let end = rest
            .char_indices()
            .skip(1)
            .find(|&(at, c)| {
                c.is_whitespace() || "()[]{},:\"'".contains(c) || rest[at..].starts_with("//")
            })
            .map_or(rest.len(), |(at, _)| at);
        self.at = start + end;
        let node = self.push(start..self.at, Kind::Word);
        self.last_word = Some(node);
    }

    fn push(&mut self, span: Range<usize>, kind: Kind) -> usize {
        let node = self.source.nodes.len();
        self.source.nodes.push(Node {
            parent: self.open[self.open.len() - 1],
            span,
            name: self.name.take(),
            is_key: false,
            kind,
            after: node + 1,
        });
        self.last_word = None;
        node
    }

    fn finish(mut self) -> Source<'t> {
        let end = self.source.nodes.len();
        for node in self.open {
            self.source.nodes[node].after = end;
        }
        self.source
    }
}

impl Source<'_> {
    /// The children so far of a node that is still open.
    fn children_of_open(&self, node: usize) -> impl Iterator<Item = usize> {
        let mut next = node + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < self.nodes.len()).then(|| {
                next = self.nodes[child].after;
                child
            })
        })
    }
}

/// The length of a block comment, which may hold others.
fn block_comment(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0;
    let mut at = 0;
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => {
                depth += 1;
                at += 2;
            }
            b"*/" => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r##"// a comment with (
#![enable(implicit_some)]
Model(
    stages: [
        (id: "a", work: /* [ */ "2d"),
        (name: "B c", class_work: {"x": "1h", "y": r#"2"h"#}, at: Some((1, 2))),
    ],
    scenarios: [(id: "s", changes: [set_stages(["a"], work("\u{fc}9\n9"))])],
)"##;

    #[test]
    fn paths_lead_to_values() {
        use Step::{Field, Item, Key};
        let source = Source::new(TEXT);
        let check = |path: &[Step<'_>], expected: &str| {
            assert_eq!(source.raw(source.find(path.iter().copied())), expected);
        };
        check(&[Field("stages"), Item(0), Field("work")], "\"2d\"");
        check(
            &[Field("stages"), Item(1), Field("class_work"), Key(1)],
            "\"y\"",
        );
        check(
            &[Field("stages"), Item(1), Field("class_work"), Item(1)],
            "r#\"2\"h\"#",
        );
        check(&[Field("stages"), Item(1), Field("at"), Item(1)], "2");
        let work = [
            Field("scenarios"),
            Item(0),
            Field("changes"),
            Item(0),
            Item(1),
            Item(0),
        ];
        check(&work, "\"\\u{fc}9\\n9\"");
        check(
            &[Field("stages"), Item(7)],
            source.raw(source.find([Field("stages")])),
        );
    }

    #[test]
    fn a_byte_of_a_text_is_found_behind_escapes() {
        let source = Source::new(TEXT);
        let node = source.around(TEXT.find("u{fc}").unwrap());
        let at = |decoded| &TEXT[source.offset(node, Some(decoded))..][..1];
        // ü is two bytes, the line feed one.
        assert_eq!((at(0), at(2), at(3), at(4)), ("\\", "9", "\\", "9"));
    }

    #[test]
    fn elements_are_named() {
        let source = Source::new(TEXT);
        let check = |needle: &str, element: &str, field: &str| {
            let node = source.around(TEXT.find(needle).unwrap());
            assert_eq!(
                source.element_and_field(node),
                (Some(element.to_owned()), Some(field.to_owned()))
            );
        };
        check("\"2d\"", "stage a", "work");
        check("\"1h\"", "stage b-c", "class_work");
        check("u{fc}", "change 1 of scenario s", "set_stages.work");
    }

    #[test]
    fn no_text_is_too_broken_for_an_outline() {
        for text in [
            "",
            ")",
            "((((",
            "a: b: (\"",
            "{:}",
            "'",
            "/*",
            "r#\"",
            "x:::(",
        ] {
            let source = Source::new(text);
            for offset in 0..=text.len() {
                source.element_and_field(source.around(offset));
                source.line_and_column(offset);
            }
        }
    }

    #[test]
    fn lines_and_columns_count_letters() {
        let source = Source::new("ab\nüöx\r\n");
        let offset = "ab\nüö".len();
        assert_eq!(source.line_and_column(offset), (2, 3));
        assert_eq!(source.offset_at(2, 3), offset);
        assert_eq!(source.offset_at(9, 9), 10, "past the end is the end");
    }
}
