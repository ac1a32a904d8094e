//! A small font with only the letters that a picture shows, to be embedded in SVG.
//!
//! The glyphs keep their outlines; kerning and everything else that the Scene has already applied
//! is left out. The format is TrueType (ISO/IEC 14496-22).

use std::collections::{BTreeMap, BTreeSet};

use skrifa::raw::TableProvider;
use skrifa::{MetadataProvider, Tag};

use crate::scene::Face;

/// Returns a font that has these glyphs, known by every letter that the whole font knows them by.
///
/// Nothing when the font at hand has no TrueType outlines.
pub fn subset(face: &Face, glyphs: &BTreeSet<u16>) -> Option<Vec<u8>> {
    let table = |name: &[u8; 4]| Some(face.font.data_for_tag(Tag::new(name))?.as_bytes().to_vec());
    let (head, hhea, maxp) = (table(b"head")?, table(b"hhea")?, table(b"maxp")?);
    let (hmtx, loca, glyf) = (table(b"hmtx")?, table(b"loca")?, table(b"glyf")?);
    let source = Source {
        is_long: u16_at(&head, 50)? == 1,
        metrics: usize::from(u16_at(&hhea, 34)?),
        hmtx: &hmtx,
        loca: &loca,
        glyf: &glyf,
    };
    let kept = source.with_components(glyphs)?;
    let place: BTreeMap<u16, u16> = (0_u16..).zip(&kept).map(|(new, &old)| (old, new)).collect();

    let (mut new_glyf, mut new_loca, mut new_hmtx) = (Vec::new(), Vec::new(), Vec::new());
    for &glyph in &kept {
        new_loca.extend(u32::try_from(new_glyf.len()).ok()?.to_be_bytes());
        let mut outline = source.outline(glyph)?.to_vec();
        for at in components(&outline)? {
            let old = u16_at(&outline, at + 2)?;
            outline[at + 2..at + 4].copy_from_slice(&place.get(&old)?.to_be_bytes());
        }
        new_glyf.extend(outline);
        new_glyf.resize(new_glyf.len().next_multiple_of(4), 0);
        new_hmtx.extend(source.metric(glyph)?);
    }
    new_loca.extend(u32::try_from(new_glyf.len()).ok()?.to_be_bytes());

    let count = u16::try_from(kept.len()).ok()?.to_be_bytes();
    let (mut new_head, mut new_hhea, mut new_maxp) = (head, hhea, maxp);
    new_head.get_mut(8..12)?.fill(0);
    new_head
        .get_mut(50..52)?
        .copy_from_slice(&1_u16.to_be_bytes());
    new_hhea.get_mut(34..36)?.copy_from_slice(&count);
    new_maxp.get_mut(4..6)?.copy_from_slice(&count);

    let letters: BTreeMap<u16, u16> = face
        .font
        .charmap()
        .mappings()
        .filter_map(|(letter, glyph)| {
            let glyph = u16::try_from(glyph.to_u32()).ok()?;
            // The bundled font has no letter beyond the basic plane.
            Some((u16::try_from(letter).ok()?, *place.get(&glyph)?))
        })
        .collect();
    // Version 3: no names of glyphs.
    let mut post = table(b"post")?;
    post.truncate(32);
    post.get_mut(0..4)?
        .copy_from_slice(&0x0003_0000_u32.to_be_bytes());
    Some(assemble(&[
        (*b"OS/2", table(b"OS/2")?),
        (*b"cmap", character_map(&letters)?),
        (*b"glyf", new_glyf),
        (*b"head", new_head),
        (*b"hhea", new_hhea),
        (*b"hmtx", new_hmtx),
        (*b"loca", new_loca),
        (*b"maxp", new_maxp),
        (*b"name", table(b"name")?),
        (*b"post", post),
    ]))
}

/// The tables that glyphs are taken from.
struct Source<'a> {
    is_long: bool,
    /// How many glyphs have an advance of their own; the others have that of the last.
    metrics: usize,
    hmtx: &'a [u8],
    loca: &'a [u8],
    glyf: &'a [u8],
}

impl Source<'_> {
    fn outline(&self, glyph: u16) -> Option<&[u8]> {
        let offset = |at: usize| {
            if self.is_long {
                usize::try_from(u32_at(self.loca, 4 * at)?).ok()
            } else {
                Some(2 * usize::from(u16_at(self.loca, 2 * at)?))
            }
        };
        let at = usize::from(glyph);
        self.glyf.get(offset(at)?..offset(at + 1)?)
    }

    /// Advance and left side bearing.
    fn metric(&self, glyph: u16) -> Option<[u8; 4]> {
        let at = usize::from(glyph);
        let last = self.metrics.checked_sub(1)?;
        let advance = u16_at(self.hmtx, 4 * at.min(last))?.to_be_bytes();
        let bearing = if at <= last {
            4 * at + 2
        } else {
            4 * self.metrics + 2 * (at - self.metrics)
        };
        let bearing = u16_at(self.hmtx, bearing)?.to_be_bytes();
        Some([advance[0], advance[1], bearing[0], bearing[1]])
    }

    /// Returns the glyphs, the box for unknown letters, and what they are composed of.
    fn with_components(&self, glyphs: &BTreeSet<u16>) -> Option<BTreeSet<u16>> {
        let mut kept = BTreeSet::from([0]);
        let mut open: Vec<u16> = glyphs.iter().copied().collect();
        open.push(0);
        while let Some(glyph) = open.pop() {
            kept.insert(glyph);
            let outline = self.outline(glyph)?;
            for at in components(outline)? {
                let part = u16_at(outline, at + 2)?;
                if !kept.contains(&part) {
                    open.push(part);
                }
            }
        }
        Some(kept)
    }
}

/// Returns where the components of a composed glyph stand in its outline; none of a simple one.
fn components(outline: &[u8]) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    if outline.is_empty() || u16_at(outline, 0)? < 0x8000 {
        return Some(found);
    }
    let mut at = 10;
    loop {
        let flags = u16_at(outline, at)?;
        found.push(at);
        at += if flags & 0x0001 != 0 { 8 } else { 6 };
        at += match flags {
            flags if flags & 0x0008 != 0 => 2,
            flags if flags & 0x0040 != 0 => 4,
            flags if flags & 0x0080 != 0 => 8,
            _ => 0,
        };
        if flags & 0x0020 == 0 {
            return Some(found);
        }
    }
}

/// A character map of format 4, one segment a letter.
fn character_map(letters: &BTreeMap<u16, u16>) -> Option<Vec<u8>> {
    let mut pairs: Vec<(u16, u16)> = letters.iter().map(|(&c, &g)| (c, g)).collect();
    pairs.retain(|&(letter, _)| letter != 0xffff);
    // The last segment is that of no letter at all.
    pairs.push((0xffff, 0));
    let count = u16::try_from(pairs.len()).ok()?;
    let power = count.checked_ilog2()?;
    let mut table: Vec<u16> = vec![
        0,
        1,
        3,
        1,
        0,
        12,
        4,
        count.checked_mul(8)?.checked_add(16)?,
        0,
        2 * count,
        2 << power,
        u16::try_from(power).ok()?,
        2 * count - (2 << power),
    ];
    table.extend(pairs.iter().map(|&(letter, _)| letter));
    table.push(0);
    table.extend(pairs.iter().map(|&(letter, _)| letter));
    table.extend(
        pairs
            .iter()
            .map(|&(letter, glyph)| glyph.wrapping_sub(letter)),
    );
    table.extend(pairs.iter().map(|_| 0_u16));
    Some(table.into_iter().flat_map(u16::to_be_bytes).collect())
}

/// Puts tables, sorted by name, into one file.
fn assemble(tables: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let power = count.ilog2();
    let mut file = Vec::new();
    file.extend(0x0001_0000_u32.to_be_bytes());
    for field in [count, 16 << power, power as u16, 16 * count - (16 << power)] {
        file.extend(field.to_be_bytes());
    }
    let mut offset = 12 + 16 * tables.len();
    for (name, table) in tables {
        file.extend(name);
        file.extend(checksum(table).to_be_bytes());
        file.extend((offset as u32).to_be_bytes());
        file.extend((table.len() as u32).to_be_bytes());
        offset += table.len().next_multiple_of(4);
    }
    let mut head = 0;
    for (name, table) in tables {
        if name == b"head" {
            head = file.len();
        }
        file.extend(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xb1b0_afba_u32.wrapping_sub(checksum(&file));
    file[head + 8..head + 12].copy_from_slice(&adjustment.to_be_bytes());
    file
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Returns bytes as text of base 64 (RFC 4648).
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut word = 0;
        for at in 0..3 {
            word = word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0));
        }
        for at in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Weight;
    use skrifa::instance::{LocationRef, Size};
    use skrifa::outline::{DrawSettings, pen::SvgPen};
    use skrifa::{FontRef, GlyphId};

    #[test]
    fn the_small_font_has_the_same_letters_as_the_whole() {
        for weight in Weight::ALL {
            let face = weight.face();
            let text = "Prüfung Ǻ 30 × → Ж";
            let charmap = face.font.charmap();
            let glyphs: BTreeSet<u16> = text
                .chars()
                .map(|c| u16::try_from(charmap.map(c).unwrap().to_u32()).unwrap())
                .collect();
            let bytes = subset(face, &glyphs).unwrap();
            assert!(bytes.len() < 8_000, "{}", bytes.len());
            let small = FontRef::new(&bytes).unwrap();
            let shape = |font: &FontRef<'_>, c: char| {
                let glyph: GlyphId = font.charmap().map(c).unwrap();
                let mut pen = SvgPen::new();
                font.outline_glyphs()
                    .get(glyph)
                    .unwrap()
                    .draw(
                        DrawSettings::unhinted(Size::new(1000.0), LocationRef::default()),
                        &mut pen,
                    )
                    .unwrap();
                let metrics = font.glyph_metrics(Size::new(1000.0), LocationRef::default());
                (pen.to_string(), metrics.advance_width(glyph))
            };
            for c in text.chars() {
                assert_eq!(shape(&small, c), shape(&face.font, c), "{c}");
            }
            assert!(small.charmap().map('q').is_none());
            assert_eq!(checksum(&bytes), 0xb1b0_afba);
        }
    }

    #[test]
    fn base_64_is_that_of_the_standard() {
        let check = |bytes: &[u8], text: &str| assert_eq!(base64(bytes), text);
        check(b"", "");
        check(b"f", "Zg==");
        check(b"fo", "Zm8=");
        check(b"foo", "Zm9v");
        check(b"foobar", "Zm9vYmFy");
    }
}
