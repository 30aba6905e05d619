"""Signed commands against the cases that the player is held to as well."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.simulator.player.binding_statement import ordered
from server.simulator.player.disk import Credential

VECTORS = json.loads((Path(__file__).parent / "command.json").read_text(encoding="utf-8"))
CASES = VECTORS["cases"]
CREDENTIAL = Credential("t", VECTORS["screen"], VECTORS["pinned"])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_command_shows_signed_content_or_nothing(case: dict[str, Any]) -> None:
    assert ordered(case["command"], CREDENTIAL, case["at"]) == case["shown"]


def test_a_player_without_pins_shows_nothing() -> None:
    assert ordered(CASES[0]["command"], Credential("t", VECTORS["screen"], []), 0) is None
