//! Finds the items of a part of a picture without looking at all of them.

use super::geom::Rect;

/// Width and height of a cell; about a card.
const CELL: f32 = 192.0;

/// Most cells; a picture that is larger has larger cells.
const MOST_CELLS: f32 = 65_536.0;

/// An item that covers more cells than this is looked at always.
const LARGE: usize = 32;

/// A grid of cells, each with the places of the items that reach into it.
#[derive(Debug)]
pub struct Index {
    bounds: Rect,
    cell: f32,
    columns: usize,
    rows: usize,
    /// Where the items of each cell begin in `members`, and at the end their number.
    starts: Vec<u32>,
    members: Vec<u32>,
    large: Vec<u32>,
}

impl Index {
    /// Sorts rectangles into cells; each is known by its place.
    pub fn new(rects: impl Iterator<Item = Rect> + Clone) -> Self {
        let bounds = rects.clone().fold(Rect::NOTHING, Rect::union);
        let bounds = if bounds.is_empty() {
            Rect::default()
        } else {
            bounds
        };
        let fewest = (bounds.width() * bounds.height() / MOST_CELLS).sqrt();
        let widest = bounds.width().max(bounds.height()) / MOST_CELLS;
        let cell = CELL.max(fewest).max(widest);
        let count = |length: f32| (length / cell) as usize + 1;
        let mut index = Self {
            bounds,
            cell,
            columns: count(bounds.width()),
            rows: count(bounds.height()),
            starts: Vec::new(),
            members: Vec::new(),
            large: Vec::new(),
        };
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (at, rect) in rects.enumerate() {
            let at = at as u32;
            let cells: Vec<u32> = index.cells(rect).take(LARGE + 1).collect();
            if cells.len() > LARGE {
                index.large.push(at);
            } else {
                pairs.extend(cells.into_iter().map(|cell| (cell, at)));
            }
        }
        pairs.sort_unstable();
        let mut starts = vec![0; index.columns * index.rows + 1];
        for &(cell, _) in &pairs {
            starts[cell as usize + 1] += 1;
        }
        for cell in 1..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        index.starts = starts;
        index.members = pairs.into_iter().map(|(_, at)| at).collect();
        index
    }

    /// Returns the places of the items that may meet a rectangle, rising.
    pub fn meeting(&self, rect: Rect) -> Vec<u32> {
        let mut found = self.large.clone();
        for cell in self.cells(rect) {
            let (from, to) = (self.starts[cell as usize], self.starts[cell as usize + 1]);
            found.extend_from_slice(&self.members[from as usize..to as usize]);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn cells(&self, rect: Rect) -> impl Iterator<Item = u32> + use<> {
        let columns = self.columns;
        let range = |from: f32, to: f32, origin: f32, count: usize| {
            // `as` saturates at both ends, so that what lies far outside does no harm.
            let first = (((from - origin) / self.cell) as usize).min(count);
            let last = ((to - origin) / self.cell).floor();
            let end = if last < 0.0 {
                0
            } else {
                (last as usize).saturating_add(1).min(count)
            };
            first..end
        };
        let xs = range(rect.left(), rect.right(), self.bounds.left(), self.columns);
        let ys = range(rect.top(), rect.bottom(), self.bounds.top(), self.rows);
        ys.flat_map(move |y| xs.clone().map(move |x| (y * columns + x) as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rect() -> impl Strategy<Value = Rect> {
        (
            -5e3_f32..5e3,
            -5e3_f32..5e3,
            0.0_f32..3000.0,
            0.0_f32..600.0,
        )
            .prop_map(|(x, y, width, height)| Rect::new(x, y, width, height))
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn the_grid_finds_what_looking_at_all_finds(
            rects in proptest::collection::vec(rect(), 0..60),
            part in rect(),
        ) {
            let index = Index::new(rects.iter().copied());
            let found: Vec<u32> = index
                .meeting(part)
                .into_iter()
                .filter(|&at| rects[at as usize].meets(part))
                .collect();
            let expected: Vec<u32> = (0..rects.len() as u32)
                .filter(|&at| rects[at as usize].meets(part))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_huge_or_empty_picture_does_no_harm() {
        let far = Rect::new(1e9, -1e9, 1e9, 1e9);
        let index = Index::new([Rect::new(0.0, 0.0, 10.0, 10.0), far].into_iter());
        assert!(index.meeting(Rect::new(0.0, 0.0, 1.0, 1.0)).contains(&0));
        assert!(index.starts.len() < 200_000);
        let none = Index::new(std::iter::empty());
        assert!(none.meeting(far).is_empty());
    }
}
