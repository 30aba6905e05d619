"""Verdicts on plays against cases worked out by hand, through the real store."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playlists.manifest import digest
from server.playback.batch import MalformedBatch
from server.playback.standing import Tenure
from tests.support.clock import MINUTE_MS
from tests.support.plays import Desk, make_desk, plan_of, verdicts_of
from tests.support.world import World

VECTOR = json.loads((Path(__file__).parent / "plays.json").read_text())
F_MS = 1_767_225_600_000


def cases() -> Iterator[Any]:
    for case in VECTOR["cases"]:
        yield pytest.param(case["steps"], id=case["name"].replace(" ", "_"))


@pytest.fixture
def desk(world: World) -> Desk:
    manifest = VECTOR["manifest_digest"]
    assert digest(VECTOR["manifest_body"]) == manifest
    world.clock.at_ms = F_MS + 30 * MINUTE_MS
    made = make_desk(
        world.core.plays,
        world.clock,
        enrolled_ms=F_MS - MINUTE_MS,
        tenures=[Tenure(manifest, F_MS)],
    )
    made.plans[manifest] = plan_of(VECTOR["manifest_body"])
    return made


@pytest.mark.parametrize("steps", list(cases()))
def test_each_batch_gets_the_answer_and_the_verdicts_of_the_table(
    desk: Desk, steps: list[dict[str, Any]]
) -> None:
    for step in steps:
        batch = step["batch"]
        if step.get("refused"):
            with pytest.raises(MalformedBatch):
                desk.take(batch)
            continue

        answer = desk.take(batch)

        assert answer.upto == step["upto"]
        assert _verdicts(desk, batch) == step["verdicts"]
        if "earlier" in step:
            found = verdicts_of(desk, batch["boot"])
            assert [found[seq][0] for seq in range(1, batch["first"])] == step["earlier"]
        assert answer.reused == step.get("flagged", False)
        assert bool(desk.sql("SELECT 1 FROM logs WHERE flagged_at > 0")) == answer.reused


def _verdicts(desk: Desk, batch: dict[str, Any]) -> list[str]:
    """What the store says of the batch's own seqs."""
    found = verdicts_of(desk, batch["boot"])
    count = len(batch.get("state", ()))
    first = batch.get("first", 1)
    return [found[seq][0] for seq in range(first, first + count) if seq in found]


def test_the_same_events_are_refused_as_json_text_too(desk: Desk) -> None:
    refused = [step for case in VECTOR["cases"] for step in case["steps"] if step.get("refused")]

    for step in refused:
        with pytest.raises(MalformedBatch):
            desk.take(json.dumps(step["batch"]).encode())
