//! e^x for drawing: the same on every platform, and quick.
//!
//! By a table and a short series (Tang 1989, "Table-driven implementation of the exponential
//! function in IEEE floating-point arithmetic"): x = k · ln 2 / 128 + r with |r| ≤ ln 2 / 256, and
//! e^x = 2^(k / 128) · e^r. Only sums and products of 64-bit floats, in a fixed order: no platform
//! may do them otherwise.

use std::sync::LazyLock;

const PIECES: usize = 128;
/// 128 / ln 2.
const PIECES_PER_UNIT: f64 = 184.664_965_233_787_3;
/// ln 2 / 128 in two parts: the first has so few digits that its product with k is exact.
const STEP: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000) / 128.0;
const STEP_REST: f64 = 1.908_214_929_270_587_7e-10 / 128.0;
/// Added and taken away again, it rounds to a whole number.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// 2^(k / 128).
#[derive(Debug)]
pub(super) struct Powers([f64; PIECES]);

static POWERS: LazyLock<Powers> = LazyLock::new(|| {
    Powers(std::array::from_fn(|k| {
        libm::exp2(k as f64 / PIECES as f64)
    }))
});

impl Powers {
    pub fn table() -> &'static Self {
        &POWERS
    }

    /// Returns e^x to within one unit in the last place or so. Far from 0 it leaves the work to
    /// `libm`.
    #[inline]
    pub fn exp(&self, x: f64) -> f64 {
        if !(-700.0..700.0).contains(&x) {
            return libm::exp(x);
        }
        let shifted = x * PIECES_PER_UNIT + ROUND;
        let k = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i64;
        let whole = shifted - ROUND;
        let r = (x - whole * STEP) - whole * STEP_REST;
        let square = r * r;
        // r + r²/2 + r³/6 + r⁴/24 + r⁵/120; the next term is below 2⁻⁶⁰.
        let series = r
            + square * (0.5 + r * (1.0 / 6.0))
            + square * square * (1.0 / 24.0 + r * (1.0 / 120.0));
        let power = self.0[(k & (PIECES as i64 - 1)) as usize];
        let scale = f64::from_bits((((k >> 7) + 1023) as u64) << 52);
        scale * (power + power * series)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_e_to_the_x() {
        let powers = Powers::table();
        let mut worst = 0.0f64;
        for n in -700_000..700_000 {
            let x = f64::from(n) * 1.000_123e-3;
            let expected = libm::exp(x);
            worst = worst.max((powers.exp(x) / expected - 1.0).abs());
        }
        assert!(worst < 4.5e-16, "{worst:e}");
        for x in [
            f64::NEG_INFINITY,
            -800.0,
            -0.0,
            0.0,
            709.5,
            800.0,
            f64::INFINITY,
        ] {
            assert_eq!(powers.exp(x).to_bits(), libm::exp(x).to_bits(), "{x}");
        }
    }
}
