"""Sorts names by pinyin, and numbers in them by value (3 路 before 12 路).

`pinyin.txt` is the block of Chinese characters (U+4E00 to U+9FA5) in the pinyin order of Unicode's
CLDR; its source is in docs/decisions/0038-names-in-pinyin-order.md.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("pinyin.txt")
FIRST: Final = 0x4E00
_NUMBER: Final = re.compile(r"[0-9]+")
_WIDE: Final = 8
"""Numbers of up to so many digits are compared by value; longer ones as text."""


@lru_cache(maxsize=32_768)
def by_name(text: str | None) -> str:
    """The sort key of a name."""
    padded = _NUMBER.sub(lambda found: found[0].zfill(_WIDE), text or "")
    return padded.casefold().translate(_places())


@cache
def _places() -> dict[int, int]:
    """Maps each character to the code point at its rank in pinyin order."""
    ordered = TABLE.read_text(encoding="utf-8").replace("\n", "")
    return {ord(one): FIRST + place for place, one in enumerate(ordered)}
