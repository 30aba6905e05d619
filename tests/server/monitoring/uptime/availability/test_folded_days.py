"""Days are rolled up once they are over, again when something comes late, and hours stay."""

from typing import Any

import pytest

from server.foundation.civil_time import LATE_DAYS
from server.foundation.jobs.models import Job
from server.inventory.venues.models import Venue
from server.monitoring.availability import rollup_job
from server.monitoring.availability.packed_records import Record
from server.monitoring.availability.tasks import keep_uptime
from tests.support.app.clock import START_MS
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.monitoring.heartbeats import ContactHistory, at
from tests.support.plays.on_air import put_on_air
from tests.support.reporting.exemptions import PROGRAMME

SHOP = {str(day): [["09:00", "17:00"]] for day in range(1, 8)}
H = 3600


class Shop:
    """A shop open from 09:00 to 17:00 with one screen, watched since the 23rd."""

    def __init__(self, world: World, kind: str = "shop") -> None:
        self.world = world
        self.history = ContactHistory(world)
        self.venue = make_venue(world, kind=kind, hours=SHOP)
        self.player = make_screen(world, venue=self.venue, enrolled_at=at("23 00:00") * 1000)
        self.screen = self.player.id
        self.history.we_were_up("23 00:00", "24 09:00")

    def at(self, time: str) -> Record:
        """The day's figures once it is that time."""
        self.history.we_are_up_until(time)
        self.history.keep()
        return self.history.day(self.screen)

    def admin(self) -> Person:
        person = sign_in(self.world, "admin")
        sign_in_again(self.world, person)
        return person


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


def test_today_is_monitored_until_now(shop: Shop) -> None:
    shop.history.beats(shop.screen, "24 08:00", "24 12:00")

    day = shop.at("24 12:00")

    assert (day.operating, day.monitored, day.up) == (8 * H, 3 * H, 3 * H)


def test_time_after_our_own_last_beat_is_unknown(shop: Shop) -> None:
    shop.history.beats(shop.screen, "24 08:00", "24 10:00")
    shop.history.we_are_up_until("24 10:00")
    shop.world.clock.at_ms = at("24 16:00") * 1000

    assert shop.history.keep() == at("24 10:00")
    assert shop.history.day(shop.screen).monitored == H


def test_a_whole_day_is_monitored_when_it_is_over(shop: Shop) -> None:
    shop.history.beats(shop.screen, "24 09:00", "24 12:58:30")

    day = shop.at("25 00:01")

    # until 13:00
    assert (day.monitored, day.up) == (8 * H, 4 * H)


def test_days_without_us_are_unknown(shop: Shop) -> None:
    shop.history.we_were_up("26 10:00", "26 10:00")
    shop.world.clock.at_ms = at("26 10:00") * 1000
    shop.history.keep()

    assert shop.history.day(shop.screen, 25)[:3] == (8 * H, 0, 0)
    # 09:00-10:00 of the 26th was ours too
    assert shop.history.day(shop.screen, 26)[:3] == (8 * H, 0, 0)


def test_time_before_monitoring_is_unknown_and_not_due(world: World) -> None:
    history = ContactHistory(world)
    venue = make_venue(world, kind="shop", hours=SHOP)
    screen = make_screen(world, venue=venue, enrolled_at=at("20 00:00") * 1000).id
    history.we_were_up("24 13:00", "24 13:00")
    history.we_are_up_until("25 00:01")
    history.keep()

    day = history.day(screen)
    # As after any outage of ours the screen has one grace to come back.
    assert (day.monitored, day.expected) == (4 * H - 90, 4 * H)


def test_plays_that_come_days_later_are_counted(shop: Shop) -> None:
    before = shop.at("25 00:01")

    shop.history.shows(shop.screen, "24 09:00", "24 17:00")
    after = shop.at("27 10:00")

    assert (before.proven, before.awaited, before.running) == (0, 8 * H, 0)
    assert (after.proven, after.awaited, after.running, after.up) == (8 * H, 0, 8 * H, 0)


def test_a_log_that_turns_out_complete_awaits_nothing(shop: Shop) -> None:
    before = shop.at("25 00:01")

    shop.history.reports_all_until(shop.screen, "25 09:00")
    after = shop.at("25 09:01")

    assert (before.awaited, after.awaited, after.proven) == (8 * H, 0, 0)


@pytest.mark.slow
def test_in_the_end_a_log_is_not_waited_for_any_more(shop: Shop) -> None:
    shop.at("25 00:01")

    # The 24th ends with the first instant of the 25th.
    waited = shop.at(f"{24 + LATE_DAYS} 23:59")
    given_up = shop.at(f"{25 + LATE_DAYS} 00:00")

    assert (waited.awaited, given_up.awaited) == (8 * H, 0)
    assert (given_up.judged, given_up.fresh) == (1, 0)


def test_hours_that_held_on_a_folded_day_stay(shop: Shop) -> None:
    shop.at("25 00:01")
    with shop.world.core.config.write() as session:
        session.get_one(Venue, shop.venue).hours = {}

    shop.history.shows(shop.screen, "24 09:00", "24 10:00")
    shop.at("26 00:01")

    assert shop.history.day(shop.screen, 24)[:2] == (8 * H, 8 * H)
    assert shop.history.day(shop.screen, 24).proven == H
    assert shop.history.day(shop.screen, 25).operating == 0


@pytest.mark.slow
def test_another_grace_holds_for_folded_days_too(shop: Shop) -> None:
    shop.history.beats(shop.screen, "24 09:00", "24 12:00")
    before = shop.at("25 00:01")
    admin = shop.admin()

    answer = admin.client.patch("/api/v1/settings", json={"uptime": {"grace_s": {"shop": 1800}}})
    after = shop.at("25 00:03")

    assert answer.status_code == 200
    assert (before.up, after.up) == (3 * H + 90, 3 * H + 1800)


def test_an_exemption_for_a_folded_day_excuses(shop: Shop) -> None:
    put_on_air(shop.world, shop.player, PROGRAMME, START_MS)
    before = shop.at("25 00:01")
    chen, lin = sign_in(shop.world, "publicity"), sign_in(shop.world, "reviewer")
    body = {
        "selector": {"all": True},
        "from": "2026-11-24T09:00:00+08:00",
        "until": "2026-11-24T11:00:00+08:00",
        "code": "power_cut",
    }

    made = chen.client.post("/api/v1/exemptions", json=body).json
    lin.client.post(f"/api/v1/exemptions/{made['id']}/approve", json={"opinion": "属实"})
    after = shop.at("25 00:03")

    assert (before.expected, before.excused) == (8 * H, 0)
    assert (after.expected, after.excused, after.monitored) == (6 * H, 2 * H, 8 * H)


@pytest.mark.slow
def test_a_roster_for_a_rolled_up_day_sets_its_hours_and_deleting_it_restores_them(
    world: World,
) -> None:
    shop = Shop(world, kind="bus")
    admin = shop.admin()
    line = admin.client.post(
        "/api/v1/lines", json={"name": "1 路", "first_service": "06:00", "last_service": "22:00"}
    ).json["id"]
    with world.core.config.write() as session:
        session.get_one(Venue, shop.venue).line_id = int(line.partition("_")[2])
    path = f"/api/v1/lines/{line}/rosters/2026-11-24"
    duty = {"venue_id": f"v_{shop.venue}", "services": [["06:00", "08:00"]]}

    line_hours = shop.at("25 00:01").operating
    sign_in_again(world, admin)
    admin.client.put(path, json={"vehicles": [duty]})
    rostered = shop.at("25 00:03").operating
    admin.client.delete(path)
    again = shop.at("25 00:05").operating

    assert (line_hours, rostered, again) == (16 * H, 2 * H, 16 * H)


@pytest.mark.parametrize(
    ("reported_until", "as_of", "fresh"),
    [
        ("24 17:00", "25 00:01", 1),  # all of it reported at once
        ("24 12:00", "25 11:00", 1),  # all that is a day old is reported
        ("24 12:00", "25 13:00", 0),  # an hour of it isn't
        ("24 16:59:59", "26 00:00", 0),  # a second of it isn't
    ],
)
def test_a_log_is_fresh_that_is_complete_to_within_a_day(
    shop: Shop, reported_until: str, as_of: str, fresh: int
) -> None:
    shop.history.reports_all_until(shop.screen, reported_until)

    day = shop.at(as_of)

    assert (day.judged, day.fresh) == (1, fresh)


def test_a_log_that_was_late_stays_late(shop: Shop) -> None:
    shop.at("25 00:01")
    shop.at("26 00:01")

    shop.history.shows(shop.screen, "24 09:00", "24 17:00")
    shop.history.reports_all_until(shop.screen, "26 01:00")
    day = shop.at("26 01:01")

    assert (day.proven, day.fresh, day.judged) == (8 * H, 0, 1)


@pytest.mark.slow
def test_new_verdicts_come_with_the_sweep(shop: Shop) -> None:
    shop.history.shows(shop.screen, "24 09:00", "24 10:00")
    assert shop.at("25 00:01").proven == H

    shop.history.run("UPDATE evidence_runs SET until_s = until_s + 600")
    assert shop.at("25 00:03").proven == H
    assert rollup_job.sweep(shop.world.core, shop.history.parts) == 1

    assert shop.history.day(shop.screen).proven == H + 600


def test_a_pass_without_news_writes_nothing_of_closed_days(shop: Shop) -> None:
    shop.at("25 00:01")

    assert rollup_job.sweep(shop.world.core, shop.history.parts) == 0


def test_impaired_time_counts_as_up_and_is_separate(shop: Shop) -> None:
    shop.history.beats(shop.screen, "24 09:00", "24 10:00")
    shop.history.beats(shop.screen, "24 10:00:30", "24 10:30", kind=1)
    shop.history.beats(shop.screen, "24 10:30:30", "24 17:00")

    day = shop.at("25 00:01")

    # from the first heartbeat with it to the first without
    assert (day.up, day.impaired) == (8 * H, 1800)


def test_the_bus_of_the_issue(world: World) -> None:
    """Silent for twelve hours of its service (grace 6 h), then it hands in its plays."""
    history = ContactHistory(world)
    hours: dict[str, Any] = {"2": [["06:00", "20:00"]]}
    venue = make_venue(world, kind="bus", hours=hours)
    bus = make_screen(world, venue=venue, enrolled_at=at("23 00:00") * 1000).id
    history.we_were_up("23 00:00", "24 06:00")
    history.beats(bus, "24 06:00", "24 08:00")
    history.shows(bus, "24 06:00", "24 08:00")
    history.reports_all_until(bus, "24 08:00")
    history.we_are_up_until("24 20:00")
    history.keep()
    before = history.day(bus)

    history.beats(bus, "24 20:30", "24 21:00")
    history.shows(bus, "24 08:00", "24 20:00")
    history.reports_all_until(bus, "24 21:00")
    history.we_are_up_until("25 00:01")
    history.keep()
    after = history.day(bus)

    # 06:00-08:00 and six hours of grace of the 14 of service: of the twelve silent ones half.
    assert (before.monitored, before.up) == (14 * H, 8 * H)
    assert (after.monitored, after.up) == (14 * H, 8 * H)
    assert (before.expected, before.proven, before.awaited) == (14 * H, 2 * H, 12 * H)
    assert (after.expected, after.proven, after.awaited) == (14 * H, 14 * H, 0)
    assert (before.running, after.running) == (8 * H, 14 * H)


def test_a_fleet_that_takes_long_is_worked_out_less_often(shop: Shop) -> None:
    job = Job(kind="keep_uptime")
    shop.history.we_are_up_until("24 10:00")
    keep_uptime(shop.world.core, job)
    assert shop.history.as_of() == at("24 10:00")

    # ten seconds for a pass, so none for 200 s
    shop.history.run("UPDATE uptime_marks SET value = 10000 WHERE name = 'took_ms'")
    shop.history.we_are_up_until("24 10:03")
    keep_uptime(shop.world.core, job)
    assert shop.history.as_of() == at("24 10:00")

    shop.history.we_are_up_until("24 10:03:20")
    keep_uptime(shop.world.core, job)
    assert shop.history.as_of() == at("24 10:03:20")
