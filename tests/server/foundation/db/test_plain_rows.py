"""Rows read and written without the mapper are the same rows, on either database."""

import msgspec
import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from server.foundation.db import plain_rows
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.publishing.assignments import rows as held
from server.publishing.models import AssignedTakeover, Assignment, StaleScreen
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.world import World
from tests.support.factories.manifests import assign

RENAME = "UPDATE venues SET name = ?, hours = ? WHERE id = ?"


def test_one_statement_changes_many_rows_and_json_comes_back_as_it_was(world: World) -> None:
    venues = [make_venue(world) for _ in range(3)]
    hours = '{"1": [["08:00", "12:00"]]}'

    with world.core.config.write() as session:
        rows = [(f"第{number}站 100%?", hours, number) for number in venues]
        plain_rows.run_many(session, RENAME, rows)

    with world.core.config.read() as session:
        found = session.scalars(select(Venue).where(Venue.id.in_(venues))).all()
        assert {one.id: one.name for one in found} == {number: name for name, _, number in rows}
        assert all(one.hours == {"1": [["08:00", "12:00"]]} for one in found)


def test_many_may_be_none(world: World) -> None:
    with world.core.config.write() as session:
        plain_rows.run_many(session, RENAME, [])


def test_equal_rows_share_their_values(world: World) -> None:
    for _ in range(2):
        make_venue(world)

    with world.core.config.read() as session:
        found = plain_rows.rows(session, select(Venue.id, plain_rows.as_text(Venue.hours, "hours")))

    first, second = (plain_rows.shared(row.hours) for row in found[:2])
    assert first is second
    assert plain_rows.shared(None) is None


def test_an_assignment_written_without_the_mapper_is_read_by_it(world: World) -> None:
    screen = make_screen(world).id
    assign(world, screen, "first")
    takeover = {"id": "t_1", "label": "停电演练", "until": 2**53 - 1}

    with world.core.config.write() as session:
        row = held.load(session, [screen])[screen]
        row.takeover, row.pause, row.revoked = takeover, None, ["a" * 64]
        held.Changes(moved=[row]).save(session, held.Texts())

    with world.core.config.read() as session:
        mapped = session.get_one(Assignment, screen)
        assert (mapped.takeover, mapped.pause, mapped.revoked) == (takeover, None, ["a" * 64])
        assert held.load(session, [screen])[screen] == row
        assert session.scalar(select(Assignment.pause.is_(None))) is True


def test_an_order_that_keeps_its_plan_leaves_the_plan_unchanged(world: World) -> None:
    screen = make_screen(world).id
    plan = assign(world, screen, "first")
    order = msgspec.structs.replace(
        plan, version=7, serial=9, leaving="b" * 64, activate_at=3, issued_at=4, expires_at=5,
        takeover={"id": "t_1"}, takeover_until=6, revoked=["a" * 64], metered={"hours": []},
        pause={"from": 1, "until": 2}, pinned="p", text="t", kid="k", signature="s",
    )  # fmt: skip

    with world.core.config.write() as session:
        elsewhere = msgspec.structs.replace(order, manifest="c" * 64, inputs="d", built_at=1)
        held.Changes(reissued=[elsewhere]).save(session, held.Texts())

    with world.core.config.read() as session:
        assert held.load(session, [screen])[screen] == order


def test_an_order_with_nothing_new_but_a_takeover_leaves_the_rest_unchanged(
    world: World,
) -> None:
    screen = make_screen(world).id
    before = assign(world, screen, "first")
    order = msgspec.structs.replace(
        before, version=7, serial=9, issued_at=4, expires_at=5, takeover={"id": "t_1"},
        takeover_until=6, text="t", signature="s",
    )  # fmt: skip

    with world.core.config.write() as session:
        elsewhere = msgspec.structs.replace(order, leaving="b" * 64, pinned="p", revoked=["a" * 64])
        held.Changes(same=[elsewhere]).save(session, held.Texts())

    with world.core.config.read() as session:
        assert held.load(session, [screen])[screen] == order


def test_the_inputs_of_a_plan_are_stored_beside_an_unchanged_order(world: World) -> None:
    screen = make_screen(world).id
    before = assign(world, screen, "first")

    with world.core.config.write() as session:
        (light,) = held.load_light(session, [screen]).values()
        assert light == msgspec.structs.replace(before, text="", signature="")
        noted = msgspec.structs.replace(light, inputs="d" * 64, built_at=7)
        held.Changes(noted=[noted]).save(session, held.Texts())

    with world.core.config.read() as session:
        now = msgspec.structs.replace(before, inputs="d" * 64, built_at=7)
        assert held.load(session, [screen])[screen] == now


@pytest.mark.parametrize("count", [0, 1, plain_rows.TOGETHER - 1, plain_rows.TOGETHER, 120])
def test_many_are_inserted_by_few_statements_and_each_once(world: World, count: int) -> None:
    sql = "INSERT INTO stale_screens (screen_id, mark) VALUES (?, ?) ON CONFLICT DO NOTHING"
    rows = [(one, one * 2) for one in range(count)]

    with world.core.config.write() as session:
        plain_rows.insert_many(session, sql, rows)
        plain_rows.insert_many(session, sql, [(one, 0) for one, _ in rows])

    with world.core.config.read() as session:
        found = plain_rows.rows(session, select(StaleScreen.screen_id, StaleScreen.mark))
    assert sorted(map(tuple, found)) == rows


@pytest.mark.slow
def test_equal_rows_are_one_statement(world: World) -> None:
    screens = [make_screen(world).id for _ in range(4)]
    row = AssignedTakeover
    values = {row.object: "t_1", row.asset: "屏 100%?", row.from_ms: 2**40, row.until_ms: 2**41}

    with world.core.config.write() as session:
        plain_rows.insert_alike(session, row.screen_id, [], Screen.id, values)
        plain_rows.insert_alike(session, row.screen_id, [screens[3], screens[0]], Screen.id, values)

    with world.core.config.read() as session:
        columns = row.screen_id, row.object, row.asset, row.from_ms, row.until_ms
        found = plain_rows.rows(session, select(*columns).order_by(row.id))
    assert [tuple(one) for one in found] == [
        (one, "t_1", "屏 100%?", 2**40, 2**41) for one in (screens[0], screens[3])
    ]


def test_the_number_of_changed_rows_is_returned(world: World) -> None:
    venue = make_venue(world)

    with world.core.config.write() as session:
        rows = [("一", "{}", venue), ("二", "{}", -1), ("三", "{}", venue)]
        assert plain_rows.run_many(session, RENAME, rows) == 2
        assert plain_rows.run_many(session, RENAME, []) == 0


def test_json_that_rows_share_is_made_once() -> None:
    texts, value = held.Texts(), {"label": "演练"}

    assert texts.of(value) is texts.of(value)
    assert texts.of({"label": "演练"}) == texts.of(value) == '{"label":"演练"}'
    assert texts.of(None) is None


@pytest.mark.parametrize(
    "numbers",
    [[], [3], [1, 2, 3, 4], [4, 2, 1, 3, 6], [1, 90_000], [2, 3, 4, 5, 7, 8, 9], [-5, -4, -3]],
)
def test_a_column_is_among_just_those_numbers_in_a_row_or_not(
    world: World, numbers: list[int]
) -> None:
    with world.core.config.write() as session:
        rows = [(one, one) for one in (*range(-9, 12), 90_000)]
        plain_rows.run_many(
            session, "INSERT INTO stale_screens (screen_id, mark) VALUES (?, ?)", rows
        )

    with world.core.config.read() as session:
        mine = plain_rows.among(StaleScreen.screen_id, numbers)
        found = plain_rows.rows(session, select(StaleScreen.screen_id).where(mine))

    assert sorted(one for (one,) in found) == sorted(numbers)


def test_screens_in_a_row_are_asked_for_as_a_range() -> None:
    assert "BETWEEN" in str(plain_rows.among(Venue.id, range(1, 500)))
    assert "IN" in str(plain_rows.among(Venue.id, range(1, 5_000, 10)))


def test_a_row_asked_for_by_itself_and_none(world: World) -> None:
    number, config = make_venue(world), world.core.config

    assert config.first("SELECT id, ? FROM venues WHERE id = ?", "100%", number) == (number, "100%")
    assert config.first("SELECT id FROM venues WHERE id = ?", -1) is None
    assert config.all("SELECT id, ? FROM venues WHERE id = ?", "%", number) == [(number, "%")]


def test_an_unreadable_database_is_reported_and_returns_its_connection(
    world: World,
) -> None:
    for _ in range(30):
        with pytest.raises((SQLAlchemyError, psycopg.Error)):
            world.core.config.first("SELECT 1 FROM nowhere")

    assert world.core.config.first("SELECT 1") == (1,)
