//! The balanced scorecard: flow, quality, creative satisfaction, business, with targets and floors.

use crate::model::{Model, ScorecardEntry, StreamId, Target};

use super::figure::Estimate;
use super::figures::StreamFigures;

/// What a measure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Perspective {
    /// How fast and how steadily items move.
    Flow,
    /// How often what is handed on is right.
    Quality,
    /// How satisfied those are who make it.
    Creative,
    /// What it costs and brings.
    Business,
}

impl Perspective {
    /// All four, in the order shown.
    pub const ALL: [Self; 4] = [Self::Flow, Self::Quality, Self::Creative, Self::Business];

    /// Returns the name by which files and programs know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Quality => "quality",
            Self::Creative => "creative",
            Self::Business => "business",
        }
    }
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measured {
    /// Mean lead time in seconds.
    LeadTime,
    /// Share of the items within the target, 0 to 1.
    WithinTarget,
    /// Items done per day of 24 h.
    ThroughputPerDay,
    /// Working time on the critical path / lead time.
    ActivityRatio,
    /// Share of visits and passages that need no person.
    AutomationCoverage,
    /// Rolled percent complete and accurate, 0 to 1.
    RolledCa,
    /// Share of the items that go back at least once.
    ItemsGoingBack,
    /// Mean satisfaction of those who work at the stages, 1 to 5, weighted by visits.
    Satisfaction,
    /// Money per item.
    CostPerItem,
    /// Money lost per item by its lead time.
    CostOfDelayPerItem,
    /// A figure that somebody entered, by its name.
    Entered(String),
}

/// A line of a scorecard.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its part of the card.
    pub perspective: Perspective,
    /// What it is.
    pub measured: Measured,
    /// What it is now, exact when it was entered; none when it was not computed or entered.
    pub value: Option<Estimate>,
    /// What it should be.
    pub target: Option<f64>,
    /// What it must not be worse than.
    pub floor: Option<f64>,
    /// Whether more is better.
    pub more_is_better: bool,
}

impl Measure {
    /// Returns its name: in files, and as somebody entered it.
    pub fn name(&self) -> &str {
        match &self.measured {
            Measured::LeadTime => "lead_time",
            Measured::WithinTarget => "within_target",
            Measured::ThroughputPerDay => "throughput_per_day",
            Measured::ActivityRatio => "activity_ratio",
            Measured::AutomationCoverage => "automation_coverage",
            Measured::RolledCa => "rolled_ca",
            Measured::ItemsGoingBack => "items_going_back",
            Measured::Satisfaction => "satisfaction",
            Measured::CostPerItem => "cost_per_item",
            Measured::CostOfDelayPerItem => "cost_of_delay_per_item",
            Measured::Entered(name) => name,
        }
    }

    /// Returns the way from the floor to the target that is done, clamp((v − F) / (T − F), 0, 1)
    /// (definitions 4.9); nothing without value, target and floor, or when these two are equal.
    pub fn score(&self) -> Option<f64> {
        let (value, target, floor) = (self.value?.value, self.target?, self.floor?);
        (target != floor).then(|| ((value - floor) / (target - floor)).clamp(0.0, 1.0))
    }

    /// Returns whether the value is worse than the floor.
    pub fn is_floor_broken(&self) -> bool {
        match (self.value.map(|value| value.value), self.floor) {
            (Some(value), Some(floor)) if self.more_is_better => value < floor,
            (Some(value), Some(floor)) => value > floor,
            _ => false,
        }
    }
}

/// The scorecard of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorecard {
    /// Which stream.
    pub stream: StreamId,
    /// Its lines, by perspective.
    pub measures: Vec<Measure>,
}

impl Scorecard {
    /// Makes the scorecard of a stream of a Model (or a resolved Scenario): figures that were
    /// simulated, where there are any, and those entered.
    ///
    /// Entered figures belong to the business; more of them is better unless the target lies below
    /// the floor (or, without a floor, below what it is now).
    pub fn of(model: &Model, stream: StreamId, figures: Option<&StreamFigures>) -> Self {
        let found = model.streams.find(stream);
        let target = found.and_then(|stream| stream.target);
        let value = |pick: fn(&StreamFigures) -> super::Figure| pick(figures?).estimate();
        let line = |perspective, measured, value, more_is_better| Measure {
            perspective,
            measured,
            value,
            target: None,
            floor: None,
            more_is_better,
        };
        use Measured as M;
        use Perspective::{Business, Creative, Flow, Quality};
        let mut measures = vec![
            Measure {
                target: match target {
                    Some(Target::LeadTime(time)) => Some(time.span().as_secs_f64()),
                    _ => None,
                },
                ..line(Flow, M::LeadTime, value(|f| f.lead_time.mean), false)
            },
            line(
                Flow,
                M::WithinTarget,
                value(|f| f.lead_time.within_target),
                true,
            ),
            line(
                Flow,
                M::ThroughputPerDay,
                value(|f| f.throughput_per_day),
                true,
            ),
            line(Flow, M::ActivityRatio, value(|f| f.activity_ratio), true),
            line(
                Flow,
                M::AutomationCoverage,
                value(|f| f.automation.all),
                true,
            ),
            line(
                Quality,
                M::RolledCa,
                figures
                    .and_then(|figures| figures.rolled_ca)
                    .map(Estimate::exact),
                true,
            ),
            line(Quality, M::ItemsGoingBack, value(|f| f.rework.items), false),
            line(
                Creative,
                M::Satisfaction,
                satisfaction(model, figures),
                true,
            ),
            line(Business, M::CostPerItem, value(|f| f.cost_per_item), false),
            line(
                Business,
                M::CostOfDelayPerItem,
                value(|f| f.cost_of_delay_per_item),
                false,
            ),
        ];
        let entered = found.into_iter().flat_map(|stream| &stream.scorecard);
        measures.extend(entered.map(|entry| Measure {
            target: entry.target,
            floor: entry.floor,
            ..line(
                Business,
                M::Entered(entry.name.clone()),
                entry.now.map(Estimate::exact),
                more_is_better(entry),
            )
        }));
        Self { stream, measures }
    }

    /// Returns the measures whose floor is broken: with one of them nothing may be recommended.
    pub fn broken(&self) -> impl Iterator<Item = &Measure> {
        self.measures.iter().filter(|one| one.is_floor_broken())
    }

    /// Returns whether no floor is broken.
    pub fn is_acceptable(&self) -> bool {
        self.broken().next().is_none()
    }

    /// Returns 100 times the mean score of the measures that have one, each with the same weight;
    /// nothing when a floor is broken, or when none has one.
    pub fn score(&self) -> Option<f64> {
        let scores: Vec<f64> = self.measures.iter().filter_map(Measure::score).collect();
        let is_sound = self.is_acceptable() && !scores.is_empty();
        is_sound.then(|| 100.0 * scores.iter().sum::<f64>() / scores.len() as f64)
    }
}

fn more_is_better(entry: &ScorecardEntry) -> bool {
    match (entry.target, entry.floor.or(entry.now)) {
        (Some(target), Some(other)) => target >= other,
        _ => true,
    }
}

/// How sure it is is not worked out: it would take the visits of each replication.
fn satisfaction(model: &Model, figures: Option<&StreamFigures>) -> Option<Estimate> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for stage in &figures?.stages {
        let given = model.stages.find(stage.id)?.satisfaction;
        if let (Some(given), Some(visits)) = (given, stage.visits_per_item.value()) {
            sum += f64::from(given) * visits;
            weights += visits;
        }
    }
    (weights > 0.0).then(|| Estimate {
        value: sum / weights,
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stream;

    fn entry(now: f64, target: f64, floor: f64) -> ScorecardEntry {
        ScorecardEntry {
            name: "Subscriber growth, % a year".to_owned(),
            now: Some(now),
            target: Some(target),
            floor: Some(floor),
        }
    }

    fn card(entries: Vec<ScorecardEntry>) -> Scorecard {
        let mut model = Model::default();
        let id = StreamId::new("s").unwrap();
        let mut stream = Stream::new(id, "S");
        stream.scorecard = entries;
        model.streams.push(stream);
        Scorecard::of(&model, id, None)
    }

    #[test]
    fn the_score_is_the_way_from_floor_to_target() {
        let found = card(vec![entry(4.0, 6.0, 2.0), entry(30.0, 20.0, 60.0)]);
        let scores: Vec<f64> = found.measures.iter().filter_map(Measure::score).collect();
        assert_eq!(scores, [0.5, 0.75]);
        assert_eq!(found.score(), Some(62.5));
        let beyond = card(vec![entry(9.0, 6.0, 2.0)]);
        assert_eq!(beyond.score(), Some(100.0));
    }

    #[test]
    fn with_a_broken_floor_there_is_no_score() {
        let found = card(vec![entry(1.0, 6.0, 2.0), entry(5.0, 6.0, 2.0)]);
        assert!(!found.is_acceptable() && found.broken().count() == 1);
        assert_eq!(found.score(), None);
        // Where less is better the floor is a ceiling.
        assert!(!card(vec![entry(61.0, 20.0, 60.0)]).is_acceptable());
        assert!(card(vec![entry(60.0, 20.0, 60.0)]).is_acceptable());
    }

    #[test]
    fn what_was_not_computed_breaks_no_floor_and_has_no_score() {
        let found = card(Vec::new());
        assert!(found.is_acceptable());
        assert_eq!(found.score(), None);
        assert!(found.measures.iter().all(|one| one.value.is_none()));
    }
}
