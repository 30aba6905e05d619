"""Rosters by a table: each row's problem first, then all of them or none."""

import io
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from server.accounts.roles import Role
from tests.server.foundation.spreadsheets.test_tables import xlsx
from tests.server.monitoring.uptime.duty.test_hours import make_line, span
from tests.server.monitoring.uptime.rosters.test_rosters import Buses
from tests.support.app.inventory import make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World, make_world
from tests.support.browser.page_inventory import statements

PATH = "/api/v1/lines/rosters/import"
HEAD = ("线路", "日期", "截止日期", "车号", "开始", "结束")
LINE, FIRST, SECOND = "1 路", "苏C10001", "苏C10002"
DAY = "2026-11-24"


@pytest.fixture
def buses(world: World) -> Buses:
    return Buses(world)


def csv(*rows: Sequence[str], head: Sequence[str] = HEAD) -> bytes:
    return "\n".join(",".join(row) for row in (head, *rows)).encode()


def send(
    person: Person, content: bytes, *, dry: bool = False, headers: dict[str, str] | None = None
) -> Any:
    form = {"file": (io.BytesIO(content), "排班.csv")}
    query = "?dry_run=true" if dry else ""
    return person.client.post(PATH + query, data=form, headers=headers or {})


def row(vehicle: str, begin: str = "", end: str = "", **other: str) -> tuple[str, ...]:
    return (
        other.get("line", LINE), other.get("day", DAY), other.get("until", ""), vehicle, begin, end
    )  # fmt: skip


def faults(answer: Any) -> list[tuple[int, str]]:
    return [(one["row"], one["column"]) for one in answer.json["faults"]]


def test_a_row_is_a_service_and_several_make_a_day(buses: Buses) -> None:
    done = send(buses.admin, csv(row(FIRST, "6:10", "09:00"), row(FIRST, "16:00", "20:00")))

    assert (done.status_code, done.json["applied"]) == (200, True)
    assert buses.operating(buses.first) == (
        span("24 06:10", "24 09:00"),
        span("24 16:00", "24 20:00"),
    )
    assert buses.operating(buses.second) == ()


def test_a_check_shows_the_changes_and_makes_none(buses: Buses) -> None:
    buses.put({"vehicle": FIRST, "services": []}, day="2026-11-25")
    before = buses.operating(buses.first)

    found = send(buses.admin, csv(row(FIRST, "06:00", "12:00", until="2026-11-25")), dry=True)

    assert found.status_code == 200
    assert found.json["applied"] is False
    assert [
        (one["line"], one["day"], one["vehicles"], one["left_out"], one["replaces"] is not None)
        for one in found.json["rosters"]
    ] == [(LINE, DAY, 1, 1, False), (LINE, "2026-11-25", 1, 1, True)]
    assert buses.operating(buses.first) == before


def test_a_vehicle_without_times_does_not_run_and_a_line_of_such_is_idle(
    buses: Buses,
) -> None:
    done = send(buses.admin, csv(row(FIRST), row(SECOND)))

    assert done.json["rosters"][0]["vehicles"] == 0
    assert buses.operating(buses.first) == buses.operating(buses.second) == ()


@pytest.mark.slow
def test_seven_bad_rows_are_seven_sentences_and_nothing_is_imported(buses: Buses) -> None:
    bad = csv(
        row(FIRST, "06:00", "09:00"),
        row("苏C99999", "06:00", "09:00"),
        row(FIRST, "06:00", "09:00", line="99 路"),
        row(SECOND, "六点", "09:00"),
        row(SECOND, "06:00", ""),
        row(SECOND, "06:00", "09:00", day="24/11/2026"),
        row(SECOND, "06:00", "09:00", until="2026-11-20"),
        row(FIRST, "08:00", "10:00"),
    )

    checked = send(buses.admin, bad, dry=True)
    refused = send(buses.admin, bad)

    assert faults(checked) == [
        (3, "vehicle"), (4, "line"), (5, "begin"), (6, "end"), (7, "day"), (8, "until"),
        (9, "begin"),
    ]  # fmt: skip
    assert checked.json["fault_count"] == 7
    assert len({one["detail"] for one in checked.json["faults"]}) == 7
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json["errors"]] == [
        "/rows/3/vehicle", "/rows/4/line", "/rows/5/begin", "/rows/6/end", "/rows/7/day",
        "/rows/8/until", "/rows/9/begin",
    ]  # fmt: skip
    assert buses.admin.client.get(buses.path()).json["vehicles"] is None


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (row("", "06:00", "09:00"), (2, "vehicle")),
        (row(FIRST, "06:00", "09:00", line=""), (2, "line")),
        (row(FIRST, "06:00", "09:00", day=""), (2, "day")),
        (row(FIRST, "06:00", "06:00"), (2, "end")),
        (row(FIRST, "24:00", "06:00"), (2, "begin")),
        (row(FIRST, "", "06:00"), (2, "begin")),
        (row(FIRST, "06:00", "09:00", until="2027-11-24"), (2, "until")),
    ],
)
def test_what_cannot_be_is_named_by_its_row_and_column(
    buses: Buses, bad: tuple[str, ...], fault: tuple[int, str]
) -> None:
    assert faults(send(buses.admin, csv(bad), dry=True)) == [fault]


def test_one_vehicle_on_two_lines_at_once_is_named(buses: Buses) -> None:
    make_line(buses.world, "05:00", "23:00", name="2 路")

    found = send(
        buses.admin,
        csv(row(FIRST, "06:00", "09:00"), row(FIRST, "08:00", "10:00", line="2 路")),
        dry=True,
    )

    assert faults(found) == [(3, "begin")]


def test_ambiguous_names_are_reported_with_their_ids(buses: Buses) -> None:
    other = make_line(buses.world, "05:00", "23:00")
    twin = make_venue(buses.world, kind="bus", name="另一辆", vehicle="苏C10009")
    make_venue(buses.world, kind="bus", name="又一辆", vehicle="苏C10009")

    by_name = send(buses.admin, csv(row("苏C10009", "06:00", "09:00")), dry=True)
    by_id = send(
        buses.admin, csv(row(f"v_{twin}", "06:00", "09:00", line=f"n_{other}")), dry=True
    )  # fmt: skip

    assert faults(by_name) == [(2, "line"), (2, "vehicle")]
    assert by_id.json["fault_count"] == 0


def test_changes_since_the_check_are_not_overwritten(buses: Buses) -> None:
    content = csv(row(FIRST, "06:00", "12:00"))
    tag = send(buses.admin, content, dry=True).headers["ETag"]
    buses.put({"vehicle": FIRST, "services": [["10:00", "11:00"]]})

    refused = send(buses.admin, content, headers={"If-Match": tag})

    assert refused.status_code == 412
    assert buses.operating(buses.first) == (span("24 10:00", "24 11:00"),)


def test_another_file_than_the_one_that_was_checked_is_refused(buses: Buses) -> None:
    tag = send(buses.admin, csv(row(FIRST, "06:00", "12:00")), dry=True).headers["ETag"]

    refused = send(
        buses.admin, csv(row(FIRST, "06:00", "13:00")), headers={"If-Match": tag}
    )  # fmt: skip

    assert refused.status_code == 412


def test_the_same_file_may_be_imported_again(buses: Buses) -> None:
    content = csv(row(FIRST, "06:00", "12:00"))
    tag = send(buses.admin, content, dry=True).headers["ETag"]
    assert send(buses.admin, content, headers={"If-Match": tag}).status_code == 200

    assert send(buses.admin, content).status_code == 200

    assert buses.operating(buses.first) == (span("24 06:00", "24 12:00"),)


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 200), ("publicity", 200), ("transport", 200), ("reviewer", 403), ("viewer", 403)],
)
def test_transport_people_import_rosters(buses: Buses, role: Role, status: int) -> None:
    person = sign_in(buses.world, role)

    assert send(person, csv(row(FIRST, "06:00", "12:00"))).status_code == status


def test_a_venues_contact_has_no_line_to_write(buses: Buses) -> None:
    contact = sign_in(buses.world, "venue")

    found = send(contact, csv(row(FIRST, "06:00", "12:00")))

    assert found.status_code == 422
    assert [one["pointer"] for one in found.json["errors"]] == ["/rows/2/line", "/rows/2/vehicle"]


def test_lines_and_vehicles_of_another_unit_are_not_there(buses: Buses) -> None:
    stranger = sign_in(buses.world, "transport", make_unit(buses.world))

    found = send(stranger, csv(row(FIRST, "06:00", "12:00")), dry=True)

    assert faults(found) == [(2, "line"), (2, "vehicle")]


def test_imports_are_in_the_audit_trail(buses: Buses) -> None:
    send(buses.admin, csv(row(FIRST, "06:00", "12:00", until="2026-11-26")))

    entry = buses.admin.client.get("/api/v1/audit").json["items"][0]

    assert (entry["action"], entry["object"]) == ("roster.import", f"n_{buses.line}")
    assert entry["detail"] == {"days": 3, "from": DAY, "to": "2026-11-26"}


def test_without_a_file_or_with_none_that_is_a_table_it_reports_that(buses: Buses) -> None:
    missing = buses.admin.client.post(PATH, data={"x": "1"}, content_type="multipart/form-data")
    broken = send(buses.admin, b"PK\x03\x04 not really")

    assert missing.json["errors"][0]["pointer"] == "/file"
    assert broken.status_code == 422
    assert "另存为" in broken.json["detail"]


def template(person: Person, query: str = "") -> list[tuple[Any, ...]]:
    answer = person.client.get(f"{PATH}/template.xlsx{query}")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert len(book.worksheets) == 3
    return [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_the_template_has_the_lines_vehicles_and_is_good_as_it_is(buses: Buses) -> None:
    head, *rows = template(buses.admin, f"?line_id=n_{buses.line}&day=2026-11-30")
    content = buses.admin.client.get(f"{PATH}/template.xlsx?day=2026-11-30").data

    assert [text.rstrip("*") for text in head] == list(HEAD)
    assert [(one[0], one[1].date(), one[3], str(one[4])) for one in rows] == [
        (LINE, date(2026, 11, 30), FIRST, "06:00:00"),
        (LINE, date(2026, 11, 30), SECOND, "06:00:00"),
    ]
    done = send(buses.admin, content)
    assert (done.status_code, done.json["vehicles"]) == (200, 2)
    assert buses.operating(buses.first, "30 00:00", "30 23:59") == (span("30 06:00", "30 22:00"),)


def test_the_template_is_for_tomorrow_by_default(buses: Buses) -> None:
    assert template(buses.admin)[1][1].date() == date(2026, 11, 25)


def test_the_template_of_another_units_line_is_not_there(buses: Buses) -> None:
    stranger = sign_in(buses.world, "transport", make_unit(buses.world))

    answer = stranger.client.get(f"{PATH}/template.xlsx?line_id=n_{buses.line}")

    assert answer.status_code == 404
    assert len(template(stranger)) == 1


def test_times_of_a_spreadsheet_need_no_text(buses: Buses) -> None:
    from datetime import time as clock

    content = xlsx(
        HEAD, (LINE, date(2026, 11, 24), None, FIRST, clock(21, 30), clock(0, 30))
    )  # fmt: skip

    assert send(buses.admin, content).status_code == 200
    assert buses.operating(buses.first, "24 00:00", "26 00:00")[0] == span("24 21:30", "25 00:30")


def import_a_month(world: World, buses: int) -> tuple[float, int]:
    """Rosters of so many buses for December, by both steps: seconds and statements."""
    admin = sign_in(world, "admin")
    lines = [make_line(world, "06:00", "22:00", name=f"{number} 路") for number in range(20)]
    rows = []
    for number in range(buses):
        line, vehicle = number % 20, f"苏C{number:05d}"
        make_venue(world, kind="bus", name=vehicle, vehicle=vehicle, line_id=lines[line])
        for begin, end in (("06:00", "12:00"), ("13:00", "21:00")):
            rows.append((f"{line} 路", "2026-12-01", "2026-12-31", vehicle, begin, end))
    content = csv(*rows)
    began = time.monotonic()

    with statements(world) as asked:
        checked = send(admin, content, dry=True)
        done = send(admin, content, headers={"If-Match": checked.headers["ETag"]})

    took_s = time.monotonic() - began
    print(f"{buses} buses, 31 days: {took_s:.1f} s, {len(asked)} statements for both steps")
    assert done.status_code == 200
    assert (done.json["vehicles"], len(done.json["rosters"])) == (buses, 620)
    return took_s, len(asked)


@pytest.mark.long
@pytest.mark.slow
def test_five_hundred_buses_and_a_month_take_as_many_statements_as_twenty(
    world: World, tmp_path: Path
) -> None:
    _, few = import_a_month(make_world(tmp_path / "few"), 20)
    _, many = import_a_month(world, 500)

    assert many == few


@pytest.mark.timed
@pytest.mark.slow
def test_five_hundred_buses_and_a_month_are_imported_in_seconds(world: World) -> None:
    took_s, _ = import_a_month(world, 500)

    assert took_s < 30
