//! The Flow as numbers: who arrives where, which ways are open to whom, in which order.

use crate::graph::Flow;
use crate::model::{
    Arrivals, ClassId, Distribution, Exit, HandoffKind, Model, Only, Share, Span, StreamId,
};

/// Stages by place in the Model, and the Flow's handoffs between them.
pub(super) struct Network<'a> {
    pub model: &'a Model,
    pub flow: &'a Flow,
    /// By handoff of the Flow: the places of its two ends.
    pub ends: Vec<(usize, usize)>,
    /// By stage: the forward handoffs out.
    pub forward_out: Vec<Vec<usize>>,
    /// By stage: the forward handoffs in.
    pub forward_in: Vec<Vec<usize>>,
    /// By stage: the rework handoffs out.
    pub rework_out: Vec<Vec<usize>>,
    /// By stage: the feedback handoffs out.
    pub feedback_out: Vec<Vec<usize>>,
    /// The stages, each after those that lead to it by forward handoffs.
    pub order: Vec<usize>,
    /// By stage: its place in `order`.
    pub rank: Vec<usize>,
}

/// Whose ways are meant: items of a stream and maybe a class.
#[derive(Clone, Copy)]
pub(super) struct Who {
    pub stream: StreamId,
    pub class: Option<ClassId>,
}

/// What a demand brings.
pub(super) struct Arriving {
    pub who: Who,
    /// Where, by place.
    pub at: Vec<usize>,
    /// Items per millisecond in the long run; none for lists of dates and a backlog.
    pub rate: Option<f64>,
    /// Items of a list.
    pub listed: usize,
}

impl<'a> Network<'a> {
    /// Reads a Flow; nothing when its forward handoffs have a cycle or name stages that are gone.
    pub fn of(model: &'a Model, flow: &'a Flow) -> Option<Self> {
        let stages = model.stages.len();
        let ends: Vec<(usize, usize)> = flow
            .handoffs
            .iter()
            .map(|handoff| {
                let from = model.stages.position(handoff.from)?;
                let to = model.stages.position(handoff.to)?;
                Some((from, to))
            })
            .collect::<Option<_>>()?;
        let mut forward_out = vec![Vec::new(); stages];
        let mut forward_in = vec![Vec::new(); stages];
        let mut rework_out = vec![Vec::new(); stages];
        let mut feedback_out = vec![Vec::new(); stages];
        for (handoff, &(from, to)) in ends.iter().enumerate() {
            match flow.handoffs[handoff].kind {
                HandoffKind::Forward => {
                    forward_out[from].push(handoff);
                    forward_in[to].push(handoff);
                }
                HandoffKind::Rework { .. } => rework_out[from].push(handoff),
                HandoffKind::Feedback => feedback_out[from].push(handoff),
            }
        }
        let mut missing: Vec<usize> = forward_in.iter().map(Vec::len).collect();
        let mut order: Vec<usize> = (0..stages).filter(|&stage| missing[stage] == 0).collect();
        let mut next = 0;
        while let Some(&stage) = order.get(next) {
            next += 1;
            for &handoff in &forward_out[stage] {
                let to = ends[handoff].1;
                missing[to] -= 1;
                if missing[to] == 0 {
                    order.push(to);
                }
            }
        }
        if order.len() < stages {
            return None;
        }
        let mut rank = vec![0; stages];
        for (place, &stage) in order.iter().enumerate() {
            rank[stage] = place;
        }
        Some(Self {
            model,
            flow,
            ends,
            forward_out,
            forward_in,
            rework_out,
            feedback_out,
            order,
            rank,
        })
    }

    /// Returns whether a handoff is open to these items.
    pub fn is_open(&self, handoff: usize, who: Who) -> bool {
        let only = &self.flow.handoffs[handoff].only;
        only.is_empty()
            || only.iter().any(|only| match *only {
                Only::Stream(stream) => stream == who.stream,
                Only::Class(class) => Some(class) == who.class,
            })
    }

    /// Returns the probability or weight of a handoff.
    pub fn share(&self, handoff: usize, left_out: f64) -> f64 {
        self.flow.handoffs[handoff]
            .share
            .map_or(left_out, Share::get)
    }

    /// Returns the forward handoffs open to these items at a stage, each with the share of the
    /// items that go on which take it: all of them when the exit is *take all*.
    pub fn ways(&self, stage: usize, who: Who) -> Vec<(usize, f64)> {
        let mut ways: Vec<(usize, f64)> = self.forward_out[stage]
            .iter()
            .filter(|&&handoff| self.is_open(handoff, who))
            .map(|&handoff| (handoff, 1.0))
            .collect();
        if self.flow.stages[stage].exit == Exit::ChooseOne {
            let sum: f64 = ways.iter().map(|&(way, _)| self.share(way, 1.0)).sum();
            if sum > 0.0 {
                for (way, share) in &mut ways {
                    *share = self.share(*way, 1.0) / sum;
                }
            } else {
                ways.clear();
            }
        }
        ways
    }

    /// Returns what each demand brings, in the Flow's order.
    pub fn arriving(&self) -> Vec<Arriving> {
        let mut all = Vec::new();
        for arrival in &self.flow.arrivals {
            let Some(demand) = self.model.streams.find(arrival.stream).and_then(|stream| {
                stream
                    .demands
                    .iter()
                    .find(|demand| demand.id == arrival.demand)
            }) else {
                continue;
            };
            let (rate, listed) = match &demand.arrivals {
                Arrivals::Every { gap, batch } => {
                    let gap = Distribution::mean(gap, Span::DAY, Span::WEEK);
                    (Some(f64::from(*batch) / gap), 0)
                }
                Arrivals::Dates(dates) => (None, dates.len()),
                Arrivals::Backlog => (None, 0),
            };
            all.push(Arriving {
                who: Who {
                    stream: arrival.stream,
                    class: demand.class.as_ref().map(|class| class.id),
                },
                at: arrival
                    .at
                    .iter()
                    .filter_map(|&stage| self.model.stages.position(stage))
                    .collect(),
                rate,
                listed,
            });
        }
        all
    }
}
