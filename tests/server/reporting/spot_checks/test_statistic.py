"""The statistic of checks: which count, as what, for whom, and the report's sentence."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select

from server.monitoring.exemptions.models import ExemptedScreen
from server.reporting.spot_checks.statistic.confidence_bound import upper_bound
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_unit
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.reporting.reports import DAY
from tests.support.reporting.spot_checks import exempt, make_check, make_checks, screen_on_air

NO_FAULT = (
    "抽查 60 次，未发现异常，有 95 % 的把握认为异常率低于 5 %。计入结论的抽查中，现场拍照 0 次。"
)


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return screen_on_air(world)


@pytest.fixture
def reader(world: World) -> Person:
    return sign_in(world, "auditor")


def statistic(person: Person, **query: str) -> Any:
    answer = person.client.get("/api/v1/spot-checks/statistic", query_string={**DAY, **query})
    assert answer.status_code == 200, answer.text
    return answer.json


def counts(person: Person, **query: str) -> list[int]:
    found = statistic(person, **query)
    return [found[key] for key in ("checks", "good", "bad", "unclear", "unanswered", "waiting")]


@pytest.mark.slow
def test_sixty_good_ones(world: World, screen: BoundScreen, reader: Person) -> None:
    make_checks(world, screen, 60, verdict="good")

    found = statistic(reader)

    assert (found["checks"], found["good"], found["bad"]) == (60, 60, 0)
    assert found["upper_bound"] == pytest.approx(0.0487, abs=5e-5)
    assert found["upper_bound_unanswered_bad"] == found["upper_bound"]
    assert found["sentence"] == NO_FAULT
    assert (found["from"], found["to"], found["confidence"]) == ("2026-11-24", "2026-11-24", 0.95)
    english = statistic(reader, lang="en")["sentence"]
    assert english.startswith("60 spot checks without a fault: with 95 % confidence fewer than 5 %")


@pytest.mark.slow
def test_no_answer_is_no_pass(world: World, screen: BoundScreen, reader: Person) -> None:
    make_checks(world, screen, 60, verdict="good")
    make_checks(world, screen, 2, state="no_answer")
    make_check(world, screen, state="offline")

    found = statistic(reader)

    assert (found["checks"], found["good"], found["unanswered"]) == (63, 60, 3)
    assert found["upper_bound"] == upper_bound(0, 60)
    assert found["upper_bound_unanswered_bad"] == upper_bound(3, 63)
    assert "另有 3 次未响应" in found["sentence"]


@pytest.mark.slow
def test_each_check_is_in_exactly_one_place(
    world: World, screen: BoundScreen, reader: Person
) -> None:
    make_checks(world, screen, 5, verdict="good")
    make_checks(world, screen, 2, verdict="bad", why="sample")
    make_check(world, screen, verdict="unclear")
    make_check(world, screen)
    make_check(world, screen, state="asked")
    make_check(world, screen, state="asked", kind="photo", due_at=world.clock.now_ms() + MINUTE_MS)
    assert counts(reader) == [9, 5, 2, 1, 0, 1]

    world.clock.forward(MINUTE_MS - 1)
    assert counts(reader) == [10, 5, 2, 1, 1, 1]  # the screenshot's time is over
    world.clock.forward(1)
    assert counts(reader) == [11, 5, 2, 1, 2, 1]
    assert statistic(reader)["upper_bound"] == upper_bound(2, 7)
    assert statistic(reader)["upper_bound_unanswered_bad"] == upper_bound(6, 11)


def test_checks_chosen_by_hand_are_left_out(
    world: World, screen: BoundScreen, reader: Person
) -> None:
    make_checks(world, screen, 3, verdict="good", why="by_hand", frame_unit_id=None)

    found = statistic(reader)

    assert (found["checks"], found["upper_bound"]) == (0, None)
    assert found["sentence"] == "这段时间还没有复核过的随机抽查。"


def test_a_photo_that_came_late_counts_only_against(
    world: World, screen: BoundScreen, reader: Person
) -> None:
    make_check(world, screen, kind="photo", late=True, verdict="good")
    make_check(world, screen, kind="photo", late=True)
    make_check(world, screen, kind="photo", late=True, verdict="bad")
    make_check(world, screen, kind="photo", verdict="good")

    assert counts(reader) == [4, 1, 1, 0, 2, 0]
    assert statistic(reader)["photos"] == 4
    assert counts(reader, kind="screenshot")[0] == 0


def test_a_draw_over_one_unit_counts_for_that_unit_alone(world: World, reader: Person) -> None:
    here, there = make_unit(world, "城关街道"), make_unit(world, "开发区")
    ours = screen_on_air(world, unit=here)
    theirs = screen_on_air(world, unit=there)
    make_checks(world, ours, 2, verdict="good")
    make_checks(world, ours, 9, verdict="good", why="sample", frame_unit_id=here)
    make_check(world, theirs, verdict="good")

    assert counts(reader)[0] == 3
    assert counts(reader, unit_id=f"u_{here}")[0] == 11
    assert counts(reader, unit_id=f"u_{there}")[0] == 1
    assert counts(sign_in(world, "publicity", here))[0] == 11


@pytest.mark.slow
def test_it_is_narrowed_by_days_and_places(world: World, reader: Person) -> None:
    bank, hotel = screen_on_air(world), screen_on_air(world, kind="hotel")
    make_checks(world, bank, 2, verdict="good")
    make_check(world, hotel, verdict="good")
    world.clock.forward(DAY_MS)
    make_check(world, bank, verdict="bad")
    sign_in_again(world, reader)

    assert counts(reader)[:3] == [3, 3, 0]
    assert counts(reader, to="2026-11-25")[:3] == [4, 3, 1]
    assert counts(reader, venue_kind="hotel")[0] == 1
    assert counts(reader, screen_id=bank.public_id)[0] == 2
    assert counts(reader, venue_id=f"v_{hotel.venue_id}")[0] == 1


def test_only_checks_in_scope_count(world: World) -> None:
    unit = make_unit(world)
    own = screen_on_air(world, unit=unit)
    make_check(world, own, verdict="good")
    contact = sign_in(world, "venue", unit)

    assert counts(sign_in(world, "viewer", make_unit(world)))[0] == 0
    assert counts(contact)[0] == 0
    mine = screen_on_air(world, unit=unit, contacts=(contact.user_id,))
    make_checks(world, mine, 2, verdict="good")
    assert counts(contact)[0] == 2
    stranger = sign_in(world, "viewer", make_unit(world))
    for query in (
        f"unit_id=u_{unit}",
        f"territory_id=u_{unit}",
        f"venue_id=v_{own.venue_id}",
        f"screen_id={own.public_id}",
        "line_id=n_9",
    ):
        answer = stranger.client.get(f"/api/v1/spot-checks/statistic?{query}")
        assert answer.status_code == 404, query


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-12-01&to=2026-11-01",
        "from=2020-01-01&to=2026-01-01",
        "from=soon",
        "to=0001-01-01",
        "to=9999-12-31",
    ],
)
def test_days_that_cannot_be_are_refused(world: World, reader: Person, query: str) -> None:
    answer = reader.client.get(f"/api/v1/spot-checks/statistic?{query}")

    assert answer.status_code == 422


@pytest.mark.slow
def test_reports_have_it_in_every_form(world: World, screen: BoundScreen, reader: Person) -> None:
    make_checks(world, screen, 60, verdict="good")
    address = "/api/v1/reports/delivery"

    found = reader.client.get(address, query_string=DAY).json["spot_checks"]
    text = reader.client.get(f"{address}.csv", query_string=DAY).data.decode("utf-8-sig")
    page = reader.client.get("/reports", query_string={**DAY, "lang": "zh"}).text

    assert (found["checks"], found["sentence"]) == (60, NO_FAULT)
    assert ["抽查", NO_FAULT] in list(csv.reader(io.StringIO(text)))
    assert "不证明屏幕点亮" in text
    assert NO_FAULT in page
    assert "不证明屏幕点亮" in page
    workbook = reader.client.get(f"{address}.xlsx", query_string=DAY)
    assert workbook.status_code == 200


@pytest.mark.slow
def test_a_report_of_one_screen_is_about_that_screen(world: World, reader: Person) -> None:
    one, other = screen_on_air(world), screen_on_air(world)
    make_checks(world, one, 4, verdict="good")
    make_checks(world, other, 9, verdict="bad")

    narrowed = {**DAY, "screen_id": one.public_id}
    found = reader.client.get("/api/v1/reports/delivery", query_string=narrowed).json

    assert (found["spot_checks"]["checks"], found["spot_checks"]["bad"]) == (4, 0)


@pytest.mark.slow
def test_a_photo_for_which_nobody_had_to_be_there_counts_neither_way(
    world: World, screen: BoundScreen, reader: Person
) -> None:
    """The time was exempted afterwards: the paper came the day after the power cut."""
    other = screen_on_air(world)
    photo = {"kind": "photo", "state": "no_answer"}
    make_check(world, screen, **photo)
    make_check(world, screen, kind="photo", late=True)
    make_check(world, screen, kind="photo", verdict="bad")
    make_check(world, screen, kind="photo", late=True, verdict="bad")
    make_check(world, screen, state="no_answer")
    make_check(world, screen, asked_at=world.clock.now_ms() - 2 * HOUR_MS, **photo)
    make_check(world, other, **photo)
    before = counts(reader)

    exempt(world, screen)

    assert (before, counts(reader)) == ([7, 0, 2, 0, 5, 0], [5, 0, 2, 0, 3, 0])
    listed = "/api/v1/spot-checks?counted={}&standing=no_answer"
    found = [reader.client.get(listed.format(flag)).json["items"] for flag in ("true", "false")]
    assert [[one["counted"] for one in items] for items in found] == [[True] * 3, [False]]


@pytest.mark.slow
def test_an_exemption_covers_a_screen_only_during_its_placement(
    world: World, screen: BoundScreen, reader: Person
) -> None:
    make_check(world, screen, kind="photo", state="no_answer")
    before = counts(reader)

    exempt(world, screen)
    with world.core.config.write() as session:
        stay = session.scalars(select(ExemptedScreen)).one()
        stay.until_at = stay.from_at + 1

    assert counts(reader) == before
