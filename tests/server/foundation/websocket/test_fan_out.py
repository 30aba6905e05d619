"""A frame to many is one frame to each, by one call or one by one: to who reads slowly too."""

import _socket
import os
import resource
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

import gevent
import pytest
from flask import Flask
from flask_socketio import SocketIO

from server.foundation.websocket.backlog import EVENT, NEEDED
from server.foundation.websocket.engine import Engine
from server.foundation.websocket.fan_out import RING, WORTH_IT, WORTH_TWO, FanOut, Second, opened
from server.foundation.websocket.line import Line
from server.foundation.websocket.ring import SIZE, Ring
from server.foundation.websocket.start import start
from server.foundation.websocket.wire.frames import TEXT, frame

MANY = 3 * WORTH_IT
HELLO = frame(TEXT, b"hello")
LARGE = frame(TEXT, b"x" * 60_000)
CALM_S = 0.02
BEGUN_S = 20.0


@dataclass
class Hall:
    """Lines and their far ends."""

    engine: Engine
    lines: list[Line]
    far: list[socket.socket]

    def received(self, at: int) -> bytes:
        """All that has come there, until nothing more comes."""
        found = b""
        for _ in range(200):
            gevent.sleep(CALM_S if not found else 0.001)
            try:
                piece = self.far[at].recv(1 << 20)
            except BlockingIOError:
                if found and not self.lines[at].held:
                    return found
                continue
            found += piece
            if not piece:
                return found
        return found


@pytest.fixture
def hall() -> Iterator[Hall]:
    with hall_of(MANY) as made:
        yield made


@contextmanager
def hall_of(many: int) -> Iterator[Hall]:
    """So many lines."""
    socketio = SocketIO()
    socketio.init_app(Flask("hall"), async_mode="gevent", transports=["websocket"])
    assert start(socketio, frozenset())
    engine = socketio.server.eio
    made = Hall(engine, [], [])
    for number in range(many):
        near, far = socket.socketpair()
        own = _socket.socket(fileno=near.detach())
        own.setblocking(False)
        far.setblocking(False)
        made.lines.append(Line(engine, f"e{number}", own, deflates=False))
        made.far.append(far)
    yield made
    for line, far in zip(made.lines, made.far, strict=True):
        line.end()
        far.close()
    engine.wheel.stop()


@pytest.fixture(params=["by one call", "one by one"])
def fan_out(request: pytest.FixtureRequest) -> FanOut:
    ring = opened() if request.param == "by one call" else None
    if request.param == "by one call" and ring is None:
        pytest.skip("the kernel gives no ring")
    return FanOut(ring)


@pytest.mark.slow
def test_all_receive_it_once(hall: Hall, fan_out: FanOut) -> None:
    fan_out.write(hall.lines, HELLO, EVENT)
    assert [hall.received(at) for at in range(MANY)] == [HELLO] * MANY


def each(hall: Hall) -> list[tuple[Line, bytes]]:
    """A frame for each line, none like another."""
    return [(line, frame(TEXT, b"%d" % at * (at + 1))) for at, line in enumerate(hall.lines)]


@pytest.mark.slow
def test_each_receives_its_own_once(hall: Hall, fan_out: FanOut) -> None:
    fan_out.write_each(each(hall), EVENT)
    fan_out.write_each(each(hall)[:2], EVENT)

    received = [hall.received(at) for at in range(MANY)]
    assert received == [
        payload * (2 if at < 2 else 1) for at, (_, payload) in enumerate(each(hall))
    ]


def test_two_for_one_line_come_in_their_order(hall: Hall, fan_out: FanOut) -> None:
    twice = [(hall.lines[0], frame(TEXT, b"first")), *each(hall)[1:]]

    fan_out.write_each([*twice, (hall.lines[0], frame(TEXT, b"then"))], EVENT)

    assert hall.received(0) == frame(TEXT, b"first") + frame(TEXT, b"then")


@pytest.mark.slow
def test_its_own_is_held_for_who_reads_slowly_and_lost_on_who_is_gone(
    hall: Hall, fan_out: FanOut
) -> None:
    hall.far[1].close()
    hall.lines[2].refuse(1002, "broken")
    while not hall.lines[0].held:
        hall.lines[0].write(LARGE, NEEDED)
    answer, pairs = frame(TEXT, b"an answer"), each(hall)
    hall.lines[3]._put(lambda: hall.lines[3].answer(answer))
    hall.lines[3]._put(lambda: fan_out.write_each(pairs, "assignment"))

    assert hall.received(3) == answer + pairs[3][1]
    assert hall.received(0).endswith(LARGE + pairs[0][1])
    assert not hall.lines[1].is_open
    assert pairs[2][1] not in hall.received(2)
    assert [hall.received(at) for at in range(4, MANY)] == [payload for _, payload in pairs[4:]]


@pytest.mark.slow
def test_with_a_failing_ring_each_receives_its_own_all_the_same(hall: Hall) -> None:
    ring = opened()
    if ring is None:
        pytest.skip("the kernel gives no ring")
    fan_out = FanOut(ring)
    break_(ring, hall)

    fan_out.write_each(each(hall), EVENT)

    assert [hall.received(at) for at in range(MANY)] == [payload for _, payload in each(hall)]


@pytest.mark.slow
def test_a_slow_reader_gets_whole_frames_and_holds_up_nobody(hall: Hall, fan_out: FanOut) -> None:
    for _ in range(10):
        fan_out.write(hall.lines, LARGE, "manifest")
        for far in hall.far[1:]:
            while True:
                try:
                    far.recv(1 << 20)
                except BlockingIOError:
                    break
            gevent.sleep(0)
    assert hall.lines[0].held
    fan_out.write(hall.lines, HELLO, NEEDED)
    assert all(hall.received(at).endswith(HELLO) for at in range(1, MANY))

    received = hall.received(0)
    whole, rest = divmod(len(received) - len(HELLO), len(LARGE))
    assert rest == 0
    assert 2 <= whole < 10
    assert received == LARGE * whole + HELLO


@pytest.mark.slow
def test_nothing_follows_the_end_of_a_line_and_others_go_on(hall: Hall, fan_out: FanOut) -> None:
    hall.lines[1].refuse(1002, "broken")
    hall.far[2].close()
    hall.lines[3].end()
    fan_out.write(hall.lines, HELLO, EVENT)
    assert HELLO not in hall.received(1)
    assert not hall.lines[2].is_open
    assert [hall.received(at) for at in range(4, MANY)] == [HELLO] * (MANY - 4)


def test_answers_that_wait_go_first(hall: Hall, fan_out: FanOut) -> None:
    first = frame(TEXT, b"an answer")
    hall.lines[0]._put(lambda: hall.lines[0].answer(first))
    hall.lines[0]._put(lambda: fan_out.write(hall.lines, HELLO, EVENT))
    assert hall.received(0) == first + HELLO


@pytest.mark.slow
def test_a_ring_that_fails_loses_nothing_and_is_given_up(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    ring = opened()
    if ring is None:
        pytest.skip("the kernel gives no ring")
    fan_out = FanOut(ring)
    break_(ring, hall)
    fan_out.write(hall.lines, HELLO, EVENT)
    assert RING._value.get() == 0
    fan_out.write(hall.lines, HELLO, EVENT)
    assert [hall.received(at) for at in range(MANY)] == [HELLO * 2] * MANY


def break_(ring: Ring, hall: Hall) -> None:
    """From now on the kernel takes its descriptor for something else."""
    os.close(ring._fd)
    ring._fd = os.dup(hall.far[0].fileno())


@pytest.fixture
def crowded() -> Iterator[Hall]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4 * WORTH_TWO:
        pytest.skip("this account may not have so many sockets")
    if opened() is None:
        pytest.skip("the kernel gives no ring")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4 * WORTH_TWO), hard))
    with hall_of(WORTH_TWO + 50) as made:
        yield made
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
def test_two_threads_send_to_thousands_each_once_and_in_order(crowded: Hall) -> None:
    fan_out = FanOut(opened())
    crowded.far[7].close()
    for number in range(50):
        fan_out.write(crowded.lines, frame(TEXT, b"%d" % number), EVENT)
    expected = b"".join(frame(TEXT, b"%d" % number) for number in range(50))
    received = [far.recv(1 << 16) for at, far in enumerate(crowded.far) if at != 7]
    assert received == [expected] * (len(crowded.far) - 1)
    assert not crowded.lines[7].is_open


@pytest.mark.parametrize("which", ["first", "second", "both"])
def test_all_receive_it_once_though_either_of_two_rings_fails(crowded: Hall, which: str) -> None:
    ring = opened()
    if ring is None or os.cpu_count() == 1:
        pytest.skip("the kernel gives no ring, or there is nothing for a second thread to run on")
    fan_out = FanOut(ring)
    fan_out.write(crowded.lines, HELLO, EVENT)
    assert fan_out._second is not None
    if which != "second":
        break_(ring, crowded)
    if which != "first":
        break_(fan_out._second.ring, crowded)
    for _ in range(3):
        fan_out.write(crowded.lines, HELLO, EVENT)
        gevent.sleep(CALM_S)
    gevent.sleep(CALM_S)
    assert {far.recv(1 << 16) for far in crowded.far} == {HELLO * 4}


class Torn(Ring):
    """Sends, and then has no memory left for the results."""

    def __init__(self) -> None:
        super().__init__()
        self.began = Event()

    def send(self, sockets: Sequence[int], frame: bytes) -> list[int]:
        self.began.set()
        super().send(sockets[:10], frame)
        raise MemoryError


class Polite(Ring):
    """Leaves something to the other thread."""

    def __init__(self, other: Torn) -> None:
        super().__init__()
        self._other = other

    def send(self, sockets: Sequence[int], frame: bytes) -> list[int]:
        assert self._other.began.wait(BEGUN_S)
        return super().send(sockets, frame)


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_client_with_half_a_frame_is_closed_and_all_others_receive_it(
    crowded: Hall, which: str, caplog: pytest.LogCaptureFixture
) -> None:
    torn = Torn()
    fan_out = FanOut(torn if which == "first" else Polite(torn))
    if which == "first":
        with pytest.raises(MemoryError):
            fan_out.write(crowded.lines, HELLO, EVENT)
    else:
        fan_out._second = Second(torn)
        fan_out.write(crowded.lines, HELLO, EVENT)
    gevent.sleep(CALM_S)
    ended = [line for line in crowded.lines if not line.is_open]
    assert 0 < len(ended) <= SIZE
    for line, far in zip(crowded.lines, crowded.far, strict=True):
        if line.is_open:
            assert far.recv(1 << 16) == HELLO
    fan_out.write(crowded.lines, HELLO, EVENT)
    assert fan_out._second is None
    assert crowded.far[-1].recv(1 << 16) == HELLO


def test_without_a_second_thread_one_sends_to_thousands(
    crowded: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_ring: Ring) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("server.foundation.websocket.fan_out.Second", none)
    fan_out = FanOut(opened())
    for _ in range(3):
        fan_out.write(crowded.lines, HELLO, EVENT)
    assert {far.recv(1 << 16) for far in crowded.far} == {HELLO * 3}
