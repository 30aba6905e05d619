"""Counting with sums at hand comes to what counting slot by slot comes to."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.wire.compliance import expected_plays, expected_slots
from playlists.wire.model import Manifest
from server.playlog.model.manifest_counts import CampaignCounts, Tally
from tests.support.factories.orders_and_plans import manifests

INSTANTS = st.integers(-100, 2_500)


@pytest.mark.slow
@given(manifests(), INSTANTS, INSTANTS)
def test_expected_plays_are_those_of_the_plan(
    manifest: Manifest, from_ms: int, until_ms: int
) -> None:
    counted = Tally(manifest).expected(from_ms, until_ms)

    assert dict(counted) == expected_plays(manifest, from_ms, until_ms)


@pytest.mark.slow
@given(manifests(), INSTANTS, INSTANTS, INSTANTS)
def test_plays_that_start_in_a_time_and_end_by_another_are_counted_once_each(
    manifest: Manifest, low_ms: int, high_ms: int, end_ms: int
) -> None:
    counted = Tally(manifest).starting_in(low_ms, high_ms, end_ms)

    listed = expected_slots(manifest, low_ms, max(low_ms, end_ms))
    assert counted == Counter(slot.campaign for slot in listed if low_ms <= slot.start_ms < high_ms)


@pytest.mark.slow
@given(manifests(), INSTANTS, INSTANTS, INSTANTS, st.sets(st.sampled_from(["k_1", "k_2", None])))
def test_campaigns_together_are_counted_like_each(
    manifest: Manifest, low_ms: int, high_ms: int, end_ms: int, wanted: set[str | None]
) -> None:
    together = CampaignCounts(Tally(manifest), wanted.__contains__)

    listed = expected_slots(manifest, low_ms, max(low_ms, end_ms))
    starting = [slot for slot in listed if low_ms <= slot.start_ms < high_ms]
    counted = together.starting_in(low_ms, high_ms, end_ms)
    assert counted == sum(slot.campaign in wanted for slot in starting)
