"""A screen's hours as the API shows them."""

from collections.abc import Mapping
from datetime import tzinfo
from fractions import Fraction
from typing import Any

from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.playlog.store.interned_ids import campaign_number
from server.reporting.delivery.labels import NO_CAMPAIGN
from server.reporting.screen_hours.hourly_figures import CampaignHour, ScreenHour
from server.reporting.screen_hours.service import ScreenDay


def day_document(found: ScreenDay, language: str, zone: tzinfo) -> dict[str, Any]:
    """The JSON form of a day."""

    def campaign(row: CampaignHour) -> dict[str, Any]:
        return campaign_document(row, found.names, language)

    return {
        "screen_id": public("screen", found.screen),
        "day": found.day.isoformat(),
        "as_of": iso(found.as_of, zone),
        "complete_until": iso(found.complete_until_ms or None, zone),
        "items": [
            {**hour_document(hour, zone), "campaigns": [campaign(row) for row in hour.campaigns]}
            for hour in found.hours
        ],
        "next": None,
        "campaigns": [campaign(row) for row in found.totals],
    }


def hour_document(hour: ScreenHour, zone: tzinfo) -> dict[str, Any]:
    """An hour without its campaigns."""
    return {
        "hour": iso(hour.from_ms, zone),
        "until": iso(hour.until_ms, zone),
        "open_s": hour.open_ms / 1000,
        "takeover_s": hour.taken_ms / 1000,
        "expected": sum(row.expected for row in hour.campaigns),
        "confirmed": sum(row.confirmed for row in hour.campaigns),
    }


def campaign_document(row: CampaignHour, names: Mapping[int, str], language: str) -> dict[str, Any]:
    """A campaign in an hour or on a day."""
    return {
        "campaign_id": row.campaign,
        "name": campaign_name(row.campaign, names, language),
        "expected": row.expected,
        "confirmed": row.confirmed,
        "plays_per_hour": None if row.per_hour is None else round(row.per_hour, 2),
        "target": _rate(row.goal.plays),
        "floor": _rate(row.goal.floor),
        "meets_target": row.meets_target,
        "meets_floor": row.meets_floor,
        "gaps": row.gaps.count,
        "average_gap_ms": row.gaps.average_ms,
        "worst_gap_ms": row.gaps.worst_ms,
        "worst_gap_takeover_ms": row.taken_ms,
    }


def campaign_name(campaign: str | None, names: Mapping[int, str], language: str) -> str:
    """The name of a campaign; a fixed text for plays of none."""
    if campaign is None:
        return NO_CAMPAIGN.in_language(language)
    return names.get(campaign_number(campaign), campaign)


def _rate(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 2)
