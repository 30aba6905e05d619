"""The search: one text, answered by groups of hits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from server.accounts.actor import Actor
from server.foundation.core import Core
from server.foundation.db.search_terms import typed
from server.web.search import queries
from server.web.search.act_names import ACTS
from server.web.search.name_match import Goal, goals_named
from server.web.search.page_names import PAGES
from server.web.search.queries import Hit

PAGE: Final = "page"
ACT: Final = "act"
ID: Final = "id"


@dataclass(frozen=True)
class Group:
    """Hits of one kind; `more`: there are others of it."""

    kind: str
    hits: tuple[Hit, ...]
    more: bool = False


def search(core: Core, actor: Actor, text: str, limit: int, language: str) -> list[Group]:
    """At most `limit` hits of each kind; none for an empty text. Acts first, then a hit by id."""
    asked = typed(text)
    if not asked.words:
        return []
    day = datetime.fromtimestamp(core.clock.now_ms() / 1000, core.settings.zone).date()
    with core.config.read() as session:
        found = [Group(ID, tuple(queries.by_id(session, actor, asked.text)))]
        for kind in queries.KINDS:
            hits = queries.matches(session, actor, kind, asked, limit + 1)
            found.append(Group(kind.name, tuple(hits[:limit]), len(hits) > limit))
    acts, pages = (goals_named(goals, asked, actor) for goals in (ACTS, PAGES))
    found.insert(0, _group(ACT, acts, limit, language, day))
    found.append(_group(PAGE, pages, limit, language, day))
    return [group for group in found if group.hits]


def _group(kind: str, goals: Sequence[Goal], limit: int, language: str, day: date) -> Group:
    hits = [
        Hit(kind, one.path, one.name.in_language(language), (), one.address(day))
        for one in goals[:limit]
    ]
    return Group(kind, tuple(hits), len(goals) > limit)
