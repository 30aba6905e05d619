"""Facts behind the first steps, read from the database; no step has a tick of its own."""

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.auth.first_admin import DISTRICT
from server.accounts.models import AuditEntry, User, UserRole
from server.accounts.queries import root_unit
from server.accounts.roles import Role
from server.campaigns.models import Campaign
from server.campaigns.queries import starter_campaign
from server.content.queries import SHOWABLE, is_starter_under_way, starter_assets
from server.foundation.core import Core
from server.foundation.public_ids import public
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue

Pack = Literal["making", "ready", "draft", "submitted", "gone", "on_air"]
TWO_ROLES: Final[tuple[Role, Role]] = ("publicity", "reviewer")
SIGNED: Final = ("approved", "live", "ended", "withdrawn")
GIVES_A_PASSWORD: Final = ("user.profile", "user.update", "user.reset_password")


@dataclass(frozen=True)
class Facts:
    """The state of a new server; `district` and `campaign` are public ids.

    `first_admin`: the number of the person who got the one-time password; `pack`: the state of the
    starter pack, `on_air` also by any other campaign that was signed off.
    """

    district: str
    is_named: bool
    first_admin: int
    has_own_password: bool
    are_two_people: bool
    has_venue: bool
    has_screen: bool
    pack: Pack
    campaign: str | None = None


def facts_of(core: Core, session: Session) -> Facts:
    """The facts as they are now."""
    district = root_unit(session)
    admin = session.scalar(select(User.id).order_by(User.id).limit(1)) or 0
    writers, reviewers = (_people(session, role) for role in TWO_ROLES)
    has_screen = _is_there(session, select(Screen.id).where(Screen.enrolled_at > 0))
    pack, campaign = _pack(session)
    return Facts(
        district=public("unit", district.id) if district else "",
        is_named=district is not None and district.name != DISTRICT,
        first_admin=admin,
        has_own_password=core.settings.admin_password is not None or _has_own(session, admin),
        are_two_people=any(one != other for one in writers for other in reviewers),
        has_venue=has_screen or _is_there(session, select(Venue.id)),
        has_screen=has_screen,
        pack=pack,
        campaign=campaign,
    )


def lacking_roles(session: Session) -> list[Role]:
    """The roles of the two first accounts that nobody has yet."""
    return [role for role in TWO_ROLES if not _people(session, role)]


def _is_there(session: Session, query: Select[int]) -> bool:
    return session.scalar(query.limit(1)) is not None


def _people(session: Session, role: str) -> set[int]:
    """Up to two people with the role, enough to find two different ones."""
    query = select(User.id).join(UserRole, UserRole.user_id == User.id)
    query = query.where(UserRole.role == role, User.disabled.is_(False)).limit(2)
    return set(session.scalars(query))


def _has_own(session: Session, admin: int) -> bool:
    """Whether the password that the installation printed was replaced, by the audit trail."""
    query = select(AuditEntry).where(
        AuditEntry.object == public("user", admin), AuditEntry.action.in_(GIVES_A_PASSWORD)
    )
    return any(
        one.action == "user.reset_password" or "password" in one.detail.get("fields", ())
        for one in session.scalars(query)
    )


def _pack(session: Session) -> tuple[Pack, str | None]:
    if _is_there(session, select(Campaign.id).where(Campaign.state.in_(SIGNED))):
        return "on_air", None
    campaign = starter_campaign(session)
    if campaign is not None:
        state: Pack = "submitted" if campaign.state == "submitted" else "draft"
        return state, public("campaign", campaign.id)
    if is_starter_under_way(session):
        return "making", None
    return ("ready" if starter_assets(session, *SHOWABLE) else "gone"), None
