"""Each job that is put in is one that the worker runs, and the worker runs none that isn't."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.foundation.jobs import recurring
from server.operations.jobs_process.timetable import KINDS, LINES

SERVER = Path(__file__).resolve().parents[3] / "server"
PUTS_IN_BY_THE_CLOCK = Path(recurring.__file__).resolve()


@dataclass(frozen=True)
class PutIn:
    """One call that adds a job; `kind` is None if the text doesn't show it."""

    place: str
    kind: str | None


def all_put_in() -> list[PutIn]:
    paths = [path for path in SERVER.rglob("*.py") if path != PUTS_IN_BY_THE_CLOCK]
    return [put_in for path in paths for put_in in put_in_by(path)]


def put_in_by(path: Path) -> Iterator[PutIn]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = constants_of(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", None))
            if name == "enqueue":
                yield PutIn(f"{path}:{node.lineno}", kind_of(node, constants))


def constants_of(tree: ast.Module) -> dict[str, str]:
    found = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found |= {one.id: value.value for one in targets if isinstance(one, ast.Name)}
    return found


def kind_of(call: ast.Call, constants: dict[str, str]) -> str | None:
    words = {word.arg: word.value for word in call.keywords}
    kind = words.get("kind") or (call.args[1] if len(call.args) > 1 else None)
    if isinstance(kind, ast.Name):
        return constants.get(kind.id)
    return kind.value if isinstance(kind, ast.Constant) and isinstance(kind.value, str) else None


@pytest.mark.slow
def test_every_job_that_is_put_in_names_a_kind_that_the_worker_runs() -> None:
    assert [one for one in all_put_in() if one.kind not in KINDS] == []


@pytest.mark.slow
def test_every_kind_of_the_timetable_is_put_in_somewhere() -> None:
    put_in = {one.kind for one in all_put_in()} | {line.kind for line in LINES}

    assert set(KINDS) - put_in == set()


def test_what_comes_round_by_the_clock_is_a_kind_that_the_worker_runs() -> None:
    assert {line.kind for line in LINES} <= set(KINDS)
