//! How entries lie in a journal: one behind the other, each with its length, its time and a hash
//! that also covers everything before it.
//!
//! ```text
//! anabranch journal 1
//! 0000002d 0193a1b2c3d4 8c1f…   length, milliseconds since 1970, hash; hexadecimal
//! set_team("legal", people(4))  the entry
//! ```
//!
//! So a journal can be cut off anywhere, and what stands before is still known to be right; and
//! bytes of another place or time, as a power cut may leave them, are never taken for an entry.

use std::ops::Range;

use crate::store::fingerprint::hash;

/// What every journal of this version begins with.
pub(super) const MAGIC: &[u8] = b"anabranch journal 1\n";

/// What the journals of all versions begin with.
pub(super) const ANY_MAGIC: &[u8] = b"anabranch journal ";

/// Three numbers of 8, 12 and 16 digits, with blanks between and a line feed after them.
pub(super) const HEADER: usize = 39;

/// Appends an entry that comes after others with the hash `before`. Returns the hash with it.
pub(super) fn append(out: &mut Vec<u8>, before: u64, when: u64, entry: &[u8]) -> u64 {
    let length = entry.len() as u64;
    // Beyond the year 10000 the time is no longer told right, and nothing else happens.
    let when = when & 0xffff_ffff_ffff;
    let sum = sum(before, length, when, entry);
    out.reserve(HEADER + entry.len() + 1);
    out.extend_from_slice(format!("{length:08x} {when:012x} {sum:016x}\n").as_bytes());
    out.extend_from_slice(entry);
    out.push(b'\n');
    sum
}

fn sum(before: u64, length: u64, when: u64, entry: &[u8]) -> u64 {
    let mut about = [0; 16];
    about[..8].copy_from_slice(&length.to_le_bytes());
    about[8..].copy_from_slice(&when.to_le_bytes());
    hash(hash(before, &about), entry)
}

/// An entry as it lies in a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Milliseconds since 1970.
    pub when: u64,
    /// Where its bytes are.
    pub entry: Range<usize>,
    /// The hash with it.
    pub sum: u64,
    /// Whether its bytes are what they were. Where not, what follows may be right all the same.
    pub is_whole: bool,
}

/// Reads one entry after another, as long as they are right.
pub(super) struct Frames<'b> {
    bytes: &'b [u8],
    at: usize,
    sum: u64,
}

impl<'b> Frames<'b> {
    /// Begins behind the first line.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            at: MAGIC.len(),
            sum: 0,
        }
    }

    /// Returns behind how many bytes the last entry that was read ends.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Returns the hash of what was read.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// Returns the bytes of an entry.
    pub fn bytes_of(&self, frame: &Frame) -> &'b [u8] {
        &self.bytes[frame.entry.clone()]
    }

    /// Returns the next entry; nothing where none begins. One that is damaged is returned once, and
    /// not gone past: [`Frames::pass`] does, for whoever knows what it was.
    pub fn next(&mut self) -> Option<Frame> {
        let frame = self.peek()?;
        if frame.is_whole {
            self.pass(&frame);
        }
        Some(frame)
    }

    /// Goes on behind an entry.
    pub fn pass(&mut self, frame: &Frame) {
        self.at = frame.entry.end + 1;
        self.sum = frame.sum;
    }

    fn peek(&self) -> Option<Frame> {
        let rest = self.bytes.get(self.at..)?;
        let (header, rest) = rest.split_at_checked(HEADER)?;
        let number = |range: Range<usize>, end: u8| {
            let digits = &header[range.clone()];
            let is_plain = digits
                .iter()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let text = std::str::from_utf8(digits).ok()?;
            (is_plain && header[range.end] == end)
                .then(|| u64::from_str_radix(text, 16).ok())
                .flatten()
        };
        let length = number(0..8, b' ')?;
        let when = number(9..21, b' ')?;
        let stored = number(22..38, b'\n')?;
        let start = self.at + HEADER;
        let end = usize::try_from(length).ok()?.checked_add(start)?;
        let entry = rest.get(..end - start)?;
        let is_ended = rest.get(end - start) == Some(&b'\n');
        Some(Frame {
            when,
            entry: start..end,
            sum: stored,
            is_whole: is_ended && sum(self.sum, length, when, entry) == stored,
        })
    }

    /// Returns whether bytes are those of a damaged entry as it was written.
    pub fn is_entry(&self, frame: &Frame, bytes: &[u8]) -> bool {
        sum(self.sum, bytes.len() as u64, frame.when, bytes) == frame.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(entries: &[&[u8]]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let mut sum = 0;
        for (entry, when) in entries.iter().zip(1_732_000_000_000..) {
            sum = append(&mut bytes, sum, when, entry);
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut frames = Frames::new(bytes);
        let mut read = Vec::new();
        while let Some(frame) = frames.next().filter(|frame| frame.is_whole) {
            read.push(frames.bytes_of(&frame).to_vec());
        }
        read
    }

    const ENTRIES: [&[u8]; 5] = [b"begin", b"", b"a\nb\nc", b"\x00\xff", b"end"];

    #[test]
    fn what_is_written_is_read() {
        let bytes = journal(&ENTRIES);
        assert_eq!(read(&bytes), ENTRIES);
        assert_eq!(read(MAGIC), [[0_u8; 0]; 0]);
    }

    #[test]
    fn a_journal_that_is_cut_off_is_right_up_to_there() {
        let bytes = journal(&ENTRIES);
        let mut counts = Vec::new();
        for length in MAGIC.len()..=bytes.len() {
            let read = read(&bytes[..length]);
            assert_eq!(read, ENTRIES[..read.len()]);
            counts.push(read.len());
        }
        assert!(counts.is_sorted());
        assert_eq!(counts.last(), Some(&ENTRIES.len()));
    }

    #[test]
    fn no_changed_byte_is_taken_for_an_entry() {
        let bytes = journal(&ENTRIES);
        for at in MAGIC.len()..bytes.len() {
            for change in [1, 0x20, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[at] ^= change;
                let read = read(&bytes);
                assert!(read.len() < ENTRIES.len(), "{at}");
                assert_eq!(read, ENTRIES[..read.len()], "{at}");
            }
        }
    }

    #[test]
    fn entries_of_another_place_are_not_taken() {
        let one = journal(&[b"begin", b"first", b"second"]);
        // The second entry where the first was, and zeros, as a power cut may leave them.
        let length = MAGIC.len() + (HEADER + 5 + 1);
        let second = &one[length + (HEADER + 5 + 1)..];
        let moved = [&one[..length], second].concat();
        assert_eq!(read(&moved), [b"begin"]);
        let zeros = [&one[..length], &[0; 200]].concat();
        assert_eq!(read(&zeros), [b"begin"]);
        // A length beyond the end, and the largest there is.
        let long = [&one[..length], b"ffffffff", &one[length + 8..]].concat();
        assert_eq!(read(&long), [b"begin"]);
    }
}
