"""The content at an instant, for every possible manifest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.wire.compliance import expected_slots
from playlists.wire.model import Asset, Manifest
from playlists.wire.seat import next_boundary, next_change, seat
from tests.support.factories.orders_and_plans import digest, manifests

INSTANTS = st.integers(-100, 2_500)


@pytest.mark.slow
@settings(max_examples=100)
@given(manifests(), INSTANTS)
def test_a_play_that_is_not_held_is_an_expected_play(manifest: Manifest, instant: int) -> None:
    now = seat(manifest, instant)
    if now.state != "playing" or now.held:
        return
    started = instant - (now.offset_ms or 0)
    segment = manifest.segments[now.segment or 0]

    keys = {(e.segment, e.cycle, e.slot) for e in expected_slots(manifest, -1_000, 4_000)}

    cut_at_its_start = started < segment.from_ms
    assert ((now.segment, now.cycle, now.slot) in keys) != cut_at_its_start


@pytest.mark.slow
@settings(max_examples=100)
@given(manifests())
def test_every_expected_play_is_on_from_its_first_to_its_last_millisecond(
    manifest: Manifest,
) -> None:
    for expected in expected_slots(manifest, -1_000, 4_000):
        first = seat(manifest, expected.start_ms)
        last = seat(manifest, expected.start_ms + expected.duration_ms - 1)

        for now in (first, last):
            key = (now.segment, now.cycle, now.slot)
            assert key == (expected.segment, expected.cycle, expected.slot)
            assert (now.asset, now.campaign) == (expected.asset, expected.campaign)
            assert not now.held
        assert first.offset_ms == 0


@pytest.mark.slow
@settings(max_examples=100)
@given(manifests(), INSTANTS)
def test_nothing_changes_before_the_next_change(manifest: Manifest, instant: int) -> None:
    change = next_change(manifest, instant)
    end = instant + 200 if change is None else change
    now = seat(manifest, instant)

    for later in range(instant + 1, min(end, instant + 200)):
        then = seat(manifest, later)
        assert (then.state, then.segment, then.cycle, then.slot) == (
            now.state,
            now.segment,
            now.cycle,
            now.slot,
        )


@pytest.mark.slow
@settings(max_examples=100)
@given(manifests(), INSTANTS)
def test_a_new_plan_at_the_next_boundary_cuts_no_play(manifest: Manifest, instant: int) -> None:
    boundary = next_boundary(manifest, instant)

    assert boundary > instant
    cut = [
        expected
        for expected in expected_slots(manifest, -1_000, 4_000)
        if expected.start_ms < boundary < expected.start_ms + expected.duration_ms
    ]
    assert cut == []


def test_outside_all_segments_the_fallback_is_shown() -> None:
    only = Asset(digest("a"), "image", "image/png", 1, 1, 1)
    manifest = Manifest("Asia/Shanghai", (only,), (), {}, (), 0)

    assert seat(manifest, 5).as_json() == {"at": 5, "state": "fallback", "asset": digest("a")}
    assert next_change(manifest, 5) is None
    assert next_boundary(manifest, 5) == 6
