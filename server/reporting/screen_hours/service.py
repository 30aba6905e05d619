"""One screen's day by hours: each campaign against its target and floor, and the gaps shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from server.accounts.actor import Actor
from server.campaigns.holidays import days as calendar_days
from server.campaigns.queries import newest_names
from server.campaigns.targeting.venue_hours import venue_hours
from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.inventory.screens.facts import as_facts
from server.inventory.screens.queries import find
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.interned_ids import campaign_number
from server.playlog.store.snapshot import snapshot
from server.playlog.upkeep import refresh
from server.reporting.screen_hours.day_log import shown_day
from server.reporting.screen_hours.effective_versions import asked_of
from server.reporting.screen_hours.hourly_figures import CampaignHour, HourCounts, ScreenHour


@dataclass(frozen=True)
class ScreenDay:
    """A screen's day as of an instant; hours without expected or shown plays are left out.

    `names` are campaigns' names by number. `complete_until_ms`: the screen has sent all until then.
    """

    screen: int
    day: date
    as_of: int
    complete_until_ms: int
    hours: Sequence[ScreenHour]
    totals: Sequence[CampaignHour]
    names: Mapping[int, str] = field(default_factory=dict)


def screen_hours(
    core: Core, parts: PlaylogRuntime, actor: Actor, screen_id: str, day: date
) -> ScreenDay:
    """The day's hours. Raises NotFound outside the person's scope."""
    with core.config.read() as session:
        row = find(session, actor, "reports.read", screen_id)
        number, facts = row.id, as_facts(row)
        venue = venue_hours(facts, calendar_days.load(session))
    refresh(core, parts)
    as_of, civil = core.clock.now_ms(), Civil(core.settings.zone)
    span = civil.start_of(day.toordinal()), civil.start_of(day.toordinal() + 1)
    with snapshot(core.plays) as tx:
        shown = shown_day(tx, number, parts.knowledge.plan, span, as_of)
    numbers = {campaign_number(campaign) for campaign in shown.campaigns} - {0}
    with core.config.read() as session:
        counts = HourCounts(shown, asked_of(session, numbers), venue)
        names = newest_names(session, numbers)
        return ScreenDay(
            number,
            day,
            as_of,
            shown.complete_until_ms,
            list(counts.hours()),
            list(counts.totals()),
            names,
        )
