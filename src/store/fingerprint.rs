//! By what bytes are known again.

/// The length and a hash of bytes: other bytes have another one, but for a chance of 2⁻⁶⁴.
///
/// Made to notice that a file has been changed or damaged, not to withstand somebody who wants it
/// not to be noticed. Written to files, so it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// How many bytes there are.
    pub length: u64,
    /// Their hash.
    pub hash: u64,
}

impl Fingerprint {
    /// Returns the fingerprint of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            length: bytes.len() as u64,
            hash: hash(0, bytes),
        }
    }
}

/// Odd, with its bits well mixed: 2⁶⁴ divided by the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// So that nothing and zeros have a hash too: the fraction of the root of 2.
const START: u64 = 0x6a09_e667_f3bc_c908;

/// Returns the hash of bytes that come after others with the hash `before`.
///
/// Eight bytes at a time, mixed as SplitMix64 does (Steele, Lea and Flood 2014). For given words
/// before and after it, each word is mapped one to one, so a change in one word is always noticed.
pub(super) fn hash(before: u64, bytes: &[u8]) -> u64 {
    let mix = |state: u64, word: u64| {
        let mixed = (state ^ word).wrapping_mul(FACTOR);
        mixed ^ (mixed >> 29)
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let state = words.iter().fold(
        mix(mix(START, before), bytes.len() as u64),
        |state, word| mix(state, u64::from_le_bytes(*word)),
    );
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let state = mix(state, u64::from_le_bytes(last));
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_changes() {
        // Journals of earlier versions are known by these numbers, worked out apart from this.
        assert_eq!(hash(0, b""), 0xbd70_b818_99a4_3b02);
        let text = b"(format: 1, name: \"Approval\")";
        assert_eq!(hash(0, text), 0x6e6b_5fba_372d_708d);
        assert_eq!(hash(5, b"12345678"), 0x27aa_517f_6a5d_176d);
        let fingerprint = Fingerprint::of(text);
        assert_eq!((fingerprint.length, fingerprint.hash), (29, hash(0, text)));
    }

    #[test]
    fn every_bit_and_the_length_count() {
        let bytes: Vec<u8> = (0..100_u8).map(|n| n.wrapping_mul(37)).collect();
        for length in [0, 1, 7, 8, 9, 16, 63, 100] {
            let bytes = &bytes[..length];
            let mut seen = vec![hash(0, bytes), hash(1, bytes)];
            for bit in 0..length * 8 {
                let mut other = bytes.to_vec();
                other[bit / 8] ^= 1 << (bit % 8);
                seen.push(hash(0, &other));
            }
            let longer = [bytes, &[0]].concat();
            seen.push(hash(0, &longer));
            let count = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), count, "{length}");
        }
    }
}
