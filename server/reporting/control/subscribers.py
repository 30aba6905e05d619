"""Reactions of reports to events of rooms below. Wired by server.app."""

from typing import Final

from server.campaigns.events import CampaignsChanged
from server.campaigns.planning.pace_goals import goals
from server.foundation.core import Core
from server.foundation.event_bus import Events
from server.foundation.jobs.service import enqueue, wake

SIGNED: Final = "signed"


def listen(core: Core, events: Events) -> None:
    """Wire all listeners of this feature."""
    events.listen(CampaignsChanged, lambda notice: on_campaigns(core, notice))


def on_campaigns(core: Core, notice: CampaignsChanged) -> None:
    """Start a total at the pace that it needs now, with the plays of its former version."""
    if notice.reason not in ("approve", "dates") or not goals(core, new_only=True):
        return
    with core.config.write() as session:
        enqueue(session, "pace_totals", SIGNED, core.clock.now_ms())
    wake(core)
