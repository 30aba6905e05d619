"""What goes on beside the intake: folding, checking, putting right, sealing."""

from functools import partial

import pytest

from server.operations.commands.checks.rollups import side_by_side
from server.playlog import rollups_cli, upkeep
from server.playlog.audit.verifier.report import audit_verify
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.rollups.day_seals import newest_head
from server.playlog.store.snapshot import snapshot
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in_all, keep_house, put_on_air
from tests.support.plays.plays import CIVIL, make_batch, make_programme

pytestmark = pytest.mark.slow
PROGRAMME = make_programme(START_MS)
TODAY = CIVIL.day_of(START_MS)


@pytest.fixture
def screen(world: World) -> BoundScreen:
    """A screen that played for three hours, two days ago, and has reported everything."""
    made = make_screen(world)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(2 * DAY_MS)
    hand_in_all(world, made, PROGRAMME, PROGRAMME.slots(START_MS, START_MS + 3 * HOUR_MS))
    last = PROGRAMME.slots(START_MS + 2 * DAY_MS - HOUR_MS, START_MS + 2 * DAY_MS)
    hand_in_all(world, made, PROGRAMME, last, boot="00000000000000b2")
    return made


def spoil(world: World, statement: str) -> None:
    with world.core.plays.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def folded(world: World) -> list[tuple[int, ...]]:
    with snapshot(world.core.plays) as tx:
        return tx.rows("SELECT day, SUM(expected) FROM rollup_day GROUP BY day ORDER BY day")


def test_days_that_are_over_are_folded_once(world: World, screen: BoundScreen) -> None:
    keep_house(world)
    keep_house(world)

    assert [plays for _, plays in folded(world) if plays] == [15 * 240, 24 * 240]


def test_a_day_not_reported_by_the_screen_is_left_open(world: World) -> None:
    quiet = make_screen(world)
    put_on_air(world, quiet, PROGRAMME, START_MS)
    world.clock.forward(5 * DAY_MS)

    keep_house(world)

    assert folded(world) == []


def test_rolled_up_days_follow_a_switch_that_is_reported_late(
    world: World, screen: BoundScreen
) -> None:
    keep_house(world)
    other = make_programme(START_MS, lengths_s=(60,), campaigns=(0,), salt=1)

    put_on_air(world, screen, other, START_MS + DAY_MS, version=2)
    keep_house(world)

    with snapshot(world.core.plays) as tx:
        booked = tx.rows("SELECT day, SUM(expected) FROM rollup_screen GROUP BY day ORDER BY day")
    assert [plays for _, plays in booked if plays] == [15 * 240, 9 * 240 + 15 * 60]
    assert upkeep.verify(world.core, playback_of(world.app)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rollup_screen SET confirmed = confirmed + 1 WHERE campaign = 2",
        "UPDATE rollup_hour SET shown_ms = 0 WHERE campaign = 1",
        "DELETE FROM rollup_day WHERE campaign = 1",
        "UPDATE rollup_day SET expected = expected - 1 WHERE item = 0",
    ],
)
def test_a_roll_up_that_differs_from_the_plays_is_found_and_put_right(
    world: World, screen: BoundScreen, statement: str
) -> None:
    keep_house(world)
    parts = playback_of(world.app)
    before = folded(world)
    spoil(world, statement)

    found = upkeep.verify(world.core, parts)
    answer = rollups_cli.rollups_verify(
        world.core, partial(upkeep.verify, world.core, parts), rebuild=True
    )

    assert found
    assert answer.code == 0
    assert f"rebuilt: {len(found)}" in answer.lines[len(found)]
    assert upkeep.verify(world.core, parts) == []
    assert folded(world) == before


@pytest.mark.long
def test_each_processor_checks_its_share_of_the_days(world: World, screen: BoundScreen) -> None:
    keep_house(world)
    spoil(world, "UPDATE rollup_screen SET confirmed = confirmed + 1 WHERE campaign = 2")
    days = [TODAY, TODAY + 1, TODAY + 2]

    found = side_by_side(world.core.settings, days)

    assert found == upkeep.verify(world.core, playback_of(world.app), days)
    assert {one.key[0] for one in found} == set(days)


def test_days_that_are_over_are_sealed_in_one_chain(world: World, screen: BoundScreen) -> None:
    parts = playback_of(world.app)
    world.clock.forward(2 * DAY_MS)

    sealed = upkeep.seal(world.core, parts)

    with snapshot(world.core.plays) as tx:
        rows = tx.rows("SELECT day, boots, head FROM day_seals ORDER BY day")
        head = newest_head(tx)
    assert (sealed, upkeep.seal(world.core, parts)) == (2, 0)
    assert [(day - TODAY, boots) for day, boots, _ in rows] == [(2, 2), (3, 0)]
    assert head == bytes(rows[-1][2]).hex()


def test_verifying_an_export_answers_with_an_exit_code(world: World, screen: BoundScreen) -> None:
    export = sign_in(world, "auditor").client.get("/api/v1/plays/export").data

    good, bad = audit_verify(export.splitlines()), audit_verify([b"{}\n"])

    assert good.code == 0
    assert bad.code == 1
    assert "changed" in bad.lines[0]


def test_a_batch_publishes_nothing_new_twice(world: World, screen: BoundScreen) -> None:
    keep_house(world)
    before = folded(world)
    slots = PROGRAMME.slots(START_MS, START_MS + HOUR_MS)
    hand_in_all(world, screen, PROGRAMME, slots)

    assert folded(world) == before
    assert make_batch(PROGRAMME, slots)["first"] == 1
