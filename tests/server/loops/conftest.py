"""A screen with a plan, and the recovery key in the operator's hands."""

from pathlib import Path

import pytest

from server.loops.keys import signing_key_path
from server.signing import recovery_paths
from tests.support.changing import Player
from tests.support.places import make_screen
from tests.support.plans import assign
from tests.support.world import World


@pytest.fixture
def player(world: World) -> Player:
    """Bound, with a plan that it knows."""
    screen = make_screen(world)
    made = Player(world, screen, list(world.core.signer.public_keys()))
    assign(world, screen.id, "first")
    made.live()
    assert made.version == 1
    return made


@pytest.fixture
def recovery(world: World, tmp_path: Path) -> Path:
    """The recovery key, taken off the server."""
    kept = tmp_path / "taken-away.pem"
    recovery_paths(signing_key_path(world.core.settings))[0].rename(kept)
    return kept
