"""Names in the order in which Chinese readers look for them: by pinyin, and by number where they
count (3 路 before 12 路).

`pinyin.txt` is the block of Chinese characters (U+4E00 to U+9FA5) in the pinyin order of Unicode's
CLDR; docs/decisions/0038-names-in-pinyin-order.md tells how it was made.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("pinyin.txt")
FIRST: Final = 0x4E00
_NUMBER: Final = re.compile(r"[0-9]+")
_WIDE: Final = 8
"""Numbers of so many digits are told apart by size; longer ones by their text."""


@lru_cache(maxsize=32_768)
def by_name(text: str | None) -> str:
    """What to sort a name by: texts compare by it as their names are looked for."""
    padded = _NUMBER.sub(lambda found: found[0].zfill(_WIDE), text or "")
    return padded.casefold().translate(_places())


@cache
def _places() -> dict[int, int]:
    """Each character's code point of the one whose place in the block is its place by pinyin."""
    ordered = TABLE.read_text(encoding="utf-8").replace("\n", "")
    return {ord(one): FIRST + place for place, one in enumerate(ordered)}
