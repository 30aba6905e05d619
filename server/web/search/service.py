"""The search: one text, answered by groups of hits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from server.accounts.actor import Actor
from server.foundation.core import Core
from server.foundation.db.search_terms import Typed, typed
from server.web.search import queries
from server.web.search.act_names import acts_of, address_of
from server.web.search.name_match import name_matches
from server.web.search.page_names import pages_named
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
    found.append(_pages(asked, actor, limit, language))
    return [group for group in (_acts(asked, actor, limit, language, day), *found) if group.hits]


def _acts(asked: Typed, actor: Actor, limit: int, language: str, day: date) -> Group:
    """What the person may do that is called so: before everything else, as it was asked for."""
    acts = [one for one in acts_of(actor) if name_matches(asked, one.name, one.also)]
    hits = [
        Hit(ACT, one.path, one.name.in_language(language), (), address_of(one, day))
        for one in acts[:limit]
    ]
    return Group(ACT, tuple(hits), len(acts) > limit)


def _pages(asked: Typed, actor: Actor, limit: int, language: str) -> Group:
    pages = pages_named(asked, actor)
    hits = [
        Hit(PAGE, page.path, page.name.in_language(language), (), page.path)
        for page in pages[:limit]
    ]
    return Group(PAGE, tuple(hits), len(pages) > limit)
