"""A credential that was copied is noticed, however its boots are made up and handed in."""

from typing import Any

import pytest

from server.playlog.store.snapshot import snapshot
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import make_batch, make_programme

PROGRAMME = make_programme(START_MS)
HONEST, COPY = "00000000000000b1", "00000000000000c1"


@pytest.fixture
def screen(world: World) -> BoundScreen:
    made = make_screen(world, enrolled_at=START_MS)
    put_on_air(world, made, PROGRAMME, START_MS)
    world.clock.forward(HOUR_MS)
    return made


def beat(world: World, screen: BoundScreen, boot: str) -> None:
    body = {"boot": boot, "state": "playing", "version": 1, "backlog": 0}
    answer = world.visitor().post("/api/v1/player/beat", json=body, headers=screen.headers)
    assert answer.status_code == 200, answer.text


def play(world: World, screen: BoundScreen, boot: str, ended_ms: int, **other: Any) -> None:
    slots = PROGRAMME.slots(ended_ms - MINUTE_MS, ended_ms)
    assert hand_in(world, screen, make_batch(PROGRAMME, slots, boot=boot, **other)).json["upto"]


def beats_for(world: World, screen: BoundScreen, minutes: int) -> None:
    for _ in range(2 * minutes):
        beat(world, screen, HONEST)
        world.clock.forward(30_000)


def suspected(world: World) -> list[str]:
    with snapshot(world.core.plays) as tx:
        return [row[0] for row in tx.rows("SELECT boot FROM boots WHERE flag = 'suspected'")]


@pytest.mark.parametrize("ago_minutes", [2, 7])
def test_plays_by_post_alone_beside_a_player_that_beats_are_noticed(
    world: World, screen: BoundScreen, ago_minutes: int
) -> None:
    beats_for(world, screen, 10)
    ended_ms = world.clock.now_ms() - ago_minutes * MINUTE_MS
    play(world, screen, COPY, ended_ms - ended_ms % MINUTE_MS)

    beats_for(world, screen, 2)

    assert suspected(world) == [COPY]


def test_an_unsure_clock_delays_that_by_as_much(world: World, screen: BoundScreen) -> None:
    beats_for(world, screen, 20)
    ended_ms = world.clock.now_ms()
    play(
        world, screen, COPY, ended_ms,
        clock={"offset_ms": ended_ms - MINUTE_MS - 5_000, "uncertainty_ms": 10**9},
    )  # fmt: skip

    beats_for(world, screen, 2)
    assert suspected(world) == []
    beats_for(world, screen, 5)
    assert suspected(world) == [COPY]


@pytest.mark.parametrize("copies", [1, 17, 40])
def test_a_copy_with_any_number_of_made_up_boots_is_noticed(
    world: World, screen: BoundScreen, copies: int
) -> None:
    beats_for(world, screen, 2)

    for number in range(copies):
        beat(world, screen, f"copy{number}")
    beat(world, screen, HONEST)

    assert suspected(world) != []
    assert HONEST not in suspected(world)


def test_plays_of_the_boot_before_that_come_late_are_no_sign(
    world: World, screen: BoundScreen
) -> None:
    play(world, screen, COPY, START_MS + 20 * MINUTE_MS)
    beats_for(world, screen, 10)
    slots = PROGRAMME.slots(START_MS + 50 * MINUTE_MS, START_MS + HOUR_MS)
    hand_in(world, screen, make_batch(PROGRAMME, slots, boot="the boot before"))

    beats_for(world, screen, 10)

    assert suspected(world) == []
