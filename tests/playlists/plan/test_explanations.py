"""Why this is on, and why the others are not."""

from datetime import date, timedelta

import pytest

from playlists.demand.orders import Boost, CampaignOrder
from playlists.plan.explain import Explanation, explain
from playlists.plan.screen_plan import build_plan, to_manifest
from playlists.windows import DayPart, clock_range
from tests.support.factories.orders_and_plans import at, digest, media, order, own_filler, venue

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)
PLACE = venue()


def explained(clock: str, *orders: CampaignOrder) -> Explanation:
    plan = build_plan(orders, PLACE, at(PLACE, MONDAY), at(PLACE, MONDAY + 3 * DAY))
    manifest = to_manifest(plan, media(*orders), digest("0"), PLACE.timezone)
    return explain(manifest, orders, PLACE, at(PLACE, MONDAY, clock))


def states(explanation: Explanation) -> dict[str, str]:
    return {verdict.campaign: verdict.state for verdict in explanation.verdicts}


def test_one_is_on_and_the_others_wait_for_their_turn() -> None:
    explanation = explained("09:00", order("k"), own_filler())

    now = explanation.seat.campaign or ""
    other = ({"k", "f_1"} - {now}).pop()
    assert states(explanation) == {now: "on", other: "waits"}


@pytest.mark.parametrize(
    ("clock", "given", "state"),
    [
        ("09:00", order("k", starts_on=MONDAY + DAY), "not_begun"),
        ("09:00", order("k", ends_on=MONDAY - DAY), "ended"),
        ("21:00", order("k"), "closed"),
        (
            "09:00",
            order("k", dayparts=(DayPart(frozenset({1}), clock_range("12:00", "13:00")),)),
            "outside_day_parts",
        ),
    ],
)
def test_a_campaign_that_does_not_run_reports_why(
    clock: str, given: CampaignOrder, state: str
) -> None:
    assert states(explained(clock, given, own_filler()))["k"] == state


def test_a_campaign_crowded_out_reports_that_it_gave_way() -> None:
    first = order("first", value=240, floor=240, tier=1)
    last = order("last", value=10, tier=5, assets={"b": 15})

    explanation = explained("09:00", first, last)

    verdict = explanation.verdicts[1]
    assert verdict.state == "gave_way"
    assert (verdict.facts["asked_per_hour"], verdict.facts["plays_per_hour"]) == (10, 0.0)


@pytest.mark.slow
def test_a_pace_of_less_than_a_play_an_hour_reports_that_this_hour_has_none() -> None:
    slow = order("k", "pace", 0.1)
    filled = [explained(f"{hour:02}:30", slow, own_filler()) for hour in range(8, 20)]

    assert {states(one)["k"] for one in filled} - {"on"} == {"not_this_hour", "waits"}


@pytest.mark.slow
def test_the_starter_pack_waits_while_there_is_something_better() -> None:
    starter = order("s", "filler", None, assets={"s": 10}, starter=True)

    assert states(explained("09:00", starter, order("k")))["s"] == "starter_waits"
    assert states(explained("09:00", starter))["s"] == "on"


def test_the_starter_pack_waits_also_where_a_campaign_shows_a_picture_of_it() -> None:
    starter = order("s", "filler", None, assets={"s": 10}, starter=True)
    campaign = order("k", "share_of_voice", 1, assets={"s": 10})

    assert states(explained("09:00", starter, campaign)) == {"s": "starter_waits", "k": "on"}


def test_the_next_play_is_given_even_for_tomorrow() -> None:
    later = order("k", starts_on=MONDAY + DAY)

    verdict = explained("09:00", later, own_filler()).verdicts[0]

    begin = at(PLACE, MONDAY + DAY, "08:00")
    assert begin <= verdict.facts["next_start"] < begin + 300_000


def test_an_explanation_is_plain_data() -> None:
    explanation = explained("21:00", order("k", ends_on=MONDAY), own_filler()).as_json()

    assert explanation["open"] is False
    assert explanation["seat"]["state"] == "off"
    assert explanation["campaigns"][0] == {
        "campaign": "k",
        "state": "closed",
        "tier": 3,
        "target": "plays_per_hour",
        "starts_on": None,
        "ends_on": "2026-03-02",
        "plays_per_hour": 0.0,
        "next_start": None,
        "boost": 1.0,
    }


@pytest.mark.parametrize("clock", ["09:00", "21:00"])
def test_a_boost_is_given_whether_the_venue_is_open_or_closed(clock: str) -> None:
    span = Boost(2, at(PLACE, MONDAY), at(PLACE, MONDAY + DAY))

    verdict = explained(clock, order("k", boosts=(span,))).verdicts[0]

    assert verdict.facts["boost"] == 2.0
