//! Luck: every draw is a pure function of keys, never of a state.
//!
//! A key is made of the seed, the replication, the item, the slug of what is drawn for, the purpose,
//! the pass and the copy; the n-th number under a key is a hash of key and n. So a draw does not
//! depend on what else is in the model, on the order of events, or on how many draws came before,
//! and two scenarios see the same luck.
//!
//! The hash is the finalizer of `SplitMix64` (Steele, Lea and Flood 2014; variant 13 of Stafford),
//! a bijection of 64 bits in which every input bit changes every output bit with probability ½.
//! Under one key the numbers are exactly a `SplitMix64` sequence.

/// The golden ratio as an odd 64-bit fraction: the step of `SplitMix64`.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
/// Steps for pass and copy: odd, and unrelated to `STEP` (constants of `wyhash` and `MurmurHash3`).
const PASS: u64 = 0xa076_1d64_78bd_642f;
const COPY: u64 = 0xe703_7ed1_a0b4_28db;

/// What is drawn for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// Time between arrivals.
    Gap = 1,
    /// An item of a demand or of a feedback handoff.
    Item,
    /// Work time of a visit.
    Work,
    /// Which way back, if any.
    Rework,
    /// Which way on.
    Route,
    /// Delay of a handoff.
    Delay,
    /// Whether information flows back.
    Feedback,
    /// Setup of a job.
    Setup,
}

/// Scrambles 64 bits.
pub(super) fn scramble(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Puts two keys into one; the order counts.
pub(super) fn combine(a: u64, b: u64) -> u64 {
    scramble(a.rotate_left(23).wrapping_mul(PASS) ^ b.wrapping_add(STEP))
}

/// Returns the key of a slug for a purpose. It depends on the text alone (FNV-1a over its bytes).
pub(super) fn element_key(slug: &str, purpose: Purpose) -> u64 {
    let text = slug.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    combine(scramble(text), purpose as u64)
}

/// Returns the key of one replication.
pub(super) fn run_key(seed: u64, replication: u32) -> u64 {
    combine(scramble(seed ^ STEP), u64::from(replication))
}

/// The numbers under one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Luck {
    next: u64,
}

impl Luck {
    /// Returns the luck of an item (its own key) with an element, on a pass and a copy.
    pub fn new(item: u64, element: u64, pass: u32, copy: u32) -> Self {
        Self {
            next: (item ^ element)
                .wrapping_add(u64::from(pass).wrapping_mul(PASS))
                .wrapping_add(u64::from(copy).wrapping_mul(COPY)),
        }
    }

    /// Returns the next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.next = self.next.wrapping_add(STEP);
        scramble(self.next)
    }

    /// Returns the next number strictly between 0 and 1, on a grid of 2⁻⁵³ with both ends half a
    /// step away.
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) * (1.0 / (1u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of neighbouring items, passes and draws give numbers that look independent: mean,
    /// variance and lag correlations within five standard errors.
    #[test]
    fn neighbouring_keys_are_unrelated() {
        let stage = element_key("edit", Purpose::Work);
        let other = element_key("edit", Purpose::Rework);
        let demand = element_key("stream", Purpose::Item);
        let run = run_key(1, 0);
        let n = 200_000u32;
        let item = |k: u32| combine(combine(run, demand), u64::from(k));
        let check = |name: &str, pair: &dyn Fn(u32) -> (f64, f64)| {
            let (mut sum, mut square, mut cross) = (0.0, 0.0, 0.0);
            for k in 0..n {
                let (x, y) = pair(k);
                let (x, y) = (x - 0.5, y - 0.5);
                sum += x;
                square += x * x;
                cross += x * y;
            }
            let n = f64::from(n);
            // Standard errors of a uniform's mean, second moment and cross moment.
            assert!((sum / n).abs() < 5.0 * (1.0 / 12.0 / n).sqrt(), "{name}");
            assert!(
                (square / n - 1.0 / 12.0).abs() < 5.0 * (1.0 / 180.0 / n).sqrt(),
                "{name}"
            );
            assert!((cross / n).abs() < 5.0 / 12.0 / n.sqrt(), "{name}");
        };
        let first = |item, element, pass, copy| Luck::new(item, element, pass, copy).unit();
        check("items", &|k| {
            (first(item(k), stage, 0, 0), first(item(k + 1), stage, 0, 0))
        });
        check("purposes", &|k| {
            (first(item(k), stage, 0, 0), first(item(k), other, 0, 0))
        });
        check("passes", &|k| {
            (first(item(3), stage, k, 0), first(item(3), stage, k + 1, 0))
        });
        check("copies", &|k| {
            (first(item(3), stage, 0, k), first(item(3), stage, 0, k + 1))
        });
        check("draws", &|k| {
            let mut luck = Luck::new(item(k), stage, 0, 0);
            (luck.unit(), luck.unit())
        });
    }

    #[test]
    fn the_hash_is_splitmix64() {
        // The first two outputs of the reference implementation for state 1234567.
        let mut luck = Luck { next: 1_234_567 };
        assert_eq!(luck.bits(), 6_457_827_717_110_365_317);
        assert_eq!(luck.bits(), 3_203_168_211_198_807_973);
    }
}
