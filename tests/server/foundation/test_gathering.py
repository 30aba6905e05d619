"""What follows for many things that come at once is done for all of them together."""

import gevent
import pytest

from server.foundation.errors import Busy
from server.foundation.notice_batches import Gathering
from server.foundation.runtime.lasting_failures import Trouble


def trouble() -> Trouble:
    return Trouble("gathering_failed", "gathering_recovered")


def test_without_a_loop_each_is_sent_at_once() -> None:
    sent: list[tuple[int, ...]] = []
    gathering = Gathering(sent.append, trouble())

    for number in (3, 1, 3):
        gathering.add(number)

    assert sent == [(3,), (1,), (3,)]


def test_on_the_loop_those_of_a_moment_are_sent_together_and_each_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.foundation.notice_batches.is_on_the_loop", lambda: True)
    monkeypatch.setattr("server.foundation.notice_batches.GATHER_S", 0.001)
    sent: list[tuple[int, ...]] = []
    gathering = Gathering(sent.append, trouble())

    for number in (3, 1, 3):
        gathering.add(number)
    assert sent == []
    gevent.wait()
    gathering.add(4)
    gevent.wait()

    assert sent == [(3, 1), (4,)]


def test_failed_ones_are_sent_again_with_later_ones() -> None:
    sent: list[tuple[int, ...]] = []

    def send(numbers: tuple[int, ...]) -> None:
        sent.append(numbers)
        if len(sent) == 1:
            raise Busy

    gathering = Gathering(send, trouble())
    gathering.add(1)
    gathering.add(2)
    gathering.add(3)

    assert sent == [(1,), (1, 2), (3,)]


def test_no_more_than_so_many_are_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.foundation.notice_batches.is_on_the_loop", lambda: True)
    monkeypatch.setattr("server.foundation.notice_batches.GATHER_S", 0.001)
    monkeypatch.setattr("server.foundation.notice_batches.MOST", 2)
    sent: list[tuple[int, ...]] = []
    gathering = Gathering(sent.append, trouble())

    for number in range(5):
        gathering.add(number)
    gevent.wait()

    assert sent == [(0, 1), (2, 3), (4,)]
