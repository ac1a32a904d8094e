//! The order within columns, so that few wires cross.

use super::Slot;

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
