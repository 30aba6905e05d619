"""Urgent campaigns that wait or run, beside the takeovers."""

from datetime import tzinfo
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.campaigns.models import Campaign, CampaignVersion
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso

MOST: Final = 10
STATES: Final = ("submitted", "approved", "live")


def running(session: Session, person: Actor, zone: tzinfo) -> list[dict[str, Any]]:
    """Campaigns made in one act, with an end to the minute: those in scope that aren't over."""
    query = (
        select(Campaign, CampaignVersion)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .join(Unit, Campaign.unit_id == Unit.id)
        .where(
            Campaign.state.in_(STATES),
            CampaignVersion.standing.in_(("submitted", "signed")),
            CampaignVersion.ends_at.is_not(None),
            CampaignVersion.tier == 1,
            within(Unit.path, person.roots("read")),
        )
        .order_by(Campaign.id.desc())
        .limit(MOST)
    )
    return [
        {
            "id": public("campaign", campaign.id),
            "name": version.name,
            "state": campaign.state,
            "selector": version.selector,
            "per_hour": round(version.target_value or 0),
            "until": iso(version.ends_at, zone),
        }
        for campaign, version in session.execute(query)
    ]
