"""Reports by the hour from stored sums are what the rows of each day add up to."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from server.monitoring.availability import hourly_rollup, rollup_job
from server.monitoring.availability.day_store import set_marks, summed_days
from server.monitoring.availability.distribution import spread
from server.monitoring.availability.hour_sums import HourSums, judged, packed_whole, whole
from server.monitoring.availability.packed_records import HOURS, packed_hours
from server.playlog.store.snapshot import snapshot
from server.reporting.uptime import sums
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.monitoring.heartbeats import ContactHistory, at
from tests.support.plays.on_air import keep_house, move

pytestmark = [*LONG_ON_POSTGRES, pytest.mark.slow]

OPEN = {str(day): [["08:00", "12:00"]] for day in range(1, 8)}
TARGETS = (Fraction(95), Fraction("99.99"), Fraction(0), Fraction(100), Fraction("33.33"))


class Street:
    """Two units with a shop of two screens each, in contact for part of three days."""

    def __init__(self, world: World) -> None:
        self.world, self.history, dice = world, ContactHistory(world), Random(3)
        self.units = [make_unit(world, name) for name in ("东街", "西街")]
        self.venues = [make_venue(world, kind="shop", unit=unit, hours=OPEN) for unit in self.units]
        self.screens = [
            make_screen(world, venue=venue, enrolled_at=at("22 00:00") * 1000)
            for venue in self.venues
            for _ in range(2)
        ]
        self.history.we_were_up("22 00:00", "24 06:00")
        for day in (22, 23, 24):
            for screen in self.screens:
                begin = dice.randrange(8 * 60, 11 * 60)
                end = begin + dice.randrange(1, 60)
                low, high = (f"{day} {one // 60:02}:{one % 60:02}" for one in (begin, end))
                self.history.beats(screen.id, low, high)
        self.history.we_are_up_until("24 13:00")
        self.client = sign_in(world, "viewer").client

    def sum_up(self) -> set[int]:
        """What the job does; the days of which there are sums."""
        keep_house(self.world)
        rollup_job.keep(self.world.core, self.history.parts)
        hourly_rollup.sum_hours(self.world.core, self.history.parts)
        with snapshot(self.world.core.plays) as tx:
            return summed_days(tx)

    def by_hour(self, **query: str) -> Any:
        """The report of the three days."""
        about = {"from": "2026-11-22", "to": "2026-11-24", "group_by": "hour", **query}
        answer = self.client.get("/api/v1/reports/uptime", query_string=about)
        assert answer.status_code == 200, answer.text
        return answer.json

    def check(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Hold each report against one that reads the rows of all days."""
        queries: list[dict[str, str]] = [
            {},
            *({"unit_id": f"u_{unit}"} for unit in self.units),
            {"venue_id": f"v_{self.venues[0]}"},
            {"screen_id": self.screens[3].public_id},
        ]
        found = [self.by_hour(**query) for query in queries]
        with monkeypatch.context() as patch:
            patch.setattr(sums, "hour_sums", lambda *_: {})
            assert found == [self.by_hour(**query) for query in queries]
        assert found[0]["items"]


def rows_read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Days of which reports read the rows of single screens, with those screens."""
    read: list[Any] = []

    def noted(*asked: Any) -> list[Any]:
        read.append(asked)
        return []

    monkeypatch.setattr(sums, "hours_of_day", noted)
    return read


@pytest.fixture
def street(world: World) -> Street:
    return Street(world)


def test_stored_sums_are_what_the_rows_add_up_to(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(street.sum_up()) == 3
    street.check(monkeypatch)


def test_a_report_of_all_or_of_a_unit_reads_no_rows_of_single_screens(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    street.sum_up()
    read = rows_read(monkeypatch)

    assert street.by_hour()["items"]
    assert street.by_hour(unit_id=f"u_{street.units[0]}")["items"]
    assert read == []
    street.by_hour(screen_id=street.screens[0].public_id)
    assert [asked[2].keys() for asked in read] == [{street.screens[0].id}] * 3


def test_what_comes_late_takes_the_sums_of_its_day_away(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    days, before = street.sum_up(), street.by_hour()
    street.history.shows(street.screens[0].id, "23 08:00", "23 12:00")
    street.history.we_are_up_until("24 13:02")
    rollup_job.keep(street.world.core, street.history.parts)

    with snapshot(street.world.core.plays) as tx:
        left = summed_days(tx)
    assert days - left == {max(days) - 1}
    assert street.by_hour() != before
    street.check(monkeypatch)
    assert street.sum_up() == days
    street.check(monkeypatch)


def test_a_screen_that_moves_within_the_day_is_counted_where_it_ends(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    street.sum_up()
    move(street.world, street.screens[0], street.venues[1])

    street.check(monkeypatch)


def test_a_new_screen_leaves_the_sums_of_past_days_as_they_are(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = street.sum_up()
    make_screen(street.world, venue=street.venues[0], enrolled_at=street.world.clock.now_ms())
    assert street.sum_up() == days

    read = rows_read(monkeypatch)
    street.by_hour()
    assert read == []


def test_screens_without_a_place_are_added_once_they_have_one(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollup_job.keep(street.world.core, street.history.parts)
    hourly_rollup.sum_hours(street.world.core, street.history.parts)

    street.check(monkeypatch)


def test_sums_are_ignored_once_a_release_without_them_has_written_days(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = street.sum_up()
    street.history.parts.committer.submit(lambda tx: set_marks(tx, {"rows": 10**6}))
    with snapshot(street.world.core.plays) as tx:
        assert summed_days(tx) == set()
    street.check(monkeypatch)

    hourly_rollup.sum_hours(street.world.core, street.history.parts)
    with snapshot(street.world.core.plays) as tx:
        assert summed_days(tx) == days


def test_sums_of_a_day_that_changes_meanwhile_are_not_written(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollup_job.keep(street.world.core, street.history.parts)
    summed = hourly_rollup._summed

    def slowly(*asked: Any) -> Any:
        found = summed(*asked)
        street.history.parts.committer.submit(lambda tx: set_marks(tx, {"rows": 10**6 + asked[1]}))
        return found

    monkeypatch.setattr(hourly_rollup, "_summed", slowly)
    assert hourly_rollup.sum_hours(street.world.core, street.history.parts) == 3
    with snapshot(street.world.core.plays) as tx:
        assert tx.number("SELECT COUNT(*) FROM uptime_hours") == 0


@pytest.mark.parametrize("target", TARGETS)
def test_the_spread_of_shares_is_that_of_the_screens(target: Fraction) -> None:
    dice, added = Random(7), HourSums()
    screens = []
    for _ in range(101):
        monitored = [dice.choice((0, 3600, dice.randrange(1, 3601))) for _ in range(HOURS)]
        up = [dice.choice((one, 0, dice.randrange(one + 1))) for one in monitored]
        fields = ((3600,) * HOURS, tuple(monitored), tuple(up), *((0,) * HOURS for _ in range(7)))
        added.add_screen(packed_hours(fields))
        screens.append(list(zip(monitored, up, strict=True)))

    stored = whole(packed_whole(added))

    assert judged(target)
    for hour, record, found in stored.hours(target):
        members = [screen[hour] for screen in screens]
        assert found == spread(members, target)
        assert (record.monitored, record.up) == tuple(map(sum, zip(*members, strict=True)))
    assert not judged(Fraction("99.999"))
