//! Traffic equations: how often an item visits each stage, on average, by arithmetic.

use std::ops::Range;

use crate::model::{Entry, HandoffKind};

use super::linear::Linear;
use super::network::{Arriving, Network};

/// Rounds in which capped loops are fitted to one another.
const MOST_ROUNDS: usize = 40;
/// Most stages × capped loops that are solved one by one; beyond, each is taken as if its items
/// always came back to it.
const MOST_CAPPED: usize = 20_000;
/// Most stages that hang together by loops for which first visits are told apart by equations;
/// beyond, every item that comes to a stage at all is taken to come there for a first time.
const MOST_TOGETHER: usize = 400;

/// What an item of a demand does on average.
///
/// It knows only the stages that the items can come to, so that what many streams take together
/// grows with the drawing, not with its square.
#[derive(Clone, Debug)]
pub(super) struct Traffic {
    /// By stage of the system.
    visits: Vec<f64>,
    system: System,
}

/// A way on from a stage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// The place of the handoff in the Flow.
    pub handoff: usize,
    /// The receiver, as a stage of the system.
    pub to: usize,
    /// Its share of what goes on.
    pub share: f64,
}

/// A way back: rework, or feedback, whose new items are part of the load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Back {
    /// The place of the handoff in the Flow.
    pub handoff: usize,
    /// The sender, as a stage of the system.
    pub from: usize,
    /// The receiver.
    pub to: usize,
    /// The share of the visits to the sender that go over it.
    pub share: f64,
    /// Whether the item itself goes over it.
    pub is_rework: bool,
    /// Most times per item.
    at_most: Option<u32>,
}

/// The equations for the items of one demand.
///
/// Its stages are counted from 0, each after those that lead to it forward, and those of one branch
/// together.
#[derive(Clone, Debug)]
struct System {
    /// By stage: its place in the Model.
    places: Vec<usize>,
    /// The places in rising order, each with its stage.
    by_place: Vec<(usize, usize)>,
    /// By stage: where its ways begin in `ways`; one more at the end.
    begins: Vec<usize>,
    /// The ways forward, stage by stage.
    ways: Vec<Way>,
    back: Vec<Back>,
    /// By stage: of a join, how many ways are open into it and the last stage that all pass.
    joins: Vec<Option<(f64, Option<usize>)>>,
    /// Stages at which an item arrives.
    arrives_at: Vec<usize>,
    /// By stage: the share of the visits that go on forward.
    forward: Vec<f64>,
    /// Stages that hang together by ways back, in order.
    together: Vec<Range<usize>>,
}

/// What is asked of the equations besides the traffic itself.
#[derive(Clone, Copy, Default)]
struct Ask<'a> {
    /// One item comes from here instead of those of the demand.
    from: Option<usize>,
    /// Whether only coming back to `from` is asked for, and not what happens then.
    is_about_return: bool,
    /// Who goes over this way back is not followed further.
    ends_over: Option<usize>,
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
    /// solved by elimination in forward order, so that only loops take any work.
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
        Self { visits, system }
    }

    /// Returns the places in the Model of the stages that the items can come to. A stage comes after
    /// those that lead to it forward.
    pub fn places(&self) -> &[usize] {
        &self.system.places
    }

    /// Returns which of them a place in the Model is.
    pub fn stage_at(&self, place: usize) -> Option<usize> {
        let by_place = &self.system.by_place;
        let found = by_place.binary_search_by_key(&place, |&(place, _)| place);
        found.ok().map(|at| by_place[at].1)
    }

    /// Returns the visits per item to the stage at a place in the Model; ∞ where a loop never ends.
    pub fn visits_at(&self, place: usize) -> f64 {
        self.stage_at(place).map_or(0.0, |stage| self.visits[stage])
    }

    /// Returns the passages per item over each handoff of the Flow that the items can go over, in no
    /// order; of feedback those of the new items. Of what never ends they are ∞.
    pub fn passages(&self) -> impl Iterator<Item = (usize, f64)> {
        let part = |visits: f64, share: f64| if share == 0.0 { 0.0 } else { visits * share };
        let forward = (0..self.visits.len()).flat_map(move |stage| {
            let on = part(self.visits[stage], self.system.forward[stage]);
            let ways = self.system.ways_of(stage).iter();
            ways.map(move |way| (way.handoff, part(on, way.share)))
        });
        let back = self.system.back.iter();
        forward
            .chain(back.map(move |back| (back.handoff, part(self.visits[back.from], back.share))))
    }

    /// Returns the share of the items that visit the stage at a place at all: with f the probability
    /// that one that is there comes back, v·(1 − f). New items of feedback count like visits of the
    /// first.
    pub fn first_visits_at(&self, place: usize) -> f64 {
        let Some(stage) = self.stage_at(place) else {
            return 0.0;
        };
        let visits = self.visits[stage];
        let Some(together) = self.system.together_with(stage) else {
            return visits;
        };
        if together.len() > MOST_TOGETHER || visits.is_infinite() {
            return visits.min(1.0);
        }
        let ask = Ask {
            from: Some(stage),
            is_about_return: true,
            ..Ask::default()
        };
        let again = self.system.solved(together.clone(), ask)[stage - together.start];
        visits * (1.0 - again.min(1.0))
    }

    /// Returns the ways on from a stage of the system.
    pub fn ways(&self, stage: usize) -> &[Way] {
        self.system.ways_of(stage)
    }

    /// Returns the share of the visits to a stage of the system that go on forward.
    pub fn goes_on(&self, stage: usize) -> f64 {
        self.system.forward[stage]
    }

    /// Returns the ways back of the item itself.
    pub fn rework(&self) -> impl Iterator<Item = &Back> {
        self.system.back.iter().filter(|back| back.is_rework)
    }

    /// Returns the stages of the system at which an item arrives.
    pub fn arrives_at(&self) -> &[usize] {
        &self.system.arrives_at
    }
}

impl System {
    fn of(network: &Network<'_>, demand: &Arriving) -> Self {
        let who = demand.who;
        let backs_of = |place: usize| {
            let backs = network.rework_out[place]
                .iter()
                .chain(&network.feedback_out[place]);
            backs.copied().filter(|&back| network.is_open(back, who))
        };
        let places = reached(network, demand, backs_of);
        let mut by_place: Vec<(usize, usize)> = (places.iter().enumerate())
            .map(|(stage, &place)| (place, stage))
            .collect();
        by_place.sort_unstable();
        let stage_at = |place: usize| {
            let found = by_place.binary_search_by_key(&place, |&(place, _)| place);
            by_place[found.expect("all that is reached is there")].1
        };
        let mut begins = vec![0];
        let (mut ways, mut back) = (Vec::new(), Vec::new());
        for (from, &place) in places.iter().enumerate() {
            ways.extend(
                network
                    .ways(place, who)
                    .into_iter()
                    .map(|(handoff, share)| Way {
                        handoff,
                        to: stage_at(network.ends[handoff].1),
                        share,
                    }),
            );
            begins.push(ways.len());
            back.extend(backs_of(place).map(|handoff| {
                let kind = network.flow.handoffs[handoff].kind;
                Back {
                    handoff,
                    from,
                    to: stage_at(network.ends[handoff].1),
                    // Without a share it is always taken, as the engine does.
                    share: network.share(handoff, 1.0),
                    is_rework: kind != HandoffKind::Feedback,
                    at_most: match kind {
                        HandoffKind::Rework { at_most } => at_most,
                        _ => None,
                    },
                }
            }));
        }
        let mut system = Self {
            arrives_at: demand.at.iter().map(|&place| stage_at(place)).collect(),
            together: together(&back),
            joins: Vec::new(),
            forward: Vec::new(),
            places,
            by_place,
            begins,
            ways,
            back,
        };
        system.joins = system.joins(network);
        system.forward = system.forward_with(None);
        system
    }

    fn ways_of(&self, stage: usize) -> &[Way] {
        &self.ways[self.begins[stage]..self.begins[stage + 1]]
    }

    /// The stages that hang together with one by ways back; none when there are no others and no
    /// way back to itself.
    fn together_with(&self, stage: usize) -> Option<&Range<usize>> {
        let after = self.together.partition_point(|range| range.start <= stage);
        let range = self.together.get(after.checked_sub(1)?)?;
        range.contains(&stage).then_some(range)
    }

    fn forward_with(&self, shares: Option<&[f64]>) -> Vec<f64> {
        let mut forward = vec![1.0; self.places.len()];
        for (n, back) in self.back.iter().enumerate() {
            if back.is_rework {
                forward[back.from] -= shares.map_or(back.share, |shares| shares[n]);
            }
        }
        for share in &mut forward {
            // Shares that should add up to 1 do so but for the rounding of floats.
            *share = if *share < 1e-12 { 0.0 } else { *share };
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
        if capped.len() * self.places.len() <= MOST_CAPPED {
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
        self.forward = self.forward_with(None);
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
        self.solved(0..self.places.len(), ask)
    }

    /// Solves the equations of some stages; what comes to them from others is left out.
    fn solved(&self, stages: Range<usize>, ask: Ask<'_>) -> Vec<f64> {
        let begin = stages.start;
        let mut equations = Linear::new(stages.len());
        let share_of = |n: usize| ask.shares.map_or(self.back[n].share, |shares| shares[n]);
        let own = ask.shares.map(|shares| self.forward_with(Some(shares)));
        let forward = own.as_ref().unwrap_or(&self.forward);
        // To a stage from the visits to another.
        let pass = |equations: &mut Linear, to: usize, from: usize, share: f64| {
            if ask.is_about_return && ask.from == Some(from) {
                // From the one that it all begins with, only the first time.
                equations.add_constant(to - begin, share);
            } else {
                equations.add(to - begin, from - begin, share);
            }
        };
        // Who visits a stage goes on with a share of `on`, but `less` of all.
        let goes_on = |stage: usize| match ask.fixed {
            Some((n, passages)) if self.back[n].from == stage => {
                (forward[stage] + share_of(n), passages)
            }
            _ => (forward[stage], 0.0),
        };
        match ask.from {
            None => {
                let arrives = self.arrives_at.iter();
                for stage in arrives.filter(|stage| stages.contains(stage)) {
                    equations.add_constant(stage - begin, 1.0);
                }
            }
            // What is asked is how often it comes back, so being there is not counted.
            Some(_) if ask.is_about_return => {}
            Some(from) => equations.add_constant(from - begin, 1.0),
        }
        for stage in stages.clone() {
            let (on, less) = goes_on(stage);
            let ways = self.ways_of(stage).iter();
            for way in ways.filter(|way| stages.contains(&way.to)) {
                pass(&mut equations, way.to, stage, on * way.share);
                equations.add_constant(way.to - begin, -less * way.share);
            }
            let Some((ways_in, fork)) = self.joins[stage] else {
                continue;
            };
            let merged = ways_in - 1.0;
            match fork {
                Some(fork) if stages.contains(&fork) => {
                    let (on, less) = goes_on(fork);
                    pass(&mut equations, stage, fork, -merged * on);
                    equations.add_constant(stage - begin, merged * less);
                }
                Some(_) => {}
                // The arrival itself, unless the item comes from elsewhere.
                None if ask.from.is_none() => equations.add_constant(stage - begin, -merged),
                None => {}
            }
        }
        for (n, back) in self.back.iter().enumerate() {
            if ask.ends_over == Some(n) || !stages.contains(&back.to) {
                continue;
            }
            match ask.fixed {
                Some((fixed, passages)) if fixed == n => {
                    equations.add_constant(back.to - begin, passages);
                }
                _ if stages.contains(&back.from) => {
                    pass(&mut equations, back.to, back.from, share_of(n));
                }
                _ => {}
            }
        }
        equations.solve()
    }

    /// By stage: of a join, how many ways are open into it, and the last stage that every way to it
    /// passes (none when that is the arrival itself).
    ///
    /// That stage is its immediate dominator, found in forward order as the nearest common ancestor
    /// of the senders (Cooper, Harvey and Kennedy 2001; one pass suffices without cycles).
    fn joins(&self, network: &Network<'_>) -> Vec<Option<(f64, Option<usize>)>> {
        let count = self.places.len();
        let is_join = |stage: usize| {
            let place = self.places[stage];
            let entry = network.flow.stages[place].entry;
            entry == Entry::All && network.forward_in[place].len() > 1
        };
        let mut joins = vec![None; count];
        if !(0..count).any(is_join) {
            return joins;
        }
        // Stages are counted from 1 here; 0 is the arrival.
        let mut dominator: Vec<Option<usize>> = vec![None; count + 1];
        dominator[0] = Some(0);
        for &stage in &self.arrives_at {
            dominator[stage + 1] = Some(0);
        }
        let mut starts_new = vec![false; count];
        for back in self.back.iter().filter(|back| !back.is_rework) {
            starts_new[back.to] = true;
        }
        let mut ways_in = vec![0.0; count];
        for stage in 0..count {
            let here = stage + 1;
            if starts_new[stage] && dominator[here].is_none() {
                // Only new items of feedback come here.
                dominator[here] = Some(0);
            }
            let Some(found) = dominator[here] else {
                continue;
            };
            if is_join(stage) && ways_in[stage] > 1.0 {
                joins[stage] = Some((ways_in[stage], found.checked_sub(1)));
            }
            for way in self.ways_of(stage) {
                ways_in[way.to] += 1.0;
                let there = way.to + 1;
                dominator[there] = Some(match dominator[there] {
                    None => here,
                    Some(other) => common(&dominator, here, other),
                });
            }
        }
        joins
    }
}

/// The places of the stages that the items of a demand can come to, each after those that lead to
/// it: the order in which a search in depth leaves them, from the last to the first.
fn reached<I: Iterator<Item = usize>>(
    network: &Network<'_>,
    demand: &Arriving,
    backs_of: impl Fn(usize) -> I,
) -> Vec<usize> {
    let mut is_known = vec![false; network.rank.len()];
    let mut left = Vec::new();
    let mut begins = demand.at.clone();
    begins.reverse();
    while let Some(begin) = begins.pop() {
        // Stages on the way, each with the ways that have not been gone yet.
        let mut path: Vec<(usize, Vec<(usize, f64)>)> = Vec::new();
        let mut next = Some(begin);
        loop {
            if let Some(place) =
                next.filter(|&place| !std::mem::replace(&mut is_known[place], true))
            {
                begins.extend(backs_of(place).map(|back| network.ends[back].1));
                path.push((place, network.ways(place, demand.who)));
            }
            let Some((place, ways)) = path.last_mut() else {
                break;
            };
            next = ways.pop().map(|(way, _)| network.ends[way].1);
            if next.is_none() {
                left.push(*place);
                path.pop();
            }
        }
    }
    left.reverse();
    left
}

/// The stages that hang together by ways back, in order.
fn together(back: &[Back]) -> Vec<Range<usize>> {
    let backwards = |back: &&Back| back.to <= back.from && back.share > 0.0;
    let mut ranges: Vec<Range<usize>> = (back.iter().filter(backwards))
        .map(|back| back.to..back.from + 1)
        .collect();
    ranges.sort_unstable_by_key(|range| range.start);
    let mut together: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match together.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => together.push(range),
        }
    }
    together
}

/// 1 + x + … + x^(n−1), for 0 ≤ x ≤ 1.
fn sum_of_powers(x: f64, n: f64) -> f64 {
    if 1.0 - x < 1e-12 {
        n
    } else {
        (1.0 - libm::pow(x, n)) / (1.0 - x)
    }
}

fn common(dominator: &[Option<usize>], mut a: usize, mut b: usize) -> usize {
    while a != b {
        let later = if a > b { &mut a } else { &mut b };
        *later = dominator[*later].expect("what was reached has a dominator");
    }
    a
}
