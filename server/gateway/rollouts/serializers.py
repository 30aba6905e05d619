"""JSON documents of releases."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.foundation.rest.resources import iso
from server.gateway.rollouts import queries, schemas
from server.gateway.rollouts.alerts import halt_text
from server.gateway.rollouts.models import PlayerRelease
from server.gateway.rollouts.rounds.health_rules import ScreenProgress
from server.gateway.rollouts.rounds.rings import Ring
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope

MOST_FAILED: Final = 200


@dataclass(frozen=True)
class Reader:
    """The reader with zone and language, and the online screens.

    Screens are listed within his scope only; figures of rings cover the whole district.
    """

    actor: Actor
    zone: tzinfo
    language: str
    online: Collection[int]


def release_document(session: Session, row: PlayerRelease, reader: Reader) -> dict[str, Any]:
    """One release in the API's form."""
    progress = queries.progress_by_screen(session, row.id)
    usual = queries.live(session)
    rules = queries.rules_of(row)
    return document(
        schemas.Release,
        row,
        reader.zone,
        version=row.name,
        live=usual is not None and usual.id == row.id,
        running=queries.running(session, reader.actor).get(row.name, 0),
        ring=row.ring if row.ring >= 0 else None,
        rings=[
            _ring(one, place, row, progress.values(), reader.online)
            for place, one in enumerate(rules.rings)
        ],
        grace_s=rules.grace_s,
        listen_s=rules.listen_s,
        failed=rules.failed,
        failed_pct=rules.failed_pct,
        former=row.former or None,
        halt=_halt(session, row, reader),
        failed_screens=_failed(session, progress, reader),
    )


def _ring(
    ring: Ring,
    place: int,
    row: PlayerRelease,
    progress: Iterable[ScreenProgress],
    online: Collection[int],
) -> dict[str, Any]:
    counted = Counter(
        one.state
        if one.state in {"updated", "failed"}
        else ("waiting" if one.screen in online else "offline")
        for one in progress
        if one.ring == place
    )
    total = counted.total() if place <= row.ring else None
    counts = {name: counted[name] for name in ("updated", "waiting", "offline", "failed")}
    return document(schemas.RingProgress, ring, None, total=total, **counts)


def _halt(session: Session, row: PlayerRelease, reader: Reader) -> dict[str, Any] | None:
    why = row.halt
    if why is None:
        return None
    user = why["user_id"]
    mine = {screen.id for screen in _in_scope(session, why["screens"], reader.actor)}
    return {
        "rule": why["rule"],
        "at": iso(why["at_ms"], reader.zone),
        "ring": why["ring"],
        "screen_ids": [public("screen", one) for one in why["screens"] if one in mine],
        "user_id": public("user", user) if user is not None else None,
        "note": why["note"],
        "text": halt_text(session, row).in_language(reader.language),
    }


def _failed(
    session: Session, progress: Mapping[int, ScreenProgress], reader: Reader
) -> list[dict[str, Any]]:
    failed = {screen: one for screen, one in progress.items() if one.state == "failed"}
    return [
        {
            "screen_id": public("screen", screen.id),
            "name": f"{screen.venue.name} {screen.name}",
            "ring": failed[screen.id].ring,
            "reason": failed[screen.id].reason,
            "at": iso(failed[screen.id].failed_ms, reader.zone),
        }
        for screen in _in_scope(session, failed, reader.actor)
    ]


def _in_scope(session: Session, screens: Iterable[int], actor: Actor) -> Sequence[Screen]:
    wanted = sorted(screens)[:MOST_FAILED]
    return session.scalars(in_scope(actor).where(Screen.id.in_(wanted)).order_by(Screen.id)).all()
