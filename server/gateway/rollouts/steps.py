"""One step of a roll-out: the screens' states in, what is to be done out. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final, Literal

from server.gateway.rollouts.health_rules import TOOK, Hearing, Seen, Standing, Wish, judge
from server.gateway.rollouts.rings import Candidate, Ring, choose, in_turn

RolloutState = Literal["rolling", "halted", "complete"]
FEW: Final = 3
ABREAST: Final = 10
ABREAST_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Rules:
    """How a roll-out goes.

    `grace_s`: how long a screen may take, and how long it is watched for silence or a standstill;
    `listen_s`: for how long the server must have listened before it tells anybody; a ring halts
    from `failed` screens on, if they are `failed_pct` of those that took it.
    """

    rings: tuple[Ring, ...]
    grace_s: int = 900
    listen_s: int = 1800
    failed: int = 2
    failed_pct: float = 10


@dataclass(frozen=True, slots=True)
class Course:
    """How far a roll-out has come; failures until `resumed_ms` a person has waived.

    `ring` is -1 before the first has begun.
    """

    target: str
    rules: Rules
    state: RolloutState = "rolling"
    ring: int = -1
    resumed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """The course and all standings after it; `halted_ring` if it halted now."""

    course: Course
    standings: Mapping[int, Standing]
    halted_ring: int | None = None


def step(
    course: Course,
    standings: Mapping[int, Standing],
    seen: Sequence[Seen],
    hearing: Hearing,
    now_ms: int,
) -> Step:
    """What a roll-out makes of what is seen now.

    Screens that are gone (retired, revoked) drop out. Once it is halted nobody is told any more;
    those that were are still judged.
    """
    by_screen = {one.screen: one for one in seen}
    wish = Wish(course.target, course.rules.grace_s, stands=course.state == "rolling")
    found = {
        screen: judge(one, by_screen[screen], wish, hearing, now_ms)
        for screen, one in standings.items()
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


def in_ring(standings: Iterable[Standing], ring: int) -> list[Standing]:
    """Those of one ring."""
    return [one for one in standings if one.ring == ring]


def is_past_bound(rules: Rules, members: Sequence[Standing], resumed_ms: int) -> bool:
    """Whether too many of a ring's screens have failed; of three or fewer one is too many."""
    failed = sum(one.state == "failed" and one.failed_ms > resumed_ms for one in members)
    took = sum(one.state in TOOK for one in members)
    return failed >= least_failures(rules, len(members)) and 100 * failed >= rules.failed_pct * took


def least_failures(rules: Rules, screens: int) -> int:
    """How many of a ring of so many screens must have failed: of three or fewer, one."""
    return rules.failed if screens > FEW else 1


def wanted(course: Course, one: Standing, former: str) -> str:
    """The player that a screen of a roll-out is to run."""
    goes_on = one.state == "updated" or (
        course.state == "rolling" and one.state in {"asked", "told"}
    )
    return course.target if goes_on else former


def _past_bound(course: Course, found: Iterable[Standing]) -> int | None:
    """The first ring with too many failures."""
    standings = list(found)
    for ring in range(course.ring + 1):
        if is_past_bound(course.rules, in_ring(standings, ring), course.resumed_ms):
            return ring
    return None


def _calm(one: Standing) -> Standing:
    """Who hasn't been told yet isn't."""
    return replace(one, state="waiting") if one.state == "asked" else one


def _go_on(
    course: Course, found: dict[int, Standing], seen: Mapping[int, Seen], now_ms: int
) -> tuple[Course, dict[int, Standing]]:
    """Begin the next ring if its time has come; the last one takes in whoever is new."""
    last = len(course.rules.rings) - 1
    if course.ring >= 0 and not _is_well(course, found, seen, now_ms):
        return course, found | (_join(course, found, seen) if course.ring == last else {})
    if course.ring == last:
        return replace(course, state="complete"), found
    course = replace(course, ring=course.ring + 1)
    return course, found | _join(course, found, seen)


def _join(
    course: Course, found: Mapping[int, Standing], seen: Mapping[int, Seen]
) -> dict[int, Standing]:
    """The screens that this ring adds."""
    rest = [candidate(one) for screen, one in seen.items() if screen not in found]
    chosen = choose(course.rules.rings[course.ring], len(found), rest)
    return {screen: Standing(screen, course.ring) for screen in chosen}


def _is_well(
    course: Course, found: Mapping[int, Standing], seen: Mapping[int, Seen], now_ms: int
) -> bool:
    """Whether enough of the ring's screens have run it for long enough, and none is on its way."""
    ring, members = course.rules.rings[course.ring], in_ring(found.values(), course.ring)
    if any(_is_under_way(one, seen[one.screen]) for one in members):
        return False
    reached = [one for one in members if one.state in TOOK]
    soaked = sum(
        one.state == "updated" and now_ms - one.updated_ms >= 1000 * ring.soak_s for one in members
    )
    return not members or soaked >= max(1, ring.healthy or ceil(len(reached) / 2))


def _is_under_way(one: Standing, seen: Seen) -> bool:
    return seen.online and one.state not in TOOK


def _ask(
    course: Course,
    found: Mapping[int, Standing],
    seen: Mapping[int, Seen],
    hearing: Hearing,
    now_ms: int,
) -> dict[int, Standing]:
    """Whose turn it is: some at a time, and of a venue half at the most."""
    if hearing.deaf or now_ms - hearing.since_ms < 1000 * course.rules.listen_s:
        return {}
    members = in_ring(found.values(), course.ring)
    busy = [one for one in found.values() if one.state in {"asked", "told"}]
    under_way = [seen[one.screen] for one in busy if seen[one.screen].online]
    room = max(ABREAST, ceil(ABREAST_SHARE * len(members))) - len(under_way)
    of_venue = Counter(one.venue for one in under_way)
    all_of_venue = Counter(one.venue for one in seen.values())
    asked: dict[int, Standing] = {}
    waiting = [one for one in found.values() if one.state == "waiting" and seen[one.screen].online]
    for screen in in_turn(candidate(seen[one.screen]) for one in waiting):
        venue = seen[screen].venue
        if len(asked) < room and of_venue[venue] < max(1, all_of_venue[venue] // 2):
            of_venue[venue] += 1
            asked[screen] = replace(found[screen], state="asked")
    return asked


def candidate(one: Seen) -> Candidate:
    """As the choice of a ring sees it: who shows nothing now proves nothing, and comes late."""
    well = one.online and not one.ill_ms
    return Candidate(one.screen, one.venue, one.unit, one.kind, well, one.tags)
