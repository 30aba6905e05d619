"""Search columns of venues: words, their kind's name, numbers of all sorts."""

from typing import Any, Final

from sqlalchemy import ColumnElement, case

from server.accounts.actor import Actor
from server.foundation.db.search_terms import Typed, has_words
from server.inventory.venues import access
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.models import Venue

NUMBERS: Final = (Venue.vehicle, Venue.code)
PLACE_WORDS: Final = (Venue.name, Venue.address, *NUMBERS)
WORDS: Final = (*PLACE_WORDS, Venue.contact_name)


def has_venue_words(asked: Typed, actor: Actor) -> ColumnElement[bool]:
    """SQL condition for the venues that match; join Venue with its Unit."""
    return has_words(asked, WORDS, (*NUMBERS, phone_seen_by(actor)), of_kinds_named)


def of_kinds_named(word: str) -> list[ColumnElement[bool]]:
    """SQL condition: venues of the kinds with this word in their names."""
    kinds = [code for code, kind in KINDS.items() if word in kind.name.zh.lower()]
    return [Venue.kind.in_(kinds)] if kinds else []


def phone_seen_by(actor: Actor) -> ColumnElement[Any]:
    """A venue's phone, empty where the person only sees it masked.

    Otherwise its digits could be found by guessing.
    """
    return case((access.rows(actor, "venues.write"), Venue.contact_phone), else_="")
