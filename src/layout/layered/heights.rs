//! Heights: as near to the neighbours' as the order within the columns allows.

use crate::model::{WorldPoint, WorldRect};

use super::{Slot, Task};
use crate::layout::{FOOT, HEADER, ROW_GAP, snap, snap_up};

/// Returns the middle height of each slot, lane below lane.
pub(super) fn heights(columns: &[Vec<usize>], slots: &[Slot]) -> Vec<f64> {
    const SWEEPS: usize = 9;
    let lanes = slots
        .iter()
        .map(|slot| slot.lane)
        .max()
        .map_or(0, |l| l + 1);
    let mut middles = vec![0.0; slots.len()];
    // The pieces of each column that lie in one lane.
    let mut by_lane: Vec<Vec<&[usize]>> = vec![Vec::new(); lanes];
    for column in columns {
        for piece in column.chunk_by(|&a, &b| slots[a].lane == slots[b].lane) {
            by_lane[slots[piece[0]].lane].push(piece);
        }
    }
    let mut top = 0.0;
    for pieces in &by_lane {
        for &piece in pieces {
            settle(piece, slots, &mut middles, |_| (0.0, 1.0));
        }
        for sweep in 0..SWEEPS {
            let step = |piece: &&[usize], middles: &mut Vec<f64>| {
                let wishes: Vec<(f64, f64)> = piece
                    .iter()
                    .map(|&at| wish(at, slots, middles, sweep, SWEEPS))
                    .collect();
                settle(piece, slots, middles, |at| wishes[at]);
            };
            if sweep % 2 == 0 {
                pieces.iter().for_each(|piece| step(piece, &mut middles));
            } else {
                let backwards = pieces.iter().rev();
                backwards.for_each(|piece| step(piece, &mut middles));
            }
        }
        let mut upper = f64::INFINITY;
        let mut lower = f64::NEG_INFINITY;
        for &at in pieces.iter().copied().flatten() {
            upper = upper.min(middles[at] - slots[at].height / 2.0);
            lower = lower.max(middles[at] + slots[at].height / 2.0);
        }
        if upper > lower {
            continue;
        }
        let shift = top - upper;
        for &at in pieces.iter().copied().flatten() {
            middles[at] += shift;
        }
        top = snap_up(lower + shift + FOOT + HEADER);
    }
    middles
}

/// Where a slot would like to be, and how much.
fn wish(at: usize, slots: &[Slot], middles: &[f64], sweep: usize, sweeps: usize) -> (f64, f64) {
    let slot = &slots[at];
    let is_last = sweep + 2 >= sweeps;
    let near = || {
        let before = (sweep.is_multiple_of(2) || is_last).then_some(&slot.before);
        let after = (!sweep.is_multiple_of(2) || is_last).then_some(&slot.after);
        before
            .into_iter()
            .chain(after)
            .flatten()
            .filter(|&&n| slots[n].lane == slot.lane)
    };
    // In the end links of a chain stand level with what comes before.
    if is_last && let Some(before) = slot.chained_to {
        return (middles[before], 10.0);
    }
    let count = near().count();
    if count == 0 {
        return (middles[at], 0.2);
    }
    let middle = near().map(|&n| middles[n]).sum::<f64>() / count as f64;
    (middle, if slot.node.is_none() { 2.0 } else { 1.0 })
}

/// Puts the slots of a column as near to their wishes as their order and gaps allow.
fn settle(
    column: &[usize],
    slots: &[Slot],
    middles: &mut [f64],
    wish: impl Fn(usize) -> (f64, f64),
) {
    let mut offsets = Vec::with_capacity(column.len());
    let mut offset = 0.0;
    for (place, &at) in column.iter().enumerate() {
        if place > 0 {
            let above = &slots[column[place - 1]];
            let gap = if above.node.is_some() && slots[at].node.is_some() {
                ROW_GAP
            } else {
                ROW_GAP / 2.0
            };
            offset += (above.height + slots[at].height) / 2.0 + gap;
        }
        offsets.push(offset);
    }
    let wishes = offsets.iter().enumerate().map(|(place, offset)| {
        let (middle, weight) = wish(place);
        (middle - offset, weight)
    });
    for ((&at, offset), value) in column.iter().zip(&offsets).zip(isotonic(wishes)) {
        middles[at] = value + offset;
    }
}

/// Returns the rising sequence nearest to the wishes (weighted least squares, pool adjacent
/// violators: Ayer, Brunk, Ewing, Reid and Silverman 1955).
pub(in crate::layout) fn isotonic(wishes: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (value, weight) in wishes {
        pools.push((value, weight, 1));
        while let [.., (lower, light, few), (upper, heavy, many)] = pools[..]
            && lower > upper
        {
            pools.pop();
            let weight = light + heavy;
            *pools.last_mut().expect("there were two") =
                ((lower * light + upper * heavy) / weight, weight, few + many);
        }
    }
    pools
        .into_iter()
        .flat_map(|(value, _, count)| std::iter::repeat_n(value, count))
        .collect()
}

/// Puts every card on the grid, still in order and apart.
pub(super) fn snap_heights(
    arranged: &mut [(usize, WorldRect)],
    columns: &[Vec<usize>],
    task: &Task<'_>,
) {
    // `arranged` is in the order of the slots, and those of nodes come first.
    for column in columns {
        let mut least = f64::NEG_INFINITY;
        for &at in column.iter().filter(|&&at| at < task.nodes.len()) {
            let rect = &mut arranged[at].1;
            let mut top = snap(rect.min.y);
            if top < least {
                top = snap_up(least);
            }
            *rect = WorldRect::from_min_size(WorldPoint::new(rect.min.x, top), rect.size());
            least = rect.max.y + ROW_GAP - 8.0;
        }
    }
    let upper = arranged
        .iter()
        .map(|(_, rect)| rect.min.y)
        .fold(f64::INFINITY, f64::min);
    for (_, rect) in arranged {
        *rect = rect.moved(WorldPoint::default() - WorldPoint::new(0.0, upper));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isotonic_is_the_nearest_rising_sequence() {
        let check = |wishes: &[(f64, f64)], expected: &[f64]| {
            assert_eq!(isotonic(wishes.iter().copied()), expected, "{wishes:?}");
        };
        check(&[], &[]);
        check(&[(1.0, 1.0), (2.0, 1.0)], &[1.0, 2.0]);
        check(&[(2.0, 1.0), (0.0, 1.0)], &[1.0, 1.0]);
        check(&[(4.0, 1.0), (0.0, 3.0), (5.0, 1.0)], &[1.0, 1.0, 5.0]);
        check(&[(3.0, 1.0), (2.0, 1.0), (1.0, 1.0)], &[2.0, 2.0, 2.0]);
    }
}
