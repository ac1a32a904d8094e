//! From text to the syntax tree.
//!
//! A parser by descent over the bytes. Lines matter only outside brackets: a line goes on from the
//! one above, unless it begins with `#` or stands behind `;`, and lines that are indented further
//! are branches side by side behind the line above them.

use std::ops::Range;

use crate::model::{Distribution, Share, TextError, Time};

use super::syntax::{Arrow, Branch, Chain, Element, GroupKind, Name, Owner, Side, StageText, Step};

/// Brackets and indentation may go so deep: nobody draws deeper, and a parser by descent has to
/// stop somewhere.
pub const DEEPEST: usize = 64;

/// Letters that mean something, and so end a word.
const SPECIAL: &[char] = &[
    '>', '<', '~', '{', '}', '[', ']', '|', ';', ',', '@', '!', '#', '"', '“', '”', '„', '\n',
];

const QUOTE_IT: &str = "put a name with special letters, or one that reads like a time, in quotes";

type Parsed<T> = Result<T, TextError>;

/// Reads a whole text.
pub fn parse(text: &str) -> Parsed<Vec<Chain>> {
    let mut parser = Parser { text, at: 0 };
    let lines = parser.lines()?;
    if lines.is_empty() {
        return Err(TextError::new(text.len()..text.len(), "there is no stage")
            .hint("write for instance Script 3d @Writers > Edit 5d @Post > Publish"));
    }
    let mut lines = lines.into_iter().peekable();
    let indent = lines.peek().map_or(0, |line| line.indent);
    let mut chains: Vec<Chain> = Vec::new();
    for (line, chain) in nodes(&mut lines, indent, 0)? {
        match chains.last_mut() {
            Some(before) if !line.is_fresh => before.steps.extend(chain.steps),
            _ => chains.push(chain),
        }
    }
    match lines.next() {
        None => Ok(chains),
        Some(line) => Err(misplaced(&line)),
    }
}

struct Line {
    indent: usize,
    at: usize,
    /// Begins anew instead of going on from the line above.
    is_fresh: bool,
    chain: Chain,
}

fn misplaced(line: &Line) -> TextError {
    TextError::new(
        line.at..line.at,
        "this line is indented less than the first, or not as far as any line above",
    )
    .hint("begin it below the stage that it stands beside")
}

/// Takes the lines of one depth with what is below each of them.
fn nodes(
    lines: &mut std::iter::Peekable<std::vec::IntoIter<Line>>,
    indent: usize,
    depth: usize,
) -> Parsed<Vec<(Line, Chain)>> {
    let mut found = Vec::new();
    while let Some(mut line) = lines.next_if(|line| line.indent == indent) {
        let mut chain = std::mem::take(&mut line.chain);
        if let Some(below) = lines.peek().filter(|below| below.indent > indent) {
            if depth == DEEPEST {
                return Err(too_deep(below.at));
            }
            let (start, deeper) = (below.at, below.indent);
            let mut branches = Vec::new();
            for (line, chain) in nodes(lines, deeper, depth + 1)? {
                if line.is_fresh && !matches!(first(&chain), Some(Element::Reference(..))) {
                    return Err(
                        TextError::new(line.at..line.at, "; has no place in an outline")
                            .hint("write what begins anew on a line that is not indented"),
                    );
                }
                if let Some(Element::Group { at, .. }) = first(&chain) {
                    return Err(branch_begins(at));
                }
                branches.push(Branch {
                    share: None,
                    lead: None,
                    chain,
                    trail: None,
                });
            }
            let at = start..start;
            chain.steps.push(Step {
                arrow: Arrow {
                    at: at.clone(),
                    ..Arrow::default()
                },
                element: Element::Group {
                    kind: GroupKind::All,
                    branches,
                    at,
                },
            });
        }
        found.push((line, chain));
    }
    Ok(found)
}

fn first(chain: &Chain) -> Option<&Element> {
    chain.steps.first().map(|step| &step.element)
}

fn too_deep(at: usize) -> TextError {
    TextError::new(at..at, format!("this is deeper than {DEEPEST} levels"))
}

fn branch_begins(at: &Range<usize>) -> TextError {
    TextError::new(at.clone(), "a branch begins with a stage")
        .hint("put a stage before the bracket, or its branches among those around it")
}

/// How many bytes of the beginning are a list's bullet or number: `- `, `• `, `2. `.
fn bullet(line: &str) -> usize {
    let rest = match line.strip_prefix(['-', '*', '•', '–', '‣', '◦']) {
        Some(rest) => rest,
        None => {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            match rest.strip_prefix(['.', ')']) {
                Some(after) if rest.len() < line.len() => after,
                _ => return 0,
            }
        }
    };
    if rest.starts_with([' ', '\t']) {
        line.len() - rest.trim_start_matches([' ', '\t']).len()
    } else {
        0
    }
}

/// What a word, or two, may be besides a part of a name.
enum Figure {
    Percent,
    Time,
    Distribution,
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn here(&self) -> Range<usize> {
        self.at..self.at + self.peek().map_or(0, char::len_utf8)
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        let blank = |c: char| c.is_whitespace() && c != '\n';
        self.at += rest.len() - rest.trim_start_matches(blank).len();
    }

    fn skip_lines(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, c: char) -> bool {
        let comes = self.rest().starts_with(c);
        if comes {
            self.at += c.len_utf8();
        }
        comes
    }

    /// The error that something else was expected here.
    fn expected(&self, what: &str) -> TextError {
        match self.peek() {
            None => TextError::new(self.here(), format!("{what} is expected at the end")),
            Some('\n') => TextError::new(
                self.at..self.at,
                format!("{what} is expected at the end of the line"),
            ),
            Some(c) => TextError::new(self.here(), format!("{what} is expected here, not {c}")),
        }
    }

    fn lines(&mut self) -> Parsed<Vec<Line>> {
        let mut lines = Vec::new();
        let mut is_fresh = true;
        loop {
            let line_start = self.at;
            self.skip_blanks();
            if self.at == self.text.len() {
                return Ok(lines);
            }
            if self.take('\n') {
                continue;
            }
            // After `;` the line goes on, and with it its indentation.
            let is_line = line_start == 0 || self.text[..line_start].ends_with('\n');
            let indent = match lines.last() {
                Some(Line { indent, .. }) if !is_line => *indent,
                _ => width(&self.text[line_start..self.at]),
            };
            if is_line {
                self.at += bullet(self.rest());
            }
            let at = self.at;
            is_fresh |= self.rest().starts_with('#');
            let (chain, trail) = self.chain(None, 0)?;
            if trail.is_some() {
                return Err(self.expected("a stage"));
            }
            lines.push(Line {
                indent,
                at,
                is_fresh,
                chain,
            });
            self.skip_blanks();
            is_fresh = self.take(';');
            if !is_fresh && self.at < self.text.len() && !self.take('\n') {
                return Err(match self.peek() {
                    Some(',') => TextError::new(self.here(), "a comma parts branches inside { }")
                        .hint("write > between stages one after the other, or { A, B } for stages side by side"),
                    Some('|') => TextError::new(self.here(), "| parts branches inside [ ]")
                        .hint("write for instance [70% A | 30% B]"),
                    Some(c @ ('}' | ']')) => {
                        TextError::new(self.here(), format!("no bracket is open that {c} could close"))
                    }
                    _ => self.unread(),
                });
            }
        }
    }

    /// The error about what cannot follow a stage.
    fn unread(&self) -> TextError {
        match self.peek() {
            Some('#') => TextError::new(self.here(), "an arrow is missing before #")
                .hint("write for instance Edit > #Review; # in a name needs quotes"),
            Some('{' | '[') => {
                TextError::new(self.here(), "an arrow is missing before the bracket")
                    .hint("write for instance Edit > { Transcode, Metadata }")
            }
            Some(c) if !SPECIAL.contains(&c) => {
                let end = self.word_end(self.at);
                TextError::new(self.at..end, "the name of a stage cannot go on here")
                    .hint("the name comes first, then time, !, @owner and % in any order; put > before the next stage")
            }
            _ => self
                .expected("an arrow, a new line or the end")
                .hint(QUOTE_IT),
        }
    }

    /// Reads elements and arrows. `close` is the bracket around them, inside which lines mean
    /// nothing. An arrow with nothing behind it, at the end of a branch, is returned too.
    fn chain(&mut self, close: Option<GroupKind>, depth: usize) -> Parsed<(Chain, Option<Arrow>)> {
        let mut chain = Chain::default();
        let mut arrow = Arrow::default();
        loop {
            let element = self.element(depth)?;
            if let (Element::Group { at, .. }, Some(_), true) =
                (&element, close, chain.steps.is_empty())
            {
                return Err(branch_begins(at));
            }
            chain.steps.push(Step { arrow, element });
            self.skip_to_next(close.is_some());
            if !self.rest().starts_with('>') {
                return Ok((chain, None));
            }
            arrow = self.forward_arrow()?;
            self.skip_lines();
            if close.is_some() && matches!(self.peek(), Some('}' | ']' | ',' | '|')) {
                return Ok((chain, Some(arrow)));
            }
        }
    }

    /// Skips blanks, and lines where an arrow comes first on the next one.
    fn skip_to_next(&mut self, is_inside: bool) {
        self.skip_blanks();
        let ahead = self.rest().trim_start();
        if is_inside || ahead.starts_with(['>', '<', '~']) {
            self.skip_lines();
        }
    }

    fn element(&mut self, depth: usize) -> Parsed<Element> {
        self.skip_blanks();
        match self.peek() {
            Some('{') => self.group(GroupKind::All, depth),
            Some('[') => self.group(GroupKind::One, depth),
            Some('#') => {
                let name = self.reference()?;
                Ok(Element::Reference(name, self.sides()?))
            }
            _ => {
                let stage = self.stage()?;
                Ok(Element::Stage(stage, self.sides()?))
            }
        }
    }

    fn group(&mut self, kind: GroupKind, depth: usize) -> Parsed<Element> {
        let start = self.at;
        if depth == DEEPEST {
            return Err(too_deep(start));
        }
        let (separator, end, example) = match kind {
            GroupKind::All => (',', '}', "{ Transcode, Metadata }"),
            GroupKind::One => ('|', ']', "[70% Edit | 30% Reject]"),
        };
        self.at += 1;
        let mut branches = Vec::new();
        loop {
            self.skip_lines();
            let share = match self.figure(self.at) {
                Some((Figure::Percent, range)) if kind == GroupKind::One => {
                    self.at = range.end;
                    self.skip_lines();
                    Some(self.share(range)?)
                }
                Some((Figure::Percent, range)) => {
                    return Err(
                        TextError::new(range, "branches side by side have no shares")
                            .hint("write [70% A | 30% B] where items take one of them"),
                    );
                }
                _ => None,
            };
            let lead = match self.peek() {
                Some('>') => Some(self.forward_arrow()?),
                _ => None,
            };
            self.skip_lines();
            let (chain, trail) = self.chain(Some(kind), depth + 1)?;
            branches.push(Branch {
                share,
                lead,
                chain,
                trail,
            });
            self.skip_lines();
            if self.take(end) {
                let at = start..self.at;
                if kind == GroupKind::One {
                    self.complete_shares(&mut branches, &at)?;
                }
                return Ok(Element::Group { kind, branches, at });
            }
            if !self.take(separator) {
                let error = match self.peek() {
                    None => TextError::new(start..start + 1, "this bracket is never closed"),
                    Some(',' | '|' | '}' | ']' | ';') => {
                        self.expected(&format!("{separator} or {end}"))
                    }
                    _ => return Err(self.unread()),
                };
                return Err(error.hint(format!("write for instance {example}")));
            }
        }
    }

    /// Gives the branches without a share what is left, in equal parts; without any share all are
    /// as likely, which needs no word.
    fn complete_shares(&self, branches: &mut [Branch], at: &Range<usize>) -> Parsed<()> {
        let said: f64 = branches
            .iter()
            .filter_map(|branch| branch.share)
            .map(Share::get)
            .sum();
        let open = branches
            .iter()
            .filter(|branch| branch.share.is_none())
            .count();
        if open == branches.len() {
            return Ok(());
        }
        let is_whole = (said - 1.0).abs() < 1e-9;
        let percent = (said * 1000.0).round() / 10.0;
        if open == 0 && !is_whole {
            return Err(TextError::new(
                at.clone(),
                format!("the shares add up to {percent}% and not to 100%"),
            )
            .hint("leave one share out and it is what remains"));
        }
        if open > 0 && (said > 1.0 || is_whole) {
            return Err(TextError::new(
                at.clone(),
                format!("the shares add up to {percent}%, so nothing remains for the others"),
            )
            .hint("write for instance [70% A | B]"));
        }
        // Rounded, so that what remains of 70 % is 30 % and not a hair more.
        let each = ((1.0 - said) / open.max(1) as f64 * 1e12).round() / 1e12;
        for branch in branches {
            branch.share = branch.share.or(Share::new(each));
        }
        Ok(())
    }

    fn stage(&mut self) -> Parsed<StageText> {
        let mut stage = StageText {
            name: self.name("a stage")?,
            work: None,
            ca: None,
            is_automatic: false,
            owner: Owner::Before,
        };
        loop {
            self.skip_blanks();
            let start = self.at;
            let twice = |what: &str, at: Range<usize>| {
                Err(TextError::new(at, format!("{what} is said twice"))
                    .hint("put > before the next stage"))
            };
            if self.take('!') {
                if std::mem::replace(&mut stage.is_automatic, true) {
                    return twice("that the stage is automatic", start..self.at);
                }
            } else if self.take('@') {
                let owner = self.owner()?;
                if stage.owner != Owner::Before {
                    return twice("the owner", start..self.at);
                }
                stage.owner = owner;
            } else if let Some((figure, range)) = self.figure(start) {
                self.at = range.end;
                match figure {
                    Figure::Percent => {
                        let share = self.share(range.clone())?;
                        if stage.ca.replace(share).is_some() {
                            return twice("the percentage", range);
                        }
                    }
                    Figure::Time | Figure::Distribution => {
                        let work = self.distribution(range.clone())?;
                        if stage.work.replace(work).is_some() {
                            return twice("the time", range);
                        }
                    }
                }
            } else {
                return Ok(stage);
            }
        }
    }

    fn owner(&mut self) -> Parsed<Owner> {
        let rest = self.rest();
        let after = rest.strip_prefix('-');
        if after.is_some_and(|after| {
            !after.starts_with(|c: char| !c.is_whitespace() && !SPECIAL.contains(&c))
        }) {
            self.at += 1;
            return Ok(Owner::Nobody);
        }
        self.skip_blanks();
        self.name("an owner").map(Owner::Named)
    }

    fn sides(&mut self) -> Parsed<Vec<Side>> {
        let mut sides = Vec::new();
        loop {
            self.skip_to_next(false);
            let (is_feedback, end) = match self.peek() {
                Some('<') => (false, '<'),
                Some('~') => (true, '>'),
                _ => return Ok(sides),
            };
            let start = self.at;
            self.at += 1;
            let mut arrow = self.inside(!is_feedback)?;
            if !self.take(end) {
                let (what, hint) = if is_feedback {
                    (
                        "> to end the feedback",
                        "write for instance Publish ~10%> Script",
                    )
                } else {
                    (
                        "< to end the rework",
                        "write for instance Review 4h <20%< Edit",
                    )
                };
                return Err(self.expected(what).hint(hint));
            }
            arrow.at = start..self.at;
            if arrow.is_customary {
                return Err(TextError::new(arrow.at, "only ways forward are customary"));
            }
            self.skip_lines();
            self.take('#');
            let to = self.name("the stage that it leads to")?;
            sides.push(Side {
                is_feedback,
                arrow,
                to,
            });
        }
    }

    fn reference(&mut self) -> Parsed<Name> {
        self.at += 1;
        self.name("the name of a stage")
    }

    /// Reads `>` or `>2d?>`.
    fn forward_arrow(&mut self) -> Parsed<Arrow> {
        let start = self.at;
        self.at += 1;
        let after = self.at;
        let inside = self.inside(false)?;
        let mut arrow = if self.rest().starts_with('>') && !inside.is_plain() {
            self.at += 1;
            inside
        } else {
            self.at = after;
            Arrow::default()
        };
        arrow.at = start..self.at;
        Ok(arrow)
    }

    /// Reads what stands inside an arrow, as far as it does.
    fn inside(&mut self, is_rework: bool) -> Parsed<Arrow> {
        let mut arrow = Arrow::default();
        loop {
            self.skip_blanks();
            if self.take('!') {
                arrow.is_automatic = true;
            } else if self.take('?') {
                arrow.is_customary = true;
            } else if let Some((figure, range)) = self.figure(self.at) {
                let is_again = match figure {
                    Figure::Percent => arrow.share.is_some(),
                    Figure::Time | Figure::Distribution => arrow.delay.is_some(),
                };
                if is_again {
                    return Ok(arrow);
                }
                self.at = range.end;
                match figure {
                    Figure::Percent => arrow.share = Some(self.share(range)?),
                    Figure::Time | Figure::Distribution => {
                        let is_fixed = matches!(figure, Figure::Time);
                        let delay = self.distribution(range.clone())?;
                        arrow.delay = Some(delay);
                        if arrow.is_automatic && !is_fixed {
                            return Err(TextError::new(range, "an event takes always as long")
                                .hint("write a time, for instance >!5m>"));
                        }
                    }
                }
            } else if is_rework && self.rest().starts_with('x') {
                let digits = &self.rest()[1..];
                let length = digits.len()
                    - digits
                        .trim_start_matches(|c: char| c.is_ascii_digit())
                        .len();
                let range = self.at..self.at + 1 + length;
                let Ok(at_most) = digits[..length].parse() else {
                    return Err(TextError::new(range, "how often is not understood")
                        .hint("write for instance <20% x3< Edit"));
                };
                arrow.at_most = Some(at_most);
                self.at = range.end;
            } else {
                return Ok(arrow);
            }
        }
    }

    fn share(&self, range: Range<usize>) -> Parsed<Share> {
        Share::parse(&self.text[range.clone()]).map_err(|error| error.shifted(range.start))
    }

    fn distribution<T: Time>(&self, range: Range<usize>) -> Parsed<Distribution<T>> {
        Distribution::parse(&self.text[range.clone()]).map_err(|error| error.shifted(range.start))
    }

    /// Where the word that begins here ends. A comma between digits is a decimal comma.
    fn word_end(&self, start: usize) -> usize {
        let mut before = None;
        let mut letters = self.text[start..].char_indices().peekable();
        while let Some((offset, c)) = letters.next() {
            let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            let is_decimal =
                c == ',' && is_digit(before) && is_digit(letters.peek().map(|&(_, next)| next));
            if !is_decimal && (c.is_whitespace() || SPECIAL.contains(&c)) {
                return start + offset;
            }
            before = Some(c);
        }
        self.text.len()
    }

    /// Where the figure that begins here ends, if it is one: before the `?` of `>2d?>`, which may
    /// well be part of a name, and behind the `%` of `<20%1d<`.
    fn figure_end(&self, start: usize) -> usize {
        let end = self.word_end(start);
        let word = &self.text[start..end];
        match word.find(['?', '%']) {
            Some(length) if word[length..].starts_with('%') => start + length + 1,
            Some(length) => start + length,
            None => end,
        }
    }

    /// What figure begins here, and the bytes of it.
    fn figure(&self, start: usize) -> Option<(Figure, Range<usize>)> {
        let rest = &self.text[start..];
        let letters = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                .len();
        if letters > 0 {
            let name = rest[..letters].to_lowercase();
            let is_one = Distribution::<crate::model::WorkTime>::NAMES.contains(&name.as_str());
            if !is_one || !rest[letters..].starts_with('(') {
                return None;
            }
            let line = rest.split('\n').next().unwrap_or_default();
            let end = line.find(')').map_or(line.len(), |close| close + 1);
            return Some((Figure::Distribution, start..start + end));
        }
        let mut end = self.figure_end(start);
        let word = &self.text[start..end];
        if let Some(number) = word.strip_suffix('%') {
            return is_number(number).then_some((Figure::Percent, start..end));
        }
        let is_time = |from: usize| -> Option<usize> {
            let end = self.figure_end(from);
            let word = &self.text[from..end];
            if is_times(word) {
                return Some(end);
            }
            // `2 h`, `25 %`: the unit may stand apart.
            let after = &self.text[end..];
            let blanks = after.len() - after.trim_start_matches([' ', '\t', '\u{a0}']).len();
            let unit = end + blanks;
            let unit_end = self.figure_end(unit);
            (is_number(word) && UNITS.contains(&&self.text[unit..unit_end])).then_some(unit_end)
        };
        end = is_time(start)?;
        loop {
            let after = &self.text[end..];
            let blanks = after.len() - after.trim_start_matches([' ', '\t', '\u{a0}']).len();
            match is_time(end + blanks) {
                Some(further) => end = further,
                None => return Some((Figure::Time, start..end)),
            }
        }
    }

    /// Reads a name: in quotes, or words up to the first that is something else.
    fn name(&mut self, what: &str) -> Parsed<Name> {
        self.skip_blanks();
        let start = self.at;
        if let Some(quote @ ('"' | '“' | '„')) = self.peek() {
            return self.quoted(quote, what);
        }
        if let Some((figure, range)) = self.figure(start) {
            let message = match figure {
                Figure::Percent => "a share stands before no stage here",
                Figure::Time | Figure::Distribution => "a time stands before no stage",
            };
            return Err(TextError::new(range, message).hint(format!(
                "{what} begins with its name; a handoff that takes two days is >2d>; {QUOTE_IT}"
            )));
        }
        let mut name = String::new();
        let mut end = start;
        loop {
            self.skip_blanks();
            let word_end = self.word_end(self.at);
            if word_end == self.at || self.figure(self.at).is_some() {
                break;
            }
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(&self.text[self.at..word_end]);
            self.at = word_end;
            end = word_end;
        }
        if name.is_empty() {
            return Err(self.expected(what).hint(QUOTE_IT));
        }
        self.at = end;
        Ok(Name {
            text: name,
            at: start..end,
        })
    }

    fn quoted(&mut self, open: char, what: &str) -> Parsed<Name> {
        let start = self.at;
        let closes: &[char] = if open == '"' { &['"'] } else { &['”', '“'] };
        self.at += open.len_utf8();
        let mut name = String::new();
        loop {
            let Some(c) = self.peek().filter(|&c| c != '\n') else {
                return Err(TextError::new(
                    start..start + open.len_utf8(),
                    "this quote is never closed",
                )
                .hint("a name ends in the line that it begins in"));
            };
            self.at += c.len_utf8();
            if closes.contains(&c) {
                break;
            }
            if c == '\\' {
                let escaped = self.peek();
                match escaped {
                    Some('n') => name.push('\n'),
                    Some(c @ ('\\' | '"')) => name.push(c),
                    _ => {
                        return Err(TextError::new(
                            self.at - 1..self.at,
                            "\\ stands before a quote, another \\ or n",
                        )
                        .hint("write \\\\ for \\ itself"));
                    }
                }
                self.at += 1;
            } else {
                name.push(c);
            }
        }
        if name.trim().is_empty() {
            return Err(TextError::new(
                start..self.at,
                format!("{what} has a name with letters in it"),
            ));
        }
        Ok(Name {
            text: name,
            at: start..self.at,
        })
    }
}

/// The units of time as they stand in running text. Small letters only: `3D rendering` is a name.
const UNITS: &[&str] = &[
    "ms", "s", "sec", "m", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour", "hours",
    "d", "day", "days", "w", "wk", "week", "weeks",
];

fn is_number(word: &str) -> bool {
    let mut parts = word.splitn(2, ['.', ',']);
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    parts.next().is_some_and(is_digits) && parts.next().is_none_or(is_digits)
}

/// Whether a word is numbers each with a unit: `90m`, `2d4h`.
fn is_times(mut word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    while !word.is_empty() {
        let number = word.len()
            - word
                .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
                .len();
        let (amount, rest) = word.split_at(number);
        let unit = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_lowercase())
                .len();
        if !is_number(amount) || !UNITS.contains(&&rest[..unit]) {
            return false;
        }
        word = &rest[unit..];
    }
    true
}

/// How far a line is indented; a tab goes to the next multiple of four.
fn width(blanks: &str) -> usize {
    blanks.chars().fold(0, |width, c| match c {
        '\t' => (width / 4 + 1) * 4,
        _ => width + 1,
    })
}
