//! Distributions compiled for drawing, in milliseconds.
//!
//! Every method is exact for its distribution; functions come from `libm`, so that one seed gives
//! the same numbers on every platform.

use super::luck::Luck;
use crate::model::{Distribution, NORMAL_P90, Span, Time};

/// A distribution of milliseconds.
#[derive(Clone, Debug)]
pub(super) enum Sampler {
    Fixed(u64),
    Uniform {
        min: f64,
        width: f64,
    },
    Triangular {
        min: f64,
        max: f64,
        /// Share of the rising side: (mode − min) / (max − min).
        rising: f64,
    },
    /// The beta distribution on `[min, min + width]`.
    Beta {
        min: f64,
        width: f64,
        alpha: Gamma,
        beta: Gamma,
    },
    Normal {
        mean: f64,
        sd: f64,
    },
    /// exp(μ + σ z).
    Lognormal {
        mu: f64,
        sigma: f64,
    },
    Exponential {
        mean: f64,
    },
    Gamma {
        gamma: Gamma,
        scale: f64,
    },
    Weibull {
        scale: f64,
        inverse_shape: f64,
    },
    Samples(Box<[u64]>),
}

impl Sampler {
    /// Compiles a distribution whose parameters have no fault, given the working day and week.
    pub fn new<T: Time>(distribution: &Distribution<T>, day: Span, week: Span) -> Self {
        let whole = |time: T| time.to_span(day, week).0;
        let ms = |time: T| whole(time) as f64;
        match distribution {
            Distribution::Fixed(time) => Self::Fixed(whole(*time)),
            Distribution::Uniform { min, max } if whole(*min) == whole(*max) => {
                Self::Fixed(whole(*min))
            }
            Distribution::Uniform { min, max } => Self::Uniform {
                min: ms(*min),
                width: ms(*max) - ms(*min),
            },
            Distribution::Triangular { min, max, .. } | Distribution::Pert { min, max, .. }
                if whole(*min) == whole(*max) =>
            {
                Self::Fixed(whole(*min))
            }
            Distribution::Triangular { min, mode, max } => Self::Triangular {
                min: ms(*min),
                max: ms(*max),
                rising: (ms(*mode) - ms(*min)) / (ms(*max) - ms(*min)),
            },
            // Weight 4 on the mode: α = 1 + 4 (mode − min) / (max − min), α + β = 6.
            Distribution::Pert { min, mode, max } => {
                let width = ms(*max) - ms(*min);
                let rising = (ms(*mode) - ms(*min)) / width;
                Self::Beta {
                    min: ms(*min),
                    width,
                    alpha: Gamma::new(1.0 + 4.0 * rising),
                    beta: Gamma::new(1.0 + 4.0 * (1.0 - rising)),
                }
            }
            Distribution::Normal { mean, sd }
            | Distribution::Lognormal { mean, sd }
            | Distribution::Gamma { mean, sd }
                if whole(*sd) == 0 =>
            {
                Self::Fixed(whole(*mean))
            }
            Distribution::Normal { mean, sd } => Self::Normal {
                mean: ms(*mean),
                sd: ms(*sd),
            },
            Distribution::Lognormal { mean, sd } => {
                let cv = ms(*sd) / ms(*mean);
                let variance = libm::log1p(cv * cv);
                Self::Lognormal {
                    mu: libm::log(ms(*mean)) - variance / 2.0,
                    sigma: libm::sqrt(variance),
                }
            }
            Distribution::Exponential { mean } if whole(*mean) == 0 => Self::Fixed(0),
            Distribution::Exponential { mean } => Self::Exponential { mean: ms(*mean) },
            Distribution::Gamma { mean, sd } => {
                let (mean, sd) = (ms(*mean), ms(*sd));
                Self::Gamma {
                    gamma: Gamma::new((mean / sd) * (mean / sd)),
                    scale: sd * sd / mean,
                }
            }
            // The mean of a Weibull distribution is scale · Γ(1 + 1/shape).
            Distribution::Weibull { mean, shape } => Self::Weibull {
                scale: ms(*mean) / libm::tgamma(1.0 + 1.0 / shape),
                inverse_shape: 1.0 / shape,
            },
            Distribution::Estimate { median, p90 } if whole(*median) == whole(*p90) => {
                Self::Fixed(whole(*median))
            }
            Distribution::Estimate { median, p90 } => Self::Lognormal {
                mu: libm::log(ms(*median)),
                sigma: libm::log(ms(*p90) / ms(*median)) / NORMAL_P90,
            },
            Distribution::Samples(values) => {
                Self::Samples(values.iter().map(|&v| whole(v)).collect())
            }
        }
    }

    /// Draws a time in whole milliseconds, halves up.
    #[inline]
    pub fn draw(&self, luck: Luck) -> u64 {
        match self {
            Self::Fixed(ms) => *ms,
            _ => Span::from_millis_f64(self.value(luck)).0,
        }
    }

    /// Draws a time, times a factor, in whole milliseconds, halves up.
    pub fn draw_times(&self, factor: f64, luck: Luck) -> u64 {
        if factor == 1.0 {
            return self.draw(luck);
        }
        Span::from_millis_f64(self.value(luck) * factor).0
    }

    /// Draws a time in milliseconds, before rounding.
    fn value(&self, mut luck: Luck) -> f64 {
        match self {
            Self::Fixed(ms) => *ms as f64,
            Self::Uniform { min, width } => min + width * luck.unit(),
            // By inversion of the two parabolas of its distribution function.
            Self::Triangular { min, max, rising } => {
                let (u, width) = (luck.unit(), max - min);
                if u < *rising {
                    min + width * libm::sqrt(u * rising)
                } else {
                    max - width * libm::sqrt((1.0 - u) * (1.0 - rising))
                }
            }
            // A beta is the share of one gamma in the sum of two (Devroye 1986, IX.3).
            Self::Beta {
                min,
                width,
                alpha,
                beta,
            } => {
                let x = alpha.value(&mut luck);
                let y = beta.value(&mut luck);
                min + width * (x / (x + y))
            }
            Self::Normal { mean, sd } => loop {
                let value = mean + sd * normal(&mut luck);
                if value >= 0.0 {
                    return value;
                }
            },
            Self::Lognormal { mu, sigma } => libm::exp(mu + sigma * normal(&mut luck)),
            Self::Exponential { mean } => -mean * libm::log(luck.unit()),
            Self::Gamma { gamma, scale } => scale * gamma.value(&mut luck),
            Self::Weibull {
                scale,
                inverse_shape,
            } => scale * libm::pow(-libm::log(luck.unit()), *inverse_shape),
            Self::Samples(values) => {
                // Multiply-shift: each value as likely, to within 2⁻⁶⁴ · n.
                let place = (u128::from(luck.bits()) * values.len() as u128) >> 64;
                values[place as usize] as f64
            }
        }
    }
}

/// A gamma distribution of scale 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gamma {
    /// Shape − 1/3, of a shape that is 1 or more.
    d: f64,
    /// 1 / √(9 d).
    c: f64,
    /// 1 / shape where the shape is below 1.
    boost: Option<f64>,
}

impl Gamma {
    fn new(shape: f64) -> Self {
        let (raised, boost) = if shape < 1.0 {
            (shape + 1.0, Some(1.0 / shape))
        } else {
            (shape, None)
        };
        let d = raised - 1.0 / 3.0;
        Self {
            d,
            c: 1.0 / libm::sqrt(9.0 * d),
            boost,
        }
    }

    /// By squeezing a cubed normal (Marsaglia and Tsang 2000, "A simple method for generating gamma
    /// variables"); below shape 1 with their factor U^(1/shape).
    fn value(self, luck: &mut Luck) -> f64 {
        let value = loop {
            let x = normal(luck);
            let v = 1.0 + self.c * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            let u = luck.unit();
            if libm::log(u) < 0.5 * x * x + self.d * (1.0 - v + libm::log(v)) {
                break self.d * v;
            }
        };
        match self.boost {
            Some(power) => value * libm::pow(luck.unit(), power),
            None => value,
        }
    }
}

/// Draws from the standard normal distribution by inversion, one number each.
fn normal(luck: &mut Luck) -> f64 {
    quantile(luck.unit())
}

/// Returns the quantile of the standard normal distribution at `p` in (0, 1), to about 1 part in
/// 10¹⁶ (Wichura 1988, algorithm AS 241, PPND16).
fn quantile(p: f64) -> f64 {
    let polynomial = |r: f64, from_highest: &[f64; 8]| {
        from_highest
            .iter()
            .fold(0.0, |sum, coefficient| sum * r + coefficient)
    };
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(r, &CENTRE.0) / polynomial(r, &CENTRE.1);
    }
    let tail = if q <= 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let x = if r <= 5.0 {
        polynomial(r - 1.6, &TAIL.0) / polynomial(r - 1.6, &TAIL.1)
    } else {
        polynomial(r - 5.0, &FAR.0) / polynomial(r - 5.0, &FAR.1)
    };
    if q < 0.0 { -x } else { x }
}

type Ratio = ([f64; 8], [f64; 8]);

const CENTRE: Ratio = (
    [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_3e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ],
    [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
);

const TAIL: Ratio = (
    [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
);

const FAR: Ratio = (
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ElapsedTime;
    use crate::sim::luck::{Purpose, element_key, scramble};

    #[test]
    fn the_quantile_inverts_the_distribution_function() {
        for step in 1..2_000 {
            // From 0.5 down to some 10⁻¹⁶, on a scale that visits all three ranges.
            let p = 0.5 * libm::exp(-f64::from(step) * 0.018);
            let x = quantile(p);
            let back = 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
            assert!((back / p - 1.0).abs() < 1e-12, "p = {p}: {back}");
            if p > 1e-3 {
                assert!((quantile(1.0 - p) + x).abs() < 1e-11);
            }
        }
        assert!((quantile(0.9) - NORMAL_P90).abs() < 1e-10);
    }

    /// Means, standard deviations and quantiles, within five standard errors of 200,000 draws.
    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        let check = |text: &str, mean: f64, sd: f64| {
            let read: Distribution<ElapsedTime> = text.parse().unwrap();
            assert!((read.mean(Span::DAY, Span::WEEK) / 3.6e6 / mean - 1.0).abs() < 1e-3);
            let sampler = Sampler::new(&read, Span::DAY, Span::WEEK);
            let element = element_key("sampler", Purpose::Work);
            let n = 200_000u32;
            let values: Vec<f64> = (0..n)
                .map(|k| {
                    sampler.draw(Luck::new(scramble(u64::from(k)), element, 0, 0)) as f64 / 3.6e6
                })
                .collect();
            let n = f64::from(n);
            let found = values.iter().sum::<f64>() / n;
            let moment = |power: f64| {
                values
                    .iter()
                    .map(|value| libm::pow(value - found, power))
                    .sum::<f64>()
                    / n
            };
            let variance = moment(2.0);
            assert!(
                (found - mean).abs() < 5.0 * (variance / n).sqrt() + 1e-6,
                "{text}: mean {found}, not {mean}"
            );
            let error_of_variance = ((moment(4.0) - variance * variance).max(0.0) / n).sqrt();
            assert!(
                (variance - sd * sd).abs() < 5.0 * error_of_variance + 1e-6,
                "{text}: sd {}, not {sd}",
                variance.sqrt()
            );
        };
        check("4h", 4.0, 0.0);
        check("uniform(1h, 3h)", 2.0, 2.0 / 12f64.sqrt());
        // Variance of a triangle: (a² + b² + c² − ab − ac − bc) / 18.
        check("triangular(1h, 2h, 6h)", 3.0, (21.0f64 / 18.0).sqrt());
        // Of a beta with α = 1.5, β = 4.5 on a width of 8: 8² αβ / (6² · 7).
        check(
            "pert(1h, 2h, 9h)",
            3.0,
            (64.0 * 1.5 * 4.5 / 252.0f64).sqrt(),
        );
        check("normal(10h, 1h)", 10.0, 1.0);
        // Half of a normal: σ √(2/π), σ √(1 − 2/π).
        check("normal(0, 1h)", 0.797_885, 0.602_810);
        check("lognormal(4h, 2h)", 4.0, 2.0);
        check("exponential(4h)", 4.0, 4.0);
        check("gamma(4h, 2h)", 4.0, 2.0);
        check("gamma(4h, 8h)", 4.0, 8.0);
        check("gamma(4h, 0h)", 4.0, 0.0);
        // Shape 2: mean² (4/π − 1).
        check(
            "weibull(4h, 2)",
            4.0,
            4.0 * (4.0 / std::f64::consts::PI - 1.0f64).sqrt(),
        );
        check(
            "estimate(1h, 12968008ms)",
            libm::exp(0.5),
            libm::exp(0.5) * (libm::exp(1.0) - 1.0).sqrt(),
        );
        check("samples([1h, 2h, 6h])", 3.0, (14.0f64 / 3.0).sqrt());
    }
}
