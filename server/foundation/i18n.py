"""Sentences for people, always in both languages side by side."""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Final, Literal, NamedTuple

Language = Literal["zh", "en"]
NO_BREAK: Final = "\u00a0"


class Sentence(NamedTuple):
    """A text for people in Chinese and English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The wording for a language tag such as `zh_CN` or `en`; Chinese by default."""
        return wording(language)(self)

    def filled(self, *words: object, **values: object) -> "Sentence":
        """Both wordings with words and values in their places; a sentence in its own language."""

        def put(place: int) -> str:
            own = [_part(one, place) for one in words]
            named = {name: _part(one, place) for name, one in values.items()}
            return self[place].format(*own, **named)

        return Sentence(put(0), put(1))


def _part(value: object, place: int) -> object:
    return value[place] if isinstance(value, Sentence) else value


@lru_cache(maxsize=64)
def wording(language: str) -> Callable[[Sentence], str]:
    """A function that returns the wording of sentences in a language."""
    return attrgetter("en" if language.lower().startswith("en") else "zh")


def per_cent(share: float, digits: int = 1) -> float:
    """A share in per cent with so many decimals, but only all of it is 100."""
    rounded = round(100 * share, digits)
    return min(rounded, round(100 - 10**-digits, digits)) if share < 1 else rounded


def share_text(share: float | None) -> str:
    """A share as every page and paper prints it: in per cent with one decimal, a dash for none."""
    return "–" if share is None else f"{per_cent(share):.1f} %"


def range_text(low: str, high: str) -> str:
    """From one printed share to the other, or the one that both are.

    A word joiner and a no-break space keep it in one line where there is little room.
    """
    if low == high:
        return low
    return f"{low.removesuffix(' %')}–\u2060{high.replace(' ', NO_BREAK)}"
