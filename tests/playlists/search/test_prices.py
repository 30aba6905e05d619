"""What a gap costs is kept, and no more of it than has room."""

from playlists.search.prices import KEPT, Prices, Rule

RULE = Rule(inverse=(1 << 40) // 180_000, weight=256, steepness=1 << 27, repeat_ms=15_000)


def test_a_price_is_the_cost_of_its_gap_before_and_after_all_were_forgotten() -> None:
    prices = Prices(RULE)

    asked = [prices[gap] for gap in (15_000, *range(20_000, 20_000 + 2 * KEPT), 15_000)]

    assert asked[0] == asked[-1] == RULE.cost(15_000, RULE.steepness)
    assert asked[1:-1] == [RULE.cost(20_000 + n, RULE.steepness) for n in range(2 * KEPT)]


def test_any_number_of_gaps_leaves_no_more_prices_than_have_room() -> None:
    prices = Prices(RULE)

    for gap in range(3 * KEPT):
        assert prices[gap] >= 0
        assert len(prices) <= KEPT
