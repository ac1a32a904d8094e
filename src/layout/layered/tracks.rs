//! Tracks: where in the gap between two columns the upright parts of wires run.
//!
//! Of two parts at the same heights the one belongs to the left of the other when fewer wires cross
//! so. Parts at different heights share a track.

/// Nearer than this the ends of two parts on one track would look like one line.
const APART: f64 = 10.0;
/// As bad as so many crossings: two wires on one line.
const ON_ONE_LINE: u32 = 50;

/// The upright part of a wire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Upright {
    /// How high its two ends are, and whether the wire leads on to the right there.
    pub(super) ends: [(f64, bool); 2],
}

impl Upright {
    pub(super) fn top(&self) -> f64 {
        self.ends[0].0.min(self.ends[1].0)
    }

    pub(super) fn bottom(&self) -> f64 {
        self.ends[0].0.max(self.ends[1].0)
    }

    /// Returns how bad it is for this one to be to the left of another one.
    pub(super) fn left_of(&self, other: &Self) -> u32 {
        let crossed = |ends: [(f64, bool); 2], by_right: bool, of: &Self| {
            let crosses = |&(y, is_right): &(f64, bool)| {
                is_right == by_right && of.top() < y && y < of.bottom()
            };
            ends.iter().filter(|end| crosses(end)).count() as u32
        };
        let mut bad = crossed(self.ends, true, other) + crossed(other.ends, false, self);
        for (y, is_right) in self.ends {
            for (other_y, other_is_right) in other.ends {
                if is_right && !other_is_right && (y - other_y).abs() < 1.0 {
                    bad += ON_ONE_LINE;
                }
            }
        }
        bad
    }
}

/// Returns the track of each part, from left to right, and how many there are.
pub(super) fn tracks(parts: &[Upright]) -> (Vec<usize>, usize) {
    let mut by_top: Vec<usize> = (0..parts.len()).collect();
    by_top.sort_by(|&a, &b| parts[a].top().total_cmp(&parts[b].top()).then(a.cmp(&b)));
    // For each part those beside it, and how much it is missed to the left of them.
    let mut beside = vec![Vec::new(); parts.len()];
    let mut later: Vec<Vec<(usize, u32)>> = vec![Vec::new(); parts.len()];
    let mut missing = vec![0_u32; parts.len()];
    let mut open: Vec<usize> = Vec::new();
    for at in by_top {
        open.retain(|&other| parts[other].bottom() + APART > parts[at].top());
        for &other in &open {
            beside[at].push(other);
            beside[other].push(at);
            let (a, b) = (
                parts[other].left_of(&parts[at]),
                parts[at].left_of(&parts[other]),
            );
            let (first, second, by) = if a < b {
                (other, at, b - a)
            } else if b < a {
                (at, other, a - b)
            } else {
                continue;
            };
            later[first].push((second, by));
            missing[second] += by;
        }
        open.push(at);
    }
    let mut ready: std::collections::BTreeSet<usize> =
        (0..parts.len()).filter(|&at| missing[at] == 0).collect();
    let mut least = vec![0; parts.len()];
    let mut track = vec![usize::MAX; parts.len()];
    let mut count = 0;
    for _ in 0..parts.len() {
        let next = ready.pop_first().or_else(|| {
            // They go round in a circle: the one that it costs least to put first.
            let left = (0..parts.len()).filter(|&at| track[at] == usize::MAX);
            left.min_by_key(|&at| missing[at])
        });
        let Some(at) = next else { break };
        let mut taken: Vec<usize> = beside[at].iter().map(|&other| track[other]).collect();
        taken.sort_unstable();
        let mut free = least[at];
        for other in taken {
            if other == free {
                free += 1;
            }
        }
        track[at] = free;
        count = count.max(free + 1);
        for &(other, by) in &later[at] {
            if track[other] != usize::MAX {
                continue;
            }
            least[other] = least[other].max(free + 1);
            missing[other] -= by;
            if missing[other] == 0 {
                ready.insert(other);
            }
        }
    }
    (track, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// How many times wires cross with these tracks, by drawing them.
    fn crossings(parts: &[Upright], tracks: &[usize]) -> usize {
        let mut count = 0;
        for (a, upright) in parts.iter().enumerate() {
            for (b, other) in parts.iter().enumerate() {
                for &(y, is_right) in &other.ends {
                    let reaches = if is_right {
                        tracks[b] < tracks[a]
                    } else {
                        tracks[a] < tracks[b]
                    };
                    if a != b && reaches && upright.top() < y && y < upright.bottom() {
                        count += 1;
                    }
                }
            }
        }
        count
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn wires_cross_only_where_their_ends_change_places(
            right in Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle(),
            count in 2..9_usize,
        ) {
            let parts: Vec<Upright> = (0..count)
                .map(|at| Upright {
                    // Never level, and no two ends at one height.
                    ends: [(40.0 * at as f64, false), (40.0 * right[at] as f64 + 20.0, true)],
                })
                .collect();
            let (tracks, most) = tracks(&parts);
            let changed = (0..count)
                .flat_map(|a| (0..a).map(move |b| (a, b)))
                .filter(|&(a, b)| right[a] < right[b])
                .count();
            prop_assert_eq!(crossings(&parts, &tracks), changed);
            prop_assert!(tracks.iter().all(|&track| track < most));
            for (a, part) in parts.iter().enumerate() {
                for (b, other) in parts.iter().enumerate().skip(a + 1) {
                    let is_beside = part.top() < other.bottom() && other.top() < part.bottom();
                    prop_assert!(!is_beside || tracks[a] != tracks[b]);
                }
            }
        }
    }
}
