//! The order within columns, so that few wires cross.

use super::Slot;

/// Orders each column by `level` of its nodes, lane by lane; bends on the straight line between
/// the places of the nodes that their wire joins. It depends on nothing but the order of nodes.
pub(super) fn order_by(columns: &mut [Vec<usize>], slots: &[Slot], level: impl Fn(usize) -> f64) {
    let mut levels = vec![0.0; slots.len()];
    for column in &*columns {
        let mut nodes: Vec<(usize, f64, usize)> = column
            .iter()
            .filter_map(|&at| Some((slots[at].lane, level(slots[at].node?), at)))
            .collect();
        nodes.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let middle = (nodes.len().max(1) - 1) as f64 / 2.0;
        for (place, (.., at)) in nodes.into_iter().enumerate() {
            levels[at] = place as f64 - middle;
        }
    }
    // A chain of bends has numbers one after the other, and begins after a node.
    let mut at = 0;
    while at < slots.len() {
        if slots[at].node.is_some() {
            at += 1;
            continue;
        }
        let first = at;
        let from = levels[slots[first].before[0]];
        while slots[slots[at].after[0]].node.is_none() {
            at += 1;
        }
        let to = levels[slots[at].after[0]];
        let steps = (at - first + 2) as f64;
        for (nth, bend) in (first..=at).enumerate() {
            levels[bend] = from + (to - from) * (nth + 1) as f64 / steps;
        }
        at += 1;
    }
    for column in columns {
        column.sort_by(|&a, &b| {
            let by_lane = slots[a].lane.cmp(&slots[b].lane);
            by_lane
                .then(levels[a].total_cmp(&levels[b]))
                .then(a.cmp(&b))
        });
    }
}

/// Orders each column, lane by lane, by the middle of the neighbours, so that few wires cross.
pub(super) fn order(columns: &mut Vec<Vec<usize>>, slots: &[Slot]) {
    const SWEEPS: usize = 6;
    /// Above so many slots crossings are not counted: the last order is taken.
    const MOST_COUNTED: usize = 4_000;
    let mut places = vec![0.0; slots.len()];
    let note = |column: &[usize], places: &mut [f64]| {
        for (place, &at) in column.iter().enumerate() {
            places[at] = place as f64;
        }
    };
    for column in &*columns {
        note(column, &mut places);
    }
    let is_counted = slots.len() <= MOST_COUNTED;
    let mut best = columns.clone();
    let mut fewest = if is_counted {
        crossings(columns, slots)
    } else {
        usize::MAX
    };
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let is_down = sweep % 2 == 0;
        let count = columns.len();
        for step in 0..count {
            let rank = if is_down { step } else { count - 1 - step };
            let mut keyed: Vec<(usize, f64, usize)> = columns[rank]
                .iter()
                .map(|&at| {
                    let slot = &slots[at];
                    let near = if is_down { &slot.before } else { &slot.after };
                    let middle = if near.is_empty() {
                        places[at]
                    } else {
                        near.iter().map(|&n| places[n]).sum::<f64>() / near.len() as f64
                    };
                    (slot.lane, middle, at)
                })
                .collect();
            keyed.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            columns[rank] = keyed.into_iter().map(|(_, _, at)| at).collect();
            note(&columns[rank], &mut places);
        }
        if is_counted {
            let now = crossings(columns, slots);
            if now < fewest {
                fewest = now;
                best.clone_from(columns);
            }
        }
    }
    if is_counted {
        *columns = best;
    }
}

/// Counts the crossings between neighbouring columns (Barth, Jünger and Mutzel 2002).
pub(super) fn crossings(columns: &[Vec<usize>], slots: &[Slot]) -> usize {
    let mut place = vec![0usize; slots.len()];
    for column in columns {
        for (at, &slot) in column.iter().enumerate() {
            place[slot] = at;
        }
    }
    let mut total = 0;
    for pair in columns.windows(2) {
        let mut tree = vec![0usize; pair[1].len() + 1];
        let mut count = 0;
        for &from in &pair[0] {
            let mut targets: Vec<usize> = slots[from]
                .after
                .iter()
                .filter(|&&to| slots[to].rank == slots[from].rank + 1)
                .map(|&to| place[to])
                .collect();
            targets.sort_unstable();
            for &to in &targets {
                let mut below = 0;
                let mut at = to + 1;
                while at > 0 {
                    below += tree[at];
                    at &= at - 1;
                }
                total += count - below;
            }
            for to in targets {
                count += 1;
                let mut at = to + 1;
                while at < tree.len() {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
        }
    }
    total
}
