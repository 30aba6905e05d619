"""With which days a screen counts in the fleet, and until when its figures and states hold."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from server.accounts.actor import Actor, Grant
from server.foundation.db.session import open_database
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.monitoring.availability import rollup_job
from server.monitoring.availability.packed_records import Record
from server.monitoring.fleet.query import FleetQuery
from server.monitoring.fleet.service import fleet
from server.monitoring.fleet.tree import Fleet
from server.playlog.ingest.runtime import parts_of_job
from server.playlog.upkeep import follow_changes
from server.reporting.delivery.service import ReportQuery
from server.reporting.uptime.service import Only, uptime
from tests.server.monitoring.uptime.fleet.test_fleet import MONDAY, Depot, H
from tests.support.app.databases import url_of
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.monitoring.heartbeats import at

pytestmark = pytest.mark.slow
WEEK = range(MONDAY, MONDAY + 4)


@pytest.fixture
def depot(world: World) -> Depot:
    return Depot(world)


def fleet_over(here: Depot, days: range, root: str = "/1/", **query: object) -> Fleet:
    person = sign_in(here.world, "viewer")
    actor = Actor(person.user_id, person.username, person.unit_id, (Grant("viewer", root),))
    about = FleetQuery(days, **query)  # type: ignore[arg-type] # as the tests have them
    return fleet(here.world.core, here.history.parts, actor, about)


def unknown(record: Record, ahead_s: int) -> int:
    return record.operating - ahead_s - record.monitored


def test_between_two_passes_nothing_turns_unknown(depot: Depot) -> None:
    depot.history.we_are_up_until("24 12:00:50")

    found = depot.fleet(line=depot.two)

    assert unknown(depot.fleet(line=depot.one).record, depot.fleet(line=depot.one).ahead_s) == 0
    assert (found.as_of_s, found.now_s) == (at("24 12:00"), at("24 12:00:50"))
    assert unknown(found.record, found.ahead_s) == 0


def test_until_the_first_pass_after_midnight_yesterday_counts_and_is_what_goes_on(
    depot: Depot,
) -> None:
    depot.history.beats(depot.shop, "24 12:00", "24 23:59:50")
    depot.history.we_are_up_until("24 23:59:50")
    depot.history.keep()
    before = fleet_over(depot, WEEK, by="unit")
    depot.history.we_are_up_until("25 00:00:20")

    after = fleet_over(depot, WEEK, by="unit")

    assert after.record == before.record
    assert after.states == before.states == {"off_hours": 3, "online": 1}
    assert after.now_s == at("24 23:59:50")


def write_elsewhere(here: Depot, statement: str, **values: object) -> None:
    """As another process does it, on a connection of its own."""
    other = open_database(url_of(here.world.core.config))
    with other.write() as session:
        session.execute(text(statement), values)
    other.engine.dispose()


def test_places_follow_the_changes_of_another_process(depot: Depot) -> None:
    fleet_over(depot, WEEK, by="unit")
    write_elsewhere(depot, "UPDATE venues SET name = '超市' WHERE name = '便利店'")
    write_elsewhere(depot, "UPDATE units SET name = '河西街道' WHERE name = '城关街道'")
    write_elsewhere(depot, "UPDATE screens SET retired_at = 5 WHERE id = :one", one=depot.dark)

    found = fleet_over(depot, WEEK, by="unit")

    names = {branch.name: [node.venue.name for node in branch.venues] for branch in found.branches}
    assert names == {"公交公司": ["苏C2", "苏C1"], "河西街道": ["超市"]}


def test_a_contact_sees_a_venue_as_soon_as_it_is_his_own(depot: Depot) -> None:
    person = sign_in(depot.world, "venue")
    actor = Actor(person.user_id, "", person.unit_id, (Grant("venue", "/1/"),))
    about = FleetQuery(WEEK, "unit")
    before = fleet(depot.world.core, depot.history.parts, actor, about)
    write_elsewhere(
        depot,
        "INSERT INTO venue_contacts (venue_id, user_id) SELECT id, :one FROM venues"
        " WHERE name = '便利店'",
        one=person.user_id,
    )
    after = fleet(depot.world.core, depot.history.parts, actor, about)

    assert [branch.name for branch in before.branches] == []
    assert [branch.name for branch in after.branches] == ["城关街道"]


def test_figures_of_a_pass_are_there_as_soon_as_it_is_done(depot: Depot) -> None:
    before = fleet_over(depot, WEEK, line=depot.one)
    depot.history.beats(depot.good, "24 12:00:30", "24 13:00")
    depot.history.we_are_up_until("24 13:00")
    with parts_of_job(depot.world.core) as job:
        rollup_job.keep(depot.world.core, job)

    after = fleet_over(depot, WEEK, line=depot.one)

    assert after.record.up == before.record.up + 2 * H
    assert before.ahead_s - after.ahead_s == 2 * H


def moves_to_line_two(depot: Depot) -> None:
    """On the 25th the good bus's screen is put into the dark bus."""
    follow_changes(depot.world.core, depot.history.parts)
    depot.history.we_are_up_until("25 08:00")
    with depot.world.core.config.write() as session:
        dark = session.get_one(Screen, depot.dark)
        session.get_one(Screen, depot.good).venue_id = dark.venue_id
    follow_changes(depot.world.core, depot.history.parts)
    depot.history.we_are_up_until("25 23:59:59")
    depot.history.keep()


def test_a_screen_counts_with_the_days_of_its_placement(depot: Depot) -> None:
    moves_to_line_two(depot)

    two = fleet_over(depot, WEEK, line=depot.two).branches[0]

    days = [record.operating // H for record in two.strip()]
    # the dark one alone on the 23rd and 24th, both on the 25th
    assert days == [16, 16, 32, 0]
    assert two.record.operating == 64 * H


def test_a_screen_that_left_counts_in_the_report_of_its_old_place(depot: Depot) -> None:
    moves_to_line_two(depot)

    now = fleet_over(depot, WEEK, line=depot.one)
    sheet = fleet_over(depot, WEEK, line=depot.one, gone=True)

    assert [screen.id for screen in now.branches[0].screens] == [depot.silent]
    assert now.record == sheet.record
    screens = {one.id: one for branch in sheet.branches for one in branch.screens}
    assert screens.keys() == {depot.good, depot.silent}
    assert [record.operating // H for record in screens[depot.good].strip()] == [16, 16, 0, 0]
    assert [record.operating // H for record in now.branches[0].strip()] == [32, 32, 16, 0]


def test_a_screen_of_a_deleted_venue_counts_all_the_same(depot: Depot) -> None:
    moves_to_line_two(depot)
    before = fleet_over(depot, WEEK, line=depot.one, gone=True)
    with depot.world.core.config.write() as session:
        (empty,) = session.scalars(select(Venue).where(Venue.name == "苏C1"))
        number = empty.id
        session.delete(empty)

    after = fleet_over(depot, WEEK, line=depot.one, gone=True)

    assert after.record == before.record
    names = {node.venue.id: node.venue.name for one in after.branches for node in one.venues}
    assert names[number] == f"v_{number}"


def test_a_retired_screen_stays_on_the_sheet_of_the_days_that_it_was_there(depot: Depot) -> None:
    follow_changes(depot.world.core, depot.history.parts)
    with depot.world.core.config.write() as session:
        session.get_one(Screen, depot.dark).retired_at = at("24 10:00") * 1000
    depot.history.we_are_up_until("25 12:00")
    depot.history.keep()

    now = fleet_over(depot, WEEK, line=depot.two)
    sheet = fleet_over(depot, WEEK, line=depot.two, gone=True)
    later = fleet_over(depot, range(WEEK.stop, WEEK.stop + 7), line=depot.two, gone=True)

    assert (list(now.branches), list(later.branches)) == ([], [])
    assert now.record == sheet.record
    # on the 23rd from 06:00, on the 24th until 10:00
    assert sheet.record.monitored == 20 * H


def test_nobody_sees_a_screens_days_at_other_units(depot: Depot) -> None:
    follow_changes(depot.world.core, depot.history.parts)
    depot.history.we_are_up_until("25 08:00")
    with depot.world.core.config.write() as session:
        shop = session.get_one(Screen, depot.shop)
        session.get_one(Screen, depot.dark).venue_id = shop.venue_id
    follow_changes(depot.world.core, depot.history.parts)
    depot.history.we_are_up_until("25 12:00")
    depot.history.keep()
    street = f"/1/{depot.street}/"

    (node,) = [
        one
        for branch in fleet_over(depot, WEEK, street, by="unit", screen=depot.dark).branches
        for one in branch.screens
    ]

    assert [record.operating > 0 for record in node.strip()] == [False, False, True, False]
    assert [node.counts(day) for day in WEEK] == [False, False, True, True]
    assert not node.counts(date(2026, 1, 1).toordinal())


def test_a_beat_stamped_in_the_future_by_our_wrong_clock_is_no_present_contact(
    depot: Depot,
) -> None:
    depot.history.beats(depot.shop, "24 15:00", "24 15:01")
    depot.history.we_are_up_until("24 12:30")
    depot.history.keep()

    (branch,) = fleet_over(depot, WEEK, by="unit", kind="shop").branches

    assert [(one.state, one.last_s) for one in branch.screens] == [("offline", at("24 11:59:30"))]


def test_a_venue_that_came_to_another_unit_shows_its_days_to_those_who_see_both(
    depot: Depot,
) -> None:
    follow_changes(depot.world.core, depot.history.parts)
    depot.history.we_are_up_until("25 08:00")
    with depot.world.core.config.write() as session:
        venue = session.get_one(Screen, depot.dark).venue
        venue.unit_id, number = depot.street, venue.id
    follow_changes(depot.world.core, depot.history.parts)
    depot.history.we_are_up_until("25 12:00")
    depot.history.keep()

    district = fleet_over(depot, WEEK, by="unit", venue=number).branches[0]
    street = fleet_over(depot, WEEK, f"/1/{depot.street}/", by="unit", venue=number).branches[0]

    assert [record.operating // H for record in district.strip()] == [16, 16, 16, 0]
    assert [record.operating // H for record in street.strip()] == [0, 0, 16, 0]


@pytest.mark.parametrize(
    "query", [{}, {"by": "unit"}, {"line": True}, {"depot": "东站"}, {"by": "unit", "kind": "bus"}]
)
def test_the_fleets_figures_are_those_of_the_report_of_the_same_days(
    depot: Depot, query: dict[str, Any]
) -> None:
    moves_to_line_two(depot)
    with depot.world.core.config.write() as session:
        session.get_one(Screen, depot.silent).retired_at = at("25 23:00") * 1000
    depot.history.we_are_up_until("26 00:01")
    depot.history.keep()
    asked = dict(query)
    if asked.pop("line", None):
        asked["line"] = depot.one
    person = sign_in(depot.world, "viewer")
    actor = Actor(person.user_id, person.username, person.unit_id, (Grant("viewer", "/1/"),))
    about = ReportQuery(
        date.fromordinal(WEEK.start),
        date.fromordinal(WEEK.stop - 1),
        "screen",
        line_id=f"n_{asked['line']}" if "line" in asked else None,
        venue_kind=asked.get("kind"),
    )
    only = Only(asked.get("depot"), asked.get("by") != "unit")

    page = fleet_over(depot, WEEK, **asked)
    report = uptime(depot.world.core, depot.history.parts, actor, about, only)

    assert page.record == report.totals.record
    assert page.record.operating > 0
    assert page.spread == report.totals.spread
