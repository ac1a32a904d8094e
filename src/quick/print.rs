//! From stages and handoffs to text.

use rustc_hash::FxHashMap;

use crate::model::{
    Automation, Distribution, Handoff, HandoffKind, Id as _, Needs, Slug, Stage, StageId, Time,
    Trigger,
};

use super::parse::parse;
use super::shape::{Branch, Chain, Part, Plot};
use super::syntax::{Element, GroupKind, Owner};

/// A line goes on in the next once it is so long, in letters.
const WIDE: usize = 96;

/// The arrow that says no more than that items move on.
const PLAIN: &str = ">";

/// A stage and what its owner is called.
pub struct Told<'m> {
    pub stage: &'m Stage,
    pub owner: Option<&'m str>,
}

/// A handoff between two of the stages, by their numbers.
pub struct Between<'m> {
    pub from: usize,
    pub to: usize,
    pub handoff: &'m Handoff,
}

/// What is printed: the plot's ways are the first of the handoffs' forward ones, by `ways`.
pub struct Sheet<'a> {
    pub stages: &'a [Told<'a>],
    pub handoffs: &'a [Between<'a>],
    /// The plot's ways as places in `handoffs`.
    pub ways: &'a [usize],
    pub plot: &'a Plot,
    /// Whether all names stand in quotes.
    pub quotes_all: bool,
}

/// Prints chains, then what they leave out. Returns the stages too, in the order of the text.
pub fn print(sheet: &Sheet<'_>, chains: &[Chain], left_over: &[usize]) -> (String, Vec<usize>) {
    let mut printer = Printer::of(sheet);
    for chain in chains {
        printer.begin_line(matches!(
            chain.first().map(|step| &step.part),
            Some(Part::Again(_))
        ));
        printer.chain(chain, 0, true);
    }
    for &way in left_over {
        printer.apart(way);
    }
    for n in 0..sheet.handoffs.len() {
        printer.side_apart(n);
    }
    (printer.text, printer.order)
}

struct Printer<'a> {
    sheet: &'a Sheet<'a>,
    text: String,
    /// Where the last line begins.
    line: usize,
    order: Vec<usize>,
    /// The sides of each stage: rework and feedback, as places in the handoffs.
    sides: Vec<Vec<usize>>,
    is_side_told: Vec<bool>,
    is_told: Vec<bool>,
    /// Who owns a stage that says nothing.
    owner: Option<&'a str>,
    names: Names<'a>,
}

impl<'a> Printer<'a> {
    fn of(sheet: &'a Sheet<'a>) -> Self {
        let mut sides = vec![Vec::new(); sheet.stages.len()];
        for (n, between) in sheet.handoffs.iter().enumerate() {
            if !between.handoff.is_forward() {
                sides[between.from].push(n);
            }
        }
        Self {
            sheet,
            text: String::new(),
            line: 0,
            order: Vec::with_capacity(sheet.stages.len()),
            sides,
            is_side_told: vec![false; sheet.handoffs.len()],
            is_told: vec![false; sheet.stages.len()],
            owner: None,
            names: Names::default(),
        }
    }

    fn begin_line(&mut self, begins_with_name_again: bool) {
        if !self.text.is_empty() {
            self.text
                .push_str(if begins_with_name_again { "\n" } else { ";\n" });
        }
        self.line = self.text.len();
    }

    /// Prints a chain; `says_trails` when the branches of a group at its end say their own arrows.
    fn chain(&mut self, chain: &Chain, depth: usize, says_trails: bool) {
        for (n, step) in chain.iter().enumerate() {
            if let Some(before) = n.checked_sub(1).map(|before| &chain[before].part) {
                // A choice says the shares with its branches.
                let is_choice = matches!(step.part, Part::Group(GroupKind::One, _));
                let arrow = match before {
                    Part::Group(_, branches) => self.common_trail(branches),
                    Part::Stage(_) | Part::Again(_) => {
                        step.way.map(|way| self.arrow(way, !is_choice))
                    }
                };
                let is_long = self.text[self.line..].chars().count() > WIDE;
                if is_long && depth == 0 {
                    self.text.push_str("\n ");
                    self.line = self.text.len();
                }
                let arrow = arrow.as_deref().unwrap_or(PLAIN);
                self.text.push_str(&format!(" {arrow} "));
            }
            match &step.part {
                Part::Stage(stage) => self.stage(*stage),
                Part::Again(stage) => self.again(*stage),
                Part::Group(kind, branches) => {
                    let says_trails = if n + 1 < chain.len() {
                        self.common_trail(branches).is_none()
                    } else {
                        says_trails
                    };
                    self.group(*kind, branches, depth, says_trails);
                }
            }
        }
    }

    fn group(&mut self, kind: GroupKind, branches: &[Branch], depth: usize, says_trails: bool) {
        let (open, between, close) = match kind {
            GroupKind::All => ("{ ", ", ", " }"),
            GroupKind::One => ("[ ", " | ", " ]"),
        };
        let is_choice = kind == GroupKind::One;
        let first_lead = branches.first().and_then(|branch| branch.lead);
        let common = first_lead.map(|way| self.arrow(way, !is_choice));
        self.text.push_str(open);
        for (n, branch) in branches.iter().enumerate() {
            if n > 0 {
                self.text.push_str(between);
            }
            if let Some(lead) = branch.lead {
                if let Some(share) = self.handoff(lead).share.filter(|_| is_choice) {
                    self.text.push_str(&format!("{share} "));
                }
                let arrow = self.arrow(lead, !is_choice);
                if Some(&arrow) != common.as_ref() {
                    self.text.push_str(&format!("{arrow} "));
                }
            }
            self.chain(&branch.chain, depth + 1, says_trails);
            let trail = branch.trail.filter(|_| says_trails);
            if let Some(arrow) = trail.map(|way| self.arrow(way, true))
                && arrow != PLAIN
            {
                self.text.push_str(&format!(" {arrow}"));
            }
        }
        self.text.push_str(close);
    }

    /// The arrow that all branches end with, if they end alike.
    fn common_trail(&self, branches: &[Branch]) -> Option<String> {
        let mut arrows = branches.iter().map(|branch| match branch.trail {
            Some(trail) => Some(self.arrow(trail, true)),
            None => match branch.chain.last().map(|step| &step.part) {
                Some(Part::Group(_, inner)) => self.common_trail(inner),
                _ => None,
            },
        });
        let first = arrows.next()??;
        arrows
            .all(|arrow| arrow.as_ref() == Some(&first))
            .then_some(first)
    }

    /// A stage told for the first time, with the rework and feedback that can be told by now.
    fn stage(&mut self, stage: usize) {
        let told = &self.sheet.stages[stage];
        self.order.push(stage);
        self.is_told[stage] = true;
        self.names.add(&told.stage.name, stage);
        let name = name(&told.stage.name, self.sheet.quotes_all);
        self.text.push_str(&name);
        if let Some(work) = &told.stage.work {
            self.text.push_str(&format!(" {}", time(work)));
        }
        let is_automatic = told.stage.automation == Some(Automation::Automatic);
        if is_automatic {
            self.text.push('!');
        }
        let is_said = match told.owner {
            Some(_) => is_automatic || told.owner != self.owner,
            None => !is_automatic && self.owner.is_some(),
        };
        if is_said {
            let owner = told.owner.map(|name| owner(name, self.sheet.quotes_all));
            self.text
                .push_str(&format!(" @{}", owner.as_deref().unwrap_or("-")));
            self.owner = told.owner;
        }
        if let Some(ca) = told.stage.ca {
            self.text.push_str(&format!(" {ca}"));
        }
        for n in self.sides[stage].clone() {
            if self.is_told[self.sheet.handoffs[n].to] {
                self.side(n);
            }
        }
    }

    fn again(&mut self, stage: usize) {
        let name = self.reference(stage);
        self.text.push_str(&format!("#{name}"));
    }

    fn reference(&self, stage: usize) -> String {
        let text = &self.sheet.stages[stage].stage.name;
        name(&self.names.of(text, stage), self.sheet.quotes_all)
    }

    fn side(&mut self, n: usize) {
        self.is_side_told[n] = true;
        let between = &self.sheet.handoffs[n];
        let inside = inside(between.handoff, true);
        let to = self.reference(between.to);
        self.text.push_str(&match between.handoff.kind {
            HandoffKind::Feedback => format!(" ~{inside}> {to}"),
            _ => format!(" <{inside}< {to}"),
        });
    }

    /// Rework or feedback that could not be told with its stage.
    fn side_apart(&mut self, n: usize) {
        let between = &self.sheet.handoffs[n];
        if !between.handoff.is_forward() && !self.is_side_told[n] {
            self.begin_line(true);
            self.again(between.from);
            self.side(n);
        }
    }

    /// A way between two stages told before. The brackets say that the one takes all ways, or that
    /// the other waits for all.
    fn apart(&mut self, way: usize) {
        let between = &self.sheet.handoffs[self.sheet.ways[way]];
        let (from, to) = (self.reference(between.from), self.reference(between.to));
        let (is_join, is_fork) = (
            self.sheet.plot.joins[between.to],
            self.sheet.plot.forks[between.from],
        );
        self.begin_line(!is_join);
        let from = if is_join {
            format!("{{#{from}}}")
        } else {
            format!("#{from}")
        };
        let to = if is_fork {
            format!("{{#{to}}}")
        } else {
            format!("#{to}")
        };
        let arrow = self.arrow(way, true);
        self.text.push_str(&format!("{from} {arrow} {to}"));
    }

    fn handoff(&self, way: usize) -> &'a Handoff {
        self.sheet.handoffs[self.sheet.ways[way]].handoff
    }

    fn arrow(&self, way: usize, says_share: bool) -> String {
        match inside(self.handoff(way), says_share) {
            inside if inside.is_empty() => PLAIN.to_owned(),
            inside => format!(">{inside}>"),
        }
    }
}

/// What stands inside the arrow of a handoff.
fn inside(handoff: &Handoff, says_share: bool) -> String {
    let mut parts = Vec::new();
    if let Some(share) = handoff.share.filter(|_| says_share) {
        parts.push(share.to_string());
    }
    let mut marks = String::new();
    match &handoff.trigger {
        Trigger::Manual(delay) if *delay == Distribution::default() => {}
        Trigger::Manual(delay) => parts.push(time(delay)),
        Trigger::Automatic(latency) => {
            if *latency != Default::default() {
                parts.push(latency.to_string());
            }
            marks.push('!');
        }
        // Said to be unsaid by `say`.
        Trigger::Scheduled { .. } => {}
    }
    if handoff.needs == Needs::Customary && handoff.is_forward() {
        marks.push('?');
    }
    if let HandoffKind::Rework {
        at_most: Some(most),
    } = handoff.kind
    {
        if !marks.is_empty() {
            parts.push(std::mem::take(&mut marks));
        }
        parts.push(format!("x{most}"));
    }
    let parts = parts.join(" ");
    format!("{parts}{marks}")
}

/// A time as quick entry reads it: nothing without its unit.
fn time<T: Time>(time: &Distribution<T>) -> String {
    match time.to_string() {
        zero if zero == "0" => "0h".to_owned(),
        other => other,
    }
}

/// The names by which stages told before are meant, kept as `build` keeps them.
#[derive(Default)]
struct Names<'a> {
    last: FxHashMap<&'a str, usize>,
    count: FxHashMap<&'a str, usize>,
    slugs: FxHashMap<Slug, usize>,
    slug_of: FxHashMap<usize, Slug>,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: &'a str, stage: usize) {
        self.last.insert(name, stage);
        let count = self.count.entry(name).or_default();
        *count += 1;
        let base = Slug::from_name(name, StageId::KIND);
        let mut slug = base;
        let mut n = (*count).max(2);
        while self.slugs.contains_key(&slug) {
            slug = base.numbered(n);
            n += 1;
        }
        self.slugs.insert(slug, stage);
        self.slug_of.insert(stage, slug);
    }

    /// The name, else the id that the stage has in the text, else one that sounds like it.
    fn of(&self, name: &str, stage: usize) -> String {
        let Some(slug) = self.slug_of.get(&stage) else {
            return name.to_owned();
        };
        let mut candidate = name.to_owned();
        if self.last.get(name) != Some(&stage) {
            slug.as_str().clone_into(&mut candidate);
            while self
                .last
                .get(candidate.as_str())
                .is_some_and(|&last| last != stage)
            {
                candidate.push('\'');
            }
        }
        candidate
    }
}

/// A name as it stands in a text.
pub fn name(name: &str, is_quoted: bool) -> String {
    let is_stage = |element: &Element| match element {
        Element::Stage(stage, sides) => {
            let is_alone = stage.work.is_none() && stage.ca.is_none() && !stage.is_automatic;
            is_alone && stage.owner == Owner::Before && sides.is_empty() && stage.name.text == name
        }
        _ => false,
    };
    let is_read = |text: &str, place: usize, count: usize| {
        let chains = parse(text).unwrap_or_default();
        let [chain] = &chains[..] else { return false };
        chain.steps.len() == count && is_stage(&chain.steps[place].element)
    };
    if !is_quoted && is_read(name, 0, 1) && is_read(&format!("A > {name}"), 1, 2) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// An owner as it stands behind `@`.
pub fn owner(name: &str, is_quoted: bool) -> String {
    let chains = parse(&format!("A @{name}")).unwrap_or_default();
    let is_read = match chains.first().map(|chain| &chain.steps[..]) {
        Some([step]) if chains.len() == 1 => match &step.element {
            Element::Stage(stage, sides) => {
                let is_alone = stage.work.is_none() && stage.ca.is_none() && !stage.is_automatic;
                let is_it = matches!(&stage.owner, Owner::Named(owner) if owner.text == name);
                is_alone && is_it && sides.is_empty()
            }
            _ => false,
        },
        _ => false,
    };
    if is_read && !is_quoted {
        name.to_owned()
    } else {
        quoted(name)
    }
}

fn quoted(name: &str) -> String {
    let escaped = name
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{escaped}\"")
}
