"""Strips of days and hours as the pages draw them: a cell for each stretch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from server.foundation.rest.problems import language
from server.monitoring.availability.packed_records import Record
from server.monitoring.fleet.last_hours import LastHours
from server.monitoring.fleet.tree import shade
from server.web.console.fleet.labels import SHADES, record_text, strip_text

DAY_HOURS: Final = 24
STEPS: Final = 10
CELLS_KEPT: Final = 8_192
PLAIN: Final = Markup('<i class="{}" title="{}"></i>')
Address = Callable[[int], str]


def day_strip(
    days: range,
    records: Sequence[Record],
    ahead: "Ahead",
    address: Address | None = None,
    here: int | None = None,
) -> dict[str, Any]:
    """A strip of days; `address` returns the link of a day (an ordinal) to its details."""
    tongue = language()
    drawn = [
        _made(ahead.taken_off(record, day), _day_name(day), tongue)
        for day, record in zip(days, records, strict=True)
    ]
    if address is None and here is None:
        return _strip(drawn)
    cells = [
        {**cell, "href": address(day) if address else None, "here": day == here}
        for day, cell in zip(days, drawn, strict=True)
    ]
    return _strip(cells)


def hour_strip(
    records: Sequence[Record], so_far: "SoFar | None", address: Address
) -> dict[str, Any]:
    """A strip of the hours of a day; a 25th one on the day that has it.

    Hours to come are empty today.
    """
    kept = [one for hour, one in enumerate(records) if hour < DAY_HOURS or one.operating]
    if so_far is not None:
        kept = so_far.of(kept)
    cells = []
    for hour, record in enumerate(kept):
        name = f"{hour:02d}:00–{hour + 1:02d}:00"
        href = address(hour) if record.operating else None
        cells.append({**_made(record, name, language()), "href": href})
    return _strip(cells, hours=True)


def last_hours_strips(found: LastHours, zone: ZoneInfo) -> dict[int, dict[str, Any]]:
    """By screen a strip of its last 24 hours."""
    tongue = language()
    names = [f"{datetime.fromtimestamp(begin, zone):%H:00}" for begin in found.begins]
    return {
        screen: _strip(cells, hours=True)
        for screen, records in found.by_screen.items()
        if (cells := [_made(*one, tongue) for one in zip(records, names, strict=True)])
    }


def _strip(cells: Sequence[Mapping[str, Any]], *, hours: bool = False) -> dict[str, Any]:
    """`plain`: all cells in one piece, for a strip that leads nowhere."""
    text = strip_text([cell["tone"] for cell in cells], hours=hours)
    leads = any(cell["href"] for cell in cells)
    plain = "" if leads else Markup("").join([cell["plain"] for cell in cells])
    return {"cells": cells, "text": text, "leads": leads, "plain": plain}


@dataclass(frozen=True)
class SoFar:
    """Today's current hour, and the operating seconds until now."""

    hour: int
    operating_s: int

    def of(self, hours: Sequence[Record]) -> list[Record]:
        """The hours with the time to come removed."""
        found = list(hours[: self.hour])
        for one in hours[self.hour : self.hour + 1]:
            before_s = sum(earlier.operating for earlier in found)
            found.append(one._replace(operating=max(self.operating_s - before_s, one.monitored)))
        return found + [Record()] * (len(hours) - len(found))


@dataclass(frozen=True)
class Ahead:
    """The operating seconds of today (an ordinal) that are still to come."""

    today: int
    seconds: int

    def taken_off(self, record: Record, day: int) -> Record:
        """A day's record without them."""
        if day != self.today:
            return record
        return record._replace(operating=max(record.operating - self.seconds, record.monitored))


@lru_cache(CELLS_KEPT)
def _day_name(day: int) -> str:
    return date.fromordinal(day).strftime("%m-%d")


@lru_cache(CELLS_KEPT)
def _made(record: Record, name: str, _language: str) -> Mapping[str, Any]:
    """A cell in a language, cached: past days never change."""
    found = shade(record)
    unknown = record.operating - record.monitored
    unclear = found != "unknown" and 10 * unknown > record.operating
    step = _step(record) if found == "partly" else None
    tones = (f"c-{found}", f"p{step}" if step else "", "unclear" if unclear else "")
    drawn = escape(" ".join(filter(None, tones)))
    title = escape(f"{name} {record_text(record, found)}")
    plain = PLAIN.format(drawn, title)
    sign = SHADES[found][1]
    return {
        "name": name,
        "tone": found,
        "sign": sign,
        "drawn": drawn,
        "title": title,
        "plain": plain,
        "href": None,
        "here": False,
    }


def _step(record: Record) -> int:
    """The down part of a cell, in steps; at least 2, so that any outage is visible."""
    down = record.monitored - record.up
    return min(max(2, round(STEPS * down / record.monitored)), STEPS - 1)
