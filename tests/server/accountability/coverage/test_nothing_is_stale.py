"""Reports remember much: whatever changes is in the next answer, as if nothing was remembered."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from server.foundation.db.session import open_database
from server.inventory.screens.models import ScreenPause
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from tests.support.app.clock import DAY_MS, HOUR_MS
from tests.support.app.databases import url_of
from tests.support.app.inventory import BoundScreen, make_venue, root_unit
from tests.support.app.people import sign_in
from tests.support.plays.on_air import keep_house, move, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.coverage import MIDNIGHT_MS, PLAYS_A_DAY, SLOT_S, Town, day
from tests.support.reporting.reports import remembering_nothing, report

pytestmark = pytest.mark.long

FEWER = make_programme(
    MIDNIGHT_MS, days=60, lengths_s=(2 * SLOT_S,), campaigns=(0,), names=("k_1",), salt=1
)
ASKED: tuple[tuple[str, dict[str, str]], ...] = (
    ("coverage", {"group_by": "venue"}),
    ("coverage", {"group_by": "day"}),
    ("delivery", {"group_by": "screen"}),
    ("delivery", {"group_by": "day"}),
    ("delivery", {"group_by": "hour"}),
)
Change = Callable[[Town, list[BoundScreen]], None]


def answers(town: Town) -> list[Any]:
    """The answers of all reports for the days so far."""
    client = town.reader()
    days = {"from": day(0), "to": day(5)}
    return [report(client, name, **days, **query) for name, query in ASKED]


def late_plays(town: Town, screens: list[BoundScreen]) -> None:
    town.plays(screens[1], PLAYS_A_DAY, since=1)


def a_beat(town: Town, screens: list[BoundScreen]) -> None:
    town.reports_all(screens[1])


def folded_days(town: Town, _screens: list[BoundScreen]) -> None:
    keep_house(town.world)


def another_plan(town: Town, screens: list[BoundScreen]) -> None:
    put_on_air(town.world, screens[2], FEWER, MIDNIGHT_MS + 3 * DAY_MS, version=2)
    keep_house(town.world)


def a_pause(town: Town, screens: list[BoundScreen]) -> None:
    with town.world.core.config.write() as session:
        session.add(
            ScreenPause(
                screen_id=screens[1].id,
                from_at=MIDNIGHT_MS + 2 * DAY_MS,
                until_at=MIDNIGHT_MS + 2 * DAY_MS + 9 * HOUR_MS,
                reason="检修",
                user_id=sign_in(town.world, "admin", root_unit(town.world)).user_id,
            )
        )


def an_exemption(town: Town, screens: list[BoundScreen]) -> None:
    from_ms, until_ms = MIDNIGHT_MS + DAY_MS, MIDNIGHT_MS + 4 * DAY_MS - HOUR_MS
    with town.world.core.config.write() as session:
        row = Exemption(
            unit_id=1, author_id=1, state="approved", selector={}, reach=[], from_at=from_ms,
            until_at=until_ms, code="refurbishment", note="", file="", created_at=from_ms,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(
            ExemptedScreen(
                exemption_id=row.id, screen_id=screens[2].id, venue_id=3, unit_id=1,
                from_at=from_ms, until_at=until_ms,
            )
        )  # fmt: skip


def its_end(town: Town, _screens: list[BoundScreen]) -> None:
    with town.world.core.config.write() as session:
        session.get_one(Exemption, 1).until_at = MIDNIGHT_MS + 3 * DAY_MS


def a_move(town: Town, screens: list[BoundScreen]) -> None:
    move(town.world, screens[0], make_venue(town.world, name="新点位"))


def elsewhere(town: Town, statement: str) -> None:
    """As another process writes it, on a connection of its own."""
    other = open_database(url_of(town.world.core.config))
    with other.write() as session:
        session.execute(text(statement))
    other.engine.dispose()


def another_name(town: Town, _screens: list[BoundScreen]) -> None:
    elsewhere(town, "UPDATE venues SET name = '改名' WHERE name = '甲'")


def by_hand_from_now_on(town: Town, _screens: list[BoundScreen]) -> None:
    elsewhere(town, "UPDATE venues SET access = 'manual' WHERE name = '丙'")


def closed_for_good(town: Town, _screens: list[BoundScreen]) -> None:
    elsewhere(town, "UPDATE venues SET hours = '{}' WHERE name = '丙'")


def other_thresholds(town: Town, _screens: list[BoundScreen]) -> None:
    admin = sign_in(town.world, "admin", root_unit(town.world)).client
    answer = admin.patch("/api/v1/settings", json={"coverage": {"day_share": 0.4}})
    assert answer.status_code == 200, answer.text


def some_hours(town: Town, _screens: list[BoundScreen]) -> None:
    town.world.clock.forward(3 * HOUR_MS)


def midnight(town: Town, _screens: list[BoundScreen]) -> None:
    town.becomes(5)


def morning(town: Town, _screens: list[BoundScreen]) -> None:
    town.world.clock.forward(8 * HOUR_MS)


def a_day_nobody_waits_for(town: Town, _screens: list[BoundScreen]) -> None:
    town.becomes(10)


def the_freeze(town: Town, _screens: list[BoundScreen]) -> None:
    town.becomes(45)


def plays_after_the_freeze(town: Town, screens: list[BoundScreen]) -> None:
    town.plays(screens[1], PLAYS_A_DAY, since=3)


CHANGES: tuple[Change, ...] = (
    late_plays,
    a_beat,
    some_hours,
    a_pause,
    an_exemption,
    its_end,
    midnight,
    morning,
    another_plan,
    a_move,
    another_name,
    by_hand_from_now_on,
    closed_for_good,
    other_thresholds,
    folded_days,
    a_day_nobody_waits_for,
    the_freeze,
    plays_after_the_freeze,
)
# These leave the rows as they are.
SILENT = (folded_days, the_freeze, plays_after_the_freeze)


@pytest.fixture
def screens(town: Town) -> list[BoundScreen]:
    """One has reported all of four days, one the first, one nothing; it is noon on the fifth."""
    found = [*town.opens("甲"), *town.opens("乙"), *town.opens("丙")]
    town.becomes(4)
    town.world.clock.forward(12 * HOUR_MS)
    town.plays(found[0], 10, 9, 8, 10)
    town.reports_all(found[0])
    town.plays(found[1], 10)
    keep_house(town.world)
    return found


@pytest.mark.slow
def test_whatever_changes_is_in_the_next_answer(town: Town, screens: list[BoundScreen]) -> None:
    before = answers(town)
    for change in CHANGES:
        change(town, screens)

        after = answers(town)

        with remembering_nothing(town.world):
            assert after == answers(town), change.__name__
        figures = [[one["items"] for one in some] for some in (before, after)]
        assert figures[0] != figures[1] or change in SILENT, change.__name__
        before = after
