"""The JSON documents of spot checks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.reporting.spot_checks import schemas
from server.reporting.spot_checks.models import SpotCheck
from server.reporting.spot_checks.queries import in_statistic, with_pictures

Pictures = Collection[tuple[int, str]]
"""The pictures of checks, by check and kind."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Context of some checks: their pictures, and which of them are counted."""

    pictures: Pictures
    counted: Collection[int]
    now_ms: int


def beside(session: Session, actor: Actor, rows: Sequence[SpotCheck], now_ms: int) -> Beside:
    """Look it up for a person; it costs the same for one and for many."""
    numbers = [row.id for row in rows]
    counted = in_statistic(session, actor, numbers, now_ms)
    return Beside(with_pictures(session, numbers), counted, now_ms)


def spot_check(row: SpotCheck, beside: Beside, zone: tzinfo) -> dict[str, Any]:
    """One check; `counted`: it is in the person's statistic."""
    facts, pictures = row.facts or {}, beside.pictures
    return document(
        schemas.SpotCheck,
        row,
        zone,
        counted=row.id in beside.counted,
        state=state_of(row, beside.now_ms),
        picture=_picture(row, pictures, "shown"),
        meant=facts.get("meant", []),
        meant_picture=_picture(row, pictures, "meant"),
        difference=facts.get("difference"),
    )


def state_of(row: SpotCheck, now_ms: int) -> str:
    """The state; an overdue check counts as `no_answer` even before that was stored."""
    return "no_answer" if row.state == "asked" and row.due_at <= now_ms else row.state


def _picture(row: SpotCheck, pictures: Pictures, kind: str) -> str | None:
    if (row.id, kind) not in pictures:
        return None
    address = f"/api/v1/spot-checks/{public('spot_check', row.id)}/picture"
    return address if kind == "shown" else f"{address}?of={kind}"
