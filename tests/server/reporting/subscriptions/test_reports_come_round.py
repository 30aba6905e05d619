"""A report is made when its period is over: once, also after an outage, with the scope of then."""

import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from server.accounts.models import Unit, User, UserRole
from server.foundation.jobs import service as jobs
from server.foundation.jobs.models import Job
from server.inventory.venues.models import Venue
from server.reporting.subscriptions import builder as making
from server.reporting.subscriptions.models import ReportFile
from server.reporting.subscriptions.paths import store_of
from tests.server.reporting.raw_log.conftest import PROGRAMME, SLOTS
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.reporting.subscriptions import (
    SCHEDULES,
    files_of,
    let_pass,
    periods_of,
    subscribe,
)

UNTIL_EIGHT_MS = 22 * HOUR_MS
"""From Tuesday 10:00 to Wednesday 08:00."""


@pytest.fixture
def units(world: World) -> tuple[int, int]:
    """Two units with a screen each; it is Tuesday 10:00, and the first one's has played."""
    made = make_unit(world, "卫健科"), make_unit(world, "市监分局")
    screens = [make_screen(world, venue=make_venue(world, unit=unit)) for unit in made]
    for screen in screens:
        put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    hand_in_all(world, screens[0], PROGRAMME, SLOTS)
    return made


@pytest.fixture
def reader(world: World, units: tuple[int, int]) -> Person:
    """The publicity officer of the first unit."""
    return sign_in(world, "publicity", unit=units[0])


def sheet(person: Person, file: Any) -> list[tuple[Any, ...]]:
    """The rows of a file."""
    answer = person.client.get(file["file"])
    assert answer.status_code == 200, answer.text
    name = f"delivery-{file['kind']}-{file['from']}.xlsx"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return list(book.active.iter_rows(values_only=True))


@pytest.mark.slow
def test_a_daily_report_of_the_day_that_ended_is_there_at_its_hour(
    world: World, reader: Person
) -> None:
    schedule = subscribe(reader, group_by="unit")
    assert schedule["next"] == {
        "from": "2026-11-24",
        "to": "2026-11-24",
        "at": "2026-11-25T08:00:00+08:00",
    }
    let_pass(world, UNTIL_EIGHT_MS - MINUTE_MS, reader)
    assert files_of(reader, schedule) == []

    let_pass(world, MINUTE_MS)
    (file,) = files_of(reader, schedule)
    rows = sheet(reader, file)

    assert (file["from"], file["to"], file["state"]) == ("2026-11-24", "2026-11-24", "made")
    assert file["made_at"] == "2026-11-25T08:00:00+08:00"
    assert rows[0][:3] == ("责任单位", "应播", "实播")
    assert rows[1][0] == "卫健科"
    assert rows[1][2] == 240
    assert [row[0] for row in rows[1:3]] == ["卫健科", "合计"], "another unit's figures"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "days", "periods"),
    [
        ("daily", 3, [("2026-11-24", "2026-11-24"), ("2026-11-25", "2026-11-25"),
                      ("2026-11-26", "2026-11-26")]),
        ("weekly", 14, [("2026-11-23", "2026-11-29"), ("2026-11-30", "2026-12-06")]),
        ("monthly", 40, [("2026-11-01", "2026-11-30"), ("2026-12-01", "2026-12-31")]),
    ],
)  # fmt: skip
def test_each_period_is_made_when_it_is_over(
    world: World, reader: Person, kind: str, days: int, periods: list[tuple[str, str]]
) -> None:
    schedule = subscribe(reader, kind)

    for _ in range(days):
        let_pass(world, DAY_MS)
    let_pass(world, 0, reader)

    assert periods_of(reader, schedule) == [(*period, "made") for period in periods]


@pytest.mark.slow
def test_periods_missed_in_an_outage_are_made_up_once(world: World, reader: Person) -> None:
    schedule = subscribe(reader)

    let_pass(world, 4 * DAY_MS)
    let_pass(world, 5 * MINUTE_MS, reader)

    days = ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]
    assert [one[0] for one in periods_of(reader, schedule)] == days
    assert {one[2] for one in periods_of(reader, schedule)} == {"made"}


@pytest.mark.slow
def test_a_period_has_one_file_however_often_the_work_begins(world: World, reader: Person) -> None:
    schedule = subscribe(reader)
    let_pass(world, UNTIL_EIGHT_MS, reader)
    before = files_of(reader, schedule)
    stored = [one.changed_ms for one in store_of(world.core).kept()]

    for _ in range(2):
        making.order_due(world.core)
        with world.core.config.write() as session:
            jobs.enqueue(session, "make_report", 1, world.clock.now_ms())
        run_jobs(world.core)

    assert files_of(reader, schedule) == before
    assert [one.changed_ms for one in store_of(world.core).kept()] == stored
    back = reader.client.patch(f"{SCHEDULES}/{schedule['id']}", json={"kind": "weekly"})
    assert back.json["next"]["from"] == "2026-11-23"
    reader.client.patch(f"{SCHEDULES}/{schedule['id']}", json={"kind": "daily"})
    let_pass(world, 0)
    assert len(files_of(reader, schedule)) == 1


@pytest.mark.slow
def test_the_timetable_sees_to_it_every_five_minutes(world: World, reader: Person) -> None:
    schedule = subscribe(reader)
    world.clock.forward(UNTIL_EIGHT_MS)
    with world.core.config.write() as session:
        jobs.enqueue(session, "order_reports", "2026-11-25T08:00", world.clock.now_ms())

    run_jobs(world.core)
    let_pass(world, 0, reader)

    assert periods_of(reader, schedule) == [("2026-11-24", "2026-11-24", "made")]


@pytest.mark.slow
def test_a_person_who_lost_his_role_gets_no_report_and_a_note_when_he_is_back(
    world: World, reader: Person, units: tuple[int, int]
) -> None:
    schedule = subscribe(reader)
    with world.core.config.write() as session:
        session.get_one(User, reader.user_id).roles = []
    let_pass(world, UNTIL_EIGHT_MS)
    with world.core.config.write() as session:
        role = UserRole(role="publicity", unit_id=units[0])
        session.get_one(User, reader.user_id).roles = [role]
    let_pass(world, DAY_MS, reader)

    assert [one[2] for one in periods_of(reader, schedule)] == ["refused", "made"]
    assert "权限" in files_of(reader, schedule)[1]["reason"]
    assert "权限" in reader.client.get("/reports/schedules").text


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["the account", "the filter's unit"])
def test_reports_out_of_scope_by_then_aren_t_made(
    world: World, units: tuple[int, int], lost: str
) -> None:
    district = sign_in(world, "viewer")
    schedule = subscribe(district, filters={"unit_id": f"u_{units[1]}"})
    with world.core.config.write() as session:
        user = session.get_one(User, district.user_id)
        if lost == "the account":
            user.disabled = True
        else:
            user.roles = [UserRole(role="viewer", unit_id=units[0])]

    let_pass(world, UNTIL_EIGHT_MS)
    with world.core.config.write() as session:
        session.get_one(User, district.user_id).disabled = False
    let_pass(world, 0, district)

    assert [one[2] for one in periods_of(district, schedule)] == ["refused"]
    assert list(store_of(world.core).kept()) == []


@pytest.mark.slow
def test_a_file_made_for_more_than_one_sees_now_can_t_be_fetched(
    world: World, units: tuple[int, int]
) -> None:
    district = sign_in(world, "viewer")
    schedule = subscribe(district)
    let_pass(world, UNTIL_EIGHT_MS, district)
    (file,) = files_of(district, schedule)
    assert len(sheet(district, file)) > 2
    with world.core.config.write() as session:
        role = UserRole(role="viewer", unit_id=units[0])
        session.get_one(User, district.user_id).roles = [role]

    assert district.client.get(file["file"]).status_code == 404
    assert files_of(district, schedule)[0]["file"] is None
    assert "已不在您的管辖范围内" in district.client.get("/reports/schedules").text


@pytest.mark.slow
def test_a_venue_contact_s_report_is_of_his_venues(world: World, units: tuple[int, int]) -> None:
    contact = sign_in(world, "venue", unit=units[0])
    schedule = subscribe(contact, group_by="venue")
    let_pass(world, UNTIL_EIGHT_MS, contact)
    (file,) = files_of(contact, schedule)

    assert sheet(contact, file)[1][0] == "合计"


@pytest.mark.slow
def test_a_failure_is_shown_and_can_be_tried_again(world: World, reader: Person) -> None:
    schedule = subscribe(reader)
    folder = world.core.settings.data / "work"
    folder.mkdir(exist_ok=True)
    folder.rmdir()
    folder.write_text("in the way")
    let_pass(world, UNTIL_EIGHT_MS)
    for _ in range(2):
        let_pass(world, HOUR_MS // 4, reader)
    (file,) = files_of(reader, schedule)
    assert (file["state"], file["file"]) == ("failed", None)
    assert "重试" in file["reason"]
    page = reader.client.get("/reports/schedules").text
    retry = f"{SCHEDULES}/{schedule['id']}/files/{file['id']}/retry"
    assert f"POST {retry}" in page

    folder.unlink()
    assert reader.client.post(retry).json["state"] == "waiting"
    run_jobs(world.core)

    assert periods_of(reader, schedule) == [("2026-11-24", "2026-11-24", "made")]
    assert reader.client.post(retry).status_code == 409
    assert len(jobs_of(world, "make_report")) == 2


def jobs_of(world: World, kind: str) -> list[Job]:
    with world.core.config.read() as session:
        return list(session.scalars(select(Job).where(Job.kind == kind)))


@pytest.mark.slow
def test_files_go_after_400_days(world: World, reader: Person) -> None:
    schedule = subscribe(reader, "monthly")
    let_pass(world, 8 * DAY_MS)
    world.clock.forward(399 * DAY_MS)
    making.forget_old(world.core)
    assert rows(world) == 1
    assert len(list(store_of(world.core).kept())) == 1

    world.clock.forward(2 * DAY_MS)
    making.forget_old(world.core)

    assert rows(world) == 0
    assert list(store_of(world.core).kept()) == []
    assert schedule["kind"] == "monthly"


def rows(world: World) -> int:
    with world.core.config.read() as session:
        return len(session.scalars(select(ReportFile)).all())


@pytest.mark.slow
def test_a_unit_that_is_moved_doesn_t_hide_its_files(
    world: World, reader: Person, units: tuple[int, int]
) -> None:
    schedule = subscribe(reader)
    let_pass(world, UNTIL_EIGHT_MS, reader)
    with world.core.config.write() as session:
        unit, above = session.get_one(Unit, units[0]), session.get_one(Unit, units[1])
        unit.parent_id, unit.path = above.id, f"{above.path}{unit.id}/"

    (file,) = files_of(reader, schedule)

    assert file["file"] is not None
    assert sheet(reader, file)


@pytest.mark.slow
def test_a_venue_taken_from_the_unit_is_in_no_later_report(
    world: World, reader: Person, units: tuple[int, int]
) -> None:
    schedule = subscribe(reader, group_by="venue")
    with world.core.config.write() as session:
        for venue in session.scalars(select(Venue)):
            venue.unit_id = units[1]

    let_pass(world, UNTIL_EIGHT_MS, reader)
    (file,) = files_of(reader, schedule)

    assert file["state"] == "made"
