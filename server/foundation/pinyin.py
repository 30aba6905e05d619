"""Sorts names by pinyin, and numbers in them by value (3 路 before 12 路).

`pinyin.txt` is the block of Chinese characters (U+4E00 to U+9FA5) in the pinyin order of Unicode's
CLDR; its source is in docs/decisions/0038-names-in-pinyin-order.md.
"""

import re
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("pinyin.txt")
FIRST: Final = 0x4E00
_NUMBER: Final = re.compile(r"[0-9]+")
_LETTERS: Final = "abcdefghjklmnopqrstwxyz"
_FIRST_OF_LETTERS: Final = "吖丷嚓咑妸发旮哈丌咔垃呣拏喔妑七呥仨他屲夕丫帀"
"""The first character of each letter in that order, found by the same collator (U+FDD0 and a letter
sort before all that begins with it). No sound begins with i, u or v."""
_WIDE: Final = 8
"""Numbers of up to so many digits are compared by value; longer ones as text."""


@lru_cache(maxsize=32_768)
def by_name(text: str | None) -> str:
    """The sort key of a name."""
    padded = _NUMBER.sub(lambda found: found[0].zfill(_WIDE), text or "")
    return padded.casefold().translate(_places())


@lru_cache(maxsize=4_096)
def initials(text: str) -> str:
    """Pinyin initials, `xcrw` of 宣传任务; ASCII letters and digits are kept, others left out."""
    return "".join(filter(None, map(_initial, text.casefold())))


def _initial(sign: str) -> str:
    if sign.isascii():
        return sign if sign.isalnum() else ""
    place = _places().get(ord(sign))
    return "" if place is None else _LETTERS[bisect_right(_firsts(), place) - 1]


@cache
def _firsts() -> list[int]:
    """The places of the first character of each letter."""
    return [_places()[ord(one)] for one in _FIRST_OF_LETTERS]


@cache
def _places() -> dict[int, int]:
    """Maps each character to the code point at its rank in pinyin order."""
    ordered = TABLE.read_text(encoding="utf-8").replace("\n", "")
    return {ord(one): FIRST + place for place, one in enumerate(ordered)}
