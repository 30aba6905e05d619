"""Finds phone numbers in the words of a slide; only those on the list may go on a screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

DEFAULT_NUMBERS = frozenset({"110", "96110", "12381"})

# Long numbers are phones by their shape, unless they count something.
COUNTED = (
    r"(?!\s*(?:[.,]?\d|元|万|亿|千|百|人|名|起|件|户|条|次|部|张|个|年|月|日|号楼|%|％|倍|米|公里))"
)
SHAPES = (
    r"(?<!\d)(?:\+?86[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\d)",  # mobile
    r"(?<!\d)0\d{2,3}[ \-)]{0,2}\d{7,8}(?!\d)",  # with area code
    r"(?<!\d)[48]00[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)" + COUNTED,  # 400 and 800
    r"(?<!\d)(?:12\d{3}|95\d{3,4}|96\d{3,4}|10\d{3})(?!\d)" + COUNTED,  # services
    r"(?<!\d)[2-8]\d{3}[ \-]\d{4}(?!\d)" + COUNTED,  # local, as printed
)
# Short numbers are phone numbers if the words around them imply it.
CALL = r"拨打|致电|来电|电话|热线|专线|联系|拨|call|dial|phone|tel"
CALLED = rf"(?:{CALL})[^\d\n]{{0,6}}?(\+?\d[\d \-]{{1,18}}\d)" + COUNTED
NUMBER = re.compile("|".join(f"({shape})" for shape in SHAPES), re.IGNORECASE)
AFTER_CALL = re.compile(CALLED, re.IGNORECASE)
# 12381 only sends messages: a request to dial it would mislead people.
DIAL_12381 = re.compile(r"(?:拨打|致电|拨|打|call|dial)\s*[“\"「]?\s*12381", re.IGNORECASE)
IDENTITY_CARD = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![\dXx])")


def strange_numbers(text: str, allowed: Collection[str] = DEFAULT_NUMBERS) -> list[str]:
    """Return the phone numbers in a text that are not on the list, in order, each once."""
    plain = unicodedata.normalize("NFKC", text)
    cards = [match.span() for match in IDENTITY_CARD.finditer(plain)]
    found: dict[int, str] = {}
    for match in NUMBER.finditer(plain):
        found[match.start()] = match.group()
    for match in AFTER_CALL.finditer(plain):
        found.setdefault(match.start(1), match.group(1))
    outside = {
        at: number.strip()
        for at, number in sorted(found.items())
        if not any(begin <= at < end for begin, end in cards)
    }
    return list(dict.fromkeys(n for n in outside.values() if _digits(n) not in allowed))


def asks_to_dial_12381(text: str) -> bool:
    """Whether the text asks people to dial the number that only sends warnings."""
    return bool(DIAL_12381.search(unicodedata.normalize("NFKC", text)))


def has_identity_card(text: str) -> bool:
    """Whether a text contains an identity card number."""
    return bool(IDENTITY_CARD.search(unicodedata.normalize("NFKC", text)))


def _digits(number: str) -> str:
    return re.sub(r"[^\d]", "", number)
