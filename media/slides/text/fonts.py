"""Finds the Chinese typeface and measures text in it."""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from media.slides.text.typesetting import Measure

Weight = Literal["Regular", "Bold"]

FOLDER = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2  # the face of the collection with mainland glyph forms
MEASURED_AT_PX = 100
HALF = "“”‘’（）《》【】「」『』"
HALVED = re.compile(f"([{HALF}]+)")
TOKEN = re.compile(f"[{HALF}]+|[\\u0000-\\u2017\\u201e-\\u2e7f]+|.", re.DOTALL)
MOST_FACES, MOST_WIDTHS = 64, 20_000


class FontMissing(Exception):
    """The typeface isn't installed."""


class _Opened(threading.local):
    """Each thread's own faces and widths, cached: opening and measuring is slow."""

    def __init__(self) -> None:
        self.faces: dict[tuple[Weight, int], ImageFont.FreeTypeFont] = {}
        self.widths: dict[tuple[Weight, str], float] = {}


OPENED = _Opened()


class Fonts:
    """Noto Sans CJK SC in two weights, for the current thread."""

    def at(self, weight: Weight, size: int) -> ImageFont.FreeTypeFont:
        """Return the face at a size in pixels. Raises FontMissing."""
        key = (weight, size)
        if key not in OPENED.faces:
            if len(OPENED.faces) >= MOST_FACES:
                OPENED.faces.clear()
            OPENED.faces[key] = _opened(weight, size)
        return OPENED.faces[key]

    def measure(self, weight: Weight) -> Measure:
        """Return what measures a text's width in em.

        Widths are added up token by token, which is exact: the face kerns Latin words alone.
        """
        widths = OPENED.widths
        if len(widths) >= MOST_WIDTHS:
            widths.clear()

        def width(text: str) -> float:
            total = 0.0
            for token in TOKEN.findall(text):
                key = (weight, token)
                if key not in widths:
                    widths[key] = self._width(weight, token)
                total += widths[key]
            return total

        return width

    def _width(self, weight: Weight, token: str) -> float:
        face = self.at(weight, MEASURED_AT_PX)
        parts = (face.getlength(part, features=how) for part, how in runs(token))
        return sum(parts) / MEASURED_AT_PX


def _opened(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    file = FOLDER / f"NotoSansCJK-{weight}.ttc"
    if not file.exists():
        raise FontMissing(f"{file} is missing: install the package fonts-noto-cjk")
    return ImageFont.truetype(str(file), size, index=SIMPLIFIED)


def runs(text: str) -> list[tuple[str, list[str] | None]]:
    """Cut a text into parts with the font features each is set with.

    Quotes and brackets take half a square: full ones tear holes into a headline.
    """
    return [(part, ["halt"] if part[0] in HALF else None) for part in HALVED.split(text) if part]


@lru_cache(maxsize=20_000)
def has_glyph(sign: str) -> bool:
    """Whether the typeface has a sign (missing ones, such as emoji, show as an empty box)."""
    if sign.isspace():
        return True
    face = Fonts().at("Regular", 32)
    return bytes(face.getmask(sign)) != bytes(face.getmask(NO_SIGN))


NO_SIGN = "\U0010fffd"  # private use: every face shows its box for "not here"
