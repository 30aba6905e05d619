"""Reads of exports, each seen by the person who ordered it, and how many plays there are."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.errors import NotFound
from server.exports.models import PlayExport
from server.ids import number
from server.playback import boots
from server.playback.driver import Tx
from server.playback.rawlog import Span


def mine(actor: Actor) -> Select[PlayExport]:
    """The person's own exports."""
    return select(PlayExport).where(PlayExport.user_id == actor.user_id)


def find(session: Session, actor: Actor, text: str) -> PlayExport:
    """The person's own export behind a public id. Raises NotFound."""
    query = mine(actor).where(PlayExport.id == number("play_export", text))
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def waiting(session: Session, user_id: int) -> int:
    """How many exports of a person aren't made yet."""
    query = select(func.count()).where(PlayExport.user_id == user_id, PlayExport.state == "queued")
    return session.scalar(query) or 0


def plays_in(tx: Tx, span: Span) -> int:
    """About how many plays a span has: all of each batch that reaches into it."""
    return sum(_plays_of(tx, screen, span) for screen in span.screens)


def plays_within(tx: Tx, span: Span) -> int:
    """At least how many plays a span has: those of batches that lie wholly inside."""
    query = (
        "SELECT COALESCE(SUM(n), 0) FROM batches WHERE screen = ? AND t0 >= ? AND t0 < ? "
        "AND t0 + span < ?"
    )
    times = (span.from_ms, span.until_ms, span.until_ms)
    return sum(tx.number(query, (screen, *times)) for screen in span.screens)


def _plays_of(tx: Tx, screen: int, span: Span) -> int:
    widest_ms = boots.log_of(tx, screen).widest_ms
    return tx.number(
        "SELECT COALESCE(SUM(n), 0) FROM batches WHERE screen = ? AND t0 >= ? AND t0 < ? "
        "AND t0 + span >= ?",
        (screen, span.from_ms - widest_ms, span.until_ms, span.from_ms),
    )
