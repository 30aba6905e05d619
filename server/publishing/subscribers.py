"""Reactions to events of rooms below: queue, assign at once, or both. Wired by server.app."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from server.campaigns.events import CampaignsChanged, TakeoversChanged
from server.campaigns.overrides.active import load_live
from server.content.events import AssetApproved, AssetReplaced, AssetWithdrawn, RenditionsMade
from server.content.models import AssetRendition
from server.foundation.core import Core
from server.foundation.event_bus import Events
from server.inventory.screens.events import (
    ScreenChanged,
    ScreenPaused,
    ScreensBound,
    ScreensWritten,
)
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import of_classes
from server.inventory.venues.events import VenueChanged, VenuesChanged
from server.publishing import service
from server.publishing.manifests.rebuild_queue import request_rebuild

PORTION: Final = 500


def listen(core: Core, events: Events) -> None:
    """Wire all listeners of this feature."""
    events.listen(CampaignsChanged, lambda notice: request_rebuild(core, notice.screen_ids))
    events.listen(TakeoversChanged, lambda notice: on_takeovers(core, notice))
    events.listen(AssetWithdrawn, lambda notice: on_withdrawn(core, notice))
    events.listen(AssetReplaced, lambda _notice: request_rebuild(core))
    events.listen(AssetApproved, lambda _notice: request_rebuild(core))
    events.listen(RenditionsMade, lambda notice: on_renditions(core, notice))
    events.listen(ScreenChanged, lambda notice: request_rebuild(core, [notice.screen_id]))
    events.listen(ScreenPaused, lambda notice: on_paused(core, notice))
    events.listen(ScreensBound, lambda notice: on_bound(core, notice))
    events.listen(ScreensWritten, lambda notice: request_rebuild(core, notice.changed))
    events.listen(VenueChanged, lambda notice: on_venues(core, [notice.venue_id]))
    events.listen(VenuesChanged, lambda notice: on_venues(core, notice.venue_ids))


def on_takeovers(core: Core, notice: TakeoversChanged) -> None:
    """Never through the queue."""
    service.assign_overlays_to(core, notice.screens)


def on_paused(core: Core, notice: ScreenPaused) -> None:
    """A person at the screen is waiting for it: as urgent as a stop."""
    service.assign_overlays(core, [notice.screen_id])


def on_withdrawn(core: Core, notice: AssetWithdrawn) -> None:
    """The glass first, then the plans."""
    with core.config.read() as session:
        query = select(AssetRendition.digest).where(AssetRendition.asset_id == notice.asset_id)
        files = set(session.scalars(query))
    service.revoke_files(core, files)
    request_rebuild(core)


def on_renditions(core: Core, notice: RenditionsMade) -> None:
    """Screens of these classes show it in place of the nearest, over their plans at once."""
    with core.config.read() as session:
        screen_ids = of_classes(session, notice.classes)
        live = load_live(session, core.clock.now_ms())
    request_rebuild(core, screen_ids)
    if live.stops or live.takeovers:
        service.assign_overlays(core, screen_ids)


def on_bound(core: Core, notice: ScreensBound) -> None:
    """New screens aren't made to wait for the queue if their loops are there already."""
    service.begin_bound(core, notice.screen_ids)
    request_rebuild(core, notice.screen_ids)


def on_venues(core: Core, venue_ids: Sequence[int]) -> None:
    """Their hours, own shares, units or tags may have changed, or when they may download."""
    screen_ids: list[int] = []
    with core.config.read() as session:
        for start in range(0, len(venue_ids), PORTION):
            among = Screen.venue_id.in_(venue_ids[start : start + PORTION])
            screen_ids += session.scalars(select(Screen.id).where(among))
    if screen_ids:
        service.assign_overlays(core, screen_ids)
    request_rebuild(core, screen_ids)
