"""A screen can't choose by what it is measured: a switch is when it was ordered, or later."""

from typing import Any

import pytest

from server.publishing.queries import tenures
from tests.support.app.clock import DAY_MS, HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import keep_house, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import totals

FORMER = make_programme(START_MS, salt=1)
EASY = make_programme(START_MS, salt=2, hours=(0, 1))
"""An hour of each day, where the former plan had all of it."""
ORDERED_MS = START_MS + 6 * DAY_MS


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, made, FORMER, START_MS)
    put_on_air(world, made, EASY, ORDERED_MS, version=2, reported=False)
    world.clock.at_ms = ORDERED_MS + HOUR_MS
    return made


def report_switch(
    world: World, screen: BoundScreen, at_ms: float, manifest: str = EASY.digest
) -> None:
    body = {"version": 2, "manifest": manifest, "at": at_ms}
    answer = world.visitor().post("/api/v1/player/switched", json=body, headers=screen.headers)
    assert answer.status_code == 200, answer.text


def since(world: World, screen: BoundScreen) -> list[tuple[int, bool]]:
    with world.core.config.read() as session:
        return [(span.from_ms, span.reported) for span in tenures(session, screen.id)]


def expected(world: World) -> Any:
    keep_house(world)
    days = {"from": "2026-11-24", "to": "2026-11-30"}
    return totals(sign_in(world, "reviewer").client, **days)["expected"]


OLD = {
    "of six days ago": START_MS,
    "of before it was bound": START_MS - 40 * DAY_MS,
    "of 1970": 0,
    "below zero": -(2**52),
    "of a second before it was to": ORDERED_MS - 1_000,
}


@pytest.mark.parametrize("old", OLD)
def test_a_switch_is_never_before_it_was_to_be(world: World, screen: BoundScreen, old: str) -> None:
    before = expected(world)
    assert before > 6 * 24 * 60 * 3

    report_switch(world, screen, OLD[old])

    assert since(world, screen) == [(START_MS, True), (ORDERED_MS, True)]
    assert expected(world) == before


def test_a_switch_that_is_to_come_is_one_of_now(world: World, screen: BoundScreen) -> None:
    report_switch(world, screen, ORDERED_MS + 5 * DAY_MS)

    assert since(world, screen)[-1] == (ORDERED_MS + HOUR_MS, True)


def test_a_switch_reported_long_before_it_is_due_is_ignored(
    world: World, screen: BoundScreen
) -> None:
    world.clock.at_ms = ORDERED_MS - HOUR_MS

    for at_ms in (START_MS, ORDERED_MS - HOUR_MS, ORDERED_MS):
        report_switch(world, screen, at_ms)

    assert since(world, screen) == [(START_MS, True), (ORDERED_MS, False)]


def test_an_honest_switch_counts_to_the_millisecond(world: World, screen: BoundScreen) -> None:
    report_switch(world, screen, ORDERED_MS + MINUTE_MS + 7)

    assert since(world, screen)[-1] == (ORDERED_MS + MINUTE_MS + 7, True)
    report_switch(world, screen, START_MS)
    report_switch(world, screen, START_MS, FORMER.digest)
    assert since(world, screen)[-1] == (ORDERED_MS + MINUTE_MS + 7, True)
