"""Verdicts on plays against cases worked out by hand, through the real store."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.playlog.model.batch import MalformedBatch
from server.playlog.model.screen_context import Tenure
from tests.support.app.clock import MINUTE_MS
from tests.support.app.world import World
from tests.support.plays.plays import Desk, make_desk, programme_of

VECTOR = json.loads((Path(__file__).parent / "plays.json").read_text())
F_MS = 1_767_225_600_000


def cases() -> Iterator[Any]:
    for case in VECTOR["cases"]:
        yield pytest.param(case["steps"], id=case["name"].replace(" ", "_"))


@pytest.fixture
def desk(world: World) -> Desk:
    programme = programme_of(VECTOR["manifest_body"])
    assert programme.digest == VECTOR["manifest_digest"]
    world.clock.at_ms = F_MS + 30 * MINUTE_MS
    made = make_desk(
        world.core.plays,
        world.clock,
        enrolled_ms=F_MS - MINUTE_MS,
        tenures=[Tenure(programme.digest, F_MS)],
    )
    made.air(programme)
    return made


@pytest.mark.slow
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
            assert desk.verdicts(batch["boot"])[: batch["first"] - 1] == step["earlier"]
        assert answer.reused == step.get("flagged", False)
        assert bool(desk.sql("SELECT 1 FROM logs WHERE flagged_at > 0")) == answer.reused


def _verdicts(desk: Desk, batch: dict[str, Any]) -> list[str]:
    """The store's verdicts on the batch's own seqs."""
    logged = desk.logged(batch["boot"])
    first, count = batch.get("first", 1), len(batch.get("state", ()))
    return [str(logged[seq].verdict) for seq in range(first, first + count) if seq in logged]


def test_the_same_events_are_refused_as_json_text_too(desk: Desk) -> None:
    refused = [step for case in VECTOR["cases"] for step in case["steps"] if step.get("refused")]

    for step in refused:
        with pytest.raises(MalformedBatch):
            desk.take(json.dumps(step["batch"]).encode())
