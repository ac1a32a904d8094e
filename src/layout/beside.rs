//! Side by side: where placed stages are shown once relaxed handoffs no longer order them.
//!
//! The Model keeps the places that the user gave. What is shown is computed afresh from them:
//! stages that relaxed handoffs joined, and that now run at the same time, stand above one another
//! in one column where the row was; what stood above and below makes room. Taking the relaxing
//! back takes all of this back, since nothing was stored.
//!
//! ```text
//!   Ingest  Transcode  Metadata  Compliance  Publish        becomes
//!
//!                      Transcode
//!   Ingest             Metadata              Publish
//!                      Compliance
//! ```

use crate::model::{WorldPoint, WorldRect, WorldVector};

use super::layered::isotonic;
use super::{COLUMN_GAP, FOOT, HEADER, ROW_GAP, Way, Wire, snap, snap_up};

/// Moves the cards that relaxing set free, and what has to make room for them.
pub(super) fn spread(cards: &mut [Option<WorldRect>], wires: &[Wire], lanes: Option<&[usize]>) {
    for members in freed(cards, wires) {
        let is_upright = lanes.is_none() && stands_upright(cards, wires, &members);
        if is_upright {
            transpose(cards);
        }
        let turns = ranks(&members, wires, Way::Ghost);
        let ranks = ranks(&members, wires, Way::Forward);
        place_columns(cards, &members, &ranks, &turns, lanes);
        for lane in groups(&members, lanes) {
            make_room(cards, &lane, lanes);
        }
        if is_upright {
            transpose(cards);
        }
    }
}

/// Returns the sets of placed nodes that relaxed handoffs join, each in file order.
fn freed(cards: &[Option<WorldRect>], wires: &[Wire]) -> Vec<Vec<usize>> {
    let ghosts: Vec<&Wire> = wires
        .iter()
        .filter(|wire| wire.way == Way::Ghost && wire.from != wire.to)
        .filter(|wire| cards[wire.from].is_some() && cards[wire.to].is_some())
        .collect();
    let mut nodes: Vec<usize> = ghosts.iter().flat_map(|w| [w.from, w.to]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let at = |node: usize| nodes.binary_search(&node).expect("every end was noted");
    let mut root: Vec<usize> = (0..nodes.len()).collect();
    fn top(root: &mut [usize], mut node: usize) -> usize {
        while root[node] != node {
            root[node] = root[root[node]];
            node = root[node];
        }
        node
    }
    for ghost in ghosts {
        let (a, b) = (top(&mut root, at(ghost.from)), top(&mut root, at(ghost.to)));
        let (first, last) = (a.min(b), a.max(b));
        root[last] = first;
    }
    let mut sets: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (place, &node) in nodes.iter().enumerate() {
        let set = top(&mut root, place);
        sets[set].push(node);
    }
    sets.retain(|set| !set.is_empty());
    sets
}

/// Returns whether the relaxed handoffs lead down rather than across.
fn stands_upright(cards: &[Option<WorldRect>], wires: &[Wire], members: &[usize]) -> bool {
    let (mut across, mut down) = (0.0, 0.0);
    for wire in wires.iter().filter(|wire| wire.way == Way::Ghost) {
        if let (true, Some(from), Some(to)) = (
            members.contains(&wire.from),
            cards[wire.from],
            cards[wire.to],
        ) {
            across += (to.center().x - from.center().x).abs();
            down += (to.center().y - from.center().y).abs();
        }
    }
    down > across
}

fn transpose(cards: &mut [Option<WorldRect>]) {
    for card in cards.iter_mut().flatten() {
        for corner in [&mut card.min, &mut card.max] {
            std::mem::swap(&mut corner.x, &mut corner.y);
        }
    }
}

/// Returns the rank of each member: the longest way to it over wires of one kind, those that still
/// order the members or those that did.
fn ranks(members: &[usize], wires: &[Wire], way: Way) -> Vec<usize> {
    let links: Vec<(usize, usize)> = wires
        .iter()
        .filter(|wire| wire.way == way && wire.from != wire.to)
        .filter_map(|wire| {
            let from = members.binary_search(&wire.from).ok()?;
            Some((from, members.binary_search(&wire.to).ok()?))
        })
        .collect();
    let mut ranks = vec![0; members.len()];
    // As many rounds as there can be ranks; a cycle ends there too.
    for _ in 0..members.len() {
        let mut has_changed = false;
        for &(from, to) in &links {
            if ranks[to] <= ranks[from] && ranks[from] + 1 < members.len() {
                ranks[to] = ranks[from] + 1;
                has_changed = true;
            }
        }
        if !has_changed {
            break;
        }
    }
    ranks
}

/// Stands the members of each rank in one column, each lane's as near to their old heights as they
/// fit.
fn place_columns(
    cards: &mut [Option<WorldRect>],
    members: &[usize],
    ranks: &[usize],
    turns: &[usize],
    lanes: Option<&[usize]>,
) {
    let old = |node: usize, cards: &[Option<WorldRect>]| {
        cards[node].expect("only placed nodes are members")
    };
    let middles = members.iter().map(|&node| old(node, cards).center().x);
    let (left, right) = middles.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    let columns = ranks.iter().copied().max().unwrap_or(0) + 1;
    let widths = members.iter().map(|&node| old(node, cards).width());
    let widest = widths.fold(0.0, f64::max);
    // As far apart as they stood, unless more columns have come between than there is room for.
    let step = match (right - left) / (columns.max(2) - 1) as f64 {
        step if step < widest + FOOT => widest + COLUMN_GAP,
        step => step,
    };
    for rank in 0..columns {
        let x = if columns == 1 {
            (left + right) / 2.0
        } else {
            left + step * rank as f64
        };
        let in_rank: Vec<usize> = (0..members.len())
            .filter(|&at| ranks[at] == rank)
            .map(|at| members[at])
            .collect();
        for mut column in groups(&in_rank, lanes) {
            // From top to bottom as before; those of one row in the order of the items' way.
            let turn = |node: usize| {
                let at = members.binary_search(&node).expect("it is a member");
                turns[at]
            };
            column.sort_by(|&a, &b| {
                let (above, below) = (old(a, cards).min.y, old(b, cards).min.y);
                above.total_cmp(&below).then(turn(a).cmp(&turn(b)))
            });
            let mut offsets = Vec::with_capacity(column.len());
            let mut offset = 0.0;
            for &node in &column {
                offsets.push(offset);
                offset += old(node, cards).height() + ROW_GAP;
            }
            let wishes = column
                .iter()
                .zip(&offsets)
                .map(|(&node, offset)| (old(node, cards).min.y - offset, 1.0));
            let tops = isotonic(wishes);
            for ((&node, offset), top) in column.iter().zip(&offsets).zip(tops) {
                let rect = old(node, cards);
                let corner = WorldPoint::new(snap(x - rect.width() / 2.0), (top + offset).round());
                cards[node] = Some(WorldRect::from_min_size(corner, rect.size()));
            }
        }
    }
}

/// Splits the members by lane, the upper lane first; all together without lanes.
fn groups(members: &[usize], lanes: Option<&[usize]>) -> Vec<Vec<usize>> {
    let Some(lanes) = lanes else {
        return vec![members.to_vec()];
    };
    let mut sorted = members.to_vec();
    sorted.sort_by_key(|&node| lanes[node]);
    sorted
        .chunk_by(|&a, &b| lanes[a] == lanes[b])
        .map(<[usize]>::to_vec)
        .collect()
}

/// Moves what is above the members' middle apart from what is below it, until nothing overlaps.
fn make_room(cards: &mut [Option<WorldRect>], members: &[usize], lanes: Option<&[usize]>) {
    let around = members
        .iter()
        .filter_map(|&node| cards[node])
        .reduce(WorldRect::union)
        .expect("a group has members");
    let middle = around.center().y;
    // Another lane is in the way wherever it is, since lanes go right across.
    let is_other_lane = |node: usize| lanes.is_some_and(|lanes| lanes[node] != lanes[members[0]]);
    let is_in_way = |node: usize, card: WorldRect| {
        is_other_lane(node) || (card.min.x < around.max.x && around.min.x < card.max.x)
    };
    let lack = |node: usize, distance: f64| match is_other_lane(node) {
        true => HEADER + FOOT - distance,
        // What the user put near, but apart, may stay so.
        false if distance >= FOOT => 0.0,
        false => ROW_GAP - distance,
    };
    let others = |cards: &[Option<WorldRect>]| -> Vec<(usize, WorldRect)> {
        (0..cards.len())
            .filter(|node| !members.contains(node))
            .filter_map(|node| Some((node, cards[node]?)))
            .collect()
    };
    let down = |cards: &mut [Option<WorldRect>], node: usize, by: f64| {
        cards[node] = cards[node].map(|card| card.moved(WorldVector { x: 0.0, y: by }));
    };

    // What stands above stays: the members, and what is level with them or below, move down.
    let is_above = |card: WorldRect| card.center().y < middle;
    let first = others(cards)
        .into_iter()
        .filter(|&(node, card)| is_above(card) && is_in_way(node, card))
        .map(|(node, card)| lack(node, around.min.y - card.max.y))
        .fold(0.0, f64::max);
    let first = snap_up(first);
    if first > 0.0 {
        for (node, card) in others(cards) {
            if !is_above(card) {
                down(cards, node, first);
            }
        }
        for &node in members {
            down(cards, node, first);
        }
    }

    // What stands below makes room downwards, with everything that is as low as it.
    let bottom = around.max.y + first;
    let (mut second, mut from) = (0.0_f64, f64::INFINITY);
    for (node, card) in others(cards) {
        if card.center().y >= middle + first && is_in_way(node, card) {
            let lack = lack(node, card.min.y - bottom);
            if lack > 0.0 {
                second = second.max(lack);
                from = from.min(card.min.y);
            }
        }
    }
    let second = snap_up(second);
    if second > 0.0 {
        for (node, card) in others(cards) {
            if card.min.y >= from {
                down(cards, node, second);
            }
        }
    }
}
