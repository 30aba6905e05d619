"""Words that a line break should not cut: the vocabulary of these slides, in words.txt.

Chinese may be broken between any two signs, but a headline that cuts 转账 in two reads badly.
No list is complete; a word that is missing is merely broken as the rules allow.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "words.txt"


@lru_cache(maxsize=1)
def kept_words() -> tuple[str, ...]:
    """Return the words, longest first."""
    return tuple(sorted(set(FILE.read_text(encoding="utf-8").split()), key=len, reverse=True))
