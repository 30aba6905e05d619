"""The pages of a vehicle show the hours of monitoring today, and those with programmes."""

from typing import Any, Final

import pytest

from server.inventory.venues.models import Venue
from server.monitoring.duty.today import HoursToday, hours_today
from tests.server.monitoring.uptime.duty.test_hours import make_line
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.monitoring.heartbeats import at

TUESDAY: Final = "2026-11-24"
DAILY: Final = {str(day): [["06:00", "22:00"]] for day in range(1, 8)}
SHORT: Final = {str(day): [["08:00", "20:00"]] for day in range(1, 8)}


class Depot:
    """A bus of line 1 that runs from 06:00 to 22:00; it is Tuesday, 15:00."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.clock.at_ms = at("24 15:00") * 1000
        self.line = make_line(world, "06:00", "22:00")
        self.bus = self.vehicle(hours=DAILY)
        self.admin = sign_in(world, "admin")

    def vehicle(self, **fields: Any) -> int:
        venue = make_venue(
            self.world, **{"kind": "bus", "name": "1 号车", "line_id": self.line, **fields}
        )
        self.screen = make_screen(self.world, venue=venue).public_id
        return venue

    def expected_hours(self, venue: int) -> HoursToday:
        with self.world.core.config.read() as session:
            row = session.get_one(Venue, venue)
            found = hours_today(session, row, self.world.clock.now_ms())
        assert found is not None
        return found

    def rosters(self, *services: list[str]) -> None:
        body = {"vehicles": [{"venue_id": f"v_{self.bus}", "services": list(services)}]}
        path = f"/api/v1/lines/n_{self.line}/rosters/{TUESDAY}"
        assert self.admin.client.put(path, json=body).status_code == 200


@pytest.fixture
def depot(world: World) -> Depot:
    return Depot(world)


def page(person: Person, path: str) -> str:
    found = person.client.get(path)
    assert found.status_code == 200, found.text
    return found.text


@pytest.mark.slow
def test_a_bus_runs_by_its_line(depot: Depot) -> None:
    found = depot.expected_hours(depot.bus)

    assert found.in_words("zh").startswith("06:00–22:00（按 ")
    assert found.in_words("zh").endswith("路首末班）")
    assert not found.differs


def test_a_roster_of_the_day_goes_before(depot: Depot) -> None:
    depot.rosters(["06:10", "09:00"], ["16:00", "20:00"])
    found = depot.expected_hours(depot.bus)

    assert found.in_words("zh").startswith("06:10–09:00、16:00–20:00（按 ")
    assert found.in_words("zh").endswith("路今天的排班）")
    assert "by today's roster of line" in found.in_words("en")
    assert found.differs


def test_a_bus_that_its_roster_leaves_out_does_not_run(depot: Depot) -> None:
    other = depot.vehicle(name="2 号车", hours=DAILY)
    depot.rosters(["06:10", "09:00"])

    assert depot.expected_hours(other).in_words("zh").startswith("今天不运行（按 ")


@pytest.mark.parametrize("fields", [{"line_id": None}, {"kind": "bank"}])
def test_what_runs_by_no_line_has_its_opening_hours(depot: Depot, fields: Any) -> None:
    found = depot.expected_hours(depot.vehicle(hours=SHORT, **fields))

    assert found.in_words("zh") == "08:00–20:00（按营业时段）"
    assert not found.differs


def test_a_day_that_ends_at_midnight_ends_at_24(depot: Depot) -> None:
    found = depot.expected_hours(depot.vehicle(kind="shop", line_id=None))

    assert found.in_words("zh") == "00:00–24:00（按营业时段）"


@pytest.mark.slow
def test_the_page_of_the_vehicle_warns_where_programmes_have_other_hours(depot: Depot) -> None:
    alike = page(depot.admin, f"/venues/v_{depot.bus}")
    apart = page(depot.admin, f"/venues/v_{depot.vehicle(hours=SHORT)}")

    for text in (alike, apart):
        assert "故障今天考核的时段是：06:00–22:00（按 " in text
        assert f'href="/lines/n_{depot.line}"' in text
    assert "两者不一致" not in alike
    assert "两者不一致" in apart


def test_the_page_of_a_shop_does_not_mention_lines(depot: Depot) -> None:
    shop = depot.vehicle(kind="shop", line_id=None)

    assert "hours-of-line" not in page(depot.admin, f"/venues/v_{shop}")


def test_the_pages_of_uptime_show_its_hours(depot: Depot) -> None:
    officer = sign_in(depot.world, "transport")

    for path in (f"/uptime/venues/v_{depot.bus}", f"/uptime/screens/{depot.screen}"):
        assert "今天应运行 06:00–22:00（按 " in page(officer, path)
