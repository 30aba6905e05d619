"""What a person typed, as words that rows are asked for. Pure."""

import unicodedata
from dataclasses import dataclass
from typing import Final

MOST_WORDS: Final = 6
LONGEST: Final = 60
# What stands between the parts of a plate or of a serial number, and is left out when typed.
BETWEEN: Final = "·-.: "


@dataclass(frozen=True)
class Typed:
    """`words` must all be found; `squeezed` is all of it without what stands between."""

    text: str
    words: tuple[str, ...]
    squeezed: str


def typed(text: str) -> Typed:
    """Full-width signs as their usual forms; in lower case, as comparing is."""
    plain = unicodedata.normalize("NFKC", text).strip()[:LONGEST]
    return Typed(plain, tuple(plain.lower().split()[:MOST_WORDS]), squeezed(plain))


def squeezed(text: str) -> str:
    """Without what stands between the parts of a number."""
    return "".join(sign for sign in text.lower() if sign not in BETWEEN)
