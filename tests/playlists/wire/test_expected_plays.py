"""Expected plays counted by multiplication are those that can be listed."""

import sys
import time
from collections import Counter
from datetime import date, timedelta
from types import FrameType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playlists.demand.orders import CampaignOrder
from playlists.plan.screen_plan import build_plan, to_manifest
from playlists.windows import HOUR_MS
from playlists.wire.compliance import cut_slot_at, expected_plays, expected_slots, slot_at
from playlists.wire.model import Asset, Loop, Manifest, Segment, Slot
from playlists.wire.seat import next_change, seat
from tests.support.factories.orders_and_plans import (
    at,
    digest,
    manifests,
    media,
    order,
    own_filler,
    quick_loop,
    venue,
)

Tenure = tuple[Manifest, int, int]
MONDAY = date(2026, 3, 2)


@pytest.mark.slow
@settings(max_examples=100)
@given(manifests(), st.integers(-200, 2_500), st.integers(0, 2_000))
def test_counting_and_listing_agree(manifest: Manifest, begin: int, length: int) -> None:
    listed = Counter(e.campaign for e in expected_slots(manifest, begin, begin + length))

    assert expected_plays(manifest, begin, begin + length) == dict(listed)


@st.composite
def tenures(draw: st.DrawFn) -> list[Tenure]:
    """What a screen had on air: manifests one after the other, switched anywhere or at changes."""
    held, since = [], draw(st.integers(-200, 500))
    for _ in range(draw(st.integers(1, 4))):
        manifest = draw(manifests())
        until = since
        for _ in range(draw(st.integers(0, 9))):
            until = next_change(manifest, until) or until
        until += draw(st.sampled_from([0, 0, 1, -1, 137])) if until > since else 0
        held.append((manifest, since, until))
        since = until
    return held


def walked(manifest: Manifest, from_ms: int, until_ms: int) -> Counter[str | None]:
    """Plays met by going from change to change, as a screen does; no arithmetic on cycles."""
    met: Counter[str | None] = Counter()
    at_ms: int | None = from_ms
    while at_ms is not None and at_ms < until_ms:
        now = seat(manifest, at_ms)
        change = next_change(manifest, at_ms)
        if now.state == "playing" and not now.held and now.offset_ms == 0:
            name = manifest.segments[now.segment or 0].loop or ""
            end_ms = at_ms + manifest.loops[name].slots[now.slot or 0].duration_ms
            met[now.campaign] += end_ms <= until_ms
        at_ms = change
    return +met


@pytest.mark.slow
@settings(max_examples=200)
@given(tenures())
def test_expected_plays_by_arithmetic_equal_a_walk_through_the_tenures(
    held: list[Tenure],
) -> None:
    by_arithmetic: Counter[str | None] = Counter()
    by_walking: Counter[str | None] = Counter()
    for tenure in held:
        by_arithmetic.update(expected_plays(*tenure))
        by_walking.update(walked(*tenure))

    assert by_arithmetic == by_walking


def test_the_example_of_the_page_is_counted_as_it_states() -> None:
    # docs/algorithms/expected.md: 20 s of k1, 30 s of k2, 10 s of nobody; from 10 s until 200 s
    slots = (Slot(0, 20_000, 0, 0), Slot(20_000, 30_000, 0, 1), Slot(50_000, 10_000, 0, -1))
    only = Asset(digest("a"), "image", "image/png", 1, 1, 1)
    segment = Segment(0, 86_400_000, "L", 0)
    loops = {"L": Loop(60_000, slots)}
    manifest = Manifest("Asia/Shanghai", (only,), ("k1", "k2"), loops, (segment,), 0)

    assert expected_plays(manifest, 10_000, 200_000) == {"k1": 3, "k2": 3, None: 3}
    assert expected_plays(manifest, 10_000, 199_999) == {"k1": 2, "k2": 3, None: 3}
    assert expected_plays(manifest, 0, 200_000) == {"k1": 4, "k2": 3, None: 3}


@pytest.mark.slow
@settings(max_examples=100)
@given(manifests())
def test_each_listed_play_is_found_by_its_key_and_no_other(manifest: Manifest) -> None:
    listed = list(expected_slots(manifest, -1_000, 10_000))
    keys = [(e.segment, e.cycle, e.slot) for e in listed]

    assert [slot_at(manifest, *key) for key in keys] == listed
    assert len(set(keys)) == len(keys)
    if listed:
        last = listed[-1]
        slots = len(manifest.loops[str(manifest.segments[last.segment].loop)].slots)
        after = divmod(last.cycle * slots + last.slot + 1, slots)
        assert slot_at(manifest, last.segment, *after) is None


@pytest.mark.slow
@settings(max_examples=200)
@given(manifests(), st.data())
def test_what_a_seat_shows_is_an_expected_play_or_one_that_its_segment_cuts(
    manifest: Manifest, data: st.DataObject
) -> None:
    playing = [segment for segment in manifest.segments if segment.loop is not None]
    assume(playing)
    chosen = data.draw(st.sampled_from(playing))
    at_ms = data.draw(st.integers(chosen.from_ms, chosen.until_ms - 1))
    found = seat(manifest, at_ms)
    assume(not found.held)
    key = (found.segment or 0, found.cycle or 0, found.slot or 0)

    whole, cut = slot_at(manifest, *key), cut_slot_at(manifest, *key)

    assert [whole, cut].count(None) == 1
    slot = whole or cut
    assert slot is not None
    assert slot.asset == found.asset
    assert 0 <= at_ms - slot.start_ms < slot.duration_ms


def test_keys_that_name_nothing_are_no_plays() -> None:
    manifest = _month(slots=4)

    assert slot_at(manifest, 0, 0, 3) is not None
    assert slot_at(manifest, 0, 0, 4) is None
    assert slot_at(manifest, 0, -1, 0) is None
    assert slot_at(manifest, 1, 0, 0) is None


def _steps_to_count(manifest: Manifest, until_ms: int) -> int:
    """How many lines of Python are run to count from the start."""
    steps = 0

    def step(_frame: FrameType, _what: str, _value: object) -> object:
        nonlocal steps
        steps += 1
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        expected_plays(manifest, 0, until_ms)
    finally:
        sys.settrace(before)
    return steps


def test_a_month_costs_no_more_than_an_hour_to_count() -> None:
    manifest = _month(slots=240)

    assert expected_plays(manifest, 0, 30 * 86_400_000) == {"k1": 30 * 24 * 240}
    assert _steps_to_count(manifest, 30 * 86_400_000) == _steps_to_count(manifest, HOUR_MS) > 0


@pytest.mark.timed
def test_a_month_is_counted_in_50_ms() -> None:
    manifest = _month(slots=240)

    begun = time.perf_counter()
    expected_plays(manifest, 0, 30 * 86_400_000)

    assert time.perf_counter() - begun < 0.05


WHOLE_HOURS = [
    (("08:00", "20:00"),),
    (("00:00", "24:00"),),
    (("18:00", "02:00"),),
    (("09:00", "12:00"), ("14:00", "18:00")),
]


@st.composite
def campaigns(draw: st.DrawFn) -> list[CampaignOrder]:
    """One to three campaigns that leave each other room, of any kind, beside some filler."""
    kinds = st.one_of(
        st.tuples(st.just("plays_per_hour"), st.integers(1, 40)),
        st.tuples(st.just("plays_per_day"), st.integers(1, 300)),
        st.tuples(st.just("share_of_voice"), st.sampled_from([0.01, 0.07, 0.25])),
        st.tuples(st.just("longest_wait_s"), st.sampled_from([120, 400, 1_000])),
    )
    made = []
    for name in draw(st.sampled_from(["k", "kl", "klm"])):
        kind, value = draw(kinds)
        assets = draw(st.sampled_from([{"a": 15}, {"b": 10, "c": 20}, {"d": 5, "e": 7, "1": 9}]))
        floor = draw(st.sampled_from([0, 2]))
        made.append(order(name, kind, value, assets=assets, floor=floor))
    return [*made, own_filler(**draw(st.sampled_from([{"f": 20}, {"f": 13, "2": 31}])))]


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(
    campaigns(), st.sampled_from(WHOLE_HOURS), st.sampled_from(["Asia/Shanghai", "Asia/Kolkata"])
)
def test_every_full_hour_of_the_clock_expects_the_same_plays(
    orders: list[CampaignOrder], hours: tuple[tuple[str, str], ...], zone: str
) -> None:
    place = venue(*hours, timezone=zone)
    begin, end = at(place, MONDAY, "06:00"), at(place, MONDAY + timedelta(days=1), "06:00")
    made = build_plan(orders, place, begin, end, quick_loop)
    manifest = to_manifest(made, media(*orders), digest("0"), zone)

    counts = [
        expected_plays(manifest, hour, hour + HOUR_MS)
        for hour in range(begin, end, HOUR_MS)
        if seat(manifest, hour).state == "playing"
    ]

    assert len(counts) == {0: 12, 1: 24, 2: 8, 3: 7}[WHOLE_HOURS.index(hours)]
    ordered = {one.id for one in orders if not one.is_filler}
    by_hour = [{name: count.get(name, 0) for name in ordered} for count in counts]
    assert by_hour == by_hour[:1] * len(by_hour)
    assert min(by_hour[0].values()) >= 1


def _month(slots: int) -> Manifest:
    length = 3_600_000 // slots
    loop = Loop(3_600_000, tuple(Slot(i * length, length, 0, 0) for i in range(slots)))
    only = Asset(digest("a"), "image", "image/png", 1, 1, 1)
    segment = Segment(0, 30 * 86_400_000, "L", 0)
    return Manifest("Asia/Shanghai", (only,), ("k1",), {"L": loop}, (segment,), 0)
