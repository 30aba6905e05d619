"""Whatever screens hand in, the states of expected plays sum to their number, on every level.

Each case is worked out a second time, slot by slot, from the plan and the raw log alone.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from playlists.wire.compliance import ExpectedSlot
from server.inventory.screens.models import ScreenPause
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.last_contact import Contact
from server.playlog.upkeep import verify
from server.publishing.models import AssignedTakeover
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.plays.on_air import hand_in, keep_house, put_on_air
from tests.support.plays.plays import make_batch, make_programme, takeover_batch
from tests.support.reporting.reports import STATES, check_sums

pytestmark = pytest.mark.slow

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
ASSET = "f" * 64
OFFSET_MS = START_MS - 5_000


@dataclass(frozen=True)
class Case:
    """What a screen did in an hour: per slot a word; a takeover and a pause in minutes."""

    words: tuple[str, ...]
    sizes: tuple[int, ...]
    takeover: tuple[int, int] | None
    pause: tuple[int, int] | None
    reported_min: int
    as_of_min: int


WORDS = st.sampled_from(["shown"] * 6 + ["partial", "failed", "nothing", "wrong", "short"])
MINUTES = st.tuples(st.integers(0, 46), st.integers(1, 12))
"""All over by the end of the hour, when the screen hands in its log."""
CASES = st.builds(
    Case,
    words=st.lists(WORDS, min_size=240, max_size=240).map(tuple),
    sizes=st.lists(st.integers(1, 90), min_size=1, max_size=6).map(tuple),
    takeover=st.none() | MINUTES,
    pause=st.none() | MINUTES,
    reported_min=st.integers(0, 60),
    as_of_min=st.sampled_from([60, 61, 90, 30 * 24 * 60 + 30, 33 * 24 * 60, 70 * 24 * 60]),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(tmp_path_factory.mktemp("shared"))
    yield made
    made.core.config.engine.dispose()
    made.core.plays.engine.dispose()


@given(CASES)
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_states_sum_to_expected_and_are_those_of_the_slots(shared: World, case: Case) -> None:
    world = shared
    world.clock.at_ms = START_MS + HOUR_MS
    screen = stage(world, case)
    reported_ms = play(world, screen, case)
    world.clock.at_ms = START_MS + case.as_of_min * MINUTE_MS
    reader = sign_in(world, "reviewer")

    before = check_sums(reader.client, screen_id=screen.public_id)
    keep_house(world)
    after = check_sums(reader.client, screen_id=screen.public_id)

    assert before == after
    assert verify(world.core, playback_of(world.app)) == []
    if case.as_of_min < 24 * 60:
        assert {state: after[state] for state in STATES} == states_of_slots(
            reader, screen, case, reported_ms
        )


def stage(world: World, case: Case) -> BoundScreen:
    """A screen in a unit and venue of its own, with its plan, takeover and pause."""
    screen = make_screen(
        world, venue=make_venue(world, unit=make_unit(world)), enrolled_at=START_MS
    )
    put_on_air(world, screen, PROGRAMME, START_MS)
    user = sign_in(world, "admin").user_id
    with world.core.config.write() as session:
        if case.takeover:
            from_ms, until_ms = span(case.takeover)
            session.add(
                AssignedTakeover(
                    screen_id=screen.id,
                    object="t_1",
                    asset=ASSET,
                    from_ms=from_ms,
                    until_ms=until_ms,
                )
            )
        if case.pause:
            from_ms, until_ms = span(case.pause)
            session.add(
                ScreenPause(
                    screen_id=screen.id,
                    from_at=from_ms,
                    until_at=until_ms,
                    reason="检修",
                    user_id=user,
                )
            )
    return screen


def play(world: World, screen: BoundScreen, case: Case) -> int:
    """Hand in the case's plays up to its reporting time; returns that instant."""
    reported_until = START_MS + case.reported_min * MINUTE_MS
    rows = [
        (slot, word)
        for slot, word in map(partial(cut_short, case), zip(SLOTS, case.words, strict=True))
        if word != "nothing" and slot.start_ms + slot.duration_ms <= reported_until
    ]
    first, index, ends = 1, 0, [0]
    while rows:
        size = case.sizes[index % len(case.sizes)]
        batch, rows, index = rows[:size], rows[size:], index + 1
        answer = hand_in(world, screen, batch_of(batch, first))
        assert answer.status_code == 200, answer.text
        first += len(batch)
        ends += [end_of(slot, word) for slot, word in batch]
    if case.takeover:
        from_ms, until_ms = span(case.takeover)
        shown = takeover_batch(ASSET, from_ms, until_ms - from_ms, boot="t")
        assert hand_in(world, screen, shown).status_code == 200
        ends.append(until_ms)
    contact = Contact(screen.id, reported_until, "b", 0, None)
    playback_of(world.app).contacts.note(contact)
    return max(reported_until, *ends)


def cut_short(case: Case, row: tuple[ExpectedSlot, str]) -> tuple[ExpectedSlot, str]:
    """Under a takeover nothing of the plan is shown; what it interrupts is partial."""
    slot, word = row
    if not covered(slot, case):
        return row
    begins_ms = span(case.takeover or (0, 0))[0]
    half_ms = slot.start_ms + slot.duration_ms // 2
    return slot, "partial" if word != "nothing" and half_ms < begins_ms else "nothing"


def batch_of(rows: list[tuple[ExpectedSlot, str]], first: int) -> dict[str, Any]:
    shown = {"shown": 1.0, "partial": 0.5, "failed": 0.0, "wrong": 1.0, "short": 0.4}
    states = {"partial": 1, "failed": 2}
    starts = [slot.start_ms - OFFSET_MS - (3_000 if word == "wrong" else 0) for slot, word in rows]
    return make_batch(
        PROGRAMME,
        [slot for slot, _ in rows],
        first=first,
        offset_ms=OFFSET_MS,
        start_ms=starts,
        shown_ms=[round(slot.duration_ms * shown[word]) for slot, word in rows],
        state=[states.get(word, 0) for _, word in rows],
        error=["asset_failed" if word == "failed" else None for _, word in rows],
    )


def states_of_slots(
    reader: Person, screen: BoundScreen, case: Case, reported_ms: int
) -> dict[str, int]:
    """The states worked out from the plan and the raw log, slot by slot."""
    verdicts = raw_verdicts(reader, screen)
    taken_over = [slot for slot in SLOTS if covered(slot, case)]
    last_ms = max(
        [reported_ms]
        + [
            slot.start_ms + slot.duration_ms
            for slot in SLOTS
            if slot in taken_over or verdicts.get((slot.cycle, slot.slot))
        ]
    )
    until_ms = START_MS + case.as_of_min * MINUTE_MS
    found = Counter(
        state_of(slot, verdicts, case, last_ms) for slot in PROGRAMME.slots(START_MS, until_ms)
    )
    return {state: found[state] for state in STATES}


def state_of(
    slot: ExpectedSlot, verdicts: dict[tuple[int, int], str], case: Case, last_ms: int
) -> str:
    verdict = verdicts.get((slot.cycle, slot.slot))
    if verdict == "counted":
        return "confirmed"
    if covered(slot, case):
        return "pre_empted"
    if verdict in {"failed", "partial"}:
        return verdict
    if case.pause and meets(slot, span(case.pause)):
        return "screen_off"
    return "pending" if slot.start_ms + slot.duration_ms > last_ms else "missing"


def raw_verdicts(reader: Person, screen: BoundScreen) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    cursor: str | None = "0.0"
    while cursor:
        query = {
            "screen_id": screen.public_id,
            "from": "2026-11-24T08:00:00+08:00",
            "to": "2026-11-24T12:00:00+08:00",
            "limit": 200,
            "cursor": cursor,
        }
        page = json.loads(reader.client.get("/api/v1/plays", query_string=query).data)
        for item in page["items"]:
            if item["verdict"] != "quarantined" and item["slot"] >= 0:
                found[item["cycle"], item["slot"]] = item["verdict"]
        cursor = page["next"]
    return found


def covered(slot: ExpectedSlot, case: Case) -> bool:
    return case.takeover is not None and meets(slot, span(case.takeover))


def meets(slot: ExpectedSlot, window: tuple[int, int]) -> bool:
    return slot.start_ms < window[1] and slot.start_ms + slot.duration_ms > window[0]


def span(minutes: tuple[int, int]) -> tuple[int, int]:
    from_ms = START_MS + minutes[0] * MINUTE_MS + 50_000
    return from_ms, from_ms + minutes[1] * MINUTE_MS


def end_of(slot: ExpectedSlot, word: str) -> int:
    shown = {"shown": 1.0, "partial": 0.5, "failed": 0.0, "wrong": 1.0, "short": 0.4}
    early = 3_000 if word == "wrong" else 0
    return slot.start_ms - early + round(slot.duration_ms * shown[word])
