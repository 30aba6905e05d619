"""Off and excused plays in any windows equal a count slot by slot.

Days of long slots over the end of a month; plays in time and after the freeze; moves, another plan,
takeovers, declared pauses and exemptions that overlap. Each figure on each level of a report is
compared with a walk over all slots with the raw log at hand.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from playlists.wire.compliance import ExpectedSlot
from server.inventory.screens.models import Screen, ScreenPause
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.rawlog.reader import Span, plays_between
from server.playlog.store.last_contact import Contact
from server.playlog.store.snapshot import snapshot
from server.publishing.models import AssignedTakeover
from tests.support.app.clock import DAY_MS, MINUTE_MS, START_MS
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.plays.on_air import hand_in, keep_house, put_on_air
from tests.support.plays.plays import CIVIL, Programme, make_batch, make_programme, takeover_batch
from tests.support.reporting.reports import STATES, report

pytestmark = [pytest.mark.slow, pytest.mark.long]

BASE_MS = START_MS + 5 * DAY_MS
"""Sunday, 2026-11-29 09:00: a day and 15 hours before the month ends."""
MINUTES = 4 * 24 * 60
MIDNIGHTS = [15 * 60 + 24 * 60 * day for day in range(-1, 5)]
FROZEN_MS = CIVIL.start_of(datetime(2026, 12, 31, tzinfo=UTC).toordinal())
"""November is."""
FIRST = make_programme(BASE_MS, lengths_s=(900, 600, 1200, 900))
THEN = make_programme(BASE_MS, lengths_s=(300, 1500, 1200, 600), salt=3)
TAKEOVER = "f" * 64
FIGURES = (*STATES, "expected", "excused")

Minutes = tuple[int, int]


@dataclass(frozen=True)
class Case:
    """Minutes since the base, as (from, how long) where two; per slot a word."""

    words: tuple[str, ...]
    handed: int
    reported: int
    switch: int | None
    moves: tuple[int, ...]
    takeover: Minutes | None
    pauses: tuple[Minutes, ...]
    exemptions: tuple[Minutes, ...]
    as_of: int
    days: Minutes


WORDS = st.sampled_from(["shown"] * 5 + ["partial", "failed", "nothing", "wrong", "late", "late"])
WITHIN = st.integers(0, MINUTES)
BOUNDS = st.one_of(st.integers(-200, MINUTES + 200), st.sampled_from(MIDNIGHTS))


def _between(ends: tuple[int, int]) -> Minutes:
    low, high = sorted(ends)
    return low, max(high - low, 1)


def _chain(start: int, links: list[Minutes]) -> tuple[Minutes, ...]:
    """Windows with gaps, both shorter than most slots are."""
    found = []
    for gap, length in links:
        found.append((start + gap, length))
        start += gap + length
    return tuple(found)


SHORT = st.integers(1, 20)
WINDOWS = st.one_of(
    st.lists(st.tuples(BOUNDS, BOUNDS).map(_between), max_size=3).map(tuple),
    st.builds(_chain, BOUNDS, st.lists(st.tuples(SHORT, SHORT), min_size=2, max_size=3)),
)
CASES = st.builds(
    Case,
    words=st.lists(WORDS, min_size=60, max_size=60).map(tuple),
    handed=WITHIN,
    reported=WITHIN,
    switch=st.none() | WITHIN,
    moves=st.lists(WITHIN, max_size=2, unique=True).map(lambda some: tuple(sorted(some))),
    takeover=st.none() | st.tuples(WITHIN, st.integers(1, 90)),
    pauses=WINDOWS,
    exemptions=WINDOWS.filter(bool),
    as_of=st.sampled_from([60, 24 * 60, 4 * 24 * 60, 45 * 24 * 60, 70 * 24 * 60]),
    days=st.tuples(st.integers(0, 3), st.integers(0, 5)),
)


@dataclass
class Scene:
    """A screen that moves between two venues of two units below one."""

    world: World
    screen: BoundScreen
    venues: tuple[int, int]
    above: int
    case: Case

    @property
    def tenures(self) -> list[tuple[Programme, int, int]]:
        """The programmes on air, with from and until."""
        end_ms = BASE_MS + 20 * DAY_MS
        if self.case.switch is None:
            return [(FIRST, BASE_MS, end_ms)]
        switch_ms = at(self.case.switch)
        return [(FIRST, BASE_MS, switch_ms), (THEN, switch_ms, end_ms)]

    @property
    def handed_ms(self) -> int:
        """When the log was handed in."""
        return at(self.case.handed)

    @property
    def as_of_ms(self) -> int:
        """Of when the report is; an hour later at least, when all slots at hand are over."""
        return self.handed_ms + (self.case.as_of + 60) * MINUTE_MS

    def slots(self, until_ms: int) -> list[tuple[Programme, ExpectedSlot]]:
        """All that is expected by then."""
        return [
            (programme, slot)
            for programme, from_ms, end_ms in self.tenures
            for slot in programme.slots(from_ms, min(end_ms, until_ms))
        ]

    def venue_at(self, at_ms: int) -> int:
        """The venue of the screen at an instant."""
        return self.venues[sum(at(minute) <= at_ms for minute in self.case.moves) % 2]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(tmp_path_factory.mktemp("shared"))
    yield made
    made.core.config.engine.dispose()
    made.core.plays.engine.dispose()


PATIENT = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@given(CASES)
@settings(PATIENT, max_examples=3 if ON_POSTGRES else 10)
def test_excluded_plays_equal_a_count_slot_by_slot(shared: World, case: Case) -> None:
    hold_all(shared, case)


@pytest.mark.soak
@given(CASES)
@settings(PATIENT, max_examples=150)
def test_so_it_is_in_many_more_histories(shared: World, case: Case) -> None:
    hold_all(shared, case)


def hold_all(shared: World, case: Case) -> None:
    """Compare the reports of a case, before and after its days are rolled up."""
    scene = stage(shared, case)
    play(scene)
    shared.clock.at_ms = scene.as_of_ms
    reader = sign_in(shared, "reviewer")
    expected = walk(scene)

    hold(scene, reader, expected)
    keep_house(shared)
    hold(scene, reader, expected)


def hold(scene: Scene, reader: Person, expected: dict[tuple[Any, ...], Counter[str]]) -> None:
    """Each level of the reports of all days and of some, by unit, by one venue, and by screen."""
    first = datetime(2026, 11, 29, tzinfo=UTC).date()
    low, length = scene.case.days
    spans = [(0, 6), (low, low + length)]
    for begin, end in spans:
        days = {"from": str(first + timedelta(begin)), "to": str(first + timedelta(end))}
        for limits in (
            {"unit_id": f"u_{scene.above}"},
            {"screen_id": scene.screen.public_id},
            {"venue_id": f"v_{scene.venues[1]}"},
        ):
            for group, index in (("day", 0), ("hour", 1), ("venue", 2), ("campaign", 3)):
                wanted: defaultdict[Any, Counter[str]] = defaultdict(Counter)
                for key, counts in expected.items():
                    inside = days["from"] <= key[0] <= days["to"]
                    if inside and ("venue_id" not in limits or limits["venue_id"] == key[2]):
                        wanted[key[index]] += counts
                found = report(reader.client, group_by=group, **days, **limits)
                name = group if group in {"day", "hour"} else f"{group}_id"
                got = {item[name]: {one: item[one] for one in FIGURES} for item in found["items"]}
                assert got == {
                    key: {one: counts[one] for one in FIGURES} for key, counts in wanted.items()
                }, (group, limits, days)
                for item in [*found["items"], found["totals"]]:
                    of = found["totals"] is item
                    counts = sum(wanted.values(), Counter()) if of else wanted[item[name]]
                    check_rates(item, counts)


def check_rates(item: dict[str, Any], counts: Counter[str]) -> None:
    """Within 0 and 1; the higher one is what comes if all that is pending was shown."""
    due = counts["expected"] - counts["pre_empted"] - counts["excused"]
    rate, high = item["delivery_rate"], item["delivery_rate_high"]
    if due == 0:
        assert rate is high is None
        return
    assert 0 <= rate <= high <= 1
    assert rate == counts["confirmed"] / due
    best = counts["confirmed"] + counts["pending"]
    assert high == best / (due + counts["pending"] - counts["awaited"])


def stage(world: World, case: Case) -> Scene:
    """The screen with all that is known of it, moved about in the course of time."""
    world.clock.at_ms = BASE_MS
    above = make_unit(world, "街道")
    units = make_unit(world, "甲", above), make_unit(world, "乙", above)
    venues = make_venue(world, unit=units[0]), make_venue(world, unit=units[1])
    screen = make_screen(world, venue=venues[0], enrolled_at=BASE_MS)
    scene = Scene(world, screen, venues, above, case)
    for version, (programme, from_ms, _) in enumerate(scene.tenures, 1):
        put_on_air(world, screen, programme, from_ms, version=version)
    declare(scene)
    keep_house(world)
    for minute in case.moves:
        world.clock.at_ms = at(minute)
        with world.core.config.write() as session:
            session.get_one(Screen, screen.id).venue_id = scene.venue_at(at(minute))
        keep_house(world)
    return scene


def declare(scene: Scene) -> None:
    """Write down takeovers, pauses and approved exemptions."""
    user, case = sign_in(scene.world, "admin").user_id, scene.case
    screen = scene.screen.id
    with scene.world.core.config.write() as session:
        if case.takeover:
            from_ms, until_ms = span(case.takeover)
            session.add(
                AssignedTakeover(
                    screen_id=screen, object="t_1", asset=TAKEOVER, from_ms=from_ms,
                    until_ms=until_ms,
                )
            )  # fmt: skip
        for from_ms, until_ms in map(span, case.pauses):
            session.add(
                ScreenPause(
                    screen_id=screen, from_at=from_ms, until_at=until_ms, reason="检修",
                    user_id=user,
                )
            )  # fmt: skip
        for from_ms, until_ms in map(span, case.exemptions):
            row = Exemption(
                unit_id=1, author_id=user, state="approved", selector={}, reach=[],
                from_at=from_ms, until_at=until_ms, code="closed", note="", file="",
                created_at=from_ms,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(
                ExemptedScreen(
                    exemption_id=row.id, screen_id=screen, from_at=from_ms, until_at=until_ms,
                    venue_id=1, unit_id=1,
                )
            )  # fmt: skip


def play(scene: Scene) -> None:
    """Hand in the case's plays: most in time, some a day after November was frozen."""
    case, world = scene.case, scene.world
    rows = [
        (programme, slot, case.words[number % len(case.words)])
        for number, (programme, slot) in enumerate(scene.slots(scene.handed_ms))
        if not covered(slot, case)
    ]
    in_time = [row for row in rows if row[2] not in {"nothing", "late"}]
    late = [row for row in rows if row[2] == "late"]
    world.clock.at_ms = max(scene.handed_ms, at(max(case.moves, default=0)))
    hand_in_plays(scene, in_time, "00000000000000b1")
    if case.takeover and span(case.takeover)[1] <= scene.handed_ms:
        from_ms, until_ms = span(case.takeover)
        shown = takeover_batch(TAKEOVER, from_ms, until_ms - from_ms, boot="00000000000000b3")
        assert hand_in(world, scene.screen, shown).status_code == 200
    contact = Contact(scene.screen.id, min(at(case.reported), scene.handed_ms), "b", 0, None)
    playback_of(world.app).contacts.note(contact)
    keep_house(world)
    if scene.as_of_ms > FROZEN_MS + DAY_MS:
        world.clock.at_ms = FROZEN_MS + DAY_MS
        hand_in_plays(scene, late, "00000000000000b2")


def hand_in_plays(scene: Scene, rows: list[tuple[Programme, ExpectedSlot, str]], boot: str) -> None:
    first, offset_ms = 1, BASE_MS - 5_000
    states = {"partial": 1, "failed": 2}
    for programme in (FIRST, THEN):
        mine = [(slot, word) for one, slot, word in rows if one is programme]
        for begin in range(0, len(mine), 150):
            some = mine[begin : begin + 150]
            batch = make_batch(
                programme,
                [slot for slot, _ in some],
                first=first,
                boot=boot,
                offset_ms=offset_ms,
                start_ms=[
                    slot.start_ms - offset_ms - (60_000 if word == "wrong" else 0)
                    for slot, word in some
                ],
                shown_ms=[
                    slot.duration_ms // (2 if word == "partial" else 1) * (word != "failed")
                    for slot, word in some
                ],
                state=[states.get(word, 0) for _, word in some],
                error=["asset_failed" if word == "failed" else None for _, word in some],
            )
            answer = hand_in(scene.world, scene.screen, batch)
            assert answer.status_code == 200, answer.text
            first += len(some)


def walk(scene: Scene) -> dict[tuple[Any, ...], Counter[str]]:
    """Each slot's state, counted by (day, hour, venue, campaign) as reports name them."""
    case, evidence, unfrozen = scene.case, raw(scene), raw(scene, frozen=False)
    pauses, exemptions = [*map(span, case.pauses)], [*map(span, case.exemptions)]
    slots = scene.slots(scene.as_of_ms)
    pre_empted = case.takeover and span(case.takeover)[1] <= scene.handed_ms
    ends = [
        end_of(slot) for programme, slot in slots if (programme.digest, key_of(slot)) in unfrozen
    ]
    ends += [end_of(slot) for _, slot in slots if pre_empted and covered(slot, case)]
    reported_ms = max([min(at(case.reported), scene.handed_ms), last_shown(scene), *ends])
    reported_ms = max(reported_ms, scene.as_of_ms - 30 * DAY_MS)
    found: defaultdict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for programme, slot in slots:
        state = evidence.get((programme.digest, key_of(slot)))
        if state != "confirmed" and pre_empted and covered(slot, case):
            state = "pre_empted"
        if state is None and meets_any(slot, pauses):
            state = "screen_off"
        if state is None:
            state = "pending" if end_of(slot) > reported_ms else "missing"
        excused = state not in {"confirmed", "pre_empted"} and meets_any(slot, exemptions)
        counts = Counter({"expected": 1, state: 1, "excused": int(excused)})
        counts["awaited"] = int(state == "pending" and not excused)
        found[place_of(scene, slot)].update(counts)
    return found


def raw(scene: Scene, *, frozen: bool = True) -> dict[tuple[str, Any], str]:
    """The states of slots by the raw log, as of the freeze of their month."""
    words = {"counted": "confirmed", "partial": "partial", "failed": "failed"}
    found = {}
    with snapshot(scene.world.core.plays) as tx:
        for one in plays_between(tx, Span((scene.screen.id,), 0, 2**53)):
            play = one.play
            state = words.get(str(one.verdict))
            if state is None or play.slot < 0 or one.start_ms is None or play.manifest is None:
                continue
            frozen_ms = CIVIL.frozen_from(CIVIL.day_of(one.start_ms), 30)
            if not frozen or one.received_ms < frozen_ms:
                found[play.manifest, (play.segment, play.cycle, play.slot)] = state
    return found


def last_shown(scene: Scene) -> int:
    """The end of the latest play, whatever became of it."""
    with snapshot(scene.world.core.plays) as tx:
        rows = plays_between(tx, Span((scene.screen.id,), 0, 2**53))
        return max([(one.start_ms or 0) + one.play.shown_ms for one in rows], default=0)


def place_of(scene: Scene, slot: ExpectedSlot) -> tuple[Any, ...]:
    moment = datetime.fromtimestamp(slot.start_ms / 1000, CIVIL.zone)
    hour = moment.replace(minute=0, second=0, microsecond=0)
    venue = f"v_{scene.venue_at(slot.start_ms)}"
    return str(moment.date()), hour.isoformat(), venue, slot.campaign


def key_of(slot: ExpectedSlot) -> tuple[int, int, int]:
    return slot.segment, slot.cycle, slot.slot


def end_of(slot: ExpectedSlot) -> int:
    return slot.start_ms + slot.duration_ms


def covered(slot: ExpectedSlot, case: Case) -> bool:
    return case.takeover is not None and meets_any(slot, [span(case.takeover)])


def meets_any(slot: ExpectedSlot, windows: list[tuple[int, int]]) -> bool:
    return any(slot.start_ms < end and end_of(slot) > begin for begin, end in windows)


def at(minute: int) -> int:
    return BASE_MS + minute * MINUTE_MS


def span(minutes: Minutes) -> tuple[int, int]:
    return at(minutes[0]), at(minutes[0] + minutes[1])
