//! Distributions compiled for drawing, in milliseconds.
//!
//! Every method is exact for its distribution; functions come from `libm`, so that one seed gives
//! the same numbers on every platform.

use super::exp::Powers;
use super::luck::Luck;
use super::ziggurat::{self, Ziggurat};
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
    Beta(Box<Beta>),
    Normal {
        mean: f64,
        sd: f64,
    },
    /// exp(μ + σ z).
    Lognormal {
        mu: f64,
        sigma: f64,
        table: &'static Ziggurat,
        powers: &'static Powers,
    },
    Exponential {
        mean: f64,
        table: &'static Ziggurat,
    },
    Gamma(Box<Gamma>, f64),
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
                Self::Beta(Box::new(Beta {
                    min: ms(*min),
                    width,
                    alpha: Gamma::new(1.0 + 4.0 * rising),
                    beta: Gamma::new(1.0 + 4.0 * (1.0 - rising)),
                }))
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
                    table: Ziggurat::normal(),
                    powers: Powers::table(),
                }
            }
            Distribution::Exponential { mean } if whole(*mean) == 0 => Self::Fixed(0),
            Distribution::Exponential { mean } => Self::Exponential {
                mean: ms(*mean),
                table: Ziggurat::exponential(),
            },
            Distribution::Gamma { mean, sd } => {
                let (mean, sd) = (ms(*mean), ms(*sd));
                let gamma = Gamma::new((mean / sd) * (mean / sd));
                Self::Gamma(Box::new(gamma), sd * sd / mean)
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
                table: Ziggurat::normal(),
                powers: Powers::table(),
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
            Self::Exponential { mean, table } => {
                let mut luck = luck;
                let value = mean * ziggurat::exponential(table, &mut luck);
                Span::from_millis_f64(value).0
            }
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
            Self::Beta(beta) => {
                let x = beta.alpha.value(&mut luck);
                let y = beta.beta.value(&mut luck);
                beta.min + beta.width * (x / (x + y))
            }
            Self::Normal { mean, sd } => loop {
                let value = mean + sd * normal(&mut luck);
                if value >= 0.0 {
                    return value;
                }
            },
            Self::Lognormal {
                mu,
                sigma,
                table,
                powers,
            } => powers.exp(mu + sigma * ziggurat::normal(table, &mut luck)),
            Self::Exponential { mean, table } => mean * ziggurat::exponential(table, &mut luck),
            Self::Gamma(gamma, scale) => scale * gamma.value(&mut luck),
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

/// A beta distribution, as the share of one gamma in the sum of two.
#[derive(Clone, Debug)]
pub(super) struct Beta {
    min: f64,
    width: f64,
    alpha: Gamma,
    beta: Gamma,
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

/// Draws from the standard normal distribution.
fn normal(luck: &mut Luck) -> f64 {
    ziggurat::normal(Ziggurat::normal(), luck)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ElapsedTime;
    use crate::sim::luck::{Purpose, element_key, scramble};

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
