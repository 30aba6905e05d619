"""Evaluates each screen's contact against the rules: incidents to open and to resolve.

Works on data passed in, in whole seconds since 1970 UTC. Only screens that are silent, flapping or
impaired, or have an open incident, are evaluated in detail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playlists.windows import Span, clip, subtract, union
from server.inventory.district.alert_thresholds import AlertRules
from server.inventory.screens.status import LATE_S
from server.monitoring.detection import contact_rules, flapping
from server.monitoring.detection.changes import IncidentChanges, Opened, Resolved
from server.monitoring.detection.contact_rules import Ground, Run
from server.monitoring.detection.open_incidents import Key, Open
from server.monitoring.detection.telemetry import Evidence, Last
from server.monitoring.detection.watched_screens import Watched
from server.monitoring.incidents.status import LastHeartbeat, holds, is_vehicle

Hours = Mapping[int, Sequence[Span]]
BY_CONTACT = ("offline", "flapping", "impaired")


@dataclass(frozen=True)
class Case:
    """Inputs of an evaluation.

    `waits`: by screen, until when a mass outage excuses it (None: as long as that lasts).
    """

    ground: Ground
    screens: Mapping[int, Watched]
    evidence: Evidence
    open: Mapping[Key, Open]
    operating: Hours
    excused: Hours
    runs: Mapping[int, Sequence[Run]]
    waits: dict[int, int | None]

    def last(self, screen: int) -> Last | None:
        """The last contact of a screen."""
        return self.evidence.last.get(screen)

    def last_heartbeat(self, screen: int) -> LastHeartbeat:
        """The last contact in the form that states and rules take."""
        one, last = self.screens[screen], self.last(screen)
        return LastHeartbeat(None if last is None else last.contact_s, one.grace_s, one.retired)

    def is_on_duty(self, screen: int) -> bool:
        """Whether a screen is on duty now and not excused."""
        now_s = self.ground.now_s
        return holds(self.operating.get(screen, ()), now_s) and not holds(
            self.excused.get(screen, ()), now_s
        )


def lookback_s(alerts: AlertRules) -> int:
    """Seconds before now for which single runs of heartbeats are needed."""
    return flapping.MEMORY_S + alerts.clear_s


def screens_to_evaluate(
    screens: Mapping[int, Watched],
    evidence: Evidence,
    opened: Mapping[Key, Open],
    alerts: AlertRules,
) -> set[int]:
    """The screens that a round evaluates in detail."""
    runs = flapping.least_runs(alerts)
    busy = {key[1] for key in opened if key[0] in BY_CONTACT}
    now_s = evidence.now_s
    return {
        one.screen
        for one in screens.values()
        if one.screen in busy
        or (
            not one.retired
            and (last := evidence.last.get(one.screen)) is not None
            and last.contact_s is not None
            and _is_suspect(one, last, now_s, runs)
        )
    }


def needs_hours(evaluated: set[int], opened: Mapping[Key, Open]) -> set[int]:
    """Those whose hours are needed: an offline screen only has to reconnect."""
    return {one for one in evaluated if ("offline", one) not in opened}


def needs_runs(
    screens: Mapping[int, Watched],
    evidence: Evidence,
    opened: Mapping[Key, Open],
    alerts: AlertRules,
) -> set[int]:
    """Those for which single runs of heartbeats are needed."""
    busy = {key[1] for key in opened if key[0] in ("offline", "flapping")}
    return {
        one.screen
        for one in screens.values()
        if one.screen in busy
        or (
            (last := evidence.last.get(one.screen)) is not None
            and last.fresh_runs >= flapping.least_runs(alerts)
        )
    }


def judge_contact(case: Case, evaluated: set[int], verdict: IncidentChanges) -> None:
    """Add changes that follow from heartbeats: offline, flapping, impaired."""
    for screen in sorted(evaluated):
        watched = case.screens.get(screen)
        if watched is None or watched.retired:
            continue
        flaps = _flapping(case, watched, verdict)
        offline = _offline(case, watched, verdict, flaps=flaps)
        _impaired(case, watched, verdict, hidden=flaps or offline)


def _is_suspect(one: Watched, last: Last, now_s: int, runs: int) -> bool:
    silent = now_s - (last.contact_s or 0) >= one.grace_s
    unwell = last.run is not None and last.run.kind == 1
    return silent or unwell or last.fresh_runs >= runs


def _flapping(case: Case, one: Watched, verdict: IncidentChanges) -> bool:
    """Whether a screen is flapping; adds the begin or end of its incident."""
    opened = case.open.get(("flapping", one.screen))
    runs = case.runs.get(one.screen, ())
    if is_vehicle(one.grace_s) or one.screen in case.waits or (opened is None and not runs):
        return opened is not None
    now_s = case.ground.now_s
    judgeable = clip(
        subtract(
            union(case.operating.get(one.screen, ())), union(case.excused.get(one.screen, ()))
        ),
        case.ground.listening_s,
        now_s + 1,
    )
    seen = flapping.samples(
        [(run.from_s, run.last_s) for run in runs], one.grace_s, judgeable, now_s
    )
    share = flapping.changed_share(seen)
    # After a start of the server, or at opening time, there are too few samples to end flapping.
    flaps = flapping.flaps(share, case.ground.alerts, before=opened is not None) or (
        opened is not None and None in seen
    )
    if flaps and opened is None and case.is_on_duty(one.screen):
        since_s = now_s - flapping.MEMORY_S
        verdict.begun.append(
            Opened("flapping", one, since_s * 1000, {"changed_pct": round(100 * share)})
        )
    elif not flaps and opened is not None:
        up = bool(seen) and seen[-1] is True
        verdict.over.append(Resolved(opened, now_s * 1000, notify=up))
    return flaps


def _offline(case: Case, one: Watched, verdict: IncidentChanges, *, flaps: bool) -> bool:
    """Whether a screen is offline; adds the begin or end of its incident."""
    opened, ground = case.open.get(("offline", one.screen)), case.ground
    if opened is not None:
        back = contact_rules.back_online(case.runs.get(one.screen, ()), one.grace_s, ground)
        if back or flaps:
            until_s = _back_since(case, one) if back else ground.now_s
            verdict.over.append(Resolved(opened, until_s * 1000, notify=back))
        return not (back or flaps)
    wait_s = case.waits.get(one.screen, 0)
    if flaps or wait_s is None:
        return False
    since_s = contact_rules.offline_since(
        case.last_heartbeat(one.screen),
        case.operating.get(one.screen, ()),
        case.excused.get(one.screen, ()),
        ground,
        wait_s,
    )
    if since_s is None:
        return False
    last = case.last(one.screen)
    facts = {"last_s": last.contact_s if last else None}
    verdict.begun.append(Opened("offline", one, since_s * 1000, facts))
    return True


def _back_since(case: Case, one: Watched) -> int:
    """Since when a screen that is up has been up, s."""
    up = union((run.from_s, run.last_s + one.grace_s) for run in case.runs.get(one.screen, ()))
    return up[-1][0] if up else case.ground.now_s


def _impaired(case: Case, one: Watched, verdict: IncidentChanges, *, hidden: bool) -> None:
    opened, last = case.open.get(("impaired", one.screen)), case.last(one.screen)
    run = last.run if last is not None else None
    now_ms = case.ground.now_s * 1000
    if opened is not None:
        if hidden or contact_rules.well_again(run, case.ground):
            verdict.over.append(Resolved(opened, now_ms, notify=not hidden))
        return
    since_s = contact_rules.impaired_since(run, case.ground)
    if since_s is not None and not hidden and case.is_on_duty(one.screen):
        verdict.begun.append(Opened("impaired", one, since_s * 1000))


def is_online(last: Last | None, now_s: int) -> bool:
    """Whether the last heartbeat is at most two and a half intervals old."""
    return last is not None and last.contact_s is not None and now_s - last.contact_s < LATE_S
