"""Mass outages: when many screens vanish at once, that is one incident with a shared cause.

Only screens on duty count: at closing time many vanish, and nothing is wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.inventory.district.alert_thresholds import AlertRules
from server.monitoring.detection.changes import IncidentChanges, Opened, Resolved
from server.monitoring.detection.open_incidents import Open
from server.monitoring.detection.telemetry import Evidence, Upstream
from server.monitoring.detection.watched_screens import Watched
from server.monitoring.heartbeats.mass_outage import lasts
from server.monitoring.incidents.affected_units import PATHS

BEFORE_S: Final = 5
AFTER_S: Final = 65
"""Seconds after its begin (the earliest last heartbeat) in which further losses belong to it."""
MOST: Final = 0.9
OWN_SHARE: Final = 0.3

DutyCheck = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class RecordedOutages:
    """Mass outages by their begin (s): open ones, and recently ended ones with their end (s)."""

    open: Mapping[int, Open]
    over: Mapping[int, int]


def victims(run: Upstream, screens: Mapping[int, Watched], evidence: Evidence) -> list[Watched]:
    """The screens that were lost with it and have not reconnected, regardless of hours."""
    return [
        one
        for one in screens.values()
        if not one.retired
        and (last := evidence.last.get(one.screen)) is not None
        and last.contact_s is not None
        and run.from_s - BEFORE_S <= last.contact_s <= run.from_s + AFTER_S
    ]


def is_one(run: Upstream, gone: list[Watched], is_on_duty: DutyCheck, alerts: AlertRules) -> bool:
    """Whether enough of the lost screens were on duty."""
    return alerts.is_crowd(sum(is_on_duty(one.screen) for one in gone), run.online)


def suspects(
    evidence: Evidence, screens: Mapping[int, Watched], outages: RecordedOutages
) -> set[int]:
    """Screens whose hours decide whether a new loss is a mass outage.

    Includes vehicles: they reveal a lost access point of the carrier at once, long before their own
    grace passes.
    """
    fresh = (run for run in evidence.upstream if run.until_s is None)
    unknown = [one for one in fresh if one.from_s not in {*outages.open, *outages.over}]
    return {one.screen for run in unknown for one in victims(run, screens, evidence)}


def judge_upstream(
    evidence: Evidence,
    screens: Mapping[int, Watched],
    outages: RecordedOutages,
    is_on_duty: DutyCheck,
    alerts: AlertRules,
    verdict: IncidentChanges,
) -> dict[int, int | None]:
    """Add mass outages that begin or end; returns by screen until when it is excused (None: still).

    Uses the same rule as the serving process (`mass_outage.lasts`) on this round's data, so that
    neither a server start nor a late round ends one.
    """
    waits: dict[int, int | None] = {}
    for run in evidence.upstream:
        gone, incident = victims(run, screens, evidence), outages.open.get(run.from_s)
        until_s: int | None = None
        if incident is None and run.from_s in outages.over:
            until_s = outages.over[run.from_s]
        elif incident is None:
            if run.until_s is not None or not is_one(run, gone, is_on_duty, alerts):
                continue
            verdict.begun.append(_begun(run, gone, screens.values()))
        elif not lasts(incident.facts.get("victims", 0), len(gone), evidence.now_s - run.from_s):
            until_s = evidence.now_s
            verdict.over.append(Resolved(incident, until_s * 1000))
        waits |= dict.fromkeys((one.screen for one in gone), until_s)
    return waits


def common_path(paths: Sequence[str]) -> str:
    """The lowest path such as `/1/4/` above nine tenths of the given ones.

    A single bus in a tunnel doesn't make it an outage of the whole district.
    """
    shared = "/"
    while True:
        below = Counter(
            path[: path.index("/", len(shared)) + 1]
            for path in paths
            if path.startswith(shared) and len(path) > len(shared)
        )
        if not below or max(below.values()) < MOST * len(paths):
            return shared
        shared = below.most_common(1)[0][0]


def hit(gone: Sequence[Watched], screens: Iterable[Watched]) -> list[str]:
    """Paths of affected units: with a tenth of all losses, or three tenths of their own screens.

    A single bus in a tunnel doesn't make its unit affected.
    """
    went = Counter(one.unit_path for one in gone)
    own = Counter(one.unit_path for one in screens if not one.retired and one.unit_path in went)
    return sorted(
        path
        for path, count in went.items()
        if count >= (1 - MOST) * len(gone) or count > OWN_SHARE * own[path]
    )


def _begun(run: Upstream, gone: list[Watched], screens: Iterable[Watched]) -> Opened:
    path = common_path([one.unit_path for one in gone])
    below = sum(one.unit_path.startswith(path) for one in gone)
    facts = {
        "from_s": run.from_s, "gone": below, "online": run.online, "victims": len(gone),
        PATHS: hit(gone, screens),
    }  # fmt: skip
    return Opened("upstream", None, run.from_s * 1000, facts, int(path.strip("/").split("/")[-1]))
