"""What the form of a slide offers: tools and keywords of the reference lists, with their source."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from sqlalchemy.orm import Session

from server.content import queries
from server.foundation.rest.request_language import translate

OFFERED: Final = ("tools", "keywords")
"""The lists by name. Scams are a field of their own template."""
SHORTEST: Final = 30
"""The characters of a text that is prose and not a headline."""


def offers(session: Session) -> list[dict[str, Any]]:
    """The lists that aren't empty: their title, and their items by source in the list's order."""
    return [
        {"title": translate(one["title"]), "n": len(one["items"]), "sources": list(_by_source(one))}
        for one in queries.reference_lists(session)
        if one["name"] in OFFERED and one["items"]
    ]


def _by_source(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for (source, as_of), items in groupby(
        found["items"], lambda one: (one["source"], one["as_of"])
    ):
        yield {"source": source, "as_of": as_of, "offered": list(items)}


def places(fields: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The fields of a template into which an item goes: free lists first, then texts."""
    lists = [one for one in fields if one["type"] == "list" and not one.get("choices")]
    texts = [one for one in fields if _is_prose(one)]
    return [*lists, *texts]


def _is_prose(field: Mapping[str, Any]) -> bool:
    return field["type"] == "text" and (field.get("max_length") or 0) > SHORTEST
