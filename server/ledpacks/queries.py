"""Reads of packs, each seen by the person who ordered it."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.errors import NotFound
from server.ids import number
from server.ledpacks.models import LedPack


def mine(actor: Actor) -> Select[LedPack]:
    """The person's own packs."""
    return select(LedPack).where(LedPack.user_id == actor.user_id)


def find(session: Session, actor: Actor, text: str) -> LedPack:
    """The person's own pack behind a public id. Raises NotFound."""
    found = session.scalar(mine(actor).where(LedPack.id == number("led_pack", text)))
    if found is None:
        raise NotFound
    return found


def waiting(session: Session, user_id: int) -> int:
    """How many packs of a person aren't made yet."""
    query = select(func.count()).where(LedPack.user_id == user_id, LedPack.state == "queued")
    return session.scalar(query) or 0
