"""Daily rosters: which vehicle runs when; short gaps are stops of the engine at a terminus."""

from typing import Any

import pytest

from playlists.windows import Span
from server.accounts.roles import Role
from server.inventory.venues.models import Line
from server.monitoring.duty.operating_hours import excused_of, operating_of
from tests.server.monitoring.uptime.duty.test_hours import at, make_line, span
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World

TUESDAY = "2026-11-24"
MORNING = [["06:10", "07:30"], ["07:45", "09:00"]]


class Buses:
    """Line 1 from 06:00 to 22:00 with two buses, and an administrator."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.line = make_line(world, "06:00", "22:00")
        self.first, self.second = self.bus("苏C10001"), self.bus("苏C10002")
        self.admin = sign_in(world, "admin")

    def bus(self, vehicle: str, line: int | None = None) -> int:
        venue = make_venue(
            self.world, kind="bus", name=vehicle, vehicle=vehicle, line_id=line or self.line
        )
        return make_screen(self.world, venue=venue).id

    def path(self, day: str = TUESDAY, line: int | None = None) -> str:
        return f"/api/v1/lines/n_{line or self.line}/rosters/{day}"

    def put(self, *vehicles: dict[str, Any], by: Person | None = None, **where: Any) -> Any:
        person = by or self.admin
        return person.client.put(self.path(**where), json={"vehicles": list(vehicles)})

    def operating(self, screen: int, begin: str = "24 00:00", end: str = "25 00:00") -> Any:
        with self.world.core.config.read() as session:
            return operating_of(session, {screen}, at(begin), at(end))[screen]

    def excused(self, screen: int) -> tuple[Span, ...]:
        with self.world.core.config.read() as session:
            return excused_of(session, {screen}, at("24 00:00"), at("25 00:00")).get(screen, ())


@pytest.fixture
def buses(world: World) -> Buses:
    return Buses(world)


def test_a_roster_replaces_the_lines_hours_on_its_day_alone(buses: Buses) -> None:
    buses.put({"vehicle": "苏C10001", "services": [["06:10", "09:00"], ["16:00", "20:00"]]})

    assert buses.operating(buses.first) == (
        span("24 06:10", "24 09:00"),
        span("24 16:00", "24 20:00"),
    )
    assert buses.operating(buses.first, "25 00:00", "26 00:00") == (span("25 06:00", "25 22:00"),)


def test_a_vehicle_that_is_left_out_does_not_run(buses: Buses) -> None:
    buses.put({"vehicle": "苏C10001", "services": MORNING})

    assert buses.operating(buses.second) == ()


def test_an_empty_roster_stops_the_line(buses: Buses) -> None:
    buses.put()

    assert buses.operating(buses.first) == buses.operating(buses.second) == ()


def test_without_its_roster_the_lines_hours_hold_again(buses: Buses) -> None:
    buses.put()

    assert buses.admin.client.delete(buses.path()).status_code == 204

    assert buses.operating(buses.first) == (span("24 06:00", "24 22:00"),)


def test_a_short_gap_is_a_stop_of_the_engine_within_service_and_excused(buses: Buses) -> None:
    buses.put({"vehicle": "苏C10001", "services": MORNING})

    assert buses.operating(buses.first) == (span("24 06:10", "24 09:00"),)
    assert buses.excused(buses.first) == (span("24 07:30", "24 07:45"),)


@pytest.mark.parametrize(("minutes", "excused"), [(15, False), (16, True)])
def test_how_short_it_must_be_is_a_setting(buses: Buses, minutes: int, excused: bool) -> None:
    buses.put({"vehicle": "苏C10001", "services": MORNING})

    buses.admin.client.patch("/api/v1/settings", json={"uptime": {"engine_stop_minutes": minutes}})

    assert bool(buses.excused(buses.first)) is excused
    assert len(buses.operating(buses.first)) == (1 if excused else 2)


def test_a_service_past_midnight_belongs_to_the_day_on_which_it_starts(buses: Buses) -> None:
    buses.put({"vehicle": "苏C10001", "services": [["21:30", "00:30"]]})
    buses.put(day="2026-11-25")

    assert buses.operating(buses.first) == (span("24 21:30", "25 00:00"),)
    assert buses.operating(buses.first, "25 00:00", "26 00:00") == (span("25 00:00", "25 00:30"),)


def test_a_bus_that_helps_out_on_another_line_runs_by_that_lines_roster(buses: Buses) -> None:
    other = make_line(buses.world, "05:00", "23:00")

    buses.put({"vehicle": "苏C10001", "services": [["10:00", "12:00"]]}, line=other)

    assert buses.operating(buses.first) == (span("24 10:00", "24 12:00"),)
    assert buses.operating(buses.second) == (span("24 06:00", "24 22:00"),)


def test_a_stop_on_the_line_is_no_vehicle(buses: Buses) -> None:
    venue = make_venue(
        buses.world, kind="bus_stop", line_id=buses.line, hours={"2": [["05:00", "23:00"]]}
    )
    stop = make_screen(buses.world, venue=venue).id
    buses.put()

    assert buses.operating(stop) == (span("24 05:00", "24 23:00"),)


def test_rosters_are_read_by_days(buses: Buses) -> None:
    buses.put({"vehicle": "苏C10001", "services": MORNING})
    buses.put(day="2026-11-26")

    listed = buses.admin.client.get(
        f"/api/v1/lines/n_{buses.line}/rosters?from=2026-11-23&to=2026-11-30"
    ).json["items"]
    none = buses.admin.client.get(buses.path(day="2026-11-25")).json

    assert [(one["day"], len(one["vehicles"])) for one in listed] == [
        ("2026-11-24", 1),
        ("2026-11-26", 0),
    ]
    assert listed[0]["vehicles"][0]["services"] == MORNING
    assert none["vehicles"] is None


@pytest.mark.parametrize(
    ("vehicle", "pointer"),
    [
        ({"vehicle": "苏C99999", "services": MORNING}, "/vehicles/0/vehicle"),
        ({"services": MORNING}, "/vehicles/0/vehicle"),
        ({"vehicle": "苏C10001", "venue_id": "v_1", "services": MORNING}, "/vehicles/0/vehicle"),
        ({"venue_id": "v_999", "services": MORNING}, "/vehicles/0/vehicle"),
        ({"vehicle": "苏C10001", "services": [["6:10", "07:00"]]}, "/vehicles/0/services/0"),
        (
            {"vehicle": "苏C10001", "services": [["06:00", "08:00"], ["07:00", "09:00"]]},
            "/vehicles/0/services",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(
    buses: Buses, vehicle: dict[str, Any], pointer: str
) -> None:
    answer = buses.put(vehicle)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    assert buses.admin.client.get(buses.path()).json["vehicles"] is None


def test_the_same_vehicle_twice_is_refused(buses: Buses) -> None:
    duty = {"vehicle": "苏C10001", "services": MORNING}

    assert buses.put(duty, duty).json["errors"][0]["pointer"] == "/vehicles/1/vehicle"


@pytest.mark.parametrize(
    ("role", "status"),
    [("publicity", 200), ("transport", 200), ("reviewer", 403), ("venue", 403), ("viewer", 403)],
)
def test_transport_people_write_rosters_and_others_read_them(
    buses: Buses, role: Role, status: int
) -> None:
    person = sign_in(buses.world, role)

    assert buses.put(by=person).status_code == status
    assert person.client.get(buses.path()).status_code == 200


def test_the_line_of_another_unit_is_not_there(buses: Buses) -> None:
    stranger = sign_in(buses.world, "transport", make_unit(buses.world))

    assert buses.put(by=stranger).status_code == 404


def test_a_vehicle_of_another_unit_is_not_there(buses: Buses) -> None:
    street = make_unit(buses.world)
    with buses.world.core.config.write() as session:
        line = Line(unit_id=street, name="2 路", created_at=0)
        session.add(line)
        session.flush()
        number = line.id
    officer = sign_in(buses.world, "transport", street)

    answer = buses.put({"vehicle": "苏C10001", "services": MORNING}, by=officer, line=number)

    assert answer.status_code == 422


def test_an_old_reading_changes_nothing(buses: Buses) -> None:
    tag = buses.admin.client.get(buses.path()).headers["ETag"]
    buses.put()

    answer = buses.admin.client.put(buses.path(), json={"vehicles": []}, headers={"If-Match": tag})

    assert answer.status_code == 412


def test_its_author_is_in_the_audit_trail(buses: Buses) -> None:
    buses.put({"vehicle": "苏C10001", "services": MORNING})

    entry = buses.admin.client.get("/api/v1/audit").json["items"][0]

    assert (entry["action"], entry["object"]) == ("roster.set", f"n_{buses.line}")
    assert entry["detail"] == {"day": TUESDAY, "vehicles": 1}
