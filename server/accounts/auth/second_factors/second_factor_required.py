"""People with a second factor, and people who must have one."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import SecondFactor
from server.accounts.roles import Role
from server.foundation.core import Core

MUST_HAVE: Final[frozenset[Role]] = frozenset({"admin", "reviewer"})


def is_on(session: Session, user_id: int) -> bool:
    """Whether a person must enter a code at sign-in."""
    return bool(those_with(session, (user_id,)))


def those_with(session: Session, user_ids: Collection[int]) -> set[int]:
    """Those of these people who have an active one."""
    query = select(SecondFactor.user_id).where(
        SecondFactor.user_id.in_(user_ids), SecondFactor.confirmed_at.is_not(None)
    )
    return set(session.scalars(query))


def must_have(core: Core, actor: Actor) -> bool:
    """Whether these roles require a second factor."""
    return core.settings.require_totp and any(one.role in MUST_HAVE for one in actor.grants)
