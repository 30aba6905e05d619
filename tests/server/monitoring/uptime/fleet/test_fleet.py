"""Which screens are dark, since when, and how each has done: lines and units, worst first."""

from datetime import date
from typing import Any

import pytest

from server.accounts.actor import Actor, Grant
from server.inventory.screens.status import LATE_S
from server.inventory.venues.models import Line
from server.monitoring.availability.packed_records import Record
from server.monitoring.fleet.query import FleetQuery
from server.monitoring.fleet.service import fleet, hours_of
from server.monitoring.fleet.status import Now, State, state_of
from server.monitoring.fleet.tree import Fleet, shade
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.monitoring.heartbeats import ContactHistory, at

H = 3600
MONDAY = date(2026, 11, 23).toordinal()
TWO_DAYS = range(MONDAY, MONDAY + 2)


class Depot:
    """Two lines with three buses and a shop elsewhere; it is noon on Tuesday the 24th."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.history = ContactHistory(world)
        self.depot, self.street = make_unit(world, "公交公司"), make_unit(world, "城关街道")
        self.one, self.two = self.line("1 路"), self.line("2 路")
        self.good = self.bus("苏C1", self.one)
        self.silent = self.bus("苏C2", self.one)
        self.dark = self.bus("苏C3", self.two, depot="东站")
        venue = make_venue(world, kind="shop", name="便利店", unit=self.street)
        self.shop = make_screen(world, venue=venue, enrolled_at=at("20 00:00") * 1000).id
        self.history.we_were_up("23 00:00", "23 01:00")
        self.history.beats(self.good, "23 05:00", "24 12:00")
        self.history.beats(self.silent, "23 05:00", "24 10:00")
        self.history.beats(self.dark, "23 05:00", "23 18:00")
        self.history.beats(self.shop, "23 00:00", "24 11:59:30")
        self.history.we_are_up_until("24 12:00")
        self.history.keep()

    def line(self, name: str) -> int:
        with self.world.core.config.write() as session:
            line = Line(unit_id=self.depot, name=name, created_at=0)
            session.add(line)
            session.flush()
            return line.id

    def bus(self, name: str, line: int, **fields: Any) -> int:
        hours = {str(day): [["06:00", "22:00"]] for day in range(1, 8)}
        venue = make_venue(
            self.world,
            kind="bus",
            name=name,
            vehicle=name,
            line_id=line,
            unit=self.depot,
            hours=hours,
            **fields,
        )
        return make_screen(self.world, venue=venue, enrolled_at=at("20 00:00") * 1000).id

    def fleet(self, root: str = "/1/", **query: Any) -> Fleet:
        person = sign_in(self.world, "viewer")
        actor = Actor(person.user_id, person.username, person.unit_id, (Grant("viewer", root),))
        about = FleetQuery(TWO_DAYS, **query)
        return fleet(self.world.core, self.history.parts, actor, about)


@pytest.fixture
def depot(world: World) -> Depot:
    return Depot(world)


def test_the_worst_line_comes_first_and_in_it_the_worst_bus(depot: Depot) -> None:
    found = depot.fleet()

    assert [branch.name for branch in found.branches] == ["2 路", "1 路"]
    vehicles = [(node.venue.vehicle, node.state) for node in found.branches[1].venues]
    assert vehicles == [("苏C2", "out_of_coverage"), ("苏C1", "online")]


def test_which_buses_are_dark_and_since_when(depot: Depot) -> None:
    dark = [(venue.venue.name, screen.state, screen.last_s) for venue, screen in depot.fleet().dark]

    assert dark == [
        ("苏C3", "offline", at("23 18:00")),
        ("苏C2", "out_of_coverage", at("24 10:00")),
    ]


def test_by_unit_all_venues_are_there(depot: Depot) -> None:
    found = depot.fleet(by="unit")

    names = {branch.name: [node.venue.name for node in branch.venues] for branch in found.branches}
    assert names == {"公交公司": ["苏C3", "苏C2", "苏C1"], "城关街道": ["便利店"]}
    assert found.states == {"offline": 1, "out_of_coverage": 1, "online": 2}


def test_figures_of_closed_days_and_of_today_are_added(depot: Depot) -> None:
    found = depot.fleet(line=depot.two)
    (venue,) = found.branches[0].venues

    # 06:00-22:00 and 06:00-12:00; up until six hours after 18:00
    assert (venue.record.monitored, venue.record.up) == (22 * H, 16 * H)
    assert venue.screens[0].uptime_pct == 72.73
    assert found.record == venue.record == found.branches[0].record


def test_a_strip_has_each_day_and_a_branch_the_sum_of_its_screens(depot: Depot) -> None:
    one = depot.fleet(line=depot.one).branches[0]

    days = [(record.monitored, record.up) for record in one.strip()]
    assert days == [(32 * H, 32 * H), (12 * H, 12 * H)]
    strips = [screen.strip() for screen in one.screens]
    assert [record.up for record in strips[0]] == [16 * H, 6 * H]
    assert len(strips) == 2


def test_the_hours_of_a_day_can_be_read(depot: Depot) -> None:
    hours = hours_of(depot.world.core, [depot.dark, depot.good], MONDAY + 1)

    assert [record.monitored for record in hours[depot.dark]][5:13] == [0, *[H] * 6, 0]
    assert [record.up for record in hours[depot.good]][5:13] == [0, *[H] * 6, 0]


@pytest.mark.parametrize(
    ("query", "screens"),
    [
        ({"depot": "东站"}, 1),
        ({"kind": "taxi"}, 0),
        ({"state": "online"}, 1),
        ({"by": "unit", "kind": "shop"}, 1),
        ({"by": "unit", "units": frozenset({999})}, 0),
    ],
)
def test_filters_narrow_it(depot: Depot, query: dict[str, Any], screens: int) -> None:
    found = depot.fleet(**query)

    assert sum(found.states.values()) == screens


def test_nobody_sees_others_screens(depot: Depot) -> None:
    found = depot.fleet(root=f"/1/{depot.street}/", by="unit")

    assert [branch.name for branch in found.branches] == ["城关街道"]


def test_before_anything_was_watched_nothing_is_blamed(world: World) -> None:
    make_screen(world)
    person = sign_in(world, "viewer")
    actor = Actor(person.user_id, person.username, person.unit_id, (Grant("viewer", "/1/"),))

    found = fleet(world.core, ContactHistory(world).parts, actor, FleetQuery(TWO_DAYS, "unit"))

    assert (found.now_s, found.states, found.record) == (0, {"off_hours": 1}, Record())


NOON = at("24 12:00")
SEEN = {"now_s": NOON, "back_s": 0, "grace_s": 90, "operating": True, "excused": False}
STATES: dict[str, tuple[dict[str, Any], State]] = {
    "heard just now": ({"last_s": NOON}, "online"),
    "almost two and a half beats ago": ({"last_s": NOON - LATE_S + 1}, "online"),
    "two and a half beats ago": ({"last_s": NOON - LATE_S}, "late"),
    "grace passed": ({"last_s": NOON - 90}, "offline"),
    "a bus silent for an hour": (
        {"last_s": NOON - H, "grace_s": 6 * H, "moves": True},
        "out_of_coverage",
    ),
    "a bus silent for six hours": (
        {"last_s": NOON - 6 * H, "grace_s": 6 * H, "moves": True},
        "offline",
    ),
    "it says that nothing is visible": ({"last_s": NOON, "kind": 1}, "impaired"),
    "it said so and fell silent": ({"last_s": NOON - 90, "kind": 1}, "offline"),
    "never heard": ({"last_s": None}, "never_seen"),
    "closed": ({"last_s": NOON - 90, "operating": False}, "off_hours"),
    "under repair": ({"last_s": NOON - 90, "excused": True}, "excused"),
    "we came back a minute ago": ({"last_s": NOON - 600, "back_s": NOON - 60}, "unknown"),
    "we came back a grace ago": ({"last_s": NOON - 600, "back_s": NOON - 90}, "offline"),
    "it was missed before we were away": (
        {"last_s": NOON - 600, "back_s": NOON - 60, "away_s": NOON - 510},
        "offline",
    ),
    "we were away a second before it was missed": (
        {"last_s": NOON - 600, "back_s": NOON - 60, "away_s": NOON - 511},
        "unknown",
    ),
    "heard since we came back, and gone again": (
        {"last_s": NOON - 100, "back_s": NOON - 110, "grace_s": 95},
        "offline",
    ),
}


@pytest.mark.parametrize(("fields", "state"), STATES.values(), ids=STATES)
def test_a_state(fields: dict[str, Any], state: State) -> None:
    assert state_of(Now(**{"moves": False, **SEEN, **fields})) == state


@pytest.mark.parametrize(
    ("record", "colour"),
    [
        (Record(), "none"),
        (Record(operating=H, monitored=0), "unknown"),
        (Record(operating=H, monitored=H, excused=H), "excused"),
        (Record(operating=H, monitored=H), "down"),
        (Record(operating=H, monitored=H, up=1), "partly"),
        (Record(operating=H, monitored=H, up=3563), "partly"),
        (Record(operating=H, monitored=H, up=3564), "up"),
        (Record(operating=H, monitored=60, up=60), "up"),
        (Record(operating=H, monitored=H, up=H, impaired=1801), "impaired"),
    ],
)
def test_a_colour(record: Record, colour: str) -> None:
    assert shade(record) == colour
