"""Sentences for people, always in both languages side by side."""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Sentence(NamedTuple):
    """A text for people in Chinese and English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The wording for a language tag such as `zh_CN` or `en`; Chinese by default."""
        return wording(language)(self)


@lru_cache(maxsize=64)
def wording(language: str) -> Callable[[Sentence], str]:
    """A function that returns the wording of sentences in a language."""
    return attrgetter("en" if language.lower().startswith("en") else "zh")


def per_cent(share: float) -> float:
    """A share in per cent with one decimal; 100.0 only if it is exactly 1."""
    rounded = round(100 * share, 1)
    return min(rounded, 99.9) if share < 1 else rounded
