"""Serial numbers of boxes: unique among screens in service; unplaced boxes give theirs up."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.devices import history as boxes
from server.inventory.enrolment.credentials import void_tokens
from server.inventory.screens.models import EnrolmentKey, Screen
from server.inventory.tags import has_tag
from server.inventory.venues import access
from server.inventory.venues.models import Venue

# Tag of a venue that an enrolment key created for an unknown serial, until a person places it.
UNPLACED = "未归位"
TAKEN = Sentence("该序列号已登记。", "A screen with this serial is on record already.")
TAKEN_BY = (
    "该序列号正由“{name}”（{id}）使用；如果是同一台终端换了地方，请先在那块屏上更换终端或停用。",
    "“{name}” ({id}) has this serial. If its box was moved here, replace or retire it there first.",
)


def holder_of(session: Session, serial: str) -> Screen | None:
    """The screen in service with this serial."""
    query = select(Screen).where(Screen.serial == serial, Screen.retired_at.is_(None))
    return session.scalar(query.order_by(Screen.id.desc()).limit(1))


def check_serial(session: Session, serial: str | None, own_id: int | None) -> None:
    """Raise Conflict if another screen in service has the serial."""
    other = None if serial is None else holder_of(session, serial)
    if other is not None and other.id != own_id:
        raise Conflict.at("/serial", TAKEN, "serial_taken")


def take_over(
    session: Session, now_ms: int, actor: Actor, screen: Screen, serial: str
) -> int | None:
    """Free the serial for `screen`. Raises Conflict if another screen in service has it.

    An unplaced box gives up the venue that was created for it: the number of its screen is
    returned, and its box gets `moved`.
    """
    other = holder_of(session, serial)
    if other is None or other.id == screen.id:
        return None
    if UNPLACED not in other.venue.tags or not access.may(
        actor, "screens.pair", access.place_of(other.venue)
    ):
        detail = _taken_by(actor, other)
        raise Conflict.at("/serial", detail, "serial_taken")
    _merge(session, now_ms, actor, other, screen)
    return other.id


def leave(session: Session, venue_ids: Iterable[int]) -> None:
    """Delete those of these venues that were created for a single box, after their screens left."""
    query = select(Venue).where(Venue.id.in_(set(venue_ids)), has_tag(Venue.tags, UNPLACED))
    for venue in session.scalars(query).all():
        drop_empty(session, venue)


def drop_empty(session: Session, venue: Venue) -> None:
    """Delete a venue created for a single box once it has no screen, unless it is referenced."""
    if session.scalar(select(Screen.id).where(Screen.venue_id == venue.id).limit(1)) is not None:
        return
    try:
        with session.begin_nested():
            session.execute(delete(Venue).where(Venue.id == venue.id))
    except IntegrityError:
        venue.access = "none"


def _merge(session: Session, now_ms: int, actor: Actor, other: Screen, screen: Screen) -> None:
    """Merge an unplaced screen into the real one; its box enrols once more, without a new use."""
    venue = other.venue
    _give_back(session, other)
    void_tokens(session, now_ms, other.id, moved_to=screen.id)
    boxes.end(session, now_ms, other, "replaced", actor.user_id)
    other.retired_at, other.venue = now_ms, screen.venue
    session.flush()
    drop_empty(session, venue)


def _give_back(session: Session, screen: Screen) -> None:
    for row in boxes.boxes_of(session, screen.id)[:1]:
        key = None if row.key_id is None else session.get(EnrolmentKey, row.key_id)
        if key is not None:
            key.used = max(0, key.used - 1)


def _taken_by(actor: Actor, other: Screen) -> Sentence:
    if not access.may(actor, "read", access.place_of(other.venue)):
        return TAKEN
    named = {"name": f"{other.venue.name} {other.name}", "id": public("screen", other.id)}
    return Sentence(*(text.format(**named) for text in TAKEN_BY))
