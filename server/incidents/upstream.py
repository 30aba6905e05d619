"""Faults upstream: when many screens vanish at once, that is one incident and not theirs.

What counts are screens that were meant to run: at closing time many vanish, and nothing is wrong.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.district.alerts import AlertRules
from server.incidents.evidence import Evidence, Upstream
from server.incidents.standing import Open
from server.incidents.verdict import Begun, Over, Verdict
from server.incidents.watched import Watched

BEFORE_S: Final = 5
AFTER_S: Final = 65
"""Around its begin (the first of their last beats), those of all that went with it."""
MOST: Final = 0.9
LONGEST_S: Final = 86_400
"""After a day each screen stands for itself again."""

MeantToRun = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Known:
    """Incidents upstream by their begin (s): those that last, and when lately others ended (s)."""

    open: Mapping[int, Open]
    over: Mapping[int, int]


def victims(run: Upstream, screens: Mapping[int, Watched], evidence: Evidence) -> list[Watched]:
    """The screens that fell silent with it and haven't been heard since, hours aside."""
    return [
        one
        for one in screens.values()
        if not one.retired
        and (last := evidence.last.get(one.screen)) is not None
        and last.heard_s is not None
        and run.from_s - BEFORE_S <= last.heard_s <= run.from_s + AFTER_S
    ]


def is_one(
    run: Upstream, gone: list[Watched], meant_to_run: MeantToRun, alerts: AlertRules
) -> bool:
    """Whether enough of those that went were meant to run."""
    return alerts.is_crowd(sum(meant_to_run(one.screen) for one in gone), run.online)


def judge_upstream(
    evidence: Evidence,
    screens: Mapping[int, Watched],
    known: Known,
    meant_to_run: MeantToRun,
    alerts: AlertRules,
    verdict: Verdict,
) -> dict[int, int | None]:
    """Add incidents that begin or end; by screen, until when it is excused by one (None: still).

    One lasts while more than half of those that went are still silent, whatever else changes.
    """
    waits: dict[int, int | None] = {}
    for run in evidence.upstream:
        gone, incident = victims(run, screens, evidence), known.open.get(run.from_s)
        until_s: int | None = None
        if incident is None and run.from_s in known.over:
            until_s = known.over[run.from_s]
        elif incident is None:
            if run.until_s is not None or not is_one(run, gone, meant_to_run, alerts):
                continue
            verdict.begun.append(_begun(run, gone))
        elif not _lasts(incident, gone, evidence.now_s - run.from_s):
            until_s = evidence.now_s
            verdict.over.append(Over(incident, until_s * 1000))
        waits |= dict.fromkeys((one.screen for one in gone), until_s)
    return waits


def common_path(paths: Sequence[str]) -> str:
    """The lowest path such as `/1/4/` above nine in ten of some: a bus that was in a tunnel just
    then makes it no fault of the whole district.
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


def _lasts(incident: Open, gone: list[Watched], age_s: int) -> bool:
    return 2 * len(gone) > incident.facts.get("victims", 0) and age_s < LONGEST_S


def _begun(run: Upstream, gone: list[Watched]) -> Begun:
    path = common_path([one.unit_path for one in gone])
    hit = sum(one.unit_path.startswith(path) for one in gone)
    facts = {
        "from_s": run.from_s, "gone": hit, "online": run.online, "victims": len(gone)
    }  # fmt: skip
    return Begun("upstream", None, run.from_s * 1000, facts, int(path.strip("/").split("/")[-1]))
