"""A built loop: whole, exact, even, and the same everywhere."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.demand.admission import admit
from playlists.demand.request import LoopRequest, LoopResult
from playlists.errors import LoopRefused
from playlists.plan.compiler import compile_loop
from tests.support.factories.orders_and_plans import filler, item, plays_of, request

ROOT = Path(__file__).parents[3]


@st.composite
def requests(draw: st.DrawFn) -> LoopRequest:
    """Any mixture of campaigns and filler, images and videos, that may or may not fit."""
    rows = []
    kinds = st.sampled_from(["image", "video"])
    for number in range(draw(st.integers(0, 6))):
        lengths = tuple(draw(st.lists(st.integers(1, 70), min_size=1, max_size=3)))
        plays = draw(st.integers(1, 30))
        rows.append(
            item(
                f"k{number}",
                lengths,
                plays,
                kind=draw(kinds),
                campaign=draw(st.sampled_from(["A", "B", None])),
                floor=draw(st.integers(0, plays)),
                tier=draw(st.integers(1, 5)),
            )
        )
    rows += [
        filler(f"f{number}", draw(st.integers(1, 90)), draw(kinds))
        for number in range(draw(st.integers(0 if rows else 1, 4)))
    ]
    period = draw(st.sampled_from([1200, 1800, 3600]))
    return request(*rows, period=period, quick=True)


def assert_whole(asked: LoopRequest, built: LoopResult) -> None:
    reached = 0
    for slot in built.slots:
        assert slot.start_ms == reached
        assert slot.duration_ms > 0
        reached += slot.duration_ms
    assert reached == built.period_ms


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(requests())
def test_a_loop_covers_its_period_and_counts_are_those_admitted(asked: LoopRequest) -> None:
    try:
        admission = admit(asked)
    except LoopRefused:
        return

    built = compile_loop(asked)

    assert_whole(asked, built)
    counts = plays_of(asked, built)
    for one, plays in zip(asked.items, admission.plays, strict=True):
        if one.plays is not None:
            assert counts[one.id] == plays >= one.floor
    shares = [counts[one.id] for one in asked.items if one.plays is None]
    assert max(shares, default=0) - min(shares, default=0) <= 1


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(requests())
def test_videos_are_never_stretched_and_images_by_a_tenth_at_most(asked: LoopRequest) -> None:
    try:
        built = compile_loop(asked)
    except LoopRefused:
        return

    for slot in built.slots:
        if slot.item is not None:
            turn = asked.items[slot.item].turns[slot.turn]
            most = turn.duration_ms * 11 // 10 if turn.kind == "image" else turn.duration_ms
            assert turn.duration_ms <= slot.duration_ms <= most


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(requests())
def test_assets_of_an_item_take_turns_in_order(asked: LoopRequest) -> None:
    try:
        built = compile_loop(asked)
    except LoopRefused:
        return

    for index, one in enumerate(asked.items):
        turns = [slot.turn for slot in built.slots if slot.item == index]
        in_order = [number % len(one.turns) for number in range(len(turns))]
        assert in_order in [turns[begin:] + turns[:begin] for begin in range(len(turns) or 1)]


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(requests())
def test_no_item_follows_itself_where_that_can_be_avoided(asked: LoopRequest) -> None:
    try:
        built = compile_loop(asked)
    except LoopRefused:
        return
    shown = [None if s.item is None else (s.item, s.turn) for s in built.slots]
    most = max(Counter(one for one in shown if one is not None).values(), default=0)

    if None in shown or any(len(one.turns) > 1 for one in asked.items):
        return
    assert built.measures.back_to_back == max(0, 2 * most - len(shown))


def test_twelve_plays_an_hour_are_twelve_and_even() -> None:
    asked = request(item("a", 15, 12, campaign="k"), filler("f", 20), filler("g", 13))

    built = compile_loop(asked)

    assert plays_of(asked, built)["a"] == 12
    assert built.measures.worst_gap_ratio is not None
    assert built.measures.worst_gap_ratio <= 1.1


def test_without_filler_the_time_nobody_asked_for_is_covered_and_counts_stay_exact() -> None:
    asked = request(item("a", 15, 12), item("b", 20, 6, kind="video"))

    built = compile_loop(asked)

    assert_whole(asked, built)
    assert plays_of(asked, built) == {"a": 12, "b": 6}
    uncovered = [slot.duration_ms for slot in built.slots if slot.item is None]
    assert sum(uncovered) == 3_600_000 - 12 * 15_000 - 6 * 20_000
    assert max(uncovered) < 12_000


def test_images_are_stretched_only_where_that_fills_the_loop() -> None:
    asked = request(item("a", 15, 100), item("b", 20, 92, kind="video"))

    built = compile_loop(asked)

    # 3340 s are asked for and 3600 s to be filled, but images take 150 s more at most
    assert any(slot.item is None for slot in built.slots)
    assert {slot.duration_ms for slot in built.slots if slot.item == 0} == {15_000}

    closer = request(item("a", 15, 100), item("b", 20, 98, kind="video"))
    filled = compile_loop(closer)
    # 140 s more for 100 images
    assert {slot.duration_ms for slot in filled.slots if slot.item == 0} == {16_400}
    assert all(slot.item is not None for slot in filled.slots)


@pytest.mark.slow
def test_a_longest_wait_is_kept_by_adding_plays() -> None:
    asked = request(
        item("a", 15, 9, max_gap_ms=400_000),
        item("b", 60, 25, kind="video"),
        filler("f", 45, "video"),
    )

    built = compile_loop(asked)

    starts = [slot.start_ms for slot in built.slots if slot.item == 0]
    gaps = [b - a for a, b in zip(starts, [*starts[1:], starts[0] + 3_600_000], strict=True)]
    assert max(gaps) <= 400_000
    assert built.missed == ()


def test_a_wait_for_which_a_shortest_gap_leaves_no_more_plays_is_reported_and_not_refused() -> None:
    asked = request(
        item("a", 15, 40, min_gap_ms=90_000, max_gap_ms=90_000), item("b", 37, 7, kind="video")
    )

    built = compile_loop(asked)

    # forty plays 90 s apart fill the hour's gaps exactly, which seven clips of 37 s don't allow
    assert plays_of(asked, built)["a"] == 40
    assert {(one.item, one.wanted_ms) for one in built.missed} == {("a", 90_000)}


def test_a_shortest_gap_is_kept() -> None:
    rows = [item(f"i{n}", 10 + n, 20, min_gap_ms=150_000) for n in range(8)]
    asked = request(*rows)

    built = compile_loop(asked)

    assert built.missed == ()


def test_a_gap_that_no_order_keeps_is_reported() -> None:
    asked = request(item("a", 1_000, 2, kind="video", min_gap_ms=1_700_000), item("b", 1_600, 1))

    built = compile_loop(asked)

    assert [(one.item, one.kind) for one in built.missed] == [("a", "min_gap")]


MIXED = request(
    *(
        item(f"i{n}", 5 + 5 * (n % 6), 4 + n % 11, campaign=f"k{n // 3}", tier=1 + n % 5)
        for n in range(24)
    ),
    filler("f", 20),
    filler("g", 35, "video"),
)


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_another_process_builds_the_same_bytes(hash_seed: str) -> None:
    program = (
        "from tests.playlists.plan.test_loops import MIXED, compile_loop\n"
        "import hashlib; print(hashlib.sha256(repr(compile_loop(MIXED)).encode()).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == hashlib.sha256(repr(compile_loop(MIXED)).encode()).hexdigest()


@pytest.mark.slow
def test_more_effort_is_no_worse() -> None:
    quick = compile_loop(replace(MIXED, quick=True)).measures
    full = compile_loop(MIXED).measures

    assert (full.worst_gap_ratio or 0) <= (quick.worst_gap_ratio or 0)
