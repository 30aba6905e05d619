"""The history of a screen's boxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.accounts.auth.one_time_secrets import hashed
from server.foundation.db import plain_rows
from server.inventory.screens.models import Screen, ScreenBox

Ending = Literal["replaced", "revoked", "retired"]


@dataclass(frozen=True)
class Arrival:
    """How a box was bound: by a person who entered its code, or by an enrolment key.

    `box`: its own secret, if it has one.
    """

    how: Literal["code", "key"]
    user_id: int | None = None
    key_id: int | None = None
    box: str = ""


def begin(session: Session, now_ms: int, screen: Screen, arrival: Arrival) -> None:
    """Start a new box of the screen; the previous one is recorded as replaced."""
    end(session, now_ms, screen, "replaced", arrival.user_id)
    begin_first(session, now_ms, (screen.id, screen.serial, screen.player), arrival)
    screen.awaited_since = None


def begin_first(
    session: Session, now_ms: int, screen: tuple[int, str | None, str], arrival: Arrival
) -> None:
    """Start the first box of a screen: (row number, serial, player)."""
    screen_id, serial, player = screen
    plain_rows.insert_one(
        session,
        ScreenBox.__table__,
        screen_id=screen_id,
        serial=serial,
        player=player,
        how=arrival.how,
        box_hash=hashed(arrival.box) if arrival.box else None,
        key_id=arrival.key_id,
        user_id=arrival.user_id,
        from_at=now_ms,
    )


def end(session: Session, now_ms: int, screen: Screen, why: Ending, user_id: int | None) -> None:
    """End the screen's current box, if there is one."""
    row = _present(session, screen.id)
    if row is None:
        if screen.enrolled_at is None or boxes_of(session, screen.id):
            return
        row = ScreenBox(screen_id=screen.id, how="earlier", from_at=screen.enrolled_at)
        row.serial, row.player = screen.serial, screen.player
        session.add(row)
    row.until_at, row.ended, row.ended_by = now_ms, why, user_id
    session.flush()


def note_serials(session: Session, serials: Mapping[int, str | None]) -> None:
    """Correct the serials of current boxes after those of their records."""
    for screen, serial in serials.items():
        present = (ScreenBox.screen_id == screen, ScreenBox.until_at.is_(None))
        session.execute(update(ScreenBox).where(*present).values(serial=serial))


def boxes_of(session: Session, screen_id: int) -> Sequence[ScreenBox]:
    """All boxes of a screen, newest first."""
    query = select(ScreenBox).where(ScreenBox.screen_id == screen_id)
    return session.scalars(query.order_by(ScreenBox.id.desc())).all()


def taken_from(session: Session, serial: str) -> Screen | None:
    """The screen that the box with this serial was last removed from, if a person must consent.

    A revoked box always needs that; a replaced one is free once that screen is retired.
    """
    query = select(ScreenBox).where(ScreenBox.serial == serial).order_by(ScreenBox.id.desc())
    last = session.scalar(query.limit(1))
    if last is None or last.ended not in {"replaced", "revoked"}:
        return None
    screen = session.get_one(Screen, last.screen_id)
    return screen if last.ended == "revoked" or screen.retired_at is None else None


def is_present(session: Session, screen: Screen, box: str) -> bool:
    """Whether the screen's current box has this secret."""
    row = _present(session, screen.id)
    return bool(box) and row is not None and row.box_hash == hashed(box)


def _present(session: Session, screen_id: int) -> ScreenBox | None:
    query = select(ScreenBox).where(ScreenBox.screen_id == screen_id, ScreenBox.until_at.is_(None))
    return session.scalar(query.limit(1))
