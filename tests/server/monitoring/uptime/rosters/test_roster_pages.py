"""线路 and 排班: lines with their hours, who runs when on a day, and who may change it."""

import re

import pytest

from server.accounts.roles import Role
from tests.server.monitoring.uptime.rosters.test_rosters import MORNING, TUESDAY, Buses
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World


@pytest.fixture
def buses(world: World) -> Buses:
    return Buses(world)


def field_of(page: str, vehicle: str) -> str:
    """The value in the field of a vehicle."""
    label = re.search(rf'<label for="(v-[^"]+)">{vehicle}', page)
    assert label is not None
    value = re.search(rf'id="{label[1]}"[^>]* value="([^"]*)"', page)
    assert value is not None
    return value[1]


@pytest.mark.slow
def test_without_lines_it_shows_what_to_do(world: World) -> None:
    page = sign_in(world, "transport").client.get("/lines").text

    assert "还没有线路" in page
    assert 'data-api="POST /api/v1/lines"' in page


def test_lines_are_listed_with_their_hours_vehicles_and_what_holds_today(buses: Buses) -> None:
    page = buses.admin.client.get("/lines").text
    assert "06:00 – 22:00" in page
    assert "按首末班" in page

    buses.put({"vehicle": "苏C10001", "services": MORNING})
    assert "按排班，1 辆" in buses.admin.client.get("/lines").text

    buses.put()
    assert "全线停驶" in buses.admin.client.get("/lines").text


def test_the_page_shows_who_follows_the_lines_hours_and_who_the_venues(buses: Buses) -> None:
    listed = buses.admin.client.get("/lines").text
    own = buses.admin.client.get(f"/lines/n_{buses.line}").text

    assert "按线路的首末班考核在线率、正常播放率和故障" in listed
    assert "节目和应播按车辆点位的营业时段编排" in listed
    assert "首末班只决定运行监测的时段；节目和应播按车辆点位的营业时段" in own


def test_a_day_without_a_roster_is_marked_and_filled_in_by_the_lines_hours(buses: Buses) -> None:
    page = buses.admin.client.get(f"/lines/n_{buses.line}?day={TUESDAY}").text

    assert "这一天没有排班：全部车辆按首末班 06:00 – 22:00 运行。" in page
    assert field_of(page, "苏C10001") == field_of(page, "苏C10002") == "06:00-22:00"
    assert "取消排班" not in page


def test_a_roster_is_in_the_fields_and_idle_vehicles_have_none(buses: Buses) -> None:
    buses.put({"vehicle": "苏C10001", "services": MORNING})

    page = buses.admin.client.get(f"/lines/n_{buses.line}?day={TUESDAY}").text

    assert field_of(page, "苏C10001") == "06:10-07:30 07:45-09:00"
    assert field_of(page, "苏C10002") == ""
    assert "取消排班" in page


def test_a_vehicle_of_another_line_that_helps_out_is_named_so(buses: Buses) -> None:
    buses.bus("苏C20001", line=_another_line(buses))
    buses.put({"vehicle": "苏C20001", "services": [["10:00", "12:00"]]})

    page = buses.admin.client.get(f"/lines/n_{buses.line}?day={TUESDAY}").text

    assert "外线支援" in page
    assert field_of(page, "苏C20001") == "10:00-12:00"


def _another_line(buses: Buses) -> int:
    made = buses.admin.client.post("/api/v1/lines", json={"name": "2 路"}).json["id"]
    return int(made.removeprefix("n_"))


def test_days_around_it_show_their_rosters_and_can_be_copied(buses: Buses) -> None:
    buses.put({"vehicle": "苏C10001", "services": MORNING}, day="2026-11-23")
    buses.put(day="2026-11-26")

    page = buses.admin.client.get(f"/lines/n_{buses.line}?day={TUESDAY}").text
    strip = page.split("day-strip")[1].split("</nav>")[0]

    assert strip.count("is-set") == 2
    assert "1 辆" in strip
    assert "停驶" in strip
    assert re.findall(r"<option>(.*?)</option>", page) == ["2026-11-23", "2026-11-26"]


def test_a_line_without_vehicles_shows_what_to_do(world: World) -> None:
    admin = sign_in(world, "admin")
    line = admin.client.post("/api/v1/lines", json={"name": "9 路"}).json["id"]

    page = admin.client.get(f"/lines/{line}").text

    assert "这条线路还没有车辆" in page
    assert "未填首末班" in page


@pytest.mark.parametrize(
    ("role", "writes"),
    [("admin", True), ("publicity", True), ("transport", True), ("viewer", False),
     ("reviewer", False)],
)  # fmt: skip
def test_who_may_not_write_reads_it_as_a_table(buses: Buses, role: Role, writes: bool) -> None:
    person = sign_in(buses.world, role)

    page = person.client.get(f"/lines/n_{buses.line}").text

    assert ("data-roster" in page) is writes
    assert ("<td>苏C10001</td>" in page) is not writes
    assert (person.client.get("/lines/rosters/import").status_code == 200) is writes


def test_another_units_line_is_not_there(buses: Buses) -> None:
    stranger = sign_in(buses.world, "transport", make_unit(buses.world))

    assert stranger.client.get(f"/lines/n_{buses.line}").status_code == 404
    assert "1 路" not in stranger.client.get("/lines").text


@pytest.mark.parametrize("day", ["heute", "2026-02-30"])
def test_a_day_that_is_none_is_reported(buses: Buses, day: str) -> None:
    answer = buses.admin.client.get(f"/lines/n_{buses.line}?day={day}")

    assert answer.status_code == 422
    assert "日期" in answer.text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_calendars_end_breaks_nothing(buses: Buses, day: str) -> None:
    assert buses.admin.client.get(f"/lines/n_{buses.line}?day={day}").status_code == 200


def test_the_import_offers_the_template_for_tomorrow(buses: Buses) -> None:
    page = buses.admin.client.get("/lines/rosters/import").text

    assert "/api/v1/lines/rosters/import/template.xlsx?day=2026-11-25" in page


def test_venues_and_the_fleet_lead_to_lines(buses: Buses) -> None:
    for path in ("/venues", "/uptime"):
        assert 'href="/lines"' in buses.admin.client.get(path).text
