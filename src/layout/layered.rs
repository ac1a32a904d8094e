//! Layered arrangement: where stages stand when nobody has put them anywhere.
//!
//! Ranks go from left to right by longest path, the order within a rank follows the middle of the
//! neighbours (Sugiyama, Tagawa and Toda 1981), and heights come as near to the neighbours' as the
//! order allows (isotonic regression by pooling adjacent violators). Everything is deterministic:
//! ties go by the order in the file.

use crate::model::{WorldPoint, WorldRect, WorldSize};

use super::{COLUMN_GAP, FOOT, HEADER, ROW_GAP, Way, Wire, snap, snap_up};

/// What is to be arranged.
pub(super) struct Task<'a> {
    /// The nodes, in file order.
    pub(super) nodes: &'a [usize],
    /// Their sizes, by node.
    pub(super) sizes: &'a [WorldSize],
    /// All wires; those that lead elsewhere are left aside.
    pub(super) wires: &'a [Wire],
    /// The lane of each node, from top to bottom; everything in one when left out.
    pub(super) lanes: Option<&'a [usize]>,
    /// How wide the labels of wires are, by wire.
    pub(super) label_widths: &'a [f64],
}

/// A place in a rank: a node, or a bend of a wire that passes the rank.
struct Slot {
    node: Option<usize>,
    rank: usize,
    lane: usize,
    height: f64,
    before: Vec<usize>,
    after: Vec<usize>,
    /// What comes before, when nothing else does and it leads nowhere else.
    chained_to: Option<usize>,
}

/// Arranges nodes, the upper left corner of all at the origin.
pub(super) fn arrange(task: &Task<'_>) -> Vec<(usize, WorldRect)> {
    if task.lanes.is_some() {
        return arrange_connected(task);
    }
    let mut arranged: Vec<(usize, WorldRect)> = Vec::with_capacity(task.nodes.len());
    let (parts, singles) = connected_parts(task);
    let mut top = 0.0;
    for part in &parts {
        let block = arrange_connected(&Task {
            nodes: part,
            ..*task
        });
        let mut bottom = top;
        for (node, rect) in block {
            let rect = rect.moved(WorldPoint::new(0.0, top) - WorldPoint::default());
            bottom = f64::max(bottom, rect.max.y);
            arranged.push((node, rect));
        }
        top = snap_up(bottom + 2.0 * ROW_GAP);
    }
    arranged.extend(grid_of(&singles, task.sizes, top));
    arranged
}

/// Puts nodes that nothing joins into rows, from `top` downwards.
fn grid_of(nodes: &[usize], sizes: &[WorldSize], top: f64) -> Vec<(usize, WorldRect)> {
    let widest = nodes.iter().map(|&n| sizes[n].width).fold(0.0, f64::max);
    let highest = nodes.iter().map(|&n| sizes[n].height).fold(0.0, f64::max);
    let columns = ((nodes.len() as f64).sqrt().ceil() as usize).max(4);
    nodes
        .iter()
        .enumerate()
        .map(|(at, &node)| {
            let corner = WorldPoint::new(
                (at % columns) as f64 * snap_up(widest + ROW_GAP),
                top + (at / columns) as f64 * snap_up(highest + ROW_GAP),
            );
            (node, WorldRect::from_min_size(corner, sizes[node]))
        })
        .collect()
}

/// Returns the parts that wires hold together, each in file order, and the nodes without any.
fn connected_parts(task: &Task<'_>) -> (Vec<Vec<usize>>, Vec<usize>) {
    let local = Local::of(task.nodes, task.sizes.len());
    let mut neighbours = vec![Vec::new(); task.nodes.len()];
    for wire in task.wires {
        if let (Some(a), Some(b)) = (local.get(wire.from), local.get(wire.to))
            && a != b
        {
            neighbours[a].push(b);
            neighbours[b].push(a);
        }
    }
    let mut part_of = vec![usize::MAX; task.nodes.len()];
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut singles = Vec::new();
    for start in 0..task.nodes.len() {
        if part_of[start] != usize::MAX {
            continue;
        }
        if neighbours[start].is_empty() {
            singles.push(task.nodes[start]);
            continue;
        }
        let mut part = Vec::new();
        let mut open = vec![start];
        part_of[start] = parts.len();
        while let Some(at) = open.pop() {
            part.push(task.nodes[at]);
            for &next in &neighbours[at] {
                if part_of[next] == usize::MAX {
                    part_of[next] = parts.len();
                    open.push(next);
                }
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    (parts, singles)
}

/// Positions of nodes in a list of some of them.
struct Local(Vec<u32>);

impl Local {
    fn of(nodes: &[usize], count: usize) -> Self {
        let mut at = vec![u32::MAX; count];
        for (position, &node) in nodes.iter().enumerate() {
            at[node] = position as u32;
        }
        Self(at)
    }

    fn get(&self, node: usize) -> Option<usize> {
        let at = self.0[node];
        (at != u32::MAX).then_some(at as usize)
    }
}

fn arrange_connected(task: &Task<'_>) -> Vec<(usize, WorldRect)> {
    let local = Local::of(task.nodes, task.sizes.len());
    let links = forward_links(task, &local);
    let mut ranks = ranks(task.nodes.len(), &links);
    spread_singles(task, &links, &mut ranks);
    let mut slots = slots(task, &links, &ranks);
    let mut columns = columns(&slots);
    order(&mut columns, &slots);
    let lefts = lefts(task, &local, &slots, &columns, &ranks);
    let middles = heights(&columns, &slots);
    let mut arranged = Vec::with_capacity(task.nodes.len());
    for (at, slot) in slots.drain(..).enumerate() {
        if let Some(node) = slot.node {
            let size = task.sizes[node];
            let (left, width) = lefts[slot.rank];
            let corner = WorldPoint::new(
                snap(left + (width - size.width) / 2.0),
                middles[at] - size.height / 2.0,
            );
            arranged.push((node, WorldRect::from_min_size(corner, size)));
        }
    }
    snap_heights(&mut arranged, &columns, task);
    arranged
}

/// Returns the forward wires between the nodes, each pair once, without those that close a cycle.
fn forward_links(task: &Task<'_>, local: &Local) -> Vec<(usize, usize)> {
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
fn ranks(count: usize, links: &[(usize, usize)]) -> Vec<usize> {
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

/// Gives nodes without forward links ranks of their own, so that a lane of them is a row.
fn spread_singles(task: &Task<'_>, links: &[(usize, usize)], ranks: &mut [usize]) {
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

fn slots(task: &Task<'_>, links: &[(usize, usize)], ranks: &[usize]) -> Vec<Slot> {
    let lane_of = |at: usize| task.lanes.map_or(0, |lanes| lanes[task.nodes[at]]);
    let mut slots: Vec<Slot> = task
        .nodes
        .iter()
        .enumerate()
        .map(|(at, &node)| Slot {
            node: Some(node),
            rank: ranks[at],
            lane: lane_of(at),
            height: task.sizes[node].height,
            before: Vec::new(),
            after: Vec::new(),
            chained_to: None,
        })
        .collect();
    // Bends keep room for long wires; where there would be too many, long wires go round instead.
    let mut budget = 4 * links.len() + 64;
    for &(from, to) in links {
        let span = ranks[to] - ranks[from];
        let has_bends = lane_of(from) == lane_of(to) && span - 1 <= budget;
        if span > 1 && !has_bends {
            continue;
        }
        budget -= span - 1;
        let mut last = from;
        for rank in ranks[from] + 1..ranks[to] {
            let bend = slots.len();
            slots.push(Slot {
                node: None,
                rank,
                lane: lane_of(from),
                height: 8.0,
                before: vec![last],
                after: Vec::new(),
                chained_to: None,
            });
            slots[last].after.push(bend);
            last = bend;
        }
        slots[last].after.push(to);
        slots[to].before.push(last);
    }
    for at in 0..slots.len() {
        if let [before] = slots[at].before[..]
            && slots[before].after.len() == 1
            && slots[before].lane == slots[at].lane
        {
            slots[at].chained_to = Some(before);
        }
    }
    slots
}

fn columns(slots: &[Slot]) -> Vec<Vec<usize>> {
    let deepest = slots.iter().map(|slot| slot.rank).max().unwrap_or(0);
    let mut columns = vec![Vec::new(); deepest + 1];
    for (at, slot) in slots.iter().enumerate() {
        columns[slot.rank].push(at);
    }
    for column in &mut columns {
        column.sort_by_key(|&at| slots[at].lane);
    }
    columns
}

/// Orders each column, lane by lane, by the middle of the neighbours, so that few wires cross.
fn order(columns: &mut Vec<Vec<usize>>, slots: &[Slot]) {
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
fn crossings(columns: &[Vec<usize>], slots: &[Slot]) -> usize {
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

/// Returns the left border and the width of each column; gaps are as wide as labels in them ask.
fn lefts(
    task: &Task<'_>,
    local: &Local,
    slots: &[Slot],
    columns: &[Vec<usize>],
    ranks: &[usize],
) -> Vec<(f64, f64)> {
    const WIDEST_GAP: f64 = 200.0;
    let mut gaps = vec![COLUMN_GAP; columns.len()];
    for (wire, &label) in task.wires.iter().zip(task.label_widths) {
        if let (Way::Forward, Some(from), Some(to)) =
            (wire.way, local.get(wire.from), local.get(wire.to))
            && ranks[to] > ranks[from]
        {
            let gap = &mut gaps[ranks[from]];
            *gap = gap.max((label + 40.0).min(WIDEST_GAP));
        }
    }
    let mut left = 0.0;
    columns
        .iter()
        .zip(gaps)
        .map(|(column, gap)| {
            let width = column
                .iter()
                .filter_map(|&at| slots[at].node)
                .map(|node| task.sizes[node].width)
                .fold(0.0, f64::max);
            let this = left;
            left = snap_up(left + width + gap);
            (this, width)
        })
        .collect()
}

/// Returns the middle height of each slot, lane below lane.
fn heights(columns: &[Vec<usize>], slots: &[Slot]) -> Vec<f64> {
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
pub(super) fn isotonic(wishes: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
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
fn snap_heights(arranged: &mut [(usize, WorldRect)], columns: &[Vec<usize>], task: &Task<'_>) {
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

    #[test]
    fn ranks_follow_the_longest_way_and_sources_stay_near() {
        // 0 -> 1 -> 2 -> 3, and 4 -> 3.
        let links = [(0, 1), (1, 2), (2, 3), (4, 3)];
        assert_eq!(ranks(5, &links), [0, 1, 2, 3, 2]);
    }
}
