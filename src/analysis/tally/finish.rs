//! What a replication has counted, as figures.

use crate::model::HandoffKind;
use crate::sim::{RunSummary, Slice};

use super::{HandoffTally, ItemsTally, PathTally, StageTally, StreamTally, Tally};
use crate::analysis::figure::Figure;
use crate::analysis::figures::{
    AutomationCoverage, Breakdown, Checks, ClassFigures, Figures, HandoffFigures, LeadTime,
    Occupancy, Part, PartFigures, Passes, Percentiles, Rework, StageFigures, StreamFigures,
    TeamFigures, TeamShare, VISITS_TOLD_APART,
};
use crate::analysis::legend::{HandoffTerms, Legend, StageTerms};

const MS_PER_SECOND: f64 = 1_000.0;
const MS_PER_HOUR: f64 = 3_600_000.0;
const MS_PER_DAY: f64 = 86_400_000.0;

fn passes(first_and_rework: [u64; 2], items: f64) -> Passes {
    let [first_pass, rework] = first_and_rework.map(|time| seconds_per(time, items));
    Passes {
        first_pass,
        rework,
        both: seconds_per(first_and_rework.iter().sum(), items),
    }
}

fn seconds_per(ms: u64, count: f64) -> Figure {
    Figure::ratio(ms as f64 / MS_PER_SECOND, count)
}

impl PathTally {
    fn lead_time(self, items: f64) -> Figure {
        seconds_per(self.0.iter().map(|pass| pass.total()).sum(), items)
    }

    fn breakdown(self, items: f64) -> Breakdown {
        Breakdown(Slice::ALL.map(|slice| passes(self.0.map(|pass| pass[slice]), items)))
    }
}

impl Tally<'_> {
    /// Makes the figures of the replication.
    pub fn finish(mut self, summary: &RunSummary) -> Figures {
        let legend = self.legend;
        self.work_in_window += self.plain_work_in_window as f64;
        let stages = self.streams.iter_mut().flat_map(|s| &mut s.stages);
        stages.for_each(StageTally::settle);
        let length = summary.window.horizon.since(summary.window.warm_up) as f64;
        let checks = self.checks(summary);
        let teams = self.teams(summary, length);
        let occupancy = legend
            .stages
            .iter()
            .zip(&summary.stages)
            .map(|(terms, totals)| Occupancy {
                id: terms.id,
                queue_length: Figure::ratio(totals.queue as f64, length),
                inside: Figure::ratio(totals.inside as f64, length),
            })
            .collect();
        let streams = self
            .streams
            .into_iter()
            .enumerate()
            .map(|(place, stream)| stream.finish(legend, place, summary, length))
            .collect();
        Figures {
            streams,
            teams,
            occupancy,
            checks,
        }
    }

    fn checks(&self, summary: &RunSummary) -> Checks {
        let measured: u64 = self.streams.iter().map(|s| s.measured_arrived).sum();
        let mut checks = Checks {
            items_lost: (summary.measured.abs_diff(summary.done + summary.unfinished))
                .max(self.measured_done.abs_diff(summary.done))
                .max(measured.abs_diff(summary.measured)),
            items_not_adding_up: self.not_adding_up,
            ..Checks::default()
        };
        let inside: u64 = summary.wip.iter().sum();
        let (mut lead_times, mut after, mut before) = (0, 0, 0);
        for stream in &self.streams {
            lead_times += stream.path.total();
            after += stream.after;
            before += stream.before;
        }
        // ∫N over the window = time of the measured items in it + time of earlier ones in it.
        if summary.unfinished == 0 {
            let expected = (lead_times + before).saturating_sub(after) as f64;
            checks.littles_law = Figure::ratio(inside as f64 - expected, lead_times as f64);
        }
        let busy: u64 = summary.teams.iter().map(|team| team.busy).sum();
        checks.utilisation = Figure::ratio(self.work_in_window - busy as f64, busy as f64);
        checks
    }

    fn teams(&self, summary: &RunSummary, length: f64) -> Vec<TeamFigures> {
        let legend = self.legend;
        let mut waits = vec![(0.0, 0.0); legend.teams.len()];
        for stream in &self.streams {
            for (stage, terms) in stream.own_stages(legend) {
                if let Some(team) = terms.team {
                    waits[team].0 += stage.job_wait;
                    waits[team].1 += stage.jobs;
                }
            }
        }
        legend
            .teams
            .iter()
            .zip(&summary.teams)
            .zip(waits)
            .map(|((team, totals), (wait, jobs))| {
                let people_open = f64::from(team.people) * totals.open as f64;
                let (busy, blocked) = (totals.busy as f64, totals.blocked as f64);
                TeamFigures {
                    id: team.id,
                    utilisation: Figure::ratio(busy, people_open),
                    blocked: Figure::ratio(blocked, people_open),
                    idle: Figure::ratio(people_open - busy - blocked, people_open),
                    hours: Figure::of(busy / MS_PER_HOUR),
                    queue_length: Figure::ratio(totals.queue as f64, length),
                    wait: Figure::ratio(wait / MS_PER_SECOND, jobs),
                }
            })
            .collect()
    }
}

impl ItemsTally {
    fn lead_time(&mut self, has_target: bool) -> LeadTime {
        let n = self.lead_times.len();
        if n == 0 {
            return LeadTime::default();
        }
        let quantiles = self.lead_times.quantiles(Percentiles::shares());
        LeadTime {
            mean: seconds_per(self.total, n as f64),
            sd: self.sd(n),
            longest: Figure::of(self.longest as f64 / MS_PER_SECOND),
            percentiles: quantiles
                .as_ref()
                .map(Percentiles::of_millis)
                .unwrap_or_default(),
            within_target: if has_target {
                Figure::ratio(self.within as f64, n as f64)
            } else {
                Figure::default()
            },
        }
    }

    /// The standard deviation with n − 1. Squares are taken about a whole number near the mean, so
    /// that everything but the last step is exact.
    fn sd(&self, n: u64) -> Figure {
        let near = u128::from(self.total / n);
        let rest = u128::from(self.total % n);
        // Σ(x − near)² = Σx² − 2·near·Σx + n·near², and Σ(x − near) = rest.
        let about = self.squares + u128::from(n) * near * near - 2 * near * u128::from(self.total);
        let rest = rest as f64;
        let squares = about as f64 - rest * rest / n as f64;
        Figure::ratio(squares, n as f64 - 1.0)
            .value()
            .map_or_else(Figure::default, |variance| {
                Figure::of(libm::sqrt(variance.max(0.0)) / MS_PER_SECOND)
            })
    }

    fn add_all(&mut self, other: &Self) {
        self.lead_times.add_all(&other.lead_times);
        self.total += other.total;
        self.squares += other.squares;
        self.longest = self.longest.max(other.longest);
        self.within += other.within;
    }
}

impl StreamTally {
    fn finish(
        mut self,
        legend: &Legend,
        place: usize,
        summary: &RunSummary,
        length: f64,
    ) -> StreamFigures {
        let terms = &legend.streams[place];
        let has_target = terms.target.is_some();
        let delayed: Option<f64> = terms.costs_of_delay.as_ref().map(|costs| {
            let all = costs.iter().zip(&self.classes);
            all.map(|(cost, items)| cost * items.total as f64 / MS_PER_DAY)
                .sum()
        });
        let classes = terms
            .classes
            .iter()
            .zip(&mut self.classes[1..])
            .map(|(&id, items)| ClassFigures {
                id,
                items: items.lead_times.len(),
                lead_time: items.lead_time(has_target),
            })
            .collect();
        let mut all_classes = std::mem::take(&mut self.classes);
        let (all, with_class) = all_classes
            .split_first_mut()
            .expect("the first is for items without a class");
        for items in with_class {
            all.add_all(items);
        }
        let items = all.lead_times.len();
        let n = items as f64;
        let lead_time = all.lead_time(has_target);

        let total = self.path.total() as f64;
        let rework: u64 = self.path.0[1].total();
        let working = self.path.of(Slice::Working) as f64;
        let stages = || self.own_stages(legend);
        let visits: u64 = self.stages.iter().map(|stage| stage.visits).sum();
        let beyond_first: u64 = self.stages.iter().map(|stage| stage.beyond_first).sum();
        let wasted: f64 = self.stages.iter().map(|stage| stage.wasted).sum();
        let manual: f64 = stages()
            .filter(|(_, terms)| terms.needs_person)
            .map(|(stage, _)| stage.person_work)
            .sum();
        let cost: f64 = stages()
            .map(|(stage, terms)| {
                stage.person_work / MS_PER_HOUR * terms.cost_per_person_hour
                    + stage.started as f64 * terms.cost_per_visit
            })
            .sum();
        let of_value = stages().filter(|(_, terms)| terms.adds_value);
        let adding: u64 = of_value
            .clone()
            .map(|(stage, _)| stage.path.of(Slice::Working))
            .sum();
        let turned_away = summary.turned_away[place] as f64;

        StreamFigures {
            id: terms.id,
            items,
            lead_time,
            breakdown: self.path.breakdown(n),
            handoff_share: Figure::ratio(self.path.of(Slice::Handoff) as f64, total),
            interface_delay_share: Figure::ratio(self.interface as f64, total - working),
            coordination_share: Figure::ratio(self.coordination as f64, total),
            rework: Rework {
                visits_beyond_first: Figure::ratio(beyond_first as f64, n),
                items: Figure::ratio(self.gone_back as f64, n),
                load: Figure::ratio(beyond_first as f64, visits as f64),
                time: seconds_per(rework, n),
                wasted_work: Figure::ratio(wasted / MS_PER_SECOND, n),
            },
            effort: self.effort(legend).breakdown(n),
            turned_away: Figure::of(turned_away),
            turned_away_share: Figure::ratio(
                turned_away,
                turned_away + self.measured_arrived as f64,
            ),
            feedback_items: Figure::of(self.feedback_items as f64),
            throughput_per_day: Figure::ratio(
                summary.done_by_stream[place] as f64,
                length / MS_PER_DAY,
            ),
            wip: Figure::ratio(summary.wip[place] as f64, length),
            activity_ratio: Figure::ratio(working, total),
            value_ratio: if of_value.count() > 0 {
                Figure::ratio(adding as f64, total)
            } else {
                Figure::default()
            },
            rolled_ca: terms.rolled_ca,
            automation: self.automation(legend, n),
            manual_hours_per_item: Figure::ratio(manual / MS_PER_HOUR, n),
            cost_per_item: if legend.has_prices {
                Figure::ratio(cost, n)
            } else {
                Figure::default()
            },
            cost_of_delay_per_item: delayed
                .map_or_else(Figure::default, |money| Figure::ratio(money, n)),
            touchpoints: Figure::ratio(self.touchpoints as f64, n),
            systems: Figure::ratio(self.systems as f64, n),
            classes,
            by_phase: self.parts(&legend.phases, n, |s| s.phase, |w| w.phase, legend),
            by_team: self.parts(
                &legend.teams_as_parts,
                n,
                |stage| stage.team_part,
                |way| way.team_part,
                legend,
            ),
            by_value: {
                let between = legend.values.len() - 1;
                self.parts(&legend.values, n, |s| s.value_part, |_| between, legend)
            },
            teams: self.team_shares(legend, n),
            stages: self.stage_figures(legend, n),
            handoffs: self.handoff_figures(legend, n),
            histogram: all.lead_times.histogram(),
        }
    }

    /// Returns what was counted at the stages where its items can come, with their terms.
    pub(super) fn own_stages<'t, 'l: 't>(
        &'t self,
        legend: &'l Legend,
    ) -> impl Iterator<Item = (&'t StageTally, &'l StageTerms)> + Clone {
        let own = &legend.streams[self.place].stages;
        let terms = own.iter().map(|&place| &legend.stages[place as usize]);
        self.stages.iter().zip(terms)
    }

    fn own_handoffs<'t, 'l: 't>(
        &'t self,
        legend: &'l Legend,
    ) -> impl Iterator<Item = (&'t HandoffTally, &'l HandoffTerms)> + Clone {
        let own = &legend.streams[self.place].handoffs;
        let terms = own.iter().map(|&place| &legend.handoffs[place as usize]);
        self.handoffs.iter().zip(terms)
    }

    /// All visits and passages, on the path or not.
    fn effort(&self, legend: &Legend) -> PathTally {
        let mut effort = PathTally::default();
        for stage in &self.stages {
            effort.add_all(stage.effort);
        }
        for (handoff, terms) in self.own_handoffs(legend) {
            if terms.kind != HandoffKind::Feedback {
                for (pass, time) in effort.0.iter_mut().zip(handoff.effort) {
                    pass[Slice::Handoff] += time;
                }
            }
        }
        effort
    }

    fn automation(&self, legend: &Legend, items: f64) -> AutomationCoverage {
        let (mut visits, mut unaided, mut work, mut unaided_work) = (0, 0, 0, 0);
        for (stage, terms) in self.own_stages(legend) {
            visits += stage.visits;
            work += stage.work;
            if !terms.needs_person {
                unaided += stage.visits;
                unaided_work += stage.work;
            }
        }
        let (mut passages, mut automatic) = (0, 0);
        for (handoff, terms) in self.own_handoffs(legend) {
            if terms.kind != HandoffKind::Feedback {
                passages += handoff.set_out;
                automatic += u64::from(terms.is_automatic) * handoff.set_out;
            }
        }
        AutomationCoverage {
            all: Figure::ratio((unaided + automatic) as f64, (visits + passages) as f64),
            items: Figure::ratio(self.untouched as f64, items),
            visits: Figure::ratio(unaided as f64, visits as f64),
            handoffs: Figure::ratio(automatic as f64, passages as f64),
            time: Figure::ratio(unaided_work as f64, work as f64),
        }
    }

    fn team_shares(&self, legend: &Legend, items: f64) -> Vec<TeamShare> {
        let mut hours = vec![0.0; legend.teams.len()];
        for (stage, terms) in self.own_stages(legend) {
            if let Some(team) = terms.team {
                hours[team] += stage.person_work / MS_PER_HOUR;
            }
        }
        legend
            .teams
            .iter()
            .zip(hours)
            .map(|(team, hours)| TeamShare {
                id: team.id,
                hours_per_item: Figure::ratio(hours, items),
                cost_per_item: team
                    .cost_per_hour
                    .map_or_else(Figure::default, |price| Figure::ratio(hours * price, items)),
            })
            .collect()
    }

    /// Divides the lead time: each stage and handoff goes to one part, the door to the last. Parts
    /// where no item of the stream can come are left out.
    fn parts(
        &self,
        parts: &[Part],
        items: f64,
        part_of_stage: impl Fn(&StageTerms) -> usize,
        part_of_handoff: impl Fn(&HandoffTerms) -> usize,
        legend: &Legend,
    ) -> Vec<PartFigures> {
        let mut paths = vec![PathTally::default(); parts.len()];
        let mut is_own = vec![false; parts.len()];
        for (stage, terms) in self.own_stages(legend) {
            let part = part_of_stage(terms);
            is_own[part] = true;
            paths[part].add_all(stage.path);
        }
        for (handoff, terms) in self.own_handoffs(legend) {
            let part = part_of_handoff(terms);
            is_own[part] = true;
            let path = &mut paths[part];
            for (pass, time) in path.0.iter_mut().zip(handoff.path) {
                pass[Slice::Handoff] += time;
            }
        }
        if let (Some(between), Some(is_own)) = (paths.last_mut(), is_own.last_mut()) {
            between.0[0][Slice::Blocked] += self.door;
            *is_own = true;
        }
        parts
            .iter()
            .zip(paths)
            .zip(is_own)
            .filter(|(_, is_own)| *is_own)
            .map(|((part, path), _)| PartFigures {
                part: part.clone(),
                lead_time: path.lead_time(items),
                on_path: path.breakdown(items),
            })
            .collect()
    }

    fn stage_figures(&self, legend: &Legend, items: f64) -> Vec<StageFigures> {
        self.own_stages(legend)
            .map(|(stage, terms)| StageFigures {
                id: terms.id,
                visits_per_item: Figure::ratio(stage.visits as f64, items),
                visits: visits_told_apart(stage, items),
                work: seconds_per(stage.work, stage.started as f64),
                work_per_item: seconds_per(stage.work, items),
                team_wait: seconds_per(stage.team_wait, stage.shares as f64),
                wait: seconds_per(stage.wait, stage.shares as f64),
                had_to_wait: Figure::ratio(stage.had_to_wait as f64, stage.shares as f64),
                elapsed: seconds_per(stage.elapsed, stage.left as f64),
                criticality: Figure::ratio(stage.plain_path.items as f64, items),
                lead_time: stage.path.lead_time(items),
                on_path: stage.path.breakdown(items),
            })
            .collect()
    }

    fn handoff_figures(&self, legend: &Legend, items: f64) -> Vec<HandoffFigures> {
        self.own_handoffs(legend)
            .map(|(handoff, terms): (&HandoffTally, _)| HandoffFigures {
                id: terms.id,
                from: terms.from,
                to: terms.to,
                kind: terms.kind,
                passages_per_item: Figure::ratio(handoff.set_out as f64, items),
                delay: seconds_per(handoff.delay, handoff.arrived as f64),
                criticality: Figure::ratio(handoff.items_on_path as f64, items),
                on_path: passes(handoff.path, items),
            })
            .collect()
    }
}

/// As many items begin exactly n visits as begin visit n and do not begin visit n + 1.
fn visits_told_apart(stage: &StageTally, items: f64) -> [Figure; VISITS_TOLD_APART] {
    std::array::from_fn(|visits| {
        let begun = match visits.checked_sub(1) {
            None => items,
            Some(pass) => stage.by_pass[pass] as f64,
        };
        let beyond = stage.by_pass.get(visits).map_or(0.0, |&count| count as f64);
        Figure::ratio(begun - beyond, items)
    })
}
