//! Loosely tied parts: what few wires join is laid out apart, one part below the other.
//!
//! Nodes gather where most of their wires are (local moving of modularity: Blondel, Guillaume,
//! Lambiotte and Lefebvre 2008), and what gathered is joined as long as much ties it, or as long as
//! it follows on rather than runs beside. All in whole numbers, in the order of the file.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::TidyControl;

/// With fewer nodes than this everything is one part.
const LEAST: usize = 120;
/// A part has at least so many nodes.
const LEAST_OF_PART: usize = 24;
/// Parts are loosely tied when fewer than one in so many nodes of the smaller one is.
const LOOSE: usize = 8;

/// Returns the part of each node, counted from 0 in file order. `ranks` are those of the nodes.
pub(super) fn loose_parts(
    links: &[(usize, usize)],
    ranks: &[usize],
    control: &TidyControl,
) -> Vec<usize> {
    let count = ranks.len();
    if count < LEAST {
        return vec![0; count];
    }
    let mut near = vec![Vec::new(); count];
    for &(a, b) in links {
        near[a].push(b);
        near[b].push(a);
    }
    let mut groups = Groups::of(gathered(&near, links.len()), links, ranks);
    groups.join(control);
    let mut part = groups.parts();
    to_most_neighbours(&mut part, &near);
    let mut numbers = vec![usize::MAX; count];
    let mut next = 0;
    part.iter()
        .map(|&group| {
            if numbers[group] == usize::MAX {
                numbers[group] = next;
                next += 1;
            }
            numbers[group]
        })
        .collect()
}

/// Lets each node go to the group in which it has more wires than luck would give it.
fn gathered(near: &[Vec<usize>], links: usize) -> Vec<usize> {
    const MOST_TIMES: usize = 12;
    let count = near.len();
    let mut group: Vec<usize> = (0..count).collect();
    let mut ends: Vec<i64> = near.iter().map(|near| near.len() as i64).collect();
    let all = 2 * links as i64;
    let mut shared = vec![0_i64; count];
    for _ in 0..MOST_TIMES {
        let mut has_moved = false;
        for (node, near) in near.iter().enumerate() {
            let own = near.len() as i64;
            let from = group[node];
            ends[from] -= own;
            for &other in near {
                shared[group[other]] += all;
            }
            let gain = |to: usize| shared[to] - own * ends[to];
            let mut best = from;
            for &other in near {
                let to = group[other];
                if (gain(to), from == to) > (gain(best), from == best) {
                    best = to;
                }
            }
            for &other in near {
                shared[group[other]] = 0;
            }
            group[node] = best;
            ends[best] += own;
            has_moved |= best != from;
        }
        if !has_moved {
            break;
        }
    }
    group
}

/// Lets each node that has more wires in another part than in its own go there.
fn to_most_neighbours(part: &mut [usize], near: &[Vec<usize>]) {
    const TIMES: usize = 3;
    for _ in 0..TIMES {
        for (node, near) in near.iter().enumerate() {
            let count = |of: usize| near.iter().filter(|&&other| part[other] == of).count();
            let own = count(part[node]);
            let others = near.iter().map(|&other| (count(part[other]), part[other]));
            if let Some((most, of)) = others.max()
                && most > own
            {
                part[node] = of;
            }
        }
    }
}

/// Groups of nodes, as they are joined.
struct Groups {
    group_of: Vec<usize>,
    /// What a group was joined to; itself while it is one.
    root: Vec<usize>,
    size: Vec<usize>,
    /// The first and the last rank.
    span: Vec<(usize, usize)>,
    /// How many wires lead to other groups.
    ties: Vec<BTreeMap<usize, usize>>,
}

impl Groups {
    fn of(group_of: Vec<usize>, links: &[(usize, usize)], ranks: &[usize]) -> Self {
        let count = group_of.len();
        let mut groups = Self {
            root: (0..count).collect(),
            size: vec![0; count],
            span: vec![(usize::MAX, 0); count],
            ties: vec![BTreeMap::new(); count],
            group_of,
        };
        for (&group, &rank) in groups.group_of.iter().zip(ranks) {
            groups.size[group] += 1;
            let (first, last) = groups.span[group];
            groups.span[group] = (first.min(rank), last.max(rank));
        }
        for &(a, b) in links {
            let (a, b) = (groups.group_of[a], groups.group_of[b]);
            if a != b {
                *groups.ties[a].entry(b).or_default() += 1;
                *groups.ties[b].entry(a).or_default() += 1;
            }
        }
        groups
    }

    fn top(&self, mut group: usize) -> usize {
        while self.root[group] != group {
            group = self.root[group];
        }
        group
    }

    fn parts(&self) -> Vec<usize> {
        let groups = self.group_of.iter();
        groups.map(|&group| self.top(group)).collect()
    }

    /// How much ties two groups: wires for a thousand nodes of the smaller one. Nothing when they
    /// are to stay apart.
    fn tie(&self, a: usize, b: usize) -> Option<usize> {
        let ties = *self.ties[a].get(&b)?;
        let smaller = self.size[a].min(self.size[b]);
        let tie = 1_000 * ties / smaller.max(1);
        let (a, b) = (self.span[a], self.span[b]);
        let common = (a.1.min(b.1) + 1).saturating_sub(a.0.max(b.0));
        let shorter = (a.1 - a.0).min(b.1 - b.0) + 1;
        let is_apart = LOOSE * ties < smaller && 2 * common > shorter;
        (smaller < LEAST_OF_PART || !is_apart).then_some(tie)
    }

    /// Joins groups, those that are tied most first.
    fn join(&mut self, control: &TidyControl) {
        let mut open: BinaryHeap<(usize, usize, usize)> = BinaryHeap::new();
        for a in 0..self.root.len() {
            let ties = self.ties[a].range(a + 1..);
            open.extend(ties.filter_map(|(&b, _)| Some((self.tie(a, b)?, a, b))));
        }
        while let Some((tie, a, b)) = open.pop() {
            if control.is_cancelled() {
                break;
            }
            let stands = self.root[a] == a && self.root[b] == b;
            if !stands || self.tie(a, b) != Some(tie) {
                continue;
            }
            let (to, from) = if self.ties[a].len() >= self.ties[b].len() {
                (a, b)
            } else {
                (b, a)
            };
            self.root[from] = to;
            let size = self.size[to];
            self.size[to] += self.size[from];
            let (x, y) = (self.span[to], self.span[from]);
            self.span[to] = (x.0.min(y.0), x.1.max(y.1));
            let others: BTreeSet<usize> = self.ties[from].keys().copied().collect();
            // The ties of what is not larger and has no new ones are what they were.
            let is_as_before = self.span[to] == x;
            for (other, ties) in std::mem::take(&mut self.ties[from]) {
                self.ties[other].remove(&from);
                if other != to {
                    *self.ties[to].entry(other).or_default() += ties;
                    *self.ties[other].entry(to).or_default() += ties;
                }
            }
            let again: Vec<usize> = self.ties[to]
                .keys()
                .copied()
                .filter(|other| !is_as_before || self.size[*other] > size || others.contains(other))
                .collect();
            open.extend(
                again
                    .into_iter()
                    .filter_map(|other| Some((self.tie(to, other)?, to, other))),
            );
        }
    }
}

/// Returns the parts in an order in which those that are tied stand near each other: as they are,
/// where that is hardly worse.
pub(super) fn in_order(
    part: &[usize],
    links: &[(usize, usize)],
    present: impl Fn(usize) -> f64,
    control: &TidyControl,
) -> Vec<usize> {
    let count = part.iter().max().map_or(0, |last| last + 1);
    let mut sizes = vec![0_usize; count];
    let mut levels = vec![0.0; count];
    for (node, &part) in part.iter().enumerate() {
        sizes[part] += 1;
        levels[part] += present(node);
    }
    let mut ties: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for &(a, b) in links {
        let (a, b) = (part[a].min(part[b]), part[a].max(part[b]));
        if a != b {
            *ties.entry((a, b)).or_default() += 1;
        }
    }
    let cost = |order: &[usize]| -> usize {
        let mut top = vec![0; count];
        let mut sum = 0;
        for &part in order {
            top[part] = 2 * sum + sizes[part];
            sum += sizes[part];
        }
        let far = |(&(a, b), ties): (&(usize, usize), &usize)| ties * top[a].abs_diff(top[b]);
        ties.iter().map(far).sum()
    };
    let mut now: Vec<usize> = (0..count).collect();
    now.sort_by(|&a, &b| {
        let (x, y) = (levels[a] / sizes[a] as f64, levels[b] / sizes[b] as f64);
        x.total_cmp(&y).then(a.cmp(&b))
    });
    let mut fresh: Vec<usize> = (0..count).collect();
    let mut least = cost(&fresh);
    /// With more parts than this they stay in the order of the file.
    const MOST: usize = 150;
    loop {
        let before = least;
        for part in (0..count).filter(|_| count <= MOST && !control.is_cancelled()) {
            let mut order = fresh.clone();
            order.retain(|&at| at != part);
            for to in 0..count {
                order.insert(to, part);
                let sum = cost(&order);
                if sum < least {
                    least = sum;
                    fresh.clone_from(&order);
                }
                order.remove(to);
            }
        }
        if least == before || control.is_cancelled() {
            break;
        }
    }
    if cost(&now) <= least + least / 10 {
        now
    } else {
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A band of `width` rows and `length` ranks: each stage leads to the one after it and the one
    /// below that.
    fn band(first: usize, width: usize, length: usize) -> (Vec<(usize, usize)>, Vec<usize>) {
        let mut links = Vec::new();
        for rank in 0..length - 1 {
            for row in 0..width {
                for below in [row, (row + 1) % width] {
                    let at = |rank: usize, row: usize| first + rank * width + row;
                    links.push((at(rank, row), at(rank + 1, below)));
                }
            }
        }
        (links, (0..length * width).map(|at| at / width).collect())
    }

    #[test]
    fn what_runs_side_by_side_and_is_hardly_tied_is_apart() {
        let (mut links, mut ranks) = band(0, 3, 25);
        let (others, their_ranks) = band(75, 3, 25);
        links.extend(others);
        ranks.extend(their_ranks);
        links.extend([(10, 75 + 40), (50, 75 + 60)]);
        let parts = loose_parts(&links, &ranks, &TidyControl::default());
        assert_eq!(parts, [vec![0; 75], vec![1; 75]].concat());
        // The lower one stands above in the drawing: it stays there.
        let order = in_order(
            &parts,
            &links,
            |node| -(parts[node] as f64),
            &TidyControl::default(),
        );
        assert_eq!(order, [1, 0]);
    }

    #[test]
    fn what_follows_on_is_one_part() {
        let (mut links, mut ranks) = band(0, 3, 30);
        let (others, their_ranks) = band(90, 3, 30);
        links.extend(others);
        ranks.extend(their_ranks.into_iter().map(|rank| rank + 30));
        links.push((89, 90));
        let parts = loose_parts(&links, &ranks, &TidyControl::default());
        assert_eq!(parts, vec![0; 180]);
    }

    #[test]
    fn parts_that_are_tied_stand_beside_each_other() {
        let parts: Vec<usize> = (0..40).map(|at| at / 10).collect();
        // 0 and 3, 3 and 1, 1 and 2.
        let links: Vec<(usize, usize)> = [(0, 30), (31, 10), (11, 20)].repeat(5);
        let order = in_order(&parts, &links, |node| node as f64, &TidyControl::default());
        let place = |part: usize| order.iter().position(|&at| at == part).unwrap();
        for (a, b) in [(0, 3), (3, 1), (1, 2)] {
            assert_eq!(place(a).abs_diff(place(b)), 1, "{order:?}");
        }
    }
}
