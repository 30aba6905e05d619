"""Two runs of usual size may go on at once; one that needs more memory has none beside it."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from media.video import memory_turns
from media.video.memory_budget import AT_ONCE_BYTES
from media.video.memory_turns import memory_turn
from tests.support.patience import PATIENCE_S

USUAL, LARGE = AT_ONCE_BYTES, AT_ONCE_BYTES + 1
SOON_S = 0.2


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _lock_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of this machine encode too."""
    monkeypatch.setattr(memory_turns, "FOLDER", tmp_path)


def begun(needed: int) -> threading.Event:
    """Set once another run has its turn, which it ends at once."""
    has_turn = threading.Event()

    def take() -> None:
        with memory_turn(needed):
            has_turn.set()

    threading.Thread(target=take, daemon=True).start()
    return has_turn


def test_two_runs_of_usual_size_go_on_at_once(stack: ExitStack) -> None:
    stack.enter_context(memory_turn(USUAL))

    assert begun(USUAL).wait(PATIENCE_S)


@pytest.mark.parametrize(("first", "second"), [(LARGE, USUAL), (USUAL, LARGE), (LARGE, LARGE)])
def test_beside_a_large_run_no_other_goes_on(stack: ExitStack, first: int, second: int) -> None:
    stack.enter_context(memory_turn(first))
    other = begun(second)
    assert not other.wait(SOON_S)

    stack.close()

    assert other.wait(PATIENCE_S)


def test_a_turn_ends_with_a_run_that_failed() -> None:
    with pytest.raises(ZeroDivisionError), memory_turn(LARGE):
        1 / 0  # noqa: B018 - anything that fails

    assert begun(LARGE).wait(PATIENCE_S)


def test_no_file_is_left(tmp_path: Path) -> None:
    with memory_turn(LARGE):
        pass

    assert list(tmp_path.iterdir()) == []
