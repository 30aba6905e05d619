"""Finds the Chinese typeface and measures text in it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from media.typeset import Measure

Weight = Literal["Regular", "Bold"]

FOLDER = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2  # the face of the collection with mainland glyph forms
MEASURED_AT_PX = 100
HALF = "“”‘’（）《》【】「」『』"
HALVED = re.compile(f"([{HALF}]+)")


class FontMissing(Exception):
    """The typeface isn't installed."""


class Fonts:
    """Noto Sans CJK SC in two weights; one instance for one slide, since faces aren't shared."""

    def __init__(self) -> None:
        self._faces: dict[tuple[Weight, int], ImageFont.FreeTypeFont] = {}
        self._widths: dict[tuple[Weight, str], float] = {}

    def at(self, weight: Weight, size: int) -> ImageFont.FreeTypeFont:
        """Return the face at a size in pixels. Raises FontMissing."""
        key = (weight, size)
        if key not in self._faces:
            file = FOLDER / f"NotoSansCJK-{weight}.ttc"
            if not file.exists():
                raise FontMissing(f"{file} is missing: install the package fonts-noto-cjk")
            self._faces[key] = ImageFont.truetype(str(file), size, index=SIMPLIFIED)
        return self._faces[key]

    def measure(self, weight: Weight) -> Measure:
        """Return what measures a text's width in em."""
        face = self.at(weight, MEASURED_AT_PX)

        def width(text: str) -> float:
            key = (weight, text)
            if key not in self._widths:
                parts = (face.getlength(part, features=how) for part, how in runs(text))
                self._widths[key] = sum(parts) / MEASURED_AT_PX
            return self._widths[key]

        return width


def runs(text: str) -> list[tuple[str, list[str] | None]]:
    """Cut a text into parts with the font features each is set with.

    Quotes and brackets take half a square: full ones tear holes into a headline.
    """
    return [(part, ["halt"] if part[0] in HALF else None) for part in HALVED.split(text) if part]


@lru_cache(maxsize=20_000)
def has_glyph(sign: str) -> bool:
    """Say whether the typeface can show a sign (emoji and rare signs show as an empty box)."""
    if sign.isspace():
        return True
    face = Fonts().at("Regular", 32)
    return bytes(face.getmask(sign)) != bytes(face.getmask(NO_SIGN))


NO_SIGN = "\U0010fffd"  # private use: every face shows its box for "not here"
