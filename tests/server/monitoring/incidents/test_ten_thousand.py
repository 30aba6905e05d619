"""A round over 10,000 screens is short, whatever they do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from server.playlog.store.transaction import Tx
from tests.bench.incidents import furnish, listen_on, seconds
from tests.support.app.clock import HOUR_MS
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.world import World, make_world
from tests.support.browser.page_inventory import statements

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES, pytest.mark.long]


@contextmanager
def statements_of_plays(world: World) -> Iterator[list[str]]:
    """The SQL that the store of plays is sent meanwhile."""
    found: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        for name in ("run", "rows"):
            asks = getattr(Tx, name)

            def noted(tx: Tx, sql: str, *values: Any, asks: Any = asks) -> Any:
                found.append(sql)
                return asks(tx, sql, *values)

            patched.setattr(Tx, name, noted)
        yield found


def rounds(world: World, screens: int) -> list[tuple[float, int, int]]:
    """One with all well, one with all silent: s of a processor, statements, and what begins."""
    furnish(world, screens, days=2)
    seconds(world)  # what is asked once and then known
    found = []
    for pause_ms in (0, HOUR_MS):
        world.clock.forward(pause_ms)
        listen_on(world)
        with statements(world) as asked, statements_of_plays(world) as read:
            spent_s, begun = seconds(world)
        found.append((spent_s, len(asked) + len(read), begun))
    return found


def test_a_round_takes_as_many_statements_for_ten_thousand_as_for_a_hundred(
    tmp_path: Path,
) -> None:
    few = rounds(make_world(tmp_path / "few"), 100)
    many = rounds(make_world(tmp_path / "many"), 10_000)

    assert [begun for _, _, begun in few] == [0, 75]
    assert [begun for _, _, begun in many] == [0, 7_500], "all but the buses, maybe in tunnels"
    assert [asked for _, asked, _ in many] == [asked for _, asked, _ in few]


@pytest.mark.timed
def test_a_round_is_short_when_all_is_well_and_when_all_are_silent(tmp_path: Path) -> None:
    well, silent = rounds(make_world(tmp_path), 10_000)

    assert well[0] < 1
    assert silent[0] < 1
