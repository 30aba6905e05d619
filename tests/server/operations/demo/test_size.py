"""A demo has the requested size."""

import pytest

from server.operations.demo.mark import Parameters
from server.operations.demo.size import A_DAY, parameters_for


def test_by_default_it_is_the_usual_district() -> None:
    assert parameters_for(1, None, None, None, None) == Parameters(1, 200, 300, 21)
    assert parameters_for(1, None, None, None, 1_000_000) == Parameters(1, 200, 300, 21)


def test_given_sizes_stay(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert parameters_for(2, 8, 12, 2, 100_000_000) == Parameters(2, 8, 12, 2)


def test_many_plays_need_many_screens() -> None:
    scale = parameters_for(1, None, None, None, 100_000_000)

    assert scale.screens * scale.days * A_DAY >= 100_000_000
    assert (scale.days, scale.venues) == (29, 2_420)
    assert parameters_for(1, None, None, None, 10**12).screens == 20_000
