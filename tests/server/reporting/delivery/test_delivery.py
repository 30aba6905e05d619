"""The delivery report of screens that play, are silent, switch, move or rest."""

import pytest
from flask.testing import FlaskClient

from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.last_contact import Contact
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue, root_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, hand_in_all, keep_house, move, put_on_air
from tests.support.plays.plays import BOOT, make_programme
from tests.support.reporting.reports import check_sums, report, totals

PROGRAMME = make_programme(START_MS)
OTHER = make_programme(START_MS, lengths_s=(20, 40), campaigns=(0, 1), salt=1)
SLOTS = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    return made


class Reader:
    """Signs in for each reading, since idle sessions end."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def client(self) -> FlaskClient:
        return sign_in(self._world, "reviewer").client


@pytest.fixture
def reader(world: World) -> Reader:
    return Reader(world)


def beat(world: World, screen: BoundScreen, backlog: int = 0) -> None:
    contact = Contact(screen.id, world.clock.now_ms(), "b", backlog, None)
    playback_of(world.app).contacts.note(contact)


def test_an_hour_played_as_planned_is_delivered_in_full(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    world.clock.forward(HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS)

    found = report(reader.client)

    assert found["as_of"] == "2026-11-24T10:00:00+08:00"
    assert found["totals"]["expected"] == found["totals"]["confirmed"] == 240
    assert found["totals"]["delivery_rate"] == 1.0
    assert {item["campaign_id"]: item["confirmed"] for item in found["items"]} == {
        None: 60,
        "k_1": 120,
        "k_2": 60,
    }


def test_what_a_silent_screen_should_have_shown_is_pending(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    world.clock.forward(HOUR_MS)

    assert totals(reader.client) == {"expected": 240, "pending": 240}
    assert report(reader.client)["totals"]["delivery_rate"] == 0
    assert report(reader.client)["totals"]["delivery_rate_high"] == 1.0


def test_after_a_beat_without_a_backlog_plays_not_handed_in_are_missing(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    world.clock.forward(HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:100])
    beat(world, screen, backlog=3)
    before = totals(reader.client)
    beat(world, screen)

    assert before == {"expected": 240, "confirmed": 100, "pending": 140}
    assert totals(reader.client) == {"expected": 240, "confirmed": 100, "missing": 140}


def test_pending_plays_are_missing_once_the_late_window_has_closed(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    world.clock.forward(29 * DAY_MS)
    before = totals(sign_in(world, "reviewer").client)
    world.clock.forward(2 * DAY_MS)
    late = sign_in(world, "reviewer")
    after = totals(late.client)
    keep_house(world)

    assert before["pending"] == before["expected"] == 15 * 240
    assert after == totals(late.client) == {"expected": 15 * 240, "missing": 15 * 240}


def test_what_comes_after_the_freeze_is_an_adjustment(world: World, screen: BoundScreen) -> None:
    world.clock.forward(40 * DAY_MS)
    keep_house(world)
    hand_in_all(world, screen, PROGRAMME, SLOTS)

    reader = sign_in(world, "reviewer").client
    of_all = report(reader)["totals"]
    # Of single screens each hour is counted from its plays.
    of_one = report(reader, group_by="hour", screen_id=screen.public_id)["totals"]

    for found in (of_all, of_one):
        assert (found["confirmed"], found["missing"]) == (0, 15 * 240)
        assert found["adjustments"] == 240


def test_plays_that_come_late_turn_missing_into_confirmed(
    world: World, screen: BoundScreen
) -> None:
    world.clock.forward(3 * DAY_MS)
    beat(world, screen)
    keep_house(world)
    client = sign_in(world, "reviewer").client
    before = totals(client)
    hand_in_all(world, screen, PROGRAMME, SLOTS)

    assert before == {"expected": 15 * 240, "missing": 15 * 240}
    assert totals(client) == {"expected": 15 * 240, "confirmed": 240, "missing": 15 * 240 - 240}


def test_only_ended_slots_are_expected_today(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    world.clock.forward(10 * MINUTE_MS + 12_000)

    assert totals(reader.client)["expected"] == 41


def test_a_new_plan_is_provisional_until_the_screen_reports_the_switch(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    activate_ms = START_MS + 30 * MINUTE_MS
    put_on_air(world, screen, OTHER, activate_ms, reported=False, version=2)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:120])
    beat(world, screen)

    assert totals(reader.client) == {"expected": 120 + 60, "confirmed": 120, "pending": 60}


@pytest.mark.slow
def test_an_offline_screen_is_measured_against_the_plan_it_has(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    activate_ms = START_MS + 30 * MINUTE_MS
    put_on_air(world, screen, OTHER, activate_ms, reported=False, version=2)
    world.clock.forward(HOUR_MS)

    hand_in_all(world, screen, PROGRAMME, SLOTS[:160])

    assert totals(reader.client) == {"expected": 160 + 40, "confirmed": 160, "pending": 40}
    check_sums(reader.client)


def test_a_retired_screen_is_expected_to_show_nothing_more(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    with world.core.config.write() as session:
        session.get_one(Screen, screen.id).retired_at = START_MS + 10 * MINUTE_MS
    world.clock.forward(HOUR_MS)

    assert totals(reader.client) == {"expected": 40, "pending": 40}


@pytest.mark.slow
def test_a_screen_that_moves_leaves_its_history_with_the_former_unit(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    other = make_unit(world, "文体站")
    world.clock.forward(30 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:120])
    with world.core.config.write() as session:
        session.get_one(Venue, screen.venue_id).unit_id = other
    keep_house(world)
    world.clock.forward(30 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS)

    found = report(reader.client, group_by="unit")["items"]

    assert [(item["name"], item["expected"], item["confirmed"]) for item in found] == [
        ("本区", 120, 120),
        ("文体站", 120, 120),
    ]
    check_sums(reader.client)


@pytest.mark.slow
def test_declared_losses_count_for_the_unit_of_the_screens_venue_at_the_time(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    first, other = f"u_{root_unit(world)}", make_unit(world, "文体站")
    world.clock.forward(20 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, SLOTS[:40])
    lost = {"boot": BOOT, "lost": [[41, 60, "storage"]]}
    assert hand_in(world, screen, lost).status_code == 200
    world.clock.forward(10 * MINUTE_MS)
    move(world, screen, make_venue(world, unit=other))
    world.clock.forward(30 * MINUTE_MS)
    street = make_unit(world, "城关街道")
    move(world, screen, make_venue(world, unit=street))

    def declared(**narrowed: str) -> dict[str, int]:
        found: dict[str, int] = report(reader.client, **narrowed)["declared"]
        return found

    assert declared() == declared(venue_id=f"v_{screen.venue_id}") == {"storage": 20}
    assert declared(unit_id=first) == {"storage": 20}
    assert declared(unit_id=f"u_{other}") == declared(unit_id=f"u_{street}") == {}


def test_hours_and_days_are_those_of_the_district(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    world.clock.forward(2 * HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, PROGRAMME.slots(START_MS, START_MS + 2 * HOUR_MS))

    hours = report(reader.client, group_by="hour")["items"]
    mine = report(reader.client, group_by="hour", screen_id=screen.public_id)["items"]
    days = report(reader.client, group_by="day")["items"]

    assert [(item["hour"], item["confirmed"]) for item in hours] == [
        ("2026-11-24T09:00:00+08:00", 240),
        ("2026-11-24T10:00:00+08:00", 240),
    ]
    assert mine == hours
    assert [(item["day"], item["confirmed"]) for item in days] == [("2026-11-24", 480)]


@pytest.mark.slow
def test_figures_follow_the_filters(world: World, reader: Reader) -> None:
    school = make_venue(world, kind="school", name="第一小学", unit=make_unit(world))
    screens = [make_screen(world), make_screen(world, venue=school)]
    for one in screens:
        put_on_air(world, one, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, screens[0], PROGRAMME, SLOTS)

    client = reader.client
    found = {
        "all": totals(client)["expected"],
        "campaign": totals(client, campaign_id="k_2"),
        "kind": totals(client, venue_kind="school"),
        "venue": totals(client, venue_id=f"v_{school}"),
        "screen": totals(client, screen_id=screens[0].public_id)["confirmed"],
        "both": totals(client, screen_id=screens[0].public_id, venue_kind="school"),
        "unit": totals(client, unit_id="u_1")["expected"],
    }

    assert found == {
        "all": 480,
        "campaign": {"expected": 120, "confirmed": 60, "pending": 60},
        "kind": {"expected": 240, "pending": 240},
        "venue": {"expected": 240, "pending": 240},
        "screen": 240,
        "both": {"expected": 0},
        "unit": 480,
    }


@pytest.mark.slow
def test_groups_are_named_by_their_ids_and_by_their_names(
    world: World, screen: BoundScreen, reader: Reader
) -> None:
    world.clock.forward(HOUR_MS)
    first = {
        group: report(reader.client, group_by=group)["items"][0]
        for group in ("unit", "venue", "screen", "venue_kind", "line", "territory")
    }

    assert (first["unit"]["unit_id"], first["unit"]["name"]) == ("u_1", "本区")
    assert first["venue"]["venue_id"] == f"v_{screen.venue_id}"
    assert first["screen"]["name"] == "建设银行城关支行 大厅屏"
    assert (first["venue_kind"]["venue_kind"], first["venue_kind"]["name"]) == ("bank", "银行网点")
    assert first["line"]["line"] is None
    assert first["territory"]["territory_id"] is None


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"from": "2026-11-25"}, "/to"),
        ({"from": "2020-01-01"}, "/to"),
        ({"to": "9999-12-31"}, "/to"),
        ({"group_by": "x"}, None),
    ],
)
def test_a_wrong_question_is_explained(
    reader: Reader, query: dict[str, str], pointer: str | None
) -> None:
    answer = reader.client.get(
        "/api/v1/reports/delivery", query_string={"to": "2026-11-24", **query}
    )

    assert answer.status_code == 422
    if pointer:
        assert answer.json["errors"][0]["pointer"] == pointer  # type: ignore[index] # every answer here is JSON
