"""Each job that is put in is one that the worker runs, and the worker runs none that isn't."""

import ast
from collections.abc import Iterator
from pathlib import Path

from server.jobs.timetable import KINDS, LINES

SERVER = Path(__file__).resolve().parents[2] / "server"
PUTS_IN_BY_THE_CLOCK = SERVER / "jobs" / "periodic.py"


def calls_of_enqueue(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", None))
            if name == "enqueue":
                yield node


def kind_of(call: ast.Call) -> str | None:
    words = {word.arg: word.value for word in call.keywords}
    kind = words.get("kind") or (call.args[1] if len(call.args) > 1 else None)
    return kind.value if isinstance(kind, ast.Constant) and isinstance(kind.value, str) else None


def all_calls() -> list[tuple[Path, ast.Call]]:
    paths = [path for path in SERVER.rglob("*.py") if path != PUTS_IN_BY_THE_CLOCK]
    return [(path, call) for path in paths for call in calls_of_enqueue(path)]


def test_every_job_that_is_put_in_names_a_kind_that_the_worker_runs() -> None:
    unknown = [f"{path}:{call.lineno}" for path, call in all_calls() if kind_of(call) not in KINDS]

    assert unknown == []


def test_every_kind_of_the_timetable_is_put_in_somewhere() -> None:
    put_in = {kind_of(call) for _, call in all_calls()} | {line.kind for line in LINES}

    assert set(KINDS) - put_in == set()


def test_what_comes_round_by_the_clock_is_a_kind_that_the_worker_runs() -> None:
    assert {line.kind for line in LINES} <= set(KINDS)
