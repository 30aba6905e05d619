"""The columns beside a figure of 运行监测, for files: line, depot, state, last contact."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple

from server.accounts.actor import Actor
from server.foundation.core import Core
from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.writer import Column, Value
from server.monitoring.fleet.query import FleetQuery
from server.monitoring.fleet.service import fleet
from server.monitoring.fleet.status import State
from server.monitoring.fleet.tree import Fleet, VenueNode
from server.monitoring.incidents.labels import STATE_NAMES
from server.playlog.ingest.runtime import PlaylogRuntime
from server.reporting.delivery.selection import Grouping

UNKNOWN: Final = Sentence("无法判定", "Can't be known")
COLUMNS: Final = (
    Sentence("线路", "Line"),
    Sentence("场站", "Depot"),
    Sentence("状态（现在）", "State (now)"),
    Sentence("最近联系", "Last contact"),
)


class Seen(NamedTuple):
    """A screen, or a venue by the worst of its screens; `last_s` is None without any contact."""

    line: str
    depot: str
    state: State
    last_s: int | None


Sight = Mapping[object, Seen]
"""By the number of a screen or venue; retired ones are left out."""


def seen_now(
    core: Core, parts: PlaylogRuntime, actor: Actor, group_by: Grouping, day: date
) -> Sight:
    """The live state of a report's groups; empty unless they are screens or venues."""
    if group_by not in {"screen", "venue"}:
        return {}
    today = day.toordinal()
    found = fleet(core, parts, actor, FleetQuery(range(today, today + 1), "unit"))
    venues = [venue for branch in found.branches for venue in branch.venues]
    if group_by == "venue":
        return {one.venue.id: _seen(found, one, one.state, one.last_s) for one in venues}
    return {
        screen.id: _seen(found, one, screen.state, screen.last_s)
        for one in venues
        for screen in one.screens
    }


def columns_of(group_by: Grouping, language: str) -> list[Column]:
    """The headings of the live columns."""
    if group_by not in {"screen", "venue"}:
        return []
    return [Column(name.in_language(language)) for name in COLUMNS]


def cells_of(seen: Seen | None, language: str, zone: tzinfo) -> list[Value]:
    """A place's cells, empty for a retired one."""
    if seen is None:
        return [None] * len(COLUMNS)
    state = UNKNOWN if seen.state == "unknown" else STATE_NAMES[seen.state][0]
    return [
        seen.line or None,
        seen.depot or None,
        state.in_language(language),
        None if seen.last_s is None else _when(seen.last_s, zone),
    ]


def _seen(found: Fleet, node: VenueNode, state: State, last_s: int | None) -> Seen:
    return Seen(found.lines.get(node.venue.line or 0, ""), node.venue.depot, state, last_s)


def _when(at_s: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at_s, zone).strftime("%Y-%m-%d %H:%M")
