"""Once an hour: screens that are online and below the floor of a campaign become incidents.

Cheap for a district: the day's figures by venue and campaign show where anything is short at all.
Only the screens there, and those with an incident, are counted hour by hour, as their own page
counts them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import HOUR_MS, Span, VenueHours, local_date
from server.campaigns.holidays import days as calendar_days
from server.campaigns.models import Campaign, CampaignVersion
from server.campaigns.queries import newest_names
from server.campaigns.targeting.venue_hours import venue_hours
from server.foundation.core import Core
from server.foundation.public_ids import public
from server.inventory.district.queries import alert_rules
from server.inventory.screens.facts import as_facts
from server.inventory.screens.models import Screen
from server.inventory.screens.status import LATE_S
from server.monitoring.detection.apply_changes import write_verdict
from server.monitoring.detection.changes import IncidentChanges, Opened, Resolved
from server.monitoring.detection.open_incidents import Open, open_incidents
from server.monitoring.detection.telemetry import runs_of
from server.monitoring.detection.watched_screens import Watched, watched
from server.monitoring.duty.operating_hours import excused_of
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.reporting.control.floor_rules import Finding, Missed, find
from server.reporting.delivery.service import of_venues
from server.reporting.screen_hours.day_log import shown_day
from server.reporting.screen_hours.effective_versions import asked_of
from server.reporting.screen_hours.hourly_figures import HourCounts

log = structlog.get_logger(__name__)

CODE: Final = "floor_missed"
SETTLED_MS: Final = 300_000
"""The time after an hour's end by which online screens have reported it."""
PORTION: Final = 200


def check_floors(core: Core, parts: PlaylogRuntime) -> IncidentChanges:
    """One round, as of now; returns its changes of incidents."""
    verdict = IncidentChanges()
    now_ms = core.clock.now_ms()
    until_ms = (now_ms - SETTLED_MS) // HOUR_MS * HOUR_MS
    with core.config.read() as session:
        span = until_ms - alert_rules(session).floor_missed_hours * HOUR_MS, until_ms
        floored = _with_floor(session)
        opened = _opened(session)
        screens = watched(session) if floored or opened else {}
    candidates = _candidates(core, parts, screens, floored, span) if floored else set()
    checked = sorted(candidates | {one for one in opened if one in screens})
    for first in range(0, len(checked), PORTION):
        portion = checked[first : first + PORTION]
        found = _findings(core, parts, portion, floored, span)
        _judge(found, screens, opened, span, verdict)
    _end_unasked(opened, floored, now_ms, verdict)
    _name(core, verdict)
    if not verdict.is_empty:
        write_verdict(core, verdict)
    log.info("floors_checked", screens=len(checked), begun=len(verdict.begun))
    return verdict


def _opened(session: Session) -> dict[int, Open]:
    """The incidents that aren't over, by screen."""
    rows = open_incidents(session)
    return {one.screen: one for one in rows if one.code == CODE and one.screen is not None}


def _with_floor(session: Session) -> frozenset[int]:
    """The live campaigns that have a floor."""
    query = (
        select(Campaign.id)
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .where(
            Campaign.state == "live",
            CampaignVersion.standing == "signed",
            CampaignVersion.floor > 0,
        )
    )
    return frozenset(session.scalars(query))


def _candidates(
    core: Core,
    parts: PlaylogRuntime,
    screens: Mapping[int, Watched],
    floored: Collection[int],
    span: Span,
) -> set[int]:
    """The screens of venues at which plays of such a campaign are short."""
    zone = core.settings.zone
    first, last = local_date(zone, span[0]), local_date(zone, span[1] - 1)
    # Who was below a floor in so many hours lacks at least a play of each.
    short = {
        venue
        for (venue, campaign), figures in of_venues(core, parts, first, last).items()
        if campaign in floored
        and figures.missing + figures.partial + figures.failed >= _hours(span)
    }
    return {one.screen for one in screens.values() if one.venue in short and not one.retired}


def _hours(span: Span) -> int:
    return (span[1] - span[0]) // HOUR_MS


def _findings(
    core: Core, parts: PlaylogRuntime, screens: Sequence[int], floored: Collection[int], span: Span
) -> Mapping[int, Finding]:
    from_s, until_s = span[0] // 1000, span[1] // 1000
    runs = runs_of(core, screens, from_s - LATE_S, until_s)
    with core.config.read() as session:
        excused = excused_of(session, screens, from_s, until_s)
        venues = dict(_venues(session, screens))
        asked = asked_of(session, floored)
    with snapshot(core.plays) as tx:
        shown = {
            screen: shown_day(
                tx, screen, parts.knowledge.plan, span, core.clock.now_ms(), lookback_ms=0
            )
            for screen in screens
        }
    return {
        screen: find(
            list(HourCounts(shown[screen], asked, venues[screen]).hours()),
            [(1000 * one.from_s, 1000 * (one.last_s + LATE_S)) for one in runs[screen]],
            [(1000 * low, 1000 * high) for low, high in excused.get(screen, ())],
            _hours(span),
        )
        for screen in screens
        if screen in venues
    }


def _venues(session: Session, screens: Sequence[int]) -> Iterator[tuple[int, VenueHours]]:
    calendar = calendar_days.load(session)
    for row in session.scalars(select(Screen).where(Screen.id.in_(screens))):
        yield row.id, venue_hours(as_facts(row), calendar)


def _judge(
    found: Mapping[int, Finding],
    screens: Mapping[int, Watched],
    opened: Mapping[int, Open],
    span: Span,
    verdict: IncidentChanges,
) -> None:
    for screen, finding in found.items():
        incident = opened.get(screen)
        if incident is None and finding.missed:
            facts = {"campaigns": [_fact(one) for one in finding.missed]}
            verdict.begun.append(Opened(CODE, screens[screen], span[0], facts))
        elif incident is not None and finding.kept:
            verdict.over.append(Resolved(incident, span[0]))


def _fact(one: Missed) -> dict[str, Any]:
    return {
        "campaign_id": public("campaign", one.campaign),
        "shown": list(one.shown),
        "floor": one.floor,
    }


def _end_unasked(
    opened: Mapping[int, Open], floored: Collection[int], now_ms: int, verdict: IncidentChanges
) -> None:
    """End incidents of campaigns that no longer run."""
    texts = {public("campaign", one) for one in floored}
    ended = {one.incident.id for one in verdict.over}
    for one in opened.values():
        named = {fact["campaign_id"] for fact in one.facts.get("campaigns", ())}
        if one.id not in ended and not named & texts:
            verdict.over.append(Resolved(one, now_ms, notify=False))


def _name(core: Core, verdict: IncidentChanges) -> None:
    """Let people read which campaigns it is about."""
    facts = [fact for one in verdict.begun for fact in one.facts["campaigns"]]
    numbers = {int(fact["campaign_id"].partition("_")[2]) for fact in facts}
    if not numbers:
        return
    with core.config.read() as session:
        names = newest_names(session, numbers)
    for fact in facts:
        fact["name"] = names.get(int(fact["campaign_id"].partition("_")[2]), "")
