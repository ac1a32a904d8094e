//! The order in which a drawing is best told: chains, and groups of branches where ways part and
//! meet again.
//!
//! Series and parallels are nested as far as they go; what does not fit is left over, to be told
//! handoff by handoff. Nothing here knows of text.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::syntax::GroupKind;

/// Brackets nest so deep at most, well below what the parser takes.
const DEEPEST: usize = 48;

/// A forward handoff, with stages as numbers.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub from: usize,
    pub to: usize,
    pub share: Option<f64>,
}

/// What is to be told.
pub struct Plot {
    pub ways: Vec<Way>,
    /// Whether a stage waits for all its ways in; only said of stages with several.
    pub joins: Vec<bool>,
    /// Whether a stage takes all its ways out; only said of stages with several.
    pub forks: Vec<bool>,
}

/// Stages and groups one after the other.
pub type Chain = Vec<Step>;

/// A part of a chain, and the way that leads to it, where one does.
pub struct Step {
    pub way: Option<usize>,
    pub part: Part,
}

/// What stands between arrows.
pub enum Part {
    /// A stage told for the first time.
    Stage(usize),
    /// A stage told before.
    Again(usize),
    /// Branches.
    Group(GroupKind, Vec<Branch>),
}

/// One of several branches.
pub struct Branch {
    /// The way from what stands before the group.
    pub lead: Option<usize>,
    pub chain: Chain,
    /// The way from the one stage it ends in to what stands behind the group.
    pub trail: Option<usize>,
}

/// Returns chains that tell every stage once, and the ways that they leave out.
pub fn chains(plot: &Plot) -> (Vec<Chain>, Vec<usize>) {
    let mut teller = Teller::of(plot);
    let Some(order) = teller.in_order() else {
        return flat(plot);
    };
    teller.find_merges(&order);
    let mut chains = Vec::new();
    chains.extend(teller.all_sources(&order));
    for stage in order {
        if !teller.is_told[stage] {
            chains.push(teller.beginning_at(stage));
        }
    }
    (chains, teller.left_over())
}

/// Returns each stage as a chain of its own, and all ways.
pub fn flat(plot: &Plot) -> (Vec<Chain>, Vec<usize>) {
    let alone = |stage| {
        vec![Step {
            way: None,
            part: Part::Stage(stage),
        }]
    };
    let chains = (0..plot.joins.len()).map(alone).collect();
    (chains, (0..plot.ways.len()).collect())
}

/// How the ends of a chain come together.
#[derive(Clone, Copy, PartialEq)]
enum Meet {
    One,
    Any,
    All,
}

/// The stages in which a chain ends, when all of them lead to where it was to end and nowhere else.
struct Ends {
    ways: Vec<usize>,
    meet: Meet,
}

/// Where a chain is to end.
#[derive(Clone, Copy)]
struct Within {
    stop: Option<usize>,
    depth: usize,
}

struct Teller<'a> {
    plot: &'a Plot,
    outs: Vec<Vec<usize>>,
    ins: Vec<Vec<usize>>,
    is_told: Vec<bool>,
    is_way_told: Vec<bool>,
    /// The stage that all ways from a stage come through, if there is one.
    merge: Vec<Option<usize>>,
    depth: Vec<usize>,
}

impl<'a> Teller<'a> {
    fn of(plot: &'a Plot) -> Self {
        let count = plot.joins.len();
        let (mut outs, mut ins) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for (n, way) in plot.ways.iter().enumerate() {
            outs[way.from].push(n);
            ins[way.to].push(n);
        }
        Self {
            plot,
            outs,
            ins,
            is_told: vec![false; count],
            is_way_told: vec![false; plot.ways.len()],
            merge: vec![None; count],
            depth: vec![0; count],
        }
    }

    /// The stages, each behind those that lead to it; nothing when they go in a circle.
    fn in_order(&self) -> Option<Vec<usize>> {
        let mut missing: Vec<usize> = self.ins.iter().map(Vec::len).collect();
        let free = |stage: &usize| missing[*stage] == 0;
        let mut ready: BinaryHeap<Reverse<usize>> =
            (0..missing.len()).filter(free).map(Reverse).collect();
        let mut order = Vec::with_capacity(missing.len());
        while let Some(Reverse(stage)) = ready.pop() {
            order.push(stage);
            for &way in &self.outs[stage] {
                let to = self.plot.ways[way].to;
                missing[to] -= 1;
                if missing[to] == 0 {
                    ready.push(Reverse(to));
                }
            }
        }
        (order.len() == missing.len()).then_some(order)
    }

    /// Finds the immediate postdominators (Cooper, Harvey & Kennedy 2001, on a graph without circles).
    fn find_merges(&mut self, order: &[usize]) {
        for &stage in order.iter().rev() {
            let mut ways = self.outs[stage].iter();
            let to = |way: &usize| self.plot.ways[*way].to;
            let mut merge = ways.next().map(to);
            for way in ways {
                merge = self.common(merge, Some(to(way)));
            }
            self.merge[stage] = merge;
            self.depth[stage] = merge.map_or(0, |merge| self.depth[merge] + 1);
        }
    }

    fn common(&self, mut a: Option<usize>, mut b: Option<usize>) -> Option<usize> {
        loop {
            let (Some(one), Some(other)) = (a, b) else {
                return None;
            };
            if one == other {
                return a;
            }
            if self.depth[one] >= self.depth[other] {
                a = self.merge[one];
            } else {
                b = self.merge[other];
            }
        }
    }

    /// Begins side by side where several beginnings come together in a stage that waits for all.
    fn all_sources(&mut self, order: &[usize]) -> Option<Chain> {
        let is_first = |stage: &usize| self.ins[*stage].is_empty();
        let sources: Vec<usize> = order.iter().copied().filter(is_first).collect();
        let merge = sources
            .iter()
            .map(|&source| self.merge[source])
            .reduce(|a, b| self.common(a, b))
            .flatten()?;
        if sources.len() < 2 || !self.plot.joins[merge] {
            return None;
        }
        let leads: Vec<_> = sources.iter().map(|&source| (None, source)).collect();
        let mut chain = Vec::new();
        let within = Within {
            stop: None,
            depth: 0,
        };
        let joined = self.group(&mut chain, GroupKind::All, &leads, Some(merge), within);
        if joined == Joined::Behind(merge) {
            self.go_on(&mut chain, merge, within);
        }
        Some(chain)
    }

    /// Begins with a stage, behind one that was told before where one arrow says that.
    fn beginning_at(&mut self, stage: usize) -> Chain {
        let way = self.ins[stage].iter().copied().find(|&way| {
            let from = self.plot.ways[way].from;
            self.is_told[from] && self.is_plain(way)
        });
        let mut chain = Vec::new();
        if let Some(way) = way {
            let part = Part::Again(self.plot.ways[way].from);
            chain.push(Step { way: None, part });
            self.is_way_told[way] = true;
        }
        self.tell(&mut chain, way, stage);
        let within = Within {
            stop: None,
            depth: 0,
        };
        self.go_on(&mut chain, stage, within);
        chain
    }

    fn left_over(&self) -> Vec<usize> {
        let is_left = |&way: &usize| !self.is_way_told[way];
        (0..self.is_way_told.len()).filter(is_left).collect()
    }

    /// Whether a mere arrow says all of a way: neither a fork nor a join.
    fn is_plain(&self, way: usize) -> bool {
        let way = &self.plot.ways[way];
        !self.plot.forks[way.from] && !self.plot.joins[way.to]
    }

    fn tell(&mut self, chain: &mut Chain, way: Option<usize>, stage: usize) {
        self.is_told[stage] = true;
        chain.push(Step {
            way,
            part: Part::Stage(stage),
        });
    }

    /// Goes on behind a stage as far as a chain goes.
    fn go_on(&mut self, chain: &mut Chain, mut stage: usize, within: Within) -> Option<Ends> {
        let is_inside = within.depth > 0;
        loop {
            let outs = self.outs[stage].clone();
            if let [way] = outs[..] {
                let to = self.plot.ways[way].to;
                if Some(to) == within.stop {
                    return Some(Ends {
                        ways: vec![way],
                        meet: Meet::One,
                    });
                }
                let is_free = !self.is_told[to] && self.is_plain(way);
                if is_free && (!is_inside || self.ins[to].len() == 1) {
                    self.is_way_told[way] = true;
                    self.tell(chain, Some(way), to);
                    stage = to;
                    continue;
                }
                if self.is_told[to] && self.is_plain(way) && !is_inside {
                    self.is_way_told[way] = true;
                    chain.push(Step {
                        way: Some(way),
                        part: Part::Again(to),
                    });
                }
                return None;
            }
            if let Some(kind) = self.group_kind(&outs, within.depth) {
                let merge = self.merge[stage];
                let to = |&way: &usize| (Some(way), self.plot.ways[way].to);
                let leads: Vec<_> = outs.iter().map(to).collect();
                match self.group(chain, kind, &leads, merge, within) {
                    Joined::Behind(merge) => {
                        stage = merge;
                        continue;
                    }
                    Joined::Not => return None,
                    Joined::AtStop(ends) => return Some(ends),
                }
            }
            // Ways that do not nest: the first goes on, the others are told apart.
            let first = outs.into_iter().find(|&way| {
                let to = self.plot.ways[way].to;
                !self.is_told[to] && self.is_plain(way)
            });
            let way = first.filter(|_| !is_inside)?;
            self.is_way_told[way] = true;
            stage = self.plot.ways[way].to;
            self.tell(chain, Some(way), stage);
        }
    }

    /// How the ways out of a stage are branches, if they can be.
    fn group_kind(&self, outs: &[usize], depth: usize) -> Option<GroupKind> {
        let ways = || outs.iter().map(|&way| &self.plot.ways[way]);
        let are_free = ways().all(|way| self.ins[way.to].len() == 1);
        if outs.len() < 2 || depth >= DEEPEST || !are_free {
            return None;
        }
        if self.plot.forks[ways().next()?.from] {
            return Some(GroupKind::All);
        }
        let shares: Vec<f64> = ways().filter_map(|way| way.share).collect();
        let is_said = shares.len() == outs.len() && (shares.iter().sum::<f64>() - 1.0).abs() < 1e-9;
        (shares.is_empty() || is_said).then_some(GroupKind::One)
    }

    fn group(
        &mut self,
        chain: &mut Chain,
        kind: GroupKind,
        leads: &[(Option<usize>, usize)],
        merge: Option<usize>,
        within: Within,
    ) -> Joined {
        let inside = Within {
            stop: merge,
            depth: within.depth + 1,
        };
        let mut branches = Vec::new();
        let mut all_ends = Some(Vec::new());
        for &(lead, first) in leads {
            let mut branch = Vec::new();
            if let Some(lead) = lead {
                self.is_way_told[lead] = true;
            }
            self.tell(&mut branch, None, first);
            let ends = self.go_on(&mut branch, first, inside);
            let meets = |ends: &Ends| {
                matches!(
                    (kind, ends.meet),
                    (_, Meet::One) | (GroupKind::All, Meet::All) | (GroupKind::One, Meet::Any)
                )
            };
            let ends = ends.filter(meets);
            let trail = ends.as_ref().filter(|ends| ends.meet == Meet::One);
            branches.push(Branch {
                lead,
                chain: branch,
                trail: trail.map(|ends| ends.ways[0]),
            });
            match (&mut all_ends, ends) {
                (Some(all), Some(ends)) => all.extend(ends.ways),
                _ => all_ends = None,
            }
        }
        let meet = match kind {
            GroupKind::All => Meet::All,
            GroupKind::One => Meet::Any,
        };
        let way = all_ends.as_ref().and_then(|ends| ends.first().copied());
        chain.push(Step {
            way: leads.first().and_then(|&(lead, _)| lead),
            part: Part::Group(kind, branches),
        });
        let (Some(ways), Some(merge)) = (all_ends, merge) else {
            forget_trails(chain);
            return Joined::Not;
        };
        if Some(merge) == within.stop {
            return Joined::AtStop(Ends { ways, meet });
        }
        if self.is_told[merge] || self.plot.joins[merge] != (meet == Meet::All) {
            forget_trails(chain);
            return Joined::Not;
        }
        for way in ways {
            self.is_way_told[way] = true;
        }
        self.tell(chain, way, merge);
        Joined::Behind(merge)
    }
}

/// What became of the branches of a group.
enum Joined {
    /// They come together in this stage, which stands behind the group.
    Behind(usize),
    /// They come together where the chain around them is to end.
    AtStop(Ends),
    /// They do not.
    Not,
}

impl PartialEq for Joined {
    fn eq(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Behind(a), Self::Behind(b)) if a == b)
    }
}

/// What leads out of the branches of the last group is told apart.
fn forget_trails(chain: &mut Chain) {
    if let Some(Step {
        part: Part::Group(_, branches),
        ..
    }) = chain.last_mut()
    {
        for branch in branches {
            branch.trail = None;
            forget_trails(&mut branch.chain);
        }
    }
}
