"""Creates the district and its first administrator if there are no people yet."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts import queries
from server.accounts.audit_log.record import record
from server.accounts.auth.passwords import hash_password, new_password
from server.accounts.models import Unit, User, UserRole
from server.foundation.core import Core
from server.foundation.public_ids import public

USERNAME = "admin"
DISTRICT = "本区"


def ensure_district(core: Core) -> None:
    """Create the root unit if there is none; idempotent, and writes nothing on a later start.

    So a server whose disk is full starts again.
    """
    with core.config.read() as session:
        if queries.root_unit(session) is not None:
            return
    with core.config.write() as session:
        if queries.root_unit(session) is None:
            _district(session)


def ensure_admin(core: Core, show: Callable[[str], None]) -> None:
    """Create the root unit and `admin` if there are no people; idempotent.

    A generated password is shown before it is stored: a start killed in between begins again and
    shows another one, so the last one shown is always valid.
    """
    if has_people(core):
        return
    chosen = core.settings.admin_password
    password = chosen.get_secret_value() if chosen is not None else new_password()
    password_hash = hash_password(password)
    if chosen is None:
        show(password)
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        unit = queries.root_unit(session) or _district(session)
        user = User(
            username=USERNAME,
            password_hash=password_hash,
            name="管理员",
            unit_id=unit.id,
            created_at=now_ms,
            roles=[UserRole(role="admin", unit_id=unit.id)],
        )
        session.add(user)
        session.flush()
        record(session, now_ms, None, "user.create", public("user", user.id), username=USERNAME)


def has_people(core: Core) -> bool:
    """Whether a first start was completed in this database."""
    with core.config.read() as session:
        return session.scalar(select(User.id).limit(1)) is not None


def _district(session: Session) -> Unit:
    unit = Unit(parent_id=None, path="", name=DISTRICT)
    session.add(unit)
    session.flush()
    unit.path = f"/{unit.id}/"
    return unit
