"""How many days are left until the date that an order names, and where its total will end."""

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import within
from server.accounts.guards import actor
from server.accounts.models import Unit
from server.campaigns.labels import pacing_words
from server.campaigns.models import Campaign, CampaignPace, CampaignVersion
from server.campaigns.workflow.serializers import pacing
from server.foundation.public_ids import public
from server.foundation.rest.resources import district_zone
from server.web.helpers import today

FILLER: Final = "filler"


def countdown(session: Session) -> dict[str, Any] | None:
    """The campaign with a total that is the largest, else the one that ends next.

    None where no campaign is on screens. Totals are those of the last run of pacing.
    """
    version = _chosen(session)
    if version is None:
        return None
    pace = pacing_words(pacing(session, version, district_zone()))
    return {
        "id": public("campaign", version.campaign_id),
        "name": version.name,
        "ends_on": version.ends_on.isoformat(),
        "days": (version.ends_on - today()).days,
        "pace": pace,
    }


def _chosen(session: Session) -> CampaignVersion | None:
    total = CampaignVersion.target_kind == "total_plays"
    query = (
        select(CampaignVersion)
        .join(Campaign, CampaignVersion.campaign_id == Campaign.id)
        .join(Unit, Campaign.unit_id == Unit.id)
        .outerjoin(CampaignPace, CampaignPace.campaign_id == Campaign.id)
        .where(
            Campaign.state == "live",
            CampaignVersion.standing == "signed",
            CampaignVersion.target_kind != FILLER,
            CampaignVersion.ends_on >= today(),
            within(Unit.path, actor().roots("read")),
        )
        .order_by(
            total.desc(),
            CampaignPace.confirmed.is_(None),
            CampaignVersion.target_value.desc(),
            CampaignVersion.ends_on,
        )
        .limit(1)
    )
    return session.scalars(query).first()
