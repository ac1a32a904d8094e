//! Labels: where the pill of a handoff lies on its way.

use crate::model::{WorldPoint, WorldRect, WorldSize};

use super::index::{BoxIndex, Piece, PieceIndex};

/// How far a label keeps from cards and other labels.
const CLEAR: f64 = 2.0;

/// Returns where the label of each route lies: on its longest part that has room, else where it
/// hides least.
pub(super) fn place(
    cards: &[WorldRect],
    notes: &[WorldRect],
    routes: &[Vec<WorldPoint>],
    sizes: &[Option<WorldSize>],
) -> Vec<Option<WorldRect>> {
    let boxes = BoxIndex::new(cards);
    let mut taken = BoxIndex::new(cards);
    for &note in notes {
        taken.insert(note);
    }
    let mut lines = PieceIndex::new(cards);
    for (at, route) in routes.iter().enumerate() {
        for pair in route.windows(2) {
            lines.insert(Piece::new(pair[0], pair[1]), at);
        }
    }
    // Short routes have the least choice, so they go first.
    let mut turns: Vec<(f64, usize)> = (0..routes.len())
        .filter(|&at| sizes[at].is_some() && routes[at].len() > 1)
        .map(|at| (length(&routes[at]), at))
        .collect();
    turns.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut labels = vec![None; routes.len()];
    for (_, at) in turns {
        let Some(size) = sizes[at] else { continue };
        let mut best: Option<(f64, WorldRect)> = None;
        for (extra, middle) in spots(&routes[at], size) {
            let rect = WorldRect::from_min_size(
                WorldPoint::new(
                    (middle.x - size.width / 2.0).round(),
                    (middle.y - size.height / 2.0).round(),
                ),
                size,
            );
            if best.is_some_and(|(least, _)| least <= extra) {
                continue;
            }
            // `taken` holds cards and notes, too: first what must not be, then what should not.
            let hidden: f64 = taken
                .all(rect.grown(CLEAR))
                .into_iter()
                .map(|other| common(taken.rect(other), rect.grown(CLEAR)))
                .sum();
            let on_card = boxes.any(rect.grown(CLEAR), |_| true);
            let crossed = lines.others_in(rect.grown(CLEAR), at);
            let cost = extra
                + 60.0 * crossed as f64
                + if hidden > 0.0 {
                    10_000.0 + hidden.round()
                } else {
                    0.0
                }
                + if on_card { 10_000.0 } else { 0.0 };
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, rect));
            }
        }
        if let Some((_, rect)) = best {
            taken.insert(rect);
            labels[at] = Some(rect);
        }
    }
    labels
}

fn length(route: &[WorldPoint]) -> f64 {
    route
        .windows(2)
        .map(|pair| (pair[0].x - pair[1].x).abs() + (pair[0].y - pair[1].y).abs())
        .sum()
}

fn common(a: WorldRect, b: WorldRect) -> f64 {
    let width = a.max.x.min(b.max.x) - a.min.x.max(b.min.x);
    let height = a.max.y.min(b.max.y) - a.min.y.max(b.min.y);
    width.max(0.0) * height.max(0.0)
}

/// Middles of possible places, each with what it costs to be there: the middle of the longest part
/// first, then along it, then the other parts.
fn spots(route: &[WorldPoint], size: WorldSize) -> Vec<(f64, WorldPoint)> {
    const STEP: f64 = 12.0;
    const MOST_STEPS: usize = 24;
    /// Room for the bend or the arrow head at either end of a part.
    const END: f64 = 10.0;
    let mut parts: Vec<(f64, f64, WorldPoint, WorldPoint)> = route
        .windows(2)
        .map(|pair| {
            let (a, b) = (pair[0], pair[1]);
            let length = (a.x - b.x).abs() + (a.y - b.y).abs();
            let along = if a.y == b.y { size.width } else { size.height };
            (length - along - 2.0 * END, length, a, b)
        })
        .collect();
    // Parts with room, the longest first; those without after them.
    parts.sort_by(|a, b| {
        let by_room = (b.0 >= 0.0).cmp(&(a.0 >= 0.0));
        by_room.then(b.1.total_cmp(&a.1))
    });
    let mut spots = Vec::new();
    for (rank, &(room, length, a, b)) in parts.iter().enumerate() {
        let extra = 40.0 * rank as f64 + if room < 0.0 { 200.0 - room } else { 0.0 };
        let half = length / 2.0;
        let steps = ((room.max(0.0) / 2.0 / STEP) as usize).min(MOST_STEPS);
        for step in 0..=steps {
            for sign in [1.0, -1.0] {
                if step == 0 && sign < 0.0 {
                    continue;
                }
                let share = (half + sign * STEP * step as f64) / length.max(f64::MIN_POSITIVE);
                let middle = WorldPoint::new(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
                spots.push((extra + 2.0 * step as f64, middle));
            }
        }
    }
    spots
}
