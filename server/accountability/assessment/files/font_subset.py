"""The Chinese typeface for papers, cut down to the signs that are needed: once for a whole pack."""

import io
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont

from media.slides.text.fonts import FOLDER, SIMPLIFIED, FontMissing, Weight

WEIGHTS: Final[tuple[Weight, ...]] = ("Regular", "Bold")
VERTICAL: Final = ["vhea", "vmtx", "VORG", "GSUB", "GPOS", "BASE"]
"""Tables for setting lines from top to bottom and for forms of signs, which papers do without."""
ALWAYS: Final = "".join(map(chr, range(0x20, 0x7F))) + "：，。；、（）〔〕《》“”·–—…÷−%　"


def cut_faces(folder: Path, text: str) -> dict[Weight, Path]:
    """Files of both weights that hold the signs of `text`, made in `folder`. Raises FontMissing."""
    signs = "".join(sorted(set(text) | set(ALWAYS)))
    return {weight: _cut(folder, weight, signs) for weight in WEIGHTS}


def _cut(folder: Path, weight: Weight, signs: str) -> Path:
    source = FOLDER / f"NotoSansCJK-{weight}.ttc"
    if not source.exists():
        raise FontMissing(f"{source} is missing: install the package fonts-noto-cjk")
    options = subset.Options(layout_features=[], notdef_outline=True, name_IDs=[1, 2, 4, 6])
    options.drop_tables += VERTICAL
    # The bounds of the whole face hold for a part of it.
    with TTFont(source, fontNumber=SIMPLIFIED, lazy=True, recalcBBoxes=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=signs)
        cutter.subset(font)
        content = io.BytesIO()
        font.save(content)
    path = folder / f"{weight}.otf"
    path.write_bytes(content.getvalue())
    return path
