"""A roll-out's steps: rings are kept, too many failures halt it, and every screen ends on one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.gateway.rollouts.rounds.health_rules import Hearing, ScreenProgress, Seen
from server.gateway.rollouts.rounds.rings import Ring, choose, usual_rings
from server.gateway.rollouts.rounds.steps import (
    Course,
    Rules,
    Step,
    in_ring,
    is_past_bound,
    step,
    wanted,
)

OLD, NEW = "1.0.0+aaaaaaaaaa", "1.0.1+bbbbbbbbbb"
START = 1_795_482_000_000
TICK = 30_000
MINUTE = 60_000
SOON = Rules((Ring(screens=10, soak_s=600), Ring(percent=50, soak_s=600), Ring(100, soak_s=600)))
QUICK = replace(SOON, listen_s=0, grace_s=300)

LISTENED = Hearing(START - 3_600_000)


@dataclass
class Box:
    """A screen that takes the release, or what it does instead."""

    number: int
    fate: str = "takes"
    venue: int = 0
    player: str = OLD
    sent_ms: int = 0
    contact_ms: int = START
    gave_up: bool = False
    ill_ms: int = 0

    def live(self, release: str, now_ms: int) -> None:
        """The answer to a heartbeat has the release to run."""
        if self.fate == "away":
            return
        if self.fate == "dies" and self.player == NEW:
            return
        self.contact_ms = now_ms
        self.sent_ms = (self.sent_ms or now_ms) if release == NEW else 0
        if release == NEW and self.fate in {"takes", "dies", "stalls"}:
            self.player = NEW
        elif release == NEW and self.fate == "goes back":
            self.gave_up = True
        elif release == OLD:
            self.player, self.gave_up = OLD, False
        is_ill = self.fate == "stalls" and self.player == NEW
        self.ill_ms = (self.ill_ms or now_ms) if is_ill else 0

    def seen(self, now_ms: int) -> Seen:
        """As the server sees it."""
        return Seen(
            self.number,
            self.venue or self.number,
            unit=self.number % 3,
            kind="bank" if self.number % 2 else "bus",
            online=now_ms - self.contact_ms < 75_000 and self.fate != "away",
            player=self.player,
            last_contact_ms=0 if self.fate == "away" else self.contact_ms,
            sent_ms=self.sent_ms,
            gave_up=self.gave_up,
            ill_ms=self.ill_ms,
            on_duty_since_ms=START - MINUTE,
        )


@dataclass
class District:
    """Boxes and the roll-out that they are part of."""

    boxes: Sequence[Box]
    rules: Rules = QUICK
    course: Course = field(default_factory=lambda: Course(NEW, QUICK))
    screen_states: dict[int, ScreenProgress] = field(default_factory=dict)
    now_ms: int = START
    hearing: Hearing = LISTENED

    def __post_init__(self) -> None:
        self.course = Course(NEW, self.rules)

    def tick(self) -> Step:
        """Half a minute: a step, then a beat of each box."""
        self.now_ms += TICK
        seen = [box.seen(self.now_ms) for box in self.boxes]
        done = step(self.course, self.screen_states, seen, self.hearing, self.now_ms)
        self.course, self.screen_states = done.course, dict(done.progress)
        for box in self.boxes:
            one = self.screen_states.get(box.number)
            former = NEW if self.course.state == "complete" else OLD
            box.live(former if one is None else wanted(self.course, one, former), self.now_ms)
        return done

    def run(self, ticks: int) -> None:
        """A while."""
        for _ in range(ticks):
            self.tick()

    def of_state(self, state: str) -> set[int]:
        """The screens of a state."""
        return {one.screen for one in self.screen_states.values() if one.state == state}


def boxes(count: int, **fates: Sequence[int]) -> list[Box]:
    named = {
        number: fate.replace("_", " ") for fate, numbers in fates.items() for number in numbers
    }
    return [Box(number, named.get(number, "takes")) for number in range(1, count + 1)]


def test_all_is_well_and_every_ring_has_its_turn() -> None:
    district = District(boxes(40))
    reached = []
    for _ in range(200):
        district.tick()
        reached.append((district.course.ring, len(district.of_state("updated"))))

    assert district.course.state == "complete"
    assert max(updated for ring, updated in reached if ring == 0) == 10
    assert max(updated for ring, updated in reached if ring == 1) == 20
    assert {box.player for box in district.boxes} == {NEW}


def test_two_of_ten_that_go_back_by_themselves_halt_it_and_nobody_else_is_updated() -> None:
    district = District(boxes(100, goes_back=range(1, 101)))
    for box in district.boxes:
        if box.number % 5:
            box.fate = "takes"
    while district.course.state == "rolling":
        district.tick()
    notified = {one.screen for one in district.screen_states.values() if one.sent_ms}
    district.run(50)

    assert len(district.screen_states) == 10
    assert {one.screen for one in district.screen_states.values() if one.sent_ms} == notified
    assert len(district.of_state("failed")) == 2
    assert {one.reason for one in district.screen_states.values() if one.reason} == {"went_back"}
    assert all(box.player == OLD for box in district.boxes if box.number not in notified)


@pytest.mark.parametrize(
    ("fate", "reason"), [("dies", "silent"), ("stalls", "stalled"), ("ignores", "not_taken")]
)
def test_what_counts_as_failed(fate: str, reason: str) -> None:
    district = District(boxes(40))
    for box in district.boxes:
        box.fate = fate
    district.run(30)

    assert district.course.state == "halted"
    assert {one.reason for one in district.screen_states.values() if one.reason} == {reason}


def test_a_halted_screen_that_failed_is_sent_back() -> None:
    district = District(boxes(40))
    for box in district.boxes:
        box.fate = "stalls"
    district.run(60)

    failed = district.of_state("failed")
    assert failed
    assert all(box.player == OLD for box in district.boxes if box.number in failed)


def test_one_of_ten_is_borne_and_keeps_the_former_release() -> None:
    district = District(boxes(40, goes_back=[1]))
    district.run(200)

    assert district.course.state == "complete"
    assert [box.number for box in district.boxes if box.player == OLD] == [1]


def test_who_is_away_is_no_failure_and_gets_it_when_it_is_back() -> None:
    district = District(boxes(20, away=[3, 4]))
    district.run(120)
    assert (district.course.state, district.of_state("failed")) == ("complete", set())

    for box in district.boxes:
        box.fate = "takes"
    district.run(2)

    assert {box.player for box in district.boxes} == {NEW}


def test_who_goes_silent_at_closing_time_is_no_failure() -> None:
    states = {1: ScreenProgress(1, 0, "told", sent_ms=START)}
    course = Course(NEW, QUICK, ring=0)
    closed = Seen(
        1, 1, 1, "shop", player=OLD, last_contact_ms=START, sent_ms=START, on_duty_since_ms=None
    )
    later = START + 60 * MINUTE

    shut = step(course, states, [closed], Hearing(), later).progress[1]
    opened = replace(closed, on_duty_since_ms=later - MINUTE)
    just_open = step(course, states, [opened], Hearing(), later).progress[1]
    long_open = step(course, states, [opened], Hearing(), later + 10 * MINUTE).progress[1]

    assert (shut.state, just_open.state) == ("told", "told")
    assert (long_open.state, long_open.reason) == ("failed", "silent")


def test_a_page_that_was_loaded_past_its_worker_has_time_to_come_back() -> None:
    states = {1: ScreenProgress(1, 0, "updated", sent_ms=START, updated_ms=START)}
    course, now_ms = Course(NEW, QUICK, ring=0), START + 60 * MINUTE
    other = Seen(
        1, 1, 1, "shop", online=True, player=OLD, last_contact_ms=now_ms, on_duty_since_ms=START
    )

    once = step(course, states, [other], Hearing(), now_ms).progress
    back = step(course, once, [replace(other, player=NEW)], Hearing(), now_ms + MINUTE).progress
    never = step(course, once, [other], Hearing(), now_ms + 5 * MINUTE).progress

    assert (once[1].state, back[1].state) == ("told", "updated")
    assert (never[1].state, never[1].reason) == ("failed", "not_taken")


def test_who_was_called_back_by_a_halt_needn_t_take_it_but_may_still_have_died() -> None:
    states = {
        1: ScreenProgress(1, 0, "told", sent_ms=START),
        2: ScreenProgress(2, 0, "told", sent_ms=START),
    }
    later, course = START + 60 * MINUTE, Course(NEW, QUICK, state="halted", ring=0)
    here = Seen(
        1, 1, 1, "shop", online=True, player=OLD, last_contact_ms=later, on_duty_since_ms=START
    )
    dead = Seen(2, 2, 1, "shop", player=OLD, last_contact_ms=START, on_duty_since_ms=START)

    found = step(course, states, [here, dead], Hearing(), later).progress

    assert (found[1].state, found[2].state, found[2].reason) == ("told", "failed", "silent")


@pytest.mark.parametrize(
    "hearing", [Hearing(START + 59 * MINUTE), Hearing(START, deaf=True)], ids=["back", "out"]
)
def test_an_outage_of_ours_or_upstream_blames_nobody(hearing: Hearing) -> None:
    states = {1: ScreenProgress(1, 0, "told", sent_ms=START)}
    silent = Seen(1, 1, 1, "shop", last_contact_ms=START, sent_ms=START, on_duty_since_ms=START)

    done = step(Course(NEW, QUICK, ring=0), states, [silent], hearing, START + 60 * MINUTE)

    assert done.progress[1].state == "told"


def test_nobody_is_updated_before_the_server_has_run_for_a_while() -> None:
    district = District(boxes(8), SOON, hearing=Hearing(START))
    district.run(59)
    assert not district.of_state("told") | district.of_state("updated") | district.of_state("asked")

    district.run(1)

    assert district.of_state("asked")


def test_troubles_count_only_if_there_are_more_of_them_than_before() -> None:
    states = {1: ScreenProgress(1, 0, "updated", START, START, before=20)}
    course, now_ms = Course(NEW, QUICK, ring=0), START + 30 * MINUTE
    usual = Seen(1, 1, 1, "shop", online=True, player=NEW, last_contact_ms=now_ms, troubles=20)

    same = step(course, states, [usual], Hearing(), now_ms).progress[1]
    worse = step(course, states, [replace(usual, troubles=21)], Hearing(), now_ms).progress[1]
    calm = {1: replace(states[1], before=0.0)}
    twice = step(course, calm, [replace(usual, troubles=2)], Hearing(), now_ms).progress[1]

    assert (same.state, twice.state) == ("updated", "updated")
    assert (worse.state, worse.reason) == ("failed", "troubles")


def test_a_person_goes_on_after_a_halt_and_new_failures_halt_it_again() -> None:
    district = District(boxes(60))
    for box in district.boxes[:]:
        box.fate = "goes back" if box.number % 5 == 0 else "takes"
    while district.course.state == "rolling":
        district.tick()
    first = district.of_state("failed")
    resumed_ms = district.now_ms
    district.course = replace(district.course, state="rolling", resumed_ms=resumed_ms)
    while district.course.state == "rolling":
        district.tick()

    assert district.course.state == "halted"
    assert len(district.of_state("failed") - first) >= 2


def test_a_venue_is_never_dark_as_a_whole() -> None:
    members = [Box(number, venue=1) for number in range(1, 9)]
    district = District(members, replace(QUICK, rings=(Ring(100, soak_s=60),)))
    for _ in range(20):
        district.tick()
        assert len(district.of_state("asked") | district.of_state("told")) <= 4


FATES = st.sampled_from(["takes", "dies", "stalls", "goes back", "ignores", "away"])


@pytest.mark.slow
@given(
    fates=st.lists(FATES, min_size=1, max_size=60),
    venues=st.lists(st.integers(1, 9), min_size=60, max_size=60),
    first=st.integers(1, 12),
    changes=st.lists(st.tuples(st.integers(0, 59), FATES), max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_boxes_do_no_ring_is_exceeded_and_nothing_goes_on_past_the_bound(
    fates: list[str], venues: list[int], first: int, changes: list[tuple[int, str]]
) -> None:
    members = [Box(number, fate, venues[number - 1]) for number, fate in enumerate(fates, start=1)]
    rules = replace(QUICK, rings=(Ring(screens=first, soak_s=60), Ring(30, soak_s=60), Ring(100)))
    district = District(members, rules)
    notified_when_halted: set[int] | None = None
    for tick in range(60):
        if tick % 10 == 9 and changes:
            place, fate = changes.pop()
            members[place % len(members)].fate = fate
        before = district.course
        done = district.tick()
        reach = (
            len(members)
            if done.course.ring == 2
            else rules.rings[done.course.ring].reach(len(members))
        )
        assert len(done.progress) <= max(reach, rules.rings[0].reach(len(members)))
        notified = {one.screen for one in done.progress.values() if one.sent_ms}
        if done.course.state == "halted":
            notified_when_halted = (
                notified if notified_when_halted is None else notified_when_halted
            )
            assert not {one.screen for one in done.progress.values() if one.state == "asked"}
            assert notified == notified_when_halted
        for ring in range(before.ring + 1):
            if done.course.state == "rolling":
                mine = in_ring(done.progress.values(), ring)
                assert not is_past_bound(rules, mine, 0)
    for box in members:
        one = district.screen_states.get(box.number)
        release = OLD if one is None else wanted(district.course, one, OLD)
        assert release in {OLD, NEW}


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(1, 8), st.booleans()), min_size=1, max_size=50),
    st.integers(1, 20),
)
@settings(deadline=None)
def test_the_choice_is_the_same_each_time_and_takes_each_venue_once_first(
    places: list[tuple[int, bool]], size: int
) -> None:
    candidates = [
        Box(number, venue=venue).seen(START) for number, (venue, _) in enumerate(places, start=1)
    ]
    chosen = choose(Ring(screens=size), 0, candidates)

    assert chosen == choose(Ring(screens=size), 0, list(reversed(candidates)))
    assert len(chosen) == min(size, len(candidates)) == len(set(chosen))
    counts = [sum(places[one - 1][0] == venue for one in chosen) for venue, _ in places]
    venues = {venue for venue, _ in places}
    if len(chosen) <= len(venues):
        assert max(counts) <= 1


def test_a_choice_is_spread_over_kinds_and_units_and_prefers_who_is_there() -> None:
    members = boxes(60, away=range(1, 31))
    candidates = [box.seen(START) for box in members]
    chosen = choose(Ring(screens=12), 0, candidates)

    assert all(one > 30 for one in chosen)
    assert len({(one % 2, one % 3) for one in chosen}) == 6


@pytest.mark.parametrize(("total", "first"), [(1, 1), (8, 2), (40, 10), (5000, 50)])
def test_usual_rings_begin_with_a_handful_and_end_with_all(total: int, first: int) -> None:
    rings = usual_rings(total)

    assert [rings[0].reach(total), rings[-1].reach(total)] == [first, total]
    assert rings[0].reach(total) <= rings[1].reach(total)
