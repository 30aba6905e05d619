"""What the console has by name, if that is what somebody typed: by words, letters left out, or
sounds."""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from server.accounts.actor import Actor
from server.accounts.roles import Action
from server.foundation.db.search_terms import Typed
from server.foundation.i18n import Sentence
from server.foundation.pinyin import initials

LEAST: Final = 2
"""Shorter words aren't matched as pinyin initials, nor as names with letters left out."""


class Goal(NamedTuple):
    """A page or a thing to do, where that is, and who may open it; `also` are other words for it.

    In the path `{first}` and `{today}` are the month's first day and today.
    """

    path: str
    name: Sentence
    action: Action
    also: str = ""

    def address(self, day: date) -> str:
        """Where it is, on a day of the district's."""
        return self.path.format(first=day.replace(day=1).isoformat(), today=day.isoformat())


def goals_named(goals: Iterable[Goal], asked: Typed, actor: Actor) -> list[Goal]:
    """Those that are open to the person and whose names have all the words."""
    return [one for one in goals if actor.roots(one.action) and _matches(asked, one)]


def _matches(asked: Typed, goal: Goal) -> bool:
    """Each word in one of the names (新建), in its order (新建任务), or by its sounds (xjrw)."""
    name, also = goal.name, goal.also
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
