"""Screens that have had one plan for long, and what the store has of their plays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import Any

from sqlalchemy import text

from server.foundation.db.session import Database
from tests.support.app.clock import HOUR_MS, MINUTE_MS
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.devices.kiosk import wait_until
from tests.support.devices.unruly_players import FASTEST, FirePlayer
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import make_programme

PLAYS_AN_HOUR = 240
"""Of the plan that all have: four slots a minute."""
BATCHES_S = 60.0


def lasting(seconds: float) -> int:
    """A past (ms) that is long enough for players that hand it in for so long."""
    return ceil(seconds * FASTEST / PLAYS_AN_HOUR) * HOUR_MS


def hand_in_more(players: Sequence[FirePlayer], batches: int) -> None:
    """Return when all together have handed in so many batches more."""
    sent = sum(one.link.seen.total() for one in players)
    wait_until(
        lambda: (
            any(one.failure or one.is_dry for one in players)
            or sum(one.link.seen.total() for one in players) >= sent + batches
        ),
        BATCHES_S,
        "batches",
    )
    assert [one.failure for one in players if one.failure] == []
    assert not any(one.is_dry for one in players), "a player has shown all: give it a longer past"


def make_players(
    world: World, base: str, players: int, since_ms: int, beside: str = ""
) -> list[FirePlayer]:
    """So many screens with a plan for so long, of which they never handed in anything.

    What doesn't go by a socket goes to the server at `beside`, if that is another.
    """
    now_ms = world.clock.now_ms()
    begin_ms = now_ms - now_ms % MINUTE_MS - since_ms
    programme = make_programme(begin_ms)
    slots = programme.slots(begin_ms + MINUTE_MS, now_ms - MINUTE_MS)
    made = []
    for number in range(players):
        screen = make_screen(world, enrolled_at=begin_ms)
        put_on_air(world, screen, programme, begin_ms)
        shown, booted_ms = islice(slots, None), begin_ms - 5_000
        one = FirePlayer(base, screen, programme.digest, shown, booted_ms, number, beside)
        made.append(one)
    return made


def booked(world: World) -> dict[int, tuple[int, int]]:
    """By screen, plays in the log and plays in the roll-up."""
    with world.core.plays.engine.connect() as connection:
        logged = connection.exec_driver_sql("SELECT screen, SUM(n) FROM batches GROUP BY screen")
        counted = connection.exec_driver_sql(
            "SELECT p.screen, SUM(r.confirmed) FROM rollup_screen r "
            "JOIN placements p ON p.id = r.placement GROUP BY p.screen"
        )
        confirmed = {row[0]: row[1] for row in counted}
        return {screen: (total, confirmed.get(screen, 0)) for screen, total in logged}


@dataclass(frozen=True)
class Held:
    """What the store holds: by boot its mark, plays in rows, those that count, roll-ups."""

    marks: dict[str, int]
    stored: int
    recounted: int
    booked_by_screen: int
    booked_by_day: int


def held(database: Database) -> Held:
    """Read from the tables alone."""
    with database.engine.connect() as connection:

        def rows(query: str) -> list[Any]:
            return list(connection.execute(text(query)))

        batches = rows("SELECT n, verdicts FROM batches")
        found = Held(
            {row[0]: row[1] for row in rows("SELECT boot, upto FROM boots")},
            sum(n for n, _ in batches),
            sum(n if codes is None else bytes(codes).count(0) for n, codes in batches),
            int(rows("SELECT SUM(confirmed) FROM rollup_screen")[0][0]),
            int(rows("SELECT SUM(confirmed) FROM rollup_day")[0][0]),
        )
    database.engine.dispose()
    return found


def without_zeros(marks: Mapping[str, int]) -> dict[str, int]:
    """Without zeros: a boot without stored plays may have a mark of 0 or none."""
    return {boot: upto for boot, upto in marks.items() if upto}
