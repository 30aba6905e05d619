"""A screen's day hour by hour: plays against target and floor, and the gaps that were shown."""

from collections.abc import Callable
from typing import Any

import pytest

from server.campaigns.models import Boost
from server.publishing.models import AssignedTakeover
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.office_api import open_office
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.plays.on_air import hand_in, hand_in_all, put_on_air
from tests.support.plays.plays import make_programme, takeover_batch
from tests.support.reporting.reports import report

pytestmark = pytest.mark.slow


# Each minute 10 and 15 s of k_1, 5 s of none, 30 s of k_2; at 09:00 of a Tuesday.
PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + 2 * HOUR_MS)
DAY = "2026-11-24"
NOTICE = "f" * 64


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    return made


def hours(world: World, screen: BoundScreen, day: str = DAY) -> Any:
    path = f"/api/v1/screens/{screen.public_id}/hours?day={day}"
    answer = sign_in(world, "reviewer").client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json


def of(rows: list[Any], campaign: str | None) -> Any:
    return next(row for row in rows if row["campaign_id"] == campaign)


def test_each_hour_has_expected_and_confirmed_plays_by_campaign(
    world: World, screen: BoundScreen
) -> None:
    world.clock.forward(2 * HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:300])

    found = hours(world, screen)

    assert [(one["hour"], one["expected"], one["confirmed"]) for one in found["items"]] == [
        ("2026-11-24T09:00:00+08:00", 240, 240),
        ("2026-11-24T10:00:00+08:00", 240, 60),
    ]
    second = found["items"][1]["campaigns"]
    assert {row["campaign_id"]: (row["expected"], row["confirmed"]) for row in second} == {
        None: (60, 15),
        "k_1": (120, 30),
        "k_2": (60, 15),
    }
    assert of(found["campaigns"], "k_1")["confirmed"] == 150
    assert of(second, "k_1")["plays_per_hour"] == 30


def test_the_hours_agree_with_the_delivery_report(world: World, screen: BoundScreen) -> None:
    world.clock.forward(100 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, [*SLOTS[:100], *SLOTS[160:260]])

    items = report(sign_in(world, "reviewer").client, group_by="hour", screen_id=screen.public_id)[
        "items"
    ]

    keys = ("hour", "expected", "confirmed")
    found = hours(world, screen)["items"]
    assert [[one[key] for key in keys] for one in found] == [
        [one[key] for key in keys] for one in items
    ]


def test_a_gap_is_from_start_to_start_and_counts_where_it_ends(
    world: World, screen: BoundScreen
) -> None:
    world.clock.forward(2 * HOUR_MS)
    shown = [slot for slot in SLOTS if slot.campaign == "k_2"]
    hand_in_all(world, screen, PROGRAMME, [*shown[:50], *shown[65:]])

    first, second = hours(world, screen)["items"]

    assert (of(first["campaigns"], "k_2")["gaps"], of(second["campaigns"], "k_2")["gaps"]) == (
        49,
        55,
    )
    assert of(first["campaigns"], "k_2")["worst_gap_ms"] == MINUTE_MS
    assert of(second["campaigns"], "k_2")["worst_gap_ms"] == 16 * MINUTE_MS
    assert of(second["campaigns"], "k_2")["average_gap_ms"] == round(70 * MINUTE_MS / 55)
    assert of(first["campaigns"], "k_1")["confirmed"] == 0


def test_gaps_are_those_of_the_plays_not_of_the_plan(world: World, screen: BoundScreen) -> None:
    world.clock.forward(HOUR_MS)
    one, other = [slot for slot in SLOTS if slot.campaign == "k_2"][:2]
    starts = [one.start_ms - START_MS + 400, other.start_ms - START_MS - 300]
    hand_in_all(world, screen, PROGRAMME, [one, other], offset_ms=START_MS, start_ms=starts)

    row = of(hours(world, screen)["items"][0]["campaigns"], "k_2")

    assert (row["confirmed"], row["worst_gap_ms"]) == (2, MINUTE_MS - 700)


def test_no_gap_is_counted_over_closed_time(world: World) -> None:
    screen = make_screen(world)
    opens_ms = START_MS + HOUR_MS
    later = make_programme(START_MS, opens_ms=opens_ms, salt=1)
    put_on_air(world, screen, PROGRAMME, START_MS)
    put_on_air(world, screen, later, START_MS + 30 * MINUTE_MS, version=2)
    world.clock.forward(2 * HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:120])
    slots = later.slots(opens_ms, opens_ms + HOUR_MS)
    hand_in_all(world, screen, later, slots, boot="00000000000000b2")

    found = hours(world, screen)

    assert of(found["campaigns"], "k_2")["confirmed"] == 90
    assert of(found["campaigns"], "k_2")["gaps"] == 29 + 59
    assert of(found["campaigns"], "k_2")["worst_gap_ms"] == MINUTE_MS
    assert found["items"][0]["open_s"] == 1_800


def test_a_screen_that_is_open_over_midnight_has_a_gap_over_it(
    world: World, screen: BoundScreen
) -> None:
    world.clock.forward(16 * HOUR_MS)
    night = PROGRAMME.slots(START_MS + 15 * HOUR_MS - 5 * MINUTE_MS, START_MS + 16 * HOUR_MS)
    shown = [slot for slot in night if slot.campaign == "k_2"]
    hand_in_all(world, screen, PROGRAMME, [*shown[:2], *shown[9:]])

    found = hours(world, screen, "2026-11-25")["items"]

    assert found[0]["hour"] == "2026-11-25T00:00:00+08:00"
    assert of(found[0]["campaigns"], "k_2")["worst_gap_ms"] == 8 * MINUTE_MS


def test_a_takeover_is_beside_the_gap_that_it_made(world: World, screen: BoundScreen) -> None:
    from_ms, until_ms = START_MS + 10 * MINUTE_MS, START_MS + 15 * MINUTE_MS
    with world.core.config.write() as session:
        session.add(
            AssignedTakeover(
                screen_id=screen.id, object="t_1", asset=NOTICE, from_ms=from_ms, until_ms=until_ms
            )
        )
    world.clock.forward(HOUR_MS)
    around = [slot for slot in SLOTS if not from_ms <= slot.start_ms < until_ms]
    hand_in_all(world, screen, PROGRAMME, [one for one in around if one.start_ms < until_ms])
    batch = takeover_batch(NOTICE, from_ms, until_ms - from_ms, boot="00000000000000b2")
    assert hand_in(world, screen, batch).status_code == 200
    after = [one for one in around if until_ms <= one.start_ms < START_MS + HOUR_MS]
    hand_in_all(world, screen, PROGRAMME, after, boot="00000000000000b3")

    hour = hours(world, screen)["items"][0]

    assert hour["takeover_s"] == 300
    row = of(hour["campaigns"], "k_2")
    assert (row["worst_gap_ms"], row["worst_gap_takeover_ms"]) == (6 * MINUTE_MS, 5 * MINUTE_MS)


@pytest.fixture
def ordered(world: World) -> Callable[..., None]:
    """Signs off k_1, with a target and a floor."""
    office = open_office(world)
    asset = make_asset(world, author=office.publicity.user_id)

    def order(kind: str, value: float, **fields: Any) -> None:
        target = {"kind": kind, "value": value}
        assert office.publish(asset, target=target, **fields) == "k_1"

    return order


@pytest.mark.long
@pytest.mark.parametrize(
    ("target", "plays", "met"),
    [
        (("plays_per_hour", 100), 100, True),
        (("plays_per_hour", 100), 99, False),
        (("plays_per_day", 1_500), 100, True),
        (("plays_per_day", 1_515), 100, False),
        (("longest_wait_s", 50), 120, True),
        (("longest_wait_s", 50), 71, False),
        (("longest_wait_s", 40), 120, False),
        (("share_of_voice", 0.25), 90, True),
        (("share_of_voice", 0.25), 89, False),
    ],
)
def test_an_hour_is_held_against_what_the_campaign_asks_for(
    world: World,
    ordered: Callable[..., None],
    screen: BoundScreen,
    target: tuple[str, float],
    plays: int,
    met: bool,
) -> None:
    ordered(*target)
    world.clock.forward(15 * HOUR_MS)
    of_k_1 = [slot for slot in SLOTS if slot.campaign == "k_1"]
    hand_in_all(world, screen, PROGRAMME, [*of_k_1[:plays], SLOTS[-1]])

    first = hours(world, screen)["items"][0]

    assert of(first["campaigns"], "k_1")["meets_target"] is met


def test_an_hour_without_a_plan_misses_its_target_all_the_same(
    world: World, ordered: Callable[..., None]
) -> None:
    ordered("plays_per_hour", 120, floor=60)
    screen = make_screen(world)
    other = make_programme(START_MS, lengths_s=(30, 30), campaigns=(0, 0), names=("k_7",), salt=3)
    put_on_air(world, screen, PROGRAMME, START_MS)
    put_on_air(world, screen, other, START_MS + HOUR_MS, version=2)
    world.clock.forward(2 * HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, PROGRAMME.slots(START_MS, START_MS + HOUR_MS))
    slots = other.slots(START_MS + HOUR_MS, START_MS + 2 * HOUR_MS)
    hand_in_all(world, screen, other, slots, boot="00000000000000b2")

    second = of(hours(world, screen)["items"][1]["campaigns"], "k_1")

    assert (second["expected"], second["meets_target"], second["meets_floor"]) == (0, False, False)


def test_a_floor_is_held_apart_from_the_target(
    world: World, ordered: Callable[..., None], screen: BoundScreen
) -> None:
    ordered("plays_per_hour", 120, floor=60)
    world.clock.forward(2 * HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, [*SLOTS[:200], SLOTS[-1]])

    row = of(hours(world, screen)["items"][0]["campaigns"], "k_1")

    assert (row["confirmed"], row["target"], row["floor"]) == (100, 120, 60)
    assert (row["meets_target"], row["meets_floor"]) == (False, True)


def test_a_shortfall_that_may_still_be_filled_is_not_judged(
    world: World, ordered: Callable[..., None], screen: BoundScreen
) -> None:
    ordered("plays_per_hour", 120, floor=60)
    world.clock.forward(2 * HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:150])

    row = of(hours(world, screen)["items"][0]["campaigns"], "k_1")

    assert (row["confirmed"], row["meets_target"], row["meets_floor"]) == (76, None, True)


@pytest.mark.parametrize(("plays", "met"), [(24, True), (23, False)])
def test_a_part_of_an_hour_has_its_part_of_the_target_less_the_slot_over_its_edge(
    world: World, ordered: Callable[..., None], screen: BoundScreen, plays: int, met: bool
) -> None:
    part = {"days": [1, 2, 3, 4, 5, 6, 7], "from": "09:45", "to": "10:30"}
    ordered("plays_per_hour", 100, dayparts=[part])
    world.clock.forward(2 * HOUR_MS)
    of_k_1 = [slot for slot in SLOTS if slot.campaign == "k_1"]
    hand_in_all(world, screen, PROGRAMME, [*of_k_1[90 : 90 + plays], SLOTS[-1]])

    found = hours(world, screen)

    row = of(found["items"][0]["campaigns"], "k_1")
    assert (row["confirmed"], row["plays_per_hour"]) == (plays, 4 * plays)
    assert row["meets_target"] is met
    assert of(found["campaigns"], "k_1")["meets_target"] is False


def test_some_minutes_give_no_rate_per_hour(world: World, screen: BoundScreen) -> None:
    world.clock.forward(64 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:256])

    found = hours(world, screen)["items"]

    rates = [of(one["campaigns"], "k_1")["plays_per_hour"] for one in found]
    assert rates == [120, None]


def test_a_boost_raises_the_target(
    world: World, ordered: Callable[..., None], screen: BoundScreen
) -> None:
    ordered("plays_per_hour", 60)
    with world.core.config.write() as session:
        session.add(
            Boost(
                campaign_id=1,
                factor=1.5,
                from_at=START_MS + HOUR_MS,
                until_at=START_MS + DAY_MS,
                reason="集中宣传周",
                user_id=1,
                at=START_MS,
            )
        )
    world.clock.forward(2 * HOUR_MS)

    found = hours(world, screen)["items"]

    assert [of(one["campaigns"], "k_1")["target"] for one in found] == [60, 90]


@pytest.mark.parametrize("changes", [{}, {"starts_on": "2026-11-27"}])
def test_a_past_day_is_judged_by_the_version_in_force_then(
    world: World, screen: BoundScreen, changes: dict[str, Any]
) -> None:
    office = open_office(world)
    asset = make_asset(world, author=office.publicity.user_id)
    campaign = office.publish(asset, target={"kind": "plays_per_hour", "value": 60})
    world.clock.forward(2 * HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS)
    before = of(hours(world, screen)["items"][0]["campaigns"], campaign)
    world.clock.forward(3 * DAY_MS)

    office.revise(campaign, target={"kind": "plays_per_hour", "value": 900}, **changes)

    after = hours(world, screen)["items"][0]["campaigns"]
    assert of(after, campaign) == before
    assert (before["target"], before["meets_target"]) == (60, True)
    today = hours(world, screen, "2026-11-27")["campaigns"]
    assert of(today, campaign)["meets_target"] is None


def test_each_hour_of_the_day_of_a_revision_has_its_own_target(
    world: World, screen: BoundScreen
) -> None:
    office = open_office(world)
    asset = make_asset(world, author=office.publicity.user_id)
    campaign = office.publish(asset, target={"kind": "plays_per_hour", "value": 60})
    world.clock.forward(HOUR_MS)

    office.revise(campaign, target={"kind": "plays_per_hour", "value": 90})
    world.clock.forward(HOUR_MS)

    found = hours(world, screen)["items"]
    assert [of(one["campaigns"], campaign)["target"] for one in found] == [60, 90]


def test_a_rejected_version_was_never_in_force(world: World, screen: BoundScreen) -> None:
    office = open_office(world)
    asset = make_asset(world, author=office.publicity.user_id)
    campaign = office.publish(asset, target={"kind": "plays_per_hour", "value": 60})
    office.drafts(campaign, target={"kind": "plays_per_hour", "value": 90})
    office.post(office.publicity, f"/campaigns/{campaign}/submit")
    office.post(office.reviewer, f"/campaigns/{campaign}/reject", reason="再改")
    world.clock.forward(HOUR_MS)
    office.signs_off(campaign)
    world.clock.forward(HOUR_MS)

    found = hours(world, screen)["items"]

    assert [of(one["campaigns"], campaign)["target"] for one in found] == [60, 90]


def test_what_nobody_asked_for_is_held_against_nothing(world: World, screen: BoundScreen) -> None:
    world.clock.forward(HOUR_MS)

    row = of(hours(world, screen)["items"][0]["campaigns"], None)

    asked = ("target", "floor", "meets_target", "meets_floor", "worst_gap_ms", "average_gap_ms")
    assert [row[name] for name in asked] == [None] * 6
    assert (row["expected"], row["confirmed"]) == (60, 0)


def test_a_screen_that_was_never_bound_has_no_hours(world: World) -> None:
    screen = make_screen(world, enrolled_at=None)

    found = hours(world, screen)

    assert (found["items"], found["campaigns"], found["complete_until"]) == ([], [], None)


def test_a_screen_elsewhere_is_answered_like_one_that_is_missing(world: World) -> None:
    here, elsewhere = make_unit(world, "城关街道"), make_unit(world, "开发区")
    screen = make_screen(world, venue=make_venue(world, unit=here))
    stranger = sign_in(world, "publicity", unit=elsewhere).client

    for page in ("/api/v1/screens/{}/hours", "/screens/{}/hours"):
        foreign = stranger.get(page.format(screen.public_id))
        missing = stranger.get(page.format("s_999"))
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json == missing.json


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused(world: World, screen: BoundScreen, day: str) -> None:
    client = sign_in(world, "reviewer").client

    answer = client.get(f"/api/v1/screens/{screen.public_id}/hours?day={day}")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/day")
