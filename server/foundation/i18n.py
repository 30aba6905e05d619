"""Sentences for people, always in both languages side by side."""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Sentence(NamedTuple):
    """One thing said to a person: Chinese first, English beside it."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The wording for a language tag such as `zh_CN` or `en`; Chinese by default."""
        return wording(language)(self)


@lru_cache(maxsize=64)
def wording(language: str) -> Callable[[Sentence], str]:
    """The same for many sentences: what gives the wording of each."""
    return attrgetter("en" if language.lower().startswith("en") else "zh")


def per_cent(share: float) -> float:
    """A share in per cent with one decimal, but only all of it is 100.0."""
    rounded = round(100 * share, 1)
    return min(rounded, 99.9) if share < 1 else rounded
