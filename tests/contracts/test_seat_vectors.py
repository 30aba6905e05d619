"""The seat against cases worked out by hand, the same that the player is held to."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playlists.wire.manifest import decode
from playlists.wire.model import Manifest
from playlists.wire.seat import seat

CASES = json.loads((Path(__file__).parent / "seat.json").read_text())["cases"]


def answers() -> Iterator[Any]:
    for number, case in enumerate(CASES):
        manifest = decode(json.dumps(case["manifest"]))
        for answer in case["answers"]:
            yield pytest.param(manifest, answer, id=f"{number}-{answer['at']}")


@pytest.mark.parametrize(("manifest", "answer"), list(answers()))
def test_the_seat_is_what_the_contract_states(manifest: Manifest, answer: dict[str, Any]) -> None:
    assert seat(manifest, answer["at"]).as_json() == answer
