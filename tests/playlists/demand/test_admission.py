"""Does it fit; what gives way; why not, in figures."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.demand.admission import admit, load_ms
from playlists.demand.request import GaveWay, LoopItem, LoopRequest
from playlists.errors import LoopRefused, Refusal, SmallestChange
from tests.support.factories.orders_and_plans import item, request


def refusals(asked: LoopRequest) -> tuple[Refusal, ...]:
    with pytest.raises(LoopRefused) as caught:
        admit(asked)
    return caught.value.refusals


def test_what_fits_is_given() -> None:
    admission = admit(request(item("a", 15, 120), item("b", 30, 60)))

    assert (admission.plays, admission.gave_way) == ((120, 60), ())


def test_the_last_tier_gives_way_first_by_one_factor() -> None:
    asked = request(
        item("first", 15, 120, tier=1), item("x", 15, 100, tier=5), item("y", 15, 50, tier=5)
    )

    # 3600 s less 1800 s leave 120 plays of 15 s for 150: 79.8 and 39.9, to the nearest whole
    assert admit(asked).gave_way == (GaveWay("x", 100, 80, 5), GaveWay("y", 50, 40, 5))


def test_the_next_tier_gives_way_when_the_last_has_nothing_left() -> None:
    asked = request(
        item("first", 15, 200, tier=1), item("x", 15, 100, tier=4), item("y", 15, 50, tier=5)
    )

    assert admit(asked).plays == (200, 40, 0)


def test_a_floor_is_kept_while_others_of_its_tier_give_more() -> None:
    asked = request(item("x", 15, 200, floor=190), item("y", 15, 200, floor=10))

    assert admit(asked).plays == (190, 50)


def test_items_that_ask_alike_are_given_alike() -> None:
    asked = request(item("x", 15, 101), item("y", 15, 101), item("z", 15, 101))

    assert admit(asked).plays == (80, 80, 80)


def test_filler_with_a_number_of_plays_gives_way_before_all_tiers() -> None:
    asked = request(item("x", 15, 200, tier=5), item("f", 15, 100, role="filler"))

    assert admit(asked).gave_way == (GaveWay("f", 100, 40, 5),)


def test_the_venues_own_share_is_no_room_for_campaigns() -> None:
    asked = request(item("x", 15, 200), own_ms=1_800_000)

    assert admit(asked).plays == (120,)


def test_floors_that_do_not_fit_are_refused_in_figures() -> None:
    asked = request(item("a", 15, 200, floor=200), item("b", 10, 100, floor=100))

    # 3000 s + 1000 s; a could lose 27 plays, b 40: fewest plays lost is the smallest change
    assert refusals(asked) == (
        Refusal("floors_exceed_period", ("a", "b"), 400_000, 0.9, SmallestChange("a", 173)),
    )


def test_of_equal_changes_the_one_with_least_airtime_is_named_then_the_first() -> None:
    least = request(item("a", 30, 61, floor=61), item("b", 29, 61, floor=61))
    alike = request(item("a", 30, 61, floor=61), item("b", 30, 60, floor=60))

    # 1830 s + 1769 s fit; one second more and either could lose a single play
    assert admit(least).plays == (61, 61)
    assert refusals(request(*least.items, period=3598))[0].smallest_change == SmallestChange(
        "b", 60
    )
    assert refusals(alike)[0].smallest_change == SmallestChange("a", 60)


def test_no_change_is_named_if_none_alone_would_do() -> None:
    asked = request(*(item(name, 15, 100, floor=100) for name in "abcd"))

    assert refusals(asked)[0].smallest_change is None


def test_longest_waits_that_do_not_fit_together_are_refused() -> None:
    asked = request(item("a", 30, 10, max_gap_ms=50_000), item("b", 30, 10, max_gap_ms=60_000))

    # 72 + 60 plays of 30 s are 3960 s
    assert refusals(asked) == (
        Refusal("max_gaps_too_dense", ("a", "b"), 360_000, 3600 / 3960, SmallestChange("a", 60)),
    )


@pytest.mark.parametrize(
    ("contradiction", "code"),
    [
        ({"min_gap_ms": 400_000, "max_gap_ms": 300_000}, "min_gap_above_max_gap"),
        ({"min_gap_ms": 301_000}, "min_gap_too_long"),
        ({"max_gap_ms": 14_000}, "max_gap_below_duration"),
    ],
)
def test_contradictions_have_a_code_each(contradiction: dict[str, int], code: str) -> None:
    asked = request(item("fine", 15, 12), item("guilty", 15, 12, **contradiction))

    assert (code, ("guilty",)) in {(one.code, one.items) for one in refusals(asked)}


def test_a_longest_wait_raises_the_plays_that_were_asked() -> None:
    assert admit(request(item("a", 15, 3, max_gap_ms=400_000))).plays == (11,)
    assert admit(request(item("a", 15, 9, max_gap_ms=400_000))).plays == (9,)


def test_without_a_period_the_plays_fill_it_exactly() -> None:
    admission = admit(request(item("a", 15, 4), item("b", 20, 3), period=None))

    assert (admission.period_ms, admission.plays) == (120_000, (4, 3))


def test_without_a_period_raised_plays_lengthen_it_until_both_agree() -> None:
    asked = request(item("a", 10, 1, max_gap_ms=100_000), item("b", 60, 10), period=None)

    admission = admit(asked)

    assert admission.period_ms == load_ms(asked.items, admission.plays)
    assert admission.plays[0] * 100_000 >= admission.period_ms


@st.composite
def crowded(draw: st.DrawFn) -> LoopRequest:
    rows = []
    for number in range(draw(st.integers(1, 6))):
        plays = draw(st.integers(0, 200))
        lengths = tuple(draw(st.lists(st.integers(5, 60), min_size=1, max_size=3)))
        floor = draw(st.integers(0, plays // 4))
        tier = draw(st.integers(1, 5))
        rows.append(item(f"i{number}", lengths, plays, floor=floor, tier=tier))
    return request(*rows)


@pytest.mark.slow
@settings(max_examples=100)
@given(crowded())
def test_it_fits_and_no_floor_is_broken(asked: LoopRequest) -> None:
    if load_ms(asked.items, [one.floor for one in asked.items]) > 3_600_000:
        assert [one.code for one in refusals(asked)] == ["floors_exceed_period"]
        return

    admission = admit(asked)

    assert load_ms(asked.items, admission.plays) <= 3_600_000
    for one, plays in zip(asked.items, admission.plays, strict=True):
        assert one.floor <= plays <= max(one.plays or 0, one.floor)


@st.composite
def overloaded(draw: st.DrawFn) -> LoopRequest:
    """Floors of some items that are too much together, with a share kept by the venue or not."""
    rows = []
    for number in range(draw(st.integers(1, 5))):
        floor = draw(st.integers(60, 200))
        lengths = tuple(draw(st.lists(st.integers(15, 60), min_size=1, max_size=3)))
        rows.append(item(f"i{number}", lengths, floor, floor=floor))
    return request(*rows, own_ms=draw(st.sampled_from([0, 1_440_000])))


@pytest.mark.slow
@settings(max_examples=100)
@given(overloaded())
def test_the_figures_of_a_refusal_are_those_that_make_it_fit(asked: LoopRequest) -> None:
    floors = [one.floor for one in asked.items]
    load, room = load_ms(asked.items, floors), 3_600_000 - asked.own_ms
    if load <= room:
        return

    (refusal,) = refusals(asked)

    def lost_by(index: int) -> int | None:
        """How many plays this item alone would have to lose, tried one by one."""
        for lost in range(1, floors[index] + 1):
            fewer = [*floors[:index], floors[index] - lost, *floors[index + 1 :]]
            if load_ms(asked.items, fewer) <= room:
                return lost
        return None

    assert refusal.over_ms == load - room
    assert refusal.largest_factor == room / load
    losses = {one.id: lost for i, one in enumerate(asked.items) if (lost := lost_by(i))}
    change = refusal.smallest_change
    if change is None:
        assert losses == {}
        return
    given_up = {one.id: one.floor for one in asked.items}[change.item] - change.floor
    assert given_up == losses[change.item] == min(losses.values())


@pytest.mark.slow
@settings(max_examples=100)
@given(crowded())
def test_a_tier_gives_way_only_when_those_after_it_have_nothing_left(asked: LoopRequest) -> None:
    try:
        given_plays = admit(asked).plays
    except LoopRefused:
        return

    lowered = [
        one.tier or 0
        for one, plays in zip(asked.items, given_plays, strict=True)
        if plays < (one.plays or 0)
    ]
    for one, plays in zip(asked.items, given_plays, strict=True):
        if lowered and (one.tier or 0) > min(lowered):
            assert plays == one.floor


@pytest.mark.slow
@settings(max_examples=100)
@given(crowded())
def test_one_factor_explains_a_tier_and_no_larger_one_fits(asked: LoopRequest) -> None:
    try:
        given_plays = list(admit(asked).plays)
    except LoopRefused:
        return
    lowered = {
        one.tier
        for one, plays in zip(asked.items, given_plays, strict=True)
        if plays < (one.plays or 0)
    }
    if not lowered:
        return
    index = [i for i, one in enumerate(asked.items) if one.tier == min(lowered, default=0)]

    factors = {
        Fraction(2 * n - 1, 2 * (asked.items[i].plays or 1))
        for i in index
        for n in range(1, (asked.items[i].plays or 0) + 1)
    } | {Fraction(1)}
    outcomes = {factor: _scaled(asked.items, given_plays, index, factor) for factor in factors}
    fitting = [f for f, plays in outcomes.items() if load_ms(asked.items, plays) <= 3_600_000]
    if fitting:
        assert outcomes[max(fitting)] == given_plays
    else:
        assert all(given_plays[i] == asked.items[i].floor for i in index)


def _scaled(
    items: tuple[LoopItem, ...], plays: list[int], index: list[int], factor: Fraction
) -> list[int]:
    scaled = list(plays)
    for i in index:
        nearest = int(factor * (items[i].plays or 0) + Fraction(1, 2))
        scaled[i] = max(items[i].floor, nearest)
    return scaled
