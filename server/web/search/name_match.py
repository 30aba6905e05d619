"""Whether a name of the console is what somebody typed: by words, letters left out, or sounds."""

from typing import Final

from server.foundation.db.search_terms import Typed
from server.foundation.i18n import Sentence
from server.foundation.pinyin import initials

LEAST: Final = 2
"""Shorter words aren't matched as pinyin initials, nor as names with letters left out."""


def name_matches(asked: Typed, name: Sentence, also: str = "") -> bool:
    """Each word in one of the names (新建), in its order (新建任务), or by its sounds (xjrw)."""
    text = f"{name.zh} {name.en} {also}".lower()
    sounds = [initials(one) for one in (name.zh, *also.split())]
    return all(
        word in text
        or (len(word) >= LEAST and _in_order(word, name.zh))
        or (len(word) >= LEAST and any(_in_order(word, one) for one in sounds))
        for word in asked.words
    )


def _in_order(word: str, text: str) -> bool:
    """Whether a word is a text with letters left out between: 新建任务 is 新建宣传任务."""
    rest = iter(text)
    return text.startswith(word[0]) and all(sign in rest for sign in word)
