"""Bookings are reconciled before figures are read, where the configuration was written since."""

from typing import Any

import pytest

from server.foundation.core import Core
from server.foundation.errors import Busy
from server.playlog import upkeep
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.ingest.reconcile import followed
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.browser.page_inventory import statements
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import make_programme


@pytest.fixture
def screen(world: World) -> BoundScreen:
    """A screen whose bookings are reconciled."""
    made = make_screen(world)
    change(world, made, 1)
    reconcile(world)
    return made


def reconcile(world: World) -> None:
    upkeep.refresh(world.core, playback_of(world.app))


def change(world: World, screen: BoundScreen, version: int) -> None:
    """Give the screen another plan."""
    programme = make_programme(world.clock.now_ms(), salt=version)
    put_on_air(world, screen, programme, world.clock.now_ms() + version, version=version)


def stamp(world: World, screen: BoundScreen) -> str:
    with snapshot(world.core.plays) as tx:
        return followed(tx)[screen.id]


def test_a_write_of_this_process_is_reconciled(world: World, screen: BoundScreen) -> None:
    before = stamp(world, screen)
    change(world, screen, 2)
    reconcile(world)

    assert stamp(world, screen) != before


@pytest.mark.skipif(ON_POSTGRES, reason="it counts no writes, so each report checks")
def test_without_a_write_the_configuration_is_not_read(world: World, screen: BoundScreen) -> None:
    with statements(world) as sent:
        reconcile(world)

    assert [one for one in sent if not one.startswith("PRAGMA")] == []


def test_what_could_not_be_reconciled_is_tried_again(
    world: World, screen: BoundScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_rest: Any) -> None:
        raise Busy

    before = stamp(world, screen)
    change(world, screen, 2)
    with monkeypatch.context() as patched:
        patched.setattr(PlaylogRuntime, "commit", refuse)
        with pytest.raises(Busy):
            reconcile(world)
    reconcile(world)

    assert stamp(world, screen) != before


def test_a_write_while_another_report_reconciles_is_not_missed(
    world: World, screen: BoundScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes after the other has read the configuration, and is detected before that ends."""
    before, read = stamp(world, screen), upkeep._behind

    def read_before_a_write(core: Core, parts: PlaylogRuntime) -> dict[int, str]:
        found = read(core, parts)
        change(world, screen, 3)
        upkeep._changes(parts)
        return found

    change(world, screen, 2)
    with monkeypatch.context() as patched:
        patched.setattr(upkeep, "_behind", read_before_a_write)
        reconcile(world)
    between = stamp(world, screen)
    reconcile(world)

    assert len({before, between, stamp(world, screen)}) == len(("before", "between", "after"))
