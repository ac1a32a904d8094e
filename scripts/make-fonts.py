#!/usr/bin/env python3
"""Makes the fonts under assets/fonts from those of the npm package `inter-ui`.

    npm pack inter-ui@4.1.1 && tar xzf inter-ui-4.1.1.tgz
    python3 -m venv venv && venv/bin/pip install fonttools==4.68.0 brotli
    venv/bin/python scripts/make-fonts.py package assets/fonts

Inter Regular and SemiBold, static, as TrueType, with four changes:

- only the letters of `WANTED` below, so that each file stays small enough to live in the program
  and in every exported picture's source;
- the digits are the tabular ones: neither egui nor usvg can switch the feature `tnum` on, so
  the character map names those glyphs outright;
- a letter that the font has not is a plain box, as wide as a digit;
- of the layout features only those that put letters right (kerning, marks, composition). What
  replaces letters by others (`->` by an arrow) is gone, so that every shaper agrees on widths.

The same input gives the same bytes: the time stamp is that of the source.
"""

import sys
from pathlib import Path

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FEATURES = ["ccmp", "kern", "mark", "mkmk"]

# Ranges of letters, ends included.
WANTED = [
    (0x0020, 0x007E),  # Latin
    (0x00A0, 0x017F),  # Latin-1, Latin Extended A
    (0x0180, 0x024F),  # Latin Extended B
    (0x0250, 0x02AF),  # phonetic letters, as far as Inter has them
    (0x02B0, 0x02FF),  # modifiers
    (0x0300, 0x036F),  # combining marks
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic and its supplement
    (0x1E00, 0x1EFF),  # Latin Extended Additional (Vietnamese)
    (0x2000, 0x206F),  # punctuation, spaces
    (0x2070, 0x209F),  # superscripts, subscripts
    (0x20A0, 0x20CF),  # currency
    (0x2100, 0x214F),  # letterlike
    (0x2150, 0x218F),  # fractions
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x2300, 0x23FF),  # keys: command, escape, return
    (0x25A0, 0x25FF),  # shapes
    (0x2600, 0x27BF),  # symbols: check marks, stars, warning
    (0x2B00, 0x2BFF),  # more arrows
]


def tabular_digits(font: TTFont) -> dict[str, str]:
    """Returns what the feature `tnum` replaces."""
    table = font["GSUB"].table
    lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    mapping: dict[str, str] = {}
    for index in sorted(lookups):
        for subtable in table.LookupList.Lookup[index].SubTable:
            subtable = getattr(subtable, "ExtSubTable", subtable)
            mapping.update(getattr(subtable, "mapping", {}))
    return mapping


def draw_box(font: TTFont, width: int, line: int) -> None:
    """Makes the glyph of unknown letters a hollow box."""
    pen = TTGlyphPen(None)
    left, right, top = 160, width - 160, font["OS/2"].sCapHeight
    outer = [(left, 0), (left, top), (right, top), (right, 0)]
    inner = [
        (left + line, line),
        (right - line, line),
        (right - line, top - line),
        (left + line, top - line),
    ]
    for corners in [outer, inner]:
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    font["glyf"][".notdef"] = pen.glyph()
    font["hmtx"][".notdef"] = (width, left)


def make(source: Path, target: Path) -> None:
    """Writes one subset font."""
    font = TTFont(source, recalcTimestamp=False)
    font.flavor = None
    tabular = tabular_digits(font)
    for table in font["cmap"].tables:
        if not table.isUnicode():
            continue
        for digit in range(ord("0"), ord("9") + 1):
            # Subtables may share one map, whose digits are then replaced already.
            table.cmap[digit] = tabular.get(table.cmap[digit], table.cmap[digit])
            assert table.cmap[digit] in tabular.values(), f"{digit:c} has no tabular twin"
    digit = font.getBestCmap()[ord("0")]
    draw_box(font, font["hmtx"][digit][0], 96)
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.glyph_names = False
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.recommended_glyphs = True
    options.drop_tables += ["DSIG", "STAT", "MVAR", "HVAR"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for first, last in WANTED for c in range(first, last + 1)])
    subsetter.subset(font)
    font.save(target)
    print(target, target.stat().st_size, "bytes,", len(font.getBestCmap()), "letters")


def main() -> None:
    package, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for style in ["Regular", "SemiBold"]:
        make(package / "web" / f"Inter-{style}.woff2", out / f"Inter-{style}.ttf")
    (out / "OFL.txt").write_bytes((package / "LICENSE.txt").read_bytes())


main()
