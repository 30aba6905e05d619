"""Plays of campaigns by venue, for the map's completion rates."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.playlog.ingest.runtime import PlaylogRuntime
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.selection import GroupBy
from server.reporting.delivery.service import ReportQuery, Row, delivery

Days = Literal["1", "7", "30"]
"""So many days up to today."""
NOTHING: Final = Figures()


def period(core: Core, days: Days) -> tuple[date, date]:
    """The first day and today."""
    last = Civil(core.settings.zone).day_of(core.clock.now_ms())
    return date.fromordinal(last - int(days) + 1), date.fromordinal(last)


def rows_by(
    core: Core, parts: PlaylogRuntime, actor: Actor, group_by: GroupBy, days: Days
) -> tuple[Row, ...]:
    """The delivery report of campaigns alone, within the person's scope."""
    query = ReportQuery(*period(core, days), group_by, campaigns_only=True)
    return tuple(delivery(core, parts, actor, query).rows)


def by_venue(core: Core, parts: PlaylogRuntime, actor: Actor, days: Days) -> Mapping[int, Figures]:
    """Figures by the number of the venue."""
    rows = rows_by(core, parts, actor, "venue", days)
    return {row.label.key: row.figures for row in rows if isinstance(row.label.key, int)}


def by_area(session: Session, actor: Actor, rows: Iterable[Row]) -> Mapping[str, Figures]:
    """Rows by territory added up to each unit that the person sees, by its name.

    For areas of the office's own map, which have names alone: one that two units share is left out.
    """
    own = {row.label.key: row.figures for row in rows}
    units = session.execute(select(Unit.id, Unit.name, Unit.path)).all()
    shared = Counter(unit.name for unit in units)
    seen = {
        str(unit.id): unit.name
        for unit in units
        if shared[unit.name] == 1 and actor.sees(unit.path)
    }
    found: defaultdict[str, Figures] = defaultdict(Figures)
    for unit in units:
        for above in unit.path.split("/") if unit.id in own else ():
            if above in seen:
                found[seen[above]].add(own[unit.id])
    return found
