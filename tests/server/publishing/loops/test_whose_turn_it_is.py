"""Between groups of screens others of the process have their turn, unless it is urgent."""

from collections.abc import Sequence

import pytest

from server.publishing import service
from tests.support.app.inventory import make_screen
from tests.support.app.office_api import open_office
from tests.support.app.world import World


@pytest.fixture
def screens(world: World, monkeypatch: pytest.MonkeyPatch) -> Sequence[int]:
    """Three screens, each a group by itself."""
    open_office(world)
    monkeypatch.setattr(service, "GROUP", 1)
    return [make_screen(world).id for _ in range(3)]


@pytest.fixture
def turns(screens: Sequence[int], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A zero for each turn that was given to others since the screens were made."""
    found: list[int] = []
    monkeypatch.setattr(service, "yield_to_loop", lambda: found.append(0))
    return found


def test_after_each_group_of_plans_others_go_on(
    world: World, screens: Sequence[int], turns: list[int]
) -> None:
    assert service.rebuild(world.core, screens) == len(screens)
    assert turns.count(0) == len(screens)


def test_a_stop_or_takeover_is_written_without_a_turn_for_others(
    world: World, screens: Sequence[int], turns: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    service.rebuild(world.core, screens)
    turns.clear()
    # However slow the machine is.
    monkeypatch.setattr(service, "URGENT_S", 3600)

    service.assign_overlays(world.core, screens)

    assert turns.count(0) == 0


def test_others_do_not_wait_for_it_beyond_its_time(
    world: World, screens: Sequence[int], turns: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    service.rebuild(world.core, screens)
    turns.clear()
    monkeypatch.setattr(service, "URGENT_S", 0)

    service.assign_overlays(world.core, screens)

    assert turns.count(0) == len(screens)


def test_they_wait_for_less_than_half_a_second() -> None:
    assert 0 < service.URGENT_S < 0.5
