"""Days of a frozen month: what came late stays apart, and every table is held against the plays."""

from functools import partial
from typing import Any

import pytest

from server.playlog import rollups_cli, upkeep
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.ingest.service import decide_boot, suspect_boot
from server.playlog.store.snapshot import snapshot
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, hand_in_all, keep_house, put_on_air
from tests.support.plays.plays import CIVIL, make_batch, make_programme
from tests.support.reporting.reports import report

PROGRAMME = make_programme(START_MS)
TODAY = CIVIL.day_of(START_MS)
TABLES = ("rollup_screen", "rollup_day", "rollup_hour", "rollup_late")
ALL, CONFIRMED = "SELECT * FROM {}", "SELECT SUM(confirmed) FROM {}"
LATE_BOOT = "00000000000000b2"


@pytest.fixture
def screen(world: World) -> BoundScreen:
    """240 plays came in time; of the 60 that came after the freeze, 30 are of another hour."""
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(2 * DAY_MS)
    hand_in_all(world, made, PROGRAMME, PROGRAMME.slots(START_MS, START_MS + HOUR_MS))
    keep_house(world)
    world.clock.forward(50 * DAY_MS)
    from_ms = START_MS + 2 * HOUR_MS + 52 * MINUTE_MS + 30_000
    late = PROGRAMME.slots(from_ms, from_ms + 15 * MINUTE_MS)
    hand_in_all(world, made, PROGRAMME, late, boot=LATE_BOOT)
    keep_house(world)
    return made


def spoil(world: World, statement: str, *words: object) -> None:
    with world.core.plays.engine.begin() as connection:
        connection.exec_driver_sql(statement.format(*words))


def kept(world: World) -> dict[str, list[tuple[int, ...]]]:
    with snapshot(world.core.plays) as tx:
        return {
            table: sorted(row for row in tx.rows(ALL.format(table)) if any(row[-6:]))
            for table in TABLES
        }


def confirmed(world: World) -> dict[str, int]:
    with snapshot(world.core.plays) as tx:
        return {table: tx.number(CONFIRMED.format(table)) for table in TABLES}


def found(world: World) -> list[Any]:
    return upkeep.verify(world.core, playback_of(world.app))


def rebuilt(world: World) -> tuple[str, ...]:
    check = partial(upkeep.verify, world.core, playback_of(world.app))
    answer = rollups_cli.rollups_verify(world.core, check, rebuild=True)
    assert answer.code == 0, answer.lines
    return answer.lines


@pytest.mark.slow
def test_what_came_late_is_kept_apart_and_agrees(world: World, screen: BoundScreen) -> None:
    in_time = {"rollup_screen": 240, "rollup_day": 240, "rollup_hour": 240}

    assert confirmed(world) == {**in_time, "rollup_late": 60}
    assert found(world) == []


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET confirmed = confirmed + 1000 WHERE campaign = 2 AND confirmed > 0",
        "UPDATE {} SET expected = expected + 1 WHERE campaign = 1",
        "DELETE FROM {} WHERE campaign = 1",
    ],
)
def test_a_spoilt_row_of_any_table_is_found_and_put_right(
    world: World, screen: BoundScreen, table: str, change: str
) -> None:
    before = kept(world)
    spoil(world, change, table)
    assert kept(world) != before

    assert found(world) != []
    rebuilt(world)

    assert kept(world) == before


@pytest.mark.slow
def test_a_frozen_day_that_is_rebuilt_keeps_its_figures_and_its_adjustments(
    world: World, screen: BoundScreen
) -> None:
    before = report(sign_in(world, "reviewer").client)
    for table in TABLES:
        spoil(world, "UPDATE {} SET confirmed = confirmed + 7", table)

    rebuilt(world)

    for group_by in ("screen", "campaign", "unit", "day"):
        after = report(sign_in(world, "reviewer").client, group_by=group_by)
        assert after["totals"] == before["totals"]
        assert (after["totals"]["confirmed"], after["totals"]["adjustments"]) == (240, 60)


@pytest.mark.slow
def test_a_day_whose_rows_are_all_gone_is_found_and_put_right(
    world: World, screen: BoundScreen
) -> None:
    before = kept(world)
    for table in (*TABLES, "rollup_versions"):
        spoil(world, "DELETE FROM {} WHERE day = {}", table, TODAY)

    assert {one.key[0] for one in found(world)} == {TODAY}
    rebuilt(world)

    assert kept(world) == before
    assert report(sign_in(world, "reviewer").client)["totals"]["confirmed"] == 240


@pytest.mark.slow
def test_a_rolled_up_day_without_any_play_is_checked_too(world: World) -> None:
    quiet = make_screen(world)
    put_on_air(world, quiet, PROGRAMME, START_MS)
    world.clock.forward(80 * DAY_MS)
    keep_house(world)
    before = kept(world)
    for table in TABLES:
        spoil(world, "DELETE FROM {} WHERE day = {}", table, TODAY + 3)

    assert {one.key[0] for one in found(world)} == {TODAY + 3}
    rebuilt(world)

    assert kept(world) == before


def test_rows_of_a_day_on_which_nothing_can_have_been_are_found(
    world: World, screen: BoundScreen
) -> None:
    spoil(world, "UPDATE rollup_day SET day = {} WHERE day = {}", TODAY - 400, TODAY)

    assert {TODAY - 400, TODAY} == {one.key[0] for one in found(world)}


@pytest.mark.slow
def test_what_a_person_decided_after_the_freeze_agrees_and_leaves_the_frozen_figures(
    world: World,
) -> None:
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    parts = playback_of(world.app)
    suspect_boot(world.core, parts, made.id, LATE_BOOT)
    slots = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
    hand_in_all(world, made, PROGRAMME, slots, boot=LATE_BOOT)
    world.clock.forward(80 * DAY_MS)
    keep_house(world)

    decide_boot(parts, made.id, LATE_BOOT, genuine=True)

    assert confirmed(world)["rollup_late"] == 240
    assert confirmed(world)["rollup_screen"] == 0
    assert found(world) == []
    spoil(world, "UPDATE rollup_day SET expected = expected + 1 WHERE item = 0")
    rebuilt(world)
    assert (confirmed(world)["rollup_late"], confirmed(world)["rollup_screen"]) == (240, 0)


def test_a_clock_that_went_back_makes_no_late_play_one_in_time(
    world: World, screen: BoundScreen
) -> None:
    last = PROGRAMME.slots(START_MS + 5 * HOUR_MS, START_MS + 5 * HOUR_MS + MINUTE_MS)
    world.clock.forward(-45 * DAY_MS)
    batch = make_batch(PROGRAMME, last, boot=LATE_BOOT, first=61, offset_ms=START_MS)
    answer = hand_in(world, screen, batch)
    assert answer.json["upto"] == 64

    assert confirmed(world)["rollup_late"] == 64
    assert found(world) == []
