//! Traffic equations: how often an item visits each stage, on average, by arithmetic.

use crate::model::{Entry, HandoffKind};

use super::network::{Arriving, Network};

/// Most steps over handoffs when solving for loops; beyond, a loop is taken as one that never ends.
const MOST_STEPS: usize = 200_000_000;
/// A relative change below this is none.
const SETTLED: f64 = 1e-13;
/// Rounds in which capped loops are fitted to one another.
const MOST_ROUNDS: usize = 40;
/// Most stages × capped loops that are solved one by one; beyond, each is taken as if its items
/// always came back to it.
const MOST_CAPPED: usize = 50_000;

/// What an item of a demand does on average.
#[derive(Clone, Debug)]
pub(super) struct Traffic {
    /// Visits to each stage; ∞ where a loop never ends.
    pub visits: Vec<f64>,
    /// Passages over each handoff of the Flow; of feedback those of the new items.
    pub passages: Vec<f64>,
    system: System,
}

/// A way back: rework, or feedback, whose new items are part of the load.
#[derive(Clone, Copy, Debug)]
struct Back {
    handoff: usize,
    from: usize,
    to: usize,
    /// The share of the visits to `from` that go over it.
    share: f64,
    is_rework: bool,
    /// Most times per item.
    at_most: Option<u32>,
}

/// The equations for the items of one demand.
#[derive(Clone, Debug)]
struct System {
    /// Stages, each after those that lead to it.
    order: Vec<usize>,
    /// By stage: the receivers over its forward handoffs, each with its share of what goes on.
    ways: Vec<Vec<(usize, usize, f64)>>,
    back: Vec<Back>,
    /// By stage: of a join, how many ways are open into it and the last stage that all pass.
    joins: Vec<Option<(f64, Option<usize>)>>,
    inflow: Vec<f64>,
    /// By stage: the share of the visits that go on forward.
    forward: Vec<f64>,
}

/// What is asked of the equations besides the traffic itself.
#[derive(Clone, Copy, Default)]
struct Ask<'a> {
    /// Items come from here instead of the demand.
    from: Option<usize>,
    /// Who goes over this way back is not followed further.
    ends_over: Option<usize>,
    /// Who visits this stage is not followed further.
    ends_at: Option<usize>,
    /// Shares of the ways back; their own when left out.
    shares: Option<&'a [f64]>,
    /// So many passages per item over this way back, whatever its share.
    fixed: Option<(usize, f64)>,
}

impl Traffic {
    /// Solves the traffic equations for the items of a demand.
    ///
    /// The visits per item are v = a + v·P: arrivals, and what comes over each handoff by its share
    /// (Jackson, Operations Research 5, 1957). What merges at a join counts once: with K ways in
    /// that part at a stage D before it, the visits are the sum over the ways less (K − 1) times
    /// what leaves D forward. New items that feedback starts are part of it. The linear system is
    /// solved by Gauss–Seidel sweeps in forward order, exact in one sweep without loops.
    ///
    /// Rework that is drawn at most N times: with f₀ the probability that an item goes over the
    /// handoff at all, and f that one that has gone over it does so again (both from the same
    /// equations with the way cut off behind the handoff), its passages are
    /// f₀·(1 + f + … + f^(N−1)). That is exact where one such loop does not depend on another, and
    /// fitted in rounds where it does.
    ///
    /// Where going back withdraws parallel work the visits are an upper bound.
    pub fn of(network: &Network<'_>, demand: &Arriving) -> Self {
        let mut system = System::of(network, demand);
        system.fit_capped();
        let visits = system.visits(Ask::default());
        let mut passages = vec![0.0; network.ends.len()];
        for (stage, ways) in system.ways.iter().enumerate() {
            for &(handoff, _, share) in ways {
                passages[handoff] = visits[stage] * system.forward[stage] * share;
            }
        }
        for back in &system.back {
            passages[back.handoff] = visits[back.from] * back.share;
        }
        for passages in &mut passages {
            // Nothing of what never ends.
            if passages.is_nan() {
                *passages = 0.0;
            }
        }
        Self {
            visits,
            passages,
            system,
        }
    }

    /// Returns the share of the items that visit a stage at all, from the same equations with the
    /// ways cut off behind it. New items of feedback count like visits of the first.
    pub fn first_visits(&self, stage: usize) -> f64 {
        let ask = Ask {
            ends_at: Some(stage),
            ..Ask::default()
        };
        self.system.visits(ask)[stage].min(self.visits[stage])
    }
}

impl Traffic {
    /// Returns the ways on from a stage: handoff, receiver, share of what goes on.
    pub fn ways(&self, stage: usize) -> &[(usize, usize, f64)] {
        &self.system.ways[stage]
    }

    /// Returns the share of the visits to a stage that go on forward.
    pub fn goes_on(&self, stage: usize) -> f64 {
        self.system.forward[stage]
    }

    /// Returns the ways back of the item itself: sender, receiver, handoff, share of the visits.
    pub fn backs(&self) -> impl Iterator<Item = (usize, usize, usize, f64)> {
        let rework = self.system.back.iter().filter(|back| back.is_rework);
        rework.map(|back| (back.from, back.to, back.handoff, back.share))
    }
}

impl System {
    fn of(network: &Network<'_>, demand: &Arriving) -> Self {
        let who = demand.who;
        let stages = network.order.len();
        let ways: Vec<Vec<(usize, usize, f64)>> = (0..stages)
            .map(|stage| {
                let ways = network.ways(stage, who);
                ways.into_iter()
                    .map(|(way, share)| (way, network.ends[way].1, share))
                    .collect()
            })
            .collect();
        let mut inflow = vec![0.0; stages];
        for &at in &demand.at {
            inflow[at] += 1.0;
        }
        let back: Vec<Back> = network
            .rework_out
            .iter()
            .flatten()
            .chain(&network.feedback)
            .filter(|&&handoff| network.is_open(handoff, who))
            .map(|&handoff| {
                let (from, to) = network.ends[handoff];
                // Without a share it is always taken, as the engine does.
                let share = network.share(handoff, 1.0);
                let kind = network.flow.handoffs[handoff].kind;
                Back {
                    handoff,
                    from,
                    to,
                    share,
                    is_rework: kind != HandoffKind::Feedback,
                    at_most: match kind {
                        HandoffKind::Rework { at_most } => at_most,
                        _ => None,
                    },
                }
            })
            .collect();
        let mut system = Self {
            order: network.order.clone(),
            joins: joins(network, demand, &ways),
            ways,
            back,
            inflow,
            forward: vec![1.0; stages],
        };
        system.set_forward();
        system
    }

    fn set_forward(&mut self) {
        self.forward = self.forward_with(None);
    }

    fn forward_with(&self, shares: Option<&[f64]>) -> Vec<f64> {
        let mut forward = vec![1.0; self.inflow.len()];
        for (n, back) in self.back.iter().enumerate() {
            if back.is_rework {
                forward[back.from] -= shares.map_or(back.share, |shares| shares[n]);
            }
        }
        for share in &mut forward {
            *share = share.max(0.0);
        }
        forward
    }

    /// Gives capped ways back the share of the visits that really goes over them.
    fn fit_capped(&mut self) {
        let capped: Vec<usize> = (0..self.back.len())
            .filter(|&n| self.back[n].at_most.is_some() && self.back[n].share > 0.0)
            .collect();
        if capped.is_empty() {
            return;
        }
        let drawn: Vec<f64> = self.back.iter().map(|back| back.share).collect();
        let mut shares = drawn.clone();
        let most = |n: usize| f64::from(self.back[n].at_most.unwrap_or(u32::MAX));
        for &n in &capped {
            // As if every item that goes back came by again: a geometric number, cut off.
            let visits = sum_of_powers(drawn[n], most(n) + 1.0);
            shares[n] = (drawn[n] * sum_of_powers(drawn[n], most(n)) / visits).min(drawn[n]);
        }
        if capped.len() * self.inflow.len() <= MOST_CAPPED {
            for _ in 0..MOST_ROUNDS {
                let mut change = 0.0_f64;
                for &n in &capped {
                    let fitted = self.fitted(n, drawn[n], most(n), &shares);
                    change = change.max((fitted - shares[n]).abs());
                    shares[n] = fitted;
                }
                if change < 1e-12 {
                    break;
                }
            }
        }
        for (back, share) in self.back.iter_mut().zip(shares) {
            back.share = share;
        }
        self.set_forward();
    }

    /// Returns the share of the visits to its sender that go over a capped way, with those of the
    /// other ways given.
    fn fitted(&self, n: usize, drawn: f64, most: f64, shares: &[f64]) -> f64 {
        let back = &self.back[n];
        let mut uncapped = shares.to_vec();
        uncapped[n] = drawn;
        let over = |from: Option<usize>| {
            let ask = Ask {
                from,
                ends_over: Some(n),
                shares: Some(&uncapped),
                ..Ask::default()
            };
            drawn * self.visits(ask)[back.from]
        };
        let (first, again) = (over(None), over(Some(back.to)).min(1.0));
        let passages = first * sum_of_powers(again, most);
        let ask = Ask {
            shares: Some(shares),
            fixed: Some((n, passages)),
            ..Ask::default()
        };
        let visits = self.visits(ask)[back.from];
        if visits > 0.0 && visits.is_finite() {
            (passages / visits).min(drawn)
        } else {
            drawn
        }
    }

    fn visits(&self, ask: Ask<'_>) -> Vec<f64> {
        let stages = self.inflow.len();
        let mut forward = match ask.shares {
            Some(_) => self.forward_with(ask.shares),
            None => self.forward.clone(),
        };
        let share = |n: usize| match ask.fixed {
            Some((fixed, _)) if fixed == n => 0.0,
            _ => ask.shares.map_or(self.back[n].share, |shares| shares[n]),
        };
        // What goes over a fixed way does not go forward.
        let (mut taken_from, mut taken) = (usize::MAX, 0.0);
        if let Some((fixed, passages)) = ask.fixed {
            let from = self.back[fixed].from;
            forward[from] += ask
                .shares
                .map_or(self.back[fixed].share, |shares| shares[fixed]);
            (taken_from, taken) = (from, passages);
        }
        let goes_on = |stage: usize, visits: f64| {
            let taken = if stage == taken_from { taken } else { 0.0 };
            (visits * forward[stage] - taken).max(0.0)
        };
        let has_back = self.back.iter().enumerate().any(|(n, _)| share(n) > 0.0);
        let mut start = self.inflow.clone();
        if let Some(from) = ask.from {
            start.fill(0.0);
            start[from] = 1.0;
        }
        if let Some((fixed, passages)) = ask.fixed {
            start[self.back[fixed].to] += passages;
        }
        let mut visits = vec![0.0; stages];
        let handoffs: usize = self.ways.iter().map(Vec::len).sum();
        let steps = 1 + stages + handoffs + self.back.len();
        let (mut inflow, mut merged) = (vec![0.0; stages], vec![0.0; stages]);
        for _ in 0..(MOST_STEPS / steps).max(1) {
            inflow.copy_from_slice(&start);
            for (n, back) in self.back.iter().enumerate() {
                if ask.ends_over != Some(n) && ask.ends_at != Some(back.from) {
                    inflow[back.to] += share(n) * visits[back.from];
                }
            }
            merged.fill(0.0);
            let mut change = 0.0_f64;
            for &stage in &self.order {
                let mut over_ways: f64 = merged[stage];
                if let Some((ways_in, fork)) = self.joins[stage] {
                    let leaves_fork = match fork {
                        Some(fork) if ask.ends_at == Some(fork) => 0.0,
                        Some(fork) => goes_on(fork, visits[fork]),
                        // The arrival itself, unless the items come from elsewhere.
                        None => f64::from(u8::from(ask.from.is_none())),
                    };
                    over_ways = (over_ways - (ways_in - 1.0) * leaves_fork).max(0.0);
                }
                let now = inflow[stage] + over_ways;
                if now > 0.0 {
                    change = change.max((now - visits[stage]).abs() / now);
                }
                visits[stage] = now;
                if ask.ends_at != Some(stage) {
                    let on = goes_on(stage, now);
                    for &(_, to, share) in &self.ways[stage] {
                        merged[to] += on * share;
                    }
                }
            }
            let is_settled = change <= SETTLED || !(has_back || ask.fixed.is_some());
            if is_settled {
                return visits;
            }
            if visits.iter().any(|&visits| visits > 1e12) {
                break;
            }
        }
        for visits in &mut visits {
            if *visits > 0.0 {
                *visits = f64::INFINITY;
            }
        }
        visits
    }
}

/// 1 + x + … + x^(n−1), for 0 ≤ x ≤ 1.
fn sum_of_powers(x: f64, n: f64) -> f64 {
    if 1.0 - x < 1e-12 {
        n
    } else {
        (1.0 - libm::pow(x, n)) / (1.0 - x)
    }
}

/// By stage: of a join, how many ways are open into it, and the last stage that every way to it
/// passes (none when that is the arrival itself).
///
/// That stage is its immediate dominator, found in forward order as the nearest common ancestor of
/// the senders (Cooper, Harvey and Kennedy 2001; one pass suffices without cycles).
fn joins(
    network: &Network<'_>,
    demand: &Arriving,
    ways: &[Vec<(usize, usize, f64)>],
) -> Vec<Option<(f64, Option<usize>)>> {
    let stages = network.order.len();
    let is_join = |stage: usize| {
        network.flow.stages[stage].entry == Entry::All && network.forward_in[stage].len() > 1
    };
    let mut joins = vec![None; stages];
    if !(0..stages).any(is_join) {
        return joins;
    }
    // Ranks are counted from 1; 0 is the arrival.
    let mut dominator: Vec<Option<usize>> = vec![None; stages + 1];
    let mut ways_in = vec![0.0; stages];
    dominator[0] = Some(0);
    for &at in &demand.at {
        dominator[network.rank[at] + 1] = Some(0);
    }
    for &stage in &network.order {
        let here = network.rank[stage] + 1;
        let Some(found) = dominator[here] else {
            continue;
        };
        if is_join(stage) && ways_in[stage] > 1.0 {
            let fork = found.checked_sub(1).map(|rank| network.order[rank]);
            joins[stage] = Some((ways_in[stage], fork));
        }
        for &(_, to, _) in &ways[stage] {
            ways_in[to] += 1.0;
            let there = network.rank[to] + 1;
            dominator[there] = Some(match dominator[there] {
                None => here,
                Some(other) => common(&dominator, here, other),
            });
        }
    }
    joins
}

fn common(dominator: &[Option<usize>], mut a: usize, mut b: usize) -> usize {
    while a != b {
        let later = if a > b { &mut a } else { &mut b };
        *later = dominator[*later].expect("what was reached has a dominator");
    }
    a
}
