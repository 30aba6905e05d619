"""Names of files in a pack: in play order, and such that Windows and LED controllers take them."""

import re
from typing import Final

# What Windows keeps from names, and what breaks lines.
FORBIDDEN: Final = re.compile(
    r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+'
)
# The suffix of an upload's name doesn't apply to its renditions.
ENDING: Final = re.compile(r"\.[a-z0-9]{2,4}$", re.IGNORECASE)
LONGEST: Final = 40


def file_name(place: int, count: int, name: str, suffix: str) -> str:
    """`03_谨防刷单返利.jpg`: the place with as many digits as the last one needs."""
    digits = max(2, len(str(count)))
    safe = FORBIDDEN.sub(" ", ENDING.sub("", name))
    plain = re.sub(r"\s+", " ", safe).strip(" .")[:LONGEST].strip(" .")
    return f"{place:0{digits}}_{plain or 'LED'}{suffix}"
