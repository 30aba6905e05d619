"""Writes the changes of a detection round, with their alerts in the same transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.accounts.models import Unit
from server.foundation.core import Core
from server.monitoring.alerting.routing import AlertRouter
from server.monitoring.detection.changes import IncidentChanges, Opened, Resolved
from server.monitoring.detection.open_incidents import Open, Seen, open_key
from server.monitoring.incidents.affected_units import hit_paths
from server.monitoring.incidents.models import Incident, Sighting
from server.monitoring.notifications.queries import active

LONGEST_DETAIL: Final = 200
PORTION: Final = 500
Change = TypeVar("Change")


def write_verdict(core: Core, verdict: IncidentChanges) -> None:
    """Apply the changes; incidents written by another round stay as they are.

    Each incident is written with its alerts, in several transactions, so that nobody waits for long
    when thousands begin at once.
    """
    for over in _portions(verdict.over):
        with _routing(core) as router:
            for one in over:
                _end(router, one)
    for begun in _portions(verdict.begun):
        with _routing(core) as router:
            begin(router, begun)
    with core.config.write() as session:
        for seen in verdict.used:
            _let_go(session, seen)
        for seen in verdict.noted:
            _note(session, seen)
        for incident, seen in verdict.renewed:
            _renew(session, incident, seen)


def close(row: Incident, until_ms: int, now_ms: int) -> None:
    """Close an incident; another of the same code and screen may begin."""
    row.state, row.open_key = "closed", None
    row.until, row.closed_at = until_ms, now_ms


@contextmanager
def _routing(core: Core) -> Iterator[AlertRouter]:
    with core.config.write() as session:
        yield AlertRouter(session, active(session), core.clock.now_ms(), core.settings.zone)


def _portions(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    for first in range(0, len(changes), PORTION):
        yield changes[first : first + PORTION]


def begin(router: AlertRouter, several: Sequence[Opened]) -> None:
    """Open incidents with their alerts, those aside that are open already."""
    session = router.session
    keys = {_key(one): one for one in several}
    taken = session.scalars(select(Incident.open_key).where(Incident.open_key.in_(keys)))
    for key in set(taken):
        keys.pop(str(key))
    rows = [_row(one, key, router.now_ms) for key, one in keys.items()]
    session.add_all(rows)
    session.flush()
    for row, one in zip(rows, keys.values(), strict=True):
        own = [one.screen.unit_path] if one.screen else [session.get_one(Unit, one.unit).path]
        router.raised(row, [*own, *hit_paths(row)])


def _row(begun: Opened, key: str, now_ms: int) -> Incident:
    one = begun.screen
    return Incident(
        code=begun.code,
        screen_id=one.screen if one else None,
        venue_id=one.venue if one else None,
        line_id=one.line if one else None,
        unit_id=one.unit if one else begun.unit,
        open_key=key,
        state="open",
        since=begun.since_ms,
        raised_at=now_ms,
        facts=dict(begun.facts),
    )


def _key(begun: Opened) -> str:
    screen = begun.screen.screen if begun.screen else None
    return open_key(begun.code, screen, begun.facts)


def _end(router: AlertRouter, over: Resolved) -> None:
    row = router.session.get(Incident, over.incident.id)
    if row is not None and row.state != "closed":
        close(row, max(over.until_ms, row.since), router.now_ms)
        router.over(row, notify=over.notify)


def _let_go(session: Session, seen: Seen) -> None:
    # Sightings renewed since the read stay for the next round.
    same = (
        Sighting.screen_id == seen.screen,
        Sighting.code == seen.code,
        Sighting.last_at == seen.last_ms,
    )
    session.execute(delete(Sighting).where(*same))


def _note(session: Session, seen: Seen) -> None:
    if session.get(Sighting, (seen.screen, seen.code)) is None:
        session.add(
            Sighting(
                screen_id=seen.screen,
                code=seen.code,
                first_at=seen.first_ms,
                last_at=seen.last_ms,
                count=seen.count,
                detail=seen.detail[:LONGEST_DETAIL],
            )
        )


def _renew(session: Session, incident: Open, seen: Seen) -> None:
    row = session.get(Incident, incident.id)
    if row is not None and row.state != "closed":
        count = int(row.facts.get("count", 0)) + seen.count
        row.facts = {
            **row.facts, "count": count, "last_ms": seen.last_ms, "detail": seen.detail
        }  # fmt: skip
