//! What cards and labels say, in few letters: `4 h – 2 d`, `Tue 10:00`, `25 %`.

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use crate::graph::FlowHandoff;
use crate::model::{
    Automation, Distribution, ElapsedTime, Exit, Handoff, HandoffKind, Model, Rhythm, Share, Span,
    Stage, StageId, Time, Trigger, Weekday,
};

use super::icon::Icon;

/// Holds a figure and its unit together; as wide as a blank.
const GLUE: &str = "\u{a0}";

/// What stands in a card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardText {
    /// The name.
    pub name: String,
    /// `× 30` for copies; empty for one.
    pub copies: String,
    /// Who owns it.
    pub owner: String,
    /// The work time; empty when none is given.
    pub work: String,
    /// Percent complete and accurate as entered.
    pub ca: String,
    /// Bolts.
    pub icon: Option<Icon>,
}

/// Returns what stands in the card of a stage.
pub fn card(model: &Model, stage: &Stage) -> CardText {
    let automation = stage.automation();
    let team = stage.team.and_then(|team| model.teams.find(team));
    let mut owner = match (team, automation) {
        (Some(team), _) => team.name.clone(),
        (None, Automation::Automatic) => "automatic".to_owned(),
        (None, _) => "nobody yet".to_owned(),
    };
    if team.is_some() && stage.crew > 1 {
        owner = format!("{owner} · crew of{GLUE}{}", stage.crew);
    }
    let copies = match stage.copies {
        ..=1 => String::new(),
        copies => format!("×{GLUE}{}", grouped(u64::from(copies))),
    };
    let (day, week) = model.day_and_week_of(stage);
    CardText {
        name: stage.name.trim().to_owned(),
        copies,
        owner,
        work: stage
            .work
            .as_ref()
            .map(|work| distribution(work, day, week))
            .unwrap_or_default(),
        ca: stage.ca.map(share).unwrap_or_default(),
        icon: match automation {
            Automation::Automatic => Some(Icon::Automatic),
            Automation::Assisted => Some(Icon::Assisted),
            Automation::Manual => None,
        },
    }
}

/// A part of the label of a handoff.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelPart {
    /// A small picture in front.
    pub icon: Option<Icon>,
    /// What it says; maybe nothing.
    pub text: String,
}

/// Returns what the label of a handoff of the Flow says; nothing without a label.
///
/// `drawn` is the Model's handoff, when it is one. A delay of 0 by hand is not worth a label.
pub fn label(
    choices: &Choices<'_>,
    handoff: &FlowHandoff,
    drawn: Option<&Handoff>,
) -> Vec<LabelPart> {
    let mut parts = Vec::new();
    let share_text = handoff.share.map(share).unwrap_or_default();
    if let Some(pieces) = drawn.and_then(|drawn| drawn.inventory) {
        parts.push(LabelPart {
            icon: Some(Icon::Inventory),
            text: grouped(pieces),
        });
    }
    match handoff.kind {
        HandoffKind::Rework { at_most } => {
            let mut text = share_text;
            if let Some(times) = at_most {
                text = format!("{text} max{GLUE}{times}");
            }
            parts.push(LabelPart {
                icon: Some(Icon::Rework),
                text: text.trim_start().to_owned(),
            });
            parts.extend(delay(&handoff.trigger));
        }
        HandoffKind::Feedback => {
            let artifact = drawn.map(|drawn| drawn.artifact.trim()).unwrap_or_default();
            let mut words: Vec<String> = Vec::new();
            if !artifact.is_empty() {
                words.push(artifact.to_owned());
            }
            if handoff.share.is_some_and(|share| share.get() < 1.0) {
                words.push(share_text);
            }
            let mut way = delay(&handoff.trigger);
            if let Some(LabelPart { text, .. }) = &mut way
                && !text.is_empty()
                && !artifact.is_empty()
            {
                words.push(std::mem::take(text));
                way = None;
            }
            if !words.is_empty() {
                parts.push(LabelPart {
                    icon: None,
                    text: words.join(", "),
                });
            }
            parts.extend(way);
        }
        HandoffKind::Forward => {
            let is_choice = handoff.share.is_some() && choices.are_at(handoff.from);
            let mut way = delay(&handoff.trigger);
            if is_choice {
                match &mut way {
                    Some(part) => part.text = format!("{} · {share_text}", part.text),
                    None => {
                        way = Some(LabelPart {
                            icon: None,
                            text: share_text,
                        });
                    }
                }
            }
            parts.extend(way);
        }
    }
    parts
}

/// Where the items of a Model choose between several forward ways; found out once it is asked.
pub struct Choices<'a> {
    model: &'a Model,
    stages: OnceCell<FxHashSet<StageId>>,
}

impl<'a> Choices<'a> {
    /// Makes it of a Model.
    pub fn of(model: &'a Model) -> Self {
        Self {
            model,
            stages: OnceCell::new(),
        }
    }

    /// Returns whether items choose at a stage.
    fn are_at(&self, stage: StageId) -> bool {
        let find = || {
            let mut seen = FxHashSet::default();
            let ways = self.model.handoffs.iter().filter(|way| way.is_forward());
            let again = ways.filter(|way| !seen.insert(way.from));
            again.map(|way| way.from).collect()
        };
        let chosen = self.model.stages.find(stage);
        chosen.is_some_and(|stage| stage.exit == Exit::ChooseOne)
            && self.stages.get_or_init(find).contains(&stage)
    }
}

/// Returns icon and delay of a trigger; nothing when it passes at once, by hand.
fn delay(trigger: &Trigger) -> Option<LabelPart> {
    let (icon, text) = match trigger {
        Trigger::Manual(Distribution::Fixed(ElapsedTime::ZERO)) => return None,
        Trigger::Manual(delay) => (Icon::Manual, distribution(delay, Span::DAY, Span::WEEK)),
        Trigger::Scheduled { rhythm, slots, .. } => {
            let mut text = self::rhythm(rhythm);
            if let Some(slots) = slots {
                text = format!("{text} ×{GLUE}{slots}");
            }
            (Icon::Scheduled, text)
        }
        Trigger::Automatic(latency) => (Icon::Automatic, spaced(&latency.to_string())),
    };
    Some(LabelPart {
        icon: Some(icon),
        text,
    })
}

/// Returns a rhythm in few letters: `Tue 10:00`, `Mon–Fri 09:00`, `5 × a week`, `every 3 d`.
pub fn rhythm(rhythm: &Rhythm) -> String {
    let slots = match rhythm {
        Rhythm::Every(time) => return format!("every{GLUE}{}", spaced(&time.to_string())),
        Rhythm::Weekly(slots) => slots,
    };
    let mut days: Vec<Weekday> = slots.iter().map(|slot| slot.day).collect();
    days.dedup();
    let mut times: Vec<_> = slots.iter().map(|slot| slot.time).collect();
    times.sort_unstable();
    times.dedup();
    let is_regular = days.len() * times.len() == slots.len();
    let ([first, ..], [.., last]) = (&days[..], &days[..]) else {
        return "never".to_owned();
    };
    let is_run = *last as usize - *first as usize + 1 == days.len();
    let days_text = match days.len() {
        7 => "daily".to_owned(),
        1 => first.name().to_owned(),
        n if is_run && n > 2 => format!("{}–{}", first.name(), last.name()),
        n if n <= 3 => {
            let names: Vec<&str> = days.iter().map(|day| day.name()).collect();
            names.join(&format!(",{GLUE}"))
        }
        n => format!("{n}{GLUE}days"),
    };
    match (&times[..], is_regular) {
        ([time], true) => format!("{days_text}{GLUE}{time}"),
        _ => format!("{}{GLUE}×{GLUE}a{GLUE}week", slots.len()),
    }
}

/// Returns a distribution in few letters: a time, a range, or `≈` and the mean.
pub fn distribution<T: Time>(distribution: &Distribution<T>, day: Span, week: Span) -> String {
    let ms = |time: &T| time.to_span(day, week);
    let about = |mean: &T| format!("≈{GLUE}{}", spaced(&mean.to_string()));
    match distribution {
        Distribution::Fixed(time) => spaced(&time.to_string()),
        Distribution::Uniform { min, max }
        | Distribution::Triangular { min, max, .. }
        | Distribution::Pert { min, max, .. }
        | Distribution::Estimate {
            median: min,
            p90: max,
        } => range(*min, *max),
        Distribution::Normal { mean, .. }
        | Distribution::Lognormal { mean, .. }
        | Distribution::Exponential { mean }
        | Distribution::Gamma { mean, .. }
        | Distribution::Weibull { mean, .. } => about(mean),
        Distribution::Samples(values) => {
            let shortest = values.iter().copied().min_by_key(|time| ms(time));
            let longest = values.iter().copied().max_by_key(|time| ms(time));
            match (shortest, longest) {
                (Some(shortest), Some(longest)) => range(shortest, longest),
                _ => String::new(),
            }
        }
    }
}

/// Returns `4 h – 2 d`, or `2 – 5 d` when both have one and the same unit.
fn range<T: Time>(from: T, to: T) -> String {
    let (from, to) = (spaced(&from.to_string()), spaced(&to.to_string()));
    if from == to {
        return to;
    }
    let unit = |text: &str| {
        let mut words = text.split(GLUE);
        let unit = words.nth(1).map(str::to_owned);
        unit.filter(|_| words.next().is_none())
    };
    match (unit(&from), unit(&to)) {
        (Some(a), Some(b)) if a == b => {
            let figure = from.split(GLUE).next().unwrap_or_default();
            format!("{figure}{GLUE}–{GLUE}{to}")
        }
        _ => format!("{from}{GLUE}–{GLUE}{to}"),
    }
}

/// Returns a printed time with a blank between figure and unit, its two largest parts only.
fn spaced(time: &str) -> String {
    let part = |part: &str| {
        let unit = part
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(part.len());
        let (figure, unit) = part.split_at(unit);
        if unit.is_empty() {
            figure.to_owned()
        } else {
            format!("{figure}{GLUE}{unit}")
        }
    };
    let parts: Vec<String> = time.split(' ').take(2).map(part).collect();
    parts.join(GLUE)
}

/// Returns `25 %`.
pub fn share(share: Share) -> String {
    let percent = (share.get() * 1000.0).round() / 10.0;
    format!("{percent}{GLUE}%")
}

/// Returns a count with a blank between thousands.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) && digits.len() > 4 {
            text.push_str(GLUE);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WorkTime;

    fn plain(text: &str) -> String {
        text.replace(GLUE, " ")
    }

    #[test]
    fn times_are_said_in_few_letters() {
        let check = |text: &str, expected: &str| {
            let read: Distribution<WorkTime> = text.parse().unwrap();
            let shown = distribution(&read, Span(8 * Span::HOUR.0), Span(40 * Span::HOUR.0));
            assert_eq!(plain(&shown), expected);
        };
        check("3d", "3 d");
        check("0", "0");
        check("1w 2d 4h 30m", "1 w 2 d");
        check("uniform(4h, 2d)", "4 h – 2 d");
        check("triangular(2d, 3d, 5d)", "2 – 5 d");
        check("triangular(1d 4h, 2d, 5d)", "1 d 4 h – 5 d");
        check("lognormal(1.5d, 2h)", "≈ 1.5 d");
        check("estimate(1d, 3d)", "1 – 3 d");
        check("samples([9h, 1d, 2h])", "2 – 9 h");
        check("samples([2h])", "2 h");
    }

    #[test]
    fn rhythms_are_said_in_few_letters() {
        let check = |text: &str, expected: &str| {
            assert_eq!(plain(&rhythm(&Rhythm::parse(text).unwrap())), expected);
        };
        check("every Tue 10:00", "Tue 10:00");
        check("every Mon-Fri 09:00", "Mon–Fri 09:00");
        check("every day 09:00", "daily 09:00");
        check("every Mon,Thu 09:00", "Mon, Thu 09:00");
        check("every Mon-Fri 09:00, 15:00", "10 × a week");
        check("every Tue 10:00; Thu 14:00", "2 × a week");
        check("every 3d", "every 3 d");
    }

    #[test]
    fn large_counts_are_grouped() {
        assert_eq!(plain(&grouped(1200)), "1200");
        assert_eq!(plain(&grouped(1_234_567)), "1 234 567");
    }
}
