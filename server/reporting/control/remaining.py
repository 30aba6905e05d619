"""What would not be shown any more today if a campaign were withdrawn now."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.campaigns import queries
from server.campaigns.models import Campaign
from server.campaigns.targeting.author_scope import choice
from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.inventory.screens.queries import facts
from server.playlog.ingest.runtime import PlaylogRuntime
from server.publishing.models import Tenure


@dataclass(frozen=True)
class Remaining:
    """A campaign's screens and venues, and its plays from now until midnight in the district."""

    screens: int
    venues: int
    plays: int


def remaining_today(core: Core, parts: PlaylogRuntime, actor: Actor, campaign_id: str) -> Remaining:
    """Counted on the plans that screens have now. Raises NotFound."""
    now_ms, civil = core.clock.now_ms(), Civil(core.settings.zone)
    midnight_ms = civil.start_of(civil.day_of(now_ms) + 1)
    with core.config.read() as session:
        row = queries.find(session, actor, "read", Campaign, campaign_id)
        version = queries.shown_version(session, row)
        screens = choice(version.selector, version.reach).among(facts(session))
        shown = _manifests(session, {one.screen_id for one in screens})
    plays = 0
    for manifest, count in shown.items():
        tally = parts.knowledge.tally(manifest)
        if tally is not None:
            plays += count * tally.starting_in(now_ms, midnight_ms, midnight_ms)[campaign_id]
    return Remaining(len(screens), len({one.venue_id for one in screens}), plays)


def _manifests(session: Session, screen_ids: Collection[int]) -> Counter[str]:
    """On how many of these screens each manifest is on air, or comes to be."""
    newest = select(func.max(Tenure.id)).group_by(Tenure.screen_id)
    query = select(Tenure.screen_id, Tenure.manifest).where(Tenure.id.in_(newest))
    rows = session.execute(query)
    return Counter(manifest for screen_id, manifest in rows if screen_id in screen_ids)
