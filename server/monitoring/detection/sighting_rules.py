"""Incidents by sightings of players or the serving process: single events and lasting states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.foundation.durations import HOUR_MS
from server.monitoring.detection.changes import IncidentChanges, Opened, Resolved
from server.monitoring.detection.evaluation import is_online
from server.monitoring.detection.open_incidents import Key, Open, Seen
from server.monitoring.detection.telemetry import Evidence, Last
from server.monitoring.detection.watched_screens import Watched
from server.monitoring.incidents.catalogue import CODES

HOLDS_MS: Final = 600_000
GONE_MS: Final = 300_000
QUIET_MS: Final = 24 * HOUR_MS
OLD_PLAN: Final = "old_plan"
SETTLED_S: Final = 600
LEAST: Final = {"asset_failed": 3}
"""Number of events before an incident opens, by code; 1 by default."""
STATES_SEEN: Final = ("clock_uncertain", "storage_low")


@dataclass(frozen=True, slots=True)
class Plans:
    """Newest plan versions by screen, since when screens lag behind, and tolerated lag in hours."""

    newest: Mapping[int, int]
    behind: Mapping[int, Seen]
    hours: int


def judge_sightings(
    seen: list[Seen],
    screens: Mapping[int, Watched],
    opened: Mapping[Key, Open],
    evidence: Evidence,
    now_ms: int,
    verdict: IncidentChanges,
) -> None:
    """Add changes that follow from sightings: events are used up, states are kept while they hold.

    For a screen without contact, or just reconnected, the state is unknown and stays as it is.
    """
    for one in seen:
        if one.code == OLD_PLAN:
            continue
        watched, incident = screens.get(one.screen), opened.get((one.code, one.screen))
        if watched is None or watched.retired or one.code not in CODES:
            verdict.used.append(one)
        elif one.code in STATES_SEEN:
            is_conclusive = _would_have_reported(evidence, one.screen)
            _state(one, watched, incident, now_ms, verdict, is_conclusive=is_conclusive)
        else:
            _event(one, watched, incident, now_ms, verdict)


def end_quiet_events(opened: Mapping[Key, Open], now_ms: int, verdict: IncidentChanges) -> None:
    """Resolve, without alerts, incidents by events that have not recurred for a day."""
    renewed = {incident.id for incident, _ in verdict.renewed}
    for one in opened.values():
        kind = CODES.get(one.code)
        quiet = now_ms - one.last_ms >= QUIET_MS and one.id not in renewed
        if kind is not None and kind.by_event and quiet and not kind.waits:
            verdict.over.append(Resolved(one, one.last_ms, notify=False))


def judge_plans(
    plans: Plans,
    screens: Mapping[int, Watched],
    opened: Mapping[Key, Open],
    evidence: Evidence,
    verdict: IncidentChanges,
) -> None:
    """Add screens that stayed online without the newest plan for too long."""
    now_ms = evidence.now_s * 1000
    for screen, watched in screens.items():
        last, incident = evidence.last.get(screen), opened.get((OLD_PLAN, screen))
        if watched.retired or last is None or last.version is None:
            continue
        lags, sighting = last.version < plans.newest.get(screen, 0), plans.behind.get(screen)
        if not lags:
            verdict.used += [sighting] if sighting is not None else []
            verdict.over += [Resolved(incident, now_ms)] if incident is not None else []
        elif is_online(last, evidence.now_s) and _is_settled(last):
            if sighting is None:
                verdict.noted.append(Seen(screen, OLD_PLAN, now_ms, now_ms, 1, ""))
            elif incident is None and now_ms - sighting.first_ms >= plans.hours * HOUR_MS:
                facts = {"version": last.version, "newest": plans.newest[screen]}
                verdict.begun.append(Opened(OLD_PLAN, watched, sighting.first_ms, facts))


def _is_settled(last: Last) -> bool:
    """Whether contact has lasted long enough for the newest plan to have been delivered."""
    return last.run is not None and last.run.last_s - last.run.from_s >= SETTLED_S


def _would_have_reported(evidence: Evidence, screen: int) -> bool:
    """Whether contact has lasted so long that a lasting state would have been reported again."""
    last = evidence.last.get(screen)
    if last is None or last.run is None or not is_online(last, evidence.now_s):
        return False
    return evidence.now_s - last.run.from_s >= GONE_MS // 1000


def _state(
    one: Seen,
    watched: Watched,
    incident: Open | None,
    now_ms: int,
    verdict: IncidentChanges,
    *,
    is_conclusive: bool,
) -> None:
    if now_ms - one.last_ms >= GONE_MS:
        if is_conclusive:
            verdict.used.append(one)
            verdict.over += [Resolved(incident, one.last_ms)] if incident is not None else []
    elif incident is None and one.last_ms - one.first_ms >= HOLDS_MS:
        verdict.begun.append(Opened(one.code, watched, one.first_ms, {"detail": one.detail}))


def _event(
    one: Seen, watched: Watched, incident: Open | None, now_ms: int, verdict: IncidentChanges
) -> None:
    if incident is not None:
        verdict.renewed.append((incident, one))
        verdict.used.append(one)
    elif one.count >= LEAST.get(one.code, 1):
        facts = {"detail": one.detail, "count": one.count, "last_ms": one.last_ms}
        verdict.begun.append(Opened(one.code, watched, one.first_ms, facts))
        verdict.used.append(one)
    elif now_ms - one.last_ms >= QUIET_MS:
        verdict.used.append(one)
