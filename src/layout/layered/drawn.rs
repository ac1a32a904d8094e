//! Where everything is from left to right: tracks, columns, and the corners of ways.

use rustc_hash::FxHashSet;

use crate::layout::{COLUMN_GAP, snap_up};
use crate::model::WorldPoint;

use super::level::Levels;
use super::tracks::{Upright, tracks};
use super::ways::{Net, Plan};

/// Between two tracks.
const TRACK: f64 = 12.0;
/// Between a card and the first track.
const STUB: f64 = 24.0;
/// How far a wire that leaves a card upwards or downwards keeps from it and from others.
const OFF: f64 = 14.0;

/// Where columns and ways are.
pub(super) struct Drawn {
    /// The left border and the width of each column.
    pub(super) columns: Vec<(f64, f64)>,
    /// The corners of ways by wire, from the border of the sender to that of the receiver.
    pub(super) ways: Vec<(usize, Vec<WorldPoint>)>,
}

impl Plan {
    /// Lets wires that lead back leave their cards, and arrive, above or below, where they have a
    /// corridor there and cross no more so: one corner less, and apart from what leads forward.
    pub(super) fn turn_back(&mut self, net: &Net<'_>, levels: &Levels) {
        let mut gaps: Vec<Vec<usize>> = vec![Vec::new(); net.columns.len() + 1];
        for (at, part) in self.parts.iter().enumerate() {
            gaps[part.gap].push(at);
        }
        let mut taken: FxHashSet<(usize, bool)> = FxHashSet::default();
        for (nth, chain) in net.chains.iter().enumerate() {
            let last = chain.slots.len() - 1;
            if !chain.is_back || last < 2 {
                continue;
            }
            for (end, at, part) in [
                (0, chain.slots[0], self.first[nth]),
                (1, chain.slots[last], self.first[nth] + last - 1),
            ] {
                let corridor = self.parts[part].ends[1 - end];
                let (middle, half) = (levels.middles[at], net.slots[at].height / 2.0);
                let is_below = corridor > middle;
                let column = &net.columns[net.slots[at].rank];
                let place = self.place[at];
                let next = if is_below {
                    column.get(place + 1)
                } else {
                    place.checked_sub(1).map(|above| &column[above])
                };
                let has_room = (corridor - middle).abs() >= half + OFF
                    && next.is_none_or(|&next| {
                        let off = levels.middles[next] - corridor;
                        let beyond = if is_below { off } else { -off };
                        beyond >= net.slots[next].height / 2.0 + OFF
                    });
                if !has_room || taken.contains(&(at, is_below)) {
                    continue;
                }
                let own = self.parts[part].upright();
                let (mut before, mut after) = (0, 0);
                for &other in gaps[self.parts[part].gap]
                    .iter()
                    .filter(|&&other| other != part)
                {
                    let of = self.parts[other].upright();
                    before += own.left_of(&of).min(of.left_of(&own));
                    after += u32::from(of.top() < corridor && corridor < of.bottom());
                }
                if after <= before {
                    taken.insert((at, is_below));
                    self.parts[part].ends = [corridor; 2];
                    self.turns[nth][end] = true;
                }
            }
        }
    }

    /// Gives each upright part its track, and with that everything its place from left to right.
    pub(super) fn draw(&self, net: &Net<'_>, levels: &Levels) -> Drawn {
        let mut gaps: Vec<Vec<usize>> = vec![Vec::new(); net.columns.len() + 1];
        for (at, part) in self.parts.iter().enumerate() {
            if part.ends[0] != part.ends[1] {
                gaps[part.gap].push(at);
            }
        }
        let mut track_of = vec![0; self.parts.len()];
        let mut widths = Vec::with_capacity(gaps.len());
        for gap in &gaps {
            if net.is_cancelled() {
                widths.push(0.0);
                continue;
            }
            let uprights: Vec<Upright> = gap.iter().map(|&at| self.parts[at].upright()).collect();
            let (tracks, count) = tracks(&uprights);
            for (&at, track) in gap.iter().zip(tracks) {
                track_of[at] = track;
            }
            widths.push(count.saturating_sub(1) as f64 * TRACK);
        }
        let mut columns: Vec<(f64, f64)> = Vec::with_capacity(net.columns.len());
        let mut left = 0.0;
        for (nth, column) in net.columns.iter().enumerate() {
            let nodes = column.iter().filter_map(|&at| net.slots[at].node);
            let width = nodes
                .map(|node| net.task.sizes[node].width)
                .fold(0.0, f64::max);
            columns.push((left, width));
            let gap = net.gaps[nth]
                .max(COLUMN_GAP)
                .max(widths[nth + 1] + 2.0 * STUB);
            left = snap_up(left + width + gap);
        }
        let track = |part: usize| {
            let gap = self.parts[part].gap;
            let to = columns.get(gap).map_or(left, |column| column.0);
            let from = match gap.checked_sub(1) {
                Some(before) => columns[before].0 + columns[before].1,
                None => to - 2.0 * STUB - widths[0],
            };
            let first = ((from + to - widths[gap]) / 2.0).round();
            first + TRACK * track_of[part] as f64
        };
        let border = |at: usize, is_right: bool| {
            let (left, width) = columns[net.slots[at].rank];
            let own = net.slots[at]
                .node
                .map_or(width, |node| net.task.sizes[node].width);
            let from = super::left_of(left, width, own);
            if is_right { from + own } else { from }
        };
        let mut ways = Vec::with_capacity(net.chains.len());
        // Where a wire meets its card, coming from or leading to this height.
        let meet = |at: usize, turns: bool, is_right: bool, y: f64| {
            if !turns {
                return vec![WorldPoint::new(border(at, is_right), y)];
            }
            let x = ((border(at, false) + border(at, true)) / 2.0).round();
            let half = net.slots[at].height / 2.0;
            let middle = levels.middles[at];
            let edge = if y > middle {
                middle + half
            } else {
                middle - half
            };
            vec![WorldPoint::new(x, edge), WorldPoint::new(x, y)]
        };
        for ((chain, &first), turns) in net.chains.iter().zip(&self.first).zip(&self.turns) {
            let mut points = meet(chain.slots[0], turns[0], true, self.parts[first].ends[0]);
            for part in first..first + chain.slots.len() - 1 {
                let [from, to] = self.parts[part].ends;
                if from != to {
                    points.push(WorldPoint::new(track(part), from));
                    points.push(WorldPoint::new(track(part), to));
                }
            }
            let last = chain.slots[chain.slots.len() - 1];
            let end = self.parts[first + chain.slots.len() - 2].ends[1];
            points.extend(meet(last, turns[1], false, end).into_iter().rev());
            if chain.is_back {
                points.reverse();
            }
            ways.push((chain.wire, points));
        }
        let first = self.parts.len() - net.besides.len();
        for (part, beside) in (first..).zip(net.besides) {
            let [from, to] = self.parts[part].ends;
            ways.push((
                beside.wire,
                vec![
                    WorldPoint::new(border(beside.slots[0], false), from),
                    WorldPoint::new(track(part), from),
                    WorldPoint::new(track(part), to),
                    WorldPoint::new(border(beside.slots[1], false), to),
                ],
            ));
        }
        Drawn { columns, ways }
    }
}
