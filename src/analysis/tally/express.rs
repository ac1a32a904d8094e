//! Counting an express run: its sums, where records would have been added one by one.

use crate::sim::{HandoffSums, Marks, QuickItem, QuickSink, Slice, Slices, StageSums, Totals};

use super::Tally;
use crate::analysis::legend::PERSON;

impl Tally<'_> {
    /// Returns whether what this has to know of items can be had from an express run.
    pub fn can_go_express(&self) -> bool {
        self.legend.marks.is_some()
    }

    fn add_stage(&mut self, sums: &StageSums, stream: u32) {
        let legend = self.legend;
        let terms = &legend.stages[sums.stage as usize];
        let crew = u64::from(sums.crew);
        self.plain_work_in_window += sums.started_in_window * crew;
        let of_stream = &mut self.streams[stream as usize];
        let slot = legend.stage_slots.of(stream, sums.stage);
        let stage = &mut of_stream.stages[slot];

        let (first, plain) = (&sums.first, &mut stage.plain);
        plain.count += first.count;
        plain.working += first.working;
        plain.team_wait += first.wait;
        plain.wait += first.wait;
        plain.had_to_wait += first.had_to_wait;
        plain.crew = crew;

        for (is_rework, later) in [false, true].into_iter().zip(&sums.later) {
            stage.visits += later.count;
            stage.started += later.count;
            stage.shares += later.count;
            stage.left += later.count;
            stage.jobs += later.count as f64;
            stage.work += later.working;
            stage.person_work += (later.working * crew) as f64;
            stage.team_wait += later.wait;
            stage.wait += later.wait;
            stage.job_wait += later.wait as f64;
            stage.had_to_wait += later.had_to_wait;
            stage.elapsed += later.working + later.wait;
            stage.beyond_first += if is_rework { later.count } else { 0 };
            stage
                .effort
                .add(is_rework, &slices(later.working, later.wait));
        }
        for (count, found) in stage.by_pass.iter_mut().zip(&sums.by_pass) {
            *count += found;
        }

        let [once, again] = sums.path.map(|path| slices(path.working, path.wait));
        stage.plain_path.slices += once;
        stage.plain_path.items += sums.items_on_path;
        stage.path.add(true, &again);
        of_stream.path.add(false, &once);
        of_stream.path.add(true, &again);
        of_stream.touchpoints += sums.items_on_path * terms.touchpoints;
    }

    fn add_handoff(&mut self, sums: &HandoffSums, stream: u32) {
        let legend = self.legend;
        let of_stream = &mut self.streams[stream as usize];
        let slot = legend.handoff_slots.of(stream, sums.handoff);
        let handoff = &mut of_stream.handoffs[slot];
        handoff.set_out += sums.count;
        handoff.arrived += sums.count;
        handoff.items_on_path += sums.items_on_path;
        let mut on_path = 0;
        for (is_rework, (delay, path)) in [false, true]
            .into_iter()
            .zip(sums.delay.iter().zip(&sums.path))
        {
            handoff.delay += delay;
            handoff.effort[usize::from(is_rework)] += delay;
            handoff.path[usize::from(is_rework)] += path;
            on_path += path;
            let mut slices = Slices::default();
            slices[Slice::Handoff] = *path;
            of_stream.path.add(is_rework, &slices);
        }
        of_stream.interface += on_path;
        if legend.handoff_flags[sums.handoff as usize].is_manual {
            of_stream.coordination += on_path;
        }
    }
}

fn slices(working: u64, wait: u64) -> Slices {
    let mut slices = Slices::default();
    slices[Slice::Working] = working;
    slices[Slice::TeamWait] = wait;
    slices
}

impl QuickSink for Tally<'_> {
    #[inline]
    fn done(&mut self, item: &QuickItem) {
        if !item.is_measured {
            self.count_before(item.stream, item.arrived, item.done);
            return;
        }
        self.measured_done += 1;
        let lead_time = item.done.since(item.arrived);
        self.count_lead_time(item.stream, item.demand, item.arrived, item.done);
        let stream = &mut self.streams[item.stream as usize];
        stream.gone_back += u64::from(item.has_gone_back);
        self.not_adding_up += u64::from(item.adds_up_to != lead_time);
        let [all, on_path] = item.marks;
        if self.legend.streams[item.stream as usize].may_need_nobody {
            stream.untouched += u64::from(all & PERSON == 0);
        }
        stream.systems += u64::from((on_path & !PERSON).count_ones());
    }

    fn totals(&mut self, totals: &Totals) {
        let stream_of = |demand: u32| totals.demands[demand as usize].stream;
        for demand in &totals.demands {
            let stream = &mut self.streams[demand.stream as usize];
            stream.measured_arrived += demand.measured;
            stream.interface += demand.wait_across_teams;
        }
        for sums in &totals.stages {
            self.add_stage(sums, stream_of(sums.demand));
        }
        for sums in &totals.handoffs {
            self.add_handoff(sums, stream_of(sums.demand));
        }
    }

    fn marks(&self) -> Option<&Marks> {
        let marks = self.legend.marks.as_ref()?;
        (!marks.stages.is_empty()).then_some(marks)
    }
}
