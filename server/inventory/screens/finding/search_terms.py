"""Search columns of screens: their own words and numbers, and those of their venues."""

from typing import Final

from sqlalchemy import ColumnElement

from server.foundation.db.search_terms import Typed, has_words
from server.inventory.screens.models import Screen
from server.inventory.venues.search import terms

NUMBERS: Final = (Screen.serial, *terms.NUMBERS)
WORDS: Final = (Screen.name, Screen.serial, *terms.PLACE_WORDS)


def has_screen_words(asked: Typed) -> ColumnElement[bool]:
    """SQL condition for the screens that match; join Venue."""
    return has_words(asked, WORDS, NUMBERS, terms.of_kinds_named)
