//! Ranks: how many columns from the left each node stands.

use super::simplex::{self, Edge};
use super::{Local, Task, TidyControl};
use crate::layout::Way;

/// Returns the forward wires between the nodes, each pair once, without those that close a cycle.
pub(super) fn forward_links(task: &Task<'_>, local: &Local) -> Vec<(usize, usize)> {
    let mut links: Vec<(usize, usize)> = task
        .wires
        .iter()
        .filter(|wire| wire.way == Way::Forward && wire.from != wire.to)
        .filter_map(|wire| Some((local.get(wire.from)?, local.get(wire.to)?)))
        .collect();
    links.sort_unstable();
    links.dedup();
    let count = task.nodes.len();
    let mut first = vec![0; count + 1];
    for &(from, _) in &links {
        first[from + 1] += 1;
    }
    for at in 0..count {
        first[at + 1] += first[at];
    }
    // Depth first; a link to a node that is still open would close a cycle.
    let mut next = first.clone();
    let mut state = vec![0u8; count];
    let mut closes = vec![false; links.len()];
    for start in 0..count {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut open = vec![start];
        while let Some(&at) = open.last() {
            if next[at] == first[at + 1] {
                state[at] = 2;
                open.pop();
                continue;
            }
            let link = next[at];
            next[at] += 1;
            let to = links[link].1;
            match state[to] {
                0 => {
                    state[to] = 1;
                    open.push(to);
                }
                1 => closes[link] = true,
                _ => {}
            }
        }
    }
    let mut closes = closes.into_iter();
    links.retain(|_| !closes.next().unwrap_or(false));
    links
}

/// Returns the rank of each node: the longest way to it; what nothing leads to stands next to the
/// first stage it leads to.
pub(super) fn ranks(count: usize, links: &[(usize, usize)]) -> Vec<usize> {
    let mut after = vec![Vec::new(); count];
    let mut missing = vec![0usize; count];
    for &(from, to) in links {
        after[from].push(to);
        missing[to] += 1;
    }
    let is_source: Vec<bool> = missing.iter().map(|&m| m == 0).collect();
    let mut ranks = vec![0_usize; count];
    let mut ready: Vec<usize> = (0..count).filter(|&at| is_source[at]).collect();
    while let Some(at) = ready.pop() {
        for &to in &after[at] {
            ranks[to] = ranks[to].max(ranks[at] + 1);
            missing[to] -= 1;
            if missing[to] == 0 {
                ready.push(to);
            }
        }
    }
    for at in 0..count {
        if is_source[at]
            && let Some(nearest) = after[at].iter().map(|&to| ranks[to]).min()
        {
            ranks[at] = nearest.saturating_sub(1);
        }
    }
    ranks
}

/// Returns ranks with which the forward wires pass as few columns as can be in all.
pub(super) fn short_ranks(
    task: &Task<'_>,
    local: &Local,
    links: &[(usize, usize)],
    control: &TidyControl,
) -> Vec<usize> {
    /// More than this take too long; they are little longer then.
    const MOST_EXCHANGES: usize = 20_000;
    let count = task.nodes.len();
    let mut weights = vec![0; links.len()];
    for wire in task.wires.iter().filter(|wire| wire.way == Way::Forward) {
        if let (Some(from), Some(to)) = (local.get(wire.from), local.get(wire.to))
            && let Ok(link) = links.binary_search(&(from, to))
        {
            weights[link] += 1;
        }
    }
    let first = (0..count).map(|node| Edge {
        tail: 0,
        head: node + 1,
        least: 0,
        weight: 0,
    });
    let linked = links.iter().zip(weights).map(|(&(from, to), weight)| Edge {
        tail: from + 1,
        head: to + 1,
        least: 1,
        weight,
    });
    let edges: Vec<Edge> = first.chain(linked).collect();
    match simplex::solve(count + 1, &edges, MOST_EXCHANGES, control) {
        Some(numbers) => {
            let numbers = &numbers[1..];
            let least = numbers.iter().copied().min().unwrap_or(0);
            numbers
                .iter()
                .map(|number| (number - least) as usize)
                .collect()
        }
        None => ranks(count, links),
    }
}

/// Gives nodes without forward links ranks of their own, so that a lane of them is a row.
pub(super) fn spread_singles(task: &Task<'_>, links: &[(usize, usize)], ranks: &mut [usize]) {
    let mut is_linked = vec![false; ranks.len()];
    for &(from, to) in links {
        is_linked[from] = true;
        is_linked[to] = true;
    }
    let singles: Vec<usize> = (0..ranks.len()).filter(|&at| !is_linked[at]).collect();
    let deepest = ranks.iter().copied().max().unwrap_or(0) + 1;
    let wrap = deepest.max((singles.len() as f64).sqrt().ceil() as usize);
    let lanes = task.lanes.map_or(1, |lanes| {
        lanes.iter().copied().max().map_or(1, |most| most + 1)
    });
    let mut next = vec![0; lanes];
    for at in singles {
        let lane = task.lanes.map_or(0, |lanes| lanes[task.nodes[at]]);
        ranks[at] = next[lane] % wrap;
        next[lane] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_follow_the_longest_way_and_sources_stay_near() {
        // 0 -> 1 -> 2 -> 3, and 4 -> 3.
        let links = [(0, 1), (1, 2), (2, 3), (4, 3)];
        assert_eq!(ranks(5, &links), [0, 1, 2, 3, 2]);
    }
}
