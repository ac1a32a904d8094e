//! Findings as sentences.

use super::number::{THIN, percent, share, time_in_words};
use crate::analysis::{Checks, Estimate, Figure, Finding, Reached, Slice, Worst};
use crate::model::{ElapsedTime, Model, StageId, StreamId, Target, TeamId, print_date_time};

/// Returns the sentence for a finding about a stream, with a full stop.
pub fn sentence(model: &Model, stream: StreamId, finding: &Finding) -> String {
    match finding {
        Finding::Overloaded {
            team,
            needed,
            people,
        } => {
            let team = team_name(model, *team);
            if needed.is_finite() {
                // Rounded up, so that it never seems to be enough.
                let needed = (needed * 10.0 - 1e-6).ceil() / 10.0;
                if needed <= f64::from(*people) {
                    return format!(
                        "{team} would be busy all of its hours, and work would pile up."
                    );
                }
                format!("{team} would need {needed:.1} people and has {people}.")
            } else {
                format!("{team} can never do what it is asked for.")
            }
        }
        Finding::FullSlots {
            from,
            to,
            wanted,
            places,
        } => format!(
            "The slots of {} → {} would have to take {:.1} items each and take {places}.",
            stage_name(model, *from),
            stage_name(model, *to),
            (wanted * 10.0 - 1e-6).ceil() / 10.0
        ),
        Finding::LeadTime { mean, reached } => {
            let item = item_name(model, stream);
            let takes = format!(
                "{item} takes {} (calendar){} on average",
                time_in_words(*mean),
                plus_minus(*mean)
            );
            match reached {
                Reached::Target { share, target } => format!(
                    "{takes}; {} are done {}.",
                    percent(share.value),
                    target_in_words(*target)
                ),
                Reached::P85(time) => format!(
                    "{takes}; 85{THIN}% are done within {}.",
                    time_in_words(*time)
                ),
            }
        }
        Finding::LargestSlice {
            slice,
            share,
            mean,
            place,
        } => {
            let what = match slice {
                Slice::Working => "work",
                Slice::TeamWait => "waiting for a team",
                Slice::Closed => "outside opening hours",
                Slice::Handoff => "handoffs",
                Slice::Batching => "waiting for a batch",
                Slice::Blocked => "waiting for room",
            };
            let of = format!(
                "{} of the {} are {what}",
                percent(*share),
                time_in_words(*mean)
            );
            match place {
                Some(Worst::Handoff { from, to, delay }) => format!(
                    "{of}; the longest is {} → {}, {}.",
                    stage_name(model, *from),
                    stage_name(model, *to),
                    time_in_words(*delay)
                ),
                Some(Worst::Stage { stage, time }) => format!(
                    "{of}, most of it at {}, {}.",
                    stage_name(model, *stage),
                    time_in_words(*time)
                ),
                None => format!("{of}."),
            }
        }
        Finding::Interfaces { share } => {
            format!(
                "{} of all delay arises between teams.",
                percent(share.value)
            )
        }
        Finding::Rework { time, share } => format!(
            "Going back takes {} an item, {} of the lead time.",
            time_in_words(*time),
            percent(*share)
        ),
        Finding::BusiestTeam {
            team,
            utilisation,
            wait,
        } => {
            let busy = format!(
                "{} is busy {} of its hours",
                team_name(model, *team),
                share(*utilisation).short()
            );
            match wait {
                Some(wait) => format!("{busy}; work waits {} for it.", time_in_words(*wait)),
                None => format!("{busy}, and no work waits for it."),
            }
        }
    }
}

/// Returns the sentence about a second model beside a first: how much shorter its mean lead time
/// is. `before` is the first's mean.
pub fn difference_sentence(before: Estimate, difference: Option<Estimate>) -> String {
    let Some(difference) = difference else {
        return "There is no mean lead time to compare.".to_owned();
    };
    let much = super::number::time_like(difference, before.value);
    if !difference.has_interval() {
        return format!("The mean lead time differs by {much}.");
    }
    if difference.excludes_zero() {
        let word = if difference.value < 0.0 {
            "shorter"
        } else {
            "longer"
        };
        let size = if difference.value < 0.0 {
            difference.scaled(-1.0)
        } else {
            difference
        };
        let share = percent((difference.value / before.value).abs());
        format!(
            "The mean lead time is {} {word} ({share}).",
            super::number::time_like(size, before.value)
        )
    } else {
        format!("There is no clear difference in the mean lead time ({much}).")
    }
}

/// Returns the sentence about whether a run agrees with itself.
pub fn checks_sentence(checks: &Checks) -> String {
    let gap = |figure: Figure| {
        figure.value().map_or_else(
            || "not computed".to_owned(),
            |gap| format!("{:.1}{THIN}%", (gap * 100.0).abs()),
        )
    };
    let found = format!(
        "Little\u{2019}s law off by {}, busy time by {}, {} lost, {} not adding up",
        gap(checks.littles_law),
        gap(checks.utilisation),
        match checks.items_lost {
            0 => "no item".to_owned(),
            1 => "1 item".to_owned(),
            items => format!("{} items", super::number::count(items)),
        },
        match checks.items_not_adding_up {
            0 => "none".to_owned(),
            items => super::number::count(items),
        },
    );
    if checks.hold() {
        format!("The run agrees with itself: {found}.")
    } else {
        format!("The run does not agree with itself: {found}.")
    }
}

/// Returns what stands under results: `1,842 items · 24 replications · ± 1.8 %`.
pub fn status(items: u64, replications: u32, mean: Option<Estimate>) -> String {
    let mut status = format!(
        "{} {} · {replications} {}",
        super::number::count(items),
        if items == 1 { "item" } else { "items" },
        if replications == 1 {
            "replication"
        } else {
            "replications"
        },
    );
    if let Some(mean) = mean.filter(|mean| mean.has_interval() && mean.value > 0.0) {
        let percent = mean.half_width() / mean.value * 100.0;
        status.push_str(&format!(" · ±{THIN}{percent:.1}{THIN}%"));
    }
    status
}

/// Returns what a slice is called where it is shown.
pub fn slice_name(slice: Slice) -> &'static str {
    match slice {
        Slice::Working => "Working",
        Slice::TeamWait => "Waiting for team",
        Slice::Closed => "Closed",
        Slice::Handoff => "Handoff",
        Slice::Batching => "Batching",
        Slice::Blocked => "Blocked",
    }
}

/// Returns a target as it ends a sentence: `within the target of 14 days`.
fn target_in_words(target: Target) -> String {
    match target {
        Target::LeadTime(time) => format!("within the target of {}", elapsed_in_words(time)),
        Target::Date(date) => format!("by {}", print_date_time(date)),
    }
}

fn elapsed_in_words(time: ElapsedTime) -> String {
    time_in_words(Estimate::exact(time.span().as_secs_f64()))
}

fn plus_minus(estimate: Estimate) -> String {
    super::number::time(estimate)
        .spread
        .map(|spread| format!(" ±{THIN}{spread}"))
        .unwrap_or_default()
}

fn team_name(model: &Model, id: TeamId) -> String {
    model
        .teams
        .find(id)
        .map_or_else(|| id.to_string(), |team| team.name.clone())
}

fn stage_name(model: &Model, id: StageId) -> String {
    model
        .stages
        .find(id)
        .map_or_else(|| id.to_string(), |stage| stage.name.clone())
}

/// `An episode`, `A title`, `An item`.
fn item_name(model: &Model, id: StreamId) -> String {
    let item = model
        .streams
        .find(id)
        .map(|stream| stream.item.trim())
        .filter(|item| !item.is_empty())
        .unwrap_or("item");
    let starts_with_vowel = item.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {item}", if starts_with_vowel { "An" } else { "A" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Stage, Stream, Team};

    const DAY: f64 = 86_400.0;

    fn model() -> Model {
        let mut model = Model::default();
        let mut stream = Stream::new(StreamId::new("main").unwrap(), "Main");
        stream.item = "episode".to_owned();
        model.streams.push(stream);
        for (id, name) in [("legal", "Legal"), ("compliance", "Compliance")] {
            model
                .stages
                .push(Stage::new(StageId::new(id).unwrap(), name));
        }
        model
            .teams
            .push(Team::new(TeamId::new("rights").unwrap(), "Rights & Legal"));
        model
    }

    fn days(value: f64, half: f64) -> Estimate {
        Estimate {
            value: value * DAY,
            low: (value - half) * DAY,
            high: (value + half) * DAY,
        }
    }

    #[track_caller]
    fn check(finding: &Finding, expected: &str) {
        let found = sentence(&model(), StreamId::new("main").unwrap(), finding);
        assert_eq!(found.replace(THIN, " "), expected);
    }

    #[test]
    fn findings_read_as_people_say_them() {
        let mean = days(21.03, 0.31);
        let percent = |value: f64| Estimate {
            value,
            low: value - 0.02,
            high: value + 0.02,
        };
        check(
            &Finding::LeadTime {
                mean,
                reached: Reached::Target {
                    share: percent(0.68),
                    target: Target::LeadTime("14d".parse().unwrap()),
                },
            },
            "An episode takes 21.0 days (calendar) ± 0.3 on average; 68 % are done within the \
             target of 14 days.",
        );
        check(
            &Finding::LeadTime {
                mean,
                reached: Reached::P85(days(27.4, 1.2)),
            },
            "An episode takes 21.0 days (calendar) ± 0.3 on average; 85 % are done within 27 days.",
        );
        check(
            &Finding::LargestSlice {
                slice: Slice::Handoff,
                share: 0.64,
                mean,
                place: Some(Worst::Handoff {
                    from: StageId::new("legal").unwrap(),
                    to: StageId::new("compliance").unwrap(),
                    delay: days(3.12, 0.1),
                }),
            },
            "64 % of the 21.0 days are handoffs; the longest is Legal → Compliance, 3.1 days.",
        );
        check(
            &Finding::LargestSlice {
                slice: Slice::TeamWait,
                share: 0.4,
                mean,
                place: Some(Worst::Stage {
                    stage: StageId::new("legal").unwrap(),
                    time: days(2.5, 0.1),
                }),
            },
            "40 % of the 21.0 days are waiting for a team, most of it at Legal, 2.5 days.",
        );
        check(
            &Finding::Interfaces {
                share: percent(0.61),
            },
            "61 % of all delay arises between teams.",
        );
        check(
            &Finding::BusiestTeam {
                team: TeamId::new("rights").unwrap(),
                utilisation: percent(0.94),
                wait: Some(days(2.4, 0.2)),
            },
            "Rights & Legal is busy 94 % of its hours; work waits 2.4 days for it.",
        );
        check(
            &Finding::Rework {
                time: days(3.0, 0.2),
                share: 0.143,
            },
            "Going back takes 3.0 days an item, 14 % of the lead time.",
        );
        check(
            &Finding::Overloaded {
                team: TeamId::new("rights").unwrap(),
                needed: 4.2,
                people: 3,
            },
            "Rights & Legal would need 4.2 people and has 3.",
        );
        check(
            &Finding::FullSlots {
                from: StageId::new("legal").unwrap(),
                to: StageId::new("compliance").unwrap(),
                wanted: 4.01,
                places: 4,
            },
            "The slots of Legal → Compliance would have to take 4.1 items each and take 4.",
        );
    }

    #[test]
    fn a_run_says_whether_it_agrees_with_itself() {
        let mut figure = Figure::default();
        figure.add(0.001);
        let mut checks = Checks {
            littles_law: figure,
            utilisation: figure,
            ..Checks::default()
        };
        assert_eq!(
            checks_sentence(&checks).replace(THIN, " "),
            "The run agrees with itself: Little\u{2019}s law off by 0.1 %, busy time by 0.1 %, no item \
             lost, none not adding up."
        );
        checks.items_lost = 1;
        assert!(checks_sentence(&checks).starts_with("The run does not agree with itself"));
    }

    #[test]
    fn a_difference_is_said_only_when_it_is_clear() {
        let before = days(21.0, 0.3);
        let said = |difference| difference_sentence(before, difference).replace(THIN, " ");
        assert_eq!(
            said(Some(days(-4.2, 0.3))),
            "The mean lead time is 4.2 d ± 0.3 shorter (20 %)."
        );
        assert_eq!(
            said(Some(days(0.1, 0.3))),
            "There is no clear difference in the mean lead time (0.1 d ± 0.3)."
        );
        assert_eq!(said(None), "There is no mean lead time to compare.");
    }

    #[test]
    fn the_status_says_how_much_it_rests_on() {
        assert_eq!(
            status(1842, 24, Some(days(21.0, 0.378))).replace(THIN, " "),
            "1,842 items · 24 replications · ± 1.8 %"
        );
        assert_eq!(status(1, 1, None), "1 item · 1 replication");
    }
}
