"""The pauses of screens in a person's scope: person, time and reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.accounts.queries import find_unit
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number, public
from server.foundation.rest.resources import iso
from server.foundation.spreadsheets.writer import Column, Table, Value
from server.inventory.screens.models import Screen, ScreenPause
from server.inventory.venues import access
from server.inventory.venues.models import Venue
from server.web.helpers import names_of

READ: Final = "reports.read"
CONTACT: Final = Sentence("点位人员（扫码）", "The venue, by its page")
TITLE: Final = Sentence("暂停记录", "Pauses")
HEADINGS: Final = (
    Sentence("开始", "From"),
    Sentence("结束", "Until"),
    Sentence("分钟", "Minutes"),
    Sentence("责任单位", "Unit"),
    Sentence("点位", "Venue"),
    Sentence("显示屏", "Screen"),
    Sentence("暂停人", "By whom"),
    Sentence("原因", "Why"),
)


@dataclass(frozen=True)
class Wanted:
    """Instants (ms, half-open) and places by public id; `by` is `contact` or `user`."""

    from_ms: int
    until_ms: int
    unit_id: str | None = None
    venue_id: str | None = None
    screen_id: str | None = None
    by: str | None = None


def in_scope(session: Session, actor: Actor, wanted: Wanted) -> Select[ScreenPause]:
    """The pauses that overlap the time. Raises NotFound for a unit outside the scope."""
    query = (
        select(ScreenPause)
        .join(Screen, ScreenPause.screen_id == Screen.id)
        .join(Venue, Screen.venue_id == Venue.id)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(
            access.rows(actor, READ),
            ScreenPause.from_at < wanted.until_ms,
            ScreenPause.until_at > wanted.from_ms,
        )
    )
    if wanted.unit_id is not None:
        unit = find_unit(session, actor, READ, wanted.unit_id)
        query = query.where(within(Unit.path, (unit.path,)))
    if wanted.venue_id is not None:
        query = query.where(Venue.id == number("venue", wanted.venue_id))
    if wanted.screen_id is not None:
        query = query.where(Screen.id == number("screen", wanted.screen_id))
    if wanted.by is not None:
        nobodys = ScreenPause.user_id.is_(None)
        query = query.where(nobodys if wanted.by == "contact" else ~nobodys)
    return query


def documents(
    session: Session, rows: Sequence[ScreenPause], zone: tzinfo, language: str
) -> list[dict[str, Any]]:
    """The pauses with names of where and who."""
    wanted = select(Screen).where(Screen.id.in_({row.screen_id for row in rows}))
    screens = {one.id: one for one in session.scalars(wanted).unique()}
    people = names_of(session, (row.user_id for row in rows))
    return [
        _document(row, screens[row.screen_id], people.get(row.user_id or 0), zone, language)
        for row in rows
    ]


def table_of(found: Sequence[dict[str, Any]], language: str) -> Table:
    """The same as a sheet."""
    columns = [
        Column(name.in_language(language), "count" if name.en == "Minutes" else "text")
        for name in HEADINGS
    ]
    return Table(TITLE.in_language(language), columns, [_cells(one) for one in found])


def _document(
    row: ScreenPause, screen: Screen, person: str | None, zone: tzinfo, language: str
) -> dict[str, Any]:
    venue = screen.venue
    return {
        "id": row.id,
        "screen_id": public("screen", screen.id),
        "screen": screen.name,
        "venue_id": public("venue", venue.id),
        "venue": venue.name,
        "unit_id": public("unit", venue.unit_id),
        "unit": venue.unit.name,
        "from": iso(row.from_at, zone),
        "until": iso(row.until_at, zone),
        "minutes": -(-(row.until_at - row.from_at) // 60_000),
        "by": "contact" if row.user_id is None else "user",
        "user_id": public("user", row.user_id) if row.user_id is not None else None,
        "user": person or CONTACT.in_language(language),
        "reason": row.reason,
    }


def _cells(one: dict[str, Any]) -> list[Value]:
    times = [
        datetime.fromisoformat(one[name]).strftime("%Y-%m-%d %H:%M") for name in ("from", "until")
    ]
    names = [one[name] for name in ("unit", "venue", "screen", "user", "reason")]
    return [*times, one["minutes"], *names]
