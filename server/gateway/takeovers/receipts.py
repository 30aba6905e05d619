"""Delivery of a takeover or stop by screen, and contacts to call where it is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaigns.models import Stop, Takeover, TakeoverReceipt
from server.campaigns.overrides.active import load_live
from server.campaigns.overrides.target_screens import screens_of, taking_part_of_selected
from server.foundation.phone_masking import masked
from server.foundation.public_ids import number, public
from server.gateway.connection.messages import Beat
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.status import OFFLINE_AFTER_MS
from server.inventory.venues.models import Venue

LISTED: Final = 20
"""So many of each kind are listed at first: without an answer, out of contact before; with one."""


@dataclass(frozen=True)
class Reach:
    """What a takeover that waits would reach: screens and venues that take part, of those the
    screens in contact now, and the selected ones whose venues don't accept it."""

    screens: int
    venues: int
    online: int
    refusing: int

    @property
    def later(self) -> int:
        """Out of contact now; they show it if they come back before its end."""
        return self.screens - self.online


class LastHeartbeat(Protocol):
    """A screen's last heartbeat."""

    @property
    def at_ms(self) -> int:
        """The time of its receipt, ms."""

    @property
    def beat(self) -> Beat:
        """Its content."""


class Hearing(Protocol):
    """Provides the last heartbeat of a screen."""

    def contact(self, screen_id: int) -> LastHeartbeat | None:
        """The heartbeat; None without any since the server's start."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One screen's receipt; instants are ms UTC, None if pending."""

    facts: ScreenFacts
    delivered_at: int | None
    on_air: bool
    last_contact_at: int | None
    online: bool


@dataclass(frozen=True)
class Receipts:
    """All screens of a takeover or stop, by number."""

    rows: Sequence[Receipt]

    @property
    def counts(self) -> dict[str, int]:
        """Number of screens: all, delivered, shown, unanswered, and out of contact."""
        waiting = [one for one in self.rows if one.delivered_at is None]
        return {
            "screens": len(self.rows),
            "venues": len({one.facts.venue_id for one in self.rows}),
            "delivered": len(self.rows) - len(waiting),
            "on_air": sum(one.on_air for one in self.rows),
            "waiting": len(waiting),
            "offline": sum(not one.online for one in waiting),
        }

    def waiting(self) -> list[Receipt]:
        """Screens without an answer, out of contact first, longest silence first."""
        rows = [one for one in self.rows if one.delivered_at is None]
        return sorted(rows, key=lambda one: (one.online, one.last_contact_at or 0))

    def delivered(self) -> list[Receipt]:
        """Screens that have it, newest answer first."""
        rows = [one for one in self.rows if one.delivered_at is not None]
        return sorted(rows, key=lambda one: -(one.delivered_at or 0))


def read(session: Session, row: Takeover | Stop, hearing: Hearing, now_ms: int) -> Receipts:
    """The receipts of all its screens so far."""
    name = _name(row)
    at = acknowledged_at(session, name)
    over = load_live(session, now_ms)
    rows = []
    for one in screens_of(session, row):
        last, delivered = hearing.contact(one.screen_id), at.get(one.screen_id)
        shown = over.for_screen(one)
        rows.append(
            Receipt(
                one,
                delivered,
                shows(last, delivered) and shown is not None and shown.id == name,
                None if last is None else last.at_ms,
                is_online(last, now_ms),
            )
        )
    return Receipts(rows)


def reach_of(session: Session, row: Takeover, hearing: Hearing, now_ms: int) -> Reach:
    """What it would reach if it were approved now."""
    taking_part, selected = taking_part_of_selected(session, row)
    return Reach(
        screens=len(taking_part),
        venues=len({one.venue_id for one in taking_part}),
        online=sum(is_online(hearing.contact(one.screen_id), now_ms) for one in taking_part),
        refusing=selected - len(taking_part),
    )


def is_online(last: LastHeartbeat | None, now_ms: int) -> bool:
    """Whether a screen's last sign of life is fresh enough."""
    return last is not None and now_ms - last.at_ms < OFFLINE_AFTER_MS


def acknowledged_at(session: Session, name: str) -> dict[int, int]:
    """The time of each screen's first acknowledgement of an object (ms UTC)."""
    query = select(TakeoverReceipt.screen_id, TakeoverReceipt.at)
    rows = session.execute(query.where(TakeoverReceipt.object == name))
    return {screen_id: at for screen_id, at in rows}  # noqa: C416 - dict() takes a result for a mapping


def shows(last: LastHeartbeat | None, delivered: int | None) -> bool:
    """Whether a screen has reported since the delivery that an overlay is shown."""
    if last is None or delivered is None:
        return False
    return last.at_ms >= delivered and last.beat.state == "takeover"


def contacts_of(session: Session, rows: Sequence[Receipt]) -> dict[int, dict[str, str]]:
    """Contacts of venues, by number; phones are masked, as in all lists."""
    wanted = {one.facts.venue_id for one in rows}
    query = select(Venue.id, Venue.contact_name, Venue.contact_phone).where(Venue.id.in_(wanted))
    return {
        venue: {"name": name or "", "phone": masked(phone or "")}
        for venue, name, phone in session.execute(query)
    }


def is_past(row: Takeover, now_ms: int) -> bool:
    """Whether its time is over, closed or not."""
    return row.until_at is not None and row.until_at <= now_ms


def mark(session: Session, hearing: Hearing, text: str, now_ms: int) -> Mapping[str, Any] | None:
    """A cheap value that changes when followers should reload; None if unknown."""
    at = acknowledged_at(session, text)
    answers = {
        "told": len(at),
        "shown": sum(shows(hearing.contact(one), since) for one, since in at.items()),
    }
    if text.startswith("x_"):
        stop = session.get(Stop, number("stop", text))
        return None if stop is None else {"over": stop.lifted_at, **answers}
    row = session.get(Takeover, number("takeover", text))
    if row is None:
        return None
    return {"state": row.state, "over": row.ended_at, "past": is_past(row, now_ms), **answers}


def _name(row: Takeover | Stop) -> str:
    return public("takeover" if isinstance(row, Takeover) else "stop", row.id)
