"""The changes of screens by approving the waiting version (`/changes`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import local_date
from server.accounts.actor import Actor
from server.campaigns import queries
from server.campaigns.changes import (
    content as changed_content,
)
from server.campaigns.changes import (
    days as changed_days,
)
from server.campaigns.changes import (
    hours as changed_hours,
)
from server.campaigns.changes.content import ContentChange
from server.campaigns.changes.days import DayChange
from server.campaigns.changes.hours import Sides
from server.campaigns.content import content_of
from server.campaigns.forecast.impact import Viewer, names_of, outlook_of, planned_entry
from server.campaigns.holidays import days as calendar_days
from server.campaigns.models import Campaign, CampaignVersion
from server.campaigns.planning.orders import ON_SCREENS, Item, entry_of
from server.campaigns.playlists.service import snapshot
from server.campaigns.targeting.author_scope import Spot
from server.content.models import Asset
from server.foundation.core import Core
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence
from server.foundation.runtime.blocking import run_blocking
from server.inventory.screens.facts import ScreenSpot

Side = Literal["gained", "lost", "kept"]
NOTHING = Sentence(
    "没有草稿或修订，无从比较。", "There is neither a draft nor a revision to compare."
)


@dataclass(frozen=True)
class Versions:
    """The open version, and the one that it would replace (None: nothing is on screens)."""

    campaign: Campaign
    before: CampaignVersion | None
    after: CampaignVersion


@dataclass(frozen=True)
class Where:
    """The screens of two versions that play now."""

    before: tuple[ScreenSpot, ...]
    after: tuple[ScreenSpot, ...]

    def of(self, side: Side) -> list[ScreenSpot]:
        """The screens that are gained, lost or kept."""
        old = {one.screen_id for one in self.before}
        new = {one.screen_id for one in self.after}
        if side == "lost":
            return [one for one in self.before if one.screen_id not in new]
        return [one for one in self.after if (one.screen_id in old) == (side == "kept")]

    def as_json(self) -> dict[str, Any]:
        """Screens, and venues that have none before (or after), as the API answers them."""
        old, new = _venues(self.before), _venues(self.after)
        venues = {"gained": new - old, "lost": old - new, "kept": new & old}
        return {
            side: {"screens": len(self.of(side)), "venues": len(ids)}  # type: ignore[arg-type] # its keys are the sides
            for side, ids in venues.items()
        }


def versions_of(session: Session, campaign: Campaign) -> Versions:
    """Both sides. Raises Conflict if nothing is open."""
    after = queries.open_version(session, campaign.id)
    if after is None or campaign.state == "withdrawn":
        raise Conflict(NOTHING, code="nothing_open")
    signed = queries.signed_version(session, campaign.id)
    return Versions(campaign, signed if campaign.state in ON_SCREENS else None, after)


def changes(core: Core, actor: Actor, campaign_id: str, language: str) -> dict[str, Any]:
    """The answer of `/changes`: content, where, when, how often."""
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        campaign = queries.find(session, actor, "read", Campaign, campaign_id)
        both = versions_of(session, campaign)
        found = outlook_of(session, both.after, now_ms)
        before = None if both.before is None else planned_entry(session, both.before, now_ms)
        reader = Viewer(names_of(session, actor, found), language)
        content = content_changes(session, both)
        days = day_changes(core, session, both)
        turned = changed_content.reordered(*items_of(session, both))
    now = () if before is None else before.choice.among(found.screens)
    where = Where(tuple(now), tuple(found.about.choice.among(found.screens)))
    hours = run_blocking(partial(changed_hours.compare, Sides(found, before), reader, now_ms))
    return {
        "content": [one.as_json() for one in content],
        "reordered": turned,
        "where": where.as_json(),
        "when": changed_days.as_json(days),
        "how_often": hours,
    }


def content_changes(session: Session, both: Versions) -> list[ContentChange]:
    """The changes of content, entry by entry."""
    before, after = items_of(session, both)
    replaced = select(Asset.id, Asset.replaced_by).where(
        Asset.id.in_({one["asset_id"] for one in before}), Asset.replaced_by.is_not(None)
    )
    newer = {row.id: int(row.replaced_by) for row in session.execute(replaced)}
    return changed_content.compare(before, after, newer)


def items_of(session: Session, both: Versions) -> tuple[list[Item], list[Item]]:
    """The frozen list of both sides; a draft's as its playlist is now."""
    before = [] if both.before is None else list(both.before.items)
    return before, list(both.after.items) or snapshot(session, both.after.playlist_id)


def day_changes(core: Core, session: Session, both: Versions) -> list[DayChange]:
    """The days on which either runs, from today on, in the district's zone."""
    before = None if both.before is None else content_of(both.before)
    today = local_date(core.settings.zone, core.clock.now_ms())
    calendar = calendar_days.load(session)
    return changed_days.compare(before, content_of(both.after), calendar, today)


def where_among(both: Versions, every: Sequence[ScreenSpot]) -> Where:
    """The screens of both sides among those given."""
    return Where(
        tuple([] if both.before is None else chosen(both.before, every)),
        tuple(chosen(both.after, every)),
    )


def chosen(version: CampaignVersion, every: Sequence[Spot]) -> list[Spot]:
    """The screens that a version is for, of those given."""
    return entry_of(version, ()).choice.among(every)


def _venues(screens: Iterable[ScreenSpot]) -> set[int]:
    return {one.venue_id for one in screens}
