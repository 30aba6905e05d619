"""The requirements of campaigns: each signed-off version for the time in which it was in force."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.demand.orders import Boost as OrderBoost
from server.campaigns.four_eyes import APPROVED
from server.campaigns.models import Boost, CampaignVersion, Review
from server.playlog.store.booked_tenures import FOREVER_MS
from server.reporting.delivery.queries import in_parts

SIGNED = ("signed", "replaced")


@dataclass(frozen=True, slots=True)
class EffectiveVersion:
    """A version in force during [from_ms, until_ms): from its sign-off to that of the next.

    The first one also covers the time before it, which has no other version.
    """

    version: CampaignVersion
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class EffectiveVersions:
    """A campaign's contents in order of time, and its boosts, past ones too."""

    versions: Sequence[EffectiveVersion]
    boosts: Sequence[OrderBoost] = ()


def asked_of(session: Session, numbers: Collection[int]) -> Mapping[int, EffectiveVersions]:
    """By campaign; those that were never signed off are left out."""
    boosts: defaultdict[int, list[OrderBoost]] = defaultdict(list)
    for row in session.scalars(select(Boost).where(Boost.campaign_id.in_(numbers))):
        boosts[row.campaign_id].append(OrderBoost(row.factor, row.from_at, row.until_at))
    return {
        campaign: EffectiveVersions(versions, tuple(boosts[campaign]))
        for campaign, versions in in_force(session, numbers).items()
    }


def in_force(
    session: Session, numbers: Collection[int]
) -> Mapping[int, Sequence[EffectiveVersion]]:
    """The contents of campaigns that were signed off, each with when it counted."""
    found: dict[int, Sequence[EffectiveVersion]] = {}
    for some in in_parts(numbers):
        found |= _in_force(session, some)
    return found


def _in_force(session: Session, numbers: Sequence[int]) -> Mapping[int, Sequence[EffectiveVersion]]:
    row = CampaignVersion
    query = select(row).where(row.campaign_id.in_(numbers), row.standing.in_(SIGNED))
    versions: defaultdict[int, list[CampaignVersion]] = defaultdict(list)
    for version in session.scalars(query.order_by(row.number)):
        versions[version.campaign_id].append(version)
    revised = [campaign for campaign, mine in versions.items() if len(mine) > 1]
    approvals = _approvals(session, revised)
    return {campaign: _spans(mine, approvals[campaign]) for campaign, mine in versions.items()}


def _approvals(session: Session, numbers: Sequence[int]) -> Mapping[int, list[Review]]:
    query = select(Review).where(
        Review.kind == "campaign", Review.object_id.in_(numbers), Review.verdict == APPROVED
    )
    found: defaultdict[int, list[Review]] = defaultdict(list)
    for review in session.scalars(query.order_by(Review.id)):
        found[review.object_id].append(review)
    return found


def _spans(
    versions: Sequence[CampaignVersion], approvals: Sequence[Review]
) -> list[EffectiveVersion]:
    signed = [_signed_at(version, approvals) for version in versions[1:]]
    edges = pairwise([0, *signed, FOREVER_MS])
    return [EffectiveVersion(one, *edge) for one, edge in zip(versions, edges, strict=True)]


def _signed_at(version: CampaignVersion, approvals: Sequence[Review]) -> int:
    """When it was signed off: at the last approval of the round that its submission began.

    A content isn't changed any more once it was submitted for the last time.
    """
    later = [one for one in approvals if one.at >= version.changed_at]
    mine = [one.at for one in later if one.round == later[0].round]
    return max(mine, default=version.changed_at)
