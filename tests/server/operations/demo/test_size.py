"""A demo has the requested size."""

import pytest

from server.operations.demo.mark import Wish
from server.operations.demo.size import A_DAY, wish_for


def test_by_default_it_is_the_usual_district() -> None:
    assert wish_for(1, None, None, None, None) == Wish(1, 200, 300, 21)
    assert wish_for(1, None, None, None, 1_000_000) == Wish(1, 200, 300, 21)


def test_given_sizes_stay(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert wish_for(2, 8, 12, 2, 100_000_000) == Wish(2, 8, 12, 2)


def test_many_plays_need_many_screens() -> None:
    wish = wish_for(1, None, None, None, 100_000_000)

    assert wish.screens * wish.days * A_DAY >= 100_000_000
    assert (wish.days, wish.venues) == (29, 2_420)
    assert wish_for(1, None, None, None, 10**12).screens == 20_000
