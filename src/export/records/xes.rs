//! Cases as an event log in XES (IEEE 1849-2016): a trace for each item, an event for each visit.

use std::io::{self, Write};

use super::{Case, CaseWriter};
use crate::study::{VisitEnd, VisitRecord};

/// Writes cases as traces.
pub struct XesLog<W> {
    to: W,
    name: String,
    /// The visits of a case in order of their ends.
    events: Vec<VisitRecord>,
}

impl<W: Write> XesLog<W> {
    /// Makes a log with the model's name. `to` should be buffered.
    pub fn new(to: W, name: &str) -> Self {
        Self {
            to,
            name: name.to_owned(),
            events: Vec::new(),
        }
    }

    fn event(&mut self, case: &Case<'_>, visit: &VisitRecord) -> io::Result<()> {
        let stage = &case.plan.stages[visit.stage as usize];
        let transition = match visit.end {
            VisitEnd::Left => "complete",
            _ => "ate_abort",
        };
        writeln!(self.to, "    <event>")?;
        text(&mut self.to, 6, "concept:name", &stage.name)?;
        text(&mut self.to, 6, "lifecycle:transition", transition)?;
        date(
            &mut self.to,
            "start_timestamp",
            &case.plan.time(visit.started),
        )?;
        date(
            &mut self.to,
            "time:timestamp",
            &case.plan.time(visit.finished),
        )?;
        text(&mut self.to, 6, "stage", &stage.id)?;
        if !stage.team.is_empty() {
            text(&mut self.to, 6, "org:group", &stage.team)?;
            text(&mut self.to, 6, "org:resource", &stage.team)?;
        }
        integer(&mut self.to, "pass", u64::from(visit.pass))?;
        integer(&mut self.to, "copy", u64::from(visit.copy))?;
        writeln!(
            self.to,
            "      <boolean key=\"rework\" value=\"{}\"/>",
            visit.is_rework
        )?;
        writeln!(self.to, "    </event>")
    }
}

impl<W: Write> CaseWriter for XesLog<W> {
    fn begin(&mut self) -> io::Result<()> {
        writeln!(self.to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(
            self.to,
            "<log xes.version=\"1849-2016\" xes.features=\"\" \
             xmlns=\"http://www.xes-standard.org/\">"
        )?;
        for (name, prefix) in [
            ("Concept", "concept"),
            ("Lifecycle", "lifecycle"),
            ("Time", "time"),
            ("Organizational", "org"),
        ] {
            writeln!(
                self.to,
                "  <extension name=\"{name}\" prefix=\"{prefix}\" \
                 uri=\"http://www.xes-standard.org/{prefix}.xesext\"/>"
            )?;
        }
        writeln!(self.to, "  <global scope=\"trace\">")?;
        text(&mut self.to, 4, "concept:name", "")?;
        writeln!(self.to, "  </global>\n  <global scope=\"event\">")?;
        text(&mut self.to, 4, "concept:name", "")?;
        text(&mut self.to, 4, "lifecycle:transition", "complete")?;
        writeln!(
            self.to,
            "    <date key=\"time:timestamp\" value=\"1970-01-01T00:00:00.000+00:00\"/>\n  </global>"
        )?;
        writeln!(
            self.to,
            "  <classifier name=\"Stage\" keys=\"concept:name\"/>"
        )?;
        let name = std::mem::take(&mut self.name);
        text(&mut self.to, 2, "concept:name", &name)?;
        text(&mut self.to, 2, "lifecycle:model", "standard")
    }

    fn case(&mut self, case: &Case<'_>) -> io::Result<()> {
        // What never began is no event. Instants decide the order, then the order of ending.
        self.events.clear();
        let began = case.visits.iter();
        self.events
            .extend(began.filter(|visit| visit.end != VisitEnd::WithdrawnWaiting));
        self.events.sort_by_key(|visit| visit.finished);
        let (demand, class) = &case.plan.demands[case.item.demand as usize];
        writeln!(self.to, "  <trace>")?;
        let id = format!("{}-{}", case.replication, case.item.number);
        text(&mut self.to, 4, "concept:name", &id)?;
        text(
            &mut self.to,
            4,
            "stream",
            &case.plan.streams[case.item.stream as usize],
        )?;
        text(&mut self.to, 4, "demand", demand)?;
        if !class.is_empty() {
            text(&mut self.to, 4, "class", class)?;
        }
        for (key, value) in [
            ("feedback", case.item.is_feedback),
            ("measured", case.item.is_measured),
            ("done", case.done.is_some()),
        ] {
            writeln!(self.to, "    <boolean key=\"{key}\" value=\"{value}\"/>")?;
        }
        for place in 0..self.events.len() {
            let visit = self.events[place];
            self.event(case, &visit)?;
        }
        writeln!(self.to, "  </trace>")
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.to, "</log>")?;
        self.to.flush()
    }
}

fn text(to: &mut impl Write, indent: usize, key: &str, value: &str) -> io::Result<()> {
    let value = escaped(value);
    writeln!(
        to,
        "{:indent$}<string key=\"{key}\" value=\"{value}\"/>",
        ""
    )
}

fn date(to: &mut impl Write, key: &str, value: &str) -> io::Result<()> {
    if value.is_empty() {
        // Past the year 9999.
        return Ok(());
    }
    writeln!(to, "      <date key=\"{key}\" value=\"{value}\"/>")
}

fn integer(to: &mut impl Write, key: &str, value: u64) -> io::Result<()> {
    writeln!(to, "      <int key=\"{key}\" value=\"{value}\"/>")
}

/// Writes what means something in XML as entities, and leaves out what may not stand there at all.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_in_xml() {
        assert_eq!(
            escaped("Rights & <Legal> \"A\"\u{1}\n"),
            "Rights &amp; &lt;Legal&gt; &quot;A&quot; "
        );
    }
}
