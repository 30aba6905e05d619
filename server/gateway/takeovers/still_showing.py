"""Screens that may still show withdrawn content, as they haven't answered: to be called."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.core import Core
from server.foundation.phone_masking import masked
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.gateway.takeovers.receipts import Hearing
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope
from server.inventory.screens.status import OFFLINE_AFTER_MS
from server.publishing.manifests.store import naming
from server.publishing.models import Assignment, AssignmentReceipt, StoredManifest, Tenure

MOST: Final = 200
PORTION: Final = 500


def of_files(session: Session, files: Collection[str]) -> set[int]:
    """Screens that may display one of these files though it was withdrawn."""
    return _with(session, set(naming(session, files)))


def of_campaign(session: Session, number: int, files: Collection[str]) -> set[int]:
    """Screens that may still play a campaign of these files."""
    name = f'"{public("campaign", number)}"'
    query = select(StoredManifest.digest, StoredManifest.body)
    bodies = session.execute(query.where(StoredManifest.digest.in_(naming(session, files))))
    return _with(session, {digest for digest, body in bodies if name in body})


def rows(
    core: Core, session: Session, person: Actor, screens: Collection[int], hearing: Hearing
) -> list[Mapping[str, Any]]:
    """Those in the person's scope, out of contact first; phones are masked, as in all lists."""
    query = in_scope(person).where(Screen.id.in_(sorted(screens)[:PORTION]))
    now_ms, zone = core.clock.now_ms(), core.settings.zone
    found: list[Mapping[str, Any]] = []
    for one in session.scalars(query).unique():
        last = hearing.contact(one.id)
        found.append(
            {
                "id": public("screen", one.id),
                "name": one.name,
                "venue_id": public("venue", one.venue_id),
                "venue": one.venue.name,
                "contact": one.venue.contact_name,
                "phone": masked(one.venue.contact_phone or ""),
                "heard_at": None if last is None else iso(last.at_ms, zone),
                "online": last is not None and now_ms - last.at_ms < OFFLINE_AFTER_MS,
            }
        )
    return sorted(found, key=lambda row: (row["online"], row["heard_at"] or ""))[:MOST]


def _with(session: Session, manifests: Collection[str]) -> set[int]:
    """Screens with an unaccepted newest assignment and one of these manifests before it."""
    if not manifests:
        return set()
    unheard = or_(
        AssignmentReceipt.version.is_(None),
        AssignmentReceipt.version != Assignment.version,
        AssignmentReceipt.state != "accepted",
    )
    query = (
        select(Tenure.screen_id, Tenure.manifest, Tenure.reported)
        .join(Assignment, Assignment.screen_id == Tenure.screen_id)
        .join(Screen, Screen.id == Tenure.screen_id)
        .outerjoin(AssignmentReceipt, AssignmentReceipt.screen_id == Tenure.screen_id)
        .where(unheard, Screen.retired_at.is_(None), Screen.revoked_at.is_(None))
        .order_by(Tenure.screen_id, Tenure.from_ms.desc(), Tenure.id.desc())
    )
    return _latest(session.execute(query), manifests)


def _latest(tenures: Iterable[Any], manifests: Collection[str]) -> set[int]:
    """Screens by their last tenures, back to one that the screen itself reported."""
    found: set[int] = set()
    settled: set[int] = set()
    for screen_id, manifest, reported in tenures:
        if screen_id in settled:
            continue
        if manifest in manifests:
            found.add(screen_id)
        if reported:
            settled.add(screen_id)
    return found
