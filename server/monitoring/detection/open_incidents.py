"""Open incidents and pending sightings, as input of a detection round."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.monitoring.incidents.models import Incident, Sighting

Key = tuple[str, int | None]
"""A code and a screen (None: of a shared cause)."""


@dataclass(frozen=True, slots=True)
class Open:
    """An open incident; instants in ms since 1970."""

    id: int
    code: str
    screen: int | None
    since_ms: int
    last_ms: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    venue: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Sightings of a screen: `count` of them from `first_ms` to `last_ms`."""

    screen: int
    code: str
    first_ms: int
    last_ms: int
    count: int
    detail: str


def open_incidents(session: Session) -> list[Open]:
    """All open incidents, by number."""
    query = select(
        Incident.id,
        Incident.code,
        Incident.screen_id,
        Incident.since,
        Incident.raised_at,
        Incident.facts,
        Incident.venue_id,
    ).where(Incident.state != "closed")
    return [
        Open(row[0], row[1], row[2], row[3], row[5].get("last_ms", row[4]), *row[5:])
        for row in session.execute(query.order_by(Incident.id))
    ]


def upstream_over(session: Session, since_ms: int) -> dict[int, int]:
    """Begin and end (s) of mass outages that ended after an instant (ms)."""
    query = select(Incident.facts, Incident.until).where(
        Incident.code == "upstream", Incident.state == "closed", Incident.closed_at > since_ms
    )
    return {row[0].get("from_s", 0): row[1] // 1000 for row in session.execute(query)}


def sightings(session: Session) -> list[Seen]:
    """All pending sightings, by screen."""
    query = select(Sighting).order_by(Sighting.screen_id, Sighting.code)
    return [
        Seen(row.screen_id, row.code, row.first_at, row.last_at, row.count, row.detail)
        for row in session.scalars(query)
    ]


def open_key(code: str, screen: int | None, facts: Mapping[str, Any]) -> str:
    """The key that is unique among open incidents."""
    return f"{code}:{screen}" if screen is not None else f"{code}::{facts.get('from_s', 0)}"
