"""The expected plays of many screens at once are the sum of those of each."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.playlog.model.expected import Bucket, Reach
from server.playlog.model.screen_context import Tenure
from server.playlog.store.interned_ids import campaign_number
from server.reporting.delivery.expected.expected_and_pending import ExpectedPlays, WatermarkCounts
from server.reporting.delivery.expected.watermarks import Watermark
from server.reporting.delivery.selection import Limits
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.plays.plays import CIVIL, make_programme

PROGRAMME = make_programme(START_MS, opens_ms=START_MS + 7_000)
TALLIES = {PROGRAMME.digest: PROGRAMME.plan.tally}
TODAY = CIVIL.day_of(START_MS)
INSTANTS = st.integers(START_MS - MINUTE_MS, START_MS + 2 * HOUR_MS)
AS_OF_MS = START_MS + 100 * MINUTE_MS + 7


def expected_plays(as_of_ms: int = AS_OF_MS) -> ExpectedPlays:
    return ExpectedPlays(TALLIES.get, as_of_ms)


def one_by_one(
    counts: ExpectedPlays, tenure: Tenure, watermarks_ms: list[int], bucket: Bucket
) -> Counter[object]:
    sums: Counter[object] = Counter()
    for watermark_ms in watermarks_ms:
        progress = Watermark(Reach(), reported_until=watermark_ms)
        for campaign, plays, waited in counts.plays(tenure, progress, bucket):
            sums[campaign, "expected"] += plays
            sums[campaign, "pending"] += waited
    return sums


def of_many(
    counts: ExpectedPlays, tenure: Tenure, watermark_counts: WatermarkCounts, bucket: Bucket
) -> Iterator[tuple[str | None, int, int]]:
    for _, span in counts.spans(tenure, (bucket,)):
        yield from counts.of_many(span, watermark_counts)


@pytest.mark.slow
@given(
    st.lists(INSTANTS, min_size=1, max_size=40),
    INSTANTS,
    st.none() | INSTANTS,
    st.tuples(INSTANTS, INSTANTS),
)
def test_a_cohort_is_the_sum_of_its_screens(
    watermarks_ms: list[int], from_ms: int, until_ms: int | None, ends: tuple[int, int]
) -> None:
    tenure = Tenure(PROGRAMME.digest, from_ms, until_ms)
    bucket = Bucket(TODAY, 0, min(ends), max(ends) + 1)
    counts = expected_plays()

    sums: Counter[object] = Counter()
    watermark_counts = WatermarkCounts(counts.merge_watermarks(tenure, Counter(watermarks_ms)))
    for campaign, plays, waited in of_many(counts, tenure, watermark_counts, bucket):
        sums[campaign, "expected"] += plays
        sums[campaign, "pending"] += waited

    assert sums == one_by_one(expected_plays(), tenure, watermarks_ms, bucket)


@given(INSTANTS, INSTANTS, st.tuples(INSTANTS, INSTANTS), st.sampled_from([None, 1, 2, 99]))
def test_campaigns_together_are_the_sum_of_each(
    watermark_ms: int, from_ms: int, ends: tuple[int, int], campaign: int | None
) -> None:
    tenure = Tenure(PROGRAMME.digest, from_ms)
    bucket = Bucket(TODAY, 0, min(ends), max(ends) + 1)
    counts, limits = expected_plays(), Limits(campaign=campaign)

    slots = counts.slots(tenure, bucket, limits)

    rows = [
        (plays, waited)
        for name, plays, waited in of_many(
            counts, tenure, WatermarkCounts({watermark_ms: 1}), bucket
        )
        if limits.allow_campaign(campaign_number(name))
    ]
    found = (0, 0) if slots is None else (slots.expected, slots.pending(watermark_ms))
    assert found == (sum(plays for plays, _ in rows), sum(waited for _, waited in rows))


@pytest.mark.slow
@given(
    st.lists(INSTANTS, min_size=1, max_size=40),
    INSTANTS,
    st.none() | INSTANTS,
    st.lists(INSTANTS, min_size=2, max_size=5, unique=True).map(sorted),
    st.sampled_from([None, 1, 2, 99]),
)
def test_campaigns_of_many_screens_together_are_the_sum_of_each(
    watermarks_ms: list[int],
    from_ms: int,
    until_ms: int | None,
    edges: list[int],
    campaign: int | None,
) -> None:
    tenure = Tenure(PROGRAMME.digest, from_ms, until_ms)
    buckets = [Bucket(TODAY, hour, *ends) for hour, ends in enumerate(pairwise(edges))]
    counts, limits = expected_plays(), Limits(campaign=campaign)
    watermark_counts = WatermarkCounts(counts.merge_watermarks(tenure, Counter(watermarks_ms)))

    # The second time some answers are remembered.
    for _ in range(2):
        sums: Counter[object] = Counter()
        for bucket, plays, waited in counts.of_many_together(
            tenure, buckets, watermark_counts, limits
        ):
            sums[bucket, "expected"] += plays
            sums[bucket, "pending"] += waited

        expected: Counter[object] = Counter()
        for bucket in buckets:
            for name, plays, waited in of_many(counts, tenure, watermark_counts, bucket):
                if limits.allow_campaign(campaign_number(name)):
                    expected[bucket, "expected"] += plays
                    expected[bucket, "pending"] += waited
        assert +sums == +expected


@pytest.mark.slow
@given(INSTANTS)
def test_no_slot_ends_between_the_last_end_and_the_instant(at_ms: int) -> None:
    tally = PROGRAMME.plan.tally
    ended_ms = tally.last_end(at_ms)
    ends = [
        slot.start_ms + slot.duration_ms
        for slot in PROGRAMME.slots(START_MS, START_MS + DAY_MS // 8)
    ]

    assert ended_ms <= at_ms
    assert not [end for end in ends if ended_ms < end <= at_ms]
