"""How long a slide takes to read; a slide shown shorter than that is flagged.

300 signs a minute, which is brisk: for connected Chinese text the mean of adults is about 260
(Brysbaert, 2019). One second more to look up and find the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from media.slides.text.scam_list import scams

SIGNS_PER_S = 5
ORIENTATION_S = 1
CHINESE = re.compile(r"[㐀-鿿]")
OTHER = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:/%-]*")
AT_A_GLANCE = 4  # Latin signs or digits that are taken in like one Chinese sign


def reading_s(asked: Sequence[Mapping[str, Any]], fields: Mapping[str, Any]) -> int:
    """Return the reading time of a slide's own words in seconds, rounded up.

    Fixed texts and the source are not counted, as they aren't read each time.
    """
    count = sum(signs(text) for field in asked for text in _texts(field, fields))
    return -(-count // SIGNS_PER_S) + ORIENTATION_S


def signs(text: str) -> int:
    """Count reading units: Chinese signs, and numbers and words by their length."""
    others = sum(-(-len(word) // AT_A_GLANCE) for word in OTHER.findall(text))
    return len(CHINESE.findall(text)) + others


def _texts(field: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[str]:
    value = fields.get(field["name"])
    if field.get("furniture") or value is None:
        return
    if field["type"] == "list" and isinstance(value, list):
        yield from (str(item) for item in value)
        if field.get("lists") == "scams" and fields.get("detail") != NAMES_ALONE:
            yield from (scam.advice for scam in scams() if scam.name in value)
    elif field["type"] in ("text", "number"):
        yield str(value)


NAMES_ALONE = "只列名称"
