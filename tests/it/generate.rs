//! Random valid models with every field and every Change, for tests of whatever takes a Model.
//!
//! Built from a seed and a size rather than from combined strategies: quick to compile and to run,
//! and shrinking the size still gives a small model.

use std::sync::Arc;

use anabranch::model::*;
use proptest::prelude::*;

/// Models of up to a dozen elements a table.
pub fn models() -> impl Strategy<Value = Model> {
    (any::<u64>(), 0_usize..12).prop_map(|(seed, size)| model(seed, size))
}

/// The model of a seed, with up to `size` elements a table. The invariants of `model` hold in it;
/// it need not make sense as a stream.
pub fn model(seed: u64, size: usize) -> Model {
    let mut maker = Maker {
        state: seed,
        size,
        slugs: 0,
    };
    maker.model()
}

/// One Change of every kind and of every field, on elements that may not exist.
pub fn every_change(seed: u64) -> Vec<Change> {
    let mut maker = Maker {
        state: seed,
        size: 3,
        slugs: 0,
    };
    (0..SUBJECTS)
        .flat_map(|subject| (0..MOST_KINDS).map(move |kind| (subject, kind)))
        .map(|(subject, kind)| maker.change_of(subject, kind, 1))
        .collect()
}

const SUBJECTS: usize = 11;
/// At least as many as a subject has kinds of Changes, fields included.
const MOST_KINDS: usize = 40;

struct Maker {
    state: u64,
    size: usize,
    slugs: usize,
}

impl Maker {
    /// SplitMix64 (Steele, Lea and Flood 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn yes(&mut self) -> bool {
        self.below(2) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.yes().then(|| make(self))
    }

    fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }

    fn text(&mut self) -> String {
        const PARTS: [&str; 14] = [
            "",
            "Script",
            " ",
            "Prüfung",
            "\"",
            "\\",
            "\n",
            "\r\n",
            "\t",
            "日本",
            "\u{1}\u{7f}",
            "// no comment",
            "(a: [1])",
            "🎬",
        ];
        self.some(3, |maker| maker.pick(&PARTS)).concat()
    }

    fn id<I: Id>(&mut self) -> I {
        self.slugs += 1;
        let word = self.pick(&["a", "legal-review", "x_1.y", "prüfung"]);
        I::from_slug(Slug::new(&format!("{word}-{}", self.slugs)).expect("a slug"))
    }

    fn u32(&mut self) -> u32 {
        self.pick(&[0, 1, 2, 3, 17, u32::MAX])
    }

    fn count(&mut self) -> u32 {
        self.u32().max(1)
    }

    fn i32(&mut self) -> i32 {
        self.pick(&[0, 1, -1, 5, i32::MIN, i32::MAX])
    }

    fn number(&mut self) -> f64 {
        self.pick(&[
            0.0,
            1.0,
            -1.0,
            0.1,
            120.0,
            -12.5,
            1.0 / 3.0,
            1e-7,
            123_456_789.125,
            1e21,
            f64::MAX,
            f64::MIN_POSITIVE,
        ])
    }

    fn share(&mut self) -> Share {
        let share = self.next() as f64 / u64::MAX as f64;
        let share = self.pick(&[0.0, 1.0, 0.85, 0.07, share]);
        Share::new(share).expect("from 0 to 1")
    }

    fn money(&mut self) -> Money {
        Money::new(self.number()).expect("finite")
    }

    fn colour(&mut self) -> Colour {
        Colour::hex(self.next() as u32 & 0xff_ff_ff)
    }

    fn point(&mut self) -> WorldPoint {
        WorldPoint::new(self.number(), self.number())
    }

    fn placement(&mut self) -> Placement {
        Placement {
            position: self.maybe(Self::point),
            size: self.maybe(|maker| {
                WorldSize::new(1.0 + maker.number().abs(), 0.5 + maker.number().abs())
            }),
            colour: self.maybe(Self::colour),
            is_locked: self.yes(),
        }
    }

    fn time<T: Time>(&mut self) -> T {
        let text = self.pick(&[
            "0",
            "1ms",
            "90m",
            "3h",
            "2d 4h",
            "1w",
            "1.5d",
            "0.123456789w 1d 59m 1s",
            "10d",
            "4000h",
        ]);
        T::parse(text).expect("a time")
    }

    fn distribution<T: Time>(&mut self) -> Distribution<T> {
        let [a, b, c] = [self.time(), self.time(), self.time()];
        match self.below(11) {
            0 => Distribution::Fixed(a),
            1 => Distribution::Uniform { min: a, max: b },
            2 => Distribution::Triangular {
                min: a,
                mode: b,
                max: c,
            },
            3 => Distribution::Pert {
                min: a,
                mode: b,
                max: c,
            },
            4 => Distribution::Normal { mean: a, sd: b },
            5 => Distribution::Lognormal { mean: a, sd: b },
            6 => Distribution::Exponential { mean: a },
            7 => Distribution::Gamma { mean: a, sd: b },
            8 => Distribution::Weibull {
                mean: a,
                shape: self.pick(&[1.5, 0.3, 1e9, 1.0 / 3.0]),
            },
            9 => Distribution::Estimate { median: a, p90: b },
            _ => Distribution::Samples(vec![a, b, c]),
        }
    }

    fn zone(&mut self) -> Zone {
        let name = self.pick(&[
            "UTC",
            "Europe/Berlin",
            "America/Los_Angeles",
            "Asia/Kolkata",
        ]);
        Zone::new(name).expect("a zone")
    }

    fn date(&mut self) -> Date {
        let date = self.pick(&[
            "2026-01-05",
            "2024-02-29",
            "1970-01-01",
            "9999-12-30",
            "-000044-03-15",
        ]);
        parse_date(date).expect("a date")
    }

    fn date_time(&mut self) -> DateTime {
        let time = self.pick(&["00:00", "09:30", "23:59:59", "12:00:00.123456789"]);
        parse_date_time(&format!("{} {time}", self.date())).expect("a date and time")
    }

    fn minutes(&mut self, most: u16) -> TimeOfDay {
        let minutes = self.pick(&[0, 540, 1020, 1439, 1440]);
        TimeOfDay::from_minutes(minutes.min(most)).expect("up to 24:00")
    }

    fn spans(&mut self) -> Vec<DaySpan> {
        self.some(2, |maker| DaySpan {
            from: maker.minutes(1439),
            to: maker.minutes(1440),
        })
    }

    fn hours(&mut self) -> WeeklyHours {
        let often = self.spans();
        WeeklyHours::new(std::array::from_fn(|_| {
            if self.yes() {
                often.clone()
            } else {
                self.spans()
            }
        }))
    }

    fn rhythm(&mut self) -> Rhythm {
        if self.yes() {
            let time = self.pick(&["1ms", "3d", "2w", "36h"]);
            return Rhythm::Every(ElapsedTime::parse(time).expect("a time"));
        }
        let mut slots = self.some(4, |maker| WeeklySlot {
            day: maker.pick(&Weekday::ALL),
            time: maker.minutes(1439),
        });
        slots.push(WeeklySlot {
            day: Weekday::Tue,
            time: self.minutes(1439),
        });
        slots.sort_unstable();
        slots.dedup();
        Rhythm::Weekly(slots)
    }

    fn evidence(&mut self) -> Evidence {
        Evidence {
            kind: self.pick(&[
                EvidenceKind::Measured,
                EvidenceKind::Estimated,
                EvidenceKind::Guessed,
            ]),
            by: self.text(),
        }
    }

    fn phase(&mut self) -> Phase {
        let own = Phase::Own(self.text());
        let standard = self.pick(&Phase::STANDARD);
        self.pick(&[own, standard])
    }

    fn rework_work(&mut self) -> ReworkWork {
        if self.yes() {
            ReworkWork::Factor(self.number().abs())
        } else {
            ReworkWork::Work(self.distribution())
        }
    }

    fn class_work(&mut self) -> Vec<(ClassId, Distribution<WorkTime>)> {
        self.some(2, |maker| (maker.id(), maker.distribution()))
    }

    fn batch(&mut self) -> Batch {
        Batch {
            size: self.count(),
            longest_wait: self.maybe(Self::time),
        }
    }

    fn automation(&mut self) -> Automation {
        self.pick(&[
            Automation::Manual,
            Automation::Assisted,
            Automation::Automatic,
        ])
    }

    fn value(&mut self) -> Value {
        self.pick(&[Value::Adds, Value::Necessary, Value::Waste])
    }

    fn trigger(&mut self) -> Trigger {
        match self.below(3) {
            0 => Trigger::Manual(self.distribution()),
            1 => Trigger::Scheduled {
                rhythm: self.rhythm(),
                zone: self.maybe(Self::zone),
                slots: self.maybe(Self::u32),
            },
            _ => Trigger::Automatic(self.time()),
        }
    }

    fn kind(&mut self) -> HandoffKind {
        let at_most = self.maybe(Self::u32);
        self.pick(&[
            HandoffKind::Forward,
            HandoffKind::Rework { at_most },
            HandoffKind::Feedback,
        ])
    }

    fn class(&mut self) -> Class {
        Class {
            id: self.id(),
            name: self.text(),
            priority: self.maybe(Self::i32),
            cost_of_delay: self.maybe(Self::money),
        }
    }

    fn arrivals(&mut self) -> Arrivals {
        match self.below(3) {
            0 => Arrivals::Every {
                gap: self.distribution(),
                batch: self.count(),
            },
            1 => Arrivals::Dates(self.some(3, Self::date_time)),
            _ => Arrivals::Backlog,
        }
    }

    fn target(&mut self) -> Target {
        if self.yes() {
            Target::LeadTime(self.time())
        } else {
            Target::Date(self.date_time())
        }
    }

    fn scorecard(&mut self) -> Vec<ScorecardEntry> {
        self.some(2, |maker| ScorecardEntry {
            name: maker.text(),
            now: maker.maybe(Self::number),
            target: maker.maybe(Self::number),
            floor: maker.maybe(Self::number),
        })
    }

    fn special_days(&mut self) -> Vec<SpecialDay> {
        self.some(2, |maker| SpecialDay {
            date: maker.date(),
            hours: maker.spans(),
        })
    }

    fn frame(&mut self) -> WorldRect {
        WorldRect {
            min: self.point(),
            max: self.point(),
        }
    }

    fn calendar(&mut self) -> Calendar {
        Calendar {
            id: self.id(),
            name: self.text(),
            hours: self.hours(),
            zone: self.zone(),
            holidays: self.some(3, Self::date),
            special_days: self.special_days(),
        }
    }

    fn team(&mut self, calendars: &[CalendarId]) -> Team {
        Team {
            id: self.id(),
            name: self.text(),
            people: self.u32(),
            calendar: self.one_of(calendars),
            cost_per_hour: self.maybe(Self::money),
            discipline: self.pick(&[
                Discipline::FirstCome,
                Discipline::Priority,
                Discipline::ShortestWork,
            ]),
            colour: self.maybe(Self::colour),
        }
    }

    fn one_of<T: Copy>(&mut self, ids: &[T]) -> Option<T> {
        (!ids.is_empty() && self.yes()).then(|| self.pick(ids))
    }

    fn few_of<T: Copy>(&mut self, ids: &[T]) -> Vec<T> {
        if ids.is_empty() {
            return Vec::new();
        }
        self.some(2, |maker| maker.pick(ids))
    }

    fn demand(&mut self, stages: &[StageId]) -> Demand {
        Demand {
            id: self.id(),
            class: self.maybe(Self::class),
            arrivals: self.arrivals(),
            at: self.few_of(stages),
        }
    }

    fn stream(&mut self, stages: &[StageId]) -> Stream {
        Stream {
            id: self.id(),
            name: self.text(),
            item: self.text(),
            demands: self.some(2, |maker| maker.demand(stages)),
            priority: self.i32(),
            wip_limit: self.maybe(Self::u32),
            target: self.maybe(Self::target),
            cost_of_delay: self.maybe(Self::money),
            scorecard: self.scorecard(),
            colour: self.maybe(Self::colour),
        }
    }

    fn stage(&mut self, id: StageId, streams: &[StreamId], teams: &[TeamId]) -> Stage {
        Stage {
            id,
            name: self.text(),
            stream: self.one_of(streams),
            phase: self.maybe(Self::phase),
            team: self.one_of(teams),
            crew: self.count(),
            work: self.maybe(Self::distribution),
            class_work: self.class_work(),
            rework_work: self.maybe(Self::rework_work),
            copies: self.count(),
            enough: self.maybe(Self::u32),
            batch: self.maybe(Self::batch),
            setup: self.maybe(Self::distribution),
            limit: self.maybe(Self::u32),
            availability: self.maybe(Self::share),
            automation: self.maybe(Self::automation),
            value: self.maybe(Self::value),
            entry: self.pick(&[Entry::Any, Entry::All]),
            exit: self.pick(&[Exit::ChooseOne, Exit::TakeAll]),
            priority: self.i32(),
            ca: self.maybe(Self::share),
            cost: self.maybe(Self::money),
            systems: self.some(2, Self::text),
            stakeholders: self.some(2, Self::text),
            satisfaction: self.maybe(|maker| 1 + maker.below(5) as u8),
            evidence: self.maybe(Self::evidence),
            notes: self.text(),
            at: self.placement(),
        }
    }

    fn only(&mut self, streams: &[StreamId]) -> Vec<Only> {
        let class = Only::Class(self.id());
        let stream = self.one_of(streams).map(Only::Stream);
        self.some(2, |maker| maker.pick(&[Some(class), stream]))
            .into_iter()
            .flatten()
            .collect()
    }

    fn handoff(&mut self, stages: &[StageId], streams: &[StreamId]) -> Handoff {
        let bends = self.some(3, Self::point);
        Handoff {
            id: self.id(),
            from: self.pick(stages),
            to: self.pick(stages),
            kind: self.kind(),
            trigger: self.trigger(),
            share: self.maybe(Self::share),
            only: self.only(streams),
            needs: self.pick(&[Needs::Required, Needs::Customary]),
            is_relaxed: self.yes(),
            artifact: self.text(),
            inventory: self.maybe(|maker| maker.pick(&[0, 7, u64::MAX])),
            automation_cost: self.maybe(Self::money),
            evidence: self.maybe(Self::evidence),
            notes: self.text(),
            is_tidied: bends.len() == 2,
            bends,
        }
    }

    fn scenario(&mut self, on: Option<ScenarioId>, changes: Vec<Change>) -> Scenario {
        Scenario {
            id: self.id(),
            name: self.text(),
            description: self.text(),
            on,
            changes,
        }
    }

    fn intervention(&mut self, changes: Vec<Change>) -> Intervention {
        Intervention {
            id: self.id(),
            name: self.text(),
            changes,
            once: self.maybe(Self::money),
            yearly: self.maybe(Self::money),
        }
    }

    fn overlay(&mut self) -> Overlay {
        self.pick(&[Overlay::Heat, Overlay::Utilisation, Overlay::Automation])
    }

    fn view(&mut self, scenarios: &[ScenarioId]) -> View {
        View {
            id: self.id(),
            name: self.text(),
            frame: self.maybe(Self::frame),
            scenario: self.one_of(scenarios),
            overlay: self.maybe(Self::overlay),
            caption: self.text(),
            plays: self.yes(),
        }
    }

    fn note(&mut self) -> Note {
        Note {
            id: self.id(),
            kind: self.pick(&[NoteKind::Sticky, NoteKind::Kaizen]),
            text: self.text(),
            at: self.placement(),
        }
    }

    fn group(&mut self, stages: &[StageId]) -> Group {
        Group {
            id: self.id(),
            name: self.text(),
            stages: self.few_of(stages),
            is_collapsed: self.yes(),
            colour: self.maybe(Self::colour),
        }
    }

    fn lane_mode(&mut self) -> LaneMode {
        self.pick(&[
            LaneMode::None,
            LaneMode::Team,
            LaneMode::Phase,
            LaneMode::Stream,
        ])
    }

    fn settings(&mut self) -> Settings {
        Settings {
            start: self.start(),
            horizon: self.maybe(Self::time),
            warm_up: self.maybe(Self::time),
            seed: self.pick(&[0, 1, 7, u64::MAX]),
            precision: self.share(),
        }
    }

    fn start(&mut self) -> Start {
        Start {
            at: self.date_time(),
            zone: self.maybe(Self::zone),
        }
    }

    fn model(&mut self) -> Model {
        let size = self.size;
        let calendars = self.some(size.min(3), Self::calendar);
        let calendar_ids: Vec<_> = calendars.iter().map(|calendar| calendar.id).collect();
        let teams = self.some(size, |maker| maker.team(&calendar_ids));
        let team_ids: Vec<_> = teams.iter().map(|team| team.id).collect();
        let stage_ids: Vec<StageId> = self.some(size, Self::id);
        let streams = self.some(size.min(3), |maker| maker.stream(&stage_ids));
        let stream_ids: Vec<_> = streams.iter().map(|stream| stream.id).collect();
        let stages: Vec<Stage> = stage_ids
            .iter()
            .map(|&id| self.stage(id, &stream_ids, &team_ids))
            .collect();
        let handoffs = if stage_ids.is_empty() {
            Vec::new()
        } else {
            self.some(size, |maker| maker.handoff(&stage_ids, &stream_ids))
        };
        let mut scenarios: Vec<Scenario> = Vec::new();
        for _ in 0..self.below(size.min(3) + 1) {
            let ids: Vec<_> = scenarios.iter().map(|scenario| scenario.id).collect();
            let on = self.one_of(&ids);
            let changes = self.changes(1);
            scenarios.push(self.scenario(on, changes));
        }
        let scenario_ids: Vec<_> = scenarios.iter().map(|scenario| scenario.id).collect();
        Model {
            name: self.text(),
            description: self.text(),
            currency: self.pick(&["EUR", "USD", ""]).to_owned(),
            settings: if self.yes() {
                self.settings()
            } else {
                Settings::default()
            },
            interventions: self
                .some(size.min(2), |maker| {
                    let changes = maker.changes(1);
                    maker.intervention(changes)
                })
                .into_iter()
                .collect(),
            views: self
                .some(size.min(3), |maker| maker.view(&scenario_ids))
                .into_iter()
                .collect(),
            notes: self.some(size.min(3), Self::note).into_iter().collect(),
            groups: self
                .some(size.min(3), |maker| maker.group(&stage_ids))
                .into_iter()
                .collect(),
            lane_mode: self.lane_mode(),
            calendars: calendars.into_iter().collect(),
            teams: teams.into_iter().collect(),
            streams: streams.into_iter().collect(),
            stages: stages.into_iter().collect(),
            handoffs: handoffs.into_iter().collect(),
            scenarios: scenarios.into_iter().collect(),
        }
    }

    fn changes(&mut self, depth: usize) -> Vec<Change> {
        self.some(4, |maker| {
            let (subject, kind) = (maker.below(SUBJECTS), maker.below(MOST_KINDS));
            maker.change_of(subject, kind, depth)
        })
    }

    fn position(&mut self) -> Option<usize> {
        self.maybe(|maker| maker.below(100))
    }

    /// A Change of a kind; `kind` counts through the kinds of the subject and then its fields, and
    /// beyond those begins again. Scenarios inside Changes go `depth` deep.
    fn change_of(&mut self, subject: usize, kind: usize, depth: usize) -> Change {
        match subject {
            0 => Change::Model(self.model_change(kind)),
            1 => Change::Stage(self.stage_change(kind)),
            2 => Change::Handoff(self.handoff_change(kind)),
            3 => Change::Team(self.team_change(kind)),
            4 => Change::Calendar(self.calendar_change(kind)),
            5 => Change::Stream(self.stream_change(kind)),
            6 => Change::Scenario(self.scenario_change(kind, depth)),
            7 => Change::Intervention(self.intervention_change(kind, depth)),
            8 => Change::View(self.view_change(kind)),
            9 => Change::Note(self.note_change(kind)),
            _ => Change::Group(self.group_change(kind)),
        }
    }

    fn model_change(&mut self, kind: usize) -> ModelChange {
        match kind % 9 {
            0 => ModelChange::Name(self.text()),
            1 => ModelChange::Description(self.text()),
            2 => ModelChange::Currency(self.text()),
            3 => ModelChange::Start(self.start()),
            4 => ModelChange::Horizon(self.maybe(Self::time)),
            5 => ModelChange::WarmUp(self.maybe(Self::time)),
            6 => ModelChange::Seed(self.next()),
            7 => ModelChange::Precision(self.share()),
            _ => ModelChange::LaneMode(self.lane_mode()),
        }
    }

    fn stage_change(&mut self, kind: usize) -> StageChange {
        let (streams, teams) = ([self.id()], [self.id()]);
        match kind % 31 {
            0 => {
                let id = self.id();
                StageChange::Add {
                    stage: Arc::new(self.stage(id, &streams, &teams)),
                    position: self.position(),
                }
            }
            1 => StageChange::Remove {
                stages: self.some(3, Self::id),
            },
            2 => StageChange::Move {
                stages: self.some(3, Self::id),
                by: WorldVector::new(self.number(), self.number()),
            },
            3 => StageChange::Reorder {
                stage: self.id(),
                position: self.below(9),
            },
            kind => StageChange::Set {
                stages: self.some(3, Self::id),
                field: self.stage_field(kind - 4),
            },
        }
    }

    fn stage_field(&mut self, kind: usize) -> StageField {
        match kind {
            0 => StageField::Name(self.text()),
            1 => StageField::Stream(self.maybe(Self::id)),
            2 => StageField::Phase(self.maybe(Self::phase)),
            3 => StageField::Team(self.maybe(Self::id)),
            4 => StageField::Crew(self.count()),
            5 => StageField::Work(self.maybe(Self::distribution)),
            6 => StageField::ClassWork(self.class_work()),
            7 => StageField::ReworkWork(self.maybe(Self::rework_work)),
            8 => StageField::Copies(self.count()),
            9 => StageField::Enough(self.maybe(Self::u32)),
            10 => StageField::Batch(self.maybe(Self::batch)),
            11 => StageField::Setup(self.maybe(Self::distribution)),
            12 => StageField::Limit(self.maybe(Self::u32)),
            13 => StageField::Availability(self.maybe(Self::share)),
            14 => StageField::Automation(self.maybe(Self::automation)),
            15 => StageField::Value(self.maybe(Self::value)),
            16 => StageField::Entry(Entry::All),
            17 => StageField::Exit(Exit::TakeAll),
            18 => StageField::Priority(self.i32()),
            19 => StageField::Ca(self.maybe(Self::share)),
            20 => StageField::Cost(self.maybe(Self::money)),
            21 => StageField::Systems(self.some(2, Self::text)),
            22 => StageField::Stakeholders(self.some(2, Self::text)),
            23 => StageField::Satisfaction(self.maybe(|maker| 1 + maker.below(5) as u8)),
            24 => StageField::Evidence(self.maybe(Self::evidence)),
            25 => StageField::Notes(self.text()),
            _ => StageField::At(self.placement()),
        }
    }

    fn handoff_change(&mut self, kind: usize) -> HandoffChange {
        match kind % 17 {
            0 => {
                let ends = [self.id(), self.id()];
                let streams = [self.id()];
                HandoffChange::Add {
                    handoff: Arc::new(self.handoff(&ends, &streams)),
                    position: self.position(),
                }
            }
            1 => HandoffChange::Remove {
                handoffs: self.some(3, Self::id),
            },
            2 => HandoffChange::Reconnect {
                handoff: self.id(),
                from: self.id(),
                to: self.id(),
            },
            3 => HandoffChange::Relax {
                handoffs: self.some(3, Self::id),
                is_relaxed: true,
            },
            4 => HandoffChange::Relax {
                handoffs: self.some(3, Self::id),
                is_relaxed: false,
            },
            5 => HandoffChange::Reorder {
                handoff: self.id(),
                position: self.below(9),
            },
            kind => HandoffChange::Set {
                handoffs: self.some(3, Self::id),
                field: self.handoff_field(kind - 6),
            },
        }
    }

    fn handoff_field(&mut self, kind: usize) -> HandoffField {
        match kind {
            0 => HandoffField::Kind(self.kind()),
            1 => HandoffField::Trigger(self.trigger()),
            2 => HandoffField::Share(self.maybe(Self::share)),
            3 => {
                let streams = [self.id()];
                HandoffField::Only(self.only(&streams))
            }
            4 => HandoffField::Needs(Needs::Customary),
            5 => HandoffField::Artifact(self.text()),
            6 => HandoffField::Inventory(self.maybe(Self::next)),
            7 => HandoffField::AutomationCost(self.maybe(Self::money)),
            8 => HandoffField::Evidence(self.maybe(Self::evidence)),
            9 => HandoffField::Notes(self.text()),
            _ => match self.some(3, Self::point) {
                bends if bends.len() == 2 => HandoffField::Way(bends),
                bends => HandoffField::Bends(bends),
            },
        }
    }

    fn team_change(&mut self, kind: usize) -> TeamChange {
        let team = self.id();
        let field = match kind % 8 {
            0 => {
                let calendars = [self.id()];
                return TeamChange::Add {
                    team: Arc::new(self.team(&calendars)),
                    position: self.position(),
                };
            }
            1 => return TeamChange::Remove { team },
            2 => TeamField::Name(self.text()),
            3 => TeamField::People(self.u32()),
            4 => TeamField::Calendar(self.maybe(Self::id)),
            5 => TeamField::CostPerHour(self.maybe(Self::money)),
            6 => TeamField::Discipline(Discipline::ShortestWork),
            _ => TeamField::Colour(self.maybe(Self::colour)),
        };
        TeamChange::Set { team, field }
    }

    fn calendar_change(&mut self, kind: usize) -> CalendarChange {
        let calendar = self.id();
        let field = match kind % 7 {
            0 => {
                return CalendarChange::Add {
                    calendar: Arc::new(self.calendar()),
                    position: self.position(),
                };
            }
            1 => return CalendarChange::Remove { calendar },
            2 => CalendarField::Name(self.text()),
            3 => CalendarField::Hours(self.hours()),
            4 => CalendarField::Zone(self.zone()),
            5 => CalendarField::Holidays(self.some(3, Self::date)),
            _ => CalendarField::SpecialDays(self.special_days()),
        };
        CalendarChange::Set { calendar, field }
    }

    fn stream_change(&mut self, kind: usize) -> StreamChange {
        let (stream, demand) = (self.id(), self.id());
        let stages = [self.id()];
        let field = match kind % 15 {
            0 => {
                return StreamChange::Add {
                    stream: Arc::new(self.stream(&stages)),
                    position: self.position(),
                };
            }
            1 => return StreamChange::Remove { stream },
            2 => {
                return StreamChange::AddDemand {
                    stream,
                    demand: Arc::new(self.demand(&stages)),
                };
            }
            3 => return StreamChange::RemoveDemand { stream, demand },
            4..=6 => {
                let field = match kind % 15 {
                    4 => DemandField::Class(self.maybe(Self::class)),
                    5 => DemandField::Arrivals(self.arrivals()),
                    _ => DemandField::At(self.some(3, Self::id)),
                };
                return StreamChange::SetDemand {
                    stream,
                    demand,
                    field,
                };
            }
            7 => StreamField::Name(self.text()),
            8 => StreamField::Item(self.text()),
            9 => StreamField::Priority(self.i32()),
            10 => StreamField::WipLimit(self.maybe(Self::u32)),
            11 => StreamField::Target(self.maybe(Self::target)),
            12 => StreamField::CostOfDelay(self.maybe(Self::money)),
            13 => StreamField::Scorecard(self.scorecard()),
            _ => StreamField::Colour(self.maybe(Self::colour)),
        };
        StreamChange::Set { stream, field }
    }

    fn inner_changes(&mut self, depth: usize) -> Vec<Change> {
        match depth.checked_sub(1) {
            Some(depth) => self.changes(depth),
            None => Vec::new(),
        }
    }

    fn scenario_change(&mut self, kind: usize, depth: usize) -> ScenarioChange {
        let scenario = self.id();
        let field = match kind % 6 {
            0 => {
                let changes = self.inner_changes(depth);
                return ScenarioChange::Add {
                    scenario: Arc::new(self.scenario(None, changes)),
                    position: self.position(),
                };
            }
            1 => return ScenarioChange::Remove { scenario },
            2 => ScenarioField::Name(self.text()),
            3 => ScenarioField::Description(self.text()),
            4 => ScenarioField::On(self.maybe(Self::id)),
            _ => ScenarioField::Changes(self.inner_changes(depth)),
        };
        ScenarioChange::Set { scenario, field }
    }

    fn intervention_change(&mut self, kind: usize, depth: usize) -> InterventionChange {
        let intervention = self.id();
        let field = match kind % 6 {
            0 => {
                let changes = self.inner_changes(depth);
                return InterventionChange::Add {
                    intervention: Arc::new(self.intervention(changes)),
                    position: self.position(),
                };
            }
            1 => return InterventionChange::Remove { intervention },
            2 => InterventionField::Name(self.text()),
            3 => InterventionField::Changes(self.inner_changes(depth)),
            4 => InterventionField::Once(self.maybe(Self::money)),
            _ => InterventionField::Yearly(self.maybe(Self::money)),
        };
        InterventionChange::Set {
            intervention,
            field,
        }
    }

    fn view_change(&mut self, kind: usize) -> ViewChange {
        let view = self.id();
        let field = match kind % 9 {
            0 => {
                let scenarios = [self.id()];
                return ViewChange::Add {
                    view: Arc::new(self.view(&scenarios)),
                    position: self.position(),
                };
            }
            1 => return ViewChange::Remove { view },
            2 => {
                return ViewChange::Reorder {
                    view,
                    position: self.below(9),
                };
            }
            3 => ViewField::Name(self.text()),
            4 => ViewField::Frame(self.maybe(Self::frame)),
            5 => ViewField::Scenario(self.maybe(Self::id)),
            6 => ViewField::Overlay(self.maybe(Self::overlay)),
            7 => ViewField::Caption(self.text()),
            _ => ViewField::Plays(self.yes()),
        };
        ViewChange::Set { view, field }
    }

    fn note_change(&mut self, kind: usize) -> NoteChange {
        let field = match kind % 5 {
            0 => {
                return NoteChange::Add {
                    note: Arc::new(self.note()),
                };
            }
            1 => {
                return NoteChange::Remove {
                    notes: self.some(3, Self::id),
                };
            }
            2 => NoteField::Kind(NoteKind::Kaizen),
            3 => NoteField::Text(self.text()),
            _ => NoteField::At(self.placement()),
        };
        NoteChange::Set {
            note: self.id(),
            field,
        }
    }

    fn group_change(&mut self, kind: usize) -> GroupChange {
        let group = self.id();
        let field = match kind % 6 {
            0 => {
                let stages = [self.id()];
                return GroupChange::Add {
                    group: Arc::new(self.group(&stages)),
                };
            }
            1 => return GroupChange::Remove { group },
            2 => GroupField::Name(self.text()),
            3 => GroupField::Stages(self.some(3, Self::id)),
            4 => GroupField::IsCollapsed(self.yes()),
            _ => GroupField::Colour(self.maybe(Self::colour)),
        };
        GroupChange::Set { group, field }
    }
}
