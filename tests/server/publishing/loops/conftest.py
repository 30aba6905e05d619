"""A screen with a plan, and the recovery key in the operator's hands."""

from pathlib import Path

import pytest

from server.foundation.crypto.signing import recovery_paths
from server.publishing.assignments.signing_keys import signing_key_path
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.devices.key_changes import Player
from tests.support.factories.manifests import assign


@pytest.fixture
def player(world: World) -> Player:
    """A bound player with a plan that it has received."""
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
