"""Expected plays counted by multiplication are those that can be listed."""

import time
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.compliance import expected_plays, expected_slots, slot_at
from playlists.model import Asset, Loop, Manifest, Segment, Slot
from tests.support.loops import digest, manifests


@settings(max_examples=100)
@given(manifests(), st.integers(-200, 2_500), st.integers(0, 2_000))
def test_counting_and_listing_agree(manifest: Manifest, begin: int, length: int) -> None:
    listed = Counter(e.campaign for e in expected_slots(manifest, begin, begin + length))

    assert expected_plays(manifest, begin, begin + length) == dict(listed)


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


def test_keys_that_name_nothing_are_no_plays() -> None:
    manifest = _month(slots=4)

    assert slot_at(manifest, 0, 0, 3) is not None
    assert slot_at(manifest, 0, 0, 4) is None
    assert slot_at(manifest, 0, -1, 0) is None
    assert slot_at(manifest, 1, 0, 0) is None


def test_a_month_costs_no_more_than_an_hour_to_count() -> None:
    manifest = _month(slots=240)

    begun = time.perf_counter()
    counts = expected_plays(manifest, 0, 30 * 86_400_000)

    assert counts == {"k1": 30 * 24 * 240}
    assert time.perf_counter() - begun < 0.05


def _month(slots: int) -> Manifest:
    length = 3_600_000 // slots
    loop = Loop(3_600_000, tuple(Slot(i * length, length, 0, 0) for i in range(slots)))
    only = Asset(digest("a"), "image", "image/png", 1, 1, 1)
    segment = Segment(0, 30 * 86_400_000, "L", 0)
    return Manifest("Asia/Shanghai", (only,), ("k1",), {"L": loop}, (segment,), 0)
