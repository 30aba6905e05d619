"""Reading the audit trail, and checking that nobody has changed it."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.actor import Actor, within
from server.accounts.audit import FIRST_LINK, link
from server.accounts.models import AuditEntry, Unit, User


def in_scope(session: Session, actor: Actor) -> Select[AuditEntry]:
    """Entries of people of the units whose trail one may read; who may read the district's also
    sees what the server did by itself."""
    roots = actor.roots("audit.read")
    of_people = AuditEntry.user_id.in_(
        select(User.id).join(Unit, User.unit_id == Unit.id).where(within(Unit.path, roots))
    )
    district = queries.root_unit(session)
    sees_all = district is not None and actor.may("audit.read", district.path)
    condition = or_(of_people, AuditEntry.user_id.is_(None)) if sees_all else of_people
    return select(AuditEntry).where(condition)


def usernames(session: Session) -> dict[int, str]:
    """The names of all people by number."""
    return {row.id: row.username for row in session.execute(select(User.id, User.username))}


def first_broken(session: Session) -> int | None:
    """The number of the first entry that doesn't fit the one before; None if all do.

    Entries cut off at the end can't be seen here: compare the last hash with a printed one.
    """
    before = FIRST_LINK
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        content = (entry.at, entry.user_id, entry.action, entry.object, entry.detail)
        if entry.hash != link(before, *content):
            return entry.id
        before = entry.hash
    return None
