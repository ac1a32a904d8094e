//! Quantiles of Student's t distribution, for intervals.

use std::sync::OnceLock;

/// The confidence of every interval that the program shows.
pub const CONFIDENCE: f64 = 0.95;

/// How many degrees of freedom are remembered once computed.
const REMEMBERED: usize = 1024;

/// Returns the factor by which a standard error becomes the half width of a two-sided 95 %
/// interval: the 0.975 quantile of Student's t with so many degrees of freedom (1 or more).
///
/// Exact to about twelve digits; the same on every platform.
pub fn t_975(degrees_of_freedom: u32) -> f64 {
    static TABLE: [OnceLock<f64>; REMEMBERED] = [const { OnceLock::new() }; REMEMBERED];
    let compute = || two_sided_quantile(CONFIDENCE, f64::from(degrees_of_freedom.max(1)));
    match TABLE.get(degrees_of_freedom as usize) {
        Some(known) => *known.get_or_init(compute),
        None => compute(),
    }
}

/// Returns the t for which a share `confidence` of the distribution lies between −t and t.
///
/// By bisection on P(|T| > t) = I(ν / (ν + t²); ν/2, 1/2) (Abramowitz and Stegun 26.7.1 with
/// 26.5.27), which falls as t grows. `degrees_of_freedom` is 1 or more.
pub fn two_sided_quantile(confidence: f64, degrees_of_freedom: f64) -> f64 {
    let outside = 1.0 - confidence;
    let nu = degrees_of_freedom;
    let tail = |t: f64| incomplete_beta(nu / (nu + t * t), nu / 2.0, 0.5);
    let (mut low, mut high) = (0.0, 1.0);
    while tail(high) > outside && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if tail(middle) > outside {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

/// Returns the regularised incomplete beta function I(x; a, b), 0 ≤ x ≤ 1, a and b above 0.
///
/// By its continued fraction (DLMF 8.17.22), evaluated with the modified Lentz method, on the side
/// where it converges fast.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let ln_front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
        + a * libm::log(x)
        + b * libm::log1p(-x);
    let front = libm::exp(ln_front);
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(x, a, b) / a
    } else {
        1.0 - front * beta_fraction(1.0 - x, b, a) / b
    }
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    /// Keeps a denominator away from 0, as Lentz's method asks.
    fn away(value: f64) -> f64 {
        if value.abs() < 1e-300 { 1e-300 } else { value }
    }
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let step = d * c;
        fraction *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_published_tables() {
        // NIST/SEMATECH e-Handbook 1.3.6.7.2, and more digits from R's qt(0.975, df).
        let check = |df: u32, expected: f64| {
            let found = t_975(df);
            assert!(
                (found - expected).abs() < 1e-9 * expected,
                "{df}: {found} is not {expected}"
            );
        };
        check(1, 12.706_204_736_174_698);
        check(2, 4.302_652_729_911_275);
        check(4, 2.776_445_105_197_799);
        check(9, 2.262_157_162_740_992);
        check(19, 2.093_024_054_408_263);
        check(29, 2.045_229_642_132_703);
        check(99, 1.984_216_951_508_6);
        check(1000, 1.962_339_080_826_2);
    }

    #[test]
    fn many_degrees_of_freedom_come_close_to_the_normal_distribution() {
        assert!((t_975(1_000_000) - 1.959_966_3).abs() < 1e-6);
    }

    #[test]
    fn other_confidences_work_too() {
        // t(0.995; 9), NIST table.
        assert!((two_sided_quantile(0.99, 9.0) - 3.249_835_5).abs() < 1e-6);
    }
}
