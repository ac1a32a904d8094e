//! Exponential and normal numbers by the ziggurat method (Marsaglia and Tsang 2000, "The ziggurat
//! method for generating random variables"), 256 layers of equal area.
//!
//! Nearly always one draw of 64 bits, one product and one comparison; exact for the distribution,
//! not an approximation. The tables are computed with `libm`, so they are the same everywhere.

use std::sync::LazyLock;

use super::luck::Luck;

const LAYERS: usize = 256;

/// The layers under a falling density.
#[derive(Debug)]
pub(super) struct Ziggurat {
    /// Right ends of the layers, from the lowest (as wide as if it had no tail) to 0.
    x: [f64; LAYERS + 1],
    /// The density there.
    y: [f64; LAYERS + 1],
}

/// Right end of the lowest layer and area of each, for the density e^−x.
const EXPONENTIAL: (f64, f64) = (7.697_117_470_131_05, 0.003_949_659_822_581_572);
/// The same for the density e^(−x²/2).
const NORMAL: (f64, f64) = (3.654_152_885_361_009, 0.004_928_673_233_974_655);

static EXPONENTIAL_TABLE: LazyLock<Ziggurat> =
    LazyLock::new(|| Ziggurat::new(EXPONENTIAL, |x| libm::exp(-x), |y| -libm::log(y)));
static NORMAL_TABLE: LazyLock<Ziggurat> = LazyLock::new(|| {
    Ziggurat::new(
        NORMAL,
        |x| libm::exp(-0.5 * x * x),
        |y| libm::sqrt(-2.0 * libm::log(y)),
    )
});

impl Ziggurat {
    /// Returns the layers under the exponential density.
    pub fn exponential() -> &'static Self {
        &EXPONENTIAL_TABLE
    }

    /// Returns the layers under the right half of the normal density.
    pub fn normal() -> &'static Self {
        &NORMAL_TABLE
    }

    fn new((end, area): (f64, f64), density: fn(f64) -> f64, inverse: fn(f64) -> f64) -> Self {
        let mut x = [0.0; LAYERS + 1];
        x[0] = area / density(end);
        x[1] = end;
        for layer in 2..LAYERS {
            x[layer] = inverse(area / x[layer - 1] + density(x[layer - 1]));
        }
        Self {
            x,
            y: x.map(density),
        }
    }

    /// Returns a layer, and a place in it.
    #[inline]
    fn place(&self, bits: u64) -> (usize, f64) {
        let layer = (bits & 0xff) as usize;
        let unit = (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64);
        (layer, unit * self.x[layer])
    }

    /// Returns whether a place in a layer lies under the density, when it is not plainly so.
    #[cold]
    #[inline(never)]
    fn is_under(
        &self,
        layer: usize,
        x: f64,
        density: impl Fn(f64) -> f64,
        luck: &mut Luck,
    ) -> bool {
        self.y[layer] + (self.y[layer + 1] - self.y[layer]) * luck.unit() < density(x)
    }
}

/// Draws from the exponential distribution of mean 1.
#[inline(always)]
pub(super) fn exponential(table: &Ziggurat, luck: &mut Luck) -> f64 {
    loop {
        let (layer, x) = table.place(luck.bits());
        if x < table.x[layer + 1] {
            return x;
        }
        if layer == 0 {
            return exponential_tail(luck);
        }
        if table.is_under(layer, x, |x| libm::exp(-x), luck) {
            return x;
        }
    }
}

/// Draws from the standard normal distribution.
#[inline(always)]
pub(super) fn normal(table: &Ziggurat, luck: &mut Luck) -> f64 {
    loop {
        let bits = luck.bits();
        let sign = if bits & 0x100 == 0 { 1.0 } else { -1.0 };
        let (layer, x) = table.place(bits);
        if x < table.x[layer + 1] {
            return sign * x;
        }
        if layer == 0 {
            return sign * tail(luck);
        }
        if table.is_under(layer, x, |x| libm::exp(-0.5 * x * x), luck) {
            return sign * x;
        }
    }
}

/// Draws from the exponential distribution beyond the lowest layer: the whole over again.
#[cold]
fn exponential_tail(luck: &mut Luck) -> f64 {
    EXPONENTIAL.0 - libm::log(luck.unit())
}

/// Draws from the tail of the normal distribution beyond the lowest layer (Marsaglia 1964).
#[cold]
fn tail(luck: &mut Luck) -> f64 {
    loop {
        let x = -libm::log(luck.unit()) / NORMAL.0;
        let y = -libm::log(luck.unit());
        if 2.0 * y >= x * x {
            return NORMAL.0 + x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::luck::{Purpose, element_key, scramble};

    /// The layers have equal areas, and the uppermost ends where the density does.
    #[test]
    fn the_layers_fit() {
        let check = |table: &Ziggurat, area: f64| {
            for layer in 1..LAYERS {
                let height = table.y[layer + 1] - table.y[layer];
                let found = table.x[layer] * height;
                assert!((found / area - 1.0).abs() < 1e-9, "{layer}: {found}");
            }
        };
        check(Ziggurat::exponential(), EXPONENTIAL.1);
        check(Ziggurat::normal(), NORMAL.1);
    }

    /// Shares below some values, tail included, within five standard errors of two million draws.
    #[test]
    fn shares_are_those_of_the_distribution() {
        let element = element_key("ziggurat", Purpose::Work);
        let n = 2_000_000u32;
        let draw = |draw: &dyn Fn(&mut Luck) -> f64| -> Vec<f64> {
            (0..n)
                .map(|k| draw(&mut Luck::new(scramble(u64::from(k)), element, 0, 0)))
                .collect()
        };
        let check = |values: &[f64], below: f64, expected: f64| {
            let found = values.iter().filter(|&&x| x < below).count() as f64 / f64::from(n);
            let error = (expected * (1.0 - expected) / f64::from(n)).sqrt();
            assert!(
                (found - expected).abs() < 5.0 * error,
                "below {below}: {found}, not {expected}"
            );
        };
        let table = Ziggurat::exponential();
        let values = draw(&|luck| exponential(table, luck));
        for below in [0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 7.697, 8.5, 10.0] {
            check(&values, below, 1.0 - libm::exp(-below));
        }
        let table = Ziggurat::normal();
        let values = draw(&|luck| normal(table, luck));
        for below in [
            -4.0, -3.655, -2.0, -1.0, -0.3, 0.0, 0.05, 1.5, 3.0, 3.655, 4.2,
        ] {
            let expected = 0.5 * libm::erfc(-below / std::f64::consts::SQRT_2);
            check(&values, below, expected);
        }
    }
}
