//! Spatial indexes: which boxes and which lines are near a place.
//!
//! Both are grids whose lines follow the boxes (they are quantiles of the boxes' borders), so that
//! a drawing with one stage a million units away costs no more than a compact one. What a query
//! answers never depends on where the grid's lines lie, so boxes and lines may be put elsewhere
//! while the grid stays.

use crate::model::{WorldPoint, WorldRect};

/// The lines of a grid.
#[derive(Clone, Debug)]
struct Lines {
    columns: Vec<f64>,
    rows: Vec<f64>,
}

impl Lines {
    fn around(boxes: &[WorldRect]) -> Self {
        // About as many cells as boxes, times four: a box touches few cells, a cell few boxes.
        let most = 2 * (boxes.len() as f64).sqrt() as usize + 4;
        Self {
            columns: quantiles(boxes.iter().flat_map(|b| [b.min.x, b.max.x]), most),
            rows: quantiles(boxes.iter().flat_map(|b| [b.min.y, b.max.y]), most),
        }
    }

    fn cells(&self) -> usize {
        (self.columns.len() + 1) * (self.rows.len() + 1)
    }

    /// Returns whether so many cells are in an area that a box of its size is better kept apart.
    fn is_large(&self, area: WorldRect) -> bool {
        const LARGE: usize = 256;
        let across = |lines: &[f64], from: f64, to: f64| {
            let at = |value: f64| lines.partition_point(|&line| line <= value);
            at(to) + 1 - at(from)
        };
        let columns = across(&self.columns, area.min.x, area.max.x);
        columns * across(&self.rows, area.min.y, area.max.y) > LARGE
    }

    fn for_each(&self, area: WorldRect, mut visit: impl FnMut(usize) -> bool) -> bool {
        let at = |lines: &[f64], value: f64| lines.partition_point(|&line| line <= value);
        let width = self.columns.len() + 1;
        let columns = at(&self.columns, area.min.x)..=at(&self.columns, area.max.x);
        for row in at(&self.rows, area.min.y)..=at(&self.rows, area.max.y) {
            for column in columns.clone() {
                if visit(row * width + column) {
                    return true;
                }
            }
        }
        false
    }
}

fn quantiles(values: impl Iterator<Item = f64>, most: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.dedup();
    let step = sorted.len().div_ceil(most).max(1);
    sorted.into_iter().step_by(step).collect()
}

/// Nothing: no area meets it, and with it any other is the other's union.
pub(super) const NOWHERE: WorldRect = WorldRect {
    min: WorldPoint::new(f64::INFINITY, f64::INFINITY),
    max: WorldPoint::new(f64::NEG_INFINITY, f64::NEG_INFINITY),
};

/// The whole plane.
pub(super) const EVERYWHERE: WorldRect = WorldRect {
    min: WorldPoint::new(f64::NEG_INFINITY, f64::NEG_INFINITY),
    max: WorldPoint::new(f64::INFINITY, f64::INFINITY),
};

/// Boxes, by where they are. Each is known by its number; a number may have no box.
#[derive(Clone, Debug)]
pub(super) struct BoxIndex {
    lines: Lines,
    cells: Vec<Vec<u32>>,
    /// Those that are in too many cells: they are looked at always.
    large: Vec<u32>,
    boxes: Vec<WorldRect>,
}

impl BoxIndex {
    pub(super) fn new(boxes: &[WorldRect]) -> Self {
        let mut index = Self::among(boxes);
        index.boxes.reserve(boxes.len());
        for &rect in boxes {
            index.insert(rect);
        }
        index
    }

    /// Makes one without boxes for some that will be where these are.
    pub(super) fn among(boxes: &[WorldRect]) -> Self {
        let lines = Lines::around(boxes);
        Self {
            cells: vec![Vec::new(); lines.cells()],
            lines,
            large: Vec::new(),
            boxes: Vec::new(),
        }
    }

    /// Returns how many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.boxes.len()
    }

    /// Adds a box; its number is how many there were before.
    pub(super) fn insert(&mut self, rect: WorldRect) {
        self.put(self.boxes.len(), rect);
    }

    /// Puts the box of a number elsewhere; to [`NOWHERE`] takes it out.
    pub(super) fn put(&mut self, number: usize, rect: WorldRect) {
        if number >= self.boxes.len() {
            self.boxes.resize(number + 1, NOWHERE);
        }
        let before = std::mem::replace(&mut self.boxes[number], rect);
        if before == rect {
            return;
        }
        let number = number as u32;
        if before != NOWHERE {
            self.for_each_list(before, |list| take_out(list, number));
        }
        if rect != NOWHERE {
            self.for_each_list(rect, |list| list.push(number));
        }
    }

    fn for_each_list(&mut self, rect: WorldRect, mut change: impl FnMut(&mut Vec<u32>)) {
        if self.lines.is_large(rect) {
            change(&mut self.large);
            return;
        }
        let cells = &mut self.cells;
        self.lines.for_each(rect, |cell| {
            change(&mut cells[cell]);
            false
        });
    }

    /// Returns a box by its number.
    pub(super) fn rect(&self, number: usize) -> WorldRect {
        self.boxes[number]
    }

    /// Returns whether a box that `concerns` picks overlaps the area.
    pub(super) fn any(&self, area: WorldRect, mut concerns: impl FnMut(usize) -> bool) -> bool {
        let mut is_one = |&number: &u32| {
            let number = number as usize;
            touches(self.boxes[number], area) && concerns(number)
        };
        self.large.iter().any(&mut is_one)
            || self
                .lines
                .for_each(area, |cell| self.cells[cell].iter().any(&mut is_one))
    }

    /// Returns the numbers of the boxes that overlap the area, in order.
    pub(super) fn all(&self, area: WorldRect) -> Vec<usize> {
        self.found(area, |rect| touches(rect, area))
    }

    /// Returns the numbers of the boxes that overlap the area or adjoin it, in order.
    pub(super) fn meeting(&self, area: WorldRect) -> Vec<usize> {
        self.found(area, |rect| {
            rect.min.x <= area.max.x
                && area.min.x <= rect.max.x
                && rect.min.y <= area.max.y
                && area.min.y <= rect.max.y
        })
    }

    fn found(&self, area: WorldRect, is_wanted: impl Fn(WorldRect) -> bool) -> Vec<usize> {
        let mut found = Vec::new();
        let mut look = |numbers: &[u32]| {
            for &number in numbers {
                if is_wanted(self.boxes[number as usize]) {
                    found.push(number as usize);
                }
            }
        };
        look(&self.large);
        self.lines.for_each(area, |cell| {
            look(&self.cells[cell]);
            false
        });
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Takes a number out of a list, whose order does not matter.
fn take_out(list: &mut Vec<u32>, number: u32) {
    if let Some(at) = list.iter().position(|&one| one == number) {
        list.swap_remove(at);
    }
}

/// Like `overlaps`, for areas that may be lines.
fn touches(rect: WorldRect, area: WorldRect) -> bool {
    rect.min.x < area.max.x
        && area.min.x < rect.max.x
        && rect.min.y < area.max.y
        && area.min.y < rect.max.y
        || area.min.x == area.max.x
            && rect.min.x < area.min.x
            && area.min.x < rect.max.x
            && rect.min.y < area.max.y
            && area.min.y < rect.max.y
        || area.min.y == area.max.y
            && rect.min.y < area.min.y
            && area.min.y < rect.max.y
            && rect.min.x < area.max.x
            && area.min.x < rect.max.x
}

/// A straight piece of a route, level or upright.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    /// The upper or left end.
    pub(super) from: WorldPoint,
    /// The lower or right end.
    pub(super) to: WorldPoint,
}

impl Piece {
    pub(super) fn new(a: WorldPoint, b: WorldPoint) -> Self {
        if (a.x, a.y) <= (b.x, b.y) {
            Self { from: a, to: b }
        } else {
            Self { from: b, to: a }
        }
    }

    pub(super) fn is_level(self) -> bool {
        self.from.y == self.to.y
    }

    pub(super) fn rect(self) -> WorldRect {
        WorldRect {
            min: WorldPoint::new(self.from.x.min(self.to.x), self.from.y.min(self.to.y)),
            max: WorldPoint::new(self.from.x.max(self.to.x), self.from.y.max(self.to.y)),
        }
    }
}

/// How a new line would lie among those that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Conflict {
    /// How many lines it crosses.
    pub(super) crossings: i64,
    /// Along how many units it runs beside another line, too close to tell them apart.
    pub(super) shared: i64,
}

/// Lines of routes, by where they are.
#[derive(Clone, Debug)]
pub(super) struct PieceIndex {
    lines: Lines,
    cells: Vec<Vec<u32>>,
    pieces: Vec<Piece>,
    owners: Vec<u32>,
    /// Numbers of lines that are gone.
    free: Vec<u32>,
    seen: Vec<u32>,
    round: u32,
}

impl PieceIndex {
    /// Makes one without lines for some that will be where these boxes are.
    pub(super) fn among(boxes: &[WorldRect]) -> Self {
        let lines = Lines::around(boxes);
        Self {
            cells: vec![Vec::new(); lines.cells()],
            lines,
            pieces: Vec::new(),
            owners: Vec::new(),
            free: Vec::new(),
            seen: Vec::new(),
            round: 0,
        }
    }

    /// Adds the lines of a route that belongs to `owner`.
    pub(super) fn insert_route(&mut self, route: &[WorldPoint], owner: usize) {
        for pair in route.windows(2) {
            self.insert(Piece::new(pair[0], pair[1]), owner);
        }
    }

    /// Takes the lines of a route out that belongs to `owner`.
    pub(super) fn remove_route(&mut self, route: &[WorldPoint], owner: usize) {
        for pair in route.windows(2) {
            self.remove(Piece::new(pair[0], pair[1]), owner);
        }
    }

    fn insert(&mut self, piece: Piece, owner: usize) {
        let number = self.free.pop().unwrap_or(self.pieces.len() as u32);
        let at = number as usize;
        if at == self.pieces.len() {
            self.pieces.push(piece);
            self.owners.push(owner as u32);
            self.seen.push(0);
        } else {
            (self.pieces[at], self.owners[at]) = (piece, owner as u32);
        }
        let cells = &mut self.cells;
        self.lines.for_each(piece.rect(), |cell| {
            cells[cell].push(number);
            false
        });
    }

    fn remove(&mut self, piece: Piece, owner: usize) {
        let mut number = None;
        let is_it = |&&number: &&u32| {
            let at = number as usize;
            self.owners[at] as usize == owner && self.pieces[at] == piece
        };
        self.lines.for_each(piece.rect(), |cell| {
            number = self.cells[cell].iter().find(is_it).copied();
            true
        });
        let Some(number) = number else { return };
        let cells = &mut self.cells;
        self.lines.for_each(piece.rect(), |cell| {
            take_out(&mut cells[cell], number);
            false
        });
        self.free.push(number);
    }

    /// Counts what a new line would cross or run beside, nearer than `apart`, of the lines whose
    /// owners `concerns` picks.
    pub(super) fn conflict(
        &mut self,
        piece: Piece,
        apart: f64,
        concerns: impl Fn(usize) -> bool,
    ) -> Conflict {
        let mut conflict = Conflict::default();
        self.for_each_near(piece.rect().grown(apart), |other, owner| {
            if piece.is_level() == other.is_level() {
                let (gap, shared) = if piece.is_level() {
                    (
                        piece.from.y - other.from.y,
                        piece.to.x.min(other.to.x) - piece.from.x.max(other.from.x),
                    )
                } else {
                    (
                        piece.from.x - other.from.x,
                        piece.to.y.min(other.to.y) - piece.from.y.max(other.from.y),
                    )
                };
                // Two that meet end to end would look like one, too.
                if gap.abs() < apart && shared > -apart && concerns(owner) {
                    conflict.shared += shared.max(1.0).ceil() as i64;
                }
            } else {
                let (level, upright) = if piece.is_level() {
                    (piece, other)
                } else {
                    (other, piece)
                };
                if level.from.x < upright.from.x
                    && upright.from.x < level.to.x
                    && upright.from.y < level.from.y
                    && level.from.y < upright.to.y
                    && concerns(owner)
                {
                    conflict.crossings += 1;
                }
            }
        });
        conflict
    }

    /// Returns how many lines of others than `owner` pass through the area.
    pub(super) fn others_in(&mut self, area: WorldRect, owner: usize) -> usize {
        let mut count = 0;
        self.for_each_near(area, |piece, of| {
            let rect = piece.rect();
            if of != owner
                && rect.min.x < area.max.x
                && area.min.x < rect.max.x
                && rect.min.y < area.max.y
                && area.min.y < rect.max.y
            {
                count += 1;
            }
        });
        count
    }

    fn for_each_near(&mut self, area: WorldRect, mut visit: impl FnMut(Piece, usize)) {
        self.round = self.round.wrapping_add(1);
        let Self {
            lines,
            cells,
            pieces,
            owners,
            seen,
            round,
            ..
        } = self;
        lines.for_each(area, |cell| {
            for &number in &cells[cell] {
                let number = number as usize;
                if seen[number] != *round {
                    seen[number] = *round;
                    visit(pieces[number], owners[number] as usize);
                }
            }
            false
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WorldSize;
    use proptest::prelude::*;

    fn rect(x: f64, y: f64, width: f64, height: f64) -> WorldRect {
        WorldRect::from_min_size(WorldPoint::new(x, y), WorldSize::new(width, height))
    }

    fn piece(x1: f64, y1: f64, x2: f64, y2: f64) -> Piece {
        Piece::new(WorldPoint::new(x1, y1), WorldPoint::new(x2, y2))
    }

    #[test]
    fn boxes_are_found_by_area_and_by_line() {
        let boxes = [rect(0.0, 0.0, 10.0, 10.0), rect(1e9, 0.0, 10.0, 10.0)];
        let index = BoxIndex::new(&boxes);
        assert_eq!(index.all(rect(5.0, 5.0, 2e9, 1.0)), [0, 1]);
        assert_eq!(
            index.all(rect(10.0, 0.0, 5.0, 5.0)),
            [0usize; 0],
            "a border is no overlap"
        );
        assert!(index.any(piece(-5.0, 5.0, 50.0, 5.0).rect(), |_| true));
        assert!(!index.any(piece(-5.0, 10.0, 50.0, 10.0).rect(), |_| true));
        assert!(!index.any(piece(-5.0, 5.0, 50.0, 5.0).rect(), |number| number != 0));
    }

    #[test]
    fn lines_know_whom_they_cross_and_whom_they_follow() {
        let boxes = [rect(0.0, 0.0, 10.0, 10.0), rect(40.0, 40.0, 9.0, 9.0)];
        let mut index = PieceIndex::among(&boxes);
        let ends = [WorldPoint::new(0.0, 20.0), WorldPoint::new(100.0, 20.0)];
        index.insert_route(&ends, 0);
        let crossing = index.conflict(piece(50.0, 0.0, 50.0, 40.0), 8.0, |_| true);
        assert_eq!((crossing.crossings, crossing.shared), (1, 0));
        let beside = index.conflict(piece(90.0, 24.0, 120.0, 24.0), 8.0, |_| true);
        assert_eq!((beside.crossings, beside.shared), (0, 10));
        let apart = index.conflict(piece(0.0, 28.0, 120.0, 28.0), 8.0, |_| true);
        assert_eq!(apart, Conflict::default());
        let others = index.conflict(piece(50.0, 0.0, 50.0, 40.0), 8.0, |owner| owner != 0);
        assert_eq!(others, Conflict::default());
        assert_eq!(index.others_in(rect(0.0, 15.0, 10.0, 10.0), 0), 0);
        assert_eq!(index.others_in(rect(0.0, 15.0, 10.0, 10.0), 1), 1);
        index.remove_route(&ends, 0);
        assert_eq!(index.others_in(rect(0.0, 15.0, 10.0, 10.0), 1), 0);
    }

    proptest! {
        #![proptest_config(crate::cases::cases(200))]

        /// However boxes come and go, large ones among them, the index finds what looking at all
        /// finds.
        #[test]
        fn boxes_that_are_put_elsewhere_are_found_there(
            first in proptest::collection::vec(any_rect(), 1..12),
            puts in proptest::collection::vec((0usize..16, any_rect(), any::<bool>()), 0..24),
            area in any_rect(),
        ) {
            let mut index = BoxIndex::new(&first);
            let mut all = first;
            for (number, rect, is_gone) in puts {
                let rect = if is_gone { NOWHERE } else { rect };
                if number >= all.len() {
                    all.resize(number + 1, NOWHERE);
                }
                all[number] = rect;
                index.put(number, rect);
            }
            let is_met = |&at: &usize| {
                let rect = all[at];
                rect.min.x <= area.max.x && area.min.x <= rect.max.x
                    && rect.min.y <= area.max.y && area.min.y <= rect.max.y
            };
            let met: Vec<usize> = (0..all.len()).filter(is_met).collect();
            prop_assert_eq!(index.meeting(area), met);
            let touched: Vec<usize> = (0..all.len()).filter(|&at| touches(all[at], area)).collect();
            prop_assert_eq!(index.any(area, |_| true), !touched.is_empty());
            prop_assert_eq!(index.all(area), touched);
        }
    }

    fn any_rect() -> impl Strategy<Value = WorldRect> {
        let small = (-40i32..40, -40i32..40, 0i32..20, 0i32..20);
        let large = (-900i32..0, -900i32..0, 0i32..2_000, 0i32..2_000);
        prop_oneof![4 => small, 1 => large].prop_map(|(x, y, width, height)| {
            rect(
                f64::from(x),
                f64::from(y),
                f64::from(width),
                f64::from(height),
            )
        })
    }
}
