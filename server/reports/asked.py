"""What campaigns ask for: their newest signed-off content and all of their boosts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.orders import Boost as OrderBoost
from server.campaigns.models import Boost, CampaignVersion


@dataclass(frozen=True)
class Asked:
    """A campaign's content that counts, and its boosts, past ones too."""

    version: CampaignVersion
    boosts: Sequence[OrderBoost] = ()


def asked_of(session: Session, numbers: Collection[int]) -> Mapping[int, Asked]:
    """By campaign; those that were never signed off are left out."""
    boosts: defaultdict[int, list[OrderBoost]] = defaultdict(list)
    for row in session.scalars(select(Boost).where(Boost.campaign_id.in_(numbers))):
        boosts[row.campaign_id].append(OrderBoost(row.factor, row.from_at, row.until_at))
    query = select(CampaignVersion).where(
        CampaignVersion.campaign_id.in_(numbers), CampaignVersion.standing == "signed"
    )
    return {
        row.campaign_id: Asked(row, tuple(boosts[row.campaign_id]))
        for row in session.scalars(query)
    }
