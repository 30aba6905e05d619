"""Reads for uplift: the campaigns that are publicity, and when plans have their screen open."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.campaigns.models import Campaign, CampaignVersion
from server.foundation.civil_time import Civil
from server.publishing.models import StoredManifest
from server.reporting.delivery.queries import READ, in_parts
from server.reporting.screen_hours.effective_versions import EffectiveVersion, in_force


class Publicity(NamedTuple):
    """A campaign's content that counts, with the day on which the campaign began.

    `is_visible`: its unit is within the person's scope. `public_interest` (公益): None if unknown.
    """

    campaign: int
    name: str
    starts_on: date
    ends_on: date
    baseline: Mapping[str, Any] | None
    is_visible: bool
    public_interest: bool | None


class _Segment(msgspec.Struct):
    from_: int = msgspec.field(name="from")
    until: int
    loop: str | None = None


class _Segments(msgspec.Struct):
    """All that is read of a manifest here: its loops are long."""

    segments: list[_Segment]


SEGMENTS: Final = msgspec.json.Decoder(_Segments)


def publicity(
    session: Session, actor: Actor, civil: Civil, days: tuple[date, date], campaign: int | None
) -> list[Publicity]:
    """Signed-off campaigns that ran on any of these days (or the one named), newest first."""
    named = CampaignVersion
    query = (
        select(
            named.campaign_id,
            named.name,
            named.starts_on,
            named.ends_on,
            named.baseline,
            Unit.path,
            named.public_interest,
        )
        .join(Campaign, named.campaign_id == Campaign.id)
        .join(Unit, Campaign.unit_id == Unit.id)
        .where(named.standing == "signed", named.target_kind != "filler")
        .where(named.ends_on >= days[0] if campaign is None else named.campaign_id == campaign)
    )
    begun = _begun(session, civil)
    found = [
        Publicity(
            key, name, begun.get(key, starts_on), ends_on, baseline, actor.may(READ, path), mark
        )
        for key, name, starts_on, ends_on, baseline, path, mark in session.execute(query)
    ]
    ran = [one for one in found if campaign is not None or one.starts_on <= days[1]]
    return sorted(ran, key=lambda one: (one.starts_on, one.campaign), reverse=True)


def begun_on(versions: Sequence[EffectiveVersion], civil: Civil) -> date:
    """The day on which a campaign began: a version revised before its first day never ran.

    A later revision of that day doesn't move plays already shown.
    """
    firsts = (
        one.version.starts_on
        for one in versions
        if civil.start_of(one.version.starts_on.toordinal()) < one.until_ms
    )
    return next(firsts)


def _begun(session: Session, civil: Civil) -> Mapping[int, date]:
    """The first days of revised campaigns."""
    query = select(CampaignVersion.campaign_id).where(CampaignVersion.standing == "replaced")
    revised = set(session.scalars(query))
    return {key: begun_on(mine, civil) for key, mine in in_force(session, revised).items()}


def sees(session: Session, actor: Actor, campaign: int) -> bool:
    """Whether a campaign's unit is within the person's scope."""
    query = select(Unit.path).join(Campaign, Campaign.unit_id == Unit.id)
    path = session.scalar(query.where(Campaign.id == campaign))
    return path is not None and actor.may(READ, path)


def open_spans(session: Session, digests: Sequence[str]) -> Mapping[str, Sequence[tuple[int, int]]]:
    """By digest of a manifest, when it has its screen open; unknown ones are left out."""
    found: dict[str, Sequence[tuple[int, int]]] = {}
    for some in in_parts(digests):
        query = select(StoredManifest.digest, StoredManifest.body)
        for digest, body in session.execute(query.where(StoredManifest.digest.in_(some))):
            segments = SEGMENTS.decode(body).segments
            found[digest] = [(one.from_, one.until) for one in segments if one.loop is not None]
    return found
