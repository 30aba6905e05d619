"""Tries at a venue's PIN: five wrong ones in a day lock it, twice as long each time.

The lock is the venue's, since the PIN is: neither ten of its screens nor ten thousand addresses
give more tries. It is kept in the database, so a restart frees nobody. Figures:
docs/decisions/0026.
"""

from typing import Final

from sqlalchemy.orm import Session

from server.foundation.durations import DAY_MS, MINUTE_MS
from server.foundation.errors import TooMany
from server.foundation.i18n import Sentence
from server.inventory.venues.models import Venue
from server.web.venue_page.models import PinLock

FREE_TRIES: Final = 5
FIRST_LOCK_MS: Final = 15 * MINUTE_MS
LONGEST_LOCK_MS: Final = DAY_MS
MARK: Final = 16
FORGIVEN_MS: Final = 7 * DAY_MS
"""After this time without a wrong try, the next lock is a short one again."""
LOCKED: Final = Sentence(
    "口令输错次数过多，已锁定，请 {} 分钟后再试；急需关屏请给责任单位打电话。",
    "Too many wrong PINs: it is locked for {} minutes. If it is urgent, call the unit.",
)


def begin(session: Session, venue: Venue, now_ms: int) -> None:
    """Count a try before its PIN is checked, so that concurrent ones count too. Raises TooMany."""
    row = _row(session, venue, now_ms)
    refuse_locked(row, now_ms)
    if now_ms - max(row.since, row.locked_until) >= FORGIVEN_MS:
        row.level = 0
    if now_ms - row.since >= DAY_MS:
        row.tries, row.since = 0, now_ms
    row.tries += 1
    if row.tries >= FREE_TRIES:
        row.locked_until = now_ms + min(FIRST_LOCK_MS << min(row.level, 10), LONGEST_LOCK_MS)
        row.level += 1
        row.tries, row.since = 0, now_ms


def succeed(session: Session, venue: Venue, now_ms: int) -> None:
    """The PIN was right: that try was none. Wrong ones before it stay counted."""
    row = _row(session, venue, now_ms)
    if row.locked_until > now_ms:
        row.locked_until, row.level, row.tries = now_ms, row.level - 1, FREE_TRIES - 1
    else:
        row.tries = max(0, row.tries - 1)


def locked_until(session: Session, venue: Venue, now_ms: int) -> int | None:
    """The end of the venue's lock; None if it isn't locked."""
    row = session.get(PinLock, venue.id)
    is_locked = row is not None and row.mark == _mark(venue) and row.locked_until > now_ms
    return row.locked_until if row is not None and is_locked else None


def _row(session: Session, venue: Venue, now_ms: int) -> PinLock:
    """The tries at the venue's PIN; none yet at one that the office has just set."""
    row = session.get(PinLock, venue.id)
    if row is None:
        row = PinLock(venue_id=venue.id, mark="")
        session.add(row)
    if row.mark != _mark(venue):
        row.mark, row.tries, row.since, row.level, row.locked_until = _mark(venue), 0, now_ms, 0, 0
    return row


def _mark(venue: Venue) -> str:
    """Identifies a PIN: each has a salt of its own."""
    return (venue.pause_pin_hash or "")[-MARK:]


def refuse_locked(row: PinLock, now_ms: int) -> None:
    """Raises TooMany while it is locked."""
    if row.locked_until > now_ms:
        wait_s = -(-(row.locked_until - now_ms) // 1000)
        minutes = str(-(-wait_s // 60))
        raise TooMany(LOCKED.filled(minutes), code="pin_locked", retry_after_s=wait_s)
