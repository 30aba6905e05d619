"""What plays prove is kept as runs of seconds, whatever order the plays come in."""

from collections.abc import Iterator
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playlists.windows import Span
from server.playlog.ingest.reconcile import follow
from server.playlog.ingest.revalidation import review_boot
from server.playlog.model.batch import read_batch
from server.playlog.model.screen_context import ScreenContext, Tenure
from server.playlog.store import boots
from server.playlog.store.display_intervals import Proof, joined, proven_by_plain
from server.playlog.store.group_commit import Committer
from server.playlog.store.transaction import Tx
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS, HandClock
from tests.support.app.databases import ON_POSTGRES, fresh_plays
from tests.support.plays.device_logs import OFFSET_MS, PROGRAMME, SLOTS
from tests.support.plays.plays import (
    BANK,
    BOOT,
    Desk,
    make_batch,
    takeover_batch,
    work_with_plans,
)

OTHER = "00000000000000b2"
START_S = START_MS // 1000
SCREENS = count(100)


@pytest.fixture(scope="module")
def committer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Committer]:
    database = fresh_plays(tmp_path_factory.mktemp("evidence"))
    made = Committer(database)
    yield made
    made.close()
    database.engine.dispose()


@pytest.fixture
def desk(committer: Committer) -> Desk:
    return new_desk(committer)


def new_desk(committer: Committer) -> Desk:
    """A screen of its own in the store that all tests share."""
    clock = HandClock(START_MS + 2 * HOUR_MS)
    context = ScreenContext(next(SCREENS), 0, BANK, (Tenure(PROGRAMME.digest, START_MS),))
    made = Desk(committer, clock, context)
    made.air(PROGRAMME)
    return made


def proven(desk: Desk) -> list[Span]:
    """The stored evidence, in seconds since the hour began."""
    query = "SELECT from_s, until_s FROM evidence_runs WHERE screen = ? ORDER BY from_s"
    rows = desk.sql(query, desk.screen_context.screen)
    return [(low - START_S, high - START_S) for low, high in rows]


def naive(desk: Desk) -> list[Span]:
    """The same from the raw log, second by second."""
    seconds: set[int] = set()
    for boot in (BOOT, OTHER):
        for one in desk.logged(boot).values():
            if one.verdict in {"counted", "partial"} and one.start_ms is not None:
                low, high = one.start_ms // 1000, (one.start_ms + one.play.shown_ms) // 1000
                seconds |= set(range(low - START_S, high - START_S))
    seconds |= {at for at in (one + 1 for one in seconds) if at + 1 in seconds}
    begins = sorted(at for at in seconds if at - 1 not in seconds)
    ends = sorted(at + 1 for at in seconds if at + 1 not in seconds)
    return list(zip(begins, ends, strict=True))


def flag(desk: Desk, boot: str, word: str) -> None:
    def work(tx: Any, context: Any) -> None:
        found = boots.open_boot(tx, desk.screen_context.screen, boot, desk.clock.now_ms())
        boots.set_flag(tx, found.id, word)
        review_boot(tx, context, found)

    work_with_plans(desk, work)


def test_an_hour_without_a_pause_is_one_run(desk: Desk) -> None:
    for first in range(0, 240, 40):
        batch = make_batch(PROGRAMME, SLOTS[first : first + 40], first=first + 1)
        desk.take(
            {
                **batch,
                "clock": {"offset_ms": OFFSET_MS, "uncertainty_ms": 12},
                "start_ms": [slot.start_ms - OFFSET_MS for slot in SLOTS[first : first + 40]],
            }
        )

    assert proven(desk) == [(0, 3600)]


def test_a_pause_of_more_than_a_second_parts_runs_and_what_fills_it_joins_them(desk: Desk) -> None:
    desk.take(make_batch(PROGRAMME, SLOTS[:4], offset_ms=OFFSET_MS))
    desk.take(make_batch(PROGRAMME, SLOTS[8:12], offset_ms=OFFSET_MS, first=5))
    apart = proven(desk)

    desk.take(make_batch(PROGRAMME, SLOTS[4:8], offset_ms=OFFSET_MS, boot=OTHER))

    assert apart == [(0, 60), (120, 180)]
    assert proven(desk) == [(0, 180)]


def test_a_partial_play_proves_as_long_as_it_lasted_and_a_failed_one_nothing(desk: Desk) -> None:
    state, shown = [0, 1, 2, 0], [10_000, 4_900, 5_000, 30_000]

    desk.take(make_batch(PROGRAMME, SLOTS[:4], offset_ms=OFFSET_MS, state=state, shown_ms=shown))

    assert desk.verdicts() == ["counted", "partial", "failed", "counted"]
    assert proven(desk) == [(0, 14), (30, 60)]


def test_quarantined_plays_prove_nothing_until_they_count(desk: Desk) -> None:
    flag(desk, BOOT, "suspected")
    desk.take(make_batch(PROGRAMME, SLOTS[:4], offset_ms=OFFSET_MS))
    aside = proven(desk)

    flag(desk, BOOT, "cleared")
    released = proven(desk)
    flag(desk, BOOT, "ruled_out")

    assert (aside, released, proven(desk)) == ([], [(0, 60)], [])


def test_plays_whose_clock_is_found_later_prove_it_then(desk: Desk) -> None:
    desk.take(make_batch(PROGRAMME, SLOTS[:4], clock=None, offset_ms=OFFSET_MS))
    before = proven(desk)

    desk.take(make_batch(PROGRAMME, SLOTS[4:8], offset_ms=OFFSET_MS, first=5))

    assert before == []
    assert proven(desk) == [(0, 120)]


def test_a_refused_takeover_leaves_the_evidence_around_it(desk: Desk) -> None:
    desk.take(make_batch(PROGRAMME, SLOTS[:4], offset_ms=OFFSET_MS))

    desk.take(takeover_batch("ff" * 32, START_MS + 90_000, 10_000, first=5))

    assert desk.verdicts()[-1] == "quarantined"
    assert proven(desk) == [(0, 60)]


def test_work_that_is_undone_proves_nothing(desk: Desk) -> None:
    def fails(tx: Tx) -> None:
        tx.prove(Proof(desk.screen_context.screen, [(START_S, START_S + 9)]))
        raise KeyError

    with pytest.raises(KeyError):
        desk.committer.submit(fails)

    assert proven(desk) == []


spans = st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda one: (one[0], sum(one)))


@pytest.mark.slow
@given(st.lists(spans, max_size=12), st.randoms(use_true_random=False))
def test_the_union_is_the_same_in_any_order_and_by_parts(found: list[Span], dice: Any) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)
    in_turn: list[Span] = []
    for span in shuffled:
        in_turn = joined([*in_turn, span])

    assert joined(found) == in_turn
    assert all(high + 1 < low for (_, high), (low, _) in pairwise(in_turn))


gaps = st.sampled_from([-100, 0, 0, 7, 999, 1_000, 1_001, 1_700, 1_999, 2_001])
plays = st.tuples(gaps, st.sampled_from([0, 300, 999]) | st.integers(1_000, 6_000))


@pytest.mark.slow
@given(st.lists(plays, min_size=1, max_size=4), st.sampled_from([0.0, 0.25, 0.5, 700.5]))
def test_the_short_way_proves_the_same_as_each_play_by_itself(
    found: list[tuple[int, int]], fraction: float
) -> None:
    starts, at_ms = [], 5_000
    for gap_ms, shown_ms in found:
        starts.append(at_ms + max(gap_ms, -100))
        at_ms = starts[-1] + shown_ms
    shown = [ms for _, ms in found]
    slots = SLOTS[: len(found)]
    payload = make_batch(PROGRAMME, slots, start_ms=starts, shown_ms=shown, offset_ms=0)
    payload["clock"]["offset_ms"] = fraction
    begins = [round(start + fraction) for start in starts]
    each = [(at // 1000, (at + ms) // 1000) for at, ms in zip(begins, shown, strict=True)]

    spans = proven_by_plain(read_batch(payload), begins[0], begins[-1] + shown[-1])

    assert joined(spans) == joined(each)


@st.composite
def batches(draw: st.DrawFn, boot: str) -> list[dict[str, Any]]:
    """Consecutive batches of one boot, some of them odd, some without a clock at first."""
    drift = st.sampled_from([0, 0, 0, 0, 7, 400, 999, 1_000, 1_001, 1_999, -60])
    shorter = st.sampled_from([0, 0, 0, 0, 5, 200, 999, 1_000, 4_500, 9_400])
    state = st.sampled_from([0] * 9 + [1, 1, 2])
    found, at, first = [], draw(st.integers(0, 20)), 1
    synced = draw(st.booleans())
    for _ in range(draw(st.integers(1, 3))):
        slots = SLOTS[at : at + draw(st.integers(1, 9))]
        batch = make_batch(PROGRAMME, slots, first=first, boot=boot, offset_ms=OFFSET_MS)
        if draw(st.booleans()):
            batch["start_ms"] = [ms + draw(drift) for ms in batch["start_ms"]]
            batch["shown_ms"] = [max(0, ms - draw(shorter)) for ms in batch["shown_ms"]]
            batch["state"] = [draw(state) for _ in slots]
        batch["clock"] = batch["clock"] if synced else None
        synced = synced or draw(st.booleans())
        found.append(batch)
        first += len(slots)
        at += len(slots) + draw(st.sampled_from([0, 0, 0, 1, 4]))
    return found


MOVES = ["one", "one", "two", "two", "again", "suspected", "cleared", "ruled_out", "switch"]


@pytest.mark.slow
@given(
    batches(BOOT),
    batches(OTHER),
    st.lists(st.sampled_from(MOVES), min_size=5, max_size=16),
    st.data(),
)
@settings(
    max_examples=30 if ON_POSTGRES else 150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_after_any_history_runs_are_the_union_of_what_counts(
    committer: Committer,
    one: list[dict[str, Any]],
    two: list[dict[str, Any]],
    moves: list[str],
    data: st.DataObject,
) -> None:
    desk = new_desk(committer)
    waiting = {"one": one, "two": two}
    sent: list[dict[str, Any]] = []
    for move in moves:
        if move in waiting:
            if waiting[move]:
                sent.append(waiting[move].pop(0))
                desk.take(sent[-1])
        elif move == "again":
            if sent:
                desk.take(data.draw(st.sampled_from(sent)))
        elif move == "switch":
            ends_ms = START_MS + data.draw(st.integers(1, 12)) * MINUTE_MS + 5_000
            desk.update_context(Tenure(PROGRAMME.digest, START_MS, ends_ms))
            work_with_plans(desk, follow)
        else:
            flag(desk, data.draw(st.sampled_from([BOOT, OTHER])), move)

        assert proven(desk) == naive(desk)
