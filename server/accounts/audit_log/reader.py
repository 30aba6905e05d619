"""Reads the audit trail, and verifies its chain."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.actor import Actor, within
from server.accounts.audit_log.record import FIRST_LINK, link
from server.accounts.models import AuditEntry, Unit, User

AT_ONCE: Final = 1_000
"""Entries in memory at a time while the whole trail is verified."""


def in_scope(session: Session, actor: Actor) -> Select[AuditEntry]:
    """Entries by people of the units whose trail one may read.

    Those who may read the district's also get the server's own entries.
    """
    roots = actor.roots("audit.read")
    of_people = AuditEntry.user_id.in_(
        select(User.id).join(Unit, User.unit_id == Unit.id).where(within(Unit.path, roots))
    )
    district = queries.root_unit(session)
    sees_all = district is not None and actor.may("audit.read", district.path)
    condition = or_(of_people, AuditEntry.user_id.is_(None)) if sees_all else of_people
    return select(AuditEntry).where(condition)


@dataclass(frozen=True)
class EntryFilter:
    """A search: by object, part of a person's name, noun of the action, and [from_ms, until_ms).

    Empty fields don't restrict it.
    """

    object: str = ""
    who: str = ""
    noun: str = ""
    from_ms: int | None = None
    until_ms: int | None = None


def narrowed(query: Select[AuditEntry], filters: EntryFilter) -> Select[AuditEntry]:
    """The entries that match the search."""
    if filters.object:
        query = query.where(AuditEntry.object == filters.object)
    if filters.who:
        named = (User.username, User.name)
        found = or_(*(column.icontains(filters.who, autoescape=True) for column in named))
        query = query.where(AuditEntry.user_id.in_(select(User.id).where(found)))
    if filters.noun:
        query = query.where(AuditEntry.action.startswith(filters.noun + ".", autoescape=True))
    if filters.from_ms is not None:
        query = query.where(AuditEntry.at >= filters.from_ms)
    if filters.until_ms is not None:
        query = query.where(AuditEntry.at < filters.until_ms)
    return query


def usernames(session: Session) -> dict[int, str]:
    """The user names of all people by number."""
    return {row.id: row.username for row in session.execute(select(User.id, User.username))}


def first_broken(session: Session) -> int | None:
    """The number of the first entry that doesn't fit the one before; None if all do.

    Entries cut off at the end can't be detected here: compare the last hash with a printed one.
    """
    before = FIRST_LINK
    columns = (AuditEntry.at, AuditEntry.user_id, AuditEntry.action, AuditEntry.object)
    query = select(AuditEntry.id, AuditEntry.hash, *columns, AuditEntry.detail)
    query = query.order_by(AuditEntry.id).execution_options(yield_per=AT_ONCE)
    # PostgreSQL keeps a cursor open for rows that are not read to the end.
    with session.execute(query) as rows:
        for number, kept, *content in rows:
            if kept != link(before, *content):
                return int(number)
            before = kept
    return None
