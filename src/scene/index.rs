//! Finds the parts of a picture that are in some place without looking at all of them.

use super::geom::Rect;

/// Width and height of a cell; about a card.
const CELL: f32 = 192.0;

/// Most cells; a picture that is larger has larger cells.
const MOST_CELLS: f32 = 65_536.0;

/// A part that covers more cells than this is looked at always.
const LARGE: usize = 32;

/// A grid of cells, each with the keys of the parts that reach into it. What lies outside the grid
/// is in the cells at its border.
#[derive(Debug)]
pub struct Index {
    bounds: Rect,
    cell: f32,
    columns: usize,
    rows: usize,
    cells: Vec<Vec<u32>>,
    large: Vec<u32>,
}

impl Index {
    /// Sorts rectangles into cells, each with its key.
    pub fn new(rects: impl Iterator<Item = (u32, Rect)> + Clone) -> Self {
        let bounds = rects.clone().map(|(_, rect)| rect).reduce(Rect::union);
        let bounds = bounds.unwrap_or_default();
        let fewest = (bounds.width() * bounds.height() / MOST_CELLS).sqrt();
        let widest = bounds.width().max(bounds.height()) / MOST_CELLS;
        let cell = CELL.max(fewest).max(widest);
        let count = |length: f32| (length / cell) as usize + 1;
        let (columns, rows) = (count(bounds.width()), count(bounds.height()));
        let mut index = Self {
            bounds,
            cell,
            columns,
            rows,
            cells: vec![Vec::new(); columns * rows],
            large: Vec::new(),
        };
        for (key, rect) in rects {
            index.put(key, None, Some(rect));
        }
        index
    }

    /// Takes in that the rectangle of a key is another one, or that it has none any more.
    pub fn put(&mut self, key: u32, before: Option<Rect>, now: Option<Rect>) {
        if before == now {
            return;
        }
        if let Some(rect) = before {
            self.for_each_list(rect, |list| {
                if let Some(at) = list.iter().position(|&one| one == key) {
                    list.swap_remove(at);
                }
            });
        }
        if let Some(rect) = now {
            self.for_each_list(rect, |list| list.push(key));
        }
    }

    fn for_each_list(&mut self, rect: Rect, mut change: impl FnMut(&mut Vec<u32>)) {
        let cells = self.cells(rect);
        if cells.clone().nth(LARGE).is_some() {
            change(&mut self.large);
            return;
        }
        for cell in cells {
            change(&mut self.cells[cell as usize]);
        }
    }

    /// Returns whether a picture of this size is found quickly with it.
    pub fn suits(&self, bounds: Rect) -> bool {
        let most = 2.0 * (self.bounds.width() + self.bounds.height()) + 8.0 * CELL;
        bounds.width() + bounds.height() <= most
    }

    /// Returns the keys of the parts that may meet a rectangle, rising.
    pub fn meeting(&self, rect: Rect) -> Vec<u32> {
        let mut found = self.large.clone();
        for cell in self.cells(rect) {
            found.extend_from_slice(&self.cells[cell as usize]);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn cells(&self, rect: Rect) -> impl Iterator<Item = u32> + Clone + use<> {
        let columns = self.columns;
        // `as` saturates at both ends, so that what lies far outside does no harm.
        let at = |value: f32, origin: f32, count: usize| {
            (((value - origin) / self.cell) as usize).min(count - 1)
        };
        let xs = at(rect.left(), self.bounds.left(), self.columns)
            ..=at(rect.right(), self.bounds.left(), self.columns);
        let ys = at(rect.top(), self.bounds.top(), self.rows)
            ..=at(rect.bottom(), self.bounds.top(), self.rows);
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
            elsewhere in rect(),
        ) {
            let keyed = |rects: &[Rect]| -> Vec<(u32, Rect)> {
                rects.iter().enumerate().map(|(at, &rect)| (at as u32, rect)).collect()
            };
            // Some of them come later, and from elsewhere.
            let (first, later) = rects.split_at(rects.len() / 2);
            let mut index = Index::new(keyed(first).into_iter());
            for (at, &rect) in later.iter().enumerate() {
                let key = (first.len() + at) as u32;
                let before = rect.moved(elsewhere.left(), elsewhere.top());
                index.put(key, None, Some(before));
                index.put(key, Some(before), Some(rect));
            }
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
        let index = Index::new([(0, Rect::new(0.0, 0.0, 10.0, 10.0)), (1, far)].into_iter());
        assert!(index.meeting(Rect::new(0.0, 0.0, 1.0, 1.0)).contains(&0));
        assert!(index.cells.len() < 200_000);
        let none = Index::new(std::iter::empty());
        assert!(none.meeting(far).is_empty());
    }
}
