"""A screen's plan: when which loop plays, and that a longer plan changes nothing earlier."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.demand.orders import Boost, CampaignOrder
from playlists.plan.screen_plan import Plan, build_plan, to_manifest
from playlists.windows import DayPart, VenueHours, clock_range
from playlists.wire.compliance import expected_plays, expected_slots
from playlists.wire.manifest import decode, encode
from playlists.wire.model import Manifest
from playlists.wire.seat import seat
from tests.support.factories.orders_and_plans import (
    HOUR,
    at,
    digest,
    media,
    order,
    own_filler,
    quick_loop,
    venue,
)

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def plan(orders: Sequence[CampaignOrder], place: VenueHours, days: int = 1) -> Plan:
    return build_plan(orders, place, at(place, MONDAY), at(place, MONDAY + days * DAY), quick_loop)


def wire(orders: Sequence[CampaignOrder], place: VenueHours, days: int = 1) -> Manifest:
    made = plan(orders, place, days)
    return to_manifest(made, media(*orders), digest("0"), place.timezone)


def plays_on(manifest: Manifest, place: VenueHours, day: date) -> dict[str | None, int]:
    return expected_plays(manifest, at(place, day), at(place, day + DAY))


def test_twelve_an_hour_are_twelve_in_every_opening_hour() -> None:
    place = venue()
    manifest = wire([order("k", value=12), own_filler()], place)

    for hour in range(8, 20):
        begin = at(place, MONDAY, f"{hour:02}:00")
        assert expected_plays(manifest, begin, begin + HOUR)["k"] == 12


def test_twelve_an_hour_are_evenly_spread() -> None:
    place = venue()
    manifest = wire([order("k", value=12), own_filler()], place)

    starts = [
        play.start_ms
        for play in expected_slots(manifest, at(place, MONDAY), at(place, MONDAY + DAY))
        if play.campaign == "k"
    ]

    assert max(b - a for a, b in pairwise(starts)) <= 300_000 * 1.3


@pytest.mark.parametrize("hours", [("08:00", "20:00"), ("08:30", "20:00"), ("07:50", "21:25")])
@pytest.mark.parametrize("plays", [46, 120, 200])
def test_a_day_holds_at_least_the_plays_it_promises(hours: tuple[str, str], plays: int) -> None:
    place = venue(hours)
    manifest = wire([order("k", "plays_per_day", plays), own_filler(f=20, g=45)], place)

    opening_hours = -(-plays // 12)
    assert plays <= plays_on(manifest, place, MONDAY)["k"] <= plays + opening_hours + 12


def test_a_day_that_would_be_short_of_a_play_gets_it_in_one_full_hour() -> None:
    place = venue(("07:50", "21:25"))

    # 163 plays in 815 minutes are 12 an hour; with gaps in steps of a long filler the 10 + 25
    # minutes at the edges hold 6 plays, not 7
    made = plan([order("k", "plays_per_day", 163), own_filler(f=60, g=90)], place)

    per_hour = {
        name: sum(slot.campaign == "k" for slot in loop.slots) * HOUR // loop.period_ms
        for name, loop in made.loops.items()
    }
    hours = [
        (per_hour[segment.loop], (segment.until_ms - segment.from_ms) / HOUR)
        for segment in made.segments
        if segment.loop
    ]
    assert [rate for rate, _ in hours] == [12, 13, 12]
    assert hours[1][1] == 1


def test_plays_per_day_follow_the_opening_hours_of_each_day() -> None:
    place = venue(("08:00", "20:00"), closed=frozenset({MONDAY + DAY}))
    short = {MONDAY + DAY: (clock_range("10:00", "13:00"),)}
    place = venue(("08:00", "20:00"), closed=frozenset({MONDAY + DAY}), extra=short)

    manifest = wire([order("k", "plays_per_day", 120), own_filler()], place, days=2)

    assert plays_on(manifest, place, MONDAY)["k"] == 120
    assert plays_on(manifest, place, MONDAY + DAY)["k"] == 120


def test_outside_opening_hours_the_screen_is_switched_off() -> None:
    place = venue()
    manifest = wire([order("k"), own_filler()], place)

    assert seat(manifest, at(place, MONDAY, "07:59")).state == "off"
    assert seat(manifest, at(place, MONDAY, "08:00")).state == "playing"
    assert seat(manifest, at(place, MONDAY, "20:00")).state == "off"


def test_a_campaign_ends_with_its_last_day_without_any_contact() -> None:
    place = venue()
    ending = order("k", ends_on=MONDAY)

    manifest = wire([ending, own_filler()], place, days=2)

    assert plays_on(manifest, place, MONDAY)["k"] == 144
    assert "k" not in plays_on(manifest, place, MONDAY + DAY)


def test_a_campaign_runs_in_its_day_parts_only() -> None:
    place = venue()
    lunch = DayPart(frozenset(range(1, 8)), clock_range("11:30", "13:00"))

    manifest = wire([order("k", value=12, dayparts=(lunch,)), own_filler()], place)

    plays = list(expected_slots(manifest, at(place, MONDAY), at(place, MONDAY + DAY)))
    own = [play for play in plays if play.campaign == "k"]
    assert min(play.start_ms for play in own) >= at(place, MONDAY, "11:30")
    assert max(play.start_ms for play in own) < at(place, MONDAY, "13:00")
    assert len(own) == pytest.approx(18, abs=1)


def test_a_boost_holds_between_its_instants() -> None:
    place = venue()
    boost = Boost(2, at(place, MONDAY, "10:00"), at(place, MONDAY, "12:00"))

    manifest = wire([order("k", value=12, boosts=(boost,)), own_filler()], place)

    assert plays_on(manifest, place, MONDAY)["k"] == 10 * 12 + 2 * 24


def test_a_pace_holds_on_average_with_whole_plays_an_hour() -> None:
    place = venue()

    manifest = wire([order("k", "pace", 7.25), own_filler()], place, days=4)

    hours = [
        expected_plays(manifest, begin, begin + HOUR)["k"]
        for day in range(4)
        for begin in range(
            at(place, MONDAY + day * DAY, "08:00"), at(place, MONDAY + day * DAY, "20:00"), HOUR
        )
    ]
    assert set(hours) == {7, 8}
    assert abs(sum(hours) - 4 * 12 * 7.25) < 4


def test_a_pace_of_less_than_a_play_an_hour_leaves_hours_out() -> None:
    place = venue()
    starter = order("s", "filler", None, assets={"s": 10}, starter=True)

    manifest = wire([order("k", "pace", Fraction(1, 6)), own_filler(), starter], place, days=6)

    assert [plays_on(manifest, place, MONDAY + day * DAY).get("k", 0) for day in range(6)] == [
        2
    ] * 6
    assert "s" not in plays_on(manifest, place, MONDAY)


def test_a_pace_of_nothing_shows_nothing_but_its_floor() -> None:
    place = venue()

    assert "k" not in plays_on(wire([order("k", "pace", 0), own_filler()], place), place, MONDAY)
    kept = wire([order("k", "pace", 0, floor=2), own_filler()], place)
    assert plays_on(kept, place, MONDAY)["k"] == 24


def test_a_boost_of_a_pace_multiplies_it_between_its_instants() -> None:
    place = venue()
    boost = Boost(2, at(place, MONDAY, "10:00"), at(place, MONDAY, "12:00"))

    manifest = wire([order("k", "pace", 6.5, boosts=(boost,)), own_filler()], place)

    begin, end = at(place, MONDAY, "10:00"), at(place, MONDAY, "12:00")
    assert expected_plays(manifest, begin, end)["k"] == 2 * 13
    assert abs(plays_on(manifest, place, MONDAY)["k"] - (10 * 6.5 + 2 * 13)) < 1


def test_without_filler_the_fallback_is_shown_between_the_plays_and_counts_for_nobody() -> None:
    place = venue()
    manifest = wire([order("k", value=12)], place)

    counts = plays_on(manifest, place, MONDAY)

    assert counts["k"] == 144
    others = [
        play
        for play in expected_slots(manifest, at(place, MONDAY), at(place, MONDAY + DAY))
        if play.campaign is None
    ]
    assert {play.asset for play in others} == {digest("0")}
    assert sum(play.duration_ms for play in others) == 12 * HOUR - 144 * 15_000


def test_without_content_the_screen_shows_its_fallback() -> None:
    place = venue()
    manifest = wire([], place)

    assert seat(manifest, at(place, MONDAY, "09:00")).state == "fallback"
    assert seat(manifest, at(place, MONDAY, "21:00")).state == "off"


def test_the_starter_pack_plays_alone_and_leaves_when_anything_else_comes() -> None:
    place = venue()
    starter = order("s", "filler", None, assets={"s": 10, "t": 10}, starter=True)
    later = order("k", starts_on=MONDAY + DAY)

    manifest = wire([starter, later], place, days=2)

    first = seat(manifest, at(place, MONDAY, "09:00"))
    assert (first.state, first.campaign) == ("playing", None)
    assert first.asset in {digest("s"), digest("t")}
    second_day = expected_slots(manifest, at(place, MONDAY + DAY), at(place, MONDAY + 2 * DAY))
    assert {play.asset for play in second_day} == {digest("a"), digest("0")}


def test_more_assets_than_plays_an_hour_take_turns_over_the_hours() -> None:
    place = venue()
    many = order("k", value=2, assets={"a": 15, "b": 15, "c": 20, "d": 15, "e": 15})

    manifest = wire([many, own_filler()], place, days=2)

    plays = expected_slots(manifest, at(place, MONDAY), at(place, MONDAY + 2 * DAY))
    shown = [play.asset for play in plays if play.campaign == "k"]
    assert len(shown) == 2 * 24
    counts = {asset: shown.count(asset) for asset in shown}
    assert len(counts) == 5
    assert max(counts.values()) - min(counts.values()) <= 2


@pytest.mark.parametrize("wait_s", [100, 110, 120, 130, 150])
def test_a_longest_wait_has_the_same_plays_in_every_hour_also_beside_assets_that_take_turns(
    wait_s: int,
) -> None:
    place = venue()
    waiting = order("k", "longest_wait_s", wait_s)
    turning = order("l", value=1, assets={"b": 10, "c": 45})
    manifest = wire([waiting, turning, own_filler()], place)

    hours = [
        expected_plays(manifest, begin, begin + HOUR)
        for begin in range(at(place, MONDAY, "08:00"), at(place, MONDAY, "20:00"), HOUR)
    ]

    # an hour with the long picture may need some more plays than one with the short one
    assert len({count["k"] for count in hours}) == 1
    assert {count["l"] for count in hours} == {1}
    assert longest_gap(manifest, "k", place) <= wait_s * 1000


def longest_gap(manifest: Manifest, campaign: str, place: VenueHours) -> int:
    """From start to start, in ms, on Monday."""
    plays = expected_slots(manifest, at(place, MONDAY), at(place, MONDAY + DAY))
    starts = [play.start_ms for play in plays if play.campaign == campaign]
    return max(later - earlier for earlier, later in pairwise(starts))


def test_filler_longer_than_the_room_left_takes_turns_over_the_hours() -> None:
    place = venue()
    reel = own_filler(**dict.fromkeys("abcdef123456789", 300))

    manifest = wire([order("k", value=60, assets={"z": 30}), reel], place)

    plays = expected_slots(manifest, at(place, MONDAY), at(place, MONDAY + DAY))
    assert len({play.asset for play in plays if play.campaign == "f_1"}) == 15


def test_the_venue_keeps_its_own_share() -> None:
    place = venue(own_share=0.5)
    greedy = order("k", "share_of_voice", 0.9)

    made = plan([greedy, own_filler()], place)

    gave_way = [loop.result.gave_way for loop in made.loops.values()]
    assert [(row.item, row.asked, row.given) for row in gave_way[0]] == [("k", 216, 120)]


def test_with_floors_that_do_not_fit_still_something_plays() -> None:
    place = venue()
    crowd = [order(name, value=150, floor=150, assets={name: 15}) for name in "ab"]

    made = plan(crowd, place)

    manifest = to_manifest(made, media(*crowd), digest("0"), place.timezone)
    assert plays_on(manifest, place, MONDAY) == {"a": 120 * 12, "b": 120 * 12}


def test_equal_hours_share_a_loop_and_equal_plans_a_manifest() -> None:
    place = venue()
    orders = [order("k"), own_filler()]

    made = plan(orders, place, days=30)

    assert len(made.loops) == 1
    again = to_manifest(plan(orders, place, days=30), media(*orders), digest("0"), place.timezone)
    first = to_manifest(made, media(*orders), digest("0"), place.timezone)
    assert encode(first) == encode(again)
    assert decode(encode(first)) == first
    assert len(encode(first)) < 16_384


@st.composite
def places(draw: st.DrawFn) -> VenueHours:
    hours = draw(
        st.sampled_from(
            [
                (("08:00", "20:00"),),
                (("08:30", "12:10"), ("13:00", "17:45")),
                (("18:00", "02:00"),),
                (("00:00", "24:00"),),
            ]
        )
    )
    zone = draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata"]))
    closed = draw(st.sampled_from([frozenset[date](), frozenset({MONDAY + DAY})]))
    return venue(*hours, timezone=zone, closed=closed)


@st.composite
def order_books(draw: st.DrawFn) -> list[CampaignOrder]:
    evening = DayPart(frozenset({1, 2, 3, 4, 5}), clock_range("17:15", "23:00"))
    targets = st.sampled_from(
        [
            ("plays_per_hour", 12),
            ("plays_per_hour", 2),
            ("plays_per_day", 50),
            ("share_of_voice", 0.2),
            ("longest_wait_s", 600),
            ("pace", 0.3),
            ("pace", 7.25),
        ]
    )
    books = []
    for name in draw(st.sampled_from(["", "k", "kl"])):
        kind, value = draw(targets)
        books.append(
            order(
                name,
                kind,
                value,
                assets=draw(st.sampled_from([{"a": 15}, {"b": 10, "c": 20, "d": 15}])),
                ends_on=draw(st.sampled_from([None, MONDAY, MONDAY + DAY])),
                dayparts=draw(st.sampled_from([(), (evening,)])),
            )
        )
    return books + draw(st.sampled_from([[], [own_filler(f=20, e=25)]]))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(order_books(), places(), st.integers(0, 40), st.integers(1, 60))
def test_segments_are_in_order_and_cover_all_content(
    orders: list[CampaignOrder], place: VenueHours, skip_h: int, length_h: int
) -> None:
    begin = at(place, MONDAY) + skip_h * HOUR
    end = begin + length_h * HOUR

    made = build_plan(orders, place, begin, end, quick_loop)

    assert all(a.until_ms <= b.from_ms for a, b in pairwise(made.segments))
    assert all(begin <= s.from_ms < s.until_ms <= end for s in made.segments)
    assert all(s.loop is None or s.anchor_ms <= s.from_ms for s in made.segments)
    assert {s.loop for s in made.segments} - {None} == set(made.loops)
    if any(one.is_filler for one in orders):
        assert sum(s.until_ms - s.from_ms for s in made.segments) == end - begin


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(order_books(), places(), st.integers(0, 30), st.data())
def test_a_days_extension_changes_nothing_on_the_glass(
    orders: list[CampaignOrder], place: VenueHours, skip_h: int, data: st.DataObject
) -> None:
    begin, middle, end = (at(place, MONDAY + days * DAY) for days in (0, 2, 3))
    assets, zone = media(*orders), place.timezone
    short = to_manifest(
        build_plan(orders, place, begin, middle, quick_loop), assets, digest("0"), zone
    )
    longer = to_manifest(
        build_plan(orders, place, begin + skip_h * HOUR, end, quick_loop), assets, digest("0"), zone
    )

    for _ in range(20):
        instant = data.draw(st.integers(begin + skip_h * HOUR, middle - 1))
        before, after = seat(short, instant), seat(longer, instant)
        assert (before.state, before.asset, before.campaign, before.offset_ms) == (
            after.state,
            after.asset,
            after.campaign,
            after.offset_ms,
        )
