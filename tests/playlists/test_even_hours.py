"""Fresh hours are spread nearly as evenly as `make bench-loops` asks of sixty (a bit looser)."""

from statistics import mean

import pytest

from playlists.spacing import spread
from tests.bench.hours import smooth_weighted
from tests.bench.loops import FIRST_GOOD_ANSWER, mixed_hours, run

HOURS = mixed_hours(8, seed=77)


@pytest.mark.slow
def test_eight_hours_keep_the_scores() -> None:
    found = run(spread, HOURS)

    print(f"eight hours: {found}")
    assert mean(found.item) <= 1.15
    assert max(found.item) <= 1.30
    assert mean(found.campaign) <= 1.40
    assert mean(found.cv) <= 0.09
    assert (found.repeats, found.miscounted) == (0, 0)


def test_the_first_good_answer_is_more_even_than_turns_by_weight() -> None:
    found, others = run(FIRST_GOOD_ANSWER, HOURS), run(smooth_weighted, HOURS)

    assert mean(found.item) <= 1.30 < mean(others.item)
    assert mean(found.cv) < 0.11 < mean(others.cv)
    assert (found.repeats, found.miscounted) == (0, 0)
