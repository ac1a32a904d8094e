//! Draws that need no look into the plan.

use crate::model::Span;
use crate::sim::exp::Powers;
use crate::sim::luck::Luck;
use crate::sim::sampler::Sampler;
use crate::sim::ziggurat::{self, Ziggurat};

/// How a time is drawn, where that takes little room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Draw {
    /// Always so many milliseconds.
    Fixed(u64),
    /// Milliseconds.
    Exponential { mean: f64 },
    /// exp(μ + σ z) milliseconds.
    Lognormal { mu: f64, sigma: f64 },
    /// Anything else: as the plan says.
    Other,
}

/// What they are drawn with.
#[derive(Clone, Copy, Debug)]
pub struct Tables {
    normal: &'static Ziggurat,
    exponential: &'static Ziggurat,
    powers: &'static Powers,
}

impl Tables {
    pub fn new() -> Self {
        Self {
            normal: Ziggurat::normal(),
            exponential: Ziggurat::exponential(),
            powers: Powers::table(),
        }
    }
}

impl Draw {
    pub fn of(sampler: &Sampler) -> Self {
        match sampler {
            Sampler::Fixed(ms) => Self::Fixed(*ms),
            Sampler::Exponential { mean, .. } => Self::Exponential { mean: *mean },
            Sampler::Lognormal { mu, sigma, .. } => Self::Lognormal {
                mu: *mu,
                sigma: *sigma,
            },
            _ => Self::Other,
        }
    }

    /// Draws whole milliseconds, as [`Sampler::draw`] does; nothing when the plan has to.
    #[inline(always)]
    pub fn draw(self, tables: &Tables, mut luck: Luck) -> Option<u64> {
        let value = match self {
            Self::Fixed(ms) => return Some(ms),
            Self::Exponential { mean } => {
                mean * ziggurat::exponential(tables.exponential, &mut luck)
            }
            Self::Lognormal { mu, sigma } => {
                (tables.powers).exp(mu + sigma * ziggurat::normal(tables.normal, &mut luck))
            }
            Self::Other => return None,
        };
        Some(Span::from_millis_f64(value).0)
    }
}
