"""Formats values for cells in the reader's language, so that parsing returns them again."""

from collections.abc import Mapping
from typing import Any, Final

from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.imports.columns.hours_text import hours_text
from server.inventory.imports.entities.lines import LineIndex
from server.inventory.imports.entities.screens import ScreenIndex
from server.inventory.imports.entities.venue_matching import VenueIndex
from server.inventory.screens.rendition_classes import TITLES
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.labels import ACCESS, POLICIES

NEW_LINE: Final = Sentence("{}（新建）", "{} (new)")
WORDS: Final[Mapping[str, Mapping[str, Sentence]]] = {
    "kind": {code: kind.name for code, kind in KINDS.items()},
    "access": ACCESS,
    "takeover_policy": POLICIES,
}


def venue_value(index: VenueIndex, name: str, value: Any, language: str) -> Any:
    """The cell of a venue's value."""
    if name in WORDS:
        return WORDS[name][value].in_language(language)
    if name in {"unit_id", "territory_unit_id"}:
        return index.units.called(value)
    if name == "line_id":
        return _line(index, value, language)
    if name == "hours":
        return hours_text(value, language)
    return _figure(name, value)


def _figure(name: str, value: Any) -> Any:
    if name == "id":
        return public("venue", value)
    if name == "coord":
        return "WGS-84"
    return f"{round(100 * value, 4):g}%" if name == "own_share" else _plain(value)


def _line(index: VenueIndex, value: int | str | None, language: str) -> str:
    if isinstance(value, str):
        return NEW_LINE.in_language(language).format(value.split("+", 2)[2])
    return index.lines.called(value)


def line_value(index: LineIndex, name: str, value: Any, _language: str) -> Any:
    """The cell of a line's value."""
    if name == "id":
        return public("line", value)
    return index.units.called(value) if name == "unit_id" else _plain(value)


def screen_value(index: ScreenIndex, name: str, value: Any, language: str) -> Any:
    """The cell of a screen's value."""
    if name == "id":
        return public("screen", value)
    if name == "venue_id":
        venue = index.venues.by_id[value]
        words = (venue.code or "", *reversed(venue.names))
        alone = (
            word for word in words if word and (word == venue.code or index.venues.is_alone(word))
        )
        return next(alone, public("venue", venue.id))
    if name == "rendition_class":
        return TITLES[value].in_language(language) if value in TITLES else value
    return _plain(value)


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "、".join(value)
    return value
