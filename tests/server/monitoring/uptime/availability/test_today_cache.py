"""The day that goes on is kept in memory until any process writes a row of a day."""

import pytest

from server.monitoring.availability.day_store import DayRow, write_rows
from server.monitoring.availability.packed_records import Record, as_number, packed, packed_hours
from server.monitoring.fleet.queries import FEW
from server.monitoring.fleet.today_cache import TodayCache
from server.playlog.store.group_commit import Committer
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.support.app.databases import open_plays, url_of
from tests.support.app.world import World
from tests.support.monitoring.heartbeats import ContactHistory

TODAY = 700
NO_HOURS = packed_hours(((0,) * 25,) * 10)
MANY = range(1, FEW + 2)


def figures(up: int) -> bytes:
    return packed(Record(up=up))


def row(screen: int, up: int, *, day: int = TODAY, closed: int = 0) -> DayRow:
    return DayRow(day, screen, closed, 0, 0, 0, b"hours", figures(up), NO_HOURS)


def write(world: World, *rows: DayRow) -> None:
    ContactHistory(world).parts.committer.submit(lambda tx: write_rows(tx, rows))


def write_elsewhere(world: World, *rows: DayRow) -> None:
    """As the job does it, which has a process of its own."""
    other = open_plays(url_of(world.core.plays))
    committer = Committer(other)
    committer.submit(lambda tx: write_rows(tx, rows))
    committer.close()
    other.engine.dispose()


def read(tx: Tx, cache: TodayCache, day: int = TODAY, screens: range = MANY) -> dict[int, int]:
    """The numbers by screen."""
    _, rows = cache.of(tx, day, screens)
    return {screen: one.number for screen, one in rows.items()}


def read_now(world: World, cache: TodayCache, day: int = TODAY) -> dict[int, int]:
    with snapshot(world.core.plays) as tx:
        return read(tx, cache, day)


@pytest.fixture
def cache(world: World) -> TodayCache:
    """Two screens were read."""
    made = TodayCache()
    write(world, row(1, 10), row(2, 20))
    read_now(world, made)
    return made


def test_nothing_is_read_twice_while_nothing_is_written(world: World, cache: TodayCache) -> None:
    with snapshot(world.core.plays) as tx:
        first, second = cache.of(tx, TODAY, MANY), cache.of(tx, TODAY, MANY)

    assert first[1] is second[1]
    assert read_back(first[1][2].number) == 20
    assert first[1][1].operating is first[1][2].operating


def read_back(number: int) -> int:
    return number >> 64 & 0xFFFF_FFFF


def test_what_another_process_writes_is_read(world: World, cache: TodayCache) -> None:
    write_elsewhere(world, row(2, 25), row(3, 30))

    expected = {1: 10, 2: 25, 3: 30}
    assert read_now(world, cache) == {one: as_number(figures(up)) for one, up in expected.items()}


def test_a_day_that_is_closed_goes_on_no_more(world: World, cache: TodayCache) -> None:
    write_elsewhere(world, row(1, 10, closed=1))

    assert read_now(world, cache).keys() == {2}


def test_another_day_is_another(world: World, cache: TodayCache) -> None:
    write(world, row(1, 5, day=TODAY + 1))

    assert read_now(world, cache, TODAY + 1) == {1: as_number(figures(5))}
    assert read_now(world, cache).keys() == {1, 2}


def test_an_older_snapshot_reads_its_own_state_and_spoils_no_cache(
    world: World, cache: TodayCache
) -> None:
    with snapshot(world.core.plays) as older:
        before = read(older, cache)
        write_elsewhere(world, row(1, 11))
        now = read_now(world, cache)
        then = read(older, cache)

    assert then == before == {1: as_number(figures(10)), 2: as_number(figures(20))}
    assert now == read_now(world, cache) == {**before, 1: as_number(figures(11))}


def test_of_few_screens_no_more_than_theirs_is_read_and_kept(world: World) -> None:
    cache = TodayCache()
    write(world, row(1, 10), row(2, 20))
    with snapshot(world.core.plays) as tx:
        few = read(tx, cache, screens=range(2, 3))

    assert few == {2: as_number(figures(20))}
    assert read_now(world, cache).keys() == {1, 2}
