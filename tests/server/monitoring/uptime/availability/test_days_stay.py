"""A day's figures stay true when the screen is moved, or bound to another box."""

from collections.abc import Callable
from typing import Any

import pytest

from server.inventory.screens.models import Screen, ScreenToken
from server.inventory.venues.models import Line, Venue
from server.monitoring.availability import rollup_job
from server.monitoring.availability.daily_rollup import fold_day
from server.monitoring.availability.day_store import set_marks, stored_rows, write_rows
from server.playlog.store.snapshot import snapshot
from server.playlog.upkeep import follow_changes
from tests.server.monitoring.uptime.availability.test_folded_days import SHOP, H, Shop
from tests.support.app.inventory import make_venue
from tests.support.app.world import World
from tests.support.monitoring.heartbeats import at

pytestmark = pytest.mark.slow
TUESDAY = 739_944  # the 24th of November 2026, as `date.toordinal` has it


class Bus(Shop):
    """A bus of line 1, rostered on the 24th from 09:00 to 11:00, with contact in the first hour."""

    def __init__(self, world: World) -> None:
        super().__init__(world, kind="bus")
        self.one, self.two = self.line("1 路"), self.line("2 路")
        self.change(line_id=self.one)
        self.follow()
        self.roster(self.one, [["09:00", "11:00"]])
        self.history.beats(self.screen, "24 09:00", "24 10:00")

    def line(self, name: str) -> int:
        with self.world.core.config.write() as session:
            line = Line(
                unit_id=1, name=name, first_service="06:00", last_service="22:00", created_at=0
            )
            session.add(line)
            session.flush()
            return line.id

    def roster(self, line: int, services: list[list[str]] | None) -> None:
        admin = self.admin()
        duty = {"venue_id": f"v_{self.venue}", "services": services}
        admin.client.put(
            f"/api/v1/lines/n_{line}/rosters/2026-11-24",
            json={"vehicles": [duty] if services else []},
        )

    def change(self, **fields: Any) -> None:
        with self.world.core.config.write() as session:
            for name, value in fields.items():
                setattr(session.get_one(Venue, self.venue), name, value)

    def follow(self) -> None:
        """What the job does every five minutes."""
        follow_changes(self.world.core, self.history.parts)

    def late_plays(self) -> None:
        """Plays of the 24th come late, so that it is rolled up again."""
        self.history.shows(self.screen, "24 09:00", "24 10:00")


def to_a_shop(bus: Bus) -> None:
    shop = make_venue(bus.world, kind="shop", hours=SHOP)
    with bus.world.core.config.write() as session:
        session.get_one(Screen, bus.screen).venue_id = shop


def to_another_kind(bus: Bus) -> None:
    bus.change(kind="office", line_id=None)


@pytest.mark.parametrize("move", [to_a_shop, to_another_kind])
def test_a_screen_that_goes_elsewhere_keeps_the_hours_and_the_grace_of_its_past_days(
    world: World, move: Callable[[Bus], None]
) -> None:
    bus = Bus(world)
    before = bus.at("25 00:01")

    move(bus)
    bus.history.we_are_up_until("25 00:02")
    bus.follow()
    bus.late_plays()
    after = bus.at("25 00:03")

    assert (before.operating, before.up, before.proven) == (2 * H, 2 * H, 0)
    assert (after.operating, after.up, after.proven) == (2 * H, 2 * H, H)


def test_a_bus_that_was_idle_by_its_lines_roster_stays_so_on_any_later_line(
    world: World,
) -> None:
    bus = Bus(world)
    bus.roster(bus.one, None)
    before = bus.at("25 00:01")

    bus.change(line_id=bus.two)
    bus.history.we_are_up_until("25 00:02")
    bus.follow()
    bus.late_plays()
    after = bus.at("25 00:03")

    assert (before.operating, after.operating) == (0, 0)


@pytest.mark.parametrize("what", ["line", "vehicle"])
def test_a_deletion_removes_no_past_roster(world: World, what: str) -> None:
    bus = Bus(world)
    before = bus.at("25 00:01")

    taxi = make_venue(world, kind="taxi")
    with world.core.config.write() as session:
        session.get_one(Screen, bus.screen).venue_id = taxi
        session.get_one(Venue, bus.venue).line_id = bus.two
        session.flush()
        gone = (
            session.get_one(Line, bus.one) if what == "line" else session.get_one(Venue, bus.venue)
        )
        session.delete(gone)
    bus.history.we_are_up_until("25 00:02")
    bus.follow()
    bus.late_plays()
    after = bus.at("25 00:03")

    assert (after.operating, after.up, after.proven) == (before.operating, before.up, H)


def test_a_day_that_ended_before_it_went_is_folded_by_the_place_of_then(world: World) -> None:
    bus = Bus(world)
    bus.history.we_are_up_until("25 08:00")
    to_a_shop(bus)
    bus.follow()

    assert bus.at("25 08:01").operating == 2 * H


def test_a_change_of_rules_finds_nothing_to_fold_of_a_screen_that_only_moved(world: World) -> None:
    bus = Bus(world)
    bus.at("25 00:01")
    to_a_shop(bus)
    bus.history.we_are_up_until("25 00:02")
    bus.follow()
    bus.at("25 00:03")

    assert rollup_job.sweep(world.core, bus.history.parts) == 0


def revoked(shop: Shop, time: str) -> None:
    with shop.world.core.config.write() as session:
        session.get_one(Screen, shop.screen).revoked_at = at(time) * 1000
        session.query(ScreenToken).update({"created_at": 0, "revoked_at": at(time) * 1000})


def bound_again(shop: Shop, time: str) -> None:
    with shop.world.core.config.write() as session:
        session.get_one(Screen, shop.screen).revoked_at = None
        session.add(
            ScreenToken(
                screen_id=shop.screen, secret_hash="b", files_hash="c", created_at=at(time) * 1000
            )
        )


def test_the_days_without_a_player_stay_unknown_when_another_one_is_bound(world: World) -> None:
    shop = Shop(world)
    shop.history.beats(shop.screen, "24 09:00", "24 10:00")
    revoked(shop, "24 11:00")
    before = shop.at("25 00:01")
    shop.at("26 12:00")
    bound_again(shop, "26 13:00")
    shop.history.shows(shop.screen, "24 09:00", "24 10:00")
    today = shop.at("26 17:00")

    assert rollup_job.sweep(world.core, shop.history.parts) == 0
    after = shop.history.day(shop.screen)
    assert (before.monitored, after.monitored, after.expected) == (2 * H, 2 * H, 2 * H)
    # On the 26th it was there from 13:00 to 17:00.
    assert shop.history.day(shop.screen, 26).monitored == 4 * H
    assert today == after


def test_a_pass_that_began_before_midnight_doesnt_undo_one_that_closed_the_day(
    world: World,
) -> None:
    shop = Shop(world)
    shop.history.we_are_up_until("24 16:00")
    with snapshot(world.core.plays) as tx:
        slow = fold_day(world.core, tx, TUESDAY, at("24 16:00"))

    shop.at("25 00:01")
    shop.history.parts.committer.submit(lambda tx: write_rows(tx, slow))

    with snapshot(world.core.plays) as tx:
        row = stored_rows(tx, TUESDAY)[shop.screen]
    assert row.closed == 1
    assert shop.history.day(shop.screen).monitored == 8 * H


def test_a_pass_that_ends_after_a_later_one_doesnt_set_the_time_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(world)
    shop.at("24 15:59")
    shop.history.we_are_up_until("24 16:00")
    fold = rollup_job._fold

    def other_goes_on(*arguments: Any) -> int:
        done = fold(*arguments)
        monkeypatch.setattr(rollup_job, "_fold", fold)
        shop.at("25 00:01")
        return done

    monkeypatch.setattr(rollup_job, "_fold", other_goes_on)
    shop.history.keep()

    assert shop.history.as_of() == at("25 00:01")


def test_marks_follow_a_clock_that_was_put_back(world: World) -> None:
    shop = Shop(world)
    shop.at("24 16:00")
    shop.history.parts.committer.submit(lambda tx: set_marks(tx, {"as_of": at("24 18:00")}))

    shop.at("24 16:01")

    assert shop.history.as_of() == at("24 16:01")


def test_a_first_beat_of_a_machine_that_thought_it_was_the_year_2000_folds_no_years(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(world)
    shop.history.run("INSERT INTO server_runs (from_s, last_s) VALUES (946656000, 946656060)")
    folded: list[int] = []

    def counted(core: Any, tx: Any, day: int, *others: Any) -> Any:
        folded.append(day)
        return fold_day(core, tx, day, *others) if len(folded) < 9 else []

    monkeypatch.setattr(rollup_job, "fold_day", counted)
    shop.at("24 12:00")

    # the screen is there since the 23rd
    assert folded == [TUESDAY - 1, TUESDAY]


def test_of_no_screens_there_are_no_rows(world: World) -> None:
    with snapshot(world.core.plays) as tx:
        assert stored_rows(tx, 20_000, ()) == {}
