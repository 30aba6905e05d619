"""One step of a roll-out: from the screens' states to the next actions. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final, Literal

from server.gateway.rollouts.rounds.health_rules import (
    TOOK,
    Criteria,
    Hearing,
    ScreenProgress,
    Seen,
    judge,
)
from server.gateway.rollouts.rounds.rings import Ring, choose, in_turn

RolloutState = Literal["rolling", "halted", "complete"]
FEW: Final = 3
ABREAST: Final = 10
ABREAST_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Rules:
    """Parameters of a roll-out.

    `grace_s`: time for a screen to update, and of observation for silence or stalls; `listen_s`:
    uptime of the server before it sends updates; a ring halts at `failed` screens, if these are
    `failed_pct` of the updated ones.
    """

    rings: tuple[Ring, ...]
    grace_s: int = 900
    listen_s: int = 1800
    failed: int = 2
    failed_pct: float = 10


@dataclass(frozen=True, slots=True)
class Course:
    """The progress of a roll-out; failures until `resumed_ms` are waived.

    `ring` is -1 before the first has begun.
    """

    target: str
    rules: Rules
    state: RolloutState = "rolling"
    ring: int = -1
    resumed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """The state after a step; `halted_ring`: the ring that has just halted, if any."""

    course: Course
    progress: Mapping[int, ScreenProgress]
    halted_ring: int | None = None


def step(
    course: Course,
    progress: Mapping[int, ScreenProgress],
    seen: Sequence[Seen],
    hearing: Hearing,
    now_ms: int,
) -> Step:
    """Advance a roll-out by the current observations.

    Screens that are gone (retired, revoked) drop out. After a halt no more updates are sent;
    updated screens are still judged.
    """
    by_screen = {one.screen: one for one in seen}
    criteria = Criteria(course.target, course.rules.grace_s, is_rolling=course.state == "rolling")
    found = {
        screen: judge(one, by_screen[screen], criteria, hearing, now_ms)
        for screen, one in progress.items()
        if screen in by_screen
    }
    if course.state != "rolling":
        return Step(course, found)
    halted = _past_bound(course, found.values())
    if halted is not None:
        calmed = {screen: _calm(one) for screen, one in found.items()}
        return Step(replace(course, state="halted"), calmed, halted)
    course, found = _go_on(course, found, by_screen, now_ms)
    if course.state == "rolling":
        found |= _ask(course, found, by_screen, hearing, now_ms)
    return Step(course, found)


def in_ring(progress: Iterable[ScreenProgress], ring: int) -> list[ScreenProgress]:
    """Those of one ring."""
    return [one for one in progress if one.ring == ring]


def is_past_bound(rules: Rules, members: Sequence[ScreenProgress], resumed_ms: int) -> bool:
    """Whether too many of a ring's screens have failed; of three or fewer, one is too many."""
    failed = sum(one.state == "failed" and one.failed_ms > resumed_ms for one in members)
    took = sum(one.state in TOOK for one in members)
    return failed >= least_failures(rules, len(members)) and 100 * failed >= rules.failed_pct * took


def least_failures(rules: Rules, screens: int) -> int:
    """The failures at which a ring of so many screens halts: of three or fewer, one."""
    return rules.failed if screens > FEW else 1


def wanted(course: Course, one: ScreenProgress, former: str) -> str:
    """The desired build of a screen in a roll-out."""
    goes_on = one.state == "updated" or (
        course.state == "rolling" and one.state in {"asked", "told"}
    )
    return course.target if goes_on else former


def _past_bound(course: Course, found: Iterable[ScreenProgress]) -> int | None:
    """The first ring with too many failures."""
    progress = list(found)
    for ring in range(course.ring + 1):
        if is_past_bound(course.rules, in_ring(progress, ring), course.resumed_ms):
            return ring
    return None


def _calm(one: ScreenProgress) -> ScreenProgress:
    """Screens whose update wasn't sent yet go back to waiting."""
    return replace(one, state="waiting") if one.state == "asked" else one


def _go_on(
    course: Course, found: dict[int, ScreenProgress], seen: Mapping[int, Seen], now_ms: int
) -> tuple[Course, dict[int, ScreenProgress]]:
    """Start the next ring if it is due; the last ring also takes new screens."""
    last = len(course.rules.rings) - 1
    if course.ring >= 0 and not _is_well(course, found, seen, now_ms):
        return course, found | (_join(course, found, seen) if course.ring == last else {})
    if course.ring == last:
        return replace(course, state="complete"), found
    course = replace(course, ring=course.ring + 1)
    return course, found | _join(course, found, seen)


def _join(
    course: Course, found: Mapping[int, ScreenProgress], seen: Mapping[int, Seen]
) -> dict[int, ScreenProgress]:
    """The screens that this ring adds."""
    rest = [one for screen, one in seen.items() if screen not in found]
    chosen = choose(course.rules.rings[course.ring], len(found), rest)
    return {screen: ScreenProgress(screen, course.ring) for screen in chosen}


def _is_well(
    course: Course, found: Mapping[int, ScreenProgress], seen: Mapping[int, Seen], now_ms: int
) -> bool:
    """Whether enough of the ring's screens have run it long enough, and none is updating."""
    ring, members = course.rules.rings[course.ring], in_ring(found.values(), course.ring)
    if any(_is_under_way(one, seen[one.screen]) for one in members):
        return False
    reached = [one for one in members if one.state in TOOK]
    soaked = sum(
        one.state == "updated" and now_ms - one.updated_ms >= 1000 * ring.soak_s for one in members
    )
    return not members or soaked >= max(1, ring.healthy or ceil(len(reached) / 2))


def _is_under_way(one: ScreenProgress, seen: Seen) -> bool:
    return seen.online and one.state not in TOOK


def _ask(
    course: Course,
    found: Mapping[int, ScreenProgress],
    seen: Mapping[int, Seen],
    hearing: Hearing,
    now_ms: int,
) -> dict[int, ScreenProgress]:
    """The next screens to update: some at a time, at most half of a venue."""
    if hearing.deaf or now_ms - hearing.since_ms < 1000 * course.rules.listen_s:
        return {}
    members = in_ring(found.values(), course.ring)
    busy = [one for one in found.values() if one.state in {"asked", "told"}]
    under_way = [seen[one.screen] for one in busy if seen[one.screen].online]
    room = max(ABREAST, ceil(ABREAST_SHARE * len(members))) - len(under_way)
    of_venue = Counter(one.venue for one in under_way)
    all_of_venue = Counter(one.venue for one in seen.values())
    asked: dict[int, ScreenProgress] = {}
    waiting = [one for one in found.values() if one.state == "waiting" and seen[one.screen].online]
    for screen in in_turn(seen[one.screen] for one in waiting):
        venue = seen[screen].venue
        if len(asked) < room and of_venue[venue] < max(1, all_of_venue[venue] // 2):
            of_venue[venue] += 1
            asked[screen] = replace(found[screen], state="asked")
    return asked
