"""Work is done in its order by few greenlets, and what waits holds up nothing else."""

import time

import gevent
import pytest
from gevent import get_hub
from gevent.event import Event

from server.foundation.websocket import crew
from server.foundation.websocket.crew import Crew
from tests.support.patience import PATIENCE_S


@pytest.fixture
def hands() -> Crew:
    """A crew on this thread's loop."""
    return Crew(get_hub().loop)


def settle(hands: Crew) -> None:
    """Let it do what there is, as far as that doesn't wait."""
    gevent.sleep(0.01)
    with gevent.Timeout(PATIENCE_S):
        while hands._work:
            gevent.sleep(0.001)
    gevent.sleep(0.01)


def test_work_is_done_in_its_order_by_one_greenlet(hands: Crew) -> None:
    done: list[int] = []
    for number in range(1_000):
        hands.add(lambda number=number: done.append(number))  # type: ignore[misc] # mypy can't infer a lambda with a default
    settle(hands)

    assert done == list(range(1_000))
    assert hands.size == 1


def test_what_waits_holds_up_nothing_else(hands: Crew) -> None:
    done: list[str] = []
    open_now = Event()

    def slow() -> None:
        open_now.wait()
        done.append("slow")

    for name in ("before", "after", "last"):
        hands.add(lambda name=name: done.append(name))  # type: ignore[misc] # mypy can't infer a lambda with a default
        hands.add(slow)
    settle(hands)
    assert done == ["before", "after", "last"]

    open_now.set()
    settle(hands)
    assert done[3:] == ["slow"] * 3


def test_work_that_comes_from_work_is_done_too(hands: Crew) -> None:
    done: list[str] = []
    hands.add(lambda: hands.add(lambda: done.append("second")))
    settle(hands)

    assert done == ["second"]


@pytest.mark.slow
def test_the_loop_has_its_turn_while_there_is_much_to_do(hands: Crew) -> None:
    done: list[int] = []
    for number in range(200):
        hands.add(lambda number=number: (time.sleep(0.001), done.append(number)))  # type: ignore[misc] # mypy can't infer a lambda with a default
    turns = []
    while len(done) < 200:
        gevent.sleep(0.001)
        turns.append(len(done))

    assert len(turns) > 10
    assert done == list(range(200))
    assert hands.size == 1


def test_what_breaks_takes_nothing_with_it(hands: Crew) -> None:
    done: list[str] = []

    def broken() -> None:
        raise RuntimeError("on purpose")

    hands.add(broken)
    hands.add(lambda: done.append("after"))
    settle(hands)

    assert done == ["after"]


@pytest.mark.slow
def test_there_are_never_more_than_so_many_and_few_are_kept(
    hands: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "MOST", 20)
    open_now, done = Event(), list[int]()

    def slow(number: int) -> None:
        open_now.wait()
        done.append(number)

    for number in range(100):
        hands.add(lambda number=number: slow(number))  # type: ignore[misc] # mypy can't infer a lambda with a default
    with gevent.Timeout(PATIENCE_S):
        while hands.size < 20:
            gevent.sleep(0.001)
    for _ in range(100):  # eighty are left: turns for one too many, if it took more
        gevent.sleep(0.001)
    assert hands.size == 20

    open_now.set()
    settle(hands)
    assert sorted(done) == list(range(100))
    assert hands.size <= crew.IDLE
