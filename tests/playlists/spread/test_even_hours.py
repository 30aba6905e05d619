"""Fresh hours, on which nothing was tuned, are spread as evenly as `make bench-loops` asks."""

from statistics import mean

import pytest

from playlists.search.compiled import compiled
from playlists.spread.spacing import spread
from tests.bench.hours import smooth_weighted
from tests.bench.loops import FIRST_GOOD_ANSWER, mixed_hours, promises, run

HOURS = mixed_hours(60, seed=77)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.skipif(compiled() is None, reason="three minutes without the compiled form")
def test_sixty_fresh_hours_keep_every_promise() -> None:
    found = run(spread, HOURS)

    print(f"sixty hours: {found}")
    assert [str(bound) for bound in promises(found) if not bound.holds()] == []


def test_the_first_good_answer_is_more_even_than_turns_by_weight() -> None:
    found, others = run(FIRST_GOOD_ANSWER, HOURS[:8]), run(smooth_weighted, HOURS[:8])

    assert mean(found.item) <= 1.20 < mean(others.item)
    assert mean(found.cv) < 0.10 < mean(others.cv)
    assert (found.repeats, found.miscounted) == (0, 0)
