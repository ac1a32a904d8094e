//! Sparse linear equations of the kind that ways through a drawing make.

/// Most single steps of an elimination; beyond, the equations are too entangled.
const MOST_STEPS: usize = 20_000_000;
/// Where unknowns that are found in rounds are taken as growing for ever.
const MOST: f64 = 1e15;
/// A diagonal below this is 0: what comes in never leaves.
const NOTHING: f64 = 1e-12;

/// The equations x = a + C·x, with a row of C for each unknown.
///
/// Unknowns are best numbered so that most entries lie left of the diagonal, as do those of forward
/// ways in forward order: only the others have to be eliminated.
#[derive(Clone, Debug, Default)]
pub(super) struct Linear {
    /// By unknown: the others that it is made of, each with its factor.
    rows: Vec<Vec<(usize, f64)>>,
    constants: Vec<f64>,
}

impl Linear {
    /// Makes equations that say x = 0.
    pub fn new(unknowns: usize) -> Self {
        Self {
            rows: vec![Vec::new(); unknowns],
            constants: vec![0.0; unknowns],
        }
    }

    /// Adds a constant to what an unknown is made of.
    pub fn add_constant(&mut self, row: usize, constant: f64) {
        self.constants[row] += constant;
    }

    /// Adds a share of another unknown to what an unknown is made of.
    pub fn add(&mut self, row: usize, of: usize, factor: f64) {
        if factor != 0.0 {
            self.rows[row].push((of, factor));
        }
    }

    /// Solves them by Gaussian elimination from the last unknown to the first, without choosing
    /// pivots (all that goes round is a share of what comes, so the diagonal is what leaves).
    ///
    /// Where what goes round is all that comes, or more, the unknown is ∞. No unknown is below 0:
    /// what would be is 0, as is what follows from it forward. What is too entangled is found in
    /// rounds instead, as far as they get.
    pub fn solve(self) -> Vec<f64> {
        // Few unknowns are never too many.
        let copy = (self.rows.len() > 256).then(|| self.clone());
        let eliminated = self.eliminated();
        match (eliminated, copy) {
            (Some(found), _) => found,
            (None, Some(copy)) => copy.in_rounds(),
            (None, None) => Vec::new(),
        }
    }

    /// Nothing when it would take too long.
    fn eliminated(mut self) -> Option<Vec<f64>> {
        let count = self.rows.len();
        let mut steps = 0;
        // By unknown: the rows above that it stands in.
        let mut above: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (row, entries) in self.rows.iter().enumerate() {
            for &(of, _) in entries.iter().filter(|entry| entry.0 > row) {
                above[of].push(row);
            }
        }
        // By unknown: its place in the row that is worked on, counted from 1.
        let mut place = vec![0_usize; count];
        for last in (0..count).rev() {
            let mut row = std::mem::take(&mut self.rows[last]);
            if row.iter().any(|entry| entry.0 == last) {
                let round: f64 = (row.iter().filter(|entry| entry.0 == last))
                    .map(|entry| entry.1)
                    .sum();
                row.retain(|entry| entry.0 != last);
                let leaves = 1.0 - round;
                // Also when `round` is ∞ or no number.
                let times = if leaves > NOTHING {
                    1.0 / leaves
                } else {
                    f64::INFINITY
                };
                for (_, factor) in &mut row {
                    *factor = product(*factor, times);
                }
                self.constants[last] = product(self.constants[last], times);
            }
            for user in std::mem::take(&mut above[last]) {
                let mut entries = std::mem::take(&mut self.rows[user]);
                let by: f64 = (entries.iter().filter(|entry| entry.0 == last))
                    .map(|entry| entry.1)
                    .sum();
                entries.retain(|entry| entry.0 != last);
                steps += entries.len() + row.len() + 1;
                if steps > MOST_STEPS {
                    return None;
                }
                if by != 0.0 {
                    self.constants[user] += product(by, self.constants[last]);
                    for (at, &(of, _)) in entries.iter().enumerate() {
                        place[of] = at + 1;
                    }
                    for &(of, factor) in &row {
                        if place[of] == 0 {
                            entries.push((of, 0.0));
                            place[of] = entries.len();
                            if of > user {
                                above[of].push(user);
                            }
                        }
                        entries[place[of] - 1].1 += product(by, factor);
                    }
                    for &(of, _) in &entries {
                        place[of] = 0;
                    }
                }
                self.rows[user] = entries;
            }
            self.rows[last] = row;
        }
        let mut found: Vec<f64> = Vec::with_capacity(count);
        for (row, constant) in self.rows.iter().zip(self.constants) {
            let parts = row.iter().map(|&(of, factor)| product(factor, found[of]));
            let value = constant + parts.sum::<f64>();
            // ∞ − ∞ comes of something that never ends.
            found.push(if value.is_nan() {
                f64::INFINITY
            } else {
                value.max(0.0)
            });
        }
        Some(found)
    }

    /// Goes through them again and again, each time with what was found before (Gauss and Seidel).
    fn in_rounds(&self) -> Vec<f64> {
        let entries: usize = self.rows.iter().map(|row| row.len() + 1).sum();
        let mut found = vec![0.0; self.rows.len()];
        for _ in 0..(MOST_STEPS / entries.max(1)).max(1) {
            let mut change = 0.0_f64;
            for (at, row) in self.rows.iter().enumerate() {
                let (mut sum, mut leaves) = (self.constants[at], 1.0);
                for &(of, factor) in row {
                    if of == at {
                        leaves -= factor;
                    } else {
                        sum += factor * found[of];
                    }
                }
                let now = if sum <= 0.0 {
                    0.0
                } else if leaves > NOTHING {
                    (sum / leaves).min(MOST)
                } else {
                    MOST
                };
                if now > 0.0 {
                    change = change.max((now - found[at]).abs() / now);
                }
                found[at] = now;
            }
            if change <= NOTHING {
                break;
            }
        }
        for value in &mut found {
            if *value >= MOST {
                *value = f64::INFINITY;
            }
        }
        found
    }
}

/// A product in which nothing of what never ends is nothing.
fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solved(
        unknowns: usize,
        constants: &[(usize, f64)],
        entries: &[(usize, usize, f64)],
    ) -> Vec<f64> {
        let mut equations = Linear::new(unknowns);
        for &(row, constant) in constants {
            equations.add_constant(row, constant);
        }
        for &(row, of, factor) in entries {
            equations.add(row, of, factor);
        }
        equations.solve()
    }

    #[test]
    fn what_goes_round_is_added_up() {
        // a = 1 + 0.3 c, b = a, c = b: 1 / 0.7.
        let found = solved(3, &[(0, 1.0)], &[(0, 2, 0.3), (1, 0, 1.0), (2, 1, 1.0)]);
        for value in found {
            assert!((value - 1.0 / 0.7).abs() < 1e-12);
        }
        // Entries for the same place are added.
        assert_eq!(solved(1, &[(0, 1.0)], &[(0, 0, 0.25), (0, 0, 0.25)]), [2.0]);
    }

    #[test]
    fn what_never_ends_is_infinite_and_nothing_of_it_is_nothing() {
        // a = 1 + b, b = a, and c comes before, d from neither.
        let found = solved(
            4,
            &[(0, 1.0), (1, 1.0)],
            &[(1, 0, 1.0), (1, 2, 1.0), (2, 1, 1.0), (3, 2, 0.0)],
        );
        assert_eq!(found, [1.0, f64::INFINITY, f64::INFINITY, 0.0]);
        // More comes back than went: also for ever.
        assert_eq!(solved(1, &[(0, 1.0)], &[(0, 0, 1.5)]), [f64::INFINITY]);
        // A loop that nothing ever enters.
        assert_eq!(solved(1, &[], &[(0, 0, 1.0)]), [0.0]);
    }

    #[test]
    fn rounds_find_the_same() {
        let mut equations = Linear::new(4);
        equations.add_constant(0, 1.0);
        let entries = [
            (0, 3, 0.2),
            (1, 0, 1.0),
            (2, 1, 0.5),
            (2, 2, 0.3),
            (3, 2, 1.0),
            (1, 3, 0.6),
        ];
        for (row, of, factor) in entries {
            equations.add(row, of, factor);
        }
        for (one, other) in equations.in_rounds().iter().zip(equations.clone().solve()) {
            assert!((one - other).abs() < 1e-9, "{one} {other}");
        }
        equations.add(2, 2, 0.7);
        assert_eq!(equations.in_rounds()[2], f64::INFINITY);
    }

    #[test]
    fn ten_thousand_with_a_way_back_from_each_are_solved_at_once() {
        // Each goes back by five, so that all hang together.
        let count = 10_000;
        let mut equations = Linear::new(count);
        equations.add_constant(0, 1.0);
        for n in 1..count {
            equations.add(n, n - 1, if n > 5 { 0.9 } else { 1.0 });
            if n >= 5 {
                equations.add(n - 5, n, 0.1);
            }
        }
        let began = std::time::Instant::now();
        let found = equations.solve();
        assert!(began.elapsed().as_secs_f64() < 0.5);
        // What enters leaves, but for what the last ones send back: 0.9 of the last go on.
        assert!(
            (found[count - 1] * 0.9 - 1.0).abs() < 1e-6,
            "{}",
            found[count - 1]
        );
    }
}
