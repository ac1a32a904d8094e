//! Shortest ways around cards, for wires that no plain shape fits.
//!
//! A best-first search (A*: Hart, Nilsson and Raphael 1968) over the lines that run just outside
//! the borders of the cards nearby. The neighbourhood grows until there is a way, or so many cards
//! are in it that only the lines near both ends and those around everything are used.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{WorldPoint, WorldRect};

use super::Wire;
use super::ports::Side;
use super::route::{BEND, Field, tidy};

/// How far a wire runs straight out of a card, tried in turn: where cards stand close together
/// there is less room.
const STUBS: [f64; 3] = [12.0, 6.0, 2.0];

/// Finds the shortest way between two ports, bends counted in; nothing when cards leave none.
pub(super) fn find(
    field: &Field,
    wire: &Wire,
    start: (WorldPoint, Side),
    end: (WorldPoint, Side),
) -> Option<Vec<WorldPoint>> {
    /// In a larger neighbourhood a search would take too long.
    const MOST_CARDS: usize = 160;
    let cards = |nodes: &[usize]| -> Vec<WorldRect> {
        nodes.iter().map(|&node| field.cards[node]).collect()
    };
    let (from, to) = (field.cards[wire.from], field.cards[wire.to]);
    let around = from.union(to);
    let mut last = usize::MAX;
    for margin in [120.0, 480.0, 1_920.0] {
        let area = around.grown(margin);
        let near = field.cards_in(area);
        if near.len() > MOST_CARDS {
            break;
        }
        if near.len() == last {
            continue;
        }
        last = near.len();
        let near = cards(&near);
        for stub in STUBS {
            let found = search(&near, &near, start, end, stub, area);
            if found.is_some() {
                return found;
            }
        }
    }
    // A long way: by the lines near either end, and around everything.
    let mut near = field.cards_in(from.grown(160.0));
    near.extend(field.cards_in(to.grown(160.0)));
    near.sort_unstable();
    near.dedup();
    near.truncate(MOST_CARDS);
    let everything = field.all_cards().iter().copied().reduce(WorldRect::union)?;
    STUBS
        .into_iter()
        .find_map(|stub| search(&cards(&near), &field.cards, start, end, stub, everything))
}

fn ahead((point, side): (WorldPoint, Side), by: f64) -> WorldPoint {
    match side {
        Side::Right => WorldPoint::new(point.x + by, point.y),
        Side::Bottom => WorldPoint::new(point.x, point.y + by),
        Side::Left => WorldPoint::new(point.x - by, point.y),
        Side::Top => WorldPoint::new(point.x, point.y - by),
    }
}

/// Searches along lines beside the borders of `lined` cards, around all of `cards`.
fn search(
    lined: &[WorldRect],
    cards: &[WorldRect],
    start: (WorldPoint, Side),
    end: (WorldPoint, Side),
    stub: f64,
    around: WorldRect,
) -> Option<Vec<WorldPoint>> {
    let (first, last) = (ahead(start, stub), ahead(end, stub));
    // Everything outside is free, so a frame of lines around all is always open.
    let lines = |low: fn(&WorldRect) -> f64, high: fn(&WorldRect) -> f64, ends: [f64; 2]| {
        let borders = lined.iter().flat_map(|c| [low(c) - stub, high(c) + stub]);
        let mut lines: Vec<f64> = borders.chain(ends).collect();
        lines.extend([low(&around) - stub, high(&around) + stub]);
        lines.sort_unstable_by(f64::total_cmp);
        lines.dedup();
        lines
    };
    let xs = lines(|c| c.min.x, |c| c.max.x, [first.x, last.x]);
    let ys = lines(|c| c.min.y, |c| c.max.y, [first.y, last.y]);
    let node = |x: usize, y: usize| y * xs.len() + x;
    // Nodes inside a card, and steps to the right and downwards that would pass through one.
    let count = xs.len() * ys.len();
    let (mut right, mut down) = (vec![false; count], vec![false; count]);
    let margin = stub * 0.5;
    for card in cards {
        let card = card.grown(margin);
        let x_in =
            xs.partition_point(|&x| x <= card.min.x)..xs.partition_point(|&x| x < card.max.x);
        let y_in =
            ys.partition_point(|&y| y <= card.min.y)..ys.partition_point(|&y| y < card.max.y);
        for y in y_in.clone() {
            for x in x_in.start.saturating_sub(1)..x_in.end {
                right[node(x, y)] = true;
            }
        }
        for x in x_in {
            for y in y_in.start.saturating_sub(1)..y_in.end {
                down[node(x, y)] = true;
            }
        }
    }
    let at = |p: WorldPoint| {
        let x = xs.binary_search_by(|line| line.total_cmp(&p.x)).ok()?;
        Some((x, ys.binary_search_by(|line| line.total_cmp(&p.y)).ok()?))
    };
    let (from, to) = (at(first)?, at(last)?);
    let is_buried = |p: WorldPoint| {
        cards.iter().any(|card| {
            let card = card.grown(margin);
            card.min.x < p.x && p.x < card.max.x && card.min.y < p.y && p.y < card.max.y
        })
    };
    if is_buried(first) || is_buried(last) {
        return None;
    }

    // States are (node, direction); costs in whole hundredths, so that ties are exact.
    let hundredths = |length: f64| (length * 100.0).round() as u64;
    let rest = |(x, y): (usize, usize)| {
        hundredths((xs[x] - last.x).abs()) + hundredths((ys[y] - last.y).abs())
    };
    let state = |(x, y): (usize, usize), side: Side| node(x, y) * 4 + side as usize;
    let mut least = vec![u64::MAX; count * 4];
    let mut came = vec![u32::MAX; count * 4];
    let mut open = BinaryHeap::new();
    let begin = state(from, start.1);
    least[begin] = 0;
    open.push(Reverse((rest(from), begin)));
    let arrives = end.1.opposite();
    let goal = state(to, arrives);
    const SIDES: [Side; 4] = [Side::Right, Side::Bottom, Side::Left, Side::Top];
    while let Some(Reverse((estimate, here))) = open.pop() {
        let (x, y) = ((here / 4) % xs.len(), (here / 4) / xs.len());
        if estimate > least[here].saturating_add(rest((x, y))) {
            continue;
        }
        if here == goal {
            break;
        }
        let facing = SIDES[here % 4];
        for side in SIDES {
            if side == facing.opposite() {
                continue;
            }
            let next = match side {
                Side::Right if x + 1 < xs.len() && !right[node(x, y)] => (x + 1, y),
                Side::Left if x > 0 && !right[node(x - 1, y)] => (x - 1, y),
                Side::Bottom if y + 1 < ys.len() && !down[node(x, y)] => (x, y + 1),
                Side::Top if y > 0 && !down[node(x, y - 1)] => (x, y - 1),
                _ => continue,
            };
            let step = (xs[next.0] - xs[x]).abs() + (ys[next.1] - ys[y]).abs();
            let turn = if side == facing { 0.0 } else { BEND };
            // The last stretch turns once more when it arrives askew.
            let cost = least[here] + hundredths(step) + hundredths(turn);
            let there = state(next, side);
            if cost < least[there] {
                least[there] = cost;
                came[there] = here as u32;
                open.push(Reverse((cost + rest(next), there)));
            }
        }
        // Turning on the spot, for the direction of arrival.
        if (x, y) == to && facing != arrives && facing != arrives.opposite() {
            let cost = least[here] + hundredths(BEND);
            if cost < least[goal] {
                least[goal] = cost;
                came[goal] = here as u32;
                open.push(Reverse((cost, goal)));
            }
        }
    }
    if least[goal] == u64::MAX {
        return None;
    }
    let mut points = vec![end.0];
    let mut here = goal;
    loop {
        let (x, y) = ((here / 4) % xs.len(), (here / 4) / xs.len());
        points.push(WorldPoint::new(xs[x], ys[y]));
        if here == begin {
            break;
        }
        here = came[here] as usize;
    }
    points.push(start.0);
    points.reverse();
    Some(tidy(points))
}
