"""Which box stands behind a screen, and which stood there before: the screen's history of boxes."""

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
    """How a box came: by a person who entered its code, or by an enrolment key.

    `box` is the secret that it made for itself, if it has one.
    """

    how: Literal["code", "key"]
    user_id: int | None = None
    key_id: int | None = None
    box: str = ""


def begin(session: Session, now_ms: int, screen: Screen, arrival: Arrival) -> None:
    """From now on a new box is the screen's; the one before is replaced by it."""
    end(session, now_ms, screen, "replaced", arrival.user_id)
    begin_first(session, now_ms, (screen.id, screen.serial, screen.player), arrival)
    screen.awaited_since = None


def begin_first(
    session: Session, now_ms: int, screen: tuple[int, str | None, str], arrival: Arrival
) -> None:
    """The box is the screen's, which has none: its number, the box's serial and player."""
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
    """The screen's present box, if there is one, is its box no more."""
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
    """Records' serials were put right: so are those of the boxes that are there."""
    for screen, serial in serials.items():
        present = (ScreenBox.screen_id == screen, ScreenBox.until_at.is_(None))
        session.execute(update(ScreenBox).where(*present).values(serial=serial))


def boxes_of(session: Session, screen_id: int) -> Sequence[ScreenBox]:
    """All boxes of a screen, the newest first."""
    query = select(ScreenBox).where(ScreenBox.screen_id == screen_id)
    return session.scalars(query.order_by(ScreenBox.id.desc())).all()


def taken_from(session: Session, serial: str) -> Screen | None:
    """The screen that the box with this serial was taken out of last, if a person must let it in.

    Revoked it stays out whatever became of the screen; replaced it is free once that is retired.
    """
    query = select(ScreenBox).where(ScreenBox.serial == serial).order_by(ScreenBox.id.desc())
    last = session.scalar(query.limit(1))
    if last is None or last.ended not in {"replaced", "revoked"}:
        return None
    screen = session.get_one(Screen, last.screen_id)
    return screen if last.ended == "revoked" or screen.retired_at is None else None


def is_present(session: Session, screen: Screen, box: str) -> bool:
    """Whether the screen's present box is the one that calls itself by this secret."""
    row = _present(session, screen.id)
    return bool(box) and row is not None and row.box_hash == hashed(box)


def _present(session: Session, screen_id: int) -> ScreenBox | None:
    query = select(ScreenBox).where(ScreenBox.screen_id == screen_id, ScreenBox.until_at.is_(None))
    return session.scalar(query.limit(1))
