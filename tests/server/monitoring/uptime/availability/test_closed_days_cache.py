"""Closed days are kept in memory, and nobody is given what isn't so any more."""

import pytest

from server.monitoring.availability.closed_days_cache import ClosedDaysCache
from server.monitoring.availability.day_store import DayRow, write_rows
from server.monitoring.availability.packed_records import Record, packed, packed_hours, record_of
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.support.app.world import World
from tests.support.monitoring.heartbeats import ContactHistory

DAYS = range(640, 700)
NO_HOURS = packed_hours(((0,) * 25,) * 10)


def write(world: World, *rows: tuple[int, int, int]) -> None:
    """Rows of day, screen and seconds up."""

    def work(tx: Tx) -> None:
        write_rows(
            tx,
            [
                DayRow(day, screen, 1, 0, 0, 0, b"", packed(Record(up=up)), NO_HOURS)
                for day, screen, up in rows
            ],
        )

    ContactHistory(world).parts.committer.submit(work)


def up(world: World, cache: ClosedDaysCache, screen: int, days: range = DAYS) -> int:
    with snapshot(world.core.plays) as tx:
        return record_of(cache.of(tx, days).total(screen)).up


def test_days_of_several_blocks_are_added_and_others_left_out(world: World) -> None:
    cache = ClosedDaysCache()
    write(world, (639, 1, 1), (640, 1, 10), (671, 1, 100), (672, 1, 1000), (700, 1, 5))

    assert up(world, cache, 1) == 1110
    assert up(world, cache, 1, range(671, 673)) == 1100
    assert up(world, cache, 2) == 0


def test_later_rows_are_read_and_the_rest_stays_cached(world: World) -> None:
    cache = ClosedDaysCache()
    write(world, (640, 1, 10), (640, 2, 20))
    before = (up(world, cache, 1), up(world, cache, 2))

    write(world, (641, 1, 5))
    write(world, (640, 1, 7))

    assert before == (10, 20)
    assert (up(world, cache, 1), up(world, cache, 2)) == (12, 20)


def test_an_older_snapshot_reads_its_own_state_and_spoils_no_cache(world: World) -> None:
    cache = ClosedDaysCache()
    write(world, (640, 1, 10))
    with snapshot(world.core.plays) as older:
        older.rows("SELECT 1 FROM uptime_blocks")
        write(world, (640, 1, 11), (672, 1, 100))
        now = up(world, cache, 1, range(640, 641))
        then = record_of(cache.of(older, DAYS).total(1)).up

    assert (now, then) == (11, 10)
    assert up(world, cache, 1) == 111


def up_together(
    world: World, cache: ClosedDaysCache, screens: range, days: range = DAYS
) -> list[int]:
    """By day that isn't zero, of many screens together."""
    with snapshot(world.core.plays) as tx:
        blocks = cache.of(tx, days).sums(tuple(screens))
    return [one.up for number in sorted(blocks) for one in blocks[number] if one.up]


@pytest.mark.parametrize("count", [2, 20])
def test_sums_over_screens_follow_the_writes(world: World, count: int) -> None:
    cache, screens = ClosedDaysCache(), range(1, count + 1)
    write(world, *((640, screen, 10) for screen in screens), (672, 1, 3), (640, 99, 7))
    before = up_together(world, cache, screens)

    write(world, (640, 1, 11), (641, 2, 5))

    assert before == [10 * count, 3]
    assert up_together(world, cache, screens) == [10 * count + 1, 5, 3]


def test_an_older_snapshot_has_the_sums_of_then_and_spoils_nothing(world: World) -> None:
    cache, screens = ClosedDaysCache(), range(1, 21)
    write(world, *((640, screen, 10) for screen in screens))
    with snapshot(world.core.plays) as older:
        older.rows("SELECT 1 FROM uptime_blocks")
        write(world, (640, 1, 11))
        now = up_together(world, cache, screens)
        then = [one.up for one in cache.of(older, DAYS).sums(tuple(screens))[20] if one.up]

    assert (now, then) == ([201], [200])
    assert up_together(world, cache, screens) == [201]
