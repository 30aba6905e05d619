"""One detection round: reads contact, evaluates the rules, writes incidents and alerts.

Runs beside the serving process, twice a minute. If the server's own heartbeat is missing or its
clock is in doubt, the round gives no verdict.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.core import Core
from server.foundation.jobs.service import wake
from server.inventory.district.alert_thresholds import AlertRules
from server.inventory.district.queries import alert_rules
from server.monitoring.alerting.daily_digest import write_digests
from server.monitoring.alerting.escalation import escalate
from server.monitoring.alerting.grouping import gather
from server.monitoring.detection import (
    evaluation,
    mass_outage_rules,
    open_incidents,
    sighting_rules,
)
from server.monitoring.detection.apply_changes import write_verdict
from server.monitoring.detection.changes import IncidentChanges, Resolved
from server.monitoring.detection.contact_rules import Ground
from server.monitoring.detection.evaluation import Case
from server.monitoring.detection.open_incidents import Key, Open
from server.monitoring.detection.telemetry import (
    UPSTREAM_MEMORY_S,
    Evidence,
    read_evidence,
    runs_of,
)
from server.monitoring.detection.watched_screens import Watched, watched
from server.monitoring.duty.operating_hours import excused_of, operating_of
from server.publishing.models import Assignment

log = structlog.get_logger(__name__)

STARVED_S: Final = 25
HOURS_BACK_S: Final = 2 * 86_400
WAIT_S: Final = 2 * UPSTREAM_MEMORY_S
"""Memory of past mass outages, in s.

Longer than the window in which they are read, so that none that a person or the day limit has ended
is opened again.
"""


OF_PLACE: Final = (*evaluation.BY_CONTACT, "floor_missed")
"""Codes tied to a screen's place; sightings by its player move with the screen."""


def run_detection(core: Core) -> bool:
    """Run one round; False if no verdict could be given."""
    verdict = judge(core)
    if verdict is not None:
        if not verdict.is_empty:
            write_verdict(core, verdict)
        escalate(core)
    write_digests(core)
    if gather(core):
        wake(core)
    return verdict is not None


def judge(core: Core) -> IncidentChanges | None:
    """Opened and resolved incidents; None if the server can't judge now."""
    now_ms = core.clock.now_ms()
    with core.config.read() as session:
        screens, opened = watched(session), open_incidents.open_incidents(session)
        waiting, newest = open_incidents.sightings(session), _newest_plans(session)
        alerts = alert_rules(session)
    evidence = read_evidence(core, screens)
    if evidence is None or not _is_reliable(evidence, now_ms):
        return None
    verdict = IncidentChanges()
    opened = _end_of_gone(opened, screens, now_ms, verdict)
    by_key = {(one.code, one.screen): one for one in opened}
    _judge_contact(core, screens, evidence, opened, alerts, verdict)
    sighting_rules.judge_sightings(waiting, screens, by_key, evidence, now_ms, verdict)
    sighting_rules.end_quiet_events(by_key, now_ms, verdict)
    behind = {one.screen: one for one in waiting if one.code == sighting_rules.OLD_PLAN}
    plans = sighting_rules.Plans(newest, behind, alerts.old_plan_hours)
    sighting_rules.judge_plans(plans, screens, by_key, evidence, verdict)
    return verdict


def ground_of(core: Core, evidence: Evidence, alerts: AlertRules) -> Ground:
    """The inputs shared by all screens."""
    moment = datetime.fromtimestamp(evidence.now_s, core.settings.zone)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return Ground(evidence.now_s, evidence.listening_s, int(midnight.timestamp()), alerts)


def _judge_contact(
    core: Core,
    screens: Mapping[int, Watched],
    evidence: Evidence,
    opened: list[Open],
    alerts: AlertRules,
    verdict: IncidentChanges,
) -> None:
    by_key: dict[Key, Open] = {(one.code, one.screen): one for one in opened if one.screen}
    evaluated = evaluation.screens_to_evaluate(screens, evidence, by_key, alerts)
    now_s = evidence.now_s
    lasting = {one.facts["from_s"]: one for one in opened if one.code == "upstream"}
    with core.config.read() as session:
        outages = mass_outage_rules.RecordedOutages(
            lasting, open_incidents.upstream_over(session, (now_s - WAIT_S) * 1000)
        )
        hours = evaluation.needs_hours(evaluated, by_key)
        hours |= mass_outage_rules.suspects(evidence, screens, outages)
        operating = operating_of(session, hours, now_s - HOURS_BACK_S, now_s + 1)
        excused = excused_of(session, hours, now_s - HOURS_BACK_S, now_s + 1)
    wanted = evaluation.needs_runs(screens, evidence, by_key, alerts)
    case = Case(
        ground=ground_of(core, evidence, alerts),
        screens=screens,
        evidence=evidence,
        open=by_key,
        operating=operating,
        excused=excused,
        runs=runs_of(core, wanted, now_s - evaluation.lookback_s(alerts), now_s) if wanted else {},
        waits={},
    )
    waits = mass_outage_rules.judge_upstream(
        evidence, screens, outages, case.is_on_duty, alerts, verdict
    )  # fmt: skip
    case.waits.update(waits)
    evaluation.judge_contact(case, evaluated, verdict)


def _is_reliable(evidence: Evidence, now_ms: int) -> bool:
    """Whether the serving process writes heartbeats with a trusted clock."""
    behind_s = now_ms // 1000 - evidence.now_s
    if evidence.doubted or not -STARVED_S <= behind_s <= STARVED_S:
        log.info("detection_skipped", behind_s=behind_s, clock_in_doubt=evidence.doubted)
        return False
    return True


def _end_of_gone(
    opened: list[Open], screens: Mapping[int, Watched], now_ms: int, verdict: IncidentChanges
) -> list[Open]:
    """Resolve, without alerts, incidents of screens that were retired or moved; returns the others.

    A fault that persists at the new place opens there, for its own people.
    """
    lasting = []
    for one in opened:
        if _is_gone(one, screens):
            verdict.over.append(Resolved(one, now_ms, notify=False))
        else:
            lasting.append(one)
    return lasting


def _is_gone(one: Open, screens: Mapping[int, Watched]) -> bool:
    if one.screen is None:
        return False
    now = screens.get(one.screen)
    moved = now is not None and one.code in OF_PLACE and one.venue != now.venue
    return now is None or now.retired or moved


def _newest_plans(session: Session) -> dict[int, int]:
    """The newest plan version of each screen that was ever assigned one."""
    query = select(Assignment.screen_id, Assignment.version)
    return {row[0]: row[1] for row in session.execute(query)}
