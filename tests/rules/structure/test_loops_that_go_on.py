"""A loop that must go on whatever happens logs a failure that lasts once, not at each turn."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# Loops over independent objects: a failure for one is unrelated to the next.
OF_MANY = {
    "server/simulator/fleet/crowd.py",  # boxes
    "server/foundation/websocket/fan_out.py",  # sockets
    "server/foundation/workers/relay.py",  # letters to workers
}
ALL = {"Exception", "BaseException"}


def catching_loops(code: str) -> Iterator[int]:
    """Lines on which the turn of a loop catches whatever comes."""
    for loop in ast.walk(ast.parse(code)):
        if isinstance(loop, ast.While):
            for turn in loop.body:
                if isinstance(turn, ast.Try) and any(catches_all(one) for one in turn.handlers):
                    yield turn.lineno


def catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in ALL


def test_such_a_loop_is_seen() -> None:
    code = "while True:\n    try:\n        look()\n    except Exception:\n        log()\n"
    assert list(catching_loops(code)) == [2]


@pytest.mark.slow
def test_each_is_wrapped_in_trouble() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "server").rglob("*.py")
        if "except" in (code := path.read_text(encoding="utf-8"))
        if (lines := list(catching_loops(code)))
    }
    assert found.keys() == OF_MANY
