"""Reads for uplift: the campaigns that are publicity, and where and since when screens stood."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.campaigns.models import Campaign, CampaignVersion
from server.campaigns.queries import filler_ids
from server.ids import number
from server.playback.driver import Tx
from server.playback.tenures import FOREVER_MS
from server.reports.open_time import VenueTimes
from server.reports.queries import READ
from server.venues.models import Venue


class Publicity(NamedTuple):
    """A campaign's content that counts; `is_visible`: its unit is within the person's scope."""

    campaign: int
    name: str
    starts_on: date
    ends_on: date
    baseline: Mapping[str, Any] | None
    is_visible: bool


class Stand(NamedTuple):
    """From when to when a screen stood somewhere and was to show anything."""

    from_ms: int
    until_ms: int


def fillers(session: Session) -> frozenset[int]:
    """The numbers of the campaigns that are venues' own content."""
    return frozenset(number("campaign", one) for one in filler_ids(session))


def publicity(
    session: Session, actor: Actor, first: date, last: date, campaign: int | None
) -> list[Publicity]:
    """Signed-off campaigns that ran on any of these days (or the one named), newest first."""
    named = CampaignVersion
    query = (
        select(
            named.campaign_id, named.name, named.starts_on, named.ends_on, named.baseline, Unit.path
        )
        .join(Campaign, named.campaign_id == Campaign.id)
        .join(Unit, Campaign.unit_id == Unit.id)
        .where(named.standing == "signed", named.target_kind != "filler")
        .order_by(named.starts_on.desc(), named.campaign_id.desc())
    )
    if campaign is not None:
        query = query.where(named.campaign_id == campaign)
    else:
        query = query.where(named.starts_on <= last, named.ends_on >= first)
    rows = session.execute(query)
    return [
        Publicity(campaign_id, name, starts_on, ends_on, baseline, actor.may(READ, path))
        for campaign_id, name, starts_on, ends_on, baseline, path in rows
    ]


def sees(session: Session, actor: Actor, campaign: int) -> bool:
    """Whether a campaign's unit is within the person's scope."""
    query = select(Unit.path).join(Campaign, Campaign.unit_id == Unit.id)
    path = session.scalar(query.where(Campaign.id == campaign))
    return path is not None and actor.may(READ, path)


def times_of_venues(session: Session, numbers: Collection[int]) -> Mapping[int, VenueTimes]:
    """When venues are open, by number."""
    query = select(
        Venue.id, Venue.timezone, Venue.hours, Venue.closed_dates, Venue.extra_hours
    ).where(Venue.id.in_(numbers))
    return {row[0]: VenueTimes(*row[1:]) for row in session.execute(query)}


def stands(tx: Tx) -> Mapping[int, Stand]:
    """By placement; a screen's first one begins with its first tenure."""
    begun: dict[int, int] = dict(
        tx.rows("SELECT screen, MIN(from_ms) FROM known_tenures GROUP BY screen")
    )
    rows = tx.rows("SELECT id, screen, from_ms FROM placements ORDER BY screen, from_ms")
    found: dict[int, Stand] = {}
    next_ms: dict[int, int] = {}
    for key, screen, from_ms in reversed(rows):
        until_ms = next_ms.get(screen, FOREVER_MS)
        found[key] = Stand(max(from_ms, begun.get(screen, 0)), until_ms)
        next_ms[screen] = from_ms
    return found
