"""The upper bound of the bad share: known values, what must always hold, how often it is right."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.reporting.spot_checks.labels import conclusion, per_cent
from server.reporting.spot_checks.statistic.confidence_bound import at_most, upper_bound


def test_sixty_without_a_fault_give_a_bound_below_one_in_twenty() -> None:
    bound = upper_bound(0, 60)

    assert bound == pytest.approx(1 - 0.05 ** (1 / 60), abs=1e-12)
    assert round(100 * (bound or 0), 2) == 4.87
    assert (upper_bound(0, 59) or 0) < 0.05 < (upper_bound(0, 58) or 0)


@pytest.mark.parametrize(
    ("bad", "checks", "bound"),
    [  # the 95 % quantile of Beta(bad + 1, checks - bad), by exact fractions
        (0, 1, 0.95),
        (1, 1, 1.0),
        (0, 10, 0.258866),
        (1, 10, 0.394163),
        (5, 10, 0.777559),
        (1, 60, 0.0766400),
        (3, 63, 0.1184988),
        (0, 299, 0.00996915),
        (2, 100, 0.0616192),
        (0, 10_000, 0.000299528),
    ],
)
def test_known_values(bad: int, checks: int, bound: float) -> None:
    assert upper_bound(bad, checks) == pytest.approx(bound, rel=1e-4)


def test_nothing_follows_from_no_check() -> None:
    assert upper_bound(0, 0) is None


@pytest.mark.parametrize(("bad", "checks"), [(-1, 3), (4, 3)])
def test_what_cannot_be_is_refused(bad: int, checks: int) -> None:
    with pytest.raises(ValueError, match=str(checks)):
        upper_bound(bad, checks)


@pytest.mark.long
@pytest.mark.slow
@given(st.data())
def test_more_bad_ones_raise_it_and_more_good_ones_lower_it(data: st.DataObject) -> None:
    checks = data.draw(st.integers(1, 400))
    bad = data.draw(st.integers(0, checks - 1))
    bound = upper_bound(bad, checks) or 0

    assert bad / checks < bound < 1 + 1e-12
    assert bound < (upper_bound(bad + 1, checks) or 0)
    assert bound > (upper_bound(bad, checks + 1) or 0)
    assert at_most(bad, checks, bound) == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize("checks", [1, 7, 30, 60])
@pytest.mark.parametrize("share", [0.001, 0.02, 0.0487, 0.2, 0.5, 0.9, 0.999])
def test_it_is_right_at_least_95_times_of_100_whatever_the_share(checks: int, share: float) -> None:
    right = math.fsum(
        math.comb(checks, bad) * share**bad * (1 - share) ** (checks - bad)
        for bad in range(checks + 1)
        if (upper_bound(bad, checks) or 0) >= share
    )

    assert right >= 0.95 - 1e-9


@given(st.floats(1e-6, 1))
def test_a_rounded_bound_still_holds(share: float) -> None:
    rounded = float(per_cent(share).removesuffix(" %"))

    assert rounded >= share * 100 - 1e-9
    assert rounded - share * 100 <= (1 if share >= 0.01 else 0.1) + 1e-9


def test_the_sentence_of_a_report() -> None:
    def sentence(judged: int, bad: int, left: int) -> str:
        bounds = (upper_bound(bad, judged) or 0, upper_bound(bad + left, judged + left) or 0)
        return conclusion(judged, bad, left, bounds).zh

    none = "计入结论的抽查中，现场拍照 0 次。"
    assert sentence(60, 0, 0) == f"抽查 60 次，未发现异常，有 95 % 的把握认为异常率低于 5 %。{none}"
    assert sentence(60, 1, 0) == (
        f"抽查 60 次，其中异常 1 次，有 95 % 的把握认为异常率低于 8 %。{none}"
    )
    assert sentence(60, 0, 3) == (
        "抽查 60 次，未发现异常，有 95 % 的把握认为异常率低于 5 %；"
        f"另有 3 次未响应、无法辨认或待复核，全部按异常计则低于 12 %。{none}"
    )
    assert sentence(0, 0, 0).startswith("这段时间还没有")
    assert sentence(0, 0, 4).startswith("这段时间随机抽查 4 次，都未响应")
    assert sentence(3, 3, 1) == f"抽查 3 次，全部异常。{none}"
