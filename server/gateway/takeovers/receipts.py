"""Screen by screen: has it a takeover or stop, does it show it, and whom to call where not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaigns.models import Stop, Takeover, TakeoverReceipt
from server.campaigns.overrides.active import load_live
from server.campaigns.overrides.target_screens import screens_of
from server.foundation.phone_masking import masked
from server.foundation.public_ids import number, public
from server.gateway.connection.messages import Beat
from server.inventory.screens.facts import ScreenFacts
from server.inventory.venues.models import Venue

OFFLINE_AFTER_MS: Final = 90_000
"""Three beats that didn't come, as for a screen that stands still."""
CALLED: Final = 200
"""So many screens without an answer are listed, those out of contact first."""
LISTED: Final = 500


class Heard(Protocol):
    """A screen's last beat."""

    @property
    def at_ms(self) -> int:
        """When it came."""

    @property
    def beat(self) -> Beat:
        """What it said."""


class Hearing(Protocol):
    """Who knows the last beat of a screen."""

    def contact(self, screen_id: int) -> Heard | None:
        """It, or None if the screen wasn't heard since the server began."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One screen's answer; instants are ms UTC, None for what hasn't come."""

    facts: ScreenFacts
    delivered_at: int | None
    on_air: bool
    heard_at: int | None
    online: bool


@dataclass(frozen=True)
class Receipts:
    """All screens of a takeover or stop, in the order of their numbers."""

    rows: Sequence[Receipt]

    @property
    def counts(self) -> dict[str, int]:
        """Screens in all; those that have it, show it, haven't answered and are out of contact."""
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
        """Those that haven't answered, out of contact first, the longest silent before."""
        rows = [one for one in self.rows if one.delivered_at is None]
        return sorted(rows, key=lambda one: (one.online, one.heard_at or 0))

    def delivered(self) -> list[Receipt]:
        """Those that have it, the newest answer first."""
        rows = [one for one in self.rows if one.delivered_at is not None]
        return sorted(rows, key=lambda one: -(one.delivered_at or 0))


def read(session: Session, row: Takeover | Stop, hearing: Hearing, now_ms: int) -> Receipts:
    """What each screen that it is for has answered so far."""
    name = _name(row)
    at = told(session, name)
    over = load_live(session, now_ms)
    rows = []
    for one in screens_of(session, row):
        heard, delivered = hearing.contact(one.screen_id), at.get(one.screen_id)
        shown = over.for_screen(one)
        rows.append(
            Receipt(
                one,
                delivered,
                shows(heard, delivered) and shown is not None and shown.id == name,
                None if heard is None else heard.at_ms,
                heard is not None and now_ms - heard.at_ms < OFFLINE_AFTER_MS,
            )
        )
    return Receipts(rows)


def told(session: Session, name: str) -> dict[int, int]:
    """When each screen first acknowledged an object (ms UTC), by screen."""
    query = select(TakeoverReceipt.screen_id, TakeoverReceipt.at)
    rows = session.execute(query.where(TakeoverReceipt.object == name))
    return {screen_id: at for screen_id, at in rows}  # noqa: C416 - dict() takes a result for a mapping


def shows(heard: Heard | None, delivered: int | None) -> bool:
    """Whether a screen said, since it has it, that something is over its plan."""
    if heard is None or delivered is None:
        return False
    return heard.at_ms >= delivered and heard.beat.state == "takeover"


def contacts_of(session: Session, rows: Sequence[Receipt]) -> dict[int, dict[str, str]]:
    """Whom to call at a venue, by its number; numbers are masked, as in all lists."""
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
    """What changes when somebody who follows an object should look again; cheap. None: unknown."""
    at = told(session, text)
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
