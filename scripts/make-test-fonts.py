#!/usr/bin/env python3
"""Makes the fonts under tests/fonts: a few letters of other scripts, for tests to inject.

    apt-get download fonts-noto-core fonts-noto-cjk
    for deb in *.deb; do dpkg-deb -x "$deb" noto; done
    python3 -m venv venv && venv/bin/pip install fonttools==4.68.0
    venv/bin/python scripts/make-test-fonts.py noto/usr/share/fonts tests/fonts

Each is a subset of a Noto font (SIL Open Font License, tests/fonts/OFL.txt) with all that its script
needs to be shaped, and only the letters below. The last, `variable.ttf`, is drawn here: two
letters of Cherokee as boxes that grow with the axis `wght`.
"""

import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.TupleVariation import TupleVariation

# File, face of a collection, letters, target.
FONTS = [
    ("truetype/noto/NotoSansArabic-Regular.ttf", -1, "مراجعة قانونية ونشر الحلقة سلام عليكم لا ،؟ ٠١٢٣٤٥ ۱۲۳", "arabic.ttf"),
    ("truetype/noto/NotoSansHebrew-Regular.ttf", -1, "אבגדהוזחטיכלמנסעפצקרשתךםןףץ -()״ שָׁלוֹם", "hebrew.ttf"),
    ("truetype/noto/NotoSansHebrew-Bold.ttf", -1, "אבגדהוזחטיכלמנסעפצקרשתךםןףץ -()״ שָׁלוֹם", "hebrew-bold.ttf"),
    ("truetype/noto/NotoSansDevanagari-Regular.ttf", -1, "संपादन क्षेत्र प्रकाशन हिन्दी", "devanagari.ttf"),
    ("truetype/noto/NotoSansThai-Regular.ttf", -1, "ตรวจสอบ ที่ เผยแพร่", "thai.ttf"),
    (
        "opentype/noto/NotoSansCJK-Regular.ttc",
        2,
        "法务审核发布翻译剪辑字幕中文。、，（）「」法務レビューひらがなカタカナ編集한국어편집검토",
        "cjk.otf",
    ),
]


def subset(source: Path, face: int, letters: str, target: Path) -> None:
    """Writes the font with only these letters."""
    font = TTFont(source, fontNumber=face, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "BASE", "VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    font.save(target)
    print(target, target.stat().st_size, "bytes,", len(font.getBestCmap()), "letters")


def box(width: int, height: int):
    """Returns a box that stands on the baseline, as a glyph."""
    pen = TTGlyphPen(None)
    for n, corner in enumerate([(100, 0), (100, height), (100 + width, height), (100 + width, 0)]):
        (pen.lineTo if n else pen.moveTo)(corner)
    pen.closePath()
    return pen.glyph()


def variable(target: Path) -> None:
    """Writes a font whose letters are 100 units wider at weight 900 than at weight 100."""
    names = [".notdef", "a", "e"]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x13A0: "a", 0x13A1: "e"})
    builder.setupGlyf({name: box(200 + 100 * n, 700) for n, name in enumerate(names)})
    builder.setupHorizontalMetrics({name: (500 + 100 * n, 100) for n, name in enumerate(names)})
    builder.setupHorizontalHeader(ascent=900, descent=-200)
    builder.setupNameTable({"familyName": "Anabranch Test Variable", "styleName": "Thin"})
    builder.setupOS2(sTypoAscender=900, usWinAscent=900, usWinDescent=200, usWeightClass=100)
    builder.setupPost()
    builder.setupFvar([("wght", 100, 100, 900, "Weight")], [])
    # Four corners, then the four phantom points, of which the second is the advance.
    wider = [(0, 0), (0, 0), (100, 0), (100, 0), (0, 0), (100, 0), (0, 0), (0, 0)]
    builder.setupGvar({name: [TupleVariation({"wght": (0, 1, 1)}, wider)] for name in names})
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.save(target)
    print(target, target.stat().st_size, "bytes")


def main() -> None:
    fonts, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for source, face, letters, target in FONTS:
        subset(fonts / source, face, letters, out / target)
    variable(out / "variable.ttf")


main()
